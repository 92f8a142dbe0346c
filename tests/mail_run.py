"""A process that answers updates, to be killed: its "Telegram" is a file to which each message adds one line.

Arguments: path of bot.db, path of the sent messages, number of updates.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState

NOW = datetime(2025, 6, 10, 7, tzinfo=UTC)
KIND = "digest"
AT_ONCE = 4


def send(telegram: Path, key: str) -> int:
    """Write at once to the disk's cache, which a kill leaves as it is; the number of the message."""
    line = f"{key}\n".encode()
    descriptor = os.open(telegram, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(descriptor, line)
        return os.lseek(descriptor, 0, os.SEEK_CUR)
    finally:
        os.close(descriptor)


async def deliver(mailbox: Mailbox, telegram: Path, key: str) -> None:
    """What the bot does around one request."""
    if await mailbox.sending(key):
        await mailbox.sent(key, send(telegram, key))


async def answer(mailbox: Mailbox, telegram: Path, update_id: int) -> None:
    """Answer one update once, in two parts."""
    for part in range(2):
        key = f"answer:{update_id}:{part}"
        if (await mailbox.claim(key, 7, NOW)).may_send:
            await deliver(mailbox, telegram, key)
    await mailbox.done(update_id)


async def send_due(mailbox: Mailbox, telegram: Path) -> None:
    """Send what is scheduled."""
    while due := await mailbox.claim_due(NOW, 8, kind=KIND):
        for entry in due:
            await deliver(mailbox, telegram, entry.key)


async def receive(mailbox: Mailbox, telegram: Path, updates: int) -> None:
    """Answer what waits, then take what is new: Telegram shows each update until it is known to have arrived."""
    for update_id, _, _ in await mailbox.pending():
        await answer(mailbox, telegram, update_id)
    todo = iter(range(updates))

    async def work() -> None:
        for update_id in todo:
            if await mailbox.receive(update_id, "{}", NOW):
                await answer(mailbox, telegram, update_id)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def main(path: Path, telegram: Path, updates: int) -> None:
    """Do all of it, and say so."""
    async with await BotState.open(path) as state:
        mailbox = await Mailbox.open(state.database)
        print("open", flush=True)  # noqa: T201 - read by the test
        await asyncio.gather(receive(mailbox, telegram, updates), send_due(mailbox, telegram))
        await mailbox.close()
    print("finished", flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
