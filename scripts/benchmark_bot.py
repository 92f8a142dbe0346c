"""The bot's benchmark: failures of Telegram, kills, broken updates, and load, against the fake Bot API server.

It works with the pieces that the tests use on a small scale, so it needs a checkout, not only the installed packages.
"""

from __future__ import annotations

import asyncio
import importlib
import itertools
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

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

MOST_SHOWN = 200
"""Characters of what went wrong; it may hold the whole story of a chat."""

PLAIN_QUESTIONS = (
    "siapa presiden Ukraina?",
    "kapan gempa di Karangjati terjadi?",
    "berapa harga beras di pasar?",
    "apa penyebab banjir di Cilaya?",
    "di mana pertandingan final digelar?",
)


def run(
    parts: Sequence[str],
    *,
    data: Path | None,
    questions: Sequence[Path],
    kills: int,
    fuzzed: int,
    updates: int,
    rate: float,
) -> int:
    """Run the parts and print a line for each figure.

    :param data: folder with a store and its index; it is copied, not written to. None takes the sample articles, as
        `faults` and `fuzz` always do: they ask questions whose answers they know.
    :param questions: JSONL files with a `question` on each line; a few plain ones without any.
    :return: exit code: 0 all reached, 1 something was not, 2 the data are not there.
    """
    if unknown := set(parts) - set(PARTS):
        print(f"benchmark: no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    missing = [str(path) for path in ([data / "kutip.db"] if data else []) + list(questions) if not path.exists()]
    if missing:
        print(f"benchmark: these files are not there: {', '.join(missing)}", file=sys.stderr)
        return 2
    sys.path.insert(0, str(TESTS))
    _hush()
    makers: dict[str, tuple[Path | None, Callable[[Path], AsyncIterator[Row]]]] = {
        "faults": (None, faults),
        "kills": (data, lambda folder: killed(folder, _read(questions), kills)),
        "fuzz": (None, lambda folder: fuzz(folder, fuzzed)),
        "load": (data, lambda folder: load(folder, _read(questions), updates, rate)),
    }
    passed = [asyncio.run(_show(part, *makers[part])) for part in parts or PARTS]
    return 0 if all(passed) else 1


def _hush() -> None:
    """Keep the log of a bot in this process off the table: thousands of failures are ordered, and each is logged."""
    logging.disable()
    structlog.configure(processors=[_drop])


def _drop(_logger: Any, _method: str, _event: MutableMapping[str, Any]) -> str:
    raise structlog.DropEvent


async def _show(part: str, data: Path | None, make: Callable[[Path], AsyncIterator[Row]]) -> bool:
    """Run a part over its own copy of the articles.

    :return: whether all was reached.
    """
    passed = True
    with tempfile.TemporaryDirectory(prefix="kutip-benchmark-") as home:
        folder = Path(home) / "data"
        if data is None:
            folder.mkdir()
            await _part("bot_running").load_samples(folder)
        else:
            _copy_articles(data, folder)
        try:
            async for row in make(folder):
                passed = passed and row.passed
                _print(row)
        except AssertionError as error:
            _print(Row(what=part, asked="runs to its end", reached=str(error)[:MOST_SHOWN], passed=False))
            return False
    return passed


def _copy_articles(data: Path, to: Path) -> Path:
    """Copy a store with its index, and nothing that a bot knows of its chats and updates."""
    return Path(shutil.copytree(data, to, ignore=shutil.ignore_patterns("bot.db*")))


def _print(row: Row) -> None:
    print(f"{'MET ' if row.passed else 'MISS'} {row.what}: asked {row.asked}, reached {row.reached}", flush=True)


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
    instead = "".join(f"; {count} x {text[:60]!r} instead" for text, count in report.instead.most_common(3))
    yield Row(
        what=f"kill -9 at {kills} random moments of {report.asked} questions",
        asked="each answered once or listed as doubtful",
        reached=f"{report.once} once, {report.doubtful} doubtful ({report.shown} of them shown), "
        f"{len(report.lost)} lost, {len(report.twice)} twice; {report.interrupted} kills with updates in hand{instead}",
        passed=report.passed,
    )


async def faults(folder: Path) -> AsyncIterator[Row]:
    """Every failure on every method that the bot uses."""
    running, ordeal = _part("bot_running"), _part("ordeal_faults")
    took_s: dict[str, float] = {}
    failed: list[str] = []
    async with _telegram() as api, running.running_bot(api, folder, admin_ids=(running.ADMIN_ID,)) as bot:
        stage = ordeal.Stage(api=api, bot=bot, patience_s=3 * RECOVERED_S)
        for case in ordeal.cases():
            api.server.calls.clear()
            await _note(case, ordeal.play(case, stage), took_s, failed)
            api.server.faults.clear()
    for case in ordeal.cases_at_start():
        own = _copy_articles(folder, folder.parent / str(case))  # another Telegram begins with the same update ids
        await _note(case, ordeal.play_start(case, own, patience_s=3 * RECOVERED_S), took_s, failed)
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
        failed.append(f"{case} ({str(error)[:MOST_SHOWN]})")


@asynccontextmanager
async def _telegram(**rules: Any) -> AsyncIterator[Any]:
    """A fake Telegram.

    :raises AssertionError: what the bot asked of it broke the Bot API.
    """
    rules = _part("telegram_api.world").Rules(**rules)
    api = await _part("telegram_api.fake").FakeTelegram.start(rules=rules)
    try:
        yield api
    finally:
        await api.close()


async def fuzz(folder: Path, fuzzed: int) -> AsyncIterator[Row]:
    """Updates with fields missing, odd or unknown, and ordinary questions among them."""
    running, ordeal = _part("bot_running"), _part("ordeal_fuzz")
    async with _telegram(checks=False) as api, running.running_bot(api, folder) as bot:
        report = await ordeal.fuzz(api, bot, updates=fuzzed, seed=fuzzed)
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
        what=f"answers over {report.steady_s:.0f} s in which {report.offered_per_second:.1f} questions a second came",
        asked=f"{PER_SECOND:g} a second",
        reached=f"{report.per_second:.1f} a second, {1000 * report.cpu_s:.0f} ms of processor time each; "
        f"load average {report.load:.1f}",
        passed=report.per_second >= PER_SECOND,
    )
    p50_s, p95_s, worst_s = (report.wait_s(share) for share in (0.5, 0.95, 1.0))
    unanswered = report.offered - report.answered
    yield Row(
        what=f"how long {report.offered} people waited for their answer",
        asked=f"p95 {P95_S:g} s, none without",
        reached=f"p50 {p50_s:.2f} s, p95 {p95_s:.2f} s, worst {worst_s:.2f} s, {unanswered} without",
        passed=p95_s <= P95_S and not unanswered,
    )
    held = " ".join(f"{memory.held_mb:.0f}" for memory in report.memory)
    yield Row(
        what=f"memory over {report.offered} questions",
        asked=f"flat: less than {FLAT_MB:g} MB more over the second half",
        reached=f"{report.growth_mb:+.0f} MB; every {report.steady_s / (len(report.memory) - 1):.0f} s {held}",
        passed=report.growth_mb < FLAT_MB,
    )
