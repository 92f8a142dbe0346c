"""Addresses in links and buttons, as Telegram accepts and rewrites them."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?:(?P<protocol>[^:/?\#@\[\]]*)://)?(?P<authority>[^/?\#]*)(?P<rest>.*)",
    re.DOTALL,
)
_AUTHORITY = re.compile(r"(?:(?P<user>.*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^@:]*)(?::(?P<port>[0-9]+))?", re.DOTALL)
# Symbols of RFC 3986 and whatever lies beyond ASCII.
_HOST = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])+")
_USER = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=:]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])*")
_APP_LINK = re.compile(
    r"(?P<scheme>tg|ton|tonsite):(?://)?(?P<host>[A-Za-z0-9_.-]+)(?P<rest>(?:[/?\#].*)?)", re.I | re.S
)
_USER_LINK = re.compile(r"tg:(?://)?user/?\?(?P<query>[^#]*)", re.IGNORECASE)


def user_id_of(address: str) -> int | None:
    """Id of the person that a `tg://user?id=` link mentions, or None.

    >>> user_id_of("tg://user?id=42"), user_id_of("https://warta.example")
    (42, None)
    """
    match = _USER_LINK.match(address)
    values = dict(part.partition("=")[::2] for part in reversed(match["query"].split("&"))) if match else {}
    value = values.get("id", "")
    return int(value) if value.isascii() and value.isdigit() and int(value) > 0 else None


def checked_link(address: str) -> str | None:
    """The address as Telegram keeps it, or None where it is none: such a link is dropped without an error.

    >>> checked_link("Warta.example"), checked_link("https://warta.example/a?b=1"), checked_link("halaman")
    ('http://warta.example/', 'https://warta.example/a?b=1', None)
    """
    app_link = _APP_LINK.fullmatch(address.rstrip())
    if app_link:
        scheme, host, rest = app_link["scheme"].lower(), app_link["host"].lower(), app_link["rest"]
        allowed = scheme == "tonsite" or "." not in host
        return f"{scheme}://{host}{'' if rest.startswith(('/', '?')) else '/'}{rest}" if allowed else None
    match = _ADDRESS.fullmatch(address)
    protocol = (match["protocol"] or "http").lower() if match else ""
    authority = _AUTHORITY.fullmatch(match["authority"]) if match else None
    if match is None or authority is None or protocol not in {"http", "https"}:
        return None
    return _rebuilt(protocol, authority, match["rest"])


def _rebuilt(protocol: str, authority: re.Match[str], rest: str) -> str | None:
    host, user, port = authority["host"].lower(), authority["user"] or "", authority["port"]
    literal = host.startswith("[")
    if not literal and ("." not in host or host == "." or not _HOST.fullmatch(host)):
        return None
    if not _USER.fullmatch(user) or (port is not None and not 0 < int(port) < 65536):
        return None
    path = re.sub(r"[\x00-\x20]", lambda match: f"%{ord(match.group()):02X}", rest.rstrip())
    slash = "" if path.startswith("/") else "/"
    return f"{protocol}://{user + '@' if user else ''}{host}{':' + str(int(port)) if port else ''}{slash}{path}"
