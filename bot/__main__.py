"""``python -m bot`` runs the bot with the settings of the environment; ``kutip bot`` does the same with help texts."""

from __future__ import annotations

import asyncio

from bot.logs import configure_logging
from bot.serving import serve
from bot.settings import BotSettings


def main() -> None:
    """Run until Ctrl-C or SIGTERM."""
    settings = BotSettings()
    configure_logging(settings.secrets)
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
