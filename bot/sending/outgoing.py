"""One message on its way out, and what is left of it when Telegram refuses a part. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    ForceReply,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot.sending.refusals import Refusal

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
"""What may come with a message; an edit takes the first only."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it is to be sent.

    :param html: None once Telegram refused the entities; then the plain text goes out.
    """

    chat_id: int
    html: str | None
    plain: str
    reply_to: int | None = None
    thread_id: int | None = None
    keyboard: Keyboard | None = None
    silent: bool = False

    @property
    def text(self) -> dict[str, Any]:
        """What is shown, as parameters of sendMessage."""
        is_html = self.html is not None
        return {
            "text": self.html if is_html else self.plain,
            "parse_mode": ParseMode.HTML if is_html else None,
            "link_preview_options": _NO_PREVIEW,
            "reply_markup": self.keyboard,
        }

    @property
    def edit(self) -> dict[str, Any]:
        """Likewise of editMessageText."""
        return self.text | {"reply_markup": self.keyboard if isinstance(self.keyboard, InlineKeyboardMarkup) else None}

    def without(self, refusal: Refusal) -> Message | None:
        """The message without what Telegram refused; None if there is nothing to leave out."""
        match refusal:
            case Refusal.ENTITIES if self.html is not None:
                return replace(self, html=None)
            case Refusal.REPLY if self.reply_to is not None:
                return replace(self, reply_to=None)
            case Refusal.THREAD if self.thread_id is not None:
                return replace(self, thread_id=None, reply_to=None)
            case Refusal.KEYBOARD if self.keyboard is not None:
                return replace(self, keyboard=None)
            case _:
                return None


def reply_parameters(message_id: int | None) -> ReplyParameters | None:
    """Reply to a message if it is still there."""
    return None if message_id is None else ReplyParameters(message_id, allow_sending_without_reply=True)
