"""Text and entities as Telegram keeps them: parsed, cleaned, trimmed, with what Telegram marks by itself.

Offsets and lengths of entities count UTF-16 code units, as everywhere in the Bot API; spans, which they are made from,
count code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .found import find_spans
from .html_text import read_html
from .links import checked_link, user_id_of
from .spans import EntityError, Span, merge_found, nest

__all__ = ["EntityError", "FormattedText", "format_text", "parse_html", "utf16_len", "utf16_slice"]

# Bytes, before anything is parsed.
LONGEST_TEXT_BYTES = 1 << 15
# Telegram drops these silently: carriage returns, line and direction marks, combining lines through the text.
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_BLANK = re.compile("[\0-\x09\x0b\x0c\x0e-\x20]")
_SENT_KINDS = frozenset(
    "bold italic underline strikethrough spoiler blockquote expandable_blockquote code pre text_link text_mention "
    "custom_emoji date_time".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormattedText:
    """A text as a message keeps it.

    :param text: plain
    :param entities: Bot API MessageEntity objects, in Telegram's order
    """

    text: str
    entities: tuple[dict[str, Any], ...]


def utf16_len(text: str) -> int:
    """Length in UTF-16 code units.

    >>> utf16_len("Apa 👍")
    6
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The stretch of a text that an entity covers, both counted in UTF-16 code units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def parse_html(text: str, users: Mapping[int, Mapping[str, Any]] | None = None) -> tuple[str, list[dict[str, Any]]]:
    """Parse parse_mode=HTML, trim, and mark what Telegram marks by itself.

    :param text: as sent
    :param users: people whom `tg://user?id=` links can mention
    :return: plain text and MessageEntity objects
    :raises EntityError: with Telegram's words

    >>> parse_html("<b>Warta</b> &amp; /mulai")[0]
    'Warta & /mulai'
    """
    kept = format_text(text, parse_mode="HTML", users=users)
    return kept.text, list(kept.entities)


def format_text(
    text: str,
    *,
    parse_mode: str | None = None,
    entities: Sequence[Mapping[str, Any]] | None = None,
    users: Mapping[int, Mapping[str, Any]] | None = None,
    allow_empty: bool = False,
) -> FormattedText:
    """Bring a text that a bot or a person sends into the form in which Telegram keeps it.

    :param text: as sent
    :param parse_mode: "HTML" in any case, or None; MarkdownV2 and Markdown are refused
    :param entities: MessageEntity objects sent in place of a parse mode, which wins
    :param users: people who can be mentioned by id; others lose the mention, as with Telegram
    :param allow_empty: captions may be empty
    :return: the text kept
    :raises EntityError: what Telegram answers with error 400, in its words

    >>> format_text("  Halo <i>kawan</i>", parse_mode="html").entities
    ({'type': 'italic', 'offset': 5, 'length': 5},)
    """
    if not text and not allow_empty:
        raise EntityError("Bad Request: message text is empty")
    if len(_utf8(text)) > LONGEST_TEXT_BYTES:
        raise EntityError("Bad Request: text is too long")
    plain, spans = _parsed(text, (parse_mode or "").lower(), entities or (), users or {})
    kept = _trimmed(*_cleaned(plain, nest(span for span in spans if span.start < span.end)))
    if not kept[0].strip() and not allow_empty:
        raise EntityError("Bad Request: text must be non-empty")
    return FormattedText(text=kept[0], entities=_as_entities(kept[0], merge_found(kept[1], find_spans(kept[0]))))


def _parsed(
    text: str, mode: str, entities: Sequence[Mapping[str, Any]], users: Mapping[int, Mapping[str, Any]]
) -> tuple[str, list[Span]]:
    if not text or mode in {"", "none"}:
        return text, _sent_spans(text, entities, users)
    if mode == "html":
        return read_html(text, users)
    if mode in {"markdown", "markdownv2"}:
        raise EntityError("Bad Request: this fake server does not parse Markdown, send parse_mode=HTML or entities")
    raise EntityError("Bad Request: unsupported parse_mode")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise EntityError("Bad Request: strings must be encoded in UTF-8") from error


