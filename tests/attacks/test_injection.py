"""Markup, formulas, headers, odd letters and far too much, typed into every field of the chat and of every form that a
crawl of the desk finds: it is shown as the text that it is, everywhere, or refused."""

from __future__ import annotations

import asyncio
import io
import json
import re
import secrets
import uuid
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from babel.messages.pofile import read_po
from playwright.async_api import Browser, Page

from bot.desk import roles
from tests.attacks.conftest import Attacked, Visitor
from tests.attacks.crawling import Crawl, filled, kind_of, submit
from tests.attacks.hostile import FORMULA, LONG, MARKUP, ODD, PLACE, SHORT, TEMPLATE, TYPED, today
from tests.attacks.occasions import Occasions, given, newest, number, taps
from tests.attacks.pages import MARK, Form
from tests.attacks.pages import Page as Answer
from tests.attacks.taken_out import cells, formulas, place_of
from tests.end_to_end.conftest import chromium
from tests.support.photos import photo

__all__ = ["chromium"]  # the browser, a fixture

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROLES = ("caseworker", "coordinator", "beheerder", "auditor")
#: What ends the session that attacks, or another's: ``test_sessions`` is about those.
_LEAVES = re.compile(r"/desk/(sign-out|team/\d+/sign-out|me/sessions|second/)")
#: Where nothing is typed, and a session ends or begins: ``test_tokens`` and ``tests/sessions`` attack these, and
#: ``tests/oidc`` what a provider posts.
ELSEWHERE = {"/desk/sign-out", "/desk/link/0", "/desk/oidc/logout"}
#: Done last, as what comes before needs what they end.
_LAST = re.compile(r"close|erase|wissen|hand-back|remove|cancel|withdraw|members|away|/desk/team|touch/preview")

_LINES = {"seen": "0", "known": "0", "do": "preview", "line-1": "free", "line-2": "ask_document", "line-3": "free"}
_GIVEN = ("words-1", "document-2", "organisation-2", "who-3", "due-3", "words-3", "note", "find")
#: By role: an address, fields with what they are to say, and those with what is typed.
STRAIGHT: dict[str, tuple[tuple[str, dict[str, str], tuple[str, ...]], ...]] = {
    "caseworker": (
        ("/desk/file/{file}/presence", {}, ("state",)),
        ("/desk/file/{file}/summary/preview", _LINES | {"at": "preview", "who-3": "resident"}, _GIVEN),
        ("/desk/file/{file}/summary/preview", {}, ("line-1", "do", "at", "seen", "known", *_GIVEN)),
        ("/desk/file/{file}/summary", {"line-1": "free", "line-2": "ask_document"}, _GIVEN[:3]),
    ),
    "coordinator": (
        ("/desk/ratings/remove", {"year": "2026"}, ("mark",)),
        ("/desk/ratings/remove", {}, ("mark", "year")),
        ("/desk/export/again", {}, ("next",)),
    ),
    "beheerder": (
        ("/desk/second", {}, ("code", "next")),
        ("/desk/second/set-up", {}, ("code", "next")),
        ("/desk/second/codes", {}, ("next",)),
        ("/desk/second/anew", {}, ("next",)),
        ("/desk/prove", {}, ("proof_password", "proof_code", "next")),
        ("/desk/me/sessions", {}, ("mark",)),
        ("/desk/team/{daan}/sign-out", {}, ("next",)),
    ),
}


@dataclass(slots=True)
class Report:
    """What was tried and what was seen. ``tried``: the kinds of addresses that forms went to;
    ``shapes``: the kinds of forms, which one role is enough for; ``followed``: the same of what an answer asks."""

    residents: list[Visitor] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # where theirs are
    staff: dict[str, Visitor] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    shapes: dict[str, int] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    occasions: Occasions = field(init=False)
    beside: dict[str, Answer] = field(default_factory=dict)  # what the desk links to and is no page, by its address
    pages: dict[str, dict[str, int]] = field(default_factory=dict)  # by role: how often what was typed stands there


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def report(demo: Attacked) -> AsyncIterator[Report]:
    """Everything is typed everywhere, and then every page is looked at once more."""
    made = Report()
    for typed in (SHORT, MARKUP + TEMPLATE, FORMULA, ODD):
        made.residents.append(await talks(demo, typed))
        made.files.append(f"/desk/file/{newest(demo)}")
    made.occasions = await given(demo)
    crawl = Crawl(demo.visitor())
    await straight(made, crawl, "/desk/sign-in", {}, ("username", "password", "next"), begin="/desk/sign-in")
    made.faults += crawl.faults
    made.broken += crawl.broken
    for role in ROLES:
        made.staff[role] = await demo.staff(role)
        crawl = Crawl(made.staff[role], shapes=made.shapes)
        for path, known, names in STRAIGHT.get(role, ()):
            await straight(made, crawl, path.format(file=made.occasions.file, daan=number(demo, "daan")), known, names)
        await attack(made, crawl)
    for role in ("coordinator", "auditor"):
        crawl = Crawl(made.staff[role])
        await crawl.run("/desk", "/demo/nothing", f"/desk?q={MARK}", *made.occasions.pages(), *made.files)
        made.pages[role] = {path: page.words.count(MARK) for path, page in crawl.pages.items()}
        made.beside |= {path: page for path, page in crawl.pages.items() if not page.is_html}
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


