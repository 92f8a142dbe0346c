"""Expressions of time that name the calendar: "24/2/22", "akhir Juni 2025", "Februari lalu", "kuartal I 2025"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from corpus.dating.calendar_words import FULL_MONTHS, MONTH, MONTHS, add_days, add_months, alternatives, month_end
from corpus.dating.date_mentions import DateMention
from corpus.dating.time_spans import (
    A_YEAR,
    PART,
    PARTS,
    SIDE,
    SIDES,
    YEAR,
    Basis,
    Frame,
    PeriodKind,
    Rule,
    TimeExpression,
    month_of,
    part_of_month,
    part_of_year,
    whole_words,
)

_UPCOMING_DAYS = 7
"""A date without a year that is at most so many days ahead is not taken for last year's."""
_YEARS_BACK = 12
"""How many years back a weekday may lead: then every date has fallen on it once."""
_DAYS_A_YEAR = 365

_TAHUN = r"(?:tahun|taun|thn|th)\.?"
_AFTER_DATE = re.compile(
    rf"\s{{1,3}}(?P<of_year>{_TAHUN}\s{{1,3}})?(?:(?:yang|yg)\s{{1,3}})?(?P<side>{SIDE})(?!\w)", re.IGNORECASE
)


def read_date(text: str, mention: DateMention, frame: Frame) -> TimeExpression | None:
    """A date of the text as days; one without a year in the likeliest year, None where the calendar has none.

    :param mention: found in this text.
    """
    if mention.misprinted and frame.looks_back:
        return None
    said = _AFTER_DATE.match(text, mention.end)
    side = SIDES[said["side"].lower()] if said else None
    if mention.year is not None:
        last, basis, end = mention.resolve(), Basis.ABSOLUTE, mention.end
    elif said is not None and said["of_year"]:
        last, basis, end = mention.resolve(frame.today.year + (side or 0)), Basis.ABSOLUTE, said.end()
    else:
        last, end = _likeliest(mention, frame, side), said.end() if said else mention.end
        basis = Basis.RELATIVE if side is not None or _is_confirmed(mention, last, frame) else Basis.YEARLESS
    if last is None:
        return None
    first = last.replace(day=mention.first_day) if mention.first_day and mention.first_day <= last.day else last
    kind = PeriodKind.DAY if first == last else PeriodKind.SPAN
    return TimeExpression(start=mention.start, end=end, since=first, until=last, kind=kind, basis=basis, dated=True)


def _is_confirmed(mention: DateMention, day: date | None, frame: Frame) -> bool:
    """Whether a weekday confirms the guess of a year, and the day is less than a year from today."""
    if day is None or mention.weekday is None or not mention.agrees(day):
        return False
    return abs((day - frame.today).days) < _DAYS_A_YEAR


def _likeliest(mention: DateMention, frame: Frame, side: int | None) -> date | None:
    """The day of a date without a year: on its weekday where it names one, and before, after or near today."""
    today = frame.today
    years_back = _YEARS_BACK if frame.looks_back else 1
    years = range(max(today.year - years_back, 1), min(today.year + 1, 9999) + 1)
    days = [day for year in years if (day := mention.resolve(year)) is not None]
    days = [day for day in days if mention.agrees(day)] or days
    if side:
        days = [day for day in days if (day > today) == (side > 0)] or days
    if side is None and frame.looks_back:
        return max((day for day in days if day <= add_days(today, _UPCOMING_DAYS)), default=None)
    return min(days, key=lambda day: abs(day - today), default=None)


def _month(match: re.Match[str], frame: Frame) -> TimeExpression | None:
    """Read "Februari 2022", "awal Juni tahun lalu", "bulan Maret lalu" and, with the year guessed, "akhir Juli"."""
    month, side = MONTHS[match["month"].lower()], match["side"]
    year_side, basis = match["year_side"] or (side if match["of_year"] else None), Basis.ABSOLUTE
    if match["year"] is not None:
        year = int(match["year"])
    elif year_side is not None:
        year = frame.today.year + SIDES[year_side.lower()]
    elif not _stands_alone(match):
        return None
    else:
        basis = Basis.RELATIVE if side else Basis.YEARLESS
        year = _year_of_month(month, frame, SIDES[side.lower()] if side else None)
    if not 1 <= year <= 9999:
        return None
    if match["part"] is not None:
        days = part_of_month(year, month, PARTS[match["part"].lower()])
        return TimeExpression.of(match, days, PeriodKind.PART, basis)
    return TimeExpression.of(match, month_of(year, month), PeriodKind.MONTH, basis)


