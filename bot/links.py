"""What a deep link into the private chat says (``t.me/<bot>?start=...``): a question, or a sentence. Pure.

Telegram allows 64 letters, digits, ``_`` and ``-``; the first letter tells what follows.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

MAX_PAYLOAD = 64
"""Of the start parameter, by the Bot API."""

_QUESTION, _SENTENCE = "t", "k"
_MAX_SENTENCE_ID = 1 << 62


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

    >>> read_link(question_link("siapa wali kota Bogor?"))
    Link(question='siapa wali kota Bogor?', sentence_id=None)
    """
    coded = base64.urlsafe_b64encode(question.encode()).decode().rstrip("=")
    return _QUESTION + coded if 0 < len(coded) < MAX_PAYLOAD else None


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
    if kind == _QUESTION:
        question = _decoded(rest)
        if question:
            return Link(question=question)
    return None


def _decoded(coded: str) -> str:
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode().strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""
