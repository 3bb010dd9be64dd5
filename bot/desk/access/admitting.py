"""Who may open a file beside its own team: colleagues who were asked along, and whoever had an emergency; and whose
file it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from bot import takeover
from bot.clock import to_ms
from bot.desk.access.door import ALARM, Moved, let_in, open_file, openable, readable
from bot.desk.access.opened import File
from bot.desk.accounts import Staff
from bot.desk.roles import AUDITOR, CASEWORKER, COORDINATOR, HELPS
from bot.errors import Refused
from bot.house import House
from bot.privacy.vault import Unreadable
from bot.reference import reference
from storage import admissions, files, merging, teams

#: For how long a colleague can be asked along, in days.
PERIODS = (1, 7, 30, 90)

#: Of a reason, in characters.
SHORTEST_REASON, LONGEST_REASON = 10, 500

#: Emergencies that are listed.
LISTED = 100


@dataclass(frozen=True, slots=True)
class Admitted:
    """Someone who is let into a file now. ``by`` None: by an emergency of their own. Instants in milliseconds UTC."""

    id: int
    staff_id: int
    name: str
    role: str
    by: str | None
    reason: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Emergency:
    """A file that was opened in one. ``reason`` None: an alarm rang, or (``erased``) it cannot be read any more;
    ``team``: whose file it is now; ``seen``: the coordinator who saw it, and when."""

    id: int
    conversation_id: int
    staff_id: int
    who: str
    role: str
    name: str | None
    team: str | None
    reason: str | None
    at: int
    until: int
    seen: tuple[str, int] | None
    erased: bool = False

    @property
    def reference(self) -> str:
        """The number of the file, as people name it."""
        return reference(self.conversation_id)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open a file: its team (None: all), and who was let in; and what can be chosen of both."""

    team_id: int | None
    team: str | None
    teams: tuple[tuple[int, str], ...]
    admitted: tuple[Admitted, ...]
    colleagues: tuple[tuple[int, str], ...]  # whom one may ask along
    may_change: bool  # not for who is there in an emergency only


async def read(house: House, staff: Staff, file: File) -> Access:
    """Who may open this file."""
    now = to_ms(house.clock.now())
    async with house.db.read() as conn:
        team_id, name = await teams.of_file(conn, file.id)
        known = await teams.teams(conn)
        rows = await admissions.of_file(conn, file.id, now)
        everyone = await teams.colleagues(conn)
        outside = [
            (one.id, one.name)
            for one in everyone
            if one.role == CASEWORKER and not await admissions.opened(conn, one.id, now, [file.id])
        ]
    await house.vault.prepare({file.head.key_id})
    return Access(
        team_id=team_id,
        team=name,
        teams=tuple((row.id, row.name) for row in known),
        admitted=tuple(
            Admitted(
                row.id,
                row.staff_id,
                row.name,
                row.role,
                row.granted_name,
                _reason(house, row.reason_sealed) or "",
                row.created_at,
                row.expires_at,
            )
            for row in rows
        ),
        colleagues=tuple(outside),
        may_change=not any(row.kind == "emergency" and row.staff_id == staff.id for row in rows),
    )


async def ask_along(
    house: House, staff: Staff, conversation_id: int, whom: int, days: int, reason: str, *, client_id: str
) -> None:
    """Lets a colleague into this file for so many days (one of `PERIODS`), with a reason. The same ``client_id`` again
    does nothing. Refused ``in_emergency``, ``no_colleague``, ``no_period``, ``why_open``, ``too_long``."""
    reason = _checked(reason)
    if days not in PERIODS:
        raise Refused("no_period")
    file = await may_share(house, staff, conversation_id)
    async with takeover.locked(house, conversation_id) as (one, conn):
        if not await takeover.is_new(client_id, one, conn):
            return
        if whom not in dict((await read(house, staff, file)).colleagues):
            raise Refused("no_colleague")
        expires_at = one.now + timedelta(days=days) // timedelta(milliseconds=1)
        await admissions.add(
            conn,
            conversation_id,
            whom,
            granted_by=staff.id,
            reason_sealed=one.seal("admission", json.dumps({"text": reason})),
            now=one.now,
            expires_at=expires_at,
        )
        one.record("asked_along", {"who": whom, "until": expires_at}, staff_id=staff.id)


async def end(house: House, staff: Staff, conversation_id: int, admission_id: int) -> None:
    """Who was let in no longer is; one that ended before stays so. Everyone ends their own; Refused
    ``in_emergency``."""
    file = await open_file(house, staff, conversation_id, acting=True)
    own = {one.id for one in (await read(house, staff, file)).admitted if one.staff_id == staff.id}
    if admission_id not in own:
        await may_share(house, staff, conversation_id)
    async with takeover.locked(house, conversation_id) as (one, conn):
        whose = await admissions.end(conn, conversation_id, admission_id, one.now)
        if whose is not None:
            one.record("let_go", {"who": whose}, staff_id=staff.id)


