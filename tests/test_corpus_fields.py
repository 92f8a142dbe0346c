"""Fields of objects and rows: which names are understood, which forms of values, and what may become a link."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.reading.fields import Field, FieldMap, known_field
from corpus.reading.markup import html_to_text
from corpus.types import RawArticle, Reason, Rejection

KNOWN = FieldMap.parse({})


def article_of(row: dict[str, object], **chosen: str) -> RawArticle:
    read = FieldMap.parse(chosen).article({"isi": "Air surut."} | row, "a.json:1")
    assert isinstance(read, RawArticle), read
    return read


@pytest.mark.parametrize(
    ("field", "names"),
    [
        (Field.TITLE, "title judul headline Title JUDUL"),
        (Field.BODY, "body content isi text teks artikel konten berita article articleBody isi_berita"),
        (Field.PUBLISHED, "published_at publishedAt published date tanggal pubDate waktu datetime created_at"),
        (Field.SOURCE, "source sumber portal media publisher penerbit"),
        (Field.URL, "url link tautan URL"),
        (Field.ID, "id _id guid ID"),
    ],
    ids=lambda value: value if isinstance(value, Field) else "",
)
def test_usual_names_are_known(field: Field, names: str) -> None:
    """Indonesian and English names are understood in any case, with any separator."""
    assert {field} == {known_field(name) for name in names.split()}


def test_row_becomes_an_article() -> None:
    """Each field finds its place."""
    row = {
        "_id": "w-1",
        "Judul": " Banjir  surut ",
        "Sumber": "Warta Nusa",
        "Tautan": "https://warta.example/1",
        "Tanggal": "Sabtu, 12 Juli 2025 09:15 WIB",
    }
    expected = RawArticle(
        origin="a.json:1",
        body="Air surut.",
        id="w-1",
        title="Banjir surut",
        source="Warta Nusa",
        url="https://warta.example/1",
        published="Sabtu, 12 Juli 2025 09:15 WIB",
    )
    assert expected == article_of(row)


@pytest.mark.parametrize(
    ("value", "body"),
    [
        pytest.param(["Air surut.", "Warga pulang."], "Air surut.\nWarga pulang.", id="list of paragraphs"),
        pytest.param([{"text": "Air surut."}, ["Warga pulang."]], "Air surut.\nWarga pulang.", id="list of objects"),
        pytest.param(
            {"rendered": "<p>Air surut.</p><p>Warga pulang.</p>"}, "Air surut.\nWarga pulang.", id="WordPress"
        ),
        pytest.param("<div>Air <b>surut</b>.<br/>Warga pulang.</div>", "Air surut.\nWarga pulang.", id="markup"),
        pytest.param("Air surut.\r\nWarga pulang.", "Air surut.\nWarga pulang.", id="line ends of Windows"),
        pytest.param("Suhu < 5 derajat, > 2 jam.", "Suhu < 5 derajat, > 2 jam.", id="signs that are no markup"),
        pytest.param("Air surut.\0 \ud83d", "Air surut. \ufffd", id="characters that no store can hold"),
    ],
)
def test_body_is_taken_in_each_of_its_forms(value: object, body: str) -> None:
    """Paragraphs come as lines, however the input writes them."""
    assert body == article_of({"isi": value}).body


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"source": {"id": None, "name": "Warta Nusa"}}, id="NewsAPI"),
        pytest.param({"publisher": {"@type": "Organization", "name": "Warta Nusa"}}, id="schema.org"),
        pytest.param({"source": ["Warta Nusa", "Harian Lain"]}, id="list"),
        pytest.param({"source": "", "media": "Warta Nusa"}, id="first name empty"),
        pytest.param({"source": "nan", "portal": "Warta Nusa"}, id="first name an export's nothing"),
        pytest.param({"source": None, "sumber": "Warta Nusa"}, id="first name null"),
    ],
)
def test_source_is_taken_in_each_of_its_forms(row: dict[str, object]) -> None:
    """The publisher is found in nested objects, and behind names that hold nothing."""
    assert article_of(row).source == "Warta Nusa"


@pytest.mark.parametrize(
    ("value", "published"),
    [
        pytest.param(1752286500, "2025-07-12T02:15:00+00:00", id="seconds"),
        pytest.param(1752286500000, "2025-07-12T02:15:00+00:00", id="milliseconds"),
        pytest.param("1752286500", "2025-07-12T02:15:00+00:00", id="seconds as text"),
        pytest.param({"$date": "2025-07-12T02:15:00Z"}, "2025-07-12T02:15:00Z", id="MongoDB"),
        pytest.param({"$date": {"$numberLong": "1752286500000"}}, "2025-07-12T02:15:00+00:00", id="MongoDB number"),
        pytest.param(20250712, "20250712", id="day as a number"),
        pytest.param(float("nan"), None, id="not a number"),
        pytest.param(True, None, id="boolean"),
    ],
)
def test_time_is_taken_in_each_of_its_forms(value: object, published: str | None) -> None:
    """Counts of seconds become times; everything else is left as written."""
    assert published == article_of({"date": value}).published


@pytest.mark.parametrize("wrapper", ["_source", "article", "artikel", "attributes", "fields"])
def test_wrapped_article_is_unwrapped(wrapper: str) -> None:
    """Objects that databases put around an article are looked into."""
    read = KNOWN.article({"_index": "berita", wrapper: {"judul": "Banjir", "isi": "Air surut."}}, "a")
    assert isinstance(read, RawArticle)
    assert (read.title, read.body) == ("Banjir", "Air surut.")


@pytest.mark.parametrize(
    ("chosen", "row"),
    [
        pytest.param({"judul": "kolom7"}, {"kolom7": "Banjir", "judul": "Lain"}, id="field=name"),
        pytest.param({"kolom7": "judul"}, {"kolom7": "Banjir"}, id="name=field"),
        pytest.param({"judul": "headline"}, {"title": "Lain", "headline": "Banjir"}, id="two known names"),
        pytest.param({"title": "meta.Judul Utama"}, {"meta": {"judul_utama": "Banjir"}}, id="path"),
        pytest.param({"title": "kolom7"}, {"kolom7": "", "title": "Banjir"}, id="chosen name empty"),
        pytest.param({"title": "meta.judul"}, {"meta": "teks", "title": "Banjir"}, id="path through a text"),
    ],
)
def test_chosen_name_wins(chosen: dict[str, str], row: dict[str, object]) -> None:
    """A name given by hand is asked first."""
    assert article_of(row, **chosen).title == "Banjir"


def test_unknown_field_is_a_usage_error() -> None:
    """A name that is no field on either side cannot be meant."""
    with pytest.raises(InputError):
        FieldMap.parse({"kolom7": "kolom8"})


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://warta.example/1", "https://warta.example/1"),
        ("www.warta.example/1", "https://www.warta.example/1"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/berita/1", None),
        ("https://warta.example/a b", None),
    ],
)
def test_only_web_addresses_become_links(value: str, url: str | None) -> None:
    """What a reader of the answer could click on is an http(s) address."""
    assert url == article_of({"url": value}).url


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        pytest.param({"isi": ""}, "", id="empty"),
        pytest.param({"isi": None}, "", id="null"),
        pytest.param({"isi": "<p> </p>"}, "", id="empty markup"),
        pytest.param(
            {"kolom1": "a", "kolom2": "b"}, "no field with the text among: kolom1, kolom2", id="no such field"
        ),
        pytest.param({}, "no field with the text among: ", id="no fields"),
    ],
)
def test_row_without_a_text_is_empty(row: dict[str, object], detail: str) -> None:
    """A row without a text says which names it has."""
    assert Rejection(origin="a", reason=Reason.EMPTY, detail=detail) == KNOWN.article(row, "a")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["isi", "judul", "source", "date", "url", "id", "article"]), JSON_VALUES))
@settings(deadline=None)
def test_any_values_make_an_article_or_a_rejection(row: dict[str, object]) -> None:
    """No values make the mapping fail, and what comes out can be stored."""
    read = KNOWN.article(row, "a")
    if isinstance(read, RawArticle):
        "".join(filter(None, (read.body, read.title, read.source, read.url, read.published, read.id))).encode()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Satu\n dua</p>\n<p>Tiga</p>", "Satu dua\nTiga"),
        ("<b>Judul</b>\nSatu.\nDua.", "Judul\nSatu.\nDua."),
        ("Satu<br>dua<br/>tiga", "Satu\ndua\ntiga"),
        ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<p>a</p><style>p{}</style><!-- b --><script>c</script>d", "a\nd"),
        ("<p>a</p></div></body>b", "a\nb"),
        ("<figure><img src=x><figcaption>Foto: Rini</figcaption></figure><p>a</p>", "a"),
        ("5 &lt; 7 &amp;amp; &#8220;a&#8221; &#0;&#8;<i>b</i>", "5 < 7 &amp; “a” \ufffd\x08b"),
    ],
)
def test_markup_becomes_paragraphs(html: str, text: str) -> None:
    """Blocks become lines, the unseen disappears."""
    assert text == html_to_text(html)
