"""Reading as the tests need it: everything that inputs give, in a list."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

from corpus.readers import ReadOptions, read
from corpus.reading.web import Web
from corpus.settings import CorpusSettings
from corpus.types import RawArticle, Reason, Rejection

BODY = "Air surut di Demak. Warga pulang."


async def read_all(
    *names: Path | str, web: Web | None = None, max_file_mb: int = 20, **options: object
) -> list[RawArticle | Rejection]:
    """All that is read of the inputs named; `options` are those of :class:`ReadOptions`."""
    settings = CorpusSettings(_env_file=None, max_file_mb=max_file_mb)
    reading = read([str(name) for name in names], options=ReadOptions(**options), settings=settings, web=web)
    async with aclosing(reading):
        return [entry async for entry in reading]


async def read_bytes(folder: Path, name: str, data: bytes | str, **options: object) -> list[RawArticle | Rejection]:
    """What is read of a file with this content."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return await read_all(path, **options)


def bodies(entries: list[RawArticle | Rejection]) -> list[str]:
    """Bodies of the articles, in order."""
    return [entry.body for entry in entries if isinstance(entry, RawArticle)]


def refusals(entries: list[RawArticle | Rejection], folder: Path | None = None) -> list[tuple[str, Reason]]:
    """Where and why something was rejected, in order; paths below the folder."""
    prefix = f"{folder}/" if folder else ""
    return [(entry.origin.removeprefix(prefix), entry.reason) for entry in entries if isinstance(entry, Rejection)]
