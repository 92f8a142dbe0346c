"""What deploy/ holds runs as written: its commands in a temporary prefix, its paths, its settings, its metrics."""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from bot_running import ANSWER, QUESTION, running_bot
from telegram_api.fake import FakeTelegram
from telegram_api.fixtures import fake_telegram

from corpus.schema import ARTICLES, schema_of

__all__ = ["fake_telegram"]

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("kutip*.*"))
NOT_SETTINGS = {"KUTIP_VENV", "KUTIP_PYTHON", "KUTIP_LEFT_OUT", "KUTIP_TEST_DATABASE_URL"}
"""Read by the scripts that install and by tests."""


class Unit(RawConfigParser):
    """A systemd unit; of a key that is given several times all values, a line each."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",))
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read_string(path.read_text())

    @property
    def environment(self) -> dict[str, str]:
        """What Environment= sets."""
        return dict(pair.split("=", 1) for pair in shlex.split(self["Service"]["Environment"]))


def instructions(path: Path) -> list[tuple[str, str]]:
    """Instructions of a Containerfile with their arguments, lines that go on joined."""
    text = re.sub(r"\\\n\s*", "", path.read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def image_environment() -> dict[str, str]:
    """What ENV sets in the image, but for the path."""
    values = " ".join(rest for word, rest in instructions(DEPLOY / "Containerfile") if word == "ENV")
    return {key: value for key, value in (pair.split("=", 1) for pair in values.split()) if key != "PATH"}


def left_out() -> list[str]:
    """Distributions that a lean installation does not have."""
    patterns = (DEPLOY / "left-out.txt").read_text().split()
    locked = (ROOT / "requirements.lock").read_text().splitlines()
    return [line.partition("==")[0] for line in locked if any(re.match(pattern, line) for pattern in patterns)]


KUTIP = """#!{python}
import sys
sys.path.insert(0, {root!r})
class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {modules!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, LeftOut())
from scripts.kutip import main
main()
"""


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A prefix whose ``kutip`` sees only what a lean installation has."""
    folder = tmp_path / "prefix"
    (folder / "bin").mkdir(parents=True)
    gone = set(left_out())
    modules = {
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if {*owners} and {*owners} <= gone
    }
    kutip = folder / "bin" / "kutip"
    kutip.write_text(KUTIP.format(python=sys.executable, root=str(ROOT), modules=sorted(modules)))
    shutil.copy(DEPLOY / "healthcheck.py", folder / "bin" / "kutip-healthcheck")
    for program in (folder / "bin").iterdir():
        program.chmod(0o755)
    return folder


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def service_start(prefix: Path, data_dir: Path) -> tuple[list[str], dict[str, str]]:
    """Command and environment of the systemd service, in the prefix."""
    unit = Unit(DEPLOY / "kutip.service")
    command = unit["Service"]["ExecStart"].replace("/opt/kutip", str(prefix))
    environment = {key: value.replace("/var/lib/kutip", str(data_dir)) for key, value in unit.environment.items()}
    return shlex.split(command), environment


def image_start(prefix: Path, data_dir: Path) -> tuple[list[str], dict[str, str]]:
    """Command and environment of the image, in the prefix."""
    found = dict(instructions(DEPLOY / "Containerfile"))
    (program, *arguments) = json.loads(found["ENTRYPOINT"]) + json.loads(found["CMD"])
    environment = {key: str(data_dir) if value == "/data" else value for key, value in image_environment().items()}
    return [str(prefix / "bin" / program), *arguments], environment


@pytest.mark.parametrize("start", [service_start, image_start], ids=["service", "image"])
async def test_the_bot_runs_as_it_is_started_there(
    start: Any, prefix: Path, data_dir: Path, tmp_path: Path, fake_telegram: FakeTelegram
) -> None:
    """With its own command and environment and a .env beside it, the bot answers, is healthy, and ends when told."""
    port = free_port()
    command, environment = start(prefix, data_dir)
    home = tmp_path / "etc"
    home.mkdir()
    (home / ".env").write_text(
        f"KUTIP_TELEGRAM_TOKEN={fake_telegram.token}\nKUTIP_TELEGRAM_API_URL={fake_telegram.url}\nKUTIP_THREADS=1\n"
    )
    environment |= {"PATH": f"{prefix / 'bin'}:{os.environ['PATH']}", "KUTIP_METRICS_PORT": str(port)}
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=home, env=environment, stdout=stream, stderr=stream
        )
    try:
        await fake_telegram.wait_until(
            lambda: bool(fake_telegram.calls("getUpdates")) or process.returncode is not None, timeout_s=120
        )
        assert process.returncode is None, log.read_text()[-2000:]
        ani = fake_telegram.person("Ani")
        await ani.say(QUESTION)
        assert ANSWER in (await fake_telegram.wait_for_message(ani)).text
        assert 0 == await health_of(prefix, environment)
        process.send_signal(signal.SIGTERM)
        assert 0 == await asyncio.wait_for(process.wait(), 20)
        assert 1 == await health_of(prefix, environment)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def health_of(prefix: Path, environment: dict[str, str]) -> int:
    """Exit status of the image's health check."""
    (check,) = [rest for word, rest in instructions(DEPLOY / "Containerfile") if word == "HEALTHCHECK"]
    (program,) = json.loads(check.partition("CMD ")[2])
    process = await asyncio.create_subprocess_exec(str(prefix / "bin" / program), env=environment, stdout=-3)
    return await process.wait()


