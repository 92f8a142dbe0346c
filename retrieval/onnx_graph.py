"""A graph of onnxruntime that takes one text at a time: no padding, and several texts beside each other.

A batch gains nothing on a processor: its rows share no work that counts, have to be padded to the longest and masked,
for which the slower of two attention operators is taken, and one step of quantising has to do for all of them. One text
at a time on each processor encodes 1.5 times as many sentences of news as batches of 2,048 tokens did on all together,
and the same text gives the same numbers whatever else is encoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")
Found = TypeVar("Found")


class OnnxGraph:
    """``input_ids`` (1, tokens) int64 -> ``last_hidden_state`` (1, tokens, dim) float32.

    Its methods may be called from several threads at once.

    :param path: of the graph. :param threads: texts that :meth:`each` takes up beside each other.
    :raises Exception: what onnxruntime raises, a bare Exception, for a file that it cannot read.
    """

    def __init__(self, path: Path, *, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        # The graph comes optimised; higher levels would fuse its layer norms into an operator five times slower.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        # They stay: onnxruntime keeps working memory for each thread, which new ones would have to be given anew.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="graph") if threads > 1 else None

    def states(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """:param ids: of a text's pieces, at least one. :return: (pieces, dim) float32."""
        (states,) = self._session.run(["last_hidden_state"], {"input_ids": np.asarray([ids], dtype=np.int64)})
        found: NDArray[np.float32] = states[0]
        return found

    def each(self, work: Callable[[Item], Found], items: Sequence[Item]) -> Iterator[Found]:
        """Do a work for each item, on all threads.

        :return: what comes of it, in the order of the items.
        """
        if self._pool is None or len(items) < 2:
            return map(work, items)
        return self._pool.map(work, items)
