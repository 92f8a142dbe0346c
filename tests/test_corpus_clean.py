"""Cleaning: every kind of junk goes, the news stays word for word, and no text costs much time."""

from __future__ import annotations

import doctest
import re
import time
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus.clean
import corpus.cleaning.characters
import corpus.cleaning.credits
import corpus.cleaning.cuts
import corpus.cleaning.headlines
import corpus.cleaning.junk
import corpus.cleaning.links
import corpus.cleaning.openers
from corpus.clean import clean
from corpus.cleaning.characters import tidy_characters

BEFORE = "Air sungai di Nusa Kota surut sejak pagi."
AFTER = "Menurut Budi, warga sudah pulang ke rumah."

# Stand on a line of their own between two paragraphs.
JUNK_LINES = [
    "SCROLL TO CONTINUE WITH CONTENT",
    "SCROLL TO RESUME CONTENT",
    "ADVERTISEMENT",
    "Advertisement",
    "ADVERTISEMENT SCROLL TO CONTINUE WITH CONTENT",
    "Baca juga: Banjir Rendam Ratusan Rumah di Nusa Kota",
    "Baca juga:Banjir Rendam Ratusan Rumah di Nusa Kota",
    "Baca Juga: Banjir Rendam Ratusan Rumah, Warga: Kami Butuh Selimut!",
    "BACA JUGA: Banjir Rendam Ratusan Rumah di Nusa Kota",
    "Baca Juga",
    "Baca juga",
    "Baca Ini Juga Deh: Banjir Rendam Ratusan Rumah di Nusa Kota",
    "Yuk, baca artikel lainnya",
    "Simak juga: Banjir Rendam Ratusan Rumah di Nusa Kota",
    "Lihat juga Video: Banjir Rendam Ratusan Rumah di Nusa Kota",
    "Simak Video 'Banjir Rendam Ratusan Rumah di Nusa Kota':",
    'Tonton juga video "Banjir Rendam Ratusan Rumah" di sini:',
    "Tonton juga “Banjir Rendam Ratusan Rumah” di sini:",
    "Saksikan Live DetikPagi :",
    "[Gambas:Video 20detik]",
    "[Gambas:Video CNN]",
    "[Gambas:Instagram]",
    "Lihat juga Video: Banjir Rendam Ratusan Rumah\n[Gambas:Video 20detik]",
    "View this post on Instagram A post shared by Budi Santoso (@budi.santoso)",
    "pic.twitter.com/a1B2c3D4e5",
    "pic.twitter.com/a1B2c3D4e5 — Warta Nusa (@wartanusa) June 9, 2025",
    "Halaman selanjutnya",
    "Halaman 2 dari 3",
    "Bersambung ke halaman berikutnya...",
    "Baca berita selengkapnya di sini.",
    "Selengkapnya klik di sini.",
    "Baca selengkapnya",
    "Pilihan Editor: Banjir Rendam Ratusan Rumah di Nusa Kota",
    "Artikel ini telah tayang di WartaNusa.com dengan judul: Banjir Rendam Ratusan Rumah di Nusa Kota",
    "Artikel ini telah tayang di Kompas.com",
    "Ikuti berita Warta Nusa lainnya di Google News.",
    "Ikuti saluran WhatsApp Channel Warta Nusa untuk kabar terbaru",
    "(Ayo ikuti saluran WhatsApp KapanLagi.com biar enggak ketinggalan!)",
    "Dapatkan update berita pilihan dan breaking news setiap hari dari Kompas.com.",
    'Mari bergabung di Grup Telegram "Warta Nusa", caranya klik link https://t.me/wartanusa, kemudian join.',
    "Anda harus install aplikasi Telegram terlebih dulu di ponsel.",
    "https://harianwarta.example/banjir/123",
    "Berikan Rating Untuk Resep Ini",
    "Thanks For Rating!",
    "Geser untuk melihat tabel lengkap",
    "Ingin lebih cepat mendapat jawaban? Hubungi Chatbot WhatsApp Warta Nusa Cek Fakta di 0800-000",
    "#banjir #nusakota #warga",
    "Penulis: Sari Dewi",
    "Editor: Sari Dewi",
    "Penulis: Sari Dewi | Editor: Budi Santoso",
]


@pytest.mark.parametrize("junk", JUNK_LINES)
def test_junk_on_its_own_line_goes_and_its_neighbours_stay(junk: str) -> None:
    """The paragraphs before and behind are whole."""
    assert clean(f"{BEFORE}\n{junk}\n{AFTER}") == [BEFORE, AFTER]


