"""Answers, articles and the corpus as Telegram shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hostile_words import LONG, URLS, WORDS
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_api.entities import parse_html, utf16_len, utf16_slice

from bot.words import texts
from bot.words.markup import MAX_ENTITIES, MAX_UNITS, Part
from bot.words.render import (
    answer_parts,
    context_part,
    corpus_parts,
    inline_article,
    latest_parts,
    limits_in_words,
    most_shown,
    shortened,
    sources_part,
)
from corpus.types import Article, PublicationTime, Sentence, SourceCount, StoreCounts
from retrieval.types import Answer, Citation, Filter, Status

JAKARTA = ZoneInfo("Asia/Jakarta")


def article(number: int = 1, **fields: Any) -> Article:
    """An invented article."""
    given = {
        "id": f"a{number}",
        "title": "Jembatan Sukamaju Dibuka",
        "source": "Warta Nusa",
        "published_at": PublicationTime.from_iso("2022-02-24T09:15:00+07:00"),
        "url": f"https://wartanusa.example/{number}",
        "body": "",
    }
    return Article(**(given | fields))


def citation(text: str = "Jembatan itu dibuka pada Kamis pagi.", **fields: Any) -> Citation:
    """A quotation from it."""
    return Citation(**({"text": text, "score": 0.8, "article": article(), "position": 1} | fields))


def answer(*citations: Citation, **fields: Any) -> Answer:
    """What the question about the bridge got."""
    given: dict[str, Any] = {
        "id": "q",
        "question": "kapan jembatan dibuka?",
        "status": Status.ANSWERED,
        "confidence": 0.8,
        "answers": citations,
    }
    return Answer(**(given | fields))


def not_found(*citations: Citation, **fields: Any) -> Answer:
    """What a question without an answer got."""
    return answer(*citations, status=Status.NOT_FOUND, **fields)


def shown(part: Part) -> str:
    """What a person reads."""
    return parse_html(part.html)[0]


def marked(part: Part, kind: str) -> list[str]:
    """The stretches of a message that have a mark."""
    text, entities = parse_html(part.html)
    return [utf16_slice(text, one["offset"], one["length"]) for one in entities if one["type"] == kind]


def links(part: Part) -> list[str]:
    """The addresses that a message links, each once."""
    return list(dict.fromkeys(one["url"] for one in parse_html(part.html)[1] if one["type"] == "text_link"))


# an answer


def test_the_answering_words_are_bold() -> None:
    """The span of the best sentence, and nothing else of it."""
    (part,) = answer_parts(answer(citation(span=(25, 36))))
    assert ["Kamis pagi."] == marked(part, "bold")


def test_an_answer_names_source_day_time_and_headline() -> None:
    """Below the sentence; outlet and headline lead to the article."""
    (part,) = answer_parts(answer(citation()))
    assert (
        "Jembatan itu dibuka pada Kamis pagi.\n\n— Warta Nusa, Kamis, 24 Februari 2022, 09.15 WIB\n"
        "Jembatan Sukamaju Dibuka" == shown(part)
    )
    assert ["https://wartanusa.example/1"] == links(part)


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2022-02-24", "Kamis, 24 Februari 2022"),
        ("2022-02-24T09:15:00+08:00", "Kamis, 24 Februari 2022, 09.15 WITA"),
        ("2022-02-24T09:15:00+09:00", "Kamis, 24 Februari 2022, 09.15 WIT"),
        ("2022-02-24T20:15:00+00:00", "Jumat, 25 Februari 2022, 03.15 WIB"),
    ],
)
def test_days_are_spelled_out(published: str, words: str) -> None:
    """A time in a zone of Indonesia stays as printed, another is told in the reader's; none is made up."""
    made = citation(article=article(published_at=PublicationTime.from_iso(published)))
    assert f"— Warta Nusa, {words}" == shown(answer_parts(answer(made), zone=JAKARTA)[0]).split("\n")[2]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "tg://user?id=7",
        "ftp://warta.example/a",
        "https://",
        "https://a b.example",
        "http://[::1",
        "https://warta.example:notaport/",
        "https://bank.example@warta.example/",
        "https://warta.example/" + "a" * 3000,
    ],
)
def test_what_is_no_web_address_is_not_linked(url: str | None) -> None:
    """The headline stands there all the same."""
    (part,) = answer_parts(answer(citation(article=article(url=url))))
    assert [] == links(part)
    assert "Jembatan Sukamaju Dibuka" == shown(part).split("\n")[-1]


