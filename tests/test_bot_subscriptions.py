"""Subscriptions are kept as they were chosen, go only to whom they are due, and remember what was told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.schedules import Slot, slot_of
from bot.digests.subscriptions import Subscription, SubscriptionCounts, SubscriptionStore, bits_of, weekdays_of
from bot.keeping.prompts import Prompt
from bot.keeping.state import BotState
from bot.keeping.tellings import TELLINGS_KEPT, TELLINGS_LOOKED_AT

NOW = datetime(2025, 6, 9, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANI, BUDI, GROUP = 7_012_345_678, 6_011_111_111, -1_002_123_456_789


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SubscriptionStore]:
    async with await BotState.open(tmp_path / "bot.db") as state:
        yield SubscriptionStore(state.database)


def made(chat_id: int = ANI, **changes: Any) -> Subscription:
    usual = Subscription(owner_id=ANI, chat_id=chat_id, since=NOW, created_at=NOW)
    return replace(usual, **changes)


def seven(day: int = 10, zone: str = "Asia/Jakarta") -> Slot:
    slot = slot_of(date(2025, 6, day), 7, ZoneInfo(zone))
    assert slot is not None
    return slot


async def recipients(store: SubscriptionStore, slot: Slot, *, now: datetime = NOW, **changes: Any) -> list[int]:
    """Chats that a slot goes to."""
    options: dict[str, Any] = {"changed_after": None, "behind": 0, "most": 100} | changes
    page = await store.recipients(slot, "Asia/Jakarta", now=now, **options)
    return [one.chat_id for one in page]


async def test_a_subscription_is_kept_whole(store: SubscriptionStore) -> None:
    """Every setting comes back."""
    one = made(
        thread_id=5,
        is_on=False,
        hour=23,
        zone="Asia/Jayapura",
        weekdays=frozenset((0, 6)),
        include=("harga beras", "\U0001f600"),
        exclude=("gosip",),
        silent=True,
        limit=3,
        alerts_per_day=2,
        alerts_at_night=True,
        paused_since=NOW,
    )
    stored = await store.put(one)
    assert replace(one, id=stored.id) == stored == await store.get(stored.id) == await store.of_chat(ANI, 5)


async def test_a_chat_has_one(store: SubscriptionStore) -> None:
    """Putting again changes it; a topic has its own."""
    first = await store.put(made(GROUP))
    again = await store.put(made(GROUP, hour=9))
    topic = await store.put(made(GROUP, thread_id=4))
    assert first.id == again.id != topic.id
    assert [again, topic] == await store.all_of_chat(GROUP)
    assert [again, topic] == await store.of_owner(ANI)


async def test_a_slot_goes_to_whom_it_is_due(store: SubscriptionStore) -> None:
    """To those of its zone, hour and weekday who are on, can be written to, and chose it before it was due."""
    for chat_id, changes in enumerate(
        (
            {},
            {"hour": 8},
            {"zone": "Asia/Makassar"},
            {"weekdays": frozenset((0,))},
            {"is_on": False},
            {"paused_since": NOW},
            {"since": seven().due_at},
            {"weekdays": frozenset((1,))},
        ),
        start=1,
    ):
        await store.put(made(chat_id, **changes))
    assert [1, 8] == await recipients(store, seven(), now=seven().due_at)


async def test_recipients_come_in_pages(store: SubscriptionStore) -> None:
    """Each once."""
    ids = [(await store.put(made(chat_id))).id for chat_id in range(1, 8)]
    pages = [await recipients(store, seven(), behind=behind, most=3) for behind in (0, ids[2], ids[5])]
    assert [[1, 2, 3], [4, 5, 6], [7]] == pages


async def test_who_had_a_slot_is_left_out(store: SubscriptionStore) -> None:
    """Though the outbox may have forgotten it."""
    one = await store.put(made())
    store.tellings.tell(one.id, "digest", seven().name, ["a1"])
    assert [] == await recipients(store, seven())
    assert [ANI] == await recipients(store, seven(11))


async def test_only_those_who_changed(store: SubscriptionStore) -> None:
    """A planner that has done a slot looks at few."""
    await store.put(made(1))
    await store.put(made(2, since=NOW + HOUR))
    assert [2] == await recipients(store, seven(), changed_after=NOW + HOUR)


async def test_a_clock_that_was_ahead_takes_nothing_away(store: SubscriptionStore) -> None:
    """Who subscribed while the clock was wrong gets the next slot by the right one."""
    await store.put(made(since=NOW + timedelta(days=400)))
    assert [ANI] == await recipients(store, seven())


async def test_changing_the_time_begins_anew(store: SubscriptionStore) -> None:
    """Slots before the change are not caught up; other changes leave the time alone."""
    later = NOW + 5 * HOUR
    one = made()
    assert NOW == one.changed(later, silent=True, include=("bola",)).since
    for changes in ({"hour": 5}, {"zone": "Asia/Jayapura"}, {"weekdays": frozenset((1, 2))}):
        assert later == one.changed(later, **changes).since
    assert later == replace(one, is_on=False).changed(later, is_on=True).since
    assert later == replace(one, paused_since=NOW).changed(later, paused_since=None).since


def test_a_subscription_wants_its_own_slots() -> None:
    """Of its hour and weekdays, after it was chosen, and only while it is on."""
    one = made(weekdays=frozenset((1,)))
    assert one.wants("2025-06-10T07")
    for slot in ("2025-06-10T08", "2025-06-11T07", "2025-06-03T07", "xyz"):
        assert not one.wants(slot)
    assert not replace(one, is_on=False).wants("2025-06-10T07")
    assert not replace(one, paused_since=NOW).wants("2025-06-10T07")


async def test_pausing_is_told_once(store: SubscriptionStore) -> None:
    """All of a chat's that were on; whoever pauses again gets none."""
    await store.put(made(GROUP))
    await store.put(made(GROUP, thread_id=2))
    await store.put(made(GROUP, thread_id=3, is_on=False))
    assert [None, 2] == [one.thread_id for one in await store.pause(GROUP, NOW)]
    assert [] == await store.pause(GROUP, NOW)
    assert SubscriptionCounts(active=0, paused=2) == await store.counts()


