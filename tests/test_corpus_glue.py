"""Glued text: what lost its space gets it back, what only looks glued stays as it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning.glue import repair
from corpus.cleaning.glue_lexicon import inflect, word_points

MARKS = {
    "full stop": ("Warga pulang.Namun air naik.", "Warga pulang. Namun air naik."),
    "full stop after a bracket": ("Ia tiba Senin (4/2).Rapat dimulai.", "Ia tiba Senin (4/2). Rapat dimulai."),
    "full stop after a year": (
        "Jalan itu selesai pada 2024.Warga senang.",
        "Jalan itu selesai pada 2024. Warga senang.",
    ),
    "full stop after percent": ("Harga naik 5%.Pedagang mengeluh.", "Harga naik 5%. Pedagang mengeluh."),
    "full stop after capitals": (
        "Gugatan dibawa ke MK.Menurut ahli, itu wajar.",
        "Gugatan dibawa ke MK. Menurut ahli, itu wajar.",
    ),
    "full stop before capitals": (
        "Berkas sudah lengkap.KPK segera bekerja.",
        "Berkas sudah lengkap. KPK segera bekerja.",
    ),
    "question mark": ("Siapa pelakunya?Polisi belum tahu.", "Siapa pelakunya? Polisi belum tahu."),
    "exclamation mark": ("Ayo berangkat!Jangan menunggu.", "Ayo berangkat! Jangan menunggu."),
    "three dots": ("Ia diam...Lalu pergi.", "Ia diam... Lalu pergi."),
    "curly quotation opens": ("Rapat ditutup.“Kami puas,” kata Rini.", "Rapat ditutup. “Kami puas,” kata Rini."),
    "curly quotation closes": ("“Kami puas.”Rini lalu pulang.", "“Kami puas.” Rini lalu pulang."),
    "straight quotation opens": ('Rapat ditutup."Kami puas," kata Rini.', 'Rapat ditutup. "Kami puas," kata Rini.'),
    "straight quotation closes": ('"Kami puas."Rini lalu pulang.', '"Kami puas." Rini lalu pulang.'),
    "speaker after a quotation": ('"Kami puas,"kata Rini.', '"Kami puas," kata Rini.'),
    "word before a quotation": ('Tertulis"Dilarang Masuk" di pintu.', 'Tertulis "Dilarang Masuk" di pintu.'),
    "word between quotations": ('Judulnya "Ombak"dan"Angin".', 'Judulnya "Ombak" dan "Angin".'),
    "writer at the end": ("Laga usai.(Rini Astuti)", "Laga usai. (Rini Astuti)"),
    "comma": ("Bupati Tirta,telah hadir.", "Bupati Tirta, telah hadir."),
    "comma and date": ("Ia tiba Selasa,4/2/2025.", "Ia tiba Selasa, 4/2/2025."),
    "semicolon": ("Mereka rapat;lalu makan.", "Mereka rapat; lalu makan."),
    "colon": ("Baca juga:Harga Beras Turun", "Baca juga: Harga Beras Turun"),
    "bracket opens": ("Tim Nasional(Timnas) menang.", "Tim Nasional (Timnas) menang."),
    "bracket opens before a date": ("Pada Kamis(24/2/2022) pagi", "Pada Kamis (24/2/2022) pagi"),
    "bracket closes": ("Kepala Dinas (Kadis)Pertanian hadir.", "Kepala Dinas (Kadis) Pertanian hadir."),
    "year and word": ("Pada musim 2025ini panen naik.", "Pada musim 2025 ini panen naik."),
    "word and year": ("Festival2025 dibuka.", "Festival 2025 dibuka."),
    "name and time": ("Cerah di Tirtasari19.00 WIB", "Cerah di Tirtasari 19.00 WIB"),
    "entries of a list": ("1. Sukamaju2. Tirtasari3. Melati", "1. Sukamaju 2. Tirtasari 3. Melati"),
    "list after a sentence": ("Daftar itu panjang.1. Beras", "Daftar itu panjang. 1. Beras"),
    "dateline without its dash": ("Warta6.com, TirtaQori terpilih.", "Warta6.com, Tirta Qori terpilih."),
}

WORDS = {
    "verb and name": ("Polisi menetapkanSuryo sebagai saksi.", "Polisi menetapkan Suryo sebagai saksi."),
    "function word and name": ("Purnama atauBulan Emas tampak.", "Purnama atau Bulan Emas tampak."),
    "preposition and name": ("Ia tinggal diTirtasari.", "Ia tinggal di Tirtasari."),
    "function word and brand": ("Video itu dariYouTube.", "Video itu dari YouTube."),
    "brand and verb": ("Kini WhatsAppmenghapus fitur itu.", "Kini WhatsApp menghapus fitur itu."),
    "name and function word": ("Suryo Pranatasebagai ketua", "Suryo Pranata sebagai ketua"),
    "name between words": ("Klub mengontrakSuryomenjelang musim baru.", "Klub mengontrak Suryo menjelang musim baru."),
    "capitals and word": ("LIMApemain absen.", "LIMA pemain absen."),
    "abbreviation and verb": ("Kemarin KPKmenyita mobil.", "Kemarin KPK menyita mobil."),
    "word and abbreviation": ("Harga sahamBNUS naik.", "Harga saham BNUS naik."),
    "company": ("Laba PTBank Nusa naik.", "Laba PT Bank Nusa naik."),
    "office and name": ("Presiden BrasilQori tiba.", "Presiden Brasil Qori tiba."),
    "headline and sentence": (
        "Warga Minta JembatanMenurut lurah, itu mendesak.",
        "Warga Minta Jembatan Menurut lurah, itu mendesak.",
    ),
    "two words": ("Ia mengalami gangguankesehatan mental.", "Ia mengalami gangguan kesehatan mental."),
    "three words": ("Ia memilikiskillindividu tinggi.", "Ia memiliki skill individu tinggi."),
    "foreign word in the middle": ("Dalam acaradrawingPiala Tirta", "Dalam acara drawing Piala Tirta"),
    "unknown word after a verb": (
        "Perusahaan itu menggunakansprockel baru.",
        "Perusahaan itu menggunakan sprockel baru.",
    ),
    "place and verb": ("Warga Tirta di Indonesiamenyambut hangat.", "Warga Tirta di Indonesia menyambut hangat."),
    "possessive and noun": ("Akibat masuknyamodal asing", "Akibat masuknya modal asing"),
    "word and preposition": ("Kepadatan penumpangdi stasiun", "Kepadatan penumpang di stasiun"),
    "name before a domain": ("Katanya kepadaWarta.com, Senin.", "Katanya kepada Warta.com, Senin."),
    "word after a domain": ("Keterangan Warta.compada Senin.", "Keterangan Warta.com pada Senin."),
    "word and address": ("Buka lamanhttps://warta.example/a sekarang.", "Buka laman https://warta.example/a sekarang."),
}

REPAIRED = MARKS | WORDS


@pytest.mark.parametrize(("glued", "expected"), REPAIRED.values(), ids=REPAIRED.keys())
def test_separates(glued: str, expected: str) -> None:
    """A space that a crawl lost is put back."""
    assert [expected] == repair([glued])


UNTOUCHED = {
    "number": "Harganya Rp1.000.000 dan 1,5 persen.",
    "time": "Pukul 09.00 WIB, skor 2:1.",
    "domain": "Kata detikcom, Kompas.com dan cekbansos.kemensos.go.id.",
    "domain in capitals": "KONTAN.CO.ID dan TRIBUNNEWS.COM memuatnya.",
    "address": "Buka https://s.id/KartuTani2025?a=Satu.Dua,tiga(empat)",
    "address without scheme": "Daftar di bit.ly/DaftarAgenBaru2025",
    "mail address": "Surat ke layanan.Warga2@warta.example",
    "user name": "Unggahan @SuryoPranata_2025 dan @warganusadanTirta",
    "hashtag": "Tagar #WargaNusaBersatu2025",
    "initials": "Lagu W.R.Supratman, buku B.J.Habibie, U.S.A dan p.m.",
    "degrees": "Rini Astuti, S.Pd., M.Si dan Bambang, S.H., Sp.PD, S.Si.Teol hadir.",
    "title": "Menurut dr.Andi dan Prof.Dr.Rini",
    "company with a full stop": "Tender PT.Karya Jaya",
    "number sign": "Toko No.12 di Jl.Melati",
    "case number": "Perkara 12/Pdt.G/2025/PN.Niaga.Jkt.Pst diputus.",
    "article of a law": "Pasal 5(1) dan ayat (2)",
    "affix in brackets": "Ia (me)lihat, kata(nya), istri(-nya), (Timnas)nya",
    "affix after a quotation": '"Sultan"nya kampung dan "Bang Jago"-lah',
    "widget": "[Gambas:Video 20detik]",
    "brands": "iPhone, macOS, eFishery, PlayStation, LinkedIn, TikTok, DeepSeek, OpenAI, GoTo, BRImo, MotoGP, SoFi",
    "more brands": "MyPertamina, IndiHome, PeduliLindungi, MinyaKita, LaLiga, TribunJogja, detikJateng, SINDOnews",
    "unknown brands": "VietJet, ExxonMobil, FlashSnap, SoftBank, AstraPay",
    "surnames": "McDonald, MacArthur, DiCaprio, LeBron",
    "abbreviation with affix": "KTPnya, ASN-nya, di-PHK, nge-tweet",
    "capitals": "UMKM, RSUDAM, KEMENDAGRI",
    "version and series": "U-23, COVID-19, G20, M4, 4K, 5G, 17an, Reno16, U23",
    "portal with a digit": "Liputan6 dan liputan6.com, 20detik",
    "doubled word": "Warga tiba2 pulang",
    "apostrophe": "Jum'at, Ma'ruf, Qur'an",
    "affix round two roots": "menggarisbawahi, kesalahpahaman, menindaklanjuti, dipertanggungjawabkan, ketidakadilan",
    "compounds": "matahari, kacamata, olahraga, sepakbola, bulutangkis, perempatfinal, kerjasama, narasumber",
    "prefixes": "antarpemain, pascabencana, nonmigas, semifinal, ultranasionalis, seefisien, terkotak, diseleksi",
    "loan endings": "operasional, stabilitas, persentase, karakteristik, meminimalisir, profesionalitas, warganet",
    "words that hold words": "mengakuisisi, miliarder, kebuntuan, penasaran, katarak, dialogis, percakapan, kesibukan",
    "names of people": "Gunadi, Mulyadi, Supriyadi, Hamdan, Ramadan, Wulandari, Suhartini, Susilowati",
    "names of places": "Bukittinggi, Tanjungpinang, Karanganyar, Sumbersari, Batujaya, Pekanbaru, Jepara, Cilandak",
    "firms": "Danantara, Indomobil, Kapanlagi, Telkomsel, Mayapada",
    "English": "undervalue, cathouse, marketplace, smartphone, mainstream, speedboat",
    "slang": "ngasihnya, dibayarin, nyusahin, kebanyakan, jelasin, wkwkwk",
}


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED.keys())
def test_leaves_alone(text: str) -> None:
    """What only looks glued stays as it is."""
    assert [text] == repair([text])


def test_article_is_evidence() -> None:
    """An unknown name is told from a short word after it once the article has the name by itself."""
    assert ["Tim Zarkovdan pelatih", "Zarkovdan."] == repair(["Tim Zarkovdan pelatih", "Zarkovdan."])
    assert ["Tim Zarkov dan pelatih", "Kata Zarkov."] == repair(["Tim Zarkovdan pelatih", "Kata Zarkov."])


def test_title_is_evidence() -> None:
    """The words of the headline count as well."""
    assert ["Tim Zarkov dan pelatih"] == repair(["Tim Zarkovdan pelatih"], title="Zarkov Pulang")


def test_pair_of_words_is_evidence() -> None:
    """Two short words are separated once the article has them side by side."""
    assert ["Harga airkelapa naik."] == repair(["Harga airkelapa naik."])
    assert ["Harga air kelapa naik.", "Minum air kelapa."] == repair(["Harga airkelapa naik.", "Minum air kelapa."])


def test_repair_is_evidence() -> None:
    """A name that was set free in one place sets itself free in another."""
    assert ["Kata dari Zarkov, Zarkov dan tim pulang."] == repair(["Kata dariZarkov, Zarkovdan tim pulang."])


def test_name_said_often_stays() -> None:
    """A name with a capital inside that an article repeats is a brand."""
    text = "Toko KebunRaksa buka. KebunRaksa menjual pupuk."
    assert [text] == repair([text])


def test_paragraphs_stay_apart() -> None:
    """There are as many paragraphs as before, empty ones too."""
    assert ["Satu. Dua", "", "tiga"] == repair(["Satu.Dua", "", "tiga"])
    assert [] == repair([])


def test_missing_quotation_mark_is_not_guessed() -> None:
    """Where a mark of a pair is missing before the next clear one, no side can be told and nothing moves."""
    text = 'Ia berkata "kami puas"lalu pulang" sore itu.'
    assert [text] == repair([text])


def test_quotation_mark_follows_its_neighbours() -> None:
    """A mark without spaces opens after one that closes, and closes after one that opens."""
    text = 'Ia berkata "kami puas"lalu menulis"sampai jumpa" di papan.'
    assert ['Ia berkata "kami puas" lalu menulis "sampai jumpa" di papan.'] == repair([text])


PIECES = st.sampled_from(
    "dari Suryo menetapkan yang YouTube KPK di gangguan kesehatan skill 2025 2 . , \" “ ” ( ) : ; ? ! ... - @ # _ / ' "
    "dan Indonesia Tirta com id Namun nya kan saham PT Rp https:// 1. detik é Ä \n".split(" ")
)
TEXTS = st.lists(PIECES | st.just(" ") | st.text(max_size=3), max_size=25).map("".join)
ARTICLES = st.lists(TEXTS, max_size=4)


@given(ARTICLES)
def test_adds_nothing_but_spaces(paragraphs: list[str]) -> None:
    """Without white space every paragraph is what it was."""
    assert ["".join(text.split()) for text in paragraphs] == ["".join(text.split()) for text in repair(paragraphs)]


@given(ARTICLES)
def test_removes_nothing(paragraphs: list[str]) -> None:
    """What was there, white space too, is there in the same order."""
    for before, after in zip(paragraphs, repair(paragraphs), strict=True):
        rest = iter(after)
        assert all(letter in rest for letter in before)


@given(ARTICLES, TEXTS)
def test_second_repair_changes_nothing(paragraphs: list[str], title: str) -> None:
    """A repaired article is left as it is."""
    repaired = repair(paragraphs, title=title)
    assert repaired == repair(repaired, title=title)


HOSTILE = {"one letter": "a", "aA": "aA", "dots": ".", "brackets": "a(b)", "quotation marks": 'a"', "list": "b3. A"}


@pytest.mark.parametrize("pattern", HOSTILE.values(), ids=HOSTILE.keys())
def test_long_nonsense_is_quick(pattern: str) -> None:
    """The time grows with the length and no faster: a quarter of a megabyte of nonsense takes under two seconds."""
    start = time.process_time()
    repair([pattern * (250_000 // len(pattern))])
    assert time.process_time() - start < 2


FORMS = {
    "tulis": ("menulis", "penulis", "penulisan", "tertulis", "tulisan", "dituliskan"),
    "baca": ("membaca", "pembaca", "terbaca", "bacaan"),
    "pukul": ("memukul", "pemukulan", "dipukuli"),
    "sewa": ("menyewa", "penyewa", "disewakan"),
    "kirim": ("mengirim", "pengiriman", "kirimkan"),
    "adil": ("mengadili", "pengadilan", "keadilan", "ketidakadilan"),
    "lapor": ("melaporkan", "pelapor", "laporan"),
    "renang": ("berenang", "perenang"),
}


@pytest.mark.parametrize(("root", "forms"), FORMS.items(), ids=FORMS.keys())
def test_inflects(root: str, forms: tuple[str, ...]) -> None:
    """The nasal of an active verb follows from the first letter of its root."""
    assert set() == set(forms) - inflect(root)


def test_clitic_keeps_a_word_known() -> None:
    """A known word is known with ``-nya``, an unknown one is not."""
    assert (True, False) == (word_points("kesehatannya") > 0, word_points("zarkovnya") > 0)
