"""``kutip load``: articles from files, folders, archives, addresses or standard input into the store."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import typer

from corpus.ingest import IngestOptions, ingest
from corpus.readers import ReadOptions
from corpus.reading.web import Web
from corpus.types import LoadReport
from corpus.wording import describe
from retrieval.encoder import open_encoder
from retrieval.engine import open_indexer
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings, run_async, store_for_writing
from scripts.embedding import embedding_progress

SHOWN_REJECTIONS = 20


def load(
    inputs: list[str] = typer.Argument(  # noqa: B008 - typer's way to declare arguments
        help="Files, folders, .gz, .zip, http(s) addresses, feeds, lists of addresses, or - for standard input."
    ),
    source: str | None = typer.Option(None, help="Publisher of articles that name none."),
    date: str | None = typer.Option(None, help='Publication date of articles that name none, e.g. "24 Februari 2022".'),
    format_: str | None = typer.Option(
        None, "--format", help="txt, html, jsonl, json, csv, feed or urls; found by itself otherwise."
    ),
    map_: list[str] = typer.Option(  # noqa: B008 - typer's way to declare options
        [], "--map", help="Field of the input for a field of the article, e.g. --map body=konten_bersih; repeatable."
    ),
    dry_run: bool = typer.Option(False, help="Read and judge everything, store nothing."),
    index: bool = typer.Option(True, help="Embed what was loaded and bring the indexes up to it."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object and nothing else."),
) -> None:
    """Load articles; tell what was added, updated, unchanged, a copy, or rejected and why."""
    reading = ReadOptions(format=format_, source=source, date=date, field_map=_field_map(map_))
    options = IngestOptions(reading=reading, dry_run=dry_run)
    settings = load_settings(RetrievalSettings)
    report = run_async(_load(inputs, settings, options, quiet=as_json))
    if index and not dry_run:
        run_async(index_store(settings, quiet=as_json))
    if as_json:
        print(json.dumps(report_as_dict(report), ensure_ascii=False))
    else:
        print_report(report, dry_run=dry_run)
    raise typer.Exit(1 if report.rejected else 0)


async def _load(names: list[str], settings: RetrievalSettings, options: IngestOptions, *, quiet: bool) -> LoadReport:
    with _progress(quiet) as show:
        async with store_for_writing(settings) as store, Web(settings) as web:
            return await ingest(names, store=store, settings=settings, options=options, web=web, on_progress=show)


async def index_store(settings: RetrievalSettings, *, quiet: bool) -> None:
    """Embed what is not embedded yet, and bring the indexes up to the store."""
    async with store_for_writing(settings) as store:
        indexer = open_indexer(settings, store, await asyncio.to_thread(open_encoder, settings))
        indexes = await indexer.open()
        with embedding_progress(quiet=quiet) as show:
            await indexer.embed(on_progress=show)
        if await indexer.catch_up(indexes):
            await indexer.save(indexes)


def _field_map(pairs: list[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        if not separator or ours not in {"id", "title", "body", "source", "url", "published"}:
            raise typer.BadParameter(
                f"{pair!r}: write FIELD=NAME, FIELD one of id, title, body, source, url, published", param_hint="--map"
            )
        mapping[ours] = theirs
    return mapping


def report_as_dict(report: LoadReport) -> dict[str, Any]:
    """Shape that ``--json`` prints."""
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "copies": report.copies,
        "rejected": [
            {"input": entry.origin, "reason": describe(entry), "code": entry.reason.value} for entry in report.rejected
        ],
        "sentences": report.sentences,
        "took_s": round(report.took_s, 3),
    }


def print_report(report: LoadReport, *, dry_run: bool = False) -> None:
    """Print the report for people; many rejections are counted by reason after the first few."""
    done = f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged"
    copies = f", {report.copies} of them copies of another article" if report.copies else ""
    print(f"{done}{copies}, {len(report.rejected)} rejected; {report.sentences} sentences in {report.took_s:.1f} s")
    if dry_run:
        print("Nothing was stored (--dry-run).")
    for entry in report.rejected[:SHOWN_REJECTIONS]:
        print(f"  rejected {describe(entry)}", file=sys.stderr)
    rest = report.rejected[SHOWN_REJECTIONS:]
    for reason, count in Counter(entry.reason.value for entry in rest).most_common():
        print(f"  ... and {count} more: {reason} (all of them with --json)", file=sys.stderr)


def _progress(quiet: bool) -> AbstractContextManager[Callable[[LoadReport], None]]:
    if quiet or not sys.stderr.isatty():
        return nullcontext(lambda _report: None)
    return _Counter()


class _Counter:
    """A line on the terminal that counts articles while they are loaded."""

    def __enter__(self) -> Callable[[LoadReport], None]:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=Console(stderr=True)
        )
        self._task = self._progress.add_task("reading ...")
        self._progress.start()
        return self._show

    def _show(self, report: LoadReport) -> None:
        read = report.added + report.updated + report.unchanged
        rate = read / report.took_s if report.took_s else 0.0
        self._progress.update(
            self._task, description=f"{read:,} articles, {len(report.rejected)} rejected, {rate:,.0f}/s"
        )

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
