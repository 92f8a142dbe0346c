"""New stories on somebody's subjects are told at once: each once, a few a day, and not at night."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bot_desk import Desk, running_desk
from corpus_drafts import draft_of
from telegram_api.chats import Chat

from bot.digests.digest import DigestStory
from bot.digests.digest_making import DigestMaker
from bot.digests.digest_sending import DigestSender
from bot.digests.subscriptions import Subscription, SubscriptionStore
from bot.digests.topic_alerts import TopicAlerts, alert_parts
from bot.keeping.mailbox import Mailbox
from bot.words import digest_texts as texts
from corpus.store import ArticleStore
from corpus.types import Article, PublicationTime, Sentence

NOON = datetime(2025, 6, 10, 5, tzinfo=UTC)
"""12.00 WIB."""

WIB = ZoneInfo("Asia/Jakarta")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

FLOOD = (
    "Banjir merendam ratusan rumah di Kampung Melati akibat luapan Sungai Cisanti.\n"
    "Petugas mengevakuasi warga Kampung Melati dengan perahu karet sejak dini hari tadi."
)
MATCH = (
    "Garuda Muda mengalahkan Elang Laut dengan skor tiga kosong di Stadion Kencana.\n"
    "Pelatih memuji para pemain setelah laga sepak bola yang berlangsung keras itu."
)


@dataclass
class Newsroom:
    """A store that articles come into, and a bot that watches it."""

    desk: Desk
    store: ArticleStore
    subscriptions: SubscriptionStore
    mailbox: Mailbox
    now: datetime = NOON
    number: int = 0
    alerts: TopicAlerts = field(init=False)
    sender: DigestSender = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def clock(self) -> datetime:
        """The present."""
        return self.now

    def restart(self) -> None:
        """As a new process has it."""
        delivery = self.desk.delivery_over(self.mailbox)
        maker = DigestMaker(self.store, fingerprint="none")
        self.alerts = TopicAlerts(
            self.store,
            maker,
            subscriptions=self.subscriptions,
            mailbox=self.mailbox,
            delivery=delivery,
            zone=WIB,
            clock=self.clock,
        )
        self.sender = DigestSender(
            maker,
            subscriptions=self.subscriptions,
            mailbox=self.mailbox,
            delivery=delivery,
            state=self.desk.state,
            clock=self.clock,
            alerts=self.alerts,
        )

    async def subscribe(self, chat: Chat | None = None, **changes: Any) -> Subscription:
        """Somebody waits for news of floods."""
        usual = Subscription(
            owner_id=self.desk.person.id,
            chat_id=(chat or self.desk.person).id,
            include=("banjir",),
            alerts_per_day=3,
            since=NOON - HOUR,
            created_at=NOON - HOUR,
        )
        return await self.subscriptions.put(replace(usual, **changes))

    async def publish(self, title: str = "Banjir di Kampung Melati", body: str = FLOOD, **fields: Any) -> None:
        """An article comes into the store, and what watches it looks."""
        self.number += 1
        given = {"id": f"a{self.number}", "day": self.now.isoformat(), "url": f"https://warta.example/{self.number}"}
        await self.store.upsert([draft_of(body, title=title, **(given | fields))])
        await self.look()

    async def look(self) -> None:
        """Look, and send what is due."""
        await self.alerts.look()
        await self.sender.send_due()

    def told(self, chat: Chat | None = None) -> list[str]:
        """Headlines that were told in a chat."""
        return [text.split("\n")[2] for text in self.desk.texts(chat or self.desk.person)]


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(running_desk(tmp_path))
        store = await stack.enter_async_context(await ArticleStore.open(tmp_path / "articles.db"))
        room = Newsroom(desk, store, SubscriptionStore(desk.state.database), desk.mailbox)
        mailbox = await Mailbox.open(desk.state.database, clock=room.clock)
        stack.push_async_callback(mailbox.close)
        room.mailbox = mailbox
        room.restart()
        await room.alerts.look()  # what is there before is no news
        yield room


async def test_a_new_story_is_told_at_once(newsroom: Newsroom) -> None:
    """With its headline, a sentence, and the outlet."""
    await newsroom.subscribe()
    await newsroom.publish()
    (text,) = newsroom.desk.texts(newsroom.desk.person)
    assert text.startswith(f"{texts.ALERT}\n\nBanjir di Kampung Melati\nBanjir merendam ratusan rumah")
    assert "Warta Nusa, Selasa, 10 Juni 2025" in text


async def test_what_was_there_before_is_no_news(newsroom: Newsroom) -> None:
    """A bot that starts over a full store tells nothing of it."""
    await newsroom.subscribe()
    await newsroom.store.upsert([draft_of(FLOOD, title="Banjir", day=NOON.isoformat())])
    newsroom.subscriptions.marks.set("alerts_seen", "another store 0")
    await newsroom.look()
    assert [] == newsroom.told()


async def test_other_subjects_are_passed_over(newsroom: Newsroom) -> None:
    """What a chat did not ask for, or does not want."""
    await newsroom.subscribe()
    await newsroom.subscribe(newsroom.desk.group, exclude=("melati",))
    await newsroom.publish("Garuda Muda menang", MATCH)
    await newsroom.publish()
    assert (["Banjir di Kampung Melati"], []) == (newsroom.told(), newsroom.told(newsroom.desk.group))


async def test_a_word_is_known_in_its_forms(newsroom: Newsroom) -> None:
    """By its stem."""
    await newsroom.subscribe(include=("rumah terendam",))
    await newsroom.publish(body=FLOOD.replace("merendam", "terendam"))
    assert 1 == len(newsroom.told())


async def test_a_story_is_told_once(newsroom: Newsroom) -> None:
    """Though another outlet copies it, the article is changed, and the process is started again."""
    await newsroom.subscribe()
    body = FLOOD + "\n" + " ".join(f"Keterangan nomor {number} dari petugas di lapangan." for number in range(30))
    await newsroom.publish(body=body)
    await newsroom.publish("Banjir lagi", f"{body}\nLain.", source="Kabar Kota")
    await newsroom.publish(body=f"{body}\nPembaruan: air mulai surut di semua tempat itu.", id="a1")
    newsroom.restart()
    await newsroom.look()
    assert ["Banjir di Kampung Melati"] == newsroom.told()


async def test_few_a_day(newsroom: Newsroom) -> None:
    """As many as were wanted; the next day begins anew."""
    await newsroom.subscribe(alerts_per_day=2)
    for number in range(4):
        await newsroom.publish(f"Banjir nomor {number}", f"Sungai ke-{number} meluap karena hujan di hulu sejak pagi.")
        newsroom.now += MINUTE
    assert ["Banjir nomor 0", "Banjir nomor 1"] == newsroom.told()
    newsroom.now += timedelta(hours=20)
    await newsroom.publish("Banjir esok hari", "Hujan turun lagi dan sungai yang lain pun meluap pada pagi hari itu.")
    assert "Banjir esok hari" == newsroom.told()[-1]


async def test_what_there_was_no_room_for_is_left_to_the_digest(newsroom: Newsroom) -> None:
    """A story beyond the day's number was not told, so nothing keeps it from being told later."""
    one = await newsroom.subscribe(alerts_per_day=1)
    for number in range(2):
        await newsroom.publish(f"Banjir nomor {number}", f"Sungai ke-{number} meluap karena hujan di hulu sejak pagi.")
        newsroom.now += MINUTE
    assert ["Banjir nomor 0"] == newsroom.told()
    assert {"a1"} == await newsroom.subscriptions.tellings.told(one.id)


