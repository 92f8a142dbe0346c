"""Links to other articles and videos that stand in the text: "Baca juga: ...", "Simak juga Video '...'".

The markers are easy; where the headline behind one ends is told by :mod:`corpus.cleaning.headlines`.
"""

from __future__ import annotations

import re

from corpus.cleaning.cuts import cut_out
from corpus.cleaning.headlines import LONGEST_HEADLINE_CHARS, headline_end

_CONTEXT_CHARS = 6_000
"""Text on either side of a link in which names are looked up; most articles are shorter."""

_READ_WORDS = ("juga", "baca pula", "baca artikel", "editor", "terkait", "lainnya")

# A quoted title, to its closing mark: 'Judul': or "Judul" di sini:
_QUOTED = (
    r"(?:\"[^\"\n]{3,250}\"|“[^”\n]{3,250}”|'[^\n]{3,200}?'(?=\s?(?::|$|di sini))"
    r"|‘[^\n]{3,200}?’(?=\s?(?::|$|di sini)))"
)
_VIDEO = re.compile(
    r"(?:Simak|Lihat|Tonton|Saksikan)(?: [Jj]uga)?(?: (?:[Vv]ideo|VIDEO)\b\s?:?|(?<= [Jj]uga)\s?:?)\s?(?=[\"“'‘A-Z0-9])"
    rf"(?:[Vv]ideo\b\s?:?\s?)?(?P<quoted>{_QUOTED}\s?(?:[Dd]i sini)?\s?:?)?",
    re.MULTILINE,
)
_BEHIND = r"(?:\s*:|(?=[A-Z0-9\[])|(?=\s*$))"
_READ = re.compile(
    rf"(?:Baca (?:Juga(?:\s*[:-]|(?=\s?[A-Z0-9\"“\[])|(?=\s*$))|juga{_BEHIND}|[Pp]ula{_BEHIND})|baca (?:[Jj]uga"
    rf"|[Pp]ula){_BEHIND}"
    r"|BACA JUGA\s*[:-]?|Yuk,? baca artikel lainnya(?=\s*$|\s?[A-Z0-9])|(?:Baca"
    r"|baca) [Ii]ni [Jj]uga(?:\s[Dd]eh)?\s*:|Baca artikel menarik lainnya\s*:"
    rf"|(?:Simak|Lihat|Tonton|simak) [Jj]uga{_BEHIND}"
    r"|Pilihan [Ee]ditor\s*:|(?:Berita|Artikel) (?:[Tt]erkait|[Ll]ainnya)\s*(?::|(?=[A-Z0-9])))",
    re.MULTILINE,
)
_YUK_BEFORE = re.compile(r"\bYuk,? ?$", re.MULTILINE)
_PUBLISHED = re.compile(
    r"(?:\(Sebagian artikel|\(Artikel|Artikel|artikel|Berita|berita)(?: ini)?(?: (?:sudah|se?elumnya|sebelumnya"
    r"|lebih dulu|pernah|telah)){1,3}"
    r" (?:tayang|naik|terbit|dimuat)(?: lebih dulu)? (?:di|pada)\s?"
    r"(?:[A-Za-z][\w-]{1,25}(?: (?!dengan)[A-Za-z][\w-]{1,15}){0,2}?(?:\.(?:com|co\.id|id|co"
    r"|net))?(?=\s?dengan judul|[.,)]|\s*$)"
    r"|(?:CNN|CNBC|DW) Indonesia|[A-Za-z][\w-]{1,25}(?:\.(?:com|co\.id|id|co|net))?(?=\s[A-Z]))"
    r"(?:\s?dengan judul\s?:?\s?(?P<quoted>[\"“][^\"”\n]{3,250}[\"”])?(?P<title>)|[,.]?\s?(?:klik"
    r"|baca) di\s?sini\s?untuk selengkapnya)?[.,)]{0,2}",
    re.MULTILINE,
)


def remove_links(text: str) -> str:
    r"""Return the text without links to other articles; each leaves a line break.

    >>> remove_links("Air surut. Baca juga: Banjir Rendam Kampung Nusa Menurut warga, air surut pagi ini.").split("\n")
    ['Air surut. ', 'Menurut warga, air surut pagi ini.']
    """
    lowered = text.lower()
    if "tayang" in lowered or "naik di" in lowered or "terbit" in lowered:
        text = cut_out(text, _PUBLISHED, _end_of_notice)
    if "video" in lowered or " juga " in lowered:
        text = cut_out(text, _VIDEO, _end_of_link)
    if any(word in lowered for word in _READ_WORDS):
        text = _YUK_BEFORE.sub("", cut_out(text, _READ, _end_of_link))
    return text


def _end_of_link(text: str, found: re.Match[str], limit: int) -> int:
    if found.groupdict().get("quoted"):
        return found.end()
    start = limit - len(text[found.end() : limit].lstrip())
    if start >= limit:
        return limit
    # What the article says elsewhere, so that the link does not vouch for itself.
    behind = start + LONGEST_HEADLINE_CHARS
    context = f"{text[max(0, start - _CONTEXT_CHARS) : found.start()]}\n{text[behind : behind + _CONTEXT_CHARS]}"
    return headline_end(text, start, limit, context)


def _end_of_notice(text: str, found: re.Match[str], limit: int) -> int:
    return found.end() if found["title"] is None else _end_of_link(text, found, limit)
