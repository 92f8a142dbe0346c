"""Reactions to an answer count as votes, like its thumbs.

Telegram tells of them in private chats, and in groups of which the bot is an administrator
(core.telegram.org/bots/api#update).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from telegram import ReactionType, ReactionTypeEmoji, Update
from telegram.constants import ChatType, ReactionEmoji
from telegram.ext import MessageReactionHandler

from bot.services import Context, KutipApplication
from bot.taps import show_answer

Vote = Literal[1, -1, 0]

_VOTES: dict[str, Vote] = {ReactionEmoji.THUMBS_UP: 1, ReactionEmoji.THUMBS_DOWN: -1}


async def on_reaction(update: Update, context: Context) -> None:
    """A person who puts a thumb on an answer is counted without a word; in private its button is marked."""
    change = update.message_reaction
    if change is None or change.user is None:  # somebody who stays anonymous has no vote
        return
    services, chat, user_id = context.services, change.chat, change.user.id
    stored = await services.state.answer_shown_in(chat.id, change.message_id)
    if stored is None:
        return
    before = await services.state.vote_of(stored.id, user_id)
    now = vote_after(_thumbs(change.old_reaction), _thumbs(change.new_reaction), before=before)
    if now == before:
        return
    await services.state.vote(stored.id, user_id, now, services.clock())
    if chat.type == ChatType.PRIVATE:
        await show_answer(stored, services, message_id=change.message_id, vote=now)


def vote_after(old: Collection[Vote], new: Collection[Vote], *, before: Vote) -> Vote:
    """The vote of a person whose thumbs on a message change.

    A new thumb is the vote; one that is taken away takes back its own vote, but none that a button gave meanwhile.

    >>> vote_after([], [1], before=0), vote_after([1], [-1], before=1), vote_after([1], [], before=1)
    (1, -1, 0)
    >>> vote_after([1], [], before=-1), vote_after([1], [1, -1], before=1), vote_after([], [], before=1)
    (-1, -1, 1)
    """
    added = [vote for vote in new if vote not in old]
    if added:
        return added[-1]
    if before in old and before not in new:
        return next(iter(new), 0)
    return before


def _thumbs(reactions: Sequence[ReactionType]) -> list[Vote]:
    """Votes among reactions; hearts and flames are none."""
    emoji = [one.emoji for one in reactions if isinstance(one, ReactionTypeEmoji)]
    return [_VOTES[one] for one in emoji if one in _VOTES]


def add_handlers(application: KutipApplication) -> None:
    """Register reactions; counts of anonymous ones in channels are not asked for."""
    application.add_handler(
        MessageReactionHandler(on_reaction, message_reaction_types=MessageReactionHandler.MESSAGE_REACTION_UPDATED)
    )
