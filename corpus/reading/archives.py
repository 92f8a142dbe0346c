"""A stream of bytes -> the documents in it: itself, or what a ``.gz`` or ``.zip`` holds.

Archives are read as streams and one level deep: a ``.gz`` or ``.zip`` in a ``.zip``, but none in that. What may come
out of a named archive is limited: :data:`MAX_RATIO` times its own size once that is more than :data:`FREE_BYTES`, and
:data:`MAX_EXPANDED_BYTES` in all. Nothing is ever written, so a member's path can do no harm; members whose path leaves
the archive are refused all the same, since such an archive was made to do harm.
"""

from __future__ import annotations

import errno
import gzip
import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol

from corpus.reading.fields import storable
from corpus.reading.formats import refused_by_name, suffix_of
from corpus.types import Reason, Rejection

HEAD_BYTES = 65_536
"""Beginning of a stream by which its format and encoding are told."""

MAX_RATIO = 200
"""Expanded bytes for each byte of the archive: news in gzip is 3 to 10, the format allows 1,032."""

FREE_BYTES = 16 * 2**20
"""Expanded bytes below which the ratio is not asked: small files of repeated text compress well too."""

MAX_EXPANDED_BYTES = 64 * 2**30
"""Expanded bytes of one named archive, all its members and layers together."""

MAX_ARCHIVE_LAYERS = 2

STREAM_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What reading a file or an archive's member may raise; zipfile raises the last two for what it cannot undo."""

_JUNK = frozenset(("__MACOSX", "Thumbs.db", "desktop.ini"))
_READ_ME = re.compile(r"readme(?:\.\w+)?", re.IGNORECASE)
GZIP_MAGIC = b"\x1f\x8b"
# Python gives what 4 KiB of the other methods hold in one piece: gigabytes, maybe (bzip2 of zeros: 1 to a million).
_READ_IN_PIECES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A stream of bytes that may hold articles; to be read before the next is asked for.

    :param origin: in words for people: ``berita/a.txt``, ``arsip.zip/a.txt``, an address.
    :param name: by whose suffix the format is told.
    :param head: beginning of the stream, which still is in the stream too; at most :data:`HEAD_BYTES`.
    :param url: where it was fetched from.
    :param content_type: of the HTTP answer.
    """

    origin: str
    name: str
    stream: BinaryIO
    head: bytes
    url: str | None = None
    content_type: str = ""


class ArchiveBombError(OSError):
    """An archive expands to far more than its size."""


class Source(Protocol):
    """Something to read bytes from."""

    def read(self, size: int, /) -> bytes | None:
        """Read up to `size` bytes; none at the end."""


def open_stream(source: Source, *, name: str, origin: str, max_bytes: int) -> Iterator[Document | Rejection]:
    """Open a named stream: as a document, or each document of an archive.

    :param max_bytes: of an archive that cannot be sought in, since it comes through a pipe or lies in another one; it
        is held in memory.
    """
    return _Opener(max_bytes).opened(source, name, origin, layers=0)


def is_passed_over(name: str) -> bool:
    """Whether a file beside articles is none: a hidden one, one of an operating system, or a README."""
    return name.startswith(".") or name in _JUNK or _READ_ME.fullmatch(name) is not None


def why_unreadable(error: BaseException, origin: str) -> Rejection:
    """Say why a file or stream could not be read, or not to its end."""
    if isinstance(error, ArchiveBombError):
        return Rejection(origin=origin, reason=Reason.ARCHIVE_BOMB, detail=str(error))
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Rejection(origin=origin, reason=Reason.NOT_FOUND)
    if isinstance(error, OSError) and error.errno is not None:
        reason = Reason.NOT_FOUND if error.errno == errno.ENAMETOOLONG else Reason.UNREADABLE
        return Rejection(origin=origin, reason=reason, detail=os.strerror(error.errno))
    reason = Reason.UNREADABLE if isinstance(error, RuntimeError) else Reason.BROKEN_FILE
    return Rejection(origin=origin, reason=reason, detail=storable(str(error))[:120])


class _Opener:
    """Opens the layers of one named stream under one budget."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._compressed = 0
        self._expanded = 0

    def opened(self, source: Source, name: str, origin: str, *, layers: int) -> Iterator[Document | Rejection]:
        stream = io.BufferedReader(_Counted(source, self._spend if layers else self._read), HEAD_BYTES)
        try:
            head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
        except STREAM_ERRORS as error:
            yield why_unreadable(error, origin)
            return
        is_zip = head.startswith(_ZIP)
        kind = refused_by_name(name)
        if not head:
            yield Rejection(origin=origin, reason=Reason.EMPTY)
        elif kind:
            yield Rejection(origin=origin, reason=Reason.BINARY, detail=f"{kind} file")
        elif not (is_zip or head.startswith(GZIP_MAGIC)):
            yield _plain(stream, head, name, origin)
        elif layers >= MAX_ARCHIVE_LAYERS:
            yield Rejection(origin=origin, reason=Reason.ARCHIVE_BOMB, detail="archives three deep")
        elif is_zip:
            yield from self._zip(_seekable(source), stream, origin, layers=layers + 1)
        else:
            inner_name = re.sub(r"\.gz(?:ip)?$", "", name, flags=re.IGNORECASE)
            yield from self.opened(gzip.GzipFile(fileobj=stream), inner_name, origin, layers=layers + 1)

    def _read(self, count: int) -> None:
        self._compressed += count

    def _spend(self, count: int) -> None:
        self._expanded += count
        if self._is_spent:
            raise ArchiveBombError(f"expands to more than {MAX_RATIO} times its size")

    @property
    def _is_spent(self) -> bool:
        limit = min(MAX_EXPANDED_BYTES, max(FREE_BYTES, MAX_RATIO * self._compressed))
        return self._expanded > limit

    def _zip(
        self, file: BinaryIO | None, stream: BinaryIO, origin: str, *, layers: int
    ) -> Iterator[Document | Rejection]:
        try:
            if file is None:
                data = stream.read(self._max_bytes + 1)
                if len(data) > self._max_bytes:
                    yield Rejection(origin=origin, reason=Reason.TOO_BIG, detail="an archive that is not a file")
                    return
                file = io.BytesIO(data)
            if layers == 1:
                self._compressed = file.seek(0, io.SEEK_END)
            archive = zipfile.ZipFile(file)
        except (*STREAM_ERRORS, ValueError) as error:
            yield why_unreadable(error, origin)
            return
        with archive:
            yield from self._members(archive, origin, layers=layers)

    def _members(self, archive: zipfile.ZipFile, origin: str, *, layers: int) -> Iterator[Document | Rejection]:
        members = [
            member
            for member in sorted(archive.infolist(), key=lambda member: member.filename)
            if not member.is_dir() and not any(map(is_passed_over, _parts_of(member.filename)))
        ]
        if any(member.filename in ("[Content_Types].xml", "mimetype") for member in members):
            yield Rejection(origin=origin, reason=Reason.BINARY, detail="Office document")
            return
        if not members:
            yield Rejection(origin=origin, reason=Reason.EMPTY)
        for number, member in enumerate(members):
            if self._is_spent:
                detail = f"{len(members) - number} of its {len(members)} files were not read"
                yield Rejection(origin=origin, reason=Reason.ARCHIVE_BOMB, detail=detail)
                return
            yield from self._member(archive, member, f"{origin}/{storable(member.filename)}", layers=layers)

    def _member(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, origin: str, *, layers: int
    ) -> Iterator[Document | Rejection]:
        if _leaves_archive(member):
            yield Rejection(origin=origin, reason=Reason.UNSAFE_PATH, detail="a path out of the archive")
            return
        if member.flag_bits & 1:
            yield Rejection(origin=origin, reason=Reason.UNREADABLE, detail="encrypted")
            return
        if member.compress_type not in _READ_IN_PIECES:
            yield Rejection(origin=origin, reason=Reason.UNREADABLE, detail="compressed neither by deflate nor at all")
            return
        try:
            file = archive.open(member)
        except (*STREAM_ERRORS, ValueError) as error:
            yield why_unreadable(error, origin)
            return
        with file:
            yield from self.opened(file, PurePosixPath(member.filename).name, origin, layers=layers)


