"""A few made-up people who were here before you, through the same door as everyone."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import func, insert, select, update

from bot.agenda import keeping
from bot.agenda.hours import INLOOP, Hours
from bot.clock import to_ms
from bot.conversation import CONVERSATIONS
from bot.house import HOUSE, House
from bot.inbound import Inbound
from flows.agenda import Kind
from flows.grammar import Opened, Said, Tapped, Typed
from storage import teams
from storage.tables import conversation, staff

#: User name, name, role and team. The first is who the printed link signs in.
COLLEAGUES = (
    ("noor", "Noor de Vries", "caseworker", "Team Noord"),
    ("samir", "Samir Haddad", "coordinator", None),
    ("daan", "Daan Bakker", "caseworker", "Team Zuid"),
    ("bo", "Bo Jansen", "beheerder", None),
    ("ans", "Ans Mulder", "auditor", None),
)

OFFICE = "Stadskantoor Waterveen, Kade 1"
TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
MON_TO_THU, TUE_TO_FRI = (0, 1, 2, 3), (1, 2, 3, 4)
DESK_KINDS = (Kind.PHONE, Kind.OFFICE, Kind.PAPERS, Kind.CALL, Kind.VIDEO)

#: What each of them did: language, then taps and words in order.
STORIES: tuple[tuple[str, tuple[Said, ...]], ...] = (
    (
        "nl",
        (
            Tapped("welkom.hello:nl"),
            Tapped("!go:aanmelden"),
            Tapped("aanmelden.for_whom:self"),
            Typed("huur en boetes"),
            Tapped("!mens"),
            Typed("Ik durf de post niet meer open te maken"),
        ),
    ),
    (
        "ar",
        (
            Tapped("welkom.hello:ar"),
            Tapped("!go:aanmelden"),
            Tapped("aanmelden.for_whom:self"),
            Tapped("aanmelden.worries:enough"),
            Tapped("aanmelden.summary:yes"),
        ),
    ),
    ("nl", (Tapped("welkom.hello:nl"), Typed("ze gaan mij uit huis zetten, vrijdag al"))),
    ("en", (Tapped("welkom.hello:en"), Tapped("!go:aanmelden"), Tapped("aanmelden.for_whom:self"))),
    ("nl", (Tapped("welkom.hello:nl"), Tapped("!mens"), Typed("Kan ik Daan even spreken?"))),
)


async def seed(app: web.Application) -> int:
    """Colleagues, and people with a story, the first time; gives the number of the first colleague."""
    house, conversations = app[HOUSE], app[CONVERSATIONS]
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        first = (await conn.execute(select(func.min(staff.c.id)))).scalar_one()
        is_new = first is None
        if is_new:
            for named in sorted({title for *_, title in COLLEAGUES if title}):
                await teams.add(conn, named, now)
            numbers = {row.name: row.id for row in await teams.teams(conn)}
            for username, name, role, title in COLLEAGUES:
                row = {"username": username, "name": name, "role": role, "created_at": now}
                await conn.execute(insert(staff).values(row | {"team_id": None if title is None else numbers[title]}))
            first = (await conn.execute(select(func.min(staff.c.id)))).scalar_one()
        known = (await conn.execute(select(func.count()).select_from(conversation))).scalar_one()
    if is_new:
        await _fill_in_hours(house)
    if not known:
        for number, (language, story) in enumerate(STORIES):
            who = f"demo-{number}"
            for step, said in enumerate((Opened(hint=language), *story)):
                await conversations.receive(Inbound("webchat", who, f"{who}-{step}", said, hint=language))
        await _give_to_the_other_team(house)
    assert first is not None
    return int(first)


async def _give_to_the_other_team(house: House) -> None:
    """The last who came is helped by who is in another team than the first colleague: that file opens for a reason
    only."""
    async with house.db.begin() as conn:
        newest = (await conn.execute(select(func.max(conversation.c.id)))).scalar_one()
        row = (await conn.execute(select(staff.c.id, staff.c.team_id).where(staff.c.username == "daan"))).first()
        if row is not None:  # else these data are of a demo from before there were teams
            theirs = {"assigned_to": row.id, "team_id": row.team_id}
            await conn.execute(update(conversation).where(conversation.c.id == newest).values(theirs))


async def _fill_in_hours(house: House) -> None:
    """When the colleagues can be met, as a coordinator would have typed it in."""
    numbers = {name: number for number, name in (await keeping.team(house)).items()}
    noor, samir = (numbers[name] for _, name, *_ in COLLEAGUES[:2])
    for owner, weekdays, starts, ends, kinds in (
        (noor, MON_TO_THU, 9, 12, DESK_KINDS),
        (noor, (TUESDAY,), 17, 20, (Kind.PHONE, Kind.OFFICE)),
        (noor, (WEDNESDAY,), 13, 17, (Kind.HOME, Kind.ELSEWHERE)),
        (samir, TUE_TO_FRI, 10, 16, DESK_KINDS),
    ):
        place = OFFICE if Kind.OFFICE in kinds else ""
        await keeping.add_weekly(house, samir, weekdays, Hours(owner, starts * 60, ends * 60, frozenset(kinds), place))
    inloop = Hours(None, 9 * 60 + 30, 11 * 60 + 30, frozenset({INLOOP}), OFFICE)
    await keeping.add_weekly(house, samir, (THURSDAY,), inloop)
