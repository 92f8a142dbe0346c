"""The two durable sides of the bot: updates that came in, and messages that must go out at most once.

**In.** An update is stored before Telegram is told that it arrived, and kept until it was handled; then only its id is
left. **Out.** A message goes through the states of :class:`bot.types.OutboxState`; ``sending`` is written before the
request, ``sent`` after it. So a process that is killed leaves a message that was surely not sent (``new``), surely
sent, or ``unknown``, which is never sent again.

Rows under work belong to an owner, one for each open mailbox. What a dead owner left (see
:mod:`bot.keeping.presence`) is taken over by the others: its updates are pending again, its claims are new, what it was
sending is unknown. What a living one holds nobody touches: each step is one statement that asks for state and owner.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Self

from bot.keeping.database import BotDatabase
from bot.keeping.following import LET_GO, TAKE_BACK, insert_following
from bot.keeping.presence import Presence, is_alive
from bot.keeping.rows import OUTBOX_COLUMNS, entry_of, moment_of, seconds_of
from bot.types import Claim, ClaimResult, Following, OutboxCounts, OutboxEntry, OutboxState, Scheduled

KEEP_IDS = timedelta(hours=48)
"""Ids of updates that are done, and entries that are settled, are kept this long: Telegram keeps updates for 24 hours
(core.telegram.org/bots/api#getting-updates)."""

KEEP_UNKNOWN = timedelta(days=30)
"""Entries whose end is unknown are listed this long."""

ENQUEUE_AT_ONCE = 1000
"""Scheduled messages in one commit: about 30 ms, in which nothing else is written."""


def utc_now() -> datetime:
    """The present, aware."""
    return datetime.now(UTC)


class Mailbox:
    """Inbox and outbox over a database that is open. Use :meth:`open`; several mailboxes may share a file."""

    def __init__(self, database: BotDatabase, presence: Presence, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._presence = presence
        self._owner = presence.owner
        self._clock = clock

    @classmethod
    async def open(cls, database: BotDatabase, *, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open, and take over what dead processes left.

        :param clock: the present, as an aware time.
        """
        presence = Presence(database.path)  # before its row: nobody may take it for dead
        mailbox = cls(database, presence, clock)
        try:
            await database.write(mailbox._enter)
            await mailbox.recover()
        except BaseException:
            presence.close()
            raise
        return mailbox

    async def close(self) -> None:
        """Let go of everything: what is in hand is left as a killed process leaves it. The database stays open."""
        try:
            await self._database.write(lambda connection: self._release(connection, [self._owner]))
        finally:
            self._presence.close()

    async def recover(self) -> None:
        """Take over what dead processes left; done at :meth:`open` and :meth:`claim_due` too."""
        await self._database.write(self._recover)

    # updates

    async def receive(self, update_id: int, payload: str, at: datetime) -> bool:
        """Store an update; it is safe on the disk when this returns.

        :param payload: the update as JSON.
        :return: False if its id was seen before.
        :raises StoreError: and its kinds: it is not stored.
        """
        return await self._step(
            "INSERT INTO inbox (update_id, received_at, owner, payload) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (update_id) DO NOTHING",
            (update_id, seconds_of(at), self._owner, payload),
        )

    async def pending(self) -> list[tuple[int, str, datetime]]:
        """Updates that are not done, of this mailbox or of nobody living: id, payload, when they came; oldest first.

        They are this mailbox's from now on.
        """

        def take(connection: sqlite3.Connection) -> list[tuple[int, str, datetime]]:
            self._recover(connection)
            connection.execute("UPDATE inbox SET owner = ? WHERE payload IS NOT NULL AND owner IS NULL", (self._owner,))
            rows = connection.execute(
                "SELECT update_id, payload, received_at FROM inbox WHERE payload IS NOT NULL AND owner = ?"
                " ORDER BY update_id",
                (self._owner,),
            )
            return [(update_id, payload, moment_of(received_at)) for update_id, payload, received_at in rows]

        return await self._database.write(take)

    async def done(self, update_id: int) -> None:
        """Forget all of an update but its id. Goes with the next commit: a kill before it makes it pending again."""
        self._database.post(
            lambda connection: connection.execute(
                "UPDATE inbox SET payload = NULL, owner = NULL WHERE update_id = ?", (update_id,)
            ),
            about="inbox",
        )

    # messages

    async def claim(self, key: str, chat_id: int, at: datetime) -> Claim:
        """Ask for a message that is to be sent now.

        Costs no commit of its own. Several may be told that they may send: :meth:`sending` decides.

        :param key: names the message for ever: ``answer:<update_id>:<part>``; what comes before ``:`` is its kind.
        """
        claim = await self._state_of(key)
        if claim is not None:
            return claim
        kind = key.partition(":")[0]
        self._database.post(
            lambda connection: connection.execute(
                "INSERT INTO outbox (kind, chat_id, thread_id, slot, key, state, owner, changed_at)"
                " VALUES (?, ?, 0, ?, ?, 'claimed', ?, ?) ON CONFLICT (key) DO NOTHING",
                (kind, chat_id, key, key, self._owner, seconds_of(at)),
            ),
            about="outbox",
        )
        return Claim(result=ClaimResult.NEW)

    async def sending(self, key: str, *, following: Following | None = None) -> bool:
        """Say that the request goes out now. It may only if this returns True: then nobody else got True.

        :param following: is due once this ends in :meth:`sent` or :meth:`doubt`, and goes with :meth:`failed` or
            :meth:`skip`.
        :return: False if another task or process was faster, or the message was sent or given up before.
        """

        def start(connection: sqlite3.Connection) -> bool:
            now = self._now()
            is_ours = connection.execute(
                "UPDATE outbox SET state = 'sending', owner = ?, changed_at = ?"
                " WHERE key = ? AND (state = 'new' OR (state = 'claimed' AND owner = ?))",
                (self._owner, now, key, self._owner),
            ).rowcount
            if is_ours and following is not None:
                insert_following(connection, following, behind=key, owner=self._owner, now=now)
            return bool(is_ours)

        return await self._database.write(start)

    async def sent(self, key: str, message_id: int | None) -> None:
        """Telegram confirmed the message."""
        await self._end(
            key,
            LET_GO,
            "UPDATE outbox SET state = 'sent', owner = NULL, rest = NULL, message_id = ?, changed_at = ?"
            " WHERE key = ? AND state IN ('sending', 'unknown')",
            (message_id, self._now(), key),
        )

    async def failed(self, key: str, *, again_at: datetime | None = None) -> None:
        """The message did surely not reach Telegram, or was refused: it may be tried again.

        :param again_at: of a scheduled message: when it is due again.
        """
        await self._end(
            key,
            TAKE_BACK,
            "UPDATE outbox SET state = 'new', owner = NULL, due_at = coalesce(?, due_at), changed_at = ?"
            " WHERE key = ? AND (state = 'new' OR (state IN ('claimed', 'sending') AND owner = ?))",
            (None if again_at is None else seconds_of(again_at), self._now(), key, self._owner),
        )

    async def doubt(self, key: str) -> None:
        """The request may have reached Telegram or not: the message is not sent again, and listed as doubtful."""
        await self._end(
            key,
            LET_GO,
            "UPDATE outbox SET state = 'unknown', owner = NULL, changed_at = ?"
            " WHERE key = ? AND state = 'sending' AND owner = ?",
            (self._now(), key, self._owner),
        )

    async def skip(self, key: str) -> None:
        """Never send a message that was not sent so far: its chat is gone, or its time is over."""
        await self._end(
            key,
            TAKE_BACK,
            "UPDATE outbox SET state = 'skipped', owner = NULL, changed_at = ?"
            " WHERE key = ? AND (state = 'new' OR (state IN ('claimed', 'sending') AND owner = ?))",
            (self._now(), key, self._owner),
        )

    async def doubtful(self) -> list[OutboxEntry]:
        """Messages that may have arrived or not, oldest first."""
        rows = await self._database.rows(
            f"SELECT {OUTBOX_COLUMNS} FROM outbox WHERE state = 'unknown' ORDER BY changed_at, key",  # noqa: S608
            about="outbox",
        )
        return [entry_of(row) for row in rows]

    async def entry(self, key: str) -> OutboxEntry | None:
        """The outbox entry of a key."""
        rows = await self._database.rows(
            f"SELECT {OUTBOX_COLUMNS} FROM outbox WHERE key = ?",  # noqa: S608
            (key,),
            about="outbox",
        )
        return entry_of(rows[0]) if rows else None

    async def counts(self) -> OutboxCounts:
        """Entries by state."""
        rows = await self._database.rows("SELECT state, count(*) FROM outbox GROUP BY state", about="outbox")
        return OutboxCounts(**dict(rows))

    # messages for later

    async def enqueue(self, messages: Sequence[Scheduled]) -> int:
        """Put messages into the outbox; a slot that has one keeps it, whatever became of it.

        Many are written in several commits, so that others get their turn in between: after a kill the same call again
        adds what is missing.

        :return: how many are new.
        """
        now = self._now()
        rows = [(m.kind, m.chat_id, m.thread_id or 0, m.slot, m.key, seconds_of(m.due_at), now) for m in messages]
        added = 0
        for start in range(0, len(rows), ENQUEUE_AT_ONCE):
            added += await self._database.write(partial(_insert_scheduled, rows[start : start + ENQUEUE_AT_ONCE]))
        return added

    async def claim_due(self, now: datetime, limit: int, *, kind: str) -> list[OutboxEntry]:
        """Claim messages that are due, for this mailbox and nobody else, soonest first; then send them with
        :meth:`sending` and :meth:`sent`.
        """

        def take(connection: sqlite3.Connection) -> list[OutboxEntry]:
            self._recover(connection)
            rows = connection.execute(
                "UPDATE outbox SET state = 'claimed', owner = ?, changed_at = ? WHERE key IN"  # noqa: S608
                " (SELECT key FROM outbox WHERE state = 'new' AND due_at IS NOT NULL AND kind = ? AND due_at <= ?"
                f" ORDER BY due_at, key LIMIT ?) RETURNING {OUTBOX_COLUMNS}",
                (self._owner, self._now(), kind, seconds_of(now), limit),
            )
            return _soonest_first(rows.fetchall())

        return await self._database.write(take)

    async def skip_due(self, before: datetime, *, kind: str) -> list[OutboxEntry]:
        """Give up messages that were due before a time and not sent.

        :return: those that were given up just now, soonest first.
        """

        def give_up(connection: sqlite3.Connection) -> list[OutboxEntry]:
            rows = connection.execute(
                "UPDATE outbox SET state = 'skipped', changed_at = ? WHERE state = 'new'"  # noqa: S608
                f" AND due_at IS NOT NULL AND kind = ? AND due_at < ? RETURNING {OUTBOX_COLUMNS}",
                (self._now(), kind, seconds_of(before)),
            )
            return _soonest_first(rows.fetchall())

        return await self._database.write(give_up)

    async def revive(self, after: datetime, *, kind: str) -> int:
        """Let messages that were given up be looked at again if they are due after a time: a clock that was ahead made
        them look late.

        :return: how many.
        """
        statement = (
            "UPDATE outbox SET state = 'new', changed_at = ? WHERE state = 'skipped' AND kind = ? AND due_at > ?"
        )
        parameters = (self._now(), kind, seconds_of(after))
        return await self._database.write(lambda connection: connection.execute(statement, parameters).rowcount)

    async def next_due(self, *, kind: str) -> datetime | None:
        """When the next message of a kind is due that nobody has claimed; it may be long ago."""
        ((due_at,),) = await self._database.rows(
            "SELECT min(due_at) FROM outbox WHERE kind = ? AND state = 'new' AND due_at IS NOT NULL", (kind,)
        )
        return None if due_at is None else moment_of(due_at)

    async def count_since(self, since: datetime, *, kind: str, chat_id: int, thread_id: int | None) -> int:
        """Messages of a kind that went, or may have gone, to a chat since a time."""
        ((count,),) = await self._database.rows(
            "SELECT count(*) FROM outbox WHERE kind = ? AND chat_id = ? AND thread_id = ?"
            " AND state IN ('sending', 'sent', 'unknown') AND changed_at >= ?",
            (kind, chat_id, thread_id or 0, seconds_of(since)),
            about="outbox",
        )
        return int(count)

    async def prune(self) -> int:
        """Delete ids and entries that nobody can ask for again.

        :return: how many.
        """

        def delete(connection: sqlite3.Connection) -> int:
            now = self._clock()
            settled, unknown = seconds_of(now - KEEP_IDS), seconds_of(now - KEEP_UNKNOWN)
            return sum(
                connection.execute(statement, (before,)).rowcount
                for statement, before in (
                    ("DELETE FROM inbox WHERE payload IS NULL AND received_at < ?", settled),
                    ("DELETE FROM outbox WHERE state IN ('sent', 'skipped') AND changed_at < ?", settled),
                    ("DELETE FROM outbox WHERE state = 'unknown' AND changed_at < ?", unknown),
                )
            )

        return await self._database.write(delete)

    # owners

    def _now(self) -> int:
        return seconds_of(self._clock())

    async def _step(self, statement: str, parameters: tuple[object, ...]) -> bool:
        return await self._database.write(lambda connection: connection.execute(statement, parameters).rowcount == 1)

    async def _end(self, key: str, then: str, statement: str, parameters: tuple[object, ...]) -> None:
        """A step that ends a try; `then` becomes of what follows it, in the same commit."""

        def step(connection: sqlite3.Connection) -> None:
            if connection.execute(statement, parameters).rowcount:
                connection.execute(then, (key,))

        await self._database.write(step)

    async def _state_of(self, key: str) -> Claim | None:
        """What an entry means for a claim, or None where there is no entry."""
        rows = await self._database.rows("SELECT state, owner, message_id FROM outbox WHERE key = ?", (key,))
        if not rows:
            return None
        state, owner, message_id = rows[0]
        if owner not in (None, self._owner) and not is_alive(self._database.path, owner):
            await self.recover()
            return await self._state_of(key)
        match OutboxState(state):
            case OutboxState.NEW:
                return Claim(result=ClaimResult.NEW)
            case OutboxState.CLAIMED:
                return Claim(result=ClaimResult.NEW if owner == self._owner else ClaimResult.BUSY)
            case OutboxState.SENDING:
                return Claim(result=ClaimResult.BUSY)
            case settled:
                return Claim(result=ClaimResult(settled), message_id=message_id)

    def _enter(self, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO owners (owner) VALUES (?)", (self._owner,))

    def _recover(self, connection: sqlite3.Connection) -> None:
        others = connection.execute("SELECT owner FROM owners WHERE owner <> ?", (self._owner,)).fetchall()
        dead = [owner for (owner,) in others if not is_alive(self._database.path, owner)]
        if dead:
            self._release(connection, dead)

    def _release(self, connection: sqlite3.Connection, owners: Sequence[int]) -> None:
        now = self._now()
        for owner in owners:
            connection.execute(
                "UPDATE outbox SET owner = NULL, changed_at = ?,"
                " state = CASE state WHEN 'sending' THEN 'unknown' ELSE 'new' END WHERE owner = ?",
                (now, owner),
            )
            connection.execute("UPDATE inbox SET owner = NULL WHERE payload IS NOT NULL AND owner = ?", (owner,))
            connection.execute("DELETE FROM owners WHERE owner = ?", (owner,))


def _insert_scheduled(rows: Sequence[tuple[object, ...]], connection: sqlite3.Connection) -> int:
    return connection.executemany(
        "INSERT INTO outbox (kind, chat_id, thread_id, slot, key, due_at, state, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'new', ?) ON CONFLICT DO NOTHING",
        rows,
    ).rowcount


def _soonest_first(rows: Sequence[tuple[object, ...]]) -> list[OutboxEntry]:
    entries = [entry_of(row) for row in rows]
    return sorted(entries, key=lambda entry: (entry.due_at or entry.changed_at, entry.key))
