"""Whoever was erased while something was planned for them: nothing is said or done any more, and it holds up nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from bot import closing
from storage import keys, tables
from tests.support.town import Resident, Town, origins
from tests.test_pings import TOMORROW, unfinished, waiting
from tests.test_pings_together import also


async def erase(town: Town, one: Resident) -> int:
    """Destroys the person's key; gives its number."""
    row = await one.row()
    (person,) = await town.rows(tables.person, id=row.person_id)
    await town.house.vault.destroy(person.key_id, 1)
    return int(person.key_id)


async def ends(town: Town, one: Resident) -> list[tuple[str, str | None]]:
    """What became of everything that was planned for them."""
    rows = await town.rows(tables.ping, conversation_id=one.conversation_id)
    return [(row.state, row.reason) for row in rows]


async def test_who_was_erased_hears_nothing_and_the_others_do(town: Town) -> None:
    people = [await unfinished(town) for _ in range(3)]
    await erase(town, people[1])
    before = len(await people[1].events())
    await town.move_to(TOMORROW)
    assert [len(await one.hears()) for one in (people[0], people[2])] == [1, 1]
    assert await ends(town, people[1]) == [("dropped", "erased")]
    assert (await people[1].row()).queue == "bot"  # no colleague is asked to look at what nobody can read
    assert len(await people[1].events()) == before


@pytest.mark.parametrize(
    "kind", ["hold.lapses", "deadline.evaluation", "care.silent", "ratings.settle:1", "checkin.ask"]
)
async def test_whatever_it_was_it_is_dropped_once_also_without_a_word_of_theirs(town: Town, kind: str) -> None:
    """Someone of whom nothing was sealed yet has no state that cannot be read."""
    one = await unfinished(town)
    await also(town, one, kind)
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.conversation).values(session_sealed=None))
    await erase(town, one)
    await town.move_to(TOMORROW)
    assert await ends(town, one) == [("dropped", "erased")] * 2
    assert await waiting(town) == []


async def test_by_what_a_signal_found_them_goes_too(town: Town) -> None:
    colleague = await town.colleague()
    gone, stays = await unfinished(town), await unfinished(town)
    for one in (gone, stays):
        await also(town, one, closing.KEYS_END)
        row = {"conversation_id": one.conversation_id, "key_index": b"k", "made_at": 0, "made_by": colleague.id}
        async with town.house.db.begin() as conn:
            await conn.execute(insert(tables.signal_key).values(row))
    await erase(town, gone)
    await town.move_to(TOMORROW)
    assert [row.conversation_id for row in await town.rows(tables.signal_key)] == [stays.conversation_id]


async def test_a_key_that_is_only_missing_loses_nothing(town: Town) -> None:
    """A key store that was put back from an older day: what waits is there when the key is."""
    one = await unfinished(town)
    (person,) = await town.rows(tables.person)
    async with town.house.keys.begin() as conn:
        await conn.execute(delete(keys.person_key).where(keys.person_key.c.key_id == person.key_id))
    town.house.vault._cache.clear()
    town.clock.to(TOMORROW + timedelta(hours=1))
    await town.pings.run_due()
    assert await ends(town, one) == [("waiting", None)]


@pytest.mark.parametrize("whole", [True, False])
async def test_of_whoever_has_a_damaged_session_only_that_is_lost(town: Town, whole: bool) -> None:
    """As with one of a newer release: rather greet once more than fall silent."""
    one, other = await unfinished(town), await unfinished(town)
    sealed = (await one.row()).session_sealed
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1]) if whole else b"nothing of ours"
    async with town.house.db.begin() as conn:
        mine = tables.conversation.c.id == one.conversation_id
        await conn.execute(update(tables.conversation).where(mine).values(session_sealed=damaged))
    await town.move_to(TOMORROW)
    assert {row.aside_until for row in await town.rows(tables.ping)} == {None}
    assert "session_unreadable" in await one.events()
    assert len(await other.hears()) == 1
    await one.hears()
    assert origins(await one.types("hallo")) != []
    assert "failed_step" not in await one.events()
