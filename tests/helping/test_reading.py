"""Who helps reads what is for them from the moment that they came, and nothing else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from bot import takeover
from bot.helping import keeping, shown
from bot.joining import new_join_code
from flows.grammar import Tapped, Typed
from flows.kanalen_code import JOIN_YES
from storage import tables
from tests.support.helping import helped, link_for, opened
from tests.support.town import Town


async def consents(town: Town) -> list[object]:
    """What is on file of it, in order."""
    rows = await town.rows(tables.event, kind="consent")
    return [json.loads(town.house.vault.unseal_text(row.detail_sealed, "event"))["what"] for row in rows]


async def test_what_was_said_before_is_not_shown_and_what_comes_after_is(town: Town) -> None:
    one = await town.resident()
    await one.types("wat is een dwangbevel?")
    helper = await helped(one, may="follow")
    assert await helper.sees() == []
    await one.taps("!menu")
    await one.taps("!go:uitleg")
    assert "Uitleg" in await helper.reads()
    assert all(not message.buttons for message in await helper.sees())  # who only follows has nothing to tap


async def test_the_link_opens_once_and_is_not_used_up_by_looking(town: Town) -> None:
    one = await town.resident()
    link = await link_for(one)
    for _ in range(3):
        assert (await keeping.look(town.house, link)) is not None
    await opened(town, link)
    assert await keeping.look(town.house, link) is None
    assert await keeping.find(town.house, link) is None  # a link is no cookie


async def test_a_new_link_ends_the_one_before_and_all_end_by_themselves(town: Town) -> None:
    one = await town.resident()
    old = await link_for(one)
    for data in ("!go:naasten", "naasten.alone:yes"):
        await one.taps(data)
    (said,) = await one.taps("naasten.list:link")
    new = said.content.text.partition("/m/")[2].split()[0]
    assert await keeping.look(town.house, old) is None
    assert await keeping.look(town.house, new) is not None
    town.clock.forward(days=8)
    assert await keeping.look(town.house, new) is None


@pytest.mark.parametrize("words", ["ik heb hem aan Samira gestuurd", "help", "kort"])
async def test_saying_the_screen_again_does_not_end_the_link_that_was_passed_on(town: Town, words: str) -> None:
    one = await town.resident()
    await link_for(one)
    for data in ("!go:naasten", "naasten.alone:yes"):
        await one.taps(data)
    (said,) = await one.taps("naasten.list:link")
    link = said.content.text.partition("/m/")[2].split()[0]
    assert "Een eerdere link werkt nu niet meer." in said.content.text
    (again,) = await one.types(words)
    assert "/m/" not in again.content.text
    assert await keeping.look(town.house, link) is not None
    await one.taps("naasten.link:on")
    (new,) = await one.taps("naasten.list:link")  # that is a new one, as was asked
    assert "/m/" in new.content.text
    assert await keeping.look(town.house, link) is None


async def test_the_end_of_the_time_ends_it_and_is_put_on_file(town: Town) -> None:
    one = await town.resident()
    short, long = await helped(one, "Piet", days=7), await helped(one, "Anneke", days=90)
    town.clock.forward(days=8)
    assert (await short.guest(), (await long.guest()) is not None) == (None, True)  # also before anything was run
    await town.run_due()
    rows = await town.rows(tables.helper)
    assert [(row.state, row.ended_how) for row in rows] == [("ended", "expired"), ("open", None)]
    town.clock.forward(days=90)
    await town.run_due()
    assert await consents(town) == ["given", "opened", "given", "opened", "expired", "expired"]


@pytest.mark.parametrize("tap", ["!to:naasten.stopped:1", "naasten.alone:stop_all"])
async def test_withdrawn_with_one_tap_and_nothing_is_to_be_seen_at_once(town: Town, tap: str) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!go:naasten")
    await one.taps(tap)
    assert await helper.guest() is None
    assert (await consents(town))[-1] == "withdrawn"
    assert all(row.browser_index is None for row in await town.rows(tables.helper))


async def test_a_resident_ends_nobody_elses_helper(town: Town) -> None:
    one, other = await town.resident(), await town.resident()
    helper = await helped(one)
    await other.taps("!to:naasten.stopped:1")
    assert await helper.guest() is not None


async def test_five_at_most(town: Town) -> None:
    one = await town.resident()
    for number in range(5):
        await link_for(one, f"Helper {number}")
    for data in ("!go:naasten", "naasten.alone:yes", "naasten.list:add"):
        await one.taps(data)
    assert len(await town.rows(tables.helper)) == 5


PRIVATE = (
    ("mijn man slaat mij", "typed"),
    ("ik wil niet meer leven", "typed"),
    ("ik word uit mijn huis gezet", "typed"),
    ("!go:aanmelden", "tap"),
    ("!go:crisis", "tap"),
    ("!go:naasten", "tap"),
    ("!mens", "tap"),  # the answer holds the code to come back with
)


@pytest.mark.parametrize(("what", "how"), PRIVATE)
async def test_what_is_the_persons_own_never_shows(town: Town, what: str, how: str) -> None:
    one = await town.resident()
    helper = await helped(one)
    before = await helper.sees()
    heard = await (one.types(what) if how == "typed" else one.taps(what))
    assert heard
    said = {message.text for message in (await helper.sees())[len(before) :]}
    assert not said & {message.content.text for message in heard}
    if how == "typed":
        assert what not in await helper.reads()


async def test_from_a_danger_on_nothing_shows_until_a_human_says_that_it_is_over(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    helper = await helped(one)
    await one.types("ik wil niet meer leven")
    await one.types("het gaat vandaag over mijn huur")
    await one.taps("!menu")
    await takeover.take_over(town.house, one.conversation_id, noor)
    seen = (await one.row()).last_seq
    await takeover.reply(town.house, one.conversation_id, noor, "Ik bel u zo.", seen_seq=seen, client_id="1" * 36)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await one.taps("!go:uitleg")
    assert await helper.sees() == []
    await takeover.crisis_over(town.house, one.conversation_id, noor, seen=["life"])
    await one.taps("!menu")
    await one.taps("!go:uitleg")
    assert "Uitleg" in await helper.reads()
    assert "bel u zo" not in await helper.reads()


async def test_who_says_that_it_is_not_so_is_read_along_with_again_after_that(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.types("mijn man slaat mij")
    await one.taps("crisis.violence:not_it")
    assert await helper.sees() == []
    await one.taps("!menu")
    assert [message.author for message in await helper.sees()] == ["resident", "bot"]


async def test_a_caseworker_keeps_a_reply_from_who_reads_along(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    helper = await helped(one)
    await takeover.take_over(town.house, one.conversation_id, noor)
    for number, (text, private) in enumerate((("Dag, ik ben Noor.", False), ("Dit blijft tussen ons.", True))):
        seen = (await one.row()).last_seq
        await takeover.reply(
            town.house, one.conversation_id, noor, text, seen_seq=seen, client_id=str(number) * 36, private=private
        )
    await one.types("dank u wel")
    assert await helper.reads() == "Dag, ik ben Noor.\ndank u wel"


async def test_a_file_is_not_shown(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.sends("image/png", b"\x89PNG made up", "kijk deze brief")
    assert "brief" not in await helper.reads()


async def test_the_codes_of_the_person_are_nowhere(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    for words in ("mijn code is 7K3D-9QX-2MF", "7k3d 9qx 2mf", "https://x.example/c/" + "a" * 32):
        await one.types(words)
    assert await helper.reads() == "" or "9QX" not in (await helper.reads()).upper()
    rows = await town.rows(tables.message, author="resident")
    assert all(row.private for row in rows[-3:])


async def test_two_helpers_see_each_others_words_and_no_answers_of_each_others(town: Town) -> None:
    one = await town.resident()
    samira, jan = await helped(one, "Samira"), await helped(one, "Jan")
    await one.taps("!go:uitleg")
    told = await samira.says(Typed("de deurwaarder staat aan de deur"))
    assert told.texts
    reads = await jan.reads()
    assert "deurwaarder" not in reads
    assert not any(text in reads for text in told.texts)


async def test_who_was_erased_has_nobody_who_reads_along(town: Town) -> None:
    one = await town.resident()
    helper = await helped(one)
    async with town.house.db.read() as conn:
        key = (await conn.execute(select(tables.person.c.key_id))).scalar_one()
    await town.house.vault.destroy(key, 1)
    assert await helper.guest() is None


async def test_what_another_one_said_before_the_two_became_one_is_not_shown(town: Town) -> None:
    one, other = await town.resident(), await town.resident("telegram")
    helper, others = await helped(one), await helped(other)
    await other.types("dit zei ik op mijn telefoon")
    async with town.house.db.begin() as conn:
        code = await new_join_code(town.house, (await one.row()).person_id, conn)
    await other.says(Typed(code))
    await other.says(Tapped(JOIN_YES))
    assert await others.guest() is None
    assert "op mijn telefoon" not in await helper.reads()
    assert "op mijn telefoon" in str([message.content.text for message in await one.messages()])
    assert all(message.private for message in await one.messages() if "op mijn telefoon" in message.content.text)


async def test_what_a_human_says_of_a_danger_is_kept_from_who_helps_when_it_is_written(town: Town) -> None:
    """Hidden only when it is read, its coming would show: in the stream, and as a number that is skipped."""
    one, noor = await town.resident(), await town.colleague()
    helper = await helped(one)
    await takeover.take_over(town.house, one.conversation_id, noor)
    guest = await helper.guest()
    assert guest is not None
    newest = await shown.newest(town.house, guest)
    seen = (await one.row()).last_seq
    words = "U zei: mijn man slaat mij."
    await takeover.reply(town.house, one.conversation_id, noor, words, seen_seq=seen, client_id="1" * 36)
    assert (await town.rows(tables.message))[-1].private == 1
    assert await shown.newest(town.house, guest) == newest
