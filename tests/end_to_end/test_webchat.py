"""The web chat in a real browser, as residents meet it: talking, bad lines, leaving, coming back."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from playwright.async_api import FilePayload, Locator, Page, Route, expect

from tests.end_to_end.conftest import NEUTRAL, NewPage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def start(page: Page, path: str = "/") -> None:
    """Begins, and waits for the greeting."""
    await page.goto(path)
    await page.locator("#start-button").click()
    await expect(question(page)).to_be_visible()


def question(page: Page) -> Locator:
    """The choices that are asked for now."""
    return page.locator(".message.asks:not(.old) .choices")


async def tap(page: Page, label: str) -> None:
    """Takes a choice of the newest question and waits for the next one."""
    newest = page.locator(".message.asks:not(.old)")
    number = await newest.get_attribute("data-seq")
    await newest.get_by_role("button", name=label, exact=True).click()
    await expect(page.locator(f'.message.asks:not(.old):not([data-seq="{number}"])')).to_be_visible()


async def say(page: Page, text: str) -> None:
    """Types and sends."""
    await page.locator("#message").fill(text)
    await page.locator("#message").press("Enter")


def own(page: Page, text: str) -> Locator:
    """What the person said and has arrived."""
    return page.locator("#log .own", has_text=text)


async def code_of(page: Page) -> str:
    """The code in the settings."""
    await page.locator("#to-settings").click()
    await expect(page.locator("#own-code")).to_have_text(re.compile(r"^\w{4}-\w{3}-\w{3}$"))
    code = await page.locator("#own-code").inner_text()
    await page.locator("#close-settings").click()
    return code


# ---- talking -------------------------------------------------------------------------------------------------------


async def test_nothing_is_stored_before_the_start_and_the_first_load_is_small(new_page: NewPage) -> None:
    page = await new_page()
    network = await page.context.new_cdp_session(page)
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await network.send("Network.enable")
    await page.goto("/", wait_until="networkidle")
    assert len(sizes) > 5
    assert sum(sizes) < 60_000
    assert await page.context.cookies() == []
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0


async def test_a_sign_up_begins_with_taps_and_boxes(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await tap(page, "Nederlands")
    await tap(page, "Ik wil hulp")
    while not await page.locator(".message.asks:not(.old) .box").count():
        first = page.locator(".message.asks:not(.old) .choices button").first
        await tap(page, await first.locator("span").last.inner_text())
    asked = page.locator(".message.asks:not(.old)")
    await asked.get_by_label("Energie of water").check()
    await asked.get_by_label("Boetes").check()
    await tap(page, "Klaar")
    await expect(own(page, "Energie of water")).to_contain_text("Boetes")
    await expect(page.locator(".message.asks.old .box").first).to_be_visible()


async def test_words_that_always_work_are_one_or_two_taps_away(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await tap(page, "Nederlands")
    await page.get_by_role("button", name="Meer", exact=True).click()
    await page.get_by_role("button", name="Help", exact=True).click()
    await expect(page.locator("#more")).to_be_hidden()
    await expect(page.locator("#log .bot").last).to_contain_text("‘Waarom’")
    await page.get_by_role("button", name="Mens", exact=True).click()
    await expect(own(page, "Mens")).to_be_visible()


async def test_a_deep_link_opens_its_flow_and_leaves_the_address_clean(new_page: NewPage) -> None:
    page = await new_page()
    await start(page, "/?naar=aanmelden&van=bieb")
    assert page.url.endswith("/")
    await tap(page, "Nederlands")
    await expect(page.locator("#log .bot").last).to_contain_text("Voor wie")


async def test_a_reload_goes_on_where_it_was(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await tap(page, "Nederlands")
    before = await page.locator("#log").inner_text()
    await page.reload()
    await expect(page.locator("#log")).to_have_text(re.compile("Nederlands"))
    assert await page.locator("#log").inner_text() == before


async def test_the_page_speaks_the_language_of_the_conversation(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await tap(page, "العربية")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(page.locator("html")).to_have_attribute("lang", "ar")
    newest = page.locator("#log .bot .bubble").last
    assert (await newest.get_attribute("lang"), await newest.get_attribute("dir")) == ("ar", "rtl")
    leave, name = await page.locator("#leave").bounding_box(), await page.locator(".name bdi").bounding_box()
    assert leave is not None
    assert name is not None
    assert leave["x"] < name["x"]
    placeholder = await page.locator("#message").get_attribute("placeholder")
    assert placeholder
    assert not placeholder.isascii()


async def test_two_pages_of_one_person_show_the_same(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    other = await page.context.new_page()
    await other.goto("/chat")
    await expect(question(other)).to_be_visible()
    await say(page, "menu")
    await expect(own(other, "menu")).to_be_visible()


# ---- bad lines -----------------------------------------------------------------------------------------------------


async def test_what_is_typed_offline_is_sent_later_in_order_and_once(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await page.context.set_offline(True)
    await say(page, "eerste bericht")
    await say(page, "tweede bericht")
    await expect(page.locator("#waiting .own")).to_have_count(2)
    await expect(page.locator("#waiting")).to_contain_text("Wacht op verbinding")
    await expect(page.locator("#status")).to_contain_text("geen verbinding")
    await page.context.set_offline(False)
    await expect(page.locator("#waiting .own")).to_have_count(0)
    said = await page.locator("#log .own .bubble").all_inner_texts()
    assert said[-2:] == ["eerste bericht", "tweede bericht"]
    await expect(page.locator("#status")).to_be_hidden()
    assert await page.evaluate("Object.keys(localStorage).filter((key) => key.includes('wait')).length") == 0


async def test_what_waits_survives_a_reload(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await page.context.route("**/chat/message", _cut)
    await say(page, "dit wacht nog")
    await expect(page.locator("#waiting")).to_contain_text("Wacht op verbinding")
    await page.reload()
    await expect(page.locator("#waiting")).to_contain_text("dit wacht nog")
    await page.context.unroute("**/chat/message")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(own(page, "dit wacht nog")).to_have_count(1)
    await expect(page.locator("#waiting .own")).to_have_count(0)


async def test_a_lost_answer_does_not_say_it_twice(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    lost: list[int] = []

    async def lose(route: Route) -> None:
        lost.append((await route.fetch()).status)
        await route.abort()

    await page.context.route("**/chat/message", lose, times=1)
    await say(page, "eenmaal is genoeg")
    await expect(page.locator("#waiting .own")).to_have_count(0, timeout=15_000)
    assert lost == [200]
    await expect(own(page, "eenmaal is genoeg")).to_have_count(1)


async def test_a_refused_message_says_why_and_holds_nothing_up(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    refused = '{"error": "too_long", "text": "Dit bericht is te lang."}'
    await page.context.route("**/chat/message", lambda route: route.fulfill(status=413, body=refused), times=1)
    await say(page, "een heel lang bericht")
    await expect(page.locator("#waiting .error")).to_contain_text("Dit bericht is te lang.")
    await say(page, "menu")
    await expect(own(page, "menu")).to_be_visible()
    await page.get_by_role("button", name="Haal weg").click()
    await expect(page.locator("#waiting .own")).to_have_count(0)


async def _cut(route: Route) -> None:
    await route.abort()


# ---- files ---------------------------------------------------------------------------------------------------------


async def test_a_photo_is_sent_and_shown(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await page.locator("#to-attach").click()
    await expect(page.get_by_role("button", name="Maak een foto")).to_be_focused()
    photo = FilePayload(name="aanmaning.png", mimeType="image/png", buffer=png())
    await page.locator("#files").set_input_files(photo)
    shown = page.locator("#log .own img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 40
    assert "aanmaning" not in await page.content()


async def test_a_file_that_cannot_be_opened_is_refused_in_words(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    program = FilePayload(name="foto.png", mimeType="image/png", buffer=b"MZ this is no photo")
    await page.locator("#files").set_input_files(program)
    await expect(page.locator("#waiting .error")).to_contain_text("Stuur een foto, pdf of spraakbericht")


async def test_speaking_reaches_the_conversation(new_page: NewPage) -> None:
    page = await new_page(permissions=["microphone"])
    await start(page)
    await page.locator("#to-attach").click()
    await page.get_by_role("button", name="Spreek iets in").click()
    await expect(page.locator("#recorder")).to_be_visible()
    await expect(page.locator("#seconds")).to_have_text("0:01")
    await page.get_by_role("button", name="Klaar, verstuur").click()
    await expect(page.locator("#log .own audio")).to_be_visible()
    await expect(page.locator("#recorder")).to_be_hidden()


def png(width: int = 40, height: int = 40) -> bytes:
    """A made-up photo of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x30\x60\x90" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# ---- leaving and coming back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["button", "escape"])
