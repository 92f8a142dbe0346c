"""Rows of the outbox that come behind others: the next part of a scheduled message."""

from __future__ import annotations

import sqlite3

from bot.types import Following

LET_GO = "UPDATE outbox SET state = 'new', owner = NULL WHERE behind = ? AND state = 'claimed'"
"""What follows a message that was sent, or may have been, is due."""

TAKE_BACK = "DELETE FROM outbox WHERE behind = ? AND state IN ('new', 'claimed')"
"""What follows a message that was surely not sent goes: it is made anew with that."""


def insert_following(
    connection: sqlite3.Connection, following: Following, *, behind: str, owner: int, now: int
) -> None:
    """Add what follows a message, claimed until that ends.

    :param behind: key of that message.
    :param now: seconds since 1970.
    """
    connection.execute(
        "INSERT OR IGNORE INTO outbox (kind, chat_id, thread_id, slot, key, due_at, state, owner, changed_at, rest,"
        " behind) SELECT kind, chat_id, thread_id, ?, ?, coalesce(due_at, changed_at), 'claimed', ?, ?, ?, key"
        " FROM outbox WHERE key = ?",
        (following.slot, following.key, owner, now, following.rest, behind),
    )
