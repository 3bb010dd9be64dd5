"""An Open Klant as strict as it is (Klantinteracties API of 2.x), and stricter: what it does not know it refuses.

Rules as of maykinmedia/open-klant (EUPL): lengths, numbers of digits that are unique, required fields, one of two ways
to name who a task is for. It can be down, slow, forget to answer, or answer anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

API = "/klantinteracties/api/v1"
TOKEN = "made-up-token-of-open-klant"
ACTOR = "11111111-2222-4333-8444-555555555555"

#: ISO 639-2/B, those that a test may meet.
_LANGUAGES = frozenset({"dut", "eng", "ara", "ger", "fre", "tur", "pol", "ukr", "tir", "und"})

Rule = Callable[[Any], str]


def _text(longest: int, *, blank: bool = False) -> Rule:
    def rule(value: Any) -> str:
        if not isinstance(value, str):
            return "invalid"
        if not value and not blank:
            return "blank"
        return "max_length" if len(value) > longest else ""

    return rule


def _number(value: Any) -> str:
    if not isinstance(value, str) or not value.isdecimal() or not value.isascii():
        return "invalid"
    return "max_length" if len(value) > 10 else ""


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "invalid"


def _known_or_not(value: Any) -> str:
    return "" if value is None or isinstance(value, bool) else "invalid"


def _one_of(*options: str) -> Rule:
    return lambda value: "" if value in options else "invalid_choice"


def _instant(value: Any) -> str:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return "invalid"
    return "" if at.tzinfo is not None else "make_aware"


CONTACT: Mapping[str, tuple[Rule, bool]] = {
    "nummer": (_number, False),
    "kanaal": (_text(50), True),
    "onderwerp": (_text(200), True),
    "inhoud": (_text(1000, blank=True), False),
    "indicatieContactGelukt": (_known_or_not, False),
    "taal": (_one_of(*_LANGUAGES), True),
    "vertrouwelijk": (_flag, True),
    "plaatsgevondenOp": (_instant, False),
}
SUBJECT: Mapping[str, tuple[Rule, bool]] = {
    name: (_text(200, blank=True), False)
    for name in ("objectId", "codeObjecttype", "codeRegister", "codeSoortObjectId")
}
TASK: Mapping[str, tuple[Rule, bool]] = {
    "nummer": (_number, False),
    "gevraagdeHandeling": (_text(200), True),
    "aanleidinggevendKlantcontact": (lambda value: "" if isinstance(value, dict) else "invalid", True),
    "toegewezenAanActoren": (lambda value: "" if isinstance(value, list) else "not_a_list", True),
    "toelichting": (_text(1000, blank=True), False),
    "status": (_one_of("te_verwerken", "verwerkt"), True),
}


class FakeOpenKlant:
    """``violations``: everything that it refused as wrong. ``calls``: method and path, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.token = TOKEN
        self.actors = {ACTOR}
        self.contacts: list[dict[str, Any]] = []
        self.subjects: list[dict[str, Any]] = []
        self.tasks: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.calls: list[tuple[str, str]] = []
        self.raw = ""  # every body that came, as it came
        self.padding = ""  # beside what each answer holds
        self.refuses: dict[str, str] = {}  # field and code: refused whatever it says
        self._plans: list[dict[str, Any]] = []
        self._server: web.AppRunner | None = None
        self._port = 0

    # ---- control ---------------------------------------------------------------------------------------------------

    def plan(self, *, times: int = 1, after: int = 0, **how: Any) -> None:
        """The next calls, ``after`` so many, do not answer as they should: ``status`` (with ``headers``, ``body``),
        ``drop`` (nothing is stored, the line is cut), ``lose`` (it is stored, then the line is cut), ``hang``
        (seconds)."""
        self._plans += [{}] * after + [how] * times

    async def down(self) -> None:
        """Nothing listens any more; what is stored stays."""
        if self._server is not None:
            await self._server.cleanup()
            self._server = None

    async def up(self) -> None:
        """Listens, at the same address as before."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._server = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await self._server.setup()
        await web.TCPSite(self._server, "127.0.0.1", self._port).start()
        self._port = self._server.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}{API}"

    # ---- answers ---------------------------------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.calls.append((request.method, request.path.removeprefix(API)))
        body = await request.text()
        self.raw += body
        plan = self._plans.pop(0) if self._plans else {}
        if "hang" in plan:
            await asyncio.sleep(plan["hang"])
        if "drop" in plan:
            return _cut(request)
        if "status" in plan:
            return web.json_response(plan.get("body"), status=plan["status"], headers=plan.get("headers"))
        answer = await self._serve(request)
        return _cut(request) if "lose" in plan else answer

    async def _serve(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Token {self.token}":
            return web.json_response({"code": "not_authenticated", "status": 401}, status=401)
        match request.method, request.path.removeprefix(API):
            case "GET", "/klantcontacten":
                return self._list(request, self.contacts)
            case "GET", "/internetaken":
                return self._list(request, self.tasks)
            case "POST", "/maak-klantcontact":
                return await self._make_contact(request)
            case "POST", "/internetaken":
                return await self._make_task(request)
        return web.json_response({"code": "not_found", "status": 404}, status=404)

    def _list(self, request: web.Request, rows: list[dict[str, Any]]) -> web.Response:
        if strange := set(request.query) - {"nummer", "page", "pageSize"}:
            return self._refuse(dict.fromkeys(strange, "unknown_filter"))
        found = [one for one in rows if request.query.get("nummer", one["nummer"]) == one["nummer"]]
        told = {"padding": self.padding, "count": len(found), "next": None, "previous": None, "results": found}
        return web.json_response(told)

    async def _make_contact(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        contact, subject = body.get("klantcontact"), body.get("onderwerpobject", {})
        wrong = {name: "unknown" for name in body if name not in ("klantcontact", "betrokkene", "onderwerpobject")}
        if not isinstance(contact, dict) or not isinstance(subject, dict):
            return self._refuse({**wrong, "klantcontact": "required"})
        wrong |= _wrong(contact, CONTACT, "klantcontact.")
        wrong |= self._doubled(contact, self.contacts, "klantcontact.nummer")
        inner = subject.get("onderwerpobjectidentificator", {})
        wrong |= {f"onderwerpobject.{name}": "unknown" for name in subject if name != "onderwerpobjectidentificator"}
        wrong |= _wrong(inner, SUBJECT, "onderwerpobject.onderwerpobjectidentificator.")
        wrong |= {name: code for name, code in self.refuses.items() if name.startswith("klantcontact.")}
        if wrong:
            return self._refuse(wrong)
        stored = {**contact, "uuid": str(uuid4())}
        self.contacts.append(stored)
        self.subjects.append(inner)
        return web.json_response(
            {"padding": self.padding, "klantcontact": stored, "betrokkene": None, "onderwerpobject": subject or None},
            status=201,
        )

    async def _make_task(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        wrong = _wrong(body, TASK, "") | self._doubled(body, self.tasks, "nummer")
        known = {one["uuid"] for one in self.contacts}
        for name, uuids, there in (
            ("aanleidinggevendKlantcontact.uuid", [body.get("aanleidinggevendKlantcontact")], known),
            ("toegewezenAanActoren.uuid", body.get("toegewezenAanActoren") or [], self.actors),
        ):
            if not all(_is_there(one, there) for one in uuids):
                wrong[name] = "does_not_exist"
        wrong |= {name: code for name, code in self.refuses.items() if name in TASK}
        if wrong:
            return self._refuse(wrong)
        stored = {**body, "uuid": str(uuid4()), "toegewezenOp": datetime.now().astimezone().isoformat()}
        self.tasks.append(stored)
        return web.json_response(stored, status=201)

    async def _body(self, request: web.Request) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        body = await request.json()
        return body if isinstance(body, dict) else {}

    def _doubled(self, body: Mapping[str, Any], rows: list[dict[str, Any]], name: str) -> dict[str, str]:
        return {name: "unique"} if any(one["nummer"] == body.get("nummer") for one in rows) else {}

    def _refuse(self, wrong: Mapping[str, str]) -> web.Response:
        self.violations += [f"{name}: {code}" for name, code in wrong.items() if code != "unique"]
        params = [{"name": name, "code": code, "reason": "…"} for name, code in wrong.items()]
        return web.json_response({"code": "invalid", "status": 400, "invalidParams": params}, status=400)


def _wrong(body: Mapping[str, Any], rules: Mapping[str, tuple[Rule, bool]], path: str) -> dict[str, str]:
    """What is wrong, by field: the first code of each."""
    found = {f"{path}{name}": "unknown" for name in body if name not in rules}
    for name, (rule, is_needed) in rules.items():
        if name not in body:
            found |= {f"{path}{name}": "required"} if is_needed else {}
        elif code := rule(body[name]):
            found[f"{path}{name}"] = code
    return found


def _is_there(one: Any, known: set[str]) -> bool:
    if not isinstance(one, dict) or set(one) != {"uuid"}:
        return False
    try:
        return str(UUID(one["uuid"])) in known
    except (ValueError, TypeError, AttributeError):
        return False


def _cut(request: web.Request) -> web.Response:
    """The line is cut: no answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def open_fake() -> AsyncIterator[FakeOpenKlant]:
    """One that listens until the end of the block."""
    fake = FakeOpenKlant()
    await fake.up()
    try:
        yield fake
    finally:
        await fake.down()
