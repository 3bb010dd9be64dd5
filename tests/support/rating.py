"""Ratings for tests: someone who signs up, what became of their ratings, and figures of a whole year."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, update

from bot.clock import to_ms
from bot.house import House
from bot.ratings import answering, settling
from bot.ratings.answering import Answers
from bot.ratings.statistics import together
from bot.takeover import locked
from flows.ratings import Occasion, Rating
from flows.session import Frame
from flows.text import Json
from storage import tables
from tests.support.town import Resident, Town

#: A sign-up that says nothing more than that.
SIGN_UP = ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes")


async def sign_up(town: Town, channel: str = "webchat") -> Resident:
    """Someone who did just now."""
    one = await town.resident(channel)
    for data in SIGN_UP:
        await one.taps(data)
    return one


async def rows(town: Town) -> list[tuple[str, str, str | None]]:
    """Every rating: occasion, state, reason."""
    return [(row.occasion, row.state, row.reason) for row in await town.rows(tables.rating)]


async def planned(town: Town) -> list[Row[*tuple[Any, ...]]]:
    """What waits of it."""
    return [row for row in await town.rows(tables.ping, state="waiting") if row.kind.startswith("ratings.")]


async def asked(one: Resident) -> int:
    """How often since the last time that was asked."""
    return [said.content.origin for said in await one.hears()].count("tevredenheid.asked")


async def newest(town: Town) -> Row[*tuple[Any, ...]]:
    """The rating that came last."""
    return (await town.rows(tables.rating))[-1]


async def kept(town: Town, number: int) -> Answers:
    """What stands with the person."""
    (row,) = await town.rows(tables.rating, id=number)
    if row.answers_sealed is not None:
        await town.house.vault.prepare([town.house.vault.key_of(row.answers_sealed)])
    return answering.answers_of(town.house, row)


async def known(one: Resident, **answers: Json) -> Rating:
    """What the flow knows."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        return await answering.rating(talk, conn, Frame("tevredenheid", "asked", answers))


async def details(one: Resident, kind: str = "contactmoment") -> list[Mapping[str, Json]]:
    """What the file says of ratings."""
    events = await one.town.rows(tables.event, conversation_id=one.conversation_id, kind=kind)
    unseal = one.town.house.vault.unseal_text
    found = [json.loads(unseal(row.detail_sealed, "event")) for row in events if row.detail_sealed is not None]
    return [detail for detail in found if detail.get("kind") == "tevredenheid"]


async def close(town: Town, one: Resident, reason: str | None = "afgerond") -> None:
    """The case of this person ends; None: it goes on again."""
    values = {"closed_at": None if reason is None else to_ms(town.clock.now()), "reason": reason}
    cases = update(tables.case_file).where(tables.case_file.c.conversation_id == one.conversation_id)
    async with town.house.db.begin() as conn:
        await conn.execute(cases.values(**values))


async def grades(house: House, year: int, occasion: Occasion, promise: str, given: Iterable[int]) -> None:
    """So many people gave these."""
    async with house.db.begin() as conn:
        for grade in given:
            await settling.count(house, conn, year, occasion, promise, grade)


async def words(house: House, year: int, occasion: Occasion, said: Iterable[str]) -> None:
    """So many people said something."""
    async with house.db.begin() as conn:
        for each in said:
            await settling.add_words(house, conn, year, occasion, each)


async def counted(town: Town) -> dict[tuple[int, str, str], tuple[int, ...]]:
    """All grades that were given, told or not: by year, occasion and promise."""
    found, vault = {}, town.house.vault
    for row in await town.rows(tables.grade):
        await vault.prepare([row.key_id])
        waiting = settling.loads(vault.unseal_text(row.waiting_sealed, "grade"))
        found[row.year, row.occasion, row.promise] = together([settling.loads(row.counted), waiting])
    return found
