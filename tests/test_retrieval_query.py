"""What a question is understood to ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.chat_words import AnswerKind
from retrieval.query import Understanding, answer_kind, find_sources, tidy, understand

NOW = datetime(2025, 6, 10, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
SOURCES = (
    "Kompas.com",
    "detikcom",
    "ANTARA",
    "Tempo.co",
    "CNN Indonesia",
    "Tribunnews.com",
    "Liputan6.com",
    "Media Indonesia",
    "Bisnis.com",
)


class Words:
    """A vocabulary of a few words; anything else may stand for "gubernur" when it begins like it."""

    def __init__(self, *known: str) -> None:
        self._known = set(known)

    def knows(self, word: str) -> bool:
        """Whether it is one of the few."""
        return word in self._known

    def suggest(self, word: str) -> Sequence[str]:
        """The one correction."""
        return ["gubernur"] if word.startswith("gub") else []


def read(question: str, *known: str) -> Understanding:
    """Understand with a vocabulary of these words."""
    return understand(question, now=NOW, sources=SOURCES, vocabulary=Words(*known))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        pytest.param("brp harga beras", "berapa harga beras", id="berapa"),
        pytest.param("kpn banjir nya", "kapan banjir nya", id="kapan"),
        pytest.param("gmn nasib korban yg hilang", "bagaimana nasib korban yang hilang", id="two words"),
        pytest.param("dmn rapatnya", "di mana rapatnya", id="one word to two"),
    ],
)
def test_chat_spelling_is_written_out(typed: str, written: str) -> None:
    """Short spellings become the words that newspapers print."""
    assert (
        written == read(typed, "harga", "beras", "banjir", "nya", "nasib", "korban", "hilang", "rapatnya").written_out
    )


def test_typed_words_are_kept_beside_their_variants() -> None:
    """A variant never takes the place of the typed word in the lexical search."""
    understood = read("kasus org hilang", "kasus", "hilang")
    assert (("kasus", "org", "hilang"), ("orang",)) == (understood.content, understood.variants)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        pytest.param("siapa orang paling kaya di asia", "seperti", id="kaya"),
        pytest.param("kapan siswa sma masuk sekolah", "sama", id="sma"),
        pytest.param("jumlah dpt pilkada", "dapat", id="dpt"),
    ],
)
def test_chat_spelling_that_is_also_a_word_stays_in_the_text(question: str, other: str) -> None:
    """What may be meant as typed is searched both ways, and the encoder reads what was typed."""
    understood = read(question, *question.split())
    assert (question, (other,)) == (understood.written_out, understood.variants)


def test_a_question_in_capitals_is_read_as_any_other() -> None:
    """Where everything is in capitals they do not mark abbreviations."""
    assert "berapa HARGA BERAS sekarang?" == read("BRP HARGA BERAS SKRG?", "harga", "beras").written_out


def test_a_word_of_newspapers_has_no_variant() -> None:
    """The words soal and lagi are no chat spellings: nothing is searched twice."""
    assert () == read("apa lagi soal harga", "apa", "lagi", "soal", "harga").variants


@pytest.mark.parametrize(
    ("question", "content"),
    [
        pytest.param("harga tahu dan tempe naik", ("harga", "tahu", "dan", "tempe", "naik"), id="tofu"),
        pytest.param("ekspor teh ke eropa", ("ekspor", "teh", "ke", "eropa"), id="tea"),
        pytest.param("ada yang tahu harga beras", ("ada", "yang", "harga", "beras"), id="to know"),
        pytest.param("tahu nggak harga beras", ("nggak", "harga", "beras"), id="do you know"),
    ],
)
def test_tofu_and_tea_are_no_fillers(question: str, content: tuple[str, ...]) -> None:
    """The words tahu and teh carry meaning, unless tahu stands where it means to know."""
    assert content == read(question, *question.split()).content


def test_abbreviation_in_capitals_is_no_chat_spelling() -> None:
    """The letters SP are an abbreviation when typed in capitals, "sp" asks who."""
    assert "SP" in read("apa isi SP itu", "isi").written_out


def test_unknown_word_is_corrected() -> None:
    """A slip that no article uses gets the nearest word of the articles beside it."""
    assert ("gubernur",) == read("siapa gubernor jabar", "jabar").variants


def test_word_of_the_articles_is_never_rewritten() -> None:
    """A word that the articles use stays, however odd it looks."""
    assert () == read("siapa gubernor jabar", "gubernor", "jabar").variants


@pytest.mark.parametrize(
    ("question", "source"),
    [
        pytest.param("apa kata menkeu menurut kompas?", "Kompas.com", id="menurut"),
        pytest.param("berita banjir di detikcom", "detikcom", id="di"),
        pytest.param("dilansir antara, berapa korban?", "ANTARA", id="news agency"),
        pytest.param("kata cnn indonesia siapa pelakunya", "CNN Indonesia", id="two words"),
        pytest.param("siapa yang pindah ke klub itu menurut liputan 6", "Liputan6.com", id="number typed apart"),
        pytest.param("menurut tribun siapa pelatihnya", "Tribunnews.com", id="ordinary word after menurut"),
        pytest.param("ada berita voli di detik?", "detikcom", id="ordinary word at the end"),
        pytest.param("di tempo apa kata menteri itu", "Tempo.co", id="ordinary word before a question word"),
        pytest.param("berita dari portal bisnis", "Bisnis.com", id="ordinary word after portal"),
    ],
)
def test_source_is_recognised(question: str, source: str) -> None:
    """A source of the store is recognised after the words that introduce one."""
    assert frozenset({source}) == find_sources(question, SOURCES).sources


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("antara 2019 dan 2021 siapa ketuanya", id="between"),
        pytest.param("lagu dengan tempo cepat", id="tempo of music"),
        pytest.param("menurut gubernur kapan selesai", id="no source"),
        pytest.param("siapa pencetak gol di detik terakhir", id="last seconds"),
        pytest.param("apa yang terjadi di detik-detik akhir", id="hyphen"),
        pytest.param("kenapa suporter ricuh di tribun", id="stand of a stadium"),
        pytest.param("siapa yang jatuh dari tribun stadion", id="from the stand"),
        pytest.param("apa yang ramai di media sosial", id="social media"),
        pytest.param("menurut media asing berapa korbannya", id="any media"),
        pytest.param("apa berita bisnis hari ini", id="business news"),
        pytest.param("siapa yang lahir di tempo yang sama", id="same time"),
    ],
)
def test_ordinary_words_are_no_sources(question: str) -> None:
    """The names antara, detik, media, tempo, tribun are words first."""
    assert frozenset() == find_sources(question, SOURCES).sources


def test_relative_period_filters() -> None:
    """Asking about yesterday limits the search to that day and the two days on which it is still reported."""
    understood = read("apa yang terjadi kemarin", "terjadi")
    assert (date(2025, 6, 9), date(2025, 6, 11)) == (understood.filter.since, understood.filter.until)


def test_year_of_an_event_only_prefers() -> None:
    """The year in a name limits nothing."""
    understood = read("siapa juara Piala Dunia 2022", "juara", "piala", "dunia")
    assert not understood.filter


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("siapa ketua KPK", AnswerKind.PERSON),
        ("kapan gempa terjadi", AnswerKind.TIME),
        ("berapa korban banjir", AnswerKind.NUMBER),
        ("kenapa harga naik", AnswerKind.REASON),
        ("di mana lokasi kebakaran", AnswerKind.PLACE),
        ("apa isi perjanjian", AnswerKind.OTHER),
        ("rupiah ditutup berapa tanggal 3 Januari 2023", AnswerKind.NUMBER),
        ("di mana upacara tanggal 17 Agustus digelar", AnswerKind.PLACE),
        ("kenapa rapat tanggal 5 Mei batal", AnswerKind.REASON),
        ("berapa jam perjalanan kereta itu", AnswerKind.NUMBER),
        ("berapa harga jam tangan itu", AnswerKind.NUMBER),
        ("jam berapa laga dimulai", AnswerKind.TIME),
        ("pemilu digelar tanggal berapa", AnswerKind.TIME),
        ("tahun berapa jembatan itu dibangun", AnswerKind.TIME),
        ("tanggal pelantikan gubernur", AnswerKind.TIME),
    ],
)
def test_kind_of_answer(question: str, kind: AnswerKind) -> None:
    """The question word tells what would answer."""
    assert kind is answer_kind(question)


def test_long_question_is_cut_at_a_word() -> None:
    """Ten thousand characters become at most a thousand, without half a word."""
    text = tidy("banjir " * 2000)
    assert len(text) <= 1000
    assert text.endswith("banjir")


@given(st.text(max_size=300))
def test_any_text_is_understood(question: str) -> None:
    """Nothing that can be typed raises."""
    understood = read(question)
    assert len(understood.text) <= 1000
