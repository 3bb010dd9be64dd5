"""Two teams, who is in them, and a file of one of them."""

from __future__ import annotations

import html
import re

from sqlalchemy import insert

from bot import takeover
from bot.clock import to_ms
from bot.desk import access
from bot.desk.access import Shut
from bot.desk.accounts import Staff
from storage import tables, teams
from tests.support.desk import Balie
from tests.support.town import Resident

WHY = "haar zus belt, het is dringend"


def words(page: str) -> str:
    """The page as words on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).split())


class TwoTeams:
    """Noord with Noor, Zuid with Zoë, Samir who coordinates, and Fatima whose file is Noord's."""

    def __init__(self, balie: Balie) -> None:
        self.balie = balie

    async def made(self) -> TwoTeams:
        """What everything here begins with."""
        balie = self.balie
        async with balie.house.db.begin() as conn:
            for name in ("Noord", "Zuid"):
                await teams.add(conn, name, 1)
            self.noord, self.zuid = [row.id for row in await teams.teams(conn)]
        self.noor, self.zoe = await balie.add_staff("noor", "Noor"), await balie.add_staff("zoe", "Zoë")
        self.samir = await balie.add_staff("samir", "Samir", "coordinator")
        async with balie.house.db.begin() as conn:
            await teams.join(conn, self.noor.id, self.noord)
            await teams.join(conn, self.zoe.id, self.zuid)
        self.fatima = await balie.resident("Fatima")
        await takeover.assign(balie.house, self.file, self.noor.id, self.noor, client_id="abcdefgh")
        return self

    @property
    def file(self) -> int:
        """Fatima's."""
        return int(self.fatima.conversation_id)

    async def opens(self, staff: Staff, one: Resident | None = None) -> bool:
        """Whether they may open it."""
        try:
            await access.open_file(self.balie.house, staff, one.conversation_id if one else self.file)
        except Shut:
            return False
        return True

    async def team(self) -> int | None:
        """Whose file it is."""
        (row,) = await self.balie.town.rows(tables.conversation, id=self.file)
        found: int | None = row.team_id
        return found

    async def alarm(self, state: str = "raised", kind: str = "crisis") -> None:
        """One of Fatima's file."""
        vault = self.balie.house.vault
        (person,) = await self.balie.town.rows(tables.person)
        await vault.prepare({person.key_id})
        row = {"conversation_id": self.file, "raised_at": 1, "urgency": 3, "kind": kind, "state": state}
        async with self.balie.house.db.begin() as conn:
            sealed = vault.seal_text(person.key_id, "alarm", "life")
            await conn.execute(insert(tables.alarm).values(row | {"category_sealed": sealed}))

    async def appointment(self, staff: Staff) -> int:
        """Fatima meets this colleague now; gives the instant."""
        now = to_ms(self.balie.town.clock.now())
        row = {"conversation_id": self.file, "kind": "phone", "starts_at": now, "ends_at": now + 1800_000}
        row |= {"state": "booked", "made_at": now, "details_sealed": b""}
        async with self.balie.house.db.begin() as conn:
            added = insert(tables.appointment).values(row).returning(tables.appointment.c.id)
            number = (await conn.execute(added)).scalar_one()
            with_whom = {"appointment_id": number, "staff_id": staff.id, "place": 0}
            await conn.execute(insert(tables.appointment_staff).values(with_whom))
        return now

    async def kinds(self) -> list[tuple[str, int | None]]:
        """The looks on record, in order: what, and by whom."""
        return [(row.kind, row.staff_id) for row in await self.balie.town.rows(tables.look)]
