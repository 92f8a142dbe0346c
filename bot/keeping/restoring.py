"""The bot's database in backups: what is changed in one that comes back.

Between a backup and its return the bot went on: it answered what was waiting, and sent what was due. Nobody gets that
again; of what was on its way then, nobody can know whether it arrived, so it is listed as doubtful.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from bot.keeping.state_schema import BOT_STATE
from corpus.backup import Companion


def bot_companion(path: Path) -> Companion:
    """The bot's database as it goes into backups of the store.

    :param path: of bot.db.
    """
    return Companion(path=path, schema=BOT_STATE, on_restore=settle)


def settle(connection: sqlite3.Connection) -> None:
    """Let nothing of what was in hand begin again: updates are done, messages doubtful, digests start from now."""
    now = int(time.time())
    connection.execute("UPDATE inbox SET payload = NULL, owner = NULL WHERE payload IS NOT NULL")
    connection.execute(
        "UPDATE outbox SET state = 'unknown', owner = NULL, changed_at = ?1"
        " WHERE state IN ('claimed', 'sending') OR (state = 'new' AND (due_at IS NULL OR due_at <= ?1))",
        (now,),
    )
    connection.execute("UPDATE subscriptions SET since = ? WHERE since < ?", (now, now))
    connection.execute("DELETE FROM owners")
