"""Someone is erased: as far as that may be, for good, in old copies of the data too, and whoever is killed in it leaves
nothing half done."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Table, delete, insert, select, update

from bot import identity
from bot.clock import to_ms
from bot.desk.access import open_file, open_news
from bot.desk.accounts import Staff
from bot.errors import Refused
from bot.outgoing import Outgoing
from bot.privacy import erasing, looks
from bot.privacy.erasing import NobodyThere, Stays
from bot.privacy.vault import Unreadable
from flows.grammar import Opened
from storage import erasing as store
from storage import keys, tables
from storage.erasing import SEALED
from storage.merging import MERGED
from tests.stores import StoreUrls
from tests.support.ending import closes, signs_up
from tests.support.town import MONDAY, TELEGRAM_TOO, Resident, StrictChannel, Town, open_town, send_all
from tests.test_joining import code_of, joins, own_code
from tests.test_joining_merge import change, fill, person

NOW = to_ms(MONDAY)
#: What of whoever was erased stays: numbers and instants, with the record of looks and of what was asked.
STAYS = {"conversation", "look", "data_request"}
#: Sealed, and nobody's or of the staff.
NOT_THEIRS = {"grade.waiting_sealed", "remark.words_sealed", "staff.totp_sealed"}


async def filled(town: Town, tag: str = "of one", channel: str = "telegram") -> Resident:
    """Someone with a row of every kind, without a hold, whose alarm was taken up."""
    if not await town.rows(tables.staff):
        await town.colleague()
    one = await town.resident(channel)
    await fill(one, tag, "contact.hello")
    number = one.conversation_id
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.legal_hold).where(tables.legal_hold.c.conversation_id == number))
        mine = tables.alarm.c.conversation_id == number
        await conn.execute(update(tables.alarm).where(mine).values(state="acknowledged", next_at=None))
        mine = tables.appointment.c.conversation_id == number
        await conn.execute(update(tables.appointment).where(mine).values(state="held"))
    return one


async def never_signed_up(town: Town, tag: str = "of one", channel: str = "telegram") -> Resident:
    one = await filled(town, tag, channel)
    async with town.house.db.begin() as conn:
        for table in (tables.event, tables.phase, tables.rating, tables.case_file):
            await conn.execute(delete(table).where(table.c.conversation_id == one.conversation_id))
    return one


async def theirs(town: Town, one: Resident, person_id: int) -> dict[str, int]:
    """How many rows of each table are of someone."""
    found: dict[str, int] = {}
    for table in tables.metadata.sorted_tables:
        whose = [
            table.c[name] == number
            for name, number in (("conversation_id", one.conversation_id), ("person_id", person_id))
            if name in table.c
        ]
        async with town.house.db.read() as conn:
            for where in whose:
                rows = (await conn.execute(select(table).where(where))).all()
                found[table.name] = max(found.get(table.name, 0), len(rows))
    return {name: count for name, count in found.items() if count}


def staff_of(number: int) -> Staff:
    return Staff(number, "Noor", "noor", "coordinator")


async def readable(town: Town, key_id: int) -> bool:
    """Whether anything under this key can be read."""
    await town.house.vault.prepare([key_id])
    try:
        town.house.vault.seal(key_id, "any", b"")
    except Unreadable:
        return False
    return True


async def unsealed(town: Town, one: Resident, key_id: int) -> dict[str, list[str]]:
    """Everything sealed of someone, by column, all of it under this key."""
    vault, who = town.house.vault, await person(one)
    await vault.prepare([key_id])
    found: dict[str, list[str]] = {}
    for column, purpose in SEALED.items():
        table: Any = column.table
        name = "conversation_id" if "conversation_id" in table.c else "person_id" if "person_id" in table.c else "id"
        number = one.conversation_id if name == "conversation_id" else who.id
        if table is tables.conversation:
            name, number = "id", one.conversation_id
        for row in await town.rows(table, **{name: number}):
            blob = getattr(row, column.name)
            if blob:
                assert vault.key_of(blob) == key_id, column
                found.setdefault(str(column), []).append(vault.unseal(blob, purpose).decode(errors="replace"))
    return found


def test_everything_that_is_sealed_has_its_purpose() -> None:
    sealed = {
        str(column)
        for table in tables.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, LargeBinary) and column.name.endswith("_sealed")
    }
    assert sealed == {str(column) for column in SEALED} | NOT_THEIRS


async def test_of_whom_nothing_has_to_stay_nothing_does(town: Town) -> None:
    one, other = await never_signed_up(town), await never_signed_up(town, "of another")
    who = await person(one)
    before = await theirs(town, other, (await person(other)).id)
    planned = await erasing.plan(town.house, who.id)
    assert planned.whole
    assert dict(planned.goes).keys() == {"chat", "draft", "helpers", "links", "moments", "planned", "file"}
    done = await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    assert done == planned
    assert (await theirs(town, one, who.id)).keys() == STAYS
    (gone,) = await town.rows(tables.person, id=who.id)
    assert {name for name, value in gone._mapping.items() if name.endswith(("_sealed", "_index")) and value} == {
        "code_index"
    }
    assert gone.code_index != who.code_index
    assert gone.erased_at == NOW
    assert [row.detail_sealed for row in await town.rows(tables.data_request, person_id=who.id)] == [None]
    assert not await readable(town, who.key_id)
    assert await town.rows(tables.spent_key) == []
    assert await theirs(town, other, (await person(other)).id) == before
    assert await unsealed(town, other, (await person(other)).key_id)
    assert [one.kind for one in await looks.of_person(town.house, who.id)][:1] == ["erased"]
    assert (await looks.verify(town.house)).holds
    with pytest.raises(NobodyThere):
        await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    with pytest.raises(NobodyThere):
        await erasing.plan(town.house, who.id)


async def test_whoever_writes_from_there_is_new_and_the_old_code_is_nobodys(town: Town) -> None:
    one = await never_signed_up(town)
    who = await person(one)
    code = await own_code(one)
    await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    before = one.conversation_id
    await one.says(Opened())
    assert one.conversation_id != before
    assert (await person(one)).key_id != who.key_id
    with pytest.raises(Refused, match="unknown"):
        await identity.resume(town.house, code, None)


async def test_an_appointment_that_comes_is_off_and_its_time_is_free(town: Town) -> None:
    colleague = await town.colleague()
    one = await never_signed_up(town)
    (row,) = await town.rows(tables.appointment, conversation_id=one.conversation_id)
    async with town.house.db.begin() as conn:
        values = {"appointment_id": row.id, "staff_id": colleague.id}
        await conn.execute(insert(tables.appointment_staff).values(values))
    await change(town, tables.appointment, row.id, state="booked", starts_at=NOW + 1)
    await erasing.erase(town.house, (await person(one)).id, by_staff=None, why="asked")
    assert await town.rows(tables.slot) == []
    (left,) = await town.rows(tables.appointment)
    assert (left.state, left.news, left.details_sealed) == ("cancelled", "cancelled", b"")
    (news,) = await open_news(town.house, staff_of(colleague.id))
    assert (news.erased, news.name) == (True, None)


async def test_a_desk_page_that_is_open_says_that_there_is_nothing_any_more(town: Town) -> None:
    colleague = await town.colleague()
    one = await never_signed_up(town)
    await open_file(town.house, staff_of(colleague.id), one.conversation_id)
    await erasing.erase(town.house, (await person(one)).id, by_staff=colleague.id, why="asked")
    with pytest.raises(Refused, match="erased"):
        await open_file(town.house, staff_of(colleague.id), one.conversation_id)


@pytest.mark.parametrize("term_is_over", [False, True])
async def test_what_has_to_stay_does_under_a_new_key(town: Town, term_is_over: bool) -> None:
    colleague = await town.colleague()
    one = await filled(town)
    who = await person(one)
    if term_is_over:
        async with town.house.db.begin() as conn:
            mine = tables.case_file.c.conversation_id == one.conversation_id
            closed = {"closed_at": NOW, "ended_on": "2026-11-20", "reason": "afgerond"}
            await conn.execute(update(tables.case_file).where(mine).values(**closed))
    before = await unsealed(town, one, who.key_id)
    planned = await erasing.plan(town.house, who.id)
    reason = Stays("term", date(2031, 11, 20)) if term_is_over else Stays("open_case")
    assert planned.stays == (reason,)
    assert "file" not in dict(planned.goes)
    assert await erasing.erase(town.house, who.id, by_staff=colleague.id, why="asked") == planned
    now = await person(one)  # they are known where they write from
    assert (now.id, now.reduced_at, now.erased_at) == (who.id, NOW, None)
    assert now.key_id != who.key_id
    assert not await readable(town, who.key_id)
    after = await unsealed(town, one, now.key_id)
    gone = {"message", "attachment", "download", "helper", "hard_moment", "rating"}
    for column, words in before.items():
        table = column.partition(".")[0]
        if table in gone or column == "conversation.session_sealed":
            assert column not in after
        elif table == "event":
            assert after[column][: len(words)] == words
        elif table == "ping":
            assert after.get(column, []) == []
        else:
            assert after[column] == words, column
    for table in ("outbox", "personal_link", *sorted(gone)):
        assert await town.rows(getattr(tables, table)) == []
    (agreed,) = await town.rows(tables.contact_plan)
    (asked,) = await town.rows(tables.check_in)
    assert (agreed.state, asked.state) == ("ended", "dropped")
    assert (await open_file(town.house, staff_of(colleague.id), one.conversation_id)).reference
    assert "erased" in await one.events()
    await one.types("hallo")
    assert (await person(one)).id == who.id


async def test_when_the_term_is_over_nothing_stays(town: Town) -> None:
    one = await signs_up(await town.resident())
    await closes(town, one, await town.colleague(), tell=False)
    who = await person(one)
    town.clock.to(MONDAY.replace(year=2031))
    assert (await erasing.plan(town.house, who.id)).stays == (Stays("term", date(2031, 11, 23)),)
    town.clock.forward(days=1)
    assert (await erasing.erase(town.house, who.id, by_staff=None, why="term")).whole
    assert (await theirs(town, one, who.id)).keys() == {"conversation", "look"}


async def test_a_hold_or_danger_holds_everything(town: Town) -> None:
    one = await never_signed_up(town)
    who = await person(one)
    await town.house.vault.prepare([who.key_id])
    sealed = town.house.vault.seal_text(who.key_id, "legal_hold", "rechtszaak")
    row = {"conversation_id": one.conversation_id, "reason_sealed": sealed, "placed_at": NOW, "until": "2026-12-01"}
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.legal_hold).values(row))
    before = await theirs(town, one, who.id)
    done = await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    assert done.held == (Stays("hold", date(2026, 12, 1)),)
    assert (done.goes, done.whole) == ((), False)
    assert await theirs(town, one, who.id) == before
    assert await readable(town, who.key_id)
    town.clock.to(MONDAY.replace(month=12, day=2))  # its last day is over
    await change(town, tables.conversation, one.conversation_id, paused_at=NOW)
    assert (await erasing.plan(town.house, who.id)).held == (Stays("danger"),)
    await change(town, tables.conversation, one.conversation_id, paused_at=None)
    (alarm,) = await town.rows(tables.alarm)
    await change(town, tables.alarm, alarm.id, state="raised")
    assert (await erasing.erase(town.house, who.id, by_staff=None, why="asked")).held == (Stays("danger"),)
    await change(town, tables.alarm, alarm.id, state="acknowledged")
    assert (await erasing.erase(town.house, who.id, by_staff=None, why="asked")).whole


async def test_who_became_one_with_another_is_erased_with_them(town: Town) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    who, other = await person(older), await person(younger)
    code = await own_code(younger)
    await joins(younger, await code_of(older))
    assert (await erasing.erase(town.house, other.id, by_staff=None, why="asked")).person_id == who.id
    rows = await town.rows(tables.person)
    assert [row.erased_at for row in rows] == [NOW, NOW]
    assert {row.queue for row in await town.rows(tables.conversation)} == {MERGED}
    assert not await readable(town, who.key_id)
    with pytest.raises(Refused, match="unknown"):
        await identity.resume(town.house, code, None)


async def test_the_key_of_a_signal_that_was_being_put_on_the_file_goes_too(town: Town) -> None:
    one = await never_signed_up(town)
    left = await town.house.vault.new_key(NOW)
    (row,) = await town.rows(tables.signal)
    await change(town, tables.signal, row.id, key_id=left)
    await erasing.erase(town.house, (await person(one)).id, by_staff=None, why="asked")
    assert not await readable(town, left)


@pytest.mark.parametrize("signed_up", [False, True])
@pytest.mark.parametrize("killed_in", ["commit", "destroying", "noting"])
async def test_whoever_is_killed_in_it_leaves_nothing_half_done(
    town: Town, monkeypatch: pytest.MonkeyPatch, killed_in: str, signed_up: bool
) -> None:
    one = await filled(town) if signed_up else await never_signed_up(town)
    who = await person(one)
    before = await theirs(town, one, who.id)

    async def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if killed_in == "commit":
            patched.setattr(looks, "record", killed)
        elif killed_in == "destroying":
            patched.setattr(type(town.house.vault), "destroy", killed)
        else:
            patched.setattr("storage.erasing.forget_spent", killed)
        with pytest.raises(KeyboardInterrupt):
            await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    if killed_in == "commit":
        assert await theirs(town, one, who.id) == before
        assert (await unsealed(town, one, who.key_id)).keys() >= {"message.content_sealed"}
        await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    else:
        assert await readable(town, who.key_id) == (killed_in == "destroying")
        assert [row.key_id for row in await town.rows(tables.spent_key)] == [who.key_id]
        await erasing.finish(town.house)
    assert await town.rows(tables.spent_key) == []
    assert not await readable(town, who.key_id)
    if signed_up:
        assert await unsealed(town, one, (await person(one)).key_id)
    else:
        assert (await theirs(town, one, who.id)).keys() == STAYS


@pytest.fixture
async def telegram_town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """A town that sends."""
    async with open_town(tmp_path, store_urls, extra=TELEGRAM_TOO) as town:
        yield town


async def test_what_is_with_a_platform_comes_back_before_its_person_goes(
    telegram_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its number may be another message's by then, which would count as sent."""
    town = telegram_town
    one, other = await town.resident("telegram"), await town.resident("telegram")
    channel = StrictChannel()
    await send_all(town, {"telegram": channel})
    await one.types("hallo")
    waits, asked = asyncio.Event(), store.in_flight
    erased: list[asyncio.Task[erasing.Plan]] = []
    send = channel.send

    async def in_flight(*args: Any) -> bool:
        found = await asked(*args)
        if found:
            waits.set()
        return found

    async def sending(outgoing: Outgoing) -> str:
        if not erased:
            number = (await one.row()).person_id
            erased.append(asyncio.create_task(erasing.erase(town.house, number, by_staff=None, why="asked")))
            await asyncio.wait_for(waits.wait(), 60)
        return await send(outgoing)

    monkeypatch.setattr(store, "in_flight", in_flight)
    monkeypatch.setattr(channel, "send", sending)
    before = len(channel.took)
    await send_all(town, {"telegram": channel})
    assert (await erased[0]).whole
    assert len(channel.took) > before
    monkeypatch.undo()
    await other.types("hallo")
    waiting = [row.id for row in await town.rows(tables.outbox, state="waiting")]
    assert waiting
    await send_all(town, {"telegram": channel})
    assert {row.state for row in await town.rows(tables.outbox)} == {"sent"}
    assert {who for who, _ in channel.took[-len(waiting) :]} == {other.external_id}


