"""The fake as tests use it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from .about_bot import commands_shown
from .chats import Chat, Message, member_of
from .clock import VirtualClock
from .faults import Fault, make_fault
from .limits import Flood, Limits
from .membership import Person, members_of
from .people import Someone
from .requests import Call
from .server import Server
from .world import Rules, World

TOKEN = "7000000001:AAfakefakefakefakefakefakefakefakefa"  # noqa: S105  it opens nothing
WAIT_S = 20.0


class ApiViolationError(AssertionError):
    """The bot, or the fake itself, broke the Bot API."""


class FakeTelegram:
    """A Telegram of its own: people, chats, and the HTTP Bot API on the loopback address.

    :param violations: what broke the Bot API so far; `close` raises for them.
    :param people: by user id.
    """

    def __init__(self, world: World, server: Server, violations: list[str]) -> None:
        self.world = world
        self.server = server
        self.violations = violations
        self.people: dict[int, Person] = {}

    @classmethod
    async def start(
        cls,
        *,
        port: int = 0,
        token: str = TOKEN,
        username: str = "KutipBot",
        name: str = "Kutip",
        clock: VirtualClock | None = None,
        rules: Rules | None = None,
        extend: Callable[[FakeTelegram], None] | None = None,
    ) -> FakeTelegram:
        """Start listening.

        :param port: 0 takes a free one.
        :param extend: may add routes to the server before it listens.
        """
        violations: list[str] = []
        world = World(
            token=token,
            username=username,
            name=name,
            clock=clock or VirtualClock(),
            rules=rules or Rules(),
            complain=violations.append,
        )
        server = Server(world, token)
        api = cls(world, server, violations)
        if extend is not None:
            extend(api)
        await server.start(port)
        return api

    async def close(self) -> None:
        """Stop.

        :raises ApiViolationError: something broke the Bot API.
        """
        await self.server.close()
        if self.violations:
            raise ApiViolationError("\n".join(dict.fromkeys(self.violations)))

    def forgive(self, part: str) -> None:
        """Take back violations that a test made on purpose.

        :param part: what they have in common.
        :raises AssertionError: there is none.
        """
        left = [violation for violation in self.violations if part not in violation]
        if len(left) == len(self.violations):
            raise AssertionError(f"no violation with {part!r} among {self.violations}")
        self.violations[:] = left

    @property
    def url(self) -> str:
        """Root address; /bot and /file/bot are below it."""
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.server.token

    @property
    def clock(self) -> VirtualClock:
        """The time of messages and expiries."""
        return self.world.clock

    @property
    def bot_name(self) -> str:
        """The bot's @name without the @."""
        return str(self.world.bot["username"])

    def person(self, name: str, **fields: Any) -> Person:
        """Make a person; fields as of a User of the Bot API, such as id, username, language_code."""
        person = Person(self.world, self.world.add_user(name, **fields))
        self.people[person.id] = person
        return person

    def group(
        self,
        title: str,
        *,
        members: Sequence[Person] = (),
        admins: Sequence[Person] = (),
        owner: Person | None = None,
        forum: bool = False,
        supergroup: bool = False,
        bot: str | None = "member",
        username: str | None = None,
    ) -> Chat:
        """Make a group that is already there: the bot hears nothing of its making.

        :param bot: the bot's status in it, None where it is not in it.
        """
        kind = "supergroup" if supergroup or forum or username else "group"
        chat = self.world.add_chat(kind, title, is_forum=forum, username=username)
        return self._fill(chat, owner, members, admins, bot)

    def channel(
        self,
        title: str,
        *,
        members: Sequence[Person] = (),
        admins: Sequence[Person] = (),
        bot: str | None = "administrator",
        username: str | None = None,
    ) -> Chat:
        """Make a channel."""
        chat = self.world.add_chat("channel", title, username=username)
        return self._fill(chat, None, members, admins, bot)

    def _fill(
        self, chat: Chat, owner: Person | None, members: Sequence[Person], admins: Sequence[Person], bot: str | None
    ) -> Chat:
        chat.members = members_of(owner, tuple(members), tuple(admins))
        if bot is not None:
            rights = {"can_post_messages": True, "can_edit_messages": True} if chat.kind == "channel" else {}
            chat.members[self.world.bot_id] = member_of(self.world.bot, bot, **(rights if bot != "member" else {}))
        return chat

    def chat_of(self, chat: Chat | Someone | int) -> Chat:
        """Give a chat by itself, its person, or its id."""
        if isinstance(chat, Chat):
            return chat
        return self.world.chats[chat if isinstance(chat, int) else chat.id]

    def messages(self, chat: Chat | Someone | int, *, of_bot: bool = False) -> list[Message]:
        """Messages in a chat that were not deleted, oldest first."""
        return [message for message in self.chat_of(chat).kept() if message.by_bot or not of_bot]

    def forget(self, *, but: int = 0) -> None:
        """Drop the record of requests, messages and queries, so that a long run needs no more memory.

        :param but: so many of the latest messages of each chat stay, for those who still wait for an answer.
        """
        self.server.calls.clear()
        self.world.asked.clear()
        self.world.inline_answers.clear()
        for chat in self.world.chats.values():
            kept = set(list(chat.messages)[-but:]) if but else set()
            chat.messages = {id_: message for id_, message in chat.messages.items() if id_ in kept}
            chat.unread = [message for message in chat.unread if message.id in kept]

    def calls(self, method: str | None = None) -> list[Call]:
        """Requests so far, oldest first."""
        return [call for call in self.server.calls if method in (None, call.method)]

    def commands(self, person: Person, chat: Chat | None = None) -> list[str]:
        """Commands that someone sees behind the slash."""
        return [command["command"] for command in commands_shown(self.world, person.user, chat or person.chat)]

    def fault(
        self,
        method: str,
        what: int | str,
        *,
        chat: Chat | Someone | int | None = None,
        times: int | None = 1,
        retry_after: int | None = None,
        wording: str | None = None,
        migrate_to: int | None = None,
        skip: int = 0,
        hang_s: float = 3600.0,
    ) -> Fault:
        """Let the next requests fail.

        :param method: of the Bot API, `file` for downloads, `*` for any.
        :param what: a status such as 429, or html (the page of a 502), drop, drop_after, hang, hang_after: `after`
            means that the request had its effect.
        :param times: None for all.
        :param wording: for 400 and 403: a name such as blocked, kicked, deactivated, entities, chat not found (see
            `faults.WORDINGS`), or the whole description.
        :param skip: how many requests pass before.
        """
        fault = make_fault(
            method,
            what,
            retry_after=retry_after,
            migrate_to=migrate_to,
            wording=wording,
            times=times,
            chat_id=None if chat is None else self.chat_of(chat).id,
            skip=skip,
            hang_s=hang_s,
        )
        self.server.faults.append(fault)
        return fault

    def enforce_limits(self, limits: Limits | None = None) -> Flood:
        """Answer 429 to messages beyond Telegram's limits from now on."""
        self.server.flood = Flood(limits or Limits())
        return self.server.flood

    async def go_down(self) -> None:
        """Refuse connections until `come_up`."""
        await self.server.go_down()

    async def come_up(self) -> None:
        """Listen again on the same port."""
        await self.server.come_up()

    def inject(self, update: dict[str, Any]) -> int:
        """Give the bot an update as it is, whatever is in it.

        :return: its id.
        """
        return self.world.updates.inject(update)

    async def wait_for_message(
        self,
        chat: Chat | Someone | int,
        *,
        timeout_s: float = WAIT_S,
        containing: str = "",
        accept: Callable[[Message], bool] | None = None,
    ) -> Message:
        """Wait for the bot's next message in a chat; each message is given out once.

        :param containing: part of its text.
        :raises AssertionError: none came in time.
        """
        place = self.chat_of(chat)

        def look() -> Message | None:
            for message in place.unread:
                if not message.deleted and containing in message.text and (accept is None or accept(message)):
                    place.unread.remove(message)
                    return message
            return None

        return await self.world.pulse.until(
            look, timeout_s, lambda: f"a message in {place.title} with {containing!r}; {self._story(place)}"
        )

    async def wait_for_edit(self, message: Message, *, timeout_s: float = WAIT_S) -> Message:
        """Wait until a message was edited once more than when this was last asked."""

        def look() -> Message | None:
            if len(message.versions) <= message.edits_taken:
                return None
            message.edits_taken += 1
            return message

        place = self.world.chats[message.chat_id]
        return await self.world.pulse.until(look, timeout_s, lambda: f"an edit of {message.id}; {self._story(place)}")

    async def wait_for_call(self, method: str, *, count: int = 1, timeout_s: float = WAIT_S) -> Call:
        """Wait until a method was called so often in all, and answered; give that call."""

        def look() -> Call | None:
            calls = [call for call in self.calls(method) if call.status is not None]
            return calls[count - 1] if len(calls) >= count else None

        return await self.world.pulse.until(look, timeout_s, lambda: f"{count} x {method}; {self._last_calls()}")

    async def wait_until(self, condition: Callable[[], bool], *, timeout_s: float = WAIT_S) -> None:
        """Wait until something about the fake is true."""
        await self.world.pulse.until(lambda: condition() or None, timeout_s, lambda: f"it; {self._last_calls()}")

    async def wait_until_idle(self, *, timeout_s: float = WAIT_S) -> None:
        """Wait until the bot confirmed every update."""
        queue = self.world.updates
        await self.wait_until(lambda: not queue.waiting(), timeout_s=timeout_s)

    async def no_message(self, chat: Chat | Someone | int, *, within_s: float = 0.3) -> None:
        """Make sure that the bot stays silent in a chat for a while.

        :raises AssertionError: it did not.
        """
        await asyncio.sleep(within_s)
        if said := [message.text for message in self.chat_of(chat).unread if not message.deleted]:
            raise AssertionError(f"the bot said {said}")

    def _story(self, chat: Chat) -> str:
        return f"there: {[message.text for message in chat.kept()][-5:]}; {self._last_calls()}"

    def _last_calls(self) -> str:
        calls = [f"{call.method} {call.status} {call.response.get('description', '')}" for call in self.server.calls]
        return f"last requests: {calls[-8:]}; violations: {self.violations[-3:]}"
