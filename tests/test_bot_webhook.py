"""Calls of the webhook that do not come from Telegram are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from bot_running import QUESTION, running_bot
from telegram_api.fake import FakeTelegram
from telegram_api.fixtures import fake_telegram

__all__ = ["fake_telegram"]

HEADER = "X-Telegram-Bot-Api-Secret-Token"


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
            for headers in ({}, {HEADER: "tebakan"}):
                answer = await client.post(webhook.url, json=forged(budi.id), headers=headers)
                assert 403 == answer.status_code
        await ani.say(QUESTION)
        await fake_telegram.wait_for_message(ani)
        await bot.settle(fake_telegram)
        assert [] == fake_telegram.messages(budi, of_bot=True)
