"""Feeds and pages of invented portals, as several test files serve them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOW = datetime(2025, 6, 10, 3, 0, tzinfo=UTC)

SENTENCES = (
    "Warga Desa Sukamaju memanen {0} ton padi organik pada awal musim kemarau tahun ini.",
    "Kepala desa Suryati mengatakan hasil panen ke-{0} itu naik dua kali lipat dibanding tahun lalu.",
    "Panen berikutnya diperkirakan berlangsung pada bulan Oktober di lahan seluas {0} hektare.",
)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        """The present."""
        return self.moment

    def advance(self, **length: float) -> None:
        """Let time pass; as for ``timedelta``."""
        self.moment += timedelta(**length)


def text(number: int) -> str:
    """The body of an article."""
    return " ".join(SENTENCES).format(number)


def entry(number: int, link: str | None, *, whole: bool = True, **changes: str) -> str:
    """One entry; a whole one holds the article more than once over, as feeds that give all do."""
    body = " ".join(text(number + 1000 * part) for part in range(5)) if whole else "Panen naik."
    parts = {
        "title": f"Panen ke-{number} di Sukamaju",
        "guid": f"warta-{number}",
        "pubDate": "Tue, 10 Jun 2025 08:15:00 +0700",
        "source": "Warta Nusa",
        "description": f"<![CDATA[<p>{body}</p>]]>",
    }
    parts |= {"link": link} if link else {}
    parts |= changes
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in parts.items())}</item>"


def feed(*entries: str, about: str = "") -> str:
    """A feed."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>Warta Nusa</title>{about}{''.join(entries)}</channel></rss>"
    )


def page(number: int) -> str:
    """The page of an article."""
    paragraphs = "".join(f"<p>{sentence.format(number)}</p>" for sentence in SENTENCES)
    return (
        f"<html><head><title>Panen ke-{number}</title><meta property='og:site_name' content='Warta Nusa'>"
        "<meta property='article:published_time' content='2025-06-10T08:15:00+07:00'></head>"
        f"<body><article><h1>Panen ke-{number} di Sukamaju</h1>{paragraphs}</article></body></html>"
    )
