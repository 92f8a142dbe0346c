"""A polite and careful HTTP client: what an administrator named is fetched, nothing of the own network is touched.

Careful: a host name is resolved once, each of its addresses is checked, and the connection is made to one of those, so
that the name cannot lead elsewhere between the check and the connection; each redirect is checked again. Sizes are
limited after decompression too. Proxies of the environment are not used: they would resolve names out of reach.

Polite: one request to a host at a time with a pause after each, ``Retry-After`` is honoured, the User-Agent says who
asks. ``robots.txt`` is not asked: it speaks to programs that follow links by themselves, while here a person named each
address, or a feed or list that is published to be fetched. Who does not want Kutip can refuse it by its User-Agent.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpcore
import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from corpus.errors import FetchError
from corpus.reading.addresses import is_public, parse_address, without_password
from corpus.reading.http_body import BodyReader
from corpus.settings import CorpusSettings
from corpus.types import Reason

MAX_REDIRECTS = 5

TOTAL_TIMEOUT_FACTOR = 3
"""A whole request may take this many times the time-out of one step, however slowly its bytes drip in."""

MAX_WAIT_S = 60.0
"""Longest wait before another try; a server that asks for more with ``Retry-After`` is not asked again now."""

_NOT_MODIFIED = 304
_REDIRECTS = (301, 302, 303, 307, 308)
_MOVED = (301, 308)
_PASSING = (408, 425, 429)  # and all of 500 and above

_TIMEOUTS = (httpcore.TimeoutException, TimeoutError)
_DROPPED = (httpcore.NetworkError, httpcore.ProtocolError, OSError)

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port -> its numeric addresses; raises OSError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer.

    :param url: where it was found, after redirects.
    :param headers: names in lower case.
    :param body: decompressed; empty for `not_modified`.
    :param not_modified: unchanged since the request that gave `etag` or `last_modified`.
    :param moved_to: where the server says that the page is for good (301, 308), or None.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    not_modified: bool = False
    moved_to: str | None = None

    @property
    def content_type(self) -> str:
        """Media type in lower case, or ""."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """Encoding that the answer names, or None."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        return message.get_content_charset()