def test_an_address_with_marks_of_html_stays_whole() -> None:
    """Quotes and ampersands do not end the attribute."""
    url = 'https://warta.example/a?b="1"&c=<2>'
    (part,) = answer_parts(answer(citation(article=article(url=url))))
    assert [url] == [link.replace("%22", '"').replace("%3C", "<").replace("%3E", ">") for link in links(part)]


def test_other_outlets_of_the_story_are_named() -> None:
    """Each once, with a link; the source itself is not named again."""
    also = (
        article(2, source="Kabar Timur"),
        article(3, source="Kabar Timur"),
        article(4),
        article(5, source="Harian Laut", url=None),
    )
    (part,) = answer_parts(answer(citation(also=also)))
    assert "juga: Kabar Timur, Harian Laut" == shown(part).split("\n")[-1]
    assert "https://wartanusa.example/2" in links(part)


def test_copies_in_the_same_outlet_are_not_named() -> None:
    """A line that names nobody is left out."""
    (part,) = answer_parts(answer(citation(also=(article(2),))))
    assert "Jembatan Sukamaju Dibuka" == shown(part).split("\n")[-1]


def test_many_outlets_are_counted() -> None:
    """Four are named, the others counted."""
    also = tuple(article(number, source=f"Koran {number}") for number in range(2, 9))
    (part,) = answer_parts(answer(citation(also=also)))
    assert "juga: Koran 2, Koran 3, Koran 4, Koran 5, dan 3 media lain" == shown(part).split("\n")[-1]


def test_further_sentences_stand_in_a_quotation_to_open() -> None:
    """With their sources, as many as are on show."""
    others = [citation(f"Kalimat {number}.", article=article(number), span=(0, 7)) for number in range(2, 6)]
    (part,) = answer_parts(answer(citation(), *others), shown=3)
    credit = "— Warta Nusa, Kamis, 24 Februari 2022, 09.15 WIB"
    assert [f"Kalimat 2.\n{credit}\n\nKalimat 3.\n{credit}"] == marked(part, "expandable_blockquote")
    assert [] == marked(part, "bold")


def test_sentences_of_one_article_share_its_line() -> None:
    """Neighbours are told once where they are from; those of the article above, that they are."""
    first, second = citation(), citation("Kalimat 2.")
    third, fourth = (citation(text, article=article(2)) for text in ("Kalimat 3.", "Kalimat 4."))
    (part,) = answer_parts(answer(first, second, third, fourth), shown=4)
    assert [
        "Kalimat 2.\n— artikel yang sama\n\nKalimat 3.\n\nKalimat 4.\n— Warta Nusa, Kamis, 24 Februari 2022, 09.15 WIB"
    ] == marked(part, "expandable_blockquote")


def test_as_many_sentences_as_fit_into_a_message_are_told() -> None:
    """An edit can only show one message."""
    made = answer(*(citation("panjang " * 50, article=article(number)) for number in range(10)))
    most = most_shown(made)
    assert 1 == len(answer_parts(made, shown=most))
    assert 1 < len(answer_parts(made, shown=most + 1))


# no answer


def test_no_answer_is_said_first() -> None:
    """Then what to try."""
    (part,) = answer_parts(not_found())
    assert f"{texts.NOT_FOUND}\n\n{texts.HINT}" == shown(part)


def test_near_sentences_are_offered_as_perhaps_related() -> None:
    """Never with an answer marked in them."""
    (part,) = answer_parts(not_found(citation(span=(0, 8))))
    assert "Mungkin terkait:" in shown(part)
    assert [] == marked(part, "bold")
    assert marked(part, "expandable_blockquote")[0].startswith("Jembatan itu dibuka")


def test_sentences_with_nothing_in_common_are_not_offered() -> None:
    """A score of 0 is no nearness."""
    (part,) = answer_parts(not_found(citation(score=0.0)))
    assert f"{texts.NOT_FOUND}\n\n{texts.HINT}" == shown(part)


def test_limits_of_the_search_are_told() -> None:
    """A period and a source that were understood, in words."""
    where = Filter(sources=frozenset({"Warta Nusa"}), since=date(2025, 6, 1))
    (part,) = answer_parts(not_found(filter=where))
    assert "Yang dicari hanya artikel di Warta Nusa sejak 1 Juni 2025." == shown(part).split("\n")[1]


