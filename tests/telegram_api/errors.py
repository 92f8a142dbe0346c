"""Refusals, worded as Telegram words them.

The wordings were read in the public sources of Telegram's own Bot API server (tdlib/telegram-bot-api) and, for errors
that come from behind it, in reports of people who met them.
"""

from __future__ import annotations

from typing import Any

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
WEBHOOK_WAS_SET = "Conflict: terminated by setWebhook request"
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
NO_CONVERSATION = "bot can't initiate conversation with a user"


class ApiError(Exception):
    """A method is refused.

    :param status: HTTP status and `error_code`.
    :param description: the whole text, with its prefix.
    :param parameters: `retry_after` or `migrate_to_chat_id`.
    """

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The answer in JSON."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """Give the error 400 for a reason."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Give the error 403 for a reason."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many_requests(retry_after_s: int) -> ApiError:
    """Give the error 429 with its waiting time."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after_s}", {"retry_after": retry_after_s})


def migrated(new_chat_id: int) -> ApiError:
    """Give the error for a group that became a supergroup."""
    return ApiError(
        400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": new_chat_id}
    )
