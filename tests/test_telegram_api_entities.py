"""Texts become plain text and entities as Telegram makes them."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram_api.entities import EntityError, FormattedText, format_text, parse_html, utf16_len, utf16_slice

KINDS = "b strong i em u ins s strike del code pre blockquote tg-spoiler".split()
INVALID_UNICODE = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)
ANI = {"id": 11, "is_bot": False, "first_name": "Ani"}


def marked(text: str, **options: Any) -> list[tuple[str, str]]:
    """Each entity's type and the text that it covers."""
    plain, entities = parse_html(text, **options)
    return [(entity["type"], utf16_slice(plain, entity["offset"], entity["length"])) for entity in entities]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
        ("B", "bold"),
    ],
)
def test_plain_tags(tag: str, kind: str) -> None:
    """Each tag without attributes marks its text, whatever its case."""
    assert [(kind, "warta")] == marked(f"satu <{tag}>warta</{tag}> dua")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param('<span class="tg-spoiler">x</span>', {"type": "spoiler"}, id="span"),
        pytest.param(
            '<a href="https://Warta.Example/A?b=1&amp;c=2">x</a>',
            {"type": "text_link", "url": "https://warta.example/A?b=1&c=2"},
            id="link",
        ),
        pytest.param(
            "<a href='https://warta.example'>x</a>", {"type": "text_link", "url": "https://warta.example/"}, id="host"
        ),
        pytest.param(
            '<a href="warta.example/a b">x</a>', {"type": "text_link", "url": "http://warta.example/a%20b"}, id="bare"
        ),
        pytest.param(
            '<a href="tg://resolve?domain=kutip">x</a>',
            {"type": "text_link", "url": "tg://resolve?domain=kutip"},
            id="tg",
        ),
        pytest.param("<blockquote expandable>x</blockquote>", {"type": "expandable_blockquote"}, id="expandable"),
        pytest.param(
            "<blockquote expandable=''>x</blockquote>", {"type": "expandable_blockquote"}, id="expandable value"
        ),
        pytest.param(
            '<pre><code class="language-python">x</code></pre>', {"type": "pre", "language": "python"}, id="code in pre"
        ),
        pytest.param(
            '<code class="language-python"><pre>x</pre></code>', {"type": "pre", "language": "python"}, id="pre in code"
        ),
        pytest.param('<code class="language-python">x</code>', {"type": "code"}, id="language of a lone code"),
        pytest.param(
            '<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>',
            {"type": "custom_emoji", "custom_emoji_id": "5368324170671202286"},
            id="emoji",
        ),
        pytest.param(
            '<tg-time unix="1647531900" format="DwT">x</tg-time>',
            {"type": "date_time", "unix_time": 1647531900, "date_time_format": "wDT"},
            id="time",
        ),
        pytest.param('<b class=x data-y="1">x</b>', {"type": "bold"}, id="attributes without meaning"),
    ],
)
def test_tags_with_attributes(html: str, expected: dict[str, Any]) -> None:
    """Attributes that Telegram knows are kept, others mean nothing."""
    assert ("x", [{"offset": 0, "length": 1, **expected}]) == parse_html(html)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("ab <x>c</x>", 'Unsupported start tag "x" at byte offset 3'),
        ("👍 <br>", 'Unsupported start tag "br" at byte offset 5'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("2 <3", "Unclosed start tag at byte offset 2"),
        ("<b>satu", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>satu</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>satu</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("satu</b>", "Unexpected end tag at byte offset 4"),
        ("<b>satu</b", "Unclosed end tag at byte offset 7"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=http://x>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<b/>", 'Unsupported start tag "b/" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        ('<tg-time unix="1" format="q">y</tg-time>', "Invalid date format used"),
        (
            "&#xD83D;",
            INVALID_UNICODE,
        ),
    ],
)
def test_refused_markup(html: str, reason: str) -> None:
    """Broken markup is refused in Telegram's words, with the byte at which the tag begins."""
    with pytest.raises(EntityError) as caught:
        parse_html(html)
    assert f"Bad Request: can't parse entities: {reason}" == str(caught.value)


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("&lt;b&gt; &amp; &quot;", '<b> & "'),
        ("&#39;&#x1F44D;", "'👍"),
        ("&lt 1", "< 1"),
        ("&nbsp;&copy; & &#0; &#x110000;", "&nbsp;&copy; & &#0; &#x110000;"),
        ("<b>satu</>", "satu"),
        ("  \n satu\ndua \n ", "satu\ndua"),
        ("a\tb\r\nc\u202ed", "a b\ncd"),
    ],
)
def test_plain_text(html: str, plain: str) -> None:
    """Only four named references and numbers are decoded; white space is trimmed and cleaned."""
    assert plain == parse_html(html)[0]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("👍<b>a👍</b>", [(2, 3)], id="surrogate pairs"),
        pytest.param("  <b> a </b> ", [(0, 2)], id="trimmed with an entity at the edge"),
        pytest.param("  a <b>b</b>", [(2, 1)], id="moved by trimming"),
        pytest.param("a<b></b><i> </i>", [], id="empty and blank at the end"),
        pytest.param("a\r<b>b\r</b>c", [(1, 1)], id="removed characters"),
    ],
)
def test_offsets(html: str, expected: list[tuple[int, int]]) -> None:
    """Offsets count UTF-16 units of the text as kept."""
    assert expected == [(entity["offset"], entity["length"]) for entity in parse_html(html)[1]]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            "<b>a<i>b</i>c</b>", [("bold", "a"), ("bold", "bc"), ("italic", "b")], id="cut where another begins"
        ),
        pytest.param("<b>a</b><b>b</b>", [("bold", "ab")], id="joined"),
        pytest.param("<b>a<b>b</b></b>", [("bold", "ab")], id="same inside same"),
        pytest.param("<b>a<code>b</code>c</b>", [("bold", "a"), ("code", "b"), ("bold", "c")], id="nothing in code"),
        pytest.param(
            '<b>a <a href="x.id">b</a></b>', [("bold", "a "), ("text_link", "b"), ("bold", "b")], id="link in bold"
        ),
        pytest.param('<a href="x.id">a <a href="y.id">b</a></a>', [("text_link", "a b")], id="no link in a link"),
        pytest.param(
            "<blockquote>a<blockquote>b</blockquote></blockquote>", [("blockquote", "ab")], id="no quote in a quote"
        ),
        pytest.param(
            "<blockquote expandable>a <b>b</b></blockquote>",
            [("expandable_blockquote", "a b"), ("bold", "b")],
            id="bold in a quote",
        ),
    ],
)
def test_nesting(html: str, expected: list[tuple[str, str]]) -> None:
    """Entities are nested, joined and cut as Telegram does."""
    assert expected == marked(html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ketik /mulai atau /tanya@kutip_bot.", [("bot_command", "/mulai"), ("bot_command", "/tanya@kutip_bot")]),
        ("24/2/22 dan/atau <i>/</i>", [("italic", "/")]),
        ("halo @kutip_bot, @abc, @gif", [("mention", "@kutip_bot"), ("mention", "@gif")]),
        ("a@kutip_bot", []),
        ("#berita_1 #2022 x#y", [("hashtag", "#berita_1")]),
        ("$BBCA naik, $abc tidak", [("cashtag", "$BBCA")]),
        ("surat ke redaksi.warta@harian.co.id.", [("email", "redaksi.warta@harian.co.id")]),
        ("lihat https://harian.example/a_(b)?c=1, ya", [("url", "https://harian.example/a_(b)?c=1")]),
        ("(harian.co.id/x)", [("url", "harian.co.id/x")]),
        ("Di Jakarta.Menteri berkata", []),
        ("versi 1.2.3 dan 10.0.0.1", [("url", "10.0.0.1")]),
        ("<code>/mulai</code> <a href='x.id'>harian.id</a>", [("code", "/mulai"), ("text_link", "harian.id")]),
        ("<b>harian.id</b>", [("url", "harian.id"), ("bold", "harian.id")]),
        ("tg://resolve?domain=kutip", [("url", "tg://resolve?domain=kutip")]),
    ],
)
def test_found_entities(text: str, expected: list[tuple[str, str]]) -> None:
    """Commands, mentions, hashtags, cashtags, e-mails and addresses are marked without being asked."""
    assert expected == marked(text)


