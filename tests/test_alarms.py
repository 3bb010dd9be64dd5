"""Alarms reach staff, say nothing of anyone, and go on to the next until a human acknowledges them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import insert, select, update

from bot.alarms import AlarmNotice, Alarms, next_round, try_again
from bot.clock import AMSTERDAM, Calendar, to_ms
from bot.config import Config, Crisis
from bot.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.notify import CollectingNotifier, Notice
from flows.grammar import Urgency
from storage.database import Database
from storage.tables import alarm, conversation, event, person, staff
from tests.support.alarms import Failing, municipality

MINUTE = timedelta(minutes=1)
#: A Saturday evening: closed until Monday nine o'clock.
EVENING = datetime(2027, 3, 13, 21, tzinfo=AMSTERDAM).astimezone(UTC)


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = EVENING

    def now(self) -> datetime:
        return self.at


# ---- the worker ----------------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return municipality(tmp_path)


class Keys:
    """A vault in which all keys are there, or that does not answer."""

    def __init__(self) -> None:
        self.answers = True

    async def prepare(self, key_ids: Iterable[int]) -> None:
        if not self.answers:
            raise ConnectionResetError

    async def destroyed(self, key_ids: Iterable[int]) -> set[int]:
        return set()


@pytest.fixture
def house(config: Config, clock: HandClock, database: Database) -> House:
    unused = cast(Any, None)
    return House(
        config=config,
        clock=clock,
        calendar=config.calendar(),
        gemeente=config.gemeente(),
        db=database,
        keys=unused,
        vault=cast(Any, Keys()),
        tongue=unused,
        flows=frozenset(),
    )


async def raise_alarm(house: House, urgency: Urgency = Urgency.DANGER) -> int:
    """A file with an alarm that is due now, as ``bot.effects`` writes it; gives the alarm's id."""
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        code = str(now).encode() + bytes([urgency])
        who = insert(person).values(created_at=now, key_id=1, code_index=code, code_sealed=b"", language="nl")
        person_id = (await conn.execute(who.returning(person.c.id))).scalar_one()
        file = insert(conversation).values(person_id=person_id, created_at=now, updated_at=now)
        conversation_id = (await conn.execute(file.returning(conversation.c.id))).scalar_one()
        row = insert(alarm).values(
            conversation_id=conversation_id, raised_at=now, urgency=int(urgency), category_sealed=b"", next_at=now
        )
        return int((await conn.execute(row.returning(alarm.c.id))).scalar_one())


async def row_of(house: House, alarm_id: int) -> Any:
    async with house.db.read() as conn:
        return (await conn.execute(select(alarm).where(alarm.c.id == alarm_id))).one()


async def change(house: House, alarm_id: int, **values: Any) -> None:
    async with house.db.begin() as conn:
        await conn.execute(update(alarm).where(alarm.c.id == alarm_id).values(**values))


async def follow(house: House, clock: HandClock, alarms: Alarms, alarm_id: int, rounds: int) -> list[str]:
    """Moves to each next round in turn; gives local times at which something was tried."""
    times = []
    for _ in range(rounds):
        clock.at = datetime.fromtimestamp((await row_of(house, alarm_id)).next_at / 1000, UTC)
        assert await alarms.run_due() == 1
        times.append(clock.at.astimezone(AMSTERDAM).strftime("%a %H:%M"))
    return times


async def test_danger_goes_on_to_the_next_at_any_hour(house: House, clock: HandClock) -> None:
    notifier = CollectingNotifier()
    alarms = Alarms(house, notifier)
    alarm_id = await raise_alarm(house)
    times = await follow(house, clock, alarms, alarm_id, 7)
    assert times == ["Sat 21:00", "Sat 21:10", "Sat 21:20", "Sat 21:30", "Sat 21:50", "Sat 22:30", "Sat 23:30"]
    assert [notice.round for notice in reversed(notifier.sent)] == [0, 1, 2, 3, 4, 5, 6]


