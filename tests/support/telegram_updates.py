"""Updates in the shapes that Telegram gives them, and anything but."""

from __future__ import annotations

import copy
import random
from typing import Any

SAM: dict[str, Any] = {"id": 5550001, "is_bot": False, "first_name": "Sam", "language_code": "tr-TR"}
CHAT: dict[str, Any] = {"id": 5550001, "first_name": "Sam", "type": "private"}
BOT: dict[str, Any] = {"id": 1, "is_bot": True, "first_name": "Waterdrecht", "username": "WaterdrechtBot"}
AT = 1_795_000_000


def message(**held: Any) -> dict[str, Any]:
    return {"update_id": 900, "message": {"message_id": 7, "from": SAM, "chat": CHAT, "date": AT, **held}}


def edited(**held: Any) -> dict[str, Any]:
    edit = {"message_id": 7, "from": SAM, "chat": CHAT, "date": AT, "edit_date": AT + 60, **held}
    return {"update_id": 901, "edited_message": edit}


def tapped(**held: Any) -> dict[str, Any]:
    under = {"message_id": 8, "from": BOT, "chat": CHAT, "date": AT, "text": "Hoe gaat het?"}
    query = {"id": "4382", "from": SAM, "chat_instance": "-99", "message": under, "data": "welkom.hello:nl"}
    return {"update_id": 902, "callback_query": query | held}


def membership(status: str, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    old, new = {"user": BOT, "status": "member"}, {"user": BOT, "status": status, "until_date": 0}
    return {
        "update_id": 903,
        "my_chat_member": {"chat": chat, "from": SAM, "date": AT, "old_chat_member": old, "new_chat_member": new},
    }


def file(size: int | None = 2048, **held: Any) -> dict[str, Any]:
    return {"file_id": "AgAC-1", "file_unique_id": "x", **({} if size is None else {"file_size": size}), **held}


GROUP = {"id": -100123, "title": "Buurt", "type": "supergroup"}
PHOTO = [file(900, width=90, height=60), {**file(250_000, width=1280, height=853), "file_id": "AgAC-2"}]
REAL: list[dict[str, Any]] = [
    message(text="Ik heb hulp nodig"),
    message(text="/start aanmelden--huisarts", entities=[{"offset": 0, "length": 6, "type": "bot_command"}]),
    message(photo=PHOTO, caption="mijn brief"),
    message(voice=file(duration=4, mime_type="audio/ogg")),
    message(document=file(mime_type="application/pdf", file_name="schulden.pdf")),
    message(location={"latitude": 52.1, "longitude": 5.1}),
    message(sticker=file(emoji="👍", width=512, height=512, type="regular", is_animated=False, is_video=False)),
    message(contact={"phone_number": "+31612345678", "first_name": "Sam"}),
    message(pinned_message={"message_id": 3, "chat": CHAT, "date": AT}),
    edited(text="Ik wil niet meer leven"),
    tapped(),
    membership("kicked"),
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every field in it, as its holder and name."""
    here = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [(value, name) for name, _ in here] + [place for _, inner in here for place in places(inner)]


#: What may stand where something else should.
ODD: tuple[Any, ...] = (None, True, -1, 0, 1.5, 2**70, "", "x" * 5000, "\ud800\0", [], [None], {}, {"id": {}})


def spoiled(chance: random.Random) -> Any:
    """A real update in which a few fields are gone or odd."""
    update = copy.deepcopy(chance.choice(REAL))
    for _ in range(chance.randint(1, 4)):
        holder, name = chance.choice(places(update) or [({"": None}, "")])
        if chance.random() < 0.3 and isinstance(holder, dict):
            del holder[name]
        else:
            holder[name] = copy.deepcopy(chance.choice(ODD))
    return update
