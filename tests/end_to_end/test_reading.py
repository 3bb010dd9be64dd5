"""The web chat for who hardly reads: read aloud, one thing at a time, large; also right to left, and twice as large by
the browser itself."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.end_to_end.conftest import NEUTRAL, NewPage, violations
from tests.end_to_end.test_webchat import say, start, tap
from tests.end_to_end.test_webchat_access import SMALL, TOO_WIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: A browser with a Dutch and an Arabic voice of its own, and an English one that would read elsewhere.
VOICES = """(() => {
    const voices = [
        { lang: "nl-NL", localService: true },
        { lang: "ar_SA", localService: true },
        { lang: "en-GB", localService: false },
    ];
    window.spoken = [];
    window.cancelled = 0;
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    Object.defineProperty(window, "speechSynthesis", { value: {
        getVoices: () => voices,
        addEventListener: () => {},
        speak: (said) => window.spoken.push(said),
        cancel: () => (window.cancelled += 1),
    } });
})()"""
SPOKEN = "window.spoken.map((said) => said.text)"
STYLES: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 390, "height": 780}},
    "dark": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "right to left": {"viewport": {"width": 390, "height": 780}, "color_scheme": "dark", "locale": "ar"},
    "right to left, small": {"viewport": {"width": 320, "height": 640}, "locale": "ar"},
}


async def talking(new_page: NewPage, **options: Any) -> Page:
    """Past the language, at the menu; the browser has voices."""
    page = await new_page(**options)
    await page.add_init_script(VOICES)
    await start(page)
    await page.locator(".message.asks:not(.old) .choices button").first.click()
    await expect(page.locator("#log .own")).to_have_count(1)
    await expect(page.locator("#waiting .own")).to_have_count(0)
    return page


async def one_at_a_time(page: Page) -> None:
    """Chosen in the settings."""
    await page.locator("#to-settings").click()
    await page.locator("#one").check()
    await page.locator("#close-settings").click()


# ---- read aloud ------------------------------------------------------------------------------------------------------


async def test_a_message_is_read_with_its_choices_by_number_when_that_is_asked_and_not_before(
    new_page: NewPage,
) -> None:
    page = await talking(new_page)
    assert await page.evaluate(SPOKEN) == []
    listen = page.locator(".message.asks:not(.old) .listen")
    await expect(listen).to_have_accessible_name("Luister naar dit bericht")
    await listen.click()
    lines = await page.evaluate(SPOKEN)
    assert lines[:2] == ["Waar kunnen we u mee helpen?", "1: Ik wil hulp."]
    assert await page.evaluate("window.spoken.every((said) => said.voice.localService && said.lang === 'nl-NL')")
    await expect(listen).to_have_accessible_name("Stop met voorlezen")
    await listen.click()
    assert await page.evaluate("window.cancelled") == 1
    await expect(listen).to_have_accessible_name("Luister naar dit bericht")


async def test_at_its_end_it_can_be_heard_again_and_another_one_ends_it(new_page: NewPage) -> None:
    page = await talking(new_page)
    listen = page.locator(".listen").last
    await listen.click()
    await page.evaluate("window.spoken.at(-1).onend()")
    await expect(listen).to_have_accessible_name("Luister naar dit bericht")
    first = page.locator(".listen").first
    await first.click()
    await listen.click()
    await expect(first).to_have_accessible_name("Luister naar dit bericht")
    await expect(listen).to_have_accessible_name("Stop met voorlezen")


async def test_a_telephone_number_is_read_digit_by_digit_and_an_icon_not_at_all(new_page: NewPage) -> None:
    page = await talking(new_page)
    await say(page, "ik wil niet meer leven")
    answer = page.locator(".message.bot", has_text="0800-0113").last
    await answer.locator(".listen").click()
    lines = " ".join(await page.evaluate(SPOKEN))
    assert "0 8 0 0 0 1 1 3" in lines
    assert not re.search("[\U0001f300-\U0001faff]", lines)


READ = """async (text) => {
    const folder = document.querySelector("script[type=module]").src.replace(/[^/]*$/, "");
    const { drawListen } = await import(`${folder}aloud.js`);
    const listen = drawListen({ text, buttons: [], speaks: "nl" });
    listen.click();
    return [window.spoken.map((said) => said.text.trim()), listen.classList.contains("reading")];
}"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bel 010 123 45 67, of 112.", ["Bel 0 1 0 1 2 3 4 5 6 7, of 1 1 2."]),
        (
            "Betaal € 1250000 vóór 03-12-2026,\nin 10 - 12 keer.",
            ["Betaal € 1250000 vóór 03-12-2026,", "in 10 - 12 keer."],
        ),
        ("Kijk op https://www.gemeente.example/a?b=c", ["Kijk op"]),
        ("\u2068👍\u2069", []),
    ],
)
async def test_only_numbers_to_call_are_spelled_and_what_has_no_words_is_not_begun(
    new_page: NewPage, text: str, said: list[str]
) -> None:
    page = await talking(new_page)
    assert await page.evaluate(READ, text) == [said, bool(said)]


async def test_in_a_language_without_a_voice_of_this_device_nothing_is_offered(new_page: NewPage) -> None:
    page = await talking(new_page, locale="en-GB")
    await expect(page.locator(".listen[data-speaks=en]").last).to_be_hidden()
    await say(page, "read aloud")
    await expect(page.locator("#log .bot").last).to_contain_text("🔊")
    assert await page.evaluate(SPOKEN) == []


