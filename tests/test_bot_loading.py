"""What an admin loads from the chat, end to end over HTTP, in polling and in webhook mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from admin_files import csv_file, jsonl_file, page, text_file, zip_file
from bot_running import ADMIN_ID, ANSWER, QUESTION, RunningBot, running_bot
from http_site import Answer, Site, running_site
from telegram_api.chats import Message
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person

from bot.loading import FOLDER
from bot.words import admin_texts

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    """A portal on the loopback address."""
    async with running_site() as running:
        yield running


async def report_of(api: FakeTelegram, line: Message) -> str:
    """What the line about a load says in the end."""
    await api.wait_until(
        lambda: line.text.startswith((admin_texts.LOAD_DONE, admin_texts.LOAD_NOTHING, admin_texts.LOAD_STOPPED)),
        timeout_s=30,
    )
    return line.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Berita hari ini.TXT", text_file(11)),
        ("tabel.csv", csv_file(12)),
        ("baris.jsonl", jsonl_file(13)),
        ("arsip.zip", zip_file(14)),
        ("halaman.html", page(15)),
    ],
    ids=["txt", "csv", "jsonl", "zip", "html"],
)
async def test_a_file_is_loaded(bot: RunningBot, api: FakeTelegram, admin: Person, name: str, content: bytes) -> None:
    """Each kind of file, sent as it is; a second time it is known."""
    counted = await bot.services.engine.store.counts()
    for part in ("Baru: 1\n", "Sudah ada: 1\n"):
        await admin.send_document(content, name)
        line = await api.wait_for_message(admin)
        text = await report_of(api, line)
        assert text.startswith(admin_texts.LOAD_DONE), text
        assert part in text
    assert (await bot.services.engine.store.counts()).articles == counted.articles + 1
    folder = bot.services.settings.data_dir
    await api.wait_until(lambda: not list(folder.glob(f"{FOLDER}*")))


async def test_what_was_loaded_is_found(bot: RunningBot, api: FakeTelegram, admin: Person, site: Site) -> None:
    """An address is loaded like a file, by /muat in a reply or caption too, and answers questions soon."""
    address = site.answer("/berita/21", page(21))
    await admin.say(f"/muat {address}")
    assert "Baru: 1\n" in await report_of(api, await api.wait_for_message(admin))
    document = await admin.send_document(jsonl_file(22), "baris.jsonl", caption="/muat")
    assert "Baru: 1\n" in await report_of(api, await api.wait_for_message(admin))
    await admin.say("/muat", reply_to=document)
    assert "Sudah ada: 1\n" in await report_of(api, await api.wait_for_message(admin))
    async with asyncio.timeout(20):
        while True:
            await admin.say("berapa ton jagung yang dipanen kelompok tani nomor 22?")
            if "22 ton" in (await api.wait_for_message(admin)).text:
                break
            await asyncio.sleep(1)


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "/etc/passwd",
        "../kutip.db",
        "file:///etc/passwd",
        "http:/etc/passwd",
        "https:",
        "//etc",
        "http://[ /etc/hosts",
    ],
)
async def test_nothing_but_addresses_is_opened(
    bot: RunningBot, api: FakeTelegram, admin: Person, argument: str
) -> None:
    """A path, or anything else that is no web address, gets the line on how to load."""
    await admin.say(f"/muat {argument}")
    assert (await api.wait_for_message(admin)).text == admin_texts.LOAD_HOW


async def test_an_address_that_gives_nothing_is_explained(
    bot: RunningBot, api: FakeTelegram, admin: Person, site: Site
) -> None:
    """A page that there is not, a broken address and a path within one are rejected with a reason."""
    for address in (f"{site.url}/tidak-ada", "http://[", "https:///etc/passwd"):
        await admin.say(f"/muat {address}")
        text = await report_of(api, await api.wait_for_message(admin))
        assert text.startswith(admin_texts.LOAD_NOTHING)
        assert "Ditolak: 1\n" in text
        assert "root:" not in text


async def test_wrong_files_are_refused_at_once(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """A file of another kind, and one that bots cannot download."""
    await admin.send_document(b"MZ", "program.exe")
    assert (await api.wait_for_message(admin)).text == admin_texts.LOAD_WRONG_KIND
    await admin.send_document(b"x", "besar.jsonl", size=21 * 2**20)
    assert (await api.wait_for_message(admin)).text == admin_texts.LOAD_TOO_BIG


async def test_a_bad_file_is_explained(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """Each rejection is told by the name that the admin knows; many come as a file."""
    await admin.send_document(b"{rusak\n" * 2, "rusak.jsonl")
    text = await report_of(api, await api.wait_for_message(admin))
    assert "• rusak.jsonl:1: " in text
    assert str(bot.services.settings.data_dir) not in text
    await admin.send_document(b"{rusak\n" * 30 + jsonl_file(31), "campur.jsonl")
    text = await report_of(api, await api.wait_for_message(admin))
    assert "Baru: 1\n" in text
    assert "dan 20 lagi" in text
    message = await api.wait_for_message(admin)
    file = api.world.files.get(message.data["document"]["file_id"])
    assert file is not None
    lines = file.content.decode().splitlines()
    assert len(lines) == 30
    assert all(line.startswith("campur.jsonl:") for line in lines)


async def test_a_file_that_cannot_be_downloaded(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """The line says that the load stopped, and the next one may begin."""
    api.fault("getFile", 400, wording="Bad Request: wrong file_id or the file is temporarily unavailable")
    await admin.send_document(jsonl_file(41), "baris.jsonl")
    assert await report_of(api, await api.wait_for_message(admin)) == admin_texts.LOAD_STOPPED
    await admin.send_document(jsonl_file(41), "baris.jsonl")
    assert "Baru: 1\n" in await report_of(api, await api.wait_for_message(admin))


async def test_a_long_load_holds_up_nobody(bot: RunningBot, api: FakeTelegram, admin: Person, site: Site) -> None:
    """Its line tells how far it is; a second one is refused meanwhile; the admin's questions are answered."""
    pages = [site.answer(f"/lambat/{one}", Answer(body=page(50 + one), delay_s=1.2)) for one in range(4)]
    await admin.say(f"/muat {' '.join(pages)}")
    line = await api.wait_for_message(admin)
    await admin.send_document(text_file(55), "a.txt")
    assert (await api.wait_for_message(admin)).text == admin_texts.LOAD_BUSY
    await admin.say(QUESTION)
    assert ANSWER in (await api.wait_for_message(admin)).text
    await api.wait_for_edit(line, timeout_s=20)
    shown = [*line.versions, line.data]
    assert "artikel dibaca" in shown[1]["text"]
    assert "Baru: 4\n" in await report_of(api, line)


async def test_a_load_ends_with_the_bot(data_dir: Path, site: Site) -> None:
    """When the bot is told to stop, the load stops at once, says so, and leaves no file behind."""
    own = await FakeTelegram.start()
    admin = own.person("Admin", id=ADMIN_ID)
    slow = site.answer("/sangat-lambat", Answer(body=page(71), delay_s=60))
    async with running_bot(own, data_dir, admin_ids=(ADMIN_ID,)):
        await admin.say(f"/muat {slow}")
        line = await own.wait_for_message(admin)
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 10
    assert line.text == admin_texts.LOAD_STOPPED
    assert not list(data_dir.glob(f"{FOLDER}*"))
    await own.close()
