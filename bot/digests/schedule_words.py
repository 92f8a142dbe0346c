"""How Indonesians say hours, time zones and weekdays. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.digests.subscriptions import ZONES

NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        word: number
        for number, word in enumerate(
            "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split()
        )
    }
    | {"dua belas": 12, "duabelas": 12}
)
NUMBER = rf"(?:\d{{1,6}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
DAY_PART = r"(?:dini hari|subuh|pagi|siang|sore|petang|malam)"


def number_of(word: str) -> int:
    """A number in digits or letters.

    >>> number_of("tujuh")
    7
    """
    folded = word.casefold()
    return NUMBERS[folded] if folded in NUMBERS else int(folded)


def hour_of(number: int, part: str) -> int | None:
    """An hour of the day, 0-23, by what people call that part of it; None for an hour that there is not.

    >>> [hour_of(7, "malam"), hour_of(12, "malam"), hour_of(1, "siang"), hour_of(7, ""), hour_of(25, "")]
    [19, 0, 13, 7, None]
    """
    if number > 24:
        return None
    if not part or number > 12:
        return number % 24
    if part in ("siang", "sore", "petang"):
        return number if 10 <= number <= 12 else number + 12 if 1 <= number <= 8 else None
    if part == "malam":
        return number % 12 if number in (12, 0, 1, 2, 3) else number + 12 if number >= 5 else None
    return number % 12


ZONE_WORDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        "wib barat jakarta bandung surabaya semarang medan palembang pontianak jawa sumatera".split(), ZONES[0]
    )
    | dict.fromkeys("wita tengah makassar bali denpasar manado balikpapan samarinda lombok".split(), ZONES[1])
    | dict.fromkeys("wit timur jayapura papua ambon maluku sorong".split(), ZONES[2])
)


DAY_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "jum'at": 4, "sabtu": 5, "minggu": 6, "ahad": 6}
)
_NO_PLAIN_DAY = r"(?!\s+(?:ini|lalu|depan|kemarin|agung|kliwon|pon|wage|legi|pahing))"  # "minggu lalu" is a week
_DAY = rf"(?:(?:hari\s+)?(?:{'|'.join(DAY_NUMBERS)})\b{_NO_PLAIN_DAY})"
_TO = r"(?:\s*(?:sampai(?:\s+dengan)?|hingga|s/d|s\.d\.?|sd|ke|-|–)\s*)"
_AND = r"(?:\s*(?:,\s*dan|,|dan|&|sama|serta)\s*)"
DAYS = rf"{_DAY}(?:(?:{_TO}|{_AND}){_DAY})*"
EVERY = r"(?:(?:di\s+|pada\s+)?(?:tiap|setiap)(?:-tiap)?\s+)"
_DAY_PIECE = re.compile(rf"(?P<to>{_TO})?(?:hari\s+)?\b(?P<day>{'|'.join(DAY_NUMBERS)})\b", re.IGNORECASE)


def days_in(text: str) -> frozenset[int]:
    """Weekdays of a list with ranges; a range may run over the end of the week.

    >>> sorted(days_in("jumat sampai minggu, selasa"))
    [1, 4, 5, 6]
    """
    days: list[int] = []
    for match in _DAY_PIECE.finditer(text):
        day = DAY_NUMBERS[match["day"].casefold()]
        if match["to"] and days:
            step = days[-1]
            while step != day:
                step = (step + 1) % 7
                days.append(step)
        days.append(day)
    return frozenset(days)
