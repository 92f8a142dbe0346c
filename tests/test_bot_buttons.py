"""What buttons say and what a tap on them means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.types import ChatSettings, StoredAnswer, StoredCitation
from bot.words import texts
from bot.words.buttons import (
    MAX_DATA_BYTES,
    Action,
    Tap,
    answer_keyboard,
    back_keyboard,
    broadcast_keyboard,
    context_keyboard,
    delete_keyboard,
    encode,
    forget_keyboard,
    group_settings_keyboard,
    parse,
)
from retrieval.types import Status

NUMBERS = st.integers(min_value=0, max_value=(1 << 63) - 1)


def stored(*, citations: int = 5, shown: int = 3, status: Status = Status.ANSWERED) -> StoredAnswer:
    """An answer as it is kept."""
    return StoredAnswer(
        id=81_234,
        chat_id=7,
        user_id=7,
        question="kapan jembatan dibuka?",
        status=status,
        confidence=0.8,
        citations=tuple(
            StoredCitation(sentence_id=4096 + place, article_id="a1", score=0.5) for place in range(citations)
        ),
        shown=shown,
        asked_at=datetime(2025, 6, 10, tzinfo=UTC),
    )


def words_on(keyboard: InlineKeyboardMarkup | None) -> list[list[str]]:
    """What the buttons say, row by row."""
    assert keyboard is not None
    return [[button.text for button in row] for row in keyboard.inline_keyboard]


def taps_on(keyboard: InlineKeyboardMarkup | None) -> list[Tap | None]:
    """What the buttons do."""
    assert keyboard is not None
    return [parse(str(button.callback_data)) for row in keyboard.inline_keyboard for button in row]


@given(st.sampled_from(Action), NUMBERS, NUMBERS)
def test_a_button_means_what_was_put_into_it(action: Action, answer_id: int, argument: int) -> None:
    """Data fits into a button and comes back as it was."""
    data = encode(action, answer_id, argument)
    assert len(data.encode()) <= MAX_DATA_BYTES
    assert Tap(action=action, answer_id=answer_id, argument=argument) == parse(data)


@pytest.mark.parametrize("number", [-1, 1 << 63])
def test_a_number_that_is_no_id_gets_no_button(number: int) -> None:
    """A mistake of the program shows where it is made."""
    with pytest.raises(ValueError, match="numbers of a button"):
        encode(Action.MORE, number)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "1",
        "1:m:1",
        "0:m:1:0",
        "2:m:1:0",
        "1:zz:1:0",
        "1:M:1:0",
        "1:m:-1:0",
        "1:m:01:0",
        "1:m:+1:0",
        "1:m:1:0:0",
        "1:m:1:0\n",
        " 1:m:1:0",
        "1:m:١:0",
        "1:m:9999999999999999999:0",
        "1:m:9223372036854775808:0",
        "1:m:1:99999999999999999999999",
        "confirm",
    ],
)
def test_data_that_kutip_did_not_write_means_nothing(data: str | None) -> None:
    """Anybody may send any data."""
    assert parse(data) is None


@given(st.one_of(st.text(max_size=64), st.from_regex(r"1:[a-z]{1,3}:\d{1,21}:\d{1,21}", fullmatch=True)))
def test_any_data_is_read_without_error(data: str) -> None:
    """What is read is what would be written."""
    tap = parse(data)
    assert tap is None or encode(tap.action, tap.answer_id, tap.argument) == data


def test_an_answer_has_all_its_buttons() -> None:
    """More, the two side views, the two thumbs."""
    assert [["Lebih banyak", "Konteks", "Sumber"], ["👍", "👎"]] == words_on(
        answer_keyboard(stored(), has_more=True, vote=0)
    )


def test_nothing_more_has_no_button_for_more() -> None:
    """Once all is on show the button goes."""
    assert [["Konteks", "Sumber"], ["👍", "👎"]] == words_on(answer_keyboard(stored(), has_more=False))


@pytest.mark.parametrize(("vote", "thumbs"), [(1, ["👍 ✓", "👎"]), (-1, ["👍", "👎 ✓"])])
def test_the_chosen_thumb_is_marked(vote: int, thumbs: list[str]) -> None:
    """A person sees what they chose."""
    assert thumbs == words_on(answer_keyboard(stored(), has_more=False, vote=vote))[-1]


def test_related_sentences_can_only_be_judged() -> None:
    """They are no answer, so that there is no context of one."""
    assert [["👍", "👎"]] == words_on(answer_keyboard(stored(status=Status.NOT_FOUND), has_more=True))


def test_an_answer_without_quotations_has_no_buttons() -> None:
    """There is nothing to look at."""
    assert answer_keyboard(stored(citations=0, shown=0, status=Status.NOT_FOUND), has_more=False) is None


def test_the_buttons_of_an_answer_name_it() -> None:
    """Each tap leads back to its answer."""
    assert {81_234} == {tap.answer_id for tap in taps_on(answer_keyboard(stored(), has_more=True)) if tap}


def test_a_side_view_leads_back() -> None:
    """One button."""
    assert [Tap(action=Action.BACK, answer_id=81_234)] == taps_on(back_keyboard(stored()))


@pytest.mark.parametrize(
    ("place", "rows"),
    [
        (0, [["Berikutnya ›"], ["« Kembali"]]),
        (1, [["‹ Sebelumnya", "Berikutnya ›"], ["« Kembali"]]),
        (2, [["‹ Sebelumnya"], ["« Kembali"]]),
    ],
)
def test_contexts_can_be_leafed_through(place: int, rows: list[list[str]]) -> None:
    """From citation to citation, as far as they are on show."""
    assert rows == words_on(context_keyboard(stored(), place))


def test_the_settings_of_a_group_show_what_is_chosen() -> None:
    """The period that is searched is marked, and the other way to be asked is offered."""
    words = words_on(group_settings_keyboard(ChatSettings(answers_mentions=True, since_days=30)))
    assert [
        ["Semua artikel", "7 hari terakhir"],
        ["30 hari terakhir ✓", "1 tahun terakhir"],
        ["Jawab /tanya saja"],
    ] == words


def test_the_settings_of_a_group_say_what_a_tap_chooses() -> None:
    """The argument is what is set."""
    taps = taps_on(group_settings_keyboard(ChatSettings(answers_mentions=False)))
    assert [0, 7, 30, 365, 1] == [tap.argument for tap in taps if tap]


@pytest.mark.parametrize(
    ("keyboard", "actions"),
    [
        (forget_keyboard(), [Action.FORGET_YES, Action.FORGET_NO]),
        (broadcast_keyboard(5), [Action.BROADCAST_YES, Action.BROADCAST_NO]),
        (delete_keyboard(5), [Action.DELETE_YES, Action.DELETE_NO]),
    ],
)
def test_what_cannot_be_undone_is_asked_first(keyboard: InlineKeyboardMarkup, actions: list[Action]) -> None:
    """Yes, or leave it."""
    assert actions == [tap.action for tap in taps_on(keyboard) if tap]
    assert texts.BUTTON_CANCEL == words_on(keyboard)[0][1]
