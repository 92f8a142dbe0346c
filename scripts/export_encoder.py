"""``python -m scripts.export_encoder``: a checkpoint of ``scripts.train_encoder`` -> the shipped encoder.

Vocabulary and configuration stay those of the encoder that training started from; the weights become eight-bit floats,
the graph is built anew over them, and both engines are compared. Vectors of stores are made anew afterwards, for the
fingerprint changes.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import torch
import typer

from corpus.errors import KutipError
from retrieval.encoder import MODEL_FOLDER
from scripts.console import run_script
from scripts.conversion.weights import round_to_eight_bits, stored_tensors, write_weights
from scripts.conversion.wheel import Shape
from scripts.convert_encoder import LEAST_COSINE, WEIGHTS_FILE, engine_agreement, find_outliers


def export(
    checkpoint: Path = typer.Argument(help="checkpoint.pt of a training run."),  # noqa: B008 - typer
    out: Path = typer.Option(MODEL_FOLDER, help="Folder to write the model to."),  # noqa: B008 - typer
) -> None:
    """Export, and check that both engines give the same vectors."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["model"]
    with tempfile.TemporaryDirectory(prefix="kutip-encoder-") as name:
        folder = Path(shutil.copytree(MODEL_FOLDER, Path(name) / "encoder"))
        write_trained(state, folder)
        cosine = engine_agreement(folder)
        print(f"onnxruntime and torch: cosine at least {cosine:.4f}")
        if cosine < LEAST_COSINE:
            raise KutipError(f"the two engines disagree, cosine {cosine:.4f}: nothing was written")
        shutil.copytree(folder, out, dirs_exist_ok=True)
    print(f"{out}: {sum(file.stat().st_size for file in out.rglob('*') if file.is_file()) / 1e6:.1f} MB")


def write_trained(state: dict[str, torch.Tensor], folder: Path) -> None:
    """Write weights and graph into a folder that has the rest of the model.

    :param state: of a BERT without pooler, by the names of transformers.
    """
    import onnx
    from transformers import BertConfig

    from scripts.conversion.graph import build_graph

    tensors = round_to_eight_bits(
        {name: tensor.float().numpy() for name, tensor in state.items() if tensor.is_floating_point()}
    )
    write_weights(tensors, folder / WEIGHTS_FILE)
    shape = Shape.of(BertConfig.from_pretrained(folder))
    stored = stored_tensors(folder / WEIGHTS_FILE)
    graph = build_graph(shape, tensors, stored, WEIGHTS_FILE, find_outliers(folder))
    onnx.save(graph, str(folder / "model.onnx"))


if __name__ == "__main__":
    run_script("export_encoder", export)
