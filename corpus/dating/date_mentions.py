"""Calendar dates as Indonesian news writes them inside running text, found but not yet believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from corpus.dating.calendar_words import MONTH, MONTHS, PLAIN_LETTERS, WEEKDAY, WEEKDAYS, day_or_none, full_year

# The look-ahead comes first: it lets the engine skip all other characters (6 times faster), and so do ASCII digits.
_DATE = re.compile(
    rf"""(?=[0-9])(?<![0-9/.,:])
    (?:(?P<from>[0-9]{{1,2}})(?:\s?[-–—]\s?|\s(?:dan|hingga|sampai|s/d)\s))?
    (?P<day>[0-9]{{1,2}})
    (?:
        \s?/{{1,2}}\s?(?P<month>[0-9]{{1,2}})
        (?:\s?/{{1,2}}\s?(?P<year>[0-9]{{1,5}})|(?P<glued_year>[0-9]{{4}})|/)?
        (?![0-9/])
    |
        (?P<mark>[.-])(?P<marked_month>[0-9]{{1,2}})(?P=mark)(?P<marked_year>(?:19|20)[0-9][0-9])(?![0-9])
    |
        [\s-]{{1,2}}(?P<word>(?i:{MONTH}))(?![A-Za-z])
        (?:\.?[\s,-]{{0,2}}(?P<word_year>(?:1[5-9]|20)[0-9][0-9])(?![0-9]))?
    )""",
    re.VERBOSE,
)

_WEEKDAY_BEFORE = re.compile(
    rf"(?:^|[^a-z])({WEEKDAY})(?:\s+(?:pagi|siang|sore|petang|malam))?[\s,(]{{0,4}}$", re.IGNORECASE
)
_CALLED_DATE = re.compile(r"\b(?:tanggal|tgl)\.?\s$", re.IGNORECASE)
_WEEKDAY_ROOM = 24
"""Characters before a date that hold its weekday, with a part of the day: "Kamis malam, "."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date as written.

    :param start: first character, that of the weekday where one is named.
    :param end: one past the last character, the closing bracket included.
    :param year: as written, two digits completed; None where none or no believable one is written.
    :param misprinted: a year is written, and none to be believed ("18/6/2926", "27/2/203").
    :param weekday: as :meth:`datetime.date.weekday` counts, or None.
    :param bracketed: stands in round brackets, the mark of the day of reporting.
    :param first_day: of "3-5 Juni" the 3, else None.
    """

    start: int
    end: int
    day: int
    month: int
    year: int | None
    misprinted: bool
    weekday: int | None
    bracketed: bool
    first_day: int | None

    def resolve(self, year: int | None = None) -> date | None:
        """The day in the year written, else in the given one; None where there is no such day."""
        known = self.year or year
        return None if known is None else day_or_none(known, self.month, self.day)

    def agrees(self, day: date) -> bool:
        """Whether no weekday is named, or the one that this day is."""
        return self.weekday is None or self.weekday == day.weekday()


def find_dates(text: str, *, dateline_end: int = 0) -> Iterator[DateMention]:
    """Every date with at least a day and a month, in order, also impossible ones.

    A bare "24/2" counts only in brackets, after a weekday or after "tanggal": elsewhere it is a fraction or a score.

    :param dateline_end: before this character bare dates count too: "Jakarta, 24/2 (ANTARA) -".

    >>> [(m.day, m.month, m.year, m.bracketed) for m in find_dates("Kamis (24/2/22), hingga 3 Mei 2022")]
    [(24, 2, 2022, True), (3, 5, 2022, False)]
    """
    text = text.translate(PLAIN_LETTERS)
    for match in _DATE.finditer(text):
        mention = _mention(text, match, in_dateline=match.end() <= dateline_end)
        if mention is not None:
            yield mention


def _mention(text: str, match: re.Match[str], *, in_dateline: bool) -> DateMention | None:
    start, end = match.span()
    room = max(0, start - _WEEKDAY_ROOM)
    named = _WEEKDAY_BEFORE.search(text, room, start)
    opened = text[max(0, start - 2) : start].rstrip().endswith("(")
    word = match["word"]
    written_year = match["year"] or match["glued_year"] or match["marked_year"] or match["word_year"]
    year = _believable_year(written_year)
    marked = in_dateline or opened or named is not None
    if word is None and year is None and not marked and not _CALLED_DATE.search(text, room, start):
        return None
    return DateMention(
        start=named.start(1) if named else start,
        end=end + 1 if opened and text[end : end + 1] == ")" else end,
        day=int(match["day"]),
        month=MONTHS[word.lower()] if word else int(match["month"] or match["marked_month"]),
        year=year,
        misprinted=year is None and written_year is not None,
        weekday=WEEKDAYS[named[1].lower()] if named else None,
        bracketed=opened,
        first_day=int(match["from"]) if match["from"] else None,
    )


def _believable_year(written: str | None) -> int | None:
    """None for slips such as 203, 21025 or 2926."""
    if written is None or len(written) not in (2, 4):
        return None
    year = full_year(written)
    return year if 1500 <= year < 2100 else None
