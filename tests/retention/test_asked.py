"""What someone asked of their data is answered in the transaction that erases them: neither before it nor never."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, insert

from bot.own_data import doing, proof
from bot.privacy import erasing, looks
from storage import requests, tables
from tests.retention.test_erasing import filled, never_signed_up, staff_of
from tests.support.town import Resident, Town
from tests.test_joining_merge import person


async def asked(town: Town, one: Resident) -> dict[str, int]:
    """Someone asked to see and to be erased; a colleague knew them. The numbers of both, by kind."""
    about = {"person_id": (await person(one)).id, "conversation_id": one.conversation_id, "asked_at": 0, "due_at": 0}
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.data_request))
        numbers = {}
        for kind, state in (("access", "asked"), ("erasure", "identified")):
            made = (
                insert(tables.data_request).values(**about, kind=kind, state=state).returning(tables.data_request.c.id)
            )
            numbers[kind] = int((await conn.execute(made)).scalar_one())
    return numbers


async def states(town: Town) -> dict[str, tuple[str, int | None, bool]]:
    rows = await town.rows(tables.data_request)
    return {row.kind: (row.state, row.done_by, row.done_at is not None) for row in rows}


async def test_of_who_is_gone_nothing_waits_for_a_colleague(town: Town) -> None:
    one = await never_signed_up(town)
    await asked(town, one)
    noor = await town.colleague("Fatma")
    await erasing.erase(town.house, (await person(one)).id, by_staff=noor.id, why="asked")
    assert await states(town) == {"access": ("withdrawn", None, True), "erasure": ("done", noor.id, True)}


async def test_whose_file_stays_may_still_ask_to_see_it(town: Town) -> None:
    one = await filled(town)
    await asked(town, one)
    assert (await erasing.erase(town.house, (await person(one)).id, by_staff=None, why="asked")).stays
    assert await states(town) == {"access": ("asked", None, False), "erasure": ("done", None, True)}


async def test_what_was_not_erased_is_not_said_to_be(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await filled(town)
    number = (await asked(town, one))["erasure"]
    noor = await town.colleague("Fatma")

    async def fails(*_: Any) -> None:
        raise RuntimeError

    async with town.house.db.read() as conn:
        row = await requests.one(conn, number)
    assert row is not None
    with monkeypatch.context() as patched:
        patched.setattr(looks, "record", fails)
        with pytest.raises(RuntimeError):
            await doing.erase(town.house, staff_of(noor.id), row)
    assert (await states(town))["erasure"] == ("identified", None, False)
    assert (await doing.erase(town.house, staff_of(noor.id), row)).stays
    assert (await states(town))["erasure"] == ("done", noor.id, True)


async def test_what_someone_began_to_erase_themselves_stays_asked(town: Town) -> None:
    one = await filled(town)
    who = await person(one)
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.data_request))
    await proof.note_erasing(
        town.house, proof.Visitor(who.id, one.conversation_id, who.key_id, who.language, True), "pin"
    )
    assert await states(town) == {"erasure": ("identified", None, False)}
    await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    assert await states(town) == {"erasure": ("done", None, True)}
