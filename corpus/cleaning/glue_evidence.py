"""What an article, and the tables of :mod:`corpus.cleaning.glue_lexicon`, say about a piece of a glued word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from corpus.cleaning.glue_lexicon import SIMPLE_WORDS, word_points
from corpus.cleaning.glue_names import ENGLISH, PLACE_WORDS
from corpus.cleaning.glue_words import FUNCTION_WORDS

WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]+")
"""A run of Latin letters."""

STRONG: Final = 8
"""Points of a piece that is hardly part of another word."""

UNKNOWN: Final = 3
"""Points of four letters or more that neither the tables nor the article know."""

_SEARCHED: Final = 30_000
"""Letters searched for pairs of words: longer than nearly all articles, so that a huge one stays quick."""


class Kind(Enum):
    """What a piece of text is known to be."""

    FUNCTION = auto()
    AFFIXED = auto()
    SIMPLE = auto()
    ENGLISH = auto()
    SEEN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the article itself says about words.

    :param text: title and paragraphs, as far as they are searched for pairs of words.
    :param counts: how often each run of letters stands in the text by itself, as written.
    """

    text: str
    counts: Mapping[str, int]

    @classmethod
    def of(cls, text: str) -> Evidence:
        """Gather it from title and paragraphs."""
        return cls(text=text[:_SEARCHED], counts=Counter(WORD.findall(text)))

    def has(self, word: str) -> bool:
        """Whether the word stands in the text by itself; one and two letters prove nothing."""
        return len(word) > 2 and word in self.counts

    def side_by_side(self, left: str, right: str) -> bool:
        """Whether the text has the two words correctly spaced somewhere."""
        return f"{left} {right}" in self.text

    def points(self, part: str) -> int:
        """How much a piece speaks for a border beside it, 0 to 13."""
        known = word_points(part.lower())
        if self.has(part):
            seen = (4, 6, 7, STRONG)[min(len(part), 6) - 3]
            return max(known + 3, seen) if known else seen
        return known or (UNKNOWN if len(part) > 3 else 0)

    def kind(self, part: str) -> Kind:
        """The strongest thing that is known of a piece."""
        low = part.lower()
        if low in FUNCTION_WORDS and low not in PLACE_WORDS:
            return Kind.FUNCTION
        if low in SIMPLE_WORDS or low in PLACE_WORDS:
            return Kind.SIMPLE
        if low in ENGLISH:
            return Kind.ENGLISH
        if word_points(low):
            return Kind.AFFIXED
        return Kind.SEEN if self.has(part) else Kind.UNKNOWN
