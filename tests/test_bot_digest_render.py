"""How a digest looks."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from news_days import FLOOD, ZONE, dispatch, told_by
from telegram_api.entities import parse_html, utf16_len

from bot.digests.digest import DigestStory, Quote
from bot.words.digest_render import QUIET, QUIET_TOPICS, digest_parts

DAY = date(2025, 6, 10)


def story_of(title: str, *sources: str, text: str = FLOOD[0]) -> DigestStory:
    """A story that some outlets tell."""
    members = told_by(1, (text, *FLOOD[1:]), *sources, title=title)
    return DigestStory(
        headline=title,
        quotes=tuple(Quote(sentence=member.sentences[0], article=member.article) for member in members[:2]),
        outlets=tuple(member.article for member in members),
        article_ids=tuple(member.article.id for member in members),
    )


def test_a_digest_has_its_day_numbers_quotations_and_links() -> None:
    """The day is spelled out, stories are numbered, sentences stand in a quotation, outlets are links with times."""
    (part,) = digest_parts([story_of("Banjir di Kampung Melati", "Warta Nusa", "Harian Kita")], day=DAY, zone=ZONE)
    text, entities = parse_html(part.html)
    assert "Selasa, 10 Juni 2025" in text
    assert "1. Banjir di Kampung Melati" in text
    assert "Warta Nusa (08.00), Harian Kita (08.00)" in text
    kinds = [entity["type"] for entity in entities]
    assert kinds.count("expandable_blockquote") == 1
    assert kinds.count("text_link") == 2


def test_many_outlets_are_counted() -> None:
    """No more than six outlets are named."""
    (part,) = digest_parts([story_of("Banjir", *(f"Media {number}" for number in range(9)))], day=DAY, zone=ZONE)
    assert "dan 3 media lain" in part.plain


def test_a_long_digest_is_parted_between_stories() -> None:
    """Every message begins with the day or with a story's number."""
    stories = [story_of(f"Kabar {number}", "Warta Nusa", "Harian Kita", text="Air naik. " * 60) for number in range(12)]
    parts = digest_parts(stories, day=DAY, zone=ZONE)
    assert len(parts) > 1
    assert all(part.plain[0] in "K123456789" for part in parts)
    assert all(utf16_len(parse_html(part.html)[0]) <= 4096 for part in parts)


def test_a_headline_is_short_and_never_empty() -> None:
    """What a crawler took for one may be a whole paragraph, or nothing."""
    stories = [story_of("Banjir melanda " * 100, "Warta Nusa"), story_of("", "")]
    (part,) = digest_parts(stories, day=DAY, zone=ZONE)
    assert "\n2. Tanpa judul\n" in part.plain
    assert "Tanpa nama media" in part.plain
    assert all(len(shown) < 250 for shown in part.plain.split("\n") if shown.startswith("1. "))


def test_a_quiet_day_says_so_briefly() -> None:
    """Without stories there is one line, another one where topics were chosen."""
    (quiet,), (chosen,) = digest_parts([], day=DAY, zone=ZONE), digest_parts([], day=DAY, zone=ZONE, has_topics=True)
    assert quiet.plain.endswith(QUIET)
    assert chosen.plain.endswith(QUIET_TOPICS)


@given(st.text(max_size=300), st.text(min_size=1, max_size=40))
def test_any_words_are_shown_as_words(title: str, source: str) -> None:
    """Nothing in a headline or a name is taken for a tag."""
    story = story_of("Banjir", "Warta Nusa")
    article = dispatch(7, title, FLOOD, source=source).article
    odd = DigestStory(headline=title, quotes=story.quotes, outlets=(article,), article_ids=("a7",))
    for part in digest_parts([odd], day=DAY, zone=ZONE):
        parse_html(part.html)
