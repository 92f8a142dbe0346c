"""Every error of Kutip that a person can mend. They carry data; :mod:`corpus.wording` puts it into words.

::

    KutipError
    ├── SettingsError            a setting is missing or wrong
    ├── StoreError
    │   ├── StoreBusyError       another process is writing
    │   ├── StoreFullError       no room on the disk
    │   ├── StoreDamagedError    SQLite says that the file is broken
    │   ├── StoreLostError       the connection to the database was lost, or cannot be made
    │   ├── NotAStoreError       the file is some other database, or no database
    │   └── NewerStoreError      written by a later version of Kutip
    ├── BackupError              a backup cannot be written, or is not one
    ├── FetchError               an address cannot be fetched
    └── InputError               what was named on the command line is not usable at all
"""

from __future__ import annotations

from pathlib import Path

from corpus.types import Reason


class KutipError(Exception):
    """Root of all errors that a person can mend."""


class SettingsError(KutipError):
    """:param name: the setting, as in the environment. :param problem: what is wrong with it."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class StoreError(KutipError):
    """:param path: the store's file, or the address of its database without the password."""

    def __init__(self, path: Path | str, detail: str = "") -> None:
        super().__init__(f"{path}: {detail}" if detail else str(path))
        self.path = path
        self.detail = detail


class StoreBusyError(StoreError):
    """Another process held the write lock longer than the time-out."""


class StoreFullError(StoreError):
    """The disk is full; nothing of the current transaction was written."""


class StoreDamagedError(StoreError):
    """SQLite reports a malformed file."""


class StoreLostError(StoreError):
    """There is no connection to the database, or it broke; whether the last transaction was written is not known."""


class NotAStoreError(StoreError):
    """The file exists but is not a store of Kutip."""


class NewerStoreError(StoreError):
    """:param found: schema version of the file. :param known: the newest that this program knows."""

    def __init__(self, path: Path | str, *, found: int, known: int) -> None:
        super().__init__(path, f"schema {found}, known {known}")
        self.found = found
        self.known = known


class BackupError(KutipError):
    """:param path: the backup file. :param problem: why it cannot be written or used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class InputError(KutipError):
    """:param name: the argument. :param problem: why nothing can be done with it."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class FetchError(KutipError):
    """:param url: the address, without a password. :param reason: what kind of failure. :param detail: "404", "5 s".

    :param retry_after_s: how long the server asks not to be asked again; 0 if it does not say.
    """

    def __init__(self, url: str, reason: Reason, detail: str = "", *, retry_after_s: float = 0.0) -> None:
        super().__init__(f"{url}: {reason}: {detail}" if detail else f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.detail = detail
        self.retry_after_s = retry_after_s
