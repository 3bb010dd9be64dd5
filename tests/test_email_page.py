"""The page behind the link in a letter, as browsers, mail programs and robots ask for it."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import letters
from bot import web as web_
from bot.channels import email, webchat
from bot.house import HOUSE
from storage import tables
from tests.stores import StoreUrls
from tests.support.town import Town, open_town

HERE = {"Sec-Fetch-Site": "same-origin"}
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def wishes(self) -> list[str]:
        """What its buttons ask."""
        return [part.partition('"')[0] for part in self.text.split('name="wish" value="')[1:]]


class Mailbox:
    """Someone who got a letter."""

    def __init__(self, town: Town, client: TestClient[web.Request, web.Application], address_id: int) -> None:
        self.town = town
        self.client = client
        self.address_id = address_id
        self.token = letters.token_of(town.house, address_id)

    async def looks(self, token: str | None = None, query: str = "", **headers: str) -> Answer:
        return await self._read("GET", f"/mail/{token or self.token}{query}", headers=headers)

    async def posts(
        self, body: str | bytes, token: str | None = None, query: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {**FORM, **(HERE if headers is None else headers)}
        return await self._read("POST", f"/mail/{token or self.token}{query}", data=body, headers=sent)

    async def _read(self, method: str, path: str, **options: Any) -> Answer:
        async with self.client.request(method, path, **options) as response:
            return Answer(response.status, await response.text(), response.headers)

    async def row(self) -> Any:
        (row,) = await self.town.rows(tables.address, id=self.address_id)
        return row

    async def events(self) -> list[tuple[str, Any]]:
        unseal = self.town.house.vault.unseal_text
        rows = await self.town.rows(tables.event, person_id=(await self.row()).person_id)
        found = [row for row in rows if row.kind in ("consent", "address_confirmed")]
        return [(row.kind, json.loads(unseal(row.detail_sealed, "event"))) for row in found]


@pytest.fixture
async def mailbox(tmp_path: Path, store_urls: StoreUrls) -> AsyncIterator[Mailbox]:
    async with open_town(tmp_path, store_urls, extra="[channels.email]\n") as town:
        one = await town.resident()
        person_id = (await one.row()).person_id
        (key_id,) = [row.key_id for row in await town.rows(tables.person, id=person_id)]
        async with town.house.db.begin() as conn:
            await letters.add_address(town.house, conn, person_id, key_id, "sam@voorbeeld.example", 1)
        (row,) = await town.rows(tables.address, channel="email")
        app = web.Application(middlewares=[web_.guard])
        app[HOUSE] = town.house
        web_.setup(app)
        email.setup(app)
        async with TestClient(TestServer(app)) as client:
            yield Mailbox(town, client, row.id)


async def test_its_owner_says_yes(mailbox: Mailbox) -> None:
    answer = await mailbox.posts("wish=confirm")
    assert answer.status == 200
    assert "We weten nu dat dit adres van u is." in answer.text
    assert answer.wishes == ["stop"]
    row = await mailbox.row()
    assert (row.confirmed_at is not None, row.blocked_at) == (True, None)
    assert await mailbox.events() == [("address_confirmed", {"channel": "email"})]


async def test_no_more_mail_and_after_all_again(mailbox: Mailbox) -> None:
    stopped = await mailbox.posts("wish=stop")
    assert "geen mail meer" in stopped.text
    assert stopped.wishes == ["resume"]
    assert (await mailbox.row()).blocked_at is not None
    resumed = await mailbox.posts("wish=resume")
    assert "weer mail" in resumed.text
    assert resumed.wishes == ["confirm", "stop"]
    row = await mailbox.row()
    assert (row.confirmed_at, row.blocked_at) == (None, None)
    assert await mailbox.events() == [
        ("consent", {"channel": "email", "unasked": False}),
        ("consent", {"channel": "email", "unasked": True}),
    ]


@only_sqlite
async def test_who_wants_no_mail_and_says_that_the_address_is_theirs_gets_none_and_is_asked(mailbox: Mailbox) -> None:
    await mailbox.posts("wish=stop")
    answer = await mailbox.posts("wish=confirm")
    assert "U krijgt nu geen mail van ons." in answer.text
    assert answer.wishes == ["resume"]
    assert (await mailbox.row()).blocked_at is not None


@only_sqlite
@pytest.mark.parametrize("wish", ["confirm", "stop", "resume"])
async def test_twice_is_once(mailbox: Mailbox, wish: str) -> None:
    if wish == "resume":
        await mailbox.posts("wish=stop")
    first = await mailbox.posts(f"wish={wish}")
    before = await mailbox.row(), await mailbox.events()
    mailbox.town.clock.forward(hours=1)
    second = await mailbox.posts(f"wish={wish}")
    assert (second.status, second.text) == (200, first.text)
    assert (await mailbox.row(), await mailbox.events()) == before


@only_sqlite
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", ONE_CLICK),
        (
            "multipart/form-data; boundary=xyz",
            '--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--xyz--\r\n',
        ),
    ],
)
async def test_a_mail_program_says_it_with_one_click(mailbox: Mailbox, kind: str, body: str) -> None:
    """RFC 8058: without a cookie, from wherever it is."""
    for headers in ({}, {"Sec-Fetch-Site": "cross-site", "Origin": "https://webmail.example"}):
        answer = await mailbox.posts(body, headers={**headers, "Content-Type": kind})
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers
    assert (await mailbox.row()).blocked_at is not None
    assert len(await mailbox.events()) == 1


@only_sqlite
async def test_looking_changes_nothing_and_tells_nothing(mailbox: Mailbox) -> None:
    before = await mailbox.row()
    pages = [await mailbox.looks(token) for token in (mailbox.token, letters.token_of(mailbox.town.house, 999), "x")]
    await mailbox.posts("wish=stop")
    await mailbox.posts("wish=resume")
    pages.append(await mailbox.looks())
    assert len({page.text for page in pages}) == 1
    assert pages[0].wishes == ["confirm", "stop"]
    for page in pages:
        assert page.status == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers
        assert "sam@voorbeeld.example" not in page.text
    assert await mailbox.row() == before


@only_sqlite
async def test_a_link_that_is_forged_does_nothing(mailbox: Mailbox) -> None:
    token = mailbox.token
    other = letters.token_of(mailbox.town.house, mailbox.address_id + 1)
    forged = [
        "x",
        "é" * 32,
        token[:-1],
        token + "A",
        token[:-4] + "AAAA",
        token[:11] + other[11:],
        token.swapcase(),
        letters.token_of(mailbox.town.house, 2**62),
    ]
    before = await mailbox.row()
    for one in forged:
        answer = await mailbox.posts("wish=stop", one)
        assert answer.status == 404, one
        assert "Deze link werkt niet." in answer.text
        assert (await mailbox.posts(ONE_CLICK, one, headers={})).status == 404
    assert await mailbox.row() == before
    assert await mailbox.events() == []


@only_sqlite
async def test_a_link_to_an_address_on_another_channel_does_nothing(mailbox: Mailbox) -> None:
    (webchat_,) = await mailbox.town.rows(tables.address, channel="webchat")
    assert (await mailbox.posts("wish=stop", letters.token_of(mailbox.town.house, webchat_.id))).status == 404
    assert await mailbox.town.rows(tables.address, channel="webchat") == [webchat_]


@only_sqlite
async def test_someone_who_was_erased_is_nobody(mailbox: Mailbox) -> None:
    row = await mailbox.row()
    vault = mailbox.town.house.vault
    await vault.destroy(vault.key_of(row.external_sealed), 0)
    assert (await mailbox.posts("wish=confirm")).status == 404
    assert await mailbox.row() == row


@only_sqlite
async def test_a_form_from_elsewhere_is_refused(mailbox: Mailbox) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert (await mailbox.posts("wish=confirm", headers=headers)).status == 403
    assert (await mailbox.row()).confirmed_at is None
    assert (await mailbox.posts("wish=confirm", headers={})).status == 200, "an old browser does not say"


@only_sqlite
@pytest.mark.parametrize("body", ["", "wish=", "wish=erase", "wish=stop&wish=confirm", "a=1&wish=stop", b"\xff", "{}"])
async def test_what_asks_nothing_is_refused(mailbox: Mailbox, body: str | bytes) -> None:
    assert (await mailbox.posts(body)).status == 400
    assert await mailbox.events() == []


@only_sqlite
async def test_a_form_that_is_too_big_is_refused(mailbox: Mailbox) -> None:
    assert (await mailbox.posts("a" * 5000)).status == 413


@only_sqlite
async def test_the_page_speaks_the_language_of_the_letter_or_of_the_browser(mailbox: Mailbox) -> None:
    arabic = await mailbox.looks(query="?taal=ar")
    assert '<html lang="ar" dir="rtl">' in arabic.text
    assert "نعم، هذا العنوان لي" in arabic.text
    assert '<html lang="ar" dir="rtl">' in (await mailbox.posts("wish=confirm", query="?taal=ar")).text
    assert "Yes, this address is mine" in (await mailbox.looks(**{"Accept-Language": "en"})).text
    link = letters.link_of(mailbox.town.house, mailbox.address_id, "ar")
    assert link.endswith(f"/mail/{mailbox.token}?taal=ar")


@only_sqlite
async def test_the_page_is_neutral_and_fetches_only_what_is_ours(mailbox: Mailbox) -> None:
    page = await mailbox.looks()
    assert "script" not in page.text
    assert "style=" not in page.text
    told = page.text.lower()
    assert not [word for word in ("schuld", "geld", "betaal") if word in told]
    assert page.headers["Content-Security-Policy"] == web_.POLICY
    for name in ("/chat/look.css", page.text.partition('stylesheet" href="')[2].partition('"')[0]):
        async with mailbox.client.get(name) as response:
            assert response.status == 200, "also without the web chat"


@only_sqlite
async def test_nothing_personal_in_the_log(mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.CRITICAL, "aiohttp.access")  # of the test's server; ours keeps none
    for body in ("wish=stop", "wish=x"):
        await mailbox.posts(body)
        await mailbox.posts(body, "x" * 32)
    assert mailbox.token not in caplog.text
    assert "voorbeeld.example" not in caplog.text


def test_it_stands_next_to_the_web_chat() -> None:
    app = web.Application()
    webchat.setup(app)
    email.setup(app)
    paths = [resource.canonical for resource in app.router.resources()]
    assert len(paths) == len(set(paths))
    assert "/mail/{token}" in paths
