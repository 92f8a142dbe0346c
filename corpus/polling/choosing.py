"""Which entries of a feed are to be loaded, and how they are known again. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from corpus.polling.records import SeenEntry, Wanted
from corpus.reading.feeds import FeedEntry
from corpus.reading.inputs import Link
from corpus.storing.urls import url_key
from corpus.types import RawArticle, Reason, Rejection

MOST_TRIES = 8
"""For an entry whose page fails: with the waits doubling from five minutes this is most of a day."""

FIRST_WAIT = timedelta(minutes=5)

MOST_LOADS = 4
"""An entry that says something else is loaded again so often, and no more: some feeds never say the same twice."""

_PASSING = frozenset({Reason.TIMEOUT, Reason.UNREACHABLE, Reason.HTTP_STATUS, Reason.BROKEN_FILE, Reason.FUTURE_DATE})
"""Reasons that may be gone later. A page that is not there yet is met too, so 404 is one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedEntry:
    """An entry of a feed with all that it is known by.

    :param keys: the address first, where there is one.
    :param text_hash: of what it says, its dates left out.
    """

    entry: FeedEntry
    keys: tuple[str, ...]
    text_hash: str


def keyed(entries: Iterable[FeedEntry], feed_id: str) -> list[KeyedEntry]:
    """Find the keys of the entries of a feed; of those that share one only the first stays.

    The address tells articles apart in all feeds. A feed's own id does in that feed alone, and only together with the
    headline: some programs number the entries of each document anew, or give all of them the address of the site.
    """
    found: list[KeyedEntry] = []
    met: set[str] = set()
    for entry in entries:
        keys = _keys(entry, feed_id)
        if met.isdisjoint(keys):
            found.append(KeyedEntry(entry=entry, keys=keys, text_hash=_text_hash(entry)))
        met.update(keys)
    return found


def choose(
    entries: Sequence[KeyedEntry], known: Mapping[str, SeenEntry], stored_urls: Collection[str], now: datetime
) -> list[Wanted]:
    """Those entries that are to be loaded now, in their order.

    That is an entry that was not met before; one that failed and whose wait is over; and, a few times, one that says
    something else than it did, be it in the article itself or, where that is elsewhere, in its headline. A date that
    changes is no news.

    :param known: what is remembered, by key.
    :param stored_urls: addresses of articles that the store has: their pages need not be fetched.
    """
    wanted: list[Wanted] = []
    for entry in entries:
        seen = next((known[key] for key in entry.keys if key in known), None)
        if seen is None:
            is_new = entry.entry.is_whole or entry.entry.article.url not in stored_urls
            tries = 0
        elif seen.again_at is not None:
            is_new, tries = seen.again_at <= now, seen.tries
        else:
            is_new, tries = seen.text_hash != entry.text_hash and seen.tries < MOST_LOADS, seen.tries
        if is_new:
            wanted.append(Wanted(keys=entry.keys, text_hash=entry.text_hash, item=_item(entry.entry), tries=tries))
    return wanted


def waiting(entries: Sequence[KeyedEntry], known: Mapping[str, SeenEntry]) -> list[datetime]:
    """When entries of a feed that failed are to be tried again."""
    moments = (known[key].again_at for entry in entries for key in entry.keys[:1] if key in known)
    return [moment for moment in moments if moment is not None]


def seen_after(wanted: Wanted, problems: Sequence[Rejection], now: datetime) -> list[SeenEntry]:
    """What is to be remembered of an entry that was loaded, under each of its keys.

    :param problems: why nothing came of it; none if something did.
    """
    tries = wanted.tries + 1
    is_passing = any(problem.reason in _PASSING and not _is_gone(problem) for problem in problems)
    again_at = now + FIRST_WAIT * 2 ** (tries - 1) if is_passing and tries < MOST_TRIES else None
    first = SeenEntry(key=wanted.keys[0], text_hash=wanted.text_hash, tries=tries, again_at=again_at)
    return [replace(first, key=key) for key in wanted.keys]


def _is_gone(problem: Rejection) -> bool:
    """Whether the server says that a page will never be back (RFC 9110, 15.5.11)."""
    return problem.reason is Reason.HTTP_STATUS and problem.detail.startswith("410")


def _item(entry: FeedEntry) -> RawArticle | Link:
    if entry.is_whole or entry.article.url is None:
        return entry.article
    return Link(url=entry.article.url, known=entry.article)


def _keys(entry: FeedEntry, feed_id: str) -> tuple[str, ...]:
    article = entry.article
    address = url_key(article.url) if article.url else None
    # An entry without either is known by what it says.
    name = (entry.guid or article.body) if address is None else entry.guid
    keys = [_digest("address", address)] if address else []
    keys += [_digest("entry", feed_id, name, article.title or "")] if name else []
    return tuple(keys) or (_digest("title", feed_id, article.title or ""),)


def _text_hash(entry: FeedEntry) -> str:
    return _digest(entry.article.title or "", entry.article.body if entry.is_whole else "")


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
