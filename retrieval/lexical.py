"""Words -> sentences and articles, by BM25 on disk; the only file that imports tantivy.

Two tantivy indexes lie side by side, one document a sentence and one document an article, because BM25 takes the number
and mean length of documents from the whole index. Each holds one more document, its state: the fingerprint and the last
change of the store that it has, so that both are committed together with what they speak of. A process killed between
the two commits leaves one of them behind by a batch; the batch is then applied again and finds half of its work done.

Queries are put together from words, never parsed from text, so that no syntax can be typed.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import tantivy
from tantivy import FieldType, Occur, Query

from corpus.types import POSITION_BITS
from retrieval.errors import (
    FingerprintMismatchError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexUnwritableError,
)
from retrieval.lexical_texts import KNOWN_WORDS, ArticleWords, Fields, IndexState, LexicalArticle, one_line, stamp
from retrieval.near_words import NearWords
from retrieval.segment_files import damage_of
from retrieval.stems import IndonesianStems, WeightedTerm, words_of
from retrieval.types import Filter, Hits

WRITER_MEMORY_BYTES = 50_000_000
"""Of each of the two writers while they write; 15 MB is the least that tantivy takes."""

WORD_SHARE = 0.3
"""Weight of a word as written beside its stem: names are stemmed too ("Setiawan", "Kediri"), and this keeps them apart.

Recall@1 of the pooled validation questions 0.495 against 0.480 without.
"""

_STATE = "state"
_POLL_S = 0.05


class LexicalIndex:
    """The lexical index of a store, in a folder of its own.

    Any number of threads and processes may read; :meth:`apply` takes a lock that holds across processes and lets one
    write at a time. What a process wrote itself it sees at once, what others wrote after :meth:`reload`.

    To be had from :meth:`create` or :meth:`open`.
    """

    def __init__(self, *, sentences: _Part, articles: _Part) -> None:
        self._sentences = sentences
        self._articles = articles
        self._stems = IndonesianStems()
        self._applying = threading.Lock()
        self._vocabulary: tuple[int, NearWords] | None = None

    @classmethod
    def create(cls, path: Path, *, fingerprint: str = "") -> LexicalIndex:
        """Make an empty index.

        :param path: a folder that is empty or not there yet.
        :param fingerprint: what the texts depend on beside their format, such as the version of the cleaner.
        :raises FileExistsError: something is there already.
        :raises IndexUnwritableError: the disk does not take it.
        """
        if path.exists() and any(path.iterdir()):
            raise FileExistsError(path)
        parts = [_Part.create(path / name, stamp(fingerprint)) for name in ("sentences", "articles")]
        return cls(sentences=parts[0], articles=parts[1])

    @classmethod
    def open(cls, path: Path, *, fingerprint: str = "") -> LexicalIndex:
        """Open an index and check that its files are whole (0.1 s for 35 MB).

        :raises IndexMissingError: no index there.
        :raises IndexDamagedError: a file is broken or missing.
        :raises FingerprintMismatchError: its texts were made in another way.
        """
        parts = [_Part.open(path / name, stamp(fingerprint)) for name in ("sentences", "articles")]
        return cls(sentences=parts[0], articles=parts[1])

    @property
    def seq(self) -> int:
        """Last change of the store's change log that the whole index holds."""
        return min(self._sentences.state.seq, self._articles.state.seq)

    @property
    def sentence_count(self) -> int:
        """Sentences held."""
        return self._sentences.count

    @property
    def article_count(self) -> int:
        """Articles held."""
        return self._articles.count

    def versions(self) -> dict[int, int]:
        """Versions of the articles held, each with its number of sentences.

        A version that only one of the two parts holds is there with -1, for it is neither in nor out.
        """
        counts = Counter(sentence_id >> POSITION_BITS for sentence_id in self._sentences.values("id"))
        articles = set(self._articles.values("version"))
        return {version: counts[version] for version in articles} | dict.fromkeys(counts.keys() - articles, -1)

    def apply(
        self,
        *,
        added: Sequence[LexicalArticle] = (),
        removed: Collection[int] = (),
        seq: int,
        wait_s: float = 30.0,
    ) -> None:
        """Take in a batch of changes: all of it or, after a crash, none of it as far as :attr:`seq` tells.

        Applying a batch again changes nothing, nor does a batch that ends before :attr:`seq`: another process was
        faster. A version that is both added and removed is not held afterwards.

        :param removed: versions; unknown ones are passed over.
        :param seq: what :attr:`seq` is to be.
        :param wait_s: how long to wait for another process that writes.
        :raises IndexBusyError: another process wrote for longer.
        :raises IndexUnwritableError: the disk is full or read-only; the index is as before, or behind by one part.
        """
        gone = set(removed)
        split = [ArticleWords.of(article, self._stems) for article in added if article.version not in gone]
        sentences = {words.article.version: words.sentence_documents() for words in split}
        articles = {words.article.version: words.article_documents() for words in split}
        with self._applying:
            self._sentences.apply(sentences, removed=gone, seq=seq, wait_s=wait_s)
            self._articles.apply(articles, removed=gone, seq=seq, wait_s=wait_s)

    def reload(self) -> bool:
        """See what other processes committed.

        :return: whether anything is new.
        :raises IndexMissingError, IndexDamagedError, FingerprintMismatchError: as for :meth:`open`.
        """
        return any([self._sentences.reload(), self._articles.reload()])

    def terms(self, text: str, *, weight: float = 1.0) -> list[WeightedTerm]:
        """:return: the words of a question as :meth:`search_sentences` wants them, stop words weighted down."""
        return self._stems.terms(text, weight=weight)

    def search_sentences(
        self,
        terms: Sequence[WeightedTerm],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
    ) -> Hits:
        """Find the sentences that share the most telling words.

        :param terms: a word that comes twice counts with the greater weight.
        :param within: only sentences of these versions.
        :return: at most k; ids of sentences, sums of BM25 by weight.
        """
        query = _any_of(self._sentences.schema, terms, word_share=WORD_SHARE)
        return self._sentences.search(query, "id", k=k, where=where, within=within)

    def search_articles(
        self,
        terms: Sequence[WeightedTerm],
        *,
        k: int,
        where: Filter | None = None,
        within: Collection[int] | None = None,
    ) -> Hits:
        """Find the articles that share the most telling words, in title or text.

        :return: at most k; versions of articles, sums of BM25 by weight.
        """
        query = _any_of(self._articles.schema, terms, word_share=0.0)
        return self._articles.search(query, "version", k=k, where=where, within=within)

    def document_frequency(self, stem: str) -> int:
        """:return: sentences with the stem; sentences removed lately may still be counted."""
        return int(self._sentences.searcher.doc_freq("stem", stem))

    def knows(self, word: str) -> bool:
        """Whether some article uses the word as written, in title or text; a word with hyphens, each of its parts."""
        words = words_of(word)
        return bool(words) and all(map(self._articles.has_word, words))

    def suggest(self, word: str) -> list[str]:
        """Words of the articles that a mistyped word may stand for, the likeliest first.

        The vocabulary is read from the index, from articles that are still there, at the first call after a change
        (0.3 s for 13,000 articles); then a call takes 2 ms.

        :param word: one that :meth:`knows` denies.
        """
        words = words_of(word)
        return self._near_words().near(words[0]) if len(words) == 1 else []

    def _near_words(self) -> NearWords:
        seq = self._articles.state.seq
        if self._vocabulary is None or self._vocabulary[0] != seq:
            counted = self._articles.searcher.terms_with_prefix("word", "", Query.all_query())
            self._vocabulary = (seq, NearWords([word for word, _ in counted], [count for _, count in counted]))
        return self._vocabulary[1]


