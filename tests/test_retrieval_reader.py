"""The reader: equal scores on torch and onnxruntime, whatever the texts, and spans that lie inside their sentence."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.encoder import MODEL_FOLDER as ENCODER_FOLDER
from retrieval.errors import ModelBrokenError, ModelMissingError
from retrieval.reader import OnnxReader, best_span
from retrieval.reader_input import MOST_PIECES, Layout, Passage

QUESTION = "kapan jembatan gantung di Banyumas dibuka?"
BRIDGE = Passage(
    title="Jembatan gantung Banyumas dibuka",
    day=date(2025, 3, 3),
    sentences=(
        "Jembatan sepanjang 120 meter itu dibuka untuk umum pada Senin (3/3/2025).",
        '"Kami berharap warga menjaganya," kata Bupati Sadewo.',
    ),
)
RICE = Passage(title="Harga beras naik", day=None, sentences=("Harga beras di Solo naik menjadi Rp15.000.",))
TOLERANCE = 0.6
"""Between scores that differ by rounding alone: eight-bit activations are rounded for a whole batch at once."""


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    """The shipped reader."""
    return shared_reader()


@pytest.fixture(scope="module")
def layout() -> Layout:
    """The layout of what it reads."""
    return shared_layout()


def test_sentence_that_answers_scores_highest(reader: OnnxReader) -> None:
    """Of a passage's sentences the one that says when is preferred for a question that asks when."""
    [reading] = reader.read(QUESTION, [BRIDGE])
    assert 0 == int(reading.scores.argmax())


def test_passage_about_something_else_scores_lower(reader: OnnxReader) -> None:
    """A passage that does not answer is below one that does."""
    bridge, rice = reader.read(QUESTION, [BRIDGE, RICE])
    assert bridge.scores.max() > rice.scores.max()


def test_reading_does_not_depend_on_the_others(reader: OnnxReader) -> None:
    """A passage gets nearly the same scores alone and among others."""
    long = Passage(title="Lain", day=None, sentences=("Pasar itu ramai. " * 15,))
    [alone] = reader.read(QUESTION, [BRIDGE])
    _, among, _ = reader.read(QUESTION, [RICE, BRIDGE, long])
    np.testing.assert_allclose(among.scores, alone.scores, atol=TOLERANCE)


def test_no_passages_give_no_readings(reader: OnnxReader) -> None:
    """Nothing to read is nothing read."""
    assert [] == reader.read(QUESTION, [])


def test_passage_without_sentences_is_read(reader: OnnxReader) -> None:
    """A passage of no sentences gives no scores, and the others are read."""
    empty, rice = reader.read(QUESTION, [Passage(title="Kosong", day=None, sentences=()), RICE])
    assert (0, 1) == (len(empty.scores), len(rice.scores))


def test_sentence_without_words_has_no_score(reader: OnnxReader) -> None:
    """An empty sentence cannot answer."""
    [reading] = reader.read(QUESTION, [Passage(title="", day=None, sentences=("", "Jembatan itu dibuka Senin."))])
    assert [False, True] == np.isfinite(reading.scores).tolist()
    assert reading.spans[0] is None


def test_sentences_beyond_the_room_have_no_score(reader: OnnxReader) -> None:
    """What does not fit is left out; what fits is read."""
    [reading] = reader.read(QUESTION, [Passage(title="", day=None, sentences=("Harga beras naik lagi. " * 30,) * 12)])
    finite = np.isfinite(reading.scores)
    assert finite[0]
    assert not finite[-1]


@settings(max_examples=25, deadline=None)
@given(
    question=st.text(max_size=60),
    title=st.text(max_size=40),
    sentences=st.lists(st.text(max_size=80), max_size=4),
)
def test_spans_lie_inside_their_sentence(question: str, title: str, sentences: list[str]) -> None:
    """Whatever the texts, a span is a part of its sentence."""
    [reading] = shared_reader().read(question, [Passage(title=title, day=None, sentences=tuple(sentences))])
    assert len(sentences) == len(reading.scores) == len(reading.spans)
    for sentence, span in zip(sentences, reading.spans, strict=True):
        assert span is None or (0 <= span.start <= span.end <= len(sentence) and 0 <= span.probability <= 1)


@settings(max_examples=50, deadline=None)
@given(sentences=st.lists(st.text(max_size=300), max_size=20), question=st.text(max_size=500))
def test_row_fits_the_model(sentences: list[str], question: str) -> None:
    """Whatever the texts, a row has no more pieces than the model has positions, and bounds that lie in it."""
    [row] = shared_layout().rows(question, [Passage(title="", day=None, sentences=tuple(sentences))])
    assert len(row.ids) <= MOST_PIECES
    assert all(0 < start <= end < len(row.ids) for start, end in row.bounds)


@cache
def shared_reader() -> OnnxReader:
    """The shipped reader, opened once: hypothesis wants no fixtures of functions."""
    return OnnxReader(threads=1)


@cache
def shared_layout() -> Layout:
    """The layout, made once."""
    from tokenizers import Tokenizer

    return Layout(Tokenizer.from_file(str(ENCODER_FOLDER / "tokenizer.json")))


def test_best_span_is_the_likeliest_allowed() -> None:
    """A span never ends before it starts, however likely both ends are alone."""
    edges = np.asarray([[0.0, 9.0], [9.0, 0.0], [0.0, 5.0]], dtype=np.float32)
    first, last, probability = best_span(edges)
    assert (1, 2) == (first, last)
    assert probability > 0.9


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A folder without the graph is refused, with the file's name."""
    with pytest.raises(ModelMissingError, match=r"model\.onnx"):
        OnnxReader(tmp_path)


def test_broken_file_is_refused(tmp_path: Path) -> None:
    """A graph that is no graph is a clear error."""
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    (tmp_path / "heads.npz").write_bytes(b"no heads")
    with pytest.raises(ModelBrokenError):
        OnnxReader(tmp_path)


def test_exported_scores_are_those_of_torch(tmp_path: Path, layout: Layout) -> None:
    """A model that torch holds gives the same scores and spans on onnxruntime, but for rounding to eight bits."""
    pytest.importorskip("onnx", reason="only who exports models needs it")
    import torch

    from scripts.export_reader import find_outliers, write_reader
    from scripts.training.reader_model import ReaderModel, run_rows

    torch.manual_seed(3)
    model = ReaderModel(ENCODER_FOLDER, layers=2, frozen_layers=0).eval()
    write_reader(model, find_outliers(model, layout), tmp_path)
    rows = layout.rows(QUESTION, [BRIDGE, RICE])
    with torch.no_grad():
        states = run_rows(model, [row.ids for row in rows])
        expected = [model.sentence_scores(own, row.bounds).numpy() for own, row in zip(states, rows, strict=True)]
    readings = OnnxReader(tmp_path, threads=1).read(QUESTION, [BRIDGE, RICE])
    for scores, reading in zip(expected, readings, strict=True):
        np.testing.assert_allclose(reading.scores, scores, atol=0.02)
