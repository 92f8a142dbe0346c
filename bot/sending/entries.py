"""Scheduled messages of several parts: each part is an entry of the outbox of its own, and brings the next one along.

The entry of a part is written in the same commit that says that the part before is being sent, with all that is left to
send. Until then there is none; from then on it is there, whatever becomes of the process or of the part before. If that
was surely not sent, its next part goes away with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from telegram import InlineKeyboardMarkup

from bot.sending.delivery import Delivery
from bot.types import Following, OutboxEntry
from bot.words.markup import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is left to send of a text.

    :param parts: messages, at least one.
    :param keyboard: under the last.
    :param article_ids: that the whole text tells of.
    :param number: of the first of these parts, from 0.
    """

    parts: tuple[Part, ...]
    keyboard: InlineKeyboardMarkup | None = None
    article_ids: tuple[str, ...] = ()
    number: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """:param text: of :attr:`text`."""
        kept: dict[str, Any] = json.loads(text)
        return cls(
            parts=tuple(Part(html=html, plain=plain) for html, plain in kept["parts"]),
            keyboard=InlineKeyboardMarkup.de_json(kept["keyboard"], None) if kept["keyboard"] else None,
            article_ids=tuple(kept["article_ids"]),
            number=kept["number"],
        )

    @property
    def text(self) -> str:
        """As the outbox keeps it."""
        return json.dumps(
            {
                "parts": [[part.html, part.plain] for part in self.parts],
                "keyboard": self.keyboard.to_dict() if self.keyboard else None,
                "article_ids": self.article_ids,
                "number": self.number,
            },
            ensure_ascii=False,
        )

    def first_of(self, name: str) -> str:
        """Key or slot of the first part, by that of the first of these.

        >>> Rest(parts=(), number=2).first_of("2025-06-10T07:2")
        '2025-06-10T07'
        """
        return name.removesuffix(f":{self.number}") if self.number else name

    def following(self, entry: OutboxEntry) -> Following | None:
        """The entry of the second of these parts, by that of the first; None if there is no second."""
        if len(self.parts) == 1:
            return None
        number = self.number + 1
        return Following(
            key=f"{self.first_of(entry.key)}:{number}",
            slot=f"{self.first_of(entry.slot)}:{number}",
            rest=replace(self, parts=self.parts[1:], number=number).text,
        )


async def send_entry(
    delivery: Delivery,
    entry: OutboxEntry,
    rest: Rest,
    *,
    silent: bool,
    on_sent: Callable[[], None] = lambda: None,
) -> int | None:
    """Send one part, the one that an entry stands for; the next is due when this returns.

    :param on_sent: posts to the database what is true once the part was sent, and is written together with that.
    :return: id of the message, or None where the chat is gone, it is doubtful, or another process sends it.
    :raises TelegramError: refused for good, or failing for too long.
    """
    return await delivery.send_part(
        entry.chat_id,
        rest.parts[0],
        key=entry.key,
        following=rest.following(entry),
        thread_id=entry.thread_id,
        keyboard=rest.keyboard if len(rest.parts) == 1 else None,
        silent=silent,
        on_sent=on_sent,
    )
