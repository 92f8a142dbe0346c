"""Digests go out once each, soonest first, are caught up or skipped, and hold nobody up."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bot_desk import Desk, running_desk
from news_days import dispatch
from structlog.testing import capture_logs
from telegram_api.chats import Chat

from bot.digests.digest import DigestStory, Quote, Topics, Window
from bot.digests.digest_sending import CATCH_UP, PAGE, DigestPlanner, DigestSender
from bot.digests.subscriptions import Subscription, SubscriptionStore
from bot.keeping.mailbox import Mailbox
from bot.sending.turns import Priority
from bot.types import OutboxState
from bot.words import digest_texts as texts

SEVEN = datetime(2025, 6, 10, 0, tzinfo=UTC)
"""07.00 WIB on a Tuesday."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

LONG_ARTICLE = dispatch(1, "Jembatan dibuka", ("Jembatan itu dibuka lagi." + " Warga lega." * 300,))
"""Fills a message: headlines are cut where they are shown, quotations are not."""


@dataclass
class Stories:
    """Chooses the same for everyone, and notes what was wanted.

    :param fails: so many times.
    :param count: stories; if there are several, each is so long that a message holds one.
    """

    asked: list[tuple[Window, Topics | None, frozenset[str], int]] = field(default_factory=list)
    fails: int = 0
    quiet: bool = False
    count: int = 1

    async def stories(
        self, window: Window, *, topics: Topics | None = None, told: Collection[str] = (), limit: int = 7
    ) -> list[DigestStory]:
        """One story, named after the day of its end."""
        self.asked.append((window, topics, frozenset(told), limit))
        if self.fails:
            self.fails -= 1
            raise RuntimeError("no stories today")
        if self.quiet:
            return []
        name = f"{window.until:%d}"
        long = Quote(sentence=LONG_ARTICLE.sentences[0], article=LONG_ARTICLE.article)
        quotes = (long,) if self.count > 1 else ()
        story = DigestStory(headline=f"Jembatan {name} dibuka", quotes=quotes, outlets=(), article_ids=(f"a{name}",))
        return [story] * self.count


@dataclass
class Office:
    """A sender over a desk, with a clock of its own."""

    desk: Desk
    subscriptions: SubscriptionStore
    mailbox: Mailbox
    stories: Stories = field(default_factory=Stories)
    now: datetime = SEVEN - MINUTE

    def __post_init__(self) -> None:
        self.sender = self.new_sender(self.mailbox)

    def clock(self) -> datetime:
        """The present."""
        return self.now

    def new_sender(self, mailbox: Mailbox, stories: Stories | None = None) -> DigestSender:
        """As another process, or the same after a restart, has it."""
        return DigestSender(
            stories or self.stories,
            subscriptions=self.subscriptions,
            mailbox=mailbox,
            delivery=self.desk.delivery_over(mailbox),
            state=self.desk.state,
            clock=self.clock,
        )

    async def subscribe(self, chat: Chat, **changes: Any) -> Subscription:
        """Somebody subscribed the day before."""
        usual = Subscription(owner_id=self.desk.person.id, chat_id=chat.id, since=SEVEN - DAY, created_at=SEVEN - DAY)
        return await self.subscriptions.put(replace(usual, **changes))

    async def at(self, moment: datetime) -> None:
        """It is that time: plan and send."""
        self.now = moment
        await self.sender.plan()
        await self.sender.send_due()

    def digests(self, chat: Chat) -> list[str]:
        """Headings of the digests in a chat."""
        return [text.split("\n")[0] for text in self.desk.texts(chat)]

    async def state_at(self, chat: Chat, slot: str = "2025-06-10T07", thread_id: int = 0) -> OutboxState | None:
        """How far the digest of a slot is."""
        return await self.desk.state_of(f"digest:{chat.id}:{thread_id}:{slot}")


