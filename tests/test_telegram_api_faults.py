"""The fake Telegram fails as told, and enforces Telegram's limits where a test asks for it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import cast

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram_api import FakeTelegram, Limits, Person, Rules, VirtualClock
from telegram_api.fixtures import fake_telegram
from telegram_bots import bot_of

__all__ = ["fake_telegram"]


@pytest.fixture(autouse=True)
def _waits_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose the type of `retry_after` that the library will give in future; it warns otherwise."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest_asyncio.fixture
async def bot(fake_telegram: FakeTelegram) -> AsyncIterator[Bot]:
    """Give the library's own Bot."""
    async with bot_of(fake_telegram) as bot:
        yield bot


@pytest_asyncio.fixture
async def ani(fake_telegram: FakeTelegram) -> Person:
    """Give a person who has started the bot."""
    ani = fake_telegram.person("Ani")
    await ani.start_bot()
    return ani


@pytest.mark.parametrize(
    ("what", "wording", "error", "words"),
    [
        (429, None, RetryAfter, "Retry in 0:00:03"),
        (403, "blocked", Forbidden, "bot was blocked by the user"),
        (403, "kicked", Forbidden, "bot was kicked from the supergroup chat"),
        (403, "deactivated", Forbidden, "user is deactivated"),
        (400, "entities", BadRequest, "Can't parse entities"),
        (400, "chat not found", BadRequest, "Chat not found"),
        (400, "Bad Request: lain lagi", BadRequest, "Lain lagi"),
        (409, None, Conflict, "terminated by other getUpdates request"),
        (500, None, NetworkError, "Internal Server Error"),
        ("html", None, NetworkError, "Bad Gateway"),
        ("drop", None, NetworkError, "ReadError|RemoteProtocolError"),
    ],
)
async def test_a_fault_meets_one_request_and_keeps_it_from_having_an_effect(
    fake_telegram: FakeTelegram,
    bot: Bot,
    ani: Person,
    what: int | str,
    wording: str | None,
    error: type[TelegramError],
    words: str,
) -> None:
    """The library raises what it raises for Telegram; the next request goes through."""
    fake_telegram.fault("sendMessage", what, wording=wording, retry_after=3)
    with pytest.raises(error, match=words):
        await bot.send_message(ani.id, "satu")
    await bot.send_message(ani.id, "dua")
    assert ["dua"] == [message.text for message in fake_telegram.messages(ani, of_bot=True)]


async def test_a_request_can_have_its_effect_and_lose_its_answer(
    fake_telegram: FakeTelegram, bot: Bot, ani: Person
) -> None:
    """The message is in the chat, the bot sees a broken connection."""
    fake_telegram.fault("sendMessage", "drop_after")
    with pytest.raises(NetworkError):
        await bot.send_message(ani.id, "satu")
    call = fake_telegram.calls("sendMessage")[0]
    assert ("drop_after", 0, True) == (call.fault, call.status, call.response["ok"])
    assert ["satu"] == [message.text for message in fake_telegram.messages(ani, of_bot=True)]


@pytest.mark.parametrize(("what", "said"), [("hang", []), ("hang_after", ["satu"])])
async def test_a_request_can_hang(
    fake_telegram: FakeTelegram, bot: Bot, ani: Person, what: str, said: list[str]
) -> None:
    """Until the bot gives up; whether it had its effect is chosen."""
    fake_telegram.fault("sendMessage", what)
    with pytest.raises(TimedOut):
        await bot.send_message(ani.id, "satu", read_timeout=0.1)
    assert said == [message.text for message in fake_telegram.messages(ani, of_bot=True)]


async def test_a_fault_can_be_for_one_chat_and_some_requests(
    fake_telegram: FakeTelegram, bot: Bot, ani: Person
) -> None:
    """Others go through; it counts what it met."""
    budi = fake_telegram.person("Budi")
    await budi.start_bot()
    fault = fake_telegram.fault("sendMessage", 500, chat=budi, times=2, skip=1)
    outcomes = []
    for person in (ani, budi, budi, ani, budi, budi):
        try:
            await bot.send_message(person.id, "halo")
            outcomes.append(True)
        except NetworkError:
            outcomes.append(False)
    assert [True, True, False, True, False, True] == outcomes
    assert 2 == fault.hits


