"""The municipality's own look: whatever colour it chose, text can be read; its logo is a picture and nothing more."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.look import contrast, style_sheet
from tests.support.desk import open_balie
from tests.support.town import Town

STYLE = (Path(__file__).parents[1] / "bot" / "desk" / "static" / "desk.css").read_text("utf-8")
#: What text in the municipality's colour stands on.
GROUNDS = ("ground", "paper", "ours")


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def values(css: str) -> list[dict[str, str]]:
    """The variables in light and in dark."""
    light, _, dark = css.partition("prefers-color-scheme: dark")
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in (light, dark[: dark.find("*, ::before")])]


@pytest.mark.parametrize("colour", ["#154273", "#ffffff", "#000000", "#ffe600", "#d52b1e", "#39870c", "#808080"])
def test_text_in_any_colour_can_be_read_in_light_and_dark(colour: str) -> None:
    own = values(style_sheet(colour))
    assert own[0]["own"] == colour
    assert contrast(rgb(own[0]["on-own"]), rgb(colour)) >= 4.5
    for scheme, page in zip(own, values(STYLE), strict=True):
        for ground in GROUNDS:
            assert contrast(rgb(scheme["own-text"]), rgb(page[ground])) >= 4.5, ground


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert values(style_sheet("#154273"))[0]["own-text"] == "#154273"


def test_the_words_and_lines_of_the_desk_itself_can_be_read() -> None:
    for page in values(STYLE):
        for ground in (*GROUNDS, "sunk"):
            assert contrast(rgb(page["ink"]), rgb(page[ground])) >= 7, ground
            assert contrast(rgb(page["quiet"]), rgb(page[ground])) >= 4.5, ground
            assert contrast(rgb(page["edge"]), rgb(page[ground])) >= 3, ground
        assert contrast(rgb(page["late"]), rgb(page["late-ground"])) >= 4.5
        assert contrast(rgb(page["soon"]), rgb(page["soon-ground"])) >= 4.5


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_logo_is_shown_and_can_do_nothing(town: Town, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    config = town.house.config
    async with open_balie(town) as balie:
        browser = await balie.browser()
        assert (await browser.get("/desk/logo")).status == 404
        await browser.get("/desk/sign-in")
        assert "/desk/logo" not in browser.page
        town.house.config = replace(
            config, identity=replace(config.identity, logo="logo.svg"), path=tmp_path / "x.toml"
        )
        await browser.get("/desk/sign-in")
        assert '<img src="/desk/logo" alt=""' in browser.page
        logo = await browser.get("/desk/logo")
        assert (logo.status, logo.content_type) == (200, "image/svg+xml")
        assert "default-src 'none'" in logo.headers["Content-Security-Policy"]
        assert "sandbox" in logo.headers["Content-Security-Policy"]
        look = await browser.get("/desk/look.css")
        assert (look.content_type, config.identity.colour in await look.text()) == ("text/css", True)
