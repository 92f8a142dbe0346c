"""A bot that is killed again and again while people ask: what became of each question."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot_process import BotProcess
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person

ANSWER_DELAY_S = 0.08
"""Between what a request does and its answer, as over the internet: kills fall in between, too."""

LIFE_S = 1.6
"""Longest time from the first request for updates to the kill."""

DATED_AHEAD_S = 3600.0
"""Added to the dates of messages: on a slow machine twenty starts take longer than the ten minutes after which one
is too old for an answer, which is no matter of kills."""

STUCK_S = 30.0
"""After the last start: without any progress for so long it will not end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that a person asked."""

    chat_id: int
    message_id: int
    update_id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KillReport:
    """What became of the questions.

    :param interrupted: kills that fell while at least one update was in hand.
    :param doubtful: questions whose answer is listed as doubtful; of these `shown` have one that the person sees.
    :param lost: neither answered nor listed. :param twice: answered more than once.
    :param instead: what people got that answers no question, such as that the bot is busy, and how often.
    """

    asked: int
    kills: int
    interrupted: int
    once: int
    doubtful: int
    shown: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    instead: Counter[str]
    has_token_in_log: bool

    @property
    def passed(self) -> bool:
        """Whether each was answered once, or is listed."""
        return not self.lost and not self.twice and not self.has_token_in_log


async def kill_while_asked(
    data_dir: Path, *, kills: int, questions: Sequence[str], seed: int, people: int = 40
) -> KillReport:
    """Ask all questions while the bot is killed at random moments; then let it finish.

    :param data_dir: a folder of its own with articles, which the bot writes to.
    """
    chance = random.Random(seed)
    api = await FakeTelegram.start()
    api.server.answer_delay_s = ANSWER_DELAY_S
    api.clock.advance(DATED_AHEAD_S)
    persons = [api.person(f"Orang {number}") for number in range(people)]
    bot = BotProcess(api, data_dir, log=data_dir / "kills.log")
    asked: list[Asked] = []
    interrupted = 0
    try:
        for number in range(kills):
            await bot.start()
            asking = asyncio.create_task(_ask(api, persons, questions[number::kills], asked, chance))
            await asyncio.sleep(chance.uniform(0.05, LIFE_S))
            await bot.kill()
            interrupted += bool(bot.unfinished())
            await asking
        await bot.start()
        await _settle(api, bot)
        await bot.stop()
        return _judge(api, bot, asked, kills, interrupted)
    finally:
        if bot.is_running:
            await bot.kill()
        await api.close()


async def _ask(
    api: FakeTelegram, persons: Sequence[Person], questions: Sequence[str], asked: list[Asked], chance: random.Random
) -> None:
    """Ask at random moments while the bot lives; what comes after its end waits for the next."""
    for text in questions:
        await asyncio.sleep(chance.uniform(0, 1.5 * LIFE_S / len(questions)))
        person = persons[len(asked) % len(persons)]
        said = await person.say(text)
        asked.append(Asked(chat_id=person.id, message_id=said.id, update_id=api.world.updates.last_id, text=text))


async def _settle(api: FakeTelegram, bot: BotProcess) -> None:
    """Wait until the bot has confirmed every update and handled it to its end.

    :raises AssertionError: it gets no further.
    """
    left, until = -1, 0.0
    while api.world.updates.waiting() or bot.unfinished():
        now_left = len(api.world.updates.waiting()) + len(bot.unfinished())
        if now_left != left:
            left, until = now_left, time.monotonic() + STUCK_S
        assert time.monotonic() < until, f"unfinished: {bot.unfinished()}\n{bot.log_text()[-2000:]}"
        await asyncio.sleep(0.2)


def _judge(api: FakeTelegram, bot: BotProcess, asked: Sequence[Asked], kills: int, interrupted: int) -> KillReport:
    outbox = bot.outbox()
    doubted = {one.update_id for one in asked if outbox.get(f"answer:{one.update_id}:0") == "unknown"}
    answers = {one.update_id: _answers_to(api, one) for one in asked}
    return KillReport(
        asked=len(asked),
        kills=kills,
        interrupted=interrupted,
        once=sum(answers[one.update_id] == 1 for one in asked if one.update_id not in doubted),
        doubtful=len(doubted),
        shown=sum(answers[update_id] == 1 for update_id in doubted),
        lost=tuple(one.text for one in asked if not answers[one.update_id] and one.update_id not in doubted),
        twice=tuple(one.text for one in asked if answers[one.update_id] > 1),
        instead=Counter(
            message.text
            for chat_id in {one.chat_id for one in asked}
            for message in api.messages(chat_id, of_bot=True)
            if message.reply_to_id is None
        ),
        has_token_in_log=api.token in bot.log_text(),
    )


def _answers_to(api: FakeTelegram, one: Asked) -> int:
    return sum(message.reply_to_id == one.message_id for message in api.messages(one.chat_id, of_bot=True))
