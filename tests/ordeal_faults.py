"""Each failure on each method that the bot uses: what the people concerned see of it in the end."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot_running import ADMIN_ID, ANSWER, QUESTION, RunningBot, running_bot
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person
from telegram_api.requests import Call

from bot.keeping.inbox_queue import InboxQueue
from bot.words import admin_texts, texts

What = int | str

PASSING: tuple[What, ...] = (429, 500, "html", "drop", "drop_after", "hang", "hang_after")
"""Failures after which the bot gets its way in the end."""

FINAL: tuple[What, ...] = (400, 403, 409)
"""Failures after which asking again changes nothing."""

ALL = PASSING + FINAL

_TROUBLE = texts.TELEGRAM_TROUBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A failure of a method.

    :param wording: of a refusal, as the fake knows it.
    """

    method: str
    what: What
    wording: str | None = None

    @property
    def passes(self) -> bool:
        """Whether trying again helps."""
        return self.what in PASSING

    def __str__(self) -> str:
        return f"{self.method}-{self.wording or self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a case is played.

    :param patience_s: within which all must be well again.
    """

    api: FakeTelegram
    bot: RunningBot
    patience_s: float

    def fault(self, case: Case, *, times: int = 1) -> None:
        """Let the next request of the method fail."""
        self.api.fault(case.method, case.what, wording=case.wording, times=times)

    async def answer(self, person: Person, asked_id: int) -> None:
        """Wait until the bot has nothing in hand, and exactly one answer to a question is there, and nothing else."""
        await self.api.wait_until(lambda: self._is_answered(person, asked_id), timeout_s=self.patience_s)

    def _is_answered(self, person: Person, asked_id: int) -> bool:
        said = [message for message in self.api.messages(person, of_bot=True) if message.id > asked_id]
        is_there = len(said) == 1 and said[0].reply_to_id == asked_id and ANSWER in said[0].text
        return is_there and self.is_idle()

    def is_idle(self) -> bool:
        """Whether the bot has finished all that came."""
        queue = self.bot.application.update_queue
        return isinstance(queue, InboxQueue) and queue.running + queue.waiting == 0


async def play(case: Case, stage: Stage) -> float:
    """Let a failure happen, and see that all ends well: also for somebody who asks next.

    :return: seconds until then.
    :raises AssertionError: a question is lost, or answered twice, or takes too long.
    """
    began = time.monotonic()
    await _SCENES[case.method](case, stage)
    took_s = time.monotonic() - began
    for fault in stage.api.server.faults:
        fault.stop()
    stage.api.server.faults.clear()
    other = stage.api.person("Lain")
    asked = await other.say(QUESTION)
    await stage.answer(other, asked.id)
    return took_s


async def _answered(stage: Stage) -> tuple[Person, int]:
    """Somebody with an answer: the person, and the question's id."""
    person = stage.api.person("Ani")
    asked = await person.say(QUESTION)
    await stage.answer(person, asked.id)
    return person, asked.id


async def _send_message(case: Case, stage: Stage) -> None:
    """The answer comes once; after entities are refused, as plain text; a chat that is gone is remembered as such."""
    person = stage.api.person("Ani")
    stage.fault(case)
    asked = await person.say(QUESTION)
    if case.passes or case.wording == "entities":
        await stage.answer(person, asked.id)
    elif case.what in (403, 400):
        await _gone(person, stage)
        again = await person.say(QUESTION)
        await stage.answer(person, again.id)
    else:
        await stage.api.wait_for_message(person, timeout_s=stage.patience_s, containing=_TROUBLE)


async def _gone(person: Person, stage: Stage) -> None:
    until = time.monotonic() + stage.patience_s
    while (known := await stage.bot.services.state.get_chat(person.id)) is None or known.gone_since is None:
        assert time.monotonic() < until, "it is not noted that the chat is gone"
        await asyncio.sleep(0.05)


async def _edit_message(case: Case, stage: Stage) -> None:
    """The button "Lebih banyak" brings more into the same message; the clock on the button stops in any case."""
    person, asked_id = await _answered(stage)
    reply = stage.api.messages(person)[-1]
    before = len(reply.text)
    stage.fault(case)
    tap = await person.tap(texts.BUTTON_MORE, reply)
    if case.passes or case.wording == "entities":
        await stage.api.wait_until(lambda: len(reply.text) > before, timeout_s=stage.patience_s)
    await tap.answered(stage.patience_s)
    if case.passes:
        await stage.answer(person, asked_id)


async def _acknowledge(case: Case, stage: Stage) -> None:
    """A thumb is kept once, whatever becomes of its notice."""
    person, asked_id = await _answered(stage)
    reply = stage.api.messages(person)[-1]
    stored = await stage.bot.services.state.answer_to(person.id, asked_id)
    assert stored is not None
    stage.fault(case)
    tap = await person.tap(texts.BUTTON_UP, reply)
    if case.passes:
        await tap.answered(stage.patience_s)
    else:
        await _met(case, stage)
    assert await stage.bot.services.state.votes(stored.id) == (1, 0)


async def _met(case: Case, stage: Stage) -> Call:
    """Wait until the failure has happened."""

    def look() -> bool:
        return any(call.fault is not None for call in stage.api.calls(case.method))

    await stage.api.wait_until(look, timeout_s=stage.patience_s)
    return stage.api.calls(case.method)[-1]


async def _inline(case: Case, stage: Stage) -> None:
    """An inline query gets its results."""
    person = stage.api.person("Ani")
    stage.fault(case)
    asked = await person.inline(f"{QUESTION} {case}")
    if case.passes:
        assert ANSWER in str(await asked.answered(stage.patience_s))
    else:
        await _met(case, stage)


async def _typing(case: Case, stage: Stage) -> None:
    """That "mengetik..." fails disturbs nothing."""
    stage.fault(case)
    await _answered(stage)


