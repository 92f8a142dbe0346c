"""``python -m scripts.fit_reading``: fits order and confidence after reading, with the shipped reader.

Fitted to the questions that ``scripts.train_reader`` held out: on those it was trained on the reader is surer than it
will ever be again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import typer

from retrieval.reader import OnnxReader
from retrieval.reading import PASSAGES, read_candidates
from retrieval.reading_model import MODEL_FILE
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings
from scripts.training.collecting import search_all
from scripts.training.examples import is_held_out, is_right, news_example
from scripts.training.fitting import COVERAGE, FitExample, fit


def fit_reading(
    questions: list[Path] = typer.Argument(help="Training questions, JSONL or JSONL.gz."),  # noqa: B008 - typer
    held_out: float = typer.Option(0.3, min=0, max=1, help="Share that training held out; 1 takes all questions."),
    passages: int = typer.Option(PASSAGES, min=1, help="Articles read for a question."),
    coverage: float = typer.Option(COVERAGE, min=0, max=1, help="Of the answerable questions, by the threshold."),
    out: Path = typer.Option(MODEL_FILE, help="File to write."),  # noqa: B008 - typer
) -> None:
    """Fit over the embedded store of KUTIP_DATA_DIR."""
    examples = asyncio.run(_read_all(questions, load_settings(RetrievalSettings), held_out, passages))
    model = fit(examples, coverage=coverage)
    out.write_text(json.dumps(model.to_dict(), indent=1) + "\n", encoding="utf-8")
    print(f"{len(examples)} questions; answered from a chance of {model.threshold} that some article answers")


async def _read_all(
    questions: Sequence[Path], settings: RetrievalSettings, held_out: float, passages: int
) -> list[FitExample]:
    reader = OnnxReader(threads=settings.threads)
    examples = []
    async for entry in search_all(questions, settings):
        written_out = entry.understood.written_out
        if not is_held_out(news_example(entry.gold, written_out, entry.found, entry.scores.tolist()), held_out):
            continue
        right = [is_right(one.sentence.text, one.article.id, entry.gold) for one in entry.found]
        examples.append(
            FitExample(
                answerable=entry.gold.answerable,
                style=entry.gold.style,
                table=entry.table,
                search_scores=entry.scores,
                right=np.asarray(right, dtype=np.bool_),
                versions=[candidate.article.version for candidate in entry.found],
                read=read_candidates(reader, written_out, entry.found, entry.scores, passages=passages),
                known_words=entry.known_words,
            )
        )
    return [example for example in examples if example.read.places]


if __name__ == "__main__":
    typer.run(fit_reading)
