"""Risk against coverage, refusals at a coverage, and reliability."""

from __future__ import annotations

from retrieval.evaluate import Judgement, refusal_at_coverage, reliability, risk_coverage


def entry(confidence: float, *, right: bool | None, style: str = "") -> Judgement:
    """A judgement; `right` is None for a question without an answer."""
    return Judgement(
        answerable=right is not None,
        answered=True,
        useful=bool(right),
        sentence_at_1=right,
        style=style,
        confidence=confidence,
        answerable_chance=confidence,
    )


def test_risk_counts_answers_to_questions_without_one() -> None:
    """An answer to an unanswerable question is wrong, and covers nothing."""
    points = risk_coverage([entry(0.9, right=True), entry(0.8, right=None)])
    assert [(1.0, 0.0), (1.0, 0.5)] == [(point.coverage, point.risk) for point in points]


def test_refusals_are_counted_where_coverage_is_reached() -> None:
    """With half of the answerable answered, what lies below that confidence is refused."""
    judgements = [
        entry(0.9, right=True),
        entry(0.3, right=False),
        entry(0.5, right=None, style="near-topic"),
        entry(0.95, right=None, style="near-topic"),
    ]
    assert {"near-topic": 0.5} == refusal_at_coverage(judgements, 0.5)


def test_no_answerable_question_gives_no_refusals() -> None:
    """Without answerable questions there is no coverage to compare at."""
    assert {} == refusal_at_coverage([entry(0.4, right=None)], 0.85)


def test_reliability_compares_promise_and_outcome() -> None:
    """Questions of similar confidence are put together; 1.0 belongs to the last bin."""
    bins = reliability([entry(0.95, right=True), entry(1.0, right=False), entry(0.1, right=False)], bins=10)
    assert [(1, 0.0), (2, 0.5)] == [(one.questions, one.right) for one in bins]
