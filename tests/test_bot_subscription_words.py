"""What people write about their digest is understood, or said not to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.subscription_changes import Changes, Problem
from bot.digests.subscription_words import read_topics, read_words
from bot.digests.subscriptions import MOST_TOPICS, Subscription

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WORK = frozenset(range(5))
ALL = frozenset(range(7))
NOW = datetime(2025, 6, 10, 3, tzinfo=UTC)


def days(*weekdays: int) -> frozenset[int]:
    return frozenset(weekdays)


UNDERSTOOD: dict[str, dict[str, Any]] = {
    # hours
    "jam 7 pagi": {"hour": 7},
    "jam 7 pagi WITA": {"hour": 7, "zone": WITA},
    "jam 7": {"hour": 7},
    "Jam 07.00": {"hour": 7},
    "pukul 06:00": {"hour": 6},
    "pkl. 18": {"hour": 18},
    "jam 19.00 WIB": {"hour": 19, "zone": WIB},
    "07.00 WIT": {"hour": 7, "zone": WIT},
    "7 pagi": {"hour": 7},
    "tujuh malam": {"hour": 19},
    "jam tujuh malam": {"hour": 19},
    "jam dua belas siang": {"hour": 12},
    "jam 12 malam": {"hour": 0},
    "jam 1 siang": {"hour": 13},
    "jam 5 sore": {"hour": 17},
    "jam 6 petang": {"hour": 18},
    "jam 5 subuh": {"hour": 5},
    "jam 3 dini hari": {"hour": 3},
    "jam 2 malam": {"hour": 2},
    "jam 19 malam": {"hour": 19},
    "tengah malam": {"hour": 0},
    "24.00": {"hour": 0},
    "ganti jam ke 9": {"hour": 9},
    "ubah jamnya jadi 9 malam dong": {"hour": 21},
    "tolong kirim jam 6 pagi ya kak": {"hour": 6},
    # zones
    "WITA": {"zone": WITA},
    "zona waktu WIT": {"zone": WIT},
    "waktu Indonesia timur": {"zone": WIT},
    "waktu makassar": {"zone": WITA},
    "waktu jakarta jam 8": {"zone": WIB, "hour": 8},
    # weekdays
    "tiap senin sampai jumat jam 19.00": {"weekdays": WORK, "hour": 19},
    "senin-jumat": {"weekdays": WORK},
    "senin s.d. jumat": {"weekdays": WORK},
    "Senin s/d Sabtu": {"weekdays": days(MON, TUE, WED, THU, FRI, SAT)},
    "setiap hari pukul 6": {"weekdays": ALL, "hour": 6},
    "tiap hari": {"weekdays": ALL},
    "harian aja": {"weekdays": ALL},
    "hari kerja jam 6": {"weekdays": WORK, "hour": 6},
    "setiap akhir pekan jam 9": {"weekdays": days(SAT, SUN), "hour": 9},
    "weekend": {"weekdays": days(SAT, SUN)},
    "senin, rabu dan jumat": {"weekdays": days(MON, WED, FRI)},
    "setiap hari Senin dan Kamis": {"weekdays": days(MON, THU)},
    "jum'at": {"weekdays": days(FRI)},
    "ahad jam 8": {"weekdays": days(SUN), "hour": 8},
    "jumat sampai minggu": {"weekdays": days(FRI, SAT, SUN)},
    "sabtu sampai senin": {"weekdays": days(SAT, SUN, MON)},
    "tiap hari kecuali minggu": {"weekdays": ALL - {SUN}},
    "tiap hari selain sabtu dan minggu": {"weekdays": WORK},
    "libur akhir pekan": {"weekdays": WORK},
    "minggu pagi jam 8": {"weekdays": days(SUN), "hour": 8},
    # subjects
    "topik ekonomi dan bola tanpa gosip": {"include": ("ekonomi", "bola"), "exclude": ("gosip",)},
    "topik: ekonomi; olahraga": {"include": ("ekonomi", "olahraga")},
    "tentang harga beras, pemilu, dan KPK": {"include": ("harga beras", "pemilu", "KPK")},
    "berita politik aja dong": {"include": ("politik",)},
    "mau berita soal timnas": {"include": ("timnas",)},
    "topik IHSG & rupiah jam 5 sore": {"include": ("IHSG", "rupiah"), "hour": 17},
    "jam 7 pagi WITA topik ekonomi": {"hour": 7, "zone": WITA, "include": ("ekonomi",)},
    "topik ekonomi senin-jumat": {"include": ("ekonomi",), "weekdays": WORK},
    "topik kasus minggu ini": {"include": ("kasus minggu ini",)},
    "tanpa gosip": {"exclude": ("gosip",)},
    "jangan berita gosip dan zodiak": {"exclude": ("gosip", "zodiak")},
    "ga usah gosip": {"exclude": ("gosip",)},
    "tidak mau berita artis": {"exclude": ("artis",)},
    "topik bola kecuali liga inggris": {"include": ("bola",), "exclude": ("liga inggris",)},
    "semua topik": {"include": ()},
    "topik apa saja": {"include": ()},
    "hapus topik": {"include": ()},
    "tanpa pengecualian": {"exclude": ()},
    "tambah topik banjir": {"add": ("banjir",)},
    "tambahkan topik banjir dan gempa": {"add": ("banjir", "gempa")},
    "hapus topik bola": {"drop": ("bola",)},
    # sound
    "tanpa suara": {"silent": True},
    "jangan bunyi": {"silent": True},
    "matikan suara": {"silent": True},
    "mode senyap": {"silent": True},
    "pakai suara": {"silent": False},
    "dengan suara jam 6": {"silent": False, "hour": 6},
    "nyalakan suara": {"silent": False},
    "tanpa suara, tanpa gosip": {"silent": True, "exclude": ("gosip",)},
    # number
    "maksimal 5 berita": {"limit": 5},
    "5 berita saja": {"limit": 5},
    "lima berita": {"limit": 5},
    "maks 3": {"limit": 3},
    "paling banyak sepuluh berita": {"limit": 10},
    "topik bola 3 berita": {"include": ("bola",), "limit": 3},
    # on and off
    "berhenti": {"is_on": False},
    "stop": {"is_on": False},
    "jangan kirim lagi": {"is_on": False},
    "nonaktifkan langganan": {"is_on": False},
    "nyalakan lagi": {"is_on": True},
    "mulai": {"is_on": True},
    "lanjutkan": {"is_on": True},
    # telling at once
    "kabari langsung": {"alerts_per_day": 3},
    "kabari aku langsung maksimal 5 kali sehari malam juga": {"alerts_per_day": 5, "alerts_at_night": True},
    "2 kabar langsung per hari, jangan malam": {"alerts_per_day": 2, "alerts_at_night": False},
    "topik banjir, kabari langsung": {"include": ("banjir",), "alerts_per_day": 3},
    "tanpa kabar langsung": {"alerts_per_day": 0},
    "matikan kabar langsung": {"alerts_per_day": 0},
    # all of it
    "tolong kirim berita tentang harga beras dan timnas setiap hari kerja jam 6 pagi wib, 5 berita saja ya": {
        "include": ("harga beras", "timnas"),
        "weekdays": WORK,
        "hour": 6,
        "zone": WIB,
        "limit": 5,
    },
    "setiap jumat jam 4 sore waktu papua topik MK tanpa suara": {
        "weekdays": days(FRI),
        "hour": 16,
        "zone": WIT,
        "include": ("MK",),
        "silent": True,
    },
}


@pytest.mark.parametrize(("text", "wanted"), UNDERSTOOD.items(), ids=UNDERSTOOD)
def test_words_are_understood(text: str, wanted: dict[str, Any]) -> None:
    """All of them, and nothing else is changed."""
    assert Changes(**wanted) == read_words(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("jam 25", Problem.NO_SUCH_HOUR),
        ("jam 9 siang", Problem.NO_SUCH_HOUR),
        ("jam 7.30", Problem.NOT_A_WHOLE_HOUR),
        ("jam 7 lewat 15", Problem.NOT_A_WHOLE_HOUR),
        ("jam setengah delapan", Problem.NOT_A_WHOLE_HOUR),
        ("06:45 WIB", Problem.NOT_A_WHOLE_HOUR),
        ("20 berita", Problem.STORIES_OUT_OF_RANGE),
        ("0 berita", Problem.STORIES_OUT_OF_RANGE),
        ("50 kabar langsung", Problem.ALERTS_OUT_OF_RANGE),
        ("topik " + "sangat panjang sekali " * 4, Problem.TOPIC_TOO_LONG),
        ("topik " + ", ".join(f"nama{number}" for number in range(MOST_TOPICS + 1)), Problem.TOO_MANY_TOPICS),
        ("tiap hari kecuali senin sampai minggu", Problem.NO_WEEKDAY_LEFT),
    ],
)
def test_what_cannot_be_done_is_said(text: str, problem: Problem) -> None:
    """And not done by halves."""
    changes = read_words(text)
    assert (problem,) == changes.problems
    assert changes.hour is None
    assert changes.limit is None


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("lorem ipsum", ("lorem ipsum",)),
        ("kirim ke planet mars jam 7", ("planet mars",)),
        ("blabla foo jam 8 bar", ("blabla foo", "bar")),
        ("harga emas", ("harga emas",)),
        ("seminggu sekali", ("seminggu sekali",)),
        ("tiap 2 jam", ("2",)),
        ("besok", ("besok",)),
    ],
)
def test_what_is_not_understood_is_said(text: str, unknown: tuple[str, ...]) -> None:
    """In the words of the person; what stands beside it counts."""
    assert unknown == read_words(text).unknown


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is typed leads to changes that a subscription can have."""
    changes = read_words(text)
    one = changes.apply(subscription(), NOW)
    assert 0 <= one.hour <= 23
    assert one.weekdays
    assert max(len(one.include), len(one.exclude)) <= MOST_TOPICS


