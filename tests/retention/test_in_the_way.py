"""What cannot be read, or whoever cannot go, keeps nothing and nobody else from going."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.house import House
from bot.privacy import erasing, retention
from storage import tables
from tests.retention.test_erasing import filled, never_signed_up
from tests.support.town import Town
from tests.test_joining_merge import person


async def test_what_came_under_a_key_that_is_gone_keeps_nobody_from_being_erased(town: Town) -> None:
    one = await filled(town)
    vault, who = town.house.vault, await person(one)
    gone = await vault.new_key(0)
    lost = vault.seal_text(gone, "note", "kwijt")
    await vault.destroy(gone, 0)
    async with town.house.db.begin() as conn:
        await conn.execute(
            update(tables.note).where(tables.note.c.conversation_id == one.conversation_id), {"text_sealed": lost}
        )
    assert (await erasing.erase(town.house, who.id, by_staff=None, why="asked")).stays
    after = await person(one)
    assert after.key_id != who.key_id
    assert vault.key_of(after.code_sealed) == after.key_id
    assert {row.text_sealed for row in await town.rows(tables.note)} == {lost}


async def test_one_who_cannot_go_keeps_nobody_else_here(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = [await person(await never_signed_up(town, tag)) for tag in ("of one", "of another")]
    town.clock.forward(days=800)
    real = erasing.erase_whole

    async def erase_whole(house: House, person_id: int, still: erasing.Still) -> bool:
        if person_id == stuck.id:
            raise RuntimeError
        return await real(house, person_id, still)

    monkeypatch.setattr(erasing, "erase_whole", erase_whole)
    report = await retention.run(town.house)
    assert (report.failed, report.counts["people"]) == (["people"], 1)
    rows = {row.id: row.erased_at is not None for row in await town.rows(tables.person)}
    assert (rows[stuck.id], rows[other.id]) == (False, True)
