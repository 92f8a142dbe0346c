"""``python -m scripts.train_ranker``: fits order and confidence to questions with known answers.

The order is a linear model over :data:`retrieval.features.FEATURES`, fitted by a listwise softmax loss (ListNet, Cao et
al. 2007) to the candidates that the real search brings; the confidence is a logistic regression over
:data:`retrieval.rank.SIGNS`. Both take seconds once the candidates are there.

Whoever writes questions on a news article seldom asks for its first sentence, so news alone would teach that first
sentences do not answer, and in the short passages of an encyclopedia they do. The order is therefore fitted to some
questions on such passages too, at a lower weight; the confidence to news alone.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import typer
from numpy.typing import NDArray

from retrieval.candidates import Candidates
from retrieval.engine import Engine, open_engine
from retrieval.evaluate import GoldQuestion, covers
from retrieval.features import FEATURES, features
from retrieval.query import Understanding
from retrieval.rank import SIGNS, RankModel, signs
from retrieval.settings import RetrievalSettings
from retrieval.stems import IndonesianStems
from scripts import benchmark_pooled
from scripts.console import load_settings
from scripts.evaluate import read_questions
from scripts.training.located import located_questions

DECAY = 1e-3
"""L2 decay of both models, over standardised columns."""

COVERAGE = 0.6
"""Share of answerable questions that are answered. On the validation questions this refuses about half of those whose
subject the articles know but not the answer, and nine in ten of those about anything else; at 0.87 it would refuse a
fifth and two fifths, at 0.35 four fifths and nine tenths."""

PASSAGE_QUESTIONS = 1_500
"""Questions on short passages that are drawn from the training files."""

PASSAGE_WEIGHT = 0.45
"""Of such a question beside one on news. Without them 0.50 of the sentences of passages are found first (validation
questions), with this weight 0.61, and with 1 0.64, but then 0.02 fewer on news."""

ONE_IN_A_THOUSAND = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question with its candidates.

    :param is_answerable: whether the articles answer it. :param weight: of the question in the order.
    :param table: (n, len(FEATURES)) float32. :param right: (n,) bool, which of them answer.
    """

    is_answerable: bool
    table: NDArray[np.float32]
    right: NDArray[np.bool_]
    versions: list[int]
    known_words: float
    words: int
    weight: float = 1.0


def train(
    questions: list[Path] = typer.Argument(help="Question files, JSONL or JSONL.gz; KUTIP_DATA_DIR has the articles."),  # noqa: B008 - typer
    qa: Path | None = typer.Option(None, help="Folder with questions on short passages too."),  # noqa: B008 - typer
    work: Path | None = typer.Option(None, help="Folder that keeps the store made of the passages."),  # noqa: B008 - typer
    out: Path = typer.Option(Path("retrieval/models/ranker/ranker.json"), help="File to write."),  # noqa: B008 - typer
) -> None:
    """Train on the questions, over the store that the settings name, which must be embedded."""
    blank = RankModel(
        weights=np.zeros(len(FEATURES), dtype=np.float32),
        confidence_weights=np.zeros(len(SIGNS), dtype=np.float32),
        threshold=0.5,
    )
    examples = asyncio.run(collect(load_settings(RetrievalSettings), questions, blank))
    on_passages = asyncio.run(collect_passages(qa, benchmark_pooled.folder_for(work))) if qa else []
    weights = fit_order([example for example in [*examples, *on_passages] if example.right.any()])
    confidence_weights, threshold = fit_confidence(examples, weights)
    model = RankModel(weights=weights, confidence_weights=confidence_weights, threshold=threshold)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(model.to_dict(), indent=1) + "\n", encoding="utf-8")
    print(json.dumps(model.to_dict(), indent=1))


async def collect(settings: RetrievalSettings, paths: Sequence[Path], model: RankModel) -> list[Example]:
    """Search for every question, those that come with the code among them, and describe what is found."""
    found: list[Example] = []
    stems = IndonesianStems()
    async with open_engine(settings, model=model) as engine:
        own = [gold async for gold in located_questions(engine.store)]
        for gold in [*read_questions(paths), *own]:
            example = await _example(gold, engine, settings, stems)
            if example:
                found.append(example)
            if len(found) % 200 == 0:
                print(f"{len(found)} questions", file=sys.stderr, flush=True)
    return found


async def _example(
    gold: GoldQuestion, engine: Engine, settings: RetrievalSettings, stems: IndonesianStems
) -> Example | None:
    understood = await engine.answerer.understand(gold.question, now=datetime.now(settings.zone))
    candidates = await engine.search.candidates(understood)
    right = [
        any(covers(one.sentence.text, text) for text in gold.sentences.get(one.article.id, ()))
        for one in candidates.found
    ]
    known_words = engine.answerer.known_words(understood)
    return described(understood, candidates, right, known_words=known_words, is_answerable=gold.answerable, stems=stems)


