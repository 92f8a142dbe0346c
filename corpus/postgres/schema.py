"""The tables of a store on PostgreSQL, and the numbered migrations that lead a database to its newest schema.

The numbers are those of :mod:`corpus.schema`: schema n of both engines holds the same. Every unique key of a table in
:data:`SHARDED` holds the article's id and no such table counts by itself, so that the tables can be distributed by it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

LEAST_PGVECTOR = (0, 8, 4)
"""Earlier versions may damage an HNSW index while it is vacuumed."""

SHARDED = {
    "articles": "id",
    "sentences": "article_id",
    "inputs": "article_id",
    "bands": "article_id",
    "vectors": "article_id",
    "sentence_vectors": "article_id",
}
"""Tables that may be distributed, each with the column that holds the article's id."""

# Texts compare byte by byte as SQLite's do. `published` is what is cited, in its own zone; `published_utc` sorts.
_TABLES = (
    """
    CREATE TABLE articles (
        id text COLLATE "C" PRIMARY KEY,
        version bigint NOT NULL,
        first_version bigint NOT NULL,
        has_own_id integer NOT NULL,
        url text COLLATE "C",
        url_key text COLLATE "C",
        title text COLLATE "C" NOT NULL,
        source text COLLATE "C" NOT NULL,
        published text COLLATE "C" NOT NULL,
        published_utc bigint NOT NULL,
        day text COLLATE "C" NOT NULL,
        near_group text COLLATE "C",
        sentence_count integer NOT NULL,
        content_hash text COLLATE "C" NOT NULL,
        signature bytea NOT NULL,
        body text COLLATE "C" NOT NULL
    )
    """,
    "CREATE INDEX articles_version ON articles (version)",
    # An address may be longer than an index entry may be; it is only ever looked up as a whole.
    "CREATE INDEX articles_url_key ON articles USING hash (url_key) WHERE url_key IS NOT NULL",
    "CREATE INDEX articles_content_hash ON articles (content_hash)",
    "CREATE INDEX articles_near_group ON articles (near_group) WHERE near_group IS NOT NULL",
    "CREATE INDEX articles_source_day ON articles (source, day, sentence_count)",
    "CREATE INDEX articles_published_utc ON articles (published_utc, version)",
    """
    CREATE TABLE sentences (
        version bigint NOT NULL,
        position integer NOT NULL,
        article_id text COLLATE "C" NOT NULL,
        paragraph integer NOT NULL,
        text text COLLATE "C" NOT NULL,
        PRIMARY KEY (version, position, article_id)
    )
    """,
    """
    CREATE TABLE inputs (
        input_hash text COLLATE "C" NOT NULL,
        article_id text COLLATE "C" NOT NULL,
        PRIMARY KEY (input_hash, article_id)
    )
    """,
    "CREATE INDEX inputs_article_id ON inputs (article_id)",
    """
    CREATE TABLE bands (
        band_key bigint NOT NULL,
        article_id text COLLATE "C" NOT NULL,
        PRIMARY KEY (band_key, article_id)
    )
    """,
    # That an article is embedded; its sentences' vectors stand in a table of their own, where an index finds them.
    """
    CREATE TABLE vectors (
        article_id text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        fingerprint text COLLATE "C" NOT NULL,
        dim integer NOT NULL,
        PRIMARY KEY (version, fingerprint, article_id)
    )
    """,
    # Source and day are the article's, for searches with a filter: a changed article has a new version.
    """
    CREATE TABLE sentence_vectors (
        article_id text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        position integer NOT NULL,
        fingerprint text COLLATE "C" NOT NULL,
        source text COLLATE "C" NOT NULL,
        day text COLLATE "C" NOT NULL,
        vector halfvec NOT NULL,
        PRIMARY KEY (version, fingerprint, position, article_id),
        FOREIGN KEY (version, fingerprint, article_id) REFERENCES vectors ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE changes (
        seq bigint PRIMARY KEY,
        article_id text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('upsert', 'delete')),
        replaces bigint
    )
    """,
    'CREATE TABLE properties (name text COLLATE "C" PRIMARY KEY, value text COLLATE "C" NOT NULL)',
)

_DAYS = (
    "CREATE INDEX articles_day ON articles (day)",
    "CREATE INDEX sentence_vectors_day ON sentence_vectors (day)",
)

_FEED_TABLES = (
    """
    CREATE TABLE feeds (
        id text COLLATE "C" PRIMARY KEY,
        url text COLLATE "C" NOT NULL,
        title text,
        source text,
        added_at bigint NOT NULL,
        next_at bigint NOT NULL,
        polled_at bigint,
        changed_at bigint,
        etag text,
        last_modified text,
        interval_s bigint NOT NULL,
        took_s double precision NOT NULL,
        failures integer NOT NULL,
        broken_since bigint,
        problem text,
        reported_at bigint,
        articles integer NOT NULL,
        rejected integer NOT NULL
    )
    """,
    """
    CREATE TABLE feed_entries (
        entry_key text COLLATE "C" NOT NULL,
        feed_id text COLLATE "C" NOT NULL,
        text_hash text COLLATE "C" NOT NULL,
        tries integer NOT NULL,
        again_at bigint,
        seen_at bigint NOT NULL,
        PRIMARY KEY (entry_key, feed_id)
    )
    """,
    "CREATE INDEX feed_entries_feed_id ON feed_entries (feed_id, seen_at)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresSchema:
    """What a part of a database holds.

    :param kind: by which the database remembers how far this part is.
    :param migrations: number n of them, counted from 1, leads from schema n - 1 to schema n. Only ever add to the end.
    """

    kind: str
    migrations: tuple[tuple[str, ...], ...]

    @property
    def version(self) -> int:
        """The newest schema number."""
        return len(self.migrations)


ARTICLES = PostgresSchema(kind="articles", migrations=(_TABLES, _DAYS, _FEED_TABLES))
"""The article store."""


def new_store_id() -> str:
    """A mark for a store that no index was derived from."""
    return secrets.token_hex(8)


def pgvector_problem(version: str | None) -> str | None:
    """What is wrong with the server's pgvector, or None.

    :param version: as the server tells it, None where the extension is not there.

    >>> pgvector_problem("0.8.5") is None, pgvector_problem("0.10.0") is None
    (True, True)
    >>> pgvector_problem("0.8.1")
    'pgvector 0.8.4 or later is needed, found 0.8.1; update the server and run ALTER EXTENSION vector UPDATE'
    """
    needed = ".".join(map(str, LEAST_PGVECTOR))
    if version is None:
        return f"pgvector {needed} or later is needed on the server and is not there"
    parts = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    if parts >= LEAST_PGVECTOR:
        return None
    return (
        f"pgvector {needed} or later is needed, found {version}; "
        "update the server and run ALTER EXTENSION vector UPDATE"
    )
