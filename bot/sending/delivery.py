"""Messages on their way to people: each once, in a form that Telegram takes, to chats that are still there.

What becomes of a message in a chat when something fails, by kind of failure:

=====================================================  ================================================================
failure                                                outcome
=====================================================  ================================================================
429                                                    sent after the time told
no connection, pool full, 5xx with JSON                sent again with growing pauses, for 30 s
silence, dropped connection, half an answer, HTML 502  found out (below); then surely there once, or doubtful
400: entities                                          the plain text goes out
400: reply target, topic or buttons gone or refused    sent without them
400: anything else                                     raised; the outbox entry may be tried again
403, chat not found                                    the chat is marked as gone, nothing is raised
no right to write                                      noted, nothing is raised
chat became a supergroup                               all that is stored moves along, then sent there
killed before the request                              sent after the restart, as are the parts that follow it
killed between request and confirmation                doubtful: listed, never sent again
=====================================================  ================================================================

A request that was sent and got no answer may have been carried out or not, and a bot can neither read a chat nor mark a
request so that a second one counts as the same. Sending it again risks a second answer, not sending it loses one.
:mod:`bot.sending.doubt` finds out by editing, which may be repeated at will; of answers only, not of digests.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from weakref import WeakValueDictionary

import structlog
import telegram
from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState
from bot.sending.doubt import Unclear, find_out
from bot.sending.faults import Fault, fault_of
from bot.sending.limits import MOST_CHATS, Sending, TelegramLimiter
from bot.sending.outgoing import Keyboard, Message, reply_parameters
from bot.sending.refusals import Refusal, refusal_of
from bot.sending.turns import Priority
from bot.types import ClaimResult, Following
from bot.words.markup import Part

MOST_CHANGES = 4
"""Of one message, until Telegram takes it: plain text, no reply, no topic, no buttons."""

LATER_PATIENCE_S = 3600.0
"""How long a digest or broadcast waits in all when Telegram asks for it; a person does not wait for these."""


class _TakenError(Exception):
    """Another task or process sends this message."""


class Delivery:
    """The one way of messages to chats. Any number may be sent at once.

    :param limiter: the same that the bot uses; it knows the bot's own messages.
    :param clock: the present, aware.
    """

    def __init__(
        self,
        bot: ExtBot[Sending],
        *,
        limiter: TelegramLimiter,
        state: BotState,
        mailbox: Mailbox,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._limiter = limiter
        self._state = state
        self._mailbox = mailbox
        self._clock = clock
        self._seen: OrderedDict[int, int] = OrderedDict()
        self._in_hand: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def saw(self, chat_id: int, message_id: int) -> None:
        """Note a message of a chat, older than all that are sent to it from now on; see :mod:`bot.sending.doubt`."""
        self._seen[chat_id] = max(message_id, self._seen.pop(chat_id, 0))
        while len(self._seen) > MOST_CHATS:
            self._seen.popitem(last=False)

    async def send(
        self,
        chat_id: int,
        parts: Sequence[Part],
        *,
        key: str | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
        keyboard: Keyboard | None = None,
        silent: bool = False,
        priority: Priority = Priority.ANSWER,
    ) -> list[int]:
        """Send a text in one or more messages; the first is the reply, the last has the buttons.

        :param key: names the text for ever, such as ``answer:<update_id>``; what was sent under it is not sent again.
        :return: ids of the messages that are there; fewer than parts where the chat is gone, a message is doubtful, or
            another process sends it.
        :raises TelegramError: refused for good, or failing for too long.
        """
        sent: list[int] = []
        for number, part in enumerate(parts):
            message = Message(
                chat_id=chat_id,
                html=part.html,
                plain=part.plain,
                reply_to=reply_to if number == 0 else None,
                thread_id=thread_id,
                keyboard=keyboard if number == len(parts) - 1 else None,
                silent=silent,
            )
            message_id = await self._send_once(message, key and f"{key}:{number}", priority)
            if message_id is None:
                break
            sent.append(message_id)
        return sent

    async def send_part(
        self,
        chat_id: int,
        part: Part,
        *,
        key: str,
        following: Following | None,
        thread_id: int | None,
        keyboard: InlineKeyboardMarkup | None,
        silent: bool,
        on_sent: Callable[[], None],
    ) -> int | None:
        """Send what an entry stands for; the commit that says so lets what follows go, and has what `on_sent` posts."""
        message = Message(
            chat_id=chat_id, html=part.html, plain=part.plain, thread_id=thread_id, keyboard=keyboard, silent=silent
        )
        return await self._send_once(message, key, Priority.DIGEST, following, on_sent)

    async def send_text(
        self,
        chat_id: int,
        text: str,
        *,
        key: str | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
        keyboard: Keyboard | None = None,
        silent: bool = False,
        priority: Priority = Priority.ANSWER,
    ) -> int | None:
        """Send one message of plain text, otherwise like :meth:`send`.

        :return: its id, or None.
        """
        sent = await self.send(
            chat_id,
            [Part.of_text(text)],
            key=key,
            reply_to=reply_to,
            thread_id=thread_id,
            keyboard=keyboard,
            silent=silent,
            priority=priority,
        )
        return sent[0] if sent else None

    async def send_file(
        self,
        chat_id: int,
        content: bytes,
        *,
        filename: str,
        caption: str = "",
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> int | None:
        """Send a file; after a doubtful failure once more, since a file twice hurts nobody.

        :return: the message's id, or None if the chat is gone.
        :raises TelegramError: refused, or failing for too long.
        """
        send = partial(
            self._bot.send_document,
            chat_id,
            content,
            filename=filename,
            caption=caption or None,
            message_thread_id=thread_id,
            reply_parameters=reply_parameters(reply_to),
            parse_mode=None,
        )
        try:
            try:
                return (await send()).message_id
            except TelegramError as error:
                if fault_of(error) is not Fault.DOUBTFUL:
                    raise
                return (await send()).message_id
        except Forbidden:
            await self._state.mark_gone(chat_id, self._clock())
            return None

    async def edit(
        self, chat_id: int, message_id: int, part: Part, *, keyboard: InlineKeyboardMarkup | None = None
    ) -> bool:
        """Let a message show something else.

        :return: whether it does; False if the message or the chat is gone.
        :raises TelegramError: refused for another reason, or failing for too long.
        """
        message = Message(chat_id=chat_id, html=part.html, plain=part.plain, keyboard=keyboard)
        for _ in range(MOST_CHANGES):
            try:
                await self._bot.edit_message_text(chat_id=chat_id, message_id=message_id, **message.edit)
            except (BadRequest, Forbidden, ChatMigrated) as error:
                refusal = refusal_of(error)
                if refusal is Refusal.NOT_MODIFIED:
                    return True
                if await self._is_lost(chat_id, error) or refusal is Refusal.NOT_EDITABLE:
                    return False
                changed = message.without(refusal)
                if changed is None:
                    raise
                message = changed
            else:
                return True
        return False

    async def edit_or_send(
        self,
        chat_id: int,
        message_id: int | None,
        part: Part,
        *,
        keyboard: InlineKeyboardMarkup | None = None,
        key: str | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> int | None:
        """Let a message show something else, or send it anew if that message is not there any more.

        :return: id of the message that shows it, or None as in :meth:`send`.
        """
        if message_id is not None and await self.edit(chat_id, message_id, part, keyboard=keyboard):
            return message_id
        sent = await self.send(chat_id, [part], key=key, reply_to=reply_to, thread_id=thread_id, keyboard=keyboard)
        return sent[0] if sent else None

    async def delete(self, chat_id: int, message_id: int) -> bool:
        """Delete a message of the bot.

        :return: whether it is gone.
        """
        try:
            return await self._bot.delete_message(chat_id, message_id)
        except BadRequest as error:
            return refusal_of(error) is Refusal.NOT_EDITABLE
        except TelegramError:
            return False

    async def acknowledge(
        self, query_id: str, text: str | None = None, *, alert: bool = False, url: str | None = None
    ) -> bool:
        """Answer a tap on a button; too late is no error, since the person has stopped waiting by then."""
        try:
            return await self._bot.answer_callback_query(
                query_id, text, show_alert=alert, url=url, rate_limit_args=Sending(retry_for_s=5)
            )
        except TelegramError as error:
            structlog.get_logger().info("tap not acknowledged", error=type(error).__name__)
            return False

    async def _send_once(
        self,
        message: Message,
        key: str | None,
        priority: Priority,
        following: Following | None = None,
        on_sent: Callable[[], None] = lambda: None,
    ) -> int | None:
        """Send a message, unless the outbox knows that it was sent."""
        if key is None:
            return await self._deliver(message, _sending(priority))
        claim = await self._mailbox.claim(key, message.chat_id, self._clock())
        if claim.result is not ClaimResult.NEW:
            return claim.message_id
        before, refused = partial(self._start, key, following), partial(self._mailbox.failed, key)
        sending = _sending(priority, before=before, refused=refused)
        try:
            message_id = await self._deliver(message, sending)
        except _TakenError:
            return None
        except Unclear:
            await self._mailbox.doubt(key)
            structlog.get_logger().warning("doubtful message", key=key, chat_id=message.chat_id)
            return None
        except TelegramError:
            await self._mailbox.failed(key)
            raise
        if message_id is None:
            await self._mailbox.skip(key)
            return None
        on_sent()
        await self._mailbox.sent(key, message_id)
        return message_id

    async def _start(self, key: str, following: Following | None) -> None:
        if not await self._mailbox.sending(key, following=following):
            raise _TakenError(key)

    async def _deliver(self, message: Message, sending: Sending) -> int | None:
        """Send a message in a form that Telegram takes.

        :return: its id, or None if the chat cannot be written to.
        :raises Unclear: it may be there or not.
        """
        if sending.priority is not Priority.ANSWER:
            return await self._adapt_and_send(message, sending)
        # One at a time, so that what is found out about one is not taken for another; a digest must not hold this up.
        async with self._in_hand.setdefault(message.chat_id, asyncio.Lock()):
            return await self._adapt_and_send(message, sending)

    async def _adapt_and_send(self, message: Message, sending: Sending) -> int | None:
        """Send, and again without what Telegram refuses."""
        for _ in range(MOST_CHANGES + 1):
            after = self._latest(message)
            try:
                return await self._request(message, sending)
            except ChatMigrated as error:
                await self._state.migrate_chat(message.chat_id, error.new_chat_id)
                message = replace(message, chat_id=error.new_chat_id, reply_to=None, thread_id=None)
            except (BadRequest, Forbidden) as error:
                if await self._is_lost(message.chat_id, error):
                    return None
                changed = message.without(refusal_of(error))
                if changed is None:
                    raise
                message = changed
            except TelegramError as error:
                if fault_of(error) is not Fault.DOUBTFUL:
                    raise
                if sending.priority is not Priority.ANSWER:
                    raise Unclear from error
                return await find_out(self._bot, message, after=after, limiter=self._limiter)
            if sending.refused:
                await sending.refused()
        return None

    def _latest(self, message: Message) -> int | None:
        """The latest message of a chat that is known to be older than one that is about to be sent."""
        known = (*self._limiter.own_ids(message.chat_id), self._seen.get(message.chat_id, 0), message.reply_to or 0)
        return max(known) or None

    async def _request(self, message: Message, sending: Sending) -> int:
        sent: telegram.Message = await self._bot.send_message(
            message.chat_id,
            message_thread_id=message.thread_id,
            reply_parameters=reply_parameters(message.reply_to),
            disable_notification=message.silent or None,
            rate_limit_args=sending,
            **message.text,
        )
        self._state.wrote_to(message.chat_id)
        return sent.message_id

    async def _is_lost(self, chat_id: int, error: TelegramError) -> bool:
        """Whether the bot cannot write to a chat at all; that is noted."""
        if isinstance(error, ChatMigrated):
            await self._state.migrate_chat(chat_id, error.new_chat_id)
            return True
        refusal = refusal_of(error)
        if refusal is Refusal.NO_RIGHT:
            await self._state.set_can_write(chat_id, False)
        elif refusal is Refusal.GONE:
            await self._state.mark_gone(chat_id, self._clock())
        else:
            return False
        structlog.get_logger().info("chat cannot be written to", chat_id=chat_id, refusal=refusal.value)
        return True


def _sending(
    priority: Priority,
    *,
    before: Callable[[], Awaitable[None]] | None = None,
    refused: Callable[[], Awaitable[None]] | None = None,
) -> Sending:
    if priority is Priority.ANSWER:
        return Sending(before=before, refused=refused)
    return Sending(priority=priority, flood_patience_s=LATER_PATIENCE_S, before=before, refused=refused)
