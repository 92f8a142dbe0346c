"""Feeds in the running bot, end to end: /umpan, articles that are found at once, reports of broken feeds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from bot_running import ADMIN_ID, RunningBot, running_bot
from feed_pages import NOW, entry, feed, page
from http_site import Answer, Site, running_site
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person

from bot.feed_job import FEED_JOB
from bot.words import feed_texts, texts
from corpus.polling.lock import PollLock

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def webhook() -> bool:
    """How updates come makes no difference here."""
    return False


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(api: FakeTelegram, bot: RunningBot) -> Person:
    """An admin in the private chat."""
    person = api.person("Sari", id=ADMIN_ID)
    await person.say("/mulai")
    await api.wait_for_message(person)
    return person


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    """A portal."""
    async with running_site() as running:
        yield running


async def said(api: FakeTelegram, person: Person, words: str) -> str:
    """What the bot answers."""
    await person.say(words)
    return (await api.wait_for_message(person)).text


async def until(condition: Callable[[], Awaitable[bool]], *, within_s: float = 30.0) -> None:
    """Wait for what nobody tells of."""
    for _ in range(int(within_s / 0.05)):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {within_s:g} s")


async def is_found(running: RunningBot, url: str) -> bool:
    """Whether questions can find an article."""
    engine = running.services.engine
    is_there = await engine.store.find(url) is not None and not await engine.indexer.missing()
    return is_there and engine.indexes.seq >= await engine.store.last_seq()


async def test_admin_adds_checks_lists_and_removes(
    bot: RunningBot, api: FakeTelegram, admin: Person, site: Site
) -> None:
    """/umpan keeps the list; what is wrong is told in words."""
    url = site.answer("/rss", feed(entry(1, site.url + "/a/1"), entry(2, site.url + "/a/2")))
    assert feed_texts.NONE in await said(api, admin, "/umpan")
    assert "2 entri, 2 di antaranya artikel utuh" in await said(api, admin, f"/umpan periksa {url}")
    assert "Panen ke-1 di Sukamaju" in await said(api, admin, f"/umpan tambah {url}")
    assert feed_texts.KNOWN_ALREADY == await said(api, admin, f"/umpan tambah {url}")
    assert url in await said(api, admin, "/umpan")
    assert "tidak diperiksa lagi" in await said(api, admin, f"/umpan hapus {url}")
    assert feed_texts.UNKNOWN == await said(api, admin, f"/umpan hapus {url}")


@pytest.mark.parametrize("words", ["/umpan tambah", "/umpan apa itu", "/umpan hapus a b"])
async def test_wrong_words_are_answered_with_how_to(
    bot: RunningBot, api: FakeTelegram, admin: Person, words: str
) -> None:
    """Whatever cannot be understood gets the instructions."""
    assert feed_texts.HOW == await said(api, admin, words)


async def test_what_is_no_feed_is_not_added(bot: RunningBot, api: FakeTelegram, admin: Person, site: Site) -> None:
    """A page in the place of a feed is refused with the reason."""
    url = site.answer("/rss", "<html><p>Beranda</p></html>")
    assert "bukan umpan RSS atau Atom" in await said(api, admin, f"/umpan tambah {url}")
    assert [] == await bot.services.engine.store.feeds.all()


async def test_others_have_no_such_command(bot: RunningBot, api: FakeTelegram) -> None:
    """For everybody else /umpan does not exist."""
    assert texts.UNKNOWN_COMMAND == await said(api, api.person("Ani"), "/umpan")


async def test_new_article_answers_questions_while_a_slow_feed_hangs(
    bot: RunningBot, api: FakeTelegram, admin: Person, site: Site
) -> None:
    """A poll stores, embeds and indexes what is new within seconds, whatever another feed does."""
    feeds = bot.services.engine.store.feeds
    text = "Jembatan gantung Wanasari diresmikan oleh Bupati Hadi Prasetyo pada Senin pagi di hadapan ratusan warga."
    url = site.answer("/a/9", page(9).replace("<article>", f"<article><p>{text}</p>"))
    slow = site.answer("/slow", Answer(body=feed().encode(), delay_s=30)).replace("127.0.0.1", "localhost")
    await feeds.add(slow, NOW)
    good = await feeds.add(site.answer("/rss", feed(entry(9, url, whole=False))), NOW)
    try:
        await bot.application.bot_data[FEED_JOB].look()
        await until(lambda: is_found(bot, url))
        reply = await said(api, api.person("Budi"), "siapa yang meresmikan jembatan gantung Wanasari?")
    finally:
        await feeds.remove(slow)
        await feeds.remove(good.url)
    assert "Hadi Prasetyo" in reply


async def test_broken_feed_is_reported_once_and_again_when_it_is_well(
    bot: RunningBot, api: FakeTelegram, admin: Person, site: Site
) -> None:
    """Admins hear of a feed that has been broken for three days, once, and once that it is well."""
    store, clock = bot.services.engine.store, bot.services.clock
    added = await store.feeds.add(site.url + "/rusak", clock())
    ill = replace(
        added,
        failures=20,
        broken_since=clock() - timedelta(days=3, hours=1),
        problem="http_status: 404",
        next_at=clock() + timedelta(days=1),
    )
    await store.feeds.record(ill, (), (), clock())
    job = bot.application.bot_data[FEED_JOB]
    try:
        for _ in range(3):
            await job.report_untold()
        assert added.url in (await api.wait_for_message(admin)).text
        await store.feeds.record(replace(ill, failures=0, broken_since=None, problem=None), (), (), clock())
        for _ in range(3):
            await job.report_untold()
        assert "sudah bisa diperiksa lagi" in (await api.wait_for_message(admin)).text
    finally:
        await store.feeds.remove(added.url)
    told = [message.text for message in api.messages(admin, of_bot=True) if added.url in message.text]
    assert 2 == len(told)


@pytest_asyncio.fixture(loop_scope="module")
async def own_api() -> AsyncIterator[FakeTelegram]:
    """A Telegram for a bot of the test's own."""
    started = await FakeTelegram.start()
    yield started
    await started.close()


async def test_bot_polls_and_stops_cleanly(own_api: FakeTelegram, data_dir: Path, site: Site) -> None:
    """The job polls by itself, holds the right to poll while it runs, and lets go of it."""
    url = site.answer("/a/3", page(3))
    feed_url = site.answer("/rss", feed(entry(3, url, whole=False)))
    async with running_bot(own_api, data_dir) as running:
        await running.services.engine.store.feeds.add(feed_url, NOW)
        await until(lambda: is_found(running, url))
        assert not PollLock(running.services.settings.store_path).take()
    with PollLock(data_dir / "kutip.db") as lock:
        assert lock.take()


async def test_setting_turns_polling_off(own_api: FakeTelegram, data_dir: Path) -> None:
    """KUTIP_FEED_POLLING=false leaves the feeds to others."""
    async with running_bot(own_api, data_dir, feed_polling=False) as running:
        assert FEED_JOB not in running.application.bot_data
        with PollLock(running.services.settings.store_path) as lock:
            assert lock.take()
