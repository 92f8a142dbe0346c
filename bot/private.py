"""The private chat: any text is a question."""

from __future__ import annotations

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.asking import answer_again, answer_question, say
from bot.messages import place_of, words_of_message
from bot.sending.limits import Verdict
from bot.services import Context, KutipApplication
from bot.words import texts

PRIVATE = filters.ChatType.PRIVATE


async def on_question(update: Update, context: Context) -> None:
    """A person sees "mengetik...", then the quoted sentences as a reply to what was asked."""
    message = update.message
    if message is not None and words_of_message(message):
        await answer_question(place_of(update, message), words_of_message(message), context)


async def on_edited_question(update: Update, context: Context) -> None:
    """A person who edits a question sees its answer change."""
    message = update.edited_message
    if message is not None and words_of_message(message):
        await answer_again(place_of(update, message), words_of_message(message), context)


async def on_unknown_command(update: Update, context: Context) -> None:
    """A person who tries a command that there is not gets a pointer to the help."""
    if update.message is not None:
        await say(place_of(update, update.message), texts.UNKNOWN_COMMAND, context.services, key="unknown")


async def on_anything_else(update: Update, context: Context) -> None:
    """A person who sends a voice message, picture or sticker gets a friendly line that only text works."""
    if update.message is None:
        return
    place = place_of(update, update.message)
    if context.services.users.allow(place.user_id) is Verdict.ALLOWED:
        await say(place, texts.ONLY_TEXT, context.services, key="only-text")


def add_handlers(application: KutipApplication) -> None:
    """Register what answers in private chats; after all commands."""
    new, edited = filters.UpdateType.MESSAGE & PRIVATE, filters.UpdateType.EDITED_MESSAGE & PRIVATE
    application.add_handler(MessageHandler(new & filters.TEXT & ~filters.COMMAND, on_question))
    application.add_handler(MessageHandler(edited & filters.TEXT & ~filters.COMMAND, on_edited_question))
    application.add_handler(MessageHandler(new & filters.COMMAND, on_unknown_command))
    application.add_handler(MessageHandler(new & ~filters.TEXT & ~filters.StatusUpdate.ALL, on_anything_else))
