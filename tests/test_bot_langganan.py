"""/langganan and /berhenti as people meet them, end to end over HTTP, in polling and in webhook mode."""

from __future__ import annotations

from pathlib import Path

import pytest
from bot_running import ANSWER, QUESTION, RunningBot, running_bot
from telegram_api.chats import Message
from telegram_api.fake import FakeTelegram

from bot.digests.subscription_pages import CHANNEL_REQUEST, GROUP_REQUEST
from bot.digests.subscriptions import Subscription
from bot.words import digest_texts as texts

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def kept(bot: RunningBot, chat_id: int, thread_id: int | None = None) -> Subscription:
    """The subscription of a chat or topic."""
    one = await bot.services.subscriptions.of_chat(chat_id, thread_id)
    assert one is not None
    return one


async def page(bot: RunningBot, api: FakeTelegram, ani: object) -> Message:
    """The page that /langganan shows."""
    await ani.say("/langganan")  # type: ignore[attr-defined]
    return await api.wait_for_message(ani)  # type: ignore[arg-type]


async def test_the_page_tells_that_nothing_is_sent_yet(bot: RunningBot, api: FakeTelegram) -> None:
    """Who opens /langganan for the first time sees the usual settings, and gets nothing before they say so."""
    ani = api.person("Ani")
    shown = await page(bot, api, ani)
    assert "Kabar pilihan untukmu" in shown.text
    assert "setiap hari pukul 07.00 WIB" in shown.text
    assert texts.BUTTON_ON in [button.text for button in shown.buttons]
    assert not (await kept(bot, ani.id)).is_on


async def test_everything_can_be_tapped(bot: RunningBot, api: FakeTelegram) -> None:
    """Each button changes one thing, and the page says so."""
    ani = api.person("Ani")
    shown = await page(bot, api, ani)
    taps: list[tuple[str, str]] = [
        (texts.BUTTON_ON, "Aktif. Berikutnya"),
        (texts.BUTTON_HOUR, ""),
        ("18", "pukul 18.00 WIB"),
        (texts.BUTTON_ZONE, ""),
        ("WITA (Makassar)", "pukul 18.00 WITA"),
        (texts.BUTTON_DAYS, ""),
        ("Minggu ✓", "Senin sampai Sabtu pukul"),
        (texts.BUTTON_WORKDAYS, "Senin sampai Jumat pukul"),
        (texts.BUTTON_BACK, ""),
        (texts.BUTTON_LIMIT, ""),
        ("5", "paling banyak 5 berita"),
        (texts.BUTTON_SILENT, "Suara: tanpa suara"),
        (texts.BUTTON_LOUD, "Suara: pakai suara"),
        (texts.BUTTON_OFF, "Belum aktif"),
    ]
    for button, words in taps:
        await (await ani.tap(button, shown)).answered()
        await api.wait_for_edit(shown)
        assert words in shown.text, button
    one = await kept(bot, ani.id)
    assert (False, 18, "Asia/Makassar", frozenset(range(5)), 5) == (
        one.is_on,
        one.hour,
        one.zone,
        one.weekdays,
        one.limit,
    )


async def test_the_last_day_cannot_be_taken_out(bot: RunningBot, api: FakeTelegram) -> None:
    """A digest on no day would be none; it is said how to stop instead."""
    ani = api.person("Ani")
    await ani.say("/langganan tiap senin")
    shown = await api.wait_for_message(ani)
    await ani.tap(texts.BUTTON_DAYS, shown)
    await api.wait_for_edit(shown)
    tap = await ani.tap("Senin ✓", shown)
    await tap.answered()
    assert texts.ONE_DAY_AT_LEAST == tap.notice


async def test_everything_can_be_written(bot: RunningBot, api: FakeTelegram) -> None:
    """Words behind the command change what they name and switch it on; what is not understood is said."""
    ani = api.person("Ani")
    await ani.say("/langganan jam 7 pagi WITA topik ekonomi tanpa gosip, jam 7.30 xyz")
    shown = await api.wait_for_message(ani)
    assert "Belum dipahami: “xyz”." in shown.text
    assert "Baru bisa pada jam bulat" in shown.text
    assert "pukul 07.00 WITA" in shown.text
    one = await kept(bot, ani.id)
    assert (True, ("ekonomi",), ("gosip",)) == (one.is_on, one.include, one.exclude)


