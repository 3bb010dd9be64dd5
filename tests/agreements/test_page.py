"""The list to print: in the web chat of who is signed in there, or behind a personal link of their own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import identity
from bot import web as web_
from bot.agreements.acts import Line
from bot.channels import webchat
from bot.channels.webchat.guard import COOKIE
from bot.conversation import CONVERSATIONS
from bot.house import HOUSE
from flows.grammar import Opened, Tapped
from flows.text import verbatim
from storage import tables
from tests.support.agreements import FREE, FRIDAY, PAPERS, POST, items, known, sent
from tests.support.town import Colleague, Resident, Town

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(town: Town) -> AsyncIterator[Client]:
    """A browser at the web chat of the town."""
    app = web.Application(middlewares=[web_.guard])
    app[HOUSE], app[CONVERSATIONS] = town.house, town.conversations
    app.on_response_prepare.append(web_.harden)
    webchat.setup(app)
    async with TestClient(TestServer(app)) as made:
        yield made


async def someone(town: Town, noor: Colleague, language: str = "nl") -> Resident:
    """Somebody with something to do, something that we do and something done."""
    one = await town.resident(at_menu=False)
    await one.says(Opened(hint=language))
    await one.says(Tapped(f"welkom.hello:{language}"))
    await sent(town, one, noor, Line(POST, FRIDAY), Line(FREE), Line(PAPERS, FRIDAY, noor.id))
    (number, *_) = [item.id for item in await items(one) if item.text == FREE]
    await one.taps(f"!to:afspraken.done:{number}")
    return one


async def shown(client: Client, one: Resident, query: str = "") -> str:
    """The page as their browser gets it."""
    response = await client.get(f"/chat/list{query}", headers={"Cookie": f"{COOKIE}={one.external_id}"})
    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "script-src" in response.headers["Content-Security-Policy"]
    return await response.text()


def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Residents of a town have ids that are no tokens of the page: any will do here."""
    monkeypatch.setattr("bot.channels.webchat.guard.TOKEN", re.compile(r"resident-\d{20}"))


async def test_both_languages_beside_each_other_and_no_script(
    town: Town, noor: Colleague, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(monkeypatch)
    page = await shown(client, await someone(town, noor, "ar"))
    assert '<html lang="ar" dir="rtl">' in page
    assert "<script" not in page
    assert " style=" not in page
    for words in (
        "ما اتفقنا عليه",
        "Wat we hebben afgesproken",
        "فتح رسائل البريد",
        "Open uw post",
        "Uiterlijk vrijdag 27",
    ):
        assert words in page
    assert page.count("Bel Kees van de woningbouw.") == 1  # what a human typed is there once, as Dutch
    assert '<span lang="nl" dir="ltr">Bel Kees van de woningbouw.</span>' in page


async def test_in_dutch_everything_stands_once(
    town: Town, noor: Colleague, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(monkeypatch)
    one = await someone(town, noor)
    page = await shown(client, one)
    assert page.count("Open uw post en doe alles in een map.") == 1
    assert 'class="dutch"' not in page
    assert "What we agreed" in await shown(client, one, "?taal=en")


async def test_markup_is_text(town: Town, noor: Colleague, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch)
    one = await town.resident()
    await sent(town, one, noor, Line(verbatim("<img src=x onerror=alert(1)> {what} \u202e&")))
    page = await shown(client, one)
    assert "&lt;img src=x onerror=alert(1)&gt; {what} &amp;" in page


async def test_who_is_not_signed_in_is_led_to_the_chat(town: Town, noor: Colleague, client: Client) -> None:
    for cookie in ("", f"{COOKIE}=made-up", f"{COOKIE}={'a' * 43}"):
        response = await client.get("/chat/list", headers={"Cookie": cookie}, allow_redirects=False)
        assert (response.status, response.headers["Location"]) == (303, "/chat")


async def test_who_was_erased_has_no_list_any_more(
    town: Town, noor: Colleague, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(monkeypatch)
    one = await someone(town, noor)
    (person,) = await town.rows(tables.person, id=(await one.row()).person_id)
    await town.house.vault.destroy(person.key_id, 1)
    response = await client.get("/chat/list", headers={"Cookie": f"{COOKIE}={one.external_id}"}, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/chat")


async def test_nothing_is_on_the_list(town: Town, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch)
    assert "Er staat nu niets op uw lijst." in await shown(client, await town.resident())


async def test_elsewhere_a_personal_link_leads_there(town: Town, noor: Colleague) -> None:
    one = await town.resident("telegram")
    await sent(town, one, noor, Line(POST))
    page = (await known(one, "paper")).page
    found = re.fullmatch(r"http://[^/]+/c/([\w-]{32})\?taal=nl&daarna=lijst", page)
    assert found is not None
    whom = await identity.use_link(town.house, found[1], None)
    assert whom.conversation_id == one.conversation_id
    assert (await known(one, "standing")).page == ""
    assert len(await town.rows(tables.personal_link)) == 1


async def test_in_the_web_chat_it_is_the_page_itself(town: Town, sanne: Resident) -> None:
    assert (await known(sanne, "paper")).page.endswith("/chat/list?taal=nl")
    assert await town.rows(tables.personal_link) == []
