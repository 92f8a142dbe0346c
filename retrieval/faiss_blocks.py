"""Blocks of vectors that never change, each searched by FAISS; the only file that imports faiss.

Three kinds, from few rows to many: :class:`Halves` keeps float16 as it came, :class:`Bytes` one byte a number, both
searched in full; :class:`Listed` has bytes in inverted lists around shared centroids (IVF), and a search visits the
nearest of them. All are read only and may be searched by any number of threads at once, each search on one thread.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import faiss as faiss_as_typed
import numpy as np
from numpy.typing import NDArray

from retrieval.vector_clusters import Clusters
from retrieval.vector_codes import CodedQuery, Scale
from retrieval.vector_files import StoredArray

faiss: Any = faiss_as_typed  # its type information lacks what its Python layer adds

Found = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Numbers of rows and their cosines, (k,) each."""

_CHUNK_ROWS = 32_768
_LIST_BYTES = 200
"""Of two empty vectors of C++ and the heap's own, measured on Linux."""

_SEED = 20_260_101


class Query:
    """A query and what it becomes for each scale and each set of lists, computed once for all blocks.

    :param vector: (dim,) float32.
    """

    def __init__(self, vector: NDArray[np.float32]) -> None:
        self.plain = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        self._for_scale: dict[int, CodedQuery] = {}
        self._best: dict[tuple[int, int], NDArray[np.int64]] = {}

    def for_scale(self, scale: Scale) -> CodedQuery:
        """:return: the query as it is multiplied with codes of the scale."""
        if id(scale) not in self._for_scale:
            self._for_scale[id(scale)] = scale.query(self.plain)
        return self._for_scale[id(scale)]

    def best(self, lists: Lists, count: int) -> NDArray[np.int64]:
        """:return: (count,) numbers of the lists that are most worth a visit."""
        key = (id(lists), count)
        if key not in self._best:
            self._best[key] = lists.best(self, count)
        return self._best[key]


class Codes(Protocol):
    """The vectors of a block, in the order of its rows.

    :param saved: where :attr:`arrays` lie once they were written or read.
    """

    saved: tuple[StoredArray, ...] | None

    def __len__(self) -> int:
        """Rows."""

    @property
    def nbytes(self) -> int:
        """Memory held."""

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """What the block can be made from again; views that live as long as the block, or made on demand."""

    def search(self, query: Query, *, k: int, bits: NDArray[np.uint8] | None, count: int, visit: float) -> Found:
        """Find the nearest rows.

        :param k: at most as many as there are rows.
        :param bits: a bit for each row that may be found, row 0 in the lowest bit; None allows all.
        :param count: how many rows those are.
        :param visit: share of the lists to look into, where there are lists; 1 and more is all.
        """

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """:return: (n, dim), decoded."""


class Halves:
    """Float16 as it came.

    :param vectors: (n, dim) float16.
    """

    def __init__(self, vectors: NDArray[np.float16]) -> None:
        self.saved: tuple[StoredArray, ...] | None = None
        self._count: int = vectors.shape[0]
        self._dim: int = vectors.shape[1]
        kind = faiss.ScalarQuantizer.QT_fp16
        self._index = faiss.IndexScalarQuantizer(self._dim, kind, faiss.METRIC_INNER_PRODUCT)
        if len(vectors):
            self._index.add_sa_codes(np.ascontiguousarray(vectors).view(np.uint8))

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self._count * self._dim * 2

    @property
    def halves(self) -> NDArray[np.float16]:
        """(n, dim), a view that lives as long as the block."""
        return _stored_codes(self._index, self._count).view(np.float16)

    @property
    def arrays(self) -> tuple[NDArray[np.float16]]:
        """What the block can be made from again."""
        return (self.halves,)

    def search(self, query: Query, *, k: int, bits: NDArray[np.uint8] | None, count: int, visit: float) -> Found:  # noqa: ARG002
        """As in :class:`Codes`."""
        return _search_all(self._index, query.plain, k, bits)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """:return: (n, dim), decoded."""
        return self.halves[rows].astype(np.float32)


