"""The page of who helps, over HTTP: its links and its cookie, and one answer for all that is not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from bot.channels.webchat import helping
from bot.channels.webchat.helping import COOKIE
from bot.house import House
from storage.tables import helper, message
from tests.stores import StoreUrls
from tests.webchat_app import Answer, Browser, new_id, running

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

LET_IN = ("!go:naasten", "naasten.alone:yes", "naasten.list:add")
AGREED = ("naasten.may:act", "naasten.how_long:30", "naasten.agree:yes", "naasten.invited:link")


@dataclass(frozen=True, slots=True)
class Two:
    """A resident, who helps them, and someone else."""

    house: House
    resident: Browser
    helper: Browser
    other: Browser

    async def taps(self, *every: str) -> None:
        """What the resident does."""
        for data in every:
            assert (await self.resident.post("/chat/message", {"client_id": new_id(), "tap": data})).status == 200

    async def link(self) -> str:
        """They let someone in; the key of the link that they pass on."""
        await self.taps("welkom.hello:nl", *LET_IN)
        await self.resident.says("Samira")
        await self.taps(*AGREED)
        return str((await self.resident.messages())[-1]["text"]).partition("/m/")[2].split()[0]

    async def opens(self) -> str:
        """And it is opened."""
        link = await self.link()
        assert (await self.helper.post("/meelezen/open", {"link": link})).status == 200
        await self.taps("!menu", "!menu")  # the first one leaves what is theirs alone, and is itself
        return link


@pytest.fixture
async def two(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Two]:
    async with running(store_urls, tmp_path) as (house, server):
        browsers = [Browser(server) for _ in range(3)]
        await browsers[0].start()
        yield Two(house, *browsers)
        for browser in browsers:
            await browser.close()


def with_(browser: Browser) -> str:
    """The helper's cookie."""
    return next(one.value for one in browser.client.session.cookie_jar if one.key == COOKIE)


def nothing(answer: Answer) -> bool:
    """Whether it says no more than that there is nothing."""
    return (answer.status, answer.data) == (404, {"error": "nothing", "text": "Hier is niets te zien."})


async def test_a_robot_that_looks_ahead_uses_nothing_up_and_learns_nothing(two: Two) -> None:
    link = await two.link()
    pages = [await (await two.other.client.get(f"/m/{one}")).text() for one in (link, "a" * 32)]
    assert pages[0] == pages[1]
    assert "Samira" not in pages[0]
    assert COOKIE not in [one.key for one in two.other.client.session.cookie_jar]
    answer = await two.helper.post("/meelezen/look", {"link": link})
    assert (answer.data["asks"], answer.data["acts"]) == ("Bent u Samira?", True)
    assert (await two.helper.post("/meelezen/open", {"link": link})).status == 200


async def test_a_link_opens_one_browser(two: Two) -> None:
    link = await two.opens()
    assert nothing(await two.other.post("/meelezen/look", {"link": link}))
    assert nothing(await two.other.post("/meelezen/open", {"link": link}))
    assert nothing(await two.other.get("/meelezen/messages"))


async def test_two_who_open_it_at_the_same_moment_are_one(two: Two) -> None:
    link = await two.link()
    tries = [browser.post("/meelezen/open", {"link": link}) for browser in (two.helper, two.other)]
    assert sorted(answer.status for answer in await asyncio.gather(*tries)) == [200, 404]


@pytest.mark.parametrize("link", ["a" * 32, "", "../../etc", "x", None, 3, "\u202e" * 32])
async def test_what_is_no_link_is_nothing(two: Two, link: object) -> None:
    answer = await two.other.post("/meelezen/open", {"link": link})
    assert nothing(answer) or answer.data["error"] == "malformed"


async def test_the_page_reads_along_and_the_resident_sees_who_wrote(two: Two) -> None:
    await two.opens()
    found = await two.helper.get("/meelezen/messages")
    assert [one["author"] for one in found.data["messages"]] == ["resident", "bot"]
    said = await two.helper.post("/meelezen/message", {"client_id": new_id(), "tap": "!go:uitleg"})
    assert (said.status, said.data["texts"]) == (200, [])
    assert [one["who"] for one in await two.resident.messages()][-2:] == ["Samira", "Chatbot"]
    assert (await two.helper.get("/meelezen/messages")).data["messages"][-2]["own"]


async def test_withdrawn_it_says_what_it_says_to_whom_never_had_a_link(two: Two) -> None:
    await two.opens()
    await two.taps("!to:naasten.stopped:1")
    for path in ("/meelezen/messages", "/meelezen/events"):
        mine, never = await two.helper.get(path), await two.other.get(path)
        assert nothing(mine)
        assert (mine.status, mine.data) == (never.status, never.data)
    assert nothing(await two.helper.post("/meelezen/message", {"client_id": new_id(), "text": "hallo"}))


