"""Who may set up the digest of a group or channel, and whether the bot may write there: asked of Telegram each time."""

from __future__ import annotations

from enum import StrEnum

from telegram import Chat, ChatFullInfo, ChatMember
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from bot.chats import chat_record
from bot.services import Context
from bot.words import digest_texts as texts

ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class Standing(StrEnum):
    """Whether a person may set up a chat, and if not, why."""

    FINE = "fine"
    NOT_ADMIN = "not_admin"
    BOT_IS_OUT = "bot_is_out"
    BOT_MAY_NOT_WRITE = "bot_may_not_write"

    @property
    def words(self) -> str:
        """Why not, for the person."""
        return {
            Standing.FINE: "",
            Standing.NOT_ADMIN: texts.NOT_ADMIN,
            Standing.BOT_IS_OUT: texts.BOT_IS_OUT,
            Standing.BOT_MAY_NOT_WRITE: texts.BOT_MAY_NOT_WRITE,
        }[self]


async def standing_of(user_id: int, chat_id: int, context: Context) -> Standing:
    """Whether a person may set up a chat now.

    :param user_id: who asks; the id of the chat itself for an admin who writes in its name.
    :raises TelegramError: Telegram cannot be reached.
    """
    if user_id == chat_id > 0:
        return Standing.FINE
    try:
        chat = await context.bot.get_chat(chat_id)
        me = await context.bot.get_chat_member(chat_id, context.bot.id)
    except (BadRequest, Forbidden):
        return Standing.BOT_IS_OUT
    if not _is_in(me):
        return Standing.BOT_IS_OUT
    if user_id != chat_id and not await _is_admin(user_id, chat, context):
        return Standing.NOT_ADMIN
    if not _may_write(me, chat):
        return Standing.BOT_MAY_NOT_WRITE
    await _remember(chat, context)
    return Standing.FINE


async def _is_admin(user_id: int, chat: ChatFullInfo, context: Context) -> bool:
    """In a channel, an admin who may post. Bots that are no admins are told the list of admins, not each member."""
    if user_id < 0:
        return False
    try:
        if chat.type == Chat.CHANNEL:
            member = await context.bot.get_chat_member(chat.id, user_id)
            return member.status == ChatMemberStatus.OWNER or bool(getattr(member, "can_post_messages", False))
        admins = await context.bot.get_chat_administrators(chat.id)
    except (BadRequest, Forbidden):
        return False
    return any(admin.user.id == user_id for admin in admins)


async def _remember(chat: ChatFullInfo, context: Context) -> None:
    """A chat may have come back, or never have been seen."""
    state = context.services.state
    record = chat_record(chat, context.services.clock())
    if record is not None:
        await state.see_chat(record)
        await state.set_can_write(chat.id, True)


def _is_in(member: ChatMember) -> bool:
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def _may_write(member: ChatMember, chat: ChatFullInfo) -> bool:
    if chat.type == Chat.CHANNEL:
        return bool(getattr(member, "can_post_messages", False))
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "can_send_messages", False))
    allowed = chat.permissions is None or chat.permissions.can_send_messages is not False
    return member.status in ADMINS or allowed
