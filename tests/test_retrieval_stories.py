"""Grouping the articles of a day into stories."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from news_days import FLOOD, MATCH, RICE, dispatch, told_by

from retrieval.stems import IndonesianStems
from retrieval.stories import SAME_OUTLET, Dispatch, Likeness, group

STEMS = IndonesianStems()


def grouped(dispatches: list[Dispatch]) -> list[list[str]]:
    """Ids of the articles of each story, sorted."""
    likeness = Likeness(dispatches, STEMS)
    stories = group(likeness, [one.article.near_group for one in dispatches])
    return sorted(sorted(dispatches[place].article.id for place in story.members) for story in stories)


def test_outlets_that_tell_the_same_are_one_story() -> None:
    """Articles on one event come together, whoever wrote them; articles on others stay apart."""
    day = [
        *told_by(1, FLOOD, "Warta Nusa", "Harian Kita", "Kabar Timur", title="Banjir di Kampung Melati"),
        *told_by(4, MATCH, "Warta Nusa", "Harian Kita", title="Garuda Muda menang atas Elang Laut"),
        *told_by(6, RICE, "Kabar Timur", title="Harga beras medium naik"),
    ]
    assert grouped(day) == [["a1", "a2", "a3"], ["a4", "a5"], ["a6"]]


def test_near_copies_are_one_story_however_they_read() -> None:
    """What the store knows as copies is never told twice."""
    first, second = dispatch(1, "Banjir di Kampung Melati", FLOOD), dispatch(2, "Garuda Muda menang", MATCH)
    likeness = Likeness([first, second], STEMS)
    assert [story.members for story in group(likeness, ["a1", "a1"])] in ([(0, 1)], [(1, 0)])


def test_the_most_central_article_comes_first() -> None:
    """The article that most others resemble stands at the head of its story."""
    day = told_by(1, FLOOD, "Warta Nusa", "Harian Kita", "Kabar Timur", title="Banjir di Kampung Melati")
    likeness = Likeness(day, STEMS)
    story = group(likeness, [None] * 3)[0]
    assert list(story.centrality) == sorted(story.centrality, reverse=True)


def test_no_article_no_story() -> None:
    """An empty day has no stories."""
    assert group(Likeness([], STEMS), []) == []


def test_an_article_without_words_is_a_story_of_its_own() -> None:
    """A title and text of nothing but signs hinder nobody."""
    assert grouped([dispatch(1, "!!!", ("???",)), *told_by(2, FLOOD, "Warta Nusa", title="Banjir")]) == [["a1"], ["a2"]]


@given(st.lists(st.tuples(st.sampled_from([FLOOD, MATCH, RICE]), st.sampled_from(["x", "y", None])), max_size=12))
def test_every_article_is_in_exactly_one_story(kinds: list[tuple[tuple[str, ...], str | None]]) -> None:
    """However articles and near copies are mixed, none is lost and none is told twice."""
    day = [dispatch(number, texts[0][:30], texts) for number, (texts, _) in enumerate(kinds)]
    stories = group(Likeness(day, STEMS), [name for _, name in kinds])
    assert sorted(place for story in stories for place in story.members) == list(range(len(kinds)))


def test_likeness_is_that_of_meaning_and_words() -> None:
    """The same text is as alike as can be within one outlet, whatever block it is computed in."""
    day = told_by(1, FLOOD, "Warta Nusa", "Harian Kita", "Kabar Timur", title="Banjir di Kampung Melati")
    likeness = Likeness(day, STEMS)
    assert np.allclose(np.diag(likeness.between(slice(None), slice(None))), 1 - SAME_OUTLET, atol=1e-3)
    assert np.allclose(likeness.between([0, 2], [1]), likeness.between(slice(None), slice(None))[[0, 2]][:, [1]])
