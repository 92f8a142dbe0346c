"""Buttons under a private digest that lead from a story into a question about it."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import CallbackQueryHandler

from bot.asking import answer_question
from bot.digests.digest import DigestStory
from bot.messages import Place
from bot.services import Context, KutipApplication
from bot.words import digest_texts as texts
from bot.words.buttons import Action, encode, parse
from bot.words.texts import ARTICLE_WITHDRAWN, BUTTON_TOO_OLD
from corpus.types import POSITION_BITS

IN_ROW = 4


def ask_keyboard(stories: Sequence[DigestStory]) -> InlineKeyboardMarkup | None:
    """A button for each story, by its number; None where no story quotes anything.

    The button keeps the sentence that the story is told by, so that it leads to the same article for ever.
    """
    buttons = [
        InlineKeyboardButton(
            texts.ask_about(number), callback_data=encode(Action.DIGEST_ASK, story.quotes[0].sentence.id)
        )
        for number, story in enumerate(stories, start=1)
        if story.quotes
    ]
    rows = [buttons[start : start + IN_ROW] for start in range(0, len(buttons), IN_ROW)]
    return InlineKeyboardMarkup(rows) if rows else None


async def on_ask_tap(update: Update, context: Context) -> None:
    """The headline of the story is asked as a question, and answered below the digest."""
    query = update.callback_query
    tap = parse(query.data) if query is not None else None
    if query is None or tap is None:
        return
    services, message = context.services, query.message
    if not isinstance(message, Message) or message.chat.type != message.chat.PRIVATE:
        await services.delivery.acknowledge(query.id, BUTTON_TOO_OLD)
        return
    version = tap.answer_id >> POSITION_BITS
    article = (await services.engine.store.by_version([version])).get(version)
    await services.delivery.acknowledge(query.id, None if article is not None else ARTICLE_WITHDRAWN)
    if article is not None:
        place = Place(
            update_id=update.update_id,
            chat_id=message.chat.id,
            user_id=query.from_user.id,
            reply_to=message.message_id,
            thread_id=None,
            sent_at=services.clock(),
            is_group=False,
        )
        await answer_question(place, article.title, context)


def is_ask_tap(data: object) -> bool:
    """Whether a button stands under a digest."""
    tap = parse(data) if isinstance(data, str) else None
    return tap is not None and tap.action is Action.DIGEST_ASK


def add_handlers(application: KutipApplication) -> None:
    """Register the taps; before those of :mod:`bot.taps`, which takes all others."""
    application.add_handler(CallbackQueryHandler(on_ask_tap, pattern=is_ask_tap))
