"""Candidates -> their final order, and how sure it is that the first one answers. Pure.

Two small linear models, trained by ``scripts/train_ranker.py`` on questions with known answers: one orders sentences,
one turns the look of the whole list into a probability. They hold a few dozen numbers, in one readable file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.types import Article
from retrieval.candidates import Candidate
from retrieval.errors import ModelBrokenError, ModelMissingError
from retrieval.features import FEATURES

MODEL_FILE = Path(__file__).parent / "models" / "ranker" / "ranker.json"
"""The shipped models; their card is the README.md beside."""

SIGNS = (
    "score",
    "margin",
    "margin_to_other_article",
    "share",
    "cosine",
    "passage_cosine",
    "cosine_above_tenth",
    "lexical",
    "article_lexical",
    "words_in_sentence",
    "words_in_either",
    "kind_missing",
    "known_words",
    "few_words",
    "constant",
)
"""What the confidence is computed from, in order."""

FEW_WORDS = 3
LEAST_SHARED_WORDS = 0.2
"""Share of the question's words, by rarity, that the best sentence or its headline must hold; below it nothing counts
as an answer. Costs 0.6 of a hundred useful answers on the news validation questions, and keeps small stores from
answering small talk with whatever lies nearest."""

_MEND = "install Kutip again, or train the model anew with `python -m scripts.train_ranker`"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankModel:
    """Weights of both models.

    :param weights: (len(FEATURES),) float32, of the order.
    :param confidence_weights: (len(SIGNS),) float32, of the log odds that the first sentence answers.
    :param threshold: confidence from which a question counts as answered.
    """

    weights: NDArray[np.float32]
    confidence_weights: NDArray[np.float32]
    threshold: float

    @classmethod
    def load(cls, path: Path = MODEL_FILE) -> RankModel:
        """Read the models.

        :raises ModelMissingError: no file there.
        :raises ModelBrokenError: not what training wrote, or for other features.
        """
        try:
            return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise ModelMissingError(str(path), mend=_MEND) from error
        except (KeyError, TypeError, ValueError) as error:
            raise ModelBrokenError(str(path), detail=repr(error), mend=_MEND) from error

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> RankModel:
        """:raises KeyError: a feature has no weight."""
        return cls(
            weights=np.asarray([written["weights"][name] for name in FEATURES], dtype=np.float32),
            confidence_weights=np.asarray([written["confidence_weights"][name] for name in SIGNS], dtype=np.float32),
            threshold=float(written["threshold"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`from_dict` reads."""
        return {
            "weights": dict(zip(FEATURES, self.weights.tolist(), strict=True)),
            "confidence_weights": dict(zip(SIGNS, self.confidence_weights.tolist(), strict=True)),
            "threshold": self.threshold,
        }

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score candidates.

        :param features: (n, len(FEATURES)) float32.
        :return: (n,) float32; only their order and differences mean anything.
        """
        return np.asarray(features @ self.weights, dtype=np.float32)

    def confidence(self, signs: NDArray[np.float32]) -> float:
        """Probability that the first sentence answers.

        :param signs: (len(SIGNS),) float32.
        """
        if signs[SIGNS.index("words_in_either")] < LEAST_SHARED_WORDS:
            return 0.0
        return float(1 / (1 + np.exp(-float(signs @ self.confidence_weights))))


def signs(
    features: NDArray[np.float32],
    scores: NDArray[np.float32],
    versions: Sequence[int],
    *,
    known_words: float,
    words: int,
) -> NDArray[np.float32]:
    """Look of a result list, for the confidence.

    :param features: (n, len(FEATURES)) float32, n > 0, best first.
    :param scores: (n,) float32, never rising.
    :param versions: of the articles, in the same order.
    :param known_words: share of the question's words that the articles use.
    :param words: number of words of the question that carry meaning.
    :return: (len(SIGNS),) float32.
    """
    column = {name: features[:, place] for place, name in enumerate(FEATURES)}
    weights = np.exp(scores - scores[0])
    other = next(
        (float(score) for score, version in zip(scores, versions, strict=True) if version != versions[0]), None
    )
    cosines = np.sort(column["cosine"])[::-1]
    values = {
        "score": float(scores[0]) / 10,
        "margin": float(scores[0] - scores[1]) if len(scores) > 1 else 3.0,
        "margin_to_other_article": float(scores[0]) - other if other is not None else 3.0,
        "share": float(weights[0] / weights.sum()),
        "cosine": float(column["cosine"][0]),
        "passage_cosine": float(column["passage_cosine"][0]),
        "cosine_above_tenth": 10 * float(column["cosine"][0] - cosines[min(9, len(cosines) - 1)]),
        "lexical": float(column["lexical"][0]),
        "article_lexical": float(column["article_lexical"][0]),
        "words_in_sentence": float(column["words_in_sentence"][0]),
        "words_in_either": float(column["words_in_either"][0]),
        "kind_missing": float(column["kind_missing"][0]),
        "known_words": known_words,
        "few_words": float(words < FEW_WORDS),
        "constant": 1.0,
    }
    return np.asarray([min(values[name], 5.0) for name in SIGNS], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A candidate that stands for its near copies too."""

    candidate: Candidate
    score: float
    copies: tuple[Article, ...] = ()


def fold(ordered: Sequence[tuple[Candidate, float]]) -> list[Story]:
    """Make one story of the same news from several outlets.

    Of near copies the article that ranked first is kept; sentences that say the same word for word are shown once.

    :param ordered: candidates with their scores, best first.
    """
    kept: list[tuple[Candidate, float, list[Article]]] = []
    spokesman: dict[str, str] = {}
    texts: set[str] = set()
    for candidate, score in ordered:
        article = candidate.article
        group = article.near_group or article.id
        text = " ".join(candidate.sentence.text.casefold().split())
        if spokesman.setdefault(group, article.id) == article.id and text not in texts:
            texts.add(text)
            kept.append((candidate, score, []))
            continue
        for other, _, copies in kept:
            if (other.article.near_group or other.article.id) == group and article not in [other.article, *copies]:
                copies.append(article)
    return [
        Story(
            candidate=candidate,
            score=score,
            copies=tuple(sorted(copies, key=lambda article: article.published_at.isoformat())),
        )
        for candidate, score, copies in kept
    ]
