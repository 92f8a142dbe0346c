"""Made-up days of news for tests of stories and digests."""

from __future__ import annotations

import zlib
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from corpus.types import Article, PublicationTime, Sentence
from retrieval.stems import words_of
from retrieval.stories import Dispatch

ZONE = ZoneInfo("Asia/Jakarta")

FLOOD = (
    "Banjir merendam ratusan rumah di Kampung Melati akibat luapan Sungai Cisanti.",
    "Petugas mengevakuasi warga Kampung Melati dengan perahu karet sejak dini hari.",
    "Ketinggian air Sungai Cisanti di Kampung Melati mencapai dua meter.",
)
MATCH = (
    "Persatuan Garuda Muda mengalahkan Elang Laut dengan skor tiga kosong di Stadion Kencana.",
    "Pelatih Garuda Muda memuji para pemain setelah laga melawan Elang Laut di Stadion Kencana.",
    "Gol kemenangan Garuda Muda atas Elang Laut dicetak penyerang berusia delapan belas tahun.",
)
RICE = (
    "Harga beras medium naik menjadi lima belas ribu rupiah per kilogram di pasar induk.",
    "Pedagang pasar induk mengeluhkan pasokan beras medium yang berkurang dari petani.",
    "Dinas perdagangan menggelar pasar murah beras medium untuk menahan kenaikan harga.",
)


def vectors_of(texts: list[str]) -> NDArray[np.float16]:
    """(texts, 64) float16: texts with the same words lie close together."""
    rows = np.zeros((len(texts), 64))
    for row, text in enumerate(texts):
        for word in words_of(text):
            rows[row] += np.random.default_rng(zlib.crc32(word.encode())).normal(size=64)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float16)


def dispatch(
    number: int, title: str, texts: tuple[str, ...], *, source: str = "Warta Nusa", when: str = "2025-06-10T08:00"
) -> Dispatch:
    """An article with a number of its own."""
    article = Article(
        id=f"a{number}",
        title=title,
        source=source,
        published_at=PublicationTime.from_moment(datetime.fromisoformat(when).replace(tzinfo=ZONE)),
        body="\n".join(texts),
        url=f"https://berita.example/{number}",
        version=number,
    )
    sentences = [
        Sentence(article_id=article.id, version=number, position=place, paragraph=place, text=text)
        for place, text in enumerate(texts)
    ]
    return Dispatch(article=article, sentences=sentences, vectors=vectors_of(list(texts)))


def told_by(
    first_number: int, texts: tuple[str, ...], *sources: str, title: str, when: str = "2025-06-10T08:00"
) -> list[Dispatch]:
    """The same story by several outlets, each beginning with another of its sentences."""
    return [
        dispatch(first_number + place, title, texts[place % 3 :] + texts[: place % 3], source=source, when=when)
        for place, source in enumerate(sources)
    ]
