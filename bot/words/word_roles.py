"""What each word of a question does in it: asks, points back, belongs to something, names something. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from bot.words import chat_phrases as phrases
from corpus.dating.periods import find_period
from retrieval.chat_words import FILLERS, QUESTION_WORDS, SPELLINGS
from retrieval.query import tidy
from retrieval.stop_words import FUNCTION_WORDS

_WORD = re.compile(r"\w+(?:[-'’.,]\w+)*")
_VERB = re.compile(r"(?:di|ter|ber|me[mn]?|meng|meny)[a-z]{4,}|[a-z]{4,}kan")
_NO_VERBS = frozenset(
    """
    beras terigu menteri merah merdeka mesin medan media meja mebel direktur dirut direksi diesel digital diskon dinas
    dinamika distrik divisi disabilitas terminal teroris terapi teras berlian berita berkas bersih merek metro meteor
    memori mental menara mentah meriam terang terbang bermuda berlin menkeu menlu menkes menhan menhub menpora menteng
    merapi merauke meikarta meksiko mesir dirjen
    """.split()
)


class Role(Enum):
    """What a word does in a question."""

    ASKS = auto()
    OPENS = auto()
    POINTS = auto()
    MORE = auto()
    BELONGS = auto()
    """A noun of something else, with "-nya" or by its nature."""

    TITLE = auto()
    ACTS = auto()
    PERIOD = auto()
    PREPOSITION = auto()
    LINKS = auto()
    """A word of grammar, kept between others."""

    FILLS = auto()
    """A particle, of no use."""

    OWN = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """:param text: as typed, chat spelling written out, "-nya" taken away. :param owned: whether it had a "-nya"."""

    text: str
    folded: str
    role: Role
    owned: bool = False

    @property
    def is_name(self) -> bool:
        """Whether it looks like a name or a number."""
        return self.text[:1].isupper() or self.text[:1].isdigit()

    @property
    def says(self) -> bool:
        """Whether it says what the question is about."""
        return self.role in (Role.OWN, Role.TITLE, Role.BELONGS, Role.ACTS)


def read_words(text: str, now: datetime) -> list[Word]:
    """Words with their roles."""
    question = tidy(text)
    period = find_period(question, now=now)
    words: list[Word] = []
    for match in _WORD.finditer(question):
        in_period = period is not None and period.start <= match.start() < period.end
        typed = match.group()
        spelled = typed if typed.isupper() and len(typed) > 1 else SPELLINGS.get(typed.casefold(), typed)
        parts = [_word(part, in_period=in_period) for part in spelled.split()]
        # The search writes chat spelling out by itself, and knows which words the articles use as they are.
        is_plain = len(parts) == 1 and parts[0].role is not Role.ASKS and not parts[0].owned
        words += [replace(parts[0], text=typed)] if is_plain else parts
    return [
        _in_place(word, words[place - 1] if place else None, words[place + 1 :]) for place, word in enumerate(words)
    ]


def _word(text: str, *, in_period: bool) -> Word:
    folded = text.casefold()
    base = None if in_period else _possessed(folded)
    role = Role.PERIOD if in_period else role_of(base or folded)
    if base is None:
        return Word(text, folded, role)
    if role in (Role.OWN, Role.TITLE):
        role = Role.BELONGS
    return Word(text[: len(base)].rstrip("-"), base.rstrip("-"), role, owned=True)


def _possessed(folded: str) -> str | None:
    """The noun of a word in "-nya", or None.

    >>> _possessed("wakilnya"), _possessed("hanya")
    ('wakil', None)
    """
    is_owned = folded.endswith("nya") and len(folded) > 5 and folded not in phrases.NOT_POSSESSED
    return folded[:-3] if is_owned and folded not in phrases.MORE else None


def role_of(word: str) -> Role:
    """What a word, case-folded, does wherever it stands.

    >>> role_of("siapa"), role_of("dilantik")
    (<Role.ASKS: 1>, <Role.ACTS: 7>)
    """
    return next((role for role, holds in _ROLES if holds(word)), Role.OWN)


_ROLES: Sequence[tuple[Role, Callable[[str], bool]]] = (
    (Role.ASKS, lambda word: word in QUESTION_WORDS),
    (Role.MORE, phrases.MORE.__contains__),
    (Role.POINTS, phrases.POINTERS.__contains__),
    (Role.PREPOSITION, phrases.PREPOSITIONS.__contains__),
    (Role.FILLS, FILLERS.__contains__),
    (Role.LINKS, lambda word: word in FUNCTION_WORDS or word == "sekarang"),
    (Role.TITLE, phrases.TITLES.__contains__),
    (Role.BELONGS, phrases.RELATIONS.__contains__),
    (Role.ACTS, lambda word: word in phrases.BARE_VERBS or bool(_VERB.fullmatch(word) and word not in _NO_VERBS)),
)


def _in_place(word: Word, before: Word | None, after: Sequence[Word]) -> Word:
    """The role of a word where it stands: "terus" opens only at the beginning, "apa itu inflasi" points nowhere."""
    role = word.role
    if (before is None and word.folded in phrases.OPENERS) or (
        before is not None and before.folded in phrases.OPENERS and word.folded in phrases.OPENERS
    ):
        role = Role.OPENS
    elif role is Role.POINTS and before is not None and before.role is Role.ASKS and any(one.says for one in after):
        role = Role.FILLS if word.folded in phrases.THING_POINTERS else role
    elif role is Role.PREPOSITION and after and after[0].folded == "mana":
        role = Role.ASKS
    elif word.folded == "kata" and before is not None and before.role is Role.ASKS:
        role = Role.BELONGS
    return replace(word, role=role)
