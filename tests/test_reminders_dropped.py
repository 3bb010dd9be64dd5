"""Reminders that are not sent: called off, moved, too late, without a way, and what of it the desk sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.clock import DAY, to_ms
from bot.desk.accounts import Staff
from bot.errors import PermanentDeliveryError, TemporaryDeliveryError
from storage import tables
from tests.stores import StoreUrls
from tests.support.desk import Balie
from tests.support.reminders import (
    DAY_BEFORE,
    MINUTE,
    THURSDAY,
    TWO_HOURS,
    booked,
    called_off,
    change,
    drained,
    dropped,
    moved,
    outgoing,
    planned,
    reminded,
    someone,
    told,
)
from tests.support.town import (
    EVERY_CHANNEL,
    MONDAY,
    StrictChannel,
    Town,
    open_town,
    send_all,
)
from tests.test_desk_card import reasons
from tests.test_undelivered import Refuses, on_two


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Every channel, in *alleen seintje*."""
    async with open_town(tmp_path, store_urls, extra=EVERY_CHANNEL) as opened:
        yield opened


# ---- not said any more ---------------------------------------------------------------------------------------------


async def test_stop_ends_them_also_when_it_comes_at_the_same_moment(town: Town) -> None:
    one, _ = await someone(town)
    await town.move_to(DAY_BEFORE)
    assert await reminded(one) == 1
    await change(town, tables.person, opted_out_at=to_ms(DAY_BEFORE))
    assert (await drained(town)).took == []
    assert await outgoing(town) == [("dropped", "opted_out")]
    await town.move_to(TWO_HOURS)
    assert await reminded(one) == 0
    assert await dropped(town) == ["opted_out"]
    assert await told(town, one, "ping_dropped") == 1
    assert (await one.row()).queue == "bot"


async def test_stop_takes_what_was_planned_and_who_begins_again_is_reminded_again(town: Town) -> None:
    one, _ = await someone(town)
    await town.move_to(DAY_BEFORE - DAY)
    await one.types("stop")
    assert await planned(town) == []
    await one.taps("woorden.stopped:start")
    assert await planned(town) == [("afspraak.day", DAY_BEFORE), ("afspraak.hours", TWO_HOURS)]


@pytest.mark.parametrize("said", [False, True])
async def test_after_a_cry_for_help_nothing_is_said_and_nothing_later(town: Town, said: bool) -> None:
    one, _ = await someone(town)
    await town.move_to(DAY_BEFORE if said else DAY_BEFORE - MINUTE)
    await one.types("ik wil niet meer leven")
    await town.move_to(TWO_HOURS - MINUTE)
    took = (await drained(town)).took
    assert not any("bericht" in text and "/c/" in text for _, text in took)
    assert await outgoing(town) == ([("dropped", "paused")] if said else [])
    assert await dropped(town) == ([] if said else ["paused"])
    assert await told(town, one, "ping_dropped") == (0 if said else 1)
    await one.taps("crisis.life:not_it")
    await one.hears()
    await town.move_to(THURSDAY + DAY)
    assert await reminded(one) == 1  # that of two hours before
    assert await told(town, one, "not_reminded") == 0


@pytest.mark.parametrize("when", ["planned", "said"])
async def test_what_is_called_off_is_not_reminded_of(town: Town, when: str) -> None:
    one, number = await someone(town)
    await town.move_to(DAY_BEFORE - MINUTE)
    await drained(town)
    await town.move_to(DAY_BEFORE if when == "said" else DAY_BEFORE - MINUTE)
    await called_off(town, one, number)
    assert await outgoing(town) == ([("dropped", "cancelled")] if when == "said" else [])
    await town.move_to(THURSDAY + DAY)
    assert await reminded(one) == 0
    assert await planned(town) == []
    assert set(await dropped(town)) == {"cancelled"}


@pytest.mark.parametrize("when", ["planned", "said"])
async def test_after_a_move_the_new_time_is_reminded_of_once_and_the_old_one_never(town: Town, when: str) -> None:
    one, number = await someone(town)
    await town.move_to(DAY_BEFORE - MINUTE)
    await drained(town)
    await town.move_to(DAY_BEFORE if when == "said" else DAY_BEFORE - MINUTE)
    later = THURSDAY + timedelta(days=5)
    await moved(town, one, number, later)
    assert await outgoing(town) == ([("dropped", "moved")] if when == "said" else [])
    assert await planned(town) == [("afspraak.day", later - DAY), ("afspraak.hours", later - timedelta(hours=2))]
    await town.move_to(later - DAY - MINUTE)
    assert await reminded(one) == 0
    await town.move_to(later + DAY)
    assert await reminded(one) == 2


