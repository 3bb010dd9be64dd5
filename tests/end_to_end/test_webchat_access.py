"""The web chat for everyone: axe, keyboard alone, small and zoomed screens, large letters, targets for thumbs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import NewPage, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Finds what is smaller than a thumb (WCAG 2.2 asks 24 pixels, we 44); links inside running text may be smaller.
SMALL = """() => [...document.querySelectorAll("button, summary, input, textarea, a[href]")]
    .filter((one) => one.checkVisibility() && !one.closest("p, .unseen") && !one.matches(".skip, .unseen"))
    .map((one) => (one.matches("[type=checkbox], [type=radio]") ? one.closest("label") : one))
    .filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 43.5)
    .map((one) => one.outerHTML)"""
#: Whether something sticks out sideways.
TOO_WIDE = """() => ["html", "#scroll", "#settings"]
    .map((one) => document.querySelector(one))
    .some((one) => one && one.scrollWidth > one.clientWidth)"""


async def first_screen(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator("#start-button")).to_be_visible()


async def code_form(page: Page) -> None:
    await first_screen(page)
    await page.locator("summary").click()
    await page.locator("#code").fill("0000-000-000")
    await page.locator("#open .main-button").click()
    await expect(page.locator("#problem")).not_to_be_empty()


async def personal_link(page: Page) -> None:
    await page.goto(f"/c/{'A' * 32}")
    await page.locator("#open .main-button").click()
    await expect(page.locator("#problem")).not_to_be_empty()


async def greeting(page: Page) -> None:
    await first_screen(page)
    await page.locator("#start-button").click()
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def boxes(page: Page) -> None:
    """A sign-up at its first boxes, with one ticked and earlier questions above."""
    await greeting(page)
    for _ in range(12):
        newest = page.locator(".message.asks:not(.old)")
        if await newest.locator(".box").count():
            break
        number = await newest.get_attribute("data-seq")
        await newest.locator(".choices button").first.click()
        await expect(page.locator(f'.message.asks:not(.old):not([data-seq="{number}"])')).to_be_visible()
    await page.locator(".message.asks:not(.old) .box input").first.check()


async def more(page: Page) -> None:
    await greeting(page)
    await page.locator("#to-more").click()


async def attaching(page: Page) -> None:
    await greeting(page)
    await page.locator("#to-attach").click()


async def waiting(page: Page) -> None:
    await greeting(page)
    await page.context.set_offline(True)
    await page.locator("#message").fill("hallo")
    await page.locator("#message").press("Enter")
    await expect(page.locator("#status")).not_to_be_empty()
    await expect(page.locator("#waiting .state")).to_be_visible()


async def settings(page: Page) -> None:
    await greeting(page)
    await page.locator("#to-settings").click()
    await expect(page.locator("#own-code")).not_to_be_empty()


SCREENS = [first_screen, code_form, personal_link, greeting, boxes, more, attaching, waiting, settings]
STYLES = {
    "light": {},
    "dark and right to left": {"color_scheme": "dark", "locale": "ar", "viewport": {"width": 320, "height": 640}},
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("screen", SCREENS)
async def test_axe_finds_nothing_and_everything_fits(
    new_page: NewPage, screen: Callable[[Page], Awaitable[None]], style: str
) -> None:
    options: dict[str, Any] = STYLES[style]
    page = await new_page(**options)
    await screen(page)
    assert await violations(page) == []
    assert await page.evaluate(SMALL) == []
    assert not await page.evaluate(TOO_WIDE)


async def test_the_keyboard_alone_suffices(new_page: NewPage) -> None:
    page = await new_page(viewport={"width": 1100, "height": 800})
    await page.goto("/")
    await reach(page, "#start-button")
    await page.keyboard.press("Enter")
    await expect(page.locator("#scroll")).to_be_focused()
    await reach(page, ".choices button")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.asks")).to_have_count(2)
    await reach(page, ".message.asks:not(.old) .choices button")
    await page.keyboard.press("Space")
    await expect(page.locator(".message.asks")).to_have_count(3)
    await reach(page, "#to-more")
    await page.keyboard.press("Enter")
    await expect(page.locator("#more button").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#to-more")).to_be_focused()
    await reach(page, "#message")
    await page.keyboard.type("menu")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log .own", has_text="menu")).to_be_visible()
    await reach(page, "#to-settings", "Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#settings")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#settings")).to_be_hidden()
    await expect(page.locator("#to-settings")).to_be_focused()


async def test_boxes_work_with_the_keyboard(new_page: NewPage) -> None:
    page = await new_page()
    await boxes(page)
    await reach(page, ".message.asks:not(.old) .box:nth-of-type(2) input")
    await page.keyboard.press("Space")
    await reach(page, ".message.asks:not(.old) button.done")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log .own .bubble").last).to_contain_text(",")


async def reach(page: Page, selector: str, key: str = "Tab") -> None:
    """Presses ``key`` until the focus is there, and sees that it shows."""
    for _ in range(60):
        await page.keyboard.press(key)
        if await page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    focused = page.locator(selector).locator("xpath=.").and_(page.locator(":focus"))
    await expect(focused).to_have_count(1)
    shows = "(one) => [one, one.parentElement].some((each) => getComputedStyle(each).outlineStyle === 'solid')"
    assert await focused.evaluate(shows)


@pytest.mark.parametrize("opened", ["#scroll", "#to-more", "#to-attach", "#to-settings"])
async def test_the_largest_letters_on_the_smallest_phone_fit(new_page: NewPage, opened: str) -> None:
    page = await new_page(viewport={"width": 320, "height": 568})
    await greeting(page)
    await page.locator("#to-settings").click()
    await page.get_by_label("Heel groot").check()
    await page.locator("#close-settings").click()
    size = await page.evaluate("getComputedStyle(document.body).fontSize")
    assert float(size.removesuffix("px")) > 20
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-size", "3")
    await page.locator(opened).click()
    assert not await page.evaluate(TOO_WIDE)
    assert await violations(page) == []


async def test_zoomed_in_four_times_everything_can_be_reached(new_page: NewPage) -> None:
    page = await new_page(viewport={"width": 320, "height": 256})
    await greeting(page)
    await page.locator("#message").fill("menu")
    await page.locator("#message").press("Enter")
    await expect(page.locator("#log .own", has_text="menu")).to_be_visible()
    newest = page.locator(".message.asks:not(.old)")
    await newest.locator(".choices button").first.scroll_into_view_if_needed()
    await expect(newest.locator(".choices button").first).to_be_in_viewport()
    assert not await page.evaluate(TOO_WIDE)


async def test_news_is_read_aloud_and_history_is_not(new_page: NewPage) -> None:
    page = await new_page()
    await greeting(page)
    log = page.locator("#log")
    assert await log.get_attribute("role") == "log"
    await expect(log).to_have_attribute("aria-live", "polite")
    who = page.locator("#log .bot .who span").first
    await expect(who).to_have_text("Chatbot")
    await page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver((changes) => changes.forEach((change) => window.seen.push(change.target.ariaLive)))
                .observe(document.querySelector("#log"), { childList: true });
        }"""
    )
    await page.locator(".choices button").first.click()
    await expect(page.locator(".message.asks")).to_have_count(2)
    assert set(await page.evaluate("window.seen")) == {"polite"}
