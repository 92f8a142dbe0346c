"""Telling a chat at once of a new story on its subjects.

Follows the change log of the articles. A new article that is about somebody's subject is looked up among the stories of
the last day; if the chat was told none of that story's articles, an entry of the outbox tells of it. So each story
comes once, however many outlets report it, and after a kill nothing comes twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

import structlog

from bot.digests.digest import LONGEST_QUOTE, SHORTEST_QUOTE, Topics, Window
from bot.digests.digest_sending import ALERT
from bot.digests.schedules import is_night, morning_after, start_of_day
from bot.digests.shared_stories import StoryMaker
from bot.digests.subscriptions import Subscription, SubscriptionStore
from bot.keeping.mailbox import Mailbox
from bot.sending.delivery import Delivery
from bot.sending.entries import Rest, send_entry
from bot.types import OutboxEntry, Scheduled
from bot.words import digest_texts as texts
from bot.words.markup import BLANK, Part, Run, line, pack
from bot.words.render import headline, outlet
from corpus.dating.spelled_dates import publication_words
from corpus.store import ArticleStore
from corpus.types import Article, Change, ChangeKind, Sentence
from retrieval.stems import IndonesianStems, words_of

LOOK_EVERY_S = 20.0
CHANGES_AT_ONCE = 500

FRESH = timedelta(hours=12)
"""An article that appeared before is no news: an archive may be loaded at any time."""

STORIES_OF = timedelta(hours=24)
MOST_STORIES_LOOKED_AT = 50

LEAD_SENTENCES = 3
"""Where the subject of an article stands, besides its headline."""

SEEN_MARK = "alerts_seen"


class TopicAlerts:
    """Finds what is to be told at once, and sends it.

    :param zone: of articles of which only the day is known.
    :param clock: the present, aware.
    """

    def __init__(
        self,
        store: ArticleStore,
        maker: StoryMaker,
        *,
        subscriptions: SubscriptionStore,
        mailbox: Mailbox,
        delivery: Delivery,
        zone: ZoneInfo,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._maker = maker
        self._subscriptions = subscriptions
        self._mailbox = mailbox
        self._delivery = delivery
        self._zone = zone
        self._clock = clock
        self._stems = IndonesianStems()
        self._in_hand: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def run(self, on_new: Callable[[], None]) -> None:
        """Look for what is new, for ever.

        :param on_new: called when there is something to send.
        """
        while True:
            try:
                if await self.look():
                    on_new()
            except Exception as error:  # whatever it is, the next look comes
                structlog.get_logger().error("alerts not looked for", error=repr(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """Put what is new since the last look into the outbox.

        :return: how many alerts.
        """
        store_id, seen = await self._store.store_id(), await self._seen()
        if seen is None:
            self._subscriptions.marks.set(SEEN_MARK, f"{store_id} {await self._store.last_seq()}")
            return 0
        added = 0
        while changes := await self._store.changes(seen, CHANGES_AT_ONCE):
            added += await self._take(changes)
            seen = changes[-1].seq
            self._subscriptions.marks.set(SEEN_MARK, f"{store_id} {seen}")
        return added

    async def _take(self, changes: Sequence[Change]) -> int:
        new = [change.seq for change in changes if change.kind is ChangeKind.UPSERT and change.replaces is None]
        articles = [article for article in (await self._store.by_version(new)).values() if self._is_fresh(article)]
        subscriptions = await self._subscriptions.with_alerts() if articles else []
        added = 0
        for article in articles:
            for one in await self._those_who_want(article, subscriptions):
                added += await self._tell(article, one)
        return added

    async def _seen(self) -> int | None:
        """Number of the last change that was looked at, or None where this store is new."""
        mark = await self._subscriptions.marks.get(SEEN_MARK)
        store_id, _, seq = (mark or "").partition(" ")
        return int(seq) if seq and store_id == await self._store.store_id() else None

    def _is_fresh(self, article: Article) -> bool:
        now, moment = self._clock(), article.published_at.moment
        if moment is None:
            return article.published_at.day == now.astimezone(self._zone).date()
        return now - FRESH <= moment <= now + FRESH

    async def _those_who_want(self, article: Article, subscriptions: Sequence[Subscription]) -> list[Subscription]:
        """By the words of the article alone, which costs little."""
        if not subscriptions:
            return []
        sentences = await self._store.sentences(article.id)
        return await asyncio.to_thread(self._wanting, article, sentences, subscriptions)

    def _wanting(
        self, article: Article, sentences: Sequence[Sentence], subscriptions: Sequence[Subscription]
    ) -> list[Subscription]:
        lead = " ".join(sentence.text for sentence in sentences[:LEAD_SENTENCES])
        passages = [set(self._stems.of(words_of(text))) for text in (article.title, lead)]
        known: dict[Topics, bool] = {}
        for one in subscriptions:
            if one.topics not in known:
                known[one.topics] = self._is_about(passages, one.include) and not self._is_about(passages, one.exclude)
        return [one for one in subscriptions if known[one.topics]]

    def _is_about(self, passages: Sequence[set[str]], subjects: Iterable[str]) -> bool:
        for subject in subjects:
            wanted = set(self._stems.of(words_of(subject)))
            if wanted and any(wanted <= passage for passage in passages):
                return True
        return False

    async def _tell(self, article: Article, one: Subscription) -> int:
        """Put an alert into the outbox, unless the chat knows the story."""
        told = await self._subscriptions.tellings.told(one.id)
        story = {article.id, *(copy.id for copy in await self._copies(article))}
        story |= await self._story_of(article, one)
        if story & told:
            return 0
        now = self._clock()
        due_at = now if one.alerts_at_night else morning_after(now, one.tz)
        added = await self._mailbox.enqueue(
            [Scheduled(kind=ALERT, chat_id=one.chat_id, thread_id=one.thread_id, slot=article.id, due_at=due_at)]
        )
        # Also where the entry is there already: a kill may have come between the two.
        self._subscriptions.tellings.tell(one.id, ALERT, article.id, story)
        return added

    async def _copies(self, article: Article) -> list[Article]:
        return await self._store.near_copies(article.near_group) if article.near_group else []

    async def _story_of(self, article: Article, one: Subscription) -> set[str]:
        """Ids of the articles of the same story, as far as the last day is grouped."""
        hour = self._clock().astimezone(self._zone).replace(minute=0, second=0, microsecond=0)
        window = Window(since=hour - STORIES_OF, until=hour + timedelta(hours=1))
        stories = await self._maker.stories(
            window, topics=Topics(include=one.include), told=(), limit=MOST_STORIES_LOOKED_AT
        )
        return next((set(story.article_ids) for story in stories if article.id in story.article_ids), set())

    async def send(self, entry: OutboxEntry, subscription: Subscription) -> None:
        """Send an alert, unless the chat had enough of them today, its article is gone, or night has come."""
        now = self._clock()
        if not subscription.alerts_at_night and is_night(now, subscription.tz):
            await self._mailbox.failed(entry.key, again_at=morning_after(now, subscription.tz))
            return
        article = await self._store.get(entry.slot)
        # One at a time, so that two do not both see room for one.
        async with self._in_hand.setdefault(subscription.id, asyncio.Lock()):
            sent = await self._mailbox.count_since(
                start_of_day(now, subscription.tz),
                kind=ALERT,
                chat_id=entry.chat_id,
                thread_id=entry.thread_id,
            )
            if article is None or sent >= subscription.alerts_per_day:
                await self._mailbox.skip(entry.key)
                return
            await self._send(entry, article, subscription)

    async def _send(self, entry: OutboxEntry, article: Article, subscription: Subscription) -> None:
        parts = alert_parts(article, await self._store.sentences(article.id), zone=subscription.tz)
        await send_entry(self._delivery, entry, Rest(parts=tuple(parts)), silent=subscription.silent)


def alert_parts(article: Article, sentences: Sequence[Sentence], *, zone: ZoneInfo) -> list[Part]:
    """A new story in one message: headline, its first telling sentence, the outlet with a link."""
    quote = next((one for one in sentences[:6] if SHORTEST_QUOTE <= len(one.text) <= LONGEST_QUOTE), None)
    lines = [
        line(Run(text=texts.ALERT, bold=True)),
        BLANK,
        line(Run(text=headline(article.title), bold=True, link=article.url)),
    ]
    if quote is not None:
        lines.append(line(quote.text, quoted=True))
    source = Run(text=outlet(article.source), link=article.url)
    lines.append(line("— ", source, f", {publication_words(article.published_at, zone)}"))
    return pack(lines)
