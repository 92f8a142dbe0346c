"""What Kutip is measured against: the stack that one puts together in an afternoon, and nothing else.

Sentence Transformers on torch in float32, an exact FAISS index of float32 vectors, the texts of the nearest sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import MODEL_FOLDER


class PlainStack:
    """Questions to the nearest sentences.

    :param texts: of the sentences.
    :param vectors: (n, dim) of length 1, one a text; float32 or float16.
    """

    def __init__(self, texts: Sequence[str], vectors: NDArray[np.floating]) -> None:
        import faiss
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._texts = texts
        self._model: Any = SentenceTransformer(str(MODEL_FOLDER), device="cpu")
        self._index: Any = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def answer(self, question: str, *, k: int) -> list[str]:
        """:return: the k nearest sentences."""
        query = self._model.encode([question], prompt_name="query", normalize_embeddings=True, show_progress_bar=False)
        _, rows = self._index.search(query, k)
        return [self._texts[row] for row in rows[0]]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """:return: (n, dim) float32 of length 1, of sentences to be searched, in the model's usual batches."""
        return np.asarray(
            self._model.encode(list(texts), prompt_name="passage", normalize_embeddings=True, show_progress_bar=False),
            dtype=np.float32,
        )
