"""Three years of retention over a made-up town: every night exactly what should be gone is gone, and everyone else is
whole and can be read. What should be is reckoned here once more, in plain words and another way of counting."""

from __future__ import annotations

import json
import random
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.clock import to_ms
from bot.content import Content, dumps
from bot.privacy import erasing, looks, retention
from bot.privacy.vault import Unreadable
from storage import erasing as removing
from storage import leases, tables
from storage import retention as store
from storage.erasing import SEALED
from tests.support.town import ZONE, Town

START = date(2026, 11, 23)
YEARS = 3
PEOPLE = 60

# What the municipality's file says when it says nothing, in months.
CHAT, VISITOR, UNFINISHED, FILE, KEYS = 12, 6, 3, 60, 6


def months_on(day: date, months: int) -> date:
    """The day with the same number so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_over(day: date, months: int, today: date) -> bool:
    return months_on(day, months) < today


def noon(day: date) -> int:
    return to_ms(datetime.combine(day, time(12), ZONE))


@dataclass
class Someone:
    """One person of the town, as they were put in and as they should be now."""

    name: str
    contacts: list[date]  # of which each left a message
    staff_contact: date | None = None
    opened: date | None = None
    ended: date | None = None  # None with ``opened``: help goes on
    decision: bool = True  # the day of the decision is known; else that of the closing counts
    hold: date | None = None  # its last day
    held_for_ever: bool = False
    draft: bool = False
    keys: bool = False
    met: date | None = None  # the day of an appointment
    merged: bool = False
    person_id: int = 0
    conversation_id: int = 0
    key_id: int = 0
    # As they should be:
    is_gone: bool = False
    file_is_gone: bool = False
    messages: list[date] = field(default_factory=list)

    def is_held(self, today: date) -> bool:
        return self.held_for_ever or (self.hold is not None and today <= self.hold)

    @property
    def last_contact(self) -> date:
        days = [*self.contacts, self.staff_contact, self.met]
        return max(day for day in days if day is not None)

    def night(self, today: date) -> None:
        """What the night of ``today`` should do."""
        if self.is_gone or self.is_held(today):
            return
        self.messages = [day for day in self.messages if not is_over(day, CHAT, today)]
        has_file = self.opened is not None and not self.file_is_gone
        file_over = not has_file or (self.ended is not None and is_over(self.ended, FILE, today))
        visitor_over = is_over(self.last_contact, VISITOR, today)
        if file_over and visitor_over:
            self.is_gone = True
            return
        if has_file and file_over and not (self.met is not None and self.met >= today):
            self.file_is_gone, self.keys, self.draft = True, False, False
            self.met = None
            return
        if self.draft and not has_file and is_over(self.last_contact, UNFINISHED, today):
            self.draft = False
        if self.keys and self.ended is not None and is_over(self.ended, KEYS, today):
            self.keys = False


def made_up(lots: random.Random) -> list[Someone]:
    """Visitors, sign-ups left half-way, open and closed files of all ages, held ones, some who were two."""

    def day(first: int, last: int) -> date:
        return START + timedelta(days=lots.randint(first, last))

    people = []
    for number in range(PEOPLE):
        kind = number % 6
        one = Someone(f"Inwoner {number}", sorted(day(-500, 700) for _ in range(lots.randint(1, 5))))
        one.contacts = [each for each in one.contacts if each <= START] or [day(-100, 0)]
        one.draft = lots.random() < 0.6
        if kind in (2, 3, 4):
            one.opened = day(-2600, -400)
            one.keys = lots.random() < 0.7
        if kind in (3, 4):
            assert one.opened is not None
            one.ended = one.opened + timedelta(days=lots.randint(30, 380))
            one.decision = lots.random() < 0.8
        if kind == 4 and lots.random() < 0.5:
            one.hold = day(-30, 900)
        if number % 20 == 9:
            one.held_for_ever = True
        if lots.random() < 0.3:
            one.met = day(-200, 300)
        if lots.random() < 0.4:
            one.staff_contact = day(-300, 0)
        one.merged = number % 7 == 3
        one.messages = list(one.contacts)
        people.append(one)
    return people


async def put_in(town: Town, people: list[Someone], colleague: int) -> None:
    vault, now = town.house.vault, noon(START)
    for one in people:
        one.key_id = key = await vault.new_key(now)
        first = noon(min([*one.contacts, *([one.opened] if one.opened else [])]))

        def seal(purpose: str, words: str, key: int = key) -> bytes:
            return vault.seal_text(key, purpose, words)

        async with town.house.db.begin() as conn:

            async def add(table: Any, **values: Any) -> int:
                return int((await conn.execute(insert(table).values(**values).returning(table.c.id))).scalar_one())

            one.person_id = await add(
                tables.person,
                created_at=first,
                key_id=key,
                code_index=vault.index("code", one.name),
                code_sealed=seal("code", one.name),
                language="nl",
                name_sealed=seal("name", one.name),
                name_index=vault.index("name", one.name),
            )
            here = one.conversation_id = await add(
                tables.conversation,
                person_id=one.person_id,
                created_at=first,
                updated_at=first,
                last_inbound_at=noon(max(one.contacts)),
                last_staff_at=noon(one.staff_contact) if one.staff_contact else None,
                session_sealed=seal("session", "{}") if one.draft else None,
                queue="closed" if one.ended else "waiting_them",
            )
            address = await add(
                tables.address,
                person_id=one.person_id,
                channel="telegram",
                external_index=vault.index("external", one.name),
                external_sealed=seal("external", one.name),
                created_at=first,
            )
            for seq, day in enumerate(one.contacts, 1):
                content = seal("message", dumps(Content(f"{one.name} op {day}", "nl")))
                row = {"conversation_id": here, "seq": seq, "created_at": noon(day), "author": "resident"}
                message = await add(tables.message, **row, address_id=address, content_sealed=content)
                file = {"media_type": "image/jpeg", "size": 1, "data_sealed": seal("attachment", one.name)}
                await add(tables.attachment, conversation_id=here, message_id=message, created_at=noon(day), **file)
            if one.opened:
                values = {
                    "person_id": one.person_id,
                    "author_id": one.person_id,
                    "opened_at": noon(one.opened),
                    "closed_at": noon(one.ended) if one.ended else None,
                    "ended_on": one.ended.isoformat() if one.ended and one.decision else None,
                    "capacity": "self",
                }
                answers = seal("case", json.dumps({"name": one.name}))
                await add(tables.case_file, conversation_id=here, answers_sealed=answers, **values)
                note = {"staff_id": colleague, "created_at": noon(one.opened), "text_sealed": seal("note", one.name)}
                await add(tables.note, conversation_id=here, **note)
            if one.keys:
                index = {"key_index": vault.index("signal", one.name), "made_at": now, "made_by": colleague}
                await add(tables.signal_key, conversation_id=here, **index)
            if one.met:
                at = {"starts_at": noon(one.met) - 1, "ends_at": noon(one.met), "made_at": first, "kind": "phone"}
                details = seal("appointment", one.name)
                await add(tables.appointment, conversation_id=here, state="booked", details_sealed=details, **at)
            if one.hold or one.held_for_ever:
                held = {"reason_sealed": seal("legal_hold", "rechtszaak"), "placed_at": now, "placed_by": colleague}
                await add(tables.legal_hold, conversation_id=here, until=one.hold and one.hold.isoformat(), **held)
            if one.merged:
                row = {"created_at": first, "key_id": 0, "code_index": vault.index("code", one.name + " too")}
                former = await add(tables.person, **row, code_sealed=b"", language="nl", merged_into=one.person_id)
                talk = {"created_at": first, "updated_at": first, "queue": "merged"}
                await add(tables.conversation, person_id=former, **talk)


async def look_at(town: Town, people: list[Someone]) -> None:
    """Everyone is as they should be, and what is left of them can be read."""
    vault = town.house.vault
    persons = {row.id: row for row in await town.rows(tables.person)}
    found: dict[str, dict[int, list[Any]]] = {}
    for table in tables.metadata.sorted_tables:
        if "conversation_id" in table.c:
            found[table.name] = {}
            for row in await town.rows(table):
                found[table.name].setdefault(row.conversation_id, []).append(row)
    talks = {row.id: row for row in await town.rows(tables.conversation)}
    for one in people:
        mine = {name: rows[one.conversation_id] for name, rows in found.items() if one.conversation_id in rows}
        mine.pop("look", None)
        row = persons[one.person_id]
        assert (row.erased_at is not None) == one.is_gone, one
        if one.is_gone:
            coming = [each for each in mine.pop("appointment", []) if each.details_sealed]
            assert (mine, coming, row.name_sealed) == ({}, [], None), one
            await vault.prepare([one.key_id])
            with pytest.raises(Unreadable):
                vault.seal(one.key_id, "any", b"")
            continue
        days = [datetime.fromtimestamp(each.created_at / 1000, ZONE).date() for each in mine.get("message", [])]
        assert sorted(days) == one.messages, one
        assert len(mine.get("attachment", [])) == len(one.messages), one
        has_file = one.opened is not None and not one.file_is_gone
        assert ("case_file" in mine, "note" in mine) == (has_file, has_file), one
        assert ("signal_key" in mine) == one.keys, one
        assert (talks[one.conversation_id].session_sealed is not None) == one.draft, one
        await vault.prepare([row.key_id])
        assert vault.unseal_text(row.name_sealed, "name") == one.name
        for column, purpose in SEALED.items():
            for each in mine.get(column.table.name, []):
                blob = getattr(each, column.name)
                if blob:
                    assert vault.unseal(blob, purpose), one


def nights(lots: random.Random) -> list[date]:
    """In jumps, and some of them one after another."""
    days, day = [], START
    while day < START + timedelta(days=365 * YEARS):
        days.append(day)
        day += timedelta(days=lots.choice((1, 1, 7, 30, 45, 61)))
    return days


@pytest.mark.parametrize("kills", [False, True])
async def test_three_years(town: Town, monkeypatch: pytest.MonkeyPatch, kills: bool) -> None:
    lots = random.Random(8)
    people = made_up(lots)
    colleague = await town.colleague()
    town.clock.to(datetime.combine(START, time(3), ZONE))
    await put_in(town, people, colleague.id)
    gone: dict[str, int] = {}
    for day in nights(lots):
        town.clock.to(datetime.combine(day, time(3), ZONE))
        for one in people:
            one.night(day)
        if kills:
            while await is_killed(town, monkeypatch, lots):
                pass
        else:
            planned = await retention.plan(town.house)
            done = await retention.Retention(town.house).run_due()
            assert done is not None
            assert (done.counts, done.held) == (planned.counts, planned.held)
            assert done.failed == []
            for kind, count in done.counts.items():
                gone[kind] = gone.get(kind, 0) + count
        await look_at(town, people)
    if not kills:  # the town has enough of everything to be worth it
        assert gone.keys() >= {"chat", "people", "files", "drafts", "signal_keys"}
    assert {one.is_gone for one in people} == {True, False}
    assert [one.is_gone for one in people if one.held_for_ever] == [False] * 3
    assert all(one.is_gone for one in people if one.opened is None and not one.held_for_ever)
    assert (await looks.verify(town.house)).holds
    assert await town.rows(tables.spent_key) == []


async def is_killed(town: Town, monkeypatch: pytest.MonkeyPatch, lots: random.Random) -> bool:
    """A run that is killed at some moment, with its lease left; False: that moment did not come, and it is done."""
    moment = lots.randint(1, 40)

    def killed_at(function: Any) -> Any:
        async def counting(*args: Any, **more: Any) -> Any:
            nonlocal moment
            moment -= 1
            if moment == 0:
                raise KeyboardInterrupt
            return await function(*args, **more)

        return counting

    with monkeypatch.context() as patched:
        for module, name in (
            (removing, "remove"),
            (removing, "remove_all"),
            (removing, "move_to_key"),
            (removing, "forget_spent"),
            (store, "remove_rows"),
            (looks, "record"),
            (type(town.house.vault), "destroy"),
        ):
            patched.setattr(module, name, killed_at(getattr(module, name)))
        try:
            await retention.run(town.house)
        except KeyboardInterrupt:
            return True
    return False


async def test_only_one_process_at_a_time_and_after_one_that_died_another(town: Town) -> None:
    real = datetime.now(UTC)
    async with town.house.db.begin() as conn:
        assert await leases.take(conn, "retention", "another", to_ms(real), to_ms(real + timedelta(minutes=1)))
    with pytest.raises(retention.Busy):
        await retention.run(town.house)
    assert await retention.Retention(town.house).run_due() is None
    async with town.house.db.begin() as conn:
        await leases.take(conn, "retention", "another", to_ms(real), to_ms(real - timedelta(minutes=1)))
    assert await retention.Retention(town.house).run_due() is not None


async def test_it_runs_once_a_night(town: Town) -> None:
    worker = retention.Retention(town.house)
    town.clock.to(datetime.combine(START, time(2, 29), ZONE))
    assert await worker.run_due() is not None  # of the night before: nobody was there then
    assert await worker.run_due() is None
    town.clock.to(datetime.combine(START, time(2, 30), ZONE))
    assert await worker.run_due() is not None
    assert await worker.run_due() is None
    assert [row.dry for row in await town.rows(tables.retention_run)] == [0, 0]


async def test_a_copy_that_was_put_back_is_erased_again(town: Town) -> None:
    people = made_up(random.Random(1))[:2]
    colleague = await town.colleague()
    await put_in(town, people, colleague.id)
    await town.house.vault.destroy(people[0].key_id, 1)
    assert (await retention.plan(town.house)).counts["unreadable"] == 1
    assert (await retention.run(town.house)).counts["unreadable"] == 1
    rows = await town.rows(tables.person)
    assert [row.erased_at is not None for row in rows] == [True, False]
    assert "unreadable" not in (await retention.run(town.house)).counts


async def test_whoever_writes_while_it_is_decided_stays(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await town.resident()
    town.clock.forward(days=200)
    some = store.some_people

    async def meanwhile(*args: Any) -> Any:
        found = await some(*args)
        if found:
            await one.types("hallo")
        return found

    monkeypatch.setattr(store, "some_people", meanwhile)
    assert (await retention.plan(town.house)).counts["people"] == 1
    done = await retention.run(town.house)
    assert "people" not in done.counts
    monkeypatch.undo()
    assert await one.messages()
    with pytest.raises(erasing.NobodyThere):
        await erasing.plan(town.house, 99)
