"""Sentences: quotations stay whole, abbreviations do not split, nothing is lost, nothing is too long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import MAX_CHARS, split_article, split_sentences

ONE_SENTENCE = {
    "quotation": '"Saya datang. Saya menang," kata dia.',
    "curly quotation": "“Air naik sejak subuh. Kami mengungsi ke balai desa,” ujar Rukmini, Selasa (4/2).",
    "speaker first": 'Rukmini berkata, "Air naik sejak subuh. Kami mengungsi."',
    "question and speaker": '"Kapan jalan ini dibuka? Kami rugi," keluh seorang pedagang.',
    "speaker after a full stop": '"Jembatan sudah aman." ujar Lurah Sukasari.',
    "speaker with a capital": '"Jembatan sudah aman." Ujar Darmawan di lokasi.',
    "speaker with a capital and -nya": '"Kami belum tahu." Katanya.',
    "dr.": "Menurut dr. Hapsari, pasien sudah pulang.",
    "Prof. Dr. Ir.": "Prof. Dr. Ir. Wibisono meresmikan gedung itu.",
    "H. and Hj.": "Acara dibuka H. Mahmud dan Hj. Aminah.",
    "Drs.": "Bupati Drs. Kartono hadir.",
    "degrees": "Sidang dipimpin Bambang Sutejo, S.H., M.Si. bersama dua anggota.",
    "degree before a name": "Hadir pula Rini Astuti, M.Si. Wardani dan tamu lain.",
    "Jl. and No.": "Toko di Jl. Melati No. 41 itu tutup.",
    "No. without a space": "Toko di Jl. Melati No.41 itu tutup.",
    "Rp.": "Denda paling sedikit Rp. 50.000.000 menanti pelaku.",
    "Rp with dots": "Harganya Rp 1.000.000 per gram.",
    "Tbk. and bracket": "Laba PT Bank Nusa Tbk. (BNUS) naik.",
    "Tbk. and name": "Direktur PT Bank Nusa Tbk. Wahyu Pranata mundur.",
    "PT. and CV.": "Tender dimenangkan PT. Karya Jaya dan CV. Mitra Tani.",
    "a.n.": "Surat diteken a.n. Bupati Sekretaris Daerah.",
    "dll.": "Harga beras, gula, dll. naik pekan ini.",
    "hlm.": "Aturan itu dimuat di hlm. 12 buku panduan.",
    "ranks": "Kombes. Pol. Yudha dan Brigjen. Pol. Surya datang, disusul Kol. Inf. Hasan.",
    "places": "Warga Kec. Sukamaju, Kab. Tirta, Kel. Baru, dan Gg. Mawar mengungsi.",
    "St.": "Pertemuan berlangsung di St. Petersburg, Rusia.",
    "vs.": "Laga Garuda vs. Elang berakhir imbang.",
    "case number": "Perkara Nomor 12/Pdt.G/2025/PN Jkt.Pst diputus hari ini.",
    "case number with spaces": "Putusan Nomor 4265 K/Pid. Sus/2023 sudah tetap.",
    "initial": "Buku karya M. Nuh terbit.",
    "initials": "Lagu W.R. Supratman dinyanyikan.",
    "middle initial": "Arthur E. Lestari terpilih.",
    "initial after a slash": "Ganda Sabar Pratama/M. Reza menang.",
    "spaced initials": "Presiden B. J. Habibie wafat pada 2019.",
    "retired": "Brigjen (Purn.) Surya memimpin tim.",
    "time": "Rapat mulai pukul 09.00 dan selesai pukul 11.30 WIB.",
    "decimal": "Gempa bermagnitudo 3.5 terasa di pesisir.",
    "broken thousands": "Ganti rugi Rp 1. 500 per lembar.",
    "domain": "Keterangan dimuat di wartanusa.example pagi ini.",
    "list item": "1. Siapkan berkas pendaftaran.",
    "lettered item": "b. Fotokopi kartu keluarga",
    "lower case goes on": "Saham naik 5 persen. atau setara Rp 200.",
    "ellipsis goes on": "Saya... belum tahu.",
    "bracket with sentences": "Ayat itu (dibaca pelan. Lalu diulang) menutup acara.",
    "aside at the end": "Status siaga dicabut. (Antara)",
    "stars at the end": "Status siaga dicabut. ***",
    "sub-heading": "Cara Mendaftar",
}


@pytest.mark.parametrize("text", ONE_SENTENCE.values(), ids=ONE_SENTENCE.keys())
def test_stays_whole(text: str) -> None:
    """What is one sentence to a reader is one sentence."""
    assert [text] == split_sentences(text)


SEVERAL_SENTENCES = {
    "plain": ["Banjir surut.", "Warga pulang."],
    "question and exclamation": ["Siapa pelakunya?", "Polisi belum tahu!", "Tim dibentuk."],
    "quotation then text": ['"Kami siap," kata Rani.', "Ia berangkat Senin."],
    "text then quotation": ["Ia berangkat Senin.", "“Kami siap.”"],
    "two quotations": ['"Kami siap. Semua sudah dicek," kata Rani.', '"Tinggal berangkat," tambahnya.'],
    "quotation in lower case": ["Ia menjawab singkat.", '"tidak tahu," katanya.'],
    "missing closing mark": [
        '"Kami siap, kata Rani.',
        "Ia berangkat Senin.",
        "Hujan turun.",
        '"Hati-hati. Jalan licin," pesannya.',
    ],
    "missing opening mark": ["Kami siap.", 'Semua sudah dicek," kata Rani.', '"Ayo. Berangkat," ajaknya.'],
    "lone closing mark": ['"Kami siap. "', "Ia berangkat Senin."],
    "title at the start": ["Pasien membaik.", "dr. Hapsari mengizinkannya pulang."],
    "title without a full stop": ["Pasien membaik.", "dr Hapsari mengizinkannya pulang."],
    "unit after a slash": ["Angin berembus 40 km/j.", "Pohon tumbang."],
    "letter of a group": ["Garuda memuncaki Grup C.", "Elang menempati posisi kedua."],
    "letter of a generation": ["Acara ini diminati Gen Z.", "Laura salah satunya."],
    "hijri year": ["Puasa jatuh pada 1 Ramadan 1446 H.", "Umat bersiap."],
    "letter before a common opening": [
        "Pelaku berinisial R.",
        "Ia ditangkap kemarin.",
        "Korban T.",
        "Menurut polisi, aman.",
    ],
    "letter before a derived word": ["Foto itu viral di X.", "Mengutip polisi, foto itu palsu."],
    "letter before a quotation": ["Itu tulisnya di X.", '"Kami minta maaf," lanjutnya.'],
    "firm at the end": ["Kontrak diraih PT Bank Nusa Tbk.", "Nilainya Rp 2 triliun."],
    "dll. at the end": ["Harga beras, gula, dll.", "Kenaikan terjadi sejak Mei."],
    "time at the end": ["Kereta tiba pukul 09.00.", "Penumpang turun."],
    "domain at the end": ["Tiket dijual di tiketnusa.com.", "Harganya Rp 50.000."],
    "year at the end": ["Jembatan itu dibangun pada 2019.", "150 pekerja terlibat."],
    "brand in lower case": ["Harga ponsel turun.", "iPhone lama ikut turun."],
    "aside between": ["Status siaga dicabut. (Antara)", "Warga pulang."],
    "bracket that opens": ["Status siaga dicabut.", "(Data terbaru) menunjukkan air surut."],
    "list in one line": ["Harga hari ini:", "1. Beras Rp 14.000", "2. Gula Rp 17.000", "3. Telur."],
    "bullets in one line": ["Syaratnya:", "• KTP asli", "• Pas foto"],
    "numbers of leagues": ["Mereka juara Liga 1.", "Kini giliran Liga 2.", "Semua senang."],
    "line break": ["Cara Mendaftar", "Buka laman resmi."],
}


@pytest.mark.parametrize("sentences", SEVERAL_SENTENCES.values(), ids=SEVERAL_SENTENCES.keys())
def test_splits(sentences: list[str]) -> None:
    """What is several sentences to a reader is split between them."""
    assert sentences == split_sentences(
        "\n".join(sentences) if sentences[0] == "Cara Mendaftar" else " ".join(sentences)
    )


@pytest.mark.parametrize("text", ["", "  ", "\n\n", "\u2028\t"])
def test_nothing_gives_nothing(text: str) -> None:
    """Whitespace holds no sentence."""
    assert not split_sentences(text)


def test_article_numbers_paragraphs() -> None:
    """Each sentence carries the number of its paragraph, and an empty paragraph keeps its number."""
    article = ["Banjir surut. Warga pulang.", "", "Sekolah masih libur."]
    expected = [(0, "Banjir surut."), (0, "Warga pulang."), (2, "Sekolah masih libur.")]
    assert expected == split_article(article)


LONG_CLAUSE = "tim gabungan menyisir bantaran sungai dari hulu sampai ke muara bersama warga setempat"  # 86 characters


def test_long_quotation_is_cut_between_its_sentences() -> None:
    """A quotation over the limit is cut between sentences, and its speaker stays with the last of them."""
    said = [f"Pada hari ke-{day} {LONG_CLAUSE}." for day in range(1, 6)]
    pieces = split_sentences(f'"{" ".join(said)} Hasilnya belum ada sampai hari ini, maaf," kata Rukmini.')
    assert ['"' + said[0], *said[1:], 'Hasilnya belum ada sampai hari ini, maaf," kata Rukmini.'] == pieces


def test_short_fragments_stay_with_their_quotation() -> None:
    """A "Ya." is not cut off a long quotation."""
    said = " ".join(f"Pada hari ke-{day} {LONG_CLAUSE}." for day in range(1, 6))
    assert split_sentences(f'"Ya. {said}" kata Rukmini.')[0].startswith('"Ya. Pada hari ke-1')


def test_long_sentence_is_cut_at_a_semicolon_first() -> None:
    """A semicolon is a better place than any comma."""
    text = f"Dalam laporan itu, {LONG_CLAUSE}, {LONG_CLAUSE}; {LONG_CLAUSE}, {LONG_CLAUSE}, dan {LONG_CLAUSE}."
    assert f"Dalam laporan itu, {LONG_CLAUSE}, {LONG_CLAUSE};" == split_sentences(text)[0]


def test_long_sentence_is_cut_before_a_conjunction() -> None:
    """A comma before a conjunction is a better place than a comma in a list."""
    text = f"{LONG_CLAUSE}, {LONG_CLAUSE}, {LONG_CLAUSE}, {LONG_CLAUSE}, esoknya, sedangkan {LONG_CLAUSE}."
    assert split_sentences(text)[1].startswith("sedangkan")


@pytest.mark.parametrize("shift", range(20))
def test_no_cut_parts_a_number_from_its_word(shift: int) -> None:
    """Where there is no clause bound a space will do, but not the one inside "24 Februari" or after "Rp"."""
    text = "a" * shift + " " + "tanggal 24 Februari " * 12 + "bayar Rp 5 juta " * 17 + "lunas" + "z" * shift
    for piece in split_sentences(text)[1:]:
        assert piece.startswith(("tanggal", "bayar", "Rp", "lunas"))


@pytest.mark.parametrize("shift", range(25))
def test_no_cut_after_a_preposition(shift: int) -> None:
    """A word that leans on the next one does not end a part."""
    text = "a" * shift + " " + "warga berkumpul di balai " * 20 + "desa" + "z" * shift
    assert not any(piece.endswith(" di") for piece in split_sentences(text))


def test_no_part_is_a_scrap() -> None:
    """A cut leaves at least forty characters on either side, if any other place is there."""
    clause = "warga bersama relawan bertahan menambal tanggul " * 8
    text = f"Sore itu {clause}yang jebol, kata mereka."
    assert len(text) > MAX_CHARS
    assert min(len(piece) for piece in split_sentences(text)) >= 40


def test_cut_makes_no_more_parts_than_needed() -> None:
    """A good bound so early that the rest would be too long again is not taken."""
    clause = "warga bersama relawan bertahan menambal tanggul " * 9
    text = f"Sore itu hujan turun deras di hulu sungai, dan {clause}sampai pagi."
    assert len(text) > MAX_CHARS + len("Sore itu hujan turun deras di hulu sungai,")
    assert len(split_sentences(text)) == 2


def test_cut_keeps_the_speaker_of_a_long_quoted_sentence() -> None:
    """The comma before the speaker's tag is no place to cut."""
    tag = '" ujar Rukmini kepada wartawan yang menunggu di balai desa pada pagi sesudah hujan reda.'
    text = f'"{LONG_CLAUSE}, {LONG_CLAUSE}, {LONG_CLAUSE}, {LONG_CLAUSE},{tag}'
    first, last = split_sentences(text)
    assert (f'"{LONG_CLAUSE},', True) == (first, last.endswith(f"{LONG_CLAUSE},{tag}"))


