"""A dense index in a folder: :mod:`retrieval.dense_state` as the arrays of :mod:`retrieval.vector_files`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from retrieval.dense_state import Coded, State, block_of
from retrieval.errors import FingerprintMismatchError, IndexDamagedError, IndexMissingError, IndexOutdatedError
from retrieval.faiss_blocks import Bytes, Codes, Halves, Listed, Lists
from retrieval.vector_clusters import Clusters
from retrieval.vector_codes import Scale
from retrieval.vector_files import (
    StoredArray,
    is_there,
    read_array,
    read_manifest,
    remove_garbage,
    write_array,
    write_manifest,
)
from retrieval.vector_rows import Rows

FORMAT = 2
"""Layout of the files."""

_TRIES = 5
_CLUSTER_ARRAYS = ("groups", "ends", "centroids")


def save_state(state: State, folder: Path, *, fingerprint: str) -> None:
    """Write the arrays that the folder lacks and make them the index there.

    :raises IndexUnwritableError: the disk does not take it; the folder holds the index before.
    """
    blocks = [_saved(block.codes, folder) for block in state.all]
    shared = {"rows": write_array(folder, Rows.joined([block.rows for block in state.all]).to_bytes())}
    if state.scale:
        shared |= {"mean": write_array(folder, state.scale.mean), "step": write_array(folder, state.scale.step)}
    if state.lists:
        clusters = state.lists.clusters
        shared |= {name: write_array(folder, getattr(clusters, name)) for name in _CLUSTER_ARRAYS}
    content = {
        "format": FORMAT,
        "fingerprint": fingerprint,
        "seq": state.seq,
        "sources": sorted(state.sources, key=state.sources.__getitem__),
        "articles": [len(block.rows.versions) for block in state.all],
        "shared": {name: stored.to_json() for name, stored in shared.items()},
        "blocks": [[stored.to_json() for stored in block] for block in blocks],
    }
    write_manifest(folder, content)
    used = [*shared.values(), *(stored for block in blocks for stored in block)]
    remove_garbage(folder, keep={stored.file_name for stored in used})


def load_state(folder: Path, *, fingerprint: str) -> State:
    """Read what :func:`save_state` wrote.

    :raises IndexMissingError: nothing there.
    :raises IndexOutdatedError: written by another version of Kutip.
    :raises IndexDamagedError: a file is broken or missing.
    :raises FingerprintMismatchError: its vectors are another encoder's.
    """
    missing: FileNotFoundError | None = None
    for _ in range(_TRIES):
        content = read_manifest(folder)
        if not _is_known(content):
            raise IndexOutdatedError(folder, detail=f"its format is {content.get('format')}, known is {FORMAT}")
        if content["fingerprint"] != fingerprint:
            raise FingerprintMismatchError(folder, found=content["fingerprint"], expected=fingerprint)
        try:
            return _state_of(content, folder)
        except FileNotFoundError as error:  # another process may have replaced the index since its manifest was read
            missing = error
    raise IndexDamagedError(folder, detail=f"a file is missing: {missing}")


def saved_seq(folder: Path, *, fingerprint: str) -> int:
    """:return: last change that the index in a folder holds, or -1 where none can be opened."""
    try:
        content = read_manifest(folder)
    except (IndexMissingError, IndexDamagedError):
        return -1
    return int(content["seq"]) if _is_known(content) and content["fingerprint"] == fingerprint else -1


def _is_known(content: dict[str, Any]) -> bool:
    # Format 1 differs in nothing but its lists.
    return content.get("format") == FORMAT or (content.get("format") == 1 and "centroids" not in content["shared"])


def _saved(codes: Codes, folder: Path) -> tuple[StoredArray, ...]:
    if codes.saved is None or not all(is_there(folder, stored) for stored in codes.saved):
        codes.saved = tuple(write_array(folder, array) for array in codes.arrays)
    return codes.saved


def _state_of(content: dict[str, Any], folder: Path) -> State:
    shared = {name: StoredArray.from_json(entry) for name, entry in content["shared"].items()}
    rows = Rows.from_bytes(read_array(folder, shared["rows"])).parts(content["articles"])
    scale = (
        Scale(mean=read_array(folder, shared["mean"]), step=read_array(folder, shared["step"]))
        if "mean" in shared
        else None
    )
    lists = None
    if scale and "centroids" in shared:
        lists = Lists(Clusters(**{name: read_array(folder, shared[name]) for name in _CLUSTER_ARRAYS}), scale)
    *sealed, last = [tuple(StoredArray.from_json(entry) for entry in block) for block in content["blocks"]]
    tail = Halves(read_array(folder, last[0]))
    tail.saved = last
    blocks: list[Coded] = []
    for part, arrays in zip(rows, sealed, strict=False):
        if scale is None:
            raise IndexDamagedError(folder, detail="it lacks its scale")
        blocks.append(block_of(part, _codes_of(arrays, folder, scale, lists)))
    return State(
        tail=block_of(rows[-1], tail),
        blocks=tuple(blocks),
        sources={name: code for code, name in enumerate(content["sources"])},
        scale=scale,
        lists=lists,
        seq=content["seq"],
    )


def _codes_of(arrays: tuple[StoredArray, ...], folder: Path, scale: Scale, lists: Lists | None) -> Bytes | Listed:
    codes = read_array(folder, arrays[0])
    made: Bytes | Listed
    if len(arrays) == 1:
        made = Bytes(codes, scale)
    elif lists is None:
        raise IndexDamagedError(folder, detail="it lacks its lists")
    else:
        made = Listed(codes, scale, read_array(folder, arrays[1]), lists)
    made.saved = arrays
    return made
