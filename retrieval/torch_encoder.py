"""Any Sentence Transformers model as an encoder, on torch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding import (
    HEADING_TOKENS,
    WINDOW_TOKENS,
    batches,
    chunks,
    fingerprint,
    folder_digest,
    headed_windows,
    span_means,
    unit,
    well_formed,
)
from retrieval.errors import ModelBrokenError, ModelMissingError
from retrieval.ports import Progress

CHARACTER_BUDGET = 8_192
"""Characters in a batch, about 2,000 tokens."""
_DEFAULT_MAX_TOKENS = 512
_PASSAGE_PROMPTS = ("passage", "document", "corpus")
_MEND_LEAN = "install the rest too (KUTIP_LEFT_OUT=/dev/null deploy/install PREFIX), or empty KUTIP_EMBEDDING_MODEL"
_MEND = "check KUTIP_EMBEDDING_MODEL and KUTIP_EMBEDDING_REVISION, or unset them to use the shipped model"


class SentenceTransformerEncoder:
    """Any Sentence Transformers model.

    :param model: folder, or name on the Hugging Face hub.
    :param revision: branch, tag or commit of a name.
    :param query_prompt: put before each question; None is the model's own prompt "query", if it has one.
    :param passage_prompt: the same for its prompt "passage", "document" or "corpus".
    :param threads: to compute with, a setting of the whole process; None leaves it to torch.
    :raises ModelMissingError: no such folder, or the name cannot be fetched.
    :raises ModelBrokenError: it cannot be loaded.
    """

    def __init__(
        self,
        model: str,
        *,
        revision: str | None = None,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        threads: int | None = None,
    ) -> None:
        self._model = _load(model, revision, threads)
        prompts: dict[str, str | None] = self._model.prompts
        own_passage = next((prompts[name] for name in _PASSAGE_PROMPTS if prompts.get(name)), None)
        self._query_prompt = (prompts.get("query") if query_prompt is None else query_prompt) or ""
        self._passage_prompt = (own_passage if passage_prompt is None else passage_prompt) or ""
        self._dim = int(self._model.get_embedding_dimension())
        self._max_tokens = int(self._model.max_seq_length or _DEFAULT_MAX_TOKENS)
        self._averages_tokens = _averages_tokens(self._model)
        self._lock = Lock()  # fast tokenizers refuse to be used by two threads at once
        identity = _identity(self._model, model, revision)
        self._fingerprint = fingerprint(identity, self._dim, self._query_prompt, self._passage_prompt)

    @property
    def fingerprint(self) -> str:
        """Model, revision, dimension and text format."""
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

        A model that does not average its tokens encodes each text by itself instead.

        :return: for each passage (texts, dim) float32.
        """
        if not self._averages_tokens:
            flat = self.encode_passages([text for passage in passages for text in passage], progress=progress)
            ends = np.cumsum([len(passage) for passage in passages])
            return [flat[end - len(passage) : end] for end, passage in zip(ends, passages, strict=True)]
        vectors = [np.zeros((len(passage), self._dim), dtype=np.float32) for passage in passages]
        for group in chunks([len(passage) for passage in passages]):
            self._fill_spans(passages, group, vectors, progress)
        return [unit(rows) for rows in vectors]

    def _encode(self, texts: Sequence[str], prompt: str, progress: Progress | None) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        for batch in batches([len(text) for text in texts], budget=CHARACTER_BUDGET):
            vectors[batch] = self._forward([texts[place] for place in batch], prompt, "sentence_embedding")
            if progress:
                progress(len(batch))
        return unit(vectors)

    def _forward(self, texts: Sequence[str], prompt: str, wanted: str) -> Any:
        """:return: (n, dim) float32 for "sentence_embedding", a list of (tokens, dim) for "token_embeddings"."""
        formed = [well_formed(text) for text in texts]
        with self._lock:
            found = self._model.encode(
                formed,
                prompt=prompt,
                batch_size=len(formed),
                output_value=wanted,
                convert_to_numpy=wanted == "sentence_embedding",
                show_progress_bar=False,
            )
        return found if wanted == "sentence_embedding" else [states.float().cpu().numpy() for states in found]

    def _fill_spans(
        self,
        passages: Sequence[Sequence[str]],
        group: range,
        vectors: Sequence[NDArray[np.float32]],
        progress: Progress | None,
    ) -> None:
        """Write the vectors of some passages, not yet of length 1, to their places."""
        parts = [(number, window) for number in group for window in self._windows(passages[number])]
        held = [[well_formed(passages[number][place]) for place in (0, *window)] for number, window in parts]
        texts = [" ".join(window) for window in held]
        for batch in batches([len(text) for text in texts], budget=CHARACTER_BUDGET):
            states = self._forward([texts[row] for row in batch], self._passage_prompt, "token_embeddings")
            for row, tokens in zip(batch, states, strict=True):
                number, window = parts[row]
                rows = span_means(tokens, self._bounds(texts[row], held[row]))
                vectors[number][window.start : window.stop] = rows[1:]
                if window.start == 1:
                    vectors[number][0] = rows[0]
                if progress:
                    progress(len(window) + (window.start == 1))

    def _windows(self, passage: Sequence[str]) -> list[range]:
        """The sentences of a passage that are encoded together, each time after its heading."""
        if not passage:
            return []
        with self._lock:
            encoded = self._model.tokenizer([well_formed(text) for text in passage], add_special_tokens=False)
            framed = self._model.tokenizer(self._passage_prompt)
        lengths = [len(ids) for ids in encoded["input_ids"]]
        lengths[0] = min(lengths[0], HEADING_TOKENS)
        return headed_windows(lengths, limit=min(WINDOW_TOKENS, self._max_tokens - len(framed["input_ids"])))

    def _bounds(self, text: str, sentences: Sequence[str]) -> list[tuple[int, int]]:
        """First token of each sentence, and the one after its last, among the tokens of the prompt and `text`."""
        with self._lock:
            encoded = self._model.tokenizer(
                self._passage_prompt + text,
                return_offsets_mapping=True,
                return_special_tokens_mask=True,
                truncation=True,
                max_length=self._max_tokens,
            )
        is_own = ~np.array(encoded["special_tokens_mask"], dtype=bool)
        ends = np.array(encoded["offset_mapping"])[:, 1]
        places = np.flatnonzero(is_own)
        # A token belongs to the sentence in which its last character lies; ends rise along the text.
        marks = np.cumsum([len(self._passage_prompt), *(len(sentence) + 1 for sentence in sentences)])
        firsts = np.searchsorted(ends[places], marks, side="right")
        edges = [int(places[first]) if first < len(places) else int(places[-1]) + 1 for first in firsts]
        return list(pairwise(edges))


