"""Answers, articles and the corpus as messages. Pure; everything that is quoted is escaped where it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.words import texts
from bot.words.markup import BLANK, BLANK_QUOTED, Line, Part, Run, escape, line, pack, split_runs, tidy
from corpus.dating.spelled_dates import publication_words, short_day, spelled_out, spelled_period
from corpus.types import Article, Sentence, SourceCount, StoreCounts
from retrieval.types import Answer, Citation, Filter, Status

__all__ = [
    "InlineText",
    "Part",
    "answer_parts",
    "context_part",
    "corpus_parts",
    "escape",
    "headline",
    "inline_article",
    "latest_parts",
    "limits_in_words",
    "most_shown",
    "not_found_parts",
    "outlet",
    "sources_part",
]

JAKARTA = ZoneInfo("Asia/Jakarta")
"""Zone of times that name no zone of Indonesia, unless another is set."""

ALSO_NAMED = 4
"""Outlets of the same story that are named under a quotation; all of them stand behind the button."""

SOURCES_LISTED = 25
"""Articles of a story, or outlets of the corpus, that one message lists."""

LONGEST_HEADLINE = 200
"""Characters of a headline; longer ones are first paragraphs that a crawler took for it."""

LONGEST_TITLE, LONGEST_DESCRIPTION = 120, 240
"""Characters of an inline result: a client shows one line of the title and two or three of the description."""

LONGEST_QUESTION = 200
"""Characters of a question that is repeated above its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineText:
    """An inline result: what is seen in the list, and what is sent when it is chosen.

    :param html: of one message.
    """

    title: str
    description: str
    html: str


def answer_parts(answer: Answer, *, shown: int = 3, zone: ZoneInfo = JAKARTA, today: date | None = None) -> list[Part]:
    """An answer as messages: the best sentence with the answering words marked, its source, and further sentences.

    :param shown: citations on show.
    :param zone: of times that name no zone of Indonesia.
    :param today: so that a limit which has not ended yet is not told as if it had.
    :return: at least one.
    """
    if answer.status is Status.NOT_FOUND or not answer.answers:
        return not_found_parts(answer, shown=shown, zone=zone, today=today)
    first, *further = answer.answers[: max(1, shown)]
    lines = [_quotation(first), BLANK, *_credit(first, zone)]
    if further:
        lines += [BLANK, *_quoted(further, zone, told=first.article)]
    return pack(lines)


def most_shown(answer: Answer, *, zone: ZoneInfo = JAKARTA) -> int:
    """How many of an answer's citations fit into one message, at least 1; more cannot be shown by editing it."""
    count = len(answer.answers)
    while count > 1 and len(answer_parts(answer, shown=count, zone=zone)) > 1:
        count -= 1
    return max(1, count)


def not_found_parts(
    answer: Answer, *, shown: int = 3, zone: ZoneInfo = JAKARTA, today: date | None = None
) -> list[Part]:
    """That there is no answer, where it was looked for, what is perhaps related, and what to try.

    :param shown: related sentences at most; those that have next to nothing in common with the question (score 0)
        are left out.
    """
    limits = limits_in_words(answer.filter, today=today)
    lines = [line(texts.NOT_FOUND)]
    if limits:
        lines.append(line(texts.searched_only(limits)))
    near = [citation for citation in answer.answers if citation.score > 0][: max(0, shown)]
    if near:
        outside = not any(_is_allowed(answer.filter, citation.article) for citation in near)
        heading = texts.RELATED_OUTSIDE if outside else texts.RELATED
        lines += [BLANK, line(Run(text=heading, italic=True)), *_quoted(near, zone)]
    lines += [BLANK, line(texts.HINT_LIMITED if limits else texts.HINT)]
    return pack(lines)


def limits_in_words(where: Filter, *, today: date | None = None) -> str:
    """What a filter allows, or "" for one that allows all.

    >>> limits_in_words(Filter(sources=frozenset({"Warta Nusa"}), since=date(2025, 6, 1)))
    'di Warta Nusa sejak 1 Juni 2025'
    """
    until = where.until
    if until is not None and today is not None and until >= today:
        until = None if where.since != today else today
    names = _listed(sorted(map(tidy, where.sources)))
    return " ".join(part for part in (f"di {names}" if names else "", spelled_period(where.since, until)) if part)


