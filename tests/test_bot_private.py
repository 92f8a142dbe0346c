"""What a person sees in the private chat, end to end over HTTP, in polling and in webhook mode."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bot_running import ANSWER, QUESTION, RunningBot, running_bot
from telegram_api.fake import FakeTelegram

from bot.words import texts

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_question_gets_a_quotation(bot: RunningBot, api: FakeTelegram) -> None:
    """The reply quotes a sentence with the answering words in bold, its source, its date and a link."""
    ani = api.person("Ani")
    asked = await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    assert ANSWER in reply.text
    assert any(ANSWER in bold for bold in reply.marked("bold"))
    assert "Kamis, 24 Februari 2022" in reply.text
    assert reply.reply_to_id == asked.id
    assert reply.data.get("link_preview_options", {}).get("is_disabled") is True
    assert "typing" in ani.chat.actions


async def test_further_sentences_wait_in_a_quotation_that_opens(bot: RunningBot, api: FakeTelegram) -> None:
    """Only the best sentence stands open; the others unfold with a tap."""
    ani = api.person("Ani")
    await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    assert reply.marked("expandable_blockquote")
    assert not any(ANSWER in quoted for quoted in reply.marked("expandable_blockquote"))


async def test_more_sentences_come_at_a_tap(bot: RunningBot, api: FakeTelegram) -> None:
    """The button "Lebih banyak" lets the same message show more, until there is no more."""
    ani = api.person("Ani")
    await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    before = len(reply.text)
    while reply.button(texts.BUTTON_MORE) is not None:
        await (await ani.tap(texts.BUTTON_MORE, reply)).answered()
        await api.wait_for_edit(reply)
        assert len(reply.text) > before
        before = len(reply.text)
    assert len(api.messages(ani, of_bot=True)) == 1


async def test_context_and_back(bot: RunningBot, api: FakeTelegram) -> None:
    """The button "Konteks" shows the sentences around the quoted one, and the way back to the answer."""
    ani = api.person("Ani")
    await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    shown = reply.text
    await ani.tap(texts.BUTTON_CONTEXT, reply)
    await api.wait_for_edit(reply)
    assert any(ANSWER in bold for bold in reply.marked("bold"))
    await ani.tap(texts.BUTTON_BACK, reply)
    await api.wait_for_edit(reply)
    assert reply.text == shown


async def test_sources_of_a_story(bot: RunningBot, api: FakeTelegram) -> None:
    """The button "Sumber" shows the article with its outlet."""
    ani = api.person("Ani")
    await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    await ani.tap(texts.BUTTON_SOURCES, reply)
    await api.wait_for_edit(reply)
    assert "24 Februari 2022" in reply.text


async def test_a_thumb_is_kept_and_can_be_changed(bot: RunningBot, api: FakeTelegram) -> None:
    """A tap on a thumb is thanked for and marked; another one replaces it, the same one takes it back."""
    ani = api.person("Ani")
    await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    stored = await bot.services.state.answer_to(ani.id, reply.reply_to_id or 0)
    assert stored is not None
    for thumb, notice, votes in (
        (texts.BUTTON_UP, texts.VOTE_UP, (1, 0)),
        (texts.BUTTON_DOWN, texts.VOTE_DOWN, (0, 1)),
        (texts.BUTTON_DOWN, texts.VOTE_TAKEN_BACK, (0, 0)),
    ):
        tap = await ani.tap(thumb, reply)
        await tap.answered()
        assert tap.notice == notice
        assert await bot.services.state.votes(stored.id) == votes


async def test_an_edited_question_leans_on_the_one_before_it(bot: RunningBot, api: FakeTelegram) -> None:
    """And not on itself as it was before."""
    ani = api.person("Ani")
    await ani.say("Siapa gubernur Jawa Barat?")
    await api.wait_for_message(ani)
    asked = await ani.say("kalau wakilnya?")
    await api.wait_for_message(ani)
    await ani.edit(asked, "kalau Jawa Timur?")
    await bot.settle(api)
    kept = await bot.services.state.answer_to(ani.id, asked.id)
    assert kept is not None
    assert "Siapa gubernur Jawa Timur" == kept.question


async def test_a_thumb_leaves_the_words_as_they_were(bot: RunningBot, api: FakeTelegram) -> None:
    """Of a question without an answer too, which tells where it was looked for."""
    ani = api.person("Ani")
    await ani.say("berapa korban gempa di Ukraina minggu lalu?")
    reply = await api.wait_for_message(ani)
    before = reply.text, reply.data.get("entities")
    assert "Yang dicari hanya artikel" in reply.text
    await ani.tap(texts.BUTTON_UP, reply)
    await api.wait_for_edit(reply)
    assert before == (reply.text, reply.data.get("entities"))
    assert reply.button(texts.marked(texts.BUTTON_UP, chosen=True)) is not None


async def test_a_reaction_is_a_vote(bot: RunningBot, api: FakeTelegram) -> None:
    """A thumb on the answer counts like its button and marks it; it can be changed and taken back, hearts are none."""
    ani = api.person("Ani")
    asked = await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    stored = await bot.services.state.answer_to(ani.id, asked.id)
    assert stored is not None
    for emoji, votes in (
        (["👍"], (1, 0)),
        (["👍", "👎"], (0, 1)),
        (["❤"], (0, 0)),
        (["❤", "👎"], (0, 1)),
        ([], (0, 0)),
    ):
        await ani.react(reply, *emoji)
        await api.wait_for_edit(reply)
        await bot.settle(api)
        assert await bot.services.state.votes(stored.id) == votes


async def test_a_reaction_taken_back_leaves_the_vote_of_a_button(bot: RunningBot, api: FakeTelegram) -> None:
    """The button came later and says something else."""
    ani = api.person("Ani")
    asked = await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    await ani.react(reply, "👍")
    await api.wait_for_edit(reply)
    await (await ani.tap(texts.BUTTON_DOWN, reply)).answered()
    await ani.react(reply)
    await bot.settle(api)
    stored = await bot.services.state.answer_to(ani.id, asked.id)
    assert stored is not None
    assert await bot.services.state.votes(stored.id) == (0, 1)


async def test_an_edited_question_edits_its_answer(bot: RunningBot, api: FakeTelegram) -> None:
    """Who mends a question sees its answer change, and no second message."""
    ani = api.person("Ani")
    asked = await ani.say("siapa presiden bulan?")
    reply = await api.wait_for_message(ani)
    await ani.edit(asked, QUESTION)
    await api.wait_for_edit(reply)
    assert ANSWER in reply.text
    assert len(api.messages(ani, of_bot=True)) == 1


async def test_buttons_of_an_edited_answer_work(bot: RunningBot, api: FakeTelegram) -> None:
    """They belong to the answer as it is now, though its question was asked before."""
    ani = api.person("Ani")
    asked = await ani.say("siapa presiden bulan?")
    reply = await api.wait_for_message(ani)
    await ani.edit(asked, QUESTION)
    await api.wait_for_edit(reply)
    await ani.tap(texts.BUTTON_CONTEXT, reply)
    await api.wait_for_edit(reply)
    await ani.tap(texts.BUTTON_BACK, reply)
    await api.wait_for_edit(reply)
    assert ANSWER in reply.text
    tap = await ani.tap(texts.BUTTON_UP, reply)
    await tap.answered()
    assert tap.notice == texts.VOTE_UP


async def test_a_follow_up_leans_on_the_last_question(bot: RunningBot, api: FakeTelegram) -> None:
    """What is asked as "kapan itu?" after a question is about what was asked before."""
    ani = api.person("Ani")
    await ani.say("berapa rumah yang terendam banjir di Karangjati?")
    assert "318 rumah" in (await api.wait_for_message(ani)).text
    await ani.say("kapan itu?")
    assert "Karangjati" in (await api.wait_for_message(ani)).text or "Cilaya" in api.messages(ani)[-1].text


async def test_after_ten_minutes_a_question_stands_alone(bot: RunningBot, api: FakeTelegram) -> None:
    """Nobody who comes back later is answered with what they asked then."""
    ani = api.person("Ani")
    await ani.say("berapa rumah yang terendam banjir di Karangjati?")
    await api.wait_for_message(ani)
    api.clock.advance(601)
    await ani.say("kapan itu?")
    await api.wait_for_message(ani)
    stored = await bot.services.state.answer_to(ani.id, api.messages(ani)[-2].id)
    assert stored is not None
    assert "Karangjati" not in stored.question


async def test_what_the_articles_do_not_hold_is_said_to_be_missing(bot: RunningBot, api: FakeTelegram) -> None:
    """A question about something else gets no answer, perhaps something near, and a hint."""
    ani = api.person("Ani")
    await ani.say("resep rendang padang asli")
    reply = await api.wait_for_message(ani)
    assert reply.text.startswith(texts.NOT_FOUND)
    assert texts.HINT in reply.text


@pytest.mark.parametrize(
    "text",
    [
        "AND OR NOT ((",
        "title:*",
        "😀😀😀",
        "שלום עולם",
        "'; DROP TABLE articles; --",
        "<b>siapa</b> & kapan",
        "?" * 4096,
    ],
    ids=["operators", "field", "emoji", "right to left", "sql", "markup", "longest"],
)
async def test_odd_questions_get_ordinary_answers(bot: RunningBot, api: FakeTelegram, text: str) -> None:
    """Nothing that can be typed breaks anything."""
    ani = api.person("Ani")
    await ani.say(text)
    assert (await api.wait_for_message(ani)).text


async def test_greetings_and_thanks_get_a_friendly_line(bot: RunningBot, api: FakeTelegram) -> None:
    """Words like "halo" and "makasih" are no questions."""
    ani = api.person("Ani")
    for words in ("halo", "makasih ya"):
        await ani.say(words)
        assert not (await api.wait_for_message(ani)).text.startswith(texts.NOT_FOUND)


async def test_voice_photo_and_sticker_get_a_friendly_line(bot: RunningBot, api: FakeTelegram) -> None:
    """Only text works, and it is said."""
    ani = api.person("Ani")
    for send in (ani.send_voice, ani.send_photo, ani.send_sticker):
        await send(b"x")
        assert (await api.wait_for_message(ani)).text == texts.ONLY_TEXT


async def test_commands_tell_what_they_promise(bot: RunningBot, api: FakeTelegram) -> None:
    """Each command of the menu answers."""
    ani = api.person("Ani")
    for command, part in (
        ("/start", "Kutip"),
        ("/mulai", "/bantuan"),
        ("/bantuan", api.bot_name),
        ("/sumber", "artikel dari"),
        ("/terbaru", texts.LATEST),
        ("/privasi", "/hapus_data"),
        ("/tanya", texts.ASK_HOW),
        ("/entahlah", texts.UNKNOWN_COMMAND),
    ):
        await ani.say(command)
        assert part in (await api.wait_for_message(ani)).text, command


async def test_a_deep_link_asks_its_question(bot: RunningBot, api: FakeTelegram) -> None:
    """Who comes through a link with a question gets its answer at once."""
    from bot.words.links import question_link

    ani = api.person("Ani")
    await ani.start_bot(question_link("kapasitas satelit satria-1") or "")
    assert "150 gigabit" in (await api.wait_for_message(ani)).text


async def test_a_deep_link_shows_its_sentence(bot: RunningBot, api: FakeTelegram) -> None:
    """Who comes through a link to a sentence sees it among its neighbours; a sentence that is gone is said to be."""
    from bot.words.links import sentence_link

    ani = api.person("Ani")
    answer = await bot.services.engine.answerer.answer(QUESTION)
    await ani.start_bot(sentence_link(answer.answers[0].sentence_id))
    assert ANSWER in (await api.wait_for_message(ani)).text
    await ani.start_bot(sentence_link(1 << 60))
    assert (await api.wait_for_message(ani)).text == texts.ARTICLE_WITHDRAWN


async def test_a_person_gets_all_that_is_kept(bot: RunningBot, api: FakeTelegram) -> None:
    """/ekspor_data sends a JSON file with the questions."""
    ani = api.person("Ani")
    await ani.say(QUESTION)
    await api.wait_for_message(ani)
    await ani.say("/ekspor_data")
    message = await api.wait_for_message(ani)
    file = api.world.files.get(message.data["document"]["file_id"])
    assert file is not None
    assert QUESTION in json.dumps(json.loads(file.content), ensure_ascii=False)


async def test_a_person_can_have_everything_deleted(bot: RunningBot, api: FakeTelegram) -> None:
    """/hapus_data asks first; after yes nothing is left, after no everything."""
    ani = api.person("Ani")
    asked = await ani.say(QUESTION)
    await api.wait_for_message(ani)
    for button, is_kept in ((texts.BUTTON_CANCEL, True), (texts.BUTTON_FORGET, False)):
        await ani.say("/hapus_data")
        question = await api.wait_for_message(ani)
        await (await ani.tap(button, question)).answered()
        assert (await bot.services.state.answer_to(ani.id, asked.id) is not None) is is_kept


async def test_buttons_of_a_deleted_article_say_so(bot: RunningBot, api: FakeTelegram) -> None:
    """An article that was withdrawn is shown no more, by no button."""
    ani = api.person("Ani")
    await ani.say("nilai ekspor pertama kopi Lereng Wening berapa?")
    reply = await api.wait_for_message(ani)
    stored = await bot.services.state.answer_to(ani.id, reply.reply_to_id or 0)
    assert stored is not None
    await bot.services.engine.store.delete(stored.citations[0].article_id)
    tap = await ani.tap(texts.BUTTON_CONTEXT, reply)
    await tap.answered()
    assert tap.notice == texts.ARTICLE_WITHDRAWN


async def test_buttons_of_others_do_nothing(bot: RunningBot, api: FakeTelegram) -> None:
    """Data that the bot did not write, or of another chat's answer, is answered with a line."""
    ani, budi = api.person("Ani"), api.person("Budi")
    await ani.say(QUESTION)
    reply = await api.wait_for_message(ani)
    await budi.say("halo")
    greeting = await api.wait_for_message(budi)
    for data in ("1:c:1:0", "xyz", reply.buttons[0].data):
        update = {
            "callback_query": {
                "id": f"tap-{data}",
                "from": budi.user,
                "chat_instance": "1",
                "data": data,
                "message": greeting.data,
            }
        }
        api.inject(update)
    await api.wait_until(
        lambda: sum(call.fields.get("text") == texts.BUTTON_TOO_OLD for call in api.calls("answerCallbackQuery")) >= 3
    )


