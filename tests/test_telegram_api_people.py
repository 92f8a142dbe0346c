"""People in the fake Telegram tap, ask inline, and talk in groups, and the bot hears of it as from Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest
from telegram_api import Chat, FakeTelegram, Person
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
    ani = fake_telegram.person("Ani", username="ani")
    await ani.start_bot()
    return ani


async def _texts(bot: Bot, offset: int = 0) -> list[str | None]:
    """Texts of all messages that the bot has got."""
    return [update.message.text for update in await bot.get_updates(offset=offset) if update.message]


def _keyboard(data: str = "lagi:1") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Lebih banyak", callback_data=data)],
            [InlineKeyboardButton("Tanya", url="https://t.me/KutipBot?start=q_1")],
        ]
    )


async def test_a_tap_brings_its_data_and_takes_an_answer(bot: Bot, ani: Person) -> None:
    """The person sees the notice."""
    await bot.send_message(ani.id, "jawaban", reply_markup=_keyboard())
    tap = await ani.tap("Lebih")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await query.answer("sebentar")
    assert ("lagi:1", "sebentar") == (query.data, tap.notice)
    assert query.message is not None
    assert "jawaban" == query.message.text  # type: ignore[attr-defined]


async def test_a_tap_can_be_answered_once_and_not_too_late(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Twice, or after its time, the query is too old."""
    await bot.send_message(ani.id, "jawaban", reply_markup=_keyboard())
    first, second = await ani.tap("Lebih"), await ani.tap("Lebih")
    await bot.answer_callback_query(first.asked.id)
    fake_telegram.clock.advance(fake_telegram.world.rules.query_lifetime_s + 1)
    for tap in (first, second):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
            await bot.answer_callback_query(tap.asked.id)


async def test_a_tap_under_a_deleted_message_says_so(bot: Bot, ani: Person) -> None:
    """The message comes without its content, dated 0."""
    sent = await bot.send_message(ani.id, "jawaban", reply_markup=_keyboard())
    kept = ani.chat.messages[sent.message_id]
    button = kept.buttons[0]
    await ani.delete(kept)
    await ani.tap(button, kept)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible


async def test_tapping_what_is_not_there_is_a_mistake_of_the_test(bot: Bot, ani: Person) -> None:
    """It says which buttons there are."""
    await bot.send_message(ani.id, "jawaban", reply_markup=_keyboard())
    with pytest.raises(ValueError, match="Lebih banyak"):
        await ani.tap("Sumber")


async def test_a_deep_link_starts_the_bot_with_its_payload(bot: Bot, ani: Person) -> None:
    """Opening the link behind a button sends /start with what is in it."""
    sent = await bot.send_message(ani.id, "jawaban", reply_markup=_keyboard())
    await ani.open_link(ani.chat.messages[sent.message_id].button("Tanya").url or "")  # type: ignore[union-attr]
    assert "/start q_1" == (await _texts(bot))[-1]


def _article(id_: str, text: str = "<b>Jawaban</b>") -> InlineQueryResultArticle:
    return InlineQueryResultArticle(id_, "Judul", InputTextMessageContent(text, parse_mode="HTML"))


async def test_an_inline_result_that_is_chosen_becomes_a_message(
    fake_telegram: FakeTelegram, bot: Bot, ani: Person
) -> None:
    """It goes into the chat where it was asked, marked as through the bot."""
    group = fake_telegram.group("Warga", members=[ani], bot=None)
    asked = await ani.inline("ibu kota", chat=group)
    query = (await bot.get_updates())[-1].inline_query
    assert query is not None
    await query.answer([_article("1"), _article("2")], button=InlineQueryResultsButton("Tanya", start_parameter="q"))
    message = await ani.choose(asked, 1, chat=group)
    chosen = (await bot.get_updates())[-1].chosen_inline_result
    assert ("group", "ibu kota", 2) == (query.chat_type, query.query, len(asked.results))
    assert ("Jawaban", ["Jawaban"], bot.id) == (message.text, message.marked("bold"), message.data["via_bot"]["id"])
    assert chosen is not None
    assert "2" == chosen.result_id


