"""``python -m scripts.collect_reading``: questions with known answers -> examples for ``scripts.train_reader``.

For each question the real search brings its candidates, over the store that the settings name; what it brings and is
not the answer are the hard negatives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import typer

from retrieval.settings import RetrievalSettings
from scripts.console import load_settings
from scripts.training.collecting import search_all
from scripts.training.examples import ReadingExample, news_example, write_examples


def collect(
    questions: list[Path] = typer.Argument(None, help="Question files; without any those that come with the code."),  # noqa: B008 - typer
    out: Path = typer.Option(help="File to write, JSONL.gz."),  # noqa: B008 - typer
) -> None:
    """Collect examples over the embedded store of KUTIP_DATA_DIR."""
    count = write_examples(asyncio.run(_examples(questions or (), load_settings(RetrievalSettings))), out)
    print(f"{count} examples")


async def _examples(questions: Sequence[Path], settings: RetrievalSettings) -> list[ReadingExample]:
    return [
        news_example(
            entry.gold, entry.understood.written_out, entry.found, entry.scores.tolist(), missing=entry.missing
        )
        async for entry in search_all(questions, settings)
    ]


if __name__ == "__main__":
    typer.run(collect)
