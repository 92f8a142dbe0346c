"""The web page on which a person tries the bot: chats as on a phone, a line to type in, buttons that can be tapped."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from .control import add_control
from .fake import FakeTelegram
from .page import chat_page


def add_console(api: FakeTelegram) -> None:
    """Add the page and what it needs: GET / and GET /chat/ID?person=ID."""
    add_control(api)

    async def shell(_request: web.Request) -> web.Response:
        text = Path(__file__).with_name("console.html").read_text(encoding="utf-8")
        return web.Response(text=text, content_type="text/html")

    async def chat(request: web.Request) -> web.Response:
        place = api.world.chats.get(int(request.match_info["chat"]))
        if place is None:
            raise web.HTTPNotFound
        me = int(request.query.get("person", "0"))
        title = str(api.world.bot["first_name"]) if place.kind == "private" else place.title
        messages = [message.data for message in place.kept()]
        return web.Response(text=chat_page(title, messages, me=me), content_type="text/html")

    api.server.app.router.add_get("/", shell)
    api.server.app.router.add_get(r"/chat/{chat:-?\d+}", chat)
