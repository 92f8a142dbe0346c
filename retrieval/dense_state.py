"""All of a dense index at one moment, and the moments that follow from it. Nothing here is ever changed in place."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.faiss_blocks import Bytes, Codes, Halves, Listed, Lists, Query, sample_of
from retrieval.types import Hits
from retrieval.vector_clusters import ROWS_PER_CENTROID, Clusters
from retrieval.vector_codes import Scale
from retrieval.vector_rows import Allowed, Rows

SEAL_ROWS = 16_384
"""Rows of the tail at which it becomes a block of bytes: enough to know the scale, about 1 ms to search."""

LISTS_FROM_ROWS = 100_000
"""Fewer are searched in full: 23 microseconds a thousand rows, on one thread. At 223,258 sentences of news that takes
5.2 ms, and in lists 2.3 ms."""

MAX_BYTES_ROWS = 65_536
"""Blocks of this size are put into lists once there are lists; smaller ones are searched in full (1.2 ms), for their
lists would hold a vector or two each."""

MAX_LISTED_ROWS = 1_048_576
"""Smaller blocks would take longer to search, for each has all lists; larger ones more memory when one is written anew
(three times 400 MB at 384 numbers a vector)."""

ROWS_PER_LIST = 32
MOST_LISTS = 65_536
"""Visiting a list takes as long as comparing a dozen vectors, and choosing among so many 1.3 ms."""

MOST_TRAINING_ROWS = 655_360
"""1 GB at 384 numbers a vector."""

LISTS_GROWTH = 1.5
"""The lists are made anew when more than this many times as many would suit the size, so at each doubling: lists that
were made from the first half of the articles found 0.92 of the ten nearest where lists from all of them find 0.99."""

VISITED_ROWS = 32_768
"""Vectors with which a search without filter compares the query, about, however many there are.

At 223,258 sentences of news, after a rebuild, 0.995 of the ten nearest to 500 questions are among the hundred found so,
in 2.3 ms; with twice as many 0.9996, in 3.7 ms. Questions as queries, 5,000,000 vectors made of real ones with noise:
recall@10 0.952, and 0.955 with twice as many, for a quarter more time.
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DenseRows:
    """The vectors of one version of an article.

    :param vectors: (n, dim) float16 of length 1; row i has the id ``version << 12 | i``; n may be 0.
    """

    version: int
    source: str
    day: date
    vectors: NDArray[np.float16]


