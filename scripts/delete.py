"""``kutip delete``: takes articles out of the store, and so out of every answer."""

from __future__ import annotations

import sys

import typer

from corpus.settings import CorpusSettings
from scripts.console import load_settings, run_async, store_for_writing


def delete(
    articles: list[str] = typer.Argument(metavar="ID|URL...", help="Ids or addresses of articles."),  # noqa: B008 - typer
) -> None:
    """Delete articles by id or address."""
    missing = run_async(_delete(articles, load_settings(CorpusSettings)))
    raise typer.Exit(1 if missing else 0)


async def _delete(names: list[str], settings: CorpusSettings) -> list[str]:
    missing = []
    async with store_for_writing(settings) as store:
        for name in names:
            article = await store.delete(name)
            if article is None:
                missing.append(name)
                print(f"kutip: no article has the id or address {name}", file=sys.stderr)
            else:
                print(f"deleted {article.id}: {article.title} ({article.source}, {article.published_at.isoformat()})")
    return missing
