"""Finding sentences and articles by their words."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import (
    FingerprintMismatchError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexUnwritableError,
)
from retrieval.lexical import LexicalIndex
from retrieval.lexical_texts import LexicalArticle
from retrieval.types import Filter

DAY = date(2025, 6, 12)


def article(
    version: int, *sentences: str, title: str = "", source: str = "Warta Nusa", day: date = DAY
) -> LexicalArticle:
    return LexicalArticle(version=version, source=source, day=day, title=title, sentences=sentences)


def index_of(folder: Path, *articles: LexicalArticle) -> LexicalIndex:
    index = LexicalIndex.create(folder / "lexical")
    index.apply(added=articles, seq=max((article.version for article in articles), default=0))
    return index


def put_in_place(path: Path, content: bytes) -> None:
    """Replace a file without cutting it short, which would kill a process that still has it mapped into memory."""
    other = path.with_name(f"{path.name}.other")
    other.write_bytes(content)
    other.replace(path)


def sentences_for(index: LexicalIndex, question: str, *, where: Filter | None = None, k: int = 10) -> list[int]:
    return [int(found) for found in index.search_sentences(index.terms(question), k=k, where=where).ids]


def articles_for(index: LexicalIndex, question: str, *, where: Filter | None = None) -> list[int]:
    return [int(found) for found in index.search_articles(index.terms(question), k=10, where=where).ids]


NEWS = (
    article(
        1,
        "Harga cabai naik dua kali lipat di pasar.",
        "Pedagang mengeluhkan pasokan dari Kediri.",
        title="Harga cabai melonjak",
    ),
    article(2, "Gubernur meresmikan jembatan baru.", "Jembatan itu menghubungkan dua kota.", source="Harian Kota"),
    article(3, "Ia memperbaiki diri setelah kalah.", title="Petinju bangkit", day=date(2024, 1, 5)),
)


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    """An index that no test changes."""
    return index_of(tmp_path_factory.mktemp("news"), *NEWS)


def test_a_sentence_is_found_by_another_form_of_its_word(news: LexicalIndex) -> None:
    """Words are compared by their stems, and the id is that of the sentence."""
    assert [1 << 12 | 0] == sentences_for(news, "kenaikan")


def test_a_name_is_not_mistaken_for_the_word_in_it(news: LexicalIndex) -> None:
    """The name "Kediri" has the stem of "diri"; the word as written decides."""
    assert [[1 << 12 | 1, 3 << 12 | 0], [3 << 12 | 0, 1 << 12 | 1]] == [
        sentences_for(news, "Kediri"),
        sentences_for(news, "diri"),
    ]


def test_an_article_is_found_by_words_from_different_sentences(news: LexicalIndex) -> None:
    """An article is searched as a whole."""
    assert 1 == articles_for(news, "pasokan cabai")[0]


def test_an_article_is_found_by_its_title(news: LexicalIndex) -> None:
    """The title is part of its text."""
    assert [3] == articles_for(news, "petinju")


def test_scores_never_rise(news: LexicalIndex) -> None:
    """Hits come best first."""
    scores = news.search_sentences(news.terms("dua jembatan kota"), k=10).scores
    assert sorted(scores.tolist(), reverse=True) == scores.tolist()


def test_at_most_k_hits(news: LexicalIndex) -> None:
    """No more than asked for."""
    assert 1 == len(sentences_for(news, "dua", k=1))


def test_a_question_of_stop_words_finds_something(news: LexicalIndex) -> None:
    """They are weighted down, not left out."""
    assert [2 << 12 | 1] == sentences_for(news, "itu apa?")


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "AND OR NOT ((",
        "title:*",
        'word:"',
        "a AND -b~2^3 [x TO y]",
        "'; DROP TABLE articles; --",
        "🙂🙂",
        "\x00\x07\u202e",
        "مرحبا بالعالم",
        "zzz " * 2_500,
        "\ud800",
    ],
)
def test_syntax_and_noise_are_only_words(news: LexicalIndex, question: str) -> None:
    """Nothing that is typed is parsed, so none of it fails."""
    assert [[], []] == [sentences_for(news, question), articles_for(news, question)]


@settings(deadline=None, max_examples=30)
@given(question=st.text(max_size=80))
def test_any_question_can_be_asked(news: LexicalIndex, question: str) -> None:
    """Whatever is typed gets an answer, if an empty one."""
    assert set(sentences_for(news, question)) <= {version << 12 | place for version in (1, 2, 3) for place in (0, 1)}


SOURCES = ("Warta Nusa", "Harian Kota", "Kabar Sore")
_days = st.integers(0, 30).map(lambda days: DAY + timedelta(days=days))
_filters = st.builds(
    Filter,
    sources=st.frozensets(st.sampled_from([*SOURCES, "Tak Dikenal"]), max_size=2),
    since=st.none() | _days,
    until=st.none() | _days,
)


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> tuple[LexicalIndex, Sequence[LexicalArticle]]:
    """Sixty articles that share a word, of all sources and days."""
    articles = [
        article(number + 1, "Banjir melanda desa.", source=SOURCES[number % 3], day=DAY + timedelta(days=number % 31))
        for number in range(60)
    ]
    return index_of(tmp_path_factory.mktemp("dated"), *articles), articles


@settings(deadline=None, max_examples=50)
@given(where=_filters)
def test_a_filter_finds_all_that_it_allows_and_nothing_else(
    dated: tuple[LexicalIndex, Sequence[LexicalArticle]], where: Filter
) -> None:
    """Source and period limit the search itself."""
    index, articles = dated
    expected = sorted(one.version for one in articles if where.allows(one.source, one.day))
    found = index.search_articles(index.terms("banjir"), k=100, where=where).ids.tolist()
    sentences = index.search_sentences(index.terms("banjir"), k=100, where=where).ids.tolist()
    assert (expected, expected) == (sorted(found), sorted(found_id >> 12 for found_id in sentences))


def test_a_filter_does_not_change_scores(dated: tuple[LexicalIndex, Sequence[LexicalArticle]]) -> None:
    """Being allowed is no merit."""
    index, _ = dated
    free = index.search_articles(index.terms("banjir"), k=1).scores.tolist()
    limited = index.search_articles(index.terms("banjir"), k=1, where=Filter(sources=frozenset(SOURCES[:1]))).scores
    assert free == limited.tolist()


def test_a_search_can_be_limited_to_some_versions(news: LexicalIndex) -> None:
    """The best sentences of chosen articles are found."""
    assert [2 << 12 | 1] == news.search_sentences(news.terms("dua"), k=10, within=[2, 3]).ids.tolist()


def test_a_search_within_no_versions_finds_nothing(news: LexicalIndex) -> None:
    """An empty choice is a choice."""
    assert [] == news.search_sentences(news.terms("dua"), k=10, within=[]).ids.tolist()


def test_a_removed_article_is_gone_at_once(tmp_path: Path) -> None:
    """From sentences, articles, words and suggestions alike."""
    index = index_of(tmp_path, *NEWS)
    before = (index.knows("jembatan"), index.suggest("jembtan"))
    index.apply(removed=[2], seq=4)
    after = (index.knows("jembatan"), index.suggest("jembtan"))
    found = sentences_for(index, "jembatan") + articles_for(index, "jembatan")
    assert ((True, ["jembatan"]), (False, []), []) == (before, after, found)


def test_applying_a_batch_again_changes_nothing(tmp_path: Path) -> None:
    """A crash between index and caller costs nothing."""
    index = index_of(tmp_path, *NEWS)
    before = (index.versions(), index.sentence_count, index.article_count)
    index.apply(added=NEWS, removed=[9], seq=3)
    assert before == (index.versions(), index.sentence_count, index.article_count)


def test_a_version_that_is_added_and_removed_is_not_held(tmp_path: Path) -> None:
    """The removal is the later change."""
    index = index_of(tmp_path, NEWS[0])
    index.apply(added=[NEWS[1]], removed=[2], seq=3)
    assert {1: 2} == index.versions()


def test_a_batch_that_ends_before_the_index_is_left_alone(tmp_path: Path) -> None:
    """A slower process must not bring back what a faster one saw deleted."""
    index = index_of(tmp_path, *NEWS)
    index.apply(removed=[2], seq=10)
    index.apply(added=[NEWS[1]], seq=5)
    assert (10, {1: 2, 3: 1}) == (index.seq, index.versions())


def test_an_article_without_sentences_is_held(tmp_path: Path) -> None:
    """Its title can be found, and it is counted."""
    index = index_of(tmp_path, article(7, title="Foto hari ini"))
    assert ({7: 0}, [7], 0, 1) == (
        index.versions(),
        articles_for(index, "foto"),
        index.sentence_count,
        index.article_count,
    )


def test_an_index_is_the_same_when_opened_again(tmp_path: Path) -> None:
    """All that was applied is on the disk, and how far it went."""
    index_of(tmp_path, *NEWS)
    index = LexicalIndex.open(tmp_path / "lexical")
    assert (3, {1: 2, 2: 2, 3: 1}, [1 << 12 | 0]) == (index.seq, index.versions(), sentences_for(index, "cabai"))


def test_commits_of_others_are_seen_after_reload(tmp_path: Path) -> None:
    """Not before, so that a search sees one state."""
    writer = index_of(tmp_path, NEWS[0])
    reader = LexicalIndex.open(tmp_path / "lexical")
    writer.apply(added=[NEWS[1]], seq=2)
    before = articles_for(reader, "jembatan")
    is_new = reader.reload()
    assert ([], True, [2], 2) == (before, is_new, articles_for(reader, "jembatan"), reader.seq)


def test_reload_says_when_nothing_is_new(news: LexicalIndex) -> None:
    """The caller may keep what it derived."""
    assert not news.reload()


def test_an_index_that_was_built_anew_in_its_place_is_seen_after_reload(tmp_path: Path) -> None:
    """A rebuild swaps the folder under a running reader."""
    reader = index_of(tmp_path, *NEWS)
    index_of(tmp_path / "new", NEWS[1])
    (tmp_path / "lexical").rename(tmp_path / "old")
    (tmp_path / "new" / "lexical").rename(tmp_path / "lexical")
    reader.reload()
    assert {2: 2} == reader.versions()


def test_a_word_of_the_articles_is_known_in_any_writing(news: LexicalIndex) -> None:
    """Capitals and doubling do not matter, forms do; titles count."""
    words = ["HARGA-HARGA", "melonjak", "lonjakan", "cabe", "", "-"]
    assert [True, True, False, False, False, False] == [news.knows(word) for word in words]


def test_suggestions_follow_the_index(tmp_path: Path) -> None:
    """New words are suggested as soon as they are there."""
    index = index_of(tmp_path, NEWS[0])
    before = index.suggest("jembtan")
    index.apply(added=[NEWS[1]], seq=2)
    assert ([], ["jembatan"]) == (before, index.suggest("jembtan"))


def test_document_frequency_counts_sentences(news: LexicalIndex) -> None:
    """What an idf is made of."""
    assert [2, 0] == [news.document_frequency(stem) for stem in ("dua", "tiada")]


def test_an_index_of_other_texts_is_refused(tmp_path: Path) -> None:
    """The error names both fingerprints."""
    LexicalIndex.create(tmp_path / "lexical", fingerprint="cleaner 1")
    with pytest.raises(FingerprintMismatchError, match=r"cleaner 1.*cleaner 2"):
        LexicalIndex.open(tmp_path / "lexical", fingerprint="cleaner 2")


def test_a_missing_index_is_named(tmp_path: Path) -> None:
    """The error says how to build it."""
    with pytest.raises(IndexMissingError, match="kutip index rebuild"):
        LexicalIndex.open(tmp_path / "lexical")


def test_an_index_is_not_created_over_another(tmp_path: Path) -> None:
    """Nothing is overwritten by mistake."""
    index_of(tmp_path, *NEWS)
    with pytest.raises(FileExistsError):
        LexicalIndex.create(tmp_path / "lexical")


def test_a_place_that_takes_no_index_is_named(tmp_path: Path) -> None:
    """A file in the way is an error that a person can mend."""
    (tmp_path / "lexical").write_text("not a folder")
    with pytest.raises(IndexUnwritableError):
        LexicalIndex.create(tmp_path / "lexical" / "inside")


@pytest.mark.parametrize("part", ["sentences", "articles"])
@pytest.mark.parametrize("kind", ["term", "idx", "fieldnorm", "store", "fast", "del"])
def test_a_changed_byte_is_found(tmp_path: Path, part: str, kind: str) -> None:
    """Each file is checked when the index is opened."""
    index_of(tmp_path, *NEWS).apply(removed=[3], seq=4)
    path = max((tmp_path / "lexical" / part).glob(f"*.{kind}"), key=os.path.getsize)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x10
    put_in_place(path, bytes(content))
    with pytest.raises(IndexDamagedError, match=r"damaged.*kutip index rebuild"):
        LexicalIndex.open(tmp_path / "lexical")


@pytest.mark.parametrize("harm", ["cut", "removed", "emptied"])
def test_a_file_that_is_not_whole_is_found(tmp_path: Path, harm: str) -> None:
    """A full disk or a careless hand leaves such files."""
    index_of(tmp_path, *NEWS)
    path = next((tmp_path / "lexical" / "sentences").glob("*.idx"))
    if harm == "removed":
        path.unlink()
    else:
        put_in_place(path, path.read_bytes()[: 20 if harm == "cut" else 0])
    with pytest.raises(IndexDamagedError):
        LexicalIndex.open(tmp_path / "lexical")


def test_a_broken_list_of_files_is_found(tmp_path: Path) -> None:
    """The list of files may be broken as well."""
    index_of(tmp_path, *NEWS)
    (tmp_path / "lexical" / "articles" / "meta.json").write_text('{"segments": 5}')
    with pytest.raises(IndexDamagedError):
        LexicalIndex.open(tmp_path / "lexical")


WRITER = """
import sys, threading
from datetime import date
from pathlib import Path
from retrieval.lexical import LexicalIndex
from retrieval.lexical_texts import LexicalArticle

