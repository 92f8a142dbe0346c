"""What a question is understood to ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.chat_words import AnswerKind
from retrieval.query import Understanding, answer_kind, find_sources, tidy, understand

NOW = datetime(2025, 6, 10, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
SOURCES = ("Kompas.com", "detikcom", "ANTARA", "Tempo.co", "CNN Indonesia")


class Words:
    """A vocabulary of a few words; anything else may stand for "gubernur" when it begins like it."""

    def __init__(self, *known: str) -> None:
        self._known = set(known)

    def knows(self, word: str) -> bool:
        """Whether it is one of the few."""
        return word in self._known

    def suggest(self, word: str) -> Sequence[str]:
        """The one correction."""
        return ["gubernur"] if word.startswith("gub") else []


def read(question: str, *known: str) -> Understanding:
    """Understand with a vocabulary of these words."""
    return understand(question, now=NOW, sources=SOURCES, vocabulary=Words(*known))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        pytest.param("brp harga beras", "berapa harga beras", id="berapa"),
        pytest.param("kpn banjir nya", "kapan banjir nya", id="kapan"),
        pytest.param("gmn nasib korban yg hilang", "bagaimana nasib korban yang hilang", id="two words"),
        pytest.param("dmn rapatnya", "di mana rapatnya", id="one word to two"),
    ],
)
def test_chat_spelling_is_written_out(typed: str, written: str) -> None:
    """Short spellings become the words that newspapers print."""
    assert (
        written == read(typed, "harga", "beras", "banjir", "nya", "nasib", "korban", "hilang", "rapatnya").written_out
    )


def test_typed_words_are_kept_beside_their_variants() -> None:
    """A variant never takes the place of the typed word in the lexical search."""
    understood = read("kasus org hilang", "kasus", "hilang")
    assert (("kasus", "org", "hilang"), ("orang",)) == (understood.content, understood.variants)


def test_abbreviation_in_capitals_is_no_chat_spelling() -> None:
    """The letters SP are an abbreviation when typed in capitals, "sp" asks who."""
    assert "SP" in read("apa isi SP itu", "isi").written_out


def test_unknown_word_is_corrected() -> None:
    """A slip that no article uses gets the nearest word of the articles beside it."""
    assert ("gubernur",) == read("siapa gubernor jabar", "jabar").variants


def test_word_of_the_articles_is_never_rewritten() -> None:
    """A word that the articles use stays, however odd it looks."""
    assert () == read("siapa gubernor jabar", "gubernor", "jabar").variants


@pytest.mark.parametrize(
    ("question", "source"),
    [
        pytest.param("apa kata menkeu menurut kompas?", "Kompas.com", id="menurut"),
        pytest.param("berita banjir di detikcom", "detikcom", id="di"),
        pytest.param("dilansir antara, berapa korban?", "ANTARA", id="news agency"),
        pytest.param("kata cnn indonesia siapa pelakunya", "CNN Indonesia", id="two words"),
    ],
)
def test_source_is_recognised(question: str, source: str) -> None:
    """A source of the store is recognised after the words that introduce one."""
    assert frozenset({source}) == find_sources(question, SOURCES).sources


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("antara 2019 dan 2021 siapa ketuanya", id="between"),
        pytest.param("lagu dengan tempo cepat", id="tempo of music"),
        pytest.param("menurut gubernur kapan selesai", id="no source"),
    ],
)
def test_ordinary_words_are_no_sources(question: str) -> None:
    """The names antara and tempo are words first."""
    assert frozenset() == find_sources(question, SOURCES).sources


def test_relative_period_filters() -> None:
    """Asking about yesterday limits the search to that day and the two days on which it is still reported."""
    understood = read("apa yang terjadi kemarin", "terjadi")
    assert (date(2025, 6, 9), date(2025, 6, 11)) == (understood.filter.since, understood.filter.until)


def test_year_of_an_event_only_prefers() -> None:
    """The year in a name limits nothing."""
    understood = read("siapa juara Piala Dunia 2022", "juara", "piala", "dunia")
    assert not understood.filter


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("siapa ketua KPK", AnswerKind.PERSON),
        ("kapan gempa terjadi", AnswerKind.TIME),
        ("berapa korban banjir", AnswerKind.NUMBER),
        ("kenapa harga naik", AnswerKind.REASON),
        ("di mana lokasi kebakaran", AnswerKind.PLACE),
        ("apa isi perjanjian", AnswerKind.OTHER),
    ],
)
def test_kind_of_answer(question: str, kind: AnswerKind) -> None:
    """The question word tells what would answer."""
    assert kind is answer_kind(question)


def test_long_question_is_cut_at_a_word() -> None:
    """Ten thousand characters become at most a thousand, without half a word."""
    text = tidy("banjir " * 2000)
    assert len(text) <= 1000
    assert text.endswith("banjir")


@given(st.text(max_size=300))
def test_any_text_is_understood(question: str) -> None:
    """Nothing that can be typed raises."""
    understood = read(question)
    assert len(understood.text) <= 1000
