"""RSS and Atom feeds -> entries, each with its article or with the address where the article is."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.errors import FetchError
from corpus.reading.encodings import decode
from corpus.reading.fields import storable, web_address
from corpus.reading.markup import html_to_text, one_line
from corpus.types import RawArticle, Reason

if TYPE_CHECKING:
    from corpus.reading.web import Web

WHOLE_SUMMARY_CHARS = 1000
"""A longer description is held for the article: nine in ten articles of Indonesian portals are longer, no teaser is."""

WHOLE_CONTENT_CHARS = 500
"""The same for what the feed itself calls the content: longer than the excerpts that some programs put there."""

_CUT_OFF = re.compile(
    r"(?:\.\.\.|…|\[(?:…|\.\.\.)\]|selengkapnya|baca lebih lanjut|read more|»|>>)[\s.\])]*$", re.IGNORECASE
)

_END_CHARS = 60
_NO_NAME = re.compile(r"(?:rss|feeds?|atom|berita|terbaru|terkini|home|news|\s)*", re.IGNORECASE)

# Where a feed begins. What stands before is not needed, and a document type there could declare entities that grow
# without end, or take a parser of regular expressions hours.
_ROOT = re.compile(r"<(?:[A-Za-z]{1,20}:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed.

    :param article: what the feed says of it; its body is the article, a summary, or "".
    :param is_whole: the body is the article, and the page at its address need not be fetched.
    """

    article: RawArticle
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """What one poll of a feed gave.

    :param etag: to be sent with the next poll, as `last_modified`.
    :param not_modified: the feed is as it was; there are no entries then.
    """

    entries: tuple[FeedEntry, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False


def parse_feed(
    data: bytes, *, origin: str, url: str | None = None, charset: str | None = None
) -> list[FeedEntry] | None:
    """Read a feed.

    :param url: where it was fetched from; relative links start there.
    :param charset: of the HTTP answer.
    :return: its entries in their order, or None where it is no feed.
    """
    text = storable(decode(data, declared=charset) or "")
    root = _ROOT.search(text)
    if not root:
        return None
    import feedparser

    # A stream: of bare bytes or text feedparser would ask whether they are the address or path of a file.
    source = io.BytesIO(text[root.start() :].encode())
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url or ""}
    feed = feedparser.parse(source, response_headers=headers, sanitize_html=False)
    entries = feed.get("entries") or []
    if not (feed.get("version") or entries):
        return None
    name = _feed_name(feed.get("feed") or {})
    return [_entry(entry, name, f"{origin}#{number}") for number, entry in enumerate(entries, start=1)]


async def poll_feed(web: Web, url: str, *, etag: str | None = None, last_modified: str | None = None) -> FeedResult:
    """Fetch a feed if it changed since the poll that gave `etag` and `last_modified`.

    :raises FetchError: it cannot be fetched, or is no feed.
    """
    page = await web.get(url, etag=etag, last_modified=last_modified)
    if page.not_modified:
        return FeedResult(etag=etag, last_modified=last_modified, not_modified=True)
    entries = await asyncio.to_thread(parse_feed, page.body, origin=url, url=page.url, charset=page.charset)
    if entries is None:
        raise FetchError(url, Reason.NOT_A_FEED)
    return FeedResult(
        entries=tuple(entries), etag=page.headers.get("etag"), last_modified=page.headers.get("last-modified")
    )


def _entry(entry: Mapping[str, Any], feed_name: str | None, origin: str) -> FeedEntry:
    content = max((_text(part.get("value")) for part in entry.get("content", ())), key=len, default="")
    summary = _text(entry.get("summary"))
    body = max(content, summary, key=len)
    is_long = len(content) >= WHOLE_CONTENT_CHARS or len(summary) >= WHOLE_SUMMARY_CHARS
    url = web_address(_line(entry.get("link")))
    article = RawArticle(
        origin=url or origin,
        body=body,
        # The address tells articles apart wherever they are met; a feed's own ids are met in that feed alone.
        id=None if url else _line(entry.get("id")),
        title=_line(entry.get("title")),
        source=_source(entry) or (None if url else feed_name),
        url=url,
        published=_line(entry.get("published") or entry.get("updated") or entry.get("created")),
    )
    return FeedEntry(article=article, is_whole=is_long and not _CUT_OFF.search(body[-_END_CHARS:]))


def _text(value: object) -> str:
    return html_to_text(value).strip() if isinstance(value, str) else ""


def _source(entry: Mapping[str, Any]) -> str | None:
    source = entry.get("source")
    return _line(source.get("title")) if isinstance(source, Mapping) else _line(entry.get("publisher"))


def _feed_name(feed: Mapping[str, Any]) -> str | None:
    """Publisher of a feed: named, else the part of its title that is no "RSS" or "berita terbaru"."""
    publisher = _line(feed.get("publisher"))
    if publisher:
        return publisher
    parts = re.split(r"\s+[-|–—:»]+\s+", _line(feed.get("title")) or "")
    told = [
        part
        for part in parts
        if not re.fullmatch(r"(?i)(?:rss|feeds?|atom|berita|terbaru|terkini|home|news|\s)*", part)
    ]
    return told[0] if told else None


def _line(value: object) -> str | None:
    return storable(one_line(value)) or None if isinstance(value, str) else None
