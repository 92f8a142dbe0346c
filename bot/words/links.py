"""What a deep link into the private chat says (``t.me/<bot>?start=...``): a question, or a sentence. Pure.

Telegram allows 64 letters, digits, ``_`` and ``-``; the first letter tells what follows.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

MAX_PAYLOAD = 64
"""Of the start parameter, by the Bot API."""

_QUESTION, _LONG_QUESTION, _SENTENCE = "t", "p", "k"
_MAX_SENTENCE_ID = 1 << 62

_LETTERS = " abcdefghijklmnopqrstuvwxyz0123456789-?.,'"
"""Of which long questions are made; with 5.4 bits each, 69 of them fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What somebody came with: exactly one of the two is set.

    :param question: to be answered at once.
    :param sentence_id: of a sentence to be shown with what stands around it.
    """

    question: str | None = None
    sentence_id: int | None = None


def question_link(question: str) -> str | None:
    """Payload of a link that asks a question, or None where the question is too long for one.

    A question that would not fit as it is comes back in small letters.

    >>> read_link(question_link("siapa wali kota Bogor?"))
    Link(question='siapa wali kota Bogor?', sentence_id=None)
    >>> read_link(question_link("Siapa yang memberlakukan keadaan darurat militer di Ukraina?"))
    Link(question='siapa yang memberlakukan keadaan darurat militer di ukraina?', sentence_id=None)
    """
    payloads = (_QUESTION + _coded(question.encode()), _LONG_QUESTION + _coded(_as_number(question.lower())))
    return next((payload for payload in payloads if 1 < len(payload) <= MAX_PAYLOAD), None)


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _as_number(text: str) -> bytes:
    """The letters as digits after a leading 1, in as few bytes as they need; nothing for a text with other letters."""
    number = 1
    for letter in text if len(text) <= MAX_PAYLOAD * 2 else "\0":
        digit = _LETTERS.find(letter)
        if digit < 0:
            return b""
        number = number * len(_LETTERS) + digit
    return number.to_bytes((number.bit_length() + 7) // 8)


def _from_number(data: bytes) -> str:
    number, letters = int.from_bytes(data), []
    while number > 1:
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(reversed(letters)) if number == 1 else ""


def sentence_link(sentence_id: int) -> str:
    """Payload of a link to a sentence.

    >>> sentence_link(70_000)
    'k70000'
    """
    return f"{_SENTENCE}{sentence_id}"


def read_link(payload: str | None) -> Link | None:
    """What a payload says; None for none, and for anything that Kutip did not write."""
    if not payload or len(payload) > MAX_PAYLOAD or not payload.isascii():
        return None
    kind, rest = payload[0], payload[1:]
    if kind == _SENTENCE and rest.isdigit() and int(rest) < _MAX_SENTENCE_ID:
        return Link(sentence_id=int(rest))
    question = _question(kind, rest)
    return Link(question=question) if question else None


def _question(kind: str, coded: str) -> str:
    try:
        data = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
        if kind == _QUESTION:
            return data.decode().strip()
        return _from_number(data).strip() if kind == _LONG_QUESTION else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""
