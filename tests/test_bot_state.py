"""What the bot remembers: it is found again, belongs to someone, can be taken out whole, and costs few commits."""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
import struct
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.digests.subscriptions import Subscription, SubscriptionStore
from bot.keeping.mailbox import Mailbox
from bot.keeping.prompts import Prompt
from bot.keeping.state import BotState
from bot.keeping.state_schema import BOT_STATE
from bot.types import (
    ChatKind,
    ChatRecord,
    ChatSettings,
    Following,
    OutboxState,
    Scheduled,
    StoredAnswer,
    StoredCitation,
    Turn,
)
from corpus.errors import KutipError, NewerStoreError, NotAStoreError, StoreDamagedError, StoreFullError
from corpus.schema import migrate
from corpus.store import ArticleStore
from retrieval.types import Status

NOW = datetime(2025, 6, 10, 7, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANI, BUDI, ADMIN, GROUP = 7_012_345_678, 6_011_111_111, 5_055_555_555, -1_002_123_456_789


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
async def state(path: Path) -> AsyncIterator[BotState]:
    async with await BotState.open(path) as opened:
        yield opened


def chat(chat_id: int = GROUP, **changes: Any) -> ChatRecord:
    known = ChatRecord(id=chat_id, kind=ChatKind.GROUP, title="Warga Kali Wening", first_seen=NOW, last_seen=NOW)
    return replace(known, **changes)


def answer(chat_id: int = GROUP, user_id: int | None = ANI, **changes: Any) -> StoredAnswer:
    plain = StoredAnswer(
        chat_id=chat_id,
        user_id=user_id,
        question="kapan jembatan dibuka?",
        question_message_id=11,
        status=Status.ANSWERED,
        confidence=0.75,
        citations=(
            StoredCitation(sentence_id=2**60 + 1, article_id="a1", span=(3, 9), score=0.5, also=("a2", "a3")),
            StoredCitation(sentence_id=5, article_id="a4", score=0.25),
            StoredCitation(sentence_id=6, article_id="a1", score=0.125),
        ),
        shown=3,
        asked_at=NOW,
    )
    return replace(plain, **changes)


# chats


async def test_chat_is_found_again(state: BotState) -> None:
    """A chat comes back as it was seen, forum and all."""
    seen = chat(kind=ChatKind.SUPERGROUP, username="kaliwening", is_forum=True)
    await state.see_chat(seen)
    assert seen == await state.get_chat(GROUP)
    assert await state.get_chat(ANI) is None


async def test_chat_seen_again(state: BotState) -> None:
    """What changed is remembered; when it was first seen and whether the bot may write there stay."""
    await state.see_chat(chat())
    await state.set_can_write(GROUP, False)
    await state.see_chat(chat(title="Warga", first_seen=NOW + MINUTE, last_seen=NOW + MINUTE))
    assert chat(title="Warga", last_seen=NOW + MINUTE, can_write=False) == await state.get_chat(GROUP)


async def test_gone_chat(state: BotState) -> None:
    """A chat is gone since the first time that this was noticed, until it is seen again."""
    await state.see_chat(chat())
    await state.mark_gone(GROUP, NOW)
    await state.mark_gone(GROUP, NOW + MINUTE)
    assert [chat(gone_since=NOW)] == await state.chats(present=False)
    assert [] == await state.chats()
    await state.see_chat(chat())
    assert [chat()] == await state.chats()


async def test_chats_by_kind(state: BotState) -> None:
    """Chats can be asked for by kind, gone ones too."""
    await state.see_chat(chat())
    await state.see_chat(chat(ANI, kind=ChatKind.PRIVATE, gone_since=NOW))
    assert [GROUP, ANI] == [one.id for one in await state.chats(present=None)]
    assert [ANI] == [one.id for one in await state.chats(kinds={ChatKind.PRIVATE}, present=None)]
    assert [] == await state.chats(kinds={ChatKind.PRIVATE})


@pytest.mark.parametrize("title", ["setengah \ud83d", "nol \0 di tengah", "x" * 5000], ids=["surrogate", "nul", "long"])
async def test_odd_titles(state: BotState, title: str) -> None:
    """Whatever a title holds, the chat is remembered."""
    await state.see_chat(chat(title=title))
    found = await state.get_chat(GROUP)
    assert found is not None
    assert title.encode("utf-8", "replace").decode()[:256] == found.title


async def test_chat_settings(state: BotState) -> None:
    """Settings are the defaults until they are chosen, and can be chosen again."""
    assert ChatSettings() == await state.chat_settings(GROUP)
    for chosen in (ChatSettings(answers_mentions=False, since_days=30), ChatSettings(since_days=7)):
        await state.set_chat_settings(GROUP, chosen)
        assert chosen == await state.chat_settings(GROUP)


# answers


async def test_answer_is_found_again(state: BotState) -> None:
    """An answer comes back by its id and by the question's message, with its 64-bit sentence ids."""
    kept = answer(thread_id=4)
    answer_id = await state.keep_answer(kept)
    assert replace(kept, id=answer_id) == await state.answer(answer_id)
    assert replace(kept, id=answer_id) == await state.answer_to(GROUP, 11)
    assert await state.answer(answer_id + 1) is None
    assert await state.answer_to(ANI, 11) is None


async def test_answer_ids_grow(state: BotState) -> None:
    """Ids are different, positive and fit 64 bits, also when many are given at once."""
    ids = [await state.keep_answer(answer(question_message_id=n)) for n in range(50)]
    assert 50 == len(set(ids))
    assert all(0 < one < 2**63 for one in ids)


async def test_answer_message_and_shown(state: BotState) -> None:
    """What becomes known later is put to the answer."""
    answer_id = await state.keep_answer(answer())
    await state.set_answer_message(answer_id, 12)
    await state.set_shown(answer_id, 1)
    assert answer(id=answer_id, message_id=12, shown=1) == await state.answer(answer_id)


async def test_answer_that_never_went_out_is_replaced(state: BotState) -> None:
    """Of a question that is worked on again after a kill, the answer that was not sent does not stay."""
    lost = await state.keep_answer(answer())
    again = await state.keep_answer(answer())
    assert await state.answer(lost) is None
    await state.set_answer_message(again, 12)
    newest = await state.keep_answer(answer())
    assert [again, newest] == [one.id for one in (await state.answer(again), await state.answer(newest)) if one]


async def test_edited_question(state: BotState) -> None:
    """The answer to an edited question keeps its id and messages, and loses the votes on the old text."""
    answer_id = await state.keep_answer(answer(message_id=12))
    await state.vote(answer_id, BUDI, 1, NOW)
    new = answer(question="siapa wakilnya?", status=Status.NOT_FOUND, confidence=0.0, citations=(), shown=0)
    assert await state.replace_answer(answer_id, replace(new, chat_id=1, message_id=99))
    assert replace(new, id=answer_id, message_id=12) == await state.answer(answer_id)
    assert (0, 0) == await state.votes(answer_id)
    assert not await state.replace_answer(answer_id + 1, new)


async def test_last_turn(state: BotState) -> None:
    """The last turn is that of this person in this chat, if it is fresh enough; its articles each once, best first."""
    await state.keep_answer(answer(question="yang pertama", question_message_id=10, asked_at=NOW - MINUTE))
    await state.keep_answer(answer())
    await state.keep_answer(answer(user_id=BUDI, question="orang lain", question_message_id=12))
    await state.keep_answer(answer(chat_id=ANI, question="tempat lain"))
    expected = Turn(question="kapan jembatan dibuka?", asked_at=NOW, article_ids=("a1", "a4"))
    assert expected == await state.last_turn(GROUP, ANI, since=NOW)
    assert await state.last_turn(GROUP, ANI, since=NOW + MINUTE) is None


async def test_prune(state: BotState) -> None:
    """Old answers and the votes on them go, others stay."""
    old = await state.keep_answer(answer(asked_at=NOW - MINUTE))
    new = await state.keep_answer(answer(question_message_id=12))
    await state.vote(old, BUDI, 1, NOW)
    await state.vote(new, BUDI, -1, NOW)
    assert 1 == await state.prune(NOW)
    assert await state.answer(old) is None
    assert (0, 1) == await state.feedback_counts()


# feedback and blocks


async def test_votes(state: BotState) -> None:
    """Each person has one vote on an answer, which can be changed and taken back."""
    answer_id = await state.keep_answer(answer())
    for user_id, value in ((ANI, 1), (BUDI, 1), (ANI, -1)):
        assert await state.vote(answer_id, user_id, value, NOW)  # type: ignore[arg-type] - a literal in a loop
    assert (1, 1) == await state.votes(answer_id)
    assert (-1, 1, 0) == tuple([await state.vote_of(answer_id, user) for user in (ANI, BUDI, ADMIN)])
    await state.vote(answer_id, BUDI, 0, NOW)
    assert (0, 1) == await state.votes(answer_id) == await state.feedback_counts()


async def test_vote_on_a_forgotten_answer(state: BotState) -> None:
    """A vote on an answer that is gone is not kept."""
    assert not await state.vote(77, ANI, 1, NOW)
    assert (0, 0) == await state.feedback_counts()


async def test_blocks(state: BotState) -> None:
    """Who is blocked stays so until the block is lifted."""
    await state.block(ANI, NOW, ADMIN)
    await state.block(BUDI, NOW, ADMIN)
    await state.block(ANI, NOW, BUDI)
    await state.unblock(BUDI)
    assert {ANI} == await state.blocked()


# people


async def fill(state: BotState, mailbox: Mailbox) -> int:
    """Something in every table, of Ani and of Budi; the id of Budi's answer in the group."""
    for person, name in ((ANI, "Ani Wijaya"), (BUDI, "Budi Santosa")):
        await state.see_chat(chat(person, kind=ChatKind.PRIVATE, title=name, username=name.split()[0]))
        await state.set_chat_settings(person, ChatSettings(since_days=3))
        private = await state.keep_answer(answer(person, person, question=f"rahasia {name}", thread_id=None))
        await state.vote(private, person, 1, NOW)
        await state.block(person, NOW, ADMIN)
        await mailbox.claim(f"answer:{person % 1000}:0", person, NOW)
        await mailbox.enqueue([Scheduled(kind="digest", chat_id=person, slot="2025-06-10T07", due_at=NOW)])
        message = {"message_id": 5, "from": {"id": person, "first_name": name}, "text": f"halo dari {name}"}
        await mailbox.receive(person % 1000, json.dumps({"update_id": person % 1000, "message": message}), NOW)
        await subscribe(state, person, person, name)
    await subscribe(state, ANI, GROUP, "Ani Wijaya")
    await state.block(ADMIN, NOW, ANI)
    await state.see_chat(chat())
    await state.set_chat_settings(GROUP, ChatSettings())
    in_group = await state.keep_answer(answer(user_id=BUDI, question="rahasia Budi Santosa di grup"))
    of_ani = await state.keep_answer(answer(user_id=ANI, question="rahasia Ani Wijaya di grup", question_message_id=12))
    await state.vote(in_group, ANI, -1, NOW)
    await state.vote(of_ani, BUDI, 1, NOW)
    await state.database.flush()
    return in_group


async def subscribe(state: BotState, owner_id: int, chat_id: int, name: str) -> None:
    """A subscription with a telling and a question that waits."""
    store = SubscriptionStore(state.database)
    made = Subscription(owner_id=owner_id, chat_id=chat_id, include=(f"topik {name}",), since=NOW, created_at=NOW)
    one = await store.put(made)
    store.tellings.tell(one.id, "digest", "2025-06-10T07", ["a1"])
    store.marks.set("digests_planned", NOW.isoformat())
    await store.prompts.ask(
        Prompt(user_id=owner_id, subscription_id=one.id, about="include", message_id=3, asked_at=NOW)
    )


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}  # noqa: S608


