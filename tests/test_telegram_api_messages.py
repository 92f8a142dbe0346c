"""The fake Telegram keeps, changes and refuses messages as Telegram does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram_api import FakeTelegram, Person
from telegram_api.fixtures import fake_telegram
from telegram_bots import bot_of

__all__ = ["fake_telegram"]


@pytest_asyncio.fixture
async def bot(fake_telegram: FakeTelegram) -> AsyncIterator[Bot]:
    """Give the library's own Bot."""
    async with bot_of(fake_telegram) as bot:
        yield bot


@pytest_asyncio.fixture
async def ani(fake_telegram: FakeTelegram) -> Person:
    """Give a person who has started the bot."""
    ani = fake_telegram.person("Ani")
    await ani.start_bot()
    return ani


async def test_marks_of_a_text_come_back_as_entities(bot: Bot, ani: Person) -> None:
    """HTML is parsed, and what stands outside the basic plane counts two units."""
    sent = await bot.send_message(ani.id, "👍 <b>Ibu kota</b> &amp; kota", parse_mode="HTML")
    assert ("👍 Ibu kota & kota", 3, 8) == (sent.text, sent.entities[0].offset, sent.entities[0].length)
    assert MessageEntity.BOLD == sent.entities[0].type


@pytest.mark.parametrize(
    ("text", "refusal", "violation"),
    [
        ("", "Message text is empty", "at least 1"),
        ("<b></b>", "Text must be non-empty", "at least 1"),
        ("x" * 4097, "Message is too long", "at most 4096"),
    ],
)
async def test_texts_of_a_wrong_length_are_refused(
    fake_telegram: FakeTelegram, bot: Bot, ani: Person, text: str, refusal: str, violation: str
) -> None:
    """Each in Telegram's words, and the test would fail for it."""
    with pytest.raises(BadRequest, match=refusal):
        await bot.send_message(ani.id, text, parse_mode="HTML")
    fake_telegram.forgive(violation)


async def test_marks_that_do_not_close_are_refused(bot: Bot, ani: Person) -> None:
    """The library tells the bot, which can send plain text then."""
    with pytest.raises(BadRequest, match="Can't parse entities"):
        await bot.send_message(ani.id, "<b>terbuka", parse_mode="HTML")


async def test_a_text_of_4096_units_after_entities_is_taken(bot: Bot, ani: Person) -> None:
    """Marks do not count."""
    sent = await bot.send_message(ani.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert 4096 == len(sent.text or "")


async def test_a_stranger_cannot_be_written_to(fake_telegram: FakeTelegram, bot: Bot) -> None:
    """The bot must wait until a person speaks to it; a chat that does not exist is not found."""
    budi = fake_telegram.person("Budi")
    with pytest.raises(Forbidden, match="can't initiate conversation with a user"):
        await bot.send_message(budi.id, "halo")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(42, "halo")


async def test_who_blocked_the_bot_gets_nothing_until_unblocking(
    fake_telegram: FakeTelegram, bot: Bot, ani: Person
) -> None:
    """The bot is told of both, and refused between them."""
    await ani.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ani.id, "halo")
    await ani.unblock()
    await bot.send_message(ani.id, "halo")
    changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
    assert [("member", "kicked"), ("kicked", "member")] == [
        (change.old_chat_member.status, change.new_chat_member.status) for change in changes
    ]


async def test_a_reply_needs_its_message(bot: Bot, ani: Person) -> None:
    """A reply to nothing is refused, or goes out alone where the bot allows that."""
    question = await ani.say("apa?")
    sent = await bot.send_message(ani.id, "itu", reply_to_message_id=question.id)
    assert sent.reply_to_message is not None
    assert question.id == sent.reply_to_message.message_id
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ani.id, "itu", reply_to_message_id=9999)
    alone = await bot.send_message(
        ani.id, "itu", reply_parameters=ReplyParameters(9999, allow_sending_without_reply=True)
    )
    assert alone.reply_to_message is None


