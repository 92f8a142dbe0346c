"""A chat as a page: what is said, escaped, in the manner of Telegram."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html  # type: ignore[import-untyped]
from telegram_api.entities import format_text
from telegram_api.page import InlineResults, chat_page
from telegram_api.page_text import text_html

BOT = {"id": 7, "is_bot": True, "first_name": "Kutip", "username": "kutip_bot"}
ANI = {"id": 11, "is_bot": False, "first_name": "Ani", "last_name": "Lestari"}
BUDI = {"id": 13, "is_bot": False, "first_name": "Budi"}
PRIVATE = {"id": 11, "type": "private", "first_name": "Ani"}
GROUP = {"id": -100, "type": "supergroup", "title": "Warung Kopi"}
# 24 November 2025, 23.00 in Jakarta.
EVENING = 1_764_000_000
LONG_QUOTE = "<blockquote expandable>" + "satu kalimat panjang dari koran lain. " * 8 + "</blockquote>"


def said(who: dict[str, Any], text: str, chat: dict[str, Any] = PRIVATE, **more: Any) -> dict[str, Any]:
    kept = format_text(text, parse_mode="HTML")
    return {
        "message_id": 1,
        "from": who,
        "chat": chat,
        "date": EVENING,
        "text": kept.text,
        "entities": list(kept.entities),
        **more,
    }


def found(page: str, selector: str) -> list[str]:
    """Texts of the elements with a class, in order."""
    elements = lxml_html.fromstring(page).xpath(f'//*[contains(concat(" ", @class, " "), " {selector} ")]')
    return [" ".join(element.text_content().split()) for element in elements]


def rendered(html: str, **options: Any) -> str:
    kept = format_text(html, parse_mode="HTML")
    return text_html(kept.text, kept.entities, **options)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>satu <i>dua</i></b>", "<b>satu </b><b><i>dua</i></b>"),
        ("&lt;b&gt; &amp;", "&lt;b&gt; &amp;"),
        ('<a href="https://harian.id/?a=1&amp;b=2">x</a>', '<a href="https://harian.id/?a=1&amp;b=2">x</a>'),
        ("harian.id", '<a href="http://harian.id">harian.id</a>'),
        ("/mulai", '<span class="link">/mulai</span>'),
        ("👍 <code>a &lt; b</code>", "👍 <code>a &lt; b</code>"),
        ("a\n<blockquote>b</blockquote>\nc", "a<blockquote>b</blockquote>c"),
        ("<blockquote expandable>pendek</blockquote>", "<blockquote>pendek</blockquote>"),
        ("<tg-spoiler>x</tg-spoiler>", '<span class="spoiler">x</span>'),
    ],
)
def test_text(html: str, expected: str) -> None:
    """Entities become elements, everything else is escaped."""
    assert expected == rendered(html)


@pytest.mark.parametrize(("expanded", "checked"), [(False, False), (True, True)])
def test_long_expandable_quotes_are_collapsed(expanded: bool, checked: bool) -> None:
    """A long expandable quote has a chevron and is collapsed unless asked otherwise."""
    page = rendered(LONG_QUOTE, expanded=expanded)
    assert (True, checked) == ('class="chevron"' in page, '<input type="checkbox" checked>' in page)


def test_odd_entities_are_left_out() -> None:
    """Entities beyond the text, through a character or across each other do no harm."""
    entities = [
        {"type": "bold", "offset": 0, "length": 99},
        {"type": "bold", "offset": 1, "length": 2},
        {"type": "italic", "offset": 2, "length": 2},
        {"type": "code", "offset": 3, "length": 2},
    ]
    assert "👍<i>ab</i>c" == text_html("👍abc", entities)


def test_sides() -> None:
    """Only the messages of the person whose phone it is stand at the right, with ticks."""
    page = chat_page("Kutip", [said(ANI, "siapa?"), said(BOT, "Budi.")], me=11)
    assert (["siapa?23.00"], ["23.00"]) == (found(page, "out"), found(page, "meta")[1:])
    assert 1 == len(found(page, "ticks"))


def test_names_only_in_groups() -> None:
    """In a group the first of a sender's messages in a row bears the name, the last the avatar."""
    messages = [said(who, "halo", GROUP) for who in (BUDI, BUDI, ANI, BOT)]
    page = chat_page("Warung Kopi", messages, me=11)
    assert (["Budi", "Kutip"], ["B", "K"]) == (found(page, "name"), found(page, "small"))
    assert [] == found(chat_page("Kutip", [said(BOT, "a")], me=11), "name")


def test_days_and_times_in_jakarta() -> None:
    """Days are spelled out in Indonesian, a new one begins at midnight in Jakarta."""
    page = chat_page("Kutip", [said(ANI, "a"), said(ANI, "b", date=EVENING + 3600)], me=11)
    assert ["24 November 2025", "25 November 2025"] == found(page, "day")
    assert ["23.00", "00.00"] == found(page, "meta")


