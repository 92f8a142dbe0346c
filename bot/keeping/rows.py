"""Rows of bot.db to records, and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.types import ChatKind, ChatRecord, OutboxEntry, OutboxState, StoredAnswer, StoredCitation
from retrieval.types import Status

CHAT_COLUMNS = "chat_id, kind, title, username, is_forum, can_write, first_seen, last_seen, gone_since"
ANSWER_COLUMNS = (
    "answer_id, chat_id, user_id, thread_id, question, question_message_id, message_id, status, confidence, citations,"
    " shown, asked_at"
)
OUTBOX_COLUMNS = "key, kind, chat_id, thread_id, slot, due_at, state, message_id, changed_at, rest"


def seconds_of(moment: datetime) -> int:
    """:param moment: aware.

    :return: whole UTC seconds since 1970.
    :raises ValueError: no zone, so that the moment is not known.

    >>> seconds_of(datetime(2025, 6, 10, 7, tzinfo=UTC))
    1749538800
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time needs a zone: {moment.isoformat()}")
    return int(moment.timestamp())


def moment_of(seconds: int) -> datetime:
    """The aware UTC time of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def _moment_or_none(seconds: int | None) -> datetime | None:
    return None if seconds is None else moment_of(seconds)


def plain(text: str) -> str:
    r"""Text that UTF-8 can hold: Telegram lets halves of surrogate pairs through.

    >>> plain("a\ud83d")
    'a?'
    """
    return text.encode("utf-8", "replace").decode()


def chat_of(row: tuple[Any, ...]) -> ChatRecord:
    """:param row: of :data:`CHAT_COLUMNS`."""
    chat_id, kind, title, username, is_forum, can_write, first_seen, last_seen, gone_since = row
    return ChatRecord(
        id=chat_id,
        kind=ChatKind(kind),
        title=title,
        username=username,
        is_forum=bool(is_forum),
        can_write=bool(can_write),
        first_seen=moment_of(first_seen),
        last_seen=moment_of(last_seen),
        gone_since=_moment_or_none(gone_since),
    )


def row_of_answer(answer: StoredAnswer) -> dict[str, Any]:
    """Values by the names of :data:`ANSWER_COLUMNS`."""
    return {
        "answer_id": answer.id,
        "chat_id": answer.chat_id,
        "user_id": answer.user_id,
        "thread_id": answer.thread_id,
        "question": plain(answer.question),
        "question_message_id": answer.question_message_id,
        "message_id": answer.message_id,
        "status": answer.status.value,
        "confidence": float(answer.confidence),
        "citations": _json_of(answer.citations),
        "shown": answer.shown,
        "asked_at": seconds_of(answer.asked_at),
    }


def answer_of(row: tuple[Any, ...]) -> StoredAnswer:
    """:param row: of :data:`ANSWER_COLUMNS`."""
    return StoredAnswer(
        id=row[0],
        chat_id=row[1],
        user_id=row[2],
        thread_id=row[3],
        question=row[4],
        question_message_id=row[5],
        message_id=row[6],
        status=Status(row[7]),
        confidence=row[8],
        citations=citations_of(row[9]),
        shown=row[10],
        asked_at=moment_of(row[11]),
    )


def _json_of(citations: tuple[StoredCitation, ...]) -> str:
    return json.dumps(
        [
            [int(c.sentence_id), c.article_id, *(map(int, c.span) if c.span else (None, None)), float(c.score), c.also]
            for c in citations
        ],
        separators=(",", ":"),
    )


def citations_of(text: str) -> tuple[StoredCitation, ...]:
    """:param text: of the column ``citations``."""
    return tuple(
        StoredCitation(
            sentence_id=sentence_id,
            article_id=article_id,
            span=None if start is None else (start, end),
            score=score,
            also=tuple(also),
        )
        for sentence_id, article_id, start, end, score, also in json.loads(text)
    )


def articles_of(text: str) -> tuple[str, ...]:
    """Ids of the cited articles, best first, each once.

    :param text: of the column ``citations``.
    """
    return tuple(dict.fromkeys(citation.article_id for citation in citations_of(text)))


def entry_of(row: tuple[Any, ...]) -> OutboxEntry:
    """:param row: of :data:`OUTBOX_COLUMNS`."""
    key, kind, chat_id, thread_id, slot, due_at, state, message_id, changed_at, rest = row
    return OutboxEntry(
        key=key,
        kind=kind,
        chat_id=chat_id,
        thread_id=thread_id or None,
        slot=slot,
        due_at=_moment_or_none(due_at),
        state=OutboxState(state),
        message_id=message_id,
        changed_at=moment_of(changed_at),
        rest=rest,
    )
