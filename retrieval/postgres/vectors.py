"""Vectors of sentences in PostgreSQL, found by cosine.

pgvector's HNSW finds nearly all of the nearest; where there are few, or a filter leaves few, all are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.postgres.dialect import literal
from corpus.postgres.store import wire_vectors
from corpus.types import POSITION_BITS
from retrieval.dense_state import DenseRows
from retrieval.postgres.limits import conditions
from retrieval.postgres.schema import HNSW_FROM_ROWS, vector_index
from retrieval.postgres.statements import Statements
from retrieval.types import Filter, Hits

EF_SEARCH = 200
"""Candidates that HNSW keeps in hand; twice the hits that answering asks for."""

MOST_EF_SEARCH = 1000
"""pgvector's own limit."""

MOST_SCANNED = 20_000
"""Rows that HNSW looks at for a filter before the rest is compared one by one."""


class PostgresVectors:
    """The vectors of a store, which its own table holds: what is written there is found at once.

    :param seq: last change that the index by words holds; the vectors are never behind it.
    :param count: sentences held, at that change.
    """

    bytes_per_vector = 0.0
    """Nothing is held in memory."""

    def __init__(
        self, statements: Statements, *, fingerprint: str, dim: int, seq: Callable[[], int], count: Callable[[], int]
    ) -> None:
        self._statements = statements
        self._fingerprint = fingerprint
        self._dim = dim
        self._seq = seq
        self._count = count

    @property
    def seq(self) -> int:
        """Last change that searching by words holds too."""
        return self._seq()

    def __len__(self) -> int:
        return self._count()

    @property
    def is_exhaustive(self) -> bool:
        """Whether a search without a filter compares the query with every vector."""
        return len(self) < HNSW_FROM_ROWS

    def versions(self) -> dict[int, int]:
        """Versions of the articles held, each with its number of vectors."""
        rows = self._statements.rows(
            "SELECT v.version, count(s.version) FROM vectors AS v LEFT JOIN sentence_vectors AS s"
            " ON s.version = v.version AND s.fingerprint = v.fingerprint"
            " WHERE v.fingerprint = ? GROUP BY v.version",
            (self._fingerprint,),
        )
        return {int(version): int(count) for version, count in rows}

    def apply(self, *, added: Sequence[DenseRows] = (), removed: Collection[int] = (), seq: int) -> None:
        """Nothing is left to do: the store wrote and removed the vectors with their articles."""

    def arrange(self) -> bool:
        """Make the HNSW index where the vectors are many and it is not there (minutes for 200,000); writers wait.

        :return: whether it was made.
        """
        if self.is_exhaustive or self._is_indexed():
            return False

        async def work(transaction: Any) -> None:
            await transaction.connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
            await transaction.connection.execute(vector_index(self._fingerprint, self._dim))

        self._statements.write(work)
        return True

    def _is_indexed(self) -> bool:
        rows = self._statements.rows(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'sentence_vectors'"
            " AND schemaname = ANY(current_schemas(false))"
        )
        return any("hnsw" in text and literal(self._fingerprint) in text for (text,) in rows)

    def search(
        self,
        query: NDArray[np.float32],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
    ) -> Hits:
        """As :meth:`retrieval.ports.VectorIndex.search`."""
        if k < 1 or (within is not None and not len(within)):
            return Hits(ids=np.empty(0, np.int64), scores=np.empty(0, np.float32))
        rows = None
        if within is None and k <= MOST_EF_SEARCH and not self.is_exhaustive:
            rows = self._nearest(query, k, where, None, is_exact=False)
        if rows is None or (where and len(rows) < k):
            rows = self._nearest(query, k, where, within, is_exact=True)
        ids = np.array([version << POSITION_BITS | position for version, position, _ in rows], dtype=np.int64)
        scores = np.array([-distance for _, _, distance in rows], dtype=np.float32)
        order = np.lexsort((ids, -scores))
        return Hits(ids=ids[order], scores=scores[order])

    def _nearest(
        self,
        query: NDArray[np.float32],
        k: int,
        where: Filter | None,
        within: Collection[int] | None,
        *,
        is_exact: bool,
    ) -> list[tuple[Any, ...]]:
        limits, parameters = conditions(where, within)
        distance = f"(s.vector::halfvec({self._dim}) <#> ?::halfvec({self._dim}))"
        sql = (
            f"SELECT s.version, s.position, {distance} AS distance FROM sentence_vectors AS s"  # noqa: S608 - constants
            f" WHERE s.fingerprint = {literal(self._fingerprint)}{limits}"
            # Nought is added so that no index serves the order.
            f" ORDER BY {distance}{' + 0' if is_exact else ''} LIMIT ?"
        )
        vector = wire_vectors(np.asarray(query, dtype=np.float32)[None, :])[0]
        settings = {"hnsw.ef_search": str(min(max(EF_SEARCH, 2 * k), MOST_EF_SEARCH))}
        if where:
            settings |= {"hnsw.iterative_scan": "relaxed_order", "hnsw.max_scan_tuples": str(MOST_SCANNED)}
        return self._statements.rows(sql, (vector, *parameters, vector, k), settings=None if is_exact else settings)