def test_replies_edits_and_buttons() -> None:
    """An answer shows what it replies to, that it was edited, and its buttons row by row."""
    keyboard = {
        "inline_keyboard": [[{"text": "Konteks", "callback_data": "k"}], [{"text": "Situs", "url": "https://a.id"}]]
    }
    answer = said(BOT, "Budi.", reply_to_message=said(ANI, "siapa?"), edit_date=EVENING, reply_markup=keyboard)
    page = chat_page("Kutip", [answer], me=11)
    shown = [found(page, name) for name in ("reply", "meta", "keys-row", "web")]
    assert [["Ani Lestarisiapa?"], ["diedit 23.00"], ["Konteks", "Situs"], ["Situs"]] == shown


def test_documents() -> None:
    """A file shows its name, kind, size and caption."""
    document = {"file_id": "a", "file_unique_id": "b", "file_name": "data.json", "file_size": 1536}
    message = {"message_id": 1, "from": BOT, "chat": PRIVATE, "date": EVENING, "document": document, "caption": "Data"}
    page = chat_page("Kutip", [message], me=11)
    assert [["data.json"], ["1,5 KB"], ["Data"]] == [found(page, name) for name in ("label", "size", "text")]


@pytest.mark.parametrize(
    ("happening", "told"),
    [
        ({"new_chat_members": [BOT]}, "Ani Lestari menambahkan Kutip"),
        ({"new_chat_members": [ANI]}, "Ani Lestari bergabung dengan grup"),
        ({"left_chat_member": ANI}, "Ani Lestari keluar dari grup"),
        ({"left_chat_member": BOT}, "Ani Lestari mengeluarkan Kutip"),
        ({"new_chat_title": "<Pos>"}, "Ani Lestari mengganti nama grup menjadi “<Pos>”"),
        ({"forum_topic_created": {"name": "Politik", "icon_color": 1}}, "Ani Lestari membuat topik “Politik”"),
    ],
)
def test_service_messages(happening: dict[str, Any], told: str) -> None:
    """What happens in a group is told in one line in the middle."""
    page = chat_page("Warung", [{"message_id": 1, "from": ANI, "chat": GROUP, "date": EVENING, **happening}])
    assert [told] == found(page, "service")


def test_inline_results() -> None:
    """Results stand above the field with the question, below the button into the private chat."""
    article = {"title": "Warta", "description": "a < b"}
    asked = InlineResults(typed="@kutip_bot siapa", results=[article], button="Tanya")
    page = chat_page("Warung", [], inline=asked)
    shown = [found(page, name) for name in ("result", "about", "typed")]
    assert [["Tanya", "WWartaa < b"], ["a < b"], ["@kutip_bot siapa"]] == shown


def test_typing() -> None:
    """While the bot types the bar says so."""
    assert ["bot sedang mengetik…"] == found(chat_page("Kutip", [], typing=True), "typing")


def shapes(page: str) -> set[tuple[str, ...]]:
    """Each element's name and attributes."""
    return {(str(element.tag), *sorted(element.attrib)) for element in lxml_html.fromstring(page).iter()}


@given(st.text(alphabet="<>&\"'abc/= 👍\n", min_size=1, max_size=30))
def test_nothing_passes_through(text: str) -> None:
    """Whatever people write or are called, no element and no attribute comes from it, and the text is all there."""
    message = {
        "message_id": 1,
        "from": {"id": 5, "is_bot": False, "first_name": "a"},
        "chat": GROUP,
        "date": EVENING,
        "text": "a",
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]},
    }
    odd = {
        **message,
        "from": {"id": 5, "is_bot": False, "first_name": text},
        "text": text,
        "reply_markup": {"inline_keyboard": [[{"text": text, "callback_data": "a"}]]},
    }
    page = chat_page(text, [odd, {**odd, "new_chat_title": text}])
    assert shapes(chat_page("a", [message, {**message, "new_chat_title": "a"}])) == shapes(page)
    assert [" ".join(text.split())] == found(page, "text")


def test_the_page_needs_no_other_file() -> None:
    """Styles and drawings are inside the page."""
    page = chat_page("Kutip", [said(ANI, "a")], me=11)
    assert [] == re.findall(r'(?:src|href)="|@import|url\((?!"data:)', page)


@pytest.mark.parametrize(
    ("arguments", "path", "code", "line"),
    [
        pytest.param([], "", 2, "usage: python -m tests.telegram_api.screenshot PAGE.html OUT.png", id="usage"),
        pytest.param(
            ["a.html", "a.png"],
            "",
            1,
            "no Chromium found: install it (apt-get install chromium) to take pictures",
            id="no browser",
        ),
    ],
)
def test_screenshot_says_why_not(arguments: list[str], path: str, code: int, line: str) -> None:
    """Without a page or a browser the command says so in one line."""
    command = [sys.executable, "-m", "tests.telegram_api.screenshot", *arguments]
    done = subprocess.run(
        command, env={"PATH": path}, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False
    )
    assert (code, f"{line}\n") == (done.returncode, done.stderr)