def test_sentences_from_beyond_the_limits_are_told_apart() -> None:
    """They were asked to be left out."""
    (part,) = answer_parts(not_found(citation(), filter=Filter(since=date(2025, 6, 1))))
    assert texts.RELATED_OUTSIDE in shown(part)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (Filter(), ""),
        (Filter(sources=frozenset({"B", "A"})), "di A dan B"),
        (Filter(sources=frozenset({"B", "A", "C"})), "di A, B, dan C"),
        (Filter(until=date(2025, 6, 3)), "sampai 3 Juni 2025"),
        (Filter(since=date(2025, 6, 1), until=date(2025, 6, 3)), "dari 1 sampai 3 Juni 2025"),
        (Filter(since=date(2024, 12, 30), until=date(2025, 1, 2)), "dari 30 Desember 2024 sampai 2 Januari 2025"),
        (Filter(since=date(2025, 6, 3), until=date(2025, 6, 3)), "pada Selasa, 3 Juni 2025"),
        (Filter(since=date(2025, 6, 9), until=date(2025, 6, 12)), "sejak 9 Juni 2025"),
        (Filter(since=date(2025, 6, 10), until=date(2025, 6, 12)), "pada Selasa, 10 Juni 2025"),
    ],
)
def test_limits_read_like_words(where: Filter, words: str) -> None:
    """A period that has not ended is told without its end."""
    assert words == limits_in_words(where, today=date(2025, 6, 10))


# side views, lists, inline results


def sentences(*texts_of: str) -> list[Sentence]:
    """Sentences of an article, two in each paragraph."""
    return [
        Sentence(article_id="a1", version=1, position=place, paragraph=place // 2, text=text)
        for place, text in enumerate(texts_of)
    ]


def test_a_context_marks_the_quoted_sentence() -> None:
    """Among those around it, paragraph by paragraph, under the headline."""
    part = context_part(citation("Dua."), sentences("Satu.", "Dua.", "Tiga."))
    assert "Satu. Dua.\n\nTiga." == shown(part).split("\n", 3)[3]
    assert ["Jembatan Sukamaju Dibuka", "Dua."] == marked(part, "bold")


def test_a_context_that_is_too_long_loses_its_ends() -> None:
    """The quoted sentence stays."""
    around = sentences(*(f"Kalimat {number} " + "panjang " * 100 for number in range(9)))
    part = context_part(citation(around[4].text, position=4), around)
    assert utf16_len(shown(part)) <= MAX_UNITS
    assert marked(part, "bold")[1].startswith("Kalimat 4")


def test_sources_list_the_story_with_days_and_links() -> None:
    """All outlets of it."""
    part = sources_part(citation(also=(article(2, source="Kabar Timur", title="Jembatan Akhirnya Dibuka"),)))
    assert "Jembatan Akhirnya Dibuka\n— Kabar Timur, Kamis, 24 Februari 2022, 09.15 WIB" in shown(part)
    assert ["https://wartanusa.example/1", "https://wartanusa.example/2"] == links(part)


def test_a_story_of_one_outlet_says_so() -> None:
    """Rather than showing an empty list."""
    assert shown(sources_part(citation())).endswith(texts.ONLY_SOURCE)


def test_sources_that_do_not_fit_are_counted() -> None:
    """One message, whatever the story."""
    also = tuple(article(number, title=f"{number} " + "panjang " * 30) for number in range(2, 40))
    part = sources_part(citation(also=also))
    listed = len(links(part)) - 1
    assert shown(part).endswith(f"dan {len(also) - listed} artikel lain")
    assert 0 < listed < len(also)


def test_the_newest_articles_are_listed() -> None:
    """With source, day and link."""
    (part,) = latest_parts([article(2), article(1)])
    assert ["https://wartanusa.example/2", "https://wartanusa.example/1"] == links(part)
    assert ["Artikel terbaru"] == marked(part, "bold")


def test_the_corpus_is_described() -> None:
    """Its size, its span of days, its outlets."""
    sources = [
        SourceCount(source="Warta Nusa", articles=1200, first=date(2022, 2, 24), last=date(2025, 6, 10)),
        SourceCount(source="Kabar Timur", articles=1, first=date(2021, 1, 2), last=date(2021, 1, 2)),
    ]
    (part,) = corpus_parts(StoreCounts(articles=1201, sentences=9000), sources)
    assert (
        "1.201 artikel dari 2 media\nDari 2 Januari 2021 sampai 10 Juni 2025\n"
        "Artikel paling baru: Selasa, 10 Juni 2025\n\n"
        "Warta Nusa: 1.200 artikel, 24 Februari 2022 sampai 10 Juni 2025\n"
        "Kabar Timur: 1 artikel, 2 Januari 2021" == shown(part)
    )


def test_an_empty_corpus_says_so() -> None:
    """There is nothing to list."""
    empty = [Part.of_text(texts.NOTHING_LOADED)]
    assert empty == corpus_parts(StoreCounts(articles=0, sentences=0), []) == latest_parts([])


def test_an_inline_result_repeats_the_question() -> None:
    """So that others in the chat know what is answered."""
    made = inline_article(citation(span=(25, 36)), "kapan <jembatan> dibuka?")
    assert "Jembatan Sukamaju Dibuka" == made.title
    assert "Warta Nusa, 24 Februari 2022 · Jembatan itu dibuka pada Kamis pagi." == made.description
    part = Part(html=made.html, plain="")
    assert ["Tanya: kapan <jembatan> dibuka?"] == marked(part, "italic")
    assert ["Kamis pagi."] == marked(part, "bold")


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("satu dua", 8, "satu dua"), ("satu dua tiga", 10, "satu dua…"), ("satuduatiga", 5, "satu…"), ("", 3, "")],
)
def test_long_words_for_a_list_are_cut(text: str, limit: int, short: str) -> None:
    """Between words where there are any."""
    assert short == shortened(text, limit)


