"""The errors of retrieval that a person can mend.

::

    KutipError
    └── RetrievalError
        ├── ModelMissingError          a model, or a file of it, is not there
        ├── ModelBrokenError           a model is there but cannot be used
        ├── FingerprintMismatchError   an index was built by another encoder
        └── IndexFileError
            ├── IndexMissingError      there is no index yet
            ├── IndexOutdatedError     it was written by another version of Kutip
            ├── IndexDamagedError      its files are broken
            ├── IndexBusyError         another process is writing to it
            └── IndexUnwritableError   the disk does not take it
"""

from __future__ import annotations

from pathlib import Path

from corpus.errors import KutipError


class RetrievalError(KutipError):
    """Root of the errors of retrieval."""


class ModelMissingError(RetrievalError):
    """A model, or a file of it, is not there.

    :param model: folder or name.
    :param missing: the file that is not there, or "" for the whole model.
    :param mend: what to do.
    """

    def __init__(self, model: str, *, missing: str = "", mend: str) -> None:
        super().__init__(f"the model {model} {f'lacks {missing}' if missing else 'is not there'}; {mend}")
        self.model = model
        self.missing = missing
        self.mend = mend


class ModelBrokenError(RetrievalError):
    """A model is there but cannot be used.

    :param model: folder or name.
    :param detail: what the engine said, in one line.
    :param mend: what to do.
    """

    def __init__(self, model: str, *, detail: str, mend: str) -> None:
        super().__init__(f"the model {model} cannot be used: {detail}; {mend}")
        self.model = model
        self.detail = detail
        self.mend = mend


class FingerprintMismatchError(RetrievalError):
    """An index holds vectors of another encoder.

    :param index: its file or folder.
    :param found: fingerprint in the index. :param expected: fingerprint of the encoder in use.
    """

    def __init__(self, index: Path, *, found: str, expected: str) -> None:
        super().__init__(
            f"{index} was built by another encoder ({found}, in use is {expected}); "
            "build it anew with `kutip index rebuild`, or set KUTIP_EMBEDDING_MODEL back"
        )
        self.index = index
        self.found = found
        self.expected = expected


class IndexFileError(RetrievalError):
    """Root of the errors of an index on disk.

    :param index: its file or folder.
    :param detail: what is wrong, in one line.
    :param mend: what to do.
    """

    def __init__(self, index: Path, *, detail: str, mend: str) -> None:
        super().__init__(f"{index}: {detail}; {mend}")
        self.index = index
        self.detail = detail
        self.mend = mend


class IndexMissingError(IndexFileError):
    """There is no index at that place."""

    def __init__(self, index: Path) -> None:
        super().__init__(index, detail="there is no index", mend="build it with `kutip index rebuild`")


class IndexOutdatedError(IndexFileError):
    """The files of an index were written by another version of Kutip, in a layout that this one does not read."""

    def __init__(self, index: Path, *, detail: str) -> None:
        super().__init__(
            index,
            detail=f"the index was written by another version of Kutip ({detail})",
            mend="build it anew with `kutip index rebuild`",
        )


class IndexDamagedError(IndexFileError):
    """The files of an index are not what was written."""

    def __init__(self, index: Path, *, detail: str) -> None:
        super().__init__(
            index, detail=f"the index is damaged ({detail})", mend="build it anew with `kutip index rebuild`"
        )


class IndexBusyError(IndexFileError):
    """Another process was writing to the index for longer than the time-out."""

    def __init__(self, index: Path) -> None:
        super().__init__(index, detail="another process is writing to the index", mend="try again when it is done")


class IndexUnwritableError(IndexFileError):
    """The disk is full or read-only; the index stays as it was."""

    def __init__(self, index: Path, *, detail: str) -> None:
        super().__init__(index, detail=f"the index cannot be written ({detail})", mend="free disk space and try again")
