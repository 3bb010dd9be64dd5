"""What is due later: checked again when it is due (rule 9), said once, by whichever process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed, falling, takeover
from bot import content as contents
from bot.clock import SPREAD, from_ms, to_ms
from bot.content import Content
from bot.inbound import Fallen
from bot.pings import Pings
from bot.talk import Talk
from flows import aanmelden
from flows.grammar import Tapped
from storage import conversations, due, tables
from tests.support.town import MONDAY, ZONE, Resident, Town, origins

ROOM = timedelta(minutes=5)


async def unfinished(town: Town, channel: str = "webchat") -> Resident:
    """Someone who left in the middle of a sign-up; a nudge is planned for the next day at this hour."""
    one = await town.resident(channel)
    for data in ("!go:aanmelden", "aanmelden.for_whom:self"):
        await one.says(Tapped(data))
    await one.hears()
    return one


async def waiting(town: Town) -> list[tuple[str, datetime]]:
    """What is planned: kind and when."""
    rows = await town.rows(tables.ping, state="waiting")
    return [(row.kind, from_ms(row.due_at, ZONE)) for row in rows]


async def ended(town: Town) -> list[tuple[str, str | None]]:
    """What is no longer planned: state and reason."""
    return [(row.state, row.reason) for row in await town.rows(tables.ping) if row.state != "waiting"]


def own_time(town: Town, one: Resident, morning: datetime) -> datetime:
    """When what waits for ``morning``, the start of sending hours, is this person's turn."""
    at = allowed.sending_time(town.house.calendar, morning - ROOM, one.conversation_id)
    assert morning <= at < morning + SPREAD
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


TOMORROW = MONDAY + timedelta(days=1)


async def test_who_leaves_a_sign_up_is_nudged_at_most_twice(town: Town) -> None:
    one = await unfinished(town)
    assert await waiting(town) == [(aanmelden.NUDGE, TOMORROW)]
    await town.move_to(TOMORROW - ROOM)
    assert await one.hears() == []
    await town.move_to(TOMORROW)
    (nudge,) = await one.hears()
    assert nudge.content.origin == "aanmelden.worries"
    assert nudge.content.text.startswith("Hallo. U was bezig met hulp vragen.")
    await town.move_to(TOMORROW + aanmelden.NEXT_NUDGE)
    assert len(await one.hears()) == 1
    await town.move_to(MONDAY + timedelta(days=60))
    assert await one.hears() == []
    assert await waiting(town) == []
    assert (await one.events()).count("contactmoment") == 2


async def test_who_is_still_busy_is_not_nudged(town: Town) -> None:
    one = await unfinished(town)
    await town.move_to(TOMORROW - timedelta(hours=2))
    await one.types("huur")
    await town.move_to(TOMORROW)
    assert await one.hears() == []
    morning = TOMORROW + timedelta(hours=23)  # a day later, in sending hours
    assert await waiting(town) == [(aanmelden.NUDGE, own_time(town, one, morning))]
    assert "ping_dropped" in await one.events()


async def test_who_finished_is_not_nudged(town: Town) -> None:
    one = await unfinished(town)
    await one.taps("aanmelden.worries:enough")
    await one.taps("aanmelden.summary:yes")
    assert {kind for kind, _ in await waiting(town)} == {
        "deadline.intake",
        "deadline.first_talk",
        "ratings.ask:sign_up",
    }
    assert await ended(town) == [("dropped", "cancelled")]


async def test_stop_ends_what_was_planned_and_nothing_new_is_said(town: Town) -> None:
    one = await unfinished(town)
    await one.types("stop")
    assert await waiting(town) == []
    assert await ended(town) == [("dropped", "opted_out")]
    await town.move_to(MONDAY + timedelta(days=30))
    assert await one.hears() == []


async def test_what_was_planned_at_the_same_moment_as_stop_is_dropped_when_it_is_due(town: Town) -> None:
    one = await unfinished(town)
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.person).values(opted_out_at=to_ms(MONDAY)))
    await town.move_to(TOMORROW)
    assert await one.hears() == []
    assert await ended(town) == [("dropped", "opted_out")]


async def test_who_can_no_longer_be_reached_is_sent_nothing(town: Town) -> None:
    one = await unfinished(town)
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).values(blocked_at=to_ms(MONDAY)))
    await town.move_to(TOMORROW)
    assert await one.hears() == []
    assert await ended(town) == [("dropped", "no_address")]


async def test_who_has_no_address_at_all_is_sent_nothing(town: Town) -> None:
    one, other = await unfinished(town), await town.resident()
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).values(person_id=(await other.row()).person_id))
    await town.move_to(TOMORROW)
    assert await one.hears() == []
    assert await ended(town) == [("dropped", "no_address")]


