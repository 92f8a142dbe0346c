"""Addresses, hashes and likeness of articles, and the groups of near copies that the store keeps."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from corpus_drafts import draft_of, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import dedup
from corpus.dedup import jaccard, shingles, signature
from corpus.store import ArticleStore
from corpus.storing.urls import canonical_url, url_key

PAGE = "https://www.harianwarta.example/pasar/beras-naik"


# the address that is stored and cited


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        pytest.param("http://www.harianwarta.example/pasar/beras-naik", PAGE, id="https"),
        pytest.param("HTTPS://WWW.HarianWarta.Example./pasar/beras-naik", PAGE, id="capitals and a dot in the host"),
        pytest.param(f"  {PAGE}\n", PAGE, id="spaces around"),
        pytest.param(f"{PAGE}#komentar", PAGE, id="fragment"),
        pytest.param(f"{PAGE}/", PAGE, id="slash at the end"),
        pytest.param(f"{PAGE}/amp/", PAGE, id="AMP at the end"),
        pytest.param(f"{PAGE}?utm_source=x&fbclid=1&gclid=2&ref=y&source=z&tag_from=w", PAGE, id="tracking"),
        pytest.param(f"{PAGE}?page=all&single=1&amp", PAGE, id="whole page"),
        pytest.param("http://www.harianwarta.example:80/pasar/beras-naik", PAGE, id="default port of http"),
        pytest.param("https://www.harianwarta.example:443/pasar/beras-naik", PAGE, id="default port of https"),
        pytest.param("https://redaksi:rahasia@www.harianwarta.example/pasar/beras-naik", PAGE, id="user name"),
        pytest.param("https://www.harianwarta.example/./x/../pasar/%62eras%2Dnaik", PAGE, id="dots and needless codes"),
        pytest.param("https://warta.example/baca?b=2&id=1&a=3", "https://warta.example/baca?a=3&b=2&id=1", id="sorted"),
        pytest.param("https://warta.example/baca?page=2", "https://warta.example/baca?page=2", id="second page"),
        pytest.param("https://warta.example/a%2fb", "https://warta.example/a%2Fb", id="a coded slash stays"),
        pytest.param("https://warta.example/100%", "https://warta.example/100%25", id="lone percent sign"),
        pytest.param("https://warta.example/harga café", "https://warta.example/harga%20caf%C3%A9", id="not ASCII"),
        pytest.param("https://büro.example/a", "https://xn--bro-hoa.example/a", id="not ASCII in the host"),
        pytest.param("https://warta.example", "https://warta.example/", id="no path"),
        pytest.param("https://warta.example/amp", "https://warta.example/amp", id="a page that is called amp"),
        pytest.param("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a", id="numeric host"),
        pytest.param("http://localhost/a", "http://localhost/a", id="host without a dot"),
        pytest.param("http://[::1]/a", "http://[::1]/a", id="IPv6"),
    ],
)
def test_canonical_url(given_url: str, expected: str) -> None:
    """Forms of one address become one that opens the page."""
    assert expected == canonical_url(given_url)


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("https://m.detik.com/finance/moneter/d-1/judul?single=1", "https://finance.detik.com/moneter/d-1/judul"),
        ("https://m.detik.com/jatim/berita/d-1/judul", "https://www.detik.com/jatim/berita/d-1/judul"),
        ("https://news.detik.com/berita/d-1/judul/amp", "https://news.detik.com/berita/d-1/judul"),
        ("https://amp.kompas.com/nasional/read/1/judul?page=all", "https://nasional.kompas.com/read/1/judul"),
        ("https://amp.kompas.com/global/read/1/judul#page2", "https://www.kompas.com/global/read/1/judul"),
        ("https://amp.kompas.com/rubrik-baru/read/1/judul", "https://amp.kompas.com/rubrik-baru/read/1/judul"),
        ("https://m.liputan6.com/bisnis/read/1/judul", "https://www.liputan6.com/bisnis/read/1/judul"),
        ("https://m.tribunnews.com/nasional/1/judul?page=all", "https://www.tribunnews.com/nasional/1/judul"),
        ("https://www.cnnindonesia.com/nasional/1/judul/amp", "https://www.cnnindonesia.com/nasional/1/judul"),
        ("https://www.google.com/amp/s/amp.kompas.com/tren/read/1/judul", "https://www.kompas.com/tren/read/1/judul"),
        ("https://warta-example.cdn.ampproject.org/c/s/warta.example/a/amp", "https://warta.example/a"),
    ],
)
def test_phone_page_becomes_the_desktop_page(given_url: str, expected: str) -> None:
    """A phone or AMP page becomes the desktop page where that is known, and stays itself where not."""
    assert expected == canonical_url(given_url)


@pytest.mark.parametrize(
    "text",
    [
        *"""
    beras www.warta.example/a ftp://warta.example/a mailto:a@warta.example javascript:alert(1) https:// https:///a
    http://[::1 http://warta.example:port/ https://.. //warta.example/a https:warta.example
    """.split(),
        "",
        "http://a b/c",
        "http://warta.example/\ud800",
        f"https://{'a' * 70}.example/",
    ],
)
def test_no_address(text: str) -> None:
    """What is no http or https address has no canonical form and no key."""
    assert (None, None) == (canonical_url(text), url_key(text))


_SEGMENT = st.one_of(
    st.text(max_size=8), st.sampled_from(["amp", "..", ".", "", "%2e", "%", "%zz", "%C3%A9", "c", "s"])
)
_HOSTS = [
    "www.Detik.com",
    "m.detik.com",
    "amp.kompas.com",
    "[::1]",
    "127.0.0.1",
    "www.google.com",
    "localhost",
    "例え.jp",
]
_ADDRESS = st.builds(
    "{}://{}{}/{}?{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.one_of(
        st.sampled_from([*_HOSTS, "x.cdn.ampproject.org", "u:p@warta.example", "m.www.warta.example."]), st.text()
    ),
    st.sampled_from(["", ":80", ":443", ":8080", ":x", ":"]),
    st.lists(_SEGMENT, max_size=6).map("/".join),
    st.one_of(st.text(max_size=20), st.sampled_from(["id=1&utm_x=2", "page=all", "b&a", "a=%2f+%20"])),
    st.sampled_from(["", "#x", "/"]),
)


@settings(deadline=None)
@given(st.one_of(_ADDRESS, st.text()))
def test_canonical_url_of_anything(text: str) -> None:
    """Any text has one canonical form, which is its own, is plain ASCII and names the same page; nothing raises."""
    found = canonical_url(text)
    key = url_key(text)
    if found is not None:
        assert (found, key, True) == (canonical_url(found), url_key(found), found.isascii())


@pytest.mark.parametrize(
    "same",
    [
        "https://harianwarta.example/pasar/beras-naik",
        "http://m.harianwarta.example/pasar/beras-naik/",
        "https://amp.harianwarta.example/amp/pasar/beras-naik",
        "https://www.harianwarta.example//pasar//beras-naik?utm_id=1",
    ],
)
def test_same_page(same: str) -> None:
    """Desktop, phone and AMP address of an article have the same key."""
    assert url_key(PAGE) == url_key(same)


@pytest.mark.parametrize(
    "other",
    [
        "https://www.harianwarta.example/pasar/Beras-naik",
        "https://www.harianwarta.example/pasar/beras-naik?id=2",
        "https://www.harianwarta.example/pasar/beras-naik?page=2",
        "https://bola.harianwarta.example/pasar/beras-naik",
        "https://www.harianwarta.example:8443/pasar/beras-naik",
        "https://harianwarta.id.example/pasar/beras-naik",
    ],
)
def test_another_page(other: str) -> None:
    """Addresses that may show something else have different keys."""
    assert url_key(PAGE) != url_key(other)


def test_short_host_keeps_its_name() -> None:
    """A host whose own name looks like a prefix is not cut down to its ending."""
    assert ("m.example/a", "amp.example/a") == (url_key("https://m.example/a"), url_key("https://www.amp.example/a"))


# hashes


def test_input_hash_keeps_fields_apart() -> None:
    """Text that moves from one field to the next, or a missing field, is another input."""
    hashes = [
        dedup.input_hash(*fields) for fields in (("ab", "c"), ("a", "bc"), ("abc", None), ("abc", ""), (None, "abc"))
    ]
    assert (5, {16}) == (len(set(hashes)), {len(digest) for digest in hashes})


def test_hashes_are_stable() -> None:
    """Hashes and signatures are the same on every machine and in every process, as they are kept on disk."""
    text = "Harga beras di Pasar Induk naik lagi pekan ini."
    found = (
        dedup.content_hash(text).hex(),
        int(shingles(text)[0]),
        int(signature(text)[0]),
        dedup.band_keys(signature(text))[0],
    )
    assert ("6523171796a8db85465087f00bd55c89", 6758035948842007230, 618503846, -3055863219925380557) == found


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_hashed(text: str) -> None:
    """Nothing in a text makes hashing fail, and a signature goes with the shingles."""
    size = dedup.PERMUTATIONS if shingles(text).size else 0
    assert (16, size) == (len(dedup.content_hash(text)), signature(text).size)


# likeness


def changed(text: str, share: float, seed: int = 0) -> str:
    """`text` with some of its words replaced."""
    generator = random.Random(seed)
    return " ".join(word if generator.random() >= share else f"ganti{seed}x{n}" for n, word in enumerate(text.split()))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from("abcde"), max_size=40), st.lists(st.sampled_from("abcde"), max_size=40))
def test_jaccard_is_that_of_the_runs_of_words(left: list[str], right: list[str]) -> None:
    """The likeness of two texts is that of their sets of five-word runs."""
    sets = [{tuple(words[n : n + 5]) for n in range(len(words) - 4)} for words in (left, right)]
    union = len(sets[0] | sets[1])
    expected = len(sets[0] & sets[1]) / union if union else 0.0
    assert expected == jaccard(shingles(" ".join(left)), shingles(" ".join(right)))


@pytest.mark.parametrize("other", ["HARGA beras, di pasar; INDUK (naik)", "harga  beras\ndi pasar induk naik."])
def test_case_and_punctuation_do_not_count(other: str) -> None:
    """Case, punctuation and line breaks make no difference to the shingles."""
    np.testing.assert_array_equal(shingles("Harga beras di pasar induk naik"), shingles(other))


def test_signature_estimates_the_likeness() -> None:
    """The share of equal signature values is the likeness, give or take what 64 values can tell."""
    text = text_of(1, words=400)
    errors = []
    for seed in range(60):
        other = changed(text, share=0.005 * (seed % 12), seed=seed)
        errors.append(float(np.mean(signature(text) == signature(other))) - jaccard(shingles(text), shingles(other)))
    assert 0.06 > np.std(errors)
    assert 0.02 > abs(np.mean(errors))


def test_near_copies_share_a_band() -> None:
    """Of pairs just above the threshold all share a band and look alike by their signatures."""
    text = text_of(1, words=400)
    others = [
        other
        for seed in range(400)
        if 0.8 < jaccard(shingles(text), shingles(other := changed(text, 0.018, seed))) < 0.9
    ]
    found = [
        bool({*dedup.band_keys(signature(text))} & {*dedup.band_keys(signature(other))})
        and dedup.alike(signature(text), signature(other))
        for other in others
    ]
    assert len(found) > 100
    assert len(found) == sum(found)


def test_different_texts_share_no_band() -> None:
    """Texts with nothing in common share no band, so that the store compares hardly any pair in vain."""
    keys = [set(dedup.band_keys(signature(text_of(seed)))) for seed in range(200)]
    assert 0 == sum(bool(a & b) for a, b in itertools.combinations(keys, 2))


# groups in the store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ArticleStore]:
    async with await ArticleStore.open(tmp_path / "kutip.db") as opened:
        yield opened


TEXT = text_of(1, words=200)
NEAR = changed(TEXT, 0.015, seed=1)
ALSO_NEAR = changed(TEXT, 0.015, seed=2)
FAR = text_of(2, words=200)
assert all(0.8 < jaccard(shingles(a), shingles(b)) < 1 for a, b in [(TEXT, NEAR), (TEXT, ALSO_NEAR)])
assert jaccard(shingles(NEAR), shingles(ALSO_NEAR)) < 0.8


async def groups_of(store: ArticleStore) -> dict[str, str | None]:
    return {article.id: article.near_group async for batch in store.iter_articles() for article, _ in batch}


async def load(store: ArticleStore, **bodies: str) -> list[bool]:
    """Each article in a batch of its own; whether it is a copy."""
    return [(await store.upsert([draft_of(body, id=name)]))[0].copy for name, body in bodies.items()]


async def test_near_copies_are_grouped(store: ArticleStore) -> None:
    """Near copies carry the id of the one that came first, and others carry none."""
    assert [False, True, False] == await load(store, b=TEXT, a=NEAR, c=FAR)
    assert {"b": "b", "a": "b", "c": None} == await groups_of(store)


async def test_near_copies_in_one_batch(store: ArticleStore) -> None:
    """Near copies that come in one batch are grouped, and all of them are told to be copies."""
    outcomes = await store.upsert([draft_of(body, id=name) for name, body in {"b": TEXT, "c": FAR, "a": NEAR}.items()])
    assert [True, False, True] == [outcome.copy for outcome in outcomes]
    assert {"b": "b", "c": None, "a": "b"} == await groups_of(store)


async def test_bridge_joins_two_articles(store: ArticleStore) -> None:
    """Two texts that are each near a third one but not each other come together when the third one comes."""
    await load(store, x=NEAR, y=ALSO_NEAR)
    assert {"x": None, "y": None} == await groups_of(store)
    await load(store, z=TEXT)
    assert {"x": "x", "y": "x", "z": "x"} == await groups_of(store)


async def test_bridge_joins_two_groups(store: ArticleStore) -> None:
    """Two groups that become one carry the name of the older one."""
    await load(store, x1=NEAR, y1=ALSO_NEAR, y2=ALSO_NEAR, x2=NEAR, z=TEXT)
    assert {"x1": "x1", "y1": "x1", "y2": "x1", "x2": "x1", "z": "x1"} == await groups_of(store)


async def test_grouping_leaves_versions_alone(store: ArticleStore) -> None:
    """An article that gets into a group because of another one keeps its version, and its vectors with it."""
    await load(store, a=TEXT)
    await store.put_vectors("e5", {1: np.ones((1, 4), np.float16)})
    await load(store, b=NEAR)
    assert [1] == list(await store.vectors("e5", [1]))
    assert 2 == await store.last_seq()


async def test_changed_article_leaves_its_group(store: ArticleStore) -> None:
    """An article whose text changes leaves its group, and the one that is left alone has none."""
    await load(store, a=TEXT, b=NEAR)
    await load(store, a=FAR)
    assert {"a": None, "b": None} == await groups_of(store)


async def test_changed_article_joins_another_group(store: ArticleStore) -> None:
    """An article whose text becomes near to others joins them under the name of the first."""
    await load(store, a=FAR, b=TEXT, c=NEAR, d=FAR)
    await load(store, a=TEXT)
    assert {"a": "a", "b": "a", "c": "a", "d": None} == await groups_of(store)


async def test_group_outlives_its_first_member(store: ArticleStore) -> None:
    """When the article that a group is named after is deleted, the others stay together under the next one's name."""
    await load(store, a=TEXT, b=TEXT, c=TEXT)
    await store.delete("a")
    assert {"b": "b", "c": "b"} == await groups_of(store)
    await store.delete("b")
    assert {"c": None} == await groups_of(store)


