"""Telegram's limits on sending, enforced where a test asks for it."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import ApiError, too_many_requests

SENDS = frozenset("sendMessage sendDocument sendPhoto forwardMessage copyMessage".split())
"""Methods that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much the bot may send (Telegram's FAQ for bots).

    :param grace_s: a bot that waits exactly as long as it must reaches the server a little earlier or later.
    """

    per_chat_a_second: int = 1
    per_group_a_minute: int = 20
    overall_a_second: int = 30
    grace_s: float = 0.05


class Flood:
    """Counts messages that went out, and refuses the next."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.refused = 0
        self._by_chat: dict[str, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()

    def refusal(self, method: str, chat_id: object, now_s: float) -> ApiError | None:
        """Give the error 429 where a request comes too early; else count it."""
        if method not in SENDS:
            return None
        chat = str(chat_id)
        sent = self._by_chat[chat]
        is_group = chat.startswith(("-", "@"))
        waits = [
            self._wait_s(sent, self.limits.per_chat_a_second, 1.0, now_s),
            self._wait_s(self._overall, self.limits.overall_a_second, 1.0, now_s),
        ]
        if is_group:
            waits.append(self._wait_s(sent, self.limits.per_group_a_minute, 60.0, now_s))
        if (wait_s := max(waits)) > 0:
            self.refused += 1
            return too_many_requests(max(1, math.ceil(wait_s)))
        sent.append(now_s)
        self._overall.append(now_s)
        self._forget((sent, self._overall), now_s - 60.0)
        return None

    def _wait_s(self, sent: deque[float], most: int, window_s: float, now_s: float) -> float:
        if len(sent) < most:
            return 0.0
        wait_s = sent[-most] + window_s - self.limits.grace_s - now_s
        return max(wait_s, 0.0)

    @staticmethod
    def _forget(counts: Iterable[deque[float]], before_s: float) -> None:
        for sent in counts:
            while sent and sent[0] < before_s:
                sent.popleft()
