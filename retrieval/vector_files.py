"""Arrays in a folder, replaced all at once or not at all.

Each array lies in a file named by its digest, and is written only if it is not there yet; ``index.json`` names the
files that make up the index and is the only one that is ever replaced. So a save costs what is new, a process killed at
any moment leaves the last index whole, and a damaged file does not have the digest that is its name.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import IndexDamagedError, IndexMissingError, IndexUnwritableError

MANIFEST = "index.json"

GARBAGE_AGE_S = 3600.0
"""Files that no index names any more stay this long, for a process that is just opening the index before."""

_SUFFIX = ".bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArray:
    """Where an array lies: all that a manifest says of it.

    :param digest: BLAKE2b, names the file.
    :param crc: CRC-32 of the same bytes, which is ten times as fast to check.
    """

    digest: str
    crc: int
    dtype: str
    shape: tuple[int, ...]
    nbytes: int

    def to_json(self) -> dict[str, Any]:
        """As it stands in a manifest."""
        return asdict(self)

    @classmethod
    def from_json(cls, entry: Any) -> StoredArray:
        """:raises KeyError, TypeError: not what :meth:`to_json` made."""
        return cls(**{**entry, "shape": tuple(entry["shape"])})

    @property
    def file_name(self) -> str:
        """Name in the folder."""
        return self.digest + _SUFFIX


def write_array(folder: Path, array: NDArray[Any]) -> StoredArray:
    """Put an array on the disk, unless it is there.

    :raises IndexUnwritableError: the disk does not take it.
    """
    data = np.ascontiguousarray(array)
    content = _bytes_of(data)
    stored = StoredArray(
        digest=_digest(content), crc=zlib.crc32(content), dtype=data.dtype.str, shape=data.shape, nbytes=data.nbytes
    )
    if not is_there(folder, stored):
        _replace(folder / stored.file_name, content)
    return stored


def is_there(folder: Path, stored: StoredArray) -> bool:
    """Whether the array need not be written, by the name and length of its file."""
    try:
        return (folder / stored.file_name).stat().st_size == stored.nbytes
    except OSError:
        return False


def read_array(folder: Path, stored: StoredArray) -> NDArray[Any]:
    """Read an array and check it.

    :raises FileNotFoundError: gone; the index was replaced meanwhile, or is damaged.
    :raises IndexDamagedError: not what was written.
    """
    path = folder / stored.file_name
    data = np.fromfile(path, dtype=np.uint8)
    if zlib.crc32(data.data) != stored.crc:
        raise IndexDamagedError(path, detail="not what was written")
    array: NDArray[Any] = data.view(stored.dtype).reshape(stored.shape)
    return array


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Make the arrays that `content` names the index.

    :raises IndexUnwritableError: the disk does not take it; the index is as before.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    _replace(folder / MANIFEST, json.dumps({"digest": _digest(text.encode()), "content": text}).encode())
    _sync_folder(folder)


def read_manifest(folder: Path) -> dict[str, Any]:
    """:raises IndexMissingError: there is none. :raises IndexDamagedError: not what was written."""
    path = folder / MANIFEST
    try:
        read: Any = json.loads(path.read_bytes())
        text = read["content"]
        if _digest(text.encode()) != read["digest"]:
            raise IndexDamagedError(path, detail="not what was written")
        content: dict[str, Any] = json.loads(text)
    except FileNotFoundError as error:
        raise IndexMissingError(folder) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(path, detail=f"not readable: {error}") from error
    return content


def remove_garbage(folder: Path, *, keep: Collection[str], age_s: float = GARBAGE_AGE_S) -> None:
    """Remove files of former indexes and of saves that were cut short.

    :param keep: names of files that stay.
    """
    oldest = time.time() - age_s
    for path in folder.iterdir():
        if path.name in keep or path.name == MANIFEST or path.suffix not in {_SUFFIX, ".part"}:
            continue
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def _replace(path: Path, data: bytes | memoryview) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise IndexUnwritableError(path, detail=error.strerror or str(error)) from error


def _sync_folder(folder: Path) -> None:
    """Make renames last through a power cut; systems that cannot open a folder have no need of it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _bytes_of(data: NDArray[Any]) -> memoryview:
    return data.reshape(-1).view(np.uint8).data


def _digest(data: bytes | memoryview) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
