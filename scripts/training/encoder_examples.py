"""What the encoder learns from: a question with the passage that holds its answer, sentence by sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.store import ArticleStore
from retrieval.evaluate import GoldQuestion
from scripts.training.examples import is_right, paragraph_examples


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderExample:
    """A question and a text.

    :param texts: as the index encodes them together: the headline where there is one, then the sentences.
    :param right: places among `texts` of the sentences that answer; at least one.
    """

    question: str
    texts: tuple[str, ...]
    right: tuple[int, ...]


async def news_examples(store: ArticleStore, questions: Iterable[GoldQuestion]) -> AsyncIterator[EncoderExample]:
    """Answerable questions with their articles; those whose gold sentence the store lacks are left out."""
    for gold in questions:
        for article_id in gold.sentences:
            article = await store.get(article_id)
            if article is None:
                continue
            sentences = await store.sentences(article_id)
            right = [1 + one.position for one in sentences if is_right(one.text, article_id, gold)]
            if right:
                texts = (article.title, *(one.text for one in sentences))
                yield EncoderExample(question=gold.question, texts=texts, right=tuple(right))


def passage_examples(paths: Sequence[Path]) -> Iterator[EncoderExample]:
    """Answerable questions that come with a text (IDK-MRC, FacQA)."""
    for example in paragraph_examples(paths):
        right = tuple(place for place, one in enumerate(example.candidates) if one.is_right)
        if right:
            texts = tuple(one.text for one in example.candidates)
            yield EncoderExample(question=example.question, texts=texts, right=right)


def window(lengths: Sequence[int], keep: int, *, room: int) -> range:
    """The consecutive texts around one that fit into a room, as many before as after it where possible.

    :param lengths: of the texts, in pieces. :param keep: place of the text that must be in it.

    >>> window([5, 5, 5, 5, 5], 2, room=16)
    range(1, 4)
    """
    first, last = keep, keep
    left = room - lengths[keep]
    while True:
        sides = [place for place in (first - 1, last + 1) if 0 <= place < len(lengths) and lengths[place] <= left]
        if not sides:
            return range(first, last + 1)
        place = min(sides, key=lambda side: (keep - first if side < first else last - keep, side))
        left -= lengths[place]
        first, last = min(first, place), max(last, place)