# Stand between two sentences of one line, where the crawler lost the line breaks.
JUNK_INSIDE = [
    " ADVERTISEMENT SCROLL TO CONTINUE WITH CONTENT ",
    " SCROLL TO CONTINUE WITH CONTENT ",
    " Baca juga: Banjir Rendam Ratusan Rumah di Nusa Kota ",
    "Baca juga:Banjir Rendam Ratusan Rumah di Nusa Kota ",
    "Baca Juga: Banjir Rendam Ratusan Rumah di Nusa Kota",
    " Simak juga Video 'Banjir Rendam Ratusan Rumah di Nusa Kota': ",
    ' Tonton juga video "Banjir Rendam Ratusan Rumah" di sini: [Gambas:Video 20detik] ',
    " [Gambas:Instagram] ",
    " pic.twitter.com/a1B2c3D4e5 ",
    "Pilihan Editor: Banjir Rendam Ratusan Rumah di Nusa Kota",
    " Baca berita selengkapnya di sini. ",
    ' Mari bergabung di Grup Telegram "Warta Nusa", caranya klik link https://t.me/wartanusa, kemudian join. ',
    " (Foto: Sari Dewi/Warta Nusa) ",
    " Hoegeng Awards 2026 Baca kisah inspiratif kandidat polisi teladan di sini ",
]


@pytest.mark.parametrize("junk", JUNK_INSIDE)
def test_junk_inside_a_line_goes_and_its_neighbours_stay(junk: str) -> None:
    """No word of the sentence before or behind goes with it."""
    assert " ".join(clean(f"{BEFORE}{junk}{AFTER}")) == f"{BEFORE} {AFTER}"


