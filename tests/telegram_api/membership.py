"""People who come, go, and decide who else does."""

from __future__ import annotations

from typing import Any

from .chats import Chat, member_of
from .delivery import deliver
from .people import Fields, Someone
from .tapping import Tapping


class Person(Tapping):
    """A person, with all that people do."""

    async def block(self) -> None:
        """Block the bot."""
        self._set_blocked(True)

    async def unblock(self) -> None:
        """Let the bot write again."""
        self._set_blocked(False)

    def _set_blocked(self, blocked: bool) -> None:
        self.chat.blocked = blocked
        bot = self.world.bot
        status = member_of(bot, "kicked" if blocked else "member")
        self.chat.members.setdefault(bot["id"], member_of(bot, "member" if blocked else "kicked"))
        self.world.set_member(self.chat, bot, status, by=self.user)

    async def deactivate(self) -> None:
        """Delete one's account."""
        self.chat.deactivated = True

    async def add_bot(self, chat: Chat, *, admin: bool = False) -> None:
        """Add the bot to a group or a channel."""
        bot = self.world.bot
        chat.bot_left = False
        self.world.set_member(chat, bot, member_of(bot, "administrator" if admin else "member"), by=self.user)
        if chat.kind != "channel":
            self._event(chat, {"new_chat_members": [bot]})

    async def remove_bot(self, chat: Chat) -> None:
        """Remove the bot from a group or a channel."""
        bot = self.world.bot
        if chat.kind != "channel":
            self._event(chat, {"left_chat_member": bot})
        self.world.set_member(chat, bot, member_of(bot, "left" if chat.kind == "group" else "kicked"), by=self.user)

    async def promote(self, chat: Chat, who: Someone | None = None, **rights: bool) -> None:
        """Make someone an administrator, the bot when None."""
        user = self._whom(who)
        self.world.set_member(chat, user, member_of(user, "administrator", **rights), by=self.user)

    async def demote(self, chat: Chat, who: Someone | None = None) -> None:
        """Make someone an ordinary member, the bot when None."""
        user = self._whom(who)
        self.world.set_member(chat, user, member_of(user, "member"), by=self.user)

    async def restrict(self, chat: Chat, who: Someone | None = None, **permissions: bool) -> None:
        """Take permissions away from someone, from the bot when None; named ones stay."""
        user = self._whom(who)
        self.world.set_member(chat, user, member_of(user, "restricted", **permissions), by=self.user)

    async def join(self, chat: Chat) -> None:
        """Join a group or a channel."""
        self.world.set_member(chat, self.user, member_of(self.user, "member"), by=self.user)
        if chat.kind != "channel":
            self._event(chat, {"new_chat_members": [self.user]})

    async def leave(self, chat: Chat) -> None:
        """Leave a group or a channel."""
        if chat.kind != "channel":
            self._event(chat, {"left_chat_member": self.user})
        self.world.set_member(chat, self.user, member_of(self.user, "left"), by=self.user)

    async def open_topic(self, chat: Chat, name: str) -> int:
        """Open a topic in a forum.

        :return: its thread id.
        """
        message = self.world.post(chat, self.user, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        message.data = message.data | {"message_thread_id": message.id, "is_topic_message": True}
        chat.topics[message.id] = name
        deliver(self.world, chat, message)
        return message.id

    async def close_topic(self, chat: Chat, topic: int) -> None:
        """Delete a topic: its thread is not found any more."""
        del chat.topics[topic]

    async def rename(self, chat: Chat, title: str) -> None:
        """Give a chat another title."""
        chat.data = chat.data | {"title": title}
        self._event(chat, {"new_chat_title": title})

    async def migrate(self, chat: Chat) -> Chat:
        """Make a group a supergroup.

        :return: the supergroup, with the same members.
        """
        new = self.world.add_chat("supergroup", chat.title)
        new.members = dict(chat.members)
        self._event(chat, {"migrate_to_chat_id": new.id})
        chat.migrated_to = new.id
        self._event(new, {"migrate_from_chat_id": chat.id})
        return new

    def _event(self, chat: Chat, content: Fields) -> None:
        deliver(self.world, chat, self.world.post(chat, self.user, content))

    def _whom(self, who: Someone | None) -> Fields:
        return who.user if who is not None else self.world.bot


def members_of(owner: Person | None, members: tuple[Person, ...], admins: tuple[Person, ...]) -> dict[int, Any]:
    """Give the memberships that a new chat begins with; who is named twice keeps the higher place."""
    found = {person.id: member_of(person.user, "member") for person in members}
    found |= {person.id: member_of(person.user, "administrator") for person in admins}
    if owner is not None:
        found[owner.id] = member_of(owner.user, "creator")
    return found
