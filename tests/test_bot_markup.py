"""Marked lines as messages within Telegram's limits."""

from __future__ import annotations

import pytest
from hostile_words import URLS, WORDS
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_api.entities import parse_html, utf16_len

from bot.words.markup import BLANK, Line, Part, Run, escape, line, pack, tidy, web_address

FEW = settings(max_examples=25)


def shown(part: Part) -> str:
    """What a person reads."""
    return parse_html(part.html)[0]


@FEW
@given(
    st.lists(
        st.builds(
            lambda pieces, quoted: line(
                *(Run(text=text, bold=bold, link=link) for text, bold, link in pieces), quoted=quoted
            ),
            st.lists(
                st.tuples(WORDS, st.booleans(), st.sampled_from([None, "https://warta.example/a"])),
                max_size=5,
            ),
            st.booleans(),
        ),
        max_size=6,
    ),
    st.integers(min_value=4, max_value=60),
    st.integers(min_value=4, max_value=8),
)
def test_lines_are_packed_within_any_limits(made: list[Line], units: int, entities: int) -> None:
    """No message is too long or has too many marks, and no letter is lost."""
    parts = pack(made, max_units=units, max_entities=entities)
    for part in parts:
        tags = sum(part.html.count(tag) for tag in ("<b>", "<a ", "<blockquote"))
        assert tags <= entities
        assert utf16_len(parse_html(part.html)[0]) <= units
    words = "".join("".join(run.text for run in one.runs) for one in made).split()
    read = "".join(Part.of_html(part.html).plain for part in parts).split()
    assert "".join(words) == "".join(read)


@FEW
@given(WORDS, st.integers(min_value=1, max_value=5000))
def test_plain_text_is_never_too_long(words: str, times: int) -> None:
    """Telegram would refuse all of it; what it holds at most is kept."""
    part = Part.of_text(f"a{words}" * times)
    assert utf16_len(part.plain) <= 4096
    assert utf16_len(shown(part)) <= 4096


def test_a_message_ends_between_lines() -> None:
    """As long as each line fits by itself."""
    parts = pack([line("satu dua"), line("tiga empat")], max_units=15)
    assert ["satu dua", "tiga empat"] == [part.plain for part in parts]


def test_a_line_that_is_too_long_is_cut_after_a_sentence() -> None:
    """Else between words."""
    parts = pack([line("Satu dua. Tiga empat lima enam tujuh.")], max_units=16)
    assert ["Satu dua.", "Tiga empat lima", "enam tujuh."] == [part.plain.strip() for part in parts]


def test_a_mark_that_is_cut_goes_on_in_the_next_message() -> None:
    """Each message opens and closes its own tags."""
    parts = pack([line(Run(text="satu dua", bold=True), quoted=True)], max_units=5)
    assert ["satu", "dua"] == [shown(part) for part in parts]
    assert all(part.html.startswith("<blockquote expandable><b>") for part in parts)


def test_empty_lines_at_the_ends_are_left_out() -> None:
    """And a message of nothing is none."""
    assert ["a"] == [part.plain for part in pack([BLANK, line("a"), BLANK])]
    assert [] == pack([BLANK, line("  ")])


def test_the_plain_form_writes_addresses_out() -> None:
    """What goes out when Telegram refuses the marks still leads to the article."""
    (part,) = pack([line(Run(text="Jembatan", link="https://warta.example/a"))])
    assert "Jembatan (https://warta.example/a)" == part.plain


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\u202eb", "ab"),
        ("a\u2028b", "a b"),
        ("a\x00b", "ab"),
        ("a \u200b b", "a b"),
        ("a\n\tb", "a b"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("\ud800", ""),
    ],
)
def test_characters_that_steer_others_are_taken_out(text: str, clean: str) -> None:
    """Emoji made of several stay whole."""
    assert clean == tidy(text)


@given(WORDS)
def test_escaped_words_are_read_as_they_were(text: str) -> None:
    """Less what steers others."""
    clean = tidy(text)
    assert clean.strip() == (parse_html(f"<b>x{escape(clean)}x</b>")[0][1:-1]).strip()


@given(URLS)
def test_a_web_address_has_a_host(url: str | None) -> None:
    """Nothing else is linked."""
    found = web_address(url)
    assert found is None or found.startswith(("http://", "https://"))
