"""The reader's encoder as an ONNX graph that holds its own weights, rounded from float32 once.

It computes as the encoder's graph does (see :mod:`scripts.conversion.graph`), but its integers come straight from the
trained weights: through eight-bit floats first, each weight would be rounded twice and three times as coarsely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from scripts.conversion.graph import Builder, encoder_graph
from scripts.conversion.wheel import Shape


def build_reader_graph(
    shape: Shape, tensors: Mapping[str, torch.Tensor], outliers: Sequence[Sequence[int]]
) -> onnx.ModelProto:
    """Build the graph ``input_ids -> last_hidden_state``.

    :param tensors: of the encoder, float32, by their names in transformers' BERT.
    """
    return encoder_graph(OwnWeights(tensors, {}, ""), shape, outliers)


class OwnWeights(Builder):
    """A builder that writes the weights into the graph."""

    def weight(self, name: str, kind: int | None = None) -> str:
        """A tensor in float32. :param kind: not used."""
        del kind
        return self.constant(name, self.numbers(name))

    def codes(self, name: str) -> str:
        """The bytes of a tensor as eight-bit floats: word embeddings came as such and were not trained."""
        codes = self._tensors[name].to(torch.float8_e4m3fn).view(torch.uint8).numpy()
        return self.constant(f"{name}.codes", codes)

    def integers(
        self, name: str, layers: Sequence[str], matrix: NDArray[np.float32], steps: NDArray[np.float32]
    ) -> str:
        """Matrices side by side as eight-bit integers.

        :param matrix: (outputs, inputs). :param steps: (outputs,).
        """
        del layers
        self.constant(f"{name}.integers", np.rint(matrix / steps[:, None]).astype(np.int8).T)
        return self.constant(f"{name}.half_steps", steps.astype(np.float16))
