"""The nearest words of a vocabulary for a mistyped word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.near_words import NearWords, slips_between


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("gubrnur", id="a letter missing"),
        pytest.param("gubbernur", id="a letter too many"),
        pytest.param("gubetnur", id="another letter"),
        pytest.param("gubenrur", id="two letters exchanged"),
        pytest.param("gbernurr", id="two slips in a long word"),
    ],
)
def test_a_mistyped_word_is_found(typed: str) -> None:
    """Each kind of slip leads back to the word."""
    assert ["gubernur"] == NearWords(["gubernur", "guru", "bubur", "menteri"], [5, 9, 9, 9]).near(typed)


def test_two_slips_in_a_short_word_lead_nowhere() -> None:
    """Short words have too many neighbours at two slips."""
    assert [] == NearWords(["banjir"], [100]).near("bnjr")


def test_the_nearer_word_comes_before_the_more_frequent() -> None:
    """One slip is likelier than two, even towards a word that is a hundred times as frequent."""
    words = NearWords(["berkalan", "berjalan"], [1000, 10])
    assert ["berjalan", "berkalan"] == words.near("berjalann")


def test_of_equally_near_words_the_more_frequent_comes_first() -> None:
    """Frequency decides."""
    assert ["pasar", "pagar"] == NearWords(["pagar", "pasar"], [3, 300]).near("paear")


def test_words_with_the_same_first_letter_come_first() -> None:
    """The first letter is seldom mistyped."""
    assert ["sakai", "pakar"] == NearWords(["pakar", "sakai"], [10, 10]).near("sakar")


def test_the_word_itself_is_never_suggested() -> None:
    """Only other words are."""
    assert ["kabur"] == NearWords(["kabar", "kabur"], [10, 10]).near("kabar")


@pytest.mark.parametrize("typed", ["", "ab", "x" * 500, "🙂🙂🙂"])
def test_what_cannot_be_a_slip_gets_no_suggestion(typed: str) -> None:
    """Neither too short nor too long nor strange words fail."""
    assert [] == NearWords(["kabar", "ac"], [1, 1]).near(typed)


def test_an_empty_vocabulary_suggests_nothing() -> None:
    """An index without articles has no words."""
    assert [] == NearWords([], []).near("kabar")


def test_at_most_as_many_as_asked_for() -> None:
    """The likeliest ones are kept."""
    words = NearWords([f"kaba{letter}" for letter in "bcdefgh"], range(1, 8))
    assert ["kabah", "kabag"] == words.near("kabax", limit=2)


def _slips(one: str, other: str) -> int:
    """Plain recursion over the definition of optimal string alignment."""
    known: dict[tuple[int, int], int] = {}

    def of(i: int, j: int) -> int:
        if (i, j) not in known:
            if not i or not j:
                known[i, j] = i + j
            else:
                same = one[i - 1] == other[j - 1]
                known[i, j] = min(of(i - 1, j) + 1, of(i, j - 1) + 1, of(i - 1, j - 1) + (not same))
                if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                    known[i, j] = min(known[i, j], of(i - 2, j - 2) + 1)
        return known[i, j]

    return of(len(one), len(other))


_LETTERS = st.text("abñ", max_size=7)


@settings(deadline=None)
@given(_LETTERS, st.lists(_LETTERS, min_size=1, max_size=5))
def test_slips_are_counted_by_their_definition(word: str, others: list[str]) -> None:
    """The count over arrays is the textbook's."""
    assert [_slips(word, other) for other in others] == slips_between(word, others).tolist()


@settings(deadline=None)
@given(st.text("abcd", min_size=3, max_size=10), st.lists(st.text("abcd", min_size=1, max_size=12), unique=True))
def test_no_near_word_is_missed(word: str, vocabulary: list[str]) -> None:
    """The sieve by letters and length lets every word within reach through."""
    reach = 2 if len(word) >= 8 else 1
    expected = {other for other in vocabulary if 0 < _slips(word, other) <= reach}
    assert expected == set(NearWords(vocabulary, [1] * len(vocabulary)).near(word, limit=1000))
