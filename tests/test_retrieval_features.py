"""What the features say of a candidate sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from corpus.types import Article, PublicationTime, Sentence
from retrieval.candidates import Candidate, Candidates, Closeness
from retrieval.features import FEATURES, features
from retrieval.query import Understanding, understand
from retrieval.stems import IndonesianStems
from retrieval.types import Filter

STEMS = IndonesianStems()


class AllWords:
    """A vocabulary that knows every word."""

    def knows(self, word: str) -> bool:
        """:return: True."""
        return bool(word)

    def suggest(self, word: str) -> list[str]:
        """:return: nothing."""
        return [word][:0]


def described(
    question: str | Understanding, *texts: str, title: str = "Kabar hari ini", day: str = "2025-06-01"
) -> dict[str, list[float]]:
    """Features by name of sentences of one article, in order."""
    if isinstance(question, str):
        question = understand(question, now=datetime(2025, 6, 30, tzinfo=UTC), sources=(), vocabulary=AllWords())
    article = Article(
        id="a", title=title, source="Warta Nusa", published_at=PublicationTime.from_iso(day), body="", version=1
    )
    found = [
        Candidate(
            sentence=Sentence(article_id="a", version=1, position=position, paragraph=0, text=text),
            article=article,
            sentences_in_article=len(texts),
        )
        for position, text in enumerate(texts)
    ]
    column = np.linspace(0.5, 1, len(texts), dtype=np.float32)
    terms = STEMS.terms(" ".join(question.content))
    table = features(
        question,
        Candidates(
            found=found,
            closeness=Closeness(
                cosine=column,
                passage=column,
                article=column,
                article_vector=column,
                lead=column,
                lexical=column,
                best_lexical_in_article=column,
                article_lexical=column,
            ),
            terms=terms,
            rarity={term.stem: 1.0 for term in terms},
        ),
        STEMS,
    )
    assert (len(texts), len(FEATURES)) == table.shape
    return {name: table[:, place].tolist() for place, name in enumerate(FEATURES)}


def test_words_count_by_stem_in_sentence_title_and_either() -> None:
    """Half of the question's words in the sentence and half in the headline make all of them together."""
    rows = described("kenaikan tarif", "Semua harga naik pekan ini.", title="Tarif parkir")
    assert [0.5] == rows["words_in_sentence"]
    assert [0.5] == rows["words_in_title"]
    assert [1.0] == rows["words_in_either"]


def test_pairs_count_words_that_stand_together() -> None:
    """Only neighbouring words of the question that are neighbours in the sentence too are a pair."""
    rows = described("tarif parkir", "Tarif parkir naik.", "Parkir dan tarif naik.")
    assert [1.0, 0.0] == rows["pairs_in_sentence"]


def test_pairs_do_not_reach_into_the_next_sentence() -> None:
    """The last word of a sentence and the first of the next are no pair."""
    rows = described("tarif parkir", "Inilah tarif", "parkir penuh")
    assert [0.0, 0.0] == rows["pairs_in_sentence"]


def test_novelty_counts_words_that_were_not_asked_for() -> None:
    """Each other stem counts once, up to thirty."""
    rows = described("tarif parkir", "Tarif parkir.", "Tarif parkir naik naik lagi.")
    assert pytest.approx([0.0, 2 / 30]) == rows["novelty"]


def test_kind_of_answer_is_looked_for() -> None:
    """A question for a number prefers a sentence with one."""
    rows = described("berapa tarif parkir?", "Tarifnya 5.000 rupiah.", "Tarifnya belum jelas.")
    assert [1.0, 0.0] == rows["kind_matches"]
    assert [0.0, 1.0] == rows["kind_missing"]


def test_place_and_form_of_a_sentence() -> None:
    """First sentences, positions and questions are told apart."""
    rows = described("tarif parkir", "Berapa tarifnya?", "Tarifnya murah.")
    assert [1.0, 0.0] == rows["is_first"]
    assert [0.0, 0.5] == rows["position"]
    assert [1.0, 0.0] == rows["is_question"]


def test_cosine_is_compared_with_the_candidates_of_the_article() -> None:
    """The mean over an article's candidates is taken away."""
    assert pytest.approx([-0.25, 0.25]) == described("tarif parkir", "Satu.", "Dua.")["above_article_mean"]


@pytest.mark.parametrize(("since", "expected"), [(date(2025, 1, 1), 1.0), (date(2026, 1, 1), 0.0)])
def test_preferred_period(since: date, expected: float) -> None:
    """An article of the period that the question hints at is marked."""
    question = Understanding(text="q", written_out="q", content=("tarif",), preferred=Filter(since=since))
    assert [expected] == described(question, "Tarifnya murah.")["in_preferred_period"]


def test_question_without_words() -> None:
    """Where nothing is asked for in words, nothing is shared."""
    rows = described(Understanding(text="?", written_out="?", content=()), "Tarifnya murah.", "!")
    assert [0.0, 0.0] == rows["words_in_either"]
    assert [0.0, 0.0] == rows["pairs_in_sentence"]


def test_words_of_neighbours_count_as_near() -> None:
    """What the sentence before or after says counts as near, what stands further off does not."""
    rows = described("tarif parkir", "Tarif naik.", "Parkir penuh.", "Semua tahu.", "Hujan turun.")
    assert [1.0, 1.0, 0.5, 0.0] == rows["words_near"]


def test_words_as_typed_are_not_stemmed() -> None:
    """Only the very words of the question count as typed."""
    assert [1.0, 0.5] == described("kenaikan tarif", "Kenaikan tarif.", "Tarif naik.")["words_as_typed"]
