"""The bot's benchmark: failures of Telegram, kills, broken updates, and load, against the fake Bot API server.

It works with the pieces that the tests use on a small scale, so it needs a checkout, not only the installed packages.
"""

from __future__ import annotations

import asyncio
import importlib
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from bot.words.small_talk import small_talk
from scripts.benchmark_corpus import Row, read_jsonl

TESTS = Path(__file__).parent.parent / "tests"
PARTS = ("faults", "kills", "fuzz", "load")
ASKED_FOR_KILLS = 200
RECOVERED_S = 10.0
P95_S, PER_SECOND = 1.5, 25.0
"""Asked of the load: answered questions a second, and the time within which 95 of 100 are answered."""

FLAT_MB = 30.0
"""Growth over the second half of a load that still counts as flat; the allocator's ups and downs are below it."""

PLAIN_QUESTIONS = (
    "siapa presiden Ukraina?",
    "kapan gempa di Karangjati terjadi?",
    "berapa harga beras di pasar?",
    "apa penyebab banjir di Cilaya?",
    "di mana pertandingan final digelar?",
)


def run(
    parts: Sequence[str], *, data: Path, questions: Sequence[Path], kills: int, fuzzed: int, updates: int, rate: float
) -> int:
    """Run the parts and print a line for each figure.

    :param data: folder with a store and its index; it is copied, not written to.
    :param questions: JSONL files with a `question` on each line; a few plain ones without any.
    :return: exit code: 0 all reached, 1 something was not, 2 the data are not there.
    """
    if unknown := set(parts) - set(PARTS):
        print(f"benchmark: no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    missing = [str(path) for path in (data / "kutip.db", *questions) if not path.exists()]
    if missing:
        print(f"benchmark: these files are not there: {', '.join(missing)}", file=sys.stderr)
        return 2
    sys.path.insert(0, str(TESTS))
    makers: dict[str, Callable[[Path], AsyncIterator[Row]]] = {
        "faults": faults,
        "kills": lambda folder: killed(folder, _read(questions), kills),
        "fuzz": lambda folder: fuzz(folder, fuzzed),
        "load": lambda folder: load(folder, _read(questions), updates, rate),
    }
    passed = [asyncio.run(_show(makers[part], data)) for part in parts or PARTS]
    return 0 if all(passed) else 1


async def _show(make: Callable[[Path], AsyncIterator[Row]], data: Path) -> bool:
    """Run a part over its own copy of the articles."""
    passed = True
    with tempfile.TemporaryDirectory(prefix="kutip-benchmark-") as home:
        ignored = shutil.ignore_patterns("bot.db*")
        folder = Path(shutil.copytree(data, Path(home) / "data", ignore=ignored))
        async for row in make(folder):
            passed = passed and row.passed
            mark = "ok  " if row.passed else "MISS"
            print(f"{mark} {row.what}: asked {row.asked}, reached {row.reached}", flush=True)
    return passed


def _read(files: Sequence[Path]) -> list[str]:
    """Questions; what is small talk gets another kind of reply, and is left out."""
    asked = [str(row["question"]) for file in files for row in read_jsonl(file)]
    return [text for text in asked if small_talk(text) is None] or list(PLAIN_QUESTIONS)


def _part(name: str) -> Any:
    """A module of the tests."""
    return importlib.import_module(name)


def _load_average() -> str:
    return "/".join(f"{value:.1f}" for value in os.getloadavg())


async def killed(folder: Path, questions: Sequence[str], kills: int) -> AsyncIterator[Row]:
    """Kill -9 while people ask."""
    asked = list(itertools.islice(itertools.cycle(questions), ASKED_FOR_KILLS))
    report = await _part("ordeal_kills").kill_while_asked(folder, kills=kills, questions=asked, seed=kills)
    yield Row(
        what=f"kill -9 at {kills} random moments of {report.asked} questions",
        asked="each answered once or listed as doubtful",
        reached=f"{report.once} once, {report.doubtful} doubtful ({report.shown} of them shown), "
        f"{len(report.lost)} lost, {len(report.twice)} twice; {report.interrupted} kills with updates in hand",
        passed=report.passed,
    )


async def faults(folder: Path) -> AsyncIterator[Row]:
    """Every failure on every method that the bot uses."""
    running, ordeal = _part("bot_running"), _part("ordeal_faults")
    api = await _fake().start()
    took_s: dict[str, float] = {}
    failed: list[str] = []
    async with running.running_bot(api, folder, admin_ids=(running.ADMIN_ID,)) as bot:
        stage = ordeal.Stage(api=api, bot=bot, patience_s=3 * RECOVERED_S)
        for case in ordeal.cases():
            api.server.calls.clear()
            await _note(case, ordeal.play(case, stage), took_s, failed)
            api.server.faults.clear()
    await api.close()
    for case in ordeal.cases_at_start():
        await _note(case, ordeal.play_start(case, folder, patience_s=3 * RECOVERED_S), took_s, failed)
    slow = [f"{case} ({seconds:.1f} s)" for case, seconds in took_s.items() if seconds > RECOVERED_S]
    yield Row(
        what=f"{len(took_s) + len(failed)} failures: methods x 429, 403, 400, 409, 500, HTML 502, dropped, hung",
        asked="nothing lost, nothing twice, recovered by itself",
        reached=f"{len(took_s)} well{', not: ' if failed else ''}{', '.join(failed)}",
        passed=not failed,
    )
    yield Row(
        what=f"recovery from each; load average {_load_average()}",
        asked=f"within {RECOVERED_S:g} s",
        reached=f"slowest {max(took_s.values(), default=0.0):.1f} s{', beyond: ' if slow else ''}{', '.join(slow)}",
        passed=not slow,
    )


async def _note(case: object, playing: Awaitable[float], took_s: dict[str, float], failed: list[str]) -> None:
    try:
        took_s[str(case)] = await playing
    except AssertionError as error:
        failed.append(f"{case} ({str(error)[:80]})")


def _fake() -> Any:
    return _part("telegram_api.fake").FakeTelegram


async def fuzz(folder: Path, fuzzed: int) -> AsyncIterator[Row]:
    """Updates with fields missing, odd or unknown, and ordinary questions among them."""
    running, ordeal, world = _part("bot_running"), _part("ordeal_fuzz"), _part("telegram_api.world")
    api = await _fake().start(rules=world.Rules(checks=False))
    async with running.running_bot(api, folder) as bot:
        report = await ordeal.fuzz(api, bot, updates=fuzzed, seed=fuzzed)
    await api.close()
    errors = ", ".join(f"{name} {count}" for name, count in report.failed.most_common())
    yield Row(
        what=f"{report.updates} broken updates, {report.set_aside} of them unreadable for the library",
        asked="no crash, every ordinary question answered",
        reached=f"{report.answered} of {report.asked} answered; errors of handlers: {errors or 'none'}",
        passed=report.passed,
    )


async def load(folder: Path, questions: Sequence[str], updates: int, rate: float) -> AsyncIterator[Row]:
    """Many people at once, the fake in this process and the bot in another."""
    report = await _part("ordeal_load").load(folder, questions=questions, count=updates, rate=rate, seed=updates)
    yield Row(
        what=f"{report.asked} questions, {rate:g} a second, load average {report.load:.1f}",
        asked=f"{PER_SECOND:g} answered a second, p95 {P95_S:g} s",
        reached=f"{report.per_second:.1f} a second, p50 {report.p50_s:.2f} s, p95 {report.p95_s:.2f} s, "
        f"worst {report.worst_s:.2f} s, {report.asked - report.answered} unanswered, "
        f"{1000 * report.cpu_s:.0f} ms of processor time each",
        passed=report.per_second >= PER_SECOND and report.p95_s <= P95_S and report.answered == report.asked,
    )
    half = report.memory_mb[len(report.memory_mb) // 2 :]
    yield Row(
        what=f"memory over {report.asked} questions",
        asked=f"flat: less than {FLAT_MB:g} MB more over the second half",
        reached=f"{half[-1] - half[0]:+.0f} MB; after each tenth: {' '.join(f'{mb:.0f}' for mb in report.memory_mb)}",
        passed=half[-1] - half[0] < FLAT_MB,
    )
