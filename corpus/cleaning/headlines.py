"""Where the headline of a link ends that stands in the running text: "katanya. Baca juga: Judul Berita Lain Ia pergi".

Headlines are in title case, and the sentence after one begins with a capital too. The places where it could begin are
scored; the weights are those of a conditional logit fitted on 1,250 links of Indonesian portals that stood in a line of
their own, joined to the line that followed. On 1,238 others, of other articles, the place was exact in 89 of 100,
and at most 25 characters off in 95.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from corpus.cleaning.openers import LOWER_IN_HEADLINES, OPENERS, ROLES, opens_sentence

LONGEST_HEADLINE_CHARS = 220
"""Longer headlines do not occur; the text behind this is not looked at."""

_LOOKAHEAD_CHARS = 120
_SHORTEST_WORDS = 2
# Of several places that score nearly alike, the first is taken: a rest of a headline harms less than a lost name.
_NEARLY = 0.3

_TOKEN = re.compile(r"\S+")
# A lost line break or space: "... Minta NasihatHashim mengenakan", "... di Istana!Menurutnya".
_GLUED = re.compile(
    r"(?<=[a-z0-9?!)…])(?=[A-Z][a-z])|(?<=[a-z.?!][\"”])(?=[A-Z][a-z])|(?<=[?!…])(?=[\"“A-Z])"
    r"|(?<=[A-Z]{2})(?=[A-Z][a-z]{2,}\s)|(?<=[A-Za-z0-9])(?=[\"“][A-Z])"
)
_WORD = re.compile(r"\w*")
_CAMEL_CASE_NAMES = frozenset(
    "BlackBerry BlackRock ByteDance CrowdStrike DeepMind DeepSeek FamilyMart FaceTime HarperCollins InstaStory "
    "KapanLagi MasterChef MasterCard MyPertamina PeduliLindungi PlayStation PowerPoint SeaBank ShopeeFood ShopeePay "
    "SmackDown SpongeBob StandWith TransJakarta TransJogja WikiLeaks".split(" ")
)
_SENTENCE_END = re.compile(r"\S{3,}[.?!][\"”)]*$")
_ORDINAL = re.compile(r"ke-\d+$")
_MARKS = "\"'“”‘’.,:;!?()[]"
_QUOTES = frozenset('"“”')
_OPENING = frozenset('"“‘[')


class _Token(NamedTuple):
    text: str
    word: str
    start: int
    content: bool
    """In lower case and no small word, so that it belongs to a sentence."""


def headline_end(text: str, start: int, end: int, context: str) -> int:
    """Return where the text of the article goes on after the headline of a link.

    :param text: the running text.
    :param start: where the headline begins.
    :param end: end of its paragraph, or the start of the next link.
    :param context: what the article says elsewhere; words that stand together there belong together.
    :return: an offset between ``start`` and ``end``; ``end`` if nothing but headline is left, ``start`` if no end
        could be told.

    >>> text = "Warga Kampung Nusa Rayakan Panen Raya Menurutnya, panen tahun ini naik."
    >>> text[headline_end(text, 0, len(text), "") :]
    'Menurutnya, panen tahun ini naik.'
    """
    begin = _skip_glued_headlines(text, start, end, context)
    if begin == end:
        return end
    window = text[begin : min(end, begin + LONGEST_HEADLINE_CHARS + _LOOKAHEAD_CHARS)]
    tokens = _tokens(window)
    if _is_all_headline(window, tokens, ends=begin + len(window) == end):
        return end
    if begin > start:
        return begin
    cut = _best_cut(tokens, context)
    if cut is None:
        cut = _first_opener(tokens)
    return start if cut is None else begin + cut


def _is_content(word: str) -> bool:
    if not word or not word[0].islower() or word.lower() in LOWER_IN_HEADLINES or _ORDINAL.match(word):
        return False
    return word.islower()  # "iPhone" and "detikJatim" are names


def _tokens(window: str) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(window):
        word = found.group().strip(_MARKS)
        tokens.append(_Token(found.group(), word, found.start(), _is_content(word)))
    return tokens


def _looks_like_headline(piece: str) -> bool:
    tokens = _tokens(piece)
    return _SHORTEST_WORDS <= len(tokens) <= 30 and sum(token.content for token in tokens) <= 1


def _skip_glued_headlines(text: str, start: int, end: int, context: str) -> int:
    """Follow headlines that are glued to each other and to the text; return ``start`` if the first is not glued."""
    position = start
    for found in _GLUED.finditer(text, start, end):
        cut = found.start()
        if cut - position > LONGEST_HEADLINE_CHARS:
            break
        piece = text[position:cut]
        if not _looks_like_headline(piece) or _is_name(text, cut, context):
            continue
        position = cut
    rest = text[position:end]
    return end if position > start and len(rest) <= LONGEST_HEADLINE_CHARS and _looks_like_headline(rest) else position


def _is_name(text: str, cut: int, context: str) -> bool:
    """Whether a change of case belongs to a name ("TikTok", "PlayStation") and not to a lost space."""
    left = text.rfind(" ", 0, cut) + 1
    found = _WORD.match(text, cut)
    right = found.group() if found else ""
    if not text[cut - 1].isalpha() or not right or right in OPENERS:
        return False
    before = text[left:cut].lstrip(_MARKS)
    word = before + right
    if word in _CAMEL_CASE_NAMES or len(word) > 40:
        return True
    right_alone = f" {right} " in context
    if word in context and not (right_alone and f" {before} " in context):
        return True
    return min(len(before), len(right)) < 4 and not right_alone


def _is_all_headline(window: str, tokens: list[_Token], *, ends: bool) -> bool:
    if not ends or len(window) > LONGEST_HEADLINE_CHARS:
        return False
    content = sum(token.content for token in tokens)
    # Some portals write headlines like sentences, without the full stop.
    return content <= 1 or (not any(map(_SENTENCE_END.match, window.split())) and len(window) <= 160)


def _best_cut(tokens: list[_Token], context: str) -> int | None:
    scored: list[tuple[float, int]] = []
    content, quotes = 0, sum(character in _QUOTES for character in tokens[0].text) if tokens else 0
    for index in range(1, len(tokens)):
        before = tokens[index - 1]
        content += before.content
        if tokens[index].start > LONGEST_HEADLINE_CHARS or content > 1:
            break
        if content and _SENTENCE_END.match(before.text):
            break
        if index >= _SHORTEST_WORDS and _may_begin(tokens[index], before):
            scored.append((_score(tokens, index, content, quotes % 2 == 1, context), tokens[index].start))
        quotes += sum(character in _QUOTES for character in tokens[index].text)
    if not scored:
        return None
    best = max(score for score, _ in scored)
    return next(cut for score, cut in scored if score >= best - _NEARLY)


def _may_begin(token: _Token, before: _Token) -> bool:
    first = token.text[0]
    if not token.word or not (first.isupper() or first.isdigit() or first in _OPENING):
        return False
    if before.word in LOWER_IN_HEADLINES and before.text[-1] not in ".?!":
        return False
    return before.text[-1] not in ",:(-–"


def _score(tokens: list[_Token], index: int, content: int, in_quotation: bool, context: str) -> float:
    token, before = tokens[index], tokens[index - 1]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    lower_next = following is not None and following.word[:1].islower()
    score = _score_word(token, before, following, lower_next=lower_next)
    score += 2.2 * (token.text[0] in '"“' and not in_quotation) - 1.0 * in_quotation - 0.5 * content
    score += _score_length(index) + _score_distance(tokens, index)
    if before.text[-1] in "?!":
        score += 2.6
    elif f"{before.word} {token.word}" in context:
        score -= 2.9  # two words of one name
    return score + 0.3 * _is_known_name(tokens, index, context)


def _is_known_name(tokens: list[_Token], index: int, context: str) -> bool:
    """Whether the words up to the first one in lower case stand together elsewhere in the article."""
    name = []
    for token in tokens[index : index + 6]:
        if token.content:
            break
        name.append(token.word)
    return len(name) > 1 and " ".join(name) in context


def _score_word(token: _Token, before: _Token, following: _Token | None, *, lower_next: bool) -> float:
    opens_clause = lower_next or token.text[-1] == ","
    opener = token.word in OPENERS or (opens_clause and opens_sentence(token.word))
    after_mark = before.text[-1] in "?!."
    return (
        1.7 * opener
        + 1.7 * (opener and opens_clause)
        + 0.8 * lower_next
        + 2.2 * (token.word in ROLES)
        - 0.3 * (following is not None and following.text[0] == "(")
        - 1.3 * token.text[0].isdigit()
        - 0.8 * (opens_sentence(before.word) and not after_mark)
        - 0.4 * (before.word in ROLES and not after_mark)
        - 0.5 * before.word[-1:].isdigit()
        - 1.1 * before.content
    )


def _score_length(words: int) -> float:
    if words <= 3:
        return -1.9
    if words <= 6:
        return -1.5
    return -1.5 if words >= 17 else 0.0


def _score_distance(tokens: list[_Token], index: int) -> float:
    """A sentence reaches its first word in lower case soon, after a name of a few words at most."""
    distance = next((n for n, token in enumerate(tokens[index:]) if token.content), len(tokens) - index)
    if distance <= 1:
        return 1.3
    if distance == 2:
        return 0.0
    if distance == 3:
        return -0.5
    return -1.3 if distance <= 5 else -2.2


def _first_opener(tokens: list[_Token]) -> int | None:
    """For headlines that are written like sentences: a word that surely begins another one."""
    for token, following in pairwise(tokens[3:]):
        if token.start > LONGEST_HEADLINE_CHARS:
            return None
        if token.word in OPENERS and token.text[0].isupper() and following.word[:1].islower():
            return token.start
    return None
