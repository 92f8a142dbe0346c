"""When digests are due: once a local day, whatever clocks and zones do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.schedules import (
    EVERY_DAY,
    is_night,
    morning_after,
    next_slot,
    read_slot,
    slot_of,
    slots_between,
    start_of_day,
)

INDONESIA = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
SHIFTING = ("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC")

ZONES = st.sampled_from([*INDONESIA, *SHIFTING]).map(ZoneInfo)
HOURS = st.integers(0, 23)
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
SPANS = st.integers(1, 20 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("zone", "due_at"),
    [
        ("Asia/Jakarta", "2025-06-10T00:00:00+00:00"),
        ("Asia/Makassar", "2025-06-09T23:00:00+00:00"),
        ("Asia/Jayapura", "2025-06-09T22:00:00+00:00"),
    ],
)
def test_seven_in_each_zone(zone: str, due_at: str) -> None:
    """Seven in the morning comes first in the east."""
    slot = slot_of(date(2025, 6, 10), 7, ZoneInfo(zone))
    assert slot is not None
    assert (due_at, "2025-06-10T07") == (slot.due_at.isoformat(), slot.name)


@given(MOMENTS, SPANS, HOURS, ZONES, WEEKDAYS)
def test_slots_lie_between(
    after: datetime, span: timedelta, hour: int, zone: ZoneInfo, weekdays: frozenset[int]
) -> None:
    """In order, on the weekdays that were chosen, one for each local day."""
    slots = slots_between(hour, zone, weekdays, after=after, until=after + span)
    assert sorted(slot.due_at for slot in slots) == [slot.due_at for slot in slots]
    assert all(after < slot.due_at <= after + span for slot in slots)
    assert all(slot.day.weekday() in weekdays for slot in slots)
    assert len({slot.name for slot in slots}) == len({slot.due_at for slot in slots}) == len(slots)


@given(MOMENTS, st.integers(2, 40), HOURS, ZONES)
def test_no_day_is_left_out(after: datetime, days: int, hour: int, zone: ZoneInfo) -> None:
    """A span of n whole days has n slots; one more or less where clocks were changed in it, two around a lost day."""
    count = len(slots_between(hour, zone, EVERY_DAY, after=after, until=after + timedelta(days=days)))
    assert abs(count - days) <= (2 if zone.key == "Pacific/Apia" else 1)
    if zone.key in INDONESIA:
        assert days == count


@given(MOMENTS, st.lists(SPANS, min_size=1, max_size=12), HOURS, ZONES, WEEKDAYS)
def test_a_span_in_pieces_has_the_same_slots(
    start: datetime, spans: list[timedelta], hour: int, zone: ZoneInfo, weekdays: frozenset[int]
) -> None:
    """However often the planner looks, it sees each slot once."""
    pieces, moment = [], start
    for span in spans:
        pieces += slots_between(hour, zone, weekdays, after=moment, until=moment + span)
        moment += span
    assert slots_between(hour, zone, weekdays, after=start, until=moment) == pieces


@given(
    MOMENTS,
    st.lists(st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)), max_size=12),
    HOURS,
    ZONES,
)
def test_a_clock_that_jumps_makes_no_new_slots(
    start: datetime, jumps: list[timedelta], hour: int, zone: ZoneInfo
) -> None:
    """Looking back and forth by a wrong clock gives only slots that a right one gives too, under the same names."""
    window = timedelta(hours=3)
    wide = slots_between(hour, zone, EVERY_DAY, after=start - timedelta(days=40), until=start + timedelta(days=40))
    seen, now = set(), start
    for jump in jumps:
        now += jump
        seen |= set(slots_between(hour, zone, EVERY_DAY, after=now - window, until=now + timedelta(minutes=3)))
    assert seen <= set(wide)


@given(MOMENTS, HOURS, ZONES)
def test_a_slot_shows_its_hour_on_the_wall(after: datetime, hour: int, zone: ZoneInfo) -> None:
    """Or, where clocks skip that hour, comes within the two hours after."""
    slot = next_slot(hour, zone, EVERY_DAY, after=after)
    assert slot is not None
    local = slot.due_at.astimezone(zone)
    if local.hour == hour and local.minute == 0:
        assert slot.day == local.date()
    else:
        wall = datetime.combine(slot.day, time(hour))
        assert timedelta() < local.replace(tzinfo=None) - wall <= timedelta(hours=2)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "due_at"),
    [
        ("Europe/Berlin", "2025-03-30", 2, "2025-03-30T01:00:00+00:00"),
        ("Europe/Berlin", "2025-10-26", 2, "2025-10-26T00:00:00+00:00"),
        ("America/Sao_Paulo", "2017-10-15", 0, "2017-10-15T03:00:00+00:00"),
    ],
    ids=["hour that is skipped", "hour that comes twice", "midnight that is skipped"],
)
def test_when_clocks_change(zone: str, day: str, hour: int, due_at: str) -> None:
    """Once, as soon as the clock has passed it."""
    slot = slot_of(date.fromisoformat(day), hour, ZoneInfo(zone))
    assert slot is not None
    assert due_at == slot.due_at.isoformat()


def test_a_day_that_a_zone_leaves_out() -> None:
    """Samoa had no 30 December 2011, so nothing is due on it."""
    apia = ZoneInfo("Pacific/Apia")
    assert slot_of(date(2011, 12, 30), 7, apia) is None
    days = [
        slot.day.day
        for slot in slots_between(
            7, apia, EVERY_DAY, after=datetime(2011, 12, 28, tzinfo=UTC), until=datetime(2012, 1, 1, tzinfo=UTC)
        )
    ]
    assert [28, 29, 31, 1] == days


@given(MOMENTS, HOURS, ZONES, WEEKDAYS)
def test_the_next_slot_is_the_first(after: datetime, hour: int, zone: ZoneInfo, weekdays: frozenset[int]) -> None:
    """Nothing is due before it."""
    slot = next_slot(hour, zone, weekdays, after=after)
    assert slot is not None
    assert [slot] == slots_between(hour, zone, weekdays, after=after, until=slot.due_at)


def test_no_weekday_has_no_slot() -> None:
    """Rather than one at some day."""
    assert next_slot(7, ZoneInfo("UTC"), frozenset(), after=datetime(2025, 1, 1, tzinfo=UTC)) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), HOURS, ZONES)
def test_a_slot_is_known_by_its_name(day: date, hour: int, zone: ZoneInfo) -> None:
    """Name and back."""
    slot = slot_of(day, hour, zone)
    assert slot is None or (day, hour) == read_slot(slot.name)


@pytest.mark.parametrize("name", ["", "2025-06-10", "2025-06-10T24", "x:1:0", "2025-06-10Tx", "T07"])
def test_other_names_are_no_slots(name: str) -> None:
    """Of anything that is not a day and an hour."""
    assert read_slot(name) is None


@given(MOMENTS, ZONES)
def test_morning_ends_the_night(moment: datetime, zone: ZoneInfo) -> None:
    """What waits for the morning waits for less than a night, and is then due by day."""
    morning = morning_after(moment, zone)
    assert timedelta() <= morning - moment <= timedelta(hours=9)
    assert is_night(moment, zone) == (morning > moment)
    assert not is_night(morning, zone)


@given(MOMENTS, ZONES)
def test_a_day_begins_before_what_is_in_it(moment: datetime, zone: ZoneInfo) -> None:
    """By a day and a bit at most."""
    start = start_of_day(moment, zone)
    assert timedelta() <= moment - start <= timedelta(hours=25)
    assert start.astimezone(zone).date() == moment.astimezone(zone).date()
