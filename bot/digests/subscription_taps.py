"""Taps on the buttons of /langganan: each changes one thing, after Telegram was asked whether the person may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.ext import CallbackQueryHandler

from bot.digests.langganan import UNWANTED, WANTED, ask_for_chat, ask_for_words, page_of, subscription_of, title_of
from bot.digests.managed_chats import Standing, standing_of
from bot.digests.schedules import EVERY_DAY
from bot.digests.subscription_pages import (
    ALERTS,
    ALL_DAYS,
    LIMITS,
    WORKDAYS,
    alerts_keyboard,
    chats_keyboard,
    days_keyboard,
    hours_keyboard,
    limits_keyboard,
    topics_keyboard,
    zones_keyboard,
)
from bot.digests.subscriptions import ZONES, Subscription
from bot.messages import GROUPS, Place
from bot.services import Context, KutipApplication, Services
from bot.words import digest_texts as texts
from bot.words.buttons import Action, Tap, parse
from bot.words.markup import Part
from bot.words.texts import BUTTON_TOO_OLD

Change = Callable[[Subscription, int], dict[str, Any] | str]
"""A subscription and the argument of a button -> what is to be different, or why nothing is."""


async def on_subscription_tap(update: Update, context: Context) -> None:
    """Every tap changes the page above it, or is answered with a line on why not."""
    query = update.callback_query
    tap = parse(query.data) if query is not None else None
    if query is None or tap is None:
        return
    message = query.message
    notice = BUTTON_TOO_OLD
    if isinstance(message, Message):
        notice = await _act(tap, _place(update, query, message, context), message.message_id, context)
    await context.services.delivery.acknowledge(query.id, notice or None)


def _place(update: Update, query: CallbackQuery, message: Message, context: Context) -> Place:
    return Place(
        update_id=update.update_id,
        chat_id=message.chat.id,
        user_id=query.from_user.id,
        reply_to=message.message_id,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        sent_at=context.services.clock(),
        is_group=message.chat.type in GROUPS,
    )


async def _act(tap: Tap, place: Place, message_id: int, context: Context) -> str:
    """:return: a line that is shown over the chat, or ""."""
    services = context.services
    one = await services.subscriptions.get(tap.answer_id)
    if one is None:
        return texts.GONE
    if tap.action is not Action.SUBSCRIPTION_TYPE and await services.subscriptions.prompts.of(place.user_id):
        await services.subscriptions.prompts.answered(place.user_id)  # they chose a button over typing
    if one.chat_id != place.chat_id and place.is_group:
        return BUTTON_TOO_OLD  # a page that was forwarded, or data that somebody made up
    if tap.action in _ABOUT_CHATS:
        return await _about_chats(tap.action, place, message_id, context)
    if tap.action is Action.SUBSCRIPTION_REMOVE and one.owner_id == place.user_id and not one.is_private:
        await services.subscriptions.remove(one.id)
        return await _about_chats(Action.SUBSCRIPTION_CHATS, place, message_id, context)
    standing = await standing_of(place.user_id, one.chat_id, context)
    if standing is not Standing.FINE:
        return texts.NOT_YOURS if standing is Standing.NOT_ADMIN else standing.words
    if tap.action is Action.SUBSCRIPTION_TYPE:
        await ask_for_words(one, UNWANTED if tap.argument else WANTED, place, services)
        return ""
    return await _change(one, tap, place, message_id, services)


_ABOUT_CHATS = (Action.SUBSCRIPTION_CHATS, Action.SUBSCRIPTION_ADD)


async def _about_chats(action: Action, place: Place, message_id: int, context: Context) -> str:
    """The list of a person's groups and channels, and the keys to choose a further one; in the private chat."""
    services = context.services
    if place.is_group:
        return BUTTON_TOO_OLD
    if action is Action.SUBSCRIPTION_ADD:
        await ask_for_chat(place, services)
        return ""
    own = await subscription_of(place, services)
    others = [one for one in await services.subscriptions.of_owner(place.user_id) if not one.is_private]
    titles = {one.id: await title_of(one, services) for one in others}
    await services.delivery.edit(
        place.chat_id,
        message_id,
        Part.of_text(texts.chats(len(others))),
        keyboard=chats_keyboard(own, others, titles),
    )
    return ""


