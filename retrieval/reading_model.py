"""What was read of a question's candidates -> their order, and how sure it is that one answers. Pure.

Three small linear models in one readable file, see :class:`ReadingModel`; their columns are named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelBrokenError, ModelMissingError
from retrieval.features import FEATURES
from retrieval.reader_input import ReadSpan

MODEL_FILE = Path(__file__).parent / "models" / "reader" / "order.json"

SEARCH_COLUMNS = (
    "cosine",
    "passage_cosine",
    "above_article_mean",
    "lexical",
    "article_lexical",
    "words_in_sentence",
    "words_in_title",
    "words_in_either",
    "pairs_in_sentence",
    "kind_matches",
    "kind_missing",
    "is_first",
    "position",
    "length",
    "is_question",
    "in_preferred_period",
)
"""Features of the search that are weighed once more beside the reader; the rest speak through the search's score."""

READER_COLUMNS = ("search", "reader", "reader_in_article", "is_best_reader", "reader_share", "span_probability")
"""Columns that reading adds."""

COLUMNS = (*SEARCH_COLUMNS, *READER_COLUMNS)

SIGNS = (
    "any_answers",
    "reader",
    "reader_margin",
    "score",
    "margin",
    "margin_to_other_article",
    "share",
    "search_share",
    "is_best_search",
    "span_probability",
    "cosine",
    "passage_cosine",
    "article_lexical",
    "words_in_sentence",
    "words_in_either",
    "kind_missing",
    "known_words",
    "constant",
)
"""What the confidence is computed from, in order."""

LEAST_SHARED_WORDS = 0.16
"""Share of the question's words, by rarity, that the best sentence or its headline must hold; below it nothing counts
as an answer, so that small stores do not answer small talk. Less than without a reader: it knows other wordings."""

