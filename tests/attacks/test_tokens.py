"""Cookies, links and codes that are forged, used again, stolen, swapped or too old, at a running demo; and robots that
open a link before the person does."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Any

import aiohttp
import pytest

from tests.attacks.conftest import Attacked, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Who opens a link in a message before its reader does.
ROBOTS = (
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.24.10.74 A",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) SkypeUriPreview Preview/0.5",
    "Microsoft Office/16.0 (Microsoft Outlook 16.0; SafeLinks)",
    "Mozilla/5.0 (compatible; Google-Safety; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS")


async def link_of(one: Visitor) -> str:
    """The token of a new personal link."""
    status, told = await one.ask("/chat/link", {})
    assert status == 200
    return str(told["url"]).rpartition("/")[2]


async def comes_back(demo: Attacked, **by: Any) -> tuple[int, dict[str, str]]:
    """A new browser that tries; what it was told, and its cookies."""
    made = demo.visitor()
    status, _ = await made.ask("/chat/resume", by)
    return status, made.cookies()


@pytest.mark.parametrize("robot", ROBOTS)
async def test_a_robot_that_opens_a_personal_link_gets_and_spoils_nothing(demo: Attacked, robot: str) -> None:
    one = await demo.resident()
    links = [(f"/c/{await link_of(one)}", "/c/" + "x" * 32), ("/mail/" + "x" * 32,) * 2, ("/mijn/" + "x" * 32,) * 2]
    async with aiohttp.ClientSession(demo.url, headers={"User-Agent": robot, "Accept": "*/*"}) as session:
        for own, forged in links:
            told = []
            for path in (own, forged):
                for method in METHODS:
                    async with session.request(method, path, allow_redirects=False) as response:
                        body = re.sub(rb'(name="form" value|"request": )"?[\w-]+"?', b"", await response.read())
                        assert "Set-Cookie" not in response.headers, (method, path)
                        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
                        assert response.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
                        assert response.headers["Cache-Control"] == "no-store"
                        told.append((path == own, method, response.status, body.replace(path.encode(), b"")))
            assert [one[1:] for one in told if one[0]] == [one[1:] for one in told if not one[0]] or own == forged
        for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
            headers = {"Content-Type": kind}
            async with session.post(
                "/chat/resume", data=f'{{"link":"{links[0][0][3:]}"}}', headers=headers
            ) as response:
                assert response.status == 403, "it does not say that a page of ours asks"
                assert "Set-Cookie" not in response.headers
    status, cookies = await comes_back(demo, link=links[0][0][3:])
    assert (status, len(cookies)) == (200, 1), "for the person it still works"


async def test_a_link_that_is_old_ended_or_forged_opens_nothing(demo: Attacked) -> None:
    one, other = await demo.resident(), await demo.resident()
    links = [await link_of(one) for _ in range(3)]
    flipped = links[0][:-1] + ("A" if links[0][-1] != "A" else "B")
    for forged in (flipped, links[0][:-1], links[0] + "A", links[0].swapcase(), "x" * 32, "", "../" * 8, "%00" * 10):
        assert (await comes_back(demo, link=forged))[0] in (400, 404), forged
    assert (await comes_back(demo, link=links[0]))[0] == 200
    demo.change("UPDATE personal_link SET expires_at = created_at + 1")
    assert (await comes_back(demo, link=links[0]))[0] == 404, "it is over"
    fresh, theirs = await link_of(one), await link_of(other)
    assert (await one.ask("/chat/link/end", {}))[0] == 200
    assert (await comes_back(demo, link=fresh))[0] == 404, "they ended it"
    assert (await comes_back(demo, link=theirs))[0] == 200, "of another it is not theirs to end"


async def test_one_link_opens_one_conversation(demo: Attacked) -> None:
    one, other = await demo.resident(), await demo.resident()
    assert (await one.ask("/chat/message", {"client_id": str(uuid.uuid4()), "text": "van de eerste"}))[0] == 200
    assert (await other.ask("/chat/resume", {"link": await link_of(one)}))[0] == 200
    assert any("van de eerste" in message["text"] for message in await other.messages())
    mine = await link_of(one)
    assert (await other.ask("/chat/link/end", {}))[0] == 200, "now it is the same person in two browsers"
    assert (await comes_back(demo, link=mine))[0] == 404


async def test_a_link_of_someone_with_a_pin_is_no_use_without_it(demo: Attacked) -> None:
    one = await demo.resident()
    assert (await one.ask("/chat/pin", {"pin": "2580"}))[0] == 200
    link = await link_of(one)
    assert await comes_back(demo, link=link) == (401, {})
    tries = [(await comes_back(demo, link=link, pin=f"{number:04}"))[0] for number in range(12)]
    assert tries[0] == 401
    assert tries[-1] == 429, "guessing is slowed, and told so"
    made = demo.visitor()
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with made.session.post("/chat/resume", json={"link": link, "pin": "2580"}, headers=headers) as response:
        assert (response.status, int(response.headers["Retry-After"]) > 0) == (429, True), "the right one waits too"
        assert (await response.json())["text"]


@pytest.mark.parametrize("cookie", ["klopaan_chat", "klopaan-desk", "klopaan_with", "klopaan_mijn"])
async def test_a_cookie_that_we_did_not_make_is_none(demo: Attacked, cookie: str) -> None:
    one, noor = await demo.resident(), await demo.staff("caseworker")
    chat, desk = one.cookies()["klopaan_chat"], noor.cookies()["klopaan-desk"]
    swapped = desk if cookie == "klopaan_chat" else chat
    for value in (
        "",
        "x",
        "x" * 43,
        "0" * 64,
        swapped,
        chat[:-1] + "!",
        f"{desk}.x",
        '"',
        "../../etc/passwd",
        "a" * 4000,
    ):
        async with aiohttp.ClientSession(demo.url, headers={"Cookie": f"{cookie}={value}"}) as session:
            for path in ("/chat/messages", "/chat/settings", "/desk/me", "/desk/file/1", "/meelezen/messages", "/mijn"):
                async with session.get(path, allow_redirects=False) as response:
                    assert response.status in (303, 401, 403, 404), (path, value, response.status)


async def test_a_session_that_ended_is_dead_everywhere(demo: Attacked) -> None:
    noor = await demo.staff("caseworker")
    stolen = noor.cookies()
    page = await noor.get("/desk")
    csrf = page.forms[0].fields["csrf"]
    async with aiohttp.ClientSession(demo.url, cookies=stolen) as thief:
        async with thief.get("/desk", allow_redirects=False) as response:
            assert response.status == 200, "as long as it lasts: nothing ties it to a browser"
        await noor.post("/desk/sign-out", {"csrf": csrf})
        async with thief.get("/desk", allow_redirects=False) as response:
            assert response.status == 303
        async with thief.post("/desk/me", data={"csrf": csrf, "phone": "0999"}) as response:
            assert response.status == 401
    one = await demo.resident()
    stolen = one.cookies()
    async with one.session.post("/chat/leave", headers={"Sec-Fetch-Site": "same-origin"}) as response:
        assert response.status == 204
    async with aiohttp.ClientSession(demo.url, cookies=stolen) as thief, thief.get("/chat/messages") as response:
        assert response.status == 401


async def test_the_token_of_a_form_is_of_one_session(demo: Attacked) -> None:
    noor, samir = await demo.staff("caseworker"), await demo.staff("coordinator")
    theirs = (await samir.get("/desk")).forms[0].fields["csrf"]
    own = (await noor.get("/desk")).forms[0].fields["csrf"]
    for csrf in (theirs, "", own[:-1], own.upper(), own + "0", "x" * 64):
        page = await noor.post("/desk/me", {"csrf": csrf, "phone": "0999 123 456"})
        assert page.status == 403, csrf
    for where in ("cross-site", "same-site", "none"):
        assert (await noor.post("/desk/me", {"csrf": own}, site=where)).status == 403
    assert demo.change("SELECT phone FROM staff WHERE username = 'noor'") == [(None,)]


async def test_a_one_time_link_of_staff_is_used_once_and_not_by_a_robot(demo: Attacked) -> None:
    async with aiohttp.ClientSession(demo.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.post("/demo/desk", data={"who": "noor"}, allow_redirects=False) as response:
            path = response.headers["Location"]
        for robot in ROBOTS:
            async with aiohttp.ClientSession(demo.url, headers={"User-Agent": robot}) as other:
                for method in ("GET", "HEAD", "POST"):
                    async with other.request(method, path, allow_redirects=False) as response:
                        assert "klopaan-desk" not in response.cookies, (robot, method)
                        assert response.status in ((400, 403) if method == "POST" else (200,))
    made = demo.visitor()
    for left in (True, False):
        page = await made.get(path)
        if left:
            page = await made.post(path, {"csrf": page.forms[0].fields["csrf"]})
            assert page.path == "/desk"
        else:
            assert page.status == 403
    forged = await made.get("/desk/link/" + "x" * 43)
    used = await made.get(path)
    assert (used.status, used.words) == (forged.status, forged.words), "that it was one is not told"


async def test_who_has_an_account_is_not_told(demo: Attacked) -> None:
    """By words, status and cookies; the work is counted in test_desk_sign_in."""
    told = []
    for name in ("noor", "nobody", "NOOR", "noor'--", "\u0000", "x" * 300):
        made = demo.visitor()
        page = await made.get("/desk/sign-in")
        fields = {"csrf": page.forms[0].fields["csrf"], "username": name, "password": "een-fout-wachtwoord"}
        page = await made.post("/desk/sign-in", fields)
        told.append((page.status, page.words.replace(name, ""), sorted(made.cookies())))
    assert all(one == told[0] for one in told), told


async def test_an_error_tells_its_number_and_nothing_else(demo: Attacked) -> None:
    mark = "geheim7391<b>"
    made = demo.visitor()
    for path in (f"/{mark}", f"/desk/file/{mark}", f"/c/{mark}/x?a={mark}", f"/chat/files/{mark}", f"/mijn/{mark}/a"):
        for accept in ("text/html", "application/json", "*/*"):
            async with made.session.get(
                path, headers={"Accept": accept, "X-Request-Id": mark, "Referer": mark}
            ) as response:
                body = await response.text()
                assert response.status == 404
                assert "geheim7391" not in body + repr(response.headers), (path, accept)
                if path.startswith("/desk"):
                    continue
                assert re.search(r"[0-9a-f]{16}", body), (path, accept)


async def test_many_who_say_half_of_something_keep_nobody_out(demo: Attacked) -> None:
    begun = (
        b"",
        b"GET /",
        b"POST /chat/message HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: ",
    )
    held = []
    for number in range(200):
        reader, writer = await asyncio.open_connection("127.0.0.1", demo.port)
        writer.write(begun[number % len(begun)])
        held.append((reader, writer))
    assert (await demo.visitor().get("/healthz")).text == "ok\n"
    one = await demo.resident()
    assert (await one.ask("/chat/message", {"client_id": str(uuid.uuid4()), "text": "menu"}))[0] == 200
    for _, writer in held:
        writer.transport.abort()


SMUGGLED = b"GET /desk/me HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: identity, chunked\r\nContent-Length: 4",
        b"Content-Length: 4\r\nContent-Length: 40",
        b"Content-Length: +4",
        b"Content-Length: 0x4",
        b"Content-Length: 4, 4",
        b"Content-Length: -1",
        b"Content-Length:\x0b4",
        b"X: a\r\n Transfer-Encoding: chunked",
        b"X: a\rTransfer-Encoding: chunked",
        b"X\x00: a",
    ],
)
async def test_no_second_request_hides_in_a_first(demo: Attacked, headers: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", demo.port)
    request = b"POST /chat/me HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n0\r\n\r\n" + SMUGGLED
    writer.write(request)
    async with asyncio.timeout(30):
        answers = await reader.read()  # until the connection is closed
    assert re.match(rb"HTTP/1.[01] 400 ", answers), answers
    assert answers.count(b"HTTP/1.") == 1, answers
    writer.close()
