"""Who only waits for Telegram holds up nobody."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from telegram import Bot, Update

from bot.keeping.inbox_queue import InboxQueue
from bot.keeping.lanes import Lanes
from bot.keeping.mailbox import Mailbox
from bot.keeping.processing import InboxProcessor
from bot.keeping.state import BotState
from bot.places import placed, step_aside
from bot.sending.turns import Priority, Turns

PLACES = 2
PERSON = 7
GROUPS = (-1, -2, -3, -4)


def update_of(chat_id: int, update_id: int) -> Update:
    sender = {"id": PERSON, "is_bot": False, "first_name": "Ani"}
    chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup", "title": "Warga"}
    date = int(datetime.now(UTC).timestamp())
    message = {"message_id": update_id, "date": date, "chat": chat, "from": sender, "text": "kapan?"}
    return Update.de_json({"update_id": update_id, "message": message}, Bot("123456:AAE-for-tests"))


async def test_flooded_groups_keep_nobody_waiting(tmp_path: Path) -> None:
    """With more flooded groups than places, each waiting a minute for its turn, a person is answered at once."""
    turns = Turns()
    for group in GROUPS:
        async with turns.turn(group, Priority.ANSWER, turns.new_number()):
            pass
        turns.pause(group, 60)
    answered: asyncio.Queue[int] = asyncio.Queue()

    async def handle(chat_id: int) -> None:
        async with turns.turn(chat_id, Priority.ANSWER, turns.new_number()):
            answered.put_nowait(chat_id)

    async with await BotState.open(tmp_path / "bot.db") as state:
        mailbox = await Mailbox.open(state.database)
        queue = InboxQueue(at_once=PLACES)
        await queue.open(mailbox, Bot("123456:AAE-for-tests"))
        processor = InboxProcessor(queue, at_once=PLACES)
        for number, chat_id in enumerate((*GROUPS, PERSON), start=1):
            await queue.put(update_of(chat_id, number))
        tasks = []
        for _ in range(len(GROUPS) + 1):
            update = await asyncio.wait_for(queue.get(), 2)
            assert isinstance(update, Update)
            assert update.effective_chat is not None
            tasks.append(asyncio.create_task(processor.process_update(update, handle(update.effective_chat.id))))
        assert PERSON == await asyncio.wait_for(answered.get(), 2)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await mailbox.close()


def test_not_all_may_step_aside() -> None:
    """Beyond the limit a piece keeps its place, so that memory stays bounded; the end of another makes room."""
    lanes = Lanes[str](at_once=1, most_aside=1)
    for lane in "abcd":
        lanes.add(lane, lane)
    assert "a" == lanes.take()
    lanes.step_aside("a")
    assert "b" == lanes.take()
    lanes.step_aside("b")
    assert lanes.take() is None
    lanes.release("a")
    lanes.step_aside("b")
    assert "c" == lanes.take()


def test_who_stepped_aside_keeps_its_lane() -> None:
    """The next piece of a lane waits for the end of the one before, with or without a place."""
    lanes = Lanes[str](at_once=2, most_aside=2)
    lanes.add("a", "a1")
    lanes.add("a", "a2")
    assert "a1" == lanes.take()
    lanes.step_aside("a")
    assert lanes.take() is None
    lanes.release("a")
    assert "a2" == lanes.take()


async def test_tasks_of_a_handler_have_its_place() -> None:
    """What a handler starts gives up the handler's place; what was started elsewhere gives up none."""
    given_up: list[str] = []

    async def waits() -> None:
        step_aside()

    with placed(lambda: given_up.append("place")):
        inside = asyncio.create_task(waits())
    await asyncio.gather(inside, waits())
    assert ["place"] == given_up
