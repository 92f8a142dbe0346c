"""The reader as a torch module: the lower layers of the encoder with heads for sentences and spans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from retrieval.encoding import batches
from retrieval.reader import HEADS, reading_of
from retrieval.reader_input import Layout, Passage, Reading

HEAD_DIM = 256
BATCH_PIECES = 1_300
"""Pieces that go through the model at once, padding counted."""


class ReaderModel(nn.Module):
    """Scores sentences, and the pieces at which an answer starts and ends.

    :param folder: of the encoder whose weights are the starting point.
    :param layers: lower layers kept.
    :param frozen_layers: of these, lowest first, that are not trained; word embeddings never are.
    :param dropout: share of the states that training hides at random.
    """

    def __init__(self, folder: Path, *, layers: int, frozen_layers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = load_encoder(folder, layers, dropout=dropout)
        self.encoder.embeddings.requires_grad_(False)
        for layer in self.encoder.encoder.layer[:frozen_layers]:
            layer.requires_grad_(False)
        dim = int(self.encoder.config.hidden_size)
        self.hidden = nn.Linear(2 * dim, HEAD_DIM)
        self.score = nn.Linear(HEAD_DIM, 1)
        self.span = nn.Linear(dim, 2)

    def states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """:return: (rows, pieces, dim) float32."""
        states: torch.Tensor = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return states

    def sentence_scores(self, states: torch.Tensor, bounds: Sequence[tuple[int, int]]) -> torch.Tensor:
        """:param states: (pieces, dim) of one row. :return: (sentences,), log odds against "none of these"."""
        sums = torch.cat([states.new_zeros(1, states.shape[1]), states.cumsum(0)])
        starts = torch.tensor([start for start, _ in bounds])
        ends = torch.tensor([end for _, end in bounds])
        means = (sums[ends] - sums[starts]) / (ends - starts).clamp(min=1)[:, None]
        hidden = nn.functional.gelu(self.hidden(torch.cat([states[ends], means], dim=1)))
        scores: torch.Tensor = self.score(hidden)[:, 0]
        return scores

    def span_scores(self, states: torch.Tensor) -> torch.Tensor:
        """:return: (..., pieces, 2), of start and end."""
        scores: torch.Tensor = self.span(states)
        return scores


def load_encoder(folder: Path, layers: int, *, dropout: float = 0.0) -> Any:
    """The encoder in float32, its lower layers only."""
    from transformers import BertModel
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    encoder: Any = BertModel.from_pretrained(
        folder,
        attn_implementation="sdpa",
        add_pooling_layer=False,
        num_hidden_layers=layers,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,
    )
    return encoder.float()


def run_rows(model: ReaderModel, rows: Sequence[Sequence[int]], device: str = "cpu") -> list[torch.Tensor]:
    """:return: for each row (pieces, dim), without padding."""
    states: list[torch.Tensor] = [torch.empty(0)] * len(rows)
    for batch in batches([len(row) for row in rows], budget=BATCH_PIECES):
        longest = max(len(rows[place]) for place in batch)
        ids = torch.ones(len(batch), longest, dtype=torch.long)
        mask = torch.zeros(len(batch), longest, dtype=torch.long)
        for number, place in enumerate(batch):
            ids[number, : len(rows[place])] = torch.tensor(rows[place])
            mask[number, : len(rows[place])] = 1
        found = model.states(ids.to(device), mask.to(device))
        for number, place in enumerate(batch):
            states[place] = found[number, : len(rows[place])]
    return states


class TorchReader:
    """A trained model as a reader in float32, to compare what is shipped with.

    :param layout: of the model's tokenizer.
    """

    def __init__(self, model: ReaderModel, layout: Layout) -> None:
        self._model = model.eval()
        self._layout = layout
        self._heads = {name: tensor.numpy() for name, tensor in model.state_dict().items() if name in HEADS}

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """:return: for each passage its reading."""
        rows = self._layout.rows(question, passages)
        with torch.inference_mode():
            states = run_rows(self._model, [row.ids for row in rows])
        return [
            reading_of(own.numpy(), row, len(passage.sentences), self._heads)
            for own, row, passage in zip(states, rows, passages, strict=True)
        ]