async def test_while_a_human_holds_the_conversation_it_waits(town: Town) -> None:
    one, noor = await unfinished(town), await town.colleague()
    await town.move_to(TOMORROW - ROOM)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await town.move_to(TOMORROW)
    assert await one.hears() == []
    ((_, at),) = [each for each in await waiting(town) if each[0] == aanmelden.NUDGE]
    assert at >= TOMORROW - ROOM + timedelta(hours=4)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await one.hears()
    await town.move_to(at)
    assert len(await one.hears()) == 1


async def test_after_danger_it_waits_until_the_alarm_proves_false(town: Town) -> None:
    one = await unfinished(town)
    await one.types("ik wil niet meer leven")
    await town.move_to(MONDAY + timedelta(days=9))
    assert await one.hears() == []
    ((kind, at),) = await waiting(town)
    assert kind == aanmelden.NUDGE
    await one.taps("crisis.life:not_it")
    await one.types("menu")
    await town.move_to(at + timedelta(days=3))
    assert any(message.content.text.startswith("Hallo. U was bezig") for message in await one.hears())


async def test_what_falls_outside_sending_hours_waits_for_them(town: Town) -> None:
    town.clock.to(MONDAY.replace(hour=22))
    one = await unfinished(town)
    morning = MONDAY.replace(hour=9) + timedelta(days=2)
    assert await waiting(town) == [(aanmelden.NUDGE, own_time(town, one, morning))]
    async with town.house.db.begin() as conn:  # as when the hours were changed since
        await conn.execute(update(tables.ping).values(due_at=to_ms(MONDAY.replace(hour=22) + timedelta(days=1))))
    await town.move_to(MONDAY.replace(hour=23) + timedelta(days=1))
    assert await one.hears() == []
    assert await waiting(town) == [(aanmelden.NUDGE, own_time(town, one, morning))]
    await town.move_to(morning + SPREAD)
    assert len(await one.hears()) == 1


async def went_out(town: Town, one: Resident, at: datetime, messages: int = 1) -> None:
    """Something that nobody asked for was said then, in so many messages, each sent a while after the one before."""
    conversation, address = {"conversation_id": one.conversation_id}, (await town.rows(tables.address))[0].id
    row, vault = await one.row(), town.house.vault
    key = vault.key_of(row.session_sealed)
    await vault.prepare([key])
    content = vault.seal_text(key, "message", contents.dumps(Content("Hallo", "nl")))
    async with town.house.db.begin() as conn:
        for number in range(1, messages + 1):
            said = {"seq": row.last_seq + number, "created_at": to_ms(at), "author": "bot"}
            statement = insert(tables.message).values(**conversation, **said, content_sealed=content)
            message_id = (await conn.execute(statement.returning(tables.message.c.id))).scalar_one()
            sent = {"message_id": message_id, "address_id": address, "channel": "telegram", "state": "sent"}
            sent_at = to_ms(at + timedelta(minutes=number))
            await conn.execute(insert(tables.outbox).values(**conversation, **sent, planned=1, due_at=sent_at))
        await conn.execute(update(tables.conversation).values(last_seq=row.last_seq + messages))
    await one.hears()


async def test_the_cap_counts_occasions_and_not_messages(town: Town) -> None:
    """In a language that nobody confirmed the same stands in two messages: the Dutch and the other."""
    one = await unfinished(town)
    for hours in (1, 2):
        await went_out(town, one, MONDAY + timedelta(hours=hours), messages=2)
    await town.move_to(TOMORROW)
    assert len(await one.hears()) == 1


async def test_over_the_weekly_cap_it_waits_for_another_day(town: Town) -> None:
    one = await unfinished(town)
    for hours in (1, 2, 3):
        await went_out(town, one, MONDAY + timedelta(hours=hours))
    await town.move_to(TOMORROW)
    assert await one.hears() == []
    await town.move_to(MONDAY + timedelta(days=7))
    assert await one.hears() == []
    await town.move_to(MONDAY + timedelta(days=8))
    assert len(await one.hears()) == 1


