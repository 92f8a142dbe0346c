"""Finding vectors by cosine: exactly while few, nearly while many, always within the filter."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.dense import DenseIndex, DenseRows
from retrieval.dense_state import SEAL_ROWS
from retrieval.errors import (
    FingerprintMismatchError,
    IndexDamagedError,
    IndexMissingError,
    IndexOutdatedError,
    IndexUnwritableError,
)
from retrieval.types import Filter
from retrieval.vector_codes import Scale
from retrieval.vector_files import read_manifest, write_manifest

DIM = 16
DAY = date(2025, 6, 1)
SOURCES = ("Warta Nusa", "Harian Kota", "Kabar Sore")


def unit_vectors(count: int, *, dim: int = DIM, seed: int = 1) -> NDArray[np.float16]:
    """Vectors in clusters, as those of texts are."""
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(50, dim))
    vectors = centres[chance.integers(0, 50, count)] + 0.6 * chance.normal(size=(count, dim)) + 0.7
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float16)


def articles_of(vectors: NDArray[np.float16], *, each: int = 10, first: int = 1) -> list[DenseRows]:
    """Consecutive vectors as articles of all sources and of the thirty days of a month."""
    return [
        DenseRows(
            version=first + number,
            source=SOURCES[number % 3],
            day=DAY + timedelta(days=number % 30),
            vectors=vectors[start : start + each],
        )
        for number, start in enumerate(range(0, len(vectors), each))
    ]


def truth(query: NDArray[np.float32], articles: Sequence[DenseRows], k: int) -> list[int]:
    """Ids of the truly nearest, by plain arithmetic."""
    vectors = np.concatenate([rows.vectors for rows in articles]).astype(np.float32)
    ids = np.concatenate([rows.version << 12 | np.arange(len(rows.vectors)) for rows in articles])
    return [int(found) for found in ids[np.argsort(-(vectors @ query), kind="stable")[:k]]]


def query_of(vectors: NDArray[np.float16], row: int) -> NDArray[np.float32]:
    """A vector near one of the rows."""
    query = vectors[row].astype(np.float32) + np.float32(0.05) * unit_vectors(1, dim=vectors.shape[1], seed=row)[0]
    return np.asarray(query / np.linalg.norm(query), dtype=np.float32)


def index_of(articles: Sequence[DenseRows], *, lists_from_rows: int = 10**9, dim: int = DIM) -> DenseIndex:
    index = DenseIndex.create(dim=dim, fingerprint="test", lists_from_rows=lists_from_rows)
    index.apply(added=articles, seq=len(articles))
    return index


FEW = unit_vectors(400)
MANY = unit_vectors(2 * SEAL_ROWS + 500)
FEW_ARTICLES = articles_of(FEW)
MANY_ARTICLES = articles_of(MANY)

Arranged = tuple[DenseIndex, Sequence[DenseRows]]


@pytest.fixture(scope="module")
def arrangements() -> dict[str, Arranged]:
    """The same kind of vectors as they came, as bytes, and in lists; no test changes them."""
    return {
        "as they came": (index_of(FEW_ARTICLES), FEW_ARTICLES),
        "bytes": (index_of(MANY_ARTICLES), MANY_ARTICLES),
        "lists": (index_of(MANY_ARTICLES, lists_from_rows=SEAL_ROWS), MANY_ARTICLES),
    }


@pytest.fixture(params=["as they came", "bytes", "lists"])
def arranged(request: pytest.FixtureRequest, arrangements: dict[str, Arranged]) -> Arranged:
    return arrangements[request.param]


def made_anew(arranged: Arranged) -> DenseIndex:
    """An index like it that a test may change."""
    index, articles = arranged
    return index_of(articles, lists_from_rows=10**9 if index.is_exhaustive else SEAL_ROWS)


def test_few_vectors_are_found_exactly() -> None:
    """Ids, order and cosines are those of plain arithmetic."""
    index = index_of(FEW_ARTICLES)
    query = query_of(FEW, 7)
    hits = index.search(query, k=20)
    cosines = sorted((FEW.astype(np.float32) @ query).tolist(), reverse=True)[:20]
    assert truth(query, FEW_ARTICLES, 20) == hits.ids.tolist()
    assert cosines == pytest.approx(hits.scores.tolist(), abs=1e-5)


@pytest.mark.parametrize("dim", [16, 20, 64])
def test_of_many_vectors_the_nearest_are_among_those_found(dim: int) -> None:
    """Bytes lose a little order and nothing else, whichever arithmetic FAISS uses for the dimension."""
    vectors = unit_vectors(2 * SEAL_ROWS, dim=dim)
    articles = articles_of(vectors)
    index = index_of(articles, dim=dim)
    queries = [query_of(vectors, row) for row in range(0, 1000, 50)]
    missed = [set(truth(query, articles, 10)) - set(index.search(query, k=40).ids.tolist()) for query in queries]
    assert [set()] * len(queries) == missed


def test_cosines_of_bytes_are_nearly_right() -> None:
    """They may be compared with a threshold."""
    index, query = index_of(MANY_ARTICLES), query_of(MANY, 3)
    hits = index.search(query, k=50)
    vectors = {rows.version: rows.vectors for rows in MANY_ARTICLES}
    cosines = [float(vectors[hit >> 12][hit & 4095].astype(np.float32) @ query) for hit in hits.ids.tolist()]
    assert cosines == pytest.approx(hits.scores.tolist(), abs=0.01)


def test_lists_find_most_of_the_nearest(arrangements: dict[str, Arranged]) -> None:
    """A search that visits some lists misses few; one that visits all of them misses none."""
    index, articles = arrangements["lists"]
    queries = [query_of(MANY, row) for row in range(0, 5000, 100)]
    found = [set(index.search(query, k=40).ids.tolist()) for query in queries]
    found_by_all = [set(index.search(query, k=40, effort=100).ids.tolist()) for query in queries]
    true = [set(truth(query, articles, 10)) for query in queries]
    recall = sum(len(one & other) for one, other in zip(true, found, strict=True)) / (10 * len(queries))
    assert (False, True, [set()] * len(queries)) == (
        index.is_exhaustive,
        recall > 0.8,
        [one - other for one, other in zip(true, found_by_all, strict=True)],
    )


_days = st.none() | st.integers(-1, 31).map(lambda days: DAY + timedelta(days=days))
_filters = st.builds(
    Filter,
    sources=st.frozensets(st.sampled_from([*SOURCES, "Tak Dikenal"]), max_size=2),
    since=_days,
    until=_days,
)


@settings(deadline=None, max_examples=40)
@given(where=_filters, row=st.integers(0, 399))
def test_a_filter_is_exact_where_vectors_are_few(arrangements: dict[str, Arranged], where: Filter, row: int) -> None:
    """The nearest of those allowed are found, and no others."""
    index, articles = arrangements["as they came"]
    allowed = [rows for rows in articles if where.allows(rows.source, rows.day)]
    query = query_of(FEW, row)
    expected = truth(query, allowed, 15) if allowed else []
    assert expected == index.search(query, k=15, where=where).ids.tolist()


@settings(deadline=None, max_examples=40)
@given(where=_filters)
def test_a_filter_lets_nothing_else_through(arrangements: dict[str, Arranged], where: Filter) -> None:
    """Whatever the arrangement, hits are within the filter, and there are some if anything is allowed."""
    for index, articles in arrangements.values():
        allowed = {rows.version for rows in articles if where.allows(rows.source, rows.day)}
        hits = index.search(query_of(FEW, 5), k=10, where=where).ids.tolist()
        assert (set(), 10 if allowed else 0) == ({hit >> 12 for hit in hits} - allowed, len(hits))


def test_a_narrow_filter_finds_all_that_it_allows(arranged: Arranged) -> None:
    """However far from the query, nothing of a small choice is missed."""
    index, articles = arranged
    some = [articles[3], articles[17], articles[30]]
    hits = index.search(query_of(FEW, 100), k=1000, within=[rows.version for rows in some]).ids.tolist()
    assert sorted(truth(query_of(FEW, 100), some, 1000)) == sorted(hits)


def test_a_broad_filter_far_from_the_query_finds_enough() -> None:
    """Half of all vectors may be found, and none of them lies where the search looks first."""
    near, far = unit_vectors(1, seed=1)[0], unit_vectors(1, seed=2)[0]
    noise = 0.05 * unit_vectors(SEAL_ROWS + 6, seed=3)  # no tail, which is searched in full
    vectors = (np.where(np.arange(len(noise))[:, None] % 20 < 10, near, far) + noise).astype(np.float16)
    articles = articles_of(vectors)
    index = index_of(articles, lists_from_rows=SEAL_ROWS)
    far_ones = [rows.version for rows in articles if rows.version % 2 == 0]
    assert (False, 50) == (index.is_exhaustive, len(index.search(near.astype(np.float32), k=50, within=far_ones)))


def test_a_choice_of_no_versions_finds_nothing(arranged: Arranged) -> None:
    """An empty choice is a choice."""
    assert [] == arranged[0].search(query_of(FEW, 0), k=5, within=[]).ids.tolist()


def test_hits_come_best_first(arranged: Arranged) -> None:
    """Cosines never rise, also where blocks are put together."""
    scores = arranged[0].search(query_of(FEW, 9), k=100).scores.tolist()
    assert sorted(scores, reverse=True) == scores


def test_a_removed_article_is_gone_at_once(arranged: Arranged) -> None:
    """From the blocks as from the tail."""
    index = made_anew(arranged)
    gone = {1, len(arranged[1])}
    index.apply(removed=gone, seq=99_999)
    hits = {hit >> 12 for row in (0, len(FEW) - 1) for hit in index.search(query_of(FEW, row), k=200).ids.tolist()}
    assert (set(), len(arranged[1]) - 2, 99_999) == (hits & gone, len(index.versions()), index.seq)


def test_applying_changes_again_changes_nothing(arranged: Arranged) -> None:
    """A crash between index and caller costs nothing."""
    index = made_anew(arranged)
    before = index.versions()
    index.apply(added=arranged[1][:50], removed=[10**9], seq=5)
    assert (before, sum(before.values())) == (index.versions(), len(index))


def test_a_version_that_is_added_and_removed_is_not_held() -> None:
    """The removal is the later change."""
    index = index_of(FEW_ARTICLES[:1])
    index.apply(added=[FEW_ARTICLES[1]], removed=[2], seq=2)
    assert {1: 10} == index.versions()


def test_a_version_that_comes_twice_in_a_batch_is_held_once() -> None:
    """The batch may name an article for each of its changes."""
    assert {1: 10} == index_of([FEW_ARTICLES[0], FEW_ARTICLES[0]]).versions()


def test_an_article_without_vectors_is_held() -> None:
    """It is found by nothing, and is known to be there."""
    index = index_of([DenseRows(version=5, source="Warta Nusa", day=DAY, vectors=FEW[:0]), FEW_ARTICLES[0]])
    assert ({5: 0, 1: 10}, 10) == (index.versions(), len(index))


def test_an_empty_index_finds_nothing() -> None:
    """Before the first article there is no answer, and no error."""
    index = DenseIndex.create(dim=DIM, fingerprint="test")
    assert ([], 0, 0.0, 0) == (
        index.search(query_of(FEW, 0), k=5).ids.tolist(),
        len(index),
        index.bytes_per_vector,
        index.seq,
    )


def test_more_hits_than_vectors_are_not_made_up() -> None:
    """The number asked for may exceed what there is."""
    assert 10 == len(index_of(FEW_ARTICLES[:1]).search(query_of(FEW, 0), k=50))


def test_vectors_that_come_one_by_one_are_arranged_as_those_that_come_at_once() -> None:
    """An index that grows in small steps passes through all arrangements and forgets nothing."""
    index = DenseIndex.create(dim=DIM, fingerprint="test", lists_from_rows=SEAL_ROWS)
    for start in range(0, len(MANY_ARTICLES), 97):
        index.apply(added=MANY_ARTICLES[start : start + 97], seq=start)
    query = query_of(MANY, 11)
    assert (False, len(MANY)) == (index.is_exhaustive, len(index))
    assert set(truth(query, MANY_ARTICLES, 10)) <= set(index.search(query, k=60, effort=100).ids.tolist())


@pytest.mark.parametrize("lists_from_rows", [10**9, SEAL_ROWS], ids=["bytes", "lists"])
def test_dead_vectors_give_their_memory_back(lists_from_rows: int) -> None:
    """What is removed by and by does not pile up."""
    index = index_of(MANY_ARTICLES, lists_from_rows=lists_from_rows)
    before = index.bytes_per_vector * len(index)
    for start in range(1, 2_600, 100):
        index.apply(removed=range(start, start + 100), seq=start)
    left = [rows for rows in MANY_ARTICLES if rows.version > 2_600]
    query = query_of(MANY, 30_000)
    assert index.bytes_per_vector * len(index) < before / 2
    assert set(truth(query, left, 10)) <= set(index.search(query, k=60, effort=100).ids.tolist())


def test_an_index_is_the_same_when_opened_again(arranged: Arranged, tmp_path: Path) -> None:
    """Vectors, filters, removals and the last change are all on the disk."""
    index = made_anew(arranged)
    index.apply(removed=[2, 5], seq=123)
    index.save(tmp_path)
    again = DenseIndex.open(tmp_path, fingerprint="test")
    where = Filter(sources=frozenset(SOURCES[:2]), since=DAY + timedelta(days=3))
    one, other = (each.search(query_of(FEW, 6), k=30, where=where) for each in (index, again))
    assert (one.ids.tolist(), one.scores.tolist()) == (other.ids.tolist(), other.scores.tolist())
    assert (index.versions(), 123, index.is_exhaustive) == (again.versions(), again.seq, again.is_exhaustive)


def test_an_index_that_was_opened_goes_on_growing(arranged: Arranged, tmp_path: Path) -> None:
    """New vectors join the old ones in the old arrangement."""
    arranged[0].save(tmp_path)
    index = DenseIndex.open(tmp_path, fingerprint="test")
    fresh = articles_of(unit_vectors(SEAL_ROWS, seed=9), first=50_000)
    index.apply(added=fresh, removed=[50_000], seq=1)
    query = query_of(fresh[5].vectors, 0)
    assert fresh[5].version << 12 in index.search(query, k=20).ids.tolist()


def test_a_second_save_writes_only_what_is_new(tmp_path: Path) -> None:
    """Blocks that did not change stay as they are."""
    index = index_of(MANY_ARTICLES)
    index.save(tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.bin")}
    index.apply(added=articles_of(unit_vectors(20, seed=3), first=90_000), seq=1)
    index.save(tmp_path)
    written = [p for p in tmp_path.glob("*.bin") if before.get(p.name) != p.stat().st_mtime_ns]
    assert (
        sum(path.stat().st_size for path in written) < 200_000 < sum(p.stat().st_size for p in tmp_path.glob("*.bin"))
    )


def test_files_of_former_saves_are_removed_after_an_hour(tmp_path: Path) -> None:
    """Not at once, for a process may just be opening them."""
    index = index_of(FEW_ARTICLES)
    index.save(tmp_path)
    old = {path.name for path in tmp_path.glob("*.bin")}
    index.apply(removed=[1], seq=9)
    index.save(tmp_path)
    both = {path.name for path in tmp_path.glob("*.bin")}
    for path in tmp_path.glob("*.bin"):
        os.utime(path, (time.time() - 7200,) * 2)
    index.save(tmp_path)
    left = {path.name for path in tmp_path.glob("*.bin")}
    assert (True, both - old, {}) == (
        old < both,
        left - old,
        {} if DenseIndex.open(tmp_path, fingerprint="test") else 1,
    )


def test_an_index_of_another_encoder_is_refused(tmp_path: Path) -> None:
    """The error names both and the command that mends it."""
    index_of(FEW_ARTICLES).save(tmp_path)
    with pytest.raises(FingerprintMismatchError, match=r"test.*other.*kutip index rebuild"):
        DenseIndex.open(tmp_path, fingerprint="other")


@pytest.mark.parametrize("written", [1, 3, None])
def test_an_index_in_another_layout_is_told_from_a_damaged_one(
    arrangements: dict[str, Arranged], tmp_path: Path, written: int | None
) -> None:
    """Whoever opens it may make it anew; the error names the command."""
    arrangements["lists"][0].save(tmp_path)
    write_manifest(tmp_path, read_manifest(tmp_path) | {"format": written})
    with pytest.raises(IndexOutdatedError, match=r"another version of Kutip.*kutip index rebuild"):
        DenseIndex.open(tmp_path, fingerprint="test")


def test_an_index_without_lists_in_the_first_layout_is_opened(tmp_path: Path) -> None:
    """The layouts differ in nothing but the lists."""
    index_of(FEW_ARTICLES).save(tmp_path)
    write_manifest(tmp_path, read_manifest(tmp_path) | {"format": 1})
    assert len(FEW) == len(DenseIndex.open(tmp_path, fingerprint="test"))


def test_a_missing_index_is_named(tmp_path: Path) -> None:
    """The error says how to build it."""
    with pytest.raises(IndexMissingError, match="kutip index rebuild"):
        DenseIndex.open(tmp_path / "dense", fingerprint="test")


def test_a_changed_byte_is_found_in_any_file(arranged: Arranged, tmp_path: Path) -> None:
    """Nothing is searched that is not what was written."""
    arranged[0].save(tmp_path)
    undamaged = []
    for path in [*tmp_path.glob("*.bin"), tmp_path / "index.json"]:
        content = path.read_bytes()
        if not content:
            continue
        path.write_bytes(
            content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 1]) + content[len(content) // 2 + 1 :]
        )
        try:
            DenseIndex.open(tmp_path, fingerprint="test")
            undamaged.append(path.name)
        except IndexDamagedError:
            path.write_bytes(content)
    assert [] == undamaged


@pytest.mark.parametrize("harm", ["cut", "removed"])
def test_a_file_that_is_not_whole_is_found(tmp_path: Path, harm: str) -> None:
    """A careless hand or a broken disk leaves such files."""
    index_of(FEW_ARTICLES).save(tmp_path)
    path = max(tmp_path.glob("*.bin"), key=os.path.getsize)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-7])
    else:
        path.unlink()
    with pytest.raises(IndexDamagedError, match="kutip index rebuild"):
        DenseIndex.open(tmp_path, fingerprint="test")


def test_a_place_that_takes_no_index_is_named(tmp_path: Path) -> None:
    """A file in the way is an error that a person can mend."""
    (tmp_path / "dense").write_text("not a folder")
    with pytest.raises(IndexUnwritableError):
        index_of(FEW_ARTICLES).save(tmp_path / "dense")


SAVER = """
import sys
from datetime import date
from pathlib import Path
import numpy as np
from retrieval.dense import DenseIndex, DenseRows

