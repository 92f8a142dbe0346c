"""``kutip restore``: puts a backup in the place of the store, and of the bot's database."""

from __future__ import annotations

import shutil
from pathlib import Path

import typer

from bot.keeping.restoring import bot_companion
from bot.settings import BotSettings
from corpus import backup as corpus_backup
from corpus.opening import require_file_store
from scripts.console import load_settings, run_async


def restore(
    file: Path = typer.Argument(help="A file that `kutip backup` wrote."),  # noqa: B008 - typer
) -> None:
    """Check a backup, then put it in the place of the store and of the bot's chats."""
    from bot.broadcast import FILE

    settings = load_settings(BotSettings)
    require_file_store(settings, instead="restore the database with pg_restore")
    companions = [bot_companion(settings.bot_store_path)]
    places = run_async(corpus_backup.restore(file, settings.store_path, companions=companions))
    # The indexes speak of another store now; the next command that answers makes them anew from the stored vectors.
    shutil.rmtree(settings.index_folder, ignore_errors=True)
    if settings.bot_store_path in places:  # who got a broadcast that was under way is not known any more
        for broadcast in settings.data_dir.glob(f"{FILE}*.json"):
            broadcast.unlink()
    print(f"restored {' and '.join(map(str, reversed(places)))} from {file}")
