"""What a caseworker does with a plan to keep in touch. Each is one transaction, in which the person is told too: a
human did it, so it is said at once, also in a hold."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import taking
from bot.contact import making, possible
from bot.contact.making import Wanted as Wanted
from bot.contact.making import go_on as go_on
from bot.contact.making import stop_all as stop_all
from bot.contact.reading import day_here
from bot.errors import Refused
from bot.house import House
from bot.privacy.masking import clean, says
from bot.progress.acts import LONGEST_WORDS, Look, act_on
from bot.takeover import Staff
from bot.talk import Talk
from flows.aftercare import NO_AFTERCARE, PlanKind
from flows.grammar import Due
from flows.text import Json
from storage import contact as store

#: Why a caseworker ends one, as a code.
ENDED = ("goals_met", "other_plan", "not_wanted", "not_reached", "other")


async def propose(
    house: House,
    conversation_id: int,
    staff: Staff,
    wanted: Wanted,
    *,
    client_id: str,
    look: Look | None = None,
) -> None:
    """Asks the person whether it is good so. Refused ``no_case``, ``plan_over`` (this kind has lasted as long as it
    may). The same ``client_id`` again does nothing."""
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        await _check(one, conn, wanted.kind)
        number = await making.propose(one, conn, wanted, staff.id)
        await _tell(one, conn, "contact.proposed", {"plan": number})


async def agree(
    house: House,
    conversation_id: int,
    staff: Staff,
    wanted: Wanted,
    *,
    client_id: str,
    look: Look | None = None,
) -> None:
    """It was agreed in a talk, and is so from now on. Refused as `propose`."""
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        await _check(one, conn, wanted.kind)
        number = await making.put(one, conn, wanted, staff.id)
        await _tell(one, conn, "contact.agreed", {"plan": number})


async def pause(
    house: House, conversation_id: int, staff: Staff, *, until: date | None, client_id: str, look: Look | None = None
) -> None:
    """Not for a while: up to and including the day ``until``, or until someone says so. Refused ``no_plan`` (none
    stands), ``no_day`` (over, or more than a year off)."""
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        today = day_here(one)
        if until is not None and not today < until <= today + making.LONGEST_PAUSE:
            raise Refused("no_day")
        stands = await store.standing(conn, one.id)
        if stands is None:
            raise Refused("no_plan")
        await making.pause_plan(one, conn, stands, until, "paused", staff.id)
        await _tell(one, conn, "contact.changed", {"plan": stands.id, "what": "paused"})


async def resume(house: House, conversation_id: int, staff: Staff, *, client_id: str, look: Look | None = None) -> None:
    """Again, from now on. Refused ``no_plan`` (none is paused), ``opted_out`` (only they can want messages again)."""
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        stands = await store.standing(conn, one.id)
        if stands is None or stands.state != "paused":
            raise Refused("no_plan")
        if one.opted_out_at is not None:
            raise Refused("opted_out")
        await making.go_on_with(one, conn, stands, staff.id)
        await _tell(one, conn, "contact.changed", {"plan": stands.id, "what": "resumed"})


async def end(
    house: House, conversation_id: int, staff: Staff, reason: str, *, client_id: str, look: Look | None = None
) -> None:
    """It ends, for a reason of `ENDED`; what was only proposed is taken back. Of *nazorg* that they do not want, one
    contact stays [004] 3.1.9. Refused ``no_plan``, ``no_reason``."""
    if reason not in ENDED:
        raise Refused("no_reason")
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        stands = await store.standing(conn, one.id)
        proposed = await store.proposed(conn, one.id)
        if stands is None and proposed is None:
            raise Refused("no_plan")
        if stands is None:
            await making.drop_proposal(one, conn, reason, staff.id)
            return
        if reason == "not_wanted":
            await making.want_none(one, conn, stands, reason, staff.id)
        else:
            await making.end_plan(one, conn, stands, reason, staff.id)
        await _tell(one, conn, "contact.changed", {"plan": stands.id, "what": "ended"})


async def no_aftercare(
    house: House, conversation_id: int, staff: Staff, reason: str, words: str, *, client_id: str
) -> None:
    """Why no aftercare is possible is put on file, for a reason of ``flows.aftercare.NO_AFTERCARE`` [003] module 10;
    what stands or is proposed of it ends. The person is not told: they are moved, gone, or said so themselves. Refused
    ``no_reason``, ``too_long``."""
    words = clean(words).strip() if says(words) else ""
    if reason not in NO_AFTERCARE:
        raise Refused("no_reason")
    if len(words) > LONGEST_WORDS:
        raise Refused("too_long")
    async with act_on(house, conversation_id, client_id, None) as (one, conn):
        if one is None:
            return
        stands = await store.standing(conn, one.id)
        if stands is not None and stands.kind == PlanKind.AFTERCARE:
            if reason == "not_wanted":
                await making.want_none(one, conn, stands, reason, staff.id)
            else:
                await making.end_plan(one, conn, stands, reason, staff.id)
        proposed = await store.proposed(conn, one.id)
        if proposed is not None and proposed.kind == PlanKind.AFTERCARE:
            await making.drop_proposal(one, conn, reason, staff.id)
        one.record("no_aftercare", {"reason": reason, "words": words}, staff_id=staff.id)


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _check(one: Talk, conn: AsyncConnection, kind: PlanKind) -> None:
    """A caseworker may agree on any kind, whatever the phase; but none lasts longer than it may."""
    if not any(row.closed_at is None for row in await store.cases(conn, one.id)):
        raise Refused("no_case")
    today = day_here(one)
    until = await possible.until(conn, one.id, await store.plans(conn, one.id), kind, today)
    if until is not None and until <= today:
        raise Refused("plan_over")


async def _tell(one: Talk, conn: AsyncConnection, kind: str, about: dict[str, Json]) -> None:
    await taking.interrupt(Due(kind, about), one, conn)
