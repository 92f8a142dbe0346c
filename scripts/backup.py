"""``kutip backup``: everything that cannot be made anew as one file, while the bot runs."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.keeping.restoring import bot_companion
from bot.settings import BotSettings
from corpus import backup as corpus_backup
from corpus.opening import require_file_store
from scripts.console import load_settings, run_async


def backup(
    file: Path = typer.Argument(help="File to write; an older backup there is replaced once the new one is whole."),  # noqa: B008 - typer
) -> None:
    """Write the articles, and the bot's chats, to one file."""
    settings = load_settings(BotSettings)
    require_file_store(settings, instead="back the database up with pg_dump")
    companions = [bot_companion(settings.bot_store_path)]
    run_async(corpus_backup.backup(settings.store_path, file, companions=companions))
    print(f"backed up to {file} ({file.stat().st_size / 1e6:.1f} MB)")
