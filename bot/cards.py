"""Cards with do's and don'ts as this municipality has them: ours, and on top of them its own words and choices.

A part whose Dutch was changed here has no other translations than those that were given along with it. A card that is
not whole in a language, or past its review, reaches nobody in that language: it is said in words, with a human.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from bot.privacy.masking import clean, says
from bot.talk import Talk
from flows import data
from flows.cards import MOST, NAMES, Card, Cards
from flows.grammar import Gemeente
from flows.session import Frame
from flows.text import Text
from locales.catalog import SOURCE, Catalogs
from locales.formatting import without_controls
from storage import cards as store

#: By part, and then by language.
Words: TypeAlias = Mapping[str, Mapping[str, str]]
_Row: TypeAlias = Row[*tuple[Any, ...]]

#: What a card consists of, in the order in which it is read.
PARTS = (
    "title",
    *(f"{kind}.{place}" for kind in ("do", "dont") for place in range(1, MOST + 1)),
    "say",
    "call",
    "message",
)
#: In characters. A card with all of its parts this long still fits one message of every channel.
LONGEST = {"title": 60, "do": 120, "dont": 120, "say": 160, "call": 160, "message": 600}
LONGEST_OWNER = 80
#: Instead of the Dutch of what a card `can_do_without`: that is left out.
LEFT_OUT = "-"
#: A review is never further away: what nobody looks at for longer is not looked after.
FURTHEST = timedelta(days=3 * 366)


class Place(Protocol):
    """What is to be known of a municipality; a ``House`` is one."""

    @property
    def gemeente(self) -> Gemeente:
        """Its configuration, as flows know it."""
        ...

    @property
    def tongue(self) -> Catalogs:
        """All that is said, with its own words."""
        ...


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A card as we made it (``ours``) and as it is here (``card``). ``words`` are those that were changed here. Nobody
    gets it past its review (``overdue``), nor whoever reads a language in which it is not whole (``lacking``)."""

    ours: Card
    card: Card
    words: Words
    overdue: bool
    lacking: tuple[str, ...]


@cache
def made() -> Mapping[str, Card]:
    """The cards as we made them, by name."""
    return {
        name: Card(
            name=name,
            icon=one["icon"],
            title=one["title"],
            do=one["do"],
            dont=one["dont"],
            say=one["say"],
            call=one["call"],
            message=one["message"],
            owner=one["owner"],
            review=one["review"],
        )
        for name, one in sorted(data.load("cards")["card"].items(), key=lambda item: NAMES.index(item[0]))
    }


# ---- for the desk --------------------------------------------------------------------------------------------------


async def all_cards(house: House, conn: AsyncConnection | None = None) -> list[Adjusted]:
    """Every card, also those that are switched off, in the order of `NAMES`."""
    today = _today(house)
    return [adjusted(house, ours, row, today) for ours, row in await _rows(house, conn)]


async def overdue(house: House, conn: AsyncConnection | None = None) -> list[Card]:
    """The cards that residents would get, were they not past their review."""
    return [one.card for one in await all_cards(house, conn) if one.overdue and one.card.shown]


def adjusted(house: Place, ours: Card, row: _Row | Kept | None, today: date) -> Adjusted:
    """``ours`` as it is in a municipality with this row."""
    card = _card(house, ours, row)
    lacking = tuple(code for code in house.gemeente.languages if not _is_whole(house, card, code))
    return Adjusted(ours, card, {} if row is None else json.loads(row.words), card.is_overdue(today), lacking)


def words_of(card: Card) -> dict[str, Text]:
    """What a card says, by part, in the order of `PARTS`."""
    return {
        "title": card.title,
        **{f"do.{place}": text for place, text in enumerate(card.do, 1)},
        **{f"dont.{place}": text for place, text in enumerate(card.dont, 1)},
        "say": card.say,
        "call": card.call,
        **({} if card.message is None else {"message": card.message}),
    }


