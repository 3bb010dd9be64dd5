"""A message as the page of the person draws it: who wrote it, its buttons, its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot import uploads
from bot.channels.webchat import texts
from bot.channels.webchat.guard import say
from bot.content import Message, SentButton
from bot.helping import keeping
from bot.house import House
from locales import direction, own_name
from storage.tables import staff

#: Buttons below boxes that are no boxes themselves: the grammar adds them (flows.answering).
_NO_BOX = frozenset({"done", "enough", "skip"})


@dataclass(frozen=True, slots=True)
class Names:
    """What people are called who wrote: colleagues, and who helps, each by their number."""

    staff: Mapping[int, str]
    helpers: Mapping[int, str]


async def names_in(house: House, found: Iterable[Message]) -> Names:
    """Of everyone who wrote one of these."""
    every = list(found)
    ids = {one.staff_id for one in every if one.staff_id is not None}
    helpers = {one.helper_id for one in every if one.helper_id is not None}
    return Names(await names_of_staff(house, ids), await keeping.names(house, helpers))


async def names_of_staff(house: House, ids: set[int]) -> dict[int, str]:
    """As residents see them."""
    if not ids:
        return {}
    async with house.db.read() as conn:
        rows = await conn.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(ids)))
        return {row.id: row.name for row in rows}


def as_json(house: House, one: Message, names: Names, language: str) -> dict[str, Any]:
    """A message as the page draws it."""
    content = one.content
    return {
        "seq": one.seq,
        "at": one.at,
        "author": one.author,
        "who": _who(house, one, names, language),
        "text": content.text,
        "kind": content.kind,
        "lang": content.language,
        "dir": "auto" if one.author != "bot" and not content.texts else direction(content.language),
        "buttons": [
            {
                "data": button.data,
                "icon": button.icon,
                "label": button.label,
                "lang": named(house, button),
                "box": content.many and button.data.rpartition(":")[2] not in _NO_BOX,
                "ticked": button.ticked,
            }
            for button in content.buttons
        ],
        "files": [
            {"url": f"/chat/files/{file.id}", "type": file.media_type, "shown": file.media_type in uploads.INLINE}
            for file in one.attachments
        ],
    }


def named(house: House, button: SentButton) -> str | None:
    """The language that a button names in that language itself, so that a screen reader pronounces it (WCAG 3.1.2)."""
    code = button.data.rpartition(":")[2]
    return code if code in house.gemeente.languages and button.label == own_name(code) else None


def _who(house: House, one: Message, names: Names, language: str) -> str:
    match one.author:
        case "bot":
            return say(house, texts.BOT, language)
        case "caseworker":
            name = names.staff.get(one.staff_id or 0)
            return say(house, texts.CASEWORKER.but(name=name) if name else texts.A_CASEWORKER, language)
        case "helper":
            return names.helpers.get(one.helper_id or 0) or say(house, texts.HELPER, language)
    return say(house, texts.PAGE["you"], language)
