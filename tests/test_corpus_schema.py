"""Migrations: one transaction each, never twice, and never on a file that is not ours or ahead of us."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import NewerStoreError, NotAStoreError, StoreError
from corpus.schema import ARTICLES, Migration, Schema, migrate, schema_of
from corpus.store import ArticleStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kutip.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        yield opened


def numbers(connection: sqlite3.Connection) -> tuple[int, int]:
    """Application id and schema number in the header."""
    ((application_id,), (version,)) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    return application_id, version


def extended(*steps: Migration) -> Schema:
    """The schema of a later version."""
    return Schema(application_id=ARTICLES.application_id, migrations=(*ARTICLES.migrations, *steps))


def add_language(connection: sqlite3.Connection) -> None:
    """What a later version might add."""
    connection.execute("ALTER TABLE articles ADD COLUMN language TEXT NOT NULL DEFAULT 'id'")


def mark_old_changes(connection: sqlite3.Connection) -> None:
    """What another later version might do."""
    connection.execute("UPDATE changes SET article_id = 'a7'")


def fail_half_way(connection: sqlite3.Connection) -> None:
    """A step that breaks off after its first change."""
    add_language(connection)
    connection.execute("PRAGMA user_version = 99")
    raise RuntimeError("stopped")


def test_new_file_gets_the_newest_schema(connection: sqlite3.Connection, path: Path) -> None:
    """An empty file becomes a store at the newest schema, marked as ours."""
    migrate(connection, path, ARTICLES)
    assert (ARTICLES.application_id, ARTICLES.version) == numbers(connection)


def test_migrating_again_changes_nothing(connection: sqlite3.Connection, path: Path) -> None:
    """A file at the newest schema is not written to."""
    migrate(connection, path, ARTICLES)
    before = connection.total_changes
    migrate(connection, path, ARTICLES)
    assert before == connection.total_changes


def test_missing_steps_are_applied_in_order(connection: sqlite3.Connection, path: Path) -> None:
    """A file of an earlier version goes through the steps that it lacks, and keeps its rows."""
    migrate(connection, path, ARTICLES)
    connection.execute("INSERT INTO changes (seq, article_id, kind) VALUES (1, '7', 'delete')")
    migrate(connection, path, extended(add_language, mark_old_changes))
    assert (ARTICLES.application_id, ARTICLES.version + 2) == numbers(connection)
    assert [("a7",)] == connection.execute("SELECT article_id FROM changes").fetchall()


def test_failed_step_leaves_the_step_before(connection: sqlite3.Connection, path: Path) -> None:
    """A step that fails leaves nothing behind, and the steps before it stay."""
    with pytest.raises(RuntimeError, match="stopped"):
        migrate(connection, path, extended(fail_half_way))
    assert (ARTICLES.application_id, ARTICLES.version) == numbers(connection)
    assert "language" not in [row[1] for row in connection.execute("PRAGMA table_info(articles)")]


@pytest.mark.parametrize("read_only", [False, True])
async def test_newer_file_is_refused(path: Path, read_only: bool) -> None:
    """A store of a later version is refused, with both numbers, and not touched."""
    async with await ArticleStore.open(path):
        pass
    newer = ARTICLES.version + 1
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {newer}")
    before = path.read_bytes()
    with pytest.raises(NewerStoreError) as caught:
        await ArticleStore.open(path, read_only=read_only)
    assert (newer, ARTICLES.version) == (caught.value.found, caught.value.known)
    assert before == path.read_bytes()


async def test_older_file_is_not_migrated_by_a_reader(path: Path) -> None:
    """Whoever only reads does not migrate: a store that needs it is refused."""
    path.touch()
    with pytest.raises(StoreError, match="schema 0"):
        await ArticleStore.open(path, read_only=True)
    assert 0 == path.stat().st_size


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE kontak (nama TEXT)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"],
    ids=["tables", "schema number", "application id"],
)
def test_other_programs_file_is_no_store(connection: sqlite3.Connection, path: Path, statement: str) -> None:
    """Whatever another program left in a database, it is not taken for an empty one."""
    connection.execute(statement)
    with pytest.raises(NotAStoreError):
        schema_of(connection, path, ARTICLES)


def test_unique_keys_hold_the_article_id(connection: sqlite3.Connection, path: Path) -> None:
    """Every unique key of a table that belongs to an article holds its id, so that tables can be distributed by it."""
    migrate(connection, path, ARTICLES)
    without = []
    owners = {"articles": "id", "changes": "seq", "properties": "name", "feeds": "id", "feed_entries": "feed_id"}
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        owner = owners.get(table, "article_id")
        assert owner in columns
        for _, index, is_unique, *_ in connection.execute(f"PRAGMA index_list({table})").fetchall():
            keyed = [row[2] for row in connection.execute(f"PRAGMA index_info({index})")]
            if is_unique and owner not in keyed:
                without.append((table, index))
    assert [] == without
