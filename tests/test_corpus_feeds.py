"""RSS and Atom feeds: their entries, which of them are whole, and polling."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator

import pytest
from http_site import Answer, Site, running_site
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import FetchError
from corpus.reading.feeds import FeedEntry, FeedResult, parse_feed, poll_feed
from corpus.reading.web import Web
from corpus.settings import CorpusSettings
from corpus.types import RawArticle, Reason

LONG = "".join(
    f"<p>Paragraf ke-{number} tentang panen padi di Kabupaten Sragen yang naik tahun ini.</p>" for number in range(20)
)


def rss(*items: str, head: str = "<title>Warta Nusa - Berita Terbaru</title>", prolog: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{prolog}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{head}{"".join(items)}</channel></rss>'
    ).encode()


def item(**parts: str) -> str:
    tags = {"title": "Panen Sragen naik", "link": "https://warta.example/panen"} | parts
    named = [(tag.replace("__", ":"), text) for tag, text in tags.items()]
    return "<item>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in named) + "</item>"


def cdata(html: str) -> str:
    return f"<![CDATA[{html}]]>"


def only_entry(data: bytes, **known: str) -> FeedEntry:
    entries = parse_feed(data, origin="feed.xml", **known)
    assert entries is not None
    assert len(entries) == 1
    return entries[0]


def test_entry_of_rss_gives_its_fields() -> None:
    """Title, address, time and text of an RSS item are taken."""
    entry = only_entry(
        rss(item(pubDate="Sat, 12 Jul 2025 09:15:00 +0700", description=cdata("<p>Panen <b>naik</b>.</p>")))
    )
    expected = RawArticle(
        origin="https://warta.example/panen",
        body="Panen naik.",
        title="Panen Sragen naik",
        url="https://warta.example/panen",
        published="Sat, 12 Jul 2025 09:15:00 +0700",
    )
    assert expected == entry.article


def test_entry_of_atom_gives_its_fields() -> None:
    """The same for Atom."""
    data = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Warta Nusa</title><entry>'
        '<title type="html">Panen &amp;amp; harga</title><link href="https://warta.example/panen"/><id>tag:1</id><published>2025-07-12T09:15:00+07:00</published>'
        f'<content type="html">{LONG.replace("<", "&lt;")}</content></entry></feed>'
    ).encode()
    entry = only_entry(data)
    expected = ("Panen & harga", "https://warta.example/panen", "2025-07-12T09:15:00+07:00", True)
    assert expected == (entry.article.title, entry.article.url, entry.article.published, entry.is_whole)


def test_entry_of_rdf_gives_its_fields() -> None:
    """RSS 1.0 with Dublin Core dates is read too."""
    data = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Warta</title></channel><item><title>Panen</title>'
        b"<link>https://warta.example/panen</link><dc:date>2025-07-12</dc:date></item></rdf:RDF>"
    )
    assert only_entry(data).article.published == "2025-07-12"


@pytest.mark.parametrize(
    ("parts", "is_whole"),
    [
        pytest.param({"content__encoded": cdata(LONG)}, True, id="content"),
        pytest.param({"description": cdata(LONG)}, True, id="long description"),
        pytest.param({"description": "Panen padi naik."}, False, id="summary"),
        pytest.param({"description": cdata(LONG + "<p>Baca selengkapnya</p>")}, False, id="cut off with an invitation"),
        pytest.param({"description": cdata(LONG + "<p>Menurut warga [...]</p>")}, False, id="cut off with dots"),
        pytest.param({"content__encoded": cdata(LONG[:600])}, True, id="short content"),
        pytest.param({"description": cdata(LONG[:600])}, False, id="description as short"),
        pytest.param({}, False, id="no text"),
    ],
)
def test_whole_article_is_told_from_a_summary(parts: dict[str, str], is_whole: bool) -> None:
    """An entry that holds the article needs no page; a summary does."""
    assert is_whole == only_entry(rss(item(**parts))).is_whole


def test_source_of_an_entry_is_taken() -> None:
    """An aggregator's feed names the publisher of each entry."""
    feed = rss(item(source="Harian Sragen"))
    assert only_entry(feed).article.source == "Harian Sragen"


def test_entry_without_an_address_is_told_by_its_id_and_feed() -> None:
    """Without a link the entry's own id and the feed's name have to do."""
    data = rss("<item><guid isPermaLink='false'>w-17</guid><title>Panen</title><description>Naik.</description></item>")
    article = only_entry(data).article
    assert (article.id, article.source, article.url, article.origin) == ("w-17", "Warta Nusa", None, "feed.xml#1")


def test_entry_with_an_address_has_no_other_id() -> None:
    """An article met in a feed and by its address is the same one."""
    assert only_entry(rss(item(guid="w-17"))).article.id is None


def test_relative_links_start_at_the_feed() -> None:
    """A link without a host is completed."""
    entry = only_entry(rss(item(link="/panen?a=1&amp;b=2")), url="https://warta.example/rss/feed.xml")
    assert entry.article.url == "https://warta.example/panen?a=1&b=2"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://warta.example/a", "bukan alamat"])
