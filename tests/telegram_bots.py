"""The real library against the fake Telegram: a bare Bot, or an Application that runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, TypeHandler
from telegram.request import HTTPXRequest
from telegram_api import FakeTelegram

Handle = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]


@asynccontextmanager
async def bot_of(api: FakeTelegram) -> AsyncIterator[Bot]:
    """Give the library's Bot, connected to the fake."""
    # Reading certificates, which plain http does not need, would take most of a test's time.
    requests = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
    async with Bot(
        api.token,
        base_url=f"{api.url}/bot",
        base_file_url=f"{api.url}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    ) as bot:
        yield bot


def application_of(api: FakeTelegram, handle: Handle) -> Application[Any, Any, Any, Any, Any, Any]:
    """Build an Application that gives every update to one handler."""
    builder = ApplicationBuilder().token(api.token)
    application = builder.base_url(f"{api.url}/bot").base_file_url(f"{api.url}/file/bot").build()
    application.add_handler(TypeHandler(Update, handle))
    return application


@asynccontextmanager
async def polling(api: FakeTelegram, handle: Handle, **options: Any) -> AsyncIterator[None]:
    """Run an Application with long polling."""
    application = application_of(api, handle)
    async with application:
        assert application.updater is not None
        await application.updater.start_polling(timeout=5, **options)
        await application.start()
        try:
            yield
        finally:
            await application.updater.stop()
            await application.stop()
