"""Articles as rows of words, and the counts that belong to them, written in one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from corpus.postgres.database import Transaction
from corpus.storing.store_rows import json_of
from retrieval.lexical_texts import TITLE_REPEATS, LexicalArticle
from retrieval.postgres.schema import TITLE_POSITION
from retrieval.stems import IndonesianStems, words_of

_MOST_PLACES = 255
"""Of one word that a tsvector keeps; PostgreSQL passes over more."""

_INSERT = """
    INSERT INTO sentence_words (version, position, source, day, length, article_length, stems, words)
    SELECT version, position, source, day, length, article_length, stems::tsvector, words::tsvector
    FROM unnest(?::bigint[], ?::integer[], ?::text[], ?::text[], ?::integer[], ?::integer[], ?::text[], ?::text[])
    AS t(version, position, source, day, length, article_length, stems, words)
"""
_COUNT = """
    INSERT INTO word_counts AS c (kind, term, sentences, articles)
    SELECT kind, term, sentences, articles FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[])
    AS t(kind, term, sentences, articles)
    ON CONFLICT (kind, term) DO UPDATE
    SET sentences = c.sentences + excluded.sentences, articles = c.articles + excluded.articles
"""


def lexeme(word: str) -> str:
    """A word as a query or vector in the text form of PostgreSQL.

    >>> lexeme("2.5"), lexeme("o'reilly")
    ("'2.5'", "'o''reilly'")
    """
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def vector_text(words: Sequence[str]) -> str:
    """Words in order as the text form of a tsvector.

    >>> vector_text(["naik", "harga", "naik"])
    "'naik':1,3 'harga':2"
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words, start=1):
        places[word].append(place)
    return " ".join(f"{lexeme(word)}:{','.join(map(str, at[:_MOST_PLACES]))}" for word, at in places.items())


class Counts:
    """What the sentences and articles of a change add to all counts."""

    def __init__(self) -> None:
        self.sentences: Counter[tuple[str, str]] = Counter()
        self.articles: Counter[tuple[str, str]] = Counter()
        self.totals: Counter[str] = Counter()

    def add(self, parts: Iterable[tuple[int, int, int, set[str], set[str]]], *, sign: int) -> None:
        """Count an article.

        :param parts: position, length, length of the article, stems and words of each of its rows.
        :param sign: 1, or -1 for one that goes.
        """
        used: set[tuple[str, str]] = set()
        article_length = 0
        for position, length, of_article, stems, words in parts:
            article_length = of_article
            keys = {("stem", stem) for stem in stems} | {("word", word) for word in words}
            used |= keys
            if position != TITLE_POSITION:
                self.sentences.update(dict.fromkeys(keys, sign))
                self.totals["sentences"] += sign
                self.totals["sentence_words"] += sign * length
        self.articles.update(dict.fromkeys(used, sign))
        self.totals["articles"] += sign
        self.totals["article_words"] += sign * article_length

    async def write(self, transaction: Transaction) -> None:
        """Add to what is counted already."""
        changed = self.sentences.keys() | self.articles.keys()
        keys = sorted(key for key in changed if self.sentences[key] or self.articles[key])
        if keys:
            columns = (
                [kind for kind, _ in keys],
                [term for _, term in keys],
                [self.sentences[key] for key in keys],
                [self.articles[key] for key in keys],
            )
            await transaction.rows(_COUNT, [json_of(column) for column in columns])
            await transaction.rows("DELETE FROM word_counts WHERE sentences <= 0 AND articles <= 0")


async def write_articles(
    transaction: Transaction,
    added: Sequence[LexicalArticle],
    removed: Collection[int],
    stems: IndonesianStems,
    *,
    seq: int,
) -> None:
    """Apply a batch of changes, unless another process applied it already."""
    ((held_seq,),) = await transaction.rows("SELECT seq FROM word_state FOR UPDATE")
    if held_seq > seq:
        return
    counts = Counts()
    await _remove(transaction, {int(version) for version in removed}, counts)
    fresh = {article.version: article for article in added if article.version not in set(removed)}
    held = await transaction.rows(
        "SELECT DISTINCT version FROM sentence_words WHERE version = ANY(?)", (json_of(fresh),)
    )
    for (version,) in held:
        fresh.pop(version)
    rows = [row for article in fresh.values() for row in _rows(article, stems, counts)]
    if rows:
        await transaction.rows(_INSERT, tuple(json_of(column) for column in zip(*rows, strict=True)))
    await counts.write(transaction)
    totals = counts.totals
    await transaction.rows(
        "UPDATE word_state SET seq = ?, sentences = sentences + ?, sentence_words = sentence_words + ?,"
        " articles = articles + ?, article_words = article_words + ?",
        (seq, *(totals[name] for name in ("sentences", "sentence_words", "articles", "article_words"))),
    )


async def _remove(transaction: Transaction, versions: set[int], counts: Counts) -> None:
    gone = await transaction.rows(
        "DELETE FROM sentence_words WHERE version = ANY(?) RETURNING version, position, length, article_length,"
        " tsvector_to_array(stems), tsvector_to_array(words)",
        (json_of(versions),),
    )
    parts: defaultdict[int, list[tuple[int, int, int, set[str], set[str]]]] = defaultdict(list)
    for version, position, length, article_length, stems, words in gone:
        parts[version].append((position, length, article_length, set(stems), set(words)))
    for of_article in parts.values():
        counts.add(of_article, sign=-1)


def _rows(article: LexicalArticle, stems: IndonesianStems, counts: Counts) -> list[tuple[Any, ...]]:
    split = [words_of(text) for text in (article.title, *article.sentences)]
    stemmed = [stems.of(words) for words in split]
    length = TITLE_REPEATS * len(split[0]) + sum(map(len, split[1:]))
    numbered = list(enumerate(zip(split, stemmed, strict=True), start=TITLE_POSITION))
    counts.add(((at, len(words), length, set(of), set(words)) for at, (words, of) in numbered), sign=1)
    return [
        (
            article.version,
            at,
            article.source,
            article.day.isoformat(),
            len(words),
            length,
            vector_text(of),
            vector_text(words),
        )
        for at, (words, of) in numbered
    ]
