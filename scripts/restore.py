"""``kutip restore``: puts a backup in the place of the store."""

from __future__ import annotations

from pathlib import Path

import typer

from corpus import backup as corpus_backup
from corpus.settings import CorpusSettings
from scripts.console import load_settings, run_async


def restore(
    file: Path = typer.Argument(help="A file that `kutip backup` wrote."),  # noqa: B008 - typer
) -> None:
    """Check a backup, then put it in the place of the store."""
    settings = load_settings(CorpusSettings)
    run_async(corpus_backup.restore(file, settings.store_path))
    print(f"restored {settings.store_path} from {file}")