async def test_an_update_that_cannot_be_read_holds_up_nothing(bot: RunningBot, api: FakeTelegram) -> None:
    """It is confirmed like any other, so that Telegram does not repeat it, and what comes after it is answered."""
    ani = api.person("Ani")
    chat = {"id": ani.id, "type": "private", "first_name": "Ani"}
    api.inject({"message": {"text": "tanpa obrolan"}})
    api.inject({"message": {"message_id": 1, "date": 1, "chat": {"id": [7], "type": "private"}}})
    sent = {"message_id": 900, "date": api.world.clock.unix(), "chat": chat, "from": ani.user, "text": "halo"}
    ani.chat.started = True
    api.inject({"message": sent})
    await api.wait_for_message(ani)
    await bot.settle(api)


async def test_who_asks_too_fast_is_told_once(tmp_path: Path) -> None:
    """Beyond the fair limit one kind line comes, then silence."""
    own = await FakeTelegram.start()
    ani = own.person("Ani")
    (tmp_path / "data").mkdir()
    async with running_bot(own, tmp_path / "data", user_questions_per_minute=2):
        for _ in range(5):
            await ani.say("halo")
        said = [(await own.wait_for_message(ani)).text for _ in range(3)]
        await own.no_message(ani, within_s=1.5)
    assert [text == texts.WAIT_A_LITTLE for text in said] == [False, False, True]
    await own.close()


