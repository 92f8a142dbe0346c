"""What a message says about where, by whom and for whom it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Chat, Message, MessageEntity, TextQuote, Update, User
from telegram_api.people import typed

from bot.messages import (
    command_argument,
    command_of,
    is_meant_for,
    is_mentioned,
    is_reply_to,
    place_of,
    without_mentions,
    words_of_message,
    words_of_reply,
)

BOT_ID, NAME = 7, "KutipBot"
BOT = User(BOT_ID, "Kutip", is_bot=True, username=NAME)
ANI = User(5, "Ani", is_bot=False)
GROUP = Chat(-100, "supergroup", title="Warga", is_forum=True)
SENT_AT = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
MENTIONS = {"bot_id": BOT_ID, "username": NAME}


def message(text: str | None = None, *, chat: Chat = GROUP, **fields: Any) -> Message:
    """A message with what Telegram marks in its text by itself."""
    if text is not None and "entities" not in fields:
        fields["entities"] = [MessageEntity.de_json(mark) for mark in typed(text).get("entities", [])]
    return Message(message_id=3, date=SENT_AT, chat=chat, text=text, **({"from_user": ANI} | fields))


def answered_by_bot(**fields: Any) -> Message:
    """A message of the bot."""
    return message("Jawaban", from_user=BOT, **fields)


def test_the_answer_belongs_where_the_message_is() -> None:
    """Chat, topic and person; in a chat without topics a thread of replies is none."""
    place = place_of(Update(9), message("halo", message_thread_id=44, is_topic_message=True))
    assert (9, -100, 5, 3, 44, True) == (
        place.update_id,
        place.chat_id,
        place.user_id,
        place.reply_to,
        place.thread_id,
        place.is_group,
    )
    assert place_of(Update(9), message("halo", message_thread_id=44)).thread_id is None
    assert place_of(Update(9), message("halo", chat=Chat(5, "private"))).is_group is False


def test_who_writes_in_the_name_of_a_chat_counts_as_that_chat() -> None:
    """An anonymous admin is the group."""
    assert place_of(Update(9), message("halo", sender_chat=GROUP)).user_id == GROUP.id


def test_an_edit_counts_from_its_own_time() -> None:
    """Not from when the message was first written."""
    later = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
    assert place_of(Update(9), message("halo", edit_date=later)).sent_at == later


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/tanya siapa dia?", "tanya", "siapa dia?"),
        ("/TANYA@kutipbot\nsiapa\ndia?", "tanya", "siapa\ndia?"),
        ("/tanya", "tanya", ""),
        ("/tanya@LainBot siapa?", None, "siapa?"),
        ("siapa /tanya", None, "/tanya"),
        ("/", "", ""),
    ],
)
def test_commands_are_read(text: str, command: str | None, argument: str) -> None:
    """In any case, with or without the bot's name, over several lines."""
    assert command_of(message(text), username=NAME) == command
    assert command_argument(message(text)) == argument


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("@KutipBot siapa dia?", "siapa dia?"),
        ("siapa dia? @kutipbot", "siapa dia?"),
        ("😀😀 @KutipBot, siapa dia @KutipBot", "😀😀 , siapa dia"),
        ("@KutipBot: siapa dia", "siapa dia"),
        ("@KutipBot", ""),
    ],
)
def test_names_of_the_bot_are_left_out_of_the_question(text: str, question: str) -> None:
    """Wherever they stand, by UTF-16 offsets."""
    assert is_mentioned(message(text), **MENTIONS)
    assert without_mentions(message(text), **MENTIONS) == question


@pytest.mark.parametrize("text", ["@KutipBotLain siapa", "kutipbot siapa", "surat@KutipBot.example", "@LainBot siapa"])
def test_other_names_are_not_the_bots(text: str) -> None:
    """Longer names, words and addresses are none."""
    assert not is_meant_for(message(text), **MENTIONS)
    assert without_mentions(message(text), **MENTIONS) == text


def test_a_link_to_the_bot_is_a_mention() -> None:
    """In a text and in a caption; a link to somebody else is none."""
    mark = MessageEntity(MessageEntity.TEXT_MENTION, 0, 3, user=BOT)
    assert without_mentions(message("Bot siapa?", entities=[mark]), **MENTIONS) == "siapa?"
    captioned = message(None, caption="Bot siapa?", caption_entities=[mark])
    assert without_mentions(captioned, **MENTIONS) == "siapa?"
    other = MessageEntity(MessageEntity.TEXT_MENTION, 0, 3, user=ANI)
    assert not is_mentioned(message("Ani siapa?", entities=[other]), **MENTIONS)


def test_replies_to_the_bot_are_told_from_others() -> None:
    """The head of a topic that the bot opened is no message of its to reply to."""
    assert is_reply_to(message("lalu?", reply_to_message=answered_by_bot()), BOT_ID)
    assert is_meant_for(message("lalu?", reply_to_message=answered_by_bot()), **MENTIONS)
    assert not is_reply_to(message("lalu?", reply_to_message=message("halo")), BOT_ID)
    assert not is_reply_to(message("lalu?"), BOT_ID)


def test_what_a_reply_is_about() -> None:
    """The quoted part, else the words, else the caption; nothing of the bot's own."""
    other = message("siapa dia? lalu kapan?")
    quote = TextQuote("siapa dia?", position=0)
    assert words_of_reply(message("/tanya", reply_to_message=other), bot_id=BOT_ID) == "siapa dia? lalu kapan?"
    assert words_of_reply(message("/tanya", reply_to_message=other, quote=quote), bot_id=BOT_ID) == "siapa dia?"
    assert words_of_reply(message("/tanya", quote=quote), bot_id=BOT_ID) == "siapa dia?"
    pictured = message(None, caption=" siapa dia? ")
    assert words_of_reply(message("/tanya", reply_to_message=pictured), bot_id=BOT_ID) == "siapa dia?"
    assert words_of_reply(message("/tanya", reply_to_message=answered_by_bot()), bot_id=BOT_ID) == ""
    assert words_of_reply(message("/tanya"), bot_id=BOT_ID) == ""


MARKS = st.builds(
    MessageEntity,
    type=st.sampled_from([MessageEntity.MENTION, MessageEntity.TEXT_MENTION, MessageEntity.BOT_COMMAND, "new"]),
    offset=st.integers(0, 40),
    length=st.integers(0, 40),
    user=st.sampled_from([None, ANI, BOT]),
)


@given(st.text(max_size=30), st.lists(MARKS, max_size=3), st.booleans())
def test_odd_marks_break_nothing(text: str, marks: list[MessageEntity], is_caption: bool) -> None:
    """Marks that end beyond the text or within a character are read somehow."""
    names = ("caption", "caption_entities") if is_caption else ("text", "entities")
    made = Message(message_id=3, date=SENT_AT, chat=GROUP, from_user=ANI, **{names[0]: text, names[1]: marks})
    without_mentions(made, **MENTIONS)
    is_meant_for(made, **MENTIONS)
    assert words_of_message(made) == text.strip()
