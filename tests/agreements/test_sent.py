"""A summary of a talk leaves the desk: what is refused, what the resident gets, and what it counts for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot import takeover
from bot.agreements import acts, page
from bot.agreements.acts import Line
from bot.errors import Refused
from flows.grammar import Tapped
from flows.text import Text, verbatim
from storage import tables
from tests.support.agenda import disable
from tests.support.agreements import (
    BRING,
    FREE,
    FRIDAY,
    NEXT,
    PAPERS,
    POST,
    TODAY,
    at_desk,
    client_id,
    items,
    known,
    sent,
    states,
)
from tests.support.town import Colleague, Resident, Town, origins


async def test_the_resident_is_told_at_once_and_the_desk_sees_the_same(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    number = await sent(
        town, sanne, noor, Line(POST, FRIDAY), Line(FREE), Line(PAPERS, NEXT, noor.id), note="Tot dinsdag!"
    )
    (said,) = await sanne.hears()
    assert said.content.origin == "afspraken.summary"
    assert said.content.text.split("\n\n") == [
        "Noor heeft voor u opgeschreven wat we hebben afgesproken.",
        "Wat u doet:",
        "1. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 27 november",
        "2. Bel Kees van de woningbouw.",
        "Wat Noor doet:",
        "3. Wij zoeken samen met u uw papieren uit.\n📅 Uiterlijk dinsdag 1 december",
        "Noor schrijft: Tot dinsdag!",
        "Klopt dit?",
    ]
    (one,) = await at_desk(sanne)
    assert (one.id, one.name, one.note, one.answer) == (number, "Noor", "Tot dinsdag!", None)
    assert [(line.text, line.due, line.name) for line in one.lines] == [
        (POST, FRIDAY, ""),
        (FREE, None, ""),
        (PAPERS, NEXT, "Noor"),
    ]


async def test_it_counts_as_an_answer_and_is_a_contactmoment(town: Town, noor: Colleague, sanne: Resident) -> None:
    await sanne.types("mens")
    assert (await sanne.row()).queue == "waiting_us"
    await sent(town, sanne, noor, Line(POST))
    row = await sanne.row()
    assert (row.queue, row.due_at, row.last_staff_at is not None) == ("waiting_them", None, True)
    assert {"summary_sent", "contactmoment"} <= set(await sanne.events())
    assert await town.rows(tables.promise, kept_at=None) == []


async def test_what_was_written_meanwhile_still_waits_for_an_answer(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    seen = (await sanne.row()).last_seq
    await sanne.types("mens")
    await sent(town, sanne, noor, Line(POST), seen_seq=seen)
    assert (await sanne.row()).queue == "waiting_us"


async def test_a_form_that_is_sent_twice_is_one_summary(town: Town, noor: Colleague, sanne: Resident) -> None:
    same = client_id()
    numbers = [await sent(town, sanne, noor, Line(POST, FRIDAY), client_id=same) for _ in range(2)]
    assert numbers[1] == 0
    assert len(await at_desk(sanne)) == 1
    assert len(await sanne.hears()) == 1


async def test_at_the_same_moment_too(town: Town, noor: Colleague, sanne: Resident) -> None:
    same = client_id()
    both = await asyncio.gather(*(sent(town, sanne, noor, Line(POST), client_id=same) for _ in range(2)))
    assert sorted(both)[0] == 0
    assert len(await at_desk(sanne)) == 1


NOT_OURS = Text("phrasebook.own.7.you", "Ruim de schuur op.", own=(("en", "Clear the shed."),))
A_YEAR = timedelta(days=367)


@pytest.mark.parametrize(
    ("code", "lines", "note"),
    [
        ("empty", [], ""),
        ("empty", [Line(verbatim("  \n "))], ""),
        ("empty", [Line(POST), Line(verbatim("\u200e\u202e"))], ""),
        ("empty", [Line(verbatim("\u0301\u034f"))], ""),
        ("too_many", [Line(POST)] * 21, ""),
        ("too_long", [Line(verbatim("a" * 301))], ""),
        ("too_long", [Line(BRING.but(document=verbatim("b" * 301)))], ""),
        ("too_long", [Line(POST)], "c" * 2001),
        ("no_day", [Line(POST, TODAY - timedelta(days=1))], ""),
        ("no_day", [Line(POST, TODAY + A_YEAR)], ""),
        ("no_day", [Line(POST, date(1, 1, 1))], ""),
        ("no_colleague", [Line(PAPERS, FRIDAY, 999)], ""),
    ],
)
async def test_refused_and_nothing_is_sent(
    town: Town, noor: Colleague, sanne: Resident, code: str, lines: list[Line], note: str
) -> None:
    with pytest.raises(Refused) as refused:
        await sent(town, sanne, noor, *lines, note=note)
    assert refused.value.code == code
    assert await at_desk(sanne) == ()
    assert await sanne.hears() == []


async def test_what_cannot_be_said_in_their_language_is_refused(town: Town, noor: Colleague) -> None:
    one = await town.resident(at_menu=False)
    await one.says(Tapped("welkom.hello:ar"))
    await one.says(Tapped("welkom.hello:ar"))
    assert (await one.session()).language == "ar"
    await one.hears()
    for line in (NOT_OURS, BRING.but(document=NOT_OURS)):
        with pytest.raises(Refused, match="not_translated"):
            await sent(town, one, noor, Line(POST), Line(line))
    await sent(town, one, noor, Line(POST), Line(verbatim("Ruim de schuur op.")))
    (said,) = await one.hears()
    assert "Ruim de schuur op." in said.content.text
    assert "بالهولندية" in said.content.text


async def test_who_reads_another_language_since_is_told_what_is_in_dutch(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    shed = replace(NOT_OURS, own=(("ar", "رتب المخزن."),))
    await sent(town, sanne, noor, Line(shed), Line(BRING.but(document=shed)), Line(POST))
    (number, *_) = [item.id for item in await items(sanne)]
    await sanne.types("english")
    assert (await sanne.session()).language == "en"
    for screen in ("done", "undone"):
        (said,) = await sanne.taps(f"!to:afspraken.{screen}:{number}")
        assert f"{shed.msgid} (in Dutch)" in said.content.text
    (said,) = await sanne.taps("!go:afspraken")
    assert said.content.text.count("(in Dutch)") == 2
    groups = await page.groups(town.house, sanne.conversation_id, "en")
    assert [bool(line.what.words) for line in groups[0].lines] == [False, False, True]


async def test_who_left_can_do_nothing_any_more(town: Town, noor: Colleague, bas: Colleague, sanne: Resident) -> None:
    await disable(town, bas)
    with pytest.raises(Refused, match="no_colleague"):
        await sent(town, sanne, noor, Line(PAPERS, None, bas.id))


async def test_while_a_colleague_holds_the_conversation_nothing_is_sent(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, bas)
    with pytest.raises(Refused, match="held_by_other"):
        await sent(town, sanne, noor, Line(POST))
    await sent(town, sanne, bas, Line(POST))
    assert origins(await sanne.hears())[-1] == "afspraken.summary"


async def test_of_somebody_who_is_not_there_nothing_is_kept(town: Town, noor: Colleague) -> None:
    with pytest.raises(Refused, match="gone"):
        await acts.send(town.house, 999, noor, [Line(POST)], client_id=client_id())


async def test_it_arrives_on_top_of_a_question_that_can_still_be_answered(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    for data in ("!go:aanmelden", "aanmelden.for_whom:self"):
        await sanne.taps(data)
    asked = await sanne.screen()
    await sent(town, sanne, noor, Line(POST))
    assert origins(await sanne.hears()) == ["afspraken.summary"]
    await sanne.types("huur en energie")
    assert (await sanne.screen()).startswith("aanmelden.")
    assert await sanne.screen() != asked or (await sanne.session()).top.answers


async def test_who_opted_out_is_told_all_the_same_for_a_human_did_it(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await sanne.types("stop")
    await sanne.hears()
    await sent(town, sanne, noor, Line(POST, FRIDAY))
    assert origins(await sanne.hears()) == ["afspraken.summary"]


async def test_nothing_disappears_with_another_contact_person(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    first = await sent(town, sanne, noor, Line(POST, FRIDAY))
    await takeover.assign(town.house, sanne.conversation_id, bas.id, noor, client_id=client_id())
    second = await sent(town, sanne, bas, Line(FREE))
    assert [(one.id, one.name) for one in (await known(sanne)).summaries] == [(second, "Bas"), (first, "Noor")]
    assert [state for state, *_ in await states(sanne)] == ["open", "open"]


async def test_marks_that_turn_text_around_are_taken_out(town: Town, noor: Colleague, sanne: Resident) -> None:
    await sent(town, sanne, noor, Line(verbatim("Bel \u202eneeB\u202c\x00 op")), note="Let \u2067op\u0007")
    (one,) = await at_desk(sanne)
    assert (one.lines[0].text.msgid, one.note) == ("Bel neeB op", "Let op")
    (said,) = await sanne.hears()
    assert not set("\u202e\u202c\u2067\x00\x07") & set(said.content.text)
