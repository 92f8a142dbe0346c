"""From Telegram to the handlers: nothing is lost or handled twice, chats keep their order, and nobody is held up."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, Update
from telegram.ext import Application, ApplicationBuilder, CallbackContext, TypeHandler

from bot.errors import SlowError
from bot.keeping.inbox_queue import InboxQueue, UpdateNotStoredError, lane_of, sent_at
from bot.keeping.lanes import Lanes
from bot.keeping.mailbox import Mailbox
from bot.keeping.processing import InboxProcessor
from bot.keeping.state import BotState

NOW = datetime(2025, 6, 10, 7, 30, tzinfo=UTC)
TOKEN = "123456:AAE-for-tests"  # noqa: S105 - of nobody
SECRET = "rahasia"  # noqa: S105 - of nobody
BOT = Bot(TOKEN)
Handler = Callable[[Update], Awaitable[None]]


def person(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": "Ani"}


def message(update_id: int, chat_id: int = 7, *, sent: datetime = NOW, text: str = "kapan?") -> dict[str, Any]:
    """An update as Telegram sends it."""
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": int(sent.timestamp()),
            "chat": {"id": chat_id, "type": "private", "first_name": "Ani"},
            "from": person(chat_id),
            "text": text,
        },
    }


def update(update_id: int, chat_id: int = 7, **changes: Any) -> Update:
    return Update.de_json(message(update_id, chat_id, **changes), BOT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
async def state(path: Path) -> AsyncIterator[BotState]:
    async with await BotState.open(path) as opened:
        yield opened


@pytest.fixture
async def mailbox(state: BotState) -> AsyncIterator[Mailbox]:
    opened = await Mailbox.open(state.database)
    yield opened
    await opened.close()


async def opened(mailbox: Mailbox, **options: Any) -> InboxQueue:
    queue = InboxQueue(**({"at_once": 4, "clock": lambda: NOW} | options))
    await queue.open(mailbox, BOT)
    return queue


async def ids_pending(mailbox: Mailbox) -> list[int]:
    await mailbox._database.flush()
    return [update_id for update_id, _, _ in await mailbox.pending()]


# lanes


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())), st.integers(1, 4))
def test_lanes(steps: list[tuple[str, bool]], at_once: int) -> None:
    """In any order of adding and releasing: each lane in order, one at a time, no free place while work could begin."""
    lanes = Lanes[tuple[str, int]](at_once=at_once)
    waiting: list[tuple[str, int]] = []
    running: dict[str, tuple[str, int]] = {}
    for number, (lane, adds) in enumerate(steps):
        if adds:
            lanes.add(lane, (lane, number))
            waiting.append((lane, number))
        elif lane in running:
            lanes.release(lane)
            del running[lane]
        free = [work for work in waiting if work[0] not in running]
        expected = min(free, key=lambda work: work[1]) if free and len(running) < at_once else None
        taken = lanes.take()
        assert expected == taken
        if taken:
            waiting.remove(taken)
            running[taken[0]] = taken
        assert (len(waiting), len(running)) == (lanes.waiting, lanes.running)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (message(1, -100), -100),
        ({"update_id": 1, "callback_query": {"id": "1", "from": person(5), "chat_instance": "1", "data": "x"}}, 5),
        ({"update_id": 1, "inline_query": {"id": "1", "from": person(5), "query": "", "offset": ""}}, "update 1"),
        ({"update_id": 1, "something_new": {}}, "update 1"),
    ],
    ids=["chat", "person", "inline", "unknown kind"],
)
def test_lane_of_an_update(data: dict[str, Any], expected: object) -> None:
    """Updates of a chat, else of a person, keep their order; inline queries and unknown kinds run side by side."""
    assert expected == lane_of(Update.de_json(data, BOT))


# the queue


async def test_update_is_stored_before_put_returns(mailbox: Mailbox) -> None:
    """What was put is pending in the file, with all that Telegram sent, and in the queue."""
    queue = await opened(mailbox)
    await queue.put(update(10))
    ((update_id, payload, at),) = await mailbox.pending()
    assert (10, NOW) == (update_id, at)
    assert update(10).to_dict() == Update.de_json(json.loads(payload), BOT).to_dict()
    assert update(10) == await queue.get()


async def test_update_that_was_seen_is_dropped(mailbox: Mailbox) -> None:
    """An update that comes again is handled once."""
    queue = await opened(mailbox)
    for _ in range(2):
        await queue.put(update(10))
    assert (1, 0, 1) == (queue.qsize(), queue.waiting, queue.running)


async def test_kept_updates_come_first(mailbox: Mailbox) -> None:
    """After a restart the unfinished come oldest first, and are known as such; opening again adds nothing."""
    for update_id in (12, 10, 11):
        await mailbox.receive(update_id, update(update_id, update_id).to_json(), NOW)
    queue = InboxQueue(at_once=9, clock=lambda: NOW)
    assert [3, 0] == [await queue.open(mailbox, BOT) for _ in range(2)]
    await queue.put(update(13, 13))
    taken = [await queue.get() for _ in range(4)]
    assert [update(n, n) for n in (10, 11, 12, 13)] == taken
    assert [True, True, True, False] == [queue.was_kept(one) for one in taken if isinstance(one, Update)]


async def test_unreadable_kept_update(mailbox: Mailbox) -> None:
    """What cannot be read any more is given up and holds up nothing."""
    await mailbox.receive(10, '{"update_id": 10, "message": 5}', NOW)
    await mailbox.receive(11, "{", NOW)
    await mailbox.receive(12, update(12).to_json(), NOW)
    assert 1 == await InboxQueue(at_once=4).open(mailbox, BOT)
    assert [12] == await ids_pending(mailbox)


@pytest.mark.parametrize(
    ("received", "sent", "expected"),
    [
        (NOW, NOW, 0),
        (NOW - timedelta(minutes=20), NOW - timedelta(minutes=21), 21),
        (NOW, NOW - timedelta(hours=1), 60),
    ],
    ids=["new", "kept by an earlier run", "waited at Telegram"],
)
async def test_age(mailbox: Mailbox, received: datetime, sent: datetime, expected: int) -> None:
    """An update is as old as its message, wherever it has waited."""
    await mailbox.receive(10, update(10, sent=sent).to_json(), received)
    queue = await opened(mailbox)
    assert timedelta(minutes=expected) == queue.age_of(update(10, sent=sent))


async def test_age_without_a_message(mailbox: Mailbox) -> None:
    """Where Telegram tells no time, that of its arrival counts."""
    data = {"update_id": 1, "inline_query": {"id": "1", "from": person(5), "query": "x", "offset": ""}}
    query = Update.de_json(data, BOT)
    assert sent_at(query) is None
    await mailbox.receive(1, query.to_json(), NOW - timedelta(minutes=11))
    queue = await opened(mailbox)
    assert timedelta(minutes=11) == queue.age_of(query)


async def test_full_line_holds_updates_back(mailbox: Mailbox) -> None:
    """With too many in line none is taken from Telegram, until one is finished."""
    queue = await opened(mailbox, at_once=1, waiting_limit=2)
    for update_id in range(3):
        await queue.put(update(update_id))
    putting = asyncio.create_task(queue.put(update(3)))
    await asyncio.sleep(0.02)
    assert [0, 1, 2] == await ids_pending(mailbox)
    await queue.finished(update(0), done=True)
    await putting
    assert [1, 2, 3] == await ids_pending(mailbox)


async def test_cancelled_put(mailbox: Mailbox) -> None:
    """An update whose caller is cancelled is either not stored or in line."""
    queue = await opened(mailbox)
    putting = asyncio.create_task(queue.put(update(10)))
    await asyncio.sleep(0)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert update(10) == await asyncio.wait_for(queue.get(), 1)


async def test_update_needs_storing(mailbox: Mailbox) -> None:
    """No way leads around the store."""
    with pytest.raises(TypeError):
        (await opened(mailbox)).put_nowait(update(10))
    with pytest.raises(UpdateNotStoredError):
        await InboxQueue(at_once=4).put(update(10))


async def test_impossible_ids_are_dropped(mailbox: Mailbox) -> None:
    """An update with an id that Telegram never gives does not stop those after it."""
    queue = await opened(mailbox)
    for update_id in (2**63, -1):
        await queue.put(update(update_id))
    await queue.put(update(10))
    assert update(10) == await queue.get()


# the processor and the application


@dataclass
class Telegram:
    """A server that shows updates until they are confirmed."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    shown: Counter[int] = field(default_factory=Counter)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        """One method of the Bot API."""
        method = request.match_info["method"]
        if method == "getMe":
            return web.json_response({"ok": True, "result": person(123456) | {"is_bot": True, "username": "kutip_bot"}})
        if method != "getUpdates":
            return web.json_response({"ok": True, "result": True})
        offset = int((await request.post()).get("offset", 0))
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        self.shown.update(one["update_id"] for one in self.updates)
        await asyncio.sleep(0.01)
        return web.json_response({"ok": True, "result": self.updates})


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    server = Telegram()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    yield server
    await runner.cleanup()


@dataclass
class Running:
    """A bot that runs."""

    application: Application[Any, Any, Any, Any, Any, Any]
    queue: InboxQueue
    errors: list[BaseException | None] = field(default_factory=list)


@asynccontextmanager
async def running(
    telegram: Telegram, state: BotState, handler: Handler, *, at_once: int = 4, webhook_port: int = 0, **options: Any
) -> AsyncIterator[Running]:
    """The library's application around the queue and the processor, started and stopped as it does it itself."""
    queue = InboxQueue(at_once=at_once)
    application = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(telegram.url)
        .update_queue(queue)
        .concurrent_updates(InboxProcessor(queue, at_once=at_once, **options))
        .job_queue(None)
        .build()
    )
    bot = Running(application, queue)

    async def handle(taken: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        await handler(taken)

    async def on_error(_: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        bot.errors.append(context.error)

    application.add_handler(TypeHandler(Update, handle))
    application.add_error_handler(on_error)
    mailbox = await Mailbox.open(state.database)
    await application.initialize()
    await queue.open(mailbox, application.bot)
    updater = application.updater
    assert updater is not None
    if webhook_port:
        await updater.start_webhook("127.0.0.1", webhook_port, "kutip", secret_token=SECRET, webhook_url=telegram.url)
    else:
        await updater.start_polling(timeout=0)
    await application.start()
    try:
        yield bot
    finally:
        await updater.stop()
        await application.stop()
        await application.shutdown()
        await mailbox.close()


async def until(condition: Callable[[], bool], timeout_s: float = 4.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - what is waited for is a server's, or a library's
            await asyncio.sleep(0.01)


async def unfinished(state: BotState) -> list[int]:
    await state.database.flush()
    return [n for (n,) in await state.database.rows("SELECT update_id FROM inbox WHERE payload IS NOT NULL")]


class Handled:
    """A handler that notes what it handled."""

    def __init__(self, *, fails: Sequence[int] = (), takes_s: float = 0.0) -> None:
        self.ids: list[int] = []
        self._fails = fails
        self._takes_s = takes_s

    async def __call__(self, taken: Update) -> None:
        """Handle."""
        await asyncio.sleep(self._takes_s)
        self.ids.append(taken.update_id)
        if taken.update_id in self._fails:
            raise LookupError("broken")


async def test_polling(telegram: Telegram, state: BotState) -> None:
    """Each update is handled once and done, also where the handler fails, of which the error handler hears."""
    telegram.updates = [message(n, n % 5) for n in range(1, 41)]
    handled = Handled(fails=[7])
    async with running(telegram, state, handled) as bot:
        await until(lambda: len(handled.ids) == 40 and not telegram.updates)
    assert list(range(1, 41)) == sorted(handled.ids)
    assert [LookupError] == [type(error) for error in bot.errors]
    assert [] == await unfinished(state)


async def test_chats_keep_their_order(telegram: Telegram, state: BotState) -> None:
    """In a chat one comes after the other, also when each takes long; a busy chat does not hold up the others."""
    telegram.updates = [message(n, 1) for n in range(1, 11)] + [message(n, n) for n in range(11, 15)]
    handled = Handled(takes_s=0.02)
    async with running(telegram, state, handled) as bot:
        await until(lambda: len(handled.ids) == 14)
        assert bot.queue.running <= 1
    assert list(range(1, 11)) == [n for n in handled.ids if n < 11]
    assert all(handled.ids.index(n) < 13 for n in range(11, 15))


async def test_update_that_cannot_be_stored_comes_again(telegram: Telegram, state: BotState) -> None:
    """On a full disk Telegram keeps what does not fit, polling goes on, and later all of it is handled once."""
    await state.database.write(lambda c: c.execute("PRAGMA max_page_count = 1").fetchall())
    telegram.updates = [message(n, n, text="x" * 3000) for n in range(1, 31)]
    handled = Handled()
    async with running(telegram, state, handled):
        await until(lambda: telegram.shown[30] > 0 and bool(handled.ids))
        await asyncio.sleep(0.1)
        assert len(handled.ids) < 30
        assert telegram.updates
        await state.database.write(lambda c: c.execute("PRAGMA max_page_count = 100000").fetchall())
        await until(lambda: len(handled.ids) == 30 and not telegram.updates)
    assert list(range(1, 31)) == sorted(handled.ids)


async def test_webhook(telegram: Telegram, state: BotState, unused_tcp_port: int) -> None:
    """A webhook call is answered 200 once its update is stored, and 500 if it is not, so that it comes again."""
    handled = Handled()
    address = f"http://127.0.0.1:{unused_tcp_port}/kutip"
    async with (
        running(telegram, state, handled, webhook_port=unused_tcp_port),
        ClientSession(headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as client,
    ):

        async def call(update_id: int, text: str = "kapan?") -> int:
            async with client.post(address, json=message(update_id, update_id, text=text)) as response:
                return response.status

        assert [200, 200] == [await call(1), await call(1)]
        await state.database.write(lambda c: c.execute("PRAGMA max_page_count = 1").fetchall())
        assert 500 == await call(2, "x" * 4000 * 20)
        await state.database.write(lambda c: c.execute("PRAGMA max_page_count = 100000").fetchall())
        assert 200 == await call(2)
        await until(lambda: len(handled.ids) == 2)
    assert [1, 2] == handled.ids


async def test_stuck_handler(telegram: Telegram, state: BotState) -> None:
    """A handler that hangs is ended, even one that refuses; its chat goes on, and the error handler hears of it."""
    handled = Handled()
    released = asyncio.Event()

    async def handle(taken: Update) -> None:
        if taken.update_id == 1:
            await asyncio.sleep(60)
        while taken.update_id == 2 and not released.is_set():
            with suppress(asyncio.CancelledError):
                await released.wait()
        await handled(taken)

    telegram.updates = [message(n) for n in (1, 2, 3)]
    async with running(telegram, state, handle, handler_timeout_s=0.05) as bot:
        await until(lambda: handled.ids == [3])
        await until(lambda: len(bot.errors) == 2)
        released.set()
    assert [SlowError, SlowError] == [type(error) for error in bot.errors]
    assert [] == await unfinished(state)


async def test_stop_lets_handlers_finish(telegram: Telegram, state: BotState) -> None:
    """What is in hand when the bot stops is finished; what is in line waits for the next start, and is handled then."""
    telegram.updates = [message(n, n) for n in range(1, 31)]
    handled = Handled(takes_s=0.2)
    async with running(telegram, state, handled) as bot:
        await until(lambda: bot.queue.waiting + bot.queue.running + len(handled.ids) == 30)
    first = list(handled.ids)
    assert 4 <= len(first) < 30
    assert sorted(set(range(1, 31)) - set(first)) == await unfinished(state)
    again = Handled()
    async with running(telegram, state, again):
        await until(lambda: len(again.ids) == 30 - len(first))
    assert list(range(1, 31)) == sorted(first + again.ids)


async def test_stop_does_not_wait_for_ever(telegram: Telegram, state: BotState) -> None:
    """A handler that takes too long is ended when the bot stops; its update waits for the next start."""
    started = asyncio.Event()

    async def handle(taken: Update) -> None:
        started.set()
        await asyncio.sleep(60)

    telegram.updates = [message(1)]
    async with running(telegram, state, handle, drain_s=0.1):
        await started.wait()
        before = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - before < 2
    assert [1] == await unfinished(state)
