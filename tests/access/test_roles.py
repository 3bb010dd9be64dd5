"""Every page of the desk against every role, and against nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from aiohttp import web

from bot.desk import roles, wording
from bot.desk.roles import AUDITOR, BEHEERDER, CASEWORKER, COORDINATOR, KINDS, ROLES
from scripts.roles import PAGE, page, table
from tests.support.desk import Balie, Browser

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

ANYONE = frozenset(route for kind in KINDS if kind.anyone for route in kind.routes)
#: In place of what a route names: nothing is there, so that nothing is done.
_NAMED = re.compile(r"\{(\w+)\}")
_INSTEAD = {"name": "desk.css", "token": "x" * 43, "tail": "nergens", "context": "welkom.hello", "card": "geen"}


@dataclass(frozen=True)
class Route:
    """A route of the app."""

    method: str
    canonical: str

    @property
    def name(self) -> str:
        """As the table has it."""
        return f"{self.method} {self.canonical}"

    @property
    def path(self) -> str:
        """An address that it is asked for by."""
        return _NAMED.sub(lambda found: _INSTEAD.get(found[1], "999999"), self.canonical)


def routes(app: web.Application) -> list[Route]:
    """Those of the desk; a HEAD is there with each GET."""
    found = []
    for route in app.router.routes():
        assert route.resource is not None
        if route.method != "HEAD" and route.resource.canonical.startswith("/desk"):
            found.append(Route(route.method, route.resource.canonical))
    return found


async def asks(browser: Browser, route: Route) -> tuple[int, bool]:
    """The status, and whether the role was why. A page of news has no end: only how it begins is read."""
    async with browser.client.request(route.method, route.path, allow_redirects=False) as response:
        words = await response.text() if response.content_type == "text/html" else ""
    return response.status, any(wording.REFUSALS[code] in words for code in ("no_role", "not_allowed"))


@only_sqlite
async def test_every_route_is_in_the_table_and_nothing_else_is(balie: Balie) -> None:
    there = [route.name for route in routes(balie.app)]
    listed = [route for kind in KINDS for route in kind.routes]
    assert len(listed) == len(set(listed)), "a route has one line"
    assert set(there) == set(listed)
    assert len(there) > 100


@only_sqlite
@pytest.mark.parametrize("role", ROLES)
async def test_every_page_opens_for_its_roles_only(balie: Balie, role: str) -> None:
    browser = await balie.browser(await balie.add_staff("iemand", "Iemand", role))
    for route in routes(balie.app):
        if route.name == "POST /desk/sign-out":
            continue  # not without a form; and with one, it is for anyone
        status, is_role = await asks(browser, route)
        allowed = any(role in kind.roles for kind in KINDS if route.name in kind.routes)
        assert (status == 403 and is_role) == (not allowed), (route.name, status)
        assert status < 500 or status == 503, (route.name, status)


@only_sqlite
async def test_nobody_opens_more_than_what_is_for_anyone(balie: Balie) -> None:
    browser = await balie.browser()
    for route in routes(balie.app):
        if route.name in ANYONE:
            continue
        response = await browser.client.request(route.method, route.path, allow_redirects=False)
        is_sent_away = response.status == 303 and response.headers["Location"].startswith("/desk/sign-in")
        assert is_sent_away or response.status == 401, (route.name, response.status)


@only_sqlite
async def test_a_route_that_is_not_in_the_table_is_refused(balie: Balie, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await balie.browser(await balie.add_staff("samir", "Samir", COORDINATOR))
    assert (await browser.get("/desk/tasks")).status == 200
    monkeypatch.delitem(roles._ROLES, "GET /desk/tasks")
    assert (await browser.get("/desk/tasks")).status == 403
    assert (await browser.client.head("/desk/tasks")).status == 403


@only_sqlite
async def test_who_has_no_inbox_begins_elsewhere_and_sees_only_ways_that_lead_on(balie: Balie) -> None:
    await balie.resident("Fatima")
    for role, home in (
        (CASEWORKER, None),
        (COORDINATOR, None),
        (BEHEERDER, "/desk/team"),
        (AUDITOR, "/desk/looks"),
    ):
        browser = await balie.browser(await balie.add_staff(role, role, role))
        first = await browser.get("/desk")
        assert first.headers.get("Location") == home
        await browser.get(home or "/desk?queue=bot")
        assert ("Fatima" in browser.page) == (home is None)
        for link in set(re.findall(r'href="(/desk[^"?#]*)', browser.page)) - {"/desk"}:
            assert (await browser.client.get(link, allow_redirects=False)).status in (200, 303), (role, link)


def test_the_document_has_the_table_of_the_code() -> None:
    """After a change in bot/desk/roles.py: ``make draw``."""
    said = PAGE.read_text("utf-8")
    assert page(said) == said
    assert all(kind.what in said for kind in KINDS)
    assert table().count("`GET ") > 40


def test_least_privilege_is_as_written() -> None:
    by_route = {route: kind.roles for kind in KINDS for route in kind.routes}
    acting = {route for route in by_route if route.startswith("POST /desk/file/")}
    assert {route for route in acting if AUDITOR in by_route[route]} == {
        "POST /desk/file/{id}/presence",
        "POST /desk/file/{id}/emergency",
    }
    assert not any(BEHEERDER in found for route, found in by_route.items() if "/desk/file/" in route)
    assert by_route["GET /desk/looks"] == {AUDITOR}
