"""HTML pages: what is taken from JSON-LD, meta tags and the page as shown, and which pages hold no article."""

from __future__ import annotations

import json
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.reading.page import read_page
from corpus.types import RawArticle, Reason, Rejection

PARAGRAPHS = (
    "DEMAK, WARTANUSA.example - Banjir di Kecamatan Karanganyar, Kabupaten Demak, mulai surut pada Sabtu (12/7/2025).",
    "Kepala BPBD Demak, Rini Astuti, mengatakan tinggi air tinggal 20 sentimeter di tiga desa.",
    '"Warga sudah mulai pulang," katanya.',
)
BODY = "\n".join(PARAGRAPHS)
HTML_BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(head: str = "", *, body: str = HTML_BODY, above: str = "<h1>Banjir Demak Mulai Surut</h1>") -> bytes:
    return (
        f"<!doctype html><html lang=id><head><meta charset=utf-8>{head}</head><body>"
        f"<nav><a href=/>Beranda</a> <a href=/olahraga>Olahraga</a></nav><article>{above}<div>{body}</div></article>"
        "<footer>Hak cipta Warta Nusa</footer></body></html>"
    ).encode()


def linked_data(*objects: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(data)}</script>' for data in objects)


def meta(**contents: str) -> str:
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{text}">' for name, text in contents.items())


def article_of(data: bytes, **known: str) -> RawArticle:
    read = read_page(data, origin="a.html", **known)
    assert isinstance(read, RawArticle), read
    return read


NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Banjir Demak Surut",
    "datePublished": "2025-07-12T09:15:00+07:00",
    "publisher": {"@type": "Organization", "name": "Warta Nusa"},
    "url": "https://www.wartanusa.example/2025/07/12/banjir-demak",
}
PUBLISHER = {"@type": "Organization", "@id": "#p", "name": "Warta Nusa"}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param([NEWS], id="one object"),
        pytest.param([[{"@type": "BreadcrumbList"}, NEWS]], id="list"),
        pytest.param([{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, NEWS]}], id="graph"),
        pytest.param([{"@type": "WebPage", "mainEntity": NEWS}], id="within another object"),
        pytest.param([{"@type": "WebPage"}, NEWS], id="second script"),
        pytest.param([NEWS | {"@type": ["Thing", "ReportageNewsArticle"]}], id="several types"),
        pytest.param([NEWS | {"publisher": [{"name": "Warta Nusa"}]}], id="list of publishers"),
        pytest.param([NEWS | {"publisher": "Warta Nusa"}], id="publisher as text"),
        pytest.param([{"@graph": [PUBLISHER, NEWS | {"publisher": {"@id": "#p"}}]}], id="publisher by reference"),
        pytest.param([NEWS | {"url": None, "mainEntityOfPage": {"@id": NEWS["url"]}}], id="main entity"),
    ],
)
def test_facts_are_read_from_linked_data(data: list[object]) -> None:
    """Title, publisher, time of day and address come from JSON-LD in each of its usual forms."""
    article = article_of(page(linked_data(*data)))
    expected = ("Banjir Demak Surut", "Warta Nusa", "2025-07-12T09:15:00+07:00", NEWS["url"])
    assert expected == (article.title, article.source, article.published, article.url)


def test_linked_data_with_slips_is_read() -> None:
    """Line breaks within strings, comment marks and entities, as portals write them, do no harm."""
    text = (
        '<script type="application/ld+json"><!-- {"@type": "NewsArticle", "datePublished": "2025-07-12",'
        '"headline": "Banjir &quot;besar&quot;\n surut"} --></script>'
    )
    assert article_of(page(text)).title == 'Banjir "besar" surut'


@pytest.mark.parametrize(
    "text", ["{", "[" * 5000, "null", '{"@type": {}}', '{"@graph": 5}', '{"@type": "NewsArticle"}']
)
def test_broken_linked_data_is_passed_over(text: str) -> None:
    """Broken JSON-LD leaves the page as readable as if there were none."""
    article = article_of(page(f'<script type="application/ld+json">{text}</script>'))
    expected = ("Banjir Demak Mulai Surut", BODY)
    assert expected == (article.title, article.body)


def test_endless_type_in_linked_data_costs_no_time() -> None:
    """A page made to hold up its reader is passed over as fast as others."""
    scripts = [linked_data({"@type": "a" * count}) for count in (1, 50_000)]
    article_of(page(scripts[0]))  # the first page also loads the libraries
    started = perf_counter()
    article_of(page(scripts[1]))
    assert perf_counter() - started < 5.0


def test_article_is_told_from_others_that_the_page_links_to() -> None:
    """Where JSON-LD describes several articles, the one with the page's address counts."""
    other = NEWS | {"headline": "Berita lain", "url": "https://www.wartanusa.example/2025/07/11/lain"}
    article = article_of(page(linked_data([other, NEWS])), url="https://wartanusa.example/2025/07/12/banjir-demak/")
    assert article.title == "Banjir Demak Surut"


