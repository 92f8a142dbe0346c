"""Clean paragraphs -> sentences that can be cited alone.

A full stop is found first and judged after: does an abbreviation, an initial or a list number end there, does the
text go on in lower case, does it stand inside a quotation? Bounds inside a closed quotation or a bracket are soft:
they are used only where the whole would be longer than :data:`MAX_CHARS`, so that a quotation stays one sentence
with its speaker. What is still too long is cut at the best clause bound.

No library does this for Indonesian news: sentencex 1.0 parts every list number from its item ("1. | Beras"), splits
inside "Sp.OT" and "Pdt.G/2025", and after a quotation mark without its partner finds no bound up to the next one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from operator import itemgetter
from typing import NamedTuple

from corpus.cleaning.sentence_words import (
    CAPITAL_PREFIXES,
    CLAUSE_STARTERS,
    LABELS,
    LEANING,
    PREFIXES,
    SPEECH,
    STARTER_FORM,
    STARTERS,
    SUFFIXES,
)

MAX_CHARS = 400
"""Longest sentence in characters, unless one word is longer: what fits a quotation in a chat message."""

_SHORT_CHARS = 40
"""A piece of a cut quotation below this stays with its neighbour: "Ya.", "Tidak ada." say nothing alone."""

_ASIDE_CHARS = 60
"""A bracket after a full stop up to this length belongs to what it follows: a source, a credit, initials."""


_SPEAKER = re.compile(rf"(?:{SPEECH})(?:nya|ku)?\b")
_CAPITAL_SPEAKER = re.compile(rf"(?i:{SPEECH})(?:nya\b(?!,)|(?=\s+(?:dia\b(?!,)|[A-Z])))")
"""A speaker's tag that a hasty writer began with a capital: '... sana." Ujar Budi.'"""

_MARKS = re.compile(r'["“”„«»]+')
_BRACKETS = re.compile(r"\([^()]{0,400}\)|\[[^\[\]]{0,400}\]")
_STOP = re.compile(r"(?<![.!?…。！？])(?P<marks>[.!?…。！？]++)(?P<closers>[\"“”„«»'‘’)\]}*]*+)\s++(?=\S)")
_FIRST_WORD = re.compile(r"\W{0,12}(?P<word>\w+)")
_LOWER_OPENING = re.compile(r"[a-z]-?[A-Z]|detik(?:com|[A-Z])|dr[gh]?\.?\s[A-Z]")
_DOTTED = re.compile(r"[^\W\d_]{1,6}(?:\.[^\W\d_]{1,6})+")
_DOMAIN = re.compile(r".*\.(?:com|id|co|net|org|go|tv|news|info)", re.IGNORECASE)
_ITEM_MARK = re.compile(r"[\"“(\[]*(?:\d{1,3}(?:\.\d{1,2})*|[A-Za-z]|[IVX]{1,4})")
_BULLET = re.compile(r"(?<![•●▪◦‣■◆➢➤►])[•●▪◦‣■◆➢➤►]++\s*+(?=\w)")
_LIST_NUMBER = re.compile(r"(?<![\d.,/-])(?<!\d:)(?P<number>\d{1,2})\.\s+(?=[\"“(\[]?[^\W\d_a-z])")
_HUNDREDS = re.compile(r"\d{3}(?!\d)")
_SPACE = re.compile(r"\s+")
_EDGES = "\"'“”„«»‘’()[]{}*,;:-–—"


class _Bound(NamedTuple):
    """Where a sentence begins. A soft one lies inside a quotation or a bracket."""

    position: int
    soft: bool


