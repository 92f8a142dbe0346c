"""What all handlers share, and the context that hands it to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast

from telegram.ext import Application, CallbackContext, ExtBot, JobQueue

from bot.answering import Answering
from bot.delivery import Delivery
from bot.drafts import Drafts
from bot.limits import Notices, Sending, UserLimiter
from bot.mailbox import Mailbox
from bot.metrics import BotMetrics
from bot.settings import BotSettings
from bot.state import BotState
from retrieval.engine import Engine

SERVICES = "services"
"""Key of the services in ``application.bot_data``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Made once when the bot starts, closed when it stops.

    :param users: the fair limit of questions for each user.
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


class Context(CallbackContext[ExtBot[Sending], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """A handler's context with the services in reach."""

    @property
    def services(self) -> Services:
        """What the handlers share; there from the start of the application to its end."""
        return cast(Services, self.application.bot_data[SERVICES])

    @property
    def services_or_none(self) -> Services | None:
        """The same where an error may come before the start or after the end."""
        return cast("Services | None", self.application.bot_data.get(SERVICES))


KutipApplication: TypeAlias = Application[
    ExtBot[Sending], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], JobQueue[Context] | None
]
"""The library's application with the types that this bot gives it."""
