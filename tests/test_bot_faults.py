"""Telegram fails in every way, and people get their answers, once; here a selection, all in scripts.benchmark."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from bot_process import BotProcess
from bot_running import ADMIN_ID, QUESTION, RunningBot, running_bot
from ordeal_faults import Case, Stage, play, play_start
from telegram_api.fake import FakeTelegram

from bot.words import texts

PATIENCE_S = 25.0
"""On a busy machine; what is promised is ten seconds, which the benchmark measures."""

CASES = (
    Case(method="sendMessage", what=429),
    Case(method="sendMessage", what="html"),
    Case(method="sendMessage", what="drop"),
    Case(method="sendMessage", what="drop_after"),
    Case(method="sendMessage", what="hang_after"),
    Case(method="sendMessage", what=403),
    Case(method="sendMessage", what=400, wording="entities"),
    Case(method="editMessageText", what="drop_after"),
    Case(method="editMessageText", what=409),
    Case(method="answerCallbackQuery", what=500),
    Case(method="answerInlineQuery", what="drop_after"),
    Case(method="sendDocument", what="html"),
    Case(method="file", what="drop"),
    Case(method="getUpdates", what=409),
    Case(method="getUpdates", what="html"),
    Case(method="getUpdates", what="hang_after"),
    Case(method="getChatAdministrators", what=500),
    Case(method="deleteMessage", what="drop"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot at work, which all cases share."""
    api = await FakeTelegram.start()
    folder = Path(shutil.copytree(sample_store, tmp_path_factory.mktemp("faults") / "data"))
    async with running_bot(api, folder, admin_ids=(ADMIN_ID,)) as bot:
        yield Stage(api=api, bot=bot, patience_s=PATIENCE_S)
    await api.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_failure_loses_nothing_and_doubles_nothing(stage: Stage, case: Case) -> None:
    """What was asked is answered once, or the person told why not; and the next question is answered."""
    stage.api.server.calls.clear()
    await play(case, stage)


@pytest.mark.parametrize("method", ["getMe", "setWebhook"])
async def test_a_bot_that_starts_amid_failures(data_dir: Path, method: str) -> None:
    """The bot tries again until Telegram answers."""
    await play_start(Case(method=method, what="html"), data_dir, patience_s=PATIENCE_S)


async def test_a_break_of_a_minute_is_made_up_for(data_dir: Path) -> None:
    """What is asked while the connection is away is answered within seconds of its return."""
    api = await FakeTelegram.start()
    async with running_bot(api, data_dir):
        ani = api.person("Ani")
        await api.go_down()
        asked = await ani.say(QUESTION)
        await asyncio.sleep(6)
        await api.come_up()
        reply = await api.wait_for_message(ani, timeout_s=10)
        assert reply.reply_to_id == asked.id
    await api.close()


async def test_two_processes_with_one_token(data_dir: Path, tmp_path: Path) -> None:
    """The log of the first says that another fetches its updates; when that ends, the first answers; none has the
    token in its log.
    """
    api = await FakeTelegram.start()
    other_dir = Path(shutil.copytree(data_dir, tmp_path / "other"))
    first = BotProcess(api, data_dir, log=tmp_path / "first.log")
    second = BotProcess(api, other_dir, log=tmp_path / "second.log")
    try:
        await first.start()
        await second.start(wait=False)
        await api.wait_until(lambda: "another process fetches the updates" in first.log_text(), timeout_s=60)
        assert await second.stop() == 0
        ani = api.person("Ani")
        asked = await ani.say(QUESTION)
        reply = await api.wait_for_message(ani, timeout_s=PATIENCE_S)
        assert reply.reply_to_id == asked.id
        assert await first.stop() == 0
    finally:
        for bot in (first, second):
            if bot.is_running:
                await bot.kill()
        await api.close()
    assert api.token not in first.log_text() + second.log_text()


async def test_sigterm_finishes_what_is_in_hand(data_dir: Path, tmp_path: Path) -> None:
    """A bot that is told to stop answers what it has begun, ends within ten seconds, and leaves the rest for later."""
    api = await FakeTelegram.start()
    api.server.answer_delay_s = 0.3
    bot = BotProcess(api, data_dir, log=tmp_path / "bot.log")
    try:
        await bot.start()
        people = [api.person(f"Orang {number}") for number in range(6)]
        asked = [await person.say(QUESTION) for person in people]
        await api.wait_until(lambda: bool(api.calls("sendChatAction")), timeout_s=PATIENCE_S)
        assert await bot.stop(within_s=12) == 0
        assert "unknown" not in bot.outbox().values()
        await bot.start()
        await api.wait_until(lambda: all(len(api.messages(one, of_bot=True)) for one in people), timeout_s=PATIENCE_S)
        replies = [[message.reply_to_id for message in api.messages(one, of_bot=True)] for one in people]
        assert [[message.id] for message in asked] == replies
        await bot.stop()
    finally:
        if bot.is_running:
            await bot.kill()
        await api.close()


async def test_a_busy_or_broken_store_of_articles(data_dir: Path) -> None:
    """While the articles cannot be read people are told so; when they can, they are answered again."""
    api = await FakeTelegram.start()
    async with running_bot(api, data_dir) as bot:
        ani, budi = api.person("Ani"), api.person("Budi")
        await _answered(api, bot, ani)
        store = data_dir / "kutip.db"
        whole = store.read_bytes()
        store.write_bytes(b"\0" * len(whole))
        await budi.say("berapa rumah yang terendam banjir di Karangjati?")
        told = await api.wait_for_message(budi, timeout_s=PATIENCE_S)
        assert texts.STORE_CLOSED in told.text
        store.write_bytes(whole)
        await _answered(api, bot, api.person("Citra"))
    await api.close()


async def _answered(api: FakeTelegram, _bot: RunningBot, person: object) -> None:
    asked = await person.say(QUESTION)  # type: ignore[attr-defined]
    reply = await api.wait_for_message(person, timeout_s=PATIENCE_S)  # type: ignore[arg-type]
    assert reply.reply_to_id == asked.id
