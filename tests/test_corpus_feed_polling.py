"""Polling feeds over HTTP: what is new is loaded once, politely, whatever the feed does."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from feed_pages import NOW, Clock, entry, feed, page
from http_site import Answer, Site, running_site
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import StoreFullError
from corpus.feed_polling import FeedPoller, Polls
from corpus.polling import schedule
from corpus.polling.lock import PollLock
from corpus.polling.records import Feed, PollOutcome
from corpus.reading.feeds import first_entries, parse_document
from corpus.reading.web import Web
from corpus.settings import CorpusSettings
from corpus.store import ArticleStore
from scripts.benchmark_feeds import live_through
from scripts.feed_site import Kind


@dataclass
class Desk:
    """A poller over a store, a site and a clock of its own."""

    site: Site
    store: ArticleStore
    clock: Clock
    poller: FeedPoller

    async def add(self, path: str = "/rss") -> Feed:
        """Put a feed of the site on the list."""
        return await self.store.feeds.add(self.site.url + path, self.clock.now())

    async def poll(self) -> PollOutcome:
        """Poll the only feed as it is remembered."""
        (known,) = await self.store.feeds.all()
        return await self.poller.poll(known)

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(one.path == path for one in self.site.asked)

    async def articles(self) -> int:
        """How many the store has."""
        return (await self.store.counts()).articles


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    settings = CorpusSettings(
        _env_file=None, data_dir=tmp_path, http_pause_s=0.0, http_retries=0, allow_private_addresses=True
    )
    clock = Clock()
    async with (
        running_site() as site,
        await ArticleStore.open(settings.store_path) as store,
        Web(settings, ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as web,
    ):
        yield Desk(site, store, clock, FeedPoller(store, web, settings, clock=clock.now, chance=lambda: 0.5))


# what is loaded


async def test_summary_leads_to_the_page(desk: Desk) -> None:
    """A feed of summaries gives the full text of the pages."""
    url = desk.site.answer("/a/1", page(1))
    desk.site.answer("/rss", feed(entry(1, url, whole=False)))
    await desk.add()
    outcome = await desk.poll()
    article = await desk.store.find(url)
    assert (1, 1, "Warta Nusa") == (outcome.report.added, outcome.entries, outcome.feed.title)
    assert article is not None
    assert "naik dua kali lipat" in article.body


async def test_whole_entry_needs_no_page(desk: Desk) -> None:
    """A feed that gives whole articles costs one request."""
    desk.site.answer("/rss", feed(entry(1, desk.site.url + "/a/1"), entry(2, desk.site.url + "/a/2")))
    await desk.add()
    await desk.poll()
    assert (2, 1) == (await desk.articles(), len(desk.site.asked))


async def test_known_entries_are_not_fetched_again(desk: Desk) -> None:
    """Dates that change at every poll, and tracking parameters, make no entry new."""
    url = desk.site.answer("/a/1", page(1))
    later = entry(1, f"{url}?utm_source=rss", whole=False, pubDate="Wed, 11 Jun 2025 09:00:00 +0700")
    desk.site.answer("/rss", *(Answer(body=feed(one).encode()) for one in (entry(1, url, whole=False), later)))
    await desk.add()
    await desk.poll()
    outcome = await desk.poll()
    assert (0, 0, 1) == (outcome.report.added, outcome.report.unchanged, desk.asked("/a/1"))


async def test_guid_that_all_entries_share_loses_none(desk: Desk) -> None:
    """A program that gives every entry the same guid does not make them one."""
    entries = [entry(number, f"{desk.site.url}/a/{number}", guid="warta") for number in (1, 2, 1)]
    desk.site.answer("/rss", feed(*entries))
    await desk.add()
    assert 2 == (await desk.poll()).report.added


async def test_entry_that_moved_is_known_by_its_guid(desk: Desk) -> None:
    """The same guid and headline at another address is the same article."""
    desk.site.answer("/a/1", page(1))
    desk.site.answer("/b/1", page(1))
    bodies = [feed(entry(1, f"{desk.site.url}/{path}/1", whole=False)).encode() for path in "ab"]
    desk.site.answer("/rss", *(Answer(body=body) for body in bodies))
    await desk.add()
    await desk.poll()
    await desk.poll()
    assert (1, 0) == (await desk.articles(), desk.asked("/b/1"))


async def test_article_that_was_loaded_before_is_not_fetched(desk: Desk) -> None:
    """An address that the store has needs no request, and a deleted article stays away."""
    url = desk.site.answer("/a/1", page(1))
    desk.site.answer("/rss", feed(entry(1, url, whole=False)))
    first = await desk.add()
    await desk.poll()
    await desk.store.feeds.remove(first.url)
    await desk.add()
    await desk.poll()
    await desk.store.delete(url)
    await desk.poll()
    assert (0, 1) == (await desk.articles(), desk.asked("/a/1"))


async def test_changed_text_of_a_whole_entry_replaces_the_old_one(desk: Desk) -> None:
    """A correction in the feed arrives."""
    url = desk.site.url + "/a/1"
    corrected = entry(1, url).replace("naik dua kali lipat", "turun seperempat")
    desk.site.answer("/rss", *(Answer(body=feed(one).encode()) for one in (entry(1, url), corrected)))
    await desk.add()
    await desk.poll()
    outcome = await desk.poll()
    article = await desk.store.find(url)
    assert 1 == outcome.report.updated
    assert article is not None
    assert "turun seperempat" in article.body


async def test_text_that_always_changes_is_given_up(desk: Desk) -> None:
    """An entry that says something else at every poll is not loaded for ever."""
    url = desk.site.answer("/a/1", page(1))
    titles = [feed(entry(1, url, whole=False, title=f"Panen, {number} dibaca")).encode() for number in range(9)]
    desk.site.answer("/rss", *(Answer(body=body) for body in titles))
    await desk.add()
    for _ in titles:
        await desk.poll()
    assert 4 == desk.asked("/a/1")


async def test_page_that_fails_is_tried_again_when_its_wait_is_over(desk: Desk) -> None:
    """A page that is down is not lost, is not asked for at every poll, and the feed is not taken for unchanged."""
    url = desk.site.answer("/a/1", Answer(status=503), page(1).encode())
    desk.site.answer("/rss", Answer(body=feed(entry(1, url, whole=False)).encode(), headers={"etag": '"v1"'}))
    await desk.add()
    failed = await desk.poll()
    assert (1, None, NOW + timedelta(minutes=5)) == (
        len(failed.report.rejected),
        failed.feed.etag,
        failed.feed.next_at,
    )
    await desk.poll()
    assert 1 == desk.asked("/a/1")
    desk.clock.advance(minutes=6)
    outcome = await desk.poll()
    assert (1, '"v1"') == (outcome.report.added, outcome.feed.etag)


async def test_page_without_an_article_is_asked_for_once(desk: Desk) -> None:
    """What will never be an article is not fetched again."""
    url = desk.site.answer("/a/1", "<html><p>Video</p></html>")
    desk.site.answer("/rss", feed(entry(1, url, whole=False)))
    await desk.add()
    for _ in range(3):
        await desk.poll()
        desk.clock.advance(hours=1)
    assert 1 == desk.asked("/a/1")


async def test_entry_never_leads_to_another_feed(desk: Desk) -> None:
    """A feed behind an entry is not followed."""
    inner = desk.site.answer("/inner", feed(entry(7, desk.site.url + "/a/7")))
    desk.site.answer("/rss", feed(entry(1, inner, whole=False)))
    await desk.add()
    assert (1, 0) == (len((await desk.poll()).report.rejected), await desk.articles())


# how the feed is asked for


async def test_unchanged_feed_is_asked_for_with_its_marks(desk: Desk) -> None:
    """A 304 is a success without entries."""
    marks = {"etag": '"v1"', "last-modified": "Tue, 10 Jun 2025 01:15:00 GMT"}
    body = feed(entry(1, desk.site.url + "/a/1")).encode()
    desk.site.answer("/rss", Answer(body=body, headers=marks), Answer(status=304))
    await desk.add()
    await desk.poll()
    outcome = await desk.poll()
    assert (True, False, '"v1"') == (outcome.not_modified, outcome.is_failed, outcome.feed.etag)
    assert marks == {
        "etag": desk.site.asked[1].headers["if-none-match"],
        "last-modified": desk.site.asked[1].headers["if-modified-since"],
    }


@pytest.mark.parametrize(("status", "path"), [(301, "/umpan"), (308, "/umpan"), (302, "/rss"), (307, "/rss")])
async def test_only_a_move_for_good_changes_the_address(desk: Desk, status: int, path: str) -> None:
    """A permanent redirect updates the address, a passing one does not."""
    desk.site.answer("/rss", Answer(status=status, headers={"location": "/umpan"}))
    desk.site.answer("/umpan", feed(entry(1, desk.site.url + "/a/1")))
    await desk.add()
    assert desk.site.url + path == (await desk.poll()).feed.url


async def test_move_to_what_is_no_feed_is_not_believed(desk: Desk) -> None:
    """A redirect to a page of adverts leaves the address as it is."""
    desk.site.answer("/rss", Answer(status=301, headers={"location": "/iklan"}))
    desk.site.answer("/iklan", "<html><p>Domain ini dijual</p></html>")
    added = await desk.add()
    assert (True, added.url) == ((outcome := await desk.poll()).is_failed, outcome.feed.url)


async def test_compressed_and_cut_off_feeds_are_read(desk: Desk) -> None:
    """Compression is undone, and what came before the break is loaded."""
    body = feed(entry(1, desk.site.url + "/a/1"), entry(2, desk.site.url + "/a/2")).encode()[:-40]
    desk.site.answer("/rss", Answer(body=gzip.compress(body), headers={"content-encoding": "gzip"}))
    await desk.add()
    assert 2 == (await desk.poll()).report.added


async def test_huge_feed_is_read_from_its_beginning(desk: Desk) -> None:
    """Of a thousand entries the first two hundred are read."""
    entries = [entry(number, None, description=f"Arsip {number}", guid=str(number)) for number in range(1000)]
    desk.site.answer("/rss", feed(*entries))
    await desk.add()
    assert 200 == (await desk.poll()).entries


def test_first_entries_leave_a_whole_feed() -> None:
    """What is left is a feed with its end, of as many entries as were wanted."""
    text = feed(*(entry(number, f"https://warta.example/{number}") for number in range(9)))
    document = parse_document(text.encode(), origin="a", most_entries=4, most_chars=10**6)
    assert document is not None
    assert ["warta-0", "warta-1", "warta-2", "warta-3"] == [one.guid for one in document.entries]
    assert first_entries(text, 4, 10**6).endswith("</item></channel></rss>")


@given(st.text(alphabet="<>/itemny &", max_size=200), st.integers(1, 5), st.integers(1, 100))
def test_first_entries_never_grow(text: str, most_entries: int, most_chars: int) -> None:
    """Any text is cut to text that is no longer, and what fits is left alone."""
    cut = first_entries(text, most_entries, most_chars)
    assert len(cut) <= len(text)
    assert cut == text or len(text) > most_chars or text.count("<item") + text.count("<entry") > most_entries


# when it is due again


async def test_failures_back_off_and_a_success_forgets_them(desk: Desk) -> None:
    """Ten minutes, twenty, forty; then as before."""
    desk.site.answer("/rss", *[Answer(status=404)] * 3, feed(entry(1, desk.site.url + "/a/1")).encode())
    await desk.add()
    waits = []
    for _ in range(3):
        outcome = await desk.poll()
        waits.append((outcome.feed.next_at - desk.clock.now()).total_seconds() / 60)
    assert ([10, 20, 40], 3, NOW, "http_status: 404") == (
        waits,
        outcome.feed.failures,
        outcome.feed.broken_since,
        outcome.feed.problem,
    )
    well = (await desk.poll()).feed
    assert (0, None, None) == (well.failures, well.broken_since, well.problem)


@pytest.mark.parametrize(
    ("answer", "minutes"),
    [
        pytest.param(Answer(body=feed(about="<ttl>90</ttl>").encode()), 90, id="ttl"),
        pytest.param(
            Answer(body=feed().encode(), headers={"cache-control": "public, max-age=7200"}), 120, id="max-age"
        ),
        pytest.param(Answer(status=503, headers={"retry-after": "10800"}), 180, id="retry-after"),
        pytest.param(Answer(status=429, headers={"retry-after": "9999999"}), 24 * 60, id="endless retry-after"),
        pytest.param(
            Answer(body=feed(about="<skipHours><hour>3</hour><hour>4</hour></skipHours>").encode()), 120, id="skipHours"
        ),
    ],
)
async def test_wishes_of_a_feed_are_respected(desk: Desk, answer: Answer, minutes: int) -> None:
    """A feed is left alone for as long as it asks, within reason."""
    desk.site.answer("/rss", answer)
    await desk.add()
    assert minutes == ((await desk.poll()).feed.next_at - NOW).total_seconds() / 60


async def test_ttl_holds_for_an_unchanged_feed_too(desk: Desk) -> None:
    """A 304 does not repeat what the feed asks for."""
    body = feed(about="<ttl>90</ttl>").encode()
    desk.site.answer("/rss", Answer(body=body, headers={"etag": '"v1"'}), Answer(status=304))
    await desk.add()
    await desk.poll()
    assert 90 == ((await desk.poll()).feed.next_at - NOW).total_seconds() / 60


async def test_interval_follows_the_feed(desk: Desk) -> None:
    """A feed that has news at every poll is polled every few minutes, one that sleeps twice a day."""
    bodies = [feed(*(entry(n, f"{desk.site.url}/a/{n}") for n in range(last + 1))).encode() for last in range(8)]
    desk.site.answer("/rss", *(Answer(body=body) for body in bodies))
    await desk.add()
    intervals = []
    for _ in range(60):
        outcome = await desk.poll()
        intervals.append(outcome.feed.interval_s)
        desk.clock.moment = outcome.feed.next_at
    assert (900, schedule.LONGEST_S) == (intervals[0], intervals[-1])
    assert intervals[7] < 400
    assert sorted(intervals[7:]) == intervals[7:]


@given(
    st.floats(1, 1e7),
    st.one_of(st.none(), st.floats(0, 1e8)),
    st.integers(0, 500),
    st.integers(1, 500),
    st.floats(0, 1),
)
def test_no_wait_is_shorter_or_longer_than_allowed(
    previous_s: float, elapsed_s: float | None, entries: int, failures: int, chance: float
) -> None:
    """Whatever a feed does, it is polled between every five minutes and twice a day, but for the jitter."""
    for wait_s in (
        schedule.interval_after_change(previous_s, elapsed_s, entries),
        schedule.interval_after_quiet(previous_s, elapsed_s or 0),
        schedule.wait_after_failure(failures),
    ):
        assert schedule.SHORTEST_S <= wait_s <= schedule.LONGEST_S
        at = schedule.next_poll(NOW, wait_s, asked_s=0, skip_hours=frozenset(), chance=chance)
        assert 0.89 * wait_s <= (at - NOW).total_seconds() <= 1.11 * wait_s


def test_feed_that_never_wants_to_be_polled_is_polled() -> None:
    """All hours of the day are none."""
    at = schedule.next_poll(NOW, 600, asked_s=0, skip_hours=frozenset(range(24)), chance=0.5)
    assert NOW + timedelta(minutes=10) == at


def test_broken_feed_is_reported_after_three_days_and_well_once() -> None:
    """Told when broken for days and not told yet, and when well after having been told."""
    added = Feed(id="a", url="https://warta.example/rss", added_at=NOW, next_at=NOW, interval_s=900)
    broken = replace(added, failures=9, broken_since=NOW - timedelta(days=3))
    assert schedule.is_to_be_reported_broken(broken, NOW)
    assert not schedule.is_to_be_reported_broken(broken, NOW - timedelta(hours=1))
    assert not schedule.is_to_be_reported_broken(replace(broken, reported_at=NOW), NOW)
    assert not schedule.is_to_be_reported_well(replace(broken, reported_at=NOW))
    assert schedule.is_to_be_reported_well(replace(added, reported_at=NOW))


# many feeds


def named(*hosts: str, **changes: object) -> list[Feed]:
    """Feeds of some hosts."""
    made = Feed(id="", url="", added_at=NOW, next_at=NOW, interval_s=900)
    return [replace(made, id=f"{host} {n}", url=f"https://{host}/rss", **changes) for n, host in enumerate(hosts)]  # type: ignore[arg-type]


async def test_hanging_feeds_hold_up_only_their_like() -> None:
    """Feeds that failed before share a few places; the others never wait for them."""
    begun: list[str] = []

    async def poll(one: Feed) -> PollOutcome:
        begun.append(one.url)
        if one.failures:
            await asyncio.sleep(3600)
        return PollOutcome(feed=one, before=one)

    polls = Polls(poll, fast_at_once=2, slow_at_once=1)
    assert 1 == polls.start(named("a.example", "b.example", "c.example", failures=3))
    for host in ("d.example", "e.example", "f.example"):
        assert 1 == polls.start(named(host))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert (1, 4) == (polls.running, len(begun))
    await polls.close()
    assert 0 == polls.running


async def test_free_place_is_taken_at_once() -> None:
    """What did not find room, or whose host was busy, begins when a poll ends, and nothing begins twice."""
    begun: list[str] = []

    async def poll(one: Feed) -> PollOutcome:
        begun.append(one.id)
        await asyncio.sleep(0.01)
        return PollOutcome(feed=one, before=one)

    polls = Polls(poll, fast_at_once=2)
    polls.start(feeds := named("a.example", "a.example", "b.example", "c.example"))
    polls.start(feeds)
    while polls.running:
        await polls.wait()
    assert ["a.example 0", "b.example 2", "a.example 1", "c.example 3"] == begun


async def test_host_gets_one_poll_at_a_time() -> None:
    """Feeds of one host take turns."""

    async def poll(one: Feed) -> PollOutcome:
        await asyncio.sleep(0.01)
        return PollOutcome(feed=one, before=one)

    polls = Polls(poll)
    feeds = named("a.example", "a.example", "b.example")
    assert (2, 0) == (polls.start(feeds), polls.start(feeds))
    await polls.close()


async def test_error_of_this_machine_holds_a_feed_back(tmp_path: Path) -> None:
    """A full disk is not met again at once, and the other feeds go on."""

    async def poll(one: Feed) -> PollOutcome:
        raise StoreFullError(tmp_path)

    polls = Polls(poll)
    feeds = named("a.example")
    polls.start(feeds)
    await polls.wait()
    await asyncio.sleep(0)
    assert (0, 1) == (polls.start(feeds), polls.start(named("b.example", "c.example")[1:]))
    await polls.close()


def test_one_process_polls(tmp_path: Path) -> None:
    """The right to poll is one's alone until it is released."""
    mine, other = PollLock(tmp_path / "kutip.db"), PollLock(tmp_path / "kutip.db")
    assert (True, True, False) == (mine.take(), mine.take(), other.take())
    mine.release()
    assert other.take()
    other.release()


async def test_hours_of_good_and_bad_feeds(tmp_path: Path) -> None:
    """Every article comes once, no page is fetched twice, and no good feed waits for a bad one."""
    kinds = (Kind.WHOLE, Kind.ETAG, Kind.DATES, Kind.GUIDS, Kind.MOVED, Kind.FLAKY, Kind.HUNG, Kind.SLOW)
    week = await live_through(kinds, days=0.1, folder=tmp_path)
    assert ([], [], []) == (week.lost, week.doubled, week.fetched_again)
    assert week.stored > 20
    assert max(week.late_s) <= 15
    assert 1 == week.most_at_once
