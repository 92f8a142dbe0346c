"""Statements of a database for searches, which block the thread that they run on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from corpus.postgres.database import PostgresDatabase, Transaction, twice

Result = TypeVar("Result")


class Statements:
    """A store's database, for any thread but that of its event loop, on which the statements themselves run."""

    def __init__(self, database: PostgresDatabase, loop: asyncio.AbstractEventLoop) -> None:
        self._database = database
        self._loop = loop

    def rows(
        self, sql: str, parameters: Sequence[Any] = (), *, settings: Mapping[str, str] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run one statement that reads and return its rows; once more where the connection was lost.

        :param settings: of the server, for this statement alone.
        :raises StoreError: and its kinds, as :meth:`PostgresDatabase.rows`.
        """
        if not settings:
            return self._result(self._database.rows(sql, parameters))
        chosen = settings

        async def work() -> list[tuple[Any, ...]]:
            async with self._database.reading() as transaction:
                for name, value in chosen.items():
                    await transaction.rows("SELECT set_config(?, ?, true)", (name, value))
                return await transaction.rows(sql, parameters)

        return self._result(twice(work))

    def write(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Do something in a transaction of the one writer; once more where the connection was lost."""

        async def once() -> Result:
            async with self._database.transaction() as transaction:
                return await work(transaction)

        return self._result(twice(once))

    def _result(self, work: Coroutine[Any, Any, Result]) -> Result:
        if _running_loop() is self._loop:
            work.close()
            raise RuntimeError("a search would wait for the event loop that it runs on; use asyncio.to_thread")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