async def _send_document(case: Case, stage: Stage) -> None:
    """A file that a person asked for comes, at least once; or a line that it does not."""
    person, _ = await _answered(stage)
    stage.fault(case)
    await person.say("/ekspor_data")
    if case.what == 403 or (case.what == 400 and case.wording is None):
        await _met(case, stage)
        return
    await stage.api.wait_until(
        lambda: any(
            "document" in message.data or (not case.passes and _TROUBLE in message.text)
            for message in stage.api.messages(person, of_bot=True)
        ),
        timeout_s=stage.patience_s,
    )


async def _get_file(case: Case, stage: Stage) -> None:
    """A file that an admin sends is loaded, or the admin told that it was not."""
    admin = stage.api.people.get(ADMIN_ID) or stage.api.person("Admin", id=ADMIN_ID)
    await admin.say("halo")
    stage.fault(case)
    row = {
        "title": f"Panen di {case}",
        "date": "2025-06-10",
        "source": "Warta Nusa",
        "body": f"Desa {case} panen jagung.",
    }
    await admin.send_document(json.dumps(row).encode(), "panen.jsonl")
    ends = (admin_texts.LOAD_DONE, admin_texts.LOAD_NOTHING) + (() if case.passes else (admin_texts.LOAD_STOPPED,))
    await stage.api.wait_until(
        lambda: any(stage.api.messages(admin)[-1].text.startswith(end) for end in ends),
        timeout_s=stage.patience_s,
    )


async def _get_updates(case: Case, stage: Stage) -> None:
    """What is asked while updates cannot be fetched is answered afterwards, once."""
    person = stage.api.person("Ani")
    stage.fault(case)
    first = await person.say(QUESTION)  # ends the long poll that is under way; the next one fails
    await stage.answer(person, first.id)
    second = await person.say(QUESTION)
    await stage.answer(person, second.id)


async def _publish_menu(case: Case, stage: Stage) -> None:
    """An admin is greeted, whatever becomes of the menu."""
    admin = stage.api.people.get(ADMIN_ID) or stage.api.person("Admin", id=ADMIN_ID)
    stage.fault(case)
    said = await admin.say("/start")
    await stage.api.wait_until(
        lambda: any(message.id > said.id for message in stage.api.messages(admin, of_bot=True)),
        timeout_s=stage.patience_s,
    )


async def _group_settings(case: Case, stage: Stage) -> None:
    """An admin of a group gets its settings; a line where Telegram does not say who is one."""
    person = stage.api.person("Ani")
    group = stage.api.group(f"Warga {case}", owner=person)
    stage.fault(case)
    await person.say("/atur", chat=group)
    message = await stage.api.wait_for_message(group, timeout_s=stage.patience_s)
    assert bool(message.buttons) or not case.passes


async def _group_digest(case: Case, stage: Stage) -> None:
    """An admin of a group gets the page of its digest; a line where Telegram does not say what the bot may do there."""
    person = stage.api.person("Ani")
    group = stage.api.group(f"Warga {case}", owner=person)
    stage.fault(case)
    await person.say("/langganan", chat=group)
    message = await stage.api.wait_for_message(group, timeout_s=stage.patience_s)
    assert bool(message.buttons) or not case.passes


async def _delete_message(case: Case, stage: Stage) -> None:
    """The line that stands while a doubtful answer is looked for goes, or at least brings no second answer."""
    person = stage.api.person("Ani")
    stage.api.fault("sendMessage", "drop_after")
    stage.fault(case)
    asked = await person.say(QUESTION)
    await stage.api.wait_until(
        lambda: any(call.fault for call in stage.api.calls("deleteMessage")), timeout_s=stage.patience_s
    )
    if case.passes:
        await stage.answer(person, asked.id)
    assert sum(ANSWER in message.text for message in stage.api.messages(person, of_bot=True)) == 1


_SCENES: Mapping[str, Callable[[Case, Stage], Awaitable[None]]] = {
    "sendMessage": _send_message,
    "editMessageText": _edit_message,
    "answerCallbackQuery": _acknowledge,
    "answerInlineQuery": _inline,
    "sendChatAction": _typing,
    "sendDocument": _send_document,
    "getFile": _get_file,
    "file": _get_file,
    "getUpdates": _get_updates,
    "setMyCommands": _publish_menu,
    "getChatAdministrators": _group_settings,
    "getChat": _group_digest,
    "getChatMember": _group_digest,
    "deleteMessage": _delete_message,
}

AT_START = ("getMe", "setWebhook", "deleteWebhook")
"""Methods that only a bot that starts uses."""

_WITH_ENTITIES = ("sendMessage", "editMessageText")


def cases() -> list[Case]:
    """Every failure on every method of a running bot."""
    made = [Case(method=method, what=what) for method in _SCENES for what in ALL]
    return made + [Case(method=method, what=400, wording="entities") for method in _WITH_ENTITIES]


def cases_at_start() -> list[Case]:
    """Every passing failure on every method of a bot that starts."""
    return [Case(method=method, what=what) for method in AT_START for what in PASSING]


async def play_start(case: Case, data_dir: Path, *, patience_s: float) -> float:
    """Let a bot start while a method fails; then somebody asks.

    :return: seconds from the failure until the answer; reading the model, which comes before, is no part of it.
    """
    api = await FakeTelegram.start()
    try:
        api.fault(case.method, case.what)
        async with running_bot(api, data_dir, webhook=case.method == "setWebhook") as bot:
            stage = Stage(api=api, bot=bot, patience_s=patience_s)
            await _answered(stage)
            failed = next(call for call in api.calls(case.method) if call.fault is not None)
            return time.monotonic() - failed.at_s
    finally:
        await api.close()
