"""``kutip database``: a whole store from files into a database, or back."""

from __future__ import annotations

import sys
from contextlib import AsyncExitStack
from pathlib import Path

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn

from corpus.copying import copy_store, finish_copy, sums
from corpus.opening import open_store
from corpus.settings import CorpusSettings
from scripts.console import load_settings, run_async

database = typer.Typer(help="The store's database.", no_args_is_help=True, rich_markup_mode=None)


@database.callback()
def _group() -> None:
    """Keep `migrate` a subcommand, though it is the only one."""


@database.command("migrate")
def migrate(
    source: str = typer.Option(..., "--from", metavar="FOLDER|URL", help="The store to copy."),
    target: str = typer.Option(..., "--to", metavar="FOLDER|URL", help="An empty place, or one of an earlier try."),
) -> None:
    """Copy a store with its vectors to another place, and compare both; may be stopped and run again."""
    settings = load_settings(CorpusSettings)
    if not run_async(_migrate(settings_for(settings, source), settings_for(settings, target))):
        raise typer.Exit(1)


def settings_for(settings: CorpusSettings, place: str) -> CorpusSettings:
    """The same settings for a store at another place.

    >>> settings_for(CorpusSettings(), "./data").database_url is None
    True
    """
    if place.startswith(("postgresql://", "postgres://")):
        return settings.model_copy(update={"database_url": SecretStr(place)})
    return settings.model_copy(update={"data_dir": Path(place), "database_url": None})


async def _migrate(source_settings: CorpusSettings, target_settings: CorpusSettings) -> bool:
    if target_settings.database_url is None:
        target_settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(await open_store(source_settings, read_only=True))
        target = await stack.enter_async_context(await open_store(target_settings))
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} rows"))
        with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            tasks: dict[str, TaskID] = {}

            def show(table: str, rows: int) -> None:
                if table not in tasks:
                    tasks[table] = bar.add_task(table, total=None)
                bar.advance(tasks[table], rows)

            await copy_store(source, target, on_progress=show)
        held, copied = await sums(source), await sums(target)
        for table, one in held.items():
            same = "the same" if one == copied[table] else f"NOT THE SAME: {copied[table].rows} copied"
            print(f"{table:<12} {one.rows:>10} rows, {same}")
        if held != copied:
            print("the copy differs from its source; empty the target and copy again", file=sys.stderr)
            return False
        await finish_copy(source, target)
    return True
