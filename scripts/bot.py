"""``kutip bot``: the Telegram bot, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio

from bot.logs import configure_logging
from bot.settings import BotSettings
from scripts.console import load_settings


def bot() -> None:
    """Answer in Telegram; needs KUTIP_TELEGRAM_TOKEN."""
    from bot.serving import serve

    settings = load_settings(BotSettings)
    configure_logging(settings.secrets)
    asyncio.run(serve(settings))
