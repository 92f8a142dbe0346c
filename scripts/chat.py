"""``kutip chat``: questions and cited answers in the terminal, or a question a line from a pipe."""

from __future__ import annotations

import asyncio
import io
import sys

import typer
from rich.console import Console
from rich.text import Text

from retrieval.engine import Engine, open_engine
from retrieval.settings import RetrievalSettings
from scripts.answers import show
from scripts.console import load_settings, run_async

HELP = "Ketik pertanyaan, /sumber untuk isi koleksi, /keluar untuk selesai."


def chat() -> None:
    """Ask in the terminal; with input from a pipe, answer each line and end."""
    run_async(_chat(load_settings(RetrievalSettings)))


async def _chat(settings: RetrievalSettings) -> None:
    console = Console()
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a line of another encoding must not end the chat
    is_person = sys.stdin.isatty()
    async with open_engine(settings) as engine:
        if not len(engine.indexes.dense):
            print("kutip: no article is loaded yet; load some first: kutip load PATH.", file=sys.stderr)
            raise typer.Exit(1)
        if is_person:
            _keep_history()
            counts = await engine.store.counts()
            console.print(f"Kutip: {counts.articles} artikel, {counts.sentences} kalimat. {HELP}", style="dim")
        while (line := await asyncio.to_thread(_read, is_person)) is not None:
            if line in {"/keluar", "/exit", "/quit"}:
                break
            if line:
                await _reply(line, engine, console)


async def _reply(line: str, engine: Engine, console: Console) -> None:
    if line == "/sumber":
        for count in await engine.store.sources():
            told = Text(f"  {count.source}: {count.articles} artikel, {count.first} sampai {count.last}")
            console.print(told, soft_wrap=True, highlight=False)
    elif line.startswith("/"):
        console.print(HELP, style="dim")
    else:
        show(await engine.answerer.answer(line), console)


def _read(is_person: bool) -> str | None:
    """Next line without its surrounding spaces; None at the end of the input."""
    try:
        return input("? " if is_person else "").strip()
    except EOFError:
        return None


def _keep_history() -> None:
    """Let the arrow keys bring back earlier questions of this chat, where the platform can."""
    try:
        import readline
    except ImportError:
        return
    readline.set_history_length(500)
