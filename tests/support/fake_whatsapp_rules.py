"""What the Cloud API takes and what it refuses, as far as our messages go. Pure: the fake hands in what it knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

MB = 1024 * 1024

#: By our code (bot.errors): the platform's code and the HTTP status that goes with it.
ERRORS: Mapping[str, tuple[int, int]] = {
    "token": (190, 401),
    "payment": (131042, 400),
    "busy": (130429, 429),
    "pair_rate": (131056, 400),
    "platform": (131016, 503),
    "window_closed": (131047, 400),
    "undeliverable": (131026, 400),
    "withheld": (131049, 400),
    "blocked": (130403, 403),
    "opted_out": (131050, 400),
    "template": (132001, 404),
    "rejected": (131009, 400),
}

#: What can be uploaded, as what it can be sent, and its limit in bytes.
MEDIA: Mapping[str, tuple[str, int]] = {
    **dict.fromkeys(("image/jpeg", "image/png"), ("image", 5 * MB)),
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), ("audio", 16 * MB)),
    **dict.fromkeys(("video/mp4", "video/3gpp"), ("video", 16 * MB)),
    **dict.fromkeys(("application/pdf", "text/plain"), ("document", 100 * MB)),
}

_KINDS = {"image": "photo", "audio": "voice", "document": "file"}
_PHONE = re.compile(r"\+?[0-9]{5,15}")
_BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_FRAME = {"messaging_product", "recipient_type", "to", "recipient", "type"}


class Refused(Exception):
    """The platform's error: its code, the HTTP status, and what it says."""

    def __init__(self, code: int, status: int, message: str) -> None:
        self.code = code
        self.status = status
        self.message = message
        super().__init__(message)

    @property
    def body(self) -> dict[str, Any]:
        return {
            "error": {
                "message": f"(#{self.code}) {self.message}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.message},
                "fbtrace_id": "A1b2C3d4",
            }
        }


def refused(our_code: str, message: str = "made up") -> Refused:
    return Refused(*ERRORS[our_code], message)


@dataclass(frozen=True, slots=True)
class File:
    """A file that was uploaded."""

    type: str
    data: bytes = field(repr=False)


def need(condition: object, message: str, code: int = 100) -> None:
    """Refuses unless ``condition`` holds."""
    if not condition:
        raise Refused(code, 400, message)


def units(text: str) -> int:
    """UTF-16 code units: the strictest way to count."""
    return len(text.encode("utf-16-le")) // 2


def words(value: object, most: int, what: str) -> str:
    """A text that is there and not too long."""
    need(isinstance(value, str) and value.strip(), f"{what} is required", 131008)
    assert isinstance(value, str)
    need(units(value) <= most, f"{what} is longer than {most}", 131009)
    return value


def keys(value: object, required: Collection[str], allowed: Collection[str], what: str) -> dict[str, Any]:
    """An object with these fields and no others."""
    need(isinstance(value, dict), f"{what} must be an object")
    assert isinstance(value, dict)
    need(set(required) <= set(value), f"{what} lacks {sorted(set(required) - set(value))}", 131008)
    unknown = set(value) - set(required) - set(allowed)
    need(not unknown, f"{what} has unexpected {sorted(unknown)}")
    return value


def whom(body: Mapping[str, Any]) -> str:
    """To whom: a number, or an id in a field of its own."""
    need(body.get("recipient_type", "individual") == "individual", "recipient_type")
    need(("to" in body) != ("recipient" in body), "exactly one of to and recipient")
    name, form = ("to", _PHONE) if "to" in body else ("recipient", _BSUID)
    given = body[name]
    need(isinstance(given, str) and form.fullmatch(given), f"{name} is malformed", 131009)
    return str(given).removeprefix("+")


