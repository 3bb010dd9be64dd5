"""A code of one browser, typed in another: both show one conversation."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.end_to_end.conftest import NewPage
from tests.end_to_end.test_webchat import code_of, own, say, start, tap

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_code_typed_in_the_chat_shows_both_conversations_as_one(new_page: NewPage) -> None:
    first, second = await new_page(), await new_page()
    for page in (first, second):
        await start(page)
        await tap(page, "Nederlands")
    await say(first, "hier was ik eerst")
    await expect(own(first, "hier was ik eerst")).to_be_visible()
    await say(second, await code_of(first))
    await expect(second.locator("#log")).to_contain_text("Heeft u die code net zelf gemaakt?")
    await expect(own(second, "hier was ik eerst")).to_have_count(0)
    await tap(second, "Ja, zelf gemaakt")
    await expect(own(second, "hier was ik eerst")).to_be_attached()
    await expect(second.locator("#log")).to_contain_text("Gelukt. Dit gesprek loopt nu ook hier.")
    await say(second, "en nu hier")
    for page in (first, second):
        await expect(own(page, "en nu hier")).to_be_attached()
    await second.reload()
    await expect(own(second, "en nu hier")).to_be_attached()
