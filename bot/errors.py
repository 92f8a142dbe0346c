"""The bot's own errors, and the one place that turns an error into words for the person who met it.

::

    KutipError
    └── BotError
        ├── BusyError        more questions are waiting than can be answered in time
        └── SlowError        no answer within the time-out
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.logs import safe_traceback
from corpus.errors import KutipError, StoreError
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from bot.services import Context

NOTICE_EVERY_S = 60.0
"""At most one line about an error in a chat within this time."""


class BotError(KutipError):
    """Root of the bot's own errors."""


class BusyError(BotError):
    """:param waiting: questions that wait already."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} questions are waiting")
        self.waiting = waiting


class SlowError(BotError):
    """:param timeout_s: within which there was no answer."""

    def __init__(self, timeout_s: float) -> None:
        super().__init__(f"no answer within {timeout_s:g} s")
        self.timeout_s = timeout_s


def new_code() -> str:
    """A short code that ties what a person was told to a line of the log, such as ``K-3F9A``."""
    return f"K-{secrets.token_hex(2).upper()}"


def describe_to_user(error: BaseException, code: str) -> str:
    """What a person is told about an error: plain text without anything of the error itself.

    >>> describe_to_user(BusyError(51), "K-3F9A")
    'Maaf, sedang ramai sekali. Coba tanyakan lagi sebentar lagi, ya. (K-3F9A)'
    """
    return f"{_sentence(error)} ({code})"


def _sentence(error: BaseException) -> str:
    if isinstance(error, BusyError):
        return "Maaf, sedang ramai sekali. Coba tanyakan lagi sebentar lagi, ya."
    if isinstance(error, SlowError):
        return "Maaf, mencari jawabannya terlalu lama. Coba lagi, atau tanyakan dengan kata yang lebih singkat."
    if isinstance(error, StoreError | RetrievalError):
        return "Maaf, arsip beritanya sedang tidak bisa dibuka. Coba lagi beberapa menit lagi, ya."
    if isinstance(error, TelegramError):
        return "Maaf, sambungan ke Telegram sedang terganggu. Coba lagi sebentar lagi, ya."
    return "Maaf, ada yang tidak beres di sini. Masalahnya sudah dicatat; coba lagi sebentar lagi, ya."


async def on_error(update: object, context: Context) -> None:
    """Log what went wrong, and tell the chat, at most once a minute, with a code that finds it in the log.

    The log gets the cause, never the token, and what people wrote only with KUTIP_LOG_TEXT.
    """
    error = context.error or RuntimeError("an error without a cause")
    code = new_code()
    chat = update.effective_chat if isinstance(update, Update) else None
    services = context.services_or_none
    structlog.get_logger().error(
        "handler failed",
        code=code,
        error=type(error).__name__,
        update_id=update.update_id if isinstance(update, Update) else None,
        chat_id=chat.id if chat else None,
        traceback=safe_traceback(error, with_text=services is not None and services.settings.log_text),
    )
    if services is None or chat is None or not isinstance(update, Update) or update.inline_query:
        return
    services.metrics.count_error(type(error).__name__)
    if not services.notices.allow(chat.id):
        return
    try:
        await services.delivery.send_text(
            chat.id,
            describe_to_user(error, code),
            key=f"error:{update.update_id}",
            thread_id=thread_of(update),
        )
    except TelegramError as failure:
        structlog.get_logger().warning("notice of an error not sent", code=code, error=type(failure).__name__)


def thread_of(update: Update) -> int | None:
    """The forum topic that an update belongs to."""
    message = update.effective_message
    return message.message_thread_id if message and message.is_topic_message else None
