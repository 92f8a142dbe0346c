"""When a text leans on the question before it, and what is asked then. Pure.

A text stands alone unless something in it points back: an opening "kalau" or "terus", a "dia" or "itu", a "-nya" on a
noun that belongs to something, or no word at all that says what it is about. Then the words of the last question come
to its help, less those that the text puts others in the place of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.types import Turn
from bot.words import chat_phrases as phrases
from bot.words.small_talk import SmallTalk, small_talk
from bot.words.word_roles import Role, Word, read_words, role_of
from corpus.dating.calendar_words import FULL_MONTHS

__all__ = ["SmallTalk", "follow_up", "small_talk"]

LONGEST_FOLLOW_UP = 10
"""Words; longer texts say what they are about."""

LONGEST_TOPIC = 30
"""Words of the last question that are borrowed at most."""


def follow_up(text: str, last: Turn | None) -> str | None:
    """The question to ask in place of a text that is too thin by itself, or None where it stands alone.

    :param last: the last question of the same person in the same chat, if it is recent.

    >>> from datetime import UTC, datetime
    >>> last = Turn(question="Siapa gubernur Jawa Barat?", asked_at=datetime(2025, 6, 1, tzinfo=UTC), article_ids=())
    >>> follow_up("kalau wakilnya?", last)
    'siapa wakil gubernur Jawa Barat'
    >>> follow_up("kalau Jawa Timur?", last)
    'Siapa gubernur Jawa Timur'
    >>> follow_up("harga beras berapa?", last) is None
    True
    """
    if last is None:
        return None
    words = read_words(text, last.asked_at)
    if not words or len(words) > LONGEST_FOLLOW_UP or not _leans(words):
        return None
    before = [word for word in read_words(last.question, last.asked_at) if word.role not in _UNNEEDED][:LONGEST_TOPIC]
    if not any(word.says for word in before):
        return None
    return _joined(words, before)


_UNNEEDED = (Role.OPENS, Role.MORE, Role.FILLS)


def _leans(words: Sequence[Word]) -> bool:
    """Whether something points back, and little is said that could be searched for."""
    own = sum(word.role is Role.OWN for word in words)
    if any(word.folded in phrases.REQUESTS and not word.owned for word in words):
        return False
    if not own:
        return _leans_without_own(words)
    if any(word.role is Role.POINTS for word in words):
        return own <= (3 if any(word.folded in phrases.PEOPLE_POINTERS for word in words) else 2)
    if any(word.owned for word in words):
        return (own <= 1 and _opens(words)) or _is_one_phrase(words)
    asks = any(word.role is Role.ASKS for word in words)
    saying = sum(word.says for word in words)
    if _opens(words):
        return own <= 2 and (not asks or saying == 1 or _is_reaction(words))
    return _is_reaction(words) or _counts_unnamed(words) or (words[0].role is Role.PREPOSITION and saying <= 2)


def _is_one_phrase(words: Sequence[Word]) -> bool:
    """Whether all own words stand right before one with "-nya", as in "program kerjanya"."""
    return all(
        place + 1 < len(words) and words[place + 1].owned for place, word in enumerate(words) if word.role is Role.OWN
    )


def _is_reaction(words: Sequence[Word]) -> bool:
    """Whether it is asked what somebody says, and not about what: "apa tanggapan Istana?"."""
    if not any(word.folded in phrases.REACTIONS for word in words):
        return False
    says_about_what = any(word.folded in phrases.ABOUT or word.role in (Role.PERIOD, Role.ACTS) for word in words)
    own = sum(word.role is Role.OWN for word in words)
    return own <= 2 and not says_about_what


def _counts_unnamed(words: Sequence[Word]) -> bool:
    """Whether things are counted to which something happened: "berapa rumah yang terendam?"."""
    saying = [word for word in words if word.says]
    return (
        words[0].folded == "berapa"
        and [word.role for word in saying] == [Role.OWN, Role.ACTS]
        and not saying[0].is_name
        and any(word.folded == "yang" for word in words)
    )


def _leans_without_own(words: Sequence[Word]) -> bool:
    """A text without a word of its own leans, unless it names an office, or nothing but small words."""
    saying = [word for word in words if word.says]
    if _is_measured(words):
        return False
    if any(word.role is Role.TITLE for word in saying) and not _opens(words):
        return any(word.role is Role.POINTS for word in words)
    return bool(saying) or any(
        word.role in (Role.ASKS, Role.POINTS, Role.MORE, Role.PERIOD, Role.OPENS) for word in words
    )


def _is_measured(words: Sequence[Word]) -> bool:
    """Whether a "-nya" only makes a thing definite: "harga berasnya berapa"."""
    return any(
        word.folded in phrases.MEASURED and not word.owned and following.owned and role_of(following.folded) is Role.OWN
        for word, following in pairwise(words)
    )


def _opens(words: Sequence[Word]) -> bool:
    first = words[0]
    return (
        first.role is Role.OPENS
        or first.folded == "yang"
        or [word.folded for word in words[:2]]
        in (
            ["bagaimana", "dengan"],
            ["bagaimana", "kalau"],
        )
    )


def _joined(words: Sequence[Word], before: Sequence[Word]) -> str:
    """The new question: its own words in the place of those they stand for, else before the topic."""
    new = _kept(words)
    topic, place = _without_replaced(new, words, before)
    asking = [word for word in new if word.role is Role.ASKS]
    rest = [word for word in new if word.role is not Role.ASKS]
    asked = topic
    if asking:
        topic, place = _drop(topic, place, lambda at, word: word.role is Role.ASKS or _is_aside(asked, at))
    else:
        asking = _borrowed_asking(rest, asked)
        topic, place = _drop(topic, place, lambda _, word: word.role is Role.ASKS)
    at = place or 0
    joined = [*asking, *_trimmed(topic[:at]), *_trimmed(rest), *_trimmed(topic[at:])]
    return " ".join(word.text for word in joined)


def _trimmed(words: Sequence[Word]) -> Sequence[Word]:
    """Words without those of grammar at their ends, which link to nothing there."""
    start, end = 0, len(words)
    while start < end and words[start].role is Role.LINKS:
        start += 1
    while start < end and words[end - 1].role in (Role.LINKS, Role.PREPOSITION):
        end -= 1
    return words[start:end]


def _borrowed_asking(rest: Sequence[Word], before: Sequence[Word]) -> list[Word]:
    """Words that ask, for a text that has none: those of the last question where they still fit."""
    belonging = [word for word in rest if word.role is Role.BELONGS]
    if any(word.folded in phrases.RELATED_PEOPLE for word in belonging):
        return [Word("siapa", "siapa", Role.ASKS)]
    if any(word.folded not in phrases.TITLES for word in belonging):
        return []
    has_period = any(word.role is Role.PERIOD for word in rest)
    return [word for word in before if word.role is Role.ASKS and not (has_period and word.folded == "kapan")]


def _kept(words: Sequence[Word]) -> list[Word]:
    """What the new text itself brings along; "bagaimana dengan" asks nothing."""
    opening = 2 if [word.folded for word in words[:2]] in (["bagaimana", "dengan"], ["bagaimana", "kalau"]) else 0
    roles = (Role.ASKS, Role.BELONGS, Role.TITLE, Role.ACTS, Role.PERIOD, Role.PREPOSITION, Role.OWN, Role.LINKS)
    kept = [word for word in words[opening:] if word.role in roles]
    return [
        word
        for place, word in enumerate(kept)
        if word.role is not Role.PREPOSITION or (place + 1 < len(kept) and kept[place + 1].role is Role.OWN)
    ]


def _drop(
    words: Sequence[Word], place: int | None, leaves: Callable[[int, Word], bool]
) -> tuple[list[Word], int | None]:
    """Words without some, and where a place among them is then."""
    gone = [at for at, word in enumerate(words) if leaves(at, word)]
    kept = [word for at, word in enumerate(words) if at not in gone]
    return kept, None if place is None else place - sum(at < place for at in gone)


def _is_aside(topic: Sequence[Word], at: int) -> bool:
    """Whether a word is what the last question asked for ("berapa korban gempa"), and something else is its topic."""
    follows_asking = at > 0 and topic[at - 1].role is Role.ASKS
    others = any(word.role is Role.OWN for word in topic)
    return follows_asking and topic[at].folded in phrases.ASIDES and others


def _without_replaced(
    new: Sequence[Word], words: Sequence[Word], before: Sequence[Word]
) -> tuple[list[Word], int | None]:
    """The last question without what the new text stands in the place of, and that place."""
    said = {word.folded for word in new if word.says}
    gone: set[int] = set()
    for place, word in enumerate(new):
        if word.role is Role.PREPOSITION:
            gone |= _phrase_like(word, before)
        elif word.role is Role.OWN and place + 1 < len(new) and new[place + 1].role is Role.OWN:
            gone |= _name_with(word.folded, before)
    gone |= _period_like(new, before)
    gone |= _office_like(new, before)
    if not gone and _is_instead(new, words):
        gone |= _counterpart(new, before)
    first = min(gone) if gone else None
    gone |= {at for at, word in enumerate(before) if word.role is Role.POINTS or (word.says and word.folded in said)}
    return _drop(before, first, lambda at, _: at in gone)


def _period_like(new: Sequence[Word], before: Sequence[Word]) -> set[int]:
    """Places of the period that another takes the place of; its year stays where the new one is a day of a month."""
    period = [word for word in new if word.role is Role.PERIOD]
    if not period:
        return set()
    keeps_year = any(word.folded in FULL_MONTHS for word in period) and not any(_is_year(word) for word in period)
    return {at for at, word in enumerate(before) if word.role is Role.PERIOD and not (keeps_year and _is_year(word))}


def _is_year(word: Word) -> bool:
    return word.folded.isdecimal() and len(word.folded) == 4


def _office_like(new: Sequence[Word], before: Sequence[Word]) -> set[int]:
    """Places of the office in the last question for which the text has another, with its field where both name one."""
    titles = [place for place, word in enumerate(new) if word.role is Role.TITLE]
    gone = {at for at, word in enumerate(before) if word.role is Role.TITLE} if titles else set()
    names_field = any(place + 1 < len(new) and new[place + 1].role is Role.OWN for place in titles)
    return gone.union(*(_name_at(at + 1, before) for at in gone)) if names_field else gone


def _is_instead(new: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether the text only names another thing: "kalau cabai?"."""
    saying = [word for word in new if word.says]
    return _opens(words) and bool(saying) and all(word.role is Role.OWN for word in saying)


