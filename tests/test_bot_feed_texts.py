"""What the admins read about feeds."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from feed_pages import NOW

from bot.words import feed_texts
from corpus.polling.records import Feed
from corpus.reading.feeds import FeedResult

ZONE = ZoneInfo("Asia/Jakarta")


def test_long_list_fits_a_message() -> None:
    """Many feeds are counted, the broken ones come first."""
    made = Feed(id="a", url="https://wartanusa.example/rss", added_at=NOW, next_at=NOW, interval_s=900)
    feeds = [replace(made, id=str(n), url=f"https://warta{n}.example/rss") for n in range(100)]
    feeds[99] = replace(feeds[99], broken_since=NOW, problem="timeout: 20 s")
    text = feed_texts.listed(feeds, ZONE)
    assert len(text) < 4096
    assert text.index("warta99.example") < text.index("warta0.example")
    assert "dan 60 umpan lain" in text


def test_long_names_and_addresses_fit_a_message_too() -> None:
    """As many feeds as there is room for are named, and how to go on always stands below."""
    made = Feed(id="a", url="https://wartanusa.example/rss", added_at=NOW, next_at=NOW, interval_s=900)
    feeds = [
        replace(made, id=str(n), title=f"Kabar {n} " * 20, url=f"https://warta{n}.example/{'a' * 200}")
        for n in range(30)
    ]
    text = feed_texts.listed(feeds, ZONE)
    assert len(text) <= 4096
    assert text.startswith("30 umpan:")
    assert text.endswith(feed_texts.HOW)
    told = sum(f"https://warta{n}.example" in text for n in range(30))
    assert f"dan {30 - told} umpan lain" in text


def test_moved_feed_is_told() -> None:
    """An address that changed for good is named."""
    assert "https://b.example/rss" in feed_texts.checked(
        "https://a.example/rss", FeedResult(moved_to="https://b.example/rss")
    )