class _Counted(io.RawIOBase):
    """A source as a raw stream, its bytes counted.

    The first piece is read whole, that the format can be told from a pipe too; what fails behind its beginning fails at
    the next piece, that the beginning is read all the same.
    """

    def __init__(self, source: Source, count: Callable[[int], None]) -> None:
        # read1 gives what one step yields; read would lose that where the next step fails.
        self._read: Callable[[int], bytes | None] = getattr(source, "read1", source.read)
        self._count = count
        self._is_first = True
        self._failed: BaseException | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._failed:
            raise self._failed
        filled = self._piece(buffer, 0)
        if self._is_first:
            self._is_first = False
            while 0 < filled < len(buffer):
                try:
                    more = self._piece(buffer, filled)
                except STREAM_ERRORS as error:
                    self._failed = error
                    break
                if not more:
                    break
                filled += more
        return filled

    def _piece(self, buffer: bytearray | memoryview, start: int) -> int:
        data = self._read(len(buffer) - start) or b""
        self._count(len(data))
        buffer[start : start + len(data)] = data
        return len(data)


def _plain(stream: BinaryIO, head: bytes, name: str, origin: str) -> Document | Rejection:
    suffix = suffix_of(name)
    if suffix in ("gz", "gzip", "zip"):
        return Rejection(origin=origin, reason=Reason.BROKEN_FILE, detail=f"its content is not {suffix}")
    return Document(origin=origin, name=name, stream=stream, head=head)


def _seekable(source: Source) -> io.FileIO | io.BytesIO | None:
    """The source where it is cheap to jump about in; gzip and zip members only pretend."""
    return source if isinstance(source, io.FileIO | io.BytesIO) and source.seekable() else None


def _parts_of(path: str) -> list[str]:
    return [part for part in re.split(r"[/\\]", path) if part not in ("", ".", "..")]


def _leaves_archive(member: zipfile.ZipInfo) -> bool:
    path = member.filename.replace("\\", "/")
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    return is_link or path.startswith("/") or ".." in path.split("/") or re.match(r"[A-Za-z]:", path) is not None
