"""Groups: silent unless mentioned, replied to, or asked with /tanya; admins choose with /atur."""

from __future__ import annotations

from telegram import Message, Update
from telegram.error import BadRequest, Forbidden
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.asking import answer_again, answer_question, say
from bot.messages import (
    Place,
    command_argument,
    command_of,
    is_mentioned,
    is_reply_to,
    place_of,
    without_mentions,
    words_of_reply,
)
from bot.services import Context, KutipApplication
from bot.words import texts
from bot.words.buttons import group_settings_keyboard

GROUP = filters.ChatType.GROUPS

ASK = "tanya"


async def on_ask_command(update: Update, context: Context) -> None:
    """``/tanya siapa ...`` asks; ``/tanya`` as a reply asks what the other message says; alone it explains itself."""
    message = update.message or update.edited_message
    if message is not None:
        question = command_argument(message) or words_of_reply(message, bot_id=context.bot.id)
        await _answer(update, message, question, context)


async def on_group_words(update: Update, context: Context) -> None:
    """Answers a message that names the bot or replies to it; every other message goes by unread.

    A picture may carry the mention, or /tanya, in its caption.
    """
    message = update.message or update.edited_message
    if message is None:
        return
    bot = context.bot
    if command_of(message, username=bot.username) == ASK:
        await on_ask_command(update, context)
        return
    if not (is_reply_to(message, bot.id) or is_mentioned(message, bot_id=bot.id, username=bot.username)):
        return
    if (await context.services.state.chat_settings(message.chat.id)).answers_mentions:
        await _answer(update, message, _question(message, context), context)


def _question(message: Message, context: Context) -> str:
    """The words besides the mention; for a bare mention in a reply, those of the message replied to."""
    bot = context.bot
    question = without_mentions(message, bot_id=bot.id, username=bot.username)
    return question or words_of_reply(message, bot_id=bot.id)


async def _answer(update: Update, message: Message, question: str, context: Context) -> None:
    place = place_of(update, message)
    if not question:
        if update.message is not None:
            await say(place, texts.ASK_HOW, context.services, key="how")
    elif update.edited_message is not None:
        await answer_again(place, question, context)
    else:
        await answer_question(place, question, context)


async def on_settings_command(update: Update, context: Context) -> None:
    """Admins of a group see its settings as buttons; everybody else a line that only admins may."""
    message = update.message
    if message is None:
        return
    place = place_of(update, message)
    services = context.services
    if not await is_group_admin(place, context):
        await say(place, texts.ONLY_GROUP_ADMINS, services, key="atur")
        return
    settings = await services.state.chat_settings(place.chat_id)
    await services.delivery.send_text(
        place.chat_id,
        texts.group_settings(settings),
        key=f"atur:{place.update_id}",
        reply_to=place.reply_to,
        thread_id=place.thread_id,
        keyboard=group_settings_keyboard(settings),
    )


async def is_group_admin(place: Place, context: Context) -> bool:
    """Whether somebody may change the settings of a group; asked of Telegram each time, because admins change.

    The list of admins, unlike a single member, is told to bots that are no admins themselves.
    """
    if place.user_id == place.chat_id:  # an admin who writes in the name of the group
        return True
    if place.user_id < 0:  # somebody who writes in the name of a channel
        return False
    try:
        admins = await context.bot.get_chat_administrators(place.chat_id)
    except (BadRequest, Forbidden):
        return False
    return any(admin.user.id == place.user_id for admin in admins)


def add_handlers(application: KutipApplication) -> None:
    """Register what answers in groups, and /tanya everywhere."""
    any_message = filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE
    application.add_handler(CommandHandler(ASK, on_ask_command, filters=any_message))
    application.add_handler(CommandHandler("atur", on_settings_command, filters=GROUP & filters.UpdateType.MESSAGE))
    words = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND
    application.add_handler(MessageHandler(any_message & GROUP & words, on_group_words))
