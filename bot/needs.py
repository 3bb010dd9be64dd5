"""What screens want to know before they are shown. One reader for each need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import cards, measurements
from bot.agenda import reading
from bot.agreements import reading as agreements
from bot.channels import start
from bot.clock import from_ms
from bot.contact import known
from bot.contact import reading as contact
from bot.helping import keeping as helpers
from bot.joining import JOIN_MINUTES, new_join_code
from bot.own_data import asking as own_data
from bot.progress.reading import progress
from bot.ratings import answering
from bot.talk import FETCHED, Talk
from flows.aftercare import CheckIn, ContactPlans, KnownContact
from flows.agenda import Appointments, FreeSlots, Meetings
from flows.agreements import Agreements
from flows.cards import Cards
from flows.grammar import Contact, JoinCode, Need, OpenCase, Promised, Way, Ways, World
from flows.helpers import Helpers, Invitation
from flows.landing import Landing
from flows.measuring import Measurement
from flows.own_data import OwnConsents, OwnData
from flows.progress import Progress
from flows.ratings import Rating
from flows.session import Frame
from storage.tables import address, case_file, conversation, person, staff

_CONTACT = (
    select(person.c.code_sealed, person.c.pin_sealed, staff.c.name)
    .join(conversation, conversation.c.person_id == person.c.id)
    .outerjoin(staff, and_(staff.c.id == conversation.c.assigned_to, staff.c.disabled_at.is_(None)))
    .where(person.c.id == bindparam("person"))
)
_PIN = select(person.c.pin_sealed).where(person.c.id == bindparam("person"))
_OPEN_CASE = (
    select(case_file.c.opened_at, staff.c.name)
    .outerjoin(staff, and_(staff.c.id == case_file.c.taken_by, staff.c.disabled_at.is_(None)))
    .where(case_file.c.person_id == bindparam("person"), case_file.c.closed_at.is_(None))
    .order_by(case_file.c.id.desc())
    .limit(1)
)
_WAYS = (
    select(
        address.c.channel,
        address.c.blocked_at,
        address.c.left_at,
        address.c.preferred,
        address.c.in_full,
        address.c.confirmed_at,
    )
    .where(address.c.person_id == bindparam("person"))
    .order_by(func.coalesce(address.c.last_inbound_at, address.c.created_at).desc(), address.c.id.desc())
)


async def _promised(talk: Talk, conn: AsyncConnection, frame: Frame) -> Promised:
    return talk.house.promised(talk.now)


async def _contact(talk: Talk, conn: AsyncConnection, frame: Frame) -> Contact:
    row = (await conn.execute(_CONTACT, {"person": talk.person_id})).one()
    return Contact(talk.house.vault.unseal_text(row.code_sealed, "code"), row.pin_sealed is not None, row.name)


async def _open_case(talk: Talk, conn: AsyncConnection, frame: Frame) -> OpenCase:
    for staged in talk.staged.rows.get(case_file, []):  # opened by this very turn
        return OpenCase(from_ms(staged["opened_at"], talk.house.calendar.zone).date(), None)
    row = (await conn.execute(_OPEN_CASE, {"person": talk.person_id})).first()
    if row is None:
        return OpenCase(None, None)
    return OpenCase(from_ms(row.opened_at, talk.house.calendar.zone).date(), row.name)


async def _ways(talk: Talk, conn: AsyncConnection, frame: Frame) -> Ways:
    rows = (await conn.execute(_WAYS, {"person": talk.person_id})).all()
    channels = dict.fromkeys(row.channel for row in rows)
    return Ways(
        tuple(_way(channel, [row for row in rows if row.channel == channel]) for channel in channels),
        talk.house.config.channels.names,
    )


def _way(channel: str, rows: Sequence[Row[*tuple[Any, ...]]]) -> Way:
    """All addresses on one channel as one way: someone may have had several telephones, or browsers."""
    open_ones = [row for row in rows if row.blocked_at is None and row.left_at is None]
    return Way(
        channel,
        works=bool(open_ones),
        left=channel != "webchat" and not open_ones and any(row.blocked_at is None for row in rows),
        preferred=any(row.preferred for row in open_ones),
        in_full=any(row.in_full for row in open_ones),
        confirmed=channel != "email" or any(row.confirmed_at is not None for row in open_ones or rows),
    )


async def _join_code(talk: Talk, conn: AsyncConnection, frame: Frame) -> JoinCode:
    house = talk.house
    if talk.channel not in FETCHED and (await conn.execute(_PIN, {"person": talk.person_id})).scalar_one() is not None:
        return JoinCode("", JOIN_MINUTES)  # whoever holds the telephone would get round the PIN
    code = await new_join_code(house, talk.person_id, conn)
    found = ((name, link(start.joining(code))) for name, link in house.links.items())
    # On our own page the code is typed: an address that holds it would stay in the history of the browser.
    links = {"webchat": house.config.web.public_url} | {name: link for name, link in found if link}
    return JoinCode(code, JOIN_MINUTES, links)


READERS: dict[type[Need], Callable[[Talk, AsyncConnection, Frame], Awaitable[Need]]] = {
    Promised: _promised,
    Contact: _contact,
    OpenCase: _open_case,
    Ways: _ways,
    JoinCode: _join_code,
    Meetings: reading.meetings,
    FreeSlots: reading.free_slots,
    Appointments: reading.appointments,
    Measurement: measurements.measurement,
    Rating: answering.rating,
    Progress: progress,
    Agreements: agreements.agreements,
    Cards: cards.read,
    KnownContact: known.read,
    ContactPlans: contact.contact_plans,
    CheckIn: contact.check_in,
    Helpers: helpers.helpers,
    Invitation: helpers.invitation,
    OwnData: own_data.own_data,
    OwnConsents: own_data.own_consents,
}


async def read(landing: Landing, talk: Talk, conn: AsyncConnection, refused: str | None = None) -> World:
    """Reads what the screen of ``landing`` needs, inside the transaction that will answer it."""
    talk.answers_in = landing.session.language
    return World({need: await READERS[need](talk, conn, landing.frame) for need in landing.needs}, refused)
