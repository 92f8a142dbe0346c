"""The store's SQL as PostgreSQL spells it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from corpus.storing.store_rows import JsonList

_LIST = re.compile(r"IN \(SELECT value FROM json_each\(\?\)\)|json_each\(\?\) AS j")
_SENTENCE_LIST = "json_group_array(json_array(s.position, s.paragraph, s.text))"
_SENTENCE_LIST_HERE = "coalesce(json_agg(json_build_array(s.position, s.paragraph, s.text)), '[]')"


@lru_cache(maxsize=256)
def spelled(sql: str) -> str:
    """A statement with numbered parameters, and with lists as arrays.

    :param sql: as :class:`corpus.ports.Rows` describes it; it has no question marks but its parameters.

    >>> spelled("SELECT body FROM articles WHERE id IN (SELECT value FROM json_each(?)) AND day > ?")
    'SELECT body FROM articles WHERE id = ANY($1) AND day > $2'
    >>> spelled("SELECT j.value FROM json_each(?) AS j")
    'SELECT j.value FROM unnest($1::bigint[]) AS j(value)'
    """
    sql = _LIST.sub(_array, sql.replace(_SENTENCE_LIST, _SENTENCE_LIST_HERE))
    first, *rest = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))


def _array(found: re.Match[str]) -> str:
    return "= ANY(?)" if found[0].startswith("IN") else "unnest(?::bigint[]) AS j(value)"


def values_of(parameters: Sequence[Any]) -> list[Any]:
    r"""Parameters as the driver takes them; texts of a list that no text of PostgreSQL can equal are left out.

    >>> values_of([JsonList(["a", "b\0", chr(0xD800)]), 7])
    [['a'], 7]
    """
    return [
        [value for value in parameter.values if _can_be_stored(value)] if isinstance(parameter, JsonList) else parameter
        for parameter in parameters
    ]


def _can_be_stored(value: Any) -> bool:
    if not isinstance(value, str):
        return True
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def literal(text: str) -> str:
    """A text as a literal, for where PostgreSQL takes no parameter, such as the condition of a partial index.

    >>> literal("it's")
    "'it''s'"
    """
    if "\\" in text or not _can_be_stored(text):
        raise ValueError(f"not to be written as a literal: {text!r}")
    return "'" + text.replace("'", "''") + "'"
