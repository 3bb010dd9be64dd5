"""What an update says.

The JSON is read here and not by the library's ``Update.de_json``: that raises for a whole update when one field of it
is not what this release of the library expects, also one that nobody asked for, and it makes an object of every field.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from bot import lengths, uploads
from bot.channels import start
from bot.content import Media
from bot.errors import KlopaanError
from bot.inbound import Inbound
from flows.grammar import Opened, Said, Sent, Tapped, Typed

CHANNEL = "telegram"

#: What we ask for. Who blocks the bot, or comes back, is only told when it is asked for by name.
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")

#: ``getFile`` gives no larger ones.
LARGEST = 20 * 1024 * 1024

#: The same for every channel: what buttons of ours send back. Anything else was made up by a program.
_BUTTON = re.compile(r"[!a-z0-9_.:-]{1,64}", re.IGNORECASE)
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?=\s|$)")
#: Identifiers are at most 52 bits (Bot API, ``Chat.id``).
_MOST_ID = 2**52

#: The platform's word for a file → how the conversation speaks of it. An animation is a document as well.
_FILES: tuple[tuple[str, Literal["", "photo", "voice", "file"]], ...] = (
    ("voice", "voice"),
    ("audio", "voice"),
    ("document", ""),  # by its media type
    ("video", "file"),
    ("video_note", "file"),
)
#: What a message can hold besides what it says. Anything that is not here was sent by a person, and gets an answer.
_BESIDES = frozenset(
    {"message_id", "message_thread_id", "from", "sender_chat", "sender_business_bot", "business_connection_id", "date"}
    | {"edit_date", "chat", "is_topic_message", "is_automatic_forward", "has_protected_content", "is_from_offline"}
    | {"media_group_id", "author_signature", "via_bot", "entities", "effect_id", "reply_markup", "has_media_spoiler"}
    | {"forward_origin", "forward_from", "forward_date", "forward_sender_name", "reply_to_message", "external_reply"}
    | {"quote", "reply_to_story", "link_preview_options", "show_caption_above_media", "caption_entities"}
)
#: What the platform itself tells in a private chat: nobody waits for an answer to it.
_SERVICE = frozenset(
    {"pinned_message", "message_auto_delete_timer_changed", "chat_background_set", "write_access_allowed"}
    | {"connected_website", "users_shared", "chat_shared", "boost_added", "passport_data", "web_app_data"}
    | {"successful_payment", "refunded_payment", "gift", "unique_gift", "checklist_tasks_done", "checklist_tasks_added"}
    | {"forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened"}
    | {"delete_chat_photo", "new_chat_photo", "new_chat_title"}
)


class Malformed(KlopaanError):
    """This is no update of Telegram's."""


@dataclass(frozen=True, slots=True)
class Read:
    """``inbound`` is to be received; ``blocked``: the person blocked the bot, or came back; ``query``: a tap, which
    their app shows as pending until it is answered. ``chat`` is empty for what is not ours to hear."""

    chat: str = ""
    inbound: Inbound | None = None
    blocked: bool | None = None
    query: str | None = None


def number(update: object) -> int:
    """``update_id``. Raises ``Malformed``."""
    if not isinstance(update, dict) or not _is_number(update.get("update_id"), 2**63):
        raise Malformed
    found: int = update["update_id"]
    return found


def read(update: object, flows: Collection[str], most: int) -> Read:
    """What ``update`` says: private chats only, and kinds that we know. ``most``: bytes of the largest file that is
    kept. Raises ``Malformed`` when it cannot be told who says it."""
    key = f"update:{number(update)}"
    assert isinstance(update, dict)
    if "message" in update:
        return _message(_object(update["message"]), key, flows, most)
    if "edited_message" in update:
        return _edited(_object(update["edited_message"]), key, flows)
    if "callback_query" in update:
        return _tap(_object(update["callback_query"]))
    if "my_chat_member" in update:
        return _membership(_object(update["my_chat_member"]))
    return Read()


def _message(message: Mapping[str, Any], key: str, flows: Collection[str], most: int) -> Read:
    chat = _private(message)
    if chat is None:
        return Read()
    hint = _hint(message)
    said: Said | None
    said, media = _content(message, flows, hint, most)
    if said is None:
        return Read()
    return Read(chat, Inbound(CHANNEL, chat, key, said, hint=hint, media=media, sent_at=_at(message, "date")))


def _edited(message: Mapping[str, Any], key: str, flows: Collection[str]) -> Read:
    """New words are heard as such: they may be a cry for help. A place that moves on is an edit as well."""
    chat, words = _private(message), _text(message, "text") or _text(message, "caption")
    if chat is None or not words:
        return Read()
    hint = _hint(message)
    said = _typed(words, flows, hint)
    return Read(chat, Inbound(CHANNEL, chat, key, said, hint=hint, sent_at=_at(message, "edit_date")))