def context_part(citation: Citation, sentences: Sequence[Sentence], *, zone: ZoneInfo = JAKARTA) -> Part:
    """The quoted sentence, marked, among those around it.

    :param sentences: of the article, in reading order; the farthest are left out where not all fit.
    """
    near = sorted(sentences, key=lambda one: abs(one.position - citation.position))
    head = [_title(citation.article, bold=True), _source_line(citation.article, zone), BLANK]

    def passage(count: int) -> list[Line]:
        kept = sorted(near[:count], key=lambda one: one.position)
        return [*head, *_passage(citation, kept)]

    return _as_many_as_fit(passage, len(near))


def _passage(citation: Citation, sentences: Sequence[Sentence]) -> list[Line]:
    """Paragraphs of the article, the quoted sentence in bold."""
    if not any(one.position == citation.position for one in sentences):
        return [line(Run(text=citation.text, bold=True))]
    lines: list[Line] = []
    for _, group in groupby(sentences, key=lambda one: one.paragraph):
        runs: list[Run | str] = []
        for one in group:
            runs += [*([" "] if runs else []), Run(text=one.text, bold=one.position == citation.position)]
        lines += [*([BLANK] if lines else []), line(*runs)]
    return lines


def sources_part(citation: Citation, *, zone: ZoneInfo = JAKARTA) -> Part:
    """All articles of the story, with their dates and links; those that do not fit are counted."""
    others = citation.also

    def listed(count: int) -> list[Line]:
        lines = _entry(citation.article, zone)
        lines += [BLANK, line(Run(text=texts.SAME_STORY, bold=True)) if others else line(texts.ONLY_SOURCE)]
        for article in others[:count]:
            lines += [BLANK, *_entry(article, zone)]
        if count < len(others):
            lines += [BLANK, line(texts.more_articles(len(others) - count))]
        return lines

    return _as_many_as_fit(listed, min(len(others), SOURCES_LISTED))


def _as_many_as_fit(lines_of: Callable[[int], list[Line]], count: int) -> Part:
    """One message of as many things as it has room for, `count` at most."""
    while count > 0 and len(pack(lines_of(count))) > 1:
        count -= 1
    return pack(lines_of(count))[0]


def latest_parts(articles: Sequence[Article], *, zone: ZoneInfo = JAKARTA) -> list[Part]:
    """The newest articles with links.

    :param articles: newest first.
    """
    if not articles:
        return [Part.of_text(texts.NOTHING_LOADED)]
    lines = [line(Run(text=texts.LATEST, bold=True))]
    for article in articles:
        lines += [BLANK, *_entry(article, zone)]
    return pack(lines)


def corpus_parts(counts: StoreCounts, sources: Sequence[SourceCount]) -> list[Part]:
    """What the corpus holds: articles, outlets, days.

    :param sources: most articles first.
    """
    if not sources:
        return [Part.of_text(texts.NOTHING_LOADED)]
    first = min(source.first for source in sources)
    last = max(source.last for source in sources)
    lines = [
        line(Run(text=texts.corpus_size(counts.articles, len(sources)), bold=True)),
        line(spelled_period(first, last)[:1].upper() + spelled_period(first, last)[1:]),
        line(texts.newest_article(spelled_out(last))),
        BLANK,
    ]
    lines += [
        line(Run(text=source.source, bold=True), f": {texts.number(source.articles)} artikel, {_span(source)}")
        for source in sources[:SOURCES_LISTED]
    ]
    left = sources[SOURCES_LISTED:]
    if left:
        lines.append(line(texts.other_outlets(len(left), sum(source.articles for source in left))))
    return pack(lines)


