"""The list of feeds in the store, and what is remembered of their entries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from feed_pages import NOW

from corpus import feed_list
from corpus.errors import FetchError, InputError, StoreError
from corpus.polling.records import SeenEntry
from corpus.store import ArticleStore

URL = "https://wartanusa.example/rss"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ArticleStore]:
    async with await ArticleStore.open(tmp_path / "kutip.db") as opened:
        yield opened


def seen(*keys: str, tries: int = 1) -> list[SeenEntry]:
    """Entries that are done."""
    return [SeenEntry(key=key, text_hash="h", tries=tries) for key in keys]


async def test_added_feed_is_listed_and_due_at_once(store: ArticleStore) -> None:
    """A new feed waits for its first poll."""
    added = await store.feeds.add(URL, NOW, source="Warta Nusa")
    assert [added] == await store.feeds.all() == await store.feeds.due(NOW)
    assert NOW == await store.feeds.next_due()


async def test_same_address_is_added_once(store: ArticleStore) -> None:
    """A second time is refused, however the host is written."""
    await store.feeds.add(URL, NOW)
    with pytest.raises(InputError, match="already"):
        await store.feeds.add("https://WartaNusa.example/rss", NOW)


@pytest.mark.parametrize("url", ["ftp://wartanusa.example/rss", "rss", "https://budi:rahasia@wartanusa.example/rss"])
async def test_what_cannot_be_fetched_is_no_feed(store: ArticleStore, url: str) -> None:
    """Only web addresses without passwords come on the list."""
    with pytest.raises(FetchError):
        await store.feeds.add(url, NOW)
    assert [] == await store.feeds.all()


async def test_reader_cannot_add(store: ArticleStore) -> None:
    """A store that is open for reading only keeps its list."""
    async with await ArticleStore.open(store.path, read_only=True) as reader:
        with pytest.raises(StoreError):
            await reader.feeds.add(URL, NOW)


async def test_removed_feed_is_forgotten_with_its_entries(store: ArticleStore) -> None:
    """Removing takes the feed and all that is remembered of its entries."""
    feed = await store.feeds.add(URL, NOW)
    await store.feeds.record(feed, seen("a"), ["a"], NOW)
    removed = await store.feeds.remove(URL)
    assert (feed.id, [], {}) == (
        removed and removed.id,
        await store.feeds.all(),
        await store.feeds.known(["a"], feed.id),
    )
    assert await store.feeds.remove(URL) is None


async def test_poll_is_remembered(store: ArticleStore) -> None:
    """Every field comes back as it was recorded."""
    feed = await store.feeds.add(URL, NOW)
    after = replace(
        feed,
        url="https://wartanusa.example/umpan.xml",
        title="Warta Nusa",
        next_at=NOW + timedelta(minutes=7),
        polled_at=NOW,
        changed_at=NOW,
        etag='"v1"',
        last_modified="Tue, 10 Jun 2025 01:15:00 GMT",
        interval_s=420,
        took_s=1.5,
        failures=2,
        broken_since=NOW,
        problem="http_status: 503",
        articles=3,
        rejected=1,
    )
    assert after == await store.feeds.record(after, (), (), NOW)
    assert [after] == await store.feeds.all()
    assert [] == await store.feeds.due(NOW)


async def test_poll_of_a_feed_that_was_removed_meanwhile_is_not_recorded(store: ArticleStore) -> None:
    """A feed that an admin removes during its poll stays away."""
    feed = await store.feeds.add(URL, NOW)
    await store.feeds.remove(URL)
    assert await store.feeds.record(feed, seen("a"), ["a"], NOW) is None
    assert ([], {}) == (await store.feeds.all(), await store.feeds.known(["a"], feed.id))


async def test_feed_that_moved_to_another_one_is_gone(store: ArticleStore) -> None:
    """Of two feeds at one address one stays, and knows the entries of both."""
    old = await store.feeds.add(URL, NOW)
    new = await store.feeds.add("https://wartanusa.example/umpan", NOW)
    await store.feeds.record(old, seen("a", "b"), ["a", "b"], NOW)
    await store.feeds.record(new, seen("b", "c"), ["b", "c"], NOW)
    assert await store.feeds.record(replace(old, url=new.url), (), (), NOW) is None
    assert [new.id] == [feed.id for feed in await store.feeds.all()]
    assert {"a", "b", "c"} == set(await store.feeds.known(["a", "b", "c"], new.id))


async def test_entries_of_one_feed_are_known_to_others(store: ArticleStore) -> None:
    """What two feeds tell of is loaded once; a feed's own memory comes first."""
    first = await store.feeds.add(URL, NOW)
    second = await store.feeds.add("https://wartanusa.example/umpan", NOW)
    await store.feeds.record(first, seen("a"), ["a"], NOW)
    assert ["a"] == list(await store.feeds.known(["a", "b"], second.id))
    await store.feeds.record(second, seen("a", tries=3), ["a"], NOW)
    assert [1, 3] == [(await store.feeds.known(["a"], feed.id))["a"].tries for feed in (first, second)]


async def test_memory_of_a_feed_is_bounded(store: ArticleStore) -> None:
    """Keys met longest ago are forgotten; those that the feed still has are not."""
    feed = await store.feeds.add(URL, NOW)
    keys = [f"k{number}" for number in range(feed_list.KEPT_KEYS)]
    await store.feeds.record(feed, seen(*keys), keys, NOW)
    fresh = ["n1", "n2", *keys[:10]]
    await store.feeds.record(feed, seen("n1", "n2"), fresh, NOW + timedelta(hours=1))
    known = await store.feeds.known([*keys, *fresh], feed.id)
    assert feed_list.KEPT_KEYS == len(known)
    assert set(fresh) <= known.keys()


async def test_wait_of_an_entry_is_remembered(store: ArticleStore) -> None:
    """When an entry is tried again survives a restart."""
    feed = await store.feeds.add(URL, NOW)
    entry = SeenEntry(key="a", text_hash="h", tries=2, again_at=NOW + timedelta(minutes=10))
    await store.feeds.record(feed, [entry], ["a"], NOW)
    assert {"a": entry} == await store.feeds.known(["a"], feed.id)


async def test_report_survives_later_polls(store: ArticleStore) -> None:
    """That admins were told is not lost when a poll that began before is recorded."""
    feed = await store.feeds.add(URL, NOW)
    await store.feeds.reported(feed.id, NOW)
    kept = await store.feeds.record(feed, (), (), NOW)
    assert NOW == (kept and kept.reported_at)
    await store.feeds.reported(feed.id, None)
    assert [None] == [one.reported_at for one in await store.feeds.all()]
