"""Cosines over the stacked vectors of several articles, against the plain way of computing them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.vector_stack import NEIGHBOURS, VectorStack

DIM = 8


def articles_of(sizes: list[int], seed: int) -> list[NDArray[np.float16]]:
    """Random unit vectors, an array an article."""
    chance = np.random.default_rng(seed)
    rows = [chance.normal(size=(size, DIM)) + 1 for size in sizes]
    return [(some / np.linalg.norm(some, axis=1, keepdims=True)).astype(np.float16) for some in rows]


def cosine(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Cosine of two vectors of any length."""
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


SIZES = st.lists(st.integers(1, 7), min_size=1, max_size=6)


@given(sizes=SIZES, seed=st.integers(0, 1000))
def test_passage_is_the_sentence_with_its_neighbours_of_the_same_article(sizes: list[int], seed: int) -> None:
    """A passage's cosine is that of the sum of the sentence and up to two neighbours on either side."""
    articles = articles_of(sizes, seed)
    query = np.eye(DIM, dtype=np.float32)[0]
    stack = VectorStack.of(articles)
    expected = [
        cosine(rows[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1].astype(np.float64).sum(axis=0), query)
        for rows in articles
        for place in range(len(rows))
    ]
    assert pytest.approx(expected, abs=1e-4) == stack.passage_cosines(stack.matrix @ query).tolist()


@given(sizes=SIZES, seed=st.integers(0, 1000))
def test_article_is_the_sum_of_its_sentences(sizes: list[int], seed: int) -> None:
    """An article's cosine is that of the sum of all its sentences."""
    articles = articles_of(sizes, seed)
    query = np.eye(DIM, dtype=np.float32)[1]
    stack = VectorStack.of(articles)
    expected = [cosine(rows.astype(np.float64).sum(axis=0), query) for rows in articles]
    assert pytest.approx(expected, abs=1e-4) == stack.article_cosines(stack.matrix @ query).tolist()


def test_positions_start_anew_in_each_article() -> None:
    """Positions count the sentences of an article from 0."""
    assert [0, 1, 2, 0, 0, 1] == VectorStack.of(articles_of([3, 1, 2], seed=1)).positions.tolist()


def test_spread_repeats_what_belongs_to_an_article() -> None:
    """A value of an article is given to each of its sentences."""
    stack = VectorStack.of(articles_of([2, 3], seed=1))
    assert [7, 7, 9, 9, 9] == stack.spread(np.asarray([7, 9])).tolist()
