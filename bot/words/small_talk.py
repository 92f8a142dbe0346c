"""What people say to a bot that is no question. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.words import chat_phrases as phrases
from retrieval.chat_words import SPELLINGS
from retrieval.query import tidy

LONGEST_WORDS = 8
"""Longer texts hold something to search for."""

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_LAUGH = re.compile(r"(?:w?(?:k?w?k)+w?|(?:ha|he|hi|ah|eh)*(?:ha|he|hi)(?:ha|he|hi)+h?)", re.IGNORECASE)


class SmallTalk(StrEnum):
    """What people say to a bot that is no question."""

    GREETING = "greeting"
    THANKS = "thanks"
    FINE = "fine"
    GOODBYE = "goodbye"
    PRAISE = "praise"
    COMPLAINT = "complaint"
    SORRY = "sorry"
    LAUGHTER = "laughter"
    WANTS_TO_ASK = "wants_to_ask"
    WHO_ARE_YOU = "who_are_you"


_KINDS: tuple[tuple[SmallTalk, frozenset[str], frozenset[str]], ...] = (
    (SmallTalk.THANKS, phrases.THANKS - {"you", "terima", "so", "much", "banyak"}, phrases.THANKS),
    (SmallTalk.SORRY, phrases.SORRY, phrases.SORRY),
    (SmallTalk.COMPLAINT, phrases.COMPLAINTS - {"gak", "tidak", "enggak", "nggak", "ga"}, phrases.COMPLAINTS),
    (SmallTalk.GOODBYE, phrases.GOODBYES - {"nanti", "sampai", "tidur", "istirahat"}, phrases.GOODBYES),
    (SmallTalk.PRAISE, phrases.PRAISE - {"oke", "biasa", "job", "kerja", "jiwa"}, phrases.PRAISE),
    (SmallTalk.GREETING, phrases.GREETINGS - {"apa", "selamat", "met"}, phrases.GREETINGS),
    (SmallTalk.LAUGHTER, phrases.LAUGHTER, phrases.LAUGHTER),
    (SmallTalk.FINE, (phrases.FINE - {"papa", "jadi"}) | {"ya"}, phrases.FINE),
)
"""Kinds with the words that show them and the words that go with these; the first that is shown wins."""

_AROUND = frozenset("sih ya dong kak min halo hai kah eh".split())
_KNOWN = phrases.ADDRESS.union(*(all_words for _, _, all_words in _KINDS))
_PHRASES = (
    (SmallTalk.WHO_ARE_YOU, tuple(map(re.compile, phrases.WHO_ARE_YOU))),
    (SmallTalk.WANTS_TO_ASK, (re.compile(phrases.WANTS_TO_ASK),)),
)


def small_talk(text: str) -> SmallTalk | None:
    """Which kind of small talk a text is, or None for anything with something to search for.

    >>> small_talk("makasih ya kak!")
    <SmallTalk.THANKS: 'thanks'>
    >>> small_talk("halo, harga beras berapa?") is None
    True
    """
    words = words_as_said(text)
    if not words:
        return _emoji_talk(text)
    if len(words) > LONGEST_WORDS:
        return None
    if (kind := _phrase_talk(words)) is not None:
        return kind
    left = [word for word in words if not _LAUGH.fullmatch(word)]
    if not left:
        return SmallTalk.LAUGHTER
    if not all(word in _KNOWN for word in left):
        return None
    return next((kind for kind, shown_by, _ in _KINDS if shown_by.intersection(left)), None)


def words_as_said(text: str) -> list[str]:
    """Words of a chat, case-folded, chat spelling written out, stretched letters shortened.

    >>> words_as_said("Makasiiiih yg td gmn")
    ['makasih', 'yang', 'tadi', 'bagaimana']
    """
    words: list[str] = []
    for word in _WORD.findall(tidy(text).casefold()):
        short = _STRETCHED.sub(r"\1", word)
        words += [short] if short in phrases.THANKS else SPELLINGS.get(short, short).split()
    return words


def _phrase_talk(words: Sequence[str]) -> SmallTalk | None:
    """Small talk that is known by all its words in their order."""
    said = " ".join(word for word in words if word not in _AROUND)
    return next((kind for kind, forms in _PHRASES if any(form.fullmatch(said) for form in forms)), None)


def _emoji_talk(text: str) -> SmallTalk | None:
    """Small talk of a text without words: by its first emoji that is known."""
    return next((SmallTalk(phrases.EMOJI[letter]) for letter in text if letter in phrases.EMOJI), None)
