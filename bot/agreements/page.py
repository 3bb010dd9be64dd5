"""The list of what was agreed as a page to print or to keep: in the person's language, with the Dutch beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.agreements.reading import known, of_file, sayable
from bot.house import House
from flows.agreements import Agreement
from flows.text import Text, t
from locales.formatting import without_controls

TITLE = t("agreements.page.title", "Wat we hebben afgesproken")
NONE = t("agreements.page.none", "Er staat nu niets op uw lijst.")
BACK = t("agreements.page.back", "Terug naar het gesprek")
_YOU = t("agreements.page.you", "Wat u doet")
_WE = t("agreements.page.we", "Wat {name} doet")
_DONE = t("agreements.page.done", "Al gedaan")
_BY = t("agreements.page.by", "Uiterlijk {day}")


@dataclass(frozen=True, slots=True)
class Both:
    """The same words in the person's language and in Dutch; ``words`` is empty where those are one, and where there is
    the Dutch only, as of what a human typed."""

    words: str
    dutch: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, and by when where there is a day."""

    what: Both
    by: Both | None


@dataclass(frozen=True, slots=True)
class Group:
    """What someone does, or what is done."""

    heading: Both
    lines: tuple[Line, ...]


async def groups(house: House, conversation_id: int, language: str) -> tuple[Group, ...]:
    """What the person does, what each of us does, and what is done; the key is prepared. Raises ``Unreadable`` when the
    person was erased."""
    async with house.db.read() as conn:
        agreed = known(house, await of_file(house, conn, conversation_id), "nl")
    names = dict.fromkeys(one.name for one in agreed.open if one.ours)
    found = (
        (_YOU, [one for one in agreed.open if not one.ours]),
        *((_WE.but(name=name), [one for one in agreed.open if one.ours and one.name == name]) for name in names),
        (_DONE, agreed.done),
    )
    return tuple(_group(house, heading, lines, language) for heading, lines in found if lines)


def both(house: House, text: Text, language: str) -> Both:
    """The words as they are read."""
    dutch = without_controls(house.tongue.say(text, "nl"))
    same = language == "nl" or not sayable(house, text, language).context
    return Both("" if same else without_controls(house.tongue.say(text, language)), dutch)


def _group(house: House, heading: Text, items: Iterable[Agreement], language: str) -> Group:
    return Group(both(house, heading, language), tuple(_line(house, one, language) for one in items))


def _line(house: House, one: Agreement, language: str) -> Line:
    by = None if one.day is None or one.state == "done" else both(house, _BY.but(day=one.day), language)
    return Line(both(house, one.text, language), by)
