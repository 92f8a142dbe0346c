"""What the command lines share: settings with clear errors, the store at its usual place, and a clean Ctrl-C."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import typer
from pydantic import ValidationError

from corpus.database import prepare
from corpus.errors import KutipError, SettingsError
from corpus.opening import open_store
from corpus.schema import ARTICLES
from corpus.settings import CorpusSettings
from corpus.store import ArticleStore

Settings = TypeVar("Settings", bound=CorpusSettings)
Result = TypeVar("Result")

STOPPED = 130
"""Exit code of a command that was stopped by Ctrl-C, as shells count it."""


def run_async(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command's work to its end; Ctrl-C ends it with one clear line.

    :raises typer.Exit: stopped by Ctrl-C.
    """
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        print("kutip: stopped; what was stored stays stored, the same command goes on from there.", file=sys.stderr)
        raise typer.Exit(STOPPED) from None


def run_script(name: str, command: Callable[..., None]) -> None:
    """Run the command line of a script; an error that a person can mend is one line, and exit code 1.

    :param name: of the script. :param command: with typer's options.
    """
    try:
        typer.run(command)
    except KutipError as error:
        print(f"{name}: {error}", file=sys.stderr)
        sys.exit(1)


def load_settings(kind: type[Settings]) -> Settings:
    """Read the settings from the environment and ``.env``.

    :raises SettingsError: the first setting that is wrong, by its name in the environment.
    """
    try:
        return kind()
    except ValidationError as error:
        raise setting_errors(error)[0] from error


def setting_errors(error: ValidationError) -> list[SettingsError]:
    """Every setting that is wrong, by its name in the environment, without its value."""
    return [
        SettingsError(
            "KUTIP_" + "_".join(str(part) for part in found["loc"]).upper(), found["msg"].removeprefix("Value error, ")
        )
        for found in error.errors()
    ]


@asynccontextmanager
async def store_for_writing(settings: CorpusSettings) -> AsyncIterator[ArticleStore]:
    """Open the store, created with its folder if it is not there.

    :raises SettingsError: the data folder cannot be made.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError("KUTIP_DATA_DIR", f"{settings.data_dir}: {error.strerror}") from error
    async with await open_store(settings) as store:
        yield store


@asynccontextmanager
async def store_for_reading(settings: CorpusSettings) -> AsyncIterator[ArticleStore]:
    """Open the existing store without the right to change it, brought up to date first if an older version wrote it.

    :raises StoreError: there is none.
    """
    if settings.database_url is None and settings.store_path.exists():
        await asyncio.to_thread(prepare, settings.store_path, ARTICLES, busy_timeout_s=settings.busy_timeout_s)
    async with await open_store(settings, read_only=True) as store:
        yield store
