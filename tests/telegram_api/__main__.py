"""A Telegram to try the bot against, without a token: `python -m tests.telegram_api --port 8081 --page`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence

from .console import add_console
from .control import add_control
from .fake import TOKEN, FakeTelegram
from .world import Rules


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.telegram_api", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="port on the loopback address, 0 for a free one")
    parser.add_argument("--page", action="store_true", help="also show the chats on a web page")
    parser.add_argument("--token", default=TOKEN, help="token that the bot must use")
    parser.add_argument("--no-checks", action="store_true", help="do not check requests and responses (for benchmarks)")
    return parser.parse_args(arguments)


async def serve(arguments: argparse.Namespace) -> None:
    """Run until interrupted."""
    extend = add_console if arguments.page else add_control
    rules = Rules(checks=not arguments.no_checks)
    api = await FakeTelegram.start(port=arguments.port, token=arguments.token, rules=rules, extend=extend)
    if arguments.page:
        furnish(api)
    tell(f"Bot API: {api.url}")
    tell(f"KUTIP_TELEGRAM_API_URL={api.url} KUTIP_TELEGRAM_TOKEN={api.token}")
    if arguments.page:
        tell(f"Page: {api.url}/")
    try:
        await asyncio.Event().wait()
    finally:
        await api.server.close()
        for violation in dict.fromkeys(api.violations):
            tell(f"violation: {violation}")


def tell(line: str) -> None:
    """Write a line at once, so that a program that started this one can read it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def furnish(api: FakeTelegram) -> None:
    """Put people and chats there to begin with."""
    ani, budi = api.person("Ani", username="ani"), api.person("Budi", username="budi")
    api.group("Warga RT 05", owner=ani, members=[budi], supergroup=True)
    forum = api.group("Forum Kampung", owner=ani, members=[budi], forum=True)
    api.channel("Kabar Kampung", admins=[ani])
    for name in ("Berita", "Arisan"):
        thread = api.world.post(forum, ani.user, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        thread.data = thread.data | {"message_thread_id": thread.id, "is_topic_message": True}
        forum.topics[thread.id] = name


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve, and end quietly on Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parse(arguments)))


if __name__ == "__main__":
    main()
