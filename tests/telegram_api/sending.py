"""Methods that put messages into chats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .chats import Chat, Message
from .errors import bad_request
from .files import StoredFile, Upload
from .markup import inline_keyboard, reply_keyboard
from .targets import (
    Fields,
    caption_fields,
    check_can_send,
    formatted,
    message_text,
    target_chat,
    target_message,
    target_thread,
    text_fields,
)
from .world import World, without_reply

Method = Callable[[World, Fields], Any]


def send_message(world: World, fields: Fields) -> Fields:
    """Answer sendMessage."""
    chat = target_chat(world, fields)
    check_can_send(world, chat)
    content = text_fields(message_text(world, fields))
    if preview := _kept_preview(fields):
        content["link_preview_options"] = preview
    return put(world, chat, fields, content).data


def put(world: World, chat: Chat, fields: Fields, content: Fields) -> Message:
    """Post a message of the bot's with what all messages share: topic, reply and keyboard.

    :raises ApiError: no such topic, nothing to reply to, a keyboard that Telegram refuses.
    """
    thread_id = target_thread(chat, fields)
    reply = reply_fields(world, chat, fields)
    keyboard = inline_keyboard(fields.get("reply_markup"))
    if keyboard:
        content = content | {"reply_markup": keyboard}
    if fields.get("protect_content"):
        content = content | {"has_protected_content": True}
    if thread_id is None and chat.is_forum:
        replied = chat.messages.get(reply.get("reply_to_message", {}).get("message_id", 0))
        thread_id = replied.thread_id if replied else None
    message = world.post(chat, world.bot, reply | content, thread_id=thread_id)
    message.keyboard = reply_keyboard(fields.get("reply_markup"))
    return message


def reply_fields(world: World, chat: Chat, fields: Fields) -> Fields:
    """What a message tells of the message that it answers.

    :raises ApiError: there is no such message and the request does not allow for that.
    """
    wanted = fields.get("reply_parameters") or {
        "message_id": fields.get("reply_to_message_id"),
        "allow_sending_without_reply": fields.get("allow_sending_without_reply"),
    }
    if not wanted.get("message_id"):
        return {}
    other = wanted.get("chat_id")
    place = chat if other in (None, chat.id, str(chat.id)) else target_chat(world, wanted, "read")
    replied = place.find(int(wanted["message_id"]))
    if replied is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    quote = _quote(wanted, replied)
    if place is chat:
        return {"reply_to_message": without_reply(replied.data)} | quote
    return {"external_reply": {"origin": origin_of(replied), "chat": place.data, "message_id": replied.id}} | quote


def _quote(wanted: Fields, replied: Message) -> Fields:
    quote = wanted.get("quote")
    if not quote:
        return {}
    position = replied.text.find(quote)
    if position < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    units = len(replied.text[:position].encode("utf-16-le")) // 2
    return {"quote": {"text": quote, "position": units, "is_manual": True}}


def _kept_preview(fields: Fields) -> Fields | None:
    preview = fields.get("link_preview_options")
    if fields.get("disable_web_page_preview"):
        return {"is_disabled": True}
    return preview if isinstance(preview, dict) and preview else None


def send_chat_action(world: World, fields: Fields) -> bool:
    """Answer sendChatAction."""
    chat = target_chat(world, fields)
    thread_id = fields.get("message_thread_id")
    if chat.is_forum and thread_id and thread_id != 1:
        target_thread(chat, fields)
    chat.actions.append(str(fields["action"]))
    return True


def _sent_file(world: World, fields: Fields, name: str, folder: str) -> StoredFile:
    """Take the file of a request: uploaded, attached, or known by its id.

    :raises ApiError: there is none.
    """
    value = fields.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        value = fields.get(value.removeprefix("attach://"))
    if isinstance(value, Upload):
        if not value.content:
            raise bad_request("file must be non-empty")
        return world.files.add(value.content, value.filename, folder=folder)
    if not value:
        raise bad_request(f"there is no {name} in the request")
    known = world.files.get(str(value))
    if known is None:
        raise bad_request("wrong remote file identifier specified: Wrong string length")
    return known


def document_of(file: StoredFile) -> Fields:
    """A document as the Bot API gives it."""
    return {"document": {"file_name": file.name, "mime_type": file.mime_type} | file.ids()}


def photo_of(file: StoredFile) -> Fields:
    """A photo as the Bot API gives it: here in one size."""
    return {"photo": [{"width": 800, "height": 600} | file.ids()]}


def voice_of(file: StoredFile) -> Fields:
    """A voice message as the Bot API gives it."""
    return {"voice": {"duration": 3, "mime_type": "audio/ogg"} | file.ids()}


def sticker_of(file: StoredFile) -> Fields:
    """A sticker as the Bot API gives it."""
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"}
    return {"sticker": shape | file.ids()}


def send_document(world: World, fields: Fields) -> Fields:
    """Answer sendDocument."""
    return _send_file(world, fields, "document", "documents", document_of, "can_send_documents")


def send_photo(world: World, fields: Fields) -> Fields:
    """Answer sendPhoto."""
    return _send_file(world, fields, "photo", "photos", photo_of, "can_send_photos")


def _send_file(
    world: World, fields: Fields, name: str, folder: str, as_content: Callable[[StoredFile], Fields], right: str
) -> Fields:
    chat = target_chat(world, fields)
    check_can_send(world, chat, right, folder)
    file = _sent_file(world, fields, name, folder)
    return put(world, chat, fields, as_content(file) | caption_fields(world, fields)).data


def origin_of(message: Message) -> Fields:
    """Where a forwarded message comes from."""
    if "sender_chat" in message.data:
        chat = message.data["sender_chat"]
        return {"type": "channel", "date": message.at, "chat": chat, "message_id": message.id}
    return {"type": "user", "date": message.at, "sender_user": message.data["from"]}


CONTENT = ("text", "entities", "caption", "caption_entities", "document", "photo", "voice", "sticker")


def content_of(message: Message) -> Fields:
    """What of a message goes along when it is copied or forwarded."""
    return {name: message.data[name] for name in CONTENT if name in message.data}


def forward_message(world: World, fields: Fields) -> Fields:
    """Answer forwardMessage."""
    chat, message = _source(world, fields, "message to forward")
    return put(world, chat, _without_reply(fields), content_of(message) | {"forward_origin": origin_of(message)}).data


def copy_message(world: World, fields: Fields) -> Fields:
    """Answer copyMessage."""
    chat, message = _source(world, fields, "message to copy")
    content = content_of(message)
    if "caption" in fields:
        parsed = formatted(world, fields, text="caption", entities="caption_entities")
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content |= text_fields(parsed, text="caption", entities="caption_entities")
    return {"message_id": put(world, chat, fields, content).id}


def _source(world: World, fields: Fields, what: str) -> tuple[Chat, Message]:
    chat = target_chat(world, fields)
    check_can_send(world, chat)
    source = target_chat(world, fields, "read", name="from_chat_id")
    message = target_message(source, fields, what)
    if not content_of(message):
        raise bad_request(f"the message can't be {'forwarded' if 'forward' in what else 'copied'}")
    return chat, message


def _without_reply(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if name not in ("reply_parameters", "reply_markup")}


SENDING: Mapping[str, Method] = {
    "sendMessage": send_message,
    "sendChatAction": send_chat_action,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "forwardMessage": forward_message,
    "copyMessage": copy_message,
}
