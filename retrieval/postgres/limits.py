"""A filter as a condition of a statement. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from corpus.storing.store_rows import json_of
from retrieval.types import Filter


def conditions(where: Filter | None, within: Collection[int] | None) -> tuple[str, list[Any]]:
    """What a row with ``source``, ``day`` and ``version`` must be, with parameters.

    >>> from datetime import date
    >>> conditions(Filter(since=date(2025, 6, 1)), [7])
    (' AND s.day >= ? AND s.version = ANY(?)', ['2025-06-01', '[7]'])
    """
    parts: list[tuple[str, Any]] = []
    if where and where.sources:
        parts.append(("s.source = ANY(?)", json_of(sorted(where.sources))))
    if where and where.since:
        parts.append(("s.day >= ?", where.since.isoformat()))
    if where and where.until:
        parts.append(("s.day <= ?", where.until.isoformat()))
    if within is not None:
        parts.append(("s.version = ANY(?)", json_of(map(int, within))))
    return "".join(f" AND {condition}" for condition, _ in parts), [parameter for _, parameter in parts]