async def test_a_stream_of_who_is_ended_gives_nothing_more(two: Two) -> None:
    await two.opens()
    async with two.helper.client.get("/meelezen/events?after=0") as stream:
        assert (await stream.content.readuntil(b"\n\n")).startswith(b"retry")
        assert (await stream.content.readuntil(b"\n\n")).startswith(b"id: ")
        await two.resident.says("ik wil niet meer leven")  # nothing is told of it, not even that it came
        await two.taps("!to:naasten.stopped:1")
        assert await stream.content.readuntil(b"\n\n") == b"event: closed\ndata: 0\n\n"
        assert await stream.content.read() == b""


async def test_no_number_is_skipped_where_something_is_the_persons_own(two: Two) -> None:
    await two.opens()
    await two.taps("!go:aanmelden", "!menu", "!menu", "!go:uitleg")
    first = (await two.helper.get("/meelezen/messages")).data["messages"]
    assert [one["seq"] for one in first] == list(range(1, len(first) + 1))
    await two.taps("!go:gegevens", "!menu", "!menu")
    more = (await two.helper.get(f"/meelezen/messages?after={len(first)}")).data["messages"]
    assert [one["seq"] for one in more] == [len(first) + 1, len(first) + 2]
    assert (await two.helper.get(f"/meelezen/messages?before={len(first) + 1}")).data["messages"] == first
    async with two.helper.client.get(f"/meelezen/events?after={len(first)}") as stream:
        await stream.content.readuntil(b"\n\n")
        assert await stream.content.readuntil(b"\n\n") == b"id: %d\ndata: %d\n\n" % ((len(first) + 2,) * 2)
    answer = await two.helper.post("/meelezen/message", {"client_id": new_id(), "tap": "!menu"})
    assert answer.data == {"ok": True, "texts": []}


async def test_the_beat_of_a_stream_does_not_tell_that_something_came(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Woken every five seconds by what is not for helpers, it beats every twenty."""
    await two.opens()
    now, waits = [0.0], list[float]()

    async def wait(news: asyncio.Event, seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) > 5:
            raise ConnectionResetError
        now[0] += min(5.0, seconds)
        return True

    monkeypatch.setattr(helping, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(helping, "wait", wait)
    async with two.helper.client.get("/meelezen/events?after=1000") as stream:
        assert await stream.content.read() == b"retry: 3000\n\n:\n\n"
    assert waits == [20.0, 15.0, 10.0, 5.0, 20.0, 15.0]


async def test_neither_cookie_opens_what_is_the_others(two: Two) -> None:
    await two.opens()
    token = with_(two.helper)
    chat = two.resident.token
    assert chat is not None
    headers = {"Cookie": f"klopaan_chat={token}"}
    assert (await two.other.client.get("/chat/messages", headers=headers)).status == 401
    assert (await two.other.client.get("/meelezen/messages", headers={"Cookie": f"{COOKIE}={chat}"})).status == 404
    files = ("/chat/settings", "/chat/messages", "/chat/list", "/chat/files/1", "/chat/pictures/1", "/chat/voice/1")
    for path in files:
        answer = await two.helper.client.get(path, allow_redirects=False)
        assert answer.status in (303, 401), path


async def test_what_expired_is_nothing(two: Two) -> None:
    await two.opens()
    async with two.house.db.begin() as conn:
        await conn.execute(update(helper).values(ends_at=1))
    assert nothing(await two.helper.get("/meelezen/messages"))


async def test_another_site_says_nothing_here(two: Two) -> None:
    await two.opens()
    data = {"client_id": new_id(), "text": "hallo"}
    answer = await two.helper.post("/meelezen/message", data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403


async def test_who_writes_too_much_waits(two: Two) -> None:
    await two.opens()
    data = [{"client_id": new_id(), "tap": "!menu"} for _ in range(40)]
    answers = [(await two.helper.post("/meelezen/message", one)).status for one in data]
    assert (answers[0], answers[-1]) == (200, 429)


@pytest.mark.parametrize(
    "data", [{}, {"text": "a", "tap": "!menu"}, {"text": " "}, {"tap": "<b>"}, {"text": "x" * 20_000}, {"picked": {}}]
)
async def test_what_is_no_message_is_refused(two: Two, data: dict[str, object]) -> None:
    await two.opens()
    answer = await two.helper.post("/meelezen/message", {"client_id": new_id(), **data})
    assert answer.status in (400, 413)


async def test_what_a_helper_told_of_a_danger_is_not_on_the_residents_screen(two: Two) -> None:
    await two.opens()
    answer = await two.helper.post("/meelezen/message", {"client_id": new_id(), "text": "haar man slaat haar"})
    assert any("112" in text for text in answer.data["texts"])
    assert not any("slaat" in one["text"] for one in await two.resident.messages())
    async with two.house.db.read() as conn:
        told = (await conn.execute(message.select().order_by(message.c.id.desc()))).first()
    assert told is not None
    assert (await two.resident.get(f"/chat/voice/{told.id}")).status == 404


async def test_who_helps_may_stop(two: Two) -> None:
    await two.opens()
    assert (await two.helper.post("/meelezen/leave", {})).status == 200
    assert nothing(await two.helper.get("/meelezen/messages"))
    async with two.house.db.read() as conn:
        assert (await conn.execute(helper.select())).one().ended_how == "left"
