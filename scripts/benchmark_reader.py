"""How well the reader reads: public questions on Wikipedia paragraphs (IDK-MRC) and short news passages (FacQA).

Reading: each question with its own text, scored as SQuAD 2 does: F1 of the words found, and for a question without an
answer 1 for saying so. Finding: the same questions against the sentences of all texts, without and with the reader.
News questions over a store are measured by ``kutip evaluate --compare``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from retrieval.engine import Engine, open_engine
from retrieval.evaluate import mean_reciprocal_rank, recall_at, token_f1, words
from retrieval.ports import Reader
from retrieval.reader import OnnxReader
from retrieval.reader_input import Passage
from retrieval.reading import PASSAGES
from retrieval.settings import RetrievalSettings
from scripts.benchmark_pooled import PooledQuestion, load_passages, read_pooled, settings_for
from scripts.training.examples import ReadingExample, paragraph_examples
from scripts.training.measuring import auroc

SHOWN = 10
SENTENCES_TOGETHER = 6
"""Sentences of a paragraph in a passage; longer paragraphs are read in several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswer:
    """What the reader found in a text. :param log_odds: that the text answers."""

    answerable: bool
    answer: str
    found: str
    log_odds: float

    def f1(self, threshold: float) -> float:
        """F1 of SQuAD 2. :param threshold: of the log odds, below which the text is said not to answer."""
        says_none = self.log_odds < threshold
        if not self.answerable or says_none:
            return float(says_none and not self.answerable)
        return token_f1(self.found, self.answer)

    def is_exact(self, threshold: float) -> bool:
        """Whether it is found word for word, or rightly said not to be there."""
        says_none = self.log_odds < threshold
        if not self.answerable or says_none:
            return says_none and not self.answerable
        return words(self.found) == words(self.answer)


def read_paragraph(reader: Reader, example: ReadingExample) -> ReadAnswer:
    """Read a question's own text, in as many passages as it takes."""
    texts = [candidate.text for candidate in example.candidates]
    cuts = [texts[start : start + SENTENCES_TOGETHER] for start in range(0, len(texts), SENTENCES_TOGETHER)]
    readings = reader.read(example.question, [Passage(title="", day=None, sentences=tuple(cut)) for cut in cuts])
    scores = np.concatenate([reading.scores for reading in readings]) if readings else np.zeros(0, dtype=np.float32)
    spans = [span for reading in readings for span in reading.spans]
    if not len(scores) or not np.isfinite(scores).any():
        return ReadAnswer(answerable=example.answerable, answer=example.answer, found="", log_odds=-np.inf)
    best = int(scores.argmax())
    span = spans[best]
    found = texts[best][span.start : span.end] if span else ""
    log_odds = float(np.logaddexp.reduce(scores[np.isfinite(scores)]))
    return ReadAnswer(answerable=example.answerable, answer=example.answer, found=found, log_odds=log_odds)


def reading_figures(answers: Sequence[ReadAnswer], threshold: float = 0.0) -> dict[str, float]:
    """F1 and exact matches of all, F1 of both kinds, and how well the two are told apart."""
    kinds = np.asarray([answer.answerable for answer in answers])
    f1 = np.asarray([answer.f1(threshold) for answer in answers])
    figures = {
        "F1": float(f1.mean()),
        "exact": float(np.mean([answer.is_exact(threshold) for answer in answers])),
        "F1 answerable": float(f1[kinds].mean()),
    }
    if not kinds.all():
        figures["F1 unanswerable"] = float(f1[~kinds].mean())
        figures["AUROC"] = auroc(kinds, np.asarray([answer.log_odds for answer in answers]))
    else:
        never = np.asarray([answer.f1(-np.inf) for answer in answers])
        figures["F1 if never refused"] = float(never.mean())
    return figures


async def _find(engine: Engine, question: PooledQuestion, settings: RetrievalSettings, passages: int) -> int | None:
    """Rank of the first sentence that holds the answer."""
    gold = question.gold([one.text for one in await engine.store.sentences(question.article_id)])
    understood = await engine.answerer.understand(question.question, now=datetime.now(settings.zone))
    ranked = await engine.answerer.rank(understood, passages=passages)
    texts = [story.candidate.sentence.text for story in ranked.stories[:SHOWN]]
    return next((rank for rank, text in enumerate(texts) if text in gold), None)


async def _finding(qa: Path, work: Path) -> dict[str, dict[str, float]]:
    settings = settings_for(work)
    passages, questions = read_pooled(qa)
    await load_passages(passages, settings, say=print)
    results = {}
    async with open_engine(settings) as engine:
        for name, count in (("search alone", 0), ("with the reader", PASSAGES)):
            ranks = [await _find(engine, question, settings, count) for question in questions]
            results[name] = {"recall@1": recall_at(ranks, 1), "MRR@10": mean_reciprocal_rank(ranks, SHOWN)}
    return results


def run(qa: Path, work: Path | None, checkpoint: Path | None = None) -> None:
    """Print all figures.

    :param qa: folder with idkmrc-valid.jsonl.gz and its like.
    :param checkpoint: of the training whose model is shipped, to read with in float32 too.
    :param work: keeps the store of all texts; None leaves out the finding.
    """
    readers: dict[str, Reader] = {"shipped": OnnxReader()}
    if checkpoint is not None:
        from scripts.export_reader import load_checkpoint, shipped_layout
        from scripts.training.reader_model import TorchReader

        readers["float32"] = TorchReader(load_checkpoint(checkpoint), shipped_layout())
    for name in ("idkmrc-valid", "facqa-valid"):
        examples = list(paragraph_examples([qa / f"{name}.jsonl.gz"]))
        for kind, reader in readers.items():
            answers = [read_paragraph(reader, example) for example in examples]
            _show(f"reading, {name}, {kind}", reading_figures(answers))
    if work is not None:
        for name, figures in asyncio.run(_finding(qa, work)).items():
            _show(f"finding, {name}", figures)


def _show(title: str, figures: dict[str, float]) -> None:
    print(f"{title:34}" + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
