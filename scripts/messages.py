"""The wording of every error on the command line: what happened, and how to mend it."""

from __future__ import annotations

from functools import singledispatch
from pathlib import Path

from corpus.errors import (
    BackupError,
    InputError,
    KutipError,
    NewerStoreError,
    NotAStoreError,
    SettingsError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreLostError,
)


@singledispatch
def describe(error: KutipError) -> str:
    """One line for people: the problem, then the mend.

    >>> describe(SettingsError("KUTIP_TIMEZONE", "unknown time zone 'Mars'"))
    "the setting KUTIP_TIMEZONE is wrong: unknown time zone 'Mars'; mend it in the environment or in .env."
    """
    return str(error)


@describe.register
def _(error: SettingsError) -> str:
    return f"the setting {error.name} is wrong: {error.problem}; mend it in the environment or in .env."


@describe.register
def _(error: StoreError) -> str:
    if isinstance(error.path, Path) and not error.path.exists():
        return f"there is no store at {error.path} yet; load some articles first: kutip load PATH."
    return f"the store {error.path} cannot be used: {error.detail}."


@describe.register
def _(error: StoreBusyError) -> str:
    return f"another process is writing to {error.path}; wait until it has finished, then run this again."


@describe.register
def _(error: StoreFullError) -> str:
    return f"the disk is full; {error.path} is intact up to the last batch. Free some room, then run this again."


@describe.register
def _(error: StoreLostError) -> str:
    return f"the database {error.path} cannot be reached ({error.detail}); check KUTIP_DATABASE_URL and the server."


@describe.register
def _(error: StoreDamagedError) -> str:
    return f"the store {error.path} is damaged ({error.detail}); put a backup in its place: kutip restore FILE."


@describe.register
def _(error: NotAStoreError) -> str:
    if isinstance(error.path, str):
        return f"{error.path} is not a store of Kutip ({error.detail}); name another database in KUTIP_DATABASE_URL."
    return f"{error.path} is not a store of Kutip; name another folder in KUTIP_DATA_DIR or move that file away."


@describe.register
def _(error: NewerStoreError) -> str:
    return (
        f"{error.path} was written by a later version of Kutip (schema {error.found}, this one knows {error.known}); "
        "update Kutip."
    )


@describe.register
def _(error: BackupError) -> str:
    return f"{error.path}: {error.problem}"


@describe.register
def _(error: InputError) -> str:
    return f"{error.name}: {error.problem}"
