"""What a question asks for: its period, its source, its words as newspapers write them, and the kind of answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from corpus.dating.periods import Period, find_period
from retrieval.chat_words import FILLERS, KIND_WORDS, QUESTION_WORDS, SPELLINGS, AnswerKind
from retrieval.types import Filter

LONGEST_QUESTION_CHARS = 1000
"""Longer questions are cut at a word: the encoder reads at most 512 tokens, and nobody types this much to ask."""

SHORTEST_CORRECTED_CHARS = 4
"""Shorter unknown words are abbreviations more often than slips (read off the validation questions)."""

LATE_REPORT_DAYS = 2
"""What happened on a day is reported up to two days later: of the training questions that name a full day, the gold
article is of that very day for 49 %, of it or the two days after for 76 %."""

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")

_BEFORE_SOURCE = (
    r"menurut|mnrt|kata|dari|di|dilansir|melansir|lansir|mengutip|dikutip|kutip|versi|oleh|media|portal|situs|berita"
)


class Vocabulary(Protocol):
    """The words that the articles use; reads only, from any thread."""

    def knows(self, word: str) -> bool:
        """Whether an article uses the case-folded word."""

    def suggest(self, word: str) -> Sequence[str]:
        """Words of the articles that a mistyped word may stand for, most likely first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """A question as the search uses it.

    :param text: as typed, without control characters, at most 1,000 characters.
    :param written_out: the same with chat spelling and slips in the words of newspapers.
    :param content: words that carry meaning, case-folded, as typed, in order.
    :param variants: their other spellings (written-out chat words, corrections), case-folded.
    :param filter: what the question clearly limits itself to.
    :param preferred: what it only hints at, such as the year in "Piala Dunia 2022".
    """

    text: str
    written_out: str
    content: tuple[str, ...]
    variants: tuple[str, ...] = ()
    filter: Filter = field(default_factory=Filter)
    preferred: Filter = field(default_factory=Filter)
    kind: AnswerKind = AnswerKind.OTHER


def understand(question: str, *, now: datetime, sources: Iterable[str], vocabulary: Vocabulary) -> Understanding:
    """Read a question.

    :param now: aware, in the zone in which "kemarin" is meant.
    :param sources: the store's sources; only these are recognised.
    :param vocabulary: of the articles, so that none of their words is rewritten.
    """
    text = tidy(question)
    period = find_period(text, now=now)
    named = find_sources(text, sources)
    rest = _without(text, period)
    written_out, content, variants = _write_out(rest, vocabulary)
    days = _days(period)
    is_strict = period is not None and period.strict
    kind = answer_kind(written_out)
    return Understanding(
        text=text,
        written_out=written_out if rest == text else _write_out(text, vocabulary)[0],
        content=tuple(word for word in content if word not in named.words),
        variants=tuple(variants),
        filter=replace(days, sources=named.sources) if is_strict else Filter(sources=named.sources),
        preferred=Filter() if is_strict else days,
        kind=kind,
    )


def tidy(question: str) -> str:
    r"""One line without control and direction characters, at most 1,000 characters, cut at a word.

    >>> tidy("siapa\x00 presiden\n\nkita?")
    'siapa presiden kita?'
    """
    text = " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", question)).split())
    text = text.encode("utf-8", "ignore").decode()
    if len(text) <= LONGEST_QUESTION_CHARS:
        return text
    cut = text[:LONGEST_QUESTION_CHARS]
    return cut.rsplit(" ", 1)[0] if " " in cut else cut


def _days(period: Period | None) -> Filter:
    """Days on which articles about a period appear."""
    if period is None:
        return Filter()
    until = period.until
    if until is not None and until < date.max - timedelta(days=LATE_REPORT_DAYS):
        until += timedelta(days=LATE_REPORT_DAYS)
    return Filter(since=period.since, until=until)


