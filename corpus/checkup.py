"""Whether what the corpus stands on is well: database files, and room on the disk. Nothing here changes anything."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from corpus.database import connect, explained
from corpus.errors import NotAStoreError, StoreDamagedError
from corpus.schema import Schema, schema_of

LITTLE_ROOM_BYTES = 500_000_000
"""With less free space a load or a rebuild of the indexes may stop half way, whatever the size of the store."""

NO_ROOM_BYTES = 50_000_000
"""The write-ahead logs alone may need as much."""


class State(StrEnum):
    """What a check found.

    :cvar UNKNOWN: it could not be made, for instance without a network.
    """

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"
    UNKNOWN = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of one check.

    :param check: what was looked at, in one word or two.
    :param message: what was found, in plain words.
    :param mend: what to do about it; empty where all is well.
    """

    check: str
    state: State
    message: str
    mend: str = ""


def check_database(name: str, path: Path, schema: Schema, *, if_missing: str) -> Finding:
    """Open a database without the right to change it, and let SQLite look through its pages.

    :param name: of the finding. :param if_missing: what to do where it is not there.
    :raises StoreError: and its kinds, for what its error says best.
    """
    if not path.exists():
        return Finding(check=name, state=State.WARNING, message=f"there is no {path} yet", mend=if_missing)
    with explained(path), closing(connect(path, "ro")) as connection:
        version = schema_of(connection, path, schema)
        if version == 0:
            raise NotAStoreError(path)
        problems = [str(text) for (text,) in connection.execute("PRAGMA quick_check(1)")]
    if problems != ["ok"]:
        raise StoreDamagedError(path, problems[0])
    return judge_schema(name, path, found=version, known=schema.version)


def judge_schema(name: str, path: Path, *, found: int, known: int) -> Finding:
    """Say what a whole file's schema means.

    >>> judge_schema("store", Path("data/kutip.db"), found=2, known=3).message
    'data/kutip.db is whole, with schema 2; the next start brings it up to 3'
    """
    if found < known:
        message = f"{path} is whole, with schema {found}; the next start brings it up to {known}"
        return Finding(check=name, state=State.WARNING, message=message, mend="take a backup first: kutip backup FILE")
    return Finding(check=name, state=State.OK, message=f"{path} is whole, with schema {found}")


def check_disk(folder: Path) -> Finding:
    """Look at the room where a folder is, or would be made, and whether it may be written to."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        who = f"chown -R $(id -un) {place}, or name another folder in KUTIP_DATA_DIR"
        return Finding(check="disk", state=State.BROKEN, message=f"{place} cannot be written to", mend=who)
    held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.exists() else 0
    return judge_room(folder, free_bytes=shutil.disk_usage(place).free, held_bytes=held)


def judge_room(folder: Path, *, free_bytes: int, held_bytes: int) -> Finding:
    """Say whether the free room is enough for what is held: rebuilding the indexes, or a backup, takes it once again.

    >>> judge_room(Path("data"), free_bytes=2_000_000_000, held_bytes=900_000_000).state.value
    'ok'
    >>> judge_room(Path("data"), free_bytes=20_000_000, held_bytes=0).state.value
    'broken'
    """
    message = f"{free_bytes / 1e6:,.0f} MB free for {folder}, which holds {held_bytes / 1e6:,.0f} MB"
    if free_bytes < NO_ROOM_BYTES:
        return Finding(check="disk", state=State.BROKEN, message=message, mend="free some room; nothing can be stored")
    if free_bytes < max(LITTLE_ROOM_BYTES, held_bytes):
        mend = f"have {max(LITTLE_ROOM_BYTES, held_bytes) / 1e6:,.0f} MB free, for a rebuild of the indexes"
        return Finding(check="disk", state=State.WARNING, message=message, mend=mend)
    return Finding(check="disk", state=State.OK, message=message)
