"""When a digest is due: local hours of some weekdays as moments in UTC. Pure.

A slot is the local hour of one local day. It comes once, whatever clocks do: an hour that is skipped when clocks go
forward is due when they have gone on, one that comes twice is due the first time, and a day that a zone leaves out
altogether has no slot.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
"""Weekdays as :meth:`datetime.date.weekday` counts them: Monday is 0."""

NIGHT_FROM, NIGHT_UNTIL = 22, 6
"""Local hours between which nobody is woken up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One time at which a digest is due.

    :param day: the local day. :param hour: the local hour, 0-23.
    :param due_at: aware, UTC.
    """

    day: date
    hour: int
    due_at: datetime

    @property
    def name(self) -> str:
        """What it is called in the outbox.

        >>> slot_of(date(2025, 6, 10), 7, ZoneInfo("Asia/Jakarta")).name
        '2025-06-10T07'
        """
        return f"{self.day.isoformat()}T{self.hour:02}"


def slot_of(day: date, hour: int, zone: ZoneInfo) -> Slot | None:
    """The slot of a local day, or None for a day that the zone leaves out.

    >>> slot_of(date(2025, 6, 10), 7, ZoneInfo("Asia/Makassar")).due_at.isoformat()
    '2025-06-09T23:00:00+00:00'
    """
    due_at = _moment(day, hour, zone)
    if due_at >= _moment(day + timedelta(days=1), hour, zone):
        return None
    return Slot(day=day, hour=hour, due_at=due_at)


def slots_between(
    hour: int, zone: ZoneInfo, weekdays: Collection[int], *, after: datetime, until: datetime
) -> list[Slot]:
    """Slots that are due after one moment and not after another, soonest first.

    :param after: aware. :param until: aware.
    """
    day, last = after.astimezone(zone).date() - timedelta(days=1), until.astimezone(zone).date() + timedelta(days=1)
    slots = []
    while day <= last:
        slot = slot_of(day, hour, zone) if day.weekday() in weekdays else None
        if slot is not None and after < slot.due_at <= until:
            slots.append(slot)
        day += timedelta(days=1)
    return slots


def next_slot(hour: int, zone: ZoneInfo, weekdays: Collection[int], *, after: datetime) -> Slot | None:
    """The first slot after a moment; None where no weekday is chosen."""
    slots = slots_between(hour, zone, weekdays, after=after, until=after + timedelta(days=9))
    return slots[0] if slots else None


def read_slot(name: str) -> tuple[date, int] | None:
    """Local day and hour of a slot by its name; None for what is none.

    >>> read_slot("2025-06-10T07")
    (datetime.date(2025, 6, 10), 7)
    """
    day, separator, hour = name.partition("T")
    try:
        read = date.fromisoformat(day), int(hour)
    except ValueError:
        return None
    return read if separator and 0 <= read[1] <= 23 else None


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether people in a zone sleep.

    >>> is_night(datetime(2025, 6, 10, 15, tzinfo=UTC), ZoneInfo("Asia/Jakarta"))
    True
    """
    hour = moment.astimezone(zone).hour
    return hour >= NIGHT_FROM or hour < NIGHT_UNTIL


def morning_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the night that a moment falls into; the moment itself by day.

    >>> morning_after(datetime(2025, 6, 10, 15, tzinfo=UTC), ZoneInfo("Asia/Jakarta")).isoformat()
    '2025-06-10T23:00:00+00:00'
    """
    if not is_night(moment, zone):
        return moment
    local = moment.astimezone(zone)
    day = local.date() + timedelta(days=local.hour >= NIGHT_FROM)
    return _moment(day, NIGHT_UNTIL, zone)


def start_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the local day of a moment began, UTC.

    >>> start_of_day(datetime(2025, 6, 10, 15, tzinfo=UTC), ZoneInfo("Asia/Jakarta")).isoformat()
    '2025-06-09T17:00:00+00:00'
    """
    return _moment(moment.astimezone(zone).date(), 0, zone)


def _moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
