"""Rejections in words: every reason has its line, and a line is safe to print."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.types import Reason, Rejection
from corpus.wording import advise, describe, explain


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_and_advice(reason: Reason) -> None:
    """No reason reaches a person as a bare code."""
    assert len(explain(reason)) > 5
    assert len(advise(reason)) > 5


def test_reasons_are_told_apart() -> None:
    """Two reasons never read the same."""
    assert len(Reason) == len({explain(reason) for reason in Reason})


def test_line_names_place_reason_detail_and_remedy() -> None:
    """A line says where, what, which value and how to mend it."""
    rejection = Rejection(origin="berita.csv:7", reason=Reason.BROKEN_ROW, detail="5 cells under 4 names")
    expected = "berita.csv:7: the row is broken (5 cells under 4 names); correct it in the file and load it again"
    assert expected == describe(rejection)


def test_line_without_detail_has_no_brackets() -> None:
    """Nothing is printed for an empty detail."""
    expected = "a.txt: no publisher was found; give one with --source"
    assert expected == describe(Rejection(origin="a.txt", reason=Reason.NO_SOURCE))


@given(st.text(max_size=40), st.text(max_size=40))
@settings(deadline=None)
def test_line_is_one_printable_line(origin: str, detail: str) -> None:
    """Names of files and words of servers cannot move the cursor or turn the text around."""
    line = describe(Rejection(origin=origin, reason=Reason.EMPTY, detail=detail))
    assert not set(line) & {"\n", "\r", "\x1b", "\x00", "\u202e", "\u2028", "\x9b"}


def test_line_on_a_name_that_is_no_text_can_be_printed() -> None:
    """Lone surrogates, which stand for bytes of the command line that are no UTF-8, do not stop the report."""
    line = describe(Rejection(origin="a\udcff.txt", reason=Reason.EMPTY))
    assert line.encode().startswith(b"a .txt: ")
