"""Places of handlers: one that only waits for Telegram's limits gives its place to another.

A few handlers run at once, so that questions are answered in the order in which they came. One that waits for its turn
to send, a minute in a flooded group, needs nothing meanwhile; kept in its place it would hold up everybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_GIVE_UP_PLACE: ContextVar[Callable[[], None] | None] = ContextVar("give_up_place", default=None)
"""Of the handler that runs; tasks that it starts inherit it."""


@contextmanager
def placed(give_up: Callable[[], None]) -> Iterator[None]:
    """What is started inside the block has a place.

    :param give_up: called each time that it waits; may be called after its end.
    """
    token = _GIVE_UP_PLACE.set(give_up)
    try:
        yield
    finally:
        _GIVE_UP_PLACE.reset(token)


def step_aside() -> None:
    """Whoever calls is about to wait; does nothing outside of handlers.

    >>> given_up = []
    >>> with placed(lambda: given_up.append("place")):
    ...     step_aside()
    >>> step_aside()
    >>> given_up
    ['place']
    """
    give_up = _GIVE_UP_PLACE.get()
    if give_up is not None:
        give_up()
