"""What the bot's admins can do, and that nobody else learns of it; end to end, in polling and in webhook mode."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from admin_files import article, jsonl_file, text_file
from bot_running import ADMIN_ID, ANSWER, QUESTION, RunningBot, running_bot
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person

from bot.broadcast import Announcement
from bot.loading import FOLDER
from bot.types import Scheduled
from bot.words import admin_texts, texts
from bot.words.buttons import Action, encode

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMANDS = ("/status", "/muat https://wartanusa.example/a", "/hapus 1", "/siaran Halo semua", "/blokir 5")


# nobody else


async def test_nobody_else_learns_of_the_commands(bot: RunningBot, api: FakeTelegram) -> None:
    """To others they are commands that there are not, a file is what only text works for, the menu is silent."""
    ani = api.person("Ani")
    for command in (*COMMANDS, "/entahlah"):
        await ani.say(command)
        assert (await api.wait_for_message(ani)).text == texts.UNKNOWN_COMMAND
    await ani.send_document(text_file(1), "a.txt", caption="/muat")
    assert (await api.wait_for_message(ani)).text == texts.ONLY_TEXT
    assert not {"status", "muat", "hapus", "siaran", "blokir"} & set(api.commands(ani))


async def test_in_groups_the_commands_are_silent(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """Even where an admin of the bot uses them."""
    group = api.group("Warga", members=[admin], supergroup=True, bot="administrator")
    for command in COMMANDS:
        await admin.say(command, chat=group)
    await admin.send_document(text_file(1), "a.txt", caption="/muat", chat=group)
    await bot.settle(api)
    await api.no_message(group)


async def test_buttons_of_admins_do_nothing_for_others(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """Who makes up their data is told what is told of any unknown button, and nothing happens."""
    await admin.say("/siaran Rahasia")
    await api.wait_for_message(admin)
    question = await api.wait_for_message(admin)
    ani = api.person("Ani")
    await ani.say("halo")
    greeting = await api.wait_for_message(ani)
    button = question.button(texts.BUTTON_BROADCAST)
    assert button is not None
    for data in (button.data, encode(Action.DELETE_YES, 5)):
        asked = api.world.new_query(ani.id, "")
        api.inject(
            {
                "callback_query": {
                    "id": asked.id,
                    "from": ani.user,
                    "chat_instance": "1",
                    "data": data,
                    "message": greeting.data,
                }
            }
        )
        await api.wait_until(lambda asked=asked: asked.answer is not None)  # type: ignore[misc]
        assert asked.answer is not None
        assert asked.answer["text"] == texts.BUTTON_TOO_OLD
    await api.no_message(ani)
    await (await admin.tap(texts.BUTTON_CANCEL, question)).answered()


# status


async def test_status_tells_how_things_are(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """Articles, index, times, queue and errors in one message."""
    await admin.say(QUESTION)
    await api.wait_for_message(admin)
    await admin.say("/status")
    text = (await api.wait_for_message(admin)).text
    for part in ("Arsip: ", "Media: ", "Artikel terbaru: ", "Indeks: ", "p50 ", "p95 ", "Antrean: 0", "Aktif selama: "):
        assert part in text


async def test_status_counts_messages_that_may_have_arrived(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """Those whose request went out and was never confirmed."""
    mailbox = bot.services.mailbox
    before = (await mailbox.counts()).unknown
    now = bot.services.clock()
    lost = Scheduled(kind="digest", chat_id=admin.id, slot="2025-06-10T07", due_at=now + timedelta(days=1))
    await mailbox.enqueue([lost])
    assert await mailbox.sending(lost.key)
    await mailbox.doubt(lost.key)
    await admin.say("/status")
    assert f"Pesan yang tidak pasti sampai: {before + 1}" in (await api.wait_for_message(admin)).text


async def test_admins_have_a_menu_of_their_own(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """From their first /start on; everybody else has the menu of their kind of chat."""
    await admin.start_bot()
    await api.wait_for_message(admin)
    await api.wait_until(lambda: "status" in api.commands(admin))
    ani = api.person("Ani")
    group = api.group("Warga", admins=[ani], members=[admin])
    assert api.commands(ani) == [name for name, _ in texts.PRIVATE_COMMANDS]
    assert api.commands(admin, group) == [name for name, _ in texts.GROUP_COMMANDS]
    assert api.commands(ani, group) == [name for name, _ in texts.GROUP_ADMIN_COMMANDS]


# deleting


async def test_an_article_is_deleted_after_a_yes(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """By id or address; a no keeps it; afterwards nothing finds it."""
    await admin.send_document(jsonl_file(61), "baris.jsonl")
    line = await api.wait_for_message(admin)
    await api.wait_until(lambda: line.text.startswith(admin_texts.LOAD_DONE), timeout_s=30)
    store, address = bot.services.engine.store, article(61)["url"]
    found = await store.find(address)
    assert found is not None
    for wanted, button, is_kept in ((address, texts.BUTTON_CANCEL, True), (found.id, texts.BUTTON_DELETE, False)):
        await admin.say(f"/hapus {wanted}")
        question = await api.wait_for_message(admin)
        assert article(61)["title"] in question.text
        await (await admin.tap(button, question)).answered()
        assert not question.buttons
        assert (await store.find(address) is not None) is is_kept
    for command, said in (("/hapus", admin_texts.DELETE_HOW), (f"/hapus {address}", admin_texts.DELETE_UNKNOWN)):
        await admin.say(command)
        assert (await api.wait_for_message(admin)).text == said


# broadcasts


async def test_a_broadcast_is_shown_confirmed_and_sent_once(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """Preview with its formatting, a yes, then every chat gets it once, also when the button is tapped twice."""
    ani = api.person("Ani")
    await ani.say("halo")
    await api.wait_for_message(ani)
    group = api.group("Warga", members=[ani])
    await ani.say("/tanya", chat=group)
    await api.wait_for_message(group)
    bold = [{"type": "bot_command", "offset": 0, "length": 7}, {"type": "bold", "offset": 8, "length": 4}]
    await admin.say("/siaran Halo <semua> & sekalian", entities=bold)
    preview, question = await api.wait_for_message(admin), await api.wait_for_message(admin)
    assert preview.text == "Halo <semua> & sekalian"
    await api.no_message(ani)
    first = await admin.tap(texts.BUTTON_BROADCAST, question)
    second = await admin.tap(question.buttons[0], question)
    await first.answered()
    await second.answered()
    assert second.notice in (admin_texts.BROADCAST_GONE, admin_texts.BROADCAST_BUSY)
    for chat in (ani, group):
        message = await api.wait_for_message(chat, timeout_s=15)
        assert message.text == preview.text
        assert message.marked("bold") == ["Halo"]
    await api.wait_until(lambda: question.text.startswith("Siaran selesai"), timeout_s=15)
    await api.no_message(ani)
    assert not list(bot.services.settings.data_dir.glob("siaran-*"))


async def test_a_broadcast_that_is_cancelled_goes_nowhere(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """After "Batal" nothing is sent, and the button does nothing any more."""
    ani = api.person("Ani")
    await ani.say("halo")
    greeting = await api.wait_for_message(ani)
    await admin.say("/siaran", reply_to=await admin.say("halo"))
    await api.wait_for_message(admin)
    preview, question = await api.wait_for_message(admin), await api.wait_for_message(admin)
    assert preview.text == "halo"
    await (await admin.tap(texts.BUTTON_CANCEL, question)).answered()
    assert question.text == admin_texts.BROADCAST_CANCELLED
    await admin.say("/siaran")
    assert (await api.wait_for_message(admin)).text == admin_texts.BROADCAST_HOW
    await api.no_message(ani)
    assert greeting.text != preview.text


async def test_a_broadcast_passes_over_who_is_gone(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """An account that was deleted is counted as gone, noted, and not written to again; the blocked get nothing."""
    gone, blocked = api.person("Cici"), api.person("Dodi")
    for person in (gone, blocked):
        await person.say("halo")
        await api.wait_for_message(person)
    await gone.deactivate()
    await admin.say(f"/blokir {blocked.id}")
    await api.wait_for_message(admin)
    await admin.say("/siaran Kabar baik")
    await api.wait_for_message(admin)
    question = await api.wait_for_message(admin)
    await (await admin.tap(texts.BUTTON_BROADCAST, question)).answered()
    await api.wait_until(lambda: question.text.startswith("Siaran selesai"), timeout_s=15)
    assert "Sudah tidak bisa dikirimi: 1" in question.text
    chat = await bot.services.state.get_chat(gone.id)
    assert chat is not None
    assert chat.gone_since is not None
    await api.no_message(blocked)


# blocking


async def test_a_blocked_person_is_not_answered(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """Messages, taps and inline questions get nothing until the block is lifted."""
    ani = api.person("Ani")
    await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    await admin.say(f"/blokir {ani.id}")
    assert (await api.wait_for_message(admin)).text == admin_texts.blocked(ani.id)
    await ani.say(QUESTION)
    await ani.say("/mulai")
    tap = await ani.tap(texts.BUTTON_CONTEXT, reply)
    asking = await ani.inline(QUESTION + "!")
    await bot.settle(api)
    await api.no_message(ani)
    assert tap.answer is None
    assert asking.answer is None
    await admin.say("/blokir")
    assert str(ani.id) in (await api.wait_for_message(admin)).text
    for line in (admin_texts.unblocked(ani.id), admin_texts.not_blocked(ani.id)):
        await admin.say(f"/blokir buka {ani.id}")
        assert (await api.wait_for_message(admin)).text == line
    await ani.say(QUESTION)
    assert ANSWER in (await api.wait_for_message(ani)).text


async def test_a_forwarded_message_names_whom_to_block(bot: RunningBot, api: FakeTelegram, admin: Person) -> None:
    """As a reply to it /blokir is about its author; admins, the bot and impossible numbers are not blocked."""
    ani = api.person("Ani")
    said = await ani.say("halo")
    greeting = await api.wait_for_message(ani)
    forwarded = await admin.say("halo", forwarded=said)
    shown = await api.wait_for_message(admin)
    await admin.say("/blokir", reply_to=forwarded)
    assert (await api.wait_for_message(admin)).text == admin_texts.blocked(ani.id)
    for argument, reply_to in (("", shown), (f"{1 << 70}", None), ("siapa", None)):
        await admin.say(f"/blokir {argument}", reply_to=reply_to)
        assert (await api.wait_for_message(admin)).text.endswith(admin_texts.BLOCK_HOW)
    await admin.say(f"/blokir {ADMIN_ID}")
    assert (await api.wait_for_message(admin)).text == admin_texts.BLOCK_NOT_ADMINS
    assert bot.services.state.is_blocked(ani.id)
    assert greeting.text


# stops and kills


async def test_what_a_kill_cut_short_is_taken_up(data_dir: Path) -> None:
    """The admin of a load is told that it stopped; a broadcast goes on, and nobody gets it twice."""
    own = await FakeTelegram.start()
    admin, ani, budi = own.person("Admin", id=ADMIN_ID), own.person("Ani"), own.person("Budi")
    async with running_bot(own, data_dir, admin_ids=(ADMIN_ID,)) as running:
        for person in (admin, ani, budi, admin):
            await person.say("halo")
        load_line, broadcast_line = await own.wait_for_message(admin), await own.wait_for_message(admin)
        for person in (ani, budi):
            await own.wait_for_message(person)
        announcement = Announcement(
            number=5, html="<b>Kabar</b>", plain="Kabar", chat_id=admin.id, message_id=broadcast_line.id
        )
        await running.services.delivery.send(ani.id, [announcement.part], key=f"siaran:5:{ani.id}")
        await own.wait_for_message(ani)
    (data_dir / "siaran-5.json").write_text(json.dumps(asdict(announcement)))
    (data_dir / "siaran-6.json").write_text("{")
    folder = data_dir / f"{FOLDER}abc"
    folder.mkdir()
    (folder / "pesan.json").write_text(json.dumps({"chat_id": admin.id, "message_id": load_line.id}))
    (data_dir / f"{FOLDER}tanpa-pesan").mkdir()
    async with running_bot(own, data_dir, admin_ids=(ADMIN_ID,)):
        assert (await own.wait_for_message(budi)).marked("bold") == ["Kabar"]
        await own.wait_until(lambda: broadcast_line.text.startswith("Siaran selesai: terkirim ke 3 chat"))
        await own.no_message(ani)
    assert load_line.text == admin_texts.LOAD_STOPPED
    assert not list(data_dir.glob(f"{FOLDER}*"))
    assert not (data_dir / "siaran-5.json").exists()
    await own.close()