# Stand behind the last sentence.
ENDINGS = [
    " (abc/def)",
    "\n(abc/def)",
    " (abc/def) banjir nusa kota warga",
    " (abc/def) [Gambas:Video CNN]",
    " Lihat juga Video: Banjir Rendam Ratusan Rumah [Gambas:Video 20detik] (abc/def) banjir nusa kota",
    " Halaman 2 dari 2 (abc/def) banjir nusa kota",
    ".(al)"[1:],
    " (abc)",
    "\n(SIS)",
    "**\n(SIS)",
    " (*)",
    "\n(Sari Dewi)",
    " (Sari Dewi) Editor: Budi Santoso",
    " Penulis: Sari Dewi",
    "\nReporter: Sari Dewi\nEditor: Budi Santoso",
    "\nSumber: Warta Nusa",
    " #banjir #nusakota",
    "\nArtikel ini telah tayang di WartaNusa.com dengan judul Banjir Rendam Nusa Kota\n(Penulis: Sari Dewi)",
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_junk_behind_the_last_sentence_goes(ending: str) -> None:
    """Initials, names and tags end with the news before them."""
    assert clean(f"{BEFORE}\n{AFTER}{ending}") == [BEFORE, AFTER]


HEADLINES = [
    ("Banjir Rendam Ratusan Rumah di Nusa Kota", " "),
    ("Wali Kota Nusa Kunjungi Pengungsi", "\n"),
    ("Harga Cabai Naik, Pedagang Mengeluh", ""),
    ("Apa Penyebab Banjir di Nusa Kota?", " "),
    ("5 Cara Hemat Air di Musim Kemarau", " "),
]
FOLLOWING = [
    "Menurut Budi, air surut pagi ini.",
    '"Air sudah surut," kata Budi.',
    "Namun, warga belum berani pulang.",
    "Dia mengatakan air surut pagi ini.",
    "Sementara itu, petugas membersihkan jalan.",
]


@pytest.mark.parametrize(("headline", "gap"), HEADLINES)
@pytest.mark.parametrize("following", FOLLOWING)
def test_linked_headline_ends_where_the_next_sentence_begins(headline: str, gap: str, following: str) -> None:
    """Whatever separates the two, or nothing."""
    body = f"{BEFORE} Baca juga: {headline}{gap}{following}"
    assert " ".join(clean(body)) == f"{BEFORE} {following}"


# What looks like junk and is news.
NEWS = [
    "Warga diminta membaca juga petunjuk di papan desa.",
    "Ibu Sari gemar baca juga tulis puisi tiap malam.",
    "Denda dan/atau kurungan menanti pelanggar (dan/atau) pemiliknya.",
    "Setiap amal tergantung niatnya. (HR Muslim)",
    "Polisi memasukkan Budi ke daftar pencarian orang (DPO).",
    "Badan itu dikenal sebagai Dewan Air Nusa (DAN) sejak lama.",
    "Daftar dibuka di https://daftar.nusa.example/2026 sampai Jumat.",
    "Akun @wartanusa menulis tagar #banjirnusa pada Senin.",
    "Kutipan itu ada di halaman 12 buku tersebut.",
    "Editor majalah itu mengundurkan diri pada Senin.",
    "Foto Budi dipajang di balai desa.",
    "Menurut Kompas.com, hujan turun sampai malam.",
    "Warga menonton video itu bersama-sama di balai desa.",
    "Harga S&P naik 5 persen dan suhu turun < 20 derajat.",
    "Sumber: air bersih dari mata air, kata Budi, cukup untuk semua.",
    "Grup WhatsApp warga ramai sejak pagi.",
    "Perusahaan itu memasang iklan di Instagram dan Google News sejak Senin.",
    "Pertandingan berakhir 2-1 (1-0) untuk Nusa FC.",
]


@pytest.mark.parametrize("sentence", NEWS)
def test_news_that_looks_like_junk_stays(sentence: str) -> None:
    """Between two paragraphs, and with nothing changed."""
    assert clean(f"{BEFORE}\n{sentence}\n{AFTER}") == [BEFORE, sentence, AFTER]


CREDITS = [
    ("KOMPAS.com/SARI DEWIWarga Nusa menunggu di tepi sungai.", "Warga Nusa menunggu di tepi sungai."),
    ("AFP/SARI DEWIWarga Nusa menunggu di tepi sungai.", "Warga Nusa menunggu di tepi sungai."),
    ("Warga menunggu di tepi sungai. (Foto: Sari Dewi)", "Warga menunggu di tepi sungai."),
    ("Warga menunggu (Foto: dok. Warta Nusa) di tepi sungai.", "Warga menunggu di tepi sungai."),
    ("Warga di tepi sungai. Foto: Sari Dewi/detikcom", "Warga di tepi sungai."),
]


@pytest.mark.parametrize(("line", "caption"), CREDITS)
def test_credit_goes_and_the_caption_stays(line: str, caption: str) -> None:
    """A caption says something that the news may not repeat."""
    assert clean(f"{BEFORE}\n{line}\n{AFTER}") == [BEFORE, caption, AFTER]


CHARACTERS = [
    ("Balap&nbsp;perahu &amp; renang &quot;Nusa&quot;", 'Balap perahu & renang "Nusa"'),
    ("harga &amp;nbsp; cabai", "harga cabai"),
    ("air\u00a0surut\u2009pagi\u3000ini", "air surut pagi ini"),
    ("ju\u00adjur\u200b dan\ufeff terbuka\u200d", "jujur dan terbuka"),
    ("satu\x00dua\x07", "satudua"),
    ("satu\r\ndua\rtiga\u2028empat", "satu\ndua\ntiga\nempat"),
    ("CafÃ© Ã‰lysÃ©e", "Café Élysée"),
    ("katanya, â€œair surutâ€\x9d", "katanya, “air surut”"),
    ("<p>Air <b>surut</b></p>pagi", "\nAir surut\npagi"),
    ('\\"Air surut,\\" katanya', '"Air surut," katanya'),
    ("“Air” ‘surut’ — katanya…", "“Air” ‘surut’ — katanya…"),
    ("S&P, R&D, a < b, ?a=1&copy=2", "S&P, R&D, a < b, ?a=1&copy=2"),
    ("𝗔𝗶𝗿 ﬁlm", "Air film"),
    ("Pele\u0301", "Pelé"),
    ("Ânimo, São Paulo, Ã\u00a0 la carte", "Ânimo, São Paulo, à la carte"),
    ("Kopi \U0001f600 naga 龍", "Kopi \U0001f600 naga 龍"),
]


@pytest.mark.parametrize(("written", "meant"), CHARACTERS)
def test_characters_are_those_that_were_meant(written: str, meant: str) -> None:
    """Broken ones are repaired, odd ones become plain, right ones are left alone."""
    assert tidy_characters(written) == meant


def test_dateline_goes() -> None:
    """The first paragraph begins with the news."""
    assert clean(f"NUSA KOTA, KOMPAS.com - {BEFORE}\n{AFTER}") == [BEFORE, AFTER]


def test_dateline_of_a_second_story_goes() -> None:
    """Collections hold several stories, each with its own."""
    assert clean(f"{BEFORE}\nLiputan6.com, Jakarta - {AFTER}") == [BEFORE, AFTER]


def test_first_line_that_repeats_the_title_goes() -> None:
    """Case, punctuation and spaces do not matter."""
    assert clean(f"AIR SURUT, warga  pulang!\n{BEFORE}\n{AFTER}", title="Air Surut, Warga Pulang") == [BEFORE, AFTER]


def test_first_line_that_only_begins_like_the_title_stays() -> None:
    """A first sentence may use the words of the title."""
    line = "Air surut, warga pulang ke rumah masing-masing."
    assert clean(f"{line}\n{AFTER}", title="Air Surut, Warga Pulang") == [line, AFTER]


def test_caption_before_the_dateline_stays() -> None:
    """It is a paragraph of its own."""
    caption = "Petugas mengukur tinggi air di pintu bendungan"
    body = f"{caption}\nJAKARTA, KOMPAS.com - {BEFORE}"
    assert clean(body, title="Banjir Mulai Surut") == [caption, BEFORE]


def test_story_that_stands_twice_is_kept_once() -> None:
    """Some crawls hold every paragraph double."""
    long = "Air sungai di Nusa Kota surut sejak pagi dan warga mulai membersihkan rumah mereka."
    assert clean(f"{long}\n{AFTER}\n{long}") == [long, AFTER]


def test_short_lines_may_repeat() -> None:
    """Headings and exclamations do so in the news itself."""
    assert clean(f"Hari pertama.\n{BEFORE}\nHari pertama.\n{AFTER}") == [
        "Hari pertama.",
        BEFORE,
        "Hari pertama.",
        AFTER,
    ]


def test_paragraph_breaks_stay() -> None:
    """Each line of the input is a paragraph, empty lines are none."""
    assert clean(f"{BEFORE}\n\n \n{AFTER}\n") == [BEFORE, AFTER]


@pytest.mark.parametrize("body", ["", " \n ", "ADVERTISEMENT", "***", "&nbsp;", "(abc/def)", "\u200b"])
def test_body_without_news_gives_nothing(body: str) -> None:
    """No paragraph is made of nothing."""
    assert clean(body) == []


JUNK_AND_NEWS = st.lists(
    st.one_of(
        st.sampled_from(
            [*JUNK_LINES, *JUNK_INSIDE, *ENDINGS, *NEWS, *FOLLOWING, BEFORE, AFTER, "\n", " ", "JAKARTA - ", '"', "("]
        ),
        st.text(max_size=20),
    ),
    max_size=8,
).map("".join)


@given(body=JUNK_AND_NEWS, title=st.text(max_size=20))
def test_any_text_gives_proper_paragraphs(body: str, title: str) -> None:
    """Without line breaks or outer spaces, each with a letter or a digit."""
    for paragraph in clean(body, title=title):
        assert "\n" not in paragraph
        assert paragraph == paragraph.strip()
        assert re.search(r"\w", paragraph)


@given(JUNK_AND_NEWS)
def test_cleaning_never_makes_words_up(body: str) -> None:
    """Every letter of the result stands in the input, in the same order."""
    letters = iter(c for c in tidy_characters(body) if c.isalnum())
    assert all(c in letters for paragraph in clean(body) for c in paragraph if c.isalnum())


HOSTILE = [
    "Baca juga ",
    "Baca juga: A ",
    "(a/a",
    "(abc/def) ",
    "(Foto: ",
    "Foto: ",
    "KOMPAS.com/A ",
    "Simak Video '",
    '"',
    "“A",
    "Artikel ini telah tayang di ",
    "Halaman ",
    "Selengkapnya ",
    "Penulis: ",
    "Ikuti Google News ",
    "Grup Telegram ",
    "#a ",
    "http://",
    "&amp;",
    "Ã©",
    "<p ",
    "* ",
    "A",
    "Editor: " + 300 * "A" + "! ",
    "Diadaptasi oleh " + 300 * "A" + "! ",
    "(" + 300 * "A" + "! ",
    "Foto: " + 100 * "Aa, " + "! ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_costs_time_in_proportion(piece: str) -> None:
    """No pattern tries the same text again and again."""
    body = piece * (100_000 // len(piece))
    began = time.process_time()
    clean(body)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    "module",
    [
        corpus.cleaning.characters,
        corpus.clean,
        corpus.cleaning.credits,
        corpus.cleaning.cuts,
        corpus.cleaning.headlines,
        corpus.cleaning.junk,
        corpus.cleaning.links,
        corpus.cleaning.openers,
    ],
    ids=lambda module: module.__name__,
)
def test_examples_of_the_docstrings_are_true(module: ModuleType) -> None:
    """What the documentation shows is what happens."""
    assert doctest.testmod(module).failed == 0
