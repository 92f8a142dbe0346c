"""What the reader reads: a question, a headline with its day, and sentences of that article, in one row of pieces.

::

    <s> question </s> headline (day) </s> sentence </s> sentence </s>

Training and serving lay out their texts here, so that both read the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import well_formed

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

QUESTION_PIECES, TITLE_PIECES, SENTENCE_PIECES = 64, 40, 120
"""Most pieces that are read of each; 99 of 100 headlines and sentences of 13,310 news articles are below 31 and 75."""

MOST_PIECES = 512
"""Positions that the model knows."""

_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Sentences of one article, in their order; not necessarily consecutive ones.

    :param title: its headline, or "".
    :param day: on which it appeared, or None.
    """

    title: str
    day: date | None
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSpan:
    """The words of a sentence that would answer.

    :param start: character offset in the sentence, and likewise `end`, the one after the last.
    :param probability: 0..1, among all spans of the sentence.
    """

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the reader makes of a passage.

    :param scores: (sentences,) float32: log odds that the sentence answers against that none does; minus infinity for
        a sentence that found no room or has no words.
    :param spans: for each sentence its best span, None where it was not read.
    """

    scores: NDArray[np.float32]
    spans: tuple[ReadSpan | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A question and a passage as the model takes them.

    :param ids: pieces, at most :data:`MOST_PIECES`.
    :param bounds: for each sentence its first piece and its end mark, ``ids[start:end]`` being its own pieces;
        sentences that found no room have none.
    :param offsets: for each of these sentences the character offsets of its pieces.
    """

    ids: tuple[int, ...]
    bounds: tuple[tuple[int, int], ...]
    offsets: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """A text cut into pieces.

    :param offsets: ``[start, end)`` of each piece in the text, in characters.
    """

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...] = ()


class Layout:
    """Lays out questions and passages.

    :param tokenizer: of the model, with the pieces ``<s>`` and ``</s>``.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._begin = piece_id(tokenizer, "<s>")
        self._mark = piece_id(tokenizer, "</s>")

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Cut texts into pieces; any text is taken, also an empty one."""
        formed = [well_formed(text) for text in texts]
        encodings: list[Encoding] = self._tokenizer.encode_batch(formed, add_special_tokens=False)
        return [
            Pieces(ids=tuple(encoding.ids), offsets=tuple(_without_spaces(encoding.offsets, text)))
            for encoding, text in zip(encodings, formed, strict=True)
        ]

    def rows(self, question: str, passages: Sequence[Passage]) -> list[Row]:
        """Lay out a question with each of the passages."""
        texts = [question]
        for passage in passages:
            texts += [heading(passage), *passage.sentences]
        cut = iter(self.pieces(texts))
        asked = next(cut)
        return [self.row(asked, next(cut), [next(cut) for _ in passage.sentences]) for passage in passages]

    def row(self, question: Pieces, title: Pieces, sentences: Sequence[Pieces]) -> Row:
        """Lay out what is cut already."""
        head = [*question.ids[:QUESTION_PIECES], self._mark, *title.ids[:TITLE_PIECES], self._mark]
        ids = [self._begin, *head]
        bounds, offsets = [], []
        for sentence in sentences:
            own = sentence.ids[: min(SENTENCE_PIECES, MOST_PIECES - len(ids) - 1)]
            if len(ids) + 1 >= MOST_PIECES:
                break
            bounds.append((len(ids), len(ids) + len(own)))
            offsets.append(sentence.offsets[: len(own)])
            ids += [*own, self._mark]
        return Row(ids=tuple(ids), bounds=tuple(bounds), offsets=tuple(offsets))


def heading(passage: Passage) -> str:
    """The headline with the day.

    >>> heading(Passage(title="Jembatan gantung dibuka", day=date(2025, 3, 3), sentences=()))
    'Jembatan gantung dibuka (3 Maret 2025)'
    """
    if passage.day is None:
        return passage.title
    return f"{passage.title} ({passage.day.day} {_MONTHS[passage.day.month - 1]} {passage.day.year})".strip()


def piece_id(tokenizer: Tokenizer, piece: str) -> int:
    """:raises ValueError: the tokenizer has no such piece."""
    number = tokenizer.token_to_id(piece)
    if number is None:
        raise ValueError(f"the tokenizer has no piece {piece}")
    return number


def _without_spaces(offsets: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Offsets of pieces without the spaces that some of them take along."""
    trimmed = []
    for start, end in offsets:
        held = text[start:end]
        trimmed.append((start + len(held) - len(held.lstrip()), end) if held.strip() else (start, end))
    return trimmed
