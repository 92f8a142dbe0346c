"""What the training scripts share: endless examples, a learning rate, a folder that holds a run."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import torch

Example = TypeVar("Example")

LEAST_RATE = 1e-3
"""Share of the learning rate that is left at both ends of a run."""


def endless(examples: Sequence[Example], random: Random) -> Iterator[Example]:
    """One pass after another, each in another order; nothing of no examples."""
    order = list(examples)
    while order:
        random.shuffle(order)
        yield from order


def rate_factor(done: float, *, warm_up: float) -> float:
    """Share of the learning rate: it rises linearly, then falls linearly.

    :param done: share 0..1 of the work. :param warm_up: share of the work over which it rises.

    >>> [round(rate_factor(done, warm_up=0.1), 3) for done in (0, 0.05, 0.1, 0.55, 1)]
    [0.001, 0.501, 1.001, 0.501, 0.001]
    """
    return min(done / warm_up, (1 - done) / (1 - warm_up), 1.0) + LEAST_RATE


class RunFolder:
    """The checkpoint and the curve of a run.

    :param plan: settings of the run, by name.
    """

    def __init__(self, path: Path, plan: Mapping[str, Any]) -> None:
        self.log: list[dict[str, Any]] = []
        self._path = path
        self._plan = dict(plan)

    def note(self, entry: Mapping[str, Any]) -> None:
        """Add to the curve: to run.json, and to what is printed."""
        rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in entry.items()}
        self.log.append({**rounded, "at": round(time.time())})
        print(json.dumps(rounded), file=sys.stderr, flush=True)
        content = json.dumps({"plan": self._plan, "log": self.log}, indent=1)
        (self._path / "run.json").write_text(content + "\n", encoding="utf-8")

    def save(self, state: Mapping[str, Any]) -> None:
        """Replace the checkpoint, at once."""
        part = self._path / "checkpoint.part"
        torch.save({**state, "log": self.log}, part)
        part.replace(self._path / "checkpoint.pt")

    def saved(self, device: str) -> dict[str, Any] | None:
        """The checkpoint, with which the curve goes on too; None where there is none."""
        path = self._path / "checkpoint.pt"
        if not path.exists():
            return None
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        self.log = state["log"]
        return state
