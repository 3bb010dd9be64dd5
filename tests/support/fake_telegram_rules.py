"""What Telegram takes and refuses, in its words: those of github.com/tdlib/telegram-bot-api."""

from __future__ import annotations

import asyncio
import json
import re
from hashlib import sha256
from typing import Any

from aiohttp import web

TEXT, CAPTION, DATA, BUTTONS, ANSWER = 4096, 1024, 64, 100, 200
DOWNLOAD, PHOTO, UPLOAD = 20 * 1024 * 1024, 10 * 1024 * 1024, 50 * 1024 * 1024
#: Per second over all, per second to a chat, and how many at once to a chat before that counts.
OVERALL, PERSON, BURST = 30, 1, 5
#: Kinds that come unless they were chosen by name.
USUAL = ("message", "edited_message", "callback_query", "my_chat_member")

#: Our codes as the platform says them: status, description.
CODES = {
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "undeliverable": (400, "Bad Request: chat not found"),
    "not_started": (403, "Forbidden: bot can't initiate conversation with a user"),
    "rejected": (400, "Bad Request: can't parse entities: Character '.' is reserved"),
    "busy": (429, "Too Many Requests: retry after {after}"),
    "platform": (502, "Bad Gateway"),
    "error": (500, "Internal Server Error"),
    "too_big": (413, "Request Entity Too Large"),
    "token": (401, "Unauthorized"),
    "conflict": (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
}

_MARKUP = {"chat_id", "reply_markup", "disable_notification", "protect_content"}
#: What each method takes of what Telegram's takes: more than that is a mistake here.
METHODS: dict[str, set[str]] = {
    "getMe": set(),
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "setWebhook": {"url", "secret_token", "allowed_updates", "max_connections", "drop_pending_updates"},
    "deleteWebhook": {"drop_pending_updates"},
    "getWebhookInfo": set(),
    "sendMessage": {*_MARKUP, "text", "link_preview_options"},
    "sendPhoto": {*_MARKUP, "photo", "caption"},
    "sendVoice": {*_MARKUP, "voice", "caption"},
    "sendDocument": {*_MARKUP, "document", "caption", "disable_content_type_detection"},
    "sendChatAction": {"chat_id", "action"},
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert"},
    "getFile": {"file_id"},
}

#: A person who is not there any more, a tap of long ago, a file that is too large to be had.
_NO_MISTAKES = frozenset(
    f"Bad Request: {words}"
    for words in (
        "chat not found",
        "query is too old and response timeout expired or query ID is invalid",
        "file is too big",
        "IMAGE_PROCESS_FAILED",
    )
)

Json = dict[str, Any]

BOT: Json = {"id": 123456789, "is_bot": True, "first_name": "Waterdrecht", "username": "WaterdrechtBot"}


class Refusal(Exception):
    """An answer of the platform that is not ok."""

    def __init__(self, status: int, description: str, after: int = 0) -> None:
        super().__init__(description)
        self.status, self.description, self.after = status, description, after

    @property
    def is_mistake(self) -> bool:
        """A bot that does all right never sees it."""
        return self.status in (400, 413) and self.description not in _NO_MISTAKES

    @property
    def answer(self) -> web.Response:
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.after:
            body["parameters"] = {"retry_after": self.after}
        return web.json_response(body, status=self.status)


class Planned(Exception):
    """An answer that a test asked for."""

    def __init__(self, plan: Json) -> None:
        super().__init__("planned")
        self._plan = plan

    @property
    def answer(self) -> web.Response:
        body, status = self._plan["body"], self._plan["status"]
        if self._plan["code"]:
            after = self._plan["retry_after"] if self._plan["code"] == "busy" else 0
            status, words = CODES[self._plan["code"]]
            return Refusal(status, words.format(after=after), after).answer
        if body is None or isinstance(body, str):
            return web.Response(status=status, text=body)
        return web.json_response(body, status=status)


def bad(words: str) -> Refusal:
    return Refusal(400, f"Bad Request: {words}")


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def membership(blocks: bool) -> Json:
    """What is told of someone who blocks the bot, or comes back."""
    before, after = ("member", "kicked") if blocks else ("kicked", "member")
    return {
        "old_chat_member": {"user": BOT, "status": before},
        "new_chat_member": {"user": BOT, "status": after, "until_date": 0},
    }


# ---- what was asked ------------------------------------------------------------------------------------------------


async def parameters(request: web.Request) -> Json:
    """Names and values as text, files as their field."""
    if request.content_type == "application/json":
        given = await request.json()
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return {**request.query, **await request.post()}


def number(given: Json, name: str) -> int:
    if not re.fullmatch(r"-?\d{1,16}", given.get(name, "")):
        raise bad("chat_id is empty" if not given.get(name) else "chat not found")
    return int(given[name])


def update_id(update: Any) -> int:
    found = update.get("update_id") if isinstance(update, dict) else None
    return found if isinstance(found, int) else 2**62


def message(method: str, given: Json) -> Json:
    """What is to be sent, as the test sees it. Raises ``Refusal``."""
    buttons = _buttons(given)
    if method == "sendMessage":
        text = given.get("text", "").strip()
        if not text:
            raise bad("message text is empty")
        if units(text) > TEXT:
            raise bad("message is too long")
        kind = "buttons" if buttons else "text"
        return {"kind": kind, "text": text, "caption": "", "buttons": buttons, "file": None}
    kind = method.removeprefix("send").lower()
    caption, field = given.get("caption", "").strip(), given.get(kind)
    if units(caption) > CAPTION:
        raise bad("message caption is too long")
    if field is None:
        raise bad(f"there is no {kind} in the request")
    if not isinstance(field, web.FileField):
        raise bad("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
    data = field.file.read()
    if not data:
        raise bad("file must be non-empty")
    if len(data) > UPLOAD:
        raise Refusal(*CODES["too_big"])
    if kind == "photo" and (len(data) > PHOTO or not data.startswith((b"\xff\xd8\xff", b"\x89PNG"))):
        raise bad("IMAGE_PROCESS_FAILED")
    if kind == "photo" and (sides := _sides(data)) is not None:
        wide, high = sides
        if wide + high > 10_000 or max(sides) > 20 * min(sides):  # Bot API, sendPhoto
            raise bad("PHOTO_INVALID_DIMENSIONS")
    if kind == "voice" and not data.startswith(b"OggS"):
        raise bad("wrong file type")
    if field.filename.endswith(".ics") != (field.content_type == "text/calendar"):
        raise bad("the name and the type of the file are of two kinds")
    file = {"type": field.content_type, "size": len(data), "sha256": sha256(data).hexdigest(), "name": field.filename}
    sort = {"document": "file"}.get(kind, kind)
    return {"kind": sort, "text": caption, "caption": caption, "buttons": buttons, "file": file}


def _sides(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG that begins as one should."""
    if data[12:16] != b"IHDR":
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _buttons(given: Json) -> list[Json]:
    if not given.get("reply_markup"):
        return []
    try:
        rows = json.loads(given["reply_markup"])["inline_keyboard"]
        buttons = [(button["text"], button["callback_data"]) for row in rows for button in row]
    except (ValueError, TypeError, KeyError):
        raise bad("can't parse reply keyboard markup JSON object") from None
    if len(buttons) > BUTTONS:
        raise bad("reply markup is too long")
    for text, data in buttons:
        if not isinstance(text, str) or not text.strip():
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA:
            raise bad("BUTTON_DATA_INVALID")
    return [{"data": data, "title": text, "description": ""} for text, data in buttons]


async def either(*events: asyncio.Event) -> None:
    """Returns when one of them is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