CodesT = TypeVar("CodesT", bound=Codes)
CodesT_co = TypeVar("CodesT_co", bound=Codes, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block(Generic[CodesT_co]):
    """Vectors and whose they are.

    :param bits: a bit for each row that is there, None if all are.
    """

    rows: Rows
    codes: CodesT_co
    bits: NDArray[np.uint8] | None = None

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self.rows.nbytes + self.codes.nbytes + (self.bits.nbytes if self.bits is not None else 0)

    @property
    def is_half_dead(self) -> bool:
        """Whether writing it anew would free more than it keeps."""
        return 2 * self.rows.live < len(self.rows)

    def without(self, versions: NDArray[np.int64]) -> Block[CodesT_co]:
        """The same block with some versions gone."""
        rows = self.rows.without(versions)
        return self if rows is self.rows else replace(self, rows=rows, bits=rows.bits(rows.alive))

    def chosen(self, allowed: Allowed | None) -> tuple[int, NDArray[np.uint8] | None]:
        """:return: how many rows may be found, and a bit for each of them, None if all may."""
        if allowed is None:
            return self.rows.live, self.bits
        articles = self.rows.allowed(allowed)
        return self.rows.count(articles), self.rows.bits(articles)


Coded = Block[Bytes | Listed]


def block_of(rows: Rows, codes: CodesT) -> Block[CodesT]:
    """Put together rows, some of which may be dead, and their vectors."""
    return Block(rows=rows, codes=codes, bits=None if rows.alive.all() else rows.bits(rows.alive))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """The index at one moment.

    :param tail: the rows that came last.
    :param sources: code of each source.
    :param scale: of all blocks but the tail; None while there are none.
    :param lists: in which new blocks are arranged; None while all are searched in full.
    """

    tail: Block[Halves]
    blocks: tuple[Coded, ...] = ()
    sources: Mapping[str, int] = field(default_factory=dict)
    scale: Scale | None = None
    lists: Lists | None = None
    seq: int = 0
    lists_from_rows: int = LISTS_FROM_ROWS

    @property
    def all(self) -> tuple[Block[Codes], ...]:
        """Blocks and tail."""
        return (*self.blocks, self.tail)

    @property
    def live(self) -> int:
        """Rows that are there."""
        return sum(block.rows.live for block in self.all)

    def search(self, query: Query, *, k: int, allowed: Allowed | None, effort: float) -> Hits:
        """Search every block and keep the best."""
        chosen = [(block, *block.chosen(allowed)) for block in self.all]
        found = sum(count for _, count, _ in chosen)
        # The fewer rows may be found, the more lists it takes to come across enough of them.
        rows_held = sum(len(block.codes) for block in self.all)
        visit = effort * VISITED_ROWS / math.sqrt(max(rows_held * found, 1))
        ids, cosines = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.float32)]
        for block, count, bits in chosen:
            if count:
                rows, scores = block.codes.search(query, k=min(k, count), bits=bits, count=count, visit=visit)
                ids.append(block.rows.ids(rows))
                cosines.append(scores)
        all_cosines = np.concatenate(cosines)
        if len(all_cosines) < min(k, found) and visit < 1:
            # What the filter allows lies far from the query, in lists that were not visited.
            return self.search(query, k=k, allowed=allowed, effort=math.inf)
        best = np.argsort(-all_cosines, kind="stable")[:k]
        return Hits(ids=np.concatenate(ids)[best], scores=all_cosines[best])

    def held(self, versions: Iterable[int]) -> set[int]:
        """Those of the versions that are there."""
        asked = np.fromiter(versions, dtype=np.int64)
        there = [np.intersect1d(block.rows.versions[block.rows.alive], asked) for block in self.all]
        return set(np.concatenate(there).tolist())

    def without(self, versions: Collection[int]) -> State:
        """The index with some versions gone."""
        gone = np.fromiter(versions, dtype=np.int64)
        if not len(gone):
            return self
        return replace(self, blocks=tuple(block.without(gone) for block in self.blocks), tail=self.tail.without(gone))

    def with_rows(self, added: Sequence[DenseRows]) -> State:
        """Put rows into the tail, and the tail into a block once it is full.

        :param added: of versions that are not there.
        """
        sources = dict(self.sources)
        articles = [
            (rows.version, len(rows.vectors), sources.setdefault(rows.source, len(sources)), rows.day) for rows in added
        ]
        kept, living = self.tail.rows.living()
        vectors = np.concatenate([self.tail.codes.halves[living], *(rows.vectors for rows in added)])
        tail = Block(rows=Rows.joined([kept, Rows.of(articles)]), codes=Halves(vectors))
        state = replace(self, tail=tail, sources=sources)
        return state._sealed() if len(vectors) >= SEAL_ROWS else state

    def tidied(self) -> Iterator[State]:
        """Free what dead rows hold, and arrange the blocks in lists that suit their number.

        :return: moments to be taken one after the other; each holds the same vectors.
        """
        state = self.with_rows(()) if self.tail.is_half_dead else self
        for block in self.blocks:
            if block.is_half_dead:
                others = tuple(other for other in state.blocks if other is not block)
                state = replace(state, blocks=others)
                if block.rows.live:
                    state = state._with_block(state._merged([block]))
        yield state
        count = state._lists_wanted()
        if count:
            assert state.scale  # noqa: S101  # there is a scale once there are blocks
            sample_rows = min(count * ROWS_PER_CENTROID, MOST_TRAINING_ROWS)
            sample = sample_of([block.codes for block in state.blocks], sample_rows)
            lists = Lists(Clusters.of(sample, count), state.scale)
            del sample
            yield from replace(state, lists=lists)._arranged()

    def _sealed(self) -> State:
        rows, living = self.tail.rows.living()
        halves = self.tail.codes.halves[living]
        scale = self.scale or Scale.of(halves)
        empty = Halves(np.empty((0, halves.shape[1]), dtype=np.float16))
        state = replace(self, tail=Block(rows=Rows.of([]), codes=empty), scale=scale)
        return state._with_block(Block(rows=rows, codes=Bytes(scale.encode(halves), scale)))

    def _with_block(self, block: Coded) -> State:
        """Append a block, merged with those before it while they are not much larger."""
        blocks = list(self.blocks)
        limit = MAX_LISTED_ROWS if self.lists else MAX_BYTES_ROWS
        group, size = [block], block.rows.live
        while blocks and blocks[-1].rows.live <= min(2 * size, limit - size):
            group.insert(0, blocks.pop())
            size += group[0].rows.live
        return replace(self, blocks=(*blocks, self._merged(group) if len(group) > 1 else block))

    def _merged(self, blocks: Sequence[Coded]) -> Coded:
        """One block of the living rows of several, in lists if there are lists and it is large enough."""
        assert self.scale  # noqa: S101  # there is a scale once there are blocks
        kept, living = zip(*(block.rows.living() for block in blocks), strict=True)
        rows = Rows.joined(kept)
        parts = [block.codes.arrays[0][chosen] for block, chosen in zip(blocks, living, strict=True)]
        if self.lists is None or len(rows) < min(MAX_BYTES_ROWS, self.lists_from_rows):
            return Block(rows=rows, codes=Bytes(np.concatenate(parts), self.scale))
        places = [
            block.codes.places[chosen]
            if isinstance(block.codes, Listed) and block.codes.lists is self.lists
            else self.lists.places(part)
            for block, chosen, part in zip(blocks, living, parts, strict=True)
        ]
        return Block(rows=rows, codes=Listed(np.concatenate(parts), self.scale, np.concatenate(places), self.lists))

    def _lists_wanted(self) -> int:
        """How many lists to make now, 0 for none."""
        rows = sum(block.rows.live for block in self.blocks)
        if rows < self.lists_from_rows:
            return 0
        suitable = min(2 ** round(math.log2(rows / ROWS_PER_LIST)), MOST_LISTS)
        return suitable if self.lists is None or suitable > LISTS_GROWTH * len(self.lists) else 0

    def _arranged(self) -> Iterator[State]:
        """Arrange the blocks in the present lists, some at a time, so that the rest need not be held twice."""
        state = self
        waiting = list(self.blocks)
        while waiting:
            group = [waiting.pop(0)]
            while waiting and sum(block.rows.live for block in (*group, waiting[0])) <= MAX_LISTED_ROWS:
                group.append(waiting.pop(0))
            merged = state._merged(group)
            state = replace(state, blocks=(*(block for block in state.blocks if block not in group), merged))
            yield state
