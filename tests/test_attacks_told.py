"""Numbers, places and words that nobody should send: nothing of another file is told or changed, and no words stop a
message."""

from __future__ import annotations

from datetime import date

import pytest

from bot.agreements.acts import Line
from bot.desk.accounts import Staff
from bot.progress import acts
from flows import registry
from flows.grammar import Opened
from flows.text import verbatim
from storage import tables
from tests.progress.conftest import signs_up
from tests.support.agreements import client_id, sent
from tests.support.desk import Balie
from tests.support.measuring import invited, spoke
from tests.support.town import Resident, Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

SECRET = "Bel Kees van de woningbouw."
LASTING = sorted(f"{flow.name}.{screen}" for flow in registry.all_flows().values() for screen in flow.lasting)
NUMBERS = ("1", "2", "3", "0", "00001", "-1", "9" * 18, "9" * 30, "1e3", "٣", "1:2", "")
PLACES = ("bailiff", "nope", "__init__", "..", "x" * 40, "-", "1", "9" * 18, "toeslag", "mens", "card", "which")
WORDS = (
    "<b>{name}</b> {0.__class__} {n, plural, one {x} other {y}} %s #",
    "\u202e\u2066تجربة\u2069\u200f abc\u200d",
    "\ufdfd" * 20,
    "e" + "\u0301" * 400,
    "👩‍👩‍👧" * 60,
    "\u200b\u0301\ue000.",
)


@pytest.fixture
async def noor(balie: Balie) -> Staff:
    return await balie.add_staff("noor", "Noor {x}<b>\ufdfd محمد")


@pytest.fixture
async def fatima(balie: Balie, noor: Staff) -> Resident:
    """Someone of whom there is something of every kind."""
    one = await signs_up(await balie.resident("Fatima", "ar"))
    await spoke(balie.house, one, noor)
    await sent(balie.town, one, noor, Line(verbatim(SECRET), date(2026, 11, 27)), note=SECRET)  # type: ignore[arg-type]
    await invited(balie.house, one, noor)
    return one


async def test_no_lasting_button_opens_what_is_of_another(balie: Balie, fatima: Resident) -> None:
    omar, town = await balie.resident("Omar"), balie.town
    before = await kept(town, fatima)
    for place in LASTING:
        for number in NUMBERS:
            heard = await omar.taps(f"!to:{place}:{number}")
            assert heard, (place, number)
            assert all(SECRET not in one.content.text for one in heard), (place, number)
    assert await kept(town, fatima) == before


async def kept(town: Town, one: Resident) -> list[object]:
    """All that is kept of someone but the messages themselves."""
    kinds = (tables.summary, tables.agreement, tables.measurement, tables.event)
    return [await town.rows(kind, conversation_id=one.conversation_id) for kind in kinds] + [await one.row()]


@pytest.mark.parametrize("flow", sorted(registry.all_flows()))
async def test_a_link_to_a_place_that_is_none_still_opens(balie: Balie, flow: str) -> None:
    one = await balie.resident("Omar")
    for place in PLACES:
        await one.says(Opened(flow, None, None, place))
        assert await one.hears(), place


@pytest.mark.parametrize("odd", WORDS, ids=range(len(WORDS)))
async def test_no_words_stop_what_is_told(balie: Balie, noor: Staff, fatima: Resident, odd: str) -> None:
    other = await balie.add_staff("samir", "Samir")
    house, number = balie.house, fatima.conversation_id
    await fatima.hears()
    await acts.tell_delay(house, number, noor, "judge", words=odd, client_id=client_id())
    await acts.tell_creditor(house, number, noor, odd[:80], "agreed", words=odd, client_id=client_id())
    await acts.introduce(house, number, noor, other.id, words=odd, welcome=odd, client_id=client_id())
    await sent(balie.town, fatima, noor, Line(verbatim("x" + odd[:200])), note="x" + odd)  # type: ignore[arg-type]
    heard = await fatima.hears()
    assert len(heard) == 4
    assert all("\u202e" not in one.content.text for one in heard)
    browser = await balie.browser(noor)
    for page in ("", "/progress", "/contact", "/summary", "/summary/1/print", "/measurements"):
        assert (await browser.get(f"/desk/file/{number}{page}")).status == 200, page
        assert "<b>{name}" not in browser.page
        assert "\u202e" not in browser.page, page
