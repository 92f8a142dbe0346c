"""The engines of the store, for tests that hold for all of them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from postgres_server import new_database, postgres_url

from corpus.store import ArticleStore

__all__ = ["engine", "postgres_url", "store"]


class SqliteEngine:
    """Stores in files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def open(self, name: str = "kutip", **options: Any) -> ArticleStore:
        """The store of that name; the same name is the same store."""
        return await ArticleStore.open(self._folder / f"{name}.db", **options)

    async def dump(self) -> list[str]:
        """Everything that the usual store holds, sorted."""
        with closing(sqlite3.connect(self._folder / "kutip.db")) as connection:
            return sorted(connection.iterdump())


class PostgresEngine:
    """Stores in databases of a server."""

    def __init__(self, server_url: str, stack: AsyncExitStack) -> None:
        self._server_url = server_url
        self._stack = stack
        self._urls: dict[str, str] = {}
        self._making = asyncio.Lock()

    async def url(self, name: str = "kutip") -> str:
        """Address of the store of that name."""
        async with self._making:
            if name not in self._urls:
                self._urls[name] = await self._stack.enter_async_context(new_database(self._server_url))
        return self._urls[name]

    async def open(self, name: str = "kutip", **options: Any) -> ArticleStore:
        """The store of that name; the same name is the same store."""
        from corpus.postgres.store import PostgresStore

        return await PostgresStore.connect(await self.url(name), **options)

    async def dump(self) -> list[str]:
        """Everything that the usual store holds, sorted."""
        import asyncpg

        connection = await asyncpg.connect(await self.url())
        try:
            tables = await connection.fetch("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
            lines = []
            for (table,) in tables:
                rows = await connection.fetch(f"SELECT t::text FROM {table} AS t")  # noqa: S608
                lines += [f'INSERT INTO "{table}" VALUES{row}' for (row,) in rows]
        finally:
            await connection.close()
        return sorted(lines)


Engine = SqliteEngine | PostgresEngine


@pytest.fixture(params=["sqlite", "postgres"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    """Each engine in turn; PostgreSQL is passed over, with the reason, where there is no server."""
    if request.param == "sqlite":
        yield SqliteEngine(tmp_path)
        return
    server_url = request.getfixturevalue("postgres_url")
    async with AsyncExitStack() as stack:
        yield PostgresEngine(server_url, stack)


@pytest.fixture
async def store(engine: Engine) -> AsyncIterator[ArticleStore]:
    """An empty store of each engine."""
    async with await engine.open() as opened:
        yield opened