def _without(text: str, period: Period | None) -> str:
    """Leave out the words of a strict period: they were understood, and no article about yesterday says "kemarin"."""
    if period is None or not period.strict:
        return text
    rest = f"{text[: period.start]} {text[period.end :]}"
    return " ".join(rest.split()) or text


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSources:
    """Sources that a question names, and the words by which it does."""

    sources: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def source_aliases(source: str) -> set[str]:
    """Case-folded ways in which people name a source.

    >>> sorted(source_aliases("Kompas.com"))
    ['kompas', 'kompas.com']
    """
    name = source.casefold()
    short = re.sub(r"(?:\.(?:co\.id|com|id|net|co|tv))+$", "", name)
    aliases = {name, short}
    for ending in ("com", "news", " indonesia"):
        if short.endswith(ending) and len(short) - len(ending) >= 3:
            aliases.add(short[: -len(ending)].strip())
    return aliases


def find_sources(text: str, sources: Iterable[str]) -> NamedSources:
    """Sources that the question names after a word such as "menurut" or "di".

    A bare "tempo" or "antara" is an ordinary word; only after such a word, and for "antara" after "menurut" and its
    like, does it name the source.

    >>> found = find_sources("apa kata menkeu menurut kompas?", ["Kompas.com", "ANTARA"])
    >>> sorted(found.sources)
    ['Kompas.com']
    """
    named: dict[str, set[str]] = {}
    folded = text.casefold()
    for source in sources:
        for alias in source_aliases(source):
            if alias not in folded:
                continue
            before = r"menurut|mnrt|dilansir|dikutip|kantor berita" if alias in {"antara"} else _BEFORE_SOURCE
            between = r"(?:\s+(?:dari|oleh|di|portal|media|situs|berita))*\s+"
            pattern = rf"(?<!\w)(?:{before}){between}{re.escape(alias)}(?!\w)"
            if re.search(pattern, folded):
                named.setdefault(source, set()).update(_WORD.findall(alias))
    if not named:
        return NamedSources()
    return NamedSources(sources=frozenset(named), words=frozenset().union(*named.values()))


def answer_kind(text: str) -> AnswerKind:
    """What kind of words would answer.

    >>> answer_kind("Siapa ketua KPK sekarang?")
    <AnswerKind.PERSON: 'person'>
    """
    present = set(_WORD.findall(text.casefold()))
    return next((kind for kind, words in KIND_WORDS if present & words), AnswerKind.OTHER)


def _write_out(text: str, vocabulary: Vocabulary) -> tuple[str, list[str], list[str]]:
    """Chat spelling and slips written out.

    :return: the text in newspapers' words, content words as typed, and their variants.
    """
    content: list[str] = []
    variants: list[str] = []
    pieces: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        word = match.group().casefold()
        other = _other_spelling(word, match.group(), vocabulary)
        pieces += [text[end : match.start()], match.group() if other is None else other]
        end = match.end()
        if word in FILLERS or word in QUESTION_WORDS:
            continue
        content.append(word)
        if other is not None:
            written = other.casefold().split()
            variants += [part for part in written if part not in QUESTION_WORDS]
            if all(part in QUESTION_WORDS for part in written):
                content.pop()
    return "".join(pieces) + text[end:], content, variants


def _other_spelling(word: str, typed: str, vocabulary: Vocabulary) -> str | None:
    """The word as newspapers write it, or None where it is to stay as typed."""
    if word in SPELLINGS and not _is_a_name(typed):
        return SPELLINGS[word]
    if len(word) < SHORTEST_CORRECTED_CHARS or not word.isalpha() or word in FILLERS or word in QUESTION_WORDS:
        return None
    if vocabulary.knows(word):
        return None
    return next(iter(vocabulary.suggest(word)), None)


def _is_a_name(typed: str) -> bool:
    """Whether capitals say that this is an abbreviation such as MK or PU, not a chat spelling."""
    return typed.isupper() and len(typed) > 1
