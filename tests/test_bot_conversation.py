"""Which texts lean on the question before them, what is asked then, and what is no question."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Turn
from bot.words.conversation import SmallTalk, follow_up, small_talk

ASKED_AT = datetime(2025, 6, 12, 9, 0, tzinfo=UTC)


def asked(question: str) -> Turn:
    """The last question of a chat."""
    return Turn(question=question, asked_at=ASKED_AT, article_ids=())


LEANING = [
    # what belongs to the topic
    ("Siapa gubernur Jawa Barat?", "kalau wakilnya?", "siapa wakil gubernur Jawa Barat"),
    ("siapa gubernur jawa barat", "klo wakil gubernurnya?", "siapa wakil gubernur jawa barat"),
    ("siapa gubernur jawa barat", "umurnya berapa", "berapa umur gubernur jawa barat"),
    ("siapa gubernur jawa barat", "apa saja program kerjanya?", "apa program kerja gubernur jawa barat"),
    ("siapa gubernur jawa barat", "dari partai apa?", "apa partai gubernur jawa barat"),
    ("berapa korban gempa Cianjur?", "berapa kekuatannya?", "berapa kekuatan gempa Cianjur"),
    ("berapa korban gempa Cianjur?", "terus penyebabnya apa", "apa penyebab gempa Cianjur"),
    ("banjir bekasi", "berapa korbannya?", "berapa korban banjir bekasi"),
    ("banjir bekasi", "brp korbannya", "berapa korban banjir bekasi"),
    ("banjir bekasi", "ada korban?", "korban banjir bekasi"),
    ("banjir bekasi", "terus gimana nasib warganya?", "bagaimana nasib warga banjir bekasi"),
    ("siapa tersangka korupsi dana desa", "kerugiannya berapa", "berapa kerugian tersangka korupsi dana desa"),
    ("siapa pelatih timnas", "gajinya berapa?", "berapa gaji pelatih timnas"),
    ("siapa juara liga champions", "skornya?", "skor juara liga champions"),
    ("siapa juara liga champions", "lawan siapa", "siapa lawan juara liga champions"),
    ("siapa presiden prancis", "kalau perdana menterinya?", "siapa perdana menteri prancis"),
    ("kapan konser itu dimulai", "berapa harga tiketnya?", "berapa harga tiket konser dimulai"),
    ("kenapa Pak Darma ditahan?", "siapa pengacaranya?", "siapa pengacara Pak Darma ditahan"),
    # only a question word
    ("berapa korban gempa Cianjur?", "kapan itu?", "kapan gempa Cianjur"),
    ("berapa korban gempa Cianjur?", "kapan?", "kapan gempa Cianjur"),
    ("berapa korban gempa Cianjur?", "kpn", "kapan gempa Cianjur"),
    ("berapa korban gempa Cianjur?", "di mana?", "di mana gempa Cianjur"),
    ("berapa korban gempa Cianjur?", "dmn", "di mana gempa Cianjur"),
    ("kenapa harga beras naik?", "sejak kapan?", "kapan harga beras naik"),
    ("siapa pelatih timnas", "siapa saja?", "siapa pelatih timnas"),
    ("siapa pelatih timnas", "kenapa?", "kenapa pelatih timnas"),
    # somebody or something pointed at
    ("siapa gubernur jawa barat", "kapan dia dilantik?", "kapan dilantik gubernur jawa barat"),
    ("kenapa Pak Darma ditahan?", "siapa dia?", "siapa Pak Darma ditahan"),
    ("kenapa Pak Darma ditahan?", "sampai kapan dia ditahan?", "kapan ditahan Pak Darma"),
    ("kapan tol Cisumdawu dibuka?", "berapa panjang tol itu?", "berapa panjang tol Cisumdawu dibuka"),
    ("siapa pelatih timnas", "kapan dia mulai melatih?", "kapan mulai melatih pelatih timnas"),
    ("kebakaran pasar senen", "apa yang terjadi di sana?", "apa terjadi kebakaran pasar senen"),
    # something happened, but to what
    ("siapa tersangka korupsi dana desa", "kapan ditangkap?", "kapan ditangkap tersangka korupsi dana desa"),
    ("kapan tol Cisumdawu dibuka?", "siapa yang meresmikan?", "siapa meresmikan tol Cisumdawu dibuka"),
    ("kapan tol Cisumdawu dibuka?", "siapa yg resmikan", "siapa resmikan tol Cisumdawu dibuka"),
    ("banjir bekasi", "berapa rumah yang terendam?", "berapa rumah yang terendam banjir bekasi"),
    ("kenapa Pak Darma ditahan?", "apa tanggapan Istana?", "apa tanggapan Istana Pak Darma ditahan"),
    ("kenapa Pak Darma ditahan?", "terus apa kata KPK?", "apa kata KPK Pak Darma ditahan"),
    # something else in the same place
    ("Siapa gubernur Jawa Barat?", "kalau Jawa Timur?", "Siapa gubernur Jawa Timur"),
    ("siapa gubernur jawa barat", "kalau jawa timur?", "siapa gubernur jawa timur"),
    ("siapa gubernur jawa barat", "kalau jakarta?", "siapa gubernur jakarta"),
    ("siapa presiden prancis", "kalau jerman?", "siapa presiden jerman"),
    ("Siapa presiden Prancis?", "bagaimana dengan Jerman?", "Siapa presiden Jerman"),
    ("siapa menteri keuangan", "kalau menteri pertahanan?", "siapa menteri pertahanan"),
    ("siapa gubernur jawa barat", "kalau bupati?", "siapa bupati jawa barat"),
    ("berapa harga beras?", "kalau cabai?", "berapa harga cabai"),
    ("kenapa harga beras naik?", "kalau cabai?", "kenapa harga cabai naik"),
    ("berapa harga beras di Jakarta?", "kalau di Surabaya?", "berapa harga beras di Surabaya"),
    ("berapa harga beras di Jakarta?", "terus yang di Surabaya?", "berapa harga beras di Surabaya"),
    ("berapa harga beras di Jakarta?", "di Bandung?", "berapa harga beras di Bandung"),
    ("berapa harga telepon 16", "kalau yang 17?", "berapa harga telepon 17"),
    ("siapa juara liga champions", "kalau liga inggris?", "siapa juara liga inggris"),
    ("inflasi tahun 2023 berapa?", "kalau 2024?", "berapa inflasi 2024"),
    ("inflasi tahun 2023 berapa?", "tahun lalu?", "berapa inflasi tahun lalu"),
    ("harga emas pada 20 Januari 2023?", "kalau tanggal 19 Januari?", "harga emas tanggal 19 Januari 2023"),
    ("apa kata Bu Rini soal tarif impor", "kalau Pak Darma?", "apa kata Pak Darma soal tarif impor"),
    ("banjir bekasi menurut Warta Nusa", "kalau menurut Suara Timur?", "banjir bekasi menurut Suara Timur"),
    # more of the same
    ("siapa pelatih timnas", "terus?", "siapa pelatih timnas"),
    ("siapa pelatih timnas", "yang lain?", "siapa pelatih timnas"),
    ("siapa pelatih timnas", "jelaskan lebih lengkap", "siapa pelatih timnas"),
]


@pytest.mark.parametrize(("last", "text", "used"), LEANING, ids=[f"{last} + {text}" for last, text, _ in LEANING])
def test_a_thin_text_borrows_what_it_needs(last: str, text: str, used: str) -> None:
    """The topic of the last question comes to its help, less what the text puts something else in the place of."""
    assert used == follow_up(text, asked(last))


ALONE = [
    "harga emas berapa?",
    "harga emas",
    "jakarta",
    "berita hari ini",
    "ada berita apa hari ini?",
    "siapa presiden?",
    "siapa Bu Rini?",
    "siapa itu Pak Darma?",
    "apa itu inflasi?",
    "kapan lebaran?",
    "berapa tarif tol Cipali?",
    "harganya beras berapa",
    "harga berasnya berapa",
    "ibu kota jawa barat apa?",
    "kenapa rupiah melemah, apa penyebabnya?",
    "kalau harga emas berapa?",
    "kalau presiden prancis siapa?",
    "apa kata Bu Rini soal harga beras?",
    "gempa cianjur",
    "Kapan Stadion Nusa Raya mulai dibangun kembali setelah terbakar pada 2019?",
    "siapa yang memenangkan pemilihan gubernur di Nusa Timur dan berapa selisih suaranya?",
]


@pytest.mark.parametrize("text", ALONE)
def test_a_text_that_stands_alone_borrows_nothing(text: str) -> None:
    """Whatever was asked before, a full question is asked as it is."""
    assert follow_up(text, asked("kapan tol Cisumdawu dibuka?")) is None


@pytest.mark.parametrize("last", [None, asked(""), asked("kapan?"), asked("halo")])
def test_nothing_is_borrowed_from_nothing(last: Turn | None) -> None:
    """Without a last question that was about something, the text stays as it is."""
    assert follow_up("kapan itu?", last) is None


def test_a_chain_of_follow_ups_keeps_its_topic() -> None:
    """Each question is stored as it was asked of the articles, so that the next one can lean on it."""
    first = follow_up("kalau Jawa Timur?", asked("Siapa gubernur Jawa Barat?"))
    assert first is not None
    assert "siapa wakil gubernur Jawa Timur" == follow_up("wakilnya?", asked(first))


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_two_texts_are_read_without_error(text: str, last: str) -> None:
    """What comes out is one line that can be asked, or nothing."""
    used = follow_up(text, asked(last))
    assert used is None or (used.strip() == used and "\n" not in used and used)


CHAT = [
    ("halo", SmallTalk.GREETING),
    ("Haiii", SmallTalk.GREETING),
    ("selamat pagi min", SmallTalk.GREETING),
    ("Assalamualaikum", SmallTalk.GREETING),
    ("apa kabar?", SmallTalk.GREETING),
    ("makasih", SmallTalk.THANKS),
    ("terima kasih banyak ya kak!", SmallTalk.THANKS),
    ("mksh infonya 🙏", SmallTalk.THANKS),
    ("🙏🙏", SmallTalk.THANKS),
    ("ok", SmallTalk.FINE),
    ("oke sip", SmallTalk.FINE),
    ("iya", SmallTalk.FINE),
    ("nggak jadi", SmallTalk.FINE),
    ("oh gitu", SmallTalk.FINE),
    ("👍", SmallTalk.FINE),
    ("bye", SmallTalk.GOODBYE),
    ("sampai jumpa", SmallTalk.GOODBYE),
    ("keren banget", SmallTalk.PRAISE),
    ("mantap jiwa", SmallTalk.PRAISE),
    ("ga nyambung", SmallTalk.COMPLAINT),
    ("kok salah sih", SmallTalk.COMPLAINT),
    ("maaf ya", SmallTalk.SORRY),
    ("wkwkwk", SmallTalk.LAUGHTER),
    ("hahaha lucu", SmallTalk.LAUGHTER),
    ("mau tanya dong", SmallTalk.WANTS_TO_ASK),
    ("boleh nanya min?", SmallTalk.WANTS_TO_ASK),
    ("kamu siapa?", SmallTalk.WHO_ARE_YOU),
    ("bisa apa aja?", SmallTalk.WHO_ARE_YOU),
    ("siapa yang bikin bot ini", SmallTalk.WHO_ARE_YOU),
]


@pytest.mark.parametrize(("text", "kind"), CHAT, ids=[text for text, _ in CHAT])
def test_small_talk_is_recognised(text: str, kind: SmallTalk) -> None:
    """A friendly line is due, not a search."""
    assert kind == small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "???",
        "kapan?",
        "terus?",
        "halo, harga beras berapa?",
        "makasih, terus siapa wakilnya?",
        "top skor liga",
        "malam tahun baru",
        "tes cpns",
        "banyak",
        "salam dari gubernur",
        "siapa yang bikin jembatan itu",
        "apa berita hari ini",
        "selamat hari raya",
    ],
)
def test_whatever_can_be_searched_for_is_no_small_talk(text: str) -> None:
    """A question with a greeting before it is a question."""
    assert small_talk(text) is None


@given(st.text(max_size=100))
def test_any_text_is_judged_without_error(text: str) -> None:
    """Small talk or not, nothing breaks on odd characters."""
    assert small_talk(text) is None or isinstance(small_talk(text), SmallTalk)