class _Spans:
    """Sorted, disjoint stretches of a text.

    :param spans: (first, last) offsets, both inside.
    """

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def last_of(self, position: int) -> int | None:
        """Last offset of the stretch that holds ``position``, or None."""
        index = bisect_right(self._starts, position) - 1
        return self._ends[index] if index >= 0 and position <= self._ends[index] else None

    def begin_at(self, position: int) -> bool:
        """Whether a stretch begins there."""
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and self._starts[index] == position

    def parted_by(self, position: int) -> bool:
        """Whether a cut before ``position`` would part a stretch."""
        return self.last_of(position) is not None and not self.begin_at(position)


def split_article(paragraphs: Sequence[str]) -> list[tuple[int, str]]:
    """Sentences of an article in reading order, each with the number of its paragraph, from 0.

    >>> split_article(["Banjir surut. Warga pulang.", "Sekolah masih libur."])
    [(0, 'Banjir surut.'), (0, 'Warga pulang.'), (1, 'Sekolah masih libur.')]
    """
    return [(number, sentence) for number, text in enumerate(paragraphs) for sentence in split_sentences(text)]


def split_sentences(paragraph: str) -> list[str]:
    """Sentences of one clean paragraph; a line break always ends one.

    Nothing but whitespace is lost, none is empty, and none is longer than :data:`MAX_CHARS` unless a single word is.

    >>> split_sentences('"Saya datang. Saya menang," kata dr. Rani. Ia tiba pukul 09.00 di Jl. Melati No. 41.')
    ['"Saya datang. Saya menang," kata dr. Rani.', 'Ia tiba pukul 09.00 di Jl. Melati No. 41.']

    :param paragraph: text as :mod:`corpus.clean` leaves it; any other text is split too, only less well.
    :return: sentences without whitespace around them.
    """
    return [sentence for line in paragraph.splitlines() if line.strip() for sentence in _split_line(line.strip())]


def _split_line(text: str) -> list[str]:
    sentences: list[str] = []
    offsets = [0]
    for bound in [*_bounds(text), _Bound(len(text), False)]:
        offsets.append(bound.position)
        if not bound.soft:
            sentences += _fit(text, offsets)
            offsets = [bound.position]
    return sentences


