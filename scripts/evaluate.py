"""``kutip evaluate``: loads articles into a temporary store, answers questions, prints how good the answers are."""

from __future__ import annotations

import gzip
import json
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from corpus.errors import InputError
from corpus.ingest import IngestOptions, ingest
from retrieval.encoder import open_encoder
from retrieval.engine import open_engine
from retrieval.evaluate import GoldQuestion, Judgement, judge, summarise
from retrieval.indexer import Indexer
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings, run_async, store_for_writing
from scripts.embedding import embedding_progress


def evaluate(
    questions: list[Path] = typer.Option(help="Question file with gold answers, JSONL or JSONL.gz; repeatable."),  # noqa: B008 - typer
    articles: Path | None = typer.Option(  # noqa: B008 - typer
        None, help="Articles to load into a temporary store; without it the store of KUTIP_DATA_DIR is asked."
    ),
    k: int = typer.Option(3, "-k", min=1, max=50, help="Sentences at most for each question."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object and nothing else."),
) -> None:
    """Measure answers against gold questions: metrics, by style, latency and memory."""
    settings = load_settings(RetrievalSettings)
    with tempfile.TemporaryDirectory(prefix="kutip-evaluate-") as folder:
        if articles:
            settings = settings.model_copy(update={"data_dir": Path(folder)})
            run_async(_load(articles, settings, quiet=as_json))
        judgements = run_async(_answer_all(list(read_questions(questions)), settings, k=k))
    result = summarise(judgements)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    result["peak_resident_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    if as_json:
        print(json.dumps({name: round(value, 4) for name, value in result.items()}))
        return
    for name, value in result.items():
        print(f"{name:28} {value:10.3f}" if value != int(value) or value <= 1 else f"{name:28} {value:10.0f}")


def read_questions(paths: Sequence[Path]) -> Iterator[GoldQuestion]:
    """Gold questions of JSONL files, gzipped or not.

    :raises InputError: a file cannot be read, or a line is no question.
    """
    for path in paths:
        try:
            with (
                gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as rows
            ):
                for row in rows:
                    yield GoldQuestion.from_row(json.loads(row))
        except OSError as error:
            raise InputError(str(path), error.strerror or "cannot be read") from error
        except (ValueError, KeyError) as error:
            raise InputError(str(path), f"a line is no gold question ({error!r})") from error


async def _load(articles: Path, settings: RetrievalSettings, *, quiet: bool) -> None:
    async with store_for_writing(settings) as store:
        report = await ingest([str(articles)], store=store, settings=settings, options=IngestOptions())
        if not report.added:
            raise InputError(str(articles), "no article could be loaded from it")
        indexer = Indexer(store, open_encoder(settings), settings.index_folder)
        with embedding_progress(quiet=quiet) as show:
            await indexer.embed(on_progress=show)


async def _answer_all(questions: Sequence[GoldQuestion], settings: RetrievalSettings, *, k: int) -> list[Judgement]:
    async with open_engine(settings) as engine:
        return [
            judge(question, await engine.answerer.answer(question.question, id_=question.id, k=k))
            for question in questions
        ]