async def test_what_changed_without_its_ping_counts(town: Town) -> None:
    """One appointment was moved and the other called off, and what was planned for them was not."""
    one, first = await someone(town)
    second = await booked(town, one, THURSDAY + timedelta(hours=1))
    town.clock.to(DAY_BEFORE + timedelta(hours=1))
    await change(town, tables.appointment, starts_at=to_ms(THURSDAY + timedelta(days=9)))
    async with town.house.db.begin() as conn:
        off = update(tables.appointment).where(tables.appointment.c.id == second)
        await conn.execute(off.values(state="cancelled"))
    await town.pings.run_due()
    assert await reminded(one) == 0
    assert await dropped(town) == ["moved", "cancelled"]
    assert first != second


@pytest.mark.parametrize("late", [timedelta(hours=5), timedelta(days=2)])
async def test_after_the_start_nothing_is_said(town: Town, late: timedelta) -> None:
    """The process was down."""
    one, _ = await someone(town)
    town.clock.to(THURSDAY + late)
    await town.run_due()
    assert await reminded(one) == 0
    assert set(await dropped(town)) == {"too_late"}
    assert (await one.row()).queue == "bot"


async def test_of_two_that_are_due_at_once_one_is_said(town: Town) -> None:
    one, _ = await someone(town)
    town.clock.to(TWO_HOURS + MINUTE)
    await town.run_due()
    assert await reminded(one) == 1
    assert len(await outgoing(town)) == 1
    assert await told(town, one, "contactmoment") == 1


async def test_one_that_still_waits_to_be_sent_gives_way_to_the_next(town: Town) -> None:
    one, _ = await someone(town)
    await town.move_to(DAY_BEFORE - MINUTE)
    await drained(town)
    await town.move_to(TWO_HOURS)
    assert await reminded(one) == 2
    assert len((await drained(town)).took) == 1
    assert await outgoing(town) == [("dropped", "replaced"), ("sent", None)]


async def test_what_falls_outside_sending_hours_waits_for_them_while_that_is_before_the_start(town: Town) -> None:
    at = THURSDAY.replace(hour=11)
    one, _ = await someone(town, at=at)
    await change(town, tables.ping, due_at=to_ms(at.replace(hour=7)))
    await town.move_to(at.replace(hour=8))
    assert await reminded(one) == 0
    await town.move_to(at.replace(hour=9))
    assert await reminded(one) == 1


async def test_what_falls_outside_sending_hours_is_dropped_when_they_begin_too_late(town: Town) -> None:
    at = THURSDAY.replace(hour=9)
    one, _ = await someone(town, at=at)
    town.clock.to(at.replace(hour=8))
    await town.run_due()
    assert await reminded(one) == 0
    assert set(await dropped(town)) == {"replaced", "too_late"}


# ---- on its way ----------------------------------------------------------------------------------------------------


async def test_one_that_waits_to_be_sent_expires_with_the_start(town: Town) -> None:
    one, _ = await someone(town)
    await drained(town)
    await town.move_to(TWO_HOURS)
    town.clock.to(THURSDAY)
    assert (await drained(town)).took == []
    assert await outgoing(town) == [("dropped", "replaced"), ("dropped", "too_late")]
    assert await told(town, one, "undelivered") == 0


async def test_one_that_cannot_go_in_the_evening_goes_in_the_morning_if_that_is_before_the_start(town: Town) -> None:
    early, later = THURSDAY.replace(hour=9), THURSDAY.replace(hour=9, minute=30)
    one, _ = await someone(town, at=early)
    other, _ = await someone(town, at=later)
    await drained(town)
    await town.move_to(early - timedelta(hours=12, minutes=30))  # half past eight in the evening
    assert (await drained(town)).took == []
    assert {("dropped", "too_late"), ("waiting", "later")} <= set(await outgoing(town))  # for one of them it is no use
    await town.move_to(early)
    assert [who for who, _ in (await drained(town)).took] == [other.external_id]
    rows = [row for row in await town.rows(tables.outbox, planned=1) if row.reason != "replaced"]
    assert {(row.conversation_id, row.state, row.reason) for row in rows} == {
        (one.conversation_id, "dropped", "too_late"),
        (other.conversation_id, "sent", None),
    }


async def test_one_that_fails_goes_by_another_channel(town: Town) -> None:
    one = await on_two(town)
    number = await booked(town, one)
    other = StrictChannel()
    await send_all(town, {"telegram": StrictChannel(), "whatsapp": StrictChannel()})
    await change(town, tables.address, last_inbound_at=to_ms(DAY_BEFORE))  # WhatsApp's window is open
    await town.move_to(DAY_BEFORE)
    await send_all(town, {"whatsapp": Refuses(PermanentDeliveryError("undeliverable")), "telegram": other})
    assert len(other.took) == 1
    rows = await town.rows(tables.outbox, planned=1)
    assert {row.state for row in rows} == {"failed", "sent"}
    assert {(row.kind, row.expires_at) for row in rows} == {(f"afspraak.day:{number}", to_ms(THURSDAY))}