@asynccontextmanager
async def running_office(folder: Path, *, busy_timeout_s: float = 5) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(running_desk(folder, busy_timeout_s=busy_timeout_s))
        office = Office(desk, SubscriptionStore(desk.state.database), desk.mailbox)
        mailbox = await Mailbox.open(desk.state.database, clock=office.clock)
        stack.push_async_callback(mailbox.close)
        office.mailbox, office.sender = mailbox, office.new_sender(mailbox)
        yield office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with running_office(tmp_path) as running:
        yield running


TUESDAY, WEDNESDAY = "Kabar pilihan, Selasa, 10 Juni 2025", "Kabar pilihan, Rabu, 11 Juni 2025"


async def test_a_digest_comes_at_its_hour(office: Office) -> None:
    """Not before, once, with the stories of the day up to it."""
    await office.subscribe(office.desk.person)
    await office.at(SEVEN - timedelta(seconds=1))
    assert [] == office.digests(office.desk.person)
    for _ in range(3):
        await office.at(office.now + MINUTE)
    assert [TUESDAY] == office.digests(office.desk.person)
    window, topics, told, limit = office.stories.asked[0]
    assert (SEVEN - DAY, SEVEN) == (window.since, window.until)
    assert (None, frozenset(), 7) == (topics, told, limit)


async def test_settings_of_a_digest(office: Office) -> None:
    """Silent, into its topic, about its subjects, as long as wanted."""
    topic = 5
    office.desk.group.data["is_forum"] = True
    office.desk.group.topics[topic] = "Berita"
    await office.subscribe(
        office.desk.group, thread_id=topic, silent=True, include=("bola",), exclude=("gosip",), limit=3
    )
    await office.at(SEVEN)
    assert (Topics(include=("bola",), exclude=("gosip",)), 3) == office.stories.asked[0][1::2]
    fields = next(call.fields for call in office.desk.server.calls if call.method == "sendMessage")
    assert (topic, True) == (fields["message_thread_id"], fields["disable_notification"])


async def test_what_was_told_is_not_told_again(office: Office) -> None:
    """The next day's choice knows it."""
    await office.subscribe(office.desk.person)
    await office.at(SEVEN)
    await office.at(SEVEN + DAY)
    assert [TUESDAY, WEDNESDAY] == office.digests(office.desk.person)
    assert {"a10"} == office.stories.asked[-1][2]


async def test_chats_that_want_the_same_share_it(office: Office) -> None:
    """Stories are chosen once."""
    await office.subscribe(office.desk.person)
    await office.subscribe(office.desk.group)
    await office.at(SEVEN)
    assert [TUESDAY] == office.digests(office.desk.person) == office.digests(office.desk.group)
    assert 1 == len(office.stories.asked)


async def test_a_quiet_day_says_so(office: Office) -> None:
    """Rather than nothing, so that nobody wonders whether the bot is broken."""
    await office.subscribe(office.desk.person)
    office.stories.quiet = True
    await office.at(SEVEN)
    assert [TUESDAY] == office.digests(office.desk.person)


async def test_a_restart_sends_nothing_twice(office: Office) -> None:
    """What comes after begins with the same outbox."""
    await office.subscribe(office.desk.person)
    await office.at(SEVEN)
    office.sender = office.new_sender(office.mailbox)
    await office.at(SEVEN + MINUTE)
    assert [TUESDAY] == office.digests(office.desk.person)


async def test_two_processes_share_the_work(office: Office) -> None:
    """Both plan and send all the time; each chat gets its digest once."""
    chats = [await people(office, f"Warga {number}") for number in range(20)]
    other = await Mailbox.open(office.desk.state.database, clock=office.clock)
    senders = [office.sender, office.new_sender(other)]
    office.now = SEVEN
    await asyncio.gather(*(sender.plan() for sender in senders))
    await asyncio.gather(*(sender.send_due() for sender in senders))
    assert [[TUESDAY]] * 20 == [office.digests(chat) for chat in chats]
    await other.close()


async def people(office: Office, name: str) -> Chat:
    """A further person with a subscription."""
    chat = office.desk.world.chats[office.desk.world.add_user(name)["id"]]
    chat.started = True
    await office.subscribe(chat, owner_id=chat.id)
    return chat


