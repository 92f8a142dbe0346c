"""Make the pictures of the README: the real bot over the sample articles, in chats with invented people.

    python -m scripts.screenshots [--all] FOLDER

With --all also those of an inline question and of what an admin sees. Needs Chromium, and no token: the bot talks to
the pretended Telegram of the tests.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import corpus
from bot.app import build_application, open_services
from bot.serving import run
from bot.settings import BotSettings
from bot.words.texts import BUTTON_UP, NOT_FOUND
from corpus.ingest import IngestOptions, ingest
from corpus.store import ArticleStore
from retrieval.encoder import open_encoder
from retrieval.indexer import Indexer
from tests.telegram_api.chats import Chat
from tests.telegram_api.clock import VirtualClock
from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.membership import Person
from tests.telegram_api.page import InlineResults, chat_page
from tests.telegram_api.screenshot import ScreenshotError, take

SAMPLES = Path(corpus.__file__).parent / "samples"
ADMIN_ID = 900_000_001
MORNING = datetime(2026, 5, 4, 2, 15, tzinfo=UTC)
WAIT_S = 30.0
SCALE = 1.5
"""Points for each that the page counts."""

COLOURS = 256
"""In a picture: a third of the bytes of all colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A chat to be drawn.

    :param me: whose phone shows it.
    """

    name: str
    title: str
    chat: Chat
    me: Person
    subtitle: str | None = None
    inline: InlineResults | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures; 1 where there is no browser."""
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="where the PNG files go")
    parser.add_argument("--all", action="store_true", help="also pictures that the README does not show")
    given = parser.parse_args(arguments)
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_make(folder, IN_README + OTHERS if given.all else IN_README))
    except ScreenshotError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def _make(folder: Path, play: Sequence[Callable[[FakeTelegram], Awaitable[Scene]]]) -> None:
    with tempfile.TemporaryDirectory() as data_dir:
        api = await FakeTelegram.start(clock=VirtualClock(MORNING))
        try:
            async with _bot(api, Path(data_dir)):
                scenes = [await scene(api) for scene in play]
        finally:
            await api.close()
        for scene in scenes:
            await asyncio.to_thread(_draw, scene, folder)


@asynccontextmanager
async def _bot(api: FakeTelegram, data_dir: Path) -> AsyncIterator[None]:
    """The bot, at work over the samples."""
    given: dict[str, Any] = {
        "_env_file": None,
        "telegram_token": api.token,
        "telegram_api_url": api.url,
        "data_dir": data_dir,
        "admin_ids": (ADMIN_ID,),
    }
    settings = BotSettings(**given)
    async with await ArticleStore.open(settings.store_path) as store:
        await ingest([str(SAMPLES)], store=store, settings=settings, options=IngestOptions())
        await Indexer(store, open_encoder(settings), settings.index_folder).embed()
    application, stop = build_application(settings, clock=api.clock.now), asyncio.Event()
    async with open_services(application, settings) as services:
        serving = asyncio.create_task(run(application, services, stop=stop))
        try:
            await api.wait_for_call("getMe", timeout_s=WAIT_S)
            yield
        finally:
            stop.set()
            await serving


async def _private(api: FakeTelegram) -> Scene:
    """A question, its answer with buttons, and a follow-up."""
    sari = api.person("Sari")
    await sari.say("siapa yg memberlakukan darurat militer di Ukraina?")
    reply = await api.wait_for_message(sari, timeout_s=WAIT_S, containing="Zelensky")
    await (await sari.tap(BUTTON_UP, reply)).answered()
    api.clock.advance(60)
    await sari.say("kapan itu?")
    await api.wait_for_message(sari, timeout_s=WAIT_S, containing="24 Februari 2022")
    return Scene(name="pribadi", title="Kutip", chat=sari.chat, me=sari)


async def _group(api: FakeTelegram) -> Scene:
    """Friends who talk, and one who asks the bot."""
    sari, bayu, dewi = (api.person(name) for name in ("Sari", "Bayu", "Dewi"))
    group = api.group("Arisan RT 05", members=[sari, bayu, dewi], supergroup=True)
    await bayu.say("Jadi naik Whoosh ke Bandung minggu depan?", chat=group)
    asked = await dewi.say("Whoosh itu kecepatannya berapa?", chat=group)
    api.clock.advance(45)
    await sari.say("/tanya", chat=group, reply_to=asked)
    await api.wait_for_message(group, timeout_s=WAIT_S, containing="350 kilometer")
    api.clock.advance(50)
    await bayu.say(f"@{api.bot_name} panjang jalur whoosh berapa kilometer?", chat=group)
    await api.wait_for_message(group, timeout_s=WAIT_S, containing="142,3 kilometer")
    return Scene(name="grup", title="Arisan RT 05", chat=group, me=sari, subtitle="4 anggota")


async def _not_found(api: FakeTelegram) -> Scene:
    """A question that no article answers."""
    sari = api.person("Sari")
    await sari.say("Halo")
    await api.wait_for_message(sari, timeout_s=WAIT_S)
    await sari.say("siapa pemenang lotre kemarin?")
    await api.wait_for_message(sari, timeout_s=WAIT_S, containing=NOT_FOUND)
    return Scene(name="tidak-ketemu", title="Kutip", chat=sari.chat, me=sari)


async def _inline(api: FakeTelegram) -> Scene:
    """A question typed in a chat with somebody else."""
    sari, bayu = api.person("Sari"), api.person("Bayu")
    group = api.group("Bayu", members=[sari, bayu], bot=None)
    await bayu.say("Satelit SATRIA-1 itu kapasitasnya berapa?", chat=group)
    question = "kapasitas satelit satria-1"
    asking = await sari.inline(question, chat=group)
    answer = await asking.answered(WAIT_S)
    inline = InlineResults(
        typed=f"@{api.bot_name} {question}", results=asking.results[:3], button=answer["button"]["text"]
    )
    return Scene(name="inline", title="Bayu", chat=group, me=sari, subtitle="online", inline=inline)


async def _admin(api: FakeTelegram) -> Scene:
    """An admin who loads articles and looks at the state of the bot."""
    admin = api.person("Admin", id=ADMIN_ID)
    await admin.send_document((SAMPLES / "ekonomi.csv").read_bytes() + b"\nJudul saja;;;;\n", "ekonomi.csv")
    line = await api.wait_for_message(admin, timeout_s=WAIT_S)
    await api.wait_until(lambda: "Lama: " in line.text, timeout_s=WAIT_S)
    await admin.say("/status")
    await api.wait_for_message(admin, timeout_s=WAIT_S)
    return Scene(name="admin", title="Kutip", chat=admin.chat, me=admin)


def _draw(scene: Scene, folder: Path) -> None:
    messages = [message.data for message in scene.chat.kept()]
    page = chat_page(scene.title, messages, me=scene.me.id, subtitle=scene.subtitle, inline=scene.inline)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "page.html")
        path.write_text(page, encoding="utf-8")
        take(path, Path(scratch, "picture.png"), scale=SCALE)
        _shrink(Path(scratch, "picture.png"), folder / f"{scene.name}.png")


def _shrink(picture: Path, small: Path) -> None:
    """Keep few colours, for files that load fast."""
    from PIL import Image

    with Image.open(picture) as opened:
        few = opened.convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(small, optimize=True)


IN_README = (_private, _group, _not_found)
OTHERS = (_inline, _admin)


if __name__ == "__main__":
    raise SystemExit(main())