index = DenseIndex.create(dim=16, fingerprint="test")
for seq in range(1, 1_000_000):
    vectors = np.full((3, 16), 0.25, dtype=np.float16)
    rows = DenseRows(version=seq, source="Warta Nusa", day=date(2025, 6, 1), vectors=vectors)
    index.apply(added=[rows], removed=[seq - 5], seq=seq)
    index.save(Path(sys.argv[1]))
    print(seq, flush=True)
"""


@pytest.mark.parametrize("wait_ms", [0, 1, 2])
def test_a_killed_save_leaves_a_whole_index(tmp_path: Path, wait_ms: int) -> None:
    """Killed at any moment, the folder holds the index before or after."""
    with subprocess.Popen(
        [sys.executable, "-c", SAVER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    ) as process:
        assert process.stdout
        for _ in range(10):
            said = int(process.stdout.readline())
        time.sleep(wait_ms / 1000)
        process.kill()
    index = DenseIndex.open(tmp_path, fingerprint="test")
    assert said <= index.seq <= said + 30
    assert dict.fromkeys(range(index.seq - 4, index.seq + 1), 3) == index.versions()


def test_searches_run_beside_changes() -> None:
    """No search fails, and none finds an article whose removal had been applied before it began."""
    index = index_of(MANY_ARTICLES, lists_from_rows=SEAL_ROWS)
    gone: set[int] = set()
    wrong: list[int] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            known_gone = set(gone)
            hits = {hit >> 12 for hit in index.search(query_of(MANY, 0), k=100).ids.tolist()}
            wrong.extend(hits & known_gone)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(30):
        removed = range(number * 100, number * 100 + 100)
        fresh = articles_of(unit_vectors(700, seed=number), first=10_000 + number * 100)
        index.apply(added=fresh, removed=removed, seq=number)
        gone.update(removed)
    stop.set()
    for thread in threads:
        thread.join()
    assert [] == wrong


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 1000), count=st.integers(2, 200), width=st.floats(0.001, 1))
def test_a_number_is_off_by_half_a_step_at_most(seed: int, count: int, width: float) -> None:
    """What a scale was made from, it gives back."""
    vectors = (np.random.default_rng(seed).normal(size=(count, 5)) * width).astype(np.float16)
    scale = Scale.of(vectors)
    off = np.abs(scale.decode(scale.encode(vectors)) - vectors.astype(np.float32))
    assert (off <= 0.501 * scale.step + 1e-6).all()
