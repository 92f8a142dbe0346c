"""/langganan and /berhenti: a person's own digest, and those of the groups and channels that they are admin of.

All is done by buttons (:mod:`bot.digests.subscription_taps`) and by words. A group is set up from within, a topic of a
forum too; a group or channel also from the private chat, where the person chooses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from telegram import ForceReply, InlineKeyboardMarkup, Message, ReplyKeyboardRemove, Update
from telegram.ext import ApplicationHandlerStop, CommandHandler, MessageHandler, filters

from bot.asking import say
from bot.chats import FIRST_GROUP
from bot.digests.managed_chats import Standing, standing_of
from bot.digests.subscription_changes import Changes
from bot.digests.subscription_pages import main_keyboard, request_keyboard
from bot.digests.subscription_words import read_topics, read_words
from bot.digests.subscriptions import MOST_OF_OWNER, ZONES, Subscription
from bot.keeping.prompts import Prompt
from bot.messages import Place, command_argument, place_of, words_of_message
from bot.services import Context, KutipApplication, Services
from bot.words import digest_texts as texts
from bot.words.markup import Part

TYPED_GROUP = FIRST_GROUP + 1
"""Typed words that were asked for are taken before they could be a question."""

TYPED_WITHIN = timedelta(minutes=5)
"""For so long the next words of a person are taken for what was asked, though they are no reply to it."""

WANTED, UNWANTED = "include", "exclude"
"""What typed words are asked for."""

CANCEL = frozenset(("batal", "tidak jadi", "ga jadi", "gak jadi", "nggak jadi", "cancel", texts.KEY_CANCEL.casefold()))

NEW = filters.UpdateType.MESSAGE
PRIVATE = filters.ChatType.PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it is shown."""

    part: Part
    keyboard: InlineKeyboardMarkup


async def page_of(one: Subscription, chat_id: int, services: Services, *, above: str = "") -> Page:
    """The page of a subscription.

    :param chat_id: where it is shown.
    :param above: HTML that stands above it.
    """
    is_home = one.chat_id == chat_id
    title = None if one.is_private else await title_of(one, services)
    html = texts.page(one, title=title, now=services.clock(), in_group=is_home and not one.is_private)
    return Page(
        part=Part.of_html(f"{above}\n\n{html}" if above else html),
        keyboard=main_keyboard(one, is_home=is_home, has_chats_button=is_home and one.is_private),
    )


async def title_of(one: Subscription, services: Services) -> str:
    """What the chat of a subscription is called."""
    chat = await services.state.get_chat(one.chat_id)
    return chat.title if chat is not None and chat.title.strip() else str(one.chat_id)


async def subscription_of(place: Place, services: Services) -> Subscription:
    """That of a chat or topic; a new one is off, and is kept so that its buttons work."""
    return await find_or_make(place.user_id, place.chat_id, place.thread_id, services)


async def find_or_make(owner_id: int, chat_id: int, thread_id: int | None, services: Services) -> Subscription:
    """The subscription of a chat or topic.

    :param owner_id: of a new one.
    """
    kept = await services.subscriptions.of_chat(chat_id, thread_id)
    if kept is not None:
        return kept
    now, usual = services.clock(), services.settings.zone.key
    made = Subscription(
        owner_id=owner_id,
        chat_id=chat_id,
        thread_id=thread_id,
        is_on=False,
        zone=usual if usual in texts.ZONE_NAMES else ZONES[0],
        since=now,
        created_at=now,
    )
    return await services.subscriptions.put(made)


async def on_subscription(update: Update, context: Context) -> None:
    """/langganan shows what is sent, with buttons; with words it changes that, and says what was not understood."""
    message = update.message
    if message is None:
        return
    place, services = place_of(update, message), context.services
    if place.is_group and not await _may_manage(place, context):
        return
    words = command_argument(message)
    one = await subscription_of(place, services)
    if not words:
        await show(one, place, services)
        return
    await take(read_words(words), one, place, services)


async def take(changes: Changes, one: Subscription, place: Place, services: Services) -> None:
    """Do what somebody wrote, and show what became of it."""
    if changes:
        one = await services.subscriptions.put(changes.apply(one, services.clock()))
    above = texts.outcome(is_kept=bool(changes), problems=changes.problems, unknown=changes.unknown)
    await show(one, place, services, above=above)


async def show(one: Subscription, place: Place, services: Services, *, above: str = "") -> None:
    """Send the page of a subscription."""
    page = await page_of(one, place.chat_id, services, above=above)
    await services.delivery.send(
        place.chat_id,
        [page.part],
        key=f"langganan:{place.update_id}",
        reply_to=place.reply_to if place.is_group else None,
        thread_id=place.thread_id,
        keyboard=page.keyboard,
    )


async def on_stop(update: Update, context: Context) -> None:
    """/berhenti stops the digest of this chat or topic; its settings stay for another time."""
    message = update.message
    if message is None:
        return
    place, services = place_of(update, message), context.services
    if place.is_group and not await _may_manage(place, context):
        return
    one = await services.subscriptions.of_chat(place.chat_id, place.thread_id)
    if one is None or not one.is_on:
        text = texts.NEVER_STARTED_HERE if place.is_group else texts.NEVER_STARTED
    else:
        await services.subscriptions.put(one.changed(services.clock(), is_on=False))
        text = texts.STOPPED_HERE if place.is_group else texts.STOPPED
    await say(place, text, services, key="berhenti")


