"""Addresses of articles: the form that is stored and cited, and the form by which two of them are the same page.

They differ on purpose. What is cited must open, so only what surely does not matter is taken away from it. What decides
whether two addresses name the same page may go further and is never shown.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

MAX_ADDRESS_CHARS = 4096
"""What is longer is no address of an article, and made to hold up its reader."""

_DEFAULT_PORTS = {"http": 80, "https": 443}

_TRACKING_PREFIXES = ("utm_", "mc_", "mtm_", "pk_", "fb_", "jx", "amp_", "_x_tr_", "__")
"""Google Analytics, Mailchimp, Matomo, Piwik, Facebook, Jixie (Kompas, Tribun), AMP viewers, Google Translate."""

_TRACKING = frozenset({
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "msclkid", "yclid",
    "twclid", "ttclid", "li_fat_id", "igshid", "igsh", "mibextid", "rdid", "sfnsn", "si", "ref", "ref_src", "ref_url",
    "referrer", "referer", "source", "src", "from", "via", "campaign", "cmpid", "ocid", "spm", "smid", "smtyp",
    "tag_from", "feature", "share", "shared", "ampshare", "aoh", "csi", "usqp", "_ga", "_gl", "engine", "lgn_method",
    "google_btn",
})  # fmt: skip
"""Parameters that tell where a reader came from, and not which page is shown."""

_WHOLE_PAGE = frozenset({"page=all", "showpage=all", "single=1", "amp", "amp=", "amp=1", "outputtype=amp"})
"""Another way to show the same article: on one page (Kompas, Tribun, SINDOnews, detikcom), or for phones."""

_DESKTOP_HOSTS = {
    "m.liputan6.com": "www.liputan6.com",
    "m.tribunnews.com": "www.tribunnews.com",
    "m.merdeka.com": "www.merdeka.com",
    "m.cnnindonesia.com": "www.cnnindonesia.com",
    "m.antaranews.com": "www.antaranews.com",
    "m.kapanlagi.com": "www.kapanlagi.com",
    "m.jpnn.com": "www.jpnn.com",
    "m.tempo.co": "www.tempo.co",
    "amp.suara.com": "www.suara.com",
    "amp.tirto.id": "tirto.id",
}
"""Phone pages of portals whose desktop pages have the same paths."""

_CHANNEL_SITES = {"m.detik.com": "detik.com", "amp.detik.com": "detik.com", "amp.kompas.com": "kompas.com"}
"""Phone pages that name the channel in the path: m.detik.com/finance/..., m.detik.com/jatim/..."""

_CHANNEL_HOSTS = {
    "detik.com": frozenset({"finance", "food", "health", "hot", "inet", "news", "oto", "sport", "travel", "wolipop"}),
    "kompas.com": frozenset({
        "bandung", "bola", "denpasar", "ekonomi", "entertainment", "internasional", "lifestyle", "makassar", "medan",
        "megapolitan", "money", "nasional", "otomotif", "regional", "surabaya", "tekno", "travel", "yogyakarta",
    }),
}  # fmt: skip
"""Channels that the desktop has in the host: finance.detik.com/..."""

_CHANNEL_PATHS = {
    "detik.com": frozenset({
        "bali", "edu", "hikmah", "jabar", "jateng", "jatim", "jogja", "kalimantan", "properti", "sulsel", "sumbagsel",
        "sumut",
    }),
    "kompas.com": frozenset({"global", "tren"}),
}  # fmt: skip
"""Channels that the desktop has in the path of its main host: www.detik.com/jatim/..."""

_SAME_SITE = ("www.", "m.", "amp.", "mobile.", "wap.")
_AMP_CACHE_HOST = re.compile(r"(?:.+\.cdn\.ampproject\.org|(?:www\.)?google(?:\.[a-z]{2,3}){1,2})")
_AMP_CACHE_PATH = re.compile(r"/(?:[cv]|amp)/(s/)?(?=[^/]+\.[^/]+)")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_SLASHES = re.compile(r"/{2,}")
_KEPT = "/:@!$&'()*+,;=%"


def canonical_url(text: str) -> str | None:
    """One form of an address, which still opens the page.

    The scheme is https (http only where https can hardly work: a numeric address, a name without a dot, a port), the
    host in lower case; default ports, user names, fragments, tracking parameters and the ends ``/`` and ``/amp`` are
    gone, the other parameters sorted, percent-encoding in its shortest form. Phone pages of portals that are known to
    have the same page for desktops become that page. ``www.`` stays as it was given: some hosts answer only one way.

    :return: the same again for its own results; None for what is no http or https address, or a longer
        one than :data:`MAX_ADDRESS_CHARS`.

    >>> canonical_url("http://WWW.Warta.example:80/a%2d1/amp/?utm_source=x&id=7&page=all#komentar")
    'https://www.warta.example/a-1?id=7'
    >>> canonical_url("https://m.detik.com/finance/moneter/d-1/judul?single=1")
    'https://finance.detik.com/moneter/d-1/judul'
    >>> canonical_url("mailto:redaksi@warta.example") is None
    True
    """
    if len(text) > MAX_ADDRESS_CHARS:
        return None
    try:
        parts = _split(text)
        while parts and (inner := _inside_amp_cache(parts)):
            parts = _split(inner)
    except ValueError:  # also what cannot be encoded
        return None
    return urlunsplit(parts) if parts else None


def url_key(url: str) -> str | None:
    """What an address is known by: equal for the desktop, phone and AMP page of one article on one site.

    :param url: any address.
    :return: host, path and parameters, not fit to be opened; None for no address, or one that names a whole site and
        so no article.

    >>> url_key("https://www.warta.example/a/1") == url_key("http://amp.warta.example/amp/a//1/?utm_id=5")
    True
    >>> url_key("https://warta.example/") is None
    True
    """
    canonical = canonical_url(url)
    if canonical is None:
        return None
    parts = urlsplit(canonical)
    host = parts.netloc
    while (prefix := host.partition(".")[0] + ".") in _SAME_SITE and "." in host[len(prefix) :]:
        host = host[len(prefix) :]
    path = _SLASHES.sub("/", parts.path).rstrip("/")
    path = path.removeprefix("/amp") if path.startswith("/amp/") else path
    if not path and not parts.query:
        return None
    return f"{host}{path}?{parts.query}" if parts.query else host + path


def _split(text: str) -> SplitResult | None:
    parts = urlsplit(text.strip())
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    host = _host(parts.hostname)
    port = None if parts.port == _DEFAULT_PORTS[parts.scheme] else parts.port
    scheme = parts.scheme if port or "." not in host or _is_numeric(host) else "https"
    host, path = _desktop(host, _path(parts.path))
    netloc = f"[{host}]" if ":" in host else host
    return SplitResult(scheme, f"{netloc}:{port}" if port else netloc, path, _query(parts.query), "")


def _host(name: str) -> str:
    """:raises ValueError: no name that a host can have."""
    name = name.rstrip(".")
    if ":" in name:
        return str(ipaddress.IPv6Address(name))
    ascii_name = name.encode("idna").decode("ascii").lower()
    if not _HOST.fullmatch(ascii_name):
        raise ValueError(f"not a host: {name!r}")
    return ascii_name


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _shortest_encoding(path).split("/")[1:]:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    while segments and (not segments[-1] or (segments[-1] == "amp" and any(segments[:-1]))):
        segments.pop()
    return "/" + "/".join(segments)


def _query(query: str) -> str:
    pieces = (_shortest_encoding(piece) for piece in query.split("&"))
    return "&".join(sorted(piece for piece in pieces if piece and not _is_tracking(piece.lower())))


def _is_tracking(piece: str) -> bool:
    name = piece.partition("=")[0]
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES) or piece in _WHOLE_PAGE


def _shortest_encoding(text: str) -> str:
    """Percent-encode what must be, in capital letters, and nothing else."""
    text = _PERCENT.sub(_decoded_if_unreserved, _LONE_PERCENT.sub("%25", text))
    return quote(text, safe=_KEPT)


def _decoded_if_unreserved(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()


def _desktop(host: str, path: str) -> tuple[str, str]:
    """Host and path of the desktop page of a phone page, where that is known for certain."""
    site = _CHANNEL_SITES.get(host)
    if site is None:
        return _DESKTOP_HOSTS.get(host, host), path
    channel, _, rest = path[1:].partition("/")
    if rest and channel in _CHANNEL_HOSTS[site]:
        return f"{channel}.{site}", f"/{rest}"
    return (f"www.{site}" if rest and channel in _CHANNEL_PATHS[site] else host), path


def _inside_amp_cache(parts: SplitResult) -> str | None:
    """The address that a page of an AMP cache was made from."""
    found = _AMP_CACHE_PATH.match(parts.path) if _AMP_CACHE_HOST.fullmatch(parts.netloc) else None
    if found is None:
        return None
    inner = f"{'https' if found[1] else 'http'}://{parts.path[found.end() :]}"
    return f"{inner}?{parts.query}" if parts.query else inner
