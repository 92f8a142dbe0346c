"""Updates are kept until they are handled, and no message goes out twice: in any order of steps, and over kills."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import mail_run
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from bot.keeping.mailbox import KEEP_IDS, KEEP_UNKNOWN, Mailbox
from bot.keeping.state import BotState
from bot.types import ClaimResult, OutboxCounts, OutboxEntry, OutboxState, Scheduled

T = TypeVar("T")

NOW = datetime(2025, 6, 10, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = "answer:5:0"
CHAT = 7_012_345_678


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time that was set."""
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
async def state(path: Path) -> AsyncIterator[BotState]:
    async with await BotState.open(path) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def mailbox(state: BotState, clock: Clock) -> Mailbox:
    return await Mailbox.open(state.database, clock=clock)


@pytest.fixture
async def other(state: BotState, clock: Clock) -> Mailbox:
    """Another owner, as a second process is."""
    return await Mailbox.open(state.database, clock=clock)


def digest(chat_id: int = CHAT, **changes: Any) -> Scheduled:
    return Scheduled(**({"kind": "digest", "chat_id": chat_id, "slot": "2025-06-10T07", "due_at": NOW} | changes))


async def state_of(mailbox: Mailbox, key: str) -> OutboxState | None:
    entry = await mailbox.entry(key)
    return None if entry is None else entry.state


# updates


async def test_update_is_known_again(mailbox: Mailbox) -> None:
    """An update is taken once, also when it is done."""
    assert await mailbox.receive(2**62, '{"update_id": 1}', NOW)
    assert not await mailbox.receive(2**62, "{}", NOW)
    await mailbox.done(2**62)
    assert not await mailbox.receive(2**62, "{}", NOW)


async def test_pending_updates(mailbox: Mailbox) -> None:
    """What is received and not done is pending, with what came and when, oldest first."""
    for update_id in (12, 10, 11):
        await mailbox.receive(update_id, f"isi {update_id}", NOW)
    await mailbox.done(11)
    assert [(10, "isi 10", NOW), (12, "isi 12", NOW)] == await mailbox.pending()


async def test_done_update_keeps_only_its_id(state: BotState, mailbox: Mailbox) -> None:
    """Nothing of what someone wrote stays in the inbox."""
    await mailbox.receive(10, "pesan pribadi", NOW)
    await mailbox.done(10)
    assert [(10, None, None)] == await state.database.rows("SELECT update_id, owner, payload FROM inbox", about="inbox")


async def test_pending_updates_of_a_living_process(mailbox: Mailbox, other: Mailbox) -> None:
    """What another process has in hand is not taken, until that ends."""
    await mailbox.receive(10, "{}", NOW)
    assert [] == await other.pending()
    await mailbox.close()
    assert [10] == [update_id for update_id, _, _ in await other.pending()]


async def test_prune(mailbox: Mailbox, clock: Clock) -> None:
    """Ids of done updates and settled messages stay two days, unknown ones a month, what is not done for good."""
    for update_id in (1, 2):
        await mailbox.receive(update_id, "{}", NOW)
    await mailbox.done(1)
    await mailbox.enqueue([digest(n) for n in range(4)])
    for n, settle in enumerate((mailbox.skip, mailbox.doubt, lambda key: mailbox.sent(key, 1))):
        await mailbox.sending(digest(n).key)
        await settle(digest(n).key)
    clock.now = NOW + KEEP_IDS
    assert 0 == await mailbox.prune()
    clock.now += HOUR
    assert 3 == await mailbox.prune()
    assert OutboxCounts(new=1, unknown=1) == await mailbox.counts()
    assert not await mailbox.receive(2, "{}", NOW)
    clock.now = NOW + KEEP_UNKNOWN + HOUR
    assert 1 == await mailbox.prune()


# messages


async def test_message_goes_out_once(mailbox: Mailbox) -> None:
    """A message that was sent is told to be, with its number, and cannot be sent again."""
    assert (await mailbox.claim(KEY, CHAT, NOW)).may_send
    assert await mailbox.sending(KEY)
    await mailbox.sent(KEY, 77)
    claim = await mailbox.claim(KEY, CHAT, NOW)
    assert (ClaimResult.SENT, 77, False) == (claim.result, claim.message_id, claim.may_send)
    assert not await mailbox.sending(KEY)
    entry = OutboxEntry(
        key=KEY, kind="answer", chat_id=CHAT, slot=KEY, state=OutboxState.SENT, message_id=77, changed_at=NOW
    )
    assert entry == await mailbox.entry(KEY)


