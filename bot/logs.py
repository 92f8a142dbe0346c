"""Structured log lines on standard error that never hold the token, nor by default what people write."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from typing import TextIO

import structlog

HIDDEN = "[hidden]"

_TOKEN = re.compile(r"\b\d{3,}:[\w-]{4,}", re.ASCII)
"""Any bot's token, wherever it stands; an hour such as 19:30 is too short for it."""

_QUIET = (
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "telegram",
    "tornado.access",
)
"""Loggers that tell each request, with the token in its address or the text in its parameters."""

_SILENT = ("telegram.request.BaseRequest",)
"""Logs the whole page of a broken gateway; the error that follows says the same in one line."""


class Scrubber:
    """Takes secrets out of text.

    :param secrets: exact strings; anything that looks like a bot's token is taken out as well.

    >>> Scrubber(["geheim"]).clean("POST https://api.telegram.org/bot123456789:AAExyz_abc/getMe geheim")
    'POST https://api.telegram.org/bot[hidden]/getMe [hidden]'
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        exact = [re.escape(secret) for secret in sorted(secrets, key=len, reverse=True) if secret]
        self._pattern = re.compile("|".join([*exact, r"(?<!\d)" + _TOKEN.pattern.removeprefix(r"\b")]), re.ASCII)

    def clean(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(HIDDEN, text)

    def __call__(self, _logger: object, _method: str, rendered: object) -> str:
        """Last processor of a structlog chain, after the renderer."""
        return self.clean(str(rendered))


class _CleanFormatter(logging.Formatter):
    """Formats a record of a library, its traceback included, without secrets."""

    def __init__(self, scrubber: Scrubber) -> None:
        super().__init__("%(asctime)s [%(levelname)s] %(name)s: %(message)s")
        self._scrubber = scrubber

    def format(self, record: logging.LogRecord) -> str:
        return self._scrubber.clean(super().format(record))


def _without_update(record: logging.LogRecord) -> bool:
    """Take an update that the library could not read out of its complaint: it holds what a person wrote."""
    if "Received data was" in str(record.msg):
        record.msg, record.args, record.exc_info = "an update could not be read", (), None
    return True


def configure_logging(secrets: Iterable[str], *, verbose: bool = False, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's logging for a bot process.

    :param secrets: strings that no line may hold, such as ``BotSettings.secrets``.
    :param stream: standard error by default.
    """
    scrubber = Scrubber(secrets)
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(_CleanFormatter(scrubber))
    handler.addFilter(_without_update)
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=out.isatty()),
            scrubber,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=out),
    )


def safe_traceback(error: BaseException, *, with_text: bool) -> str:
    """Where an error came from, with its causes.

    Messages of errors may quote what a person wrote (a parser's, a database's); without `with_text` only those of
    the libraries for Telegram and HTTP are kept, which do not.

    :return: one line for each frame, innermost last; the causes first, as Python prints them.
    """
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        parts.append(_one(current, with_text=with_text))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(reversed(parts))


def _one(error: BaseException, *, with_text: bool) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    told = with_text or type(error).__module__.split(".")[0] in {"telegram", "httpx", "httpcore"}
    said = f"{type(error).__name__}: {error}" if told and str(error) else type(error).__name__
    return f"{frames}\n{said}" if frames else said
