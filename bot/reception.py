"""Fetching updates: through failures of every kind, and past updates that the library cannot read.

A field that the library holds for required may go missing, or change its type, with a later version of the Bot API.
python-telegram-bot then gives up the whole batch and asks for it again at once, for ever; :mod:`bot.webhook` uses
:func:`readable` for what comes by itself.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.request import HTTPXRequest, RequestData

from bot.sending.faults import Fault, fault_of

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 4.0
"""Between two tries: a bot whose connection comes back hears of what was asked well within ten seconds."""

TELL_EVERY_S = 60.0
"""One line in the log within this time, while it fails."""

_MEANINGS: dict[type[TelegramError], str] = {
    Conflict: "another process fetches the updates of this bot: two with the same token run, end one of them",
    InvalidToken: "Telegram does not know the token any more: @BotFather shows the right one",
}


def readable(raw: object) -> dict[str, Any] | None:
    """An update as it is, or only its id if the library cannot read it; None for what has no id.

    >>> readable({"update_id": 7, "something_new": {"x": 1}})
    {'update_id': 7, 'something_new': {'x': 1}}
    """
    if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:
        structlog.get_logger().error("what is no update was dropped")
        return None
    try:
        _check_ids(Update.de_json(raw, None))
    except Exception as error:  # of whatever kind a parser of the library raises
        kinds = sorted(str(name)[:40] for name in raw if name != "update_id")
        structlog.get_logger().error(
            "unreadable update set aside", update_id=raw["update_id"], kinds=kinds, error=type(error).__name__
        )
        return {"update_id": raw["update_id"]}
    return raw


def _check_ids(update: Update) -> None:
    """The library takes ids as they are; all that the bot keeps hangs on them.

    :raises TypeError: one is no number of 64 bits.
    """
    message = update.effective_message
    chat, user = update.effective_chat, update.effective_user
    shown = message or update.message_reaction
    found = (chat and chat.id, user and user.id, shown and shown.message_id)
    for id_ in found:
        if id_ is not None and (type(id_) is not int or not -(2**63) <= id_ < 2**63):
            raise TypeError("an id is no number")


class UpdatesRequest(HTTPXRequest):
    """Asks for updates until it gets some, and gives only those that the library can read.

    The library's own polling waits up to 30 s after failures, and is over for good after a 401.

    :param read_timeout_s: beyond the time for which Telegram holds a request open.
    :param first_pause_s: after a failure; it doubles with each further one up to :data:`LONGEST_PAUSE_S`.
    :param on_outcome: called with each failure, and with None when a request succeeds.
    """

    def __init__(
        self,
        *,
        read_timeout_s: float,
        first_pause_s: float = FIRST_PAUSE_S,
        on_outcome: Callable[[Fault | None], None] = lambda _fault: None,
    ) -> None:
        super().__init__(connection_pool_size=1, read_timeout=read_timeout_s)
        self._first_pause_s = first_pause_s
        self._on_outcome = on_outcome
        self._failing_since: float | None = None
        self._told_at = -math.inf

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Make a request, and again until Telegram takes it or asks to wait.

        A request that does not wait for updates confirms the last ones while the bot stops; it is made once.

        :raises NetworkError: the connection failed in such a request.
        """
        waits = request_data is not None and bool(request_data.parameters.get("timeout"))
        pause_s = self._first_pause_s
        while True:
            try:
                status, payload = await super().do_request(url, method, request_data, *args, **kwargs)
            except NetworkError as error:
                self._failed(error)
                if not waits:
                    raise
            else:
                if status == HTTPStatus.TOO_MANY_REQUESTS or not waits or 200 <= status <= 299:
                    self._succeeded()
                    return status, payload
                self._failed(_error_of(status))
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _failed(self, error: TelegramError) -> None:
        now = asyncio.get_running_loop().time()
        self._on_outcome(fault_of(error))
        if self._failing_since is None:
            self._failing_since = now
        if now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            what = _MEANINGS.get(type(error), "updates cannot be fetched, trying again")
            structlog.get_logger().warning(what, error=type(error).__name__, fault=fault_of(error).value)

    def _succeeded(self) -> None:
        self._on_outcome(None)
        if self._failing_since is None:
            return
        failing_s = asyncio.get_running_loop().time() - self._failing_since
        structlog.get_logger().info("updates are fetched again", after_s=round(failing_s, 1))
        self._failing_since, self._told_at = None, -math.inf

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer, with each update that cannot be read reduced to its id, which is confirmed with the others.

        :raises TelegramError: the answer is none of the Bot API.
        """
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError) as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(answer, dict) or (answer.get("ok") and "result" not in answer):
            raise TelegramError("Invalid server response")
        if isinstance(answer.get("result"), list):
            answer["result"] = [update for raw in answer["result"] if (update := readable(raw)) is not None]
        return answer


def _error_of(status: int) -> TelegramError:
    """What a refusal is; the body says no more."""
    if status == HTTPStatus.CONFLICT:
        return Conflict("another getUpdates")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        return InvalidToken()
    return NetworkError(f"status {status}")
