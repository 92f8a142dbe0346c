"""Put back the spaces that a crawl lost: at sentence ends, at line breaks and around the text of a removed link.

A crawler that joins the text nodes of a page without a space leaves ``menetapkanBambang`` where the page had
``menetapkan <a>Bambang</a>``. What belongs apart is told from three things: marks and capitals
(:mod:`corpus.cleaning.glue_marks`), the words and word-building rules of Indonesian
(:mod:`corpus.cleaning.glue_words`), and the article itself, which mostly writes the same name or term correctly
somewhere else. Where these do not say it clearly, the text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from corpus.cleaning.glue_evidence import WORD, Evidence
from corpus.cleaning.glue_lexicon import lexicon
from corpus.cleaning.glue_marks import is_inside, protected_spans, space_marks
from corpus.cleaning.glue_split import LONGEST_GLUED, may_be_glued, split_word

_DOMAIN_ENDING: Final = re.compile(r"\.(?:com|co|id|net|org|go|ac|tv|or|gov|edu|my|sg)\b", re.IGNORECASE)
_DOMAIN_THEN_WORD: Final = re.compile(r"\.(com|co\.id|go\.id|id|net|org)([a-z]{2,})\b")
_DOMAIN_LEADS: Final = frozenset(
    "dari kepada laman situs melalui oleh pada tautan inisiatif di ke dan dengan via kunjungi link website".split()
)
"""Words that may be glued to a domain in small letters: ``lamanwarta.example``."""

_MOST_ROUNDS: Final = 50


def repair(paragraphs: Sequence[str], *, title: str = "") -> list[str]:
    """Separate what is glued together in the paragraphs of an article; only spaces are added, nothing else changes.

    :param paragraphs: without entities, non-breaking spaces and zero-width characters.
    :param title: the headline, whose words count as evidence.
    :return: as many paragraphs. Repairing them again changes nothing.

    >>> repair(["Polisi menetapkanBambang sebagai tersangka.Namun Bambang,warga Garut(Jabar), membantah."])
    ['Polisi menetapkan Bambang sebagai tersangka. Namun Bambang, warga Garut (Jabar), membantah.']
    """
    texts = [_space_marks_until_stable(text) for text in paragraphs]
    for _ in range(_MOST_ROUNDS):  # a word set free is evidence for the next round; two or three are the rule
        splits = _find_splits(texts, title)
        changed = False
        for number, text in enumerate(texts):
            repaired = _space_words(text, splits)
            if repaired != text:
                texts[number] = _space_marks_until_stable(repaired)
                changed = True
        if not changed:
            break
    return texts


def _space_marks_until_stable(text: str) -> str:
    """A space put in at one mark may show that another is missing."""
    for _ in range(_MOST_ROUNDS):
        repaired = space_marks(text)
        if repaired == text:
            break
        text = repaired
    return text


def _find_splits(texts: Sequence[str], title: str) -> Mapping[str, Sequence[str]]:
    """The glued words of the article and what they consist of."""
    evidence = Evidence.of("\n".join((title, *texts)))
    known = lexicon()
    return {
        word: words
        for word in evidence.counts
        if word not in known
        and len(word) <= LONGEST_GLUED
        and may_be_glued(word)
        and len(words := split_word(word, evidence)) > 1
    }


def _space_words(text: str, splits: Mapping[str, Sequence[str]]) -> str:
    """Separate the words in a paragraph, wherever they are not part of an address."""
    if "." in text:
        text = _DOMAIN_THEN_WORD.sub(_space_after_domain, text)
    if not splits:
        return text
    spans: Sequence[tuple[int, int]] | None = None
    pieces: list[str] = []
    done = 0
    for match in WORD.finditer(text):
        words = splits.get(match[0])
        if words is None:
            continue
        if spans is None:
            spans = protected_spans(text)
        start, end = match.span()
        pieces += (text[done:start], _in_place(text, match, words, spans))
        done = end
    return "".join((*pieces, text[done:]))


def _space_after_domain(match: re.Match[str]) -> str:
    """``warta.compada`` is a domain and a word, ``warta.community`` is not."""
    domain, word = match[1], match[2]
    return f".{domain} {word}" if lexicon().get(word, 0) >= (6 if domain == "id" else 3) else match[0]


def _in_place(text: str, match: re.Match[str], words: Sequence[str], spans: Sequence[tuple[int, int]]) -> str:
    """The words with spaces; of those that stand before ``.com`` only the first is no part of the domain."""
    start, end = match.span()
    if _DOMAIN_ENDING.match(text, end):
        first, rest = words[0], "".join(words[1:])
        leads = first.lower() in _DOMAIN_LEADS or (rest[0].isupper() and _is_common(first))
        return f"{first} {rest}" if leads and text[start - 1 : start] not in (".", "/", "@", "-", "_") else match[0]
    return match[0] if is_inside(start + 1, spans) else " ".join(words)


def _is_common(word: str) -> bool:
    """Whether a word is no name: in small letters, or a function word or a form with affixes."""
    return word.islower() or lexicon().get(word.lower()) == 10
