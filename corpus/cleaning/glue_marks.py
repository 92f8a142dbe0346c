"""Spaces beside marks and digits that a crawl lost: ``katanya.Namun``, ``Nasional(Timnas)``, ``2025ini``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final

from corpus.cleaning.glue_lexicon import AFFIXES, lexicon
from corpus.cleaning.glue_names import ABBREVIATIONS, BRAND, PLACES
from corpus.cleaning.glue_words import FUNCTION_WORDS

_CANDIDATE: Final = re.compile(r"[.!?…,;:()\[\]“”](?=[^\s.,;:!?…”\"’')\]])")
_TIGHT_QUOTE: Final = re.compile(r"\"(?<=[^\s(\[“‘/–—-]\")(?=[^\s)\].,;:!?…”’/–—-])")
_DIGIT_BORDER: Final = re.compile(r"[0-9](?:(?=[^\W\d_]{3})|(?<=[^\W\d_)\]”\"%][0-9]))")
_GLUED_DATELINE: Final = re.compile(
    r"\S{1,30}\.(?:com|COM|co\.id|CO\.ID|id|ID), ?(?:([A-Z][a-z]+) )?([A-Z][a-z]{2,})(?=[A-Z])"
)
_ADDRESS_START: Final = re.compile(r"https?://|www\.")

_OPENING_NEIGHBOURS: Final = "([“‘/–—-"
_CLOSING_NEIGHBOURS: Final = ")].,;:!?…”’/–—-"
_BEFORE_OPENING: Final = ".,!?…;:)%"

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_WORD_AFTER: Final = re.compile(r"[“‘(\[]*([^\W_]+)")
_NUMBER: Final = re.compile(r"[0-9]+")
_LIST_NUMBER: Final = re.compile(r"([0-9]{1,2})\. ?[A-Z“\"]")
_YEAR_BEFORE: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}\Z")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}(?![0-9])")
_TIME_OF_DAY: Final = re.compile(r"[0-2][0-9][.:][0-5][0-9](?![0-9.])")
_DOTTED: Final = re.compile(r"\.[A-Z0-9]|(?<=[A-Z])/")
_ROMAN: Final = re.compile(r"[IVX]+\Z")

_ADDRESS: Final = re.compile(r"(?:https?:)?//[^\s\"“”<>]*|www\.[^\s\"“”<>]*|[#@][\w.]*|_\w*|\.[a-z]{2,6}/[^\s\"“”<>)]*")
_TOP_DOMAINS: Final = frozenset("com co id net org go ac tv or sch mil web my sg gov edu".split())

_WINDOW: Final = 40
"""Letters looked at on each side of a mark; longer words are no words."""

_LIST_WINDOW: Final = 4000
"""Letters between two numbers of a list."""


def protected_spans(text: str) -> list[tuple[int, int]]:
    """Where addresses, handles and hashtags stand, which are never taken apart.

    >>> text = "Tulis ke @warta.nusa atau https://warta.example/a,b"
    >>> [text[start:end] for start, end in protected_spans(text)]
    ['@warta.nusa', 'https://warta.example/a,b']
    """
    return [(_address_start(text, match), match.end()) for match in _ADDRESS.finditer(text)]


def is_inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether an offset lies inside one of the spans, their ends excluded.

    >>> [is_inside(place, [(2, 5), (8, 9)]) for place in (2, 4, 5)]
    [False, True, False]
    """
    number = bisect_right(spans, place - 1, key=itemgetter(0))
    return number > 0 and place < spans[number - 1][1]


def _address_start(text: str, match: re.Match[str]) -> int:
    """An e-mail address begins before its ``@``, a user name before its underscore."""
    start = match.start()
    if match[0][0] in "@_":
        first = max(0, start - _WINDOW)
        while start > first and (text[start - 1].isalnum() or text[start - 1] in "._+-"):
            start -= 1
    return start


def space_marks(text: str) -> str:
    """Separate what is glued together at punctuation marks and digits in a paragraph.

    >>> space_marks('Ia pulang.Namun Tim Nasional(Timnas) tetap "menang,"kata Sari,pelatihnya.')
    'Ia pulang. Namun Tim Nasional (Timnas) tetap "menang," kata Sari, pelatihnya.'
    """
    if _TIGHT_QUOTE.search(text):
        text = _insert_spaces(text, _quote_gaps(text))
    text = _insert_spaces(text, _mark_gaps(text))
    return _insert_spaces(text, _digit_gaps(text))


def _insert_spaces(text: str, gaps: Iterable[int]) -> str:
    """Put a space at each of the offsets, save inside addresses."""
    places = sorted(set(gaps))
    if not places:
        return text
    spans = protected_spans(text)
    places = [place for place in places if not is_inside(place, spans)]
    pieces = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    return " ".join(pieces)


# Straight quotation marks: they do not say whether they open or close, but their neighbours in the paragraph do.


