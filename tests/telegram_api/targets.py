"""Finding what a request is about, refused as Telegram refuses."""

from __future__ import annotations

from typing import Any, Literal

from . import errors
from .chats import Chat, Message
from .entities import EntityError, FormattedText, format_text, utf16_len
from .errors import ApiError, bad_request, forbidden
from .world import GENERAL_TOPIC, World

Fields = dict[str, Any]
Access = Literal["read", "edit", "write"]

MAX_TEXT = 4096
"""UTF-16 units of a message after entities (Bot API, sendMessage)."""

MAX_CAPTION = 1024
"""The same for captions (Bot API, sendDocument)."""


def target_chat(world: World, fields: Fields, access: Access = "write", *, name: str = "chat_id") -> Chat:
    """Find the chat of a request.

    :raises ApiError: it does not exist, or the bot may not do this there.
    """
    chat_id = fields.get(name)
    if chat_id in (None, ""):
        raise bad_request("chat_id is empty")
    chat = world.find_chat(chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if chat.kind == "private":
        _check_private(chat, access)
    else:
        _check_group(world, chat, access)
    return chat


def _check_private(chat: Chat, access: Access) -> None:
    if not chat.started:
        raise forbidden(errors.NO_CONVERSATION) if access == "write" else bad_request("chat not found")
    if chat.deactivated and access != "read":
        raise forbidden(errors.DEACTIVATED)
    if chat.blocked and access == "write":
        raise forbidden(errors.BLOCKED)


def _check_group(world: World, chat: Chat, access: Access) -> None:
    if chat.migrated_to is not None and access == "write":
        raise errors.migrated(chat.migrated_to)
    member = chat.members.get(world.bot_id)
    if member is None and chat.username is None:
        raise bad_request("chat not found")
    status = member["status"] if member else "left"
    if chat.kind == "group":
        if status in ("left", "kicked") and access != "read":
            raise forbidden(f"bot {'is not a member of' if chat.bot_left else 'was kicked from'} the group chat")
        return
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if not chat.has(world.bot_id) and (access != "read" or chat.username is None):
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def check_can_send(world: World, chat: Chat, right: str = "can_send_messages", what: str = "text messages") -> None:
    """Refuse where the bot is restricted, or no administrator of a channel.

    :raises ApiError: it may not send.
    """
    if chat.kind == "private":
        return
    member = chat.members[world.bot_id]
    if chat.kind == "channel" and member["status"] not in ("administrator", "creator"):
        raise bad_request("need administrator rights in the channel chat")
    if member["status"] == "restricted" and not member.get(right):
        raise bad_request(f"not enough rights to send {what} to the chat")


def target_message(chat: Chat, fields: Fields, what: str) -> Message:
    """Find the message of a request.

    :param what: such as `message to edit`.
    :raises ApiError: it does not exist.
    """
    message_id = fields.get("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.find(int(message_id))
    if message is None:
        raise bad_request(f"{what} not found")
    return message


def target_thread(chat: Chat, fields: Fields) -> int | None:
    """Find the topic of a request; chats without topics ignore it.

    :raises ApiError: there is no such topic, or it is the general one, which takes no id.
    """
    thread_id = fields.get("message_thread_id")
    if not thread_id or not (chat.is_forum or chat.kind == "private"):
        return None
    if thread_id == GENERAL_TOPIC or thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return int(thread_id)


def formatted(
    world: World, fields: Fields, *, text: str = "text", entities: str = "entities", mode: str = "parse_mode"
) -> FormattedText:
    """Parse the text of a request.

    :raises ApiError: its marks cannot be parsed.
    """
    try:
        return format_text(
            str(fields.get(text) or ""),
            parse_mode=fields.get(mode),
            entities=fields.get(entities),
            users=world.users,
            allow_empty=text == "caption",
        )
    except EntityError as error:
        raise ApiError(400, str(error)) from error


def message_text(world: World, fields: Fields, *, too_long: str = "message is too long") -> FormattedText:
    """Parse the text of a message.

    :param too_long: sending and editing refuse a long text in different words.
    :raises ApiError: marks that cannot be parsed, nothing in it, too long.
    """
    if not fields.get("text"):
        raise bad_request("message text is empty")
    parsed = formatted(world, fields)
    if not parsed.text:
        raise bad_request("text must be non-empty")
    if utf16_len(parsed.text) > MAX_TEXT:
        raise bad_request(too_long)
    return parsed


def caption_fields(world: World, fields: Fields) -> Fields:
    """Parse the caption of a file.

    :raises ApiError: marks that cannot be parsed, too long.
    """
    if not fields.get("caption"):
        return {}
    parsed = formatted(world, fields, text="caption", entities="caption_entities")
    if utf16_len(parsed.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text_fields(parsed, text="caption", entities="caption_entities")


def text_fields(parsed: FormattedText, *, text: str = "text", entities: str = "entities") -> Fields:
    """Give a parsed text as the fields of a message."""
    fields: Fields = {text: parsed.text} if parsed.text else {}
    if parsed.entities:
        fields[entities] = [dict(mark) for mark in parsed.entities]
    return fields
