"""The HTTP client: what it refuses, what it tries again, how it behaves towards a host. A real server answers."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import time
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from http_site import Answer, Site, running_site

from corpus.errors import FetchError
from corpus.reading.addresses import is_public, parse_address, without_password
from corpus.reading.http_body import BodyReader
from corpus.reading.web import MAX_REDIRECTS, Page, Web, user_agent
from corpus.settings import CorpusSettings
from corpus.types import Reason


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running_site() as running:
        yield running


def settings_with(**changes: object) -> CorpusSettings:
    return CorpusSettings(
        _env_file=None,
        **{"http_pause_s": 0.0, "http_retries": 0, "http_timeout_s": 2.0, "allow_private_addresses": True} | changes,
    )


def web_with(*, backoff_s: float = 0.01, resolve: Any = None, may_connect: Any = None, **changes: object) -> Web:
    trusting_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # quick to make, and no test needs more
    return Web(
        settings_with(**changes),
        backoff_s=backoff_s,
        resolve=resolve,
        may_connect=may_connect,
        ssl_context=trusting_nobody,
    )


async def fetch(url: str, *, backoff_s: float = 0.01, **changes: object) -> Page:
    async with web_with(backoff_s=backoff_s, **changes) as web:
        return await web.get(url)


async def failure(url: str, **changes: object) -> tuple[Reason, str]:
    with pytest.raises(FetchError) as caught:
        await fetch(url, **changes)
    return caught.value.reason, caught.value.detail


async def test_page_is_given_with_its_address_status_headers_and_body(site: Site) -> None:
    """A page comes as it was sent."""
    page = await fetch(site.answer("/a", "<p>Air surut</p>"))
    assert (site.url + "/a", 200, b"<p>Air surut</p>", "text/html", "utf-8", False) == (
        page.url,
        page.status,
        page.body,
        page.content_type,
        page.charset,
        page.not_modified,
    )


async def test_user_agent_names_the_program_and_its_version(site: Site) -> None:
    """A server can see who asks."""
    await fetch(site.answer("/", "x"))
    assert site.asked[0].headers["user-agent"] == user_agent()
    assert user_agent().startswith("Kutip/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("ftp://warta.example/a", Reason.BAD_URL, id="ftp"),
        pytest.param("file:///etc/passwd", Reason.BAD_URL, id="file"),
        pytest.param("javascript:alert(1)", Reason.BAD_URL, id="javascript"),
        pytest.param("warta.example/a", Reason.BAD_URL, id="no scheme"),
        pytest.param("http://", Reason.BAD_URL, id="no host"),
        pytest.param("http://[::1", Reason.BAD_URL, id="broken brackets"),
        pytest.param("http://budi:rahasia@warta.example/", Reason.BAD_URL, id="user and password"),
        pytest.param("http://budi@warta.example/", Reason.BAD_URL, id="user"),
        pytest.param("http://:@warta.example/", Reason.BAD_URL, id="empty user"),
        pytest.param("http://warta.example/" + "a" * 5000, Reason.BAD_URL, id="too long"),
        pytest.param("http://" + "a" * 70 + ".example/", Reason.BAD_URL, id="label too long"),
        pytest.param("http://127.0.0.1:1/", Reason.FORBIDDEN_ADDRESS, id="loopback"),
        pytest.param("http://127.1:1/", Reason.FORBIDDEN_ADDRESS, id="short loopback"),
        pytest.param("http://2130706433:1/", Reason.FORBIDDEN_ADDRESS, id="loopback as a number"),
        pytest.param("http://0x7f000001:1/", Reason.FORBIDDEN_ADDRESS, id="loopback in hexadecimal"),
        pytest.param("http://localhost:1/", Reason.FORBIDDEN_ADDRESS, id="localhost"),
        pytest.param("http://0.0.0.0:1/", Reason.FORBIDDEN_ADDRESS, id="this host"),
        pytest.param("http://[::1]:1/", Reason.FORBIDDEN_ADDRESS, id="IPv6 loopback"),
        pytest.param("http://[::ffff:127.0.0.1]:1/", Reason.FORBIDDEN_ADDRESS, id="IPv4 in IPv6"),
        pytest.param("http://169.254.169.254/", Reason.FORBIDDEN_ADDRESS, id="metadata service"),
        pytest.param("http://10.0.0.1/", Reason.FORBIDDEN_ADDRESS, id="private"),
    ],
)
async def test_address_that_must_not_be_fetched_is_refused(url: str, reason: Reason) -> None:
    """Other schemes, passwords and addresses of the own network are refused before anything is sent."""
    assert (await failure(url, allow_private_addresses=False))[0] is reason


@pytest.mark.parametrize(
    "ip",
    "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.1.1 172.16.0.1 192.0.0.1 192.0.2.1 192.168.1.1 198.18.0.1 224.0.0.1 "
    "239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::a00:1 64:ff9b:1::1 "
    "100::1 2001::1 2001:db8::1 2002:7f00:1:: fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 bukan".split(),
)
def test_special_address_is_not_public(ip: str) -> None:
    """Every special-purpose network is told from the public internet."""
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["1.1.1.1", "103.10.66.1", "2606:4700::1111", "2404:6800::1"])
def test_address_of_the_internet_is_public(ip: str) -> None:
    """Ordinary addresses may be connected to."""
    assert is_public(ip)


def test_password_is_not_shown() -> None:
    """What is printed of an address has no password in it."""
    with pytest.raises(FetchError) as caught:
        parse_address("https://budi:rahasia@warta.example/a")
    assert "rahasia" not in str(caught.value)
    assert without_password("https://budi:rahasia@warta.example/a@b") == "https://***@warta.example/a@b"


async def test_host_with_one_forbidden_address_is_refused(site: Site) -> None:
    """A name that also leads into the own network is not trusted at all."""

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.215.14", "127.0.0.1"]

    async with web_with(allow_private_addresses=False, resolve=resolve) as web:
        with pytest.raises(FetchError) as caught:
            await web.get(site.url.replace("127.0.0.1", "dalam.example"))
    assert (
        caught.value.reason,
        caught.value.detail,
        site.asked,
    ) == (Reason.FORBIDDEN_ADDRESS, "dalam.example is 127.0.0.1", [])


async def test_connection_goes_to_the_address_that_was_checked(site: Site) -> None:
    """A name is resolved once, so that it cannot lead elsewhere after the check; the server still hears the name."""
    asked: list[str] = []
    site.answer("/", "x")

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    host = site.url.replace("127.0.0.1", "warta.example").removeprefix("http://")
    async with web_with(resolve=resolve) as web:
        await web.get(f"http://{host}/")
    assert (["warta.example"], host) == (asked, site.asked[0].headers["host"])


async def test_tls_names_the_host_and_not_its_number() -> None:
    """The certificate is asked for by the host's name although the connection is made to a number."""
    greetings: list[bytes] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greetings.append(await reader.read(4096))
        writer.close()

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with web_with(resolve=resolve) as web:
            with pytest.raises(FetchError):
                await web.get(f"https://warta.example:{port}/")
    assert b"warta.example" in greetings[0]


