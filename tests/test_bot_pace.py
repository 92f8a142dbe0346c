"""How much the bot reads for a question, by how many people wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import TARGET_S, Pace
from retrieval.reading import PASSAGES


def test_a_question_alone_is_read_for_in_full() -> None:
    """Nobody waits: all passages are read."""
    assert Pace(workers=2).passages(waiting=0) == PASSAGES


def test_in_a_crowd_only_the_search_answers() -> None:
    """With many in line nothing is read, and the line moves as fast as it can."""
    assert Pace(workers=2).passages(waiting=50) == 0


def test_a_slow_spell_is_forgotten() -> None:
    """A machine that stood still for a while reads in full again once it is well."""
    pace = Pace(workers=2)
    for _ in range(300):
        pace.took(30.0, passages=pace.passages(waiting=0))
    assert 1 == pace.passages(waiting=0)
    for _ in range(300):
        passages = pace.passages(waiting=0)
        pace.took(0.03 + 0.012 * passages, passages=passages)
    assert PASSAGES == pace.passages(waiting=0)


def test_the_line_is_as_slow_as_its_searches() -> None:
    """How long all who wait will take follows from how long searching took lately."""
    pace = Pace(workers=4)
    for _ in range(300):
        pace.took(0.4, passages=0)
    assert 10.0 == round(pace.through_s(waiting=100), 3)


@given(st.integers(1, 60), st.floats(0.001, 0.3), st.floats(0.001, 0.1))
def test_what_is_read_fits_into_the_time_of_those_who_wait(waiting: int, search_s: float, passage_s: float) -> None:
    """Once the pace is known, everyone in line is through in time, or nothing at all is read."""
    pace = Pace(workers=2)
    for _ in range(300):
        pace.took(search_s, passages=0)
    for _ in range(300):
        pace.took(search_s + 4 * passage_s, passages=4)
    passages = pace.passages(waiting)
    through_s = (waiting + 1) * (search_s + passages * passage_s) / 2
    assert passages == 0 or through_s <= TARGET_S * 1.01


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(0, PASSAGES)), max_size=60), st.integers(0, 1000))
def test_the_number_read_is_always_possible(took: list[tuple[float, int]], waiting: int) -> None:
    """Whatever was measured, also nonsense of a clock that jumped."""
    pace = Pace(workers=3)
    for seconds, passages in took:
        pace.took(seconds, passages=passages)
    assert 0 <= pace.passages(waiting) <= PASSAGES
