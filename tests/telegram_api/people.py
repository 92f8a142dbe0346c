"""People who write, and what they write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .chats import Chat, Message
from .delivery import deliver
from .entities import format_text
from .files import StoredFile
from .sending import document_of, origin_of, photo_of, sticker_of, voice_of
from .targets import text_fields
from .world import World, without_reply

Fields = dict[str, Any]

ANONYMOUS: Fields = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Who an anonymous administrator of a group seems to be (Bot API, Message.from)."""

CHANNEL_SENDER: Fields = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""Who seems to write in the name of a channel."""


def typed(text: str, *, entities: Sequence[Fields] | None = None, name: str = "text") -> Fields:
    """Give a text that a person typed as the fields of a message, with what Telegram marks in it by itself.

    :param entities: marks that the person made.
    :param name: `text` or `caption`.
    :raises ValueError: Telegram would not send it; the test is wrong.

    >>> [mark["type"] for mark in typed("/tanya apa")["entities"]]
    ['bot_command']
    """
    marks = "entities" if name == "text" else "caption_entities"
    return text_fields(format_text(text, entities=entities), text=name, entities=marks)


class Someone:
    """A person's account, and where it may act.

    :param user: as the Bot API gives it.
    """

    def __init__(self, world: World, user: Fields) -> None:
        self.world = world
        self.user = user

    @property
    def id(self) -> int:
        """User id, and the id of the private chat."""
        return int(self.user["id"])

    @property
    def name(self) -> str:
        """First name."""
        return str(self.user["first_name"])

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.world.chats[self.id]

    def _place(self, chat: Chat | None) -> Chat:
        """:raises ValueError: the person is not in the chat, or cannot use it; the test is wrong."""
        place = chat or self.chat
        if place.kind == "private" and place is not self.chat:
            raise ValueError(f"{self.name} has no part in another's private chat")
        if place.kind != "private" and not place.has(self.id):
            raise ValueError(f"{self.name} is not in {place.title}")
        if place.kind == "channel" and not place.is_admin(self.id):
            raise ValueError(f"{self.name} may not post in {place.title}")
        if place.blocked:
            raise ValueError(f"{self.name} blocked the bot; unblock it first")
        if place.migrated_to is not None:
            raise ValueError(f"{place.title} became a supergroup")
        return place


class Writing(Someone):
    """Messages of a person: written, edited, deleted, reacted to."""

    async def say(
        self,
        text: str,
        *,
        chat: Chat | None = None,
        topic: int | None = None,
        reply_to: Message | None = None,
        entities: Sequence[Fields] | None = None,
        forwarded: Message | None = None,
        quote: str | None = None,
        as_chat: Chat | None = None,
    ) -> Message:
        """Write a message, in private unless a chat is named.

        :param topic: thread id of a forum topic.
        :param entities: marks of the text; found in it when None, as the apps of people do.
        :param forwarded: it comes from another message.
        :param as_chat: in the name of the group itself (an anonymous administrator) or of a channel.
        """
        content = typed(text, entities=entities)
        if forwarded is not None:
            content["forward_origin"] = origin_of(forwarded)
        if quote is not None:
            content["quote"] = {"text": quote, "position": 0, "is_manual": True}
        if as_chat is not None:
            content |= {"from": ANONYMOUS if as_chat is chat else CHANNEL_SENDER, "sender_chat": as_chat.data}
        return self._send(content, chat, topic, reply_to)

    async def send_document(
        self, content: bytes, name: str, *, caption: str | None = None, size: int | None = None, **where: Any
    ) -> Message:
        """Send a file; `size` lets it look larger than it is."""
        return self._send_file(document_of(self._file(content, name, "documents", size)), caption, **where)

    async def send_photo(self, content: bytes, *, caption: str | None = None, **where: Any) -> Message:
        """Send a photo."""
        return self._send_file(photo_of(self._file(content, "photo.jpg", "photos")), caption, **where)

    async def send_voice(self, content: bytes, **where: Any) -> Message:
        """Send a voice message."""
        return self._send_file(voice_of(self._file(content, "voice.oga", "voice")), None, **where)

    async def send_sticker(self, content: bytes, **where: Any) -> Message:
        """Send a sticker."""
        return self._send_file(sticker_of(self._file(content, "sticker.webp", "stickers")), None, **where)

    def _file(self, content: bytes, name: str, folder: str, size: int | None = None) -> StoredFile:
        return self.world.files.add(content, name, folder=folder, size=size)

    def _send_file(
        self,
        content: Fields,
        caption: str | None,
        *,
        chat: Chat | None = None,
        topic: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        if caption:
            content = content | typed(caption, name="caption")
        return self._send(content, chat, topic, reply_to)

    def _send(self, content: Fields, chat: Chat | None, topic: int | None, reply_to: Message | None) -> Message:
        place = self._place(chat)
        if topic is not None and topic not in place.topics and topic != 1:
            raise ValueError(f"{place.title} has no topic {topic}")
        if reply_to is not None:
            content["reply_to_message"] = without_reply(reply_to.data)
            topic = topic or (reply_to.thread_id if place.is_forum else None)
            if place.kind == "supergroup" and not place.is_forum:
                content["message_thread_id"] = reply_to.thread_id or reply_to.id
        if place.kind == "private":
            place.started = True
        message = self.world.post(place, self.user, content, thread_id=topic)
        deliver(self.world, place, message)
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own text."""
        if message.author_id != self.id and message.data["chat"]["type"] != "channel":
            raise ValueError(f"not a message of {self.name}")
        place = self.world.chats[message.chat_id]
        name = "text" if "text" in message.data else "caption"
        gone = ("text", "entities", "caption", "caption_entities")
        kept = {key: value for key, value in message.data.items() if key not in gone}
        message.versions.append(message.data)
        message.data = kept | typed(text, name=name) | {"edit_date": self.world.clock.unix()}
        deliver(self.world, place, message, edited=True)

    async def delete(self, message: Message) -> None:
        """Delete a message; the Bot API does not tell the bot."""
        message.deleted = True
        self.world.pulse.ring()

    async def react(self, message: Message, *emoji: str) -> None:
        """React to a message; no emoji takes the reaction back."""
        place = self._place(self.world.chats[message.chat_id])
        before = message.reactions.get(self.id, [])
        message.reactions[self.id] = list(emoji)
        if place.kind != "private" and not place.is_admin(self.world.bot_id):
            return
        change = {
            "chat": place.data,
            "message_id": message.id,
            "user": self.user,
            "date": self.world.clock.unix(),
            "old_reaction": [{"type": "emoji", "emoji": one} for one in before],
            "new_reaction": [{"type": "emoji", "emoji": one} for one in emoji],
        }
        self.world.updates.push("message_reaction", change, queue=f"chat {place.id}")

    async def start_bot(self, payload: str = "") -> Message:
        """Press Start, perhaps from a deep link."""
        return await self.say(f"/start {payload}".strip())

    async def open_link(self, url: str) -> Message | None:
        """Open a link; a deep link of the bot starts it with its payload."""
        address, _, query = url.partition("?")
        name = address.rstrip("/").rpartition("/")[2]
        if "t.me/" not in address or name.lower() != str(self.world.bot["username"]).lower():
            return None
        start = next((part.removeprefix("start=") for part in query.split("&") if part.startswith("start=")), "")
        return await self.start_bot(start)