async def _change(one: Subscription, tap: Tap, place: Place, message_id: int, services: Services) -> str:
    notice = ""
    if tap.action in _CHANGES:
        changes = _CHANGES[tap.action](one, tap.argument)
        if isinstance(changes, str):
            return changes
        one = await services.subscriptions.put(one.changed(services.clock(), **changes))
        notice = texts.KEPT
    page = await page_of(one, place.chat_id, services)
    keyboard = _keyboard(one, tap.action, place) or page.keyboard
    await services.delivery.edit(place.chat_id, message_id, page.part, keyboard=keyboard)
    return notice


def _keyboard(one: Subscription, action: Action, place: Place) -> InlineKeyboardMarkup | None:
    """The buttons of a choice, which stay after a tap where more than one may be wanted; None for the page's own."""
    if action is Action.SUBSCRIPTION_TOPICS:
        return topics_keyboard(one, may_type=not place.is_group)
    make = _CHOICES.get(action)
    return None if make is None else make(one)


_CHOICES: Mapping[Action, Callable[[Subscription], InlineKeyboardMarkup]] = MappingProxyType(
    {
        Action.SUBSCRIPTION_HOURS: hours_keyboard,
        Action.SUBSCRIPTION_ZONES: zones_keyboard,
        Action.SUBSCRIPTION_DAYS: days_keyboard,
        Action.SUBSCRIPTION_DAY: days_keyboard,
        Action.SUBSCRIPTION_LIMITS: limits_keyboard,
        Action.SUBSCRIPTION_ALERTS: alerts_keyboard,
        Action.SUBSCRIPTION_ALERT: alerts_keyboard,
        Action.SUBSCRIPTION_NIGHT: alerts_keyboard,
    }
)


def _switched(_one: Subscription, argument: int) -> dict[str, Any] | str:
    return {"is_on": True, "paused_since": None} if argument == 1 else {"is_on": False}


def _at_hour(_one: Subscription, argument: int) -> dict[str, Any] | str:
    return {"hour": argument} if argument < 24 else BUTTON_TOO_OLD


def _in_zone(_one: Subscription, argument: int) -> dict[str, Any] | str:
    return {"zone": ZONES[argument]} if argument < len(ZONES) else BUTTON_TOO_OLD


def _on_days(one: Subscription, argument: int) -> dict[str, Any] | str:
    if argument == ALL_DAYS:
        return {"weekdays": EVERY_DAY}
    if argument == WORKDAYS:
        return {"weekdays": frozenset(range(5))}
    days = one.weekdays ^ {argument}
    if argument > WORKDAYS:
        return BUTTON_TOO_OLD
    return {"weekdays": days} if days else texts.ONE_DAY_AT_LEAST


def _with_alerts(one: Subscription, argument: int) -> dict[str, Any] | str:
    if argument and not one.include:
        return texts.TOPICS_FIRST
    return {"alerts_per_day": argument} if argument in (0, *ALERTS) else BUTTON_TOO_OLD


_CHANGES: Mapping[Action, Change] = MappingProxyType(
    {
        Action.SUBSCRIPTION_SWITCH: _switched,
        Action.SUBSCRIPTION_HOUR: _at_hour,
        Action.SUBSCRIPTION_ZONE: _in_zone,
        Action.SUBSCRIPTION_DAY: _on_days,
        Action.SUBSCRIPTION_SILENT: lambda _one, argument: {"silent": bool(argument)},
        Action.SUBSCRIPTION_LIMIT: lambda _one, argument: {"limit": argument} if argument in LIMITS else BUTTON_TOO_OLD,
        Action.SUBSCRIPTION_ALERT: _with_alerts,
        Action.SUBSCRIPTION_NIGHT: lambda _one, argument: {"alerts_at_night": bool(argument)},
        Action.SUBSCRIPTION_ANY_TOPIC: lambda _one, _argument: {"include": (), "exclude": ()},
    }
)

_PAGES = frozenset(action for action in Action if action.name.startswith("SUBSCRIPTION"))


def is_subscription_tap(data: object) -> bool:
    """Whether a button belongs to /langganan."""
    tap = parse(data) if isinstance(data, str) else None
    return tap is not None and tap.action in _PAGES


def add_handlers(application: KutipApplication) -> None:
    """Register the taps; before those of :mod:`bot.taps`, which takes all others."""
    application.add_handler(CallbackQueryHandler(on_subscription_tap, pattern=is_subscription_tap))
