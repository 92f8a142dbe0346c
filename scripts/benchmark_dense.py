"""How well and how fast the dense index finds the nearest vectors at any size.

``python -m scripts.benchmark dense --vectors VECTORS.npy --total 5000000``: vectors in any number are made from the
given real ones, each a real one with noise, so that they lie as the vectors of an encoder do. Everything is made in
portions; the most memory is taken by the index itself.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.types import POSITION_BITS
from retrieval.dense import DenseIndex, DenseRows
from retrieval.types import Filter

NOISE = 0.3
"""Length of the noise that is added to a vector of length 1; a noisy vector has cosine 0.96 with its origin."""

ROWS_PER_ARTICLE = 17
"""Sentences of a news article, on average."""

EFFORTS = (0.25, 0.5, 1.0, 2.0, 4.0)

_PORTION_ARTICLES = 1_000
_QUERIES = 200
_TRUE = 10
_RESCORED = 40
_FIRST_DAY = date(2020, 1, 1)
_DAYS = 2_000
_SOURCES = 20
_FILTERS = {
    "all": Filter(),
    "half of the days": Filter(since=_FIRST_DAY, until=_FIRST_DAY + timedelta(days=_DAYS // 2)),
    "one source": Filter(sources=frozenset({"source 3"})),
    "1/60 of the days": Filter(since=_FIRST_DAY, until=_FIRST_DAY + timedelta(days=_DAYS // 60)),
    "3 days of one source": Filter(
        sources=frozenset({"source 3"}), since=_FIRST_DAY, until=_FIRST_DAY + timedelta(days=2)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One line of the result.

    :param search: what was asked for.
    :param recall: share of the 10 truly nearest among the 10 found.
    :param recall_rescored: the same when 40 are found and ordered by the cosines of the stored vectors.
    :param p50_ms: of one query, on one thread, like `p95_ms`.
    :param cpu_p50_ms: time that the processor worked on it; what other processes take from the machine is not in it.
    :param bytes_per_vector: memory of the index.
    :param build_s: from vectors to index, on all processors, like `build_cpu_s`, the time that these worked.
    """

    total: int
    search: str
    recall: float
    recall_rescored: float
    p50_ms: float
    p95_ms: float
    cpu_p50_ms: float
    bytes_per_vector: float
    build_s: float
    build_cpu_s: float


def run(
    vectors: NDArray[np.floating], *, total: int, queries: NDArray[np.floating] | None = None, seed: int = 1
) -> list[Measured]:
    """Make vectors, build the index, and compare what it finds with what is truly nearest.

    :param vectors: (n, dim), real ones, of length 1.
    :param total: how many to make of them.
    :param queries: (m, dim), real ones; by default noisy vectors too.
    """
    chance = np.random.default_rng(seed)
    asked = _noisy(vectors, _QUERIES, chance) if queries is None else queries[:_QUERIES]
    asked = np.ascontiguousarray(asked, dtype=np.float32)
    index = DenseIndex.create(dim=vectors.shape[1], fingerprint="benchmark")
    truths = {where: _Truth(asked) for where in _FILTERS.values()}
    build_s = build_cpu_s = 0.0
    for portion in _articles(vectors, total, chance):
        for where, truth in truths.items():
            truth.look_at([rows for rows in portion if where.allows(rows.source, rows.day)])
        started, worked_before = time.perf_counter(), time.process_time()
        index.apply(added=portion, seq=portion[-1].version)
        build_s += time.perf_counter() - started
        build_cpu_s += time.process_time() - worked_before
    return [
        replace(
            _measured(index, asked, truths[where], f"{name}, effort {effort}", where, effort),
            build_s=build_s,
            build_cpu_s=build_cpu_s,
        )
        for name, where in _FILTERS.items()
        for effort in ((1.0,) if where or index.is_exhaustive else EFFORTS)
    ]