async def test_redirect_is_followed_with_its_cookie(site: Site) -> None:
    """The page at the end of a redirect is given under its own address."""
    start = site.answer("/a", Answer(status=302, headers={"location": "/b?x=1", "set-cookie": "izin=ya"}))
    site.answer("/b?x=1", "isi")
    page = await fetch(start)
    assert (site.url + "/b?x=1", b"isi", "izin=ya") == (page.url, page.body, site.asked[1].headers["cookie"])


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        pytest.param("file:///etc/passwd", Reason.BAD_URL, id="file"),
        pytest.param("http://budi:rahasia@warta.example/", Reason.BAD_URL, id="password"),
        pytest.param("http://[", Reason.BAD_URL, id="nonsense"),
        pytest.param("", Reason.HTTP_STATUS, id="nowhere"),
    ],
)
async def test_redirect_is_checked_like_any_address(site: Site, location: str, reason: Reason) -> None:
    """A redirect leads nowhere that could not have been named."""
    start = site.answer("/a", Answer(status=302, headers={"location": location}))
    assert (await failure(start))[0] is reason


async def test_redirect_into_a_forbidden_network_is_refused(site: Site) -> None:
    """The address really connected to is checked again after a redirect."""
    port = site.url.rsplit(":", 1)[1]
    start = site.answer("/a", Answer(status=302, headers={"location": f"http://127.0.0.2:{port}/b"}))
    site.answer("/b", "rahasia")
    async with web_with(may_connect=lambda ip: ip == "127.0.0.1") as web:
        with pytest.raises(FetchError) as caught:
            await web.get(start)
    assert (caught.value.reason, [asked.path for asked in site.asked]) == (Reason.FORBIDDEN_ADDRESS, ["/a"])


