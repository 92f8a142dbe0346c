"""What is to be different about a subscription, as somebody wrote it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.digests.subscriptions import MOST_TOPICS, Subscription


class Problem(StrEnum):
    """Why words that were understood cannot be done."""

    NO_SUCH_HOUR = "no_such_hour"
    NOT_A_WHOLE_HOUR = "not_a_whole_hour"
    STORIES_OUT_OF_RANGE = "stories_out_of_range"
    ALERTS_OUT_OF_RANGE = "alerts_out_of_range"
    TOO_MANY_TOPICS = "too_many_topics"
    TOPIC_TOO_LONG = "topic_too_long"
    NO_WEEKDAY_LEFT = "no_weekday_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a text wants to be different; None is as it was.

    :param include: in place of the subjects so far. :param exclude: likewise of the unwanted ones.
    :param add: further subjects. :param drop: subjects of either kind that are not meant any more.
    :param problems: what cannot be done. :param unknown: what was not understood, as it was written.
    """

    is_on: bool | None = None
    hour: int | None = None
    zone: str | None = None
    weekdays: frozenset[int] | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    silent: bool | None = None
    limit: int | None = None
    alerts_per_day: int | None = None
    alerts_at_night: bool | None = None
    problems: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.settings()) or bool(self.add or self.drop)

    def settings(self) -> dict[str, Any]:
        """What is to have another value, by the names of a subscription."""
        names = "is_on hour zone weekdays include exclude silent limit alerts_per_day alerts_at_night".split()
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def apply(self, subscription: Subscription, now: datetime) -> Subscription:
        """A subscription after the changes. Whoever changes anything but that it is on wants it on."""
        settings = {"is_on": True} | self.settings()
        dropped = {word.casefold() for word in self.drop}
        include = each_once((*settings.get("include", subscription.include), *self.add))
        exclude = each_once(settings.get("exclude", subscription.exclude))
        settings["include"] = tuple(word for word in include if word.casefold() not in dropped)[:MOST_TOPICS]
        settings["exclude"] = tuple(word for word in exclude if word.casefold() not in dropped)[:MOST_TOPICS]
        return subscription.changed(now, **settings)


def each_once(words: Iterable[str]) -> tuple[str, ...]:
    """Without those that differ only by the size of letters."""
    return tuple({word.casefold(): word for word in reversed(list(words))}.values())[::-1]