# whatever the words are

FEW = settings(max_examples=25)
TIMES = st.sampled_from(
    ["2022-02-24", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2022-02-24T09:15:00Z"]
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article of any words."""
    return article(
        draw(st.integers(min_value=1, max_value=3)),
        title=draw(LONG),
        source=draw(WORDS),
        url=draw(URLS),
        published_at=PublicationTime.from_iso(draw(TIMES)),
    )


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """A citation of any words, with any span."""
    text = draw(LONG)
    ends = sorted(draw(st.lists(st.integers(min_value=0, max_value=len(text) + 2), min_size=2, max_size=2)))
    return citation(
        text,
        span=draw(st.sampled_from([None, (ends[0], ends[1])])),
        score=draw(st.sampled_from([0.0, 0.4])),
        article=draw(articles()),
        position=draw(st.integers(min_value=0, max_value=5)),
        also=tuple(draw(st.lists(articles(), max_size=6))),
    )


ANSWERS = st.builds(
    lambda found, status, question: replace(answer(*found), status=status, question=question),
    st.lists(citations(), max_size=5),
    st.sampled_from(Status),
    WORDS,
)


def check(part: Part) -> None:
    """A message that Telegram takes, within its limits, with the same words in both forms."""
    text, entities = parse_html(part.html)
    assert text.strip()
    assert utf16_len(text) <= MAX_UNITS
    assert sum(part.html.count(tag) for tag in ("<b>", "<i>", "<a ", "<blockquote ")) <= MAX_ENTITIES
    assert not set("\u202e\u2066\0\u2028\r") & set(text + part.plain)
    addresses = [one["url"] for one in entities if one["type"] == "text_link"]
    assert all(address.startswith(("http://", "https://")) for address in addresses)
    assert "<blockquote expandable>" not in part.plain


@FEW
@given(ANSWERS, st.integers(min_value=0, max_value=6))
def test_any_answer_is_made_of_messages_that_telegram_takes(made: Answer, count: int) -> None:
    """Whatever stands in articles and questions."""
    parts = answer_parts(made, shown=count)
    assert parts
    for part in parts:
        check(part)


@FEW
@given(citations(), WORDS)
def test_any_side_view_and_inline_result_is_one_that_telegram_takes(made: Citation, question: str) -> None:
    """One message each."""
    check(context_part(made, sentences(made.text, "Satu.", made.text)))
    check(sources_part(made))
    check(Part(html=inline_article(made, question).html, plain=""))


@FEW
@given(st.lists(articles(), max_size=12))
def test_any_list_of_articles_is_one_that_telegram_takes(made: list[Article]) -> None:
    """In as many messages as it needs."""
    for part in latest_parts(made):
        check(part)
