"""Digests on their way: planned as slots of the outbox, sent once each, caught up after a stop, skipped when too late.

The planner puts the slots of the last three hours and the next minutes into the outbox as often as it likes; a slot
that is there stays what it became. The sender claims what is due, soonest first, and only a few at a time, so that
answers find their turn. What was being sent when the process died is ``unknown`` and never sent again. Each part of a
long digest is an entry of its own (:mod:`bot.sending.entries`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.digests.digest import DigestStory
from bot.digests.schedules import EVERY_DAY, Slot, slots_between
from bot.digests.shared_stories import SharedStories, StoryMaker
from bot.digests.subscriptions import Subscription, SubscriptionStore
from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState
from bot.sending.delivery import Delivery
from bot.sending.entries import Rest, send_entry
from bot.sending.faults import Fault, fault_of
from bot.types import OutboxEntry, OutboxState, Scheduled
from bot.words import digest_texts as texts
from bot.words.digest_render import digest_parts
from corpus.errors import KutipError

DIGEST, ALERT = "digest", "alert"
"""Kinds of the outbox."""

CATCH_UP = timedelta(hours=3)
"""What is later than this is not sent any more."""

PLAN_AHEAD = timedelta(minutes=3)
PLAN_EVERY_S = 60.0

IN_FLIGHT = 32
"""Digests in hand at once: enough to use all of Telegram's 30 a second, few enough to end within seconds."""

AGAIN_AFTER = timedelta(minutes=2)
"""A digest that failed for a passing reason is tried again after this time."""

PAGE = 1000

END_WITHIN_S = 3.0

PLANNED_MARK = "digests_planned"

LONGEST_LOOK_BACK = timedelta(days=7)
"""Slots missed before that are not even logged."""


class DigestPlanner:
    """Puts slots into the outbox.

    :param clock: the present, aware; it may jump.
    """

    def __init__(self, subscriptions: SubscriptionStore, mailbox: Mailbox, clock: Callable[[], datetime]) -> None:
        self._subscriptions = subscriptions
        self._mailbox = mailbox
        self._clock = clock
        self._planned: dict[tuple[str, str], datetime] = {}
        self._last: datetime | None = None

    async def plan(self) -> int:
        """Enqueue what is due soon, or was due lately; give up what is too late.

        :return: how many slots are new.
        """
        now = self._clock()
        times = await self._subscriptions.times()
        if self._last is None:
            await self._log_missed(times, now)
        if self._last is None or now < self._last - timedelta(seconds=PLAN_EVERY_S):
            self._planned.clear()
            await self._mailbox.revive(now - CATCH_UP, kind=DIGEST)
        self._last = now
        await self._give_up(now)
        planned: dict[tuple[str, str], datetime] = {}
        added = 0
        for zone, hour in times:
            for slot in slots_between(hour, ZoneInfo(zone), EVERY_DAY, after=now - CATCH_UP, until=now + PLAN_AHEAD):
                added += await self._enqueue(slot, zone, now)
                planned[zone, slot.name] = now
        self._planned = planned
        self._subscriptions.marks.set(PLANNED_MARK, now.isoformat())
        return added

    async def _enqueue(self, slot: Slot, zone: str, now: datetime) -> int:
        """Page by page, so that others get their turn; once done, only those who changed are looked at again."""
        before = self._planned.get((zone, slot.name))
        changed_after = None if before is None else before - timedelta(seconds=PLAN_EVERY_S)
        behind = added = 0
        while True:
            page = await self._subscriptions.recipients(
                slot, zone, now=now, changed_after=changed_after, behind=behind, most=PAGE
            )
            added += await self._mailbox.enqueue(
                [
                    Scheduled(
                        kind=DIGEST, chat_id=one.chat_id, thread_id=one.thread_id, slot=slot.name, due_at=slot.due_at
                    )
                    for one in page
                ]
            )
            if len(page) < PAGE:
                return added
            behind = page[-1].subscription_id

    async def _give_up(self, now: datetime) -> None:
        for kind in (DIGEST, ALERT):
            late = await self._mailbox.skip_due(now - CATCH_UP, kind=kind)
            if late:
                structlog.get_logger().warning(
                    "too late to send", kind=kind, count=len(late), first=late[0].slot, last=late[-1].slot
                )
            for entry in late:
                leave_to_digest(entry, self._subscriptions)

    async def _log_missed(self, times: Collection[tuple[str, int]], now: datetime) -> None:
        """Slots that came and went while nothing ran."""
        mark = await self._subscriptions.marks.get(PLANNED_MARK)
        if mark is None:
            return
        after = max(datetime.fromisoformat(mark) + PLAN_AHEAD, now - LONGEST_LOOK_BACK)
        for zone, hour in times:
            for slot in slots_between(hour, ZoneInfo(zone), EVERY_DAY, after=after, until=now - CATCH_UP):
                count = await self._subscriptions.count_at(zone, hour)
                structlog.get_logger().warning("slot missed", slot=slot.name, zone=zone, subscriptions=count)


