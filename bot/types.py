"""The records of what the bot remembers: chats, answers, feedback, and messages that must go out at most once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from retrieval.types import Status


class ChatKind(StrEnum):
    """Kinds of chats, as Telegram names them."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRecord:
    """A chat that the bot is or was in. All times are aware, UTC, to the second.

    :param title: of a group or channel; of a private chat the person's name.
    :param can_write: whether the bot has the right to send there.
    :param gone_since: when the bot was blocked or taken out, or None while it is in.
    """

    id: int
    kind: ChatKind
    title: str
    username: str | None = None
    is_forum: bool = False
    can_write: bool = True
    first_seen: datetime
    last_seen: datetime
    gone_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """What the admins of a group choose.

    :param answers_mentions: whether a mention is answered, not only the command.
    :param since_days: the days back that a question of this chat searches; None for all.
    """

    answers_mentions: bool = True
    since_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCitation:
    """What is kept of a citation: where it is, not what it says.

    :param sentence_id: :attr:`corpus.types.Sentence.id`; finds nothing once the article was changed or deleted.
    :param span: character offsets ``[start, end)`` in the sentence, or None.
    :param also: ids of other articles of the same story.
    """

    sentence_id: int
    article_id: str
    span: tuple[int, int] | None = None
    score: float
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """One question and what it got.

    :param id: given by :meth:`bot.keeping.state.BotState.keep_answer`, positive, below 2**63; not to be guessed.
    :param user_id: who asked, or None for a channel.
    :param thread_id: topic of a forum, or None.
    :param question: as it was searched for.
    :param question_message_id: None for an inline question.
    :param message_id: of the answer, or None before it was sent.
    :param shown: how many of the citations are on show.
    """

    id: int = 0
    chat_id: int
    user_id: int | None
    thread_id: int | None = None
    question: str
    question_message_id: int | None = None
    message_id: int | None = None
    status: Status
    confidence: float
    citations: tuple[StoredCitation, ...] = ()
    shown: int = 0
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The last question of a person in a chat.

    :param article_ids: of its citations, best first, each once.
    """

    question: str
    asked_at: datetime
    article_ids: tuple[str, ...]


class OutboxState(StrEnum):
    """How far a message is that must go out at most once.

    ::

        new ──> claimed ──> sending ──> sent
         │         │           ├──────> unknown     may have arrived, will never be sent again
         │         └───────────┴──────> new         surely not sent
         └────────────────────────────> skipped     never to be sent
    """

    NEW = "new"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class ClaimResult(StrEnum):
    """Whether a message may be sent."""

    NEW = "new"
    """It may: say so with ``sending``, then send."""

    BUSY = "busy"
    """Another task, or another living process, is at it."""

    SENT = "sent"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Answer to a claim.

    :param message_id: of the message, where it was sent before.
    """

    result: ClaimResult
    message_id: int | None = None

    @property
    def may_send(self) -> bool:
        """Whether the message is the caller's to send."""
        return self.result is ClaimResult.NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """One message that must go out at most once.

    :param key: unique over all messages.
    :param kind: what it is: ``answer``, ``digest``.
    :param thread_id: topic of a forum, or None.
    :param slot: which one of its kind in its chat: for a digest the local scheduled hour, else the key.
    :param due_at: when it is to be sent, or None for one that is sent at once.
    :param changed_at: when it came into its state.
    :param rest: what is to be sent, of a part that follows another; see :mod:`bot.sending.entries`.
    """

    key: str
    kind: str
    chat_id: int
    thread_id: int | None = None
    slot: str
    due_at: datetime | None = None
    state: OutboxState = OutboxState.NEW
    message_id: int | None = None
    changed_at: datetime
    rest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The part of a scheduled message that comes after another; kind, chat and topic are those of that.

    :param rest: as in :class:`OutboxEntry`.
    """

    key: str
    slot: str
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A message to be put into the outbox for later.

    :param slot: as in :class:`OutboxEntry`; one chat and topic gets one message a kind and slot, whatever happens.
    """

    kind: str
    chat_id: int
    thread_id: int | None = None
    slot: str
    due_at: datetime

    @property
    def key(self) -> str:
        """Key of its entry in the outbox.

        >>> from datetime import UTC
        >>> Scheduled(kind="digest", chat_id=-5, slot="2025-06-10T07", due_at=datetime(2025, 6, 10, tzinfo=UTC)).key
        'digest:-5:0:2025-06-10T07'
        """
        return f"{self.kind}:{self.chat_id}:{self.thread_id or 0}:{self.slot}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxCounts:
    """Entries of the outbox by state; a state without any is 0."""

    new: int = 0
    claimed: int = 0
    sending: int = 0
    sent: int = 0
    unknown: int = 0
    skipped: int = 0