async def test_callback_data_counts_bytes(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """64 bytes are taken, 65 are not, whatever the number of characters."""
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("ya", callback_data="é" * 32)]])
    await bot.send_message(ani.id, "pilih", reply_markup=keyboard)
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{bot.base_url}/sendMessage",
            json={
                "chat_id": ani.id,
                "text": "pilih",
                "reply_markup": {"inline_keyboard": [[{"text": "ya", "callback_data": "é" * 33}]]},
            },
        )
    fake_telegram.forgive("66 bytes")
    assert "Bad Request: BUTTON_DATA_INVALID" == answer.json()["description"]


async def test_an_edit_must_change_something(bot: Bot, ani: Person) -> None:
    """The same text again is refused; another is kept with its date, and without a keyboard the old one goes."""
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("ya", callback_data="y")]])
    sent = await bot.send_message(ani.id, "<i>satu</i>", parse_mode="HTML", reply_markup=keyboard)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await sent.edit_text("<i>satu</i>", parse_mode="HTML", reply_markup=keyboard)
    edited = await sent.edit_text("dua")
    assert not isinstance(edited, bool)
    assert ("dua", None) == (edited.text, edited.reply_markup)
    assert edited.edit_date is not None


async def test_only_own_messages_can_be_edited(bot: Bot, ani: Person) -> None:
    """Another's message cannot, a message that is gone is not found."""
    question = await ani.say("apa?")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", ani.id, question.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", ani.id, 9999)


