"""Take one run of letters apart where several words were glued together: ``memilikiskillindividu``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from corpus.cleaning.glue_evidence import STRONG, UNKNOWN, Evidence, Kind
from corpus.cleaning.glue_lexicon import AFFIXES, CLITICS, PREFIXES, SIMPLE_WORDS, lexicon, telling_words, word_points
from corpus.cleaning.glue_names import (
    BRAND,
    BRANDS,
    DIRECTIONS,
    ENGLISH,
    NAME_FOLLOWERS,
    NAME_STEMS,
    PLACE_HEADS,
    PLACES,
)

BORDER: Final = 13
"""Points that the two sides of a border need together (see :func:`corpus.cleaning.glue_lexicon.lexicon`): a long
word, or a word with affixes, next to one of four letters, or two words of five and six letters; tuned on real
articles."""

LONGEST_GLUED: Final = 64
"""Letters in the longest run that is looked at."""

_LONGEST_PIECE: Final = 32
_DEEPEST: Final = 2

_SMALL_THEN_CAPITAL: Final = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-Z])")
_CAPITALS_THEN_SMALL: Final = re.compile(r"([A-Z]{2,})([a-z]+)\Z")
_VERB: Final = re.compile(r"(?:me|di|ber|ter)\w{5,}\Z")
_NAME_IN_DI: Final = re.compile(r"\w*(?:[ywnhr]a|[aeiou][rn]|us)di\Z", re.IGNORECASE)

# A word of unknown root looks like these, and then its halves are no words.
_INFLECTED: Final = re.compile(r"(?:me|di|be|te|pe|ke|se)\w*(?:kan|an|i|nya)\Z")
_DERIVED: Final = re.compile(r"\w*(?:tas|si|tik|kan|an|i|nya|ya)\Z")
_ENDINGS: Final = (*CLITICS, "kan", "an", "i", "s", "is", "itas", "tas", "isasi", "isir", "isme", "wan")
_PREFIX_LENGTHS: Final = range(2, 1 + max(map(len, PREFIXES)))

_OPEN_LEADS: Final = frozenset(
    "dari atau pada yang bisa akan juga agar oleh saat usai jadi lewat buat tapi maka".split()
)
"""Function words of four letters that begin no longer word."""

_ISSUERS: Final = ("PT", "CV")
"""Forms of companies, written before the name."""


@lru_cache(maxsize=1 << 16)
def may_be_glued(word: str) -> bool:
    """Whether a run of letters deserves a closer look; most words of an article do not."""
    if len(word) < 4 or word.isupper():
        return False
    return not (word.islower() or word.istitle()) or word[-2:] in ("di", "ke") or bool(_seams(word.lower()))


def split_word(word: str, evidence: Evidence) -> Sequence[str]:
    """The words that are glued together in a run of letters; the run alone where that is not clear.

    >>> article = Evidence.of("Polisi menetapkanBambang, kata Bambang.")
    >>> split_word("menetapkanBambang", article), split_word("YouTube", article)
    (('menetapkan', 'Bambang'), ('YouTube',))
    """
    if not may_be_glued(word):
        return (word,)
    if word.islower() or word.istitle():
        return _split_letters(word, evidence)
    return _split_case(word, evidence)


# Borders between small letters


@lru_cache(maxsize=1 << 15)
def _seams(low: str) -> tuple[int, ...]:
    """Offsets in a word in small letters where a word of more than 4 points ends or begins; mostly none."""
    if word_points(low) or not 5 <= len(low) <= _LONGEST_PIECE:
        return ()
    words = telling_words()
    places = range(3, len(low) - 2)
    if "nya" in low:
        found = [place for place in places if word_points(low[:place]) > 4 or word_points(low[place:]) > 4]
    else:  # the same, faster
        found = [place for place in places if low[:place] in words or low[place:] in words]
    return tuple(place for place in found if low[:place] not in AFFIXES and low[place:] not in AFFIXES)


def _split_letters(piece: str, evidence: Evidence, depth: int = 0) -> Sequence[str]:
    low = piece.lower()
    if low[-2:] in ("di", "ke") and _ends_in_preposition(piece, evidence):
        return (*_split_letters(piece[:-2], evidence, depth), piece[-2:])
    seams = _seams(low)
    if not seams or _is_one_word(low, evidence):
        return (piece,)
    best: tuple[int, Sequence[str]] = (BORDER - 1, (piece,))
    for place in seams:
        candidate = _cut(piece[:place], piece[place:], evidence, depth)
        if candidate and (
            candidate[0] > best[0] or (candidate[0] == best[0] and evidence.points(piece[place:]) == UNKNOWN)
        ):
            best = candidate
    return best[1]


def _cut(left: str, right: str, evidence: Evidence, depth: int) -> tuple[int, Sequence[str]] | None:
    """The points of a border and the words on both sides, themselves taken apart; None where there is no border."""
    left_points, right_points = evidence.points(left), evidence.points(right)
    lefts: Sequence[str] = (left,)
    rights: Sequence[str] = (right,)
    if depth < _DEEPEST:
        if left_points >= STRONG and evidence.kind(right) in (Kind.UNKNOWN, Kind.SEEN):
            rights = _split_letters(right, evidence, depth + 1)
        if right_points >= STRONG and evidence.kind(left) in (Kind.UNKNOWN, Kind.SEEN):
            lefts = _split_letters(left, evidence, depth + 1)
    left, right = lefts[-1], rights[0]
    total = evidence.points(left) + evidence.points(right)
    if total >= BORDER:
        return (total, (*lefts, *rights)) if _fits(left, right, evidence) else None
    if total >= STRONG and evidence.side_by_side(left, right):
        return BORDER, (*lefts, *rights)
    return None


def _ends_in_preposition(piece: str, evidence: Evidence) -> bool:
    """``Barcelonadi`` and ``penumpangke``, but not ``Mulyadi``."""
    left = piece[:-2]
    if len(left) < 4 or piece.lower() in lexicon():
        return False
    known = word_points(left.lower())
    if piece[0].isupper():
        is_word = evidence.has(left) or (known >= STRONG and len(left) > 5)
        return left.lower() in PLACES or (is_word and not _NAME_IN_DI.match(piece))
    return known >= STRONG or (known >= 5 and evidence.has(left))


def _is_base(part: str, evidence: Evidence) -> bool:
    return len(part) > 2 and (part in lexicon() or part in evidence.counts or part.capitalize() in evidence.counts)


def _is_one_word(low: str, evidence: Evidence) -> bool:
    """Whether affixes explain the whole word, with a base that is known or stands in the article."""
    stems = [low[: -len(ending)] for ending in _ENDINGS if low.endswith(ending)]
    if any(_is_base(stem, evidence) for stem in stems):
        return True
    lengths = [length for length in _PREFIX_LENGTHS if low[:length] in PREFIXES]
    return any(_is_base(stem[length:], evidence) for length in lengths for stem in (low, *stems))


def _fits(left: str, right: str, evidence: Evidence) -> bool:
    """Whether two words with enough points may stand side by side, and are not the halves of one word."""
    kinds = evidence.kind(left), evidence.kind(right)
    if (
        min(len(left), len(right)) < 3
        or left in NAME_STEMS
        or (left + right).lower() in lexicon()
        or _is_compound(left.lower(), right, kinds)
    ):
        return False
    if right in ("akan", "sana") and kinds[0] is not Kind.FUNCTION and not (left[0].isupper() and evidence.has(left)):
        return kinds[0] is Kind.AFFIXED and left.endswith(("an", "nya"))
    if Kind.UNKNOWN in kinds:
        return _fits_unknown(left, right, kinds)
    if left[0].isupper():
        return _fits_capitalised(left, right, evidence, kinds)
    foreign = (Kind.ENGLISH, Kind.SEEN)
    return not (kinds[0] in foreign and kinds[1] in foreign) or evidence.side_by_side(left, right)


def _fits_unknown(left: str, right: str, kinds: tuple[Kind, Kind]) -> bool:
    whole = left + right
    if kinds[0] is Kind.UNKNOWN:
        clear = right in NAME_FOLLOWERS or (kinds[1] is Kind.AFFIXED and bool(_VERB.match(right)))
        return clear and not _INFLECTED.match(whole.lower())
    if left[0].isupper() or len(right) < 5:
        return False
    if kinds[0] is Kind.FUNCTION:
        return len(left) > 4 or left in _OPEN_LEADS
    longer = any(right.startswith(ending) and left + ending in lexicon() for ending in ("kan", "an", "i", "nya"))
    return kinds[0] is Kind.AFFIXED and not (longer or _DERIVED.match(right) or _INFLECTED.match(whole))


def _fits_capitalised(left: str, right: str, evidence: Evidence, kinds: tuple[Kind, Kind]) -> bool:
    """Names of places and firms are made of simple words: ``Sungaipenuh``, ``Kalibaru``."""
    simple = (Kind.SIMPLE, Kind.ENGLISH, Kind.SEEN)
    if left.lower() in PLACE_HEADS:
        if right in NAME_FOLLOWERS or (kinds[1] is Kind.AFFIXED and _VERB.match(right)):
            return True
        return (kinds[1] is Kind.FUNCTION and evidence.has(left)) or evidence.side_by_side(left, right)
    if left.lower() in PLACES and kinds[1] is Kind.SIMPLE and right not in DIRECTIONS:
        return True
    if kinds[0] in (Kind.SIMPLE, Kind.ENGLISH) and kinds[1] in simple:
        clear = evidence.has(left) and evidence.has(right) and evidence.points(left) + evidence.points(right) > 17
        return clear or evidence.side_by_side(left, right)
    if kinds[0] is Kind.SEEN and kinds[1] in simple:
        return kinds[1] is not Kind.ENGLISH and evidence.counts[left + right] < 3
    if kinds[0] is Kind.FUNCTION and len(left) < 5:
        return evidence.has(right) if kinds[1] in simple or len(left) < 4 else kinds[1] is Kind.AFFIXED
    return True


def _is_compound(left: str, right: str, kinds: tuple[Kind, Kind]) -> bool:
    """Whether one affix goes round two roots: ``menggarisbawahi``, ``kesalahpahaman``."""
    if kinds[1] is not Kind.AFFIXED or kinds[0] not in (Kind.AFFIXED, Kind.UNKNOWN):
        return False
    for ending in ("kan", "i", "an"):
        if right.endswith(ending) and right[: -len(ending)] in SIMPLE_WORDS:
            return left.startswith(("ke", "pe")) or (ending != "an" and left.startswith(("me", "di", "te", "be")))
    return False


# Borders at capitals


def _split_case(word: str, evidence: Evidence) -> tuple[str, ...]:
    """Take a word with capitals inside apart, at the capitals and between small letters."""
    words: list[str] = []
    for run in _runs(word):
        first, *others = _split_run(run, evidence)
        if not words or _is_border(words[-1], run, evidence, evidence.counts[word]):
            words.append(first)
        else:
            words[-1] += first
        words += others
    return tuple(words)


def _runs(word: str) -> list[str]:
    """Cut before every capital that follows a small letter, and around brands.

    >>> _runs("PresidenLaLiga"), _runs("dariYouTubeIndonesia")
    (['Presiden', 'LaLiga'], ['dari', 'YouTube', 'Indonesia'])
    """
    brands = [match.span() for match in BRAND.finditer(word)]
    cuts = {0, len(word), *(place for span in brands for place in span)}
    for match in _SMALL_THEN_CAPITAL.finditer(word):
        if not any(start < match.start() < end for start, end in brands):
            cuts.add(match.start())
    places = sorted(cuts)
    return [word[start:end] for start, end in pairwise(places)]


def _split_run(run: str, evidence: Evidence) -> Sequence[str]:
    """Take a piece that has capitals only at its beginning apart."""
    if run in BRANDS or run.isupper():
        return (run,)
    match = _CAPITALS_THEN_SMALL.match(run)
    if not match:
        return _split_letters(run, evidence)
    return _split_capitals(match[1], match[2], evidence)


def _split_capitals(capitals: str, small: str, evidence: Evidence) -> Sequence[str]:
    """``PORTUGALselalu`` is cut after the capitals, ``PTPersib`` before the last of them."""
    if small in AFFIXES or capitals in ("DI", "KE", "SE"):
        return (capitals + small,)
    after = _split_letters(small, evidence)
    after_points = evidence.points(after[0]) if evidence.kind(after[0]) is not Kind.UNKNOWN else 0
    if after_points < (2 if len(small) == 2 or evidence.has(capitals) else 5):
        after_points = 0
    before, name = capitals[:-1], _split_letters(capitals[-1] + small, evidence)
    is_word = before in _ISSUERS or evidence.has(before) or (len(before) > 3 and word_points(before.lower()) > 4)
    name_points = evidence.points(name[0]) if len(name[0]) > 3 and len(capitals) > 2 else 0
    if name_points < (UNKNOWN if is_word else STRONG):
        name_points = 0
    if name_points > after_points:
        return (before, *name)
    return (capitals, *after) if after_points else (capitals + small,)


def _is_border(left: str, right: str, evidence: Evidence, times: int) -> bool:
    """Whether a new word begins with a capital, or beside a brand."""
    if left in NAME_STEMS or len(left) < 2 or right in AFFIXES:
        return False
    if left in BRANDS:
        return evidence.points(right) > 4 if right[0].islower() else _first_points(right, evidence) > 5
    if left.islower():
        return _is_border_after_small(left, right, evidence)
    return _is_border_between_names(left, right, evidence, times)


def _first_points(run: str, evidence: Evidence) -> int:
    """Points of the first word in a piece."""
    if run in BRANDS:
        return STRONG
    if run.isupper():
        return 6 if evidence.has(run) else 2
    words = _split_run(run, evidence)
    return max(evidence.points(words[0]), STRONG if len(words) > 1 else 0)


def _is_border_after_small(left: str, right: str, evidence: Evidence) -> bool:
    if left in PREFIXES and left not in lexicon():
        return False
    if word_points(left) > 1 or evidence.has(left) or len(_split_letters(left, evidence)) > 1:
        return True
    if len(right) < 2:
        return False
    if right.isupper() and len(left) > 4:
        return True
    return len(left) > 3 and (_is_one_word(left, evidence) or _first_points(right, evidence) > 4)


def _is_border_between_names(left: str, right: str, evidence: Evidence, times: int) -> bool:
    """``BogorWajah`` and ``MenteriTito``, but not ``OnePlus``: names with a capital inside are made the same way.

    :param times: how often the whole occurs in the article; a name is mostly said more than once.
    """
    if evidence.side_by_side(left, right):
        return True
    known = _native_points(left)
    if right.isupper():
        return evidence.has(right) and len(left) > 3 and (known >= STRONG or evidence.has(left))
    if right in ("Rp", "Al", "Tbk"):
        return known > 4 or right == "Tbk"
    if left.lower() in ENGLISH and right.lower() in ENGLISH:
        return False
    first = right if right in BRANDS else _split_run(right, evidence)[0]
    follows = _native_points(first)
    if follows >= STRONG and _is_common(first, evidence):
        return len(left) > 4 or (len(left) == 4 and (known > 4 or evidence.has(left)))
    if known >= STRONG and _is_common(left, evidence) and len(first) > 2:
        return True
    if times < 2 and min(len(left), len(first)) > 3 and evidence.kind(first) is not Kind.ENGLISH:
        return left.lower() in PLACES or max(known, follows) >= STRONG or _meet(left, first, evidence)
    return _meet(left, first, evidence)


def _native_points(word: str) -> int:
    return 0 if word.lower() in ENGLISH else word_points(word.lower())


def _is_common(word: str, evidence: Evidence) -> bool:
    return evidence.kind(word) in (Kind.FUNCTION, Kind.AFFIXED)


def _meet(left: str, right: str, evidence: Evidence) -> bool:
    """Whether both are words, and at least one of them stands in the article by itself."""
    seen = evidence.has(left), evidence.has(right)
    return (
        any(seen) and len(left) > 2 and (seen[0] or _native_points(left) > 4) and (seen[1] or _native_points(right) > 4)
    )
