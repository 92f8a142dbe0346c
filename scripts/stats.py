"""``kutip stats``: articles per source and month, as a table and as a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from corpus.errors import InputError
from corpus.settings import CorpusSettings
from corpus.types import MonthCount, SourceCount
from scripts.console import load_settings, run_async, store_for_reading
from scripts.pictures import save_figure

LARGEST_SOURCES = 10
"""Sources that get a colour of their own in the picture; the rest are drawn together."""


def stats(
    plot: Path | None = typer.Option(None, help="Also draw articles per month and source into this PNG file."),  # noqa: B008 - typer
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object and nothing else."),
) -> None:
    """Show what the store holds: articles per source and month."""
    sources, months, sentences = run_async(_collect(load_settings(CorpusSettings)))
    if as_json:
        print(json.dumps(_as_dict(sources, months, sentences), ensure_ascii=False))
    else:
        _print_tables(sources, months, sentences)
    if plot:
        draw(months, plot)
        if not as_json:
            print(f"drawn: {plot}")


async def _collect(settings: CorpusSettings) -> tuple[list[SourceCount], list[MonthCount], int]:
    async with store_for_reading(settings) as store:
        return await store.sources(), await store.months(), (await store.counts()).sentences


def _as_dict(sources: Sequence[SourceCount], months: Sequence[MonthCount], sentences: int) -> dict[str, object]:
    return {
        "articles": sum(source.articles for source in sources),
        "sentences": sentences,
        "sources": [
            {
                "source": source.source,
                "articles": source.articles,
                "first": source.first.isoformat(),
                "last": source.last.isoformat(),
            }
            for source in sources
        ],
        "months": [{"month": month.month, "source": month.source, "articles": month.articles} for month in months],
    }


def _print_tables(sources: Sequence[SourceCount], months: Sequence[MonthCount], sentences: int) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    by_source = Table("source", "first", "last", title=None)
    by_source.add_column("articles", justify="right")
    for source in sources:
        by_source.add_row(source.source, source.first.isoformat(), source.last.isoformat(), f"{source.articles:,}")
    by_month = Table("month")
    by_month.add_column("articles", justify="right")
    by_month.add_column("sources", justify="right")
    for name in sorted({month.month for month in months}, reverse=True):
        inside = [month for month in months if month.month == name]
        by_month.add_row(name, f"{sum(month.articles for month in inside):,}", str(len(inside)))
    console.print(by_source)
    console.print(by_month)
    console.print(f"{sum(source.articles for source in sources):,} articles, {sentences:,} sentences")


def draw(months: Sequence[MonthCount], path: Path) -> None:
    """Draw articles per month as bars stacked by source.

    :param path: PNG file to write.
    :raises InputError: it cannot be written, or the library that draws is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise InputError("--plot", "needs matplotlib, which a lean installation leaves out: pip install it") from error

    names = sorted({month.month for month in months})
    totals: dict[str, int] = {}
    for month in months:
        totals[month.source] = totals.get(month.source, 0) + month.articles
    largest = sorted(totals, key=lambda source: -totals[source])[:LARGEST_SOURCES]
    heights = {source: dict.fromkeys(names, 0) for source in [*largest, "others"]}
    for month in months:
        heights[month.source if month.source in largest else "others"][month.month] += month.articles
    figure = Figure(figsize=(max(6.0, 0.25 * len(names) + 3), 5), layout="constrained")
    axes = figure.subplots()
    below = [0] * len(names)
    for source, by_month in heights.items():
        values = list(by_month.values())
        if any(values):
            axes.bar(names, values, bottom=below, label=source, width=0.85)
            below = [a + b for a, b in zip(below, values, strict=True)]
    step = max(1, len(names) // 24)
    axes.set_xticks(range(0, len(names), step), names[::step], rotation=60, ha="right")
    axes.set_ylabel("articles")
    axes.set_title("Articles per month and source")
    if names:
        axes.legend(loc="upper left", fontsize="small")
    save_figure(figure, path)
