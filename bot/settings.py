"""Settings of the bot, from the environment or ``.env``, prefix ``KUTIP_``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from retrieval.settings import RetrievalSettings

TELEGRAM_API_URL = "https://api.telegram.org"

WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
"""Ports that Telegram's own servers call (core.telegram.org/bots/api#setwebhook)."""

_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_WEBHOOK_SECRET = re.compile(r"[\w-]{1,256}", re.ASCII)


class BotSettings(RetrievalSettings):
    """Validated once at the start, never changed after. ``.env.example`` explains each for people.

    :param telegram_token: from @BotFather; never printed.
    :param telegram_api_url: root of the Bot API server, without a slash at its end.
    :param admin_ids: users who may load, delete, broadcast and block.
    :param webhook_url: public address that Telegram calls; None polls instead.
    :param webhook_listen: address on this machine to listen on. :param webhook_port: likewise its port.
    :param webhook_secret: that Telegram repeats in each call; None makes one up at the start.
    :param metrics_port: local port of ``/healthz`` and ``/metrics``; None serves neither.
    :param metrics_listen: address to serve them on.
    :param log_text: put what people write into the log.
    :param concurrent_updates: updates that are worked on at once.
    :param answer_timeout_s: for waiting and answering together; with more updates in line than can be answered within
        it the bot says that it is busy.
    :param answer_workers: questions that are computed at once.
    :param waiting_questions: with more than these waiting the bot says that it is busy.
    :param user_questions_per_minute: of one user.
    :param feed_polling: poll the feeds of the store; one process at a time does.
    :param keep_days: days after which answers are forgotten; ids of updates go after two.
    """

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    telegram_token: SecretStr | None = None
    telegram_api_url: str = TELEGRAM_API_URL
    admin_ids: Annotated[tuple[int, ...], NoDecode] = ()
    webhook_url: str | None = None
    webhook_listen: str = "127.0.0.1"
    webhook_port: int = Field(default=8443, ge=1, le=65535)
    webhook_secret: SecretStr | None = None
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    metrics_listen: str = "127.0.0.1"
    log_text: bool = False
    concurrent_updates: int = Field(default=12, ge=8, le=16)
    answer_timeout_s: float = Field(default=20.0, gt=0)
    answer_workers: int = Field(default=2, ge=1, le=64)
    waiting_questions: int = Field(default=50, ge=0)
    user_questions_per_minute: int = Field(default=10, ge=1)
    keep_days: int = Field(default=30, ge=1)
    feed_polling: bool = True

    @field_validator("telegram_token", "webhook_url", "webhook_secret", "metrics_port", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("telegram_token")
    @classmethod
    def _looks_like_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("not a bot token; @BotFather gives one like 123456789:AAE...")
        return token

    @field_validator("telegram_api_url")
    @classmethod
    def _is_a_root(cls, url: str) -> str:
        parts = _split(url)
        if parts is None or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
            raise ValueError("not the address of a server; an example is http://127.0.0.1:8081")
        return url.rstrip("/")

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        if isinstance(value, int):
            return (value,)
        if not isinstance(value, str):
            return value
        words = value.strip().removeprefix("[").removesuffix("]").replace(",", " ").split()
        if not all(word.isascii() and word.isdecimal() for word in words):
            raise ValueError("write user ids as numbers, such as 123456789,987654321; @userinfobot tells yours")
        return tuple(int(word) for word in words)

    @field_validator("webhook_url")
    @classmethod
    def _can_be_called(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None:
            return None
        parts = _split(url)
        if parts is None or parts.scheme not in {"http", "https"}:
            raise ValueError("not an address; an example is https://kutip.example/telegram")
        if info.data.get("telegram_api_url", TELEGRAM_API_URL) != TELEGRAM_API_URL:
            return url
        if parts.scheme != "https":
            raise ValueError("Telegram only calls https addresses")
        if (parts.port or 443) not in WEBHOOK_PORTS:
            raise ValueError("Telegram only calls the ports 443, 80, 88 and 8443")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _fits_a_header(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("use 1 to 256 letters, digits, _ and -")
        return secret

    @property
    def bot_store_path(self) -> Path:
        """SQLite file of chats and people, apart from the articles."""
        return self.data_dir / "bot.db"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold."""
        return tuple(
            secret.get_secret_value() for secret in (self.telegram_token, self.webhook_secret) if secret is not None
        )


def _split(url: str) -> SplitResult | None:
    """The parts of an address with a host and a possible port, or None."""
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None
