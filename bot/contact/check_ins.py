"""What a caseworker does with a check-in: the contact took place, by telephone, at a visit, or after a silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import takeover
from bot.clock import from_ms
from bot.contact import answering, scheduling
from bot.contact.answering import answer as answer
from bot.contact.answering import end as end
from bot.contact.reading import Answers, answers_of, day_here
from bot.contact.scheduling import plan_next as plan_next
from bot.errors import Refused
from bot.house import House
from bot.privacy.masking import clean, says
from bot.progress.acts import LONGEST_WORDS
from bot.takeover import SPOKEN, Staff, is_new, locked
from flows.aftercare import Means, Rhythm
from flows.text import Json
from storage import contact as store

#: By which way it was, where nobody says.
_USUAL = {Means.CHAT.value: "telefoon", Means.PHONE.value: "telefoon", Means.VISIT.value: "bezoek"}


async def held(
    house: House,
    conversation_id: int,
    staff: Staff,
    check_in_id: int | None,
    answers: Mapping[str, Json],
    words: str,
    *,
    client_id: str,
    how: str | None = None,
) -> None:
    """This human had the contact, in a way ``how`` of ``takeover.SPOKEN`` (None: as was agreed): that is an answer too.
    ``answers`` by question, as the person gave them; ``check_in_id`` None: the one that is up, or one of their own
    beside the rhythm.

    Refused: ``gone`` (no such contact, or it is over), ``no_plan`` (none stands, and none was up), ``no_answer`` (none
    of those of ``flows.aftercare``), ``no_way``, ``too_long``. The same ``client_id`` again does nothing."""
    words = clean(words).strip() if says(words) else ""
    if len(words) > LONGEST_WORDS:
        raise Refused("too_long")
    if how is not None and how not in SPOKEN:
        raise Refused("no_way")
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        stands = await store.standing(conn, one.id)
        if check_in_id is not None:
            row = await store.one(conn, one.id, check_in_id)
            if row is None or row.state not in ("planned", "asked", "silent"):
                raise Refused("gone")
        else:
            row = await _up(conn, one.id, None if stands is None else stands.id)
        said = Answers() if row is None else answers_of(house, row)
        told: dict[str, Json] = dict(answers)
        if words:
            told["words"] = {"text": words}
        for question, value in told.items():
            more = answering.with_answer(said, question, value)
            if more is None:
                raise Refused("no_answer")
            said = more
        if row is None:
            if stands is None:
                raise Refused("no_plan")
            number, _ = await store.last_of(conn, stands.id, one.now)
            key = await store.add(
                conn, conversation_id=one.id, plan_id=stands.id, number=number + 1, due_at=one.now, state="asked"
            )
            row = await store.one(conn, one.id, key)
            assert row is not None
        sealed = one.seal("check_in", replace(said, told=True, left=False).dumps())
        how = how or _USUAL[row.way]
        done = {"done_at": one.now, "done_by": staff.id}
        await store.change(conn, row.id, state="held", reason=None, answers_sealed=sealed, **done)
        if row.state == "planned":
            scheduling.cancel(one, (scheduling.ASK, scheduling.HUMAN), "held")
            plan = await store.plan(conn, one.id, row.plan_id)
            if plan is not None and plan.state == "active" and plan.rhythm != Rhythm.ONCE:
                instead_of = house.calendar.day_of(from_ms(row.due_at))  # the next one is the one after that
                await scheduling.plan_next(one, conn, plan, after=max(instead_of, day_here(one)))
        # what waits for one that was asked finds it held, and may be of another one that was asked since
        held_now: dict[str, Json] = {"check_in": row.id, "kind": row.kind, "how": how, **said.given}
        one.record("check_in_held", held_now, staff_id=staff.id)
        moment: dict[str, Json] = {"kind": row.kind, "channel": how, "means": how, "result": "held"}
        await takeover.had_contact(one, staff, conn, moment)
        await answering.was_last(one, conn, row, said.go_on)


async def _up(conn: AsyncConnection, conversation_id: int, plan_id: int | None) -> Row[*tuple[Any, ...]] | None:
    """The one that is asked, else the silence of the plan that stands after which there was no contact."""
    row = await store.newest(conn, conversation_id, ("asked",))
    if row is not None:
        return row
    been = [one for one in await store.check_ins(conn, conversation_id) if one.state in ("silent", "answered", "held")]
    return been[-1] if been and (been[-1].state, been[-1].plan_id) == ("silent", plan_id) else None
