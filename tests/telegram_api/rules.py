"""Rules of the Bot API that its description states in words, each a small function of the values.

`request_rules` looks at the fields of a method, `type_rules` at one object, wherever it stands in a request, a response
or an update. Types are checked elsewhere; a rule stays silent about a value whose type is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .api_table import api_table
from .entities import EntityError, format_text, utf16_len
from .links import checked_link

_USERNAME = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]*")
_CHAT_ID_FIELDS = ("chat_id", "from_chat_id")
_PARSE_MODES = frozenset({"html", "markdown", "markdownv2"})
# The documentation of sendChatAction.
_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note".split()
)
# Each kind of button is one of these fields.
_INLINE_BUTTON = frozenset(
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay".split()
)
_REPLY_BUTTON = frozenset(
    "request_users request_chat request_managed_bot request_contact request_location request_poll web_app".split()
)
# Values of fields, least and most, by method or by any method ("").
_RANGES = {
    ("getUpdates", "limit"): (1, 100),
    ("getUpdates", "timeout"): (0, 2**31 - 1),
    ("setWebhook", "max_connections"): (1, 100),
    ("answerInlineQuery", "cache_time"): (0, 2**31 - 1),
    ("answerCallbackQuery", "cache_time"): (0, 2**31 - 1),
    ("getUserProfilePhotos", "limit"): (1, 100),
    ("sendLocation", "heading"): (1, 360),
}
# How many items a list may hold.
_COUNTS = {
    ("answerInlineQuery", "results"): (0, 50),
    ("setMyCommands", "commands"): (0, 100),
    ("deleteMessages", "message_ids"): (1, 100),
    ("copyMessages", "message_ids"): (1, 100),
    ("forwardMessages", "message_ids"): (1, 100),
    ("sendMediaGroup", "media"): (2, 10),
    ("sendPoll", "options"): (1, 12),
    ("setMessageReaction", "reaction"): (0, 1),
}


def text_units(text: str, parse_mode: str) -> int:
    """UTF-16 units of a text after parsing; a text that Telegram would refuse counts as sent."""
    try:
        return utf16_len(format_text(text, parse_mode=parse_mode, allow_empty=True).text)
    except EntityError:
        return utf16_len(text)


def request_rules(method: str, fields: Mapping[str, Any]) -> list[str]:
    """Violations of the rules for a whole request."""
    broken = [
        *_chat_ids(method, fields),
        *_within(method, fields),
        *_which_message(method, fields),
        *(f"{method}.{name}: {value!r} is no parse mode" for name, value in _odd_parse_modes(fields)),
    ]
    rule = _METHOD_RULES.get(method)
    return [*broken, *(f"{method}.{line}" for line in rule(fields))] if rule else broken


def type_rules(kind: str, value: Mapping[str, Any], path: str) -> Iterator[str]:
    """Violations of the rules for one object."""
    rule = _TYPE_RULES.get(kind)
    if rule:
        yield from (f"{path}{line}" for line in rule(value))


def _chat_ids(method: str, fields: Mapping[str, Any]) -> Iterator[str]:
    for name in _CHAT_ID_FIELDS:
        value = fields.get(name)
        if isinstance(value, str) and not _USERNAME.fullmatch(value):
            yield f"{method}.{name}: {value!r} is neither a number nor @username"
        if isinstance(value, int) and not isinstance(value, bool) and not 0 < abs(value) < 2**52:
            yield f"{method}.{name}: {value} is no chat"


def _within(method: str, fields: Mapping[str, Any]) -> Iterator[str]:
    for (owner, name), (least, most) in _RANGES.items():
        value = fields.get(name)
        if owner == method and isinstance(value, int) and not least <= value <= most:
            yield f"{method}.{name}: {value}, expected {least} to {most}"
    for (owner, name), (least, most) in _COUNTS.items():
        value = fields.get(name)
        if owner == method and isinstance(value, list | tuple) and not least <= len(value) <= most:
            yield f"{method}.{name}: {len(value)} items, expected {least} to {most}"


def _which_message(method: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """Edits name either a message of a chat or an inline message."""
    if "inline_message_id" not in api_table().methods[method].fields:
        return
    of_chat = {"chat_id", "message_id"} & set(fields)
    if "inline_message_id" in fields and of_chat:
        yield f"{method}.inline_message_id: not together with {' and '.join(sorted(of_chat))}"
    if "inline_message_id" not in fields and len(of_chat) < 2:
        yield f"{method}: chat_id and message_id or inline_message_id missing"


def _odd_parse_modes(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name.endswith("parse_mode") and isinstance(inner, str) and inner.lower() not in _PARSE_MODES:
                yield name, inner
            yield from _odd_parse_modes(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _odd_parse_modes(inner)


def _commands(fields: Mapping[str, Any]) -> Iterator[str]:
    names = [command.get("command") for command in _objects(fields.get("commands"))]
    for name, times in Counter(name for name in names if isinstance(name, str)).items():
        if times > 1:
            yield f"commands: {name!r} {times} times"


def _inline_results(fields: Mapping[str, Any]) -> Iterator[str]:
    ids = [result.get("id") for result in _objects(fields.get("results"))]
    for name, times in Counter(name for name in ids if isinstance(name, str)).items():
        if times > 1:
            yield f"results: id {name!r} {times} times"
    offset = fields.get("next_offset")
    if isinstance(offset, str) and len(offset.encode("utf-8", "surrogatepass")) > 64:
        yield f"next_offset: {len(offset.encode('utf-8', 'surrogatepass'))} bytes, at most 64"


def _chat_action(fields: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(fields.get("action"), str) and fields["action"] not in _ACTIONS:
        yield f"action: {fields['action']!r} is no chat action"


def _webhook(fields: Mapping[str, Any]) -> Iterator[str]:
    yield from _allowed_updates(fields)
    secret = fields.get("secret_token")
    if isinstance(secret, str) and not _TOKEN.fullmatch(secret):
        yield "secret_token: only A-Z, a-z, 0-9, _ and - are allowed"


def _allowed_updates(fields: Mapping[str, Any]) -> Iterator[str]:
    known = set(api_table().types["Update"].fields) - {"update_id"}
    for name in fields.get("allowed_updates") or ():
        if isinstance(name, str) and name not in known:
            yield f"allowed_updates: {name!r} is no kind of update"


def _inline_button(button: Mapping[str, Any]) -> Iterator[str]:
    kinds = sorted(_INLINE_BUTTON & set(button))
    if len(kinds) != 1:
        yield f": exactly one of the optional fields, found {', '.join(kinds) or 'none'}"
    url = button.get("url")
    if isinstance(url, str) and checked_link(url) is None:
        yield f".url: {url!r} is no address"
    if button.get("text") == "":
        yield ".text: empty"


def _inline_keyboard(markup: Mapping[str, Any]) -> Iterator[str]:
    rows = [row for row in markup.get("inline_keyboard") or () if isinstance(row, list | tuple)]
    yield from (f".inline_keyboard[{place}]: empty row" for place, row in enumerate(rows) if not row)
    buttons = sum(len(row) for row in rows)
    # Found by trial in public reports, not in the documentation: the server answers that the markup is too long.
    if buttons > 100:
        yield f".inline_keyboard: {buttons} buttons, at most 100"


def _reply_button(button: Mapping[str, Any]) -> Iterator[str]:
    kinds = sorted(_REPLY_BUTTON & set(button))
    if len(kinds) > 1:
        yield f": at most one of the optional fields, found {', '.join(kinds)}"


def _results_button(button: Mapping[str, Any]) -> Iterator[str]:
    kinds = sorted({"web_app", "start_parameter"} & set(button))
    if len(kinds) != 1:
        yield f": exactly one of web_app and start_parameter, found {', '.join(kinds) or 'none'}"
    start = button.get("start_parameter")
    if isinstance(start, str) and not _TOKEN.fullmatch(start):
        yield ".start_parameter: only A-Z, a-z, 0-9, _ and - are allowed"


def _command(command: Mapping[str, Any]) -> Iterator[str]:
    name = command.get("command")
    if isinstance(name, str) and not _COMMAND.fullmatch(name):
        yield f".command: {name!r}, only lowercase English letters, digits and underscores are allowed"


def _entity(entity: Mapping[str, Any]) -> Iterator[str]:
    kind = entity.get("type")
    carried = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
    owners = {**{name: owner for owner, name in carried.items()}, "language": "pre", "date_time_format": "date_time"}
    if kind in carried and carried[kind] not in entity:
        yield f".{carried[kind]}: missing for {kind}"
    yield from (f".{name}: only for {owner}" for name, owner in owners.items() if name in entity and kind != owner)
    if isinstance(entity.get("length"), int) and entity["length"] < 1:
        yield f".length: {entity['length']}"


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    for text_field, entities_field in (("text", "entities"), ("caption", "caption_entities")):
        text = message.get(text_field)
        if entities_field in message and text is None:
            yield f".{entities_field}: without {text_field}"
        units = utf16_len(text) if isinstance(text, str) else 0
        for place, entity in enumerate(_objects(message.get(entities_field))):
            end = _number(entity.get("offset")) + _number(entity.get("length"))
            if isinstance(text, str) and end > units:
                yield f".{entities_field}[{place}]: ends at {end} of {units} UTF-16 units"


def _update(update: Mapping[str, Any]) -> Iterator[str]:
    kinds = sorted(set(update) & set(api_table().types["Update"].fields) - {"update_id"})
    if len(kinds) != 1:
        yield f": one of its kinds expected, found {', '.join(kinds) or 'none'}"


def _callback_query(query: Mapping[str, Any]) -> Iterator[str]:
    for names in (("data", "game_short_name"), ("message", "inline_message_id")):
        given = [name for name in names if name in query]
        if len(given) != 1:
            yield f": exactly one of {' and '.join(names)}, found {', '.join(given) or 'none'}"


def _link_preview(options: Mapping[str, Any]) -> Iterator[str]:
    if options.get("prefer_small_media") and options.get("prefer_large_media"):
        yield ": prefer_small_media and prefer_large_media together"


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    return [inner for inner in value if isinstance(inner, Mapping)] if isinstance(value, list | tuple) else []


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


_METHOD_RULES: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "setMyCommands": _commands,
    "answerInlineQuery": _inline_results,
    "sendChatAction": _chat_action,
    "setWebhook": _webhook,
    "getUpdates": _allowed_updates,
}
_TYPE_RULES: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "InlineKeyboardButton": _inline_button,
    "InlineKeyboardMarkup": _inline_keyboard,
    "KeyboardButton": _reply_button,
    "InlineQueryResultsButton": _results_button,
    "BotCommand": _command,
    "MessageEntity": _entity,
    "Message": _message,
    "Update": _update,
    "CallbackQuery": _callback_query,
    "LinkPreviewOptions": _link_preview,
}
