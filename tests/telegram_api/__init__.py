"""A fake Telegram: people in a test talk to the real bot through an HTTP server that speaks the Bot API."""

from .chats import Button, Chat, Message
from .clock import VirtualClock
from .fake import TOKEN, ApiViolationError, FakeTelegram
from .faults import Fault
from .limits import Limits
from .membership import Person
from .requests import Call
from .tapping import Tap
from .world import Rules

__all__ = [
    "TOKEN",
    "ApiViolationError",
    "Button",
    "Call",
    "Chat",
    "FakeTelegram",
    "Fault",
    "Limits",
    "Message",
    "Person",
    "Rules",
    "Tap",
    "VirtualClock",
]
