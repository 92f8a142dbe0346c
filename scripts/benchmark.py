"""``python -m scripts.benchmark``: repeats every figure that the documentation states.

The data are real articles and questions that cannot be shipped; ``--data`` names their folder, and each benchmark says
which files it misses.
"""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command()
def corpus(
    data: Path = typer.Option(help="Folder with news/articles.jsonl.gz, news/rescrapes.jsonl.gz, news/questions*."),  # noqa: B008 - typer
    times: int = typer.Option(1, help="Also load this many times the articles, for memory (10 takes minutes)."),
    kills: int = typer.Option(20, help="How often a load is killed before it may finish."),
) -> None:
    """Loading: nothing lost, dated, clean, fast, safe against kill -9."""
    from scripts import benchmark_corpus

    raise typer.Exit(benchmark_corpus.run(data, times=times, kills=kills))


@app.command()
def retrieval(
    questions: list[Path] = typer.Option(help="Question files with gold answers; KUTIP_DATA_DIR has the articles."),  # noqa: B008 - typer
) -> None:
    """Answers: Kutip beside word search, dense sentences and a hand mix; time and memory."""
    from scripts import benchmark_retrieval

    raise typer.Exit(benchmark_retrieval.run(questions))


if __name__ == "__main__":
    app()
