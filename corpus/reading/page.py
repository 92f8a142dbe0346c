"""An HTML page -> one raw article: what the page says of itself (JSON-LD, meta tags), and its text by trafilatura."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from corpus.reading.encodings import decode
from corpus.reading.fields import storable, web_address
from corpus.reading.json_ld import LinkedArticle, find_article, path_of
from corpus.reading.markup import one_line, parse_html
from corpus.types import RawArticle, Reason, Rejection

PARAGRAPH_CHARS = 80
"""A page without a sign of being an article needs a paragraph of so many characters; lists of headlines have none."""

MIN_TEXT_CHARS = 80
"""Trafilatura looks for more than a text shorter than this, and then takes the frame of the page along."""

MAX_ELEMENTS = 100_000
"""Of a page; articles have some thousand. Each takes about 0.1 ms to look at."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{1,40})", re.IGNORECASE)

# Names of meta tags for the publication time, standard ones first; the last are those of single portals' systems.
_PUBLISHED_NAMES = (
    *("article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article.published"),
    *("dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date"),
    *("pubdate", "publishdate", "publish-date", "publish_date", "published-date", "publication_date", "date"),
    *("parsely-pub-date", "sailthru.date", "originalpublicationdate", "cxenseparse:recs:publishtime"),
    *("content_publisheddate", "dtk:publishdate"),
)
_TITLE_NAMES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "title")
_SOURCE_NAMES = ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher", "application-name")

