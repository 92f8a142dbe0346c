"""What a page says of its article in JSON-LD, the data for search engines that nearly all portals embed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from corpus.reading.markup import html_to_text, looks_like_html, one_line

_ARTICLE_TYPES = ("Article", "BlogPosting", "Report")  # and what ends like these: "NewsArticle", "LiveBlogPosting"
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$")
_LINKING = frozenset(("itemListElement", "hasPart", "isPartOf", "mentions", "citation", "about", "relatedLink"))
_MAX_NODES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """An article as JSON-LD describes it; each part as written there.

    :param body: its text with one paragraph a line, or "".
    """

    title: str | None
    publisher: str | None
    published: str | None
    url: str | None
    body: str


def find_article(root: Any, *, urls: Collection[str], titles: Collection[str]) -> LinkedArticle | None:
    """Find the article that a page is about.

    :param root: of the parsed page.
    :param urls: addresses of the page. Where several articles are described, it is the one with such an address,
    :param titles: or with such a title; else the page is a list of articles.
    """
    nodes = [node for script in _scripts(root) for node in _nodes(script)]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    articles = list(dict.fromkeys(_article(node, by_id) for node in nodes if _is_article(node)))
    if len(articles) <= 1:
        return articles[0] if articles else None
    paths = {path_of(url) for url in urls} - {""}
    here = (article for article in articles if path_of(article.url) in paths or article.title in titles)
    return next(here, None)


def path_of(url: str | None) -> str:
    """Path of an address without its last slash; "" for none.

    >>> path_of("https://warta.example/banjir-surut/?page=1")
    '/banjir-surut'
    """
    try:
        return urlsplit(url or "").path.rstrip("/")
    except ValueError:
        return ""


def _scripts(root: Any) -> Iterator[object]:
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = _WRAPPING.sub("", _WRAPPING.sub("", script.text or ""))
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue


def _nodes(data: object) -> Iterator[Mapping[str, Any]]:
    """All objects, those of lists, ``@graph`` and other objects too, outer ones first; but not those linked to."""
    queue = [data]
    for count, item in enumerate(queue):
        if count > _MAX_NODES:
            return
        if isinstance(item, Mapping):
            yield item
            queue.extend(value for key, value in item.items() if key not in _LINKING)
        elif isinstance(item, list):
            queue.extend(item)


def _is_article(node: Mapping[str, Any]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name.endswith(_ARTICLE_TYPES) for name in names)


def _article(node: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> LinkedArticle:
    body = _text(node.get("articleBody")) or ""
    return LinkedArticle(
        title=_line(node.get("headline")) or _line(node.get("name")),
        publisher=_line(_name(node.get("publisher"), by_id) or _name(node.get("sourceOrganization"), by_id)),
        published=_line(node.get("datePublished")) or _line(node.get("dateCreated")),
        url=_text(node.get("url")) or _id(node.get("mainEntityOfPage")) or _id(node),
        body=(html_to_text(body) if looks_like_html(body) else body).strip(),
    )


def _name(value: object, by_id: Mapping[str, Mapping[str, Any]]) -> str | None:
    if isinstance(value, list):
        return next((name for item in value if (name := _name(item, by_id))), None)
    if isinstance(value, Mapping):
        return _text(value.get("name")) or _text(by_id.get(_text(value.get("@id")) or "", {}).get("name"))
    return _text(value)


def _id(value: object) -> str | None:
    return _text(value.get("@id")) or _text(value.get("url")) if isinstance(value, Mapping) else _text(value)


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), None)
    if isinstance(value, Mapping):
        return _text(value.get("@value"))
    return value if isinstance(value, str) and value.strip() else None


def _line(value: object) -> str | None:
    text = _text(value)
    return one_line(text) or None if text else None
