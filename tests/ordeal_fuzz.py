"""Updates as nobody expects them: fields missing or odd, unknown kinds, huge texts, broken marks, wrong types."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from bot_running import QUESTION, RunningBot
from structlog.testing import capture_logs
from telegram_api.api_table import Field, api_table
from telegram_api.chats import Chat
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person

from bot.words.buttons import Action, encode

Fields = dict[str, Any]
Node = tuple[Any, Any]
"""A container with the key or index of something in it."""

DEEPEST = 5
BATCH = 100
ANSWER_WITHIN_S = 60.0

KINDS = ("message",) * 10 + ("callback_query",) * 5 + ("inline_query",) * 3 + ("edited_message", "my_chat_member") * 2
"""What the bot asks for, by how often; one update in five is of any other kind."""

TEXTS = (
    QUESTION,
    "halo",
    "/start",
    "/start tanya-c2lhcGE",
    "/mulai x" + "y" * 200,
    "/tanya",
    "/tanya@KutipBot siapa menteri?",
    "/bantuan",
    "/sumber",
    "/terbaru",
    "/privasi",
    "/hapus_data",
    "/ekspor_data",
    "/atur",
    "/status",
    "/muat",
    "/siaran",
    "/tidak_ada",
    "@KutipBot kapan banjir?",
    "kapan itu?",
    "",
    " ",
    "?",
    "a" * 4096,
    "kata " * 20_000,
    "<b>&amp;</i> \x00\x07\u202e\u200b\ufeff",
    "👩‍👩‍👧‍👦" * 500,
    "مَتى؟ 何時 कब",
    "'; DROP TABLE inbox; --",
    "https://contoh.example/" + "a" * 3000,
    "\ud800",
)

NUMBERS = (0, 1, -1, 7, 2**31 - 1, -(2**31), 2**52, -(10**12) - 5, 2**63 - 1, 2**63, -(2**63) - 1, 10**30)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e300,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    {"x": {}},
    [{}],
    "9" * 400,
)


class Fuzzer:
    """Makes updates from the description of the Bot API; the same seed makes the same ones.

    :param chats: that messages come from. :param users: that they come from.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._kinds = [name for name in api_table().types["Update"].fields if name != "update_id"]
        self.chats: list[Fields] = []
        self.users: list[Fields] = []

    def update(self) -> Fields:
        """One update without its id."""
        kind = self._chance.choice(KINDS if self._chance.random() < 0.8 else self._kinds)
        field = api_table().types["Update"].fields[kind]
        update: Fields = {kind: self._value(field.types, kind, 0)}
        for _ in range(self._chance.choice((0, 0, 1, 1, 2, 4))):
            self._break(update)
        return update

    def _value(self, types: Sequence[str], name: str, depth: int) -> Any:
        kind = self._chance.choice(list(types))
        if kind.startswith("["):
            return [self._value((kind[1:],), name, depth + 1) for _ in range(self._chance.choice((0, 1, 1, 2, 3)))]
        if kind in ("Integer", "Int53"):
            return self._number(name)
        if kind in ("Float", "Float number"):
            return self._chance.uniform(-180, 180)
        if kind in ("Boolean", "True"):
            return kind == "True" or self._chance.random() < 0.5
        if kind == "Chat" and self._chance.random() < 0.9:
            return deepcopy(self._chance.choice(self.chats))
        if kind == "User" and self._chance.random() < 0.9:
            return deepcopy(self._chance.choice(self.users))
        return self._text(name) if kind == "String" else self._record(kind, depth)

    def _record(self, kind: str, depth: int) -> Any:
        entry = api_table().types.get(kind)
        if entry is None:
            return {}
        if entry.subtypes:
            return self._record(self._chance.choice(entry.subtypes), depth + 1)
        return {
            name: self._chance.choice(field.values) if field.values else self._value(field.types, name, depth + 1)
            for name, field in entry.fields.items()
            if self._is_given(kind, field, depth)
        }

    def _is_given(self, kind: str, field: Field, depth: int) -> bool:
        if field.required:
            return depth <= 2 * DEEPEST
        if kind == "Message" and field.name in ("text", "from", "entities"):
            return self._chance.random() < (0.4 if field.name == "entities" else 0.9)
        if kind == "CallbackQuery" and field.name in ("message", "data"):
            return self._chance.random() < 0.9
        return depth < DEEPEST and self._chance.random() < 0.04

    def _number(self, name: str) -> int:
        if name == "date":
            return self._now_s + self._chance.choice((0, 0, 0, 0, -5, -3600, 3600, 10**6))
        if name in ("offset", "length"):
            return self._chance.choice((0, 1, 2, 5, 5, 10, 5000, -1))
        return self._chance.randrange(1, 10**6) if self._chance.random() < 0.8 else self._chance.choice(NUMBERS)

    def _text(self, name: str) -> str:
        if name == "data":
            tap = encode(self._chance.choice(list(Action)), self._chance.randrange(5), self._chance.randrange(3))
            return self._chance.choice((tap, tap, tap, tap[:-1], tap + ":9", "x", "", "1:" * 32, "\x00", "é" * 32))
        if name == "type":
            return self._chance.choice(("private", "group", "bot_command", "mention", "text_mention", "baru"))
        return self._chance.choice(TEXTS)

    _now_s = 1_750_000_000

    def at(self, now_s: int) -> None:
        """Set the present, which most messages are of."""
        self._now_s = now_s

    def _break(self, update: Fields) -> None:
        """Take something out of an update, or put something odd in its place."""
        nodes = _nodes(update)
        if not nodes:
            return
        container, key = self._chance.choice(nodes)
        what = self._chance.random()
        if what < 0.35 and isinstance(container, dict):
            del container[key]
        elif what < 0.55:
            container[key] = self._chance.choice(TEXTS) if isinstance(container[key], str) else self._number("")
        elif what < 0.85:
            container[key] = deepcopy(self._chance.choice(OTHERS))
        elif isinstance(container, dict):
            container[f"baru_{self._chance.randrange(9)}"] = deepcopy(self._chance.choice(OTHERS))


