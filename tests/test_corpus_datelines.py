"""Datelines: found in every form that portals use, and never a word of the news taken with them."""

from __future__ import annotations

import doctest
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus.cleaning.datelines
from corpus.cleaning.datelines import Dateline, find_dateline

NEWS = "Hujan deras turun sejak pagi, kata Budi."

FORMS: dict[str, tuple[str, str | None, str | None]] = {
    "city, portal, dash": ("NUSA KOTA, KOMPAS.com - ", "Kompas.com", "NUSA KOTA"),
    "en dash without spaces": ("NEW YORK, KOMPAS.com –", "Kompas.com", "NEW YORK"),
    "dash glued to the portal": ("BANYUWANGI, KOMPAS.com- ", "Kompas.com", "BANYUWANGI"),
    "dash lost after a known city": ("JAKARTA, KOMPAS.com ", "Kompas.com", "JAKARTA"),
    "comma lost": ("JAKARTA KOMPAS.com - ", "Kompas.com", "JAKARTA"),
    "entities around the dash": ("JAKARTA,&nbsp;KOMPAS.com&nbsp;&ndash; ", "Kompas.com", "JAKARTA"),
    "portal alone": ("KOMPAS.com - ", "Kompas.com", None),
    "portal alone, em dash": ("KOMPAS.com — ", "Kompas.com", None),
    "two dashes": ("Jakarta, CNN Indonesia -- ", "CNN Indonesia", "Jakarta"),
    "portal, city": ("Liputan6.com, Jakarta - ", "Liputan6.com", "Jakarta"),
    "portal, city, dash glued to the news": ("Liputan6.com, Jakarta -", "Liputan6.com", "Jakarta"),
    "portal, city, dash lost": ("Liputan6.com, Jakarta", "Liputan6.com", "Jakarta"),
    "portal, city of two words, dash lost": ("Liputan6.com, Tel Aviv", "Liputan6.com", "Tel Aviv"),
    "portal, unknown city, dash lost": ("Liputan6.com, Lembar", "Liputan6.com", "Lembar"),
    "portal, city with initials": ("Liputan6.com, Washington D.C. -", "Liputan6.com", "Washington D.C"),
    "no space anywhere": ("TEMPO.CO,Jakarta-", "Tempo.co", "Jakarta"),
    "city (portal)": ("Bandarlampung (ANTARA) - ", "ANTARA", "Bandarlampung"),
    "region, province (portal)": ("Rejang Lebong, Bengkulu (ANTARA) - ", "ANTARA", "Rejang Lebong, Bengkulu"),
    "regional paper": ("TRIBUNJATENG.COM, UNGARAN – ", "Tribunnews.com", "UNGARAN"),
    "regional paper with a hyphen": ("TRIBUN-MEDAN.COM,- ", "Tribunnews.com", None),
    "paper / city": ("SURYA.co.id / SURABAYA - ", "Tribunnews.com", "SURABAYA"),
    "paper | city": ("SURYA.co.id | BLITAR - ", "Tribunnews.com", "BLITAR"),
    "space in the domain": ("BANJARMASINPOST CO.ID, BANJARBARU - ", "Tribunnews.com", "BANJARBARU"),
    "comma in the domain": ("WARTAKOTALIVE,COM - ", "Tribunnews.com", None),
    "comma before the dash": ("BANJARMASINPOST.CO.ID, MARTAPURA, - ", "Tribunnews.com", "MARTAPURA"),
    "em dash glued": ("REPUBLIKA.CO.ID,JAKARTA— ", "Republika", "JAKARTA"),
    "non-breaking space": ("Bisnis.com,\u00a0JAKARTA\u00a0– ", "Bisnis.com", "JAKARTA"),
    "city behind the dash, full stop": ("KONTAN.CO.ID -\u00a0JAKARTA. ", "Kontan.co.id", "JAKARTA"),
    "name of two words": ("POSMETRO MEDAN– ", "Posmetro Medan", None),
    "colon": ("BATAM, POSMETRO.CO :", "Posmetro.co.id", "BATAM"),
    "portal – city:": ("posmetro.co –Jakarta: ", "Posmetro.co.id", "Jakarta"),
    "entertainment portal": ("Kapanlagi.com - ", "Kapanlagi.com", None),
    "unknown portal": ("WartaNusa.com - ", "WartaNusa.com", None),
    "magazine": ("Intisari-online.com - ", "Intisari-online.com", None),
    "capitals": ("JAKARTA - ", None, "JAKARTA"),
    "capitals, dash glued": ("JAKARTA- ", None, "JAKARTA"),
    "capitals, no space": ("PARIS–", None, "PARIS"),
    "capitals with a hyphen": ("SAINT-DENIS - ", None, "SAINT-DENIS"),
    "capitals and a date": ("PALEMBANG, 9 JUNI 2025 - ", None, "PALEMBANG"),
    "title case": ("Jakarta - ", None, "Jakarta"),
    "title case, two words": ("Tangerang Selatan - ", None, "Tangerang Selatan"),
    "rest of a lost portal": (", Jakarta - ", None, "Jakarta"),
    "byte order mark": ("\ufeffJAKARTA - ", None, "JAKARTA"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found_whole_and_alone(form: str) -> None:
    """Portal and place are told, and the news begins with its own first word."""
    written, source, place = FORMS[form]
    body = written + NEWS
    assert Dateline(source=source, place=place, end=len(written)) == find_dateline(body)


NO_DATELINES = [
    NEWS,
    "Jakarta hujan deras sejak pagi.",
    "Jalan Jakarta - Bandung ditutup.",
    "Jakarta-Bandung ditempuh satu jam.",
    "JAKARTA-BANDUNG ditempuh satu jam.",
    "Korban - yang belum dikenal - dirawat.",
    "Teka-teki itu belum terjawab.",
    "TEKA-TEKI itu belum terjawab.",
    "AS-China sepakat berdagang.",
    "Nathan Tjoe-A-On pindah klub.",
    "Menurut Kompas.com, Jakarta hujan.",
    "Warga.com adalah toko daring.",
    "Liputan6.com, Jakarta",
    "JAKARTA - ",
    "",
]


@pytest.mark.parametrize("body", NO_DATELINES)
def test_news_is_not_mistaken_for_a_dateline(body: str) -> None:
    """A city, a dash or a portal inside the first sentence is not a dateline."""
    assert find_dateline(body) is None


def test_part_of_the_first_sentence_is_never_taken() -> None:
    """Words behind the city stay, even where a dash follows later."""
    body = "TRIBUNJAKARTA.COM - KRL Seri ABC-125 mogok di Nusa."
    found = find_dateline(body)
    assert found is not None
    assert body[found.end :] == "KRL Seri ABC-125 mogok di Nusa."


def test_sentence_that_begins_with_a_small_letter_is_found() -> None:
    """A dateline with a portal and a known city does not need a capital behind it."""
    found = find_dateline("Liputan6.com, Jakarta -iPhone baru dijual.")
    assert found is not None
    assert found.end == len("Liputan6.com, Jakarta -")


@pytest.mark.parametrize(
    ("byline", "source"),
    [
        ("Laporan Wartawan Tribun Batam.id, Budi Santoso\nTRIBUNBATAM.id, BATAM - ", "Tribunnews.com"),
        ("Laporan Reporter POS-KUPANG.COM, Budi Santoso\nPOS-KUPANG.COM, KUPANG - ", "Tribunnews.com"),
        ("Laporan Wartawan TribunSolo.com, Budi TRIBUNSOLO.COM, KLATEN - ", "Tribunnews.com"),
        ("Penulis: Budi Santoso/Warta Nusa\nPRAHA, KOMPAS.com- ", "Kompas.com"),
        ("Laporan Wartawan Tribun Batam.id, Budi Santoso\n", "Tribunnews.com"),
        ("Oleh: Budi Santoso\n", None),
    ],
)
def test_byline_before_the_dateline_belongs_to_it(byline: str, source: str | None) -> None:
    """The reporter's line goes with the dateline, also where the line break is lost."""
    found = find_dateline(byline + NEWS)
    assert found is not None
    assert (found.source, found.start, found.end) == (source, 0, len(byline))


def test_caption_before_the_dateline_is_not_counted_as_dateline() -> None:
    """``start`` tells where the dateline begins, so that the line before it can be kept."""
    caption = "Warga Nusa Kota menunggu di tepi sungai"
    body = f"{caption}\nTRIBUNJATENG.COM, JEPARA - {NEWS}"
    found = find_dateline(body)
    assert found is not None
    assert (body[: found.start], body[found.end :], found.place) == (caption, NEWS, "JEPARA")


def test_table_of_contents_goes_with_the_dateline() -> None:
    """Some pages print the headings of the article before its dateline."""
    body = f"Daftar Isi 1. Syarat Pajak 2. Biaya di Nusa Jakarta - {NEWS}"
    found = find_dateline(body)
    assert found is not None
    assert (found.place, body[found.end :]) == ("Jakarta", NEWS)


@given(st.text(max_size=200))
def test_end_lies_inside_any_text(body: str) -> None:
    """Whatever the text is, something is left behind the dateline."""
    found = find_dateline(body)
    assert found is None or 0 <= found.start < found.end < len(body)


@pytest.mark.parametrize("piece", ["A", "Aa ", "JAKARTA, ", "KOMPAS.com,", "&nbsp;", "Laporan ", "Ab Cd - ", "[',"])
def test_hostile_text_costs_no_time(piece: str) -> None:
    """Only the head of a body is looked at."""
    began = time.process_time()
    find_dateline(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 0.1


def test_examples_of_the_docstrings_are_true() -> None:
    """What the documentation shows is what happens."""
    assert doctest.testmod(corpus.cleaning.datelines).failed == 0
