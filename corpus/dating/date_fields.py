"""Publication times from whatever a field, a meta tag or a feed gives, checked against the calendar of news."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from corpus.dating.calendar_words import MONTH, MONTHS, ZONE_HOURS, add_days, alternatives, day_or_none, full_year
from corpus.types import PublicationTime, Reason

EARLIEST_DAY = date(1945, 1, 1)
"""Earliest publication day believed: the year of the Republic's proclamation, in which the oldest of today's
Indonesian newspapers began; what claims to be older is a default such as 1900-01-01, or a slip."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What an empty field becomes when it is read as a number of seconds."""

LONGEST_FIELD = 200
"""Characters; a longer text is prose and no date field."""


class BadDateError(ValueError):
    """:param text: what was given; kept shortened. :param problem: why it is no date."""

    def __init__(self, text: str, problem: str) -> None:
        shown = text if len(text) <= 60 else text[:57] + "..."
        super().__init__(f"{problem}: {shown!r}")
        self.text = shown
        self.problem = problem


def parse_publication(text: str, *, zone: ZoneInfo) -> PublicationTime:
    """Read a publication time as written: ISO 8601, RFC 822, Unix time, or in Indonesian or English words.

    Numbers are day first ("24/02/2022"), month first only where nothing else is possible ("06/18/2025"). A bare date
    stays a bare date, and so does a machine's midnight without a zone, which is how tables write one. An impossible
    time of day ("25.61") is dropped and the day kept. Words around the date do no harm.

    :param zone: zone of times that name none; a named zone or an offset is kept as it is, as a fixed offset.
    :raises BadDateError: no date, one without a year, or one that the calendar does not have.

    >>> parse_publication("Kamis, 24 Feb 2022 09:15 WITA", zone=ZoneInfo("Asia/Jakarta")).isoformat()
    '2022-02-24T09:15:00+08:00'
    >>> parse_publication("Kamis (24/2/22)", zone=ZoneInfo("Asia/Jakarta")).isoformat()
    '2022-02-24'
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return _from_digits(text, zone)
    try:
        return _from_iso(text, zone)
    except ValueError:
        return _from_words(text, zone)


def check_plausible(published: PublicationTime, *, now: datetime) -> Reason | None:
    """What speaks against a publication time: too early to be news, or still to come; None if nothing does.

    A day of grace covers the zones: it is tomorrow in Jayapura while a clock in London says today.

    :param now: aware.
    :return: :attr:`Reason.BAD_DATE`, :attr:`Reason.FUTURE_DATE` or None.

    >>> check_plausible(PublicationTime(day=date(2926, 6, 18)), now=datetime(2025, 6, 18, tzinfo=UTC)).value
    'future_date'
    """
    if published.day < EARLIEST_DAY or published.moment == EPOCH:
        return Reason.BAD_DATE
    if published.moment is None:
        to_come = published.day > add_days(now.date(), 1)
    else:
        to_come = published.moment - now > timedelta(days=1)
    return Reason.FUTURE_DATE if to_come else None


def _from_iso(text: str, zone: tzinfo) -> PublicationTime:
    if len(text) == len("2022-02-24"):
        return PublicationTime(day=date.fromisoformat(text))
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return PublicationTime(day=moment.date(), moment=moment)
    return _from_table(moment, zone)


def _from_table(moment: datetime, zone: tzinfo) -> PublicationTime:
    """:param moment: written by a machine, without a zone; midnight to the second means that only the day is known."""
    if moment.time() == time():
        return PublicationTime(day=moment.date())
    return PublicationTime(day=moment.date(), moment=_localized(moment, zone))


def _localized(moment: datetime, zone: tzinfo) -> datetime:
    """The moment at the zone's offset of that time, fixed, so that it stays equal to itself when stored and read."""
    offset = moment.replace(tzinfo=zone).utcoffset()
    return moment.replace(tzinfo=timezone(offset or timedelta()))


_COMPACT_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
"""Calendar forms without separators, by their number of digits."""

_UNITS_A_SECOND = {9: 1, 10: 1, 12: 10**3, 13: 10**3, 15: 10**6, 16: 10**6, 18: 10**9, 19: 10**9}
"""Unix time in seconds, milli-, micro- or nanoseconds by the number of digits; each covers 1973 to 2286."""


def _from_digits(digits: str, zone: ZoneInfo) -> PublicationTime:
    form = _COMPACT_FORMATS.get(len(digits))
    if form is not None and digits.startswith(("19", "20")):
        try:
            return _from_table(datetime.strptime(digits, form), zone)
        except ValueError:
            pass  # twelve digits may still be milliseconds
    units = _UNITS_A_SECOND.get(len(digits))
    if units is None:
        raise BadDateError(digits, "no date")
    seconds = int(digits) // units
    local = (EPOCH + timedelta(seconds=seconds)).astimezone(zone).replace(tzinfo=None)
    return PublicationTime(day=local.date(), moment=_localized(local, zone))


