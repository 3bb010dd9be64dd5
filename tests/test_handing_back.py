"""Where the chat goes on after a human: at the person's own question, not at words about a human still to come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import takeover
from bot.content import Message
from storage import tables
from tests.support.town import MONDAY, Colleague, Resident, Town, origins

LIFE = "ik wil niet meer leven"
VIOLENCE = "mijn man slaat mij"
BACK = "Noor is klaar met antwoorden. Ik ben de chatbot en help u weer verder."


async def after_a_human(town: Town, one: Resident, noor: Colleague, *said: str) -> Message:
    """A human takes over, something is said, the human answers and hands back: what the bot says then."""
    await takeover.take_over(town.house, one.conversation_id, noor)
    for words in said:
        await one.types(words)
    seen = (await one.messages())[-1].seq
    await takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=seen, client_id=f"answer-{seen}")
    await one.hears()
    await takeover.hand_back(town.house, one.conversation_id, noor)
    (heard,) = await one.hears()
    return heard


def buttons(message: Message) -> list[str]:
    return [button.data for button in message.content.buttons]


@pytest.mark.parametrize("held", [True, False])
async def test_after_a_cry_for_help_the_bot_says_that_it_is_back_and_where_to_call(town: Town, held: bool) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.taps("!go:aanmelden")
    if not held:
        await one.types(LIFE)
    heard = await after_a_human(town, one, noor, *([LIFE] if held else []))
    assert heard.content.text.split("\n\n") == [
        BACK,
        "Bel nu 113 of gratis 0800-0113, dag en nacht. Is er nu gevaar? Bel 112.",
    ]
    assert buttons(heard) == ["crisis.stay_life:on", "crisis.stay_life:not_it"]
    assert len(await town.rows(tables.alarm)) == 1
    assert origins(await one.taps("crisis.stay_life:on")) == ["aanmelden.for_whom"]


async def test_after_violence_too_and_nobody_who_looks_along_learns_why(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types(VIOLENCE)
    heard = await after_a_human(town, one, noor)
    assert heard.content.text.split("\n\n") == [
        BACK,
        "Kan het niet wachten? Bel 112. Praten kan dag en nacht, gratis: 0800-2000.",
    ]
    assert heard.content.safe
    assert heard.content.sensitive


@pytest.mark.parametrize(
    ("danger", "thanks"),
    [
        (LIFE, "Dank u dat u het vertelt. Een mens van ons team leest dit."),
        (VIOLENCE, "Dank u. Iemand van ons team leest dit."),
    ],
)
async def test_who_writes_on_after_that_is_read_by_a_human_again(town: Town, danger: str, thanks: str) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types(danger)
    await after_a_human(town, one, noor)
    assert (await one.row()).queue == "waiting_them"
    (heard,) = await one.types("het is nog steeds zwaar")
    assert heard.content.text.startswith(thanks)
    row = await one.row()
    assert (row.queue, row.urgency) == ("waiting_us", 3)
    assert row.due_at is not None
    handed_over = (await one.events()).count("handover")
    await one.types("en vandaag erger")
    assert (await one.events()).count("handover") == handed_over, "once is enough"
    assert origins(await one.types(danger)) == [f"crisis.{'life' if danger == LIFE else 'violence'}"]


@pytest.mark.parametrize("said", ["ik word uit huis gezet", "mens", "er staat een deurwaarder voor de deur"])
async def test_nobody_is_told_again_that_a_human_will_come(town: Town, said: str) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.taps("!go:aanmelden")
    await one.types(said)
    await one.types("morgen om tien uur")
    heard = await after_a_human(town, one, noor)
    assert heard.content.origin == "aanmelden.for_whom"
    assert heard.content.text.startswith(BACK)


async def test_who_came_from_nowhere_goes_on_at_the_menu(town: Town) -> None:
    one, noor = await town.resident(at_menu=False), await town.colleague()
    await one.types("mens")
    await one.taps("!mens")
    heard = await after_a_human(town, one, noor)
    assert heard.content.origin in ("welkom.menu", "welkom.hello")


async def test_what_a_human_asked_in_between_is_not_lost_below_a_danger(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.taps("!go:aanmelden")
    await one.types("mens")
    await one.types(LIFE)
    await after_a_human(town, one, noor)
    assert origins(await one.taps("crisis.stay_life:on")) == ["aanmelden.for_whom"]


async def test_a_hold_that_lapses_goes_on_at_the_same_places(town: Town) -> None:
    one, other, noor = await town.resident(), await town.resident(), await town.colleague()
    await one.types(LIFE)
    await other.types("mens")
    for each in (one, other):
        await takeover.take_over(town.house, each.conversation_id, noor)
        await each.hears()
    await town.move_to(MONDAY + timedelta(hours=4))
    assert origins(await one.hears()) == ["crisis.stay_life"]
    assert origins(await other.hears()) == ["welkom.menu"]
