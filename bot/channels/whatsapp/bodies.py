"""A message as the Cloud API wants it, without its addressee. Pure."""

from __future__ import annotations

import re
from typing import Any

from bot.channels.rendering import Rendered, RenderedButton
from bot.content import Upload
from bot.errors import PermanentDeliveryError
from bot.outgoing import Template
from bot.uploads import EXTENSIONS

#: What opens a list. Channels have no text of their own; this is in every language, and the platform takes emoji here.
LIST_LABEL = "👇"

#: A business-scoped user id: who hides their telephone number has only this. Source: "Business-scoped user IDs".
BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
#: E.164 without the plus: at most 15 digits.
PHONE = re.compile(r"[0-9]{5,15}")

_MB = 1024 * 1024
#: Of the types that we hold those that the platform takes, as what, and up to how many bytes ("Supported media
#: types"). Calendar files are not among them: a link goes in their place.
_TAKEN = {
    "image/jpeg": ("image", 5 * _MB),
    "image/png": ("image", 5 * _MB),
    "audio/ogg": ("audio", 16 * _MB),
    "audio/mp4": ("audio", 16 * _MB),
    "audio/mpeg": ("audio", 16 * _MB),
    "application/pdf": ("document", 100 * _MB),
}
#: An OGG/Opus file up to this size is shown as a voice note.
_VOICE_NOTE = 512 * 1024


def recipient(external_id: str) -> dict[str, str]:
    """Who it is for: a telephone number, or the id of who hides theirs."""
    if BSUID.fullmatch(external_id):
        return {"recipient_type": "individual", "recipient": external_id}
    return {"recipient_type": "individual", "to": external_id}


def message(shown: Rendered) -> dict[str, Any]:
    """A text, alone or with its buttons or list."""
    match shown.kind:
        case "text":
            return {"type": "text", "text": {"body": shown.text, "preview_url": False}}
        case "buttons":
            action: dict[str, Any] = {
                "buttons": [
                    {"type": "reply", "reply": {"id": button.data, "title": button.title}} for button in shown.buttons
                ]
            }
            kind = "button"
        case "list":
            action = {"button": LIST_LABEL, "sections": [{"rows": [_row(button) for button in shown.buttons]}]}
            kind = "list"
        case "boxes":
            raise PermanentDeliveryError("rejected")  # limits.WHATSAPP has none
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": shown.text}, "action": action}}


def _row(button: RenderedButton) -> dict[str, str]:
    row = {"id": button.data, "title": button.title}
    return row | {"description": button.description} if button.description else row


def template(its_name: str, wanted: Template) -> dict[str, Any]:
    """An approved template, by the platform's name for it. A value is one line: the platform refuses others."""
    values = [{"type": "text", "text": " ".join(value.split())} for value in wanted.values]
    filled = {"components": [{"type": "body", "parameters": values}]} if values else {}
    return {"type": "template", "template": {"name": its_name, "language": {"code": wanted.language}, **filled}}


def taken(file: Upload) -> None:
    """Raises ``PermanentDeliveryError``: ``rejected`` for a type that the platform does not take, ``too_big``."""
    if file.media_type not in _TAKEN:
        raise PermanentDeliveryError("rejected")
    if len(file.data) > _TAKEN[file.media_type][1]:
        raise PermanentDeliveryError("too_big")


def has_caption(file: Upload) -> bool:
    """Whether words can stand under it; sound has none."""
    return _TAKEN[file.media_type][0] != "audio"


def attachment(file: Upload, media_id: str, caption: str) -> dict[str, Any]:
    """A file that was brought there before. Its name is neutral (rule 11)."""
    kind = _TAKEN[file.media_type][0]
    content: dict[str, Any] = {"id": media_id}
    if caption and has_caption(file):
        content["caption"] = caption
    if kind == "document":
        content["filename"] = f"bestand.{EXTENSIONS[file.media_type]}"
    if file.media_type == "audio/ogg" and len(file.data) <= _VOICE_NOTE:
        content["voice"] = True
    return {"type": kind, kind: content}


def seen(message_id: str) -> dict[str, Any]:
    """Read, and being answered; the dots go with the answer, or after 25 seconds."""
    return {"status": "read", "message_id": message_id, "typing_indicator": {"type": "text"}}
