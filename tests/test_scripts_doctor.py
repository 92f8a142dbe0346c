"""``kutip doctor``, run as a person runs it, over real stores and against the fake Bot API server."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram_api.fake import FakeTelegram
from telegram_api.fixtures import fake_telegram
from test_scripts_kutip import Outcome

from bot.checkup import Reply, check_names, judge_clock, judge_token, judge_webhook
from bot.health import HealthServer
from bot.keeping.state import BotState
from bot.metrics import BotMetrics
from bot.settings import BotSettings
from corpus.checkup import State
from corpus.schema import ARTICLES
from scripts.kutip import main

__all__ = ["fake_telegram"]

Doctor = Callable[..., Awaitable[Outcome]]


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Call ``kutip doctor`` in an empty folder, with settings named as in the environment without their prefix."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("KUTIP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KUTIP_THREADS", "1")

    def run(arguments: tuple[str, ...]) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["doctor", *arguments])
        return int(ended.value.code or 0)

    async def call(*arguments: str, **settings: object) -> Outcome:
        for name, value in settings.items():
            monkeypatch.setenv(f"KUTIP_{name.upper()}", str(value))
        code = await asyncio.to_thread(run, arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


def of_fake(api: FakeTelegram) -> dict[str, object]:
    """Settings of a bot that talks to the fake."""
    return {"telegram_token": api.token, "telegram_api_url": api.url}


async def findings(doctor: Doctor, **settings: object) -> dict[str, dict[str, str]]:
    """The checks by name, from --json; of several with one name the last."""
    outcome = await doctor("--json", **settings)
    return {check["check"]: check for check in json.loads(outcome.out)["checks"]}


async def test_all_is_well(doctor: Doctor, data_dir: Path, fake_telegram: FakeTelegram) -> None:
    """With a store, a token that Telegram knows and a running bot, each line says ok and the exit code is 0."""
    async with await BotState.open(data_dir / "bot.db"):
        pass
    health = HealthServer(port=0, metrics=BotMetrics(), checks={})
    await health.start()
    try:
        outcome = await doctor(**of_fake(fake_telegram), metrics_port=health.port)
    finally:
        await health.stop()
    lines = outcome.out.splitlines()
    named = ["settings", "disk", "store", "chats", "encoder", "reader", "articles", "indexes", "token", "webhook"]
    assert (0, [*named, "clock", "bot"]) == (outcome.code, [line[13:].split()[0] for line in lines])
    assert [] == [line for line in lines if not line.startswith("ok ")]
    assert "@KutipBot" in outcome.out
    assert fake_telegram.token not in outcome.out


async def test_nothing_is_changed(doctor: Doctor, tmp_path: Path, fake_telegram: FakeTelegram) -> None:
    """Where there is nothing yet, nothing is made, and no line says that anything is broken."""
    outcome = await doctor(**of_fake(fake_telegram))
    assert 0 == outcome.code
    assert not (tmp_path / "data").exists()
    assert "kutip load" in outcome.out
    assert {"getMe", "getWebhookInfo"} == {call.method for call in fake_telegram.calls()}


async def test_without_a_network_it_says_what_it_could_not_check(doctor: Doctor, data_dir: Path) -> None:
    """Where nothing answers at the address, what is here is checked all the same."""
    found = await findings(doctor, telegram_token="123456:AAnobodyknowsthis", telegram_api_url="http://127.0.0.1:9")  # noqa: S106  invented
    states = {name: check["state"] for name, check in found.items()}
    assert {"token": "not checked", "webhook": "not checked", "clock": "not checked"}.items() <= states.items()
    assert {"store": "ok", "indexes": "ok", "encoder": "ok"}.items() <= states.items()
    assert "cannot be reached" in found["token"]["message"]


async def test_unknown_token(doctor: Doctor, fake_telegram: FakeTelegram) -> None:
    """A token that Telegram does not know is broken, and is not shown."""
    token = "7000000001:AAaslipofthepenaslipofthepenaslip"  # noqa: S105  it opens nothing
    outcome = await doctor(telegram_token=token, telegram_api_url=fake_telegram.url)
    assert 1 == outcome.code
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("broken")]
    assert "token" in line
    assert "@BotFather" in line
    assert "AAaslip" not in outcome.out + outcome.err


async def test_every_wrong_setting_is_told(doctor: Doctor) -> None:
    """All wrong settings are named at once, without their values; nothing else is checked then."""
    outcome = await doctor("--json", timezone="Mars", metrics_port="70000", telegram_token="rahasia")  # noqa: S106  invented
    report = json.loads(outcome.out)
    assert (1, False) == (outcome.code, report["ok"])
    told = " ".join(check["message"] for check in report["checks"])
    named = ("KUTIP_TIMEZONE", "KUTIP_METRICS_PORT", "KUTIP_TELEGRAM_TOKEN")
    assert [True] * 3 == [name in told for name in named]
    assert "rahasia" not in outcome.out


async def test_damaged_store(doctor: Doctor, data_dir: Path) -> None:
    """A store with overwritten pages is broken, the mend is a restore, and the indexes are not checked."""
    path = data_dir / "kutip.db"
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xff" * (len(data) - 4096 * 2)
    path.write_bytes(data)
    outcome = await doctor("--json")
    found = {check["check"]: check for check in json.loads(outcome.out)["checks"]}
    assert (1, "broken", "not checked") == (outcome.code, found["store"]["state"], found["indexes"]["state"])
    assert "kutip restore" in found["store"]["mend"]


async def test_store_of_a_later_version(doctor: Doctor, data_dir: Path) -> None:
    """A schema that this version does not know is broken, and the mend is an update."""
    with closing(sqlite3.connect(data_dir / "kutip.db")) as connection:
        connection.execute(f"PRAGMA user_version = {ARTICLES.version + 1}")
    found = await findings(doctor)
    assert ("broken", "update Kutip") == (found["store"]["state"], found["store"]["mend"])


async def test_store_of_an_earlier_version(doctor: Doctor, data_dir: Path) -> None:
    """A store that the next start will migrate is whole, and a backup before it is advised."""
    with closing(sqlite3.connect(data_dir / "kutip.db")) as connection:
        connection.execute(f"PRAGMA user_version = {ARTICLES.version - 1}")
    found = await findings(doctor)
    assert "warning" == found["store"]["state"]
    assert "kutip backup" in found["store"]["mend"]


async def test_missing_indexes(doctor: Doctor, data_dir: Path) -> None:
    """Indexes that are not there are a warning, for the next start makes them; the doctor does not."""
    shutil.rmtree(data_dir / "index" / "dense")
    found = await findings(doctor)
    assert ("warning", "kutip index rebuild") == (found["indexes"]["state"], found["indexes"]["mend"])
    assert not (data_dir / "index" / "dense").exists()


async def test_indexes_of_another_store(doctor: Doctor, data_dir: Path) -> None:
    """Indexes that were derived from another store are noticed."""
    (data_dir / "index" / "store").write_text("0123456789abcdef")
    found = await findings(doctor)
    assert "warning" == found["indexes"]["state"]
    assert "another store" in found["indexes"]["message"]


async def test_damaged_index(doctor: Doctor, data_dir: Path) -> None:
    """A damaged index is broken, and the mend makes it anew."""
    manifest = data_dir / "index" / "dense" / "index.json"
    manifest.unlink()
    manifest.write_bytes(b"{}")
    found = await findings(doctor)
    assert "broken" == found["indexes"]["state"]
    assert "kutip index rebuild" in found["indexes"]["mend"]


async def test_articles_without_vectors(doctor: Doctor, data_dir: Path) -> None:
    """Articles that no question can find yet are counted."""
    with closing(sqlite3.connect(data_dir / "kutip.db")) as connection, connection:
        connection.execute("DELETE FROM vectors WHERE version = (SELECT min(version) FROM vectors)")
    found = await findings(doctor)
    assert "warning" == found["articles"]["state"]
    assert found["articles"]["message"].startswith("1 of 32 articles")


async def test_missing_model(doctor: Doctor, tmp_path: Path) -> None:
    """A model that is not there is broken, and its mend is told."""
    (tmp_path / "model").mkdir()
    found = await findings(doctor, embedding_model=tmp_path / "model")
    assert "broken" == found["encoder"]["state"]
    assert found["encoder"]["mend"]


@pytest.fixture
async def late_telegram() -> AsyncIterator[FakeTelegram]:
    """A Telegram whose clock is two minutes ahead of this machine's."""

    async def tell(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)

    api = await FakeTelegram.start(extend=lambda fake: fake.server.app.on_response_prepare.append(tell))
    yield api
    await api.close()


