"""The endpoints of the web chat: what they do, and what they refuse without changing anything."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import StreamReader, web
from sqlalchemy import func, select, update

from bot.channels.webchat.api import PAGE_SIZE
from bot.channels.webchat.guard import BODY_LIMIT, COOKIE, TEXT_LIMIT
from bot.channels.webchat.limits import LIMITS
from bot.house import House
from bot.limiter import Limiter
from storage.tables import attachment, message, outbox, person, received
from tests.stores import StoreUrls
from tests.webchat_app import HERE, JPEG, Browser, new_id, running

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


class Chat:
    """A house with its server, and browsers on it."""

    def __init__(self, house: House, app: web.Application, browser: Browser, other: Browser) -> None:
        self.house, self.app, self.browser, self.other = house, app, browser, other

    async def count(self) -> tuple[int, ...]:
        """How much there is of everything that a request could add."""
        async with self.house.db.read() as conn:
            counts = [
                (await conn.execute(select(func.count()).select_from(table))).scalar_one()
                for table in (person, message, received, attachment)
            ]
        return tuple(counts)


@pytest.fixture
async def chat(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Chat]:
    async with running(store_urls, tmp_path) as (house, server):
        browsers = Browser(server), Browser(server)
        yield Chat(house, server.app, *browsers)
        for browser in browsers:
            await browser.close()


async def test_nothing_is_stored_before_the_start(chat: Chat) -> None:
    response = await chat.browser.client.get("/?naar=aanmelden&van=bieb")
    assert response.status == 200
    assert "Set-Cookie" not in response.headers
    assert await chat.count() == (0, 0, 0, 0)
    page = await response.text()
    assert not re.search(r"<script(?! type=\"(module|application/json)\")| style=| on[a-z]+=|//(?!www\.nu\.nl)", page)


async def test_the_start_greets_and_sets_a_cookie_for_our_pages_only(chat: Chat) -> None:
    answer = await chat.browser.post("/chat/start", {"client_id": new_id(), "language": "en"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    dutch, hello = await chat.browser.messages()  # nobody confirmed the English: the Dutch stands next to it
    assert (dutch["author"], dutch["lang"], dutch["buttons"]) == ("bot", "nl", [])
    assert (hello["author"], hello["lang"], hello["dir"]) == ("bot", "en", "ltr")
    assert hello["buttons"]


async def test_starting_again_in_the_same_browser_greets_once(chat: Chat) -> None:
    await chat.browser.start()
    await chat.browser.start()
    assert len(await chat.browser.messages()) == 1
    assert (await chat.count())[0] == 1


async def test_a_deep_link_opens_its_flow_also_for_someone_who_is_known(chat: Chat) -> None:
    await chat.browser.start()
    await chat.browser.start(flow="aanmelden", source="bieb")
    assert len(await chat.browser.messages()) == 2


async def test_a_message_is_answered_once_however_often_it_is_sent(chat: Chat) -> None:
    await chat.browser.start()
    client_id = new_id()
    answers = await asyncio.gather(*(chat.browser.says("menu", client_id) for _ in range(5)))
    assert {answer.status for answer in answers} == {200}
    assert [one["text"] for one in await chat.browser.messages()].count("menu") == 1


async def test_the_same_client_id_of_someone_else_is_another_message(chat: Chat) -> None:
    await chat.browser.start()
    await chat.other.start()
    client_id = new_id()
    await chat.browser.says("menu", client_id)
    await chat.other.says("menu", client_id)
    assert [one["text"] for one in await chat.other.messages()].count("menu") == 1


async def test_boxes_are_sent_together_and_say_what_is_ticked(chat: Chat) -> None:
    await chat.browser.start(flow="aanmelden")
    while not any(button["box"] for button in (await chat.browser.messages())[-1]["buttons"]):
        first = (await chat.browser.messages())[-1]["buttons"][0]["data"]
        await chat.browser.post("/chat/message", {"client_id": new_id(), "tap": first})
    question = (await chat.browser.messages())[-1]
    boxes = [button for button in question["buttons"] if button["box"]]
    assert {button["data"].rpartition(":")[2] for button in question["buttons"] if not button["box"]} <= {
        "done",
        "enough",
    }
    screen = boxes[0]["data"].rpartition(":")[0]
    picked = {"screen": screen, "choices": [boxes[1]["data"].rpartition(":")[2], boxes[2]["data"].rpartition(":")[2]]}
    answer = await chat.browser.post("/chat/message", {"client_id": new_id(), "picked": picked})
    assert answer.status == 200
    own, reply = (await chat.browser.messages())[-2:]
    assert boxes[1]["label"] in own["text"]
    assert boxes[2]["label"] in own["text"]
    assert not any(button["data"].startswith(f"{screen}:") for button in reply["buttons"])


async def test_a_photo_reaches_the_conversation_and_only_its_owner_gets_it_back(chat: Chat) -> None:
    await chat.browser.start()
    await chat.other.start()
    assert (await chat.browser.upload(JPEG)).status == 200
    (photo,) = [one for one in await chat.browser.messages() if one["files"]]
    assert photo["kind"] == "photo"
    url = photo["files"][0]["url"]
    response = await chat.browser.client.get(url)
    assert await response.read() == JPEG
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"] == 'inline; filename="bestand.jpg"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert (await chat.other.get(url)).status == 404
    assert (await chat.other.get("/chat/files/9223372036854775808")).status == 404


async def test_a_document_is_kept_for_saving_not_for_showing(chat: Chat) -> None:
    await chat.browser.start()
    await chat.browser.upload(b"%PDF-1.7 made up", name="schulden.pdf")
    (file,) = [one["files"][0] for one in await chat.browser.messages() if one["files"]]
    response = await chat.browser.client.get(file["url"])
    assert response.headers["Content-Disposition"] == 'attachment; filename="bestand.pdf"'


async def test_the_newest_messages_come_first_and_earlier_ones_when_asked(chat: Chat) -> None:
    await chat.browser.start()
    for _ in range(PAGE_SIZE // 2):
        await chat.browser.says("menu")
    page = (await chat.browser.get("/chat/messages")).data
    seqs = [one["seq"] for one in page["messages"]]
    assert seqs == list(range(2, PAGE_SIZE + 2))
    assert page["earlier"] is True
    rest = (await chat.browser.get(f"/chat/messages?before={seqs[0]}")).data
    assert [one["seq"] for one in rest["messages"]] == [1]
    assert rest["earlier"] is False
    after = (await chat.browser.get(f"/chat/messages?after={PAGE_SIZE}")).data
    assert [one["seq"] for one in after["messages"]] == [PAGE_SIZE + 1]


async def test_what_is_on_the_screen_counts_as_read(chat: Chat) -> None:
    await chat.browser.start()
    await chat.browser.says("menu")
    assert (await chat.browser.post("/chat/seen", {"seq": 1})).status == 200
    async with chat.house.db.read() as conn:
        states = (await conn.execute(select(outbox.c.state).order_by(outbox.c.id))).scalars().all()
    assert states == ["read", "sent"]


async def test_what_was_only_announced_elsewhere_is_read_here(chat: Chat) -> None:
    await chat.browser.start()
    for style, expected in [("nudge", "read"), ("template", "read"), ("announced", "read"), ("full", "sent")]:
        async with chat.house.db.begin() as conn:
            await conn.execute(update(outbox).values(channel="telegram", style=style, state="sent"))
        assert (await chat.browser.post("/chat/seen", {"seq": 1})).status == 200
        async with chat.house.db.read() as conn:
            assert (await conn.execute(select(outbox.c.state))).scalar_one() == expected


async def test_the_stream_tells_of_news_and_takes_up_where_it_broke_off(chat: Chat) -> None:
    await chat.browser.start()
    async with chat.browser.client.get("/chat/events?after=0") as response:
        assert response.content_type == "text/event-stream"
        assert await _next_id(response.content) == 1
        await chat.browser.says("menu")
        assert await _next_id(response.content) == 3
    async with chat.browser.client.get("/chat/events", headers={"Last-Event-ID": "2"}) as response:
        assert await _next_id(response.content) == 3


async def test_of_more_than_five_streams_of_one_browser_the_oldest_ends(chat: Chat) -> None:
    await chat.browser.start()
    await chat.other.start()
    async with AsyncExitStack() as open_:
        theirs = await open_.enter_async_context(chat.other.client.get("/chat/events?after=0"))
        own = []
        for _ in range(7):
            own.append(await open_.enter_async_context(chat.browser.client.get("/chat/events?after=0")))
            assert await _next_id(own[-1].content) == 1
        for ended in own[:2]:
            await asyncio.wait_for(ended.content.read(), 30)
        await chat.browser.says("menu")
        for kept in own[2:]:
            assert await _next_id(kept.content) == 3
        assert await _next_id(theirs.content) == 1
        await chat.other.says("menu")
        assert await _next_id(theirs.content) == 3


async def test_a_stream_ends_by_itself_and_the_page_connects_again(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.webchat.streams.LONGEST", 0.0)
    await chat.browser.start()
    async with chat.browser.client.get("/chat/events?after=0") as response:
        assert b"id: 1\n" in await asyncio.wait_for(response.content.read(), 30)


async def test_one_place_cannot_fill_the_disk_by_starting_again_and_can_still_talk(chat: Chat) -> None:
    photo = JPEG + bytes(10_000)
    chat.app[LIMITS].bytes = Limiter(4 * len(photo), 0, code="files_full")
    statuses, browsers = [], []
    for _ in range(2):
        browser = Browser(chat.browser.client.server)  # type: ignore[arg-type] # it is the TestServer that it was given
        await browser.start()
        statuses += [(await browser.upload(photo)).status for _ in range(2)]
        assert (await browser.says("menu")).status == 200
        last = await browser.upload(photo)
        browsers.append(browser)
    assert statuses == [200, 200, 413, 413], "the first browser sent three"
    assert (last.status, last.data["error"]) == (413, "files_full")
    assert (await chat.count())[3] == 3
    for browser in browsers:
        await browser.close()


async def test_a_file_that_is_not_kept_takes_nothing_from_the_place(chat: Chat) -> None:
    chat.app[LIMITS].bytes = Limiter(len(JPEG) + 1000, 0, code="files_full")
    await chat.browser.start()
    for _ in range(4):
        assert (await chat.browser.upload(b"no photo" * 30)).status == 415
    assert (await chat.browser.upload(JPEG)).status == 200


async def test_over_https_only_a_cookie_that_is_bound_to_this_host_counts(chat: Chat) -> None:
    config = chat.house.config
    chat.house.config = replace(config, web=replace(config.web, public_url="https://hulp.example"))
    body = {"client_id": new_id()}
    response = await chat.browser.client.post("/chat/start", json=body, headers=HERE)
    (cookie,) = response.cookies.values()
    assert (cookie.key, cookie["secure"], cookie["path"], cookie["domain"]) == ("__Host-klopaan_chat", True, "/", "")
    for name, is_started in (("__Host-klopaan_chat", True), (COOKIE, False)):
        headers = {"Cookie": f"{name}={cookie.value}", **HERE}  # over plain http a jar keeps it back
        me = await (await chat.browser.client.get("/chat/me", headers=headers)).json()
        assert me["started"] is is_started, name
    headers = {"Cookie": f"__Host-klopaan_chat={cookie.value}", **HERE}
    left = (await chat.browser.client.post("/chat/leave", headers=headers)).cookies["__Host-klopaan_chat"]
    assert (left.value, left["secure"]) == ("", True), "a browser ignores one that is not secure"


async def test_leaving_closes_this_browser_and_its_stream_but_not_the_conversation(chat: Chat) -> None:
    await chat.browser.start()
    code = (await chat.browser.get("/chat/settings")).data["code"]
    token = chat.browser.token
    async with chat.browser.client.get("/chat/events?after=0") as stream:
        answer = await chat.browser.post("/chat/leave")
        assert answer.status == 204
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert chat.browser.token is None
        async for line in stream.content:
            if line == b"event: closed\n":
                break
        else:
            pytest.fail("the stream was not told")
    forged = await chat.browser.client.get("/chat/messages", headers={"Cookie": f"{COOKIE}={token}"})
    assert forged.status == 401
    assert (await chat.other.post("/chat/resume", {"code": code})).status == 200
    assert len(await chat.other.messages()) == 1


async def test_refusals_are_short_and_in_the_persons_language(chat: Chat) -> None:
    chat.browser.language = "en"
    english = (await chat.browser.says("hello")).data
    chat.browser.language = "ar"
    arabic = (await chat.browser.says("hello")).data
    assert english["error"] == arabic["error"] == "closed_here"
    assert english["text"].isascii()
    assert not arabic["text"].isascii()


CID = new_id()
BAD = {
    "not JSON": (b"{", 400),
    "not UTF-8": (b"\xff\xfe", 400),
    "a list": (b"[]", 400),
    "too deep": (b"[" * 100_000, 400),
    "nothing said": ({"client_id": CID}, 400),
    "two things said": ({"client_id": CID, "text": "a", "tap": "!menu"}, 400),
    "only spaces": ({"client_id": CID, "text": " \n"}, 400),
    "no client id": ({"text": "hallo"}, 400),
    "another client id": ({"client_id": "1; DROP TABLE", "text": "hallo"}, 400),
    "text of a wrong type": ({"client_id": CID, "text": ["hallo"]}, 400),
    "a tap with a path": ({"client_id": CID, "tap": "../../etc/passwd"}, 400),
    "boxes of a wrong type": ({"client_id": CID, "picked": {"screen": "a.b", "choices": [1]}}, 400),
    "boxes without a screen": ({"client_id": CID, "picked": {"choices": []}}, 400),
    "too long a text": ({"client_id": CID, "text": "a" * (TEXT_LIMIT + 1)}, 413),
    "too large a body": (b" " * (BODY_LIMIT + 1), 413),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_message_is_refused_and_changes_nothing(chat: Chat, what: str) -> None:
    await chat.browser.start()
    before = await chat.count()
    data, status = BAD[what]
    answer = await chat.browser.post("/chat/message", data)
    assert answer.status == status
    assert answer.data["text"]
    assert await chat.count() == before


async def test_half_an_emoji_is_no_reason_to_fail(chat: Chat) -> None:
    await chat.browser.start()
    sent = f'{{"client_id": "{new_id()}", "text": "menu \\ud83c"}}'.encode()
    assert (await chat.browser.post("/chat/message", sent)).status == 200


async def test_files_are_known_by_their_content_and_their_size(chat: Chat) -> None:
    await chat.browser.start()
    before = await chat.count()
    assert (await chat.browser.upload(b"<script>alert(1)</script>", name="foto.jpg")).status == 415
    assert (await chat.browser.upload(b"")).status == 415
    assert (await chat.browser.upload(JPEG + bytes(1024 * 1024))).status == 413
    assert (await chat.browser.upload(JPEG, client_id="x")).status == 400
    not_a_form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await chat.browser.post("/chat/upload", b"no form", headers=not_a_form)).status == 400
    assert (await chat.browser.post("/chat/upload", {"client_id": new_id()})).status == 400
    assert await chat.count() == before


async def test_50_megabytes_are_refused_before_they_are_read(chat: Chat) -> None:
    await chat.browser.start()
    before = await chat.count()
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(50 * 1024 * 1024)}
    answer = await chat.browser.post("/chat/upload", b"--x\r\n", headers=headers)
    assert answer.status == 413
    assert "1 MB" in answer.data["text"]
    assert await chat.count() == before


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}],
)
@pytest.mark.parametrize("path", ["start", "message", "upload", "resume", "leave", "seen", "pin", "link", "link/end"])
async def test_other_sites_can_have_nothing_done(chat: Chat, path: str, headers: dict[str, str]) -> None:
    await chat.browser.start()
    before = await chat.count()
    answer = await chat.browser.post(f"/chat/{path}", {"client_id": new_id(), "text": "menu"}, headers=headers)
    assert answer.status == 403
    assert answer.data["error"] == "elsewhere"
    assert await chat.count() == before


async def test_older_browsers_are_known_by_their_origin(chat: Chat) -> None:
    url = chat.browser.client.make_url("/chat/start")
    body = {"client_id": new_id()}
    for origin, status in ((None, 403), ("https://elsewhere.example", 403), ("null", 403), (str(url.origin()), 200)):
        headers = {} if origin is None else {"Origin": origin}
        assert (await chat.browser.client.post("/chat/start", json=body, headers=headers)).status == status


async def test_a_form_of_another_kind_is_no_json(chat: Chat) -> None:
    answer = await chat.browser.post("/chat/start", headers={"Content-Type": "text/plain"})
    assert answer.status == 400


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "../../../etc/passwd", "%00", "é" * 30])
async def test_a_forged_cookie_opens_nothing_and_makes_nobody(chat: Chat, token: str) -> None:
    headers = {"Cookie": f"{COOKIE}={token}"}
    assert (await chat.browser.client.get("/chat/messages", headers=headers)).status == 401
    assert (await chat.browser.client.get("/chat/events", headers=headers)).status == 401
    assert (await chat.browser.says("hallo")).status == 401
    assert await chat.count() == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "path", ["/chat/messages?after=x", "/chat/messages?after=99999999999999999999", "/chat/messages?before=-1"]
)
async def test_a_place_that_is_no_number_is_refused(chat: Chat, path: str) -> None:
    await chat.browser.start()
    assert (await chat.browser.get(path)).status == 400


@pytest.mark.parametrize(
    "path",
    ["/chat/static/x/../../guard.py", "/chat/static/x/%2e%2e%2fguard.py", "/chat/static/x/guard.py", "/chat/files/x"],
)
async def test_paths_lead_nowhere_else(chat: Chat, path: str) -> None:
    assert (await chat.browser.get(path)).status == 404


async def test_a_flood_is_slowed_down_with_a_word_and_a_time(chat: Chat) -> None:
    await chat.browser.start()
    answers = await asyncio.gather(*(chat.browser.says("menu") for _ in range(60)))
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert all(answer.headers["Retry-After"] == "5" and answer.data["text"] for answer in refused)


async def test_someone_who_was_erased_is_closed_here(chat: Chat) -> None:
    await chat.browser.start()
    async with chat.house.db.read() as conn:
        key_id = (await conn.execute(select(person.c.key_id))).scalar_one()
    await chat.house.vault.destroy(key_id, 0)
    assert (await chat.browser.get("/chat/messages")).status == 401
    assert (await chat.browser.get("/chat/settings")).status == 401


async def test_the_page_follows_the_language_of_the_conversation(chat: Chat) -> None:
    await chat.browser.start()
    async with chat.house.db.begin() as conn:
        await conn.execute(update(person).values(language="ar"))
    assert (await chat.browser.get("/chat/messages")).data["language"] == "ar"
    words = (await chat.browser.get("/chat/words?taal=ar")).data
    assert (words["language"], words["dir"]) == ("ar", "rtl")
    page = await (await chat.browser.client.get("/")).text()
    assert '<html lang="ar" dir="rtl">' in page


async def _next_id(stream: StreamReader) -> int:
    """The number in the next event of a stream."""
    while line := await asyncio.wait_for(stream.readline(), 30):
        if line.startswith(b"id: "):
            return int(line[4:])
    raise AssertionError("the stream ended")
