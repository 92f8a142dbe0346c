"""Whether Telegram, the clock and a running bot are well, and whether the settings are those that were meant.

Nothing here changes anything at Telegram, and no text holds the token.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.settings import BotSettings
from corpus.checkup import Finding, State

TIMEOUT_S = 10.0

CLOCK_WARNS_S, CLOCK_BREAKS_S = 5.0, 60.0
"""A Date header is exact to a second; beyond a minute digests come at the wrong time, and https begins to fail."""

RECENT_S = 3600
"""An error of the webhook that is older says little of now."""

MANY_PENDING = 100
"""Updates that wait at Telegram; a bot that is well takes them within seconds."""

OTHER_NAMES = frozenset({"KUTIP_VENV", "KUTIP_PYTHON"})
"""Read by ``./scripts/run``, not by the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the Bot API said to one question.

    :param status: of HTTP; None where there was no answer, and `problem` says why.
    :param body: the JSON object, empty where there was none.
    :param ahead_s: seconds by which this machine's clock is ahead of the server's; None where it did not tell.
    """

    status: int | None
    body: Mapping[str, Any]
    ahead_s: float | None = None
    problem: str = ""

    @property
    def result(self) -> Mapping[str, Any]:
        """The result of a request that went well."""
        found = self.body.get("result")
        return found if isinstance(found, Mapping) else {}


async def check_telegram(settings: BotSettings) -> list[Finding]:
    """Ask the Bot API who the bot is and where it is called, and compare the clocks."""
    if settings.telegram_token is None:
        mend = "get one from @BotFather, then set KUTIP_TELEGRAM_TOKEN"
        unset = Finding(check="token", state=State.WARNING, message="not set, so there is no bot", mend=mend)
        return [unset, *(_not_checked(name, "there is no token to ask with") for name in ("webhook", "clock"))]
    root = f"{settings.telegram_api_url}/bot{settings.telegram_token.get_secret_value()}"
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        me = await _ask(client, f"{root}/getMe")
        token = judge_token(me, settings.telegram_api_url)
        if token.state in (State.BROKEN, State.UNKNOWN):
            clock = judge_clock(me.ahead_s)
            return [token, _not_checked("webhook", "the Bot API did not answer for this bot"), clock]
        hook = await _ask(client, f"{root}/getWebhookInfo")
    return [token, judge_webhook(hook, settings, now=datetime.now(UTC)), judge_clock(me.ahead_s)]


async def _ask(client: httpx.AsyncClient, url: str) -> Reply:
    try:
        response = await client.post(url)
        now = datetime.now(UTC)
    except (httpx.HTTPError, httpx.InvalidURL) as error:  # its text would hold the address, and so the token
        return Reply(status=None, body={}, problem=type(error).__name__)
    try:
        body = response.json()
    except ValueError:
        body = {}
    return Reply(
        status=response.status_code,
        body=body if isinstance(body, dict) else {},
        ahead_s=_ahead_s(response.headers.get("Date"), now),
    )


def _ahead_s(header: str | None, now: datetime) -> float | None:
    try:
        told = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return (now - told.replace(tzinfo=told.tzinfo or UTC)).total_seconds()


def _not_checked(check: str, why: str, mend: str = "") -> Finding:
    return Finding(check=check, state=State.UNKNOWN, message=why, mend=mend)


def judge_token(reply: Reply, api_url: str) -> Finding:
    """Say what an answer to getMe means.

    >>> judge_token(Reply(status=401, body={"ok": False}), "https://api.telegram.org").message
    'Telegram does not know the token'
    """
    host = urlsplit(api_url).netloc
    if reply.status is None:
        mend = "look after the network of this machine, and KUTIP_TELEGRAM_API_URL"
        return _not_checked("token", f"{host} cannot be reached ({reply.problem})", mend)
    if reply.status in (401, 404):
        mend = "@BotFather shows the right one (/mybots); set KUTIP_TELEGRAM_TOKEN"
        return Finding(check="token", state=State.BROKEN, message="Telegram does not know the token", mend=mend)
    if reply.body.get("ok") is not True:
        return _not_checked("token", f"{host} answered {reply.status}", "try again in a minute")
    name = f"@{reply.result.get('username', '?')}"
    lacks = [
        f"{what} ({mend})"
        for field, what, mend in (
            ("can_join_groups", "it may not join groups", "/setjoingroups"),
            ("supports_inline_queries", "inline questions are off", "/setinline"),
        )
        if not reply.result.get(field)
    ]
    if lacks:
        message = f"this is {name}, but {' and '.join(lacks)}"
        return Finding(
            check="token", state=State.WARNING, message=message, mend="change it in @BotFather if you want it"
        )
    return Finding(check="token", state=State.OK, message=f"this is {name}")


def judge_webhook(reply: Reply, settings: BotSettings, *, now: datetime) -> Finding:
    """Say whether Telegram delivers as the settings want it, from its answer to getWebhookInfo.

    :param now: aware.
    """
    if reply.body.get("ok") is not True:
        return _not_checked("webhook", f"getWebhookInfo was answered {reply.status or reply.problem}")
    info = reply.result
    is_at, wanted = str(info.get("url") or ""), settings.webhook_url
    failed_s = now.timestamp() - float(info.get("last_error_date") or 0)
    pending = int(info.get("pending_update_count") or 0)
    if wanted is None and is_at:
        message = f"Telegram calls {_host(is_at)}, though KUTIP_WEBHOOK_URL is empty"
        mend = "the bot ends that when it starts; if another program uses this token, give it one of its own"
        return Finding(check="webhook", state=State.WARNING, message=message, mend=mend)
    if wanted is not None and is_at != wanted:
        message = f"Telegram calls {_host(is_at) or 'nothing'}, not KUTIP_WEBHOOK_URL"
        return Finding(check="webhook", state=State.WARNING, message=message, mend="start the bot: it tells Telegram")
    if wanted is not None and failed_s < RECENT_S:
        message = f"Telegram could not deliver {failed_s / 60:.0f} minutes ago: {info.get('last_error_message', '')}"
        mend = "see that the bot runs, and that the reverse proxy passes KUTIP_WEBHOOK_URL to KUTIP_WEBHOOK_PORT"
        return Finding(check="webhook", state=State.BROKEN, message=message, mend=mend)
    if pending > MANY_PENDING:
        message = f"{pending:,} updates wait at Telegram"
        return Finding(check="webhook", state=State.WARNING, message=message, mend="see that the bot runs: its log")
    way = f"Telegram calls {_host(is_at)}" if is_at else "none is set, the bot polls"
    return Finding(check="webhook", state=State.OK, message=f"{way}; {pending} updates wait")


def _host(url: str) -> str:
    """Path and query of an address may be as secret as a password.

    >>> _host("https://kutip.example:8443/rahasia")
    'kutip.example:8443'
    """
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
    except ValueError:
        return "an unreadable address"


def judge_clock(ahead_s: float | None) -> Finding:
    """Say whether this machine knows the time.

    >>> judge_clock(-90.0).message
    'this machine is 90 s behind the Bot API'
    """
    if ahead_s is None:
        return _not_checked("clock", "no server told the time")
    message = f"this machine is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} the Bot API"
    if abs(ahead_s) < CLOCK_WARNS_S:
        return Finding(check="clock", state=State.OK, message="it agrees with the Bot API")
    state = State.WARNING if abs(ahead_s) < CLOCK_BREAKS_S else State.BROKEN
    return Finding(
        check="clock", state=state, message=message, mend="switch time synchronisation on: timedatectl set-ntp true"
    )


async def check_running(settings: BotSettings) -> Finding:
    """Ask the health page of a bot that runs on this machine."""
    if settings.metrics_port is None:
        return _not_checked("bot", "whether it runs: it serves no health page", "set KUTIP_METRICS_PORT, such as 9464")
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.metrics_listen, settings.metrics_listen)  # noqa: S104
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
            response = await client.get(f"http://{host}:{settings.metrics_port}/healthz")
            reasons = response.json()["reasons"]
    except (httpx.HTTPError, httpx.InvalidURL):
        message = f"none answers on port {settings.metrics_port}"
        return Finding(check="bot", state=State.WARNING, message=message, mend="start it: kutip bot")
    except (ValueError, KeyError, TypeError):
        message = f"something else answers on port {settings.metrics_port}"
        return Finding(check="bot", state=State.WARNING, message=message, mend="choose another KUTIP_METRICS_PORT")
    if reasons:
        message = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        return Finding(check="bot", state=State.WARNING, message=message, mend="see its log")
    return Finding(check="bot", state=State.OK, message="it runs and is well")


def check_names(environment: Iterable[str], file: Path) -> list[Finding]:
    """Look for settings that nothing reads, mostly slips of the pen, and for a file that others may read.

    :param environment: names in it. :param file: ``.env``, which may not be there.
    """
    known = {f"KUTIP_{name.upper()}" for name in BotSettings.model_fields}
    given = {name.upper() for name in environment} | set(_names_in(file))
    strange = sorted(name for name in given - known - OTHER_NAMES if name.startswith("KUTIP_"))
    found = [_unknown_name(name, known) for name in strange if not name.startswith("KUTIP_TEST_")]
    if file.exists() and file.stat().st_mode & 0o004:
        message = f"{file} may be read by others on this machine"
        found.append(Finding(check="settings", state=State.WARNING, message=message, mend=f"chmod 600 {file}"))
    return found


def _unknown_name(name: str, known: Iterable[str]) -> Finding:
    meant = difflib.get_close_matches(name, known, n=1)
    mend = f"did you mean {meant[0]}?" if meant else "remove it; .env.example names all there are"
    return Finding(check="settings", state=State.WARNING, message=f"nothing reads {name}", mend=mend)


def _names_in(file: Path) -> list[str]:
    from dotenv import dotenv_values

    return [name.upper() for name in dotenv_values(file)] if file.exists() else []