async def test_every_table_is_filled_by_the_tests_of_people(state: BotState, path: Path) -> None:
    """A table that is added later has to be thought of: by what deletes, what exports, and these tests."""
    await fill(state, await Mailbox.open(state.database))
    assert [] == [table for table, rows in cells(path).items() if not rows]


async def test_forgotten_person_is_nowhere(state: BotState, path: Path) -> None:
    """After forgetting no cell of any table and no byte of the files holds the person; others keep theirs."""
    in_group = await fill(state, await Mailbox.open(state.database))
    assert await state.forget_user(ANI) > 0
    left = [cell for rows in cells(path).values() for row in rows for cell in row]
    assert [] == [cell for cell in left if cell == ANI or "Ani" in str(cell) or str(ANI) in str(cell)]
    data = b"".join(file.read_bytes() for file in path.parent.glob("bot.db*"))
    assert (False, False) == (b"Ani Wijaya" in data, b"Ani" in data)
    assert b"rahasia Budi Santosa" in data
    assert (0, 0) == await state.votes(in_group)
    assert {BUDI, ADMIN} == await state.blocked()
    assert ["Budi Santosa"] == [one.title for one in await state.chats(kinds={ChatKind.PRIVATE})]


async def test_forgotten_again(state: BotState) -> None:
    """Forgetting someone of whom nothing is kept does nothing."""
    await fill(state, await Mailbox.open(state.database))
    await state.forget_user(ANI)
    assert 0 == await state.forget_user(ANI)


