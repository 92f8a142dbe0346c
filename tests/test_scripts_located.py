"""Questions that name sentences of a corpus by place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corpus
from corpus.ingest import IngestOptions, ingest
from corpus.store import ArticleStore
from retrieval.settings import RetrievalSettings
from scripts.training.located import QUESTIONS, located_questions

SAMPLES = Path(corpus.__file__).parent / "samples"
STYLES = {
    "formal", "colloquial", "lowercase-terse", "typo", "paraphrase", "hard-paraphrase", "time-bound", "english-mix",
    "near-topic",
}  # fmt: skip


def test_the_questions_that_come_with_the_code_quote_nothing() -> None:
    """Every line names an article, a style and a question, and places in place of texts."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 2_500
    for row in rows:
        assert row["style"] in STYLES
        assert row["question"].strip()
        assert set(row) <= {"article", "style", "question", "sentences", "answer"}
        assert ("answer" in row) == (row["style"] != "near-topic")
        assert all(isinstance(place, int) for place in [*row.get("sentences", []), *row.get("answer", [])])


async def test_a_place_becomes_the_sentence_of_the_store(tmp_path: Path) -> None:
    """Places are looked up; what the store lacks is left out."""
    settings = RetrievalSettings(_env_file=None, data_dir=tmp_path)
    async with await ArticleStore.open(settings.store_path) as store:
        await ingest([str(SAMPLES)], store=store, settings=settings, options=IngestOptions())
        article = (await store.newest(1))[0]
        first = (await store.sentences(article.id))[0].text
        places = {"article": article.id, "style": "formal", "question": "apa?", "sentences": [0], "answer": [0, 0, 4]}
        rows = [
            places,
            {"article": article.id, "style": "near-topic", "question": "siapa?"},
            {**places, "sentences": [999]},
            {**places, "answer": [0, 0, 9_999]},
            {**places, "article": "nowhere"},
        ]
        (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        found = [gold async for gold in located_questions(store, tmp_path / "rows.jsonl")]
    assert [gold.answerable for gold in found] == [True, False]
    assert found[0].sentences == {article.id: [first]}
    assert found[0].answer == first[:4]


@pytest.mark.parametrize("content", ["", "\n"])
async def test_no_lines_are_no_questions(tmp_path: Path, content: str) -> None:
    """An empty file gives none."""
    (tmp_path / "rows.jsonl").write_text(content.strip(), encoding="utf-8")
    async with await ArticleStore.open(tmp_path / "kutip.db") as store:
        assert [gold async for gold in located_questions(store, tmp_path / "rows.jsonl")] == []
