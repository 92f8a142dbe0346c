"""How fast the bot may speak to Telegram, and people to the bot.

Telegram names three limits (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this): about one message
a second in a chat, 20 a minute in a group, 30 a second in all. :class:`TelegramLimiter` keeps them before Telegram has
to, and repeats what failed for a passing reason.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.places import step_aside
from bot.sending.faults import Fault, fault_of, is_post, is_repeatable
from bot.sending.turns import ChatKey, Priority, Turns

Result = bool | dict[str, Any] | list[dict[str, Any]]

RETRY_FOR_S = 30.0
"""How long a request is repeated while the connection or Telegram fails."""

FLOOD_PATIENCE_S = 75.0
"""How long in all a request waits when Telegram asks it to: within the time that a handler may take. Waits in a chat
are seconds to a minute, longer ones only after abuse."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 4.0
"""Between two tries, doubling, each made up to a quarter longer or shorter by chance. With at most 4 s (5 s by chance)
a bot whose connection comes back speaks again well within ten seconds."""

FLOOD_MARGIN_S = 0.1
"""Added to the wait that Telegram asks for, since its clock and ours tick apart."""

OWN_IDS, MOST_CHATS = 16, 10_000
"""Own messages that are remembered of a chat, and chats that they are remembered of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How one request is to be treated; given as ``rate_limit_args`` to any method of the bot.

    :param retry_for_s: repeat for so long on passing failures; 0 tries once.
    :param flood_patience_s: wait in all so long when Telegram asks for it.
    :param waits: whether the request takes its turn; a probe that shows nothing to anyone need not.
    :param before: awaited when the turn has come, right before each try; what it raises ends the request.
    :param refused: awaited after each try that was surely not carried out, if there is to be another.
    """

    priority: Priority = Priority.ANSWER
    retry_for_s: float = RETRY_FOR_S
    flood_patience_s: float = FLOOD_PATIENCE_S
    waits: bool = True
    before: Callable[[], Awaitable[None]] | None = None
    refused: Callable[[], Awaitable[None]] | None = None


DEFAULT = Sending()


class TelegramLimiter(BaseRateLimiter[Sending]):
    """Keeps Telegram's limits, gives answers precedence, and repeats what failed for a passing reason.

    Requests that post or edit messages take turns as :class:`bot.sending.turns.Turns` gives them; others go at once.
    What is repeated:

    ==================================  ===============================  =====================================
    failure                             methods that may be repeated     sendMessage and its kin
    ==================================  ===============================  =====================================
    429                                 after the time told              after the time told
    no connection, pool full            with growing pauses              with growing pauses
    5xx with JSON                       with growing pauses              with growing pauses
    silence, dropped, HTML page         with growing pauses              raised: :mod:`bot.sending.delivery` finds out
    400, 401, 403, 404, 409, migrated   raised                           raised
    ==================================  ===============================  =====================================

    A 429 pauses its chat alone, and one without a chat only its request: the limits of setMyCommands and its kin are
    their own. When several chats get one within a second, everyone else waits a moment too.

    :param on_outcome: called with the method and the fault of each try, None for a success.
    :param turns: the plan of turns; the limits of Telegram by default.
    :param first_pause_s: before the second try; it doubles from then on.
    """

    def __init__(
        self,
        *,
        on_outcome: Callable[[str, Fault | None], None] = lambda _method, _fault: None,
        turns: Turns | None = None,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self.first_pause_s = first_pause_s
        self._on_outcome = on_outcome
        self._turns = turns or Turns()
        self._own: OrderedDict[int, deque[int]] = OrderedDict()
        self._random = random.Random()  # noqa: S311  # spreads retries, keeps no secret

    async def initialize(self) -> None:
        """Have the library give times as timedelta; the old way warns each time that Telegram asks to wait."""
        os.environ.setdefault("PTB_TIMEDELTA", "1")

    async def shutdown(self) -> None:
        """Nothing is held open."""

    @property
    def waiting(self) -> int:
        """Requests that wait for their turn."""
        return self._turns.waiting

    def wait_for(self, chat_id: int) -> float:
        """Seconds after which another message to the chat could go out, as far as can be known now."""
        return self._turns.wait_for(chat_id)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Sending | None,
    ) -> Result:
        """Make a request when its turn has come, and again if it failed for a passing reason.

        :raises TelegramError: the failure is final, doubtful, or lasted too long.
        """
        sending = rate_limit_args or DEFAULT
        chat = _chat_of(data) if sending.waits and is_post(endpoint) else None
        tries = _Tries(endpoint, sending, self._random, self.first_pause_s)
        number = self._turns.new_number()
        while True:
            try:
                async with nullcontext() if chat is None else self._turns.turn(chat, sending.priority, number):
                    if sending.before:
                        await sending.before()
                    result = await callback(*args, **kwargs)
            except TelegramError as error:
                fault = fault_of(error)
                self._on_outcome(endpoint, fault)
                pause_s = tries.pause_after(error, fault)
                if pause_s is None:
                    raise
                if sending.refused and fault is not Fault.DOUBTFUL:
                    await sending.refused()
                await self._pause(chat, pause_s, fault)
            else:
                self._on_outcome(endpoint, None)
                self._note(result)
                return result

    def own_ids(self, chat_id: int) -> frozenset[int]:
        """Ids of the last messages that the bot is known to have in a chat."""
        return frozenset(self._own.get(chat_id, ()))

    def _note(self, result: Result) -> None:
        if not isinstance(result, dict) or not isinstance(result.get("chat"), dict) or "message_id" not in result:
            return
        chat_id = int(result["chat"]["id"])
        ids = self._own.pop(chat_id, None) or deque(maxlen=OWN_IDS)
        self._own[chat_id] = ids
        ids.append(int(result["message_id"]))
        while len(self._own) > MOST_CHATS:
            self._own.popitem(last=False)

    async def _pause(self, chat: ChatKey | None, pause_s: float, fault: Fault) -> None:
        """Hold up the chat, so that what comes after stays after; a request without a turn only itself."""
        if chat is None:
            step_aside()
            await asyncio.sleep(pause_s)
        elif fault is Fault.FLOOD:
            self._turns.pause_for_flood(chat, pause_s)
        else:
            self._turns.pause(chat, pause_s)


