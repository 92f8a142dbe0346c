"""A bill of materials in CycloneDX 1.6 (cyclonedx.org/docs/1.6/json): the same input gives the same bytes. Pure."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WEIGHTS = {".onnx", ".safetensors", ".npz"}
"""Files that hold what was learnt; a JSON beside them is listed where it is the model itself."""

LEARNT_JSON = {"ranker.json", "order.json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A package of the lock.

    :param license: in one line, "" where it is not known.
    """

    name: str
    version: str
    license: str = ""

    @property
    def purl(self) -> str:
        """Its package URL (github.com/package-url/purl-spec, type pypi).

        >>> Component(name="lxml_html_clean", version="0.4.6").purl
        'pkg:pypi/lxml-html-clean@0.4.6'
        """
        return f"pkg:pypi/{self.name.lower().replace('_', '-')}@{self.version}"


def bill_of_materials(
    components: Sequence[Component], *, models: Iterable[Path], version: str, root: Path
) -> dict[str, Any]:
    """The bill of Kutip.

    :param models: files among which those with weights are listed, with their digests.
    :param version: of Kutip.
    :param root: of the repository; paths are told from there.
    """
    itself = f"pkg:pypi/kutip@{version}"
    learnt = [path for path in models if path.suffix in WEIGHTS or path.name in LEARNT_JSON]
    listed = [_library(one) for one in components] + [_model(path, root) for path in learnt]
    content = {
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": "kutip",
                "version": version,
                "purl": itself,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": listed,
        "dependencies": [{"ref": itself, "dependsOn": [one["bom-ref"] for one in listed]}],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
    } | content


def _library(component: Component) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": "library",
        "bom-ref": component.purl,
        "name": component.name,
        "version": component.version,
        "purl": component.purl,
    }
    if component.license:
        entry["licenses"] = [{"license": {"name": component.license}}]
    return entry


def _model(path: Path, root: Path) -> dict[str, Any]:
    place = path.relative_to(root).as_posix()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{place}",
        "name": place,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
