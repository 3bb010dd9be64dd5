"""The page of the grades: what the statistics say and nothing more; the same for all, but for what people wrote."""

from __future__ import annotations

import csv
import html
import io
import re
from decimal import Decimal

import pytest
from scipy.stats import mannwhitneyu

from bot.desk import ratings_words as says
from bot.ratings.statistics import FEWEST, Change, Verdict
from flows.ratings import Occasion, Promise
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.rating import grades, words
from tests.support.town import MONDAY

#: Thirty each, as they came in.
BEFORE = [4, 5, 6, 5, 7, 6, 5, 8, 6, 5] * 3
AFTER = [7, 8, 9, 8, 7, 9, 10, 8, 6, 8] * 3
REMARKS = [f"Opmerking nummer {number} <b>" for number in range(FEWEST)]


@pytest.fixture
async def browser(balie: Balie) -> Browser:
    """A coordinator's, in January 2028: two whole years are behind us."""
    balie.town.clock.to(MONDAY.replace(year=2028, month=1, day=10))
    return await balie.browser(await balie.add_staff("cor", "Cor", "coordinator"))


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def part(page: str, promise: str, year: int) -> str:
    """What stands of a promise in a year."""
    section = page[page.index(f'data-promise="{promise}"') :]
    section = section[: section.index("</section>")]
    found = section[section.index(f'data-year="{year}"') :]
    return text(found[: found.index("</li>")])


