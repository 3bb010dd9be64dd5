"""The first whole thing: someone signs up in their own language, a caseworker sees it, takes over, answers, hands back.

Its clock is moved, so it has a demo of its own.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from flows.answering import ENOUGH
from flows.numbers import SUICIDE
from flows.registry import all_flows
from flows.text import Text
from locales import load, own_name
from tests.end_to_end.conftest import WIDE, NewPage, own_demo, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo

TONGUE = load()
SIGN_UP = all_flows()["aanmelden"].menu


def asked(page: Page) -> Locator:
    """The newest question."""
    return page.locator(".message.asks:not(.old)")


async def tap(page: Page, choice: Locator) -> None:
    """Takes a choice and waits for the next question."""
    number = await asked(page).get_attribute("data-seq")
    await choice.click()
    await expect(page.locator(f'.message.asks:not(.old):not([data-seq="{number}"])')).to_be_visible()


async def tap_text(page: Page, text: Text, language: str) -> None:
    await tap(page, asked(page).get_by_role("button", name=TONGUE.say(text, language), exact=True))


async def says(page: Page, text: str) -> None:
    await page.locator("#message").fill(text)
    await page.locator("#message").press("Enter")
    await expect(page.locator("#log .own", has_text=text)).to_be_visible()


async def begins(page: Page, language: str) -> None:
    await page.goto("/")
    await page.locator("#start-button").click()
    await tap(page, asked(page).get_by_role("button", name=own_name(language), exact=True))


async def open_newest(desk: Page) -> None:
    await desk.goto("/desk")
    numbers = [int((await row.get_attribute("id") or "")[5:]) for row in await desk.locator("a.row").all()]
    await desk.goto(f"/desk/file/{max(numbers)}")


async def move_clock(page: Page, to: tuple[int, int]) -> None:
    """Moves the demo to the next time that it is ``to`` (hour, minute) in Amsterdam."""
    moved = await page.request.post("/demo/clock", data={"advance": "PT1M"})
    now = datetime.fromisoformat((await moved.json())["now"]).astimezone(ZoneInfo("Europe/Amsterdam"))
    goal = now.replace(hour=to[0], minute=to[1])
    minutes = int(((goal if goal > now else goal + timedelta(days=1)) - now) / timedelta(minutes=1)) + 1
    assert (await page.request.post("/demo/clock", data={"advance": f"PT{minutes}M"})).ok


@pytest.mark.parametrize("language", ["nl", "ar"])
async def test_a_sign_up_from_hello_to_a_humans_answer(new_page: NewPage, signed_in: Any, language: str) -> None:
    assert SIGN_UP is not None
    resident = await new_page(locale=language)
    await begins(resident, language)
    await tap_text(resident, SIGN_UP.label, language)
    await tap_text(resident, ENOUGH.label, language)
    await tap(resident, asked(resident).locator(".choices button").first)  # that is right
    done = resident.locator("#log .bot").last
    assert await resident.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    await expect(done.locator(f'[lang="{language}"]').first).to_be_visible()
    assert await violations(resident) == []

    desk = await new_page(storage_state=signed_in, **WIDE)
    await open_newest(desk)
    words = await done.inner_text()
    first = next(line for line in words.splitlines() if len(line) > 20)
    await expect(desk.locator("#messages")).to_contain_text("uw aanmelding is binnen")  # always in Dutch
    await expect(desk.locator("#messages")).to_contain_text(first)  # beside what the resident saw
    assert await violations(desk) == []
    await desk.get_by_role("button", name="Overnemen").first.click()
    await desk.locator("#text").fill("Dag, ik ben Noor. Ik help u graag.")
    await desk.locator("#reply-form button").click()
    await expect(resident.locator("#log")).to_contain_text("Dag, ik ben Noor. Ik help u graag.")
    await says(resident, "شكرا" if language == "ar" else "Fijn, bedankt")
    bubbles = await resident.locator("#log .bot").count()
    await desk.get_by_role("button", name="Teruggeven aan de chatbot").click()
    await expect(resident.locator("#log .bot")).not_to_have_count(bubbles)


async def test_a_cry_for_help_while_a_human_holds_the_conversation_after_hours(
    new_page: NewPage, signed_in: Any
) -> None:
    resident, desk = await new_page(), await new_page(storage_state=signed_in, **WIDE)
    await begins(resident, "nl")
    await says(resident, "mens")
    await expect(asked(resident)).to_contain_text("medewerker")
    await move_clock(desk, (22, 0))
    await open_newest(desk)
    await desk.get_by_role("button", name="Overnemen").first.click()
    await expect(desk.locator("#text")).to_be_visible()
    bubbles = resident.locator("#log .bot")
    before = await bubbles.count()

    await says(resident, "Ben je daar?")
    await expect(bubbles).to_have_count(before + 1)  # the one notice of this evening
    await expect(bubbles.last).to_contain_text("We zijn nu dicht")
    await says(resident, "Hallo?")
    await expect(desk.locator("#messages")).to_contain_text("Hallo?")
    await expect(bubbles).to_have_count(before + 1)  # and no other

    await says(resident, "ik wil niet meer leven")
    await expect(bubbles).to_have_count(before + 2)
    await expect(bubbles.last).to_contain_text(SUICIDE)
    await expect(desk.locator("#messages")).to_contain_text("ik wil niet meer leven")
    await desk.goto("/desk")
    await expect(desk.locator("a.row").first).to_contain_text("Direct gevaar")
    await desk.goto("/demo")
    async with asyncio.timeout(30):  # staff who have no desk open hear of it too
        while not await desk.get_by_text("ook buiten openingstijden").count():
            await desk.reload()
