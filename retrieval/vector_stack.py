"""Sentence vectors of several articles as one matrix, so that each step over them is one operation on arrays. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 2
"""Sentences on either side that are taken for the passage of a sentence."""

SMALLEST_LENGTH = 1e-9
"""Below it a sum of vectors has no direction."""

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VectorStack:
    """The sentence vectors of several articles, one article below the other.

    :param matrix: (n, dim) float32.
    :param firsts: (articles,) row of each article's first sentence.
    :param sizes: (articles,) rows of each article, none of them 0.
    """

    matrix: NDArray[np.float32]
    firsts: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, parts: Sequence[NDArray[np.float16]]) -> VectorStack:
        """:param parts: for each article (sentences, dim), none of them empty."""
        sizes = np.asarray([len(rows) for rows in parts])
        return cls(matrix=np.concatenate(parts, dtype=np.float32), firsts=np.cumsum(sizes) - sizes, sizes=sizes)

    def spread(self, values: NDArray[Number]) -> NDArray[Number]:
        """:param values: (articles,). :return: (n,), each article's value for every row of it."""
        return np.repeat(values, self.sizes)

    @property
    def positions(self) -> NDArray[np.int64]:
        """(n,) position of each row in its article."""
        return np.arange(len(self.matrix)) - self.spread(self.firsts)

    def article_cosines(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """:param cosines: (n,) of the rows. :return: (articles,) those of the sums of each article's rows."""
        sums = np.add.reduceat(self.matrix, self.firsts, axis=0)
        lengths = np.maximum(np.linalg.norm(sums, axis=1), SMALLEST_LENGTH)
        return np.asarray(np.add.reduceat(cosines, self.firsts) / lengths, dtype=np.float32)

    def passage_cosines(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines of the sums of each row and its neighbours in the article.

        The square of the length of a sum is the sum of the products of its parts, so that the products of rows that lie
        close together are all that it takes: no sum of vectors is made.

        :param cosines: (n,) of the rows. :return: (n,) of the passages.
        """
        rows = np.arange(len(self.matrix))
        begin = np.maximum(rows - NEIGHBOURS, self.spread(self.firsts))
        end = np.minimum(rows + NEIGHBOURS + 1, self.spread(self.firsts + self.sizes))
        squares = np.zeros(len(rows))
        for distance in range(2 * NEIGHBOURS + 1):
            products = np.einsum("ij,ij->i", self.matrix[: max(len(rows) - distance, 0)], self.matrix[distance:])
            pairs = _sums_between(products, begin, np.maximum(end - distance, begin))
            squares += pairs if distance == 0 else 2 * pairs
        lengths = np.maximum(np.sqrt(np.maximum(squares, 0.0)), SMALLEST_LENGTH)
        return np.asarray(_sums_between(cosines, begin, end) / lengths, dtype=np.float32)


def _sums_between(values: NDArray[np.float32], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """:return: for each pair of bounds the sum of ``values[begin:end]``."""
    running = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return np.asarray(running[np.minimum(end, len(values))] - running[np.minimum(begin, len(values))])
