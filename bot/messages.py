"""What an update says about where and by whom: chat, topic, sender, the text that is meant for the bot. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram import Message, MessageEntity, Update
from telegram.constants import ChatType

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer belongs.

    :param user_id: of the person, or of the chat in whose name somebody writes.
    :param thread_id: of a forum topic.
    :param reply_to: the message that is answered.
    """

    update_id: int
    chat_id: int
    user_id: int
    reply_to: int
    thread_id: int | None
    sent_at: datetime
    is_group: bool


def place_of(update: Update, message: Message) -> Place:
    """Where the answer to a message belongs."""
    sender = message.sender_chat or message.from_user or message.chat
    return Place(
        update_id=update.update_id,
        chat_id=message.chat.id,
        user_id=sender.id,
        reply_to=message.message_id,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        sent_at=message.edit_date or message.date,
        is_group=message.chat.type in GROUPS,
    )


def words_of_message(message: Message) -> str:
    """Text or caption, without spaces at the ends."""
    return (message.text or message.caption or "").strip()


def command_argument(message: Message) -> str:
    """What follows a command.

    >>> from telegram import Chat
    >>> made = Message(message_id=1, date=datetime(2025, 6, 1), chat=Chat(id=1, type="private"), text="/tanya@b siapa?")
    >>> command_argument(made)
    'siapa?'
    """
    parts = words_of_message(message).split(maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""


def command_of(message: Message, *, username: str) -> str | None:
    """The command that a text or caption begins with, in small letters; None for none, and for one of another bot."""
    words = words_of_message(message)
    if not words.startswith("/"):
        return None
    name, _, addressee = words.split(maxsplit=1)[0][1:].casefold().partition("@")
    return name if addressee in ("", username.casefold()) else None


def words_of_reply(message: Message, *, bot_id: int) -> str:
    """What a reply is about: the part that was quoted, else all words of the other message; nothing of the bot's own.

    Of a message in another chat only the quoted part is known.
    """
    if is_reply_to(message, bot_id):
        return ""
    if message.quote is not None:
        return message.quote.text.strip()
    return words_of_message(message.reply_to_message) if message.reply_to_message is not None else ""


def is_meant_for(message: Message, *, bot_id: int, username: str) -> bool:
    """Whether a message in a group names the bot, replies to it, or is a command that may be its."""
    if command_of(message, username=username) is not None:
        return True
    return is_reply_to(message, bot_id) or is_mentioned(message, bot_id=bot_id, username=username)


def is_mentioned(message: Message, *, bot_id: int, username: str) -> bool:
    """Whether the message names the bot."""
    return bool(_mentions(message, bot_id=bot_id, username=username))


def is_reply_to(message: Message, bot_id: int) -> bool:
    """Whether the message replies to one of the bot's, and not just to the head of a topic."""
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.forum_topic_created is not None:
        return False
    return answered.from_user.id == bot_id


def without_mentions(message: Message, *, bot_id: int, username: str) -> str:
    """The words of a message less the names of the bot."""
    coded = _coded(message)
    for entity in reversed(_mentions(message, bot_id=bot_id, username=username)):
        coded = coded[: 2 * entity.offset] + coded[2 * (entity.offset + entity.length) :]
    return " ".join(coded.decode("utf-16-le", "ignore").split()).strip(" ,:;-")


def _mentions(message: Message, *, bot_id: int, username: str) -> Sequence[MessageEntity]:
    """Entities that name the bot, by user name or by link, in their order.

    The library's own way of cutting them out fails where one begins or ends amid an emoji.
    """
    coded, name = _coded(message), f"@{username}".casefold()
    named = [
        entity
        for entity in (*message.entities, *message.caption_entities)
        if (entity.type == MessageEntity.MENTION and _marked(coded, entity).casefold() == name)
        or (entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == bot_id)
    ]
    return sorted(named, key=lambda entity: entity.offset)


def _coded(message: Message) -> bytes:
    """Text or caption in the units that offsets of entities count."""
    return (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")


def _marked(coded: bytes, entity: MessageEntity) -> str:
    return coded[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "ignore")
