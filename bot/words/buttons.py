"""What the buttons under a message say, and what a tap on one means. Pure.

Telegram gives back the data of a button years later, and anybody may send any data: it is versioned, and whatever
Kutip did not write means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.types import ChatSettings, StoredAnswer
from bot.words import texts
from retrieval.types import Status

MAX_DATA_BYTES = 64
"""Of the data of a button (core.telegram.org/bots/api#inlinekeyboardbutton)."""

_VERSION = "1"
_MAX_NUMBER = (1 << 63) - 1
_DATA = re.compile(r"1:([a-z]{1,8}):(0|[1-9]\d{0,18}):(0|[1-9]\d{0,18})", re.ASCII)


class Action(StrEnum):
    """What a button does; the values stand in buttons that people keep, so none is ever given another meaning."""

    MORE = "m"
    CONTEXT = "c"
    SOURCES = "s"
    BACK = "b"
    UP = "u"
    DOWN = "d"
    GROUP_MENTIONS = "gm"
    """Argument 1: answers mentions, 0: only the command."""

    GROUP_PERIOD = "gp"
    """Argument: days back, 0 for all."""

    FORGET_YES = "fy"
    FORGET_NO = "fn"
    BROADCAST_YES = "by"
    BROADCAST_NO = "bn"
    DELETE_YES = "dy"
    DELETE_NO = "dn"

    DIGEST_ASK = "da"
    """`answer_id`: a sentence of the story to ask about."""

    SUBSCRIPTION = "l"
    """Its page; `answer_id` of this and all below is the number of a subscription."""

    SUBSCRIPTION_SWITCH = "lo"
    """Argument 1: on, 0: off."""

    SUBSCRIPTION_HOURS, SUBSCRIPTION_HOUR = "lhp", "lh"
    SUBSCRIPTION_ZONES, SUBSCRIPTION_ZONE = "lzp", "lz"
    """Argument: place in ``bot.digests.subscriptions.ZONES``."""

    SUBSCRIPTION_DAYS, SUBSCRIPTION_DAY = "ldp", "ld"
    """Argument: a weekday, Monday 0, that is put in or taken out; 7: all, 8: Monday to Friday."""

    SUBSCRIPTION_SILENT = "lq"
    SUBSCRIPTION_LIMITS, SUBSCRIPTION_LIMIT = "lnp", "ln"
    SUBSCRIPTION_ALERTS, SUBSCRIPTION_ALERT = "lap", "la"
    """Argument: alerts a day."""

    SUBSCRIPTION_NIGHT = "lan"
    SUBSCRIPTION_TOPICS, SUBSCRIPTION_TYPE = "ltp", "lt"
    """Argument 0: subjects wanted, 1: unwanted."""

    SUBSCRIPTION_ANY_TOPIC = "lta"
    SUBSCRIPTION_CHATS = "lc"
    """Chats that the person who taps has set up."""

    SUBSCRIPTION_ADD = "lca"
    SUBSCRIPTION_REMOVE = "lx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A button that was tapped.

    :param answer_id: of the answer under which it stands, or of a draft; 0 where it needs none.
    """

    action: Action
    answer_id: int = 0
    argument: int = 0


def encode(action: Action, answer_id: int = 0, argument: int = 0) -> str:
    """Data of a button, at most 64 bytes.

    :raises ValueError: a number below 0 or beyond 64 bits.

    >>> encode(Action.CONTEXT, 81234, 2)
    '1:c:81234:2'
    """
    if not (0 <= answer_id <= _MAX_NUMBER and 0 <= argument <= _MAX_NUMBER):
        raise ValueError(f"numbers of a button must be within 0 and {_MAX_NUMBER}: {answer_id}, {argument}")
    return f"{_VERSION}:{action.value}:{answer_id}:{argument}"


def parse(data: str | None) -> Tap | None:
    """What a button's data means, or None for data that Kutip did not write.

    >>> parse("1:c:81234:2")
    Tap(action=<Action.CONTEXT: 'c'>, answer_id=81234, argument=2)
    >>> parse("1:c:-1:2") is None
    True
    """
    match = _DATA.fullmatch(data or "")
    if match is None or match[1] not in _ACTIONS:
        return None
    answer_id, argument = int(match[2]), int(match[3])
    if max(answer_id, argument) > _MAX_NUMBER:
        return None
    return Tap(action=Action(match[1]), answer_id=answer_id, argument=argument)


_ACTIONS = frozenset(action.value for action in Action)


def answer_keyboard(stored: StoredAnswer, *, has_more: bool, vote: int = 0) -> InlineKeyboardMarkup | None:
    """Buttons under an answer, only those that make sense.

    :param has_more: whether there are citations that are not on show.
    :param vote: 1 or -1 marks that thumb, 0 none.
    :return: None for an answer that quotes nothing.
    """
    if not stored.citations:
        return None
    rows = []
    if stored.status is Status.ANSWERED:
        rows.append(
            [
                *([_button(texts.BUTTON_MORE, Action.MORE, stored.id)] if has_more else []),
                _button(texts.BUTTON_CONTEXT, Action.CONTEXT, stored.id),
                _button(texts.BUTTON_SOURCES, Action.SOURCES, stored.id),
            ]
        )
    rows.append([_thumb(action, stored.id, vote) for action in VOTES])
    return InlineKeyboardMarkup(rows)


VOTES: Mapping[Action, Literal[1, -1]] = MappingProxyType({Action.UP: 1, Action.DOWN: -1})
"""What a thumb counts."""


def _thumb(action: Action, answer_id: int, vote: int) -> InlineKeyboardButton:
    words = texts.BUTTON_UP if action is Action.UP else texts.BUTTON_DOWN
    return _button(texts.marked(words, chosen=vote == VOTES[action]), action, answer_id)


def with_vote(keyboard: InlineKeyboardMarkup, vote: int) -> InlineKeyboardMarkup:
    """The same buttons with another thumb marked.

    :param vote: 1, -1, or 0 for none.
    """

    def marked(button: InlineKeyboardButton) -> InlineKeyboardButton:
        tap = parse(button.callback_data if isinstance(button.callback_data, str) else None)
        return button if tap is None or tap.action not in VOTES else _thumb(tap.action, tap.answer_id, vote)

    return InlineKeyboardMarkup([[marked(button) for button in row] for row in keyboard.inline_keyboard])


def back_keyboard(stored: StoredAnswer) -> InlineKeyboardMarkup:
    """The one button under a side view."""
    return InlineKeyboardMarkup([[_button(texts.BUTTON_BACK, Action.BACK, stored.id)]])


def context_keyboard(stored: StoredAnswer, shown: int) -> InlineKeyboardMarkup:
    """Buttons under the context of a citation: to the citations before and after it that are on show, and back.

    :param shown: place of the citation whose context is on show, from 0; it is the argument of the buttons.
    """
    around = []
    if shown > 0:
        around.append(_button(texts.BUTTON_PREVIOUS, Action.CONTEXT, stored.id, shown - 1))
    if shown + 1 < min(stored.shown, len(stored.citations)):
        around.append(_button(texts.BUTTON_NEXT, Action.CONTEXT, stored.id, shown + 1))
    back = [_button(texts.BUTTON_BACK, Action.BACK, stored.id)]
    return InlineKeyboardMarkup([around, back] if around else [back])


def group_settings_keyboard(settings: ChatSettings) -> InlineKeyboardMarkup:
    """Buttons of a group's settings, with what is chosen marked."""
    days = [
        _button(texts.marked(words, chosen=period == (settings.since_days or 0)), Action.GROUP_PERIOD, argument=period)
        for period, words in texts.PERIODS.items()
    ]
    half = (len(days) + 1) // 2
    mentions = _button(
        texts.BUTTON_MENTIONS_OFF if settings.answers_mentions else texts.BUTTON_MENTIONS_ON,
        Action.GROUP_MENTIONS,
        argument=int(not settings.answers_mentions),
    )
    return InlineKeyboardMarkup([days[:half], days[half:], [mentions]])


def forget_keyboard() -> InlineKeyboardMarkup:
    """Buttons that ask whether a person's data is to be deleted."""
    return _ask(texts.BUTTON_FORGET, Action.FORGET_YES, texts.BUTTON_CANCEL, Action.FORGET_NO)


def broadcast_keyboard(draft_id: int) -> InlineKeyboardMarkup:
    """Buttons under the preview of a broadcast."""
    return _ask(texts.BUTTON_BROADCAST, Action.BROADCAST_YES, texts.BUTTON_CANCEL, Action.BROADCAST_NO, draft_id)


def delete_keyboard(draft_id: int) -> InlineKeyboardMarkup:
    """Buttons that ask whether an article is to be deleted."""
    return _ask(texts.BUTTON_DELETE, Action.DELETE_YES, texts.BUTTON_CANCEL, Action.DELETE_NO, draft_id)


def _ask(yes: str, do: Action, no: str, leave: Action, id_: int = 0) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(yes, do, id_), _button(no, leave, id_)]])


def _button(words: str, action: Action, answer_id: int = 0, argument: int = 0) -> InlineKeyboardButton:
    return InlineKeyboardButton(words, callback_data=encode(action, answer_id, argument))
