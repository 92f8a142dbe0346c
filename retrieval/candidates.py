"""A question -> the sentences that may answer it, each with what the search knows about it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from corpus.store import ArticleStore
from corpus.types import POSITION_BITS, Article, Sentence
from retrieval.indexer import Indexes
from retrieval.ports import Encoder
from retrieval.query import Understanding
from retrieval.stems import WeightedTerm
from retrieval.types import Filter, Hits
from retrieval.vector_stack import VectorStack

HITS_PER_SEARCH = 100
CANDIDATE_ARTICLES = 40
CANDIDATE_SENTENCES = 120
"""With the gold article among 40 articles and the sentence among 120 of theirs, more candidates change no answer."""

VARIANT_WEIGHT = 0.7
"""Of words that were not typed but stand for typed ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer."""

    sentence: Sentence
    article: Article
    sentences_in_article: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Closeness:
    """How close sentences are to a question, each a column (n,) float32.

    :param cosine: of the question and the sentence, which knows its headline and neighbours.
    :param passage: cosine of the question and the mean of the sentence and its neighbours.
    :param article: highest cosine within the article.
    :param article_vector: cosine of the question and the mean of all the article's sentences.
    :param lead: cosine of the question and the article's first sentence.
    :param lexical: BM25 of the sentence, as a share of the best sentence's; 0 when it was not among the hits.
    :param best_lexical_in_article: the highest `lexical` within the article.
    :param article_lexical: BM25 of the article, as a share of the best article's; 0 when it was not among the hits.
    """

    cosine: NDArray[np.float32]
    passage: NDArray[np.float32]
    article: NDArray[np.float32]
    article_vector: NDArray[np.float32]
    lead: NDArray[np.float32]
    lexical: NDArray[np.float32]
    best_lexical_in_article: NDArray[np.float32]
    article_lexical: NDArray[np.float32]

    def at(self, rows: NDArray[np.integer]) -> Closeness:
        """:return: these rows, in this order."""
        return Closeness(**{column.name: getattr(self, column.name)[rows] for column in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """What a search brought, best first by a first rough order.

    :param closeness: of each of them.
    :param terms: the question's words, with their stems and weights.
    :param rarity: stem -> inverse document frequency over the sentences of the corpus.
    """

    found: Sequence[Candidate]
    closeness: Closeness
    terms: Sequence[WeightedTerm]
    rarity: Mapping[str, float]


class Search:
    """The candidate search over one store and its indexes.

    :param fingerprint: of the vectors in the store.
    """

    def __init__(self, store: ArticleStore, indexes: Indexes, encoder: Encoder, *, fingerprint: str) -> None:
        self._store = store
        self._indexes = indexes
        self._encoder = encoder
        self._fingerprint = fingerprint

    async def candidates(self, question: Understanding) -> Candidates:
        """Find the sentences that may answer.

        A filter that leaves nothing gives no candidates; the caller decides whether to ask again without it.
        """
        hits = await self._hits(question)
        versions = _best_articles(hits)
        stored, articles = await asyncio.gather(
            self._store.vectors(self._fingerprint, versions), self._store.by_version(versions)
        )
        vectors = {version: stored[version] for version in articles if len(stored.get(version, ()))}
        ids, closeness = _closest(hits, vectors)
        sentences = await self._store.sentences_by_id(ids.tolist())
        there = np.flatnonzero([id_ in sentences for id_ in ids.tolist()])
        found = [
            Candidate(
                sentence=sentences[id_],
                article=articles[id_ >> POSITION_BITS],
                sentences_in_article=len(vectors[id_ >> POSITION_BITS]),
            )
            for id_ in ids[there].tolist()
        ]
        return Candidates(found=found, closeness=closeness.at(there), terms=hits.terms, rarity=hits.rarity)

    async def _hits(self, question: Understanding) -> _SearchHits:
        """Search by meaning and by words at the same time, each on a thread of its own."""
        (query, dense), (terms, rarity, lexical, article_lexical) = await asyncio.gather(
            asyncio.to_thread(self._by_meaning, question), asyncio.to_thread(self._by_words, question)
        )
        return _SearchHits(
            query=query, terms=terms, rarity=rarity, dense=dense, lexical=lexical, article_lexical=article_lexical
        )

    def _by_meaning(self, question: Understanding) -> tuple[NDArray[np.float32], dict[int, float]]:
        query = self.encode(question)
        hits = self._indexes.dense.search(query, k=HITS_PER_SEARCH, where=question.filter or None)
        return query, _as_dict(hits, share_of_best=False)

    def _by_words(
        self, question: Understanding
    ) -> tuple[list[WeightedTerm], dict[str, float], dict[int, float], dict[int, float]]:
        terms = self.terms(question)
        where = question.filter or None
        lexical = self._indexes.lexical
        return (
            terms,
            self._rarity(terms),
            _as_dict(lexical.search_sentences(terms, k=HITS_PER_SEARCH, where=where)),
            _as_dict(lexical.search_articles(terms, k=HITS_PER_SEARCH, where=where)),
        )

    def encode(self, question: Understanding) -> NDArray[np.float32]:
        """:return: (dim,) float32, the question's vector."""
        return np.asarray(self._encoder.encode_queries([question.written_out])[0], dtype=np.float32)

    def terms(self, question: Understanding) -> list[WeightedTerm]:
        """The question's words for the lexical index: those typed, and with less weight those they stand for."""
        typed = self._indexes.lexical.terms(" ".join(question.content))
        return typed + self._indexes.lexical.terms(" ".join(question.variants), weight=VARIANT_WEIGHT)

    def _rarity(self, terms: Sequence[WeightedTerm]) -> dict[str, float]:
        total = max(self._indexes.lexical.sentence_count, 1)
        return {
            term.stem: float(np.log1p(total / (1 + self._indexes.lexical.document_frequency(term.stem))))
            for term in terms
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _SearchHits:
    query: NDArray[np.float32]
    terms: Sequence[WeightedTerm]
    rarity: dict[str, float]
    dense: dict[int, float]
    lexical: dict[int, float]
    article_lexical: dict[int, float]


def _as_dict(hits: Hits, *, share_of_best: bool = True) -> dict[int, float]:
    best = float(hits.scores[0]) if len(hits) and share_of_best else 1.0
    return dict(zip(hits.ids.tolist(), (hits.scores / (best or 1.0)).tolist(), strict=True))


def _best_articles(hits: _SearchHits) -> list[int]:
    """Versions of the most promising articles, by the sum of their best standing in each list.

    Cosines of this encoder lie close together, so the dense list is stretched over its own range first.
    """
    lowest = min(hits.dense.values(), default=0.0)
    span = max(max(hits.dense.values(), default=1.0) - lowest, 1e-6)
    dense = _by_version({sentence_id: (cosine - lowest) / span for sentence_id, cosine in hits.dense.items()})
    lexical = _by_version(hits.lexical)
    total = {
        version: dense.get(version, 0.0) + 0.5 * lexical.get(version, 0.0) + hits.article_lexical.get(version, 0.0)
        for version in dense.keys() | lexical.keys() | hits.article_lexical.keys()
    }
    return sorted(total, key=lambda version: (-total[version], version))[:CANDIDATE_ARTICLES]


def _by_version(scores: Mapping[int, float]) -> dict[int, float]:
    """Best score of each article's sentences, by version."""
    best: dict[int, float] = {}
    for sentence_id, score in scores.items():
        version = sentence_id >> POSITION_BITS
        best[version] = max(best.get(version, 0.0), score)
    return best


def _closest(hits: _SearchHits, vectors: Mapping[int, NDArray[np.float16]]) -> tuple[NDArray[np.int64], Closeness]:
    """The best sentences of some articles by a first mix, and how close they are.

    All articles are stacked, so that each step is one operation on arrays.

    :param vectors: by version, at least one row each.
    :return: (n,) ids, best first, with their rows.
    """
    if not vectors:
        return np.empty(0, dtype=np.int64), Closeness(
            **{column.name: np.empty(0, np.float32) for column in fields(Closeness)}
        )
    stack = VectorStack.of(list(vectors.values()))
    versions = list(vectors)
    ids = stack.spread(np.asarray(versions) << POSITION_BITS) + stack.positions
    best_lexical = _by_version(hits.lexical)
    cosines = stack.matrix @ hits.query
    all_rows = Closeness(
        cosine=cosines,
        passage=stack.passage_cosines(cosines),
        article=stack.spread(np.maximum.reduceat(cosines, stack.firsts)),
        article_vector=stack.spread(stack.article_cosines(cosines)),
        lead=stack.spread(cosines[stack.firsts]),
        lexical=_column([hits.lexical.get(id_, 0.0) for id_ in ids.tolist()]),
        best_lexical_in_article=stack.spread(_column([best_lexical.get(version, 0.0) for version in versions])),
        article_lexical=stack.spread(_column([hits.article_lexical.get(version, 0.0) for version in versions])),
    )
    score = all_rows.cosine + all_rows.passage + 0.1 * all_rows.lexical + 0.1 * all_rows.article_lexical
    best = np.argsort(-score, kind="stable")[:CANDIDATE_SENTENCES]
    return ids[best], all_rows.at(best)


def _column(values: Sequence[float]) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)


def no_filter(question: Understanding) -> Understanding:
    """The same question without the limits of source and period."""
    return replace(question, filter=Filter())