def test_mention_by_id() -> None:
    """A link to a known person becomes a mention, one to a stranger is dropped."""
    html = '<a href="tg://user?id=11">Ani</a> <a href="tg://user?id=12">Budi</a>'
    expected = FormattedText(
        text="Ani Budi", entities=({"offset": 0, "length": 3, "type": "text_mention", "user": ANI},)
    )
    assert expected == format_text(html, parse_mode="HTML", users={11: ANI})


def test_sent_entities() -> None:
    """Entities that a bot sends in place of markup are checked, cleaned and moved by trimming."""
    sent = [
        {"type": "bold", "offset": 1, "length": 2},
        {"type": "text_link", "offset": 4, "length": 1, "url": "harian.id"},
        {"type": "text_link", "offset": 1, "length": 2, "url": "bukan alamat"},
        {"type": "url", "offset": 0, "length": 2},
    ]
    expected = FormattedText(
        text="👍 b",
        entities=(
            {"offset": 0, "length": 2, "type": "bold"},
            {"offset": 3, "length": 1, "type": "text_link", "url": "http://harian.id/"},
        ),
    )
    assert expected == format_text(" 👍 b", entities=sent)


@pytest.mark.parametrize(
    ("offset", "length", "reason"),
    [
        (9, 1, "entity begins after the end of the text at UTF-16 offset 9"),
        (0, 9, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9"),
        (1, 2, "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (0, 1, "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4"),
        (-1, 1, "receive an entity with incorrect offset -1"),
    ],
)
def test_refused_entities(offset: int, length: int, reason: str) -> None:
    """Entities outside the text or through a character are refused in Telegram's words."""
    with pytest.raises(EntityError) as caught:
        format_text("👍 a", entities=[{"type": "bold", "offset": offset, "length": length}])
    assert f"Bad Request: {reason}" == str(caught.value)


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("", "HTML", "message text is empty"),
        (" \n", None, "text must be non-empty"),
        ("<b></b>", "HTML", "text must be non-empty"),
        ("a" * 32769, None, "text is too long"),
        ("a", "XML", "unsupported parse_mode"),
        ("\ud800", None, "strings must be encoded in UTF-8"),
    ],
)
def test_refused_texts(text: str, mode: str | None, reason: str) -> None:
    """A text that is empty, too long or of an unknown mode is refused in Telegram's words."""
    with pytest.raises(EntityError) as caught:
        format_text(text, parse_mode=mode)
    assert f"Bad Request: {reason}" == str(caught.value)


