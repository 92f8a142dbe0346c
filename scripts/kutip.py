"""The command ``kutip``: gathers the subcommands, sets up logging, and turns errors into one clear line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib import import_module

import structlog
import typer

from corpus.errors import KutipError
from scripts.messages import describe

app = typer.Typer(
    name="kutip",
    help="Question answering over Indonesian news that only ever quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def configure_logging(*, verbose: bool = False) -> None:
    """Send structured logs to standard error, so that standard output holds only results."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it could not read is reported as a rejection
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


@app.callback()
def _before_any_command(verbose: bool = typer.Option(False, "--verbose", "-v", help="Log what happens.")) -> None:
    configure_logging(verbose=verbose)


COMMANDS = (
    "load",
    "ask",
    "chat",
    "bot",
    "digest",
    "feeds",
    "index",
    "evaluate",
    "delete",
    "stats",
    "doctor",
    "backup",
    "restore",
    "database",
)
"""Subcommands, in the order of the help; each is a function of the same name in a module of the same name."""


def register(arguments: Sequence[str]) -> None:
    """Add the subcommand that `arguments` call to :data:`app`, or all of them where none is called.

    Only what is needed is imported, because some commands bring large libraries.
    """
    called = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name in [called] if called in COMMANDS else COMMANDS:
        command = getattr(import_module(f"scripts.{name}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)


def main(arguments: list[str] | None = None) -> None:
    """Run ``kutip`` with `arguments` (the process's own by default) and exit.

    Exit codes: 0 done, 1 some input was rejected or a check failed, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    register(sys.argv[1:] if arguments is None else arguments)
    try:
        app(args=arguments)
    except KutipError as error:
        print(f"kutip: {describe(error)}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
