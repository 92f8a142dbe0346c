"""The fake by remote control: JSON over HTTP, for programs in other processes and for the web page."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from .chats import Chat, Message
from .fake import FakeTelegram
from .membership import Person
from .server import respond

Body = dict[str, Any]
Action = Callable[[FakeTelegram, Body], Awaitable[Any]]


def add_control(api: FakeTelegram) -> None:
    """Add the routes: POST /control/ACTION with a JSON object; GET /control/state, /control/messages, /control/calls.

    Actions name a person by `person` (user id) and a chat by `chat` (id, the private chat when left out). A mistake in
    an action answers 400 with `error`.
    """
    routes = {"state": _state, "messages": _messages, "calls": _calls}
    for name, look in routes.items():
        api.server.app.router.add_get(f"/control/{name}", _get(api, look))
    api.server.app.router.add_post("/control/{action}", _post(api))


def _get(api: FakeTelegram, look: Callable[[FakeTelegram, Mapping[str, str]], Any]) -> Callable[..., Any]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return respond(200, look(api, request.query))
        except (KeyError, ValueError) as error:
            return respond(400, {"error": f"{type(error).__name__}: {error}"})

    return handle


def _post(api: FakeTelegram) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        action = ACTIONS.get(request.match_info["action"])
        if action is None:
            return respond(404, {"error": f"no such action, there are {sorted(ACTIONS)}"})
        try:
            body = await request.json() if request.can_read_body else {}
            return respond(200, await action(api, body))
        except (KeyError, ValueError, TypeError, AssertionError, json.JSONDecodeError) as error:
            return respond(400, {"error": f"{type(error).__name__}: {error}"})

    return handle


def _state(api: FakeTelegram, _query: Mapping[str, str]) -> Body:
    return {
        "bot": api.world.bot,
        "people": [person.user for person in api.people.values()],
        "chats": [_chat(chat) for chat in api.world.chats.values() if chat.migrated_to is None],
        "pending_updates": len(api.world.updates.waiting()),
        "violations": api.violations,
        "date": api.clock.unix(),
    }


def _chat(chat: Chat) -> Body:
    members = [user_id for user_id in chat.members if chat.has(user_id)] if chat.kind != "private" else [chat.id]
    topics = [{"id": thread_id, "name": name} for thread_id, name in chat.topics.items()]
    return chat.data | {"members": members, "topics": topics, "blocked": chat.blocked}


def _messages(api: FakeTelegram, query: Mapping[str, str]) -> list[Body]:
    return [message.data for message in api.messages(int(query["chat"]))]


def _calls(api: FakeTelegram, query: Mapping[str, str]) -> list[Body]:
    return [
        {
            "method": call.method,
            "date": call.date,
            "status": call.status,
            "response": call.response,
            "fault": call.fault,
        }
        for call in api.calls(query.get("method"))
    ]


def _person(api: FakeTelegram, body: Body) -> Person:
    return api.people[int(body["person"])]


def _place(api: FakeTelegram, body: Body, name: str = "chat") -> Chat | None:
    return api.world.chats[int(body[name])] if body.get(name) else None


def _group(api: FakeTelegram, body: Body) -> Chat:
    return api.world.chats[int(body["chat"])]


def _message(api: FakeTelegram, body: Body, name: str = "message") -> Message | None:
    place = _place(api, body) or _person(api, body).chat
    return place.messages[int(body[name])] if body.get(name) else None


def _where(api: FakeTelegram, body: Body) -> Body:
    return {"chat": _place(api, body), "topic": body.get("topic"), "reply_to": _message(api, body, "reply_to")}


async def _make_person(api: FakeTelegram, body: Body) -> Any:
    return api.person(**body).user


async def _make_group(api: FakeTelegram, body: Body) -> Any:
    members, admins = [[api.people[int(one)] for one in body.pop(name, [])] for name in ("members", "admins")]
    make = api.channel if body.pop("channel", False) else api.group
    return _chat(make(members=members, admins=admins, **body))


async def _say(api: FakeTelegram, body: Body) -> Any:
    return (await _person(api, body).say(body["text"], **_where(api, body))).data


async def _send_file(api: FakeTelegram, body: Body) -> Any:
    person, content = _person(api, body), base64.b64decode(body.get("content", ""))
    kind = body.get("kind", "document")
    if kind == "document":
        sent = await person.send_document(content, body["name"], caption=body.get("caption"), **_where(api, body))
    elif kind == "photo":
        sent = await person.send_photo(content, caption=body.get("caption"), **_where(api, body))
    else:
        sent = await {"voice": person.send_voice, "sticker": person.send_sticker}[kind](content, **_where(api, body))
    return sent.data


async def _edit(api: FakeTelegram, body: Body) -> Any:
    message = _message(api, body)
    if message is None:
        raise ValueError("no message is named")
    await _person(api, body).edit(message, body["text"])
    return message.data


async def _react(api: FakeTelegram, body: Body) -> Any:
    message = _message(api, body)
    if message is None:
        raise ValueError("no message is named")
    await _person(api, body).react(message, *body.get("emoji", []))
    return True


async def _tap(api: FakeTelegram, body: Body) -> Any:
    person, message = _person(api, body), _message(api, body)
    tap = await person.tap(body["button"], message, chat=_place(api, body))
    return await tap.answered(float(body.get("timeout_s", 10)))


async def _open_link(api: FakeTelegram, body: Body) -> Any:
    message = await _person(api, body).open_link(body["url"])
    return message.data if message else None


async def _inline(api: FakeTelegram, body: Body) -> Any:
    tap = await _person(api, body).inline(body["query"], chat=_place(api, body), offset=body.get("offset", ""))
    answer = await tap.answered(float(body.get("timeout_s", 10)))
    if (chosen := body.get("choose")) is not None:
        return (await _person(api, body).choose(tap, int(chosen), chat=_place(api, body))).data
    return answer


async def _press(api: FakeTelegram, body: Body) -> Any:
    person, shared = _person(api, body), _place(api, body, "shared")
    sent = await person.share_chat(body["key"], shared) if shared else await person.press(body["key"])
    return sent.data


def _done(act: Callable[[FakeTelegram, Body], Awaitable[Any]]) -> Action:
    async def action(api: FakeTelegram, body: Body) -> Any:
        result = await act(api, body)
        return _chat(result) if isinstance(result, Chat) else result if result is not None else True

    return action


async def _fault(api: FakeTelegram, body: Body) -> Any:
    api.fault(**body)
    return True


async def _limits(api: FakeTelegram, _body: Body) -> Any:
    api.enforce_limits()
    return True


async def _advance(api: FakeTelegram, body: Body) -> Any:
    api.clock.advance(float(body["seconds"]))
    return api.clock.unix()


ACTIONS: Mapping[str, Action] = {
    "person": _make_person,
    "group": _make_group,
    "say": _say,
    "file": _send_file,
    "edit": _edit,
    "react": _react,
    "tap": _tap,
    "open_link": _open_link,
    "inline": _inline,
    "press": _press,
    "fault": _fault,
    "limits": _limits,
    "advance": _advance,
    "block": _done(lambda api, body: _person(api, body).block()),
    "unblock": _done(lambda api, body: _person(api, body).unblock()),
    "add_bot": _done(lambda api, body: _person(api, body).add_bot(_group(api, body), admin=bool(body.get("admin")))),
    "remove_bot": _done(lambda api, body: _person(api, body).remove_bot(_group(api, body))),
    "promote": _done(lambda api, body: _person(api, body).promote(_group(api, body))),
    "join": _done(lambda api, body: _person(api, body).join(_group(api, body))),
    "leave": _done(lambda api, body: _person(api, body).leave(_group(api, body))),
    "topic": _done(lambda api, body: _person(api, body).open_topic(_group(api, body), body["name"])),
    "migrate": _done(lambda api, body: _person(api, body).migrate(_group(api, body))),
}
