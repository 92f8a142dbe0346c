"""What Telegram marks by itself in a text: mentions, bot commands, hashtags, cashtags, addresses and e-mails.

Phone numbers are left out: the rules by which Telegram's servers find them are not public.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .spans import Span, in_order

# Countries' domains (ISO 3166-1 and the few that differ) and the general ones that news and services use most. Without
# "https://" an address counts only under one of these. Telegram knows over a thousand more of the general ones.
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca "
    "cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr "
    "ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo "
    "jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr "
    "ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re "
    "ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr "
    "tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_GENERAL = (
    "com org net info biz edu gov mil int name pro aero asia cat coop jobs mobi museum tel travel app blog cloud "
    "club dev fun games global group guru host link live media news online page press shop site space store tech "
    "today top ton tools video website wiki work world xyz"
)
_DOMAIN_ENDS = frozenset(f"{_COUNTRIES} {_GENERAL}".split())

# Usernames shorter than four characters that exist.
_SHORT_USERNAMES = frozenset({"gif", "nft", "pic", "ufc", "vid"})

_TAG_LETTERS = r"\w\u200c\u00b7\u0d80-\u0dff"
_MENTION = re.compile(r"(?<!\w)@(?P<name>[A-Za-z0-9_]{2,32})(?!\w)")
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])")
_HASHTAG = re.compile(
    rf"(?<![{_TAG_LETTERS}])#(?P<tag>[{_TAG_LETTERS}]{{1,256}})(?:@[A-Za-z0-9_]{{3,32}})?(?![{_TAG_LETTERS}]*#)"
)
_CASHTAG = re.compile(rf"(?<![${_TAG_LETTERS}])\$(?:1INCH|[A-Z]{{1,8}})(?:@[A-Za-z0-9_]{{3,32}})?(?![${_TAG_LETTERS}])")
_EMAIL = re.compile(
    r"(?<![\w@.+-])(?:[A-Za-z0-9_-]{0,26}[.+]){0,10}[A-Za-z0-9_-]{1,35}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9_-]{0,28}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,8}(?![\w@-])"
)
_ADDRESS = re.compile(
    r"(?:(?P<protocol>(?<![^\W_])(?:https?|ftp|tonsite)://(?:[\w.~!$%&*+,;=:-]+@)?)|(?<![\w.~@#/-]))"
    r"(?P<domain>(?:[\w~-]{1,63}\.)+[\w-]{1,63})(?![\w@~-])"
    r"(?::0*(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])(?![0-9]))?"
    r"(?:/[^\s<>\"«»\u2000-\u200b\u2016-\u206f]*|[?#][^\s<>\"«»\u2000-\u200b\u2016-\u206f]+)?",
    re.IGNORECASE,
)
_APP_ADDRESS = re.compile(r"(?<!\w)(?:tg|ton)://[A-Za-z0-9_-]+(?:[/?#][^\s<>\"«»]*)?", re.IGNORECASE)
_NO_LAST_CHARACTERS = ".:;,('?!`"
_CLOSING = {")": "(", "]": "[", "}": "{"}


def find_spans(text: str) -> list[Span]:
    """Find what Telegram marks by itself.

    :param text: as kept (trimmed)
    :return: spans that do not overlap, in order

    >>> [(span.kind, span.start, span.end) for span in find_spans("Lihat /mulai atau @warta_bot")]
    [('bot_command', 6, 12), ('mention', 18, 28)]
    """
    found: list[Span] = []
    for span in in_order(_candidates(text)):
        if not found or span.start >= found[-1].end:
            found.append(span)
    return found


def _candidates(text: str) -> Iterator[Span]:
    for match in _MENTION.finditer(text):
        if len(match["name"]) >= 4 or match["name"].lower() in _SHORT_USERNAMES:
            yield _span("mention", match)
    for match in _HASHTAG.finditer(text):
        if any(character.isalpha() for character in match["tag"]):
            yield _span("hashtag", match)
    for kind, pattern in (("bot_command", _COMMAND), ("cashtag", _CASHTAG), ("email", _EMAIL)):
        yield from (_span(kind, match) for match in pattern.finditer(text))
    addresses = [match for match in _ADDRESS.finditer(text) if _is_domain(match)]
    for match in [*addresses, *_APP_ADDRESS.finditer(text)]:
        yield Span(kind="url", start=match.start(), end=match.start() + len(_without_tail(match.group())))


def _span(kind: str, match: re.Match[str]) -> Span:
    return Span(kind=kind, start=match.start(), end=match.end())


def _is_domain(match: re.Match[str]) -> bool:
    parts = match["domain"].split(".")
    if any(part.endswith("-") for part in parts):
        return False
    if all(part.isdecimal() for part in parts):
        return len(parts) == 4 and all(int(part) < 256 and str(int(part)) == part for part in parts)
    if len(parts[-1]) < 2:
        return False
    if "_" in parts[-1] or "_" in parts[-2] or ("-" in parts[-1] and not parts[-1].lower().startswith("xn--")):
        return False
    return match["protocol"] is not None or parts[-1].lower() in _DOMAIN_ENDS


def _without_tail(address: str) -> str:
    """Leave out closing brackets that were not opened in the address, and punctuation at its end."""
    open_brackets: dict[str, int] = {}
    for position, character in enumerate(address):
        if character in "([{":
            open_brackets[character] = open_brackets.get(character, 0) + 1
        elif character in _CLOSING:
            open_brackets[_CLOSING[character]] = open_brackets.get(_CLOSING[character], 0) - 1
            if open_brackets[_CLOSING[character]] < 0:
                address = address[:position]
                break
    return address.rstrip(_NO_LAST_CHARACTERS)
