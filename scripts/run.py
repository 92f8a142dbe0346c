"""What ``./scripts/run`` does once the environment is ready: samples into an empty store, then ``kutip ARGS``."""

from __future__ import annotations

import sys
from pathlib import Path

import corpus
from corpus.settings import CorpusSettings
from scripts.console import load_settings, run_async, store_for_writing
from scripts.kutip import main as kutip

SAMPLES = Path(corpus.__file__).parent / "samples"
"""Short articles of the project's own, see its README."""

WITHOUT_SAMPLES = {"load", "restore", "backup", "--help", "-h"}
"""Commands that must not find the samples among the articles of the person who calls them."""


async def load_samples(settings: CorpusSettings) -> int:
    """Load the samples if the store is empty.

    :return: articles added.
    """
    from corpus.ingest import IngestOptions, ingest

    async with store_for_writing(settings) as store:
        if (await store.counts()).articles:
            return 0
        report = await ingest([str(SAMPLES)], store=store, settings=settings, options=IngestOptions())
    return report.added


def main() -> None:
    """Run with the process's arguments; with none, the chat in the terminal."""
    arguments = sys.argv[1:] or ["chat"]
    if not WITHOUT_SAMPLES & set(arguments[:1]):
        added = run_async(load_samples(load_settings(CorpusSettings)))
        if added:
            print(
                f"The store is empty: loaded {added} sample articles (kutip delete --samples removes them).",
                file=sys.stderr,
            )
    kutip(arguments)


if __name__ == "__main__":
    main()
