"""Requests, responses and updates are held against the description of the Bot API."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import telegram
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.request import HTTPXRequest
from telegram_api.checks import check_request, check_response, check_update, decode_fields
from telegram_api.make_table import condensed_field

BOT = {"id": 1, "is_bot": True, "first_name": "Kutip", "username": "kutip_bot"}
ANI = {"id": 11, "is_bot": False, "first_name": "Ani"}
CHAT = {"id": 11, "type": "private", "first_name": "Ani"}
MESSAGE = {"message_id": 5, "date": 1_764_000_000, "chat": CHAT, "from": BOT, "text": "Halo"}


class Recorder:
    """A loopback Bot API that answers every call and keeps what was wrong with it."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.fields: dict[str, Any] = {}
        self.results: Mapping[str, Any] = {
            "getMe": BOT,
            "sendMessage": MESSAGE,
            "editMessageText": MESSAGE,
            "editMessageReplyMarkup": MESSAGE,
            "sendDocument": {**MESSAGE, "document": {"file_id": "a", "file_unique_id": "b"}},
            "getUpdates": [],
            "getFile": {"file_id": "a", "file_unique_id": "b", "file_path": "c/d"},
            "getChatAdministrators": [{"status": "creator", "user": ANI, "is_anonymous": False}],
            "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
        }

    async def handle(self, request: web.Request) -> web.Response:
        """Check the call and answer it."""
        method = request.match_info["method"]
        raw = await request.post()
        self.fields = decode_fields(method, raw)
        result = self.results.get(method, True)
        self.violations += [*check_request(method, self.fields), *check_response(method, result)]
        return web.json_response({"ok": True, "result": result})