async def _may_manage(place: Place, context: Context) -> bool:
    standing = await standing_of(place.user_id, place.chat_id, context)
    if standing is not Standing.FINE:
        await say(place, standing.words, context.services, key="langganan")
    return standing is Standing.FINE


# typed words


async def ask_for_words(one: Subscription, about: str, place: Place, services: Services) -> None:
    """Ask a person in private for subjects; the question outlives a restart."""
    is_wanted = about == WANTED
    message_id = await services.delivery.send_text(
        place.chat_id,
        texts.ASK_TOPICS if is_wanted else texts.ASK_UNWANTED,
        key=f"ask:{place.update_id}",
        keyboard=ForceReply(
            input_field_placeholder=texts.PLACEHOLDER_TOPICS if is_wanted else texts.PLACEHOLDER_UNWANTED
        ),
    )
    if message_id is not None:
        await services.subscriptions.prompts.ask(
            Prompt(
                user_id=place.user_id,
                subscription_id=one.id,
                about=about,
                message_id=message_id,
                asked_at=services.clock(),
            )
        )


async def on_typed(update: Update, context: Context) -> None:
    """What a person types after such a question are subjects; anything later is a question on the news again."""
    message, services = update.message, context.services
    if message is None:
        return
    place = place_of(update, message)
    prompt = await services.subscriptions.prompts.of(place.user_id)
    if prompt is None or not _answers(message, prompt, services):
        return
    await services.subscriptions.prompts.answered(place.user_id)
    await _take_typed(prompt, words_of_message(message), place, context)
    raise ApplicationHandlerStop


def _answers(message: Message, prompt: Prompt, services: Services) -> bool:
    if message.reply_to_message is not None:
        return message.reply_to_message.message_id == prompt.message_id
    return services.clock() - prompt.asked_at <= TYPED_WITHIN


async def _take_typed(prompt: Prompt, words: str, place: Place, context: Context) -> None:
    services = context.services
    one = await services.subscriptions.get(prompt.subscription_id)
    if words.casefold().strip(" .!") in CANCEL:
        await say(place, texts.CANCELLED, services, key="langganan")
    elif one is None:
        await say(place, texts.GONE, services, key="langganan")
    elif (standing := await standing_of(place.user_id, one.chat_id, context)) is not Standing.FINE:
        await say(place, standing.words, services, key="langganan")
    else:
        await take(read_topics(words if prompt.about == WANTED else f"tanpa {words}"), one, place, services)


# choosing a group or channel


async def ask_for_chat(place: Place, services: Services) -> None:
    """Give a person keys that let them choose one of their chats."""
    await services.delivery.send_text(
        place.chat_id, texts.ASK_CHAT, key=f"ask:{place.update_id}", keyboard=request_keyboard()
    )


async def on_chat_chosen(update: Update, context: Context) -> None:
    """The chat that a person chose gets a page, if they are its admin and the bot may write there."""
    message = update.message
    if message is None or message.chat_shared is None:
        return
    place, services, chat_id = place_of(update, message), context.services, message.chat_shared.chat_id
    standing = await standing_of(place.user_id, chat_id, context)
    others = [one for one in await services.subscriptions.of_owner(place.user_id) if not one.is_private]
    is_full = len(others) >= MOST_OF_OWNER and await services.subscriptions.of_chat(chat_id) is None
    text = standing.words or (texts.TOO_MANY_CHATS if is_full else texts.CHAT_CHOSEN)
    await services.delivery.send_text(
        place.chat_id, text, key=f"chosen:{place.update_id}", keyboard=ReplyKeyboardRemove()
    )
    if standing is Standing.FINE and not is_full:
        await show(await find_or_make(place.user_id, chat_id, None, services), place, services)


async def on_no_chat(update: Update, context: Context) -> None:
    """The key to cancel takes the keys away."""
    if update.message is not None:
        place = place_of(update, update.message)
        await context.services.delivery.send_text(
            place.chat_id, texts.NO_CHAT_CHOSEN, key=f"chosen:{place.update_id}", keyboard=ReplyKeyboardRemove()
        )


def add_handlers(application: KutipApplication) -> None:
    """Register the commands and what is typed or chosen after them; before questions in private chats."""
    places = NEW & (PRIVATE | filters.ChatType.GROUPS)
    application.add_handler(CommandHandler("langganan", on_subscription, filters=places))
    application.add_handler(CommandHandler("berhenti", on_stop, filters=places))
    application.add_handler(MessageHandler(NEW & PRIVATE & filters.StatusUpdate.CHAT_SHARED, on_chat_chosen))
    application.add_handler(MessageHandler(NEW & PRIVATE & filters.Text([texts.KEY_CANCEL]), on_no_chat))
    application.add_handler(
        MessageHandler(NEW & PRIVATE & filters.TEXT & ~filters.COMMAND, on_typed), group=TYPED_GROUP
    )