async def test_export_is_complete(state: BotState, path: Path) -> None:
    """The export is JSON, names all rows of the person's, and nothing of anyone else."""
    await fill(state, await Mailbox.open(state.database))
    data = await state.export_user(ANI)
    assert data == json.loads(json.dumps(data))
    assert {"user_id": 1} | dict.fromkeys(
        ("chats", "settings", "feedback", "messages", "questions", "blocked", "updates_in_hand", "waiting_for"), 1
    ) | {"subscriptions": 2, "questions": 2, "feedback": 2, "messages": 2} == {
        name: len(part) if isinstance(part, list) else 1 for name, part in data.items()
    }
    assert ["a1", "a4"] == data["questions"][0]["article_ids"]
    assert "2025-06-10T07:30:00+00:00" == data["questions"][0]["asked_at"]
    assert {"rahasia Ani Wijaya", "rahasia Ani Wijaya di grup"} == {one["question"] for one in data["questions"]}
    assert "Budi" not in json.dumps(data)


async def test_export_of_nobody(state: BotState) -> None:
    """Of someone who never came, only the id that was asked for."""
    data = await state.export_user(ANI)
    assert {"user_id": ANI} == {name: part for name, part in data.items() if part}


# migration of chats


NEW_GROUP = -1_009_999_999_999


