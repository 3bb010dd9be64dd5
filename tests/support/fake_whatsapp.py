"""The Cloud API as strict as it is, with people on the other side: ``python -m tests.support.fake_whatsapp --port 0``.

``FakeWhatsapp`` runs in a test's own loop or as a process. What it took, what it refused and what people do is to be
had as methods and, for other processes, under ``/fake/…``.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from itertools import count
from typing import Any

from aiohttp import ClientSession, web

from tests.support.fake_whatsapp_rules import ERRORS, MEDIA, File, Refused, keys, need, read, refused, whom

WINDOW = 24 * 3600.0
#: Seconds that a file's address holds.
MEDIA_URL = 300.0
#: Per second for the number; one in so many seconds to a person, of which so many may go at once.
THROUGHPUT, PAIR_SECONDS, PAIR_BURST = 80, 6.0, 45

_KINDS = {"photo": "image", "voice": "audio", "file": "document"}

#: Our template in three languages, two values each.
TEMPLATES = {"seintje_v1": {"nl": 2, "en": 2, "ar": 2}}


class FakeWhatsapp:
    """One number. ``clock`` gives seconds since 1970; `forward` moves it on. ``late``: that the window is closed is
    told by a status afterwards, as happens. ``noisy``: every message is followed by its statuses, doubled and out of
    order. ``violations``: what it refused as wrong."""

    def __init__(
        self,
        *,
        phone_number_id: str = "1001",
        token: str = "t",
        app_secret: str = "a",
        webhook: str = "",
        templates: Mapping[str, Mapping[str, int]] = TEMPLATES,
        strict_rates: bool = False,
        late: bool = False,
        noisy: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.phone_number_id = phone_number_id
        self.token = token
        self.app_secret = app_secret
        self.webhook = webhook
        self.templates = templates
        self.strict_rates = strict_rates
        self.late = late
        self.noisy = noisy
        self.sent: list[dict[str, Any]] = []
        self.seen: list[str] = []  # ids of messages that were marked as read, with the dots
        self.violations: list[str] = []
        self.files: dict[str, File] = {}
        self.url = ""
        self._clock = clock
        self._ahead = 0.0
        self._revoked = False
        self._blocked: set[str] = set()
        self._wrote: dict[str, float] = {}
        self._heard: set[str] = set()  # ids of messages that people sent
        self._plans: list[dict[str, Any]] = []
        self._last_second: deque[float] = deque()
        self._pairs: dict[str, tuple[float, float]] = defaultdict(lambda: (float(PAIR_BURST), 0.0))
        self._links: dict[str, tuple[str, float]] = {}
        self._numbers = count(1)
        self._session: ClientSession | None = None
        self._asides: set[asyncio.Task[Any]] = set()

    # ---- control ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        return self._clock() + self._ahead

    def forward(self, seconds: float) -> None:
        """Moves the fake's own clock on."""
        self._ahead += seconds

    def revoke(self, revoked: bool = True) -> None:
        """Whether every call is answered as with a wrong token."""
        self._revoked = revoked

    def fail(
        self,
        code: str | int = "",
        *,
        times: int = 1,
        to: str | None = None,
        hang: bool = False,
        drop: bool = False,
        status: int = 400,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """The next sends fail: with our ``code``, the platform's own, or ``status`` and ``body`` as they stand."""
        plan = {"code": code, "times": times, "to": to, "hang": hang, "drop": drop, "status": status, "body": body}
        self._plans.append(plan | {"headers": headers})

    async def say(self, **does: Any) -> int:
        """A person does something: ``text``, ``tap``, ``file``, ``start`` or ``block``; gives the webhook's status.

        ``from`` (or ``from_``) is a number; ``user_id`` the id of who hides it, then ``from`` may be left out.
        """
        phone, user_id = does.get("from", does.get("from_")), does.get("user_id")
        who = str(phone or user_id)
        if (blocks := does.get("block")) is not None:
            (self._blocked.add if blocks else self._blocked.discard)(who)
            return 200
        message_id = str(does.get("id") or f"wamid.HBgL{next(self._numbers):08}")
        message: dict[str, Any] = {"id": message_id, "timestamp": str(int(self.now)), **self._said(who, does)}
        contact: dict[str, Any] = {"profile": {"name": "Made Up"}}
        if phone:
            message["from"] = contact["wa_id"] = phone
        if user_id:
            message["from_user_id"] = contact["user_id"] = user_id
        for known in filter(None, (phone, user_id)):
            self._wrote[known] = self.now
        return await self.post({"contacts": [contact], "messages": [message]})

    async def status(self, message_id: str, *states: str, code: str | int | None = None) -> int:
        """Tells what became of a message: one state, or several in one call; gives what the webhook answered."""
        statuses = [self._status(message_id, state, code) for state in states]
        return await self.post({"statuses": statuses})

    async def post(self, *values: Mapping[str, Any], raw: bytes | None = None, secret: str | None = None) -> int:
        """Posts to the webhook what the number heard, signed; or ``raw`` bytes. 0: there is no webhook."""
        body = json.dumps(self.envelope(*values)).encode() if raw is None else raw
        if not self.webhook:
            return 0
        digest = hmac.new((secret or self.app_secret).encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        assert self._session is not None
        async with self._session.post(self.webhook, data=BytesIO(body), headers=headers) as response:
            return response.status

    def envelope(self, *values: Mapping[str, Any]) -> dict[str, Any]:
        """A call of the webhook, with one change for each of ``values``."""
        about = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "31100000000", "phone_number_id": self.phone_number_id},
        }
        self._heard |= {one["id"] for value in values for one in value.get("messages", []) if isinstance(one, dict)}
        changes = [{"field": "messages", "value": about | dict(value)} for value in values]
        return {"object": "whatsapp_business_account", "entry": [{"id": "2001", "changes": changes}]}

    def _said(self, who: str, does: Mapping[str, Any]) -> dict[str, Any]:
        if "start" in does:
            return {"type": "text", "text": {"body": f"start {does['start']}"}}
        if "text" in does:
            return {"type": "text", "text": {"body": does["text"]}}
        if "tap" in does:
            return self._tapped(who, does["tap"])
        file = does["file"]
        media_id = self._keep(File(file["type"], base64.b64decode(file["data_b64"])))
        content = {"id": media_id, "mime_type": file["type"], "sha256": "made up"}
        content |= {"caption": file["caption"]} if file.get("caption") else {}
        content |= {"voice": True} if file["kind"] == "voice" else {}
        kind = _KINDS[file["kind"]]
        return {"type": kind, kind: content}

    def _tapped(self, who: str, data: str) -> dict[str, Any]:
        """A tap on a button that this person was shown."""
        for message in reversed(self.sent):
            for button in message["buttons"] if message["to"] == who else ():
                if button["data"] == data:
                    kind = "list_reply" if message["kind"] == "list" else "button_reply"
                    reply = {"id": data, "title": button["title"]}
                    reply |= {"description": button["description"]} if button["description"] else {}
                    interactive = {"type": kind, kind: reply}
                    return {"type": "interactive", "interactive": interactive, "context": {"id": message["id"]}}
        raise ValueError(f"nobody showed {data}")

    def _status(self, message_id: str, state: str, code: str | int | None) -> dict[str, Any]:
        to = next((one["to"] for one in self.sent if one["id"] == message_id), "31600000000")
        told = {"id": message_id, "status": state, "timestamp": str(int(self.now)), "recipient_id": to}
        if code is None:
            return told
        number = ERRORS[code][0] if isinstance(code, str) else code
        return told | {"errors": [{"code": number, "title": "made up", "message": "made up"}]}

    # ---- the Graph API ---------------------------------------------------------------------------------------------

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        self._allow(request)
        body = await request.json()
        need(isinstance(body, dict) and body.get("messaging_product") == "whatsapp", "messaging_product")
        if "status" in body:
            return self._mark(body)
        to = whom(body)
        told = read(body, self.files, self.templates)
        plan = self._planned(to)
        if plan and plan["drop"]:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if plan and not plan["hang"]:
            return _planned_answer(plan)
        late = self._permit(to, told["kind"])
        message_id = f"wamid.HBgM{next(self._numbers):08}"
        file = told.pop("file")
        name = told.pop("filename", "")
        if file is not None:
            digest = hashlib.sha256(file.data).hexdigest()
            told["file"] = {"type": file.type, "size": len(file.data), "sha256": digest, "name": name}
        self.sent.append({"to": to, "file": None, **told, "id": message_id})
        if plan:
            await asyncio.Event().wait()  # until the client goes away
        if late is not None:
            self._aside(self.status(message_id, "failed", code=late))
        elif self.noisy:
            self._aside(self.status(message_id, "delivered", "sent", "delivered", "read", "delivered"))
        contact = {"input": to} | ({"user_id": to} if "recipient" in body else {"wa_id": to})
        answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message_id}]}
        return web.json_response(answer)

    def _mark(self, body: dict[str, Any]) -> web.Response:
        given = keys(body, ["messaging_product", "status", "message_id"], ["typing_indicator"], "body")
        need(given["status"] == "read", "status")
        need(given["message_id"] in self._heard, "no such message", 131009)
        need(given.get("typing_indicator", {"type": "text"}) == {"type": "text"}, "typing_indicator")
        self.seen.append(given["message_id"])
        return web.json_response({"success": True})

    async def _upload(self, request: web.Request) -> web.Response:
        self._allow(request)
        form = await request.post()
        need(form.get("messaging_product") == "whatsapp", "messaging_product")
        file = form.get("file")
        need(isinstance(file, web.FileField), "file")
        assert isinstance(file, web.FileField)
        with file.file:
            data = file.file.read()
        need(form.get("type") == file.content_type, "type", 131053)
        need(file.content_type in MEDIA, f"{file.content_type} is not supported", 131053)
        need(0 < len(data) <= MEDIA[file.content_type][1], "too large", 131053)
        return web.json_response({"id": self._keep(File(file.content_type, data))})

    async def _where(self, request: web.Request) -> web.Response:
        self._allow(request)
        media_id = request.match_info["media"]
        file = self.files.get(media_id)
        need(file, "Unsupported get request. Object with ID does not exist")
        assert file is not None
        link = f"/attachments/{next(self._numbers)}"
        self._links[link] = (media_id, self.now + MEDIA_URL)
        about = {"id": media_id, "mime_type": file.type, "file_size": len(file.data), "messaging_product": "whatsapp"}
        return web.json_response({"url": f"{self.url}{link}", "sha256": hashlib.sha256(file.data).hexdigest(), **about})

    async def _attachment(self, request: web.Request) -> web.Response:
        self._allow(request)
        media_id, until = self._links.get(request.path, ("", 0.0))
        if media_id not in self.files or until < self.now:
            return web.Response(status=404, text="Media not found")
        file = self.files[media_id]
        return web.Response(body=file.data, content_type=file.type)

    def _allow(self, request: web.Request) -> None:
        if self._revoked or request.headers.get("Authorization") != f"Bearer {self.token}":
            raise refused("token", "Error validating access token")
        number = request.match_info.get("number", self.phone_number_id)
        need(number == self.phone_number_id, f"Object with ID {number} does not exist")

    def _permit(self, to: str, kind: str) -> str | None:
        """Rates and the window. Gives the code that a status tells afterwards, if so."""
        if self.strict_rates:
            self._rate(to)
        if to in self._blocked:
            raise refused("blocked")
        if kind != "template" and self.now - self._wrote.get(to, -WINDOW) >= WINDOW:
            self.violations.append("window_closed")
            if not self.late:
                raise refused("window_closed")
            return "window_closed"
        return None

    def _rate(self, to: str) -> None:
        now = self.now
        while self._last_second and self._last_second[0] <= now - 1:
            self._last_second.popleft()
        left, at = self._pairs[to]
        left = min(PAIR_BURST, left + (now - at) / PAIR_SECONDS)
        for broken, code in ((len(self._last_second) >= THROUGHPUT, "busy"), (left < 1, "pair_rate")):
            if broken:
                self.violations.append(code)
                raise refused(code)
        self._last_second.append(now)
        self._pairs[to] = (left - 1, now)

    def _planned(self, to: str) -> dict[str, Any] | None:
        for plan in self._plans:
            if plan["times"] > 0 and plan["to"] in (None, to):
                plan["times"] -= 1
                return plan
        return None

    def _keep(self, file: File) -> str:
        media_id = str(900000 + next(self._numbers))
        self.files[media_id] = file
        return media_id

    def _aside(self, what: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(what)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def settle(self) -> None:
        """Returns when every status that was under way has been told."""
        while self._asides:
            await asyncio.gather(*self._asides)

    # ---- running ---------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[FakeWhatsapp]:
        """Listens on this machine; ``url`` is where."""
        app = web.Application(middlewares=[self._answers], client_max_size=128 * 1024 * 1024)
        app.add_routes(
            [
                web.post(r"/v{version:\d+\.\d+}/{number:\d+}/messages", self._messages),
                web.post(r"/v{version:\d+\.\d+}/{number:\d+}/media", self._upload),
                web.get(r"/v{version:\d+\.\d+}/{media:\d+}", self._where),
                web.get(r"/attachments/{link:\d+}", self._attachment),
                web.get("/fake/{what:sent|seen|violations}", self._told),
                web.post("/fake/{what:fail|say|token|status|clock|webhook}", self._ordered),
            ]
        )
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._session = ClientSession()
        try:
            yield self
        finally:
            await self.settle()
            await self._session.close()
            await runner.cleanup()

    @web.middleware
    async def _answers(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as error:
            if error.code not in (190, 131047, 131056, 130429, 130403):  # not wrong in itself, or noted already
                self.violations.append(f"{error.code}: {error.message}")
            return web.json_response(error.body, status=error.status)

    async def _told(self, request: web.Request) -> web.Response:
        return web.json_response(getattr(self, request.match_info["what"]))

    async def _ordered(self, request: web.Request) -> web.Response:
        given = await request.json()
        answered = 200
        match request.match_info["what"]:
            case "fail":
                self.fail(**given)
            case "say":
                answered = await self.say(**given)
            case "token":
                self.revoke(given.get("revoked", True))
            case "status":
                answered = await self.status(given["id"], given["state"], code=given.get("code"))
            case "clock":
                self.forward(given["forward"])
            case "webhook":
                self.webhook = given["url"]
        return web.json_response({"status": answered})


def _planned_answer(plan: Mapping[str, Any]) -> web.Response:
    code, headers = plan["code"], plan["headers"]
    if not code:
        body = plan["body"]
        if isinstance(body, str):
            return web.Response(status=plan["status"], text=body, headers=headers)
        return web.json_response(body, status=plan["status"], headers=headers)
    error = refused(code) if isinstance(code, str) else Refused(code, plan["status"], "made up")
    return web.json_response(error.body, status=error.status, headers=headers)


async def _serve(arguments: argparse.Namespace) -> None:
    fake = FakeWhatsapp(
        phone_number_id=arguments.number,
        token=arguments.token,
        app_secret=arguments.app_secret,
        webhook=arguments.webhook,
        strict_rates=arguments.strict_rates,
        noisy=arguments.noisy,
    )
    async with fake.running(arguments.port):
        print(fake.url, flush=True)  # noqa: T201 - a command line
        await asyncio.Event().wait()


def main(given: Sequence[str] | None = None) -> None:
    """Serves until it is killed; the first line says where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--webhook", default="", help="where what people do is posted; POST /fake/webhook sets it too")
    parser.add_argument("--number", default="1001")
    parser.add_argument("--token", default="t")
    parser.add_argument("--app-secret", default="a")
    parser.add_argument("--strict-rates", action="store_true")
    parser.add_argument("--noisy", action="store_true")
    asyncio.run(_serve(parser.parse_args(given)))


if __name__ == "__main__":
    main()
