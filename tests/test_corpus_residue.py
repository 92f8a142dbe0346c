"""Residue: each kind of junk is named, and news that looks like junk is not counted."""

from __future__ import annotations

import doctest
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus.cleaning.residue
from corpus.cleaning.residue import residue

RESIDUE = [
    ("JAKARTA - Air surut.", "dateline"),
    ("NUSA KOTA, KOMPAS.com - Air surut.", "dateline"),
    ("Liputan6.com, JakartaAir surut.", "dateline"),
    ("Laporan Wartawan Warta Nusa, Budi", "byline"),
    ("Air surut. Editor: Budi", "byline"),
    ("SCROLL TO CONTINUE WITH CONTENT", "scroll"),
    ("Air surut. ADVERTISEMENT", "advertisement"),
    ("katanya.Baca juga:Banjir", "read also"),
    ("Simak juga: Banjir", "read also"),
    ("Simak Video 'Banjir'", "video link"),
    ("[Gambas:Video CNN]", "embed"),
    ("Air surut. pic.twitter.com/abc", "embed"),
    ("Air surut. (abc/def)", "initials"),
    ("Air surut.(abc)", "initials"),
    ("(Sari Dewi)", "name"),
    ("Artikel ini telah tayang di Warta Nusa", "published elsewhere"),
    ("Ikuti kami di Google News", "follow"),
    ("klik https://t.me/wartanusa", "telegram"),
    ("Air surut. KOMPAS.com/SARI", "photo credit"),
    ("Air surut (Foto: Sari)", "photo credit"),
    ("Halaman selanjutnya", "page"),
    ("Baca selengkapnya di sini", "full story"),
    ("Pilihan Editor: Banjir", "editor's choice"),
    ("Thanks For Rating", "widget"),
    ("https://harianwarta.example/1", "address"),
    ("Air surut #a #b #c", "hashtags"),
    ("Air&nbsp;surut", "entity"),
    ("Air\u00a0surut", "character"),
    ("CafÃ©", "mojibake"),
]


@pytest.mark.parametrize(("sentence", "kind"), RESIDUE)
def test_residue_names_what_is_left(sentence: str, kind: str) -> None:
    """Each kind of junk has a pattern that finds it."""
    assert kind in residue(sentence)


NEWS = [
    "Air sungai di Nusa Kota surut sejak pagi.",
    '"Air sudah surut," kata Budi.',
    "Ibu Sari gemar baca juga tulis puisi tiap malam.",
    "Denda dan/atau kurungan menanti pelanggar (dan/atau) pemiliknya.",
    "Setiap amal tergantung niatnya. (HR Muslim)",
    "Polisi memasukkan Budi ke daftar pencarian orang (DPO).",
    "Daftar dibuka di https://daftar.nusa.example/2026 sampai Jumat.",
    "Akun @wartanusa menulis tagar #banjirnusa pada Senin.",
    "Kutipan itu ada di halaman 12 buku tersebut.",
    "Editor majalah itu mengundurkan diri pada Senin.",
    "Foto Budi dipajang di balai desa.",
    "Menurut Kompas.com, hujan turun sampai malam.",
    "Warga menonton video itu bersama-sama di balai desa.",
    "Harga S&P naik 5 persen dan suhu turun < 20 derajat.",
    "Jalan Jakarta - Bandung ditutup tiga jam.",
    "Kopi “Nusa” – kata Élysée – mahal…",
]


@pytest.mark.parametrize("sentence", NEWS)
def test_residue_is_silent_about_news(sentence: str) -> None:
    """A count of junk must not count news."""
    assert residue(sentence) == []


def test_kind_is_named_once() -> None:
    """However many pieces of it a sentence holds."""
    assert residue("Baca juga: Banjir. Simak juga: Banjir. Baca Juga") == ["read also"]


@given(st.text(max_size=200))
def test_any_text_is_judged(sentence: str) -> None:
    """Every name is given once, and no text is too odd."""
    names = residue(sentence)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("piece", ["A", "Baca juga ", "(a/a", "A., ", "#a ", "&a", "Ikuti ", "(Foto", "</p "])
def test_hostile_text_costs_no_time(piece: str) -> None:
    """A sentence is short, but nothing promises it."""
    began = time.process_time()
    residue(piece * (20_000 // len(piece)))
    assert time.process_time() - began < 0.5


def test_examples_of_the_docstrings_are_true() -> None:
    """What the documentation shows is what happens."""
    assert doctest.testmod(corpus.cleaning.residue).failed == 0