async def test_what_was_not_understood_changes_nothing(bot: RunningBot, api: FakeTelegram) -> None:
    """Not even that it is on."""
    ani = api.person("Ani")
    await ani.say("/langganan lorem ipsum")
    assert texts.KEPT not in (await api.wait_for_message(ani)).text
    assert not (await kept(bot, ani.id)).is_on


async def test_much_that_was_not_understood_still_gets_the_page(bot: RunningBot, api: FakeTelegram) -> None:
    """A message full of other words must not make the reply longer than a message can be."""
    ani = api.person("Ani")
    await ani.say(f"/langganan {'entahlah ' * 400}")
    shown = await api.wait_for_message(ani)
    assert shown.text.startswith("Belum dipahami: “entahlah entahlah")
    assert "Kabar pilihan untukmu" in shown.text


async def test_topics_are_typed_after_a_button(bot: RunningBot, api: FakeTelegram) -> None:
    """A question asks for them; what comes next is taken for them, and what comes after that is a question again."""
    ani = api.person("Ani")
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_TOPICS, shown)
    await api.wait_for_edit(shown)
    await ani.tap(texts.BUTTON_TYPE_TOPICS, shown)
    asked = await api.wait_for_message(ani)
    assert texts.ASK_TOPICS == asked.text
    assert asked.keyboard is not None
    await ani.say("harga beras, timnas dan <MK>", reply_to=asked)
    assert "Topik: harga beras, timnas, dan <MK>" in (await api.wait_for_message(ani)).text
    assert ("harga beras", "timnas", "<MK>") == (await kept(bot, ani.id)).include
    await ani.say("halo")
    assert "Topik" not in (await api.wait_for_message(ani)).text


async def test_unwanted_topics_are_typed_too(bot: RunningBot, api: FakeTelegram) -> None:
    """Without that the wanted ones change."""
    ani = api.person("Ani")
    await ani.say("/langganan topik bola")
    shown = await api.wait_for_message(ani)
    await ani.tap(texts.BUTTON_TOPICS, shown)
    await api.wait_for_edit(shown)
    await ani.tap(texts.BUTTON_TYPE_UNWANTED, shown)
    await api.wait_for_message(ani)
    await ani.say("gosip")
    assert "Tanpa: gosip" in (await api.wait_for_message(ani)).text
    one = await kept(bot, ani.id)
    assert (("bola",), ("gosip",)) == (one.include, one.exclude)


async def test_a_person_may_change_their_mind(bot: RunningBot, api: FakeTelegram) -> None:
    """The word "batal" leaves everything as it was."""
    ani = api.person("Ani")
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_TOPICS, shown)
    await api.wait_for_edit(shown)
    await ani.tap(texts.BUTTON_TYPE_TOPICS, shown)
    await api.wait_for_message(ani)
    await ani.say("Batal")
    assert texts.CANCELLED == (await api.wait_for_message(ani)).text
    assert () == (await kept(bot, ani.id)).include


async def test_who_goes_back_is_not_waited_for(bot: RunningBot, api: FakeTelegram) -> None:
    """What they write after another button is a question on the news, and no subject."""
    ani = api.person("Ani")
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_TOPICS, shown)
    await api.wait_for_edit(shown)
    await ani.tap(texts.BUTTON_TYPE_TOPICS, shown)
    await api.wait_for_message(ani)
    await ani.tap(texts.BUTTON_BACK, shown)
    await api.wait_for_edit(shown)
    await ani.say(QUESTION)
    assert ANSWER in (await api.wait_for_message(ani)).text
    assert () == (await kept(bot, ani.id)).include


async def test_a_question_that_was_left_alone_is_forgotten(bot: RunningBot, api: FakeTelegram) -> None:
    """After five minutes a text that is no reply to it is a question on the news."""
    ani = api.person("Ani")
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_TOPICS, shown)
    await api.wait_for_edit(shown)
    await ani.tap(texts.BUTTON_TYPE_TOPICS, shown)
    await api.wait_for_message(ani)
    api.clock.advance(301)
    await ani.say("halo")
    await api.wait_for_message(ani)
    assert () == (await kept(bot, ani.id)).include


async def test_alerts_need_a_topic(bot: RunningBot, api: FakeTelegram) -> None:
    """Who would be told of everything at once would be told of nothing."""
    ani = api.person("Ani")
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_ALERTS, shown)
    await api.wait_for_edit(shown)
    tap = await ani.tap("3", shown)
    await tap.answered()
    assert texts.TOPICS_FIRST == tap.notice
    await ani.say("/langganan topik banjir, 5 kabar langsung sehari, malam juga")
    assert "Kabar langsung: paling banyak 5 sehari, malam juga" in (await api.wait_for_message(ani)).text


