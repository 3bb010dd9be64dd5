"""Appointments are made, moved and ended here, in the transaction of whoever does it: the person's message, or the
desk. Every change frees and takes time at once, stops reminders and plans new ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import invitation
from bot.agenda.hours import Length, days_from, quanta
from bot.agenda.reading import bookable_days, details_of, first_moment, length_of, read_agenda
from bot.clock import DAY, Calendar, from_ms, to_ms
from bot.errors import Refused
from bot.talk import Talk
from flows.agenda import Accept, Amend, Book, Cancel, Confirm, Decline, Differently, Kind, Move, NoSlots, Slot
from flows.text import Json
from storage import agenda as store

#: Reminders of an appointment, by the name in the kind of their ping (``afspraak.day:17``): they go out in a human's
#: hold too, and do not count for the weekly cap (rules 8 and 9).
REMINDERS = ("afspraak.day", "afspraak.hours")
BEFORE = timedelta(hours=2)

#: Who made so many in a day, and so cancelled most of them, is helped more by a human; the desk hears of each of them.
MOST_A_DAY = 12

#: What a person may say about an appointment, in characters each.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class When:
    """A moment for everyone in ``staff``. ``length`` with the travel."""

    at: datetime
    length: Length
    staff: tuple[int, ...]
    place: str = ""

    @property
    def until(self) -> datetime:
        """The end of the talk itself."""
        return self.at + timedelta(minutes=self.length.minutes)


def kinds_of_pings(appointment_id: int) -> tuple[str, ...]:
    """The kinds of its reminders."""
    return tuple(f"{name}:{appointment_id}" for name in REMINDERS)


def is_reminder(kind: str) -> bool:
    """Whether a ping of this kind reminds of an appointment."""
    return kind.partition(":")[0] in REMINDERS


def reminded_at(calendar: Calendar, start: datetime) -> tuple[datetime, datetime]:
    """When the reminders of ``REMINDERS`` go out: a day before, at the same time on the clock, and two hours before;
    earlier where that is outside the hours (rule 9)."""
    local = start.astimezone(calendar.zone)
    day_before = calendar.instant(local.date() - DAY, local.hour * 60 + local.minute)
    # In UTC: on the clock two hours may be one or three in the night in which it changes.
    return calendar.previous_sending_time(day_before), calendar.previous_sending_time(start.astimezone(UTC) - BEFORE)


# ---- by the person -------------------------------------------------------------------------------------------------


async def book(talk: Talk, effect: Book, conn: AsyncConnection) -> None:
    """Refused ``enough``, ``slot_taken``."""
    rows = await store.current(conn, talk.id, talk.now)
    since = talk.now - DAY // timedelta(milliseconds=1)
    made = sum(row.made_by is None and row.made_at > since for row in await store.of(conn, talk.id))
    standing = sum(row.state == "booked" for row in rows)
    if standing >= talk.house.config.appointments.most or made >= MOST_A_DAY:
        raise Refused("enough")
    when = await _offered(talk, conn, effect.kind, effect.slot, (effect.slot.staff,), beside=rows)
    if talk.place:
        talk.house.bookings.take(talk.place)
    told = _told(effect.details)
    details = {**told, "place": told.get("place") or when.place}
    number = await add(talk, conn, effect.kind, when, details, token=effect.token or None, news="booked")
    await send_file(talk, conn, number)


async def accept(talk: Talk, effect: Accept, conn: AsyncConnection) -> None:
    """Refused ``gone``, ``resident_busy`` (they have another appointment then), ``slot_taken``."""
    row = await store.one(conn, talk.id, effect.appointment)
    if row is not None and row.state == "booked":
        return  # the same button pressed twice
    if row is None or row.state != "proposed" or row.starts_at <= talk.now:
        raise Refused("gone")
    who = tuple(number for number, _ in (await store.staff_of(conn, [row.id]))[row.id])
    if not set(who) <= {each.id for each in await store.team(conn)}:  # someone left meanwhile
        raise Refused("gone")
    if overlaps(await store.current(conn, talk.id, talk.now), row.starts_at, row.ends_at):
        raise Refused("resident_busy")
    length = length_of(row, details_of(talk.house, row.details_sealed))
    await _take(conn, row.id, When(from_ms(row.starts_at), length, who))
    await store.change(conn, row.id, ["proposed"], state="booked", news="booked")
    await withdraw(talk, conn, except_for=row.id)
    _stands(talk, row.id, row.starts_at, kind=row.kind, by=None)
    await send_file(talk, conn, row.id)


async def decline(talk: Talk, effect: Decline, conn: AsyncConnection) -> None:
    """Of an earlier proposal than the one that stands it says nothing."""
    rows = [row for row in await store.current(conn, talk.id, talk.now) if row.state == "proposed"]
    if effect.appointment not in {row.id for row in rows}:
        return
    for row in rows:
        details = {**details_of(talk.house, row.details_sealed), "declined": True}
        sealed = talk.seal("appointment", json.dumps(details, ensure_ascii=False))
        await store.change(conn, row.id, ["proposed"], details_sealed=sealed)


async def move(talk: Talk, effect: Move, conn: AsyncConnection) -> None:
    """Refused ``gone``, ``slot_taken``: then it stands as it was."""
    row = await _booked(talk, conn, effect.appointment)
    who = tuple(number for number, _ in (await store.staff_of(conn, [row.id]))[row.id])
    if len(who) == 1:
        who = (effect.slot.staff,)
    others = [each for each in await store.current(conn, talk.id, talk.now) if each.id != row.id]
    when = await _offered(talk, conn, row.kind, effect.slot, who, without=row.id, beside=others)
    await put(talk, conn, row, when, news="moved")
    await send_file(talk, conn, row.id)


async def cancel(talk: Talk, effect: Cancel, conn: AsyncConnection) -> None:
    """What is gone already stays so."""
    row = await store.one(conn, talk.id, effect.appointment)
    if row is not None and row.state == "booked" and row.ends_at > talk.now:
        await end(talk, conn, row, "cancelled", news="cancelled")
        await send_file(talk, conn, row.id)


async def confirm(talk: Talk, effect: Confirm, conn: AsyncConnection) -> None:
    """The person comes. Said once more, or when it is over, it changes nothing."""
    row = await store.one(conn, talk.id, effect.appointment)
    if row is not None and row.state == "booked" and row.ends_at > talk.now and row.coming_at is None:
        await store.change(conn, row.id, ["booked"], coming_at=talk.now)
        talk.record("appointment_confirmed", {"appointment": row.id})


async def amend(talk: Talk, effect: Amend, conn: AsyncConnection) -> None:
    """Said about an appointment that stands."""
    row = await store.one(conn, talk.id, effect.appointment)
    if row is not None and row.state == "booked":
        await _say(talk, conn, row, _told(effect.details))


async def differently(talk: Talk, effect: Differently, conn: AsyncConnection) -> None:
    """What would help next time, after one that was missed."""
    row = await store.one(conn, talk.id, effect.appointment)
    if row is not None and row.state == "no_show":
        await _say(talk, conn, row, _told({"differently": effect.answer}))


async def no_slots(talk: Talk, effect: NoSlots, conn: AsyncConnection) -> None:
    """On the file; the banner of the desk looks at the agenda itself."""
    talk.record("no_slots", {"kind": effect.kind})


# ---- by whoever ----------------------------------------------------------------------------------------------------


async def add(
    talk: Talk,
    conn: AsyncConnection,
    kind: str,
    when: When,
    details: Mapping[str, Json],
    *,
    token: str | None = None,
    news: str | None = None,
    by: int | None = None,
    state: str = "booked",
) -> int:
    """A new appointment; gives its number. ``by`` None: by the person. Refused ``slot_taken``; so is a token that is
    another's already, for which there is no other reason than that the form was old."""
    token = token or invitation.new_token()
    kept = {**details, "token": token, "travel": when.length.travel}
    values: dict[str, Any] = {
        "conversation_id": talk.id,
        "kind": kind,
        "starts_at": to_ms(when.at),
        "ends_at": to_ms(when.until),
        "state": state,
        "made_at": talk.now,
        "made_by": by,
        "news": news,
        "calendar_index": invitation.index(talk.house, token),
        "details_sealed": talk.seal("appointment", json.dumps(kept, ensure_ascii=False)),
    }
    number = await store.add(conn, when.staff, values)
    if number is None:
        raise Refused("slot_taken")
    if state == "booked":
        await _take(conn, number, when)
        await withdraw(talk, conn)
        _stands(talk, number, to_ms(when.at), kind=kind, by=by)
    return number


