"""Taps on the buttons under an answer or a settings message."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from telegram import CallbackQuery, Message, Update
from telegram.ext import CallbackQueryHandler

from bot.asking import SHOWN, render
from bot.group import is_group_admin
from bot.messages import GROUPS, Place
from bot.services import Context, KutipApplication, Services
from bot.types import ChatSettings, StoredAnswer
from bot.words import texts
from bot.words.buttons import (
    VOTES,
    Action,
    Tap,
    back_keyboard,
    context_keyboard,
    group_settings_keyboard,
    parse,
    with_vote,
)
from bot.words.render import Part, context_part, most_shown, sources_part

CONTEXT_SENTENCES = 3
"""Sentences shown on either side of the quoted one."""


async def on_tap(update: Update, context: Context) -> None:
    """Every tap gets its effect, or a line on why it has none; the little clock on the button always stops."""
    query = update.callback_query
    if query is None:
        return
    tap = parse(query.data or "")
    notice = await _act(update, query, tap, context) if tap is not None else texts.BUTTON_TOO_OLD
    await context.services.delivery.acknowledge(query.id, notice or None)


async def _act(update: Update, query: CallbackQuery, tap: Tap, context: Context) -> str:
    """Do what a button says.

    :return: a short line that is shown over the chat, or "".
    """
    message = query.message
    if not isinstance(message, Message):
        return texts.BUTTON_TOO_OLD
    if tap.action in _SETTINGS:
        return await _change_settings(update, query, message, tap, context)
    services = context.services
    stored = await services.state.answer(tap.answer_id)
    if stored is None or stored.chat_id != message.chat.id:
        return texts.BUTTON_TOO_OLD
    if tap.action in VOTES:
        return await _vote(query, message, stored, VOTES[tap.action], services)
    if tap.action in (Action.MORE, Action.BACK):
        return await _show_answer(query, message, stored, services, more=tap.action is Action.MORE)
    return await _show_side(message, stored, tap, services)


async def _show_answer(
    query: CallbackQuery, message: Message, stored: StoredAnswer, services: Services, *, more: bool = False
) -> str:
    vote = await services.state.vote_of(stored.id, query.from_user.id) if _is_private(message) else 0
    is_shown = await show_answer(stored, services, message_id=message.message_id, vote=vote, more=more)
    return "" if is_shown else texts.ARTICLE_WITHDRAWN


async def show_answer(
    stored: StoredAnswer, services: Services, *, message_id: int, vote: Literal[1, -1, 0], more: bool = False
) -> bool:
    """Let a message show an answer again.

    :param vote: that is marked. :param more: with further sentences.
    :return: False if its articles are gone.
    """
    answer = await services.answering.recall(stored)
    if not answer.answers:
        return False
    if more:
        stored = replace(stored, shown=min(stored.shown + SHOWN, most_shown(answer, zone=services.settings.zone)))
        await services.state.set_shown(stored.id, stored.shown)
    reply = render(stored, answer, services, vote=vote)
    await services.delivery.edit(stored.chat_id, message_id, reply.parts[0], keyboard=reply.keyboard)
    return True


def _is_private(message: Message) -> bool:
    """In a group a marked thumb would show to all what one member thinks."""
    return bool(message.chat.type == message.chat.PRIVATE)


async def _show_side(message: Message, stored: StoredAnswer, tap: Tap, services: Services) -> str:
    """In place of the answer, what stands around one of its sentences, or all outlets of its story."""
    answer = await services.answering.recall(stored)
    wanted = stored.citations[tap.argument].sentence_id if tap.argument < len(stored.citations) else None
    citation = next((one for one in answer.answers if one.sentence_id == wanted), None)
    if citation is None:
        return texts.ARTICLE_WITHDRAWN
    zone = services.settings.zone
    if tap.action is Action.SOURCES:
        part, keyboard = sources_part(citation, zone=zone), back_keyboard(stored)
    else:
        sentences = await services.engine.store.sentences(citation.article.id)
        near = [one for one in sentences if abs(one.position - citation.position) <= CONTEXT_SENTENCES]
        part, keyboard = context_part(citation, near, zone=zone), context_keyboard(stored, tap.argument)
    await services.delivery.edit(message.chat.id, message.message_id, part, keyboard=keyboard)
    return ""


async def _vote(
    query: CallbackQuery, message: Message, stored: StoredAnswer, value: Literal[1, -1], services: Services
) -> str:
    """Keep a thumb; the same one again takes it back."""
    before = await services.state.vote_of(stored.id, query.from_user.id)
    now: Literal[1, -1, 0] = 0 if before == value else value
    await services.state.vote(stored.id, query.from_user.id, now, services.clock())
    if _is_private(message) and message.reply_markup is not None:
        same = Part(html=message.text_html, plain=message.text or "")
        keyboard = with_vote(message.reply_markup, now)
        await services.delivery.edit(message.chat.id, message.message_id, same, keyboard=keyboard)
    return texts.VOTE_TAKEN_BACK if now == 0 else texts.VOTE_UP if now > 0 else texts.VOTE_DOWN


_SETTINGS = (Action.GROUP_MENTIONS, Action.GROUP_PERIOD)


async def _change_settings(update: Update, query: CallbackQuery, message: Message, tap: Tap, context: Context) -> str:
    """Settings of a group change for its admins alone, whoever taps, and only to what its buttons offer."""
    services = context.services
    if message.chat.type not in GROUPS or not _is_offered(tap):
        return texts.BUTTON_TOO_OLD
    place = Place(
        update_id=update.update_id,
        chat_id=message.chat.id,
        user_id=query.from_user.id,
        reply_to=message.message_id,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        sent_at=services.clock(),
        is_group=True,
    )
    if not await is_group_admin(place, context):
        return texts.ONLY_GROUP_ADMINS
    before = await services.state.chat_settings(message.chat.id)
    if tap.action is Action.GROUP_MENTIONS:
        after = ChatSettings(answers_mentions=bool(tap.argument), since_days=before.since_days)
    else:
        after = ChatSettings(answers_mentions=before.answers_mentions, since_days=tap.argument or None)
    await services.state.set_chat_settings(message.chat.id, after)
    text = texts.group_settings(after)
    await services.delivery.edit(
        message.chat.id,
        message.message_id,
        Part.of_text(text),
        keyboard=group_settings_keyboard(after),
    )
    return texts.SETTINGS_KEPT


def _is_offered(tap: Tap) -> bool:
    return tap.argument in ((0, 1) if tap.action is Action.GROUP_MENTIONS else texts.PERIODS)


def add_handlers(application: KutipApplication) -> None:
    """Register taps; after the handlers of other modules that have buttons of their own."""
    application.add_handler(CallbackQueryHandler(on_tap))