class Web:
    """Fetches pages; an async context manager, to be used within one event loop.

    :param resolve: finds the addresses of a host; by default as the system does.
    :param may_connect: which numeric addresses are connected to; by default the public ones, or all if the settings
        allow private addresses.
    :param ssl_context: which certificates are trusted; by default those that Mozilla trusts.
    :param backoff_s: wait before the second try; it doubles with each further one.
    """

    def __init__(
        self,
        settings: CorpusSettings,
        *,
        resolve: Resolve | None = None,
        may_connect: Callable[[str], bool] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        backoff_s: float = 1.0,
    ) -> None:
        self._max_bytes = settings.max_file_mb * 2**20
        self._timeout_s = settings.http_timeout_s
        self._tries = settings.http_retries + 1
        self._backoff_s = backoff_s
        self._turns = _Turns(settings.http_pause_s)
        if may_connect is None:
            may_connect = _anything if settings.allow_private_addresses else is_public
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(),
            network_backend=_CheckingBackend(resolve or _resolve, may_connect),
            keepalive_expiry=5.0,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Page:
        """Fetch an address.

        :param etag: of an earlier answer, as `last_modified`: an unchanged page is not sent again.
        :raises FetchError: it cannot be had; every cause but a bug is told by this.
        """
        address = parse_address(url)
        headers = {"user-agent": user_agent(), "accept": "*/*;q=0.8, text/html", "accept-encoding": "gzip, deflate"}
        headers |= {"accept-language": "id, en;q=0.5"}
        headers |= {"if-none-match": etag} if etag else {}
        headers |= {"if-modified-since": last_modified} if last_modified else {}
        # Some redirects insist on a cookie; it lives for this page only.
        cookies = httpx.Cookies()
        moved_to, is_for_good = None, True
        for _ in range(MAX_REDIRECTS + 1):
            page = await self._persistent(address, headers, cookies)
            if page.status not in _REDIRECTS:
                return replace(page, moved_to=moved_to)
            address = _redirected(address, page)
            is_for_good = is_for_good and page.status in _MOVED  # what a passing redirect leads to may change
            moved_to = str(address) if is_for_good else moved_to
        raise FetchError(without_password(url), Reason.TOO_MANY_REDIRECTS, f"more than {MAX_REDIRECTS}")

    async def _persistent(self, address: httpx.URL, headers: Mapping[str, str], cookies: httpx.Cookies) -> Page:
        """One request in its host's turn, tried again after passing failures."""
        tries = AsyncRetrying(
            retry=retry_if_exception_type(_PassingFailure),
            wait=self._wait_s,
            stop=stop_after_attempt(self._tries),
            reraise=True,
        )
        async with self._turns.of(address.host):
            try:
                async for attempt in tries:
                    with attempt:
                        return await self._request(address, headers, cookies)
            except _PassingFailure as failure:
                raise failure.error from failure
        raise AssertionError("a try either returns or raises")

    def _wait_s(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        asked_s = failure.retry_after_s if isinstance(failure, _PassingFailure) else 0.0
        return min(MAX_WAIT_S, max(asked_s, self._backoff_s * 2.0 ** (state.attempt_number - 1)))

    async def _request(self, address: httpx.URL, headers: Mapping[str, str], cookies: httpx.Cookies) -> Page:
        shown = str(address)
        timeouts = httpx.Timeout(self._timeout_s).as_dict()
        request = httpx.Request("GET", address, headers=headers, cookies=cookies, extensions={"timeout": timeouts})
        try:
            async with asyncio.timeout(TOTAL_TIMEOUT_FACTOR * self._timeout_s):
                return await self._exchange(request, cookies)
        except _TIMEOUTS as error:
            raise FetchError(shown, Reason.TIMEOUT, f"{self._timeout_s:g} s") from error
        except _DROPPED as error:
            failure = FetchError(shown, Reason.UNREACHABLE, _short(error))
            if _is_lasting(error):
                raise failure from error
            raise _PassingFailure(failure) from error

    async def _exchange(self, request: httpx.Request, cookies: httpx.Cookies) -> Page:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        try:
            response = httpx.Response(answer.status, headers=answer.headers, request=request)
            cookies.extract_cookies(response)
            return await self._page(str(url), response, answer.aiter_stream())
        finally:
            await answer.aclose()

    async def _page(self, url: str, response: httpx.Response, pieces: AsyncIterator[bytes]) -> Page:
        status, headers = response.status_code, dict(response.headers)
        if status == _NOT_MODIFIED or status in _REDIRECTS:
            return Page(url=url, status=status, headers=headers, body=b"", not_modified=status == _NOT_MODIFIED)
        if not response.is_success:
            raise _failed_status(url, status, headers)
        reader = BodyReader(headers.get("content-encoding", ""), max_bytes=self._max_bytes)
        try:
            body = await reader.read(pieces, headers.get("content-length"))
        except FetchError as error:
            raise FetchError(url, error.reason, error.detail) from error
        return Page(url=url, status=status, headers=headers, body=body)


def user_agent() -> str:
    """Who asks: the program and its version."""
    try:
        return f"Kutip/{version('kutip')}"
    except PackageNotFoundError:  # run from a bare checkout
        return "Kutip/0"


class _PassingFailure(Exception):  # noqa: N818
    """A failure that another try may mend.

    :param retry_after_s: how long the server asks to wait.
    """

    def __init__(self, error: FetchError, retry_after_s: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.retry_after_s = retry_after_s


class _Turns:
    """Lets one request at a time go to a host, with a pause after each."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._locks: dict[str, asyncio.Lock] = {}
        self._free_at: dict[str, float] = {}

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        """Wait for the turn of a request, and hold it."""
        now = asyncio.get_running_loop().time
        async with self._locks.setdefault(host, asyncio.Lock()):
            await asyncio.sleep(max(0.0, self._free_at.get(host, 0.0) - now()))
            try:
                yield
            finally:
                self._free_at[host] = now() + self._pause_s


class _CheckingBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, resolve: Resolve, may_connect: Callable[[str], bool]) -> None:
        self._resolve = resolve
        self._may_connect = may_connect
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                ips = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(host) from error
        except UnicodeError as error:  # a label that no name server can be asked for
            raise FetchError(host, Reason.BAD_URL, str(error)[:120]) from error
        refused = [ip for ip in ips if not self._may_connect(ip)]
        if refused:
            raise FetchError(host, Reason.FORBIDDEN_ADDRESS, f"{host} is {refused[0]}")
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for ip in ips:
            try:
                return await self._backend.connect_tcp(ip, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _anything(_: str) -> bool:
    return True


async def _resolve(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def _redirected(address: httpx.URL, page: Page) -> httpx.URL:
    location = page.headers.get("location")
    if not location:
        raise FetchError(str(address), Reason.HTTP_STATUS, f"{page.status} without an address")
    try:
        return parse_address(urljoin(str(address), location))
    except ValueError as error:
        raise FetchError(str(address), Reason.BAD_URL, f"redirects to {without_password(location)[:80]}") from error


def _failed_status(url: str, status: int, headers: Mapping[str, str]) -> Exception:
    wait_s = _retry_after_s(headers.get("retry-after", ""))
    error = FetchError(url, Reason.HTTP_STATUS, str(status), retry_after_s=wait_s)
    if status < 500 and status not in _PASSING:
        return error
    if wait_s > MAX_WAIT_S:
        return FetchError(url, Reason.HTTP_STATUS, f"{status}, asks to wait {wait_s:.0f} s", retry_after_s=wait_s)
    return _PassingFailure(error, wait_s)


def _retry_after_s(text: str) -> float:
    """Seconds to wait, from a number of seconds or a date (RFC 9110, 10.2.3); 0 for anything else."""
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _is_lasting(error: BaseException) -> bool:
    """Whether trying again is of no use: the host does not exist, or cannot prove who it is."""
    causes: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in causes:
        causes.append(current)
        current = current.__cause__ or current.__context__
    return any(
        isinstance(cause, ssl.SSLError) or (isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN)
        for cause in causes
    )


def _short(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:120]
