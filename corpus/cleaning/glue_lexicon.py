"""Word forms of Indonesian with their weight as evidence for a word border, for :mod:`corpus.cleaning.glue`."""

from __future__ import annotations

from functools import cache
from typing import Final

from corpus.cleaning.glue_names import ENGLISH, NAMES, PLACES
from corpus.cleaning.glue_words import FUNCTION_WORDS, PLAIN, ROOTS, WHOLE

CLITICS: Final = ("nya", "lah", "kah", "pun", "ku", "mu")
"""Endings that may follow any word."""

AFFIXES: Final = frozenset(
    """
    ber bel be ter te me mem men meng meny menge pe per pem pen peng peny ke se memper diper nya lah kah pun ku mu
    kan an i kannya annya inya is isme isasi wan wati man s es ers ed ing er dkk
    """.split()
)
"""Pieces that are no words of their own beside a bracket or a capital."""

PREFIXES: Final = frozenset(
    """
    antar anti pasca pra pro non multi sub super semi inter intra ekstra mikro makro tele swa tuna maha adi eko bio
    hiper kontra ko trans dwi tri panca serba nir ultra mega mini mono poli neo de re oto elektro foto geo hidro infra
    wamen waka kadis kasat wadir over under ber ter di ke se mem men meng me pem pen peng pe per
    """.split()
)
"""Beginnings that make one word with what follows."""

SIMPLE_WORDS: Final = PLAIN | ROOTS | PLACES | NAMES
"""Native words and names without affixes."""


def _active(root: str) -> tuple[str, ...]:
    """The forms of ``meN-`` with a root, without the leading "m", which is "p" in nouns.

    Roots that begin with p, t, s or k lose that letter, save borrowed ones (``memproduksi``): both forms are given.

    >>> _active("tulis"), _active("baca")
    (('enulis', 'entulis'), ('embaca',))
    """
    first, rest = root[0], root[1:]
    if first in "ptks":
        dropping, keeping = {"p": ("em", "em"), "t": ("en", "en"), "k": ("eng", "eng"), "s": ("eny", "en")}[first]
        return dropping + rest, keeping + root
    if first in "bfv":
        return ("em" + root,)
    if first in "cdjz":
        return ("en" + root,)
    return ("e" + root,) if first in "lmnrwy" else ("eng" + root,)


def inflect(root: str) -> set[str]:
    """All the regular forms of a root, more of them than are in use.

    >>> {"menulis", "ditulis", "tulisan", "penulis", "penulisan", "tertulis", "bertuliskan"} <= inflect("tulis")
    True
    """
    active = _active(root)
    verbs = {"m" + form for form in active}
    verbs.update(prefix + root for prefix in ("di", "ter", "ber", "memper", "diper"))
    agents = {"p" + form for form in active} | {"pe" + root, "pember" + root}
    if root[0] == "r":
        verbs.add("be" + root)
    forms = {verb + suffix for verb in verbs for suffix in ("", "kan", "i")}
    forms.update(agent + suffix for agent in agents for suffix in ("", "an"))
    forms.update((f"{root}an", f"{root}kan", f"{root}i", f"ke{root}an", f"ber{root}an"))
    forms.update((f"per{root}an", f"keter{root}an", f"keber{root}an", f"ketidak{root}an"))
    return forms


def _by_length(word: str, points: tuple[int, int, int, int, int]) -> int:
    """Points for up to 3, for 4, 5, 6 and for 7 and more letters."""
    return points[min(max(len(word), 3), 7) - 3]


@cache
def lexicon() -> dict[str, int]:
    """Every known form in small letters with its points: how much it speaks for a word border beside it, 1 to 10.

    Long words and words with affixes hardly ever stand inside another word by chance, short ones do. About 70,000
    forms, built at the first call in 0.05 s.
    """
    words: dict[str, int] = {}
    words.update((word, _by_length(word, (3, 5, 5, 6, 7))) for word in ENGLISH)
    words.update(
        (form, points) for root in ROOTS for form in inflect(root) if (points := _by_length(form, (0, 0, 4, 8, 10)))
    )
    words.update((word, _by_length(word, (2, 5, 6, 8, 9))) for word in SIMPLE_WORDS)
    words.update((word, _by_length(word, (2, 5, 6, 8, 10))) for word in WHOLE)
    words.update((word, _by_length(word, (6, 8, 10, 10, 10))) for word in FUNCTION_WORDS)
    words.update((word, 3) for word in FUNCTION_WORDS if len(word) < 3)
    return words


@cache
def telling_words() -> frozenset[str]:
    """The words of :func:`lexicon` with more than 4 points."""
    return frozenset(word for word, points in lexicon().items() if points > 4)


def word_points(low: str) -> int:
    """Points of a word in small letters (see :func:`lexicon`), also with ``-nya``; 0 for an unknown one."""
    words = lexicon()
    points = words.get(low, 0)
    if not points and low.endswith("nya"):
        stem = words.get(low[:-3], 0)
        return min(stem + 3, 10) if stem > 3 else 0
    return points