async def put(
    talk: Talk,
    conn: AsyncConnection,
    row: Row[*tuple[Any, ...]],
    when: When,
    *,
    news: str | None = None,
    by: int | None = None,
) -> None:
    """The same appointment at another moment, or with others. Refused ``slot_taken``: the caller takes it all back."""
    before = (await store.staff_of(conn, [row.id])).get(row.id, [])
    await store.let_go(conn, row.id)
    await _take(conn, row.id, when)
    await store.put_staff(conn, row.id, when.staff)
    details = {**details_of(talk.house, row.details_sealed), "travel": when.length.travel}
    if row.kind == Kind.VIDEO and [number for number, _ in before[:1]] != [when.staff[0]]:
        details["place"] = ""  # the link is of whom it was with: nobody is to wait there for someone else
    elif not Kind(row.kind).travels and when.place:
        details["place"] = when.place
    await store.change(
        conn,
        row.id,
        ["booked"],
        starts_at=to_ms(when.at),
        ends_at=to_ms(when.until),
        sequence=row.sequence + 1,
        coming_at=None,
        news=news or row.news,  # what the person said before is no less new
        details_sealed=talk.seal("appointment", json.dumps(details, ensure_ascii=False)),
    )
    _no_reminders(talk, row.id, "moved")
    _remind(talk, row.id, to_ms(when.at))
    told: dict[str, Json] = {"appointment": row.id, "from": row.starts_at, "to": to_ms(when.at)}
    talk.record("appointment_moved", told, staff_id=by)


