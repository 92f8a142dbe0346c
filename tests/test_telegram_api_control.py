"""The fake Telegram stands alone: by remote control, and on a web page."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import ContextTypes
from telegram_api import FakeTelegram
from telegram_api.console import add_console
from telegram_bots import bot_of, polling

ROOT = Path(__file__).resolve().parent.parent


class Remote:
    """A program that controls the fake over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def act(self, action: str, **body: Any) -> Any:
        """Do something and give what it gives."""
        return (await self.client.post(f"/control/{action}", json=body)).json()

    async def look(self, what: str) -> Any:
        """Ask for something."""
        return (await self.client.get(f"/control/{what}")).json()


@pytest_asyncio.fixture
async def api() -> AsyncIterator[FakeTelegram]:
    """Give a Telegram with remote control and page."""
    api = await FakeTelegram.start(extend=add_console)
    yield api
    await api.close()


@pytest_asyncio.fixture
async def remote(api: FakeTelegram) -> AsyncIterator[Remote]:
    """Give its remote control."""
    async with httpx.AsyncClient(base_url=api.url, verify=False) as client:  # noqa: S501  plain http
        yield Remote(client)


async def _offer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query:
        await update.callback_query.answer("sudah")
    elif update.message:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Lagi", callback_data="lagi")]])
        await update.message.reply_text(f"<b>{update.message.text}</b>", parse_mode="HTML", reply_markup=keyboard)


async def test_a_person_is_made_and_talks_and_taps_from_afar(api: FakeTelegram, remote: Remote) -> None:
    """The whole conversation goes over HTTP."""
    async with polling(api, _offer):
        ani = await remote.act("person", name="Ani")
        await remote.act("say", person=ani["id"], text="halo")
        await api.wait_for_message(ani["id"])
        answer = await remote.act("tap", person=ani["id"], button="Lagi")
        messages = await remote.look(f"messages?chat={ani['id']}")
    assert ("sudah", ["halo", "halo"]) == (answer["text"], [message["text"] for message in messages])


async def test_groups_topics_and_the_bots_place_in_them(api: FakeTelegram, remote: Remote) -> None:
    """They are told in the state."""
    ani = await remote.act("person", name="Ani")
    group = await remote.act("group", title="Warga", members=[ani["id"]], forum=True, bot=None)
    topic = await remote.act("topic", person=ani["id"], chat=group["id"], name="Berita")
    await remote.act("add_bot", person=ani["id"], chat=group["id"])
    said = await remote.act("say", person=ani["id"], chat=group["id"], topic=topic, text="/tanya apa?")
    chat = next(chat for chat in (await remote.look("state"))["chats"] if chat["id"] == group["id"])
    assert topic == said["message_thread_id"]
    assert ([{"id": topic, "name": "Berita"}], [ani["id"], api.world.bot_id]) == (chat["topics"], chat["members"])


async def test_files_faults_and_time_can_be_ordered_from_afar(api: FakeTelegram, remote: Remote) -> None:
    """A fault meets the bot's next request."""
    ani = await remote.act("person", name="Ani")
    sent = await remote.act("file", person=ani["id"], name="a.txt", content="aXNp")
    await remote.act("fault", method="getMe", what=500)
    before = (await remote.look("state"))["date"]
    after = await remote.act("advance", seconds=60)
    refused = await remote.client.get(f"/bot{api.token}/getMe")
    assert ("a.txt", 3) == (sent["document"]["file_name"], sent["document"]["file_size"])
    assert 500 == refused.status_code
    assert 60 <= after - before <= 62


async def test_a_mistake_in_an_action_says_what_is_wrong(remote: Remote) -> None:
    """An unknown action, someone unknown, a button that is not there."""
    unknown = await remote.client.post("/control/terbang")
    ani = await remote.act("person", name="Ani")
    nobody = await remote.act("say", person=1, text="halo")
    nothing = await remote.act("tap", person=ani["id"], button="Lagi")
    assert 404 == unknown.status_code
    assert "KeyError: 1" == nobody["error"]
    assert "no button 'Lagi'" in nothing["error"]


async def test_the_page_shows_the_chat(api: FakeTelegram, remote: Remote) -> None:
    """With what was said, escaped."""
    ani = api.person("Ani")
    await ani.say("1 < 2")
    async with bot_of(api) as bot:
        await bot.send_message(ani.id, "<b>benar</b>", parse_mode="HTML")
    shell = await remote.client.get("/")
    chat = await remote.client.get(f"/chat/{ani.id}?person={ani.id}")
    assert "/control/" in shell.text
    assert "1 &lt; 2" in chat.text
    assert "<b>benar</b>" in chat.text


async def test_it_starts_alone_and_serves_a_bot() -> None:
    """It names its address, and people are there to begin with."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.telegram_api", "--port", "0", "--page", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            address = (await process.stdout.readline()).decode().split()[-1]
        async with httpx.AsyncClient(base_url=address, verify=False) as client:  # noqa: S501  plain http
            state = (await client.get("/control/state")).json()
    finally:
        process.terminate()
        await process.wait()
    assert ["Ani", "Budi"] == [person["first_name"] for person in state["people"]]
