"""The command line, through the door that users take: exit codes, one clear line for each error, results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from article_rows import row, write_rows

from scripts.kutip import main


class Outcome:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err


@pytest.fixture
def kutip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Call ``kutip`` with a data folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUTIP_DATA_DIR", str(tmp_path / "data"))

    def call(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return call


def test_load_prints_one_json_object(kutip: Any, tmp_path: Path) -> None:
    """``kutip load --json`` prints the report and nothing else."""
    loaded = kutip("load", "--json", write_rows(tmp_path / "a.jsonl", row()))
    report = json.loads(loaded.out)
    assert (
        loaded.code,
        report["added"],
        report["updated"],
        report["unchanged"],
        report["sentences"],
        report["rejected"],
    ) == (0, 1, 0, 0, 3, [])


def test_load_tells_each_rejection_and_how_to_mend_it(kutip: Any, tmp_path: Path) -> None:
    """A rejected article gets a line with its place, its reason and the mend, and exit code 1."""
    loaded = kutip("load", write_rows(tmp_path / "a.jsonl", row(), row(id="b", url=None, published_at=None)))
    assert 1 == loaded.code
    assert "a.jsonl:2" in loaded.err
    assert "--date" in loaded.err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("load",), id="nothing to load"),
        pytest.param(("load", "--map", "judul", "a.jsonl"), id="half a mapping"),
        pytest.param(("fly",), id="unknown command"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...], kutip: Any) -> None:
    """What cannot be understood is wrong usage, told on standard error."""
    called = kutip(*arguments)
    assert (2, "") == (called.code, called.out)
    assert "Error" in called.err


def test_map_names_the_field_of_an_unusual_input(kutip: Any, tmp_path: Path) -> None:
    """--map reads a body from a field that no rule knows."""
    entry = row()
    entry["kandungan"] = entry.pop("body")
    loaded = kutip("load", "--json", "--map", "body=kandungan", write_rows(tmp_path / "a.jsonl", entry))
    assert (0, 1) == (loaded.code, json.loads(loaded.out)["added"])


def test_wrong_setting_is_named(kutip: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that cannot be used is named with an example of a right one."""
    monkeypatch.setenv("KUTIP_TIMEZONE", "Mars")
    called = kutip("stats")
    assert 1 == called.code
    assert "KUTIP_TIMEZONE" in called.err
    assert 1 == called.err.count("\n")


def test_stats_without_a_store_say_how_to_begin(kutip: Any) -> None:
    """Reading a store that is not there is one clear line."""
    called = kutip("stats")
    assert (1, 1) == (called.code, called.err.count("\n"))
    assert "kutip load" in called.err


def test_a_file_that_is_no_store_is_left_alone(kutip: Any, tmp_path: Path) -> None:
    """A foreign file at the store's place is refused, not overwritten."""
    (tmp_path / "data").mkdir()
    foreign = tmp_path / "data" / "kutip.db"
    foreign.write_text("bukan basis data, hanya catatan belanja yang kebetulan bernama sama" * 40)
    called = kutip("load", write_rows(tmp_path / "a.jsonl", row()))
    assert 1 == called.code
    assert "not a store of Kutip" in called.err
    assert foreign.read_text().startswith("bukan basis data")


def test_delete_takes_an_article_out(kutip: Any, tmp_path: Path) -> None:
    """An article is deleted by its address; a second time it is no longer known."""
    kutip("load", write_rows(tmp_path / "a.jsonl", row()))
    assert 0 == kutip("delete", "https://wartanusa.example/panen").code
    assert 1 == kutip("delete", "https://wartanusa.example/panen").code
    assert 0 == json.loads(kutip("stats", "--json").out)["articles"]


def test_stats_count_by_source_and_month_and_draw(kutip: Any, tmp_path: Path) -> None:
    """``kutip stats`` counts per source and month and draws a real picture."""
    other = row(
        id="b", url="https://wartanusa.example/lain", published_at="2024-07-01", body=row()["body"] + " Selesai."
    )
    kutip("load", write_rows(tmp_path / "a.jsonl", row(), other))
    picture = tmp_path / "months.png"
    stats = json.loads(kutip("stats", "--json", "--plot", str(picture)).out)
    assert [("2024-06", 1), ("2024-07", 1)] == sorted((month["month"], month["articles"]) for month in stats["months"])
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_restore_brings_back_what_a_backup_held(kutip: Any, tmp_path: Path) -> None:
    """Backup, delete, restore: the article is there again."""
    kutip("load", write_rows(tmp_path / "a.jsonl", row()))
    backed_up = kutip("backup", str(tmp_path / "backup.db"))
    kutip("delete", "a1")
    restored = kutip("restore", str(tmp_path / "backup.db"))
    assert (0, 0, 1) == (backed_up.code, restored.code, json.loads(kutip("stats", "--json").out)["articles"])


def test_restore_refuses_what_is_no_backup(kutip: Any, tmp_path: Path) -> None:
    """A file that is no store does not replace one."""
    kutip("load", write_rows(tmp_path / "a.jsonl", row()))
    (tmp_path / "notes.txt").write_text("catatan")
    restored = kutip("restore", str(tmp_path / "notes.txt"))
    assert (1, 1) == (restored.code, json.loads(kutip("stats", "--json").out)["articles"])
