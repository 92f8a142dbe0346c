"""The feeds that keep a store fresh, and which of their entries were met; kept in the store itself."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from corpus.errors import FetchError, InputError
from corpus.polling.records import Feed, SeenEntry
from corpus.polling.schedule import FIRST_S
from corpus.ports import Rows, Writing
from corpus.reading.addresses import parse_address
from corpus.storing.store_rows import json_of
from corpus.storing.urls import url_key

KEPT_KEYS = 4000
"""Keys of entries that are remembered of a feed, the latest met: ten times what one document may have."""

_COLUMNS = tuple(column.name for column in fields(Feed))
_TIMES = frozenset({"added_at", "next_at", "polled_at", "changed_at", "broken_since", "reported_at"})
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM feeds"  # noqa: S608 - constants
_INSERT = f"INSERT INTO feeds ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_UPDATE = f"UPDATE feeds SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?"  # noqa: S608


class FeedList:
    """Feeds of a store; :attr:`corpus.store.ArticleStore.feeds` gives it.

    :param reader: for reading. :param writing: begins a write transaction.
    """

    def __init__(self, reader: Rows, writing: Writing) -> None:
        self._reader = reader
        self._writing = writing

    async def add(self, url: str, at: datetime, *, source: str | None = None) -> Feed:
        """Add a feed, to be polled at once. It is not fetched here.

        :param at: the present.
        :param source: publisher of articles that name none.
        :raises FetchError: no address that may be fetched.
        :raises InputError: it is on the list already.
        """
        address = str(parse_address(url))
        feed = Feed(
            id=secrets.token_hex(8),
            url=address,
            source=source,
            added_at=_whole(at),
            next_at=_whole(at),
            interval_s=FIRST_S,
        )
        async with self._writing() as database:
            if await _by_url(database, address):
                raise InputError(address, "is on the list of feeds already")
            await database.rows(_INSERT, _row_of(feed))
        return feed

    async def remove(self, url: str) -> Feed | None:
        """Poll a feed no more; its articles stay.

        :return: what was removed, or None if no such feed is on the list.
        """
        async with self._writing() as database:
            feed = await _by_url(database, url)
            if feed is not None:
                await _delete(database, feed.id)
        return feed

    async def all(self) -> list[Feed]:
        """All feeds, in the order in which they were added."""
        return [_feed_of(row) for row in await self._reader.rows(f"{_SELECT} ORDER BY added_at, id")]

    async def get(self, url: str) -> Feed | None:
        """The feed with an address."""
        return await _by_url(self._reader, url)

    async def due(self, now: datetime) -> list[Feed]:
        """Feeds that are to be polled, those first that wait longest."""
        rows = await self._reader.rows(f"{_SELECT} WHERE next_at <= ? ORDER BY next_at, id", (int(now.timestamp()),))
        return [_feed_of(row) for row in rows]

    async def next_due(self) -> datetime | None:
        """When the next feed is to be polled; None without feeds."""
        ((next_at,),) = await self._reader.rows("SELECT min(next_at) FROM feeds")
        return None if next_at is None else _moment(next_at)

    async def known(self, keys: Iterable[str], feed_id: str) -> dict[str, SeenEntry]:
        """What is remembered of entries, by key; of keys that several feeds met, by the feed itself if it did."""
        rows = await self._reader.rows(
            "SELECT entry_key, text_hash, tries, again_at FROM feed_entries"
            " WHERE entry_key IN (SELECT value FROM json_each(?)) ORDER BY feed_id = ?",
            (json_of(keys), feed_id),
        )
        return {
            key: SeenEntry(
                key=key, text_hash=text_hash, tries=tries, again_at=None if again_at is None else _moment(again_at)
            )
            for key, text_hash, tries, again_at in rows
        }

    async def stored_urls(self, urls: Iterable[str]) -> set[str]:
        """Those of some addresses at which the store has an article, however they are spelled."""
        keys = {url: key for url in urls if (key := url_key(url)) is not None}
        rows = await self._reader.rows(
            "SELECT DISTINCT url_key FROM articles WHERE url_key IN (SELECT value FROM json_each(?))",
            (json_of(set(keys.values())),),
        )
        found = {key for (key,) in rows}
        return {url for url, key in keys.items() if key in found}

    async def record(self, feed: Feed, seen: Sequence[SeenEntry], met: Sequence[str], at: datetime) -> Feed | None:
        """Remember what a poll found.

        :param feed: as it is from now on. If it moved to the address of another feed, it goes, and that one stays.
        :param seen: entries that the poll dealt with. :param met: keys of all entries that the feed has now.
        :return: the feed as it is kept; None if it was removed meanwhile, or is gone for another one.
        """
        async with self._writing() as database:
            rows = await database.rows(f"{_SELECT} WHERE id = ?", (feed.id,))
            if not rows:
                return None
            twin = await _by_url(database, feed.url)
            if twin is not None and twin.id != feed.id:
                await database.rows(
                    "UPDATE feed_entries SET feed_id = ? WHERE feed_id = ?"
                    " AND entry_key NOT IN (SELECT entry_key FROM feed_entries WHERE feed_id = ?)",
                    (twin.id, feed.id, twin.id),
                )
                await _delete(database, feed.id)
                return None
            kept = replace(feed, reported_at=_feed_of(rows[0]).reported_at)
            await database.rows(_UPDATE, (*_row_of(kept), feed.id))
            await _remember(database, feed.id, seen, met, at)
        return kept

    async def reported(self, feed_id: str, at: datetime | None) -> None:
        """Note that the admins were told that a feed is broken, or, with None, that it is well again."""
        async with self._writing() as database:
            seconds = None if at is None else int(at.timestamp())
            await database.rows("UPDATE feeds SET reported_at = ? WHERE id = ?", (seconds, feed_id))


async def _by_url(database: Rows, url: str) -> Feed | None:
    try:
        address = str(parse_address(url))
    except FetchError:
        return None
    rows = await database.rows(f"{_SELECT} WHERE url = ?", (address,))
    return _feed_of(rows[0]) if rows else None


async def _delete(database: Rows, feed_id: str) -> None:
    await database.rows("DELETE FROM feed_entries WHERE feed_id = ?", (feed_id,))
    await database.rows("DELETE FROM feeds WHERE id = ?", (feed_id,))


async def _remember(database: Rows, feed_id: str, seen: Sequence[SeenEntry], met: Sequence[str], at: datetime) -> None:
    now = int(at.timestamp())
    await database.run_many(
        "INSERT INTO feed_entries (entry_key, feed_id, text_hash, tries, again_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (entry_key, feed_id) DO UPDATE SET text_hash = excluded.text_hash, tries = excluded.tries,"
        " again_at = excluded.again_at, seen_at = excluded.seen_at",
        [
            (
                one.key,
                feed_id,
                one.text_hash,
                one.tries,
                None if one.again_at is None else int(one.again_at.timestamp()),
                now,
            )
            for one in seen
        ],
    )
    if met:
        await database.rows(
            "UPDATE feed_entries SET seen_at = ? WHERE feed_id = ? AND entry_key IN (SELECT value FROM json_each(?))",
            (now, feed_id, json_of(met)),
        )
    if seen:
        await database.rows(
            "DELETE FROM feed_entries WHERE feed_id = ? AND entry_key NOT IN (SELECT entry_key FROM feed_entries"
            " WHERE feed_id = ? ORDER BY seen_at DESC LIMIT ?)",
            (feed_id, feed_id, KEPT_KEYS),
        )


def _row_of(feed: Feed) -> list[Any]:
    values = (getattr(feed, name) for name in _COLUMNS)
    return [int(value.timestamp()) if isinstance(value, datetime) else value for value in values]


def _feed_of(row: Sequence[Any]) -> Feed:
    values: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    values |= {name: _moment(values[name]) for name in _TIMES if values[name] is not None}
    return Feed(**values)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _whole(moment: datetime) -> datetime:
    return _moment(int(moment.timestamp()))
