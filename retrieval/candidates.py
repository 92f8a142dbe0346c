"""A question -> the sentences that may answer it, each with what the search knows about it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.store import ArticleStore
from corpus.types import POSITION_BITS, Article, Sentence
from retrieval.indexer import Indexes
from retrieval.ports import Encoder
from retrieval.query import Understanding
from retrieval.stems import WeightedTerm
from retrieval.types import Filter, Hits

HITS_PER_SEARCH = 100
CANDIDATE_ARTICLES = 40
CANDIDATE_SENTENCES = 120
"""With the gold article among 40 articles and the sentence among 120 of theirs, more candidates change no answer."""

NEIGHBOURS = 2
"""Sentences on either side that are taken for the passage of a sentence."""

VARIANT_WEIGHT = 0.7
"""Of words that were not typed but stand for typed ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer.

    :param cosine: of the question and the sentence, which knows its headline and neighbours.
    :param passage_cosine: of the question and the mean of the sentence and its neighbours.
    :param article_cosine: highest cosine within the article.
    :param article_vector_cosine: of the question and the mean of all the article's sentences.
    :param lead_cosine: of the question and the article's first sentence.
    :param lexical: BM25 of the sentence, as a share of the best sentence's; 0 when it was not among the hits.
    :param best_lexical_in_article: the highest `lexical` within the article.
    :param article_lexical: BM25 of the article, as a share of the best article's; 0 when it was not among the hits.
    """

    sentence: Sentence
    article: Article
    sentences_in_article: int
    cosine: float
    passage_cosine: float
    article_cosine: float
    article_vector_cosine: float
    lead_cosine: float
    lexical: float
    best_lexical_in_article: float
    article_lexical: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What a search brought, best first by a first rough order.

    :param terms: the question's words, with their stems and weights.
    :param rarity: stem -> inverse document frequency over the sentences of the corpus.
    """

    found: Sequence[Candidate]
    terms: Sequence[WeightedTerm]
    rarity: dict[str, float]


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
        hits = await asyncio.to_thread(self._hits, question)
        versions = _best_articles(hits)
        vectors = await self._store.vectors(self._fingerprint, versions)
        articles = await self._store.by_version(versions)
        rough = _rough_order(hits, {version: vectors[version] for version in articles if version in vectors})
        sentences = await self._store.sentences_by_id([entry.id for entry in rough])
        best_lexical = _by_version(hits.lexical)
        found = [
            Candidate(
                sentence=sentences[entry.id],
                article=articles[entry.id >> POSITION_BITS],
                sentences_in_article=len(vectors[entry.id >> POSITION_BITS]),
                cosine=entry.cosine,
                passage_cosine=entry.passage_cosine,
                article_cosine=entry.article_cosine,
                article_vector_cosine=entry.article_vector_cosine,
                lead_cosine=entry.lead_cosine,
                lexical=hits.lexical.get(entry.id, 0.0),
                best_lexical_in_article=best_lexical.get(entry.id >> POSITION_BITS, 0.0),
                article_lexical=hits.article_lexical.get(entry.id >> POSITION_BITS, 0.0),
            )
            for entry in rough
            if entry.id in sentences
        ]
        return Candidates(found=found, terms=hits.terms, rarity=hits.rarity)

    def _hits(self, question: Understanding) -> _SearchHits:
        terms = self.terms(question)
        query = self.encode(question)
        where = question.filter or None
        lexical = self._indexes.lexical
        return _SearchHits(
            query=query,
            terms=terms,
            rarity=self._rarity(terms),
            dense=_as_dict(self._indexes.dense.search(query, k=HITS_PER_SEARCH, where=where), share_of_best=False),
            lexical=_as_dict(lexical.search_sentences(terms, k=HITS_PER_SEARCH, where=where)),
            article_lexical=_as_dict(lexical.search_articles(terms, k=HITS_PER_SEARCH, where=where)),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rough:
    id: int
    cosine: float
    passage_cosine: float
    article_cosine: float
    article_vector_cosine: float
    lead_cosine: float


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


def _rough_order(hits: _SearchHits, vectors: Mapping[int, NDArray[np.float16]]) -> list[_Rough]:
    """Cosines of every sentence of the articles; the best sentences by a first mix.

    All articles are stacked, so that each step is one operation on arrays.
    """
    if not vectors:
        return []
    sizes = np.asarray([len(rows) for rows in vectors.values()])
    ends = np.repeat(np.cumsum(sizes), sizes)
    starts = ends - np.repeat(sizes, sizes)
    places = np.arange(len(ends))
    versions = np.repeat(np.asarray(list(vectors)), sizes)
    ids = versions << POSITION_BITS | (places - starts)
    matrix = np.concatenate(list(vectors.values())).astype(np.float32)
    sums = np.vstack([np.zeros((1, matrix.shape[1]), dtype=np.float32), np.cumsum(matrix, axis=0, dtype=np.float32)])
    cosines = matrix @ hits.query
    first, last = np.maximum(places - NEIGHBOURS, starts), np.minimum(places + NEIGHBOURS + 1, ends)
    passages = _cosines(sums[last] - sums[first], hits.query)
    lexical = np.asarray([hits.lexical.get(sentence_id, 0.0) for sentence_id in ids.tolist()])
    article_lexical = np.repeat([hits.article_lexical.get(version, 0.0) for version in vectors], sizes)
    score = cosines + passages + 0.1 * lexical + 0.1 * article_lexical
    best = np.argsort(-score, kind="stable")[:CANDIDATE_SENTENCES]
    wholes = _cosines(sums[ends[best]] - sums[starts[best]], hits.query)
    highest = {int(start): float(cosines[start:end].max()) for start, end in zip(starts[best], ends[best], strict=True)}
    return [
        _Rough(
            id=int(ids[place]),
            cosine=float(cosines[place]),
            passage_cosine=float(passages[place]),
            article_cosine=highest[int(starts[place])],
            article_vector_cosine=float(whole),
            lead_cosine=float(cosines[starts[place]]),
        )
        for place, whole in zip(best, wholes, strict=True)
    ]


def _cosines(rows: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosines of rows of any length with a query of length 1.

    :param rows: (n, dim) float32. :return: (n,) float32.
    """
    return np.asarray(rows @ query / np.maximum(np.linalg.norm(rows, axis=1), 1e-9), dtype=np.float32)


def no_filter(question: Understanding) -> Understanding:
    """The same question without the limits of source and period."""
    return replace(question, filter=Filter())
