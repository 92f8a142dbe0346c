"""The local pages on the bot's health, its figures, and log lines without secrets."""

from __future__ import annotations

import asyncio
import io
import logging
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import structlog
from bot_running import running_bot
from telegram_api.fake import FakeTelegram

from bot.errors import BusyError, SlowError, describe_to_user, new_code
from bot.health import Check, HealthServer
from bot.logs import configure_logging, safe_traceback
from bot.metrics import BotMetrics
from bot.sending.faults import Fault
from corpus.errors import SettingsError
from retrieval.types import Status

TOKEN = "123456789:AAE-secret_part_of_a_token"  # noqa: S105  # invented


async def well() -> str | None:
    """A check that finds nothing."""
    return None


async def ill() -> str | None:
    """A check that finds something."""
    return "the indexes lack 7 changes"


async def broken() -> str | None:
    """A check that fails itself."""
    raise ValueError("secret detail")


@asynccontextmanager
async def running(checks: Mapping[str, Check], metrics: BotMetrics | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running server."""
    server = HealthServer(port=0, metrics=metrics or BotMetrics(), checks=checks)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
            yield client
    finally:
        await server.stop()


async def test_well_bot_says_so() -> None:
    """Without a reason against it the answer is 200."""
    async with running({"store": well}) as client:
        answer = await client.get("/healthz")
    assert (200, True, {}) == (answer.status_code, answer.json()["ok"], answer.json()["reasons"])


async def test_ill_bot_says_why() -> None:
    """One failing check is enough for 503, and its reason is told."""
    async with running({"store": well, "index": ill}) as client:
        answer = await client.get("/healthz")
    assert (503, {"index": "the indexes lack 7 changes"}) == (answer.status_code, answer.json()["reasons"])


async def test_broken_check_counts_as_ill() -> None:
    """A check that fails is a reason itself; its detail stays inside."""
    async with running({"store": broken}) as client:
        answer = await client.get("/healthz")
    assert (503, {"store": "the check failed: ValueError"}) == (answer.status_code, answer.json()["reasons"])


async def test_nothing_else_is_served() -> None:
    """Another path is not there, and no page names the software."""
    async with running({}) as client:
        answer = await client.get("/")
    assert 404 == answer.status_code
    assert "server" not in answer.headers


async def test_figures_are_served() -> None:
    """Questions, answers, errors of Telegram and watched figures are there for Prometheus."""
    metrics = BotMetrics()
    metrics.observe_question(0.4)
    metrics.count_answer(Status.ANSWERED)
    metrics.note_telegram("sendMessage", Fault.FLOOD)
    metrics.note_telegram("sendMessage", None)
    metrics.watch("kutip_waiting_questions", "Questions that wait.", lambda: 3)
    metrics.set_index_lag(5)
    async with running({}, metrics) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    expected = {
        'kutip_question_seconds_bucket{le="0.5"} 1.0',
        'kutip_question_seconds_bucket{le="0.3"} 0.0',
        'kutip_answers_total{status="answered"} 1.0',
        'kutip_answers_total{status="not_found"} 0.0',
        'kutip_telegram_errors_total{kind="flood",method="sendMessage"} 1.0',
        "kutip_waiting_questions 3.0",
        "kutip_index_lag 5.0",
    }
    assert expected <= set(lines)


async def test_server_stops_with_an_open_connection() -> None:
    """A scraper that keeps its connection does not hold up the end, and the port is free after it."""
    server = HealthServer(port=0, metrics=BotMetrics(), checks={})
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    async with asyncio.timeout(2):
        await server.stop()
        assert b"" == await reader.read()
    writer.close()
    with socket.create_server(("127.0.0.1", server.port)):
        pass


async def test_taken_port_is_named() -> None:
    """A port that another program has is a wrong setting."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = HealthServer(port=taken.getsockname()[1], metrics=BotMetrics(), checks={})
        with pytest.raises(SettingsError, match="KUTIP_METRICS_PORT"):
            await server.start()


def test_telegram_fails_from_the_first_failure_to_the_next_answer() -> None:
    """The length of a break of the connection; a refusal is an answer."""
    clock = [0.0]
    metrics = BotMetrics(clock=lambda: clock[0])
    found = []
    for time, fault in [(0, None), (10, Fault.NOT_SENT), (20, Fault.DOUBTFUL), (30, Fault.FINAL)]:
        clock[0] = time
        metrics.note_telegram("sendMessage", fault)
        found.append(metrics.telegram_fails_for_s)
    assert [0, 0, 10, 0] == found


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a bot process logs."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging([TOKEN, "rahasia-sekali"], stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_library_logs_no_token(log: io.StringIO) -> None:
    """A line of a library that quotes an address, and its traceback, come out without the token."""
    try:
        raise httpx.ConnectError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except httpx.ConnectError:
        logging.getLogger("somewhere").exception("failed: %s", f"/bot{TOKEN}/sendMessage")
    assert "failed" in log.getvalue()
    assert "secret_part" not in log.getvalue()


def test_own_log_holds_no_secret(log: io.StringIO) -> None:
    """Values and tracebacks of structured lines come out without secrets, also those of another bot's token."""
    try:
        raise ValueError(f"token {TOKEN}")
    except ValueError:
        structlog.get_logger().exception(
            "failed", url=f"/bot{TOKEN}/x", hook="rahasia-sekali", other="55555:ABCDEFGHIJ"
        )
    text = log.getvalue()
    assert "failed" in text
    assert [] == [secret for secret in ("secret_part", "rahasia", "ABCDEFGHIJ") if secret in text]


def test_request_lines_are_not_logged(log: io.StringIO) -> None:
    """The line that httpx writes for each request, with its address, does not appear at all."""
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    assert "" == log.getvalue()


def test_hours_are_not_taken_for_tokens(log: io.StringIO) -> None:
    """A time of day in a line stays."""
    structlog.get_logger().warning("due", at="2026-05-01T19:30:00")
    assert "2026-05-01T19:30:00" in log.getvalue()


def raised_with_cause() -> BaseException:
    """An error that quotes what a person wrote, with its cause."""
    try:
        try:
            int("siapa menteri itu")
        except ValueError as error:
            raise RuntimeError("parsing 'siapa menteri itu'") from error
    except RuntimeError as error:
        return error


def test_traceback_tells_where_but_not_what_was_written() -> None:
    """Types and places of an error and its cause are there, words of people only if wished."""
    quiet = safe_traceback(raised_with_cause(), with_text=False)
    loud = safe_traceback(raised_with_cause(), with_text=True)
    assert ["ValueError", "RuntimeError"] == [name for name in ("ValueError", "RuntimeError") if f"\n{name}" in quiet]
    assert "raised_with_cause" in quiet
    assert "menteri itu'" not in "".join(line for line in quiet.splitlines() if not line.startswith("    "))
    assert "RuntimeError: parsing 'siapa menteri itu'" in loud


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(BusyError(51), "ramai", id="busy"),
        pytest.param(SlowError(20), "terlalu lama", id="slow"),
        pytest.param(ValueError("secret detail"), "tidak beres", id="bug"),
    ],
)
def test_person_is_told_kindly_with_a_code(error: Exception, words: str) -> None:
    """The line fits the cause, holds the code, and nothing of the error itself."""
    line = describe_to_user(error, "K-3F9A")
    assert words in line
    assert line.endswith("(K-3F9A)")
    assert str(error) not in line


def test_codes_are_short() -> None:
    """A code can be read out on the phone."""
    assert all(len(new_code()) == 6 and new_code().startswith("K-") for _ in range(100))


async def test_a_bot_that_is_called_asks_telegram_itself(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In webhook mode nothing is asked of Telegram while nobody talks; one failure must not look like a long one."""
    monkeypatch.setattr("bot.health.MOST_SILENCE_S", 0.0)
    api = await FakeTelegram.start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with running_bot(api, data_dir, webhook=True, metrics_port=port) as bot, httpx.AsyncClient() as client:
        bot.services.metrics.note_telegram("sendMessage", Fault.NOT_SENT)
        answer = await client.get(f"http://127.0.0.1:{port}/healthz")
        assert (200, {}) == (answer.status_code, answer.json()["reasons"])
    await api.close()
