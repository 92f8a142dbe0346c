"""Digests and alerts as they arrive in a private chat, a group, a topic and a channel, by polling and by webhook."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from bot_running import RunningBot
from telegram_api.chats import Message
from telegram_api.fake import FakeTelegram

from bot.digests.digest_running import DIGESTS, Digests
from bot.digests.schedules import EVERY_DAY, Slot, next_slot
from bot.digests.subscriptions import Subscription
from bot.words.digest_texts import ALERT
from corpus.ingest import IngestOptions, ingest

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEADLINE = "Jembatan Gantung Wening Ambruk, Dua Desa Terputus"
BODY = (
    "Jembatan gantung di atas Sungai Wening ambruk diterjang arus pada pagi ini. "
    "Dua desa di lereng bukit kini hanya bisa dicapai dengan perahu. "
    "Camat Rukmini mengatakan jembatan darurat akan dipasang dalam sepekan."
)


def digests(bot: RunningBot) -> Digests:
    """What sends by itself in the running bot."""
    found: Digests = bot.application.bot_data[DIGESTS]
    return found


def coming(bot: RunningBot) -> Slot:
    """The next full hour but one in Jakarta, so that there is time to subscribe."""
    now = bot.services.clock()
    zone = bot.services.settings.zone
    hour = (now.astimezone(zone) + timedelta(hours=2)).hour
    slot = next_slot(hour, zone, EVERY_DAY, after=now)
    assert slot is not None
    return slot


async def publish(bot: RunningBot, folder: Path, number: int, title: str = HEADLINE, body: str = BODY) -> None:
    """An article that has just appeared is loaded while the bot runs, as ``kutip load`` does beside it."""
    file = folder / f"{number}.jsonl"
    row = {
        "title": title,
        "source": "Warta Nusa",
        "url": f"https://wartanusa.example/{number}",
        "published_at": bot.services.clock().isoformat(),
        "body": body,
    }
    file.write_text(json.dumps(row), encoding="utf-8")
    engine = bot.services.engine
    report = await ingest([str(file)], store=engine.store, settings=bot.services.settings, options=IngestOptions())
    assert 1 == report.added
    await engine.indexer.embed()


async def reach(bot: RunningBot, api: FakeTelegram, slot: Slot) -> None:
    """It is that time."""
    api.clock.advance((slot.due_at - api.clock.now()).total_seconds() + 1)
    await digests(bot).sender.plan()


def is_digest(message: Message) -> bool:
    return message.text.startswith("Kabar pilihan, ")


async def test_digests_reach_each_kind_of_chat(bot: RunningBot, api: FakeTelegram, tmp_path: Path) -> None:
    """A person, a group, a topic of a forum and a channel get the same story once, each in its place."""
    ani = api.person("Ani")
    group = api.group("Warga", admins=[ani], supergroup=True)
    forum = api.group("Forum", admins=[ani], forum=True)
    topic = await ani.open_topic(forum, "Berita")
    channel = api.channel("Kabar Warga", admins=[ani])
    slot = coming(bot)
    words = f"/langganan jam {slot.hour} wib, topik jembatan tanpa suara"
    await ani.say(words)
    await api.wait_for_message(ani)
    await ani.say(words, chat=group)
    await api.wait_for_message(group)
    await ani.say(words, chat=forum, topic=topic)
    await api.wait_for_message(forum)
    now = bot.services.clock()
    await bot.services.subscriptions.put(
        Subscription(owner_id=ani.id, chat_id=channel.id, hour=slot.hour, since=now, created_at=now)
    )
    await publish(bot, tmp_path, int(slot.due_at.timestamp()))
    await reach(bot, api, slot)
    for chat in (ani, group, forum, channel):
        message = await api.wait_for_message(chat, accept=is_digest, timeout_s=20)
        assert f"1. {HEADLINE}" in message.text
        assert "ambruk diterjang arus" in message.text
    assert topic == message_of(api, forum.id).thread_id
    await digests(bot).sender.plan()
    await api.wait_until_idle()
    for chat in (ani, group, forum, channel):
        await api.no_message(chat, within_s=0.1)


def message_of(api: FakeTelegram, chat_id: int) -> Message:
    return api.messages(chat_id, of_bot=True)[-1]


async def test_a_private_digest_leads_into_a_question(bot: RunningBot, api: FakeTelegram, tmp_path: Path) -> None:
    """A tap on the number of a story quotes what the articles say about it."""
    ani = api.person("Ani")
    slot = coming(bot)
    await ani.say(f"/langganan jam {slot.hour} wib topik jembatan")
    await api.wait_for_message(ani)
    await publish(bot, tmp_path, int(slot.due_at.timestamp()))
    await reach(bot, api, slot)
    digest = await api.wait_for_message(ani, accept=is_digest, timeout_s=20)
    await (await ani.tap("Tanya no. 1", digest)).answered()
    assert "Wening" in (await api.wait_for_message(ani, timeout_s=20)).text


async def test_a_new_story_is_told_while_the_bot_runs(bot: RunningBot, api: FakeTelegram, tmp_path: Path) -> None:
    """What is loaded beside the bot is told at once to who waits for it."""
    ani = api.person("Ani")
    await ani.say("/langganan topik penyu, kabari langsung, malam juga")
    await api.wait_for_message(ani)
    body = "Seekor penyu langka kembali bertelur di Pantai Karang Biru. Warga menjaga sarangnya siang dan malam."
    await digests(bot).alerts.look()
    number = 7_000_000 + int(bot.services.clock().timestamp())
    await publish(bot, tmp_path, number, "Penyu Langka Bertelur di Karang Biru", body)
    await digests(bot).alerts.look()
    digests(bot).sender.wake()
    message = await api.wait_for_message(ani, timeout_s=20)
    assert message.text.startswith(f"{ALERT}\n\nPenyu Langka Bertelur di Karang Biru")
