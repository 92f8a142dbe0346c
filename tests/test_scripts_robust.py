"""Commands before what people really give them: odd lines, odd names, files that cannot be used."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from article_rows import row, write_rows
from rich.console import Console
from test_scripts_kutip import kutip

from corpus.errors import InputError
from retrieval.types import Answer, Filter, Status
from scripts.answers import show
from scripts.ask import read_asked
from scripts.evaluate import read_questions

__all__ = ["kutip"]


@pytest.mark.parametrize("separator", ["\u2028", "\x85"], ids=["line separator", "next line"])
def test_a_line_of_questions_ends_only_at_a_newline(tmp_path: Path, separator: str) -> None:
    """Characters that Unicode counts as line ends may stand in a question."""
    question = f"siapa{separator}bupatinya"
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps({"id": "a", "question": question}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert [("a", question)] == list(read_asked(file))


@pytest.mark.parametrize("entry", ['{"id": "a", "question": null}', '["siapa"]', '"siapa"', '{"id": "a"}', "siapa"])
def test_a_line_that_asks_nothing_is_named(tmp_path: Path, entry: str) -> None:
    """A line without a question is an error with its number, and never the question "None"."""
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "apa"}\n' + entry, encoding="utf-8")
    with pytest.raises(InputError, match=r"q\.jsonl:2"):
        list(read_asked(file))


def _cut_short(path: Path) -> None:
    path.write_bytes(gzip.compress(json.dumps({"id": "a", "question": "apa", "answerable": False}).encode())[:-12])


def _spoilt(path: Path) -> None:
    path.write_bytes(gzip.compress(b"x" * 1000)[:12] + b"\xff" * 40)


def _list(path: Path) -> None:
    path.write_bytes(gzip.compress(b'["apa"]\n'))


@pytest.mark.parametrize("write", [_cut_short, _spoilt, _list], ids=["cut short", "spoilt", "a list"])
def test_a_file_of_gold_questions_that_cannot_be_read_is_named(tmp_path: Path, write: Any) -> None:
    """A broken file is an input error, not a traceback."""
    path = tmp_path / "gold.jsonl.gz"
    write(path)
    with pytest.raises(InputError, match="gold"):
        list(read_questions([path]))


@pytest.mark.parametrize("name", ["nowhere/months.png", "months.nopicture"], ids=["no folder", "no such format"])
def test_a_picture_that_cannot_be_written_is_one_clear_line(kutip: Any, tmp_path: Path, name: str) -> None:
    """``kutip stats --plot`` names the file and why."""
    kutip("load", "--no-index", write_rows(tmp_path / "a.jsonl", row()))
    called = kutip("stats", "--plot", str(tmp_path / name))
    assert (1, 1) == (called.code, called.err.count("\n"))
    assert name in called.err


def test_a_source_with_brackets_is_shown_as_it_is(kutip: Any, tmp_path: Path) -> None:
    """What a publisher calls itself is text, not markup of the terminal."""
    kutip("load", "--no-index", write_rows(tmp_path / "a.jsonl", row(source="Warta [/b]")))
    called = kutip("stats")
    assert (0, True) == (called.code, "Warta [/b]" in called.out)


def test_limits_of_a_question_are_shown_as_they_are() -> None:
    """The same in an answer that tells where it looked."""
    answer = Answer(
        id="", question="apa", status=Status.NOT_FOUND, confidence=0.0, filter=Filter(sources=frozenset({"Kabar [/b]"}))
    )
    shown = StringIO()
    show(answer, Console(file=shown, width=200))
    assert "Kabar [/b]" in shown.getvalue()


def test_a_digest_is_sent_or_printed_as_json_but_not_both(kutip: Any) -> None:
    """--chat beside --json is wrong usage: it would look as if it were sent."""
    assert 2 == kutip("digest", "--chat", "5", "--json").code


def test_verify_looks_at_indexes_that_are_up_to_date(kutip: Any, tmp_path: Path) -> None:
    """What the next command would apply by itself is no difference."""
    kutip("load", write_rows(tmp_path / "a.jsonl", row()))
    kutip("delete", "a1")
    verified = kutip("index", "verify")
    assert (0, "store, dense and lexical index agree\n") == (verified.code, verified.out)


def test_bytes_that_are_no_text_do_not_end_the_chat(kutip: Any, tmp_path: Path) -> None:
    """A line of another encoding is answered like any other, and so is the one after it."""
    kutip("load", write_rows(tmp_path / "a.jsonl", row()))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.kutip", "chat"],
        input=b"siapa \xff kepala desa\n/sumber\n",
        capture_output=True,
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONIOENCODING": "utf-8:strict"},  # as in most locales but C
        timeout=60,
        check=False,
    )
    assert (0, b"") == (done.returncode, done.stderr)
    assert b"Warta Nusa: 1 artikel" in done.stdout
