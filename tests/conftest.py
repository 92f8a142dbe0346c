"""Settings and fixtures that all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog
from bot_running import admin, api, bot, data_dir, sample_store, webhook
from hypothesis import settings

__all__ = ["admin", "api", "bot", "data_dir", "sample_store", "webhook"]
"""Fixtures of end-to-end tests of the bot; see :mod:`bot_running`."""

# A busy machine is no failure; what must be fast says so in a test of its own.
settings.register_profile("kutip", deadline=None)
settings.load_profile("kutip")


@pytest.fixture(autouse=True)
def _plain_logging() -> Iterator[None]:
    """Undo what a test did to logging: its stream is closed when the test has ended."""
    yield
    structlog.reset_defaults()
