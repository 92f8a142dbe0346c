"""The pipeline from inputs to the store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from article_rows import BODY, row, write_rows

from corpus.errors import StoreError
from corpus.ingest import IngestOptions, ingest
from corpus.readers import ReadOptions
from corpus.settings import CorpusSettings
from corpus.store import ArticleStore
from corpus.types import LoadReport, Reason


@pytest.fixture
def settings(tmp_path: Path) -> CorpusSettings:
    """Settings with a data folder of the test's own, whatever the environment says."""
    return CorpusSettings(_env_file=None, data_dir=tmp_path / "data")


@pytest.fixture
async def store(settings: CorpusSettings) -> Any:
    """An empty store."""
    settings.data_dir.mkdir()
    async with await ArticleStore.open(settings.store_path) as opened:
        yield opened


async def load(name: str, store: ArticleStore, settings: CorpusSettings, **options: Any) -> LoadReport:
    """Load one input."""
    dry_run = options.pop("dry_run", False)
    return await ingest(
        [name], store=store, settings=settings, options=IngestOptions(reading=ReadOptions(**options), dry_run=dry_run)
    )


async def test_loaded_article_is_cited_with_its_fields(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """Title, source, address and time of the input are what the store cites."""
    await load(write_rows(tmp_path / "a.jsonl", row()), store, settings)
    article = await store.get("a1")
    assert ("Panen Padi Organik di Sukamaju", "Warta Nusa") == (article.title, article.source)
    assert ("https://wartanusa.example/panen", "2024-06-03T08:15:00+07:00") == (
        article.url,
        article.published_at.isoformat(),
    )


async def test_sentences_are_those_of_the_body(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """Each sentence of the body becomes one citable sentence."""
    await load(write_rows(tmp_path / "a.jsonl", row()), store, settings)
    assert [
        "Warga Desa Sukamaju memanen 12 ton padi organik pada awal musim kemarau tahun ini.",
        "Kepala desa Suryati mengatakan hasil itu naik dua kali lipat dibanding tahun lalu.",
        "Panen berikutnya diperkirakan berlangsung pada bulan Oktober.",
    ] == [sentence.text for sentence in await store.sentences("a1")]


async def test_second_load_changes_nothing(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """The same input again is unchanged and writes no change."""
    name = write_rows(tmp_path / "a.jsonl", row())
    await load(name, store, settings)
    before = await store.last_seq()
    report = await load(name, store, settings)
    assert (1, 0, 0) == (report.unchanged, report.added, report.updated)
    assert before == await store.last_seq()


async def test_changed_body_replaces_the_old_one(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """An article whose text changed is updated, and nothing of the old text is left."""
    await load(write_rows(tmp_path / "a.jsonl", row()), store, settings)
    report = await load(write_rows(tmp_path / "b.jsonl", row(body=BODY.replace("12 ton", "15 ton"))), store, settings)
    assert 1 == report.updated
    body = (await store.get("a1")).body
    assert ["15 ton"] == [part for part in ("12 ton", "15 ton") if part in body]


async def test_superseded_text_does_not_come_back(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """Loading a file that holds two versions of an article, twice, ends with the later one and reports no change."""
    name = write_rows(tmp_path / "a.jsonl", row(), row(body=BODY.replace("12 ton", "15 ton")))
    await load(name, store, settings)
    report = await load(name, store, settings)
    assert (2, 0) == (report.unchanged, report.updated)
    assert "15 ton" in (await store.get("a1")).body


async def test_source_and_date_come_from_the_text(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """A bare text is dated and attributed by its dateline."""
    path = tmp_path / "panen.txt"
    path.write_text(f"SUKAMAJU, WARTANUSA.com - Dua petani pada Kamis (24/2/22) pergi ke sawah. {BODY}", "utf-8")
    await load(str(path), store, settings)
    [source] = await store.sources()
    assert ("WARTANUSA.com", "2022-02-24") == (source.source, source.first.isoformat())


async def test_options_fill_what_the_input_lacks(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """--source and --date are used where nothing else says it."""
    name = write_rows(tmp_path / "a.jsonl", row(source=None, url=None, published_at=None))
    await load(name, store, settings, source="Warta Nusa", date="24 Februari 2022")
    article = await store.get("a1")
    assert ("Warta Nusa", "2022-02-24") == (article.source, article.published_at.isoformat())


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"body": ""}, Reason.EMPTY, id="empty body"),
        pytest.param({"body": "Terlalu pendek."}, Reason.TOO_SHORT, id="short body"),
        pytest.param({"published_at": None}, Reason.NO_DATE, id="no date"),
        pytest.param({"published_at": "18/6/2926"}, Reason.FUTURE_DATE, id="impossible date"),
        pytest.param({"published_at": "entah kapan"}, Reason.BAD_DATE, id="no date in the date field"),
        pytest.param({"source": None, "url": None}, Reason.NO_SOURCE, id="no source"),
    ],
)
async def test_uncitable_article_is_rejected_with_its_reason(
    fields: dict[str, Any], reason: Reason, tmp_path: Path, store: Any, settings: CorpusSettings
) -> None:
    """An article that cannot be cited stays out, the rest of the load goes on."""
    name = write_rows(tmp_path / "a.jsonl", row(**fields), row(id="b2", url="https://wartanusa.example/lain"))
    report = await load(name, store, settings)
    assert ([reason], 1) == ([entry.reason for entry in report.rejected], report.added)


async def test_dry_run_stores_nothing(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """A dry run reports what would be added and leaves the store as it was."""
    report = await load(write_rows(tmp_path / "a.jsonl", row()), store, settings, dry_run=True)
    assert (1, 0) == (report.added, (await store.counts()).articles)


async def test_every_sample_is_citable(settings: CorpusSettings, store: Any) -> None:
    """The samples that ship with Kutip load without options, whatever their format."""
    import corpus

    report = await load(str(Path(corpus.__file__).parent / "samples"), store, settings)
    assert ([], 0) == (report.rejected, report.updated)
    assert report.added >= 30


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells which files are open")
async def test_load_that_fails_closes_its_input(tmp_path: Path, store: Any, settings: CorpusSettings) -> None:
    """A store that cannot be written ends the load; the file that was being read does not stay open."""
    name = write_rows(tmp_path / "a.jsonl", *(row(id=f"a{number}", url=None) for number in range(500)))
    async with await ArticleStore.open(settings.store_path, read_only=True) as unwritable:
        with pytest.raises(StoreError) as caught:
            await load(name, unwritable, settings)
        is_open = name in [os.path.realpath(entry) for entry in Path("/proc/self/fd").iterdir()]
    assert (False, "opened for reading only") == (is_open, caught.value.detail)