_FRACTIONAL_SECONDS = re.compile(r"([0-9]{9,10})\.[0-9]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

_YEAR_FIRST = re.compile(r"(?<!\d)(?P<year>\d{4})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)")
_NUMERIC = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s?(?P<mark>[/.-])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4}|(?<![.])\d\d)(?!\d)"
)
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s.,/-]*(?:of\s)?(?P<word>{MONTH})(?![a-z])[\s.,/-]*"
    r"(?:'?(?P<year>\d{4}|\d\d(?![:.]?\d)))(?!\d)"
)
_MONTH_DAY = re.compile(
    rf"(?<![a-z])(?P<word>{MONTH})[\s.]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"
    r"(?P<between>[\s,]+\d\d?:\d\d(?::\d\d)?(?:\s+(?:[a-z]{1,4}|[+-]\d{4}))?)?[\s,]+(?P<year>\d{4})(?!\d)"
)
_YEAR_MONTH = re.compile(rf"(?<!\d)(?P<year>\d{{4}})[\s-]+(?P<word>{MONTH})[\s-]+(?P<day>\d{{1,2}})(?!\d)")
_DAY_FORMS = (_YEAR_FIRST, _NUMERIC, _DAY_MONTH, _MONTH_DAY, _YEAR_MONTH)

_CLOCK = re.compile(
    r"(?<![\d.,:/+-])(?P<hour>\d{1,2})\s?[:.]\s?(?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?:[.,]\d+)?(?!\d)"
    r"(?:\s?(?P<half>[ap])\.?m\b)?"
)
_ZONE = re.compile(
    r"(?<![\w+-])(?:utc|gmt)?\s?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?!\d)"
    rf"|(?<![a-z])(?P<name>{alternatives(ZONE_HOURS)})(?![a-z])"
)


def _from_words(text: str, zone: ZoneInfo) -> PublicationTime:
    """:raises BadDateError:"""
    if len(text) > LONGEST_FIELD:
        raise BadDateError(text, "prose, no date")
    fractional = _FRACTIONAL_SECONDS.fullmatch(text)
    if fractional is not None:
        return _from_digits(fractional[1], zone)
    lowered = _INVISIBLE.sub("", text).lower()
    day, match = _find_day(lowered)
    # The clock stands on either side of the day; in "Thu Feb 24 09:15:00 2022" it stands inside.
    between = match["between"] or "" if match.re is _MONTH_DAY else ""
    rest = f"{between} | {lowered[match.end() :]} | {lowered[: match.start()]}"
    clock = _CLOCK.search(rest)
    at = _time_of(clock) if clock is not None else None
    if clock is None or at is None:
        return PublicationTime(day=day)
    offset = _offset_after(rest, clock.end())
    if offset is not None:
        return PublicationTime(day=day, moment=datetime.combine(day, at, offset))
    if match.re is _YEAR_FIRST:
        return _from_table(datetime.combine(day, at), zone)
    return PublicationTime(day=day, moment=_localized(datetime.combine(day, at), zone))


def _find_day(lowered: str) -> tuple[date, re.Match[str]]:
    """The first form of a date that the calendar has.

    :raises BadDateError: there is none.
    """
    problem = "no date with a year"
    for form in _DAY_FORMS:
        match = form.search(lowered)
        if match is None:
            continue
        day = _day_of(match)
        if day is not None:
            return day, match
        problem = "no such day"
    raise BadDateError(lowered, problem)


def _day_of(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    year, day = full_year(groups["year"]), int(groups["day"])
    if "word" in groups:
        return day_or_none(year, MONTHS[groups["word"]], day)
    month = int(groups["month"])
    found = day_or_none(year, month, day)
    if found is None and groups["mark"] == "/":
        return day_or_none(year, day, month)
    return found


def _time_of(clock: re.Match[str]) -> time | None:
    """None for what no clock shows."""
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    if clock["half"] is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)


def _offset_after(text: str, position: int) -> timezone | None:
    """The zone named after a time of day, as a fixed offset; None where none is, or no zone has that offset."""
    zone = _ZONE.search(text, position)
    if zone is None:
        return None
    if zone["name"] is not None:
        return timezone(timedelta(hours=ZONE_HOURS[zone["name"]]))
    offset = timedelta(hours=int(zone["hours"]), minutes=int(zone["minutes"] or 0))
    if offset > _LARGEST_OFFSET:
        return None
    return timezone(-offset if zone["sign"] == "-" else offset)


_LARGEST_OFFSET = timedelta(hours=14)
"""Kiribati, the easternmost zone of the IANA database."""
