"""``python -m scripts.export_reader``: a checkpoint of ``scripts.train_reader`` -> the shipped reader, for onnxruntime.

Matrices become eight-bit integers with a step for each output, word embeddings stay the eight-bit floats that they came
as; heads are float32 in a file beside. At its end it compares the scores with torch's.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
import typer

from retrieval.encoder import MODEL_FOLDER as ENCODER_FOLDER
from retrieval.reader import HEADS, MODEL_FOLDER, OnnxReader
from retrieval.reader_input import Layout, Passage
from scripts.conversion.reader_graph import build_reader_graph
from scripts.conversion.wheel import Shape
from scripts.training.reader_model import ReaderModel, TorchReader, run_rows

OUTLIER_RATIO = 2.0
"""A feed-forward channel this many times above the next largest is computed apart."""
LARGEST_DIFFERENCE = 0.5
"""Between scores of both engines on the sample; more means a mistake rather than rounding."""
SAMPLE_QUESTION = "kapan jembatan gantung di Banyumas dibuka?"
SAMPLE = Passage(
    title="Jembatan gantung Banyumas dibuka",
    day=None,
    sentences=(
        "Jembatan sepanjang 120 meter itu dibuka untuk umum pada Senin (3/3/2025).",
        '"Kami berharap warga menjaganya," kata Bupati Sadewo.',
        "Pembangunannya menelan biaya Rp4,5 miliar dari anggaran daerah.",
    ),
)
"""A passage on which outlying channels are found and the result is checked."""


def export(
    checkpoint: Path = typer.Argument(help="checkpoint.pt of a training run."),  # noqa: B008 - typer
    out: Path = typer.Option(MODEL_FOLDER, help="Folder to write the model to."),  # noqa: B008 - typer
) -> None:
    """Export, and check that both engines give the same scores."""
    model = load_checkpoint(checkpoint)
    layout = shipped_layout()
    out.mkdir(parents=True, exist_ok=True)
    write_reader(model, find_outliers(model, layout), out)
    difference = largest_difference(model, layout, OnnxReader(out))
    print(f"onnxruntime and torch: scores differ by at most {difference:.3f}")
    if difference > LARGEST_DIFFERENCE:
        print("export_reader: the two engines disagree", file=sys.stderr)
        raise typer.Exit(1)
    run = checkpoint.parent / "run.json"
    if run.is_file():
        (out / "training.json").write_text(json.dumps(json.loads(run.read_text()), indent=1) + "\n")
    print(f"{out}: {sum(file.stat().st_size for file in out.iterdir()) / 1e6:.1f} MB")


def load_checkpoint(path: Path) -> ReaderModel:
    """The model of a training run."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = ReaderModel(ENCODER_FOLDER, layers=state["layers"], frozen_layers=0)
    model.load_state_dict(state["model"])
    return model.eval()


def write_reader(model: ReaderModel, outliers: list[list[int]], folder: Path) -> None:
    """Write the graph and the heads."""
    onnx.save(
        build_reader_graph(Shape.of(model.encoder.config), model.encoder.state_dict(), outliers),
        str(folder / "model.onnx"),
    )
    heads = {name: tensor.numpy() for name, tensor in model.state_dict().items() if name in HEADS}
    np.savez(folder / "heads.npz", **heads)


def find_outliers(model: ReaderModel, layout: Layout) -> list[list[int]]:
    """Feed-forward channels that one piece drives far above all others, for each layer."""
    peaks = [torch.zeros(model.encoder.config.intermediate_size) for _ in model.encoder.encoder.layer]
    hooks = []
    for peak, layer in zip(peaks, model.encoder.encoder.layer, strict=True):

        def remember(_module: object, _inputs: object, active: torch.Tensor, peak: torch.Tensor = peak) -> None:
            torch.maximum(peak, active.abs().flatten(0, 1).amax(0), out=peak)

        hooks.append(layer.intermediate.register_forward_hook(remember))
    with torch.no_grad():
        run_rows(model, [row.ids for row in layout.rows(SAMPLE_QUESTION, [SAMPLE])])
    for hook in hooks:
        hook.remove()
    found = []
    for peak in peaks:
        runner_up, first = peak.argsort()[-2:].tolist()
        found.append([first] if peak[first] > OUTLIER_RATIO * peak[runner_up] else [])
    return found


def largest_difference(model: ReaderModel, layout: Layout, reader: OnnxReader) -> float:
    """Between the sentence scores of torch and of onnxruntime on the sample."""
    (theirs,) = TorchReader(model, layout).read(SAMPLE_QUESTION, [SAMPLE])
    (ours,) = reader.read(SAMPLE_QUESTION, [SAMPLE])
    return float(np.abs(theirs.scores - ours.scores).max())


def shipped_layout() -> Layout:
    """The layout of the shipped tokenizer."""
    from tokenizers import Tokenizer

    return Layout(Tokenizer.from_file(str(ENCODER_FOLDER / "tokenizer.json")))


if __name__ == "__main__":
    typer.run(export)
