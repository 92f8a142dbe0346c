"""What people write about their digest ("jam 7 pagi WITA, topik ekonomi tanpa gosip") -> what is to change. Pure.

The text is read from its beginning: at each place the first rule that fits takes its words. Words that no rule takes,
and that are not mere politeness, are given back as not understood, so that nothing is passed over in silence.
"""

from __future__ import annotations

import unicodedata

from bot.digests.subscription_changes import Changes
from bot.digests.subscription_rules import (
    ANY_TOPIC_ALONE,
    FILLER,
    RULES,
    SPACE,
    TOPIC_WORD,
    UNWANTED_WORD,
    WORD,
    Words,
    topics_of,
)


def read_words(text: str) -> Changes:
    """What somebody writes about their digest.

    >>> changes = read_words("tiap senin sampai jumat jam 7 malam WITA, topik ekonomi dan bola tanpa gosip")
    >>> sorted(changes.weekdays), changes.hour, changes.zone
    ([0, 1, 2, 3, 4], 19, 'Asia/Makassar')
    >>> changes.include, changes.exclude
    (('ekonomi', 'bola'), ('gosip',))
    """
    words = Words(" ".join(unicodedata.normalize("NFKC", text).split()))
    while words.at < len(words.text):
        _read_next(words)
    return words.draft.changes()


def read_topics(text: str) -> Changes:
    """What somebody answers to the question for subjects; "tanpa" parts those that are not wanted.

    >>> read_topics("Harga beras, timnas tanpa gosip").include
    ('Harga beras', 'timnas')
    """
    words = Words(" ".join(unicodedata.normalize("NFKC", text).split()))
    if ANY_TOPIC_ALONE.fullmatch(words.text):
        words.draft.include = []
        return words.draft.changes()
    wanted, *unwanted = UNWANTED_WORD.split(words.text)
    if wanted.strip():
        words.draft.include = topics_of(TOPIC_WORD.sub("", wanted, count=1), words.draft)
    if unwanted:
        words.draft.exclude = [word for part in unwanted for word in topics_of(part, words.draft)]
    return words.draft.changes()


def _read_next(words: Words) -> None:
    """Take the words of one rule, or one word that is passed over or told as not understood."""
    for pattern, act in RULES:
        match = pattern.match(words.text, words.at)
        if match is not None:
            words.at = match.end()
            words.follows = False
            act(match, words)
            return
    match = SPACE.match(words.text, words.at) or FILLER.match(words.text, words.at)
    if match is not None:
        words.at = match.end()
        words.follows = words.follows and match[0].isspace()
        return
    match = WORD.match(words.text, words.at)
    end = words.at + 1 if match is None else match.end()
    word = words.text[words.at : end]
    if words.follows:
        words.draft.unknown[-1] += f" {word}"
    else:
        words.draft.unknown.append(word)
    words.at, words.follows = end, True
