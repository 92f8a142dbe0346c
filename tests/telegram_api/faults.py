"""Failures that a test orders: refusals, broken answers, connections that drop or hang."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from . import errors
from .errors import ApiError

Kind = Literal["error", "html", "drop", "drop_after", "hang", "hang_after"]

HANG_S = 3600.0

DESCRIPTIONS: dict[int, str] = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: f"Forbidden: {errors.BLOCKED}",
    404: "Not Found",
    409: errors.OTHER_POLLER,
    413: "Request Entity Too Large",
    500: "Internal Server Error",
}

WORDINGS: dict[str, str] = {
    "blocked": f"Forbidden: {errors.BLOCKED}",
    "deactivated": f"Forbidden: {errors.DEACTIVATED}",
    "no conversation": f"Forbidden: {errors.NO_CONVERSATION}",
    "kicked": "Forbidden: bot was kicked from the supergroup chat",
    "kicked from group": "Forbidden: bot was kicked from the group chat",
    "kicked from channel": "Forbidden: bot was kicked from the channel chat",
    "not a member": "Forbidden: bot is not a member of the supergroup chat",
    "entities": "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    "chat not found": "Bad Request: chat not found",
    "reply not found": "Bad Request: message to be replied not found",
    "thread not found": "Bad Request: message thread not found",
    "not modified": f"Bad Request: {errors.NOT_MODIFIED}",
    "no rights": "Bad Request: not enough rights to send text messages to the chat",
    "topic closed": "Bad Request: TOPIC_CLOSED",
    "query too old": f"Bad Request: {errors.QUERY_TOO_OLD}",
}

GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """A failure that waits for its requests.

    :param method: of the Bot API, `file` for downloads, `*` for any.
    :param chat_id: only requests for this chat.
    :param left: how many more requests it meets, None for all.
    :param skip: how many requests pass before.
    :param hits: how many it met.
    :param hang_s: how long a hung request hangs.
    """

    method: str
    kind: Kind
    status: int = 0
    description: str = ""
    parameters: dict[str, Any] | None = None
    chat_id: int | None = None
    left: int | None = 1
    skip: int = 0
    hits: int = 0
    hang_s: float = HANG_S

    @property
    def name(self) -> str:
        """What happens, for the record."""
        return str(self.status) if self.kind == "error" else self.kind

    @property
    def lets_through(self) -> bool:
        """Whether the request has its effect before it fails."""
        return self.kind in ("drop_after", "hang_after")

    def error(self) -> ApiError:
        """The refusal."""
        return ApiError(self.status, self.description, self.parameters)

    def meets(self, method: str, chat_id: object) -> bool:
        """Whether a request is one of its own; counts it."""
        if self.left == 0 or self.method not in ("*", method):
            return False
        if self.chat_id is not None and str(chat_id) != str(self.chat_id):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.hits += 1
        if self.left is not None:
            self.left -= 1
        return True

    def stop(self) -> None:
        """Meet no more requests."""
        self.left = 0


def make_fault(
    method: str,
    what: int | str,
    *,
    retry_after: int | None = None,
    migrate_to: int | None = None,
    wording: str | None = None,
    times: int | None = 1,
    chat_id: int | None = None,
    skip: int = 0,
    hang_s: float = HANG_S,
) -> Fault:
    """Make a fault.

    :param what: a status such as 429, or one of html (the page of a 502), drop, drop_after, hang, hang_after.
    :param wording: a name of `WORDINGS`, or the whole description.
    """
    common: dict[str, Any] = {
        "method": method,
        "left": times,
        "chat_id": chat_id,
        "skip": skip,
        "hang_s": hang_s,
    }
    if not isinstance(what, int):
        if what not in ("html", "drop", "drop_after", "hang", "hang_after"):
            raise ValueError(f"no such fault: {what}")
        return Fault(kind=what, status=502 if what == "html" else 0, **common)  # type: ignore[arg-type]
    if what == 429:
        refused = errors.too_many_requests(1 if retry_after is None else retry_after)
    elif migrate_to is not None:
        refused = errors.migrated(migrate_to)
    else:
        text = DESCRIPTIONS.get(what, "Internal Server Error") if wording is None else WORDINGS.get(wording, wording)
        refused = ApiError(what, text)
    return Fault(kind="error", status=what, description=refused.description, parameters=refused.parameters, **common)
