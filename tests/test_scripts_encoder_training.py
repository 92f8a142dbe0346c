"""Training the encoder: which texts are read together, what is learnt, and the way into the shipped folder."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from retrieval.encoder import MODEL_FOLDER, OnnxEncoder
from scripts.train_encoder import Plan, Run, contrastive_loss
from scripts.training.encoder_examples import EncoderExample, Place, misleading_places, passage_examples, window
from scripts.training.examples import CandidateSentence, ReadingExample, Source


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.data())
def test_a_window_holds_its_text_and_fits(lengths: list[int], data: st.DataObject) -> None:
    """It is consecutive, has the text in it, and is no larger than the room unless the text alone is."""
    keep = data.draw(st.integers(0, len(lengths) - 1))
    held = window(lengths, keep, room=60)
    assert keep in held
    assert sum(lengths[place] for place in held) <= max(60, lengths[keep])


def test_the_loss_is_small_when_questions_lie_at_their_sentences() -> None:
    """And large when they lie at each other's."""
    sentences = [torch.eye(4)[:2], torch.eye(4)[2:]]
    texts = [("a", "b"), ("c", "d")]
    good = contrastive_loss(torch.eye(4)[[1, 2]], sentences, [[1], [0]], texts)
    bad = contrastive_loss(torch.eye(4)[[2, 1]], sentences, [[1], [0]], texts)
    assert float(good) < 0.01 < float(bad)


def test_another_window_of_the_same_article_is_not_held_against_a_question() -> None:
    """It may hold the answer too."""
    sentences = [torch.eye(4)[:1], torch.eye(4)[:1]]
    same = contrastive_loss(torch.eye(4)[[0, 0]], sentences, [[0], [0]], [("a",), ("a",)])
    other = contrastive_loss(torch.eye(4)[[0, 0]], sentences, [[0], [0]], [("a",), ("b",)])
    assert float(same) == pytest.approx(0.0, abs=1e-4)
    assert float(other) > 0.5


def test_passages_beyond_the_questions_stand_against_all() -> None:
    """A sentence that misleads makes the loss larger, unless it is of an article that answers the question."""
    questions = torch.eye(4)[[0]]
    sentences = [torch.eye(4)[:1], torch.eye(4)[:1]]
    assert float(contrastive_loss(questions, sentences, [[0]], [("a",), ("b",)])) > 0.5
    assert float(contrastive_loss(questions, sentences, [[0]], [("a",), ("a",)])) == pytest.approx(0.0, abs=1e-4)


def test_what_misleads_is_the_best_sentence_of_each_article_without_an_answer() -> None:
    """Articles with a right or doubtful sentence are left out, and near copies of the right one."""
    sources = [Source(id=name, title="", day="", near_group=group) for name, group in
               [("right", "g"), ("copy", "g"), ("doubtful", ""), ("wrong", ""), ("other", "h")]]  # fmt: skip
    candidates = [
        CandidateSentence(passage=3, position=5, text="", score=9),
        CandidateSentence(passage=1, position=0, text="", score=8),
        CandidateSentence(passage=0, position=2, text="", score=7, is_right=True),
        CandidateSentence(passage=3, position=1, text="", score=6),
        CandidateSentence(passage=2, position=0, text="", score=5),
        CandidateSentence(passage=2, position=1, text="", score=4, is_doubtful=True),
        CandidateSentence(passage=4, position=3, text="", score=3),
    ]
    example = ReadingExample(
        id="q", kind="news", question="?", written_out="?", style="", answerable=True, answer="",
        sources=tuple(sources), candidates=tuple(candidates),
    )  # fmt: skip
    assert misleading_places([example]) == {"q": [("wrong", 5), ("other", 3)]}


def test_only_answerable_questions_are_learnt_from(tmp_path: Path) -> None:
    """A question file with texts gives the sentences and which of them answer."""
    context = "Jembatan dibuka Senin. Bupati hadir."
    answers = [{"text": "Senin", "start": 16}]
    rows = [
        {"id": "1", "question": "kapan?", "context": context, "answers": answers, "answerable": True},
        {"id": "2", "question": "berapa?", "context": context, "answers": [], "answerable": False},
    ]
    with gzip.open(tmp_path / "rows.jsonl.gz", "wt") as file:
        file.write("\n".join(map(json.dumps, rows)))
    (found,) = passage_examples([tmp_path / "rows.jsonl.gz"])
    assert found == EncoderExample(question="kapan?", texts=("Jembatan dibuka Senin.", "Bupati hadir."), right=(0,))


def test_a_run_goes_on_where_it_stopped_and_becomes_a_shipped_folder(tmp_path: Path) -> None:
    """Two steps, stopped, two more; the exported folder opens and gives other vectors than before."""
    pytest.importorskip("onnx")
    from scripts.export_encoder import write_trained

    misleading = (Place(texts=("Pasar", "Pasar dibuka Selasa."), place=1),)
    examples = [
        EncoderExample(
            question="kapan dibuka?",
            texts=("Jembatan dibuka Senin.", "Bupati hadir."),
            right=(0,),
            misleading=misleading,
        ),
        EncoderExample(question="siapa yang hadir?", texts=("Beras naik.", "Menteri datang ke pasar."), right=(1,)),
    ]
    Run(Plan(steps=2, questions=2, rate=1e-3), tmp_path, examples).go({})
    run = Run(Plan(steps=4, questions=2, rate=1e-3), tmp_path, examples)
    run.go({"own": examples})
    log = json.loads((tmp_path / "run.json").read_text())["log"]
    assert [entry["step"] for entry in log] == [2, 4]
    assert 0 <= log[-1]["own recall@1"] <= 1
    folder = Path(shutil.copytree(MODEL_FOLDER, tmp_path / "encoder"))
    write_trained(torch.load(tmp_path / "checkpoint.pt", weights_only=True)["model"], folder)
    before, after = (OnnxEncoder(place).encode_queries(["kapan jembatan dibuka?"]) for place in (MODEL_FOLDER, folder))
    assert 0.1 < float((before * after).sum()) < 0.9999
