"""Who may write along does what is not the person's own, under their own name; a crisis comes first."""

from __future__ import annotations

from contextlib import suppress

import pytest

from bot import takeover
from bot.errors import Refused
from bot.helping import acting
from flows.grammar import Tapped, Typed
from storage import tables
from tests.support.agenda import add_hours
from tests.support.helping import helped
from tests.support.town import Resident, Town, origins


async def last(one: Resident) -> list[tuple[str, str]]:
    """Who wrote what, of the last two messages."""
    return [(message.author, message.content.text) for message in (await one.messages())[-2:]]


async def test_a_tap_of_a_helper_is_answered_in_the_conversation_under_their_name(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!menu")
    said = await helper.says(Tapped("!go:uitleg"))
    heard = await one.hears()
    assert [(message.author, message.helper_id) for message in heard[-2:]] == [("helper", 1), ("bot", None)]
    assert origins(heard)[-1] == "uitleg.start"
    assert said.seq == heard[-2].seq
    assert await one.screen() == "uitleg.start"
    assert [message.author for message in await helper.sees()][-2:] == ["helper", "bot"]


async def test_the_same_message_twice_is_one(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!menu")
    first = await helper.says(Tapped("!go:uitleg"), "1" * 36)
    assert (first.seq > 0, (await helper.says(Tapped("!go:uitleg"), "1" * 36)).seq) == (True, 0)


async def test_who_only_follows_says_nothing(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one, may="follow")
    await one.taps("!menu")
    with pytest.raises(Refused, match="only_reads"):
        await helper.says(Typed("hallo"))


THEIRS = (
    "!stop",
    "!taal",
    "!opnieuw",
    "!go:aanmelden",
    "!go:naasten",
    "!go:kanalen",
    "!go:crisis",
    "!to:naasten.stopped:1",
    "welkom.own_phone:no",
    "crisis.life:not_it",
    "naasten.alone:stop_all",
)


@pytest.mark.parametrize("data", THEIRS)
async def test_what_only_the_person_can_do_is_not_done(town: Town, data: str) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!menu")
    before = (await one.row()).last_seq, await one.session()
    with pytest.raises(Refused, match="theirs"):
        await helper.says(Tapped(data))
    assert ((await one.row()).last_seq, await one.session()) == before
    assert await helper.guest() is not None


@pytest.mark.parametrize("words", ["stop", "english", "ik wil me aanmelden", "wis mijn gegevens", "mijn pincode"])
async def test_words_that_mean_it_do_not_do_it_either(town: Town, words: str) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!menu")
    person = (await town.rows(tables.person))[0]
    with suppress(Refused):
        await helper.says(Typed(words))
    after = (await town.rows(tables.person))[0]
    assert (after.language, after.opted_out_at, after.pin_sealed) == (person.language, None, None)
    assert (await one.session()).top.flow in ("welkom", "overdracht")


async def test_a_question_of_the_persons_own_is_answered_by_nobody_else(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!go:aanmelden")
    for said in (Typed("voor mijzelf"), Tapped("aanmelden.for_whom:self"), Typed("7")):
        with pytest.raises(Refused, match="theirs"):
            await helper.says(said)
    assert await one.screen() == "aanmelden.for_whom"


async def test_an_appointment_is_made_along(town: Town) -> None:
    one = await town.resident()
    await add_hours(town, await town.colleague())
    helper = await helped(one)
    await one.taps("!menu")
    await helper.says(Tapped("!go:afspraak"))
    for _ in range(6):
        sees = await helper.sees()
        if await town.rows(tables.appointment):
            break
        await helper.says(Tapped(sees[-1].buttons[0].data))
    (row,) = await town.rows(tables.appointment)
    assert row.conversation_id == one.conversation_id


async def test_what_is_written_in_a_talk_with_a_human_waits_for_that_human(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    helper = await helped(one)
    await takeover.take_over(town.house, one.conversation_id, noor)
    heard = (await one.row()).last_inbound_at
    await helper.says(Typed("Ik heb de brief hier liggen."))
    row = await one.row()
    assert (row.queue, row.last_inbound_at) == ("waiting_us", heard)  # that is not that the person was here
    assert (await last(one))[-1] == ("helper", "Ik heb de brief hier liggen.")


@pytest.mark.parametrize("words", ["ik wil niet meer leven", "haar man slaat haar"])
async def test_a_danger_that_a_helper_tells_of_goes_to_the_desk_alone(town: Town, words: str) -> None:
    one = await town.resident()
    helper, other = await helped(one), await helped(one, "Jan")
    await one.taps("!menu")
    before = await one.session()
    said = await helper.says(Typed(words))
    assert any("112" in text for text in said.texts)
    row, (alarm,) = await one.row(), await town.rows(tables.alarm)
    assert (row.urgency, alarm.kind, row.danger_at is not None) == (3, "crisis", True)
    told = (await town.rows(tables.message))[-1]
    assert (told.author, told.helper_id, told.private, told.seq) == ("helper", 1, 2, said.seq)
    assert await town.rows(tables.outbox, message_id=told.id) == []  # nothing of it leaves for a telephone
    assert await one.session() == before
    assert words not in await helper.reads() + await other.reads()
    more = await helper.says(Typed("ze woont op nummer 12"))
    assert more.texts == ("Dank u. Iemand van ons team leest dit.",)
    with pytest.raises(Refused, match="theirs"):
        await other.says(Typed("hallo"))


async def test_another_crisis_alarms_and_moves_nothing(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!menu")
    before = await one.session()
    assert (await helper.says(Typed("ze gaan morgen het gas afsluiten"))).texts
    assert (await one.row()).urgency == 2
    assert await one.session() == before


async def test_on_an_app_the_words_of_a_helper_come_with_their_name(town: Town) -> None:
    one = await town.resident("telegram")
    helper = await helped(one)
    await one.taps("!menu")
    said = await helper.says(Tapped("!go:uitleg"))
    (sent,) = [row for row in await town.rows(tables.outbox) if row.state == "waiting"][-2:-1]
    message = next(row for row in await town.rows(tables.message) if row.id == sent.message_id)
    assert (message.seq, message.author, sent.channel) == (said.seq, "helper", "telegram")


async def test_numbers_that_nobody_needs_are_masked_for_a_helper_too(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    helper = await helped(one)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await helper.says(Typed("haar bsn is 111222333"))
    assert "111222333" not in (await last(one))[-1][1]


async def test_who_was_ended_this_moment_says_nothing(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    guest = await helper.guest()
    await one.taps("!to:naasten.stopped:1")
    assert guest is not None
    with pytest.raises(Refused, match="nothing"):
        await acting.say(town.house, guest, Typed("hallo"), "1" * 36, "nl")