class _Tries:
    """How often and how long one request was tried."""

    def __init__(self, endpoint: str, sending: Sending, chance: random.Random, pause_s: float) -> None:
        self._is_repeatable = is_repeatable(endpoint)
        self._sending = sending
        self._chance = chance
        self._flood_s = 0.0
        self._pause_s = pause_s
        self._failing_since: float | None = None

    def pause_after(self, error: TelegramError, fault: Fault) -> float | None:
        """Seconds to wait before the next try; None if there is none."""
        if isinstance(error, RetryAfter):
            return self._pause_for_flood(error)
        if fault is Fault.FINAL or (fault is Fault.DOUBTFUL and not self._is_repeatable):
            return None
        now = asyncio.get_running_loop().time()
        if self._failing_since is None:
            self._failing_since = now
        pause_s = self._pause_s * self._chance.uniform(0.75, 1.25)
        if now + pause_s - self._failing_since > self._sending.retry_for_s:
            return None
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        return pause_s

    def _pause_for_flood(self, error: RetryAfter) -> float | None:
        told_s = seconds_told(error)
        self._flood_s += told_s
        return told_s + FLOOD_MARGIN_S if self._flood_s <= self._sending.flood_patience_s else None


def seconds_told(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    told = error.retry_after
    return told.total_seconds() if isinstance(told, timedelta) else float(told)


def _chat_of(data: dict[str, Any]) -> ChatKey:
    """The chat that a request posts to; a message sent inline counts as a chat of its own."""
    chat_id = data.get("chat_id")
    if chat_id is None:
        return f"inline {data.get('inline_message_id')}"
    try:
        return int(chat_id)
    except (TypeError, ValueError):
        return str(chat_id)


class Verdict(StrEnum):
    """What becomes of a person's question."""

    ALLOWED = "allowed"
    WAIT_NOTICE = "wait_notice"
    SILENT = "silent"


class UserLimiter:
    """Questions of each person: as many at once as a minute allows, then one every few seconds.

    Whoever asks faster is told so once, and from then on only what is within the limit is answered, without further
    notices, until half of the allowance has come back.

    :param per_minute: questions in a minute.
    :param clock: seconds, never going back.
    :param most_users: whose allowances are remembered; those not seen for longest are forgotten first.
    """

    def __init__(
        self, per_minute: int, *, clock: Callable[[], float] = time.monotonic, most_users: int = 10_000
    ) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._most_users = most_users
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def allow(self, user_id: int) -> Verdict:
        """Take one question off a person's allowance."""
        now = self._clock()
        bucket = self._buckets.pop(user_id, None) or _Bucket(self._size, now)
        self._buckets[user_id] = bucket
        while len(self._buckets) > self._most_users:
            self._buckets.popitem(last=False)
        bucket.refill(now, per_second=self._size / 60, size=self._size)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return Verdict.ALLOWED
        if bucket.is_told:
            return Verdict.SILENT
        bucket.is_told = True
        return Verdict.WAIT_NOTICE


class _Bucket:
    """A person's allowance.

    :param tokens: questions left. :param now: when it was last looked at.
    """

    __slots__ = ("is_told", "seen_at", "tokens")

    def __init__(self, tokens: float, now: float) -> None:
        self.tokens = tokens
        self.seen_at = now
        self.is_told = False

    def refill(self, now: float, *, per_second: float, size: float) -> None:
        self.tokens = min(size, self.tokens + (now - self.seen_at) * per_second)
        self.seen_at = now
        if self.tokens >= size / 2:
            self.is_told = False


class Notices:
    """At most one notice for each chat within some time.

    :param every_s: that time. :param clock: seconds, never going back.
    """

    def __init__(self, every_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._clock = clock
        self._told: OrderedDict[int, float] = OrderedDict()

    def allow(self, chat_id: int) -> bool:
        """Whether a notice may go out now; if so it counts as sent."""
        now = self._clock()
        while self._told and next(iter(self._told.values())) <= now - self._every_s:
            self._told.popitem(last=False)
        if chat_id in self._told:
            return False
        self._told[chat_id] = now
        return True
