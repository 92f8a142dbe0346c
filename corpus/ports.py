"""What the store asks of a database, as a Protocol that each engine satisfies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol


class Rows(Protocol):
    """A place where statements run.

    Invariants: SQL is written in the common part of SQLite and PostgreSQL with ``?`` for parameters; a list is one
    parameter made by :func:`corpus.storing.store_rows.json_of` and stands in ``json_each(?)``; errors that a person can
    mend are raised as :class:`corpus.errors.StoreError`.
    """

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of `rows`."""


class Database(Rows, Protocol):
    """A connection, or several, that one store works with."""

    async def close(self) -> None:
        """Close; a transaction that is open is rolled back."""


Writing = Callable[[], AbstractAsyncContextManager[Rows]]
"""Begins a write transaction and gives what runs statements in it."""