def _year_of_month(month: int, frame: Frame, side: int | None) -> int:
    today = frame.today
    if side == 0:
        return today.year
    if side == 1:
        return today.year + (month <= today.month)
    if side == -1:
        return today.year - (month >= today.month)
    if frame.looks_back:
        return today.year - (month > today.month)
    return add_months(today, (month - today.month + 6) % 12 - 6).year


_HABIT_BEFORE = re.compile(r"\b(?:se)?tiap\s+$", re.IGNORECASE)
_NO_MONTH_BEFORE = re.compile(r"\b(?:sebelas|(?:se)?tiap)\s+$", re.IGNORECASE)
_MONTH_FOLLOWS = re.compile(rf"\s*(?:[-–]|s/d|sd|sampai|hingga)\s*(?:{MONTH})\b", re.IGNORECASE)


def _stands_alone(match: re.Match[str]) -> bool:
    """Whether a month without a year is one: no abbreviation but in "Jan-Mar 2024", no "Universitas Sebelas Maret"."""
    if _NO_MONTH_BEFORE.search(match.string, max(0, match.start() - 12), match.start()):
        return False
    return match["month"].lower() in FULL_MONTHS or _MONTH_FOLLOWS.match(match.string, match.end()) is not None


_QUARTERS: Mapping[str, int] = MappingProxyType(
    {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
    | {"pertama": 1, "kesatu": 1, "kedua": 2, "ketiga": 3, "keempat": 4}
)
_QUARTER_MONTHS: Mapping[str, int] = MappingProxyType(
    {"kuartal": 3, "kwartal": 3, "triwulan": 3, "tw": 3, "caturwulan": 4, "semester": 6, "paruh": 6}
)


def _quarter(match: re.Match[str], frame: Frame) -> TimeExpression | None:
    """Read "kuartal I 2025", "semester kedua tahun lalu" and, less surely, "triwulan III"."""
    months = _QUARTER_MONTHS[match["unit"].lower()] if match["unit"] else 3
    number = _QUARTERS[(match["number"] or match["digit"]).lower()]
    if number * months > 12 or _HABIT_BEFORE.search(match.string, max(0, match.start() - 12), match.start()):
        return None
    first = (number - 1) * months + 1
    if match["year"] is not None:
        year, basis = int(match["year"]), Basis.ABSOLUTE
    elif match["side"] is not None:
        year, basis = frame.today.year + SIDES[match["side"].lower()], Basis.RELATIVE
    else:
        year, basis = frame.today.year - (first > frame.today.month), Basis.VAGUE
    if not 1 <= year <= 9999:
        return None
    days = date(year, first, 1), month_end(year, number * months)
    return TimeExpression.of(match, days, PeriodKind.PART, basis)


_FIRST_BARE_YEAR = 1900
"""Before it only "tahun" makes a number a year."""

_LAW_BEFORE = re.compile(
    r"\b(?:uu|undang-undang|perppu|perpres|permen\w*|kepmen\w*|perda|pergub|perwali?|keppres|inpres|pojk|pmk)\b"
    r"[^?!,;]{0,30}$|\b(?:pp|sk|se|skb|pasal|nomor|no\.?)\s*[0-9][^?!,;]{0,20}$",
    re.IGNORECASE,
)
_NAME_ROOM = 48
"""Characters before a year that tell what it belongs to."""
_MONEY_BEFORE = re.compile(
    r"(?:\brp\.?|\$|\b(?:usd|idr|nomor|no\.?|kode|seri|kelas|tipe|jalan|jl\.?))\s*$", re.IGNORECASE
)
_MEASURE_AFTER = re.compile(
    r"(?:\s*(?:%|persen\b|km\b|kg\b|cc\b|mdpl\b|m\b|mw\b|watt\b|ha\b))|\s+(?:rupiah|dolar|euro|rb|ribu|juta|miliar|"
    r"triliun|orang|unit|meter|kilometer|ton|hektare?|kali|lembar|ekor|butir|peserta|pelari|personel|warga|jemaah|"
    r"jamaah|rumah|kursi|tiket|lot|kata|halaman|kalori)\b",
    re.IGNORECASE,
)
_TIME_WORD_BEFORE = re.compile(
    r"\b(?:pada|di|dalam|selama|sepanjang|sejak|semenjak|sjk|sebelum|sblm|setelah|stlh|sesudah|pasca|usai|selepas|"
    rf"hingga|sampai|sampe|smpe|antara|dari|mulai|terhitung|per|periode|kurun|sekitar|menjelang|{PART})\s*$",
    re.IGNORECASE,
)
_NAMED_YEAR = "(?:anggaran|ajaran|buku|pelajaran|akademik|fiskal)"
_NAMED_YEAR_END = re.compile(rf"{_NAMED_YEAR}\s$", re.IGNORECASE)


def _year(match: re.Match[str], _frame: Frame) -> TimeExpression | None:
    """Read "tahun 2019", "akhir 2024", "pada 2022", "2019-2021", and the years that belong to a name."""
    text, start = match.string, match.start()
    called, part = match["called"], match["part"]
    room = max(0, start - _NAME_ROOM)
    if _LAW_BEFORE.search(text, room, start):
        return None
    if not called and (_MONEY_BEFORE.search(text, room, start) or _MEASURE_AFTER.match(text, match.end())):
        return None
    first, last = int(match["year"]), int(match["until"] or match["year"])
    if last < first or (first < _FIRST_BARE_YEAR and not called):
        return None
    if part is not None and first == last:
        return TimeExpression.of(match, part_of_year(first, PARTS[part.lower()]), PeriodKind.PART)
    days = date(first, 1, 1), date(last, 12, 31)
    if match["season"] is not None or (called and _NAMED_YEAR_END.search(called)):
        days = date(first, 1, 1), date(first + (match["season"] is not None), 12, 31)
        return TimeExpression.of(match, days, PeriodKind.EVENT_YEAR)
    if not called and not _TIME_WORD_BEFORE.search(text, room, start):
        return TimeExpression.of(match, days, PeriodKind.EVENT_YEAR)
    return TimeExpression.of(match, days, PeriodKind.YEAR if first == last else PeriodKind.SPAN)


def _present_quarter(match: re.Match[str], frame: Frame) -> TimeExpression | None:
    """Read "kuartal lalu", "semester ini"."""
    months, today = _QUARTER_MONTHS[match["unit"].lower()], frame.today
    first = add_months(today.replace(day=1), SIDES[match["side"].lower()] * months - (today.month - 1) % months)
    last = add_months(first, months - 1)
    days = first, month_end(last.year, last.month)
    return TimeExpression.of(match, days, PeriodKind.PART, Basis.RELATIVE)


RULES = (
    Rule(
        words=frozenset(MONTHS),
        pattern=whole_words(
            rf"(?:{_TAHUN} (?P<year_side>{SIDE}),? )?(?:(?P<part>{PART}) )?(?:(?:bulan|bln) )?(?P<month>{MONTH})"
            rf"(?:\.?[\s-]*(?:{_TAHUN} )?(?P<year>{YEAR})"
            rf"|(?P<of_year> {_TAHUN})?(?: (?:(?:yang|yg) )?(?P<side>{SIDE})))?"
        ),
        read=_month,
    ),
    Rule(
        words=frozenset((*_QUARTER_MONTHS, "q1", "q2", "q3", "q4")),
        pattern=whole_words(
            rf"(?:(?P<unit>{alternatives(_QUARTER_MONTHS)})[\s-]+(?:ke-?\s?)?(?P<number>{alternatives(_QUARTERS)})"
            rf"|q(?P<digit>[1-4]))(?:[\s/-]*(?:{_TAHUN} )?(?P<year>{YEAR})| {_TAHUN} (?P<side>{SIDE}))?"
        ),
        read=_quarter,
    ),
    Rule(
        words=frozenset(_QUARTER_MONTHS),
        pattern=whole_words(rf"(?P<unit>kuartal|triwulan|semester) (?:(?:yang|yg) )?(?P<side>{SIDE})"),
        read=_present_quarter,
    ),
    Rule(
        words=frozenset((A_YEAR,)),
        pattern=whole_words(
            rf"(?:(?P<part>{PART}) )?(?P<called>{_TAHUN} (?:{_NAMED_YEAR} )?)?(?<![0-9.,/-])(?P<year>{YEAR})"
            rf"(?:(?P<season>/(?:20)?[0-9][0-9])|\s?[-–]\s?(?P<until>{YEAR}))?(?![.,][0-9]|-?an\b)"
        ),
        read=_year,
    ),
)
"""The rules of this module; :func:`read_date` is one more."""