async def test_a_crisis_is_told_at_once_and_escalates_in_opening_hours(house: House, clock: HandClock) -> None:
    alarms = Alarms(house, CollectingNotifier())
    alarm_id = await raise_alarm(house, Urgency.CRISIS)
    assert await follow(house, clock, alarms, alarm_id, 3) == ["Sat 21:00", "Mon 10:00", "Mon 11:00"]


async def test_nothing_is_sent_before_its_time(house: House, clock: HandClock) -> None:
    notifier = CollectingNotifier()
    alarms = Alarms(house, notifier)
    await raise_alarm(house)
    assert await alarms.run_due() == 1
    clock.at += 9 * MINUTE
    assert await alarms.run_due() == 0
    assert len(notifier.sent) == 1


async def test_an_acknowledged_alarm_is_silent(house: House, clock: HandClock) -> None:
    notifier = CollectingNotifier()
    alarms = Alarms(house, notifier)
    alarm_id = await raise_alarm(house)
    await alarms.run_due()
    await change(house, alarm_id, state="acknowledged", next_at=None)
    clock.at += timedelta(days=3)
    assert await alarms.run_due() == 0
    assert len(notifier.sent) == 1


async def test_acknowledged_while_it_is_being_sent(house: House) -> None:
    class Meanwhile:
        async def notify(self, notice: Notice) -> None:
            assert isinstance(notice, AlarmNotice)
            await change(house, notice.alarm_id, state="acknowledged", next_at=None)

    alarm_id = await raise_alarm(house)
    await Alarms(house, Meanwhile()).run_due()
    row = await row_of(house, alarm_id)
    assert (row.state, row.next_at) == ("acknowledged", None)


async def test_two_processes_send_it_once(house: House) -> None:
    sent = CollectingNotifier()
    for _ in range(3):
        await raise_alarm(house, Urgency.CRISIS)
        cast(HandClock, house.clock).at += timedelta(seconds=1)
    tried = await asyncio.gather(*(Alarms(house, sent).run_due() for _ in range(4)))
    assert sum(tried) == 3
    assert len({notice.key for notice in sent.sent}) == len(sent.sent) == 3


async def test_what_a_dead_process_had_claimed_is_sent_by_another(house: House) -> None:
    notifier = CollectingNotifier()
    alarm_id = await raise_alarm(house)
    await change(house, alarm_id, claimed_until=to_ms(datetime.now(UTC) + MINUTE))
    assert await Alarms(house, notifier).run_due() == 0
    await change(house, alarm_id, claimed_until=to_ms(datetime.now(UTC) - MINUTE))
    assert await Alarms(house, notifier).run_due() == 1
    assert len(notifier.sent) == 1


async def test_what_reaches_nobody_is_tried_again_with_the_next_one(house: House, clock: HandClock) -> None:
    way = Failing(TemporaryDeliveryError("smtp_unreachable"), times=6)
    alarms = Alarms(house, way)
    alarm_id = await raise_alarm(house)
    await alarms.run_due()
    row = await row_of(house, alarm_id)
    assert (row.state, row.level, row.last_error) == ("raised", 1, "smtp_unreachable")
    assert row.next_at == to_ms(EVENING + timedelta(seconds=15))
    await follow(house, clock, alarms, alarm_id, 6)
    row = await row_of(house, alarm_id)
    assert [notice.round for notice in way.sent] == [2]
    assert (row.level, row.last_error, row.claimed_until) == (3, None, None)
    assert row.next_at == to_ms(clock.at + 10 * MINUTE)


async def test_when_a_colleague_cannot_be_written_to_at_night_nobody_else_is(house: House, clock: HandClock) -> None:
    way = Failing(PermanentDeliveryError("recipients_refused"), times=4)
    alarm_id = await raise_alarm(house, Urgency.URGENT)
    account = insert(staff).values(username="noor", name="Noor", email="noor@v.example", created_at=0)
    async with house.db.begin() as conn:
        noor = (await conn.execute(account.returning(staff.c.id))).scalar_one()
    await change(house, alarm_id, kind="contact", staff_id=noor)
    times = await follow(house, clock, Alarms(house, way), alarm_id, 5)
    assert times == ["Sat 21:00", "Mon 09:00", "Mon 09:05", "Mon 09:10", "Mon 09:15"]
    assert [notice.round for notice in way.sent] == [3], "the last of all three hears of it too"


