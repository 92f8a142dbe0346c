"""Everything in bot.db that belongs to one person or one chat: deleted, exported, moved.

A private chat has the id of its person. A table with a column ``user_id`` or ``chat_id`` must be named here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from bot.keeping.rows import articles_of, moment_of

_FORGET = (
    "DELETE FROM votes WHERE user_id = :id",
    "DELETE FROM votes WHERE answer_id IN (SELECT answer_id FROM answers WHERE user_id = :id OR chat_id = :id)",
    "DELETE FROM answers WHERE user_id = :id OR chat_id = :id",
    "DELETE FROM chat_settings WHERE chat_id = :id",
    "DELETE FROM chats WHERE chat_id = :id",
    "DELETE FROM outbox WHERE chat_id = :id",
    # What the person set up for other chats too: it names the person, who is answerable for it.
    (
        "DELETE FROM told WHERE subscription_id IN"
        " (SELECT subscription_id FROM subscriptions WHERE user_id = :id OR chat_id = :id)"
    ),
    "DELETE FROM subscriptions WHERE user_id = :id OR chat_id = :id",
    "DELETE FROM prompts WHERE user_id = :id",
    "DELETE FROM blocks WHERE user_id = :id",
    "UPDATE blocks SET blocked_by = NULL WHERE blocked_by = :id",
)


def forget(connection: sqlite3.Connection, user_id: int) -> int:
    """Delete all that is kept of a person, other people's votes on their answers too.

    Updates that wait and name the person keep only their ids: those in hand are still worked on, but are not taken up
    again after a kill.

    :return: rows deleted or changed.
    """
    rows = sum(connection.execute(statement, {"id": user_id}).rowcount for statement in _FORGET)
    named = [(update_id,) for update_id, payload in _pending(connection) if _names(payload, user_id)]
    connection.executemany("UPDATE inbox SET payload = NULL, owner = NULL WHERE update_id = ?", named)
    return rows + len(named)


def export(connection: sqlite3.Connection, user_id: int) -> dict[str, Any]:
    """All that is kept of a person, ready for JSON; times are ISO 8601, UTC.

    Of articles only the ids are kept, and of an answer where its sentences stand.
    """
    return {
        "user_id": user_id,
        "chats": _select(
            connection,
            "SELECT chat_id, kind, title, username, can_write, first_seen, last_seen, gone_since"
            " FROM chats WHERE chat_id = ?",
            user_id,
            first_seen=moment_text,
            last_seen=moment_text,
            gone_since=moment_text,
            can_write=bool,
        ),
        "settings": _select(
            connection,
            "SELECT answers_mentions, since_days FROM chat_settings WHERE chat_id = ?",
            user_id,
            answers_mentions=bool,
        ),
        "questions": _select(
            connection,
            "SELECT answer_id, chat_id, thread_id, question, question_message_id, asked_at, status, confidence,"
            " citations AS article_ids, shown, message_id"
            " FROM answers WHERE user_id = ?1 OR chat_id = ?1 ORDER BY asked_at, answer_id",
            user_id,
            asked_at=moment_text,
            article_ids=lambda text: list(articles_of(text)),
        ),
        "feedback": _select(
            connection,
            "SELECT answer_id, value, voted_at FROM votes WHERE user_id = ? ORDER BY voted_at, answer_id",
            user_id,
            voted_at=moment_text,
        ),
        "blocked": _select(
            connection, "SELECT blocked_at FROM blocks WHERE user_id = ?", user_id, blocked_at=moment_text
        ),
        "messages": _select(
            connection,
            "SELECT key, kind, thread_id, due_at, state, message_id, changed_at FROM outbox WHERE chat_id = ?"
            " ORDER BY changed_at, key",
            user_id,
            due_at=moment_text,
            changed_at=moment_text,
        ),
        "subscriptions": _select(
            connection,
            "SELECT chat_id, thread_id, is_on, hour, zone, weekdays, include, exclude, silent, stories, alerts_per_day,"
            " alerts_at_night, paused_since, since, created_at,"
            " (SELECT json_group_array(kind || ' ' || slot) FROM told"
            " WHERE told.subscription_id = subscriptions.subscription_id) AS told"
            " FROM subscriptions WHERE user_id = ?1 OR chat_id = ?1 ORDER BY subscription_id",
            user_id,
            is_on=bool,
            weekdays=lambda bits: [weekday for weekday in range(7) if bits >> weekday & 1],
            include=json.loads,
            exclude=json.loads,
            silent=bool,
            alerts_at_night=bool,
            paused_since=moment_text,
            since=moment_text,
            created_at=moment_text,
            told=json.loads,
        ),
        "waiting_for": _select(
            connection, "SELECT about, asked_at FROM prompts WHERE user_id = ?", user_id, asked_at=moment_text
        ),
        "updates_in_hand": [payload for _, payload in _loaded(_pending(connection)) if _is_from(payload, user_id)],
    }


def move_chat(connection: sqlite3.Connection, old_id: int, new_id: int) -> None:
    """Make a group's rows those of the supergroup that it became; what is there of the new one already stays.

    Messages are numbered anew there, so answers lose the numbers of theirs.
    """
    ids = {"old": old_id, "new": new_id}
    known = connection.execute("SELECT 1 FROM chats WHERE chat_id = :new", ids).fetchone()
    if known:
        connection.execute(
            "UPDATE chats SET first_seen = (SELECT min(first_seen) FROM chats WHERE chat_id IN (:old, :new))"
            " WHERE chat_id = :new",
            ids,
        )
    else:
        connection.execute("UPDATE chats SET chat_id = :new, kind = 'supergroup' WHERE chat_id = :old", ids)
    connection.execute("DELETE FROM chats WHERE chat_id = :old", ids)
    connection.execute("UPDATE OR IGNORE chat_settings SET chat_id = :new WHERE chat_id = :old", ids)
    connection.execute("DELETE FROM chat_settings WHERE chat_id = :old", ids)
    connection.execute("UPDATE OR IGNORE subscriptions SET chat_id = :new WHERE chat_id = :old", ids)
    connection.execute("DELETE FROM subscriptions WHERE chat_id = :old", ids)
    connection.execute(
        "UPDATE answers SET chat_id = :new, question_message_id = NULL, message_id = NULL WHERE chat_id = :old", ids
    )
    # Keys stay: a message may be under way under its key. What went out to the old chat is not sent to the new one too.
    connection.execute(
        "UPDATE outbox AS new SET state = 'skipped' WHERE chat_id = :new AND state = 'new' AND EXISTS"
        " (SELECT 1 FROM outbox AS old WHERE old.chat_id = :old AND old.state IN ('sending', 'sent', 'unknown')"
        " AND (old.kind, old.thread_id, old.slot) = (new.kind, new.thread_id, new.slot))",
        ids,
    )
    connection.execute("UPDATE OR IGNORE outbox SET chat_id = :new WHERE chat_id = :old", ids)
    connection.execute("DELETE FROM outbox WHERE chat_id = :old AND state <> 'sending'", ids)


def moment_text(seconds: int | None) -> str | None:
    """ISO 8601 of seconds since 1970."""
    return None if seconds is None else moment_of(seconds).isoformat()


def _select(
    connection: sqlite3.Connection, statement: str, user_id: int, **convert: Callable[[Any], Any]
) -> list[dict[str, Any]]:
    """Rows by the names of their columns, some of them converted."""
    cursor = connection.execute(statement, (user_id,))
    names = [column[0] for column in cursor.description]
    return [
        {name: convert[name](value) if name in convert else value for name, value in zip(names, row, strict=True)}
        for row in cursor
    ]


def _pending(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    return connection.execute(
        "SELECT update_id, payload FROM inbox WHERE payload IS NOT NULL ORDER BY update_id"
    ).fetchall()


def _loaded(updates: Iterable[tuple[int, str]]) -> Iterable[tuple[int, dict[str, Any]]]:
    for update_id, payload in updates:
        yield update_id, json.loads(payload)


def _names(payload: str, user_id: int) -> bool:
    """Whether any number in an update is that of the person."""
    return str(user_id) in payload and _holds(json.loads(payload), user_id)


def _holds(value: object, number: int) -> bool:
    if isinstance(value, dict):
        return any(_holds(inner, number) for inner in value.values())
    if isinstance(value, list):
        return any(_holds(inner, number) for inner in value)
    return type(value) is int and value == number


def _is_from(payload: dict[str, Any], user_id: int) -> bool:
    """Whether the person sent the update, whatever kind it is."""
    return any(
        isinstance(part, dict)
        and isinstance(sender := part.get("from") or part.get("user"), dict)
        and sender.get("id") == user_id
        for part in payload.values()
    )
