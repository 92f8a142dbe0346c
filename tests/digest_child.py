"""Sends the digests of one moment in a process of its own, which a test may kill."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from news_days import dispatch
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.digests.digest import DigestStory, Quote, Topics, Window
from bot.digests.digest_sending import DigestSender
from bot.digests.subscriptions import SubscriptionStore
from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState
from bot.sending.delivery import Delivery
from bot.sending.limits import Sending, TelegramLimiter
from bot.sending.turns import Turns

SEVEN = datetime(2025, 6, 10, 0, tzinfo=UTC)
"""07.00 WIB; it stays so."""

WITHOUT_TLS = {"verify": False}


class LongStories:
    """So many stories, each of which fills a message."""

    def __init__(self, count: int) -> None:
        self._count = count

    async def stories(
        self,
        window: Window,  # noqa: ARG002 - as the protocol has it, like the next two
        *,
        topics: Topics | None = None,  # noqa: ARG002
        told: Collection[str] = (),  # noqa: ARG002
        limit: int = 7,
    ) -> list[DigestStory]:
        """The same for any time and wish."""
        long = dispatch(1, "Jembatan dibuka", ("Jembatan itu dibuka lagi." + " Warga lega." * 300,))
        quote = Quote(sentence=long.sentences[0], article=long.article)
        return [
            DigestStory(headline=f"Jembatan {number}", quotes=(quote,), outlets=(), article_ids=(f"a{number}",))
            for number in range(min(self._count, limit))
        ]


async def send(path: Path, url: str, token: str, *, chat_pause_s: float, parts: int) -> None:
    """Plan and send all that is due.

    :param chat_pause_s: between two messages in a chat.
    """
    limiter = TelegramLimiter(turns=Turns(chat_pause_s=chat_pause_s))
    bot: ExtBot[Sending] = ExtBot(
        token,
        base_url=f"{url}/bot",
        request=HTTPXRequest(2, httpx_kwargs=WITHOUT_TLS),
        get_updates_request=HTTPXRequest(httpx_kwargs=WITHOUT_TLS),
        rate_limiter=limiter,
    )
    async with bot, await BotState.open(path) as state:
        mailbox = await Mailbox.open(state.database, clock=lambda: SEVEN)
        sender = DigestSender(
            LongStories(parts),
            subscriptions=SubscriptionStore(state.database),
            mailbox=mailbox,
            delivery=Delivery(bot, limiter=limiter, state=state, mailbox=mailbox, clock=lambda: SEVEN),
            state=state,
            clock=lambda: SEVEN,
        )
        await sender.plan()
        await sender.send_due()
        await mailbox.close()


if __name__ == "__main__":
    asyncio.run(
        send(Path(sys.argv[1]), sys.argv[2], sys.argv[3], chat_pause_s=float(sys.argv[4]), parts=int(sys.argv[5]))
    )
