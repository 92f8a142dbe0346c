"""What retrieval asks of its engines, as Protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[int], None]
"""Called with the number of texts finished since the last call."""


class Encoder(Protocol):
    """Text to unit vectors, so that a dot product is a cosine.

    Invariants: rows are float32 of length 1; the same text gives nearly the same vector (cosine 0.99 or more) whatever
    it is encoded together with; text beyond `max_tokens` is cut off; any string is accepted, also an empty one; methods may
    be called from several threads at once and block the thread they run on.
    """

    @property
    def fingerprint(self) -> str:
        """Equal for encoders whose vectors may be compared: model, revision, dimension and text format."""

    @property
    def dim(self) -> int:
        """Numbers in a vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens that are encoded together at most, with the prompt."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """:return: (n, dim) float32, for questions."""

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """:return: (n, dim) float32, for sentences and longer texts that are searched."""

    def encode_spans(
        self, passages: Sequence[Sequence[str]], *, progress: Progress | None = None
    ) -> list[NDArray[np.float32]]:
        """Encode the consecutive sentences of each passage together, so that each knows its context.

        :param passages: for each passage its sentences in order.
        :return: for each passage (sentences, dim) float32.
        """
