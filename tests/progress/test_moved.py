"""The desk moves phases, and the resident hears of it at once, or only finds it back."""

from __future__ import annotations

import asyncio

import pytest

from bot import takeover
from bot.errors import Refused
from bot.progress import acts
from bot.progress.acts import Look
from bot.progress.reading import Known, read
from flows.progress import Phase
from storage import tables
from tests.progress.conftest import signs_up
from tests.support.town import Colleague, Resident, Town, local, origins
from tests.test_joining_merge import merged
from tests.test_takeover import refusal


async def known(town: Town, one: Resident) -> Known:
    row = await one.row()
    ((key_id,),) = [(person.key_id,) for person in await town.rows(tables.person, id=row.person_id)]
    await town.house.vault.prepare({key_id})
    async with town.house.db.read() as conn:
        return await read(town.house, conn, one.conversation_id, row.assigned_to)


async def states(town: Town, one: Resident) -> dict[str, str]:
    """How each phase stands that does not just come later."""
    progress = (await known(town, one)).progress(town.house)
    return {stage.phase: stage.state for stage in progress.stages if stage.state != "next"}


async def moves(
    town: Town, one: Resident, staff: Colleague, phase: str, how: str, *also: str, tell: bool = True
) -> None:
    number = f"{phase}-{how}-{len(await one.events())}"
    await acts.move(town.house, one.conversation_id, staff, phase, how, also=also, tell=tell, client_id=number)


async def test_opening_a_case_begins_the_sign_up(town: Town, sanne: Resident) -> None:
    assert await states(town, sanne) == {"aanmelding": "now"}
    assert await town.rows(tables.phase) == []
    (case,) = await town.rows(tables.case_file)
    began = local(case.opened_at)
    assert began is not None
    assert (await known(town, sanne)).progress(town.house).stages[0].since == began.date()


async def test_each_move_is_stored_told_and_found_back(town: Town, sanne: Resident, noor: Colleague) -> None:
    await moves(town, sanne, noor, "gesprek", "begin", "aanmelding")
    (told,) = await sanne.hears()
    assert told.content.origin == "voortgang.told_begin"
    assert told.content.picture is not None
    assert [block.role for block in told.content.picture.blocks][:3] == ["done", "now", "next"]
    assert await states(town, sanne) == {"aanmelding": "done", "gesprek": "now"}
    await moves(town, sanne, noor, "plan", "begin")  # beside
    await moves(town, sanne, noor, "gesprek", "end")
    await moves(town, sanne, noor, "rust", "skip")
    await moves(town, sanne, noor, "regelen", "begin", "plan")
    await moves(town, sanne, noor, "regelen", "stop")
    assert origins(await sanne.hears()) == [
        f"voortgang.told_{what}" for what in ("begin", "end", "skip", "begin", "stop")
    ]
    assert await states(town, sanne) == {
        "aanmelding": "done",
        "gesprek": "done",
        "plan": "done",
        "rust": "skipped",
        "regelen": "stopped",
    }
    assert [kind for kind in await sanne.events() if kind == "phase"] == ["phase"] * 6
    (shown,) = await sanne.taps("!go:voortgang")
    assert shown.content.origin == "voortgang.where"
    assert shown.content.text.startswith("De hulp is nu gestopt.")


async def test_a_phase_that_comes_again_counts(town: Town, sanne: Resident, noor: Colleague) -> None:
    for how in ("begin", "end", "begin"):
        await moves(town, sanne, noor, "rust", how)
    (stage,) = [one for one in (await known(town, sanne)).progress(town.house).stages if one.phase is Phase.CALM]
    assert (stage.state, stage.times) == ("now", 2)
    assert "Dat is normaal" in (await sanne.hears())[-1].content.text


async def test_what_was_wrong_goes_back(town: Town, sanne: Resident, noor: Colleague) -> None:
    await moves(town, sanne, noor, "gesprek", "begin")
    await moves(town, sanne, noor, "gesprek", "undo")
    assert await states(town, sanne) == {"aanmelding": "now"}
    await moves(town, sanne, noor, "aanmelding", "end")
    await moves(town, sanne, noor, "aanmelding", "undo")
    await moves(town, sanne, noor, "plan", "skip")
    await moves(town, sanne, noor, "plan", "undo")
    assert await states(town, sanne) == {"aanmelding": "now"}
    assert await refused(town, sanne, noor, "aanmelding", "undo") == "nothing_to_undo"


async def refused(town: Town, one: Resident, staff: Colleague, phase: str, how: str, *also: str) -> str:
    return await refusal(moves(town, one, staff, phase, how, *also))


