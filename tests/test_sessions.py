"""Sessions as they were stored by every version so far still load, and the conversation goes on from there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.grammar import Opened
from flows.session import VERSION, dumps, loads
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
