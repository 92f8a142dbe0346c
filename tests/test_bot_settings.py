"""The bot's settings: what is accepted, and how what is wrong is said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.settings import BotSettings
from corpus.errors import SettingsError
from scripts.console import load_settings

TOKEN = "123456789:AAE-secret_part_of_a_token"  # noqa: S105  # invented


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the machine that the tests run on."""
    monkeypatch.chdir(tmp_path)
    for name in BotSettings.model_fields:
        monkeypatch.delenv(f"KUTIP_{name.upper()}", raising=False)


def settings_of(monkeypatch: pytest.MonkeyPatch, **values: str) -> BotSettings:
    """Settings from an environment, as the command reads them."""
    for name, value in values.items():
        monkeypatch.setenv(f"KUTIP_{name.upper()}", value)
    return load_settings(BotSettings)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("", (), id="empty"),
        pytest.param("1", (1,), id="one"),
        pytest.param("1,2", (1, 2), id="commas"),
        pytest.param("1, 2", (1, 2), id="commas and blanks"),
        pytest.param("[1,2]", (1, 2), id="JSON"),
        pytest.param("[]", (), id="empty JSON"),
        pytest.param("7000000000", (7_000_000_000,), id="beyond 32 bits"),
    ],
)
def test_admin_ids_are_read(written: str, expected: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids may be written as a list in JSON or with commas."""
    assert expected == settings_of(monkeypatch, admin_ids=written).admin_ids


@pytest.mark.parametrize(
    ("values", "name"),
    [
        pytest.param({"admin_ids": "budi"}, "KUTIP_ADMIN_IDS", id="admin without a number"),
        pytest.param({"admin_ids": "1,-2"}, "KUTIP_ADMIN_IDS", id="a group as admin"),
        pytest.param({"telegram_token": "abc"}, "KUTIP_TELEGRAM_TOKEN", id="token without a colon"),
        pytest.param({"telegram_token": f"{TOKEN}/x"}, "KUTIP_TELEGRAM_TOKEN", id="token with a slash"),
        pytest.param({"telegram_api_url": "localhost:8081"}, "KUTIP_TELEGRAM_API_URL", id="API without scheme"),
        pytest.param({"telegram_api_url": "http://[::1"}, "KUTIP_TELEGRAM_API_URL", id="API with a broken host"),
        pytest.param({"telegram_api_url": "http://a:99999"}, "KUTIP_TELEGRAM_API_URL", id="API with an odd port"),
        pytest.param({"webhook_url": "http://kutip.example/x"}, "KUTIP_WEBHOOK_URL", id="webhook without TLS"),
        pytest.param({"webhook_url": "https://kutip.example:9000/"}, "KUTIP_WEBHOOK_URL", id="webhook on another port"),
        pytest.param({"webhook_url": "kutip.example"}, "KUTIP_WEBHOOK_URL", id="webhook without scheme"),
        pytest.param({"webhook_secret": "a b"}, "KUTIP_WEBHOOK_SECRET", id="secret with a blank"),
        pytest.param({"metrics_port": "0"}, "KUTIP_METRICS_PORT", id="port 0"),
        pytest.param({"concurrent_updates": "256"}, "KUTIP_CONCURRENT_UPDATES", id="too many at once"),
        pytest.param({"answer_timeout_s": "-1"}, "KUTIP_ANSWER_TIMEOUT_S", id="negative time"),
        pytest.param({"log_text": "perhaps"}, "KUTIP_LOG_TEXT", id="neither yes nor no"),
    ],
)
def test_wrong_setting_is_named(values: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is told by its name in the environment, in one line."""
    with pytest.raises(SettingsError) as caught:
        settings_of(monkeypatch, **values)
    assert name == caught.value.name
    assert "\n" not in str(caught.value)


def test_self_hosted_server_may_call_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Bot API server of one's own may call any address."""
    settings = settings_of(
        monkeypatch, telegram_api_url="http://127.0.0.1:8081/", webhook_url="http://127.0.0.1:9000/hook"
    )
    assert "http://127.0.0.1:8081" == settings.telegram_api_url
    assert "http://127.0.0.1:9000/hook" == settings.webhook_url


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the settings' text nor an error about a token holds any of it."""
    settings = settings_of(monkeypatch, telegram_token=TOKEN, webhook_secret="rahasia-sekali")  # noqa: S106
    assert "secret_part" not in f"{settings!r} {settings}"
    assert "rahasia" not in f"{settings!r} {settings}"
    assert (TOKEN, "rahasia-sekali") == settings.secrets


def test_wrong_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error about a token, with its causes, does not repeat it."""
    with pytest.raises(SettingsError) as caught:
        settings_of(monkeypatch, telegram_token="not-a-token-but-secret")  # noqa: S106
    assert "secret" not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize("name", ["telegram_token", "webhook_url", "webhook_secret", "metrics_port"])
def test_blank_is_unset(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of .env that is left empty means the default."""
    assert getattr(settings_of(monkeypatch, **{name: " "}), name) is None


def test_bot_keeps_people_apart_from_articles(tmp_path: Path) -> None:
    """Chats and people are in a file of their own."""
    settings = BotSettings(_env_file=None, data_dir=tmp_path)
    assert tmp_path / "bot.db" == settings.bot_store_path
    assert settings.bot_store_path != settings.store_path


def example_lines() -> dict[str, str]:
    """Names and values of .env.example."""
    text = (Path(__file__).parent.parent / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^# (KUTIP_\w+)=(.*)$", text, flags=re.MULTILINE))


def test_every_setting_is_explained() -> None:
    """.env.example names every setting and none that does not exist."""
    assert {f"KUTIP_{name.upper()}" for name in BotSettings.model_fields} == set(example_lines())


@pytest.mark.parametrize("name", sorted(set(BotSettings.model_fields) - {"data_dir"}))
def test_example_shows_the_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of .env.example that is taken as it is changes nothing."""
    written = example_lines()[f"KUTIP_{name.upper()}"]
    expected: Any = BotSettings.model_fields[name].default
    if written:
        assert expected == getattr(settings_of(monkeypatch, **{name: written}), name)
    else:
        assert expected in (None, ())
