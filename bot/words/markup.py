"""Text with marks -> messages in Telegram's HTML, each within its limits. Pure.

What is to be shown is built of :class:`Run` and :class:`Line`; only :func:`pack` writes tags, so that none is ever left
open, whatever the words are and wherever a message ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape as _escape_html
from html import unescape
from urllib.parse import urlsplit

MAX_UNITS = 4096
"""UTF-16 code units of a message after its entities are parsed (core.telegram.org/bots/api#sendmessage)."""

MAX_ENTITIES = 100
"""Entities of a message that Telegram keeps (core.telegram.org/api/entities); the rest would lose their marks."""

LONGEST_URL = 2048
"""Telegram drops longer links (measured by others at about 2,050); they are shown without a link instead."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)
"""Control characters, marks of direction that reorder what stands beside them, halves of characters."""

_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message.

    :param html: in Telegram's HTML.
    :param plain: the same words without marks, with the addresses of links written out; what goes out when Telegram
        refuses the entities.
    """

    html: str
    plain: str

    @classmethod
    def of_text(cls, text: str) -> Part:
        """Plain text of any kind as a message; what is too long for one is cut, since Telegram would refuse all of it.

        >>> Part.of_text("1 < 2").html
        '1 &lt; 2'
        """
        plain = cut(_INVISIBLE.sub("", text), MAX_UNITS)
        return cls(html=escape(plain), plain=plain)

    @classmethod
    def of_html(cls, html: str) -> Part:
        """HTML that this program wrote as a message.

        >>> Part.of_html("<b>1 &lt; 2</b>").plain
        '1 < 2'
        """
        return cls(html=html, plain=unescape(_TAG.sub("", html)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that are marked alike.

    :param link: address, used only where it is one of the web.
    """

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None

    @property
    def entities(self) -> int:
        """How many entities it makes."""
        return bool(self.text) * (self.bold + self.italic + bool(web_address(self.link)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a message; an empty one parts what stands above and below.

    :param quoted: whether it stands in a quotation that opens with a tap; lines that follow each other share one.
    """

    runs: tuple[Run, ...] = ()
    quoted: bool = False

    @property
    def units(self) -> int:
        """Length in UTF-16 code units."""
        return sum(utf16_units(run.text) for run in self.runs)


def line(*runs: Run | str, quoted: bool = False) -> Line:
    """A line of runs; a string is a run without marks.

    >>> line("Kata ", Run(text="siapa", bold=True)).units
    10
    """
    made = (run if isinstance(run, Run) else Run(text=run) for run in runs)
    return Line(runs=tuple(replace(run, text=tidy(run.text)) for run in made), quoted=quoted)


BLANK = Line()
"""An empty line."""

BLANK_QUOTED = Line(quoted=True)
"""An empty line inside a quotation."""


def tidy(text: str) -> str:
    r"""Words of an article or a person on one line, without characters that steer how the others are shown.

    >>> tidy("a\u202eb\x00 \n c")
    'ab c'
    """
    return _SPACES.sub(" ", _INVISIBLE.sub("", _SPACES.sub(" ", text)))


def escape(text: str) -> str:
    """Words of an article or a person for Telegram's HTML, in text and in attributes.

    >>> escape('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    return _escape_html(_INVISIBLE.sub("", text)).replace("&#x27;", "&#39;")


def utf16_units(text: str) -> int:
    """Length as Telegram counts it.

    >>> utf16_units("a😀")
    3
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most_units: int) -> str:
    """A text of at most so many UTF-16 code units; where something is left out, it ends in an ellipsis.

    >>> cut("satu dua tiga", 10), cut("a😀b", 3)
    ('satu dua…', 'a…')
    """
    if utf16_units(text) <= most_units:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (most_units - 1)].decode("utf-16-le", "ignore")
    return kept.rstrip() + "…"


def web_address(url: str | None) -> str | None:
    """An address that may be linked, or None: http and https only, with a host, without spaces and a password.

    >>> web_address("javascript:alert(1)") is None
    True
    """
    if not url or len(url) > LONGEST_URL or _SPACES.search(url) or _INVISIBLE.search(url):
        return None
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        _ = parts.port  # raises for one that is no number or too large
    except ValueError:
        return None
    return url if is_usable else None


def pack(lines: Iterable[Line], *, max_units: int = MAX_UNITS, max_entities: int = MAX_ENTITIES) -> list[Part]:
    """Put lines into as few messages as they need.

    A message ends between two lines, or else at the end of a sentence, or else between words.

    :return: messages in order, none of them empty.
    """
    parts: list[Part] = []
    held: list[Line] = []
    units = entities = 0
    for piece in _pieces(lines, max_units, max_entities):
        marks = sum(run.entities for run in piece.runs)
        made = marks + (piece.quoted and not (held and held[-1].quoted))
        if held and (units + 1 + piece.units > max_units or entities + made > max_entities):
            parts += _message(held)
            held, units, entities = [], 0, 0
            made = marks + piece.quoted
        units += piece.units + bool(held)
        entities += made
        held.append(piece)
    return parts + _message(held)


def _pieces(lines: Iterable[Line], max_units: int, max_entities: int) -> Iterator[Line]:
    for whole in lines:
        rest = whole
        while rest.units > max_units or sum(run.entities for run in rest.runs) >= max_entities:
            piece, rest = _cut(rest, max_units, max_entities)
            yield piece
        yield rest


def _cut(whole: Line, max_units: int, max_entities: int) -> tuple[Line, Line]:
    """Cut a line that is too long, or has too many marks, as late as both limits allow."""
    text = "".join(run.text for run in whole.runs)
    at = _place_to_cut(text[: _most_characters(whole, max_units, max_entities)])
    first, second = split_runs(whole.runs, at)
    return replace(whole, runs=first), replace(whole, runs=_lstripped(second))


def _most_characters(whole: Line, max_units: int, max_entities: int) -> int:
    """Characters of a line that fit; at least 1."""
    characters = units = entities = 0
    for run in whole.runs:
        entities += run.entities
        if entities >= max_entities:
            break
        for letter in run.text:
            units += 2 if letter > "\uffff" else 1
            if units > max_units:
                return max(1, characters)
            characters += 1
    return max(1, characters)


def _place_to_cut(text: str) -> int:
    """Where a text is cut that must end here: after its last sentence, else its last word, else at its end."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    if ends:
        return ends[-1]
    space = text.rfind(" ")
    return space + 1 if space > 0 else len(text)


def split_runs(runs: Sequence[Run], at: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Runs before and after a character offset of their joined text."""
    first: list[Run] = []
    second: list[Run] = []
    start = 0
    for run in runs:
        inside = min(max(at - start, 0), len(run.text))
        if inside:
            first.append(replace(run, text=run.text[:inside]))
        if inside < len(run.text):
            second.append(replace(run, text=run.text[inside:]))
        start += len(run.text)
    return tuple(first), tuple(second)


def _lstripped(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return (replace(runs[0], text=runs[0].text.lstrip()), *runs[1:]) if runs else runs


def _message(lines: Sequence[Line]) -> list[Part]:
    """One message of lines that fit, without empty ones at its ends; none if there are no words at all."""
    kept = list(lines)
    while kept and not _has_words(kept[0]):
        kept.pop(0)
    while kept and not _has_words(kept[-1]):
        kept.pop()
    if not kept:
        return []
    return [Part(html=_html(kept), plain="\n".join("".join(map(_plain_run, held.runs)) for held in kept))]


def _has_words(held: Line) -> bool:
    return any(run.text.strip() for run in held.runs)


def _html(lines: Sequence[Line]) -> str:
    pieces: list[str] = []
    for place, held in enumerate(lines):
        opens = held.quoted and not (place and lines[place - 1].quoted)
        closes = held.quoted and not (place + 1 < len(lines) and lines[place + 1].quoted)
        words = "".join(map(_html_run, held.runs))
        pieces.append(f"{'<blockquote expandable>' if opens else ''}{words}{'</blockquote>' if closes else ''}")
    return "\n".join(pieces)


def _html_run(run: Run) -> str:
    words = escape(run.text)
    if not words:
        return ""
    if run.italic:
        words = f"<i>{words}</i>"
    if run.bold:
        words = f"<b>{words}</b>"
    address = web_address(run.link)
    return f'<a href="{escape(address)}">{words}</a>' if address else words


def _plain_run(run: Run) -> str:
    address = web_address(run.link)
    return f"{run.text} ({address})" if run.text and address else run.text
