"""Finds out whether a message whose sending got no answer is there, and sees to it that it is there once.

A bot cannot read a chat, but it can edit its own messages, and Telegram answers differently for a message that already
shows the text, one that does not, and one that is not there. Message ids grow within a chat. So:

1. A short line is sent ("Sebentar, sambungan sempat terputus..."). It has an id, and a turn in the chat comes only
   after the one before has ended, so the doubtful message, if it is there, has a smaller one. A line that is doubtful
   itself is sent again; at worst it is there twice.
2. Each id between the last message known before and that line, lowest first, and last the line itself, is edited to
   show the answer. The first that Telegram takes, or says shows it already, is the answer; nothing after it is edited.
3. If it was not the line, the line is deleted.

Editing may be repeated at will, so from step 2 on no failure can make a second answer. The bot's other messages are
left out by their ids, which the limiter keeps, and no other answer is sent to the chat meanwhile; messages of people
cannot be edited. Ids of a private chat are shared with other chats of the bot, so the range may be long when much
happens; beyond :data:`MOST_IDS` it stays open, the line says so, and the message is doubtful. What remains is a request
that Telegram carries out only after the line is there, that is seconds after it stopped answering.
"""

from __future__ import annotations

import asyncio
import random

from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.sending.faults import Fault, fault_of
from bot.sending.limits import LONGEST_PAUSE_S, Sending, TelegramLimiter
from bot.sending.outgoing import Message, reply_parameters
from bot.sending.refusals import Refusal, refusal_of

MOST_IDS = 60
"""Edits that are tried: at 50 ms each three seconds, while the person sees the line."""

LINE_TRIES = 8
"""For the line: with pauses from 0.5 to 4 s half a minute, as long as other requests are repeated."""

CHECKING = "Sebentar, sambungan sempat terputus…"
UNCLEAR = "Sambungan sempat terputus, jadi jawabannya mungkin tidak sampai. Kalau belum terlihat, tanyakan lagi, ya."

_PROBE = Sending(waits=False)


class Unclear(Exception):  # noqa: N818  # an outcome, not an error that anyone can mend
    """Whether the message is there cannot be told."""


async def find_out(bot: ExtBot[Sending], message: Message, *, after: int | None, limiter: TelegramLimiter) -> int:
    """Let a doubtful message be there once.

    :param after: id of a message of the chat that is older than the doubtful one.
    :return: its id.
    :raises Unclear: too much happened in between, or Telegram cannot be reached.
    """
    try:
        line = await _send_line(bot, message, limiter.first_pause_s)
        known = limiter.own_ids(message.chat_id) - {line}
        ids = [id_ for id_ in range(max(after or 0, line - MOST_IDS) + 1, line + 1) if id_ not in known]
        if line - (after or 0) > MOST_IDS:
            await bot.edit_message_text(UNCLEAR, chat_id=message.chat_id, message_id=line)
            raise Unclear
        for id_ in ids:
            if await _shows(bot, message, id_):
                if id_ != line:
                    await _delete(bot, message.chat_id, line)
                return id_
    except TelegramError as error:
        raise Unclear from error
    raise Unclear


async def _send_line(bot: ExtBot[Sending], message: Message, pause_s: float) -> int:
    """:return: its id. :raises TelegramError: it cannot be sent."""
    for last in range(LINE_TRIES, 0, -1):
        try:
            sent = await bot.send_message(
                message.chat_id,
                CHECKING,
                message_thread_id=message.thread_id,
                reply_parameters=reply_parameters(message.reply_to),
                disable_notification=True,
            )
        except TelegramError as error:
            if fault_of(error) is not Fault.DOUBTFUL or last == 1:
                raise
            await asyncio.sleep(pause_s * random.uniform(0.75, 1.25))  # noqa: S311
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        else:
            return sent.message_id
    raise AssertionError


async def _shows(bot: ExtBot[Sending], message: Message, message_id: int) -> bool:
    """Let a message show the text, if it is one of the bot's."""
    while True:
        try:
            await bot.edit_message_text(
                chat_id=message.chat_id, message_id=message_id, rate_limit_args=_PROBE, **message.edit
            )
        except BadRequest as error:
            refusal = refusal_of(error)
            changed = message.without(refusal)
            if changed is None:
                return refusal is Refusal.NOT_MODIFIED
            message = changed
        else:
            return True


async def _delete(bot: ExtBot[Sending], chat_id: int, message_id: int) -> None:
    """A line that cannot be deleted stays; the answer above it is what matters."""
    try:
        await bot.delete_message(chat_id, message_id)
    except TelegramError:
        return
