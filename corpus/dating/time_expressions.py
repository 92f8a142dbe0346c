"""All expressions of time in a text, resolved to days, and the days that a sentence of an article speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from corpus.dating import calendar_times, relative_times
from corpus.dating.calendar_words import PLAIN_LETTERS, add_months, month_end
from corpus.dating.date_mentions import find_dates
from corpus.dating.time_spans import A_YEAR, CERTAINTY, Basis, Frame, PeriodKind, TimeExpression

_RULES = (*relative_times.RULES, *calendar_times.RULES)
_WORD = re.compile(r"\w+")


def find_time_expressions(text: str, frame: Frame) -> list[TimeExpression]:
    """All expressions of time, in order; two that are the ends of a span are one.

    Of overlapping ones a date wins, then the one that begins first, then the longest: "hari Minggu lalu" is a Sunday
    and no week.

    >>> [(e.since.isoformat(), e.until.isoformat()) for e in
    ...  find_time_expressions("dari kemarin sampai akhir bulan ini", Frame(today=date(2025, 6, 12)))]
    [('2025-06-11', '2025-06-30')]
    """
    text = text.translate(PLAIN_LETTERS)
    words = set(_WORD.findall(text.lower()))
    numbers = [word for word in words if word[0].isdigit()]
    if any(len(number) >= 4 for number in numbers):
        words.add(A_YEAR)
    taken = bytearray(len(text))
    found = list(_dates(text, frame, taken)) if numbers else []
    for rule in _RULES:
        if not rule.words.isdisjoint(words):
            read = (rule.read(match, frame) for match in rule.pattern.finditer(text))
            found += (expression for expression in read if expression is not None)
    return list(_joined(text, _without_overlaps(found, taken)))


def _dates(text: str, frame: Frame, taken: bytearray) -> Iterator[TimeExpression]:
    """:param taken: gets a 1 for each character of a date that the calendar has not, so that no part of it is read."""
    for mention in find_dates(text):
        expression = calendar_times.read_date(text, mention, frame)
        if expression is not None:
            yield expression
        else:
            _take(taken, mention.start, mention.end)


def _take(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\x01" * (end - start)


def _without_overlaps(found: list[TimeExpression], taken: bytearray) -> list[TimeExpression]:
    """:param taken: a byte for each character of the text, 1 where nothing may be read any more."""
    kept: list[TimeExpression] = []
    for expression in sorted(found, key=lambda e: (not e.dated, e.start, -e.end)):
        if not any(taken[expression.start : expression.end]):
            _take(taken, expression.start, expression.end)
            kept.append(expression)
    return sorted(kept, key=lambda expression: expression.start)


_CONNECTOR = re.compile(
    r"\s*(?:(?P<reach>[-–—]|s/d|s\.d\.?|sd|sampai(?:\s+dengan)?|sampe|smpe|hingga)|(?P<pair>dan|atau|sama|ke))"
    r"(?:\s+(?:tanggal|tgl|bulan|bln|tahun|thn))?\s*",
    re.IGNORECASE,
)
_BOTH_ENDS_BEFORE = re.compile(r"\b(?:antara|dari)(?:\s+(?:tanggal|tgl|bulan|bln|tahun|thn|hari))*\s*$", re.IGNORECASE)
_ROOM_BEFORE = 30


def _joined(text: str, expressions: Iterable[TimeExpression]) -> Iterator[TimeExpression]:
    first: TimeExpression | None = None
    for second in expressions:
        if first is not None and _are_ends(text, first, second):
            first = _span(first, second)
            continue
        if first is not None:
            yield first
        first = second
    if first is not None:
        yield first


def _are_ends(text: str, first: TimeExpression, second: TimeExpression) -> bool:
    connector = _CONNECTOR.fullmatch(text, first.end, second.start)
    if connector is None or first.kind in (PeriodKind.EVENT_YEAR, PeriodKind.SPAN):
        return False
    if connector["reach"] is not None:
        return True
    # The second of "tahun 2003 dan 2004" is bare, and looks like a part of a name.
    if first.kind is second.kind or (first.kind, second.kind) == (PeriodKind.YEAR, PeriodKind.EVENT_YEAR):
        return True
    return _BOTH_ENDS_BEFORE.search(text, max(0, first.start - _ROOM_BEFORE), first.start) is not None


def _span(first: TimeExpression, second: TimeExpression) -> TimeExpression:
    """Both ends and what lies between; a year that one lacks is that of the other: "Januari sampai Maret 2024"."""
    since, until = first.since, second.until
    bases = {first.basis, second.basis}
    if bases == {Basis.ABSOLUTE, Basis.YEARLESS}:
        bases = {Basis.ABSOLUTE}
        if first.basis is Basis.YEARLESS:
            since = add_months(since, 12 * (until.year - since.year))
        else:
            until = _last_day_in(second, since.year)
            until = until if until >= since else _last_day_in(second, since.year + 1)
    if since > until and first.basis is Basis.YEARLESS:
        since = add_months(since, -12)
    return TimeExpression(
        start=first.start,
        end=second.end,
        since=min(since, until),
        until=max(since, until),
        kind=PeriodKind.SPAN,
        basis=max(bases, key=CERTAINTY.index),
    )


def _last_day_in(expression: TimeExpression, year: int) -> date:
    """The last day of an expression, moved to a year; a whole February stays whole."""
    last = expression.until
    day = add_months(last, 12 * (year - last.year))
    whole = expression.kind is not PeriodKind.DAY and last == month_end(last.year, last.month)
    return month_end(day.year, day.month) if whole else day


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionedDate:
    """Days that a sentence speaks of.

    :param start: first character of the words that name them.
    :param end: one past the last character.
    :param first: the first day.
    :param last: the last day, the same for a single day.
    """

    start: int
    end: int
    first: date
    last: date


def mentioned_days(text: str, *, published: date) -> list[MentionedDate]:
    """The days that a sentence of an article speaks of, in order, as its reader on the day of publication saw them.

    Dates without a year are those nearest to the publication. Years that belong to names ("Piala Dunia 2026") and
    vague words ("belakangan ini") are left out; a bare weekday is the latest one.

    >>> [(m.first.isoformat(), m.last.isoformat()) for m in
    ...  mentioned_days("Lomba Kamis (12/9) ditunda ke 3-5 Oktober.", published=date(2024, 9, 13))]
    [('2024-09-12', '2024-09-12'), ('2024-10-03', '2024-10-05')]
    """
    expressions = find_time_expressions(text, Frame(today=published, looks_back=False))
    return [
        MentionedDate(start=e.start, end=e.end, first=e.since, last=e.until)
        for e in expressions
        if e.kind is not PeriodKind.EVENT_YEAR and (e.basis is not Basis.VAGUE or e.kind is PeriodKind.DAY)
    ]
