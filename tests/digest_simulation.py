"""Days of digests in minutes: the real sender against the fake Bot API, in virtual time, killed again and again.

Two processes. The **parent** holds the fake Telegram, with its limits, its faults, and the record of what arrived. The
**child** is what sends: the real store, outbox, limiter, delivery, planner and sender over a database that outlives it.
It is killed with SIGKILL, by chance or in the very moment in which Telegram carries out one of its requests, and
started again some virtual minutes later. Both read the same virtual time from a shared page of memory: it stands still
while the child works, and jumps to the next timer when the child only waits. The child's wall clock is that time plus
jumps.
"""

from __future__ import annotations

import asyncio
import json
import math
import mmap
import os
import random
import selectors
import signal
import struct
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosqlite

START = datetime(2025, 6, 9, 20, tzinfo=UTC)
"""Monday evening: all slots of the first simulated day come after it."""

DAY_S = 86_400.0
GRACE_S = 0.001
"""Real time in which something may still happen before virtual time jumps."""

STUCK_S = 2.0
"""Real time after which even a request under way does not hold up virtual time any more."""

_PAGE = struct.Struct("d")


class SharedTime:
    """Virtual seconds since 1970 in a file that both processes map.

    :param path: of the file; it is made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_PAGE.pack(START.timestamp()))
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _PAGE.size)

    @property
    def seconds(self) -> float:
        """What it is now."""
        return float(_PAGE.unpack(self._page[:])[0])

    @seconds.setter
    def seconds(self, value: float) -> None:
        self._page[:] = _PAGE.pack(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The wall clock of the bot is wrong for a while.

    :param from_s: virtual seconds after the start. :param until_s: likewise.
    :param by_s: how far it is ahead; below 0 behind.
    """

    from_s: float
    until_s: float
    by_s: float


def wall_clock(shared_s: float, jumps: Sequence[Jump]) -> datetime:
    """What the bot takes for the present."""
    since_s = shared_s - START.timestamp()
    ahead_s = sum(jump.by_s for jump in jumps if jump.from_s <= since_s < jump.until_s)
    return datetime.fromtimestamp(shared_s + ahead_s, UTC)


