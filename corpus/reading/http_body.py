"""The body of an HTTP answer, decompressed piece by piece, never more of it in memory than is allowed."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from corpus.errors import FetchError
from corpus.types import Reason

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"


class BodyReader:
    """Reads one body.

    :param encoding: the Content-Encoding header.
    :param max_bytes: of the body after decompression.
    """

    def __init__(self, encoding: str, *, max_bytes: int) -> None:
        self._encoding = encoding.strip().lower()
        self._max_bytes = max_bytes
        self._body = bytearray()
        self._inflater: zlib._Decompress | None = None
        self._held = b""

    async def read(self, pieces: AsyncIterator[bytes], content_length: str | None = None) -> bytes:
        """Read to the end.

        :param content_length: the header; a body announced as too large is not read at all.
        :raises FetchError: too large, cut off, or in an encoding that was not asked for.
        """
        is_compressed = self._encoding in ("gzip", "x-gzip", "deflate")
        if not is_compressed and self._encoding not in ("", "identity"):
            raise FetchError("", Reason.UNREADABLE, f"content-encoding {self._encoding[:40]}")
        if content_length and content_length.isdecimal() and int(content_length) > self._max_bytes:
            raise FetchError("", Reason.TOO_BIG, f"{content_length} bytes")
        async for piece in pieces:
            if is_compressed:
                self._add_compressed(piece)
            else:
                self._add(piece)
        if self._inflater and not self._inflater.eof:
            raise FetchError("", Reason.BROKEN_FILE, "the compressed answer ends early")
        return bytes(self._body)

    def _add(self, data: bytes) -> None:
        self._body += data
        if len(self._body) > self._max_bytes:
            raise FetchError("", Reason.TOO_BIG, f"more than {self._max_bytes >> 20} MB")

    def _add_compressed(self, piece: bytes) -> None:
        piece, self._held = self._held + piece, b""
        while piece:
            if self._inflater is None or (self._inflater.eof and piece.startswith(_GZIP_MAGIC)):
                # gzip allows one stream after another
                self._inflater = zlib.decompressobj(_RAW_DEFLATE if self._is_raw(piece) else _GZIP_OR_ZLIB)
            if self._inflater.eof:
                self._held = piece if piece == _GZIP_MAGIC[:1] else b""  # the next piece may begin a stream with it
                return  # what follows the end is no part of the body
            try:
                # One byte more than allowed, so that what is too large is noticed before it is held.
                self._add(self._inflater.decompress(piece, self._max_bytes - len(self._body) + 1))
            except zlib.error as error:
                raise FetchError("", Reason.BROKEN_FILE, str(error)) from error
            piece = self._inflater.unused_data

    def _is_raw(self, piece: bytes) -> bool:
        """Whether a "deflate" body lacks the zlib header that the standard asks for and some servers leave out."""
        return self._encoding == "deflate" and piece[0] & 0x0F != zlib.DEFLATED
