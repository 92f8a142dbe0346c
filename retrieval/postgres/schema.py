"""The tables that searching by words needs beside those of the store, and the index over vectors."""

from __future__ import annotations

from corpus.postgres.dialect import literal
from corpus.postgres.schema import PostgresSchema

TITLE_POSITION = -1
"""Under which a headline stands beside the sentences of its article."""

HNSW_FROM_ROWS = 20_000
"""Below it, comparing with every vector takes 20 ms at most and misses nothing."""

# Lengths are in words; `article_length` is the whole article's. A stem's positions tell how often it occurs.
_TABLES = (
    """
    CREATE TABLE sentence_words (
        version bigint NOT NULL,
        position integer NOT NULL,
        source text COLLATE "C" NOT NULL,
        day text COLLATE "C" NOT NULL,
        length integer NOT NULL,
        article_length integer NOT NULL,
        stems tsvector NOT NULL,
        words tsvector NOT NULL,
        PRIMARY KEY (version, position)
    )
    """,
    "CREATE INDEX sentence_words_stems ON sentence_words USING gin (stems)",
    # How many sentences and articles use a stem or a word: BM25's frequencies, and the vocabulary.
    """
    CREATE TABLE word_counts (
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('stem', 'word')),
        term text COLLATE "C" NOT NULL,
        sentences bigint NOT NULL,
        articles bigint NOT NULL,
        PRIMARY KEY (kind, term)
    )
    """,
    """
    CREATE TABLE word_state (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        seq bigint NOT NULL,
        store_id text COLLATE "C" NOT NULL,
        fingerprint text COLLATE "C" NOT NULL,
        sentences bigint NOT NULL,
        sentence_words bigint NOT NULL,
        articles bigint NOT NULL,
        article_words bigint NOT NULL
    )
    """,
    "INSERT INTO word_state VALUES (true, 0, '', '', 0, 0, 0, 0)",
)

SEARCH = PostgresSchema(kind="sentence_words", migrations=(_TABLES,))
"""What searching by words needs."""


def vector_index(fingerprint: str, dim: int) -> str:
    """The statement that makes the index over one encoder's vectors.

    >>> print(vector_index("letters", 3))
    CREATE INDEX ON sentence_vectors USING hnsw ((vector::halfvec(3)) halfvec_ip_ops) WHERE fingerprint = 'letters'
    """
    return (
        f"CREATE INDEX ON sentence_vectors USING hnsw ((vector::halfvec({int(dim)})) halfvec_ip_ops)"
        f" WHERE fingerprint = {literal(fingerprint)}"
    )
