"""What each subscription was told already, by article, so that no story comes to a chat twice.

Many chats are told the same, so a telling is stored once, and only its number with each of them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from hashlib import blake2b

from bot.keeping.database import BotDatabase

TELLINGS_LOOKED_AT = {"digest": 4, "alert": 60}
TELLINGS_KEPT = {"digest": 12, "alert": 60}
"""By kind: how many of the last tellings a story is compared with, and how many are kept. Counted, not timed, so that a
clock that is wrong for a while makes nobody forget what was sent."""


class Tellings:
    """Over the database of the bot, which stays open."""

    def __init__(self, database: BotDatabase) -> None:
        self._database = database

    async def told(self, subscription_id: int) -> frozenset[str]:
        """Ids of the articles whose stories a chat was told lately."""
        articles: set[str] = set()
        for kind, most in TELLINGS_LOOKED_AT.items():
            rows = await self._database.rows(
                "SELECT article_ids FROM told JOIN tellings USING (telling_id) WHERE subscription_id = ? AND kind = ?"
                " ORDER BY told_number DESC LIMIT ?",
                (subscription_id, kind, most),
                about="told",
            )
            for (text,) in rows:
                articles.update(json.loads(text))
        return frozenset(articles)

    def tell(self, subscription_id: int, kind: str, slot: str, article_ids: Iterable[str]) -> None:
        """Remember what a chat was told; goes with the next commit."""
        text = json.dumps(sorted(set(article_ids)), separators=(",", ":"))
        number = _number_of(text)

        def write(connection: sqlite3.Connection) -> None:
            if not connection.execute(
                "SELECT 1 FROM subscriptions WHERE subscription_id = ?", (subscription_id,)
            ).fetchone():
                return
            connection.execute(
                "INSERT INTO tellings (telling_id, article_ids) VALUES (?, ?) ON CONFLICT DO NOTHING", (number, text)
            )
            connection.execute(
                "INSERT INTO told (subscription_id, kind, slot, telling_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (subscription_id, kind, slot, number),
            )
            connection.execute(
                "DELETE FROM told WHERE subscription_id = ?1 AND kind = ?2 AND told_number <= (SELECT told_number FROM"
                " told WHERE subscription_id = ?1 AND kind = ?2 ORDER BY told_number DESC LIMIT 1 OFFSET ?3)",
                (subscription_id, kind, TELLINGS_KEPT[kind]),
            )

        self._database.post(write, about="told")

    def untell(self, kind: str, slot: str, *, chat_id: int, thread_id: int | None) -> None:
        """Forget what was to be told and never was; goes with the next commit."""
        self._database.post(
            lambda connection: connection.execute(
                "DELETE FROM told WHERE kind = ? AND slot = ? AND subscription_id ="
                " (SELECT subscription_id FROM subscriptions WHERE chat_id = ? AND thread_id = ?)",
                (kind, slot, chat_id, thread_id or 0),
            ),
            about="told",
        )

    async def prune(self) -> int:
        """Delete tellings that nobody has any more.

        :return: how many.
        """
        return await self._database.write(
            lambda connection: (
                connection.execute(
                    "DELETE FROM tellings WHERE telling_id NOT IN (SELECT telling_id FROM told)"
                ).rowcount
            )
        )


def _number_of(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1
