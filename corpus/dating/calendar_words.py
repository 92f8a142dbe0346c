"""Words of the Indonesian calendar, months, weekdays and time zones, with the little arithmetic that they need.

English names are here too: feeds, meta tags and half-translated portals use them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType


def _numbered(rows: tuple[str, ...], *, start: int) -> Mapping[str, int]:
    return MappingProxyType({name: number for number, names in enumerate(rows, start) for name in names.split()})


MONTHS = _numbered(
    (
        "januari jan january",
        "februari feb pebruari february",
        "maret mar march",
        "april apr",
        "mei may",
        "juni jun june",
        "juli jul july",
        "agustus agu ags agt agst agus aug august",
        "september sep sept",
        "oktober okt oct october",
        "november nov nop nopember",
        "desember des dec december",
    ),
    start=1,
)
"""Month, 1 to 12, of each spelling in lower case: full names, printed abbreviations, older spellings."""

FULL_MONTHS = tuple(
    "januari februari pebruari maret april mei juni juli agustus september oktober november nopember desember".split()
)
"""Spellings that mean a month even with no day or year beside them; "jan", "march" and "august" may be names."""

WEEKDAYS = _numbered(
    (
        "senin senen monday mon",
        "selasa tuesday tue tues",
        "rabu wednesday wed",
        "kamis thursday thu thur thurs",
        "jumat jum'at jum’at jum`at friday fri",
        "sabtu saturday sat",
        "minggu ahad sunday sun",
    ),
    start=0,
)
"""Weekday as :meth:`datetime.date.weekday` counts it (Monday is 0) of each spelling in lower case."""

ZONE_HOURS: Mapping[str, int] = MappingProxyType(
    {"wib": 7, "wita": 8, "wit": 9, "utc": 0, "gmt": 0, "ut": 0, "z": 0, "sgt": 8, "jst": 9}
    | {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
)
"""Hours east of UTC of the zones that Indonesian portals print, of RFC 822 (section 5.1), and of two neighbours."""


PLAIN_LETTERS = str.maketrans("\u0130\u0131\u017f", "iis")
"""For :meth:`str.translate`: Turkish and long letters that a pattern without regard to case takes for "i" and "s",
while :meth:`str.lower` leaves them as they are, so that no table has the word. Offsets stay as they are."""


def alternatives(words: Iterable[str]) -> str:
    """Regular expression for any of the words, the longest first; spaces stay as they are.

    >>> alternatives(["sep", "september"])
    'september|sep'
    """
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(words, key=len, reverse=True))


MONTH = alternatives(MONTHS)
"""Regular expression for every spelling of a month, in lower case."""

WEEKDAY = alternatives(WEEKDAYS)
"""Regular expression for every spelling of a weekday, in lower case."""


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has no such day.

    >>> day_or_none(2025, 2, 31) is None
    True
    """
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(written: str) -> int:
    """The year meant by four digits, or by two with the rule of POSIX ``strptime``: 69 to 99 are 1969 to 1999.

    >>> full_year("22"), full_year("98"), full_year("2022")
    (2022, 1998, 2022)
    """
    year = int(written)
    if len(written) > 2:
        return year
    return year + (1900 if year >= 69 else 2000)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def add_months(day: date, count: int) -> date:
    """The same day some months later (earlier if negative), or the last day of a month that is too short for it.

    Years stay within what :class:`datetime.date` holds.

    >>> add_months(date(2024, 3, 31), -1)
    datetime.date(2024, 2, 29)
    """
    months = min(max(day.year * 12 + day.month - 1 + count, 12), 9999 * 12 + 11)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, count: int) -> date:
    """The day some days later (earlier if negative), at most the first or last that :class:`datetime.date` holds."""
    return date.fromordinal(min(max(day.toordinal() + count, 1), date.max.toordinal()))


def weekday_on_or_before(day: date, weekday: int) -> date:
    """The latest such weekday that is not after the day.

    >>> weekday_on_or_before(date(2025, 6, 12), 0)
    datetime.date(2025, 6, 9)
    """
    return add_days(day, -((day.weekday() - weekday) % 7))