async def test_redirects_without_end_are_given_up(site: Site) -> None:
    """A loop of redirects ends after a few steps."""
    start = site.answer("/a", Answer(status=301, headers={"location": "/a"}))
    assert ((await failure(start))[0], len(site.asked)) == (Reason.TOO_MANY_REDIRECTS, MAX_REDIRECTS + 1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
async def test_refusal_is_told_and_not_tried_again(site: Site, status: int) -> None:
    """A lasting failure is asked for once."""
    start = site.answer("/a", Answer(status=status))
    assert ((Reason.HTTP_STATUS, str(status)), 1) == (await failure(start, http_retries=3), len(site.asked))


@pytest.mark.parametrize(
    "first",
    [Answer(status=429), Answer(status=500), Answer(status=503), Answer(drop=True)],
    ids=["429", "500", "503", "drop"],
)
async def test_passing_failure_is_tried_again(site: Site, first: Answer) -> None:
    """A busy server or a dropped connection is asked once more."""
    page = await fetch(site.answer("/a", first, Answer(body=b"isi")), http_retries=1)
    assert page.body == b"isi"


async def test_tries_end(site: Site) -> None:
    """A server that stays broken is asked as often as the settings say."""
    start = site.answer("/a", Answer(status=500))
    assert (await failure(start, http_retries=2), len(site.asked)) == ((Reason.HTTP_STATUS, "500"), 3)


async def test_waits_between_tries_grow(site: Site) -> None:
    """Each further wait is twice as long."""
    await failure(site.answer("/a", Answer(status=500)), http_retries=2, backoff_s=0.1)
    first, second, third = (asked.came_at_s for asked in site.asked)
    assert second - first >= 0.1
    assert third - second >= 0.2


async def test_wait_that_a_server_asks_for_is_kept(site: Site) -> None:
    """Retry-After decides when the next try comes."""
    await fetch(
        site.answer("/a", Answer(status=429, headers={"retry-after": "1"}), Answer(body=b"isi")), http_retries=1
    )
    assert site.asked[1].came_at_s - site.asked[0].left_at_s >= 1.0


@pytest.mark.parametrize(
    "wait",
    [
        pytest.param("3600", id="seconds"),
        pytest.param(format_datetime(datetime.now(UTC) + timedelta(hours=1)), id="date"),
    ],
)
async def test_server_that_asks_for_a_long_wait_is_left_alone(site: Site, wait: str) -> None:
    """Where Retry-After is beyond the longest wait there is no second try."""
    start = site.answer("/a", Answer(status=503, headers={"retry-after": wait}))
    reason, detail = await failure(start, http_retries=3)
    assert (reason, len(site.asked)) == (Reason.HTTP_STATUS, 1)
    assert "asks to wait" in detail


@pytest.mark.parametrize("wait", ["Mon, 1 Jan 99999999999999999999 00:00:00 GMT", "soon", "9" * 5000])
async def test_wait_that_makes_no_sense_is_a_failure_like_any_other(site: Site, wait: str) -> None:
    """Whatever Retry-After says, the answer is told by its status."""
    assert (await failure(site.answer("/a", Answer(status=404, headers={"retry-after": wait}))))[1] == "404"


async def test_silent_server_is_given_up_in_time(site: Site) -> None:
    """A server that does not answer is waited for as long as the settings say."""
    assert await failure(site.answer("/a", Answer(delay_s=1.0)), http_timeout_s=0.1) == (Reason.TIMEOUT, "0.1 s")


async def test_dripping_server_is_given_up_in_time(site: Site) -> None:
    """The whole request has a limit of its own, which slow drops of data do not lengthen."""
    start = site.answer("/a", Answer(status=302, headers={"location": "/b"}, delay_s=0.05))
    site.answer("/b", Answer(body=b"x" * 10, drip_s=0.45))
    began = time.monotonic()
    assert (await failure(start, http_timeout_s=0.1))[0] is Reason.TIMEOUT
    assert time.monotonic() - began < 1.0


async def test_closed_port_is_unreachable() -> None:
    """A server that is not there is told as that."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    assert (await failure(f"http://127.0.0.1:{port}/"))[0] is Reason.UNREACHABLE


async def test_unknown_host_is_unreachable_and_not_tried_again() -> None:
    """A name that does not exist is looked up once."""
    lookups: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        lookups.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with web_with(http_retries=3, resolve=resolve) as web:
        with pytest.raises(FetchError) as caught:
            await web.get("http://tidak-ada.example/")
    assert (caught.value.reason, len(lookups)) == (Reason.UNREACHABLE, 1)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        pytest.param("gzip", gzip.compress, id="gzip"),
        pytest.param("gzip", lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:]), id="gzip in two parts"),
        pytest.param("deflate", zlib.compress, id="zlib"),
        pytest.param("deflate", lambda data: zlib.compress(data)[2:-4], id="bare deflate"),
        pytest.param("identity", bytes, id="identity"),
    ],
)
async def test_compressed_page_is_unpacked(site: Site, encoding: str, pack: object) -> None:
    """A page comes unpacked, however it was sent."""
    body = b"Air surut di Demak. " * 50
    page = await fetch(site.answer("/a", Answer(body=pack(body), headers={"content-encoding": encoding})))
    assert body == page.body


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(Answer(body=b"x" * (2**20 + 1)), Reason.TOO_BIG, id="too big"),
        pytest.param(
            Answer(body=gzip.compress(b"x" * 2**25), headers={"content-encoding": "gzip"}), Reason.TOO_BIG, id="bomb"
        ),
        pytest.param(
            Answer(body=gzip.compress(b"isi" * 99)[:-12], headers={"content-encoding": "gzip"}),
            Reason.BROKEN_FILE,
            id="cut off",
        ),
        pytest.param(
            Answer(body=b"bukan gzip", headers={"content-encoding": "gzip"}), Reason.BROKEN_FILE, id="no gzip"
        ),
        pytest.param(Answer(body=b"x", headers={"content-encoding": "br"}), Reason.UNREADABLE, id="brotli"),
    ],
)
async def test_body_that_cannot_be_held_is_refused(site: Site, answer: Answer, reason: Reason) -> None:
    """Sizes are limited before and after unpacking; a broken body is told as that."""
    assert (await failure(site.answer("/a", answer), max_file_mb=1))[0] is reason


async def test_announced_size_over_the_limit_is_not_read(site: Site) -> None:
    """A body announced as too large is not waited for."""
    answer = Answer(body=b"x", headers={"content-length": "9999999"})
    assert await failure(site.answer("/a", answer), max_file_mb=1) == (Reason.TOO_BIG, "9999999 bytes")


async def test_unchanged_page_is_told_as_not_modified(site: Site) -> None:
    """The marks of an earlier answer are sent back, and 304 is no failure."""
    start = site.answer("/a", Answer(status=304))
    async with web_with() as web:
        page = await web.get(start, etag='"v1"', last_modified="Sat, 12 Jul 2025 02:15:00 GMT")
    sent = site.asked[0].headers
    assert (
        page.not_modified,
        page.body,
        sent["if-none-match"],
        sent["if-modified-since"],
    ) == (True, b"", '"v1"', "Sat, 12 Jul 2025 02:15:00 GMT")


async def test_host_gets_one_request_at_a_time_with_a_pause(site: Site) -> None:
    """Requests to a host do not overlap, and there is a pause between them."""
    urls = [site.answer(f"/{number}", Answer(body=b"x", delay_s=0.02)) for number in range(3)]
    async with web_with(http_pause_s=0.1) as web:
        await asyncio.gather(*(web.get(url) for url in urls))
    gaps = [after.came_at_s - before.left_at_s for before, after in zip(site.asked, site.asked[1:], strict=False)]
    assert all(gap >= 0.09 for gap in gaps), gaps


async def test_hosts_do_not_wait_for_each_other(site: Site) -> None:
    """The pause of one host does not hold up another."""
    site.answer("/", Answer(body=b"x", delay_s=0.2))

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    port = site.url.rsplit(":", 1)[1]
    began = time.monotonic()
    async with web_with(resolve=resolve) as web:
        await asyncio.gather(*(web.get(f"http://{name}.example:{port}/") for name in "abcd"))
    assert time.monotonic() - began < 0.7


def test_settings_allow_private_addresses_only_when_told(tmp_path: Path) -> None:
    """The careful way is the default."""
    assert CorpusSettings(_env_file=None, data_dir=tmp_path).allow_private_addresses is False


async def test_compressed_body_is_whole_wherever_the_network_cuts_it() -> None:
    """Two gzip streams one after the other are both read, also if a piece ends within the mark of the second."""
    data = gzip.compress(b"satu ") + gzip.compress(b"dua")

    async def pieces() -> AsyncIterator[bytes]:
        for byte in data:
            yield bytes([byte])

    assert await BodyReader("gzip", max_bytes=100).read(pieces()) == b"satu dua"
