"""Fields of JSON objects and CSV rows -> a raw article, whatever the fields are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from corpus.errors import InputError
from corpus.reading.markup import html_to_text, looks_like_html, one_line
from corpus.types import RawArticle, Reason, Rejection


class Field(StrEnum):
    """What an article has."""

    ID = "id"
    TITLE = "title"
    BODY = "body"
    SOURCE = "source"
    URL = "url"
    PUBLISHED = "published"


ALIASES: Mapping[Field, tuple[str, ...]] = {
    Field.ID: ("id", "guid", "articleid", "idartikel", "idberita", "uuid"),
    Field.TITLE: ("title", "judul", "headline", "judulberita", "judulartikel", "name"),
    Field.BODY: (
        *("body", "isi", "content", "konten", "text", "teks", "articlebody", "artikel", "article", "berita"),
        *("isiberita", "isiartikel", "fulltext", "maintext", "contenttext", "contenthtml", "html", "paragraphs"),
    ),
    Field.SOURCE: ("source", "sumber", "portal", "media", "publisher", "penerbit", "outlet", "sitename", "situs"),
    Field.URL: ("url", "link", "tautan", "permalink", "canonicalurl", "sourceurl", "alamat"),
    Field.PUBLISHED: (
        *("publishedat", "published", "datepublished", "publishdate", "publicationdate", "pubdate", "tanggalterbit"),
        *("tanggal", "tgl", "date", "waktu", "datetime", "createdat", "timestamp", "time"),
    ),
}
"""Names of each field, reduced by :func:`field_key`, most telling first: the first that holds something is taken."""

_OF_KEY = {alias: field for field, aliases in ALIASES.items() for alias in aliases}

# What exports write for nothing.
_NOTHING = frozenset(("", "-", "nan", "null", "none", "nil", "n/a", "na", "undefined"))

# Where the value of a nested field lies: schema.org and NewsAPI names, WordPress, MongoDB exports, XML turned to JSON.
_INNER = (
    *("name", "rendered", "text", "html", "content", "value", "title", "@value", "#text", "url", "@id"),
    *("$oid", "$date", "$numberLong", "$numberInt"),
)

# Objects that wrap an article: Elasticsearch, Strapi and the like.
_WRAPPERS = ("_source", "article", "artikel", "berita", "attributes", "fields", "data", "post")

_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_DIGITS_OF_EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
_FIRST_EPOCH_S, _LAST_EPOCH_S = 10**8, 10**10  # 1973 and 2286; smaller numbers are years or days
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DEPTH = 6


@lru_cache(maxsize=1024)
def field_key(name: str) -> str:
    """Reduce a field name to what distinguishes it.

    >>> field_key(" Published_At "), field_key("tanggal terbit")
    ('publishedat', 'tanggalterbit')
    """
    return "".join(char for char in name.casefold() if char.isalnum())


def known_field(name: str) -> Field | None:
    """Field that a name stands for, or None."""
    return _OF_KEY.get(field_key(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """Which names of an input stand for which fields.

    :param chosen: names given by hand, as paths of keys; they win over the known names.
    """

    chosen: Mapping[Field, tuple[str, ...]]

    @classmethod
    def parse(cls, pairs: Mapping[str, str]) -> FieldMap:
        """Read ``--map field=name`` pairs; ``name=field`` is understood too where only the right side is known.

        A name with dots leads into nested objects: ``tanggal=meta.terbit``.

        :raises InputError: neither side is a field of an article.

        >>> FieldMap.parse({"tanggal": "meta.terbit"}).chosen
        {<Field.PUBLISHED: 'published'>: ('meta', 'terbit')}
        """
        chosen: dict[Field, tuple[str, ...]] = {}
        for left, right in pairs.items():
            field, name = known_field(left), right
            if field is None:
                field, name = known_field(right), left
            if field is None:
                raise InputError(f"{left}={right}", f"no field of an article, known are {', '.join(Field)}")
            chosen[field] = tuple(field_key(part) for part in name.split("."))
        return cls(chosen=chosen)

    def article(self, row: Mapping[str, object], origin: str) -> RawArticle | Rejection:
        r"""Make an article of a row.

        :param row: names and values as parsed.
        :param origin: of the row.

        >>> FieldMap.parse({}).article({"Judul": "Banjir surut", "isi": ["Air surut.", "Warga pulang."]}, "a.json").body
        'Air surut.\nWarga pulang.'
        """
        values = _unwrapped(_keyed(row))
        body = _body(self._value(values, Field.BODY))
        if not body:
            return _without_body(row, values, self, origin)
        return RawArticle(
            origin=origin,
            body=body,
            id=_line(self._value(values, Field.ID)),
            title=_line(self._value(values, Field.TITLE)),
            source=_line(self._value(values, Field.SOURCE)),
            url=web_address(_line(self._value(values, Field.URL))),
            published=_time(self._value(values, Field.PUBLISHED)),
        )

    def names_of_body(self) -> tuple[str, ...]:
        """Reduced names under which this map finds a text."""
        chosen = self.chosen.get(Field.BODY)
        return ((chosen[0],) if chosen else ()) + ALIASES[Field.BODY]

    def _value(self, values: Mapping[str, object], field: Field) -> str | None:
        path = self.chosen.get(field)
        if path:
            found = _plain(_along(values, path), joined=field is Field.BODY)
            if found is not None:
                return found
        for alias in ALIASES[field]:
            if alias in values:
                found = _plain(values[alias], joined=field is Field.BODY)
                if found is not None:
                    return found
        return None


def web_address(text: str | None) -> str | None:
    """Keep what can be linked to, an http(s) address; nothing else ("javascript:", a path) becomes a link.

    >>> web_address("www.warta.example/1"), web_address("javascript:alert(1)")
    ('https://www.warta.example/1', None)
    """
    if text is None:
        return None
    address = f"https://{text}" if text.lower().startswith("www.") else text
    return address if _WEB_ADDRESS.fullmatch(address) else None


def storable(text: str) -> str:
    """Text without NUL characters and lone surrogates, which JSON can express and no file or database can hold."""
    text = text.replace("\0", "")
    return _SURROGATE.sub("\ufffd", text) if _SURROGATE.search(text) else text


def _keyed(row: Mapping[str, object]) -> dict[str, object]:
    keyed: dict[str, object] = {}
    for name, value in row.items():
        keyed.setdefault(field_key(name), value)
    return keyed


def _unwrapped(values: dict[str, object]) -> dict[str, object]:
    for wrapper in map(field_key, _WRAPPERS):
        inner = values.get(wrapper)
        if isinstance(inner, Mapping):
            keyed = _keyed(inner)
            if any(alias in keyed for alias in ALIASES[Field.BODY]):
                return {**values, **keyed}
    return values


def _along(values: Mapping[str, object], path: Sequence[str]) -> object:
    found: object = values
    for part in path:
        if not isinstance(found, Mapping):
            return None
        found = _keyed(found).get(part)
    return found


def _plain(value: object, *, joined: bool, depth: int = 0) -> str | None:
    """Text of a value, or None for nothing.

    :param joined: join a list's parts into paragraphs; else its first part is taken.
    """
    if depth > _MAX_DEPTH or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return value if value.strip().casefold() not in _NOTHING else None
    if isinstance(value, int | float):
        return None if value != value else str(value)  # a NaN is nothing
    if isinstance(value, Mapping):
        parts: Iterable[object] = (value[key] for key in _INNER if key in value)
        joined_here = False
    elif isinstance(value, Sequence):
        parts, joined_here = value, joined
    else:
        return None
    texts = (text for part in parts if (text := _plain(part, joined=joined, depth=depth + 1)) is not None)
    return "\n".join(texts) or None if joined_here else next(texts, None)


def _body(value: str | None) -> str:
    if value is None:
        return ""
    text = html_to_text(value) if looks_like_html(value) else value.replace("\r\n", "\n").replace("\r", "\n")
    return storable(text).strip()


def _line(value: str | None) -> str | None:
    return storable(one_line(value)) or None if value is not None else None


def _time(value: str | None) -> str | None:
    """A publication time as written; seconds or milliseconds since 1970 as ISO 8601 in UTC."""
    text = _line(value)
    if text is None or not _DIGITS_OF_EPOCH.fullmatch(text):
        return text
    seconds = float(text) if len(text) != 13 else int(text) / 1000
    if not _FIRST_EPOCH_S <= seconds < _LAST_EPOCH_S:
        return text
    return datetime.fromtimestamp(int(seconds), tz=UTC).isoformat()


def _without_body(row: Mapping[str, object], values: Mapping[str, object], fields: FieldMap, origin: str) -> Rejection:
    if any(name in values for name in fields.names_of_body()):
        return Rejection(origin=origin, reason=Reason.EMPTY)
    names = storable(", ".join(list(row)[:8]))
    return Rejection(origin=origin, reason=Reason.EMPTY, detail=f"no field with the text among: {names[:120]}")
