"""The whole server over real connections, for who sends it what no browser and no platform would."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import select

from storage import tables
from tests.support.town import Resident, Town

#: Stands in for anything personal: in no log, and in no answer to who may not see it.
MARK = "geheim-7391"

#: What platforms know, and the insider with them: bad input is to be refused as well by who is let in.
HOOK_SECRET, APP_SECRET = "made-up-secret-of-a-webhook", "made-up-secret-of-an-app"
CHANNELS = f"""
[channels.telegram]
token = "123456789:made-up-and-long-enough-for-a-token"
username = "waterdrecht_bot"
mode = "webhook"
webhook_secret = "{HOOK_SECRET}"

[channels.whatsapp]
phone_number_id = "100200300"
token = "made-up"
app_secret = "{APP_SECRET}"
verify_token = "made-up-{MARK}"

[channels.email]
"""


def signed(body: bytes) -> dict[str, str]:
    """As WhatsApp does."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Target:
    """The whole server with the demo's pages in it, and who visits it."""

    def __init__(self, town: Town, port: int, app: web.Application) -> None:
        self.town = town
        self.host = f"127.0.0.1:{port}"
        self._port = port
        self.routes = sorted({route.resource.canonical for route in app.router.routes() if route.resource is not None})
        #: Method and route of each, HEAD aside, which is as GET.
        self.walk = {
            f"{route.method} {route.resource.canonical}"
            for route in app.router.routes()
            if route.resource is not None and route.method != "HEAD"
        }
        posts = (route for route in app.router.routes() if route.method == "POST")
        self.posts = sorted({route.resource.canonical for route in posts if route.resource is not None})
        self.csrf = ""
        self.insider: dict[str, str] = {}
        self.victim: Resident

    async def sends(self, *raw: bytes) -> Answer:
        """Bytes as they are, then what comes back; of a stream only how it begins."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            async with asyncio.timeout(30):
                sending = asyncio.create_task(_send(writer, raw))
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").strip().split("\r\n")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                endless = headers.get("content-type") == "text/event-stream" or raw[0].startswith(b"HEAD ")
                body = b"" if endless else await reader.readexactly(int(headers.get("content-length", 0)))
                sending.cancel()
        finally:
            writer.transport.abort()
        return Answer(int(first.split()[1]), headers, body)

    async def asks(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request."""
        sent = {"Host": self.host, "Connection": "close", **(headers or {})}
        if body is not None:
            sent["Content-Length"] = str(len(body))
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        return await self.sends(head.encode("latin1") + b"\r\n", body or b"")

    def known_by(self) -> str:
        """The insider's headers as they are sent, with a signature that cannot be right."""
        return "".join(f"{name}: {value}\r\n" for name, value in {**self.insider, **signed(b"else")}.items())

    async def state(self) -> dict[str, list[Any]]:
        """Every row of the data, but for who looked into a file."""
        found = {}
        async with self.town.house.db.read() as conn:
            for table in tables.metadata.sorted_tables:
                rows = [tuple(row) for row in await conn.execute(select(table).order_by(*table.primary_key))]
                found[table.name] = [row for row in rows if "looked" not in row]
        return found


async def _send(writer: asyncio.StreamWriter, parts: Sequence[bytes]) -> None:
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0)  # as packets of their own
