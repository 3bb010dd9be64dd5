"""What the platform posts to our webhook, translated. Pure, and tolerant: one bad entry spoils none of its neighbours.

Source: "messages webhook reference", one page per kind, and "Business-scoped user IDs". Names, usernames and whatever
else stands there of a person is left where it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.channels import start
from bot.channels.whatsapp.bodies import BSUID, PHONE
from bot.channels.whatsapp.refusals import OPERATORS, reason
from bot.content import Media
from flows.grammar import Opened, Said, Sent, Tapped, Typed

#: How a deep link arrives: ``start`` and its word, which ``https://wa.me/…?text=`` put in the person's own message.
_START = re.compile(r"\s*start\s+([A-Za-z0-9_-]+)\s*", re.IGNORECASE)

#: Ids of messages and files, as they are put into addresses and indexes. Longer than any seen.
_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,512}")
_MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")

#: Seconds since 1970 beyond which a time is a mistake (the year 2286).
_LATEST = 10**10

#: What the platform says of a message that we sent; ``sent`` tells nothing new.
_STATES: Mapping[str, Literal["delivered", "read", "failed"]] = {
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}

#: A kind that we cannot show a human: they are told that something came, the person that it could not be read.
UNREADABLE = Sent("file", problem="unknown")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message of a person. At least one of ``phone`` and ``user_id`` (CC.…) is there; ``sent_at`` in milliseconds."""

    message_id: str
    said: Said = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    user_id: str | None = field(default=None, repr=False)
    media: tuple[Media, ...] = field(default=(), repr=False)
    sent_at: int | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a message of ours; ``reason`` is our code for why it failed."""

    message_id: str
    state: Literal["delivered", "read", "failed"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Whoever had the number ``phone`` has another one now; the old one will be someone else's."""

    message_id: str
    phone: str = field(repr=False)
    sent_at: int | None = None


@dataclass(slots=True)
class Delivery:
    """What was in one call. ``arrived`` is in order of time, then of place; ``ignored`` counts by kind; ``troubles``
    are codes of what the operator has to mend."""

    arrived: list[Arrived] = field(default_factory=list)
    renumbered: list[Renumbered] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)


def read(payload: Mapping[str, Any], phone_number_id: str, flows: Collection[str]) -> Delivery:
    """What is for the number ``phone_number_id``; what is for others is counted as ``not_ours``. ``flows`` are those
    that a deep link can open."""
    delivery = Delivery()
    for value in _values(payload):
        if _text(_dict(value.get("metadata")).get("phone_number_id")) != phone_number_id:
            delivery.ignored["not_ours"] += 1
            continue
        contacts = [_dict(one) for one in _list(value.get("contacts"))]
        for one in _list(value.get("messages")):
            _message(_dict(one), contacts[0] if len(contacts) == 1 else {}, flows, delivery)
        for one in _list(value.get("statuses")):
            _status(_dict(one), delivery)
        _troubles(value.get("errors"), delivery)
    delivery.arrived.sort(key=lambda one: one.sent_at or 0)
    return delivery


