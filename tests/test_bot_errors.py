"""What happens when handling an update fails: the log gets the cause, the person a kind line with a code."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest_asyncio
import structlog
from bot_desk import Desk, running_desk, seen_at
from structlog.testing import capture_logs
from telegram import Update
from telegram.error import NetworkError
from telegram.ext import Application, ContextTypes

from bot.answering import Answering
from bot.errors import BusyError, on_error
from bot.health import MOST_SILENCE_S, engine_checks
from bot.keeping.drafts import Drafts
from bot.metrics import BotMetrics
from bot.sending.faults import Fault
from bot.sending.limits import Notices, UserLimiter
from bot.services import SERVICES, Context, KutipApplication, Services
from bot.settings import BotSettings
from retrieval.engine import Engine


class Trouble:
    """An application whose handlers fail; its engine is never asked."""

    def __init__(self, desk: Desk, *, clock: list[float], log_text: bool = False) -> None:
        self.desk = desk
        self.clock = clock
        made = Application.builder().bot(desk.bot).context_types(ContextTypes(context=Context)).build()
        self.application = cast(KutipApplication, made)
        self.metrics = BotMetrics()
        engine = cast(Engine, None)
        self.application.bot_data[SERVICES] = Services(
            settings=BotSettings(_env_file=None, log_text=log_text),
            engine=engine,
            state=desk.state,
            mailbox=desk.mailbox,
            answering=Answering(engine, workers=1, most_waiting=1, timeout_s=1),
            delivery=desk.delivery,
            users=UserLimiter(10),
            notices=Notices(60, clock=lambda: clock[0]),
            drafts=Drafts(),
            loading=asyncio.Lock(),
            broadcasting=asyncio.Lock(),
            metrics=self.metrics,
            clock=seen_at,
        )

    async def happens(self, error: Exception, update: object) -> list[dict[str, Any]]:
        """Let the error handler run.

        :return: what was logged.
        """
        try:
            raise error
        except Exception as raised:
            context = Context.from_error(update, raised, self.application)
        with capture_logs() as lines:
            await on_error(update, cast(Context, context))
        return cast(list[dict[str, Any]], lines)

    def question(self, update_id: int, text: str = "siapa menteri itu?") -> Update:
        """A question of the person."""
        message_id = self.desk.says(self.desk.person, text)
        data = self.desk.person.messages[message_id].data
        update = Update.de_json({"update_id": update_id, "message": data}, self.desk.bot)
        assert update is not None
        return update


@pytest_asyncio.fixture
async def trouble(tmp_path: Path) -> AsyncIterator[Trouble]:
    """An application that talks to a pretended Telegram."""
    structlog.reset_defaults()
    async with running_desk(tmp_path) as desk:
        yield Trouble(desk, clock=[0.0])


async def test_person_gets_a_line_whose_code_is_in_the_log(trouble: Trouble) -> None:
    """The code that the person reads finds the cause."""
    [line] = await trouble.happens(ValueError("siapa menteri itu?"), trouble.question(5))
    [text] = trouble.desk.texts(trouble.desk.person)
    assert text.endswith(f"({line['code']})")
    assert ("handler failed", 5, trouble.desk.person.id) == (line["event"], line["update_id"], line["chat_id"])
    assert re.search(r"in happens\n.*ValueError$", line["traceback"], re.DOTALL)


async def test_log_holds_nothing_that_was_written(trouble: Trouble) -> None:
    """Neither the question nor an error that quotes it is logged."""
    lines = await trouble.happens(ValueError("siapa menteri itu?"), trouble.question(5))
    assert "menteri" not in repr(lines)


async def test_log_holds_it_if_wished(trouble: Trouble) -> None:
    """With KUTIP_LOG_TEXT the error's words are there."""
    loud = Trouble(trouble.desk, clock=trouble.clock, log_text=True)
    [line] = await loud.happens(ValueError("siapa menteri itu?"), loud.question(5))
    assert "ValueError: siapa menteri itu?" in line["traceback"]


async def test_chat_is_told_once_a_minute(trouble: Trouble) -> None:
    """Ten failures in a moment make one line, and all of them are counted; a minute later there is another."""
    for number in range(10):
        await trouble.happens(BusyError(3), trouble.question(number))
    assert 1 == len(trouble.desk.shown(trouble.desk.person))
    assert 10 == trouble.metrics.handler_errors
    trouble.clock[0] = 60.0
    await trouble.happens(BusyError(3), trouble.question(10))
    assert 2 == len(trouble.desk.shown(trouble.desk.person))


async def test_failing_notice_fails_quietly(trouble: Trouble) -> None:
    """Where the line cannot be sent either, nothing more is raised, and it is logged."""
    trouble.desk.fault("sendMessage", 400, wording="Bad Request: SOMETHING_ODD")
    lines = await trouble.happens(ValueError(), trouble.question(1))
    assert ["handler failed", "notice of an error not sent"] == [line["event"] for line in lines]


async def test_failed_polling_is_a_line_without_a_traceback(trouble: Trouble) -> None:
    """While Telegram cannot be reached the log stays short, and the figures count it."""
    [line] = await trouble.happens(NetworkError("Bad Gateway"), None)
    assert ("polling failed", "declined") == (line["event"], line["fault"])
    assert {("getUpdates", "declined"): 1} == trouble.metrics.telegram_errors
    assert [] == trouble.desk.texts(trouble.desk.person)


async def test_error_before_the_start_is_logged(trouble: Trouble) -> None:
    """Without services there is nobody to tell, but a line in the log."""
    trouble.application.bot_data.clear()
    assert ["handler failed"] == [line["event"] for line in await trouble.happens(ValueError(), trouble.question(1))]
    assert [] == trouble.desk.texts(trouble.desk.person)


async def test_silent_telegram_is_asked_before_it_is_reported() -> None:
    """After a break a bot that nobody talks to asks Telegram itself, and is well again when it answers."""
    clock = [0.0]
    metrics = BotMetrics(clock=lambda: clock[0])
    answers = [False, True]

    async def probe() -> None:
        if not answers.pop(0):
            raise NetworkError("Bad Gateway")
        metrics.note_telegram("getMe", None)

    metrics.note_telegram("getUpdates", Fault.NOT_SENT)
    clock[0] = MOST_SILENCE_S + 1
    check = engine_checks(cast(Engine, None), metrics, probe=probe)["telegram"]
    assert ["no answer from Telegram for 61 s", None] == [await check(), await check()]
