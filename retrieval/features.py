"""What makes a sentence an answer: a row of numbers for each candidate. Pure.

The columns are named, and the weights of :mod:`retrieval.rank` are stored under these names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

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
    "words_near",
    "words_as_typed",
)
"""Columns of :func:`features`, in order."""

SHORT_CHARS = 40
USUAL_CHARS = 150
"""Median length of a news sentence (13,310 articles)."""

MOST_OTHER_WORDS = 30
"""More words that the question does not have make no further difference."""

Column = Sequence[float] | NDArray[np.floating] | NDArray[np.bool_]
"""Values of a feature, one a candidate."""

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
    found, near = candidates.found, candidates.closeness
    columns = {
        "cosine": near.cosine,
        "passage_cosine": near.passage,
        "article_cosine": near.article,
        "article_vector_cosine": near.article_vector,
        "lead_cosine": near.lead,
        "above_article_mean": near.cosine - _article_means(found, near.cosine),
        "lexical": near.lexical,
        "is_best_lexical": near.lexical == 1.0,
        "best_lexical_in_article": near.best_lexical_in_article,
        "article_lexical": near.article_lexical,
        "article_lexical_squared": near.article_lexical**2,
        "is_best_article_lexical": near.article_lexical == 1.0,
        **_shared_words(question, candidates, stems),
        **_kind(question, found),
        **_place(found),
        "in_preferred_period": _preferred(question, found),
    }
    return np.stack([np.asarray(columns[name], dtype=np.float32) for name in FEATURES], axis=1)


def _article_means(found: Sequence[Candidate], cosines: NDArray[np.float32]) -> NDArray[np.float64]:
    """:return: (n,) mean cosine of the candidates of each one's article."""
    versions = [candidate.article.version for candidate in found]
    _, articles, sizes = np.unique(versions, return_inverse=True, return_counts=True)
    means: NDArray[np.float64] = np.bincount(articles, weights=cosines) / sizes
    return means[articles]


def _shared_words(question: Understanding, candidates: Candidates, stems: IndonesianStems) -> Mapping[str, Column]:
    """Shares of the question's words, by rarity, in sentence and title; their pairs; how much else a sentence says."""
    found = candidates.found
    weight_of_stem = {
        term.stem: term.weight * candidates.rarity.get(term.stem, 0.0)
        for term in sorted(candidates.terms, key=lambda term: term.weight)
    }
    shares = np.asarray(list(weight_of_stem.values())) / (sum(weight_of_stem.values()) or 1.0)
    sequence = [term.stem for term in candidates.terms]
    articles = {candidate.article.version: candidate.article for candidate in found}
    title_words = [words_of(article.title) for article in articles.values()]
    sentence_words = [words_of(candidate.sentence.text) for candidate in found]
    titles = _Shared.of(title_words, list(weight_of_stem), sequence, stems)
    sentences = _Shared.of(sentence_words, list(weight_of_stem), sequence, stems)
    place = {version: row for row, version in enumerate(articles)}
    title_of = np.asarray([place[candidate.article.version] for candidate in found], dtype=np.int64)
    has_either = sentences.has | titles.has[title_of]
    in_either = has_either @ shares
    typed = set(words_of(" ".join(question.content)))
    return {
        "words_in_sentence": sentences.has @ shares,
        "words_in_title": titles.has[title_of] @ shares,
        "words_in_either": in_either,
        "words_squared": in_either**2,
        "words_near": (has_either | _in_neighbours(found, sentences.has)) @ shares,
        "words_as_typed": [len(typed.intersection(words)) / max(len(typed), 1) for words in sentence_words],
        "pairs_in_sentence": sentences.pairs,
        "pairs_in_title": titles.pairs[title_of],
        "novelty": np.minimum(sentences.others, MOST_OTHER_WORDS) / MOST_OTHER_WORDS,
    }