def _quote_gaps(text: str) -> Iterator[int]:
    places = [match.start() for match in re.finditer('"', text)]
    sides = [_quote_side(text, place) for place in places]
    start = 0
    while start < len(sides):
        stop = start + 1
        if not sides[start]:
            while stop < len(sides) and not sides[stop]:
                stop += 1
            opens = start == 0 or sides[start - 1] == "close"
            after = sides[stop] if stop < len(sides) else ""
            yield from _unclear_quote_gaps(text, places[start:stop], opens=opens, after=after)
        start = stop


def _quote_side(text: str, place: int) -> str:
    """``open``, ``close``, or nothing where both sides look the same."""
    before = text[place - 1] if place else " "
    after = text[place + 1] if place + 1 < len(text) else " "
    opens = before.isspace() or before in _OPENING_NEIGHBOURS
    closes = after.isspace() or after in _CLOSING_NEIGHBOURS
    if opens == closes:
        return ""
    return "open" if opens else "close"


def _unclear_quote_gaps(text: str, places: list[int], *, opens: bool, after: str) -> Iterator[int]:
    """Gaps at neighbouring quotation marks of unclear side.

    :param opens: whether the first of them opens, if all alternate.
    :param after: side of the next clear one; it must fit, else one mark is missing and nothing is certain.
    """
    next_opens = opens if len(places) % 2 == 0 else not opens
    if after and (after == "open") != next_opens:
        yield from (place + 1 for place in places if text[place - 1] == "," and text[place + 1].islower())
        return
    for place in places:
        before, behind = text[place - 1 : place], text[place + 1 : place + 2]
        if opens and before and (before.isalnum() or before in _BEFORE_OPENING) and not behind.isspace():
            yield place
        elif not opens and (behind.isalnum() or behind in ("“", "(")) and _closes_here(text, place):
            yield place + 1
        opens = not opens


def _closes_here(text: str, place: int) -> bool:
    return not text[place - 1 : place].isspace() and _letters(text, place + 1) not in AFFIXES


# Other marks


def _mark_gaps(text: str) -> Iterator[int]:
    dateline = _GLUED_DATELINE.match(text)
    if dateline and not (dateline[1] and (dateline[1].lower() in PLACES or BRAND.match(text, dateline.start(2)))):
        yield dateline.end()
    for match in _ADDRESS_START.finditer(text):
        if text[match.start() - 1 : match.start()].isalpha():
            yield match.start()
    for match in _CANDIDATE.finditer(text):
        place, mark = match.start(), match[0]
        if not place:
            continue
        if mark in "([“":
            if _opens_after_word(text, place):
                yield place
        elif _CHECKS[mark](text, place):
            yield place + 1


def _letters(text: str, place: int) -> str:
    match = _LETTERS.match(text, place, place + _WINDOW)
    return match[0] if match else ""


def _word_after(text: str, place: int) -> str:
    match = _WORD_AFTER.match(text, place, place + _WINDOW)
    return match[1] if match else ""


def _word_before(text: str, place: int) -> str:
    start, first = place, max(0, place - _WINDOW)
    while start > first and text[start - 1].isalnum():
        start -= 1
    return text[start:place]


def _ends_sentence(text: str, place: int) -> bool:
    before, after = text[place - 1], _word_after(text, place + 1)
    if not after or after[0].isdigit():
        return before.isalpha() and len(_word_before(text, place)) > 3 and bool(_LIST_NUMBER.match(text, place + 1))
    if text[place] != ".":
        return (before.isalnum() or before in ")%”") and (
            after[0].isupper() or (len(after) > 2 and after in FUNCTION_WORDS)
        )
    return after[0].isupper() and (before in ")%]" or _is_full_stop(text, place, after))


def _is_full_stop(text: str, place: int, after: str) -> bool:
    """Whether the full stop between two words ends a sentence, unlike in ``S.Pd``, ``dr.Andi`` and ``PN.Jkt.Sel``."""
    if text[place - 1] in ".…":
        return True
    before, low = _word_before(text, place), after.lower()
    if not before or low in _TOP_DOMAINS or before.lower() in ABBREVIATIONS:
        return False
    in_abbreviation = len(before) == 1 or (
        len(before) < 5 and text[place - len(before) - 1 : place - len(before)] == "."
    )
    if in_abbreviation:
        return len(after) > 3 and low in FUNCTION_WORDS
    if len(after) == 1 or _DOTTED.match(text, place + 1 + len(after)):
        return False
    if before[0].isupper() and (before.isupper() or len(before) < 4):
        return len(after) > 2 and lexicon().get(low, 0) > 4
    return True


def _follows_comma(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place + 1]
    if after.isdigit():
        return before.isalpha() and len(_word_before(text, place)) > 2
    if after in "“‘(":
        return (before.isalnum() or before in ")%") and not text[place + 2 : place + 3].isspace()
    return after.isalpha() and (before.isalnum() or before in ")%”\"’'")


def _follows_colon(text: str, place: int) -> bool:
    before, after = _word_before(text, place), text[place + 1]
    if text[place - len(before) - 1 : place - len(before)] == "[":  # [Gambas:Video]
        return False
    if after.isdigit():
        return len(before) > 3 and before.islower()
    return (after.isalpha() or after in "“‘(") and (len(before) > 2 or text[place - 1] in "\"”')")


