"""Portals: one name for every spelling, whether a text writes it or an address."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus.cleaning.places
import corpus.cleaning.portals
from corpus.cleaning.places import is_place, place_prefix
from corpus.cleaning.portals import known_portal, portal_name, portal_of_url

SPELLINGS = {
    "KOMPAS.com": "Kompas.com",
    "kompas": "Kompas.com",
    "KOMPAS.ID": "Kompas.id",
    "TEMPO.CO": "Tempo.co",
    "Koran Tempo": "Tempo.co",
    "Liputan6.com": "Liputan6.com",
    "CNN Indonesia": "CNN Indonesia",
    "cnnindonesia.com": "CNN Indonesia",
    "detikNews": "detikcom",
    "ANTARA": "ANTARA",
    "Antaranews.com": "ANTARA",
    "REPUBLIKA.CO.ID": "Republika",
    "KONTAN.CO.ID": "Kontan.co.id",
    "Bisnis.com": "Bisnis.com",
    "TRIBUNJATENG.COM": "Tribunnews.com",
    "Tribun Batam.id": "Tribunnews.com",
    "TRIBUN-MEDAN.com": "Tribunnews.com",
    "SERAMBINEWS.COM": "Tribunnews.com",
    "POS-KUPANG": "Tribunnews.com",
    "BANJARMASINPOST CO.ID": "Tribunnews.com",
    "SURYA.co.id": "Tribunnews.com",
    "Okezone": "Okezone",
    "SINDONews.com": "SINDOnews",
    "POSMETRO MEDAN": "Posmetro Medan",
    "posmetro.co": "Posmetro.co.id",
    "Kapan Lagi": "Kapanlagi.com",
    "Bola.net": "Bola.net",
    "  IDN   Times ": "IDN Times",
}


@pytest.mark.parametrize("written", SPELLINGS)
def test_every_spelling_of_a_portal_gives_its_one_name(written: str) -> None:
    """Case, spaces, endings and regional titles make no difference."""
    assert SPELLINGS[written] == portal_name(written)


def test_canonical_names_stay_themselves() -> None:
    """Naming a portal by its canonical name changes nothing."""
    canonical = sorted(set(SPELLINGS.values()))
    assert canonical == [portal_name(name) for name in canonical]


def test_unknown_domain_is_kept_as_written() -> None:
    """A portal that no table knows is cited by the name that it gives itself."""
    assert portal_name("WartaNusa.com") == "WartaNusa.com"


@pytest.mark.parametrize("text", ["", "Warta Nusa", "Budi Santoso", "tribunal", "x" * 200 + ".com"])
def test_other_text_names_no_portal(text: str) -> None:
    """Names of people and plain words are no portals."""
    assert portal_name(text) is None


def test_known_portal_does_not_guess() -> None:
    """Only the table counts, a domain alone is not enough."""
    assert (known_portal("WartaNusa.com"), known_portal("KOMPAS.com")) == (None, "Kompas.com")


ADDRESSES = {
    "https://nasional.kompas.com/read/1": "Kompas.com",
    "https://www.kompas.tv/a": "Kompas TV",
    "http://finance.detik.com/d-1/a": "detikcom",
    "https://detik.com": "detikcom",
    "https://aceh.tribunnews.com/a": "Tribunnews.com",
    "https://www.tribunjateng.com/a": "Tribunnews.com",
    "https://lampung.antaranews.com/berita/1": "ANTARA",
    "https://investasi.kontan.co.id/news/a": "Kontan.co.id",
    "https://www.posmetromedan.com/a": "Posmetro Medan",
    "https://esgnow.republika.co.id/a": "Republika",
    "https://WWW.TEMPO.CO/a?b=c#d": "Tempo.co",
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_address_gives_the_portal_of_its_host(url: str) -> None:
    """Subdomains and paths do not matter."""
    assert ADDRESSES[url] == portal_of_url(url)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.harianwarta.example/a", "harianwarta.example"),
        ("https://a.b.wartanusa.co.id/x", "wartanusa.co.id"),
        ("https://wartanusa.id/x", "wartanusa.id"),
    ],
)
def test_unknown_host_gives_its_registered_domain(url: str, domain: str) -> None:
    """Under a country's second level three labels make the domain, elsewhere two."""
    assert domain == portal_of_url(url)


@pytest.mark.parametrize(
    "url", ["", "kompas.com", "not a url", "https://", "http://127.0.0.1/a", "http://[::1]/", "http://["]
)
def test_what_is_no_web_address_gives_no_portal(url: str) -> None:
    """Broken addresses and bare numbers are answered with None, never with an error."""
    assert portal_of_url(url) is None


@given(st.text(max_size=80))
def test_any_text_is_taken_without_an_error(text: str) -> None:
    """Nothing that a field may hold makes the lookups fail, and a name once found is stable."""
    name = portal_name(text)
    assert name is None or portal_name(name) == name
    assert portal_of_url(text) is None or text.strip()


@pytest.mark.parametrize(
    ("text", "length"),
    [("JakartaHujan", 7), ("Tel AvivPasukan", 8), ("Lima Puluh Kota - Hujan", 15), ("Hujan di Jakarta", 0), ("", 0)],
)
def test_longest_place_at_the_beginning_is_measured(text: str, length: int) -> None:
    """The place may be glued to the next word, and the longest name wins."""
    assert length == place_prefix(text)


def test_place_is_known_without_regard_to_case() -> None:
    """Datelines write places in capitals or not."""
    assert [True, True, False] == [is_place("BANDA ACEH"), is_place("Banda Aceh"), is_place("Korban")]


@pytest.mark.parametrize(
    "module", [corpus.cleaning.portals, corpus.cleaning.places], ids=lambda module: module.__name__
)
def test_examples_of_the_docstrings_are_true(module: object) -> None:
    """What the documentation shows is what happens."""
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
