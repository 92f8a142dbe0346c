"""Which row of a block of vectors belongs to which article, source and day, and which rows a search may use. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.types import POSITION_BITS
from retrieval.types import Filter

_ON_DISK = np.dtype([("version", "<i8"), ("count", "<i4"), ("source", "<u2"), ("day", "<i4"), ("alive", "?")])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allowed:
    """What a search may use, in the numbers that :class:`Rows` holds.

    :param sources: codes of sources, or None for any.
    :param first_day: ordinal of the first day, like `last_day` inclusive.
    :param versions: sorted int64, or None for any.
    """

    sources: NDArray[np.uint16] | None = None
    first_day: int = date.min.toordinal()
    last_day: int = date.max.toordinal()
    versions: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, where: Filter, within: Collection[int] | None, codes: Mapping[str, int]) -> Self:
        """:param codes: number of each source; a source without one has no rows."""
        return cls(
            sources=np.array(sorted(codes[name] for name in where.sources if name in codes), dtype=np.uint16)
            if where.sources
            else None,
            first_day=(where.since or date.min).toordinal(),
            last_day=(where.until or date.max).toordinal(),
            versions=None if within is None else np.unique(np.array(list(within), dtype=np.int64)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """The articles of a block; each has a run of consecutive rows.

    :param versions: (m,) int64, in no order, each once.
    :param counts: (m,) int32, rows of each, 0 for an article without any.
    :param sources: (m,) uint16, codes.
    :param days: (m,) int32, ordinals.
    :param alive: (m,) bool; an article that is gone keeps its rows until the block is written anew.
    """

    versions: NDArray[np.int64]
    counts: NDArray[np.int32]
    sources: NDArray[np.uint16]
    days: NDArray[np.int32]
    alive: NDArray[np.bool_]

    @classmethod
    def of(cls, articles: Sequence[tuple[int, int, int, date]]) -> Self:
        """:param articles: version, number of rows, code of the source, day."""
        versions, counts, sources, days = zip(*articles, strict=True) if articles else ((), (), (), ())
        return cls(
            versions=np.array(versions, dtype=np.int64),
            counts=np.array(counts, dtype=np.int32),
            sources=np.array(sources, dtype=np.uint16),
            days=np.array([day.toordinal() for day in days], dtype=np.int32),
            alive=np.ones(len(versions), dtype=np.bool_),
        )

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Self:
        """Rows of several blocks, one after the other; at least one."""
        return cls(
            versions=np.concatenate([part.versions for part in parts]),
            counts=np.concatenate([part.counts for part in parts]),
            sources=np.concatenate([part.sources for part in parts]),
            days=np.concatenate([part.days for part in parts]),
            alive=np.concatenate([part.alive for part in parts]),
        )

    def to_bytes(self) -> NDArray[np.uint8]:
        """:return: one array of bytes, to be stored."""
        table = np.zeros(len(self.versions), dtype=_ON_DISK)
        columns = (self.versions, self.counts, self.sources, self.days, self.alive)
        for name, column in zip(_ON_DISK.names or (), columns, strict=True):
            table[name] = column
        return table.view(np.uint8)

    @classmethod
    def from_bytes(cls, written: NDArray[np.uint8]) -> Self:
        """:param written: from :meth:`to_bytes`."""
        table = written.view(_ON_DISK)
        versions, counts, sources, days, alive = (np.ascontiguousarray(table[name]) for name in _ON_DISK.names or ())
        return cls(versions=versions, counts=counts, sources=sources, days=days, alive=alive)

    def parts(self, articles: Sequence[int]) -> list[Self]:
        """Undo :meth:`joined`.

        :param articles: how many each part has.
        """
        ends = np.cumsum(articles)
        return [self._only(slice(int(end) - count, int(end))) for count, end in zip(articles, ends, strict=True)]

    def __len__(self) -> int:
        """Rows, those of articles that are gone included."""
        return int(self.counts.sum())

    @property
    def live(self) -> int:
        """Rows of articles that are there."""
        return self.count(self.alive)

    @property
    def live_versions(self) -> NDArray[np.int64]:
        """Versions that are there."""
        return self.versions[self.alive]

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return sum(a.nbytes for a in (self.versions, self.counts, self.sources, self.days, self.alive))

    def count(self, articles: NDArray[np.bool_]) -> int:
        """:param articles: (m,) bool. :return: their rows."""
        return int(self.counts[articles].sum())

    def without(self, versions: NDArray[np.int64]) -> Self:
        """The same rows with some versions gone; the very same object if it has none of them."""
        going = np.isin(self.versions, versions) & self.alive
        return replace(self, alive=self.alive & ~going) if going.any() else self

    def living(self) -> tuple[Self, NDArray[np.bool_]]:
        """Only the articles that are there.

        :return: them, and (n,) bool: which of the present rows are theirs.
        """
        return self._only(self.alive), np.repeat(self.alive, self.counts)

    def allowed(self, allowed: Allowed) -> NDArray[np.bool_]:
        """:return: (m,) bool, the articles that are there and may be used."""
        chosen = self.alive & (self.days >= allowed.first_day) & (self.days <= allowed.last_day)
        if allowed.sources is not None:
            chosen &= np.isin(self.sources, allowed.sources)
        if allowed.versions is not None:
            chosen &= np.isin(self.versions, allowed.versions)
        return chosen

    def bits(self, articles: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """:param articles: (m,) bool. :return: a bit for each row, row 0 in the lowest bit, as FAISS wants it."""
        packed: NDArray[np.uint8] = np.packbits(np.repeat(articles, self.counts), bitorder="little")
        return packed

    def ids(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """:param rows: (k,) numbers of rows. :return: (k,) ``version << 12 | place among the rows of its version``."""
        ends = np.cumsum(self.counts, dtype=np.int64)
        article = np.searchsorted(ends, rows, side="right")
        first = ends[article] - self.counts[article]
        return self.versions[article] << POSITION_BITS | (rows - first)

    def _only(self, articles: slice | NDArray[np.bool_]) -> Self:
        return type(self)(
            versions=self.versions[articles],
            counts=self.counts[articles],
            sources=self.sources[articles],
            days=self.days[articles],
            alive=self.alive[articles],
        )
