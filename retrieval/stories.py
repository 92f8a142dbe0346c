"""Articles of a day or two -> the stories that they tell: several outlets and several updates are one story. Pure.

Two articles are alike by meaning (vectors of their first sentences, with what all articles of the day share taken away)
and by words (TF-IDF of stems over headline and first sentences), half and half. Stories are the clusters of
average linkage: every article of a story is, on average over all others, alike enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from corpus.types import Article, Sentence
from retrieval.stems import IndonesianStems, words_of
from retrieval.stop_words import weight_of

LEAD_SENTENCES = 5
"""What a news article is about stands at its beginning."""

TITLE_WEIGHT = 2
"""A word of the headline counts as two of the text."""

ALIKE = 0.48
"""Average likeness of the articles of a story. Tuned on five days of June 2025 read by hand (2,231 placements): of the
articles grouped 94 % belonged to their story at 0.44, 95.5 % at 0.48, 96 % at 0.5, ever more of them left alone."""

SAME_OUTLET = 0.09
"""Taken off the likeness of two articles of one outlet: its columns and its way of writing make them alike. Without it
articles of groups of one outlet were in their story in 78 %, those of three outlets in 96 % (1,539 read by hand)."""

ALIKE_AS_WHOLES, OUTLETS_OF_FACETS = 0.4, 3
"""Average likeness from which two groups are facets of one story, and how many outlets they must have together. At 0.28
the dividends of two firms and two matches of a tournament were joined."""

_BLOCK_ROWS = 1024

_WHOLE_UP_TO = 3_000
"""Articles up to which the likeness of all pairs is computed once and kept (36 MB)."""

Places = Sequence[int] | slice | NDArray[np.intp]
"""Which of the articles that are grouped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """An article as it is grouped.

    :param sentences: all of them, in reading order.
    :param vectors: (sentences, dim), of any float type.
    """

    article: Article
    sentences: Sequence[Sentence]
    vectors: NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsStory:
    """One story of the day.

    :param members: places of its articles in the sequence that was grouped, the most central first.
    :param centrality: (members,) float32 in 0..1, average likeness with the other members; 1 for a single article.
    """

    members: tuple[int, ...]
    centrality: NDArray[np.float32]


