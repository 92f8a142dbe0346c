"""What one write transaction does to the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.dedup import band_keys
from corpus.ports import Rows
from corpus.storing.grouping import regroup
from corpus.storing.identity import Batch, StoredArticle, is_anonymous, made_ids
from corpus.storing.store_rows import SELECT_STORED, UPSERT_ARTICLE, json_of, row_of, sentence_rows, stored_of
from corpus.storing.urls import url_key
from corpus.types import Change, ChangeKind, Draft

_HAS_ID_OR_KEY = "WHERE a.id IN (SELECT value FROM json_each(?)) OR a.url_key IN (SELECT value FROM json_each(?))"

# The content of a draft that has a name of its own matters for articles that have none: one a source, however often the
# text is there.
_OR_CONTENT = (
    " OR (a.content_hash IN (SELECT value FROM json_each(?)) AND a.has_own_id = 0 AND a.url_key IS NULL)"
    " OR a.content_hash IN (SELECT value FROM json_each(?))"
)


async def latest_seq(database: Rows) -> int:
    """Number of the last change, 0 for a new store."""
    ((seq,),) = await database.rows("SELECT coalesce(max(seq), 0) FROM changes")
    return int(seq)


async def batch_for(database: Rows, drafts: Sequence[Draft]) -> Batch:
    """All that the store knows about some drafts."""
    inputs = await database.rows(
        "SELECT input_hash, article_id FROM inputs WHERE input_hash IN (SELECT value FROM json_each(?))",
        (json_of(draft.input_hash.hex() for draft in drafts),),
    )
    known = {bytes.fromhex(digest): article_id for digest, article_id in inputs}
    ids: set[str] = set()
    keys: set[str] = set()
    named: set[str] = set()
    anonymous: set[str] = set()
    for draft in drafts:
        if draft.input_hash not in known:
            key = url_key(draft.url) if draft.url else None
            keys |= {key} if key else set()
            ids |= set(made_ids(draft, key)) if draft.id is None else {draft.id}
            (anonymous if is_anonymous(draft, key) else named).add(draft.content_hash.hex())
    rows = await database.rows(
        f"{SELECT_STORED} {_HAS_ID_OR_KEY} {_OR_CONTENT}", [json_of(wanted) for wanted in (ids, keys, named, anonymous)]
    )
    return Batch(last_seq=await latest_seq(database), stored=map(stored_of, rows), inputs=known)


async def write(database: Rows, batch: Batch) -> None:
    """Everything that a batch decided."""
    await database.run_many(
        "INSERT INTO inputs (input_hash, article_id) VALUES (?, ?)",
        [(digest.hex(), article_id) for digest, article_id in batch.new_inputs],
    )
    if not batch.changes:
        return
    await _take_away(database, batch.replaced)
    written = batch.written
    await database.run_many(UPSERT_ARTICLE, map(row_of, written))
    await database.run_many(
        "INSERT INTO sentences (version, position, article_id, paragraph, text) VALUES (?, ?, ?, ?, ?)",
        [row for stored in written for row in sentence_rows(stored)],
    )
    await database.run_many(
        "INSERT INTO bands (band_key, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key, stored.article.id) for stored in written for key in band_keys(stored.signature)],
    )
    await _log(database, batch.changes)
    shaken = {stored.article.near_group for stored in batch.replaced} - {None}
    await regroup(database, [stored.article.id for stored in written], shaken=[name for name in shaken if name])


async def remove(database: Rows, stored: StoredArticle) -> None:
    """An article and all that belongs to it."""
    article = stored.article
    await _take_away(database, [stored])
    await database.run_many("DELETE FROM inputs WHERE article_id = ?", [(article.id,)])
    await database.run_many("DELETE FROM articles WHERE id = ?", [(article.id,)])
    seq = await latest_seq(database) + 1
    await _log(database, [Change(seq=seq, article_id=article.id, kind=ChangeKind.DELETE, replaces=article.version)])
    if article.near_group is not None:
        await regroup(database, (), shaken=[article.near_group])


async def _take_away(database: Rows, replaced: Sequence[StoredArticle]) -> None:
    """What belongs to versions that are gone."""
    versions = [(stored.article.version,) for stored in replaced]
    await database.run_many("DELETE FROM sentences WHERE version = ?", versions)
    await database.run_many("DELETE FROM vectors WHERE version = ?", versions)
    await database.run_many(
        "DELETE FROM bands WHERE band_key = ? AND article_id = ?",
        [(key, stored.article.id) for stored in replaced for key in band_keys(stored.signature)],
    )


async def _log(database: Rows, changes: Iterable[Change]) -> None:
    await database.run_many(
        "INSERT INTO changes (seq, article_id, kind, replaces) VALUES (?, ?, ?, ?)",
        [(change.seq, change.article_id, change.kind.value, change.replaces) for change in changes],
    )


async def grouped(database: Rows, ids: Iterable[str]) -> set[str]:
    """Those of some articles that have a near copy."""
    rows = await database.rows(
        "SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?)) AND near_group IS NOT NULL",
        (json_of(ids),),
    )
    return {article_id for (article_id,) in rows}


async def find(database: Rows, id_or_url: str) -> StoredArticle | None:
    """By id, else by address."""
    key = url_key(id_or_url)
    rows = await database.rows(
        f"{SELECT_STORED} {_HAS_ID_OR_KEY}", (json_of([id_or_url]), json_of([key] if key else []))
    )
    found = sorted(map(stored_of, rows), key=lambda stored: stored.article.id != id_or_url)
    return found[0] if found else None