async def put_link(
    talk: Talk, conn: AsyncConnection, row: Row[*tuple[Any, ...]], link: str, *, by: int | None = None
) -> str:
    """The link of a video talk; gives the one before it. In no calendar, so that what those have stays as it is."""
    details = details_of(talk.house, row.details_sealed)
    before = str(details.get("place") or "")
    if link != before:
        given = {**details, "place": link, "links": int(str(details.get("links") or 0)) + 1}
        sealed = talk.seal("appointment", json.dumps(given, ensure_ascii=False))
        await store.change(conn, row.id, ["booked"], details_sealed=sealed)
        talk.record("appointment_link", {"appointment": row.id, "kind": row.kind, "at": row.starts_at}, staff_id=by)
    return before


async def end(
    talk: Talk,
    conn: AsyncConnection,
    row: Row[*tuple[Any, ...]],
    state: str,
    *,
    news: str | None = None,
    by: int | None = None,
) -> None:
    """It is ``cancelled``, ``held`` or ``no_show``; its time is free, nothing reminds of it any more."""
    if state == "cancelled":
        await store.let_go(conn, row.id)
    values = {"state": state, "ended_at": talk.now, "ended_by": by, "news": news, "sequence": row.sequence + 1}
    if not await store.change(conn, row.id, ["booked", "held", "no_show"], **values):
        raise Refused("gone")
    _no_reminders(talk, row.id, state)
    told: dict[str, Json] = {"appointment": row.id, "kind": row.kind, "at": row.starts_at}
    talk.record(f"appointment_{state}", told, staff_id=by)


async def send_file(talk: Talk, conn: AsyncConnection, number: int) -> None:
    """How it stands now, for a calendar, where the channel takes a file. After the words that tell of it."""
    row = await store.one(conn, talk.id, number) if invitation.takes_files(talk.channel) else None
    if row is None:
        return
    details = details_of(talk.house, row.details_sealed)
    invitation.attach(
        talk,
        token=str(details.get("token") or ""),
        sequence=row.sequence,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=invitation.where(row.kind, str(details.get("place") or "")),
        cancelled=row.state == "cancelled",
    )


async def withdraw(talk: Talk, conn: AsyncConnection, *, except_for: int | None = None) -> None:
    """What was proposed is on offer no longer: something was chosen."""
    for row in await store.current(conn, talk.id, talk.now):
        if row.state == "proposed" and row.id != except_for:
            await store.change(conn, row.id, ["proposed"], state="withdrawn", ended_at=talk.now)


