"""Methods by which the bot gets its updates."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .errors import WEBHOOK_IS_SET, ApiError, bad_request
from .files import Upload
from .targets import Fields
from .world import Webhook, World

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_TIMEOUT_S = 50
"""Longest long poll (sources of Telegram's Bot API server)."""


async def get_updates(world: World, fields: Fields) -> list[Fields]:
    """Answer getUpdates."""
    if world.webhook is not None:
        raise ApiError(409, WEBHOOK_IS_SET)
    world.updates.allow(fields.get("allowed_updates"))
    limit = min(max(int(fields.get("limit") or 100), 1), 100)
    timeout_s = min(max(float(fields.get("timeout") or 0), 0.0), MAX_TIMEOUT_S)
    return await world.updates.poll(int(fields.get("offset") or 0), limit, timeout_s)


async def set_webhook(world: World, fields: Fields) -> bool:
    """Answer setWebhook; plain http is taken for the loopback address only, as a local Bot API server does."""
    url = str(fields.get("url") or "")
    if not url:
        return await delete_webhook(world, fields)
    secret = fields.get("secret_token")
    if secret and len(secret) > 256:
        raise bad_request("secret token is too long")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad_request("secret token contains unallowed characters")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if fields.get("drop_pending_updates"):
        world.updates.clear()
    world.updates.allow(fields.get("allowed_updates"))
    world.updates.stop_polling()
    world.webhook = Webhook(
        url=url,
        secret=secret or None,
        max_connections=int(fields.get("max_connections") or 40),
        has_certificate=isinstance(fields.get("certificate"), Upload),
        ip_address=fields.get("ip_address"),
    )
    world.pulse.ring()
    return True


async def delete_webhook(world: World, fields: Fields) -> bool:
    """Answer deleteWebhook."""
    world.webhook = None
    if fields.get("drop_pending_updates"):
        world.updates.clear()
    world.pulse.ring()
    return True


async def get_webhook_info(world: World, _fields: Fields) -> Fields:
    """Answer getWebhookInfo."""
    webhook = world.webhook or Webhook(url="")
    info: dict[str, Any] = {
        "url": webhook.url,
        "has_custom_certificate": webhook.has_certificate,
        "pending_update_count": len(world.updates.waiting()),
    }
    if webhook.url:
        info["max_connections"] = webhook.max_connections
        info["ip_address"] = webhook.ip_address or "127.0.0.1"
    if webhook.last_error:
        info |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    if world.updates.allowed is not None:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


RECEIVING: Mapping[str, Callable[[World, Fields], Awaitable[Any]]] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
