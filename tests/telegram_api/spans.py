"""Marked spans of a text, and the rules by which Telegram nests, splits and joins them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
# Nothing can be marked inside these.
OPAQUE = frozenset({"code", "pre", "date_time"})

# Where two entities cover the same characters, the outer one has the lower number.
_DEPTH = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "date_time": 30,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_DEPTH_OF_FOUND = 50


class EntityError(ValueError):
    """Telegram refuses the text; `str(error)` is the description of its error 400."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One marked stretch of a text.

    :param kind: entity type as the Bot API names it
    :param start: first code point (not UTF-16 unit)
    :param end: code point after the last
    :param extra: what the entity says beside type, offset and length (url, language, user ...)
    """

    kind: str
    start: int
    end: int
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, int, int]:
        """By start, longest first, outer before inner."""
        return (self.start, -self.end, _DEPTH.get(self.kind, _DEPTH_OF_FOUND))


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Sort as Telegram lists entities."""
    return sorted(spans, key=lambda span: span.order)


def nest(spans: Iterable[Span]) -> list[Span]:
    """Bring spans into the shape that Telegram keeps: each pair is apart or one inside the other.

    Of links, mentions and code the first wins and what overlaps it is dropped, likewise of quotes; bold, italic and
    their like are joined where they touch and cut where others begin or end.

    :param spans: in any order, none empty
    :return: in the order of entities

    >>> nested = nest([Span(kind="bold", start=0, end=5), Span(kind="italic", start=3, end=5)])
    >>> [(span.kind, span.start, span.end) for span in nested]
    [('bold', 0, 3), ('bold', 3, 5), ('italic', 3, 5)]
    """
    styles, quotes, others = _by_group(spans)
    quotes = _without_overlaps(quotes)
    fixed = in_order([*_within_quotes(_without_overlaps(others), quotes), *quotes])
    return in_order([*fixed, *_cut(styles, fixed)])


def merge_found(spans: Iterable[Span], found: Sequence[Span]) -> list[Span]:
    """Add automatically found spans wherever the sender marked nothing of the kind (a link, code) himself.

    :param spans: nested spans of the sender
    :param found: spans that do not overlap each other
    :return: nested spans, in the order of entities
    """
    styles, quotes, others = _by_group(spans)
    free = [new for new in _within_quotes(found, quotes) if not any(_overlap(new, old) for old in others)]
    fixed = in_order([*others, *free, *quotes])
    return in_order([*fixed, *_cut(styles, fixed)])


def _by_group(spans: Iterable[Span]) -> tuple[list[Span], list[Span], list[Span]]:
    styles: list[Span] = []
    quotes: list[Span] = []
    others: list[Span] = []
    for span in in_order(spans):
        (styles if span.kind in SPLITTABLE else quotes if span.kind in QUOTES else others).append(span)
    return styles, quotes, others


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _without_overlaps(spans: Sequence[Span]) -> list[Span]:
    """Keep the first of any that overlap."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _within_quotes(spans: Sequence[Span], quotes: Sequence[Span]) -> list[Span]:
    """Drop what crosses the edge of a quote."""
    return [
        span
        for span in spans
        if all(not _overlap(span, quote) or (quote.start <= span.start and span.end <= quote.end) for quote in quotes)
    ]


def _cut(styles: Sequence[Span], fixed: Sequence[Span]) -> list[Span]:
    """Join touching styles of one kind, then cut them wherever another style begins or a fixed span begins or ends."""
    joined = [run for kind in sorted(SPLITTABLE) for run in _joined([span for span in styles if span.kind == kind])]
    cuts = {run.start for run in joined} | {edge for span in fixed for edge in (span.start, span.end)}
    opaque = [span for span in fixed if span.kind in OPAQUE]
    return [
        piece
        for run in joined
        for piece in _pieces(run, cuts)
        if not any(span.start <= piece.start and piece.end <= span.end for span in opaque)
    ]


def _joined(spans: Sequence[Span]) -> list[Span]:
    runs: list[Span] = []
    for span in spans:
        if runs and span.start <= runs[-1].end:
            runs[-1] = replace(runs[-1], end=max(runs[-1].end, span.end))
        else:
            runs.append(span)
    return runs


def _pieces(run: Span, cuts: Iterable[int]) -> list[Span]:
    edges = [run.start, *sorted(cut for cut in cuts if run.start < cut < run.end), run.end]
    return [replace(run, start=start, end=end) for start, end in pairwise(edges)]
