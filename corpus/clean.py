"""From a body as crawled to clean paragraphs: characters, dateline, junk, then text that lost its line breaks.

Junk goes before glued text is repaired: the change of case in "... lainnyaMenurut Budi" is what tells where the
headline of a link ends, and a repair would have removed it.
"""

from __future__ import annotations

import re

from corpus.cleaning.characters import tidy_characters
from corpus.cleaning.credits import remove_credits, remove_endings
from corpus.cleaning.datelines import find_dateline
from corpus.cleaning.glue import repair
from corpus.cleaning.junk import remove_fixed_junk
from corpus.cleaning.links import remove_links
from corpus.cleaning.places import is_place

CLEANER_VERSION: int = 1
"""Grows with every change of what :func:`clean` returns, so that a store knows which texts to clean again."""

_BLANK_LINES = re.compile(r"\s*\n\s*")
_SPACES = re.compile(" {2,}")
_WORD = re.compile(r"\w+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
# Inside the body a dateline is believed only with a portal, or a known place in capitals: a second story begins there.
_DATELINE_INSIDE = re.compile(r"[^\n]{0,60}\.(?:com|co|id|COM|CO|ID)\b|[A-Z]{4}[A-Z ]{0,20}\s?[-\u2013\u2014]")
# What is left of a bracket or a list whose content was junk.
_LOOSE_ENDS = " \t([|"
_REPEATED_PARAGRAPH_MIN_CHARS = 60
_WHOLE_STORY_MIN_CHARS = 1_000


def clean(body: str, *, title: str = "") -> list[str]:
    r"""Return the paragraphs of the news, without datelines, junk and broken characters.

    :param body: as read, paragraphs separated by line breaks where the input had them.
    :param title: the headline; a first line that repeats it is dropped.
    :return: paragraphs without line breaks, none of them empty; an empty list if nothing is left.

    >>> clean("NUSA KOTA, KOMPAS.com - Air surut.\nBaca juga: Banjir Rendam Nusa Kota\nWarga pulang. (abc)")
    ['Air surut.', 'Warga pulang.']
    """
    text = _BLANK_LINES.sub("\n", tidy_characters(body)).strip()
    text = _without_dateline(_without_title(text, title), title)
    text = _BLANK_LINES.sub("\n", remove_fixed_junk(text)).strip()
    text = _BLANK_LINES.sub("\n", remove_credits(text)).strip()
    text = _BLANK_LINES.sub("\n", remove_links(text)).strip()
    text = _SPACES.sub(" ", remove_endings(text))
    paragraphs = [_without_inner_dateline(line.strip().rstrip(_LOOSE_ENDS)) for line in text.split("\n")]
    paragraphs = _without_repetitions([line for line in paragraphs if _says_something(line)])
    return [line for line in repair(paragraphs, title=title) if _says_something(line)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _without_title(text: str, title: str) -> str:
    first, found, rest = text.partition("\n")
    return rest if found and title and _words(first) == _words(title) else text


def _without_dateline(text: str, title: str) -> str:
    dateline = find_dateline(text)
    if dateline is None:
        return text
    before, after = text[: dateline.start].strip(), text[dateline.end :]
    return after if not before or _is_like_title(before, title) else f"{before}\n{after}"


def _is_like_title(line: str, title: str) -> bool:
    """Whether a line before the dateline is the headline, or an earlier wording of it."""
    words, known = set(_words(line)), set(_words(title))
    return bool(words) and len(words & known) >= 0.6 * len(words)


def _without_inner_dateline(paragraph: str) -> str:
    if not _DATELINE_INSIDE.match(paragraph):
        return paragraph
    dateline = find_dateline(paragraph)
    if dateline is None or dateline.start:
        return paragraph
    in_capitals = dateline.place is not None and dateline.place.isupper() and is_place(dateline.place)
    return paragraph[dateline.end :] if dateline.source or in_capitals else paragraph


def _without_repetitions(paragraphs: list[str]) -> list[str]:
    """Some crawls hold the story twice: whole in one line, then in paragraphs, or every line double."""
    kept: list[str] = []
    seen: set[str] = set()
    stories: list[str] = []
    for paragraph in paragraphs:
        if len(paragraph) >= _REPEATED_PARAGRAPH_MIN_CHARS:
            if paragraph in seen or any(paragraph in story for story in stories[:2]):
                continue
            seen.add(paragraph)
            if len(paragraph) >= _WHOLE_STORY_MIN_CHARS:
                stories.append(paragraph)
        kept.append(paragraph)
    return kept


def _says_something(line: str) -> bool:
    return _LETTER_OR_DIGIT.search(line) is not None