async def test_leaving_is_at_once_and_leaves_nothing_behind(new_page: NewPage, way: str) -> None:
    page = await new_page()
    await page.goto(NEUTRAL)
    await start(page)
    await tap(page, "Nederlands")
    code = await code_of(page)
    await page.context.set_offline(True)
    await say(page, "dit mag niemand lezen")
    await page.context.set_offline(False)
    length = await page.evaluate("history.length")
    if way == "button":
        await page.locator("#leave").click()
    else:
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
    await page.wait_for_url(NEUTRAL)
    assert await page.evaluate("history.length") == length
    await page.go_back()
    assert page.url == NEUTRAL  # what was there before; the chat is in no entry of the history
    await page.goto("/")
    await expect(page.locator("#start-button")).to_be_visible()
    assert await page.context.cookies() == []
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert (await page.request.get("/chat/messages")).status == 401
    await page.get_by_text("Ik heb een code").click()
    await page.locator("#code").fill(code)
    await page.get_by_role("button", name="Open mijn gesprek").click()
    await expect(page.locator("#log")).to_contain_text("Nederlands")


async def test_leaving_in_one_tab_leaves_in_all(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    other = await page.context.new_page()
    await other.goto("/chat")
    await expect(question(other)).to_be_visible()
    await page.locator("#leave").click()
    await other.wait_for_url(NEUTRAL)


async def test_the_code_opens_the_conversation_on_another_device_with_the_pin(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await tap(page, "Nederlands")
    code = await code_of(page)
    await page.locator("#to-settings").click()
    await page.locator("#new-pin").fill("4821")
    await page.get_by_role("button", name="Bewaar de pincode").click()
    await expect(page.locator("#settings-status")).to_have_text("Uw pincode is bewaard.")
    elsewhere = await new_page()
    await elsewhere.goto("/")
    await elsewhere.get_by_text("Ik heb een code").click()
    await elsewhere.locator("#code").fill(code.lower())
    await elsewhere.locator("#code").press("Enter")
    await expect(elsewhere.locator("#pin")).to_be_focused()
    await elsewhere.locator("#pin").fill("0000")
    await elsewhere.locator("#pin").press("Enter")
    await expect(elsewhere.locator("#problem")).to_contain_text("klopt niet")
    await elsewhere.locator("#pin").fill("4821")
    await elsewhere.locator("#pin").press("Enter")
    await expect(elsewhere.locator("#log")).to_contain_text("Nederlands")
    await say(elsewhere, "ik ben terug")
    await page.locator("#close-settings").click()
    await expect(own(page, "ik ben terug")).to_be_visible()


async def test_a_personal_link_opens_it_only_after_a_tap(new_page: NewPage) -> None:
    page = await new_page()
    await start(page)
    await page.locator("#to-settings").click()
    await page.get_by_role("button", name="Kopieer een nieuwe link").click()
    await expect(page.locator("#own-link")).to_be_visible()
    link = await page.locator("#own-link").inner_text()
    elsewhere = await new_page()
    await elsewhere.goto(link)
    assert await elsewhere.context.cookies() == []
    await elsewhere.get_by_role("button", name="Open mijn gesprek").click()
    await expect(question(elsewhere)).to_be_visible()
    assert elsewhere.url.endswith("/chat")