async def test_the_server_can_be_down(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Connections are refused until it comes up again on the same port."""
    await fake_telegram.go_down()
    for broken in ("ReadError|RemoteProtocolError", "ConnectError"):  # the open connection, then a new one
        with pytest.raises(NetworkError, match=broken):
            await bot.send_message(ani.id, "satu")
    await fake_telegram.come_up()
    await bot.send_message(ani.id, "dua")
    assert ["dua"] == [message.text for message in fake_telegram.messages(ani, of_bot=True)]


async def test_an_order_that_makes_no_sense_is_a_mistake_of_the_test(fake_telegram: FakeTelegram) -> None:
    """It says so at once."""
    with pytest.raises(ValueError, match="no such fault"):
        fake_telegram.fault("sendMessage", "meledak")


@pytest_asyncio.fixture
async def frozen() -> AsyncIterator[FakeTelegram]:
    """Give a Telegram whose clock moves only when told."""
    api = await FakeTelegram.start(clock=VirtualClock(running=False), rules=Rules(privacy=False))
    yield api
    await api.close()


async def _sent(bot: Bot, chat_ids: list[int]) -> list[int]:
    """Send to each chat in turn; waiting times that Telegram named, 0 for what went out."""
    waits = []
    for chat_id in chat_ids:
        try:
            await bot.send_message(chat_id, "halo")
            waits.append(0)
        except RetryAfter as error:
            waits.append(cast(timedelta, error.retry_after) // timedelta(seconds=1))
    return waits


async def test_a_chat_takes_one_message_a_second(frozen: FakeTelegram) -> None:
    """The next is refused until a second has passed."""
    ani = frozen.person("Ani")
    await ani.start_bot()
    frozen.enforce_limits()
    async with bot_of(frozen) as bot:
        assert [0, 1] == await _sent(bot, [ani.id, ani.id])
        frozen.clock.advance(1)
        assert [0] == await _sent(bot, [ani.id])


async def test_a_group_takes_twenty_messages_a_minute(frozen: FakeTelegram) -> None:
    """Then the bot has to wait until the first of them is a minute old."""
    group = frozen.group("Warga")
    frozen.enforce_limits()
    async with bot_of(frozen) as bot:
        for _ in range(20):
            assert [0] == await _sent(bot, [group.id])
            frozen.clock.advance(1)
        assert [40] == await _sent(bot, [group.id])
        frozen.clock.advance(40)
        assert [0] == await _sent(bot, [group.id])


async def test_the_bot_sends_thirty_messages_a_second_overall(frozen: FakeTelegram) -> None:
    """The limits can be set otherwise."""
    people = [frozen.person(f"Orang {number}") for number in range(4)]
    for person in people:
        await person.start_bot()
    flood = frozen.enforce_limits(Limits(overall_a_second=3))
    async with bot_of(frozen) as bot:
        assert [0, 0, 0, 1] == await _sent(bot, [person.id for person in people])
    assert 1 == flood.refused


async def test_a_hundred_requests_a_second_are_no_effort(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """They take less than a second of processor time, with the share of the library that sends them."""
    began_s = time.process_time()
    await asyncio.gather(*[bot.send_message(ani.id, f"pesan {number}", pool_timeout=30) for number in range(100)])
    assert time.process_time() - began_s < 1
    assert 100 == len(fake_telegram.messages(ani, of_bot=True))


BOT_IN_A_PROCESS = """
import asyncio, sys
from telegram import Bot
async def main():
    async with Bot(sys.argv[1], base_url=sys.argv[2]) as bot:
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=5):
                offset = update.update_id + 1
                await bot.send_message(update.message.chat.id, "gema " + update.message.text)
asyncio.run(main())
"""


async def test_a_bot_that_is_killed_finds_its_updates_again(fake_telegram: FakeTelegram) -> None:
    """What it had not confirmed is given to the process that follows."""
    ani = fake_telegram.person("Ani")
    command = (sys.executable, "-c", BOT_IN_A_PROCESS, fake_telegram.token, f"{fake_telegram.url}/bot")
    fake_telegram.fault("sendMessage", "hang")
    first = await asyncio.create_subprocess_exec(*command)
    await ani.say("satu")
    await fake_telegram.wait_until(lambda: bool(fake_telegram.calls("sendMessage")), timeout_s=20)
    first.kill()
    await first.wait()
    await ani.say("dua")
    second = await asyncio.create_subprocess_exec(*command)
    answers = [await fake_telegram.wait_for_message(ani, timeout_s=20) for _ in range(2)]
    second.kill()
    await second.wait()
    assert ["gema satu", "gema dua"] == [answer.text for answer in answers]


async def test_a_benchmark_can_leave_the_checks_out() -> None:
    """Then nothing is complained of, and what Telegram refuses is refused all the same."""
    api = await FakeTelegram.start(rules=Rules(checks=False))
    ani = api.person("Ani")
    await ani.start_bot()
    async with bot_of(api) as bot:
        with pytest.raises(BadRequest, match="Message is too long"):
            await bot.send_message(ani.id, "x" * 4097)
    await api.close()
