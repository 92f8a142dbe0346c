"""/umpan: admins see, add, check and remove feeds from the chat, as ``kutip feeds`` does."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CommandHandler, filters

from bot.asking import say
from bot.feed_job import FEED_JOB
from bot.messages import command_argument, place_of
from bot.services import Context, KutipApplication, Services
from bot.words import feed_texts as texts
from corpus.errors import FetchError, InputError
from corpus.feed_polling import MOST_CHARS, MOST_ENTRIES, feed_web
from corpus.reading.feeds import FeedResult, poll_feed


async def on_feeds(update: Update, context: Context) -> None:
    """/umpan lists the feeds; /umpan tambah, hapus or periksa URL adds, removes or checks one."""
    if update.message is None:
        return
    place, services = place_of(update, update.message), context.services
    words = command_argument(update.message).split()
    if not words:
        text = texts.listed(await services.engine.store.feeds.all(), services.settings.zone)
    elif len(words) == 2 and words[0].casefold() in _ACTIONS:
        text = await _ACTIONS[words[0].casefold()](words[1], services)
        if (job := context.application.bot_data.get(FEED_JOB)) is not None:
            await job.look()  # what was added is loaded now
    else:
        text = texts.HOW
    await say(place, text, services, key="umpan")


async def _add(url: str, services: Services) -> str:
    feeds = services.engine.store.feeds
    if await feeds.get(url) is not None:
        return texts.KNOWN_ALREADY
    try:
        result = await _fetched(url, services)
        return texts.added(await feeds.add(url, services.clock()), result)
    except FetchError as error:
        return texts.failed(error)
    except InputError:  # another admin was faster
        return texts.KNOWN_ALREADY


async def _remove(url: str, services: Services) -> str:
    feed = await services.engine.store.feeds.remove(url)
    return texts.UNKNOWN if feed is None else texts.removed(feed)


async def _check(url: str, services: Services) -> str:
    try:
        return texts.checked(url, await _fetched(url, services))
    except FetchError as error:
        return texts.failed(error)


async def _fetched(url: str, services: Services) -> FeedResult:
    async with feed_web(services.settings) as web:
        return await poll_feed(web, url, most_entries=MOST_ENTRIES, most_chars=MOST_CHARS)


_ACTIONS = {"tambah": _add, "hapus": _remove, "periksa": _check}


def add_handlers(application: KutipApplication, admin_ids: tuple[int, ...]) -> None:
    """Register the command for the admins alone, in their private chats."""
    admins = filters.User(admin_ids) & filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("umpan", on_feeds, filters=admins))
