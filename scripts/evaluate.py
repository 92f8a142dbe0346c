"""``kutip evaluate``: loads articles into a temporary store, answers questions, prints how good the answers are."""

from __future__ import annotations

import gzip
import json
import resource
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import typer

from corpus.errors import InputError
from corpus.ingest import IngestOptions, ingest
from retrieval.encoder import open_encoder
from retrieval.engine import open_engine
from retrieval.evaluate import GoldQuestion, Judgement, judge, reliability, risk_coverage, summarise
from retrieval.indexer import Indexer
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings, run_async, store_for_writing
from scripts.embedding import embedding_progress
from scripts.pictures import save_figure


def evaluate(
    questions: list[Path] = typer.Option(help="Question file with gold answers, JSONL or JSONL.gz; repeatable."),  # noqa: B008 - typer
    articles: Path | None = typer.Option(  # noqa: B008 - typer
        None, help="Articles to load into a temporary store; without it the store of KUTIP_DATA_DIR is asked."
    ),
    k: int = typer.Option(3, "-k", min=1, max=50, help="Sentences at most for each question."),
    compare: bool = typer.Option(False, "--compare", help="Answer without the reader too, and print both."),
    plot: Path | None = typer.Option(None, help="Draw risk against coverage, and reliability, into this PNG file."),  # noqa: B008 - typer
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object and nothing else."),
) -> None:
    """Measure answers against gold questions: metrics, by style, latency and memory."""
    settings = load_settings(RetrievalSettings)
    gold = list(read_questions(questions))  # before the articles, which may take long
    with tempfile.TemporaryDirectory(prefix="kutip-evaluate-") as folder:
        if articles:
            settings = settings.model_copy(update={"data_dir": Path(folder), "database_url": None})
            run_async(_load(articles, settings, quiet=as_json))
        runs = {"answers": run_async(_answer_all(gold, settings, k=k))}
        if compare:
            runs["search alone"] = run_async(_answer_all(gold, settings, k=k, passages=0))
    results = {name: summarise(judgements) for name, judgements in runs.items()}
    unit = 1e6 if sys.platform == "darwin" else 1e3
    results["answers"]["peak_resident_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    if plot:
        draw(runs, plot)
    if as_json:
        rounded = {run: {name: round(value, 4) for name, value in found.items()} for run, found in results.items()}
        print(json.dumps(rounded if compare else rounded["answers"]))
        return
    print_table(results)


def print_table(results: Mapping[str, Mapping[str, float]]) -> None:
    """A row for each metric, a column for each run."""
    names = list(dict.fromkeys(name for found in results.values() for name in found))
    if len(results) > 1:
        print(f"{'':28}" + "".join(f"{run:>14}" for run in results))
    for name in names:
        print(f"{name:28}" + "".join(_cell(found.get(name)) for found in results.values()))


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'':>14}"
    return f"{value:14.3f}" if value != int(value) or value <= 1 else f"{value:14.0f}"


def draw(runs: Mapping[str, Sequence[Judgement]], path: Path) -> None:
    """Draw the curves of all runs.

    :raises InputError: the file cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5), layout="constrained")
    risks, reliabilities = figure.subplots(1, 2)
    for name, judgements in runs.items():
        points = risk_coverage(judgements)
        risks.plot([point.coverage for point in points], [point.risk for point in points], label=name)
        bins = reliability(judgements)
        reliabilities.plot([entry.confidence for entry in bins], [entry.right for entry in bins], "o-", label=name)
    risks.set(xlabel="share of answerable questions answered", ylabel="share of answers that are wrong", ylim=(0, 1))
    reliabilities.plot([0, 1], [0, 1], ":", color="grey")
    reliabilities.set(xlabel="confidence", ylabel="share right")
    for axes in (risks, reliabilities):
        axes.legend()
        axes.grid(alpha=0.3)
    save_figure(figure, path)


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
        except (OSError, EOFError, zlib.error) as error:  # the last two of a gzipped file that is cut short or spoilt
            raise InputError(str(path), getattr(error, "strerror", None) or "cannot be read") from error
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(str(path), f"a line is no gold question ({error!r})") from error


async def _load(articles: Path, settings: RetrievalSettings, *, quiet: bool) -> None:
    async with store_for_writing(settings) as store:
        report = await ingest([str(articles)], store=store, settings=settings, options=IngestOptions())
        if not report.added:
            raise InputError(str(articles), "no article could be loaded from it")
        indexer = Indexer(store, open_encoder(settings), settings.index_folder)
        with embedding_progress(quiet=quiet) as show:
            await indexer.embed(on_progress=show)


async def _answer_all(
    questions: Sequence[GoldQuestion], settings: RetrievalSettings, *, k: int, passages: int | None = None
) -> list[Judgement]:
    async with open_engine(settings) as engine:
        return [
            judge(question, await engine.answerer.answer(question.question, id_=question.id, k=k, passages=passages))
            for question in questions
        ]
