"""Dates of articles: read from fields, guessed from bare texts, and resolved inside sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.dates import (
    BadDateError,
    MentionedDate,
    check_plausible,
    mentioned_days,
    parse_publication,
    publication_from_text,
)
from corpus.types import PublicationTime, Reason

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2022, 3, 10, 12, tzinfo=JAKARTA)
NEWS = 'Jembatan itu sudah dibuka. "Silakan lewat," kata Lurah Wayan, Rabu (23/2/2022).'


def guess(body: str, *, reference: date | None = None, dateline_end: int = 0) -> str | None:
    """What the text gives away, as stored."""
    found = publication_from_text(body, now=NOW, zone=JAKARTA, reference=reference, dateline_end=dateline_end)
    return None if found is None else found.isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2025-06-18", "2025-06-18", id="iso day"),
        pytest.param("2025-06-18T17:07:00+07:00", "2025-06-18T17:07:00+07:00", id="iso with offset"),
        pytest.param("2025-06-18T17:07:00Z", "2025-06-18T17:07:00+00:00", id="iso in UTC"),
        pytest.param("2025-06-18T17:07:00.123456", "2025-06-18T17:07:00.123456+07:00", id="iso with fraction"),
        pytest.param("2025-06-18 17:07:00", "2025-06-18T17:07:00+07:00", id="iso with space, zone of the setting"),
        pytest.param("2025-06-18 17:07:00 +0800", "2025-06-18T17:07:00+08:00", id="iso with spaced offset"),
        pytest.param("2025-06-18 17:07 WIT", "2025-06-18T17:07:00+09:00", id="iso with zone name"),
        pytest.param("2025-06-18 00:00:00", "2025-06-18", id="midnight of a table is a bare date"),
        pytest.param("2025-06-18T00:00:00+07:00", "2025-06-18T00:00:00+07:00", id="midnight with a zone is a time"),
        pytest.param("2025/06/18 05:04", "2025-06-18T05:04:00+07:00", id="year first with slashes"),
        pytest.param("20250618", "2025-06-18", id="compact day"),
        pytest.param("20250618170700", "2025-06-18T17:07:00+07:00", id="compact second"),
        pytest.param("202506181707", "2025-06-18T17:07:00+07:00", id="compact minute"),
        pytest.param("1718700000", "2024-06-18T15:40:00+07:00", id="unix seconds"),
        pytest.param("1718700000.0", "2024-06-18T15:40:00+07:00", id="unix seconds with fraction"),
        pytest.param("200013456789", "1976-05-04T06:17:36+07:00", id="twelve digits of milliseconds"),
        pytest.param("1718700000123", "2024-06-18T15:40:00+07:00", id="unix milliseconds"),
        pytest.param("Tue, 10 Jun 2025 13:51:00 +0700", "2025-06-10T13:51:00+07:00", id="rfc 822"),
        pytest.param("Tue, 10 Jun 2025 13:51:00 GMT", "2025-06-10T13:51:00+00:00", id="rfc 822 in GMT"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37+00:00", id="rfc 850"),
        pytest.param("Thu Feb 24 09:15:00 2022", "2022-02-24T09:15:00+07:00", id="asctime"),
        pytest.param("Thu Feb 24 2022 09:15:00 GMT+0800 (WITA)", "2022-02-24T09:15:00+08:00", id="javascript"),
        pytest.param("June 18, 2025 9:15 PM", "2025-06-18T21:15:00+07:00", id="english, twelve hours"),
        pytest.param("2025 June 3", "2025-06-03", id="english, year first"),
        pytest.param("Kamis, 24 Feb 2022 09:15 WIB", "2022-02-24T09:15:00+07:00", id="WIB"),
        pytest.param("24/02/2022 09.15 WITA", "2022-02-24T09:15:00+08:00", id="WITA"),
        pytest.param("10 Juni 2025, 13.51 WIT", "2025-06-10T13:51:00+09:00", id="WIT"),
        pytest.param("24 Februari 2022 | 09:15", "2022-02-24T09:15:00+07:00", id="bar between day and time"),
        pytest.param("24 Februari 2022 pukul 09.15 WIB", "2022-02-24T09:15:00+07:00", id="pukul"),
        pytest.param("09:15 WITA, 24 Februari 2022", "2022-02-24T09:15:00+08:00", id="time first"),
        pytest.param("24-Feb-2022 09:15 UTC+8", "2022-02-24T09:15:00+08:00", id="UTC with hours"),
        pytest.param("Warta Nusa - 24/02/2022, 09:15 WIB", "2022-02-24T09:15:00+07:00", id="behind a name"),
        pytest.param("Kamis (24/2/22)", "2022-02-24", id="two-digit year in brackets"),
        pytest.param("24/2/98", "1998-02-24", id="two-digit year of the last century"),
        pytest.param("24.02.2022 09.15", "2022-02-24T09:15:00+07:00", id="dots in day and time"),
        pytest.param("24-02-2022", "2022-02-24", id="dashes"),
        pytest.param("06/07/2025", "2025-07-06", id="day first"),
        pytest.param("06/18/2025", "2025-06-18", id="month first where nothing else is possible"),
        pytest.param("17 Ags 2024", "2024-08-17", id="Ags"),
        pytest.param("17 Agu 2024", "2024-08-17", id="Agu"),
        pytest.param("Jum'at, 7 Maret 2025 08:00", "2025-03-07T08:00:00+07:00", id="Jum'at"),
        pytest.param("12 Sept 2023", "2023-09-12", id="Sept"),
        pytest.param("1 Nopember 2023", "2023-11-01", id="Nopember"),
        pytest.param("24\u00a0Februari\u00a02022", "2022-02-24", id="non-breaking spaces"),
        pytest.param("\ufeff24 Februari 2022", "2022-02-24", id="byte order mark"),
        pytest.param("24 Februari 2022 25.61 WIB", "2022-02-24", id="impossible time is dropped"),
        pytest.param("24/2/2022 24:00 WIB", "2022-02-24", id="24:00 is dropped"),
        pytest.param("18/6/2926", "2926-06-18", id="far future is a date all the same"),
    ],
)
def test_field_is_read(text: str, expected: str) -> None:
    """Whatever portals, feeds and tables write as a date is understood."""
    assert expected == parse_publication(text, zone=JAKARTA).isoformat()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("kemarin sore", id="words"),
        pytest.param("3 jam lalu", id="relative"),
        pytest.param("31/2/2025", id="no such day"),
        pytest.param("30 Februari 2025", id="no such day in words"),
        pytest.param("Kamis (24/2)", id="no year"),
        pytest.param("24 Feb 09:15", id="time is no year"),
        pytest.param("Juni 2025", id="no day"),
        pytest.param("0", id="zero"),
        pytest.param("12345", id="number"),
        pytest.param("12345678901234567890123", id="long number"),
        pytest.param("Pada 24 Februari 2022 " + "panjang sekali " * 20, id="prose"),
    ],
)
def test_field_without_a_date_is_refused(text: str) -> None:
    """What names no day of a year raises the error that says so."""
    with pytest.raises(BadDateError):
        parse_publication(text, zone=JAKARTA)


def test_refusal_shows_what_was_given() -> None:
    """The error carries the text, shortened."""
    with pytest.raises(BadDateError) as caught:
        parse_publication("x" * 500, zone=JAKARTA)
    assert caught.value.text == "x" * 57 + "..."


def test_time_without_a_zone_keeps_the_offset_of_its_own_day() -> None:
    """An ambiguous hour at the end of summer time stays equal to itself when it is stored and read."""
    published = parse_publication("2025-11-02 01:30:00", zone=ZoneInfo("America/New_York"))
    assert published == PublicationTime.from_iso(published.isoformat())


@given(st.text(max_size=80))
@example("9999-12-31T23:59:59")
@example("0001-01-01T00:00:01")
@example("٢٤/٢/٢٠٢٢")
@example("24 Februari 2022 09:15 +99:99")
def test_field_never_fails_otherwise(text: str) -> None:
    """Any text is either a date that survives storing, or refused."""
    try:
        published = parse_publication(text, zone=JAKARTA)
    except BadDateError:
        return
    assert published == PublicationTime.from_iso(published.isoformat())


@given(st.datetimes(min_value=datetime(1945, 1, 1), max_value=datetime(2100, 1, 1)))
def test_machine_forms_are_read_back(moment: datetime) -> None:
    """ISO, RFC 822 and Unix time give the moment that was written."""
    aware = moment.replace(microsecond=0, second=max(moment.second, 1), tzinfo=UTC)
    forms = [aware.isoformat(), aware.strftime("%a, %d %b %Y %H:%M:%S +0000")]
    if aware.timestamp() >= 100_000_000:
        forms.append(str(int(aware.timestamp())))
    assert [aware] * len(forms) == [parse_publication(form, zone=JAKARTA).moment for form in forms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2022-03-10", None, id="today"),
        pytest.param("2022-03-11", None, id="tomorrow, elsewhere it has begun"),
        pytest.param("2022-03-12", Reason.FUTURE_DATE, id="the day after tomorrow"),
        pytest.param("2022-03-11T11:59:00+07:00", None, id="within a day"),
        pytest.param("2022-03-11T12:01:00+07:00", Reason.FUTURE_DATE, id="more than a day ahead"),
        pytest.param("2926-06-18", Reason.FUTURE_DATE, id="slip of the year"),
        pytest.param("1945-01-01", None, id="earliest"),
        pytest.param("1944-12-31", Reason.BAD_DATE, id="too early"),
        pytest.param("1970-01-01T00:00:00+00:00", Reason.BAD_DATE, id="epoch of an empty field"),
        pytest.param("1970-01-01", None, id="a day of 1970"),
    ],
)
def test_plausibility(text: str, expected: Reason | None) -> None:
    """Days before 1945, the epoch and what is more than a day ahead are not believed."""
    assert expected == check_plausible(PublicationTime.from_iso(text), now=NOW)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("Menurut Lurah Wayan, Kamis (24/2/2022), pasar dibuka lagi.", "2022-02-24", id="full date"),
        pytest.param("Intisari Nusa - Tepat pada Kamis (24/2/22), laga itu usai.", "2022-02-24", id="two-digit year"),
        pytest.param('"Sudah aman," ujar Sari di Palu, Kamis, 24 Februari 2022.', "2022-02-24", id="in words"),
        pytest.param("Pasar dibuka Kamis (24/2). Panen Kopi 2022 berjalan lancar.", "2022-02-24", id="year by weekday"),
        pytest.param(
            "Jembatan runtuh pada 12 Januari 2022. Kini sudah dibuka lagi, kata Sari kepada wartawan, Kamis (24/2).",
            "2022-02-24",
            id="year from another date",
        ),
        pytest.param(
            "Festival akan digelar pada 17 Agustus 2021. Persiapan selesai, kata Wayan, Senin (19/7/2021).",
            "2021-07-19",
            id="date of reporting beats event to come",
        ),
        pytest.param(
            "Sari lahir pada 3 Mei 1980 di Bandung. Ia juara lagi, ujar pelatihnya, Minggu (20/2/2022).",
            "2022-02-20",
            id="date of reporting beats the past",
        ),
        pytest.param(
            "Rapat digelar Senin (21/2/2022) lalu. Hasilnya diumumkan Budi kepada wartawan, Kamis (24/2/2022).",
            "2022-02-24",
            id="last day of reporting",
        ),
        pytest.param("Wali kota memanggil Budi pada Jumat (25/2/2022) besok.", "2022-02-24", id="the day before besok"),
        pytest.param(
            "Budi menjelaskan hal itu, Kamis (24/1/2022). Kebakaran terjadi Rabu (23/2/2022).",
            "2022-02-24",
            id="slip of the month undone",
        ),
        pytest.param(
            "Budi menjelaskan hal itu, Kamis (24/2/2021). Kebakaran terjadi Rabu (23/2/2022).",
            "2022-02-24",
            id="slip of the year undone",
        ),
        pytest.param("Laga itu berlangsung pada Kamis (18/6/2926).", None, id="impossible year"),
        pytest.param("Laga itu berlangsung pada Kamis (31/2/2022).", None, id="impossible day"),
        pytest.param("Konser digelar pada 5 Januari 2023 di Medan.", None, id="only a day to come"),
        pytest.param("Sari lahir pada 3 Mei 1980 di Bandung.", None, id="only a day long gone"),
        pytest.param("Laga uji coba berakhir 3/2 setelah babak tambahan.", None, id="score"),
        pytest.param("Warga bergotong royong membersihkan sungai.", None, id="no date"),
        pytest.param("", None, id="empty"),
    ],
)
def test_day_is_guessed_from_the_text(body: str, expected: str | None) -> None:
    """The day of reporting is told from days of events, and nothing is made up where there is none."""
    assert expected == guess(body)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param("Kamis, 24 Februari 2022 09:15 WIB", "2022-02-24T09:15:00+07:00", id="line of its own"),
        pytest.param("Jembatan Dibuka\nKamis, 24 Februari 2022 | 09.15", "2022-02-24T09:15:00+07:00", id="no zone"),
        pytest.param("Warta Nusa - 24/02/2022, 09:15 WITA", "2022-02-24T09:15:00+08:00", id="behind the portal"),
        pytest.param("Diterbitkan 24 Februari 2022, pukul 09.15 WIT", "2022-02-24T09:15:00+09:00", id="called so"),
        pytest.param("24 Februari 2022", "2022-02-24", id="bare date"),
        pytest.param("2022-02-24 09:15:00", "2022-02-24T09:15:00+07:00", id="iso"),
        pytest.param("Jadwal Laga, 26 Februari 2022 19:00 WIB", "2022-02-23", id="time of an event"),
        pytest.param("Pameran Kopi 26 Februari 2022", "2022-02-23", id="headline with a date"),
        pytest.param("Kamis, 24 Februari 2027 09:15 WIB", "2022-02-23", id="to come"),
    ],
)
def test_line_above_the_text_dates_it(head: str, expected: str) -> None:
    """A dating line is believed before the text, unless it is about an event or cannot be."""
    assert expected == guess(f"{head}\n{NEWS}")


def test_time_before_a_text_without_line_breaks_dates_it() -> None:
    """Day, bare clock and zone in front of the text are those of publication."""
    assert guess(f"Kamis, 24 Feb 2022 09:15 WIB Palu - {NEWS * 3}") == "2022-02-24T09:15:00+07:00"


def test_time_of_an_event_is_not_that_of_publication() -> None:
    """A clock after "pukul" inside the text is never taken."""
    assert guess("Rapat dimulai pada Rabu, 23 Februari 2022 pukul 14.00 WIB di balai kota. " * 2) == "2022-02-23"


def test_dateline_dates_the_text() -> None:
    """A bare day and month between city and agency is that of publication."""
    dateline = "Palu, 24/2 (NUSA) - "
    assert guess(dateline + NEWS, dateline_end=len(dateline)) == "2022-02-24"


def test_reference_completes_a_date() -> None:
    """A date with neither year nor weekday takes the year of the day near which the text appeared."""
    assert guess('"Sudah," kata Sari (24/2).', reference=date(2019, 4, 1)) == "2019-02-24"


def test_reference_beats_the_latest_year_of_the_weekday() -> None:
    """Of the years in which a weekday is right, the one near the reference is taken."""
    assert guess('"Sudah," kata Sari, Minggu (24/2).', reference=date(2019, 2, 20)) == "2019-02-24"


def test_nothing_after_tomorrow_is_guessed() -> None:
    """A full date of reporting that is still to come is no day of publication."""
    assert guess('"Sudah," kata Sari, Sabtu (12/3/2022).') is None


def test_many_dates_take_no_longer_than_a_few() -> None:
    """A table of thousands of dates is judged by its beginning."""
    assert guess(NEWS + " Senin (7/2/2022)" * 5000) == "2022-02-23"


@given(st.text(max_size=300))
@example("(29/2) Kamis (29/2/2023)")
@example("Senin (0/0/0000) 99/99/9999 00 Mei 0000")
def test_guess_never_fails(body: str) -> None:
    """Any text is judged, and what is guessed is plausible."""
    found = publication_from_text(body, now=NOW, zone=JAKARTA, reference=date(2020, 2, 29), dateline_end=20)
    assert found is None or check_plausible(found, now=NOW) is None


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2022, 3, 9)))
def test_plain_date_of_reporting_is_found(day: date) -> None:
    """A single bracketed date with its weekday is the guess, whichever day it is."""
    weekday = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")[day.weekday()]
    assert day.isoformat() == guess(f'"Baik," kata Sari, {weekday} ({day.day}/{day.month}/{day.year}).')


PUBLISHED = date(2024, 9, 13)  # a Friday


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("Rapat Kamis (12/9) usai.", [("2024-09-12", "2024-09-12", "Kamis (12/9)")], id="brackets"),
        pytest.param("Banjir kemarin surut.", [("2024-09-12", "2024-09-12", "kemarin")], id="yesterday"),
        pytest.param("Pasar tutup sejak 11 Juli.", [("2024-07-11", "2024-07-11", "11 Juli")], id="no year"),
        pytest.param("Cuti 2 Januari nanti.", [("2025-01-02", "2025-01-02", "2 Januari nanti")], id="next year"),
        pytest.param("Sekolah libur pada 27 Desember.", [("2024-12-27", "2024-12-27", "27 Desember")], id="nearest"),
        pytest.param("Naik pada Juni 2025.", [("2025-06-01", "2025-06-30", "Juni 2025")], id="month"),
        pytest.param("Pameran 3-5 Oktober.", [("2024-10-03", "2024-10-05", "3-5 Oktober")], id="days of a month"),
        pytest.param(
            "Ditahan sejak 17 Juli hingga 5 Agustus 2024.",
            [("2024-07-17", "2024-08-05", "17 Juli hingga 5 Agustus 2024")],
            id="span",
        ),
        pytest.param(
            "Impor Januari-Maret 2024 naik.", [("2024-01-01", "2024-03-31", "Januari-Maret 2024")], id="months"
        ),
        pytest.param("Ia tiba pada Rabu.", [("2024-09-11", "2024-09-11", "Rabu")], id="weekday"),
        pytest.param("Sidang tanggal 20 nanti.", [("2024-09-20", "2024-09-20", "20")], id="day of the month"),
        pytest.param("Panen Januari ramai.", [("2025-01-01", "2025-01-31", "Januari")], id="nearest month"),
        pytest.param("Ia tiba Minggu pagi.", [("2024-09-08", "2024-09-08", "Minggu pagi")], id="Sunday morning"),
        pytest.param("Ia tiba, Minggu.", [("2024-09-08", "2024-09-08", "Minggu")], id="Sunday in capitals"),
        pytest.param("Laga Kamis (12/9/224).", [("2024-09-12", "2024-09-12", "Kamis (12/9/224)")], id="misprint"),
        pytest.param("Ia tiba hari Minggu.", [("2024-09-08", "2024-09-08", "hari Minggu")], id="Sunday"),
        pytest.param(
            "Tanah ambles pada hari minggu 8 September 2024.",
            [("2024-09-08", "2024-09-08", "minggu 8 September 2024")],
            id="date beats weekday",
        ),
        pytest.param(
            "Laga Sabtu (14/9) menyusul kemenangan tahun lalu.",
            [("2024-09-14", "2024-09-14", "Sabtu (14/9)"), ("2023-01-01", "2023-12-31", "tahun lalu")],
            id="two",
        ),
        pytest.param("Lolos ke Piala Dunia 2026.", [], id="name"),
        pytest.param("Belakangan ini hujan.", [], id="vague"),
        pytest.param("Sebanyak 2.024 orang datang.", [], id="amount"),
        pytest.param("Lahir pada 31 Februari.", [], id="no such day"),
    ],
)
def test_days_of_a_sentence(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    """The words that name days are found and resolved from the day of publication."""
    found = mentioned_days(sentence, published=PUBLISHED)
    assert expected == [(m.first.isoformat(), m.last.isoformat(), sentence[m.start : m.end]) for m in found]


@given(st.text(max_size=200), st.dates())
@example("tahun lalu kemarin lusa 31 Desember minggu lalu", date.min)
@example("tahun depan lusa kuartal depan Senin depan 5 bulan lagi", date.max)
def test_days_of_any_sentence_are_in_order(sentence: str, published: date) -> None:
    """Whatever the text and the day, mentions follow each other, and each ends no earlier than it begins."""
    found: list[MentionedDate] = mentioned_days(sentence, published=published)
    assert all(m.first <= m.last and m.start < m.end for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_guess_is_at_most_tomorrow_in_the_zone_of_the_setting() -> None:
    """The clock of a server elsewhere does not make today's article one of the future."""
    late = datetime(2022, 2, 23, 23, tzinfo=UTC)  # the 24th in Jakarta
    found = publication_from_text('"Baik," kata Sari, Kamis (24/2/2022).', now=late - timedelta(hours=2), zone=JAKARTA)
    assert found == PublicationTime(day=date(2022, 2, 24))
