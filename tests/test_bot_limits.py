"""The limits towards Telegram and towards people, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from virtual_time import run_virtual

from bot.sending.faults import Fault, fault_of
from bot.sending.limits import Sending, TelegramLimiter
from bot.sending.turns import Priority, Turns

pytestmark = pytest.mark.usefixtures("_times_as_timedelta")


@pytest.fixture
def _times_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the bot runs: the library gives times as timedelta and does not warn about the old way."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@dataclass
class Telegram:
    """Takes requests, each after some time under way, and remembers when."""

    way_s: Callable[[], float] = lambda: 0.0
    arrivals: list[tuple[float, int | str]] = field(default_factory=list)
    fails: list[TelegramError] = field(default_factory=list)

    async def take(self, _endpoint: str, data: dict[str, Any]) -> Any:
        """Answer one request."""
        await asyncio.sleep(self.way_s())
        self.arrivals.append((now(), data.get("chat_id", "")))
        await asyncio.sleep(self.way_s())
        if self.fails:
            raise self.fails.pop(0)
        return {"message_id": len(self.arrivals), "chat": {"id": data.get("chat_id", 0)}}

    def times(self, chat_id: int | None = None) -> list[float]:
        """When requests for a chat, or for any, arrived."""
        return [time for time, chat in self.arrivals if chat_id in (None, chat)]


def now() -> float:
    """Virtual seconds."""
    return asyncio.get_running_loop().time()


async def send(
    limiter: TelegramLimiter,
    telegram: Telegram,
    chat_id: int,
    *,
    sending: Sending | None = None,
    endpoint: str = "sendMessage",
) -> Any:
    """One request as the library makes it."""
    data = {"chat_id": chat_id, "text": "halo"}
    return await limiter.process_request(telegram.take, (endpoint, data), {}, endpoint, data, sending)


async def send_all(limiter: TelegramLimiter, telegram: Telegram, chats: list[int]) -> None:
    """Requests to chats, all at once."""
    await asyncio.gather(*(send(limiter, telegram, chat) for chat in chats))


def most_within(times: list[float], period_s: float) -> int:
    """The largest number of times in any half-open stretch of a length."""
    most, first = 0, 0
    for place, time in enumerate(times):
        while times[first] <= time - period_s:
            first += 1
        most = max(most, place - first + 1)
    return most


def assert_limits_kept(telegram: Telegram) -> None:
    """No chat gets two in a second, no group 21 in a minute, all together no 31 in a second."""
    by_chat = defaultdict(list)
    for time, chat in telegram.arrivals:
        by_chat[chat].append(time)
    assert most_within(sorted(telegram.times()), 1.0) <= 30
    for chat, times in by_chat.items():
        assert most_within(sorted(times), 1.0) <= 1
        if isinstance(chat, int) and chat < 0:
            assert most_within(sorted(times), 60.0) <= 20


def test_ten_thousand_sends_never_break_a_limit_and_use_what_there_is() -> None:
    """10,000 messages to 600 chats, some of them groups, keep every limit at 28 a second and more."""
    chance = random.Random(7)
    telegram = Telegram(way_s=lambda: chance.uniform(0, 0.015))
    chats = [chance.choice([*range(1, 501), *range(-20, 0)]) for _ in range(10_000)]

    async def work() -> float:
        await send_all(TelegramLimiter(), telegram, chats)
        crowded = telegram.times()[:8_000]  # after these only a few chats have messages left, one a second each
        return len(crowded) / (crowded[-1] - crowded[0])

    rate = run_virtual(work())
    assert 10_000 == len(telegram.arrivals)
    assert_limits_kept(telegram)
    assert rate >= 28


@given(
    seed=st.integers(0, 10_000),
    chats=st.lists(st.integers(-3, 6).filter(bool), min_size=1, max_size=80),
    latest_s=st.floats(0, 30),
)
@settings(max_examples=60)
def test_any_pattern_of_sends_keeps_the_limits(seed: int, chats: list[int], latest_s: float) -> None:
    """Whatever comes when, at whatever speed of the line, each message arrives once and no limit is broken."""
    chance = random.Random(seed)
    telegram = Telegram(way_s=lambda: chance.uniform(0, 0.4))

    async def later(limiter: TelegramLimiter, chat: int) -> None:
        await asyncio.sleep(chance.uniform(0, latest_s))
        await send(limiter, telegram, chat)

    async def work() -> None:
        limiter = TelegramLimiter()
        await asyncio.gather(*(later(limiter, chat) for chat in chats))

    run_virtual(work())
    assert sorted(chats) == sorted(chat for _, chat in telegram.arrivals)
    assert_limits_kept(telegram)


def test_slow_line_does_not_bring_two_messages_together() -> None:
    """A message that was long under way and the next, which was fast, still arrive a second apart."""
    ways = iter([0.9, 0.0, 0.0, 0.0])
    telegram = Telegram(way_s=lambda: next(ways))
    run_virtual(send_all(TelegramLimiter(), telegram, [5, 5]))
    first, second = telegram.times()
    assert second - first >= 1.0


def test_first_message_goes_at_once() -> None:
    """Without a crowd nothing waits."""
    telegram = Telegram()
    run_virtual(send_all(TelegramLimiter(), telegram, [1, 2, -3]))
    assert [0.0, 0.0, 0.0] == telegram.times()


def test_flooded_group_delays_nobody_else() -> None:
    """A thousand messages for one group, and the message of another chat still goes at once."""
    telegram = Telegram()

    async def work() -> None:
        limiter = TelegramLimiter()
        flood = [asyncio.ensure_future(send(limiter, telegram, -1)) for _ in range(1000)]
        await asyncio.sleep(10.5)
        await send(limiter, telegram, 7)
        for task in flood:
            task.cancel()
        await asyncio.gather(*flood, return_exceptions=True)

    run_virtual(work())
    assert [10.5] == telegram.times(7)


def test_chats_with_much_waiting_do_not_starve_a_newcomer() -> None:
    """A hundred chats with a hundred messages each, and a newcomer of the same priority goes within four seconds."""
    telegram = Telegram()

    async def work() -> float:
        limiter = TelegramLimiter()
        crowd = [asyncio.ensure_future(send(limiter, telegram, chat)) for chat in range(1, 101) for _ in range(100)]
        await asyncio.sleep(60)
        came = now()
        await send(limiter, telegram, 999)
        waited = now() - came
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        return waited

    assert run_virtual(work()) < 4


def test_answers_go_before_digests_before_broadcasts() -> None:
    """What a person waits for overtakes what was queued long before."""
    telegram = Telegram()

    async def work() -> None:
        limiter = TelegramLimiter()
        kinds = [Priority.BROADCAST] * 90 + [Priority.DIGEST] * 40 + [Priority.ANSWER] * 20
        await asyncio.gather(
            *(
                send(limiter, telegram, 1000 * kind + number + 1, sending=Sending(priority=kind))
                for number, kind in enumerate(kinds)
            )
        )

    run_virtual(work())
    after = [Priority((int(chat) - 1) // 1000) for _, chat in telegram.arrivals[30:]]  # 30 went before the crowd came
    assert sorted(after) == after


def test_messages_of_a_chat_keep_their_order() -> None:
    """Parts of one answer arrive as they were sent, also when one of them had to be repeated."""
    order: list[int] = []

    async def work() -> None:
        limiter = TelegramLimiter()
        fails = [NetworkError("Bad Gateway")]

        async def take(number: int) -> Any:
            if number == 1 and fails:
                raise fails.pop()
            order.append(number)
            return True

        await asyncio.gather(
            *(limiter.process_request(take, (number,), {}, "sendMessage", {"chat_id": 4}, None) for number in range(4))
        )

    run_virtual(work())
    assert [0, 1, 2, 3] == order


@pytest.mark.parametrize("endpoint", ["answerCallbackQuery", "answerInlineQuery", "sendChatAction", "getChatMember"])
def test_what_shows_no_message_does_not_wait(endpoint: str) -> None:
    """A tap is answered at once, also in a group that has had its twenty messages."""
    telegram = Telegram()

    async def work() -> float:
        limiter = TelegramLimiter()
        await send_all(limiter, telegram, [-1] * 20)
        before = now()
        await send(limiter, telegram, -1, endpoint=endpoint)
        return now() - before

    assert 0.0 == run_virtual(work())


def test_edits_count_in_a_group() -> None:
    """The twenty-first edit of a minute waits."""
    telegram = Telegram()

    async def work() -> None:
        limiter = TelegramLimiter()
        await asyncio.gather(*(send(limiter, telegram, -1, endpoint="editMessageText") for _ in range(21)))

    run_virtual(work())
    assert 60.0 <= telegram.times()[-1]


def test_flood_error_waits_as_told_for_its_chat_only() -> None:
    """429 holds up its chat for the time told and no other chat."""
    telegram = Telegram(fails=[RetryAfter(timedelta(seconds=7))])

    async def work() -> None:
        limiter = TelegramLimiter()
        waiting = asyncio.ensure_future(send(limiter, telegram, 1))
        await asyncio.sleep(1)
        await send(limiter, telegram, 2)
        await waiting

    run_virtual(work())
    assert [1.0] == telegram.times(2)
    assert pytest.approx([0.0, 7.1]) == telegram.times(1)


@pytest.mark.parametrize(
    ("flooded", "waits_s"),
    [pytest.param(2, 0.0, id="two chats"), pytest.param(3, 2.0, id="three chats")],
)
def test_flood_errors_of_several_chats_at_once_hold_up_everyone_for_a_moment(flooded: int, waits_s: float) -> None:
    """Two chats are two chats; three within a second are all together, but who was told nothing waits only shortly."""
    telegram = Telegram(fails=[RetryAfter(timedelta(seconds=30))] * flooded)

    async def work() -> None:
        limiter = TelegramLimiter()
        waiting = [asyncio.ensure_future(send(limiter, telegram, chat)) for chat in range(1, flooded + 1)]
        await asyncio.sleep(0.1)
        await send(limiter, telegram, 100)
        await asyncio.gather(*waiting)

    run_virtual(work())
    assert pytest.approx(max(0.1, waits_s)) == telegram.times(100)[0]
    assert all(telegram.times(chat)[-1] >= 30 for chat in range(1, flooded + 1))


def test_flood_errors_of_three_chats_one_after_the_other_hold_up_nobody_else() -> None:
    """Each has a limit of its own."""
    telegram = Telegram(fails=[RetryAfter(timedelta(seconds=30))] * 3)

    async def work() -> None:
        limiter = TelegramLimiter()
        waiting = []
        for chat in (1, 2, 3):
            waiting.append(asyncio.ensure_future(send(limiter, telegram, chat)))
            await asyncio.sleep(1.1)
        await send(limiter, telegram, 100)
        await asyncio.gather(*waiting)

    run_virtual(work())
    assert pytest.approx([3.3]) == telegram.times(100)


def test_endless_flood_is_given_up() -> None:
    """Whoever is told to wait for hours hears of it instead."""
    telegram = Telegram(fails=[RetryAfter(timedelta(hours=2))])
    with pytest.raises(RetryAfter):
        run_virtual(send(TelegramLimiter(), telegram, 1))


def caused(error: NetworkError, cause: Exception) -> NetworkError:
    """The error as the library raises it."""
    error.__cause__ = cause
    return error


FAULTS = [
    pytest.param(RetryAfter, (timedelta(seconds=1),), None, Fault.FLOOD, id="429"),
    pytest.param(NetworkError, ("Internal Server Error",), None, Fault.DECLINED, id="500"),
    pytest.param(NetworkError, ("Bad Gateway",), TelegramError("no JSON"), Fault.DOUBTFUL, id="502 HTML"),
    pytest.param(NetworkError, ("",), httpx.ConnectError(""), Fault.NOT_SENT, id="refused connection"),
    pytest.param(TimedOut, (), httpx.ConnectTimeout(""), Fault.NOT_SENT, id="connect time-out"),
    pytest.param(TimedOut, (), httpx.PoolTimeout(""), Fault.NOT_SENT, id="pool time-out"),
    pytest.param(TimedOut, (), httpx.WriteTimeout(""), Fault.NOT_SENT, id="write time-out"),
    pytest.param(TimedOut, (), httpx.ReadTimeout(""), Fault.DOUBTFUL, id="hung"),
    pytest.param(NetworkError, ("",), httpx.ReadError(""), Fault.DOUBTFUL, id="reset"),
    pytest.param(NetworkError, ("",), httpx.RemoteProtocolError(""), Fault.DOUBTFUL, id="dropped"),
    pytest.param(TelegramError, ("Invalid server response",), None, Fault.DOUBTFUL, id="200 without JSON"),
    pytest.param(BadRequest, ("chat not found",), None, Fault.FINAL, id="400"),
    pytest.param(Forbidden, ("bot was blocked",), None, Fault.FINAL, id="403"),
    pytest.param(Conflict, ("other getUpdates",), None, Fault.FINAL, id="409"),
    pytest.param(ChatMigrated, (-1005,), None, Fault.FINAL, id="migrated"),
]


@pytest.mark.parametrize(("kind", "arguments", "cause", "fault"), FAULTS)
def test_fault_says_what_is_known_of_the_request(
    kind: type[TelegramError], arguments: tuple[Any, ...], cause: Exception | None, fault: Fault
) -> None:
    """Every way to fail is sorted by whether the request may have been carried out."""
    error = kind(*arguments)
    error.__cause__ = cause
    assert fault is fault_of(error)


@pytest.mark.parametrize(("kind", "arguments", "cause", "fault"), FAULTS)
def test_message_is_repeated_only_if_it_cannot_be_there(
    kind: type[TelegramError], arguments: tuple[Any, ...], cause: Exception | None, fault: Fault
) -> None:
    """A message is tried again after refusals for a passing reason, and never when it may have been carried out."""
    error = kind(*arguments)
    error.__cause__ = cause
    telegram = Telegram(fails=[error])

    async def work() -> None:
        with suppress(TelegramError):
            await send(TelegramLimiter(), telegram, 1)

    run_virtual(work())
    tries = 2 if fault in (Fault.FLOOD, Fault.DECLINED, Fault.NOT_SENT) else 1
    assert tries == len(telegram.arrivals)


@pytest.mark.parametrize("endpoint", ["editMessageText", "answerCallbackQuery", "deleteMessage", "getChat"])
def test_what_may_be_repeated_is_repeated_after_silence(endpoint: str) -> None:
    """An edit that got no answer is made again."""
    telegram = Telegram(fails=[caused(TimedOut(), httpx.ReadTimeout(""))])
    run_virtual(send(TelegramLimiter(), telegram, 1, endpoint=endpoint))
    assert 2 == len(telegram.arrivals)


def test_retries_end_after_thirty_seconds() -> None:
    """A Telegram that is down for long is tried about ten times in half a minute, then the error is raised."""
    telegram = Telegram(fails=[NetworkError("Bad Gateway") for _ in range(100)])

    async def work() -> float:
        with pytest.raises(NetworkError):
            await send(TelegramLimiter(), telegram, 1)
        return now()

    assert 24 <= run_virtual(work()) <= 31
    assert 7 <= len(telegram.arrivals) <= 14


def test_bot_speaks_within_ten_seconds_after_a_break() -> None:
    """Once the connection is back, the pause before the next try is at most five seconds."""
    telegram = Telegram(fails=[caused(NetworkError("x"), httpx.ConnectError("")) for _ in range(7)])
    run_virtual(send(TelegramLimiter(), telegram, 1))
    times = telegram.times()
    assert max(later - earlier for earlier, later in pairwise(times)) <= 6


def test_hooks_surround_each_try() -> None:
    """What is to be written before a request is written for each try, and taken back when it was refused."""
    told: list[str] = []
    telegram = Telegram(fails=[NetworkError("Bad Gateway")])

    async def before() -> None:
        told.append("before")

    async def refused() -> None:
        told.append("refused")

    run_virtual(send(TelegramLimiter(), telegram, 1, sending=Sending(before=before, refused=refused)))
    assert ["before", "refused", "before"] == told


def test_outcomes_are_told() -> None:
    """Each try is counted by its method and fault."""
    told: list[tuple[str, Fault | None]] = []
    telegram = Telegram(fails=[NetworkError("Bad Gateway")])
    limiter = TelegramLimiter(on_outcome=lambda method, fault: told.append((method, fault)))
    run_virtual(send(limiter, telegram, 1))
    assert [("sendMessage", Fault.DECLINED), ("sendMessage", None)] == told


def test_idle_chats_are_forgotten() -> None:
    """After a minute without messages nothing is kept of a chat."""
    telegram = Telegram()

    async def work() -> int:
        turns = Turns()
        limiter = TelegramLimiter(turns=turns)
        await send_all(limiter, telegram, [*range(1, 301), *range(-300, 0)])
        await asyncio.sleep(130)
        await send(limiter, telegram, 5)
        return turns.chats

    assert 1 == run_virtual(work())


def test_cancelled_messages_free_their_place() -> None:
    """Whoever gives up waiting, or is stopped while sending, holds up nobody."""
    telegram = Telegram(way_s=lambda: 0.5)

    async def work() -> None:
        limiter = TelegramLimiter(turns=Turns(in_flight=1))
        tasks = [asyncio.ensure_future(send(limiter, telegram, 1)) for _ in range(20)]
        await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert 0 == limiter.waiting
        async with asyncio.timeout(3):
            await send(limiter, telegram, 1)

    run_virtual(work())


def test_grant_and_cancel_in_one_moment_free_the_place() -> None:
    """A turn that is given in the moment of its cancelling is passed on."""

    async def work() -> None:
        turns = Turns(in_flight=1)
        waiting = asyncio.ensure_future(hold(turns, 2))
        async with turns.turn(1, Priority.ANSWER, turns.new_number()):
            await asyncio.sleep(1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(3):
            await hold(turns, 3)

    async def hold(turns: Turns, chat: int) -> None:
        async with turns.turn(chat, Priority.ANSWER, turns.new_number()):
            await asyncio.sleep(0)

    run_virtual(work())


def test_wait_for_foretells_the_next_message() -> None:
    """The time foretold for a group with its minute used up is when its next message goes."""
    telegram = Telegram()

    async def work() -> tuple[float, float]:
        limiter = TelegramLimiter()
        assert 0.0 == limiter.wait_for(-1)
        await send_all(limiter, telegram, [-1] * 20)
        foretold = now() + limiter.wait_for(-1)
        await send(limiter, telegram, -1)
        return foretold, now()

    foretold, went = run_virtual(work())
    assert pytest.approx(went) == foretold


def test_own_messages_are_known() -> None:
    """The limiter knows the ids of what it sent."""
    telegram = Telegram()
    limiter = TelegramLimiter()
    run_virtual(send(limiter, telegram, 8))
    assert frozenset({1}) == limiter.own_ids(8)
