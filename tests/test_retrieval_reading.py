"""What is read, and how reading changes order and confidence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ModelBrokenError, ModelMissingError
from retrieval.features import FEATURES
from retrieval.reader_input import Reading, ReadSpan
from retrieval.reading import CHARS_PER_PIECE, ROOM_PER_PASSAGE, choose, collect
from retrieval.reading_model import (
    COLUMNS,
    SIGNS,
    Read,
    ReadingModel,
    reading_columns,
    reading_signs,
    whole_order,
)


@given(
    lengths=st.lists(st.integers(1, 400), min_size=1, max_size=60),
    passages=st.integers(1, 12),
    data=st.data(),
)
def test_chosen_candidates_fit_the_room(lengths: list[int], passages: int, data: st.DataObject) -> None:
    """Beyond the first, candidates are read only as far as there is room, from no more articles than allowed."""
    versions = data.draw(st.lists(st.integers(0, 9), min_size=len(lengths), max_size=len(lengths)))
    heads = dict.fromkeys(versions, 100)
    chosen = choose(list(range(len(lengths))), versions, lengths, heads, passages=passages)
    held = {versions[place] for place in chosen}
    characters = sum(lengths[place] + CHARS_PER_PIECE for place in chosen) + len(held) * (100 + 4 * CHARS_PER_PIECE)
    assert 0 == chosen[0]
    assert len(held) <= passages
    assert len(chosen) == 1 or characters <= passages * ROOM_PER_PASSAGE * CHARS_PER_PIECE


def test_unread_sentences_are_left_out() -> None:
    """A sentence that found no room keeps the search's place instead of getting a score."""
    span = ReadSpan(start=0, end=3, probability=0.9)
    readings = [Reading(scores=np.asarray([1.5, -np.inf], dtype=np.float32), spans=(span, None))]
    assert (4,) == collect([[4, 2]], readings).places


def test_read_candidates_stand_before_the_rest() -> None:
    """What was read comes first by its new scores, the rest after it by the search's."""
    read = Read(places=(2, 0), scores=np.asarray([0.1, 0.2], dtype=np.float32), spans=(None, None))
    search = np.asarray([5.0, 9.0, 4.0, 7.0], dtype=np.float32)
    order, scores = whole_order(read, np.asarray([3.0, 1.0], dtype=np.float32), search)
    assert [2, 0, 1, 3] == order.tolist()
    assert (np.diff(scores) <= 0).all()


def test_nothing_read_leaves_the_search_order() -> None:
    """Without anything read the search's order stays, and there are no signs of an answer."""
    nothing = Read(places=(), scores=np.zeros(0, dtype=np.float32))
    search = np.asarray([1.0, 2.0], dtype=np.float32)
    table = np.zeros((2, len(FEATURES)), dtype=np.float32)
    columns = reading_columns(nothing, table, search, [1, 2])
    order, _ = whole_order(nothing, np.zeros(0, dtype=np.float32), search)
    looks = reading_signs(nothing, columns, np.zeros(0, dtype=np.float32), [], known_words=1.0)
    assert [1, 0] == order.tolist()
    assert not looks.any()


def test_only_one_sentence_has_signs() -> None:
    """A single sentence, with no other to compare, has finite signs."""
    read = Read(places=(0,), scores=np.asarray([2.0], dtype=np.float32), spans=(None,))
    table = np.zeros((1, len(FEATURES)), dtype=np.float32)
    columns = reading_columns(read, table, np.zeros(1, dtype=np.float32), [7])
    looks = reading_signs(read, columns, np.asarray([0.5], dtype=np.float32), [7], known_words=1.0)
    assert np.isfinite(looks).all()


def test_model_is_read_as_written() -> None:
    """What a model writes is what it reads."""
    random = np.random.default_rng(2)
    model = ReadingModel(
        weights=random.normal(size=len(COLUMNS)).astype(np.float32),
        confidence_weights=random.normal(size=len(SIGNS)).astype(np.float32),
        answerable_weights=random.normal(size=len(SIGNS)).astype(np.float32),
        threshold=0.25,
    )
    again = ReadingModel.from_dict(model.to_dict())
    np.testing.assert_array_equal(model.weights, again.weights)
    np.testing.assert_array_equal(model.confidence_weights, again.confidence_weights)


def test_missing_model_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A model that is not there is a clear error."""
    with pytest.raises(ModelMissingError):
        ReadingModel.load(tmp_path_factory.mktemp("empty") / "order.json")


def test_model_for_other_columns_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A model without a weight for every column is a clear error."""
    path = tmp_path_factory.mktemp("broken") / "order.json"
    written = '{"weights": {}, "confidence_weights": {}, "answerable_weights": {}, "threshold": 0.5}'
    path.write_text(written, encoding="utf-8")
    with pytest.raises(ModelBrokenError):
        ReadingModel.load(path)
