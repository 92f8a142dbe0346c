"""RSS and Atom feeds -> entries, each with its article or with the address where the article is."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
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

_ENTRY = re.compile(r"<(?:item|entry)(?=[\s>])")
_ENTRY_ENDS = ("</item>", "</entry>")
_MOST_REST_CHARS = 100_000
"""Of what stands behind the last entry: it may close the feed, and say little more."""

_TTL = re.compile(r"<ttl>\s*(\d{1,7})\s*</ttl>", re.IGNORECASE)
_SKIP_HOURS = re.compile(r"<skipHours>((?:\s*<hour>\s*\d{1,2}\s*</hour>){1,24})", re.IGNORECASE)
_HOUR = re.compile(r"\d+")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed.

    :param article: what the feed says of it; its body is the article, a summary, or "".
    :param is_whole: the body is the article, and the page at its address need not be fetched.
    :param guid: by which the feed knows it, or None.
    """

    article: RawArticle
    is_whole: bool
    guid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """What a feed says.

    :param title: of the feed, or None.
    :param ttl_s: how long it asks not to be fetched again; 0 if it does not say.
    :param skip_hours: hours of the day in UTC at which it asks not to be fetched.
    """

    entries: tuple[FeedEntry, ...]
    title: str | None = None
    ttl_s: int = 0
    skip_hours: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """What one poll of a feed gave.

    :param etag: to be sent with the next poll, as `last_modified`.
    :param not_modified: the feed is as it was; there are no entries then.
    :param document: None for `not_modified`.
    :param max_age_s: how long the answer stays good, by its Cache-Control; 0 if it does not say.
    :param moved_to: where the server says that the feed is for good, or None.
    """

    entries: tuple[FeedEntry, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False
    document: FeedDocument | None = None
    max_age_s: int = 0
    moved_to: str | None = None


def parse_feed(
    data: bytes, *, origin: str, url: str | None = None, charset: str | None = None
) -> list[FeedEntry] | None:
    """Read the entries of a feed.

    :param url: where it was fetched from; relative links start there.
    :param charset: of the HTTP answer.
    :return: its entries in their order, or None where it is no feed.
    """
    document = parse_document(data, origin=origin, url=url, charset=charset)
    return None if document is None else list(document.entries)


def parse_document(
    data: bytes,
    *,
    origin: str,
    url: str | None = None,
    charset: str | None = None,
    most_entries: int | None = None,
    most_chars: int | None = None,
) -> FeedDocument | None:
    """Read a feed; otherwise like :func:`parse_feed`.

    :param most_entries: of these the first are read. :param most_chars: entries that end behind these are left out.
    """
    text = storable(decode(data, declared=charset) or "")
    root = _ROOT.search(text)
    if not root:
        return None
    import feedparser

    text = text[root.start() :]
    if most_entries is not None and most_chars is not None:
        text = first_entries(text, most_entries, most_chars)
    # A stream: of bare bytes or text feedparser would ask whether they are the address or path of a file.
    source = io.BytesIO(text.encode())
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url or ""}
    feed = feedparser.parse(source, response_headers=headers, sanitize_html=False)
    entries = feed.get("entries") or []
    if not (feed.get("version") or entries):
        return None
    about = feed.get("feed") or {}
    name = _feed_name(about)
    return FeedDocument(
        entries=tuple(_entry(entry, name, f"{origin}#{number}") for number, entry in enumerate(entries, start=1)),
        title=_line(about.get("title")),
        ttl_s=_ttl_s(text),
        skip_hours=_skip_hours(text),
    )


def first_entries(text: str, most_entries: int, most_chars: int) -> str:
    """Leave out of the text of a feed all entries but the first, so that a huge one costs no more than others.

    >>> first_entries("<rss><item>1</item><item>2</item><item>3</item></rss>", 1, 1000)
    '<rss><item>1</item></rss>'
    """
    starts = [found.start() for found in islice(_ENTRY.finditer(text), most_entries + 1)]
    if len(starts) <= most_entries and len(text) <= most_chars:
        return text
    cut = max((start for start in starts[1:] if start <= most_chars), default=most_chars)
    rest_at = max(text.rfind(end) + len(end) for end in _ENTRY_ENDS)
    is_closing = cut < most_chars and cut < rest_at and len(text) - rest_at <= _MOST_REST_CHARS
    return text[:cut] + (text[rest_at:] if is_closing else "")


async def poll_feed(
    web: Web,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    most_entries: int | None = None,
    most_chars: int | None = None,
) -> FeedResult:
    """Fetch a feed if it changed since the poll that gave `etag` and `last_modified`.

    :param most_entries: as for :func:`parse_document`, like `most_chars`.
    :raises FetchError: it cannot be fetched, or is no feed.
    """
    page = await web.get(url, etag=etag, last_modified=last_modified)
    max_age_s = _max_age_s(page.headers.get("cache-control", ""))
    if page.not_modified:
        return FeedResult(
            etag=page.headers.get("etag") or etag,
            last_modified=page.headers.get("last-modified") or last_modified,
            not_modified=True,
            max_age_s=max_age_s,
            moved_to=page.moved_to,
        )
    document = await asyncio.to_thread(
        parse_document,
        page.body,
        origin=url,
        url=page.url,
        charset=page.charset,
        most_entries=most_entries,
        most_chars=most_chars,
    )
    if document is None:
        raise FetchError(url, Reason.NOT_A_FEED)
    return FeedResult(
        entries=document.entries,
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
        document=document,
        max_age_s=max_age_s,
        moved_to=page.moved_to,
    )


def _ttl_s(text: str) -> int:
    """RSS 2.0, ``ttl``: minutes."""
    found = _TTL.search(text)
    return 60 * int(found[1]) if found else 0


def _skip_hours(text: str) -> frozenset[int]:
    """RSS 2.0, ``skipHours``: hours of Greenwich, 0 to 23; older feeds write 24 for midnight."""
    found = _SKIP_HOURS.search(text)
    return frozenset(int(hour) % 24 for hour in _HOUR.findall(found[1]) if int(hour) <= 24) if found else frozenset()


def _max_age_s(cache_control: str) -> int:
    """RFC 9111, 5.2.2.1."""
    found = _MAX_AGE.search(cache_control)
    return int(found[1]) if found else 0


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
    is_whole = is_long and not _CUT_OFF.search(body[-_END_CHARS:])
    return FeedEntry(article=article, is_whole=is_whole, guid=_line(entry.get("id")))


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
    told = [part for part in parts if not _NO_NAME.fullmatch(part)]
    return told[0] if told else None


def _line(value: object) -> str | None:
    return storable(one_line(value)) or None if isinstance(value, str) else None
