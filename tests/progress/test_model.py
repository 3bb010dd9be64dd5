"""Any moves in any order: what the resident sees, in words and as a picture, agrees with the rows in every language."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.progress.phases import HOW, Was, after, changes, stages, with_sign_up
from flows.grammar import Case, Moment, World
from flows.progress import Phase, Progress
from flows.registry import all_flows
from flows.voortgang_stappen import STEPS, picture
from tests.transcripts.player import GEMEENTE, LANGUAGES, MONDAY, TONGUE, ZONE

PHASES = st.sampled_from(list(Phase))
MOVES = st.lists(st.tuples(PHASES, st.sampled_from(HOW), st.lists(PHASES, max_size=2, unique=True)), max_size=25)


def played(moves: list[tuple[Phase, str, list[Phase]]]) -> tuple[Was, ...]:
    """The rows after all of them that are possible, each with a number of its own, as a database gives it."""
    numbers = count(1)
    rows = with_sign_up((), 1, 0)
    for at, (phase, how, also) in enumerate(moves, 1):
        try:
            made = changes(rows, phase, how, [one for one in also if one != phase], 1, at)
        except Refused:
            continue
        rows = tuple(row if row.id else replace(row, id=next(numbers)) for row in after(rows, made))
    return rows


@given(MOVES)
def test_the_rows_and_what_is_seen_agree(moves: list[tuple[Phase, str, list[Phase]]]) -> None:
    rows = played(moves)
    progress = Progress(stages(rows, ZONE), case=True, contact_name="Fatma")
    assert [stage.phase for stage in progress.stages] == list(Phase)
    running = {row.phase for row in rows if row.state == "now"}
    assert {stage.phase for stage in progress.stages if stage.state == "now"} == running
    for stage in progress.stages:
        mine = [row for row in rows if row.phase == stage.phase]
        assert sum(row.state == "now" for row in mine) <= 1
        assert stage.state == ("next" if not mine else "now" if stage.phase in running else mine[-1].state)
        assert all(row.ended_at is None or row.ended_at >= row.began_at for row in mine)
    case = Case("voortgang", "where", {}, {}, "nl", Moment(MONDAY, "webchat", GEMEENTE), World({Progress: progress}))
    screen = all_flows()["voortgang"].screens["where"](case)
    drawn = picture(progress)
    assert screen.picture == drawn
    assert [block.role for block in drawn.blocks] == [stage.state for stage in progress.stages]
    for language in LANGUAGES:
        alt = TONGUE.say(drawn.alt, language)
        said = " ".join(TONGUE.say(text, language) for text in screen.paragraphs)
        for stage, block in zip(progress.stages, drawn.blocks, strict=True):
            name = TONGUE.say(STEPS[stage.phase].name, language)
            assert TONGUE.say(block.lines[0], language) == name
            assert name in alt
            assert TONGUE.say(block.lines[1], language) in alt
            if stage.state != "next":
                assert name in said


def test_undone_is_what_came_last() -> None:
    rows: tuple[Was, ...] = (Was(1, 1, Phase.CALM, "done", 0, 1), Was(2, 1, Phase.CALM, "now", 2))
    rows = after(rows, changes(rows, Phase.CALM, "undo", (), 1, 3))
    assert rows == (Was(1, 1, Phase.CALM, "done", 0, 1),)
    assert after(rows, changes(rows, Phase.CALM, "undo", (), 1, 4)) == (Was(1, 1, Phase.CALM, "now", 0),)


def test_of_two_cases_that_became_one_what_goes_on_counts_and_nothing_is_again() -> None:
    rows = (Was(1, 1, Phase.CALM, "now", 0), Was(2, 2, Phase.CALM, "done", 1, 2))
    (stage,) = [one for one in stages(rows, ZONE) if one.phase is Phase.CALM]
    assert (stage.state, stage.times) == ("now", 1)