async def test_migrated_chat_takes_all_along(state: BotState, path: Path) -> None:
    """No row of any table names the old chat; what it had is the new one's. Doing it again changes nothing."""
    mailbox = await Mailbox.open(state.database)
    in_group = await fill(state, mailbox)
    await state.set_chat_settings(GROUP, ChatSettings(since_days=7))
    slot = Scheduled(kind="digest", chat_id=GROUP, thread_id=4, slot="2025-06-10T07", due_at=NOW)
    await mailbox.enqueue([slot])
    for _ in range(2):
        await state.migrate_chat(GROUP, NEW_GROUP)
        assert GROUP not in [cell for rows in cells(path).values() for row in rows for cell in row]
        assert chat(NEW_GROUP, kind=ChatKind.SUPERGROUP) == await state.get_chat(NEW_GROUP)
        assert ChatSettings(since_days=7) == await state.chat_settings(NEW_GROUP)
        moved = await state.answer(in_group)
        assert moved is not None
        assert (NEW_GROUP, None) == (moved.chat_id, moved.question_message_id)
    assert 0 == await mailbox.enqueue([replace(slot, chat_id=NEW_GROUP)])


async def test_migrated_into_a_known_chat(state: BotState) -> None:
    """Where the new chat was seen first, it keeps its own name and settings, and is as old as the old one."""
    await state.see_chat(chat())
    await state.see_chat(chat(NEW_GROUP, title="Baru", first_seen=NOW + MINUTE))
    await state.set_chat_settings(GROUP, ChatSettings(since_days=7))
    await state.set_chat_settings(NEW_GROUP, ChatSettings(since_days=1))
    await state.migrate_chat(GROUP, NEW_GROUP)
    assert [chat(NEW_GROUP, title="Baru")] == await state.chats()
    assert ChatSettings(since_days=1) == await state.chat_settings(NEW_GROUP)