async def test_one_that_fails_when_it_says_nothing_any_more_is_not_sent_again(town: Town) -> None:
    one = await on_two(town)
    await booked(town, one)
    await send_all(town, {"telegram": StrictChannel(), "whatsapp": StrictChannel()})
    await change(town, tables.address, last_inbound_at=to_ms(DAY_BEFORE))
    await town.move_to(DAY_BEFORE)

    class Slow(Refuses):
        async def send(self, outgoing: object) -> str:
            town.clock.to(THURSDAY)
            return await super().send(outgoing)

    other = StrictChannel()
    await send_all(town, {"whatsapp": Slow(PermanentDeliveryError("undeliverable")), "telegram": other})
    assert other.took == []
    assert await outgoing(town) == [("failed", "undeliverable")]
    assert await told(town, one, "undelivered") == 1
    assert (await one.row()).queue == "bot"


async def test_one_that_is_taken_back_while_it_is_tried_again_stays_so(town: Town) -> None:
    one, number = await someone(town)
    await drained(town)
    await town.move_to(DAY_BEFORE)
    await send_all(town, {"telegram": Refuses(TemporaryDeliveryError("platform"))})
    assert await outgoing(town) == [("waiting", "platform")]
    await called_off(town, one, number)
    town.clock.forward(minutes=5)
    taken = [outgoing.key for outgoing in (await drained(town)).sent]
    rows = await town.rows(tables.outbox, planned=1)
    assert not any(key.startswith(f"{rows[0].id}.") for key in taken)
    assert await outgoing(town) == [("dropped", "cancelled")]


# ---- nobody to reach -----------------------------------------------------------------------------------------------


async def test_where_no_way_is_left_a_human_is_asked_once_and_before_the_start(town: Town) -> None:
    one, _ = await someone(town)
    await change(town, tables.address, blocked_at=to_ms(MONDAY))
    await town.move_to(DAY_BEFORE)
    assert await reminded(one) == 0
    row = await one.row()
    assert (row.queue, row.due_at) == ("waiting_us", to_ms(THURSDAY))
    assert await told(town, one, "not_reminded") == 1
    await change(town, tables.conversation, queue="waiting_them", due_at=None)  # they rang
    await town.move_to(TWO_HOURS)
    assert ((await one.row()).queue, (await one.row()).due_at) == ("waiting_them", None)
    assert await told(town, one, "not_reminded") == 1
    assert await told(town, one, "ping_dropped") == 2
    assert await dropped(town) == ["blocked", "blocked"]


async def test_the_desk_says_why_a_human_is_asked(balie: Balie, noor: Staff) -> None:
    one, _ = await someone(balie.town)
    await change(balie.town, tables.address, blocked_at=to_ms(MONDAY))
    await balie.town.move_to(DAY_BEFORE)
    words = "Herinnering aan een afspraak niet verstuurd: er is geen weg naar de inwoner"
    assert await reasons(balie, one, noor) == (words, words)


async def test_a_human_is_asked_again_about_another_time(town: Town) -> None:
    one, number = await someone(town)
    await change(town, tables.address, blocked_at=to_ms(MONDAY))
    await town.move_to(DAY_BEFORE)
    later = THURSDAY + timedelta(days=5)
    await moved(town, one, number, later)
    await town.move_to(later)
    assert await told(town, one, "not_reminded") == 2


async def test_one_that_was_refused_everywhere_is_seen_by_a_human_once(town: Town) -> None:
    one, number = await someone(town)
    await drained(town)
    await town.move_to(DAY_BEFORE)
    await send_all(town, {"telegram": Refuses(PermanentDeliveryError("blocked"))})
    row = await one.row()
    assert row.queue == "waiting_us"
    assert row.due_at is not None
    assert row.due_at <= to_ms(THURSDAY)
    await town.move_to(TWO_HOURS)
    assert await told(town, one, "undelivered") == 1
    assert await told(town, one, "not_reminded") == 0
    assert await dropped(town) == ["blocked"]
    await moved(town, one, number, THURSDAY + timedelta(days=5))
    await town.move_to(THURSDAY + timedelta(days=5))
    assert await told(town, one, "not_reminded") == 1  # of the new time


async def test_a_human_is_asked_when_the_first_arrived_by_another_way_and_the_second_has_none(town: Town) -> None:
    one = await on_two(town)
    await booked(town, one)
    await send_all(town, {"telegram": StrictChannel(), "whatsapp": StrictChannel()})
    await town.move_to(DAY_BEFORE)
    blocks = Refuses(PermanentDeliveryError("blocked"))
    await send_all(town, {"whatsapp": blocks, "telegram": StrictChannel(_numbers=count(100))})
    assert sorted(await outgoing(town)) == [("failed", "blocked"), ("sent", None)]
    await change(town, tables.address, blocked_at=to_ms(DAY_BEFORE))
    await town.move_to(TWO_HOURS)
    assert await told(town, one, "not_reminded") == 1