def test_the_backup_service_writes_a_file_for_the_day(prefix: Path, data_dir: Path, tmp_path: Path) -> None:
    """Its command, with systemd's doubled signs made single, writes one of seven files."""
    unit = Unit(DEPLOY / "kutip-backup.service")
    folders = [f"/var/lib/{name}" for name in unit["Service"]["StateDirectory"].split()]
    assert unit.environment["KUTIP_DATA_DIR"] in folders
    (tmp_path / "var" / "kutip-backup").mkdir(parents=True)
    command = unit["Service"]["ExecStart"].replace("$$", "$").replace("%%", "%")
    command = command.replace("/opt/kutip", str(prefix)).replace("/var/lib", str(tmp_path / "var"))
    ran = subprocess.run(
        shlex.split(command), cwd=tmp_path, env={"PATH": os.environ["PATH"], "KUTIP_DATA_DIR": str(data_dir)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 0 == ran.returncode, ran.stderr
    (file,) = (tmp_path / "var" / "kutip-backup").iterdir()
    assert re.fullmatch(r"kutip-[1-7]\.db", file.name)
    import sqlite3

    connection = sqlite3.connect(file)
    assert ARTICLES.version == schema_of(connection, file, ARTICLES)
    connection.close()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not there")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_accepts_the_unit(path: Path, tmp_path: Path) -> None:
    """Systemd finds nothing wrong with it, and calls what it lets the service do little exposure (2 of 10 at most)."""
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/kutip/bin/kutip", "/bin/true"))
    commands = [["verify", "--man=no", str(tmp_path / path.name)]]
    if path.suffix == ".service":
        commands.append(["security", "--offline=true", "--threshold=25", "--no-pager", str(tmp_path / path.name)])
    for command in commands:
        ran = subprocess.run(["systemd-analyze", *command], capture_output=True, text=True, check=False)  # noqa: S607
        assert (0, "") == (ran.returncode, ran.stderr.strip()), ran.stdout[-500:]


@pytest.mark.parametrize("path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_services_are_confined(path: Path) -> None:
    """They run as a person of their own, gain no rights, and write to their state folder only."""
    service = Unit(path)["Service"]
    expected = {
        "User": "kutip",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "CapabilityBoundingSet": "",
        "UMask": "0077",
    }
    assert expected == {key: service[key] for key in expected}
    assert "kutip" in service["StateDirectory"].split()


def test_image_is_made_of_what_is_there() -> None:
    """All that is copied exists and is not kept from the engine, and a person without rights runs it."""
    found = instructions(DEPLOY / "Containerfile")
    sources = [
        source for word, rest in found if word == "COPY" and "--from" not in rest for source in rest.split()[:-1]
    ]
    assert [] == [source for source in sources if not (ROOT / source).exists()]
    sent = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    assert [] == [source for source in sources if f"!{source.rstrip('/')}" not in sent]
    assert "*" in sent
    assert ["10001:10001"] == [rest for word, rest in found if word == "USER"]


def test_image_takes_every_package_of_ours() -> None:
    """Each package that pyproject.toml installs is copied into the build."""
    sources = " ".join(rest for word, rest in instructions(DEPLOY / "Containerfile") if word == "COPY").split()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == {source.rstrip("/") for source in sources} & packages


def test_compose_is_confined() -> None:
    """Its service cannot write but to its volume, has no rights, and its page is for this machine only."""
    (service,) = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"].values()
    expected = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"], "init": True}
    assert expected == {key: service[key] for key in expected}
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    (volume,) = service["volumes"]
    assert volume.partition(":")[2] == service["environment"]["KUTIP_DATA_DIR"]


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        pytest.param(["stats", "--plot", "x.png"], {}, "matplotlib", id="drawing"),
        pytest.param(["ask", "apa?"], {"KUTIP_EMBEDDING_MODEL": "./lain"}, "KUTIP_LEFT_OUT", id="another encoder"),
    ],
)
def test_what_is_left_out_is_told(
    arguments: list[str], settings: dict[str, str], words: str, prefix: Path, data_dir: Path, tmp_path: Path
) -> None:
    """What a lean installation cannot do ends with one line that says what to install."""
    ran = subprocess.run(
        [str(prefix / "bin" / "kutip"), *arguments],
        cwd=tmp_path, env={"PATH": os.environ["PATH"], "KUTIP_DATA_DIR": str(data_dir), **settings},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 1 == ran.returncode
    assert "Traceback" not in ran.stderr
    assert words in ran.stderr


def test_left_out_packages_are_locked_ones() -> None:
    """Each name in the list still stands in the lock: else it is stale, or misspelt and installed after all."""
    names = set(re.findall(r"[\w.-]+", (DEPLOY / "left-out.txt").read_text().replace("pytest-.*", "")))
    assert set() == names - set(left_out())
    assert "torch" in left_out()


def test_install_says_what_it_needs() -> None:
    """Without a place to install to nothing is done, and the line says how to name one."""
    ran = subprocess.run([str(DEPLOY / "install")], capture_output=True, text=True, check=False)
    assert (True, "deploy/install /opt/kutip") == (ran.returncode != 0, ran.stderr.strip().partition("such as: ")[2])


def documents() -> Iterator[Path]:
    """Files that name settings."""
    yield from (path for path in DEPLOY.iterdir() if path.is_file())
    yield from (ROOT / "docs").glob("*.md")
    yield ROOT / "README.md"


@pytest.mark.parametrize("path", list(documents()), ids=lambda path: path.name)
def test_settings_named_there_exist(path: Path) -> None:
    """Whatever setting is named, .env.example explains it."""
    explained = set(re.findall(r"^# (KUTIP_[A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    named = set(re.findall(r"KUTIP_[A-Z]+(?:_[A-Z]+)*", path.read_text()))
    assert set() == named - explained - NOT_SETTINGS


# what is watched


def alerts() -> list[dict[str, Any]]:
    """Rules of the alerts."""
    (group,) = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    """Panels of the dashboard."""
    return list(json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"])


async def test_metrics_named_there_are_exported(data_dir: Path, fake_telegram: FakeTelegram) -> None:
    """Every metric of the dashboard and the alerts is on the page of a bot that answered, once it failed too."""
    port = free_port()
    async with running_bot(fake_telegram, data_dir, metrics_port=port) as bot:
        fake_telegram.fault("sendMessage", 429, retry_after=1)
        ani = fake_telegram.person("Ani")
        await ani.say(QUESTION)
        await fake_telegram.wait_for_message(ani)
        bot.services.metrics.count_error("ValueError")
        async with httpx.AsyncClient() as client:
            page = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    exported = {line.partition("{")[0].partition(" ")[0] for line in page.splitlines() if not line.startswith("#")}
    expressions = [rule["expr"] for rule in alerts()]
    expressions += [target["expr"] for panel in panels() for target in panel["targets"]]
    named = {name for expression in expressions for name in re.findall(r"\bkutip_\w+", expression)}
    assert set() == named - exported
    shown = {
        name for panel in panels() for target in panel["targets"] for name in re.findall(r"\bkutip_\w+", target["expr"])
    }
    families = {
        re.sub(r"_(created|total|count|sum|bucket)$", "", name) for name in exported if name.startswith("kutip_")
    }
    assert families == {re.sub(r"_(total|count|sum|bucket)$", "", name) for name in shown}


def test_alerts_say_what_to_do() -> None:
    """Each wakes somebody, waits a while first, and says what happened and what to do; brackets are closed."""
    rules = alerts()
    assert 4 <= len(rules) <= 8
    for rule in rules:
        assert {"alert", "expr", "for", "labels", "annotations"} == set(rule), rule
        assert {"summary", "description"} == set(rule["annotations"])
        assert "page" == rule["labels"]["severity"]
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_panels_lie_beside_each_other() -> None:
    """No two panels overlap, each fits the width of 24, has an id of its own and asks something."""
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        assert panel["targets"]
        taken |= cells
    assert len(panels()) == len({panel["id"] for panel in panels()})
