"""Requests, responses and updates checked against the description of the Bot API.

A violation is a line such as `sendMessage.reply_markup.inline_keyboard[0][1].callback_data: 70 bytes, at most 64`.
Where Telegram would ignore a mistake (an unknown field, an unknown value) it is a violation all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .api_table import Entry, Field, Length, api_table
from .entities import utf16_len
from .rules import request_rules, text_units, type_rules

__all__ = ["check_request", "check_response", "check_update", "decode_fields"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_SIMPLE = frozenset({"Integer", "Float", "String", "Boolean"})


def decode_fields(method: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the fields of a request into values of their declared types.

    Forms carry only texts: "5" is a number where an Integer is declared and a text where a String is; objects and
    arrays come as JSON. What does not fit stays as it is, for `check_request` to name.

    :param method: Bot API method, in any case
    :param raw: fields of a form, a multipart form or a JSON body; an uploaded file is any other object
    :return: fields by name

    >>> decode_fields("sendMessage", {"chat_id": "-5", "text": "5", "protect_content": "true"})
    {'chat_id': -5, 'text': '5', 'protect_content': True}
    """
    found = api_table().method(method)
    fields = found[1].fields if found else {}
    return {name: _decoded(value, fields[name].types) if name in fields else value for name, value in raw.items()}


def check_request(method: str, fields: Mapping[str, Any]) -> list[str]:
    """Name everything in a request that the Bot API does not allow.

    :param method: Bot API method
    :param fields: as `decode_fields` gives them
    :return: violations, none where all is well

    >>> check_request("sendMessage", {"chat_id": 1})
    ['sendMessage.text: missing']
    """
    found = api_table().method(method)
    if found is None:
        return [f"{method}: unknown method"]
    name, entry = found
    attached = {address.removeprefix("attach://") for address in _attached(fields)}
    uploads = {key for key, value in fields.items() if key not in entry.fields and key in attached}
    declared = {key: value for key, value in fields.items() if key not in uploads}
    lost = [f"{name}: attach://{key} names no uploaded file" for key in sorted(attached - set(fields))]
    return [*_fields(declared, entry, name), *request_rules(name, declared), *lost]


def check_response(method: str, result: Any) -> list[str]:
    """Name everything in a result that the Bot API does not return from this method.

    >>> check_response("setMyCommands", True), check_response("getMe", {"id": 1})[0]
    ([], 'getMe.result.is_bot: missing')
    """
    found = api_table().method(method)
    if found is None:
        return [f"{method}: unknown method"]
    return _value(result, found[1].returns, f"{found[0]}.result")


def check_update(update: Mapping[str, Any]) -> list[str]:
    """Name everything in an update that the Bot API does not send.

    >>> check_update({"update_id": 1})
    ['update: one of its kinds expected, found none']
    """
    return _value(update, ("Update",), "update")


def _decoded(value: Any, types: Sequence[str]) -> Any:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if "String" in types and isinstance(value, int | float) and not isinstance(value, bool):
        return value if {"Integer", "Float"} & set(types) else str(value)
    return _from_text(value, types) if isinstance(value, str) else value


