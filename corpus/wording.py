"""Rejections in words for the command line: what is wrong, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus.reading.archives import MAX_RATIO
from corpus.types import Reason, Rejection

_WORDS: Mapping[Reason, tuple[str, str]] = {
    Reason.EMPTY: ("there is no text", "name the field that holds it with --map body=NAME, or leave the input out"),
    Reason.TOO_SHORT: ("the text is too short", "lower KUTIP_MIN_BODY_CHARS if it is a whole article"),
    Reason.TOO_LONG: ("the article has too many sentences", "split it into several articles"),
    Reason.NO_DATE: ("no publication date was found", "give one with --date"),
    Reason.FUTURE_DATE: ("the publication date lies in the future", "correct it, or give one with --date"),
    Reason.BAD_DATE: ("the publication date cannot be read", "write it as 2025-07-12, or give one with --date"),
    Reason.NO_SOURCE: ("no publisher was found", "give one with --source"),
    Reason.NOT_FOUND: ("there is no such file or folder", "check the path"),
    Reason.UNREADABLE: ("it cannot be read", "check its permissions, and whether it is encrypted"),
    Reason.UNKNOWN_FORMAT: (
        "the format is not known",
        "name it with --format, or the field of the text with --map body=NAME",
    ),
    Reason.BINARY: ("this is no text", "save it as text, HTML, JSON or CSV"),
    Reason.BROKEN_ROW: ("the row is broken", "correct it in the file and load it again"),
    Reason.BROKEN_FILE: ("the file is broken", "get it again from where it came; what comes before the fault was read"),
    Reason.UNKNOWN_ENCODING: ("the character encoding is not known", "save it as UTF-8"),
    Reason.NO_ARTICLE: ("no article was found on the page", "name the address of an article, not of a list"),
    Reason.NOT_A_FEED: ("this is no RSS or Atom feed", "check the address, or name another --format"),
    Reason.TOO_BIG: ("it is over the size limit", "raise KUTIP_MAX_FILE_MB, or split it"),
    Reason.ARCHIVE_BOMB: (
        f"the archive expands to more than {MAX_RATIO} times its size, or is nested too deep",
        "unpack it yourself if you trust it",
    ),
    Reason.UNSAFE_PATH: ("the path leads out of its folder or archive", "name the file itself if it is meant"),
    Reason.BAD_URL: ("this is no usable address", "use http or https, without a user name and password"),
    Reason.FORBIDDEN_ADDRESS: (
        "the address lies in a private network",
        "set KUTIP_ALLOW_PRIVATE_ADDRESSES=true if it is meant",
    ),
    Reason.HTTP_STATUS: ("the server refused", "check the address in a browser"),
    Reason.TIMEOUT: ("the server did not answer in time", "try again later, or raise KUTIP_HTTP_TIMEOUT_S"),
    Reason.TOO_MANY_REDIRECTS: ("the address is redirected without end", "name the address that a browser ends at"),
    Reason.UNREACHABLE: ("the server cannot be reached", "check the address and the network, and try again later"),
}

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def explain(reason: Reason) -> str:
    """What a reason means.

    >>> explain(Reason.UNKNOWN_ENCODING)
    'the character encoding is not known'
    """
    return _WORDS[reason][0]


def advise(reason: Reason) -> str:
    """How to mend what a reason tells.

    >>> advise(Reason.UNKNOWN_ENCODING)
    'save it as UTF-8'
    """
    return _WORDS[reason][1]


def describe(rejection: Rejection) -> str:
    """One line on a rejection, safe to print: control characters of names and pages do not reach the terminal.

    >>> describe(Rejection(origin="arsip/a.txt", reason=Reason.TOO_SHORT, detail="12"))
    'arsip/a.txt: the text is too short (12); lower KUTIP_MIN_BODY_CHARS if it is a whole article'
    """
    detail = f" ({rejection.detail})" if rejection.detail else ""
    line = f"{rejection.origin}: {explain(rejection.reason)}{detail}; {advise(rejection.reason)}"
    return _UNPRINTABLE.sub(" ", line)
