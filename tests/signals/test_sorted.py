"""Where a signal goes [004] 1.10: to the file, to an invitation by who they know, or to the ordinary route."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot import takeover
from bot.allowed import sending_time
from bot.privacy.vault import Unreadable
from bot.vroegsignaal import acts, entering, reading
from bot.vroegsignaal.sorting import Sorting
from storage import keys, tables
from storage import signals as store
from tests.support.ending import SANNE, closes, later, recognised, reopens, set_row, signals
from tests.support.town import Colleague, Resident, Town, origins
from tests.test_takeover import refusal


async def details(town: Town, one: Resident, kind: str) -> list[Any]:
    """What events of a kind say."""
    rows = await town.rows(tables.event, conversation_id=one.conversation_id, kind=kind)
    await town.house.vault.prepare({town.house.vault.key_of(row.detail_sealed) for row in rows if row.detail_sealed})
    return [json.loads(town.house.vault.unseal_text(row.detail_sealed, "event")) for row in rows if row.detail_sealed]


async def is_gone(town: Town, key_id: int) -> bool:
    """Whether a key was destroyed."""
    async with town.house.keys.read() as conn:
        (found,) = await keys.load(conn, [key_id])
    return found.wrapped is None


# ---- help goes on --------------------------------------------------------------------------------------------------


async def test_during_help_it_goes_to_that_file(town: Town, sanne: Resident, noor: Colleague) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await recognised(town, sanne, noor)
    await takeover.spoke(town.house, sanne.conversation_id, noor, "telefoon", seen_seq=99, client_id="spoke-once")
    await sanne.hears()
    row = await signals(town, noor, **SANNE)
    talk = await sanne.row()
    assert (talk.queue, talk.assigned_to, talk.due_at is not None) == ("waiting_us", noor.id, True)
    assert await sanne.hears() == []
    assert await details(town, sanne, "signal") == [{"kind": "rent", "day": "2026-11-23"}]
    async with town.house.db.read() as conn:
        ((one,), _) = await reading.of_file(town.house, conn, sanne.conversation_id)
    assert (one.kind, one.amount, one.sender, one.state) == ("rent", 61250, "Woonstede", "new")
    await acts.seen(town.house, sanne.conversation_id, noor, row.id)
    assert [each.state for each in await town.rows(tables.signal)] == ["done"]
    other = await town.resident()
    assert await refusal(acts.seen(town.house, other.conversation_id, noor, row.id)) == "no_signal"


async def test_on_a_file_only_what_and_how_much_is_kept(town: Town, sanne: Resident, noor: Colleague) -> None:
    await recognised(town, sanne, noor)
    async with town.house.keys.read() as conn:
        before = {row.key_id for row in await conn.execute(keys.person_key.select())}
    row = await signals(town, noor, **SANNE)
    words = town.house.vault.unseal_text(row.details_sealed, "signal")
    assert json.loads(words) == {"amount": 61250, "sender": "Woonstede"}
    async with town.house.keys.read() as conn:
        after = {one.key_id: one.wrapped for one in await conn.execute(keys.person_key.select())}
    (made,) = after.keys() - before
    assert after[made] is None


# ---- help ended ----------------------------------------------------------------------------------------------------


async def ended(town: Town, one: Resident, noor: Colleague, **more: Any) -> None:
    """Someone whose help by Noor ended today."""
    await takeover.take_over(town.house, one.conversation_id, noor)
    await recognised(town, one, noor)
    await closes(town, one, noor, **more)
    await one.hears()


async def test_within_six_months_who_they_know_invites_them(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    await town.move_to(later(3))
    await sanne.hears()
    await signals(town, noor, **SANNE)
    await town.run_due()
    (said,) = await sanne.hears()
    assert said.content.origin == "contact.invited"
    assert "Noor" in said.content.text
    assert not any(word in said.content.text.lower() for word in ("huur", "woonstede", "signaal", "achterstand", "612"))
    (row,) = await town.rows(tables.signal)
    assert (row.route, row.state, row.conversation_id) == ("last", "invited", sanne.conversation_id)
    assert (await sanne.row()).queue == "closed"
    assert {"kind": "contact.invited", "channel": "webchat", "by": "bot"} in await details(town, sanne, "contactmoment")


async def test_at_night_it_waits_for_the_morning(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    await town.move_to(later(3, hour=22))
    await sanne.hears()
    await signals(town, noor, **SANNE)
    await town.run_due()
    assert await sanne.hears() == []
    nine = later(3, days=1, hour=9)
    at = sending_time(town.house.calendar, nine - timedelta(hours=1), sanne.conversation_id)
    assert nine <= at < nine + timedelta(hours=1)  # not all at nine
    await town.move_to(at - timedelta(seconds=1))
    assert await sanne.hears() == []
    await town.move_to(at)
    assert "contact.invited" in origins(await sanne.hears())


@pytest.mark.parametrize(("days", "route"), [(0, "last"), (1, "ordinary")])
async def test_the_six_months_are_exact(town: Town, sanne: Resident, noor: Colleague, days: int, route: str) -> None:
    await ended(town, sanne, noor)
    town.clock.to(later(6, days=days))
    assert (await signals(town, noor, **SANNE)).route == route


async def test_the_day_of_receipt_counts_and_not_that_of_typing(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    town.clock.to(later(6, days=3))
    assert (await signals(town, noor, **SANNE, received=later(6).date().isoformat())).route == "last"


async def test_who_does_not_answer_in_a_week_is_called(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    town.clock.to(later(1))
    await signals(town, noor, **SANNE)
    await town.run_due()
    await town.move_to(later(1, days=6))
    assert (await sanne.row()).queue == "closed"
    await town.move_to(later(1, days=8))
    row = await sanne.row()
    assert (row.queue, row.assigned_to) == ("waiting_us", noor.id)
    assert await details(town, sanne, "signal_call") == [{"why": "silent"}]


async def test_who_answers_is_not_called(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    town.clock.to(later(1))
    await signals(town, noor, **SANNE)
    await town.run_due()
    await sanne.hears()
    await sanne.types("het gaat goed hoor")
    await town.move_to(later(1, days=9))
    assert await details(town, sanne, "signal_call") == []


async def test_a_second_signal_is_no_second_invitation(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    town.clock.to(later(1))
    await signals(town, noor, **SANNE)
    await signals(town, noor, **SANNE, kind="energy")
    await town.run_due()
    await town.move_to(later(1, days=20))
    await signals(town, noor, **SANNE, kind="water")
    await town.run_due()
    assert origins(await sanne.hears()).count("contact.invited") == 1
    assert len(await details(town, sanne, "signal_after")) == 3
    await town.move_to(later(2, days=5))
    await signals(town, noor, **SANNE, kind="care")
    await town.run_due()
    assert origins(await sanne.hears()).count("contact.invited") == 1


async def test_who_said_stop_is_called_instead(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    await set_row(town, tables.person, (await sanne.row()).person_id, opted_out_at=1)
    await signals(town, noor, **SANNE)
    await town.run_due()
    assert await sanne.hears() == []
    assert await details(town, sanne, "signal_call") == [{"why": "opted_out"}]
    assert (await sanne.row()).assigned_to == noor.id


async def test_who_says_stop_while_it_waits_is_called_instead(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    town.clock.to(later(1, hour=22))
    await signals(town, noor, **SANNE)
    await sanne.types("stop")
    await sanne.hears()
    await town.move_to(later(1, days=9))
    assert "contact.invited" not in origins(await sanne.hears())
    assert await details(town, sanne, "signal_call") == [{"why": "opted_out"}]


async def test_who_cannot_be_reached_is_called_instead(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    (place,) = await town.rows(tables.address, person_id=(await sanne.row()).person_id)
    await set_row(town, tables.address, place.id, blocked_at=1)
    await signals(town, noor, **SANNE)
    assert await details(town, sanne, "signal_call") == [{"why": "no_address"}]


async def test_in_a_crisis_nobody_is_invited(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    town.clock.to(later(1, hour=22))
    await signals(town, noor, **SANNE)
    await sanne.types("ik word morgen mijn huis uitgezet")
    await sanne.hears()
    await town.move_to(later(1, days=1))
    assert "contact.invited" not in origins(await sanne.hears())
    assert await details(town, sanne, "signal_call") == [{"why": "crisis"}]


async def test_after_a_death_nobody_is_invited(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor, reason="overleden")
    await signals(town, noor, **SANNE)
    await town.run_due()
    assert await sanne.hears() == []
    assert await details(town, sanne, "signal_call") == [{"why": "died"}]


async def test_help_that_began_again_before_the_invitation(town: Town, sanne: Resident, noor: Colleague) -> None:
    await ended(town, sanne, noor)
    town.clock.to(later(1, hour=22))
    await signals(town, noor, **SANNE)
    await reopens(town, sanne, noor, "back", "plan", tell=False)
    await town.move_to(later(1, days=1))
    assert "contact.invited" not in origins(await sanne.hears())
    assert await details(town, sanne, "signal_call") == [{"why": "open_case"}]


async def test_who_left_is_followed_by_their_successor(town: Town, sanne: Resident, noor: Colleague) -> None:
    bas = await town.colleague("Bas")
    await ended(town, sanne, noor)
    await set_row(town, tables.staff, noor.id, disabled_at=1, successor_id=bas.id)
    town.clock.to(later(1))
    await signals(town, bas, **SANNE)
    await town.run_due()
    said = next(one for one in await sanne.hears() if one.content.origin == "contact.invited")
    assert "Bas" in said.content.text


# ---- the ordinary route --------------------------------------------------------------------------------------------


async def test_on_the_ordinary_route_it_has_a_key_of_its_own_until_it_is_taken_up(town: Town, noor: Colleague) -> None:
    row = await signals(town, noor, **SANNE)
    assert town.house.vault.key_of(row.details_sealed) == row.key_id
    (listed,) = await reading.ordinary(town.house, noor)
    assert listed.signal is not None
    assert (listed.signal.surname, listed.signal.amount, listed.by) == ("van der Linden", 61250, "Noor")
    for _ in range(2):
        await acts.take_up(town.house, noor, row.id)
    (after,) = await town.rows(tables.signal)
    assert (after.state, after.done_by, after.details_sealed) == ("done", noor.id, b"")
    assert await is_gone(town, row.key_id)
    with pytest.raises(Unreadable):
        town.house.vault.unseal_text(row.details_sealed, "signal")
    assert await reading.ordinary(town.house, noor) == ()
    assert await refusal(acts.take_up(town.house, noor, 999)) == "no_signal"
    assert len(await town.rows(tables.event, kind="signals_looked")) == 2


async def test_stopped_half_way_it_is_taken_up_again(town: Town, noor: Colleague) -> None:
    row = await signals(town, noor, **SANNE)
    await town.house.vault.destroy(row.key_id, 1)
    (listed,) = await reading.ordinary(town.house, noor)
    assert listed.signal is None
    await acts.take_up(town.house, noor, row.id)
    assert await reading.ordinary(town.house, noor) == ()


# ---- many at once --------------------------------------------------------------------------------------------------


async def test_two_processes_sort_one_signal_once(town: Town, sanne: Resident, noor: Colleague) -> None:
    await recognised(town, sanne, noor)
    day = town.clock.now().date().isoformat()
    for kind in ("rent", "water"):
        await entering.enter(town.house, noor, {"kind": kind, "received": day, **SANNE})
    await asyncio.gather(*(Sorting(town.house).run_due() for _ in range(3)))
    assert (await sanne.events()).count("signal") == 2
    assert {row.route for row in await town.rows(tables.signal)} == {"case"}


async def test_who_comes_second_destroys_nothing_of_the_first(
    town: Town, sanne: Resident, noor: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process finds nobody; another, that looked a moment later, someone who just got their key."""
    await entering.enter(town.house, noor, {"kind": "rent", "received": "2026-11-23", **SANNE})
    first, second = Sorting(town.house), Sorting(town.house)
    own = Sorting._about

    async def about(self: Sorting, entered: entering.Entered) -> int | None:
        if self is second:
            await first.run_due()
            await recognised(town, sanne, noor)
        return await own(self, entered)

    monkeypatch.setattr(Sorting, "_about", about)
    assert await second.run_due() == 0
    (row,) = await town.rows(tables.signal)
    assert row.route == "ordinary"
    assert not await is_gone(town, row.key_id)


