"""Commands of the admins named by the settings; to everybody else they do not exist."""

from __future__ import annotations

from telegram import CallbackQuery, MessageOriginUser, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.asking import say
from bot.messages import command_argument, place_of
from bot.services import Context, KutipApplication, Services
from bot.words import admin_texts as texts
from bot.words.buttons import Action, delete_keyboard, parse
from bot.words.markup import Part
from bot.words.texts import BUTTON_TOO_OLD


async def on_status(update: Update, context: Context) -> None:
    """/status shows articles, index, answers, queue, doubtful messages and errors."""
    if update.message is not None:
        figures = await status_figures(context.services)
        await say(place_of(update, update.message), texts.status(figures), context.services, key="status")


async def status_figures(services: Services) -> texts.StatusFigures:
    """What is known of the bot now."""
    store, state, metrics = services.engine.store, services.state, services.metrics
    counts, sources = await store.counts(), await store.sources()
    outbox, subscribed = await services.mailbox.counts(), await services.subscriptions.counts()
    likes, dislikes = await state.feedback_counts()
    p50_s, p95_s = services.answering.p50_s, services.answering.p95_s
    return texts.StatusFigures(
        articles=counts.articles,
        sentences=counts.sentences,
        outlets=len(sources),
        newest=max((source.last for source in sources), default=None),
        index_lag=max(0, await store.last_seq() - services.engine.indexes.seq),
        answered=metrics.answers["answered"],
        not_found=metrics.answers["not_found"],
        p50_ms=None if p50_s is None else 1000 * p50_s,
        p95_ms=None if p95_s is None else 1000 * p95_s,
        waiting=services.answering.waiting,
        unsent=outbox.new + outbox.claimed,
        doubtful=outbox.unknown,
        subscriptions=subscribed.active,
        paused=subscribed.paused,
        errors=metrics.handler_errors,
        chats=len(await state.chats()),
        blocked=len(await state.blocked()),
        likes=likes,
        dislikes=dislikes,
        uptime_s=metrics.uptime_s,
    )


async def on_delete(update: Update, context: Context) -> None:
    """/hapus ID shows the article and asks; after yes no answer quotes it any more."""
    if update.message is None:
        return
    place, services = place_of(update, update.message), context.services
    wanted = command_argument(update.message)
    article = await services.engine.store.find(wanted) if wanted else None
    if article is None:
        await say(place, texts.DELETE_UNKNOWN if wanted else texts.DELETE_HOW, services, key="hapus")
        return
    await services.delivery.send_text(
        place.chat_id,
        texts.delete_question(article),
        key=f"hapus:{place.update_id}",
        keyboard=delete_keyboard(services.drafts.keep(article.id)),
    )


async def on_delete_tap(update: Update, context: Context) -> None:
    """Deletes the article that the question above the button names."""
    query, services = update.callback_query, context.services
    tap = parse(query.data or "") if query is not None else None
    if query is None or tap is None or not await is_from_admin(query, services):
        return
    article_id = services.drafts.take(tap.answer_id)
    if tap.action is Action.DELETE_NO or not isinstance(article_id, str):
        await show_instead(query, texts.DELETE_KEPT, services)
    else:
        article = await services.engine.store.delete(article_id)
        await show_instead(query, texts.deleted(article) if article else texts.DELETE_UNKNOWN, services)
    await services.delivery.acknowledge(query.id)


async def is_from_admin(query: CallbackQuery, services: Services) -> bool:
    """Whether an admin tapped; anybody else, who made up the data of the button, is told what is told of any other."""
    if query.from_user.id in services.settings.admin_ids:
        return True
    await services.delivery.acknowledge(query.id, BUTTON_TOO_OLD)
    return False


async def show_instead(query: CallbackQuery, text: str, services: Services) -> None:
    """Let the message under which a button was tapped say something else, without buttons."""
    if query.message is not None:
        await services.delivery.edit(query.message.chat.id, query.message.message_id, Part.of_text(text))


async def on_block(update: Update, context: Context) -> None:
    """/blokir ID leaves a person unanswered, /blokir buka ID lets them in; alone it lists them.

    As a reply to a message that was forwarded from somebody it is about them.
    """
    message = update.message
    if message is None or message.from_user is None:
        return
    services, words = context.services, command_argument(message).split()
    is_opening = bool(words) and words[0].casefold() == "buka"
    ids = [int(word) for word in words[is_opening:] if word.isascii() and word.isdecimal()]
    if not ids and message.reply_to_message is not None:
        origin = message.reply_to_message.forward_origin
        ids = [origin.sender_user.id] if isinstance(origin, MessageOriginUser) else []
    text = await _block(ids[0], is_opening, message.from_user.id, services) if ids else await _list_blocked(services)
    await say(place_of(update, message), text, services, key="blokir")


async def _block(user_id: int, is_opening: bool, admin_id: int, services: Services) -> str:
    if user_id >= 1 << 63:
        return texts.BLOCK_HOW
    if is_opening:
        if not services.state.is_blocked(user_id):
            return texts.not_blocked(user_id)
        await services.state.unblock(user_id)
        return texts.unblocked(user_id)
    if user_id in services.settings.admin_ids:
        return texts.BLOCK_NOT_ADMINS
    await services.state.block(user_id, services.clock(), admin_id)
    return texts.blocked(user_id)


async def _list_blocked(services: Services) -> str:
    return f"{texts.blocked_list(sorted(await services.state.blocked()))}\n\n{texts.BLOCK_HOW}"


def is_delete_tap(data: object) -> bool:
    """Whether a button belongs to the question of /hapus."""
    tap = parse(data) if isinstance(data, str) else None
    return tap is not None and tap.action in (Action.DELETE_YES, Action.DELETE_NO)


def add_handlers(application: KutipApplication, admin_ids: tuple[int, ...]) -> None:
    """Register the commands for the admins alone, in their private chats."""
    admins = filters.User(admin_ids) & filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("status", on_status, filters=admins))
    application.add_handler(CommandHandler("hapus", on_delete, filters=admins))
    application.add_handler(CommandHandler("blokir", on_block, filters=admins))
    application.add_handler(CallbackQueryHandler(on_delete_tap, pattern=is_delete_tap))
