"""``kutip backup``: the whole store as one file, while others read and write it."""

from __future__ import annotations

from pathlib import Path

import typer

from corpus import backup as corpus_backup
from corpus.settings import CorpusSettings
from scripts.console import load_settings, run_async


def backup(
    file: Path = typer.Argument(help="File to write; an older backup there is replaced once the new one is whole."),  # noqa: B008 - typer
) -> None:
    """Write the store to one file."""
    run_async(corpus_backup.backup(load_settings(CorpusSettings).store_path, file))
    print(f"backed up to {file} ({file.stat().st_size / 1e6:.1f} MB)")