async def test_an_inline_answer_is_kept_for_its_time(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """The same query is answered without the bot until then; a personal answer only for that person."""
    budi = fake_telegram.person("Budi")
    asked = await ani.inline("beras")
    await bot.answer_inline_query(asked.asked.id, [_article("1")], cache_time=60, is_personal=True)
    again, other = await ani.inline("beras"), await budi.inline("beras")
    fake_telegram.clock.advance(61)
    later = await ani.inline("beras")
    assert (1, 0, 0) == (len(again.results), len(other.results), len(later.results))


@pytest.mark.parametrize(
    ("articles", "refusal"),
    [
        ([_article(str(number)) for number in range(51)], "Results_too_much"),
        ([_article("1"), _article("1")], "Result_id_duplicate"),
        ([_article("1", "<b>terbuka")], "Can't parse entities"),
    ],
)
async def test_inline_answers_that_telegram_refuses(
    fake_telegram: FakeTelegram, bot: Bot, ani: Person, articles: list[InlineQueryResultArticle], refusal: str
) -> None:
    """Too many results, one id twice, marks that do not close."""
    asked = await ani.inline("beras")
    with pytest.raises(BadRequest, match=refusal):
        await bot._post("answerInlineQuery", {"inline_query_id": asked.asked.id, "results": articles})
    fake_telegram.violations.clear()


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ("halo semua", False),
        ("/tanya berapa?", True),
        ("/tanya@KutipBot berapa?", True),
        ("/tanya@LainBot berapa?", False),
        ("menurut @kutipbot berapa?", True),
        ("menurut @ani berapa?", False),
    ],
)
async def test_privacy_mode(fake_telegram: FakeTelegram, bot: Bot, ani: Person, text: str, is_heard: bool) -> None:
    """In a group the bot hears commands and mentions of itself, and nothing else."""
    group = fake_telegram.group("Warga", members=[ani])
    await ani.say(text, chat=group)
    assert is_heard == (text in await _texts(bot))


