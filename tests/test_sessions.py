"""Sessions as they were stored by every version so far still load, and the conversation goes on from there."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot import takeover
from flows.grammar import Due, Opened, Tapped, Typed
from flows.session import VERSION, Frame, dumps, loads
from storage import tables
from tests.support.desk import open_balie
from tests.support.town import Resident, Town
from tests.transcripts.player import Chat

FOLDER = Path(__file__).parent / "sessions"
FROZEN = sorted(FOLDER.glob("v*/*.json"))


def test_every_version_has_frozen_examples() -> None:
    assert {path.parent.name for path in FROZEN} == {f"v{version}" for version in range(1, VERSION + 1)}


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_stored_session_goes_on_where_it_was(path: Path) -> None:
    session = loads(path.read_text("utf-8"))
    assert loads(dumps(session)) == session
    chat = Chat()
    chat.session = session
    assert session.offered is not None
    chat.says(Opened()).at(session.offered.screen)
    stood = chat.session
    for choice in session.offered.choices:
        chat.session = stood
        assert chat.taps_data(f"{session.offered.screen}:{choice.id}").session.stack != stood.stack


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[]",
        "{}",
        json.dumps({"version": VERSION + 1}),
        json.dumps({**json.loads(FROZEN[0].read_text("utf-8")), "stack": [["welkom"]]}),
    ],
)
def test_what_is_no_session_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loads(broken)


def test_what_another_release_knew_and_this_one_does_not_is_no_dead_end() -> None:
    chat = Chat()
    chat.starts("menu")
    gone = replace(
        chat.session,
        stack=(Frame("aanmelden", "for_whom", trail=("worries", "of_another_release")), Frame("aanmelden", "gone")),
        parked=(Frame("crisis", "gone", trail=("which",)), Frame("gone", "gone")),
    )
    chat.session = gone
    chat.says(Typed("terug")).at("aanmelden.worries")
    chat.session = gone
    chat.says(Tapped("!go:crisis")).at("crisis.which")
    chat.session = gone
    chat.says(Due("gone.nudge")).is_silent()
    chat.session = replace(gone, stack=(Frame("gone", "gone"),))
    chat.says(Opened()).at("welkom.menu")


# ---- what is kept of it by whoever changes something else ----------------------------------------------------------


async def keep_as_a_newer_release_would(one: Resident) -> bytes:
    """Stores a session of the next version; gives it as it stands in the database."""
    key_id = one.town.house.vault.key_of((await one.row()).session_sealed)
    await one.town.house.vault.prepare([key_id])
    sealed = one.town.house.vault.seal_text(key_id, "session", json.dumps({"version": VERSION + 1}))
    async with one.town.house.db.begin() as conn:
        which = tables.conversation.c.id == one.conversation_id
        await conn.execute(update(tables.conversation).where(which).values(session_sealed=sealed))
    return sealed


async def test_what_a_human_does_leaves_the_session_of_a_newer_release_as_it_is(town: Town) -> None:
    """An update under way: the older process must not wipe out a sign-up that the newer one will go on with."""
    one, noor = await town.resident(), await town.colleague()
    await one.taps("!go:aanmelden")
    sealed = await keep_as_a_newer_release_would(one)
    await takeover.add_note(town.house, one.conversation_id, noor, "Belt morgen", client_id="note-1234")
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    await takeover.assign(town.house, one.conversation_id, noor.id, noor, client_id="give-1234")
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, "Dag!", seen_seq=99, client_id="answer-1234")
    row = await one.row()
    assert (row.held_by, row.session_sealed) == (noor.id, sealed)
    assert "session_unreadable" in await one.events()


async def test_a_session_is_encrypted_anew_only_when_a_step_changed_it(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    before = (await one.row()).session_sealed
    await takeover.add_note(town.house, one.conversation_id, noor, "Belt morgen", client_id="note-1234")
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert (await one.row()).session_sealed == before
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await one.taps("!go:aanmelden")
    assert (await one.row()).session_sealed != before
    assert await one.screen() == "aanmelden.for_whom"


async def damage(one: Resident) -> bytes:
    """Breaks what is stored; gives it as it stands in the database."""
    sealed = (await one.row()).session_sealed
    broken = bytes(sealed[:-1]) + bytes([sealed[-1] ^ 1])
    async with one.town.house.db.begin() as conn:
        which = tables.conversation.c.id == one.conversation_id
        await conn.execute(update(tables.conversation).where(which).values(session_sealed=broken))
    return broken


@pytest.mark.parametrize("stored", [keep_as_a_newer_release_would, damage])
@pytest.mark.parametrize("finished", [False, True])
async def test_a_file_can_be_read_when_its_session_cannot(
    town: Town, stored: Callable[[Resident], Awaitable[bytes]], finished: bool
) -> None:
    one = await town.resident()
    await one.types("ik wil niet meer leven")
    key_id = town.house.vault.key_of(await stored(one))
    if finished:
        person_id = (await one.row()).person_id
        people = {"person_id": person_id, "author_id": person_id, "conversation_id": one.conversation_id}
        sealed = town.house.vault.seal_text(key_id, "case", "{}")
        row = {**people, "opened_at": 1, "capacity": "self", "answers_sealed": sealed}
        async with town.house.db.begin() as conn:
            await conn.execute(insert(tables.case_file).values(row))
    async with open_balie(town) as balie:
        browser = await balie.browser(await balie.add_staff("noor", "Noor"))
        for path in (f"/desk/file/{one.conversation_id}", f"/desk/file/{one.conversation_id}/parts"):
            assert (await browser.get(path)).status == 200
            assert "ik wil niet meer leven" in browser.page
            assert "Alarm: leven in gevaar" in browser.page
            assert ("Dit is nu niet te lezen" in browser.page) is not finished
