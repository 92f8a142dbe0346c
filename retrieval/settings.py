"""Settings of retrieval, from the environment or ``.env``, prefix ``KUTIP_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from corpus.settings import CorpusSettings


class RetrievalSettings(CorpusSettings):
    """Validated once at the start, never changed after. ``.env.example`` explains each for people.

    :param embedding_model: name or folder of a Sentence Transformers model; None is the model that is shipped.
    :param embedding_revision: branch, tag or commit of a model that is fetched by name.
    :param embedding_query_prompt: put before each question; None is the model's own.
    :param embedding_passage_prompt: put before each sentence; None is the model's own.
    :param answer_threshold: chance in 0..1 that some article answers, from which a question is answered; None is tuned.
    :param threads: of the engines that compute; None is one for each processor that the process may use.
    """

    embedding_model: str | None = None
    embedding_revision: str | None = None
    embedding_query_prompt: str | None = None
    embedding_passage_prompt: str | None = None
    answer_threshold: float | None = Field(default=None, ge=0, le=1)
    threads: int | None = Field(default=None, ge=1)

    @property
    def index_folder(self) -> Path:
        """Folder of the indexes that are derived from the store."""
        return self.data_dir / "index"
