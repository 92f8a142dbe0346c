"""What the reader is trained on: examples, chat spelling by rule, and the rows of a step."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.encoder import MODEL_FOLDER
from retrieval.evaluate import GoldQuestion
from retrieval.reader_input import Layout
from retrieval.reading_model import Read
from scripts.training.composing import Composer
from scripts.training.examples import (
    CandidateSentence,
    ReadingExample,
    Source,
    is_doubtful,
    is_held_out,
    paragraph_example,
    read_examples,
    sentence_bounds,
    write_examples,
)
from scripts.training.fitting import FitExample, fit
from scripts.training.slips import in_chat_words, with_slips

BRIDGE = "Jembatan gantung itu dibuka Senin pagi oleh bupati."


def example(**changes: Any) -> ReadingExample:
    """A question with a gold sentence and one of another article."""
    values: dict[str, Any] = {
        "id": "q1",
        "kind": "news",
        "question": "kpn jembatan gantung dibuka?",
        "written_out": "kapan jembatan gantung dibuka?",
        "style": "colloquial",
        "answerable": True,
        "answer": "Senin pagi",
        "sources": (
            Source(id="a", title="Jembatan dibuka", day="2025-03-03"),
            Source(id="b", title="Pasar ramai", day=""),
        ),
        "candidates": (
            CandidateSentence(passage=1, position=0, text="Pasar itu ramai sejak pagi.", score=2.0),
            CandidateSentence(passage=0, position=3, text=BRIDGE, score=1.0, is_right=True),
        ),
    }
    return ReadingExample(**(values | changes))


@pytest.fixture(scope="module")
def layout() -> Layout:
    """The layout of the shipped tokenizer."""
    from tokenizers import Tokenizer

    return Layout(Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json")))


def test_examples_are_read_as_written(tmp_path: Path) -> None:
    """What is written to an examples file comes back the same."""
    path = tmp_path / "examples.jsonl.gz"
    assert 1 == write_examples([example()], path)
    assert [example()] == list(read_examples(path))


def test_sentence_with_the_answer_elsewhere_is_doubtful() -> None:
    """Another outlet's sentence that holds a telling answer is not taught to be wrong."""
    gold = GoldQuestion(id="1", question="?", answerable=True, sentences={"a": [BRIDGE]}, answer="Senin pagi")
    assert is_doubtful("Pada Senin pagi warga sudah melintas.", gold)
    assert not is_doubtful("Warga senang dengan jembatan baru.", gold)


def test_short_answer_makes_nothing_doubtful() -> None:
    """An answer of a letter or two stands everywhere."""
    gold = GoldQuestion(id="1", question="?", answerable=True, sentences={"a": [BRIDGE]}, answer="2")
    assert not is_doubtful("Ada 2 ekor sapi.", gold)


def test_gold_sentence_of_a_paragraph_is_found_by_its_offset() -> None:
    """Of a text that says a word twice the sentence at the answer's place is right."""
    context = "Rini lahir di Solo. Ia kini tinggal di Solo bersama ibunya."
    row = {
        "id": "1",
        "question": "di mana Rini tinggal?",
        "context": context,
        "answers": [{"text": "Solo", "start": context.rindex("Solo")}],
        "answerable": True,
    }
    assert [False, True] == [one.is_right for one in paragraph_example(row).candidates]


def test_bounds_cut_the_text_itself() -> None:
    """Sentences are where they are said to be."""
    context = "Hujan turun.  Sungai meluap!\nWarga mengungsi."
    assert ["Hujan turun.", "Sungai meluap!", "Warga mengungsi."] == [context[a:b] for a, b in sentence_bounds(context)]


def test_questions_on_an_article_are_held_out_together() -> None:
    """Whether a question is held out depends on its gold article alone."""
    assert is_held_out(example(id="q1"), 0.5) == is_held_out(example(id="q2"), 0.5)
    assert is_held_out(example(), 1.0)
    assert not is_held_out(example(), 0.0)


@given(question=st.text(max_size=80), seed=st.integers(0, 99))
def test_any_question_can_be_misspelt(question: str, seed: int) -> None:
    """Rules take any text, and the same seed gives the same slips."""
    assert with_slips(question, Random(seed)) == with_slips(question, Random(seed))
    in_chat_words(question, Random(seed))


def test_span_points_at_the_answer(layout: Layout) -> None:
    """First and last piece of the span cover the answer's words in the gold sentence."""
    group = Composer(layout, [example()]).serve(example(), 500)
    assert group.span is not None
    row, first, last = group.span
    start, _ = group.rows[row].bounds[0]
    offsets = group.rows[row].offsets[0]
    assert "Senin pagi" == BRIDGE[offsets[first - start][0] : offsets[last - start][1]]


def test_gold_is_read_in_training_whatever_the_room(layout: Layout) -> None:
    """An answerable question meets its gold sentence, or, now and then, its article is hidden whole."""
    composer = Composer(layout, [example()])
    groups = [composer.train(example(), Random(seed)) for seed in range(40)]
    with_gold = [any(flag for flags in group.right for flag in flags) for group in groups]
    assert 0.6 < np.mean(with_gold) < 1.0


def test_reader_that_is_right_outweighs_the_search() -> None:
    """Fitted to questions on which only the reader is right, the order follows the reader."""
    random = np.random.default_rng(5)
    examples = []
    for number in range(60):
        right = np.arange(4) == random.integers(0, 4)
        scores = random.normal(size=4) + np.where(right, 3.0, 0.0)
        answerable = number % 4 > 0
        examples.append(
            FitExample(
                answerable=answerable,
                style="",
                table=random.normal(size=(4, feature_count())).astype(np.float32),
                search_scores=random.normal(size=4).astype(np.float32),
                right=right & answerable,
                versions=[1, 2, 3, 4],
                read=Read(places=(0, 1, 2, 3), scores=scores.astype(np.float32), spans=(None,) * 4),
                known_words=1.0,
            )
        )
    model = fit(examples)
    hits = [one.signs(model.weights)[1] for one in examples if one.answerable]
    assert np.mean(hits) > 0.9


def feature_count() -> int:
    """Columns of the search's features."""
    from retrieval.features import FEATURES

    return len(FEATURES)
