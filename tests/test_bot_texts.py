"""Lines and pages that people read."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram_api.entities import parse_html

from bot.types import ChatSettings
from bot.words import admin_texts, texts
from bot.words.admin_texts import StatusFigures
from bot.words.small_talk import SmallTalk
from corpus.types import Article, LoadReport, PublicationTime, Reason, Rejection

MENUS = {
    "private": texts.PRIVATE_COMMANDS,
    "group": texts.GROUP_COMMANDS,
    "group admins": texts.GROUP_ADMIN_COMMANDS,
    "admins": texts.ADMIN_COMMANDS,
}

FIGURES = StatusFigures(
    articles=13_310,
    sentences=254_000,
    outlets=15,
    newest=date(2025, 6, 10),
    index_lag=0,
    answered=120,
    not_found=30,
    p50_ms=41.2,
    p95_ms=1520.0,
    waiting=1,
    unsent=2,
    doubtful=3,
    errors=4,
    chats=50,
    blocked=1,
    likes=7,
    dislikes=2,
    uptime_s=93_784,
)


def plain_lines() -> dict[str, str]:
    """Every line of both modules that stands by itself."""
    return {
        f"{module.__name__}.{name}": value
        for module in (texts, admin_texts)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    }


@pytest.mark.parametrize("menu", MENUS.values(), ids=MENUS)
def test_menus_are_ones_that_telegram_takes(menu: tuple[tuple[str, str], ...]) -> None:
    """Names of 1 to 32 small letters, digits and underscores, each once; descriptions of 1 to 256 characters."""
    names = [name for name, _ in menu]
    assert len(set(names)) == len(names) <= 100
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names)
    assert all(1 <= len(words) <= 256 for _, words in menu)


def test_nobody_else_sees_the_commands_of_admins() -> None:
    """Not in any menu but theirs."""
    secret = {name for name, _ in texts.ADMIN_COMMANDS} - {name for name, _ in texts.PRIVATE_COMMANDS}
    assert {"status", "muat", "hapus", "umpan", "siaran", "blokir"} == secret
    assert not secret & {name for name, _ in (*texts.GROUP_COMMANDS, *texts.GROUP_ADMIN_COMMANDS)}


def test_pages_name_no_command_that_there_is_not() -> None:
    """And none of the admins'."""
    known = {name for name, _ in (*texts.PRIVATE_COMMANDS, *texts.GROUP_ADMIN_COMMANDS)}
    pages = [texts.welcome("Kutip"), texts.help_text("kutip_bot"), texts.privacy(30), texts.greeting_for_group("k_bot")]
    named = {name for page in pages for name in re.findall(r"(?<![<\w/])/([a-z_]+)", page)}
    assert {"tanya", "bantuan", "sumber", "hapus_data"} <= named <= known


@pytest.mark.parametrize(
    "notice",
    [
        texts.BUTTON_TOO_OLD,
        texts.ARTICLE_WITHDRAWN,
        texts.VOTE_UP,
        texts.VOTE_DOWN,
        texts.VOTE_TAKEN_BACK,
        texts.SETTINGS_KEPT,
        texts.ONLY_GROUP_ADMINS,
    ],
)
def test_notices_over_the_chat_are_short(notice: str) -> None:
    """Telegram shows 200 characters."""
    assert 1 <= len(notice) <= 200


@pytest.mark.parametrize("kind", SmallTalk)
def test_small_talk_gets_a_line(kind: SmallTalk) -> None:
    """One for each kind."""
    assert texts.small_talk(kind)


@given(st.text(min_size=1, max_size=64))
def test_pages_are_html_whatever_the_bot_is_called(name: str) -> None:
    """Names are escaped."""
    for page in (texts.welcome(name), texts.help_text(name), texts.privacy(30)):
        assert parse_html(page)[0]


def test_pages_fit_into_one_message() -> None:
    """Nobody reads more."""
    for page in (texts.welcome("Kutip"), texts.help_text("kutip_bot"), texts.privacy(30), admin_texts.status(FIGURES)):
        assert len(page) <= 4096


def test_privacy_says_how_long() -> None:
    """By the setting."""
    assert "selama 45 hari" in texts.privacy(45)


