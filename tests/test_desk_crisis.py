"""A crisis stays in sight until a human says that it is over: an answer, a lapse or a silence does not end it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot import takeover
from bot.desk.access import MESSAGES
from bot.desk.accounts import Staff
from flows.grammar import Category
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.town import MONDAY
from tests.test_alarm_raised import alarms
from tests.test_standing import FOOD, HOME, LIFE, SEIZURE, answers, clock
from tests.test_takeover import refusal

EVERY = list(Category)


async def listed(browser: Browser, queue: str) -> list[int]:
    await browser.get("/desk", params={"queue": queue})
    return [int(number) for number in re.findall(r'class="row" id="file-(\d+)"', browser.page)]


@pytest.mark.parametrize(("said", "urgency"), [(LIFE, 3), (HOME, 2), (SEIZURE, 1)])
async def test_an_answer_leaves_the_crisis_where_it_is_seen(balie: Balie, noor: Staff, said: str, urgency: int) -> None:
    one = await balie.resident()
    await one.types(said)
    await takeover.acknowledge(balie.house, one.conversation_id, noor)
    await answers(balie.town, one, noor)
    row = await one.row()
    assert (row.queue, row.urgency, row.due_at) == ("waiting_them", urgency, None)
    browser = await balie.browser(noor)
    assert await listed(browser, "crisis") == [one.conversation_id]
    assert await listed(browser, "ours") == [], "in the hold it is the person's turn"
    kept = {row.kind: row.kept_at is not None for row in await balie.town.rows(tables.promise)}
    assert kept["crisis"]


@pytest.mark.parametrize("ends", ["lapses", "handed back"])
async def test_after_the_hold_an_answered_crisis_is_ours_again_and_on_top(balie: Balie, noor: Staff, ends: str) -> None:
    one, other = await balie.resident(), await balie.resident()
    await other.types("mens")
    await one.types(LIFE)
    await takeover.acknowledge(balie.house, one.conversation_id, noor)
    await answers(balie.town, one, noor)
    if ends == "lapses":
        await balie.town.move_to(MONDAY + timedelta(hours=5))
    else:
        await takeover.hand_back(balie.house, one.conversation_id, noor)
    row = await one.row()
    assert (row.held_by, row.urgency) == (None, 3)
    browser = await balie.browser(noor)
    assert await listed(browser, "crisis") == [one.conversation_id]
    assert await listed(browser, "ours") == [one.conversation_id, other.conversation_id]
    assert "Direct gevaar" in browser.page


async def test_a_human_says_that_the_crisis_is_over(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.types(LIFE)
    await one.types(HOME)
    await answers(balie.town, one, noor)
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert browser.page.count("Crisis afgerond") == 2, "above the conversation and on the card"
    over = f"/desk/file/{one.conversation_id}/crisis-over"
    assert (await browser.post(over, crises="home")).status == 409, "of the other this page knew nothing"
    assert "Er kwam net een crisis bij" in browser.page
    assert [(await browser.post(over, crises=browser.field("crises"))).status for _ in range(2)] == [303, 303]
    row = await one.row()
    assert (row.urgency, row.paused_at, row.queue) == (0, None, "waiting_them")
    assert await alarms(one) == [], "nobody is called out for it any more"
    (said,) = await balie.town.rows(tables.event, kind="crisis_over")
    assert said.staff_id == noor.id
    assert await listed(browser, "crisis") == []
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "/crisis-over" not in browser.page
    assert re.search(r"<li>Crisis afgerond\s*<span[^>]*>Noor", browser.page)


async def test_what_nobody_acted_on_cannot_be_over(balie: Balie, noor: Staff) -> None:
    one, samir = await balie.resident(), await balie.add_staff("samir", "Samir")

    async def over(staff: Staff) -> None:
        await takeover.crisis_over(balie.house, one.conversation_id, staff, seen=EVERY)

    await one.types(HOME)
    assert await refusal(over(noor)) == "not_acted"
    await takeover.acknowledge(balie.house, one.conversation_id, samir)
    await one.types(LIFE)
    assert await refusal(over(noor)) == "not_acted", "of this one nobody knows yet"
    await takeover.take_over(balie.house, one.conversation_id, samir)
    assert await refusal(over(noor)) == "held_by_other"
    assert (await one.row()).urgency == 3
    await over(samir)
    assert (await one.row()).urgency == 0


async def test_what_was_acknowledged_can_be_over_without_a_conversation(balie: Balie, noor: Staff) -> None:
    """They called: the question that was asked besides still has its own day."""
    one = await balie.resident()
    await one.types("mens")
    ordinary = await clock(one)
    await one.types(HOME)
    await takeover.acknowledge(balie.house, one.conversation_id, noor)
    await takeover.crisis_over(balie.house, one.conversation_id, noor, seen=EVERY)
    assert await clock(one) == ordinary
    assert (await one.row()).queue == "waiting_us"


async def test_a_crisis_after_one_that_is_over_stands_by_itself(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.types(LIFE)
    await answers(balie.town, one, noor)
    await takeover.crisis_over(balie.house, one.conversation_id, noor, seen=EVERY)
    await takeover.hand_back(balie.house, one.conversation_id, noor)
    await one.types(FOOD)
    assert (await one.row()).urgency == 2
    await one.taps("crisis.food:not_it")
    row = await one.row()
    assert (row.urgency, row.paused_at) == (0, None)


async def test_a_crisis_leads_to_the_message_that_raised_it(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.types("hallo")
    balie.town.clock.forward(minutes=5)
    await one.types(HOME)
    (cry,) = [message.seq for message in await one.messages() if message.content.text == HOME]
    balie.town.clock.forward(minutes=5)
    await takeover.take_over(balie.house, one.conversation_id, noor)
    await one.types("bent u daar")
    browser = await balie.browser(noor)
    place = f"/desk/file/{one.conversation_id}"
    await browser.get(place)
    assert browser.page.count(f'<a href="{place}#m{cry}">Naar het bericht</a>') == 2
    assert f'id="m{cry}"' in browser.page
    await balie.set(one, last_seq=cry + MESSAGES)
    await browser.get(place)
    assert f'<a href="{place}?before={cry + 1}#m{cry}">' in browser.page
    await browser.get(f"{place}?before={cry + 1}")
    assert f'id="m{cry}"' in browser.page