async def test_wrong_clock(doctor: Doctor, late_telegram: FakeTelegram) -> None:
    """A clock that is two minutes behind is broken, and the exit code says so."""
    outcome = await doctor("--json", **of_fake(late_telegram))
    clock = {check["check"]: check for check in json.loads(outcome.out)["checks"]}["clock"]
    assert (1, "broken") == (outcome.code, clock["state"])
    assert "behind" in clock["message"]


async def test_webhook_that_fails(doctor: Doctor, fake_telegram: FakeTelegram) -> None:
    """Where Telegram could not deliver a moment ago, its own words are told."""
    ani = fake_telegram.person("Ani")
    url = "http://127.0.0.1:9/telegram"
    settings: dict[str, Any] = of_fake(fake_telegram) | {"webhook_url": url}
    from telegram_bots import bot_of

    async with bot_of(fake_telegram) as bot:
        await bot.set_webhook(url)
        await ani.say("halo")
        webhook = fake_telegram.world.webhook
        assert webhook is not None
        await fake_telegram.wait_until(lambda: webhook.last_error is not None)
        found = await findings(doctor, **settings)
        assert "broken" == found["webhook"]["state"], found
        assert "Connection refused" in found["webhook"]["message"]


async def test_stopped_bot(doctor: Doctor) -> None:
    """A bot that should serve its health page and does not is a warning."""
    found = await findings(doctor, metrics_port=9)
    assert ("warning", "start it: kutip bot") == (found["bot"]["state"], found["bot"]["mend"])


