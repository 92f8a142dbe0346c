#!/usr/bin/env python3
"""Asks the health page of the bot on this machine: exit status 0 when it is well, 1 with the reasons when it is not."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

TIMEOUT_S = 8.0


def main() -> int:
    """Ask once.

    :return: the exit status.
    """
    port = os.environ.get("KUTIP_METRICS_PORT") or "9464"
    # Without the proxies of the environment: it is this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/healthz", timeout=TIMEOUT_S) as answer:
            print(answer.read().decode().strip())
            return 0
    except urllib.error.HTTPError as error:
        print(error.read().decode(errors="replace").strip())
    except OSError as error:
        print(f"nothing answers on port {port}: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
