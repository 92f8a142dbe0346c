"""``kutip doctor``: whether all that Kutip needs is well, from settings to the clock, and how to mend what is not."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer
from pydantic import ValidationError

from bot.checkup import check_names, check_running, check_telegram
from bot.keeping.state_schema import BOT_STATE
from bot.settings import BotSettings
from corpus.checkup import Finding, State, check_database, check_disk
from corpus.errors import KutipError, SettingsError
from corpus.opening import open_store
from corpus.schema import ARTICLES
from scripts.console import run_async, setting_errors
from scripts.messages import describe


def doctor(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object and nothing else."),
) -> None:
    """Check everything that Kutip needs, without changing anything; exit code 1 if something is broken."""
    findings = check_settings()
    settings = _settings_or_none()
    if settings is not None:
        findings += run_async(_check_all(settings))
    is_broken = any(finding.state is State.BROKEN for finding in findings)
    print(_as_json(findings, is_broken) if as_json else "\n".join(map(line, findings)))
    if is_broken:
        raise typer.Exit(1)


def line(finding: Finding) -> str:
    """One line for people.

    >>> line(Finding(check="disk", state=State.BROKEN, message="20 MB free", mend="free some room"))
    'broken       disk      20 MB free; to mend it: free some room'
    """
    mend = f"; to mend it: {finding.mend}" if finding.mend else ""
    return f"{finding.state.value:<12} {finding.check:<9} {finding.message}{mend}"


def _as_json(findings: list[Finding], is_broken: bool) -> str:
    checks = [
        {"check": one.check, "state": one.state.value, "message": one.message, "mend": one.mend} for one in findings
    ]
    return json.dumps({"ok": not is_broken, "checks": checks}, ensure_ascii=False)


def check_settings() -> list[Finding]:
    """Every setting that is wrong, and every name that nothing reads; nothing else can be checked with a wrong one."""
    names = check_names(os.environ, Path(".env"))
    try:
        settings = BotSettings()
    except ValidationError as error:
        return [*map(_broken_setting, setting_errors(error)), *names]
    given = len(settings.model_fields_set)
    message = f"{given} set, the others have their defaults" if given else "none is set, all have their defaults"
    return names or [Finding(check="settings", state=State.OK, message=message)]


def _broken_setting(error: SettingsError) -> Finding:
    message = f"{error.name} is wrong: {error.problem}"
    return Finding(
        check="settings", state=State.BROKEN, message=message, mend="change it in the environment or in .env"
    )


def _settings_or_none() -> BotSettings | None:
    try:
        return BotSettings()
    except ValidationError:
        return None


async def _check_all(settings: BotSettings) -> list[Finding]:
    findings = [check_disk(settings.data_dir)]
    findings += await _guarded("store", lambda: _check_store(settings))
    findings += await _guarded("chats", lambda: asyncio.to_thread(_check_chats, settings))
    findings += await _check_retrieval(settings, store_is_well=not any(_is_bad(one, "store") for one in findings))
    findings += await check_telegram(settings)
    findings.append(await check_running(settings))
    return findings


def _is_bad(finding: Finding, check: str) -> bool:
    return finding.check == check and finding.state is not State.OK


async def _guarded(check: str, work: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    """Run a check; an error that a person can mend is its finding."""
    try:
        return await work()
    except KutipError as error:
        problem, _, mend = describe(error).rstrip(".").rpartition("; ")
        return [Finding(check=check, state=State.BROKEN, message=problem or mend, mend=mend if problem else "")]


async def _check_store(settings: BotSettings) -> list[Finding]:
    if settings.database_url is not None:
        async with await open_store(settings, read_only=True) as store:
            articles = (await store.counts()).articles
        return [Finding(check="store", state=State.OK, message=f"{store.path} can be read, {articles:,} articles")]
    missing = "kutip load PATH|URL..."
    return [await asyncio.to_thread(check_database, "store", settings.store_path, ARTICLES, if_missing=missing)]


def _check_chats(settings: BotSettings) -> list[Finding]:
    if not settings.bot_store_path.exists():
        return [Finding(check="chats", state=State.OK, message="none yet; the bot makes their file when it starts")]
    return [check_database("chats", settings.bot_store_path, BOT_STATE, if_missing="kutip restore FILE")]


async def _check_retrieval(settings: BotSettings, *, store_is_well: bool) -> list[Finding]:
    from retrieval.checkup import check_encoder, check_indexes, check_reader, check_tables  # brings large libraries

    encoders = []

    async def encoder() -> list[Finding]:
        finding, opened = await asyncio.to_thread(check_encoder, settings)
        encoders.append(opened)
        return [finding]

    async def reader() -> list[Finding]:
        return [await asyncio.to_thread(check_reader, settings)]

    async def indexes() -> list[Finding]:
        async with await open_store(settings, read_only=True) as store:
            if settings.database_url is not None:
                return await check_tables(store, encoders[0])
            return await check_indexes(store, encoders[0], settings.index_folder)

    findings = await _guarded("encoder", encoder) + await _guarded("reader", reader)
    if encoders and store_is_well:
        return findings + await _guarded("indexes", indexes)
    why = "the encoder does not open" if store_is_well else "the store must be well first"
    return [*findings, Finding(check="indexes", state=State.UNKNOWN, message=why)]
