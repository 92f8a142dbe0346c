"""Who gets a digest, when, and about what.

A subscription belongs to one chat, or one topic of a forum, and to the person who set it up.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.digests.digest import STORIES, Topics
from bot.digests.schedules import EVERY_DAY, Slot, read_slot, slot_of
from bot.keeping.database import BotDatabase
from bot.keeping.prompts import Marks, Prompts
from bot.keeping.rows import moment_of, plain, seconds_of
from bot.keeping.tellings import Tellings

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
"""WIB, WITA, WIT."""

MOST_STORIES = 10
MOST_ALERTS = 10
MOST_TOPICS = 20
"""Stories of a digest, alerts of a day, words of each kind that a subscription may have."""

MOST_OF_OWNER = 50
"""Chats that one person may set up."""

COLUMNS = (
    "subscription_id, user_id, chat_id, thread_id, is_on, hour, zone, weekdays, include, exclude, silent, stories,"
    " alerts_per_day, alerts_at_night, paused_since, since, created_at"
)

NEW_ID = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one chat gets.

    :param id: given by :meth:`SubscriptionStore.put`.
    :param owner_id: the person who set it up, and who is told when it cannot go on; the chat itself where an admin did
        who writes in its name.
    :param thread_id: of a forum topic.
    :param hour: local hour, 0-23. :param zone: its IANA name, one of :data:`ZONES` unless set otherwise.
    :param weekdays: Monday is 0; never empty.
    :param include: subjects of which a story must have one, empty for all. :param exclude: that it must not have.
    :param silent: arrives without a sound.
    :param alerts_per_day: new stories on `include` that are told at once, 0 for none.
    :param alerts_at_night: those that come from 22 to 6 are not kept for the morning.
    :param limit: stories in a digest.
    :param paused_since: since when the chat cannot be written to.
    :param since: slots up to this moment are none of this subscription's; see :meth:`Subscription.wants`.
    """

    id: int = NEW_ID
    owner_id: int
    chat_id: int
    thread_id: int | None = None
    is_on: bool = True
    hour: int = 7
    zone: str = ZONES[0]
    weekdays: frozenset[int] = EVERY_DAY
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    silent: bool = False
    limit: int = STORIES
    alerts_per_day: int = 0
    alerts_at_night: bool = False
    paused_since: datetime | None = None
    since: datetime
    created_at: datetime

    @property
    def tz(self) -> ZoneInfo:
        """The zone of its hour."""
        return ZoneInfo(self.zone)

    @property
    def topics(self) -> Topics:
        """What it is about."""
        return Topics(include=self.include, exclude=self.exclude)

    @property
    def is_active(self) -> bool:
        """Whether anything is sent."""
        return self.is_on and self.paused_since is None

    @property
    def is_private(self) -> bool:
        """Whether it goes to one person; other chats have ids below 0."""
        return self.chat_id > 0

    def wants(self, slot: str) -> bool:
        """Whether a slot is still one of its own, after all changes."""
        due = self.slot(slot)
        return self.is_active and due is not None and self.since < due.due_at

    def slot(self, name: str) -> Slot | None:
        """The slot of that name, unless it lies at another hour or weekday."""
        read = read_slot(name)
        if read is None or read[1] != self.hour or read[0].weekday() not in self.weekdays:
            return None
        return slot_of(*read, self.tz)

    def changed(self, now: datetime, **changes: Any) -> Subscription:
        """With other settings; a slot that lies before the change of its time is not sent after it."""
        after = replace(self, **changes)
        is_moved = (after.hour, after.zone, after.weekdays) != (self.hour, self.zone, self.weekdays)
        is_back = after.is_active and not self.is_active
        return replace(after, since=now) if is_moved or is_back else after


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a slot goes."""

    subscription_id: int
    chat_id: int
    thread_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCounts:
    """How many there are."""

    active: int = 0
    paused: int = 0


class SubscriptionStore:
    """Subscriptions over the database of the bot, which stays open.

    :ivar tellings: what they were told. :ivar prompts: questions that wait for typed words.
    :ivar marks: how far work has come.
    """

    def __init__(self, database: BotDatabase) -> None:
        self._database = database
        self.tellings = Tellings(database)
        self.prompts = Prompts(database)
        self.marks = Marks(database)

    # subscriptions

    async def put(self, subscription: Subscription) -> Subscription:
        """Store a subscription, in place of what its chat and topic had.

        :return: with its id.
        """
        row = _row_of(subscription)

        def write(connection: sqlite3.Connection) -> int:
            ((number,),) = connection.execute(
                f"INSERT INTO subscriptions ({COLUMNS}) VALUES (NULL, {', '.join('?' * len(row))})"  # noqa: S608
                " ON CONFLICT (chat_id, thread_id) DO UPDATE SET user_id = excluded.user_id, is_on = excluded.is_on,"
                " hour = excluded.hour, zone = excluded.zone, weekdays = excluded.weekdays, include = excluded.include,"
                " exclude = excluded.exclude, silent = excluded.silent, stories = excluded.stories,"
                " alerts_per_day = excluded.alerts_per_day, alerts_at_night = excluded.alerts_at_night,"
                " paused_since = excluded.paused_since, since = excluded.since RETURNING subscription_id",
                row,
            ).fetchall()
            return int(number)

        return replace(subscription, id=await self._database.write(write))

    async def get(self, subscription_id: int) -> Subscription | None:
        """The one with an id."""
        return await self._one("subscription_id = ?", subscription_id)

    async def of_chat(self, chat_id: int, thread_id: int | None = None) -> Subscription | None:
        """That of a chat or of one topic of it."""
        return await self._one("chat_id = ? AND thread_id = ?", chat_id, thread_id or 0)

    async def all_of_chat(self, chat_id: int) -> list[Subscription]:
        """Those of a chat and all its topics."""
        return await self._all("chat_id = ? ORDER BY thread_id", chat_id)

    async def of_owner(self, owner_id: int) -> list[Subscription]:
        """All that a person set up; the person's own comes first."""
        return await self._all("user_id = ?1 ORDER BY chat_id <> ?1, subscription_id", owner_id)

    async def remove(self, subscription_id: int) -> None:
        """Forget a subscription and what it was told."""

        def write(connection: sqlite3.Connection) -> None:
            for table in ("told", "prompts", "subscriptions"):
                connection.execute(f"DELETE FROM {table} WHERE subscription_id = ?", (subscription_id,))  # noqa: S608

        await self._database.write(write)

    async def pause(self, chat_id: int, at: datetime) -> list[Subscription]:
        """Stop sending to a chat that cannot be written to.

        :return: those that went on until now; each is given once, by one process.
        """

        def write(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
            return connection.execute(
                f"UPDATE subscriptions SET paused_since = ? WHERE chat_id = ? AND paused_since IS NULL"  # noqa: S608
                f" AND is_on RETURNING {COLUMNS}",
                (seconds_of(at), chat_id),
            ).fetchall()

        return [_subscription_of(row) for row in await self._database.write(write)]

    async def with_alerts(self) -> list[Subscription]:
        """Those that want to be told at once."""
        return await self._all("is_on AND paused_since IS NULL AND alerts_per_day > 0 AND include <> '[]'")

    async def count_at(self, zone: str, hour: int) -> int:
        """How many get a digest at an hour."""
        ((count,),) = await self._database.rows(
            "SELECT count(*) FROM subscriptions WHERE is_on AND paused_since IS NULL AND zone = ? AND hour = ?",
            (zone, hour),
        )
        return int(count)

    async def counts(self) -> SubscriptionCounts:
        """How many are on, and how many of these are paused."""
        ((on, paused),) = await self._database.rows(
            "SELECT count(*), count(paused_since) FROM subscriptions WHERE is_on"
        )
        return SubscriptionCounts(active=on - paused, paused=paused)

    # schedules

    async def times(self) -> list[tuple[str, int]]:
        """Zones and hours that somebody chose."""
        rows = await self._database.rows(
            "SELECT DISTINCT zone, hour FROM subscriptions WHERE is_on AND paused_since IS NULL"
        )
        return [(zone, hour) for zone, hour in rows]

    async def recipients(
        self, slot: Slot, zone: str, *, now: datetime, changed_after: datetime | None, behind: int, most: int
    ) -> list[Recipient]:
        """A page of those whom a slot goes to: not those who had it, nor those who chose its hour after it.

        :param changed_after: only those who were changed since.
        :param behind: id of the last one of the page before.
        """
        rows = await self._database.rows(
            "SELECT subscription_id, chat_id, thread_id FROM subscriptions AS s WHERE is_on AND paused_since IS NULL"
            " AND zone = ?1 AND hour = ?2 AND weekdays & ?3 AND subscription_id > ?4"
            " AND (since < ?5 OR since > ?6) AND since >= ?7"
            " AND NOT EXISTS (SELECT 1 FROM told WHERE told.subscription_id = s.subscription_id AND kind = 'digest'"
            " AND slot = ?8) ORDER BY subscription_id LIMIT ?9",
            (
                zone,
                slot.hour,
                1 << slot.day.weekday(),
                behind,
                seconds_of(slot.due_at),
                seconds_of(now),
                0 if changed_after is None else seconds_of(changed_after),
                slot.name,
                most,
            ),
            about="told",
        )
        return [Recipient(subscription_id=one, chat_id=chat, thread_id=topic or None) for one, chat, topic in rows]

    async def _one(self, condition: str, *parameters: object) -> Subscription | None:
        rows = await self._all(condition, *parameters)
        return rows[0] if rows else None

    async def _all(self, condition: str, *parameters: object) -> list[Subscription]:
        rows = await self._database.rows(
            f"SELECT {COLUMNS} FROM subscriptions WHERE {condition}",  # noqa: S608
            parameters,
        )
        return [_subscription_of(row) for row in rows]


def bits_of(weekdays: Collection[int]) -> int:
    """Weekdays as one number.

    >>> bits_of({0, 6})
    65
    """
    return sum(1 << weekday for weekday in set(weekdays))


def weekdays_of(bits: int) -> frozenset[int]:
    """The other way round."""
    return frozenset(weekday for weekday in range(7) if bits >> weekday & 1)


def _row_of(one: Subscription) -> tuple[object, ...]:
    """All columns but the id."""
    return (
        one.owner_id,
        one.chat_id,
        one.thread_id or 0,
        one.is_on,
        one.hour,
        one.zone,
        bits_of(one.weekdays),
        _json_of(one.include),
        _json_of(one.exclude),
        one.silent,
        one.limit,
        one.alerts_per_day,
        one.alerts_at_night,
        None if one.paused_since is None else seconds_of(one.paused_since),
        seconds_of(one.since),
        seconds_of(one.created_at),
    )


def _json_of(words: Iterable[str]) -> str:
    return json.dumps([plain(word) for word in words], ensure_ascii=False, separators=(",", ":"))


def _subscription_of(row: tuple[Any, ...]) -> Subscription:
    return Subscription(
        id=row[0],
        owner_id=row[1],
        chat_id=row[2],
        thread_id=row[3] or None,
        is_on=bool(row[4]),
        hour=row[5],
        zone=row[6],
        weekdays=weekdays_of(row[7]),
        include=tuple(json.loads(row[8])),
        exclude=tuple(json.loads(row[9])),
        silent=bool(row[10]),
        limit=row[11],
        alerts_per_day=row[12],
        alerts_at_night=bool(row[13]),
        paused_since=None if row[14] is None else moment_of(row[14]),
        since=moment_of(row[15]),
        created_at=moment_of(row[16]),
    )
