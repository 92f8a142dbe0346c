"""Methods that change or remove messages."""

from __future__ import annotations

from collections.abc import Mapping

from .chats import Chat, Message
from .delivery import deliver
from .errors import NOT_MODIFIED, bad_request
from .markup import inline_keyboard
from .sending import Method
from .targets import Fields, caption_fields, message_text, target_chat, target_message, text_fields
from .world import World, without_reply

DELETABLE_FOR_S = 48 * 3600
"""Later the bot cannot delete a message, unless it is an administrator (Bot API, deleteMessage)."""

MAX_MESSAGES = 100
"""Bot API, deleteMessages."""

SERVICE_EMOJI = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
)
"""Emoji that a reaction may be (Bot API, ReactionTypeEmoji), without joiners."""


def edit_message_text(world: World, fields: Fields) -> Fields | bool:
    """Answer editMessageText."""
    parsed = message_text(world, fields, too_long="MESSAGE_TOO_LONG")
    message = _editable(world, fields)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    kept = {name: value for name, value in message.data.items() if name not in ("text", "entities", "reply_markup")}
    return _change(world, message, kept | text_fields(parsed) | _keyboard(fields), fields)


def edit_message_caption(world: World, fields: Fields) -> Fields | bool:
    """Answer editMessageCaption."""
    caption = caption_fields(world, fields)
    message = _editable(world, fields)
    if "text" in message.data:
        raise bad_request("there is no caption in the message to edit")
    gone = ("caption", "caption_entities", "reply_markup")
    kept = {name: value for name, value in message.data.items() if name not in gone}
    return _change(world, message, kept | caption | _keyboard(fields), fields)


def edit_message_reply_markup(world: World, fields: Fields) -> Fields | bool:
    """Answer editMessageReplyMarkup."""
    message = _editable(world, fields)
    kept = {name: value for name, value in message.data.items() if name != "reply_markup"}
    return _change(world, message, kept | _keyboard(fields), fields)


def _keyboard(fields: Fields) -> Fields:
    keyboard = inline_keyboard(fields.get("reply_markup"))
    return {"reply_markup": keyboard} if keyboard else {}


def _editable(world: World, fields: Fields) -> Message:
    """:raises ApiError: no such message, or not the bot's own."""
    if inline_id := fields.get("inline_message_id"):
        message = world.inline_messages.get(str(inline_id))
        if message is None or message.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return message
    chat = target_chat(world, fields, "edit")
    message = target_message(chat, fields, "message to edit")
    if not message.by_bot or "forward_origin" in message.data:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, data: Fields, fields: Fields) -> Fields | bool:
    if data == message.data:
        raise bad_request(NOT_MODIFIED)
    message.versions.append(message.data)
    message.data = data | {"edit_date": world.clock.unix()}
    world.pulse.ring()
    return True if fields.get("inline_message_id") else message.data


def delete_message(world: World, fields: Fields) -> bool:
    """Answer deleteMessage."""
    chat = target_chat(world, fields)
    message = target_message(chat, fields, "message to delete")
    if not _is_deletable(world, chat, message):
        late = world.clock.unix() - message.at > DELETABLE_FOR_S and (message.by_bot or chat.kind == "private")
        raise bad_request("message can't be deleted for everyone" if late else "message can't be deleted")
    message.deleted = True
    world.pulse.ring()
    return True


def delete_messages(world: World, fields: Fields) -> bool:
    """Answer deleteMessages."""
    chat = target_chat(world, fields)
    if not 1 <= len(fields["message_ids"]) <= MAX_MESSAGES:
        raise bad_request("too many messages specified" if fields["message_ids"] else "message identifiers are empty")
    for message_id in fields["message_ids"]:
        message = chat.find(message_id)
        if message is not None and _is_deletable(world, chat, message):
            message.deleted = True
    world.pulse.ring()
    return True


def _is_deletable(world: World, chat: Chat, message: Message) -> bool:
    if chat.members.get(world.bot_id, {}).get("can_delete_messages"):
        return True
    if world.clock.unix() - message.at > DELETABLE_FOR_S:
        return False
    return message.by_bot or chat.kind == "private"


def set_message_reaction(world: World, fields: Fields) -> bool:
    """Answer setMessageReaction."""
    chat = target_chat(world, fields)
    message = target_message(chat, fields, "message to react")
    wanted = [str(reaction.get("emoji")) for reaction in fields.get("reaction") or []]
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(emoji.rstrip("\ufe0f")[:1] not in SERVICE_EMOJI for emoji in wanted):
        raise bad_request("REACTION_INVALID")
    message.reactions[world.bot_id] = wanted
    world.pulse.ring()
    return True


def pin_chat_message(world: World, fields: Fields) -> bool:
    """Answer pinChatMessage."""
    chat = target_chat(world, fields)
    message = target_message(chat, fields, "message to pin")
    _check_can_pin(world, chat)
    if message.id in chat.pinned:
        return True
    chat.pinned.append(message.id)
    event = world.post(chat, world.bot, {"pinned_message": without_reply(message.data)}, thread_id=message.thread_id)
    if chat.kind != "private":
        deliver(world, chat, event)
    return True


def unpin_chat_message(world: World, fields: Fields) -> bool:
    """Answer unpinChatMessage."""
    chat = target_chat(world, fields)
    _check_can_pin(world, chat)
    message_id = fields.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    return True


def _check_can_pin(world: World, chat: Chat) -> None:
    if chat.kind != "private" and not chat.members[world.bot_id].get("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")


EDITING: Mapping[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
}
