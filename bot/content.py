"""What a stored message holds: as it was sent or received, next to the texts it was made of."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields, replace
from itertools import groupby
from typing import Any

from flows.grammar import Block, Picture
from flows.text import Text, Tongue, text_from_json, text_to_json, texts_to_json


@dataclass(frozen=True, slots=True)
class SentButton:
    """A button as it was offered. ``label`` is in the person's language; ``source`` gives it in any, and so does
    ``short``, a form of it for channels where it does not fit."""

    data: str
    icon: str
    label: str
    source: Text
    ticked: bool = False
    short: Text | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """One message. ``kind``: ``text`` typed by a human or made by the bot, ``tap`` a button (``text`` is its label),
    ``photo|voice|file`` with attachments. ``texts`` are the bot's paragraphs or a tapped label, for the Dutch."""

    text: str
    language: str
    kind: str = "text"
    texts: tuple[Text, ...] = ()
    buttons: tuple[SentButton, ...] = ()
    origin: str = ""  # flow.screen
    many: bool = False
    asks_text: bool = False
    safe: bool = False
    sensitive: bool = False
    bilingual: bool = False  # the Dutch stands in ``text`` as well (crisis in a draft language, rule 12)
    picture: Picture | None = None  # drawn when it is looked at or sent (``bot.pictures``)
    aloud: bool = False  # goes as a voice note too (``bot.voice``)
    seconds: int = 0  # how long a voice note lasts; 0: not known

    def dutch(self, tongue: Tongue) -> str | None:
        """The same in Dutch, for the caseworker; None for what a human typed."""
        if not self.texts:
            return None
        return "\n\n".join(words for words, _ in groupby(tongue.say(text, "nl") for text in self.texts))


#: The token of a personal link (``bot.identity.make_link``, ``bot.own_data.proof``): whoever opens it is the person. Or
#: of a helper's link (``bot.helping``): whoever opens that reads along.
TOKEN = re.compile(r"(?:(?<=/[cm]/)|(?<=/mijn/))[A-Za-z0-9_-]{32}")


def without_tokens(content: Content) -> Content:
    """As anyone else may read it: a personal link without its key, also in the Dutch of it."""
    if not TOKEN.search(content.text):
        return content
    texts = tuple(
        text.but(**{name: TOKEN.sub("…", value) for name, value in text.values if isinstance(value, str)})
        for text in content.texts
    )
    return replace(content, text=TOKEN.sub("…", content.text), texts=texts)


#: Made once: for options other than its own, ``json.dumps`` makes an encoder at each call.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

#: Written only when they are not the default.
_FLAGS = ("many", "asks_text", "safe", "sensitive", "bilingual", "aloud")


def dumps(content: Content) -> str:
    """The content as compact JSON; what is the default is left out."""
    data: dict[str, Any] = {"text": content.text, "language": content.language}
    if content.kind != "text":
        data["kind"] = content.kind
    if content.seconds:
        data["seconds"] = content.seconds
    if content.origin:
        data["origin"] = content.origin
    for flag in _FLAGS:
        if getattr(content, flag):
            data[flag] = True
    if content.texts:
        data["texts"] = [text_to_json(text) for text in content.texts]
    if content.buttons:
        data["buttons"] = [
            [
                *(button.data, button.icon, button.label, text_to_json(button.source), button.ticked),
                *([text_to_json(button.short)] if button.short else []),
            ]
            for button in content.buttons
        ]
    if content.picture is not None:
        data["picture"] = _picture_to_json(content.picture)
    return _compact(data)


def loads(text: str) -> Content:
    """The inverse of ``dumps``; what only a newer release knows of is left out."""
    data = {name: value for name, value in json.loads(text).items() if name in _FIELDS}
    data["texts"] = tuple(text_from_json(item) for item in data.get("texts", []))
    data["buttons"] = tuple(
        SentButton(button_data, icon, label, text_from_json(source), ticked, *map(text_from_json, short))
        for button_data, icon, label, source, ticked, *short in data.get("buttons", [])
    )
    if "picture" in data:
        data["picture"] = _picture_from_json(data["picture"])
    return Content(**data)


def _picture_to_json(picture: Picture) -> list[Any]:
    blocks = [[block.role, texts_to_json(block.lines)] for block in picture.blocks]
    return [picture.kind, text_to_json(picture.title), blocks, text_to_json(picture.alt)]


def _picture_from_json(data: list[Any]) -> Picture:
    kind, title, blocks, alt = data
    made = tuple(Block(role, tuple(map(text_from_json, lines))) for role, lines in blocks)
    return Picture(kind, text_from_json(title), made, text_from_json(alt))


_FIELDS = frozenset(one.name for one in fields(Content))


@dataclass(frozen=True, slots=True)
class Message:
    """A message as read back. ``at`` is in milliseconds UTC; ``deliveries`` and ``downloads`` in order."""

    id: int
    seq: int
    at: int
    author: str  # resident|helper|caseworker|bot
    content: Content
    staff_id: int | None = None
    attachments: tuple[AttachmentInfo, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    unhandled: bool = False
    downloads: tuple[Download, ...] = ()
    helper_id: int | None = None
    private: int = 0  # 1: not for helpers; 2: for the desk alone

    @property
    def delivery(self) -> str | None:
        """What became of it in the end: the last way it went counts."""
        return self.deliveries[-1].state if self.deliveries else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way that a message went: ``state`` is waiting|sent|delivered|read|failed|dropped, or ``left`` where the
    person left and has not come back; ``reason`` a code (bot.errors); ``style`` full|nudge|template|announced."""

    channel: str
    state: str
    reason: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file that came in and is not here: ``state`` is waiting|failed, ``reason`` a code."""

    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """What is known of an attachment without opening it. ``size`` in bytes."""

    id: int
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the platform keeps for us until it is fetched, after the commit. ``reference`` is the platform's own;
    ``size`` in bytes, where it is told."""

    reference: str = field(repr=False)
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in with a message, checked by the channel: type by content, size by the municipality's limit."""

    media_type: str
    data: bytes = field(repr=False)
