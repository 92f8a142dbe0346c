"""Digests for many: a week in virtual time with kills and faults, planning one hour of very many subscriptions, and
choosing the stories of a day of real articles.

The simulation lives beside the fake Bot API server, with the tests.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.digests.digest import Window
from bot.digests.digest_making import DigestMaker
from bot.digests.digest_sending import DigestPlanner
from bot.digests.subscriptions import Subscription, SubscriptionStore
from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState
from bot.settings import BotSettings
from corpus.store import ArticleStore
from retrieval.encoder import open_encoder
from retrieval.indexer import Indexer
from scripts.console import load_settings
from scripts.verdicts import tell

TESTS = Path(__file__).resolve().parent.parent / "tests"

MONDAY = datetime(2025, 6, 9, 12, tzinfo=UTC)
SEVEN = datetime(2025, 6, 10, 0, tzinfo=UTC)
"""07.00 WIB."""

BATCH = 2000

CHOOSING_WITHIN_S = 1.0
"""Choosing a day's digest, with an empty memory."""


def run(*, subscriptions: int, days: int, kills: int, planned: int, seed: int, chosen: date) -> int:
    """Print what became of all slots, how long planning takes, and how long choosing.

    :param planned: subscriptions at one hour that are planned.
    :param chosen: day whose stories are chosen from the store of the settings, if there is one.
    :return: exit code, 1 where something came twice, was lost, or took too long.
    """
    is_quick = asyncio.run(_choose(load_settings(BotSettings), chosen))
    with tempfile.TemporaryDirectory(prefix="kutip-benchmark-") as folder:
        asyncio.run(_plan_many(planned, Path(folder) / "plan"))
        simulated = Path(folder) / "week"
        simulated.mkdir()
        outcome = asyncio.run(_simulate(simulated, subscriptions=subscriptions, days=days, kills=kills, seed=seed))
    sure = tell("sent twice", asked="0", reached=str(outcome.twice), is_met=not outcome.twice)
    lost = f"{outcome.missed}, and {outcome.unknown} listed as unknown"
    whole = tell("missed", asked="0, except those listed as unknown", reached=lost, is_met=not outcome.missed)
    right = tell("that no slot stands for", asked="0", reached=str(outcome.unexpected), is_met=not outcome.unexpected)
    return 0 if is_quick and sure and whole and right else 1


async def _choose(settings: BotSettings, day: date) -> bool:
    """Time the choice of a day's stories.

    :return: False if it took too long.
    """
    if not settings.store_path.exists():
        print(f"choosing a day's digest: not measured, there is no store in {settings.data_dir} (KUTIP_DATA_DIR)")
        return True
    async with await ArticleStore.open(settings.store_path, read_only=True) as store:
        encoder = await asyncio.to_thread(open_encoder, settings)
        maker = DigestMaker(store, fingerprint=Indexer(store, encoder, settings.index_folder).fingerprint)
        articles = (await store.counts()).articles
        gaps = asyncio.create_task(_longest_gap_s())
        began = time.perf_counter()
        stories = await maker.stories(Window.of_day(day, settings.zone))
        took_s = time.perf_counter() - began
        gaps.cancel()
        held_ms = 1000 * await gaps
    return tell(
        f"choosing {len(stories)} stories of {day} among {articles} articles",
        asked=f"<= {CHOOSING_WITHIN_S:g} s, off the event loop",
        reached=f"{took_s:.2f} s, the event loop was held up for {held_ms:.0f} ms at most",
        is_met=bool(stories) and took_s <= CHOOSING_WITHIN_S,
    )


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
