"""Messages on their way to people: through the real library, over HTTP, to a pretended Telegram that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from bot_desk import READ_TIMEOUT_S, Desk, chat_record, running_desk, seen_at
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest
from telegram_api.chats import Chat

from bot.keeping.mailbox import Mailbox
from bot.sending.doubt import MOST_IDS
from bot.sending.turns import Priority
from bot.types import OutboxState
from bot.words.markup import Part

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Lebih banyak", callback_data="m1")]])
ANSWER = Part(html="Harga beras <b>Rp15.000</b> &amp; naik", plain="Harga beras Rp15.000 & naik")


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A delivery with its Telegram."""
    async with running_desk(tmp_path) as running:
        yield running


async def test_answer_is_a_reply_with_marks_and_buttons(desk: Desk) -> None:
    """The text shows its marks, answers the question, has its buttons, and no link preview."""
    question = desk.says(desk.person, "harga beras?")
    ids = await desk.delivery.send(desk.person.id, [ANSWER], key="answer:1", reply_to=question, keyboard=KEYBOARD)
    [message] = desk.shown(desk.person)
    assert [message.id] == ids
    assert ("Harga beras Rp15.000 & naik", ["Rp15.000"]) == (message.text, message.marked("bold"))
    assert (question, ["Lebih banyak"]) == (message.reply_to_id, [button.text for button in message.buttons])
    assert message.data["link_preview_options"]["is_disabled"]


async def test_parts_come_in_order_with_the_buttons_last(desk: Desk) -> None:
    """Of a long answer the first part is the reply, and the last has the buttons."""
    question = desk.says(desk.person, "semua?")
    parts = [Part(html=f"bagian {number}", plain=f"bagian {number}") for number in range(3)]
    ids = await desk.delivery.send(desk.person.id, parts, key="answer:1", reply_to=question, keyboard=KEYBOARD)
    shown = desk.shown(desk.person)
    assert ids == [message.id for message in shown]
    assert ["bagian 0", "bagian 1", "bagian 2"] == [message.text for message in shown]
    assert [question, None, None] == [message.reply_to_id for message in shown]
    assert [0, 0, 1] == [len(message.buttons) for message in shown]


async def test_same_key_sends_once(desk: Desk) -> None:
    """Whoever sends under a key again gets the ids of what is there."""
    first = await desk.delivery.send(desk.person.id, [ANSWER, ANSWER], key="answer:1")
    again = await desk.delivery.send(desk.person.id, [ANSWER, ANSWER], key="answer:1")
    assert first == again
    assert 2 == len(desk.shown(desk.person))


async def test_two_at_once_under_one_key_send_once(desk: Desk) -> None:
    """Two tasks that send the same answer at the same moment make one message."""
    await asyncio.gather(*(desk.delivery.send(desk.person.id, [ANSWER], key="answer:1") for _ in range(5)))
    assert 1 == len(desk.shown(desk.person))


FAULTS: list[Any] = [
    pytest.param({"what": 429, "retry_after": 1}, id="429"),
    pytest.param({"what": 500}, id="500"),
    pytest.param({"what": "html"}, id="html 502"),
    pytest.param({"what": "drop"}, id="dropped before"),
    pytest.param({"what": "drop_after"}, id="dropped after"),
    pytest.param({"what": "hang"}, id="hung before"),
    pytest.param({"what": "hang_after"}, id="hung after"),
    pytest.param({"what": 400, "wording": "entities"}, id="entities"),
    pytest.param({"what": 400, "wording": "reply not found"}, id="reply not found"),
    pytest.param({"what": 400, "wording": "BUTTON_DATA_INVALID"}, id="button"),
]


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        *(pytest.param("person", *fault.values, id=f"person, {fault.id}") for fault in FAULTS),
        *(pytest.param("group", {"what": what}, id=f"group, {what}") for what in ("drop", "drop_after")),
    ],
)
async def test_answer_is_there_exactly_once_whatever_fails(desk: Desk, fault: dict[str, Any], place: str) -> None:
    """Each passing fault of sendMessage ends with one answer, known by its id, and nothing else in the chat."""
    chat: Chat = getattr(desk, place)
    question = desk.says(chat, "harga beras?")
    desk.fault("sendMessage", **fault)
    ids = await desk.delivery.send(chat.id, [ANSWER], key="answer:1", reply_to=question, keyboard=KEYBOARD)
    [message] = desk.shown(chat)
    assert [] == [f.name for f in desk.server.faults if f.left]
    assert ("Harga beras Rp15.000 & naik", [message.id]) == (message.text, ids)
    assert OutboxState.SENT is await desk.state_of("answer:1:0")


