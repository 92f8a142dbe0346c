"""The store on PostgreSQL: what only this engine has: migrations, pgvector's version, lost connections."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from corpus_drafts import draft_of, text_of
from postgres_server import Server, new_database, postgres_url, programs_or_skip

from corpus.errors import NewerStoreError, NotAStoreError, StoreError, StoreLostError
from corpus.postgres.dialect import spelled
from corpus.postgres.schema import ARTICLES, SHARDED, pgvector_problem
from corpus.schema import ARTICLES as SQLITE_ARTICLES
from corpus.storing import store_rows
from corpus.types import OutcomeStatus

__all__ = ["postgres_url"]


@pytest.fixture
async def url(postgres_url: str) -> AsyncIterator[str]:
    """Address of an empty database."""
    async with new_database(postgres_url) as address:
        yield address


def statements() -> list[str]:
    return [" ".join(statement.split()) for step in ARTICLES.migrations for statement in step]


def test_schemas_are_numbered_alike() -> None:
    """Both engines know the same schema numbers."""
    assert SQLITE_ARTICLES.version == ARTICLES.version


@pytest.mark.parametrize("table", SHARDED)
def test_unique_keys_hold_the_article(table: str) -> None:
    """Every unique key of a table that may be distributed holds the column that it is distributed by."""
    column = SHARDED[table]
    (created,) = [text for text in statements() if text.startswith(f"CREATE TABLE {table} ")]
    keys = re.findall(r"(?:PRIMARY KEY|UNIQUE) \(([^)]*)\)", created)
    keys += re.findall(r"(\w+) [^,(]*(?:PRIMARY KEY|UNIQUE)(?! \()", created)
    keys += [
        found[1] for text in statements() if (found := re.match(rf"CREATE UNIQUE INDEX .* ON {table} \((.*)\)", text))
    ]
    assert keys
    assert all(column in key.replace(",", " ").split() for key in keys)


def test_no_table_counts_by_itself() -> None:
    """No table has an identity or serial column, whose numbers a distributed table would give twice."""
    assert [] == [text for text in statements() if re.search(r"\b(IDENTITY|(big|small)?serial|nextval)\b", text, re.I)]


@pytest.mark.parametrize("name", [name for name in vars(store_rows) if name.startswith(("SELECT_", "UPSERT_"))])
def test_shared_statements_are_spelled_wholly(name: str) -> None:
    """Nothing of SQLite is left in a statement for PostgreSQL."""
    assert not re.search(r"\?|json_each|json_group_array", spelled(getattr(store_rows, name)))


@pytest.mark.parametrize(
    ("version", "is_refused"), [(None, True), ("0.7.4", True), ("0.8.3", True), ("0.8.4", False), ("1.0", False)]
)
def test_old_pgvector_is_refused(version: str | None, is_refused: bool) -> None:
    """A pgvector that may damage its index is refused, with what is needed."""
    assert is_refused == ("0.8.4" in (pgvector_problem(version) or ""))


async def test_nothing_to_read(url: str) -> None:
    """A database without a store cannot be opened for reading, and nothing is made in it."""
    from corpus.postgres.store import PostgresStore

    for _ in range(2):
        with pytest.raises(StoreError, match="no store yet"):
            await PostgresStore.connect(url, read_only=True)


async def test_newer_store_is_refused(url: str) -> None:
    """A database that a later version wrote is left alone."""
    import asyncpg

    from corpus.postgres.store import PostgresStore

    await (await PostgresStore.connect(url)).close()
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE kutip_schemas SET version = 99")
    await connection.close()
    with pytest.raises(NewerStoreError):
        await PostgresStore.connect(url)


async def test_other_programs_tables_are_left_alone(url: str) -> None:
    """A database in which another program has a table of the same name is refused."""
    import asyncpg

    from corpus.postgres.store import PostgresStore

    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE articles (nomor integer)")
    await connection.close()
    with pytest.raises(NotAStoreError):
        await PostgresStore.connect(url)


async def test_unreachable_database(postgres_url: str) -> None:
    """A server that is not there is a clear error, and the password is in no message."""
    from corpus.postgres.store import PostgresStore

    with pytest.raises(StoreLostError) as caught:
        await PostgresStore.connect("postgresql://kutip:rahasia@127.0.0.1:1/kutip")
    assert "rahasia" not in str(caught.value)


async def test_server_that_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A store outlives its server: killed and started again, it goes on with what was acknowledged, unasked."""
    server = Server(programs_or_skip())
    try:
        server.create()
        server.start()
        from corpus.postgres.store import PostgresStore

        async with await PostgresStore.connect(server.url) as store:
            draft = draft_of(text_of(1), id="7")
            await store.upsert([draft])
            server.kill()
            with pytest.raises(StoreLostError):
                await store.get("7")
            server.start()
            again = await store.upsert([draft, draft_of(text_of(2), id="8")])
            server.kill()
            server.start()
            held = await store.get_many(["7", "8"])
    finally:
        server.remove()
    assert [OutcomeStatus.UNCHANGED, OutcomeStatus.ADDED] == [outcome.status for outcome in again]
    assert {"7", "8"} == held.keys()


async def test_terminated_connections_are_made_anew(url: str) -> None:
    """Connections that the server ends, as at a failover, are replaced without an error."""
    import asyncpg

    from corpus.postgres.store import PostgresStore

    async with await PostgresStore.connect(url) as store:
        admin = await asyncpg.connect(url)
        ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'kutip'"
        assert 1 == await admin.fetchval(ended)
        outcomes = await store.upsert([draft_of(text_of(1), id="7")])
        await admin.fetchval(ended)
        found = await store.get("7")
        await admin.close()
    assert (OutcomeStatus.ADDED, True) == (outcomes[0].status, found is not None)


async def test_every_connection_of_a_pool_may_be_lost(url: str) -> None:
    """Where all connections are ended while they rest, all that is asked at once is answered."""
    import asyncpg

    from corpus.postgres.store import PostgresStore

    async with await PostgresStore.connect(url) as store:
        await store.upsert([draft_of(text_of(1), id="7")])
        await asyncio.gather(*(store.get("7") for _ in range(20)))
        admin = await asyncpg.connect(url)
        await admin.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'kutip'"
        )
        found = await asyncio.gather(*(store.get("7") for _ in range(20)))
        await admin.close()
    assert ["7"] * 20 == [article.id for article in found if article]


def test_driver_in_disorder_means_a_lost_connection() -> None:
    """Between a server's last words and the end of a connection, the driver calls its own state impossible."""
    asyncpg = pytest.importorskip("asyncpg")

    from corpus.postgres.database import store_error

    disorder = asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress")
    assert isinstance(store_error(disorder, "postgresql://db.example/kutip"), StoreLostError)
