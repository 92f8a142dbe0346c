"""Which article a draft is, and whether it changes it. Decided in memory on what the store knows; no SQL here."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from corpus.storing.urls import url_key
from corpus.types import Article, Change, ChangeKind, Draft, Outcome, OutcomeStatus, PublicationTime

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ID_DIGITS = (12, 16, 32)
"""Hexadecimal digits of a made id. 48 bits make a first collision likely only among ten million articles, and then the
next length is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article with what the store keeps beside it.

    :param first_version: number of the change that brought the article into the store.
    :param has_own_id: its id came from an input.
    :param url_key: what its address is known by, see :func:`corpus.storing.urls.url_key`.
    """

    article: Article
    first_version: int
    has_own_id: bool
    url_key: str | None
    content_hash: bytes
    signature: NDArray[np.uint32] = field(compare=False)
    sentences: tuple[tuple[int, str], ...]

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing but its content tells which article it is."""
        return not self.has_own_id and self.url_key is None


def made_ids(draft: Draft, key: str | None) -> list[str]:
    """Ids for a draft that brings none, shortest first: of its address, else of its content and source."""
    seed = key.encode() if key else draft.content_hash + draft.source.encode()
    digest = hashlib.blake2b(seed, digest_size=16).hexdigest()
    return [("u" if key else "c") + digest[:digits] for digits in ID_DIGITS]


class Batch:
    """Decides on drafts one after the other, each seeing what the ones before it did.

    :param last_seq: number of the last change of the store.
    :param stored: every article that has the id, a made id or the address key of one of the drafts, or its content
        where one of the two is anonymous.
    :param inputs: article id by input hash, for those of the drafts that are known.
    """

    def __init__(self, *, last_seq: int, stored: Iterable[StoredArticle], inputs: Mapping[bytes, str]) -> None:
        self.changes: list[Change] = []
        self.new_inputs: list[tuple[bytes, str]] = []
        self._seq = last_seq
        self._inputs = dict(inputs)
        self._articles: dict[str, StoredArticle] = {}
        self._by_key: dict[str, str] = {}
        self._by_content: dict[tuple[bytes, str], set[str]] = defaultdict(set)
        self._before: dict[str, StoredArticle] = {}
        for row in stored:
            self._put(row)
            self._before[row.article.id] = row

    @property
    def written(self) -> list[StoredArticle]:
        """Articles that are new or changed, as they are to be stored."""
        return [self._articles[article_id] for article_id in {change.article_id: None for change in self.changes}]

    @property
    def replaced(self) -> list[StoredArticle]:
        """What the store held of them before."""
        return [self._before[row.article.id] for row in self.written if row.article.id in self._before]

    def decide(self, draft: Draft) -> Outcome:
        """Take one draft in.

        :return: with ``copy`` still False.
        """
        known = self._inputs.get(draft.input_hash)
        if known is not None:
            return Outcome(status=OutcomeStatus.UNCHANGED, article_id=known, copy=False)
        key = url_key(draft.url) if draft.url else None
        stored = self._find(draft, key)
        row = self._new(draft, key) if stored is None else self._merged(draft, key, stored)
        article_id = row.article.id
        self._inputs[draft.input_hash] = article_id
        self.new_inputs.append((draft.input_hash, article_id))
        if row is stored:
            return Outcome(status=OutcomeStatus.UNCHANGED, article_id=article_id, copy=False)
        self._seq += 1
        self._put(replace(row, article=replace(row.article, version=self._seq)))
        self.changes.append(
            Change(
                seq=self._seq,
                article_id=article_id,
                kind=ChangeKind.UPSERT,
                replaces=stored.article.version if stored else None,
            )
        )
        status = OutcomeStatus.UPDATED if stored else OutcomeStatus.ADDED
        return Outcome(status=status, article_id=article_id, copy=False, sentences=len(draft.sentences))

    def _find(self, draft: Draft, key: str | None) -> StoredArticle | None:
        """By its own id, else by its address, else by its content where one side has nothing better."""
        if draft.id is not None and draft.id in self._articles:
            return self._articles[draft.id]
        if key is not None and key in self._by_key:
            return self._articles[self._by_key[key]]
        same_content = [self._articles[known] for known in self._by_content[draft.content_hash, draft.source]]
        return min(
            (row for row in same_content if row.is_anonymous or is_anonymous(draft, key)),
            key=lambda row: row.first_version,
            default=None,
        )

    def _new(self, draft: Draft, key: str | None) -> StoredArticle:
        made = made_ids(draft, key)
        free = (name for name in made if name not in self._articles)
        article = Article(
            id=draft.id if draft.id is not None else next(free, f"{made[-1]}-{self._seq + 1}"),
            title=draft.title,
            source=draft.source,
            published_at=draft.published_at,
            body=draft.body,
            url=draft.url,
        )
        return StoredArticle(
            article=article,
            first_version=self._seq + 1,
            has_own_id=draft.id is not None,
            url_key=key,
            content_hash=draft.content_hash,
            signature=draft.signature,
            sentences=draft.sentences,
        )

    def _merged(self, draft: Draft, key: str | None, stored: StoredArticle) -> StoredArticle:
        """`stored` with what the draft knows better, or `stored` itself if that is nothing."""
        old = stored.article
        if draft.published_at.is_before(old.published_at) or (is_anonymous(draft, key) and not stored.is_anonymous):
            return stored
        is_new_address = draft.url is not None and (key is None or key not in self._by_key)
        takes_address = is_new_address and (key is not None or old.url is None)
        article = replace(
            old,
            title=draft.title,
            source=draft.source,
            published_at=_more_precise(old.published_at, draft.published_at),
            body=draft.body,
            url=draft.url if takes_address else old.url,
        )
        if article == old and draft.sentences == stored.sentences:
            return stored
        return replace(
            stored,
            article=article,
            url_key=key if takes_address else stored.url_key,
            content_hash=draft.content_hash,
            signature=draft.signature,
            sentences=draft.sentences,
        )

    def _put(self, row: StoredArticle) -> None:
        article_id = row.article.id
        old = self._articles.get(article_id)
        if old is not None:
            self._by_content[old.content_hash, old.article.source].discard(article_id)
            if old.url_key is not None:
                del self._by_key[old.url_key]
        self._articles[article_id] = row
        self._by_content[row.content_hash, row.article.source].add(article_id)
        if row.url_key is not None:
            self._by_key[row.url_key] = article_id


def is_anonymous(draft: Draft, key: str | None) -> bool:
    """Whether nothing but its content tells which article a draft is. :param key: of its address."""
    return draft.id is None and key is None


def _more_precise(old: PublicationTime, new: PublicationTime) -> PublicationTime:
    """The new one, unless it only lost the time of the same day."""
    return old if new.moment is None and new.day == old.day else new
