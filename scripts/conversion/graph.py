"""The encoder as an ONNX graph that computes in eight-bit integers and holds no weights of its own.

The graph's tensors point into ``model.safetensors``, so that one file of weights serves both engines. While it loads,
onnxruntime folds what depends on weights alone: eight-bit floats become eight-bit integers with a step for each output
of a matrix. Steps allow 64 levels to either side, not 127: then no pair of products overflows the 16-bit sums of
processors without VNNI, and the vectors are the same on every machine to within rounding.

Activations are quantised for a whole text at once, which one number far off the rest would spoil. In this model the
start-of-text token drives a single channel of some feed-forward layers to 10 times the largest other value; those
channels are computed apart in float32 (cosine to float32 on 400 Indonesian texts 0.9987 with this, 0.9966 without).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from scripts.conversion.weights import StoredTensor
from scripts.conversion.wheel import Shape

LEVELS = 64
"""Integer levels to either side of 0 for a weight."""
_CONTRIB = "com.microsoft"
_OPSETS = (("", 20), (_CONTRIB, 1))
_IR_VERSION = 9
_KINDS = {"F8_E4M3": TensorProto.FLOAT8E4M3FN, "F32": TensorProto.FLOAT}
_SILENCED_STEP = 60_000.0
"""A step so wide that every weight of its channel rounds to 0; near the largest float16."""


def build_graph(
    shape: Shape,
    tensors: Mapping[str, torch.Tensor],
    stored: Mapping[str, StoredTensor],
    weights_file: str,
    outliers: Sequence[Sequence[int]],
) -> onnx.ModelProto:
    """Build the graph ``input_ids -> last_hidden_state``.

    There is no mask: the texts of a batch must be of one length. ``input_ids`` is (texts, tokens) int64,
    ``last_hidden_state`` (texts, tokens, hidden) float32.

    :param stored: where `tensors` lie in `weights_file`, a name relative to the graph's own file.
    :param outliers: for each layer the feed-forward channels to compute apart.
    """
    return encoder_graph(Builder(tensors, stored, weights_file), shape, outliers)


def encoder_graph(builder: Builder, shape: Shape, outliers: Sequence[Sequence[int]]) -> onnx.ModelProto:
    """Build the graph of :func:`build_graph` with a builder that says where the weights are."""
    hidden = _embed(builder, shape)
    for layer in range(shape.layers):
        attended = _attend(builder, shape, f"encoder.layer.{layer}.", hidden)
        hidden = _feed_forward(builder, shape, f"encoder.layer.{layer}.", attended, outliers[layer])
    builder.add("Identity", [hidden], "last_hidden_state")
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", shape.hidden])
    graph = helper.make_graph(builder.nodes, "encoder", inputs, [output], builder.initializers)
    opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS]
    return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="kutip")


class Builder:
    """Collects nodes and tensors."""

    def __init__(
        self, tensors: Mapping[str, torch.Tensor], stored: Mapping[str, StoredTensor], weights_file: str
    ) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._tensors = tensors
        self._stored = stored
        self._weights_file = weights_file

    def numbers(self, name: str) -> NDArray[np.float32]:
        """A weight in float32."""
        numbers: NDArray[np.float32] = self._tensors[name].float().numpy()
        return numbers

    def add(
        self,
        operator: str,
        inputs: Sequence[str],
        output: str | Sequence[str],
        *,
        contrib: bool = False,
        **options: Any,
    ) -> str:
        """Add a node; :return: the name of its first output."""
        outputs = [output] if isinstance(output, str) else list(output)
        domain = _CONTRIB if contrib else ""
        self.nodes.append(helper.make_node(operator, inputs, outputs, name=outputs[0], domain=domain, **options))
        return outputs[0]

    def constant(self, name: str, numbers: NDArray[np.generic]) -> str:
        """Add a tensor to the graph's own file."""
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def weight(self, name: str, kind: int | None = None) -> str:
        """Point to a tensor of the weights file. :param kind: read its bytes as this kind instead of its own."""
        entry = self._stored[name]
        tensor = onnx.TensorProto(name=name, data_type=kind or _KINDS[entry.kind], dims=entry.shape)
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", self._weights_file), ("offset", entry.offset), ("length", entry.size)):
            tensor.external_data.add(key=key, value=str(value))
        self.initializers.append(tensor)
        return name

    def codes(self, name: str) -> str:
        """Point to the bytes of a tensor of eight-bit floats."""
        return self.weight(name, TensorProto.UINT8)

    def integers(
        self, name: str, layers: Sequence[str], matrix: NDArray[np.float32], steps: NDArray[np.float32]
    ) -> str:
        """The matrices of some dense layers side by side as eight-bit integers, made from the eight-bit floats.

        They get the name ``{name}.integers``, (inputs, outputs).

        :param matrix: (outputs, inputs), the same in float32. :param steps: (outputs,).
        :return: name of the steps in float16.
        """
        del matrix
        wide = [
            self.add("Cast", [self.weight(f"{layer}.weight")], f"{layer}.float16", to=TensorProto.FLOAT16)
            for layer in layers
        ]
        whole = wide[0] if len(wide) == 1 else self.add("Concat", wide, f"{name}.float16", axis=0)
        half_steps = self.constant(f"{name}.half_steps", steps.astype(np.float16))
        zeros = self.constant(f"{name}.zeros", np.zeros(len(steps), dtype=np.int8))
        self.add("QuantizeLinear", [whole, half_steps, zeros], f"{name}.rows", axis=0)
        self.add("Transpose", [f"{name}.rows"], f"{name}.integers", perm=[1, 0])
        return half_steps


