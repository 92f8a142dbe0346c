"""/siaran: an admin's message to every chat, shown and confirmed before it goes out.

While it goes out it stands in a file of the data folder, so that the next start goes on where a stop or a kill ended
it; the outbox knows which chats have it already.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.admin import is_from_admin, show_instead
from bot.asking import say
from bot.background import run_unless
from bot.messages import place_of
from bot.sending.turns import Priority
from bot.services import Context, KutipApplication, Services
from bot.types import ChatKind, ChatRecord
from bot.words import admin_texts as texts
from bot.words.buttons import Action, broadcast_keyboard, parse
from bot.words.markup import Part

KINDS = (ChatKind.PRIVATE, ChatKind.GROUP, ChatKind.SUPERGROUP)
"""Channels belong to their owners: they get digests, not announcements."""

SHOW_EVERY = 50
"""Chats between two edits of the line that tells how far a broadcast is."""

FILE = "siaran-"
"""Files of broadcasts under way begin so."""

_COMMAND = re.compile(r"^\s*/siaran(?:@\w+)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A broadcast.

    :param number: names it in the outbox.
    :param chat_id: of the admin. :param message_id: of the line that tells how far it is.
    """

    number: int
    html: str
    plain: str
    chat_id: int
    message_id: int

    @property
    def part(self) -> Part:
        """The message that goes out."""
        return Part(html=self.html, plain=self.plain)

    def key(self, chat: ChatRecord) -> str:
        """Of the message to a chat, in the outbox."""
        return f"siaran:{self.number}:{chat.id}"

    def file(self, data_dir: Path) -> Path:
        """Where it stands while it goes out."""
        return data_dir / f"{FILE}{self.number}.json"


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
        keyboard=broadcast_keyboard(services.drafts.keep(part)),
    )


def _announcement(message: Message) -> Part | None:
    """The words to send, with their formatting: those after the command, else those of the message replied to."""
    html = _COMMAND.sub("", message.text_html or "", count=1).strip()
    if not html and message.reply_to_message is not None:
        html = (message.reply_to_message.text_html or message.reply_to_message.caption_html or "").strip()
    return Part.of_html(html) if html else None


async def on_broadcast_tap(update: Update, context: Context) -> None:
    """Sends the message above the button to every chat, or drops it; a second tap only gets a line."""
    query, services = update.callback_query, context.services
    tap = parse(query.data or "") if query is not None else None
    if query is None or tap is None or not await is_from_admin(query, services):
        return
    is_yes = tap.action is Action.BROADCAST_YES
    if is_yes and services.broadcasting.locked():
        await services.delivery.acknowledge(query.id, texts.BROADCAST_BUSY)
        return
    part = services.drafts.take(tap.answer_id)
    if not isinstance(part, Part) or query.message is None:
        await services.delivery.acknowledge(query.id, texts.BROADCAST_GONE)
        return
    if not is_yes:
        await show_instead(query, texts.BROADCAST_CANCELLED, services)
        await services.delivery.acknowledge(query.id)
        return
    await services.delivery.acknowledge(query.id)
    announcement = Announcement(
        number=tap.answer_id,
        html=part.html,
        plain=part.plain,
        chat_id=query.message.chat.id,
        message_id=query.message.message_id,
    )
    await asyncio.to_thread(_write, announcement, services.settings.data_dir)
    if not context.stopping.is_set():  # else it waits in its file for the next start
        context.application.create_task(send_to_all(announcement, services, context.stopping), update=update)


async def send_to_all(announcement: Announcement, services: Services, stopping: asyncio.Event) -> None:
    """Send to one chat after the other, behind all answers; each chat gets it at most once.

    Ends early when the bot stops; what is left goes out after the next start, see :func:`left_over`.
    """
    async with services.broadcasting:
        if await run_unless(stopping, _send_to_all(announcement, services)):
            await asyncio.to_thread(announcement.file(services.settings.data_dir).unlink, missing_ok=True)


async def _send_to_all(announcement: Announcement, services: Services) -> None:
    chats = await _chats(services)
    sent = failed = 0
    for place, chat in enumerate(chats):
        if place % SHOW_EVERY == 0:
            await _show(announcement, texts.broadcast_progress(place, len(chats)), services)
        try:
            ids = await services.delivery.send(
                chat.id, [announcement.part], key=announcement.key(chat), priority=Priority.BROADCAST
            )
            sent += bool(ids)
        except TelegramError as error:
            failed += 1
            structlog.get_logger().warning("broadcast refused", chat_id=chat.id, error=type(error).__name__)
    keys = {announcement.key(chat) for chat in chats}
    doubtful = sum(entry.key.rpartition(":")[0] in keys for entry in await services.mailbox.doubtful())
    gone = len(chats) - sent - failed - doubtful
    report = texts.broadcast_report(sent=sent, gone=gone, failed=failed, doubtful=doubtful)
    await _show(announcement, report, services)


async def _show(announcement: Announcement, text: str, services: Services) -> None:
    try:
        await services.delivery.edit(announcement.chat_id, announcement.message_id, Part.of_text(text))
    except TelegramError as error:  # it goes on, whoever watches
        structlog.get_logger().warning("progress not shown", error=type(error).__name__)


def _write(announcement: Announcement, data_dir: Path) -> None:
    """Under another name first, so that a kill leaves a whole file or none."""
    path = announcement.file(data_dir)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(announcement)), encoding="utf-8")
    unfinished.replace(path)


async def left_over(services: Services) -> list[Announcement]:
    """Broadcasts that an earlier run began and did not end."""
    return await asyncio.to_thread(_read_all, services.settings.data_dir)


def _read_all(data_dir: Path) -> list[Announcement]:
    found: list[Announcement] = []
    for path in sorted(data_dir.glob(f"{FILE}*.json")):
        try:
            found.append(Announcement(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            structlog.get_logger().error("broadcast cannot be taken up", file=path.name, error=type(error).__name__)
    return found


async def _chats(services: Services) -> list[ChatRecord]:
    """Whom it goes to: who is there, may be written to, and is not blocked."""
    chats = await services.state.chats(kinds=KINDS)
    return [chat for chat in chats if chat.can_write and not services.state.is_blocked(chat.id)]


def is_broadcast_tap(data: object) -> bool:
    """Whether a button belongs to the question of /siaran."""
    tap = parse(data) if isinstance(data, str) else None
    return tap is not None and tap.action in (Action.BROADCAST_YES, Action.BROADCAST_NO)


def add_handlers(application: KutipApplication, admin_ids: tuple[int, ...]) -> None:
    """Register broadcasts for the admins alone, in their private chats."""
    admins = filters.User(admin_ids) & filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("siaran", on_broadcast, filters=admins))
    application.add_handler(CallbackQueryHandler(on_broadcast_tap, pattern=is_broadcast_tap))