async def test_stopping(bot: RunningBot, api: FakeTelegram) -> None:
    """/berhenti stops; the settings are there when it is switched on again."""
    ani = api.person("Ani")
    await ani.say("/berhenti")
    assert texts.NEVER_STARTED == (await api.wait_for_message(ani)).text
    await ani.say("/langganan jam 9")
    await api.wait_for_message(ani)
    await ani.say("/berhenti")
    assert texts.STOPPED == (await api.wait_for_message(ani)).text
    one = await kept(bot, ani.id)
    assert (False, 9) == (one.is_on, one.hour)


async def test_a_group_is_set_up_by_its_admins_only(bot: RunningBot, api: FakeTelegram) -> None:
    """Within the group, with /langganan; a member is told that only admins may."""
    ani, budi = api.person("Ani"), api.person("Budi")
    group = api.group("Warga", members=[budi], admins=[ani], supergroup=True)
    await budi.say("/langganan jam 6", chat=group)
    assert texts.NOT_ADMIN == (await api.wait_for_message(group)).text
    await ani.say("/langganan jam 6", chat=group)
    shown = await api.wait_for_message(group)
    assert "pukul 06.00 WIB" in shown.text
    assert 6 == (await kept(bot, group.id)).hour
    tap = await budi.tap(texts.BUTTON_OFF, shown)
    await tap.answered()
    assert texts.NOT_YOURS == tap.notice
    await budi.say("/berhenti", chat=group)
    await api.wait_for_message(group)
    assert (await kept(bot, group.id)).is_on
    await ani.say("/berhenti", chat=group)
    assert texts.STOPPED_HERE == (await api.wait_for_message(group)).text
    assert not (await kept(bot, group.id)).is_on


async def test_an_anonymous_admin_may_too(bot: RunningBot, api: FakeTelegram) -> None:
    """Who writes in the name of the group is one; its page is that of a group."""
    ani = api.person("Ani")
    group = api.group("Warga", admins=[ani], supergroup=True)
    await ani.say("/langganan jam 6", chat=group, as_chat=group)
    assert "Kabar pilihan untuk Warga" in (await api.wait_for_message(group)).text
    assert not (await kept(bot, group.id)).is_private


async def test_a_topic_of_a_forum_has_its_own(bot: RunningBot, api: FakeTelegram) -> None:
    """What is set up within a topic belongs to it alone."""
    ani = api.person("Ani")
    forum = api.group("Forum Warga", admins=[ani], forum=True)
    topic = await ani.open_topic(forum, "Berita")
    await ani.say("/langganan jam 8 topik ekonomi", chat=forum, topic=topic)
    shown = await api.wait_for_message(forum)
    assert topic == shown.thread_id
    assert "satu topik forum" in shown.text
    assert 8 == (await kept(bot, forum.id, topic)).hour
    assert await bot.services.subscriptions.of_chat(forum.id) is None


async def test_a_channel_is_chosen_in_private(bot: RunningBot, api: FakeTelegram) -> None:
    """The person picks it from their channels, and sets it up by buttons; it stands in their list."""
    ani = api.person("Ani")
    channel = api.channel("Kabar Warga", admins=[ani])
    await ani.promote(channel, ani, can_post_messages=True)
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_CHATS, shown)
    await api.wait_for_edit(shown)
    assert texts.NO_CHATS == shown.text
    await ani.tap(texts.BUTTON_ADD_CHAT, shown)
    asked = await api.wait_for_message(ani)
    assert asked.keyboard is not None
    keys = [key["request_chat"]["request_id"] for key in asked.keyboard["keyboard"][0]]
    assert [GROUP_REQUEST, CHANNEL_REQUEST] == keys
    await ani.share_chat(texts.KEY_CHANNEL, channel)
    assert texts.CHAT_CHOSEN == (await api.wait_for_message(ani)).text
    of_channel = await api.wait_for_message(ani, containing="Kabar Warga")
    await ani.tap(texts.BUTTON_ON, of_channel)
    await api.wait_for_edit(of_channel)
    one = await kept(bot, channel.id)
    assert (True, ani.id) == (one.is_on, one.owner_id)
    await ani.tap(texts.BUTTON_BACK, of_channel)
    await api.wait_for_edit(of_channel)
    assert "Kabar Warga" in [button.text for button in of_channel.buttons]


