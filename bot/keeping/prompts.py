"""Questions to people that wait for typed words, and marks of how far work has come: both outlive a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.keeping.database import BotDatabase
from bot.keeping.rows import moment_of, seconds_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question to a person that waits for typed words.

    :param about: what the words are for.
    :param message_id: of the question.
    """

    user_id: int
    subscription_id: int
    about: str
    message_id: int
    asked_at: datetime


class Prompts:
    """One question a person, over the database of the bot, which stays open."""

    def __init__(self, database: BotDatabase) -> None:
        self._database = database

    async def ask(self, prompt: Prompt) -> None:
        """Wait for typed words of a person, in place of what was waited for before."""
        row = (
            prompt.user_id,
            prompt.subscription_id,
            prompt.about,
            prompt.message_id,
            seconds_of(prompt.asked_at),
        )
        await self._database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO prompts (user_id, subscription_id, about, message_id, asked_at)"
                " VALUES (?, ?, ?, ?, ?)",
                row,
            ).close()
        )

    async def of(self, user_id: int) -> Prompt | None:
        """What a person was asked and did not answer."""
        rows = await self._database.rows(
            "SELECT subscription_id, about, message_id, asked_at FROM prompts WHERE user_id = ?", (user_id,)
        )
        if not rows:
            return None
        subscription_id, about, message_id, asked_at = rows[0]
        return Prompt(
            user_id=user_id,
            subscription_id=subscription_id,
            about=about,
            message_id=message_id,
            asked_at=moment_of(asked_at),
        )

    async def answered(self, user_id: int) -> None:
        """Wait for nothing more of a person."""
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM prompts WHERE user_id = ?", (user_id,)).close()
        )


class Marks:
    """Values by name, over the database of the bot, which stays open."""

    def __init__(self, database: BotDatabase) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """A value that was kept under a name."""
        rows = await self._database.rows("SELECT value FROM marks WHERE name = ?", (name,), about="marks")
        return str(rows[0][0]) if rows else None

    def set(self, name: str, value: str) -> None:
        """Keep a value under a name; goes with the next commit."""
        self._database.post(
            lambda connection: connection.execute(
                "INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            ),
            about="marks",
        )
