"""The store: what goes in comes out, which article a draft is, the change log, vectors, several processes."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from corpus_drafts import draft_of, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.database import explained, store_error
from corpus.errors import NotAStoreError, StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from corpus.store import ArticleStore
from corpus.types import Article, ChangeKind, Draft, OutcomeStatus

ADDED, UPDATED, UNCHANGED = OutcomeStatus.ADDED, OutcomeStatus.UPDATED, OutcomeStatus.UNCHANGED
BODY = text_of(1)
OTHER_BODY = text_of(2)
URL = "https://www.harianwarta.example/pasar/beras-naik"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kutip.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[ArticleStore]:
    async with await ArticleStore.open(path) as opened:
        yield opened


async def put(store: ArticleStore, *drafts: Draft) -> list[OutcomeStatus]:
    """Each draft in a batch of its own."""
    return [(await store.upsert([draft]))[0].status for draft in drafts]


async def all_articles(store: ArticleStore) -> list[Article]:
    return [article async for batch in store.iter_articles() for article, _ in batch]


def everything_in(path: Path) -> list[str]:
    """The whole file as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


# in and out


@settings(max_examples=25, deadline=None)
@given(
    fields=st.fixed_dictionaries(
        {name: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) for name in ("id", "title")}
    )
)
async def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, fields: dict[str, str]) -> None:
    """Any Unicode text in any field is stored as it is."""
    async with await ArticleStore.open(tmp_path_factory.mktemp("any") / "kutip.db") as store:
        await store.upsert([draft_of(fields["title"], **fields)])
        article = await store.get(fields["id"])
    assert article is not None
    assert (fields["id"], fields["title"], fields["title"]) == (article.id, article.title, article.body)


# all or nothing


@pytest.mark.parametrize("text", ["\ud800", "a\x00b"])
@pytest.mark.parametrize("field", ["id", "title", "source", "url"])
def test_draft_refuses_what_is_no_text(field: str, text: str) -> None:
    """A draft cannot be made of lone surrogates or NUL characters, which would fail in the middle of a batch."""
    with pytest.raises(ValueError, match=r"NUL|surrogates"):
        draft_of(BODY, **{field: text})


def test_draft_refuses_more_sentences_than_ids_have_room_for() -> None:
    """A draft has at most 4,096 sentences."""
    draft_of(BODY, sentences=((0, "Ya."),) * 4096)
    with pytest.raises(ValueError, match="4097 sentences"):
        draft_of(BODY, sentences=((0, "Ya."),) * 4097)


# following


@settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(-1, 3), st.booleans()), min_size=1, max_size=12),
    batch=st.integers(1, 4),
)
async def test_change_log_leads_to_the_store(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, bool]], batch: int
) -> None:
    """Whoever follows the change log knows exactly the versions that are in the store, and each address once."""
    async with await ArticleStore.open(tmp_path_factory.mktemp("log") / "kutip.db") as store:
        waiting: list[Draft] = []
        for name, text, by_url in steps:
            if text < 0:
                await store.delete(name)
            else:
                name_field = {"url": f"https://warta.example/{name}"} if by_url else {"id": name}
                waiting.append(draft_of(text_of(text), **name_field))
            if len(waiting) >= batch:
                await store.upsert(waiting)
                waiting = []
        followed: set[int] = set()
        for change in await store.changes(0, 1000):
            followed -= {change.replaces}
            followed |= {change.seq} if change.kind is ChangeKind.UPSERT else set()
        articles = await all_articles(store)
    urls = [article.url for article in articles if article.url]
    assert followed == {article.version for article in articles}
    assert len(urls) == len(set(urls))


# opening


async def test_open_for_reading_what_is_not_there(path: Path) -> None:
    """A store that is opened for reading only is not created."""
    with pytest.raises(StoreError):
        await ArticleStore.open(path, read_only=True)
    assert not path.exists()