async def test_killed_before_the_key_is_gone_it_goes_at_the_next_start(
    town: Town, sanne: Resident, noor: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recognised(town, sanne, noor)
    destroy = town.house.vault.destroy

    async def killed(key_id: int, now: int) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(town.house.vault, "destroy", killed)
    row = await signals(town, noor, **SANNE)
    assert (row.route, await is_gone(town, row.key_id)) == ("case", False)
    monkeypatch.setattr(town.house.vault, "destroy", destroy)
    assert await Sorting(town.house).run_due() == 0
    assert await is_gone(town, row.key_id)
    assert [one.key_id for one in await town.rows(tables.signal)] == [None]
    assert (await sanne.events()).count("signal") == 1


async def test_the_same_signal_twice_is_one(town: Town, noor: Colleague) -> None:
    for words in (SANNE, {**SANNE, "surname": "Linden, van der", "postcode": "9901AB"}):
        await signals(town, noor, **words, received="2026-11-23")
    assert len(await town.rows(tables.signal)) == 1
    await signals(town, noor, **SANNE, received="2026-11-22")
    assert len(await town.rows(tables.signal)) == 2


async def test_what_waited_through_a_restart_is_sorted(town: Town, sanne: Resident, noor: Colleague) -> None:
    await recognised(town, sanne, noor)
    await entering.enter(town.house, noor, {"kind": "rent", "received": "2026-11-23", **SANNE})
    assert [row.route for row in await town.rows(tables.signal)] == [store.UNSORTED]
    assert await Sorting(town.house).run_due() == 1
    assert await Sorting(town.house).run_due() == 0