def _from_text(value: str, types: Sequence[str]) -> Any:
    if "Integer" in types and _INTEGER.fullmatch(value):
        return int(value)
    if "Float" in types and _NUMBER.fullmatch(value):
        return float(value)
    if "Boolean" in types and value.lower() in _BOOLEANS:
        return _BOOLEANS[value.lower()]
    if any(kind not in _SIMPLE and kind != "InputFile" for kind in types) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _attached(value: Any) -> Iterator[str]:
    """Every attach:// address in a request, however deep."""
    if isinstance(value, str) and value.startswith("attach://"):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _attached(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _attached(inner)


def _fields(values: Mapping[str, Any], entry: Entry, path: str) -> Iterator[str]:
    for name, value in values.items():
        field = entry.fields.get(name)
        if field is None:
            yield f"{path}.{name}: unknown field"
        else:
            yield from _field(value, field, f"{path}.{name}", values)
    yield from (f"{path}.{name}: missing" for name in entry.required if name not in values)


def _field(value: Any, field: Field, path: str, around: Mapping[str, Any]) -> Iterator[str]:
    """Check one field; its neighbours say how a text is parsed."""
    wrong = _value(value, field.types, path)
    yield from wrong
    if wrong or not isinstance(value, str):
        return
    if field.values and value not in field.values:
        yield f"{path}: {value!r}, expected one of {', '.join(field.values)}"
    if field.length:
        yield from _length(value, field.length, path, str(around.get("parse_mode") or ""))


def _length(value: str, length: Length, path: str, parse_mode: str) -> Iterator[str]:
    size, unit = {
        "b": (len(value.encode("utf-8", "surrogatepass")), "bytes"),
        "c": (len(value), "characters"),
        "u": (text_units(value, parse_mode), "UTF-16 units"),
    }[length.unit]
    if size > length.most:
        yield f"{path}: {size} {unit}, at most {length.most}"
    if size < length.least:
        yield f"{path}: {size} {unit}, at least {length.least}"


def _value(value: Any, types: Sequence[str], path: str) -> list[str]:
    """Violations against the alternative that fits best."""
    alternatives = _fitting(value, [plain for kind in types for plain in _expanded(kind)])
    found = [list(_one(value, kind, path)) for kind in alternatives]
    if not found:
        return [f"{path}: {_named(value)}, expected {' or '.join(_readable(kind) for kind in types)}"]
    return min(found, key=len)


def _expanded(kind: str) -> list[str]:
    """A type, or what it stands for where it is one of several."""
    prefix = kind[: kind.rfind("[") + 1]
    entry = api_table().types.get(kind[len(prefix) :])
    if prefix or entry is None or not entry.subtypes:
        return [kind]
    return [plain for subtype in entry.subtypes for plain in _expanded(subtype)]


def _fitting(value: Any, kinds: Sequence[str]) -> list[str]:
    """Alternatives of the value's JSON kind; among objects those with the same fixed values (`type`, `status`)."""
    if isinstance(value, list | tuple):
        return [kind for kind in kinds if kind.startswith("[")]
    if isinstance(value, Mapping):
        objects = [kind for kind in kinds if not kind.startswith("[") and kind not in {*_SIMPLE, "InputFile"}]
        return [kind for kind in objects if _has_fixed_values(value, kind)] or objects
    return [kind for kind in kinds if _is_simple(value, kind)]


def _has_fixed_values(value: Mapping[str, Any], kind: str) -> bool:
    return all(value.get(name) == fixed for name, fixed in api_table().types[kind].fixed.items())


def _is_simple(value: Any, kind: str) -> bool:
    if kind == "Boolean":
        return isinstance(value, bool)
    if kind == "Integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "Float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "String":
        return isinstance(value, str)
    return kind == "InputFile" and value is not None and not isinstance(value, bool | int | float)


def _one(value: Any, kind: str, path: str) -> Iterator[str]:
    if kind.startswith("["):
        for position, inner in enumerate(value):
            yield from _value(inner, (kind[1:],), f"{path}[{position}]")
    elif isinstance(value, Mapping) and kind in api_table().types:
        yield from _fields(value, api_table().types[kind], path)
        yield from type_rules(kind, value, path)


def _readable(kind: str) -> str:
    depth = kind.count("[")
    return "Array of " * depth + kind[depth:]


def _named(value: Any) -> str:
    """A value as JSON names its kind."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"Boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"number {value}"
    if isinstance(value, str):
        return f"String {value[:40]!r}" + (f" of {utf16_len(value)} units" if len(value) > 40 else "")
    return "Object" if isinstance(value, Mapping) else "Array" if isinstance(value, list | tuple) else "file"
