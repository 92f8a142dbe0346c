"""Text -> words -> stems: what the lexical index holds, and what a question is looked up by.

Both sides go through the same functions, so that whatever is folded here is folded for both.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.stop_words import weight_of

WORDS_VERSION = 1
"""Part of the fingerprint of every index made from these words; to be raised with every change of what they are."""

LONGEST_WORD_CHARS = 80
"""Longer runs of letters are no words but encoded data; they are cut, so that they still match themselves."""

_CACHE_WORDS = 200_000

_APOSTROPHES = "'’ʼ‘`´"
_APOSTROPHE = re.compile(rf"(?<=[^\W\d_])[{_APOSTROPHES}](?=[^\W\d_])")
# A currency that touches its amount, a number with separators, else letters and digits with inner hyphens.
_PIECE = re.compile(
    r"(?<![^\W_])(?:rp|idr|usd|rm|sgd)(?=\.?\d)|\d+(?:[.,:]\d+)+|[^\W_]+(?:-[^\W_]+)*",
)
# The same for folded ASCII, where it is a third faster; most texts are.
_ASCII_PIECE = re.compile(
    r"(?<![a-z0-9])(?:rp|idr|usd|rm|sgd)(?=\.?[0-9])|[0-9]+(?:[.,:][0-9]+)+|[a-z0-9]+(?:-[a-z0-9]+)*",
)
# Accents and vowel points, and characters that nobody sees.
_MARK = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_INDONESIAN_NUMBER = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH_NUMBER = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_DOUBLED_BY_DIGIT = re.compile(r"([^\W\d_]{3,})2(nya|an)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedTerm:
    """One word of a question, as it is looked up.

    :param word: folded, as :func:`words_of` gives it.
    :param stem: its stem.
    :param weight: factor of its score, above 0.
    """

    word: str
    stem: str
    weight: float = 1.0


def words_of(text: str) -> list[str]:
    """Split text into case-folded words without accents, in order, repetitions kept.

    Numbers lose the dots of thousands and write their decimal with a dot, an amount is parted from its currency, an
    apostrophe inside a word vanishes, and a word doubled for the plural counts once.

    >>> words_of("Harga-harga cabai naik Rp1.500 (2,5 persen), kata Ma'ruf.")
    ['harga', 'cabai', 'naik', 'rp', '1500', '2.5', 'persen', 'kata', 'maruf']
    >>> words_of("Café di U-23: orang2 berbeda-beda")
    ['cafe', 'di', 'u', '23', 'orang', 'berbeda']
    """
    words: list[str] = []
    folded = _folded(text)
    for piece in (_ASCII_PIECE if folded.isascii() else _PIECE).findall(folded):
        if piece.isalpha():
            words.append(piece if len(piece) <= LONGEST_WORD_CHARS else piece[:LONGEST_WORD_CHARS])
        elif "-" in piece:
            words += _undoubled(piece.split("-"))
        else:
            words.append(_written_plainly(piece))
    return words


def _folded(text: str) -> str:
    if text.isascii():
        folded = text.lower()
    else:
        # Compatibility forms unite full-width and styled letters with plain ones.
        folded = unicodedata.normalize("NFC", _MARK.sub("", unicodedata.normalize("NFKD", text).casefold()))
    return _APOSTROPHE.sub("", folded) if any(mark in folded for mark in _APOSTROPHES) else folded


def _undoubled(parts: Sequence[str]) -> list[str]:
    """Words of a hyphenated run; "anak-anaknya" is "anaknya", "berbeda-beda" is "berbeda", "sayur-mayur" stays two."""
    words: list[str] = []
    for part in (_written_plainly(part) for part in parts):
        if words and part.isalpha():
            if part.startswith(words[-1]):
                words[-1] = part
                continue
            if words[-1].endswith(part):
                continue
        words.append(part)
    return words


def _written_plainly(word: str) -> str:
    """A number in one of its ways of writing, a plural of chats ("orang2") without its digit, another word as it is."""
    if word[0].isdigit():
        if _INDONESIAN_NUMBER.fullmatch(word):
            word = word.replace(".", "")
        elif _ENGLISH_NUMBER.fullmatch(word):
            word = word.replace(",", "")
        word = word.replace(",", ".")
    elif "2" in word and (doubled := _DOUBLED_BY_DIGIT.fullmatch(word)):
        word = doubled[1] + (doubled[2] or "")
    return word[:LONGEST_WORD_CHARS]


class IndonesianStems:
    """Stems of words, remembered. Any thread may ask.

    >>> IndonesianStems().of(["kenaikan", "dinaikkan", "naik"])
    ['naik', 'naik', 'naik']
    """

    def __init__(self) -> None:
        import Stemmer

        self._stemmer = Stemmer.Stemmer("indonesian", 0)  # 0: it keeps no cache of its own
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}

    def of(self, words: Iterable[str]) -> list[str]:
        """Return one stem a word.

        :param words: from :func:`words_of`. Words with digits and words of up to three letters are their own stems.
        """
        words = list(words)
        known = self._known
        try:
            return [known[word] for word in words]
        except KeyError:
            stem_of = {word: known.get(word) for word in words}
            fresh = self._stemmed([word for word, stem in stem_of.items() if stem is None])
            return [fresh[word] if (stem := stem_of[word]) is None else stem for word in words]

    def _stemmed(self, words: Sequence[str]) -> dict[str, str]:
        with self._lock:
            stems = self._stemmer.stemWords(words)
            fresh = {
                word: stem if len(word) > 3 and word.isalpha() else word
                for word, stem in zip(words, stems, strict=True)
            }
            if len(self._known) + len(fresh) > _CACHE_WORDS:
                self._known.clear()
            self._known.update(fresh)
        return fresh

    def terms(self, text: str, *, weight: float = 1.0) -> list[WeightedTerm]:
        """Return the words of a question, each once, stop words weighted down.

        :param weight: factor for all of them, for wording that counts less than what was typed.

        >>> [(term.stem, term.weight) for term in IndonesianStems().terms("Siapa penulis buku itu?")]
        [('siapa', 0.1), ('ulis', 1.0), ('buku', 1.0), ('itu', 0.5)]
        """
        words = list(dict.fromkeys(words_of(text)))
        return [
            WeightedTerm(word=word, stem=stem, weight=weight * weight_of(word))
            for word, stem in zip(words, self.of(words), strict=True)
        ]