def inline_article(citation: Citation, question: str, *, zone: ZoneInfo = JAKARTA) -> InlineText:
    """A citation as an inline result.

    :param question: as it was asked; it is repeated above the quotation, so that others in the chat know it.
    """
    article = citation.article
    asked = shortened(tidy(question).strip(), LONGEST_QUESTION)
    lines = [line(Run(text=f"{texts.INLINE_QUESTION} {asked}", italic=True)), BLANK] if asked else []
    part = pack([*lines, _quotation(citation), BLANK, *_credit(citation, zone)])[0]
    return InlineText(
        title=shortened(tidy(article.title).strip() or texts.UNTITLED, LONGEST_TITLE),
        description=shortened(
            f"{tidy(article.source)}, {short_day(article.published_at.day)} · {tidy(citation.text)}",
            LONGEST_DESCRIPTION,
        ),
        html=part.html,
    )


def shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters, cut between words.

    >>> shortened("satu dua tiga", 10)
    'satu dua…'
    """
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:-–—") + "…"


def _quotation(citation: Citation) -> Line:
    """The sentence, the answering words in bold."""
    runs: tuple[Run, ...] = (Run(text=citation.text),)
    if citation.span:
        start, end = citation.span
        before, rest = split_runs(runs, start)
        answering, after = split_runs(rest, max(0, end - start))
        runs = (*before, *(Run(text=run.text, bold=True) for run in answering), *after)
    return line(*runs)


def _credit(citation: Citation, zone: ZoneInfo) -> list[Line]:
    """Source, date and headline of the best citation, and who else has the story."""
    lines = [_source_line(citation.article, zone), _title(citation.article)]
    if citation.also:
        lines.append(_also(citation))
    return lines


def _quoted(citations: Sequence[Citation], zone: ZoneInfo, *, told: Article | None = None) -> list[Line]:
    """Citations in a quotation that opens with a tap; neighbours of one article share the line that names it.

    :param told: the article that is named right above.
    """
    lines: list[Line] = []
    for _, group in groupby(citations, key=lambda citation: citation.article.id):
        same = list(group)
        article, above = same[0].article, told
        for citation in same:
            lines += [BLANK_QUOTED, line(citation.text, quoted=True)]
        told = article
        if above is not None and article.id == above.id:
            lines.append(line(texts.SAME_ARTICLE, quoted=True))
        else:
            lines.append(_source_line(article, zone, quoted=True))
    return lines[1:]


def _source_line(article: Article, zone: ZoneInfo, *, quoted: bool = False) -> Line:
    """Outlet and day; the outlet links the article, else Telegram would link a name such as "warta.example" itself."""
    name = Run(text=outlet(article.source), link=article.url)
    return line("— ", name, f", {publication_words(article.published_at, zone)}", quoted=quoted)


def headline(title: str) -> str:
    """A headline as it is shown: on one line, not too long, never empty."""
    return shortened(tidy(title).strip(), LONGEST_HEADLINE) or texts.UNTITLED


def outlet(source: str) -> str:
    """The name of an outlet as it is shown, never empty."""
    return tidy(source).strip() or texts.UNNAMED


def _title(article: Article, *, bold: bool = False) -> Line:
    return line(Run(text=headline(article.title), bold=bold, link=article.url))


def _entry(article: Article, zone: ZoneInfo) -> list[Line]:
    """An article in a list."""
    return [_title(article), _source_line(article, zone)]


def _also(citation: Citation) -> Line:
    """Other outlets of the story, each once."""
    outlets: dict[str, Article] = {}
    for article in citation.also:
        if article.source != citation.article.source:
            outlets.setdefault(article.source, article)
    named = list(outlets.values())[:ALSO_NAMED]
    runs: list[Run | str] = []
    for article in named:
        runs += [", " if runs else f"{texts.ALSO} ", Run(text=article.source, link=article.url)]
    left = len(outlets) - len(named)
    return line(*runs, f", {texts.more_outlets(left)}" if left > 0 else "")


def _listed(names: Sequence[str]) -> str:
    """Names as they are read: "A", "A dan B", "A, B, dan C"."""
    if len(names) < 3:
        return " dan ".join(names)
    return f"{', '.join(names[:-1])}, dan {names[-1]}"


def _is_allowed(where: Filter, article: Article) -> bool:
    return where.allows(article.source, article.published_at.day)


def _span(source: SourceCount) -> str:
    return (
        short_day(source.first)
        if source.first == source.last
        else f"{short_day(source.first)} sampai {short_day(source.last)}"
    )
