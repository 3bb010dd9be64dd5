"""The page of the grades in a real browser: its numbers are those of the statistics, on any screen and for any eyes."""

from __future__ import annotations

import math
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from statistics import fmean
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from scipy.stats import mannwhitneyu

from bot import config as configuration
from bot.clock import SystemClock
from bot.desk.ratings_words import chance_of
from bot.house import House
from bot.ratings.statistics import ALPHA, holm
from bot.server import open_house
from flows.ratings import ASKED, Occasion
from tests.end_to_end.conftest import PHONE, WIDE, Demo, NewPage, running_demo, violations
from tests.support.rating import grades, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
NOW = datetime.now(UTC).year
#: How likely each grade is, the lowest first, in the year before and now; but for the end nothing changed.
USUAL, BETTER = (1, 1, 2, 3, 5, 9, 14, 11, 4, 2), (0, 1, 1, 1, 2, 5, 12, 18, 10, 5)


def _given(occasion: Occasion, promise: str) -> tuple[list[int], list[int]]:
    """Of the year before and of this one."""
    dice = random.Random(f"{occasion} {promise}")
    now = BETTER if occasion is Occasion.END else USUAL
    return dice.choices(range(1, 11), USUAL, k=60), dice.choices(range(1, 11), now, k=80)


#: Everything that was answered: a year on only by too few.
GIVEN = {
    (occasion, promise.value): _given(occasion, promise)
    for occasion, promises in ASKED.items()
    for promise in promises
    if occasion is not Occasion.YEAR_ON
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """One in which two years were answered."""
    folder = tmp_path_factory.mktemp("ratings")
    async with running_demo(folder) as running:
        secret = (folder / "secret").read_text("utf-8")
        config = configuration.load(folder / "gemeente.toml", {configuration.SECRET: secret})
        async with open_house(config, SystemClock()) as house:
            await _fill(house)
        yield running


async def _fill(house: House) -> None:
    for (occasion, promise), years in GIVEN.items():
        for year, given in zip((NOW - 1, NOW), years, strict=True):
            await grades(house, year, occasion, promise, given)
    await grades(house, NOW, Occasion.YEAR_ON, "6", [8] * 9)
    said = [f"Ik wil {number} keer minder wachten." for number in range(10)]
    await words(house, NOW, Occasion.SIGNED_UP, [*said, "أريد أن أتحدث مع نفس الشخص"])


def cell(page: Page, promise: str, year: int) -> Any:
    """What the page says of a promise in a year."""
    return page.locator(f'[data-promise="{promise}"] [data-year="{year}"]')


def mean(given: list[int]) -> str:
    """With one decimal; a half goes up."""
    return f"{math.floor(fmean(given) * 10 + 0.5) / 10:.1f}".replace(".", ",")


async def as_coordinator(page: Page) -> None:
    """Signs in from the page of the demo, and goes to the grades by the menu."""
    await page.goto("/demo")
    await page.get_by_role("button", name="Samir").click()
    await page.get_by_role("button", name="Inloggen").click()
    await page.wait_for_url("**/desk")


async def test_the_numbers_on_the_page_are_those_of_the_statistics(new_page: NewPage) -> None:
    page = await new_page(**WIDE)
    await as_coordinator(page)
    await page.locator("#to-more").click()
    await page.get_by_role("link", name="Cijfers").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cijfers voor onze hulp")
    told = {promise: pair for (_, promise), pair in GIVEN.items()}
    chances = {
        promise: float(mannwhitneyu(now, before, method="asymptotic").pvalue) for promise, (before, now) in told.items()
    }
    adjusted = holm(chances)
    assert min(adjusted.values()) < ALPHA < max(adjusted.values())  # else there is nothing to tell apart
    for promise, (before, now) in told.items():
        here = cell(page, promise, NOW)
        await expect(here.locator(".mean")).to_have_text(f"{mean(now)} gemiddeld, 80 mensen")
        await expect(cell(page, promise, NOW - 1).locator(".mean")).to_contain_text(f"{mean(before)} gemiddeld")
        verdict = "significant" if adjusted[promise] < ALPHA else "Niet significant"
        await expect(here.locator(".change")).to_contain_text(verdict)
        await expect(here.locator(".change")).to_contain_text(chance_of(adjusted[promise]))
        await expect(here.locator("svg rect")).to_have_count(len(set(now)))
        await page.locator(f'[data-promise="{promise}"] summary').click()
        column = await page.locator(f'[data-promise="{promise}"] td:nth-of-type(1)').all_inner_texts()
        assert column == [f"{now.count(grade)}" for grade in range(1, 11)]
    await expect(cell(page, "6", NOW)).to_contain_text("Minder dan tien")
    await expect(page.locator(".said li")).to_have_count(10)
    assert await violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_telephone_in_any_light(new_page: NewPage, scheme: str) -> None:
    for size in (PHONE, NARROW):
        page = await new_page(color_scheme=scheme, **size)
        await as_coordinator(page)
        await page.goto("/desk/ratings")
        for summary in await page.locator("main summary").all():
            await summary.click()
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["viewport"]["width"]


async def test_the_file_opens_in_a_spreadsheet(new_page: NewPage) -> None:
    page = await new_page(**WIDE)
    await as_coordinator(page)
    await page.goto("/desk/ratings")
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Downloaden als CSV").click()
    download = await started.value
    assert download.suggested_filename == "cijfers.csv"
    lines = (await download.path()).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("jaar;belofte;moment;aantal;gemiddelde;1;2;")
    assert any(line.startswith(f"{NOW};4 Niemand buiten de boot;aan het einde;80;") for line in lines)