async def test_without_a_voice_of_this_device_ours_plays_in_the_place_of_the_button(new_page: NewPage) -> None:
    page = await talking(new_page)
    played = await page.evaluate("""async () => {
        const folder = document.querySelector("script[type=module]").src.replace(/[^/]*$/, "");
        const { drawListen } = await import(`${folder}aloud.js`);
        const listen = drawListen({ text: "Dag.", buttons: [], speaks: "en", voice: "/chat/voice/0" });
        document.getElementById("log").append(listen);
        const offered = !listen.hidden;
        listen.click();
        const audio = document.querySelector("#log > audio");
        return [offered, audio.getAttribute("src"), audio.controls, document.activeElement === audio];
    }""")
    assert played == [True, "/chat/voice/0", True, True]
    await expect(page.locator("#log > audio")).to_have_accessible_name("Luister naar dit bericht")
    await expect(page.locator("#log > .listen")).to_have_count(0)
    assert await page.evaluate(SPOKEN) == []


async def test_in_arabic_it_is_an_arabic_voice(new_page: NewPage) -> None:
    page = await talking(new_page, locale="ar")
    await page.locator(".listen").last.click()
    assert await page.evaluate("window.spoken.every((said) => said.lang === 'ar_SA')")


async def test_the_button_at_an_earlier_message_says_itself_in_the_language_of_now(new_page: NewPage) -> None:
    page = await talking(new_page)
    await say(page, "taal")
    await tap(page, "English")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    dutch = page.locator(".bubble[lang=nl] .listen").first
    await expect(dutch).to_have_attribute("lang", "en")
    await expect(dutch).to_have_attribute("aria-label", "Listen to this message")


async def test_leaving_ends_it_at_once_and_not_when_another_page_is_there(new_page: NewPage) -> None:
    page = await talking(new_page)
    is_silent = asyncio.Event()

    async def arrives_late(route: Route) -> None:
        async with asyncio.timeout(30):
            await is_silent.wait()
        await route.fulfill(body="")

    await page.route(f"{NEUTRAL}**", arrives_late)
    page.on("console", lambda told: is_silent.set() if told.text == "silent" else None)
    await page.locator(".listen").last.click()
    await page.evaluate("void (speechSynthesis.cancel = () => console.log('silent'))")  # else it is called
    await page.locator("#leave").click()
    await page.wait_for_url(NEUTRAL)


# ---- one thing at a time ---------------------------------------------------------------------------------------------


async def test_only_what_was_said_last_stands_there_and_the_rest_is_one_tap_away(new_page: NewPage) -> None:
    page = await talking(new_page)
    await expect(page.locator(".message:visible")).to_have_count(3)
    await one_at_a_time(page)
    await expect(page.locator(".message:visible")).to_have_count(1)
    await expect(page.locator(".message:visible")).to_contain_text("Waar kunnen we u mee helpen?")
    others = page.get_by_role("button", name="Eerdere berichten")
    await expect(others).to_have_attribute("aria-expanded", "false")
    await others.click()
    await expect(page.locator(".message:visible")).to_have_count(3)
    await page.get_by_role("button", name="Alleen het laatste bericht").click()
    await expect(page.locator(".message:visible")).to_have_count(1)
    await others.click()
    await tap(page, "Ik wil hulp")
    await expect(page.locator(".message:visible")).to_have_count(1)
    await expect(page.locator(".message:visible")).to_contain_text("Voor wie wilt u hulp?")


async def test_the_choices_have_the_number_that_picks_them(new_page: NewPage) -> None:
    page = await talking(new_page)
    await one_at_a_time(page)
    number = "(button) => getComputedStyle(button, '::before').content"
    choices = page.locator(".message.asks:not(.old) .choices button")
    assert "counter" in await choices.first.evaluate(number)
    second = await choices.nth(1).locator("span").last.inner_text()
    await say(page, "2")
    await expect(page.locator("#log .own").last).to_have_text(re.compile("2"))
    await expect(page.locator("#log .own")).to_have_count(2)
    assert second == "Afspraak maken"
    await expect(page.locator(".message:visible")).to_contain_text("spreken")


async def test_it_is_kept_on_this_device_and_only_once_someone_started(new_page: NewPage) -> None:
    page = await talking(new_page)
    await one_at_a_time(page)
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-one", "")
    await expect(page.locator(".message:visible")).to_have_count(1)
    fresh = await new_page()
    await fresh.goto("/")
    await expect(fresh.locator("#start-button")).to_be_visible()
    assert await fresh.evaluate("Object.keys(localStorage)") == []


@pytest.mark.parametrize("style", STYLES)
async def test_axe_finds_nothing_and_everything_fits(new_page: NewPage, style: str) -> None:
    page = await talking(new_page, **STYLES[style])
    await one_at_a_time(page)
    await page.locator(".message.asks:not(.old) .listen").click()
    assert await violations(page) == []
    assert await page.evaluate(SMALL) == []
    assert not await page.evaluate(TOO_WIDE)
    await page.locator("#to-settings").click()
    assert await violations(page) == []
    assert not await page.evaluate(TOO_WIDE)


# ---- larger ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["nl-NL", "ar"])
@pytest.mark.parametrize("one", [False, True])
async def test_the_largest_letters_doubled_by_the_browser_break_nothing_on_the_smallest_phone(
    new_page: NewPage, locale: str, one: bool
) -> None:
    page = await talking(new_page, viewport={"width": 320, "height": 640}, locale=locale)
    await page.evaluate(
        "(one) => { localStorage['klopaan.size'] = '3'; localStorage['klopaan.one'] = one; }", f"{one:d}"
    )
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-size", "3")
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()
    size = await page.evaluate("getComputedStyle(document.body).fontSize")
    assert float(size.removesuffix("px")) >= 32
    for opened in ("#to-more", "#to-attach", "#to-settings"):
        await page.locator(opened).click()
        assert not await page.evaluate(TOO_WIDE)
    assert await violations(page) == []
