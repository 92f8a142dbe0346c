"""The publication day of an article that came without one, judged from the dates inside its text.

News names the day of reporting again and again, in brackets after a weekday: "kata Budi, Kamis (24/2/2022)". Other
dates belong to events, past and to come. Each date is weighed by how it is written, by the words around it and by
its place. The heaviest day wins; where none weighs more than nothing, no day is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from math import log1p
from types import MappingProxyType
from zoneinfo import ZoneInfo

from corpus.dating.calendar_words import MONTH, WEEKDAY, add_days
from corpus.dating.date_fields import EARLIEST_DAY, BadDateError, check_plausible, parse_publication
from corpus.dating.date_mentions import DateMention, find_dates
from corpus.dating.date_readings import Manner, Reading, read_dates
from corpus.types import PublicationTime

MOST_DATES = 60
"""Dates weighed in one text, from its beginning; more stand only in calendars and tables."""

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "weekday, brackets, year": 2.5,
        "weekday, brackets": 1.0,
        "weekday, year": 0.5,
        "weekday": -0.5,
        "brackets, year": 0.0,
        "brackets": 0.0,
        "year": -1.5,
        "bare": -1.5,
        Manner.CONTRADICTED: -1.5,
        Manner.EARLIER_YEAR: -1.0,
        Manner.LATER_YEAR: -2.0,
        Manner.DAY_BEFORE: 2.0,
        "in dateline": 6.0,
        "today": 2.0,
        "said": 1.0,
        "to come": -1.0,
        "long ago": -1.0,
        "gone by": -1.5,
        "far ahead": -2.0,
        "first": 0.5,
        "supported": 0.5,
        "depth": -0.5,
        "later days": -1.5,
    }
)
"""Log odds that a date with this sign is the day of publication. Fitted as a conditional logit on half of 13,310 real
articles, then rounded to halves, which lost nothing on the other half. That of the rare dateline is set by hand."""


def publication_from_text(
    body: str, *, now: datetime, zone: ZoneInfo, reference: date | None = None, dateline_end: int = 0
) -> PublicationTime | None:
    """The publication time that the text itself gives away, usually only a day.

    A line above the text that holds a date, with or without a time of day, is believed first. A time inside the text
    is that of an event, and never taken.

    Measured on the half of the real articles that the weights were not fitted on: of 3,609 with a full date in
    brackets the day was that of publication, or at most two days before, in 93.2 % (the best choice among the dates of
    all such articles would be right in 95.5 %). Of 4,404 with any full date 91 % got a day, right in 91.9 %; the rest
    speak of events alone.

    :param body: the text as it came, or cleaned; paragraphs separated by line breaks where known.
    :param now: aware; nothing later than tomorrow is believed.
    :param zone: of times that name none.
    :param reference: a day near which the text probably appeared, it completes dates such as "(24/2)".
    :param dateline_end: characters of "Jakarta, 24/2 (ANTARA) -" at the beginning; a date in there is believed.
    :return: None where no date of the text can be believed.

    >>> publication_from_text(
    ...     'Festival akan digelar pada 17 Agustus 2022. "Semua siap," kata Wayan, Kamis (24/2/22).',
    ...     now=datetime(2022, 3, 1).astimezone(), zone=ZoneInfo("Asia/Jakarta"),
    ... ).isoformat()
    '2022-02-24'
    """
    headed = _from_head(body, now=now, zone=zone)
    if headed is not None:
        return headed
    mentions = list(islice(find_dates(body, dateline_end=dateline_end), MOST_DATES))
    latest = add_days(now.astimezone(zone).date(), 1)
    readings = [
        reading
        for reading in read_dates(body, mentions, latest=latest, reference=reference)
        if reading.day >= EARLIEST_DAY
    ]
    context = _Context.of(readings, dateline_end)
    weights = {
        reading: sum(WEIGHTS[sign] * much for sign, much in signs(body, reading, context)) for reading in readings
    }
    best = max(readings, key=lambda reading: (weights[reading], reading.day), default=None)
    return PublicationTime(day=best.day) if best is not None and weights[best] > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What all readings of a text have in common.

    :param reporting_days: days written with their weekday, as reporting days are.
    :param sure_days: days that no slip has to be assumed for.
    """

    reporting_days: frozenset[date]
    sure_days: frozenset[date]
    dateline_end: int

    @classmethod
    def of(cls, readings: Iterable[Reading], dateline_end: int) -> _Context:
        written = [r for r in readings if r.manner in (Manner.AS_WRITTEN, Manner.YEAR_GUESSED, Manner.CONTRADICTED)]
        return cls(
            reporting_days=frozenset(r.day for r in written if r.mention.weekday is not None),
            sure_days=frozenset(r.day for r in written if r.manner is not Manner.CONTRADICTED),
            dateline_end=dateline_end,
        )


_ANY_PART = r"[\s),]{0,4}(?:pagi|siang|sore|malam|dini hari)?\s{0,2}(?:yang |\()?"