@pytest.mark.parametrize(
    ("late", "is_sent"),
    [(CATCH_UP - MINUTE, True), (CATCH_UP + MINUTE, False)],
    ids=["caught up", "skipped"],
)
async def test_after_a_stop(office: Office, late: timedelta, is_sent: bool) -> None:
    """What is less than three hours late is sent, older is not, and that is logged."""
    await office.subscribe(office.desk.person)
    await office.at(SEVEN - HOUR)
    office.sender = office.new_sender(office.mailbox)
    with capture_logs() as lines:
        await office.at(SEVEN + late)
    assert is_sent == (office.digests(office.desk.person) == [TUESDAY])
    assert is_sent != any(line["event"] == "slot missed" and line["subscriptions"] == 1 for line in lines)


async def test_what_was_planned_and_came_too_late_is_skipped(office: Office) -> None:
    """Also where the process was only slow."""
    await office.subscribe(office.desk.person)
    office.now = SEVEN - MINUTE
    await office.sender.plan()
    with capture_logs() as lines:
        await office.at(SEVEN + CATCH_UP + MINUTE)
    assert [] == office.digests(office.desk.person)
    assert OutboxState.SKIPPED is await office.state_at(office.desk.person)
    assert 1 == sum(line["event"] == "too late to send" for line in lines)


@pytest.mark.parametrize("ahead", [2 * HOUR, 5 * HOUR, 26 * HOUR], ids=str)
async def test_a_clock_that_runs_ahead_for_a_while(office: Office, ahead: timedelta) -> None:
    """Nothing comes twice and nothing is lost when it is right again."""
    await office.subscribe(office.desk.person)
    await office.at(SEVEN - MINUTE)
    await office.at(SEVEN - MINUTE + ahead)
    for minutes in (0, 1, 2, 60):
        await office.at(SEVEN + minutes * MINUTE)
    assert 1 == office.digests(office.desk.person).count(TUESDAY)


async def test_a_clock_that_goes_back(office: Office) -> None:
    """The same hour twice is one slot, though the outbox has forgotten it."""
    await office.subscribe(office.desk.person)
    await office.at(SEVEN)
    await office.at(SEVEN + 3 * DAY - HOUR)
    await office.mailbox.prune()
    assert await office.state_at(office.desk.person) is None
    await office.at(SEVEN + MINUTE)
    assert 1 == office.digests(office.desk.person).count(TUESDAY)


async def test_a_doubtful_digest_is_never_sent_again(office: Office) -> None:
    """Telegram may have it; it is listed, and the next day is another one."""
    await office.subscribe(office.desk.person)
    office.desk.fault("sendMessage", "drop_after")
    await office.at(SEVEN)
    await office.at(SEVEN + 10 * MINUTE)
    assert [TUESDAY] == office.digests(office.desk.person)
    assert ["2025-06-10T07"] == [entry.slot for entry in await office.mailbox.doubtful()]
    assert 1 == (await office.mailbox.counts()).unknown
    await office.at(SEVEN + DAY)
    assert [TUESDAY, WEDNESDAY] == office.digests(office.desk.person)


async def test_a_kill_in_the_middle(office: Office) -> None:
    """What a dead process was sending is unknown, what it had only claimed is sent by the next."""
    other = await people(office, "Budi")
    await office.subscribe(office.desk.person)
    office.now = SEVEN
    dead = await Mailbox.open(office.desk.state.database, clock=office.clock)
    await office.sender.plan()
    entries = await dead.claim_due(SEVEN, 10, kind="digest")
    assert 2 == len(entries)
    await dead.sending(f"digest:{other.id}:0:2025-06-10T07")
    await dead.close()
    await office.sender.send_due()
    assert ([TUESDAY], []) == (office.digests(office.desk.person), office.digests(other))
    assert OutboxState.UNKNOWN is await office.state_at(other)


SECOND = "digest:{}:0:2025-06-10T07:1"
"""Key of the second message of a digest."""


