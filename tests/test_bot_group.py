"""What members of a group see, end to end over HTTP, in polling and in webhook mode."""

from __future__ import annotations

import pytest
from bot_running import ANSWER, QUESTION, RunningBot
from telegram_api.chats import Chat, Message
from telegram_api.fake import FakeTelegram
from telegram_api.membership import Person

from bot.types import ChatSettings
from bot.words import texts
from bot.words.buttons import Action, encode

pytestmark = pytest.mark.asyncio(loop_scope="module")


def people(api: FakeTelegram) -> tuple[Person, Person]:
    """An admin and a member of a group."""
    return api.person("Ani"), api.person("Budi")


def quiet_group(api: FakeTelegram, admin: Person, member: Person, *, forum: bool = False) -> Chat:
    """A group in which the bot hears everything, because it is an administrator."""
    return api.group("Warga", admins=[admin], members=[member], supergroup=True, forum=forum, bot="administrator")


async def answer_in(api: FakeTelegram, group: Chat) -> Message:
    """The next answer, which must be the right one."""
    reply = await api.wait_for_message(group)
    assert ANSWER in reply.text
    return reply


async def test_the_bot_is_silent_unless_meant(bot: RunningBot, api: FakeTelegram) -> None:
    """Talk, pictures, other bots' commands and names, and unknown commands get nothing, whatever the bot may read."""
    ani, budi = people(api)
    group = quiet_group(api, ani, budi)
    first = await ani.say(QUESTION, chat=group)
    await budi.say("iya, siapa ya?", chat=group, reply_to=first)
    await budi.say(f"@LainBot {QUESTION}", chat=group)
    await budi.say(f"/tanya@LainBot {QUESTION}", chat=group)
    await budi.say("/entahlah", chat=group)
    await budi.send_photo(b"x", chat=group, caption=QUESTION)
    await budi.send_voice(b"x", chat=group)
    await budi.say(f"surat@{api.bot_name}.example {QUESTION}", chat=group)
    await bot.settle(api)
    await api.no_message(group)
    assert not group.actions


@pytest.mark.parametrize(
    "words",
    ["@{name} {question}", "{question} @{name}", "eh @{name}, {question}", "@{lower} {question}", "/tanya {question}"],
    ids=["first", "last", "amid", "small letters", "command"],
)
async def test_who_means_the_bot_is_answered(bot: RunningBot, api: FakeTelegram, words: str) -> None:
    """A name at any place, or /tanya, gets a reply; privacy mode lets these through."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    text = words.format(name=api.bot_name, lower=api.bot_name.lower(), question=QUESTION)
    asked = await ani.say(text, chat=group)
    assert (await answer_in(api, group)).reply_to_id == asked.id


async def test_a_command_with_the_name_of_the_bot(bot: RunningBot, api: FakeTelegram) -> None:
    """As the menus of groups write it."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    await ani.say(f"/tanya@{api.bot_name} {QUESTION}", chat=group)
    await answer_in(api, group)


async def test_a_mention_by_link_is_a_mention(bot: RunningBot, api: FakeTelegram) -> None:
    """Apps may link the bot's account to any words; these are no part of the question."""
    ani, budi = people(api)
    group = quiet_group(api, ani, budi)
    asked = await ani.say(f"Si 😀Bot {QUESTION}", chat=group)
    mark = {"type": "text_mention", "offset": 0, "length": 8, "user": api.world.bot}
    api.inject({"message": asked.data | {"entities": [mark]}})
    await answer_in(api, group)
    stored = await bot.services.state.answer_to(group.id, asked.id)
    assert stored is not None
    assert stored.question == QUESTION


async def test_a_caption_may_ask(bot: RunningBot, api: FakeTelegram) -> None:
    """A picture with a mention or /tanya in its caption is a question."""
    ani, budi = people(api)
    group = quiet_group(api, ani, budi)
    for words in (f"@{api.bot_name} {QUESTION}", f"/tanya {QUESTION}"):
        await ani.send_photo(b"x", chat=group, caption=words)
        await answer_in(api, group)