async def test_migration_while_a_message_is_under_way(state: BotState) -> None:
    """What is being sent to the old chat is confirmed under its key, and the new chat's same slot is not sent too."""
    mailbox = await Mailbox.open(state.database)
    old, new = (Scheduled(kind="digest", chat_id=one, slot="7", due_at=NOW) for one in (GROUP, NEW_GROUP))
    await mailbox.enqueue([old])
    await mailbox.sending(old.key)
    await mailbox.enqueue([new])
    await state.migrate_chat(GROUP, NEW_GROUP)
    await mailbox.sent(old.key, 9)
    entries = [entry for key in (old.key, new.key) if (entry := await mailbox.entry(key)) is not None]
    assert [OutboxState.SENT, OutboxState.SKIPPED] == [entry.state for entry in entries]
    assert [] == await mailbox.claim_due(NOW, 10, kind="digest")


# the file


def commits_of(path: Path) -> int:
    """Commits in the write-ahead log: its frames that carry the size of the file (sqlite.org/fileformat2.html)."""
    log = path.with_name(path.name + "-wal").read_bytes()
    (page_size,) = struct.unpack_from(">I", log, 8)
    salts = log[16:24]
    count = 0
    for at in itertools.takewhile(lambda at: at < len(log), itertools.count(32, page_size + 24)):
        size = struct.unpack_from(">I", log, at + 4)[0]
        count += bool(size) and log[at + 8 : at + 16] == salts
    return count


async def test_commits_of_an_answered_question(state: BotState, path: Path) -> None:
    """All that a question leaves costs three commits: received, about to send, sent."""
    mailbox = await Mailbox.open(state.database)
    before = commits_of(path)
    for number in range(5):
        key = f"answer:{number}:0"
        await mailbox.receive(number, "{}", NOW)
        await state.see_chat(chat())
        await state.chat_settings(GROUP)
        answer_id = await state.keep_answer(answer(question_message_id=number))
        assert (await mailbox.claim(key, GROUP, NOW)).may_send
        assert await mailbox.sending(key)
        await mailbox.sent(key, number + 1)
        await state.set_answer_message(answer_id, number + 1)
        await mailbox.done(number)
    assert 15 == commits_of(path) - before