async def test_in_privacy_mode_the_bot_hears_replies_to_it(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """And replies to what was meant for it, but not other replies."""
    group = fake_telegram.group("Warga", members=[ani])
    sent = await bot.send_message(group.id, "jawaban")
    heard = await ani.say("kalau wakilnya?", chat=group, reply_to=group.messages[sent.message_id])
    await ani.say("setuju", chat=group, reply_to=heard)
    other = await ani.say("makan apa?", chat=group)
    await ani.say("bakso", chat=group, reply_to=other)
    assert ["kalau wakilnya?", "setuju"] == (await _texts(bot))[-2:]


async def test_an_administrator_hears_everything(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Also of members who come and go, where it asks for that."""
    group = fake_telegram.group("Warga", admins=[ani], supergroup=True)
    budi = fake_telegram.person("Budi")
    await bot.get_updates(allowed_updates=["message", "chat_member", "my_chat_member"])
    await ani.promote(group)
    await ani.say("halo semua", chat=group)
    await budi.join(group)
    updates = (await bot.get_updates())[-4:]
    assert updates[0].my_chat_member is not None
    assert updates[1].message is not None
    assert updates[2].chat_member is not None
    assert ("administrator", "halo semua", "member") == (
        updates[0].my_chat_member.new_chat_member.status,
        updates[1].message.text,
        updates[2].chat_member.new_chat_member.status,
    )


async def test_the_bot_hears_when_it_is_added_and_removed(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """As a change of its membership, and as messages of the group."""
    group = fake_telegram.group("Warga", owner=ani, bot=None)
    await ani.add_bot(group)
    await ani.remove_bot(group)
    updates = (await bot.get_updates())[1:]
    statuses = [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member]
    assert ["member", "left"] == statuses
    assert [True, True] == [
        bool(update.message.new_chat_members or update.message.left_chat_member) for update in updates if update.message
    ]


async def test_a_restricted_bot_may_not_write(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Telegram names the right that is missing."""
    group = fake_telegram.group("Warga", owner=ani, supergroup=True)
    await ani.restrict(group)
    with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
        await bot.send_message(group.id, "halo")


async def test_messages_in_a_topic_answer_its_opening(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """As with Telegram, where they answer no other message; an answer to them stays in the topic."""
    forum = fake_telegram.group("Forum", owner=ani, forum=True)
    topic = await ani.open_topic(forum, "Berita")
    await ani.say("/tanya berapa?", chat=forum, topic=topic)
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.reply_to_message is not None
    assert (topic, True) == (message.message_thread_id, message.is_topic_message)
    assert message.reply_to_message.forum_topic_created is not None
    answer = await message.reply_text("sekian", do_quote=True)
    assert (topic, message.message_id) == (answer.message_thread_id, answer.reply_to_message.message_id)  # type: ignore[union-attr]


async def test_an_edited_message_comes_as_such(bot: Bot, ani: Person) -> None:
    """With its new text and the date of the edit."""
    message = await ani.say("brapa?")
    await ani.edit(message, "berapa?")
    edited = (await bot.get_updates())[-1].edited_message
    assert edited is not None
    assert ("berapa?", message.id) == (edited.text, edited.message_id)
    assert edited.edit_date is not None


async def test_posts_of_a_channel_reach_the_bot(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """They come from the channel, not from a person."""
    channel = fake_telegram.channel("Kabar", admins=[ani])
    await ani.say("pengumuman", chat=channel)
    post = (await bot.get_updates())[-1].channel_post
    assert post is not None
    assert ("pengumuman", None) == (post.text, post.from_user)
    sent = await bot.send_message(channel.id, "kutipan")
    assert channel.id == sent.sender_chat.id  # type: ignore[union-attr]


async def test_a_chat_that_a_person_shares_is_named(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """Behind a key that asks for a chat."""
    group: Chat = fake_telegram.group("Warga", owner=ani, supergroup=True)
    request = KeyboardButtonRequestChat(7, chat_is_channel=False, bot_is_member=True, request_title=True)
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Pilih grup", request_chat=request)]])
    await bot.send_message(ani.id, "untuk grup mana?", reply_markup=keyboard)
    await ani.share_chat("Pilih grup", group)
    shared = (await bot.get_updates())[-1].message.chat_shared  # type: ignore[union-attr]
    assert shared is not None
    assert (7, group.id, "Warga") == (shared.request_id, shared.chat_id, shared.title)


async def test_an_administrator_can_write_as_the_group(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """The bot sees the group as sender, and an account of Telegram's in place of the person."""
    group = fake_telegram.group("Warga", owner=ani, supergroup=True)
    await ani.say("/atur", chat=group, as_chat=group)
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.sender_chat is not None
    assert message.from_user is not None
    assert (group.id, "GroupAnonymousBot") == (message.sender_chat.id, message.from_user.username)


async def test_waiting_gives_each_message_once(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """In their order, or the next with some words; then silence can be made sure of."""
    for text in ("satu", "dua", "tiga"):
        await bot.send_message(ani.id, text)
    third = await fake_telegram.wait_for_message(ani, containing="tiga")
    first = await fake_telegram.wait_for_message(ani)
    with pytest.raises(AssertionError, match="dua"):
        await fake_telegram.no_message(ani, within_s=0)
    second = await fake_telegram.wait_for_message(ani)
    await fake_telegram.no_message(ani, within_s=0)
    assert ["satu", "dua", "tiga"] == [message.text for message in (first, second, third)]


async def test_waiting_in_vain_tells_what_happened(fake_telegram: FakeTelegram, bot: Bot, ani: Person) -> None:
    """The last requests and messages are named."""
    sent = await bot.send_message(ani.id, "lain")
    with pytest.raises(AssertionError, match="sendMessage 200"):
        await fake_telegram.wait_for_message(ani, containing="jawaban", timeout_s=0.05)
    with pytest.raises(AssertionError, match="an edit of"):
        await fake_telegram.wait_for_edit(ani.chat.messages[sent.message_id], timeout_s=0.05)
    await sent.edit_text("jawaban")
    edited = await fake_telegram.wait_for_edit(ani.chat.messages[sent.message_id])
    assert ("jawaban", ["lain"]) == (edited.text, [version["text"] for version in edited.versions])
