"""What the reader learns from: questions, each with sentences that may answer it and those that do.

An examples file is JSON lines, one question each, so that collecting, which asks the real search over a whole store, is
done once. It holds texts of the portals: it stays with whoever trains, and is never shipped.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from corpus.sentences import split_sentences
from corpus.types import Article, Sentence
from retrieval.candidates import Candidate
from retrieval.evaluate import GoldQuestion, covers, words

FORCED_SCORE = -99.0
"""Score of a sentence that the search did not bring."""

TELLING_CHARS = 4
"""An answer shorter than this ("2-1", "dua") stands in many sentences that say something else."""

SAME_SENTENCE_OVERLAP = 0.5
"""Share of a gold sentence's words from which another outlet's sentence is taken to say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSentence:
    """A sentence that may answer.

    :param passage: number of its passage.
    :param score: by the order without a reader.
    :param is_right: it is the gold sentence, or holds it.
    :param is_doubtful: it may answer though it is not gold; nothing is learnt from it.
    """

    passage: int
    position: int
    text: str
    score: float
    is_right: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An article, or paragraph, that candidates come from. :param day: ISO date, or "" where it is unknown."""

    id: str
    title: str
    day: str
    near_group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingExample:
    """A question with its candidates, best first by the order without a reader.

    :param kind: "news", or "paragraph" for a question that comes with its text.
    """

    id: str
    kind: str
    question: str
    written_out: str
    style: str
    answerable: bool
    answer: str
    sources: tuple[Source, ...]
    candidates: tuple[CandidateSentence, ...] = field(default=())


def write_examples(examples: Iterable[ReadingExample], path: Path) -> int:
    """:return: how many were written."""
    count = 0
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_examples(path: Path) -> Iterator[ReadingExample]:
    """What :func:`write_examples` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            row["sources"] = tuple(Source(**source) for source in row["sources"])
            row["candidates"] = tuple(CandidateSentence(**candidate) for candidate in row["candidates"])
            yield ReadingExample(**row)


def is_right(text: str, article_id: str, gold: GoldQuestion) -> bool:
    """Whether a sentence of an article is a gold one, as the metrics count it."""
    return any(covers(text, sentence) for sentence in gold.sentences.get(article_id, ()))


def is_doubtful(text: str, gold: GoldQuestion) -> bool:
    """Whether a sentence of another article may answer too: it holds the answer, or most words of a gold sentence.

    >>> gold = GoldQuestion(id="1", question="?", answerable=True, sentences={"a": ["Jembatan itu dibuka Senin pagi."]})
    >>> is_doubtful("Jembatan itu dibuka pada Senin pagi oleh bupati.", gold)
    True
    """
    held = words(text)
    answer = words(gold.answer)
    if sum(map(len, answer)) >= TELLING_CHARS and f" {' '.join(answer)} " in f" {' '.join(held)} ":
        return True
    for sentence in (sentence for sentences in gold.sentences.values() for sentence in sentences):
        wanted = set(words(sentence))
        if wanted and len(wanted & set(held)) >= SAME_SENTENCE_OVERLAP * len(wanted):
            return True
    return False


def news_example(
    gold: GoldQuestion,
    written_out: str,
    found: Sequence[Candidate],
    scores: Sequence[float],
    missing: Sequence[tuple[Article, Sentence]] = (),
) -> ReadingExample:
    """A news question with what the search brought.

    :param scores: of `found`, by the order without a reader.
    :param missing: gold sentences, and their neighbours, that the search did not bring.
    """
    sources: dict[str, Source] = {}
    places: dict[str, int] = {}
    candidates = []
    order = sorted(range(len(found)), key=lambda place: -scores[place])
    held = [(found[place].article, found[place].sentence, float(scores[place])) for place in order]
    for article, sentence, score in [*held, *((article, sentence, FORCED_SCORE) for article, sentence in missing)]:
        if article.id not in sources:
            places[article.id] = len(sources)
            sources[article.id] = Source(
                id=article.id,
                title=article.title,
                day=article.published_at.day.isoformat(),
                near_group=article.near_group or "",
            )
        right = is_right(sentence.text, article.id, gold)
        doubtful = gold.answerable and article.id not in gold.sentences and is_doubtful(sentence.text, gold)
        candidates.append(
            CandidateSentence(
                passage=places[article.id],
                position=sentence.position,
                text=sentence.text,
                score=score,
                is_right=right,
                is_doubtful=doubtful and not right,
            )
        )
    return ReadingExample(
        id=gold.id,
        kind="news",
        question=gold.question,
        written_out=written_out,
        style=gold.style,
        answerable=gold.answerable,
        answer=gold.answer,
        sources=tuple(sources.values()),
        candidates=tuple(candidates),
    )


def is_held_out(example: ReadingExample, share: float) -> bool:
    """Whether an example is kept from the reader, for what is fitted to the reader's scores afterwards.

    All questions on an article are on the same side.
    """
    golden = [example.sources[one.passage].id for one in example.candidates if one.is_right]
    return crc32((golden[0] if golden else example.id).encode()) % 1000 < 1000 * share


def paragraph_examples(paths: Sequence[Path]) -> Iterator[ReadingExample]:
    """Questions that come with a text (IDK-MRC, FacQA): the text's sentences are the candidates."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield paragraph_example(json.loads(line))


def paragraph_example(row: Mapping[str, Any]) -> ReadingExample:
    """Take an object of a question file: id, question, context, answers, answerable."""
    context = row["context"]
    answers = row["answers"]
    candidates = []
    for position, (start, end) in enumerate(sentence_bounds(context)):
        right = any(start <= answer["start"] < end for answer in answers)
        candidates.append(
            CandidateSentence(passage=0, position=position, text=context[start:end], score=0.0, is_right=right)
        )
    return ReadingExample(
        id=str(row["id"]),
        kind="paragraph",
        question=row["question"],
        written_out=row["question"],
        style="",
        answerable=bool(row["answerable"]),
        answer=answers[0]["text"] if answers else "",
        sources=(Source(id=str(row["id"]), title="", day=""),),
        candidates=tuple(candidates),
    )


def sentence_bounds(context: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand in it."""
    bounds = []
    start = 0
    for paragraph in re.finditer(r"[^\n]+", context):
        start = paragraph.start()
        for text in split_sentences(paragraph.group()):
            found = context.find(text, start)
            if found < 0:
                continue
            bounds.append((found, found + len(text)))
            start = found + len(text)
    return bounds
