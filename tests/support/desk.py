"""The desk of a ``Town``, listening; and browsers of a kind, which know forms and cookies but run no scripts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from http.cookies import Morsel
from typing import Any

from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, insert, select, update

from bot import desk, identity
from bot import web as web_
from bot.clock import to_ms
from bot.config import Email, Telegram, Whatsapp
from bot.desk.access import admitting
from bot.desk.accounts import Staff, create_sign_in_link
from bot.desk.page import DESK, Desk
from bot.desk.passwords import hash_password
from bot.house import HOUSE
from flows.grammar import Opened, Tapped
from storage import tables
from tests.support.town import Resident, Town

PASSWORD = "een-heel-goed-wachtwoord"

Client = TestClient[web.Request, web.Application]


class Balie:
    """The desk, its staff and their browsers."""

    def __init__(self, town: Town, server: TestServer, own: Desk) -> None:
        self.town = town
        self.house = town.house
        self.own = own
        self._server = server
        self.app = server.app
        self._clients: list[Client] = []

    async def add_staff(self, username: str, name: str, role: str = "caseworker", password: str | None = None) -> Staff:
        """An account."""
        row = {"username": username, "name": name, "role": role, "created_at": to_ms(self.town.clock.now())}
        if password is not None:
            row["password_hash"] = hash_password(password)
        async with self.house.db.begin() as conn:
            number = (await conn.execute(insert(tables.staff).values(row).returning(tables.staff.c.id))).scalar_one()
        return Staff(number, username, name, role)

    async def let_in(self, staff: Staff, one: Resident) -> None:
        """Someone who may not open a resident's file opened it in an emergency."""
        await admitting.begin_emergency(self.house, staff, one.conversation_id, "een reden om te kijken")

    async def auditor(self, one: Resident) -> Browser:
        """The browser of who only looks, and was let into a resident's file."""
        ans = await self.add_staff("ans", "Ans", "auditor")
        await self.let_in(ans, one)
        return await self.browser(ans)

    async def browser(self, staff: Staff | None = None) -> Browser:
        """A browser, signed in by a one-time link when it is someone's."""
        client: Client = TestClient(self._server, cookie_jar=CookieJar(unsafe=True))
        self._clients.append(client)
        made = Browser(client)
        if staff is not None:
            path = (await create_sign_in_link(self.house, staff.id, base_url="http://x")).removeprefix("http://x")
            await made.get(path)
            assert (await made.post(path)).status == 303
        return made

    async def resident(self, name: str | None = None, language: str = "nl") -> Resident:
        """A person at the menu, in this language; with a name when they gave one at sign-up."""
        one = await self.town.resident(at_menu=False)
        await one.says(Opened(hint=language))
        await one.says(Tapped(f"welkom.hello:{language}"))
        if name is not None:
            vault = self.house.vault
            values = {"name_sealed": vault.seal_text(await self._key(one), "name", name)}
            values["name_index"] = vault.index("name", name.casefold())
            await self.set(one, tables.person, **values)
        return one

    async def set(self, one: Resident, table: Any = tables.conversation, **values: Any) -> None:
        """Changes a resident's row as time would have."""
        row = await one.row()
        key = row.id if table is tables.conversation else row.person_id
        async with self.house.db.begin() as conn:
            await conn.execute(update(table).where(table.c.id == key).values(**values))

    def switch_on(self, style: str = "seintje") -> None:
        """Telegram, WhatsApp and e-mail, beside the web chat."""
        said = "" if style == "seintje" else "DPIA 2026-11"
        channels = replace(
            self.house.config.channels,
            telegram=Telegram(token="1:x", style=style, assessment=said),
            whatsapp=Whatsapp(
                phone_number_id="1",
                token="x",
                app_secret="x",
                verify_token="x",
                templates=(("seintje", "klopaan_seintje"),),
                style=style,
                assessment=said,
            ),
            email=Email(style=style, assessment=said),
        )
        self.house.config = replace(self.house.config, channels=channels)

    async def add_address(self, one: Resident, channel: str, external: str, **values: Any) -> int:
        """One more way to a resident; ``values`` are columns of its row."""
        number = await identity.attach_address(self.house, (await one.row()).person_id, channel, external)
        if values:
            async with self.house.db.begin() as conn:
                await conn.execute(update(tables.address).where(tables.address.c.id == number).values(**values))
        return number

    async def went(self, one: Resident, channel: str, state: str, **values: Any) -> None:
        """One more way that the last message of the conversation went; ``values`` are columns of its row."""
        row = await one.row()
        (said,) = await self.town.rows(tables.message, conversation_id=row.id, seq=row.last_seq)
        addresses = await self.town.rows(tables.address, person_id=row.person_id)
        place = next((known.id for known in addresses if known.channel == channel), addresses[0].id)
        columns = {"conversation_id": row.id, "message_id": said.id, "address_id": place, "channel": channel}
        async with self.house.db.begin() as conn:
            await conn.execute(insert(tables.outbox).values(columns | {"state": state, "due_at": 0} | values))

    async def state(self) -> Mapping[str, Any]:
        """Everything that a desk can change, looks aside."""
        counted = (tables.message, tables.note, tables.staff_session)
        async with self.house.db.read() as conn:
            counts = {
                table.name: (await conn.execute(select(func.count()).select_from(table))).scalar_one()
                for table in counted
            }
            acts = select(func.count()).select_from(tables.event).where(tables.event.c.kind != "looked")
            counts["event"] = (await conn.execute(acts)).scalar_one()
            columns = (tables.conversation.c[name] for name in ("id", "queue", "held_by", "assigned_to", "last_seq"))
            rows = (await conn.execute(select(*columns).order_by(tables.conversation.c.id))).all()
        return {**counts, "conversations": [tuple(row) for row in rows]}

    async def close(self) -> None:
        """Closes the browsers."""
        for client in self._clients:
            await client.session.close()

    async def _key(self, one: Resident) -> int:
        ((key_id,),) = [(row.key_id,) for row in await self.town.rows(tables.person, id=(await one.row()).person_id)]
        await self.house.vault.prepare({key_id})
        return int(key_id)