def _phrase_like(preposition: Word, before: Sequence[Word]) -> set[int]:
    """Places of the phrase in the last question that begins with the same preposition, or one of its kind."""
    is_place = preposition.folded in phrases.PLACE_PREPOSITIONS
    kind = phrases.PLACE_PREPOSITIONS if is_place else phrases.SPEAKER_PREPOSITIONS
    found = [at for at, word in enumerate(before) if word.role is Role.PREPOSITION and word.folded in kind]
    found.sort(key=lambda at: before[at].folded != preposition.folded)
    return {found[0]} | _name_at(found[0] + 1, before) if found else set()


def _name_at(start: int, before: Sequence[Word]) -> set[int]:
    """Places of the name that begins at a word: a run of capitals, else one word, two for "jawa barat"."""
    if start >= len(before) or before[start].role not in (Role.OWN, Role.BELONGS):
        return set()
    end = start + 1
    while end < len(before) and before[end].role is Role.OWN and _goes_on(before[end - 1], before[end]):
        end += 1
    return set(range(start, end))


def _goes_on(word: Word, following: Word) -> bool:
    if word.is_name and following.is_name:
        return True
    return following.folded[0].isdigit() or word.folded in phrases.BEFORE_NAME or following.folded in phrases.DIRECTIONS


def _name_with(shared: str, before: Sequence[Word]) -> set[int]:
    """Places of a word that both questions have, and of the one after it: "jawa timur" stands for "jawa barat"."""
    for at, word in enumerate(before):
        if word.folded == shared and at + 1 < len(before) and before[at + 1].role is Role.OWN:
            return {at, at + 1}
    return set()


def _counterpart(new: Sequence[Word], before: Sequence[Word]) -> set[int]:
    """Places of what another thing is named instead of: number for number, name for name, else after an office."""
    own = [word for word in new if word.role is Role.OWN]
    if all(word.folded[0].isdigit() for word in own):
        return {at for at, word in enumerate(before) if word.role is Role.OWN and word.folded[0].isdigit()}
    names = [at for at, word in enumerate(before) if word.role is Role.OWN and word.text[:1].isupper()]
    if names and any(word.is_name for word in own):
        free = [at for at in names if at == 0 or before[at - 1].role is not Role.PREPOSITION]
        return _name_at((free or names)[0], before)
    for at, word in enumerate(before):
        if word.role is Role.TITLE or word.folded in phrases.MEASURED:
            named = _name_at(at + 1, before)
            if named:
                return named
    return set()
