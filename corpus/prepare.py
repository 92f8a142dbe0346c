"""One raw article -> a dated, attributed, clean draft for the store, or the reason why not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from corpus import dedup
from corpus.clean import CLEANER_VERSION, clean
from corpus.cleaning.characters import tidy_characters
from corpus.reading.attribution import Undated, publication_of, source_of
from corpus.sentences import split_article
from corpus.storing.urls import canonical_url
from corpus.types import POSITION_BITS, Draft, RawArticle, Reason, Rejection

TITLE_CHARS = 120
"""An article without a headline is shown under the beginning of its first sentence, at most this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareOptions:
    """What a load fixes for all its articles.

    :param now: aware; later publication days are not believed.
    :param zone: zone of times that name none.
    :param source: publisher of articles that name none.
    :param date: publication time of articles that name none, as typed.
    :param min_body_chars: shorter clean bodies are rejected.
    """

    now: datetime
    zone: ZoneInfo
    source: str | None = None
    date: str | None = None
    min_body_chars: int = 100


def input_hash(raw: RawArticle, options: PrepareOptions) -> bytes:
    """16 bytes that stand for all that the stored article is made from, the cleaner included.

    :return: equal for inputs that would give the same article, so that a second load can skip them unread.
    """
    return dedup.input_hash(
        raw.id,
        raw.title,
        raw.source,
        raw.url,
        raw.published,
        raw.body,
        options.source,
        options.date,
        options.zone.key,
        str(CLEANER_VERSION),
    )


def prepare(raw: RawArticle, options: PrepareOptions) -> Draft | Rejection:
    """Clean, split, date and attribute one article.

    >>> from datetime import UTC, datetime
    >>> options = PrepareOptions(now=datetime(2025, 6, 30, tzinfo=UTC), zone=ZoneInfo("Asia/Jakarta"))
    >>> prepare(RawArticle(origin="a.txt", body=""), options).reason
    <Reason.EMPTY: 'empty'>
    """
    if not raw.body.strip():
        return Rejection(origin=raw.origin, reason=Reason.EMPTY)
    title = _one_line(raw.title or "")
    paragraphs = clean(raw.body, title=title)
    body = "\n".join(paragraphs)
    if len(body) < options.min_body_chars:
        return Rejection(origin=raw.origin, reason=Reason.TOO_SHORT, detail=str(len(body)))
    published = publication_of(raw, now=options.now, zone=options.zone, default=options.date)
    if isinstance(published, Undated):
        return Rejection(origin=raw.origin, reason=published.reason, detail=published.detail)
    source = source_of(raw, default=options.source)
    if source is None:
        return Rejection(origin=raw.origin, reason=Reason.NO_SOURCE)
    sentences = split_article(paragraphs)
    if len(sentences) > 1 << POSITION_BITS:
        return Rejection(origin=raw.origin, reason=Reason.TOO_LONG, detail=str(len(sentences)))
    return Draft(
        id=_one_line(raw.id or "") or None,
        url=canonical_url(raw.url) if raw.url else None,
        title=title or _shortened(sentences[0][1]),
        source=source,
        published_at=published,
        body=body,
        sentences=tuple(sentences),
        input_hash=input_hash(raw, options),
        content_hash=dedup.content_hash(body),
        signature=dedup.signature(body),
    )


def _one_line(text: str) -> str:
    return " ".join(tidy_characters(text).split())


def _shortened(text: str) -> str:
    if len(text) <= TITLE_CHARS:
        return text
    return text[:TITLE_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"
