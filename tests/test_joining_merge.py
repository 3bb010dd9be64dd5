"""Two persons become one: everything of the younger, in place and readable, and nothing left under their key."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from sqlalchemy import Column, LargeBinary, Table, func, insert, select, update

from bot import identity, reading, takeover
from bot.clock import to_ms
from bot.content import Content, dumps
from bot.desk.access import open_file, open_inbox
from bot.desk.accounts import Staff
from bot.errors import Refused
from bot.privacy.vault import Unreadable
from flows import session as sessions
from flows.grammar import Said, Tapped, Typed
from flows.kanalen_code import JOIN_YES
from storage import merging, tables
from storage.tables import metadata
from tests.support.town import MONDAY, Resident, Town
from tests.test_joining import code_of, joins

NOW = to_ms(MONDAY)
#: What goes on pointing at the younger: what is left of their conversation.
LEFT = {("conversation", "person_id")}
#: What someone says of themselves, of which an index finds them.
TOLD = ("name", "phone", "email")
PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 100


async def person(one: Resident) -> Any:
    whom = await identity.find(one.town.house, one.channel, one.external_id)
    assert whom is not None
    (row,) = await one.town.rows(tables.person, id=whom.person_id)
    return row


async def change(town: Town, table: Table, key: int, **values: Any) -> None:
    async with town.house.db.begin() as conn:
        await conn.execute(update(table).where(table.c.id == key).values(**values))


async def fill(one: Resident, tag: str, ping: str) -> None:
    """A row of every kind that hangs on a person."""
    town, vault = one.town, one.town.house.vault
    await one.sends("image/jpeg", PHOTO + tag.encode(), f"photo {tag}")
    row, who = await one.row(), await person(one)
    await vault.prepare([who.key_id])

    def seal(purpose: str, words: Any) -> bytes:
        return vault.seal_text(who.key_id, purpose, words if isinstance(words, str) else json.dumps(words))

    here = {"conversation_id": row.id}
    (address,) = await town.rows(tables.address, person_id=who.id)
    (staff_id,) = [colleague.id for colleague in await town.rows(tables.staff)][-1:]
    async with town.house.db.begin() as conn:

        async def add(table: Table, **values: Any) -> int:
            return int((await conn.execute(insert(table).values(**values).returning(table.c.id))).scalar_one())

        seq = row.last_seq + 1
        content = Content(f"typed {tag}", "nl")
        sealed = {"content_sealed": seal("message", dumps(content)), "address_id": address.id}
        message = await add(tables.message, **here, **sealed, seq=seq, created_at=NOW, author="resident")
        await conn.execute(update(tables.conversation).where(tables.conversation.c.id == row.id).values(last_seq=seq))
        case = {"answers_sealed": seal("case", {"worries": tag}), "capacity": "self", "opened_at": NOW}
        opened = await add(tables.case_file, **here, **case, person_id=who.id, author_id=who.id)
        await add(tables.phase, **here, case_id=opened, phase="gesprek", state="now", began_at=NOW)
        await add(tables.note, **here, staff_id=staff_id, created_at=NOW, text_sealed=seal("note", f"note {tag}"))
        await add(tables.promise, **here, kind="intake", made_at=NOW, due_at=NOW + 1)
        about = {"about_sealed": seal("ping", {"about": tag}), "created_at": NOW, "due_at": NOW + 10**9}
        for kind in (ping, "both"):
            await add(tables.ping, **here, **about, kind=kind)
        detail = {"detail_sealed": seal("event", {"reason": tag}), "created_at": NOW}
        await add(tables.event, **here, **detail, person_id=who.id, kind="handover")
        await add(tables.event, person_id=who.id, kind="pin_tried", created_at=NOW)
        category = {"category_sealed": seal("alarm", "food"), "raised_at": NOW, "urgency": 2, "next_at": NOW + 10**9}
        await add(tables.alarm, **here, **category)
        fetch = {"reference_sealed": seal("download", f"file {tag}"), "channel": "telegram", "due_at": NOW + 10**9}
        await add(tables.download, **here, **fetch, message_id=message)
        out = {"address_id": address.id, "channel": one.channel, "due_at": NOW + 10**9, "message_id": message}
        await add(tables.outbox, **here, **out)
        meet = {
            "kind": "phone",
            "starts_at": NOW + who.id,
            "ends_at": NOW + who.id + 1,
            "state": "booked",
            "made_at": NOW,
        }
        details = {"details_sealed": seal("appointment", f"appointment {tag}")}
        taken = await add(tables.appointment, **here, **meet, **details)
        await add(tables.slot, staff_id=staff_id, starts_at=NOW + who.id, appointment_id=taken)
        details = {"details_sealed": seal("summary", f"summary {tag}")}
        told = await add(tables.summary, **here, **details, made_at=NOW, made_by=staff_id)
        details = {"details_sealed": seal("agreement", f"agreement {tag}")}
        await add(tables.agreement, **here, **details, summary_id=told, place=0, changed_at=NOW)
        answers = {"answers_sealed": seal("measurement", f"measurement {tag}")}
        await add(tables.measurement, **here, **answers, kind="living", invited_at=NOW, invited_by=staff_id)
        how = {"kind": "waakvlam", "rhythm": "month", "part": "morning", "way": "chat", "made_at": NOW}
        agreed = await add(tables.contact_plan, **here, **how, state="active")
        answers = {"answers_sealed": seal("check_in", f"check-in {tag}")}
        await add(tables.check_in, **here, **answers, plan_id=agreed, number=1, due_at=NOW)
        details = {"details_sealed": seal("moment", f"moment {tag}")}
        await add(tables.hard_moment, **here, **details, kind="other", next_on="2027-12-05", made_at=NOW)
        index = {"key_index": vault.index("signal", tag)}
        await add(tables.signal_key, **here, **index, made_at=NOW, made_by=staff_id)
        details = {"details_sealed": seal("signal", f"signal {tag}"), "line_index": vault.index("line", tag)}
        entered = {"entered_at": NOW, "entered_by": staff_id, "received_on": "2026-11-23"}
        await add(tables.signal, **here, **details, **entered, kind="rent", route="last")
        answers = {"answers_sealed": seal("rating", f"rating {tag}")}
        asked = {"case_id": opened, "occasion": "sign_up", "promises": "1"}
        await add(tables.rating, **here, **answers, **asked, made_at=NOW)
        payload = {"payload_sealed": seal("registration", f"registration {tag}"), "due_at": NOW, "made_at": NOW}
        await add(tables.registration, **here, **payload, kind="klantcontact", number=f"K{who.id}")
        reason = {"reason_sealed": seal("admission", f"admission {tag}")}
        for_now = {"created_at": NOW, "expires_at": NOW + 1, "staff_id": staff_id}
        await add(tables.admission, **here, **reason, **for_now, kind="emergency")
        reason = {"reason_sealed": seal("legal_hold", f"hold {tag}")}
        await add(tables.legal_hold, **here, **reason, placed_at=NOW, placed_by=staff_id)
        asked_for = {"kind": "access", "state": "asked", "asked_at": NOW, "due_at": NOW + 1}
        details = {"detail_sealed": seal("data_request", f"request {tag}")}
        await add(tables.data_request, **here, **details, **asked_for, person_id=who.id)
        named = {"name_sealed": seal("helper", f"helper {tag}"), "may": "follow", "state": "open"}
        await add(tables.helper, **named, person_id=who.id, invited_at=NOW, ends_at=NOW + 1)
    await identity.make_link(town.house, who.id)
    await code_of(one)


async def full(town: Town) -> tuple[Resident, Resident, Any, Any]:
    """Two persons with everything, and their rows as they are before: older, younger."""
    await town.colleague()
    older, younger = await town.resident("telegram"), await town.resident("telegram")
    await fill(older, "of the older", "only.older")
    await fill(younger, "of the younger", "only.younger")
    return older, younger, await person(older), await person(younger)


async def pointing(town: Town, target: Table, key: int) -> dict[tuple[str, str], int]:
    """How many rows of each table refer to a row, by column."""
    found = {}
    async with town.house.db.read() as conn:
        for table in metadata.sorted_tables:
            for column in table.c:
                if any(foreign.column.table is target for foreign in column.foreign_keys):
                    statement = select(func.count()).select_from(table).where(column == key)
                    found[table.name, column.name] = (await conn.execute(statement)).scalar_one()
    return found


async def sealed_under(town: Town, key_id: int) -> list[str]:
    """Columns in which something stands that this key would open."""
    name = key_id.to_bytes(8, "big")
    columns: list[Column[Any]] = [
        column for table in metadata.sorted_tables for column in table.c if isinstance(column.type, LargeBinary)
    ]
    async with town.house.db.read() as conn:
        return [
            f"{column.table}.{column.name}"
            for column in columns
            if any(blob is not None and name in blob for blob in (await conn.execute(select(column))).scalars())
        ]


async def test_who_helps_the_younger_one_does_not_see_what_became_of_both(town: Town) -> None:
    older, younger, _, _ = await full(town)
    await joins(younger, await code_of(older))
    unseal = town.house.vault.unseal_text
    rows = await town.rows(tables.helper)
    said = {unseal(row.name_sealed, "helper"): (row.state, row.ended_how) for row in rows}
    assert said == {"helper of the older": ("open", None), "helper of the younger": ("ended", "merged")}


async def test_everything_goes_over_and_nothing_of_the_key_is_left(town: Town) -> None:
    older, younger, old, new = await full(town)
    gone = await younger.row()
    before = await pointing(town, tables.conversation, gone.id), await pointing(town, tables.person, new.id)
    untouched = {("person", "merged_into")}
    assert {where for counts in before for where, count in counts.items() if not count} == untouched, "fill() is whole"
    assert len(await sealed_under(town, new.key_id)) > 8
    await joins(younger, await code_of(older))
    assert not await sealed_under(town, new.key_id)
    after = await pointing(town, tables.conversation, gone.id) | await pointing(town, tables.person, new.id)
    assert {where for where, count in after.items() if count} == LEFT
    (tombstone,) = await town.rows(tables.person, id=new.id)
    assert (tombstone.merged_into, tombstone.key_id, tombstone.code_sealed) == (old.id, merging.NO_KEY, b"")
    await town.house.vault.prepare([new.key_id])
    with pytest.raises(Unreadable):
        town.house.vault.seal(new.key_id, "message", b"")
    for table in (tables.conversation, tables.person):
        assert len(await town.rows(table)) == 2


async def test_all_that_went_over_can_be_read(town: Town) -> None:
    older, younger, _, _ = await full(town)
    theirs, ours = await younger.messages(), await older.messages()
    channel_before = {row.address_id for row in await town.rows(tables.outbox)}
    await joins(younger, await code_of(older))
    house = town.house
    messages = await older.messages()
    assert [one.seq for one in messages] == list(range(1, len(messages) + 1))
    both = [*ours, *theirs]
    assert [(one.content, one.at, one.author) for one in messages[: len(both)]] == [
        (one.content, one.at, one.author) for one in both
    ]
    assert (await older.row()).last_seq == len(messages)
    photos = [file.id for one in messages for file in one.attachments]
    data = [found[2] for found in [await reading.attachment(house, key) for key in photos] if found]
    assert data == [PHOTO + b"of the older", PHOTO + b"of the younger"]
    assert {row.address_id for row in await town.rows(tables.outbox)} == channel_before

    (row,) = await town.rows(tables.staff)
    staff = Staff(row.id, row.username, row.name, row.role)
    file = await open_file(house, staff, older.conversation_id)
    assert [note.text for note in await file.notes()] == ["note of the older", "note of the younger"]
    opened = {
        table.name: [
            json.loads(house.vault.unseal_text(getattr(one, column), purpose))
            for one in await town.rows(table)
            if getattr(one, column) is not None
        ]
        for table, column, purpose in (
            (tables.case_file, "answers_sealed", "case"),
            (tables.ping, "about_sealed", "ping"),
            (tables.event, "detail_sealed", "event"),
        )
    }
    assert opened["case_file"] == [{"worries": "of the older"}, {"worries": "of the younger"}]
    assert {"channels": ["telegram"]} in opened["event"]
    assert {"reason": "of the younger"} in opened["event"]
    waiting = {(one.kind, one.state, one.reason) for one in await town.rows(tables.ping)}
    assert waiting >= {("only.older", "waiting", None), ("only.younger", "waiting", None), ("both", "waiting", None)}
    assert ("both", "dropped", "merged") in waiting
    for one in await town.rows(tables.alarm):
        assert house.vault.unseal_text(one.category_sealed, "alarm") == "food"
    references = [house.vault.unseal_text(one.reference_sealed, "download") for one in await town.rows(tables.download)]
    assert references == ["file of the older", "file of the younger"]
    whom = await identity.find(house, "telegram", younger.external_id)
    assert whom is not None
    assert whom.conversation_id == older.conversation_id
    for address in await town.rows(tables.address):
        assert house.vault.unseal_text(address.external_sealed, "external").startswith("resident-")


async def test_of_two_plans_to_keep_in_touch_the_older_ones_stands(town: Town) -> None:
    older, younger, _, _ = await full(town)
    await joins(younger, await code_of(older))
    plans = [(row.conversation_id, row.state, row.reason) for row in await town.rows(tables.contact_plan)]
    assert plans == [(older.conversation_id, "active", None), (older.conversation_id, "ended", "merged")]
    asked = [(row.state, row.reason) for row in await town.rows(tables.check_in)]
    assert asked == [("planned", None), ("dropped", "merged")]


async def test_the_links_of_the_younger_end(town: Town) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    links = [await identity.make_link(town.house, (await person(one)).id) for one in (older, younger)]
    await joins(younger, await code_of(older))
    assert (await identity.use_link(town.house, links[0], None)).conversation_id == older.conversation_id
    with pytest.raises(Refused, match="unknown"):
        await identity.use_link(town.house, links[1], None)


async def test_what_the_older_said_of_themselves_stands_and_the_younger_fills_the_gaps(town: Town) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    vault = town.house.vault
    old, new = await person(older), await person(younger)
    await vault.prepare([old.key_id, new.key_id])
    await change(town, tables.person, old.id, name_sealed=vault.seal_text(old.key_id, "name", "Anna"))
    values = {f"{name}_sealed": vault.seal_text(new.key_id, name, f"{name} too") for name in TOLD}
    instants = {"opted_out_at": NOW, "phone_shared_at": NOW}
    await change(town, tables.person, new.id, **values, **instants, **{f"{name}_index": name.encode() for name in TOLD})
    whom = await identity.find(town.house, younger.channel, younger.external_id)
    assert whom is not None
    await identity.set_pin(town.house, whom, "4711", None)
    await joins(older, await code_of(younger))
    found = await person(older)
    assert vault.unseal_text(found.name_sealed, "name") == "Anna"
    assert found.name_index is None
    assert vault.unseal_text(found.phone_sealed, "phone") == "phone too"
    assert vault.unseal_text(found.email_sealed, "email") == "email too"
    assert (found.phone_index, found.email_index) == (b"phone", b"email")
    assert (found.opted_out_at, found.phone_shared_at) == (NOW, NOW)
    (gone,) = await town.rows(tables.person, id=new.id)
    assert [getattr(gone, f"{name}_index") for name in TOLD] == [None] * len(TOLD)
    code = await identity.own_code(town.house, whom_of(await identity.find(town.house, "webchat", older.external_id)))
    with pytest.raises(Refused, match="pin_needed"):
        await identity.resume(town.house, code, None)
    assert (await identity.resume(town.house, code, "4711")).person_id == found.id


def whom_of(found: identity.Whom | None) -> identity.Whom:
    assert found is not None
    return found


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("queues", "together"),
    [
        (("bot", "closed"), "bot"),
        (("closed", "waiting_them"), "waiting_them"),
        (("waiting_us", "new"), "new"),
        (("waiting_them", "waiting_us"), "waiting_us"),
    ],
)
async def test_the_conversation_asks_what_the_two_asked(town: Town, queues: tuple[str, str], together: str) -> None:
    noor, anne = await town.colleague("Noor"), await town.colleague("Anne")
    older, younger = await town.resident(), await town.resident("telegram")
    one = {"urgency": 0, "due_at": NOW + 5, "paused_at": None, "last_staff_at": NOW, "assigned_to": noor.id}
    other = {"urgency": 2, "due_at": NOW + 3, "paused_at": NOW, "last_staff_at": None, "assigned_to": anne.id}
    held = {"held_by": anne.id, "held_at": NOW, "hold_until": NOW + 10**9}
    await change(town, tables.conversation, older.conversation_id, queue=queues[0], **one)
    await change(town, tables.conversation, younger.conversation_id, queue=queues[1], **other, **held)
    await merged(older, younger)
    row = await older.row()
    assert row.queue == together
    assert (row.urgency, row.due_at, row.paused_at, row.last_staff_at) == (2, NOW + 3, NOW, NOW)
    assert (row.assigned_to, row.held_by, row.hold_until) == (noor.id, anne.id, NOW + 10**9)


async def merged(older: Resident, younger: Resident) -> None:
    """What the code does, without the answer to it."""
    address = whom_of(await identity.find(older.town.house, younger.channel, younger.external_id)).address_id
    assert address is not None
    joining = older.town.conversations._joining
    await joining.heard(Typed(await code_of(older)), address)
    await joining.agreed(address)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_the_dialogue_of_the_older_goes_on_unless_there_was_none(town: Town) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    await older.taps("!go:aanmelden")
    screen = await older.screen()
    await merged(older, younger)
    assert await older.screen() == screen

    unused, used = await town.resident(at_menu=False), await town.resident("telegram")
    known = await town.conversations.ensure(unused.channel, unused.external_id)
    unused.conversation_id = known.conversation_id
    await change(town, tables.person, known.person_id, created_at=0)
    await used.taps("!go:aanmelden")
    screen = await used.screen()
    await merged(unused, used)
    assert await unused.screen() == screen
    assert sessions.dumps(await unused.session())


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_preferred_address_of_the_older_stays_the_only_one(town: Town) -> None:
    older, younger, third = await town.resident(), await town.resident("telegram"), await town.resident("telegram")
    (theirs,) = await town.rows(tables.address, person_id=(await person(younger)).id)
    (last,) = await town.rows(tables.address, person_id=(await person(third)).id)
    for row in (theirs, last):
        await change(town, tables.address, row.id, preferred=1)
    await merged(older, younger)
    await merged(older, third)
    assert [row.id for row in await town.rows(tables.address, preferred=1)] == [theirs.id]


async def test_what_is_left_is_no_file(town: Town) -> None:
    older, younger, _, _ = await full(town)
    gone = younger.conversation_id
    (row,) = await town.rows(tables.staff)
    staff = Staff(row.id, row.username, row.name, row.role)
    await joins(younger, await code_of(older))
    for queue in ("ours", "crisis", "new", "waiting_us", "waiting_them", "bot", "closed"):
        assert gone not in {one.head.id for one in (await open_inbox(town.house, staff, queue)).files}
    with pytest.raises(Refused, match="gone"):
        await takeover.take_over(town.house, gone, staff)
    async with town.house.db.read() as conn:
        assert await merging.survivor(conn, gone) == older.conversation_id
        assert await merging.survivor(conn, older.conversation_id) is None
        assert await merging.survivor(conn, 10**9) is None


async def test_a_ping_that_was_put_aside_falls_due_where_it_went(town: Town) -> None:
    older, younger, _, _ = await full(town)
    (ping,) = await town.rows(tables.ping, kind="only.younger")
    await change(town, tables.ping, ping.id, aside_until=10**15)
    await joins(younger, await code_of(older))
    (ping,) = await town.rows(tables.ping, kind="only.younger")
    assert (ping.state, ping.aside_until, ping.conversation_id) == ("waiting", None, older.conversation_id)


async def test_a_long_conversation_goes_over_in_its_order(town: Town) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    row, key_id = await younger.row(), (await person(younger)).key_id
    vault, count = town.house.vault, 2 * merging.CHUNK + 7
    await vault.prepare([key_id])
    rows = [
        {
            "conversation_id": row.id,
            "seq": row.last_seq + n,
            "created_at": NOW,
            "author": "resident",
            "content_sealed": vault.seal_text(key_id, "message", dumps(Content(f"number {n}", "nl"))),
        }
        for n in range(1, count + 1)
    ]
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.message), rows)
    await change(town, tables.conversation, row.id, last_seq=row.last_seq + count)
    await merged(older, younger)
    said = [one.content.text for one in await older.messages() if one.content.text.startswith("number ")]
    assert said == [f"number {n}" for n in range(1, count + 1)]
    assert (await older.row()).last_seq == len(await older.messages())


@pytest.mark.parametrize("seed", range(4))
async def test_messages_while_persons_become_one_are_kept_once_and_in_order(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    people = [await town.resident("telegram" if n else "webchat") for n in range(3)]
    keys = {(await person(one)).key_id for one in people}
    first = people[0]
    codes = {one.external_id: await code_of(first) for one in people[1:2]}
    codes[people[2].external_id] = await code_of(people[1])
    processes = [town.conversations, await town.another_process()]

    async def talks(one: Resident, name: int) -> None:
        turns: list[Said] = [Typed(f"p{name} m{n:02}") for n in range(8)]
        if one.external_id in codes:
            place = chance.randrange(9)
            turns.insert(place, Typed(codes[one.external_id]))
            turns.insert(chance.randrange(place + 1, 10), Tapped(JOIN_YES))
        for said in turns:
            message = one.inbound(said)
            for _ in range(chance.choice((1, 1, 2))):  # platforms say some things twice
                await chance.choice(processes).receive(message)

    await asyncio.gather(*(talks(one, n) for n, one in enumerate(people)))
    assert len(await town.rows(tables.conversation, queue="merged")) == 2
    (left,) = [row for row in await town.rows(tables.conversation) if row.queue != "merged"]
    messages = await reading.messages(town.house, left.id, limit=10_000)
    assert [one.seq for one in messages] == list(range(1, left.last_seq + 1))
    said = [one.content.text for one in messages if one.author == "resident"]
    for n in range(len(people)):
        own = [text for text in said if text.startswith(f"p{n} ")]
        assert own == [f"p{n} m{m:02}" for m in range(8)]
    (survivor,) = [row for row in await town.rows(tables.person) if row.merged_into is None]
    for key_id in keys - {survivor.key_id}:
        assert not await sealed_under(town, key_id)
    assert not [row for row in await town.rows(tables.event) if row.kind == "failed_step"]
