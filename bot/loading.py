"""/muat: admins load articles from the chat, by the same pipeline as ``kutip load``.

A load runs beside the handlers and may take hours. Each batch is stored as it goes, and what is loaded again is known,
so that a load that was stopped goes on when the same file is sent again.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from telegram import Document, Update
from telegram.constants import FileSizeLimit
from telegram.error import RetryAfter, TelegramError
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.asking import say
from bot.background import run_unless
from bot.messages import Place, command_argument, command_of, place_of
from bot.sending.faults import Fault, fault_of
from bot.sending.limits import seconds_told
from bot.services import Context, KutipApplication, Services
from bot.words import admin_texts as texts
from bot.words.markup import Part
from corpus.errors import KutipError
from corpus.ingest import IngestOptions, ingest
from corpus.reading.web import Web
from corpus.types import LoadReport, Rejection

SUFFIXES = (".txt", ".html", ".htm", ".json", ".jsonl", ".csv", ".tsv", ".xml", ".zip", ".gz")

SHOW_EVERY_S = 3.0
"""Between two edits of the line that tells how far a load is; Telegram allows 20 messages a minute in a group."""

DOWNLOAD_PAUSES_S = (0.5, 1.0, 2.0, 4.0)
"""After each failure to fetch a file; the fifth is the last."""

LAST_WORD_S = 3.0
"""For telling, while the bot stops or starts, that a load was stopped."""

FOLDER = "muat-"
"""Folders in the data folder begin so: each holds the file of a load, and the message that tells of it."""

_NOTE = "pesan.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A load under way.

    :param name: of the file, as the admin knows it, or the address.
    :param message_id: of the line that tells how far it is; None if it could not be sent.
    """

    chat_id: int
    message_id: int | None
    name: str
    folder: Path


Fetch = Callable[[Path], Awaitable[list[str]]]
"""Gives what is to be loaded, paths or addresses; files go into the folder."""


async def on_load(update: Update, context: Context) -> None:
    """/muat URL loads an address, or several; as the caption of a file, or as a reply to one, the file."""
    message = update.message
    if message is None:
        return
    replied, addresses = message.reply_to_message, command_argument(message).split()
    document = message.document or (replied.document if replied is not None else None)
    if document is not None:
        await _load_document(update, place_of(update, message), document, context)
    elif addresses and all(map(_is_web_address, addresses)):

        async def fetch(_folder: Path) -> list[str]:
            return addresses

        await _begin(update, place_of(update, message), " ".join(addresses), fetch, context)
    else:
        await say(place_of(update, message), texts.LOAD_HOW, context.services, key="muat")


async def on_document(update: Update, context: Context) -> None:
    """A file that an admin sends to the private chat is loaded, unless its caption is another command."""
    message = update.message
    if message is None or message.document is None:
        return
    if command_of(message, username=context.bot.username) in (None, "muat"):
        await _load_document(update, place_of(update, message), message.document, context)
    else:
        await say(place_of(update, message), texts.LOAD_HOW, context.services, key="muat")


def _is_web_address(word: str) -> bool:
    """Whether a word names something on the web; whatever else it may be is never opened, a path least of all."""
    return word.casefold().startswith(("http://", "https://"))


async def _load_document(update: Update, place: Place, document: Document, context: Context) -> None:
    name = document.file_name or "berkas.txt"
    if not name.casefold().endswith(SUFFIXES):
        await say(place, texts.LOAD_WRONG_KIND, context.services, key="muat")
        return
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        await say(place, texts.LOAD_TOO_BIG, context.services, key="muat")
        return

    async def fetch(folder: Path) -> list[str]:
        path = folder / f"kiriman{_suffixes(name)}"
        await _download(document, path)
        return [str(path)]

    await _begin(update, place, name, fetch, context)


async def _download(document: Document, path: Path) -> None:
    """Fetch a file; repeated at will, which the limiter does for methods of the Bot API only.

    :raises TelegramError: it failed for good, or too often.
    """
    file = await document.get_file()
    for pause_s in DOWNLOAD_PAUSES_S:
        try:
            await file.download_to_drive(path)
        except RetryAfter as error:
            await asyncio.sleep(max(pause_s, seconds_told(error)))
        except TelegramError as error:
            if fault_of(error) is Fault.FINAL:
                raise
            await asyncio.sleep(pause_s)
        else:
            return
    await file.download_to_drive(path)


def _suffixes(name: str) -> str:
    """The end of a file's name that tells its format: of a stranger's name nothing else is used.

    >>> _suffixes("../../etc/berita.2025.jsonl.GZ")
    '.jsonl.gz'
    """
    return "".join(suffix for suffix in Path(name.casefold()).suffixes[-2:] if suffix in SUFFIXES)


async def _begin(update: Update, place: Place, name: str, fetch: Fetch, context: Context) -> None:
    """Start a load, unless one is running; the handler ends, the load goes on."""
    services = context.services
    if services.loading.locked():
        await say(place, texts.LOAD_BUSY, services, key="muat")
        return
    await services.loading.acquire()
    try:
        message_id = await services.delivery.send_text(
            place.chat_id, texts.load_started(name), reply_to=place.reply_to, key=f"muat:{place.update_id}"
        )
        folder = await asyncio.to_thread(_new_folder, services.settings.data_dir, place.chat_id, message_id)
    except BaseException:
        services.loading.release()
        raise
    load = Load(chat_id=place.chat_id, message_id=message_id, name=name, folder=folder)
    running = _run(load, fetch, services, context.stopping)
    if context.stopping.is_set():  # the application takes no tasks any more
        await running
    else:
        context.application.create_task(running, update=update)