_PIECES = st.sampled_from([*UNDERSTOOD, "jam", "topik", "tanpa", "dan", ",", "xyz", "senin", "berita", "setengah", "7"])


@given(st.lists(_PIECES, max_size=6).map(" ".join))
def test_any_mix_of_words_can_be_read(text: str) -> None:
    """In any order, none of it is lost without a word: it changes something, is a problem, or is told as unknown."""
    changes = read_words(text)
    assert all(word in " ".join(text.split()) for word in changes.unknown)
    changes.apply(subscription(), NOW)


@pytest.mark.parametrize(
    ("text", "include", "exclude"),
    [
        ("ekonomi", ("ekonomi",), None),
        ("harga beras, timnas dan MK", ("harga beras", "timnas", "MK"), None),
        ("ekonomi tanpa gosip dan zodiak", ("ekonomi",), ("gosip", "zodiak")),
        ("tanpa gosip, zodiak", None, ("gosip", "zodiak")),
        ("topik bola", ("bola",), None),
        ("Senin ini, jam malam", ("Senin ini", "jam malam"), None),
        ("bola, Bola, BOLA", ("bola",), None),
        ("semua", (), None),
        ("apa saja", (), None),
        ("/ , ;", (), None),
    ],
)
def test_typed_topics(text: str, include: tuple[str, ...] | None, exclude: tuple[str, ...] | None) -> None:
    """What answers the question for subjects is subjects, whatever else the words could mean."""
    changes = read_topics(text)
    assert (include, exclude) == (changes.include, changes.exclude)


def subscription(**changes: Any) -> Subscription:
    return replace(Subscription(owner_id=7, chat_id=7, since=NOW, created_at=NOW), **changes)


def test_topics_are_added_and_dropped() -> None:
    """To and from those that there are, whatever the size of their letters."""
    one = subscription(include=("bola", "MK"), exclude=("gosip",))
    assert ("bola", "MK", "banjir") == read_words("tambah topik banjir").apply(one, NOW).include
    dropped = read_words("hapus topik BOLA dan gosip").apply(one, NOW)
    assert (("MK",), ()) == (dropped.include, dropped.exclude)


def test_whoever_changes_something_wants_it_on() -> None:
    """Only who says stop has it off."""
    off = subscription(is_on=False)
    assert read_words("jam 8").apply(off, NOW).is_on
    assert not read_words("jam 8 stop").apply(off, NOW).is_on
