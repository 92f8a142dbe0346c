"""What the dates of one text may mean when nothing else tells the day: years completed, slips of the pen undone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpus.dating.calendar_words import add_days, day_or_none
from corpus.dating.date_mentions import DateMention


class Manner(StrEnum):
    """How a day follows from what is written."""

    AS_WRITTEN = "as written"
    YEAR_GUESSED = "year guessed"
    CONTRADICTED = "weekday contradicts"
    MONTH_SLIP = "month slip"
    EARLIER_YEAR = "a year earlier"
    LATER_YEAR = "a year later"
    DAY_BEFORE = "day before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One day that a date of the text may mean.

    :param order: number of the date in the text, from 0.
    """

    day: date
    mention: DateMention
    order: int
    manner: Manner


def read_dates(
    text: str, mentions: Sequence[DateMention], *, latest: date, reference: date | None = None
) -> list[Reading]:
    """Every reading of every date, none later than the latest day possible.

    A date without a year takes it from the full dates of the text, else from the reference, else from weekdays and
    from years named in the text. A date that its own weekday contradicts is read as written, and as the day that a
    slip in month or year would have made of it. "Kamis (7/8) besok" is read as the day before.

    :param latest: the last day on which the text can have appeared.
    :param reference: a day near which it probably appeared.
    """
    known = [d for m in mentions if (d := m.resolve()) is not None and d <= latest and m.agrees(d)]
    anchors = [(known, _NEAR_KNOWN_DAYS), ([reference] if reference else [], _NEAR_REFERENCE_DAYS)]
    votes = _year_votes(text, mentions, latest)
    readings = []
    for order, mention in enumerate(mentions):
        days_ahead = _days_ahead(text, mention)
        for day, manner in _dated(mention) if mention.year is not None else _completed(mention, anchors, votes, latest):
            if days_ahead:
                day, manner = add_days(day, -days_ahead), Manner.DAY_BEFORE
            if day <= latest:
                readings.append(Reading(day=day, mention=mention, order=order, manner=manner))
    return readings


_AHEAD_BEFORE = re.compile(r"\b(?:(besok)|lusa)[\s,(]*$", re.IGNORECASE)
_AHEAD_AFTER = re.compile(r"[\s),]{0,4}(?:pagi|siang|sore|malam)?\s{0,2}\(?(?:(besok)|lusa)\b", re.IGNORECASE)


def _days_ahead(text: str, mention: DateMention) -> int:
    """How far ahead the text itself places the date: 1 for "besok", 2 for "lusa", else 0."""
    said = _AHEAD_BEFORE.search(text, max(0, mention.start - 10), mention.start)
    said = said or _AHEAD_AFTER.match(text, mention.end)
    if said is None:
        return 0
    return 1 if said[1] else 2


def _dated(mention: DateMention) -> Iterator[tuple[date, Manner]]:
    written = mention.resolve()
    if written is not None and mention.agrees(written):
        yield written, Manner.AS_WRITTEN
        return
    if written is not None:
        yield written, Manner.CONTRADICTED
    if mention.weekday is None or mention.year is None:
        return
    for manner, year, month in (
        (Manner.MONTH_SLIP, mention.year, mention.month - 1),
        (Manner.MONTH_SLIP, mention.year, mention.month + 1),
        (Manner.EARLIER_YEAR, mention.year - 1, mention.month),
        (Manner.LATER_YEAR, mention.year + 1, mention.month),
    ):
        day = day_or_none(year, month, mention.day)
        if day is not None and mention.agrees(day):
            yield day, manner


_YEAR = re.compile(r"(?=[12])(?<![0-9.,/-])(?:19|20)[0-9]{2}(?![0-9/]|[.,][0-9])")
_LAW_BEFORE = re.compile(r"\b(?:nomor|no\.?|uu|pp|perpres|permen\w*|pasal)\s[\w./]*\s?(?:tahun\s)?$", re.IGNORECASE)
_LAW_ROOM = 24

_YEARS_BACK = 12
"""A date falls on the same weekday again after 5, 6 or 11 years, around 1900 and 2100 after 12."""
_NEAR_KNOWN_DAYS = 200
"""A date without a year is at most half a year, and a little, from the other dates of its article."""
_NEAR_REFERENCE_DAYS = 400
"""The same for the reference, which is only probable."""


def _completed(
    mention: DateMention, anchors: list[tuple[list[date], int]], votes: Mapping[int, float], latest: date
) -> Iterator[tuple[date, Manner]]:
    """The day of a date without a year: near an anchor, else in the year with most votes, the latest of equals."""
    for days, most_days in anchors:
        near = min(_near(mention, days, latest), default=None)
        if near is not None and near[0] <= most_days:
            yield near[1], Manner.AS_WRITTEN
            return
    if mention.weekday is None or mention.misprinted:
        return
    options = [day for year in votes if (day := _possible(mention, year, latest)) is not None]
    if options:
        yield max(options, key=lambda day: (votes[day.year], day)), Manner.YEAR_GUESSED


def _near(mention: DateMention, anchors: list[date], latest: date) -> Iterator[tuple[int, date]]:
    """Distance in days, and day, for each anchor and each year about it."""
    for anchor in anchors:
        for year in (anchor.year - 1, anchor.year, anchor.year + 1):
            day = _possible(mention, year, latest)
            if day is not None:
                yield abs((day - anchor).days), day


def _possible(mention: DateMention, year: int, latest: date) -> date | None:
    day = mention.resolve(year)
    return day if day is not None and day <= latest and mention.agrees(day) else None


def _year_votes(text: str, mentions: Sequence[DateMention], latest: date) -> dict[int, float]:
    """For each year that may be meant, how much speaks for it.

    Each weekday votes for the years in which it is right. The latest year that the text names, laws aside, counts as
    one such vote, its neighbours as a little less: texts written in January look back, plans look ahead. On 1,980
    articles with no other date this found the right year in 93 %, the latest possible year alone in 92 %.
    """
    partial = [m for m in mentions if m.year is None and m.weekday is not None and not m.misprinted]
    if not partial:
        return {}
    votes = {
        year: float(sum(1 for m in partial if _possible(m, year, latest) is not None))
        for year in range(latest.year - _YEARS_BACK, latest.year + 1)
    }
    named = max(_years_named(text, latest), default=None)
    if named is not None:
        for year, vote in ((named, 1.0), (named - 1, 0.6), (named + 1, 0.6)):
            votes[year] = votes.get(year, 0.0) + vote
    return votes


def _years_named(text: str, latest: date) -> Iterator[int]:
    for match in _YEAR.finditer(text):
        year = int(match.group())
        if year <= latest.year and not _LAW_BEFORE.search(text, max(0, match.start() - _LAW_ROOM), match.start()):
            yield year
