"""/siaran: an admin's message to every chat, shown and confirmed before it goes out."""

from __future__ import annotations

import re
from dataclasses import dataclass

import structlog
from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot import admin_texts as texts
from bot.admin import show_instead
from bot.asking import say
from bot.buttons import Action, broadcast_keyboard, parse
from bot.markup import Part
from bot.messages import place_of
from bot.services import Context, KutipApplication, Services
from bot.turns import Priority
from bot.types import ChatKind, ChatRecord

KINDS = (ChatKind.PRIVATE, ChatKind.GROUP, ChatKind.SUPERGROUP)
"""Channels belong to their owners: they get digests, not announcements."""

SHOW_EVERY = 50
"""Chats between two edits of the line that tells how far a broadcast is."""

_COMMAND = re.compile(r"^\s*/siaran(?:@\w+)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A broadcast that waits for its yes."""

    part: Part


async def on_broadcast(update: Update, context: Context) -> None:
    """/siaran TEXT, or as a reply, shows the message as it will look and asks whether it is to go out."""
    message = update.message
    if message is None:
        return
    place, services = place_of(update, message), context.services
    part = _announcement(message)
    if part is None:
        await say(place, texts.BROADCAST_HOW, services, key="siaran")
        return
    await services.delivery.send(place.chat_id, [part], key=f"preview:{place.update_id}")
    await services.delivery.send_text(
        place.chat_id,
        texts.broadcast_question(len(await _chats(services))),
        key=f"siaran:{place.update_id}",
        keyboard=broadcast_keyboard(services.drafts.keep(Announcement(part=part))),
    )


def _announcement(message: Message) -> Part | None:
    """The words to send, with their formatting: those after the command, else those of the message replied to."""
    html = _COMMAND.sub("", message.text_html or "", count=1).strip()
    if not html and message.reply_to_message is not None:
        html = (message.reply_to_message.text_html or message.reply_to_message.caption_html or "").strip()
    return Part.of_html(html) if html else None


async def on_broadcast_tap(update: Update, context: Context) -> None:
    """Sends the message above the button to every chat, or drops it."""
    query = update.callback_query
    tap = parse(query.data or "") if query is not None else None
    if query is None or tap is None:
        return
    services = context.services
    await services.delivery.acknowledge(query.id)
    announcement = services.drafts.take(tap.answer_id)
    if tap.action is Action.BROADCAST_NO:
        await show_instead(query, texts.BROADCAST_CANCELLED, services)
    elif not isinstance(announcement, Announcement) or query.message is None:
        await show_instead(query, texts.BROADCAST_GONE, services)
    elif services.broadcasting.locked():
        await show_instead(query, texts.BROADCAST_BUSY, services)
    else:
        line = (query.message.chat.id, query.message.message_id)
        context.application.create_task(_send_to_all(announcement, tap.answer_id, line, services), update=update)


async def _send_to_all(announcement: Announcement, number: int, line: tuple[int, int], services: Services) -> None:
    """Send to one chat after the other, behind all answers; each chat gets it at most once."""
    async with services.broadcasting:
        chats = await _chats(services)
        sent = failed = 0
        for place, chat in enumerate(chats):
            if place % SHOW_EVERY == 0:
                await services.delivery.edit(*line, Part.of_text(texts.broadcast_progress(place, len(chats))))
            try:
                ids = await services.delivery.send(
                    chat.id, [announcement.part], key=f"siaran:{number}:{chat.id}", priority=Priority.BROADCAST
                )
                sent += bool(ids)
            except TelegramError as error:
                failed += 1
                structlog.get_logger().warning("broadcast refused", chat_id=chat.id, error=type(error).__name__)
        doubtful = sum(entry.key.startswith(f"siaran:{number}:") for entry in await services.mailbox.doubtful())
        gone = len(chats) - sent - failed - doubtful
        report = texts.broadcast_report(sent=sent, gone=gone, failed=failed, doubtful=doubtful)
        await services.delivery.edit(*line, Part.of_text(report))


async def _chats(services: Services) -> list[ChatRecord]:
    return [chat for chat in await services.state.chats(kinds=KINDS) if chat.can_write]


def is_broadcast_tap(data: object) -> bool:
    """Whether a button belongs to the question of /siaran."""
    tap = parse(data) if isinstance(data, str) else None
    return tap is not None and tap.action in (Action.BROADCAST_YES, Action.BROADCAST_NO)


def add_handlers(application: KutipApplication, admin_ids: tuple[int, ...]) -> None:
    """Register broadcasts for the admins alone, in their private chats."""
    admins = filters.User(admin_ids) & filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("siaran", on_broadcast, filters=admins))
    application.add_handler(CallbackQueryHandler(on_broadcast_tap, pattern=is_broadcast_tap))