@pytest.mark.parametrize("second", ["drop", "drop_after", "html"])
@pytest.mark.parametrize("first", ["drop", "drop_after"])
async def test_second_fault_while_finding_out_changes_nothing(desk: Desk, first: str, second: str) -> None:
    """Also when the line that finds out gets lost or doubled, the answer is there exactly once."""
    question = desk.says(desk.person, "harga beras?")
    desk.fault("sendMessage", first)
    desk.fault("sendMessage", second)
    desk.fault("editMessageText", "drop_after")
    ids = await desk.delivery.send(desk.person.id, [ANSWER], key="answer:1", reply_to=question)
    answers = [message for message in desk.shown(desk.person) if message.text == ANSWER.plain]
    assert ids == [message.id for message in answers]
    assert 1 == len(answers)


async def test_other_messages_of_the_bot_are_not_touched_while_finding_out(desk: Desk) -> None:
    """Ten answers to one chat, every one of whose requests is lost or doubled: each is there once, in its own words."""
    parts = [Part(html=f"jawaban {number}", plain=f"jawaban {number}") for number in range(10)]
    questions = [desk.says(desk.group, f"tanya {number}") for number in range(10)]
    for number in range(10):
        desk.fault("sendMessage", "drop_after" if number % 2 else "drop", skip=number)  # each first try
    await asyncio.gather(
        *(
            desk.delivery.send(desk.group.id, [part], key=f"answer:{number}", reply_to=questions[number])
            for number, part in enumerate(parts)
        )
    )
    answers = sorted(text for text in desk.texts(desk.group) if text.startswith("jawaban"))
    assert sorted(part.plain for part in parts) == answers


async def test_too_much_in_between_stays_doubtful_and_says_so(desk: Desk) -> None:
    """Where the answer may be under too many ids it is not sent again; the person learns that it may be missing."""
    question = desk.says(desk.person, "harga beras?")
    for number in range(MOST_IDS):
        desk.says(desk.person, f"obrolan {number}")
    desk.fault("sendMessage", "drop")
    ids = await desk.delivery.send(desk.person.id, [ANSWER], key="answer:1", reply_to=question)
    assert [] == ids
    assert OutboxState.UNKNOWN is await desk.state_of("answer:1:0")
    assert ["mungkin tidak sampai" in text for text in desk.texts(desk.person)] == [True]


async def test_message_seen_before_narrows_the_search(desk: Desk) -> None:
    """A line that answers nothing is found out too, from the last message that was seen in the chat."""
    for number in range(2 * MOST_IDS):
        desk.delivery.saw(desk.person.id, desk.says(desk.person, f"obrolan {number}"))
    desk.fault("sendMessage", "drop_after")
    assert await desk.delivery.send_text(desk.person.id, "Halo!", key="talk:1")
    assert ["Halo!"] == desk.texts(desk.person)


@pytest.mark.parametrize("what", ["drop", "drop_after"])
async def test_doubtful_digest_stays_doubtful(desk: Desk, what: str) -> None:
    """What nobody waits for is neither repeated nor looked for: it is listed."""
    desk.fault("sendMessage", what)
    assert [] == await desk.delivery.send(desk.group.id, [ANSWER], key="digest:1", priority=Priority.DIGEST)
    assert [] == await desk.delivery.send(desk.group.id, [ANSWER], key="digest:1", priority=Priority.DIGEST)
    assert ["digest:1:0"] == [entry.key for entry in await desk.mailbox.doubtful()]
    assert (1 if what == "drop_after" else 0) == len(desk.shown(desk.group))


@pytest.mark.parametrize("wording", ["blocked", "deactivated", "no conversation"])
async def test_person_who_left_is_marked_as_gone(desk: Desk, wording: str) -> None:
    """403 raises nothing; the chat is remembered as gone, and its message is given up."""
    desk.fault("sendMessage", 403, wording=wording)
    assert [] == await desk.delivery.send(desk.person.id, [ANSWER], key="answer:1")
    record = await desk.state.get_chat(desk.person.id)
    assert record is not None
    assert seen_at() == record.gone_since
    assert OutboxState.SKIPPED is await desk.state_of("answer:1:0")


async def test_group_without_the_right_to_write_is_noted(desk: Desk) -> None:
    """A group that forbids the bot to write is not gone."""
    desk.fault("sendMessage", 400, wording="no rights")
    assert await desk.delivery.send_text(desk.group.id, "halo") is None
    record = await desk.state.get_chat(desk.group.id)
    assert record is not None
    assert (False, None) == (record.can_write, record.gone_since)


async def test_group_that_became_a_supergroup_is_followed(desk: Desk) -> None:
    """The message goes to the new chat, and so does all that is stored."""
    old = desk.world.add_chat("group", "Lama")
    await desk.state.see_chat(chat_record(old))
    desk.fault("sendMessage", 400, migrate_to=desk.group.id)
    assert await desk.delivery.send_text(old.id, "halo", key="talk:1", reply_to=77)
    assert ["halo"] == desk.texts(desk.group)
    assert await desk.state.get_chat(old.id) is None