async def remind_again(talk: Talk, conn: AsyncConnection) -> None:
    """Who wants our messages again (rule 10) is reminded of what stands."""
    for row in await store.current(conn, talk.id, talk.now):
        if row.state == "booked":
            _remind(talk, row.id, row.starts_at)


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _offered(
    talk: Talk,
    conn: AsyncConnection,
    kind: str,
    slot: Slot,
    who: tuple[int, ...],
    *,
    beside: Sequence[Row[*tuple[Any, ...]]],
    without: int | None = None,
) -> When:
    """The moment as it can be had now, ``beside`` what else the person has; what they saw may be hours old. Refused
    ``slot_taken``."""
    house, now = talk.house, from_ms(talk.now)
    day = house.calendar.day_of(slot.at)
    if day not in bookable_days(house, now) or slot.at <= first_moment(house, now):
        raise Refused("slot_taken")
    agenda = await read_agenda(house, conn, days_from(day, 1), without=without)
    if not set(who) <= set(agenda.names):
        raise Refused("slot_taken")
    # In UTC: of the hour that comes twice Python says that no two zones agree on it.
    wanted = slot.at.astimezone(UTC)
    free = agenda.together(kind, day, who, after=wanted - timedelta(minutes=1))
    found = next((one for one in free if one.at == wanted), None)
    if found is None:
        raise Refused("slot_taken")
    when = When(found.at, agenda.length(who[0], kind), who, found.place)
    if overlaps(beside, to_ms(when.at), to_ms(when.until)):
        raise Refused("slot_taken")
    return when


def overlaps(beside: Sequence[Row[*tuple[Any, ...]]], start: int, end: int) -> bool:
    """Whether one of these appointments stands at that time, in milliseconds UTC: nobody can be in two places."""
    return any(row.state == "booked" and start < row.ends_at and row.starts_at < end for row in beside)


async def _take(conn: AsyncConnection, number: int, when: When) -> None:
    taken = [to_ms(at) for at in quanta(when.at, when.length)]
    if not await store.take(conn, number, when.staff, taken):
        raise Refused("slot_taken")


async def _booked(talk: Talk, conn: AsyncConnection, number: int) -> Row[*tuple[Any, ...]]:
    row = await store.one(conn, talk.id, number)
    if row is None or row.state != "booked" or row.starts_at <= talk.now:
        raise Refused("gone")
    return row


def _stands(talk: Talk, number: int, at: int, *, kind: str, by: int | None) -> None:
    _no_reminders(talk, number, "replaced")
    _remind(talk, number, at)
    talk.record("appointment_booked", {"appointment": number, "kind": kind, "at": at}, staff_id=by)


def _remind(talk: Talk, number: int, at: int) -> None:
    """What would have gone out by now is told by the confirmation itself."""
    for kind, due in zip(kinds_of_pings(number), reminded_at(talk.house.calendar, from_ms(at)), strict=True):
        due_at = to_ms(due)
        if due_at > talk.now:
            about = json.dumps({"appointment": number, "at": at})
            talk.staged.plans.append(
                {
                    "conversation_id": talk.id,
                    "kind": kind,
                    "created_at": talk.now,
                    "due_at": due_at,
                    "about_sealed": talk.seal("ping", about),
                }
            )


def _no_reminders(talk: Talk, number: int, reason: str) -> None:
    talk.staged.cancels.append((talk.id, kinds_of_pings(number), reason))


async def _say(talk: Talk, conn: AsyncConnection, row: Row[*tuple[Any, ...]], told: Mapping[str, Json]) -> None:
    said = {**details_of(talk.house, row.details_sealed), **told}
    details = {name: value for name, value in said.items() if value is not None}
    sealed = talk.seal("appointment", json.dumps(details, ensure_ascii=False))
    await store.change(conn, row.id, [row.state], details_sealed=sealed, news=row.news or "said")
    talk.record("appointment_said", {"appointment": row.id, **told})


def _told(details: Mapping[str, Json]) -> dict[str, Json]:
    """No more than a form has room for; the token and the travel are ours."""
    short = {name: value[:LONGEST] if isinstance(value, str) else value for name, value in details.items()}
    return {name: value for name, value in short.items() if name not in ("token", "travel")}


def staff_in_order(numbers: Sequence[int]) -> tuple[int, ...]:
    """Each once, the first first."""
    return tuple(dict.fromkeys(numbers))
