"""Where the bot is: added, taken out, blocked, moved; and whom it does not listen to."""

from __future__ import annotations

from datetime import datetime, timedelta

from telegram import Chat, ChatFullInfo, ChatMember, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus
from telegram.ext import ApplicationHandlerStop, ChatMemberHandler, MessageHandler, TypeHandler, filters

from bot.digests.digest_sending import pause_and_tell
from bot.keeping.inbox_queue import sent_at
from bot.messages import GROUPS, is_meant_for, place_of
from bot.sending.limits import Notices
from bot.services import Context, KutipApplication, Services
from bot.types import ChatKind, ChatRecord
from bot.words import texts

STALE_AFTER = timedelta(minutes=10)
"""A message that waited for longer, because the bot was off, gets an apology in place of an answer."""

JUST_SEEN = timedelta(minutes=1)
"""A group that was known for longer is not greeted when Telegram says that the bot came in: it became a supergroup."""

FIRST_GROUP = -2
"""Handlers that decide whether an update goes on to the others."""

_APOLOGIES = "apologies"


async def before_all(update: Update, context: Context) -> None:
    """Stop updates of blocked people, and of before the bot was started again; remember the chat."""
    services = context.services
    user, chat, message = update.effective_user, update.effective_chat, update.effective_message
    if user is not None and services.state.is_blocked(user.id) and not _tells_of_chat(update):
        raise ApplicationHandlerStop
    if message is not None and chat is not None:
        record = chat_record(chat, services.clock())
        if record is not None:
            await services.state.see_chat(record)
        services.delivery.saw(chat.id, message.message_id)
    if message is not None and message.via_bot is not None and message.via_bot.id == context.bot.id:
        raise ApplicationHandlerStop  # a quotation that somebody chose inline is no question
    if _is_stale(update, services.clock()):
        await _apologise_once(update, context)
        raise ApplicationHandlerStop


def _tells_of_chat(update: Update) -> bool:
    """Whether an update tells what became of a chat, which concerns all who are in it, whoever brought it about."""
    return update.my_chat_member is not None or bool(filters.StatusUpdate.MIGRATE.check_update(update))


def chat_record(chat: Chat | ChatFullInfo, now: datetime) -> ChatRecord | None:
    """A chat as it is remembered; None for a kind that there was not when this was written."""
    if chat.type not in set(ChatKind):
        return None
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
    """Whether a message is too old to be answered; what tells of a change in the chat never is."""
    sent = sent_at(update)
    return sent is not None and now - sent > STALE_AFTER and not filters.StatusUpdate.ALL.check_update(update)


async def _apologise_once(update: Update, context: Context) -> None:
    """One short line for each chat, however many messages waited; in a group only if one was meant for the bot."""
    message = update.message
    if message is None or not _waits(message, context):
        return
    place, services = place_of(update, message), context.services
    apologies: Notices = context.bot_data[_APOLOGIES]
    if not apologies.allow(place.chat_id):
        return
    # The key holds for as long as nothing newer can be stale, so that a kill amid the apologies repeats none.
    slot = int(services.clock().timestamp() // STALE_AFTER.total_seconds())
    await services.delivery.send_text(
        place.chat_id,
        texts.WAS_AWAY,
        key=f"away:{place.chat_id}:{slot}",
        reply_to=place.reply_to,
        thread_id=place.thread_id,
    )


def _waits(message: Message, context: Context) -> bool:
    """Whether somebody expects an answer to a message."""
    if message.chat.type == Chat.PRIVATE:
        return True
    return message.chat.type in GROUPS and is_meant_for(message, bot_id=context.bot.id, username=context.bot.username)


async def on_my_membership(update: Update, context: Context) -> None:
    """A group that adds the bot gets a line on how to ask; a chat that it is taken out of is remembered as gone."""
    change = update.my_chat_member
    if change is None:
        return
    state, now = context.services.state, context.services.clock()
    if not _is_in(change.new_chat_member):
        await state.mark_gone(change.chat.id, now)
        await _pause_digests(change.chat.id, context.services)
        return
    known, record = await state.get_chat(change.chat.id), chat_record(change.chat, now)
    if record is not None:
        await state.see_chat(record)
    await state.set_can_write(change.chat.id, _can_write(change))
    if not _can_write(change):
        await _pause_digests(change.chat.id, context.services)
    if _is_welcome(change, known, now):
        await context.services.delivery.send_text(
            change.chat.id, texts.greeting_for_group(context.bot.username), key=f"hello:{update.update_id}"
        )


async def _pause_digests(chat_id: int, services: Services) -> None:
    """Whoever set up a digest for the chat is told that it cannot go on."""
    await pause_and_tell(
        chat_id,
        subscriptions=services.subscriptions,
        state=services.state,
        delivery=services.delivery,
        clock=services.clock,
    )


def _is_welcome(change: ChatMemberUpdated, known: ChatRecord | None, now: datetime) -> bool:
    """Whether the bot has just come into a group, where it may write."""
    if change.chat.type not in GROUPS or _is_in(change.old_chat_member) or not _can_write(change):
        return False
    return known is None or known.gone_since is not None or now - known.first_seen <= JUST_SEEN


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
    """A group that becomes a supergroup keeps its settings under its new number; both chats tell of it."""
    message = update.message
    if message is None:
        return
    if message.migrate_to_chat_id is not None:
        await context.services.state.migrate_chat(message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await context.services.state.migrate_chat(message.migrate_from_chat_id, message.chat.id)


def add_handlers(application: KutipApplication) -> None:
    """Register what comes before all other handlers, and what keeps track of chats."""
    application.bot_data[_APOLOGIES] = Notices(STALE_AFTER.total_seconds())
    application.add_handler(TypeHandler(Update, before_all), group=FIRST_GROUP)
    application.add_handler(ChatMemberHandler(on_my_membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, on_migration))