async def test_messages_can_be_deleted_for_two_days(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Later they cannot; what is gone is not found."""
    first, second = [await bot.send_message(ani.id, text) for text in ("satu", "dua")]
    await first.delete()
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await first.delete()
    fake_telegram.clock.advance(48 * 3600 + 1)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await second.delete()
    assert ["dua"] == [message.text for message in fake_telegram.messages(ani, of_bot=True)]


async def test_the_date_of_a_message_is_the_virtual_one(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Moving the clock on moves the dates."""
    before = await bot.send_message(ani.id, "satu")
    fake_telegram.clock.advance(3600)
    after = await bot.send_message(ani.id, "dua")
    assert 3600 <= (after.date - before.date).total_seconds() < 3605


async def test_files_go_both_ways(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """A person's file can be fetched, a file of the bot's reaches the chat with its name and caption."""
    await ani.send_document(b"isi berkas", "daftar.txt", caption="ini")
    document = (await bot.get_updates())[-1].message.document  # type: ignore[union-attr]
    assert document is not None
    content = await (await document.get_file()).download_as_bytearray()
    sent = await bot.send_document(
        ani.id, b"laporan", filename="laporan.txt", caption="<b>hasil</b>", parse_mode="HTML"
    )
    kept = fake_telegram.world.files.get(sent.document.file_id)  # type: ignore[union-attr]
    assert kept is not None
    assert (b"isi berkas", b"laporan", "laporan.txt", "hasil") == (
        bytes(content),
        kept.content,
        kept.name,
        sent.caption,
    )


async def test_a_file_over_20_mb_cannot_be_fetched(bot: Bot, ani: Person) -> None:
    """Telegram tells of the file and does not give it."""
    message = await ani.send_document(b"x", "besar.zip", size=20 * 2**20 + 1)
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(message.data["document"]["file_id"])


async def test_photo_voice_and_sticker_reach_the_bot(bot: Bot, ani: Person) -> None:
    """The library reads each of them."""
    await ani.send_photo(b"gambar", caption="lihat")
    await ani.send_voice(b"suara")
    await ani.send_sticker(b"stiker")
    messages = [update.message for update in await bot.get_updates() if update.message][-3:]
    assert [True, True, True] == [
        bool(messages[0].photo and messages[0].caption == "lihat"),
        bool(messages[1].voice),
        bool(messages[2].sticker),
    ]


async def test_the_keyboard_and_preview_of_a_message_are_kept(bot: Bot, ani: Person) -> None:
    """They come back in the answer."""
    sent = await bot.send_message(
        ani.id, "https://harianwarta.example/a", link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    assert sent.link_preview_options is not None
    assert sent.link_preview_options.is_disabled
    assert MessageEntity.URL == sent.entities[0].type


async def test_a_group_that_moved_says_where_to(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Sending into the old group names the new one, and both tell of the move."""
    group = fake_telegram.group("Warga", admins=[ani])
    await bot.send_message(group.id, "halo")
    new = await ani.migrate(group)
    with pytest.raises(ChatMigrated) as refused:
        await bot.send_message(group.id, "halo")
    assert new.id == refused.value.new_chat_id
    moves = [update.message for update in await bot.get_updates() if update.message][-2:]
    assert (new.id, group.id) == (moves[0].migrate_to_chat_id, moves[1].migrate_from_chat_id)


async def test_a_topic_must_exist(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Messages go into the topic; one that is gone is not found, and the general one takes no id."""
    forum = fake_telegram.group("Forum", admins=[ani], forum=True)
    topic = await ani.open_topic(forum, "Berita")
    sent = await bot.send_message(forum.id, "halo", message_thread_id=topic)
    assert (topic, True) == (sent.message_thread_id, sent.is_topic_message)
    await ani.close_topic(forum, topic)
    for thread in (topic, 1):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "halo", message_thread_id=thread)


async def test_commands_are_shown_by_scope(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """The narrowest scope wins; a scope of a chat that the bot does not know is refused."""
    await bot.set_my_commands([BotCommand("tanya", "Bertanya")])
    await bot.set_my_commands([BotCommand("mulai", "Mulai")], scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([BotCommand("status", "Keadaan")], scope=BotCommandScopeChat(ani.id))
    budi = fake_telegram.person("Budi")
    group = fake_telegram.group("Warga", members=[ani])
    assert ["status"] == fake_telegram.commands(ani)
    assert ["mulai"] == fake_telegram.commands(budi)
    assert ["tanya"] == fake_telegram.commands(ani, group)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([BotCommand("status", "Keadaan")], scope=BotCommandScopeChat(budi.id))


async def test_what_the_bot_tells_about_itself_is_kept(bot: Bot, ani: Person) -> None:
    """Name, descriptions and rights come back."""
    await bot.set_my_name("Kutip Berita")
    await bot.set_my_description("Menjawab dengan kutipan")
    await bot.set_my_short_description("Kutipan berita")
    assert "Kutip Berita" == (await bot.get_my_name()).name
    assert "Menjawab dengan kutipan" == (await bot.get_my_description()).description
    assert "Kutipan berita" == (await bot.get_my_short_description()).short_description
    assert "commands" == (await bot.get_chat_menu_button()).type


async def test_chats_and_members_can_be_asked_for(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """The library reads what it is told of a group."""
    group = fake_telegram.group("Warga", members=[fake_telegram.person("Budi")], owner=ani, supergroup=True)
    assert "Warga" == (await bot.get_chat(group.id)).title
    assert "creator" == (await bot.get_chat_member(group.id, ani.id)).status
    assert [ani.id] == [admin.user.id for admin in await bot.get_chat_administrators(group.id)]
    assert 3 == await bot.get_chat_member_count(group.id)
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "halo")


async def test_forwarding_and_copying(bot: Bot, ani: Person) -> None:
    """A forwarded message names where it comes from, a copy does not."""
    question = await ani.say("apa kabar?")
    forwarded = await bot.forward_message(ani.id, ani.id, question.id)
    copied = await bot.copy_message(ani.id, ani.id, question.id)
    assert "apa kabar?" == forwarded.text
    assert forwarded.forward_origin is not None
    assert "forward_origin" not in ani.chat.messages[copied.message_id].data


async def test_a_reaction_of_the_bot_is_kept(bot: Bot, ani: Person) -> None:
    """Only emoji that Telegram knows as reactions."""
    message = await ani.say("halo")
    await bot.set_message_reaction(ani.id, message.id, ReactionTypeEmoji("👍"))
    assert ["👍"] == message.reactions[bot.id]
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(ani.id, message.id, ReactionTypeEmoji("🧮"))


async def test_a_violation_fails_the_test_at_its_end() -> None:
    """Whatever the handler does with the refusal."""
    api = await FakeTelegram.start()
    async with httpx.AsyncClient() as client:
        await client.post(f"{api.url}/bot{api.token}/sendMessage", json={"chat_id": 1, "txt": "halo"})
    with pytest.raises(AssertionError, match="sendMessage"):
        await api.close()
