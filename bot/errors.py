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
from bot.sending.faults import fault_of
from bot.words import texts
from corpus.errors import KutipError, StoreError
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from bot.services import Context, Services

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
        return texts.BUSY
    if isinstance(error, SlowError):
        return texts.SLOW
    if isinstance(error, StoreError | RetrievalError):
        return texts.STORE_CLOSED
    if isinstance(error, TelegramError):
        return texts.TELEGRAM_TROUBLE
    return texts.SOMETHING_WRONG


async def on_error(update: object, context: Context) -> None:
    """Log what went wrong, and tell whoever waits for an answer, in a chat at most once a minute.

    The line has a code that finds the cause in the log. The log never gets the token, and what people wrote only with
    KUTIP_LOG_TEXT.
    """
    error = context.error or RuntimeError("an error without a cause")
    services = context.services_or_none
    if not isinstance(update, Update):
        _note_background(error, services)
        return
    code = new_code()
    chat = update.effective_chat
    structlog.get_logger().error(
        "handler failed",
        code=code,
        error=type(error).__name__,
        update_id=update.update_id,
        chat_id=chat.id if chat else None,
        traceback=safe_traceback(error, with_text=services is not None and services.settings.log_text),
    )
    if services is None:
        return
    services.metrics.count_error(type(error).__name__)
    if update.callback_query is not None:  # else the little clock on the button goes on
        await services.delivery.acknowledge(update.callback_query.id)
    waits = update.message or update.edited_message or update.callback_query
    if chat is not None and waits and services.notices.allow(chat.id):
        await _tell(chat.id, describe_to_user(error, code), update, services)


def _note_background(error: BaseException, services: Services | None) -> None:
    """What fails without an update is mostly polling while Telegram cannot be reached; the library polls again."""
    if isinstance(error, TelegramError):
        fault = fault_of(error)
        if services is not None:
            services.metrics.note_telegram("getUpdates", fault)
        structlog.get_logger().warning("polling failed", error=type(error).__name__, fault=fault.value)
        return
    with_text = services is not None and services.settings.log_text
    structlog.get_logger().error(
        "background work failed", error=type(error).__name__, traceback=safe_traceback(error, with_text=with_text)
    )


async def _tell(chat_id: int, text: str, update: Update, services: Services) -> None:
    try:
        await services.delivery.send_text(chat_id, text, key=f"error:{update.update_id}", thread_id=thread_of(update))
    except (TelegramError, KutipError) as failure:
        structlog.get_logger().warning("notice of an error not sent", error=type(failure).__name__)


def thread_of(update: Update) -> int | None:
    """The forum topic that an update belongs to."""
    message = update.effective_message
    return message.message_thread_id if message and message.is_topic_message else None
