"""Telegram's HTML (parse_mode=HTML) read into a plain text and its marked spans.

Byte offsets in errors count the UTF-8 bytes of the text as sent. The rules are those of the Bot API documentation and
of the errors that the open Bot API server answers: few tags, four named character references, strict nesting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from .links import checked_link, user_id_of
from .spans import EntityError, Span, in_order

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
}
_TAGS = frozenset(_STYLES) | {"a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
_REFERENCES = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}

# The end of the text counts as white space, as the terminating zero of a C string does.
_TEXT = re.compile(rb"[^<&]+")
_TAG_NAME = re.compile(rb"[^ \t\r\n\v\0>]*")
_SPACE = re.compile(rb"[ \t\r\n\v]*")
_ATTRIBUTE_NAME = re.compile(rb"[^ \t\r\n\v\0=>/\"']*")
_NAME_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_QUOTED = {quote: re.compile(rb"[^&\0" + quote + rb"]+") for quote in (b"'", b'"')}
_REFERENCE = re.compile(rb"&(?:#(?:x(?P<hex>[0-9a-fA-F]*)|(?P<decimal>[0-9]*))|(?P<name>[A-Za-z]*));?")
_LONGEST_NUMERIC_REFERENCE = 9


@dataclass(slots=True, kw_only=True)
class _Tag:
    """An open tag: its name, attributes, and where its text begins (code point)."""

    name: str
    start: int
    attributes: dict[str, str | None] = field(default_factory=dict)


def read_html(text: str, users: Mapping[int, Mapping[str, Any]]) -> tuple[str, list[Span]]:
    """Read Telegram's HTML.

    :param text: as sent
    :param users: people whom `tg://user?id=` links can mention; links to others are dropped, as Telegram does
    :return: the text without tags, and the spans in the order of entities, neither trimmed nor nested yet
    :raises EntityError: with Telegram's words and byte offsets
    """
    return _Reader(text, users).read()


class _Reader:
    """One pass over the UTF-8 bytes.

    :param text: as sent
    :param users: people who can be mentioned by id
    """

    def __init__(self, text: str, users: Mapping[int, Mapping[str, Any]]) -> None:
        self._data = text.encode() + b"\0"
        self._at = 0
        self._users = users
        self._plain: list[str] = []
        self._length = 0
        self._open: list[_Tag] = []
        self._spans: list[Span] = []

    def read(self) -> tuple[str, list[Span]]:
        end = len(self._data) - 1
        while self._at < end:
            if self._data[self._at] != ord("<"):
                self._write(self._reference() or self._literal())
            elif self._data[self._at + 1] == ord("/"):
                self._read_end_tag()
            else:
                self._read_start_tag()
        if self._open:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        plain = "".join(self._plain)
        if any("\ud800" <= character <= "\udfff" for character in plain):
            _refuse(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return plain, in_order(self._spans)

    def _write(self, piece: str) -> None:
        self._plain.append(piece)
        self._length += len(piece)

    def _take(self, pattern: re.Pattern[bytes]) -> bytes:
        match = pattern.match(self._data, self._at)
        taken = match.group() if match else b""
        self._at += len(taken)
        return taken

    def _literal(self) -> str:
        """Text up to the next tag or reference; an ampersand that begins no reference is text."""
        end = len(self._data) - 1
        if self._data[self._at] == ord("&"):
            self._at += 1
            return "&"
        match = _TEXT.match(self._data, self._at, end)
        self._at = match.end() if match else end
        return match.group().decode() if match else ""

    def _reference(self) -> str | None:
        """Read a character reference, or stay where it is none that Telegram knows."""
        match = _REFERENCE.match(self._data, self._at)
        character = _character(match) if match else None
        if match and character is not None:
            self._at = match.end()
        return character

    def _read_start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._take(_TAG_NAME).lower().decode(errors="replace")
        if self._ended:
            _refuse(f"Unclosed start tag at byte offset {begin}")
        if name not in _TAGS:
            _refuse(f'Unsupported start tag "{name}" at byte offset {begin}')
        tag = _Tag(name=name, start=self._length)
        while self._skip_space() != b">":
            self._read_attribute(tag, begin)
        self._at += 1
        if name == "span" and tag.attributes.get("class") != "tg-spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(tag)

    def _read_attribute(self, tag: _Tag, begin: int) -> None:
        name = self._take(_ATTRIBUTE_NAME).decode(errors="replace")
        if not name:
            _refuse(f'Empty attribute name in the tag "{tag.name}" at byte offset {begin}')
        value: str | None = None
        if self._skip_space() == b"=":
            self._at += 1
            following = self._skip_space()
            if not self._ended:
                value = self._quoted() if following in _QUOTED else self._name_token()
                if self._ended:
                    _refuse(f"Unclosed start tag at byte offset {begin}")
        if self._ended:
            _refuse(f'Unclosed start tag "{tag.name}" at byte offset {begin}')
        if _counts(tag.name, name, value):
            tag.attributes[name] = value

    def _name_token(self) -> str:
        begin = self._at
        token = self._take(_NAME_TOKEN).lower().decode()
        if self._data[self._at : self._at + 1] not in b" \t\r\n\v\0>":
            _refuse(f"Unexpected end of name token at byte offset {begin}")
        return token

    def _quoted(self) -> str:
        """A value in quotes; its caller notices where the text ends before the quotes do."""
        quote = self._data[self._at : self._at + 1]
        self._at += 1
        pieces: list[str] = []
        while not self._ended and self._data[self._at : self._at + 1] != quote:
            pieces.append(self._reference() or self._take(_QUOTED[quote]).decode() or self._literal())
        self._at += not self._ended
        return "".join(pieces)

    def _read_end_tag(self) -> None:
        begin = self._at
        if not self._open:
            _refuse(f"Unexpected end tag at byte offset {begin}")
        self._at += 2
        name = self._take(_TAG_NAME).lower().decode(errors="replace")
        if self._skip_space() != b">":
            _refuse(f"Unclosed end tag at byte offset {begin}")
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            _refuse(f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", found "</{name}>"')
        if self._length > tag.start:
            self._close(tag)

    def _close(self, tag: _Tag) -> None:
        closers: Mapping[str, Callable[[_Tag], None]] = {
            "a": self._close_link,
            "pre": self._close_pre,
            "code": self._close_code,
            "blockquote": self._close_quote,
            "tg-emoji": self._close_emoji,
            "tg-time": self._close_time,
        }
        if tag.name in _STYLES:
            self._add(_STYLES[tag.name], tag)
        else:
            closers[tag.name](tag)

    def _add(self, kind: str, tag: _Tag, **extra: Any) -> None:
        self._spans.append(Span(kind=kind, start=tag.start, end=self._length, extra=extra))

    def _close_link(self, tag: _Tag) -> None:
        address = tag.attributes.get("href") or "".join(self._plain)[tag.start :]
        user_id = user_id_of(address)
        link = checked_link(address)
        if user_id is not None:
            if user_id in self._users:
                self._add("text_mention", tag, user=dict(self._users[user_id]))
        elif link is not None:
            self._add("text_link", tag, url=link)

    def _close_quote(self, tag: _Tag) -> None:
        self._add("expandable_blockquote" if "expandable" in tag.attributes else "blockquote", tag)

    def _inner(self, kind: str, tag: _Tag) -> Span | None:
        """The span that was closed just before, if it covers the same text."""
        last = self._spans[-1] if self._spans else None
        same = last is not None and (last.kind, last.start, last.end) == (kind, tag.start, self._length)
        return last if same else None

    def _close_pre(self, tag: _Tag) -> None:
        """A code with a language inside makes both one block of that language."""
        inner = self._inner("code", tag)
        language = inner.extra.get("language") if inner else None
        if language:
            self._spans.pop()
        self._add("pre", tag, **({"language": language} if language else {}))

    def _close_code(self, tag: _Tag) -> None:
        language = (tag.attributes.get("class") or "").removeprefix("language-")
        block = self._inner("pre", tag) if language else None
        if block:
            self._spans.pop()
        self._add("pre" if block else "code", tag, **({"language": language} if language else {}))

    def _close_emoji(self, tag: _Tag) -> None:
        identifier = tag.attributes.get("emoji-id") or ""
        if not re.fullmatch(r"-?[0-9]+", identifier) or not int(identifier):
            _refuse("Invalid custom emoji identifier specified")
        self._add("custom_emoji", tag, custom_emoji_id=str(int(identifier)))

    def _close_time(self, tag: _Tag) -> None:
        digits = re.match(r"[0-9]*", tag.attributes.get("unix") or "")
        unix_time = int(digits.group() or 0) if digits else 0
        flags = tag.attributes.get("format") or ""
        if flags not in {"r", "R"} and set(flags) - set("tTdDwW"):
            _refuse("Invalid date format used")
        if unix_time > 0:
            self._add("date_time", tag, unix_time=unix_time, date_time_format=_date_format(flags))

    @property
    def _ended(self) -> bool:
        return self._data[self._at] == 0

    def _skip_space(self) -> bytes:
        """Pass white space; give the byte that follows."""
        self._take(_SPACE)
        return self._data[self._at : self._at + 1]


def _counts(tag: str, name: str, value: str | None) -> bool:
    """Tell whether an attribute means anything to Telegram; a later one that does replaces an earlier one."""
    if (tag, name) == ("blockquote", "expandable"):
        return True
    if name == "class":
        prefix = {"code": "language-", "span": "tg-"}.get(tag)
        return value is not None and prefix is not None and value.startswith(prefix)
    meant = {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "unix"), ("tg-time", "format")}
    return value is not None and (tag, name) in meant


def _character(match: re.Match[bytes]) -> str | None:
    if match["name"] is not None:
        return _REFERENCES.get(match["name"])
    digits, base = (match["decimal"], 10) if match["hex"] is None else (match["hex"], 16)
    length = len(match.group().removesuffix(b";"))
    code = int(digits, base) if digits and length <= _LONGEST_NUMERIC_REFERENCE else 0
    return chr(code) if 0 < code < 0x10FFFF else None


def _date_format(flags: str) -> str:
    """Flags as Telegram gives them back: day of the week, date, time; short forms win over long ones."""
    if flags in {"r", "R"}:
        return "r"
    first = [next((flag for flag in pair if flag in flags), "") for pair in ("wW", "dD", "tT")]
    return "".join(first).replace("W", "w")


def _refuse(reason: str) -> NoReturn:
    raise EntityError(f"Bad Request: can't parse entities: {reason}")
