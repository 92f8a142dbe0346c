"""The pages of a subscription: its state in words, and the buttons below. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from telegram import (
    ChatAdministratorRights,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
)

from bot.digests.subscriptions import ZONES, Subscription
from bot.words import digest_texts as texts
from bot.words.buttons import Action, encode
from bot.words.texts import marked

HOURS_IN_ROW = 6
LIMITS = (3, 5, 7, 10)
ALERTS = (1, 3, 5, 10)
ALL_DAYS, WORKDAYS = 7, 8
"""Arguments of the buttons of weekdays beside the days themselves."""

GROUP_REQUEST, CHANNEL_REQUEST = 1, 2
"""Numbers of the keys that ask for a chat."""

CHATS_SHOWN = 50


def main_keyboard(one: Subscription, *, is_home: bool, has_chats_button: bool) -> InlineKeyboardMarkup:
    """Below the page of a subscription.

    :param is_home: the page stands in the chat that it is about.
    :param has_chats_button: lead on to groups and channels, from the person's own page.
    """
    switch = (
        _button(texts.BUTTON_RESUME, Action.SUBSCRIPTION_SWITCH, one, 1)
        if one.is_on and one.paused_since is not None
        else _button(texts.BUTTON_OFF, Action.SUBSCRIPTION_SWITCH, one, 0)
        if one.is_on
        else _button(texts.BUTTON_ON, Action.SUBSCRIPTION_SWITCH, one, 1)
    )
    rows = [
        [switch],
        [
            _button(texts.BUTTON_HOUR, Action.SUBSCRIPTION_HOURS, one),
            _button(texts.BUTTON_ZONE, Action.SUBSCRIPTION_ZONES, one),
            _button(texts.BUTTON_DAYS, Action.SUBSCRIPTION_DAYS, one),
        ],
        [
            _button(texts.BUTTON_TOPICS, Action.SUBSCRIPTION_TOPICS, one),
            _button(texts.BUTTON_LIMIT, Action.SUBSCRIPTION_LIMITS, one),
            _button(
                texts.BUTTON_LOUD if one.silent else texts.BUTTON_SILENT,
                Action.SUBSCRIPTION_SILENT,
                one,
                int(not one.silent),
            ),
        ],
        [_button(texts.BUTTON_ALERTS, Action.SUBSCRIPTION_ALERTS, one)],
    ]
    if has_chats_button:
        rows.append([_button(texts.BUTTON_CHATS, Action.SUBSCRIPTION_CHATS, one)])
    elif not is_home:
        rows.append(
            [
                _button(texts.BUTTON_BACK, Action.SUBSCRIPTION_CHATS, one),
                _button(texts.BUTTON_REMOVE, Action.SUBSCRIPTION_REMOVE, one),
            ]
        )
    return InlineKeyboardMarkup(rows)


def hours_keyboard(one: Subscription) -> InlineKeyboardMarkup:
    """All hours of a day."""
    buttons = [
        _button(texts.marked_hour(hour, chosen=hour == one.hour), Action.SUBSCRIPTION_HOUR, one, hour)
        for hour in range(24)
    ]
    return _with_back(one, *_in_rows(buttons, HOURS_IN_ROW))


def zones_keyboard(one: Subscription) -> InlineKeyboardMarkup:
    """The three zones of Indonesia."""
    return _with_back(
        one,
        *(
            [_button(marked(texts.ZONE_PLACES[zone], chosen=zone == one.zone), Action.SUBSCRIPTION_ZONE, one, place)]
            for place, zone in enumerate(ZONES)
        ),
    )


def days_keyboard(one: Subscription) -> InlineKeyboardMarkup:
    """The weekdays, each put in or taken out by a tap."""
    buttons = [
        _button(marked(name, chosen=day in one.weekdays), Action.SUBSCRIPTION_DAY, one, day)
        for day, name in enumerate(texts.WEEKDAYS)
    ]
    return _with_back(
        one,
        *_in_rows(buttons, 4),
        [
            _button(texts.BUTTON_EVERY_DAY, Action.SUBSCRIPTION_DAY, one, ALL_DAYS),
            _button(texts.BUTTON_WORKDAYS, Action.SUBSCRIPTION_DAY, one, WORKDAYS),
        ],
    )


def limits_keyboard(one: Subscription) -> InlineKeyboardMarkup:
    """How many stories."""
    return _with_back(one, _numbers(one, LIMITS, Action.SUBSCRIPTION_LIMIT, one.limit))


def alerts_keyboard(one: Subscription) -> InlineKeyboardMarkup:
    """How many stories are told at once, and whether at night."""
    return _with_back(
        one,
        [
            _button(marked(texts.BUTTON_NO_ALERTS, chosen=not one.alerts_per_day), Action.SUBSCRIPTION_ALERT, one, 0),
            *_numbers(one, ALERTS, Action.SUBSCRIPTION_ALERT, one.alerts_per_day),
        ],
        [
            _button(
                marked(texts.BUTTON_NIGHT, chosen=one.alerts_at_night),
                Action.SUBSCRIPTION_NIGHT,
                one,
                int(not one.alerts_at_night),
            )
        ],
    )


def topics_keyboard(one: Subscription, *, may_type: bool) -> InlineKeyboardMarkup:
    """Subjects: typed, or all.

    :param may_type: in a private chat; in a group they are written behind /langganan.
    """
    rows = []
    if may_type:
        rows.append(
            [
                _button(texts.BUTTON_TYPE_TOPICS, Action.SUBSCRIPTION_TYPE, one, 0),
                _button(texts.BUTTON_TYPE_UNWANTED, Action.SUBSCRIPTION_TYPE, one, 1),
            ]
        )
    rows.append([_button(texts.BUTTON_ANY_TOPIC, Action.SUBSCRIPTION_ANY_TOPIC, one)])
    return _with_back(one, *rows)


def chats_keyboard(
    own: Subscription, others: Sequence[Subscription], titles: Mapping[int, str]
) -> InlineKeyboardMarkup:
    """The chats that a person has set up.

    :param own: the person's own subscription, to lead back to.
    :param titles: by subscription.
    """
    rows = [
        [InlineKeyboardButton(titles[one.id][:64], callback_data=encode(Action.SUBSCRIPTION, one.id))]
        for one in others[:CHATS_SHOWN]
    ]
    rows.append([_button(texts.BUTTON_ADD_CHAT, Action.SUBSCRIPTION_ADD, own)])
    return _with_back(own, *rows)


def request_keyboard() -> ReplyKeyboardMarkup:
    """Keys that let a person choose one of their groups or channels."""
    return ReplyKeyboardMarkup(
        [
            [
                KeyboardButton(
                    texts.KEY_GROUP,
                    request_chat=KeyboardButtonRequestChat(
                        GROUP_REQUEST,
                        chat_is_channel=False,
                        user_administrator_rights=_rights(),
                        bot_is_member=True,
                        request_title=True,
                    ),
                ),
                KeyboardButton(
                    texts.KEY_CHANNEL,
                    request_chat=KeyboardButtonRequestChat(
                        CHANNEL_REQUEST,
                        chat_is_channel=True,
                        user_administrator_rights=_rights(can_post_messages=True),
                        bot_administrator_rights=_rights(can_post_messages=True),
                        request_title=True,
                    ),
                ),
            ],
            [KeyboardButton(texts.KEY_CANCEL)],
        ],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def _rights(*, can_post_messages: bool | None = None) -> ChatAdministratorRights:
    return ChatAdministratorRights(
        is_anonymous=False,
        can_manage_chat=True,
        can_delete_messages=False,
        can_manage_video_chats=False,
        can_restrict_members=False,
        can_promote_members=False,
        can_change_info=False,
        can_invite_users=False,
        can_post_stories=False,
        can_edit_stories=False,
        can_delete_stories=False,
        can_post_messages=can_post_messages,
    )


def _numbers(one: Subscription, choices: Sequence[int], action: Action, chosen: int) -> list[InlineKeyboardButton]:
    return [_button(marked(str(choice), chosen=choice == chosen), action, one, choice) for choice in choices]


def _in_rows(buttons: Sequence[InlineKeyboardButton], length: int) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[start : start + length]) for start in range(0, len(buttons), length)]


def _with_back(one: Subscription, *rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([*rows, [_button(texts.BUTTON_BACK, Action.SUBSCRIPTION, one)]])


def _button(words: str, action: Action, one: Subscription, argument: int = 0) -> InlineKeyboardButton:
    return InlineKeyboardButton(words, callback_data=encode(action, one.id, argument))
