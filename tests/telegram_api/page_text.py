"""A message text and its entities as HTML, everything from the text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
}
_LINKS = frozenset({"mention", "hashtag", "cashtag", "bot_command", "phone_number", "text_mention", "date_time"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_BLOCKS = _QUOTES | {"pre"}
# A collapsed quote shows three lines of about this many characters at the width of the page.
_QUOTE_LINES = 3
_LINE_CHARACTERS = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """An entity in code points, with what lies inside it."""

    entity: Mapping[str, Any]
    start: int
    end: int
    inner: list[_Node]


def text_html(text: str, entities: Iterable[Mapping[str, Any]], *, expanded: bool = False) -> str:
    """Render a text.

    :param text: plain
    :param entities: MessageEntity objects; what crosses another entity's edge or the end of the text is left out
    :param expanded: show collapsed quotes opened
    :return: HTML without line breaks of its own: the page keeps those of the text

    >>> text_html("1 < 2 ya", [{"type": "bold", "offset": 0, "length": 5}])
    '<b>1 &lt; 2</b> ya'
    """
    return _rendered(text, 0, len(text), _tree(text, entities), expanded)


def _tree(text: str, entities: Iterable[Mapping[str, Any]]) -> list[_Node]:
    places = _code_points(text)
    roots: list[_Node] = []
    open_nodes: list[_Node] = []
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        start, end = places.get(entity["offset"]), places.get(entity["offset"] + entity["length"])
        if start is None or end is None or start == end:
            continue
        while open_nodes and open_nodes[-1].end <= start:
            open_nodes.pop()
        if open_nodes and end > open_nodes[-1].end:
            continue
        node = _Node(entity=entity, start=start, end=end, inner=[])
        (open_nodes[-1].inner if open_nodes else roots).append(node)
        open_nodes.append(node)
    return roots


def _code_points(text: str) -> dict[int, int]:
    """Where each UTF-16 offset that splits no character lies in code points."""
    places = {0: 0}
    offset = 0
    for position, character in enumerate(text, start=1):
        offset += 1 + (character > "\uffff")
        places[offset] = position
    return places


def _rendered(text: str, start: int, end: int, nodes: Sequence[_Node], expanded: bool) -> str:
    """The stretch between two code points; a block takes the line break at either side with it."""
    pieces: list[str] = []
    at = start
    after_block = False
    for node in nodes:
        block = node.entity["type"] in _BLOCKS
        pieces.append(_plain(text[at : node.start], after_block, block))
        pieces.append(
            _wrapped(node.entity, _rendered(text, node.start, node.end, node.inner, expanded), text, expanded)
        )
        at, after_block = node.end, block
    pieces.append(_plain(text[at:end], after_block, False))
    return "".join(pieces)


def _plain(text: str, after_block: bool, before_block: bool) -> str:
    if after_block:
        text = text.removeprefix("\n")
    if before_block:
        text = text.removesuffix("\n")
    return escape(text)


def _wrapped(entity: Mapping[str, Any], inner: str, text: str, expanded: bool) -> str:
    kind = entity["type"]
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>{inner}</{_TAGS[kind]}>"
    if kind in {"text_link", "url", "email"}:
        return f'<a href="{escape(_address(entity, text))}">{inner}</a>'
    if kind in _QUOTES:
        return _quote(entity, inner, text, expanded)
    if kind in _LINKS:
        return f'<span class="link">{inner}</span>'
    return f'<span class="spoiler">{inner}</span>' if kind == "spoiler" else inner


def _address(entity: Mapping[str, Any], text: str) -> str:
    """An address that a browser may open; anything but a web or e-mail address goes nowhere."""
    covered = _covered(entity, text)
    if entity["type"] == "email":
        return f"mailto:{covered}"
    address = str(entity.get("url", covered))
    return address if address.lower().startswith(("http://", "https://", "tg://")) else f"http://{address}"


def _covered(entity: Mapping[str, Any], text: str) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le", "replace")


def _quote(entity: Mapping[str, Any], inner: str, text: str, expanded: bool) -> str:
    """A quote; an expandable one that is long is collapsed, and opens where it is tapped."""
    lines = sum(1 + len(line) // _LINE_CHARACTERS for line in _covered(entity, text).split("\n"))
    if entity["type"] == "blockquote" or lines <= _QUOTE_LINES:
        return f"<blockquote>{inner}</blockquote>"
    checked = " checked" if expanded else ""
    return (
        f'<label class="fold"><input type="checkbox"{checked}><blockquote>'
        f'<span class="lines">{inner}</span><span class="chevron"></span></blockquote></label>'
    )