class _Part:
    """One tantivy index: its documents, its state, one writer at a time."""

    def __init__(self, path: Path, index: tantivy.Index) -> None:
        self.path = path
        self.schema = _schema()
        self._index = index
        self.searcher = index.searcher()
        self.state = self._read_state(self.searcher)
        self._known_words: dict[str, bool] = {}

    @classmethod
    def create(cls, path: Path, fingerprint: str) -> _Part:
        try:
            path.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(_schema(), str(path))
            with _writer(path, index, wait_s=0) as writer:
                writer.add_document(_state_document(IndexState(fingerprint=fingerprint, seq=0)))
            index.reload()
        except OSError as error:
            raise IndexUnwritableError(path, detail=str(error)) from error
        return cls(path, index)

    @classmethod
    def open(cls, path: Path, fingerprint: str) -> _Part:
        if not (path / "meta.json").exists():
            raise IndexMissingError(path)
        if problem := damage_of(path):
            raise IndexDamagedError(path, detail=problem)
        try:
            part = cls(path, tantivy.Index.open(str(path)))
        except ValueError as error:
            raise IndexDamagedError(path, detail=one_line(error)) from error
        if part.state.fingerprint != fingerprint:
            raise FingerprintMismatchError(path, found=part.state.fingerprint, expected=fingerprint)
        return part

    @property
    def count(self) -> int:
        return int(self.searcher.num_docs) - 1  # less the state

    def apply(
        self, added: Mapping[int, Iterable[Fields]], *, removed: Collection[int], seq: int, wait_s: float
    ) -> None:
        """:param added: documents by version; a version that is held already is left as it is."""
        with _writer(self.path, self._index, wait_s=wait_s) as writer:
            self.reload()  # another process may have written while this one waited
            if self.state.seq > seq:
                return  # and this batch with what came after it; written now it would bring back what is gone
            if removed:
                writer.delete_documents_by_query(Query.term_set_query(self.schema, "version", list(removed)))
            held = set(self.values("version", versions=added.keys()))
            for version, documents in added.items():
                if version not in held:
                    for fields in documents:
                        writer.add_document(tantivy.Document.from_dict(dict(fields), self.schema))
            writer.delete_documents_by_query(Query.term_query(self.schema, "kind", _STATE, "basic"))
            writer.add_document(_state_document(IndexState(fingerprint=self.state.fingerprint, seq=seq)))
        self.reload()

    def reload(self) -> bool:
        try:
            self._index.reload()
            searcher = self._index.searcher()
            state = self._read_state(searcher)
        except ValueError as error:
            if not (self.path / "meta.json").exists():
                raise IndexMissingError(self.path) from error
            raise IndexDamagedError(self.path, detail=one_line(error)) from error
        if state.fingerprint != self.state.fingerprint:
            raise FingerprintMismatchError(self.path, found=state.fingerprint, expected=self.state.fingerprint)
        is_new = state != self.state or searcher.num_docs != self.searcher.num_docs
        self.searcher, self.state = searcher, state
        self._known_words = {}  # only now, so that what the searcher before knew is not taken for new
        return is_new

    def search(self, query: Query, field: str, *, k: int, where: Filter | None, within: Collection[int] | None) -> Hits:
        limits = list(_limits(self.schema, where, within))
        if limits:
            query = Query.boolean_query([(Occur.Must, query), *((Occur.Must, limit) for limit in limits)])
        searcher = self.searcher
        found = searcher.search(query, max(k, 1), count=False).hits[:k]
        ids = searcher.fast_field_values(field, [address for _, address in found])
        return Hits(ids=np.array(ids, dtype=np.int64), scores=np.array([score for score, _ in found], dtype=np.float32))

    def has_word(self, word: str) -> bool:
        known = self._known_words
        is_used = known.get(word)
        if is_used is None:
            if len(known) >= KNOWN_WORDS:
                known.clear()  # another thread may do so at any moment: nothing is looked up twice
            query = Query.term_query(self.schema, "word", word, "basic")
            is_used = known[word] = bool(self.searcher.search(query, 1, count=False).hits)
        return is_used

    def values(self, field: str, *, versions: Collection[int] | None = None) -> list[int]:
        """Values of a number field of all documents, or of those of some versions; the state has none."""
        query = Query.all_query() if versions is None else Query.term_set_query(self.schema, "version", list(versions))
        searcher = self.searcher
        found = searcher.search(_free(query), int(searcher.num_docs), count=False).hits
        values = searcher.fast_field_values(field, [address for _, address in found])
        return [int(value) for value in values if value is not None]

    def _read_state(self, searcher: tantivy.Searcher) -> IndexState:
        found = searcher.search(Query.term_query(self.schema, "kind", _STATE, "basic"), 1, count=False).hits
        if not found:
            raise IndexDamagedError(self.path, detail="it lacks its state")
        return IndexState.from_bytes(bytes(searcher.doc(found[0][1]).get_first("state") or b""))


