"""Progress of embedding on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def embedding_progress(*, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show how many sentences are embedded, and how fast, while the body runs; nothing without a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), TextColumn("{task.completed:,.0f} sentences embedded"), TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as progress:  # fmt: skip
        task = progress.add_task("", total=None)
        yield lambda count: progress.advance(task, count)
