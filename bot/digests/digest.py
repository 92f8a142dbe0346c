"""Which stories of a day mattered, and which sentences tell them: pure choosing over grouped articles.

Every word of a digest is quoted: headlines are headlines of articles, sentences are their sentences.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.digests.digest_columns import is_aside
from corpus.types import Article, Sentence
from retrieval.stems import IndonesianStems, words_of
from retrieval.stories import Dispatch, Likeness, NewsStory

STORIES = 7
"""In a digest, unless somebody wants another number."""

SAME_EVENT = 0.2
"""Average likeness of the articles of two stories from which they tell of one event: reports before and after a match,
a decision and the reactions to it. Read by hand over the real articles of 10 June 2025."""

MOVED_ON = 3
"""New articles that make a story which a chat already got worth telling again, one outlet's alone do not."""

CENTRAL = 8
"""Members of a story, the most central ones, that it is compared by."""

SHORTEST_QUOTE, LONGEST_QUOTE = 40, 320
"""Characters of a sentence that tells something by itself and still reads well in a digest."""

_SHOUTING = re.compile(
    r"[!?]|\b(?:heboh|viral|geger|terungkap|ternyata|bikin|simak|intip|begini|ini dia)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that a digest tells of.

    :param since: aware, the first moment. :param until: aware, the first moment that is too late.
    """

    since: datetime
    until: datetime

    @classmethod
    def of_day(cls, day: date, zone: tzinfo) -> Window:
        """A calendar day in a time zone."""
        start = datetime.combine(day, time.min, tzinfo=zone)
        return cls(since=start, until=datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone))

    @property
    def days(self) -> tuple[date, date]:
        """First and last calendar day that it touches, each in the zone of its moment."""
        return self.since.date(), (self.until - timedelta(microseconds=1)).date()

    def holds(self, article: Article) -> bool:
        """Whether an article appeared in this time; one of which only the day is known, if that day is part of it."""
        moment = article.published_at.moment
        if moment is None:
            first, last = self.days
            return first <= article.published_at.day <= last
        return self.since <= moment < self.until

    def share_before(self, article: Article) -> float:
        """How much of this time had gone by when an article appeared; half where only its day is known."""
        moment = article.published_at.moment
        if moment is None:
            return 0.5
        return min(max((moment - self.since) / (self.until - self.since), 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One sentence of one article."""

    sentence: Sentence
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """A story as it is told.

    :param headline: the headline of one of its articles.
    :param quotes: one or two sentences, of different outlets where there are any.
    :param outlets: one article of each outlet, the earliest, in order of publication.
    :param article_ids: of all articles of the story.
    """

    headline: str
    quotes: tuple[Quote, ...]
    outlets: tuple[Article, ...]
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """What a subscription wants to read about.

    :param include: words of which a story must have one; empty for any story.
    :param exclude: words of which it must have none.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)


def choose(
    dispatches: Sequence[Dispatch],
    stories: Sequence[NewsStory],
    likeness: Likeness,
    *,
    window: Window,
    stems: IndonesianStems,
    topics: Topics | None = None,
    told: Collection[str] = (),
    limit: int = STORIES,
) -> list[DigestStory]:
    """Choose the stories of a time, the most important first; fewer, or none, when it was quiet.

    :param dispatches: articles of that time and of the day before it, so that a story which goes on is known as one.
    :param stories: how they group, see :func:`retrieval.stories.group`; `likeness` of the same articles.
    :param topics: None for all.
    :param told: ids of articles whose stories the chat already got.
    """
    recent = [[place for place in story.members if window.holds(dispatches[place].article)] for story in stories]
    old = {
        number
        for number, (story, today) in enumerate(zip(stories, recent, strict=True))
        if _is_told(story, today, dispatches, told)
    }
    candidates = [
        (_weight(today, story, dispatches, window), number)
        for number, (story, today) in enumerate(zip(stories, recent, strict=True))
        if today
        and number not in old
        and (topics is None or not topics or _is_wanted([dispatches[place] for place in today], topics, stems))
    ]
    chosen: list[int] = []
    for _, number in sorted(candidates, key=lambda entry: (-entry[0], entry[1])):
        if len(chosen) == limit:
            break
        if all(_average(likeness, stories[number], stories[other]) < SAME_EVENT for other in (*chosen, *old)):
            chosen.append(number)
    return [_told_story(recent[number], stories[number], dispatches) for number in chosen]


def _is_told(story: NewsStory, today: Sequence[int], dispatches: Sequence[Dispatch], told: Collection[str]) -> bool:
    """Whether a chat got the story before, and it has not moved on since."""
    ids = {dispatches[place].article.id for place in story.members}
    if not ids & set(told):
        return False
    new = [dispatches[place].article for place in today if dispatches[place].article.id not in told]
    return len(new) < MOVED_ON or len({article.source for article in new}) < 2


def _is_wanted(members: Sequence[Dispatch], topics: Topics, stems: IndonesianStems) -> bool:
    """Whether a story is about a wanted subject and none of the unwanted ones.

    A word counts where it stands in a headline, or in the first sentences of half of the articles; several words
    together ("harga beras") count where all of them do.
    """
    included = not topics.include or any(_is_about(members, word, stems) for word in topics.include)
    return included and not any(_is_about(members, word, stems) for word in topics.exclude)


def _is_about(members: Sequence[Dispatch], subject: str, stems: IndonesianStems) -> bool:
    wanted = set(stems.of(words_of(subject)))
    if not wanted:
        return False
    if any(wanted <= set(stems.of(words_of(member.article.title))) for member in members):
        return True
    leads = [" ".join(sentence.text for sentence in member.sentences[:3]) for member in members]
    return 2 * sum(wanted <= set(stems.of(words_of(lead))) for lead in leads) > len(members)


def _weight(today: Sequence[int], story: NewsStory, dispatches: Sequence[Dispatch], window: Window) -> float:
    """How much a story mattered: outlets above all, then how many articles, how fresh, how close together."""
    articles = [dispatches[place].article for place in today]
    outlets = len({article.source for article in articles})
    aside = sum(is_aside(article.title) for article in articles) / len(articles)
    centrality = float(story.centrality.mean()) if len(story.members) > 1 else 0.0
    freshness = max(window.share_before(article) for article in articles)
    return (
        2.0 * math.log2(outlets) + 0.6 * math.log2(1 + len(articles)) + 0.5 * freshness + 0.5 * centrality - 3.0 * aside
    )


def _average(likeness: Likeness, one: NewsStory, other: NewsStory) -> float:
    return float(likeness.between(one.members[:CENTRAL], other.members[:CENTRAL]).mean())


def _told_story(today: Sequence[int], story: NewsStory, dispatches: Sequence[Dispatch]) -> DigestStory:
    members = [dispatches[place] for place in today]
    members.insert(0, members.pop(_head(members)))
    earliest: dict[str, Article] = {}
    for article in sorted((member.article for member in members), key=_published):
        earliest.setdefault(article.source, article)
    return DigestStory(
        headline=members[0].article.title,
        quotes=_quotes(members),
        outlets=tuple(earliest.values()),
        article_ids=tuple(dispatches[place].article.id for place in story.members),
    )


def _head(members: Sequence[Dispatch]) -> int:
    """Place of the article whose headline stands for the story: of the more central half the plainest, then the latest.

    Of a match the result is wanted and not the score at half-time.
    """
    central = range(max(min(3, len(members)), len(members) // 2))
    return min(
        central,
        key=lambda place: (
            is_aside(members[place].article.title),
            len(_SHOUTING.findall(members[place].article.title)),
            [-part for part in _moment(members[place].article)],
        ),
    )


def _moment(article: Article) -> tuple[float, float]:
    moment = article.published_at.moment
    return article.published_at.day.toordinal(), 0.0 if moment is None else moment.timestamp()


def _published(article: Article) -> tuple[date, float]:
    moment = article.published_at.moment
    return (article.published_at.day, math.inf) if moment is None else (moment.date(), moment.timestamp())


def _quotes(members: Sequence[Dispatch]) -> tuple[Quote, ...]:
    """The lead of the first article, and one sentence of another outlet that says something else."""
    first = _first_telling(members[0], ())
    if first is None:
        return ()
    known = (first.sentence.text,)
    for member in members[1:]:
        if member.article.source != members[0].article.source:
            second = _first_telling(member, known)
            if second is not None:
                return (first, second)
    return (first,)


def _first_telling(member: Dispatch, known: Sequence[str]) -> Quote | None:
    for sentence in member.sentences[:6]:
        if not SHORTEST_QUOTE <= len(sentence.text) <= LONGEST_QUOTE or not sentence.text.rstrip('"”’').endswith("."):
            continue
        if all(_overlap(sentence.text, text) < 0.5 for text in known):
            return Quote(sentence=sentence, article=member.article)
    return None


def _overlap(text: str, other: str) -> float:
    """Share of the words of the shorter text that the other has too."""
    words, others = set(words_of(text)), set(words_of(other))
    return len(words & others) / max(1, min(len(words), len(others)))