def _state_document(state: IndexState) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("kind", _STATE)
    document.add_bytes("state", state.to_bytes())
    return document


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Signed, because deleting by the value of an unsigned field silently deletes nothing in tantivy 0.27.
    builder.add_integer_field("id", fast=True)
    builder.add_integer_field("version", indexed=True, fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("stem", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("word", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("state", stored=True)
    return builder.build()


@contextmanager
def _writer(path: Path, index: tantivy.Index, *, wait_s: float) -> Iterator[tantivy.IndexWriter]:
    """Hold tantivy's lock file, commit at the end, and let no merge of segments be cut short.

    The lock belongs to the open file, so that the system frees it when a process dies.
    """
    until = time.monotonic() + wait_s
    while True:
        try:
            writer = index.writer(WRITER_MEMORY_BYTES, 1)
            break
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise IndexUnwritableError(path, detail=one_line(error)) from error
            if time.monotonic() >= until:
                raise IndexBusyError(path) from error
            time.sleep(_POLL_S)
    try:
        yield writer
        writer.commit()
    except (ValueError, OSError) as error:
        raise IndexUnwritableError(path, detail=one_line(error)) from error
    finally:
        writer.wait_merging_threads()


def _any_of(schema: tantivy.Schema, terms: Sequence[WeightedTerm], *, word_share: float) -> Query:
    """Any of the words, stems and, at their share, the words as written."""
    weights: dict[tuple[str, str], float] = {}
    for term in terms:
        for field, value, weight in (("stem", term.stem, term.weight), ("word", term.word, term.weight * word_share)):
            if weight > 0:
                weights[field, value] = max(weight, weights.get((field, value), 0.0))
    return Query.boolean_query(
        [
            (Occur.Should, Query.boost_query(Query.term_query(schema, field, value, "freq"), weight))
            for (field, value), weight in weights.items()
        ]
    )


def _limits(schema: tantivy.Schema, where: Filter | None, within: Collection[int] | None) -> Iterator[Query]:
    """What a document must be, at no gain in score."""
    if where and where.sources:
        yield _free(Query.term_set_query(schema, "source", sorted(where.sources)))
    if where and (where.since or where.until):
        first = where.since.toordinal() if where.since else date.min.toordinal()
        last = where.until.toordinal() if where.until else date.max.toordinal()
        yield _free(Query.range_query(schema, "day", FieldType.Integer, first, last))
    if within is not None:
        yield _free(Query.term_set_query(schema, "version", list(within)))


def _free(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
