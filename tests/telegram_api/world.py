"""The pretended world: people, chats, messages, and what the bot told Telegram about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .chats import Chat, Message, member_of
from .checks import check_update
from .clock import VirtualClock
from .files import FileStore
from .pulse import Pulse
from .updates import UpdateQueue

FIRST_USER_ID = 1_000_001
FIRST_GROUP_ID = 4_000_001
FIRST_CHANNEL_ID = 2_000_000_001
GENERAL_TOPIC = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How strict the world is.

    :param privacy: in groups the bot gets only what is meant for it, unless it is an administrator.
    :param inline_feedback: chosen inline results are reported.
    :param query_lifetime_s: after so long a tap or an inline query can no longer be answered. Telegram does not
        document how long; people report about 15 s and more.
    :param checks: requests, responses and updates are held against the description of the Bot API; a benchmark, which
        measures the bot and not this server, may leave that out.
    """

    privacy: bool = True
    inline_feedback: bool = True
    query_lifetime_s: float = 30.0
    checks: bool = True


@dataclass(slots=True, kw_only=True, eq=False)
class Asked:
    """A tap or an inline query that waits for the bot's answer.

    :param answer: the fields of the bot's answer.
    """

    id: str
    user_id: int
    asked_s: float
    query: str = ""
    offset: str = ""
    answer: dict[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where updates are posted."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    has_certificate: bool = False
    ip_address: str | None = None
    last_error: str | None = None
    last_error_at: int = 0


@dataclass(slots=True, kw_only=True)
class Profile:
    """What the bot told about itself, by scope and language."""

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int | None, dict[str, Any]] = field(default_factory=dict)
    default_rights: dict[bool, dict[str, bool]] = field(default_factory=dict)


