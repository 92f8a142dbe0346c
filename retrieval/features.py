"""What makes a sentence an answer: a row of numbers for each candidate. Pure.

The columns are named, and the weights of :mod:`retrieval.rank` are stored under these names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from retrieval.candidates import Candidate, Candidates
from retrieval.chat_words import AnswerKind
from retrieval.query import Understanding
from retrieval.stems import IndonesianStems, words_of

FEATURES = (
    "cosine",
    "passage_cosine",
    "article_cosine",
    "article_vector_cosine",
    "lead_cosine",
    "above_article_mean",
    "lexical",
    "is_best_lexical",
    "best_lexical_in_article",
    "article_lexical",
    "article_lexical_squared",
    "is_best_article_lexical",
    "words_in_sentence",
    "words_in_title",
    "words_in_either",
    "words_squared",
    "pairs_in_sentence",
    "pairs_in_title",
    "kind_matches",
    "kind_missing",
    "is_first",
    "position",
    "length",
    "is_short",
    "is_question",
    "in_preferred_period",
    "novelty",
)
"""Columns of :func:`features`, in order."""

SHORT_CHARS = 40
USUAL_CHARS = 150
"""Median length of a news sentence (13,310 articles)."""

_MONTHS = "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember"
_DAYS = "senin|selasa|rabu|kamis|jumat|sabtu|minggu"

_SIGNS = {
    AnswerKind.NUMBER: re.compile(
        r"\d|\b(?:satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|belas|puluh|ratus|ribu|juta|miliar|triliun|"
        r"persen|separuh|setengah)\b",
        re.IGNORECASE,
    ),
    AnswerKind.TIME: re.compile(
        rf"\b(?:{_MONTHS}|{_DAYS}|pukul|jam|tahun|bulan|pekan|minggu|hari|kemarin|besok|pagi|siang|sore|malam)\b|"
        r"\d{1,2}/\d{1,2}|\b(?:19|20)\d\d\b",
        re.IGNORECASE,
    ),
    AnswerKind.PERSON: re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)+|^[A-Z][a-z]+ [A-Z][a-z]+"),
    AnswerKind.PLACE: re.compile(
        r"\b(?:di|ke|dari)\s+(?:[A-Z]|jalan|kawasan|gedung|desa|kota|kabupaten|kecamatan|provinsi|rumah|hotel|stadion)"
    ),
    AnswerKind.REASON: re.compile(
        r"\b(?:karena|sebab|lantaran|akibat|alasan\w*|penyebab\w*|agar|supaya|demi|untuk|dipicu|disebabkan|imbas)\b",
        re.IGNORECASE,
    ),
    AnswerKind.MANNER: re.compile(r"\b(?:dengan|cara\w*|melalui|lewat|secara|menggunakan)\b", re.IGNORECASE),
}


def features(question: Understanding, candidates: Candidates, stems: IndonesianStems) -> NDArray[np.float32]:
    """Describe every candidate.

    :return: (n, len(FEATURES)) float32, mostly between 0 and 1.
    """
    weights = {
        term.stem: term.weight * candidates.rarity.get(term.stem, 0.0)
        for term in sorted(candidates.terms, key=lambda term: term.weight)
    }
    total = sum(weights.values()) or 1.0
    order = [term.stem for term in candidates.terms]
    pairs = set(pairwise(order))
    means = _article_means(candidates.found)
    titles: dict[int, set[str]] = {}
    title_sequences: dict[int, list[str]] = {}
    rows = []
    for candidate in candidates.found:
        version = candidate.article.version
        if version not in titles:
            title_sequences[version] = stems.of(words_of(candidate.article.title))
            titles[version] = set(title_sequences[version])
        sequence = stems.of(words_of(candidate.sentence.text))
        present = set(sequence)
        title = titles[version]
        in_sentence = sum(weight for stem, weight in weights.items() if stem in present)
        in_title = sum(weight for stem, weight in weights.items() if stem in title)
        in_either = sum(weight for stem, weight in weights.items() if stem in present or stem in title)
        new = [stem for stem in present if stem not in weights]
        rows.append(
            [
                candidate.cosine,
                candidate.passage_cosine,
                candidate.article_cosine,
                candidate.article_vector_cosine,
                candidate.lead_cosine,
                candidate.cosine - means[version],
                candidate.lexical,
                float(candidate.lexical == 1.0),
                candidate.best_lexical_in_article,
                candidate.article_lexical,
                candidate.article_lexical**2,
                float(candidate.article_lexical == 1.0),
                in_sentence / total,
                in_title / total,
                in_either / total,
                (in_either / total) ** 2,
                len(pairs & set(pairwise(sequence))) / max(len(pairs), 1),
                len(pairs & set(pairwise(title_sequences[version]))) / max(len(pairs), 1),
                *_kind(question, candidate),
                *_place(candidate),
                _preferred(question, candidate),
                min(len(new), 30) / 30,
            ]
        )
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(FEATURES))


def _article_means(found: Sequence[Candidate]) -> dict[int, float]:
    cosines: dict[int, list[float]] = {}
    for candidate in found:
        cosines.setdefault(candidate.article.version, []).append(candidate.cosine)
    return {version: sum(values) / len(values) for version, values in cosines.items()}


def _kind(question: Understanding, candidate: Candidate) -> tuple[float, float]:
    """Whether the sentence shows the kind of words asked for, and whether it lacks them; both 0 for other questions."""
    sign = _SIGNS.get(question.kind)
    if sign is None:
        return 0.0, 0.0
    matches = sign.search(candidate.sentence.text) is not None
    return float(matches), float(not matches)


def _place(candidate: Candidate) -> tuple[float, float, float, float, float]:
    """First sentence, place in the article, length, shortness, and whether the sentence itself asks."""
    text = candidate.sentence.text
    return (
        float(candidate.sentence.position == 0),
        candidate.sentence.position / max(candidate.sentences_in_article, 1),
        math.log(max(len(text), 1) / USUAL_CHARS),
        float(len(text) < SHORT_CHARS),
        float(text.rstrip("\"”' ").endswith("?")),
    )


def _preferred(question: Understanding, candidate: Candidate) -> float:
    if not question.preferred:
        return 0.0
    return float(question.preferred.allows(candidate.article.source, candidate.article.published_at.day))
