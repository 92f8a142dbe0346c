"""``kutip feeds`` through the door that users take."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from feed_pages import entry, feed
from http_site import Answer, Site, running_site
from test_scripts_kutip import Outcome

from corpus.polling.lock import PollLock
from scripts.kutip import main


@pytest.fixture
def kutip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Call ``kutip feeds`` with a data folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUTIP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KUTIP_ALLOW_PRIVATE_ADDRESSES", "true")
    monkeypatch.setenv("KUTIP_HTTP_PAUSE_S", "0")
    monkeypatch.setenv("KUTIP_HTTP_RETRIES", "0")

    def call(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main(["feeds", *arguments])
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def site() -> Iterator[Site]:
    """A site in a thread of its own, since the command runs an event loop itself."""
    ready, stop = threading.Event(), asyncio.Event()
    running: list[Site] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with running_site() as made:
            running.append(made)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    yield running[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def rss(site: Site, *numbers: int) -> str:
    """Let the site have a feed, and give its address."""
    return site.answer("/rss", feed(*(entry(number, f"{site.url}/a/{number}") for number in numbers)))


def test_added_feed_is_listed_and_removed(kutip: Any, site: Site) -> None:
    """All commands tell the same feed, to people and as JSON."""
    url = rss(site, 1)
    assert (0, url) == ((added := kutip("add", "--source", "Warta Nusa", url)).code, added.out.split()[1].rstrip(";"))
    (listed,) = json.loads(kutip("list", "--json").out)["feeds"]
    assert (url, "Warta Nusa", None) == (listed["url"], listed["source"], listed["polled_at"])
    assert url in kutip("list").out
    assert 0 == kutip("remove", url).code
    assert {"feeds": []} == json.loads(kutip("list", "--json").out)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(Answer(body=b"<html><p>Beranda</p></html>"), "no RSS or Atom feed", id="page"),
        pytest.param(Answer(status=404), "404", id="not found"),
    ],
)
def test_what_is_no_feed_is_not_added(kutip: Any, site: Site, answer: Answer, why: str) -> None:
    """One line says why, and the list stays as it was; --no-check adds it all the same."""
    url = site.answer("/rss", answer)
    refused = kutip("add", url)
    assert (1, 1) == (refused.code, len(refused.err.splitlines()))
    assert why in refused.err
    assert {"feeds": []} == json.loads(kutip("list", "--json").out)
    assert 0 == kutip("add", "--no-check", url).code


def test_feed_is_added_once(kutip: Any, site: Site) -> None:
    """The second time is an error."""
    url = rss(site, 1)
    kutip("add", url)
    assert (1, True) == ((again := kutip("add", url)).code, "already" in again.err)


@pytest.mark.parametrize("command", ["remove", "poll"])
def test_unknown_feed_is_told(kutip: Any, command: str) -> None:
    """Only feeds of the list can be removed or polled."""
    outcome = kutip(command, "https://wartanusa.example/rss")
    assert (1, True) == (outcome.code, "not on the list" in outcome.err)


def test_poll_loads_what_is_new(kutip: Any, site: Site) -> None:
    """The first poll loads the articles, the second finds nothing new."""
    kutip("add", rss(site, 1, 2))
    first, second = (json.loads(kutip("poll", "--no-index", "--json").out)["feeds"][0] for _ in range(2))
    assert [(2, 2), (2, 0)] == [(one["entries"], one["added"]) for one in (first, second)]


def test_poll_of_a_broken_feed_exits_with_1(kutip: Any, site: Site) -> None:
    """A feed that fails is told with its reason and when it is tried again."""
    kutip("add", "--no-check", site.answer("/rss", Answer(status=404)))
    polled = kutip("poll", "--no-index")
    assert 1 == polled.code
    assert "failed (http_status: 404); tried again at" in polled.out


def test_due_polls_only_what_is_due(kutip: Any, site: Site) -> None:
    """--due leaves alone what was polled just now."""
    kutip("add", rss(site, 1))
    polled = [len(json.loads(kutip("poll", "--due", "--no-index", "--json").out)["feeds"]) for _ in range(2)]
    assert [1, 0] == polled


def test_poll_beside_another_process_is_refused(kutip: Any, site: Site, tmp_path: Path) -> None:
    """While the bot polls, nobody else does."""
    kutip("add", rss(site, 1))
    with PollLock(tmp_path / "data" / "kutip.db") as lock:
        assert lock.take()
        refused = kutip("poll", "--no-index")
    assert (1, True) == (refused.code, "another process" in refused.err)


def test_check_stores_nothing(kutip: Any, site: Site, tmp_path: Path) -> None:
    """A check tells what a feed holds, on the list or not, and makes no store."""
    url = rss(site, 1, 2)
    found = json.loads(kutip("check", "--json", url).out)
    assert (2, 2, False, "Warta Nusa") == (found["entries"], found["whole"], found["conditional"], found["title"])
    assert "2 entries, 2 of them whole articles" in kutip("check", url).out
    assert not (tmp_path / "data").exists()


def test_check_of_what_is_no_feed_exits_with_1(kutip: Any, site: Site) -> None:
    """The reason is told on standard error, or as JSON."""
    url = site.answer("/rss", "<html><p>Beranda</p></html>")
    assert (1, "not_a_feed") == ((told := kutip("check", "--json", url)).code, json.loads(told.out)["problem"])
    assert (1, "") == ((told := kutip("check", url)).code, told.out)
