"""What the benchmarks count as right."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from scripts.benchmark_feeds import Week, verdicts
from scripts.benchmark_pooled import NAMES, PooledQuestion, read_pooled
from scripts.benchmark_retrieval import Line

CONTEXT = "Jembatan itu dibuka Rabu. Panjangnya 40 meter. Warga desa seberang menyeberang 40 meter dengan rakit."


def asked(*answers: tuple[int, str]) -> PooledQuestion:
    """A question on :data:`CONTEXT`."""
    return PooledQuestion(question="?", article_id="a", context=CONTEXT, answers=answers)


SENTENCES = [
    "Jembatan itu dibuka Rabu.",
    "Panjangnya 40 meter.",
    "Warga desa seberang menyeberang 40 meter dengan rakit.",
]


def test_sentence_in_which_the_answer_stands_is_gold() -> None:
    """The same words elsewhere in the passage do not make a sentence gold."""
    assert {"Panjangnya 40 meter."} == asked((CONTEXT.index("40 meter"), "40 meter")).gold(SENTENCES)


def test_sentences_with_the_words_are_gold_where_the_text_was_cleaned() -> None:
    """Where the sentence is no longer in the passage as it was, the words decide."""
    cleaned = ["Panjangnya 40 meter !", "Lebarnya 3 meter !"]
    assert {"Panjangnya 40 meter !"} == asked((CONTEXT.index("40 meter"), "40 meter")).gold(cleaned)


def test_passages_are_read_once_and_only_answerable_validation_questions_are_asked(tmp_path: Path) -> None:
    """The same passage in two files is one article; training and unanswerable questions are left out."""
    row = {"id": "1", "question": "Kapan?", "context": CONTEXT, "answers": [{"text": "Rabu", "start": 20}]}
    for name in NAMES:
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps({**row, "answerable": answerable}) + "\n" for answerable in (True, False))
    passages, questions = read_pooled(tmp_path)
    assert [CONTEXT] == [passage["body"] for passage in passages.values()]
    assert 2 == len(questions)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A missing question file is one clear error."""
    with pytest.raises(InputError, match="idkmrc-train"):
        read_pooled(tmp_path)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Line(what="a", value=0.6, least=0.6), True),
        (Line(what="a", value=0.59, least=0.6), False),
        (Line(what="a", value=26, unit="ms", most=25), False),
        (Line(what="a", value=26, unit="ms"), True),
    ],
)
def test_figure_is_held_against_its_bound(line: Line, expected: bool) -> None:
    """A bound is met when the figure reaches it; a figure without bound is only shown."""
    assert expected == line.is_met


@pytest.mark.parametrize(
    ("week", "missed"),
    [
        (Week(published=9, late_s=[15.0]), []),
        (Week(published=0, late_s=[15.0]), ["every one of"]),
        (Week(published=9, late_s=[15.0], lost=["a"]), ["every one of"]),
        (Week(published=9, late_s=[15.0], doubled=["a"]), ["every one of"]),
        (Week(published=9, late_s=[31.0]), ["none of the bad"]),
        (Week(published=9, late_s=[15.0], fetched_again=["a"], most_at_once=2), ["pages fetched", "requests to"]),
    ],
    ids=["good", "empty", "lost", "twice", "late", "impolite"],
)
def test_week_of_feeds_is_judged(week: Week, missed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each row says whether what was asked was reached."""
    assert (not missed) == all(verdicts(week))
    rows = capsys.readouterr().out.splitlines()
    assert missed == [start for start in missed if any(row.startswith(f"MISS {start}") for row in rows)]
    assert len(missed) == sum(row.startswith("MISS ") for row in rows)
