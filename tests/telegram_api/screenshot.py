"""Take a picture of a page in headless Chromium, as high as what is on it.

python -m tests.telegram_api.screenshot PAGE.html OUT.png
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PAGE_WIDTH_PX = 420
# Twice as many points as the page counts, as on a phone.
SCALE = 2
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The page tells its height in its title, which the printed document then shows.
_MEASURE = "<script>document.title = 'height=' + document.documentElement.scrollHeight</script>"
_HEIGHT = re.compile(r"<title>height=([0-9]+)</title>")
_TIMEOUT_S = 60


class ScreenshotError(RuntimeError):
    """No picture could be taken; the message says why in one line."""


def take(page: Path, picture: Path, *, scale: float = SCALE) -> None:
    """Take the picture.

    :param page: HTML file
    :param picture: PNG file to write
    :param scale: points for each that the page counts
    :raises ScreenshotError: when there is no browser or it gave no picture
    """
    browser = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if browser is None:
        raise ScreenshotError("no Chromium found: install it (apt-get install chromium) to take pictures")
    if not page.is_file():
        raise ScreenshotError(f"{page}: no such page")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "page.html")
        copy.write_text(page.read_text(encoding="utf-8") + _MEASURE, encoding="utf-8")
        dumped = _browse(browser, folder, 100, scale, ["--dump-dom", copy.as_uri()])
        found = _HEIGHT.search(dumped)
        if found is None:
            raise ScreenshotError(f"{page}: the browser did not tell the height of the page")
        shot = [f"--screenshot={picture.resolve()}", page.resolve().as_uri()]
        _browse(browser, folder, int(found[1]), scale, shot)
    if not picture.is_file():
        raise ScreenshotError(f"{page}: the browser wrote no picture")


def _browse(browser: str, folder: str, height_px: int, scale: float, arguments: Sequence[str]) -> str:
    """Run the browser once, with a profile of its own, and give what it prints."""
    command = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder}/profile",
        f"--force-device-scale-factor={scale:g}",
        f"--window-size={PAGE_WIDTH_PX},{height_px}",
        *arguments,
    ]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True).stdout
    except (subprocess.SubprocessError, OSError) as error:
        raise ScreenshotError(f"{browser} failed: {error}") from error


def main(arguments: Sequence[str]) -> int:
    """Take a picture; 1 where that failed, 2 for wrong usage."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m tests.telegram_api.screenshot PAGE.html OUT.png\n")
        return 2
    try:
        take(Path(arguments[0]), Path(arguments[1]))
    except ScreenshotError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
