"""What retrieval asks of its engines, as Protocols."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.reader_input import Passage, Reading
from retrieval.stems import WeightedTerm
from retrieval.types import Filter, Hits

if TYPE_CHECKING:
    from retrieval.dense_state import DenseRows
    from retrieval.lexical_texts import LexicalArticle

Progress = Callable[[int], None]
"""Called with the number of texts finished since the last call."""


class Encoder(Protocol):
    """Text to unit vectors, so that a dot product is a cosine.

    Invariants: rows are float32 of length 1; the same text gives nearly the same vector (cosine 0.99 or more) whatever
    it is encoded together with; text beyond `max_tokens` is cut off; any string is accepted, also an empty one;
    methods may be called from several threads at once and block the thread they run on.
    """

    @property
    def fingerprint(self) -> str:
        """Equal for encoders whose vectors may be compared: model, revision, dimension and text format."""

    @property
    def dim(self) -> int:
        """Numbers in a vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens that are encoded together at most, with the prompt."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """:return: (n, dim) float32, for questions."""

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """:return: (n, dim) float32, for sentences and longer texts that are searched."""

    def encode_spans(
        self, passages: Sequence[Sequence[str]], *, progress: Progress | None = None
    ) -> list[NDArray[np.float32]]:
        """Encode the consecutive sentences of each passage together, so that each knows its context.

        :param passages: for each passage its heading, which is read before whatever is encoded together, then its
            sentences in order.
        :return: for each passage (texts, dim) float32.
        """


class Reader(Protocol):
    """Reads a question with passages: which sentence answers, and with which words.

    Invariants: one reading for each passage, in order; a passage is read alike whatever it is read together with (but
    for rounding); any texts are taken, also empty ones; methods may be called from several threads at once and block
    the thread they run on.
    """

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """:return: for each passage its reading."""


class VectorIndex(Protocol):
    """Vectors of sentences, found by cosine."""

    def search(
        self,
        query: NDArray[np.float32],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
    ) -> Hits:
        """Find the sentences whose vectors are nearest.

        :param query: (dim,) float32 of length 1.
        :param within: only sentences of these versions of articles; none at all for an empty collection.
        :return: ids of sentences with their cosines, which may be off by about 0.001.
        """


class WordIndex(Protocol):
    """Words of sentences and articles, found by BM25; and the vocabulary that they make up."""

    @property
    def sentence_count(self) -> int:
        """Sentences held, for inverse document frequencies."""

    def document_frequency(self, stem: str) -> int:
        """:return: sentences with the stem; those removed lately may still be counted."""

    def terms(self, text: str, *, weight: float = 1.0) -> list[WeightedTerm]:
        """:return: the words of a text as the searches want them, stop words weighted down; any text is taken."""

    def search_sentences(
        self,
        terms: Sequence[WeightedTerm],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
    ) -> Hits:
        """:return: ids of sentences with some of the words, and sums of BM25."""

    def search_articles(
        self,
        terms: Sequence[WeightedTerm],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
    ) -> Hits:
        """:return: versions of articles with some of the words, and sums of BM25."""

    def knows(self, word: str) -> bool:
        """Whether some article uses the word as written."""

    def suggest(self, word: str) -> list[str]:
        """Words of the articles that a mistyped word may stand for, the likeliest first."""


class FollowingVectors(VectorIndex, Protocol):
    """A vector index that follows the change log of a store."""

    @property
    def seq(self) -> int:
        """Last change of the log that it holds."""

    @property
    def is_exhaustive(self) -> bool:
        """Whether a search compares the query with every vector."""

    @property
    def bytes_per_vector(self) -> float:
        """Memory of this process that it takes for each vector."""

    def __len__(self) -> int:
        """Vectors held."""

    def versions(self) -> dict[int, int]:
        """Versions of the articles held, each with its number of vectors."""

    def apply(self, *, added: Sequence[DenseRows] = (), removed: Collection[int] = (), seq: int) -> None:
        """Take in changes up to `seq`; searches that begin afterwards see them. Once more changes nothing."""


class FollowingWords(WordIndex, Protocol):
    """A word index that follows the change log of a store."""

    @property
    def seq(self) -> int:
        """Last change of the log that it holds."""

    def versions(self) -> dict[int, int]:
        """Versions of the articles held, each with its number of sentences."""

    def apply(self, *, added: Sequence[LexicalArticle] = (), removed: Collection[int] = (), seq: int) -> None:
        """Take in changes up to `seq`; searches that begin afterwards see them. Once more changes nothing."""

    def reload(self) -> bool:
        """See what other processes took in. :return: whether anything is new."""


class SentenceIndex(Protocol):
    """What answering asks of the indexes of a store, whatever engines they run on.

    Invariants: an id is that of :class:`corpus.types.Sentence`, so a hit on a text that the store no longer has is
    an id that the store does not know; a filter limits the search itself, so that whatever it allows can be found, and
    changes no score; hits come best first, at most `k` of them, fewer only where no more match. Searches read one
    state of the index, may be made from any number of threads while changes are applied, block the thread they run on,
    and raise nothing that depends on what was typed. Cosines may be compared between searches, sums of BM25 only as
    shares of the best of the same search.
    """

    @property
    def dense(self) -> VectorIndex:
        """By meaning."""

    @property
    def lexical(self) -> WordIndex:
        """By words."""
