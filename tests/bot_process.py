"""The bot in a process of its own, as it runs at a person's: started, killed, told to stop, its log kept."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from telegram_api.fake import FakeTelegram

ROOT = Path(__file__).parent.parent
START_WITHIN_S = 120.0
"""Until the first request for updates; most of it is reading the model, on a machine that does other things."""


class BotProcess:
    """One process of ``python -m bot`` after another over one data folder.

    :param log: file that all of them write their log to.
    :param settings: further settings, named as in the environment without their prefix.
    """

    def __init__(self, api: FakeTelegram, data_dir: Path, *, log: Path, **settings: Any) -> None:
        self.data_dir = data_dir
        self.log = log
        self._api = api
        self._process: asyncio.subprocess.Process | None = None
        given = {
            "telegram_token": api.token,
            "telegram_api_url": api.url,
            "data_dir": data_dir,
            "user_questions_per_minute": 100_000,
        }
        own = {f"KUTIP_{name.upper()}": str(value) for name, value in (given | settings).items()}
        self._environment = {**os.environ, **own, "PYTHONUNBUFFERED": "1"}

    @property
    def pid(self) -> int:
        """Id of the process that runs."""
        return self._running().pid

    @property
    def is_running(self) -> bool:
        """Whether a process was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self, *, wait: bool = True) -> None:
        """Start a process.

        :param wait: until it asks for updates.
        """
        before = len(self._api.calls("getUpdates"))
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        if wait:
            await self._api.wait_until(
                lambda: len(self._api.calls("getUpdates")) > before or self._running().returncode is not None,
                timeout_s=START_WITHIN_S,
            )
            assert self._running().returncode is None, self.log_text()[-2000:]

    async def kill(self) -> None:
        """End it at once, as ``kill -9`` does."""
        process = self._running()
        process.kill()
        await process.wait()

    async def stop(self, *, within_s: float = 15.0) -> int:
        """Tell it to stop, and wait.

        :return: its exit status.
        :raises TimeoutError: it did not end in time; it is killed then.
        """
        process = self._running()
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(process.wait(), within_s)
        except TimeoutError:
            await self.kill()
            raise

    def log_text(self) -> str:
        """All that was logged so far."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def outbox(self) -> dict[str, str]:
        """State of each message that was to go out once, by its key."""
        with closing(sqlite3.connect(f"file:{self.data_dir / 'bot.db'}?mode=ro", uri=True)) as connection:
            return dict(connection.execute("SELECT key, state FROM outbox"))

    def unfinished(self) -> list[int]:
        """Ids of updates that came and were not handled to their end."""
        with closing(sqlite3.connect(f"file:{self.data_dir / 'bot.db'}?mode=ro", uri=True)) as connection:
            return [id_ for (id_,) in connection.execute("SELECT update_id FROM inbox WHERE payload IS NOT NULL")]

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("not started")
        return self._process
