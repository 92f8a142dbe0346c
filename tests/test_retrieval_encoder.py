"""The encoders: both engines on the shipped model, their promises, and what happens when a model is not usable."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.encoder import MODEL_FOLDER, OnnxEncoder, open_encoder
from retrieval.encoding import CHUNK, batches, chunks, headed_windows, span_means, unit, well_formed, windows
from retrieval.errors import FingerprintMismatchError, ModelBrokenError, ModelMissingError
from retrieval.ports import Encoder
from retrieval.settings import RetrievalSettings
from retrieval.torch_encoder import SentenceTransformerEncoder

LEAST_COSINE = 0.99
SENTENCES = (
    "Wali Kota Banyumas membuka jembatan gantung sepanjang 120 meter pada Senin (3/3/2025).",
    "Harga cabai rawit di Pasar Legi naik menjadi Rp 85.000 per kilogram.",
    '"Kami menunggu giliran sejak subuh," kata Sutinah, pedagang asal Boyolali.',
    "Gempa bermagnitudo 5,1 mengguncang Maluku Utara dan tidak berpotensi tsunami.",
    "Timnas U-20 mengalahkan Korea Selatan 2-1 lewat gol Raka di menit ke-88.",
)
QUESTIONS = (
    "kapan jembatan gantung di banyumas dibuka?",
    "brp harga cabe skrg di pasar legi",
    "siapa pedagang yang antre sejak subuh?",
    "apakah gempa di Maluku Utara berpotensi tsunami?",
    "who scored the winning goal for timnas u-20?",
)


@pytest.fixture(scope="module")
def shipped() -> OnnxEncoder:
    return OnnxEncoder()


@pytest.fixture(scope="module")
def on_torch() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(str(MODEL_FOLDER))


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    """A folder that looks like the shipped one and may be changed file by file; the files themselves are links."""
    folder = tmp_path / "model"
    for path in MODEL_FOLDER.rglob("*"):
        target = folder / path.relative_to(MODEL_FOLDER)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path)
    return folder


def rewrite(path: Path, content: bytes) -> None:
    """Put a file in place of a link, leaving alone what it pointed to."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def least_cosine(ours: np.ndarray, theirs: np.ndarray) -> float:
    return float((ours * theirs).sum(axis=1).min())


def test_both_engines_give_the_same_vectors_for_questions(
    shipped: OnnxEncoder, on_torch: SentenceTransformerEncoder
) -> None:
    """Cosine at least 0.99 between onnxruntime and torch for every question."""
    assert least_cosine(shipped.encode_queries(QUESTIONS), on_torch.encode_queries(QUESTIONS)) >= LEAST_COSINE


def test_both_engines_give_the_same_vectors_for_passages(
    shipped: OnnxEncoder, on_torch: SentenceTransformerEncoder
) -> None:
    """Cosine at least 0.99 for every sentence, and for a text longer than the model reads."""
    texts = [*SENTENCES, " ".join(SENTENCES * 10)]
    assert least_cosine(shipped.encode_passages(texts), on_torch.encode_passages(texts)) >= LEAST_COSINE


def test_both_engines_give_the_same_vectors_for_spans(
    shipped: OnnxEncoder, on_torch: SentenceTransformerEncoder
) -> None:
    """Cosine at least 0.99 for sentences in context, also of a passage that takes several windows."""
    passages = [
        list(SENTENCES),
        list(SENTENCES * 6),
        ["Satu kalimat saja."],
        ["Sebelum.", "", "Sesudah kalimat kosong."],
    ]
    ours, theirs = shipped.encode_spans(passages), on_torch.encode_spans(passages)
    assert min(map(least_cosine, ours, theirs)) >= LEAST_COSINE


def test_both_engines_agree_that_their_vectors_may_be_compared(
    shipped: OnnxEncoder, on_torch: SentenceTransformerEncoder
) -> None:
    """The same folder has the same fingerprint on either engine."""
    assert shipped.fingerprint == on_torch.fingerprint


