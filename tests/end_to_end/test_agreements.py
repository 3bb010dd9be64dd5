"""What was agreed, in real browsers: a caseworker writes it down by keyboard alone, a resident reads it in Arabic."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, own_demo, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo

SMALLEST: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
#: Five actions as they are typed: what is searched for and filled in, and keys. Enter goes on to the next field.
FIVE = (
    ("post map", "Enter", "w", "Enter"),
    ("neem mee", "Enter", "loonstrook", "Enter", "t", "Enter"),
    ("niets af betalen", "Enter", "Enter"),
    ("wij bellen", "Enter", "verhuurder", "Enter", "w", "Enter"),
    ("wij vragen toeslag", "Enter", "huur", "Enter", "Enter"),
)
KEYS = ("Enter", "w", "t")
#: Buttons as they read in Arabic: it is right, it does not work out, it is done, the list, and two of the actions.
YES, STUCK, DONE, LIST, MINE = "نعم، هذا صحيح", "لم ينجح الأمر", "تم ذلك", "قائمتي", "مواعيدي واتفاقاتي"
OPEN_POST, BRING = "فتح رسائل البريد", "إحضار"
#: How fast someone types who does not type fast, in keys a second.
SLOW = 3


async def begins(page: Page) -> None:
    """A resident who speaks Arabic."""
    await page.goto("/")
    await page.locator("#start-button").click()
    await page.get_by_role("button", name="العربية", exact=True).click()
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def open_newest(desk: Page) -> str:
    """The file that came in last, found by its number; gives its address."""
    await desk.goto("/desk?queue=bot")
    numbers = [int((await row.get_attribute("id") or "")[5:]) for row in await desk.locator("a.row").all()]
    await desk.goto(f"/desk/file/{max(numbers)}")
    return f"/desk/file/{max(numbers)}"


async def composes(desk: Page) -> int:
    """Five actions, from the file's page to the preview, without a mouse; gives how many keys that took."""
    pressed = 2
    async with desk.expect_navigation():
        await desk.keyboard.press("a")
    await expect(desk.locator("#find")).to_be_focused()
    for typed in FIVE:
        for each in typed:
            pressed += 1 if each in KEYS else len(each)
            await (desk.keyboard.press(each) if each in KEYS else desk.keyboard.type(each))
        await expect(desk.locator("#find")).to_be_focused()
    async with desk.expect_navigation():
        await desk.keyboard.press("Control+Enter")
    return pressed


def panel(desk: Page) -> Locator:
    return desk.locator("#agreements")


async def taps(resident: Page, label: str) -> None:
    """A button of what was said last; and it is answered."""
    said = resident.locator("#log .message:not(.own)")
    before = await said.count()
    button = resident.locator(".message.asks:not(.old)").get_by_role("button", name=label)
    await button.click()
    await expect(said).not_to_have_count(before)


async def says(resident: Page, words: str) -> None:
    """Types it; and it is answered."""
    said = resident.locator("#log .message:not(.own)")
    before = await said.count()
    await resident.locator("#message").fill(words)
    await resident.locator("#message").press("Enter")
    await expect(said).not_to_have_count(before)


async def test_five_actions_by_keyboard_alone_for_who_reads_arabic(new_page: NewPage, signed_in: Any) -> None:
    resident = await new_page(locale="ar")
    await begins(resident)
    desk = await new_page(storage_state=signed_in, **WIDE)
    file = await open_newest(desk)
    began = time.monotonic()
    pressed = await composes(desk)
    assert pressed / SLOW < 45, "well under a minute of typing"
    assert time.monotonic() - began < 30, "and the page keeps up"
    await expect(desk.get_by_role("heading", level=1)).to_contain_text("Zo leest")
    theirs = desk.locator("#shown-1 [lang=ar]")
    await expect(theirs).to_have_attribute("dir", "rtl")
    assert await violations(desk) == []
    read = [await part.inner_text() for part in await theirs.locator("p").all()]
    async with desk.expect_navigation():
        await desk.keyboard.press("Control+Enter")
    await desk.wait_for_url(f"**{file}#agreements")
    said = resident.locator("#log .message", has_text=read[-1]).last
    await expect(said).to_be_visible()
    for part in read:
        assert " ".join(part.split()) in " ".join((await said.inner_text()).split())
    assert await desk.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the file's head stays in sight"
    await expect(panel(desk)).to_contain_text("De inwoner antwoordde nog niet.")
    await expect(panel(desk).locator("li[id^=agreement-]")).to_have_count(5)

    await taps(resident, YES)
    await taps(resident, OPEN_POST)
    await expect(panel(desk)).to_contain_text("De inwoner zei: dit klopt")  # by itself, as all that follows
    await expect(panel(desk)).to_contain_text("Doet als eerste: Open uw post en doe alles in een map.")

    await says(resident, LIST)
    await taps(resident, OPEN_POST)
    await taps(resident, STUCK)
    news = desk.locator("#agreed-news")
    await expect(news).to_contain_text("lukt niet: Open uw post")
    await says(resident, "menu")
    await taps(resident, MINE)
    await taps(resident, BRING)
    await taps(resident, DONE)
    await expect(news).to_contain_text("gedaan: Neem uw loonstrook mee")
    await expect(resident.locator("#log")).to_contain_text(re.compile("✅ .?إحضار"))
    assert await violations(desk) == []
    await desk.locator("#agreed-seen").press("Enter")
    await expect(news).to_have_count(0)
    await expect(panel(desk).locator("#agreed-over")).to_contain_text("Klaar: 1")

    await desk.goto("/desk/tasks")
    task = desk.locator(".task-list li", has_text="Wij bellen de verhuurder.")
    await expect(task).to_contain_text("uiterlijk")
    await task.get_by_role("button", name="Gedaan").press("Enter")
    await expect(task).to_have_count(0)
    await expect(resident.locator("#log .message:not(.own)").last).to_contain_text("verhuurder")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE, SMALLEST], ids=["wide", "phone", "smallest"])
async def test_everybody_can_read_it(new_page: NewPage, signed_in: Any, scheme: str, size: dict[str, Any]) -> None:
    """The composer, with the list open and with what lacks, the preview, the panel, the tasks, paper."""
    resident = await new_page(locale="ar")
    await begins(resident)
    desk = await new_page(storage_state=signed_in, color_scheme=scheme, **size)
    file = await open_newest(desk)

    async def holds(name: str) -> None:
        assert await violations(desk) == [], name
        assert await desk.evaluate("document.documentElement.scrollWidth") <= size["viewport"]["width"], name

    await desk.goto(f"{file}/summary")
    await desk.keyboard.type("bel")
    await expect(desk.locator("#found")).to_be_visible()
    await holds("found")
    await desk.keyboard.press("Enter")
    await desk.keyboard.press("Control+Enter")
    await expect(desk.locator("#refused")).to_be_focused()
    await holds("lacks")
    await desk.keyboard.press("/")
    await expect(desk.locator("#find")).to_be_focused()
    await desk.goto("/desk")
    await desk.goto(f"{file}/summary")  # what was begun is there again
    await expect(desk.locator(".line")).to_have_count(1)
    await desk.locator("[id^=organisation-]").fill("de verhuurder")
    await desk.locator("#find").fill("Koop brood bij de markt")
    await desk.locator("#find").press("ArrowUp")
    await desk.locator("#find").press("Enter")
    await desk.keyboard.press("Alt+ArrowUp")
    await expect(desk.locator(".line .sentence").first).to_have_text("Eigen regel")
    await desk.locator("#who-1").select_option(label="Noor de Vries (u)")
    await expect(desk.locator(".line .sentence").last).to_have_text("Wij bellen [organisatie].")
    await desk.locator("#summary-note").fill("Tot snel!")
    await holds("composer")
    await desk.keyboard.press("Control+Enter")
    await expect(desk.locator("#shown-1 [lang=ar]")).to_be_visible()
    await holds("preview")
    await desk.keyboard.press("Control+Enter")
    await desk.wait_for_url(f"**{file}#agreements")
    await expect(panel(desk).locator("li[id^=agreement-]")).to_have_count(2)
    for fold in await panel(desk).locator("summary").all():
        await fold.click()
    await holds("panel")
    await desk.locator("[id^=print-]").first.click()
    await desk.wait_for_url("**/print")
    await holds("paper")
    await desk.goto("/desk/tasks")
    await expect(desk.locator(".task-list")).not_to_have_count(0)
    await holds("tasks")
    await desk.goto(f"{file}/summary")
    await expect(desk.locator(".line")).to_have_count(0)  # what was sent is no draft any more


async def test_without_scripts_the_same_forms_do(new_page: NewPage, signed_in: Any) -> None:
    resident = await new_page(locale="ar")
    await begins(resident)
    desk = await new_page(storage_state=signed_in, java_script_enabled=False, **WIDE)
    file = await open_newest(desk)
    await desk.locator("#compose").click()
    await desk.locator("#find").fill("meenemen")
    await desk.locator("#find").press("Enter")
    await desk.get_by_role("button", name="Neem [papier] mee naar het gesprek.").click()
    await desk.locator("#document-1").fill("loonstrook")
    await desk.get_by_role("button", name="over 1 week").click()
    await expect(desk.locator("#due-1")).not_to_have_value("")
    await desk.locator("#to-preview").click()
    await expect(desk.locator("#shown-1 [lang=ar]")).to_contain_text("loonstrook")
    await desk.locator("#edit").click()
    await expect(desk.locator("#document-1")).to_have_value("loonstrook")
    await desk.locator("#to-preview").click()
    await desk.locator("#send").click()
    await desk.wait_for_url(f"**{file}?summary=*")
    await expect(panel(desk)).to_contain_text("Neem uw loonstrook mee naar het gesprek.")
