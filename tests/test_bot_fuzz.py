"""Whatever Telegram sends, the bot goes on answering."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from bot_running import running_bot
from ordeal_fuzz import fuzz
from telegram import Update
from telegram_api.fake import FakeTelegram
from telegram_api.world import Rules

from bot.keeping.inbox_queue import lane_of
from bot.logs import configure_logging
from bot.reception import readable


async def test_odd_updates_keep_nobody_from_an_answer(data_dir: Path) -> None:
    """Between and after 300 updates with missing, odd and unknown fields, ordinary questions are answered."""
    api = await FakeTelegram.start(rules=Rules(checks=False))
    try:
        async with running_bot(api, data_dir) as bot:
            report = await fuzz(api, bot, updates=300, seed=7)
    finally:
        await api.close()
    assert report.passed, report
    assert report.set_aside > 0


def test_an_unreadable_update_keeps_its_id() -> None:
    """An update that the library cannot read is reduced to its id, so that it can be confirmed; others stay."""
    fine = {"update_id": 1, "something_new": {"x": 1}}
    assert fine == readable(fine)
    assert {"update_id": 2} == readable({"update_id": 2, "message": {"text": "tanpa obrolan"}})
    chat = {"id": [7], "type": "private"}
    assert {"update_id": 3} == readable({"update_id": 3, "message": {"message_id": 1, "date": 1, "chat": chat}})
    assert readable({"message": {}}) is None


@pytest.mark.parametrize(
    "message",
    [
        {"message_id": 1, "date": 1, "chat": {"id": [7], "type": "private"}},
        {"message_id": 1, "date": 1, "chat": {"id": {"x": 1}, "type": "private"}, "text": "kapan?"},
    ],
)
def test_a_chat_of_a_wrong_type_runs_alone(message: dict[str, Any]) -> None:
    """What the library lets pass as the id of a chat, but is none, still has a line to stand in."""
    update = Update.de_json({"update_id": 5, "message": message}, None)
    assert "update 5" == lane_of(update)


def test_log_of_an_unreadable_update_holds_nothing_of_it() -> None:
    """The library quotes what it cannot read, as a webhook gets it; the log does not."""
    out = io.StringIO()
    with kept_logging():
        configure_logging([], stream=out)
        words = "Received data was *not* processed! Received data was: %r"
        logging.getLogger("telegram.ext.Updater").critical(words, {"text": "rahasia sekali"})
    assert "an update could not be read" in out.getvalue()
    assert "rahasia" not in out.getvalue()


@contextmanager
def kept_logging() -> Iterator[None]:
    """Put the settings of logging back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:], root.level = before[0], before[1]
        structlog.reset_defaults()
