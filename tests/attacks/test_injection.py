"""Markup, formulas, headers, odd letters and far too much, typed into every field of the chat and of every form that a
crawl of the desk finds: it is shown as the text that it is, everywhere, or refused."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.desk import roles
from tests.attacks.conftest import Attacked, Visitor
from tests.attacks.crawling import Crawl, filled, kind_of, submit
from tests.attacks.pages import MARK, Form
from tests.end_to_end.conftest import chromium
from tests.support.photos import photo

__all__ = ["chromium"]  # the browser, a fixture

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKUP = f"<{MARK} onfocus=alert(1) autofocus><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
TEMPLATE = f"{MARK}-{{{{7*7}}}} {MARK}-${{7*7}} {MARK}-#{{7*7}} {{0.__class__}} %s"
SHORT = f"<{MARK} onclick=a>\"'"
FORMULA = f"=cmd|' /C calc'!A0 {MARK}' OR 1=1;--"
ODD = (
    f"x\r\nX-Evil: {MARK}\r\n\r\n<{MARK}>\x00\u202e{MARK}\u2066\ufeff\u200b😀 javascript:alert(1) "
    f"[{MARK}](javascript:alert(1)) <b>*_`@{MARK} https://evil.example/{MARK} e{chr(0x301) * 40}"
)
LONG = f"{MARK} " * 9000
TYPED = (MARKUP + TEMPLATE, SHORT, FORMULA, ODD)

ROLES = ("caseworker", "coordinator", "beheerder")
#: What ends the session that attacks, or another's: ``test_sessions`` is about those.
_LEAVES = re.compile(r"/desk/(sign-out|team/\d+/sign-out|me/sessions|second/)")
#: Forms that the demo has no occasion for, or not at every hour: their own tests attack them, and ``test_attacks``.
ELSEWHERE = {
    *("/desk/sign-in", "/desk/sign-out", "/desk/link/0", "/desk/oidc/logout", "/desk/prove", "/desk/me/sessions"),
    *("/desk/second", "/desk/second/set-up", "/desk/second/anew", "/desk/second/codes", "/desk/team/0/sign-out"),
    *("/desk/calendar/seen", "/desk/emergencies/0/seen", "/desk/export/again", "/desk/looks/verify"),
    *("/desk/phrasebook/0", "/desk/ratings/remove", "/desk/texts/x/take"),
    *("/desk/requests/0/erase", "/desk/requests/0/identify", "/desk/requests/0/refuse"),
    *("/desk/signals/import/take", "/desk/signals/ordinary/0/done"),
    *(
        f"/desk/file/0/{form}"
        for form in (
            *("access/0/end", "agreements/0/settle", "agreements/seen", "appointments/0/cancel", "appointments/0/held"),
            *("appointments/0/link", "appointments/0/move", "appointments/0/no-show", "appointments/0/seen"),
            *("appointments/book", "appointments/propose", "acknowledge", "crisis-over", "assign", "access/ask"),
            *("close", "close/edit", "decided", "emergency", "hand-back", "helpers/0/end", "hold/0/lift", "presence"),
            *("measurements/0/withdraw", "measurements/invite", "remove-pin", "signals/0/done", "summary"),
            *("touch", "touch/edit", "touch/evaluated", "touch/held"),
        )
    ),
}
#: Done last, as what comes before needs what they end.
_LAST = re.compile(r"close|erase|wissen|hand-back|remove|cancel|withdraw|members|away|/desk/team")


@dataclass(slots=True)
class Report:
    """What was tried and what was seen. ``tried``: the kinds of addresses that forms went to;
    ``shapes``: the kinds of forms, which one role is enough for."""

    residents: list[Visitor] = field(default_factory=list)
    staff: dict[str, Visitor] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    shapes: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    pages: dict[str, dict[str, int]] = field(default_factory=dict)  # by role: how often what was typed stands there


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def report(demo: Attacked) -> AsyncIterator[Report]:
    """Everything is typed everywhere, and then every page is looked at once more."""
    made = Report()
    for typed in (SHORT, MARKUP + TEMPLATE, FORMULA, ODD):
        made.residents.append(await talks(demo, typed))
    for role in ROLES:
        made.staff[role] = await demo.staff(role)
        await attack(made, made.staff[role])
    for role in ("coordinator", "auditor"):
        visitor = made.staff.setdefault(role, await demo.staff(role))
        crawl = Crawl(visitor)
        await crawl.run("/desk", "/demo/nothing", f"/desk?q={MARK}")
        made.pages[role] = {path: page.words.count(MARK) for path, page in crawl.pages.items()}
        made.faults += crawl.faults
        made.broken += crawl.broken
    yield made


async def talks(demo: Attacked, typed: str) -> Visitor:
    """Someone who answers everything of the sign-up with the same, asks for a human, and sends a file with it."""
    one = await demo.resident()

    async def says(**said: Any) -> int:
        status, _ = await one.ask("/chat/message", {"client_id": str(uuid.uuid4()), **said})
        return status

    assert await says(tap="!go:aanmelden") == 200
    last = ""
    for _ in range(22):  # of thirty at once, which one browser may
        buttons = (await one.messages())[-1]["buttons"]
        own = [button["data"] for button in buttons if not button["data"].startswith("!")]
        screen = own[0].rpartition(":")[0] if own else ""
        if screen == last and own:  # it was no answer there
            await says(tap=own[0])
        else:
            assert await says(text=typed) in (200, 413)
        last = screen
    assert await says(tap="!mens") == 200
    assert await says(text=typed) == 200
    form = aiohttp.FormData()
    form.add_field("client_id", str(uuid.uuid4()))
    form.add_field("caption", typed)
    form.add_field("file", io.BytesIO(photo(comment=typed.encode("utf-8", "replace"))), filename=f"{MARK}.html")
    async with one.session.post("/chat/upload", data=form, headers={"Sec-Fetch-Site": "same-origin"}) as response:
        assert response.status == 200
    assert (await one.ask("/chat/message", {"client_id": typed[:30], "text": typed}))[0] == 400
    assert (await one.ask("/chat/message", {"client_id": str(uuid.uuid4()), "tap": typed}))[0] in (400, 413)
    assert (await one.ask("/chat/start", {"client_id": str(uuid.uuid4()), "flow": typed, "source": typed}))[0] in (
        400,
        413,
    )
    return one


async def attack(made: Report, visitor: Visitor) -> None:
    """Every form of every page, with everything that is typed; and the forms that follow on those."""
    crawl = Crawl(visitor, shapes=made.shapes)
    await crawl.run("/desk")
    forms = [(place, form) for place, form in crawl.forms(most=1) if form.method in ("get", "post")]
    for place, form in sorted(forms, key=lambda one: bool(_LAST.search(one[1].action))):
        is_roomy = any(asked.kind == "textarea" for asked in form.asked.values())
        for typed in (*TYPED, LONG) if is_roomy else TYPED:
            await tries(made, crawl, place, form, filled(form, typed))
        await tries(made, crawl, place, form, filled(form, SHORT, everywhere=True))
    made.faults += crawl.faults
    made.broken += crawl.broken


async def tries(made: Report, crawl: Crawl, place: str, form: Form, fields: dict[str, str], depth: int = 2) -> None:
    """One form by each of its buttons, and what its answer asks."""
    for button in range(max(1, len(form.buttons))):
        page = await submit(crawl, place, form, fields, button, never=_LEAVES)
        if page is None:
            continue
        made.tried.add(f"{form.method.upper()} {kind_of(crawl.last)}")
        for follows in page.forms if depth and page.status == 200 else ():
            address = kind_of(follows.action)
            if follows.method == "post" and f"POST {address}" not in made.tried:
                await tries(made, crawl, crawl.last, follows, filled(follows, SHORT), depth - 1)


async def test_nothing_typed_becomes_markup(report: Report) -> None:
    assert report.faults == []


async def test_nothing_typed_breaks_a_page(report: Report) -> None:
    assert report.broken == []


async def test_every_form_of_the_desk_was_found(report: Report) -> None:
    posts = {route.removeprefix("POST ") for kind in roles.KINDS for route in kind.routes if route.startswith("POST ")}
    known = {
        kind_of(re.sub(r"{(context|card)}", "step.x", re.sub(r"{(?!context|card)\w+}", "1", route))) for route in posts
    }
    tried = {route.removeprefix("POST ") for route in report.tried}
    left = known - tried - ELSEWHERE
    assert left == set()


async def test_it_was_kept_and_is_shown(report: Report) -> None:
    """Else the two above would prove nothing."""
    seen = {kind_of(path) for path, count in report.pages["coordinator"].items() if count}
    assert {"/desk/file/0", "/desk/file/0/close", "/desk", "/desk?q", "/desk/teams"} <= seen, seen
    assert sum(report.pages["coordinator"].values()) > 100


async def test_a_file_for_a_spreadsheet_holds_no_formula(report: Report) -> None:
    samir = report.staff["coordinator"]
    page = await samir.get("/desk/ratings/csv")
    assert page.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(page.text.lstrip("\ufeff")), delimiter=";"))
    assert rows
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


async def test_the_chat_says_it_as_data(report: Report) -> None:
    for one in report.residents:
        async with one.session.get("/chat/messages") as response:
            assert response.content_type == "application/json"
            assert "x-evil" not in response.headers
            messages = (await response.json())["messages"]
        assert any(MARK in message["text"] for message in messages)
        for message in messages:
            for file in message["files"]:
                async with one.session.get(file["url"]) as response:
                    assert MARK.encode() not in await response.read(), "what stood in the photo itself is gone"
                    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
                    assert response.headers["X-Content-Type-Options"] == "nosniff"
                    assert MARK not in response.headers["Content-Disposition"]


async def test_in_a_browser_nothing_of_it_runs(demo: Attacked, report: Report, chromium: Browser) -> None:
    wrong: list[str] = []
    for visitor in (*report.staff.values(), *report.residents):
        context = await chromium.new_context(base_url=demo.url)
        cookies = [{"name": name, "value": value, "url": demo.url} for name, value in visitor.cookies().items()]
        await context.add_cookies(cookies)  # type: ignore[arg-type] # a plain dict will do
        await context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + e.sample))"
        )
        page = await context.new_page()
        listen(page, demo, wrong)
        places = ["/"]
        if visitor in report.staff.values():
            role = next(role for role, one in report.staff.items() if one is visitor)
            if role not in report.pages:
                continue
            counted = sorted(report.pages[role].items(), key=lambda item: -item[1])
            places = list({kind_of(path): path for path, count in reversed(counted) if count}.values())
        for path in places:
            await page.goto(path)
            if path == "/":
                await page.locator("#log .own").first.wait_for()
            assert await page.evaluate(f"document.getElementsByTagName('{MARK}').length") == 0, path
            assert await page.evaluate("document.querySelectorAll('#log script, main script').length") == 0, path
        await context.close()
    assert wrong == []


def listen(page: Page, demo: Attacked, wrong: list[str]) -> None:
    """Whatever runs, breaks the policy or asks others is noted."""

    async def refuse(dialog: Any) -> None:
        wrong.append(f"{page.url}: a dialog {dialog.message}")
        await dialog.dismiss()

    page.on("dialog", lambda dialog: asyncio.ensure_future(refuse(dialog)))
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("console", lambda said: wrong.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on(
        "request",
        lambda request: None if request.url.startswith((demo.url, "data:", "blob:")) else wrong.append(request.url),
    )