async def give_to_team(house: House, staff: Staff, conversation_id: int, team_id: int | None) -> None:
    """Gives the file to a team, or (None) to all. Who it was assigned to keeps it only where they are of that team.
    Refused ``no_team``, ``in_emergency``."""
    await may_share(house, staff, conversation_id)
    async with takeover.locked(house, conversation_id) as (one, conn):
        if team_id is not None and team_id not in {row.id for row in await teams.teams(conn)}:
            raise Refused("no_team")
        was, _ = await teams.of_file(conn, conversation_id)
        if was == team_id:
            return
        await teams.move(conn, conversation_id, team_id)
        assigned: int | None = one.columns["assigned_to"]
        if team_id is not None and assigned is not None and await teams.of_staff(conn, assigned) != team_id:
            one.columns["assigned_to"] = None
        one.record("team", {"from": was, "to": team_id}, staff_id=staff.id)


async def may_share(house: House, staff: Staff, conversation_id: int) -> File:
    """The file, of which this member of staff may say who opens it. Refused ``in_emergency``: who is there for an
    hour cannot make that longer, for themselves or for others."""
    file = await open_file(house, staff, conversation_id, acting=True)
    if not (await read(house, staff, file)).may_change:
        raise Refused("in_emergency")
    return file


async def begin_emergency(house: House, staff: Staff, conversation_id: int, reason: str) -> None:
    """Opens a file that one may not open, with a reason, for as long as the municipality set. Refused ``gone``,
    ``erased``, ``not_allowed``, ``why_open``, ``too_long``."""
    reason = _checked(reason)
    if staff.role not in HELPS | {AUDITOR}:
        raise Refused("not_allowed")
    row, may = await _head(house, staff, conversation_id)
    if may:
        return
    await house.vault.prepare({row.key_id})
    if not readable(house, row.key_id):
        raise Refused("erased")
    await let_in(house, staff, row, {"text": reason})


async def is_open(house: House, staff: Staff, conversation_id: int) -> bool:
    """Whether this member of staff may open it as it is; that is no look. Refused ``gone``."""
    return (await _head(house, staff, conversation_id))[1]


async def _head(house: House, staff: Staff, conversation_id: int) -> tuple[Row[*tuple[Any, ...]], bool]:
    """A file's row, and whether they may open it. Refused ``gone``; ``Moved``."""
    async with house.db.read() as conn:
        row = await files.head(conn, conversation_id)
        if row is not None and row.queue == "merged":
            survivor = await merging.survivor(conn, conversation_id)
            if survivor is not None:
                raise Moved(survivor)
            row = None
        if row is None:
            raise Refused("gone")
        return row, bool(await openable(conn, staff, to_ms(house.clock.now()), [conversation_id]))


async def open_emergencies(house: House, staff: Staff) -> tuple[Emergency, ...]:
    """The last that happened, those that no coordinator saw first. Refused ``not_allowed``."""
    if staff.role != COORDINATOR:
        raise Refused("not_allowed")
    async with house.db.read() as conn:
        rows = await admissions.emergencies(conn, LISTED)
    await house.vault.prepare({row.key_id for row in rows})
    found = []
    for row in rows:
        name, reason, erased = None, None, False
        try:
            reason = _reason(house, row.reason_sealed)
            name = None if row.name_sealed is None else house.vault.unseal_text(row.name_sealed, "name")
        except Unreadable:
            erased = True
        until = row.expires_at if row.ended_at is None else row.ended_at
        seen = None if row.seen_at is None else (row.seen_name, row.seen_at)
        found.append(
            Emergency(
                row.id,
                row.conversation_id,
                row.staff_id,
                row.name,
                row.role,
                name,
                row.team_name,
                reason,
                row.created_at,
                until,
                seen,
                erased,
            )
        )
    return tuple(found)


async def count_unseen(house: House, staff: Staff) -> int | None:
    """How many emergencies no coordinator saw yet; None for who is none."""
    if staff.role != COORDINATOR:
        return None
    async with house.db.read() as conn:
        return await admissions.count_unseen(conn)


async def see(house: House, staff: Staff, admission_id: int) -> None:
    """This coordinator saw it. Seen before, or not theirs to say, nothing happens."""
    if staff.role != COORDINATOR:
        raise Refused("not_allowed")
    async with house.db.begin() as conn:
        await admissions.see(conn, admission_id, staff.id, to_ms(house.clock.now()))


def _checked(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise Refused("too_long")
    if len(reason) < SHORTEST_REASON:
        raise Refused("why_open")
    return reason


def _reason(house: House, sealed: bytes | None) -> str | None:
    """What was given as a reason; None: an alarm rang."""
    if sealed is None:
        return None
    told = json.loads(house.vault.unseal_text(sealed, "admission"))
    return None if told == ALARM else str(told["text"])
