"""Fixtures: `from telegram_api.fixtures import fake_telegram` in a test module makes it available there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from .fake import FakeTelegram


@pytest_asyncio.fixture
async def fake_telegram() -> AsyncIterator[FakeTelegram]:
    """Give a Telegram of the test's own; what broke the Bot API fails the test at its end."""
    api = await FakeTelegram.start()
    try:
        yield api
    finally:
        await api.close()
