"""Bad input to every route that there is, over real connections: a clear refusal, nothing changed, nothing told.

The routes come from the router, so that a new one is attacked too; what a route needs to be reached stands in `PLACES`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot import identity, letters, takeover
from bot.channels.webchat.guard import COOKIE
from bot.clock import DemoClock
from bot.demo import page as demo_page
from bot.desk.accounts import Accounts, create_sign_in_link
from bot.desk.forms import csrf_of
from bot.limiter import Limiter
from bot.server import make_app, serve
from bot.web import HEADERS
from storage import tables
from tests.stores import StoreUrls
from tests.support.target import CHANNELS, HOOK_SECRET, MARK, Answer, Target, signed
from tests.support.town import Resident, Town, open_town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

TOKEN = f"{MARK}-of-a-resident-in-their-cookie"
HERE = {"Sec-Fetch-Site": "same-origin"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
SCRIPT = f"<script>alert('{MARK}')</script>\"'><img src=x onerror=alert(2)>"

#: What the parts of an address stand for when nobody attacks it.
PLACES = {
    "id": "1",
    "attachment": "1",
    "appointment": "1",
    "message": "1",
    "measurement": "1",
    "number": "1",
    "card": "bailiff",
    "agreement": "1",
    "summary": "1",
    "staff": "1",
    "signal": "1",
    "token": "x" * 40,
    "version": "x",
    "name": "desk.css",
    "context": "step.voice",
    "tail": "nothing",
}
#: What nobody ever put in an address.
NO_PLACES = (
    *(
        "0",
        "-1",
        "1e3",
        str(10**17),
        str(10**30),
        "%00",
        "%FF%FE",
        "%ED%A0%80",
        "..%2f..%2fpage.py",
        "%2e%2e",
        "%2Fetc",
    ),
    *("a" * 300, "%0d%0aX-Evil:%201", quote(SCRIPT, safe="")),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

FORM, JSON, MULTIPART = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"
DEEP = b'{"client_id":' * 30_000
BODIES: tuple[tuple[str, bytes], ...] = (
    *((kind, body) for kind in (FORM, JSON, MULTIPART) for body in (b"", b"\xff\xfe\x00", b"nothing of it", DEEP)),
    *(
        (JSON, body)
        for body in (b"[]", b"null", b'"text"', b"1e999", b'{"seq":' + b"9" * 5000 + b"}", b"\xef\xbb\xbf[]")
    ),
    (JSON, b'{"client_id": 1, "text": ["a"], "pin": 12345, "seq": "1", "code": {}, "link": 1, "advance": -1}'),
    (JSON, b'{"client_id": "x", "pin": "%s", "seq": 1e3, "code": null}' % (b"1" * 200)),
    (FORM, b"csrf=&csrf=x&text=a&username=%00%ff&password=" + b"a" * 300),
    (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="file"\r\nContent-Length: zz\r\n\r\na\r\n--x--'),
    (MULTIPART, b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n--x--"),
    (MULTIPART, b"--x\r\n\xff: \xff\r\n\r\n\r\n--x--"),
    ("multipart/form-data", b"--x--"),
    (f"{JSON}; charset=nonsense", b"{}"),
    (f"{FORM}; charset=nonsense", b"csrf=x"),
    ("text/plain", b"{}"),
    (";;;\xff", b"{}"),
)


#: To be shown a code for the second step is to get one; it means nothing until it is proved by one's telephone.
GIVES_A_CODE = "/desk/second/set-up"
#: What is over is over: to end it again, or what never was, changes nothing and is no mistake.
ENDS = "/end"
#: Pages that are the same for every link, so that a robot learns nothing.
SAME_FOR_ALL = ("/c/", "/mail/", "/m/", "/mijn/{token}")
#: Pages of a cookie that the insider has not: they are closed, whoever asks.
CLOSED = ("/mijn", "/meelezen")
#: Signed by who sends it; no browser asks there, and no cookie counts.
SIGNED = ("/webhooks/", "/desk/oidc/logout")

#: Where any object will do: asked by a button, or by a platform that has nothing for us.
ANY_OBJECT = ("/chat/link", "/chat/link/end", "/webhooks/whatsapp")


def is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


@pytest.fixture
async def town(tmp_path: Path, store_urls: StoreUrls) -> AsyncIterator[Town]:
    """With every channel switched on."""
    async with open_town(tmp_path, store_urls, extra=CHANNELS) as opened:
        yield opened


@pytest.fixture
async def target(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Target]:
    """The insider holds a conversation and a session at the desk: both cookies are real. Nobody is told to slow down,
    which would be a refusal of another kind."""
    monkeypatch.setattr(Limiter, "check", lambda *_: None)
    monkeypatch.setattr(Limiter, "take", lambda *_: None)
    web_ = replace(town.house.config.web, trusted_proxies=(ip_network("127.0.0.0/8"),))
    town.house.config = replace(town.house.config, web=web_)
    app = make_app(town.house, role="web", notifier=town.notifier)
    demo_page.setup(app, DemoClock(), town.notifier)
    runner, port = await serve(app, "127.0.0.1", 0)
    try:
        target = Target(town, port, app)
        target.victim = await town.resident()
        await target.victim.sends("image/png", PNG, MARK)
        insider = Resident(town, "webchat", TOKEN)
        await insider.types("hallo")
        noor = await town.colleague()
        link = await create_sign_in_link(town.house, noor.id)
        session = await Accounts(town.house).use_link(link.rpartition("/")[2])
        target.csrf = csrf_of(session.token)
        target.insider = {
            "Cookie": f"{COOKIE}={TOKEN}; klopaan-desk={session.token}",
            "X-Telegram-Bot-Api-Secret-Token": HOOK_SECRET,
        }
        yield target
    finally:
        await runner.cleanup()


@pytest.fixture(autouse=True)
def _nothing_told(caplog: pytest.LogCaptureFixture) -> Any:
    """Whatever comes in: no trace, no failure and nothing of what came in the log."""
    caplog.set_level(logging.INFO)
    yield
    assert "Traceback" not in caplog.text
    assert MARK not in caplog.text
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def place(route: str, **other: str) -> str:
    """An address of this route."""
    return re.sub(r"{(\w+)}", lambda part: {**PLACES, **other}.get(part[1], "1"), route)


def is_clear(answer: Answer, about: object) -> None:
    """Whatever the answer is: its headers are there, and it gives nothing away."""
    assert answer.status < 500, (about, answer)
    for name, value in HEADERS.items():
        own = "default-src 'none'; sandbox" if name == "Content-Security-Policy" else value
        own = {"Referrer-Policy": "same-origin"}.get(name, own)
        assert answer.headers.get(name.lower()) in (value, own), (about, name, answer)
    assert answer.headers["server"] == "Klopaan", about
    assert "x-evil" not in answer.headers, about
    assert b"Traceback" not in answer.body, about
    assert b"aiohttp" not in answer.body, about


def is_refused(answer: Answer, about: object) -> None:
    """A status that says whose mistake it is, and words."""
    is_clear(answer, about)
    assert 400 <= answer.status < 500, (about, answer)
    assert answer.body, (about, answer)


FORGED = {
    "Cookie": f"{COOKIE}=\xff\xfe; klopaan-desk=\xff\xfe{MARK}; klopaan-desk-form=\xff; klopaan-desk-device=\xff."
}
FORGED_TOO = {
    "Cookie": f'{COOKIE}="\\377"; klopaan-desk={"a" * 43}; klopaan-desk-form=;;=;',
    "Accept-Language": "\xff;q=nan",
}


async def test_every_route_by_every_method(target: Target) -> None:
    before = await target.state()
    for route in target.routes:
        for visitor in (FORGED, FORGED_TOO, target.insider):
            for method in METHODS:
                if route == GIVES_A_CODE and method in ("GET", "HEAD"):
                    continue
                answer = await target.asks(method, place(route), {"Accept": "text/html\xff", **visitor})
                is_clear(answer, (method, route))
                assert answer.status >= 400 or method in ("GET", "HEAD"), (method, route, answer)
    assert await target.state() == before


async def test_every_form_with_every_bad_body(target: Target) -> None:
    before = await target.state()
    for route in target.posts:
        if route == "/chat/leave":
            continue  # takes no body: leaving works whatever the page sends
        for kind, body in BODIES:
            headers = {**target.insider, **HERE, **signed(body), "Content-Type": kind}
            is_read = kind.startswith(JSON) or route.startswith("/webhooks/")  # a signature says more than a type
            if route not in ANY_OBJECT or not (is_read and is_object(body)):
                is_refused(await target.asks("POST", place(route), headers, body), (route, kind, body[:40]))
    assert await target.state() == before


async def test_every_form_with_a_body_that_is_not_what_its_headers_say(target: Target) -> None:
    before = await target.state()
    bomb = gzip.compress(bytes(20_000_000))
    for route in target.posts:
        if route == "/chat/leave":
            continue
        for kind in (FORM, JSON, MULTIPART):
            headers = {**target.insider, **HERE, "Content-Type": kind, "Content-Encoding": "gzip"}
            for body in (b"no gzip", bomb):
                answer = await target.asks("POST", place(route), {**headers, **signed(body)}, body)
                is_refused(answer, (route, kind, len(body)))
            head = f"POST {place(route)} HTTP/1.1\r\nHost: {target.host}\r\nSec-Fetch-Site: same-origin\r\n"
            head += "Connection: close\r\n" + target.known_by()
            head += f"Content-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
            endless = [b"10000\r\n" + bytes(0x10000) + b"\r\n"] * 800
            is_refused(await target.sends(head.encode(), *endless), (route, kind, "50 MB"))
    assert await target.state() == before


async def test_every_form_that_never_ends(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.FORM_TIME", 0.01)
    monkeypatch.setattr("bot.web.FILE_TIME", 0.01)
    before = await target.state()
    slow = set()
    for route in target.posts:
        if route == "/chat/leave":
            continue
        for kind, begun in ((JSON, "{"), (FORM, "csrf="), (MULTIPART, "--x\r\nContent-Disposition: form-")):
            head = f"POST {place(route)} HTTP/1.1\r\nHost: {target.host}\r\nSec-Fetch-Site: same-origin\r\n"
            head += f"{target.known_by()}Content-Type: {kind}\r\nContent-Length: 1000\r\n\r\n"
            answer = await target.sends(head.encode(), begun.encode())
            is_refused(answer, (route, kind))
            if answer.status == 408:
                slow.add(kind)
    assert slow == {JSON, FORM, MULTIPART}
    assert await target.state() == before


async def test_every_form_from_elsewhere(target: Target) -> None:
    before = await target.state()
    client_id = "0c1b5a3e-0000-4000-8000-000000000000"
    data = {"client_id": client_id, "text": "menu", "pin": "1234", "seq": 1, "code": "x", "advance": "PT1H"}
    form = f"csrf={target.csrf}&client_id={client_id}&text=a&note=a&seen=99&to=&state=looking&username=noor&password=x"
    places: tuple[dict[str, str], ...] = (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": f"http://{target.host}"},
        *({"Origin": origin} for origin in ("null", "http://evil.example", "http://[", "\xff", "http://x\xe2\x84\x80")),
        *({"Origin": f"http://{target.host}{rest}"} for rest in (".evil.example", "@evil.example", "0")),
        {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "x, ,\xff"},
    )
    for route in target.posts:
        if route.startswith(SIGNED):
            continue
        is_json = not route.startswith("/desk")
        body = json.dumps(data).encode() if is_json else form.encode()
        for elsewhere in places:
            headers = {**target.insider, **elsewhere, "Content-Type": JSON if is_json else FORM}
            answer = await target.asks("POST", place(route), headers, body)
            is_refused(answer, (route, elsewhere))
            assert answer.status == 403 or route.startswith(CLOSED), (route, elsewhere, answer)
    assert await target.state() == before


async def test_every_place_that_is_none(target: Target) -> None:
    before = await target.state()
    form = f"csrf={target.csrf}&client_id=abcdefgh&text=a&note=a&seen=99&to=&state=looking".encode()
    for route in target.routes:
        for part in re.findall(r"{(\w+)}", route):
            for nowhere in NO_PLACES:
                path = place(route, **{part: nowhere})
                answer = await target.asks("GET", path, target.insider)
                is_clear(answer, path)
                assert answer.status >= 400 or route.startswith(SAME_FOR_ALL) or part == "version", (path, answer)
                posted = await target.asks("POST", path, {**target.insider, **HERE, "Content-Type": FORM}, form)
                is_clear(posted, path)
                assert route.endswith(ENDS) or posted.status >= 400, (path, posted)
    for path in ("//evil.example", "/desk//static/desk.css", "/chat/../bot/web.py", "/%2e%2e/bot", "http://x/nothing"):
        answer = await target.asks("GET", path, target.insider)
        is_refused(answer, path)
    assert await target.state() == before


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00" + MARK.encode(),
        f"GET /{MARK}\x01 HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nHost: x\r\nCookie: {MARK}\0\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nHost: x\r\n{MARK} {MARK}: 1\r\n\r\n".encode(),
        b"GET /" + MARK.encode() * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: 1\r\n" * 1000 + b"\r\n",
        f"{MARK} / HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        f"POST /chat/message HTTP/1.1\r\nHost: x\r\nContent-Length: {MARK}\r\n\r\n".encode(),
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_what_is_no_http(target: Target, raw: bytes) -> None:
    answer = await target.sends(raw)
    is_refused(answer, raw[:40])
    assert answer.status == 400
    assert MARK.encode() not in answer.body


async def test_files_of_other_people(target: Target) -> None:
    (file,) = await target.town.rows(tables.attachment)
    (own,) = [row for row in await target.town.rows(tables.conversation) if row.id != target.victim.conversation_id]
    for path in (f"/chat/files/{file.id}", f"/desk/file/{own.id}/attachment/{file.id}"):
        is_refused(await target.asks("GET", path, target.insider), path)
    allowed = f"/desk/file/{target.victim.conversation_id}/attachment/{file.id}"
    assert (await target.asks("GET", allowed, target.insider)).body == PNG
    assert (await target.asks("GET", allowed)).status == 303


async def test_a_link_that_is_only_looked_at(target: Target) -> None:
    (row,) = await target.town.rows(tables.conversation, id=target.victim.conversation_id)
    (address, *_) = await target.town.rows(tables.address, person_id=row.person_id)
    own = await identity.make_link(target.town.house, row.person_id), letters.token_of(target.town.house, address.id)
    before = await target.state()
    for kind, token in zip(("c", "mail"), own, strict=True):
        pages = [await target.asks(way, f"/{kind}/{one}") for way in ("GET", "HEAD") for one in (token, "x" * 32)]
        assert all(page.status == 200 and "set-cookie" not in page.headers for page in pages)
        assert pages[0].body == pages[1].body, "nobody learns from it whether there is such a link"
    assert await target.state() == before


async def test_text_is_nowhere_markup(target: Target) -> None:
    town, one = target.town, target.victim
    (noor,) = await town.rows(tables.staff)
    (row,) = await town.rows(tables.conversation, id=one.conversation_id)
    ((key_id,),) = [(person.key_id,) for person in await town.rows(tables.person, id=row.person_id)]
    vault = town.house.vault
    async with town.house.db.begin() as conn:
        named = {"name_sealed": vault.seal_text(key_id, "name", SCRIPT), "name_index": vault.index("name", SCRIPT)}
        await conn.execute(tables.person.update().where(tables.person.c.id == row.person_id).values(named))
        await conn.execute(tables.conversation.update().values(queue="new"))
    await one.types(SCRIPT)
    await one.sends("image/png", PNG, SCRIPT)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, SCRIPT, seen_seq=99, client_id="1")
    await takeover.add_note(town.house, one.conversation_id, noor, SCRIPT, client_id="2")
    file, told = f"/desk/file/{one.conversation_id}", quote(SCRIPT, safe="")
    seen = 0
    desk = ("", f"?q={told}", "/rows", f"/sign-in?next={told}", f"/{told}")
    others = (file, f"{file}/parts", f"/?van={told}&naar={told}", f"/c/{told}", f"/mail/{told}?taal={told}")
    for path in (*(f"/desk{rest}" for rest in desk), *others):
        answer = await target.asks("GET", path, {**target.insider, "Accept": "text/html"})
        is_clear(answer, path)
        assert b"<script>alert" not in answer.body, path
        assert b"<img src=x" not in answer.body, path
        seen += answer.body.count(b"&lt;script&gt;alert")
    assert seen > 8, "it is shown, as text"
    messages = await target.asks("GET", "/chat/messages", {"Cookie": f"{COOKIE}={one.external_id}"})
    assert messages.headers["content-type"].startswith("application/json")


async def test_a_stream_that_fails_ends_and_holds_no_second_answer(
    target: Target, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection(*target.host.split(":"))
    writer.write(f"GET /chat/events HTTP/1.1\r\nHost: x\r\nCookie: {COOKIE}={TOKEN}\r\n\r\n".encode())
    async with asyncio.timeout(30):
        head = await reader.readuntil(b"\n\n")

        async def fails(*_: object) -> None:
            raise RuntimeError(MARK)

        monkeypatch.setattr(identity, "find", fails)
        await takeover.acknowledge(target.town.house, 2, (await target.town.rows(tables.staff))[0])
        rest = await reader.read()
    writer.close()
    assert head.count(b"HTTP/1.1") == 1
    assert b"HTTP/1.1" not in rest
    (failure,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert failure.getMessage().endswith("failed: RuntimeError")
    caplog.records.remove(failure)


async def test_behind_a_proxy_that_we_trust_every_answer_asks_for_https(target: Target) -> None:
    for path in ("/", "/desk", "/chat/me", "/nothing", "/desk/static/desk.css", "/healthz"):
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        assert "strict-transport-security" in (await target.asks("GET", path, forwarded)).headers, path
        assert "strict-transport-security" not in (await target.asks("GET", path)).headers, path


async def test_after_all_that_it_still_works(target: Target) -> None:
    await asyncio.gather(*(target.asks("GET", "/chat/events", target.insider) for _ in range(200)))
    data = {"client_id": "0c1b5a3e-0000-4000-8000-000000000001", "text": "menu"}
    headers = {**target.insider, **HERE, "Content-Type": JSON}
    said = await asyncio.gather(
        *(target.asks("POST", "/chat/message", headers, json.dumps(data).encode()) for _ in range(10))
    )
    assert [answer.status for answer in said] == [200] * 10
    assert sorted(json.loads(answer.body)["seq"] > 0 for answer in said) == [False] * 9 + [True], "once"
    assert (await target.asks("GET", "/healthz")).body == b"ok\n"
