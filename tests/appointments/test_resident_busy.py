"""Nobody is in two places: whoever makes, moves or takes an appointment, a resident's own do not overlap."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot import takeover
from bot.agenda import acts
from bot.agenda.making import overlaps
from bot.clock import from_ms
from bot.errors import Refused
from flows.agenda import Accept, Book, Kind, Move
from tests.support.agenda import WEDNESDAY, at, booked, check, does, known, picture, rows, slot_at
from tests.support.town import Colleague, Resident, Town, origins

LOST = "Op dat moment heeft u al een afspraak. Die staat gewoon nog:"


@pytest.mark.parametrize("moment", ["10:15", "10:30", "11:00", "11:45"])
async def test_the_desk_books_nothing_beside_what_stands(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, moment: str
) -> None:
    await booked(sanne, at("11:00"), noor)
    before = await picture(town)
    with pytest.raises(Refused, match="resident_busy"):
        await acts.book(
            town.house, sanne.conversation_id, bas, kind="office", at=at(moment), who=[bas.id], client_id="a"
        )
    assert await picture(town) == before
    await check(town)


@pytest.mark.parametrize("moment", ["10:00", "12:00"])
async def test_one_may_begin_when_the_other_ends(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, moment: str
) -> None:
    await booked(sanne, at("11:00"), noor)
    await acts.book(town.house, sanne.conversation_id, bas, kind="office", at=at(moment), who=[bas.id], client_id="a")
    assert len((await known(sanne)).standing) == 2
    await check(town)


async def test_what_was_cancelled_or_only_proposed_is_in_nobodys_way(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    house, number = town.house, sanne.conversation_id
    one = await booked(sanne, at("11:00"), noor)
    await acts.cancel(house, number, noor, one.id, client_id="a")
    await acts.propose(house, number, noor, kind="office", moments=[(at("11:00"), [noor.id])], client_id="b")
    await acts.book(house, number, bas, kind="office", at=at("11:30"), who=[bas.id], client_id="c")
    assert [one.at for one in (await known(sanne)).standing] == [at("11:30")]
    await check(town)


async def test_the_desk_moves_nothing_onto_another_but_onto_its_own_time(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    house, number = town.house, sanne.conversation_id
    await booked(sanne, at("11:00"), noor)
    other = await booked(sanne, at("14:00"), bas)
    before = await picture(town)
    with pytest.raises(Refused, match="resident_busy"):
        await acts.move(house, number, bas, other.id, at=at("10:30"), who=[bas.id], client_id="a")
    assert await picture(town) == before
    await acts.move(house, number, bas, other.id, at=at("14:30"), who=[bas.id], client_id="b")
    assert [one.at for one in (await known(sanne)).standing] == [at("11:00"), at("14:30")]
    await check(town)


async def test_no_moment_is_proposed_beside_what_stands_and_the_old_proposal_stays(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    house, number = town.house, sanne.conversation_id
    await booked(sanne, at("11:00"), noor)
    moments = [(at("14:00"), [bas.id])]
    await acts.propose(house, number, bas, kind="office", moments=moments, client_id="a")
    before = await picture(town)
    moments = [(at("15:00"), [bas.id]), (at("11:30"), [bas.id])]
    with pytest.raises(Refused, match="resident_busy"):
        await acts.propose(house, number, bas, kind="office", moments=moments, client_id="b")
    assert await picture(town) == before
    assert [one.at for one in (await known(sanne)).proposed] == [at("14:00")]


async def _moved_onto_a_proposal(town: Town, by: Colleague, sanne: Resident) -> tuple[int, int, int]:
    """What stands, the proposal that it was moved onto, and another one."""
    one = await booked(sanne, at("11:00"), by)
    moments = [(at("14:00"), [by.id]), (at("16:00"), [by.id])]
    await acts.propose(town.house, sanne.conversation_id, by, kind="office", moments=moments, client_id="a")
    first, second = (await known(sanne)).proposed
    assert await does(sanne, Move(one.id, slot_at(at("14:30"), by))) is None
    return one.id, first.id, second.id


async def test_a_proposal_onto_which_one_was_moved_is_told_of_truly(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    moments = [(at("14:00"), [bas.id]), (at("16:00"), [bas.id])]
    await acts.propose(town.house, sanne.conversation_id, bas, kind="office", moments=moments, client_id="a")
    first, second = (await known(sanne)).proposed
    assert await does(sanne, Move(one.id, slot_at(at("14:30"), noor))) is None
    assert [each.id for each in (await known(sanne)).proposed] == [second.id]
    before = await picture(town)
    assert await does(sanne, Accept(first.id)) == "resident_busy"
    assert await picture(town) == before
    await sanne.hears()
    (said,) = await sanne.taps(f"!to:afspraak.chosen:{first.id}")
    assert said.content.text.split("\n\n") == [LOST, "📅 dinsdag 24 november, 14:30", "Welk ander moment past u?"]
    labels = [button.label for button in said.content.buttons]
    assert labels[-2:] == ["Nieuw moment", "Verzetten"]
    assert "16:00" in labels[0]
    (said, *_) = await sanne.taps(f"!to:afspraak.chosen:{second.id}")
    assert said.content.text.startswith("Gelukt. Uw afspraak staat.")
    await check(town)


async def test_the_same_while_a_human_holds_the_conversation(town: Town, noor: Colleague, sanne: Resident) -> None:
    _, first, _ = await _moved_onto_a_proposal(town, noor, sanne)
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await sanne.hears()
    (said,) = await sanne.taps(f"!to:afspraak.chosen:{first}")
    assert said.content.text.startswith(LOST)
    await check(town)


async def test_a_moment_of_their_own_is_never_said_to_be_someone_elses(
    town: Town, noor: Colleague, bas: Colleague
) -> None:
    """The desk books it while they choose."""
    one = await town.resident()
    for did in ("!go:afspraak", "afspraak.kind:office", "afspraak.day:2026-11-24"):
        await one.taps(did)
    await acts.book(town.house, one.conversation_id, bas, kind="office", at=at("10:30"), who=[bas.id], client_id="a")
    await one.hears()
    for time in ("0900", "0930"):  # at 10:00 and 10:30
        (said,) = await one.taps(f"afspraak.time:20261124T{time}Z")
        assert "Iemand anders" not in said.content.text
    assert origins([said]) != ["afspraak.booked"]


async def test_at_the_same_time_only_one_is_made(town: Town, noor: Colleague, bas: Colleague, sanne: Resident) -> None:
    """The desk twice, for two colleagues, and the resident, all at once."""
    house, number = town.house, sanne.conversation_id

    async def by_desk(who: Colleague, moment: datetime) -> str | None:
        try:
            await acts.book(house, number, who, kind="office", at=moment, who=[who.id], client_id=f"by-{who.name}")
        except Refused as error:
            return error.code
        return None

    done = await asyncio.gather(
        by_desk(noor, at("11:00", WEDNESDAY)),
        by_desk(bas, at("11:30", WEDNESDAY)),
        does(sanne, Book(Kind.OFFICE, slot_at(at("10:30", WEDNESDAY), noor))),
    )
    stands = [row for row in (await rows(town)).values() if row.state == "booked"]
    assert len(stands) == done.count(None)
    spans = sorted((from_ms(row.starts_at), from_ms(row.ends_at)) for row in stands)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert {code for code in done if code} <= {"resident_busy", "slot_taken"}
    await check(town)


async def test_reckoned(town: Town, noor: Colleague, sanne: Resident) -> None:
    await booked(sanne, at("11:00"), noor)
    stands = list((await rows(town)).values())
    hour, quarter = 3_600_000, 900_000
    start = stands[0].starts_at
    for begin, end, found in (
        (start - hour, start, False),
        (start - hour, start + 1, True),
        (start + quarter, start + quarter, True),
        (start + hour, start + 2 * hour, False),
    ):
        assert overlaps(stands, begin, end) is found, timedelta(milliseconds=begin - start)
