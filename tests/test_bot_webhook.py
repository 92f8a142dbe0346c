"""What the webhook takes and what it refuses; over loopback HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import ClientSession
from bot_running import QUESTION, RunningBot, running_bot
from structlog.testing import capture_logs
from telegram_api.fake import FakeTelegram
from telegram_api.fixtures import fake_telegram

from bot.webhook import SECRET_HEADER

__all__ = ["fake_telegram"]

SECRET = "rahasia-warga"  # noqa: S105


@pytest.fixture
async def hook(tmp_path: Path) -> AsyncIterator[RunningBot]:
    """A bot that is called."""
    api = await FakeTelegram.start()
    (tmp_path / "data").mkdir()
    async with running_bot(api, tmp_path / "data", webhook=True, webhook_secret=SECRET) as running:
        yield running
    await api.close()


async def post(bot: RunningBot, body: bytes, *, secret: str | None = SECRET, path: str = "") -> int:
    """Post a body as Telegram does.

    :return: the status.
    """
    headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: secret} if secret else {})
    address = f"{bot.services.settings.webhook_url}{path}"
    async with ClientSession() as client, client.post(address, data=body, headers=headers) as answer:
        return answer.status


async def test_what_the_webhook_answers(hook: RunningBot) -> None:
    """What nobody can ever read is confirmed and logged without its words; what does not come from Telegram is not."""
    unreadable = b'{"update_id": 7, "message": {"text": "rahasia sekali"}}'
    with capture_logs() as lines:
        assert 200 == await post(hook, unreadable)
        assert 200 == await post(hook, unreadable)
        assert 200 == await post(hook, b'{"update_id": 8, "something_new": {"x": 1}}', path="/")
        assert 200 == await post(hook, b"\xff{")
        assert 200 == await post(hook, b"[" * 100_000)
    assert 2 == sum(line["event"] == "unreadable update set aside" and line["update_id"] == 7 for line in lines)
    assert "rahasia sekali" not in str(lines)
    assert [403, 403] == [await post(hook, unreadable, secret=secret) for secret in (None, "lain")]
    assert 404 == await post(hook, unreadable, path="x")


async def test_an_update_that_cannot_be_stored_is_refused(hook: RunningBot) -> None:
    """Telegram sends it again."""
    database = hook.services.state.database
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchall())
    long = b'{"update_id": 9, "something_new": {}, "message": {"message_id": 1, "date": 1,'
    long += b'"chat": {"id": 5, "type": "private"}, "text": "' + b"x" * 80_000 + b'"}}'
    assert 500 == await post(hook, long)
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 100000").fetchall())
    assert 200 == await post(hook, long)


def forged(chat_id: int) -> dict[str, Any]:
    """An update that somebody made up, with a question."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Ani"}
    chat = {"id": chat_id, "type": "private", "first_name": "Ani"}
    message = {"message_id": 7, "date": 1_777_000_000, "chat": chat, "from": person, "text": QUESTION}
    return {"update_id": 999_999, "message": message}


@pytest.mark.parametrize("secret", ["rahasia-sekali", None], ids=["chosen", "made up"])
async def test_a_call_without_the_secret_is_refused(
    data_dir: Path, fake_telegram: FakeTelegram, secret: str | None
) -> None:
    """Without the secret, or with a wrong one, no forged update is taken; Telegram's own calls get through."""
    ani = fake_telegram.person("Ani")
    budi = fake_telegram.person("Budi")
    async with running_bot(fake_telegram, data_dir, webhook=True, webhook_secret=secret) as bot:
        webhook = fake_telegram.world.webhook
        assert webhook is not None
        assert webhook.secret
        async with httpx.AsyncClient() as client:
            for headers in ({}, {SECRET_HEADER: "tebakan"}):
                answer = await client.post(webhook.url, json=forged(budi.id), headers=headers)
                assert 403 == answer.status_code
        await ani.say(QUESTION)
        await fake_telegram.wait_for_message(ani)
        await bot.settle(fake_telegram)
        assert [] == fake_telegram.messages(budi, of_bot=True)
