"""What the encoder learns from: a question with the passage that answers, and passages that only look like it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.store import ArticleStore
from retrieval.evaluate import GoldQuestion
from scripts.training.examples import ReadingExample, is_doubtful, is_right, paragraph_examples

MOST_MISLEADING = 8
"""Articles that mislead, kept for a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A sentence in its article.

    :param texts: as the index encodes them together: the headline where there is one, then the sentences.
    :param place: of the sentence among `texts`.
    """

    texts: tuple[str, ...]
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderExample:
    """A question and a text.

    :param texts: as in :class:`Place`.
    :param right: places among `texts` of the sentences that answer; at least one.
    :param misleading: sentences of other articles that the search takes for an answer, best first.
    """

    question: str
    texts: tuple[str, ...]
    right: tuple[int, ...]
    misleading: tuple[Place, ...] = ()


def misleading_places(examples: Iterable[ReadingExample]) -> dict[str, list[tuple[str, int]]]:
    """What the real search took for an answer: for each question the best sentence of each article that holds none.

    Other outlets tell the same story: an article with a sentence that may answer is left out, and every near copy of
    the right article.

    :return: by the question's id, article ids with the position of a sentence, best first.
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for example in examples:
        out = {one.passage for one in example.candidates if one.is_right or one.is_doubtful}
        groups = {example.sources[passage].near_group for passage in out} - {""}
        best: dict[str, int] = {}
        for one in example.candidates:
            source = example.sources[one.passage]
            if one.passage not in out and source.near_group not in groups:
                best.setdefault(source.id, one.position)
        found[example.id] = list(best.items())[:MOST_MISLEADING]
    return found


async def news_examples(
    store: ArticleStore, questions: Iterable[GoldQuestion], misleading: Mapping[str, Sequence[tuple[str, int]]]
) -> AsyncIterator[EncoderExample]:
    """Answerable questions with their articles; those whose gold sentence the store lacks are left out.

    :param misleading: of :func:`misleading_places`.
    """
    for gold in questions:
        against: tuple[Place, ...] | None = None
        for article_id in gold.sentences:
            article = await store.get(article_id)
            if article is None:
                continue
            sentences = await store.sentences(article_id)
            right = [1 + one.position for one in sentences if is_right(one.text, article_id, gold)]
            if right:
                if against is None:
                    against = tuple([one async for one in _against(store, gold, misleading.get(gold.id, ()))])
                texts = (article.title, *(one.text for one in sentences))
                yield EncoderExample(question=gold.question, texts=texts, right=tuple(right), misleading=against)


async def _against(store: ArticleStore, gold: GoldQuestion, places: Iterable[tuple[str, int]]) -> AsyncIterator[Place]:
    """The articles of some places, but those in which any sentence may answer."""
    for article_id, position in places:
        article = await store.get(article_id)
        sentences = await store.sentences(article_id) if article else []
        if article and position < len(sentences) and not any(is_doubtful(one.text, gold) for one in sentences):
            yield Place(texts=(article.title, *(one.text for one in sentences)), place=1 + position)


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