async def test_what_was_too_late_is_left_to_the_digest(newsroom: Newsroom) -> None:
    """A story whose alert waited for the morning, when nothing ran, was not told either."""
    one = await newsroom.subscribe()
    newsroom.now = NOON + 11 * HOUR
    await newsroom.publish()
    assert {"a1"} == await newsroom.subscriptions.tellings.told(one.id)
    newsroom.now += 12 * HOUR
    await newsroom.sender.plan()
    assert frozenset() == await newsroom.subscriptions.tellings.told(one.id)


@pytest.mark.parametrize(("at_night", "told_at_once"), [(False, 0), (True, 1)], ids=["asleep", "awake"])
async def test_nights(newsroom: Newsroom, at_night: bool, told_at_once: int) -> None:
    """What comes at night waits for six o'clock, unless it was wished otherwise."""
    await newsroom.subscribe(alerts_at_night=at_night)
    newsroom.now = NOON + 11 * HOUR
    await newsroom.publish()
    assert told_at_once == len(newsroom.told())
    newsroom.now = NOON + 18 * HOUR + MINUTE
    await newsroom.look()
    assert 1 == len(newsroom.told())


async def test_old_articles_are_no_news(newsroom: Newsroom) -> None:
    """An archive may be loaded at any time."""
    await newsroom.subscribe()
    await newsroom.publish(day=(NOON - 13 * HOUR).isoformat())
    await newsroom.publish(day="2025-06-09")
    assert [] == newsroom.told()
    await newsroom.publish(day="2025-06-10")
    assert 1 == len(newsroom.told())


