"""Which sentence of 19,000 holds the answer: public questions on Wikipedia paragraphs and short news passages.

The passages of all files named become the articles of a store of their own, through the same load as any article; the
questions are those of the validation files that have an answer. A sentence is right when it holds the answer.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from corpus.ingest import IngestOptions, ingest
from corpus.store import ArticleStore
from retrieval.encoder import open_encoder
from retrieval.engine import Engine, open_engine
from retrieval.errors import FingerprintMismatchError
from retrieval.evaluate import mean_reciprocal_rank, recall_at
from retrieval.features import features
from retrieval.indexer import Indexer
from retrieval.ports import Encoder
from retrieval.rank import RankModel
from retrieval.settings import RetrievalSettings
from retrieval.stems import IndonesianStems
from scripts.console import store_for_writing

NAMES = ("idkmrc-train", "idkmrc-valid", "facqa-train", "facqa-valid")
"""Files of passages and questions; the questions are taken from those that end in "valid"."""

SHOWN = 20
METRICS = ("recall@1", "recall@20", "MRR@10")


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledQuestion:
    """A question on a passage.

    :param article_id: of the passage. :param answers: offsets and texts of the answer in the passage.
    """

    question: str
    article_id: str
    context: str
    answers: Sequence[tuple[int, str]]

    def gold(self, sentences: Sequence[str]) -> set[str]:
        """Those sentences of the passage that hold an answer where it stands; else any that hold its words."""
        held = set()
        begin = 0
        for sentence in sentences:
            at = self.context.find(sentence, begin)
            if at >= 0:
                begin = at + len(sentence)
                held |= {sentence for start, _ in self.answers if at <= start < begin}
        return held or {one for one in sentences for _, answer in self.answers if answer and answer in one}


async def measure(folder: Path, work: Path, *, say: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """Rank the sentences for every question by word search, plain dense vectors, and Kutip.

    :param folder: with the files of :data:`NAMES`, ``.jsonl.gz``.
    :param work: where the store and the vectors are kept for the next time.
    :return: for each system the metrics of :data:`METRICS`.
    """
    passages, questions = read_pooled(folder, split="valid")
    return await _measure(passages, questions, settings_for(work), say)


def folder_for(work: Path | None) -> Path:
    """:return: the folder itself, or one among the temporary files."""
    return work or Path(tempfile.gettempdir()) / "kutip-benchmark"


def settings_for(work: Path) -> RetrievalSettings:
    """:return: settings of the store of passages, which may be short."""
    return RetrievalSettings(_env_file=None, data_dir=work / "pooled", min_body_chars=1)  # type: ignore[call-arg]


def read_pooled(folder: Path, *, split: str = "valid") -> tuple[dict[str, dict[str, str]], list[PooledQuestion]]:
    """Passages by id, as rows of an article file, each once; and the questions that have an answer.

    :raises InputError: a file is missing or holds something else.
    """
    passages: dict[str, dict[str, str]] = {}
    questions = []
    for name in NAMES:
        path = folder / f"{name}.jsonl.gz"
        try:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
        except OSError as error:
            raise InputError(str(path), error.strerror or "cannot be read") from error
        for row in rows:
            identity = blake2b(row["context"].encode(), digest_size=8).hexdigest()
            source = name.partition("-")[0]
            passages.setdefault(
                identity, {"id": identity, "source": source, "published": "2020-01-01", "body": row["context"]}
            )
            if name.endswith(split) and row["answerable"]:
                answers = tuple((int(answer["start"]), str(answer["text"])) for answer in row["answers"])
                questions.append(
                    PooledQuestion(
                        question=row["question"], article_id=identity, context=row["context"], answers=answers
                    )
                )
    return passages, questions


async def load_passages(
    passages: Mapping[str, Mapping[str, str]], settings: RetrievalSettings, *, say: Callable[[str], None]
) -> None:
    """Load and embed the passages, as far as that is not done yet."""
    async with store_for_writing(settings) as store:
        rows = settings.data_dir / "passages.jsonl"
        rows.write_text("".join(json.dumps(row) + "\n" for row in passages.values()), encoding="utf-8")
        await ingest([str(rows)], store=store, settings=settings, options=IngestOptions())
        indexer = Indexer(store, open_encoder(settings), settings.index_folder)
        await indexer.embed(on_progress=_counting(say, "in context"))
        try:
            await indexer.open()
        except FingerprintMismatchError:
            await indexer.rebuild()


async def _measure(
    passages: Mapping[str, Mapping[str, str]],
    questions: Sequence[PooledQuestion],
    settings: RetrievalSettings,
    say: Callable[[str], None],
) -> dict[str, dict[str, float]]:
    await load_passages(passages, settings, say=say)
    encoder = open_encoder(settings)
    ranks: dict[str, list[int | None]] = {}
    async with open_engine(settings) as engine:
        sentences = await _sentences(engine.store)
        plain = await asyncio.to_thread(_plain_vectors, list(sentences.values()), encoder, settings, say)
        asker, texts = Asker(engine, settings), list(sentences.values())
        missing = 0
        for question in questions:
            gold = question.gold([one.text for one in await engine.store.sentences(question.article_id)])
            missing += not gold
            query = encoder.encode_queries([question.question])[0]
            nearest = np.argsort(-(plain @ query), kind="stable")[:SHOWN]
            found = {
                "word search (BM25)": [sentences.get(id_, "") for id_ in await asker.by_words(question.question)],
                "plain dense": [texts[row] for row in nearest],
                "Kutip": await asker.by_kutip(question.question),
            }
            for name, some in found.items():
                ranks.setdefault(name, []).append(next((r for r, text in enumerate(some) if text in gold), None))
    say(f"{len(questions)} questions, {len(sentences)} sentences; of {missing} questions no sentence holds the answer")
    return {
        name: dict(zip(METRICS, (recall_at(some, 1), recall_at(some, 20), mean_reciprocal_rank(some, 10)), strict=True))
        for name, some in ranks.items()
    }


class Asker:
    """The search and the order of an engine, before anything is folded or decided."""

    def __init__(self, engine: Engine, settings: RetrievalSettings, model: RankModel | None = None) -> None:
        self._engine = engine
        self._settings = settings
        self._model = model or RankModel.load()
        self._stems = IndonesianStems()

    async def by_words(self, question: str) -> list[int]:
        """:return: ids of the best sentences by words alone."""
        understood = await self._engine.answerer.understand(question, now=datetime.now(self._settings.zone))
        terms = self._engine.search.terms(understood)
        found: list[int] = self._engine.indexes.lexical.search_sentences(terms, k=SHOWN).ids.tolist()
        return found

    async def by_kutip(self, question: str) -> list[str]:
        """:return: the best sentences in Kutip's order."""
        understood = await self._engine.answerer.understand(question, now=datetime.now(self._settings.zone))
        candidates = await self._engine.search.candidates(understood)
        if not candidates.found:
            return []
        scores = self._model.scores(features(understood, candidates, self._stems))
        return [candidates.found[row].sentence.text for row in np.argsort(-scores, kind="stable")[:SHOWN]]


async def _sentences(store: ArticleStore) -> dict[int, str]:
    found: dict[int, str] = {}
    async for batch in store.iter_articles():
        found |= {sentence.id: sentence.text for _, sentences in batch for sentence in sentences}
    return found


def _plain_vectors(
    texts: Sequence[str], encoder: Encoder, settings: RetrievalSettings, say: Callable[[str], None]
) -> NDArray[np.float32]:
    """Each sentence encoded by itself, as the plain stack does; kept beside the store for this encoder."""
    model = blake2b(encoder.fingerprint.encode(), digest_size=8).hexdigest()
    path = settings.data_dir / f"plain-{model}.npy"
    if path.exists():
        kept: NDArray[np.float32] = np.load(path)
        if len(kept) == len(texts):
            return kept
    vectors = encoder.encode_passages(texts, progress=_counting(say, "alone"))
    np.save(path, vectors)
    return vectors


def _counting(say: Callable[[str], None], what: str) -> Callable[[int], None]:
    done = 0

    def count(more: int) -> Any:
        nonlocal done
        if done // 5000 < (done + more) // 5000:
            say(f"{done + more} sentences embedded {what}")
        done += more

    return count
