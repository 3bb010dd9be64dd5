"""Why a human is asked, on the handoff card and in the inbox: a crisis is never hidden behind what came after it."""

from __future__ import annotations

import html
import re

import pytest

from bot import takeover
from bot.desk.accounts import Staff
from tests.support.desk import Balie
from tests.support.town import Resident


async def reasons(balie: Balie, one: Resident, staff: Staff) -> tuple[str, str]:
    """Why a human is asked: on the card and in the inbox."""
    browser = await balie.browser(staff)
    await browser.get(f"/desk/file/{one.conversation_id}")
    card = re.search(r"<dt>Waarom een mens</dt><dd>([^<]*) <", browser.page)
    await browser.get("/desk")
    row = re.search(r'<span class="why">(.*?)</span>\s*<span class="clock', browser.page, re.DOTALL)
    assert card is not None
    assert row is not None
    words = re.sub(r"<span.*</span>", "", row[1], flags=re.DOTALL)
    return html.unescape(card[1]).strip(), html.unescape(words).strip()


async def begins(one: Resident, *crises: str) -> None:
    """A sign-up in which this is said."""
    await one.taps("!go:aanmelden")
    await one.taps("aanmelden.for_whom:self")
    for said in crises:
        await one.types(said)


async def finishes(one: Resident) -> None:
    for data in ("!go:aanmelden", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    assert "signup" in await one.events()


async def test_a_sign_up_says_that_it_is_one(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await begins(one)
    await finishes(one)
    assert await reasons(balie, one, noor) == ("Aanmelding afgerond", "Aanmelding afgerond")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (["ik word uit huis gezet"], "Huis kwijtraken. Aanmelding afgerond"),
        (["er staat een deurwaarder voor de deur"], "Deurwaarder of beslag. Aanmelding afgerond"),
        (
            ["er staat een deurwaarder voor de deur", "mijn man slaat mij"],
            "Geweld of dreiging, deurwaarder of beslag. Aanmelding afgerond",
        ),
    ],
)
async def test_a_sign_up_in_a_crisis_says_so_first(balie: Balie, noor: Staff, said: list[str], words: str) -> None:
    one = await balie.resident()
    await begins(one, *said)
    await finishes(one)
    assert await reasons(balie, one, noor) == (words, words)


async def test_who_asks_for_a_human_in_a_crisis_is_known_by_the_crisis_first(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.types("ik wil niet meer leven")
    assert await reasons(balie, one, noor) == ("Leven in gevaar", "Leven in gevaar")
    await one.taps("!mens")
    both = "Leven in gevaar. Vraagt om een mens"
    assert await reasons(balie, one, noor) == (both, both)


async def test_a_bailiff_that_was_picked_in_the_sign_up_is_a_reason(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await begins(one)
    await one.picks("aanmelden.worries", "rent")
    await one.taps("aanmelden.urgency:bailiff")
    assert await one.screen() == "crisis.seizure"
    for data in ("!go:aanmelden", "aanmelden.place:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    assert "signup" in await one.events()
    both = "Deurwaarder of beslag. Aanmelding afgerond"
    assert await reasons(balie, one, noor) == (both, both)


async def test_a_crisis_that_was_denied_or_is_over_is_no_reason_any_more(balie: Balie, noor: Staff) -> None:
    denied, over = await balie.resident(), await balie.resident()
    await begins(denied, "ik word uit huis gezet")
    await denied.taps("crisis.home:not_it")
    await finishes(denied)
    assert await reasons(balie, denied, noor) == ("Aanmelding afgerond", "Aanmelding afgerond")
    await begins(over, "ik word uit huis gezet")
    await takeover.take_over(balie.house, over.conversation_id, noor)
    await takeover.reply(balie.house, over.conversation_id, noor, "Dag", seen_seq=99, client_id="answer")
    await takeover.crisis_over(balie.house, over.conversation_id, noor, seen=["home"])
    await takeover.hand_back(balie.house, over.conversation_id, noor)
    await finishes(over)
    assert (await reasons(balie, over, noor))[0] == "Aanmelding afgerond"


UNKNOWING = "De ander weet hiervan niet: neem geen contact met die persoon op"


async def cautions(balie: Balie, one: Resident, staff: Staff) -> list[str]:
    browser = await balie.browser(staff)
    await browser.get(f"/desk/file/{one.conversation_id}")
    return [re.sub("<.*?>|! ", "", found) for found in re.findall(r'<p class="caution">.*?</p>', browser.page)]


async def test_that_the_other_does_not_know_stands_on_the_card(balie: Balie, noor: Staff) -> None:
    """Who rings a mother that knows of nothing breaks more than trust."""
    one = await balie.resident()
    for data in ("!go:aanmelden", "aanmelden.for_whom:helper", "aanmelden.knows:no", "!mens"):
        await one.taps(data)
    assert await cautions(balie, one, noor) == [UNKNOWING + "."]
    for data in ("!terug", "aanmelden.advice:yes"):
        await one.taps(data)
    assert await cautions(balie, one, noor) == []


async def test_that_someone_is_under_18_stands_on_the_card_until_they_say_they_are_not(
    balie: Balie, noor: Staff
) -> None:
    one = await balie.resident()
    for data in ("!go:aanmelden", "aanmelden.for_whom:young"):
        await one.taps(data)
    assert [found[:13] for found in await cautions(balie, one, noor)] == ["Jonger dan 18"]
    await one.taps("!menu")
    assert [found[:13] for found in await cautions(balie, one, noor)] == ["Jonger dan 18"]
    for data in ("!go:aanmelden", "aanmelden.minor:adult", "aanmelden.for_whom:self"):
        await one.taps(data)
    assert await cautions(balie, one, noor) == []


async def promised(balie: Balie, one: Resident, staff: Staff) -> list[str]:
    """What stands under Beloofd, without its clock."""
    browser = await balie.browser(staff)
    await browser.get(f"/desk/file/{one.conversation_id}")
    stands = re.search(r'<ul class="promises">(.*?)</ul>', browser.page, re.DOTALL)
    found = re.findall(r"<li>([^<]*):\s*(.*?)</li>", stands[1] if stands else "", re.DOTALL)
    return [f"{what}: {' '.join(re.sub('<.*?>', '', rest).split())}" for what, rest in found]


async def test_each_kind_of_promise_stands_once_with_its_first_day(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.types("mens")
    balie.town.clock.forward(hours=24)
    await one.types("mens")
    assert await promised(balie, one, noor) == ["Antwoord: nog 1 werkdag uiterlijk morgen 17:00"]
    await takeover.take_over(balie.house, one.conversation_id, noor)
    await takeover.reply(balie.house, one.conversation_id, noor, "Dag", seen_seq=99, client_id="answer")
    assert await promised(balie, one, noor) == ["Antwoord: ✓ gedaan 10:00"]


async def test_a_promise_of_a_crisis_that_was_denied_is_withdrawn(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.types("ik heb niets te eten")
    assert len(await promised(balie, one, noor)) == 1
    await one.taps("crisis.food:not_it")
    assert await promised(balie, one, noor) == []
    balie.town.clock.forward(hours=1)
    await one.types("ik word uit huis gezet")
    assert len(await promised(balie, one, noor)) == 2
