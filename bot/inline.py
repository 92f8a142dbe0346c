"""Inline questions (``@bot pertanyaan`` in any chat): cited sentences to choose from."""

from __future__ import annotations

import secrets
from zoneinfo import ZoneInfo

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import InlineQueryHandler

from bot.asking import CITATIONS
from bot.errors import BotError
from bot.sending.limits import Verdict
from bot.services import Context, KutipApplication
from bot.words import texts
from bot.words.links import question_link
from bot.words.render import inline_article
from retrieval.types import Answer, Citation, Status

CACHE_S = 30
"""Telegram may answer the same words from its cache for so long; new articles come in within that time anyway."""

SHORTEST_QUESTION = 4
"""Letters; inline queries come with every key pressed, and shorter ones find nothing that anybody wants."""


async def on_inline_query(update: Update, context: Context) -> None:
    """While typing, a person sees up to ten cited sentences, and a button into the private chat."""
    query = update.inline_query
    if query is None:
        return
    services = context.services
    question = query.query.strip()
    if len(question) < SHORTEST_QUESTION:
        await _reply(query, [], texts.INLINE_TYPE_MORE, start="mulai")
        return
    if services.inline_users.allow(query.from_user.id) is not Verdict.ALLOWED:
        await _reply(query, [], texts.INLINE_WAIT, start="mulai", cache_s=0)
        return
    try:
        asked = await services.answering.ask(question, k=CITATIONS, now=services.clock(), where=None)
    except BotError:
        await _reply(query, [], texts.INLINE_BUSY, start="mulai", cache_s=0)
        return
    services.metrics.count_answer(asked.answer.status)
    start = question_link(question) or "mulai"
    await _reply(query, _results(asked.answer, services.settings.zone), _button_text(asked.answer), start=start)


def _button_text(answer: Answer) -> str:
    return texts.INLINE_ASK_PRIVATELY if answer.status is Status.ANSWERED else texts.INLINE_NOT_FOUND


def _results(answer: Answer, zone: ZoneInfo) -> list[InlineQueryResultArticle]:
    """The quotations; those near a question without an answer are offered too, under their own name."""
    return [_result(citation, answer.question, zone) for citation in answer.answers]


def _result(citation: Citation, question: str, zone: ZoneInfo) -> InlineQueryResultArticle:
    words = inline_article(citation, question, zone=zone)
    return InlineQueryResultArticle(
        id=f"{citation.sentence_id}-{secrets.token_hex(4)}",
        title=words.title,
        description=words.description,
        input_message_content=InputTextMessageContent(
            words.html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        url=citation.article.url,
    )


async def _reply(
    query: InlineQuery,
    results: list[InlineQueryResultArticle],
    button: str,
    *,
    start: str,
    cache_s: int = CACHE_S,
) -> None:
    try:
        await query.answer(
            results,
            cache_time=cache_s,
            is_personal=cache_s == 0,
            button=InlineQueryResultsButton(text=button, start_parameter=start),
        )
    except BadRequest as error:
        if "query is too old" not in error.message.casefold():
            raise


def add_handlers(application: KutipApplication) -> None:
    """Register inline questions."""
    application.add_handler(InlineQueryHandler(on_inline_query))
