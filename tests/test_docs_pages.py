"""What the documentation names is there: tests, files, commands, metrics."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from scripts.kutip import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def functions_of(path: Path) -> set[str]:
    """Names of the test functions of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_tests_of_the_threat_model_exist() -> None:
    """Every measure is covered by a test that is there."""
    rows = [line for line in (ROOT / "docs/threat-model.md").read_text().splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith("| threat")]
    named = [re.findall(r"`(tests/\w+\.py)::(\w+)`", row) for row in rows]
    assert len(rows) > 20
    assert [] == [row for row, tests in zip(rows, named, strict=True) if not tests]
    known = {path: functions_of(ROOT / path) for path in {path for tests in named for path, _ in tests}}
    assert [] == [f"{path}::{name}" for tests in named for path, name in tests if name not in known[path]]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_to_files(path: Path) -> None:
    """A link into the repository leads to a file of it."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [] == [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_exist(path: Path) -> None:
    """A command line that is shown calls a command that Kutip has."""
    blocks = re.findall(r"```\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    call = re.compile(r"(?:^|\$ |-u kutip |exec (?:-T )?bot |= |&& )kutip ([a-z]+)\b", re.MULTILINE)
    called = {name for block in blocks for name in call.findall(block)}
    assert set() == called - set(COMMANDS)


def test_files_of_the_operating_page_exist() -> None:
    """Files of deploy/ and scripts/ that its commands use are there."""
    named = re.findall(
        r"(?<![\w.])(?:deploy|scripts)/[\w.-]+", (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    )
    assert len(named) > 5
    assert [] == [name for name in named if not (ROOT / name.rstrip(".")).exists()]
