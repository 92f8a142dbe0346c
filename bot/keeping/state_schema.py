"""The tables of bot.db, and the numbered migrations that lead to them.

Times are UTC seconds since 1970. Ids of Telegram need up to 52 bits, those of answers 61. A column that says who a row
belongs to is named ``user_id`` or ``chat_id`` (a private chat has the id of its person): a table added here that has
one of them must be taken care of in :mod:`bot.keeping.people`, which deletes, exports and moves.
"""

from __future__ import annotations

import sqlite3

from corpus.schema import Schema

_TABLES = (
    """
    CREATE TABLE chats (
        chat_id INTEGER PRIMARY KEY NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        username TEXT,
        is_forum INTEGER NOT NULL,
        can_write INTEGER NOT NULL,
        first_seen INTEGER NOT NULL,
        last_seen INTEGER NOT NULL,
        gone_since INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE chat_settings (
        chat_id INTEGER PRIMARY KEY NOT NULL,
        answers_mentions INTEGER NOT NULL,
        since_days INTEGER
    ) STRICT
    """,
    # citations: JSON, [[sentence_id, article_id, start or null, end or null, score, [ids of the same story]], ...]
    """
    CREATE TABLE answers (
        answer_id INTEGER PRIMARY KEY NOT NULL,
        chat_id INTEGER NOT NULL,
        user_id INTEGER,
        thread_id INTEGER,
        question TEXT NOT NULL,
        question_message_id INTEGER,
        message_id INTEGER,
        status TEXT NOT NULL,
        confidence REAL NOT NULL,
        citations TEXT NOT NULL,
        shown INTEGER NOT NULL,
        asked_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX answers_of_message ON answers (chat_id, question_message_id) WHERE question_message_id IS NOT NULL",
    "CREATE INDEX answers_of_user ON answers (user_id, chat_id, asked_at)",
    "CREATE INDEX answers_asked_at ON answers (asked_at)",
    """
    CREATE TABLE votes (
        answer_id INTEGER NOT NULL,
        user_id INTEGER NOT NULL,
        value INTEGER NOT NULL CHECK (value IN (1, -1)),
        voted_at INTEGER NOT NULL,
        PRIMARY KEY (answer_id, user_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX votes_of_user ON votes (user_id)",
    """
    CREATE TABLE blocks (
        user_id INTEGER PRIMARY KEY NOT NULL,
        blocked_by INTEGER,
        blocked_at INTEGER NOT NULL
    ) STRICT
    """,
    # Processes that hold rows of the two tables below; see bot.keeping.presence.
    "CREATE TABLE owners (owner INTEGER PRIMARY KEY NOT NULL) STRICT",
    # Updates: done when the payload is gone. The id stays a while, so that the same update is known again.
    """
    CREATE TABLE inbox (
        update_id INTEGER PRIMARY KEY NOT NULL,
        received_at INTEGER NOT NULL,
        owner INTEGER,
        payload TEXT
    ) STRICT
    """,
    "CREATE INDEX inbox_pending ON inbox (update_id) WHERE payload IS NOT NULL",
    # Messages that go out at most once. thread_id 0: none. due_at: only of those that are scheduled.
    """
    CREATE TABLE outbox (
        kind TEXT NOT NULL,
        chat_id INTEGER NOT NULL,
        thread_id INTEGER NOT NULL,
        slot TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        due_at INTEGER,
        state TEXT NOT NULL CHECK (state IN ('new', 'claimed', 'sending', 'sent', 'unknown', 'skipped')),
        owner INTEGER,
        message_id INTEGER,
        changed_at INTEGER NOT NULL,
        PRIMARY KEY (kind, chat_id, thread_id, slot),
        CHECK ((owner IS NOT NULL) = (state IN ('claimed', 'sending')))
    ) STRICT
    """,
    "CREATE INDEX outbox_due ON outbox (kind, due_at, key) WHERE state = 'new' AND due_at IS NOT NULL",
    "CREATE INDEX outbox_owned ON outbox (owner) WHERE owner IS NOT NULL",
    "CREATE INDEX outbox_unknown ON outbox (changed_at) WHERE state = 'unknown'",
    "CREATE INDEX outbox_of_chat ON outbox (chat_id)",
)


def _create_tables(connection: sqlite3.Connection) -> None:
    """Schema 1."""
    for statement in _TABLES:
        connection.execute(statement)


# weekdays: bits, Monday is 1. include, exclude: JSON lists of words. thread_id 0: none.
_SUBSCRIPTION_TABLES = (
    """
    CREATE TABLE subscriptions (
        subscription_id INTEGER PRIMARY KEY NOT NULL,
        user_id INTEGER NOT NULL,
        chat_id INTEGER NOT NULL,
        thread_id INTEGER NOT NULL,
        is_on INTEGER NOT NULL,
        hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
        zone TEXT NOT NULL,
        weekdays INTEGER NOT NULL CHECK (weekdays BETWEEN 1 AND 127),
        include TEXT NOT NULL,
        exclude TEXT NOT NULL,
        silent INTEGER NOT NULL,
        stories INTEGER NOT NULL,
        alerts_per_day INTEGER NOT NULL,
        alerts_at_night INTEGER NOT NULL,
        paused_since INTEGER,
        since INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        UNIQUE (chat_id, thread_id)
    ) STRICT
    """,
    "CREATE INDEX subscriptions_at ON subscriptions (zone, hour, subscription_id) WHERE is_on AND paused_since IS NULL",
    "CREATE INDEX subscriptions_of_user ON subscriptions (user_id)",
    # What was told, once for all chats that were told the same. article_ids: a JSON list.
    """
    CREATE TABLE tellings (
        telling_id INTEGER PRIMARY KEY NOT NULL,
        article_ids TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE told (
        told_number INTEGER PRIMARY KEY NOT NULL,
        subscription_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        slot TEXT NOT NULL,
        telling_id INTEGER NOT NULL,
        UNIQUE (subscription_id, kind, slot)
    ) STRICT
    """,
    "CREATE INDEX told_telling ON told (telling_id)",
    # Questions to a person that wait for typed words.
    """
    CREATE TABLE prompts (
        user_id INTEGER PRIMARY KEY NOT NULL,
        subscription_id INTEGER NOT NULL,
        about TEXT NOT NULL,
        message_id INTEGER NOT NULL,
        asked_at INTEGER NOT NULL
    ) STRICT
    """,
    # How far work has come that goes on after a restart.
    "CREATE TABLE marks (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


def _add_subscriptions(connection: sqlite3.Connection) -> None:
    """Schema 2."""
    for statement in _SUBSCRIPTION_TABLES:
        connection.execute(statement)


# rest: what a part of a scheduled message and those after it say. behind: the key of the part before it.
_PARTS_AND_REACTIONS = (
    "ALTER TABLE outbox ADD COLUMN rest TEXT",
    "ALTER TABLE outbox ADD COLUMN behind TEXT",
    "CREATE INDEX outbox_behind ON outbox (behind) WHERE behind IS NOT NULL",
    "CREATE INDEX answers_shown_in ON answers (chat_id, message_id) WHERE message_id IS NOT NULL",
)


def _add_parts_and_reactions(connection: sqlite3.Connection) -> None:
    """Schema 3."""
    for statement in _PARTS_AND_REACTIONS:
        connection.execute(statement)


BOT_STATE = Schema(application_id=0x4B757442, migrations=(_create_tables, _add_subscriptions, _add_parts_and_reactions))
"""``KutB``, in the header of every bot.db. Only ever add to the end of the migrations."""
