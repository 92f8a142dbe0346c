"""Methods by which the bot tells about itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .chats import RIGHTS, Chat
from .errors import bad_request
from .sending import Method
from .targets import Fields, target_chat
from .world import World

MAX_COMMANDS = 100
"""Bot API, setMyCommands."""


def get_me(world: World, _fields: Fields) -> Fields:
    """Answer getMe."""
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.rules.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
    }


def _done(_world: World, _fields: Fields) -> bool:
    return True


def scope_key(world: World, scope: Fields | None) -> str:
    """Name a scope of commands.

    :raises ApiError: it names a chat that the bot does not know.
    """
    kind = str((scope or {}).get("type", "default"))
    if kind not in ("chat", "chat_administrators", "chat_member"):
        return kind
    chat = target_chat(world, scope or {}, "read")
    suffix = f" {(scope or {}).get('user_id')}" if kind == "chat_member" else ""
    return f"{kind} {chat.id}{suffix}"


def set_my_commands(world: World, fields: Fields) -> bool:
    """Answer setMyCommands."""
    commands = fields.get("commands") or []
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": command["description"]})
    world.profile.commands[scope_key(world, fields.get("scope")), fields.get("language_code") or ""] = kept
    return True


def get_my_commands(world: World, fields: Fields) -> list[dict[str, str]]:
    """Answer getMyCommands."""
    key = scope_key(world, fields.get("scope")), fields.get("language_code") or ""
    return world.profile.commands.get(key, [])


def delete_my_commands(world: World, fields: Fields) -> bool:
    """Answer deleteMyCommands."""
    key = scope_key(world, fields.get("scope")), fields.get("language_code") or ""
    world.profile.commands.pop(key, None)
    return True


def commands_shown(world: World, user: Fields, chat: Chat) -> list[dict[str, str]]:
    """Commands that someone sees in a chat: the narrowest scope wins, there the language of the person first."""
    is_admin = chat.is_admin(user["id"])
    scopes = [f"chat_member {chat.id} {user['id']}"] if chat.kind != "private" else []
    scopes += [f"chat_administrators {chat.id}"] if is_admin else []
    scopes += [f"chat {chat.id}"]
    scopes += ["all_chat_administrators"] if is_admin else []
    scopes += ["all_private_chats" if chat.kind == "private" else "all_group_chats", "default"]
    for scope in scopes:
        for language in (user.get("language_code", ""), ""):
            if commands := world.profile.commands.get((scope, language)):
                return commands
    return []


def _setter(kept: Callable[[World], dict[str, str]], field: str, limit: int, refused: str) -> Method:
    def method(world: World, fields: Fields) -> bool:
        text = str(fields.get(field) or "")
        if len(text) > limit:
            raise bad_request(refused)
        kept(world)[str(fields.get("language_code") or "")] = text
        return True

    return method


def _getter(kept: Callable[[World], dict[str, str]], field: str) -> Method:
    def method(world: World, fields: Fields) -> Fields:
        texts = kept(world)
        return {field: texts.get(str(fields.get("language_code") or "")) or texts.get("", "")}

    return method


def _names(world: World) -> dict[str, str]:
    return {"": str(world.bot["first_name"])} | world.profile.names


def _kept_names(world: World) -> dict[str, str]:
    return world.profile.names


def _descriptions(world: World) -> dict[str, str]:
    return world.profile.descriptions


def _short_descriptions(world: World) -> dict[str, str]:
    return world.profile.short_descriptions


def set_chat_menu_button(world: World, fields: Fields) -> bool:
    """Answer setChatMenuButton."""
    chat_id = target_chat(world, fields, "read").id if fields.get("chat_id") else None
    world.profile.menu_buttons[chat_id] = fields.get("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(world: World, fields: Fields) -> Fields:
    """Answer getChatMenuButton."""
    buttons = world.profile.menu_buttons
    return buttons.get(fields.get("chat_id")) or buttons.get(None) or {"type": "commands"}


def set_default_rights(world: World, fields: Fields) -> bool:
    """Answer setMyDefaultAdministratorRights."""
    world.profile.default_rights[bool(fields.get("for_channels"))] = fields.get("rights") or {}
    return True


def get_default_rights(world: World, fields: Fields) -> Fields:
    """Answer getMyDefaultAdministratorRights."""
    rights: dict[str, Any] = {"is_anonymous": False} | dict.fromkeys(RIGHTS, False)
    return rights | world.profile.default_rights.get(bool(fields.get("for_channels")), {})


ABOUT_BOT: Mapping[str, Method] = {
    "getMe": get_me,
    "logOut": _done,
    "close": _done,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter(_kept_names, "name", 64, "BOT_TITLE_INVALID"),
    "getMyName": _getter(_names, "name"),
    "setMyDescription": _setter(_descriptions, "description", 512, "DESCRIPTION_TOO_LONG"),
    "getMyDescription": _getter(_descriptions, "description"),
    "setMyShortDescription": _setter(_short_descriptions, "short_description", 120, "ABOUT_TOO_LONG"),
    "getMyShortDescription": _getter(_short_descriptions, "short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyDefaultAdministratorRights": set_default_rights,
    "getMyDefaultAdministratorRights": get_default_rights,
}