def messages(office: Office) -> list[str]:
    """What a person has of a long digest, by its numbers."""
    return [re.findall(r"^\d+", text, re.MULTILINE)[0] for text in office.desk.texts(office.desk.person)]


async def test_a_long_digest_comes_whole_and_in_order(office: Office) -> None:
    """Each part once, and told as one digest."""
    one = await office.subscribe(office.desk.person)
    office.stories.count = 4
    await office.at(SEVEN)
    await office.at(SEVEN + MINUTE)
    assert ["1", "2", "3", "4"] == messages(office)
    assert 1 == len(office.stories.asked)
    assert {"a10"} == await office.subscriptions.tellings.told(one.id)
    assert 4 == (await office.mailbox.counts()).sent


async def killed_at_second_message(office: Office, what: int | str, **details: Any) -> None:
    """A process sends the first of three messages, and dies when it is at the second, which ends as `what` says."""
    await office.subscribe(office.desk.person)
    office.stories.count = 3
    office.now = SEVEN
    office.desk.fault("sendMessage", what, skip=1, **details)
    dead = await Mailbox.open(office.desk.state.database, clock=office.clock)
    sender = office.new_sender(dead)
    await sender.plan()
    sending = asyncio.create_task(sender.send_due())
    async with asyncio.timeout(20):
        while sum(call.method == "sendMessage" for call in office.desk.server.calls) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    for task in (sending, *sender._tasks):
        task.cancel()
    await asyncio.gather(sending, *sender._tasks, return_exceptions=True)
    await dead.close()
    assert ["1"] == messages(office)[:1]


async def test_a_kill_between_two_messages_loses_none(office: Office) -> None:
    """The others come after the restart as they were made, though the news has changed, and none comes twice."""
    await killed_at_second_message(office, 429, retry_after=1)
    assert OutboxState.NEW is await office.desk.state_of(SECOND.format(office.desk.person.id))
    office.stories.count = 1
    for minutes in (1, 2, 3):
        await office.at(SEVEN + minutes * MINUTE)
    assert ["1", "2", "3"] == messages(office)
    assert 1 == len(office.stories.asked)


async def test_a_kill_amid_the_second_message_leaves_it_unknown(office: Office) -> None:
    """Telegram may have it: it is listed and never sent again; the third comes."""
    await killed_at_second_message(office, "hang")
    for minutes in (1, 2, 3):
        await office.at(SEVEN + minutes * MINUTE)
    assert ["1", "3"] == messages(office)
    assert [SECOND.format(office.desk.person.id)] == [entry.key for entry in await office.mailbox.doubtful()]


async def test_a_kill_amid_the_first_message_does_not_lose_the_second(office: Office) -> None:
    """The first is unknown and stays so."""
    await office.subscribe(office.desk.person)
    office.stories.count = 2
    office.desk.fault("sendMessage", "drop_after")
    for minutes in (0, 1, 2):
        await office.at(SEVEN + minutes * MINUTE)
    assert ["1", "2"] == messages(office)
    assert 1 == len(await office.mailbox.doubtful())


async def test_what_is_left_of_a_digest_is_not_sent_hours_later(office: Office) -> None:
    """As whole digests are not."""
    await killed_at_second_message(office, 429, retry_after=1)
    await office.at(SEVEN + CATCH_UP + MINUTE)
    assert ["1"] == messages(office)
    assert OutboxState.SKIPPED is await office.desk.state_of(SECOND.format(office.desk.person.id))


async def test_a_digest_whose_first_message_fails_is_made_anew(office: Office) -> None:
    """Nothing of the first attempt comes along."""
    await office.subscribe(office.desk.person)
    office.stories.count = 2
    office.desk.fault("sendMessage", 429, retry_after=5000)
    await office.at(SEVEN)
    assert await office.desk.state_of(SECOND.format(office.desk.person.id)) is None
    office.sender = office.new_sender(office.mailbox, Stories())
    await office.at(SEVEN + 5 * MINUTE)
    assert ["1"] == messages(office)


