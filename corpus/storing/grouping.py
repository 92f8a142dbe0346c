"""Near-copy groups: the connected parts of the graph whose edges are pairs of near copies.

A group carries the id of that member which came into the store first. Which articles are grouped depends on their
present texts alone: a changed or deleted article leaves its group, what is left of it is put together anew, and an
article that has no near copy any more has no group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.dedup import NEAR_COPY_ABOVE, alike, band_keys, jaccard, shingles
from corpus.ports import Rows
from corpus.storing.store_rows import json_of, signature_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WITNESSES = 32
"""Articles of a band that another one of the band is compared with, the first by id. More than that share a band only
when one text is there many times over, and then any few of the copies lead to all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What grouping needs of an article."""

    id: str
    first_version: int
    near_group: str | None
    signature: NDArray[np.uint32] = field(compare=False)


class Parts:
    """Disjoint sets of names (union-find with path halving)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The name that stands for the set of `name`."""
        above = self._above
        above.setdefault(name, name)
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    def join(self, a: str, b: str) -> None:
        """Make one set of two."""
        self._above[self.root(a)] = self.root(b)


async def regroup(database: Rows, ids: Iterable[str], *, shaken: Collection[str] = ()) -> None:
    """Find the groups of some articles anew, within the caller's transaction.

    :param ids: articles that are new, or whose text changed.
    :param shaken: names of the groups that changed or deleted articles were in.
    """
    loose = await _members(database, {*ids, *await _ids_of_groups(database, shaken)})
    sharing = await _sharing_bands(database, loose)
    everyone = loose | await _members(database, {other for _, other in sharing} - loose.keys())
    # A group that nothing was taken from stays together and is joined as a whole, under the id of its first member.
    node = {member.id: member.id for member in loose.values()}
    node |= {member.id: member.near_group or member.id for member in everyone.values() if member.id not in loose}
    parts = await _joined(database, sharing, everyone, node)
    await _write_names(database, loose, everyone, node, parts)


async def _ids_of_groups(database: Rows, groups: Collection[str]) -> list[str]:
    if not groups:
        return []
    rows = await database.rows(
        "SELECT id FROM articles WHERE near_group IN (SELECT value FROM json_each(?))", (json_of(groups),)
    )
    return [article_id for (article_id,) in rows]


async def _members(database: Rows, ids: Collection[str]) -> dict[str, Member]:
    if not ids:
        return {}
    rows = await database.rows(
        "SELECT id, first_version, near_group, signature FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        " ORDER BY first_version",
        (json_of(ids),),
    )
    return {
        article_id: Member(id=article_id, first_version=first, near_group=group, signature=signature_of(signature))
        for article_id, first, group, signature in rows
    }


async def _sharing_bands(database: Rows, loose: dict[str, Member]) -> list[tuple[str, str]]:
    """Pairs of a loose article and another one that share a band."""
    keys = {member.id: band_keys(member.signature) for member in loose.values()}
    rows = await database.rows(
        "SELECT b.band_key, b.article_id FROM json_each(?) AS j JOIN bands AS b ON b.band_key = j.value"
        " WHERE b.article_id IN"
        " (SELECT w.article_id FROM bands AS w WHERE w.band_key = j.value ORDER BY w.article_id LIMIT ?)",
        (json_of({key for of_one in keys.values() for key in of_one}), WITNESSES),
    )
    witnesses = defaultdict(list)
    for key, article_id in rows:
        witnesses[key].append(article_id)
    return [
        (one, other)
        for one, of_one in keys.items()
        for other in sorted({other for key in of_one for other in witnesses[key]} - {one})
    ]


async def _joined(
    database: Rows, sharing: Iterable[tuple[str, str]], everyone: dict[str, Member], node: dict[str, str]
) -> Parts:
    """Join the near copies among pairs, looking at no text more often than needed."""
    parts = Parts()
    known: dict[str, NDArray[np.uint64]] = {}
    for one, other in sharing:
        is_settled = parts.root(node[one]) == parts.root(node[other])
        if is_settled or not alike(everyone[one].signature, everyone[other].signature):
            continue
        for article_id in (one, other):
            if article_id not in known:
                ((body,),) = await database.rows("SELECT body FROM articles WHERE id = ?", (article_id,))
                known[article_id] = shingles(body)
        if jaccard(known[one], known[other]) > NEAR_COPY_ABOVE:
            parts.join(node[one], node[other])
    return parts


async def _write_names(
    database: Rows, loose: dict[str, Member], everyone: dict[str, Member], node: dict[str, str], parts: Parts
) -> None:
    """Name each group after its first member, in the rows where that is news."""
    groups = {one.near_group for one in everyone.values() if one.near_group is not None and one.id not in loose}
    namesakes = everyone | await _members(database, groups - everyone.keys())
    together: dict[str, set[str]] = defaultdict(set)
    for name in node.values():
        together[parts.root(name)].add(name)
    names: dict[str, str | None] = {}
    for nodes in together.values():
        first = min(nodes, key=lambda name: namesakes[name].first_version)
        names |= dict.fromkeys(nodes, first if len(nodes) > 1 or first in groups else None)
    singles = [one for one in everyone.values() if one.near_group is None or one.id in loose]
    await database.run_many(
        "UPDATE articles SET near_group = ? WHERE id = ?",
        [(names[one.id], one.id) for one in singles if names[one.id] != one.near_group],
    )
    await database.run_many(
        "UPDATE articles SET near_group = ? WHERE near_group = ?",
        [(names[group], group) for group in groups if names[group] != group],
    )
