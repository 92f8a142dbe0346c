"""What waits for an admin's yes."""

from __future__ import annotations

from bot.keeping.drafts import KEEP_S, MOST_DRAFTS, Drafts


def test_a_draft_is_given_out_once() -> None:
    """A second yes finds nothing."""
    drafts = Drafts()
    number = drafts.keep("kabar")
    assert ["kabar", None] == [drafts.take(number), drafts.take(number)]


def test_numbers_fit_into_a_button_and_are_not_guessed() -> None:
    """Positive, below 2**62, and no two alike."""
    drafts = Drafts()
    numbers = [drafts.keep(one) for one in range(50)]
    assert len(set(numbers)) == 50
    assert all(0 < number < 1 << 62 for number in numbers)
    assert drafts.take(max(numbers) + 1) is None


def test_an_old_draft_is_gone() -> None:
    """After an hour a yes comes too late."""
    now = [0.0]
    drafts = Drafts(clock=lambda: now[0])
    early, late = drafts.keep("awal"), drafts.keep("akhir")
    now[0] = KEEP_S
    assert drafts.take(early) == "awal"
    now[0] = KEEP_S + 1
    assert drafts.take(late) is None


def test_few_are_kept() -> None:
    """The oldest make room."""
    drafts = Drafts()
    numbers = [drafts.keep(one) for one in range(MOST_DRAFTS + 1)]
    assert [None, 1] == [drafts.take(numbers[0]), drafts.take(numbers[1])]