async def straight(
    made: Report, crawl: Crawl, path: str, known: dict[str, str], names: tuple[str, ...], begin: str = "/desk/me"
) -> None:
    """What no page has a form for, or only with scripts: everything that is typed in the fields ``names``. ``begin``:
    where what proves that the form is ours comes from."""
    for typed in TYPED:
        page = await crawl.visitor.get(begin)
        fields = {"csrf": page.forms[0].fields["csrf"], "client_id": secrets.token_urlsafe(12), **known}
        crawl.judge(f"POST {path} {typed[:60]}", await crawl.visitor.post(path, fields | dict.fromkeys(names, typed)))
    made.tried.add(f"POST {kind_of(path)}")


async def attack(made: Report, crawl: Crawl) -> None:
    """Every form of every page, with everything that is typed; and the forms that follow on those."""
    await crawl.run("/desk", *made.occasions.pages())
    forms = [(place, form) for place, form in crawl.forms(most=1) if form.method in ("get", "post")]
    for place, found in sorted(forms, key=lambda one: bool(_LAST.search(one[1].action))):
        now = (await crawl.visitor.get(place)).forms  # as it is after all that was sent before
        form = next((one for one in now if (one.action, one.shape) == (found.action, found.shape)), found)
        is_roomy = any(asked.kind == "textarea" for asked in form.asked.values())
        for time, typed in enumerate((*TYPED, LONG) if is_roomy else TYPED):
            await tries(made, crawl, place, form, filled(form, typed, sparse=time % 2 == 1))
        await tries(made, crawl, place, form, filled(form, SHORT, everywhere=True))
    made.faults += crawl.faults
    made.broken += crawl.broken


async def tries(made: Report, crawl: Crawl, place: str, form: Form, fields: dict[str, str], depth: int = 2) -> None:
    """One form by each of its buttons, and once what its answer asks."""
    for button in range(max(1, len(form.buttons))):
        page = await submit(crawl, place, form, fields, button, never=_LEAVES)
        if page is None:
            continue
        made.tried.add(f"{form.method.upper()} {kind_of(crawl.last)}")
        for follows in page.forms if depth and page.status == 200 else ():
            which = f"{kind_of(form.action)} {form.shape} {kind_of(follows.action)} {follows.shape}"
            if follows.method == "post" and which not in made.followed:
                made.followed.add(which)
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
    assert known - tried == ELSEWHERE


async def test_it_was_kept_and_is_shown(report: Report) -> None:
    """Else the two above would prove nothing."""
    seen = {kind_of(path) for path, count in report.pages["coordinator"].items() if count}
    assert {"/desk/file/0", "/desk/file/0/close", "/desk", "/desk?q", "/desk/teams"} <= seen, seen
    assert {"/desk/emergencies", "/desk/requests/0", "/desk/phrasebook", "/desk/cards", "/desk/tasks?who"} <= seen, seen
    assert {f"/desk/file/0/{each}" for each in ("access", "hold", "parts", "touch", "summary/0/print")} <= seen, seen
    assert sum(report.pages["coordinator"].values()) > 100


