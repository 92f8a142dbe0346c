"""People who tap buttons and ask inline."""

from __future__ import annotations

from typing import Any

from .chats import Button, Chat, Message
from .delivery import deliver
from .people import Fields, Someone, Writing
from .world import Asked, World


class Tap:
    """A tap on a button, or an inline query, with the bot's answer to it."""

    def __init__(self, world: World, asked: Asked) -> None:
        self._world = world
        self.asked = asked

    @property
    def answer(self) -> Fields | None:
        """Fields of answerCallbackQuery or answerInlineQuery, None while there is none."""
        return self.asked.answer

    @property
    def notice(self) -> str:
        """What the answer to a tap shows."""
        return str((self.answer or {}).get("text") or "")

    @property
    def results(self) -> list[Fields]:
        """Results of an inline query."""
        return list((self.answer or {}).get("results") or [])

    async def answered(self, timeout_s: float = 20.0) -> Fields:
        """Wait for the answer.

        :raises AssertionError: it did not come in time.
        """
        return await self._world.pulse.until(
            lambda: self.asked.answer, timeout_s, lambda: f"an answer to {self.asked.query or 'the tap'}"
        )


class Tapping(Writing):
    """Taps, inline queries and keyboards of a person."""

    async def tap(self, button: str | Button, message: Message | None = None, *, chat: Chat | None = None) -> Tap:
        """Tap a button.

        :param button: its text, part of its text, its callback data, or the button.
        :param message: under which it is; else the newest in the chat that has it.
        :raises ValueError: there is no such button, or it is none that tells the bot; the test is wrong.
        """
        place = chat or (self.world.chats[message.chat_id] if message is not None else self.chat)
        under, found = self._find_button(button, message, place)
        if found.data is None:
            raise ValueError(f"{found.text!r} is no callback button: {found.raw}")
        asked = self.world.new_query(self.id, found.text)
        payload: Fields = {
            "id": asked.id,
            "from": self.user,
            "chat_instance": str(7_000_000_000_000_000_000 + abs(place.id)),
            "data": found.data,
        }
        if under.inline_id is not None:
            payload["inline_message_id"] = under.inline_id
        else:
            payload["message"] = under.data if not under.deleted else _inaccessible(under)
        self.world.updates.push("callback_query", payload, queue=f"taps {self.id}")
        return Tap(self.world, asked)

    def _find_button(self, button: str | Button, message: Message | None, place: Chat) -> tuple[Message, Button]:
        candidates = [message] if message is not None else list(reversed(list(place.kept())))
        for candidate in candidates:
            found = button if isinstance(button, Button) else candidate.button(button)
            if found is not None and found in candidate.buttons:
                return candidate, found
        seen = [one.text for candidate in candidates for one in candidate.buttons]
        raise ValueError(f"no button {button!r} in {place.title}, only {seen}")

    async def inline(self, query: str, *, chat: Chat | None = None, offset: str = "") -> Tap:
        """Type `@bot query` somewhere; answers that the bot lets Telegram keep come without asking it again.

        :param chat: where it is typed; the private chat with the bot when None.
        """
        if (kept := self._kept_answer(query, offset)) is not None:
            return Tap(self.world, kept)
        asked = self.world.new_query(self.id, query, offset)
        place = chat or self.chat
        payload = {"id": asked.id, "from": self.user, "query": query, "offset": offset}
        payload["chat_type"] = "sender" if place is self.chat else place.kind
        self.world.updates.push("inline_query", payload, queue=f"inline {self.id}")
        return Tap(self.world, asked)

    def _kept_answer(self, query: str, offset: str) -> Asked | None:
        now_s = self.world.clock.seconds()
        for asked in reversed(self.world.inline_answers.get((query, offset), [])):
            answer = asked.answer or {}
            if answer.get("is_personal") and asked.user_id != self.id:
                continue
            kept_s = answer.get("cache_time")
            if now_s - asked.asked_s < float(300 if kept_s is None else kept_s):
                return asked
        return None

    async def choose(self, tap: Tap, result: int | Fields, *, chat: Chat | None = None) -> Message:
        """Choose an inline result: its message goes into the chat, and the bot is told where it asked for that.

        :param result: the result, or its place in the list.
        """
        place = self._place(chat)
        chosen = tap.results[result] if isinstance(result, int) else result
        content = dict(chosen["message"]) | {"via_bot": self.world.bot}
        if place.kind == "private":
            place.started = True
        message = self.world.post(place, self.user, content)
        feedback: Fields = {"result_id": chosen["id"], "from": self.user, "query": tap.asked.query}
        if "reply_markup" in content:
            message.inline_id = f"BQAAA{message.chat_id}_{message.id}"
            self.world.inline_messages[message.inline_id] = message
            feedback["inline_message_id"] = message.inline_id
        if self.world.rules.inline_feedback:
            self.world.updates.push("chosen_inline_result", feedback, queue=f"chosen {self.id}")
        deliver(self.world, place, message)
        return message

    async def press(self, text: str, *, chat: Chat | None = None) -> Message:
        """Press a key of the keyboard below the input line: its text is sent.

        :raises ValueError: no such key.
        """
        self._find_key(text, self._place(chat))
        return await self.say(text, chat=chat)

    async def share_chat(self, key: str, shared: Chat) -> Message:
        """Press a key that asks for a chat, and choose one.

        :raises ValueError: no such key, or a chat that it does not ask for; the test is wrong.
        """
        request = self._find_key(key, self.chat).get("request_chat")
        if request is None:
            raise ValueError(f"{key!r} asks for no chat")
        if request["chat_is_channel"] != (shared.kind == "channel"):
            raise ValueError(f"{key!r} does not ask for a {shared.kind}")
        if request.get("bot_is_member") and not shared.has(self.world.bot_id):
            raise ValueError(f"the bot is not in {shared.title}")
        told: dict[str, Any] = {"request_id": request["request_id"], "chat_id": shared.id}
        if request.get("request_title"):
            told["title"] = shared.title
        if request.get("request_username") and shared.username:
            told["username"] = shared.username
        message = self.world.post(self.chat, self.user, {"chat_shared": told})
        deliver(self.world, self.chat, message)
        return message

    def _find_key(self, text: str, place: Chat) -> Fields:
        for message in reversed(list(place.kept())):
            if message.keyboard is None:
                continue
            for row in message.keyboard.get("keyboard") or []:
                for key in row:
                    shown = {"text": key} if isinstance(key, str) else key
                    if shown["text"] == text:
                        return dict(shown)
            break
        raise ValueError(f"no key {text!r} below {place.title}")


def _inaccessible(message: Message) -> Fields:
    """A message that is gone, as a tap tells of it."""
    return {"chat": message.data["chat"], "message_id": message.id, "date": 0}


__all__ = ["Someone", "Tap", "Tapping"]
