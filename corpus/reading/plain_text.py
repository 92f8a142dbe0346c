"""Plain text and Markdown -> one raw article: optional header lines, perhaps a title, then the body."""

from __future__ import annotations

import re

from corpus.reading.fields import Field, known_field, storable, web_address
from corpus.reading.markup import html_to_text, looks_like_html
from corpus.types import RawArticle

TITLE_CHARS = 150
"""A longer first line is no title: of 13,310 headlines of Indonesian portals the longest has 135 characters."""

MARKDOWN_CHARS = 1_000_000
"""Signs of Markdown are left in a longer text, which is no article."""

_HEADER = re.compile(r"(?P<name>[A-Za-z_][A-Za-z_ ]{1,20}?)\s*:\s*(?P<value>.*)")

# Header lines that say nothing an article keeps, passed over among those that do.
_OTHER_HEADER = re.compile(
    r"penulis|editor|reporter|pewarta|author|wartawan|kategori|category|rubrik|kanal|tags?|label|keywords",
    re.IGNORECASE,
)

# First lines that begin the body: a dateline, a reporter's signature, an advertisement, a link to another article.
_NO_TITLE = re.compile(
    r"laporan\s+(?:wartawan|reporter)|(?-i:Laporan(?:\s[A-Z]\w+){2,3}(?:\s[|I]\s.*)?$)"
    r"|(?:penulis|editor|reporter|oleh)\b|advertisement|baca\s+juga|ringkasan\s+berita"
    r"|[\[(\-–—*•]|[\w./ ,()\xa0]{2,45}?(?:\s-\s|\s?(?:--|[–—]))|\S+\.(?:com|co\.id|id|tv)\b",
    re.IGNORECASE,
)
_ENDS_OPEN = re.compile(r"(?:(?<!\.)\.|[,:;\-–—])[\"”')]*$")
_SENTENCE_END = re.compile(r"(?:(?<!Prof)(?<=\w{3})|\))\.[\"”]?\s*[A-Z“\"]")

_MARKDOWN = (
    (re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,300}\)"), ""),
    (re.compile(r"\[([^\]\n]{1,300})\]\([^)\n]{0,300}\)"), r"\1"),
    (re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^ {0,3}>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,300}?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$", re.MULTILINE), ""),
)


def read_plain_text(text: str, *, origin: str, is_markdown: bool = False) -> RawArticle:
    r"""Read a text as one article.

    Header lines ("Judul: ...", "Tanggal: ...", "Sumber: ...", "URL: ...") at the top give the fields; a block between
    lines of ``---`` is understood too. Without a title among them the first line is the title if it has at most
    :data:`TITLE_CHARS` characters, holds no full stop that ends a sentence, is no dateline or signature, and stands
    above an empty line or a longer paragraph. On 13,310 bodies of portals this finds 99.7 % of the headlines put above
    them with an empty line, and takes the first line of 0.3 % of the bare bodies, half of which repeat their headline.

    >>> read_plain_text("Banjir di Demak surut\n\nDemak - Banjir surut, Senin.", origin="a.txt").title
    'Banjir di Demak surut'
    >>> read_plain_text("Banjir surut. Warga pulang.\nSekolah dibuka.", origin="a.txt").title is None
    True
    """
    lines = storable(text).replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff \t\n").split("\n")
    headers, below = _headers(lines)
    body = "\n".join(below).strip()
    title = headers.get(Field.TITLE)
    if is_markdown and len(body) <= MARKDOWN_CHARS:
        for pattern, plain in _MARKDOWN:
            body = pattern.sub(plain, body)
    if looks_like_html(body):
        body = html_to_text(body)
    if title is None:
        title, body = _split_title(body.strip())
    return RawArticle(
        origin=origin,
        body=body.strip(),
        id=headers.get(Field.ID),
        title=title,
        source=headers.get(Field.SOURCE),
        url=web_address(headers.get(Field.URL)),
        published=headers.get(Field.PUBLISHED),
    )


def _headers(lines: list[str]) -> tuple[dict[Field, str], list[str]]:
    """Fields of the header lines, and the lines after them."""
    fenced = lines[0].strip() == "---"
    found: dict[Field, str] = {}
    for number, line in enumerate(lines):
        if fenced and number and line.strip() == "---":
            return found, lines[number + 1 :]
        match = _HEADER.fullmatch(line.strip())
        if match and found and known_field(match["name"]) is Field.BODY:
            return found, [match["value"], *lines[number + 1 :]]
        is_header = match is not None and _take_header(match["name"], match["value"], found)
        if not (is_header or fenced):
            return found, lines[number:]
    return ({}, lines) if fenced else (found, [])  # a fence that nothing closes is a line like any other


def _take_header(name: str, value: str, found: dict[Field, str]) -> bool:
    value = value.strip().strip("\"'")
    field = known_field(name)
    if field is None or not value or (field is Field.URL and not web_address(value)):
        return bool(found) and _OTHER_HEADER.fullmatch(name) is not None
    found.setdefault(field, value)
    return True


def _split_title(body: str) -> tuple[str | None, str]:
    first, _, rest = body.partition("\n")
    title, below = first.strip(), rest.lstrip(" \t").split("\n", 1)[0].strip()
    stands_above = bool(rest.strip()) and (not below or len(below) > len(title))
    if stands_above and 0 < len(title) <= TITLE_CHARS and not _is_like_body(title):
        return title, rest.strip()
    return None, body


def _is_like_body(line: str) -> bool:
    return any((_NO_TITLE.match(line), _ENDS_OPEN.search(line), _SENTENCE_END.search(line)))