def can_do_without(part: str) -> bool:
    """Whether it may be left out: a do or don't, and the example message, for not every municipality wants that people
    write to creditors themselves."""
    return "." in part or part == "message"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is done otherwise with a card, as it is kept: ``words`` as JSON."""

    shown: int
    owner: str
    review_on: str
    words: str


def otherwise(house: House, name: str, *, shown: bool, owner: str, review_on: str, words: Words) -> Kept:
    """``owner`` and ``review_on`` (ISO 8601): empty is as we made it; ``words``: what is empty, or as ours, is ours.
    The Dutch `LEFT_OUT` leaves out what a card `can_do_without`.

    Refused ``no_card``, ``bad_form`` (no such part or language), ``card_owner_long``, ``card_date``,
    ``card_too_long``, ``card_no_dutch`` (a line that we do not have has a translation only), ``card_no_lines``
    (there must be a do and a don't).
    """
    ours = made().get(name)
    if ours is None:
        raise Refused("no_card")
    owner = _one_line(owner)
    if len(owner) > LONGEST_OWNER:
        raise Refused("card_owner_long")
    review_on = review_on.strip()
    if review_on and _day(review_on) > _today(house) + FURTHEST:
        raise Refused("card_date")
    kept = _kept(house, ours, words)
    card = _with(house, ours, kept)
    if not (card.do and card.dont):
        raise Refused("card_no_lines")
    day = review_on and _day(review_on).isoformat()
    return Kept(int(shown), owner, day, json.dumps(kept, ensure_ascii=False))


def draft(house: House, name: str, kept: Kept) -> Adjusted:
    """How a card would be with that."""
    return adjusted(house, made()[name], kept, _today(house))


async def adjust(
    house: House,
    staff_id: int,
    name: str,
    *,
    shown: bool,
    owner: str,
    review_on: str,
    words: Words,
    seen: str | None = None,
) -> None:
    """What this municipality does otherwise with a card from now on; ``seen`` is the `mark` of what that replaces.
    Refused as `otherwise`, and ``other_card`` (a colleague changed it meanwhile)."""
    kept = otherwise(house, name, shown=shown, owner=owner, review_on=review_on, words=words)
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        if seen is not None:
            await store.hold(conn, name, staff_id, now)
            if seen != mark(next(one for one in await all_cards(house, conn) if one.card.name == name)):
                raise Refused("other_card")
        await store.put(conn, name, staff_id, now, **asdict(kept))


def mark(one: Adjusted) -> str:
    """Differs as soon as anything is done otherwise with a card."""
    kept = [one.card.shown, one.card.owner, one.card.review.isoformat(), one.words]
    return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


# ---- for residents -------------------------------------------------------------------------------------------------


async def read(talk: Talk, conn: AsyncConnection, frame: Frame) -> Cards:
    """The reader of ``Cards`` (bot.needs)."""
    house, language, today = talk.house, talk.answers_in, _today(talk.house)
    found = [one for one in (_card(house, ours, row) for ours, row in await _rows(house, conn)) if one.shown]
    whole = tuple(one for one in found if not one.is_overdue(today) and _is_whole(house, one, language))
    name, phone = await store.find_contact(conn, talk.person_id) or (house.gemeente.name, None)
    return Cards(
        whole,
        tuple(one.name for one in found if one not in whole),
        contact_name=name,
        contact_phone=phone or house.gemeente.phone,
    )


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _rows(house: House, conn: AsyncConnection | None) -> Iterator[tuple[Card, _Row | None]]:
    if conn is None:
        async with house.db.read() as reading:
            rows = await store.read_all(reading)
    else:
        rows = await store.read_all(conn)
    return ((ours, rows.get(name)) for name, ours in made().items())


def _card(house: Place, ours: Card, row: _Row | Kept | None) -> Card:
    """The card as it is here; without an owner of its own it is the municipality's."""
    if row is None:
        return replace(_with(house, ours, {}), owner=ours.owner or house.gemeente.name)
    return replace(
        _with(house, ours, json.loads(row.words)),
        owner=row.owner or ours.owner or house.gemeente.name,
        review=date.fromisoformat(row.review_on) if row.review_on else ours.review,
        shown=bool(row.shown),
    )


def _with(house: Place, ours: Card, words: Words) -> Card:
    """``ours`` in other words."""
    known = words_of(ours)
    parts = {part: _text(house, ours.name, part, known.get(part), words.get(part, {})) for part in PARTS}
    lines = {kind: [parts[f"{kind}.{place}"] for place in range(1, MOST + 1)] for kind in ("do", "dont")}
    title, say, call = (parts[part] or known[part] for part in ("title", "say", "call"))
    return replace(
        ours,
        title=title,
        do=tuple(line for line in lines["do"] if line is not None),
        dont=tuple(line for line in lines["dont"] if line is not None),
        say=say,
        call=call,
        message=parts["message"],
    )


def _text(house: Place, name: str, part: str, ours: Text | None, given: Mapping[str, str]) -> Text | None:
    """One part; None: there is no such line, or it is left out. Its ``msgid`` is what it says in Dutch here, also where
    the configuration has other words for it (``[texts.nl]``): what is Dutch on purpose is taken from there."""
    if given.get(SOURCE) == LEFT_OUT:
        return None
    if SOURCE in given:
        return Text(f"kaarten.card.{name}.{part}", given[SOURCE], own=tuple(given.items()))
    if ours is None or (not given and _ours(house, ours, SOURCE) == ours.msgid):
        return ours
    ways = {code: _ours(house, ours, code) for code in (SOURCE, *house.gemeente.languages)}
    known = {code: words for code, words in ways.items() if words} | dict(given)
    return Text(ours.context, known[SOURCE], own=tuple(known.items()))


def _ours(house: Place, text: Text, language: str) -> str:
    """What ours says in ``language``; empty where it cannot."""
    return without_controls(house.tongue.say(text, language)) if house.tongue.has(text, language) else ""


def _is_whole(house: Place, card: Card, language: str) -> bool:
    return all(house.tongue.has(text, language) for text in card.texts)


def _kept(house: Place, ours: Card, words: Words) -> dict[str, dict[str, str]]:
    """What is worth keeping of ``words``. Where the Dutch is another, all translations that were given are; elsewhere
    those that differ from ours."""
    known = words_of(ours)
    kept: dict[str, dict[str, str]] = {}
    for part in PARTS:
        given = {code: _tidied(part, text) for code, text in words.get(part, {}).items()}
        given = {code: text for code, text in given.items() if says(text)}
        if not set(given) <= set(house.gemeente.languages):
            raise Refused("bad_form")
        if any(len(text) > LONGEST[part.partition(".")[0]] for text in given.values()):
            raise Refused("card_too_long")
        text = known.get(part)
        if text is not None and given.get(SOURCE) in (None, _ours(house, text, SOURCE)):
            given = {code: said for code, said in given.items() if said != _ours(house, text, code)}
        elif text is None and given and SOURCE not in given:
            raise Refused("card_no_dutch")
        if given.get(SOURCE) == LEFT_OUT:
            if text is None or not can_do_without(part):
                raise Refused("card_no_dutch")
            given = {SOURCE: LEFT_OUT}
        if given:
            kept[part] = given
    if not set(words) <= set(PARTS):
        raise Refused("bad_form")
    return kept


def _tidied(part: str, words: str) -> str:
    """On one line, but for the message; braces would be placeholders."""
    plain = without_controls(clean(words)).replace("{", "(").replace("}", ")")
    if part != "message":
        return _one_line(plain)
    lines = [" ".join(line.split()) for line in plain.strip().split("\n")]
    return "\n".join(lines)


def _one_line(words: str) -> str:
    return " ".join(clean(words).split())


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Refused("card_date") from None


def _today(house: House) -> date:
    return house.calendar.day_of(house.clock.now())