def test_plain_sentence_transformers_loads_the_shipped_folder(shipped: OnnxEncoder) -> None:
    """The folder is an ordinary Sentence Transformers model: prompts, length, and the vectors of the card's example."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(MODEL_FOLDER))
    vectors = model.encode(list(SENTENCES), prompt_name="passage")
    assert (shipped.max_tokens, "query: ") == (model.max_seq_length, model.prompts["query"])
    assert least_cosine(shipped.encode_passages(SENTENCES), vectors) >= LEAST_COSINE


def test_a_question_is_nearest_to_the_sentence_that_answers_it(shipped: OnnxEncoder) -> None:
    """In formal, chat and English wording alike."""
    scores = shipped.encode_queries(QUESTIONS) @ shipped.encode_passages(SENTENCES).T
    assert [0, 1, 2, 3, 4] == scores.argmax(axis=1).tolist()


@pytest.mark.parametrize("name", ["shipped", "on_torch"])
def test_no_text_gives_no_vector(name: str, request: pytest.FixtureRequest) -> None:
    """Nothing in, an array of no rows out."""
    encoder: Encoder = request.getfixturevalue(name)
    assert (0, encoder.dim) == encoder.encode_passages([]).shape == encoder.encode_queries([]).shape
    assert [] == encoder.encode_spans([])
    assert [(0, encoder.dim)] == [vectors.shape for vectors in encoder.encode_spans([[]])]


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(codec=None), max_size=60))
def test_any_string_gives_a_unit_vector(shipped: OnnxEncoder, text: str) -> None:
    """Whatever is in it: no text, control characters, lone surrogates, any script."""
    vectors = np.concatenate([shipped.encode_queries([text]), *shipped.encode_spans([[text, "Sesudahnya."]])])
    assert np.float32 == vectors.dtype
    assert np.allclose(1.0, np.linalg.norm(vectors, axis=1), atol=1e-5)


def test_vectors_keep_the_order_of_the_texts(shipped: OnnxEncoder) -> None:
    """Texts are sorted by length inside only."""
    texts = [*SENTENCES, "Hujan.", " ".join(SENTENCES), "Jakarta macet."]
    together = shipped.encode_passages(texts)
    alone = np.concatenate([shipped.encode_passages([text]) for text in texts])
    assert list(range(len(texts))) == (together @ alone.T).argmax(axis=1).tolist()


def test_company_hardly_changes_a_vector(shipped: OnnxEncoder) -> None:
    """A text gives nearly the same vector alone and in a batch of others."""
    together = shipped.encode_passages(SENTENCES * 12)[: len(SENTENCES)]
    alone = np.concatenate([shipped.encode_passages([text]) for text in SENTENCES])
    assert least_cosine(together, alone) >= LEAST_COSINE


def test_text_beyond_the_limit_is_cut_off(shipped: OnnxEncoder) -> None:
    """What follows the last token that fits changes nothing."""
    long = " ".join(SENTENCES * 12)
    assert np.array_equal(shipped.encode_passages([long]), shipped.encode_passages([long + " Tambahan di akhir."]))


def test_a_span_knows_its_context(shipped: OnnxEncoder) -> None:
    """The same words about different matters are nearer to the question about their own matter."""
    reply = "Ia menolak berkomentar tentang hal itu."
    about_bridge, about_price = shipped.encode_spans([[SENTENCES[0], reply], [SENTENCES[1], reply]])
    question = shipped.encode_queries(["komentar tentang jembatan di Banyumas"])[0]
    assert about_bridge[1] @ question > about_price[1] @ question


@pytest.mark.parametrize("name", ["shipped", "on_torch"])
def test_the_heading_is_read_before_every_window(name: str, request: pytest.FixtureRequest) -> None:
    """The last sentence of a long passage is nearer to a question about what only the heading names."""
    encoder: Encoder = request.getfixturevalue(name)
    rest = ["Warga sudah lama menunggu kabar ini, dan banyak yang datang sejak pagi."] * 30
    about_bridge, about_price = encoder.encode_spans([[SENTENCES[0], *rest], [SENTENCES[1], *rest]])
    question = encoder.encode_queries(["kabar tentang jembatan di Banyumas"])[0]
    assert about_bridge[-1] @ question > about_price[-1] @ question + 0.01


@pytest.mark.parametrize("name", ["shipped", "on_torch"])
def test_progress_counts_every_text(name: str, request: pytest.FixtureRequest) -> None:
    """The steps add up to the number of sentences."""
    encoder: Encoder = request.getfixturevalue(name)
    steps: list[int] = []
    encoder.encode_passages(SENTENCES * 2, progress=steps.append)
    encoder.encode_spans([list(SENTENCES), list(SENTENCES[:2])], progress=steps.append)
    assert len(SENTENCES) * 2 + len(SENTENCES) + 2 == sum(steps)


@pytest.mark.parametrize("name", ["shipped", "on_torch"])
def test_several_threads_may_encode_at_once(name: str, request: pytest.FixtureRequest) -> None:
    """Each gets the vectors that it would get alone."""
    encoder: Encoder = request.getfixturevalue(name)
    alone = [encoder.encode_queries([question]) for question in QUESTIONS]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(encoder.encode_queries, [[question] for question in QUESTIONS] * 4))
    assert min(map(least_cosine, alone * 4, at_once)) >= 1 - 1e-5


def test_the_shipped_model_needs_no_torch() -> None:
    """Encoding a question imports neither torch nor transformers."""
    program = (
        "import sys; from retrieval.encoder import open_encoder; from retrieval.settings import RetrievalSettings\n"
        "open_encoder(RetrievalSettings()).encode_queries(['siapa?'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KUTIP_")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert "[]\n" == done.stdout


def test_no_setting_opens_the_shipped_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default needs no configuration."""
    monkeypatch.delenv("KUTIP_EMBEDDING_MODEL", raising=False)
    assert isinstance(open_encoder(RetrievalSettings(_env_file=None)), OnnxEncoder)


