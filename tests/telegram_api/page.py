"""A chat as a web page that looks like Telegram on a phone, made from the messages that a bot and people exchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from .page_text import text_html

__all__ = ["InlineResults", "chat_page"]

# West Indonesia Time; fixed, so that a page looks the same wherever it is made.
WIB = timezone(timedelta(hours=7), "WIB")
_MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
)  # fmt: skip
# Colours of names and avatars by user id, light end and dark end.
_COLOURS = (
    ("#ff885e", "#d1544f"),
    ("#ffcd6a", "#e09127"),
    ("#82b1ff", "#6c63d8"),
    ("#a0de7e", "#4da53b"),
    ("#53edd6", "#2aa3b0"),
    ("#72d5fd", "#2a83c9"),
    ("#e0a2f3", "#c0529b"),
)
_REPLY_CHARACTERS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResults:
    """What shows above the text field while someone asks a bot inline.

    :param typed: text in the field, "@warta_bot pertanyaan"
    :param results: InlineQueryResultArticle objects
    :param button: label of the button above the results
    """

    typed: str
    results: Sequence[Mapping[str, Any]]
    button: str | None = None


def chat_page(
    title: str,
    messages: Sequence[Mapping[str, Any]],
    *,
    me: int | None = None,
    subtitle: str | None = None,
    typing: bool = False,
    expanded: bool = False,
    inline: InlineResults | None = None,
    zone: tzinfo = WIB,
) -> str:
    """Draw a chat.

    :param title: of the chat, in the bar at the top
    :param messages: Bot API Message objects, oldest first
    :param me: id of the person whose phone shows the chat; that person's messages stand at the right
    :param subtitle: under the title; None makes one up from the messages
    :param typing: the bot is typing
    :param expanded: show collapsed quotes opened
    :param inline: an inline query that is being asked
    :param zone: of the times shown
    :return: a whole HTML page that needs no other file
    """
    group = any(message.get("chat", {}).get("type") in {"group", "supergroup"} for message in messages)
    bar = "bot sedang mengetik…" if typing else subtitle if subtitle is not None else _subtitle(messages, group)
    body = "".join(_lines(messages, me, group, expanded, zone))
    return (
        '<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=420">'
        f"<title>{escape(title)}</title><style>{_style()}</style></head><body>"
        f'<header><span class="back"></span>{_avatar(title, _title_colour(messages, title, group))}'
        f'<div class="names"><div class="title">{escape(title)}</div>'
        f'<div class="subtitle{" typing" if typing else ""}">{escape(bar)}</div></div><span class="more"></span>'
        f"</header>"
        f'<main class="{"group" if group else "private"}">{body}</main>{_bottom(inline, group)}</body></html>\n'
    )


def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def _subtitle(messages: Sequence[Mapping[str, Any]], group: bool) -> str:
    people = {message["from"]["id"] for message in messages if "from" in message}
    return f"{len(people)} anggota" if group else "bot"


def _title_colour(messages: Sequence[Mapping[str, Any]], title: str, group: bool) -> int:
    """A private chat has the colour of the one at the other end, a group one of its own."""
    for message in messages:
        if not group and message.get("from", {}).get("first_name") == title:
            return int(message["from"]["id"])
    return sum(map(ord, title))


def _avatar(name: str, colour: int, size: str = "") -> str:
    light, dark = _COLOURS[colour % len(_COLOURS)]
    words = [word for word in name.split() if word[0].isalpha()]
    letters = escape("".join(word[0].upper() for word in (words[:1] + words[1:][-1:])) or name[:1] or "?")
    return f'<span class="avatar {size}" style="background:linear-gradient({light},{dark})">{letters}</span>'


def _lines(
    messages: Sequence[Mapping[str, Any]], me: int | None, group: bool, expanded: bool, zone: tzinfo
) -> Sequence[str]:
    lines: list[str] = []
    padded: list[Mapping[str, Any] | None] = [None, *messages, None]
    for (before, message), (_, after) in zip(pairwise(padded), pairwise(padded[1:]), strict=False):
        if message is None:
            continue
        if before is None or _day(before, zone) != _day(message, zone):
            day = _day(message, zone)
            lines.append(f'<div class="day">{day.day} {_MONTHS[day.month - 1]} {day.year}</div>')
        happening = _happening(message)
        if happening:
            lines.append(f'<div class="service">{escape(happening)}</div>')
        else:
            first, last = not _joined(before, message, zone), not _joined(message, after, zone)
            lines.append(_row(message, me, group=group, first=first, last=last, expanded=expanded, zone=zone))
    return lines


def _time(message: Mapping[str, Any], zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(message.get("date", 0), UTC).astimezone(zone)


def _day(message: Mapping[str, Any], zone: tzinfo) -> date:
    return _time(message, zone).date()


def _joined(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None, zone: tzinfo) -> bool:
    """Two messages of one sender that follow each other share a name and an avatar."""
    if one is None or other is None or _happening(one) or _happening(other):
        return False
    return _sender(one) == _sender(other) and _day(one, zone) == _day(other, zone)


def _sender(message: Mapping[str, Any]) -> tuple[int, str]:
    who = message.get("sender_chat") or message.get("from") or message.get("chat") or {}
    return int(who.get("id", 0)), _name(who)


def _name(who: Mapping[str, Any]) -> str:
    return str(who.get("title") or " ".join(filter(None, (who.get("first_name"), who.get("last_name")))) or "?")


def _row(
    message: Mapping[str, Any], me: int | None, *, group: bool, first: bool, last: bool, expanded: bool, zone: tzinfo
) -> str:
    identifier, name = _sender(message)
    out = me is not None and identifier == me
    seat = '<span class="seat"></span>' if group and not out else ""
    avatar = _avatar(name, identifier, "small") if seat and last else ""
    colour = _COLOURS[identifier % len(_COLOURS)][1]
    label = f'<div class="name" style="color:{colour}">{escape(name)}</div>' if group and first and not out else ""
    classes = " ".join(
        word for word, given in (("row", True), ("out", out), ("first", first), ("last", last)) if given
    )  # fmt: skip
    keyboard = _keyboard(message.get("reply_markup") or {})
    return (
        f'<div class="{classes}">{seat}<div class="column{" keys" if keyboard else ""}"><div class="bubble">'
        f"{avatar}{label}{_via(message)}{_reply(message)}{_content(message, expanded)}{_meta(message, out, zone)}</div>"
        f"{keyboard}</div></div>"
    )


def _via(message: Mapping[str, Any]) -> str:
    username = message.get("via_bot", {}).get("username")
    return f'<div class="via">melalui @{escape(username)}</div>' if username else ""


def _reply(message: Mapping[str, Any]) -> str:
    """The message that is answered, in one line."""
    answered = message.get("reply_to_message")
    if not answered or "forum_topic_created" in answered:
        return ""
    quoted = message.get("quote", {}).get("text") or answered.get("text") or answered.get("caption") or _media(answered)
    line = " ".join(str(quoted).split())[:_REPLY_CHARACTERS]
    return f'<div class="reply"><span class="who">{escape(_sender(answered)[1])}</span>{escape(line)}</div>'


def _content(message: Mapping[str, Any], expanded: bool) -> str:
    text, entities = message.get("text"), message.get("entities", ())
    attachment = ""
    if text is None:
        text, entities = message.get("caption"), message.get("caption_entities", ())
        attachment = _file(message["document"]) if "document" in message else ""
        if not attachment:
            attachment = f'<div class="text">{escape(_media(message))}{"" if text else _gap(message)}</div>'
    if text is None:
        return attachment
    return f'{attachment}<div class="text">{text_html(text, entities, expanded=expanded)}{_gap(message)}</div>'


def _gap(message: Mapping[str, Any]) -> str:
    """Keeps the last line clear of the time."""
    return f'<span class="gap{" edited" if "edit_date" in message else ""}"></span>'


def _meta(message: Mapping[str, Any], out: bool, zone: tzinfo) -> str:
    edited = "diedit " if "edit_date" in message else ""
    ticks = '<span class="ticks"></span>' if out else ""
    return f'<span class="meta">{edited}{_time(message, zone):%H.%M}{ticks}</span>'


def _file(document: Mapping[str, Any]) -> str:
    name = str(document.get("file_name", "berkas"))
    suffix = name.rpartition(".")[2][:4].lower() if "." in name else "?"
    return (
        f'<div class="file"><span class="icon">{escape(suffix)}</span><div><div class="label">{escape(name)}</div>'
        f'<div class="size">{_size(int(document.get("file_size", 0)))}</div></div></div>'
    )


def _size(size_bytes: int) -> str:
    """Size in the largest unit that leaves a number of one or more, with a decimal comma.

    >>> _size(1536), _size(20)
    ('1,5 KB', '20 B')
    """
    size, unit = float(size_bytes), "B"
    for larger in ("KB", "MB", "GB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{size:.1f} {unit}".replace(".0 ", " ").replace(".", ",")


def _media(message: Mapping[str, Any]) -> str:
    names = {
        "photo": "🖼 Foto",
        "voice": "🎤 Pesan suara",
        "video": "🎬 Video",
        "audio": "🎵 Audio",
        "document": "📎 Berkas",
        "location": "📍 Lokasi",
        "contact": "👤 Kontak",
        "poll": "📊 Jajak pendapat",
    }
    if "sticker" in message:
        return f"{message['sticker'].get('emoji', '')} Stiker".strip()
    return next((name for kind, name in names.items() if kind in message), "Pesan")


def _happening(message: Mapping[str, Any]) -> str | None:
    """What a service message tells, or None for an ordinary one."""
    who = _sender(message)[1]
    told = {
        "group_chat_created": f"{who} membuat grup",
        "supergroup_chat_created": f"{who} membuat grup",
        "new_chat_title": f"{who} mengganti nama grup menjadi “{message.get('new_chat_title')}”",
        "pinned_message": f"{who} menyematkan sebuah pesan",
        "migrate_to_chat_id": "Grup ini menjadi supergrup",
        "forum_topic_created": f"{who} membuat topik “{(message.get('forum_topic_created') or {}).get('name', '')}”",
        "left_chat_member": _left(who, message.get("left_chat_member") or {}),
        "new_chat_members": _joining(who, message.get("new_chat_members") or ()),
    }
    return next((line for name, line in told.items() if name in message), None)


def _left(who: str, member: Mapping[str, Any]) -> str:
    return f"{who} keluar dari grup" if _name(member) == who else f"{who} mengeluarkan {_name(member)}"


def _joining(who: str, members: Sequence[Mapping[str, Any]]) -> str:
    names = ", ".join(_name(member) for member in members)
    return f"{who} bergabung dengan grup" if names == who else f"{who} menambahkan {names}"


def _keyboard(markup: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<div class="keys-row">{"".join(_key(button) for button in row)}</div>'
        for row in markup.get("inline_keyboard", ())
    )
    return f'<div class="keyboard">{rows}</div>' if rows else ""


def _key(button: Mapping[str, Any]) -> str:
    return f'<span class="key{" web" if "url" in button else ""}">{escape(str(button.get("text", "")))}</span>'


def _bottom(inline: InlineResults | None, group: bool) -> str:
    """The text field, with the results of an inline query above it."""
    if inline is None:
        menu = "" if group else '<span class="menu">Menu</span>'
        return f'<footer>{menu}<span class="field">Pesan</span></footer>'
    button = f'<div class="result switch">{escape(inline.button)}</div>' if inline.button else ""
    results = "".join(_result(result) for result in inline.results)
    return (
        f'<section class="results">{button}{results}</section>'
        f'<footer><span class="field typed">{escape(inline.typed)}</span><span class="send"></span></footer>'
    )


def _result(result: Mapping[str, Any]) -> str:
    title = str(result.get("title", ""))
    return (
        f'<div class="result">{_avatar(title[:1], sum(map(ord, title)))}<div><div class="label">{escape(title)}</div>'
        f'<div class="about">{escape(str(result.get("description", "")))}</div></div></div>'
    )
