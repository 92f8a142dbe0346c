"""The tables of the article store, and the numbered migrations that lead a SQLite file to its newest schema.

Plain SQL that PostgreSQL takes too: no rowid is used as a key, every unique key of a table that belongs to an article
holds the article's id (so that the tables can be distributed by it), and the only counter is the change log's.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import NewerStoreError, NotAStoreError

APPLICATION_ID = 0x4B757470
"""``Kutp``, in the header of every article store."""

Migration = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What a kind of file holds.

    :param application_id: 32 bits in the header of each such file, by which it is told from other programs' files.
    :param migrations: number n of them, counted from 1, leads from schema n - 1 to schema n. Only ever add to the end.
    """

    application_id: int
    migrations: tuple[Migration, ...]

    @property
    def version(self) -> int:
        """The newest schema number."""
        return len(self.migrations)


def _create_tables(connection: sqlite3.Connection) -> None:
    """Schema 1."""
    for statement in _TABLES:
        connection.execute(statement)
    renew_store_id(connection)


_TABLES = (
    # published is what is cited; published_utc sorts (seconds since 1970); day is the source's own calendar day.
    """
    CREATE TABLE articles (
        id TEXT PRIMARY KEY NOT NULL,
        version INTEGER NOT NULL,
        first_version INTEGER NOT NULL,
        has_own_id INTEGER NOT NULL,
        url TEXT,
        url_key TEXT,
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        published TEXT NOT NULL,
        published_utc INTEGER NOT NULL,
        day TEXT NOT NULL,
        near_group TEXT,
        sentence_count INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        signature BLOB NOT NULL,
        body TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX articles_version ON articles (version)",
    "CREATE INDEX articles_url_key ON articles (url_key) WHERE url_key IS NOT NULL",
    "CREATE INDEX articles_content_hash ON articles (content_hash)",
    "CREATE INDEX articles_near_group ON articles (near_group) WHERE near_group IS NOT NULL",
    "CREATE INDEX articles_source_day ON articles (source, day, sentence_count)",
    # Version first: the sentences of an article lie together, and a sentence id finds its row in one step.
    """
    CREATE TABLE sentences (
        version INTEGER NOT NULL,
        position INTEGER NOT NULL,
        article_id TEXT NOT NULL,
        paragraph INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (version, position, article_id)
    ) STRICT, WITHOUT ROWID
    """,
    # Every input that led to the article, superseded ones too.
    """
    CREATE TABLE inputs (
        input_hash TEXT NOT NULL,
        article_id TEXT NOT NULL,
        PRIMARY KEY (input_hash, article_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX inputs_article_id ON inputs (article_id)",
    # Locality-sensitive hashing: near copies share at least one key.
    """
    CREATE TABLE bands (
        band_key INTEGER NOT NULL,
        article_id TEXT NOT NULL,
        PRIMARY KEY (band_key, article_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE vectors (
        article_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        dim INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX vectors_version ON vectors (version, fingerprint, article_id)",
    # No line is ever deleted, so that a number is never given twice.
    """
    CREATE TABLE changes (
        seq INTEGER PRIMARY KEY NOT NULL,
        article_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('upsert', 'delete')),
        replaces INTEGER
    ) STRICT
    """,
    "CREATE TABLE properties (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT",
)


def _index_days(connection: sqlite3.Connection) -> None:
    """Schema 2: articles of some days, for digests."""
    connection.execute("CREATE INDEX articles_day ON articles (day)")


def _create_feed_tables(connection: sqlite3.Connection) -> None:
    """Schema 3."""
    for statement in _FEED_TABLES:
        connection.execute(statement)


_FEED_TABLES = (
    # Times are seconds since 1970. reported_at: since when the admins take the feed for broken.
    """
    CREATE TABLE feeds (
        id TEXT PRIMARY KEY NOT NULL,
        url TEXT NOT NULL,
        title TEXT,
        source TEXT,
        added_at INTEGER NOT NULL,
        next_at INTEGER NOT NULL,
        polled_at INTEGER,
        changed_at INTEGER,
        etag TEXT,
        last_modified TEXT,
        interval_s INTEGER NOT NULL,
        took_s REAL NOT NULL,
        failures INTEGER NOT NULL,
        broken_since INTEGER,
        problem TEXT,
        reported_at INTEGER,
        articles INTEGER NOT NULL,
        rejected INTEGER NOT NULL
    ) STRICT
    """,
    # Under each key by which an entry may be met again; again_at: when an entry that failed is to be tried again.
    """
    CREATE TABLE feed_entries (
        entry_key TEXT NOT NULL,
        feed_id TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        tries INTEGER NOT NULL,
        again_at INTEGER,
        seen_at INTEGER NOT NULL,
        PRIMARY KEY (entry_key, feed_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX feed_entries_feed_id ON feed_entries (feed_id, seen_at)",
)

ARTICLES = Schema(application_id=APPLICATION_ID, migrations=(_create_tables, _index_days, _create_feed_tables))
"""The article store."""


def renew_store_id(connection: sqlite3.Connection) -> None:
    """Mark this store as one that no index was derived from."""
    connection.execute(
        "INSERT INTO properties (name, value) VALUES ('store_id', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (secrets.token_hex(8),),
    )


def schema_of(connection: sqlite3.Connection, path: Path, schema: Schema) -> int:
    """Schema number of a file; 0 for an empty one.

    :param path: for the errors.
    :raises NotAStoreError: another kind of file, of this program or another.
    :raises NewerStoreError: the file is ahead of `schema`.
    """
    application_id, version, objects = _header_of(connection)
    if application_id != schema.application_id:
        if application_id or version or objects:
            raise NotAStoreError(path)
        return 0
    if version > schema.version:
        raise NewerStoreError(path, found=version, known=schema.version)
    return version


def _header_of(connection: sqlite3.Connection) -> list[int]:
    """Application id, schema number and number of tables and indexes, all of the same moment."""
    is_nested = connection.in_transaction
    if not is_nested:
        connection.execute("BEGIN")
    try:
        return [
            int(connection.execute(question).fetchone()[0])
            for question in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        ]
    finally:
        if not is_nested:
            connection.rollback()


def migrate(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    """Bring a file to the newest schema, one transaction a step, so that a stop in between loses nothing.

    :param connection: in autocommit mode (``isolation_level=None``).
    :raises NotAStoreError: another kind of file; nothing was changed.
    :raises NewerStoreError: the file is ahead of `schema`; nothing was changed.
    """
    while schema_of(connection, path, schema) < schema.version:
        connection.execute("BEGIN IMMEDIATE")
        try:
            done = schema_of(connection, path, schema)  # another process may have been faster
            if done < schema.version:
                schema.migrations[done](connection)
                connection.execute(f"PRAGMA application_id = {schema.application_id}")
                connection.execute(f"PRAGMA user_version = {done + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