def test_the_setting_opens_any_model_with_prompts_of_its_own(
    monkeypatch: pytest.MonkeyPatch, on_torch: SentenceTransformerEncoder
) -> None:
    """KUTIP_EMBEDDING_MODEL names it; a prompt from the settings changes the vectors and the fingerprint."""
    monkeypatch.setenv("KUTIP_EMBEDDING_MODEL", str(MODEL_FOLDER))
    monkeypatch.setenv("KUTIP_EMBEDDING_QUERY_PROMPT", "passage: ")
    encoder = open_encoder(RetrievalSettings(_env_file=None))
    assert least_cosine(encoder.encode_queries(QUESTIONS), on_torch.encode_passages(QUESTIONS)) >= 1 - 1e-5
    assert encoder.fingerprint != on_torch.fingerprint


def test_a_model_that_reads_its_first_token_encodes_each_sentence_by_itself(model_copy: Path) -> None:
    """Token means would be no vectors of such a model, so a span is the sentence alone."""
    pooling = {"word_embedding_dimension": 384, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    rewrite(model_copy / "1_Pooling" / "config.json", json.dumps(pooling).encode())
    encoder = SentenceTransformerEncoder(str(model_copy))
    (spans,) = encoder.encode_spans([list(SENTENCES)])
    assert least_cosine(encoder.encode_passages(SENTENCES), spans) >= 1 - 1e-5


@pytest.mark.parametrize("name", ["model.onnx", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named_with_its_mend(model_copy: Path, name: str) -> None:
    """The error says which file lacks and how to make it again."""
    (model_copy / name).unlink()
    with pytest.raises(ModelMissingError, match=f"lacks {name}.*install Kutip again") as caught:
        OnnxEncoder(model_copy)
    assert (str(model_copy), name) == (caught.value.model, caught.value.missing)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.onnx", b"not a graph"),
        ("model.safetensors", b"cut short"),
        ("tokenizer.json", b"{}"),
        ("config.json", b"{"),
        ("config_sentence_transformers.json", b"{}"),
    ],
)
def test_a_broken_file_is_one_line_with_its_mend(model_copy: Path, name: str, content: bytes) -> None:
    """Whatever the engines raise becomes one error of ours."""
    rewrite(model_copy / name, content)
    with pytest.raises(ModelBrokenError, match="install Kutip again") as caught:
        OnnxEncoder(model_copy)
    assert 1 == len(str(caught.value).splitlines())


def test_a_model_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    """A wrong path in KUTIP_EMBEDDING_MODEL is told apart from a broken model."""
    with pytest.raises(ModelMissingError, match="check KUTIP_EMBEDDING_MODEL"):
        SentenceTransformerEncoder(str(tmp_path / "nowhere"))


def test_a_folder_that_is_no_model_names_the_setting(tmp_path: Path) -> None:
    """An existing folder without a model is broken, in one line."""
    with pytest.raises(ModelBrokenError, match="check KUTIP_EMBEDDING_MODEL") as caught:
        SentenceTransformerEncoder(str(tmp_path))
    assert 1 == len(str(caught.value).splitlines())


def test_the_fingerprint_follows_the_content_not_the_place(model_copy: Path, shipped: OnnxEncoder) -> None:
    """A copy elsewhere with another card is the same model; other prompts are another."""
    rewrite(model_copy / "README.md", b"# another card")
    moved = OnnxEncoder(model_copy).fingerprint
    prompts = {"prompts": {"query": "tanya: ", "passage": "passage: "}}
    rewrite(model_copy / "config_sentence_transformers.json", json.dumps(prompts).encode())
    assert (True, False) == (moved == shipped.fingerprint, OnnxEncoder(model_copy).fingerprint == shipped.fingerprint)


def test_the_fingerprint_follows_the_weights(model_copy: Path, shipped: OnnxEncoder) -> None:
    """One changed number is another model."""
    content = bytearray((MODEL_FOLDER / "model.safetensors").read_bytes())
    content[-1000] ^= 1
    rewrite(model_copy / "model.safetensors", bytes(content))
    assert OnnxEncoder(model_copy).fingerprint != shipped.fingerprint


def test_the_shipped_folder_stays_small() -> None:
    """The whole model is at most 45 MB, so that it can be tracked with the code."""
    assert sum(path.stat().st_size for path in MODEL_FOLDER.rglob("*") if path.is_file()) <= 45_000_000


def test_a_fingerprint_mismatch_names_the_command(tmp_path: Path) -> None:
    """It carries both fingerprints and tells how to build the index anew."""
    error = FingerprintMismatchError(tmp_path / "index", found="a/384/1", expected="b/384/1")
    assert ("a/384/1", "b/384/1") == (error.found, error.expected)
    assert "kutip index rebuild" in str(error)


@given(lengths=st.lists(st.integers(1, 600)), budget=st.integers(1, 2_000))
def test_batches_hold_each_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    """Only a text that is larger by itself exceeds the budget."""
    found = list(batches(lengths, budget=budget))
    assert list(range(len(lengths))) == sorted(place for batch in found for place in batch)
    assert all(len(batch) == 1 or len(batch) * max(lengths[place] for place in batch) <= budget for batch in found)


@given(lengths=st.lists(st.integers(0, 300)), limit=st.integers(1, 512))
def test_windows_hold_each_sentence_once_within_the_limit(lengths: list[int], limit: int) -> None:
    """In order, none empty; only a sentence that is longer by itself exceeds the limit."""
    found = windows(lengths, limit=limit)
    assert list(range(len(lengths))) == [place for window in found for place in window]
    assert all(len(window) == 1 or sum(lengths[place] for place in window) <= limit for window in found)
    assert all(found)


@given(lengths=st.lists(st.integers(0, 300)), limit=st.integers(1, 512))
def test_headed_windows_hold_each_sentence_once(lengths: list[int], limit: int) -> None:
    """In order, and with the heading they stay within the limit unless a single sentence is too long."""
    found = headed_windows(lengths, limit=limit)
    assert list(range(1, len(lengths))) == [place for window in found for place in window]
    assert all(len(window) <= 1 or lengths[0] + sum(lengths[place] for place in window) <= limit for window in found)
    assert bool(lengths) == bool(found)


def test_windows_are_of_similar_size() -> None:
    """A passage a little too long for one window is halved, not cut at its end."""
    assert [range(6), range(6, 12)] == windows([50] * 12, limit=500)


@given(sizes=st.lists(st.integers(0, 3 * CHUNK)))
def test_chunks_hold_each_passage_once(sizes: list[int]) -> None:
    """In order, and never more than one passage above the size of a chunk."""
    found = list(chunks(sizes))
    assert list(range(len(sizes))) == [place for chunk in found for place in chunk]
    assert all(sum(sizes[place] for place in chunk[:-1]) < CHUNK for chunk in found)


def test_span_means_average_each_span() -> None:
    """A span without tokens takes the average of all."""
    states = np.array([[0, 0], [2, 4], [4, 8]], dtype=np.float32)
    assert [[3, 6], [2, 4]] == span_means(states, [(1, 3), (3, 3)]).tolist()


def test_unit_keeps_a_row_of_zeros() -> None:
    """No division by zero."""
    assert np.allclose([[0.6, 0.8], [0, 0]], unit(np.array([[3, 4], [0, 0]], dtype=np.float32)))


def test_lone_surrogates_are_dropped() -> None:
    """JSON can carry them, UTF-8 cannot."""
    assert "harga € naik" == well_formed("harga \ud83d€ naik")


def test_a_copy_with_real_files_is_the_same_model(tmp_path: Path, shipped: OnnxEncoder) -> None:
    """The graph finds its weights beside it wherever the folder lies."""
    folder = tmp_path / "lain"
    shutil.copytree(MODEL_FOLDER, folder)
    assert np.array_equal(OnnxEncoder(folder).encode_queries(QUESTIONS), shipped.encode_queries(QUESTIONS))
