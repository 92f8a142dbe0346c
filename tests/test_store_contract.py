"""What every engine of the store keeps to: what goes in comes out, which article is which, the change log, vectors."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from corpus_drafts import draft_of, text_of
from store_engines import Engine, engine, postgres_url, store

from corpus.errors import StoreBusyError, StoreError
from corpus.polling.records import SeenEntry
from corpus.store import ArticleStore
from corpus.storing.identity import made_ids
from corpus.storing.urls import url_key
from corpus.types import Article, Change, ChangeKind, Draft, MonthCount, OutcomeStatus, PublicationTime, SourceCount

__all__ = ["engine", "postgres_url", "store"]

ADDED, UPDATED, UNCHANGED = OutcomeStatus.ADDED, OutcomeStatus.UPDATED, OutcomeStatus.UNCHANGED
BODY = text_of(1)
OTHER_BODY = text_of(2)
URL = "https://www.harianwarta.example/pasar/beras-naik"


async def put(store: ArticleStore, *drafts: Draft) -> list[OutcomeStatus]:
    """Each draft in a batch of its own."""
    return [(await store.upsert([draft]))[0].status for draft in drafts]


async def all_articles(store: ArticleStore) -> list[Article]:
    return [article async for batch in store.iter_articles() for article, _ in batch]


async def test_article_comes_back(store: ArticleStore) -> None:
    """An article is read back with every field as it was given."""
    draft = draft_of(BODY, id="7", url=URL, title="Harga beras naik", day="2022-02-24T09:15:00+08:00")
    await store.upsert([draft])
    expected = Article(
        id="7",
        title="Harga beras naik",
        source="Warta Nusa",
        published_at=PublicationTime.from_iso("2022-02-24T09:15:00+08:00"),
        body=BODY,
        url=URL,
        version=1,
    )
    assert expected == await store.get("7")


@pytest.mark.parametrize("day", ["2022-02-24", "2022-02-24T09:15:00+09:00", "2022-02-24T00:00:00+07:00"])
async def test_publication_time_keeps_its_form(store: ArticleStore, day: str) -> None:
    """A bare date stays a bare date, and a time keeps its zone."""
    (outcome,) = await store.upsert([draft_of(BODY, day=day)])
    article = await store.get(outcome.article_id)
    assert article is not None
    assert day == article.published_at.isoformat()


async def test_sentences_come_back_in_order(store: ArticleStore) -> None:
    """The sentences of an article come back in reading order, with their paragraphs."""
    sentences = tuple((number // 2, f"Kalimat nomor {number}.") for number in range(12))
    await store.upsert([draft_of(BODY, id="7", sentences=sentences)])
    assert list(sentences) == [(part.paragraph, part.text) for part in await store.sentences("7")]


async def test_outcome_counts_written_sentences(store: ArticleStore) -> None:
    """The outcome tells how many sentences were written, none for an unchanged article."""
    draft = draft_of(BODY)
    assert [outcome.sentences for outcome in await store.upsert([draft, draft])] == [6, 0]


async def test_sentences_by_id(store: ArticleStore) -> None:
    """A sentence is found by its id, also where the id is a numpy integer."""
    await store.upsert([draft_of(BODY, id="7")])
    wanted = (await store.sentences("7"))[2]
    assert {wanted.id: wanted} == await store.sentences_by_id(np.array([wanted.id]))


async def test_sentence_id_of_replaced_text_finds_nothing(store: ArticleStore) -> None:
    """A sentence id of a text that was replaced finds no sentence, and never one of the new text."""
    await store.upsert([draft_of(BODY, id="7")])
    stale = [part.id for part in await store.sentences("7")]
    await store.upsert([draft_of(OTHER_BODY, id="7")])
    assert await store.sentences_by_id(stale) == {}


async def test_missing_articles_are_absent(store: ArticleStore) -> None:
    """Ids and versions that are not there are absent from the answer."""
    await store.upsert([draft_of(BODY, id="7")])
    found = (await store.get("8"), list(await store.get_many(["7", "8"])), list(await store.by_version([1, 2])))
    assert found == (None, ["7"], [1])


async def test_articles_of_some_days(store: ArticleStore) -> None:
    """Articles of a span of days come with their sentences, both ends included."""
    for number, day in enumerate(("2025-05-31", "2025-06-01", "2025-06-02", "2025-06-03"), start=1):
        await store.upsert([draft_of(text_of(number), id=str(number), day=day)])
    found = await store.of_days(date(2025, 6, 1), date(2025, 6, 2))
    assert [(article.id, len(sentences) > 0) for article, sentences in found] == [("2", True), ("3", True)]


async def test_newest_articles_come_first(store: ArticleStore) -> None:
    """The articles published last are listed first, whatever the order of loading."""
    for number, day in enumerate(("2022-02-24", "2025-06-01", "2020-01-01"), start=1):
        await store.upsert([draft_of(text_of(number), id=str(number), day=day)])
    assert [article.id for article in await store.newest(2)] == ["2", "1"]


@pytest.mark.parametrize("hostile", ["' OR 1=1 --", '"; DROP TABLE articles; --', "%", "\ud800", "a\x00b"])
async def test_hostile_ids_find_nothing(store: ArticleStore, hostile: str) -> None:
    """Text that looks like SQL, or is no text at all, is an id like any other that is not there."""
    await store.upsert([draft_of(BODY, id="7")])
    found = (await store.get(hostile), await store.sentences(hostile), await store.delete(hostile))
    assert found == (None, [], None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"id": "7"}, {"id": "7", "url": URL}, id="same id"),
        pytest.param({"id": "7", "url": URL}, {"url": URL}, id="same address"),
        pytest.param({"id": "7", "url": URL}, {"id": "8", "url": URL}, id="same address under another id"),
        pytest.param({"url": URL}, {"url": "https://m.harianwarta.example/pasar/beras-naik"}, id="address for phones"),
        pytest.param({"url": URL}, {"url": "https://harianwarta.example/pasar/beras-naik"}, id="address without www"),
    ],
)
async def test_same_article(store: ArticleStore, first: dict[str, str], second: dict[str, str]) -> None:
    """A draft with a known id, or else a known address, replaces the text of that article, which keeps its id."""
    await store.upsert([draft_of(BODY, **first)])
    (before,) = await all_articles(store)
    await store.upsert([draft_of(OTHER_BODY, **second)])
    assert [(before.id, OTHER_BODY)] == [(article.id, article.body) for article in await all_articles(store)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({}, {}, id="neither has more than its content"),
        pytest.param({"url": URL}, {}, id="the stored one has an address"),
        pytest.param({}, {"url": URL}, id="the new one has an address"),
        pytest.param({"id": "7"}, {}, id="the stored one has an id"),
        pytest.param({}, {"id": "7"}, id="the new one has an id"),
        pytest.param({"url": URL}, {"url": "https://www.harianwarta.example/"}, id="the new one names a whole site"),
    ],
)
async def test_same_content(store: ArticleStore, first: dict[str, str], second: dict[str, str]) -> None:
    """The same content and source is the same article where one side has neither id nor address."""
    await store.upsert([draft_of(BODY, **first)])
    await store.upsert([draft_of(BODY.upper(), title="Lain", **second)])
    assert (await store.counts()).articles == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"url": URL}, {"url": URL + "-2"}, id="two addresses"),
        pytest.param({"id": "7"}, {"id": "8"}, id="two ids"),
        pytest.param({"id": "7"}, {"url": URL}, id="an id and an address"),
        pytest.param({"source": "Warta Nusa"}, {"source": "Kabar Timur"}, id="two sources"),
    ],
)
async def test_same_content_but_another_article(
    store: ArticleStore, first: dict[str, str], second: dict[str, str]
) -> None:
    """The same content under two names of their own is two articles, which are copies of each other."""
    outcomes = await store.upsert([draft_of(BODY, **first), draft_of(BODY, **second)])
    assert [(outcome.status, outcome.copy) for outcome in outcomes] == [(ADDED, True), (ADDED, True)]


async def test_address_of_a_site_is_no_identity(store: ArticleStore) -> None:
    """Two texts that both give the front page as their address are two articles."""
    front = "https://www.harianwarta.example/"
    assert await put(store, draft_of(BODY, url=front), draft_of(OTHER_BODY, url=front)) == [ADDED, ADDED]


async def test_article_takes_over_an_address(store: ArticleStore) -> None:
    """An article that was known by its content alone takes over the address of the same content, and answers to it."""
    await store.upsert([draft_of(BODY)])
    (outcome,) = await store.upsert([draft_of(BODY, url=URL)])
    later = await store.upsert([draft_of(OTHER_BODY, url=URL)])
    article = await store.get(outcome.article_id)
    assert article is not None
    assert (UPDATED, URL, [(UPDATED, article.id)]) == (
        outcome.status,
        article.url,
        [(entry.status, entry.article_id) for entry in later],
    )


async def test_address_of_another_article_is_not_taken(store: ArticleStore) -> None:
    """An article never takes over the address of another one, so that no address leads to two articles."""
    await put(
        store, draft_of(BODY, id="7"), draft_of(OTHER_BODY, id="8", url=URL), draft_of(text_of(3), id="7", url=URL)
    )
    assert {article.id: article.url for article in await all_articles(store)} == {"7": None, "8": URL}


async def test_moved_article_answers_to_its_new_address(store: ArticleStore) -> None:
    """An article with an id that comes with another address is known by that one from then on."""
    await put(store, draft_of(BODY, id="7", url=URL), draft_of(OTHER_BODY, id="7", url=URL + "-diperbarui"))
    assert await put(store, draft_of(text_of(3), url=URL + "-diperbarui"), draft_of(text_of(4), url=URL)) == [
        UPDATED,
        ADDED,
    ]


async def test_made_ids(store: ArticleStore) -> None:
    """An id is made of the address where there is one, else of the content, and is the same in another store."""
    outcomes = await store.upsert([draft_of(BODY, url=URL), draft_of(OTHER_BODY)])
    assert [outcomes[0].article_id, outcomes[1].article_id[0]] == ["ue2da07450b7d", "c"]


async def test_made_id_that_is_taken(store: ArticleStore) -> None:
    """A made id that another article already has is made longer."""
    (outcome,) = await store.upsert([draft_of(BODY, url=URL)])
    taken = outcome.article_id
    await store.delete(taken)
    (_, outcome) = await store.upsert([draft_of(OTHER_BODY, id=taken), draft_of(BODY, url=URL)])
    assert (outcome.status, outcome.article_id.startswith(taken), len(outcome.article_id)) == (ADDED, True, 17)


async def test_made_ids_that_are_all_taken(store: ArticleStore) -> None:
    """An article is added, and no other one overwritten, even where every id that could be made for it is taken."""
    draft = draft_of(BODY, url=URL)
    taken = made_ids(draft, url_key(URL))
    await store.upsert([draft_of(text_of(10 + n), id=name) for n, name in enumerate(taken)])
    (outcome,) = await store.upsert([draft])
    assert (ADDED, 4) == (outcome.status, (await store.counts()).articles)


async def test_same_input_changes_nothing(store: ArticleStore) -> None:
    """Loading the same input again changes nothing, not even the change log."""
    draft = draft_of(BODY, id="7")
    assert [*await put(store, draft, draft), await store.last_seq()] == [ADDED, UNCHANGED, 1]


async def test_same_input_twice_in_a_batch(store: ArticleStore) -> None:
    """The same input twice in one batch is one article."""
    draft = draft_of(BODY)
    assert [outcome.status for outcome in await store.upsert([draft, draft])] == [ADDED, UNCHANGED]


async def test_two_versions_in_a_batch(store: ArticleStore) -> None:
    """Of two versions of an article in one batch the later one stays, and the log tells of both."""
    await store.upsert([draft_of(BODY, id="7"), draft_of(OTHER_BODY, id="7")])
    assert [(article.body, article.version) for article in await all_articles(store)] == [(OTHER_BODY, 2)]
    assert [change.replaces for change in await store.changes(0, 10)] == [None, 1]


async def test_superseded_input_does_not_come_back(store: ArticleStore) -> None:
    """An earlier version that is loaded again does not replace the later one."""
    earlier, later = draft_of(BODY, id="7"), draft_of(OTHER_BODY, id="7")
    assert await put(store, earlier, later, earlier, later) == [ADDED, UPDATED, UNCHANGED, UNCHANGED]


async def test_known_inputs(store: ArticleStore) -> None:
    """Inputs that led to an article are known, superseded ones too, others are not."""
    earlier, later, other = draft_of(BODY, id="7"), draft_of(OTHER_BODY, id="7"), draft_of(text_of(3))
    await put(store, earlier, later)
    hashes = [draft.input_hash for draft in (earlier, later, other)]
    assert set(hashes[:2]) == await store.known_inputs(hashes)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param({"input_hash": b"another cleaner!"}, id="same text under another input hash"),
        pytest.param({"day": "2022-02-23", "title": "Lama"}, id="published before"),
        pytest.param({"day": "2022-02-24", "url": None}, id="the same, without address and time of day"),
        pytest.param({"id": None, "url": None, "title": "Lain"}, id="anonymous, other title"),
        pytest.param({"url": "http://harianwarta.example/pasar/beras-naik"}, id="same page in another form"),
    ],
)
async def test_draft_that_says_nothing_new(store: ArticleStore, second: dict[str, Any]) -> None:
    """A draft that is older or poorer changes nothing, and its input is known from then on."""
    first = {"id": "7", "url": URL, "day": "2022-02-24T09:15:00+07:00"}
    draft = draft_of(BODY, **(first | second))
    assert await put(store, draft_of(BODY, **first), draft) == [ADDED, UNCHANGED]
    assert {draft.input_hash} == await store.known_inputs([draft.input_hash])


@pytest.mark.parametrize(
    "second",
    [
        pytest.param({"title": "Harga beras turun"}, id="title"),
        pytest.param({"day": "2022-02-25"}, id="day"),
        pytest.param({"day": "2022-02-24T09:15:00+07:00"}, id="time of day"),
        pytest.param({"sentences": ((0, "Satu."), (0, "Dua."))}, id="sentences"),
        pytest.param({"source": "Warta Nusa Pagi"}, id="source"),
    ],
)
async def test_draft_that_says_something_new(store: ArticleStore, second: dict[str, Any]) -> None:
    """A draft with other metadata or other sentences replaces the article."""
    assert await put(store, draft_of(BODY, id="7"), draft_of(BODY, id="7", **second)) == [ADDED, UPDATED]


async def test_batch_is_all_or_nothing(store: ArticleStore, engine: Engine) -> None:
    """A batch that fails at its last draft leaves the file as it was."""
    before = await engine.dump()
    broken = draft_of(OTHER_BODY)
    object.__setattr__(broken, "sentences", ((0, "\ud800"),))
    with pytest.raises(Exception, match="surrogates"):
        await store.upsert([draft_of(BODY), broken])
    assert before == await engine.dump()


async def test_dry_run_writes_nothing(store: ArticleStore, engine: Engine) -> None:
    """A dry run tells what would happen and leaves the file as it was."""
    await store.upsert([draft_of(BODY, id="7")])
    drafts = [draft_of(OTHER_BODY, id="7"), draft_of(BODY, id="8"), draft_of(BODY, id="7")]
    before = await engine.dump()
    told = await store.upsert(drafts, dry_run=True)
    assert before == await engine.dump()
    assert told == await store.upsert(drafts)


async def test_cancelled_write_is_undone(store: ArticleStore) -> None:
    """A write that is cancelled at any moment leaves all or nothing of its batch, and the store goes on."""
    for moment in range(0, 60, 3):
        task = asyncio.create_task(store.upsert([draft_of(text_of(moment + n), id=f"{moment}-{n}") for n in range(2)]))
        for _ in range(moment):
            await asyncio.sleep(0.0002)
        task.cancel()
        await asyncio.wait([task])
        stored = await store.get_many([f"{moment}-0", f"{moment}-1"])
        assert len(stored) in {0, 2}
    assert await put(store, draft_of(BODY, id="afterwards")) == [ADDED]


@pytest.mark.parametrize("name", ["7", URL, "http://m.harianwarta.example/pasar/beras-naik/?utm_source=x"])
async def test_delete(store: ArticleStore, engine: Engine, name: str) -> None:
    """A deleted article, named by id or address, leaves nothing behind but two lines of the change log."""
    empty = await engine.dump()
    await store.upsert([draft_of(BODY, id="7", url=URL)])
    await store.put_vectors("e5", {1: np.ones((6, 4), dtype=np.float16)})
    deleted = await store.delete(name)
    assert deleted is not None
    assert deleted.id == "7"
    assert [line.split(" VALUES")[0] for line in await engine.dump() if line not in empty] == [
        'INSERT INTO "changes"'
    ] * 2


async def test_delete_is_logged(store: ArticleStore) -> None:
    """The change log tells which version a deletion took away."""
    await store.upsert([draft_of(BODY, id="7")])
    await store.delete("7")
    assert Change(seq=2, article_id="7", kind=ChangeKind.DELETE, replaces=1) == (await store.changes(1, 10))[0]


async def test_delete_of_an_unknown_article(store: ArticleStore) -> None:
    """Deleting what is not there changes nothing and says so."""
    assert (await store.delete(URL), await store.last_seq()) == (None, 0)


async def test_deleted_article_can_be_loaded_again(store: ArticleStore) -> None:
    """The input of a deleted article is no longer known, and makes a new article with a new version."""
    draft = draft_of(BODY, id="7")
    await store.upsert([draft])
    await store.delete("7")
    assert set() == await store.known_inputs([draft.input_hash])
    assert await put(store, draft) == [ADDED]
    assert [article.version for article in await all_articles(store)] == [3]


async def test_changes_are_read_in_pieces(store: ArticleStore) -> None:
    """The change log is read from a number on, in pieces, to its end."""
    await store.upsert([draft_of(text_of(n), id=str(n)) for n in range(5)])
    pieces = [[change.seq for change in await store.changes(after, 2)] for after in (0, 2, 4, 5)]
    assert pieces == [[1, 2], [3, 4], [5], []]


async def test_all_articles_by_version(store: ArticleStore) -> None:
    """All articles come in the order of their versions, so that a changed one comes again at the end."""
    await store.upsert([draft_of(text_of(n), id=str(n)) for n in range(5)])
    seen = []
    async for batch in store.iter_articles(batch=2):
        seen.append(
            [(article.id, [part.version for part in parts] == [article.version] * 6) for article, parts in batch]
        )
        if len(seen) == 1:
            await store.upsert([draft_of(text_of(9), id="0")])
    assert seen == [[("0", True), ("1", True)], [("2", True), ("3", True)], [("4", True), ("0", True)]]


async def test_store_id(store: ArticleStore, engine: Engine) -> None:
    """A store keeps its id, and no other store has it."""
    async with await engine.open(read_only=True) as again, await engine.open("other") as other:
        ids = [await opened.store_id() for opened in (store, again, other)]
    assert ids[0] == ids[1] != ids[2]


async def test_sources_months_counts(store: ArticleStore) -> None:
    """Articles are counted by source, with their first and last day, and by month of their own calendar day."""
    days = {"a": "2022-02-24", "b": "2022-03-01T00:30:00+07:00", "c": "2022-02-01"}
    await store.upsert([draft_of(text_of(n), id=name, day=days[name]) for n, name in enumerate(days)])
    await store.upsert([draft_of(text_of(9), source="Kabar Timur", day="2021-12-31T23:00:00+09:00")])
    assert [
        SourceCount(source="Warta Nusa", articles=3, first=date(2022, 2, 1), last=date(2022, 3, 1)),
        SourceCount(source="Kabar Timur", articles=1, first=date(2021, 12, 31), last=date(2021, 12, 31)),
    ] == await store.sources()
    assert [
        MonthCount(source="Kabar Timur", month="2021-12", articles=1),
        MonthCount(source="Warta Nusa", month="2022-02", articles=2),
        MonthCount(source="Warta Nusa", month="2022-03", articles=1),
    ] == await store.months()
    counts = await store.counts()
    assert (counts.articles, counts.sentences) == (4, 24)


async def test_counts_of_an_empty_store(store: ArticleStore) -> None:
    """An empty store counts nothing."""
    counts = await store.counts()
    assert (counts.articles, counts.sentences, await store.sources(), await store.months()) == (0, 0, [], [])


async def test_vectors_come_back(store: ArticleStore) -> None:
    """Vectors come back bit for bit, by version and encoder."""
    await store.upsert([draft_of(BODY, id="7")])
    vectors = np.random.default_rng(1).standard_normal((6, 8)).astype(np.float16)
    await store.put_vectors("e5", {1: vectors})
    assert await store.vectors("bge", [1]) == {}
    found = await store.vectors("e5", [1, 2])
    assert list(found) == [1]
    np.testing.assert_array_equal(vectors, found[1])


async def test_vectors_of_a_gone_version_are_skipped(store: ArticleStore) -> None:
    """Vectors for a version that was replaced meanwhile are dropped in silence, the others are kept."""
    await put(store, draft_of(BODY, id="7"), draft_of(OTHER_BODY, id="7"))
    await store.put_vectors("e5", {1: np.ones((6, 4), np.float16), 2: np.ones((6, 4), np.float16)})
    assert list(await store.vectors("e5", [1, 2])) == [2]


async def test_versions_without_vectors(store: ArticleStore) -> None:
    """What an encoder has still to do is listed in order, in pieces, and per encoder."""
    await store.upsert([draft_of(text_of(n), id=str(n)) for n in range(5)])
    await store.put_vectors("e5", {np.int64(2): np.ones((1, 4), np.float16), 4: np.ones((1, 4), np.float16)})
    assert await store.versions_without_vectors("e5", limit=2) == [1, 3]
    assert await store.versions_without_vectors("e5", after=3) == [5]
    assert await store.versions_without_vectors("bge") == [1, 2, 3, 4, 5]


async def test_drop_vectors(store: ArticleStore) -> None:
    """Vectors of other encoders are dropped and counted, those to keep are kept."""
    await store.upsert([draft_of(BODY)])
    for fingerprint in ("e5", "bge", "tua"):
        await store.put_vectors(fingerprint, {1: np.ones((1, 4), np.float16)})
    assert await store.drop_vectors(keep="e5") == 2
    assert [list(await store.vectors(name, [1])) for name in ("e5", "bge", "tua")] == [[1], [], []]


async def test_read_only_store_refuses_writing(store: ArticleStore, engine: Engine) -> None:
    """A store that was opened for reading only cannot be changed."""
    async with await engine.open(read_only=True) as reading:
        with pytest.raises(StoreError, match="reading only"):
            await reading.upsert([draft_of(BODY)])


async def test_several_create_a_store_at_once(engine: Engine) -> None:
    """Several that create the same store at the same moment all get it, and all write to it."""

    async def add(number: int) -> None:
        async with await engine.open() as store:
            await store.upsert([draft_of(text_of(number), id=str(number))])

    await asyncio.gather(*map(add, range(4)))
    async with await engine.open(read_only=True) as store:
        assert 4 == (await store.counts()).articles


async def test_reader_sees_new_articles_at_once(store: ArticleStore, engine: Engine) -> None:
    """A reader that was open before sees an article as soon as it is committed."""
    async with await engine.open(read_only=True) as reader:
        before = await reader.get("7")
        await store.upsert([draft_of(BODY, id="7")])
        after = await reader.get("7")
    assert (before, after is not None) == (None, True)


async def test_writers_of_one_process_take_turns(store: ArticleStore) -> None:
    """Many coroutines may write and read through one store at the same time."""
    await asyncio.gather(*(store.upsert([draft_of(text_of(n), id=str(n))]) for n in range(20)), *[store.counts()] * 3)
    assert list(range(1, 21)) == sorted(article.version for article in await all_articles(store))


# what one engine could do otherwise than another


async def test_article_without_sentences_counts_as_embedded(store: ArticleStore) -> None:
    """An article of which no sentence is left has vectors once it was looked at, and gives an empty matrix."""
    await store.upsert([draft_of(BODY, id="7", sentences=())])
    await store.put_vectors("e5", {1: np.empty((0, 4), np.float16)})
    assert ([], (0, 4)) == (await store.versions_without_vectors("e5"), (await store.vectors("e5", [1]))[1].shape)


async def test_vectors_are_put_again(store: ArticleStore) -> None:
    """Vectors that are put a second time take the place of the first."""
    await store.upsert([draft_of(BODY, id="7")])
    for value in (1.0, 2.0):
        await store.put_vectors("e5", {1: np.full((6, 4), value, np.float16)})
    assert 48.0 == (await store.vectors("e5", [1]))[1].sum()


async def test_near_copies_are_grouped_and_parted(store: ArticleStore) -> None:
    """Near copies share a group under the first one's id, and a copy that is alone again has none."""
    text = text_of(3, words=120)
    await put(store, draft_of(text, id="a"), draft_of(f"{text}\nLain.", id="b", day="2022-02-23"))
    together = [article.id for article in await store.near_copies("a")]
    await store.delete("b")
    alone = await store.get("a")
    assert alone is not None
    assert (["b", "a"], None) == (together, alone.near_group)