def _new_folder(data_dir: Path, chat_id: int, message_id: int | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=data_dir))
    (folder / _NOTE).write_text(json.dumps({"chat_id": chat_id, "message_id": message_id}), encoding="utf-8")
    return folder


async def _run(load: Load, fetch: Fetch, services: Services, stopping: asyncio.Event) -> None:
    """See a load to its end, or to that of the bot; either way the admin is told. Lets the next load begin."""
    try:
        if not await run_unless(stopping, _load(load, fetch, services)):
            await _tell_stopped(load, services)
    finally:
        services.loading.release()
        await asyncio.to_thread(shutil.rmtree, load.folder, ignore_errors=True)


async def _load(load: Load, fetch: Fetch, services: Services) -> None:
    """Fetch, read, store, embed, report."""
    try:
        report = await _ingest(load, await fetch(load.folder), services)
    except (KutipError, TelegramError) as error:
        structlog.get_logger().error("load stopped", error=type(error).__name__)
        await _show(load, texts.LOAD_STOPPED, services)
        return
    except Exception:
        await _show(load, texts.LOAD_STOPPED, services)
        raise
    report.rejected = [_as_the_admin_knows_it(rejection, load) for rejection in report.rejected]
    await _show(load, texts.load_report(report), services)
    if len(report.rejected) > texts.REJECTIONS_SHOWN:
        await services.delivery.send_file(
            load.chat_id,
            texts.rejections_file(report.rejected).encode(),
            filename="ditolak.txt",
            caption=texts.LOAD_REJECTED_FILE,
            reply_to=load.message_id,
        )


async def _ingest(load: Load, names: Sequence[str], services: Services) -> LoadReport:
    """:raises KutipError: the store cannot be written, or the model not be used; what was stored stays."""
    settings, line = services.settings, _Line(load, services)
    try:
        async with Web(settings) as web:
            report = await ingest(
                names,
                store=services.engine.store,
                settings=settings,
                options=IngestOptions(),
                web=web,
                on_progress=line.note,
            )
        await _embed(services)
    finally:
        await line.finish()
    return report


def _as_the_admin_knows_it(rejection: Rejection, load: Load) -> Rejection:
    """Name a file as it was sent, not as it lay in the folder."""
    folder = f"{load.folder}/"
    if not rejection.origin.startswith(folder):
        return rejection
    within = re.sub(r"^[^/:]*", "", rejection.origin.removeprefix(folder), count=1)
    return replace(rejection, origin=load.name + within)


class _Line:
    """The message that tells how far a load is; edited now and then, never two edits at once."""

    def __init__(self, load: Load, services: Services) -> None:
        self._load = load
        self._services = services
        self._shown_at = time.monotonic()
        self._editing: asyncio.Task[None] | None = None

    def note(self, report: LoadReport) -> None:
        """Take the report so far; show it if the last edit is done and some seconds old."""
        if self._editing is not None and not self._editing.done():
            return
        if time.monotonic() - self._shown_at >= SHOW_EVERY_S:
            self._shown_at = time.monotonic()
            text = texts.load_progress(self._load.name, report)
            self._editing = asyncio.create_task(_show(self._load, text, self._services))

    async def finish(self) -> None:
        """Wait for an edit that is under way, so that it does not overwrite the last word; not for ever."""
        if self._editing is not None:
            await asyncio.wait({self._editing}, timeout=LAST_WORD_S)
            self._editing.cancel()


async def _show(load: Load, text: str, services: Services) -> None:
    if load.message_id is None:
        return
    try:
        await services.delivery.edit(load.chat_id, load.message_id, Part.of_text(text))
    except TelegramError as error:  # the load goes on, whoever watches
        structlog.get_logger().warning("progress not shown", error=type(error).__name__)


async def _tell_stopped(load: Load, services: Services) -> None:
    """Tell, while the bot stops or starts, that a load was stopped."""
    try:
        async with asyncio.timeout(LAST_WORD_S):
            await _show(load, texts.LOAD_STOPPED, services)
    except TimeoutError:
        structlog.get_logger().warning("admin was not told that a load was stopped")


async def close_interrupted(services: Services) -> None:
    """Tell the admins of loads that a kill cut short, and delete their files; before new loads may begin."""
    for folder in await asyncio.to_thread(_left_over, services.settings.data_dir):
        note = await asyncio.to_thread(_read_note, folder)
        if note is not None:
            await _tell_stopped(Load(chat_id=note[0], message_id=note[1], name="", folder=folder), services)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def embed_the_rest(services: Services, stopping: asyncio.Event) -> None:
    """Let questions find what an earlier load stored, but did not come to embed."""
    if services.loading.locked() or not await services.engine.indexer.missing():
        return
    async with services.loading:
        await run_unless(stopping, _embed(services))


async def _embed(services: Services) -> None:
    await services.engine.indexer.embed()


def _left_over(data_dir: Path) -> list[Path]:
    return [folder for folder in sorted(data_dir.glob(f"{FOLDER}*")) if folder.is_dir()]


def _read_note(folder: Path) -> tuple[int, int | None] | None:
    """Chat and message of a load, or None if it was killed before it wrote them down."""
    try:
        note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        return int(note["chat_id"]), None if note["message_id"] is None else int(note["message_id"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def add_handlers(application: KutipApplication, admin_ids: tuple[int, ...]) -> None:
    """Register loading for the admins alone, in their private chats."""
    admins = filters.User(admin_ids) & filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("muat", on_load, filters=admins))
    application.add_handler(MessageHandler(admins & filters.Document.ALL, on_document))
