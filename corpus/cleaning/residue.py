"""Counts what cleaning left behind: plain patterns for every kind of junk, stated here once and for all.

They share nothing with the cleaner, so that they can find it wrong. What is allowed to stay, because taking it away
would drop news: a single ``#hashtag`` or ``@handle`` that a sentence quotes, an address that a sentence names
("daftar di https://..."), a lower-case "baca juga" without a colon in a running sentence, "halaman" of a book, the
name of a portal or an agency as the source of a statement, and "foto" as a word.
"""

from __future__ import annotations

import re

_CITIES = (
    "AMBON|BALIKPAPAN|BANDUNG|BANYUWANGI|BATAM|BEIJING|BEKASI|BOGOR|CIREBON|DENPASAR|DEPOK|GAZA|JAKARTA|JAYAPURA|KUPANG|LONDON"
    "|MAKASSAR|MALANG|MANADO|MEDAN|OSAKA|PADANG|PALEMBANG|PARIS|PEKANBARU|PONTIANAK|SAMARINDA|SEMARANG|SERANG|SEOUL|SOLO"
    "|SURABAYA|TANGERANG|TEHERAN|TOKYO|WASHINGTON|YOGYAKARTA"
)
_DASH = "[-\u2013\u2014]"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("dateline", rf"^(?:{_CITIES})\s?{_DASH}"),
        ("dateline", r"^[A-Z][A-Z .']{2,30}, ?(?:KOMPAS|Kompas)\.com\b|^KOMPAS\.com\s?" + _DASH),
        ("dateline", r"^(?:Liputan6\.com|TEMPO\.CO|REPUBLIKA\.CO\.ID|Bisnis\.com|TRIBUN[A-Z-]*\.\w{2,3}), ?[A-Z]"),
        ("dateline", rf"\(ANTARA\)\s?{_DASH}|^KONTAN\.CO\.ID\b|^Jakarta, CNN Indonesia"),
        ("dateline", rf"^(?:Jakarta|Bandung|Surabaya|Medan|Bogor) {_DASH} [A-Z]"),
        ("byline", r"^Laporan (?:Wartawan|Reporter|Kontributor)\b|^(?:Penulis|Editor|EDITOR|Reporter|Pewarta)\s?:"),
        ("byline", r"[.!?\"”] ?(?:Penulis|Editor|Reporter|Pewarta) ?: ?[A-Z]"),
        ("scroll", r"(?i)scroll to (?:continue|resume)"),
        ("advertisement", r"\bADVERTISEMENT|^Advertisement\b"),
        ("read also", r"\bB(?:aca|ACA) [Jj](?:uga|UGA)\b|(?i:\bbaca (?:ini )?(?:juga|pula)(?: deh)? ?:)"),
        ("read also", r"\b(?:Simak|Lihat|Tonton) [Jj]uga ?:"),
        ("video link", r"^(?:Simak|Lihat|Tonton|Saksikan)(?: juga)? [Vv]ideo ?[:'\"“‘A-Z]|^Tonton juga [\"'“]"),
        ("video link", r"Live ?[Dd]etik(?:[Pp]agi|[Ss]ore) ?:|^Video:? '[^']*':?$"),
        ("embed", r"(?i)\[gambas"),
        ("embed", r"A post shared by|View this post on Instagram|pic\.twitter\.com"),
        ("initials", r"\((?!dan/|atau/)[a-z]{2,4}/[a-z]{1,4}\d?\)(?: [a-z0-9 '&-]*)?$"),
        ("initials", r"[.!?\"”] ?\([a-z]{2,5}\)$|^\([A-Za-z]{2,4}\)$"),
        ("name", r"^\([A-Z][a-z.'-]+(?: [A-Z][a-z.'-]*){1,3}\)$"),
        (
            "published elsewhere",
            r"(?i)\b(?:artikel|berita) ini (?:telah|sudah)(?: lebih dulu)? (?:tayang|naik|terbit) di",
        ),
        ("follow", r"^(?:Ikuti|Dapatkan|Baca|Simak|Akses|Update|Gabung)\b.*(?i:google news|whatsapp channel)"),
        ("follow", r"^(?:Ikuti|Mari|Ayo|Gabung)\b.*(?i:saluran whatsapp|kanal whatsapp|channel wa)"),
        ("follow", r"^Ikuti kami di\b|Dapatkan update berita pilihan|(?i:ayo ikuti saluran)"),
        ("telegram", r"\bt\.me/|Grup Telegram \"|install aplikasi Telegram"),
        ("photo credit", r"(?:^|[.)] )(?:KOMPAS\.com|AFP|AP PHOTO|REUTERS|ANTARA FOTO|SHUTTERSTOCK) ?/ ?[A-Z]"),
        ("photo credit", r"\([Ff]oto ?:|^Foto ?:|\b[Ff]oto/Instagram"),
        ("page", r"(?i)\bhalaman (?:selanjutnya|berikutnya)\b|bersambung ke halaman|\bHalaman \d dari \d\b"),
        ("full story", r"(?i)\b(?:se)?lengkapnya (?:klik |baca )?di ?sini\b|^(?:baca )?selengkapnya\W*$"),
        ("editor's choice", r"Pilihan [Ee]ditor ?:"),
        ("widget", r"Thanks For Rating|Berikan Rating Untuk|Chatbot WhatsApp|Geser untuk melihat"),
        ("widget", r"Hoegeng Awards \d{4} Baca"),
        ("address", r"^(?:[Ss]umber: ?)?https?://\S+$|https?://t\.co/|whatsapp\.com/channel"),
        ("hashtags", r"(?:#\w+\s*){3,}$"),
        ("entity", r"&(?:[a-z]{2,8}|#\d{2,5});|</?(?:p|br|b|i|strong|a|div)\b[^<>]*>"),
        ("character", "[\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]"),
        ("mojibake", "\u00e2\u20ac|[\u00c3\u00c2][\u00a0-\u00bf]"),
    )
)


def residue(text: str) -> list[str]:
    """Return the kinds of junk that a stored sentence still holds, each once.

    :param text: one sentence, as stored.

    >>> residue("Air surut pagi ini, kata Budi.")
    []
    >>> residue("Baca juga: Banjir Rendam Kampung Nusa"), residue('katanya. (abc/def) banjir kampung')
    (['read also'], ['initials'])
    """
    return list(dict.fromkeys(name for name, pattern in _PATTERNS if pattern.search(text)))
