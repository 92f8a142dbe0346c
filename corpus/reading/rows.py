"""A stream of bytes -> rows: lines of text, or the values of a JSON file, never more than one row in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from corpus.reading.encodings import RowDecoder
from corpus.types import Reason

_PIECE_BYTES = 65_536

_OUTSIDE_STRING = re.compile(rb'["{}\[\],]')
_INSIDE_STRING = re.compile(rb'["\\]')
_BETWEEN_VALUES = re.compile(rb"[\s,]*")

# {"status": "ok", "total": 38, "articles": [{... : the list of articles behind any number of plain values.
_WRAPPED_LIST = re.compile(
    rb"\s*\{\s*(?:\"[^\"\\]*\"\s*:\s*(?:\"(?:[^\"\\]|\\.)*+\"|[-+.\dA-Za-z]++)\s*,\s*)*+"
    rb"\"(?:articles?|artikel|berita|news|data|items|results|rows|posts|entries|docs|documents|records|hits)\"\s*:\s*\[(?=\s*\{)"
)
_NAME = re.compile(rb"\"([^\"\\]*)\"\s*:")
_ARRAY = re.compile(rb"\s*\[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file.

    :param number: from 1.
    :param text: with its line end, or None where it cannot be had.
    :param problem: why not.
    """

    number: int
    text: str | None
    problem: Reason = Reason.UNKNOWN_ENCODING


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a JSON file, cut out but not understood.

    :param line: on which it begins, from 1.
    :param text: None where it cannot be had.
    :param problem: why not, or, with a text, that the file ends within it.
    """

    line: int
    text: str | None
    problem: Reason | None = None


def text_lines(stream: BinaryIO, *, max_bytes: int) -> Iterator[Line]:
    """Read a stream line by line; each is decoded by itself, so that one odd line does not spoil the others.

    :param stream: in an encoding whose line feeds are single bytes.
    :param max_bytes: a longer line is passed over.
    """
    decoder = RowDecoder()
    number = 0
    while data := stream.readline(max_bytes + 1):
        number += 1
        if len(data) > max_bytes:
            while not data.endswith(b"\n") and (data := stream.readline(_PIECE_BYTES)):
                pass
            yield Line(number=number, text=None, problem=Reason.TOO_BIG)
        else:
            yield Line(number=number, text=decoder.decode(data))


def list_start(head: bytes) -> tuple[int, list[str]]:
    """Find the array of a JSON file's rows: the file itself, or the list in ``{"status": "ok", "articles": [...]}``.

    :param head: beginning of the file.
    :return: bytes up to behind the bracket, 0 for no array; and the names that an object has before it.

    >>> list_start(b'{"status": "ok", "articles": [{"isi": "..."}]}')
    (30, ['status', 'articles'])
    """
    match = _ARRAY.match(head) or _WRAPPED_LIST.match(head)
    if not match:
        return 0, []
    return match.end(), [name.decode("utf-8", errors="replace") for name in _NAME.findall(match.group())]


def json_values(stream: BinaryIO, *, array_at: int, max_bytes: int) -> Iterator[Value]:
    """Cut a JSON file into the values that are its rows.

    :param stream: in an encoding that keeps the bytes of ASCII.
    :param array_at: where the elements of an array begin, of :func:`list_start`; 0 for values one after another.
    :param max_bytes: a longer value is passed over.
    """
    yield from _Cutter(stream, max_bytes=max_bytes, in_array=array_at > 0).values(array_at)


class _Cutter:
    """Finds the ends of values by brackets and quotes alone, so that a broken value does not hide the next."""

    def __init__(self, stream: BinaryIO, *, max_bytes: int, in_array: bool) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._in_array = in_array
        self._decoder = RowDecoder()
        self._buffer = bytearray()
        self._scanned = 0
        self._depth = 0
        self._in_string = False
        self._line = 1
        self._overlong = False

    def values(self, skip: int) -> Iterator[Value]:
        """:param skip: bytes of the stream before the first value."""
        while len(self._buffer) < skip and self._read_on():
            pass
        self._drop(skip)
        while self._skip_between():
            if self._in_array and self._buffer[0] == ord("]"):
                return
            line = self._line
            complete = self._find_end()
            value = self._value(line, complete)
            self._drop(self._scanned)
            self._depth, self._in_string, self._overlong = 0, False, False
            yield value
            if value.problem is Reason.BROKEN_FILE:
                return
        if self._in_array:
            yield Value(line=self._line, text=None, problem=Reason.BROKEN_FILE)

    def _value(self, line: int, complete: bool) -> Value:
        if self._overlong or self._scanned > self._max_bytes:
            return Value(line=line, text=None, problem=Reason.TOO_BIG)
        text = self._decoder.decode(bytes(self._buffer[: self._scanned]))
        if text is None:
            return Value(line=line, text=None, problem=Reason.UNKNOWN_ENCODING)
        ended_within = not complete and (self._depth > 0 or self._in_string)
        return Value(line=line, text=text, problem=Reason.BROKEN_FILE if ended_within else None)

    def _read_on(self) -> bool:
        data = self._stream.read(_PIECE_BYTES)
        self._buffer += data
        return bool(data)

    def _drop(self, count: int) -> None:
        self._line += self._buffer.count(b"\n", 0, count)
        del self._buffer[:count]
        self._scanned = 0

    def _skip_between(self) -> bool:
        """Move to the first byte of the next value; False at the end of the stream."""
        while True:
            match = _BETWEEN_VALUES.match(self._buffer)
            self._drop(match.end() if match else 0)
            if self._buffer:
                return True
            if not self._read_on():
                return False

    def _find_end(self) -> bool:
        """Scan to the end of the value at the start of the buffer; False where the stream ends first."""
        while True:
            if self._scan_buffer():
                return True
            if len(self._buffer) > self._max_bytes:
                self._overlong = True
                self._drop(self._scanned)
            if not self._read_on():
                self._scanned = len(self._buffer)
                return False

    def _scan_buffer(self) -> bool:
        """Go through what was read; True where the value ends, at `_scanned`."""
        while True:
            pattern = _INSIDE_STRING if self._in_string else _OUTSIDE_STRING
            match = pattern.search(self._buffer, self._scanned)
            if not match:
                self._scanned = len(self._buffer)
                return False
            sign, after = match.group(), match.end()
            if sign == b"\\":
                if after >= len(self._buffer):
                    self._scanned = match.start()
                    return False
                self._scanned = after + 1
            elif sign == b'"':
                self._in_string = not self._in_string
                self._scanned = after
            elif self._is_end(sign, match.start()):
                return True

    def _is_end(self, sign: bytes, at: int) -> bool:
        """Count brackets; whether the value ends here, `_scanned` set behind its last byte."""
        self._scanned = at + 1
        if sign in b"{[":
            self._depth += 1
            return False
        if sign in b"}]":
            if self._depth == 0 and sign == b"]" and self._in_array:
                self._scanned = at
                return True
            self._depth = max(0, self._depth - 1)
            return self._depth == 0 and not self._in_array
        if self._depth == 0:
            self._scanned = at
            return True
        return False