# judgements


def hook(**fields: object) -> Reply:
    """An answer to getWebhookInfo."""
    return Reply(status=200, body={"ok": True, "result": {"url": "", "pending_update_count": 0} | fields})


NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "reply", "state"),
    [
        pytest.param(None, hook(), State.OK, id="polling"),
        pytest.param(None, hook(url="https://lain.example/x"), State.WARNING, id="another program's webhook"),
        pytest.param(None, hook(pending_update_count=5000), State.WARNING, id="many wait"),
        pytest.param("https://kutip.example/t", hook(), State.WARNING, id="not told yet"),
        pytest.param("https://kutip.example/t", hook(url="https://kutip.example/t"), State.OK, id="as wanted"),
        pytest.param(
            "https://kutip.example/t",
            hook(url="https://kutip.example/t", last_error_date=NOW.timestamp() - 60, last_error_message="x"),
            State.BROKEN,
            id="fails",
        ),
        pytest.param(
            "https://kutip.example/t",
            hook(url="https://kutip.example/t", last_error_date=NOW.timestamp() - 86_400),
            State.OK,
            id="failed yesterday",
        ),
        pytest.param(None, Reply(status=502, body={}), State.UNKNOWN, id="gateway"),
    ],
)
def test_webhook_is_judged(wanted: str | None, reply: Reply, state: State) -> None:
    """What the settings want is compared with what Telegram does."""
    settings = BotSettings(_env_file=None, webhook_url=wanted)
    found = judge_webhook(reply, settings, now=NOW)
    assert state is found.state
    assert "/x" not in found.message


@pytest.mark.parametrize(
    ("ahead_s", "state"),
    [(None, State.UNKNOWN), (0.4, State.OK), (-4.9, State.OK), (30, State.WARNING), (-61, State.BROKEN)],
)
def test_clock_is_judged(ahead_s: float | None, state: State) -> None:
    """Seconds are nothing, a minute is too much, in both directions."""
    assert state is judge_clock(ahead_s).state


def test_bot_that_cannot_join_groups_is_warned_of() -> None:
    """What @BotFather has switched off is told with the command that switches it on."""
    me = {"username": "KutipBot", "can_join_groups": False, "supports_inline_queries": True}
    found = judge_token(Reply(status=200, body={"ok": True, "result": me}), "https://api.telegram.org")
    assert State.WARNING is found.state
    assert "/setjoingroups" in found.message


def test_slips_of_the_pen_are_found(tmp_path: Path) -> None:
    """A name that nothing reads is told with the one that was meant, wherever it stands; others' names are not ours."""
    file = tmp_path / ".env"
    file.write_text("KUTIP_ADMIN_ID=5\nPORT=80\n")
    file.chmod(0o600)
    found = check_names(["KUTIP_DATADIR", "HOME", "KUTIP_TIMEZONE", "KUTIP_VENV"], file)
    assert ["did you mean KUTIP_ADMIN_IDS?", "did you mean KUTIP_DATA_DIR?"] == [finding.mend for finding in found]


def test_open_settings_file_is_warned_of(tmp_path: Path) -> None:
    """A file with the token that others on the machine may read is told, with the command that closes it."""
    file = tmp_path / ".env"
    file.write_text("KUTIP_ADMIN_IDS=5\n")
    file.chmod(0o644)
    (found,) = check_names([], file)
    assert (State.WARNING, f"chmod 600 {file}") == (found.state, found.mend)
