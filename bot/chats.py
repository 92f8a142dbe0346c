"""Where the bot is: added, taken out, blocked, moved; and whom it does not listen to."""

from __future__ import annotations

from datetime import datetime, timedelta

from telegram import Chat, ChatMember, ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus
from telegram.ext import ApplicationHandlerStop, ChatMemberHandler, MessageHandler, TypeHandler, filters

from bot import texts
from bot.services import Context, KutipApplication
from bot.types import ChatKind, ChatRecord

STALE_AFTER = timedelta(minutes=10)
"""A message that waited for longer, because the bot was off, gets an apology in place of an answer."""

FIRST_GROUP = -1
"""Handlers that decide whether an update goes on to the others."""

_APOLOGISED = "apologised"


async def before_all(update: Update, context: Context) -> None:
    """Stop updates of blocked people, and of before the bot was started again; remember the chat."""
    services = context.services
    user, chat = update.effective_user, update.effective_chat
    if user is not None and user.id in await services.state.blocked():
        raise ApplicationHandlerStop
    if chat is not None and update.effective_message is not None:
        await services.state.see_chat(chat_record(chat, services.clock()))
    if update.effective_message is not None and chat is not None:
        services.delivery.saw(chat.id, update.effective_message.message_id)
    if _is_stale(update, services.clock()):
        await _apologise_once(update, context)
        raise ApplicationHandlerStop


def chat_record(chat: Chat, now: datetime) -> ChatRecord:
    """A chat as it is remembered."""
    return ChatRecord(
        id=chat.id,
        kind=ChatKind(chat.type),
        title=chat.title or " ".join(part for part in (chat.first_name, chat.last_name) if part),
        username=chat.username,
        is_forum=bool(chat.is_forum),
        first_seen=now,
        last_seen=now,
    )


def _is_stale(update: Update, now: datetime) -> bool:
    message = update.message or update.edited_message
    if message is None:
        return False
    return now - (message.edit_date or message.date) > STALE_AFTER


async def _apologise_once(update: Update, context: Context) -> None:
    """One short line for each private chat, however many messages waited; groups are left in peace."""
    chat, message = update.effective_chat, update.message
    if chat is None or message is None or chat.type != Chat.PRIVATE:
        return
    apologised: set[int] = context.bot_data.setdefault(_APOLOGISED, set())
    if chat.id in apologised:
        return
    apologised.add(chat.id)
    await context.services.delivery.send_text(
        chat.id, texts.WAS_AWAY, key=f"away:{update.update_id}", reply_to=message.message_id
    )


async def on_my_membership(update: Update, context: Context) -> None:
    """A group that adds the bot gets a line on how to ask; a chat that it is taken out of is remembered as gone."""
    change = update.my_chat_member
    if change is None:
        return
    services, now = context.services, context.services.clock()
    if not _is_in(change.new_chat_member):
        await services.state.mark_gone(change.chat.id, now)
        return
    await services.state.see_chat(chat_record(change.chat, now))
    await services.state.set_can_write(change.chat.id, _can_write(change))
    if change.chat.type in (Chat.GROUP, Chat.SUPERGROUP) and not _is_in(change.old_chat_member):
        await services.delivery.send_text(
            change.chat.id, texts.greeting_for_group(context.bot.username), key=f"hello:{update.update_id}"
        )


def _is_in(member: ChatMember) -> bool:
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def _can_write(change: ChatMemberUpdated) -> bool:
    member = change.new_chat_member
    if change.chat.type == Chat.CHANNEL:
        return bool(getattr(member, "can_post_messages", False))
    return bool(getattr(member, "can_send_messages", True))


async def on_migration(update: Update, context: Context) -> None:
    """A group that becomes a supergroup keeps its settings under its new number."""
    message = update.message
    if message is not None and message.migrate_to_chat_id is not None:
        await context.services.state.migrate_chat(message.chat.id, message.migrate_to_chat_id)


def add_handlers(application: KutipApplication) -> None:
    """Register what comes before all other handlers, and what keeps track of chats."""
    application.add_handler(TypeHandler(Update, before_all), group=FIRST_GROUP)
    application.add_handler(ChatMemberHandler(on_my_membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, on_migration))
