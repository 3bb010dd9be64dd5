"""Where colleagues hear of who they help, and who comes after them."""

from __future__ import annotations

import html
import re

import pytest

from bot.desk.accounts import LONGEST_EMAIL, Staff
from storage import tables
from tests.support.contact import writes
from tests.support.desk import Balie, Browser


def words(page: str) -> str:
    """The page as words on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).split())


async def row(balie: Balie, one: Staff) -> tuple[str | None, int | None]:
    """Address and successor."""
    (found,) = await balie.town.rows(tables.staff, id=one.id)
    return found.email, found.successor_id


@pytest.fixture
async def samir(balie: Balie, noor: Staff) -> Staff:
    """A coordinator."""
    return await balie.add_staff("samir", "Samir", "coordinator")


@pytest.fixture
async def browser(balie: Balie, samir: Staff) -> Browser:
    """Theirs, at the page."""
    made = await balie.browser(samir)
    assert (await made.get("/desk/team")).status == 200
    return made


async def test_everyone_fills_in_their_own_address(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/me")
    assert (await browser.post("/desk/me", phone="010 123 45 67")).status == 303
    assert (await browser.post("/desk/me", email=" noor@waterdrecht.example ")).status == 303
    assert (await row(balie, noor))[0] == "noor@waterdrecht.example"
    await browser.get("/desk/me?saved")
    assert 'value="noor@waterdrecht.example"' in browser.page
    assert 'value="010 123 45 67"' in browser.page
    for wrong in ("noor", "a@b c", "a@b,c@d", "@", "<a@b>", f"{'a' * LONGEST_EMAIL}@b"):
        assert (await browser.post("/desk/me", email=wrong)).status == 409
        assert "Dit is geen e-mailadres." in words(browser.page)
    assert (await row(balie, noor))[0] == "noor@waterdrecht.example"
    assert (await browser.post("/desk/me", email="")).status == 303
    assert (await row(balie, noor))[0] is None


async def test_a_coordinator_sees_to_addresses_and_successors(
    balie: Balie, noor: Staff, samir: Staff, browser: Browser
) -> None:
    await writes(balie.town, noor, disabled_at=1)
    await browser.get("/desk/team")
    assert "Noor medewerker, werkt hier niet meer" in words(browser.page)
    assert "Nog geen opvolger" in words(browser.page)
    fields = {"who": str(noor.id), "email": "noor@w.example", "successor": str(samir.id)}
    assert (await browser.post(f"/desk/team/{noor.id}", **fields)).status == 303
    assert await row(balie, noor) == ("noor@w.example", samir.id)
    await browser.get("/desk/team?saved")
    assert "Nog geen opvolger" not in words(browser.page)
    assert (await browser.post(f"/desk/team/{noor.id}", email="", successor="")).status == 303
    assert await row(balie, noor) == (None, None)


async def test_who_cannot_succeed_is_said_and_nothing_changes(
    balie: Balie, noor: Staff, samir: Staff, browser: Browser
) -> None:
    bas, ans = await balie.add_staff("bas", "Bas"), await balie.add_staff("ans", "Ans", "auditor")
    for who, after in ((noor, bas), (bas, samir)):
        assert (await browser.post(f"/desk/team/{who.id}", successor=str(after.id))).status == 303
    for who, after, said in (
        (samir, noor, "zichzelf opvolgen"),
        (samir, samir, "zichzelf opvolgen"),
        (samir, ans, "kan geen dossiers krijgen"),
    ):
        assert (await browser.post(f"/desk/team/{who.id}", successor=str(after.id))).status in (400, 409)
        assert said in words(browser.page)
    assert (await browser.post(f"/desk/team/{noor.id}", successor=str(samir.id), email="x")).status == 409
    assert await row(balie, noor) == (None, bas.id)
    assert await row(balie, samir) == (None, None)
    for number, successor in ((999, ""), (noor.id, "999")):
        assert (await browser.post(f"/desk/team/{number}", successor=successor)).status == 400
    assert (await browser.post(f"/desk/team/{noor.id}", successor="x")).status == 400


async def test_a_successor_who_left_meanwhile_stays_until_another_is_chosen(
    balie: Balie, noor: Staff, samir: Staff, browser: Browser
) -> None:
    bas = await balie.add_staff("bas", "Bas")
    await writes(balie.town, noor, successor_id=bas.id)
    await writes(balie.town, bas, disabled_at=1)
    await browser.get("/desk/team")
    assert "Bas (werkt hier niet meer)" in words(browser.page)
    fields = {"email": "noor@w.example", "successor": str(bas.id)}
    assert (await browser.post(f"/desk/team/{noor.id}", **fields)).status == 303
    assert await row(balie, noor) == ("noor@w.example", bas.id)


@pytest.mark.parametrize("role", ["caseworker", "auditor"])
async def test_for_others_there_is_no_such_page(balie: Balie, noor: Staff, role: str) -> None:
    browser = await balie.browser(await balie.add_staff("bas", "Bas", role))
    assert (await browser.get("/desk/team")).status == 403
    await browser.get("/desk")
    assert "/desk/team" not in browser.page
    assert (await browser.post(f"/desk/team/{noor.id}", email="x@y.example")).status == 403
    assert await row(balie, noor) == (None, None)