_WORDS_BEFORE = {
    "to come": re.compile(
        r"\b(?:akan|bakal|mulai|hingga|sampai|(?:di|ter)?jadwal(?:kan|nya)?|rencana\w*|mendatang|nanti|jatuh|"
        r"paling lambat|berlangsung|digelar|menghadapi|melawan|lawan|hadapi|menjamu|jamu|kontra|vs|duel|laga|"
        r"pertandingan|batas|berakhir|tayang|dirilis|ditunda)\b",
        re.IGNORECASE,
    ),
    "said": re.compile(
        r"\bkata\b|ujar|ucap|tutur|jelas|terang|ungkap|kepada|kutip|lansir|ditemui|wartawan|konfe|konfirmasi|"
        r"dihubungi|tegas|imbuh|papar|sebut|siaran|rilis|rangkum|susun|sambung|tambah|tulis|lapor",
        re.IGNORECASE,
    ),
    "today": re.compile(r"\b(?:hari|pagi|siang|sore|malam) ini[\s,(]*$", re.IGNORECASE),
    "long ago": re.compile(
        r"\b(?:sejak|lahir|kelahiran|tertanggal|nomor|wafat|meninggal|berdiri|didirikan|dilantik|diteken|"
        r"diundangkan|per|dibacakan|periode)\b.{0,20}$",
        re.IGNORECASE,
    ),
}
_WORDS_AFTER = {
    "gone by": re.compile(_ANY_PART + "(?:pekan )?(?:lalu|silam)", re.IGNORECASE),
    "far ahead": re.compile(_ANY_PART + "(?:mendatang|nanti|(?:pekan )?depan)", re.IGNORECASE),
    "today": re.compile(_ANY_PART + "(?:hari|pagi|siang|sore|malam) ini", re.IGNORECASE),
}
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_ROOM_BEFORE = 60
"""Characters before a date, of its own sentence, whose words tell what kind of date it is."""
_SUPPORT_DAYS = 3
"""Days between two dates of one story."""
_DEPTH_SCALE = 200
"""Characters, about one paragraph, over which a date begins to lose weight."""


def signs(text: str, reading: Reading, context: _Context) -> Iterator[tuple[str, float]]:
    """The signs of :data:`WEIGHTS` that a reading shows, each with how much of it there is (1 for plain ones)."""
    mention = reading.mention
    yield _form(mention), 1.0
    if reading.manner in WEIGHTS:
        yield reading.manner, 1.0
    before = _SENTENCE_END.split(text[max(0, mention.start - _ROOM_BEFORE) : mention.start])[-1]
    yield from ((sign, 1.0) for sign, words in _WORDS_BEFORE.items() if words.search(before))
    yield from ((sign, 1.0) for sign, words in _WORDS_AFTER.items() if words.match(text, mention.end))
    if mention.start < context.dateline_end:
        yield "in dateline", 1.0
    if reading.order == 0:
        yield "first", 1.0
    if _is_supported(reading, context):
        yield "supported", 1.0
    yield "depth", log1p(max(0, mention.start - context.dateline_end) / _DEPTH_SCALE)
    yield "later days", log1p(sum(1 for day in context.reporting_days if day > reading.day))


def _form(mention: DateMention) -> str:
    parts = {"weekday": mention.weekday is not None, "brackets": mention.bracketed, "year": mention.year is not None}
    return ", ".join(name for name, present in parts.items() if present) or "bare"


def _is_supported(reading: Reading, context: _Context) -> bool:
    """Whether another date of the text is close, or for an assumed slip the very same."""
    if reading.day in context.sure_days and reading.manner not in (Manner.AS_WRITTEN, Manner.YEAR_GUESSED):
        return True
    return any(0 < abs((day - reading.day).days) <= _SUPPORT_DAYS for day in context.sure_days)


_HEAD_LINES = 6
"""Lines that may stand above the text: headline, by-line, place, time."""
_HEAD_LINE_CHARS = 100
"""A longer line is a paragraph, and the head is over."""
_HEAD_DATE = re.compile(
    rf"""
    (?P<label>[^\d\n]{{0,45}})
    (?:\d{{1,2}}(?:[\s-](?:{MONTH})[\s,-]+|/\d{{1,2}}/)\d{{4}}|\d{{4}}-\d\d-\d\d)
    (?P<clock>[\s,|)–—-]*(?:pukul\s|jam\s)?\d{{1,2}}[:.]\d\d(?::\d\d)?)?
    (?P<zone>\s?wi(?:b|ta|t)\b)?
    [\s.|)–—-]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PUBLISHED = re.compile(r"terbit|publi|tayang|posting|unggah|perbarui|update|tanggal", re.IGNORECASE)
_AT_MOST_WEEKDAY = re.compile(rf"\W*(?:{WEEKDAY})?\W*", re.IGNORECASE)
_EVENT = re.compile(r"jadwal|siaran|live|prediksi|laga|\bvs\b|digelar", re.IGNORECASE)


def _from_head(body: str, *, now: datetime, zone: ZoneInfo) -> PublicationTime | None:
    """The time in a line of its own above the text, or in front of a text whose line breaks are lost."""
    for line in body.split("\n", _HEAD_LINES)[:_HEAD_LINES]:
        found = _HEAD_DATE.match(line)
        prose = len(line) > _HEAD_LINE_CHARS
        if found is not None and (_leads(found) if prose else _is_dating_line(found, line)):
            published = _plausible(found.group(), now=now, zone=zone)
            if published is not None:
                return published
        if prose:
            break
    return None


def _leads(found: re.Match[str]) -> bool:
    """Whether a date at the beginning of prose is that of publication: day, bare clock and zone, no "pukul"."""
    bare_clock = found["clock"] is not None and not re.search("pukul|jam", found["clock"], re.IGNORECASE)
    return bare_clock and found["zone"] is not None and _AT_MOST_WEEKDAY.fullmatch(found["label"]) is not None


def _is_dating_line(found: re.Match[str], line: str) -> bool:
    if found.end() < len(line.rstrip()):
        return False
    label = found["label"]
    if _AT_MOST_WEEKDAY.fullmatch(label) or _PUBLISHED.search(label):
        return True
    return found["clock"] is not None and _EVENT.search(label) is None


def _plausible(text: str, *, now: datetime, zone: ZoneInfo) -> PublicationTime | None:
    try:
        published = parse_publication(text, zone=zone)
    except BadDateError:
        return None
    return published if check_plausible(published, now=now) is None else None