async def collect_passages(qa: Path, work: Path) -> list[Example]:
    """The same for questions on short passages, over a store of their own."""
    passages, questions = benchmark_pooled.read_pooled(qa, split="train")
    settings = benchmark_pooled.settings_for(work)
    await benchmark_pooled.load_passages(passages, settings, say=print)
    drawn = np.random.default_rng(1).permutation(len(questions))[:PASSAGE_QUESTIONS]
    found: list[Example] = []
    stems = IndonesianStems()
    async with open_engine(settings) as engine:
        for question in (questions[place] for place in drawn):
            gold = question.gold([one.text for one in await engine.store.sentences(question.article_id)])
            understood = await engine.answerer.understand(question.question, now=datetime.now(settings.zone))
            candidates = await engine.search.candidates(understood)
            right = [one.sentence.text in gold for one in candidates.found]
            example = described(understood, candidates, right, weight=PASSAGE_WEIGHT, stems=stems)
            if example:
                found.append(example)
    return found


def described(
    understood: Understanding,
    candidates: Candidates,
    right: Sequence[bool],
    *,
    stems: IndonesianStems,
    is_answerable: bool = True,
    known_words: float = 1.0,
    weight: float = 1.0,
) -> Example | None:
    """A question as training sees it; None where the search found nothing.

    :param right: for each candidate whether it answers.
    """
    if not candidates.found:
        return None
    return Example(
        is_answerable=is_answerable,
        table=features(understood, candidates, stems),
        right=np.asarray(right, dtype=np.bool_),
        versions=[candidate.article.version for candidate in candidates.found],
        known_words=known_words,
        words=len(understood.content),
        weight=weight,
    )


def fit_order(examples: Sequence[Example]) -> NDArray[np.float32]:
    """Weights under which the right sentences get most of the softmax over the candidates.

    :return: (len(FEATURES),) float32, for features as they are.
    """
    import torch

    stacked = np.concatenate([example.table for example in examples])
    scale = stacked.std(axis=0) + ONE_IN_A_THOUSAND
    longest = max(len(example.table) for example in examples)
    tables = torch.zeros(len(examples), longest, len(FEATURES))
    right = torch.zeros(len(examples), longest, dtype=torch.bool)
    held = torch.zeros(len(examples), longest, dtype=torch.bool)
    for row, example in enumerate(examples):
        size = len(example.table)
        tables[row, :size] = torch.from_numpy(example.table / scale)
        right[row, :size] = torch.from_numpy(example.right)
        held[row, :size] = True
    shares = torch.tensor([example.weight for example in examples])
    shares /= shares.sum()
    weights = torch.zeros(len(FEATURES), requires_grad=True)

    def loss() -> Any:
        scores = (tables @ weights).masked_fill(~held, -torch.inf)
        log_share = scores.logsumexp(1) - scores.masked_fill(~right, -torch.inf).logsumexp(1)
        return (log_share * shares).sum() + DECAY * weights.square().sum()

    _minimise(weights, loss)
    return np.asarray(weights.detach().numpy() / scale, dtype=np.float32)


def fit_confidence(examples: Sequence[Example], weights: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Weights of the confidence, and the threshold at which :data:`COVERAGE` of the answerable questions are answered.

    :return: (len(SIGNS),) float32 and the threshold.
    """
    import torch

    looks, first_right, answerable = [], [], []
    for example in examples:
        scores = example.table @ weights
        order = np.argsort(-scores, kind="stable")
        looks.append(
            signs(
                example.table[order],
                scores[order],
                [example.versions[place] for place in order],
                known_words=example.known_words,
                words=example.words,
            )
        )
        first_right.append(bool(example.right[order[0]]))
        answerable.append(example.is_answerable)
    table = torch.from_numpy(np.stack(looks))
    target = torch.tensor(first_right, dtype=torch.float32)
    fitted = torch.zeros(len(SIGNS), requires_grad=True)

    def loss() -> Any:
        logits = table @ fitted
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, target) + DECAY * fitted.square().sum()

    _minimise(fitted, loss)
    confidence = torch.sigmoid(table @ fitted).detach().numpy()
    threshold = np.quantile(confidence[np.asarray(answerable)], 1 - COVERAGE)
    return fitted.detach().numpy(), round(float(threshold), 3)


def _minimise(weights: Any, loss: Any) -> None:
    import torch

    optimiser = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    step: Any = optimiser.step
    step(closure)


if __name__ == "__main__":
    typer.run(train)
