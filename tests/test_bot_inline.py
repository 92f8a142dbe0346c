"""Inline questions, end to end over HTTP, in polling and in webhook mode."""

from __future__ import annotations

from pathlib import Path

import pytest
from bot_running import ANSWER, QUESTION, RunningBot, running_bot
from telegram_api.fake import FakeTelegram

from bot.services import INLINE_PER_MINUTE
from bot.words import texts

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_typing_a_question_shows_quotations(bot: RunningBot, api: FakeTelegram) -> None:
    """Up to ten sentences with outlet and date; the one that is chosen goes out with its source and link."""
    ani = api.person("Ani")
    asking = await ani.inline(QUESTION)
    await asking.answered()
    assert 1 <= len(asking.results) <= 10
    best = asking.results[0]
    assert best["type"] == "article"
    sent = await ani.choose(asking, 0)
    assert ANSWER in sent.text
    assert any(ANSWER in bold for bold in sent.marked("bold"))
    assert "24 Februari 2022" in sent.text
    assert sent.data["link_preview_options"]["is_disabled"] is True


async def test_results_link_to_their_articles(bot: RunningBot, api: FakeTelegram) -> None:
    """Where the article has an address it stands in the list."""
    asking = await api.person("Ani").inline("kapasitas satelit satria-1")
    await asking.answered()
    assert asking.results[0]["url"].startswith("https://")


async def test_every_result_has_an_id_of_its_own(bot: RunningBot, api: FakeTelegram) -> None:
    """Telegram refuses two with the same, and takes at most 64 bytes."""
    ani = api.person("Ani")
    asking = await ani.inline("harga minyak dan beras naik karena apa")
    await asking.answered()
    ids = [result["id"] for result in asking.results]
    assert len(set(ids)) == len(ids)
    assert all(len(one.encode()) <= 64 for one in ids)


async def test_the_same_words_are_answered_once_for_a_while(bot: RunningBot, api: FakeTelegram) -> None:
    """Telegram keeps the answer for some seconds, for everybody, then asks again."""
    ani, budi = api.person("Ani"), api.person("Budi")
    words = "kapasitas satelit satria-1 berapa"
    first = await ani.inline(words)
    await first.answered()
    asked = len(api.calls("answerInlineQuery"))
    assert (await budi.inline(words)).results == first.results
    api.clock.advance(31)
    await (await budi.inline(words)).answered()
    assert len(api.calls("answerInlineQuery")) == asked + 1


@pytest.mark.parametrize("words", [QUESTION, "kapasitas satelit satria-1"], ids=["long", "short"])
async def test_the_button_asks_in_the_private_chat(bot: RunningBot, api: FakeTelegram, words: str) -> None:
    """It carries the question along, which is answered at once there."""
    ani = api.person("Ani")
    asking = await ani.inline(words)
    button = (await asking.answered())["button"]
    assert button["text"] == texts.INLINE_ASK_PRIVATELY
    await ani.start_bot(button["start_parameter"])
    reply = await api.wait_for_message(ani)
    assert (ANSWER if words == QUESTION else "150 gigabit") in reply.text


async def test_what_is_not_found_leads_into_the_private_chat(bot: RunningBot, api: FakeTelegram) -> None:
    """The button says so; what is near may be offered."""
    ani = api.person("Ani")
    asking = await ani.inline("siapa pemenang lotre kemarin")
    assert (await asking.answered())["button"]["text"] == texts.INLINE_NOT_FOUND


@pytest.mark.parametrize("words", ["", "a", "apa"])
async def test_too_little_asks_for_more(bot: RunningBot, api: FakeTelegram, words: str) -> None:
    """The first keys pressed search nothing."""
    ani = api.person("Ani")
    asking = await ani.inline(words)
    answer = await asking.answered()
    assert answer["button"]["text"] == texts.INLINE_TYPE_MORE
    assert not asking.results


async def test_the_longest_query_is_answered(bot: RunningBot, api: FakeTelegram) -> None:
    """256 letters, which no deep link can carry."""
    ani = api.person("Ani")
    asking = await ani.inline((QUESTION + " ") * 4 + "?" * 12)
    assert (await asking.answered())["button"]["start_parameter"]


async def test_typing_does_not_use_up_questions(bot: RunningBot, api: FakeTelegram) -> None:
    """Inline queries have a limit of their own; beyond it a line asks for patience and is kept for nobody else."""
    ani = api.person("Ani")
    for _ in range(INLINE_PER_MINUTE):
        bot.services.inline_users.allow(ani.id)
    asking = await ani.inline("siapa yang terlalu cepat mengetik")
    answer = await asking.answered()
    assert answer["button"]["text"] == texts.INLINE_WAIT
    assert answer["cache_time"] == 0
    assert answer["is_personal"] is True
    await ani.say(QUESTION)
    assert ANSWER in (await api.wait_for_message(ani)).text


async def test_a_query_that_is_gone_is_no_error(bot: RunningBot, api: FakeTelegram) -> None:
    """Telegram forgets a query soon; the answer that comes too late is dropped."""
    ani = api.person("Ani")
    errors = bot.services.metrics.handler_errors
    asked = len(api.calls("answerInlineQuery"))
    api.fault("answerInlineQuery", 400, wording="query too old")
    await ani.inline("siapa yang sudah pergi")
    assert (await api.wait_for_call("answerInlineQuery", count=asked + 1)).status == 400
    await bot.settle(api)
    assert bot.services.metrics.handler_errors == errors


async def test_an_overloaded_bot_says_so(data_dir: Path) -> None:
    """With no place to wait, the second question at once gets a line in place of results."""
    own = await FakeTelegram.start()
    ani = own.person("Ani")
    busy = running_bot(own, data_dir, waiting_questions=0, answer_workers=1)
    async with busy as running, running.services.answering._places:
        asking = await ani.inline(QUESTION)
        answer = await asking.answered()
    assert answer["button"]["text"] == texts.INLINE_BUSY
    assert answer["cache_time"] == 0
    await own.close()
