"""Chats and messages of the pretended world, kept as the Bot API gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

IN_CHAT = frozenset({"creator", "administrator", "member"})
RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories can_pin_messages"
).split()
PERMISSIONS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_react_to_messages "
    "can_edit_tag can_change_info can_invite_users can_pin_messages can_manage_topics"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message."""

    text: str
    data: str | None
    url: str | None
    raw: dict[str, Any]


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message with what the Bot API does not tell.

    :param data: the message as the Bot API gives it now.
    :param author_id: user id, or the chat id of a channel post.
    :param versions: earlier contents, oldest first.
    :param keyboard: reply keyboard, its removal, or forced reply, which answers of the Bot API leave out.
    :param reactions: emoji by user id.
    :param meant_for_bot: the bot would get it in privacy mode, and so it gets replies to it.
    :param edits_taken: so many of its edits a wait already gave out.
    """

    data: dict[str, Any]
    author_id: int
    by_bot: bool
    at: int
    deleted: bool = False
    versions: list[dict[str, Any]] = field(default_factory=list)
    keyboard: dict[str, Any] | None = None
    reactions: dict[int, list[str]] = field(default_factory=dict)
    meant_for_bot: bool = False
    inline_id: str | None = None
    edits_taken: int = 0

    @property
    def id(self) -> int:
        """Id in its chat."""
        return int(self.data["message_id"])

    @property
    def chat_id(self) -> int:
        """Id of its chat."""
        return int(self.data["chat"]["id"])

    @property
    def text(self) -> str:
        """Text or caption, without marks."""
        return str(self.data.get("text") or self.data.get("caption") or "")

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Marks of the text or caption, offsets in UTF-16 units."""
        return list(self.data.get("entities") or self.data.get("caption_entities") or [])

    @property
    def thread_id(self) -> int | None:
        """Forum topic."""
        return self.data.get("message_thread_id")

    @property
    def reply_to_id(self) -> int | None:
        """Message that it answers."""
        replied = self.data.get("reply_to_message")
        return replied["message_id"] if replied else None

    @property
    def buttons(self) -> list[Button]:
        """Buttons under it, row by row in one list."""
        rows = self.data.get("reply_markup", {}).get("inline_keyboard", [])
        return [
            Button(text=raw["text"], data=raw.get("callback_data"), url=raw.get("url"), raw=raw)
            for row in rows
            for raw in row
        ]

    def button(self, name: str) -> Button | None:
        """Find a button by its text, part of its text, or its callback data."""
        for button in self.buttons:
            if name in (button.text, button.data):
                return button
        return next((button for button in self.buttons if name in button.text), None)

    def marked(self, kind: str) -> list[str]:
        """Parts of the text under a kind of mark, such as `bold`."""
        units = self.text.encode("utf-16-le", "surrogatepass")
        return [
            units[2 * mark["offset"] : 2 * (mark["offset"] + mark["length"])].decode("utf-16-le", "surrogatepass")
            for mark in self.entities
            if mark["type"] == kind
        ]


@dataclass(slots=True, kw_only=True, eq=False)
class Chat:
    """A chat.

    :param data: as the Bot API gives it.
    :param members: members by user id, as the Bot API gives them; private chats have none.
    :param topics: names of forum topics by thread id.
    :param started: in a private chat: the person has spoken to the bot.
    :param blocked: in a private chat: the person has blocked the bot.
    :param bot_left: in a group: the bot went by its own will.
    :param actions: actions such as `typing` that the bot showed.
    :param unread: messages of the bot that no wait has given out.
    :param last_message_id: in supergroups and channels, where the first message tells of their making.
    """

    data: dict[str, Any]
    members: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int | None = None
    bot_left: bool = False
    last_message_id: int = 1
    unread: list[Message] = field(default_factory=list)

    @property
    def id(self) -> int:
        """Id."""
        return int(self.data["id"])

    @property
    def kind(self) -> str:
        """One of private, group, supergroup, channel."""
        return str(self.data["type"])

    @property
    def title(self) -> str:
        """Title, or the name of the person."""
        return str(self.data.get("title") or self.data.get("first_name") or "")

    @property
    def username(self) -> str | None:
        """Public name without @."""
        return self.data.get("username")

    @property
    def is_forum(self) -> bool:
        """Whether it has topics."""
        return bool(self.data.get("is_forum"))

    def has(self, user_id: int) -> bool:
        """Whether someone is in it."""
        member = self.members.get(user_id)
        return member is not None and (member["status"] in IN_CHAT or bool(member.get("is_member")))

    def is_admin(self, user_id: int) -> bool:
        """Whether someone is an administrator or the owner."""
        return self.members.get(user_id, {}).get("status") in ("creator", "administrator")

    def kept(self) -> Iterator[Message]:
        """Messages that were not deleted, oldest first."""
        return (message for message in self.messages.values() if not message.deleted)

    def find(self, message_id: int) -> Message | None:
        """Find a message that was not deleted."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message


def member_of(user: dict[str, Any], status: str, **changes: Any) -> dict[str, Any]:
    """Someone's membership as the Bot API gives it.

    >>> member_of({"id": 1, "is_bot": False, "first_name": "Ani"}, "left")["status"]
    'left'
    """
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "creator":
        member |= {"is_anonymous": False}
    elif status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(RIGHTS, True)
    elif status == "restricted":
        member |= {"is_member": True, "until_date": 0} | dict.fromkeys(PERMISSIONS, False)
    elif status == "kicked":
        member |= {"until_date": 0}
    return member | changes
