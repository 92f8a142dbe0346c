"""Methods that answer taps and inline queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .errors import QUERY_TOO_OLD, bad_request
from .markup import inline_keyboard
from .sending import Method
from .targets import Fields, message_text, text_fields
from .world import World

MAX_NOTICE = 200
"""Characters of the notice after a tap (Bot API, answerCallbackQuery)."""

MAX_RESULTS = 50
"""Bot API, answerInlineQuery."""

MAX_RESULT_ID_BYTES = 64
"""Bot API, InlineQueryResultArticle."""


def answer_callback_query(world: World, fields: Fields) -> bool:
    """Answer answerCallbackQuery."""
    if len(fields.get("text") or "") > MAX_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    if not world.answer_query(str(fields.get("callback_query_id")), dict(fields)):
        raise bad_request(QUERY_TOO_OLD)
    return True


def answer_inline_query(world: World, fields: Fields) -> bool:
    """Answer answerInlineQuery."""
    results = fields.get("results") or []
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result.get("id")) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 1 <= len(result_id.encode()) <= MAX_RESULT_ID_BYTES for result_id in ids):
        raise bad_request("RESULT_ID_INVALID")
    _check_button(fields.get("button"))
    if len(str(fields.get("next_offset") or "").encode()) > MAX_RESULT_ID_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    answer = dict(fields) | {"results": [_ready(world, result) for result in results]}
    if not world.answer_query(str(fields.get("inline_query_id")), answer):
        raise bad_request(QUERY_TOO_OLD)
    return True


def _check_button(button: Fields | None) -> None:
    if not button:
        return
    start = button.get("start_parameter")
    if not button.get("text"):
        raise bad_request("can't parse inline query results button: Can't find field \"text\"")
    if start is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start):
        raise bad_request("START_PARAM_INVALID")


def _ready(world: World, result: Fields) -> Fields:
    """Give a result with the message that it will become, parsed as Telegram does when the bot answers."""
    content: Any = result.get("input_message_content") or {}
    message: Fields = {}
    if "message_text" in content:
        parsed = message_text(world, content | {"text": content["message_text"]})
        message = text_fields(parsed)
        if preview := content.get("link_preview_options"):
            message["link_preview_options"] = preview
    keyboard = inline_keyboard(result.get("reply_markup"))
    if keyboard:
        message["reply_markup"] = keyboard
    return result | {"message": message}


QUERIES: Mapping[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
