"""``kutip feeds``: the feeds that keep the corpus fresh."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer

from corpus.errors import FetchError, InputError
from corpus.feed_polling import FeedPoller, Polls, feed_web
from corpus.polling.lock import PollLock
from corpus.polling.records import Feed, PollOutcome
from corpus.reading.feeds import FeedResult, poll_feed
from corpus.settings import CorpusSettings
from corpus.store import ArticleStore
from corpus.types import Rejection
from corpus.wording import describe
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings, run_async, store_for_writing
from scripts.load import index_store

feeds = typer.Typer(help="The feeds that the bot polls to keep the corpus fresh.", no_args_is_help=True)

SHOWN_TITLES = 3

_JSON = typer.Option(False, "--json", help="Print one JSON object and nothing else.")


@feeds.command()
def add(
    url: str = typer.Argument(help="Address of an RSS or Atom feed."),
    source: str | None = typer.Option(None, help="Publisher of articles that name none."),
    check_first: bool = typer.Option(
        True, "--check/--no-check", help="Fetch it first, and add it only if it is a feed."
    ),
    as_json: bool = _JSON,
) -> None:
    """Add a feed; its articles come with the next poll."""
    feed = run_async(_add(url, source, load_settings(CorpusSettings), check_first=check_first))
    _print(as_json, feed_as_dict(feed), f"added {feed.url}; kutip feeds poll, or the bot, loads its articles")


@feeds.command(name="list")
def list_(as_json: bool = _JSON) -> None:
    """Show all feeds: when they are polled, what they brought, which are broken."""
    found = run_async(_all(load_settings(CorpusSettings)))
    if as_json:
        print(json.dumps({"feeds": [feed_as_dict(feed) for feed in found]}, ensure_ascii=False))
    elif found:
        _print_table(found)
    else:
        print("no feeds yet; add one: kutip feeds add URL")


@feeds.command()
def remove(url: str = typer.Argument(help="Address as kutip feeds list shows it."), as_json: bool = _JSON) -> None:
    """Poll a feed no more; its articles stay."""
    feed = run_async(_remove(url, load_settings(CorpusSettings)))
    _print(as_json, feed_as_dict(feed), f"removed {feed.url}; its articles stay")


@feeds.command()
def check(url: str = typer.Argument(help="Address of a feed, on the list or not."), as_json: bool = _JSON) -> None:
    """Fetch a feed and tell what it holds; nothing is stored."""
    try:
        found = run_async(_check(url, load_settings(CorpusSettings)))
    except FetchError as error:
        _fail(error, as_json)
    _print(as_json, result_as_dict(url, found), _told(url, found))


@feeds.command()
def poll(
    urls: list[str] = typer.Argument(None, help="Feeds of the list; all of them by default."),  # noqa: B008 - typer
    due: bool = typer.Option(False, help="Only those whose time has come."),
    index: bool = typer.Option(True, help="Embed what was loaded and bring the indexes up to it."),
    as_json: bool = _JSON,
) -> None:
    """Poll feeds now, and load what is new in them."""
    settings = load_settings(RetrievalSettings)
    outcomes = run_async(_poll(urls or [], settings, due=due))
    if index and any(outcome.report.added or outcome.report.updated for outcome in outcomes):
        run_async(index_store(settings, quiet=as_json))
    if as_json:
        print(json.dumps({"feeds": [outcome_as_dict(outcome) for outcome in outcomes]}, ensure_ascii=False))
    else:
        for outcome in outcomes:
            print(_outcome_line(outcome))
    is_complete = all(not outcome.is_failed and not outcome.report.rejected for outcome in outcomes)
    raise typer.Exit(0 if is_complete else 1)


async def _add(url: str, source: str | None, settings: CorpusSettings, *, check_first: bool) -> Feed:
    if check_first:
        try:
            await _check(url, settings)
        except FetchError as error:
            raise InputError(url, f"not added: {_why(error)}; --no-check adds it all the same") from error
    async with store_for_writing(settings) as store:
        try:
            return await store.feeds.add(url, datetime.now(UTC), source=source)
        except FetchError as error:
            raise InputError(url, _why(error)) from error


async def _all(settings: CorpusSettings) -> list[Feed]:
    async with store_for_writing(settings) as store:
        return await store.feeds.all()


async def _remove(url: str, settings: CorpusSettings) -> Feed:
    async with store_for_writing(settings) as store:
        feed = await store.feeds.remove(url)
    if feed is None:
        raise InputError(url, "is not on the list; kutip feeds list shows what is")
    return feed


async def _check(url: str, settings: CorpusSettings) -> FeedResult:
    async with feed_web(settings) as web:
        return await poll_feed(web, url)


async def _poll(urls: Sequence[str], settings: RetrievalSettings, *, due: bool) -> list[PollOutcome]:
    outcomes: list[PollOutcome] = []

    async def note(outcome: PollOutcome) -> None:
        outcomes.append(outcome)

    async with store_for_writing(settings) as store, feed_web(settings) as web:
        with PollLock(settings.store_path) as lock:
            if not lock.take():
                raise InputError("kutip feeds poll", "another process polls the feeds of this store, perhaps the bot")
            waiting = {feed.id: feed for feed in await _chosen(urls, store, due=due)}
            polls = Polls(FeedPoller(store, web, settings).poll, on_polled=note)
            try:
                while waiting:
                    polls.start(waiting.values())
                    if not polls.running:
                        break  # those that are left met an error of this machine
                    await polls.wait()
                    await asyncio.sleep(0)
                    for outcome in outcomes:
                        waiting.pop(outcome.before.id, None)
            finally:
                await polls.close()
    return outcomes


async def _chosen(urls: Sequence[str], store: ArticleStore, *, due: bool) -> list[Feed]:
    if not urls:
        return await (store.feeds.due(datetime.now(UTC)) if due else store.feeds.all())
    found = [(url, await store.feeds.get(url)) for url in urls]
    for url, feed in found:
        if feed is None:
            raise InputError(url, "is not on the list; kutip feeds add URL adds it")
    return list({feed.id: feed for _, feed in found if feed is not None}.values())


def feed_as_dict(feed: Feed) -> dict[str, Any]:
    """Shape of a feed in ``--json``."""
    moments = ("added_at", "next_at", "polled_at", "changed_at", "broken_since")
    return {
        "url": feed.url,
        "title": feed.title,
        "source": feed.source,
        **{name: _iso(getattr(feed, name)) for name in moments},
        "interval_s": feed.interval_s,
        "failures": feed.failures,
        "problem": feed.problem,
        "articles": feed.articles,
        "rejected": feed.rejected,
    }


def outcome_as_dict(outcome: PollOutcome) -> dict[str, Any]:
    """Shape of a poll in ``--json``."""
    report = outcome.report
    return {
        "url": outcome.feed.url,
        "problem": outcome.feed.problem,
        "not_modified": outcome.not_modified,
        "entries": outcome.entries,
        "waiting": outcome.waiting,
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": [
            {"input": one.origin, "reason": describe(one), "code": one.reason.value} for one in report.rejected
        ],
        "next_at": _iso(outcome.feed.next_at),
    }


def result_as_dict(url: str, result: FeedResult) -> dict[str, Any]:
    """Shape of ``check`` in ``--json``."""
    document = result.document
    return {
        "url": url,
        "moved_to": result.moved_to,
        "title": document.title if document else None,
        "entries": len(result.entries),
        "whole": sum(entry.is_whole for entry in result.entries),
        "conditional": bool(result.etag or result.last_modified),
        "ttl_s": max(result.max_age_s, document.ttl_s if document else 0),
        "newest": [entry.article.title for entry in result.entries[:SHOWN_TITLES]],
    }


def _told(url: str, result: FeedResult) -> str:
    about = result_as_dict(url, result)
    lines = [
        f"{about['title'] or url}: {about['entries']} entries, {about['whole']} of them whole articles",
        "unchanged, it need not be sent again" if about["conditional"] else "it is sent whole at every poll",
    ]
    if about["moved_to"]:
        lines.append(f"moved for good to {about['moved_to']}")
    if about["ttl_s"]:
        lines.append(f"asks to be polled every {about['ttl_s'] // 60} min at most")
    return "\n  ".join([*lines, *(str(title) for title in about["newest"] if title)])


def _outcome_line(outcome: PollOutcome) -> str:
    feed, report = outcome.feed, outcome.report
    if outcome.is_failed:
        return f"{feed.url}: failed ({feed.problem}); tried again at {_short(feed.next_at)}"
    done = "unchanged" if outcome.not_modified else f"{outcome.entries} entries, {report.added} added"
    done += f", {report.updated} updated" if report.updated else ""
    done += f", {len(report.rejected)} rejected" if report.rejected else ""
    done += f", {outcome.waiting} left for later" if outcome.waiting else ""
    reasons = "".join(f"\n  rejected {describe(one)}" for one in report.rejected[:SHOWN_TITLES])
    return f"{feed.url}: {done}; polled again at {_short(feed.next_at)}{reasons}"


def _print_table(found: Sequence[Feed]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("feed", "state", "polled", "next")
    for name in ("every", "articles", "rejected"):
        table.add_column(name, justify="right")
    for feed in found:
        state = f"{feed.problem} (since {_short(feed.broken_since)})" if feed.broken_since else "well"
        if feed.polled_at is None:
            state = "not polled yet"
        name = f"{feed.title}\n{feed.url}" if feed.title else feed.url
        every = f"{feed.interval_s // 60} min"
        numbers = (every, f"{feed.articles:,}", f"{feed.rejected:,}")
        table.add_row(name, state, _short(feed.polled_at), _short(feed.next_at), *numbers)
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160).print(table)


def _why(error: FetchError) -> str:
    return describe(Rejection(origin=error.url, reason=error.reason, detail=error.detail))


def _fail(error: FetchError, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"url": error.url, "problem": error.reason.value, "detail": error.detail}))
    else:
        print(f"kutip: {_why(error)}", file=sys.stderr)
    raise typer.Exit(1)


def _print(as_json: bool, data: dict[str, Any], text: str) -> None:
    print(json.dumps(data, ensure_ascii=False) if as_json else text)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _short(moment: datetime | None) -> str:
    return "never" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")
