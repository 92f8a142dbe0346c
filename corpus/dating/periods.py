"""The period that a question names, in formal words or in the spelling of the chat, seen from the day it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from corpus.dating.calendar_words import add_days
from corpus.dating.time_expressions import find_time_expressions
from corpus.dating.time_spans import CERTAINTY, Basis, Frame, PeriodKind, TimeExpression

__all__ = ["Period", "PeriodKind", "find_period"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days that a question asks about.

    :param since: first day, or None where the period is open to the past.
    :param until: last day, or None where it is open to the future.
    :param start: first character of the question that names the period.
    :param end: one past the last of them.
    :param strict: articles from other days may be left out; else they should only rank lower.
    """

    since: date | None
    until: date | None
    start: int
    end: int
    kind: PeriodKind
    strict: bool

    def holds(self, day: date, *, late_days: int = 0) -> bool:
        """Whether a day lies in the period or, as reports of its last days may, so many days after it."""
        if self.since is not None and day < self.since:
            return False
        return self.until is None or day <= add_days(self.until, late_days)


def find_period(question: str, *, now: datetime) -> Period | None:
    """The period that a question names; of several the surest, then the shortest, then the first.

    Numbers of laws ("UU 20 Tahun 2003"), amounts ("2.000 orang") and durations ("tenor 3 tahun") are no periods. A
    year that belongs to a name ("Piala Dunia 2026") is one of the kind EVENT_YEAR.

    Strict are only words that count from today and reach into the last two months: "kemarin", "bulan lalu", "tahun
    ini". Dates of the calendar name the day of an event, and its article may be of another: of 177 questions that
    name a full day 49 % were answered by an article of that day, 76 % by one of it or of the two days after, 92 % by
    one from two days before to seven after; of 106 that name a month 76 % by one of that month, of 85 that name a
    year 38 % by one of that year.

    :param now: aware; the day is that of its own zone.

    >>> from datetime import UTC
    >>> period = find_period("gempa kmrn di mana?", now=datetime(2025, 6, 12, 9, tzinfo=UTC))
    >>> period.since, period.until, period.kind.value, period.strict
    (datetime.date(2025, 6, 11), datetime.date(2025, 6, 11), 'day', True)
    """
    today = now.date()
    named = find_time_expressions(question, Frame(today=today))
    best = min((_bounded(question, expression) for expression in named), key=_doubt, default=None)
    if best is None:
        return None
    return Period(
        since=None if best.since == date.min else best.since,
        until=None if best.until == date.max else best.until,
        start=best.start,
        end=best.end,
        kind=best.kind,
        strict=_is_strict(best, today),
    )


_STRICT_DAYS = 62
"""Two months: what is older is asked for as history, and told by articles of any later time."""


def _is_strict(period: TimeExpression, today: date) -> bool:
    if period.basis is not Basis.RELATIVE or period.since > today:
        return False
    if period.until >= today:
        return True
    return (today - period.until).days <= _STRICT_DAYS and (period.until - period.since).days <= _STRICT_DAYS


def _doubt(period: TimeExpression) -> tuple[bool, int, int, int]:
    """What the best of several periods has least of."""
    # By powers of two, since leap years and long months are no longer than others.
    size = (period.until - period.since).days.bit_length()
    return period.kind is PeriodKind.EVENT_YEAR, CERTAINTY.index(period.basis), size, period.start


_OPERATOR = re.compile(
    r"\b(?:(?P<since>sejak|semenjak|mulai|terhitung)|(?P<until>hingga|sampai(?:\s+dengan)?|sampe|smpe|s/d)"
    r"|(?P<before>sebelum|sblm)|(?P<after>setelah|sesudah|pasca|usai|selepas|stlh)|(?P<between>dari|antara))"
    r"(?:\s+(?:dari|mulai|sejak|pada|tanggal|tgl|bulan|bln|tahun|thn|hari))*\s*$",
    re.IGNORECASE,
)
_OPERATOR_ROOM = 40
"""Characters before an expression of time that hold the word which opens or bounds it."""


def _bounded(question: str, period: TimeExpression) -> TimeExpression:
    """The period with the word that opens or bounds it; an open end is that of the calendar."""
    operator = _OPERATOR.search(question, max(0, period.start - _OPERATOR_ROOM), period.start)
    if operator is None or period.kind is PeriodKind.EVENT_YEAR:
        return period
    kind, since, until = period.kind, period.since, period.until
    if operator["before"]:
        kind, since, until = PeriodKind.BEFORE, date.min, add_days(since, -1)
    elif operator["after"]:
        kind, since, until = PeriodKind.AFTER, add_days(until, 1), date.max
    elif kind is PeriodKind.SPAN:
        pass  # "dari Januari sampai Maret" has both its ends
    elif operator["since"] or (operator["between"] and period.basis is Basis.RELATIVE):
        kind, until = PeriodKind.SINCE, date.max
    elif operator["until"]:
        kind, since = PeriodKind.UNTIL, date.min
    else:
        return period
    return replace(period, start=operator.start(), since=since, until=until, kind=kind)
