"""Many people who ask at once: how fast they are answered, and what that costs."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Sequence
from contextlib import suppress
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
"""A question without an answer for so long counts as unanswered."""

LOOK_EVERY_S = 0.01
"""How exactly an answer's time is known."""

SAMPLES = 20
"""Of the memory, evenly over the questions."""

FORGET_EVERY = 100
"""Questions after which the fake lets go of old requests and messages."""

KEPT = 20
"""Messages of a chat that it keeps then: more than a person has open in the time of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the bot's process held.

    :param at_s: since the measurement began. :param held_mb: resident.
    """

    at_s: float
    held_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What was measured, after the warm-up.

    :param offered: questions that were asked, and `answered` in the end.
    :param steady_s: from the first question to the last: updates keep coming all the time.
    :param in_steady: answers within that time, of whichever question, the warm-up's among them.
    :param waits_s: of each answered question, shortest first.
    :param cpu_s: of the bot's process for each answer in that time, of all its threads.
    :param load: of the machine at the end, mean of a minute: above its processors others were at work, too.
    """

    offered: int
    answered: int
    steady_s: float
    in_steady: int
    waits_s: tuple[float, ...]
    cpu_s: float
    memory: tuple[Memory, ...]
    load: float

    @property
    def per_second(self) -> float:
        """Answers a second, while updates kept coming."""
        return self.in_steady / self.steady_s

    @property
    def offered_per_second(self) -> float:
        """Questions a second."""
        return self.offered / self.steady_s

    def wait_s(self, share: float) -> float:
        """Seconds within which a share (0..1) of the answers came; infinite where none came."""
        return (
            self.waits_s[min(int(share * len(self.waits_s)), len(self.waits_s) - 1)] if self.waits_s else float("inf")
        )

    @property
    def growth_mb(self) -> float:
        """Memory at the end, less that in the middle."""
        return self.memory[-1].held_mb - self.memory[len(self.memory) // 2].held_mb


@dataclass(slots=True, kw_only=True)
class Question:
    """A question on its way. Times are of the monotonic clock.

    :param answered_s: None until then.
    """

    asked_s: float
    answered_s: float | None = None


async def load(data_dir: Path, *, questions: Sequence[str], count: int, rate: float, seed: int) -> LoadReport:
    """Ask at random moments, `rate` times a second on average, whether or not the bot keeps up.

    :param data_dir: a folder of its own with articles, which the bot writes to.
    :param count: questions that are measured; a warm-up comes before them.
    """
    api = await FakeTelegram.start(rules=Rules(checks=False))
    bot = BotProcess(api, data_dir, log=data_dir / "load.log")
    try:
        await bot.start()
        asker = _Asker(api, questions, rate=rate, seed=seed)
        watching = asyncio.create_task(asker.watch())
        try:
            return await _measure(asker, bot, count)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
    finally:
        if bot.is_running:
            await bot.stop()
        await api.close()


async def _measure(asker: _Asker, bot: BotProcess, count: int) -> LoadReport:
    """One unbroken stream of questions; only after the last one is waited for answers."""
    await asker.ask(min(WARM_UP, count))
    warm_up, began_s, cpu_s = len(asker.asked), time.monotonic(), cpu_of(bot.pid)
    memory = [Memory(at_s=0.0, held_mb=memory_of(bot.pid))]
    for number in range(SAMPLES):
        await asker.ask(count * (number + 1) // SAMPLES - count * number // SAMPLES)
        memory.append(Memory(at_s=time.monotonic() - began_s, held_mb=memory_of(bot.pid)))
    ended_s, cpu_s, load = time.monotonic(), cpu_of(bot.pid) - cpu_s, os.getloadavg()[0]
    await asker.rest()
    return report(asker.asked, warm_up=warm_up, began_s=began_s, ended_s=ended_s, cpu_s=cpu_s, memory=memory, load=load)


def report(
    asked: Sequence[Question],
    *,
    warm_up: int,
    began_s: float,
    ended_s: float,
    cpu_s: float,
    memory: Sequence[Memory],
    load: float,
) -> LoadReport:
    """What questions and their answers amount to.

    :param warm_up: how many of the questions were asked before the measurement.
    :param cpu_s: of the bot from `began_s` to `ended_s`.
    """
    measured = asked[warm_up:]
    in_steady = sum(one.answered_s is not None and began_s <= one.answered_s <= ended_s for one in asked)
    waits_s = sorted(one.answered_s - one.asked_s for one in measured if one.answered_s is not None)
    return LoadReport(
        offered=len(measured),
        answered=len(waits_s),
        steady_s=ended_s - began_s,
        in_steady=in_steady,
        waits_s=tuple(waits_s),
        cpu_s=cpu_s / max(in_steady, 1),
        memory=tuple(memory),
        load=load,
    )


class _Asker:
    """People who ask, each in turn, and note how long they wait.

    :ivar asked: every question so far, in order.
    """

    def __init__(self, api: FakeTelegram, questions: Sequence[str], *, rate: float, seed: int) -> None:
        self.asked: list[Question] = []
        self._api = api
        self._rate = rate
        self._chance = random.Random(seed)
        self._questions = list(questions)
        self._chance.shuffle(self._questions)
        self._people = [api.person(f"Orang {number}") for number in range(PEOPLE)]
        self._open: dict[int, tuple[Person, Question]] = {}
        self._next_s = time.monotonic()

    async def ask(self, count: int) -> None:
        """Ask so many, each at its moment; the moments go on from those of the last call."""
        for _ in range(count):
            self._next_s += self._chance.expovariate(self._rate)
            await asyncio.sleep(max(0.0, self._next_s - time.monotonic()))
            number = len(self.asked)
            person = self._people[number % PEOPLE]
            question = Question(asked_s=time.monotonic())
            said = await person.say(self._questions[number % len(self._questions)])
            self.asked.append(question)
            self._open[said.id] = (person, question)
            if number % FORGET_EVERY == 0:
                self._api.forget(but=KEPT)

    async def watch(self) -> None:
        """Note when answers come, for ever."""
        while True:
            self._look(time.monotonic())
            await asyncio.sleep(LOOK_EVERY_S)

    async def rest(self) -> None:
        """Wait until the last question is answered, or its time is over."""
        while self._open:  # noqa: ASYNC110  the watch tells nobody
            await asyncio.sleep(LOOK_EVERY_S)

    def _look(self, now_s: float) -> None:
        for asked_id, (person, question) in list(self._open.items()):
            if any(message.reply_to_id == asked_id for message in person.chat.unread):
                question.answered_s = now_s
            if question.answered_s is not None or now_s - question.asked_s > ANSWER_WITHIN_S:
                del self._open[asked_id]


def memory_of(pid: int) -> float:
    """Resident megabytes of a process (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
