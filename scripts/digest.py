"""``kutip digest``: the stories of a day, previewed in the terminal, as JSON, or sent to a chat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from bot.app import open_delivery
from bot.digests.digest import STORIES, DigestStory, Topics, Window
from bot.digests.digest_making import DigestMaker
from bot.sending.turns import Priority
from bot.settings import BotSettings
from bot.words.digest_render import QUIET, QUIET_TOPICS, TITLE, digest_parts
from bot.words.markup import Part
from corpus.dating.spelled_dates import spelled_out
from corpus.errors import InputError
from corpus.opening import open_store
from retrieval.encoder import open_encoder
from retrieval.engine import open_indexer
from scripts.console import load_settings, run_async


def digest(
    day: str = typer.Option("", "--date", help="Day as 2025-06-10; yesterday by default."),
    topic: list[str] = typer.Option([], help="Only stories about these words; may be given several times."),  # noqa: B008 - typer
    limit: int = typer.Option(STORIES, min=1, max=30, help="Stories at most."),
    chat: int = typer.Option(0, help="Send it to this chat; needs KUTIP_TELEGRAM_TOKEN."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """Show or send the stories of a day."""
    if chat and as_json:
        raise typer.BadParameter("give either --chat or --json")
    settings = load_settings(BotSettings)
    wanted = _day(day) if day else datetime.now(settings.zone).date() - timedelta(days=1)
    stories = run_async(_stories(settings, wanted, Topics(include=tuple(topic)), limit))
    if as_json:
        print(json.dumps({"date": wanted.isoformat(), "stories": list(map(_as_dict, stories))}, ensure_ascii=False))
        return
    if chat:
        parts = digest_parts(stories, day=wanted, zone=settings.zone, has_topics=bool(topic))
        if not run_async(_send(settings, chat, parts)):
            raise InputError("--chat", f"the bot cannot write to {chat}; is it in that chat?")
        print(f"Sent to {chat}.")
        return
    _show(stories, wanted, has_topics=bool(topic))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("--date", f"{text!r} is no day; write it as 2025-06-10") from error


async def _stories(settings: BotSettings, day: date, topics: Topics, limit: int) -> list[DigestStory]:
    async with await open_store(settings) as store:
        encoder = await asyncio.to_thread(open_encoder, settings)
        maker = DigestMaker(store, fingerprint=open_indexer(settings, store, encoder).fingerprint)
        return await maker.stories(Window.of_day(day, settings.zone), topics=topics, limit=limit)


async def _send(settings: BotSettings, chat_id: int, parts: Sequence[Part]) -> bool:
    """:return: whether all of it is there."""
    async with open_delivery(settings) as delivery:
        return len(await delivery.send(chat_id, parts, priority=Priority.DIGEST)) == len(parts)


def _show(stories: Sequence[DigestStory], day: date, *, has_topics: bool) -> None:
    """Print for people; the links are in ``--json``."""
    console = Console()
    console.print(f"{TITLE}, {spelled_out(day)}", style="bold")
    if not stories:
        console.print(QUIET_TOPICS if has_topics else QUIET)
    for number, story in enumerate(stories, start=1):
        console.print(Text(f"\n{number}. {story.headline}", style="bold"), soft_wrap=True, highlight=False)
        for quote in story.quotes:
            console.print(Text(f"   {quote.sentence.text} ({quote.article.source})"), soft_wrap=True, highlight=False)
        outlets = ", ".join(article.source for article in story.outlets)
        console.print(Text(f"   {outlets}", style="cyan"), soft_wrap=True, highlight=False)


def _as_dict(story: DigestStory) -> dict[str, Any]:
    """Shape that ``--json`` prints."""
    return {
        "headline": story.headline,
        "quotes": [{"text": quote.sentence.text, "article_id": quote.article.id} for quote in story.quotes],
        "outlets": [
            {
                "id": article.id,
                "source": article.source,
                "title": article.title,
                "published_at": article.published_at.isoformat(),
                "url": article.url,
            }
            for article in story.outlets
        ],
        "article_ids": list(story.article_ids),
    }
