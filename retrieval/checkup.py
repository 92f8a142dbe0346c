"""Whether models and indexes are well. Nothing here changes anything, not even where an index is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from corpus.checkup import Finding, State
from corpus.store import ArticleStore
from retrieval.dense import DenseIndex
from retrieval.encoder import open_encoder
from retrieval.engine import open_reader
from retrieval.errors import IndexMissingError
from retrieval.indexer import STORE_ID_FILE, TEXT_FORMAT, Indexer
from retrieval.lexical import LexicalIndex
from retrieval.ports import Encoder
from retrieval.rank import RankModel
from retrieval.settings import RetrievalSettings

MUCH_LAG = 5000
"""Changes; at some hundreds a second, catching up with these at a start takes seconds."""

_REBUILD = "kutip index rebuild"


def check_encoder(settings: RetrievalSettings) -> tuple[Finding, Encoder]:
    """Open the encoder that the settings name, and encode something.

    :raises RetrievalError: it is not there, or cannot be used.
    """
    encoder = open_encoder(settings, for_questions=True)
    (vector,) = encoder.encode_queries(["apa kabar hari ini?"])
    name = settings.embedding_model or "the shipped encoder"
    if not np.isclose(np.linalg.norm(vector), 1, atol=1e-3):
        message = f"{name} gives vectors that are none"
        return Finding(check="encoder", state=State.BROKEN, message=message, mend="install Kutip again"), encoder
    return Finding(check="encoder", state=State.OK, message=f"{name} works, {encoder.dim} numbers a vector"), encoder


def check_reader(settings: RetrievalSettings) -> Finding:
    """Open the models that order the sentences found, and decide whether one answers.

    :raises RetrievalError: one is not there, or cannot be used.
    """
    RankModel.load()
    open_reader(settings)
    return Finding(check="reader", state=State.OK, message="the shipped reader and ranking open")


async def check_indexes(store: ArticleStore, encoder: Encoder, folder: Path) -> list[Finding]:
    """Compare the saved indexes with the store and the encoder in use.

    :param store: open for reading.
    :raises RetrievalError: an index is another encoder's, of another version of Kutip, or damaged.
    """
    indexer = Indexer(store, encoder, folder)
    missing = judge_missing(await indexer.missing(), (await store.counts()).articles)
    owner = folder / STORE_ID_FILE
    if owner.exists() and owner.read_text(encoding="utf-8") != await store.store_id():
        message = f"{folder} belongs to another store"
        return [missing, Finding(check="indexes", state=State.WARNING, message=message, mend=_REBUILD)]
    try:
        dense = DenseIndex.open(folder / "dense", fingerprint=f"{encoder.fingerprint}/{TEXT_FORMAT}")
        lexical = LexicalIndex.open(folder / "lexical")
    except IndexMissingError as error:
        message = f"there is none in {error.index} yet; the next start makes it"
        return [missing, Finding(check="indexes", state=State.WARNING, message=message, mend=_REBUILD)]
    return [missing, judge_lag(await store.last_seq() - min(dense.seq, lexical.seq), vectors=len(dense))]


async def check_tables(store: ArticleStore, encoder: Encoder) -> list[Finding]:
    """Say what a store in a database lacks; what it is searched by stands in its own tables.

    :param store: open for reading.
    """
    fingerprint = f"{encoder.fingerprint}/{TEXT_FORMAT}"
    articles = (await store.counts()).articles
    return [judge_missing(len(await store.versions_without_vectors(fingerprint, limit=articles + 1)), articles)]


def judge_missing(missing: int, articles: int) -> Finding:
    """Say what it means that some articles are not embedded.

    >>> judge_missing(3, 10).message
    '3 of 10 articles are not embedded yet, so no question finds them'
    """
    if articles == 0:
        return Finding(
            check="articles", state=State.WARNING, message="there are no articles", mend="kutip load PATH|URL..."
        )
    if missing:
        message = f"{missing:,} of {articles:,} articles are not embedded yet, so no question finds them"
        return Finding(check="articles", state=State.WARNING, message=message, mend="start the bot, or " + _REBUILD)
    return Finding(check="articles", state=State.OK, message=f"all {articles:,} are embedded")


def judge_lag(lag: int, *, vectors: int) -> Finding:
    """Say how far the saved indexes are behind the store; a running bot is up to date in its memory all the same.

    :param lag: changes.

    >>> judge_lag(12, vectors=3000).state.value
    'ok'
    """
    message = f"{vectors:,} vectors, of the encoder in use, {lag:,} changes behind the store"
    if lag > MUCH_LAG:
        mend = f"start the bot anew, or {_REBUILD}"
        return Finding(check="indexes", state=State.WARNING, message=message, mend=mend)
    return Finding(check="indexes", state=State.OK, message=message)