def _in_neighbours(found: Sequence[Candidate], has: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What the sentences before and after have, where these are candidates too.

    :param has: (n, stems), what each candidate has. :return: the same shape.
    """
    row_of = {(one.sentence.version, one.sentence.position): row for row, one in enumerate(found)}
    nothing = np.zeros((1, has.shape[1]), dtype=np.bool_)
    padded = np.concatenate([has, nothing])  # the last row stands for a neighbour that is no candidate
    before, after = (
        [row_of.get((one.sentence.version, one.sentence.position + step), len(found)) for one in found]
        for step in (-1, 1)
    )
    neighbours: NDArray[np.bool_] = padded[before] | padded[after]
    return neighbours


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shared:
    """What some texts have of a question.

    :param has: (texts, stems) bool, whether a text has a stem of the question.
    :param pairs: (texts,) share of the question's pairs of neighbouring stems that are neighbours in the text too.
    :param others: (texts,) how many stems a text has that the question does not.
    """

    has: NDArray[np.bool_]
    pairs: NDArray[np.float64]
    others: NDArray[np.int64]

    @classmethod
    def of(
        cls, words: Sequence[list[str]], asked: Sequence[str], sequence: Sequence[str], stems: IndonesianStems
    ) -> _Shared:
        """:param words: of each text. :param asked: the question's stems, once each; `sequence`: in its order."""
        stemmed = iter(stems.of(chain.from_iterable(words)))
        # Each text ends in a stem that no question has, so that no pair reaches from one text into the next.
        rows = [[*islice(stemmed, len(some)), ""] for some in words]
        code = {stem: number for number, stem in enumerate(asked)}
        codes = np.asarray([code.get(stem, -1) for row in rows for stem in row], dtype=np.int64)
        text_of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        has = np.zeros((len(rows), len(asked)), dtype=np.bool_)
        has[text_of[codes >= 0], codes[codes >= 0]] = True
        wanted = {(code[one], code[other]) for one, other in pairwise(sequence)}
        is_pair = np.zeros((len(asked) + 1, len(asked) + 1), dtype=np.bool_)  # the last row and column stand for -1
        for one, other in wanted:
            is_pair[one, other] = True
        places = np.flatnonzero(is_pair[codes[:-1], codes[1:]])
        found = {(int(text_of[at]), int(codes[at]), int(codes[at + 1])) for at in places}
        counts = np.bincount([text for text, _, _ in found], minlength=len(rows))
        return cls(
            has=has,
            pairs=counts / max(len(wanted), 1),
            others=np.asarray([len(set(row)) - 1 for row in rows], dtype=np.int64) - has.sum(axis=1),
        )


def _kind(question: Understanding, found: Sequence[Candidate]) -> Mapping[str, Column]:
    """Whether a sentence shows the kind of words asked for, and whether it lacks them; both 0 for other questions."""
    sign = _SIGNS.get(question.kind)
    if sign is None:
        nothing = np.zeros(len(found))
        return {"kind_matches": nothing, "kind_missing": nothing}
    matches = np.asarray([sign.search(candidate.sentence.text) is not None for candidate in found], dtype=np.bool_)
    return {"kind_matches": matches, "kind_missing": ~matches}


def _place(found: Sequence[Candidate]) -> Mapping[str, Column]:
    """First sentence, place in the article, length, shortness, and whether the sentence itself asks."""
    positions = np.asarray([candidate.sentence.position for candidate in found])
    lengths = np.asarray([len(candidate.sentence.text) for candidate in found])
    return {
        "is_first": positions == 0,
        "position": positions / np.asarray([max(candidate.sentences_in_article, 1) for candidate in found]),
        "length": np.log(np.maximum(lengths, 1) / USUAL_CHARS),
        "is_short": lengths < SHORT_CHARS,
        "is_question": [candidate.sentence.text.rstrip("\"”' ").endswith("?") for candidate in found],
    }


def _preferred(question: Understanding, found: Sequence[Candidate]) -> Column:
    preferred = question.preferred
    if not preferred:
        return np.zeros(len(found))
    return [preferred.allows(candidate.article.source, candidate.article.published_at.day) for candidate in found]
