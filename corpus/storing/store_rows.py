"""Rows of the tables as records, and records as rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from corpus.storing.identity import StoredArticle
from corpus.types import Article, Change, ChangeKind, MonthCount, PublicationTime, Sentence, SourceCount

if TYPE_CHECKING:
    from numpy.typing import NDArray

Row = tuple[Any, ...]

DAY_START_ZONE = timezone(timedelta(hours=7), "WIB")
"""A bare date sorts as the start of that day in Western Indonesian Time, the zone of most portals."""

_ARTICLE = "a.id, a.title, a.source, a.published, a.body, a.url, a.near_group, a.version"

# All sentences of an article in its own row: one statement sees one state of the store.
_SENTENCES = (
    "(SELECT json_group_array(json_array(s.position, s.paragraph, s.text)) FROM sentences AS s"
    " WHERE s.version = a.version AND s.article_id = a.id)"
)

SELECT_ARTICLE = f"SELECT {_ARTICLE} FROM articles AS a"  # noqa: S608 - constants
"""Gives rows for :func:`article_of`; conditions are added behind it, with parameters."""

SELECT_WITH_SENTENCES = f"SELECT {_ARTICLE}, {_SENTENCES} FROM articles AS a"  # noqa: S608 - constants
"""Gives rows for :func:`article_with_sentences`."""

SELECT_STORED = (
    f"SELECT {_ARTICLE}, a.first_version, a.has_own_id, a.url_key, a.content_hash, a.signature, {_SENTENCES}"  # noqa: S608 - constants
    " FROM articles AS a"
)
"""Gives rows for :func:`stored_of`."""

SELECT_SENTENCES_OF = """
    SELECT s.article_id, s.version, s.position, s.paragraph, s.text FROM articles AS a
    JOIN sentences AS s ON s.version = a.version AND s.article_id = a.id
    WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY s.position
"""
"""Gives rows for :func:`sentence_of`, of an article."""

SELECT_SENTENCES_BY_ID = """
    SELECT s.article_id, s.version, s.position, s.paragraph, s.text FROM json_each(?) AS j
    JOIN sentences AS s ON s.version = j.value >> ? AND s.position = j.value & ?
"""
"""Gives rows for :func:`sentence_of`, by the parts of sentence ids."""

UPSERT_ARTICLE = """
    INSERT INTO articles (
        id, title, source, published, body, url, near_group, version, first_version, has_own_id, url_key, content_hash,
        signature, sentence_count, published_utc, day
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        title = excluded.title, source = excluded.source, published = excluded.published, body = excluded.body,
        url = excluded.url, version = excluded.version, url_key = excluded.url_key,
        content_hash = excluded.content_hash, signature = excluded.signature,
        sentence_count = excluded.sentence_count, published_utc = excluded.published_utc, day = excluded.day
"""
"""Takes :func:`row_of`. The group of near copies is kept; it is found anew after the texts are written."""


def utc_seconds(published: PublicationTime) -> int:
    """Seconds since 1970 by which articles sort.

    >>> utc_seconds(PublicationTime.from_iso("1970-01-01T07:00:05+07:00"))
    5
    >>> utc_seconds(PublicationTime.from_iso("1970-01-02")) // 3600
    17
    """
    moment = published.moment or datetime.combine(published.day, time(), DAY_START_ZONE)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


class JsonList(str):
    """A list as one parameter: SQLite reads the JSON that it is, PostgreSQL takes its values.

    >>> JsonList(["a", 1])
    '["a", 1]'
    """

    __slots__ = ("values",)
    values: list[Any]

    def __new__(cls, values: Iterable[Any]) -> Self:
        """:param values: texts or numbers."""
        listed = list(values)
        text = super().__new__(cls, json.dumps(listed))
        text.values = listed
        return text


def json_of(values: Iterable[Any]) -> JsonList:
    """One parameter that stands for a whole list, for ``IN (SELECT value FROM json_each(?))``."""
    return JsonList(values)


def row_of(stored: StoredArticle) -> Row:
    """Parameters of :data:`UPSERT_ARTICLE`."""
    article = stored.article
    return (
        article.id,
        article.title,
        article.source,
        article.published_at.isoformat(),
        article.body,
        article.url,
        article.near_group,
        article.version,
        stored.first_version,
        stored.has_own_id,
        stored.url_key,
        stored.content_hash.hex(),
        stored.signature.tobytes(),
        len(stored.sentences),
        utc_seconds(article.published_at),
        article.published_at.day.isoformat(),
    )


def article_of(row: Row) -> Article:
    """:param row: begins with the columns of :data:`SELECT_ARTICLE`."""
    article_id, title, source, published, body, url, near_group, version = row[:8]
    return Article(
        id=article_id,
        title=title,
        source=source,
        published_at=PublicationTime.from_iso(published),
        body=body,
        url=url,
        near_group=near_group,
        version=version,
    )


def stored_of(row: Row) -> StoredArticle:
    """:param row: of :data:`SELECT_STORED`."""
    first_version, has_own_id, url_key, content_hash, signature, sentences = row[8:]
    return StoredArticle(
        article=article_of(row),
        first_version=first_version,
        has_own_id=bool(has_own_id),
        url_key=url_key,
        content_hash=bytes.fromhex(content_hash),
        signature=signature_of(signature),
        sentences=tuple((paragraph, text) for _, paragraph, text in sorted(json.loads(sentences))),
    )


def signature_of(blob: bytes) -> NDArray[np.uint32]:
    """A MinHash signature as it was given."""
    return np.frombuffer(blob, dtype=np.uint32)


def article_with_sentences(row: Row) -> tuple[Article, list[Sentence]]:
    """:param row: of :data:`SELECT_WITH_SENTENCES`."""
    article = article_of(row)
    parts = [
        Sentence(article_id=article.id, version=article.version, position=position, paragraph=paragraph, text=text)
        for position, paragraph, text in sorted(json.loads(row[8]))
    ]
    return article, parts


def sentence_of(row: Row) -> Sentence:
    """:param row: article id, version, position, paragraph, text."""
    article_id, version, position, paragraph, text = row
    return Sentence(article_id=article_id, version=version, position=position, paragraph=paragraph, text=text)


def sentence_rows(stored: StoredArticle) -> list[Row]:
    """Rows of the table ``sentences``: version, position, article id, paragraph, text."""
    article = stored.article
    return [
        (article.version, position, article.id, paragraph, text)
        for position, (paragraph, text) in enumerate(stored.sentences)
    ]


def change_of(row: Row) -> Change:
    """:param row: of the table ``changes``."""
    seq, article_id, kind, replaces = row
    return Change(seq=seq, article_id=article_id, kind=ChangeKind(kind), replaces=replaces)


def source_count_of(row: Row) -> SourceCount:
    """:param row: source, articles, first day, last day."""
    source, articles, first, last = row
    return SourceCount(source=source, articles=articles, first=date.fromisoformat(first), last=date.fromisoformat(last))


def month_count_of(row: Row) -> MonthCount:
    """:param row: source, month, articles."""
    source, month, articles = row
    return MonthCount(source=source, month=month, articles=articles)


def vectors_of(row: Row) -> tuple[int, NDArray[np.float16]]:
    """:param row: version, dim, data.

    :return: version, and (n, dim) float16.
    """
    version, dim, data = row
    return version, np.frombuffer(data, dtype="<f2").reshape(-1, dim)