def read(
    body: Mapping[str, Any], files: Mapping[str, File], templates: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    """What a message says, in the words of ``/fake/sent``. ``templates``: number of values by name and language."""
    kind = body.get("type")
    need(isinstance(kind, str) and kind in body, "type is missing or without its object", 131008)
    need(not set(body) - _FRAME - {kind}, f"unexpected {sorted(set(body) - _FRAME - {kind})}")
    told: dict[str, Any] = {"text": "", "buttons": [], "kind": "", "caption": "", "file": None, "template": None}
    match kind:
        case "text":
            text = keys(body["text"], ["body"], ["preview_url"], "text")
            need(isinstance(text.get("preview_url", False), bool), "preview_url")
            told |= {"kind": "text", "text": words(text["body"], 4096, "text.body")}
        case "interactive":
            told |= _interactive(body["interactive"])
        case "template":
            told |= {"kind": "template", "template": _template(body["template"], templates)}
        case "image" | "audio" | "document":
            told |= _file(kind, body[kind], files)
        case _:
            raise Refused(131051, 400, "unsupported message type")
    return told


def _interactive(given: object) -> dict[str, Any]:
    content = keys(given, ["type", "body", "action"], ["header", "footer"], "interactive")
    text = words(keys(content["body"], ["text"], [], "body")["text"], 1024, "body.text")
    for name in ("header", "footer"):
        if name in content:
            words(content[name].get("text"), 60, name)
    if content["type"] == "button":
        buttons = [_reply(one) for one in keys(content["action"], ["buttons"], [], "action")["buttons"]]
        need(1 <= len(buttons) <= 3, "1 to 3 buttons", 131009)
        need(len({one["title"] for one in buttons}) == len(buttons), "titles must be unique", 131009)
        kind = "buttons"
    else:
        need(content["type"] == "list", "interactive.type")
        action = keys(content["action"], ["button", "sections"], [], "action")
        words(action["button"], 20, "action.button")
        sections = action["sections"]
        need(isinstance(sections, list) and 1 <= len(sections) <= 10, "1 to 10 sections", 131009)
        for section in sections:
            keys(section, ["rows"], ["title"], "section")
            if len(sections) > 1 or "title" in section:
                words(section.get("title"), 24, "section.title")
        buttons = [_row(row) for section in sections for row in section["rows"]]
        need(1 <= len(buttons) <= 10, "1 to 10 rows", 131009)
        kind = "list"
    need(len({one["data"] for one in buttons}) == len(buttons), "ids must be unique", 131009)
    return {"kind": kind, "text": text, "buttons": buttons}


def _reply(given: object) -> dict[str, str]:
    outer = keys(given, ["type", "reply"], [], "button")
    need(outer["type"] == "reply", "button.type")
    reply = keys(outer["reply"], ["id", "title"], [], "reply")
    title, data = words(reply["title"], 20, "reply.title"), words(reply["id"], 256, "reply.id")
    need(data == data.strip(), "an id may not begin or end with a space", 131009)
    return {"data": data, "title": title, "description": ""}


def _row(given: object) -> dict[str, str]:
    row = keys(given, ["id", "title"], ["description"], "row")
    description = words(row["description"], 72, "row.description") if "description" in row else ""
    return {
        "data": words(row["id"], 200, "row.id"),
        "title": words(row["title"], 24, "row.title"),
        "description": description,
    }


def _template(given: object, templates: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    template = keys(given, ["name", "language"], ["components"], "template")
    language = keys(template["language"], ["code"], ["policy"], "language")["code"]
    values: list[str] = []
    for one in template.get("components", []):
        component = keys(one, ["type", "parameters"], [], "component")
        need(component["type"] == "body", "only a body has values here")
        for parameter in component["parameters"]:
            need(keys(parameter, ["type", "text"], [], "parameter")["type"] == "text", "parameter.type")
            value = words(parameter["text"], 1024, "parameter.text")
            need(not re.search(r"[\n\t]| {5}", value), "no new lines, tabs or more than 4 spaces", 132018)
            values.append(value)
    wanted = templates.get(template["name"], {}).get(language)
    if wanted is None:
        raise Refused(132001, 404, "Template name does not exist in the translation")
    need(wanted == len(values), "Number of parameters does not match", 132000)
    return {"name": template["name"], "language": language, "values": values}


def _file(kind: str, given: object, files: Mapping[str, File]) -> dict[str, Any]:
    allowed = {"image": ["caption"], "audio": ["voice"], "document": ["caption", "filename"]}[kind]
    media = keys(given, ["id"], allowed, kind)
    file = files.get(media["id"])
    if file is None:
        raise Refused(131053, 400, "there is no such file")
    need(MEDIA[file.type][0] == kind, f"{file.type} cannot be sent as {kind}", 131053)
    if media.get("voice"):
        need(file.type == "audio/ogg", "only OGG/Opus is a voice note", 131053)
        need(len(file.data) <= 512 * 1024, "too large for a voice note", 131053)
    caption = words(media["caption"], 1024, "caption") if "caption" in media else ""
    return {"kind": _KINDS[kind], "caption": caption, "file": file, "filename": media.get("filename", "")}
