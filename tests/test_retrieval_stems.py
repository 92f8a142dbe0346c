"""Text -> words -> stems, for both sides of the word search."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.stems import LONGEST_WORD_CHARS, IndonesianStems, words_of
from retrieval.stop_words import FUNCTION_WORDS, QUESTION_WORDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Harga-harga naik", ["harga", "naik"], id="doubled word once"),
        pytest.param("anak-anaknya", ["anaknya"], id="doubled with an ending"),
        pytest.param("berbeda-beda", ["berbeda"], id="doubled with a prefix"),
        pytest.param("sayur-mayur", ["sayur", "mayur"], id="half doubled stays two"),
        pytest.param("orang2 anak2nya", ["orang", "anaknya"], id="doubled by a digit, as in chats"),
        pytest.param("se-Indonesia ke-47", ["se", "indonesia", "ke", "47"], id="hyphenated prefix"),
        pytest.param("Ma'ruf Jum’at Qur`an", ["maruf", "jumat", "quran"], id="apostrophes inside words"),
        pytest.param("'Siapa'", ["siapa"], id="quotation marks around a word"),
        pytest.param("Café Škoda", ["cafe", "skoda"], id="accents"),
        pytest.param("５Ｇ ﬁnal", ["5g", "final"], id="full-width and ligatures"),
        pytest.param("İSTANBUL", ["istanbul"], id="dotted capital i"),
        pytest.param("ke\u200btiga", ["ketiga"], id="invisible space inside a word"),
        pytest.param("G20 B40 U-23", ["g20", "b40", "u", "23"], id="letters with digits"),
        pytest.param("🙂 -- ...", [], id="no words at all"),
        pytest.param("", [], id="empty"),
    ],
)
def test_words_of(text: str, words: list[str]) -> None:
    """Text becomes case-folded words without accents."""
    assert words == words_of(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rp1.500", "Rp 1500"),
        ("Rp5.000,50", "rp 5000,50"),
        ("1,250,000", "1.250.000"),
        ("2,5 persen", "2.5 persen"),
    ],
)
def test_numbers_written_in_two_ways_are_the_same_words(one: str, other: str) -> None:
    """A number is found however its thousands and decimals are marked."""
    assert words_of(one) == words_of(other)


def test_a_decimal_below_one_keeps_its_point() -> None:
    """Only thousands lose their dots."""
    assert ["0.125"] == words_of("0.125")


def test_a_run_of_letters_without_end_is_cut() -> None:
    """Encoded data do not become words of any length."""
    assert ["a" * LONGEST_WORD_CHARS] == words_of("a" * 10_000)


@settings(deadline=None)
@given(st.text())
def test_any_text_becomes_words_without_spaces(text: str) -> None:
    """Whatever is typed, each word is one token of the index."""
    assert [word for word in words_of(text) if not word or word.split() != [word]] == []


@settings(deadline=None)
@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    """Capitals are folded for all scripts."""
    assert words_of(text.lower()) == words_of(text.lower().casefold())


def test_forms_of_a_word_share_a_stem() -> None:
    """Affixes are taken off."""
    assert {"naik"} == set(IndonesianStems().of(["kenaikan", "dinaikkan", "naikkan", "naiknya", "naik"]))


def test_short_words_and_numbers_are_their_own_stems() -> None:
    """The stemmer would take "dia" for "di" + "a"."""
    assert ["dia", "g20", "2022"] == IndonesianStems().of(["dia", "g20", "2022"])


def test_stems_are_the_same_from_many_threads() -> None:
    """One object serves all threads."""
    stems = IndonesianStems()
    words = [f"mem{letter}{other}ikan" for letter in "abcdefghij" for other in "klmnopqrst"]
    expected = IndonesianStems().of(words)
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(stems.of(words))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [expected] * 4 == found


def test_stop_words_count_less_but_count() -> None:
    """A question of stop words only still looks for something."""
    terms = IndonesianStems().terms("Siapa yang menjadi apa?")
    assert [True] * 4 == [0 < term.weight < 1 for term in terms]


def test_a_word_typed_twice_is_one_term() -> None:
    """Repetition in a question says nothing."""
    assert ["banjir", "jakarta"] == [term.word for term in IndonesianStems().terms("banjir, BANJIR Jakarta")]


def test_weight_is_a_factor_for_every_word() -> None:
    """Other spellings can be made to count less than what was typed."""
    stems = IndonesianStems()
    typed, variant = stems.terms("kapan banjir"), stems.terms("kapan banjir", weight=0.5)
    assert [term.weight / 2 for term in typed] == [term.weight for term in variant]


def test_stop_words_are_words_as_they_are_looked_up() -> None:
    """A table entry that the tokeniser would split or change could never match."""
    assert [] == [word for word in FUNCTION_WORDS | QUESTION_WORDS if words_of(word) != [word]]
