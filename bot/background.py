"""Work that outlives the update that began it, such as a load, and yields when the bot stops."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def run_unless(stopping: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do a piece of work; when the bot is told to stop first, cancel it and wait until it has cleaned up.

    :return: whether the work came to its end.
    :raises Exception: what the work raised.

    >>> async def told_to_stop() -> bool:
    ...     stopping = asyncio.Event()
    ...     stopping.set()
    ...     return await run_unless(stopping, asyncio.sleep(3600))
    >>> asyncio.run(told_to_stop())
    False
    """
    working = asyncio.create_task(work)
    waiting = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working})
    if working.cancelled():
        return False
    working.result()
    return True
