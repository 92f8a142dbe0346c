"""From articles to cited answers: real store, real model, real indexes, over the samples that ship with Kutip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

import corpus
from corpus.ingest import IngestOptions, ingest
from corpus.store import ArticleStore
from retrieval.encoder import open_encoder
from retrieval.engine import Engine, open_engine
from retrieval.errors import FingerprintMismatchError, IndexDamagedError
from retrieval.evaluate import covers
from retrieval.indexer import Indexer
from retrieval.settings import RetrievalSettings
from retrieval.types import Status

SAMPLES = Path(corpus.__file__).parent / "samples"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> RetrievalSettings:
    """Settings with a data folder that the tests of this module share."""
    return RetrievalSettings(_env_file=None, data_dir=tmp_path_factory.mktemp("data"), threads=2)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(settings: RetrievalSettings) -> Any:
    """An engine over the samples."""
    async with await ArticleStore.open(settings.store_path) as store:
        await ingest([str(SAMPLES)], store=store, settings=settings, options=IngestOptions())
        await Indexer(store, open_encoder(settings), settings.index_folder).embed()
    async with open_engine(settings) as opened:
        yield opened


def sample_questions() -> Iterator[dict[str, Any]]:
    """Questions on the samples with their gold sentences."""
    path = Path(__file__).parent / "data" / "sample_questions.jsonl"
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_most_sample_questions_find_their_sentence(engine: Engine) -> None:
    """Of the sample questions at least 80 % have a gold sentence among the first three."""
    rows = [row for row in sample_questions() if row["answerable"]]
    found = 0
    for row in rows:
        answer = await engine.answerer.answer(row["question"])
        found += any(covers(citation.text, gold) for citation in answer.answers for gold in row["sentences"])
    assert found >= 0.8 * len(rows)


async def test_citation_is_a_sentence_of_its_article(engine: Engine) -> None:
    """What is shown is quoted, word for word, with the source and date of its article."""
    answer = await engine.answerer.answer("siapa yang memberlakukan keadaan darurat militer di Ukraina?")
    first = answer.answers[0]
    stored = await engine.store.sentences(first.article.id)
    assert first.text in [sentence.text for sentence in stored]
    assert first.article == await engine.store.get(first.article.id)


async def test_neighbours_surround_the_sentence(engine: Engine) -> None:
    """The sentences before and after are those of the article."""
    [citation] = (await engine.answerer.answer("harga pertalite februari 2022", k=1)).answers
    texts = [sentence.text for sentence in await engine.store.sentences(citation.article.id)]
    place = texts.index(citation.text)
    assert (texts[place - 1] if place else "") == citation.before
    assert (texts[place + 1] if place + 1 < len(texts) else "") == citation.after


async def test_small_talk_is_not_answered(engine: Engine) -> None:
    """What no article is about is not found."""
    assert Status.NOT_FOUND is (await engine.answerer.answer("halo kak, apa kabar?")).status


async def test_period_without_articles_is_not_found(engine: Engine, settings: RetrievalSettings) -> None:
    """A question about yesterday is not answered with an article of another year."""
    now = datetime(2031, 5, 5, 9, 0, tzinfo=settings.zone)
    answer = await engine.answerer.answer("siapa presiden Ukraina kemarin?", now=now)
    assert Status.NOT_FOUND is answer.status
    assert answer.filter.since is not None


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="empty"),
        pytest.param("   \n\t ", id="white space"),
        pytest.param("?" * 10_000, id="ten thousand question marks"),
        pytest.param("banjir " * 1_500, id="ten thousand characters"),
        pytest.param("🔥😀🎉", id="emoji"),
        pytest.param("متى حدثت الفيضانات؟", id="right to left"),
        pytest.param("banjir\x00\x1b[31m\u202e", id="control characters"),
        pytest.param("'; DROP TABLE article; --", id="SQL"),
        pytest.param('AND OR NOT (( title:* "', id="query syntax"),
        pytest.param("\ud800 siapa", id="lone surrogate"),
    ],
)
async def test_odd_questions_get_an_ordinary_answer(question: str, engine: Engine) -> None:
    """Whatever is typed gets an answer or "not found", never an error."""
    assert (await engine.answerer.answer(question)).status in set(Status)


async def test_indexes_agree_with_the_store(engine: Engine) -> None:
    """After loading, vectors and both indexes hold exactly the store's sentences."""
    assert [] == await engine.indexer.verify(engine.indexes)


async def test_deleted_article_is_gone_from_answers_and_indexes(tmp_path: Path) -> None:
    """A deletion reaches a running engine, whose indexes then agree with the store again."""
    settings = RetrievalSettings(_env_file=None, data_dir=tmp_path, threads=2)
    async with await ArticleStore.open(settings.store_path) as store:
        name = str(SAMPLES / "harga-minyak.txt")
        await ingest([name], store=store, settings=settings, options=IngestOptions())
        await Indexer(store, open_encoder(settings), settings.index_folder).embed()
    async with open_engine(settings) as engine:
        [citation] = (await engine.answerer.answer("harga pertalite februari 2022", k=1)).answers
        await engine.store.delete(citation.article.id)
        assert () == (await engine.answerer.answer("harga pertalite februari 2022", k=1)).answers
        await engine.indexer.catch_up(engine.indexes)
        assert [] == await engine.indexer.verify(engine.indexes)
        assert 0 == len(engine.indexes.dense)


async def test_index_of_another_encoder_is_refused(engine: Engine, settings: RetrievalSettings, tmp_path: Path) -> None:
    """Vectors of different encoders are never compared."""

    class Other(type(engine.search._encoder)):  # type: ignore[misc]
        """The shipped encoder under another name."""

        @property
        def fingerprint(self) -> str:
            return "another"

    with pytest.raises(FingerprintMismatchError):
        await Indexer(engine.store, Other(threads=1), settings.index_folder).open()


async def test_damaged_index_is_told(engine: Engine, tmp_path: Path) -> None:
    """A broken index file is one clear error that names the mend."""
    indexer = Indexer(engine.store, engine.search._encoder, tmp_path / "index")
    indexes = await indexer.open()
    await indexer.catch_up(indexes)
    await indexer.save(indexes)
    for path in (tmp_path / "index" / "dense").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-7] + b"rusak!!")
    with pytest.raises(IndexDamagedError, match="kutip index rebuild"):
        await indexer.open()
