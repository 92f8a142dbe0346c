"""Words of sentences in PostgreSQL: tsvectors of our own stems find the rows, BM25 orders them.

Rows are found by the rarest stems first; what is frequent, such as a word that every third sentence has, is looked up
only in the best of these, where it can still change the order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.storing.store_rows import json_of
from corpus.types import POSITION_BITS
from retrieval.lexical import WORD_SHARE
from retrieval.lexical_texts import KNOWN_WORDS, LexicalArticle
from retrieval.near_words import NearWords
from retrieval.postgres.bm25 import POSTING, Asked, Totals, article_hits, asked_of, sentence_hits
from retrieval.postgres.limits import conditions
from retrieval.postgres.statements import Statements
from retrieval.postgres.word_rows import lexeme, write_articles
from retrieval.stems import IndonesianStems, WeightedTerm, words_of
from retrieval.types import Filter, Hits

FOUND_AT_ONCE = 20_000
"""Rows that the stems of a first look may have together; the rarest stem is always among them."""

LOOKED_THROUGH = 300
"""Articles in which the frequent stems are looked up afterwards; three times the hits that answering asks for."""

_POSTINGS = """
    SELECT t.place, string_agg(
        int8send(s.version) || int4send(s.position) || int4send(s.length) || int4send(s.article_length)
        || float4send(ts_rank('{{1,1,1,1}}', s.stems, t.stem::tsquery))
        || float4send(ts_rank('{{1,1,1,1}}', s.words, t.word::tsquery)), ''::bytea)
    FROM unnest(?::bigint[], ?::text[], ?::text[]) AS t(place, stem, word)
    JOIN sentence_words AS s ON {has_stem}{limits} GROUP BY t.place