async def test_one_of_many_may_send(mailbox: Mailbox, other: Mailbox) -> None:
    """Of tasks and processes that want to send the same message at the same time, one does."""
    boxes = [mailbox, other] * 10
    await asyncio.gather(*(box.claim(KEY, CHAT, NOW) for box in boxes))
    assert 1 == sum(await asyncio.gather(*(box.sending(KEY) for box in boxes)))
    assert [ClaimResult.BUSY] * 2 == [(await box.claim(KEY, CHAT, NOW)).result for box in (mailbox, other)]


async def test_message_that_did_not_arrive(mailbox: Mailbox) -> None:
    """What surely did not arrive may be sent again, by anyone."""
    await mailbox.claim(KEY, CHAT, NOW)
    await mailbox.sending(KEY)
    await mailbox.failed(KEY)
    assert (await mailbox.claim(KEY, CHAT, NOW)).may_send
    assert await mailbox.sending(KEY)


@pytest.mark.parametrize("give_up", [Mailbox.doubt, Mailbox.skip])
async def test_message_that_is_given_up(
    mailbox: Mailbox, give_up: Callable[[Mailbox, str], Any], other: Mailbox
) -> None:
    """What is doubtful or given up is never sent again, and only the doubtful is listed."""
    await mailbox.claim(KEY, CHAT, NOW)
    await mailbox.sending(KEY)
    await give_up(mailbox, KEY)
    expected = OutboxState.UNKNOWN if give_up is Mailbox.doubt else OutboxState.SKIPPED
    assert ClaimResult(expected) == (await other.claim(KEY, CHAT, NOW)).result
    assert not await other.sending(KEY)
    assert [KEY] * (give_up is Mailbox.doubt) == [entry.key for entry in await mailbox.doubtful()]


async def test_late_confirmation(mailbox: Mailbox) -> None:
    """When it turns out that a doubtful message arrived, it is sent."""
    await mailbox.claim(KEY, CHAT, NOW)
    await mailbox.sending(KEY)
    await mailbox.doubt(KEY)
    await mailbox.sent(KEY, 8)
    assert [] == await mailbox.doubtful()
    assert OutboxState.SENT == await state_of(mailbox, KEY)


async def test_steps_of_others_change_nothing(mailbox: Mailbox, other: Mailbox) -> None:
    """Only who is sending can say that it failed."""
    await mailbox.claim(KEY, CHAT, NOW)
    await mailbox.sending(KEY)
    for step in (other.failed, other.doubt, other.skip):
        await step(KEY)
        assert OutboxState.SENDING == await state_of(mailbox, KEY)


async def test_closing_lets_go(mailbox: Mailbox, other: Mailbox) -> None:
    """What was claimed is free after the end, what was being sent is unknown."""
    await mailbox.enqueue([digest(1), digest(2)])
    await mailbox.claim_due(NOW, 2, kind="digest")
    await mailbox.sending(digest(1).key)
    await mailbox.close()
    assert [OutboxState.UNKNOWN, OutboxState.NEW] == [await state_of(other, digest(n).key) for n in (1, 2)]


# scheduled messages


async def test_slot_exists_once(mailbox: Mailbox) -> None:
    """One chat and topic has one message a slot, whatever became of it."""
    kinds = [digest(), digest(thread_id=4), digest(slot="2025-06-11T07"), digest(2), digest(kind="alert")]
    assert 5 == await mailbox.enqueue([*kinds, *kinds])
    await mailbox.sending(digest().key)
    await mailbox.sent(digest().key, 1)
    assert 0 == await mailbox.enqueue(kinds)
    assert 0 == await mailbox.enqueue([])
    assert OutboxCounts(new=4, sent=1) == await mailbox.counts()


async def test_due_messages_soonest_first(mailbox: Mailbox, other: Mailbox) -> None:
    """What is due is claimed in the order of its time, by one process, and what is not yet due is left."""
    await mailbox.enqueue([digest(n, due_at=NOW - n * HOUR) for n in (-1, 0, 2, 1, 3)])
    first = await mailbox.claim_due(NOW, 2, kind="digest")
    assert [3, 2] == [entry.chat_id for entry in first]
    assert {OutboxState.CLAIMED} == {entry.state for entry in first}
    assert [1, 0] == [entry.chat_id for entry in await other.claim_due(NOW, 9, kind="digest")]
    assert [] == await other.claim_due(NOW, 9, kind="digest") + await mailbox.claim_due(NOW + HOUR, 9, kind="alert")


async def test_claimed_message_is_refused_to_others(mailbox: Mailbox, other: Mailbox) -> None:
    """A living process keeps what it claimed."""
    await mailbox.enqueue([digest()])
    await mailbox.claim_due(NOW, 1, kind="digest")
    assert ClaimResult.BUSY == (await other.claim(digest().key, CHAT, NOW)).result
    assert not await other.sending(digest().key)
    assert await mailbox.sending(digest().key)


