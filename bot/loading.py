"""/muat: admins load articles from the chat, by the same pipeline as ``kutip load``."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from telegram import Document, Update
from telegram.constants import FileSizeLimit
from telegram.error import TelegramError
from telegram.ext import CommandHandler, MessageHandler, filters

from bot import admin_texts as texts
from bot.asking import say
from bot.markup import Part
from bot.messages import Place, command_argument, place_of
from bot.services import Context, KutipApplication, Services
from corpus.errors import KutipError
from corpus.ingest import IngestOptions, ingest
from corpus.reading.web import Web
from corpus.types import LoadReport

SUFFIXES = (".txt", ".html", ".htm", ".json", ".jsonl", ".csv", ".tsv", ".xml", ".zip", ".gz")

SHOW_EVERY_S = 3.0
"""Between two edits of the line that tells how far a load is; Telegram allows 20 messages a minute in a group."""


async def on_load(update: Update, context: Context) -> None:
    """/muat URL loads an address; as the caption of a file, or as a reply to one, the file."""
    message = update.message
    if message is None:
        return
    place, services = place_of(update, message), context.services
    replied = message.reply_to_message
    document = message.document or (replied.document if replied is not None else None)
    address = command_argument(message)
    if document is not None:
        await _load_document(place, document, context)
    elif urlsplit(address).scheme in ("http", "https"):
        await _load(place, address, address, services)
    else:
        await say(place, texts.LOAD_HOW, services, key="muat")


async def on_document(update: Update, context: Context) -> None:
    """A file that an admin sends to the private chat is loaded."""
    message = update.message
    if message is not None and message.document is not None:
        await _load_document(place_of(update, message), message.document, context)


async def _load_document(place: Place, document: Document, context: Context) -> None:
    services, name = context.services, document.file_name or "berkas.txt"
    if not name.casefold().endswith(SUFFIXES):
        await say(place, texts.LOAD_WRONG_KIND, services, key="muat")
        return
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        await say(place, texts.LOAD_TOO_BIG, services, key="muat")
        return
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="muat-", dir=services.settings.data_dir))
    try:
        # The name is a stranger's: only its end is used, which tells the format.
        path = folder / f"kiriman{''.join(Path(name).suffixes[-2:])}"
        file = await document.get_file()
        await file.download_to_drive(path)
        await _load(place, name, str(path), services)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _load(place: Place, name: str, source: str, services: Services) -> None:
    """Load one input, with one message that tells how far it is and in the end what was done."""
    if services.loading.locked():
        await say(place, texts.LOAD_BUSY, services, key="muat")
        return
    async with services.loading:
        message_id = await services.delivery.send_text(
            place.chat_id, texts.load_started(name), reply_to=place.reply_to, key=f"muat:{place.update_id}"
        )
        try:
            report = await _ingest(source, _Line(place.chat_id, message_id, name, services), services)
        except KutipError as error:
            structlog.get_logger().error("load stopped", error=type(error).__name__)
            await _show(place.chat_id, message_id, texts.LOAD_STOPPED, services)
            return
        for rejection in report.rejected:
            structlog.get_logger().info("load rejected an input", reason=rejection.reason.value)
        await _show(place.chat_id, message_id, texts.load_report(report), services)
        if len(report.rejected) > texts.REJECTIONS_SHOWN:
            await services.delivery.send_file(
                place.chat_id,
                texts.rejections_file(report.rejected).encode(),
                filename="ditolak.txt",
                caption=texts.LOAD_REJECTED_FILE,
            )


async def _ingest(source: str, line: _Line, services: Services) -> LoadReport:
    """:raises KutipError: the store cannot be written, or the model not be used; what was stored stays."""
    settings = services.settings
    try:
        async with Web(settings) as web:
            report = await ingest(
                [source],
                store=services.engine.store,
                settings=settings,
                options=IngestOptions(),
                web=web,
                on_progress=line.note,
            )
    finally:
        await line.finish()
    await services.engine.indexer.embed()
    return report


class _Line:
    """The message that tells how far a load is; edited now and then, never two edits at once."""

    def __init__(self, chat_id: int, message_id: int | None, name: str, services: Services) -> None:
        self._chat_id = chat_id
        self._message_id = message_id
        self._name = name
        self._services = services
        self._shown_at = time.monotonic()
        self._editing: asyncio.Task[None] | None = None

    def note(self, report: LoadReport) -> None:
        """Take the report so far; show it if the last edit is done and some seconds old."""
        if self._editing is not None and not self._editing.done():
            return
        if time.monotonic() - self._shown_at >= SHOW_EVERY_S:
            self._shown_at = time.monotonic()
            text = texts.load_progress(self._name, report)
            self._editing = asyncio.create_task(_show(self._chat_id, self._message_id, text, self._services))

    async def finish(self) -> None:
        """Wait for an edit that is under way."""
        if self._editing is not None:
            await self._editing


async def _show(chat_id: int, message_id: int | None, text: str, services: Services) -> None:
    if message_id is None:
        return
    try:
        await services.delivery.edit(chat_id, message_id, Part.of_text(text))
    except TelegramError as error:  # the load goes on, whoever watches
        structlog.get_logger().warning("progress not shown", error=type(error).__name__)


def add_handlers(application: KutipApplication, admin_ids: tuple[int, ...]) -> None:
    """Register loading for the admins alone, in their private chats."""
    admins = filters.User(admin_ids) & filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("muat", on_load, filters=admins))
    application.add_handler(MessageHandler(admins & filters.Document.ALL, on_document))