async def test_group_falls_apart_without_its_bridge(store: ArticleStore) -> None:
    """When the only text that held a group together is deleted, the rest is no group."""
    await load(store, z=TEXT, x=NEAR, y=ALSO_NEAR)
    await store.delete("z")
    assert {"x": None, "y": None} == await groups_of(store)


async def test_short_texts_are_not_grouped(store: ArticleStore) -> None:
    """Texts of fewer than five words are no copies of each other, however equal they are."""
    assert [False, False] == await load(store, a="Harga beras naik lagi", b="Harga beras naik lagi")


async def test_near_copies_by_time_of_publication(store: ArticleStore) -> None:
    """The articles of a group come earliest published first; a bare date counts from its beginning in Jakarta."""
    days = {"a": "2022-02-24T00:30:00+07:00", "b": "2022-02-24", "c": "2022-02-24T02:00:00+09:00"}
    await store.upsert([draft_of(TEXT, id=name, day=day) for name, day in days.items()])
    assert ["b", "c", "a"] == [article.id for article in await store.near_copies("a")]


async def test_one_text_hundreds_of_times(store: ArticleStore) -> None:
    """A text that comes hundreds of times is one group, though only a few of its copies are looked at."""
    for start in range(0, 600, 200):
        await store.upsert([draft_of(TEXT, id=str(number)) for number in range(start, start + 200)])
    assert {"0"} == set((await groups_of(store)).values())


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, 0, 1, 2, 3, 4])), max_size=14),
    batch=st.integers(1, 3),
)
async def test_groups_are_what_the_texts_say(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int | None]], batch: int
) -> None:
    """After any loads and deletions the groups are the connected parts of what is stored, named after the first."""
    texts = [TEXT, NEAR, ALSO_NEAR, FAR, changed(FAR, 0.015, seed=3)]
    stored: dict[str, str] = {}
    async with await ArticleStore.open(tmp_path_factory.mktemp("groups") / "kutip.db") as store:
        waiting: dict[str, str] = {}
        for number, (name, text) in enumerate([*steps, ("", None)]):
            if text is not None:
                waiting[name] = texts[text]
            if text is None or len(waiting) >= batch:
                inputs = {article: dedup.input_hash(article, str(number)) for article in waiting}  # never seen before
                await store.upsert([draft_of(waiting[name], id=name, input_hash=inputs[name]) for name in waiting])
                stored |= waiting
                waiting = {}
            if text is None and name in stored:
                del stored[name]
                await store.delete(name)
        found = await groups_of(store)
    assert expected_groups(stored) == found


def expected_groups(stored: dict[str, str]) -> dict[str, str | None]:
    """By comparing everything with everything. :param stored: in the order in which the articles first came."""
    group = {name: name for name in stored}
    order = list(stored)
    for a, b in itertools.combinations(order, 2):
        if jaccard(shingles(stored[a]), shingles(stored[b])) > dedup.NEAR_COPY_ABOVE:
            first, second = sorted((group[a], group[b]), key=order.index)
            group = {name: first if of == second else of for name, of in group.items()}
    return {name: of if list(group.values()).count(of) > 1 else None for name, of in group.items()}


def test_endless_address_is_none() -> None:
    """What nests caches or subdomains by the thousand is refused at once; unwinding it took minutes."""
    nested = "https://" + "www.google.com/amp/s/" * 4000 + "warta.example/a"
    assert (None, None) == (canonical_url(nested), url_key("https://" + "m." * 60_000 + "warta.example/a"))