async def test_alerts_are_for_those_with_topics(store: SubscriptionStore) -> None:
    """Who chose none waits for nothing."""
    await store.put(made(1, alerts_per_day=2))
    wanted = await store.put(made(2, alerts_per_day=2, include=("bola",)))
    await store.put(made(3, include=("bola",)))
    assert [wanted] == await store.with_alerts()


async def test_removing_takes_all_along(store: SubscriptionStore) -> None:
    """What it was told, and what was asked about it."""
    one = await store.put(made())
    store.tellings.tell(one.id, "digest", "2025-06-10T07", ["a1"])
    await store.prompts.ask(Prompt(user_id=ANI, subscription_id=one.id, about="x", message_id=1, asked_at=NOW))
    await store.remove(one.id)
    assert (None, None, frozenset()) == (
        await store.get(one.id),
        await store.prompts.of(ANI),
        await store.tellings.told(one.id),
    )


async def test_tellings_are_remembered_and_forgotten(store: SubscriptionStore) -> None:
    """The last ones count; older ones are deleted, by their number and not by any clock."""
    one = await store.put(made())
    for number in range(2 * TELLINGS_KEPT["digest"]):
        store.tellings.tell(one.id, "digest", f"slot {number:02}", [f"a{number}"])
    last = 2 * TELLINGS_KEPT["digest"] - 1
    looked_at = TELLINGS_LOOKED_AT["digest"]
    assert {f"a{last - back}" for back in range(looked_at)} == await store.tellings.told(one.id)
    assert TELLINGS_KEPT["digest"] == await store.tellings.prune()
    assert 0 == await store.tellings.prune()


async def test_a_slot_is_told_once(store: SubscriptionStore) -> None:
    """The first telling counts."""
    one = await store.put(made())
    store.tellings.tell(one.id, "digest", "s", ["a1"])
    store.tellings.tell(one.id, "digest", "s", ["a2"])
    assert {"a1"} == await store.tellings.told(one.id)


async def test_nothing_is_told_to_one_that_is_gone(store: SubscriptionStore) -> None:
    """A digest that arrives while its person is being forgotten leaves no trace."""
    store.tellings.tell(99, "digest", "s", ["a1"])
    assert frozenset() == await store.tellings.told(99)


async def test_a_question_replaces_the_one_before(store: SubscriptionStore) -> None:
    """A person answers the last; once answered nothing waits."""
    for number in (1, 2):
        await store.prompts.ask(Prompt(user_id=ANI, subscription_id=1, about="x", message_id=number, asked_at=NOW))
    prompt = await store.prompts.of(ANI)
    assert prompt is not None
    assert (2, NOW) == (prompt.message_id, prompt.asked_at)
    await store.prompts.answered(ANI)
    assert await store.prompts.of(ANI) is None


async def test_marks(store: SubscriptionStore) -> None:
    """Values by name."""
    assert await store.marks.get("x") is None
    store.marks.set("x", "1")
    store.marks.set("x", "2")
    assert "2" == await store.marks.get("x")


@given(st.frozensets(st.integers(0, 6)))
def test_weekdays_as_a_number(weekdays: frozenset[int]) -> None:
    """And back."""
    assert weekdays == weekdays_of(bits_of(weekdays))
