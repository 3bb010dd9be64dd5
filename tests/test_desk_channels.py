"""The ways to a person on the card, how an answer would go, and channels that do not work."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from bot.clock import to_ms
from bot.desk.accounts import Staff
from bot.takeover import take_over
from storage import tables
from tests.support.desk import Balie, Browser, open_balie
from tests.support.town import MONDAY, Resident, Town

NOW = to_ms(MONDAY)
DAY = 24 * 60 * 60 * 1000


@pytest.fixture
async def balie(town: Town) -> AsyncIterator[Balie]:
    async with open_balie(town) as opened:
        opened.switch_on()
        yield opened


async def opened(balie: Balie, one: Resident, staff: Staff) -> Browser:
    """The file, which this member of staff has taken over."""
    browser = await balie.browser(staff)
    if staff.may_act:
        await take_over(balie.house, one.conversation_id, staff)
    await browser.get(f"/desk/file/{one.conversation_id}")
    return browser


def ways(browser: Browser) -> list[str]:
    found = re.search(r'<ul class="ways">(.*?)</ul>', browser.page, re.DOTALL)
    assert found is not None
    items = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL)
    return [re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]*>", "", item))).strip() for item in items]


def outlook(browser: Browser) -> str:
    found = re.search(r'id="outlook">(.*?)</p>', browser.page, re.DOTALL)
    return "" if found is None else html.unescape(re.sub("<[^>]*>", "", found[1]))


# ---- the ways ------------------------------------------------------------------------------------------------------


async def test_the_card_tells_each_way_and_of_no_address_more_than_its_end(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await balie.add_address(one, "whatsapp", "31612345678", preferred=1, last_inbound_at=NOW)
    await balie.add_address(one, "email", "fatima@voorbeeld.example", confirmed_at=NOW)
    await balie.add_address(one, "telegram", "987654321", blocked_at=NOW)
    balie.town.clock.forward(minutes=20)
    browser = await opened(balie, one, noor)
    found = ways(browser)
    assert found[0] == "WhatsApp …678: ✓ werkt, heeft voorkeur laatste bericht 10:00"
    assert "E-mail …ima@…: ✓ werkt" in found
    assert found[-1] == "Telegram: ✗ geblokkeerd"
    assert sum(way.startswith("Webchat: ✓ werkt") for way in found) == 1
    for whole in ("31612345678", "fatima@voorbeeld", "voorbeeld.example", "987654321", one.external_id):
        assert whole not in browser.page, whole


async def test_a_channel_that_is_off_and_a_page_that_was_left_are_told(balie: Balie, noor: Staff, town: Town) -> None:
    one = await balie.resident()
    await balie.set(one, tables.person, opted_out_at=NOW)
    await balie.add_address(one, "signal", "1234567")
    async with balie.house.db.begin() as conn:
        await conn.execute(tables.address.update().where(tables.address.c.channel == "webchat").values(left_at=NOW))
    browser = await opened(balie, one, noor)
    assert {"Signal: ✗ staat uit bij uw gemeente"} <= set(ways(browser))
    assert any(way.startswith("Webchat: ✗ weggegaan") for way in ways(browser))


async def test_a_browser_that_was_left_says_nothing_beside_one_that_works(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await balie.add_address(one, "webchat", "another-browser", left_at=NOW)
    assert [way.split(":")[0] for way in ways(await opened(balie, one, noor))] == ["Webchat"]


# ---- how an answer would go ----------------------------------------------------------------------------------------

LINK = "als een neutraal seintje met een link naar de webchat"


@pytest.mark.parametrize(
    ("channel", "style", "values", "shared", "words"),
    [
        ("telegram", "seintje", {}, None, f"Uw antwoord gaat via Telegram {LINK}."),
        ("telegram", "volledig", {}, None, "Uw antwoord gaat via Telegram, met uw tekst erin."),
        ("telegram", "volledig", {}, NOW, f"Uw antwoord gaat via Telegram {LINK}."),
        ("whatsapp", "seintje", {"last_inbound_at": NOW - 1}, None, f"Uw antwoord gaat via WhatsApp {LINK}."),
        ("whatsapp", "volledig", {"last_inbound_at": NOW - 1}, None, "gaat via WhatsApp, met uw tekst erin."),
        ("whatsapp", "volledig", {"last_inbound_at": NOW - DAY}, None, "schreef hier meer dan 24 uur geleden."),
        ("whatsapp", "volledig", {"last_inbound_at": None}, None, f"Uw antwoord gaat daarom via WhatsApp {LINK}."),
        ("email", "volledig", {"confirmed_at": NOW}, None, f"Uw antwoord gaat via e-mail {LINK}."),
        ("email", "volledig", {"in_full": 1}, None, f"Uw antwoord gaat via e-mail {LINK}."),
        ("email", "volledig", {"in_full": 1, "confirmed_at": NOW}, None, "via e-mail, met uw tekst erin."),
        ("email", "seintje", {"in_full": 1, "confirmed_at": NOW}, None, f"Uw antwoord gaat via e-mail {LINK}."),
    ],
)  # fmt: skip
async def test_before_one_types_it_is_said_how_the_answer_goes(
    balie: Balie, noor: Staff, channel: str, style: str, values: dict[str, Any], shared: int | None, words: str
) -> None:
    balie.switch_on(style)
    one = await balie.resident()
    await balie.set(one, tables.person, phone_shared_at=shared)
    await balie.add_address(one, channel, "31612345678", preferred=1, **values)
    balie.town.clock.forward(minutes=20)  # who was here lately is answered where they are
    assert words in outlook(await opened(balie, one, noor))


async def test_in_the_web_chat_nothing_needs_to_be_said(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    assert outlook(await opened(balie, one, noor)) == ""


async def test_who_is_in_the_web_chat_right_now_is_answered_there(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await balie.add_address(one, "telegram", "12345", preferred=1)
    assert outlook(await opened(balie, one, noor)) == ""


@pytest.mark.parametrize(("phone", "words"), [("06 12345678", "bel 06 12345678."), (None, "als u een nummer heeft")])
async def test_where_nothing_can_arrive_one_is_told_to_call(
    balie: Balie, noor: Staff, phone: str | None, words: str
) -> None:
    one = await balie.resident("Fatima")
    if phone is not None:
        (person,) = await balie.town.rows(tables.person)
        await balie.set(one, tables.person, phone_sealed=balie.house.vault.seal_text(person.key_id, "phone", phone))
    async with balie.house.db.begin() as conn:
        await conn.execute(tables.address.update().values(blocked_at=NOW))
    found = outlook(await opened(balie, one, noor))
    assert "Deze inwoner is niet bereikbaar in de chat: " in found
    assert words in found


@pytest.mark.parametrize(
    ("change", "other", "words"),
    [
        ({"templates": ()}, None, "Uw antwoord komt daar niet aan: bel, als u een nummer heeft"),
        ({"template_languages": ("en",)}, None, "Uw antwoord komt daar niet aan"),
        ({"templates": ()}, "telegram", "Uw antwoord gaat via Telegram."),
    ],
)
async def test_without_a_template_it_is_said_that_an_answer_does_not_arrive(
    balie: Balie, noor: Staff, change: dict[str, Any], other: str | None, words: str
) -> None:
    channels = balie.house.config.channels
    assert channels.whatsapp is not None
    changed = replace(channels, whatsapp=replace(channels.whatsapp, **change))
    balie.house.config = replace(balie.house.config, channels=changed)
    one = await balie.resident()
    await balie.add_address(one, "whatsapp", "31612345678", preferred=1, last_inbound_at=NOW - DAY)
    if other is not None:
        await balie.add_address(one, other, "12345")
    balie.town.clock.forward(minutes=20)
    found = outlook(await opened(balie, one, noor))
    assert "Dan mag via WhatsApp alleen een goedgekeurd sjabloon" in found
    assert words in found


# ---- channels that do not work -------------------------------------------------------------------------------------


async def trouble(balie: Balie, **codes: str) -> None:
    async with balie.house.db.begin() as conn:
        rows = [{"channel": channel, "code": code, "since": NOW} for channel, code in codes.items()]
        await conn.execute(insert(tables.channel_trouble), rows)


async def test_an_answer_by_a_channel_that_does_not_work_waits_and_that_is_said_before(
    balie: Balie, noor: Staff
) -> None:
    one = await balie.resident()
    await balie.add_address(one, "telegram", "12345", preferred=1)
    balie.town.clock.forward(minutes=20)
    await trouble(balie, whatsapp="token")
    assert "wacht" not in outlook(await opened(balie, one, noor))
    await trouble(balie, telegram="token")
    assert "Telegram werkt nu niet: uw antwoord wacht, en gaat daarna vanzelf weg." in outlook(
        await opened(balie, one, noor)
    )


@pytest.mark.parametrize("role", ["caseworker", "coordinator"])
async def test_who_helps_sees_that_a_channel_does_not_work_and_what_to_do(balie: Balie, role: str) -> None:
    one = await balie.resident()
    await trouble(balie, whatsapp="token", telegram="unreachable")
    browser = await balie.browser(await balie.add_staff("noor", "Noor", role))
    for path in ("/desk", "/desk/rows", f"/desk/file/{one.conversation_id}", f"/desk/file/{one.conversation_id}/parts"):
        await browser.get(path)
        page = re.sub(r"\s+", " ", browser.page)
        assert page.count('class="trouble">') == 2, path
        assert "WhatsApp werkt nu niet: onze toegang is verlopen of ingetrokken." in page, path
        assert "die moet de toegang (token) vernieuwen. <span" in page, path
        assert "Telegram werkt nu niet: het platform is niet te bereiken." in page, path
        assert "Sinds 10:00." in page, path


async def test_a_way_through_a_channel_in_trouble_is_not_said_to_work(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await balie.add_address(one, "telegram", "12345")
    await trouble(balie, telegram="unreachable")
    assert ways(await opened(balie, one, noor)) == ["Webchat: ✓ werkt", "Telegram: ! werkt nu niet"]


async def test_what_works_or_is_not_used_is_no_trouble(balie: Balie, noor: Staff) -> None:
    await trouble(balie, signal="token")
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert 'class="trouble">' not in browser.page
    assert 'data-part="trouble"' in browser.page, "a place for when there is some"