index = LexicalIndex.open(Path(sys.argv[1]))
print("open", flush=True)
for seq in range(index.seq + 1, 1_000_000):
    article = LexicalArticle(
        version=seq, source="Warta Nusa", day=date(2025, 6, 12), title=f"Judul {seq}", sentences=[f"Isi {seq}."] * 3
    )
    index.apply(added=[article], removed=[seq - 5], seq=seq)
    print(seq, flush=True)
"""


def start(script: str, folder: Path) -> tuple[subprocess.Popen[str], IO[str]]:
    """Run a script in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdout
    return process, process.stdout


def test_a_killed_writer_leaves_its_last_commit(tmp_path: Path) -> None:
    """Killed again and again at any moment, the index opens, and what it lacks of its last batch can be applied."""
    LexicalIndex.create(tmp_path / "lexical")
    for kill in range(3):
        process, output = start(WRITER, tmp_path / "lexical")
        for _ in range(2 + kill):
            said = output.readline()
        threading.Event().wait(0.004 * kill)  # somewhere inside the next batch
        process.kill()
        process.wait()
        output.close()
    index = LexicalIndex.open(tmp_path / "lexical")
    seq = index.seq
    assert int(said) <= seq <= int(said) + 2
    index.apply(removed=[seq - 4], seq=seq + 1)
    assert dict.fromkeys(range(max(seq - 3, 1), seq + 1), 3) == {
        version: count for version, count in index.versions().items() if version <= seq
    }