@asynccontextmanager
async def recorded_bot() -> AsyncIterator[tuple[telegram.Bot, Recorder]]:
    """The library's bot talking to a recorder over HTTP."""
    recorder = Recorder()
    application = web.Application()
    application.router.add_post("/bot{token}/{method}", recorder.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    bot = telegram.Bot("1:a", base_url=f"http://127.0.0.1:{port}/bot", request=HTTPXRequest())
    try:
        async with bot:
            yield bot, recorder
    finally:
        await runner.cleanup()


def keyboard() -> telegram.InlineKeyboardMarkup:
    context = telegram.InlineKeyboardButton("Konteks", callback_data="k:1")
    site = telegram.InlineKeyboardButton("Situs", url="https://harian.example/1")
    return telegram.InlineKeyboardMarkup([[context, site], [telegram.InlineKeyboardButton("👍", callback_data="u")]])


def article(name: str) -> telegram.InlineQueryResultArticle:
    content = telegram.InputTextMessageContent(
        "<b>Halo</b>", parse_mode="HTML", link_preview_options=telegram.LinkPreviewOptions(is_disabled=True)
    )
    return telegram.InlineQueryResultArticle(name, "Warta Nusa", content, description="Kamis", reply_markup=keyboard())


CALLS: dict[str, dict[str, Any]] = {
    "send_message": {
        "chat_id": -100,
        "text": "<b>Halo</b>",
        "parse_mode": "HTML",
        "message_thread_id": 3,
        "disable_notification": True,
        "link_preview_options": telegram.LinkPreviewOptions(is_disabled=True),
        "reply_parameters": telegram.ReplyParameters(5, allow_sending_without_reply=True),
    },
    "edit_message_text": {"text": "Halo", "chat_id": 11, "message_id": 5},
    "edit_message_reply_markup": {"inline_message_id": "a"},
    "delete_message": {"chat_id": 11, "message_id": 5},
    "answer_callback_query": {"callback_query_id": "1", "text": "Terima kasih", "show_alert": False},
    "send_chat_action": {"chat_id": "@warta_nusa", "action": telegram.constants.ChatAction.TYPING},
    "get_updates": {"offset": 5, "timeout": 0, "allowed_updates": ["message", "callback_query"]},
    "set_webhook": {"url": "https://kutip.example/", "secret_token": "a-b_1", "max_connections": 40},
    "set_my_commands": {
        "commands": [telegram.BotCommand("tanya", "Ajukan pertanyaan")],
        "scope": telegram.BotCommandScopeChat(11),
        "language_code": "id",
    },
    "delete_my_commands": {"scope": telegram.BotCommandScopeAllGroupChats()},
    "set_my_description": {"description": "Menjawab dengan kutipan."},
    "get_file": {"file_id": "a"},
    "get_chat_administrators": {"chat_id": -100},
    "get_webhook_info": {},
    "set_message_reaction": {"chat_id": 11, "message_id": 5, "reaction": "👍"},
    "leave_chat": {"chat_id": -100},
    "set_chat_menu_button": {"menu_button": telegram.MenuButtonCommands()},
    "set_my_default_administrator_rights": {},
}


@pytest.mark.parametrize("call", CALLS)
async def test_calls_of_the_library_pass(call: str) -> None:
    """What python-telegram-bot sends for ordinary calls keeps to the description."""
    async with recorded_bot() as (bot, recorder):
        await getattr(bot, call)(**CALLS[call])
        assert [] == recorder.violations


async def test_a_keyboard_of_the_library_passes() -> None:
    """Inline keyboards arrive as objects and pass."""
    async with recorded_bot() as (bot, recorder):
        await bot.send_message(11, "Halo", reply_markup=keyboard())
        sent = recorder.fields["reply_markup"]["inline_keyboard"]
        assert ([], "u") == (recorder.violations, sent[1][0]["callback_data"])


async def test_inline_results_of_the_library_pass() -> None:
    """Ten articles with keyboards and a button into the private chat pass."""
    button = telegram.InlineQueryResultsButton("Tanya di obrolan pribadi", start_parameter="inline")
    async with recorded_bot() as (bot, recorder):
        await bot.answer_inline_query("1", [article(str(number)) for number in range(10)], cache_time=30, button=button)
        assert [] == recorder.violations


async def test_an_upload_of_the_library_passes() -> None:
    """A file that is sent along under attach:// is no unknown field."""
    async with recorded_bot() as (bot, recorder):
        await bot.send_document(11, io.BytesIO(b"{}"), filename="data.json", caption="Data Anda")
        assert [] == recorder.violations


async def test_albums_of_the_library_pass() -> None:
    """Files inside objects are found by their attach:// addresses."""
    async with recorded_bot() as (bot, recorder):
        recorder.results = {"sendMediaGroup": [MESSAGE, MESSAGE]}
        await bot.send_media_group(
            11, [telegram.InputMediaDocument(io.BytesIO(b"1")), telegram.InputMediaDocument("id")]
        )
        assert [] == recorder.violations


def test_texts_are_decoded_by_declared_type() -> None:
    """A number is a number only where one is declared; objects are read from JSON."""
    raw = {
        "chat_id": "-100",
        "text": "2026",
        "disable_notification": "true",
        "link_preview_options": '{"is_disabled": true}',
        "message_thread_id": "7",
    }
    expected = {
        "chat_id": -100,
        "text": "2026",
        "disable_notification": True,
        "link_preview_options": {"is_disabled": True},
        "message_thread_id": 7,
    }
    assert expected == decode_fields("sendMessage", raw)


@pytest.mark.parametrize(
    ("method", "raw", "expected"),
    [
        ("sendMessage", {"chat_id": "@warta_nusa"}, {"chat_id": "@warta_nusa"}),
        ("sendLocation", {"latitude": "-6.2", "longitude": "106"}, {"latitude": -6.2, "longitude": 106.0}),
        ("sendMessage", {"text": 5}, {"text": "5"}),
        ("sendMessage", {"chat_id": b"5"}, {"chat_id": 5}),
        ("sendMessage", {"reply_markup": "{"}, {"reply_markup": "{"}),
        ("sendMessage", {"message_thread_id": "tiga"}, {"message_thread_id": "tiga"}),
        ("getUpdates", {"allowed_updates": '["message"]'}, {"allowed_updates": ["message"]}),
        ("SENDMESSAGE", {"chat_id": "5"}, {"chat_id": 5}),
        ("sendNothing", {"chat_id": "5"}, {"chat_id": "5"}),
    ],
)
def test_decoding(method: str, raw: dict[str, Any], expected: dict[str, Any]) -> None:
    """What fits a declared type becomes one; what does not stays as it came."""
    assert expected == decode_fields(method, raw)


def buttons(*row: Mapping[str, Any]) -> dict[str, Any]:
    return {"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [list(row)]}}


BROKEN_MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"text": "a"}, ".chat_id: missing"),
    ({"chat_id": 1, "text": "a", "teks": 1}, ".teks: unknown field"),
    ({"chat_id": True, "text": "a"}, ".chat_id: Boolean true, expected Integer or String"),
    ({"chat_id": "warta", "text": "a"}, ".chat_id: 'warta' is neither a number nor @username"),
    ({"chat_id": 0, "text": "a"}, ".chat_id: 0 is no chat"),
    ({"chat_id": 1, "text": None}, ".text: null, expected String"),
    ({"chat_id": 1, "text": ""}, ".text: 0 UTF-16 units, at least 1"),
    ({"chat_id": 1, "text": "👍" * 2049}, ".text: 4098 UTF-16 units, at most 4096"),
    ({"chat_id": 1, "text": "a", "parse_mode": "XML"}, ".parse_mode: 'XML' is no parse mode"),
    (
        {"chat_id": 1, "text": "a", "reply_parameters": "{"},
        ".reply_parameters: String '{', expected ReplyParameters",
    ),
    (
        {"chat_id": 1, "text": "a", "entities": [{"type": "text_link", "offset": 0, "length": 1}]},
        ".entities[0].url: missing for text_link",
    ),
    (
        buttons({"text": "a", "callback_data": "a"}, {"text": "b", "callback_data": "é" * 35}),
        ".reply_markup.inline_keyboard[0][1].callback_data: 70 bytes, at most 64",
    ),
    (
        buttons({"text": "a"}),
        ".reply_markup.inline_keyboard[0][0]: exactly one of the optional fields, found none",
    ),
    (
        buttons({"text": "a", "pay": True, "url": "https://a.id"}),
        ".reply_markup.inline_keyboard[0][0]: exactly one of the optional fields, found pay, url",
    ),
    (
        buttons({"text": "a", "url": "bukan alamat"}),
        ".reply_markup.inline_keyboard[0][0].url: 'bukan alamat' is no address",
    ),
    (buttons(), ".reply_markup.inline_keyboard[0]: empty row"),
    (
        buttons(*[{"text": "a", "callback_data": "a"}] * 101),
        ".reply_markup.inline_keyboard: 101 buttons, at most 100",
    ),
]


