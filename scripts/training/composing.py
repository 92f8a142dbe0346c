"""Which sentences of an example are read together in one step of training, and in measuring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from retrieval.reader_input import Layout, Passage, Pieces, Row, heading
from scripts.training.examples import CandidateSentence, ReadingExample, Source
from scripts.training.slips import in_chat_words, with_slips

NOISE = 0.7
"""Scale of the Gumbel noise on the search's scores, so that each pass over the data meets other wrong sentences."""

WITHOUT_GOLD = 0.1
"""Share of answerable news questions whose gold article is hidden: then none answers."""

ROOM = (350, 650)
"""Pieces that a news question's passages take together, least and most."""

PARAGRAPH_ROOM = 170
CHAT_SHARE, SLIP_SHARE = 0.25, 0.25
_SPECIAL_PIECES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A question with what is read for it.

    :param rows: one a passage.
    :param right: for each row and sentence, whether it answers.
    :param doubtful: likewise, whether it is left out of the loss.
    :param span: (row, first piece, last piece) of the answer, or None.
    :param places: for each row and sentence, its place among the example's candidates.
    """

    rows: tuple[Row, ...]
    right: tuple[tuple[bool, ...], ...]
    doubtful: tuple[tuple[bool, ...], ...]
    span: tuple[int, int, int] | None
    places: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """Pieces together."""
        return sum(len(row.ids) for row in self.rows)


class Composer:
    """Puts groups together from examples whose texts were cut into pieces once.

    :param layout: also cuts the questions, which change from pass to pass.
    :param examples: all that will be composed.
    """

    def __init__(self, layout: Layout, examples: Sequence[ReadingExample]) -> None:
        self._layout = layout
        texts = {candidate.text for example in examples for candidate in example.candidates}
        texts |= {_heading(source) for example in examples for source in example.sources}
        ordered = sorted(texts)
        self._pieces: Mapping[str, Pieces] = dict(zip(ordered, layout.pieces(ordered), strict=True))

    def train(self, example: ReadingExample, random: Random) -> Group:
        """Compose at random for one step of training."""
        question = _question(example, random)
        if example.kind == "paragraph":
            return self._group(example, question, self._around_gold(example, random))
        hidden = example.answerable and random.random() < WITHOUT_GOLD
        golden = {one.passage for one in example.candidates if one.is_right} if hidden else set()
        usable = [place for place, one in enumerate(example.candidates) if one.passage not in golden]
        noisy = sorted(usable, key=lambda place: -(example.candidates[place].score + NOISE * _gumbel(random)))
        forced = [place for place in usable if example.candidates[place].is_right]
        return self._group(
            example, question, self._fitting(example, question, [*forced, *noisy], random.randint(*ROOM))
        )

    def serve(self, example: ReadingExample, room: int) -> Group:
        """Compose as the answer path does: the best candidates by search that fit."""
        best = range(len(example.candidates))
        brought = [place for place in best if example.candidates[place].score > -90]
        return self._group(example, example.written_out, self._fitting(example, example.written_out, brought, room))

    def _fitting(self, example: ReadingExample, question: str, order: Sequence[int], room: int) -> list[int]:
        """The first candidates of an order whose passages fit into the room together."""
        asked = len(self._layout.pieces([question])[0].ids) + _SPECIAL_PIECES
        chosen: list[int] = []
        seen: set[int] = set()
        for place in order:
            candidate = example.candidates[place]
            size = len(self._pieces[candidate.text].ids) + 1
            if candidate.passage not in seen:
                size += asked + len(self._pieces[_heading(example.sources[candidate.passage])].ids)
            if place in chosen:
                continue
            if size > room and chosen:
                break
            room -= size
            chosen.append(place)
            seen.add(candidate.passage)
        return chosen

    def _around_gold(self, example: ReadingExample, random: Random) -> list[int]:
        """Consecutive sentences of a paragraph: around the answer, or anywhere."""
        count = len(example.candidates)
        gold = [place for place, one in enumerate(example.candidates) if one.is_right]
        first = last = gold[0] if gold else random.randrange(max(count, 1))
        room = PARAGRAPH_ROOM
        while count:
            sides = [place for place in (first - 1, last + 1) if 0 <= place < count]
            if not sides:
                break
            place = random.choice(sides)
            room -= len(self._pieces[example.candidates[place].text].ids) + 1
            if room < 0:
                break
            first, last = min(first, place), max(last, place)
        return list(range(first, min(last + 1, count)))

    def _group(self, example: ReadingExample, question: str, chosen: Sequence[int]) -> Group:
        asked = self._layout.pieces([question])[0]
        passages: dict[int, list[int]] = {}
        for place in chosen:
            passages.setdefault(example.candidates[place].passage, []).append(place)
        rows, right, doubtful, places = [], [], [], []
        span = None
        for passage, members in passages.items():
            ordered = sorted(members, key=lambda place: example.candidates[place].position)
            held = [example.candidates[place] for place in ordered]
            title = self._pieces[_heading(example.sources[passage])]
            row = self._layout.row(asked, title, [self._pieces[one.text] for one in held])
            kept = len(row.bounds)
            rows.append(row)
            right.append(tuple(one.is_right for one in held[:kept]))
            doubtful.append(tuple(one.is_doubtful for one in held[:kept]))
            places.append(tuple(ordered[:kept]))
            found = _span(row, held[:kept], example.answer)
            if span is None and found:
                span = (len(rows) - 1, *found)
        return Group(rows=tuple(rows), right=tuple(right), doubtful=tuple(doubtful), span=span, places=tuple(places))


def _span(row: Row, held: Sequence[CandidateSentence], answer: str) -> tuple[int, int] | None:
    """First and last piece of the answer in the first right sentence that holds it."""
    if not answer:
        return None
    wanted = answer.replace("\xa0", " ").casefold()
    for candidate, (start, end), offsets in zip(held, row.bounds, row.offsets, strict=True):
        at = candidate.text.replace("\xa0", " ").casefold().find(wanted) if candidate.is_right else -1
        if at < 0:
            continue
        inside = [
            place for place, (first, last) in zip(range(start, end), offsets, strict=True)
            if first < at + len(wanted) and last > at
        ]  # fmt: skip
        if inside:
            return inside[0], inside[-1]
    return None


def _question(example: ReadingExample, random: Random) -> str:
    """The question as it is read this time: as written out, as typed, in chat words, or with slips."""
    if example.style not in ("", "formal", "paraphrase", "time-bound", "hard-paraphrase"):
        return example.question if random.random() < SLIP_SHARE else example.written_out
    question = example.written_out
    if random.random() < CHAT_SHARE:
        question = in_chat_words(question, random)
    return with_slips(question, random, slips=random.randint(1, 2)) if random.random() < SLIP_SHARE else question


def _heading(source: Source) -> str:
    day = date.fromisoformat(source.day[:10]) if source.day else None
    return heading(Passage(title=source.title, day=day, sentences=()))


def _gumbel(random: Random) -> float:
    from math import log

    return -log(-log(min(max(random.random(), 1e-12), 1 - 1e-12)))
