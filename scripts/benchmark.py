"""``python -m scripts.benchmark``: repeats every figure that the documentation states.

The data are real articles and questions that cannot be shipped; ``--data`` names their folder, and each benchmark says
which files it misses.
"""

from __future__ import annotations

from datetime import datetime
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
    qa: Path | None = typer.Option(None, help="Folder of the pooled files, idkmrc-valid.jsonl.gz and its like."),  # noqa: B008 - typer
    work: Path | None = typer.Option(None, help="Folder that keeps what is made of the pooled files."),  # noqa: B008 - typer
) -> None:
    """Answers: Kutip beside word search, dense sentences, a hand mix and the plain stack; time and memory."""
    from scripts import benchmark_retrieval

    raise typer.Exit(benchmark_retrieval.run(questions, qa=qa, work=work))


@app.command()
def reader(
    qa: Path = typer.Option(help="Folder of idkmrc-valid.jsonl.gz, facqa-valid.jsonl.gz and the train files."),  # noqa: B008 - typer
    work: Path | None = typer.Option(None, help="Folder for the store of all their texts; none leaves out finding."),  # noqa: B008 - typer
    checkpoint: Path | None = typer.Option(None, help="Of the training, to read with in float32 too."),  # noqa: B008 - typer
) -> None:
    """The reader on public questions: the words that answer, and the sentence among all."""
    from scripts import benchmark_reader

    benchmark_reader.run(qa, work, checkpoint)


@app.command()
def dense(
    vectors: Path = typer.Option(help="Real vectors, an .npy file of shape (n, dim)."),  # noqa: B008 - typer
    total: int = typer.Option(1_000_000, help="How many vectors to make of them."),
    queries: Path | None = typer.Option(None, help="Real vectors of questions, an .npy file."),  # noqa: B008 - typer
) -> None:
    """The dense index at any size: recall, time, memory, with and without filters."""
    from scripts import benchmark_dense

    benchmark_dense.print_table(vectors, total=total, queries=queries)


@app.command()
def faults(
    data: Path = typer.Option(help="Folder with news/articles.jsonl.gz and news/questions-valid.jsonl.gz."),  # noqa: B008 - typer
    kills: int = typer.Option(20, help="How often a load with its index is killed; 0 for none."),
    articles: int = typer.Option(1000, help="How many articles to load."),
    concurrent: int = typer.Option(1000, help="Questions asked while articles are loaded; 0 for none."),
) -> None:
    """Safety: kill -9 of load and index, and questions while articles come and go."""
    from scripts import benchmark_faults

    raise typer.Exit(benchmark_faults.run(data, kills=kills, articles=articles, questions=concurrent))


@app.command()
def bot(
    parts: list[str] = typer.Argument(None, help="Of faults, kills, fuzz, load; all without any."),  # noqa: B008 - typer
    data: Path | None = typer.Option(None, help="Folder with a store and its index, copied; else the samples."),  # noqa: B008 - typer
    questions: list[Path] = typer.Option([], help="JSONL files of questions to ask."),  # noqa: B008 - typer
    kills: int = typer.Option(20, help="How often the bot is killed while it answers 200 questions."),
    fuzzed: int = typer.Option(10_000, help="Broken and odd updates."),
    updates: int = typer.Option(20_000, help="Questions of the load."),
    rate: float = typer.Option(26.0, help="Questions a second that people ask under load."),
) -> None:
    """The Telegram bot: no question lost or answered twice, whatever fails; fast under load."""
    from scripts import benchmark_bot

    raise typer.Exit(
        benchmark_bot.run(
            parts or [], data=data, questions=questions, kills=kills, fuzzed=fuzzed, updates=updates, rate=rate
        )
    )


@app.command()
def feeds(days: float = typer.Option(7.0, help="Days of pretended time.")) -> None:
    """Polling: fifty feeds, good and bad, for a week; every article once, no good feed late."""
    from scripts import benchmark_feeds

    raise typer.Exit(benchmark_feeds.run(days=days))


@app.command()
def digest(
    subscriptions: int = typer.Option(10_000, help="In three zones."),
    days: int = typer.Option(7, help="Of virtual time."),
    kills: int = typer.Option(30, help="With SIGKILL, many of them while Telegram carries out a request."),
    planned: int = typer.Option(100_000, help="Subscriptions at one hour whose planning is timed."),
    seed: int = typer.Option(1, help="Of kills, faults and clocks."),
    day: datetime = typer.Option("2025-06-10", "--date", formats=["%Y-%m-%d"], help="Chosen from KUTIP_DATA_DIR."),  # noqa: B008 - typer
) -> None:
    """Digests: a day chosen fast, nothing sent twice, nothing lost; needs the repository's tests. Takes long."""
    from scripts import benchmark_digest

    raise typer.Exit(
        benchmark_digest.run(
            subscriptions=subscriptions, days=days, kills=kills, planned=planned, seed=seed, chosen=day.date()
        )
    )


if __name__ == "__main__":
    app()
