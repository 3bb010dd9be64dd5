"""The web chat on a real store, with real conversations, without the rest of the server."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, CookieJar, FormData, web
from aiohttp.test_utils import TestClient, TestServer

from bot import config as configuration
from bot import web as web_
from bot.channels import webchat
from bot.channels.webchat.guard import COOKIE
from bot.clock import SystemClock
from bot.conversation import CONVERSATIONS, Conversations
from bot.house import HOUSE, House
from bot.privacy.vault import Vault
from flows import registry
from locales import load
from storage.database import Database
from tests.stores import StoreUrls
from tests.support.photos import plain

CONFIG = """
[gemeente]
name = "Waterveen"
languages = ["nl", "en", "ar"]
phone = "0999 123 456"
[crisis]
phone = "0999 123 999"
outside_hours = "Bel 0999 112 233"
alarm_email = "piket@waterveen.example"
[database]
url = "{data}"
keys_url = "{keys}"
[web]
host = "127.0.0.1"
port = 8080
upload_limit_mb = 1
trusted_proxies = ["127.0.0.0/8", "10.0.0.0/8"]
[channels.webchat]
"""
SECRET = base64.b64encode(bytes(range(32))).decode()
HERE = {"Sec-Fetch-Site": "same-origin"}
JPEG = plain()


@asynccontextmanager
async def running(urls: StoreUrls, folder: Path) -> AsyncIterator[tuple[House, TestServer]]:
    """A house, and a server with only the web chat in it."""
    path = folder / "gemeente.toml"
    path.write_text(CONFIG.format(data=urls.data, keys=urls.keys))
    config = configuration.load(path, {configuration.SECRET: SECRET})
    db, keys = Database.open(urls.data), Database.open(urls.keys)
    vault = await Vault.open(keys, config.secret, 0)
    flows = frozenset(registry.all_flows())
    house = House(
        config, SystemClock(), config.calendar(), config.gemeente(), db, keys, vault, load(("nl", "en", "ar")), flows
    )
    app = web.Application(middlewares=[web_.guard])
    app[HOUSE] = house
    app[CONVERSATIONS] = Conversations(house)
    app.on_response_prepare.append(web_.harden)
    webchat.setup(app)
    await app[CONVERSATIONS].start()
    try:
        server = TestServer(app)
        async with server:
            yield house, server
    finally:
        await app[CONVERSATIONS].stop()
        await db.close()
        await keys.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read."""

    status: int
    data: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Browser:
    """One browser: it keeps its cookie, and says that it asks from our own page."""

    def __init__(self, server: TestServer, language: str = "nl") -> None:
        self.client: TestClient[web.Request, web.Application] = TestClient(server, cookie_jar=CookieJar(unsafe=True))
        self.language = language

    async def post(self, path: str, data: object = None, *, headers: dict[str, str] | None = None) -> Answer:
        """A JSON body, from our own page unless ``headers`` say otherwise."""
        sent = {**HERE, "Accept-Language": self.language, "Content-Type": "application/json", **(headers or {})}
        body = data if isinstance(data, bytes) else json.dumps({} if data is None else data).encode()
        return await _read(await self.client.post(path, data=body, headers=sent))

    async def get(self, path: str) -> Answer:
        """What the page looks at."""
        return await _read(await self.client.get(path, headers={"Accept-Language": self.language}))

    async def upload(self, file: bytes, client_id: str | None = None, name: str = "naam.exe") -> Answer:
        """A file with a name that says nothing true."""
        form = FormData()
        form.add_field("client_id", client_id or new_id())
        form.add_field("file", BytesIO(file), filename=name, content_type="text/html")
        return await _read(await self.client.post("/chat/upload", data=form, headers=HERE))

    async def start(self, **data: object) -> None:
        """Begins a conversation."""
        answer = await self.post("/chat/start", {"client_id": new_id(), "language": self.language, **data})
        assert answer.status == 200, answer

    async def says(self, text: str, client_id: str | None = None) -> Answer:
        """Free text."""
        return await self.post("/chat/message", {"client_id": client_id or new_id(), "text": text})

    async def messages(self) -> list[dict[str, Any]]:
        """What is on the screen."""
        found = await self.get("/chat/messages")
        assert found.status == 200, found
        return list(found.data["messages"])

    @property
    def token(self) -> str | None:
        """What the cookie holds."""
        return next((cookie.value for cookie in self.client.session.cookie_jar if cookie.key == COOKIE), None)

    async def close(self) -> None:
        """Closes its connections."""
        await self.client.close()


def new_id() -> str:
    """As the page makes them."""
    return str(uuid.uuid4())


async def _read(response: ClientResponse) -> Answer:
    data = await response.json() if response.content_type == "application/json" else {}
    return Answer(response.status, data, dict(response.headers))