async def test_two_processes_say_what_is_due_once(town: Town) -> None:
    people = [await unfinished(town) for _ in range(7)]
    other = Pings(town.house)
    town.clock.to(TOMORROW)
    handled = await asyncio.gather(town.pings.run_due(), other.run_due(), town.pings.run_due(), other.run_due())
    assert sum(handled) == len(people)
    assert [len(await one.hears()) for one in people] == [1] * len(people)


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_what_a_process_has_is_passed_over_and_comes_again_when_that_was_killed(town: Town) -> None:
    one, other = await unfinished(town), await unfinished(town)
    town.clock.to(TOMORROW)
    async with town.house.db.begin() as conn:
        (held,) = await due.claim(conn, now=to_ms(TOMORROW), real_now=0, most=1)
        assert held.conversation_id == one.conversation_id
        assert await town.pings.run_due() == 1
        assert [len(await each.hears()) for each in (one, other)] == [0, 1]
        await conn.rollback()
    assert await town.pings.run_due() == 1
    assert [len(await each.hears()) for each in (one, other)] == [1, 0]


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_who_is_being_written_with_is_passed_over_and_nobody_waits(town: Town) -> None:
    one, other = await unfinished(town), await unfinished(town)
    town.clock.to(TOMORROW)
    async with town.house.db.begin() as conn:
        assert len(await conversations.lock(conn, [one.conversation_id])) == 1
        assert await town.pings.run_due() == 1
        assert [len(await each.hears()) for each in (one, other)] == [0, 1]
    assert await town.pings.run_due() == 1
    assert [len(await each.hears()) for each in (one, other)] == [1, 0]


async def test_what_nobody_saw_to_does_not_come_first_for_ever(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug: what has it neither ends nor is put off."""
    one, other = await unfinished(town), await unfinished(town)
    own = falling.fall

    async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
        if talk.id != one.conversation_id:
            await own(ping, talk, conn)

    town.clock.to(TOMORROW)
    with monkeypatch.context() as patched:
        patched.setattr(falling, "fall", fall)
        assert await town.pings.run_due() == 2
        assert await town.pings.run_due() == 0
    assert [len(await each.hears()) for each in (one, other)] == [0, 1]
    assert "not seen to: 1" in caplog.text
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.ping).values(aside_until=to_ms(datetime.now(UTC)) - 1))
    await town.pings.run_due()
    assert len(await one.hears()) == 1


async def test_where_the_clock_stops_on_its_way_is_no_matter_of_what_was_put_aside(town: Town) -> None:
    one, _ = await unfinished(town), await unfinished(town)
    later = TOMORROW + timedelta(days=1)
    async with town.house.db.begin() as conn:
        theirs = tables.ping.c.conversation_id == one.conversation_id
        await conn.execute(update(tables.ping).where(theirs).values(aside_until=to_ms(datetime.now(UTC)) + 60_000))
        await conn.execute(update(tables.ping).where(~theirs).values(due_at=to_ms(later)))
    assert await town.pings.next_due(town.clock.now()) == later


async def test_a_bug_in_what_is_due_is_dropped_and_the_others_are_said(town: Town) -> None:
    people = [await unfinished(town) for _ in range(3)]
    async with town.house.db.begin() as conn:
        statement = update(tables.ping).where(tables.ping.c.conversation_id == people[1].conversation_id)
        await conn.execute(statement.values(about_sealed=b"nothing of ours"))
    await town.move_to(TOMORROW)
    assert [len(await one.hears()) for one in people] == [1, 0, 1]
    assert ("dropped", "failed") in await ended(town)
    assert [(await one.row()).queue for one in people] == ["bot", "waiting_us", "bot"]
    assert (await people[1].events())[-1] == "failed_step"


async def test_who_agreed_on_a_day_is_asked_once_on_that_day(town: Town) -> None:
    one = await unfinished(town)
    await one.taps("aanmelden.worries:enough")
    await one.taps("aanmelden.summary:unsure")
    offered = (await one.session()).offered
    assert offered is not None
    await one.taps(f"aanmelden.unsure:{offered.choices[0].id}")
    ((kind, at),) = await waiting(town)
    assert kind == aanmelden.ASK
    await town.move_to(at)
    assert origins(await one.hears()) == ["aanmelden.ask_again"]
    await town.move_to(at + timedelta(days=40))
    assert await one.hears() == []


async def test_of_two_of_a_kind_that_are_planned_together_the_last_is_meant(town: Town) -> None:
    one = await town.resident()
    first = {"conversation_id": one.conversation_id, "kind": "afspraak.day:1", "created_at": 0, "about_sealed": None}
    soon, later = town.clock.now() + timedelta(days=1), town.clock.now() + timedelta(days=2)
    async with town.house.db.begin() as conn:
        await conversations.lock(conn, [one.conversation_id])
        await conversations.plan(conn, [first | {"due_at": to_ms(soon)}, first | {"due_at": to_ms(later)}])
    assert await waiting(town) == [("afspraak.day:1", later)]