def _tap(query: Mapping[str, Any]) -> Read:
    """Also of a button that is older than 48 hours: of its message only the chat is told then."""
    query_id = query.get("id")
    if not isinstance(query_id, str) or not query_id.isascii() or not 1 <= len(query_id) <= 64:
        raise Malformed
    if not isinstance(query.get("message"), dict):
        return Read()  # under a message that was not sent in a chat with us
    chat = _private(query["message"], sender=query)
    if chat is None:
        return Read()
    data = query.get("data")
    if not isinstance(data, str) or not _BUTTON.fullmatch(data):
        return Read(chat, query=query_id)
    inbound = Inbound(CHANNEL, chat, f"callback:{query_id}", Tapped(data), hint=_hint(query))
    return Read(chat, inbound, query=query_id)


def _membership(change: Mapping[str, Any]) -> Read:
    chat = _private(change)
    status = _object(change.get("new_chat_member")).get("status")
    if chat is None or status not in ("kicked", "member"):
        return Read()
    return Read(chat, blocked=status == "kicked")


# ---- who -----------------------------------------------------------------------------------------------------------


def _private(message: Mapping[str, Any], sender: Mapping[str, Any] | None = None) -> str | None:
    """The chat's number; None for a group or channel, and for another bot. Raises ``Malformed``."""
    chat = _object(message.get("chat"))
    if not _is_number(chat.get("id"), _MOST_ID) or not isinstance(chat.get("type"), str):
        raise Malformed
    if chat["type"] != "private" or _sender(sender or message).get("is_bot") is True:
        return None
    return str(chat["id"])


def _sender(message: Mapping[str, Any]) -> Mapping[str, Any]:
    sender = message.get("from")
    return sender if isinstance(sender, dict) else {}


def _hint(message: Mapping[str, Any]) -> str | None:
    """The language of the person's app, by its first two letters (``pt-br`` is ``pt``)."""
    code = _text(_sender(message), "language_code").lower().replace("_", "-").partition("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


# ---- what ----------------------------------------------------------------------------------------------------------


def _content(
    message: Mapping[str, Any], flows: Collection[str], hint: str | None, most: int
) -> tuple[Said | None, tuple[Media, ...]]:
    if words := _text(message, "text"):
        return _typed(words, flows, hint), ()
    caption = _text(message, "caption")
    if isinstance(message.get("photo"), list):
        return _file("photo", _fitting(message["photo"], most), caption, most)
    for name, kind in _FILES:
        file = message.get(name)
        if isinstance(file, dict):
            return _file(kind or uploads.kind(_text(file, "mime_type")), file, caption, most)
    # A sticker stands for what is on it; dice and their like are sent by typing it.
    for name, field in (("sticker", "emoji"), ("dice", "emoji"), ("contact", "phone_number")):
        if isinstance(message.get(name), dict) and (words := _text(message[name], field)):
            return Typed(words), ()
    held = message.keys() - _BESIDES
    return (None if not held or held & _SERVICE else Sent("file", caption, problem="unknown")), ()


def _typed(words: str, flows: Collection[str], hint: str | None) -> Opened | Typed:
    """Text as it was typed. A command is its word: the same that works without the slash."""
    command = _COMMAND.match(words)
    if command is None:
        return Typed(words)
    rest = words[command.end() :].strip()
    if command[1].lower() == "start":
        return start.read(rest, flows, hint)
    return Typed(f"{command[1]} {rest}".rstrip())


def _file(
    kind: Literal["photo", "voice", "file"], file: Mapping[str, Any], caption: str, most: int
) -> tuple[Sent, tuple[Media, ...]]:
    reference, size = _text(file, "file_id"), _size(file)
    if not reference.isascii() or not reference:
        return Sent(kind, caption, problem="unknown"), ()
    if size is not None and size > min(most, LARGEST):
        return Sent(kind, caption, problem="too_big"), ()
    return Sent(kind, caption, seconds=_seconds(file) if kind == "voice" else None), (Media(reference, size),)


def _fitting(sizes: list[Any], most: int) -> Mapping[str, Any]:
    """The largest of a photo's sizes that is kept; nothing of them fits: the smallest."""
    known = sorted((one for one in sizes if isinstance(one, dict)), key=lambda one: (_size(one) or 0, _width(one)))
    fitting = [one for one in known if (_size(one) or 0) <= min(most, LARGEST)]
    return next(iter([*fitting[-1:], *known]), {})


# ---- fields --------------------------------------------------------------------------------------------------------


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed
    return value


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _is_number(value: object, most: int) -> TypeGuard[int]:
    return type(value) is int and -most < value < most


def _size(file: Mapping[str, Any]) -> int | None:
    size = file.get("file_size")
    return size if _is_number(size, 2**63) and size >= 0 else None


def _seconds(file: Mapping[str, Any]) -> int | None:
    length = file.get("duration")
    return length if _is_number(length, lengths.LONGEST) and length > 0 else None


def _width(file: Mapping[str, Any]) -> int:
    width = file.get("width")
    return width if _is_number(width, 2**31) else 0


def _at(message: Mapping[str, Any], name: str) -> int | None:
    """The platform's seconds as milliseconds."""
    at = message.get(name)
    return at * 1000 if _is_number(at, 2**40) and at > 0 else None
