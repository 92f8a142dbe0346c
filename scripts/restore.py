"""``kutip restore``: puts a backup in the place of the store."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from corpus import backup as corpus_backup
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings, run_async


def restore(
    file: Path = typer.Argument(help="A file that `kutip backup` wrote."),  # noqa: B008 - typer
) -> None:
    """Check a backup, then put it in the place of the store."""
    settings = load_settings(RetrievalSettings)
    run_async(corpus_backup.restore(file, settings.store_path))
    # The indexes speak of another store now; the next command that answers makes them anew from the stored vectors.
    shutil.rmtree(settings.index_folder, ignore_errors=True)
    print(f"restored {settings.store_path} from {file}")
