"""How long talks take, on the hours page: one's own, the team's, or the usual; and what is no length at all."""

from __future__ import annotations

import pytest

from bot.agenda import keeping
from bot.agenda.hours import Length
from bot.agenda.reading import read_agenda
from bot.desk import agenda_words
from bot.desk.accounts import Staff
from bot.errors import Refused
from storage import tables
from tests.support.desk import Balie
from tests.support.town import MONDAY
from tests.test_desk_hours import adds, refusal


async def test_lengths_are_ones_own_or_the_teams_or_the_usual_ones(balie: Balie, noor: Staff) -> None:
    samir = await balie.add_staff("samir", "Samir", "coordinator")
    browser = await balie.browser(samir)
    assert await adds(browser, "team", "lengths", **{"minutes-home": "90", "travel-home": "45"}) == 303
    assert await adds(browser, noor.id, "lengths", **{"minutes-phone": "15"}) == 303
    async with balie.house.db.read() as conn:
        agenda = await read_agenda(balie.house, conn, [MONDAY.date()])
    found = [agenda.length(noor.id, kind) for kind in ("phone", "home", "office")]
    assert found == [Length(15), Length(90, 45), Length(60)]
    await browser.get(f"/desk/hours?who={noor.id}")
    assert 'name="minutes-phone" inputmode="numeric" autocomplete="off" maxlength="3" value="15"' in browser.page
    assert "nu 90 min, reis 45 min" in browser.page
    assert await adds(browser, noor.id, "lengths") == 303
    assert [row.staff_id for row in await balie.town.rows(tables.meeting)] == [None]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"minutes-phone": "0"}, "no_length"),
        ({"minutes-phone": "255"}, "no_length"),
        ({"minutes-phone": "-15"}, "no_length"),
        ({"minutes-phone": "9" * 50}, "no_length"),
        ({"minutes-phone": "half uur"}, "no_length"),
        ({"minutes-phone": "20"}, "no_length"),
        ({"travel-phone": "30"}, "no_travel"),
        ({"minutes-home": "60", "travel-home": "135"}, "no_travel"),
        ({"minutes-home": "60", "travel-home": "7"}, "no_travel"),
        ({"minutes-home": "60", "travel-home": "ver"}, "no_travel"),
        ({"minutes-phone": "30", "travel-phone": "15"}, "no_travel"),
    ],
)
async def test_what_is_no_length_is_said(balie: Balie, noor: Staff, fields: dict[str, str], code: str) -> None:
    browser = await balie.browser(noor)
    assert await adds(browser, noor.id, "lengths", **fields) == 400
    assert refusal(browser) == agenda_words.REFUSALS[code]
    assert await balie.town.rows(tables.meeting) == []


@pytest.mark.parametrize("of_team", [False, True])
@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ({"minutes-home": "90"}, (90, 30)),
        ({"travel-home": "45"}, (60, 45)),
        ({"minutes-home": "90", "travel-home": "0"}, (90, 0)),
    ],
)
async def test_what_is_left_empty_of_a_talk_is_as_it_was_elsewhere(
    balie: Balie, of_team: bool, typed: dict[str, str], length: tuple[int, int]
) -> None:
    """Nobody is somewhere else in no time because only the minutes of the talk were typed."""
    samir = await balie.add_staff("samir", "Samir", "coordinator")
    browser = await balie.browser(samir)
    assert await adds(browser, "team" if of_team else samir.id, "lengths", **typed) == 303
    (row,) = await balie.town.rows(tables.meeting)
    assert (row.kind, row.minutes, row.travel) == ("home", *length)
    if not of_team:
        assert await adds(browser, "team", "lengths", **{"minutes-elsewhere": "45", "travel-elsewhere": "15"}) == 303
        assert await adds(browser, samir.id, "lengths", **{"minutes-elsewhere": "30"}) == 303
        (row,) = [row for row in await balie.town.rows(tables.meeting) if row.kind == "elsewhere" and row.staff_id]
        assert (row.minutes, row.travel) == (30, 15)


async def test_hours_in_which_a_talk_does_not_fit_say_so(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    hours = {"starts": "09:00", "ends": "09:45", "kind-phone": "yes", "kind-home": "yes"}
    assert await adds(browser, noor.id, **hours, **{"weekday-0": "yes"}) == 303
    assert await adds(browser, noor.id, "days", **hours, what="extra", first="2026-12-01") == 303
    assert await adds(browser, noor.id, "days", what="partly", starts="09:00", ends="09:15", first="2026-12-07") == 303
    await browser.get("/desk/hours")
    assert browser.page.count("Te kort voor bij de inwoner thuis: ") == 2
    assert await adds(browser, noor.id, "lengths", **{"minutes-home": "45"}) == 303
    await browser.get("/desk/hours")
    assert "Te kort" not in browser.page


async def test_open_hours_have_no_length(balie: Balie, noor: Staff) -> None:
    with pytest.raises(Refused, match="no_kinds"):
        await keeping.put_lengths(balie.house, noor.id, noor.id, {"inloop": Length(15)})
