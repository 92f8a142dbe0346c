"""BM25 over what the database finds, with tantivy's constants, so that scores mean the same on both engines. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.lexical_texts import PADDING_WORDS, TITLE_REPEATS
from retrieval.stems import WeightedTerm
from retrieval.types import Hits

K1 = 1.2
B = 0.75
"""Of :mod:`retrieval.lexical`, where tantivy fixes them."""

POSTING = np.dtype(
    [
        ("version", ">i8"),
        ("position", ">i4"),
        ("length", ">i4"),
        ("article_length", ">i4"),
        ("stem", ">f4"),
        ("word", ">f4"),
    ]
)
"""A row that has a stem: where, words of the sentence and of its article, ranks of the stem and of the word."""

_MOST_TIMES = 256
"""PostgreSQL keeps no more places of a word."""

_RANKS = np.cumsum(1 / np.arange(1, _MOST_TIMES + 1) ** 2) / 1.64493406685
_BETWEEN = np.concatenate([[_RANKS[0] / 2], (_RANKS[1:] + _RANKS[:-1]) / 2])


def times(ranks: NDArray[np.floating]) -> NDArray[np.int64]:
    """How often a word occurs, from PostgreSQL's ``ts_rank`` of that one word with all weights at 1.

    The rank of n occurrences is the sum of 1/i² up to n, as a share of the sum without end.

    >>> times(np.array([0, 0.6079271, 0.7599088, 0.8274563], dtype=np.float32)).tolist()
    [0, 1, 2, 3]
    """
    return np.searchsorted(_BETWEEN, ranks).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A stem and a word with it that are looked up together, with the factors of their scores; 0 does not count."""

    stem: str
    word: str
    stem_weight: float
    word_weight: float


def asked_of(terms: Sequence[WeightedTerm], *, word_share: float) -> list[Asked]:
    """Each stem and each word once, with its greatest weight.

    >>> [one.stem_weight for one in asked_of([WeightedTerm(word=w, stem="naik") for w in ("naik", "kenaikan")],
    ...  word_share=0.3)]
    [1.0, 0.0]
    """
    stems: dict[str, float] = {}
    words: dict[tuple[str, str], float] = {}
    for term in terms:
        if term.weight > 0:
            stems[term.stem] = max(term.weight, stems.get(term.stem, 0.0))
            key = (term.stem, term.word)
            words[key] = max(term.weight * word_share, words.get(key, 0.0))
    first = dict(reversed(words))
    return [
        Asked(stem=stem, word=word, stem_weight=stems[stem] if first[stem] == word else 0.0, word_weight=weight)
        for (stem, word), weight in words.items()
        if weight or first[stem] == word
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Documents of a kind and the words in all of them."""

    documents: int
    words: int

    def rarity(self, frequency: int) -> float:
        """Inverse document frequency."""
        count = max(self.documents, frequency)
        return math.log1p((count - frequency + 0.5) / (frequency + 0.5))

    def scores(
        self, occurrences: NDArray[np.integer], lengths: NDArray[np.integer], *, padding: int
    ) -> NDArray[np.float64]:
        """What a word gives documents, but for its rarity.

        :param lengths: in words. :param padding: filling words of each document.
        """
        mean = self.words / max(self.documents, 1) + padding
        return np.asarray(
            (K1 + 1) * occurrences / (occurrences + K1 * (1 - B + B * (lengths + padding) / max(mean, 1e-9)))
        )


Found = Mapping[int, NDArray[np.void]]
"""Postings by the place of what was asked."""


def sentence_hits(
    asked: Sequence[Asked], found: Found, frequencies: Mapping[tuple[str, str], int], totals: Totals
) -> Hits:
    """Score sentences, headlines left aside; all of them, best first."""

    def parts() -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        for place, rows in found.items():
            one = asked[place]
            rows = rows[rows["position"] >= 0]
            ids = rows["version"].astype(np.int64) << 12 | rows["position"]
            gained = np.zeros(len(rows))
            for kind, term, weight in (("stem", one.stem, one.stem_weight), ("word", one.word, one.word_weight)):
                if weight:
                    share = totals.scores(times(rows[kind]), rows["length"], padding=PADDING_WORDS)
                    gained += weight * totals.rarity(frequencies.get((kind, term), 0)) * share
            yield ids, gained

    return _summed(list(parts()))


def article_hits(
    asked: Sequence[Asked], found: Found, frequencies: Mapping[tuple[str, str], int], totals: Totals
) -> Hits:
    """Score articles by all their sentences and their headline; all of them, best first."""

    def parts() -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        for place, rows in found.items():
            one = asked[place]
            if one.stem_weight:
                versions, first, row_of = np.unique(
                    rows["version"].astype(np.int64), return_index=True, return_inverse=True
                )
                counts = times(rows["stem"]) * np.where(rows["position"] < 0, TITLE_REPEATS, 1)
                occurrences = np.bincount(row_of, weights=counts, minlength=len(versions))
                share = totals.scores(occurrences, rows["article_length"][first], padding=0)
                yield versions, one.stem_weight * totals.rarity(frequencies.get(("stem", one.stem), 0)) * share

    return _summed(list(parts()))


def _summed(parts: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]]) -> Hits:
    if not parts:
        return Hits(ids=np.empty(0, np.int64), scores=np.empty(0, np.float32))
    ids, row_of = np.unique(np.concatenate([ids for ids, _ in parts]), return_inverse=True)
    scores = np.bincount(row_of, weights=np.concatenate([gained for _, gained in parts]), minlength=len(ids))
    order = np.lexsort((ids, -scores))
    return Hits(ids=ids[order], scores=scores[order].astype(np.float32))
