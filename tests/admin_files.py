"""Articles of an invented portal as the files that an admin may send."""

from __future__ import annotations

import io
import json
import zipfile


def article(number: int, *, title: str = "Warga Tirtamulya Panen Jagung") -> dict[str, str]:
    """A row of a file, each number another article."""
    return {
        "title": f"{title} {number}",
        "date": "2025-06-10",
        "source": "Warta Nusa",
        "url": f"https://wartanusa.example/{title.replace(' ', '-').lower()}/{number}",
        "body": f"Kelompok tani nomor {number} di Tirtamulya memanen {number} ton jagung pada musim ini. "
        f"Ketua kelompok, Bapak Sarman ke-{number}, menyebut hasil itu naik dibandingkan musim sebelumnya.",
    }


def text_file(number: int) -> bytes:
    """The same as a text with header lines."""
    row = article(number, title="Koperasi Sukaraya Buka Gerai")
    lines = (f"Judul: {row['title']}", "Tanggal: 10 Juni 2025", "Sumber: Warta Nusa", f"URL: {row['url']}", "")
    return "\n".join((*lines, row["body"])).encode()


def csv_file(number: int) -> bytes:
    """The same as a table."""
    row = article(number, title="Pasar Lembayung Ramai")
    return "\n".join((",".join(row), ",".join(f'"{value}"' for value in row.values()))).encode()


def jsonl_file(*numbers: int) -> bytes:
    """The same as rows of JSON."""
    return "\n".join(json.dumps(article(number)) for number in numbers).encode()


def zip_file(number: int) -> bytes:
    """A text in an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("berita/satu.txt", text_file(number))
    return packed.getvalue()


def page(number: int) -> bytes:
    """The same as a page of a portal."""
    row = article(number, title="Jalan Muara Kencana Diperbaiki")
    about = {
        "@type": "NewsArticle",
        "headline": row["title"],
        "datePublished": "2025-06-10T08:00:00+07:00",
        "publisher": {"name": row["source"]},
    }
    return (
        f"<html><head><title>{row['title']}</title><script type='application/ld+json'>{json.dumps(about)}</script>"
        f"</head><body><article><h1>{row['title']}</h1><p>{row['body']}</p><p>{row['body'][::-1]}</p></article>"
        "</body></html>"
    ).encode()