def _nodes(value: Any) -> Sequence[Node]:
    """All places in a JSON value."""
    found: list[Node] = []
    waiting = [value]
    while waiting:
        container = waiting.pop()
        keys = list(container) if isinstance(container, dict) else range(len(container))
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], dict | list):
                waiting.append(container[key])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzReport:
    """What became of the updates.

    :param set_aside: that the library could not read. :param failed: errors of handlers, by kind.
    :param asked: ordinary questions in between, and how many were `answered`.
    """

    updates: int
    set_aside: int
    failed: Counter[str]
    traces: tuple[str, ...]
    asked: int
    answered: int

    @property
    def passed(self) -> bool:
        """Whether every ordinary question was answered."""
        return self.asked == self.answered > 0


async def fuzz(api: FakeTelegram, bot: RunningBot, *, updates: int, seed: int) -> FuzzReport:
    """Give the bot broken updates; after each hundred somebody asks an ordinary question."""
    fuzzer = Fuzzer(seed)
    asked = answered = 0
    with capture_logs() as logs:
        for start in range(0, updates, BATCH):
            people = _furnish(api, fuzzer, start)
            for _ in range(min(BATCH, updates - start)):
                api.inject(fuzzer.update())
            asked += 1
            answered += await _is_answered(api, people[0])
            await api.wait_until(lambda: not api.world.updates.waiting(), timeout_s=ANSWER_WITHIN_S)
        asked += 1
        answered += await _is_answered(api, api.person("Akhir"))
        queue = bot.application.update_queue
        await api.wait_until(lambda: queue.running + queue.waiting == 0, timeout_s=ANSWER_WITHIN_S)  # type: ignore[attr-defined]
    failures = [log for log in logs if log["event"] == "handler failed"]
    return FuzzReport(
        updates=updates,
        set_aside=sum(log["event"] == "unreadable update set aside" for log in logs),
        failed=Counter(str(log["error"]) for log in failures),
        traces=tuple({str(log["traceback"]) for log in failures}),
        asked=asked,
        answered=answered,
    )


def _furnish(api: FakeTelegram, fuzzer: Fuzzer, start: int) -> list[Person]:
    """New people and chats for each batch, since a chat gets one message a second."""
    people = [api.person(f"Orang {start + number}") for number in range(BATCH)]
    chats: list[Chat] = [person.chat for person in people[1:]]
    for person in people[1:4]:
        person.chat.started = True
        chats.append(api.group(f"Grup {start} {person.id}", owner=person, members=people[4:8], supergroup=True))
    chats.append(api.group(f"Forum {start}", owner=people[1], forum=True))
    for person in people:
        person.chat.started = True
    fuzzer.chats = [chat.data for chat in chats]
    fuzzer.users = [person.user for person in people[1:]]
    fuzzer.at(api.clock.unix())
    return people


async def _is_answered(api: FakeTelegram, person: Person) -> bool:
    asked = await person.say(QUESTION)
    try:
        await api.wait_for_message(
            person, timeout_s=ANSWER_WITHIN_S, accept=lambda message: message.reply_to_id == asked.id
        )
    except AssertionError:
        return False
    return True