async def table(browser: Browser) -> list[dict[str, str]]:
    """The file to download."""
    response = await browser.get("/desk/ratings/csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="cijfers.csv"'
    assert response.headers["Cache-Control"] == "no-store"
    return list(csv.DictReader(io.StringIO((await response.read()).decode("utf-8-sig")), delimiter=";"))


async def test_before_anyone_answered_nothing_is_told(browser: Browser) -> None:
    await browser.get("/desk/ratings")
    for promise in Promise:
        assert part(browser.page, promise, 2028) == 'data-year="2028"> 2028 Minder dan tien mensen'
    assert "Minder dan tien mensen schreven iets" in text(browser.page)
    assert {row["aantal"] for row in await table(browser)} == {"minder dan tien"}


async def test_the_real_numbers_and_whether_they_differ(balie: Balie, browser: Browser) -> None:
    await grades(balie.house, 2026, Occasion.SIGNED_UP, "1", BEFORE)
    await grades(balie.house, 2027, Occasion.SIGNED_UP, "1", AFTER)
    await browser.get("/desk/ratings")
    found = part(browser.page, "1", 2027)
    assert "8,0 gemiddeld, 30 mensen" in found
    assert "Hoger dan in 2026 (+2,3). Het verschil is significant (p < 0,001)." in found
    assert "5,7 gemiddeld, 30 mensen" in part(browser.page, "1", 2026)
    assert "Te weinig cijfers om met 2027 te vergelijken." in part(browser.page, "1", 2028)
    assert 'aria-label="Belofte 1, 2027: 3 keer een 6, 6 keer een 7, 12 keer een 8, 6 keer een 9, 3 keer een 10."' in (
        browser.page
    )
    (row,) = [row for row in await table(browser) if row["aantal"] == "30" and row["jaar"] == "2027"]
    assert (row["gemiddelde"], row["verschil"], row["8"], row["1"]) == ("8,0", "2,3", "12", "0")
    second = mannwhitneyu(AFTER, BEFORE, method="asymptotic").pvalue
    assert float(row["p"].replace(",", ".")) == pytest.approx(second, rel=1e-3), "small, and never nought"


async def test_a_small_difference_may_be_chance(balie: Balie, browser: Browser) -> None:
    before, after = [7] * 15 + [8] * 15, [7] * 13 + [8] * 17
    await grades(balie.house, 2026, Occasion.SIGNED_UP, "1", before)
    await grades(balie.house, 2027, Occasion.SIGNED_UP, "1", after)
    await browser.get("/desk/ratings")
    p = mannwhitneyu(after, before, method="asymptotic").pvalue
    chance = f"p = {p:.3f}".replace(".", ",")
    told = f"Vergeleken met 2026: +0,1. Niet significant: het verschil kan toeval zijn ({chance})."
    assert told in part(browser.page, "1", 2027)


async def test_who_looks_six_times_looks_stricter(balie: Balie, browser: Browser) -> None:
    lower, higher = [6] * 20 + [7] * 20, [6] * 11 + [7] * 29  # p between 0.01 and 0.05
    alone = mannwhitneyu(higher, lower, method="asymptotic").pvalue
    assert 0.0125 < alone < 0.05
    for occasion, promise in (
        (Occasion.SIGNED_UP, "1"),
        (Occasion.INTAKE, "3"),
        (Occasion.END, "4"),
        (Occasion.END, "5"),
    ):
        await grades(balie.house, 2026, occasion, promise, lower)
        await grades(balie.house, 2027, occasion, promise, higher if promise == "1" else lower)
    await browser.get("/desk/ratings")
    assert f"Niet significant: het verschil kan toeval zijn ({says.chance_of(4 * alone)})" in (
        part(browser.page, "1", 2027)
    )
    assert part(browser.page, "3", 2027).endswith("Gelijk aan 2026.")


async def test_fewer_than_ten_are_nowhere(balie: Balie, browser: Browser) -> None:
    await grades(balie.house, 2027, Occasion.SIGNED_UP, "1", [3] * 9)
    await grades(balie.house, 2027, Occasion.INTAKE, "2", [8] * 20)
    await grades(balie.house, 2027, Occasion.YEAR_ON, "2", [1] * 9)
    await browser.get("/desk/ratings")
    assert "Minder dan tien" in part(browser.page, "1", 2028)
    assert "2027" not in [row["jaar"] for row in await table(browser) if row["belofte"].startswith("1") and row["3"]]
    assert "8,0 gemiddeld, 20 mensen" in part(browser.page, "2", 2027)  # as if the nine were not there
    assert "keer een 1," not in browser.page
    await grades(balie.house, 2027, Occasion.YEAR_ON, "2", [1])
    await browser.get("/desk/ratings")
    found = part(browser.page, "2", 2027)
    assert "5,7 gemiddeld, 30 mensen" in found
    assert "Na het eerste gesprek: 8,0 (20 mensen). Een jaar later: 1,0 (10 mensen)." in found


async def test_two_years_are_compared_on_the_same_moments(balie: Balie, browser: Browser) -> None:
    await grades(balie.house, 2026, Occasion.INTAKE, "2", [7] * 20)
    await grades(balie.house, 2027, Occasion.INTAKE, "2", [7] * 20)
    await grades(balie.house, 2027, Occasion.YEAR_ON, "2", [10] * 20)
    await browser.get("/desk/ratings")
    found = part(browser.page, "2", 2027)
    assert "8,5 gemiddeld, 40 mensen" in found
    assert "Gelijk aan 2026. Vergeleken zijn alleen de cijfers na het eerste gesprek." in found
    (row,) = [row for row in await table(browser) if (row["jaar"], row["aantal"]) == ("2027", "40")]
    assert (row["verschil"], row["vergeleken"]) == ("0,0", "na het eerste gesprek")
    await grades(balie.house, 2026, Occasion.YEAR_ON, "2", [10] * 10)
    await browser.get("/desk/ratings")
    assert "Vergeleken zijn alleen" not in browser.page
    (row,) = [row for row in await table(browser) if (row["jaar"], row["aantal"]) == ("2027", "40")]
    assert row["vergeleken"] == "na het eerste gesprek en een jaar later"


# ---- who reads what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["caseworker", "coordinator"])
async def test_who_helps_reads_the_figures_and_a_coordinator_what_people_wrote(balie: Balie, role: str) -> None:
    await words(balie.house, 2026, Occasion.SIGNED_UP, REMARKS)
    browser = await balie.browser(await balie.add_staff("iemand", "Iemand", role))
    assert (await browser.get("/desk/ratings")).status == 200
    assert ("Opmerking nummer 3 &lt;b&gt;" in browser.page) == (role == "coordinator")
    assert 'href="/desk/ratings"' in browser.page


async def test_nine_remarks_are_not_shown_and_those_of_another_year_are(balie: Balie, browser: Browser) -> None:
    await words(balie.house, 2026, Occasion.SIGNED_UP, REMARKS)
    await words(balie.house, 2027, Occasion.SIGNED_UP, REMARKS[:9])
    await grades(balie.house, 2026, Occasion.SIGNED_UP, "1", BEFORE)
    for query in ("", "?year=2027", "?year=1999", "?year=x"):
        await browser.get(f"/desk/ratings{query}")
        assert "Opmerking nummer" not in browser.page
    await browser.get("/desk/ratings?year=2026")
    assert browser.page.count("Opmerking nummer") == FEWEST


async def test_a_remark_that_names_someone_is_taken_away_for_good(balie: Balie, browser: Browser) -> None:
    await words(balie.house, 2027, Occasion.SIGNED_UP, REMARKS)
    await words(balie.house, 2027, Occasion.END, [*REMARKS[:8], "Jan Jansen\nwas er nooit", "Opmerking nummer elf"])
    await grades(balie.house, 2027, Occasion.SIGNED_UP, "1", AFTER)
    await browser.get("/desk/ratings?year=2027")
    (mark,) = re.findall(r'Jan Jansen\nwas er nooit.*?name="mark" value="(\w+)"', browser.page, re.DOTALL)[:1]
    stranger = await balie.browser(await balie.add_staff("noor", "Noor"))
    await stranger.get("/desk/ratings")
    assert "/desk/ratings/remove" not in stranger.page
    assert (await stranger.post("/desk/ratings/remove", year="2027", mark=mark)).status == 403
    for _ in range(2):  # a second click
        response = await browser.post("/desk/ratings/remove", year="2027", mark=mark)
        assert (response.status, response.headers["Location"]) == (303, "/desk/ratings?year=2027#remarks")
        await browser.get("/desk/ratings?year=2027")
        assert "Jansen" not in browser.page
        assert browser.page.count("Opmerking nummer") == 2 * FEWEST - 1
    (gone,) = await balie.town.rows(tables.event, kind="remark_removed")
    assert gone.conversation_id is None
    for year, strange in (("", mark), ("1", "x"), ("2027", ""), ("9" * 30, mark)):
        assert (await browser.post("/desk/ratings/remove", year=year, mark=strange)).status in (303, 400)
        await browser.get("/desk/ratings?year=2027")
    assert browser.page.count("Opmerking nummer") == 2 * FEWEST - 1


async def test_it_is_no_look_into_a_file(balie: Balie, browser: Browser) -> None:
    await words(balie.house, 2026, Occasion.SIGNED_UP, REMARKS)
    await browser.get("/desk/ratings?year=2026")
    assert await balie.town.rows(tables.event, kind="looked") == []


async def test_who_is_not_signed_in_reads_nothing(balie: Balie) -> None:
    browser = await balie.browser()
    for path in ("/desk/ratings", "/desk/ratings/csv"):
        response = await browser.get(path)
        assert (response.status, response.headers["Location"].partition("?")[0]) == (303, "/desk/sign-in")


def test_every_promise_and_moment_has_its_words() -> None:
    assert set(says.PROMISES) == set(Promise)
    assert set(says.OCCASIONS) == set(Occasion)
    assert says.chance_of(0.0) == "p < 0,001"
    assert len({says.change(Change(verdict, Decimal("-0.5"), 0.02), 2026) for verdict in Verdict}) == len(Verdict) - 1
    lower = says.change(Change(Verdict.LOWER, Decimal("-0.5"), 0.02), 2026)
    assert lower == "Lager dan in 2026 (−0,5). Het verschil is significant (p = 0,020)."
