"""Every route that there is: known by name, closed to who may not, and never opened from another site.

A new route makes the first of these fail until someone has said here, or in the table of roles, whom it is for.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import DemoClock
from bot.demo import page as demo_page
from bot.desk import roles
from bot.server import make_app, serve
from bot.web import HEADERS
from tests.stores import StoreUrls
from tests.support.target import CHANNELS, Answer, Target
from tests.support.town import open_town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

#: Whom a route is for that is not of the desk. ``anyone``: it shows nothing of anybody. ``link``: the address itself is
#: the proof, and looking changes and tells nothing. ``resident``, ``helper``, ``owner``: whose browser has the
#: conversation, was let in by a resident, or showed whose data it is. ``begins``: where a conversation begins or goes
#: on, limited by place. ``platform``: who signs it. ``demo``: who tries Klopaan out; no municipality has these.
WHOM = {
    "anyone": """
        GET /healthz  GET /readyz  GET /metrics  GET /.well-known/security.txt
        GET /  GET /chat  GET /chat/list  GET /chat/words  GET /chat/me  POST /chat/leave
        GET /chat/look.css  GET /chat/logo  GET /chat/static/{version}/{name}  GET /meelezen""",
    "link": """
        GET /c/{token}  GET /mail/{token}  POST /mail/{token}  GET /a/{token}.ics  GET /m/{token}  POST /meelezen/look
        POST /meelezen/open  GET /mijn/{token}  POST /mijn/{token}""",
    "resident": """
        POST /chat/message  POST /chat/upload  GET /chat/messages  GET /chat/events  POST /chat/seen
        GET /chat/files/{id}  GET /chat/pictures/{id}  GET /chat/voice/{id}  GET /chat/settings  POST /chat/pin
        POST /chat/link  POST /chat/link/end""",
    "helper": "GET /meelezen/messages  GET /meelezen/events  POST /meelezen/message  POST /meelezen/leave",
    "owner": "GET /mijn  GET /mijn/wissen  POST /mijn/wissen  POST /mijn/bestand  POST /mijn/sluiten",
    "begins": "POST /chat/start  POST /chat/resume",
    "platform": "POST /webhooks/telegram  GET /webhooks/whatsapp  POST /webhooks/whatsapp",
    "demo": "GET /demo  GET /demo/privacy  POST /demo/desk  POST /demo/clock",
}
KNOWN = {route: whom for whom, routes in WHOM.items() for route in re.findall(r"[A-Z]+ \S+", routes)}
#: Of the desk: for who is not signed in, what is no page at all, and all the rest.
OPEN = {route for kind in roles.KINDS if kind.anyone for route in kind.routes}
STAFF = {route for kind in roles.KINDS for route in kind.routes} - OPEN
NO_PAGE = "GET /desk/{tail}"
#: What a machine sends that signs it: where a browser was has nothing to do with it.
SIGNED = {"POST /desk/oidc/logout", "POST /webhooks/telegram", "POST /webhooks/whatsapp"}

PLACES = {"name": "desk.css", "version": "x", "token": "x" * 32, "card": "bailiff", "context": "step.voice"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BODY = {"client_id": "0c1b5a3e-0000-4000-8000-000000000000", "text": "menu", "link": "x" * 32, "code": "x", "seq": 1}
TYPED = b"csrf=x&client_id=abcdefgh&text=a&note=a&wish=stop&who=noor&advance=PT1H&form=abcdefghij&sure=yes"


def place(route: str) -> str:
    """An address of it."""
    return re.sub(r"{(\w+)}", lambda part: PLACES.get(part[1], "1"), route)


@pytest.fixture
async def target(tmp_path: Path, store_urls: StoreUrls) -> AsyncIterator[Target]:
    """Everything switched on, someone who told something, and nobody signed in."""
    async with open_town(tmp_path, store_urls, extra=CHANNELS) as town:
        app = make_app(town.house, role="web", notifier=town.notifier)
        demo_page.setup(app, DemoClock(), town.notifier)
        runner, port = await serve(app, "127.0.0.1", 0)
        made = Target(town, port, app)
        made.victim = await town.resident()
        await made.victim.types("geheim-7391")
        try:
            yield made
        finally:
            await runner.cleanup()


async def asks(target: Target, route: str, **headers: str) -> Answer:
    """The route, by whoever; a form or an object that would do is in it."""
    method, _, path = route.partition(" ")
    if method == "GET":
        return await target.asks("GET", place(path), headers)
    is_json = path.startswith(("/chat", "/meelezen", "/webhooks", "/demo/clock"))
    sent = {"Content-Type": JSON if is_json else FORM, **headers}
    return await target.asks("POST", place(path), sent, json.dumps(BODY).encode() if is_json else TYPED)


async def test_someone_has_thought_of_every_route(target: Target) -> None:
    assert target.walk - STAFF - OPEN - {NO_PAGE} == set(KNOWN), "say whom a new one is for"
    assert target.walk >= STAFF | OPEN
    assert not [route for route in target.walk if not re.match("(GET|POST) ", route)]


async def test_without_a_cookie_nothing_is_shown_or_changed(target: Target) -> None:
    before = await target.state()
    for route in SIGNED:
        assert (await asks(target, route)).status in (400, 401, 403, 404), route
    here = {"Sec-Fetch-Site": "same-origin"}
    closed = {"resident": {401}, "helper": {401, 404}, "owner": {401}, "platform": {401, 403, 404}}
    for route, whom in KNOWN.items():
        if whom in ("begins", "demo") or route == "GET /chat/me":
            continue
        answer = await asks(target, route, **here)
        if whom in closed:
            assert answer.status in closed[whom], (route, answer)
        assert answer.status < 500, (route, answer)
        assert b"geheim-7391" not in answer.body, route
        assert "set-cookie" not in answer.headers or route == "POST /chat/leave", route
    for route in STAFF:
        answer = await asks(target, route, **here)
        assert answer.status == 401 or (answer.status == 303 and "/desk/sign-in" in answer.headers["location"]), route
        assert answer.status == 401 or route.startswith("GET "), route
        assert "set-cookie" not in answer.headers, route
    assert await target.state() == before


async def test_no_form_of_another_site_gets_in(target: Target) -> None:
    before = await target.state()
    posts = sorted(route for route in target.walk - SIGNED if route.startswith("POST "))
    assert len(posts) > 90
    for route in posts:
        for elsewhere in ("cross-site", "same-site", "none"):
            answer = await asks(target, route, **{"Sec-Fetch-Site": elsewhere, "Origin": "https://evil.example"})
            assert answer.status in (401, 403), (route, elsewhere, answer)
        answer = await asks(target, route, **{"Content-Type": "text/plain", "Origin": f"http://{target.host}"})
        assert 400 <= answer.status < 500 or route == "POST /chat/leave", (route, answer)
    assert await target.state() == before


async def test_what_a_browser_asks_before_a_foreign_request_is_never_granted(target: Target) -> None:
    asked = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    for route in sorted(target.walk):
        answer = await target.asks("OPTIONS", place(route.partition(" ")[2]), asked)
        assert answer.status in (404, 405), route
        got = await asks(target, route, Origin="https://evil.example")
        for headers in (answer.headers, got.headers):
            assert not [name for name in headers if name.startswith("access-control")], route


async def test_every_answer_carries_what_protects_it(target: Target) -> None:
    for route in sorted(target.walk):
        answer = await asks(target, route, Accept="text/html")
        for name in HEADERS:
            assert name.lower() in answer.headers, (route, name)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), route
        assert "unsafe" not in policy or route == "GET /desk/logo", route
        assert "script-src 'self'" in policy or "script-src" not in policy, route
        if route not in ("GET /chat/static/{version}/{name}", "GET /desk/static/{name}") and answer.status == 200:
            cached = answer.headers.get("cache-control", "")
            assert (
                route.endswith((".css", "/healthz", "/readyz", "/metrics", "security.txt")) or "no-store" in cached
            ), (
                route,
                cached,
            )


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost@evil.example", "[::1]", "a.b:99999", ""]
)
async def test_no_answer_repeats_the_host_that_a_request_names(target: Target, host: str) -> None:
    forwarded = {"Host": host, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example;proto=https"}
    forwarded |= {"X-Forwarded-Proto": "https", "X-Original-URL": "/desk", "X-HTTP-Method-Override": "DELETE"}
    for route in sorted(target.walk):
        if not route.startswith("GET ") or route == "GET /chat/events":
            continue
        answer = await asks(target, route, **forwarded)
        assert answer.status < 500, (route, answer)
        told = answer.body + repr(sorted(answer.headers.items())).encode()
        assert b"evil.example" not in told, (route, answer)
        assert "strict-transport-security" not in answer.headers, "no proxy that we trust says so"


@pytest.mark.parametrize(
    "there",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/desk/file/1@evil.example"),
        *("/desk/file/1/../../..//evil.example", "javascript:alert(1)", "/desk/file/1%0d%0aLocation:%20//evil.example"),
        *("%2f%2fevil.example", "/%09/evil.example", "https:evil.example", "/desk/file/1?//evil.example#", "x" * 5000),
    ],
)
async def test_no_way_leads_to_another_site(target: Target, there: str) -> None:
    for path in ("/desk/sign-in?next=", "/desk/file/1?next=", "/?naar=", "/chat?van=", "/desk/", "/desk/sign-in?to="):
        answer = await target.asks(
            "GET", path + there.replace(" ", "%20").replace("\\", "%5c"), {"Accept": "text/html"}
        )
        location = answer.headers.get("location", "")
        assert location == "" or re.fullmatch(r"/desk/sign-in\?next=/desk[^\\]*|/desk[\w/-]*", location), (
            path,
            location,
        )
        assert b'href="//' not in answer.body, path
        assert b'value="//' not in answer.body, path
        assert b'value="https://evil' not in answer.body, path
