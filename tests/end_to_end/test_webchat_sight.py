"""What people see of the web chat on a small phone: the beginning of an answer, their code, and always a way out."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import FilePayload, expect

from flows.numbers import SUICIDE_CHAT
from tests.end_to_end.conftest import NEUTRAL, NewPage
from tests.end_to_end.test_webchat import code_of, png, say, start, tap

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL_PHONE = {"width": 360, "height": 640}


@pytest.mark.parametrize("way", ["tap", "keyboard"])
async def test_leaving_is_possible_from_the_settings_however_far_one_scrolled(new_page: NewPage, way: str) -> None:
    page = await new_page(viewport={"width": 360, "height": 640})
    await start(page)
    await page.locator("#to-settings").click()
    await expect(page.locator("#close-settings")).to_be_focused()
    await page.locator("#new-pin").scroll_into_view_if_needed()
    await page.locator("#settings").evaluate("(dialog) => dialog.scrollTo(0, dialog.scrollHeight)")
    leave = page.locator("#leave-settings")
    await expect(leave).to_be_in_viewport(ratio=1)
    if way == "tap":
        await leave.click(timeout=2000)
    else:
        await page.keyboard.press("Shift+Tab")
        await expect(leave).to_be_focused()
        await page.keyboard.press("Enter")
    await page.wait_for_url(NEUTRAL)


async def test_what_came_of_a_tap_in_the_settings_is_seen_and_read_aloud(new_page: NewPage) -> None:
    page = await new_page(viewport={"width": 360, "height": 640})
    await start(page)
    await page.locator("#to-settings").click()
    await page.locator("#new-pin").fill("4821")
    await page.get_by_role("button", name="Bewaar de pincode").click()
    saved = page.get_by_role("status").filter(has_text="Uw pincode is bewaard.")
    await expect(saved).to_be_in_viewport(ratio=1)


async def test_an_answer_in_two_languages_begins_in_sight_in_ones_own(new_page: NewPage) -> None:
    page = await new_page(viewport=SMALL_PHONE)
    await start(page)
    await tap(page, "العربية")
    await say(page, "لا أريد أن أعيش")
    own_language = page.locator("#log .bot .bubble[lang=ar]", has_text="113").last
    await expect(own_language).to_be_visible()
    await expect(page.locator("#waiting .own")).to_have_count(0)
    dutch = page.locator("#log .bot .bubble[lang=nl]", has_text="113").last
    top, header = await own_language.bounding_box(), await page.locator(".top").bounding_box()
    above = await dutch.bounding_box()
    assert top is not None
    assert header is not None
    assert above is not None
    assert header["y"] + header["height"] <= top["y"] < 300
    assert above["y"] < top["y"]


async def test_a_panel_closes_when_something_is_sent(new_page: NewPage) -> None:
    page = await new_page(viewport=SMALL_PHONE)
    await start(page)
    await page.locator("#to-more").click()
    await say(page, "menu")
    await expect(page.locator("#more")).to_be_hidden()


async def test_the_sign_of_a_new_message_covers_nothing(new_page: NewPage) -> None:
    page = await new_page(viewport=SMALL_PHONE)
    await start(page)
    await tap(page, "Nederlands")
    await page.locator("#to-more").click()
    await page.locator("#to-new").evaluate("(sign) => (sign.hidden = false)")
    covered = """(sign) => {
        const place = sign.getBoundingClientRect();
        const [above, below] = ["#scroll", ".compose"]
            .map((one) => document.querySelector(one).getBoundingClientRect());
        return above.bottom > place.top || below.top < place.bottom;
    }"""
    assert not await page.locator("#to-new").evaluate(covered)


async def test_larger_letters_keep_ones_place(new_page: NewPage) -> None:
    page = await new_page(viewport=SMALL_PHONE)
    await start(page)
    await tap(page, "Nederlands")
    for _ in range(3):
        await say(page, "menu")
        await expect(page.locator("#waiting .own")).to_have_count(0)
    middle = "(scroll) => { scroll.scrollTop = scroll.scrollHeight / 2; }"
    at_top = """(scroll) => [...document.querySelectorAll(".message")]
        .find((one) => one.getBoundingClientRect().bottom > scroll.getBoundingClientRect().top).dataset.seq"""
    scroll = page.locator("#scroll")
    await scroll.evaluate(middle)
    before = await scroll.evaluate(at_top)
    await page.locator("#to-settings").click()
    await page.get_by_label("Heel groot").check()
    await page.locator("#close-settings").click()
    assert await scroll.evaluate(at_top) == before


async def test_what_is_said_about_a_photo_begins_in_sight(new_page: NewPage) -> None:
    page = await new_page(viewport=SMALL_PHONE)
    await start(page)
    await tap(page, "Nederlands")
    photo = FilePayload(name="brief.png", mimeType="image/png", buffer=png(40, 700))
    await page.locator("#files").set_input_files(photo)
    await expect(page.locator("#log .own img")).to_be_visible()
    assert await page.locator("#log .own img").evaluate("(image) => image.decode().then(() => image.height)") > 200
    await expect(page.locator("#waiting .own")).to_have_count(0)
    await expect(page.locator("#log .own:has(img) + .bot .bubble p").first).to_be_in_viewport()


async def test_a_file_that_did_not_go_is_named_until_the_next_one(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    large = FilePayload(name="film.png", mimeType="image/png", buffer=png() + b"\0" * (10 * 1024 * 1024))
    await page.locator("#files").set_input_files(large)
    await expect(page.locator("#status")).to_contain_text("film.png")
    await expect(page.locator("#status")).to_contain_text("te groot")
    program = FilePayload(name="programma.png", mimeType="image/png", buffer=b"MZ this is no photo")
    await page.locator("#files").set_input_files(program)
    await expect(page.locator("#waiting .own .bubble")).to_contain_text("programma.png")
    await expect(page.locator("#status")).to_be_hidden()


async def test_the_code_is_in_sight_before_one_leaves(new_page: NewPage) -> None:
    page = await new_page(viewport=SMALL_PHONE)
    await page.goto("/")
    await expect(page.locator("#start")).to_contain_text("Met uw code komt u terug.")
    await start(page)
    await page.locator("#to-more").click()
    await expect(page.locator("#code-here")).to_have_text(re.compile(r"^Uw code: \w{4}-\w{3}-\w{3}$"))
    assert "-" not in page.url


async def test_several_ticks_are_listed_as_the_language_does_it(new_page: NewPage) -> None:
    page = await new_page(locale="ar")
    await start(page)
    await tap(page, "العربية")
    while not await page.locator(".message.asks:not(.old) .box").count():
        first = page.locator(".message.asks:not(.old) .choices button").first
        if await first.locator(".icon", has_text="👉").count():
            assert "matrix(-1" in await first.locator(".icon").evaluate("(icon) => getComputedStyle(icon).transform")
        await tap(page, await first.locator("span").last.inner_text())
    asked = page.locator(".message.asks:not(.old)")
    for box in (0, 1):
        await asked.locator(".box input").nth(box).check()
    await asked.locator("button.done").click()
    said = page.locator("#log .own .bubble").last
    await expect(said).to_contain_text("،")
    await expect(said).not_to_contain_text(",")


async def test_the_website_for_who_does_not_want_to_live_is_a_link(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await tap(page, "Nederlands")
    await say(page, "ik wil niet meer leven")
    site = page.get_by_role("link", name="113.nl", exact=True).first
    await expect(site).to_have_attribute("href", "https://113.nl")
    assert "noreferrer" in (await site.get_attribute("rel") or "")
    assert SUICIDE_CHAT == "113.nl"  # what elements.js knows


async def test_the_whole_text_about_privacy_is_there(new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/")
    await page.get_by_role("link", name="Wat doen we met uw gegevens?").click()
    await expect(page.get_by_role("heading", name="Wat doet Waterveen met uw gegevens?")).to_be_visible()


async def test_who_forgot_the_pin_reads_what_to_do(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    code = await code_of(page)
    await page.locator("#to-settings").click()
    await page.locator("#new-pin").fill("4821")
    await page.locator("#new-pin").press("Enter")
    await expect(page.locator("#settings-status")).to_have_text("Uw pincode is bewaard.")
    elsewhere = await new_page()
    await elsewhere.goto("/")
    await elsewhere.get_by_text("Ik heb een code").click()
    await elsewhere.locator("#code").fill(code)
    await elsewhere.locator("#code").press("Enter")
    await expect(elsewhere.locator("#pin-field")).to_contain_text("Pincode vergeten? Bel de gemeente: 0999 123 456.")