class Browser:
    """Follows no redirects; posts forms with the token of the page that it saw last."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page = ""

    async def get(self, path: str, **options: Any) -> ClientResponse:
        """Opens a page, and keeps it."""
        response = await self.client.get(path, allow_redirects=False, **options)
        if response.content_type == "text/html":
            self.page = await response.text()
        return response

    async def post(self, path: str, headers: Mapping[str, str] | None = None, /, **fields: str) -> ClientResponse:
        """Sends a form."""
        form = {"csrf": self.field("csrf"), **fields}
        response = await self.client.post(path, data=form, headers=headers, allow_redirects=False)
        if response.content_type == "text/html":
            self.page = await response.text()
        return response

    def field(self, name: str) -> str:
        """What stands in a hidden field of the page; empty when there is none."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        return found[1] if found else ""

    def cookie(self, ending: str) -> Morsel[str]:
        """The cookie whose name ends so."""
        (found,) = (cookie for cookie in self.client.session.cookie_jar if cookie.key.endswith(ending))
        return found


@asynccontextmanager
async def open_balie(town: Town, *, public_url: str | None = None) -> AsyncIterator[Balie]:
    """The desk of a municipality, on a port of its own."""
    if public_url is not None:
        config = town.house.config
        town.house.config = replace(config, web=replace(config.web, public_url=public_url))
    app = web.Application(middlewares=[web_.guard], client_max_size=11 * 1024 * 1024)
    app[HOUSE] = town.house
    web_.setup(app)
    desk.setup(app)
    server = TestServer(app)
    await server.start_server()
    balie = Balie(town, server, app[DESK])
    try:
        yield balie
    finally:
        await server.close()
        await balie.close()
