"""Which words of a sentence are shown as the answer."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.chat_words import AnswerKind
from retrieval.spans import guess_span


@pytest.mark.parametrize(
    ("kind", "question", "text", "expected"),
    [
        pytest.param(
            AnswerKind.PERSON,
            "siapa presiden ukraina",
            "Presiden Ukraina Volodymyr Zelensky berpidato di Kyiv.",
            "Volodymyr Zelensky",
            id="the name without the words of the question",
        ),
        pytest.param(
            AnswerKind.NUMBER,
            "berapa harga beras",
            "Harga beras naik menjadi Rp 15.000 per kilogram.",
            "Rp 15.000",
            id="an amount",
        ),
        pytest.param(
            AnswerKind.PLACE,
            "di mana kebakaran terjadi",
            "Kebakaran terjadi di Pasar Wetan pada malam hari.",
            "Pasar Wetan",
            id="a place",
        ),
        pytest.param(
            AnswerKind.REASON,
            "kenapa jalan ditutup",
            "Jalan ditutup karena longsor menutup dua lajur.",
            "karena longsor menutup dua lajur",
            id="a reason",
        ),
    ],
)
def test_words_that_answer(kind: AnswerKind, question: str, text: str, expected: str) -> None:
    """The words of the kind asked for are marked, not those of the question."""
    span = guess_span(text, kind=kind, question=question, published=date(2025, 6, 1))
    assert span is not None
    assert expected == text[slice(*span)]


def test_no_words_of_the_kind_asked_for() -> None:
    """Where nothing of the kind stands in the sentence, nothing is marked."""
    assert None is guess_span(
        "Warga bergotong royong membersihkan selokan.",
        kind=AnswerKind.NUMBER,
        question="berapa warga yang datang",
        published=date(2025, 6, 1),
    )
