"""Requests as they come in, and the record of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from .files import Upload


@dataclass(slots=True, kw_only=True, eq=False)
class Call:
    """One request and what came of it.

    :param at_s: `time.monotonic()` when it was read.
    :param date: the same on the virtual clock, seconds since 1970.
    :param took_s: until the answer was ready, None while it is not.
    :param status: HTTP status of the answer, 0 where the connection was dropped, None while there is none.
    :param fault: the fault that it met.
    :param processed: whether it had an effect, as far as it was allowed; a dropped answer hides that from the bot.
    """

    method: str
    fields: dict[str, Any]
    at_s: float
    date: float
    took_s: float | None = None
    status: int | None = None
    response: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None
    processed: bool = False

    @property
    def chat_id(self) -> int | str | None:
        """The chat that it names."""
        return self.fields.get("chat_id")

    @property
    def result(self) -> Any:
        """What the method gave, None where it was refused."""
        return self.response.get("result")

    @property
    def text(self) -> str:
        """The text in it, as it was sent."""
        return str(self.fields.get("text") or "")


async def read_fields(request: web.Request) -> dict[str, Any]:
    """Read the values of a request from its address and its body, files as `Upload`."""
    raw: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return raw
    if request.content_type == "application/json":
        body = await request.json() if request.can_read_body else {}
        return raw | (body if isinstance(body, dict) else {})
    for name, value in (await request.post()).items():
        raw[name] = _upload(value) if isinstance(value, FileField) else value
    return raw


def _upload(file: FileField) -> Upload:
    with file.file:
        return Upload(filename=file.filename, content_type=file.content_type, content=file.file.read())
