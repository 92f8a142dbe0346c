"""What ``./scripts/run`` does once the environment is ready: samples into an empty store, then ``kutip ARGS``."""

from __future__ import annotations

import sys
from pathlib import Path

import corpus
from bot.settings import BotSettings
from corpus.errors import KutipError
from corpus.ingest import IngestOptions, ingest
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings, run_async, store_for_writing
from scripts.kutip import main as kutip
from scripts.load import index_store
from scripts.messages import describe

SAMPLES = Path(corpus.__file__).parent / "samples"
"""Short articles of the project's own, see its README."""

WITHOUT_SAMPLES = {"load", "restore", "backup", "doctor", "--help", "-h"}
"""Commands that must not find the samples among the articles of the person who calls them."""


async def load_samples(settings: RetrievalSettings) -> int:
    """Load and embed the samples if the store is empty.

    :return: articles added.
    """
    async with store_for_writing(settings) as store:
        if (await store.counts()).articles:
            return 0
        report = await ingest([str(SAMPLES)], store=store, settings=settings, options=IngestOptions())
    await index_store(settings, quiet=True)
    return report.added


def main() -> None:
    """Run with the process's arguments; with none, the Telegram bot if there is a token, else the chat."""
    try:
        arguments = sys.argv[1:] or ["bot" if load_settings(BotSettings).telegram_token else "chat"]
    except KutipError as error:
        print(f"kutip: {describe(error)}", file=sys.stderr)
        sys.exit(1)
    if not WITHOUT_SAMPLES & set(arguments[:1]):
        try:
            added = run_async(load_samples(load_settings(RetrievalSettings)))
        except KutipError as error:
            print(f"kutip: {describe(error)}", file=sys.stderr)
            sys.exit(1)
        if added:
            print(
                f"The store is empty: loaded {added} sample articles of invented papers.",
                file=sys.stderr,
            )
    kutip(arguments)


if __name__ == "__main__":
    main()
