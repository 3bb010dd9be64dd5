"""Sessions as they were stored by every version so far still load, and the conversation goes on from there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from flows.grammar import Due, Opened, Tapped, Typed
from flows.session import VERSION, Frame, dumps, loads
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