def test_list_of_articles_is_no_article() -> None:
    """A page of teasers is not taken for the first article that it lists."""
    items = [{"@type": "ListItem", "item": NEWS | {"headline": f"Kabar {number}"}} for number in range(5)]
    teasers = "".join(f"<h2><a href=/{number}>Kabar {number} dari desa</a></h2>" for number in range(40))
    head = linked_data({"@type": "ItemList", "itemListElement": items}) + meta(og__type="website")
    read = read_page(page(head, body=teasers, above=""), origin="a.html")
    expected = Rejection(origin="a.html", reason=Reason.NO_ARTICLE, detail="no paragraph of text")
    assert expected == read


@pytest.mark.parametrize(
    "head",
    [
        pytest.param('<meta property="article:published_time" content="2025-07-12T09:15:00+07:00">', id="open graph"),
        pytest.param('<meta name="DC.date.issued" content="2025-07-12T09:15:00+07:00">', id="Dublin Core"),
        pytest.param('<meta itemprop="datePublished" content="2025-07-12T09:15:00+07:00">', id="itemprop in the head"),
        pytest.param('<meta name="pubdate" content="2025-07-12T09:15:00+07:00">', id="pubdate"),
        pytest.param(linked_data({"@type": "Article", "datePublished": "2025-07-12T09:15:00+07:00"}), id="linked data"),
    ],
)
def test_time_is_read_from_the_head(head: str) -> None:
    """The publication time is found under each of its usual names."""
    assert article_of(page(head)).published == "2025-07-12T09:15:00+07:00"


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        pytest.param('<time datetime="2025-07-12T09:15+07:00">Sabtu</time>', "2025-07-12T09:15+07:00", id="time tag"),
        pytest.param("<time>Sabtu, 12 Juli 2025</time>", "Sabtu, 12 Juli 2025", id="time tag without datetime"),
        pytest.param('<span itemprop="datePublished">12/07/2025</span>', "12/07/2025", id="itemprop"),
        pytest.param(
            '<div class="detail-date">Sabtu, 12 Jul 2025 09:15 WIB</div>', "Sabtu, 12 Jul 2025 09:15 WIB", id="class"
        ),
    ],
)
def test_time_is_read_as_the_page_shows_it(shown: str, published: str) -> None:
    """Without a time in the head, the one below the headline counts."""
    assert article_of(page(above=f"<h1>Banjir Demak Mulai Surut</h1>{shown}")).published == published


def test_clock_above_the_headline_is_no_publication_time() -> None:
    """The date of today that many portals show at the top of each page is not believed."""
    above = '<div class="tanggal">Senin, 1 Juni 2026</div><h1>Banjir Demak Mulai Surut</h1>'
    assert article_of(page(above=above)).published is None


def test_time_of_day_is_added_to_a_bare_date() -> None:
    """A later name of the same day wins if it also says the time."""
    head = linked_data(NEWS | {"datePublished": "2025-07-12"}) + meta(
        article__published_time="2025-07-12T09:15:00+07:00"
    )
    assert article_of(page(head)).published == "2025-07-12T09:15:00+07:00"


def test_another_day_is_not_taken_for_its_time_of_day() -> None:
    """A finer time of another day, such as that of an update, does not replace the publication day."""
    head = linked_data(NEWS | {"datePublished": "2025-07-12"}) + meta(
        article__published_time="2025-07-13T08:00:00+07:00"
    )
    assert article_of(page(head)).published == "2025-07-12"


def test_meta_tags_speak_where_linked_data_is_silent() -> None:
    """Title and publisher come from Open Graph without JSON-LD."""
    article = article_of(page(meta(og__title="Banjir &amp; rob surut", og__site_name="Warta Nusa")))
    assert (article.title, article.source) == ("Banjir & rob surut", "Warta Nusa")


HERE = "https://warta.example/banjir"


@pytest.mark.parametrize(
    ("canonical", "url", "expected"),
    [
        pytest.param("/banjir", "https://m.warta.example/amp", "https://m.warta.example/banjir", id="relative"),
        pytest.param(HERE, "https://m.warta.example/x?page=2", HERE, id="mobile"),
        pytest.param("https://warta.example/", HERE, HERE, id="front page"),
        pytest.param("https://lain.example/banjir", HERE, HERE, id="other site"),
        pytest.param("javascript:alert(1)", HERE, HERE, id="script"),
        pytest.param("https://[", HERE, HERE, id="broken"),
        pytest.param(HERE, None, HERE, id="saved page"),
        pytest.param("/banjir", None, None, id="saved page, relative"),
    ],
)
def test_canonical_address_of_the_same_site_is_cited(canonical: str, url: str | None, expected: str | None) -> None:
    """The address to cite is the canonical one, unless it leads elsewhere."""
    read = read_page(page(f'<link rel="canonical" href="{canonical}">'), origin="a.html", url=url)
    assert isinstance(read, RawArticle)
    assert expected == read.url


