"""A delivery over real stores that talks to a pretended Telegram, as several test files need it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram.ext import ExtBot
from telegram.request import HTTPXRequest
from telegram_api.chats import Chat
from telegram_api.chats import Message as Shown
from telegram_api.clock import VirtualClock
from telegram_api.faults import make_fault
from telegram_api.server import Server
from telegram_api.world import Rules, World

from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState
from bot.sending.delivery import Delivery
from bot.sending.limits import Sending, TelegramLimiter
from bot.sending.turns import Turns
from bot.types import ChatKind, ChatRecord, OutboxState

TOKEN = "424242:AAE-invented_token_of_a_test"  # noqa: S105
READ_TIMEOUT_S = 0.4
WITHOUT_TLS = {"verify": False}
"""Spares each test the time of reading certificates."""


@dataclass
class Desk:
    """A delivery with the Telegram that it talks to.

    :param person: a private chat. :param group: a supergroup.
    """

    bot: ExtBot[Sending]
    limiter: TelegramLimiter
    mailbox: Mailbox
    state: BotState
    server: Server
    world: World
    person: Chat
    group: Chat

    def __post_init__(self) -> None:
        self.delivery = self.delivery_over(self.mailbox)

    def delivery_over(self, mailbox: Mailbox) -> Delivery:
        """A delivery with some outbox."""
        return Delivery(self.bot, limiter=self.limiter, state=self.state, mailbox=mailbox, clock=seen_at)

    def fault(self, method: str, what: int | str, **details: Any) -> None:
        """Let the next request of a method fail."""
        self.server.faults.append(make_fault(method, what, **details))

    def shown(self, chat: Chat) -> list[Shown]:
        """What the bot shows in a chat."""
        return [message for message in chat.messages.values() if message.by_bot and not message.deleted]

    def texts(self, chat: Chat) -> list[str]:
        """The texts that the bot shows in a chat."""
        return [message.text for message in self.shown(chat)]

    def says(self, chat: Chat, text: str) -> int:
        """Let a person write."""
        author = self.world.users[self.person.id]
        return self.world.post(chat, author, {"text": text}).id

    async def state_of(self, key: str) -> OutboxState | None:
        """How far an entry of the outbox is."""
        entry = await self.mailbox.entry(key)
        return entry.state if entry else None


def seen_at() -> datetime:
    """A moment."""
    return datetime(2026, 5, 1, 3, 0, tzinfo=UTC)


def chat_record(chat: Chat) -> ChatRecord:
    """A chat as the bot remembers it."""
    return ChatRecord(id=chat.id, kind=ChatKind(chat.kind), title="Warga", first_seen=seen_at(), last_seen=seen_at())


@asynccontextmanager
async def running_desk(
    folder: Path, *, read_timeout_s: float = READ_TIMEOUT_S, busy_timeout_s: float = 5
) -> AsyncIterator[Desk]:
    """A delivery over real stores and loopback HTTP; no violation of the Bot API is forgiven."""
    violations: list[str] = []
    world = World(
        token=TOKEN,
        username="kutip_bot",
        name="Kutip",
        clock=VirtualClock(),
        rules=Rules(),
        complain=violations.append,
    )
    person = world.chats[world.add_user("Sari")["id"]]
    person.started = True
    group = world.add_chat("supergroup", "Warga")
    for user_id in (world.bot_id, person.id):
        world.set_member(group, world.users[user_id], {"status": "member", "user": world.users[user_id]}, by=world.bot)
    async with AsyncExitStack() as stack:
        server = Server(world, TOKEN)
        await server.start(0)
        stack.push_async_callback(server.close)
        limiter = TelegramLimiter(turns=Turns(chat_pause_s=0.02), first_pause_s=0.05)
        bot = ExtBot(
            TOKEN,
            base_url=f"http://127.0.0.1:{server.port}/bot",
            request=HTTPXRequest(8, read_timeout_s, pool_timeout=5, httpx_kwargs=WITHOUT_TLS),
            get_updates_request=HTTPXRequest(httpx_kwargs=WITHOUT_TLS),
            rate_limiter=limiter,
        )
        await stack.enter_async_context(bot)
        state = await stack.enter_async_context(await BotState.open(folder / "bot.db", busy_timeout_s=busy_timeout_s))
        mailbox = await Mailbox.open(state.database)
        stack.push_async_callback(mailbox.close)
        for chat in (person, group):
            await state.see_chat(chat_record(chat))
        yield Desk(bot, limiter, mailbox, state, server, world, person, group)
    assert [] == violations
