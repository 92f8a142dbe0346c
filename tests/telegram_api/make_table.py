"""Condense a machine-readable Bot API description into api_table.json: names, types, fixed values and lengths.

    python -m tests.telegram_api.make_table api.json tests/telegram_api/api_table.json

The description is the JSON of the PaulSonOfLars/telegram-bot-api-spec project (MIT). A field becomes one string,
`[!]TYPE[|TYPE...][=VALUE,VALUE...][~LEAST-MOSTunit]`: `!` required, `[T` array of T, unit `b` bytes, `c` characters,
`u` UTF-16 units of the text that remains after parsing.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_LENGTH = re.compile(r"\b(\d+)-(\d+) (characters|bytes)( after entit(?:y|ies) parsing)?", re.IGNORECASE)
_UP_TO = re.compile(r"\bup to (\d+) (characters|bytes)()", re.IGNORECASE)
_QUOTED = r'[“"]([\w./-]+)[”"]'
_VALUES = re.compile(
    rf'(?:must|can) be (?:one of |either )?(?=[“"])(?P<open>.*)|always {_QUOTED}', re.DOTALL | re.IGNORECASE
)
_BARE_VALUE = re.compile(r"must be (\w+)$")


def condensed_field(field: Mapping[str, Any]) -> str:
    """One field as a string of the table.

    >>> condensed_field({"types": ["Array of Array of String"], "required": True, "description": "Keys, 1-64 bytes"})
    '![[String'
    >>> condensed_field({"types": ["String"], "required": False, "description": "Key, 1-64 bytes"})
    'String~1-64b'
    """
    types = "|".join(kind.replace("Array of ", "[") for kind in field["types"])
    limits = _values(field) + _length(field) if field["types"] == ["String"] else ""
    return ("!" if field["required"] else "") + types + limits


def _values(field: Mapping[str, Any]) -> str:
    """Values that the description fixes."""
    match = _VALUES.search(field["description"])
    bare = _BARE_VALUE.search(field["description"])
    values = re.findall(_QUOTED, match["open"] or match.group()) if match else [bare.group(1)] if bare else []
    return "=" + ",".join(values) if values else ""


def _length(field: Mapping[str, Any]) -> str:
    match = _LENGTH.search(field["description"])
    up_to = _UP_TO.search(field["description"])
    if match:
        unit = "u" if match[4] else match[3][0].lower()
        return f"~{match[1]}-{match[2]}{unit}"
    return f"~0-{up_to[1]}{up_to[2][0].lower()}" if up_to else ""


def condensed(description: Mapping[str, Any]) -> dict[str, Any]:
    """The whole table."""
    methods = {
        name: {"returns": [kind.replace("Array of ", "[") for kind in method["returns"]], "fields": _fields(method)}
        for name, method in description["methods"].items()
    }
    types = {
        name: {"subtypes": [subtype.replace("Array of ", "[") for subtype in kind["subtypes"]]}
        if "subtypes" in kind
        else {"fields": _fields(kind)}
        for name, kind in description["types"].items()
    }
    return {"version": description["version"], "methods": methods, "types": types}


def _fields(owner: Mapping[str, Any]) -> dict[str, str]:
    return {field["name"]: condensed_field(field) for field in owner.get("fields", [])}


def _as_text(table: Mapping[str, Any]) -> str:
    """JSON with a line for each method and type, so that changes can be read."""

    def section(entries: Mapping[str, Any]) -> str:
        lines = (f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}" for name, entry in entries.items())
        return "{\n" + ",\n".join(lines) + "\n}"

    version, methods, types = json.dumps(table["version"]), section(table["methods"]), section(table["types"])
    return f'{{"version":{version},\n"methods":{methods},\n"types":{types}}}\n'


def main(arguments: Sequence[str]) -> int:
    """Write the table; 2 for wrong usage."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m tests.telegram_api.make_table API.json TABLE.json\n")
        return 2
    description = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    Path(arguments[1]).write_text(_as_text(condensed(description)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
