"""Which words of a sentence answer, guessed from the kind of question until a trained reader says so. Pure."""

from __future__ import annotations

import re
from datetime import date

from corpus.dates import mentioned_days
from retrieval.chat_words import AnswerKind
from retrieval.stems import words_of

_NUMBER = re.compile(
    r"(?:Rp\.?\s?|US\$\s?|USD\s?|\$\s?)?\d[\d.,]*(?:\s?(?:-|sampai|hingga)\s?\d[\d.,]*)?"
    r"(?:\s?%|\s(?:ribu|juta|miliar|triliun)(?:\s(?:rupiah|dolar|orang|unit|ton))?"
    r"|\s(?:persen|orang|unit|ton|kilometer|km|meter|hektare|tahun|bulan|hari|jam|menit|warga|rumah|kali|kilogram|kg|liter))?"
)
_NAME = re.compile(r"[A-Z][\w'’.-]*(?:\s+(?:bin|binti|van|de|al|dan(?=\s+[A-Z]))?\s*[A-Z][\w'’-]*)*")
_PLACE = re.compile(r"\b(?:di|ke|dari)\s+((?:[A-Z][\w'’-]*)(?:[ ,]+[A-Z][\w'’-]*)*)")
_REASON = re.compile(
    r"\b(?:karena|lantaran|sebab|akibat|agar|supaya|demi|disebabkan|dipicu)\b[^.;]{3,160}", re.IGNORECASE
)


def guess_span(text: str, *, kind: AnswerKind, question: str, published: date) -> tuple[int, int] | None:
    """Find the words that answer.

    :param published: day of the article, from which "kemarin" in it is counted.
    :return: offsets ``[start, end)`` in `text`, or None where the kind of question shows no such words.

    >>> text = "Harga beras naik menjadi Rp15.000 per kilogram."
    >>> start, end = guess_span(text, kind=AnswerKind.NUMBER, question="berapa?", published=date(2025, 6, 1))
    >>> text[start:end]
    'Rp15.000'
    """
    asked = set(words_of(question))
    for start, end in _spans(text, kind, published):
        found = _without_asked(text, start, end, asked)
        if found:
            return found
    return None


def _without_asked(text: str, start: int, end: int, asked: set[str]) -> tuple[int, int] | None:
    """The longest run of words that the question does not have: of "Presiden Ukraina Volodymyr Zelensky" the name."""
    runs: list[list[tuple[int, int]]] = [[]]
    for match in re.finditer(r"\S+", text[start:end]):
        if set(words_of(match.group())) & asked:
            runs.append([])
        else:
            runs[-1].append((start + match.start(), start + match.end()))
    longest = max(reversed(runs), key=len)
    return (longest[0][0], longest[-1][1]) if longest else None


def _spans(text: str, kind: AnswerKind, published: date) -> list[tuple[int, int]]:
    if kind is AnswerKind.NUMBER:
        return [_trimmed(text, match.start(), match.end()) for match in _NUMBER.finditer(text)]
    if kind is AnswerKind.TIME:
        return [(found.start, found.end) for found in mentioned_days(text, published=published)]
    if kind is AnswerKind.PERSON:
        return [match.span() for match in _NAME.finditer(text) if " " in match.group()]
    if kind is AnswerKind.PLACE:
        return [match.span(1) for match in _PLACE.finditer(text)]
    if kind is AnswerKind.REASON:
        return [_trimmed(text, match.start(), match.end()) for match in _REASON.finditer(text)]
    return []


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    return start, start + len(text[start:end].rstrip(" .,;:-"))
