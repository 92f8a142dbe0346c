"""Taking pieces out of a text whose beginnings a pattern finds and whose ends a function tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice, pairwise

_ENDS = frozenset('\n.!?"”…*)]')

_MOST_PIECES = 200
"""What holds more is no article; from there on the markers alone are taken."""

EndOf = Callable[[str, re.Match[str], int], int]
"""Text, match of the marker, and the limit that the piece must not pass -> where the piece ends. The start of the
match means that this is no piece."""


def line_end(text: str, start: int) -> int:
    r"""Offset of the line break at or after ``start``, or of the end of the text.

    >>> line_end("satu\ndua", 1), line_end("satu\ndua", 5)
    (4, 8)
    """
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def opens_line_or_follows_sentence(text: str, start: int) -> bool:
    """Whether ``start`` is the beginning of a line, or stands behind the end of a sentence or a bracket.

    >>> opens_line_or_follows_sentence("Usai. Foto", 6), opens_line_or_follows_sentence("dalam Foto", 6)
    (True, False)
    """
    before = text[max(0, start - 2) : start]
    return start == 0 or before[-1] in _ENDS or (before[-1] == " " and before[0] in _ENDS)


def cut_out(text: str, marker: re.Pattern[str], end_of: EndOf) -> str:
    r"""Return the text without the pieces that begin with a match; each leaves a line break.

    :param marker: matches the beginning of a piece.
    :param end_of: told the end of its line or the next marker as the limit, whichever comes first.

    >>> cut_out("a #x b\nc", re.compile("#"), lambda text, found, limit: limit)
    'a \n\nc'
    """
    markers = list(islice(marker.finditer(text), _MOST_PIECES + 1))
    if not markers:
        return text
    kept: list[str] = []
    position = 0
    for found, following in pairwise([*markers, None]):
        if found is None or found.start() < position:
            continue
        follows = len(text) if following is None else following.start()
        limit = max(found.end(), min(follows, line_end(text, found.end())))
        end = end_of(text, found, limit)
        if end > found.start():
            kept.extend((text[position : found.start()], "\n"))
            position = end
    rest = text[position:]
    kept.append(marker.sub("\n", rest) if len(markers) > _MOST_PIECES else rest)
    return "".join(kept)