async def test_rights_are_asked_for_each_time(bot: RunningBot, api: FakeTelegram) -> None:
    """Who is no admin any more changes nothing; and where the bot may not write nothing is switched on."""
    ani = api.person("Ani")
    channel = api.channel("Kabar Kota", admins=[ani])
    await ani.promote(channel, ani, can_post_messages=True)
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_CHATS, shown)
    await api.wait_for_edit(shown)
    await ani.tap(texts.BUTTON_ADD_CHAT, shown)
    await api.wait_for_message(ani)
    await ani.share_chat(texts.KEY_CHANNEL, channel)
    await api.wait_for_message(ani)
    of_channel = await api.wait_for_message(ani, containing="Kabar Kota")
    await ani.promote(channel, can_post_messages=False)
    tap = await ani.tap(texts.BUTTON_ON, of_channel)
    await tap.answered()
    assert texts.BOT_MAY_NOT_WRITE == tap.notice
    await ani.promote(channel, can_post_messages=True)
    await ani.demote(channel, ani)
    tap = await ani.tap(texts.BUTTON_ON, of_channel)
    await tap.answered()
    assert texts.NOT_YOURS == tap.notice
    assert not (await kept(bot, channel.id)).is_on


async def test_somebody_elses_chat_cannot_be_chosen(bot: RunningBot, api: FakeTelegram) -> None:
    """A client that was tampered with may share any chat; Telegram's answer counts."""
    ani, budi = api.person("Ani"), api.person("Budi")
    group = api.group("Grup Budi", owner=budi, members=[ani], supergroup=True)
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_CHATS, shown)
    await api.wait_for_edit(shown)
    await ani.tap(texts.BUTTON_ADD_CHAT, shown)
    await api.wait_for_message(ani)
    await ani.share_chat(texts.KEY_GROUP, group)
    assert texts.NOT_ADMIN == (await api.wait_for_message(ani)).text
    assert await bot.services.subscriptions.of_chat(group.id) is None


async def test_a_lost_right_is_told_once_and_resumed(bot: RunningBot, api: FakeTelegram) -> None:
    """The owner hears of it in private; when the right is back they tap to go on."""
    ani = api.person("Ani")
    channel = api.channel("Kabar Desa", admins=[ani])
    await ani.promote(channel, ani, can_post_messages=True)
    shown = await page(bot, api, ani)
    await ani.tap(texts.BUTTON_CHATS, shown)
    await api.wait_for_edit(shown)
    await ani.tap(texts.BUTTON_ADD_CHAT, shown)
    await api.wait_for_message(ani)
    await ani.share_chat(texts.KEY_CHANNEL, channel)
    await api.wait_for_message(ani)
    of_channel = await api.wait_for_message(ani, containing="Kabar Desa")
    await ani.tap(texts.BUTTON_ON, of_channel)
    await api.wait_for_edit(of_channel)
    await ani.promote(channel, can_post_messages=False)
    assert texts.paused("Kabar Desa") == (await api.wait_for_message(ani)).text
    await ani.remove_bot(channel)
    await api.wait_until_idle()
    await api.no_message(ani)
    assert (await kept(bot, channel.id)).paused_since is not None
    await ani.add_bot(channel, admin=True)
    await ani.promote(channel, can_post_messages=True)
    await ani.tap(texts.BUTTON_HOUR, of_channel)
    await api.wait_for_edit(of_channel)
    await ani.tap(texts.BUTTON_BACK, of_channel)
    await api.wait_for_edit(of_channel)
    await ani.tap(texts.BUTTON_RESUME, of_channel)
    await api.wait_for_edit(of_channel)
    assert (await kept(bot, channel.id)).is_active


async def test_what_was_asked_outlives_a_restart(data_dir: Path) -> None:
    """A question for topics is answered after the bot was started again."""
    api = await FakeTelegram.start()
    ani = api.person("Ani")
    async with running_bot(api, data_dir):
        await ani.say("/langganan")
        shown = await api.wait_for_message(ani)
        await ani.tap(texts.BUTTON_TOPICS, shown)
        await api.wait_for_edit(shown)
        await ani.tap(texts.BUTTON_TYPE_TOPICS, shown)
        await api.wait_for_message(ani)
    async with running_bot(api, data_dir):
        await ani.say("ekonomi")
        assert "Topik: ekonomi" in (await api.wait_for_message(ani)).text
    await api.close()