async def test_writes_share_commits(state: BotState, path: Path) -> None:
    """What is written at the same time is on the disk with few commits, each with its own result."""
    mailbox = await Mailbox.open(state.database)
    before = commits_of(path)
    results = await asyncio.gather(*(mailbox.receive(n // 2, "{}", NOW) for n in range(200)))
    assert [True, False] * 100 == results
    assert commits_of(path) - before <= 5


async def test_failed_write_leaves_the_others(state: BotState) -> None:
    """Of writes that share a commit, one that fails is undone by itself."""

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO blocks (user_id, blocked_at) VALUES (1, 0)")
        raise LookupError("stopped")

    first, failed, last = await asyncio.gather(
        state.block(ANI, NOW, ADMIN), state.database.write(half), state.block(BUDI, NOW, ADMIN), return_exceptions=True
    )
    assert (None, LookupError, None) == (first, type(failed), last)
    assert {ANI, BUDI} == await state.blocked()


async def test_what_nobody_waits_for_is_written(state: BotState, path: Path) -> None:
    """A chat that was seen is on the disk soon, though nothing else is written."""
    await state.see_chat(chat())
    for _ in range(100):
        if cells(path)["chats"]:
            break
        await asyncio.sleep(0.02)
    assert 1 == len(cells(path)["chats"])


async def test_closing_writes_what_waits(path: Path) -> None:
    """Nothing that was posted is lost by an orderly end."""
    async with await BotState.open(path) as state:
        await state.see_chat(chat())
    async with await BotState.open(path) as state:
        assert chat() == await state.get_chat(GROUP)


async def test_full_disk(state: BotState) -> None:
    """Without room a write fails as such, others' state stays readable, and writing goes on when there is room."""
    await state.database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchall())
    mailbox = await Mailbox.open(state.database)
    with pytest.raises(StoreFullError):
        await mailbox.enqueue([Scheduled(kind="digest", chat_id=n, slot="7", due_at=NOW) for n in range(2000)])
    assert set() == await state.blocked()
    await state.database.write(lambda connection: connection.execute("PRAGMA max_page_count = 100000").fetchall())
    assert await mailbox.receive(1000, "x" * 2000, NOW)


async def test_newer_file_is_refused(path: Path) -> None:
    """A file of a later version is refused with both numbers and not touched."""
    async with await BotState.open(path):
        pass
    newer = BOT_STATE.version + 1
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {newer}")
    before = path.read_bytes()
    with pytest.raises(NewerStoreError) as caught:
        await BotState.open(path)
    assert (newer, BOT_STATE.version) == (caught.value.found, caught.value.known)
    assert before == path.read_bytes()


async def test_what_waited_in_a_file_of_schema_2_is_sent(path: Path) -> None:
    """What was not sent is due, what was being sent is unknown; and a part may follow."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, replace(BOT_STATE, migrations=BOT_STATE.migrations[:2]))
        connection.execute("INSERT INTO owners (owner) VALUES (1)")
        for chat_id, kept, owner in ((ANI, "new", None), (BUDI, "claimed", 1), (ADMIN, "sending", 1)):
            connection.execute(
                "INSERT INTO outbox (kind, chat_id, thread_id, slot, key, due_at, state, owner, changed_at)"
                " VALUES ('digest', ?, 0, 's', ?, ?, ?, ?, ?)",
                (chat_id, f"digest:{chat_id}:0:s", int(NOW.timestamp()), kept, owner, int(NOW.timestamp())),
            )
    async with await BotState.open(path) as state:
        mailbox = await Mailbox.open(state.database, clock=lambda: NOW + MINUTE)
        due = await mailbox.claim_due(NOW + MINUTE, 10, kind="digest")
        assert {ANI, BUDI} == {entry.chat_id for entry in due}
        assert [ADMIN] == [entry.chat_id for entry in await mailbox.doubtful()]
        first = f"digest:{ANI}:0:s"
        assert await mailbox.sending(first, following=Following(key=f"{first}:1", slot="s:1", rest="{}"))
        await mailbox.sent(first, 5)
        (part,) = await mailbox.claim_due(NOW + MINUTE, 10, kind="digest")
        assert (f"{first}:1", "{}") == (part.key, part.rest)
        await mailbox.close()


async def test_article_store_is_no_bot_db(path: Path) -> None:
    """A store of articles under this name is refused, and a bot.db is no store of articles."""
    async with await ArticleStore.open(path):
        pass
    with pytest.raises(NotAStoreError):
        await BotState.open(path)
    other = path.with_name("other.db")
    async with await BotState.open(other):
        pass
    with pytest.raises(NotAStoreError):
        await ArticleStore.open(other)


async def test_damaged_file(path: Path) -> None:
    """A file with overwritten pages ends in an error that a person can mend, when it is opened or when it is read."""
    async with await BotState.open(path) as state:
        await fill(state, await Mailbox.open(state.database))
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreDamagedError):
        async with await BotState.open(path) as state:
            await state.chats()
    path.write_bytes(b"ini bukan basis data" * 1000)
    with pytest.raises(KutipError):
        await BotState.open(path)
