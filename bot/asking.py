"""One question, from the words of a chat to the answer in it: the path that private chats, groups and links share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import InlineKeyboardMarkup
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.answering import Asked
from bot.errors import BotError, describe_to_user, new_code
from bot.messages import Place
from bot.sending.limits import Sending, Verdict
from bot.services import Context, Services
from bot.types import StoredAnswer, StoredCitation, Turn
from bot.words import texts
from bot.words.buttons import answer_keyboard
from bot.words.conversation import follow_up, small_talk
from bot.words.render import Part, answer_parts, most_shown
from retrieval.types import Answer, Citation, Filter

FOLLOW_UP_WITHIN = timedelta(minutes=10)
"""For so long a question may lean on the one before it."""

CITATIONS = 10
"""Asked for; the first few are shown, the rest wait behind a button."""

SHOWN = 3
"""Sentences in an answer, and how many more each tap brings."""

TYPING = Sending(retry_for_s=0, flood_patience_s=0)
"""That the bot is at work is said once or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as it is shown.

    :param parts: messages, nearly always one.
    """

    stored: StoredAnswer
    parts: list[Part]
    keyboard: InlineKeyboardMarkup | None


async def answer_question(place: Place, text: str, context: Context) -> None:
    """Answer a text in its chat: with quotations, with a friendly line where it is no question, or with why not."""
    services = context.services
    if not await is_within_limit(place, services):
        return
    if talk := small_talk(text):
        await say(place, texts.small_talk(talk), services, key="talk")
        return
    if not len(services.engine.indexes.dense):
        await say(place, texts.NOTHING_LOADED, services, key="empty")
        return
    if context.application.running:  # while it stops it takes no tasks
        context.application.create_task(_show_typing(place, context))
    try:
        asked = await _ask(place, text, services, last=await _last_turn(place, services))
    except BotError as error:
        await say(place, describe_to_user(error, new_code()), services, key="sorry")
        return
    reply = await keep(place, asked, services)
    await _send(place, reply, services)


async def is_within_limit(place: Place, services: Services) -> bool:
    """Take what a person asks for off their allowance; who asks too fast is told so once, and then gets nothing."""
    verdict = services.users.allow(place.user_id)
    if verdict is Verdict.WAIT_NOTICE:
        await say(place, texts.WAIT_A_LITTLE, services, key="wait")
    return verdict is Verdict.ALLOWED


async def answer_again(place: Place, text: str, context: Context) -> None:
    """Bring an answer up to its question, which was edited; a question without an answer gets one."""
    services = context.services
    before = await services.state.answer_to(place.chat_id, place.reply_to)
    if before is None or before.message_id is None:
        await answer_question(place, text, context)
        return
    last = await _last_turn(place, services, above=place.reply_to)  # the question itself is no turn before it
    # Telegram also calls it an edit when a preview is added.
    is_unchanged = (follow_up(text, last) or text) == before.question
    if is_unchanged or services.users.allow(place.user_id) is not Verdict.ALLOWED or small_talk(text):
        return
    asked = await _ask(place, text, services, last=last)
    stored = stored_answer(place, asked, id_=before.id, message_id=before.message_id)
    reply = render(stored, asked.answer, services)
    await services.state.replace_answer(before.id, stored)
    await services.delivery.edit(place.chat_id, before.message_id, reply.parts[0], keyboard=reply.keyboard)


async def say(place: Place, text: str, services: Services, *, key: str) -> None:
    """Answer with a plain line, once for each update."""
    await services.delivery.send_text(
        place.chat_id,
        text,
        key=f"{key}:{place.update_id}",
        reply_to=place.reply_to if place.is_group else None,
        thread_id=place.thread_id,
    )


async def _show_typing(place: Place, context: Context) -> None:
    try:
        await context.bot.send_chat_action(
            place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id, rate_limit_args=TYPING
        )
    except TelegramError:  # the answer is what matters
        return


async def _last_turn(place: Place, services: Services, *, above: int | None = None) -> Turn | None:
    since = services.clock() - FOLLOW_UP_WITHIN
    return await services.state.last_turn(place.chat_id, place.user_id, since=since, above=above)


async def _ask(place: Place, text: str, services: Services, *, last: Turn | None) -> Asked:
    """:raises BotError: too many questions, or too slow."""
    now = services.clock()
    return await services.answering.ask(
        text, k=CITATIONS, now=now, where=await period_of(place, now, services), last=last
    )


async def period_of(place: Place, now: datetime, services: Services) -> Filter | None:
    """The period that the admins of a group chose to search, or None for all."""
    if not place.is_group:
        return None
    chosen = await services.state.chat_settings(place.chat_id)
    if chosen.since_days is None:
        return None
    return Filter(since=(now.astimezone(services.settings.zone) - timedelta(days=chosen.since_days)).date())


async def keep(place: Place, asked: Asked, services: Services) -> Reply:
    """Store an answer, so that its buttons work, and render it."""
    stored = stored_answer(place, asked)
    answer_id = await services.state.keep_answer(stored)
    stored = stored_answer(place, asked, id_=answer_id)
    services.metrics.count_answer(asked.answer.status)
    return render(stored, asked.answer, services)


def stored_answer(place: Place, asked: Asked, *, id_: int = 0, message_id: int | None = None) -> StoredAnswer:
    """What is kept of an answer."""
    answer = asked.answer
    return StoredAnswer(
        id=id_,
        chat_id=place.chat_id,
        user_id=place.user_id,
        thread_id=place.thread_id,
        question=asked.question_used,
        question_message_id=place.reply_to,
        message_id=message_id,
        status=answer.status,
        confidence=answer.confidence,
        citations=tuple(map(_stored_citation, answer.answers)),
        shown=min(SHOWN, len(answer.answers)),
        asked_at=place.sent_at,
    )


def _stored_citation(citation: Citation) -> StoredCitation:
    return StoredCitation(
        sentence_id=citation.sentence_id,
        article_id=citation.article.id,
        span=citation.span,
        score=citation.score,
        also=tuple(article.id for article in citation.also),
    )


def render(stored: StoredAnswer, answer: Answer, services: Services, *, vote: int = 0) -> Reply:
    """An answer as messages with buttons."""
    zone = services.settings.zone
    return Reply(
        stored=stored,
        parts=answer_parts(answer, shown=stored.shown, zone=zone, today=services.clock().astimezone(zone).date()),
        keyboard=answer_keyboard(stored, has_more=stored.shown < most_shown(answer, zone=zone), vote=vote),
    )


async def _send(place: Place, reply: Reply, services: Services) -> None:
    message_ids = await services.delivery.send(
        place.chat_id,
        reply.parts,
        key=f"answer:{place.update_id}",
        reply_to=place.reply_to,
        thread_id=place.thread_id,
        keyboard=reply.keyboard,
    )
    if message_ids:
        await services.state.set_answer_message(reply.stored.id, message_ids[-1])
