"""Someone who means harm, or whose telephone is mad: a clear answer, nothing changed, nothing lost (invariant 8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.agenda import Book, Confirm, Kind, Move
from storage import tables
from tests.support.agenda import TUESDAY, at, booked, check, details, does, known, picture, rows, slot_at
from tests.support.town import Colleague, Resident, Town, origins

#: Where someone may be who sends what no button of theirs sends, and how they got there.
PLACES = {
    "welkom.menu": (),
    "afspraak.kind": ("!go:afspraak",),
    "afspraak.day": ("!go:afspraak", "afspraak.kind:office"),
    "afspraak.time": ("!go:afspraak", "afspraak.kind:office", f"afspraak.day:{TUESDAY}"),
}
#: ``{theirs}`` is the number of someone else's appointment.
FORGED = (
    "afspraak.kind:inloop",
    "afspraak.kind:nonsense",
    "afspraak.day:2026-11-29",
    "afspraak.day:2026-02-30",
    "afspraak.day:9999-12-31",
    "afspraak.day:all-9999-99-99",
    "afspraak.day:from-0000-00-00",
    "afspraak.day:all-from-2030-01-01",
    "afspraak.time:20261124T0307Z",
    "afspraak.time:20261129T1000Z",
    "afspraak.time:99999999T9999Z",
    "afspraak.time:own-20261124T1000Z",
    "afspraak.time:from-2026-11-24-9999",
    "afspraak.booked:extra",
    "afspraak.moved:close",
    *(
        f"!to:afspraak.{screen}:{number}"
        for screen in ("one", "coming", "moving", "cancelling", "cancelled", "chosen", "no_proposal", "differently")
        for number in ("{theirs}", "0", "9" * 18)
    ),
    "!to:afspraak.again:{theirs}",
    "!to:afspraak.booked:{theirs}",
    "!to:afspraak.moved:{theirs}",
    "!to:afspraak.told_cancelled:{theirs}",
    "!to:afspraak.cancelled:-1",
    "!to:afspraak.cancelled:٣",
    "!to:afspraak.cancelled:" + "9" * 19,
    "!to:afspraak.cancelled:",
    "!to:afspraak.cancelled",
)


@pytest.mark.parametrize("place", PLACES)
async def test_buttons_that_nobody_was_sent(town: Town, noor: Colleague, place: str) -> None:
    one, omar = await town.resident(), await town.resident()
    theirs = (await booked(omar, at("10:00"), noor)).id
    made = await town.rows(tables.appointment)
    for forged in FORGED:
        for data in ("!menu", *PLACES[place]):
            await one.taps(data)
        heard = await one.taps(forged.format(theirs=theirs))
        assert heard
        assert "taking.failed" not in origins(heard), forged
        assert "afspraak.booked" not in origins(heard), forged
        assert await town.rows(tables.appointment) == made, forged
    assert (await known(one)).standing == ()
    assert await town.rows(tables.event, kind="failed_step") == []
    await check(town)


@pytest.mark.parametrize(
    "typed",
    [
        *("03:07", "25:99", "10:07", "23:59", "half tien 's nachts", "0:00", "-1"),
        *("9" * 4000, "\u202e10:00", "10:00 " * 600),
    ],
)
async def test_times_that_were_never_offered(town: Town, noor: Colleague, typed: str) -> None:
    one = await town.resident()
    for data in PLACES["afspraak.time"]:
        await one.taps(data)
    heard = await one.types(typed)
    assert heard
    assert "taking.failed" not in origins(heard)
    for row in (await rows(town)).values():  # what was understood as a free time may be booked
        assert row.starts_at % 1_800_000 == 0
    await check(town)


async def test_one_who_books_and_moves_again_and_again_holds_no_more_than_three(town: Town, noor: Colleague) -> None:
    """And leaves no more behind than what stands."""
    one = await town.resident()
    first = await booked(one, at("09:00"), noor)
    for n in range(30):
        hour = f"{10 + n % 6}:00"
        await does(one, Move(first.id, slot_at(at(hour), noor)), Confirm(first.id))
        await does(one, Book(Kind.OFFICE, slot_at(at(hour, TUESDAY + timedelta(days=1 + n % 3)), noor)))
        await check(town)
    assert len((await known(one)).standing) == 3


async def test_the_same_by_hand_ends_with_a_human_and_not_with_the_whole_agenda(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    for _ in range(5):
        for data in ("!menu", *PLACES["afspraak.time"]):
            await one.taps(data)
        await one.taps(await _first_time(one))
    assert await one.screen() == "afspraak.enough"
    assert len((await known(one)).standing) == 3
    await check(town)


async def test_the_same_button_again_is_no_second_appointment(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    for data in PLACES["afspraak.time"]:
        await one.taps(data)
    button = await _first_time(one)
    for _ in range(3):
        await one.taps(button)
        assert len((await known(one)).standing) == 1
    await one.types("terug")
    await one.taps(button)
    assert len((await known(one)).standing) == 1
    await check(town)


async def test_a_remark_as_long_as_a_message_can_be_is_cut_with_the_appointment_and_kept_in_the_conversation(
    town: Town, noor: Colleague
) -> None:
    one = await town.resident()
    for data in PLACES["afspraak.time"]:
        await one.taps(data)
    for data in (await _first_time(one), "afspraak.booked:extra", "afspraak.extra:remark"):
        await one.taps(data)
    huge = "é" * 4000
    await one.types(huge)
    (mine,) = (await known(one)).standing
    assert str((await details(town, mine.id))["remark"]) == huge[:500]
    assert huge in [message.content.text for message in await one.messages()]
    await check(town)


async def _first_time(one: Resident) -> str:
    last = [message for message in await one.messages() if message.author == "bot"][-1]
    return next(button.data for button in last.content.buttons if button.data.startswith("afspraak.time:"))


async def test_nothing_of_this_was_seen_by_anyone_else(town: Town, noor: Colleague) -> None:
    """What one person asks of another's appointment tells nothing: it is as if there were none."""
    one, omar = await town.resident(), await town.resident()
    theirs = (await booked(omar, at("10:00"), noor, remark="geheim")).id
    before = await picture(town)
    of_theirs = [message.content.text for message in await one.taps(f"!to:afspraak.one:{theirs}")]
    of_none = [message.content.text for message in await one.taps("!to:afspraak.one:12345")]
    assert of_theirs == of_none
    assert await picture(town) == before


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_what_a_client_of_a_platform_makes_up_is_no_button(town: Town, noor: Colleague, channel: str) -> None:
    one, omar = await town.resident(channel), await town.resident(channel)
    theirs = (await booked(omar, at("10:00"), noor)).id
    made = await rows(town)
    endings = (f"cancelled:{theirs}", "cancelled:١", "cancelled:\x001", "cancelled:1\u202e", "", "x" * 9000, "chosen:0")
    for data in (*(f"!to:afspraak.{ending}" for ending in endings), "!to:", "!to:.:1", "!to:welkom.menu:1", "\ud800"):
        heard = await one.taps(data)
        assert heard
        assert "taking.failed" not in origins(heard), data
    assert await rows(town) == made
    await check(town)