async def test_a_reply_to_the_bot_is_a_question(bot: RunningBot, api: FakeTelegram) -> None:
    """Who replies to an answer asks on, and may lean on it."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    await ani.say(f"/tanya {QUESTION}", chat=group)
    reply = await answer_in(api, group)
    await ani.say("berapa rumah yang terendam banjir di Karangjati?", chat=group, reply_to=reply)
    assert "318 rumah" in (await api.wait_for_message(group)).text


@pytest.mark.parametrize("words", ["/tanya", "@{name}"], ids=["command", "mention"])
async def test_a_message_of_somebody_else_is_asked_by_replying(bot: RunningBot, api: FakeTelegram, words: str) -> None:
    """/tanya alone, or the bare name, as a reply asks what the other message says."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    question = await budi.say(QUESTION, chat=group)
    asked = await ani.say(words.format(name=api.bot_name), chat=group, reply_to=question)
    assert (await answer_in(api, group)).reply_to_id == asked.id


async def test_only_the_quoted_part_is_asked(bot: RunningBot, api: FakeTelegram) -> None:
    """Of a long message the part that was quoted counts."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    long = await budi.say(f"{QUESTION} Lalu besok kita kumpul jam berapa, dan siapa yang bawa kopi?", chat=group)
    await ani.say("/tanya", chat=group, reply_to=long, quote=QUESTION)
    await answer_in(api, group)
    stored = await bot.services.state.answer_to(group.id, list(group.kept())[-2].id)
    assert stored is not None
    assert stored.question == QUESTION


async def test_a_command_alone_explains_itself(bot: RunningBot, api: FakeTelegram) -> None:
    """/tanya or the bare name without words, also in reply to the bot's own words, tells how to ask."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    for words in ("/tanya", f"@{api.bot_name}", f"@{api.bot_name} ,"):
        await ani.say(words, chat=group)
        reply = await api.wait_for_message(group)
        assert reply.text == texts.ASK_HOW
    await ani.say("/tanya", chat=group, reply_to=reply)
    assert (await api.wait_for_message(group)).text == texts.ASK_HOW


async def test_answers_stay_in_their_topic(bot: RunningBot, api: FakeTelegram) -> None:
    """In a forum the answer stands in the topic of its question, which is no reply to the bot by itself."""
    ani, budi = people(api)
    forum = quiet_group(api, ani, budi, forum=True)
    topic = await ani.open_topic(forum, "Berita")
    await ani.say("selamat pagi semua", chat=forum, topic=topic)
    await ani.say(f"/tanya {QUESTION}", chat=forum, topic=topic)
    reply = await answer_in(api, forum)
    assert reply.thread_id == topic
    await ani.say("/tanya", chat=forum, topic=topic)
    assert (await api.wait_for_message(forum)).thread_id == topic
    await ani.say(f"/tanya {QUESTION}", chat=forum)
    assert (await answer_in(api, forum)).thread_id is None
    await api.no_message(forum)


async def test_an_edited_question_edits_its_answer(bot: RunningBot, api: FakeTelegram) -> None:
    """So it is with the command and with a mention; one that begins to mean the bot is answered then."""
    ani, budi = people(api)
    group = quiet_group(api, ani, budi)
    for before, after in (
        ("/tanya siapa presiden bulan?", f"/tanya {QUESTION}"),
        (f"@{api.bot_name} siapa presiden bulan?", f"@{api.bot_name} {QUESTION}"),
    ):
        asked = await ani.say(before, chat=group)
        reply = await api.wait_for_message(group)
        await ani.edit(asked, after)
        await api.wait_for_edit(reply)
        assert ANSWER in reply.text
    asked = await ani.say(QUESTION, chat=group)
    await ani.edit(asked, f"{QUESTION} @{api.bot_name}")
    await answer_in(api, group)
    assert len(api.messages(group, of_bot=True)) == 3