class World:
    """Everything that the server and the people share.

    :param username: the bot's.
    :param complain: is told each violation of the Bot API.
    """

    def __init__(
        self,
        *,
        token: str,
        username: str,
        name: str,
        clock: VirtualClock,
        rules: Rules,
        complain: Callable[[str], None],
    ) -> None:
        self.clock = clock
        self.rules = rules
        self.complain = complain
        self.pulse = Pulse()
        self.files = FileStore()
        self.updates = UpdateQueue(
            clock, self.pulse, check=check_update if rules.checks else _unchecked, complain=complain
        )
        self.profile = Profile()
        self.webhook: Webhook | None = None
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self.asked: dict[str, Asked] = {}
        self.inline_messages: dict[str, Message] = {}
        self.inline_answers: dict[tuple[str, str], list[Asked]] = {}
        self.bot: dict[str, Any] = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": name,
            "username": username,
        }
        self.users[self.bot_id] = self.bot
        self._last_message_id = 100
        self._last_query_id = 3_000_000_000
        self._made = 0

    @property
    def bot_id(self) -> int:
        """The bot's user id."""
        return int(self.bot["id"])

    def add_user(self, name: str, **fields: Any) -> dict[str, Any]:
        """Make a person with a private chat, which the bot cannot use before the person does."""
        user_id = fields.pop("id", None) or FIRST_USER_ID + len(self.users) - 1
        user = {"id": user_id, "is_bot": False, "first_name": name, "language_code": "id"} | fields
        self.users[user_id] = {key: value for key, value in user.items() if value is not None}
        shown = {key: user[key] for key in ("id", "first_name", "last_name", "username") if user.get(key)}
        self.chats[user_id] = Chat(data=shown | {"type": "private"})
        return self.users[user_id]

    def add_chat(self, kind: str, title: str, *, is_forum: bool = False, username: str | None = None) -> Chat:
        """Make an empty group, supergroup or channel."""
        self._made += 1
        first = -FIRST_GROUP_ID if kind == "group" else -(10**12) - FIRST_CHANNEL_ID
        data: dict[str, Any] = {"id": first - self._made, "title": title, "type": kind}
        if username:
            data["username"] = username
        if is_forum:
            data["is_forum"] = True
        chat = self.chats[data["id"]] = Chat(data=data)
        return chat

    def find_chat(self, chat_id: int | str) -> Chat | None:
        """Find by id or by @name."""
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            name = chat_id[1:].lower()
            return next((chat for chat in self.chats.values() if (chat.username or "").lower() == name), None)
        try:
            return self.chats.get(int(chat_id))
        except ValueError:
            return None

    def new_message_id(self, chat: Chat) -> int:
        """Give the next id: supergroups and channels count for themselves, other chats together."""
        if chat.kind in ("supergroup", "channel"):
            chat.last_message_id += 1
            return chat.last_message_id
        self._last_message_id += 1
        return self._last_message_id

    def new_query(self, user_id: int, query: str = "", offset: str = "") -> Asked:
        """Open a tap or an inline query."""
        self._last_query_id += 1
        asked = Asked(
            id=str(self._last_query_id), user_id=user_id, asked_s=self.clock.seconds(), query=query, offset=offset
        )
        self.asked[asked.id] = asked
        return asked

    def answer_query(self, query_id: str, answer: dict[str, Any]) -> bool:
        """Answer a tap or an inline query.

        :return: False where it is unknown, answered already or too old.
        """
        asked = self.asked.get(query_id)
        if asked is None or asked.answer is not None:
            return False
        if self.clock.seconds() - asked.asked_s > self.rules.query_lifetime_s:
            return False
        asked.answer = answer
        if "results" in answer:
            self.inline_answers.setdefault((asked.query, asked.offset), []).append(asked)
        self.pulse.ring()
        return True

    def post(
        self, chat: Chat, author: dict[str, Any], content: dict[str, Any], *, thread_id: int | None = None
    ) -> Message:
        """Put a message into a chat; the bot is not told.

        :param author: a user; channel posts are signed by the channel.
        """
        is_post = chat.kind == "channel"
        data: dict[str, Any] = {"message_id": self.new_message_id(chat), "date": self.clock.unix(), "chat": chat.data}
        data |= {"sender_chat": chat.data} if is_post else {"from": author}
        data |= self._topic(chat, thread_id)
        data |= content
        message = Message(data=data, author_id=author["id"], by_bot=author["id"] == self.bot_id, at=data["date"])
        chat.messages[message.id] = message
        if message.by_bot:
            chat.unread.append(message)
        self.pulse.ring()
        return message

    def _topic(self, chat: Chat, thread_id: int | None) -> dict[str, Any]:
        """A message in a topic answers the message that opened it, unless it answers another."""
        if not chat.is_forum or thread_id in (None, GENERAL_TOPIC):
            return {}
        fields: dict[str, Any] = {"message_thread_id": thread_id, "is_topic_message": True}
        if opening := chat.messages.get(thread_id or 0):
            fields["reply_to_message"] = without_reply(opening.data)
        return fields

    def set_member(self, chat: Chat, user: dict[str, Any], member: dict[str, Any], *, by: dict[str, Any]) -> None:
        """Change a membership and tell the bot what Telegram tells it."""
        before = chat.members.get(user["id"]) or member_of(user, "left")
        chat.members[user["id"]] = member
        change = {
            "chat": chat.data,
            "from": by,
            "date": self.clock.unix(),
            "old_chat_member": before,
            "new_chat_member": member,
        }
        if user["id"] == self.bot_id:
            self.updates.push("my_chat_member", change, queue=f"chat {chat.id}")
        elif chat.is_admin(self.bot_id):
            self.updates.push("chat_member", change, queue=f"chat {chat.id}")


def _unchecked(_update: dict[str, Any]) -> list[str]:
    return []


def without_reply(data: dict[str, Any]) -> dict[str, Any]:
    """Give a message as it stands inside another: replies are told one step deep."""
    return {key: value for key, value in data.items() if key != "reply_to_message"}
