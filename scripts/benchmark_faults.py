"""The fault benchmark: loads and indexes that are killed, and questions asked while articles come and go."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

from corpus.store import ArticleStore
from corpus.types import Article, Change
from retrieval.engine import Engine, open_engine
from retrieval.settings import RetrievalSettings
from retrieval.types import Answer
from scripts.benchmark_corpus import (
    Row,
    environment,
    kutip_command,
    read_jsonl,
    run_and_kill,
    same_stores,
)

PORTIONS = 20
"""Loads into which the articles are cut, so that kills meet every step of load and index at every size."""

SETTLE_S = 5.0
"""Time in which a running process must have followed the store."""


def run(data: Path, *, kills: int, articles: int, questions: int) -> int:
    """Run the parts that are asked for and print one table.

    :param kills: 0 leaves that part out, as 0 `questions` do with theirs.
    :return: exit code: 0 all reached, 1 something was not, 2 the data are not there.
    """
    news = data / "news"
    needed = [news / "articles.jsonl.gz", news / "questions-valid.jsonl.gz"]
    missing = [str(path) for path in needed if not path.exists()]
    if missing:
        print(f"benchmark: these files are not there: {', '.join(missing)}", file=sys.stderr)
        return 2
    rows = list(islice(read_jsonl(needed[0]), articles))
    passed = []
    with tempfile.TemporaryDirectory(prefix="kutip-benchmark-") as folder:
        parts = []
        if kills:
            parts.append(killed(rows, Path(folder) / "kills", kills))
        if questions:
            asked = [str(row["question"]) for row in read_jsonl(needed[1])]
            parts.append(concurrent(rows, asked, Path(folder) / "concurrent", questions))
        for row in chain.from_iterable(parts):
            passed.append(row.passed)
            mark = "ok  " if row.passed else "MISS"
            print(f"{mark} {row.what}: asked {row.asked}, reached {row.reached}", flush=True)
    return 0 if all(passed) else 1


def killed(rows: Sequence[dict[str, Any]], home: Path, kills: int) -> Iterator[Row]:
    """Load portion after portion with its index; kill each load at a random moment, start it again, verify."""
    files = portions(rows, home, PORTIONS)
    undisturbed = home / "undisturbed"
    took_s = [timed(undisturbed, "load", "--json", file) for file in files]
    generator = random.Random(20)  # noqa: S311 - moments, not secrets
    done = agreed = 0
    turns = 0
    while done < kills and turns < 3 * kills:
        data_dir, number = home / f"killed-{turns // len(files)}", turns % len(files)
        load = kutip_command("load", "--json", files[number])
        # The first fifth is Python starting.
        done += run_and_kill(load, data_dir, after_s=took_s[number] * generator.uniform(0.2, 1.0))
        finish(data_dir, "load", "--json", files[number])
        agreed += finish(data_dir, "index", "verify") == 0
        turns += 1
    yield Row(
        what=f"killed {done} times in {turns} loads with index, each started again: index verify",
        asked="no difference each time",
        reached=f"no difference {agreed} times",
        passed=agreed == turns and done == kills,
    )
    for file in files[number + 1 :]:
        finish(data_dir, "load", "--json", file)
    same, count = asyncio.run(same_stores(undisturbed, data_dir))
    yield Row(
        what="articles and sentences, against loads that were left alone",
        asked=f"{len(rows)} the same, byte for byte",
        reached=f"{same} of {count}",
        passed=same == count == len(rows),
    )


def timed(data_dir: Path, *arguments: object) -> float:
    """Run a command to its end. :return: seconds."""
    started = time.monotonic()
    finish(data_dir, *arguments)
    return time.monotonic() - started


def portions(rows: Sequence[dict[str, Any]], home: Path, count: int) -> list[Path]:
    """Cut rows into that many files of about the same size."""
    home.mkdir(parents=True)
    files = []
    for number in range(min(count, len(rows))):
        part = rows[number * len(rows) // count : (number + 1) * len(rows) // count]
        files.append(write_jsonl(home / f"part-{number:02}.jsonl", part))
    return files


def write_jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """Write rows, one a line."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def finish(data_dir: Path, *arguments: object) -> int:
    """Run a command to its end; what it prints is only shown when it fails.

    :return: its exit code.
    """
    done = subprocess.run(
        kutip_command(*arguments), env=environment(data_dir), capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
    return done.returncode


def concurrent(
    rows: Sequence[dict[str, Any]], questions: Sequence[str], home: Path, count: int, *, steps: int = PORTIONS
) -> Iterator[Row]:
    """Ask questions in this process while others load, change and delete articles."""
    files = portions(rows, home, steps)
    data_dir = home / "data"
    finish(data_dir, "load", "--json", files[0])
    watched = asyncio.run(_ask_meanwhile(data_dir, files, questions, count))
    yield Row(
        what=f"{watched['answers']} questions while {len(rows)} articles were loaded, some changed and deleted",
        asked="no error, no citation of what was gone or not whole",
        reached=f"{watched['errors']} errors, {watched['wrong']} wrong of {watched['citations']} citations, "
        f"{watched['new']} of them of articles loaded meanwhile",
        passed=watched["errors"] == watched["wrong"] == 0 and watched["new"] > 0 and watched["answers"] >= count,
    )
    yield Row(
        what=f"differences between store and the indexes of the answering process, {SETTLE_S:.0f} s later",
        asked="none",
        reached=str(watched["differences"]),
        passed=watched["differences"] == 0,
    )


async def _ask_meanwhile(data_dir: Path, files: Sequence[Path], questions: Sequence[str], count: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    settings = RetrievalSettings(data_dir=data_dir)
    async with open_engine(settings) as engine, await ArticleStore.open(settings.store_path, read_only=True) as store:
        first_seq = await store.last_seq()
        changes = asyncio.create_task(asyncio.to_thread(_change, data_dir, files))
        for question in cycle(questions):
            if changes.done() and seen["answers"] >= count:
                break
            await _ask(engine, store, question, first_seq, seen)
        seen["errors"] += await changes
        await asyncio.sleep(SETTLE_S)
        seen["differences"] = len(await engine.indexer.verify(engine.indexes))
    return seen


def _change(data_dir: Path, files: Sequence[Path]) -> int:
    """Load the files one after the other; delete and change some articles of each file before.

    :return: commands that failed.
    """
    failed, done = 0, list(read_jsonl(files[0]))
    for number, file in enumerate(files[1:]):
        failed += finish(data_dir, "load", "--json", file) != 0
        gone, changed = done[0::7][:5], [row | {"body": _longer(row["body"])} for row in done[1::7][:5]]
        failed += finish(data_dir, "delete", *(row["id"] for row in gone)) != 0
        again = write_jsonl(file.with_name(f"changed-{number:02}.jsonl"), changed)
        failed += finish(data_dir, "load", "--json", again) != 0
        done = list(read_jsonl(file))
    return failed


def _longer(body: str) -> str:
    return body + "\nRedaksi menambahkan keterangan ini kemudian, dan berita selebihnya tetap seperti semula."


async def _ask(engine: Engine, store: ArticleStore, question: str, first_seq: int, seen: Counter[str]) -> None:
    before = await store.last_seq()
    try:
        answer = await engine.answerer.answer(question)
    except Exception as error:  # whatever is raised is what is counted
        seen["errors"] += 1
        print(f"benchmark: {type(error).__name__}: {error}", file=sys.stderr)
        return
    seen["answers"] += 1
    seen["citations"] += len(answer.answers)
    seen["new"] += sum(citation.article.version > first_seq for citation in answer.answers)
    seen["wrong"] += await wrong_citations(answer, store, before)


async def wrong_citations(answer: Answer, store: ArticleStore, before: int) -> int:
    """Citations of an article that was gone before the question, or that do not say what the article says."""
    wrong = 0
    for citation in answer.answers:
        stored = (await store.by_version([citation.article.version])).get(citation.article.version)
        if stored is None:
            wrong += not await _went_after(citation.article, store, before)
            continue
        sentences = await store.sentences(stored.id)
        texts = [sentence.text for sentence in sentences if sentence.version == stored.version]
        is_whole = not texts or _words("".join(texts)) == _words(stored.body)
        wrong += not (is_whole and (not texts or texts[citation.position] == citation.text))
    return wrong


def _words(text: str) -> str:
    return "".join(text.split())


async def _went_after(article: Article, store: ArticleStore, before: int) -> bool:
    """Whether the article's version was still there when the question was asked."""
    changes: Sequence[Change] = await store.changes(before, 1_000_000)
    return any(change.replaces == article.version for change in changes)