def _embed(builder: Builder, shape: Shape) -> str:
    """Word, position and token type embeddings, normalised."""
    rows = builder.add("Gather", [builder.codes("embeddings.word_embeddings.weight"), "input_ids"], "word.codes")
    # Gather takes no eight-bit floats, so the rows' bytes are looked up in the table of all 256 values.
    builder.add("Cast", [rows], "word.places", to=TensorProto.INT32)
    words = builder.add("Gather", [builder.constant("eight_bit_values", eight_bit_values()), "word.places"], "word")
    builder.add("Shape", ["input_ids"], "token_count", start=1, end=2)
    zero = builder.constant("zero", np.array([0], dtype=np.int64))
    positions = builder.add(
        "Slice", [builder.weight("embeddings.position_embeddings.weight"), zero, "token_count", zero], "position"
    )
    types = builder.add("Gather", [builder.weight("embeddings.token_type_embeddings.weight"), zero], "type")
    builder.add("Add", [positions, types], "place")
    builder.add("Add", [words, "place"], "embedded")
    return _normalise(builder, shape, "embeddings.LayerNorm", "embedded")


def eight_bit_values() -> NDArray[np.float32]:
    """The value of each byte as an eight-bit float, (256,), with 0 for the two that are no number."""
    values: NDArray[np.float32] = torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn).float().numpy()
    return np.where(np.isnan(values), np.float32(0), values)


def _normalise(builder: Builder, shape: Shape, name: str, value: str) -> str:
    inputs = [value, builder.weight(f"{name}.weight"), builder.weight(f"{name}.bias")]
    return builder.add(
        "LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=shape.layer_norm_epsilon, stash_type=1
    )


def _attend(builder: Builder, shape: Shape, prefix: str, hidden: str) -> str:
    """Self-attention, the residual and its layer norm."""
    parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
    projected = _multiply(builder, hidden, parts, f"{prefix}qkv")
    split = [f"{part}.out" for part in parts]
    builder.add("Split", [projected], split, axis=-1, num_outputs=len(split))
    builder.add("MultiHeadAttention", split, f"{prefix}context", contrib=True, num_heads=shape.heads)
    output = _multiply(builder, f"{prefix}context", [f"{prefix}attention.output.dense"], f"{prefix}attention.dense")
    builder.add("Add", [output, hidden], f"{prefix}attention.sum")
    return _normalise(builder, shape, f"{prefix}attention.output.LayerNorm", f"{prefix}attention.sum")


def _feed_forward(builder: Builder, shape: Shape, prefix: str, hidden: str, outliers: Sequence[int]) -> str:
    """The two dense layers with GELU between, the residual and its layer norm."""
    wide = _multiply(builder, hidden, [f"{prefix}intermediate.dense"], f"{prefix}wide", silenced=outliers)
    builder.add("Gelu", [wide], f"{prefix}active", contrib=True)
    output = _multiply(builder, f"{prefix}active", [f"{prefix}output.dense"], f"{prefix}narrow")
    if outliers:
        apart = _outlier_path(builder, prefix, hidden, list(outliers))
        output = builder.add("Add", [output, apart], f"{prefix}both")
    builder.add("Add", [output, hidden], f"{prefix}sum")
    return _normalise(builder, shape, f"{prefix}output.LayerNorm", f"{prefix}sum")


def _outlier_path(builder: Builder, prefix: str, hidden: str, channels: list[int]) -> str:
    """What some feed-forward channels add to the output, in float32."""
    into = builder.constant(f"{prefix}apart.in", builder.numbers(f"{prefix}intermediate.dense.weight")[channels].T)
    bias = builder.constant(f"{prefix}apart.bias", builder.numbers(f"{prefix}intermediate.dense.bias")[channels])
    out = builder.constant(f"{prefix}apart.out", builder.numbers(f"{prefix}output.dense.weight")[:, channels].T)
    builder.add("MatMul", [hidden, into], f"{prefix}apart.product")
    builder.add("Add", [f"{prefix}apart.product", bias], f"{prefix}apart.wide")
    builder.add("Gelu", [f"{prefix}apart.wide"], f"{prefix}apart.active", contrib=True)
    return builder.add("MatMul", [f"{prefix}apart.active", out], f"{prefix}apart")


def _multiply(builder: Builder, value: str, layers: Sequence[str], name: str, silenced: Sequence[int] = ()) -> str:
    """One integer product with the matrices of some dense layers side by side, their biases added.

    :param silenced: outputs to hold at 0.
    """
    matrix = np.concatenate([builder.numbers(f"{layer}.weight") for layer in layers])
    bias = np.concatenate([builder.numbers(f"{layer}.bias") for layer in layers])
    steps = weight_steps(matrix)
    steps[list(silenced)] = _SILENCED_STEP
    bias[list(silenced)] = 0.0
    half_steps = builder.integers(name, layers, matrix, steps)
    full_steps = builder.add("Cast", [half_steps], f"{name}.steps", to=TensorProto.FLOAT)
    inputs = [value, f"{name}.integers", full_steps, "", builder.constant(f"{name}.bias", bias)]
    return builder.add("DynamicQuantizeMatMul", inputs, f"{name}.out", contrib=True)


def weight_steps(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """The step of each output's integers.

    :param matrix: (outputs, inputs).
    :return: (outputs,), each a number that float16 holds exactly.
    """
    steps = np.abs(matrix).max(axis=1) / LEVELS
    # Rounding up keeps the largest weight within the levels.
    halves = np.nextafter(steps.astype(np.float16), np.float16(np.inf))
    exact: NDArray[np.float32] = halves.astype(np.float32)
    return exact