def test_markdown_is_refused_clearly() -> None:
    """Markdown is not parsed here, and says so."""
    with pytest.raises(EntityError, match="does not parse Markdown"):
        format_text("*a*", parse_mode="MarkdownV2")


def test_empty_caption() -> None:
    """Captions may be empty."""
    assert FormattedText(text="", entities=()) == format_text(" ", allow_empty=True)


@given(st.text(alphabet="ab👍é\n <>&\"'", min_size=1))
def test_escaped_text_comes_back(text: str) -> None:
    """Whatever is escaped reads as it was, but for the white space at its ends."""
    expected = text.strip(" \n")
    assert expected == format_text(escape(text), parse_mode="HTML", allow_empty=True).text


@given(
    st.recursive(
        st.text(alphabet="ab👍 \n/@x.", max_size=4),
        lambda inner: st.tuples(st.sampled_from(KINDS), st.lists(inner, max_size=3)).map(
            lambda node: f"<{node[0]}>{''.join(node[1])}</{node[0]}>"
        ),
        max_leaves=12,
    )
)
def test_entities_are_nested_and_inside_the_text(html: str) -> None:
    """Any well-formed markup gives entities in order, within the text, each pair apart or one inside the other."""
    kept = format_text(html, parse_mode="HTML", allow_empty=True)
    places = [(entity["offset"], entity["offset"] + entity["length"]) for entity in kept.entities]
    assert sorted(places, key=lambda place: (place[0], -place[1])) == places
    assert all(0 <= start < end <= utf16_len(kept.text) for start, end in places)
    assert not [
        (one, other) for one in places for other in places if one[0] < other[0] < one[1] < other[1]
    ]  # no two that cross


@given(st.text(alphabet="<>/ab =\"'&;#x1spreaxpndl\0\t", max_size=40))
def test_any_markup_is_parsed_or_refused(html: str) -> None:
    """Broken markup of any kind is either read or refused, never anything else."""
    try:
        kept = format_text(html, parse_mode="HTML", allow_empty=True)
    except EntityError:
        return
    assert utf16_len(kept.text) <= utf16_len(html)
