"""One reminder for each day and person, of what is still open by then; and our own tasks, on the morning of the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from bot import takeover
from bot.agreements import making
from bot.agreements.acts import Line
from bot.clock import AMSTERDAM, Calendar
from storage import tables
from tests.support.agreements import (
    FREE,
    FRIDAY,
    NEXT,
    PAPERS,
    POST,
    TODAY,
    TUESDAY,
    items,
    reminders,
    sent,
    settled,
)
from tests.support.ending import closes, set_row, signs_up
from tests.support.town import MONDAY, Colleague, Resident, Town, origins

DUE, OURS = "afspraken.due:", "agreements.ours:"
#: The morning of the day before, and of the day itself; everyone was reminded by eleven o'clock.
THURSDAY_10 = MONDAY + timedelta(days=3)
THURSDAY_11 = THURSDAY_10 + timedelta(hours=1)
FRIDAY_10 = MONDAY + timedelta(days=4)
REMINDER = "afspraken.reminder"


async def agreed(town: Town, one: Resident, noor: Colleague, *lines: Line) -> list[int]:
    """The numbers of these lines."""
    await sent(town, one, noor, *lines)
    await one.hears()
    return [item.id for item in await items(one)]


async def reminded(one: Resident) -> int:
    """How often since the last time that was asked."""
    return origins(await one.hears()).count(REMINDER)


async def test_one_for_a_day_whatever_there_is_to_do(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agreed(town, sanne, noor, Line(POST, FRIDAY), Line(FREE, FRIDAY), Line(POST, NEXT), Line(FREE))
    assert await reminders(town) == [(f"{DUE}2026-11-27", "11-26 10"), (f"{DUE}2026-12-01", "11-30 10")]
    await town.move_to(THURSDAY_10 - timedelta(minutes=1))
    assert await reminded(sanne) == 0
    await town.move_to(THURSDAY_11)
    (said,) = await sanne.hears()
    assert said.content.text.split("\n\n") == [
        "Even ter herinnering: dit staat op uw lijst.",
        "1. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 27 november",
        "2. Bel Kees van de woningbouw.\n📅 Uiterlijk vrijdag 27 november",
        "Hoe gaat het? Lukt iets niet, dan mag u dat altijd zeggen.",
    ]
    await town.move_to(FRIDAY_10)
    assert await reminded(sanne) == 0


async def test_what_changes_after_the_reminder_gives_no_other_one(town: Town, noor: Colleague, sanne: Resident) -> None:
    one, _ = await agreed(town, sanne, noor, Line(POST, FRIDAY), Line(FREE, FRIDAY))
    await town.move_to(THURSDAY_11)
    assert await reminded(sanne) == 1
    await sanne.taps(f"!to:afspraken.done:{one}")
    await sanne.taps(f"!to:afspraken.undone:{one}")
    await town.move_to(FRIDAY_10 + timedelta(days=3))
    assert await reminded(sanne) == 0


@pytest.mark.parametrize("did", ["done", "dropped", "stuck"])
async def test_none_of_what_is_not_open_any_more(town: Town, noor: Colleague, sanne: Resident, did: str) -> None:
    (one,) = await agreed(town, sanne, noor, Line(POST, FRIDAY))
    if did == "dropped":
        await settled(town, sanne, noor, one, state="dropped")
    else:
        await sanne.taps(f"!to:afspraken.{did}:{one}")
    assert await reminders(town) == []
    await town.move_to(FRIDAY_10)
    assert await reminded(sanne) == 0


async def test_after_a_slip_it_is_planned_again(town: Town, noor: Colleague, sanne: Resident) -> None:
    (one,) = await agreed(town, sanne, noor, Line(POST, FRIDAY))
    await sanne.taps(f"!to:afspraken.done:{one}")
    await sanne.taps(f"!to:afspraken.undone:{one}")
    assert await reminders(town) == [(f"{DUE}2026-11-27", "11-26 10")]


async def test_what_is_done_on_the_morning_itself_takes_no_reminder_from_the_rest(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    one, other, _ = await agreed(town, sanne, noor, Line(POST, TUESDAY), Line(FREE, TUESDAY), Line(POST, TUESDAY))
    await town.move_to(MONDAY + timedelta(hours=23))
    await sanne.taps(f"!to:afspraken.done:{one}")
    await settled(town, sanne, noor, other, state="dropped")
    await sanne.hears()
    assert await reminders(town) == [(f"{DUE}2026-11-24", "11-24 10")]
    await town.move_to(MONDAY + timedelta(days=1, hours=1))
    assert await reminded(sanne) == 1


async def test_nor_does_it_put_one_off_that_waits(town: Town, noor: Colleague, sanne: Resident) -> None:
    one, _ = await agreed(town, sanne, noor, Line(POST, FRIDAY), Line(FREE, FRIDAY))
    await town.move_to(THURSDAY_10 - timedelta(hours=1))
    await sanne.taps(f"!to:afspraken.done:{one}")
    assert await reminders(town) == [(f"{DUE}2026-11-27", "11-26 10")]


async def test_it_moves_along_with_the_day(town: Town, noor: Colleague, sanne: Resident) -> None:
    one, _ = await agreed(town, sanne, noor, Line(POST, FRIDAY), Line(FREE, FRIDAY))
    await sanne.taps(f"!to:afspraken.later:{one}")
    await sanne.types("1 december")
    assert [kind for kind, _ in await reminders(town)] == [f"{DUE}2026-11-27", f"{DUE}2026-12-01"]
    await settled(town, sanne, noor, one, state="open", due=FRIDAY)
    assert [kind for kind, _ in await reminders(town)] == [f"{DUE}2026-11-27"]


async def test_on_the_day_itself_where_the_day_before_is_too_late(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agreed(town, sanne, noor, Line(POST, TUESDAY), Line(FREE, TODAY))
    assert await reminders(town) == [(f"{DUE}2026-11-24", "11-24 10")]


async def test_who_opted_out_hears_nothing_and_who_comes_back_does(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agreed(town, sanne, noor, Line(POST, FRIDAY), Line(PAPERS, FRIDAY, noor.id))
    await sanne.types("stop")
    assert await reminders(town) == [(f"{OURS}2026-11-27", "11-27 09:00")]
    await sanne.taps("woorden.stopped:start")
    assert {kind for kind, _ in await reminders(town)} == {f"{OURS}2026-11-27", f"{DUE}2026-11-27"}


async def test_who_wants_messages_again_after_their_help_ended_is_reminded_of_nothing_of_it(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await signs_up(sanne)
    await agreed(town, sanne, noor, Line(POST, FRIDAY))
    await closes(town, sanne, noor)
    await sanne.hears()
    await sanne.types("stop")
    await sanne.taps("woorden.stopped:start")
    assert [one.opted_out_at for one in await town.rows(tables.person)] == [None]
    assert [kind for kind, _ in await reminders(town) if kind.startswith(DUE)] == []


async def test_in_a_hold_it_waits_and_after_the_day_it_is_of_no_use(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agreed(town, sanne, noor, Line(POST, FRIDAY))
    town.clock.to(THURSDAY_10 - timedelta(minutes=30))
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await town.move_to(THURSDAY_11)
    assert await reminded(sanne) == 0
    await takeover.hand_back(town.house, sanne.conversation_id, noor)
    await sanne.hears()
    await town.move_to(FRIDAY_10)
    assert await reminded(sanne) == 1


async def test_put_off_past_its_day_it_is_dropped(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agreed(town, sanne, noor, Line(POST, FRIDAY))
    async with town.house.db.begin() as conn:
        await conn.execute(tables.conversation.update().values(paused_at=1))
    await town.move_to(MONDAY + timedelta(days=7))
    assert await reminded(sanne) == 0
    (row,) = [row for row in await town.rows(tables.ping) if row.kind.startswith(DUE)]
    assert (row.state, row.reason) == ("dropped", "too_late")


async def test_it_counts_for_the_weekly_cap(town: Town, noor: Colleague, sanne: Resident) -> None:
    days = [FRIDAY + timedelta(days=n) for n in range(4)]
    await agreed(town, sanne, noor, *(Line(FREE, day) for day in days))
    await town.move_to(MONDAY + timedelta(days=10))
    cap = town.house.config.sending.weekly_cap
    assert await reminded(sanne) == min(cap, len(days))


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_a_day_that_has_an_hour_less_or_more(day: date) -> None:
    now = datetime(day.year, day.month, 1, 12, tzinfo=AMSTERDAM)
    for due, expected in ((day, day - timedelta(days=1)), (day + timedelta(days=1), day)):
        at = making.reminded_at(Calendar(), now, due, 7)
        assert at is not None
        there = at.astimezone(AMSTERDAM)
        assert (there.date(), there.hour) == (expected, 10)


def test_everyone_has_a_minute_of_their_own_in_that_hour() -> None:
    """Also where the sending hours leave little of it: never earlier than it was, and always that morning."""
    now = MONDAY
    for until, most in ((time(21), 60), (time(10, 40), 26), (time(10, 5), 1)):
        calendar = Calendar(sending_until=until)
        found = [making.reminded_at(calendar, now, FRIDAY, number) for number in range(1, 2000)]
        assert found == [making.reminded_at(calendar, now, FRIDAY, number) for number in range(1, 2000)]
        minutes = {(at - THURSDAY_10) // timedelta(minutes=1) for at in found if at is not None}
        assert minutes == set(range(most)), until


# ---- ours ----------------------------------------------------------------------------------------------------------


async def test_ours_waits_for_us_on_the_morning_of_the_day_until_we_close(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    (ours,) = await agreed(town, sanne, noor, Line(PAPERS, FRIDAY, noor.id))
    assert await reminders(town) == [(f"{OURS}2026-11-27", "11-27 09:00")]
    assert (await sanne.row()).queue == "waiting_them"
    await town.move_to(FRIDAY_10.replace(hour=9))
    row = await sanne.row()
    assert (row.queue, row.due_at) == ("waiting_us", making.ours_due(town.house.calendar, FRIDAY))
    assert making.ours_due(town.house.calendar, FRIDAY) == int(FRIDAY_10.replace(hour=17).timestamp() * 1000)
    assert "task_due" in await sanne.events()
    assert await sanne.hears() == []
    await settled(town, sanne, noor, ours, state="done")
    row = await sanne.row()
    assert (row.queue, row.due_at) == ("waiting_them", None)


async def test_ours_by_a_sunday_is_for_friday(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agreed(town, sanne, noor, Line(PAPERS, FRIDAY + timedelta(days=2), noor.id))
    assert await reminders(town) == [(f"{OURS}2026-11-29", "11-27 09:00")]


async def test_ours_for_today_is_at_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agreed(town, sanne, noor, Line(PAPERS, TODAY, noor.id))
    await town.run_due()
    assert (await sanne.row()).queue == "waiting_us"


async def test_ours_that_is_done_before_is_not_asked_for(town: Town, noor: Colleague, sanne: Resident) -> None:
    (ours,) = await agreed(town, sanne, noor, Line(PAPERS, FRIDAY, noor.id))
    await settled(town, sanne, noor, ours, state="done")
    assert await reminders(town) == []
    await town.move_to(FRIDAY_10)
    assert (await sanne.row()).queue == "waiting_them"


async def test_ours_waits_until_the_last_of_that_day_is_done(town: Town, noor: Colleague, sanne: Resident) -> None:
    await sent(town, sanne, noor, Line(PAPERS, FRIDAY, noor.id), Line(FREE, FRIDAY, noor.id))
    one, other = [line.id for line in await items(sanne)]
    await town.move_to(FRIDAY_10)
    await settled(town, sanne, noor, one, state="done")
    assert (await sanne.row()).queue == "waiting_us"
    await settled(town, sanne, noor, other, state="done")
    assert (await sanne.row()).queue == "waiting_them"


async def test_a_resident_who_waits_for_an_answer_still_does(town: Town, noor: Colleague, sanne: Resident) -> None:
    (ours,) = await agreed(town, sanne, noor, Line(PAPERS, FRIDAY, noor.id))
    await town.move_to(FRIDAY_10)
    await sanne.types("mens")
    await settled(town, sanne, noor, ours, state="done")
    assert (await sanne.row()).queue == "waiting_us"


async def test_help_that_ends_plans_none_of_what_stays_open(town: Town, noor: Colleague, sanne: Resident) -> None:
    """The one that was planned could not go; ours of that day ends, and that looks at the reminders of the day."""
    await signs_up(sanne)
    await agreed(town, sanne, noor, Line(POST, FRIDAY), Line(POST, FRIDAY, noor.id))
    (ping,) = [row for row in await town.rows(tables.ping, state="waiting") if row.kind.startswith(DUE)]
    await set_row(town, tables.ping, ping.id, state="dropped", reason="no_address")
    await closes(town, sanne, noor)
    assert not [kind for kind, _ in await reminders(town) if kind.startswith(DUE)]
