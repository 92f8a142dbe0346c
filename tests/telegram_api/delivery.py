"""Which messages reach the bot: all in private, in groups what privacy mode lets through."""

from __future__ import annotations

from .chats import Chat, Message
from .world import World

SERVICE_FIELDS = frozenset(
    "new_chat_members left_chat_member new_chat_title group_chat_created supergroup_chat_created channel_chat_created "
    "migrate_to_chat_id migrate_from_chat_id pinned_message forum_topic_created chat_shared users_shared".split()
)


def deliver(world: World, chat: Chat, message: Message, *, edited: bool = False) -> int | None:
    """Tell the bot of a message, where Telegram would.

    :return: the update's id, or None where the bot does not get it.
    """
    if not reaches_bot(world, chat, message):
        return None
    kind = "channel_post" if chat.kind == "channel" else "message"
    return world.updates.push(f"edited_{kind}" if edited else kind, message.data, queue=f"chat {chat.id}")


def reaches_bot(world: World, chat: Chat, message: Message) -> bool:
    """Whether the bot gets a message; notes whether it is meant for the bot."""
    if chat.kind == "private":
        return True
    if not chat.has(world.bot_id):
        return False
    message.meant_for_bot = is_meant_for_bot(world, chat, message)
    sees_all = chat.kind == "channel" or not world.rules.privacy or chat.is_admin(world.bot_id)
    return sees_all or message.meant_for_bot


def is_meant_for_bot(world: World, chat: Chat, message: Message) -> bool:
    """Commands, mentions of the bot, messages through it, replies to it or to what was meant for it, and events."""
    if SERVICE_FIELDS & message.data.keys() or message.data.get("via_bot", {}).get("id") == world.bot_id:
        return True
    replied = chat.messages.get(message.reply_to_id or 0)
    if replied is not None and not SERVICE_FIELDS & replied.data.keys() and (replied.by_bot or replied.meant_for_bot):
        return True
    own_name = f"@{world.bot['username']}".lower()
    for command in message.marked("bot_command"):
        _, at, name = command.lower().partition("@")
        if not at or at + name == own_name:
            return True
    return any(name.lower() == own_name for name in message.marked("mention"))
