"""What ``./scripts/audit`` does: a bill of materials from the lock, without a network, and a look for known holes."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import typer

from scripts.bill import Component, bill_of_materials

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
MODELS = ROOT / "retrieval" / "models"

AUDIT_TIMEOUT_S = 600
_NO_DATA = re.compile(r"ConnectionError|ConnectTimeout|ReadTimeout|Max retries|NameResolution|ProxyError|ServiceError")
"""How pip-audit says that it could not ask for known vulnerabilities."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def audit(
    output: Path = typer.Option(Path("dist/kutip.cdx.json"), help="File for the bill of materials."),  # noqa: B008 - typer
    only_bill: bool = typer.Option(False, "--only-bill", help="Make the bill only; needs no network."),
    strict: bool = typer.Option(False, "--strict", help="Exit code 1 also where vulnerabilities could not be checked."),
) -> None:
    """Write the bill of materials (CycloneDX 1.6), then run pip-audit; exit code 1 if it found something."""
    components = locked(LOCK.read_text(encoding="utf-8"))
    bill = bill_of_materials(components, models=sorted(MODELS.rglob("*")), version=version(), root=ROOT)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"bill of materials: {len(bill['components'])} components in {output}")
    if only_bill:
        return
    outcome, text = look_for_holes(LOCK)
    print(text)
    if outcome == "found" or (strict and outcome == "not checked"):
        raise typer.Exit(1)


def version() -> str:
    """Version of Kutip, from pyproject.toml."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def locked(lock: str) -> list[Component]:
    """Components of a lock; licences of those that are installed in the locked version.

    >>> [component.version for component in locked("numpy==0.0.1  # a comment")]
    ['0.0.1']
    """
    lines = (line.partition("#")[0].strip() for line in lock.splitlines())
    pairs = (line.split("==") for line in lines if line)
    return [Component(name=name, version=found, license=_license(name, found)) for name, found in pairs]


def _license(name: str, wanted: str) -> str:
    """What the installed distribution says of its licence in one line, or ""."""
    try:
        found = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    if found["Version"] != wanted:
        return ""
    said = found["License-Expression"] or found["License"] or ""
    if said and "\n" not in said and len(said) < 80:
        return str(said)
    classes = [line.rpartition(" :: ")[2] for line in found.get_all("Classifier", []) if line.startswith("License")]
    return ", ".join(classes)


def look_for_holes(lock: Path) -> tuple[str, str]:
    """Ask pip-audit for known vulnerabilities of what is locked.

    :return: ``none``, ``found`` or ``not checked``, and what to print.
    """
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--no-deps", "--disable-pip"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=AUDIT_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return "not checked", f"vulnerabilities: not checked, there was no answer within {AUDIT_TIMEOUT_S} s"
    return judge(ran.returncode, ran.stdout, ran.stderr)


def judge(status: int, out: str, err: str) -> tuple[str, str]:
    """What an outcome of pip-audit means.

    >>> judge(0, "", "No known vulnerabilities found")
    ('none', 'vulnerabilities: none known')
    """
    if "No module named pip_audit" in err:
        return "not checked", "vulnerabilities: not checked, pip-audit is not there: .venv/bin/pip install pip-audit"
    if status == 0:
        return "none", "vulnerabilities: none known"
    if out.strip():
        return "found", f"vulnerabilities:\n{out.strip()}"
    last = err.strip().splitlines()[-1:] or ["pip-audit said nothing"]
    why = "their list cannot be reached" if _NO_DATA.search(err) else last[0]
    return "not checked", f"vulnerabilities: not checked, {why}; run this where https://pypi.org can be reached"


if __name__ == "__main__":
    app()