def _follows_bracket(text: str, place: int) -> bool:
    """``(AS)Donald``, but neither ``(me)lihat`` nor ``(Timnas)nya``."""
    after = _word_after(text, place + 1)
    if not after or after in AFFIXES or text[place + 1] in "([":
        return False
    if after[0].isdigit():
        return _continues_list(text, place + 1)
    opened = text.rfind("(" if text[place] == ")" else "[", max(0, place - 6), place)
    inside = text[opened + 1 : place] if opened >= 0 else ""
    stands_alone = opened > 0 and text[opened - 1].isspace() and inside not in AFFIXES
    return stands_alone or not inside.islower()


def _follows_curly_quote(text: str, place: int) -> bool:
    after = _word_after(text, place + 1)
    return bool(after) and after not in AFFIXES and not text[place - 1].isspace()


_CHECKS: Final[dict[str, Callable[[str, int], bool]]] = {
    ".": _ends_sentence,
    "!": _ends_sentence,
    "?": _ends_sentence,
    "…": _ends_sentence,
    ",": _follows_comma,
    ";": _follows_comma,
    ":": _follows_colon,
    ")": _follows_bracket,
    "]": _follows_bracket,
    "”": _follows_curly_quote,
}
"""Whether a space is missing behind the mark at an offset."""


def _opens_after_word(text: str, place: int) -> bool:
    """Whether a space is missing before an opening bracket or quotation mark."""
    mark, before = text[place], text[place - 1]
    if mark == "“":
        return before.isalnum() or before in _BEFORE_OPENING
    if not before.isalnum():
        return mark == "(" and before in ".!?)" and not text[place - 2 : place - 1].isspace()
    stop = text.find(")" if mark == "(" else "]", place, place + 2 * _WINDOW)
    inside = text[place + 1 : stop if stop > 0 else place + _WINDOW]
    if _belongs_to_word(inside, before) or (inside.isdigit() and (mark == "[" or before.isdigit())):
        return False
    behind = text[stop + 1 : stop + 2] if stop > 0 else ""
    part_of_word = len(inside) < 4 and inside.islower() and behind.islower()
    part_of_formula = before.isdigit() and behind.isdigit() and not text[stop + 2 : stop + 3].isdigit()
    return not (part_of_word or part_of_formula) and (
        before.isdigit() or mark == "[" or len(_word_before(text, place)) > 1
    )


def _belongs_to_word(inside: str, before: str) -> bool:
    """``kata(-nya)``, ``SpA(K)``, ``osmium(VIII)``."""
    return len(inside) < 2 or inside.lstrip("-") in AFFIXES or (before.islower() and bool(_ROMAN.match(inside)))


# Digits


def _digit_gaps(text: str) -> Iterator[int]:
    for match in _DIGIT_BORDER.finditer(text):
        place = match.start()
        if text[place + 1 : place + 2].isalpha() and _word_leaves_number(text, place + 1):
            yield place + 1
        if place and not text[place - 1].isdigit() and _number_leaves_word(text, place):
            yield place


def _word_leaves_number(text: str, place: int) -> bool:
    """Whether the word that follows a digit is a word of its own: ``2025ini``, but neither ``17an`` nor ``20detik``."""
    word = _letters(text, place)
    if word in AFFIXES or word == "detik" or text[place - 2 : place - 1].islower():
        return False
    points = lexicon().get(word.lower(), 0)
    if _YEAR_BEFORE.search(text, max(0, place - 5), place):
        return word[0].isupper() or points > 4
    return points > 5 and not word.isupper()


def _number_leaves_word(text: str, place: int) -> bool:
    """Whether the number that follows a word is on its own: ``Liga2025``, but neither ``tiba2`` nor ``warta6.com``."""
    if _continues_list(text, place):
        return True
    word, number = _word_before(text, place), _NUMBER.match(text, place)
    if number is None or number[0] == "2" or len(word) < 4 or not word.isalpha():
        return False
    if text[number.end() : number.end() + 1].isalpha() or text.startswith(".com", number.end()):
        return False
    points = lexicon().get(word.lower(), 0)
    if _YEAR.match(text, place):
        return points > 4 or len(word) > 4
    return bool(_TIME_OF_DAY.match(text, place)) or (word.islower() and points > 5)


def _continues_list(text: str, place: int) -> bool:
    """Whether a number in a list is glued to the entry before, as in ``1. Portugal2. Yunani``."""
    number = _LIST_NUMBER.match(text, place)
    before = text[max(0, place - _WINDOW) : place].rsplit(" ", 1)[-1]
    if number is None or not before or (before[-1].isalpha() and any(letter.isdigit() for letter in before)):
        return False
    value = int(number[1])
    ends_entry = before[-1].isalpha() or before[-1] in ')]”"%'
    return ends_entry and value > 1 and text.find(f"{value - 1}. ", max(0, place - _LIST_WINDOW), place) >= 0
