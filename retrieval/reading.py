"""Candidates as the search orders them -> their order, spans and confidence once the best were read.

The reader alone loses articles that the search was sure of, so its scores are weighed together with the features of the
search: a linear order over both, then two logistic regressions over the look of the list: whether any article answers,
which decides whether to answer at all, and whether the first sentence is the right one, which is the confidence. Known
unanswerable questions teach the first; the second also fails where the answer stands elsewhere in the list. All are
fitted by ``scripts.fit_reading`` on questions that the reader was not trained on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.candidates import Candidate
from retrieval.ports import Reader
from retrieval.reader_input import Passage, Reading, ReadSpan
from retrieval.reading_model import Read, ReadingModel, reading_columns, reading_signs, whole_order

PASSAGES = 8
"""Articles read for a question at most."""

ROOM_PER_PASSAGE = 80
"""Pieces for each of them, the question and the headline counted; together they are the room, however it is shared."""

CHARS_PER_PIECE = 5
"""Of Indonesian news: by this the work is planned without cutting every candidate into pieces."""

LEAST_SPAN_CHANCE = 0.05
"""A span whose chance among all of its sentence is below this is not marked. Long answers share their chance with many
that differ by a word: at 0.25 span F1 on news validation questions fell from 0.41 to 0.34."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """Candidates after reading.

    :param order: places of all candidates, best first: those that were read, then the rest as the search had them.
    :param scores: (n,) float32 in that order, never rising.
    :param spans: place -> the words that would answer, where the reader is sure enough.
    :param signs: (len(SIGNS),) float32.
    :param confidence: that the first answers.
    :param answerable: chance that some article answers.
    """

    order: NDArray[np.int64]
    scores: NDArray[np.float32]
    spans: Mapping[int, ReadSpan]
    signs: NDArray[np.float32]
    confidence: float
    answerable: float


class CandidateReader:
    """Reads the best candidates and orders them anew.

    :param reader: of passages. :param model: of order and confidence.
    """

    def __init__(self, reader: Reader, model: ReadingModel) -> None:
        self._reader = reader
        self.model = model

    def order(
        self,
        question: str,
        found: Sequence[Candidate],
        table: NDArray[np.float32],
        search_scores: NDArray[np.float32],
        *,
        known_words: float,
        passages: int = PASSAGES,
    ) -> ReadList:
        """Read and order.

        :param question: written out.
        :param table: (n, len(FEATURES)) float32, of `found`, n > 0.
        :param search_scores: (n,) float32, of the order without a reader.
        :param known_words: share of the question's words that the articles use.
        :param passages: articles to read at most, at least 1.
        """
        read = read_candidates(self._reader, question, found, search_scores, passages=passages)
        versions = [candidate.article.version for candidate in found]
        columns = reading_columns(read, table, search_scores, versions)
        own = columns @ self.model.weights
        order, scores = whole_order(read, own, search_scores)
        look = reading_signs(
            read,
            columns,
            own,
            [versions[place] for place in read.places],
            known_words=known_words,
        )
        spans = {
            place: span
            for place, span in zip(read.places, read.spans, strict=True)
            if span and span.probability >= LEAST_SPAN_CHANCE
        }
        return ReadList(
            order=order,
            scores=scores,
            spans=spans,
            signs=look,
            confidence=self.model.confidence(look),
            answerable=self.model.answerable(look),
        )


def read_candidates(
    reader: Reader,
    question: str,
    found: Sequence[Candidate],
    search_scores: NDArray[np.float32],
    *,
    passages: int,
) -> Read:
    """Read the candidates that the search finds best, as far as there is room."""
    versions = [candidate.article.version for candidate in found]
    chosen = choose(
        np.argsort(-search_scores, kind="stable").tolist(),
        versions,
        [len(candidate.sentence.text) for candidate in found],
        {candidate.article.version: len(question) + len(candidate.article.title) for candidate in found},
        passages=passages,
    )
    members: dict[int, list[int]] = {}
    for place in chosen:
        members.setdefault(versions[place], []).append(place)
    rows = [sorted(places, key=lambda place: found[place].sentence.position) for places in members.values()]
    readings = reader.read(question, [_passage([found[place] for place in places]) for places in rows])
    return collect(rows, readings)


def _passage(held: Sequence[Candidate]) -> Passage:
    article = held[0].article
    return Passage(
        title=article.title,
        day=article.published_at.day,
        sentences=tuple(candidate.sentence.text for candidate in held),
    )


def choose(
    order: Sequence[int],
    versions: Sequence[int],
    lengths: Sequence[int],
    heads: Mapping[int, int],
    *,
    passages: int,
    room: int = 0,
) -> list[int]:
    """The first candidates of an order that fit together; at least the first.

    :param versions: of the candidates' articles. :param lengths: of the candidates, in characters.
    :param heads: version -> characters of what stands before an article's sentences.
    :param passages: articles at most.
    :param room: pieces together; 0 is :data:`ROOM_PER_PASSAGE` for each passage.

    >>> choose([2, 0, 1], [7, 7, 8], [200, 100, 100], {7: 50, 8: 50}, passages=1)
    [2]
    >>> choose([2, 0, 1], [7, 7, 8], [200, 100, 100], {7: 50, 8: 50}, passages=5)
    [2, 0, 1]
    """
    left = (room or passages * ROOM_PER_PASSAGE) * CHARS_PER_PIECE
    chosen: list[int] = []
    seen: set[int] = set()
    for place in order:
        version = versions[place]
        if version not in seen and len(seen) >= passages:
            continue
        size = lengths[place] + CHARS_PER_PIECE + (0 if version in seen else heads[version] + 4 * CHARS_PER_PIECE)
        if chosen and size > left:
            break
        left -= size
        chosen.append(place)
        seen.add(version)
    return chosen


def collect(rows: Sequence[Sequence[int]], readings: Sequence[Reading]) -> Read:
    """What was said of each sentence, in the rows' order; sentences that found no room are left out.

    :param rows: for each passage the places of its sentences.
    """
    places, scores, spans = [], [], []
    for row, reading in zip(rows, readings, strict=True):
        for place, score, span in zip(row, reading.scores.tolist(), reading.spans, strict=True):
            if np.isfinite(score):
                places.append(place)
                scores.append(score)
                spans.append(span)
    return Read(places=tuple(places), scores=np.asarray(scores, dtype=np.float32), spans=tuple(spans))