async def test_texts_sort_by_code_point(store: ArticleStore) -> None:
    """Sources with equally many articles are ordered letter by letter, whatever the language of the server."""
    names = ["a", "B", "é", "Z", "b"]
    await store.upsert([draft_of(text_of(n), id=str(n), source=name) for n, name in enumerate(names)])
    assert sorted(names) == [count.source for count in await store.sources()]


async def test_feed_is_kept(store: ArticleStore) -> None:
    """A feed comes back as it was put on the list, with its times to the second."""
    now = datetime(2025, 6, 1, 8, 30, tzinfo=UTC)
    added = await store.feeds.add("https://wartanusa.example/rss", now, source="Warta Nusa")
    polled = replace(added, polled_at=now, took_s=0.25, next_at=now + timedelta(hours=1))
    entry = SeenEntry(key="k", text_hash="h", tries=1, again_at=now)
    await store.feeds.record(polled, [entry], ["k"], now)
    assert ([polled], {"k": entry}) == (await store.feeds.all(), await store.feeds.known(["k", "l"], added.id))


async def test_second_writer_gives_up(engine: Engine) -> None:
    """A writer that waits longer than the time-out gets a clear error."""
    async with await engine.open() as first, await engine.open(busy_timeout_s=0.2) as second:
        async with first._writing():
            with pytest.raises(StoreBusyError):
                await second.upsert([draft_of(BODY)])
        assert [ADDED] == await put(second, draft_of(BODY))
