"""What the resident does with the list and what the desk does with it: both see the same, at once."""

from __future__ import annotations

import pytest

from bot import takeover
from bot.agreements import acts
from bot.agreements.acts import Line
from bot.errors import Refused
from flows.data import load
from flows.text import verbatim
from storage import tables
from tests.support.agreements import (
    FREE,
    FRIDAY,
    NEXT,
    PAPERS,
    POST,
    TUESDAY,
    assert_same,
    at_desk,
    items,
    reminders,
    sent,
    settled,
    states,
)
from tests.support.town import Colleague, Resident, Town, origins

MOVED = "afspraken.told"
#: Its words name the day, which is a term.
OBJECTION = load("phrasebook")["phrase"]["objection"]["you"].but(organisation="het UWV", date=FRIDAY)


async def agreed(town: Town, one: Resident, noor: Colleague) -> tuple[int, int]:
    """Something of theirs and something of ours; the numbers of both."""
    await sent(town, one, noor, Line(POST, FRIDAY), Line(PAPERS, FRIDAY, noor.id))
    await one.hears()
    theirs, ours = await items(one)
    return theirs.id, ours.id


# ---- the resident --------------------------------------------------------------------------------------------------


async def test_ticked_off_and_that_is_news_until_it_is_seen(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    (said,) = await sanne.taps(f"!to:afspraken.done:{theirs}")
    assert "Daarmee is alles op uw lijst klaar." in said.content.text
    assert (await states(sanne))[0] == ("done", FRIDAY, "done")
    await assert_same(sanne)
    await acts.seen(town.house, sanne.conversation_id)
    assert (await states(sanne))[0] == ("done", FRIDAY, None)
    assert "agreement_done" in await sanne.events()


async def test_a_slip_that_nobody_saw_is_no_news(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    for did in ("done", "undone"):
        await sanne.taps(f"!to:afspraken.{did}:{theirs}")
    assert (await states(sanne))[0] == ("open", FRIDAY, None)
    await sanne.taps(f"!to:afspraken.done:{theirs}")
    await acts.seen(town.house, sanne.conversation_id)
    await sanne.taps(f"!to:afspraken.undone:{theirs}")
    assert (await states(sanne))[0] == ("open", FRIDAY, "open")


async def test_seen_up_to_a_moment_leaves_what_came_after(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    await sanne.taps(f"!to:afspraken.done:{theirs}")
    (item, _) = await items(sanne)
    await acts.seen(town.house, sanne.conversation_id, at=item.changed_at - 1)
    assert (await states(sanne))[0][2] == "done"
    await acts.seen(town.house, sanne.conversation_id, at=item.changed_at)
    assert (await states(sanne))[0][2] is None


async def test_it_does_not_work_out_with_a_reason_and_a_human_looks(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    assert (await sanne.row()).queue == "waiting_them"
    await sanne.taps(f"!to:afspraken.stuck:{theirs}")
    assert (await sanne.row()).queue == "waiting_us"
    assert (await states(sanne))[0] == ("stuck", FRIDAY, "stuck")
    await sanne.types("ik durf de brieven niet open te maken")
    (item, _) = await items(sanne)
    assert (item.why, item.news) == ("ik durf de brieven niet open te maken", "stuck")
    assert await town.rows(tables.promise) == []  # no answer was promised
    assert (await sanne.events()).count("handover") == 2
    await assert_same(sanne)


async def test_a_term_in_the_words_does_not_move_and_a_human_hears_of_it(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await sent(town, sanne, noor, Line(OBJECTION, FRIDAY))
    await sanne.hears()
    (item,) = await items(sanne)
    await sanne.taps(f"!to:afspraken.later:{item.id}")
    (said,) = await sanne.types("1 december")
    assert said.content.text.startswith("Deze dag kunnen we niet zomaar veranderen.")
    assert (await sanne.row()).queue == "waiting_us"
    assert await states(sanne) == [("stuck", FRIDAY, "stuck")]
    assert await reminders(town) == []  # as of everything that is stuck
    (item,) = await items(sanne)
    assert item.why == "Liever op 1-12-2026"
    await assert_same(sanne)


async def test_a_day_too_far_off_moves_nothing(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    await sanne.taps(f"!to:afspraken.later:{theirs}")
    (said,) = await sanne.types("1 december 2028")
    assert said.content.text.startswith("Die dag is meer dan een jaar weg.")
    assert (await states(sanne))[0] == ("open", FRIDAY, None)


async def test_another_day_by_a_word(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    await sanne.taps(f"!to:afspraken.later:{theirs}")
    (said,) = await sanne.types("1 december")
    assert said.content.text.startswith("Dat is goed. Het staat nu op dinsdag 1 december.")
    assert (await states(sanne))[0] == ("open", NEXT, "moved")
    (item, _) = await items(sanne)
    assert item.sent_due == FRIDAY
    await assert_same(sanne)


async def test_ours_is_not_theirs_to_tick_off(town: Town, noor: Colleague, sanne: Resident) -> None:
    _, ours = await agreed(town, sanne, noor)
    for did in ("done", "undone", "stuck", "later"):
        (said,) = await sanne.taps(f"!to:afspraken.{did}:{ours}")
        assert "Dit doet Noor." in said.content.text
    assert (await states(sanne))[1] == ("open", FRIDAY, None)


async def test_somebody_elses_number_shows_and_changes_nothing(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    (one,) = await at_desk(sanne)
    other = await town.resident()
    for data in (
        *(f"!to:afspraken.{screen}:{theirs}" for screen in ("action", "done", "undone", "stuck", "later")),
        *(f"!to:afspraken.{screen}:{one.id}" for screen in ("summary", "agreed", "change", "question")),
        "!to:afspraken.done:999999999999999999",
    ):
        for said in await other.taps(data):
            assert said.content.text == "Dit staat niet op uw lijst. Dat geeft niet."
    assert (await states(sanne))[0] == ("open", FRIDAY, None)
    assert await states(other) == []
    assert (await at_desk(sanne))[0].answer is None


async def test_yes_and_what_comes_first(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    (one,) = await at_desk(sanne)
    await sanne.taps(f"!to:afspraken.agreed:{one.id}")
    await sanne.taps(f"afspraken.agreed:a{theirs}")
    (one,) = await at_desk(sanne)
    assert (one.answer, one.first) == ("agreed", POST)
    assert (await sanne.row()).queue == "waiting_them"
    await sanne.taps(f"!to:afspraken.agreed:{one.id}")
    await sanne.types("eerst mijn zus bellen")
    (one,) = await at_desk(sanne)
    assert one.first == verbatim("eerst mijn zus bellen")
    assert (await sanne.events()).count("summary_answered") == 1


@pytest.mark.parametrize(("answer", "reason"), [("change", "iets klopt niet"), ("question", "een vraag")])
async def test_what_is_different_reaches_a_human(
    town: Town, noor: Colleague, sanne: Resident, answer: str, reason: str
) -> None:
    await agreed(town, sanne, noor)
    (one,) = await at_desk(sanne)
    await sanne.taps(f"!to:afspraken.{answer}:{one.id}")
    assert (await sanne.row()).queue == "waiting_us"
    (said,) = await sanne.types("de dag is anders")
    assert "U hoort uiterlijk woensdag 25 november van ons." in said.content.text
    (one,) = await at_desk(sanne)
    assert (one.answer, one.said) == (answer, "de dag is anders")
    assert len(await town.rows(tables.promise, kind="answer", kept_at=None)) >= 1


async def test_who_asks_again_without_a_word_is_answered_again(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agreed(town, sanne, noor)
    (one,) = await at_desk(sanne)
    await sanne.taps(f"!to:afspraken.question:{one.id}")
    await sanne.types("wanneer?")
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await takeover.reply(town.house, sanne.conversation_id, noor, "Vrijdag.", client_id="antwoord-1", seen_seq=99)
    await takeover.hand_back(town.house, sanne.conversation_id, noor)
    await sanne.hears()
    assert (await sanne.row()).queue != "waiting_us"
    await sanne.taps(f"!to:afspraken.question:{one.id}")
    (said,) = await sanne.taps("afspraken.question:skip")
    assert "U hoort uiterlijk" in said.content.text
    assert (await sanne.row()).queue == "waiting_us"
    assert len(await town.rows(tables.promise, kind="answer", kept_at=None)) == 1
    (now,) = await at_desk(sanne)
    assert now.said == "wanneer?"


async def test_in_a_hold_it_works_too_and_typed_words_are_for_the_human(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    assert origins(await sanne.taps(f"!to:afspraken.done:{theirs}")) == ["afspraken.done"]
    assert (await states(sanne))[0][0] == "done"
    assert origins(await sanne.taps(f"!to:afspraken.undone:{theirs}")) == ["afspraken.undone"]
    assert origins(await sanne.taps(f"!to:afspraken.stuck:{theirs}")) == ["afspraken.stuck"]
    assert await sanne.types("ik snap het niet") == []
    assert (await states(sanne))[0][0] == "stuck"


# ---- the desk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whose", "change", "opening"),
    [
        (0, {"state": "dropped"}, "Dit hoeft u niet meer te doen:"),
        (0, {"state": "open", "due": NEXT}, "Dit heeft nu een andere dag:"),
        (1, {"state": "done"}, "Wij hebben dit voor u gedaan:"),
        (1, {"state": "open", "due": NEXT}, "Wij doen dit op een andere dag:"),
        (1, {"state": "dropped"}, "Dit doen wij niet meer:"),
    ],
)
async def test_the_resident_is_told_what_changes_for_them(
    town: Town, noor: Colleague, sanne: Resident, whose: int, change: dict[str, object], opening: str
) -> None:
    both = await agreed(town, sanne, noor)
    await settled(town, sanne, noor, both[whose], **change)
    (said,) = await sanne.hears()
    assert said.content.origin == MOVED
    assert said.content.text.startswith(opening)
    await assert_same(sanne)


async def test_not_of_what_they_did_themselves(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    await settled(town, sanne, noor, theirs, state="done")
    assert await sanne.hears() == []
    await settled(town, sanne, noor, theirs, state="open")
    assert await sanne.hears() == []
    await settled(town, sanne, noor, theirs, state="open")  # as it stands already
    assert (await sanne.events()).count("agreement_settled") == 2


async def test_what_was_dropped_by_mistake_comes_back(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    await settled(town, sanne, noor, theirs, state="dropped")
    await sanne.hears()
    assert origins(await sanne.taps(f"!to:afspraken.done:{theirs}")) == ["afspraken.done"]
    assert (await states(sanne))[0][0] == "dropped"
    await settled(town, sanne, noor, theirs, state="open")
    (said,) = await sanne.hears()
    assert said.content.text.startswith("Dit staat weer op uw lijst:")


async def test_settled_twice_by_one_form_is_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    for state in ("dropped", "open"):
        await settled(town, sanne, noor, theirs, state=state, client_id="same")
    assert (await states(sanne))[0][0] == "dropped"


async def test_settling_is_refused_with_reason(town: Town, noor: Colleague, bas: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    other = await town.resident()
    for one, number, options, code in (
        (other, theirs, {"state": "done"}, "gone"),
        (sanne, 999, {"state": "done"}, "gone"),
        (sanne, theirs, {"state": "open", "due": TUESDAY.replace(year=2020)}, "no_day"),
    ):
        with pytest.raises(Refused, match=code):
            await settled(town, one, noor, number, **options)
    await takeover.take_over(town.house, sanne.conversation_id, bas)
    with pytest.raises(Refused, match="held_by_other"):
        await settled(town, sanne, noor, theirs, state="done")
    assert (await states(sanne))[0] == ("open", FRIDAY, None)


async def test_no_day_at_all(town: Town, noor: Colleague, sanne: Resident) -> None:
    theirs, _ = await agreed(town, sanne, noor)
    await settled(town, sanne, noor, theirs, state="open", due=None)
    assert (await states(sanne))[0] == ("open", None, None)
    (said,) = await sanne.hears()
    assert said.content.origin == MOVED


async def test_our_own_tasks_over_all_files(town: Town, noor: Colleague, bas: Colleague, sanne: Resident) -> None:
    omar = await town.resident()
    await sent(town, sanne, noor, Line(PAPERS, NEXT, noor.id), Line(FREE, None, noor.id), Line(POST, FRIDAY))
    await sent(town, omar, bas, Line(PAPERS, FRIDAY, noor.id), Line(PAPERS, FRIDAY, bas.id))
    mine = await acts.tasks(town.house, noor.id)
    assert [(one.conversation_id, one.due) for one in mine] == [
        (omar.conversation_id, FRIDAY),
        (sanne.conversation_id, NEXT),
        (sanne.conversation_id, None),
    ]
    assert {one.staff for one in await acts.tasks(town.house, None)} == {"Noor", "Bas"}
    await settled(town, omar, noor, mine[0].id, state="done")
    assert len(await acts.tasks(town.house, noor.id)) == 2


async def test_what_is_seen_is_of_one_file(town: Town, noor: Colleague, sanne: Resident) -> None:
    other = await town.resident()
    for one in (sanne, other):
        await sent(town, one, noor, Line(POST, FRIDAY))
        (line,) = await items(one)
        await one.taps(f"!to:afspraken.done:{line.id}")
    await acts.seen(town.house, sanne.conversation_id)
    assert [(await states(one))[0][2] for one in (sanne, other)] == [None, "done"]