async def test_an_overloaded_bot_says_so(data_dir: Path) -> None:
    """Who asks while all places are taken is told at once that it is busy, and the others get their answers."""
    own = await FakeTelegram.start()
    people = [own.person(f"Orang {number}") for number in range(6)]
    async with running_bot(own, data_dir, waiting_questions=0, answer_workers=1):
        for person in people:
            await person.say(QUESTION)
        said = [(await own.wait_for_message(person)).text for person in people]
    assert 0 < sum(text.startswith(texts.BUSY) for text in said) < 6
    assert all(ANSWER in text for text in said if not text.startswith(texts.BUSY))
    await own.close()


@pytest.mark.parametrize("command", ["/sumber", "/terbaru"])
async def test_commands_that_read_the_articles_count_as_questions(tmp_path: Path, command: str) -> None:
    """They share the fair limit, and its one kind line."""
    own = await FakeTelegram.start()
    ani, budi = own.person("Ani"), own.person("Budi")
    (tmp_path / "data").mkdir()
    async with running_bot(own, tmp_path / "data", user_questions_per_minute=2):
        for words in ("halo", command, command, command, "halo"):
            await ani.say(words)
        said = [(await own.wait_for_message(ani)).text for _ in range(3)]
        await own.no_message(ani, within_s=1.5)
        await budi.say(command)
        assert (await own.wait_for_message(budi)).text != texts.WAIT_A_LITTLE
    assert [text == texts.WAIT_A_LITTLE for text in said] == [False, False, True]
    await own.close()
