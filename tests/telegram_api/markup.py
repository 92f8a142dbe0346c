"""Keyboards under messages, refused as Telegram refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .errors import bad_request

MAX_CALLBACK_BYTES = 64
"""Bot API, InlineKeyboardButton."""

MAX_BUTTONS = 100
"""Telegram refuses more buttons under one message."""

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def inline_keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give the inline keyboard of a request as a message keeps it, None where there is none.

    :raises ApiError: a button that Telegram refuses.
    """
    if not isinstance(markup, dict):
        return None
    rows = [row for row in markup.get("inline_keyboard") or [] if row]
    for row in rows:
        for button in row:
            check_button(button)
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def reply_keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give the keyboard below the input line, its removal, or the forced reply."""
    if isinstance(markup, dict) and markup.keys() & {"keyboard", "remove_keyboard", "force_reply"}:
        return markup
    return None


def check_button(button: dict[str, Any]) -> None:
    """:raises ApiError: a button that Telegram refuses."""
    given = [name for name in ACTIONS if button.get(name) is not None]
    if not given:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not _is_good_url(str(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _is_good_url(url: str) -> bool:
    """Web and tg addresses; a web address needs a host with a dot."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme == "tg":
        return True
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")
