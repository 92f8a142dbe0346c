"""Drafts for tests: short invented articles, and texts of any length with a known likeness."""

from __future__ import annotations

import random
from typing import Any

from corpus import dedup
from corpus.types import Draft, PublicationTime

_WORDS = (
    "pasar beras kapal hujan warga jembatan sekolah petani harga kantor jalan listrik lurah bupati panen kopi "
    "ikan nelayan pelabuhan terminal kereta rumah sakit dokter guru murid buku taman sungai gunung desa kota pagi "
    "malam sore kabar rapat anggaran pajak proyek semen pasir besi kayu bambu lampu air bersih pompa sawah ladang "
    "kebun cabai bawang telur ayam sapi kambing pakan pupuk benih traktor mesin bengkel motor bus angkot halte "
    "trotoar lapangan bola wasit pelatih gol "
).split()


def text_of(seed: int, words: int = 60) -> str:
    """Words in an order that only `seed` gives, in sentences of ten."""
    generator = random.Random(seed)
    chosen = [generator.choice(_WORDS) for _ in range(words)]
    groups = [chosen[start : start + 10] for start in range(0, words, 10)]
    return "\n".join(" ".join(group).capitalize() + "." for group in groups)


def draft_of(body: str, **fields: Any) -> Draft:
    """A draft of Warta Nusa whose input is its fields."""
    given = {"id": None, "url": None, "title": "Kabar dari pasar", "source": "Warta Nusa", "day": "2022-02-24"} | fields
    sentences = tuple((number, line) for number, line in enumerate(body.split("\n")) if line)
    return Draft(
        id=given["id"],
        url=given["url"],
        title=given["title"],
        source=given["source"],
        published_at=PublicationTime.from_iso(given["day"]),
        body=body,
        sentences=given.get("sentences", sentences),
        input_hash=given.get("input_hash", dedup.input_hash(body, *map(str, given.values()))),
        content_hash=dedup.content_hash(body),
        signature=dedup.signature(body),
    )


BATCHES = 25
"""Batches of the load that tests of crashes repeat."""


def batch_of(number: int) -> list[Draft]:
    """Articles of a load: a new one, its near copy, one known by its address, a later version of an earlier one."""
    text = text_of(number, words=120)
    return [
        draft_of(text, id=f"baru-{number}"),
        draft_of(f"{text}\nLain.", id=f"salinan-{number}"),
        draft_of(text_of(1000 + number), url=f"https://warta.example/{number}"),
        draft_of(text_of(2000 + number), id=f"baru-{number // 2}", day="2022-02-25"),
    ]
