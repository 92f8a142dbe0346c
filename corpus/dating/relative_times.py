"""Expressions of time that count from today: "tadi malam", "3 minggu terakhir", "Selasa pekan lalu"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from corpus.dating.calendar_words import WEEKDAYS, add_days, add_months, alternatives, day_or_none, weekday_on_or_before
from corpus.dating.time_spans import (
    PART,
    PARTS,
    SIDE,
    SIDES,
    YESTERDAY,
    Basis,
    Frame,
    PeriodKind,
    Rule,
    TimeExpression,
    month_of,
    part_of_month,
    part_of_week,
    part_of_year,
    week_of,
    whole_words,
    year_of,
)

_UNITS: Mapping[str, PeriodKind] = MappingProxyType(
    dict.fromkeys(["hari", "hr"], PeriodKind.DAY)
    | dict.fromkeys(["minggu", "mgg", "mggu", "pekan", "weekend"], PeriodKind.WEEK)
    | dict.fromkeys(["bulan", "bln"], PeriodKind.MONTH)
    | dict.fromkeys(["tahun", "thn", "taun"], PeriodKind.YEAR)
)
_COUNTS: Mapping[str, int] = MappingProxyType(
    {"satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9}
    | {"sepuluh": 10, "sebelas": 11, "dua belas": 12, "dua puluh": 20, "tiga puluh": 30}
)
_RECENT_DAYS = 30
"""How far "akhir-akhir ini", "sekarang" and "beberapa waktu lalu" reach back."""

_UNIT = alternatives(_UNITS)
_KEMARIN = alternatives(YESTERDAY)
_DAYTIME = "pagi|siang|sore|petang|malam|mlm|subuh|dini hari"
_WEEKDAY = "senin|selasa|rabu|kamis|jumat|jum'at|jum’at|sabtu|minggu|ahad"

_NEAR_DAYS: tuple[tuple[str, int, int], ...] = (
    (f"(?:{_KEMARIN}) (?:lusa|dulu)", -2, -2),
    (f"(?:{_KEMARIN})(?: (?:{_DAYTIME}))?", -1, -1),
    ("(?:tadi|td) (?:malam|mlm)|(?:malam|mlm) tadi|semalam|semalem|smlm", -1, 0),
    (
        f"(?:hari|hr) ini|(?:tadi|td) (?:{_DAYTIME})|(?:{_DAYTIME}) (?:tadi|ini|nanti)|nanti (?:{_DAYTIME})",
        0,
        0,
    ),
    (f"(?:besok|bsk|bsok)(?: (?:{_DAYTIME}))?", 1, 1),
    ("(?:besok )?lusa", 2, 2),
)
"""Words for days about today, with the first and the last day that they mean, counted from today."""


def _near_day(match: re.Match[str], frame: Frame) -> TimeExpression:
    _, first, last = _NEAR_DAYS[int((match.lastgroup or "row0")[3:])]
    days = add_days(frame.today, first), add_days(frame.today, last)
    return TimeExpression.of(match, days, PeriodKind.DAY, Basis.RELATIVE)


def _just_now(match: re.Match[str], frame: Frame) -> TimeExpression:
    return TimeExpression.of(match, (frame.today, frame.today), PeriodKind.DAY, Basis.VAGUE)


def _of_late(match: re.Match[str], frame: Frame) -> TimeExpression:
    return TimeExpression.of(match, (add_days(frame.today, -_RECENT_DAYS), frame.today), PeriodKind.RECENT, Basis.VAGUE)


def _shifted(unit: PeriodKind, today: date, side: int) -> tuple[date, date]:
    """The day, week, month or year so many before (negative) or after the one of today."""
    if unit is PeriodKind.DAY:
        day = add_days(today, side)
        return day, day
    if unit is PeriodKind.WEEK:
        return week_of(add_days(today, 7 * side))
    if unit is PeriodKind.MONTH:
        there = add_months(today, side)
        return month_of(there.year, there.month)
    return year_of(add_months(today, 12 * side).year)


def _unit(match: re.Match[str], frame: Frame) -> TimeExpression | None:
    """Read "pekan lalu", "akhir tahun kemarin" and, less surely, "awal bulan"."""
    unit, part, side = _UNITS[match["unit"].lower()], match["part"], match["side"]
    if match["unit"].lower() == "weekend":
        part = "akhir"
    if unit is PeriodKind.DAY or (part is None and side is None):
        return None
    if _MANY_BEFORE.search(match.string, max(0, match.start() - 12), match.start()):
        return None
    shift = SIDES[side.lower()] if side else 0
    days = _shifted(unit, frame.today, shift)
    if part is None:
        return TimeExpression.of(match, days, unit, Basis.RELATIVE)
    days = _part_of(unit, days[0], part)
    if side is None and frame.looks_back and days[0] > frame.today:
        days = _part_of(unit, _shifted(unit, frame.today, -1)[0], part)
    return TimeExpression.of(match, days, PeriodKind.PART, Basis.RELATIVE if side else Basis.VAGUE)


_MANY_BEFORE = re.compile(r"\b(?:belasan|puluhan|ratusan|ribuan|ber)\s?$", re.IGNORECASE)


def _part_of(unit: PeriodKind, first: date, part: str) -> tuple[date, date]:
    """:param first: the first day of the whole week, month or year."""
    number = PARTS[part.lower()]
    if unit is PeriodKind.WEEK:
        return part_of_week(first, number)
    if unit is PeriodKind.MONTH:
        return part_of_month(first.year, first.month, number)
    return part_of_year(first.year, number)


def _counted(match: re.Match[str], frame: Frame) -> TimeExpression:
    """Read "dua hari lalu", "setahun terakhir", "5 hari ke depan"."""
    written = " ".join((match["count"] or "satu").lower().split())
    count = int(written) if written.isdigit() else _COUNTS[written]
    unit, today = _UNITS[match["unit"].lower()], frame.today
    if match["ago"] is not None:
        basis = Basis.RELATIVE if unit is PeriodKind.DAY else Basis.VAGUE
        return TimeExpression.of(match, _shifted(unit, today, -count), unit, basis)
    reach = count if match["ahead"] is not None else -count
    if unit in (PeriodKind.DAY, PeriodKind.WEEK):
        other = add_days(today, reach * (7 if unit is PeriodKind.WEEK else 1))
    else:
        other = add_months(today, reach * (12 if unit is PeriodKind.YEAR else 1))
    days = min(today, other), max(today, other)
    return TimeExpression.of(match, days, PeriodKind.RECENT, Basis.RELATIVE)


def _day_of_month(match: re.Match[str], frame: Frame) -> TimeExpression | None:
    """Read "tanggal 5": the latest one gone by, or the nearest."""
    today = frame.today
    this_month = today.replace(day=1)
    months = (this_month, add_months(this_month, -1), add_months(this_month, 1))
    days = [d for m in months if (d := day_or_none(m.year, m.month, int(match["number"]))) is not None]
    if frame.looks_back:
        day = max((day for day in days if day <= today), default=None)
    else:
        day = min(days, key=lambda day: abs(day - today), default=None)
    if day is None:
        return None
    # From the number on, as in "tanggal 5 Juni", so that there the longer expression wins.
    start, end = match.span("number")
    return TimeExpression(start=start, end=end, since=day, until=day, kind=PeriodKind.DAY, basis=Basis.YEARLESS)


_HABIT_BEFORE = re.compile(r"\b(?:se)?(?:tiap|pasar|shalat|salat|sholat|solat|khutbah)\s+$", re.IGNORECASE)
_FEAST_AFTER = re.compile(r"\s+(?:agung|putih|abu|suci|berkah|kliwon|legi|pahing|pon|wage)\b", re.IGNORECASE)


def _weekday(match: re.Match[str], frame: Frame) -> TimeExpression | None:
    """Read "hari Senin", "Selasa pekan lalu", "Jumat kemarin" and, less surely, "Kamis"."""
    text, start, end = match.string, match.start(), match.end()
    if _HABIT_BEFORE.search(text, max(0, start - 12), start) or _FEAST_AFTER.match(text, end):
        return None
    if match["weekday"].lower() == "minggu" and not _is_sunday(match):
        return None
    weekday, today = WEEKDAYS[match["weekday"].lower()], frame.today
    side = SIDES.get((match["side"] or "").lower())
    latest = weekday_on_or_before(today, weekday)
    if match["week"] is not None or side == 0:
        day = add_days(weekday_on_or_before(today, 0), 7 * (side or 0) + weekday)
    elif side == -1 and latest == today:
        day = add_days(latest, -7)
    else:
        day = add_days(latest, 7) if side == 1 else latest
    named = side is not None or match["called"] is not None
    return TimeExpression.of(match, (day, day), PeriodKind.DAY, Basis.RELATIVE if named else Basis.VAGUE)


def _is_sunday(match: re.Match[str]) -> bool:
    """Whether "minggu" is a day: it is called one, has a time of day or a week, or stands in capitals mid-sentence."""
    if match["called"] or match["daytime"] or match["week"]:
        return True
    return match["side"] is None and match.start() > 0 and match["weekday"][0].isupper()


RULES = (
    Rule(
        words=frozenset((*YESTERDAY, "hari", "hr", "tadi", "td", "nanti", "semalam", "semalem", "smlm"))
        | frozenset((*_DAYTIME.replace(" ", "|").split("|"), "besok", "bsk", "bsok", "lusa")),
        pattern=whole_words("|".join(f"(?P<row{row}>{words})" for row, (words, _, _) in enumerate(_NEAR_DAYS))),
        read=_near_day,
    ),
    Rule(
        words=frozenset(("tadi", "barusan", "baru")),
        pattern=whole_words("tadi|barusan|baru (?:saja|aja)"),
        read=_just_now,
    ),
    Rule(
        words=frozenset(("sekarang", "skrg", "skrng", "skg", "ini", "beberapa")),
        pattern=whole_words(
            r"sekarang|skrg|skrng|skg|saat ini|(?:akhir[\s-]?akhir|akhir2|belakangan|baru[\s-]?baru|baru2) ini"
            rf"|beberapa (?:waktu|{_UNIT}) (?:(?:yang|yg) )?(?:lalu|silam|terakhir|belakangan)(?: ini)?"
        ),
        read=_of_late,
    ),
    Rule(
        words=frozenset(_UNITS),
        pattern=whole_words(rf"(?:(?P<part>{PART}) )?(?P<unit>{_UNIT})(?: (?:(?:yang|yg) )?(?P<side>{SIDE}))?"),
        read=_unit,
    ),
    Rule(
        words=frozenset((*YESTERDAY, "lalu", "silam", "terakhir", "trakhir", "belakangan", "belakang"))
        | frozenset(("lagi", "depan", "mendatang")),
        pattern=whole_words(
            rf"(?:(?P<count>[0-9]{{1,3}}|{alternatives(_COUNTS)})\s*|se)(?P<unit>{_UNIT}) (?:(?:(?:yang|yg) )?"
            rf"(?P<ago>lalu|silam)|(?:terakhir|trakhir|belakangan|ke belakang|{_KEMARIN})(?: ini)?"
            r"|(?P<ahead>lagi|ke depan|mendatang))"
        ),
        read=_counted,
    ),
    Rule(
        words=frozenset(("tanggal", "tgl")),
        pattern=re.compile(r"\b(?:tanggal|tgl)\.?\s*(?P<number>[0-9]{1,2})(?![.,:/-]?[0-9])", re.IGNORECASE),
        read=_day_of_month,
    ),
    Rule(
        words=frozenset((*_WEEKDAY.split("|"), "jum")),
        pattern=whole_words(
            rf"(?:(?:{_KEMARIN}) )?(?P<called>(?:hari|hr) )?(?P<weekday>{_WEEKDAY})(?P<daytime> (?:{_DAYTIME}))?"
            rf"(?:,? (?P<week>(?:minggu|mgg|pekan) )?(?:(?:yang|yg) )?(?P<side>{SIDE}))?"
        ),
        read=_weekday,
    ),
)
"""The rules of this module."""
