"""What a failed request to Telegram means: may it be made again, or may it have been carried out already? Pure."""

from __future__ import annotations

from enum import StrEnum

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut


class Fault(StrEnum):
    """Kinds of failures, by what is known of the request.

    :cvar FLOOD: Telegram refused it and says how long to wait.
    :cvar NOT_SENT: it never left this machine: no connection, no free place in the pool, or not written to its end.
    :cvar DECLINED: Telegram itself says that it failed (5xx with JSON); nothing was done.
    :cvar DOUBTFUL: it was sent, and what came back does not say whether it was carried out: silence, a dropped
        connection, half an answer, or the HTML page of a gateway.
    :cvar FINAL: refused for good (400, 401, 403, 404, 409, a chat that migrated); asking again changes nothing.
    """

    FLOOD = "flood"
    NOT_SENT = "not_sent"
    DECLINED = "declined"
    DOUBTFUL = "doubtful"
    FINAL = "final"


_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.WriteTimeout,
    httpx.UnsupportedProtocol,
)
"""A request whose last byte was not written cannot have been carried out: its body is shorter than it announces.
``httpx.WriteError`` is not here, since httpcore goes on to read an answer after one."""


def fault_of(error: BaseException) -> Fault:
    """What an error of python-telegram-bot says about its request.

    >>> fault_of(BadRequest("chat not found")), fault_of(NetworkError("Internal Server Error")), fault_of(TimedOut())
    (<Fault.FINAL: 'final'>, <Fault.DECLINED: 'declined'>, <Fault.DOUBTFUL: 'doubtful'>)
    """
    if isinstance(error, RetryAfter):
        return Fault.FLOOD
    if isinstance(error, BadRequest) or not isinstance(error, TelegramError):
        return Fault.FINAL
    if isinstance(error, NetworkError):
        return _fault_of_connection(error)
    # A 2xx whose body is no JSON is the only plain TelegramError that a request raises.
    return Fault.DOUBTFUL if type(error) is TelegramError else Fault.FINAL


def _fault_of_connection(error: NetworkError) -> Fault:
    cause = error.__cause__
    if isinstance(cause, _NEVER_LEFT):
        return Fault.NOT_SENT
    if cause is None and not isinstance(error, TimedOut):
        return Fault.DECLINED
    return Fault.DOUBTFUL


def is_repeatable(endpoint: str) -> bool:
    """Whether a method may be called twice without a second message appearing.

    >>> [is_repeatable(name) for name in ("sendMessage", "editMessageText", "sendChatAction", "getChat")]
    [False, True, True, True]
    """
    return endpoint == "sendChatAction" or not endpoint.startswith(("send", "forward", "copy", "create", "post"))


def is_post(endpoint: str) -> bool:
    """Whether Telegram counts a method among the messages of a chat; edits count in groups.

    >>> [is_post(name) for name in ("sendMessage", "editMessageText", "sendChatAction", "answerCallbackQuery")]
    [True, True, False, False]
    """
    return endpoint != "sendChatAction" and endpoint.startswith(("send", "forward", "copy", "editMessage"))
