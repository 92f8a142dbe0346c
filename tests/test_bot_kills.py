"""What is asked of a bot that is killed is answered once by the next one."""

from __future__ import annotations

from pathlib import Path

from bot_running import QUESTION
from ordeal_kills import kill_while_asked


async def test_each_question_is_answered_once_or_listed(data_dir: Path) -> None:
    """Killed three times amid twenty questions, the bot answers each once, or lists it as doubtful."""
    questions = [f"{QUESTION} {number}" for number in range(20)]
    report = await kill_while_asked(data_dir, kills=3, questions=questions, seed=11, people=7)
    assert report.passed, report
    assert len(questions) == report.once + report.doubtful
    assert report.interrupted
