"""The fake Telegram gives updates as Telegram does, by long polling and by webhook."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update
from telegram.error import Conflict, InvalidToken
from telegram.ext import ContextTypes
from telegram_api import FakeTelegram, VirtualClock
from telegram_api.fixtures import fake_telegram
from telegram_api.pulse import Pulse
from telegram_api.updates import FIRST_UPDATE_ID, UpdateQueue
from telegram_bots import application_of, bot_of, polling

__all__ = ["fake_telegram"]


async def _echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message and update.effective_message.text:
        await update.effective_message.reply_text(f"gema {update.effective_message.text}", do_quote=True)


async def test_an_application_that_polls_answers_a_person(fake_telegram: FakeTelegram) -> None:
    """What a person says reaches the handler, and its answer reaches the chat as a reply."""
    ani = fake_telegram.person("Ani")
    async with polling(fake_telegram, _echo):
        asked = await ani.say("halo")
        answer = await fake_telegram.wait_for_message(ani)
    assert ("gema halo", asked.id) == (answer.text, answer.reply_to_id)


async def test_an_update_stays_until_a_later_offset_confirms_it(fake_telegram: FakeTelegram) -> None:
    """Fetching alone confirms nothing; the next offset does."""
    ani = fake_telegram.person("Ani")
    await ani.say("satu")
    await ani.say("dua")
    async with bot_of(fake_telegram) as bot:
        first = await bot.get_updates()
        again = await bot.get_updates()
        after = await bot.get_updates(offset=first[0].update_id + 1)
        gone = await bot.get_updates()
    texts = [[update.message.text for update in page if update.message] for page in (first, again, after, gone)]
    assert [["satu", "dua"], ["satu", "dua"], ["dua"], ["dua"]] == texts


async def test_a_negative_offset_keeps_only_the_last_updates(fake_telegram: FakeTelegram) -> None:
    """Offset -1 gives the last update and forgets those before it."""
    ani = fake_telegram.person("Ani")
    for text in ("satu", "dua", "tiga"):
        await ani.say(text)
    async with bot_of(fake_telegram) as bot:
        last = await bot.get_updates(offset=-1)
        left = await bot.get_updates()
    assert [["tiga"], ["tiga"]] == [[update.message.text for update in page if update.message] for page in (last, left)]


async def test_a_second_poller_ends_the_first(fake_telegram: FakeTelegram) -> None:
    """Of two pollers the one that waits gets 409."""
    async with bot_of(fake_telegram) as bot:
        waiting = asyncio.create_task(bot.get_updates(timeout=5))
        await fake_telegram.wait_until(lambda: len(fake_telegram.calls("getUpdates")) == 1)
        async with httpx.AsyncClient() as client:
            await client.get(f"{bot.base_url}/getUpdates")
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await waiting


async def test_a_long_poll_waits_for_the_next_update(fake_telegram: FakeTelegram) -> None:
    """An update that comes while the bot waits is given at once."""
    ani = fake_telegram.person("Ani")
    async with bot_of(fake_telegram) as bot:
        waiting = asyncio.create_task(bot.get_updates(timeout=5))
        await fake_telegram.wait_until(lambda: len(fake_telegram.calls("getUpdates")) == 1)
        await ani.say("halo")
        async with asyncio.timeout(1):
            updates = await waiting
    assert ["halo"] == [update.message.text for update in updates if update.message]


async def test_types_that_the_bot_did_not_ask_for_are_left_out(fake_telegram: FakeTelegram) -> None:
    """Reactions come only to a bot that asks for them; what it did not ask for is not kept for later."""
    ani = fake_telegram.person("Ani")
    message = await ani.say("halo")
    await ani.react(message, "👍")
    async with bot_of(fake_telegram) as bot:
        before = await bot.get_updates(allowed_updates=["message_reaction"])
        await ani.say("tidak diminta")
        await ani.react(message, "👎")
        after = await bot.get_updates(offset=before[-1].update_id + 1)
    changes = [update.message_reaction.to_dict() for update in after if update.message_reaction]
    assert [("👍", "👎")] == [
        (change["old_reaction"][0]["emoji"], change["new_reaction"][0]["emoji"]) for change in changes
    ]
    assert 1 == len(after)


async def test_updates_that_nobody_fetched_expire(fake_telegram: FakeTelegram) -> None:
    """A bot that was away longer than a day does not get what it missed."""
    await fake_telegram.person("Ani").say("lama")
    fake_telegram.clock.advance(86_401)
    async with bot_of(fake_telegram) as bot:
        assert () == await bot.get_updates()


async def test_a_wrong_token_is_refused(fake_telegram: FakeTelegram) -> None:
    """A token of the right shape gets 401, anything else 404, and the library calls both an invalid token."""
    async with httpx.AsyncClient() as client:
        answers = [await client.get(f"{fake_telegram.url}/bot{token}/getMe") for token in ("1:salah", "salah")]
    assert [401, 404] == [answer.status_code for answer in answers]
    async with bot_of(fake_telegram) as bot:
        fake_telegram.server.token = "7:lain"  # noqa: S105
        with pytest.raises(InvalidToken, match="Unauthorized"):
            await bot.get_me()


async def test_a_killed_poller_does_not_hold_up_the_next(fake_telegram: FakeTelegram) -> None:
    """After a poller's connection is lost, a new one gets the update that came in between, without a conflict."""
    ani = fake_telegram.person("Ani")
    async with httpx.AsyncClient() as client:
        lost = asyncio.create_task(client.get(f"{fake_telegram.url}/bot{fake_telegram.token}/getUpdates?timeout=30"))
        await fake_telegram.wait_until(lambda: len(fake_telegram.calls("getUpdates")) == 1)
        lost.cancel()
    await ani.say("masih ada")
    async with bot_of(fake_telegram) as bot:
        updates = await bot.get_updates(timeout=1)
    assert ["masih ada"] == [update.message.text for update in updates if update.message]


