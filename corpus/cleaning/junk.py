"""Junk with fixed wording: advertisement marks, invitations, embeds, page turns, widgets.

Each rule names the words that it needs, so that an article costs only the rules that concern it; and each takes whole
phrases, never "the rest of the article". What it takes is replaced by a line break, because all of these stand between
paragraphs where a page shows them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JunkRule:
    """One kind of junk.

    :param name: for reports.
    :param needs: the rule is tried only in texts that hold one of these, in lower case.
    :param pattern: what is taken away; linear in the text, every repetition is bounded.
    """

    name: str
    needs: tuple[str, ...]
    pattern: re.Pattern[str]


def _rule(name: str, needs: str, pattern: str, flags: int = 0) -> JunkRule:
    return JunkRule(name=name, needs=tuple(needs.split("|")), pattern=re.compile(pattern, re.MULTILINE | flags))


# Before what is an order to the reader: a line, a sentence end or a closing bracket, with or without a space.
_AT = r"(?:^|(?<=[\n.!?\"”’:;)\]>*…-])|(?<=[\n.!?\"”’:;)\]>*…-]\ ))"
_HERE = r"(?:di\s?)?sini|tautan\s?(?:berikut)?\s?ini|link\s?(?:berikut)?\s?ini"
_PORTALS_IN_LINE = (
    r"(?:Google[\s.]?News|Whats\s?App|Channel\s?WA|WA\s?Channel|Telegram|Facebook|Instagram|saluran\s+berikut)"
)

RULES: tuple[JunkRule, ...] = (
    _rule("scroll", "scroll to", r"\bSCROLL TO (?:CONTINUE WITH|RESUME) CONTENT"),
    _rule("advertisement", "advertisement", r"(?<![A-Za-z])ADVERTISEMENT(?![a-z])"),
    _rule(
        "advertisement",
        "advertisement",
        r"^Advertisement\b(?! [a-z])|^Advertisement (?=drama|film|instagram)|\bAdvertisement(?=\s*$| \()",
    ),
    _rule("advertisement", "adsbygoogle|googletag", r"\(adsbygoogle[^;\n]{0,80};?|googletag\.cmd\.push[^\n]{0,200}"),
    _rule("embed", "[gambas", r"\[Gambas:[^\]\n]{0,80}\]?"),
    _rule("embed", "[bacajuga", r"\[bacajuga:[^\n]{0,80}"),
    _rule(
        "embed",
        "post shared|post on instagram| posted by",
        r"(?:View this post on Instagram\s*)?A (?:post|photo|video) (?:shared|posted) by [^\n]{1,80}?\(@[\w.]{1,40}\)"
        r"(?: on ?[A-Z][a-z]{2} \d{1,2}, \d{4} at \d{1,2}:\d\d ?[ap]m P[DS]T)?|View this post on Instagram",
    ),
    _rule(
        "embed",
        "pic.twitter.com",
        r"pic\.twitter\.com/\w{1,10}(?:\s*[—–]\s*[^\n(]{1,60}\(@\w{1,20}\)\s?(?:[A-Z][a-z]{2,8} \d{1,2}, \d{4})?)?",
    ),
    _rule(
        "promotion", "hoegeng", r"Hoegeng Awards \d{4}\s+Baca kisah inspiratif[^\n.]{0,60}?di sini(?:\s+Selengkapnya)?"
    ),
    _rule("promotion", "saksikan", r"Saksikan(?: juga)? Live ?Detik ?(?:Pagi|Sore)\s*:?", re.I),
    _rule(
        "promotion", "dapatkan update", r"Dapatkan update berita[^\n.]{0,80}setiap hari(?: dari [A-Z]\w+(?:\.com)?)?\.?"
    ),
    _rule(
        "promotion",
        "grup telegram|kanal whatsapp",
        r"(?:Mari )?[Bb]ergabung di (?:Grup Telegram|Kanal WhatsApp)[^\n]{0,160}?(?:kemudian join\.?"
        r"|(?<=[\w/])\.(?=\s|$)|$)",
    ),
    _rule("promotion", "anda harus install", r"Anda harus install aplikasi (?:Telegram|WhatsApp)[^\n.]{0,60}\.?"),
    _rule(
        "promotion",
        "breaking news dan berita pilihan",
        r"Simak breaking news dan berita pilihan[^\n]{0,350}?(?:WhatsApp ya\.?|$)",
    ),
    _rule("promotion", "saluran whatsapp", r"\(?(?:Ayo )?ikuti saluran WhatsApp KapanLagi\.com[^)\n]{0,200}\)?", re.I),
    _rule("promotion", "bukan sekarang", r"(?:Karena,? )?[Kk]alau bukan sekarang, ?[Kk]apan ?[Ll]agi\?"),
    _rule(
        "promotion",
        "kapanlagi",
        rf"{_AT}(?:Yuk|Simak|Ikuti|Temukan|Baca|Kamu|Kalian"
        rf"|Penasaran)\b[^\n.?!:]{{0,120}}\b[Kk]apan[Ll]agi(?:\.com)?(?: loh)?"
        r"(?:[.,](?:\s?karena kalau bukan sekarang, kapan ?lagi\?)?|$)",
    ),
    _rule("promotion", "update terbaru", rf"{_AT}(?:Ingin|Mau) baca update terbaru[^\n?]{{0,80}}\?"),
    _rule(
        "promotion",
        "video pilihan",
        rf"{_AT}(?:Simak|Saksikan|Tonton)(?: juga)? [Vv]ideo [Pp]ilihan[^\n.]{{0,40}}[:.]?$",
    ),
    _rule("video link", "video ", r"(?:^|(?<=[.!?\"”)] ))Video:? ['\"][^\n]{5,160}['\"] ?: ?$"),
    _rule("video link", "'", r"(?:^|(?<=[.!?\"”)] ))[A-Z][^\n.\"“]{2,120}' ?:$"),
    _rule("video link", " : ", r"(?<=[.!?\"”)]) ?: [A-Z][^\n.]{10,150}$"),
    _rule(
        "promotion",
        "google news|whatsapp|saluran|telegram|channel",
        rf"^[-•*\s]{{0,4}}(?:Ikuti|Baca|Simak|Update|Dapatkan|Akses|Cek|Temukan|Kunjungi|Berita|Artikel|Follow"
        rf"|Gabung|Yuk)\b"
        rf"[^\n.]{{0,90}}(?:\.(?:com|co|id)[^\n.]{{0,60}}){{0,3}}{_PORTALS_IN_LINE}[^\n]{{0,160}}$",
        re.I,
    ),
    _rule("promotion", "google news|whatsapp", r"^(?:WhatsApp|Google News) Tribun[^\n]{0,80}$", re.I),
    _rule(
        "promotion",
        "google news",
        rf"{_AT}Akses \w{{2,20}}\.com di Google News[^\n.]{{0,60}}\.com\."
        r"(?: Pastikan \w{2,15} sudah install aplikasi WhatsApp ya)?",
    ),
    _rule(
        "promotion",
        "whatsapp channel|whatsapp",
        r"Ikuti Whats[Aa]pp Channel (?:Republika|[A-Z]\w+(?:\.com)?)(?:\s*sumber ?: ?[A-Z][\w ]{1,25}$)?",
    ),
    _rule(
        "promotion",
        "ikuti kami|lainnya di",
        r"^(?:Ikuti kami di|Berita (?:viral|terkini)? ?lainnya di|Baca berita lainnya di)[^\n]{0,60}$",
    ),
    _rule("promotion", "klik disini|klik di sini", r"\[[^\[\]\n]{0,80}KLIK DI ?SINI\]", re.I),
    _rule("promotion", "loading", r"Loading\.\.\.(?=\s*$|[A-Z\"“])"),
    _rule(
        "page",
        "halaman",
        rf"\bHalaman \d{{1,2}} dari \d{{1,2}}\b|{_AT}\(?(?:Simak|Baca|Lihat|Lanjut|Klik|Bersambung|Berlanjut"
        rf"|Selengkapnya|Cek)\b"
        r"[^\n.!?]{0,60}\bhalaman (?:selanjutnya|berikutnya|berikut ?(?:ini)?|\d)[\s.>…)]{0,12}"
        r"|(?:Simak|Baca)(?: berita)? selengkapnya di halaman (?:selanjutnya|berikutnya)[\s.>…)]{0,12}",
        re.I,
    ),
    _rule(
        "page",
        "halaman",
        r"^(?:Halaman (?:[Ss]elanjutnya|[Bb]erikutnya)$"
        r"|[^\n!?]{0,120} di halaman (?:selanjutnya|berikutnya)[.…>\s]{0,12}$)",
    ),
    _rule(
        "page",
        "daftar halaman",
        r"(?:Halaman Selanjutnya [^\n.!?]{3,120}? )?Halaman(?: \d){2,12} Daftar Halaman[^\n.!?]{0,600}$",
    ),
    _rule("page", "halaman", r"Simak hasil penelusuran[^\n!?]{0,60}dalam halaman berikut\s?ini[.\s]{0,8}"),
    _rule(
        "full story",
        "lengkapnya",
        rf"{_AT}(?:(?:Baca|Simak|Lihat|Cek|Klik|Ikuti|Berita|Artikel"
        rf"|Info)\s(?:[a-z]{{1,12}}\s){{0,2}})(?:se)?lengkapnya\s?"
        rf"(?:di |pada |klik |baca )?\s?(?:{_HERE})[ .!…]{{0,6}}",
        re.I,
    ),
    _rule(
        "full story", "lengkapnya", rf"{_AT}Selengkapnya,? ?(?:baca|klik|lihat|simak)? ?(?:{_HERE})[ .!…]{{0,6}}", re.I
    ),
    _rule(
        "full story",
        "lengkapnya",
        rf"^(?:Baca )?Selengkapnya[.…: ]{{0,6}}$|^Klasemen selengkapnya$|{_AT}Baca selengkapnya$",
        re.I,
    ),
    _rule(
        "fact check",
        "cek fakta|hoaks",
        r"^(?:Ingin lebih cepat mendapat jawaban\? )?Hubungi Chatbot WhatsApp[^\n]{0,160}$"
        r"|^Ingin lebih cepat mendapat jawaban\?[^\n]{0,160}$"
        r"|^Jika Anda memiliki informasi seputar hoaks[^\n]{0,160}$|^Melawan hoaks sama saja[^\n]{0,240}$"
        r"|^Sejak \d{1,2} \w{3,9} \d{4}, ?Cek Fakta[^\n]{0,320}$",
    ),
    _rule(
        "rating",
        "rating",
        r"^(?:Berikan Rating Untuk Resep Ini|Thanks For Rating!?"
        r"|Terima kasih sudah membantu banyak orang dengan ratingmu)$",
    ),
    _rule("widget", "geser untuk", r"^Geser untuk melihat tabel lengkap$"),
    _rule(
        "widget",
        "tempo+|edisi mingguan|independensi jurnalisme|gangguan iklan",
        r"^- (?:Akses edisi mingguan|Akses penuh seluruh artikel|Baca dengan lebih sedikit|Fitur baca cepat"
        r"|Anda Mendukung)[^\n]{0,50}$",
    ),
    _rule("widget", "ringkasan berita", r"^Ringkasan Berita\b:?"),
    _rule("widget", "redaksi menerima tulisan", r"Redaksi menerima tulisan opini[^\n]{0,500}$"),
    _rule(
        "adaptation",
        "bahasa",
        r"\(?(?:Artikel|Tulisan) ini? [^\n.()]{0,80}bahasa (?:Inggris|Jerman|Prancis|Rusia|Spanyol|Arab"
        r"|Belanda)(?![a-z])\.?\)?(?=\s*(?:Diadaptasi|$|\n|Editor))",
        re.I,
    ),
    _rule(
        "adaptation",
        "diadaptasi oleh",
        r"Diadaptasi [Oo]leh:? ?[A-Z][\w.'’-]{1,20}?"
        r"(?: (?:[A-Z][\w.'’-]{1,20}?|dan)){0,6} ?(?=Editor|$|Simak|Lihat|Tonton)",
    ),
    _rule(
        "byline",
        "berkontribusi",
        r"(?:[A-Z][\w.'’-]{1,20},? |dan ){1,12}berkontribusi (?:dalam|pada) (?:penulisan )?artikel ini\.?",
    ),
    _rule("promotion", "install aplikasi", r"Pastikan \w{2,15} sudah install aplikasi WhatsApp ya\.?"),
    _rule("promotion", "ini juga!", r"Jangan ketinggalan baca yang ini juga!"),
    _rule(
        "link",
        "t.co/|t.me/|whatsapp.com/channel",
        r"https?://(?:t\.co|t\.me|(?:www\.)?whatsapp\.com/channel)/[\w/+-]{0,60}",
    ),
    _rule("link", "http", r"^(?:Sumber: ?|Link: ?)?https?://[^\s]{1,300}$", re.I),
    _rule(
        "hashtags", "#", r"(?:^|(?<=[.!?\"”)]\ ))(?:#\w{2,60}\s{0,2}){2,15}$|(?<=[\w)])\s(?:#\w{2,60}\s{0,2}){3,15}$"
    ),
)


def remove_fixed_junk(text: str) -> str:
    """Return the text without the junk of :data:`RULES`; each piece leaves a line break.

    >>> remove_fixed_junk("Air surut. ADVERTISEMENT SCROLL TO CONTINUE WITH CONTENT Warga pulang.").split()
    ['Air', 'surut.', 'Warga', 'pulang.']
    """
    lowered = text.lower()
    for rule in RULES:
        if any(word in lowered for word in rule.needs):
            text = rule.pattern.sub("\n", text)
    return text
