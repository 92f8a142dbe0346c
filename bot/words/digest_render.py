"""A digest as messages: numbered stories, their quotations, their outlets as links. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.digests.digest import DigestStory
from bot.words.markup import BLANK, MAX_ENTITIES, MAX_UNITS, Line, Part, Run, line, pack, tidy
from bot.words.render import headline, outlet
from corpus.dating.spelled_dates import clock_time, spelled_out
from corpus.types import Article

TITLE = "Kabar pilihan"
QUIET = "Kali ini belum ada kabar baru di arsip. Sampai jumpa di kabar berikutnya!"
QUIET_TOPICS = "Kali ini belum ada kabar baru tentang topik yang dipilih."

OUTLETS_NAMED = 6
"""Outlets that are linked under a story; the others are counted."""


def digest_parts(stories: Sequence[DigestStory], *, day: date, zone: ZoneInfo, has_topics: bool = False) -> list[Part]:
    """A digest as messages, parted between two stories.

    :param day: that stands above it.
    :param zone: of the times that are told.
    :param has_topics: whether only some topics were wanted, which is what a quiet day is put down to.
    :return: at least one.
    """
    head = [line(Run(text=f"{TITLE}, {spelled_out(day)}", bold=True))]
    if not stories:
        return pack([*head, BLANK, line(QUIET_TOPICS if has_topics else QUIET)])
    parts: list[list[Line]] = [head]
    for number, story in enumerate(stories, start=1):
        lines = [BLANK, *_story_lines(number, story, zone)]
        if not _fits([*parts[-1], *lines]):
            parts.append([])
        parts[-1] += lines
    return [message for lines in parts for message in pack(lines)]


def _fits(lines: Sequence[Line]) -> bool:
    units = sum(one.units + 1 for one in lines)
    entities = sum(run.entities for one in lines for run in one.runs) + sum(one.quoted for one in lines)
    return units <= MAX_UNITS and entities <= MAX_ENTITIES


def _story_lines(number: int, story: DigestStory, zone: ZoneInfo) -> list[Line]:
    quotes = [
        line(
            tidy(quote.sentence.text),
            f" — {outlet(quote.article.source)}" if len(story.quotes) > 1 else "",
            quoted=True,
        )
        for quote in story.quotes
    ]
    return [line(Run(text=f"{number}. {headline(story.headline)}", bold=True)), *quotes, _outlets(story, zone)]


def _outlets(story: DigestStory, zone: ZoneInfo) -> Line:
    """Outlets in the order in which they reported, each a link to its article, with the time where it is known."""
    runs: list[Run | str] = []
    for article in story.outlets[:OUTLETS_NAMED]:
        runs += [", " if runs else "", Run(text=outlet(article.source), link=article.url), _time_of(article, zone)]
    left = len(story.outlets) - OUTLETS_NAMED
    if left > 0:
        runs.append(f", dan {left} media lain")
    return line(*runs)


def _time_of(article: Article, zone: ZoneInfo) -> str:
    moment = article.published_at.moment
    return "" if moment is None else f" ({clock_time(moment.astimezone(zone)).split(' ')[0]})"
