"""Where the bot is, and what waited while it was off; end to end, in polling and in webhook mode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bot_running import ANSWER, QUESTION, RunningBot, running_bot
from telegram_api.chats import Chat
from telegram_api.fake import FakeTelegram

from bot.types import ChatRecord, ChatSettings
from bot.words import texts

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def record_of(bot: RunningBot, chat_id: int) -> ChatRecord:
    """What the bot remembers of a chat."""
    record = await bot.services.state.get_chat(chat_id)
    assert record is not None
    return record


async def test_who_blocks_the_bot_is_gone_until_they_unblock(bot: RunningBot, api: FakeTelegram) -> None:
    """So that nothing is sent in vain meanwhile; coming back needs no greeting."""
    ani = api.person("Ani")
    await ani.say("halo")
    await api.wait_for_message(ani)
    await ani.block()
    await bot.settle(api)
    assert (await record_of(bot, ani.id)).gone_since is not None
    await ani.unblock()
    await bot.settle(api)
    assert (await record_of(bot, ani.id)).gone_since is None
    await api.no_message(ani)
    await ani.say(QUESTION)
    assert ANSWER in (await api.wait_for_message(ani)).text


@pytest.mark.parametrize("supergroup", [False, True], ids=["group", "supergroup"])
async def test_a_group_that_adds_the_bot_is_greeted(bot: RunningBot, api: FakeTelegram, supergroup: bool) -> None:
    """Once, with how to ask; again only after the bot was taken out."""
    ani = api.person("Ani")
    group = api.group("Warga", owner=ani, supergroup=supergroup, bot=None)
    for _ in range(2):
        await ani.add_bot(group)
        assert (await api.wait_for_message(group)).text == texts.greeting_for_group(api.bot_name)
        assert (await record_of(bot, group.id)).gone_since is None
        await ani.remove_bot(group)
        await bot.settle(api)
        assert (await record_of(bot, group.id)).gone_since is not None
    await api.no_message(group)


async def test_rights_are_remembered(bot: RunningBot, api: FakeTelegram) -> None:
    """Promotion, demotion and restriction of the bot in a group say nothing there, but tell whether it may write."""
    ani = api.person("Ani")
    group = api.group("Warga", owner=ani, supergroup=True)
    changes = ((ani.promote, True), (ani.demote, True), (ani.restrict, False), (ani.demote, True))
    for change, can_write in changes:
        await change(group)
        await bot.settle(api)
        assert (await record_of(bot, group.id)).can_write is can_write
    await api.no_message(group)


async def test_a_message_that_arrives_shows_that_the_bot_may_write(bot: RunningBot, api: FakeTelegram) -> None:
    """Telegram tells nothing of the bot when the rights of all members change; the next answer does."""
    ani = api.person("Ani")
    group = api.group("Warga", members=[ani], supergroup=True)
    api.fault("sendMessage", 400, chat=group, wording="no rights")
    await ani.say("/tanya halo", chat=group)
    await bot.settle(api)
    assert not (await record_of(bot, group.id)).can_write
    await ani.say("/tanya halo", chat=group)
    await api.wait_for_message(group)
    await bot.settle(api)
    assert (await record_of(bot, group.id)).can_write


async def test_the_right_to_post_in_a_channel(bot: RunningBot, api: FakeTelegram) -> None:
    """A channel is known with the right to post; it is never greeted."""
    ani = api.person("Ani")
    channel = api.channel("Kanal", admins=[ani], bot=None)
    await ani.add_bot(channel, admin=True)
    for can_write in (True, False):
        await ani.promote(channel, can_post_messages=can_write)
        await bot.settle(api)
        assert (await record_of(bot, channel.id)).can_write is can_write
    await ani.remove_bot(channel)
    await bot.settle(api)
    assert (await record_of(bot, channel.id)).gone_since is not None
    await api.no_message(channel)


async def test_a_group_that_becomes_a_supergroup_keeps_its_settings(bot: RunningBot, api: FakeTelegram) -> None:
    """Under its new number, without another greeting, and with a bot that answers there."""
    ani = api.person("Ani")
    group = api.group("Warga", owner=ani)
    await ani.say("/atur", chat=group)
    menu = await api.wait_for_message(group)
    await (await ani.tap(texts.PERIODS[365], menu)).answered()
    new = await ani.migrate(group)
    await bot.settle(api)
    state = bot.services.state
    assert await state.chat_settings(new.id) == ChatSettings(since_days=365)
    assert await state.get_chat(group.id) is None
    await ani.say("/atur", chat=new)
    assert (await api.wait_for_message(new)).text == texts.group_settings(ChatSettings(since_days=365))
    await api.no_message(new)


async def test_what_a_blocked_person_does_to_a_chat_is_noted(bot: RunningBot, api: FakeTelegram) -> None:
    """The others in a group keep their settings when it becomes a supergroup, and a chat that is left is gone."""
    ani = api.person("Ani")
    group = api.group("Warga", members=[ani])
    state = bot.services.state
    await state.set_chat_settings(group.id, ChatSettings(since_days=7))
    await state.block(ani.id, api.clock.now(), 1)
    new = await ani.migrate(group)
    await bot.settle(api)
    assert await state.chat_settings(new.id) == ChatSettings(since_days=7)
    await ani.remove_bot(new)
    await bot.settle(api)
    kept = await state.get_chat(new.id)
    assert kept is not None
    assert kept.gone_since is not None


@asynccontextmanager
async def bot_that_was_off(
    api: FakeTelegram, data_dir: Path, *, for_s: float, webhook: bool
) -> AsyncIterator[RunningBot]:
    """A bot that starts after a time in which people wrote."""
    api.clock.advance(for_s)
    async with running_bot(api, data_dir, webhook=webhook) as running:
        yield running


async def test_what_waited_too_long_gets_one_apology_a_chat(data_dir: Path, webhook: bool) -> None:
    """Private chats, and groups where the bot was asked, are told once; others and old edits are left in peace."""
    own = await FakeTelegram.start()
    ani, budi = own.person("Ani"), own.person("Budi")
    asking, talking = (own.group(title, members=[ani, budi], supergroup=True) for title in ("Bertanya", "Mengobrol"))
    chatty = own.group("Ramai", members=[ani], supergroup=True, bot="administrator")
    moving = own.group("Pindah", owner=ani)
    for _ in range(3):
        await ani.say(QUESTION)
        await ani.say(f"/tanya {QUESTION}", chat=asking)
        await ani.say(QUESTION, chat=chatty)
    edited = await budi.say(QUESTION)
    await budi.edit(edited, f"{QUESTION}!")
    await budi.send_voice(b"x")
    moved = await ani.migrate(moving)
    async with bot_that_was_off(own, data_dir, for_s=601, webhook=webhook) as running:
        await running.services.state.set_chat_settings(moving.id, ChatSettings(since_days=7))
        for chat in (ani, budi, asking):
            assert (await own.wait_for_message(chat)).text == texts.WAS_AWAY
        await running.settle(own)
        for chat in (ani, budi, asking, talking, chatty, moving, moved):
            await own.no_message(chat, within_s=0.1)
        assert await running.services.state.get_chat(moving.id) is None
        await ani.say(QUESTION)
        assert ANSWER in (await own.wait_for_message(ani)).text
    await own.close()


async def test_what_waited_shortly_is_answered(data_dir: Path, webhook: bool) -> None:
    """A restart of some minutes is made up for."""
    own = await FakeTelegram.start()
    ani = own.person("Ani")
    group = own.group("Warga", members=[ani])
    asked = [await ani.say(QUESTION), await ani.say(f"/tanya {QUESTION}", chat=group)]
    places: list[Chat] = [ani.chat, group]
    async with bot_that_was_off(own, data_dir, for_s=500, webhook=webhook):
        for chat, question in zip(places, asked, strict=True):
            reply = await own.wait_for_message(chat)
            assert ANSWER in reply.text
            assert reply.reply_to_id == question.id
    await own.close()


async def test_an_apology_is_not_repeated_after_a_second_start(data_dir: Path) -> None:
    """A bot that is killed amid its apologies and starts again does not begin anew."""
    own = await FakeTelegram.start()
    ani = own.person("Ani")
    await ani.say(QUESTION)
    async with bot_that_was_off(own, data_dir, for_s=601, webhook=False):
        assert (await own.wait_for_message(ani)).text == texts.WAS_AWAY
    old = own.clock.unix() - 601
    own.inject({"message": (await ani.say("ada orang?")).data | {"date": old}})
    async with running_bot(own, data_dir) as running:
        await running.settle(own)
        answers = [message.text for message in own.messages(ani, of_bot=True)]
    assert answers.count(texts.WAS_AWAY) == 1
    await own.close()


async def test_messages_of_channels_are_no_questions(bot: RunningBot, api: FakeTelegram) -> None:
    """The bot does not answer posts."""
    ani = api.person("Ani")
    channel = api.channel("Kanal", admins=[ani])
    await ani.say(f"/tanya {QUESTION}", chat=channel)
    await bot.settle(api)
    await api.no_message(channel)


async def test_an_unknown_kind_of_chat_breaks_nothing(bot: RunningBot, api: FakeTelegram) -> None:
    """Telegram may bring new ones; nobody there is answered or remembered."""
    errors = bot.services.metrics.handler_errors
    chat = {"id": -77, "type": "ruang", "title": "Ruang"}
    message = {"message_id": 1, "date": api.clock.unix(), "chat": chat, "from": api.person("Ani").user, "text": "halo"}
    api.inject({"message": message})
    await bot.settle(api)
    assert bot.services.metrics.handler_errors == errors
    assert await bot.services.state.get_chat(-77) is None
