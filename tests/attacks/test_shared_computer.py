"""Thirty people behind one address in less than an hour, as in a library: all get through, while who guesses there is
slowed and told so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot import identity
from bot.channels.webchat.guard import CHANNEL
from bot.house import House
from tests.stores import StoreUrls
from tests.support.desk import PASSWORD, Balie
from tests.webchat_app import JPEG, Browser, running

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

PEOPLE = 30


class Library:
    """The web chat, and browsers at one address. No clock moves: what takes them an hour they do at once."""

    def __init__(self, house: House, server: TestServer, closing: AsyncExitStack) -> None:
        self.house = house
        self._server = server
        self._closing = closing

    def browser(self) -> Browser:
        made = Browser(self._server)
        self._closing.push_async_callback(made.close)
        return made

    async def person(self) -> Browser:
        made = self.browser()
        await made.start()
        assert (await made.says("hallo")).status == 200
        return made

    async def code_of(self, one: Browser) -> str:
        return str((await one.get("/chat/settings")).data["code"])


@pytest.fixture
async def library(tmp_path: Path, store_urls: StoreUrls) -> AsyncIterator[Library]:
    async with AsyncExitStack() as closing, running(store_urls, tmp_path) as (house, server):
        yield Library(house, server, closing)
        await closing.aclose()


async def guesses(browser: Browser, times: int) -> list[int]:
    return [(await browser.post("/chat/resume", {"code": f"ZZZZ-ZZZ-{number:03}"})).status for number in range(times)]


async def test_thirty_people_at_one_address(library: Library) -> None:
    codes = []
    for _ in range(PEOPLE):
        one = await library.person()
        assert (await one.upload(JPEG)).status == 200
        codes.append(await library.code_of(one))
    for number, code in enumerate(codes):
        another = library.browser()
        if number % 2:
            mistyped = f"{code[:-1]}{'2' if code[-1] != '2' else '3'}"
            assert (await another.post("/chat/resume", {"code": mistyped})).status == 404, "a mistake is told as one"
        assert (await another.post("/chat/resume", {"code": code})).status == 200, number
    assert len(set(codes)) == PEOPLE


async def test_thirty_come_back_while_one_guesses(library: Library) -> None:
    people = [await library.person() for _ in range(PEOPLE)]
    links = [(await one.post("/chat/link", {})).data["url"].rpartition("/")[2] for one in people]
    guesser = library.browser()
    told = await guesses(guesser, 40)
    assert told[:30] == [404] * 30
    assert told[30:] == [429] * 10, "slowed"
    slowed = await guesser.post("/chat/resume", {"code": "ZZZZ-ZZZ-ZZZ"})
    assert slowed.data["text"], "and told so"
    assert int(slowed.headers["Retry-After"]) > 0
    forged = await library.browser().post("/chat/resume", {"link": "x" * 32})
    assert forged.status == 404, "a wrong link is told as one"
    for one, link in zip(people, links, strict=True):
        assert (await one.says("menu")).status == 200, "who talks goes on talking"
        another = library.browser()
        assert (await another.post("/chat/resume", {"link": link})).status == 200, "who has a link goes on with it"


async def test_who_guesses_a_pin_holds_up_that_person_alone(library: Library) -> None:
    people = [await library.person() for _ in range(3)]
    codes = [await library.code_of(one) for one in people]
    for one in people:
        assert (await one.post("/chat/pin", {"pin": "2580"})).status == 200
    guesser = library.browser()
    tries = [await guesser.post("/chat/resume", {"code": codes[0], "pin": f"{number:04}"}) for number in range(8)]
    assert tries[0].status == 401
    assert tries[-1].status == 429
    assert any(letter.isdigit() for letter in tries[-1].data["text"]), "for how long"
    for code in codes[1:]:
        assert (await library.browser().post("/chat/resume", {"code": code, "pin": "2580"})).status == 200
    found = await identity.find(library.house, CHANNEL, people[0].token or "")
    assert found is not None, "where they were already, nothing changed"
    assert (await people[0].says("menu")).status == 200


async def test_thirty_colleagues_sign_in_at_one_address_and_each_mistypes(balie: Balie) -> None:
    for number in range(PEOPLE):
        await balie.add_staff(f"collega{number}", f"Collega {number}", password=PASSWORD)
    guesser = await balie.browser()
    statuses = []
    for number in range(8):
        await guesser.get("/desk/sign-in")
        answer = await guesser.post("/desk/sign-in", username="collega0", password=f"een-gok-{number}-van-een-ander")
        statuses.append(answer.status)
    assert statuses[0] == 403
    assert statuses[-1] == 429, "slowed"
    assert "Wacht" in guesser.page or "wacht" in guesser.page, "and told so"
    for number in range(1, PEOPLE):
        browser = await balie.browser()
        for password, status in ((PASSWORD + "!", 403), (PASSWORD, 303)):
            await browser.get("/desk/sign-in")
            answer = await browser.post("/desk/sign-in", username=f"collega{number}", password=password)
            assert answer.status == status, (number, password)
