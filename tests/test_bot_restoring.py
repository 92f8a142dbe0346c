"""Backups hold the bot's chats too, and what comes back begins nothing again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bot_process import ROOT
from bot_running import ANSWER, QUESTION, running_bot
from corpus_drafts import draft_of, text_of
from telegram_api.fake import FakeTelegram

from bot.keeping.mailbox import Mailbox
from bot.keeping.restoring import bot_companion
from bot.keeping.state import BotState
from bot.types import Scheduled
from bot.words import texts
from corpus.backup import ENCLOSED, backup, restore
from corpus.errors import BackupError, StoreBusyError
from corpus.store import ArticleStore


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A folder with a small store and a bot's database."""
    folder = tmp_path / "data"
    folder.mkdir()
    async with await ArticleStore.open(folder / "kutip.db") as store:
        await store.upsert([draft_of(text_of(1), id="1")])
    async with await BotState.open(folder / "bot.db") as state:
        await state.block(77, datetime.now(UTC), by=1)
    return folder


async def back_up(data: Path) -> Path:
    """A backup of both databases."""
    copy = data.parent / "cadangan.db"
    await backup(data / "kutip.db", copy, companions=[bot_companion(data / "bot.db")])
    return copy


async def bring_back(copy: Path, data: Path) -> list[str]:
    """Restore both; names of what was restored."""
    places = await restore(copy, data / "kutip.db", companions=[bot_companion(data / "bot.db")])
    return [place.name for place in places]


async def test_both_databases_come_back(data: Path) -> None:
    """One file holds articles and chats, and only its owner may read it."""
    copy = await back_up(data)
    shutil.rmtree(data)
    assert ["bot.db", "kutip.db"] == await bring_back(copy, data)
    async with await BotState.open(data / "bot.db") as state:
        assert {77} == await state.blocked()
    async with await ArticleStore.open(data / "kutip.db") as store:
        assert 1 == (await store.counts()).articles
    assert 0o600 == copy.stat().st_mode & 0o777


async def test_a_restored_store_holds_nothing_of_the_chats(data: Path) -> None:
    """The table in which the chats travelled is gone, and its pages hold no words of people."""
    async with await BotState.open(data / "bot.db") as state:
        await state.database.write(
            lambda connection: connection.execute(
                "INSERT INTO marks (name, value) VALUES ('percobaan', 'kata-rahasia-seseorang')"
            ).close()
        )
    copy = await back_up(data)
    assert b"kata-rahasia-seseorang" in copy.read_bytes()
    shutil.rmtree(data)
    await bring_back(copy, data)
    with closing(sqlite3.connect(data / "kutip.db")) as connection:
        assert [] == connection.execute("SELECT name FROM sqlite_master WHERE name = ?", (ENCLOSED,)).fetchall()
    assert b"kata-rahasia-seseorang" not in (data / "kutip.db").read_bytes()


async def test_a_backup_without_chats_leaves_them_alone(data: Path) -> None:
    """A backup of articles alone replaces the store only."""
    copy = data.parent / "artikel.db"
    await backup(data / "kutip.db", copy)
    assert ["kutip.db"] == await bring_back(copy, data)
    async with await BotState.open(data / "bot.db") as state:
        assert {77} == await state.blocked()


async def test_nothing_is_touched_while_the_bot_runs(data: Path) -> None:
    """Where only the bot's database is in use, the store stays as it was too."""
    copy = await back_up(data)
    async with await ArticleStore.open(data / "kutip.db") as store:
        await store.upsert([draft_of(text_of(2), id="2")])
    async with await BotState.open(data / "bot.db"):
        with pytest.raises(StoreBusyError):
            await bring_back(copy, data)
    async with await ArticleStore.open(data / "kutip.db") as store:
        assert 2 == (await store.counts()).articles


async def test_damaged_chats_are_noticed(data: Path) -> None:
    """A backup whose enclosed database is broken is refused, and nothing is replaced."""
    copy = await back_up(data)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute(f"UPDATE {ENCLOSED} SET data = substr(data, 1, 8192)")  # noqa: S608 - a constant
    before = (data / "kutip.db").read_bytes()
    with pytest.raises(BackupError, match=r"bot\.db|damaged"):
        await bring_back(copy, data)
    assert before == (data / "kutip.db").read_bytes()


async def test_what_was_in_hand_is_not_begun_again(data: Path) -> None:
    """Updates that waited are done, and messages that were to go out by now are doubtful; later ones stay."""
    now = datetime.now(UTC)
    async with await BotState.open(data / "bot.db") as state:
        mailbox = await Mailbox.open(state.database)
        await mailbox.receive(5, '{"update_id": 5}', now)
        await mailbox.claim("answer:5:0", 10, now)
        await mailbox.claim("answer:6:0", 10, now)
        await mailbox.sending("answer:6:0")
        due = {"lalu": now - timedelta(seconds=60), "nanti": now + timedelta(hours=1)}
        await mailbox.enqueue(
            [Scheduled(kind="digest", chat_id=10, thread_id=None, slot=slot, due_at=at) for slot, at in due.items()]
        )
        copy = await back_up(data)
        await mailbox.close()
    await bring_back(copy, data)
    async with await BotState.open(data / "bot.db") as state:
        mailbox = await Mailbox.open(state.database)
        assert [] == await mailbox.pending()
        assert not await mailbox.receive(5, '{"update_id": 5}', now)
        doubtful = {entry.key for entry in await mailbox.doubtful()}
        due_next = await mailbox.next_due(kind="digest")
        await mailbox.close()
    assert {"answer:5:0", "answer:6:0"} <= doubtful
    assert 3 == len(doubtful)
    assert due_next is not None
    assert abs(due_next - due["nanti"]) < timedelta(seconds=2)


async def test_rehearsal(data_dir: Path, tmp_path: Path) -> None:
    """Asked, voted, subscribed, backed up while the bot runs, the folder lost, restored, asked again: all is there."""
    copy = tmp_path / "cadangan.db"
    api = await FakeTelegram.start()
    try:
        ani = api.person("Ani")
        environment = {**os.environ, "KUTIP_DATA_DIR": str(data_dir), "KUTIP_TELEGRAM_TOKEN": ""}

        def kutip(*arguments: str) -> str:
            ran = subprocess.run(
                [sys.executable, "-m", "scripts.kutip", *arguments],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert 0 == ran.returncode, ran.stderr
            return ran.stdout

        async with running_bot(api, data_dir) as bot:
            asked = await ani.say(QUESTION)
            reply = await api.wait_for_message(ani)
            await (await ani.tap(texts.BUTTON_UP, reply)).answered()
            await ani.say("/langganan jam 7 pagi WITA topik ekonomi")
            await api.wait_for_message(ani)
            await bot.settle(api)
            kutip("backup", str(copy))
        shutil.rmtree(data_dir)
        kutip("restore", str(copy))
        before = len(api.messages(ani, of_bot=True))
        async with running_bot(api, data_dir) as bot:
            await ani.say(QUESTION)
            assert ANSWER in (await api.wait_for_message(ani)).text
            await bot.settle(api)
            stored = await bot.services.state.answer_to(ani.id, asked.id)
            assert stored is not None
            assert (1, 0) == await bot.services.state.votes(stored.id)
            one = await bot.services.subscriptions.of_chat(ani.id, None)
            assert one is not None
            assert (True, 7, "Asia/Makassar", ("ekonomi",)) == (one.is_on, one.hour, one.zone, tuple(one.include))
            assert await bot.services.state.get_chat(ani.id) is not None
        assert before + 1 == len(api.messages(ani, of_bot=True))
    finally:
        await api.close()