async def test_what_cannot_be_noted_as_sent_is_unknown(tmp_path: Path) -> None:
    """A database that is held up while Telegram confirms a message lets it not come again, and its next part come."""
    async with running_office(tmp_path, busy_timeout_s=0.5) as office:
        office.stories.count = 2
        await office.subscribe(office.desk.person)
        office.desk.server.answer_delay_s = 0.2
        office.now = SEVEN
        await office.sender.plan()
        with capture_logs() as lines, closing(sqlite3.connect(tmp_path / "bot.db")) as other:
            sending = asyncio.create_task(office.sender.send_due())
            async with asyncio.timeout(20):
                while not office.desk.texts(office.desk.person):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
                other.execute("BEGIN IMMEDIATE")
                while not any(line["event"] == "not sent" for line in lines):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
                other.rollback()
                await sending
        await office.at(SEVEN + 10 * MINUTE)
        assert ["1", "2"] == messages(office)
        assert OutboxState.UNKNOWN is await office.state_at(office.desk.person)


async def test_trouble_passes(office: Office) -> None:
    """A failure that may pass is tried again a little later."""
    await office.subscribe(office.desk.person)
    office.stories.fails = 1
    await office.at(SEVEN)
    assert OutboxState.NEW is await office.state_at(office.desk.person)
    await office.at(SEVEN + MINUTE)
    assert [] == office.digests(office.desk.person)
    await office.at(SEVEN + 3 * MINUTE)
    assert [TUESDAY] == office.digests(office.desk.person)


async def test_a_refusal_for_good_is_not_repeated(office: Office) -> None:
    """One chat's trouble holds up nobody, and does not come back each minute."""
    await office.subscribe(office.desk.person)
    office.desk.fault("sendMessage", 400, wording="Bad Request: message is too strange", times=None)
    await office.at(SEVEN)
    assert OutboxState.SKIPPED is await office.state_at(office.desk.person)


async def test_a_chat_without_the_bot_is_paused_and_its_owner_told_once(office: Office) -> None:
    """In private; nothing more is planned until somebody asks."""
    one = await office.subscribe(office.desk.group)
    office.desk.fault("sendMessage", 403, wording="kicked", chat_id=office.desk.group.id, times=None)
    for day in range(3):
        await office.at(SEVEN + day * DAY)
    assert [texts.paused("Warga")] == office.desk.texts(office.desk.person)
    paused = await office.subscriptions.get(one.id)
    assert paused is not None
    assert SEVEN == paused.paused_since
    assert await office.state_at(office.desk.group, "2025-06-11T07") is None


async def test_a_person_who_blocked_the_bot_is_left_alone(office: Office) -> None:
    """There is nobody to tell."""
    one = await office.subscribe(office.desk.person)
    office.desk.fault("sendMessage", 403, wording="blocked", times=None)
    await office.at(SEVEN)
    paused = await office.subscriptions.get(one.id)
    assert paused is not None
    assert not paused.is_active
    assert 1 == sum(call.method == "sendMessage" for call in office.desk.server.calls)


async def test_a_person_whom_the_bot_blocks_gets_nothing(office: Office) -> None:
    """They could not stop it, since nothing that they write is listened to."""
    await office.subscribe(office.desk.person)
    await office.desk.state.block(office.desk.person.id, SEVEN, 1)
    await office.at(SEVEN)
    assert [] == office.desk.texts(office.desk.person)
    await office.desk.state.unblock(office.desk.person.id)
    await office.at(SEVEN + DAY)
    assert 1 == len(office.desk.texts(office.desk.person))


async def test_a_change_after_planning_counts(office: Office) -> None:
    """Who chooses another hour, or stops, two minutes before gets nothing at the old one."""
    one = await office.subscribe(office.desk.person)
    off = await office.subscribe(office.desk.group)
    office.now = SEVEN - 2 * MINUTE
    await office.sender.plan()
    await office.subscriptions.put(one.changed(office.now, hour=9))
    await office.subscriptions.put(off.changed(office.now, is_on=False))
    await office.at(SEVEN)
    assert ([], []) == (office.digests(office.desk.person), office.digests(office.desk.group))
    await office.at(SEVEN + 2 * HOUR)
    assert ([TUESDAY], []) == (office.digests(office.desk.person), office.digests(office.desk.group))