async def test_an_edit_that_changes_nothing_changes_nothing(bot: RunningBot, api: FakeTelegram) -> None:
    """Telegram calls it an edit, too, when a preview is added: thumbs and what is on show stay."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    asked = await ani.say(f"/tanya {QUESTION}", chat=group)
    reply = await answer_in(api, group)
    tap = await ani.tap(texts.BUTTON_UP, reply)
    await tap.answered()
    await ani.edit(asked, f"/tanya {QUESTION}")
    await bot.settle(api)
    await api.no_message(group)
    stored = await bot.services.state.answer_to(group.id, asked.id)
    assert stored is not None
    assert await bot.services.state.votes(stored.id) == (1, 0)
    assert not reply.versions


async def test_admins_choose_with_buttons(bot: RunningBot, api: FakeTelegram) -> None:
    """An admin sees what is chosen and changes it; the group then keeps to it."""
    ani, budi = people(api)
    group = api.group("Warga", admins=[ani], members=[budi])
    await ani.say("/atur", chat=group)
    menu = await api.wait_for_message(group)
    assert menu.text == texts.group_settings(ChatSettings())
    tap = await ani.tap(texts.BUTTON_MENTIONS_OFF, menu)
    await tap.answered()
    assert tap.notice == texts.SETTINGS_KEPT
    assert menu.text == texts.group_settings(ChatSettings(answers_mentions=False))
    await budi.say(f"@{api.bot_name} {QUESTION}", chat=group)
    await bot.settle(api)
    await api.no_message(group)
    await budi.say(f"/tanya {QUESTION}", chat=group)
    await answer_in(api, group)


async def test_the_chosen_period_limits_the_answers(bot: RunningBot, api: FakeTelegram) -> None:
    """What is older than the group searches is not found, until all is searched again; others are not concerned."""
    ani, budi = people(api)
    group = api.group("Warga", admins=[ani], members=[budi])
    await ani.say("/atur", chat=group)
    menu = await api.wait_for_message(group)
    await (await ani.tap(texts.PERIODS[7], menu)).answered()
    assert menu.text == texts.group_settings(ChatSettings(since_days=7))
    assert menu.button(texts.marked(texts.PERIODS[7], chosen=True)) is not None
    await budi.say(f"/tanya {QUESTION}", chat=group)
    assert (await api.wait_for_message(group)).text.startswith(texts.NOT_FOUND)
    await budi.say(QUESTION)
    assert ANSWER in (await api.wait_for_message(budi)).text
    await (await ani.tap(texts.PERIODS[0], menu)).answered()
    await budi.say(f"/tanya {QUESTION}", chat=group)
    await answer_in(api, group)


async def test_only_admins_choose(bot: RunningBot, api: FakeTelegram) -> None:
    """A member is told so, by the command and by the buttons of somebody else's menu, and changes nothing."""
    ani, budi = people(api)
    group = api.group("Warga", admins=[ani], members=[budi])
    await budi.say("/atur", chat=group)
    assert (await api.wait_for_message(group)).text == texts.ONLY_GROUP_ADMINS
    await ani.say("/atur", chat=group)
    menu = await api.wait_for_message(group)
    for button in (texts.BUTTON_MENTIONS_OFF, texts.PERIODS[7]):
        tap = await budi.tap(button, menu)
        await tap.answered()
        assert tap.notice == texts.ONLY_GROUP_ADMINS
    assert await bot.services.state.chat_settings(group.id) == ChatSettings()


async def test_an_anonymous_admin_is_an_admin(bot: RunningBot, api: FakeTelegram) -> None:
    """Who writes in the name of the group may choose, and is answered; who writes in that of a channel may not."""
    ani, budi = people(api)
    group = quiet_group(api, ani, budi)
    await ani.say("/atur", chat=group, as_chat=group)
    menu = await api.wait_for_message(group)
    assert menu.buttons
    await ani.say(f"/tanya {QUESTION}", chat=group, as_chat=group)
    await answer_in(api, group)
    channel = api.channel("Kanal", admins=[budi], bot=None)
    await budi.say("/atur", chat=group, as_chat=channel)
    assert (await api.wait_for_message(group)).text == texts.ONLY_GROUP_ADMINS


async def test_buttons_choose_only_what_they_offer(bot: RunningBot, api: FakeTelegram) -> None:
    """An app that makes up a period is told that the button is none, and the group goes on as before."""
    ani, budi = people(api)
    group = api.group("Warga", admins=[ani], members=[budi])
    await ani.say("/atur", chat=group)
    menu = await api.wait_for_message(group)
    made_up = {
        "id": f"made-up-{group.id}",
        "from": ani.user,
        "chat_instance": "1",
        "data": encode(Action.GROUP_PERIOD, argument=(1 << 62)),
        "message": menu.data,
    }
    api.inject({"callback_query": made_up})
    await api.wait_until(
        lambda: any(call.fields.get("callback_query_id") == made_up["id"] for call in api.calls("answerCallbackQuery"))
    )
    assert await bot.services.state.chat_settings(group.id) == ChatSettings()


