"""Who took the picture, wrote and edited: credits, bylines, initials and the tags behind them. None of it is news."""

from __future__ import annotations

import re

from corpus.cleaning.cuts import cut_out, line_end, opens_line_or_follows_sentence
from corpus.cleaning.openers import LOWER_IN_HEADLINES, OPENERS

# Every pattern begins with a fixed character, so that the engine skips the text between two of them.
_NAME = r"[A-Z][\w.'’-]{0,24}"
# Names with something between them, because a run of letters could be parted in countless ways.
_NAMES = rf"{_NAME}(?:[ ,]{{1,2}}{_NAME}){{0,4}}"
_OPEN = r"\((?:(?<=^\()|(?<=[.!?\"”…*)\]]\()|(?<=[.!?\"”…*)\]]\ \())"
"""A bracket at the beginning of a line or behind a sentence."""
_NO_SCRIPTURE = r"(?!\s?(?:H\.?R\b|Q\.?S\b|Surat|Surah|Al-|Baca|Catatan))"

# Initials of the editors, with the tags of the article behind them: "(abc/def) banjir kampung nusa".
_INITIALS = re.compile(
    r"\((?:(?!dan/|atau/|and/)(?:[A-Za-z][a-z]{1,3}/){1,2}[A-Za-z][a-z]{0,3}\d?\)(?P<tags>[^\n!?\"“]{0,600})$"
    r"|[a-z]{3,5}\)(?P<more>(?: [a-z0-9-]+){4,60})\Z)",
    re.M,
)
_INITIALS_FROM_END_CHARS = 1_500
_LONGEST_REPEATED_CHARS = 160
_SENTENCE_INSIDE = re.compile(r"[.!?]\s+[A-Z\"“]")
_SINGLE_INITIALS = re.compile(
    rf"{_OPEN}\s?(?:\*/\s?\w{{1,6}}|[a-z]{{1,5}}\d{{0,3}}|[A-Z][a-z]{{1,3}}|[A-Z]{{1,2}}\d{{1,3}}"
    rf"|\*+)\s?\)[.\s]{{0,3}}$"
    r"|\((?<=^\()\s?[A-Za-z]{1,4}\s?\)$",
    re.M,
)
_STARS = re.compile(r"\*(?:(?<=^\*)|(?<=[.!?\"”)\s]\*))[\s*]{0,6}$", re.M)

# Names of people in brackets, or behind a label.
_NAME_LINE = re.compile(rf"^\({_NO_SCRIPTURE}\s?{_NAMES}[ ,]{{0,2}}\) ?$", re.M)
_NAME_AT_END = re.compile(rf"{_OPEN}{_NO_SCRIPTURE}\s?{_NAME}(?:[ ,]{{1,2}}{_NAME}){{1,4}}\s?\) ?$", re.M)
_BRACKET_AT_END = re.compile(rf"{_OPEN}[^()\n]{{3,180}}\)[.\s]{{0,3}}$", re.M)
_OFFICE_WORD = re.compile(
    r"Tribun|TRIBUN|\.(?:com|co|id)\b|\.COM\b|Kontributor|Reporter|Editor|Penulis|Sumber|Laporan|Pewarta"
)
_LABELS = (
    "Penulis",
    "Editor",
    "EDITOR",
    "Reporter",
    "REPORTER",
    "Pewarta",
    "Kontributor",
    "Fotografer",
    "Redaktur",
    "Narator",
    "editor",
)
_LABEL = rf"(?:{'|'.join(_LABELS)})"
_LABEL_LINE = re.compile(
    rf"^\(?(?:[Ss]umber ?: ?[\w ]{{2,30}}?)?(?:Penulis\s?[:©][^\n;?]{{1,300}}"
    rf"|{_LABEL}(?: Berita)?\s?[:©] ?[^\s;?]{{1,40}}(?: [^\s;?]{{1,40}}){{0,9}} ?)$"
    r"|^Laporan (?:[Ww]artawan|[Kk]ontributor|[Rr]eporter) [^\n.]{2,60}(?:\.\w{2,3}\b[^\n.]{0,50})?\.?$",
    re.M,
)
_LABEL_AT_END = re.compile(rf"(?:Sumber ?: ?\w{{2,20}}?)?{_LABEL}\s?: ?{_NAMES}[ ,]{{0,2}}$", re.M)
_SOURCE_LINE = re.compile(r"(?:^|(?<=[.!?\"”)] ))(?:Sumber|SUMBER|Source) ?: ?[^\n!?:]{2,60}(?<!\.)$", re.M)

