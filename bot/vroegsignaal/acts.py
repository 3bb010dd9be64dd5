"""What the desk does with signals: takes one up, says that one was seen, and by what a next one finds someone."""

from __future__ import annotations

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from bot.takeover import Staff, is_new, locked
from bot.vroegsignaal.entering import read_key
from bot.vroegsignaal.matching import key_index
from bot.vroegsignaal.sorting import route_of
from storage import closing
from storage import signals as store
from storage.tables import signal

#: As many keys on one file: someone moves, or has two names.
MOST_KEYS = 5


async def take_up(house: House, staff: Staff, number: int) -> None:
    """One on the ordinary route is taken up elsewhere: what it says is gone for good. Refused ``no_signal``; done
    before, nothing happens."""
    async with house.db.read() as conn:
        row = await store.one_ordinary(conn, number)
    if row is None:
        raise Refused("no_signal")
    now = to_ms(house.clock.now())
    await house.vault.destroy(row.key_id, now)  # first: stopped half-way, it is done again
    async with house.db.begin() as conn:
        where = (signal.c.id == row.id, signal.c.state != "done")
        await store.change(conn, *where, state="done", done_at=now, done_by=staff.id, details_sealed=b"")


async def seen(house: House, conversation_id: int, staff: Staff, number: int) -> None:
    """Someone acted on a signal of this file. Refused ``no_signal``."""
    async with locked(house, conversation_id) as (one, conn):
        where = (signal.c.id == number, signal.c.conversation_id == one.id)
        if await store.change(conn, *where, signal.c.state != "done", state="done", done_at=one.now, done_by=staff.id):
            one.record("signal_done", {"signal": number}, staff_id=staff.id)
        elif not any(row.id == number for row in await store.of(conn, one.id)):
            raise Refused("no_signal")


async def add_key(
    house: House,
    conversation_id: int,
    staff: Staff,
    *,
    surname: str,
    born: str,
    postcode: str,
    number: str,
    client_id: str,
) -> None:
    """A signal about who is called so, was born then (ISO 8601) and lives there finds this file; only what is reckoned
    from it is kept. Refused as ``entering.read_key``; ``no_case``; ``keys_over`` (help ended too long ago: none would
    find them, and nothing would take the key away); ``too_many_keys``. The same ``client_id`` again does nothing."""
    today = house.calendar.day_of(house.clock.now())
    known = read_key(surname, born, postcode, number, today)
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        cases = await closing.cases(conn, one.id)
        if not cases:
            raise Refused("no_case")
        if route_of(cases, today) == store.ORDINARY:
            raise Refused("keys_over")
        if await closing.count_keys(conn, one.id) >= MOST_KEYS:
            raise Refused("too_many_keys")
        index = key_index(house, *known)
        values = {"conversation_id": one.id, "key_index": index, "made_at": one.now, "made_by": staff.id}
        if await store.add_key(conn, **values):
            one.record("signal_keys", {"what": "added"}, staff_id=staff.id)


async def drop_keys(house: House, conversation_id: int, staff: Staff) -> None:
    """No signal finds this file by name and address any more."""
    async with locked(house, conversation_id) as (one, conn):
        if await closing.drop_keys(conn, one.id):
            one.record("signal_keys", {"what": "dropped"}, staff_id=staff.id)
