"""An encoder for tests of what happens to vectors, not of what they mean: the letters of a text, counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.ports import Progress

DIM = 32


class LetterEncoder:
    """A :class:`retrieval.ports.Encoder` that takes microseconds a text."""

    fingerprint = "letters"
    dim = DIM
    max_tokens = 512

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Letters counted, as for passages."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """A count of each letter, as vectors of length 1."""
        counts = np.array(
            [np.bincount([ord(letter) % DIM for letter in text], minlength=DIM) for text in texts], dtype=np.float32
        ).reshape(-1, DIM)
        if progress:
            progress(len(texts))
        return np.asarray(counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    def encode_spans(
        self, passages: Sequence[Sequence[str]], *, progress: Progress | None = None
    ) -> list[NDArray[np.float32]]:
        """Each sentence by itself."""
        return [self.encode_passages(passage, progress=progress) for passage in passages]