class Bytes:
    """One byte a number, searched in full.

    :param codes: (n, dim) uint8 of the scale.
    """

    def __init__(self, codes: NDArray[np.uint8], scale: Scale) -> None:
        self.saved: tuple[StoredArray, ...] | None = None
        self._count: int = codes.shape[0]
        dim: int = codes.shape[1]
        self._scale = scale
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self._index = faiss.IndexScalarQuantizer(dim, kind, faiss.METRIC_INNER_PRODUCT)
        if len(codes):
            self._index.add_sa_codes(np.ascontiguousarray(codes))

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return int(self.codes.nbytes)

    @property
    def codes(self) -> NDArray[np.uint8]:
        """(n, dim), a view that lives as long as the block."""
        return _stored_codes(self._index, self._count)

    @property
    def arrays(self) -> tuple[NDArray[np.uint8]]:
        """What the block can be made from again."""
        return (self.codes,)

    def search(self, query: Query, *, k: int, bits: NDArray[np.uint8] | None, count: int, visit: float) -> Found:  # noqa: ARG002
        """As in :class:`Codes`."""
        coded = query.for_scale(self._scale)
        rows, products = _search_all(self._index, coded.steps, k, bits)
        return rows, coded.cosines(products)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """:return: (n, dim), decoded."""
        return self._scale.decode(self.codes[rows])


class Lists:
    """Which inverted lists are worth a visit: those with the highest cosines on average.

    A list's average is the cosine of its centroid, so a search takes the lists of the highest products. Taking those at
    the smallest distance instead, four times as many vectors had to be compared for a recall@10 of 0.96 (1,000,000
    vectors, 4,096 lists).

    :param clusters: each has a list.
    """

    def __init__(self, clusters: Clusters, scale: Scale) -> None:
        self.clusters = clusters
        self._scale = scale
        self._centroids = Bytes(scale.encode(clusters.centroids), scale)

    def __len__(self) -> int:
        return len(self.clusters)

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self._centroids.nbytes + self.clusters.nbytes

    def best(self, query: Query, count: int) -> NDArray[np.int64]:
        """:return: (count,) numbers of lists, the best first; in no order when all are asked for."""
        if count >= len(self):
            return np.arange(len(self), dtype=np.int64)
        return self._centroids.search(query, k=count, bits=None, count=len(self), visit=1)[0]

    def places(self, codes: NDArray[np.uint8]) -> NDArray[np.int32]:
        """:param codes: (n, dim) uint8 of the scale. :return: (n,) the list of each row, on all processors."""
        places = np.empty(len(codes), dtype=np.int32)
        for start in range(0, len(codes), _CHUNK_ROWS):
            some = self._scale.decode(codes[start : start + _CHUNK_ROWS])
            places[start : start + len(some)] = self.clusters.places(some)
        return places


