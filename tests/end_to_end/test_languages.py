"""The web chat in all eight languages: what says which language it is in, what a screen reader reads first, axe in
light and dark on small phones, and numbers and Dutch words inside what is read from right to left."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from locales import direction, own_name
from locales.foreign import foreign
from tests.end_to_end.conftest import NewPage, violations
from tests.end_to_end.test_webchat_access import SMALL, TOO_WIDE
from tests.languages.case import EVERY

pytestmark = pytest.mark.asyncio(loop_scope="session")

RIGHT_TO_LEFT = [language for language in EVERY if direction(language) == "rtl"]
#: Names in the demo; addresses, numbers and codes are nobody's words.
NAMES = ("Waterveen", "Noor de Vries", "Samir Haddad")
#: Every text of the page, attributes that are read too, each with the language that the page says it is in. What only
#: a script would show later counts as well.
SAID = """() => {
    const said = [];
    const add = (element, words) => words.trim() && said.push([element.closest("[lang]").lang, words.trim()]);
    for (const element of document.querySelectorAll("body, body *")) {
        if (element.closest("script, noscript")) continue;
        for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) add(element, node.data);
        for (const name of ["aria-label", "placeholder", "alt"]) add(element, element.getAttribute(name) ?? "");
    }
    return said;
}"""
#: Where words stand that are one text in the page: left, right and top, in pixels.
PLACES = """(root, all) => all.map((words) => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const at = texts.currentNode.data.indexOf(words);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, at);
        range.setEnd(texts.currentNode, at + words.length);
        const { left, right, top } = range.getBoundingClientRect();
        return { left, right, top };
    }
    throw new Error(`nothing says ${words}`);
})"""


async def begins(new_page: NewPage, language: str, path: str = "/", **options: Any) -> Page:
    """At the first question, in this language."""
    page = await new_page(locale=language, **options)
    await page.goto(f"{path}{'&' if '?' in path else '?'}taal={language}")
    await page.locator("#start-button").click()
    await expect(asked(page)).to_be_visible()
    return page


def asked(page: Page) -> Locator:
    """The newest question."""
    return page.locator(".message.asks:not(.old)")


async def tap(page: Page, icon: str = "") -> None:
    """The first button of the newest question (with this icon); and it is answered."""
    number = await asked(page).get_attribute("data-seq")
    await asked(page).locator(".choices button").filter(has_text=icon).first.click()
    await expect(page.locator(f'.message.asks:not(.old):not([data-seq="{number}"])')).to_be_visible()


async def foreign_words(page: Page) -> list[str]:
    """What the page says to be in a language that it is not in."""
    found = []
    for language, words in await page.evaluate(SAID):
        for name in NAMES:
            words = words.replace(name, " ")
        found += [f"{word} ({language}) in {words[:80]}" for word in foreign(words, language)]
    return found


async def keep(page: Page, name: str) -> None:
    """A picture of it, where a folder is named."""
    if folder := os.environ.get("KLOPAAN_SHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("language", EVERY)
async def test_all_that_is_on_the_page_says_which_language_it_is_in(new_page: NewPage, language: str) -> None:
    page = await begins(new_page, language)
    root, way = page.locator("html"), direction(language)
    await expect(root).to_have_attribute("lang", language)
    await expect(root).to_have_attribute("dir", way)
    bubbles = await page.locator("#log .bubble").evaluate_all("all => all.map((one) => [one.lang, one.dir])")
    beside = (
        [] if language == "nl" else [["nl", "ltr"]]
    )  # what happens with their data: a draft has the Dutch beside it
    assert bubbles == [*beside, [language, way]]
    choices = asked(page).locator(".choices")
    await expect(choices).to_have_attribute("lang", language)
    await expect(choices).to_have_attribute("dir", way)
    named = await choices.locator("button span[lang]").evaluate_all(
        "all => all.map((one) => [one.lang, one.innerText])"
    )
    assert named[0] == [language, own_name(language)]
    assert sorted(named) == [[code, own_name(code)] for code in sorted(EVERY)]
    await tap(page)
    await expect(page.locator("#log .own .bubble")).to_have_attribute("lang", language)
    await page.locator("#to-settings").click()
    await expect(page.locator("#own-code")).not_to_be_empty()
    await page.locator("#close-settings").click()
    await tap(page, "📅")
    assert await foreign_words(page) == []
    await keep(page, f"days-{language}")


@pytest.mark.parametrize("language", EVERY)
async def test_a_screen_reader_has_everything_in_the_same_order(new_page: NewPage, language: str) -> None:
    page = await begins(new_page, language)
    await tap(page)
    seen = (await page.locator("body").aria_snapshot()).replace("''", "'")  # as YAML writes it
    seen = re.sub(r"[^\S\n]", " ", seen)
    roles = re.findall(r"^ *- '?(banner|main|heading|region|log|group|textbox)\b", seen, re.MULTILINE)
    assert roles == ["banner", "main", "heading", "region", "log", "group", "group", "textbox"]
    question = await asked(page).locator(".bubble p").last.inner_text()
    first = await asked(page).locator(".choices button").first.inner_text()
    compose = await page.locator("label[for=message]").inner_text()
    in_order = (question, first.rpartition("\n")[2], f'textbox "{compose}"')
    places = [seen.rindex(" ".join(words.split())) for words in in_order]
    assert places == sorted(places)


@pytest.mark.parametrize("language", EVERY)
async def test_pictures_are_shown_and_told_in_the_language_and_axe_finds_nothing(
    new_page: NewPage, language: str
) -> None:
    page = await begins(new_page, language)
    await tap(page)
    await tap(page, "🧭")  # where they stand
    progress = page.locator("#log .drawn img").last
    await shown(progress, language)
    assert foreign(await progress.get_attribute("alt") or "", language) == []
    await page.locator("[data-word=menu]").click()
    await expect(asked(page)).to_contain_text("🙋")
    for icon in ("🗣️", "📞", "🖼️"):  # what they can say, when a creditor calls, as a picture
        await tap(page, icon)
    card = page.locator(f'#log .drawn img[lang="{language}"]').last
    await shown(card, language)
    assert "Ik regel dit met hulp van de gemeente" in (await card.get_attribute("alt") or ""), "to be said in Dutch"
    for width, height, scheme in ((390, 780, "light"), (390, 780, "dark"), (320, 640, "light"), (320, 640, "dark")):
        await page.set_viewport_size({"width": width, "height": height})
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a literal, by name
        assert await violations(page) == [], (width, scheme)
        assert await page.evaluate(SMALL) == [], (width, scheme)
        assert not await page.evaluate(TOO_WIDE), (width, scheme)
        await keep(page, f"card-{language}-{width}-{scheme}")
    await page.locator("#to-settings").click()
    await expect(page.locator("#own-code")).not_to_be_empty()
    assert await violations(page) == []
    assert not await page.evaluate(TOO_WIDE)
    leave, close = [await page.locator(one).bounding_box() for one in ("#leave-settings", "#close-settings")]
    assert leave is not None
    assert close is not None
    assert close["y"] < leave["y"] + leave["height"], "both in one row, also where the title is long"
    await keep(page, f"settings-{language}")


async def shown(image: Locator, language: str) -> None:
    """It is drawn, and told in words."""
    await image.scroll_into_view_if_needed()
    await image.evaluate("one => one.decode()")
    assert await image.evaluate("one => one.naturalWidth") == 720
    await expect(image).to_have_attribute("lang", language)
    await expect(image).to_have_attribute("dir", direction(language))
    assert len(await image.get_attribute("alt") or "") > 40


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
async def test_numbers_and_dutch_words_are_read_in_their_own_order(new_page: NewPage, language: str) -> None:
    page = await begins(new_page, language, "/?naar=kaarten-bailiff")
    hello = page.locator(f"#log .bubble[lang={language}]").last
    assert "\u2068Klopaan\u2069" in (await hello.locator("p").first.text_content() or "")
    await tap(page)
    card = page.locator(f"#log .bubble[lang={language}]").last
    title = card.locator("p", has_text="deurwaarder").first
    before, after = re.split(r"\W*deurwaarder\W*", await title.text_content() or "")[:2]
    words = ["deur", "waarder", before.split()[-1], after.split()[0], "(", ")"]
    left, right, earlier, later, opened, closed = await title.evaluate(PLACES, words)
    assert left["right"] <= right["left"] + 1, "the Dutch word from left to right"
    assert earlier["left"] >= right["right"], "what stands before it is on its right"
    assert later["right"] <= left["left"], "and what comes after it on its left"
    assert closed["right"] <= left["left"] + 1 <= right["right"] <= opened["left"] + 2, "its brackets are around it"
    call = card.locator('a[href="tel:0999123456"]').last
    three, four, five = await call.evaluate(PLACES, ["0999", "123", "456"])
    assert three["top"] == four["top"] == five["top"]
    assert three["right"] <= four["left"] <= four["right"] <= five["left"], "a number from left to right"
    line = call.locator("xpath=..")
    (name,) = await line.evaluate(PLACES, ["Waterveen"])
    assert name["left"] >= five["right"], "on the left of whose it is"
