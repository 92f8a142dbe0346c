"""How good answers are: every metric is counted here, from gold questions and the answers given. Pure.

A citation is right when it comes from the gold article (or from one listed as holding the same fact) and holds at
least 80 % of the words of a gold sentence without being much longer: a whole article shown as an answer earns nothing.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retrieval.types import Answer, Citation, Status

_WORD = re.compile(r"\w+")

COVERED_SHARE = 0.8
"""Share of a gold sentence's words that a citation must hold."""

WANTED_COVERAGE = 0.85
"""Share of the answerable questions at which refusals are compared."""

LONGEST_CHARS, LONGEST_RATIO = 400, 2.5
"""A citation longer than both 400 characters and 2.5 times the gold sentence is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuestion:
    """A question with its known answer.

    :param sentences: article id -> sentences of it that answer; empty for an unanswerable question.
    :param answer: the short answer, or "".
    :param style: how it is asked ("formal", "typo", ...), for results by style.
    """

    id: str
    question: str
    answerable: bool
    sentences: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answer: str = ""
    style: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> GoldQuestion:
        """Take an object of a question file: id, question, article_id, sentences, answer, answerable, style, alt.

        :raises KeyError: a needed field is missing.
        """
        sentences: dict[str, list[str]] = {}
        if row["answerable"]:
            sentences[str(row["article_id"])] = list(row["sentences"])
            for other in row.get("alt") or []:
                sentences.setdefault(str(other["article_id"]), []).append(other["sentence"])
        return cls(
            id=str(row["id"]),
            question=row["question"],
            answerable=bool(row["answerable"]),
            sentences=sentences,
            answer=row.get("answer") or "",
            style=row.get("style") or "",
        )


def words(text: str) -> list[str]:
    """Case-folded words, as all metrics compare them."""
    return _WORD.findall(text.replace("\xa0", " ").casefold())


def covers(text: str, gold: str) -> bool:
    """Whether `text` quotes the gold sentence.

    >>> covers("Harga beras naik 5 persen pekan ini.", "Harga beras naik 5 persen")
    True
    """
    wanted, held = Counter(words(gold)), Counter(words(text))
    if not wanted or len(text) > max(LONGEST_CHARS, LONGEST_RATIO * len(gold)):
        return False
    return (wanted & held).total() >= COVERED_SHARE * wanted.total()


def token_f1(predicted: str, gold: str) -> float:
    """Harmonic mean of the shares of words that two short answers have in common (SQuAD's F1)."""
    ours, theirs = words(predicted), words(gold)
    common = (Counter(ours) & Counter(theirs)).total()
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One answer against its gold question; None where a metric does not apply."""

    answerable: bool
    answered: bool
    useful: bool
    style: str = ""
    article_at_1: bool | None = None
    sentence_at_1: bool | None = None
    sentence_at_3: bool | None = None
    reciprocal_rank: float | None = None
    span_f1: float | None = None
    took_ms: float = 0.0
    confidence: float = 0.0
    answerable_chance: float = 0.0


def judge(gold: GoldQuestion, answer: Answer) -> Judgement:
    """Compare one answer with the gold."""
    answered = answer.status is Status.ANSWERED
    if not gold.answerable:
        return Judgement(
            answerable=False,
            answered=answered,
            useful=not answered,
            style=gold.style,
            took_ms=answer.took_ms,
            confidence=answer.confidence,
            answerable_chance=answer.answerable,
        )
    right = [_is_right(citation, gold) for citation in answer.answers]
    first = answer.answers[0] if answer.answers else None
    return Judgement(
        answerable=True,
        answered=answered,
        useful=answered and any(right[:1]),
        style=gold.style,
        article_at_1=first is not None and first.article.id in gold.sentences,
        sentence_at_1=any(right[:1]),
        sentence_at_3=any(right[:3]),
        reciprocal_rank=1 / (right.index(True) + 1) if True in right else 0.0,
        span_f1=(_span_f1(first, gold.answer) if answered else 0.0) if gold.answer else None,
        took_ms=answer.took_ms,
        confidence=answer.confidence,
        answerable_chance=answer.answerable,
    )


def _is_right(citation: Citation, gold: GoldQuestion) -> bool:
    return any(covers(citation.text, sentence) for sentence in gold.sentences.get(citation.article.id, ()))


def _span_f1(citation: Citation | None, gold_answer: str) -> float:
    if citation is None or citation.span is None:
        return 0.0
    start, end = citation.span
    return token_f1(citation.text[start:end], gold_answer)


def summarise(judgements: Sequence[Judgement]) -> dict[str, float]:
    """Average all metrics over the questions.

    ``useful`` is the share of answerable questions that were answered with the right sentence first, ``refusal`` that
    of unanswerable ones that were not answered, ``coverage`` that of answerable ones that were answered at all.
    """
    answerable = [entry for entry in judgements if entry.answerable]
    unanswerable = [entry for entry in judgements if not entry.answerable]
    result: dict[str, float] = {"answerable": len(answerable), "unanswerable": len(unanswerable)}
    metrics: dict[str, list[float | None]] = {
        "article@1": [entry.article_at_1 for entry in answerable],
        "sentence@1": [entry.sentence_at_1 for entry in answerable],
        "sentence@3": [entry.sentence_at_3 for entry in answerable],
        "mrr": [entry.reciprocal_rank for entry in answerable],
        "span_f1": [entry.span_f1 for entry in answerable],
        "coverage": [entry.answered for entry in answerable],
        "useful": [entry.useful for entry in answerable],
        "refusal": [entry.useful for entry in unanswerable],
    }
    for style in sorted({entry.style for entry in answerable}):
        metrics[f"sentence@1:{style}"] = [entry.sentence_at_1 for entry in answerable if entry.style == style]
    for style in sorted({entry.style for entry in unanswerable}):
        metrics[f"refusal:{style}"] = [entry.useful for entry in unanswerable if entry.style == style]
    result |= {name: mean for name, values in metrics.items() if (mean := _mean(values)) is not None}
    for style, share in refusal_at_coverage(judgements, WANTED_COVERAGE).items():
        result[f"refusal@{WANTED_COVERAGE:g}:{style}"] = share
    took = sorted(entry.took_ms for entry in judgements)
    if took:
        result["took_ms_p50"] = statistics.median(took)
        result["took_ms_p95"] = took[min(len(took) - 1, int(0.95 * len(took)))]
    return result


def refusal_at_coverage(judgements: Sequence[Judgement], coverage: float) -> dict[str, float]:
    """Shares of the unanswerable questions of each style that would be refused if `coverage` of the others were not.

    Whatever threshold was set: the one that gives that coverage of these very questions.
    """
    answerable = sorted((entry.answerable_chance for entry in judgements if entry.answerable), reverse=True)
    if not answerable:
        return {}
    threshold = answerable[min(len(answerable), max(1, round(coverage * len(answerable)))) - 1]
    styles: dict[str, list[bool]] = {}
    for entry in judgements:
        if not entry.answerable:
            styles.setdefault(entry.style or "unanswerable", []).append(entry.answerable_chance < threshold)
    return {style: statistics.fmean(refused) for style, refused in sorted(styles.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """What one threshold would give.

    :param threshold: confidence from which questions are answered.
    :param coverage: share of the answerable questions that are answered.
    :param risk: share of all answers given that are wrong: another sentence first, or a question without an answer.
    """

    threshold: float
    coverage: float
    risk: float


def risk_coverage(judgements: Sequence[Judgement]) -> list[RiskPoint]:
    """The risk-coverage curve, from the surest answer to all.

    >>> def entry(confidence, right): return Judgement(
    ...     answerable=True, answered=True, useful=right, sentence_at_1=right, confidence=confidence)
    >>> [(point.coverage, point.risk) for point in risk_coverage([entry(0.9, True), entry(0.4, False)])]
    [(0.5, 0.0), (1.0, 0.5)]
    """
    answerable = sum(entry.answerable for entry in judgements)
    points: list[RiskPoint] = []
    covered = wrong = 0
    for given, entry in enumerate(sorted(judgements, key=lambda entry: -entry.confidence), start=1):
        covered += entry.answerable
        wrong += not entry.sentence_at_1
        points.append(RiskPoint(threshold=entry.confidence, coverage=covered / max(answerable, 1), risk=wrong / given))
    return points


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Questions of similar confidence: how often the first sentence was right against how often it was promised."""

    questions: int
    confidence: float
    right: float


def reliability(judgements: Sequence[Judgement], bins: int = 10) -> list[ReliabilityBin]:
    """The reliability curve over bins of equal width; empty ones are left out."""
    held: dict[int, list[Judgement]] = {}
    for entry in judgements:
        held.setdefault(min(bins - 1, int(entry.confidence * bins)), []).append(entry)
    return [
        ReliabilityBin(
            questions=len(entries),
            confidence=statistics.fmean(entry.confidence for entry in entries),
            right=statistics.fmean(bool(entry.sentence_at_1) for entry in entries),
        )
        for _, entries in sorted(held.items())
    ]


def _mean(values: Iterable[float | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return statistics.fmean(known) if known else None


def recall_at(ranks: Sequence[int | None], k: int) -> float:
    """Share of questions whose gold stands among the first `k`.

    :param ranks: rank of the first right result from 0, or None where there was none.

    >>> recall_at([0, 4, None, 20], k=10)
    0.5
    """
    return sum(rank is not None and rank < k for rank in ranks) / len(ranks)


def mean_reciprocal_rank(ranks: Sequence[int | None], k: int) -> float:
    """MRR@k: mean of 1 / (rank + 1) over ranks below `k`, 0 for the rest.

    >>> mean_reciprocal_rank([0, 1, None], k=10)
    0.5
    """
    return sum(1 / (rank + 1) for rank in ranks if rank is not None and rank < k) / len(ranks)