async def test_thumbs_of_members_are_kept_apart(bot: RunningBot, api: FakeTelegram) -> None:
    """Each member has a vote, which the shared buttons show to nobody, even when they change for another reason."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    asked = await ani.say(f"/tanya {QUESTION}", chat=group)
    reply = await answer_in(api, group)
    for person, thumb, notice in (
        (ani, texts.BUTTON_UP, texts.VOTE_UP),
        (budi, texts.BUTTON_DOWN, texts.VOTE_DOWN),
    ):
        tap = await person.tap(thumb, reply)
        await tap.answered()
        assert tap.notice == notice
    assert not reply.versions
    await (await ani.tap(texts.BUTTON_MORE, reply)).answered()
    await api.wait_for_edit(reply)
    assert reply.button(texts.marked(texts.BUTTON_UP, chosen=True)) is None
    stored = await bot.services.state.answer_to(group.id, asked.id)
    assert stored is not None
    assert await bot.services.state.votes(stored.id) == (1, 1)


async def test_reactions_of_members_are_votes(bot: RunningBot, api: FakeTelegram) -> None:
    """Each member has one, of the buttons and reactions the latest; nothing is shown, and other messages have none."""
    ani, budi = people(api)
    group = quiet_group(api, ani, budi)
    asked = await ani.say(f"/tanya {QUESTION}", chat=group)
    reply = await answer_in(api, group)
    stored = await bot.services.state.answer_to(group.id, asked.id)
    assert stored is not None
    await (await ani.tap(texts.BUTTON_DOWN, reply)).answered()
    await budi.react(reply, "👍")
    await budi.react(asked, "👎")
    await bot.settle(api)
    assert await bot.services.state.votes(stored.id) == (1, 1)
    await ani.react(reply, "👍")
    await bot.settle(api)
    assert await bot.services.state.votes(stored.id) == (2, 0)
    await api.no_message(group)
    assert not reply.versions
    data = await bot.services.state.export_user(budi.id)
    assert [(stored.id, 1)] == [(vote["answer_id"], vote["value"]) for vote in data["feedback"]]


async def test_who_reacts_unseen_has_no_vote(bot: RunningBot, api: FakeTelegram) -> None:
    """An anonymous admin reacts as the group."""
    ani, budi = people(api)
    group = quiet_group(api, ani, budi)
    asked = await ani.say(f"/tanya {QUESTION}", chat=group)
    reply = await answer_in(api, group)
    thumb = [{"type": "emoji", "emoji": "👍"}]
    change = {"chat": group.data, "message_id": reply.id, "date": api.world.clock.unix(), "actor_chat": group.data}
    api.inject({"message_reaction": change | {"old_reaction": [], "new_reaction": thumb}})
    await bot.settle(api)
    stored = await bot.services.state.answer_to(group.id, asked.id)
    assert stored is not None
    assert await bot.services.state.votes(stored.id) == (0, 0)


async def test_members_do_not_lean_on_each_others_questions(bot: RunningBot, api: FakeTelegram) -> None:
    """What one asked does not help another's question."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    await ani.say("/tanya berapa rumah yang terendam banjir di Karangjati?", chat=group)
    assert "318 rumah" in (await api.wait_for_message(group)).text
    asked = await budi.say("/tanya kapan itu?", chat=group)
    await api.wait_for_message(group)
    stored = await bot.services.state.answer_to(group.id, asked.id)
    assert stored is None or "Karangjati" not in stored.question


async def test_a_chosen_quotation_is_no_question(bot: RunningBot, api: FakeTelegram) -> None:
    """What somebody sends through the bot, even as a reply to it, is not answered again."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    asking = await ani.inline(QUESTION, chat=group)
    await asking.answered()
    await ani.choose(asking, 0, chat=group)
    await ani.choose(asking, 0)
    await bot.settle(api)
    await api.no_message(group)
    await api.no_message(ani)


async def test_commands_for_the_private_chat_are_silent_in_groups(bot: RunningBot, api: FakeTelegram) -> None:
    """/hapus_data and /ekspor_data, and greetings of newcomers, stay out of groups; pages that help do not."""
    ani, budi = people(api)
    group = api.group("Warga", members=[ani, budi])
    for command in ("/hapus_data", "/ekspor_data", "/mulai", "/start"):
        await ani.say(command, chat=group)
    await bot.settle(api)
    await api.no_message(group)
    for command, part in (("/bantuan", "/tanya"), ("/sumber", "artikel dari"), ("/privasi", "Data yang disimpan")):
        asked = await ani.say(command, chat=group)
        reply = await api.wait_for_message(group)
        assert part in reply.text
        assert reply.reply_to_id == asked.id
