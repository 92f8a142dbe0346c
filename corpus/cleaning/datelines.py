"""Datelines: "JAKARTA, KOMPAS.com - ", "Liputan6.com, Jakarta -", "KONTAN.CO.ID - JAKARTA. ", "Jakarta - "."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from corpus.cleaning.places import is_place, place_prefix
from corpus.cleaning.portals import known_portal, portal_name

# Enough for a byline and a dateline, so that a hostile body costs no more than any other.
_HEAD_CHARS = 1_000
_CONTENTS_CHARS = 700
_BYLINE_CHARS = 160

_GAP = "(?:[\\s\u00a0\u200b-\u200f\u2060\ufeff]|&nbsp;)"
_BLANKS = " \n\t\u00a0"
_DASH = "(?:-{1,3}|[\u2010-\u2015\u2212]{1,2}|&[nm]dash;)"
_DOMAIN = r"[A-Za-z][A-Za-z0-9-]{1,24}(?:\ [A-Za-z]{3,14})?[.,\ ]?(?<=[.,\ ])(?:com|co\.id|net|id|co|tv)(?![a-z0-9])"
_NAMED = (
    r"(?:CNN|CNBC)\ Indonesia|ANTARA|POSMETRO\ MEDAN|POSMETRO|POS[-\ ]KUPANG|TRIBUN[-\ ][A-Z]{3,12}|SINDOnews|Okezone"
)
_PORTAL = rf"(?:(?:{_DOMAIN})|(?:{_NAMED})(?![A-Za-z]))"
_WORD = r"[^\W\d_][\w'’`]*\.?"
_SHORT_PLACE = rf"{_WORD}(?:[\ \u00a0.-]{_WORD}){{0,3}}?"
_PLACE = rf"{_WORD}(?:[\ \u00a0.-]{_WORD}){{0,3}}"
_DATE = r"(?:,?\s?\(?\d{1,2}(?:/\d{1,2}(?:/\d{2,4})?|\s[A-Za-z]{3,9}\s\d{4})\)?)?"

_PORTAL_AT = re.compile(rf"(?P<portal>{_PORTAL})", re.I)
_PLACE_PORTAL = re.compile(
    rf"(?P<place>{_PLACE}(?:,\s?{_PLACE})?)(?P<join>,?{_GAP}*[,/|(]|{_GAP}){_GAP}*(?P<portal>{_PORTAL}){_GAP}*\)?{_GAP}*"
    rf"(?P<mark>{_DASH}|:)?{_GAP}*",
    re.I,
)
# The shortest place first ("Jakarta-Cek Fakta"), then the longest ("Saint-Denis - ").
_AFTER_PORTAL = tuple(
    re.compile(
        rf"{_GAP}*(?P<join>[,/|.]|{_DASH})?{_GAP}*(?P<place>{place}(?:,\sD\.?C\.?)?){_DATE}(?P<before>{_GAP}*),?{_GAP}*"
        rf"(?P<mark>{_DASH}|[.:])(?P<after>{_GAP}*)"
    )
    for place in (_SHORT_PLACE, _PLACE)
)
_MARK = re.compile(rf"{_GAP}*,?{_GAP}*(?:{_DASH}|:){_GAP}*")
_COMMA = re.compile(rf"{_GAP}*[,/|]{_GAP}*")
_PLACE_ONLY = tuple(
    re.compile(rf"(?P<place>{place}){_DATE}(?P<before>{_GAP}*)(?P<mark>{_DASH})(?P<after>{_GAP}*)")
    for place in (_SHORT_PLACE, _PLACE)
)
# Of a place that the table does not know, only the change of case tells where it ends: "LembarSebuah".
_GLUED_PLACE = re.compile(r"(?:[A-Z][a-z'’]+\ ){0,2}[A-Z][a-z'’]{2,}(?=[A-Z\"“‘0-9])")
_CHANGE_OF_CASE = re.compile("[a-z][A-Z]")
_SENTENCE_START = re.compile("[\"“”'‘(\\[0-9]|[^\\W\\d_a-z]")
_SENTENCE_END = tuple('.!?:;,"”')
_LEADING = re.compile(rf"(?:{_GAP}|[\['\",.;:*|-])*")
_BYLINE = re.compile(r"(?:Laporan|l;aporan|Penulis|Oleh|Reporter|Kontributor|Pewarta)\b[\s:\u00a0]", re.I)
_CONTENTS = re.compile(r"Daftar Isi\b")
_PLACE_IN_CONTENTS = re.compile(rf"(?P<place>[A-Z]\w+(?:\ [A-Z]\w+)?)\s{_DASH}\s(?=[A-Z\"“0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """What stands before the first word of the news.

    :param source: canonical name of the portal, or None where the dateline names none.
    :param place: the place as written, or None.
    :param end: number of leading characters of the body that are dateline, a byline before it included.
    :param start: where it begins, after a caption or a headline that stands in a line before it; mostly 0.
    """

    source: str | None
    place: str | None
    end: int
    start: int = 0


def find_dateline(body: str) -> Dateline | None:
    """Return the dateline at the beginning of a body.

    :param body: cleaned or as read; offsets count its characters.
    :return: None if the body begins with the news at once.

    >>> find_dateline("BOGOR, KOMPAS.com - Hujan turun.")
    Dateline(source='Kompas.com', place='BOGOR', end=20, start=0)
    >>> find_dateline("Liputan6.com, JakartaHujan turun.").place
    'Jakarta'
    >>> find_dateline("Hujan turun di Bogor - dan sekitarnya.") is None
    True
    """
    head = body[:_HEAD_CHARS]
    start = _matched_end(_LEADING, head, 0)
    if _BYLINE.match(head, start):
        return _after_byline(head, start)
    if _CONTENTS.match(head, start):
        return _after_contents(head, start)
    return _dateline_at(head, start) or _after_caption(head, start)


def _dateline_at(head: str, start: int) -> Dateline | None:
    for form in _FORMS:
        found = form(head, start)
        if found is not None:
            # Nothing but a dateline is no dateline.
            return found if found.end < len(head) else None
    return None


def _source(portal: str) -> str | None:
    """Name of what the pattern took for a portal; a stray word before it may have been taken with it."""
    return known_portal(portal) or known_portal(portal.rsplit(" ", 1)[-1]) or portal_name(portal)


def _matched_end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def _starts_sentence(head: str, at: int) -> bool:
    return _SENTENCE_START.match(head, at) is not None


def _is_capitals(text: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) > 2


def _place_then_portal(head: str, start: int) -> Dateline | None:
    found = _PLACE_PORTAL.match(head, start)
    if found is None or not (found["mark"] or _starts_sentence(head, found.end())):
        return None
    place, source = found["place"].rstrip(", "), _source(found["portal"])
    if source is None or portal_name(place) is not None:
        return None
    # Without a comma ("POS KUPANG.COM", "Di Kompas.com") nothing but the table tells a place from a word.
    known = is_place(place) or (_is_capitals(place) and bool(found["join"].strip(_BLANKS)))
    # Without a dash ("Menurut Kompas.com Jakarta ...") only capitals or a known place make it a dateline.
    if not found["mark"] and not known:
        return None
    if not known and not place.istitle():
        return None
    return Dateline(source=source, place=place, end=found.end())


def _portal_then_place(head: str, start: int) -> Dateline | None:
    portal = _PORTAL_AT.match(head, start)
    source = _source(portal["portal"]) if portal else None
    if portal is None or source is None:
        return None
    for pattern in _AFTER_PORTAL:
        found = pattern.match(head, portal.end())
        if found is not None and _plausible_after_portal(found, starts=_starts_sentence(head, found.end())):
            return Dateline(source=source, place=found["place"].rstrip(". "), end=found.end())
    return None


def _plausible_after_portal(found: re.Match[str], *, starts: bool) -> bool:
    place = found["place"].rstrip(". ")
    if is_place(place):
        # A sentence may begin with "iPhone" or have lost its capital.
        return starts or found["mark"] not in ".:"
    if not starts:
        return False
    if found["mark"] in ".:":
        # "KONTAN.CO.ID - JAKARTA. ": the full stop is a mark only after capitals.
        return _is_capitals(place)
    if not (found["before"] or found["after"]) or _CHANGE_OF_CASE.search(place):
        return False
    return _is_capitals(place) or (found["join"] == "," and all(word[:1].isupper() for word in place.split()))


def _portal_glued_place(head: str, start: int) -> Dateline | None:
    portal = _PORTAL_AT.match(head, start)
    comma = _COMMA.match(head, portal.end()) if portal else None
    if portal is None or comma is None:
        return None
    source, rest = known_portal(portal["portal"]), head[comma.end() :]
    length = place_prefix(rest) or _matched_end(_GLUED_PLACE, rest, 0)
    if source is None or not length:
        return None
    glued = rest[length:]
    after = glued.lstrip(_BLANKS + ".,")
    # "Jakartapara" lost its capital too; other cities are also beginnings of words ("Malangnya").
    lost_capital = rest[:length] == "Jakarta" and glued[:1].islower()
    if not (_starts_sentence(after, 0) or lost_capital):
        return None
    return Dateline(source=source, place=rest[:length], end=comma.end() + length + len(glued) - len(after))


def _portal_only(head: str, start: int) -> Dateline | None:
    portal = _PORTAL_AT.match(head, start)
    mark = _MARK.match(head, portal.end()) if portal else None
    if portal is None or mark is None:
        return None
    source = _source(portal["portal"])
    if source is None or (known_portal(source) is None and not _starts_sentence(head, mark.end())):
        return None
    return Dateline(source=source, place=None, end=mark.end())


def _place_only(head: str, start: int) -> Dateline | None:
    for pattern in _PLACE_ONLY:
        found = pattern.match(head, start)
        if found is not None and _starts_sentence(head, found.end()) and _plausible_alone(found):
            return Dateline(source=None, place=found["place"], end=found.end())
    return None


def _plausible_alone(found: re.Match[str]) -> bool:
    place, spaced = found["place"], bool(found["before"] or found["after"])
    if not _is_capitals(place):
        return spaced and is_place(place)
    # "PARIS–Pelatih", but not "TEKA-TEKI", "AS-China" and "JAKARTA-BANDUNG".
    follows = found.string[found.end() :]
    return spaced or (is_place(place) and len(place) > 3 and not follows[: place_prefix(follows)].isupper())


_FORMS: tuple[Callable[[str, int], Dateline | None], ...] = (
    _place_then_portal,
    _portal_then_place,
    _portal_glued_place,
    _portal_only,
    _place_only,
)


def _after_byline(head: str, start: int) -> Dateline | None:
    line_end = head.find("\n", start)
    if 0 <= line_end - start <= _BYLINE_CHARS and not head[start:line_end].rstrip().endswith("."):
        begin = _matched_end(_LEADING, head, line_end)
        found = _dateline_at(head, begin)
        return found or Dateline(source=_source_of_byline(head[start:line_end]), place=None, end=begin)
    # The line break is lost: "Laporan Wartawan X, Nama TRIBUNX.COM, KOTA - ".
    for portal in _PORTAL_AT.finditer(head, start, start + _BYLINE_CHARS):
        found = _dateline_at(head, portal.start())
        if found is not None:
            return found
    return None


def _after_caption(head: str, start: int) -> Dateline | None:
    """A caption, a headline or a name may stand in a line before a dateline that names its portal."""
    line_end = head.find("\n", start)
    if not 0 <= line_end - start <= _BYLINE_CHARS or head[start:line_end].rstrip()[-1:] in _SENTENCE_END:
        return None
    found = _dateline_at(head, _matched_end(_LEADING, head, line_end))
    return replace(found, start=line_end) if found and found.source else None


def _source_of_byline(byline: str) -> str | None:
    found = _PORTAL_AT.search(byline)
    return portal_name(found["portal"]) if found else None


def _after_contents(head: str, start: int) -> Dateline | None:
    for found in _PLACE_IN_CONTENTS.finditer(head, start, start + _CONTENTS_CHARS):
        words = found["place"].split()
        place = next((name for name in (found["place"], words[-1]) if is_place(name)), None)
        if place is not None:
            return Dateline(source=None, place=place, end=found.end())
    return None