class Listed:
    """One byte a number, in inverted lists.

    :param codes: (n, dim) uint8 of the scale.
    :param places: (n,) int32, the list of each row.
    """

    def __init__(self, codes: NDArray[np.uint8], scale: Scale, places: NDArray[np.int32], lists: Lists) -> None:
        self.saved: tuple[StoredArray, ...] | None = None
        self._dim: int = codes.shape[1]
        self._scale = scale
        self.lists = lists
        self.places = places
        # The lists are chosen by `lists`, once for all blocks, so that FAISS needs no quantizer of its own.
        self._no_quantizer = faiss.IndexFlatL2(self._dim)
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self._index = faiss.IndexIVFScalarQuantizer(
            self._no_quantizer, self._dim, len(lists), kind, faiss.METRIC_INNER_PRODUCT, False
        )
        self._index.is_trained = True
        order = np.argsort(places, kind="stable")
        bounds = np.searchsorted(places[order], np.arange(len(lists) + 1))
        for number in np.flatnonzero(np.diff(bounds)):
            # Each list is filled at once, so that it takes no more memory than it needs.
            rows = order[bounds[number] : bounds[number + 1]].astype(np.int64)
            chosen = np.ascontiguousarray(codes[rows])
            self._index.invlists.add_entries(int(number), len(rows), faiss.swig_ptr(rows), faiss.swig_ptr(chosen))
        self._index.ntotal = len(places)

    def __len__(self) -> int:
        return len(self.places)

    @property
    def nbytes(self) -> int:
        """Memory held: codes, numbers of rows and places, and what each list takes by itself."""
        return len(self) * (self._dim + 8 + 4) + len(self.lists) * _LIST_BYTES

    @property
    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """What the block can be made from again."""
        codes = np.empty((len(self), self._dim), dtype=np.uint8)
        lists = self._index.invlists
        for number in np.unique(self.places).tolist():
            count = lists.list_size(number)
            some = faiss.rev_swig_ptr(lists.get_codes(number), count * self._dim).reshape(count, self._dim)
            codes[faiss.rev_swig_ptr(lists.get_ids(number), count)] = some
        return codes, self.places

    def search(self, query: Query, *, k: int, bits: NDArray[np.uint8] | None, count: int, visit: float) -> Found:
        """As in :class:`Codes`."""
        coded = query.for_scale(self._scale)
        visited = math.ceil(len(self.lists) * min(visit, 1.0))
        if bits is not None and count <= visited:
            # No more lists than otherwise, and nothing is missed.
            rows = np.flatnonzero(np.unpackbits(bits, count=len(self), bitorder="little"))
            numbers = np.unique(self.places[rows]).astype(np.int64)
        else:
            numbers = query.best(self.lists, visited)
        unused = np.zeros(len(numbers), dtype=np.float32)  # distances of centroids; codes here are no residuals
        products, found = np.empty((1, k), dtype=np.float32), np.empty((1, k), dtype=np.int64)
        selector = None if bits is None else faiss.IDSelectorBitmap(bits)
        parameters = faiss.SearchParametersIVF(nprobe=len(numbers), sel=selector)
        asked, *others = [faiss.swig_ptr(array) for array in (coded.steps, numbers, unused, products, found)]
        with _one_thread():
            # The wrapper of this method that takes arrays takes no selector.
            self._index.search_preassigned_c(1, asked, k, *others, False, parameters)
        is_there = found[0] >= 0
        return found[0][is_there], coded.cosines(products[0][is_there])

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """:return: (n, dim), decoded."""
        return self._scale.decode(self.arrays[0][rows])


def sample_of(blocks: Sequence[Codes], count: int) -> NDArray[np.float32]:
    """Draw rows of all blocks alike, always the same ones.

    :return: (about `count`, dim) float32.
    """
    chance = np.random.default_rng(_SEED)
    total = sum(len(block) for block in blocks)
    drawn = []
    for block in blocks:
        share = min(len(block), math.ceil(count * len(block) / total))
        drawn.append(block.vectors(np.sort(chance.choice(len(block), share, replace=False))))
    return np.concatenate(drawn)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep FAISS from waking its other threads for a single query, which costs more than they help (75 ms for 6).

    The number belongs to the calling thread.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _search_all(index: Any, query: NDArray[np.float32], k: int, bits: NDArray[np.uint8] | None) -> Found:
    parameters = None if bits is None else faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
    with _one_thread():
        scores, rows = index.search(query, k, params=parameters)
    found = rows[0] >= 0
    return rows[0][found], scores[0][found]


def _stored_codes(index: Any, count: int) -> NDArray[np.uint8]:
    """A view of the codes that FAISS holds, (n, bytes of a row)."""
    size = index.sa_code_size()
    if not count:
        return np.empty((0, size), dtype=np.uint8)
    view: NDArray[np.uint8] = faiss.rev_swig_ptr(index.codes.data(), count * size).reshape(count, size)
    return view
