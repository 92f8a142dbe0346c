"""Methods that ask about chats, their members and files, or leave a chat."""

from __future__ import annotations

from collections.abc import Mapping

from .chats import Chat, member_of
from .errors import bad_request
from .files import MAX_DOWNLOAD_BYTES
from .sending import Method
from .targets import Fields, target_chat
from .world import World

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, fields: Fields) -> Fields:
    """Answer getChat."""
    chat = target_chat(world, fields, "read")
    full = chat.data | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, chat.kind == "private"),
    }
    pinned = chat.find(chat.pinned[-1]) if chat.pinned else None
    return full | {"pinned_message": pinned.data} if pinned else full


def get_chat_member(world: World, fields: Fields) -> Fields:
    """Answer getChatMember."""
    chat = target_chat(world, fields, "read")
    user = world.users.get(fields.get("user_id") or 0)
    if user is None:
        raise bad_request("user not found")
    if chat.kind == "private":
        if user["id"] not in (chat.id, world.bot_id):
            raise bad_request("user not found")
        return member_of(user, "member")
    return chat.members.get(user["id"]) or member_of(user, "left")


def get_chat_administrators(world: World, fields: Fields) -> list[Fields]:
    """Answer getChatAdministrators."""
    chat = target_chat(world, fields, "read")
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    return [
        member
        for user_id, member in chat.members.items()
        if chat.is_admin(user_id) and (not member["user"]["is_bot"] or user_id == world.bot_id)
    ]


def get_chat_member_count(world: World, fields: Fields) -> int:
    """Answer getChatMemberCount."""
    chat = target_chat(world, fields, "read")
    return 2 if chat.kind == "private" else sum(map(chat.has, chat.members))


def leave_chat(world: World, fields: Fields) -> bool:
    """Answer leaveChat."""
    chat = target_chat(world, fields, "read")
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    if chat.has(world.bot_id):
        leave(world, chat)
    return True


def leave(world: World, chat: Chat) -> None:
    """Take the bot out of a chat by its own will."""
    chat.bot_left = True
    world.set_member(chat, world.bot, member_of(world.bot, "left"), by=world.bot)
    if chat.kind != "channel":
        world.post(chat, world.bot, {"left_chat_member": world.bot})


def get_file(world: World, fields: Fields) -> Fields:
    """Answer getFile."""
    file_id = fields.get("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.files.get(str(file_id))
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return file.ids() | {"file_path": file.path}


ABOUT_CHATS: Mapping[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getFile": get_file,
}
