"""Choosing the stories of a day."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from news_days import FLOOD, MATCH, RICE, ZONE, dispatch, told_by

from bot.digests.digest import DigestStory, Topics, Window, choose
from bot.digests.digest_columns import is_column
from retrieval.stems import IndonesianStems
from retrieval.stories import Dispatch, Likeness, NewsStory, group

STEMS = IndonesianStems()
DAY = date(2025, 6, 10)

FLOODS = told_by(1, FLOOD, "Warta Nusa", "Harian Kita", "Kabar Timur", title="Banjir di Kampung Melati")
MATCHES = told_by(4, MATCH, "Warta Nusa", "Harian Kita", title="Garuda Muda menang atas Elang Laut")
RICES = told_by(6, RICE, "Kabar Timur", title="Harga beras medium naik")


def chosen(day: list[Dispatch], **options: object) -> list[DigestStory]:
    """The digest of 10 June 2025."""
    likeness = Likeness(day, STEMS)
    stories = group(likeness, [one.article.near_group for one in day])
    return choose(day, stories, likeness, window=Window.of_day(DAY, ZONE), stems=STEMS, **options)  # type: ignore[arg-type]


def test_stories_of_more_outlets_come_first() -> None:
    """What three outlets report mattered more than what two report, or one."""
    titles = [story.headline for story in chosen([*RICES, *MATCHES, *FLOODS])]
    assert titles == ["Banjir di Kampung Melati", "Garuda Muda menang atas Elang Laut", "Harga beras medium naik"]


def test_every_outlet_is_named_once() -> None:
    """Two articles of one outlet on a story are one name, the earlier article's."""
    day = [*FLOODS, dispatch(9, "Banjir surut di Kampung Melati", FLOOD, source="Warta Nusa", when="2025-06-10T11:00")]
    assert [article.id for article in chosen(day)[0].outlets] == ["a1", "a2", "a3"]


def test_quotes_are_sentences_of_the_articles() -> None:
    """A story is told in one or two sentences, of different outlets, that do not say the same."""
    quotes = chosen(FLOODS)[0].quotes
    assert len(quotes) == 2
    assert len({quote.article.source for quote in quotes}) == 2
    assert {quote.sentence.text for quote in quotes} <= set(FLOOD)


def test_articles_of_other_days_are_no_news() -> None:
    """A story that ended the day before is not told."""
    yesterday = told_by(1, FLOOD, "Warta Nusa", "Harian Kita", title="Banjir", when="2025-06-09T20:00")
    assert [story.headline for story in chosen([*yesterday, *RICES])] == ["Harga beras medium naik"]


def test_the_day_is_that_of_the_reader() -> None:
    """An article of late evening in Jakarta belongs to the next day in Jayapura."""
    late = told_by(1, FLOOD, "Warta Nusa", title="Banjir", when="2025-06-09T23:30")
    likeness = Likeness(late, STEMS)
    window = Window.of_day(DAY, ZoneInfo("Asia/Jayapura"))
    told = choose(late, group(likeness, [None]), likeness, window=window, stems=STEMS)
    assert [story.headline for story in told] == ["Banjir"]


def test_a_story_is_not_told_twice() -> None:
    """What a chat got yesterday comes again only when several outlets have something new."""
    told = {"a1"}
    assert [story.headline for story in chosen([*FLOODS[:2], *RICES], told=told)] == ["Harga beras medium naik"]
    more = told_by(20, FLOOD, "Harian Kita", "Kabar Timur", "Suara Barat", title="Banjir di Kampung Melati meluas")
    assert chosen([*FLOODS[:1], *more], told=told)[0].headline == "Banjir di Kampung Melati meluas"


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (Topics(include=("beras",)), ["Harga beras medium naik"]),
        (Topics(include=("harga beras", "banjir")), ["Banjir di Kampung Melati", "Harga beras medium naik"]),
        (Topics(exclude=("banjir",)), ["Garuda Muda menang atas Elang Laut", "Harga beras medium naik"]),
        (Topics(include=("gempa",)), []),
        (Topics(include=("banjir",), exclude=("Melati",)), []),
        (Topics(include=("...",)), []),
    ],
    ids=["one word", "several", "unwanted", "none", "both", "no word"],
)
def test_topics_choose_by_words(topics: Topics, expected: list[str]) -> None:
    """Wanted and unwanted words are looked for in headlines and first sentences, by their stems."""
    assert [story.headline for story in chosen([*FLOODS, *MATCHES, *RICES], topics=topics)] == expected


@pytest.mark.parametrize(
    "headline",
    [
        "Ramalan zodiak hari ini: Leo dan Gemini",
        "Link live streaming Garuda Muda",
        "7 Model Gamis Terbaru",
        "Jadwal KRL Besok",
    ],
)
def test_columns_are_no_news(headline: str) -> None:
    """Horoscopes, links to streams, lists and timetables are known by their headlines."""
    assert is_column(headline)


@pytest.mark.parametrize(
    "headline",
    [
        "Jadwal Terbang Batal akibat Erupsi",
        "Presiden Nonton Laga Garuda Muda",
        "Menteri Bantah Video Viral",
        "Warga Mohon Doa",
    ],
)
def test_news_is_no_column(headline: str) -> None:
    """Words of columns in a headline of news do no harm."""
    assert not is_column(headline)


def test_the_twin_of_a_told_story_is_not_told() -> None:
    """A second group on an event that a chat already heard of is silent too."""
    twins = told_by(20, FLOOD[::-1], "Suara Barat", title="Sungai Cisanti meluap")
    day = [*FLOODS, *twins, *RICES]
    likeness = Likeness(day, STEMS)
    first, second = NewsStory(members=(0, 1, 2), centrality=np.ones(3)), NewsStory(members=(3,), centrality=np.ones(1))
    third = NewsStory(members=(4,), centrality=np.ones(1))
    told = choose(
        day, [first, second, third], likeness, window=Window.of_day(DAY, ZONE), stems=STEMS, told={"a1", "a2", "a3"}
    )
    assert [story.headline for story in told] == ["Harga beras medium naik"]


def test_no_more_than_asked_for() -> None:
    """A digest has as many stories as wanted."""
    assert len(chosen([*FLOODS, *MATCHES, *RICES], limit=2)) == 2


def test_a_plain_headline_is_preferred() -> None:
    """Of a story's headlines the one that does not shout stands above it."""
    day = [
        dispatch(1, "Heboh! Banjir di Kampung Melati, Warga Geger", FLOOD),
        dispatch(2, "Banjir di Kampung Melati", FLOOD[1:] + FLOOD[:1], source="Harian Kita"),
        *RICES,
        *MATCHES,
    ]
    assert "Banjir di Kampung Melati" in [story.headline for story in chosen(day)]


def test_a_quiet_day_is_empty() -> None:
    """No article, no story."""
    assert chosen([]) == []
