"""When people are asked for a grade, and when not: a hold or a crisis puts it off; what never is has its reason."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from bot import deadlines, effects, takeover
from bot.allowed import sending_time
from bot.clock import to_ms
from bot.ratings import asking
from bot.takeover import locked
from flows.grammar import SignUp
from flows.ratings import ASKED, Occasion
from storage import tables
from tests.support.rating import asked, close, details, planned, rows, sign_up
from tests.support.town import MONDAY, ZONE, Colleague, Resident, Town, local

TUESDAY = MONDAY + timedelta(days=1)
LATE = MONDAY + timedelta(days=40)


async def on(one: Resident, *occasions: Occasion) -> None:
    """It happened."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        for occasion in occasions:
            await asking.on(talk, conn, occasion)


async def times(town: Town) -> dict[str, datetime | None]:
    """What waits, and until when."""
    return {row.kind: local(row.due_at) for row in await planned(town)}


async def talk_held(one: Resident, *, held: bool = True) -> None:
    """A talk a moment ago; or there was none after all."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        await (deadlines.talk_held if held else deadlines.talk_not_held)(talk, conn, to_ms(MONDAY))


async def test_a_day_after_the_sign_up(town: Town, sanne: Resident) -> None:
    assert await times(town) == {"ratings.ask:sign_up": TUESDAY}
    await town.move_to(TUESDAY - timedelta(seconds=1))
    assert await asked(sanne) == 0
    await town.move_to(TUESDAY)
    assert await asked(sanne) == 1
    assert await rows(town) == [("sign_up", "asked", None)]
    (row,) = await town.rows(tables.rating)
    (case,) = await town.rows(tables.case_file)
    assert (row.case_id, row.promises, local(row.asked_at), row.answers_sealed) == (case.id, "1", TUESDAY, None)
    assert await details(sanne) == [{"kind": "tevredenheid", "channel": "webchat", "by": "bot"}]
    (sent,) = await town.rows(tables.outbox, kind="tevredenheid.ask")
    assert (sent.planned, sent.expires_at) == (1, to_ms(TUESDAY + timedelta(days=3)))


async def test_in_sending_hours(town: Town) -> None:
    town.clock.to(MONDAY.replace(hour=22))
    one = await sign_up(town)
    nine = (TUESDAY + timedelta(days=1)).replace(hour=9)
    at = sending_time(town.house.calendar, nine - timedelta(hours=1), one.conversation_id)
    assert nine <= at < nine + timedelta(hours=1)  # not all at nine
    (waits,) = (await times(town)).values()
    assert waits == local(to_ms(at))


async def test_who_signed_up_another_is_not_asked(town: Town) -> None:
    one = await town.resident()
    async with locked(town.house, one.conversation_id) as (talk, conn):
        await effects.apply(talk, (SignUp("professional", {}),), conn)
    assert len(await town.rows(tables.case_file)) == 1
    assert await planned(town) == []


async def test_not_even_after_a_talk(town: Town, sanne: Resident) -> None:
    async with town.house.db.begin() as conn:
        await conn.execute(tables.case_file.update().values(capacity="helper"))
    await talk_held(sanne)
    await town.move_to(LATE)
    assert await asked(sanne) == 0
    assert set(await rows(town)) == {("sign_up", "dropped", "for_another"), ("intake", "dropped", "for_another")}


async def test_after_the_first_talk_of_a_sign_up_and_no_other(town: Town, sanne: Resident) -> None:
    await talk_held(sanne)
    assert "ratings.ask:intake" in await times(town)
    town.clock.forward(hours=3)
    await talk_held(sanne)
    assert (await times(town))["ratings.ask:intake"] == TUESDAY


async def test_a_talk_that_was_none_is_not_asked_about(town: Town, sanne: Resident) -> None:
    await talk_held(sanne)
    await talk_held(sanne, held=False)
    assert await times(town) == {"ratings.ask:sign_up": TUESDAY}


async def test_two_questions_are_a_week_apart(town: Town, sanne: Resident) -> None:
    await talk_held(sanne)
    await town.move_to(TUESDAY + timedelta(days=6))
    assert await asked(sanne) == 1
    await town.move_to(TUESDAY + timedelta(days=7))
    assert await asked(sanne) == 1
    assert await rows(town) == [("sign_up", "asked", None), ("intake", "asked", None)]
    assert [row.promises for row in await town.rows(tables.rating)] == ["1", "2,3"]


async def test_at_the_end_and_a_year_later_though_the_case_is_closed(town: Town, sanne: Resident) -> None:
    await town.move_to(LATE)
    await sanne.hears()
    await close(town, sanne)
    await on(sanne, Occasion.END, Occasion.YEAR_ON)
    await town.move_to(LATE + timedelta(days=3))
    assert await asked(sanne) == 1
    await town.move_to(LATE.replace(year=2028))
    assert await asked(sanne) == 1
    found = await town.rows(tables.rating)
    assert [(row.occasion, row.promises, row.asked_at is not None) for row in found] == [
        ("sign_up", "1", True),
        ("end", "4,5", True),
        ("year", "6,2", True),
    ]
    (_, _, year) = found
    assert local(year.asked_at) == datetime(2028, 1, 2, 10, tzinfo=ZONE)


@pytest.mark.parametrize("occasion", [Occasion.END, Occasion.YEAR_ON])
async def test_help_that_goes_on_again_did_not_end(town: Town, sanne: Resident, occasion: Occasion) -> None:
    await close(town, sanne)
    await on(sanne, occasion)
    await close(town, sanne, None)
    await town.move_to(MONDAY + timedelta(days=400))
    assert (occasion, "dropped", "reopened") in await rows(town)


async def test_what_ended_again_is_asked_about_after_all(town: Town, sanne: Resident) -> None:
    await town.move_to(LATE)
    await on(sanne, Occasion.END)
    await town.move_to(LATE + timedelta(days=3))
    assert ("end", "dropped", "reopened") in await rows(town)
    await close(town, sanne)
    await on(sanne, Occasion.END)
    await town.move_to(LATE + timedelta(days=6))
    assert ("end", "asked", None) in await rows(town)
    await on(sanne, Occasion.END)
    await town.move_to(LATE + timedelta(days=12))
    assert [occasion for occasion, _, _ in await rows(town)].count("end") == 1
    assert {row.reason for row in await town.rows(tables.ping, kind="ratings.ask:end")} == {
        "reopened",
        "asked_before",
        None,
    }


async def test_a_closed_case_is_asked_about_its_end_only(town: Town, sanne: Resident) -> None:
    await close(town, sanne)
    await town.move_to(LATE)
    assert await rows(town) == [("sign_up", "dropped", "closed")]


async def test_after_a_death_nobody_is_asked(town: Town, sanne: Resident) -> None:
    await close(town, sanne, "overleden")
    await on(sanne, Occasion.END, Occasion.YEAR_ON)
    await town.move_to(MONDAY + timedelta(days=400))
    assert {reason for _, _, reason in await rows(town)} == {"died"}
    assert await asked(sanne) == 0


# ---- not now -------------------------------------------------------------------------------------------------------


async def test_never_in_a_crisis_nor_within_two_weeks_of_one(town: Town, noor: Colleague, sanne: Resident) -> None:
    await sanne.types("ik word uit mijn huis gezet")
    await town.move_to(MONDAY + timedelta(days=4))
    assert await asked(sanne) == 0
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await takeover.hand_back(town.house, sanne.conversation_id, noor)
    await takeover.crisis_over(town.house, sanne.conversation_id, noor, seen=["home"])
    over = town.clock.now()
    await town.move_to(over + timedelta(days=14) - timedelta(minutes=1))
    assert await asked(sanne) == 0
    await town.move_to(over + timedelta(days=14))
    assert await asked(sanne) == 1


async def test_who_denied_it_had_none(town: Town, sanne: Resident) -> None:
    await sanne.types("ik word uit mijn huis gezet")
    await sanne.taps("crisis.home:not_it")
    await town.move_to(TUESDAY)
    assert await asked(sanne) == 1


async def test_three_weeks_off_it_is_dropped_with_its_reason(town: Town, sanne: Resident) -> None:
    await sanne.types("ik word uit mijn huis gezet")
    await town.move_to(MONDAY + timedelta(days=23))
    assert await asked(sanne) == 0
    assert await rows(town) == [("sign_up", "dropped", "crisis")]
    assert [row.reason for row in await town.rows(tables.ping, kind="ratings.ask:sign_up")] == ["crisis"]
    assert await planned(town) == []


async def test_not_while_a_human_is_there(town: Town, noor: Colleague, sanne: Resident) -> None:
    town.clock.to(TUESDAY - timedelta(minutes=30))
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await town.move_to(TUESDAY + timedelta(hours=1))
    assert await asked(sanne) == 0
    await takeover.hand_back(town.house, sanne.conversation_id, noor)
    await town.move_to(TUESDAY + timedelta(days=2))
    assert await asked(sanne) == 1


async def test_who_said_stop_is_not_asked(town: Town, sanne: Resident) -> None:
    await sanne.types("stop")
    await town.move_to(LATE)
    assert await asked(sanne) == 0
    assert await rows(town) == [("sign_up", "dropped", "opted_out")]
    assert await planned(town) == []


async def test_who_wants_messages_again_by_then_is(town: Town, sanne: Resident) -> None:
    await sanne.types("stop")
    await sanne.taps("woorden.stopped:start")
    await town.move_to(TUESDAY)
    assert await asked(sanne) == 1


async def test_the_weekly_cap_counts(town: Town, sanne: Resident) -> None:
    async with locked(town.house, sanne.conversation_id) as (talk, _):
        for number in range(town.house.config.sending.weekly_cap):
            talk.now += number
            talk.add_message("bot", (await sanne.messages())[0].content, send=True, kind="checkin.ask")
    await town.move_to(TUESDAY)
    assert await asked(sanne) == 0
    await town.move_to(MONDAY + timedelta(days=9))
    assert await asked(sanne) == 1


async def test_each_question_is_of_what_it_says(town: Town) -> None:
    assert {len(promises) for promises in ASKED.values()} == {1, 2}
    assert set(asking.AFTER) == set(ASKED) == set(Occasion)


async def test_what_was_planned_says_nothing_in_clear(town: Town, sanne: Resident) -> None:
    (row,) = await planned(town)
    assert json.loads(town.house.vault.unseal_text(row.about_sealed, "ping")) == {"since": to_ms(MONDAY)}