@pytest.mark.parametrize("line", plain_lines().values(), ids=plain_lines())
def test_lines_are_plain_and_speak_to_one_person(line: str) -> None:
    """Without marks of HTML, and never with "Anda" beside "kamu"."""
    assert line == line.strip()
    assert not re.search(r"[<>&]|\banda\b|\bsaya\b", line, re.IGNORECASE)


@pytest.mark.parametrize(
    ("settings", "page"),
    [
        (
            ChatSettings(),
            "Pengaturan grup ini\n\nMenjawab: kalau disebut, dibalas, atau lewat /tanya\nMencari di: semua artikel",
        ),
        (
            ChatSettings(answers_mentions=False, since_days=30),
            "Pengaturan grup ini\n\nMenjawab: hanya lewat /tanya\nMencari di: 30 hari terakhir",
        ),
        (
            ChatSettings(since_days=14),
            "Pengaturan grup ini\n\nMenjawab: kalau disebut, dibalas, atau lewat /tanya\nMencari di: 14 hari terakhir",
        ),
    ],
)
def test_the_settings_of_a_group_are_told_in_words(settings: ChatSettings, page: str) -> None:
    """When it answers, and what it searches."""
    assert page == texts.group_settings(settings)


def test_the_state_is_told_in_words() -> None:
    """Figures as Indonesians write them."""
    lines = admin_texts.status(FIGURES).split("\n")
    assert "Arsip: 13.310 artikel, 254.000 kalimat" == lines[0]
    assert "Waktu jawab: p50 41 ms, p95 1,5 detik" in lines
    assert "Aktif selama: 1 hari 2 jam" == lines[-1]


@pytest.mark.parametrize("reason", Reason)
def test_each_rejection_has_words(reason: Reason) -> None:
    """With the input that it is about, on one line."""
    words = admin_texts.rejection(Rejection(origin="a.txt\nb", reason=reason, detail="12"))
    assert re.fullmatch(r"a\.txt b: .+ \(12\)", words)


def test_a_load_is_reported() -> None:
    """Counts first, then the first rejections, then how many more."""
    report = LoadReport(
        added=1200,
        sentences=30_000,
        took_s=61.0,
        rejected=[Rejection(origin=f"{number}.txt", reason=Reason.NO_DATE) for number in range(12)],
    )
    lines = admin_texts.load_report(report).split("\n")
    assert ["Selesai dimuat.", "", "Baru: 1.200"] == lines[:3]
    assert "Lama: 1 menit 1 detik" in lines
    assert ["• 9.txt: tanggal terbitnya tidak ditemukan", "dan 2 lagi"] == lines[-2:]


def test_long_addresses_leave_room_for_the_report() -> None:
    """They are cut in the chat; the file has them whole."""
    rejected = [Rejection(origin=f"https://warta.example/{'a' * 2000}", reason=Reason.NO_DATE) for _ in range(12)]
    text = admin_texts.load_report(LoadReport(rejected=rejected))
    assert len(text) < 4096
    assert text.endswith("dan 2 lagi")
    assert "a" * 2000 in admin_texts.rejections_file(rejected)


def test_many_who_are_blocked_are_counted() -> None:
    """A list of hundreds would be longer than a message can be."""
    text = admin_texts.blocked_list(range(10**9, 10**9 + 500))
    assert len(text) < 4096
    assert text.endswith("dan 300 lagi")


def test_a_load_of_nothing_says_so() -> None:
    """Rather than that it is done."""
    assert admin_texts.load_report(LoadReport()).startswith(admin_texts.LOAD_NOTHING)


def test_an_article_is_named_before_it_is_deleted() -> None:
    """So that the right one goes."""
    made = Article(
        id="a1",
        title="Jembatan\u202e Dibuka",
        source="Warta Nusa",
        published_at=PublicationTime.from_iso("2022-02-24"),
        body="",
    )
    assert "Hapus artikel ini dari arsip?\n\nJembatan Dibuka\nWarta Nusa, 24 Februari 2022" == (
        admin_texts.delete_question(made)
    )


def test_a_broadcast_is_reported() -> None:
    """Only what there is to tell."""
    assert "Siaran selesai: terkirim ke 1.250 chat.\nSudah tidak bisa dikirimi: 3" == admin_texts.broadcast_report(
        sent=1250, gone=3, failed=0, doubtful=0
    )