async def test_what_makes_no_sense_is_refused_and_changes_nothing(town: Town, sanne: Resident, noor: Colleague) -> None:
    await moves(town, sanne, noor, "gesprek", "begin", "aanmelding")
    before = [tuple(row) for row in await town.rows(tables.phase)]
    await sanne.hears()
    assert await refused(town, sanne, noor, "gesprek", "begin") == "is_now"
    assert await refused(town, sanne, noor, "gesprek", "skip") == "is_now"
    assert await refused(town, sanne, noor, "aanmelding", "skip") == "was_done"
    assert await refused(town, sanne, noor, "plan", "end") == "not_now"
    assert await refused(town, sanne, noor, "plan", "begin", "rust") == "not_now"
    assert await refused(town, sanne, noor, "plan", "undo") == "nothing_to_undo"
    assert await refused(town, sanne, noor, "x", "begin") == "no_phase"
    assert await refused(town, sanne, noor, "plan", "x") == "no_phase"
    assert await refused(town, sanne, noor, "plan", "begin", "x") == "no_phase"
    assert [tuple(row) for row in await town.rows(tables.phase)] == before
    assert await sanne.hears() == []


async def test_without_a_case_there_is_nothing_to_move(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    assert await refused(town, one, noor, "gesprek", "begin") == "no_case"
    assert await refusal(acts.tell_decision(town.house, one.conversation_id, noor, client_id="12345678")) == "no_case"
    (shown,) = await one.taps("!go:voortgang")
    assert "nog niet aangemeld" in shown.content.text


async def test_quietly_it_is_only_found_back(town: Town, sanne: Resident, noor: Colleague) -> None:
    await moves(town, sanne, noor, "gesprek", "begin", "aanmelding", tell=False)
    assert await sanne.hears() == []
    assert await states(town, sanne) == {"aanmelding": "done", "gesprek": "now"}


async def test_the_same_form_twice_moves_once(town: Town, sanne: Resident, noor: Colleague) -> None:
    for _ in range(2):
        await acts.move(town.house, sanne.conversation_id, noor, "gesprek", "begin", client_id="the-same")
    assert origins(await sanne.hears()) == ["voortgang.told_begin"]


async def test_of_two_colleagues_who_move_at_once_one_is_told_so(
    town: Town, sanne: Resident, noor: Colleague, bas: Colleague
) -> None:
    seen = (await known(town, sanne)).seen
    done = await asyncio.gather(
        *(
            acts.move(
                town.house, sanne.conversation_id, staff, phase, "begin", seen=seen, client_id=f"race-{staff.name}"
            )
            for staff, phase in ((noor, "gesprek"), (bas, "plan"))
        ),
        return_exceptions=True,
    )
    (failed,) = [each for each in done if each is not None]
    assert isinstance(failed, Refused)
    assert failed.code == "newer_phase"
    assert len(await states(town, sanne)) == 2
    assert origins(await sanne.hears()) == ["voortgang.told_begin"]


async def test_looking_first_changes_nothing_and_shows_what_is_sent(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    look = Look()
    events = await sanne.events()
    await acts.move(town.house, sanne.conversation_id, noor, "gesprek", "begin", client_id="looked-at", look=look)
    assert await sanne.hears() == []
    assert await sanne.events() == events
    assert await town.rows(tables.phase) == []
    await acts.move(town.house, sanne.conversation_id, noor, "gesprek", "begin", client_id="looked-at")
    (told,) = await sanne.hears()
    assert look.says == (told.content,)


async def test_news_of_the_progress_answers_no_question(town: Town, sanne: Resident, noor: Colleague) -> None:
    await sanne.types("mens")
    before = await sanne.row()
    await moves(town, sanne, noor, "gesprek", "begin")
    after = await sanne.row()
    assert (after.queue, after.due_at) == (before.queue, before.due_at)


async def test_in_a_hold_it_is_said_beside_the_talk(town: Town, sanne: Resident, noor: Colleague) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await sanne.hears()
    await moves(town, sanne, noor, "gesprek", "begin")
    assert origins(await sanne.hears()) == ["voortgang.told_begin"]
    assert (await sanne.row()).held_by == noor.id


@pytest.mark.parametrize("phase", [phase.value for phase in Phase])
async def test_a_talk_held_and_a_phase_do_not_count_twice(
    town: Town, sanne: Resident, noor: Colleague, phase: str
) -> None:
    """Terms hang on talks, not on phases."""
    before = [(row.kind, row.kept_at) for row in await town.rows(tables.promise)]
    await moves(town, sanne, noor, phase, "end" if phase == "aanmelding" else "begin")
    assert [(row.kind, row.kept_at) for row in await town.rows(tables.promise)] == before


async def test_two_who_become_one_stand_where_the_one_was(town: Town, noor: Colleague) -> None:
    older, younger = await signs_up(await town.resident()), await signs_up(await town.resident("telegram"))
    await moves(town, older, noor, "gesprek", "begin", "aanmelding")
    await acts.tell_creditor(town.house, younger.conversation_id, noor, "Bank", "asks", client_id="12345678")
    await merged(older, younger)
    assert await states(town, older) == {"aanmelding": "done", "gesprek": "now"}
    (news,) = (await known(town, older)).progress(town.house).news
    assert news.name == "Bank"
    await moves(town, older, noor, "gesprek", "end")
    assert await states(town, older) == {"aanmelding": "done", "gesprek": "done"}
