"""What was agreed with a person, as the conversation and the desk read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import identity
from bot.channels.limits import WEBCHAT
from bot.clock import from_ms
from bot.house import House
from bot.talk import Talk
from flows.agreements import Agreement, Agreements, Summary
from flows.session import Frame
from flows.text import Json, Text, text_from_json, text_to_json, verbatim
from storage import agreements as store

#: The list to print, in the web chat of who is signed in there.
PAGE = "/chat/list"
#: The screen that shows where that is: only there a personal link is made.
_SHOWS_PAGE = "paper"


# ---- what is sealed ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Details:
    """Of a summary: the caseworker's note; what the person does first (the number of an agreement, or their words), and
    what they said is different or asked."""

    note: str = ""
    first: int | str | None = None
    said: str | None = None

    def dumps(self) -> str:
        """As JSON, before it is sealed."""
        return json.dumps({"note": self.note, "first": self.first, "said": self.said}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Agreed:
    """Of one thing: its text and day as they were sent, and why the person said that it does not work out."""

    text: Text
    due: str | None = None
    why: str | None = None

    def dumps(self) -> str:
        """As JSON, before it is sealed."""
        data: Json = {"text": text_to_json(self.text), "due": self.due, "why": self.why}
        return json.dumps(data, ensure_ascii=False)


def details_of(house: House, sealed: bytes) -> Details:
    """Of a summary; the person's key is at hand."""
    return Details(**json.loads(house.vault.unseal_text(sealed, "summary")))


def agreed_of(house: House, sealed: bytes) -> Agreed:
    """Of one thing that was agreed; the person's key is at hand."""
    data = json.loads(house.vault.unseal_text(sealed, "agreement"))
    return Agreed(text_from_json(data["text"]), data["due"], data["why"])


# ---- for the desk --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that someone does, as it stands. ``staff_id`` and ``name``: who of us does it, None and empty: the
    person. ``news`` is what the person did that the desk has not seen (``done|stuck|moved|open``), ``sent_due`` the day
    that was agreed on first; ``changed_at`` in milliseconds UTC."""

    id: int
    summary: int
    text: Text
    due: date | None
    state: str
    staff_id: int | None
    name: str
    changed_at: int
    news: str | None
    why: str | None
    sent_due: date | None

    @property
    def ours(self) -> bool:
        """Whether one of us does it."""
        return self.staff_id is not None


@dataclass(frozen=True, slots=True)
class Sent:
    """A summary and what the person answered to it: ``first`` is what they do first, ``said`` what they said to
    *change* and *question*. Instants in milliseconds UTC."""

    id: int
    made_at: int
    made_by: int
    name: str
    note: str
    answer: str | None
    answered_at: int | None
    first: Text | None
    said: str | None
    lines: tuple[Item, ...]


async def of_file(house: House, conn: AsyncConnection, conversation_id: int) -> tuple[Sent, ...]:
    """All summaries of a conversation with what became of each line, the newest first; the key is prepared. Raises
    ``Unreadable`` when the person was erased."""
    items = [_item(house, row) for row in await store.agreements(conn, conversation_id)]
    of_summary: dict[int, list[Item]] = {}
    for item in items:
        of_summary.setdefault(item.summary, []).append(item)
    return tuple(_sent(house, row, of_summary.get(row.id, [])) for row in await store.summaries(conn, conversation_id))


def _item(house: House, row: Row[*tuple[Any, ...]]) -> Item:
    agreed = agreed_of(house, row.details_sealed)
    return Item(
        row.id,
        row.summary_id,
        agreed.text,
        _day(row.due_on),
        row.state,
        row.staff_id,
        row.name or "",
        row.changed_at,
        row.news,
        agreed.why,
        _day(agreed.due),
    )


def _sent(house: House, row: Row[*tuple[Any, ...]], lines: Sequence[Item]) -> Sent:
    details = details_of(house, row.details_sealed)
    first = details.first
    return Sent(
        row.id,
        row.made_at,
        row.made_by,
        row.name,
        details.note,
        row.answer,
        row.answered_at,
        next((line.text for line in lines if line.id == first), None)
        if isinstance(first, int)
        else None
        if first is None
        else verbatim(first),
        details.said,
        tuple(lines),
    )


def _day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)


# ---- for the conversation ------------------------------------------------------------------------------------------


async def agreements(talk: Talk, conn: AsyncConnection, frame: Frame) -> Agreements:
    """What this person and we agreed."""
    found = known(talk.house, await of_file(talk.house, conn, talk.id), talk.answers_in, frame)
    if frame.screen != _SHOWS_PAGE:
        return found
    return Agreements(found.open, found.done, found.summaries, found.one, found.summary, await _page(talk, conn))


def known(house: House, sent: Sequence[Sent], language: str, frame: Frame | None = None) -> Agreements:
    """The same as a need of a flow that answers in ``language``."""
    summaries = tuple(_summary(house, one, language) for one in sent)
    every = sorted((line for one in summaries for line in one.lines), key=_in_order)
    answers = {} if frame is None else frame.answers
    return Agreements(
        tuple(line for line in every if line.state in ("open", "stuck")),
        tuple(line for line in every if line.state == "done"),
        summaries,
        next((line for line in every if line.id == answers.get("agreement")), None),
        next((one for one in summaries if one.id == answers.get("summary")), None),
    )


def sayable(house: House, text: Text, language: str) -> Text:
    """``text``; where it cannot be said in ``language``, which was another one when it was sent, its Dutch as words
    that nobody translated."""
    return text if house.tongue.has(text, language) else verbatim(house.tongue.say(text, "nl"))


def _summary(house: House, one: Sent, language: str) -> Summary:
    zone = house.calendar.zone
    lines = tuple(
        Agreement(
            item.id,
            sayable(house, item.text, language),
            item.due,
            item.state,
            item.ours,
            item.name,
            item.summary,
            from_ms(item.changed_at, zone).date(),
        )
        for item in one.lines
    )
    return Summary(one.id, from_ms(one.made_at, zone).date(), one.name, lines, one.note, one.answer)


def _in_order(line: Agreement) -> tuple[bool, date, int]:
    return line.due is None, line.due or date.min, line.id


async def _page(talk: Talk, conn: AsyncConnection) -> str:
    """Where the list to print is: in the web chat itself, or behind a personal link to it."""
    house = talk.house
    if house.config.channels.webchat is None:
        return ""
    url = house.config.web.public_url
    if talk.channel == WEBCHAT.channel:
        return f"{url}{PAGE}?taal={talk.session.language}"
    token = await identity.add_link(conn, house, talk.person_id)
    return f"{url}/c/{token}?taal={talk.session.language}&daarna=lijst"
