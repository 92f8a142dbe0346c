"""Characters that are not what the writer meant: entities, mis-decoded bytes, invisible and odd spaces.

Curly quotes stay as they are: a citation shows what the portal wrote, and everything downstream knows both kinds.
"""

from __future__ import annotations

import html
import re
import unicodedata

# Only with their semicolon, so that "S&P", "R&D" and "?a=1&copy=2" are left alone.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# What escaped quotes of a program's source look like in a text.
_ESCAPED_QUOTE = re.compile(r"\\(?=[\"'])")
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|table|h[1-6]|blockquote|section)(?:\s[^<>]{0,300})?/?>", re.I)
_INLINE_TAG = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|small|sup|sub|td|th|img|mark)(?:\s[^<>]{0,300})?/?>", re.I)
# A UTF-8 lead byte read as Latin-1 or Windows-1252, followed by a continuation byte read the same way.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4]"
    "[\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020-\u2022\u2030\u0152\u017d\u2018-\u201d\u2122\u0153\u017e]"
)
# What is left where a crawler had changed the bytes once more: a dash whose last byte became a straight quote, and
# the lead byte of a non-breaking space that was trimmed.
_BROKEN_DASH = re.compile('\u00e2\u20ac["\u201c\u201d]')
_LONE_LEAD_BYTE = re.compile("\u00c2(?=[A-Z\\s]|$)")
_MOJIBAKE_LINE_MAX_CHARS = 20_000

_LINE_BREAK = re.compile("\r\n?|[\n\x0b\x0c\u0085\u2028\u2029]")
# Soft hyphen, zero-width space and joiners, direction marks, word joiner, invisible operators, byte order mark,
# and the control characters of both sets except the line feed.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\uffff\x00-\x08\x0e-\x1f\x7f-\x9f]"
)
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Letters borrowed from mathematics to look bold, and typographic ligatures: no search finds them.
_STYLED = re.compile("[\U0001d400-\U0001d7ff\ufb00-\ufb06]+")


def tidy_characters(text: str) -> str:
    r"""Return the text with plain characters: one space at a time, ``\n`` as the only line break.

    :param text: as read, any content.
    :return: lines without outer spaces; empty lines are kept, they may mark paragraphs.

    >>> tidy_characters("Harga\u00a0cabai naik&nbsp;12 persen\u200b, kata CafÃ© Nusa.\r\nLalu  turun.")
    'Harga cabai naik 12 persen, kata Café Nusa.\nLalu turun.'
    """
    text = _ESCAPED_QUOTE.sub("", text)
    if text.isascii() and "&" not in text and "<" not in text:
        return _tidy_spaces(_LINE_BREAK.sub("\n", text))
    # Twice, because some crawls escaped what was escaped already ("&amp;nbsp;").
    for _ in range(2):
        if "&" in text:
            text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    if "<" in text:
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    if _MOJIBAKE.search(text):
        text = "\n".join(_repair_encoding(line) for line in text.split("\n"))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = _STYLED.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return _tidy_spaces(_LINE_BREAK.sub("\n", text))


def _tidy_spaces(text: str) -> str:
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return "\n".join([line.strip() for line in text.split("\n")])


def _repair_encoding(line: str) -> str:
    if len(line) > _MOJIBAKE_LINE_MAX_CHARS or not _MOJIBAKE.search(line):
        return line
    import ftfy  # heavy, and needed for one article in a hundred

    return _LONE_LEAD_BYTE.sub("", _BROKEN_DASH.sub("\u2013", ftfy.fix_encoding(line)))
