"""Commands that anybody may use, and the menus that tell of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import structlog
from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, ExtBot, filters

from bot.asking import answer_question, is_within_limit, say
from bot.messages import Place, command_argument, place_of
from bot.sending.limits import Sending
from bot.services import Context, KutipApplication, Services
from bot.taps import CONTEXT_SENTENCES
from bot.words import texts
from bot.words.buttons import Action, forget_keyboard, parse
from bot.words.links import read_link
from bot.words.render import Part, context_part, corpus_parts, latest_parts
from corpus.types import POSITION_BITS
from retrieval.types import Citation

LATEST = 10
"""Articles that /terbaru lists."""

NEW = filters.UpdateType.MESSAGE


async def on_start(update: Update, context: Context) -> None:
    """/start and /mulai greet; with a deep link they answer its question or show its sentence."""
    message = update.message
    if message is None:
        return
    place, link = place_of(update, message), read_link(command_argument(message))
    is_admin = place.user_id in context.services.settings.admin_ids
    if is_admin and context.application.running:  # there was no chat for the menu before the first message
        context.application.create_task(_publish(context.bot, texts.ADMIN_COMMANDS, BotCommandScopeChat(place.user_id)))
    if link is not None and link.question is not None:
        await answer_question(place, link.question, context)
    elif link is not None and link.sentence_id is not None:
        await _show_sentence(place, link.sentence_id, context.services)
    else:
        await _send(place, [Part.of_html(texts.welcome(context.bot.first_name))], context.services, key="start")


async def _show_sentence(place: Place, sentence_id: int, services: Services) -> None:
    store = services.engine.store
    article = (await store.by_version([sentence_id >> POSITION_BITS])).get(sentence_id >> POSITION_BITS)
    sentences = await store.sentences(article.id) if article else []
    found = next((one for one in sentences if one.id == sentence_id), None)
    if article is None or found is None:
        await say(place, texts.ARTICLE_WITHDRAWN, services, key="link")
        return
    citation = Citation(text=found.text, score=1.0, article=article, position=found.position)
    near = [one for one in sentences if abs(one.position - found.position) <= CONTEXT_SENTENCES]
    await _send(place, [context_part(citation, near, zone=services.settings.zone)], services, key="link")


async def on_help(update: Update, context: Context) -> None:
    """/bantuan tells how to ask, with examples."""
    if update.message is not None:
        place = place_of(update, update.message)
        await _send(place, [Part.of_html(texts.help_text(context.bot.username))], context.services, key="help")


async def on_sources(update: Update, context: Context) -> None:
    """/sumber tells what the corpus holds: outlets, span of days, the newest; it counts as a question."""
    if update.message is None:
        return
    place, services = place_of(update, update.message), context.services
    if not await is_within_limit(place, services):
        return
    counts, sources = await services.engine.store.counts(), await services.engine.store.sources()
    await _send(place, corpus_parts(counts, sources), services, key="sources")


async def on_latest(update: Update, context: Context) -> None:
    """/terbaru lists the newest articles with their links; it counts as a question."""
    if update.message is None:
        return
    place, services = place_of(update, update.message), context.services
    if not await is_within_limit(place, services):
        return
    newest = await services.engine.store.newest(LATEST)
    await _send(place, latest_parts(newest, zone=services.settings.zone), services, key="latest")


async def on_privacy(update: Update, context: Context) -> None:
    """/privasi tells what is kept, for how long, and how to have it deleted."""
    if update.message is not None:
        part = Part.of_html(texts.privacy(context.services.settings.keep_days))
        await _send(place_of(update, update.message), [part], context.services, key="privacy")


async def on_forget(update: Update, context: Context) -> None:
    """/hapus_data asks first; what it deletes is gone."""
    if update.message is None:
        return
    place = place_of(update, update.message)
    await context.services.delivery.send_text(
        place.chat_id, texts.FORGET_QUESTION, key=f"forget:{place.update_id}", keyboard=forget_keyboard()
    )


async def on_forget_tap(update: Update, context: Context) -> None:
    """Deletes everything about the person who taps yes."""
    query = update.callback_query
    tap = parse(query.data or "") if query is not None else None
    if query is None or tap is None:
        return
    services, message = context.services, query.message
    if message is None or message.chat.type != message.chat.PRIVATE:
        await services.delivery.acknowledge(query.id, texts.BUTTON_TOO_OLD)
        return
    is_yes = tap.action is Action.FORGET_YES
    if is_yes:
        await services.state.forget_user(query.from_user.id)
    # No key: the outbox would remember the person again.
    text = texts.FORGOTTEN if is_yes else texts.NOT_FORGOTTEN
    await services.delivery.edit_or_send(message.chat.id, message.message_id, Part.of_text(text))
    await services.delivery.acknowledge(query.id)


async def on_export(update: Update, context: Context) -> None:
    """/ekspor_data sends all that is kept of the person as a JSON file."""
    message = update.message
    if message is None or message.from_user is None:
        return
    data = await context.services.state.export_user(message.from_user.id)
    await context.services.delivery.send_file(
        message.chat.id,
        json.dumps(data, ensure_ascii=False, indent=2).encode(),
        filename="kutip-data.json",
        caption=texts.EXPORT_CAPTION,
    )


async def _send(place: Place, parts: Sequence[Part], services: Services, *, key: str) -> None:
    await services.delivery.send(
        place.chat_id,
        parts,
        key=f"{key}:{place.update_id}",
        reply_to=place.reply_to if place.is_group else None,
        thread_id=place.thread_id,
    )


async def publish_menus(bot: ExtBot[Sending], admin_ids: Sequence[int]) -> None:
    """Tell Telegram the commands for each kind of chat. That this fails stops nothing."""
    menus: list[tuple[Sequence[tuple[str, str]], BotCommandScope]] = [
        (texts.PRIVATE_COMMANDS, BotCommandScopeAllPrivateChats()),
        (texts.GROUP_COMMANDS, BotCommandScopeAllGroupChats()),
        (texts.GROUP_ADMIN_COMMANDS, BotCommandScopeAllChatAdministrators()),
        *((texts.ADMIN_COMMANDS, BotCommandScopeChat(admin_id)) for admin_id in admin_ids),
    ]
    for commands, scope in menus:
        await _publish(bot, commands, scope)


async def _publish(bot: ExtBot[Sending], commands: Sequence[tuple[str, str]], scope: BotCommandScope) -> None:
    try:
        await bot.set_my_commands([BotCommand(name, words) for name, words in commands], scope=scope)
    except TelegramError as error:  # an admin who never wrote to the bot has no chat to show a menu in
        structlog.get_logger().warning("menu not published", scope=scope.type, error=type(error).__name__)


def add_handlers(application: KutipApplication) -> None:
    """Register the commands; in groups only those that make sense there."""
    private = NEW & filters.ChatType.PRIVATE
    application.add_handler(CommandHandler(["start", "mulai"], on_start, filters=private))
    application.add_handler(CommandHandler(["bantuan", "help"], on_help, filters=NEW))
    application.add_handler(CommandHandler("sumber", on_sources, filters=NEW))
    application.add_handler(CommandHandler("terbaru", on_latest, filters=NEW))
    application.add_handler(CommandHandler("privasi", on_privacy, filters=NEW))
    application.add_handler(CommandHandler("hapus_data", on_forget, filters=private))
    application.add_handler(CommandHandler("ekspor_data", on_export, filters=private))
    application.add_handler(CallbackQueryHandler(on_forget_tap, pattern=is_forget_tap))


def is_forget_tap(data: object) -> bool:
    """Whether a button belongs to the question of /hapus_data."""
    tap = parse(data) if isinstance(data, str) else None
    return tap is not None and tap.action in (Action.FORGET_YES, Action.FORGET_NO)
