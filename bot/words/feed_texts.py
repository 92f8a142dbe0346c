"""What the admins read about feeds. Plain text, Indonesian."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.words.admin_texts import duration, rejection
from bot.words.markup import MAX_UNITS, tidy, utf16_units
from bot.words.texts import number
from corpus.dating.spelled_dates import short_day
from corpus.errors import FetchError
from corpus.polling.records import Feed
from corpus.polling.schedule import BROKEN_AFTER
from corpus.reading.feeds import FeedResult
from corpus.types import Rejection

HOW = (
    "Umpan (RSS atau Atom) diperiksa berkala, dan artikel barunya langsung dimuat.\n\n"
    "/umpan untuk melihat daftarnya\n"
    "/umpan tambah URL untuk menambahkan\n"
    "/umpan hapus URL untuk berhenti memeriksa\n"
    "/umpan periksa URL untuk melihat isinya tanpa memuat"
)
NONE = "Belum ada umpan."
KNOWN_ALREADY = "Umpan itu sudah ada di daftar."
UNKNOWN = "Umpan itu tidak ada di daftar. Lihat /umpan."
NOT_POLLED_YET = "belum diperiksa"

SHOWN_FEEDS = 40
"""Feeds that the list names at most, as far as a message holds them."""

MOREOVER = 60
"""Letters kept free for how many feeds are left out."""

SHOWN_TITLES = 3


def listed(feeds: Sequence[Feed], zone: ZoneInfo) -> str:
    """All feeds, the broken ones first."""
    if not feeds:
        return f"{NONE}\n\n{HOW}"
    ordered = sorted(feeds, key=lambda feed: feed.broken_since is None)
    head = f"{number(len(feeds))} umpan:"
    room = MAX_UNITS - utf16_units(f"{head}\n\n{HOW}") - MOREOVER
    told: list[str] = []
    for feed in ordered[:SHOWN_FEEDS]:
        entry = "\n".join(_lines(feed, zone))
        room -= utf16_units(entry) + 2
        if room < 0:
            break
        told.append(entry)
    left = len(feeds) - len(told)
    return "\n\n".join([head, *told, *([f"dan {number(left)} umpan lain"] if left else []), HOW])


def _lines(feed: Feed, zone: ZoneInfo) -> list[str]:
    if feed.broken_since is not None:
        state = f"⚠️ gagal sejak {_when(feed.broken_since, zone)} ({tidy(feed.problem or '')})"
    elif feed.polled_at is None:
        state = NOT_POLLED_YET
    else:
        every = duration(feed.interval_s)
        state = f"diperiksa {_when(feed.polled_at, zone)}, tiap {every}; {number(feed.articles)} artikel"
    return [*([tidy(feed.title)] if feed.title else []), tidy(feed.url), state]


def added(feed: Feed, result: FeedResult) -> str:
    """A feed is on the list now."""
    return f"Umpan ditambahkan, dan artikelnya segera dimuat:\n\n{_about(feed.url, result)}"


def checked(url: str, result: FeedResult) -> str:
    """What a feed holds."""
    return _about(url, result)


def _about(url: str, result: FeedResult) -> str:
    entries, document = result.entries, result.document
    whole = sum(entry.is_whole for entry in entries)
    lines = [tidy(document.title) if document and document.title else tidy(url)]
    lines.append(f"{number(len(entries))} entri, {number(whole)} di antaranya artikel utuh")
    if result.moved_to:
        lines.append(f"Alamatnya sudah pindah ke {tidy(result.moved_to)}")
    titles = [entry.article.title for entry in entries[:SHOWN_TITLES] if entry.article.title]
    return "\n".join([*lines, *(f"• {tidy(title)}" for title in titles)])


def failed(error: FetchError) -> str:
    """A feed cannot be fetched, or is none."""
    return rejection(Rejection(origin=error.url, reason=error.reason, detail=error.detail))


def removed(feed: Feed) -> str:
    """A feed is polled no more."""
    return f"Umpan ini tidak diperiksa lagi; artikelnya tetap ada:\n\n{tidy(feed.name)}"


def broken(feed: Feed, zone: ZoneInfo) -> str:
    """Told once when a feed has been broken for days."""
    since = _when(feed.broken_since, zone) if feed.broken_since else ""
    return (
        f"⚠️ Umpan ini sudah lebih dari {BROKEN_AFTER.days} hari gagal diperiksa, sejak {since}:\n\n"
        f"{tidy(feed.name)}\n{tidy(feed.url)}\n{tidy(feed.problem or '')}\n\n"
        f"Masih terus dicoba. Kalau alamatnya sudah tidak dipakai: /umpan hapus {tidy(feed.url)}"
    )


def well_again(feed: Feed) -> str:
    """Told once when a feed that was reported is well again."""
    return f"✅ Umpan ini sudah bisa diperiksa lagi:\n\n{tidy(feed.name)}"


def _when(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{short_day(local.date())} {local:%H.%M}"
