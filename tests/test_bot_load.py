"""How the load of the benchmark is measured: updates keep coming while answers are counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from bot_running import QUESTION
from ordeal_load import SAMPLES, LoadReport, Memory, Question, load, report
from telegram_api.fake import FakeTelegram


def measured(
    asked: Sequence[Question], *, warm_up: int = 0, began_s: float = 0.0, ended_s: float = 10.0, cpu_s: float = 0.0
) -> LoadReport:
    """A report of questions asked within ten seconds."""
    memory = (Memory(at_s=began_s, held_mb=100.0), Memory(at_s=ended_s, held_mb=100.0))
    return report(asked, warm_up=warm_up, began_s=began_s, ended_s=ended_s, cpu_s=cpu_s, memory=memory, load=1.0)


def test_a_last_answer_that_comes_late_lowers_no_throughput() -> None:
    """What is counted are the answers while questions came, not the time until the last."""
    asked = [Question(asked_s=0.1 * number, answered_s=0.1 * number + 0.5) for number in range(100)]
    asked[-1].answered_s = 40.0
    found = measured(asked)
    assert 10.0 == found.offered_per_second
    assert 9.6 == found.per_second
    assert 100 == found.answered


def test_a_bot_that_falls_behind_shows_so() -> None:
    """Answers that came only when nobody asked any more are no throughput."""
    asked = [Question(asked_s=0.1 * number, answered_s=0.2 * number) for number in range(100)]
    found = measured(asked)
    assert 5.1 == found.per_second
    assert 9.9 == round(found.wait_s(1.0), 6)


def test_the_warm_up_counts_for_nothing_but_its_late_answers() -> None:
    """Its waits are left out; its answers that came within the measurement took their share of the bot."""
    asked = [Question(asked_s=-5.0, answered_s=2.0), Question(asked_s=1.0, answered_s=1.5)]
    found = measured(asked, warm_up=1, cpu_s=0.3)
    assert (0.5,) == found.waits_s
    assert 0.2 == found.per_second
    assert 0.15 == found.cpu_s


def test_a_question_without_an_answer_is_counted() -> None:
    """It has no wait, and is missing among the answered."""
    found = measured([Question(asked_s=1.0), Question(asked_s=2.0)])
    assert (2, 0) == (found.offered, found.answered)
    assert math.inf == found.wait_s(0.95)


def test_growth_is_that_of_the_second_half() -> None:
    """What a process takes at its start is no growth."""
    held = (100.0, 180.0, 200.0, 201.0, 203.0)
    memory = tuple(Memory(at_s=float(number), held_mb=mb) for number, mb in enumerate(held))
    found = report([], warm_up=0, began_s=0.0, ended_s=4.0, cpu_s=0.0, memory=memory, load=1.0)
    assert 3.0 == found.growth_mb


async def test_the_latest_messages_stay_for_those_who_wait() -> None:
    """The fake forgets what is old; a question that is still open can be answered as a reply."""
    api = await FakeTelegram.start()
    ani = api.person("Ani")
    said = [await ani.say(f"pertanyaan {number}") for number in range(5)]
    api.forget(but=2)
    assert said[-2:] == api.messages(ani)
    api.forget()
    assert [] == api.messages(ani)
    await api.close()


async def test_a_small_load_is_answered(data_dir: Path) -> None:
    """Each of thirty questions is answered, its wait known, and the memory sampled on the way."""
    found = await load(data_dir, questions=[QUESTION], count=30, rate=10.0, seed=3)
    assert (30, 30) == (found.offered, found.answered)
    assert 0.0 < found.wait_s(0.5) <= found.wait_s(1.0)
    assert 0.0 < found.per_second
    assert SAMPLES + 1 == len(found.memory)
    assert all(sample.held_mb > 50 for sample in found.memory)