@pytest.mark.parametrize("wording", ["thread not found", "topic closed"])
async def test_topic_that_is_gone_is_left(desk: Desk, wording: str) -> None:
    """The answer then comes in the group itself."""
    desk.fault("sendMessage", 400, wording=wording)
    assert await desk.delivery.send_text(desk.group.id, "halo", thread_id=5)
    assert ["halo"] == desk.texts(desk.group)


async def test_refusal_for_another_reason_is_raised_and_may_be_tried_again(desk: Desk) -> None:
    """A refusal that nothing can be done about reaches the caller; the outbox allows another try."""
    desk.fault("sendMessage", 400, wording="Bad Request: PHOTO_INVALID")
    with pytest.raises(BadRequest):
        await desk.delivery.send_text(desk.person.id, "halo", key="talk:1")
    assert await desk.delivery.send_text(desk.person.id, "halo", key="talk:1")


async def test_message_of_a_killed_process_is_sent_or_doubtful(desk: Desk) -> None:
    """Stopped while waiting for its turn a message is new; stopped in the request it is doubtful after the restart."""
    desk.fault("sendMessage", "hang_after")
    dying = await Mailbox.open(desk.state.database)
    delivery = desk.delivery_over(dying)
    tasks = [asyncio.ensure_future(delivery.send_text(desk.person.id, key, key=key)) for key in ("talk:1", "talk:2")]
    await asyncio.sleep(READ_TIMEOUT_S / 2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await dying.close()
    assert ["talk:1:0"] == [entry.key for entry in await desk.mailbox.doubtful()]
    assert OutboxState.NEW is await desk.state_of("talk:2:0")


@pytest.mark.parametrize("fault", FAULTS[:-2])
async def test_edit_is_made_whatever_fails(desk: Desk, fault: dict[str, Any]) -> None:
    """Each passing fault of editMessageText ends with the message showing the new text."""
    message_id = await desk.delivery.send_text(desk.person.id, "sebentar")
    assert message_id
    desk.fault("editMessageText", **fault)
    assert await desk.delivery.edit(desk.person.id, message_id, ANSWER, keyboard=KEYBOARD)
    [message] = desk.shown(desk.person)
    assert (ANSWER.plain, 1) == (message.text, len(message.buttons))


async def test_edit_that_changes_nothing_is_a_success(desk: Desk) -> None:
    """A message that shows the text already is fine."""
    [message_id] = await desk.delivery.send(desk.person.id, [ANSWER])
    assert await desk.delivery.edit(desk.person.id, message_id, ANSWER)


async def test_edit_of_a_deleted_message_sends_anew_if_wished(desk: Desk) -> None:
    """The message is gone: plain edit says so, the other sends."""
    message_id = await desk.delivery.send_text(desk.person.id, "sebentar")
    assert message_id
    desk.shown(desk.person)[0].deleted = True
    assert not await desk.delivery.edit(desk.person.id, message_id, ANSWER)
    assert await desk.delivery.edit_or_send(desk.person.id, message_id, ANSWER)
    assert [ANSWER.plain] == desk.texts(desk.person)


async def test_deleting_twice_is_fine(desk: Desk) -> None:
    """What is gone already counts as deleted."""
    message_id = await desk.delivery.send_text(desk.person.id, "sebentar")
    assert message_id
    assert [True, True] == [await desk.delivery.delete(desk.person.id, message_id) for _ in range(2)]
    assert [] == desk.texts(desk.person)


@pytest.mark.parametrize("what", ["drop", "hang", "html", 500])
async def test_file_arrives_whatever_fails(desk: Desk, what: int | str) -> None:
    """A file whose sending failed comes with the next try."""
    desk.fault("sendDocument", what)
    assert await desk.delivery.send_file(desk.person.id, b"{}", filename="data-saya.json", caption="Data Anda")
    [message] = desk.shown(desk.person)
    assert ("Data Anda", "data-saya.json") == (message.text, message.data["document"]["file_name"])


async def test_late_tap_is_no_error(desk: Desk) -> None:
    """Telegram no longer waits for the answer to a tap: nothing is raised."""
    assert not await desk.delivery.acknowledge("3000000001", "terlambat")


async def test_break_of_the_connection_is_waited_out(desk: Desk) -> None:
    """While Telegram cannot be reached the message waits; when it can, it comes by itself, once."""
    await desk.server.go_down()
    sending = asyncio.ensure_future(desk.delivery.send(desk.person.id, [ANSWER], key="answer:1"))
    await asyncio.sleep(0.3)
    assert OutboxState.NEW is await desk.state_of("answer:1:0")
    await desk.server.come_up()
    assert await sending
    assert [ANSWER.plain] == desk.texts(desk.person)
