"""``kutip ask``: one question, or a file of them, answered with cited sentences."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console

from corpus.errors import InputError
from retrieval.engine import open_engine
from retrieval.settings import RetrievalSettings
from scripts.answers import as_dict, show
from scripts.console import load_settings, run_async


def ask(
    question: str | None = typer.Argument(None, help="The question, in Indonesian."),
    questions: Path | None = typer.Option(  # noqa: B008 - typer
        None, help="JSONL file; each line's id and question are read, and one answer object a line is printed."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object a line and nothing else."),
    k: int = typer.Option(3, "-k", min=1, max=50, help="Sentences at most."),
) -> None:
    """Answer a question with sentences of the loaded articles."""
    if (question is None) == (questions is None):
        raise typer.BadParameter("give either a QUESTION or --questions FILE")
    asked = list(read_asked(questions)) if questions else [("", question or "")]
    run_async(_ask(asked, load_settings(RetrievalSettings), as_json=as_json or questions is not None, k=k))


def read_asked(path: Path) -> Iterator[tuple[str, str]]:
    """Ids and questions of a JSONL file; a line without an id is called by its number.

    :raises InputError: the file cannot be read, or a line asks nothing.
    """
    number = 0
    try:
        # Only a newline ends a line of JSONL; str.splitlines would cut at characters that may stand in a question.
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if line.strip():
                row = json.loads(line)
                if not isinstance(row["question"], str):
                    raise TypeError(row["question"])
                yield str(row.get("id", number)), row["question"]
    except OSError as error:
        raise InputError(str(path), error.strerror or "cannot be read") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}:{number}", 'each line must be an object with "question" (and "id")') from error


async def _ask(asked: list[tuple[str, str]], settings: RetrievalSettings, *, as_json: bool, k: int) -> None:
    async with open_engine(settings) as engine:
        if not len(engine.indexes.dense):
            print("kutip: no article is loaded yet; load some first: kutip load PATH.", file=sys.stderr)
            raise typer.Exit(1)
        for id_, question in asked:
            answer = await engine.answerer.answer(question, id_=id_, k=k)
            if as_json:
                print(json.dumps(as_dict(answer), ensure_ascii=False), flush=True)
            else:
                show(answer, Console())