def test_text_is_kept_and_the_frame_of_the_page_is_not() -> None:
    """Each paragraph is a line; menu, headline, shown time and footer are no part of the body."""
    above = '<h1>Banjir Demak Mulai Surut</h1><div class="date">Sabtu, 12 Jul 2025 09:15 WIB</div>'
    assert article_of(page(linked_data(NEWS), above=above)).body == BODY


def test_tables_and_lists_are_kept_as_lines() -> None:
    """Rows and items are lines of their own, without borders."""
    table = "<table><tr><th>Desa</th><th>Tinggi air</th></tr><tr><td>Wonorejo</td><td>20 cm</td></tr></table>"
    body = article_of(page(body=f"{HTML_BODY}{table}<ul><li>Dapur umum di balai desa.</li></ul>")).body
    assert f"{BODY}\nDesa Tinggi air\nWonorejo 20 cm\n- Dapur umum di balai desa." == body


@pytest.mark.parametrize("name", ["content", "isi-berita-x", "read__content"])
def test_headings_and_lists_are_kept_in_any_container(name: str) -> None:
    """Whatever a portal calls the element around its text, no line of the text is lost."""
    text = "<h2>Bantuan datang</h2>".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    html = (
        f"<nav><a href=/>Beranda</a></nav><h1>Banjir</h1><div class='{name}'>{text}<ul><li>Dapur umum</li></ul></div>"
    )
    body = article_of(f"<html><body>{html}<footer>Hak cipta</footer></body></html>".encode()).body
    expected = [PARAGRAPHS[0], "Bantuan datang", PARAGRAPHS[1], "Bantuan datang", PARAGRAPHS[2], "- Dapur umum"]
    assert expected == body.split("\n")


def test_body_of_linked_data_is_taken_where_the_page_hides_it() -> None:
    """A page that shows the beginning only, but tells search engines all, is read in full."""
    article = article_of(page(linked_data(NEWS | {"articleBody": HTML_BODY * 3}), body="<p>Banjir surut.</p>"))
    assert "\n".join([BODY] * 3) == article.body


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", Reason.EMPTY, id="nothing"),
        pytest.param(b"   \n", Reason.EMPTY, id="white space"),
        pytest.param(b"<html><body></body></html>", Reason.NO_ARTICLE, id="empty body"),
        pytest.param(b"<html><body><script>iklan()</script></body></html>", Reason.NO_ARTICLE, id="script only"),
        pytest.param(page(body="<p>Segera hadir.</p>", above=""), Reason.NO_ARTICLE, id="one short line"),
        pytest.param(b"<p>" * 100_001, Reason.TOO_BIG, id="more elements than any article"),
        pytest.param(bytes(range(1, 256)) * 8, Reason.UNKNOWN_ENCODING, id="no encoding"),
    ],
)
def test_page_without_an_article_is_rejected(data: bytes, reason: Reason) -> None:
    """What holds no article says so."""
    read = read_page(data, origin="a.html")
    assert isinstance(read, Rejection)
    assert read.reason is reason


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        pytest.param("utf-8", "", None, id="UTF-8 undeclared"),
        pytest.param("windows-1252", '<meta charset="windows-1252">', None, id="meta charset"),
        pytest.param(
            "windows-1252",
            '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
            None,
            id="http-equiv",
        ),
        pytest.param("windows-1252", "", "windows-1252", id="HTTP header"),
        pytest.param("utf-16", "", None, id="UTF-16 with mark"),
        pytest.param("utf-8", '<meta charset="iso-8859-1">', None, id="UTF-8 under a wrong name"),
    ],
)
def test_encoding_of_a_page_is_found(encoding: str, declared: str, charset: str | None) -> None:
    """Curly quotes and accents arrive whole from each encoding."""
    text = "“Air surut di Café Méndez,” kata Rini Astuti kepada wartawan di Kabupaten Demak – Sabtu (12/7/2025) pagi."
    data = f"<html><head>{declared}</head><body><p>{text}</p></body></html>".encode(encoding)
    read = read_page(data, origin="a.html", charset=charset)
    assert isinstance(read, RawArticle)
    assert text == read.body


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=50)
def test_any_bytes_are_read_or_rejected(data: bytes) -> None:
    """No page makes the reader fail."""
    assert isinstance(read_page(data, origin="a"), RawArticle | Rejection)


TAGS = "<p> </p> <table> <td> </div> <script> <!-- <svg> &#0; &#8; <h1> \x00 <time> <pre> <template> Air.".split(" ")


@given(st.lists(st.sampled_from(TAGS), max_size=40))
@settings(deadline=None, max_examples=50)
def test_any_tags_are_read_or_rejected(parts: list[str]) -> None:
    """No order of tags makes the reader fail."""
    assert isinstance(read_page("".join(parts).encode(), origin="a"), RawArticle | Rejection)
