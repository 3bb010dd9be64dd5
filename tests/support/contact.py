"""What the tests of keeping in touch share: plans, check-ins, and what waits for them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Row, delete, update

from bot import effects
from bot.alarms import AlarmNotice
from bot.contact import check_ins, plans, reading
from bot.contact.plans import Wanted
from bot.contact.reading import Kept
from bot.takeover import Staff, locked
from flows.aftercare import AgreePlan, AnswerCheckIn, EndCheckIn, Means, Part, PlanKind, Rhythm
from flows.grammar import Effect
from flows.text import Json
from storage import tables
from tests.support.town import ZONE, Resident, Town, local, origins

_numbers = count(1)

WEEKLY = AgreePlan("vast", "week", 0, "morning", "chat")
MONTHLY = AgreePlan("vast", "month", None, "morning", "chat")


def wanted(
    kind: PlanKind = PlanKind.FIXED,
    rhythm: Rhythm = Rhythm.WEEK,
    weekday: int | None = 0,
    part: Part = Part.MORNING,
    means: Means = Means.CHAT,
) -> Wanted:
    """A plan as a caseworker fills it in."""
    return Wanted(kind, rhythm, weekday, part, means)


def client_id() -> str:
    """Of a form that was not sent before."""
    return f"contact-{next(_numbers):06}"


async def does(town: Town, one: Resident, *asked: Effect) -> None:
    """These effects, as a turn of this person asks for them."""
    async with locked(town.house, one.conversation_id) as (talk, conn):
        await effects.apply(talk, asked, conn)


async def agrees(town: Town, one: Resident, staff: Staff, how: Wanted | None = None) -> int:
    """A caseworker writes down what was agreed; gives the number of the plan."""
    await plans.agree(town.house, one.conversation_id, staff, how or wanted(), client_id=client_id())
    await one.hears()
    return (await standing(town, one)).id


async def kept(town: Town, one: Resident) -> Kept:
    """As the desk reads it."""
    people = await town.rows(tables.person)
    await town.house.vault.prepare({row.key_id for row in people})
    async with town.house.db.read() as conn:
        return await reading.of_file(town.house, conn, one.conversation_id)


async def standing(town: Town, one: Resident) -> reading.KeptPlan:
    """The plan that stands."""
    found = (await kept(town, one)).stands
    assert found is not None
    return found


async def contacts(town: Town, one: Resident) -> list[tuple[str, str | None]]:
    """State and reason of each contact, in order."""
    return [(each.state, each.reason) for each in (await kept(town, one)).check_ins]


async def last(town: Town, one: Resident) -> reading.KeptCheckIn:
    """The one that was asked last, or is up."""
    every = (await kept(town, one)).check_ins
    return [each for each in every if each.asked_at is not None][-1]


async def due(town: Town, one: Resident) -> datetime:
    """When the next contact is."""
    found = (await kept(town, one)).next
    assert found is not None
    at = local(found.due_at)
    assert at is not None
    return at


async def asked(town: Town, one: Resident) -> int:
    """Moves to the next contact; gives its number."""
    found = (await kept(town, one)).next
    assert found is not None
    await town.move_to(await due(town, one))
    return found.id


async def answers(town: Town, one: Resident, number: int, *, ends: bool = True, **said: Json) -> None:
    """Answers, by question."""
    told: list[Effect] = [AnswerCheckIn(number, question, value) for question, value in said.items()]
    await does(town, one, *told, *([EndCheckIn(number)] if ends else []))


async def holds(
    town: Town, one: Resident, staff: Staff, number: int | None = None, words: str = "", **said: Json
) -> None:
    """A caseworker had the contact."""
    await check_ins.held(town.house, one.conversation_id, staff, number, said, words, client_id=client_id())


async def waiting(town: Town, one: Resident) -> dict[str, datetime]:
    """What waits, by kind."""
    rows = await town.rows(tables.ping, conversation_id=one.conversation_id, state="waiting")
    return {row.kind: at for row in rows if (at := local(row.due_at)) is not None}


async def details(town: Town, one: Resident, kind: str) -> list[dict[str, Any]]:
    """What is on file of this kind, in order."""
    rows = await town.rows(tables.event, conversation_id=one.conversation_id, kind=kind)
    people = await town.rows(tables.person)
    await town.house.vault.prepare({row.key_id for row in people})
    unseal = town.house.vault.unseal_text
    return [json.loads(unseal(row.detail_sealed, "event")) if row.detail_sealed else {} for row in rows]


async def results(town: Town, one: Resident) -> list[str]:
    """What came of each contact that keeping in touch made, as it is registered."""
    told = await details(town, one, "contactmoment")
    return [str(each["result"]) for each in told if each.get("kind") in set(PlanKind)]


async def alarms(town: Town, one: Resident) -> list[Row[*tuple[Any, ...]]]:
    """Those that ask for who they know."""
    return await town.rows(tables.alarm, conversation_id=one.conversation_id, kind="contact")


def notices(town: Town) -> list[AlarmNotice]:
    """What staff were sent, the oldest first."""
    return [each for each in reversed(town.notifier.sent) if isinstance(each, AlarmNotice)]


async def writes(town: Town, staff: Staff, **values: Any) -> None:
    """Something about a colleague's account."""
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.staff).where(tables.staff.c.id == staff.id).values(**values))


async def helps(town: Town, one: Resident, staff: Staff) -> None:
    """This colleague has their case."""
    async with town.house.db.begin() as conn:
        mine = tables.case_file.c.conversation_id == one.conversation_id
        await conn.execute(update(tables.case_file).where(mine).values(taken_by=staff.id))


async def ratings_apart(town: Town) -> None:
    """Nobody is asked for a grade, which would count for the weekly cap."""
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.ping).where(tables.ping.c.kind.startswith("ratings.")))


async def heard(one: Resident) -> list[str]:
    """Which screens of keeping in touch were said since the last time that was asked."""
    return [each for each in origins(await one.hears()) if each.startswith(("checkin.", "contact."))]


async def in_phase(town: Town, one: Resident, phase: str) -> None:
    """How far they are."""
    (case,) = await town.rows(tables.case_file, conversation_id=one.conversation_id)
    async with town.house.db.begin() as conn:
        await conn.execute(
            tables.phase.insert().values(
                conversation_id=one.conversation_id, case_id=case.id, phase=phase, state="now", began_at=case.opened_at
            )
        )


async def days(town: Town, number: float) -> None:
    """Time goes by, and what is due happens."""
    await town.move_to(town.clock.now().astimezone(ZONE) + timedelta(days=number))
