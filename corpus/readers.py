"""Documents -> raw articles: one function a format, and :func:`read`, which reads all that is named.

A new format is one function here and a name in :class:`corpus.reading.formats.Format`. Whatever is wrong with an
input becomes a rejection that says where and why; nothing stops the rest.
"""

from __future__ import annotations

import json
import re
import threading
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from email.message import Message
from typing import TYPE_CHECKING, Any

from corpus.reading.archives import HEAD_BYTES, STREAM_ERRORS, Document, why_unreadable
from corpus.reading.encodings import as_utf8, decode, wide_encoding, with_line_feeds
from corpus.reading.fields import FieldMap, field_key, storable, web_address
from corpus.reading.formats import Format, binary_kind, guess_format, is_program, parse_format, suffix_of
from corpus.reading.inputs import Link, open_inputs
from corpus.reading.plain_text import read_plain_text
from corpus.reading.rows import Line, json_values, list_start, text_lines
from corpus.reading.tables import best_header, records
from corpus.types import RawArticle, Reason, Rejection

if TYPE_CHECKING:
    from corpus.reading.web import Web
    from corpus.settings import CorpusSettings

Item = RawArticle | Rejection | Link
"""What a document gives: articles, what is wrong, and addresses where there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a load reads what is named.

    :param format: name or suffix of the format of everything named; told from each input where it is None.
    :param source: publisher of articles that name none; used by :mod:`corpus.prepare`.
    :param date: publication time of articles that name none, as typed; used by :mod:`corpus.prepare`.
    :param field_map: names of fields in JSON and CSV, as ``{"body": "kolom_isi"}``.
    :raises InputError: the format or a field is unknown.
    """

    format: str | None = None
    source: str | None = None
    date: str | None = None
    field_map: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reading(max_bytes=1)

    def reading(self, *, max_bytes: int) -> Reading:
        """The part that the functions of the formats need."""
        chosen = parse_format(self.format) if self.format else None
        return Reading(format=chosen, fields=FieldMap.parse(self.field_map), max_bytes=max_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How documents are read.

    :param format: of every document, or None to tell it from each.
    :param max_bytes: of a row, or of a document that is read whole.
    """

    format: Format | None
    fields: FieldMap
    max_bytes: int


async def read(
    names: Sequence[str], *, options: ReadOptions, settings: CorpusSettings, web: Web | None
) -> AsyncGenerator[RawArticle | Rejection]:
    """Read all that is named: files, folders, archives, addresses, ``-`` for standard input.

    Rows are streamed, so that memory does not grow with the size of an input. Leave the iteration early only through
    ``contextlib.aclosing``, which closes what is open.

    :param web: for addresses; None rejects those named, and takes feeds as they are.
    """
    from corpus.reading.following import follow

    reading = options.reading(max_bytes=settings.max_file_mb * 2**20)
    stop = threading.Event()
    entries = open_inputs(names, max_bytes=reading.max_bytes, stop=stop)
    async with aclosing(follow(read_entries(entries, reading), reading=reading, web=web, stop=stop)) as followed:
        async for item in followed:
            yield item


def read_entries(entries: Iterator[Document | Link | Rejection], reading: Reading) -> Iterator[Item]:
    """Read documents one after another; what is no document goes through."""
    for entry in entries:
        if isinstance(entry, Document):
            yield from read_document(entry, reading)
        else:
            yield entry


def read_document(document: Document, reading: Reading) -> Iterator[Item]:
    """Read one document in whatever format it is."""
    wide = wide_encoding(document.head)
    if wide:
        stream = as_utf8(document.stream, wide)
        sample = document.head[: len(document.head) // 4 * 4].decode(wide, errors="replace")
        document = replace(document, stream=stream, head=sample.encode()[:HEAD_BYTES])
    elif document.head.startswith(BOM_UTF8):
        document.stream.read(len(BOM_UTF8))
        document = replace(document, head=document.head[len(BOM_UTF8) :])
    kind = binary_kind(document.head)
    if kind:
        yield Rejection(origin=document.origin, reason=Reason.BINARY, detail=kind)
        return
    if is_program(document.name) and reading.format is None:
        detail = f".{suffix_of(document.name)}"
        yield Rejection(origin=document.origin, reason=Reason.UNKNOWN_FORMAT, detail=detail)
        return
    if b"\r" in document.head and b"\n" not in document.head:
        head = document.head.replace(b"\r", b"\n")
        document = replace(document, stream=with_line_feeds(document.stream), head=head)
    chosen = reading.format or guess_format(document.name, _sample(document.head), document.content_type)
    try:
        yield from READERS[chosen](document, reading)
    except STREAM_ERRORS as error:
        yield why_unreadable(error, document.origin)


def read_jsonl(document: Document, reading: Reading) -> Iterator[Item]:
    """JSON Lines: an object a line."""
    is_empty = True
    for line in text_lines(document.stream, max_bytes=reading.max_bytes):
        if line.text is None:
            yield Rejection(origin=f"{document.origin}:{line.number}", reason=line.problem)
        elif line.text.strip():
            yield from _json_row(line.text, f"{document.origin}:{line.number}", reading)
        else:
            continue
        is_empty = False
    if is_empty:
        yield Rejection(origin=document.origin, reason=Reason.EMPTY)


def read_json(document: Document, reading: Reading) -> Iterator[Item]:
    """JSON: an array, an object with a list of articles, one article, or JSON Lines under another name."""
    if _is_json_lines(document.head):
        yield from read_jsonl(document, reading)
        return
    array_at, names_before = list_start(document.head)
    if any(field_key(name) in reading.fields.names_of_body() for name in names_before):
        array_at = 0  # an article that has a list among its fields
    is_empty = True
    for value in json_values(document.stream, array_at=array_at, max_bytes=reading.max_bytes):
        is_empty = False
        origin = f"{document.origin}:{value.line}"
        if value.text is None or value.problem:
            yield Rejection(origin=origin, reason=value.problem or Reason.BROKEN_ROW, detail="")
        else:
            yield from _json_row(value.text, origin, reading)
    if is_empty:
        yield Rejection(origin=document.origin, reason=Reason.EMPTY)


def read_csv(document: Document, reading: Reading) -> Iterator[Item]:
    """CSV or TSV with names in the first row, separated by comma, semicolon, tab or bar."""
    lines = text_lines(document.stream, max_bytes=reading.max_bytes)
    first = next((line for line in lines if line.text is None or _is_told(line.text)), None)
    if first is None or first.text is None:
        yield Rejection(origin=document.origin, reason=first.problem if first else Reason.EMPTY)
        return
    header = best_header(first.text)
    names = {field_key(name) for name in header.names}
    if not names.intersection(reading.fields.names_of_body()):
        detail = f"no column with the text among: {', '.join(header.names)[:120]}"
        yield Rejection(origin=document.origin, reason=Reason.UNKNOWN_FORMAT, detail=detail)
        return
    is_empty = True
    for record in records(lines, header, max_row_chars=reading.max_bytes):
        is_empty = False
        origin = f"{document.origin}:{record.number}"
        if record.broken:
            yield Rejection(origin=origin, reason=record.broken, detail=record.detail)
        else:
            yield reading.fields.article(record.cells, origin)
    if is_empty:
        yield Rejection(origin=document.origin, reason=Reason.EMPTY)


def read_text(document: Document, reading: Reading) -> Iterator[Item]:
    """Plain text or Markdown, one article a file."""
    text = _whole_text(document, reading)
    if isinstance(text, Rejection):
        yield text
        return
    is_markdown = suffix_of(document.name) in ("md", "markdown")
    article = read_plain_text(text, origin=document.origin, is_markdown=is_markdown)
    if article.body:
        yield article if article.url else replace(article, url=document.url)
    else:
        yield Rejection(origin=document.origin, reason=Reason.EMPTY)


def read_html(document: Document, reading: Reading) -> Iterator[Item]:
    """An HTML page."""
    from corpus.reading.page import read_page

    data = _whole(document, reading)
    if isinstance(data, Rejection):
        yield data
    else:
        yield read_page(data, origin=document.origin, url=document.url, charset=_charset(document))


def read_feed(document: Document, reading: Reading) -> Iterator[Item]:
    """An RSS or Atom feed; entries with no more than a summary lead to their page."""
    from corpus.reading.feeds import parse_feed

    data = _whole(document, reading)
    if isinstance(data, Rejection):
        yield data
        return
    entries = parse_feed(data, origin=document.origin, url=document.url, charset=_charset(document))
    if not entries:
        reason = Reason.NOT_A_FEED if entries is None else Reason.EMPTY
        yield Rejection(origin=document.origin, reason=reason)
    for entry in entries or ():
        if entry.is_whole or entry.article.url is None:
            yield _told(entry.article)
        else:
            yield Link(url=entry.article.url, known=entry.article)


def read_urls(document: Document, reading: Reading) -> Iterator[Item]:
    """A list of addresses, one a line; lines that begin with ``#`` are remarks."""
    is_empty = True
    for line in text_lines(document.stream, max_bytes=reading.max_bytes):
        text = (line.text or "").strip()
        if line.text is not None and (not text or text.startswith("#")):
            continue
        is_empty = False
        yield _listed(document.origin, line, text)
    if is_empty:
        yield Rejection(origin=document.origin, reason=Reason.EMPTY)


READERS: Mapping[Format, Callable[[Document, Reading], Iterator[Item]]] = {
    Format.TEXT: read_text,
    Format.HTML: read_html,
    Format.JSONL: read_jsonl,
    Format.JSON: read_json,
    Format.CSV: read_csv,
    Format.FEED: read_feed,
    Format.URLS: read_urls,
}

_LIST_KEYS = frozenset(
    ("articles", "article", "artikel", "berita", "news", "data", "items", "results", "posts", "hits", "docs")
)


def _json_row(text: str, origin: str, reading: Reading) -> Iterator[Item]:
    try:
        row = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        yield Rejection(origin=origin, reason=Reason.BROKEN_ROW, detail=f"{error.msg} (column {error.colno})")
        return
    except (ValueError, RecursionError) as error:
        yield Rejection(origin=origin, reason=Reason.BROKEN_ROW, detail=storable(str(error))[:120])
        return
    if isinstance(row, str) and web_address(row.strip()):
        yield Link(url=row.strip())
    elif isinstance(row, dict):
        yield from _objects(row, origin, reading)
    else:
        yield Rejection(origin=origin, reason=Reason.BROKEN_ROW, detail=f"no object: {storable(text.strip())[:40]}")


def _objects(row: Mapping[str, Any], origin: str, reading: Reading) -> Iterator[Item]:
    """The article of an object, or those of a list within it."""
    article = reading.fields.article(row, origin)
    listed = _list_within(row) if isinstance(article, Rejection) else None
    if listed is None:
        yield article
    else:
        for number, entry in enumerate(listed, start=1):
            yield reading.fields.article(entry, f"{origin}#{number}")


def _list_within(row: Mapping[str, Any], depth: int = 0) -> list[Mapping[str, Any]] | None:
    for name, value in row.items():
        if field_key(name) not in _LIST_KEYS:
            continue
        if isinstance(value, list) and value and all(isinstance(entry, Mapping) for entry in value):
            return value
        if isinstance(value, Mapping) and depth < 2:
            found = _list_within(value, depth + 1)
            if found:
                return found
    return None


def _is_json_lines(head: bytes) -> bool:
    """Whether the first two lines are an object each."""
    lines = head.split(b"\n", 2)
    if len(lines) < 2 or not lines[1].lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(lines[0]), dict)
    except (ValueError, RecursionError):
        return False


