"""Many people who ask at once: how fast they are answered, and what that costs."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot_process import BotProcess
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person
from telegram_api.world import Rules

PEOPLE = 400
"""Each asks about once in fifteen seconds, so that no chat's limit of a message a second is met."""

WARM_UP = 200
"""Questions before the measurement begins, at most."""

ANSWER_WITHIN_S = 60.0
FORGET_EVERY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What was measured, after the warm-up.

    :param cpu_s: of the bot's process for each question, of all threads.
    :param memory_mb: resident, after each tenth of the questions.
    :param load: of the machine at the end, mean of a minute: above its processors others were at work, too.
    """

    asked: int
    answered: int
    took_s: float
    p50_s: float
    p95_s: float
    worst_s: float
    cpu_s: float
    memory_mb: tuple[float, ...]
    load: float

    @property
    def per_second(self) -> float:
        """Answered questions a second."""
        return self.answered / self.took_s


async def load(data_dir: Path, *, questions: Sequence[str], count: int, rate: float, seed: int) -> LoadReport:
    """Ask at random moments, `rate` times a second on average, whether or not the bot keeps up.

    :param data_dir: a folder of its own with articles, which the bot writes to.
    """
    api = await FakeTelegram.start(rules=Rules(checks=False))
    bot = BotProcess(api, data_dir, log=data_dir / "load.log")
    try:
        await bot.start()
        asker = _Asker(api, questions, seed)
        await asker.ask(min(WARM_UP, count), rate)
        return await _measure(asker, bot, count, rate)
    finally:
        if bot.is_running:
            await bot.stop()
        await api.close()


async def _measure(asker: _Asker, bot: BotProcess, count: int, rate: float) -> LoadReport:
    asker.took_s.clear()
    memory_mb = [memory_of(bot.pid)]
    began, cpu_s = time.monotonic(), cpu_of(bot.pid)
    for _ in range(10):
        await asker.ask(count // 10, rate)
        memory_mb.append(memory_of(bot.pid))
    took_s = sorted(asker.took_s)
    return LoadReport(
        asked=10 * (count // 10),
        answered=len(took_s),
        took_s=time.monotonic() - began,
        p50_s=took_s[len(took_s) // 2],
        p95_s=took_s[int(0.95 * len(took_s))],
        worst_s=took_s[-1],
        cpu_s=(cpu_of(bot.pid) - cpu_s) / len(took_s),
        memory_mb=tuple(memory_mb),
        load=os.getloadavg()[0],
    )


class _Asker:
    """People who ask, each in turn, and note how long they wait.

    :ivar took_s: of each answer.
    """

    def __init__(self, api: FakeTelegram, questions: Sequence[str], seed: int) -> None:
        self.took_s: list[float] = []
        self._api = api
        self._chance = random.Random(seed)
        self._questions = list(questions)
        self._chance.shuffle(self._questions)
        self._people = [api.person(f"Orang {number}") for number in range(PEOPLE)]
        self._asked = 0

    async def ask(self, count: int, rate: float) -> None:
        """Ask, and wait until the last is answered or its time is over."""
        waiting: set[asyncio.Task[None]] = set()
        next_at = time.monotonic()
        for _ in range(count):
            next_at += self._chance.expovariate(rate)
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))
            person = self._people[self._asked % PEOPLE]
            text = self._questions[self._asked % len(self._questions)]
            self._asked += 1
            waiting.add(task := asyncio.create_task(self._one(person, text)))
            task.add_done_callback(waiting.discard)
        if waiting:
            await asyncio.wait(waiting)
        self._api.forget()

    async def _one(self, person: Person, text: str) -> None:
        began = time.monotonic()
        asked = await person.say(text)
        until = began + ANSWER_WITHIN_S
        while not any(message.reply_to_id == asked.id for message in person.chat.unread):
            if time.monotonic() > until:
                return
            await asyncio.sleep(0.02)
        self.took_s.append(time.monotonic() - began)


def memory_of(pid: int) -> float:
    """Resident megabytes of a process (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
