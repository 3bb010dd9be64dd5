"""Calls of the WhatsApp webhook in the shapes that the platform documents, and those shapes gone wrong.

``calls`` is a strategy of whole calls: some entries as they should be, the others mutated. What is valid in a call is
known by construction, so that a test can tell whether any of it was lost.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

NUMBER = "1001"
PHONES = ("31612345678", "31687654321", "4915112345678")
USER_IDS = ("NL.13491208655302741918", "DE.ENT.11815799212886844830")

TEXT = {"type": "text", "text": {"body": "ik wil hulp"}}
KINDS: dict[str, dict[str, Any]] = {
    "text": TEXT,
    "button": {"type": "button", "button": {"payload": "!mens", "text": "Mens"}, "context": {"from": "1", "id": "w"}},
    "button_reply": {
        "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": "welkom.hello:nl", "title": "🌍 Nederlands"}},
    },
    "list_reply": {
        "type": "interactive",
        "interactive": {"type": "list_reply", "list_reply": {"id": "!menu", "title": "Menu", "description": "Alles"}},
    },
    "image": {
        "type": "image",
        "image": {"caption": "de brief", "mime_type": "image/jpeg", "sha256": "x=", "id": "2754859441498128"},
    },
    "voice": {
        "type": "audio",
        "audio": {"mime_type": "audio/ogg; codecs=opus", "sha256": "x=", "id": "1908647269898587", "voice": True},
    },
    "video": {"type": "video", "video": {"mime_type": "video/mp4", "sha256": "x=", "id": "1166846181421424"}},
    "document": {
        "type": "document",
        "document": {"filename": "brief.pdf", "mime_type": "application/pdf", "sha256": "x=", "id": "1376223850470843"},
    },
    "sticker": {"type": "sticker", "sticker": {"mime_type": "image/webp", "animated": False, "id": "798882015472548"}},
    "contacts": {
        "type": "contacts",
        "contacts": [{"name": {"formatted_name": "B"}, "phones": [{"phone": "+31 6 1234", "wa_id": "3161234"}]}],
    },
    "location": {"type": "location", "location": {"latitude": 52.1, "longitude": 5.1, "name": "Thuis"}},
    "reaction": {"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": "❤"}},
    "system": {"type": "system", "system": {"body": "A changed", "wa_id": "31611", "type": "user_changed_number"}},
    "unsupported": {"type": "unsupported", "errors": [{"code": 131051, "title": "Message type unknown"}]},
    "edit": {
        "type": "edit",
        "edit": {"original_message_id": "wamid.X", "message": {"type": "text", "text": {"body": "ik wil mijn hulp"}}},
    },
    "revoke": {"type": "revoke", "revoke": {"original_message_id": "wamid.X"}},
    "welcome": {"type": "request_welcome"},
    "order": {"type": "order", "order": {"catalog_id": "1", "product_items": []}},
}
#: Kinds of which nothing is kept.
SILENT = frozenset({"reaction", "system", "revoke"})


@dataclass(frozen=True, slots=True)
class Call:
    """A body of the webhook. ``valid`` are the messages in it that must not be lost: id and sender."""

    body: Any
    valid: dict[str, str] = field(default_factory=dict)


def message(kind: str, message_id: str, phone: str | None, user_id: str | None = None, at: int = 0) -> dict[str, Any]:
    """A message as it should be."""
    who = ({"from": phone} if phone else {}) | ({"from_user_id": user_id} if user_id else {})
    return who | {"id": message_id, "timestamp": str(1_795_000_000 + at), **copy.deepcopy(KINDS[kind])}


def status(message_id: str, state: str, code: int | None = None) -> dict[str, Any]:
    """What became of a message of ours."""
    told: dict[str, Any] = {"id": message_id, "status": state, "timestamp": "1795000000", "recipient_id": PHONES[0]}
    told |= {"conversation": {"id": "c", "origin": {"type": "service"}}, "pricing": {"billable": True}}
    return told | ({"errors": [{"code": code, "title": "t", "error_data": {"details": "d"}}]} if code else {})


def change(number: str = NUMBER, **value: Any) -> dict[str, Any]:
    """One change of an entry."""
    about = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "31100000000", "phone_number_id": number},
    }
    return {"field": "messages", "value": about | value}


def call(*changes: Any) -> dict[str, Any]:
    """A whole body."""
    return {"object": "whatsapp_business_account", "entry": [{"id": "2001", "changes": list(changes)}]}


# ---- gone wrong ----------------------------------------------------------------------------------------------------

_odd_text = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "\ud83d", "\x00", "a" * 70_000, "start x--y", "start --", "31612345678", "../../x", "１２３"]),
)
_anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _odd_text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@st.composite
def _mutated(draw: st.DrawFn, thing: Any) -> Any:
    """``thing`` with one to three places replaced, taken away or doubled."""
    thing = copy.deepcopy(thing)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(_places(thing)))
        if not place:
            return draw(_anything)
        *path, last = place
        holder = thing
        for step in path:
            holder = holder[step]
        how = draw(st.sampled_from(["replace", "remove", "double"]))
        if how == "remove":
            del holder[last]
        elif how == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        else:
            holder[last] = draw(_anything)
    return thing


def _places(thing: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    inner = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in inner:
        found += _places(value, (*path, key))
    return found


@st.composite
def calls(draw: st.DrawFn, prefix: str) -> Call:
    """A call with valid and broken changes next to each other; ids of valid messages begin with ``prefix``."""
    valid: dict[str, str] = {}
    changes: list[Any] = []
    for number in range(draw(st.integers(1, 4))):
        messages: list[Any] = []
        for place in range(draw(st.integers(0, 4))):
            kind = draw(st.sampled_from(sorted(KINDS)))
            message_id = f"wamid.{prefix}{number}-{place}"
            phone = draw(st.sampled_from([*PHONES, None]))
            user_id = draw(st.sampled_from(USER_IDS)) if phone is None else None
            one: Any = message(kind, message_id, phone, user_id, draw(st.integers(0, 99)))
            if draw(st.booleans()):
                one = draw(_mutated(one | {"id": f"wamid.broken-{prefix}{number}-{place}"}))
            elif kind not in SILENT:
                valid[message_id] = phone or user_id or ""
            messages.append(one)
        statuses: list[Any] = []
        for state in draw(st.lists(st.sampled_from(["sent", "delivered", "read", "played", "failed"]), max_size=2)):
            told = status(f"wamid.out-{prefix}", state, 131026 if state == "failed" else None)
            statuses.append(draw(_mutated(told)) if draw(st.booleans()) else told)
        changes.append(change(messages=messages, statuses=statuses))
    body: Any = call(*changes)
    if draw(st.integers(0, 3)) == 0:  # now and then the frame itself
        broken: Any = draw(_mutated(call(change(messages=[message("text", f"wamid.frame-{prefix}", PHONES[0])]))))
        if isinstance(broken, dict) and isinstance(broken.get("entry"), list):
            body["entry"] += broken["entry"]
        else:
            body["entry"].append(broken)
    return Call(body, valid)