HOLDER = """
import sys, time
import tantivy
writer = tantivy.Index.open(sys.argv[1] + "/sentences").writer(15_000_000, 1)
print("held", flush=True)
time.sleep(float(60))
"""


def test_two_processes_do_not_write_at_once(tmp_path: Path) -> None:
    """The second waits as long as it is told and then says who is in the way; a killed holder is not."""
    index = index_of(tmp_path, NEWS[0])
    process, output = start(HOLDER, tmp_path / "lexical")
    try:
        assert "held" == output.readline().strip()
        with pytest.raises(IndexBusyError):
            index.apply(added=[NEWS[1]], seq=2, wait_s=0.1)
    finally:
        process.kill()
        process.wait()
        output.close()
    index.apply(added=[NEWS[1]], seq=2, wait_s=0.1)
    assert {1: 2, 2: 2} == index.versions()


def test_searches_run_beside_changes(tmp_path: Path) -> None:
    """No search fails, and none finds an article whose removal had been applied before it began."""
    index = index_of(tmp_path, article(1, "Banjir surut."))
    gone: set[int] = set()
    wrong: list[object] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            known_gone = set(gone)
            found = {hit >> 12 for hit in sentences_for(index, "banjir", k=50)}
            wrong.extend(found & known_gone)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for version in range(2, 22):
        index.apply(added=[article(version, "Banjir surut.")], removed=[version - 1], seq=version)
        gone.add(version - 1)
    stop.set()
    for thread in threads:
        thread.join()
    assert ([], {21: 1}) == (wrong, index.versions())