class _Truth:
    """The truly nearest vectors for each query, kept while vectors come and go."""

    def __init__(self, queries: NDArray[np.float32]) -> None:
        self._queries = queries
        self.ids = np.full((len(queries), _TRUE), -1, dtype=np.int64)
        self.cosines = np.full((len(queries), _TRUE), -np.inf, dtype=np.float32)

    def look_at(self, portion: list[DenseRows]) -> None:
        if not portion:
            return
        vectors = np.concatenate([rows.vectors for rows in portion]).astype(np.float32)
        ids = np.concatenate([rows.version << POSITION_BITS | np.arange(len(rows.vectors)) for rows in portion])
        cosines = np.concatenate([self.cosines, self._queries @ vectors.T], axis=1)
        all_ids = np.concatenate([self.ids, np.broadcast_to(ids, (len(self._queries), len(ids)))], axis=1)
        best = np.argpartition(-cosines, _TRUE - 1, axis=1)[:, :_TRUE]
        self.cosines = np.take_along_axis(cosines, best, axis=1)
        self.ids = np.take_along_axis(all_ids, best, axis=1)

    def recall(self, query: int, found: NDArray[np.int64]) -> float:
        true = self.ids[query][self.ids[query] >= 0]
        return float(np.isin(true, found).mean()) if len(true) else 1.0


def _noisy(vectors: NDArray[np.floating], count: int, chance: np.random.Generator) -> NDArray[np.float16]:
    dim = vectors.shape[1]
    made = vectors[chance.integers(0, len(vectors), count)].astype(np.float32)
    made += chance.normal(0, NOISE / dim**0.5, (count, dim)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made.astype(np.float16)


def _articles(vectors: NDArray[np.floating], total: int, chance: np.random.Generator) -> Iterator[list[DenseRows]]:
    version = 0
    while total > 0:
        count = min(total, _PORTION_ARTICLES * ROWS_PER_ARTICLE)
        made = _noisy(vectors, count, chance)
        portion = []
        for start in range(0, count, ROWS_PER_ARTICLE):
            version += 1
            day = _FIRST_DAY + timedelta(days=int(chance.integers(_DAYS)))
            source = f"source {chance.integers(_SOURCES)}"
            rows = made[start : start + ROWS_PER_ARTICLE]
            portion.append(DenseRows(version=version, source=source, day=day, vectors=rows))
        total -= count
        yield portion


def _measured(
    index: DenseIndex,
    queries: NDArray[np.float32],
    truth: _Truth,
    name: str,
    where: Filter,
    effort: float,
) -> Measured:
    took, worked, recalls, rescored = [], [], [], []
    for number, query in enumerate(queries):
        started, worked_before = time.perf_counter(), time.thread_time()
        ids = index.search(query, k=_RESCORED, where=where, effort=effort).ids
        took.append((time.perf_counter() - started) * 1e3)
        worked.append((time.thread_time() - worked_before) * 1e3)
        recalls.append(truth.recall(number, ids[:_TRUE]))
        # Whatever of the truly nearest is among those found comes first once their true cosines are known.
        rescored.append(truth.recall(number, ids))
    return Measured(
        total=len(index),
        search=name,
        recall=float(np.mean(recalls)),
        recall_rescored=float(np.mean(rescored)),
        p50_ms=float(np.percentile(took, 50)),
        p95_ms=float(np.percentile(took, 95)),
        cpu_p50_ms=float(np.percentile(worked, 50)),
        bytes_per_vector=index.bytes_per_vector,
        build_s=0.0,
        build_cpu_s=0.0,
    )


def print_table(vectors: Path, *, total: int, queries: Path | None) -> None:
    """Measure recall, time and memory of the dense index and print one table.

    :param vectors: real vectors, an ``.npy`` file of shape (n, dim); `queries` likewise, of questions.
    """
    lines = run(np.load(vectors), total=total, queries=np.load(queries) if queries else None)
    print(
        "  vectors search                             recall@10  of 40  p50 ms  p95 ms  cpu p50  bytes built s   cpu s"
    )
    for line in lines:
        print(
            f"{line.total:9} {line.search:34} {line.recall:9.3f} {line.recall_rescored:6.3f} {line.p50_ms:7.2f} "
            f"{line.p95_ms:7.2f} {line.cpu_p50_ms:8.2f} {line.bytes_per_vector:6.0f} "
            f"{line.build_s:7.1f} {line.build_cpu_s:7.1f}"
        )
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    print(f"most memory of this process: {most_mb:.0f} MB")