def test_link_that_is_no_web_address_is_dropped(link: str) -> None:
    """Nothing that cannot be opened safely becomes a link."""
    assert only_entry(rss(item(link=link))).article.url is None


def test_script_in_an_entry_is_dropped() -> None:
    """Markup becomes text, scripts become nothing."""
    assert only_entry(rss(item(description=cdata("<script>iklan()</script>Naik.")))).article.body == "Naik."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_encoding_of_a_feed_is_found(encoding: str) -> None:
    """Curly quotes arrive whole."""
    data = (
        rss(item(title="“Panen naik”")).decode().replace('encoding="utf-8"', f'encoding="{encoding}"').encode(encoding)
    )
    assert only_entry(data).article.title == "“Panen naik”"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Panen padi naik.",
        b"<html><body><p>Panen padi naik.</p></body></html>",
        b'{"title": "Panen"}',
        b"<?xml version='1.0'?><urlset><url><loc>https://warta.example/</loc></url></urlset>",
        b"\x81\xfe\xff\x90" * 50,
    ],
    ids=["empty", "text", "page", "json", "sitemap", "bytes"],
)
def test_what_is_no_feed_is_told(data: bytes) -> None:
    """Anything else is not taken for an empty feed."""
    assert parse_feed(data, origin="a") is None


def test_empty_feed_is_a_feed() -> None:
    """A feed without entries is one all the same."""
    assert parse_feed(rss(), origin="a") == []


def test_cut_off_feed_gives_the_entries_before() -> None:
    """What came whole is read although the end is missing."""
    entries = parse_feed(rss(item(), item(title="Kedua"))[:-60], origin="a")
    assert entries is not None
    assert entries[0].article.title == "Panen Sragen naik"


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "panen "}">' for n in range(10))


@pytest.mark.parametrize(
    "prolog",
    [
        pytest.param(f"<!DOCTYPE rss [{ENTITIES}]>", id="billion laughs"),
        pytest.param(f"<!-- <!DOCTYPE rss> --><!DOCTYPE rss [{ENTITIES}]>", id="behind a decoy"),
        pytest.param(f'<!DOCTYPE rss [<!ENTITY e9 "{"panen " * 20000}">]>', id="one long entity"),
        pytest.param('<!DOCTYPE rss [<!ENTITY e9 SYSTEM "file:///etc/passwd">]>', id="file"),
    ],
)
def test_entities_of_a_feed_are_harmless(prolog: str) -> None:
    """Entities that a feed declares are neither expanded nor fetched."""
    began = time.monotonic()
    entry = only_entry(rss(item(description="Naik &e9;" + "&e9;" * 200), prolog=prolog))
    assert len(entry.article.body) < 2000
    assert "root:" not in entry.article.body
    assert time.monotonic() - began < 1.0


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=50)
def test_any_bytes_are_a_feed_or_none(data: bytes) -> None:
    """No bytes make the reader fail."""
    assert isinstance(parse_feed(data, origin="a"), list | None)


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None, max_examples=50)
def test_any_text_in_an_entry_is_read(title: str, body: str) -> None:
    """No text in a feed makes the reader fail."""
    data = rss(
        f"<item><title>{title}</title><description>{body}</description></item>".encode("utf-8", "replace").decode()
    )
    assert isinstance(parse_feed(data, origin="a"), list | None)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running_site() as running:
        yield running


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    careless = CorpusSettings(_env_file=None, http_pause_s=0.0, http_retries=0, allow_private_addresses=True)
    async with Web(careless, ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as client:
        yield client


async def test_poll_gives_entries_and_the_marks_for_the_next(site: Site, web: Web) -> None:
    """A changed feed gives its entries."""
    headers = {"etag": '"v1"', "last-modified": "Sat, 12 Jul 2025 02:15:00 GMT"}
    url = site.answer("/rss", Answer(body=rss(item(), item(link="/kedua")), headers=headers))
    result = await poll_feed(web, url)
    expected = ['"v1"', "Sat, 12 Jul 2025 02:15:00 GMT", False, "https://warta.example/panen", site.url + "/kedua"]
    assert expected == [
        result.etag,
        result.last_modified,
        result.not_modified,
        *(entry.article.url for entry in result.entries),
    ]


async def test_poll_of_an_unchanged_feed_gives_nothing_new(site: Site, web: Web) -> None:
    """An unchanged feed keeps its marks."""
    result = await poll_feed(web, site.answer("/rss", Answer(status=304)), etag='"v1"')
    expected = FeedResult(etag='"v1"', not_modified=True)
    assert expected == result
    assert site.asked[0].headers["if-none-match"] == '"v1"'


async def test_poll_of_what_is_no_feed_is_told(site: Site, web: Web) -> None:
    """A page in the place of a feed is an error."""
    with pytest.raises(FetchError) as caught:
        await poll_feed(web, site.answer("/rss", "<html><p>Pindah</p></html>"))
    assert caught.value.reason is Reason.NOT_A_FEED
