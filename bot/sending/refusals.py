"""What Telegram means when it refuses a message for good. Pure; by its wording, since it has no codes for it."""

from __future__ import annotations

from enum import StrEnum

from telegram.error import Forbidden, TelegramError


class Refusal(StrEnum):
    """Reasons that something can be done about.

    :cvar NOT_MODIFIED: an edit that changes nothing: the message shows what it should.
    :cvar NOT_EDITABLE: the message to edit or delete is not there, or not the bot's.
    :cvar GONE: the chat is not there, or the bot is not in it. :cvar NO_RIGHT: it is, but may not write.
    """

    ENTITIES = "entities"
    REPLY = "reply"
    THREAD = "thread"
    KEYBOARD = "keyboard"
    NOT_MODIFIED = "not_modified"
    NOT_EDITABLE = "not_editable"
    GONE = "gone"
    NO_RIGHT = "no_right"
    OTHER = "other"


_WORDS: tuple[tuple[str, Refusal], ...] = (
    ("message is not modified", Refusal.NOT_MODIFIED),
    ("message to edit not found", Refusal.NOT_EDITABLE),
    ("message to delete not found", Refusal.NOT_EDITABLE),
    ("message can't be edited", Refusal.NOT_EDITABLE),
    ("message_id_invalid", Refusal.NOT_EDITABLE),
    ("there is no text in the message to edit", Refusal.NOT_EDITABLE),
    ("message identifier is not specified", Refusal.NOT_EDITABLE),
    ("parse entities", Refusal.ENTITIES),
    ("entity_", Refusal.ENTITIES),
    ("entities_", Refusal.ENTITIES),
    ("message to be replied not found", Refusal.REPLY),
    ("message to reply not found", Refusal.REPLY),
    ("replied message not found", Refusal.REPLY),
    ("reply_message_id_invalid", Refusal.REPLY),
    ("thread not found", Refusal.THREAD),
    ("topic_closed", Refusal.THREAD),
    ("topic_deleted", Refusal.THREAD),
    ("button_", Refusal.KEYBOARD),
    ("reply markup", Refusal.KEYBOARD),
    ("reply_markup", Refusal.KEYBOARD),
    ("inline keyboard", Refusal.KEYBOARD),
    ("chat not found", Refusal.GONE),
    ("chat_id is empty", Refusal.GONE),
    ("user not found", Refusal.GONE),
    ("peer_id_invalid", Refusal.GONE),
    ("group chat was deactivated", Refusal.GONE),
    ("not enough rights", Refusal.NO_RIGHT),
    ("have no rights", Refusal.NO_RIGHT),
    ("need administrator rights", Refusal.NO_RIGHT),
    ("chat_write_forbidden", Refusal.NO_RIGHT),
    ("chat_restricted", Refusal.NO_RIGHT),
    ("chat_send_plain_forbidden", Refusal.NO_RIGHT),
)
"""As the Bot API server words them (github.com/tdlib/telegram-bot-api and observed answers); upper-case codes come from
the servers behind it and are passed on as they are."""


def refusal_of(error: TelegramError) -> Refusal:
    """Why Telegram refused.

    >>> from telegram.error import BadRequest
    >>> refusal_of(BadRequest("Can't parse entities: unsupported start tag"))
    <Refusal.ENTITIES: 'entities'>
    >>> refusal_of(Forbidden("Forbidden: bot was blocked by the user"))
    <Refusal.GONE: 'gone'>
    """
    said = error.message.lower()
    for words, refusal in _WORDS:
        if words in said:
            return refusal
    return Refusal.GONE if isinstance(error, Forbidden) else Refusal.OTHER
