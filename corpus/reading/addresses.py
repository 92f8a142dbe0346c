"""Web addresses: which may be fetched, and which numeric addresses are nobody's own network."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import httpx

from corpus.errors import FetchError
from corpus.storing.urls import MAX_ADDRESS_CHARS
from corpus.types import Reason

_HOST = re.compile(r"[a-z0-9._:-]+", re.IGNORECASE)
_USER = re.compile(r"(?<=://)[^/?#\s]*@")

# Special-purpose networks (IANA registries for IPv4 and IPv6, RFC 6890) that Python versions judge differently, and
# those of IPv6 that lead to an IPv4 address of the sender's choice.
_REFUSED_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        (
            *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
            *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
            *("2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
        ),
    )
)


def parse_address(text: str) -> httpx.URL:
    """Read an address that may be fetched: http or https, with a host, without user name and password.

    :raises FetchError: it is none, with :attr:`Reason.BAD_URL`.

    >>> parse_address("HTTPS://Warta.example/a b#atas")
    URL('https://warta.example/a%20b')
    """
    stripped = text.strip()
    if len(stripped) > MAX_ADDRESS_CHARS:
        raise FetchError(stripped[:80], Reason.BAD_URL, f"longer than {MAX_ADDRESS_CHARS} characters")
    try:
        # The standard library finds user names where httpx is lenient, and the other way round.
        has_user = bool(urlsplit(stripped).username or urlsplit(stripped).password is not None)
        address = httpx.URL(stripped).copy_with(fragment=None)
        host = address.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchError(without_password(stripped), Reason.BAD_URL, str(error)[:120]) from error
    if address.scheme not in ("http", "https"):
        detail = f"{address.scheme or 'no scheme'}, not http or https"
        raise FetchError(without_password(stripped), Reason.BAD_URL, detail)
    if has_user or address.userinfo:
        raise FetchError(without_password(stripped), Reason.BAD_URL, "holds a user name or password")
    if not _HOST.fullmatch(host):
        raise FetchError(stripped[:80], Reason.BAD_URL, "no host name")
    return address


def without_password(text: str) -> str:
    """An address as it may be shown and logged.

    >>> without_password("https://budi:rahasia@warta.example/")
    'https://***@warta.example/'
    """
    return _USER.sub("***@", text)


def is_public(ip: str) -> bool:
    """Whether a numeric address belongs to the public internet.

    Loopback, link-local, private, carrier (RFC 6598), multicast and reserved addresses do not, nor do the IPv6 forms
    that wrap an IPv4 address (mapped, 6to4, NAT64, Teredo), whatever they wrap.

    >>> is_public("1.1.1.1"), is_public("10.0.0.7"), is_public("::ffff:1.1.1.1")
    (True, False, False)
    """
    try:
        address = ipaddress.ip_address(ip.split("%", 1)[0])
    except ValueError:
        return False
    if any(address in network for network in _REFUSED_NETWORKS if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast
