"""My data, in real browsers: asked in the chat, opened with the PIN on a page of its own, taken along, erased; and
without a PIN a caseworker who knows the person."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import PHONE, WIDE, Demo, NewPage, running_demo, violations
from tests.end_to_end.test_progress import looks

pytestmark = pytest.mark.asyncio(loop_scope="session")

PIN = "4711"
_DAYS = 3 * 24 * 3600 * 1000
_FOLDERS: list[Path] = []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """One of its own, whose database is at hand."""
    _FOLDERS.append(tmp_path_factory.mktemp("own_data"))
    async with running_demo(_FOLDERS[-1]) as running:
        yield running


async def begins(page: Page, language: str = "Nederlands") -> None:
    """A new chat, in this language."""
    await page.goto("/")
    await page.locator("#start-button").click()
    await page.get_by_role("button", name=language, exact=True).click()
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def types(page: Page, words: str) -> None:
    """A message in own words; and it is answered."""
    said = page.locator("#log .message:not(.own)")
    before = await said.count()
    await page.locator("#message").fill(words)
    await page.locator("#message").press("Enter")
    await expect(said).not_to_have_count(before)
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def taps(page: Page, label: str) -> None:
    """A button of the last question; and it is answered."""
    said = page.locator("#log .message:not(.own)")
    before = await said.count()
    await page.locator(".message.asks:not(.old)").get_by_role("button", name=label, exact=True).click()
    await expect(said).not_to_have_count(before)
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def has_pin(page: Page) -> None:
    """A PIN of three days old."""
    setting = """async (pin) => (await fetch("/chat/pin", {method: "POST", body: JSON.stringify({pin}),
        headers: {"Content-Type": "application/json"}})).status"""
    assert await page.evaluate(setting, PIN) == 200
    with closing(sqlite3.connect(_FOLDERS[-1] / "klopaan.db", timeout=30)) as database:
        database.execute("UPDATE person SET pin_since = pin_since - ?", (_DAYS,))
        database.commit()


async def link_in(page: Page) -> str:
    """The address of the own page in what was said last."""
    words = await page.locator("#log .message:not(.own)").last.inner_text()
    found = re.search(r"/mijn/[\w-]{32}", words)
    assert found, words
    return found[0]


async def test_from_the_chat_to_the_page_the_file_and_gone(new_page: NewPage) -> None:
    chat = await new_page(**PHONE)
    await begins(chat)
    await has_pin(chat)
    await types(chat, "wat weten jullie van mij")
    await taps(chat, "Wat weten jullie van mij?")
    own = await new_page(**PHONE)
    await own.goto(await link_in(chat))
    assert await own.title() == "Waterveen"
    await looks(own, "own-ask")
    await own.locator("#pin").fill("0000")
    await own.locator("button.main-button").click()
    await expect(own.locator("#problem")).to_contain_text("Deze pincode klopt niet")
    assert await violations(own) == []
    await own.locator("#pin").fill(PIN)
    await own.locator("button.main-button").click()
    await expect(own.get_by_role("heading", level=1)).to_have_text("Wat we van u weten")
    await expect(own.locator(".talk")).to_contain_text("wat weten jullie van mij")
    await looks(own, "own-page")

    async with own.expect_download() as started:
        await own.get_by_role("button", name="Bewaar alles als bestand").click()
    download = await started.value
    assert download.suggested_filename == "bestand.zip"
    with zipfile.ZipFile(await download.path()) as archive:
        data = json.loads(archive.read("gegevens.json"))
    assert any(one["content"]["text"] == "wat weten jullie van mij" for one in data["messages"])

    await own.get_by_role("link", name="Wis mijn gegevens").click()
    await looks(own, "own-wipe")
    await own.get_by_label("Ja, wis dit.").check()
    await own.locator("#pin").fill(PIN)
    await own.get_by_role("button", name="Wis het nu").click()
    await expect(own.get_by_role("heading", level=1)).to_have_text("Het is gewist")
    await looks(own, "own-gone")
    await own.goto("/mijn")
    await expect(own.get_by_role("heading", level=1)).to_contain_text("Deze pagina is dicht")
    await chat.goto("/")
    await expect(chat.locator("#log")).not_to_contain_text("wat weten jullie van mij")


async def test_right_to_left_with_the_dutch_beside_it(new_page: NewPage) -> None:
    chat = await new_page(**PHONE)
    await begins(chat, "العربية")
    await has_pin(chat)
    await types(chat, "بياناتي")
    await taps(chat, "ماذا تعرفون عني؟")
    own = await new_page(**PHONE)
    await own.goto(await link_in(chat))
    await own.locator("#pin").fill(PIN)
    await own.locator("button.main-button").click()
    await expect(own.locator("html")).to_have_attribute("dir", "rtl")
    await expect(own.get_by_role("heading", level=1)).to_contain_text("ما نعرفه عنك")
    await expect(own.get_by_role("heading", level=1)).to_contain_text("Wat we van u weten")
    await looks(own, "own-arabic")
    await own.get_by_role("link", name="Wis mijn gegevens").click()
    for place in (".parts li", ".tick", "p:has(strong)"):  # the Dutch below, and not in the middle of a line
        words, dutch = (own.locator(f"{place} .{one}").first for one in ("theirs", "dutch"))
        above, below = await words.bounding_box(), await dutch.bounding_box()
        assert above
        assert below
        assert below["y"] >= above["y"] + above["height"] - 1
    await looks(own, "wipe-arabic")
    await own.go_back()
    await own.emulate_media(media="print")
    assert await violations(own) == []


async def test_without_a_pin_a_caseworker_who_knows_them(new_page: NewPage, signed_in: Any) -> None:
    chat, desk = await new_page(**PHONE), await new_page(storage_state=signed_in, **WIDE)
    await begins(chat)
    await types(chat, "wat weten jullie van mij")
    await taps(chat, "Wat weten jullie van mij?")
    await taps(chat, "Vraag een mens")
    await desk.goto("/desk/requests")
    await looks(desk, "requests")
    await desk.get_by_role("link", name="Inzage").first.click()
    await looks(desk, "request")
    await desk.get_by_label("Ik belde het nummer").check()
    await desk.locator("#words").fill("Wist de geboortedag")
    await desk.get_by_role("button", name="Ja, dit is de inwoner").click()
    await expect(desk.locator("#known")).to_be_visible()
    await looks(desk, "request-known")
    await expect(chat.locator("#log")).to_contain_text("Een medewerker zegt dat u het bent.")
    await taps(chat, "Naar mijn pagina")
    own = await new_page(**PHONE)
    await own.goto(await link_in(chat))
    await own.locator("button.main-button").click()
    await expect(own.get_by_role("heading", level=1)).to_have_text("Wat we van u weten")
    await expect(own.get_by_role("region", name="Wie uw gegevens zag")).to_contain_text("bekeek uw gegevens")
