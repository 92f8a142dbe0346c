"""Fits the order and the confidence after reading, see :mod:`retrieval.reading`, to questions with known answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.reading_model import COLUMNS, SIGNS, Read, ReadingModel, reading_columns, reading_signs

ORDER_DECAY = 3e-3
CONFIDENCE_DECAY = 3e-3
"""L2 decay of both models, over standardised columns."""

OFF_TOPIC_WEIGHT = 4.0
"""Of questions about nothing that any article is about: few were written, and many are asked."""

COVERAGE = 0.87
"""Share of answerable questions that are answered: 0.85, with room for questions of other articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitExample:
    """A question whose best candidates were read.

    :param table: (n, len(FEATURES)) float32. :param search_scores: (n,) float32. :param right: (n,) bool.
    :param versions: of the candidates' articles.
    """

    answerable: bool
    style: str
    table: NDArray[np.float32]
    search_scores: NDArray[np.float32]
    right: NDArray[np.bool_]
    versions: Sequence[int]
    read: Read
    known_words: float

    @property
    def read_right(self) -> NDArray[np.bool_]:
        """(read,) bool, which of the candidates that were read answer."""
        return self.right[list(self.read.places)]

    def columns(self) -> NDArray[np.float32]:
        """(read, len(COLUMNS)) float32."""
        return reading_columns(self.read, self.table, self.search_scores, self.versions)

    def signs(self, weights: NDArray[np.float32]) -> tuple[NDArray[np.float32], bool]:
        """(len(SIGNS),) float32 of the order that the weights give, and whether its first sentence answers."""
        columns = self.columns()
        own = columns @ weights
        look = reading_signs(
            self.read,
            columns,
            own,
            [self.versions[place] for place in self.read.places],
            known_words=self.known_words,
        )
        return look, bool(self.read_right[int(np.argmax(own))])


def fit(examples: Sequence[FitExample], *, coverage: float = COVERAGE) -> ReadingModel:
    """Fit both models.

    The confidence is fitted to orders that were themselves fitted to other questions, in two halves, so that it does
    not take the order for surer than it is.

    :param coverage: share of the answerable questions that the threshold lets through.
    """
    weights = fit_order(examples)
    halves = [examples[0::2], examples[1::2]]
    looks: list[NDArray[np.float32]] = []
    right: list[bool] = []
    answerable: list[bool] = []
    for half, other in (halves, halves[::-1]):
        foreign = fit_order(other)
        for example in half:
            look, is_right = example.signs(foreign)
            looks.append(look)
            right.append(is_right)
            answerable.append(example.answerable)
    table = np.stack(looks)
    emphasis = np.concatenate(
        [[OFF_TOPIC_WEIGHT if one.style == "off-topic" else 1.0 for one in half] for half in halves]
    )
    answerable_weights = fit_logistic(table, np.asarray(answerable), emphasis)
    model = ReadingModel(
        weights=weights,
        confidence_weights=fit_logistic(table, np.asarray(right)),
        answerable_weights=answerable_weights,
        threshold=0.0,
    )
    chances = [model.answerable(look) for look, flag in zip(looks, answerable, strict=True) if flag]
    return replace(model, threshold=round(float(np.quantile(chances, 1 - coverage)), 4))


def fit_order(examples: Sequence[FitExample]) -> NDArray[np.float32]:
    """Weights under which the right sentences get most of the softmax over what was read.

    :return: (len(COLUMNS),) float32, for columns as they are.
    """
    import torch

    used = [example for example in examples if example.read_right.any()]
    tables = [example.columns() for example in used]
    scale = np.concatenate(tables).std(axis=0) + 1e-3
    longest = max(len(table) for table in tables)
    stacked = torch.zeros(len(used), longest, len(COLUMNS))
    right = torch.zeros(len(used), longest, dtype=torch.bool)
    held = torch.zeros(len(used), longest, dtype=torch.bool)
    for row, (example, table) in enumerate(zip(used, tables, strict=True)):
        stacked[row, : len(table)] = torch.from_numpy(table / scale)
        right[row, : len(table)] = torch.from_numpy(example.read_right)
        held[row, : len(table)] = True
    weights = torch.zeros(len(COLUMNS), requires_grad=True)

    def loss() -> Any:
        scores = (stacked @ weights).masked_fill(~held, -torch.inf)
        log_share = scores.logsumexp(1) - scores.masked_fill(~right, -torch.inf).logsumexp(1)
        return log_share.mean() + ORDER_DECAY * weights.square().sum()

    minimise(weights, loss)
    return np.asarray(weights.detach().numpy() / scale, dtype=np.float32)


def fit_logistic(
    signs: NDArray[np.float32], right: NDArray[np.bool_], emphasis: NDArray[np.float64] | None = None
) -> NDArray[np.float32]:
    """Logistic regression over the signs.

    :param right: (n,) bool, what is to be foretold.
    :param emphasis: (n,), how much each question counts; None is all alike.

    :return: (len(SIGNS),) float32, for signs as they are.
    """
    import torch

    scale = signs.std(axis=0)
    scale[scale == 0] = 1.0
    table = torch.from_numpy(signs / scale)
    target = torch.from_numpy(right.astype(np.float32))
    weight = torch.from_numpy(emphasis).float() if emphasis is not None else None
    weights = torch.zeros(len(SIGNS), requires_grad=True)

    def loss() -> Any:
        found = torch.nn.functional.binary_cross_entropy_with_logits(table @ weights, target, weight)
        return found + CONFIDENCE_DECAY * weights[:-1].square().sum()

    minimise(weights, loss)
    return np.asarray(weights.detach().numpy() / scale, dtype=np.float32)


def minimise(weights: Any, loss: Any) -> None:
    """Bring a convex loss to its minimum."""
    import torch

    optimiser = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    step: Any = optimiser.step
    step(closure)
