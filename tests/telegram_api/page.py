"""A chat as an HTML page (being written)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def chat_page(title: str, messages: Sequence[Mapping[str, Any]], *, me: int | None = None) -> str:
    """A page."""
    return ""
