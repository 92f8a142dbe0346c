"""What expressions of time resolve to, and the weeks, months, years and their parts from which the rules build."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from corpus.dating.calendar_words import add_days, alternatives, month_end, weekday_on_or_before


class PeriodKind(StrEnum):
    """What a period is made of."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    PART = "part"  # of a week, month or year; quarters and semesters too
    YEAR = "year"
    RECENT = "recent"  # some time up to today, or from today on
    SPAN = "span"  # from one expression to another
    SINCE = "since"
    UNTIL = "until"
    BEFORE = "before"
    AFTER = "after"
    EVENT_YEAR = "event_year"  # belongs to a name: "Piala Dunia 2026"


class Basis(StrEnum):
    """How an expression is tied to the calendar."""

    ABSOLUTE = "absolute"  # names its year
    RELATIVE = "relative"  # counts from today
    YEARLESS = "yearless"  # "11 Juli": the year had to be guessed
    VAGUE = "vague"  # "akhir-akhir ini", "Senin"


CERTAINTY = (Basis.ABSOLUTE, Basis.RELATIVE, Basis.YEARLESS, Basis.VAGUE)
"""From the surest to the least sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """A stretch of text that names days.

    :param start: first character.
    :param end: one past the last character.
    :param since: first day.
    :param until: last day, not before the first.
    :param dated: holds a day of a month, and so is read before all others.
    """

    start: int
    end: int
    since: date
    until: date
    kind: PeriodKind
    basis: Basis
    dated: bool = False

    @classmethod
    def of(
        cls, match: re.Match[str], days: tuple[date, date], kind: PeriodKind, basis: Basis = Basis.ABSOLUTE
    ) -> TimeExpression:
        """The expression that a whole match is."""
        return cls(start=match.start(), end=match.end(), since=days[0], until=days[1], kind=kind, basis=basis)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The point of view of a text.

    :param today: the day from which it counts.
    :param looks_back: a date without a year is the latest gone by, as in questions on news; else it is the nearest.
    """

    today: date
    looks_back: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one family of expressions is found and read.

    :param words: in lower case; a text with none of them has no such expression, and the pattern need not run.
    :param pattern: what an expression looks like.
    :param read: the expression that a match is, or None where it is something else.
    """

    words: frozenset[str]
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Frame], TimeExpression | None]


A_YEAR = "2000"
"""Stands for any number that may be a year among the words of a rule."""

YESTERDAY = ("kemarin", "kemaren", "kemarn", "kmarin", "kmaren", "kmrin", "kmrn")
"""Spellings of the word that also means "last": "bulan kemarin"."""

SIDES: Mapping[str, int] = MappingProxyType(
    {"ini": 0, "lalu": -1, "silam": -1, "depan": 1, "mendatang": 1, "nanti": 1} | dict.fromkeys(YESTERDAY, -1)
)
"""Which week, month or year, counted from the present one."""

PARTS: Mapping[str, int] = MappingProxyType(
    {"awal": 0, "pertengahan": 1, "tengah": 1, "akhir": 2, "penghujung": 2, "ujung": 2}
)
"""Parts of a week, month or year by number."""

YEAR = "(?:1[5-9]|20)[0-9][0-9]"
"""Regular expression of a year that news writes about."""

SIDE = alternatives(SIDES)
PART = alternatives(PARTS)


def whole_words(pattern: str) -> re.Pattern[str]:
    """Compiled without regard to case, not inside a word, with any white space where the pattern has a space."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)".replace(" ", r"\s+"), re.IGNORECASE)


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday."""
    monday = weekday_on_or_before(day, 0)
    return monday, add_days(monday, 6)


def month_of(year: int, month: int) -> tuple[date, date]:
    """First and last day."""
    return date(year, month, 1), month_end(year, month)


def year_of(year: int) -> tuple[date, date]:
    """First and last day."""
    return date(year, 1, 1), date(year, 12, 31)


def part_of_week(day: date, part: int) -> tuple[date, date]:
    """Monday and Tuesday, Wednesday and Thursday, or the weekend."""
    first = add_days(weekday_on_or_before(day, 0), (0, 2, 5)[part])
    return first, add_days(first, 1)


def part_of_month(year: int, month: int, part: int) -> tuple[date, date]:
    """A third, the last one as long as the month: wide enough for how loosely news says "awal" and "akhir"."""
    first, last = month_of(year, month)
    return first.replace(day=1 + 10 * part), last if part == 2 else first.replace(day=10 + 10 * part)


def part_of_year(year: int, part: int) -> tuple[date, date]:
    """Four months."""
    return date(year, 1 + 4 * part, 1), month_end(year, 4 + 4 * part)