async def test_a_kill_loses_no_article(newsroom: Newsroom) -> None:
    """What came while nothing ran is told after the start."""
    await newsroom.subscribe()
    await newsroom.store.upsert([draft_of(FLOOD, title="Banjir di Kampung Melati", day=NOON.isoformat())])
    newsroom.restart()
    await newsroom.look()
    assert ["Banjir di Kampung Melati"] == newsroom.told()


async def test_an_article_that_was_withdrawn_is_not_told(newsroom: Newsroom) -> None:
    """It may go while its alert waits for the morning."""
    await newsroom.subscribe()
    newsroom.now = NOON + 12 * HOUR
    await newsroom.publish()
    await newsroom.store.delete("a1")
    newsroom.now = NOON + 18 * HOUR + MINUTE
    await newsroom.look()
    assert [] == newsroom.told()


class BrokenOnce(DigestMaker):
    """Fails in a way that nobody foresaw, once."""

    is_broken = True

    async def stories(self, *args: Any, **wish: Any) -> list[DigestStory]:
        """Fails at the first call."""
        if self.is_broken:
            self.is_broken = False
            raise ZeroDivisionError
        return await super().stories(*args, **wish)


async def test_an_unforeseen_error_does_not_end_the_looking(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look comes, and finds what the failed one left."""
    monkeypatch.setattr("bot.digests.topic_alerts.LOOK_EVERY_S", 0.01)
    await newsroom.subscribe()
    await newsroom.store.upsert([draft_of(FLOOD, title="Banjir di Kampung Melati", day=NOON.isoformat())])
    alerts = TopicAlerts(
        newsroom.store,
        BrokenOnce(newsroom.store, fingerprint="none"),
        subscriptions=newsroom.subscriptions,
        mailbox=newsroom.mailbox,
        delivery=newsroom.desk.delivery,
        zone=WIB,
        clock=newsroom.clock,
    )
    found = asyncio.Event()
    running = asyncio.create_task(alerts.run(found.set))
    finding = asyncio.create_task(found.wait())
    await asyncio.wait({running, finding}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    assert found.is_set()
    running.cancel()
    await asyncio.wait({running})


def test_a_headline_is_short_and_never_empty() -> None:
    """What a crawler took for one may be a whole paragraph, or nothing."""
    made = Article(id="a", title="", source="", published_at=PublicationTime.from_iso("2025-06-10"), body="x")
    (empty,) = alert_parts(made, [], zone=WIB)
    (long,) = alert_parts(replace(made, title="Banjir melanda " * 100), [], zone=WIB)
    assert [texts.ALERT, "", "Tanpa judul", "— Tanpa nama media, Selasa, 10 Juni 2025"] == empty.plain.split("\n")
    assert len(long.plain) < 300


def test_an_alert_is_one_message_whatever_is_in_it() -> None:
    """Marks of HTML in an article are words."""
    article = Article(
        id="a", title="<b>Banjir</b> & gempa", source="W", published_at=PublicationTime.from_iso("2025-06-10"), body="x"
    )
    sentence = Sentence(article_id="a", version=1, position=0, paragraph=0, text="A < B " * 20)
    (part,) = alert_parts(article, [sentence], zone=WIB)
    assert "&lt;b&gt;Banjir&lt;/b&gt; &amp; gempa" in part.html
