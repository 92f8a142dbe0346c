"""The one pipeline by which articles enter the store: read -> clean -> split -> store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from corpus.prepare import PrepareOptions, input_hash, prepare
from corpus.readers import ReadOptions, read
from corpus.reading.web import Web
from corpus.settings import CorpusSettings
from corpus.store import ArticleStore
from corpus.types import Draft, LoadReport, Outcome, OutcomeStatus, RawArticle, Rejection

BATCH_ARTICLES = 64
"""Articles a transaction: large enough that commits cost little, small enough that a kill repeats a blink of work."""

BATCH_AGE_S = 2.0
"""A slow input (pages fetched one by one) is stored at least this often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestOptions:
    """How a load reads its inputs.

    :param reading: format, field names, and the source and date of articles that name none.
    :param dry_run: read and judge everything, store nothing.
    """

    reading: ReadOptions = field(default_factory=ReadOptions)
    dry_run: bool = False


async def ingest(
    names: Sequence[str],
    *,
    store: ArticleStore,
    settings: CorpusSettings,
    options: IngestOptions,
    web: Web | None = None,
    on_progress: Callable[[LoadReport], None] | None = None,
) -> LoadReport:
    """Load articles from files, folders, archives, addresses or standard input (``-``).

    Each batch is one transaction, so that a stop at any moment keeps all earlier batches; loading the same inputs
    again goes on from there.

    :param web: for addresses; None refuses them.
    :param on_progress: called after each batch with the report so far.
    :return: what was done, and each rejected input with its reason.
    :raises StoreError: the store cannot be written; what was committed stays.
    """
    async with aclosing(read(names, options=options.reading, settings=settings, web=web)) as entries:
        return await ingest_entries(entries, store=store, settings=settings, options=options, on_progress=on_progress)


async def ingest_entries(
    entries: AsyncIterator[RawArticle | Rejection],
    *,
    store: ArticleStore,
    settings: CorpusSettings,
    options: IngestOptions,
    on_progress: Callable[[LoadReport], None] | None = None,
) -> LoadReport:
    """The part of the pipeline behind the reading; otherwise like :func:`ingest`.

    :param entries: articles as they were read, and what could not be.
    """
    started = time.monotonic()
    report = LoadReport()
    preparing = PrepareOptions(
        now=datetime.now(UTC),
        zone=settings.zone,
        source=options.reading.source,
        date=options.reading.date,
        min_body_chars=settings.min_body_chars,
    )
    async for batch in _batches(entries):
        raws = [entry for entry in batch if isinstance(entry, RawArticle)]
        report.rejected += [entry for entry in batch if isinstance(entry, Rejection)]
        drafts = await _drafts(raws, store=store, preparing=preparing, report=report)
        _count(report, await store.upsert(drafts, dry_run=options.dry_run))
        report.took_s = time.monotonic() - started
        if on_progress:
            on_progress(report)
    report.took_s = time.monotonic() - started
    return report


async def _drafts(
    raws: Sequence[RawArticle], *, store: ArticleStore, preparing: PrepareOptions, report: LoadReport
) -> list[Draft]:
    """Prepare those that the store does not know yet, off the event loop."""
    hashes = [input_hash(raw, preparing) for raw in raws]
    known = await store.known_inputs(hashes)
    report.unchanged += sum(digest in known for digest in hashes)
    fresh = [raw for raw, digest in zip(raws, hashes, strict=True) if digest not in known]
    if not fresh:
        return []
    prepared = await asyncio.to_thread(lambda: [prepare(raw, preparing) for raw in fresh])
    report.rejected += [entry for entry in prepared if isinstance(entry, Rejection)]
    return [entry for entry in prepared if isinstance(entry, Draft)]


def _count(report: LoadReport, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        report.added += outcome.status is OutcomeStatus.ADDED
        report.updated += outcome.status is OutcomeStatus.UPDATED
        report.unchanged += outcome.status is OutcomeStatus.UNCHANGED
        report.copies += outcome.copy
        report.sentences += outcome.sentences


async def _batches(
    entries: AsyncIterator[RawArticle | Rejection],
) -> AsyncIterator[list[RawArticle | Rejection]]:
    batch: list[RawArticle | Rejection] = []
    started = time.monotonic()
    async for entry in entries:
        batch.append(entry)
        if len(batch) >= BATCH_ARTICLES or time.monotonic() - started > BATCH_AGE_S:
            yield batch
            batch, started = [], time.monotonic()
    if batch:
        yield batch
