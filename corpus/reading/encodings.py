"""Bytes -> text: what the input says of itself, then UTF-8, then what the bytes look like."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from typing import BinaryIO

SAMPLE_BYTES = 16_384
"""Bytes that an encoding is guessed from: charset-normalizer needs about 40 ms for these, 2 s for a megabyte."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Encodings that a page may name. Python knows more, among them some that are no encodings of text ("idna", "hex").
_KNOWN = re.compile(
    r"(?:utf-?8|(?:windows|cp)-?125\d|iso-?8859-?\d{1,2}|latin-?1|us-ascii|ascii|macintosh|koi8-[ru]|tis-620"
    r"|big5|gb2312|gbk|gb18030|shift[_-]?jis|euc-(?:jp|kr)|utf-16(?:-?[lb]e)?)"
)

# The signs beyond ASCII that Western text is typed with: quotes, dashes, ellipsis, bullet, degrees, currency, accents.
# Where all others are absent, this tells more than statistics over a few odd bytes.
_PLAUSIBLE = "€…‘’“”•–—™\xa0£§©«®°·»ÀÁÄÅÇÈÉÑÓÖÜßàáâãäåçèéêëíîïñóôõöøúûü"
_PLAUSIBLE_BYTES = {name: frozenset(_PLAUSIBLE.encode(name)) for name in ("cp1252", "mac_roman")}

# Those that Indonesian text or the text of its neighbours is met in; the detector also knows those of mainframes.
_DETECTED = (
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1256", "cp1258", "koi8_r", "tis_620", "iso8859_2", "cp437", "cp850"),
    *("big5", "gb18030", "shift_jis", "euc_jp", "euc_kr", "cp1252", "mac_roman"),
)


def bom_encoding(data: bytes) -> str | None:
    """Name the encoding whose byte order mark `data` begins with.

    >>> bom_encoding("berita".encode("utf-16"))
    'utf-16'
    """
    return next((name for mark, name in _BOMS if data.startswith(mark)), None)


def wide_encoding(head: bytes) -> str | None:
    """Name the encoding if it has two or four bytes a character, so that lines cannot be found in the bytes.

    Without a mark, UTF-16 shows by zeros in every second byte of mostly Latin text.
    """
    marked = bom_encoding(head)
    if marked:
        return marked if marked != "utf-8-sig" else None
    half = len(head) // 2
    if half < 2:  # one character proves nothing
        return None
    even_zeros, odd_zeros = head[0 : 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd_zeros > 0.7 * half and even_zeros < 0.05 * half:
        return "utf-16-le"
    if even_zeros > 0.7 * half and odd_zeros < 0.05 * half:
        return "utf-16-be"
    return None


def decode(data: bytes, *, declared: str | None = None) -> str | None:
    r"""Decode a whole text.

    Valid UTF-8 wins over what a page declares, since other encodings hardly ever form it by chance. Text that is UTF-8
    but for a few broken bytes keeps the rest, with U+FFFD in their place.

    :param declared: the encoding named by a header or meta tag.
    :return: the text without a byte order mark, or None where no encoding fits.

    >>> decode(b"harga \x93naik\x94")
    'harga “naik”'
    """
    named = bom_encoding(data) or wide_encoding(data[:SAMPLE_BYTES])
    if named:
        return data.decode(named, errors="replace").removeprefix("\ufeff")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return _mended_utf8(data) or _as_declared(data, declared) or _as_detected(data)


class RowDecoder:
    """Decodes the rows of one file, remembering what an odd row was found to be written in."""

    def __init__(self) -> None:
        self._other: str | None = None

    def decode(self, row: bytes) -> str | None:
        """:return: the text of the row, or None where no encoding fits."""
        try:
            return row.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError:
            mended = _mended_utf8(row)
        if mended is not None:
            return mended
        if self._other is not None:
            try:
                return row.decode(self._other)
            except UnicodeDecodeError:
                pass
        self._other = detect(row) or self._other
        return _strictly(row, self._other) if self._other else None


def detect(data: bytes) -> str | None:
    """Guess the encoding of text that is not UTF-8, from a window around the first byte beyond ASCII.

    :return: a codec that decodes the window, or None.
    """
    start = next((i for i, byte in enumerate(data) if byte >= 0x80), 0)
    sample = data[max(0, start - SAMPLE_BYTES // 4) :][:SAMPLE_BYTES]
    odd = {byte for byte in sample if byte >= 0x80}
    for name, plausible in _PLAUSIBLE_BYTES.items():
        if odd <= plausible and not _has_controls(sample):
            return name
    from charset_normalizer import from_bytes  # heavy, and seldom needed

    best = from_bytes(sample, cp_isolation=list(_DETECTED)).best()
    return best.encoding if best else None


def as_utf8(stream: BinaryIO, encoding: str) -> BinaryIO:
    """Turn a stream of another encoding into one of UTF-8, piece by piece.

    :param encoding: undecodable bytes become U+FFFD.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return io.BufferedReader(_Converted(stream, lambda data: decoder.decode(data, final=not data)))


def with_line_feeds(stream: BinaryIO) -> BinaryIO:
    """Turn the bare carriage returns of a file from an old Macintosh program into line feeds."""
    return io.BufferedReader(_Converted(stream, lambda data: data.replace(b"\r", b"\n").decode("latin-1"), "latin-1"))


class _Converted(io.RawIOBase):
    def __init__(self, stream: BinaryIO, convert: Callable[[bytes], str], encoding: str = "utf-8") -> None:
        self._stream = stream
        self._convert = convert
        self._encoding = encoding
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest and not self._ended:
            data = self._stream.read(len(buffer))
            self._ended = not data
            self._rest = self._convert(data).encode(self._encoding, errors="replace")
        piece, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _mended_utf8(data: bytes) -> str | None:
    """UTF-8 with a few broken bytes: at least four whole characters beyond ASCII for each broken place."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    beyond_ascii = sum(char > "\x7f" for char in text)
    return text if beyond_ascii - broken >= 4 * broken else None


def _as_declared(data: bytes, declared: str | None) -> str | None:
    name = (declared or "").strip().strip("\"'").lower()
    if not _KNOWN.fullmatch(name):
        return None
    if re.fullmatch(r"iso-?8859-?1|latin-?1|us-ascii|ascii", name):
        name = "cp1252"  # what the web means by these, https://encoding.spec.whatwg.org/#names-and-labels
    return _strictly(data, name)


def _as_detected(data: bytes) -> str | None:
    encoding = detect(data)
    if encoding is None:
        return None
    # The window decoded; a stray byte far behind it must not lose the text.
    text = data.decode(encoding, errors="replace")
    return text if text.count("\ufffd") <= len(text) // 1000 else None


def _has_controls(sample: bytes) -> bool:
    return any(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in sample)