async def test_message_that_is_put_off(mailbox: Mailbox) -> None:
    """What failed can be due again later."""
    await mailbox.enqueue([digest()])
    await mailbox.claim_due(NOW, 1, kind="digest")
    await mailbox.failed(digest().key, again_at=NOW + HOUR)
    assert [] == await mailbox.claim_due(NOW, 1, kind="digest")
    assert [digest().key] == [entry.key for entry in await mailbox.claim_due(NOW + HOUR, 1, kind="digest")]


async def test_missed_slots(mailbox: Mailbox) -> None:
    """What is too old is given up, told once, and not sent."""
    await mailbox.enqueue([digest(n, due_at=NOW - n * HOUR) for n in (1, 2, 3)])
    assert [3, 2] == [entry.chat_id for entry in await mailbox.skip_due(NOW - HOUR, kind="digest")]
    assert [] == await mailbox.skip_due(NOW - HOUR, kind="digest")
    assert [1] == [entry.chat_id for entry in await mailbox.claim_due(NOW, 9, kind="digest")]


async def test_many_slots_at_one_hour(mailbox: Mailbox) -> None:
    """Twenty thousand messages of one hour are put in and claimed in batches without getting slow."""
    await mailbox.enqueue([digest(n) for n in range(20_000)])
    before = time.perf_counter()
    for _ in range(20):
        assert 100 == len(await mailbox.claim_due(NOW, 100, kind="digest"))
    assert time.perf_counter() - before < 2.0


# any order of steps


class OutboxMachine(RuleBasedStateMachine):
    """Processes come, die and do anything in any order, and no message is under way twice."""

    boxes: Bundle[Mailbox] = Bundle("boxes")
    keys = st.sampled_from([KEY, "answer:6:0", digest(1).key, digest(2).key])

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.state = self.run_now(BotState.open(Path(self.folder.name) / "bot.db"))
        self.under_way: dict[str, Mailbox | None] = {}  # who sends; None: sent, or nobody knows
        self.ended: set[Mailbox] = set()

    def run_now(self, awaited: Any) -> Any:
        """Run to its end."""
        return self.runner.run(awaited)

    def teardown(self) -> None:
        """Close what an example used."""
        self.run_now(self.state.close())
        self.runner.close()
        self.folder.cleanup()

    @rule(target=boxes)
    def start(self) -> Mailbox:
        """A process comes up, and finds out who is dead."""
        box: Mailbox = self.run_now(Mailbox.open(self.state.database))
        for key, sender in self.under_way.items():
            if sender in self.ended:
                self.under_way[key] = None
        return box

    @rule(box=consumes(boxes), by_kill=st.booleans())
    def end(self, box: Mailbox, by_kill: bool) -> None:
        """A process ends by itself or not."""
        if by_kill:
            box._presence.close()  # the lock goes, as the system takes it from a killed process; the rows stay
        else:
            self.run_now(box.close())
        self.ended.add(box)

    @rule(box=boxes, chats=st.sets(st.sampled_from([1, 2])))
    def enqueue(self, box: Mailbox, chats: set[int]) -> None:
        """Slots are put in, maybe again."""
        self.run_now(box.enqueue([digest(n) for n in sorted(chats)]))

    @rule(box=boxes, limit=st.integers(1, 2))
    def claim_due(self, box: Mailbox, limit: int) -> None:
        """Nothing is claimed that is under way."""
        for entry in self.run_now(box.claim_due(NOW, limit, kind="digest")):
            assert entry.key not in self.under_way

    @rule(box=boxes, key=keys)
    def claim(self, box: Mailbox, key: str) -> None:
        """Nobody is told to send what is under way."""
        if self.run_now(box.claim(key, CHAT, NOW)).may_send:
            assert key not in self.under_way

    @rule(box=boxes, key=keys)
    def sending(self, box: Mailbox, key: str) -> None:
        """Nobody gets to send what is under way."""
        if self.run_now(box.sending(key)):
            assert key not in self.under_way
            self.under_way[key] = box

    @rule(box=boxes, key=keys)
    def failed(self, box: Mailbox, key: str) -> None:
        """The sender can take it back, others cannot."""
        self.run_now(box.failed(key))
        if self.under_way.get(key) is box:
            del self.under_way[key]

    @rule(box=boxes, key=keys, step=st.sampled_from([Mailbox.doubt, Mailbox.skip]))
    def give_up(self, box: Mailbox, key: str, step: Callable[[Mailbox, str], Any]) -> None:
        """The sender can end it without success, others cannot."""
        self.run_now(step(box, key))
        if self.under_way.get(key) is box:
            self.under_way[key] = None

    @rule(key=keys)
    def sent(self, key: str) -> None:
        """The sender is told that it arrived."""
        sender = self.under_way.get(key)
        if sender is not None and sender not in self.ended:
            self.run_now(sender.sent(key, 1))
            self.under_way[key] = None

    @invariant()
    def what_is_under_way_is_known(self) -> None:
        """The file says what is under way."""
        rows = self.run_now(self.state.database.rows("SELECT key, state FROM outbox", about="outbox"))
        states = {key: state for key, state in rows if state not in ("new", "claimed", "skipped")}
        assert set(states) <= set(self.under_way)
        for key, sender in self.under_way.items():
            if sender is not None and sender not in self.ended:
                assert "sending" == states[key]


