"""What the encoders share: pure functions on texts, lengths and vectors, and the identity of a model."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TEXT_FORMAT = "1"
"""Changes whenever the same text, prompt and weights would give another vector."""
CHUNK = 2_048
"""Texts taken up at a time, which bounds memory and still leaves batches of nearly equal lengths."""
WINDOW_TOKENS = 192
"""Of the texts that are encoded together, the heading among them."""
HEADING_TOKENS = 48
"""Of a heading; what it has more is not read."""
_MODEL_SUFFIXES = {".json", ".safetensors", ".onnx", ".bin", ".model"}
_MODEL_NAMES = {"vocab.txt", "merges.txt"}


def batches(lengths: Sequence[int], *, budget: int) -> Iterator[list[int]]:
    """Group texts of similar length, so that little is padded.

    :param lengths: of each text, in tokens or in characters.
    :param budget: most of these in a batch, padding counted; a longer text is a batch of its own.
    :return: the texts' places, shortest texts first; each place once.

    >>> list(batches([9, 2, 3, 2], budget=9))
    [[1, 3, 2], [0]]
    """
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[place] > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def windows(lengths: Sequence[int], *, limit: int) -> list[range]:
    """Cut a row of sentences into windows of similar size, so that none is left with little context.

    :param lengths: tokens of each sentence.
    :param limit: most tokens in a window; a longer sentence is a window of its own.
    :return: places of the sentences of each window, together all of them in order.

    >>> windows([40, 40, 40, 40], limit=130)
    [range(0, 2), range(2, 4)]
    """
    if not lengths:
        return []
    total = sum(lengths)
    share = total / max(1, -(-total // limit))
    found: list[range] = []
    start = size = done = 0
    for place, length in enumerate(lengths):
        is_over = size + length > limit
        is_nearer_before = done + length / 2 > share * (len(found) + 1)
        if place > start and (is_over or is_nearer_before):
            found.append(range(start, place))
            start, size = place, 0
        size += length
        done += length
    return [*found, range(start, len(lengths))]


def headed_windows(lengths: Sequence[int], *, limit: int) -> list[range]:
    """Cut a passage into windows before each of which its heading is read.

    :param lengths: tokens of the heading, then of each sentence; none at all gives no window.
    :param limit: most tokens in a window, with the heading.
    :return: places of the sentences of each window, at least one window, which is empty where there are none.

    >>> headed_windows([10, 40, 40, 40], limit=110)
    [range(1, 3), range(3, 4)]
    >>> headed_windows([10], limit=110)
    [range(1, 1)]
    """
    if not lengths:
        return []
    found = windows(lengths[1:], limit=max(1, limit - lengths[0]))
    return [range(window.start + 1, window.stop + 1) for window in found] or [range(1, 1)]


def chunks(sizes: Sequence[int]) -> Iterator[range]:
    """Cut a row of passages where about :data:`CHUNK` sentences are together.

    :param sizes: sentences of each passage.

    >>> list(chunks([2000, 48, 5]))
    [range(0, 2), range(2, 3)]
    """
    start = together = 0
    for place, size in enumerate(sizes):
        together += size
        if together >= CHUNK:
            yield range(start, place + 1)
            start, together = place + 1, 0
    if start < len(sizes):
        yield range(start, len(sizes))


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each row to length 1.

    :param vectors: (n, dim) float32.
    :return: (n, dim) float32; a row of zeros stays one.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = vectors / np.maximum(lengths, np.float32(1e-12))
    return scaled


def span_means(states: NDArray[np.float32], bounds: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    """Average the tokens of each span; a span without tokens gets the average of all.

    :param states: (tokens, dim) float32.
    :param bounds: first token of each span and the one after its last.
    :return: (spans, dim) float32.
    """
    rows = [states[start:end] if end > start else states for start, end in bounds]
    return np.stack([row.mean(axis=0) for row in rows])


def well_formed(text: str) -> str:
    """Drop lone surrogates, which JSON can carry and UTF-8, hence a tokenizer, cannot."""
    return text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8")


def usable_processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def folder_digest(folder: Path) -> str:
    """A digest of all files that shape a model's vectors: neither the folder's name nor its documents.

    :return: 16 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and (path.suffix in _MODEL_SUFFIXES or path.name in _MODEL_NAMES):
            digest.update(f"{name}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def fingerprint(identity: str, dim: int, query_prompt: str, passage_prompt: str) -> str:
    """What makes vectors comparable, in one short line.

    :param identity: of the weights: a folder's digest, or a name with its revision.
    """
    text_format = hashlib.sha256("\0".join([TEXT_FORMAT, query_prompt, passage_prompt]).encode()).hexdigest()[:8]
    return f"{identity}/{dim}/{text_format}"