# the child


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[valid-type, misc]
    """Where an ordinary selector sleeps, virtual time goes on, unless work is under way."""

    def __init__(self, shared: SharedTime) -> None:
        super().__init__()
        self.shared = shared
        self.busy = 0

    def select(self, timeout: float | None = None) -> Any:
        """What is ready; else jump to the next timer."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        ready = super().select(STUCK_S if self.busy else GRACE_S)
        if not ready and timeout is not None:
            self.shared.seconds += max(timeout, 0.0) + 1e-6
        return ready


class PacedLoop(asyncio.SelectorEventLoop):
    """An event loop in the virtual time that two processes share."""

    def __init__(self, shared: SharedTime) -> None:
        self.jumping = _JumpingSelector(shared)
        super().__init__(self.jumping)

    def time(self) -> float:
        """Virtual seconds."""
        return self.jumping.shared.seconds

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        """Threads work in real time: virtual time waits for them."""
        future = super().run_in_executor(executor, func, *args)
        self.jumping.busy += 1

        def done(_future: Any) -> None:
            self.jumping.busy -= 1

        future.add_done_callback(done)
        return future


async def child(folder: Path, url: str, jumps: Sequence[Jump], end_s: float, shared: SharedTime) -> None:
    """Send until the virtual end; it may be killed at any time."""
    from telegram.ext import ExtBot
    from telegram.request import HTTPXRequest

    from bot.digests.digest_sending import DigestSender
    from bot.digests.subscriptions import SubscriptionStore
    from bot.keeping.mailbox import Mailbox
    from bot.keeping.state import BotState
    from bot.sending.delivery import Delivery
    from bot.sending.limits import TelegramLimiter

    loop = asyncio.get_running_loop()
    assert isinstance(loop, PacedLoop)
    selector = loop.jumping
    _count_reads(selector)

    class CountedRequest(HTTPXRequest):
        """Virtual time waits for Telegram too."""

        async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
            selector.busy += 1
            try:
                return await super().do_request(*args, **kwargs)
            finally:
                selector.busy -= 1

    def clock() -> datetime:
        return wall_clock(shared.seconds, jumps)

    async with AsyncExitStack() as stack:
        limiter = TelegramLimiter()
        options: dict[str, Any] = {"httpx_kwargs": {"verify": False}}
        bot = ExtBot(
            TOKEN,
            base_url=f"{url}/bot",
            request=CountedRequest(16, pool_timeout=15, **options),
            get_updates_request=HTTPXRequest(**options),
            rate_limiter=limiter,
        )
        await _initialize(bot)
        stack.push_async_callback(bot.shutdown)
        state = await stack.enter_async_context(await BotState.open(folder / "bot.db"))
        mailbox = await Mailbox.open(state.database, clock=clock)
        stack.push_async_callback(mailbox.close)
        subscriptions = SubscriptionStore(state.database)
        sender = DigestSender(
            PlainStories(),
            subscriptions=subscriptions,
            mailbox=mailbox,
            delivery=Delivery(bot, limiter=limiter, state=state, mailbox=mailbox, clock=clock),
            state=state,
            clock=clock,
        )
        stopping = asyncio.Event()
        sending = asyncio.create_task(sender.run(stopping))
        while shared.seconds < end_s and not sending.done():
            await mailbox.prune()
            await subscriptions.tellings.prune()
            await asyncio.sleep(min(3600.0, max(0.1, end_s - shared.seconds)))
        stopping.set()
        await sending


async def _initialize(bot: Any) -> None:
    """Wait until Telegram can be reached, as the start of the bot does."""
    from telegram.error import NetworkError

    while True:
        try:
            await bot.initialize()
        except NetworkError:
            await asyncio.sleep(1.0)
        else:
            return


def _count_reads(selector: _JumpingSelector) -> None:
    """Reads of the database run in a thread that the loop knows nothing of; virtual time waits for them."""
    run = aiosqlite.Connection._execute

    async def counted(connection: aiosqlite.Connection, *args: Any, **kwargs: Any) -> Any:
        selector.busy += 1
        try:
            return await run(connection, *args, **kwargs)
        finally:
            selector.busy -= 1

    aiosqlite.Connection._execute = counted  # type: ignore[method-assign]


class PlainStories:
    """Chooses one story for any time, as if the news were always the same."""

    async def stories(self, window: Any, *, limit: int = 7, **_wishes: Any) -> list[Any]:
        """One story, unlike those of other days."""
        from bot.digests.digest import DigestStory

        name = f"{window.until:%Y-%m-%d}"
        return [DigestStory(headline=f"Berita {name}", quotes=(), outlets=(), article_ids=(f"{name}-{limit}",))]


def run_child() -> None:
    """Entry point of the child: its arguments come as one line of JSON."""
    given = json.loads(sys.argv[2])
    shared = SharedTime(Path(given["time"]))
    jumps = [Jump(**jump) for jump in given["jumps"]]
    with asyncio.Runner(loop_factory=lambda: PacedLoop(shared)) as runner:
        runner.run(child(Path(given["folder"]), given["url"], jumps, given["end_s"], shared))


# the parent

TOKEN = "7000000001:AAfakefakefakefakefakefakefakefakefa"  # noqa: S105  it opens nothing
FAULTS = ("429", "500", "html", "drop", "drop_after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is simulated.

    :param faults: of each of :data:`FAULTS`. :param outages: times at which Telegram cannot be reached for minutes.
    """

    subscriptions: int
    days: float
    kills: int
    jumps: int
    faults: int
    outages: int
    seed: int = 1


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of all slots.

    :param expected: slots that were due. :param sent: of these, those that arrived once.
    :param twice: that arrived more than once. :param unexpected: messages that no slot stands for.
    :param unknown: that did not arrive, or may not have, and are listed as unknown.
    :param unknown_arrived: that are listed as unknown, and did arrive.
    :param missed: that did not arrive and are not listed.
    """

    expected: int = 0
    sent: int = 0
    twice: int = 0
    unexpected: int = 0
    unknown: int = 0
    unknown_arrived: int = 0
    missed: int = 0
    kills: int = 0
    refused_by_limits: int = 0
    faults_met: dict[str, int] = field(default_factory=dict)
    missed_slots: list[str] = field(default_factory=list)
    late_p50_s: float = 0.0
    late_max_s: float = 0.0
    virtual_days: float = 0.0


async def simulate(plan: Plan, folder: Path, *, tell: Callable[[str], None] = lambda _line: None) -> Outcome:
    """Run a plan to its end.

    :param folder: empty.
    """
    return await _Simulation(plan, folder, tell).run()


class _Simulation:
    def __init__(self, plan: Plan, folder: Path, tell: Callable[[str], None]) -> None:
        self.plan = plan
        self.folder = folder
        self.tell = tell
        self.chance = random.Random(plan.seed)
        self.shared = SharedTime(folder / "time")
        self.end_s = START.timestamp() + plan.days * DAY_S
        self.jumps = _jumps(plan, self.chance)
        self.process: asyncio.subprocess.Process | None = None
        self.kills = 0
        self.is_over = False

    async def run(self) -> Outcome:
        from telegram_api.clock import VirtualClock
        from telegram_api.fake import FakeTelegram
        from telegram_api.limits import Flood, Limits
        from telegram_api.world import Rules

        simulation = self

        class SharedClock(VirtualClock):
            """The time that the child moves on."""

            def seconds(self) -> float:
                return simulation.shared.seconds

        class KillingFlood(Flood):
            """Telegram's limits; and the child dies while Telegram carries out some of its requests."""

            count = 0

            def refusal(self, method: str, chat_id: object, now_s: float) -> Any:
                refused = super().refusal(method, chat_id, now_s)
                if method == "sendMessage" and refused is None:
                    self.count += 1
                    if self.count in simulation.deadly:
                        simulation.kill()
                return refused

        self.api = await FakeTelegram.start(token=TOKEN, clock=SharedClock(), rules=Rules(checks=False))
        expected = await self._subscribe()
        total = len(expected)
        by_request = round(self.plan.kills * 2 / 3)
        self.deadly = {self.chance.randrange(1, max(2, round(total * 0.95))) for _ in range(by_request)}
        self._order_faults(total)
        flood = self.api.server.flood = KillingFlood(Limits())
        helpers = [asyncio.create_task(self._kill_by_chance()), asyncio.create_task(self._break_the_network())]
        try:
            while self.shared.seconds < self.end_s:
                await self._live()
        finally:
            self.is_over = True
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self.api.close()
        outcome = await self._judge(expected)
        outcome.kills, outcome.refused_by_limits = self.kills, flood.refused
        outcome.faults_met = dict(Counter(fault.name for fault in self.api.server.faults if fault.hits))
        return outcome

    async def _subscribe(self) -> dict[tuple[int, str], datetime]:
        """People of three zones with hours of their own.

        :return: all slots of the days to come, by chat and name, with when they are due.
        """
        from bot.digests.schedules import EVERY_DAY, slots_between
        from bot.digests.subscriptions import ZONES, Subscription, SubscriptionStore
        from bot.keeping.state import BotState
        from bot.types import ChatKind, ChatRecord

        expected: dict[tuple[int, str], datetime] = {}
        async with await BotState.open(self.folder / "bot.db") as state:
            store = SubscriptionStore(state.database)
            made = []
            for number in range(self.plan.subscriptions):
                user = self.api.world.add_user(f"Orang {number}")
                self.api.world.chats[user["id"]].started = True
                await state.see_chat(
                    ChatRecord(id=user["id"], kind=ChatKind.PRIVATE, title="Orang", first_seen=START, last_seen=START)
                )
                one = Subscription(
                    owner_id=user["id"],
                    chat_id=user["id"],
                    zone=ZONES[number % 3],
                    hour=7 if self.chance.random() < 0.7 else self.chance.choice((5, 6, 12, 18, 19)),
                    weekdays=EVERY_DAY if self.chance.random() < 0.9 else frozenset(range(5)),
                    since=START,
                    created_at=START,
                )
                made.append(one)
                until = datetime.fromtimestamp(self.end_s, UTC) - timedelta(hours=4)
                for slot in slots_between(one.hour, one.tz, one.weekdays, after=START, until=until):
                    expected[one.chat_id, slot.name] = slot.due_at
            for start in range(0, len(made), 500):
                await asyncio.gather(*map(store.put, made[start : start + 500]))
        return expected

    def _order_faults(self, total: int) -> None:
        from telegram_api.faults import make_fault

        for kind in FAULTS:
            for _ in range(self.plan.faults):
                what: int | str = int(kind) if kind.isdigit() else kind
                pause = self.chance.randint(1, 5) if kind == "429" else None
                skip = self.chance.randrange(max(1, total))
                self.api.server.faults.append(make_fault("sendMessage", what, retry_after=pause, skip=skip))

    async def _live(self) -> None:
        """One life of the child."""
        arguments = {
            "folder": str(self.folder),
            "url": self.api.url,
            "time": str(self.folder / "time"),
            "jumps": [asdict(jump) for jump in self.jumps],
            "end_s": self.end_s,
        }
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, __file__, "child", json.dumps(arguments), stdout=log, stderr=log, env=environment
            )
            code = await self.process.wait()
        if code == 0:
            return
        if code != -signal.SIGKILL:
            raise RuntimeError(f"the child ended with {code}: {(self.folder / 'log').read_text()[-3000:]}")
        self.shared.seconds += self.chance.choice((0, 5, 60, 600, 2400))
        days = (self.shared.seconds - START.timestamp()) / DAY_S
        self.tell(f"day {days:.2f}, {self.kills} kills, {self._arrived()} messages")

    def kill(self) -> None:
        """Kill the child as hard as can be."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            self.kills += 1

    async def _kill_by_chance(self) -> None:
        """At virtual moments, whatever the child is at then."""
        count = self.plan.kills - len(self.deadly)
        moments = sorted(
            START.timestamp() + self.chance.uniform(0.02, 0.9) * self.plan.days * DAY_S for _ in range(count)
        )
        for moment in moments:
            await self._until(moment)
            while self.process is None or self.process.returncode is not None:  # noqa: ASYNC110  another process
                await asyncio.sleep(0.01)
            self.kill()
            await asyncio.sleep(0.05)

    async def _break_the_network(self) -> None:
        """Telegram cannot be reached for some virtual minutes around an hour at which much is sent."""
        for _ in range(self.plan.outages):
            day = self.chance.randrange(max(1, int(self.plan.days)))
            moment = START.timestamp() + day * DAY_S + 4 * 3600 + self.chance.uniform(0, 60)
            if moment < self.shared.seconds:
                continue
            await self._until(moment)
            await self.api.go_down()
            await self._until(self.shared.seconds + self.chance.uniform(20, 300))
            await self.api.come_up()

    async def _until(self, moment: float) -> None:
        """Wait for a virtual moment, which the other process brings about."""
        while self.shared.seconds < moment:  # noqa: ASYNC110  nothing rings between processes
            await asyncio.sleep(0.005)

    def _arrived(self) -> int:
        return sum(len(chat.messages) for chat in self.api.world.chats.values())

    async def _judge(self, expected: dict[tuple[int, str], datetime]) -> Outcome:
        from bot.keeping.mailbox import Mailbox
        from bot.keeping.state import BotState

        async with await BotState.open(self.folder / "bot.db") as state:
            mailbox = await Mailbox.open(state.database, clock=lambda: datetime.fromtimestamp(self.shared.seconds, UTC))
            unknown = {(entry.chat_id, entry.slot) for entry in await mailbox.doubtful()}
            await mailbox.close()
        days = {_day_words(slot): slot for _, slot in expected}
        arrived: Counter[tuple[int, str]] = Counter()
        late: list[float] = []
        outcome = Outcome(expected=len(expected), virtual_days=self.plan.days)
        hours = {chat_id: slot[-2:] for chat_id, slot in expected}
        for chat_id, chat in self.api.world.chats.items():
            for message in chat.messages.values():
                head = message.text.split("\n")[0]
                slot = days.get(head, "")[:10] + f"T{hours.get(chat_id)}"
                if (chat_id, slot) not in expected:
                    outcome.unexpected += slot[:10] != "" and head not in _after_the_end(self.end_s)
                    continue
                arrived[chat_id, slot] += 1
                late.append(message.at - expected[chat_id, slot].timestamp())
        outcome.sent = sum(count == 1 for count in arrived.values())
        outcome.twice = sum(count > 1 for count in arrived.values())
        outcome.unknown = len(unknown & expected.keys())
        outcome.unknown_arrived = sum(one in arrived for one in unknown)
        missed = [one for one in expected if one not in arrived and one not in unknown]
        outcome.missed, outcome.missed_slots = len(missed), [f"{chat} {slot}" for chat, slot in missed[:20]]
        late.sort()
        outcome.late_p50_s, outcome.late_max_s = (late[len(late) // 2], late[-1]) if late else (math.nan, math.nan)
        return outcome


def _day_words(slot: str) -> str:
    from bot.words.digest_render import TITLE
    from corpus.dating.spelled_dates import spelled_out

    return f"{TITLE}, {spelled_out(datetime.fromisoformat(slot[:10]).date())}"


def _after_the_end(end_s: float) -> set[str]:
    """Heads of digests whose slots come too late to be expected, or only by a clock that was ahead."""
    last = datetime.fromtimestamp(end_s, UTC)
    return {_day_words((last + timedelta(days=day)).date().isoformat()) for day in range(-1, 4)}


def _jumps(plan: Plan, chance: random.Random) -> list[Jump]:
    """Clocks that are wrong by minutes to more than a day, for minutes, about when much is sent."""
    found = []
    for number in range(plan.jumps):
        start = (
            (number % max(1, int(plan.days))) * DAY_S
            + chance.choice((2.0, 3.0, 3.9, 4.05)) * 3600
            + chance.uniform(0, 600)
        )
        by_s = chance.choice((-DAY_S, -3 * 3600.0, -2400.0, -70.0, 70.0, 1800.0, 5400.0, 5 * 3600.0, 26 * 3600.0))
        found.append(Jump(from_s=start, until_s=start + chance.uniform(60, 420), by_s=by_s))
    return found


if __name__ == "__main__":
    run_child()
