"""The Bot API description that the fake server checks against, read from api_table.json when first asked for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_FIELD = re.compile(
    r"(?P<required>!?)(?P<types>[^=~]+)(?:=(?P<values>[^~]*))?(?:~(?P<least>[0-9]+)-(?P<most>[0-9]+)(?P<unit>[bcu]))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long a text may be; the unit is "b" bytes, "c" characters or "u" UTF-16 units after parsing."""

    least: int
    most: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a method or type.

    :param types: alternatives; a leading "[" makes an array of what follows
    :param values: the only values allowed, if any
    """

    name: str
    types: tuple[str, ...]
    required: bool
    values: tuple[str, ...] = ()
    length: Length | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A method or type.

    :param fields: by name, in the documentation's order
    :param returns: of a method
    :param subtypes: of a type that is one of several others
    :param required: names of the fields that may not be missing
    :param fixed: values of the fields that can have only one, which tell a type from its likes
    """

    fields: dict[str, Field] = field(default_factory=dict)
    returns: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    fixed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiTable:
    """All methods and types of one version of the Bot API."""

    version: str
    methods: dict[str, Entry]
    types: dict[str, Entry]

    def method(self, name: str) -> tuple[str, Entry] | None:
        """A method and its proper name; Telegram does not mind the case."""
        proper = name if name in self.methods else {known.lower(): known for known in self.methods}.get(name.lower())
        return (proper, self.methods[proper]) if proper else None


@cache
def api_table() -> ApiTable:
    """The table of the Bot API, version 10.1: newer than the library's 10.0 and a superset of it."""
    raw = json.loads(Path(__file__).with_name("api_table.json").read_text(encoding="utf-8"))
    sections = ({name: _entry(entry) for name, entry in raw[section].items()} for section in ("methods", "types"))
    methods, types = sections
    return ApiTable(version=raw["version"], methods=methods, types=types)


def _entry(raw: dict[str, dict[str, str]]) -> Entry:
    fields = {name: _field(name, written) for name, written in raw.get("fields", {}).items()}
    return Entry(
        fields=fields,
        required=tuple(name for name, field in fields.items() if field.required),
        fixed={name: field.values[0] for name, field in fields.items() if len(field.values) == 1},
        returns=tuple(raw.get("returns", ())),
        subtypes=tuple(raw.get("subtypes", ())),
    )


def _field(name: str, written: str) -> Field:
    match = _FIELD.fullmatch(written)
    if match is None:
        raise ValueError(f"api_table.json: {name}: {written!r}")
    length = Length(least=int(match["least"]), most=int(match["most"]), unit=match["unit"]) if match["unit"] else None
    return Field(
        name=name,
        types=tuple(match["types"].split("|")),
        required=bool(match["required"]),
        values=tuple(match["values"].split(",")) if match["values"] else (),
        length=length,
    )
