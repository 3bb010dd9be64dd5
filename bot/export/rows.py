"""The rows of an export, read a page at a time. Whoever was erased is in none of them, and is counted.

The person is the number of their file with us, and nothing else.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from bot import standing
from bot.clock import DAY, from_ms
from bot.export.ddas import STATUTORY, Case, Stretch, schuldhulptraject
from bot.house import House
from bot.privacy.vault import Unreadable
from bot.reference import reference
from bot.registration import moments
from flows.progress import Phase
from flows.text import Json
from storage import exporting

#: Rows that are in memory at a time.
PAGE = 500
#: A contact may be put on file so long after it was (an appointment of which someone says later that it took place).
_LATER = 366 * DAY // timedelta(milliseconds=1)

_FIRST = (-1, 0)


@dataclass(slots=True)
class Rows:
    """What is exported of the time between two instants (milliseconds UTC, the second not included)."""

    house: House
    since: int
    until: int
    #: Is told of whom the next rows are (conversation and person), before they are given.
    tell: Callable[[set[tuple[int, int]]], Awaitable[None]]
    _erased: set[int] = field(default_factory=set)

    @property
    def left_out(self) -> int:
        """How many people were left out so far, because they were erased."""
        return len(self._erased)

    async def contacts(self) -> AsyncIterator[dict[str, Json]]:
        """Every contact of that time, in the order in which they were put on file."""
        after = _FIRST
        while True:
            async with self.house.db.read() as conn:
                rows = await exporting.contacts(
                    conn, since=self.since, until=self.until + _LATER, after=after, most=PAGE
                )
            if not rows:
                return
            after = (rows[-1].created_at, rows[-1].id)
            await self.house.vault.prepare({row.key_id for row in rows})
            given = [(row, told) for row in rows if (told := self._contact(row)) is not None]
            await self.tell({(row.conversation_id, row.person_id) for row, _ in given})
            for _, told in given:
                yield told

    async def cases(self) -> AsyncIterator[dict[str, Json]]:
        """Every case that was open in that time."""
        after = 0
        while True:
            async with self.house.db.read() as conn:
                rows = await exporting.cases(conn, since=self.since, until=self.until, after=after, most=PAGE)
                about = await _about(conn, rows) if rows else None
            if about is None:
                return
            after = rows[-1].id
            await self.house.vault.prepare({row.key_id for row in rows})
            given = [row for row in rows if self._is_readable(row.key_id)]
            await self.tell({(row.conversation_id, row.person_id) for row in given})
            for row in given:
                case = about.case(self.house, row)
                yield {"dossier": reference(row.conversation_id), "schuldhulptraject": schuldhulptraject(case)}

    def _contact(self, row: Row[*tuple[Any, ...]]) -> dict[str, Json] | None:
        try:
            detail = _detail(self.house, row.detail_sealed)
        except Unreadable:
            self._erased.add(row.key_id)
            return None
        contact = moments.read(detail, row.created_at, row.staff_id)
        if not self.since <= contact.at < self.until or not self._is_readable(row.key_id):
            return None
        at = from_ms(contact.at, self.house.calendar.zone)
        return {
            "dossier": reference(row.conversation_id),
            "datum": at.date().isoformat(),
            "tijd": f"{at:%H:%M}",
            "soort": contact.kind,
            "kanaal": contact.channel,
            "richting": {"in": "van inwoner", "out": "naar inwoner"}[contact.direction],
            "door": contact.by,
            "medewerker": row.name,
            "resultaat": contact.result,
        }

    def _is_readable(self, key_id: int) -> bool:
        """Whether the person was not erased: only a key that is there seals anything."""
        try:
            self.house.vault.seal(key_id, "readable", b"")
        except Unreadable:
            self._erased.add(key_id)
            return False
        return True


@dataclass(frozen=True, slots=True)
class _About:
    """What is on file of a page of cases, by case or by conversation."""

    phases: dict[int, list[Row[*tuple[Any, ...]]]]
    aftercare: dict[int, list[Row[*tuple[Any, ...]]]]
    told: dict[int, list[Row[*tuple[Any, ...]]]]
    closings: dict[int, list[int]]

    def case(self, house: House, row: Row[*tuple[Any, ...]]) -> Case:
        """One of them. Its person's key is at hand."""
        zone = house.calendar.zone

        def day(at: int) -> date:
            return from_ms(at, zone).date()

        since = max((at for at in self.closings[row.conversation_id] if at <= row.opened_at), default=0)

        def is_of_this(at: int) -> bool:
            return since <= at and (row.closed_at is None or at <= row.closed_at)

        stretches = [
            Stretch(
                one.phase,
                day(one.began_at),
                None if one.ended_at is None else day(one.ended_at),
                is_done=one.state == "done",
            )
            for one in self.phases[row.id]
        ]
        # Where nobody moved a phase to aftercare, that it was agreed says when it was.
        if not any(one.part == Phase.AFTERCARE for one in stretches):
            stretches += [
                Stretch(Phase.AFTERCARE, day(one.began_at), None if one.ended_at is None else day(one.ended_at))
                for one in self.aftercare[row.conversation_id]
                if is_of_this(one.began_at)
            ]
        told = [one for one in self.told[row.conversation_id] if is_of_this(one.created_at)]
        decided = [one.created_at for one in told if one.kind == "decided"]
        return Case(
            opened=day(row.opened_at),
            stretches=tuple(stretches),
            decided=day(decided[0]) if decided else None,
            ended_on=None if row.ended_on is None else date.fromisoformat(row.ended_on),
            left=None if row.closed_at is None else day(row.closed_at),
            reason=row.reason,
            had_crisis=_had_crisis(house, told),
        )


def _had_crisis(house: House, told: Sequence[Row[*tuple[Any, ...]]]) -> bool:
    """Whether a statutory crisis was recognised that nobody denied; that it is over takes nothing away."""
    kinds = ("alarm", "false_alarm")
    known = [(one.kind, one.created_at, _detail(house, one.detail_sealed)) for one in told if one.kind in kinds]
    return not STATUTORY.isdisjoint(standing.of_events(known))


def _detail(house: House, sealed: bytes | None) -> Json:
    """What an event says of itself. Raises ``Unreadable``."""
    detail: Json = None if sealed is None else json.loads(house.vault.unseal_text(sealed, "event"))
    return detail


async def _about(conn: Any, rows: Sequence[Row[*tuple[Any, ...]]]) -> _About:
    conversations = sorted({row.conversation_id for row in rows})
    closings: dict[int, list[int]] = defaultdict(list)
    for one in await exporting.closings(conn, conversations):
        closings[one.conversation_id].append(one.closed_at)
    return _About(
        _by(await exporting.phases(conn, [row.id for row in rows]), "case_id"),
        _by(await exporting.aftercare(conn, conversations), "conversation_id"),
        _by(await exporting.told(conn, conversations), "conversation_id"),
        closings,
    )


def _by(rows: Sequence[Row[*tuple[Any, ...]]], name: str) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    found: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
