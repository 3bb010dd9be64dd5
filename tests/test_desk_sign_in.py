"""Signing in at the desk: passwords, one-time links, sessions, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest
from sqlalchemy import update

from bot.desk.accounts import Staff, create_sign_in_link
from bot.desk.passwords import hash_password, verify
from bot.desk.sessions import hash_token, real_now
from bot.desk.tries import FREE_TRIES, FREE_TRIES_FROM_ALL
from bot.errors import Refused
from storage import sign_ins, tables
from storage.staff import disable, set_password
from tests.support.desk import PASSWORD, Balie, open_balie
from tests.support.town import Town

ON_SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def test_a_password_signs_in_and_signing_out_ends_it(balie: Balie) -> None:
    await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
    browser = await balie.browser()
    sent_away = await browser.get("/desk/file/12")
    assert (sent_away.status, sent_away.headers["Location"]) == (303, "/desk/sign-in?next=/desk/file/12")
    await browser.get(sent_away.headers["Location"])
    into = await browser.post("/desk/sign-in", username=" Noor", password=PASSWORD, next=browser.field("next"))
    assert (into.status, into.headers["Location"]) == (303, "/desk/file/12")
    assert (await browser.get("/desk")).status == 200
    token = browser.cookie("klopaan-desk").value
    assert (await browser.post("/desk/sign-out")).status == 303
    assert (await browser.get("/desk")).status == 303
    again = await browser.get("/desk", headers={"Cookie": f"klopaan-desk={token}"})
    assert again.status == 303, "the session itself ended, not only the cookie"


@ON_SQLITE
@pytest.mark.parametrize(
    ("username", "password"),
    [("noor", "verkeerd"), ("niemand", PASSWORD), ("link-only", ""), ("", ""), ("noor", "x" * 5000), ("a\x00b", "c")],
)
async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    balie: Balie, username: str, password: str
) -> None:
    await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
    await balie.add_staff("link-only", "Zonder Wachtwoord")
    browser = await balie.browser()
    await browser.get("/desk/sign-in")
    refused = await browser.post("/desk/sign-in", username=username, password=password)
    assert refused.status == 403
    assert "horen niet bij elkaar" in browser.page
    assert (await balie.state())["staff_session"] == 0


@ON_SQLITE
async def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(
    balie: Balie, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def refuses(hashed: str, password: str) -> bool:
        checked.append(hashed)
        return False

    monkeypatch.setattr("bot.desk.passwords.verify", refuses)
    browser = await balie.browser()
    await browser.get("/desk/sign-in")
    await browser.post("/desk/sign-in", username="niemand", password="x")
    assert [one.split("$")[1:4] for one in checked] == [hash_password("y").split("$")[1:4]]


@ON_SQLITE
async def test_guessing_is_slowed_and_locks_out_nobody_elsewhere(balie: Balie) -> None:
    await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
    known = await balie.browser()
    await known.get("/desk/sign-in")
    assert (await known.post("/desk/sign-in", username="noor", password=PASSWORD)).status == 303
    guessing = await balie.browser()
    await guessing.get("/desk/sign-in")
    for _ in range(FREE_TRIES):
        assert (await guessing.post("/desk/sign-in", username="noor", password="raden")).status == 403
    assert (await guessing.post("/desk/sign-in", username="noor", password=PASSWORD)).status == 429
    assert "Te vaak geprobeerd" in guessing.page
    # Same network address, but a browser that signed in as Noor before.
    await known.post("/desk/sign-out")
    await known.get("/desk/sign-in")
    assert (await known.post("/desk/sign-in", username="noor", password=PASSWORD)).status == 303
    # A made-up device is no device.
    guessing.client.session.cookie_jar.update_cookies({"klopaan-desk-device": "abc.0123"})
    assert (await guessing.post("/desk/sign-in", username="noor", password=PASSWORD)).status == 429


@ON_SQLITE
async def test_guessing_from_everywhere_is_slowed_and_stops_no_browser_that_is_known(balie: Balie) -> None:
    await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
    accounts = balie.own.accounts
    known = accounts.place("noor", accounts.device("noor"), "192.0.2.1")
    for number in range(FREE_TRIES_FROM_ALL):
        with pytest.raises(Refused, match="wrong"):
            await accounts.sign_in("noor", "raden", accounts.place("noor", "", f"198.51.100.{number}"))
    with pytest.raises(Refused, match="wait"):
        await accounts.sign_in("noor", PASSWORD, accounts.place("noor", "", "203.0.113.1"))
    with pytest.raises(Refused, match="wrong"):
        await accounts.sign_in("samir", "raden", accounts.place("samir", "", "203.0.113.1"))
    for _ in range(2):
        assert (await accounts.sign_in("noor", PASSWORD, known)).token
    with pytest.raises(Refused, match="wait"):  # which frees the way for nobody else
        await accounts.sign_in("noor", PASSWORD, accounts.place("noor", "", "203.0.113.1"))


@ON_SQLITE
async def test_a_place_that_waits_does_not_make_all_others_wait(balie: Balie) -> None:
    await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
    accounts = balie.own.accounts
    for _ in range(2 * FREE_TRIES_FROM_ALL):
        with pytest.raises(Refused):
            await accounts.sign_in("noor", "raden", accounts.place("noor", "", "198.51.100.1"))
    assert (await accounts.sign_in("noor", PASSWORD, accounts.place("noor", "", "203.0.113.1"))).token


@ON_SQLITE
async def test_all_addresses_of_one_ipv6_connection_are_one_place(balie: Balie) -> None:
    web_ = replace(balie.house.config.web, trusted_proxies=(ip_network("127.0.0.0/8"),))
    balie.house.config = replace(balie.house.config, web=web_)
    await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
    browser = await balie.browser()
    await browser.get("/desk/sign-in")
    fields = {"username": "noor", "password": "raden"}
    statuses = [
        (await browser.post("/desk/sign-in", {"X-Forwarded-For": f"2001:db8:1:2::{number}"}, **fields)).status
        for number in range(FREE_TRIES + 1)
    ]
    assert statuses == [403] * FREE_TRIES + [429]


@ON_SQLITE
async def test_a_browser_that_signed_in_by_a_link_is_known_too(balie: Balie) -> None:
    noor = await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
    device = (await balie.browser(noor)).cookie("klopaan-desk-device")
    assert balie.own.accounts.place("noor", device.value, "").is_known
    assert not balie.own.accounts.place("samir", device.value, "").is_known


async def test_a_link_works_once_and_only_when_the_button_is_pressed(balie: Balie) -> None:
    noor = await balie.add_staff("noor", "Noor de Vries")
    path = (await create_sign_in_link(balie.house, noor.id, base_url="http://x")).removeprefix("http://x")
    scanner, browser, late = [await balie.browser() for _ in range(3)]
    for _ in range(3):
        assert (await scanner.get(path)).status == 200
    await late.get(path)
    await browser.get(path)
    assert (await browser.post(path)).status == 303
    assert (await browser.get("/desk")).status == 200
    assert (await late.post(path)).status == 403
    assert "al gebruikt of verlopen" in late.page
    assert (await late.get(path)).status == 403
    assert (await balie.state())["staff_session"] == 1


@ON_SQLITE
async def test_a_link_of_the_past_or_of_a_closed_account_or_nobodys_is_refused(balie: Balie) -> None:
    noor = await balie.add_staff("noor", "Noor de Vries")
    samir = await balie.add_staff("samir", "Samir Haddad")
    async with balie.house.db.begin() as conn:
        await sign_ins.add_link(conn, hash_token("old"), noor.id, real_now())
        await sign_ins.add_link(conn, hash_token("closed"), samir.id, real_now() + 60_000)
        closed = update(tables.staff).where(tables.staff.c.id == samir.id).values(disabled_at=1)
        await conn.execute(closed)
    browser = await balie.browser()
    await browser.get("/desk/sign-in")
    for token in ("old", "closed", "never-made"):
        refused = await browser.post(f"/desk/link/{token}")
        assert refused.status == 403, token
        await browser.get("/desk/sign-in")
    assert (await balie.state())["staff_session"] == 0


async def test_closing_an_account_or_setting_a_password_ends_its_sessions(balie: Balie) -> None:
    noor = await balie.add_staff("noor", "Noor de Vries")
    samir = await balie.add_staff("samir", "Samir Haddad")
    browsers = [await balie.browser(one) for one in (noor, samir)]
    async with balie.house.db.begin() as conn:
        await disable(conn, noor.id, real_now())
        await set_password(conn, samir.id, hash_password(PASSWORD))
    for browser in browsers:
        assert (await browser.get("/desk")).status == 303


@ON_SQLITE
async def test_a_session_ends_by_itself_in_real_time(balie: Balie) -> None:
    browser = await balie.browser(await balie.add_staff("noor", "Noor de Vries"))
    balie.town.clock.forward(days=300)  # the demo clock
    assert (await browser.get("/desk")).status == 200
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff_session).values(expires_at=real_now() - 1))
    assert (await browser.get("/desk")).status == 303


@ON_SQLITE
async def test_the_session_cookie_is_out_of_reach_and_nothing_of_it_is_stored(balie: Balie) -> None:
    browser = await balie.browser(await balie.add_staff("noor", "Noor de Vries"))
    cookie = browser.cookie("klopaan-desk")
    assert (cookie.key, cookie["httponly"], cookie["samesite"], cookie["path"]) == ("klopaan-desk", True, "Lax", "/")
    (row,) = await balie.town.rows(tables.staff_session)
    assert cookie.value.encode() not in row.token_hash
    assert row.token_hash == hash_token(cookie.value)


@ON_SQLITE
async def test_over_https_the_cookie_is_bound_to_this_host(town: Town) -> None:
    async with open_balie(town, public_url="https://balie.example") as balie:
        await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
        browser = await balie.browser()
        shown = await browser.get("/desk/sign-in")
        form = shown.cookies["__Host-klopaan-desk-form"]
        assert (form["secure"], form["path"], form["domain"]) == (True, "/", "")
        fields = {"csrf": browser.field("csrf"), "username": "noor", "password": PASSWORD}
        cookie = {"Cookie": f"{form.key}={form.value}"}  # over plain http a jar keeps it back
        into = await browser.client.post("/desk/sign-in", data=fields, headers=cookie, allow_redirects=False)
        session = into.cookies["__Host-klopaan-desk"]
        assert (into.status, session["secure"], session["path"], session["domain"]) == (303, True, "/", "")


@ON_SQLITE
@pytest.mark.parametrize("next_page", ["https://elders.example/", "//elders.example", "/desk/../chat", "/desk/file/1x"])
async def test_signing_in_leads_nowhere_else(balie: Balie, next_page: str) -> None:
    await balie.add_staff("noor", "Noor de Vries", password=PASSWORD)
    browser = await balie.browser()
    await browser.get("/desk/sign-in", params={"next": next_page})
    assert browser.field("next") == "/desk"
    into = await browser.post("/desk/sign-in", username="noor", password=PASSWORD, next=next_page)
    assert into.headers["Location"] == "/desk"


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "geen", "a" * 5000, "é", "../../etc"])
async def test_a_forged_cookie_is_nobody(balie: Balie, token: str) -> None:
    browser = await balie.browser()
    headers = {"Cookie": f"klopaan-desk={token}"}
    assert (await browser.get("/desk", headers=headers)).status == 303
    assert (await browser.get("/desk/rows", headers=headers)).status == 401


def test_passwords_are_hashed_with_argon2id_and_a_broken_hash_opens_nothing() -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert hashed != hash_password(PASSWORD)
    assert verify(hashed, PASSWORD)
    assert not verify(hashed, PASSWORD + " ")
    assert not verify("", "")
    assert not verify("plain", "plain")


async def test_who_is_signed_in_is_not_asked_to_where_there_is_no_page(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert (await browser.get("/desk/nowhere")).status == 404
    assert "Naar het begin" in browser.page
    assert "Naar inloggen" not in browser.page