@pytest.mark.parametrize("signed_up", [False, True])
async def test_a_copy_of_the_data_from_before_cannot_be_read(town: Town, signed_up: bool) -> None:
    one, other = await filled(town), await filled(town, "of another")
    if not signed_up:
        one = await never_signed_up(town, "of a third")
    who = await person(one)
    copy: dict[Table, list[dict[str, Any]]] = {}
    for table in tables.metadata.sorted_tables:
        copy[table] = [dict(row._mapping) for row in await town.rows(table)]
    await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    async with town.house.db.begin() as conn:
        for table in reversed(tables.metadata.sorted_tables):
            await conn.execute(delete(table))
        for table, rows in copy.items():
            if rows:
                await conn.execute(insert(table), rows)
    town.house.vault._cache.clear()
    vault = town.house.vault
    await vault.prepare([who.key_id])
    for column, purpose in SEALED.items():
        its: Any = column.table
        for row in await town.rows(its):
            blob = getattr(row, column.name)
            if blob and vault.key_of(blob) == who.key_id:
                with pytest.raises(Unreadable):
                    vault.unseal(blob, purpose)
    assert await unsealed(town, other, (await person(other)).key_id)
    # Put back, they are erased as soon as anyone finds them so, whatever had to stay before.
    assert (await erasing.erase(town.house, who.id, by_staff=None, why="unreadable")).whole
    assert (await theirs(town, one, who.id)).keys() == STAYS


async def test_the_key_is_nowhere_in_the_files_of_the_key_store(town: Town, tmp_path: Path) -> None:
    if town.house.keys.dialect != "sqlite":
        pytest.skip("files of SQLite")
    one = await town.resident()
    who = await person(one)
    async with town.house.keys.read() as conn:
        (key,) = await keys.load(conn, [who.key_id])
    assert key.wrapped is not None
    folder = Path(str(town.house.keys._reader.url.database)).parent
    assert any(key.wrapped in file.read_bytes() for file in folder.iterdir())
    await erasing.erase(town.house, who.id, by_staff=None, why="asked")
    shutil.copytree(folder, tmp_path / "copy")
    assert not any(key.wrapped in file.read_bytes() for file in (tmp_path / "copy").iterdir())