# Pictures.
_PICTURE_BRACKET = re.compile(
    r"\((?:(?:(?:[Ff]oto|FOTO|Photo|Image|[Cc]redit|Kredit|[Dd]o[kc])\s?(?:[:;/.]|by\b)"
    r"|(?:ANTARA FOTO|AP PHOTO|AP Photo|AFP|REUTERS|Reuters|[Ss]hutterstock|Getty Images)\s?[/:])"
    r"[^()\n]{0,120}(?:\([^()\n]{0,60}\)[^()\n]{0,40})?"
    r"|(?:[Ii]nstagram|[Yy]ou[Tt]ube|Twitter|X)(?:\.com)?/[^()\s]{1,80}"
    r"|[A-Z][\w .'’-]{1,40}/(?:detik\w{3,10}|CNN ?Indonesia|\w{2,20}\.com))\)"
)
_PICTURE_LABEL = re.compile(r"Foto\s?[:/]\s?(?=[\w@(])")
_CREDIT = re.compile(
    r"(?:(?:KOMPAS\.com|Kompas\.com|KOMPAS|AFP|AP PHOTO|AP Photo|AP|REUTERS|Reuters|EPA|KONTAN|ANTARA FOTO"
    r"|SHUTTERSTOCK|Shutterstock|GETTY IMAGES|Getty Images|TRIBUN[A-Z-]{0,14}(?:\.COM|\.com)?"
    r"|Tribun[A-Za-z-]{0,14}(?:\.com|\.id)?)"
    r"\s?/\s?|Dok\.\s?|DOK\.\s?)(?=[A-Z])"
)
_AGENCIES = (
    "KOMPAS", "Kompas.com", "AFP/", "AP/", "AP P", "REUTERS", "Reuters/", "EPA/", "KONTAN/", "ANTARA F", "HUTTERSTOCK",
    "hutterstock", "GETTY", "Getty", "TRIBUN", "Tribun", "Dok.", "DOK.",
)  # fmt: skip
_STOCKS = ("hutterstock", "HUTTERSTOCK", "Getty", "exels", "nsplash", "reepik")
_STOCK_CREDIT = re.compile(
    rf"(?:^|(?<=[.!?\"”)] )|(?<=[.!?\"”)])){_NAME}(?: {_NAME}){{0,3}} ?/"
    r"(?:[Ss]hutterstock|SHUTTERSTOCK|Getty Images|[Pp]exels|[Uu]nsplash|[Ff]reepik)(?:\.com)?(?=[A-Z]|\s|$)",
    re.M,
)
_NO_LABEL_AFTER = frozenset("\"“'-/")
_CAPTION_WITH_CREDIT = re.compile(
    r"[^\n()]{10,200}\s?\((?=[^()\n]{0,60}(?:/|dok\b|Dok\b|Foto|[Yy]ou[Tt]ube|Instagram|Biro))[^()\n]{3,80}\)"
)
_CHANGE_OF_CASE = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})|(?<=[A-Za-z0-9_])(?=[\"“][A-Z])")
_LINK_WORDS = frozenset({"Baca", "Lihat", "Simak", "Tonton", "Video", "Video:"})
_WORD = re.compile(r"\S+")
_CREDIT_WORDS = 6


def remove_credits(text: str) -> str:
    r"""Return the text without credits; each leaves a line break.

    >>> remove_credits("Air surut pagi ini. (abc/def) banjir kampung nusa").split("\n")
    ['Air surut pagi ini. ', '']
    >>> remove_credits("Warga di tepi sungai. Foto: Sari Dewi Menurut Budi, air surut.").split("\n")
    ['Warga di tepi sungai. ', 'Menurut Budi, air surut.']
    """
    if "(" in text:
        text = _without_initials(text)
        text = _PICTURE_BRACKET.sub(_break_or_space, text)
        text = _BRACKET_AT_END.sub(lambda found: "\n" if _OFFICE_WORD.search(found.group()) else found.group(), text)
    if any(stock in text for stock in _STOCKS):
        text = _STOCK_CREDIT.sub("\n", text)
    if any(agency in text for agency in _AGENCIES):
        text = cut_out(text, _CREDIT, _end_of_credit)
    return cut_out(text, _PICTURE_LABEL, _end_of_picture_label) if "Foto" in text else text


def remove_endings(text: str) -> str:
    r"""Return the text without initials, names and labels at the ends of its lines.

    To be called last, because links and invitations stand behind these.

    >>> remove_endings('"Air surut," katanya. (abc)\nEditor: Sari Dewi')
    '"Air surut," katanya. \n'
    """
    text = _STARS.sub("", _SINGLE_INITIALS.sub("", text))
    if "Laporan" in text or any(label in text for label in _LABELS):
        text = _LABEL_AT_END.sub(_without_label, _LABEL_LINE.sub("", text))
    cut = _start_of_last_lines(text)
    last = text[cut:]
    for pattern in (_SOURCE_LINE, _NAME_LINE, _NAME_AT_END, _SINGLE_INITIALS):
        last = pattern.sub("", last)
    return text[:cut] + last


def _without_label(found: re.Match[str]) -> str:
    return "" if opens_line_or_follows_sentence(found.string, found.start()) else found.group()


def _start_of_last_lines(text: str) -> int:
    cut = len(text)
    for _ in range(5):
        cut = text.rfind("\n", 0, cut)
        if cut < 0:
            return 0
    return cut + 1


def _break_or_space(found: re.Match[str]) -> str:
    """A credit between two sentences parts paragraphs, one inside a sentence does not."""
    following = found.string[found.end() : found.end() + 2].lstrip()
    return " " if following[:1].islower() or following[:1] in tuple(",.;") else "\n"


def _without_initials(text: str) -> str:
    for found in _INITIALS.finditer(text, max(0, len(text) - _INITIALS_FROM_END_CHARS)):
        tags = found["tags"] or found["more"] or ""
        words = tags.split()
        capitals = sum(word[:1].isupper() for word in words)
        if capitals <= 0.3 * len(words) and not _SENTENCE_INSIDE.search(tags):
            return text[: _start_of_repeated_end(text, found.start())] + "\n" + text[found.end() :]
    return text


def _start_of_repeated_end(text: str, end: int) -> int:
    """Start of a phrase that stands twice before ``end``: the title of a video, printed below and beside it."""
    before = text[max(0, end - 2 * _LONGEST_REPEATED_CHARS - 4) : end].rstrip()
    for length in range(12, min(_LONGEST_REPEATED_CHARS, len(before) // 2) + 1):
        phrase, rest = before[-length:], before[:-length].rstrip()
        if rest.endswith(phrase) and len(before) - len(rest) > length:
            return end - (len(before) - len(rest)) - length - (len(text[:end]) - len(text[:end].rstrip()))
    return end


def _end_of_credit(text: str, found: re.Match[str], limit: int) -> int:
    """End of a photographer's name, which is mostly glued to the caption: "SARI DEWIWarga melintas"."""
    if not opens_line_or_follows_sentence(text, found.start()):
        return found.start()
    words = list(_WORD.finditer(text, found.end(), limit))[:_CREDIT_WORDS]
    for word in words:
        changes = [change.start() for change in _CHANGE_OF_CASE.finditer(text, word.start(), word.end())]
        if changes:
            return changes[-1]
    line = text[found.start() : line_end(text, found.end())]
    if len(line) < 120 and not _SENTENCE_INSIDE.search(line) and line.rstrip()[-1:] not in tuple(".!?"):
        return limit
    return _end_of_name(text, words, limit, longest=2)


def _end_of_picture_label(text: str, found: re.Match[str], limit: int) -> int:
    if text[max(0, found.start() - 1) : found.start()] in _NO_LABEL_AFTER:
        return found.start()
    rest = text[found.end() : limit]
    if rest.startswith("("):
        return found.end() + rest.find(")") + 1 or found.start()
    words = list(_WORD.finditer(text, found.end(), limit))
    if not words or words[0].group().strip(",") in OPENERS:
        return found.end()
    if len(words) <= _CREDIT_WORDS and not any(_is_content(word.group()) for word in words):
        return limit
    caption = _CAPTION_WITH_CREDIT.match(rest)
    if caption and any(_is_content(word.group()) for word in words[:8] if word.end() <= found.end() + caption.end()):
        return found.end()
    longest = 3 if words[0].group().lower().startswith(("dok", "doc", "instagram")) else 2
    return _end_of_name(text, words[: _CREDIT_WORDS + 1], limit, longest=longest)


def _end_of_name(text: str, words: list[re.Match[str]], limit: int, *, longest: int) -> int:
    """Where a sentence begins behind a name: at an opener, or at a word that one in lower case follows."""
    for index in range(1, len(words)):
        word = words[index].group()
        changes = [change.start() for change in _CHANGE_OF_CASE.finditer(text, *words[index - 1].span())]
        if changes:
            return changes[-1]
        following = words[index + 1].group() if index + 1 < len(words) else ""
        if (
            word.strip(",") in OPENERS
            or word in _LINK_WORDS
            or word[0] in '"“'
            or (word[0].isupper() and _is_content(following))
        ):
            return words[index].start()
    return words[longest].start() if len(words) > longest else limit


def _is_content(word: str) -> bool:
    return word.isalpha() and word.islower() and word not in LOWER_IN_HEADLINES
