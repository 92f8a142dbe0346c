"""Deep links into the private chat."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words.links import Link, question_link, read_link, sentence_link


@given(st.text(min_size=1).filter(lambda text: text == text.strip()))
def test_a_question_comes_back_as_it_was_or_gets_no_link(question: str) -> None:
    """Whatever is asked, its link is one that Telegram takes and that leads back to it, perhaps in small letters."""
    payload = question_link(question)
    if payload is not None:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
        assert read_link(payload) in (Link(question=question), Link(question=question.lower()))


@given(
    st.text(alphabet="abcdefghij KLMNOP?.,'-0123456789", min_size=1, max_size=69).filter(lambda it: it == it.strip())
)
def test_every_ordinary_question_of_69_letters_gets_a_link(question: str) -> None:
    """So long are most questions; case does not matter to search."""
    link = read_link(question_link(question))
    assert link is not None
    assert link.question is not None
    assert link.question.lower() == question.lower()


@pytest.mark.parametrize("question", ["a" * 70, "é" * 24, "a" * 5000], ids=["letters", "others", "far too long"])
def test_a_long_question_gets_no_link(question: str) -> None:
    """What does not fit is left out, not cut."""
    assert question_link(question) is None


@given(st.integers(min_value=0, max_value=(1 << 62) - 1))
def test_a_sentence_comes_back_as_it_was(sentence_id: int) -> None:
    """The id of a sentence survives its link."""
    assert read_link(sentence_link(sentence_id)) == Link(sentence_id=sentence_id)


@pytest.mark.parametrize(
    "payload", [None, "", "k", "k-1", "k9999999999999999999999", "t", "t!!", "t_w", "p", "p!", "pAA", "x12", "²"]
)
def test_what_kutip_did_not_write_says_nothing(payload: str | None) -> None:
    """A payload made up by somebody else is ignored."""
    assert read_link(payload) is None


@given(st.text(max_size=80))
def test_any_payload_is_read_without_error(payload: str) -> None:
    """Anybody can write any link."""
    assert read_link(payload) is None or isinstance(read_link(payload), Link)