@pytest.mark.parametrize("read_only", [False, True])
async def test_other_database_is_left_alone(path: Path, read_only: bool) -> None:
    """The database of another program is refused and not touched."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE kontak (nama TEXT)")
    before = path.read_bytes()
    with pytest.raises(NotAStoreError):
        await ArticleStore.open(path, read_only=read_only)
    assert before == path.read_bytes()


@pytest.mark.parametrize("read_only", [False, True])
async def test_other_file_is_left_alone(path: Path, read_only: bool) -> None:
    """A file that is no database is refused and not touched."""
    path.write_text("Catatan belanja: beras, telur, cabai. " * 100)
    before = path.read_bytes()
    with pytest.raises(NotAStoreError):
        await ArticleStore.open(path, read_only=read_only)
    assert before == path.read_bytes()


async def test_folder_in_place_of_the_store(path: Path) -> None:
    """A folder of that name is a clear error."""
    path.mkdir()
    with pytest.raises(StoreError):
        await ArticleStore.open(path)


async def test_folder_is_not_there(tmp_path: Path) -> None:
    """A store in a folder that does not exist is a clear error."""
    with pytest.raises(StoreError):
        await ArticleStore.open(tmp_path / "tidak" / "ada" / "kutip.db")


async def test_damaged_file(store: ArticleStore, path: Path) -> None:
    """A file whose pages were overwritten is reported as damaged."""
    await store.upsert([draft_of(text_of(n), id=str(n)) for n in range(200)])
    await store.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    async with await ArticleStore.open(path) as damaged:
        with pytest.raises(StoreDamagedError):
            await all_articles(damaged)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusyError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusyError),
        (sqlite3.SQLITE_LOCKED, StoreBusyError),
        (sqlite3.SQLITE_FULL, StoreFullError),
        (sqlite3.SQLITE_IOERR_WRITE, StoreFullError),
        (sqlite3.SQLITE_IOERR_SHMSIZE, StoreFullError),
        (sqlite3.SQLITE_IOERR_READ, StoreError),
        (sqlite3.SQLITE_CORRUPT, StoreDamagedError),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreDamagedError),
        (sqlite3.SQLITE_NOTADB, NotAStoreError),
        (sqlite3.SQLITE_CANTOPEN, StoreError),
        (sqlite3.SQLITE_READONLY, StoreError),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, type(None)),
        (sqlite3.SQLITE_ERROR, type(None)),
        (None, type(None)),
    ],
)
def test_errors_of_sqlite(path: Path, code: int | None, expected: type) -> None:
    """What a person can mend has a name of its own, and a bug keeps SQLite's."""
    error = sqlite3.OperationalError("from SQLite")
    if code is not None:
        error.sqlite_errorcode = code
    assert expected is type(store_error(error, path))


def test_bugs_are_not_explained_away(path: Path) -> None:
    """An error that is a bug passes through as it is."""
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        explained(path),
    ):
        connection.execute("SELECT * FROM kontak")


# several at once


async def test_opening_waits_for_another_that_creates_the_store(path: Path) -> None:
    """Whoever opens a store that another process is just creating waits for it, and gives up after the time-out."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            await ArticleStore.open(path, busy_timeout_s=0.2)
        opening = asyncio.create_task(ArticleStore.open(path))
        await asyncio.sleep(0.2)
        assert not opening.done()
        other.execute("ROLLBACK")
        await (await opening).close()


async def test_writer_does_not_wait_for_a_long_read(store: ArticleStore, path: Path) -> None:
    """A read transaction that stays open for long keeps no writer waiting, and keeps its own view."""
    await store.upsert([draft_of(BODY)])
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        seen = [reader.execute("SELECT count(*) FROM articles").fetchone()]
        async with asyncio.timeout(2):
            await store.upsert([draft_of(OTHER_BODY)])
        seen.append(reader.execute("SELECT count(*) FROM articles").fetchone())
    assert seen == [(1,), (1,)]


async def test_reader_does_not_wait_for_a_writer(store: ArticleStore, path: Path) -> None:
    """While another process is in the middle of a write, reading goes on and sees what was committed."""
    await store.upsert([draft_of(BODY)])
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM articles")
        async with asyncio.timeout(2):
            assert (await store.counts()).articles == 1


async def test_second_writer_gives_up(path: Path) -> None:
    """A writer that waits longer than the time-out gets a clear error, and writes once the other is done."""
    async with await ArticleStore.open(path, busy_timeout_s=0.2) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            with pytest.raises(StoreBusyError):
                await store.upsert([draft_of(BODY)])
            waited_s = time.monotonic() - started
        assert 0.2 <= waited_s < 2
        assert await put(store, draft_of(BODY)) == [ADDED]


async def test_second_writer_waits(store: ArticleStore, path: Path) -> None:
    """A writer waits for the one before it, and the event loop goes on meanwhile."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(store.upsert([draft_of(BODY)]))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        other.execute("ROLLBACK")
    assert [outcome.status for outcome in await waiting] == [ADDED]
