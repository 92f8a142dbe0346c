"""What the bot remembers of chats and people: chats, their settings, answers, feedback, blocks."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from bot.keeping import people
from bot.keeping.database import BotDatabase
from bot.keeping.rows import (
    ANSWER_COLUMNS,
    CHAT_COLUMNS,
    answer_of,
    articles_of,
    chat_of,
    moment_of,
    plain,
    row_of_answer,
)
from bot.keeping.rows import seconds_of as _seconds
from bot.types import ChatKind, ChatRecord, ChatSettings, StoredAnswer, Turn

TITLE_CHARS = 256
"""Titles are kept up to this length; Telegram's own limits are below (128 for a chat, 64 and 64 for a name)."""

QUESTION_CHARS = 4096
"""Of a question, as long as a message can be (core.telegram.org/bots/api#sendmessage)."""

_RANDOM_BITS = 20


class BotState:
    """Chats, settings, answers, feedback, blocks over :attr:`database`, which a mailbox may share.

    Use :meth:`open`. One event loop; its coroutines may share one state. Unless a method says otherwise, what it wrote
    is safe on the disk when it returns.
    """

    def __init__(self, database: BotDatabase, *, blocked: Iterable[int] = ()) -> None:
        self.database = database
        self._blocked = set(blocked)

    @classmethod
    async def open(cls, path: Path, *, busy_timeout_s: float = 30.0) -> Self:
        """Open bot.db; create it, or bring an older one up to date.

        :raises StoreError: and its kinds: damaged, another kind of file, written by a later version, in use too long.
        """
        database = await BotDatabase.open(path, busy_timeout_s=busy_timeout_s)
        try:
            rows = await database.rows("SELECT user_id FROM blocks")
        except BaseException:
            await database.close()
            raise
        return cls(database, blocked=(user_id for (user_id,) in rows))

    async def close(self) -> None:
        """Write what is still waiting, and close the database."""
        await self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # chats

    async def see_chat(self, chat: ChatRecord) -> None:
        """Remember a chat, or that it was seen again; goes with the next commit.

        Of a chat that is known, `first_seen` and `can_write` stay: see :meth:`set_can_write`.
        """
        row = (
            chat.id,
            chat.kind.value,
            plain(chat.title)[:TITLE_CHARS],
            None if chat.username is None else plain(chat.username),
            chat.is_forum,
            chat.can_write,
            _seconds(chat.first_seen),
            _seconds(chat.last_seen),
            None if chat.gone_since is None else _seconds(chat.gone_since),
        )
        self.database.post(
            lambda connection: connection.execute(
                f"INSERT INTO chats ({CHAT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
                " ON CONFLICT (chat_id) DO UPDATE SET kind = excluded.kind, title = excluded.title,"
                " username = excluded.username, is_forum = excluded.is_forum, last_seen = excluded.last_seen,"
                " gone_since = excluded.gone_since",
                row,
            ),
            about="chats",
        )

    async def get_chat(self, chat_id: int) -> ChatRecord | None:
        """The chat with an id."""
        rows = await self._chats("chat_id = ?", chat_id)
        return rows[0] if rows else None

    async def chats(
        self, *, kinds: Collection[ChatKind] | None = None, present: bool | None = True
    ) -> list[ChatRecord]:
        """Chats by id.

        :param kinds: only these.
        :param present: only those that the bot is in; False: only those that it is gone from; None: all.
        """
        found = await self._chats("?1 IS NULL OR (gone_since IS NULL) = ?1", present)
        return [chat for chat in found if kinds is None or chat.kind in kinds]

    async def _chats(self, condition: str, parameter: int | None) -> list[ChatRecord]:
        rows = await self.database.rows(
            f"SELECT {CHAT_COLUMNS} FROM chats WHERE {condition} ORDER BY chat_id",  # noqa: S608
            (parameter,),
            about="chats",
        )
        return [chat_of(row) for row in rows]

    async def set_can_write(self, chat_id: int, can_write: bool) -> None:
        """Remember whether the bot may send to a known chat."""
        await self._execute("UPDATE chats SET can_write = ? WHERE chat_id = ?", can_write, chat_id)

    def wrote_to(self, chat_id: int) -> None:
        """A message reached a chat, so the bot may send there; goes with the next commit."""
        self.database.post(
            lambda connection: connection.execute(
                "UPDATE chats SET can_write = 1 WHERE chat_id = ? AND NOT can_write", (chat_id,)
            ),
            about="chats",
        )

    async def mark_gone(self, chat_id: int, at: datetime) -> None:
        """Remember that a known chat is gone, until it is seen again; the first time counts."""
        await self._execute(
            "UPDATE chats SET gone_since = coalesce(gone_since, ?) WHERE chat_id = ?", _seconds(at), chat_id
        )

    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        """A group became a supergroup: all that is kept of it moves along. Doing it twice changes nothing."""
        if old_id != new_id:
            await self.database.write(lambda connection: people.move_chat(connection, old_id, new_id))

    async def chat_settings(self, chat_id: int) -> ChatSettings:
        """What the admins of a chat chose, else the defaults."""
        rows = await self.database.rows(
            "SELECT answers_mentions, since_days FROM chat_settings WHERE chat_id = ?", (chat_id,)
        )
        return ChatSettings(answers_mentions=bool(rows[0][0]), since_days=rows[0][1]) if rows else ChatSettings()

    async def set_chat_settings(self, chat_id: int, settings: ChatSettings) -> None:
        """Choose for a chat."""
        await self._execute(
            "INSERT INTO chat_settings (chat_id, answers_mentions, since_days) VALUES (?, ?, ?) ON CONFLICT (chat_id)"
            " DO UPDATE SET answers_mentions = excluded.answers_mentions, since_days = excluded.since_days",
            chat_id,
            settings.answers_mentions,
            settings.since_days,
        )

    # answers

    async def keep_answer(self, answer: StoredAnswer) -> int:
        """Remember an answer that is about to be sent; goes with the next commit, which comes before the message does.

        One to the same message that never went out is replaced.

        :return: its id; the one in `answer` is ignored.
        """
        answer_id = new_answer_id()
        row = row_of_answer(replace(answer, id=answer_id, question=answer.question[:QUESTION_CHARS]))
        self.database.post(lambda connection: _insert_answer(connection, row), about="answers")
        return answer_id

    async def set_answer_message(self, answer_id: int, message_id: int) -> None:
        """Remember the message of an answer that was sent; goes with the next commit."""
        self.database.post(
            lambda connection: connection.execute(
                "UPDATE answers SET message_id = ? WHERE answer_id = ?", (message_id, answer_id)
            ),
            about="answers",
        )

    async def set_shown(self, answer_id: int, shown: int) -> None:
        """Remember how many citations are on show; goes with the next commit."""
        self.database.post(
            lambda connection: connection.execute(
                "UPDATE answers SET shown = ? WHERE answer_id = ?", (shown, answer_id)
            ),
            about="answers",
        )

    async def replace_answer(self, answer_id: int, answer: StoredAnswer) -> bool:
        """Put the answer to an edited question in the place of the old one; votes on that are deleted.

        Id, chat, person, topic and both messages stay.

        :return: False if there is no such answer.
        """
        row = row_of_answer(replace(answer, id=answer_id, question=answer.question[:QUESTION_CHARS]))

        def put(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM votes WHERE answer_id = ?", (answer_id,))
            changed = connection.execute(
                "UPDATE answers SET question = :question, status = :status, confidence = :confidence,"
                " citations = :citations, shown = :shown, asked_at = :asked_at WHERE answer_id = :answer_id",
                row,
            ).rowcount
            return changed == 1

        return await self.database.write(put)

    async def answer(self, answer_id: int) -> StoredAnswer | None:
        """The answer with an id, unless it was forgotten."""
        return await self._answer("answer_id = ?", answer_id)

    async def answer_to(self, chat_id: int, question_message_id: int) -> StoredAnswer | None:
        """The newest answer to a message."""
        return await self._answer(
            "chat_id = ? AND question_message_id = ? ORDER BY answer_id DESC LIMIT 1", chat_id, question_message_id
        )

    async def answer_shown_in(self, chat_id: int, message_id: int) -> StoredAnswer | None:
        """The answer that a message of the bot shows, or the last message of one that took several."""
        return await self._answer("chat_id = ? AND message_id = ? ORDER BY answer_id DESC LIMIT 1", chat_id, message_id)

    async def _answer(self, condition: str, *parameters: int) -> StoredAnswer | None:
        rows = await self.database.rows(
            f"SELECT {ANSWER_COLUMNS} FROM answers WHERE {condition}",  # noqa: S608
            parameters,
            about="answers",
        )
        return answer_of(rows[0]) if rows else None

    async def last_turn(self, chat_id: int, user_id: int, *, since: datetime, above: int | None = None) -> Turn | None:
        """What a person asked last in a chat, unless it was before `since`.

        :param above: id of a message; only what was asked above it counts.
        """
        rows = await self.database.rows(
            "SELECT question, asked_at, citations FROM answers WHERE user_id = ?1 AND chat_id = ?2 AND asked_at >= ?3"
            " AND (?4 IS NULL OR question_message_id < ?4) ORDER BY asked_at DESC, answer_id DESC LIMIT 1",
            (user_id, chat_id, _seconds(since), above),
            about="answers",
        )
        if not rows:
            return None
        question, asked_at, citations = rows[0]
        return Turn(question=question, asked_at=moment_of(asked_at), article_ids=articles_of(citations))

    # feedback

    async def vote(self, answer_id: int, user_id: int, value: Literal[1, -1, 0], at: datetime) -> bool:
        """Say what a person thinks of an answer, in place of what they said before.

        :param value: 0 takes the vote back.
        :return: False if the answer was forgotten.
        """

        def put(connection: sqlite3.Connection) -> bool:
            known = connection.execute("SELECT 1 FROM answers WHERE answer_id = ?", (answer_id,)).fetchone()
            connection.execute("DELETE FROM votes WHERE answer_id = ? AND user_id = ?", (answer_id, user_id))
            if known and value:
                connection.execute(
                    "INSERT INTO votes (answer_id, user_id, value, voted_at) VALUES (?, ?, ?, ?)",
                    (answer_id, user_id, value, _seconds(at)),
                )
            return known is not None

        return await self.database.write(put)

    async def vote_of(self, answer_id: int, user_id: int) -> Literal[1, -1, 0]:
        """A person's vote on an answer; 0 is none."""
        rows = await self.database.rows(
            "SELECT value FROM votes WHERE answer_id = ? AND user_id = ?", (answer_id, user_id)
        )
        if not rows:
            return 0
        return 1 if rows[0][0] > 0 else -1

    async def votes(self, answer_id: int) -> tuple[int, int]:
        """Votes for and against an answer."""
        return await self._count_votes("answer_id = ?", answer_id)

    async def feedback_counts(self) -> tuple[int, int]:
        """Votes for and against, over all answers that are kept."""
        return await self._count_votes("?1 IS NULL", None)

    async def _count_votes(self, condition: str, parameter: int | None) -> tuple[int, int]:
        ((up, down),) = await self.database.rows(
            f"SELECT coalesce(sum(value > 0), 0), coalesce(sum(value < 0), 0) FROM votes WHERE {condition}",  # noqa: S608
            (parameter,),
        )
        return up, down

    # blocks

    async def block(self, user_id: int, at: datetime, by: int) -> None:
        """Block a person; the first block counts. :param by: the admin."""
        await self._execute(
            "INSERT INTO blocks (user_id, blocked_by, blocked_at) VALUES (?, ?, ?) ON CONFLICT (user_id) DO NOTHING",
            user_id,
            by,
            _seconds(at),
        )
        self._blocked.add(user_id)

    async def unblock(self, user_id: int) -> None:
        """Let a person ask again."""
        await self._execute("DELETE FROM blocks WHERE user_id = ?", user_id)
        self._blocked.discard(user_id)

    def is_blocked(self, user_id: int) -> bool:
        """Whether a person is blocked; kept in memory, because every update asks."""
        return user_id in self._blocked

    async def blocked(self) -> set[int]:
        """Who is blocked."""
        return set(self._blocked)

    # upkeep

    async def forget_user(self, user_id: int) -> int:
        """Delete all that is kept of a person, in the file's write-ahead log too.

        :return: rows deleted or changed.
        """
        rows = await self.database.write(lambda connection: people.forget(connection, user_id))
        self._blocked.discard(user_id)
        await self.database.scrub()
        return rows

    async def export_user(self, user_id: int) -> dict[str, Any]:
        """All that is kept of a person, ready for JSON; see :func:`bot.keeping.people.export`."""
        return await self.database.write(lambda connection: people.export(connection, user_id))

    async def prune(self, before: datetime) -> int:
        """Delete answers of questions asked before a time, and the votes on them.

        :return: answers deleted.
        """
        limit = (_seconds(before),)

        def delete(connection: sqlite3.Connection) -> int:
            connection.execute(
                "DELETE FROM votes WHERE answer_id IN (SELECT answer_id FROM answers WHERE asked_at < ?)", limit
            )
            return connection.execute("DELETE FROM answers WHERE asked_at < ?", limit).rowcount

        return await self.database.write(delete)

    async def _execute(self, statement: str, *parameters: Any) -> None:
        await self.database.write(lambda connection: connection.execute(statement, parameters).close())


def new_answer_id() -> int:
    """An id that no answer has, larger than those made before: milliseconds since 1970, then 20 random bits."""
    return time.time_ns() // 1_000_000 << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)


def _insert_answer(connection: sqlite3.Connection, row: dict[str, Any]) -> None:
    connection.execute(
        "DELETE FROM answers WHERE chat_id = :chat_id AND question_message_id = :question_message_id"
        " AND message_id IS NULL",
        row,
    )
    connection.execute(
        f"INSERT INTO answers ({ANSWER_COLUMNS}) VALUES (:{ANSWER_COLUMNS.replace(', ', ', :')})",  # noqa: S608
        row,
    )
