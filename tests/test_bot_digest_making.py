"""Digests over a real store."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

from news_days import ZONE

from bot.digests.digest import Topics, Window
from bot.digests.digest_making import DigestMaker
from bot.settings import BotSettings
from corpus.store import ArticleStore
from retrieval.encoder import open_encoder
from retrieval.indexer import Indexer

WAR = Window.of_day(date(2022, 2, 24), ZONE)


async def test_the_stories_of_a_day_come_from_the_store(data_dir: Path) -> None:
    """Headlines and sentences are those of stored articles; copies by another outlet belong to the same story."""
    settings = BotSettings(_env_file=None, data_dir=data_dir)
    async with await ArticleStore.open(settings.store_path) as store:
        maker = DigestMaker(store, fingerprint=_fingerprint(store, settings))
        stories = await maker.stories(WAR)
        assert stories
        for story in stories:
            for quote in story.quotes:
                sentences = await store.sentences(quote.article.id)
                assert quote.sentence in sentences


async def test_a_new_article_is_in_the_next_digest(data_dir: Path) -> None:
    """What was grouped once is grouped anew when the store has changed."""
    settings = BotSettings(_env_file=None, data_dir=data_dir)
    async with await ArticleStore.open(settings.store_path) as store:
        maker = DigestMaker(store, fingerprint=_fingerprint(store, settings))
        before = await maker.stories(WAR, limit=30)
        await store.delete(before[0].article_ids[0])
        after = await maker.stories(WAR, limit=30)
        assert before[0].article_ids[0] not in {one for story in after for one in story.article_ids}


async def test_a_time_without_articles_has_no_stories(data_dir: Path) -> None:
    """A quiet day is empty."""
    settings = BotSettings(_env_file=None, data_dir=data_dir)
    async with await ArticleStore.open(settings.store_path) as store:
        maker = DigestMaker(store, fingerprint=_fingerprint(store, settings))
        assert await maker.stories(Window.of_day(date(1999, 1, 1), ZONE), topics=Topics(include=("banjir",))) == []


def _fingerprint(store: ArticleStore, settings: BotSettings) -> str:
    return Indexer(store, open_encoder(settings), settings.index_folder).fingerprint


def test_the_command_prints_a_day(data_dir: Path) -> None:
    """``kutip digest --json`` is one object with quoted sentences; a day that is none is explained in one line."""
    told = _kutip(data_dir, "digest", "--date", "2022-02-24", "--json")
    stories = json.loads(told.stdout)["stories"]
    assert all(quote["text"] for story in stories for quote in story["quotes"])
    wrong = _kutip(data_dir, "digest", "--date", "24/2/22")
    assert (wrong.returncode, wrong.stderr) == (1, "kutip: --date: '24/2/22' is no day; write it as 2025-06-10\n")


def _kutip(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.kutip", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"KUTIP_DATA_DIR": str(data_dir), "PATH": "/usr/bin:/bin"},
    )
