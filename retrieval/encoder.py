"""Text to unit vectors: the shipped model on onnxruntime, or any Sentence Transformers model.

The shipped model needs neither torch nor transformers: it is ready in a fraction of a second and in little memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import (
    CHUNK,
    HEADING_TOKENS,
    WINDOW_TOKENS,
    chunks,
    fingerprint,
    folder_digest,
    headed_windows,
    span_means,
    unit,
    usable_processors,
    well_formed,
)
from retrieval.errors import ModelBrokenError, ModelMissingError
from retrieval.onnx_graph import OnnxGraph
from retrieval.ports import Encoder, Progress
from retrieval.settings import RetrievalSettings

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL_FOLDER = Path(__file__).parent / "models" / "encoder"
"""The shipped model; its card is the README.md inside."""
_FILES = ("model.onnx", "model.safetensors", "tokenizer.json", "config.json", "config_sentence_transformers.json")
_MEND = "install Kutip again"


def open_encoder(settings: RetrievalSettings, *, for_questions: bool = False) -> Encoder:
    """Open the encoder that the settings name.

    :param for_questions: it encodes short texts, several questions at a time or one beside the search by words: on one
        thread (3.6 ms a question; two threads take 3.9), unless the settings say how many.
    :raises ModelMissingError: its files are not there.
    :raises ModelBrokenError: they cannot be used.
    """
    threads = settings.threads or (1 if for_questions else None)
    if settings.embedding_model is None:
        return OnnxEncoder(threads=threads)
    from retrieval.torch_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(
        settings.embedding_model,
        revision=settings.embedding_revision,
        query_prompt=settings.embedding_query_prompt,
        passage_prompt=settings.embedding_passage_prompt,
        threads=settings.threads,  # a model of any size may need all of them for one question
    )


class OnnxEncoder:
    """The shipped model, or one that ``scripts.export_encoder`` or ``scripts.convert_encoder`` made, on onnxruntime.

    :param folder: with the model's files.
    :param threads: to compute with; None is one for each processor that the process may use.
    :raises ModelMissingError: a file is not there.
    :raises ModelBrokenError: a file cannot be used.
    """

    def __init__(self, folder: Path = MODEL_FOLDER, *, threads: int | None = None) -> None:
        for name in _FILES:
            if not (folder / name).is_file():
                raise ModelMissingError(str(folder), missing=name, mend=_MEND)
        try:
            self._load(folder, threads or usable_processors())
        except Exception as error:  # onnxruntime and tokenizers raise bare Exception for files they cannot read
            raise ModelBrokenError(str(folder), detail=str(error).partition("\n")[0], mend=_MEND) from error

    def _load(self, folder: Path, threads: int) -> None:
        from tokenizers import Tokenizer

        self._graph = OnnxGraph(folder / "model.onnx", threads=threads)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._begin, self._end = (_id(self._tokenizer, piece) for piece in ("<s>", "</s>"))
        shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self._dim = int(shape["hidden_size"])
        self._max_tokens = int(shape["max_position_embeddings"])
        prompts = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
        self._query_prompt, self._passage_prompt = self._pieces([prompts["query"], prompts["passage"]])
        self._fingerprint = fingerprint(folder_digest(folder), self._dim, prompts["query"], prompts["passage"])

    @property
    def fingerprint(self) -> str:
        """Digest of the files, dimension and text format."""
        return self._fingerprint

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return self._dim

    @property
    def max_tokens(self) -> int:
        """Tokens that are encoded together at most, with the prompt."""
        return self._max_tokens

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """:return: (n, dim) float32, for questions."""
        return self._encode(texts, self._query_prompt, None)

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """:return: (n, dim) float32, for sentences and longer texts that are searched."""
        return self._encode(texts, self._passage_prompt, progress)

    def encode_spans(
        self, passages: Sequence[Sequence[str]], *, progress: Progress | None = None
    ) -> list[NDArray[np.float32]]:
        """Encode consecutive sentences together, with their heading, and average each one's own tokens.

        :return: for each passage (texts, dim) float32.
        """
        vectors = [np.zeros((len(passage), self._dim), dtype=np.float32) for passage in passages]
        for group in chunks([len(passage) for passage in passages]):
            self._fill_spans(passages, group, vectors, progress)
        return [unit(rows) for rows in vectors]

    def _fill_spans(
        self,
        passages: Sequence[Sequence[str]],
        group: range,
        vectors: Sequence[NDArray[np.float32]],
        progress: Progress | None,
    ) -> None:
        """Write the vectors of some passages, not yet of length 1, to their places."""
        pieces = iter(self._pieces([text for number in group for text in passages[number]]))
        most = min(WINDOW_TOKENS, self._room(self._passage_prompt) - HEADING_TOKENS)
        contents = {number: [next(pieces)[:most] for _ in passages[number]] for number in group}
        parts = []
        for number in group:
            contents[number][:1] = [content[:HEADING_TOKENS] for content in contents[number][:1]]
            lengths = [len(content) for content in contents[number]]
            parts += [(number, window) for window in headed_windows(lengths, limit=WINDOW_TOKENS)]
        found = self._graph.each(partial(self._window_vectors, contents), parts)
        for (number, window), rows in zip(parts, found, strict=True):
            vectors[number][window.start : window.stop] = rows[1:]
            if window.start == 1:
                vectors[number][0] = rows[0]
            if progress:
                progress(len(window) + (window.start == 1))

    def _window_vectors(
        self, contents: Mapping[int, Sequence[Sequence[int]]], part: tuple[int, range]
    ) -> NDArray[np.float32]:
        """The vectors of a heading and of the sentences of a window, not yet of length 1.

        :param contents: the pieces of each text of each passage. :param part: passage, and which of its sentences.
        """
        number, window = part
        held = [contents[number][0], *(contents[number][place] for place in window)]
        states = self._states([piece for content in held for piece in content], self._passage_prompt)
        start = 1 + len(self._passage_prompt)
        return span_means(states, list(pairwise(accumulate((len(content) for content in held), initial=start))))

    def _encode(self, texts: Sequence[str], prompt: Sequence[int], progress: Progress | None) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        room = self._room(prompt)
        for start in range(0, len(texts), CHUNK):
            contents = [content[:room] for content in self._pieces(texts[start : start + CHUNK])]
            means = self._graph.each(lambda content: self._states(content, prompt).mean(axis=0), contents)
            for place, mean in enumerate(means, start):
                vectors[place] = mean
                if progress:
                    progress(1)
        return unit(vectors)

    def _states(self, content: Sequence[int], prompt: Sequence[int]) -> NDArray[np.float32]:
        """:return: (tokens, dim) float32, those of the prompt and the two special pieces among them."""
        return self._graph.states([self._begin, *prompt, *content, self._end])

    def _room(self, prompt: Sequence[int]) -> int:
        """Tokens left for a text beside the prompt and the two special pieces."""
        return self._max_tokens - len(prompt) - 2

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        formed = [well_formed(text) for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(formed, add_special_tokens=False)]


def _id(tokenizer: Tokenizer, piece: str) -> int:
    """:raises ValueError: the tokenizer has no such piece."""
    number = tokenizer.token_to_id(piece)
    if number is None:
        raise ValueError(f"tokenizer.json has no piece {piece}")
    return number