@pytest.mark.parametrize(("fields", "expected"), BROKEN_MESSAGES)
def test_broken_messages(fields: dict[str, Any], expected: str) -> None:
    """Each mistake in a message is named with where it stands."""
    assert [f"sendMessage{expected}"] == check_request("sendMessage", fields)


BROKEN_REQUESTS: list[tuple[str, dict[str, Any], str]] = [
    ("sendNothing", {}, ": unknown method"),
    ("sendChatAction", {"chat_id": 1, "action": "mengetik"}, ".action: 'mengetik' is no chat action"),
    ("editMessageText", {"text": "a"}, ": chat_id and message_id or inline_message_id missing"),
    (
        "editMessageText",
        {"text": "a", "chat_id": 1, "inline_message_id": "a"},
        ".inline_message_id: not together with chat_id",
    ),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}, ".text: 201 characters, at most 200"),
    (
        "setMyCommands",
        {"commands": [{"command": "Tanya", "description": "a"}]},
        ".commands[0].command: 'Tanya', only lowercase English letters, digits and underscores are allowed",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "tanya", "description": ""}]},
        ".commands[0].description: 0 characters, at least 1",
    ),
    ("setMyCommands", {"commands": [{"command": "a", "description": "b"}] * 2}, ".commands: 'a' 2 times"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}, ".scope.chat_id: missing"),
    ("getUpdates", {"limit": 101}, ".limit: 101, expected 1 to 100"),
    ("getUpdates", {"allowed_updates": ["pesan"]}, ".allowed_updates: 'pesan' is no kind of update"),
    (
        "setWebhook",
        {"url": "https://a.id", "secret_token": "a b"},
        ".secret_token: only A-Z, a-z, 0-9, _ and - are allowed",
    ),
    ("sendDocument", {"chat_id": 1, "document": "attach://berkas"}, ": attach://berkas names no uploaded file"),
    ("sendDocument", {"chat_id": 1, "document": {}}, ".document: Object, expected InputFile or String"),
]


@pytest.mark.parametrize(("method", "fields", "expected"), BROKEN_REQUESTS)
def test_broken_requests(method: str, fields: dict[str, Any], expected: str) -> None:
    """Each mistake in a request is named with where it stands."""
    assert [method + expected] == check_request(method, fields)


def inline_answer(*ids: str) -> dict[str, Any]:
    content = {"message_text": "a"}
    results = [{"type": "article", "id": name, "title": "a", "input_message_content": content} for name in ids]
    return {"inline_query_id": "1", "results": results}


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        pytest.param(["a", "a"], "answerInlineQuery.results: id 'a' 2 times", id="twice"),
        pytest.param(["é" * 33], "answerInlineQuery.results[0].id: 66 bytes, at most 64", id="long"),
        pytest.param([str(n) for n in range(51)], "answerInlineQuery.results: 51 items, expected 0 to 50", id="many"),
    ],
)
def test_broken_inline_results(ids: list[str], expected: str) -> None:
    """Inline results are at most fifty, each with an id of its own of at most 64 bytes."""
    assert [expected] == check_request("answerInlineQuery", inline_answer(*ids))


def test_the_closest_alternative_is_named() -> None:
    """Of several possible objects the violations are those of the one that was meant."""
    result = {"type": "article", "id": "1", "title": "a", "input_message_content": {"message_text": "a", "warna": 1}}
    assert ["answerInlineQuery.results[0].input_message_content.warna: unknown field"] == check_request(
        "answerInlineQuery", {"inline_query_id": "1", "results": [result]}
    )