def _values(payload: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _list(payload.get("entry")):
        for change in _list(_dict(entry).get("changes")):
            if isinstance(change, dict) and change.get("field") == "messages":
                yield _dict(change.get("value"))


# ---- messages ------------------------------------------------------------------------------------------------------


def _message(told: dict[str, Any], contact: dict[str, Any], flows: Collection[str], delivery: Delivery) -> None:
    message_id = _matching(_MESSAGE_ID, told.get("id"))
    phone, user_id = _who(told.get("from"), told.get("from_user_id"))
    if not (phone or user_id):
        phone, user_id = _who(contact.get("wa_id"), contact.get("user_id"))
    if not message_id or not (phone or user_id):
        delivery.ignored["malformed"] += 1
        return
    kind = _text(told.get("type"))
    at = _milliseconds(told.get("timestamp"))
    if kind == "system" and phone and _text(_dict(told.get(kind)).get("type")) in _RENUMBERED:
        delivery.renumbered.append(Renumbered(message_id, phone, at))
        return
    if kind in _PASSING:
        delivery.ignored[kind] += 1
        return
    said, media = _said(kind, told)
    if isinstance(said, Typed):
        said = _followed(said, flows)
    delivery.arrived.append(Arrived(message_id, said, phone, user_id, media, at))


def _who(number: object, user_id: object) -> tuple[str | None, str | None]:
    """Telephone number and id; either may be missing, and one has been seen in the place of the other."""
    return (
        _matching(PHONE, _text(number).removeprefix("+")),
        _matching(BSUID, user_id) or _matching(BSUID, number),
    )


#: A notice that someone has another number, in the words of several versions of the platform.
_RENUMBERED = frozenset({"user_changed_number", "customer_changed_number"})
#: Kinds that say nothing: a heart under a message, other notices, a message taken back.
_PASSING = frozenset({"reaction", "system", "revoke"})

_Read = tuple[Said, tuple[Media, ...]]


def _said(kind: str, told: dict[str, Any]) -> _Read:
    """What was said, and the file that came with it."""
    reader = _READERS.get(kind)
    said = None if reader is None else reader(told.get(kind))
    return said or (UNREADABLE, ())


def _followed(said: Typed, flows: Collection[str]) -> Said:
    """What a deep link said for them; words that begin like one but are none ("start maar") stay theirs."""
    link = _START.fullmatch(said.text)
    if link is None:
        return said
    word = link[1].lower()
    return start.read(word, flows) if "--" in word or start.find(word, flows)[0] or word.startswith("code-") else said


def _typed(words: str) -> _Read | None:
    return (Typed(words), ()) if words else None


def _tapped(data: str) -> _Read | None:
    return (Tapped(data), ()) if data else None


def _interactive(told: object) -> _Read | None:
    chosen = _dict(_dict(told).get("button_reply")) or _dict(_dict(told).get("list_reply"))
    return _tapped(_text(chosen.get("id")))


def _file(kind: Literal["photo", "voice", "file"]) -> Callable[[object], _Read]:
    def read_file(told: object) -> _Read:
        media_id, caption = _matching(_MEDIA_ID, _dict(told).get("id")), _text(_dict(told).get("caption"))
        if media_id:
            return Sent(kind, caption), (Media(media_id),)
        return Sent(kind, caption, problem="unknown"), ()

    return read_file


def _contacts(told: object) -> _Read | None:
    """A contact that was shared: its number, as if it had been typed."""
    for one in _list(told):
        for phone in _list(_dict(one).get("phones")):
            if number := _text(_dict(phone).get("phone")):
                return Typed(number), ()
    return None


def _edited(told: object) -> _Read | None:
    """A message that was changed counts as said again: its words, also those under a file."""
    message = _dict(_dict(told).get("message"))
    kind = _text(message.get("type"))
    content = _dict(message.get(kind))
    return _typed(_text(content.get("body")) or _text(content.get("caption")))


_READERS: Mapping[str, Callable[[object], _Read | None]] = {
    "text": lambda told: _typed(_text(_dict(told).get("body"))),
    "button": lambda told: _tapped(_text(_dict(told).get("payload")) or _text(_dict(told).get("text"))),
    "interactive": _interactive,
    "image": _file("photo"),
    "audio": _file("voice"),
    "video": _file("file"),
    "document": _file("file"),
    "contacts": _contacts,
    "edit": _edited,
    "request_welcome": lambda told: (Opened(), ()),
}


# ---- statuses ------------------------------------------------------------------------------------------------------


def _status(told: dict[str, Any], delivery: Delivery) -> None:
    message_id = _matching(_MESSAGE_ID, told.get("id"))
    state = _STATES.get(_text(told.get("status")))
    if not message_id or state is None:
        delivery.ignored["status"] += 1
        return
    why = None
    if state == "failed":
        why = _troubles(told.get("errors"), delivery) or reason(None)
    delivery.statuses.append(Status(message_id, state, why))


def _troubles(errors: object, delivery: Delivery) -> str | None:
    """Our code for the first error; those of the operator's are noted."""
    codes = [reason(code) for one in _list(errors) if (code := _whole(_dict(one).get("code"))) is not None]
    delivery.troubles += [code for code in codes if code in OPERATORS]
    return codes[0] if codes else None


# ---- parts ---------------------------------------------------------------------------------------------------------


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    """A text; half an emoji in it is no Unicode and could not be stored."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _matching(form: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and form.fullmatch(value) else None


def _whole(value: object) -> int | None:
    """A whole number, also where it is written as a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value) else None


def _milliseconds(timestamp: object) -> int | None:
    seconds = _whole(timestamp)
    return seconds * 1000 if seconds is not None and 0 < seconds < _LATEST else None
