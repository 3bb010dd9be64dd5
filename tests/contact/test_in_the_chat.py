"""What the conversation *contact houden* asks of the shell, as a person taps and types it."""

from __future__ import annotations

from datetime import date

from bot.contact import plans
from flows.aftercare import HardMoment, MomentKind, PlanKind, Rhythm
from tests.support.contact import client_id, kept, wanted
from tests.support.ending import closes
from tests.support.town import Colleague, Resident, Town, local, origins


async def test_agreed_paused_and_taken_up_again(town: Town, noor: Colleague, sanne: Resident) -> None:
    await sanne.types("menu")
    assert origins(await sanne.types("contact houden")) == ["contact.plan"]
    (said,) = await sanne.taps("contact.plan:yes")
    found = await kept(town, sanne)
    assert found.stands is not None
    assert (found.stands.kind, found.stands.rhythm) == (PlanKind.FIXED, Rhythm.WEEK)
    assert found.next is not None
    due = local(found.next.due_at)
    assert due is not None
    assert due.date() == date(2026, 11, 30)
    assert "Rond maandag 30 november krijgt u hier een kort bericht" in said.content.text
    await sanne.taps("!to:contact.pause:4")
    paused = (await kept(town, sanne)).stands
    assert paused is not None
    assert paused.paused_until == date(2026, 12, 21)
    await sanne.taps("!to:contact.resume:1")
    again = (await kept(town, sanne)).stands
    assert again is not None
    assert again.state == "active"


async def test_after_stop_nothing_is_agreed_before_messages_are_welcome(town: Town, sanne: Resident) -> None:
    await sanne.types("stop")
    await sanne.types("contact houden")
    await sanne.taps("contact.plan:yes")
    assert (await kept(town, sanne)).stands is None
    await sanne.taps("contact.agreed:yes")
    found = await kept(town, sanne)
    assert found.stands is not None
    assert found.stands.state == "active"


async def test_a_proposal_is_accepted_by_its_button(town: Town, noor: Colleague, sanne: Resident) -> None:
    await plans.propose(town.house, sanne.conversation_id, noor, wanted(), client_id=client_id())
    proposed = (await kept(town, sanne)).proposed
    assert proposed is not None
    assert origins(await sanne.hears()) == ["contact.proposed"]
    await sanne.taps(f"!to:contact.accepted:{proposed.id}")
    stands = (await kept(town, sanne)).stands
    assert stands is not None
    assert stands.id == proposed.id
    await sanne.taps("!to:contact.ended:1")
    assert (await kept(town, sanne)).stands is None


async def test_a_hard_moment_is_kept_changed_and_dropped(town: Town, sanne: Resident) -> None:
    await sanne.types("menu")
    await sanne.types("moeilijke momenten")
    await sanne.taps("contact.moments:add")
    for typed in ("verjaardag", "mijn dochter", "5 maart", "Ik bak zelf een taart."):
        await sanne.types(typed)
    (one,) = (await kept(town, sanne)).moments
    kept_now = HardMoment(one.id, MomentKind.BIRTHDAY, date(2027, 3, 5), "mijn dochter", "Ik bak zelf een taart.")
    assert one == kept_now
    await sanne.types("moeilijke momenten")
    await sanne.types("mijn dochter")
    await sanne.taps("contact.one:drop")
    assert (await kept(town, sanne)).moments == ()


async def test_who_comes_back_goes_straight_to_who_they_know(town: Town, noor: Colleague, sanne: Resident) -> None:
    await closes(town, sanne, noor)
    assert origins(await sanne.hears())[-1] == "contact.closed"
    (said,) = await sanne.types("ik wil hulp")
    assert "Noor kent u al. Uw verhaal hoeft niet opnieuw." in said.content.text
    await sanne.taps("!to:contact.talk:1")
    row = await sanne.row()
    assert (row.queue, row.assigned_to) == ("waiting_us", noor.id)
