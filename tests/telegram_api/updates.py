"""Updates on their way to the bot: kept until it confirms them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .clock import VirtualClock
from .errors import OTHER_POLLER, WEBHOOK_WAS_SET, ApiError
from .pulse import Pulse

FIRST_UPDATE_ID = 700_000_001
"""Ids rise by one from here, so that a test can name them."""

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Types that a bot gets only when it asks for them (Bot API, getUpdates)."""

LIFETIMES_S = {"inline_query": 30, "callback_query": 150, "chosen_inline_result": 600}
"""After so long an unconfirmed update is forgotten (sources of Telegram's Bot API server)."""

DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An update that the bot has not confirmed.

    :param queue: a webhook gets the updates of one queue one after the other.
    """

    update_id: int
    data: dict[str, Any]
    queue: str
    expires_s: float


class UpdateQueue:
    """What the bot has still to get, for long polling and for a webhook.

    :param check: gives the violations of an update.
    :param complain: is told them.
    """

    def __init__(
        self,
        clock: VirtualClock,
        pulse: Pulse,
        *,
        check: Callable[[dict[str, Any]], Iterable[str]],
        complain: Callable[[str], None],
    ) -> None:
        self.pending: OrderedDict[int, Pending] = OrderedDict()
        self.allowed: frozenset[str] | None = None
        self.last_id = FIRST_UPDATE_ID - 1
        self._clock = clock
        self._pulse = pulse
        self._check = check
        self._complain = complain
        self._poller: asyncio.Future[str | None] | None = None

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for a type of update."""
        return kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Keep which types the bot wants; None changes nothing, nothing in it means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def push(self, kind: str, payload: dict[str, Any], *, queue: str) -> int | None:
        """Add an update.

        :return: its id, or None where the bot does not want its type.
        """
        if not self.wants(kind):
            return None
        update = {"update_id": self.last_id + 1, kind: payload}
        for violation in self._check(update):
            self._complain(f"update {kind}: {violation}")
        return self.inject(update, queue=queue, lifetime_s=LIFETIMES_S.get(kind, DAY_S))

    def inject(self, update: dict[str, Any], *, queue: str = "injected", lifetime_s: float = DAY_S) -> int:
        """Add an update as it is, whatever is in it; it gets the next id."""
        self.last_id += 1
        update["update_id"] = self.last_id
        self.pending[self.last_id] = Pending(
            update_id=self.last_id, data=update, queue=queue, expires_s=self._clock.seconds() + lifetime_s
        )
        self._wake(None)
        self._pulse.ring()
        return self.last_id

    def confirm(self, update_id: int) -> None:
        """Forget one update: a webhook took it."""
        self.pending.pop(update_id, None)
        self._pulse.ring()

    def clear(self) -> None:
        """Forget all updates."""
        self.pending.clear()
        self._pulse.ring()

    def waiting(self) -> list[Pending]:
        """Updates that are still worth delivering, oldest first."""
        now_s = self._clock.seconds()
        for update_id in [pending.update_id for pending in self.pending.values() if pending.expires_s < now_s]:
            del self.pending[update_id]
        return list(self.pending.values())

    def stop_polling(self) -> None:
        """End the long poll that waits, because a webhook was set."""
        self._wake(WEBHOOK_WAS_SET)

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[dict[str, Any]]:
        """Give updates from an offset on, waiting for the first; what lies before the offset is confirmed by it.

        :raises ApiError: 409, another poller or a webhook took over.
        """
        self._wake(OTHER_POLLER)
        self._confirm_before(offset)
        if (updates := self._page(offset, limit)) or timeout_s <= 0:
            return updates
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                conflict = await poller
        except TimeoutError:
            conflict = None
        finally:
            if self._poller is poller:
                self._poller = None
        if conflict:
            raise ApiError(409, conflict)
        return self._page(offset, limit)

    def _wake(self, conflict: str | None) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(conflict)

    def _confirm_before(self, offset: int) -> None:
        if offset < 0:
            ids = list(self.pending)
            offset = ids[offset] if len(ids) >= -offset else 0
        if offset > 0:
            while self.pending and next(iter(self.pending)) < offset:
                self.pending.popitem(last=False)
            self._pulse.ring()

    def _page(self, offset: int, limit: int) -> list[dict[str, Any]]:
        return [pending.data for pending in self.waiting() if pending.update_id >= offset][:limit]