async def test_a_file_for_a_spreadsheet_holds_no_formula(report: Report) -> None:
    samir = report.staff["coordinator"]
    page = await samir.get("/desk/ratings/csv")
    assert cells(page)
    assert formulas(cells(page)) == []
    period = {"first": f"{today() - timedelta(days=30)}", "last": f"{today() + timedelta(days=1)}"}
    csrf = (await samir.get("/desk/me")).forms[0].fields["csrf"]
    for what in ("contactmomenten", "trajecten"):
        asked = {"csrf": csrf, "what": what, **period}
        table = await samir.post("/desk/export", {**asked, "format": "csv"})
        told = await samir.post("/desk/export", {**asked, "format": "json"})
        assert len(cells(table)) > 1
        assert len({len(row) for row in cells(table)}) == 1
        assert formulas(cells(table)) == []
        assert len(json.loads(told.text)["regels"]) == len(cells(table)) - 1
        for page in (table, told):
            assert MARK not in page.text + repr(page.headers), "what people say stays with us"


async def test_a_calendar_takes_an_appointment_and_nothing_else(demo: Attacked, report: Report) -> None:
    before = [place_of(raw) for raw in report.occasions.invitations.values()]
    assert sorted(before) == ["", "", "", " ".join(PLACE.split()).replace("\\N", "\n")]  # to icalendar that is one end
    after = []  # it was moved, to hours with a place of their own
    for path in report.occasions.invitations:
        async with demo.visitor().session.get(path) as response:
            assert response.content_type == "text/calendar"
            assert MARK not in repr(response.headers)
            after.append(place_of(await response.read()))
    assert [MARK in place for place in sorted(after)] == [False, False, False, True]


async def test_a_picture_is_drawn_of_it(report: Report) -> None:
    one = report.occasions.one
    assert [MARK in picture["alt"] for picture in report.occasions.pictures] == [False, True]
    pictures = [await one.get(picture["url"]) for picture in report.occasions.pictures]
    at_desk = [page for path, page in report.beside.items() if "/picture/" in path]
    assert at_desk
    for page in (*pictures, *at_desk):
        assert (page.status, page.headers["content-type"], page.text[1:4]) == (200, "image/png", "PNG")
        assert MARK not in page.text + repr(page.headers)


async def test_what_is_not_a_page_has_no_type_to_guess(report: Report) -> None:
    assert {kind_of(path) for path in report.beside} >= {"/desk/file/0/attachment/0", "/desk/ratings/csv"}
    for path, page in report.beside.items():
        assert page.headers["x-content-type-options"] == "nosniff", path
        assert MARK not in repr(page.headers), path


async def test_for_an_agency_it_is_a_text_among_texts(report: Report) -> None:
    page = await report.staff["coordinator"].get("/desk/texts/export?language=en&which=all")
    catalog = read_po(io.BytesIO(page.text.encode()), locale="en", abort_invalid=True)
    assert any(MARK in str(message.string) for message in catalog), "the one that was taken over"
    for message in catalog:
        assert MARK not in str(message.context)
        assert MARK not in repr((message.flags, message.user_comments, message.auto_comments))


async def test_the_own_data_are_taken_along_as_they_were_typed(demo: Attacked, report: Report) -> None:
    one = report.residents[0]
    assert (await one.ask("/chat/pin", {"pin": "2580"}))[0] == 200
    demo.change("UPDATE person SET pin_since = pin_since - ?", 3 * 24 * 3600 * 1000)
    await taps(one, "!go:gegevens", "gegevens.what:know")
    link = re.search(r"/mijn/[\w-]{32}", (await one.messages())[-1]["text"])
    assert link is not None
    page = await one.get(link[0])
    page = await one.post(link[0], page.forms[0].fields | {"pin": "2580"})
    assert (page.status, page.faults, MARK in page.words) == (200, (), True)
    take = next(form for form in page.forms if form.action.endswith("bestand"))
    async with one.session.post("/mijn/bestand", data=take.fields, headers={"Sec-Fetch-Site": "same-origin"}) as answer:
        assert answer.content_type == "application/zip"
        assert MARK not in repr(answer.headers)
        with zipfile.ZipFile(io.BytesIO(await answer.read())) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            said = json.loads(archive.read("gegevens.json"))
    assert [name for name in names if not re.fullmatch(r"gegevens\.json|bestanden/\d+\.jpg", name)] == []
    assert len(names) == 2
    assert any(SHORT in message["content"]["text"] for message in said["messages"])


async def test_a_notice_to_staff_says_none_of_it(demo: Attacked) -> None:
    page = await demo.visitor().get("/demo")
    assert page.faults == ()
    assert "Dossier: K-" in page.words
    assert MARK not in page.text
    subjects = re.findall(r"<li><p><strong>(.*?)</strong></p><pre>", page.text, re.DOTALL)
    assert subjects
    assert [subject for subject in subjects if not subject.isprintable()] == [], "each is one line"


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
