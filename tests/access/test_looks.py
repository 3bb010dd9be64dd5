"""The chain of looks: whatever is done to it by hand, the first place that does not hold is named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.clock import to_ms
from bot.privacy import looks
from bot.privacy.looks import Verdict
from bot.server import open_house
from storage import keys, tables
from storage.looks import END, START
from tests.support.desk import Balie
from tests.support.town import Town

look = tables.look


async def grow(town: Town, count: int, *, kind: str = "looked", person: int = 7) -> None:
    """So many rows, each in a transaction of its own."""
    for number in range(count):
        async with town.house.db.begin() as conn:
            now = to_ms(town.clock.now())
            await looks.record(town.house, conn, kind, None, [(100 + number, person)], now)


async def by_hand(town: Town, *statements: Any) -> None:
    async with town.house.db.begin() as conn:
        for statement in statements:
            await conn.execute(statement)


async def anchored(town: Town, name: str = END) -> int | None:
    async with town.house.keys.read() as conn:
        found: int | None = (await conn.execute(select(keys.anchor.c.seq).where(keys.anchor.c.name == name))).scalar()
    return found


async def test_it_holds_as_it_was_written(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await looks.verify(town.house) == Verdict(0, 0, 0)
    await grow(town, 3)
    async with town.house.db.begin() as conn:
        await looks.record(town.house, conn, "searched", None, [(1, 2), (3, 4), (None, None)], 5)
        await looks.record(town.house, conn, "exported", None, [], 5)
    rows = await town.rows(look)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6]
    assert all(len(row.digest) == 32 for row in rows)
    assert await looks.verify(town.house) == Verdict(6, 1, 6)
    monkeypatch.setattr(looks, "PIECE", 2)
    assert await looks.verify(town.house) == Verdict(6, 1, 6)
    assert await anchored(town) == 6


async def test_what_was_rolled_back_is_no_row_and_no_gap(town: Town) -> None:
    await grow(town, 1)

    async def fails() -> None:
        async with town.house.db.begin() as conn:
            await looks.record(town.house, conn, "looked", None, [(1, 1)], 1)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fails()
    assert await anchored(town) == 1
    await grow(town, 1)
    assert await looks.verify(town.house) == Verdict(2, 1, 2)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"at": 1}, 3),
        ({"kind": "searched"}, 1),
        ({"person_id": 8}, 4),
        ({"conversation_id": None}, 2),
        ({"digest": bytes(32)}, 5),
    ],
)
async def test_a_row_that_was_changed_shows(town: Town, values: dict[str, Any], where: int) -> None:
    await grow(town, 5)
    await by_hand(town, update(look).where(look.c.seq == where).values(values))
    verdict = await looks.verify(town.house)
    assert (verdict.wrong, verdict.at) == ("changed", where)


async def test_a_look_that_was_put_to_a_colleague_s_name_shows(balie: Balie) -> None:
    noor, samir = await balie.add_staff("noor", "Noor"), await balie.add_staff("samir", "Samir")
    async with balie.house.db.begin() as conn:
        await looks.record(balie.house, conn, "looked", noor.id, [(1, 1)], 1)
    await by_hand(balie.town, update(look).values(staff_id=samir.id))
    verdict = await looks.verify(balie.house)
    assert (verdict.wrong, verdict.at) == ("changed", 1)


async def test_a_row_that_is_missing_shows(town: Town) -> None:
    await grow(town, 5)
    await by_hand(town, delete(look).where(look.c.seq == 3))
    assert await looks.verify(town.house) == Verdict(2, 1, 2, "missing", 3)
    # closing the gap by numbering anew does not help
    await by_hand(town, *(update(look).where(look.c.seq == one).values(seq=one - 1) for one in (4, 5)))
    assert await looks.verify(town.house) == Verdict(2, 1, 2, "changed", 3)


async def test_a_row_that_was_put_in_shows(town: Town) -> None:
    await grow(town, 4)
    await by_hand(town, *(update(look).where(look.c.seq == one).values(seq=one + 1) for one in (4, 3)))
    made_up = {"seq": 3, "at": 1, "kind": "looked", "conversation_id": 1, "person_id": 1, "digest": bytes(32)}
    await by_hand(town, insert(look).values(made_up))
    assert await looks.verify(town.house) == Verdict(2, 1, 2, "changed", 3)


async def test_rows_in_another_order_show(town: Town) -> None:
    await grow(town, 4)
    swap = (update(look).where(look.c.seq == one).values(seq=to) for one, to in ((2, 9), (3, 2), (9, 3)))
    await by_hand(town, *swap)
    assert await looks.verify(town.house) == Verdict(1, 1, 1, "changed", 2)


async def test_an_end_that_was_cut_off_shows_also_when_the_chain_grew_since(town: Town) -> None:
    await grow(town, 5)
    await by_hand(town, delete(look).where(look.c.seq > 3))
    assert await looks.verify(town.house) == Verdict(3, 1, 3, "cut_off", 4)
    await grow(town, 1)
    assert await looks.verify(town.house) == Verdict(4, 1, 4, "cut_off", 5)
    await grow(town, 4, person=8)
    assert await looks.verify(town.house) == Verdict(4, 1, 4, "grown_anew", 5)
    assert await anchored(town) == 5, "what was noted stays until someone accepts it"


async def test_all_that_was_thrown_away_shows(town: Town) -> None:
    await grow(town, 2)
    await by_hand(town, delete(look))
    assert await looks.verify(town.house) == Verdict(0, 0, 0, "cut_off", 1)


async def test_the_noted_end_never_goes_back(town: Town) -> None:
    await grow(town, 3)
    await by_hand(town, delete(look).where(look.c.seq == 3))
    await looks.note(town.house)
    assert await anchored(town) == 3


async def test_the_newest_rows_alone_can_be_looked_at(town: Town) -> None:
    await grow(town, 6)
    assert await looks.verify(town.house, newest=2) == Verdict(2, 5, 6)
    await by_hand(town, update(look).where(look.c.seq == 2).values(person_id=1))
    assert (await looks.verify(town.house, newest=2)).holds
    assert (await looks.verify(town.house, newest=50)).at == 2
    await by_hand(town, update(look).where(look.c.seq == 6).values(person_id=1))
    assert (await looks.verify(town.house, newest=2)).at == 6
    await by_hand(town, delete(look).where(look.c.seq == 4))
    assert await looks.verify(town.house, newest=2) == Verdict(0, 0, 0, "missing", 4)


async def test_what_its_term_is_over_for_goes_from_the_beginning_and_the_rest_holds(town: Town) -> None:
    await grow(town, 3)
    town.clock.forward(days=10)
    between = to_ms(town.clock.now())
    await grow(town, 2)
    assert await looks.prune(town.house, between, dry=True) == 3
    assert len(await town.rows(look)) == 5
    assert await looks.prune(town.house, between) == 3
    assert [row.seq for row in await town.rows(look)] == [4, 5]
    assert await looks.verify(town.house) == Verdict(2, 4, 5)
    assert await looks.prune(town.house, between) == 0
    assert await anchored(town, START) == 3
    # who cuts off more than that is found out
    await by_hand(town, delete(look).where(look.c.seq == 4))
    assert await looks.verify(town.house) == Verdict(0, 0, 0, "missing", 4)


async def test_when_all_of_it_is_removed_it_goes_on_where_it_was(town: Town) -> None:
    await grow(town, 2)
    town.clock.forward(days=1)
    assert await looks.prune(town.house, to_ms(town.clock.now())) == 2
    assert await looks.verify(town.house) == Verdict(0, 0, 0)
    await grow(town, 1)
    assert await looks.verify(town.house) == Verdict(1, 3, 3)
    assert await anchored(town) == 3


async def test_removing_that_stopped_half_way_is_finished_the_next_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grow(town, 3)
    town.clock.forward(days=1)
    now = to_ms(town.clock.now())

    async def breaks(*_: object) -> int:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr("storage.looks.remove_upto", breaks)
        with pytest.raises(RuntimeError, match="power cut"):
            await looks.prune(town.house, now)
    await grow(town, 1)
    assert await looks.verify(town.house) == Verdict(1, 4, 4)
    assert await looks.prune(town.house, now, dry=True) == 3
    assert await looks.prune(town.house, now) == 3
    assert [row.seq for row in await town.rows(look)] == [4]


async def test_after_a_backup_was_restored_one_goes_on_by_hand_and_that_is_on_record(town: Town) -> None:
    await grow(town, 4)
    assert (await looks.accept_end(town.house)).holds
    assert len(await town.rows(look)) == 4
    await by_hand(town, delete(look).where(look.c.seq > 2))
    assert (await looks.accept_end(town.house)).wrong == "cut_off"
    assert await looks.verify(town.house) == Verdict(3, 1, 3)
    assert (await town.rows(look))[-1].kind == "restored"
    assert await anchored(town) == 3
    await by_hand(town, update(look).where(look.c.seq == 1).values(person_id=1))
    assert (await looks.accept_end(town.house)).wrong == "changed"
    assert (await looks.verify(town.house)).at == 1, "what was changed is never accepted"


async def test_a_person_sees_who_it_was_also_from_before_two_became_one(balie: Balie) -> None:
    one, other = await balie.resident("Fatima"), await balie.resident("Jan")
    noor = await balie.add_staff("noor", "Noor", "coordinator")
    mine, theirs = (await one.row()).person_id, (await other.row()).person_id
    async with balie.house.db.begin() as conn:
        await looks.record(balie.house, conn, "looked", noor.id, [(one.conversation_id, mine)], 1)
        await looks.record(balie.house, conn, "exported", None, [(other.conversation_id, theirs)], 2)
    assert await looks.of_person(balie.house, mine) == [looks.Seen(1, "looked", "Noor", "coordinator")]
    await by_hand(balie.town, update(tables.person).where(tables.person.c.id == theirs).values(merged_into=mine))
    assert [seen.kind for seen in await looks.of_person(balie.house, mine)] == ["exported", "looked"]
    assert [seen.name for seen in await looks.of_person(balie.house, mine)] == [None, "Noor"]


@asynccontextmanager
async def second_house(town: Town) -> AsyncIterator[Town]:
    """The same municipality with connections, vault and locks of its own, as another process has."""
    async with open_house(town.house.config, town.clock, find_voice=lambda: None) as house:
        yield Town(house, town.clock)


async def test_two_that_add_at_once_leave_no_gap(town: Town, tmp_path: Path) -> None:
    async with second_house(town) as other:
        await asyncio.gather(*(grow(each, 20) for each in (town, other, town, other)))
        verdict = await looks.verify(other.house)
    assert verdict == Verdict(80, 1, 80)
    assert await anchored(town) == 80