async def test_who_subscribes_late_waits_for_the_next(office: Office) -> None:
    """An hour that has passed is not caught up for somebody who was not there."""
    await office.subscribe(office.desk.person, since=SEVEN + HOUR)
    await office.at(SEVEN + HOUR + MINUTE)
    assert [] == office.digests(office.desk.person)
    await office.at(SEVEN + DAY)
    assert [WEDNESDAY] == office.digests(office.desk.person)


async def test_who_subscribes_in_the_last_minute_is_in_time(office: Office) -> None:
    """The planner comes by again."""
    await office.subscribe(office.desk.group)
    office.now = SEVEN - 2 * MINUTE
    await office.sender.plan()
    await office.subscribe(office.desk.person, since=SEVEN - MINUTE)
    await office.at(SEVEN)
    assert [TUESDAY] == office.digests(office.desk.person)


async def test_soonest_first(office: Office) -> None:
    """Three zones have seven o'clock one after the other; what is due longest goes first."""
    zones = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
    for chat, zone in zip([office.desk.person, office.desk.group], zones, strict=False):
        await office.subscribe(chat, zone=zone)
    office.sender = DigestSender(
        office.stories,
        subscriptions=office.subscriptions,
        mailbox=office.mailbox,
        delivery=office.desk.delivery_over(office.mailbox),
        state=office.desk.state,
        clock=office.clock,
        in_flight=1,
    )
    await office.at(SEVEN)
    sent = [call.fields["chat_id"] for call in office.desk.server.calls if call.method == "sendMessage"]
    assert [office.desk.group.id, office.desk.person.id] == sent


async def test_an_answer_overtakes_the_digests(office: Office) -> None:
    """While many digests go out, whoever asks is answered at once."""
    for number in range(90):
        await people(office, f"Warga {number}")
    office.now = SEVEN
    await office.sender.plan()
    sending = asyncio.create_task(office.sender.send_due())
    while sum(call.method == "sendMessage" for call in office.desk.server.calls) < 35:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    before = asyncio.get_running_loop().time()
    await office.desk.delivery.send_text(office.desk.group.id, "Jawaban", priority=Priority.ANSWER)
    assert asyncio.get_running_loop().time() - before < 2
    assert not sending.done()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def test_planning_many_takes_pages_and_adds_once(office: Office) -> None:
    """More than one page is planned whole, and the same call again adds nothing."""
    count = PAGE + 7
    await asyncio.gather(
        *(
            office.subscriptions.put(
                Subscription(owner_id=chat_id, chat_id=chat_id, since=SEVEN - DAY, created_at=SEVEN - DAY)
            )
            for chat_id in range(1, count + 1)
        )
    )
    planner = DigestPlanner(office.subscriptions, office.mailbox, office.clock)
    assert count == await planner.plan()
    assert 0 == await planner.plan()
    assert 0 == await DigestPlanner(office.subscriptions, office.mailbox, office.clock).plan()


async def test_the_sender_ends_when_told(office: Office) -> None:
    """What waits for its turn is left for the next start."""
    await office.subscribe(office.desk.person)
    office.now = SEVEN
    stopping = asyncio.Event()
    running = asyncio.create_task(office.sender.run(stopping))
    while not office.digests(office.desk.person):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    stopping.set()
    await asyncio.wait_for(running, 5)
    assert 0 == office.sender.in_hand


def test_the_window_is_told_in_the_zone_of_the_reader() -> None:
    """So that an article of which only the day is known belongs to the right one."""
    zone = ZoneInfo("Asia/Jayapura")
    assert Window(since=SEVEN.astimezone(zone), until=(SEVEN + DAY).astimezone(zone)).days[0].day == 10
