"""How far someone is, as it is stored: for flows, and for the desk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import standing
from bot.clock import from_ms
from bot.contact.known import known_contact
from bot.house import House
from bot.progress.phases import Was, stages, with_sign_up
from bot.talk import Talk
from flows.progress import AHEAD, News, Progress
from flows.session import Frame
from flows.text import Json
from storage import progress as store
from storage.tables import case_file

#: So much of what was told is looked at.
MOST_NEWS = 20

#: What each kind of event is to flows; of ``progress`` its detail says which.
_KINDS = {"decided": "decision", "contact": "contact"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a colleague (``by``) told the person, at ``at`` (milliseconds UTC)."""

    news: News
    at: int
    by: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What stands on file: the phases (``bot.progress.phases``) of what is open, the number of the case that a move is
    of (None: there is none), and who the contact is; ``is_here`` False: who that was does not work here any more."""

    rows: tuple[Was, ...] = ()
    case_id: int | None = None
    contact: tuple[int, str] | None = None
    is_here: bool = True
    told: tuple[Told, ...] = ()

    @property
    def seen(self) -> str:
        """How the phases stand, in short: whoever moves one says what they saw."""
        return "-".join(f"{row.id}{row.state[:2]}" for row in self.rows)

    @property
    def leaves(self) -> str:
        """The number of who the contact is, or nothing: whoever introduces another says whom they saw."""
        return "" if self.contact is None else str(self.contact[0])

    def progress(self, house: House, rows: Sequence[Was] | None = None) -> Progress:
        """The same for flows; with ``rows``, as if those stood on file."""
        if self.case_id is None:
            return AHEAD
        return Progress(
            stages(self.rows if rows is None else rows, house.calendar.zone),
            case=True,
            contact_name=None if self.contact is None or not self.is_here else self.contact[1],
            news=tuple(one.news for one in self.told),
        )


async def read(
    house: House, conn: AsyncConnection, conversation_id: int, assigned_to: int | None, *, opened: int | None = None
) -> Known:
    """What stands on file of this conversation, whose key is at hand. ``opened``: a case is just being opened then."""
    open_cases = await store.cases(conn, conversation_id)
    if not open_cases and opened is None:
        return Known()
    rows = [_was(row) for row in await store.phases(conn, conversation_id)]
    newest = open_cases[0].id if open_cases else 0
    began = min((case.opened_at for case in open_cases), default=opened or 0)
    contact = assigned_to or next((case.taken_by for case in open_cases if case.taken_by is not None), None)
    found = None if contact is None else await store.name_of(conn, contact)
    return Known(
        with_sign_up(rows, newest, began),
        newest,
        None if contact is None or found is None else (contact, found[0]),
        found is None or found[1],
        tuple(_told(house, row) for row in await store.news(conn, conversation_id, MOST_NEWS)),
    )


async def progress(talk: Talk, conn: AsyncConnection, frame: Frame) -> Progress:
    """The need of flows: of the days by which one hears more, those of which the promise runs."""
    opened = next((row["opened_at"] for row in talk.staged.rows.get(case_file, [])), None)
    known = await read(talk.house, conn, talk.id, talk.columns["assigned_to"], opened=opened)
    if known.case_id is None:
        return await _closed(talk, conn)
    found = known.progress(talk.house)
    if all(one.until is None for one in found.news):
        return found
    promised = {term.made_at for term in await standing.terms(talk, conn, ("news",))}
    told = (one.news if one.at in promised else replace(one.news, until=None) for one in known.told)
    return replace(found, news=tuple(told))


async def _closed(talk: Talk, conn: AsyncConnection) -> Progress:
    """How it went, of whose help ended; without one all is still to come."""
    house = talk.house
    case = await store.last_closed(conn, talk.id)
    if case is None:
        return AHEAD
    rows = [_was(row) for row in await store.phases_of(conn, talk.id, case.id)]
    told = [_told(house, row) for row in await store.news(conn, talk.id, MOST_NEWS)]
    return Progress(
        stages(with_sign_up(rows, case.id, case.opened_at), house.calendar.zone),
        closed=house.calendar.day_of(from_ms(case.closed_at)),
        contact_name=(await known_contact(talk, conn, talk.id)).name,
        news=tuple(replace(one.news, until=None) for one in told),
    )


def _was(row: Row[*tuple[Any, ...]]) -> Was:
    return Was(row.id, row.case_id, row.phase, row.state, row.began_at, row.ended_at, row.name)


def _told(house: House, row: Row[*tuple[Any, ...]]) -> Told:
    detail: Json = (
        None if row.detail_sealed is None else json.loads(house.vault.unseal_text(row.detail_sealed, "event"))
    )
    about: Mapping[str, Json] = detail if isinstance(detail, dict) else {}

    def word(name: str) -> str:
        found = about.get(name)
        return found if isinstance(found, str) else ""

    kind, until = _KINDS.get(row.kind) or word("what"), word("until")
    news = News(
        kind,
        from_ms(row.created_at, house.calendar.zone).date(),
        word("code"),
        word("name"),
        word("words"),
        word("was") if kind == "contact" else row.name or "",  # who went says farewell, whoever sent it
        date.fromisoformat(until) if until else None,
    )
    return Told(news, row.created_at, row.name)