async def test_it_is_never_given_up(house: House, clock: HandClock) -> None:
    alarms = Alarms(house, CollectingNotifier())
    alarm_id = await raise_alarm(house)
    await change(house, alarm_id, level=32_000)
    await follow(house, clock, alarms, alarm_id, 2)
    row = await row_of(house, alarm_id)
    assert (row.level, row.next_at) == (32_000, to_ms(clock.at + 60 * MINUTE))


async def test_a_mistake_in_a_way_does_not_stop_the_others(house: House) -> None:
    alarm_id = await raise_alarm(house)
    other = await raise_alarm(house, Urgency.CRISIS)
    assert await Alarms(house, Failing(RuntimeError("oops"), times=1)).run_due() == 2
    rows = [await row_of(house, alarm_id), await row_of(house, other)]
    assert sorted(row.last_error or "" for row in rows) == ["", "bug"]
    assert all(row.state == "raised" and row.next_at is not None for row in rows)


async def test_keys_that_cannot_be_read_hold_up_no_alarm(house: House) -> None:
    notifier = CollectingNotifier()
    cast(Keys, house.vault).answers = False
    alarm_id = await raise_alarm(house)
    await Alarms(house, notifier).run_due()
    assert len(notifier.sent) == 1
    assert (await row_of(house, alarm_id)).state == "raised"


async def test_every_delivery_is_on_the_file(house: House, clock: HandClock) -> None:
    way = Failing(TemporaryDeliveryError("smtp_unreachable"), times=1)
    alarms = Alarms(house, way)
    alarm_id = await raise_alarm(house)
    await follow(house, clock, alarms, alarm_id, 3)
    async with house.db.read() as conn:
        kinds = (await conn.execute(select(event.c.kind, event.c.conversation_id))).all()
    assert kinds == [("alarm_sent", (await row_of(house, alarm_id)).conversation_id)] * 2


async def test_the_notice_leads_to_the_file(house: House) -> None:
    notifier = CollectingNotifier()
    alarm_id = await raise_alarm(house)
    await Alarms(house, notifier).run_due()
    row = await row_of(house, alarm_id)
    assert notifier.sent[0] == AlarmNotice(
        alarm_id=alarm_id,
        conversation_id=row.conversation_id,
        urgency=Urgency.DANGER,
        raised_at=EVENING.astimezone(AMSTERDAM),
        round=0,
        gemeente="Voorbeeldstad",
        link=f"https://hulp.example/desk/file/{row.conversation_id}",
    )


@pytest.mark.parametrize(
    ("urgency", "sent_round", "minutes"),
    [
        (Urgency.DANGER, 0, 5),
        (Urgency.DANGER, 1, 5),  # the last recipient was just told
        (Urgency.DANGER, 2, 10),
        (Urgency.DANGER, 5, 60),
        (Urgency.DANGER, 30_000, 60),
        (Urgency.CRISIS, 0, 120),
        (Urgency.CRISIS, 9, 120),  # its own wait is longer than the slowest repeat
    ],
)
def test_how_long_until_the_next_round(urgency: Urgency, sent_round: int, minutes: int) -> None:
    crisis = Crisis(
        phone="",
        outside_hours="",
        alarm_email=("a@v.example",),
        escalate_to=("b@v.example",),
        escalate_after=5,
        escalate_after_crisis=120,
    )
    morning = datetime(2027, 3, 15, 9, tzinfo=AMSTERDAM).astimezone(UTC)
    sent = AlarmNotice(1, 1, urgency, morning, sent_round, "", "")
    assert next_round(morning, sent, crisis, Calendar()) == morning + minutes * MINUTE


@pytest.mark.parametrize(("seconds_ago", "wait"), [(0, 15), (60, 15), (120, 30), (1200, 300), (90_000, 300)])
def test_how_long_until_a_failure_is_tried_again(seconds_ago: int, wait: int) -> None:
    assert try_again(EVENING, EVENING - timedelta(seconds=seconds_ago)) == EVENING + timedelta(seconds=wait)
