"""Days of digests in virtual time, killed and lied to by the clock: a small version of ``scripts.benchmark digest``."""

from __future__ import annotations

from pathlib import Path

from digest_simulation import Plan, simulate


async def test_nothing_comes_twice_and_nothing_is_lost(tmp_path: Path) -> None:
    """With kills in the middle of requests, clocks that jump, and failures of Telegram."""
    plan = Plan(subscriptions=60, days=0.5, kills=3, jumps=2, faults=1, outages=0, seed=3)
    outcome = await simulate(plan, tmp_path)
    assert (0, 0, []) == (outcome.twice, outcome.unexpected, outcome.missed_slots)
    assert outcome.kills >= 1
    assert outcome.expected == outcome.sent + outcome.unknown - outcome.unknown_arrived
