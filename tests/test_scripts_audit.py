"""``scripts/audit``: a bill of materials without a network, and an honest word on vulnerabilities."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.audit import judge

ROOT = Path(__file__).parent.parent


def audit(tmp_path: Path, *arguments: str, **environment: str) -> tuple[int, str, dict[str, Any]]:
    """Run the command; its exit code, what it printed, and the bill."""
    bill = tmp_path / "bill.json"
    ran = subprocess.run(
        [sys.executable, "-m", "scripts.audit", "--output", str(bill), *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in ran.stderr
    return ran.returncode, ran.stdout, json.loads(bill.read_text(encoding="utf-8"))


def test_bill_lists_what_is_locked(tmp_path: Path) -> None:
    """Every line of the lock is a component with its version, and every reference points at one."""
    code, _, bill = audit(tmp_path, "--only-bill")
    found = {f"{one['name']}=={one['version']}" for one in bill["components"] if one["type"] == "library"}
    assert (0, set((ROOT / "requirements.lock").read_text().split())) == (code, found)
    assert ("CycloneDX", "1.6", "kutip") == (
        bill["bomFormat"],
        bill["specVersion"],
        bill["metadata"]["component"]["name"],
    )
    references = [one["bom-ref"] for one in bill["components"]]
    assert len(references) == len(set(references))
    assert references == bill["dependencies"][0]["dependsOn"]


def test_bill_lists_the_models(tmp_path: Path) -> None:
    """What was learnt is a component too, with the digest of its file."""
    _, _, bill = audit(tmp_path, "--only-bill")
    models = {one["name"]: one["hashes"][0]["content"] for one in bill["components"] if "hashes" in one}
    assert {"encoder", "ranker", "reader"} == {Path(name).parent.name for name in models}
    for name, digest in models.items():
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest


def test_bill_is_the_same_each_time(tmp_path: Path) -> None:
    """Two runs give the same bytes, so that a changed bill means changed parts."""
    assert audit(tmp_path, "--only-bill")[2] == audit(tmp_path, "--only-bill")[2]


PIP_AUDIT = """
import sys
print({out!r}, end="")
print({err!r}, end="", file=sys.stderr)
sys.exit({status})
"""


@pytest.mark.parametrize(
    ("arguments", "status", "out", "err", "code", "words"),
    [
        pytest.param((), 0, "", "No known vulnerabilities found", 0, "none known", id="none"),
        pytest.param((), 1, "numpy 2.4.6 GHSA-xxxx 2.4.7\n", "Found 1", 1, "GHSA-xxxx", id="one"),
        pytest.param((), 1, "", "requests.exceptions.ConnectionError: x", 0, "cannot be reached", id="no network"),
        pytest.param(("--strict",), 1, "", "ConnectionError", 1, "not checked", id="no network, strict"),
    ],
)
def test_outcomes_of_pip_audit(
    tmp_path: Path, arguments: tuple[str, ...], status: int, out: str, err: str, code: int, words: str
) -> None:
    """A finding fails the audit; where nothing could be asked it says so, and fails only when that is wished."""
    (tmp_path / "pip_audit.py").write_text(PIP_AUDIT.format(out=out, err=err, status=status))
    found, printed, _ = audit(tmp_path, *arguments, PYTHONPATH=str(tmp_path))
    assert code == found, printed
    assert words in printed


def test_missing_pip_audit_is_told_with_its_mend() -> None:
    """Where pip-audit is not installed, the line says how to install it."""
    outcome, text = judge(1, "", "/usr/bin/python3: No module named pip_audit")
    assert "not checked" == outcome
    assert "pip install pip-audit" in text