def test_a_word_longer_than_the_limit_stays_whole() -> None:
    """An endless word is not broken; what stands around it is cut off."""
    word = "a" * (MAX_CHARS + 100)
    assert ["Lihat", word, "di sana."] == split_sentences(f"Lihat {word} di sana.")


FRAGMENTS = st.sampled_from(
    [
        "Warga", "pulang", "dr", "Dr", "M", "S.H", "Tbk", "No", "41", "1", "2", "Rp", "1.000", "kata", "Ia", "dan",
        "PT", "Grup", "C", "wartanusa.example", "iPhone", "Selasa", "(4/2)", "Kalimat panjang tentang banjir di kota",
        ".", ". ", ". ", "! ", "? ", "... ", ", ", "; ", " ", " ", " ", "\n", '"', '" ', ' "', "“", "”", "” ", "'", "(",
        ") ", "[", "]", "•", "- ", "* ", "\u200b", "\u00a0", "é", "。",
    ]
)  # fmt: skip
NEWS_LIKE = st.lists(FRAGMENTS, max_size=120).map("".join)


def without_whitespace(text: str) -> str:
    return "".join(text.split())


@given(st.one_of(st.text(), NEWS_LIKE))
def test_nothing_but_whitespace_is_lost(text: str) -> None:
    """The sentences joined are the text again."""
    assert without_whitespace(text) == without_whitespace("".join(split_sentences(text)))


@given(st.one_of(st.text(), NEWS_LIKE, NEWS_LIKE.map(lambda text: text.replace(".", "") * 5)))
def test_none_is_empty_or_too_long(text: str) -> None:
    """Every sentence holds something, is trimmed, and is within the limit unless it is a single word."""
    for sentence in split_sentences(text):
        assert sentence
        assert sentence == sentence.strip()
        assert len(sentence) <= MAX_CHARS or len(sentence.split()) == 1


@given(st.lists(st.sampled_from(sorted(ONE_SENTENCE)), min_size=1, max_size=6))
def test_a_sentence_splits_into_itself(names: list[str]) -> None:
    """Splitting a sentence again changes nothing."""
    for sentence in split_sentences(" ".join(ONE_SENTENCE[name] for name in names)):
        assert [sentence] == split_sentences(sentence)


@pytest.mark.parametrize("unit", [". ", '"A. ', "A. ", "1. A 2. B ", "((", '"', "!?", '." ', "• ", "a", "a ", "“a.” "])
def test_hostile_text_takes_linear_time(unit: str) -> None:
    """Fifty thousand characters of any pattern take well under the minutes that a quadratic scan would need."""
    text = unit * (50_000 // len(unit))
    started_s = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - started_s < 5
