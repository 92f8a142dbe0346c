"""Days and times as Indonesian newspapers print them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from corpus.types import PublicationTime

_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
_DAYS = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()

_ZONES: Mapping[timedelta, str] = MappingProxyType(
    {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}
)
"""The three times of Indonesia, by distance from UTC."""


def spelled_out(day: date) -> str:
    """A day with its weekday.

    >>> spelled_out(date(2022, 2, 24))
    'Kamis, 24 Februari 2022'
    """
    return f"{_DAYS[day.weekday()]}, {short_day(day)}"


def short_day(day: date) -> str:
    """A day without its weekday.

    >>> short_day(date(2022, 2, 24))
    '24 Februari 2022'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def clock_time(moment: datetime) -> str:
    """A time of day with its zone.

    :param moment: aware.

    >>> clock_time(datetime.fromisoformat("2022-02-24T09:05:00+07:00"))
    '09.05 WIB'
    """
    distance = moment.utcoffset() or timedelta()
    return f"{moment:%H.%M} {_ZONES.get(distance) or _from_utc(distance)}"


def _from_utc(distance: timedelta) -> str:
    """A zone by its distance: ``UTC``, ``UTC+5.30``, ``UTC-3``."""
    minutes = round(distance.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f'.{rest:02}' if rest else ''}"


def publication_words(published: PublicationTime, zone: ZoneInfo) -> str:
    """When an article appeared: the day, and the time where the source named one.

    A time in one of Indonesia's zones stays as printed; another is told as the clocks in `zone` showed it.

    >>> publication_words(PublicationTime.from_iso("2022-02-24T02:05:00+00:00"), ZoneInfo("Asia/Jakarta"))
    'Kamis, 24 Februari 2022, 09.05 WIB'
    >>> publication_words(PublicationTime.from_iso("2022-02-24"), ZoneInfo("Asia/Jakarta"))
    'Kamis, 24 Februari 2022'
    """
    moment = _local(published, zone)
    return spelled_out(published.day) if moment is None else f"{spelled_out(moment.date())}, {clock_time(moment)}"


def local_day(published: PublicationTime, zone: ZoneInfo) -> date:
    """The day that :func:`publication_words` names."""
    moment = _local(published, zone)
    return published.day if moment is None else moment.date()


def _local(published: PublicationTime, zone: ZoneInfo) -> datetime | None:
    moment = published.moment
    if moment is None or moment.utcoffset() in _ZONES:
        return moment
    try:
        return moment.astimezone(zone)
    except OverflowError:  # at the ends of the calendar
        return moment


def spelled_period(since: date | None, until: date | None) -> str:
    """A period in words, or "" for one that is open at both ends.

    >>> spelled_period(date(2025, 6, 1), None)
    'sejak 1 Juni 2025'
    >>> spelled_period(date(2025, 6, 1), date(2025, 6, 3))
    'dari 1 sampai 3 Juni 2025'
    >>> spelled_period(date(2025, 5, 30), date(2025, 6, 3))
    'dari 30 Mei sampai 3 Juni 2025'
    """
    if since is None:
        return "" if until is None else f"sampai {short_day(until)}"
    if until is None:
        return f"sejak {short_day(since)}"
    if since == until:
        return f"pada {spelled_out(since)}"
    first = short_day(since)
    if since.year == until.year:
        first = str(since.day) if since.month == until.month else first.rsplit(" ", 1)[0]
    return f"dari {first} sampai {short_day(until)}"
