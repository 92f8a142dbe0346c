"""Rows of JSONL inputs for tests: one valid article of an invented paper, changed where a test wants it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BODY = (
    "Warga Desa Sukamaju memanen 12 ton padi organik pada awal musim kemarau tahun ini. "
    "Kepala desa Suryati mengatakan hasil itu naik dua kali lipat dibanding tahun lalu. "
    "Panen berikutnya diperkirakan berlangsung pada bulan Oktober."
)


def row(**fields: Any) -> dict[str, Any]:
    """One valid article as a JSONL row, with some fields changed; None leaves a field out."""
    full = {
        "id": "a1",
        "title": "Panen Padi Organik di Sukamaju",
        "source": "Warta Nusa",
        "url": "https://wartanusa.example/panen",
        "published_at": "2024-06-03T08:15:00+07:00",
        "body": BODY,
    } | fields
    return {name: value for name, value in full.items() if value is not None}


def write_rows(path: Path, *rows: dict[str, Any]) -> str:
    """Write rows as JSONL and return the name to load."""
    path.write_text("".join(json.dumps(entry) + "\n" for entry in rows), encoding="utf-8")
    return str(path)
