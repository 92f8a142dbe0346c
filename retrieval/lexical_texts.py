"""What the lexical index is given: articles as words and stems, and the state that is committed with them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from corpus.types import POSITION_BITS
from retrieval.stems import WORDS_VERSION, IndonesianStems, words_of

PADDING_WORDS = 40
"""Filling words a sentence, which soften BM25's preference for short sentences.

tantivy fixes k1 at 1.2 and b at 0.75; with m filling words in each document of mean length n the effective b is
0.75 n / (n + m). On the pooled validation questions recall@1 rose from 0.44 to 0.48 with 20 and 40.
"""

TITLE_REPEATS = 2
"""How often a title counts as part of its article's text.

article@1 of the news validation questions: 0.612 once, 0.619 twice, 0.617 three times, 0.596 as a field of its own.
"""

FORMAT = f"2.{WORDS_VERSION}"
"""Part of every fingerprint: the layout of the documents, and the words that they are made of."""

KNOWN_WORDS = 10_000
"""Words remembered as used or unused by the articles, until these change: most are asked for several times over."""

_FILLING = " ·" * PADDING_WORDS

Fields = dict[str, str | int]
"""Values of a document by field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalArticle:
    """What the lexical index holds of one version of an article.

    :param sentences: texts in order; the one at place i has the id ``version << 12 | i``.
    """

    version: int
    source: str
    day: date
    title: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWords:
    """An article split into words, once for both parts of the index; words are parted by spaces.

    :param title: its words, and their stems; likewise those of each sentence.
    """

    article: LexicalArticle
    title: tuple[str, str]
    sentences: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, article: LexicalArticle, stems: IndonesianStems) -> ArticleWords:
        """Split title and sentences into words."""
        title, *sentences = [_words_and_stems(text, stems) for text in (article.title, *article.sentences)]
        return cls(article=article, title=title, sentences=sentences)

    def sentence_documents(self) -> Iterator[Fields]:
        """:return: a document for each sentence, in order."""
        for position, (words, stems) in enumerate(self.sentences):
            identity = self.article.version << POSITION_BITS | position
            yield {**self._common(), "id": identity, "word": words + _FILLING, "stem": stems + _FILLING}

    def article_documents(self) -> Iterator[Fields]:
        """:return: the one document of the article."""
        words, stems = (" ".join(texts) for texts in zip(*[self.title] * TITLE_REPEATS, *self.sentences, strict=True))
        yield {**self._common(), "word": words, "stem": stems}

    def _common(self) -> Fields:
        article = self.article
        return {"version": article.version, "source": article.source, "day": article.day.toordinal()}


def _words_and_stems(text: str, stems: IndonesianStems) -> tuple[str, str]:
    words = words_of(text)
    return " ".join(words), " ".join(stems.of(words))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """What an index says of itself.

    :param fingerprint: of what the texts were made with.
    :param seq: last change of the store's change log that it holds.
    """

    fingerprint: str
    seq: int

    def to_bytes(self) -> bytes:
        """As it is stored."""
        return json.dumps({"fingerprint": self.fingerprint, "seq": self.seq}).encode()

    @classmethod
    def from_bytes(cls, written: bytes) -> IndexState:
        """:raises ValueError: not what :meth:`to_bytes` wrote."""
        try:
            read: Any = json.loads(written)
            return cls(fingerprint=str(read["fingerprint"]), seq=int(read["seq"]))
        except (TypeError, KeyError) as error:
            raise ValueError(f"not a state of an index: {written[:100]!r}") from error


def stamp(fingerprint: str) -> str:
    """:return: the whole fingerprint of an index: the layout of its documents and what its texts depend on besides."""
    return f"{FORMAT} {fingerprint}".rstrip()


def one_line(error: BaseException) -> str:
    """:return: an engine's error as one short line."""
    return " ".join(str(error).split())[:300]
