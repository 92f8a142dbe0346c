"""The real bot over the sample articles, against the fake Bot API server: what end-to-end tests share."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person

import corpus
from bot.app import build_application, open_services
from bot.keeping.inbox_queue import InboxQueue
from bot.services import QUEUE, KutipApplication, Services
from bot.serving import run
from bot.settings import BotSettings
from corpus.ingest import IngestOptions, ingest
from corpus.store import ArticleStore
from retrieval.encoder import open_encoder
from retrieval.indexer import Indexer

SAMPLES = Path(corpus.__file__).parent / "samples"


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample articles, embedded and indexed; to be copied, not written."""
    folder = tmp_path_factory.mktemp("samples")
    asyncio.run(load_samples(folder))
    return folder


async def load_samples(folder: Path) -> None:
    """Make a data folder with the sample articles, embedded and indexed."""
    settings = BotSettings(_env_file=None, data_dir=folder, threads=2)
    async with await ArticleStore.open(settings.store_path) as store:
        await ingest([str(SAMPLES)], store=store, settings=settings, options=IngestOptions())
        indexer = Indexer(store, open_encoder(settings), settings.index_folder)
        await indexer.embed()
        indexes = await indexer.open()
        await indexer.catch_up(indexes)
        await indexer.save(indexes)


@pytest.fixture
def data_dir(sample_store: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own with the sample articles."""
    return Path(shutil.copytree(sample_store, tmp_path / "data"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningBot:
    """A bot at work."""

    application: KutipApplication
    services: Services

    async def settle(self, api: FakeTelegram, *, timeout_s: float = 20.0) -> None:
        """Wait until the bot has fetched all updates and handled them."""
        queue: InboxQueue = self.application.bot_data[QUEUE]
        async with asyncio.timeout(timeout_s):
            while api.world.updates.waiting() or queue.waiting or queue.running:  # noqa: ASYNC110  it tells nobody
                await asyncio.sleep(0.02)


def settings_for(api: FakeTelegram, data_dir: Path, *, webhook: bool = False, **changes: Any) -> BotSettings:
    """Settings of a bot that talks to the fake.

    :param webhook: let the fake call the bot, in place of polling.
    """
    if webhook:
        port = _free_port()
        changes |= {"webhook_url": f"http://127.0.0.1:{port}/telegram", "webhook_port": port}
    given = {
        "telegram_token": api.token,
        "telegram_api_url": api.url,
        "data_dir": data_dir,
        "allow_private_addresses": True,
        "user_questions_per_minute": 1000,
        "threads": 2,
    }
    return BotSettings(_env_file=None, **(given | changes))


@asynccontextmanager
async def running_bot(
    api: FakeTelegram, data_dir: Path, *, webhook: bool = False, **changes: Any
) -> AsyncIterator[RunningBot]:
    """Run the real application against the fake until the block ends."""
    settings = settings_for(api, data_dir, webhook=webhook, **changes)
    application = build_application(settings, clock=api.clock.now)
    stop = asyncio.Event()
    async with open_services(application, settings) as services:
        serving = asyncio.create_task(run(application, services, stop=stop))
        try:
            method = "setWebhook" if webhook else "getUpdates"
            waiting = asyncio.create_task(api.wait_until(lambda: bool(api.calls(method)), timeout_s=20))
            await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
            await waiting
            yield RunningBot(application=application, services=services)
        finally:
            stop.set()
            await serving


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


QUESTION = "siapa yang memberlakukan keadaan darurat militer di Ukraina?"
"""Answered by a sample article, with a span."""

ANSWER = "Volodymyr Zelensky"
"""Stands in the sentence that answers."""


@pytest.fixture(params=["polling", "webhook"], scope="module")
def webhook(request: pytest.FixtureRequest) -> bool:
    """Both ways in which updates come."""
    return bool(request.param == "webhook")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api() -> AsyncIterator[FakeTelegram]:
    """A Telegram that the tests of a module share; what broke the Bot API fails the module's last test."""
    api = await FakeTelegram.start()
    yield api
    await api.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    api: FakeTelegram, webhook: bool, sample_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningBot]:
    """A bot that the tests of a module share, each with people and chats of its own."""
    folder = Path(shutil.copytree(sample_store, tmp_path_factory.mktemp("bot") / "data"))
    admin_ids = (ADMIN_ID,)
    async with running_bot(api, folder, webhook=webhook, admin_ids=admin_ids) as running:
        yield running


ADMIN_ID = 900_000_001


@pytest_asyncio.fixture(loop_scope="module")
async def admin(api: FakeTelegram) -> Person:
    """The admin of the shared bot, whose chat is as if it had been read."""
    person = api.people.get(ADMIN_ID) or api.person("Admin", id=ADMIN_ID)
    person.chat.unread.clear()
    return person
