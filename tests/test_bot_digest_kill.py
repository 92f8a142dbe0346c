"""A digest of several messages whose process is killed with SIGKILL between two of them, and what the next one does."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from digest_child import SEVEN
from telegram_api.chats import Chat
from telegram_api.fake import FakeTelegram

from bot.digests.subscriptions import Subscription, SubscriptionStore
from bot.keeping.state import BotState
from bot.types import ChatKind, ChatRecord

TESTS = Path(__file__).parent
DAY = timedelta(days=1)


@dataclass
class Scene:
    """A person with a subscription, the Telegram that they use, and the database of the bot."""

    api: FakeTelegram
    path: Path
    chat: Chat

    async def start(self, *, chat_pause_s: float, parts: int) -> asyncio.subprocess.Process:
        """A process that sends what is due."""
        arguments = [str(self.path), self.api.url, self.api.token, str(chat_pause_s), str(parts)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(TESTS.parent), str(TESTS)))}
        return await asyncio.create_subprocess_exec(
            sys.executable, str(TESTS / "digest_child.py"), *arguments, env=environment
        )

    def stories(self) -> list[str]:
        """Numbers of the stories in the chat, one for each message."""
        return [re.findall(r"^\d+", message.text, re.MULTILINE)[0] for message in self.chat.messages.values()]

    def states(self) -> list[str]:
        """Of the parts, in their order."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            return [state for (state,) in connection.execute("SELECT state FROM outbox ORDER BY key")]

    def sent_and_told(self) -> tuple[int, int]:
        """How many parts were sent, and how many digests told, at one moment."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            sent, told = connection.execute(
                "SELECT (SELECT count(*) FROM outbox WHERE state = 'sent'), (SELECT count(*) FROM told)"
            ).fetchone()
        return sent, told


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    api = await FakeTelegram.start()
    chat = api.world.chats[api.world.add_user("Sari")["id"]]
    chat.started = True
    before = SEVEN - DAY
    async with await BotState.open(tmp_path / "bot.db") as state:
        await state.see_chat(
            ChatRecord(id=chat.id, kind=ChatKind.PRIVATE, title="Sari", first_seen=before, last_seen=before)
        )
        await SubscriptionStore(state.database).put(
            Subscription(owner_id=chat.id, chat_id=chat.id, since=before, created_at=before)
        )
    yield Scene(api, tmp_path / "bot.db", chat)
    await api.close()


async def test_what_was_sent_is_told_in_the_same_moment(scene: Scene) -> None:
    """A kill in between, and a clock that goes back a day, would let it come again."""
    sending = await scene.start(chat_pause_s=600, parts=2)
    async with asyncio.timeout(60):
        while (seen := scene.sent_and_told())[0] == 0:  # noqa: ASYNC110 - nothing rings between processes
            await asyncio.sleep(0.001)
    sending.kill()
    await sending.wait()
    assert (1, 1) == seen


async def test_what_is_left_comes_after_the_restart(scene: Scene) -> None:
    """The next process sends the second and the third message, and the first not again."""
    killed = await scene.start(chat_pause_s=600, parts=3)
    async with asyncio.timeout(60):
        while scene.states()[:1] != ["sent"]:  # noqa: ASYNC110 - nothing rings between processes
            await asyncio.sleep(0.02)
    killed.kill()
    await killed.wait()
    assert ["1"] == scene.stories()
    following = await scene.start(chat_pause_s=0.02, parts=1)
    assert 0 == await asyncio.wait_for(following.wait(), 60)
    assert ["1", "2", "3"] == scene.stories()
    assert ["sent", "sent", "sent"] == scene.states()
