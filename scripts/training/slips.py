"""Chat spelling and typing slips, made by rule from formal questions. Pure but for the generator given."""

from __future__ import annotations

import re
from random import Random

CHAT_WORDS = {
    "berapa": ("brp", "brapa"),
    "kapan": ("kpn",),
    "siapa": ("siapa sih", "sapa"),
    "mengapa": ("kenapa", "knp", "knapa"),
    "kenapa": ("knp", "knapa"),
    "bagaimana": ("gimana", "gmn"),
    "apakah": ("apa", "emang"),
    "di mana": ("dimana", "dmn"),
    "yang": ("yg",),
    "dengan": ("dgn", "sama"),
    "untuk": ("utk", "buat"),
    "tidak": ("gak", "ga", "nggak"),
    "sudah": ("udah", "udh"),
    "dalam": ("dlm",),
    "karena": ("krn",),
    "saja": ("aja",),
    "pada": ("pd",),
    "dari": ("dr",),
    "orang": ("org",),
    "tahun": ("thn",),
    "menurut": ("mnrt", "kata"),
    "terhadap": ("thd",),
    "kepada": ("kpd", "ke"),
    "adalah": ("itu",),
    "akan": ("bakal",),
    "juga": ("jg",),
    "bisa": ("bs",),
    "belum": ("blm",),
    "jumlah": ("jml",),
    "seperti": ("kayak", "kyk"),
}
"""Written words and what chats make of them."""

LONGEST_UNTOUCHED = 3
"""Words up to this many letters are typed right."""

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
"""Keys beside each key."""


def in_chat_words(question: str, random: Random, *, share: float = 0.7) -> str:
    """Write a question as chats do: short forms, lower case, often no question mark.

    :param share: of the words with a short form that get it.

    >>> in_chat_words("Berapa harga beras di Kudus?", Random(3), share=1.0)
    'brp harga beras di kudus'
    """
    text = question.lower()
    for written, forms in CHAT_WORDS.items():
        if random.random() < share:
            text = re.sub(rf"\b{written}\b", random.choice(forms), text)
    return text.rstrip("? ") if random.random() < share else text


def with_slips(question: str, random: Random, *, slips: int = 2) -> str:
    """Type some words wrong: a letter left out, doubled, swapped with the next or taken from the key beside.

    >>> with_slips("harga beras di Kudus", Random(1), slips=0)
    'harga beras di Kudus'
    """
    parts = re.split(r"(\W+)", question)
    places = [place for place, part in enumerate(parts) if part.isalpha() and len(part) > LONGEST_UNTOUCHED]
    for place in random.sample(places, min(slips, len(places))):
        parts[place] = _slip(parts[place], random)
    return "".join(parts)


def _slip(word: str, random: Random) -> str:
    place = random.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    beside = _NEIGHBOURS.get(letter.lower(), letter)
    return random.choice(
        [
            before + after,
            before + 2 * letter + after,
            before + after[0] + letter + after[1:],
            before + random.choice(beside) + after,
        ]
    )
