"""Whether the files of a tantivy index are what tantivy wrote, which the Python package cannot ask tantivy for.

Each file of a segment ends with a footer: JSON with the CRC-32 of all before it, the footer's length, and a magic
number (tantivy 0.27, index format 7).
"""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

_FOOTER_END = struct.Struct("<II")
_MAGIC = 1337
_CHUNK_BYTES = 1 << 22
_TRIES = 5
# Positions and stored values are written even where no field has any.
_KINDS = ("term", "idx", "pos", "store", "fast", "fieldnorm")


def damage_of(folder: Path) -> str:
    """Read every file of an index once.

    :param folder: with a ``meta.json``.
    :return: what is wrong, in a few words, or "".
    """
    problem = ""
    for _ in range(_TRIES):
        try:
            listed = (folder / "meta.json").read_bytes()
            meta: Any = json.loads(listed)
            names = [name for segment in meta["segments"] for name in _files_of(segment)]
        except (OSError, ValueError, KeyError, TypeError) as error:
            return f"meta.json is not readable: {error}"
        problem = next((problem for name in names if (problem := _problem_of(folder / name))), "")
        # A writer may have merged segments and removed their files since the list was read.
        if not problem or (folder / "meta.json").read_bytes() == listed:
            break
    return problem


def _problem_of(path: Path) -> str:
    try:
        return "" if _is_whole(path) else f"{path.name} is not what was written"
    except OSError as error:
        return f"{path.name}: {error.strerror}"
    except (ValueError, KeyError, TypeError):
        return f"{path.name} has no readable footer"


def _files_of(segment: Any) -> list[str]:
    stem = str(segment["segment_id"]).replace("-", "")
    names = [f"{stem}.{kind}" for kind in _KINDS]
    if segment["deletes"]:
        names.append(f"{stem}.{segment['deletes']['opstamp']}.del")
    return names


def _is_whole(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size < _FOOTER_END.size:
            return False
        file.seek(size - _FOOTER_END.size)
        footer_size, magic = _FOOTER_END.unpack(file.read())
        left = size - _FOOTER_END.size - footer_size
        if magic != _MAGIC or left < 0:
            return False
        file.seek(left)
        footer: Any = json.loads(file.read(footer_size))
        file.seek(0)
        crc = 0
        while left > 0:
            chunk = file.read(min(left, _CHUNK_BYTES))
            if not chunk:
                return False
            crc = zlib.crc32(chunk, crc)
            left -= len(chunk)
    return bool(crc == footer["crc"])