def _is_told(line: str) -> bool:
    """Whether a line of a table says something: it is not empty, and not the "sep=;" that Excel understands."""
    return bool(line.strip()) and not re.fullmatch(r"(?i)sep=.\s*", line)


def _listed(origin: str, line: Line, text: str) -> Item:
    if line.text is None:
        return Rejection(origin=f"{origin}:{line.number}", reason=line.problem)
    if re.match(r"(?i)https?://", text):
        return Link(url=text)
    return Rejection(origin=f"{origin}:{line.number}", reason=Reason.BAD_URL, detail=storable(text)[:80])


def _told(article: RawArticle) -> RawArticle | Rejection:
    return article if article.body else Rejection(origin=article.origin, reason=Reason.EMPTY)


def _sample(head: bytes) -> str:
    return decode(head) or head.decode("utf-8", errors="replace")


def _charset(document: Document) -> str | None:
    message = Message()
    message["content-type"] = document.content_type
    return message.get_content_charset()


def _whole(document: Document, reading: Reading) -> bytes | Rejection:
    data = document.stream.read(reading.max_bytes + 1)
    if len(data) > reading.max_bytes:
        detail = f"more than {reading.max_bytes >> 20} MB"
        return Rejection(origin=document.origin, reason=Reason.TOO_BIG, detail=detail)
    return data


def _whole_text(document: Document, reading: Reading) -> str | Rejection:
    data = _whole(document, reading)
    if isinstance(data, Rejection):
        return data
    text = decode(data, declared=_charset(document))
    return Rejection(origin=document.origin, reason=Reason.UNKNOWN_ENCODING) if text is None else text
