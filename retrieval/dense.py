"""Vectors -> nearest vectors by cosine, with filters and deletions, in memory and in a folder.

The vectors lie in blocks that never change, so that searches need no lock and run beside the one thread that applies
changes: it puts new blocks together and swaps them in. The newest rows stay as they came, in float16 (the tail); 16,384
of them become a block of bytes. Small blocks are merged, and blocks with many dead rows written anew, as in a search
engine. From 100,000 rows on all blocks are arranged in inverted lists, one block at a time, so that this too needs no
more memory than a block.

Of the lists those with the highest cosine on average are visited first, until the query was compared with a fixed
number of rows. A filter is a bitmap that the search consults for every row it comes to: the fewer rows it leaves, the
more lists are visited, and where it leaves few, just the lists that hold them, so that nothing is missed. Cosines of
rows in bytes are off by about 0.001; whoever needs the exact order takes more than he needs and computes the cosines of
the stored vectors.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.dense_files import load_state, save_state, saved_seq
from retrieval.dense_state import LISTS_FROM_ROWS, SEAL_ROWS, Block, DenseRows, State
from retrieval.faiss_blocks import Halves, Query
from retrieval.types import Filter, Hits
from retrieval.vector_rows import Allowed, Rows

__all__ = ["DenseIndex", "DenseRows"]


class DenseIndex:
    """The vectors of a store. Any number of threads may search while one at a time applies changes or saves.

    To be had from :meth:`create` or :meth:`open`.
    """

    def __init__(self, state: State, *, fingerprint: str) -> None:
        self._state = state
        self._fingerprint = fingerprint
        self._changing = threading.Lock()

    @classmethod
    def create(cls, *, dim: int, fingerprint: str, lists_from_rows: int = LISTS_FROM_ROWS) -> DenseIndex:
        """Make an empty index in memory.

        :param fingerprint: of the encoder and of what a row stands for.
        :param lists_from_rows: size from which inverted lists are used.
        """
        state = State(
            tail=Block(rows=Rows.of([]), codes=Halves(np.empty((0, dim), dtype=np.float16))),
            lists_from_rows=lists_from_rows,
        )
        return cls(state, fingerprint=fingerprint)

    @classmethod
    def open(cls, folder: Path, *, fingerprint: str, lists_from_rows: int = LISTS_FROM_ROWS) -> DenseIndex:
        """Read an index that :meth:`save` wrote, and check every byte of it (0.3 s for 300,000 vectors).

        :raises IndexMissingError: none there.
        :raises IndexOutdatedError: written by another version of Kutip.
        :raises IndexDamagedError: a file is broken or missing.
        :raises FingerprintMismatchError: its vectors are another encoder's.
        """
        state = load_state(folder, fingerprint=fingerprint)
        return cls(replace(state, lists_from_rows=lists_from_rows), fingerprint=fingerprint)

    def save(self, folder: Path) -> None:
        """Write what is new to a folder and make it the index there, all at once.

        Only one process may save to a folder at a time; any number may open it meanwhile.

        :raises IndexUnwritableError: the disk does not take it; the folder holds the index before.
        """
        with self._changing:
            save_state(self._state, folder, fingerprint=self._fingerprint)

    @staticmethod
    def saved_seq(folder: Path, *, fingerprint: str) -> int:
        """:return: :attr:`seq` of the index in a folder, or -1 where none can be opened."""
        return saved_seq(folder, fingerprint=fingerprint)

    @property
    def seq(self) -> int:
        """Last change of the store's change log that the index holds."""
        return self._state.seq

    def __len__(self) -> int:
        """Vectors held."""
        return self._state.live

    def versions(self) -> dict[int, int]:
        """Versions of the articles held, each with its number of vectors."""
        found: dict[int, int] = {}
        for rows in (block.rows for block in self._state.all):
            found.update(zip(rows.versions[rows.alive].tolist(), rows.counts[rows.alive].tolist(), strict=True))
        return found

    @property
    def bytes_per_vector(self) -> float:
        """Memory held by the index for each vector; 0.0 when it is empty."""
        state = self._state
        return (sum(block.nbytes for block in state.all) + (state.lists.nbytes if state.lists else 0)) / max(
            len(self), 1
        )

    @property
    def is_exhaustive(self) -> bool:
        """Whether a search compares the query with every vector."""
        return self._state.lists is None

    def apply(self, *, added: Sequence[DenseRows] = (), removed: Collection[int] = (), seq: int) -> None:
        """Take in changes; searches that begin afterwards see them.

        Applying changes again changes nothing. A version that is both added and removed is not held afterwards.
        When an index grows to :data:`LISTS_FROM_ROWS`, and once more at 1.5 million, the call arranges all vectors in
        lists (some 20 s, then some minutes); searches go on meanwhile.

        :param removed: versions; unknown ones are passed over.
        :param seq: what :attr:`seq` is to be.
        """
        with self._changing:
            state = self._state.without(removed)
            unwanted = {*removed, *state.held(rows.version for rows in added)}
            fresh = {rows.version: rows for rows in added if rows.version not in unwanted}
            for some in _portions(list(fresh.values())):
                state = state.with_rows(some)
            for step in replace(state, seq=seq).tidied():
                self._state = step

    def search(
        self,
        query: NDArray[np.float32],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
        effort: float = 1.0,
    ) -> Hits:
        """Find the vectors nearest to a query.

        :param query: (dim,) float32 of length 1.
        :param within: only vectors of these versions.
        :param effort: how many times as many lists as usual are visited, where there are lists.
        :return: at most k ids with their cosines.
        """
        state = self._state
        allowed = Allowed.of(where or Filter(), within, state.sources) if where or within is not None else None
        return state.search(Query(query), k=k, allowed=allowed, effort=effort)


def _portions(added: Sequence[DenseRows]) -> Iterator[list[DenseRows]]:
    """Cut into portions of about the size at which a tail is full."""
    portion: list[DenseRows] = []
    size = 0
    for rows in added:
        portion.append(rows)
        size += len(rows.vectors)
        if size >= SEAL_ROWS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