def _bounds(text: str) -> list[_Bound]:
    """Every start of a sentence after the first, in order."""
    items = [*_list_numbers(text), *(match.start() for match in _BULLET.finditer(text))]
    stops = list(_STOP.finditer(text))
    if not items and not stops:
        return []
    line = _Line(
        text=text,
        quotations=_Spans(_quotations(text)),
        brackets=_Spans([(match.start(), match.end() - 1) for match in _BRACKETS.finditer(text)]),
        items=frozenset(items),
    )
    places: list[tuple[int, re.Match[str] | None]] = [(item, None) for item in items]
    places += [(stop.start(), stop) for stop in stops]
    bounds: list[_Bound] = []
    start = 0
    for offset, stop in sorted(places, key=itemgetter(0)):
        position = offset if stop is None else line.start_after(stop, start)
        if position is not None and position > start and _has_word(text, start, position):
            soft = line.quotations.parted_by(position) or line.brackets.parted_by(position)
            bounds.append(_Bound(position, soft))
            start = position
    return bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A paragraph with what was found in it.

    :param items: offsets where list items begin.
    """

    text: str
    quotations: _Spans
    brackets: _Spans
    items: frozenset[int]

    def start_after(self, stop: re.Match[str], begin: int) -> int | None:
        """Where the next sentence begins, or None when the stop ends none.

        :param begin: where the sentence began that the stop may end.
        """
        position = self._past_lone_mark(stop.end())
        if _FIRST_WORD.match(self.text, position) is None:
            return None
        if stop["marks"] == "." and self._belongs_to_word(stop, begin, position):
            return None
        quoted = position > stop.end() or _MARKS.search(stop["closers"]) is not None
        if quoted and _CAPITAL_SPEAKER.match(self.text, position):
            return None
        position = self._past_aside(position)
        return position if self._can_open(position) else None

    def _past_lone_mark(self, position: int) -> int:
        """Past a quotation mark that closes although a space stands before it: 'pergi. " Lalu ...'."""
        match = _MARKS.match(self.text, position)
        if match is None or self.quotations.begin_at(position) or self.quotations.last_of(position) != match.end() - 1:
            return position
        return _past_space(self.text, match.end())

    def _past_aside(self, position: int) -> int:
        """Past a short bracket that belongs to what stands before it: '... surut. (Antara) Lalu ...'."""
        if not self.brackets.begin_at(position):
            return position
        last = self.brackets.last_of(position)
        if last is None or not 3 < last - position <= _ASIDE_CHARS:
            return position
        after = _past_space(self.text, last + 1)
        goes_on = after < len(self.text) and (self.text[after].islower() or self.text[after] in ",;:")
        return position if goes_on else after

    def _can_open(self, position: int) -> bool:
        """Whether a sentence may begin there: with a word, and not one in lower case."""
        first = _FIRST_WORD.match(self.text, position)
        if first is None or self.text[position] in ",;:)]":
            return False
        if self.quotations.begin_at(position) or not first["word"][0].islower():
            return True
        return _LOWER_OPENING.match(self.text, first.start("word")) is not None

    def _belongs_to_word(self, stop: re.Match[str], begin: int, position: int) -> bool:
        """Whether a full stop is part of the word before it and the sentence goes on: 'dr.', 'M.', '1.'."""
        if position - begin < _SHORT_CHARS and _ITEM_MARK.fullmatch(self.text, begin, stop.start()):
            return True
        words = self.text[max(begin, stop.start() - 48) : stop.start()].split()
        if not words:
            return False
        if stop.start() - len(words[-1]) in self.items:
            return True
        word = words[-1].strip(_EDGES)
        if word.isdigit():
            return len(word) <= 3 and _HUNDREDS.match(self.text, stop.end()) is not None
        if words[-1][0] == "(" and stop["closers"] == ")":  # a title such as "(Purn.)"
            return self._first_word(position) not in STARTERS
        before = words[-2].strip(_EDGES) if len(words) > 1 else ""
        return self._abbreviates(word, before, position)

    def _first_word(self, position: int) -> str:
        first = _FIRST_WORD.match(self.text, position)
        return first["word"] if first else ""

    def _abbreviates(self, word: str, before: str, position: int) -> bool:
        following = self._first_word(position)
        last = word.rsplit("/", 1)[-1]  # "K/Pid.", "Karya/M."
        folded = last.casefold()
        if folded in PREFIXES or last in CAPITAL_PREFIXES:
            return following not in STARTERS
        if len(last) == 1 and last.isalpha() and (last.isupper() or last == word):
            if before.casefold() in LABELS or before.isdigit():
                return False
        elif folded not in SUFFIXES and (not _DOTTED.fullmatch(word) or _DOMAIN.fullmatch(word)):
            return False
        opens = following in STARTERS or STARTER_FORM.fullmatch(following) is not None
        return not opens and not self.quotations.begin_at(position)


def _quotations(text: str) -> list[tuple[int, int]]:
    """First and last offset of every closed quotation. A mark's side is told by the spaces around it, so that one
    that is missing spoils one quotation and not all that follow.
    """
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for match in _MARKS.finditer(text):
        first, last = match.start(), match.end() - 1
        left = first == 0 or text[first - 1].isspace()
        right = last + 1 == len(text) or text[last + 1].isspace() or text[last + 1] in ",.;:!?)]"
        unsure = text[first] in "“„«" or (text[first] not in "”»" and opened is None)
        opens = left if left != right else unsure
        if opens:
            opened = first
        elif opened is not None:
            found.append((opened, last))
            opened = None
    return found


def _list_numbers(text: str) -> list[int]:
    """Where the items of a list begin that stands in one line: "... berikut: 1. Beras 2. Gula 3. Telur"."""
    found: list[int] = []
    run: list[int] = []
    expected = 1
    for match in _LIST_NUMBER.finditer(text):
        number, start = int(match["number"]), match.start()
        if not LABELS.isdisjoint(text[max(0, start - 24) : start].casefold().split()[-1:]):
            continue  # "Race 1. Untuk ... Race 2. Sementara ..."
        if run and number == expected:
            run.append(start)
        elif start == 0 or (number == 1 and not text[start - 1].isalnum()):
            found += run if len(run) > 1 else []
            run = [start]
        else:
            continue
        expected = number + 1
    return found + run if len(run) > 1 else found


def _has_word(text: str, start: int, end: int) -> bool:
    return any(character.isalnum() for character in text[start:end])


def _past_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _fit(text: str, offsets: Sequence[int]) -> list[str]:
    """Sentences of at most :data:`MAX_CHARS` between the first and the last offset.

    :param offsets: where it begins, its soft bounds, where it ends.
    """
    whole = text[offsets[0] : offsets[-1]].strip()
    if len(whole) <= MAX_CHARS:
        return [whole]
    pieces: list[str] = []
    for start, end in pairwise(_joined(offsets)):
        pieces += _cut(text[start:end].strip())
    return pieces


def _joined(offsets: Sequence[int]) -> list[int]:
    """The soft bounds that remain when short pieces stay with their neighbour."""
    kept = [offsets[0]]
    for start, end in pairwise(offsets[1:]):
        small = min(start - kept[-1], end - start) < _SHORT_CHARS
        if not small or end - kept[-1] > MAX_CHARS:
            kept.append(start)
    return [*kept, offsets[-1]]


def _cut(text: str) -> list[str]:
    """Cut a text at clause bounds into parts of at most :data:`MAX_CHARS`."""
    parts: list[str] = []
    start = 0
    while len(text) - start > MAX_CHARS:
        spaces = list(_SPACE.finditer(text, start + 1, start + MAX_CHARS + 1))
        if not spaces:  # a word longer than a sentence may be
            spaces = list(islice(_SPACE.finditer(text, start + 1), 1))
        if not spaces:
            break
        position = min(spaces, key=lambda space: _cut_cost(text, start, space)).start()
        parts.append(text[start:position])
        start = _past_space(text, position)
    return [*parts, text[start:]]


def _cut_cost(text: str, start: int, space: re.Match[str]) -> float:
    """How badly a cut at this space reads. The kind of bound decides, then how much of the sentence one part still
    holds: most of it should be found in one place.

    :param start: where the part begins that the cut would end.
    """
    position, following = space.span()
    part, rest = position - start, len(text) - following
    least = (len(text) - start) % MAX_CHARS  # a shorter part makes one part more than is needed
    fullest = min(MAX_CHARS - part, abs(part - least)) / MAX_CHARS
    if part < max(least, _SHORT_CHARS) or rest < _SHORT_CHARS:
        return 5 + fullest
    before = text[max(start, position - 24) : position]
    first = _FIRST_WORD.match(text, following)
    word = first["word"] if first else ""
    if before[-1] == ";":
        return fullest
    if before.rstrip("\"”»'’")[-1:] in tuple(",–—)") and not _is_inner(before, text[following], word):
        return (0.45 if word in CLAUSE_STARTERS else 0.55) + fullest
    if word in CLAUSE_STARTERS:
        return 1 + fullest
    last = before.split()[-1]
    bare = last.strip(_EDGES).casefold()
    digits = last[-1].isdigit() or text[following].isdigit()
    names = last.istitle() and word.istitle()
    return (3 if digits or names or bare in LEANING or bare in PREFIXES else 2) + fullest


def _is_inner(before: str, following: str, word: str) -> bool:
    """Whether a cut after this comma would part a number, or a quotation from its speaker."""
    number = before[-1] == "," and before[-2:-1].isdigit() and following.isdigit()
    return number or (before[-1] in "\"”»'’" and _SPEAKER.match(word) is not None)