_TIME_OF_DAY = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_DAY_AND_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_DATE_CLASS = re.compile(r"date|time|tanggal|waktu|publish|posted", re.IGNORECASE)
_MAX_TIME_PARTS = 4
_TEXT_SHARE = 0.8
_SITE_PREFIX = re.compile(r"^(?:www|m|amp|mobile)\.")
_SENTENCE = re.compile(r"(?<!\.)[.!?][\"”')]*$")
_CELL_BORDER = re.compile(r"\s*\|(?:[-|]+\|)?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What a page says of itself.

    :param heads: lines that stand above the text and are no part of it: the headline and the time as shown.
    """

    title: str | None
    source: str | None
    published: str | None
    url: str | None
    linked: LinkedArticle | None
    is_article: bool
    heads: frozenset[str]


def read_page(
    data: bytes, *, origin: str, url: str | None = None, charset: str | None = None
) -> RawArticle | Rejection:
    """Read a page as one article.

    Title, publisher, time and address come from JSON-LD, else from meta tags, else from the page as shown. The time of
    day is kept where any of these names it. The text is trafilatura's, unless JSON-LD holds more than twice as much.

    :param url: where it was fetched from; the canonical address is taken if it is of the same site.
    :param charset: encoding that the HTTP answer names.
    """
    html = _decoded(data, charset)
    if html is None:
        return Rejection(origin=origin, reason=Reason.UNKNOWN_ENCODING)
    root = parse_html(html)
    if root is None:
        return Rejection(origin=origin, reason=Reason.EMPTY)
    if sum(1 for _ in islice(root.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        return Rejection(origin=origin, reason=Reason.TOO_BIG, detail=f"more than {MAX_ELEMENTS} elements")
    facts = _facts(root, url)
    body = _without_heads(storable(_body(root, facts.linked)), facts.heads)
    if not body:
        return Rejection(origin=origin, reason=Reason.NO_ARTICLE)
    if not facts.is_article and not _has_paragraph(body):
        return Rejection(origin=origin, reason=Reason.NO_ARTICLE, detail="no paragraph of text")
    return RawArticle(
        origin=origin, body=body, title=facts.title, source=facts.source, url=facts.url, published=facts.published
    )


def _decoded(data: bytes, charset: str | None) -> str | None:
    named = _META_CHARSET.search(data[:4096])
    text = decode(data, declared=charset or (named[1].decode("ascii") if named else None))
    return None if text is None else storable(text)


def _facts(root: Any, url: str | None) -> _Facts:
    meta = _meta(root)
    canonical = [str(href) for href in root.xpath("//link[@rel='canonical']/@href")]
    titles = [*(meta.get(name) for name in _TITLE_NAMES), *_headings(root)]
    urls = [address for address in (*canonical, meta.get("og:url"), url) if address]
    linked = find_article(root, urls=urls, titles={one_line(title) for title in titles if title})
    stated = [linked.published if linked else None, *(meta.get(name) for name in _PUBLISHED_NAMES)]
    shown = list(_shown_times(root))
    is_marked = meta.get("og:type") == "article" or bool(root.xpath("//*[@itemprop='articleBody']"))
    return _Facts(
        title=_first((linked.title if linked else None, *titles)),
        source=_first((linked.publisher if linked else None, *(meta.get(name) for name in _SOURCE_NAMES))),
        published=_finest([time for time in (*stated, *shown) if time]),
        url=_address((*canonical, meta.get("og:url"), linked.url if linked else None), url),
        linked=linked,
        is_article=linked is not None or is_marked or any(stated),
        heads=frozenset(" ".join(line.split()) for line in (*_headings(root), *shown)),
    )


def _meta(root: Any) -> dict[str, str]:
    """Content of meta tags and of elements with an ``itemprop``, by name in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
        content = one_line(tag.get("content") or "")
        if name and content:
            found.setdefault(name.strip().lower(), content)
    for tag in root.xpath("//*[@itemprop='datePublished' or @itemprop='headline']"):
        content = one_line(tag.get("content") or tag.get("datetime") or str(tag.xpath("string()")))
        if content:
            found.setdefault("title" if tag.get("itemprop") == "headline" else "datepublished", content[:200])
    return found


def _shown_times(root: Any) -> Iterator[str]:
    """Times as the page shows them: below its heading, since the head of many pages shows today's date."""
    headings = root.xpath("//h1")
    scope = headings[-1].xpath("following::*") if headings else root.iter()
    for tag in scope:
        if tag.tag == "time":
            text = tag.get("datetime") or str(tag.xpath("string()"))
        elif (
            isinstance(tag.tag, str)
            and len(tag) <= _MAX_TIME_PARTS
            and _DATE_CLASS.search(f"{tag.get('class', '')} {tag.get('id', '')}")
        ):
            text = str(tag.xpath("string()"))
        else:
            continue
        line = one_line(text)
        if len(line) <= PARAGRAPH_CHARS and _DAY_AND_YEAR.search(line):
            yield line


def _finest(times: Sequence[str]) -> str | None:
    """The first time, or a later one that also names the time of day on that day."""
    if not times:
        return None
    first = times[0]
    if _TIME_OF_DAY.search(first):
        return first
    return next((time for time in times if time.startswith(first[:10]) and _TIME_OF_DAY.search(time)), first)


def _headings(root: Any) -> Iterator[str]:
    for path in ("//article//h1", "//h1", "//title"):
        for tag in root.xpath(path):
            yield str(tag.xpath("string()"))


def _first(values: Sequence[str | None]) -> str | None:
    return next((line for value in values if value and (line := storable(one_line(value)))), None)


def _address(named: Sequence[str | None], url: str | None) -> str | None:
    """The address to cite: the canonical one if it is of the same site and no front page, else where it was found."""
    for text in named:
        address = _joined(url, text) if text else None
        if address and path_of(address) and (url is None or _same_site(address, url)):
            return address
    return url


def _joined(url: str | None, text: str) -> str | None:
    try:
        return web_address(urljoin(url or "", text.strip()))
    except ValueError:
        return None


def _same_site(address: str, other: str) -> bool:
    mine, theirs = (_SITE_PREFIX.sub("", (urlsplit(text).hostname or "")) for text in (address, other))
    return mine == theirs or mine.endswith(f".{theirs}") or theirs.endswith(f".{mine}")


def _body(root: Any, linked: LinkedArticle | None) -> str:
    import trafilatura
    from trafilatura.settings import use_config

    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(MIN_TEXT_CHARS))
    for script in root.xpath("//script"):
        script.drop_tree()  # else trafilatura takes the text of JSON-LD, without its paragraphs
    _mark_text(root)
    try:
        text = trafilatura.extract(root, include_comments=False, favor_recall=True, config=config) or ""
    except Exception:  # pages made to break readers break trafilatura in ways that it does not name
        text = ""
    linked_text = linked.body if linked else ""
    if len(linked_text) > 2 * len(text):
        return linked_text
    rows = (_CELL_BORDER.sub(" ", line).strip() if line.startswith("|") else line for line in text.split("\n"))
    return "\n".join(row for row in rows if row)


def _mark_text(root: Any) -> None:
    """Name the element that holds most paragraphs as the text of the article.

    Trafilatura knows the names that such elements usually have, in English; in others it loses lists and sub-headings.
    """
    chars: Counter[Any] = Counter()
    for paragraph in root.iter("p"):
        length = len(str(paragraph.xpath("string()")).strip())
        chars.update(dict.fromkeys(paragraph.iterancestors(), length))
    total = chars[root]
    holders = [element for element, count in chars.items() if count >= _TEXT_SHARE * total]
    depth_of = {element: sum(1 for _ in element.iterancestors()) for element in holders}
    deepest = max(holders, key=depth_of.__getitem__, default=None)
    if deepest is not None and deepest.tag in ("div", "section", "main", "article"):
        deepest.set("itemprop", "articleBody")


def _without_heads(body: str, heads: frozenset[str]) -> str:
    lines = body.split("\n")
    while lines and (not lines[0].strip() or " ".join(lines[0].split()) in heads):
        lines.pop(0)
    return "\n".join(lines).strip()


def _has_paragraph(body: str) -> bool:
    return any(len(line) >= PARAGRAPH_CHARS and _SENTENCE.search(line) for line in body.split("\n"))
