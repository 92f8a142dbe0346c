"""What a question asks for: its period, its source, its words as newspapers write them, and the kind of answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Protocol

from corpus.dating.periods import Period, find_period
from retrieval.chat_words import (
    AMBIGUOUS_SPELLINGS,
    ASKED_TIMES,
    FILLERS,
    KIND_WORDS,
    KNOWERS,
    QUESTION_WORDS,
    SPELLINGS,
    AnswerKind,
)
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

SHOUTED_WORDS = 3
"""From so many words on, a question all in capitals was typed with caps lock: they mark no abbreviation."""

_QUOTED_FROM = r"menurut|mnrt|dilansir|melansir|lansir|mengutip|dikutip|kutip|kantor\s+berita|media|portal|situs"
_BEFORE_SOURCE = rf"{_QUOTED_FROM}|kata|dari|di|versi|oleh|berita"
_BETWEEN = r"(?:\s+(?:dari|oleh|di|portal|media|situs|berita))*\s+"

_ORDINARY_WORDS = frozenset("antara bisnis detik fajar kontan merdeka suara tempo tribun".split())
"""Names of sources that are words first: "di tribun stadion", "berita bisnis", "di detik terakhir"."""

_ENDING_A_PHRASE = frozenset({"detik", "kontan", "tempo"})
"""Those of them that name the source where nothing that belongs to the word follows: "ada berita di detik?"."""

_PHRASE_END = rf"(?=\s*(?:$|[,.?!;:]|\s(?:{'|'.join(sorted(QUESTION_WORDS))}|soal|tentang|mengenai)\b))"

_TOO_GENERAL = frozenset({"berita", "harian", "koran", "media", "suara", "warta"})
"""What is left of a name such as "Media Indonesia" and names no source: "menurut media asing"."""

_NUMBER_IN_NAME = re.compile(r"(?<=[a-z])(?=\d)")


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
    :param vocabulary: of the articles, so that none of their words is taken for a slip.
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
    return aliases - _TOO_GENERAL


def find_sources(text: str, sources: Iterable[str]) -> NamedSources:
    """Sources that the question names after a word such as "menurut" or "di".

    Some names are ordinary words: "tribun" or "antara" name a source only after "menurut" and its like, "detik" and
    "tempo" also at the end of a phrase.

    >>> found = find_sources("apa kata menkeu menurut kompas?", ["Kompas.com", "ANTARA"])
    >>> sorted(found.sources)
    ['Kompas.com']
    """
    named: dict[str, set[str]] = {}
    folded = text.casefold()
    run_together = folded.replace(" ", "")
    for source in sources:
        for alias in source_aliases(source):
            if alias.replace(" ", "") in run_together and (found := _named_by(alias).search(folded)):
                named.setdefault(source, set()).update(_WORD.findall(found["quoted"] or found["bare"]))
    if not named:
        return NamedSources()
    return NamedSources(sources=frozenset(named), words=frozenset().union(*named.values()))


def _named_by(alias: str) -> re.Pattern[str]:
    """What names a source by an alias: the alias after the words that are clear enough for it."""
    name = _NUMBER_IN_NAME.sub(r"\\s?", re.escape(alias))  # "liputan 6"
    before, end = _BEFORE_SOURCE, ""
    if alias in _ORDINARY_WORDS:
        before, end = (_BEFORE_SOURCE, _PHRASE_END) if alias in _ENDING_A_PHRASE else (r"(?!)", "")
    return re.compile(
        rf"(?<!\w)(?:(?:{_QUOTED_FROM}){_BETWEEN}(?P<quoted>{name})|(?:{before}){_BETWEEN}(?P<bare>{name}){end})(?!\w)"
    )


def answer_kind(text: str) -> AnswerKind:
    """What kind of words would answer.

    >>> answer_kind("Siapa ketua KPK sekarang?")
    <AnswerKind.PERSON: 'person'>
    """
    words = _WORD.findall(text.casefold())
    present = set(words)
    kind = next((kind for kind, telling in KIND_WORDS if present & telling), AnswerKind.OTHER)
    asks_time = any(noun in ASKED_TIMES and asking in QUESTION_WORDS for noun, asking in pairwise(words))
    return AnswerKind.TIME if asks_time and kind is not AnswerKind.PERSON else kind


def _write_out(text: str, vocabulary: Vocabulary) -> tuple[str, list[str], list[str]]:
    """Chat spelling and slips written out.

    :return: the text in newspapers' words, content words as typed, and their variants.
    """
    content: list[str] = []
    variants: list[str] = []
    pieces: list[str] = []
    end = 0
    matches = list(_WORD.finditer(text))
    words = [match.group().casefold() for match in matches]
    is_shouted = len(words) >= SHOUTED_WORDS and text.isupper()
    for place, (word, match) in enumerate(zip(words, matches, strict=True)):
        other = _other_spelling(word, word if is_shouted else match.group(), vocabulary)
        stays = other is None or word in AMBIGUOUS_SPELLINGS
        pieces += [text[end : match.start()], match.group() if stays else other or ""]
        end = match.end()
        if word in QUESTION_WORDS or _is_filler(place, words):
            continue
        content.append(word)
        if other is not None:
            written = other.casefold().split()
            variants += [part for part in written if part not in QUESTION_WORDS]
            if all(part in QUESTION_WORDS for part in written):
                content.pop()
    return "".join(pieces) + text[end:], content, variants


def _is_filler(place: int, words: Sequence[str]) -> bool:
    """Whether a word says nothing where it stands; "tahu" is tofu, unless somebody is asked to know."""
    word = words[place]
    if word != "tahu":
        return word in FILLERS
    if place:
        return words[place - 1] in KNOWERS
    after = words[1] if len(words) > 1 else ""
    return after in QUESTION_WORDS or SPELLINGS.get(after, after) == "tidak"


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
