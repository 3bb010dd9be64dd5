"""Contact outside the chat, as a colleague puts it on file: it counts as an answer, and sends nothing."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot import takeover
from bot.clock import to_ms
from bot.desk.accounts import Staff
from bot.errors import Refused
from storage import tables
from tests.support.desk import Balie
from tests.support.town import MONDAY, Resident, Town, local


def spoke(
    town: Town, one: Resident, staff: takeover.Staff, *, how: str = "telefoon", seen: int = 99, client_id: str = "1"
) -> Awaitable[None]:
    return takeover.spoke(town.house, one.conversation_id, staff, how, seen_seq=seen, client_id=client_id)


async def refusal(doing: Awaitable[object]) -> str:
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.code


@pytest.mark.parametrize("how", takeover.SPOKEN)
async def test_a_call_keeps_what_was_promised_and_the_person_hears_nothing(town: Town, how: str) -> None:
    one, noor = await town.resident("telegram"), await town.colleague()
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    before, sent = (await one.row()).last_seq, len(await town.rows(tables.outbox))
    await spoke(town, one, noor, how=how)
    row = await one.row()
    assert (row.queue, row.due_at, row.held_by) == ("waiting_them", None, None)
    assert (row.last_seq, row.last_staff_at) == (before, to_ms(MONDAY))
    assert len(await town.rows(tables.outbox)) == sent
    kept = {promised.kind: promised.kept_at for promised in await town.rows(tables.promise)}
    assert kept == {"first_contact": to_ms(MONDAY), "intake": None, "first_talk": None}
    assert [case.taken_by for case in await town.rows(tables.case_file)] == [noor.id]
    told = (await town.rows(tables.event, kind="contactmoment"))[-1]
    assert json.loads(town.house.vault.unseal_text(told.detail_sealed, "event")) == {"kind": how, "by": "caseworker"}
    assert told.staff_id == noor.id


async def test_a_crisis_stands_after_a_call_and_its_clock_does_not(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("ik word uit huis gezet")
    await spoke(town, one, noor)
    row = await one.row()
    assert (row.queue, row.urgency, row.due_at) == ("waiting_them", 2, None)
    await takeover.crisis_over(town.house, one.conversation_id, noor, seen=["home"])
    assert (await one.row()).urgency == 0


async def test_a_call_of_who_holds_the_conversation_makes_the_hold_longer(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    town.clock.forward(hours=2)
    await spoke(town, one, noor)
    row = await one.row()
    assert row.held_by == noor.id
    assert local(row.hold_until) == MONDAY + timedelta(hours=6)


async def test_what_a_colleague_holds_is_left_to_them(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert await refusal(spoke(town, one, samir)) == "held_by_other"


async def test_what_came_in_meanwhile_is_read_first(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("mens")
    seen = (await one.row()).last_seq
    await one.types("ik word morgen uit huis gezet")
    assert await refusal(spoke(town, one, noor, seen=seen)) == "newer_message"
    assert (await one.row()).queue == "waiting_us"
    await spoke(town, one, noor, seen=(await one.row()).last_seq)
    assert (await one.row()).queue == "waiting_them"


async def test_the_same_form_twice_is_one_contact(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await asyncio.gather(*(spoke(town, one, noor) for _ in range(2)))
    assert (await one.events()).count("contactmoment") == 1


@pytest.mark.parametrize("how", ["", "brief", "bericht"])
async def test_another_way_is_refused(town: Town, how: str) -> None:
    one, noor = await town.resident(), await town.colleague()
    assert await refusal(spoke(town, one, noor, how=how)) == "no_way"
    assert "contactmoment" not in await one.events()


# ---- on the page ---------------------------------------------------------------------------------------------------


async def test_it_is_put_on_file_with_a_note_and_told_among_what_happened(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima")
    await one.types("mens")
    path, browser = f"/desk/file/{one.conversation_id}", await balie.browser(noor)
    await browser.get(path)
    fields = {name: browser.field(name) for name in ("client_id", "seen")}
    fields["seen"] = str((await one.row()).last_seq)
    response = await browser.post(f"{path}/spoke", how="telefoon", note="Afspraak dinsdag om tien.", **fields)
    assert response.status == 303
    await browser.get(path)
    assert "Afspraak dinsdag om tien." in browser.page
    history = re.search(r'<ol class="history">(.*?)</ol>', browser.page, re.DOTALL)
    assert history is not None
    assert "Contact buiten de chat: telefoon" in history[1]
    assert re.search(r"Antwoord:\s*<span class=\"kept\">", browser.page)


async def test_written_answers_and_what_the_bot_did_are_not_told_there(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await takeover.take_over(balie.house, one.conversation_id, noor)
    await takeover.reply(balie.house, one.conversation_id, noor, "Dag", seen_seq=99, client_id="1")
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "contactmoment" in await one.events()
    assert "Contact buiten de chat" not in browser.page


@pytest.mark.parametrize(("how", "seen", "status"), [("", "99", 400), ("brief", "99", 400), ("telefoon", "x", 400)])
async def test_a_form_that_says_nothing_changes_nothing(
    balie: Balie, noor: Staff, how: str, seen: str, status: int
) -> None:
    one = await balie.resident()
    path, browser = f"/desk/file/{one.conversation_id}", await balie.browser(noor)
    await browser.get(path)
    before = await balie.state()
    response = await browser.post(f"{path}/spoke", how=how, seen=seen, client_id="abcdefgh", note="een notitie")
    assert response.status == status
    assert await balie.state() == before


async def test_an_auditor_puts_nothing_on_file(balie: Balie) -> None:
    one, ada = await balie.resident(), await balie.add_staff("ada", "Ada", "auditor")
    path, browser = f"/desk/file/{one.conversation_id}", await balie.browser(ada)
    await browser.get(path)
    assert "Contact vastleggen" not in browser.page
    assert (await browser.post(f"{path}/spoke", how="telefoon", seen="99", client_id="abcdefgh")).status == 403