def test_markup_does_not_count_as_text() -> None:
    """A text is measured as it remains after parsing."""
    fields = {"chat_id": 1, "text": "<b>" + "a" * 4096 + "</b>", "parse_mode": "HTML"}
    assert [] == check_request("sendMessage", fields)


@pytest.mark.parametrize(
    ("method", "result", "expected"),
    [
        ("getMe", BOT, []),
        ("getMe", {**BOT, "umur": 3}, ["getMe.result.umur: unknown field"]),
        ("editMessageText", True, []),
        ("editMessageText", MESSAGE, []),
        ("editMessageText", "ya", ["editMessageText.result: String 'ya', expected Message or Boolean"]),
        ("getUpdates", [{"update_id": 1, "message": MESSAGE}], []),
        ("getUpdates", [{"update_id": 1}], ["getUpdates.result[0]: one of its kinds expected, found none"]),
        (
            "sendMessage",
            {**MESSAGE, "entities": [{"type": "bold", "offset": 3, "length": 5}]},
            ["sendMessage.result.entities[0]: ends at 8 of 4 UTF-16 units"],
        ),
        (
            "getChatMember",
            {"status": "member", "user": ANI, "is_anonymous": False},
            ["getChatMember.result.is_anonymous: unknown field"],
        ),
    ],
)
def test_responses(method: str, result: Any, expected: list[str]) -> None:
    """A result is held against what the method returns, deep into its objects."""
    assert expected == check_response(method, result)


def test_updates() -> None:
    """An update carries exactly one kind; a callback query one message and one data."""
    query = {"id": "1", "from": ANI, "chat_instance": "a", "message": MESSAGE, "data": "k:1"}
    assert [] == check_update({"update_id": 1, "callback_query": query})
    assert ["update: one of its kinds expected, found callback_query, message"] == check_update(
        {"update_id": 1, "callback_query": query, "message": MESSAGE}
    )
    del query["data"]
    assert ["update.callback_query: exactly one of data and game_short_name, found none"] == check_update(
        {"update_id": 1, "callback_query": query}
    )


VALID = {
    "chat_id": 11,
    "text": "Halo <b>Ani</b>",
    "parse_mode": "HTML",
    "reply_parameters": {"message_id": 5},
    "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]},
}


@given(st.text(min_size=1, max_size=80))
def test_callback_data_counts_bytes(data: str) -> None:
    """callback_data passes exactly up to 64 bytes of UTF-8."""
    fields = {**VALID, "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": data}]]}}
    assert (len(data.encode()) <= 64) == (check_request("sendMessage", fields) == [])


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(VALID)), JSON_VALUES)
def test_values_of_another_kind_are_violations(name: str, value: Any) -> None:
    """A field of another JSON kind than declared is named, whatever it holds."""
    same_kind = type(value) is type(VALID[name])
    violations = check_request("sendMessage", {**VALID, name: value})
    assert same_kind or name == "chat_id" or [line for line in violations if line.startswith(f"sendMessage.{name}")]


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(["message", "update_id", "poll", "callback_query"]) | st.text(), JSON_VALUES))
def test_any_update_can_be_checked(update: dict[str, Any]) -> None:
    """Checking never fails by itself, and says something about all but whole updates."""
    assert check_update(update)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(sorted(VALID)), JSON_VALUES))
def test_forms_decode_to_what_was_sent(changed: dict[str, Any]) -> None:
    """A form that carries values as the library writes them decodes like a JSON body, where the types are right."""
    fields = {**VALID, **{name: value for name, value in changed.items() if isinstance(value, dict)}}
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    declared = {name for name, value in VALID.items() if isinstance(value, dict)}
    decoded = decode_fields("sendMessage", form)
    assert {name: fields[name] for name in declared} == {name: decoded[name] for name in declared}


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Can be either “sender” for a chat with the sender, “private”, or “group”.", "=sender,private,group"),
        ("Type of the origin, always “user”", "=user"),
        ("Scope type, must be chat", "=chat"),
        ("Format, must be one of “static” for a .WEBP image, “video” for a .WEBM video", "=static,video"),
        ("Data, 1-64 bytes", "~1-64b"),
        ("Caption, 0-1024 characters after entities parsing", "~0-1024u"),
        ("Can be available only for “invoice_payment” transactions.", ""),
    ],
)
def test_what_a_description_fixes(description: str, expected: str) -> None:
    """Fixed values and lengths are read from the words of the documentation."""
    field = {"types": ["String"], "required": False, "description": description}
    assert f"String{expected}" == condensed_field(field)
