"""The queue between Telegram and the handlers: an update is on the disk before Telegram is told that it arrived.

python-telegram-bot's ``Updater`` awaits ``put`` for each update and confirms it afterwards: in polling by the offset of
the next request, in webhook mode by the answer 200. ``Application`` takes with ``get`` and starts a task for each at
once, calls ``task_done`` when that ends, and to stop puts an object that is no update and waits in ``join``. So this
queue holds updates back by itself, and lets out only what may begin: at most so many at a time, and those of one chat
one after the other.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.errors import BotError
from bot.keeping.lanes import Lanes
from bot.keeping.mailbox import Mailbox, utc_now

WAITING_LIMIT = 1000
"""With more updates in line none is taken from Telegram, which keeps them for 24 hours: memory stays flat."""

MOST_ASIDE = 500
"""Updates in hand that wait for Telegram's limits and hold no place: as many groups as can be flooded at once before
the others wait too. Each keeps an answer in memory, some 50 kB."""


class UpdateNotStoredError(BotError, TelegramError):
    """An update could not be stored and is not confirmed, so that Telegram sends it again.

    It is also an error of the library, because the polling of ``Updater`` goes on after those only: it waits 1 to 30 s
    and asks again. In webhook mode it becomes the answer 500.

    :param update_id: of the update. :param detail: why not.
    """

    def __init__(self, update_id: object, detail: str) -> None:
        TelegramError.__init__(self, f"update {update_id} was not stored: {detail}")
        self.update_id = update_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """:param was_kept: the update was stored by an earlier run."""

    received_at: datetime
    was_kept: bool


class InboxQueue(asyncio.Queue[object]):
    """Made with the application; :meth:`open` it before updates come.

    :param at_once: updates that are handled at the same time, less those that stepped aside.
    :param waiting_limit: see :data:`WAITING_LIMIT`.
    :param clock: the present, as an aware time.
    """

    def __init__(
        self, *, at_once: int, waiting_limit: int = WAITING_LIMIT, clock: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__()
        self._clock = clock
        self._mailbox: Mailbox | None = None
        self._lanes = Lanes[Update](at_once=at_once, most_aside=MOST_ASIDE)
        self._waiting_limit = waiting_limit
        self._held: dict[int, _Held] = {}
        self._storing: set[asyncio.Task[None]] = set()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self.stopping = asyncio.Event()
        """Set when the application stops: nothing is let out any more, what is in line waits for the next start."""

    async def open(self, mailbox: Mailbox, bot: Bot) -> int:
        """Start taking updates; those that an earlier run did not finish come first, oldest first.

        :param bot: that the updates of the earlier run are bound to.
        :return: how many these are.
        :raises StoreError: and its kinds.
        """
        kept = 0
        for update_id, payload, received_at in await mailbox.pending():
            if update_id in self._held:
                continue
            update = _update_of(payload, bot)
            if update is None:
                structlog.get_logger().error("kept update is unreadable", update_id=update_id)
                await mailbox.done(update_id)
                continue
            self._add(update, _Held(received_at=received_at, was_kept=True))
            kept += 1
        self._mailbox = mailbox
        return kept

    @property
    def waiting(self) -> int:
        """Updates in line."""
        return self._lanes.waiting

    @property
    def running(self) -> int:
        """Updates that were let out and are not finished."""
        return self._lanes.running

    async def put(self, item: object) -> None:
        """Store an update and put it in line; an id that was seen before is dropped.

        Waits while too many are in line. Whatever is no update is the application's sign to stop, and passes at once.

        :raises UpdateNotStoredError: no room, or another error of the store: it must be sent again.
        """
        if not isinstance(item, Update):
            self.stopping.set()
            self._has_room.set()
            super().put_nowait(item)
            return
        await self._has_room.wait()
        # A caller that is cancelled must not leave an update stored and in no line: then it would wait for a restart.
        storing = asyncio.ensure_future(self._store(item))
        self._storing.add(storing)
        storing.add_done_callback(self._stored)
        await asyncio.shield(storing)

    def put_nowait(self, item: object) -> None:
        """Pass what is no update.

        :raises TypeError: an update cannot be stored without waiting.
        """
        if isinstance(item, Update):
            raise TypeError("an update is stored first: await put() instead")
        super().put_nowait(item)

    def step_aside(self, update: Update) -> None:
        """An update in hand only waits: another may begin."""
        if update.update_id in self._held:
            self._lanes.step_aside(lane_of(update))
            self._let_out()

    async def finished(self, update: Update, *, done: bool) -> None:
        """An update that was let out has been handled.

        :param done: False leaves it for the next start.
        """
        if done and self._mailbox is not None:
            await self._mailbox.done(update.update_id)
        self._held.pop(update.update_id, None)
        self._lanes.release(lane_of(update))
        self._let_out()

    def was_kept(self, update: Update) -> bool:
        """Whether an update in hand was stored by an earlier run, so that it may have been answered then."""
        held = self._held.get(update.update_id)
        return held is not None and held.was_kept

    def age_of(self, update: Update) -> timedelta:
        """Time since a person sent an update in hand; where Telegram does not tell that, since it came here.

        It is large after a stop of this program as well as of the network: what came meanwhile waits at Telegram.
        """
        now = self._clock()
        held = self._held.get(update.update_id)
        times = [now, *([held.received_at] if held else []), *([sent] if (sent := sent_at(update)) else [])]
        return now - min(times)

    async def _store(self, update: Update) -> None:
        update_id: object = update.update_id
        if not isinstance(update_id, int) or not 0 <= update_id < 2**63:
            structlog.get_logger().error("update with an impossible id dropped", update_id=str(update_id)[:40])
            return
        if self._mailbox is None:
            raise UpdateNotStoredError(update_id, "the inbox is not open")
        received_at = self._clock()
        try:
            is_new = await self._mailbox.receive(update_id, _payload_of(update), received_at)
        except Exception as error:
            raise UpdateNotStoredError(update_id, str(error)) from error
        if is_new:
            self._add(update, _Held(received_at=received_at, was_kept=False))

    def _stored(self, storing: asyncio.Task[None]) -> None:
        self._storing.discard(storing)
        with suppress(asyncio.CancelledError):
            storing.exception()  # told to whoever put it, if they still wait

    def _add(self, update: Update, held: _Held) -> None:
        self._held[update.update_id] = held
        self._lanes.add(lane_of(update), update)
        self._let_out()

    def _let_out(self) -> None:
        while not self.stopping.is_set() and (update := self._lanes.take()) is not None:
            super().put_nowait(update)
        if self._lanes.waiting < self._waiting_limit or self.stopping.is_set():
            self._has_room.set()
        else:
            self._has_room.clear()


def lane_of(update: Update) -> Hashable:
    """What an update has to keep its place in: its chat, else its person; inline queries run side by side.

    The library lets ids of a wrong type pass; these must not end the fetching of updates, so they run alone.
    """
    own = f"update {update.update_id}"
    if update.inline_query is not None:
        return own
    try:
        place = update.effective_chat or update.effective_user
    except (AttributeError, TypeError):
        return own
    place_id: object = getattr(place, "id", None)
    return place_id if isinstance(place_id, int) else own


def sent_at(update: Update) -> datetime | None:
    """When a person wrote or edited the message of an update; None for updates without, a tap among them."""
    message = update.message or update.edited_message or update.channel_post or update.edited_channel_post
    return None if message is None else message.edit_date or message.date


def _payload_of(update: Update) -> str:
    """The update as JSON, in ASCII."""
    try:
        return update.to_json()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # What cannot be written down is still worked on; a kill before its end loses it.
        structlog.get_logger().error("update cannot be written as JSON", update_id=update.update_id, error=repr(error))
        return json.dumps({"update_id": update.update_id})


def _update_of(payload: str, bot: Bot) -> Update | None:
    try:
        return Update.de_json(json.loads(payload), bot)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
