"""Words, explanations and rights in a real browser: on the narrowest phone, from the right too, and for everyone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.end_to_end.conftest import NARROWEST, NewPage, no_wider_than_the_screen, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID = {
    "nl": ("Nederlands", "wat is een dwangbevel?", "Verder", "Zo is het genoeg"),
    "ar": ("العربية", "ما معنى dwangbevel؟", "متابعة", "هذا يكفي"),
}


@pytest.mark.parametrize("language", SAID)
async def test_a_word_is_asked_for_and_the_list_of_rights_is_ticked(new_page: NewPage, language: str) -> None:
    name, question, on, enough = SAID[language]
    page = await new_page(**NARROWEST)
    await page.goto("/?naar=recht")
    await page.locator("#start-button").click()
    asked = page.locator(".message.asks:not(.old)")
    await asked.get_by_role("button", name=name, exact=True).click()
    await expect(asked.get_by_role("checkbox")).to_have_count(5)
    await page.locator("#message").fill(question)
    await page.locator("#message").press("Enter")
    await expect(asked).to_contain_text("dwangbevel")
    assert await violations(page) == []
    await asked.get_by_role("button", name=on, exact=False).click()
    await asked.get_by_role("checkbox").first.check()
    assert await no_wider_than_the_screen(page)
    assert await violations(page) == []
    await asked.get_by_role("button", name=enough, exact=False).click()
    await expect(asked).to_contain_text("Huurtoeslag")
    assert await no_wider_than_the_screen(page)
