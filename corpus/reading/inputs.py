"""What is named on the command line -> documents: files, folders, archives, standard input, addresses."""

from __future__ import annotations

import errno
import io
import os
import re
import select
import stat
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from corpus.reading.addresses import without_password
from corpus.reading.archives import GZIP_MAGIC, Document, is_passed_over, open_stream, why_unreadable
from corpus.storing.urls import MAX_ADDRESS_CHARS
from corpus.types import RawArticle, Reason, Rejection

_STDIN_WAIT_S = 0.25

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address to fetch.

    :param known: what the place that named it says of the article there, or None.
    """

    url: str
    known: RawArticle | None = None

    @property
    def origin(self) -> str:
        """The address in words for people, without a password."""
        return without_password(self.url[:MAX_ADDRESS_CHARS])


def open_inputs(
    names: Sequence[str], *, max_bytes: int, stop: threading.Event
) -> Iterator[Document | Link | Rejection]:
    """Open what is named, one after another; folders recursively, in the order of their names.

    A symbolic link is followed where it is named itself. Within a folder it is not: what it points to in the folder is
    read anyway, and one that leaves the folder is rejected. Hidden files are passed over.

    :param names: paths, http(s) addresses, ``-`` for standard input.
    :param max_bytes: of an archive that is not a file of its own.
    :param stop: set, from another thread, to end the wait for standard input.
    """
    for name in names:
        if name == "-":
            yield from open_stream(_StandardInput(stop), name="-", origin="-", max_bytes=max_bytes)
        elif _SCHEME.match(name):
            yield Link(url=name)
        else:
            yield from _path(name, max_bytes)


def open_page(
    body: bytes, *, origin: str, url: str, content_type: str, max_bytes: int
) -> Iterator[Document | Rejection]:
    """Open what was fetched: the page itself, or the documents of an archive.

    :param url: where it was found in the end.
    """
    name = PurePosixPath(re.split(r"[?#]", url, maxsplit=1)[0]).name
    if not body.startswith(GZIP_MAGIC):
        name = name.removesuffix(".gz")  # many servers send a .gz file as a compressed answer
    for entry in open_stream(io.BytesIO(body), name=name, origin=origin, max_bytes=max_bytes):
        yield replace(entry, url=url, content_type=content_type) if isinstance(entry, Document) else entry


def _path(name: str, max_bytes: int) -> Iterator[Document | Rejection]:
    origin = _shown(name)
    if "\0" in name:
        yield Rejection(origin=origin, reason=Reason.NOT_FOUND)
        return
    path = Path(name)
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
        root = path.resolve()
    except OSError as error:
        yield why_unreadable(error, origin)
        return
    yield from _folder(path, root, max_bytes) if is_folder else _file(path, max_bytes)


def _folder(folder: Path, root: Path, max_bytes: int) -> Iterator[Document | Rejection]:
    ways = [_entries(folder)]  # no recursion: folders can be nested deeper than Python's stack
    is_empty = True
    while ways:
        entry = next(ways[-1], None)
        if entry is None:
            ways.pop()
            continue
        is_empty = False
        if isinstance(entry, Rejection):
            yield entry
        elif entry.is_symlink():
            yield from _link(entry, root)
        elif entry.is_dir():
            ways.append(_entries(entry))
        elif entry.is_file():
            yield from _file(entry, max_bytes)
        else:
            yield Rejection(origin=_shown(entry), reason=Reason.UNREADABLE, detail="no regular file")
    if is_empty:
        yield Rejection(origin=_shown(folder), reason=Reason.EMPTY)


def _entries(folder: Path) -> Iterator[Path | Rejection]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        yield why_unreadable(error, _shown(folder))
        return
    yield from (entry for entry in entries if not is_passed_over(entry.name))


def _link(link: Path, root: Path) -> Iterator[Rejection]:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        is_loop = isinstance(error, RuntimeError) or error.errno == errno.ELOOP
        reason = Reason.UNSAFE_PATH if is_loop else Reason.NOT_FOUND
        yield Rejection(origin=_shown(link), reason=reason, detail="a link that leads nowhere")
        return
    if not target.is_relative_to(root):
        yield Rejection(origin=_shown(link), reason=Reason.UNSAFE_PATH, detail="a link out of the folder")


def _file(path: Path, max_bytes: int) -> Iterator[Document | Rejection]:
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        yield why_unreadable(error, _shown(path))
        return
    with file:
        yield from open_stream(file, name=path.name, origin=_shown(path), max_bytes=max_bytes)


def _shown(path: Path | str) -> str:
    """A path as text, also where its bytes are no UTF-8 or no name at all."""
    return os.fsencode(path).decode("utf-8", errors="replace").replace("\0", "\ufffd")


class _StandardInput:
    """Standard input, whose wait for more can be ended: a thread that waits in a read can not."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def read(self, size: int, /) -> bytes:
        while not self._stop.is_set():
            ready, _, _ = select.select([0], [], [], _STDIN_WAIT_S)
            if ready:
                return os.read(0, size)
        return b""