def _cleaned(text: str, spans: Iterable[Span]) -> tuple[str, list[Span]]:
    """Turn control characters into spaces and drop what Telegram drops."""
    removed = [match.start() for match in _REMOVED.finditer(text)]
    cleaned = _BLANK.sub(" ", _REMOVED.sub("", text))
    if not removed:
        return cleaned, list(spans)

    def moved(position: int) -> int:
        return position - sum(place < position for place in removed)

    return cleaned, nest(
        _moved(span, moved(span.start), moved(span.end)) for span in spans if moved(span.start) < moved(span.end)
    )


def _moved(span: Span, start: int, end: int) -> Span:
    return replace(span, start=start, end=end)


def _trimmed(text: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """Cut white space off the end, and off the beginning up to the first entity."""
    end = len(text.rstrip(" \n"))
    kept = [_moved(span, span.start, min(span.end, end)) for span in spans if span.start < end]
    limit = kept[0].start if kept else end
    start = min(limit, len(text) - len(text.lstrip(" \n")))
    return text[start:end], nest(_moved(span, span.start - start, span.end - start) for span in kept)


def _as_entities(text: str, spans: Iterable[Span]) -> tuple[dict[str, Any], ...]:
    """Spans as MessageEntity objects; the language of a lone code is not kept."""
    wide = any(character > "\uffff" for character in text)

    def place(position: int) -> int:
        return utf16_len(text[:position]) if wide else position

    return tuple(
        {
            "type": span.kind,
            "offset": place(span.start),
            "length": place(span.end) - place(span.start),
            **({} if span.kind == "code" else span.extra),
        }
        for span in spans
    )


def _sent_spans(text: str, entities: Iterable[Mapping[str, Any]], users: Mapping[int, Mapping[str, Any]]) -> list[Span]:
    """Spans of entities that a bot sends; kinds that only Telegram finds are ignored, as it does."""
    spans: list[Span] = []
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        if entity["type"] not in _SENT_KINDS:
            continue
        start, end = _place(text, int(entity["offset"]), int(entity["length"]))
        extra = _extra(entity, users)
        if extra is not None:
            kind = "text_mention" if "user" in extra else str(entity["type"])
            spans.append(Span(kind=kind, start=start, end=end, extra=extra))
    return spans


def _place(text: str, offset: int, length: int) -> tuple[int, int]:
    """Code points of an entity that counts UTF-16 units."""
    for value, name in ((offset, "offset"), (length, "length")):
        if not 0 <= value <= 1_000_000:
            raise EntityError(f"Bad Request: receive an entity with incorrect {name} {value}")
    units = text.encode("utf-16-le")
    if offset > len(units) // 2:
        raise EntityError(f"Bad Request: entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > len(units) // 2:
        raise EntityError(
            f"Bad Request: entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {offset + length}"
        )
    start = _code_points(units, offset)
    end = _code_points(units, offset + length)
    if start is None:
        raise EntityError(
            f"Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset {_byte(units, offset)}"
        )
    if end is None:
        raise EntityError(
            f"Bad Request: entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol "
            f"at byte offset {_byte(units, offset + length)}"
        )
    return start, end


def _code_points(units: bytes, offset: int) -> int | None:
    """Code points before a UTF-16 offset; None inside a surrogate pair."""
    try:
        return len(units[: 2 * offset].decode("utf-16-le"))
    except UnicodeDecodeError:
        return None


def _byte(units: bytes, offset: int) -> int:
    """UTF-8 byte at which the character after the one that a UTF-16 offset splits begins."""
    return len(units[: 2 * (offset + 1)].decode("utf-16-le").encode())


def _extra(entity: Mapping[str, Any], users: Mapping[int, Mapping[str, Any]]) -> dict[str, Any] | None:
    """What an entity carries, as kept; None where Telegram drops the entity without a word."""
    if entity["type"] == "text_link":
        address = str(entity.get("url", ""))
        user_id = user_id_of(address)
        link = checked_link(address)
        if user_id is None:
            return {"url": link} if link else None
        return {"user": dict(users[user_id])} if user_id in users else None
    if entity["type"] == "text_mention":
        user = users.get(entity.get("user", {}).get("id"))
        return {"user": dict(user)} if user else None
    names = ("language", "custom_emoji_id", "unix_time", "date_time_format")
    return {name: entity[name] for name in names if entity.get(name)}