class Hook:
    """A webhook that answers as told and keeps what it got."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[int, str, str | None]] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Hook:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 200
        update = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((status, update["message"]["text"], secret))
        return web.Response(status=status)


async def test_a_webhook_gets_updates_with_its_secret_until_it_takes_them(fake_telegram: FakeTelegram) -> None:
    """A refused update comes again, before the next of the same chat."""
    ani = fake_telegram.person("Ani")
    async with Hook(500) as hook, bot_of(fake_telegram) as bot:
        await bot.set_webhook(hook.url, secret_token="rahasia")  # noqa: S106
        await ani.say("satu")
        await ani.say("dua")
        await fake_telegram.wait_until_idle()
        info = await bot.get_webhook_info()
    expected = [(500, "satu", "rahasia"), (200, "satu", "rahasia"), (200, "dua", "rahasia")]
    assert expected == hook.got
    assert "Wrong response from the webhook: 500 Internal Server Error" == info.last_error_message


@pytest.mark.parametrize("turns", range(6))
async def test_a_webhook_misses_no_update(fake_telegram: FakeTelegram, turns: int) -> None:
    """However few turns of the event loop lie between a change and the next update, that update is posted."""
    ani = fake_telegram.person("Ani")
    async with Hook() as hook, bot_of(fake_telegram) as bot:
        await bot.set_webhook(hook.url)
        await asyncio.sleep(0.05)
        fake_telegram.world.pulse.ring()
        for _ in range(turns):
            await asyncio.sleep(0)
        await ani.say("halo")
        await fake_telegram.wait_until_idle(timeout_s=5)
    assert 1 == len(hook.got)


async def test_a_webhook_shuts_out_polling(fake_telegram: FakeTelegram) -> None:
    """With a webhook getUpdates is refused, and works again when it is removed."""
    async with bot_of(fake_telegram) as bot:
        await bot.set_webhook("http://127.0.0.1:9/tidak-ada")
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert () == await bot.get_updates()


async def test_updates_wait_for_a_webhook_that_is_away(fake_telegram: FakeTelegram) -> None:
    """What came while nobody listened is delivered when somebody does."""
    async with Hook() as hook:
        url = hook.url
    async with bot_of(fake_telegram) as bot:
        await bot.set_webhook(url)
        await fake_telegram.person("Ani").say("halo")
        await fake_telegram.wait_until(
            lambda: bool(fake_telegram.world.webhook and fake_telegram.world.webhook.last_error)
        )
        info = await bot.get_webhook_info()
        assert ("Connection refused", 1) == (info.last_error_message, info.pending_update_count)
        async with Hook() as hook:
            await bot.set_webhook(hook.url)
            await fake_telegram.wait_until_idle()
    assert [(200, "halo", None)] == hook.got


async def test_the_librarys_own_webhook_takes_updates(fake_telegram: FakeTelegram, unused_tcp_port: int) -> None:
    """An Application with its webhook server answers a person."""
    application = application_of(fake_telegram, _echo)
    ani = fake_telegram.person("Ani")
    async with application:
        assert application.updater is not None
        await application.updater.start_webhook(
            listen="127.0.0.1",
            port=unused_tcp_port,
            url_path="kait",
            webhook_url=f"http://127.0.0.1:{unused_tcp_port}/kait",
            secret_token="rahasia",  # noqa: S106
        )
        await application.start()
        await ani.say("halo")
        answer = await fake_telegram.wait_for_message(ani)
        await application.updater.stop()
        await application.stop()
    assert "gema halo" == answer.text


@given(steps=st.lists(st.one_of(st.none(), st.integers(min_value=-3, max_value=12)), max_size=30))
def test_offsets_confirm_exactly_what_lies_before_them(steps: list[int | None]) -> None:
    """Whatever order updates and offsets come in, nothing is lost, repeated after its confirmation, or out of order."""

    async def run() -> None:
        clock = VirtualClock(running=False)
        queue = UpdateQueue(clock, Pulse(), check=lambda _update: [], complain=lambda _violation: None)
        expected: list[int] = []
        for step in steps:
            if step is None:
                expected.append(queue.inject({"message": {}}))
                continue
            offset = step if step <= 0 else FIRST_UPDATE_ID + step
            if offset > 0:
                expected = [update_id for update_id in expected if update_id >= offset]
            elif offset < 0:
                expected = expected[offset:]
            assert expected == [update["update_id"] for update in await queue.poll(offset, 100, 0)]

    asyncio.run(run())


async def test_a_change_before_the_wait_for_it_is_seen() -> None:
    """Whoever looks first and waits afterwards misses no change in between, which would hold a webhook update back."""
    pulse = Pulse()
    change = pulse.next()
    pulse.ring()
    async with asyncio.timeout(1):
        await change
