"""Settings that all tests share."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure; what must be fast says so in a test of its own.
settings.register_profile("kutip", deadline=None)
settings.load_profile("kutip")
