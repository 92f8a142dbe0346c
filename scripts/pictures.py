"""Pictures that commands draw into files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 120


def save_figure(figure: Figure, path: Path) -> None:
    """Write a picture, in the format that the name of the file ends in.

    :raises InputError: the file cannot be written, or there is no such format.
    """
    try:
        figure.savefig(path, dpi=DOTS_PER_INCH)
    except OSError as error:
        raise InputError(str(path), error.strerror or "cannot be written") from error
    except ValueError as error:
        raise InputError(str(path), f"no picture can be written under that name; end it in .png ({error})") from error
