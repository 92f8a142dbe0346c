"""What a reader in training is worth: a few figures on validation questions, for the curve of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from retrieval.evaluate import token_f1
from scripts.training.composing import Composer, Group
from scripts.training.examples import ReadingExample
from scripts.training.reader_model import ReaderModel, run_rows

ROOM = 750
"""Pieces read for a question."""
SEARCH_WEIGHT = 0.5
"""Of the search's score beside the reader's, for the curve only; the answer path learns its own."""
LONGEST_SPAN = 40


def measure(model: ReaderModel, composer: Composer, examples: Sequence[ReadingExample]) -> dict[str, float]:
    """Sentence@1 of search, reader and their sum; AUROC of answerable; F1 of spans in the gold sentence."""
    model.eval()
    hits: list[list[bool]] = []
    any_answers: list[tuple[bool, float]] = []
    spans: list[float] = []
    with torch.inference_mode():
        for example in examples:
            group = composer.serve(example, ROOM)
            if not group.rows:
                continue
            states = run_rows(model, [row.ids for row in group.rows])
            scores = np.concatenate(
                [model.sentence_scores(own, row.bounds).numpy() for own, row in zip(states, group.rows, strict=True)]
            )
            any_answers.append((example.answerable, float(np.logaddexp.reduce(scores))))
            if not example.answerable:
                continue
            right = np.asarray([flag for flags in group.right for flag in flags])
            search = np.asarray([example.candidates[place].score for places in group.places for place in places])
            both = scores + SEARCH_WEIGHT * search
            hits.append([bool(right[best.argmax()]) for best in (search, scores, both, right)])
            if example.answer and group.span:
                spans.append(_span_f1(model, example, group, states))
    return {
        **dict(zip(("search@1", "reader@1", "both@1", "read"), np.mean(hits, axis=0).tolist(), strict=True)),
        "auroc": auroc(np.asarray([flag for flag, _ in any_answers]), np.asarray([value for _, value in any_answers])),
        "span_f1": float(np.mean(spans)) if spans else 0.0,
    }


def _span_f1(model: ReaderModel, example: ReadingExample, group: Group, states: Sequence[torch.Tensor]) -> float:
    """F1 of the best span in the sentence that holds the answer."""
    assert group.span is not None  # noqa: S101 - the caller looked
    number, first, _ = group.span
    row = group.rows[number]
    sentence = next(place for place, (start, end) in enumerate(row.bounds) if start <= first < end)
    start, end = row.bounds[sentence]
    scores = model.span_scores(states[number])[start:end].numpy()
    begin, last = best_span(scores)
    offsets = row.offsets[sentence]
    text = example.candidates[group.places[number][sentence]].text
    return token_f1(text[offsets[begin][0] : offsets[last][1]], example.answer)


def best_span(scores: NDArray[np.float32]) -> tuple[int, int]:
    """First and last piece of the span with the highest sum of start and end.

    :param scores: (pieces, 2) float32, at least one piece.
    """
    sums = scores[:, 0][:, None] + scores[:, 1][None, :]
    allowed = np.triu(np.ones_like(sums, dtype=bool)) & ~np.triu(np.ones_like(sums, dtype=bool), LONGEST_SPAN)
    place = int(np.where(allowed, sums, -np.inf).argmax())
    return divmod(place, len(scores))


def auroc(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Chance that a positive scores above a negative."""
    if positive.all() or not positive.any():
        return float("nan")
    above = (scores[positive][:, None] > scores[~positive][None, :]).mean()
    return float(above + (scores[positive][:, None] == scores[~positive][None, :]).mean() / 2)