def test_no_order_of_steps_sends_twice() -> None:
    """Whatever processes do, and whenever they die, a message is under way once, and never again after it went out."""
    run_state_machine_as_test(OutboxMachine, settings=settings(max_examples=10, stateful_step_count=25, deadline=None))


# kills


UPDATES = 40
DIGESTS = 40


def start(*arguments: object) -> subprocess.Popen[str]:
    """Another Python process."""
    return subprocess.Popen([sys.executable, *map(str, arguments)], stdout=subprocess.PIPE, text=True)


def messages(telegram: Path) -> Counter[str]:
    return Counter(telegram.read_text().split()) if telegram.exists() else Counter()


@pytest.fixture
async def scheduled(path: Path) -> list[str]:
    """Keys of digests that wait in the outbox."""
    due = [digest(n, due_at=mail_run.NOW) for n in range(DIGESTS)]
    async with await BotState.open(path) as state:
        box = await Mailbox.open(state.database)
        await box.enqueue(due)
        await box.close()
    return [message.key for message in due]


async def test_kills_at_any_moment(path: Path, tmp_path: Path, scheduled: list[str]) -> None:
    """Over processes that are killed and started again, each message goes out once, or is listed as unknown."""
    telegram = tmp_path / "sent.txt"
    run = mail_run.__file__, path, telegram, UPDATES
    moments = random.Random(5)
    for _ in range(2):
        process = start(*run)
        assert process.stdout is not None
        assert "open\n" == process.stdout.readline()
        await asyncio.sleep(moments.uniform(0.0, 0.25))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    out, _ = await asyncio.to_thread(start(*run).communicate)
    assert "open\nfinished\n" == out
    async with await BotState.open(path) as state:
        mailbox = await Mailbox.open(state.database)
        unknown = {entry.key for entry in await mailbox.doubtful()}
        expected = {*scheduled, *(f"answer:{n}:{part}" for n in range(UPDATES) for part in range(2))}
        sent = messages(telegram)
        assert {1} == set(sent.values())
        assert expected == set(sent) | unknown
        assert OutboxCounts(sent=len(expected) - len(unknown), unknown=len(unknown)) == await mailbox.counts()
        assert [] == await mailbox.pending()
        assert len(unknown) <= 2 * (mail_run.AT_ONCE + 1)


HOLD = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.keeping.mailbox import Mailbox
from bot.keeping.state import BotState

async def main():
    async with await BotState.open(Path(sys.argv[1])) as state:
        mailbox = await Mailbox.open(state.database)
        due = await mailbox.claim_due(datetime(2026, 1, 1, tzinfo=UTC), 2, kind="digest")
        await mailbox.sending(due[0].key)
        await mailbox.receive(10, "{}", datetime(2026, 1, 1, tzinfo=UTC))
        print("holding", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_living_process_keeps_what_it_holds(mailbox: Mailbox, path: Path) -> None:
    """While another process lives, even stopped, nothing of its is taken; once it is killed, all of it at once."""
    await mailbox.enqueue([digest(1), digest(2)])
    process = start("-c", HOLD, path)
    assert process.stdout is not None
    assert "holding\n" == await asyncio.to_thread(process.stdout.readline)
    process.send_signal(signal.SIGSTOP)
    assert [] == await mailbox.claim_due(NOW, 9, kind="digest")
    assert [] == await mailbox.pending()
    assert [ClaimResult.BUSY] * 2 == [(await mailbox.claim(digest(n).key, n, NOW)).result for n in (1, 2)]
    process.kill()
    process.communicate()
    assert ClaimResult.UNKNOWN == (await mailbox.claim(digest(1).key, 1, NOW)).result
    assert [2] == [entry.chat_id for entry in await mailbox.claim_due(NOW, 9, kind="digest")]
    assert [10] == [update_id for update_id, _, _ in await mailbox.pending()]
    assert 1 == len(list(path.parent.glob("bot.db-owner-*")))