_LARGEST_SIGN = 10.0
_MEND = "install Kutip again, or fit the models anew with `python -m scripts.fit_reading`"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingModel:
    """Weights of order and confidence.

    :param weights: (len(COLUMNS),) float32.
    :param confidence_weights: (len(SIGNS),) float32, of the log odds that the first sentence answers.
    :param answerable_weights: (len(SIGNS),) float32, of the log odds that some article answers.
    :param threshold: chance that some article answers from which a question is answered.
    """

    weights: NDArray[np.float32]
    confidence_weights: NDArray[np.float32]
    answerable_weights: NDArray[np.float32]
    threshold: float

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> ReadingModel:
        """Read the models.

        :raises ModelMissingError: no file there.
        :raises ModelBrokenError: not what fitting wrote, or for other columns.
        """
        try:
            return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise ModelMissingError(str(path), mend=_MEND) from error
        except (KeyError, TypeError, ValueError) as error:
            raise ModelBrokenError(str(path), detail=repr(error), mend=_MEND) from error

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> ReadingModel:
        """:raises KeyError: a column has no weight."""
        return cls(
            weights=np.asarray([written["weights"][name] for name in COLUMNS], dtype=np.float32),
            confidence_weights=np.asarray([written["confidence_weights"][name] for name in SIGNS], dtype=np.float32),
            answerable_weights=np.asarray([written["answerable_weights"][name] for name in SIGNS], dtype=np.float32),
            threshold=float(written["threshold"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`from_dict` reads."""
        return {
            "weights": dict(zip(COLUMNS, self.weights.tolist(), strict=True)),
            "confidence_weights": dict(zip(SIGNS, self.confidence_weights.tolist(), strict=True)),
            "answerable_weights": dict(zip(SIGNS, self.answerable_weights.tolist(), strict=True)),
            "threshold": self.threshold,
        }

    def confidence(self, signs: NDArray[np.float32]) -> float:
        """Probability that the first sentence answers.

        :param signs: (len(SIGNS),) float32.
        """
        return _probability(signs, self.confidence_weights)

    def answerable(self, signs: NDArray[np.float32]) -> float:
        """Probability that some article answers; 0 when hardly a word of the question is where the answer should be.

        :param signs: (len(SIGNS),) float32.
        """
        if signs[SIGNS.index("words_in_either")] < LEAST_SHARED_WORDS:
            return 0.0
        return _probability(signs, self.answerable_weights)


def _probability(signs: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    return float(1 / (1 + np.exp(-float(signs @ weights)))) if signs.any() else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the reader said of some candidates.

    :param places: of the candidates that were read.
    :param scores: (read,) float32, log odds against "none of these".
    :param spans: likewise.
    """

    places: tuple[int, ...]
    scores: NDArray[np.float32]
    spans: tuple[ReadSpan | None, ...] = field(default=())


def reading_columns(
    read: Read, table: NDArray[np.float32], search_scores: NDArray[np.float32], versions: Sequence[int]
) -> NDArray[np.float32]:
    """Describe the candidates that were read.

    :param versions: of all candidates' articles.
    :return: (read, len(COLUMNS)) float32.
    """
    if not read.places:
        return np.zeros((0, len(COLUMNS)), dtype=np.float32)
    places = list(read.places)
    own = read.scores
    best: dict[int, float] = {}
    for place, score in zip(places, own.tolist(), strict=True):
        best[versions[place]] = max(best.get(versions[place], -np.inf), score)
    odds = np.exp(own - own.max())
    added = [
        search_scores[places] - search_scores.max(),
        own,
        np.asarray([best[versions[place]] for place in places]),
        own == own.max(),
        odds / odds.sum(),
        np.asarray([span.probability if span else 0.0 for span in read.spans]),
    ]
    kept = [FEATURES.index(name) for name in SEARCH_COLUMNS]
    return np.concatenate([table[places][:, kept], np.stack(added, axis=1)], axis=1).astype(np.float32)


def whole_order(
    read: Read, own: NDArray[np.float32], search_scores: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """All candidates: those that were read by their new scores, below them the rest by the search's.

    :param own: (read,) float32, new scores.
    :return: places and scores, best first.
    """
    known = np.asarray(read.places, dtype=np.int64)
    rest = np.setdiff1d(np.arange(len(search_scores)), known)
    first = np.argsort(-own, kind="stable")
    later = rest[np.argsort(-search_scores[rest], kind="stable")]
    floor = float(own.min()) if len(own) else 0.0
    top = float(search_scores[later[0]]) if len(later) else 0.0
    scores = np.concatenate([own[first], floor + np.minimum(search_scores[later] - top, 0.0)])
    return np.concatenate([known[first], later]), scores.astype(np.float32)


def reading_signs(
    read: Read,
    columns: NDArray[np.float32],
    own: NDArray[np.float32],
    versions: Sequence[int],
    *,
    known_words: float,
) -> NDArray[np.float32]:
    """Look of what was read, for the confidence.

    :param columns: (read, len(COLUMNS)) float32. :param own: (read,) float32, new scores.
    :param versions: of the articles of what was read.
    :return: (len(SIGNS),) float32; zeros when nothing could be read.
    """
    if not read.places:
        return np.zeros(len(SIGNS), dtype=np.float32)
    order = np.argsort(-own, kind="stable")
    first = int(order[0])
    column = {name: columns[:, place] for place, name in enumerate(COLUMNS)}
    other = next((float(own[place]) for place in order if versions[place] != versions[first]), float(own[first]) - 3.0)
    second = float(own[order[1]]) if len(order) > 1 else float(own[first]) - 3.0
    odds = np.exp(own - own.max())
    search_odds = np.exp(column["search"])
    others = np.delete(read.scores, first)
    values = {
        "any_answers": float(np.logaddexp.reduce(np.append(read.scores, -_LARGEST_SIGN))),
        "reader": float(read.scores[first]),
        "reader_margin": float(read.scores[first] - others.max()) if len(others) else 3.0,
        "score": float(own[first]),
        "margin": float(own[first]) - second,
        "margin_to_other_article": float(own[first]) - other,
        "share": float(odds[first] / odds.sum()),
        "search_share": float(search_odds[first] / search_odds.sum()),
        "is_best_search": float(column["search"][first] == column["search"].max()),
        "span_probability": float(column["span_probability"][first]),
        "cosine": float(column["cosine"][first]),
        "passage_cosine": float(column["passage_cosine"][first]),
        "article_lexical": float(column["article_lexical"][first]),
        "words_in_sentence": float(column["words_in_sentence"][first]),
        "words_in_either": float(column["words_in_either"][first]),
        "kind_missing": float(column["kind_missing"][first]),
        "known_words": known_words,
        "constant": 1.0,
    }
    return np.asarray([np.clip(values[name], -_LARGEST_SIGN, _LARGEST_SIGN) for name in SIGNS], dtype=np.float32)
