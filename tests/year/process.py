"""A stretch of a simulated year in a process of its own, which can be killed at any moment:
``python -m tests.year.process FOLDER DATA KEYS PEOPLE SEED UNTIL``.

Where it is stands in ``FOLDER/now`` before anything of that moment is done: who is killed does it again, and what was
done by then is known by its number. What the made-up platform took stands in ``FOLDER/platform``.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import math
import os
import sys
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import bindparam, select, update

from bot import takeover
from bot.channels.limits import TELEGRAM
from bot.clock import DAY, from_ms, to_ms
from bot.contact import check_ins
from bot.desk.accounts import Staff
from bot.errors import PermanentDeliveryError, Refused
from bot.inbound import Inbound
from bot.outbox import Outbox
from bot.outgoing import Outgoing, Pace
from flows import session as sessions
from flows.grammar import Said, Tapped
from flows.session import Session
from storage import tables
from storage.tables import address, check_in, contact_plan, conversation, outbox
from tests.stores import StoreUrls, answer_at_once
from tests.support.town import ZONE, MovedClock, Town, open_town
from tests.year.people import Act, Person

#: In full, so that the platform's own messages are what people answer to.
IN_FULL = """
[channels.telegram]
token = "123456789:made-up-and-long-enough-for-a-token"
username = "waterdrecht_bot"
style = "volledig"
assessment = "made up"
"""
#: The longest way through a check-in, in taps, with second thoughts.
TAPS = 16
#: So long after it we are told of a message anew when we start again.
LOOK_BACK = timedelta(days=12)
#: When the colleague looks at what waits, on days on which we are open.
ROUND = time(11)

_SENT = (
    select(outbox.c.id, outbox.c.kind, outbox.c.sent_at, address.c.external_sealed, conversation.c.id.label("talk"))
    .join(address, address.c.id == outbox.c.address_id)
    .join(conversation, conversation.c.id == outbox.c.conversation_id)
    .where(outbox.c.planned == 1, outbox.c.sent_at.is_not(None))
    .where(outbox.c.sent_at > bindparam("since"))
    .order_by(outbox.c.id)
)
_WAITS = select(outbox.c.id).where(outbox.c.state == "waiting").limit(1)


class Platform:
    """A platform that keeps what it took, whoever is killed."""

    limits = TELEGRAM
    pace = Pace(overall=math.inf, person=math.inf, burst=1)

    def __init__(self, folder: Path, clock: MovedClock, people: list[Person]) -> None:
        self.clock = clock
        self.people = {one.external_id: one for one in people}
        self.run = int(os.environ["RUN"])
        self._log = os.open(folder / "platform", os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        self._numbers = count(1)

    async def send(self, outgoing: Outgoing) -> str:
        """Takes it, unless the person blocked us."""
        now = self.clock.now()
        if self.people[outgoing.external_id].has_blocked(now.astimezone(ZONE).date()):
            raise PermanentDeliveryError("blocked")
        line = {"at": to_ms(now), "who": outgoing.external_id, "key": outgoing.key, "run": self.run}
        os.write(self._log, (json.dumps(line) + "\n").encode())
        return f"platform-{self.run}-{next(self._numbers)}"

    async def fetch(self, reference: str, most: int) -> bytes:
        """It keeps no files."""
        raise PermanentDeliveryError("gone")

    async def open(self) -> None:
        """Nothing to make ready."""

    async def close(self) -> None:
        """Nothing to give back."""


class Year:
    """The stretch under way."""

    def __init__(self, town: Town, folder: Path, people: list[Person], staff: Staff) -> None:
        self.town = town
        self.folder = folder
        self.people = people
        self.staff = staff
        self.outbox = Outbox(town.house, {"telegram": Platform(folder, town.clock, people)})
        self._by_address = {one.external_id: one for one in people}
        self._acts: list[tuple[datetime, str, Person | None, Act | None]] = []
        self._told: set[int] = set()

    async def run(self, until: datetime) -> None:
        """From where the clock is to ``until``."""
        await self._leases_run_out()
        start = self.town.clock.now()
        await self._look(start - LOOK_BACK, start)
        day = start.astimezone(ZONE).date()
        while self.town.clock.now() < until:
            for act in self._day(day):
                if act[0] >= start:
                    heapq.heappush(self._acts, act)
            end = min(datetime.combine(day + DAY, time(0), ZONE), until.astimezone(ZONE))
            while self._acts and self._acts[0][0] < end:
                at, key, person, act_ = heapq.heappop(self._acts)
                await self._move_to(at, start)
                if person is None:
                    await self._round(key)
                elif act_ is not None:
                    await self._says(person, act_)
                else:
                    await self._answers(person, key)
                await self._send(start)
            await self._move_to(end, start)
            day += DAY

    def _day(self, day: date) -> list[tuple[datetime, str, Person | None, Act | None]]:
        found: list[tuple[datetime, str, Person | None, Act | None]] = [
            (act.at, act.key, one, act) for one in self.people for act in one.acts(day)
        ]
        if self.town.house.calendar.is_own_day(day):
            found.append((datetime.combine(day, ROUND, ZONE), f"round-{day}", None, None))
        return found

    async def _move_to(self, target: datetime, start: datetime) -> None:
        town = self.town
        while (due := await town.pings.next_due(town.clock.now())) is not None and due <= target:
            self._note(max(due, town.clock.now() + timedelta(milliseconds=1)))
            await town.run_due()
            await self._send(start)
        self._note(max(target, town.clock.now()))

    def _note(self, at: datetime) -> None:
        """Where we are, before anything of it is done."""
        self.town.clock.to(at)
        new = self.folder / "now.new"
        new.write_text(at.astimezone(ZONE).isoformat())
        new.replace(self.folder / "now")

    async def _send(self, start: datetime) -> None:
        """What waits goes out; who got something that nobody asked for reacts to it."""
        async with self.town.house.db.read() as conn:
            waits = (await conn.execute(_WAITS)).first() is not None
        if waits:
            while await self.outbox.run_due():
                pass
        await self._look(self.town.clock.now() - timedelta(hours=1), start)

    async def _look(self, since: datetime, start: datetime) -> None:
        """Who got something that nobody asked for answers it, perhaps, and some time later."""
        house = self.town.house
        async with house.db.read() as conn:
            rows = list(await conn.execute(_SENT, {"since": to_ms(since)}))
        for row in rows:
            if row.id in self._told:
                continue
            self._told.add(row.id)
            await house.vault.prepare([house.vault.key_of(row.external_sealed)])
            person = self._by_address[house.vault.unseal_text(row.external_sealed, "external")]
            after = person.answers_after(row.id)
            if after is not None and (at := from_ms(row.sent_at, ZONE) + after) >= start:
                heapq.heappush(self._acts, (at, f"{row.id}-{row.talk}", person, None))

    # ---- what people do --------------------------------------------------------------------------------------------

    async def _says(self, person: Person, act: Act) -> None:
        if act.name == "again" and not await self._has_stopped(person):
            return
        for number, said in enumerate(act.said):
            await self._tell(person, f"{act.key}-{number}", said)

    async def _answers(self, person: Person, key: str) -> None:
        """Taps through what is asked, as far as they feel like."""
        talk = int(key.partition("-")[2])
        for number in range(TAPS):
            session = await self._session(talk)
            offered = session.offered
            if offered is None or session.top.flow != "checkin" or not offered.choices:
                return
            own = [one for one in offered.choices if one.goes is None] or list(offered.choices)
            chosen = own[int(person.chance("tap", key, number) * len(own))]
            await self._tell(person, f"{key}-{number}", Tapped(f"{offered.screen}:{chosen.id}"))
            if person.chance("leaves", key, number) < 0.05:
                return

    async def _tell(self, person: Person, key: str, said: Said) -> None:
        await self.town.conversations.receive(Inbound(person.channel, person.external_id, f"year-{key}", said))

    async def _has_stopped(self, person: Person) -> bool:
        known = await self.town.conversations.ensure(person.channel, person.external_id)
        (row,) = await self.town.rows(tables.person, id=known.person_id)
        return row.opted_out_at is not None

    async def _session(self, talk: int) -> Session:
        house = self.town.house
        async with house.db.read() as conn:
            sealed = (
                await conn.execute(select(conversation.c.session_sealed).where(conversation.c.id == talk))
            ).scalar_one()
        await house.vault.prepare([house.vault.key_of(sealed)])
        return sessions.loads(house.vault.unseal_text(sealed, "session"))

    async def _round(self, key: str) -> None:
        """The colleague sees to what waits: some of it today."""
        town = self.town
        waiting = select(conversation.c.id, conversation.c.last_seq, conversation.c.held_by, conversation.c.paused_at)
        waiting = waiting.where(conversation.c.queue.in_(("new", "waiting_us"))).order_by(conversation.c.id)
        async with town.house.db.read() as conn:
            rows = list(await conn.execute(waiting))
        for row in rows:
            one = self.people[row.id % len(self.people)]
            if one.chance("seen", key, row.id) < 0.5:
                continue
            form = f"{key}-{row.id}"
            await takeover.acknowledge(town.house, row.id, self.staff)
            await self._contacts(row.id, form)
            try:
                await takeover.take_over(town.house, row.id, self.staff)
                await takeover.reply(
                    town.house, row.id, self.staff, "Ik kijk ernaar.", seen_seq=row.last_seq + 9, client_id=form
                )
                if row.paused_at is not None and one.chance("over", key, row.id) < 0.5:
                    await takeover.crisis_over(town.house, row.id, self.staff, seen=("life", "violence", "food"))
                if one.chance("back", key, row.id) < 0.8:  # else the hold lapses
                    await takeover.hand_back(town.house, row.id, self.staff)
            except Refused:  # a kill came in between: it was done
                continue

    async def _contacts(self, talk: int, form: str) -> None:
        """A contact by telephone that is due is made."""
        by_us = select(contact_plan.c.id).where(contact_plan.c.conversation_id == talk, contact_plan.c.way != "chat")
        due = select(check_in.c.id).where(check_in.c.plan_id.in_(by_us), check_in.c.state == "asked")
        async with self.town.house.db.read() as conn:
            numbers = list((await conn.execute(due)).scalars())
        for number in numbers[-1:]:
            try:
                await check_ins.held(
                    self.town.house, talk, self.staff, number, {"mood": "good"}, "", client_id=f"{form}-{number}"
                )
            except Refused:
                continue

    async def _leases_run_out(self) -> None:
        """What a killed process had claimed: two minutes later it is free."""
        async with self.town.house.db.begin() as conn:
            for table in (outbox, tables.alarm):
                await conn.execute(update(table).where(table.c.claimed_until.is_not(None)).values(claimed_until=None))


async def main(folder: Path, urls: StoreUrls, people: int, seed: int, until: datetime) -> None:
    """Lives until ``until``."""
    async with open_town(folder, urls, extra=IN_FULL) as town:
        town.clock.to(datetime.fromisoformat((folder / "now").read_text()))
        (row, *_) = await town.rows(tables.staff)
        staff = Staff(row.id, row.username, row.name, row.role)
        await Year(town, folder, [Person(number, seed) for number in range(people)], staff).run(until)


if __name__ == "__main__":
    _folder, _data, _keys, _people, _seed, _until = sys.argv[1:]
    _urls = StoreUrls("postgresql" if _data.startswith("postgresql") else "sqlite", _data, _keys)
    answer_at_once()
    asyncio.run(main(Path(_folder), _urls, int(_people), int(_seed), datetime.fromisoformat(_until)))