class AlertSender(Protocol):
    """Sends what is told at once; :class:`bot.digests.topic_alerts.TopicAlerts` does."""

    async def send(self, entry: OutboxEntry, subscription: Subscription) -> None:
        """Send or skip an entry of the outbox."""
        ...


class DigestSender:
    """Plans and sends until it is told to stop. Any number of processes may do so at once.

    :param clock: the present, aware.
    :param keyboard: buttons under a private digest.
    """

    def __init__(
        self,
        maker: StoryMaker,
        *,
        subscriptions: SubscriptionStore,
        mailbox: Mailbox,
        delivery: Delivery,
        state: BotState,
        clock: Callable[[], datetime],
        alerts: AlertSender | None = None,
        keyboard: Callable[[Sequence[DigestStory]], InlineKeyboardMarkup | None] = lambda _stories: None,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        self._stories = SharedStories(maker)
        self._planner = DigestPlanner(subscriptions, mailbox, clock)
        self._subscriptions = subscriptions
        self._mailbox = mailbox
        self._delivery = delivery
        self._state = state
        self._clock = clock
        self._alerts = alerts
        self._keyboard = keyboard
        self._in_flight = in_flight
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    @property
    def in_hand(self) -> int:
        """Entries that are being sent."""
        return len(self._tasks)

    def wake(self) -> None:
        """There is something to send now."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Plan and send until `stopping` is set; then what is in hand gets a few seconds."""
        planning = asyncio.create_task(self._plan_now_and_then())
        waiting = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                try:
                    pause_s = await self._claim()
                except KutipError as error:
                    structlog.get_logger().error("outbox cannot be read", error=str(error))
                    pause_s = PLAN_EVERY_S
                await self._wait(waiting, pause_s)
        finally:
            waiting.cancel()
            planning.cancel()
            with suppress(asyncio.CancelledError):
                await planning
            await self._end()

    async def plan(self) -> int:
        """One round of the planner, for tests and for whoever cannot wait for the next."""
        added = await self._planner.plan()
        self.wake()
        return added

    async def send_due(self) -> None:
        """Send all that is due now, and come back when it is done."""
        while await self._claim() == 0 or self._tasks:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _plan_now_and_then(self) -> None:
        while True:
            try:
                await self.plan()
            except Exception as error:  # whatever it is, the next round comes
                structlog.get_logger().error("digests not planned", error=repr(error))
            await asyncio.sleep(PLAN_EVERY_S)

    async def _claim(self) -> float:
        """Take as much as there is room for.

        :return: seconds after which to look again, 0 where there may be more than there was room for.
        """
        for kind in (ALERT, DIGEST):
            room = self._in_flight - len(self._tasks)
            if room <= self._in_flight // 4:
                return 0.0
            entries = await self._mailbox.claim_due(self._clock(), room, kind=kind)
            for entry in entries:
                task = asyncio.create_task(self._handle(entry))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if len(entries) == room:
                return 0.0
        next_due = [due for kind in (ALERT, DIGEST) if (due := await self._mailbox.next_due(kind=kind)) is not None]
        if not next_due:
            return PLAN_EVERY_S
        return min(max((min(next_due) - self._clock()).total_seconds(), 0.5), PLAN_EVERY_S)

    async def _wait(self, stopping: asyncio.Task[bool], pause_s: float) -> None:
        """Until there is something to do: room, something new, the next that is due, or the end."""
        waking = asyncio.create_task(self._wake.wait())
        waits: set[asyncio.Task[bool] | asyncio.Task[None]] = {waking, stopping}
        if pause_s == 0:
            waits |= self._tasks
        try:
            await asyncio.wait(waits, timeout=pause_s or None, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()
            self._wake.clear()

    async def _end(self) -> None:
        """Let requests that are under way end; what still waits for its turn is sent after the restart."""
        if not self._tasks:
            return
        await asyncio.wait(self._tasks, timeout=END_WITHIN_S)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _handle(self, entry: OutboxEntry) -> None:
        try:
            await self._send(entry)
        except TelegramError as error:
            is_final = fault_of(error) is Fault.FINAL
            structlog.get_logger().warning("not sent", key=entry.key, error=error.message, again=not is_final)
            if is_final:
                await self._mailbox.skip(entry.key)
                leave_to_digest(entry, self._subscriptions)
            else:
                await self._mailbox.failed(entry.key, again_at=self._clock() + AGAIN_AFTER)
        except Exception as error:  # one chat's trouble is not that of the others
            structlog.get_logger().error("not sent", key=entry.key, error=repr(error))
            with suppress(KutipError):
                await self._mailbox.doubt(entry.key)  # if the request went out; then it is not due again
                await self._mailbox.failed(entry.key, again_at=self._clock() + AGAIN_AFTER)

    async def _send(self, entry: OutboxEntry) -> None:
        subscription = await self._subscriptions.of_chat(entry.chat_id, entry.thread_id)
        if subscription is None or not subscription.is_active or self._state.is_blocked(entry.chat_id):
            await self._mailbox.skip(entry.key)
        elif entry.rest is not None:
            await self._send_part(entry, subscription, Rest.read(entry.rest))
        elif entry.kind == ALERT:
            if self._alerts is not None:
                await self._alerts.send(entry, subscription)
                await self._after(entry)
        else:
            await self._send_digest(entry, subscription)

    async def _send_digest(self, entry: OutboxEntry, subscription: Subscription) -> None:
        slot = subscription.slot(entry.slot)
        if slot is None or not subscription.wants(entry.slot) or self._clock() - slot.due_at > CATCH_UP:
            await self._mailbox.skip(entry.key)
            return
        told = await self._subscriptions.tellings.told(subscription.id)
        stories = await self._stories.of(slot, subscription, told)
        parts = digest_parts(stories, day=slot.day, zone=subscription.tz, has_topics=bool(subscription.topics))
        rest = Rest(
            parts=tuple(parts),
            keyboard=self._keyboard(stories) if subscription.is_private else None,
            article_ids=tuple(article_id for story in stories for article_id in story.article_ids),
        )
        await self._send_part(entry, subscription, rest)

    async def _send_part(self, entry: OutboxEntry, subscription: Subscription, rest: Rest) -> None:
        """Send a part; the next one is due then, and comes by itself, now or after a restart."""

        def tell() -> None:
            if entry.kind == DIGEST:
                slot = rest.first_of(entry.slot)
                self._subscriptions.tellings.tell(subscription.id, DIGEST, slot, rest.article_ids)

        if not await send_entry(self._delivery, entry, rest, silent=subscription.silent, on_sent=tell):
            await self._after(entry)
        if len(rest.parts) > 1:
            self.wake()

    async def _after(self, entry: OutboxEntry) -> None:
        """A chat that is not there, or does not let the bot write, gets nothing more until somebody asks."""
        kept = await self._mailbox.entry(entry.key)
        if kept is None or kept.state is not OutboxState.SKIPPED:
            return
        leave_to_digest(entry, self._subscriptions)
        chat = await self._state.get_chat(entry.chat_id)
        if chat is None or chat.gone_since is not None or not chat.can_write:
            await pause_and_tell(
                entry.chat_id,
                subscriptions=self._subscriptions,
                state=self._state,
                delivery=self._delivery,
                clock=self._clock,
            )


def leave_to_digest(entry: OutboxEntry, subscriptions: SubscriptionStore) -> None:
    """A story whose alert was given up was noted as told when that was planned; now the digest may tell it."""
    if entry.kind == ALERT:
        subscriptions.tellings.untell(ALERT, entry.slot, chat_id=entry.chat_id, thread_id=entry.thread_id)


async def pause_and_tell(
    chat_id: int,
    *,
    subscriptions: SubscriptionStore,
    state: BotState,
    delivery: Delivery,
    clock: Callable[[], datetime],
) -> None:
    """Pause what goes to a chat that cannot be written to, and tell whoever set it up, once."""
    now = clock()
    paused = await subscriptions.pause(chat_id, now)
    owners = {one.owner_id for one in paused if not one.is_private and one.owner_id > 0}
    if not owners:
        return
    chat = await state.get_chat(chat_id)
    text = texts.paused(chat.title if chat is not None else "")
    for owner_id in owners:
        try:
            await delivery.send_text(owner_id, text, key=f"paused:{chat_id}:{owner_id}:{int(now.timestamp())}")
        except TelegramError as error:
            structlog.get_logger().warning("owner not told", chat_id=chat_id, error=type(error).__name__)