def _load(model: str, revision: str | None, threads: int | None) -> Any:
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ModuleNotFoundError as error:
        raise ModelBrokenError(model, detail=f"{error.name} is not installed", mend=_MEND_LEAN) from error

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if threads:
        torch.set_num_threads(threads)
    try:
        return SentenceTransformer(model, revision=revision)
    except Exception as error:  # whatever the formats of the hub's models make the libraries raise
        detail = str(error).partition("\n")[0]
        if _is_path(model) and not Path(model).is_dir():
            raise ModelMissingError(model, mend=_MEND) from error
        if not _is_path(model) and isinstance(error, OSError):
            raise ModelMissingError(model, mend=f"it could not be fetched ({detail}); {_MEND}") from error
        raise ModelBrokenError(model, detail=detail, mend=_MEND) from error


def _is_path(model: str) -> bool:
    """Whether a model is named by a folder; names on the hub have one slash at most and no leading dot or tilde."""
    return Path(model).exists() or model.startswith((".", "/", "~")) or model.count("/") > 1


def _averages_tokens(model: Any) -> bool:
    """Whether a vector is the mean of its token vectors, and the tokenizer tells where in a text each token lies."""
    names = [type(module).__name__ for module in model]
    if names not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return False
    return model[1].pooling_mode == "mean" and bool(getattr(model.tokenizer, "is_fast", False))


def _identity(model: Any, name: str, revision: str | None) -> str:
    if _is_path(name):
        return folder_digest(Path(name))
    configuration = getattr(model.transformers_model, "config", None)
    commit = getattr(configuration, "_commit_hash", None)
    return f"{name}@{commit or revision or 'main'}"