"""
_BY_INDEX = "s.stems @@ t.stem::tsquery"
_BY_RANK = "ts_rank('{1,1,1,1}', s.stems, t.stem::tsquery) > 0"
"""For rows that are few already: not served by the index of stems, which would bring up all rows with a stem."""

Found = dict[int, NDArray[np.void]]
Scoring = Callable[[Sequence[Asked], Mapping[int, NDArray[np.void]], Mapping[tuple[str, str], int], Totals], Hits]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordState:
    """How far the index is, and what BM25 counts by."""

    seq: int
    store_id: str
    fingerprint: str
    sentences: Totals
    articles: Totals


class PostgresWords:
    """The index by words of a store. Use :meth:`open`.

    Any number of threads and processes may read and apply; one at a time writes. What others wrote counts after
    :meth:`reload`, and is found at once.
    """

    def __init__(self, statements: Statements, state: WordState, *, found_at_once: int) -> None:
        self._statements = statements
        self._found_at_once = found_at_once
        self._state = state
        self._stems = IndonesianStems()
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}
        self._vocabulary: tuple[int, NearWords] | None = None

    @classmethod
    def open(cls, statements: Statements, *, found_at_once: int = FOUND_AT_ONCE) -> PostgresWords:
        """Read how far the index is.

        :param found_at_once: rows that the stems of a first look may have together.
        """
        return cls(statements, _state(statements), found_at_once=found_at_once)

    @property
    def state(self) -> WordState:
        """As it was read last."""
        return self._state

    @property
    def seq(self) -> int:
        """Last change of the store's change log that the index holds."""
        return self._state.seq

    @property
    def sentence_count(self) -> int:
        """Sentences held."""
        return self._state.sentences.documents

    @property
    def article_count(self) -> int:
        """Articles held."""
        return self._state.articles.documents

    def versions(self) -> dict[int, int]:
        """Versions of the articles held, each with its number of sentences."""
        rows = self._statements.rows(
            "SELECT version, count(*) FILTER (WHERE position >= 0) FROM sentence_words GROUP BY version"
        )
        return {int(version): int(count) for version, count in rows}

    def reload(self) -> bool:
        """See how far others brought it. :return: whether anything is new."""
        state = _state(self._statements)
        is_new = state != self._state
        if is_new:
            self._state, self._counts = state, {}
        return is_new

    def apply(self, *, added: Sequence[LexicalArticle] = (), removed: Collection[int] = (), seq: int) -> None:
        """As :meth:`retrieval.lexical.LexicalIndex.apply`: all of a batch or nothing; again changes nothing."""
        self._statements.write(lambda transaction: write_articles(transaction, added, removed, self._stems, seq=seq))
        self.reload()

    def terms(self, text: str, *, weight: float = 1.0) -> list[WeightedTerm]:
        """:return: the words of a question as the searches want them, stop words weighted down."""
        return self._stems.terms(text, weight=weight)

    def document_frequency(self, stem: str) -> int:
        """:return: sentences with the stem."""
        return self._frequencies([("stem", stem)])["stem", stem][0]

    def search_sentences(
        self,
        terms: Sequence[WeightedTerm],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
    ) -> Hits:
        """As :meth:`retrieval.ports.WordIndex.search_sentences`."""
        asked = asked_of(terms, word_share=WORD_SHARE)
        return self._search(asked, sentence_hits, 0, POSITION_BITS, self._state.sentences, k, where, within)

    def search_articles(
        self,
        terms: Sequence[WeightedTerm],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
    ) -> Hits:
        """As :meth:`retrieval.ports.WordIndex.search_articles`."""
        asked = asked_of(terms, word_share=0.0)
        return self._search(asked, article_hits, 1, 0, self._state.articles, k, where, within)

    def _search(
        self,
        asked: Sequence[Asked],
        scored: Scoring,
        part: int,
        bits: int,
        totals: Totals,
        k: int,
        where: Filter | None,
        within: Collection[int] | None,
    ) -> Hits:
        """:param part: of the counts, sentences or articles. :param bits: of an id that are no version."""
        if k < 1 or not asked or (within is not None and not len(within)):
            return Hits(ids=np.empty(0, np.int64), scores=np.empty(0, np.float32))
        wanted = [("stem", one.stem) for one in asked] + [("word", one.word) for one in asked]
        counts = self._frequencies(wanted)
        frequencies = {key: both[part] for key, both in counts.items()}
        order = sorted(range(len(asked)), key=lambda place: counts["stem", asked[place].stem][0])
        sizes = np.cumsum([counts["stem", asked[place].stem][0] for place in order])
        first = max(1, int(np.searchsorted(sizes, self._found_at_once, side="right"))) if within is None else len(order)
        found = self._postings(asked, order[:first], where, within)
        hits = scored(asked, found, frequencies, totals)
        rest = order[first:]
        if rest and len(hits) < k:
            found |= self._postings(asked, rest, where, within)
            hits = scored(asked, found, frequencies, totals)
        elif rest:
            best = list(dict.fromkeys((hits.ids[: max(k, LOOKED_THROUGH)] >> bits).tolist()))
            seen = {
                place: rows[np.isin(rows["version"].astype(np.int64), best)] for place, rows in found.items()
            } | self._postings(asked, rest, where, best)
            hits = scored(asked, seen, frequencies, totals)
        return Hits(ids=hits.ids[:k], scores=hits.scores[:k])

    def _postings(
        self, asked: Sequence[Asked], places: Sequence[int], where: Filter | None, within: Collection[int] | None
    ) -> Found:
        """Rows with the stems at some places."""
        limits, parameters = conditions(where, within)
        has_stem = _BY_INDEX if within is None else _BY_RANK
        rows = self._statements.rows(
            _POSTINGS.format(has_stem=has_stem, limits=limits),
            (
                json_of(places),
                json_of(lexeme(asked[place].stem) for place in places),
                json_of(lexeme(asked[place].word) for place in places),
                *parameters,
            ),
            settings={"enable_seqscan": "off", "jit": "off"},
        )
        return {int(place): np.frombuffer(data, dtype=POSTING) for place, data in rows}

    def _frequencies(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
        """Sentences and articles with some stems and words, remembered until the index changes."""
        known = self._counts
        found = {key: both for key in keys if (both := known.get(key))}
        missing = [key for key in keys if key not in found]
        if missing:
            rows = self._statements.rows(
                "SELECT kind, term, sentences, articles FROM word_counts"
                " WHERE (kind, term) IN (SELECT * FROM unnest(?::text[], ?::text[]))",
                (json_of(kind for kind, _ in missing), json_of(term for _, term in missing)),
            )
            fresh = dict.fromkeys(missing, (0, 0)) | {
                (kind, term): (int(sentences), int(articles)) for kind, term, sentences, articles in rows
            }
            if len(known) >= KNOWN_WORDS:
                known.clear()
            known.update(fresh)
            found |= fresh
        return found

    def knows(self, word: str) -> bool:
        """Whether some article uses the word as written, in title or text; a word with hyphens, each of its parts."""
        words = words_of(word)
        return bool(words) and all(both[1] > 0 for both in self._frequencies([("word", w) for w in words]).values())

    def suggest(self, word: str) -> list[str]:
        """Words of the articles that a mistyped word may stand for, the likeliest first."""
        words = words_of(word)
        return self._near_words().near(words[0]) if len(words) == 1 else []

    def _near_words(self) -> NearWords:
        seq = self._state.seq
        if self._vocabulary is None or self._vocabulary[0] != seq:
            rows = self._statements.rows("SELECT term, articles FROM word_counts WHERE kind = 'word' ORDER BY term")
            self._vocabulary = (seq, NearWords([word for word, _ in rows], [int(count) for _, count in rows]))
        return self._vocabulary[1]


def _state(statements: Statements) -> WordState:
    ((seq, store_id, fingerprint, sentences, sentence_words, articles, article_words),) = statements.rows(
        "SELECT seq, store_id, fingerprint, sentences, sentence_words, articles, article_words FROM word_state"
    )
    return WordState(
        seq=int(seq),
        store_id=store_id,
        fingerprint=fingerprint,
        sentences=Totals(documents=int(sentences), words=int(sentence_words)),
        articles=Totals(documents=int(articles), words=int(article_words)),
    )
