"""What all handlers share, and the context that hands it to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, cast

from telegram.ext import Application, CallbackContext, ExtBot, JobQueue

from bot.answering import Answering
from bot.digests.subscriptions import SubscriptionStore
from bot.keeping.drafts import Drafts
from bot.keeping.inbox_queue import InboxQueue
from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState
from bot.metrics import BotMetrics
from bot.sending.delivery import Delivery
from bot.sending.limits import Notices, Sending, UserLimiter
from bot.settings import BotSettings
from retrieval.engine import Engine

SERVICES = "services"
QUEUE = "queue"
"""Keys of the services, and of the queue of updates, in ``application.bot_data``."""

INLINE_PER_MINUTE = 60
"""Inline queries of one person: one comes at each pause of typing, so a question takes several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Made once when the bot starts, closed when it stops.

    :param users: the fair limit of questions for each user. :param inline_users: likewise of inline queries.
    :param notices: the limit of lines about errors for each chat.
    :param drafts: what waits for an admin's yes.
    :param loading: held while a load runs. :param broadcasting: held while a broadcast goes out.
    :param clock: the present, as an aware UTC time.
    """

    settings: BotSettings
    engine: Engine
    state: BotState
    mailbox: Mailbox
    answering: Answering
    delivery: Delivery
    users: UserLimiter
    notices: Notices
    drafts: Drafts
    loading: asyncio.Lock
    broadcasting: asyncio.Lock
    metrics: BotMetrics
    clock: Callable[[], datetime]
    inline_users: UserLimiter = field(default_factory=lambda: UserLimiter(INLINE_PER_MINUTE))

    @property
    def subscriptions(self) -> SubscriptionStore:
        """Who gets a digest; kept beside chats and people."""
        return SubscriptionStore(self.state.database)


class Context(CallbackContext[ExtBot[Sending], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """A handler's context with the services in reach."""

    @property
    def services(self) -> Services:
        """What the handlers share; there from the start of the application to its end."""
        return cast(Services, self.application.bot_data[SERVICES])

    @property
    def stopping(self) -> asyncio.Event:
        """Set when the bot is told to stop: what runs on its own then has a few seconds to come to an end."""
        return cast(InboxQueue, self.application.bot_data[QUEUE]).stopping

    @property
    def services_or_none(self) -> Services | None:
        """The same where an error may come before the start or after the end."""
        return cast("Services | None", self.application.bot_data.get(SERVICES))


KutipApplication: TypeAlias = Application[
    ExtBot[Sending], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], JobQueue[Context] | None
]
"""The library's application with the types that this bot gives it."""
