"""Files that people and the bot sent."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from typing import Any

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
"""Telegram gives bots no larger file (Bot API, getFile)."""

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
"""Telegram takes no larger file from bots (Bot API, sendDocument)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in a request."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file on the server; `size` may be pretended to be larger than the content."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    content: bytes
    size: int

    def ids(self) -> dict[str, Any]:
        """The fields that each file-like object of the Bot API has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class FileStore:
    """All files by their ids."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, content: bytes, name: str, *, folder: str, size: int | None = None) -> StoredFile:
        """Keep a file.

        :param folder: where Telegram would put it: documents, photos, voice, stickers.
        """
        number = len(self._by_id)
        digest = hashlib.sha256(f"{number}\n{name}".encode() + content).hexdigest()
        suffix = "." + name.rpartition(".")[2] if "." in name else ""
        file = StoredFile(
            file_id=f"BQACAgUAAx0{digest[:40]}",
            unique_id=f"AgAD{digest[40:50]}",
            path=f"{folder}/file_{number}{suffix}",
            name=name,
            mime_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            content=content,
            size=len(content) if size is None else size,
        )
        self._by_id[file.file_id] = file
        self._by_path[file.path] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """Find by id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """Find by the path that getFile gave."""
        return self._by_path.get(path)
