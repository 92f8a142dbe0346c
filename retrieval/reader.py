"""(question, passage) -> which sentence answers, with which words: the shipped reader on onnxruntime.

The graph gives a state for every piece; the heads, a few thousand numbers, are applied here. A sentence is scored from
the mark at its end and the mean of its own pieces, a span from the states of its first and last piece.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import MODEL_FOLDER as ENCODER_FOLDER
from retrieval.encoding import usable_processors
from retrieval.errors import ModelBrokenError, ModelMissingError
from retrieval.onnx_graph import OnnxGraph
from retrieval.reader_input import Layout, Passage, Reading, ReadSpan, Row

MODEL_FOLDER = Path(__file__).parent / "models" / "reader"
"""The shipped model; its card is the README.md inside. It shares the tokenizer of the encoder."""

LONGEST_SPAN = 40
"""Most pieces of a span."""

HEADS = ("hidden.weight", "hidden.bias", "score.weight", "score.bias", "span.weight", "span.bias")

_MEND = "install Kutip again, or make the model anew with `python -m scripts.export_reader`"


class OnnxReader:
    """The shipped reader.

    :param folder: with ``model.onnx`` and ``heads.npz``.
    :param tokenizer: file of the tokenizer.
    :param threads: to compute with; None is one for each processor that the process may use.
    :raises ModelMissingError: a file is not there.
    :raises ModelBrokenError: a file cannot be used.
    """

    def __init__(
        self,
        folder: Path = MODEL_FOLDER,
        *,
        tokenizer: Path = ENCODER_FOLDER / "tokenizer.json",
        threads: int | None = None,
    ) -> None:
        for file in (folder / "model.onnx", folder / "heads.npz", tokenizer):
            if not file.is_file():
                raise ModelMissingError(str(file.parent), missing=file.name, mend=_MEND)
        try:
            self._load(folder, tokenizer, threads or usable_processors())
        except Exception as error:  # onnxruntime and tokenizers raise bare Exception for files they cannot read
            raise ModelBrokenError(str(folder), detail=str(error).partition("\n")[0], mend=_MEND) from error

    def _load(self, folder: Path, tokenizer: Path, threads: int) -> None:
        from tokenizers import Tokenizer

        self._graph = OnnxGraph(folder / "model.onnx", threads=threads)
        with np.load(folder / "heads.npz", allow_pickle=False) as held:
            self._heads = {name: np.asarray(held[name], dtype=np.float32) for name in HEADS}
        self._layout = Layout(Tokenizer.from_file(str(tokenizer)))

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Read a question with each of the passages.

        :return: for each passage its reading.
        """
        rows = self._layout.rows(question, passages)
        pairs = list(zip(rows, passages, strict=True))
        return list(self._graph.each(self._read, pairs))

    def _read(self, pair: tuple[Row, Passage]) -> Reading:
        row, passage = pair
        return reading_of(self._graph.states(row.ids), row, len(passage.sentences), self._heads)


def reading_of(
    states: NDArray[np.float32], row: Row, sentences: int, heads: Mapping[str, NDArray[np.float32]]
) -> Reading:
    """Apply the heads to the states of a row.

    :param states: (pieces, dim) float32.
    :param sentences: of the passage, whether they found room or not.
    :param heads: by the names of :data:`HEADS`.
    """
    scores = np.full(sentences, -np.inf, dtype=np.float32)
    spans: list[ReadSpan | None] = [None] * sentences
    places = [place for place, (start, end) in enumerate(row.bounds) if end > start]
    if places:
        scores[places] = _sentence_scores(states, [row.bounds[place] for place in places], heads)
        edges = states @ heads["span.weight"].T + heads["span.bias"]
        for place in places:
            start, end = row.bounds[place]
            first, last, probability = best_span(edges[start:end])
            offsets = row.offsets[place]
            spans[place] = ReadSpan(start=offsets[first][0], end=offsets[last][1], probability=probability)
    return Reading(scores=scores, spans=tuple(spans))


def _sentence_scores(
    states: NDArray[np.float32], bounds: Sequence[tuple[int, int]], heads: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    """:return: (sentences,) float32."""
    means = np.stack([states[start:end].mean(axis=0) for start, end in bounds])
    marks = states[[end for _, end in bounds]]
    wide = np.concatenate([marks, means], axis=1) @ heads["hidden.weight"].T + heads["hidden.bias"]
    scores = gelu(wide) @ heads["score.weight"].T + heads["score.bias"]
    return np.asarray(scores[:, 0], dtype=np.float32)


def best_span(edges: NDArray[np.float32]) -> tuple[int, int, float]:
    """The span with the highest product of the chances of its first and its last piece.

    :param edges: (pieces, 2) float32, scores of start and end; at least one piece.
    :return: first and last piece, and the chance 0..1 of the span among all that are allowed.
    """
    sums = edges[:, 0][:, None] + edges[:, 1][None, :]
    allowed = np.triu(np.ones_like(sums, dtype=bool)) & ~np.triu(np.ones_like(sums, dtype=bool), LONGEST_SPAN)
    held = np.where(allowed, sums, -np.inf)
    first, last = divmod(int(held.argmax()), len(edges))
    return first, last, float(1 / np.exp(held - held[first, last]).sum())


def gelu(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """X Phi(x), with the error function of Abramowitz and Stegun 7.1.26, off by at most 1.5e-7.

    >>> [round(float(value), 4) for value in gelu(np.asarray([-1.0, 0.0, 2.0], dtype=np.float32))]
    [-0.1587, 0.0, 1.9545]
    """
    scaled = np.abs(values) / np.sqrt(np.float32(2))
    t = 1 / (1 + np.float32(0.3275911) * scaled)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(values) * (1 - series * np.exp(-scaled * scaled))
    return np.asarray(0.5 * values * (1 + erf), dtype=np.float32)
