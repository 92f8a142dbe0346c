"""Brings vectors and indexes up to the store: embeds what is new, applies the change log, compares, rebuilds.

Everything here can be killed at any moment: vectors are committed a batch at a time, each index remembers the last
change that it holds, applying a change again changes nothing, and what is made anew is put in its place when it is
whole.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import KutipError
from corpus.store import ArticleStore
from corpus.types import Article, Change, ChangeKind, Sentence
from retrieval.dense import DenseIndex, DenseRows
from retrieval.errors import IndexBusyError, IndexMissingError, IndexOutdatedError
from retrieval.lexical import LexicalIndex
from retrieval.lexical_texts import LexicalArticle
from retrieval.ports import Encoder, FollowingVectors, FollowingWords

TEXT_FORMAT = "title-and-sentences-2"
"""How an article is embedded: headline and sentences are encoded together, up to the encoder's tokens at a time, and a
sentence's vector is the mean over its own tokens. Against each sentence alone, on the pooled validation questions of
IDK-MRC and FacQA: recall@20 0.932 against 0.844, MRR@10 0.702 against 0.656, at the same cost."""

EMBED_BATCH_ARTICLES = 32
APPLY_BATCH_CHANGES = 512
FOLLOW_PAUSE_S = 2.0
"""Pause between two looks at the store of a running process; new articles must be found within 5 s."""

STORE_ID_FILE = "store"
"""In the folder of the indexes: which store they were derived from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """The two derived indexes of a store. Searches may run in any thread while an indexer applies changes."""

    dense: FollowingVectors
    lexical: FollowingWords

    @property
    def seq(self) -> int:
        """Last change that both hold."""
        return min(self.dense.seq, self.lexical.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that an index holds otherwise than the store.

    :param index: ``vectors``, ``dense`` or ``lexical``.
    :param problem: in one line.
    """

    index: str
    problem: str


class Indexer:
    """Keeps vectors and indexes in step with a store.

    :param store: open; writable where :meth:`embed` is to be called.
    :param folder: of the indexes, made where it is not there.
    """

    def __init__(self, store: ArticleStore, encoder: Encoder, folder: Path) -> None:
        self._store = store
        self._encoder = encoder
        self._folder = folder
        self.fingerprint = f"{encoder.fingerprint}/{TEXT_FORMAT}"

    async def open(self) -> Indexes:
        """Open the indexes; call :meth:`catch_up` next.

        They are made empty where there are none, where an earlier version of Kutip wrote them in another layout, and
        where they are another store's: a restored backup counts its changes anew.

        :raises FingerprintMismatchError: they were built by another encoder.
        :raises IndexDamagedError: their files are broken.
        """
        return await asyncio.to_thread(self._open, await self._store.store_id())

    def _open(self, store_id: str) -> Indexes:
        self._disown_other_stores(store_id)
        try:
            dense = DenseIndex.open(self._folder / "dense", fingerprint=self.fingerprint)
        except (IndexMissingError, IndexOutdatedError):
            dense = DenseIndex.create(dim=self._encoder.dim, fingerprint=self.fingerprint)
        try:
            lexical = LexicalIndex.open(self._folder / "lexical")
        except IndexMissingError:
            lexical = self._new_lexical()
        return Indexes(dense=dense, lexical=lexical)

    def _disown_other_stores(self, store_id: str) -> None:
        """Throw away the indexes of another store, and remember which store those to come belong to."""
        path = self._folder / STORE_ID_FILE
        if path.exists() and path.read_text(encoding="utf-8") == store_id:
            return
        with self._locked(wait=True):
            if path.exists() and path.read_text(encoding="utf-8") != store_id:
                self._discard()
            part = path.with_suffix(".part")
            part.write_text(store_id, encoding="utf-8")
            part.replace(path)

    def _new_lexical(self) -> LexicalIndex:
        """Make an empty lexical index beside its place and put it there at once, unless another process has."""
        folder, part = self._folder / "lexical", self._folder / "lexical.part"
        with self._locked(wait=True):
            try:
                return LexicalIndex.open(folder)
            except IndexMissingError:
                for rest in (folder, part):
                    shutil.rmtree(rest, ignore_errors=True)
                LexicalIndex.create(part)
                part.replace(folder)
                return LexicalIndex.open(folder)

    def _discard(self) -> None:
        for name in ("dense", "lexical"):
            shutil.rmtree(self._folder / name, ignore_errors=True)

    async def missing(self) -> int:
        """Articles whose sentences are not embedded yet."""
        counted = after = 0
        while versions := await self._store.versions_without_vectors(self.fingerprint, after=after, limit=4096):
            counted, after = counted + len(versions), versions[-1]
        return counted

    async def embed(self, *, on_progress: Callable[[int], None] | None = None) -> int:
        """Embed every sentence that has no vector yet, a batch of articles a transaction.

        :param on_progress: called with the number of sentences embedded since the last call.
        :return: sentences embedded.
        """
        total = after = 0
        while versions := await self._store.versions_without_vectors(
            self.fingerprint, after=after, limit=EMBED_BATCH_ARTICLES
        ):
            after = versions[-1]
            entries = await self._entries(versions)
            vectors = await asyncio.to_thread(self._encode, entries)
            await self._store.put_vectors(self.fingerprint, vectors)
            count = sum(map(len, vectors.values()))
            total += count
            if on_progress:
                on_progress(count)
        return total

    def _encode(self, entries: Sequence[tuple[Article, list[Sentence]]]) -> dict[int, NDArray[np.float16]]:
        passages = [[article.title, *(sentence.text for sentence in sentences)] for article, sentences in entries]
        encoded = self._encoder.encode_spans(passages)
        return {
            article.version: rows[1:].astype(np.float16) for (article, _), rows in zip(entries, encoded, strict=True)
        }

    async def _entries(self, versions: Sequence[int]) -> list[tuple[Article, list[Sentence]]]:
        articles = await self._store.by_version(versions)
        entries = [
            (articles[version], await self._store.sentences(articles[version].id))
            for version in versions
            if version in articles
        ]
        # An article may have been changed between the two questions; its new version comes by later.
        return [
            (article, sentences)
            for article, sentences in entries
            if all(sentence.version == article.version for sentence in sentences)
        ]

    async def catch_up(self, indexes: Indexes) -> int:
        """Apply the changes that the indexes do not hold yet, up to the first article that is not embedded.

        Any process may do so for its own memory; the one that gets the lock also writes the files.

        :return: changes applied to the index that was furthest behind.
        """
        applied = 0
        await asyncio.to_thread(indexes.lexical.reload)
        while batch := await self._batch(indexes.seq):
            changes, entries, vectors = batch
            await asyncio.to_thread(self._apply, indexes, changes, entries, vectors)
            applied += len(changes)
        return applied

    async def _batch(
        self, after: int
    ) -> tuple[list[Change], list[tuple[Article, list[Sentence]]], dict[int, NDArray[np.float16]]] | None:
        changes = await self._store.changes(after, APPLY_BATCH_CHANGES)
        upserts = [change.seq for change in changes if change.kind is ChangeKind.UPSERT]
        # In this order, for an article that is deleted in between must not look like one that is not embedded yet.
        vectors = await self._store.vectors(self.fingerprint, upserts)
        entries = await self._entries(upserts)
        bare = min((article.version for article, _ in entries if article.version not in vectors), default=None)
        if bare is not None:
            changes = [change for change in changes if change.seq < bare]
            entries = [entry for entry in entries if entry[0].version < bare]
        return (changes, entries, vectors) if changes else None

    def _apply(
        self,
        indexes: Indexes,
        changes: Sequence[Change],
        entries: Sequence[tuple[Article, list[Sentence]]],
        vectors: dict[int, NDArray[np.float16]],
    ) -> None:
        removed = [change.replaces for change in changes if change.replaces is not None]
        seq = changes[-1].seq
        if seq > indexes.dense.seq:
            rows = [
                DenseRows(
                    version=article.version,
                    source=article.source,
                    day=article.published_at.day,
                    vectors=vectors[article.version],
                )
                for article, _ in entries
            ]
            indexes.dense.apply(added=rows, removed=removed, seq=seq)
        if seq > indexes.lexical.seq:
            texts = [
                LexicalArticle(
                    version=article.version,
                    source=article.source,
                    day=article.published_at.day,
                    title=article.title,
                    sentences=[sentence.text for sentence in sentences],
                )
                for article, sentences in entries
            ]
            indexes.lexical.apply(added=texts, removed=removed, seq=seq)

    async def save(self, indexes: Indexes) -> bool:
        """Write the dense index to its folder, unless what lies there holds more; the lexical one is on disk already.

        :return: False when another process is writing, which then saves the same changes.
        """

        def work() -> bool:
            try:
                with self._locked(wait=False):
                    folder = self._folder / "dense"
                    folder.mkdir(parents=True, exist_ok=True)
                    dense = indexes.dense
                    held = DenseIndex.saved_seq(folder, fingerprint=self.fingerprint)
                    if isinstance(dense, DenseIndex) and held <= dense.seq:
                        dense.save(folder)
                    return True
            except IndexBusyError:
                return False

        return await asyncio.to_thread(work)

    async def rebuild(self, *, on_progress: Callable[[int], None] | None = None) -> Indexes:
        """Throw both indexes away and build them from the stored vectors; embeds only what has none.

        :param on_progress: as for :meth:`embed`.
        :raises IndexBusyError: another process is writing to them.
        """

        def discard() -> None:
            with self._locked(wait=False):
                self._discard()

        await asyncio.to_thread(discard)
        await self._store.drop_vectors(keep=self.fingerprint)
        await self.embed(on_progress=on_progress)
        indexes = await self.open()
        await self.catch_up(indexes)
        await self.save(indexes)
        return indexes

    async def verify(self, indexes: Indexes) -> list[Difference]:
        """Compare the store with both indexes, article by article; empty when all agree."""
        stored: dict[int, int] = {}
        async for batch in self._store.iter_articles():
            stored |= {article.version: len(sentences) for article, sentences in batch}
        found = [
            Difference(index="vectors", problem=f"version {version} is not embedded")
            for version in await self._store.versions_without_vectors(self.fingerprint, limit=len(stored) + 1)
        ]
        for name, index in (("dense", indexes.dense), ("lexical", indexes.lexical)):
            held = await asyncio.to_thread(index.versions)
            found += [Difference(index=name, problem=problem) for problem in _problems(stored, held)]
        return found

    @asynccontextmanager
    async def following(self, indexes: Indexes, *, pause_s: float = FOLLOW_PAUSE_S) -> AsyncIterator[None]:
        """Keep the indexes in step with the store while the body runs.

        A look that fails, because the disk is full or another process writes for long, is logged and followed by the
        next.

        :param pause_s: between two looks.
        """
        stop = asyncio.Event()
        task = asyncio.create_task(self._follow(indexes, stop, pause_s))
        try:
            yield
        finally:
            stop.set()
            await task

    async def _follow(self, indexes: Indexes, stop: asyncio.Event, pause_s: float) -> None:
        while not stop.is_set():
            try:
                if await self._store.last_seq() > indexes.seq:
                    await self.catch_up(indexes)
            except KutipError as error:
                logging.getLogger(__name__).warning("the indexes do not follow the store: %s", error)
            try:
                await asyncio.wait_for(stop.wait(), pause_s)
            except TimeoutError:
                continue

    @contextmanager
    def _locked(self, *, wait: bool) -> Iterator[None]:
        """Hold the right to write the index files, across processes; the system frees it when a process dies."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusyError(self._folder) from error
            yield


def _problems(stored: dict[int, int], held: dict[int, int]) -> Iterator[str]:
    for version in sorted(stored.keys() | held.keys()):
        if version not in held:
            yield f"version {version} of the store is missing"
        elif version not in stored:
            yield f"version {version} is not in the store"
        elif stored[version] != held[version]:
            yield f"version {version} has {held[version]} sentences, the store {stored[version]}"
