"""The commands on a store in PostgreSQL: one setting is all that differs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from article_rows import row, write_rows
from postgres_server import new_database, postgres_url

__all__ = ["postgres_url"]

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
async def kutip(postgres_url: str, tmp_path: Path) -> AsyncIterator[Command]:
    """Runs a command as a process of its own, on an empty database."""
    async with new_database(postgres_url) as url:
        environment = os.environ | {"KUTIP_DATABASE_URL": url, "KUTIP_DATA_DIR": str(tmp_path / "data")}

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "scripts.kutip", *arguments],
                env=environment, capture_output=True, text=True, check=False, timeout=300,
            )  # fmt: skip

        yield run


def test_load_ask_stats_delete(kutip: Command, tmp_path: Path) -> None:
    """What was loaded is counted, answers with its source, and is gone when deleted; no file holds store or index."""
    loaded = kutip("load", "--json", write_rows(tmp_path / "a.jsonl", row()))
    assert (0, 1) == (loaded.returncode, json.loads(loaded.stdout)["added"])
    answer = json.loads(kutip("ask", "--json", "Berapa ton padi organik dipanen warga Sukamaju?").stdout)
    assert ("answered", "a1") == (answer["status"], answer["answers"][0]["article"]["id"])
    assert 1 == json.loads(kutip("stats", "--json").stdout)["articles"]
    assert 0 == kutip("delete", "a1").returncode
    assert 0 == json.loads(kutip("stats", "--json").stdout)["articles"]
    assert [] == [path.name for path in (tmp_path / "data").glob("*") if path.name in {"kutip.db", "index"}]


def test_doctor_reads_the_database(kutip: Command, tmp_path: Path) -> None:
    """A store in a database is found well, and without one the first load is named."""
    assert "kutip load" in kutip("doctor").stdout
    assert 0 == kutip("load", write_rows(tmp_path / "a.jsonl", row())).returncode
    checks = {one["check"]: one for one in json.loads(kutip("doctor", "--json").stdout)["checks"]}
    assert ("ok", "all 1 are embedded") == (checks["store"]["state"], checks["articles"]["message"])


async def test_migrate(postgres_url: str, tmp_path: Path) -> None:
    """A store in files moves into a database, which then tells the same, and nothing is embedded again."""
    files = os.environ | {"KUTIP_DATA_DIR": str(tmp_path / "data")}
    async with new_database(postgres_url) as url:

        def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "scripts.kutip", *arguments],
                env=environment, capture_output=True, text=True, check=False, timeout=300,
            )  # fmt: skip

        assert 0 == run(files, "load", write_rows(tmp_path / "a.jsonl", row())).returncode
        moved = run(files, "database", "migrate", "--from", str(tmp_path / "data"), "--to", url)
        assert (0, 8) == (moved.returncode, moved.stdout.count("the same"))
        status = run(files | {"KUTIP_DATABASE_URL": url}, "index", "status").stdout
    assert "vectors: 0 articles are not embedded yet" in status


def test_commands_for_files_say_so(kutip: Command, tmp_path: Path) -> None:
    """A backup of the wrong store is never made: the command names the tool for the database."""
    refused = kutip("backup", str(tmp_path / "b.db"))
    assert (1, True, False) == (refused.returncode, "pg_dump" in refused.stderr, (tmp_path / "b.db").exists())


def test_other_addresses_are_refused(tmp_path: Path) -> None:
    """An address of another kind of database is a wrong setting, told with an example, without its password."""
    environment = os.environ | {"KUTIP_DATABASE_URL": "mysql://kutip:rahasia@db.example/kutip"}
    told = subprocess.run(
        [sys.executable, "-m", "scripts.kutip", "stats"],
        env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (1, True, False) == (told.returncode, "postgresql://" in told.stderr, "rahasia" in told.stderr)
