"""The period that a question names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.dating.periods import Period, PeriodKind, find_period

NOW = datetime(2025, 6, 12, 10, tzinfo=ZoneInfo("Asia/Jakarta"))  # a Thursday

Span = tuple[str | None, str | None]


def period_of(question: str, now: datetime = NOW) -> Period:
    """The period of a question that has one."""
    found = find_period(question, now=now)
    assert found is not None
    return found


def span_of(question: str, now: datetime = NOW) -> Span:
    """First and last day, as ISO dates."""
    found = period_of(question, now)
    return (found.since.isoformat() if found.since else None, found.until.isoformat() if found.until else None)


DAYS = {
    "hari ini": "2025-06-12",
    "hr ini": "2025-06-12",
    "pagi ini": "2025-06-12",
    "tadi pagi": "2025-06-12",
    "siang tadi": "2025-06-12",
    "nanti malam": "2025-06-12",
    "barusan": "2025-06-12",
    "kemarin": "2025-06-11",
    "kmrn": "2025-06-11",
    "kmarin": "2025-06-11",
    "kemaren": "2025-06-11",
    "kemarin sore": "2025-06-11",
    "kemarin lusa": "2025-06-10",
    "besok": "2025-06-13",
    "bsk": "2025-06-13",
    "lusa": "2025-06-14",
    "2 hari lalu": "2025-06-10",
    "dua hari yang lalu": "2025-06-10",
    "sehari lalu": "2025-06-11",
    "senin kemarin": "2025-06-09",
    "Jumat lalu": "2025-06-06",
    "kamis lalu": "2025-06-05",
    "kamis ini": "2025-06-12",
    "Senin pekan lalu": "2025-06-02",
    "selasa minggu lalu": "2025-06-03",
    "Rabu pekan depan": "2025-06-18",
    "Sabtu depan": "2025-06-14",
    "hari senin": "2025-06-09",
    "hari minggu": "2025-06-08",
    "hari Minggu lalu": "2025-06-08",
    "minggu malam": "2025-06-08",
    "jum'at kemarin": "2025-06-06",
    "24 Februari 2022": "2022-02-24",
    "24 februari 2022": "2022-02-24",
    "tanggal 24 feb 2022": "2022-02-24",
    "24/2/22": "2022-02-24",
    "24/02/2022": "2022-02-24",
    "24-2-2022": "2022-02-24",
    "Senin 9 Juni 2025": "2025-06-09",
    "Senin (9/6)": "2025-06-09",
    "24 Feb": "2025-02-24",
    "tgl 3 juni": "2025-06-03",
    "tgl 24/2": "2025-02-24",
    "tanggal 5": "2025-06-05",
    "tgl 20": "2025-05-20",
    "30 Juli": "2024-07-30",
    "17 Juni": "2025-06-17",
    "11 Juli nanti": "2025-07-11",
    "24 Februari lalu": "2025-02-24",
    "17 agustus tahun lalu": "2024-08-17",
    "per 2 Juli 2025": "2025-07-02",
}


@pytest.mark.parametrize(("words", "day"), DAYS.items(), ids=list(DAYS))
def test_single_day(words: str, day: str) -> None:
    """Words for a day, formal or of the chat, mean that day wherever they stand."""
    assert [(day, day)] * 2 == [span_of(f"gempa {words} di mana?"), span_of(f"{words} ada kabar apa?")]


SPANS: dict[str, Span] = {
    "tadi malam": ("2025-06-11", "2025-06-12"),
    "semalam": ("2025-06-11", "2025-06-12"),
    "minggu ini": ("2025-06-09", "2025-06-15"),
    "pekan lalu": ("2025-06-02", "2025-06-08"),
    "minggu kemarin": ("2025-06-02", "2025-06-08"),
    "mgg lalu": ("2025-06-02", "2025-06-08"),
    "minggu depan": ("2025-06-16", "2025-06-22"),
    "akhir pekan lalu": ("2025-06-07", "2025-06-08"),
    "weekend kemarin": ("2025-06-07", "2025-06-08"),
    "awal pekan ini": ("2025-06-09", "2025-06-10"),
    "dua minggu lalu": ("2025-05-26", "2025-06-01"),
    "bulan ini": ("2025-06-01", "2025-06-30"),
    "bln lalu": ("2025-05-01", "2025-05-31"),
    "bulan kemarin": ("2025-05-01", "2025-05-31"),
    "akhir bulan lalu": ("2025-05-21", "2025-05-31"),
    "tahun ini": ("2025-01-01", "2025-12-31"),
    "thn lalu": ("2024-01-01", "2024-12-31"),
    "tahun kemarin": ("2024-01-01", "2024-12-31"),
    "tahun depan": ("2026-01-01", "2026-12-31"),
    "akhir tahun lalu": ("2024-09-01", "2024-12-31"),
    "awal tahun ini": ("2025-01-01", "2025-04-30"),
    "pertengahan tahun lalu": ("2024-05-01", "2024-08-31"),
    "akhir 2024": ("2024-09-01", "2024-12-31"),
    "awal Juni 2025": ("2025-06-01", "2025-06-10"),
    "pertengahan feb 2022": ("2022-02-11", "2022-02-20"),
    "akhir Februari 2024": ("2024-02-21", "2024-02-29"),
    "Februari 2022": ("2022-02-01", "2022-02-28"),
    "bulan maret tahun 2022": ("2022-03-01", "2022-03-31"),
    "tahun lalu bulan maret": ("2024-03-01", "2024-03-31"),
    "maret tahun lalu": ("2024-03-01", "2024-03-31"),
    "Februari lalu": ("2025-02-01", "2025-02-28"),
    "Juni lalu": ("2024-06-01", "2024-06-30"),
    "bulan mei": ("2025-05-01", "2025-05-31"),
    "akhir Juli": ("2024-07-21", "2024-07-31"),
    "bulan Juni ini": ("2025-06-01", "2025-06-30"),
    "Juli depan": ("2025-07-01", "2025-07-31"),
    "Mei depan": ("2026-05-01", "2026-05-31"),
    "triwulan II": ("2025-04-01", "2025-06-30"),
    "semester 2": ("2024-07-01", "2024-12-31"),
    "caturwulan II 2024": ("2024-05-01", "2024-08-31"),
    "akhir tahun": ("2024-09-01", "2024-12-31"),
    "awal bulan": ("2025-06-01", "2025-06-10"),
    "tiga hari kemarin": ("2025-06-09", "2025-06-12"),
    "pada 2022": ("2022-01-01", "2022-12-31"),
    "di 2024": ("2024-01-01", "2024-12-31"),
    "tahun 2019": ("2019-01-01", "2019-12-31"),
    "thn 2019": ("2019-01-01", "2019-12-31"),
    "tahun 1890": ("1890-01-01", "1890-12-31"),
    "semester I 2025": ("2025-01-01", "2025-06-30"),
    "semester kedua tahun lalu": ("2024-07-01", "2024-12-31"),
    "kuartal 2 2024": ("2024-04-01", "2024-06-30"),
    "kuartal IV-2024": ("2024-10-01", "2024-12-31"),
    "triwulan III 2024": ("2024-07-01", "2024-09-30"),
    "Q1 2025": ("2025-01-01", "2025-03-31"),
    "kuartal lalu": ("2025-01-01", "2025-03-31"),
    "dua hari terakhir": ("2025-06-10", "2025-06-12"),
    "3 minggu terakhir": ("2025-05-22", "2025-06-12"),
    "sebulan terakhir": ("2025-05-12", "2025-06-12"),
    "setahun terakhir": ("2024-06-12", "2025-06-12"),
    "lima tahun terakhir ini": ("2020-06-12", "2025-06-12"),
    "5 hari ke depan": ("2025-06-12", "2025-06-17"),
    "beberapa waktu lalu": ("2025-05-13", "2025-06-12"),
    "skrg": ("2025-05-13", "2025-06-12"),
    "sejak 2020": ("2020-01-01", None),
    "sejak Maret lalu": ("2025-03-01", None),
    "dari kemarin": ("2025-06-11", None),
    "mulai 8 Mei 2025": ("2025-05-08", None),
    "sebelum Juni 2025": (None, "2025-05-31"),
    "sblm 2020": (None, "2019-12-31"),
    "setelah 3 Mei 2025": ("2025-05-04", None),
    "hingga 2023": (None, "2023-12-31"),
    "sampai akhir Mei 2025": (None, "2025-05-31"),
    "antara 2019 dan 2021": ("2019-01-01", "2021-12-31"),
    "2019-2021": ("2019-01-01", "2021-12-31"),
    "tahun 2019 dan 2020": ("2019-01-01", "2020-12-31"),
    "antara 3 dan 5 Juni 2025": ("2025-06-03", "2025-06-05"),
    "3-5 Juni 2025": ("2025-06-03", "2025-06-05"),
    "dari 30 Mei sampai 2 Juni 2025": ("2025-05-30", "2025-06-02"),
    "dari Januari sampai Maret 2024": ("2024-01-01", "2024-03-31"),
    "jan-mar 2024": ("2024-01-01", "2024-03-31"),
    "dari November hingga Februari 2024": ("2023-11-01", "2024-02-29"),
    "dari November 2023 hingga Februari": ("2023-11-01", "2024-02-29"),
    "sejak 2017 sampai 31 Mei 2025": ("2017-01-01", "2025-05-31"),
    "antara kemarin dan hari ini": ("2025-06-11", "2025-06-12"),
}


@pytest.mark.parametrize(("words", "span"), SPANS.items(), ids=list(SPANS))
def test_span_of_days(words: str, span: Span) -> None:
    """Weeks, months, years, their parts, and open or bounded stretches have their first and last day."""
    assert span == span_of(f"berapa ekspor kopi {words}?")


@pytest.mark.parametrize(
    "question",
    [
        "siapa bupati baru itu?",
        "ada 2 juta orang di sana",
        "benarkah 2.024 orang hadir?",
        "berapa orang kalau 2000 orang batal?",
        "harga sewa Rp 2025 per jam?",
        "motor 2000 cc itu buatan mana",
        "apa isi Pasal 12/2019?",
        "apa isi UU 20 Tahun 2003?",
        "apa isi UU Nomor 20 Tahun 2003 soal sekolah?",
        "Perpres 84 tahun 2025 mengatur apa",
        "tenor 3 tahun cicilannya berapa",
        "hukuman dua bulan penjara",
        "sejak kapan dia ketua?",
        "lagu 1990-an apa saja",
        "jadwal setiap Senin",
        "khotib salat Jumat siapa",
        "harga di Pasar Minggu",
        "kampus Universitas Sebelas Maret di mana",
        "siapa Jan Hwa dan Mar itu",
        "siapa Shi Yu Qi itu?",
        "rata-rata tiap kuartal II",
        "jadwal Jumat Agung",
        "angka 2024-2019",
        "lima belas menit lagi apa",
        "belasan tahun silam siapa ketuanya",
        "rapat 31 Februari 2022",
        "rapat 18/6/2926",
        "skor 3/2",
        "pendidikan terakhir Sari",
        "",
    ],
)
def test_no_period(question: str) -> None:
    """Amounts, laws, durations, habits, names and impossible dates are no periods."""
    assert find_period(question, now=NOW) is None


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("siapa juara Piala Dunia 2026?", ("2026-01-01", "2026-12-31")),
        ("berapa defisit APBN 2025", ("2025-01-01", "2025-12-31")),
        ("siapa menang pilkada 2024", ("2024-01-01", "2024-12-31")),
        ("tuan rumah Euro 2008", ("2008-01-01", "2008-12-31")),
        ("pemilu 2024 dan 2029", ("2024-01-01", "2024-12-31")),
        ("juara musim 2023/2024", ("2023-01-01", "2024-12-31")),
        ("laba tahun buku 2024", ("2024-01-01", "2024-12-31")),
    ],
)
def test_year_of_a_name(question: str, span: Span) -> None:
    """A year that belongs to a name or noun is told apart, and only a preference."""
    found = period_of(question)
    assert (PeriodKind.EVENT_YEAR, False, span) == (found.kind, found.strict, span_of(question))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("kemarin", PeriodKind.DAY),
        ("pekan lalu", PeriodKind.WEEK),
        ("Februari 2022", PeriodKind.MONTH),
        ("akhir 2024", PeriodKind.PART),
        ("kuartal I 2025", PeriodKind.PART),
        ("tahun 2019", PeriodKind.YEAR),
        ("sebulan terakhir", PeriodKind.RECENT),
        ("3-5 Juni 2025", PeriodKind.SPAN),
        ("sejak 2020", PeriodKind.SINCE),
        ("hingga 2023", PeriodKind.UNTIL),
        ("sebelum 2020", PeriodKind.BEFORE),
        ("setelah 2020", PeriodKind.AFTER),
    ],
)
def test_kind(words: str, kind: PeriodKind) -> None:
    """The kind says what the period is made of."""
    assert kind == period_of(f"kabar kopi {words}").kind


STRICT = {
    "hari ini": True,
    "kemarin": True,
    "tadi malam": True,
    "Senin pekan lalu": True,
    "minggu ini": True,
    "bulan lalu": True,
    "tahun ini": True,
    "seminggu terakhir": True,
    "dari kemarin": True,
    "besok": False,
    "minggu depan": False,
    "tahun lalu": False,
    "dua minggu lalu": False,
    "24 Februari 2022": False,
    "Februari 2022": False,
    "tahun 2019": False,
    "11 Juni": False,
    "hingga 2023": False,
    "sekarang": False,
    "tadi": False,
}


@pytest.mark.parametrize(("words", "strict"), STRICT.items(), ids=list(STRICT))
def test_strictness(words: str, strict: bool) -> None:
    """Only words that count from today and reach into the last two months may leave articles out."""
    assert strict == period_of(f"kabar kopi {words}").strict


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("gempa kmrn di mana?", "kmrn"),
        ("Berapa ekspor kopi sejak Maret 2024?", "sejak Maret 2024"),
        ("ekspor dari Januari sampai Maret 2024 berapa", "dari Januari sampai Maret 2024"),
        ("Rapat Senin (9/6) membahas apa?", "Senin (9/6)"),
        ("siapa juara Piala Dunia 2026?", "2026"),
        ("harga   bulan \u00a0 lalu", "bulan \u00a0 lalu"),
        ("İstanbul kemarin", "kemarin"),
    ],
)
def test_place_in_the_question(question: str, words: str) -> None:
    """Start and end enclose the words that name the period, and what opens it."""
    found = period_of(question)
    assert words == question[found.start : found.end]


@pytest.mark.parametrize(
    ("question", "span"),
    [
        pytest.param("gempa kemarin juni 2024", ("2024-06-01", "2024-06-30"), id="calendar before loose word"),
        pytest.param("juara Liga 1 2023 pekan lalu", ("2025-06-02", "2025-06-08"), id="period before name"),
        pytest.param("target 2026 menurut rapat 3 Juni 2025", ("2025-06-03", "2025-06-03"), id="day before year"),
        pytest.param("beda harga 3 Juni 2025 dengan 4 Juni 2025", ("2025-06-03", "2025-06-03"), id="first of equals"),
    ],
)
def test_surest_of_several(question: str, span: Span) -> None:
    """Of several periods the surest is taken, then the shortest, then the first."""
    assert span == span_of(question)


def test_day_is_that_of_the_asking_zone() -> None:
    """Late in the evening in London it is tomorrow in Jayapura, and "hari ini" with it."""
    moment = datetime(2025, 6, 12, 22, tzinfo=ZoneInfo("Europe/London"))
    there = moment.astimezone(ZoneInfo("Asia/Jayapura"))
    assert ("2025-06-12", "2025-06-13") == (span_of("hari ini", moment)[0], span_of("hari ini", there)[0])


@pytest.mark.parametrize(
    ("day", "late_days", "held"),
    [("2025-06-10", 0, False), ("2025-06-11", 0, True), ("2025-06-12", 0, False), ("2025-06-12", 1, True)],
)
def test_period_holds_its_days_and_late_reports(day: str, late_days: int, held: bool) -> None:
    """A day is held from the first to the last, or so many days later."""
    assert held == period_of("kemarin").holds(date.fromisoformat(day), late_days=late_days)


def test_open_period_holds_all_days_of_its_side() -> None:
    """A period without an end goes on, one without a beginning has always been."""
    assert period_of("sejak 2020").holds(date.max)
    assert period_of("sebelum 2020").holds(date.min)


@given(st.text(max_size=120), st.datetimes(timezones=st.just(ZoneInfo("Asia/Jakarta"))))
@example("besok lusa tahun depan 5 tahun lagi Senin depan kuartal depan", datetime.max.replace(tzinfo=NOW.tzinfo))
@example("kemarin lusa tahun lalu 5 tahun lalu Senin lalu sebelum kemarin", datetime.min.replace(tzinfo=NOW.tzinfo))
@example("29 Februari dari 29 Februari 2024 sampai 28 Februari", NOW)
@example("30 tahun terakhir 999 bulan lalu 999 tahun lagi", NOW)
def test_any_text_has_a_period_in_order_or_none(question: str, now: datetime) -> None:
    """No text and no moment raises, and a period ends no earlier than it begins."""
    found = find_period(question, now=now)
    assert found is None or 0 <= found.start < found.end <= len(question)
    assert found is None or (found.since or date.min) <= (found.until or date.max)


WORDS = [
    *DAYS,
    *SPANS,
    "dan",
    "sampai",
    "sejak",
    "antara",
    "hingga",
    "dari",
    "sebelum",
    "kopi",
    "tahun",
    "2024",
    "lalu",
]


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_any_mixture_of_expressions_is_understood(question: str) -> None:
    """Expressions of time side by side, joined or not, give a period in order."""
    found = find_period(question, now=NOW)
    assert found is None or (found.since or date.min) <= (found.until or date.max)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)))
def test_full_date_is_its_own_day(day: date) -> None:
    """A date with its year is that day, whenever it is asked."""
    assert (day.isoformat(), day.isoformat()) == span_of(f"apa yang terjadi pada {day.day}/{day.month}/{day.year}?")


@given(st.integers(min_value=1, max_value=366))
def test_day_without_a_year_is_the_latest_gone_by(days: int) -> None:
    """A day and a month mean the last such day, but for the coming week."""
    months = "januari februari maret april mei juni juli agustus september oktober november desember".split()
    day = NOW.date() - timedelta(days=days - 1)
    expected = day if days <= 358 else day.replace(year=day.year + 1)
    assert (expected.isoformat(),) * 2 == span_of(f"kabar {day.day} {months[day.month - 1]}")


def test_long_text_is_read_in_reasonable_time() -> None:
    """Ten thousand characters full of dates and white space are no trouble."""
    started = perf_counter()
    find_period("dari 3 Juni 2025 sampai kemarin " * 300, now=NOW)
    find_period("minggu " + " " * 10_000 + "tahun " * 100, now=NOW)
    assert perf_counter() - started < 2.0


@pytest.mark.parametrize("question", ["gempa 11 Junİ 2025", "gempa 11 Junı 2025", "gempa Kamiſ, 11 Juni 2025"])
def test_letters_that_only_look_like_those_of_the_calendar_are_read_too(question: str) -> None:
    """Patterns take Turkish and long letters for "i" and "s"; so do the tables behind them."""
    assert ("2025-06-11", "2025-06-11") == span_of(question)
