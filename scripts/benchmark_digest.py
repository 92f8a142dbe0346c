"""Digests for many: a week in virtual time with kills and faults, and planning one hour of very many subscriptions.

The simulation lives beside the fake Bot API server, with the tests.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.digests.digest_sending import DigestPlanner
from bot.digests.subscriptions import Subscription, SubscriptionStore
from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState

TESTS = Path(__file__).resolve().parent.parent / "tests"

MONDAY = datetime(2025, 6, 9, 12, tzinfo=UTC)
SEVEN = datetime(2025, 6, 10, 0, tzinfo=UTC)
"""07.00 WIB."""

BATCH = 2000


def run(*, subscriptions: int, days: int, kills: int, planned: int, seed: int) -> int:
    """Print what became of all slots, and how long planning takes.

    :param planned: subscriptions at one hour that are planned.
    :return: exit code, 1 where something came twice or was lost.
    """
    with tempfile.TemporaryDirectory(prefix="kutip-benchmark-") as folder:
        asyncio.run(_plan_many(planned, Path(folder) / "plan"))
        simulated = Path(folder) / "week"
        simulated.mkdir()
        outcome = asyncio.run(_simulate(simulated, subscriptions=subscriptions, days=days, kills=kills, seed=seed))
    return int(bool(outcome.twice or outcome.missed or outcome.unexpected))


async def _simulate(folder: Path, *, subscriptions: int, days: int, kills: int, seed: int) -> Any:
    sys.path.insert(0, str(TESTS))
    simulation = importlib.import_module("digest_simulation")
    plan = simulation.Plan(
        subscriptions=subscriptions,
        days=days,
        kills=kills,
        jumps=2 * days,
        faults=max(1, subscriptions * days // 2000),
        outages=max(1, days // 2),
        seed=seed,
    )
    began = time.perf_counter()
    outcome = await simulation.simulate(plan, folder, tell=lambda line: print(f"  {line}", file=sys.stderr))
    print(f"{outcome.expected} slots of {subscriptions} subscriptions in {days} days")
    print(f"  arrived once            {outcome.sent}")
    print(f"  arrived twice           {outcome.twice}")
    print(f"  missed                  {outcome.missed}")
    print(f"  listed as unknown       {outcome.unknown}, of which {outcome.unknown_arrived} arrived")
    print(f"  that no slot stands for {outcome.unexpected}")
    print(f"  kills {outcome.kills}, faults {sum(outcome.faults_met.values())} {outcome.faults_met}")
    print(f"  refused by Telegram's limits {outcome.refused_by_limits}")
    print(f"  late: half within {outcome.late_p50_s:.0f} s, all within {outcome.late_max_s:.0f} s of virtual time")
    print(f"  took {time.perf_counter() - began:.0f} s")
    return outcome


async def _plan_many(count: int, folder: Path) -> None:
    """Time from the first look of the planner until all slots of an hour wait in the outbox."""
    async with await BotState.open(folder / "bot.db") as state:
        store, mailbox = SubscriptionStore(state.database), await Mailbox.open(state.database, clock=lambda: SEVEN)
        for first in range(1, count + 1, BATCH):
            await asyncio.gather(
                *(store.put(_subscription(one)) for one in range(first, min(first + BATCH, count + 1)))
            )
        planner = DigestPlanner(store, mailbox, lambda: SEVEN - timedelta(minutes=2))
        gaps = asyncio.create_task(_longest_gap_s())
        began = time.perf_counter()
        added = await planner.plan()
        took_s = time.perf_counter() - began
        began = time.perf_counter()
        again = await planner.plan()
        again_s = time.perf_counter() - began
        print(f"{added} slots of one hour planned in {took_s:.1f} s; again ({again} new) {again_s:.2f} s")
        gaps.cancel()
        print(f"  the event loop was held up for {1000 * await gaps:.0f} ms at most")
        await mailbox.close()


async def _longest_gap_s() -> float:
    """How long the event loop let something wait that wanted to run all the time, until it is cancelled."""
    longest, last = 0.0, time.perf_counter()
    try:
        while True:
            await asyncio.sleep(0.002)
            now = time.perf_counter()
            longest, last = max(longest, now - last - 0.002), now
    except asyncio.CancelledError:
        return longest


def _subscription(number: int) -> Subscription:
    return Subscription(owner_id=number, chat_id=number, since=MONDAY, created_at=MONDAY)