class Likeness:
    """How alike articles are. Holds vectors and word weights, and multiplies blocks of them when asked.

    Where there are few articles all pairs are multiplied at once, for the many small blocks cost more than that.
    """

    def __init__(self, dispatches: Sequence[Dispatch], stems: IndonesianStems) -> None:
        self._meaning = _meanings(dispatches)
        self._words = _word_weights(dispatches, stems)
        names: dict[str, int] = {}
        self.outlets = np.asarray([names.setdefault(one.article.source, len(names)) for one in dispatches], np.intp)
        """(n,) a number for the outlet of each article."""
        self._table = self._product(slice(None), slice(None)) if 0 < len(self) <= _WHOLE_UP_TO else None

    def __len__(self) -> int:
        return len(self._meaning)

    def between(self, rows: Places, columns: Places) -> NDArray[np.float32]:
        """:return: (rows, columns) float32, about -0.1 for unrelated articles and 1 for the same text."""
        first, second = (part if isinstance(part, slice) else np.asarray(part, np.intp) for part in (rows, columns))
        if self._table is not None:
            return self._table[first][:, second]
        return self._product(first, second)

    def _product(self, first: slice | NDArray[np.intp], second: slice | NDArray[np.intp]) -> NDArray[np.float32]:
        words = (self._words[first] @ self._words[second].T).toarray()
        same_outlet = self.outlets[first][:, None] == self.outlets[second][None, :]
        table = 0.5 * words + 0.5 * (self._meaning[first] @ self._meaning[second].T) - SAME_OUTLET * same_outlet
        return np.asarray(table, dtype=np.float32)

    def between_groups(self, groups: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Average likeness of the articles of one group and those of another, outlets left aside.

        :return: (groups, groups) float32; the diagonal means nothing.
        """
        rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        places = np.concatenate([np.asarray(group, dtype=np.intp) for group in groups])
        shares = np.repeat([1 / len(group) for group in groups], [len(group) for group in groups])
        mean = csr_matrix((shares, (rows, places)), shape=(len(groups), len(self)))
        words, meaning = mean @ self._words, mean @ self._meaning
        return np.asarray(0.5 * (words @ words.T).toarray() + 0.5 * (meaning @ meaning.T), dtype=np.float32)


def group(likeness: Likeness, groups: Sequence[str | None], *, alike: float = ALIKE) -> list[NewsStory]:
    """Group articles into stories; every article is in exactly one.

    :param groups: the near-copy group of each article or None; near copies are always one story.
    :return: stories with the most articles first.
    """
    if not len(likeness):
        return []
    copies = _copy_labels(groups)
    groups_of_articles = [
        members
        for component in _components(likeness, copies, alike)
        for members in _average_linkage(component, likeness, copies[component], alike)
    ]
    stories = [_story(members, likeness) for members in _united(groups_of_articles, likeness)]
    return sorted(stories, key=lambda story: (-len(story.members), story.members[0]))


def _copy_labels(groups: Sequence[str | None]) -> NDArray[np.intp]:
    """A number for each article, the same for near copies of one another."""
    labels: dict[str, int] = {}
    return np.asarray(
        [place if name is None else labels.setdefault(name, -1 - place) for place, name in enumerate(groups)],
        dtype=np.intp,
    )


def _components(likeness: Likeness, copies: NDArray[np.intp], alike: float) -> list[NDArray[np.intp]]:
    """Articles that hang together by at least one alike pair each; a story never reaches beyond such a component."""
    count = len(likeness)
    _, first_copy, label = np.unique(copies, return_index=True, return_inverse=True)
    rows, columns = [np.arange(count)], [first_copy[label]]
    for start in range(0, count, _BLOCK_ROWS):
        row, column = np.nonzero(likeness.between(slice(start, start + _BLOCK_ROWS), slice(None)) >= alike)
        rows.append(row + start)
        columns.append(column)
    places = (np.concatenate(rows), np.concatenate(columns))
    graph = coo_matrix((np.ones(len(places[0]), dtype=np.int8), places), shape=(count, count))
    found, labels = connected_components(graph, directed=False)
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.cumsum(np.bincount(labels, minlength=found))[:-1])


def _average_linkage(
    component: NDArray[np.intp], likeness: Likeness, copies: NDArray[np.intp], alike: float
) -> list[list[int]]:
    """Split a component into stories.

    :param copies: (component,) labels; near copies are at no distance from one another.
    """
    if len(component) == 1:
        return [[int(component[0])]]
    distance = 1 - likeness.between(component, component)
    distance = np.maximum((distance + distance.T) / 2, 0)
    distance[copies[:, None] == copies[None, :]] = 0
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - alike, "distance")
    return [component[labels == label].tolist() for label in np.unique(labels)]


def _united(groups: list[list[int]], likeness: Likeness) -> list[list[int]]:
    """Join groups that tell of one event: big stories fall apart into facets, which are alike enough as wholes.

    Only groups of several articles are joined, and only where several outlets stand behind them together.
    """
    facets = [group for group in groups if len(group) > 1]
    rest = [group for group in groups if len(group) == 1]
    if len(facets) < 2:
        return groups
    table = likeness.between_groups(facets)
    np.fill_diagonal(table, -1)
    sizes = np.asarray([len(facet) for facet in facets], dtype=np.float32)
    while True:
        first, second = (int(place) for place in np.unravel_index(np.argmax(table), table.shape))
        if table[first, second] < ALIKE_AS_WHOLES:
            return [facet for facet in facets if facet] + rest
        if len(np.unique(likeness.outlets[facets[first] + facets[second]])) < OUTLETS_OF_FACETS:
            table[first, second] = table[second, first] = -1
            continue
        together = sizes[first] + sizes[second]
        table[first] = (sizes[first] * table[first] + sizes[second] * table[second]) / together
        table[:, first] = table[first]
        table[second], table[:, second], table[first, first] = -1, -1, -1
        facets[first], facets[second], sizes[first] = facets[first] + facets[second], [], together


def _story(members: Sequence[int], likeness: Likeness) -> NewsStory:
    if len(members) == 1:
        return NewsStory(members=tuple(members), centrality=np.ones(1, dtype=np.float32))
    table = likeness.between(members, members)
    centrality = (table.sum(axis=1) - np.diag(table)) / (len(members) - 1)
    order = np.argsort(-centrality, kind="stable")
    return NewsStory(members=tuple(members[place] for place in order), centrality=np.clip(centrality[order], 0, 1))


def _meanings(dispatches: Sequence[Dispatch]) -> NDArray[np.float32]:
    """(n, dim) float32 of length 1; what the articles have in common is taken away where there are enough of them."""
    if not dispatches:
        return np.zeros((0, 1), dtype=np.float32)
    leads = np.stack(
        [np.asarray(dispatch.vectors[:LEAD_SENTENCES], dtype=np.float32).mean(axis=0) for dispatch in dispatches]
    )
    leads /= np.maximum(np.linalg.norm(leads, axis=1, keepdims=True), 1e-9)
    if len(leads) > 2:
        leads = leads - leads.mean(axis=0)
        leads /= np.maximum(np.linalg.norm(leads, axis=1, keepdims=True), 1e-9)
    return leads


def _word_weights(dispatches: Sequence[Dispatch], stems: IndonesianStems) -> csr_matrix:
    """(n, stems) sparse float32, TF-IDF rows of length 1."""
    columns: dict[str, int] = {}
    sizes: list[int] = []
    found: list[int] = []
    times: list[int] = []
    for dispatch in dispatches:
        counts = _stem_counts(dispatch, stems)
        sizes.append(len(counts))
        found += [columns.setdefault(stem, len(columns)) for stem in counts]
        times += counts.values()
    count = len(dispatches)
    rows, places = np.repeat(np.arange(count), sizes), np.asarray(found, dtype=np.intp)
    idf = np.log((1 + count) / (1 + np.bincount(places, minlength=len(columns)))) + 1e-3
    weights = (1 + np.log(np.asarray(times, dtype=np.float32))) * idf[places]
    lengths = np.sqrt(np.bincount(rows, weights=weights**2, minlength=count))
    weights /= np.maximum(lengths[rows], 1e-9)
    return csr_matrix((weights.astype(np.float32), (rows, places)), shape=(count, max(len(columns), 1)))


def _stem_counts(dispatch: Dispatch, stems: IndonesianStems) -> Counter[str]:
    words = TITLE_WEIGHT * words_of(dispatch.article.title)
    words += words_of("\n".join(sentence.text for sentence in dispatch.sentences[:LEAD_SENTENCES]))
    return Counter(stems.of(word for word in words if weight_of(word) == 1))
