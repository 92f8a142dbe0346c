"""Which format an input is in: what it was said to be, its name, what its beginning looks like."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath

from corpus.errors import InputError
from corpus.reading.tables import header_of


class Format(StrEnum):
    """The formats that :mod:`corpus.readers` reads."""

    TEXT = "text"
    HTML = "html"
    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    FEED = "feed"
    URLS = "urls"


_BY_SUFFIX = {
    **dict.fromkeys(("txt", "text", "md", "markdown"), Format.TEXT),
    **dict.fromkeys(("html", "htm", "xhtml", "shtml"), Format.HTML),
    **dict.fromkeys(("jsonl", "ndjson", "jsonlines"), Format.JSONL),
    "json": Format.JSON,
    **dict.fromkeys(("csv", "tsv", "tab"), Format.CSV),
    **dict.fromkeys(("xml", "rss", "atom", "rdf"), Format.FEED),
    "urls": Format.URLS,
}

# Names of files without articles: documents of other programs, media, archives, data; then source code and settings.
_BINARY_SUFFIX = re.compile(
    r"pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|epub|png|jpe?g|gif|webp|bmp|tiff?|ico|svg|mp[34]|avi|mov|mkv|wav|webm|ogg"
    r"|tar|tgz|bz2|xz|zst|7z|rar|exe|dll|so|bin|dat|db|sqlite|parquet|pickle|pkl|np[yz]|pyc|class|jar|woff2?|ttf"
)
_PROGRAM_SUFFIX = re.compile(r"py|js|ts|css|sh|bat|[ch]|java|sql|ya?ml|toml|ini|cfg|conf|log|lock|php|rb|go")

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "RIFF media"),
    (b"{\\rtf", "RTF document"),
    (b"\xd0\xcf\x11\xe0", "Office document"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"\x7fELF", "program"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ", "xz archive"),
    (b"\x28\xb5\x2f\xfd", "zstd archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"Rar!", "RAR archive"),
)

_BY_CONTENT_TYPE = (
    (re.compile(r"html"), Format.HTML),
    (re.compile(r"rss|atom|xml"), Format.FEED),
    (re.compile(r"ndjson|jsonl|json-?lines|json-seq"), Format.JSONL),
    (re.compile(r"json"), Format.JSON),
    (re.compile(r"csv|tab-separated"), Format.CSV),
)

# Atomic and possessive, so that a file of nothing but comments costs no more than its length.
_COMMENTS = r"(?:\s++|<!--(?>.*?-->)|<\?(?>.*?\?>))*+"
_HTML_PAGE = re.compile(rf"{_COMMENTS}<(?:!doctype\s+html|html|head|body|article)\b", re.IGNORECASE | re.DOTALL)
_FEED = re.compile(
    rf"{_COMMENTS}(?:<!doctype[^>\[]*(?:\[(?>.*?\]))?\s*>{_COMMENTS})?<(?:rss|feed|rdf:rdf)\b", re.I | re.DOTALL
)
_XML = re.compile(r"\s*<\?xml\b", re.IGNORECASE)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def parse_format(text: str) -> Format:
    """Read a format as typed: its name, or a suffix that stands for it.

    :raises InputError: unknown.

    >>> parse_format(".ndjson")
    <Format.JSONL: 'jsonl'>
    """
    name = text.strip().lower().removeprefix(".")
    if name in _BY_SUFFIX:
        return _BY_SUFFIX[name]
    try:
        return Format(name)
    except ValueError:
        raise InputError(text, f"unknown format, known are {', '.join(Format)}") from None


def suffix_of(name: str) -> str:
    """Suffix of a file name, lower case, without its dot."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower().removeprefix(".")


def refused_by_name(name: str) -> str | None:
    """Say what kind of file a name promises, if it is none that holds articles.

    >>> refused_by_name("laporan.pdf"), refused_by_name("berita.txt")
    ('pdf', None)
    """
    suffix = suffix_of(name)
    return suffix if _BINARY_SUFFIX.fullmatch(suffix) else None


def is_program(name: str) -> bool:
    """Whether a name is that of source code, settings or a log: text, but no article."""
    return _PROGRAM_SUFFIX.fullmatch(suffix_of(name)) is not None


def binary_kind(head: bytes) -> str | None:
    """Say what a file is that holds no text, by its first bytes.

    >>> binary_kind(b"%PDF-1.7 ...")
    'PDF'
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[257:262] == b"ustar":
        return "tar archive"
    return "zero bytes" if b"\0" in head else None


def guess_format(name: str, sample: str, content_type: str = "") -> Format:
    """Tell the format of a text.

    The content decides where it is unmistakable (a page, a feed, a list of addresses), else the name, else the server's
    word, else the content again.

    :param name: file name or path of an address.
    :param sample: beginning of the text.
    :param content_type: of an HTTP answer.

    >>> guess_format("kirim", '{"judul": "Banjir surut", "isi": "..."}')
    <Format.JSON: 'json'>
    """
    by_name = _BY_SUFFIX.get(suffix_of(name))
    if by_name not in (Format.CSV, Format.JSON, Format.JSONL):
        unmistakable = _markup(sample) or (Format.URLS if is_address_list(sample) else None)
        if unmistakable:
            return unmistakable
    if by_name:
        return Format.JSON if by_name is Format.JSONL and sample.lstrip().startswith("[") else by_name
    by_type = next((kind for pattern, kind in _BY_CONTENT_TYPE if pattern.search(content_type.lower())), None)
    return by_type or _by_content(sample)


def is_address_list(sample: str) -> bool:
    """Whether each line, but for empty ones and ``#`` remarks, is an http(s) address; the last may be cut off."""
    lines = [line.strip() for line in sample.splitlines()]
    told = [line for line in lines if line and not line.startswith("#")]
    return bool(told) and all(_ADDRESS.fullmatch(line) for line in told)


def _markup(sample: str) -> Format | None:
    if not sample.lstrip().startswith("<"):
        return None
    if _FEED.match(sample):
        return Format.FEED
    if _HTML_PAGE.match(sample):
        return Format.HTML
    return Format.FEED if _XML.match(sample) else None


def _by_content(sample: str) -> Format:
    if _JSON.match(sample):
        return Format.JSON
    if sample.lstrip().startswith("<"):
        return Format.HTML
    return Format.CSV if header_of(sample) else Format.TEXT
