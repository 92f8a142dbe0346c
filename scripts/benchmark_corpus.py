"""The corpus benchmark: loads real articles as a user would, and counts what must hold."""

from __future__ import annotations

import asyncio
import gzip
import html
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from corpus.clean import clean
from corpus.cleaning.datelines import find_dateline
from corpus.cleaning.residue import residue
from corpus.reading.attribution import publication_of, source_of
from corpus.store import ArticleStore
from corpus.types import Article, PublicationTime, RawArticle, Sentence

WORD = re.compile(r"\w+")
FULL_DATE = re.compile(r"\(\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the result: what was asked, what was reached."""

    what: str
    asked: str
    reached: str
    passed: bool


def run(data: Path, *, times: int, kills: int) -> int:
    """Run every part and print one table.

    :return: exit code: 0 all reached, 1 something was not, 2 the data are not there.
    """
    news = data / "news"
    needed = [news / "articles.jsonl.gz", news / "rescrapes.jsonl.gz", news / "questions.jsonl"]
    missing = [str(path) for path in needed if not path.exists()]
    if missing:
        print(f"benchmark: these files are not there: {', '.join(missing)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="kutip-benchmark-") as folder:
        home = Path(folder)
        parts = [
            loading(news, home / "plain"),
            stored_texts(news, home / "plain"),
            bare_texts(news),
            rescrapes(news, home / "rescrapes"),
            killed(news, home / "plain", home / "killed", kills),
        ]
        if times > 1:
            parts.append(many_times(news, home, times))
        for row in chain.from_iterable(parts):
            rows.append(row)
            mark = "ok  " if row.passed else "MISS"
            print(f"{mark} {row.what}: asked {row.asked}, reached {row.reached}", flush=True)
    return 0 if all(row.passed for row in rows) else 1


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Objects of a JSONL file, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def kutip_command(*arguments: object) -> list[str]:
    """Command line of a process of its own, through the door that users take."""
    return [sys.executable, "-m", "scripts.kutip", *map(str, arguments)]


def load_command(*inputs: Path) -> list[str]:
    """Command line of a load into the store alone."""
    return kutip_command("load", "--no-index", "--json", *inputs)


def environment(data_dir: Path) -> dict[str, str]:
    """Environment of a load into `data_dir`."""
    return {**os.environ, "KUTIP_DATA_DIR": str(data_dir)}


def timed_load(data_dir: Path, *inputs: Path) -> tuple[dict[str, Any], float, float]:
    """Load in a process of its own.

    :return: the report, wall seconds, peak resident megabytes.
    """
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(load_command(*inputs), env=environment(data_dir), stdout=output)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        took_s = time.monotonic() - started
        output.seek(0)
        report = json.loads(output.read())
    per_megabyte = 1e6 if sys.platform == "darwin" else 1e3
    return report, took_s, usage.ru_maxrss / per_megabyte


def loading(news: Path, data_dir: Path) -> Iterator[Row]:
    """All articles in, twice."""
    articles = news / "articles.jsonl.gz"
    total = sum(1 for _ in read_jsonl(articles))
    first, first_s, first_mb = timed_load(data_dir, articles)
    second, second_s, _ = timed_load(data_dir, articles)
    yield Row(
        what="loaded without rejection",
        asked=f"{total} of {total}",
        reached=f"{first['added']} added, {len(first['rejected'])} rejected",
        passed=first["added"] == total and not first["rejected"],
    )
    yield Row(
        what="second load",
        asked="all unchanged, under a fifth of the time",
        reached=f"{second['unchanged']} unchanged, {second_s / first_s:.2f} of {first_s:.0f} s",
        passed=second["unchanged"] == total and second_s < first_s / 5,
    )
    rate = total / first_s
    yield Row(
        what="speed, start of the process included",
        asked=">= 150 articles/s",
        reached=f"{rate:.0f} articles/s, {first['sentences']} sentences, {first['copies']} copies",
        passed=rate >= 150,
    )
    yield Row(
        what="peak memory",
        asked="<= 400 MB",
        reached=f"{first_mb:.0f} MB",
        passed=first_mb <= 400,
    )


async def entries(data_dir: Path) -> AsyncIterator[tuple[Article, list[Sentence]]]:
    """Every stored article with its sentences."""
    async with await ArticleStore.open(data_dir / "kutip.db", read_only=True) as store:
        async for batch in store.iter_articles():
            for entry in batch:
                yield entry


def stored_texts(news: Path, data_dir: Path) -> Iterator[Row]:
    """Citations, junk and gold sentences of the loaded store."""
    yield from asyncio.run(_stored_texts(news, data_dir))


async def _stored_texts(news: Path, data_dir: Path) -> list[Row]:
    truth = {str(row["id"]): (row["source"], row["published_at"]) for row in read_jsonl(news / "articles.jsonl.gz")}
    gold = gold_sentences(news)
    cited = junk = sentences = kept = present = 0
    kinds: Counter[str] = Counter()
    async for article, parts in entries(data_dir):
        source, published = truth[article.id]
        same_time = PublicationTime.from_iso(published) == article.published_at
        cited += article.source == source and same_time
        for part in parts:
            found = residue(part.text)
            sentences += 1
            junk += bool(found)
            kinds.update(found)
        wanted = gold.pop(article.id, ())
        kept += sum(any(covers(part.text, text) for part in parts) for text in wanted)
        whole = _squeezed("".join(part.text for part in parts)) if wanted else ""
        present += sum(holds(whole, text) for text in wanted)
    total_gold = kept + sum(map(len, gold.values())) if gold else sum(map(len, gold_sentences(news).values()))
    return [
        Row(
            what="source and date as in the fields",
            asked="100 %",
            reached=f"{cited} of {len(truth)}",
            passed=cited == len(truth),
        ),
        Row(
            what="stored sentences that hold junk",
            asked="<= 0.1 %",
            reached=f"{100 * junk / sentences:.3f} % of {sentences} {dict(kinds.most_common(5))}",
            passed=junk <= 0.001 * sentences,
        ),
        Row(
            what="gold sentences kept",
            asked="99 %",
            reached=f"{100 * kept / total_gold:.2f} % of {total_gold}",
            passed=kept >= 0.99 * total_gold,
        ),
        Row(
            what="the same, wherever spaces were lost and sentences end",
            asked="99 %",
            reached=f"{100 * present / total_gold:.2f} %",
            passed=present >= 0.99 * total_gold,
        ),
    ]


def gold_sentences(news: Path) -> dict[str, list[str]]:
    """Article id -> sentences that some question needs."""
    gold: dict[str, list[str]] = {}
    for path in sorted(news.glob("questions*.jsonl*")):
        for question in read_jsonl(path):
            if question["answerable"]:
                gold.setdefault(str(question["article_id"]), []).extend(question["sentences"])
    return gold


def covers(text: str, gold: str) -> bool:
    """Whether `text` holds at least 80 % of the words of `gold` and is not much longer than it."""
    want, have = (Counter(WORD.findall(part.replace("\xa0", " ").casefold())) for part in (gold, text))
    if len(text) > max(400, 2.5 * len(gold)):
        return False
    return (want & have).total() >= 0.8 * want.total()


def holds(squeezed: str, gold: str) -> bool:
    """Whether at least 80 % of the runs of eight letters of `gold` stand in a text without spaces.

    A gold sentence as it was crawled may be two sentences with a lost space between them, or hold glued words that
    cleaning parts; neither is a loss.
    """
    letters = _squeezed(gold)
    runs = [letters[start : start + 8] for start in range(max(1, len(letters) - 7))]
    return sum(run in squeezed for run in runs) >= 0.8 * len(runs)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", html.unescape(text).casefold())


def bare_texts(news: Path) -> Iterator[Row]:
    """Source and day of the same bodies as bare text."""
    now, zone = datetime.now(UTC), ZoneInfo("Asia/Jakarta")
    with_dateline = right_source = with_date = right_date = 0
    for row in read_jsonl(news / "articles.jsonl.gz"):
        raw = RawArticle(origin="-", body=row["body"])
        dateline = find_dateline(row["body"])
        if dateline and dateline.source:
            with_dateline += 1
            right_source += source_of(raw) == row["source"]
        if FULL_DATE.search(row["body"]):
            with_date += 1
            day = publication_of(raw, now=now, zone=zone)
            real = date.fromisoformat(row["published_at"][:10])
            right_date += isinstance(day, PublicationTime) and real - timedelta(days=2) <= day.day <= real
    yield Row(
        what="source from the portal dateline of bare text",
        asked=">= 99 %",
        reached=f"{100 * right_source / with_dateline:.2f} % of {with_dateline}",
        passed=right_source >= 0.99 * with_dateline,
    )
    yield Row(
        what="day from the full dates of bare text",
        asked=">= 92 %",
        reached=f"{100 * right_date / with_date:.2f} % of {with_date}",
        passed=right_date >= 0.92 * with_date,
    )


def rescrapes(news: Path, data_dir: Path) -> Iterator[Row]:
    """Several crawls of the same address: one article each, with the later text."""
    rows = list(read_jsonl(news / "rescrapes.jsonl.gz"))
    last = {row["url"]: row for row in rows}
    timed_load(data_dir, news / "rescrapes.jsonl.gz")
    again, _, _ = timed_load(data_dir, news / "rescrapes.jsonl.gz")
    stored = asyncio.run(_bodies(data_dir))
    later = sum("\n".join(clean(row["body"], title=row["title"])) == stored.get(row["id"]) for row in last.values())
    yield Row(
        what="articles crawled several times",
        asked=f"{len(last)} articles, each with the later text, none twice",
        reached=f"{len(stored)} articles, {later} with the later text, {again['updated']} changed by a 2nd load",
        passed=len(stored) == len(last) == later and again["updated"] == again["added"] == 0,
    )


async def _bodies(data_dir: Path) -> dict[str, str]:
    return {article.id: article.body async for article, _ in entries(data_dir)}


def run_and_kill(command: list[str], data_dir: Path, *, after_s: float) -> bool:
    """Start a command and kill it, as a power cut would.

    :return: whether it was still running then.
    """
    process = subprocess.Popen(command, env=environment(data_dir), stdout=subprocess.DEVNULL)
    try:
        process.wait(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        return True
    return False


def killed(news: Path, undisturbed: Path, data_dir: Path, kills: int) -> Iterator[Row]:
    """Kill a load at random moments, load again, compare with the undisturbed store."""
    articles = news / "articles.jsonl.gz"
    generator = random.Random(20)  # noqa: S311 - moments, not secrets
    survived = sum(
        run_and_kill(load_command(articles), data_dir, after_s=generator.uniform(1.0, 3.0)) for _ in range(kills)
    )
    timed_load(data_dir, articles)
    same, count = asyncio.run(same_stores(undisturbed, data_dir))
    yield Row(
        what=f"killed {survived} times while loading, then loaded again",
        asked="the same articles and sentences, byte for byte",
        reached=f"{same} of {count} articles the same",
        passed=survived == kills and same == count,
    )


async def same_stores(left: Path, right: Path) -> tuple[int, int]:
    """:return: articles that are the same with all their sentences, and articles of either."""
    others = {article.id: (article, parts) async for article, parts in entries(right)}
    same = count = 0
    async for article, parts in entries(left):
        count += 1
        same += others.pop(article.id, None) == (article, parts)
    return same, count + len(others)


def many_times(news: Path, home: Path, times: int) -> Iterator[Row]:
    """`times` as many articles, their words in another order so that they are no copies of each other."""
    generator = random.Random(10)  # noqa: S311 - word order, not secrets
    path = home / "many.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for copy in range(times):
            for row in read_jsonl(news / "articles.jsonl.gz"):
                if copy:
                    words = row["body"].split(" ")
                    generator.shuffle(words)
                    row |= {"id": f"{row['id']}-{copy}", "url": f"{row['url']}?id={copy}", "body": " ".join(words)}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    report, took_s, peak_mb = timed_load(home / "many", path)
    yield Row(
        what=f"{report['added']} articles: peak memory",
        asked="<= 400 MB",
        reached=f"{peak_mb:.0f} MB, {report['added'] / took_s:.0f} articles/s, {len(report['rejected'])} rejected",
        passed=peak_mb <= 400,
    )
