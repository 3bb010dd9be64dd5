"""Codes that join another channel: which count, for whom, how long, and what is kept of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import identity, joining
from bot.clock import to_ms
from bot.conversation import Conversations, Receipt
from bot.errors import Refused
from bot.inbound import Inbound
from bot.joining import FREE_GUESSES, Joining, finish, new_join_code
from flows.grammar import Joined, Opened, Said, Tapped, Typed
from flows.kanalen_code import JOIN_YES
from storage import keys, tables
from tests.support.town import Resident, Town

WRONG = "7K3D-9QX-2MF"


async def code_of(one: Resident) -> str:
    """A join code, as the screen of this person shows it."""
    person_id = (await one.row()).person_id
    async with one.town.house.db.begin() as conn:
        return await new_join_code(one.town.house, person_id, conn)


async def own_code(one: Resident) -> str:
    """The code that was theirs from the beginning."""
    whom = await identity.find(one.town.house, one.channel, one.external_id)
    assert whom is not None
    return await identity.own_code(one.town.house, whom)


async def address_of(one: Resident) -> int:
    whom = await identity.find(one.town.house, one.channel, one.external_id)
    assert whom is not None
    assert whom.address_id is not None
    return whom.address_id


async def joins(one: Resident, code: str) -> Receipt:
    """Types a code, and says that it is theirs; gives what became of the yes."""
    await one.says(Typed(code))
    return await one.says(Tapped(JOIN_YES))


async def asked(one: Resident, code: str) -> None:
    """Types a code and is asked about it; nothing more."""
    await one.says(Typed(code))
    assert await one.screen() == "kanalen.joining"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Said]:
    """What went on into the conversations, in order."""
    passed: list[Said] = []
    submit = Conversations._submit

    async def noting(self: Conversations, what: object, known: object) -> object:
        if isinstance(what, Inbound):
            passed.append(what.said)
        return await submit(self, what, known)  # type: ignore[arg-type]

    monkeypatch.setattr(Conversations, "_submit", noting)
    return passed


async def test_a_code_typed_elsewhere_makes_one_conversation(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    before = (await first.row()).last_seq + (await second.row()).last_seq
    await joins(second, await code_of(first))
    assert heard[-1] == Joined(True)
    assert second.conversation_id == first.conversation_id
    (merged,) = await town.rows(tables.conversation, queue="merged")
    assert merged.last_seq == 0
    assert (await first.row()).last_seq > before
    assert len(await first.messages()) == (await first.row()).last_seq
    await first.types("hoi")
    assert first.conversation_id == second.conversation_id


async def test_the_older_one_stays_whoever_typed_the_code(town: Town) -> None:
    first, second = await town.resident("telegram"), await town.resident()
    await joins(first, await code_of(second))
    assert first.conversation_id < second.conversation_id
    assert (await first.row()).queue != "merged"
    assert (await second.row()).queue == "merged"
    await second.types("hoi")
    assert second.conversation_id == first.conversation_id


async def test_a_code_is_the_first_thing_that_someone_says(town: Town) -> None:
    first, second = await town.resident(), await town.resident("telegram", at_menu=False)
    await joins(second, await code_of(first))
    assert second.conversation_id == first.conversation_id
    assert (await first.session()).stack


async def test_the_code_stays_nowhere(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    code = await code_of(first)
    await second.types(code)
    await second.taps(JOIN_YES)
    await second.types(f"{code[:-1]}Z" if code[-1] != "Z" else f"{code[:-1]}Y")
    assert not [one for one in await first.messages() if code[:4] in one.content.text]
    assert code[:4] not in caplog.text
    for link in await town.rows(tables.personal_link):
        assert code.encode() not in link.token_hash


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        "*{}*".format,
        "“{}”.".format,
        "\u2068{}\u2069".format,
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", "\u2013"),
    ],
)
@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_valid_code_joins_however_it_was_typed(town: Town, typed: Callable[[str], str]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    await joins(second, typed(await code_of(first)))
    assert second.conversation_id == first.conversation_id


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "words", ["0612345678", "0612-345-678", "06 1234 5678", "afspraken.", "beantwoord", "7K3D9QX2MF", "7K3D 9QX 2MF"]
)
async def test_what_may_be_a_word_or_a_number_is_one(town: Town, heard: list[Said], words: str) -> None:
    one = await town.resident("telegram")
    await one.says(Typed(words))
    assert heard[-1] == Typed(words)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [WRONG, WRONG.lower(), f" {WRONG}. ", WRONG.replace("-", "\u2011")])
async def test_what_looks_like_a_code_and_is_none_is_said_to_be_wrong(
    town: Town, heard: list[Said], words: str
) -> None:
    one = await town.resident("telegram")
    await one.says(Typed(words))
    assert heard[-1] == Joined(False)
    assert "7K3D" not in (await one.messages())[-2].content.text.upper()


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_code_joins_once(town: Town, heard: list[Said]) -> None:
    first, second, third = await town.resident(), await town.resident("telegram"), await town.resident("telegram")
    code = await code_of(first)
    await joins(second, code)
    await third.says(Typed(code))
    assert heard[-1] == Joined(False)
    assert third.conversation_id != first.conversation_id
    await third.says(Typed(code.replace("-", "")))  # also when it does not look like one: it was one
    assert heard[-1] == Joined(False)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_code_joins_for_half_an_hour(town: Town, heard: list[Said], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    code = await code_of(first)
    real = identity.real_now()
    late = real + timedelta(minutes=joining.JOIN_MINUTES, seconds=5) // timedelta(milliseconds=1)
    monkeypatch.setattr(joining, "real_now", lambda: late)
    await second.says(Typed(code))
    assert heard[-1] == Joined(False)
    assert second.conversation_id != first.conversation_id


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_new_code_ends_the_one_before(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    old, new = await code_of(first), await code_of(first)
    await second.says(Typed(old))
    assert heard[-1] == Joined(False)
    await joins(second, new)
    assert heard[-1] == Joined(True)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_ones_own_code_is_no_news(town: Town, heard: list[Said]) -> None:
    one = await town.resident()
    for code in (await code_of(one), await own_code(one)):
        await one.says(Typed(code))
        assert heard[-1] == Joined(True)
    assert len(await town.rows(tables.conversation)) == 1


async def test_the_code_of_before_joins_too_unless_there_is_a_pin(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    code = await own_code(first)
    whom = await identity.find(town.house, first.channel, first.external_id)
    assert whom is not None
    await identity.set_pin(town.house, whom, "4711", None)
    await second.says(Typed(code))
    assert heard[-1] == Joined(False, pin=True)
    assert second.conversation_id != first.conversation_id
    await identity.set_pin(town.house, whom, None, "4711")
    await joins(second, code)
    assert heard[-1] == Joined(True)
    assert second.conversation_id == first.conversation_id


async def test_who_holds_the_telephone_gets_round_no_pin(town: Town, heard: list[Said]) -> None:
    """With a conversation of their own, in which all of this one could be read then."""
    telephone, other = await town.resident("telegram"), await town.resident()
    whom = await identity.find(town.house, telephone.channel, telephone.external_id)
    assert whom is not None
    await identity.set_pin(town.house, whom, "4711", None)
    for code in (await code_of(other), await own_code(other)):
        await telephone.says(Typed(code))
        assert heard[-1] == Joined(False, pin=True)
    await telephone.taps("!go:kanalen")
    (said,) = await telephone.taps("kanalen.ways:app")
    assert await telephone.screen() == "kanalen.code"
    assert said.content.text.startswith("U heeft een pincode.")
    assert await town.rows(tables.personal_link, person_id=whom.person_id) == []
    assert len(await town.rows(tables.conversation, queue="merged")) == 0


async def test_in_the_web_chat_who_has_a_pin_joins(town: Town, heard: list[Said]) -> None:
    page, telephone = await town.resident(), await town.resident("telegram")
    whom = await identity.find(town.house, page.channel, page.external_id)
    assert whom is not None
    await identity.set_pin(town.house, whom, "4711", None)
    await joins(page, await code_of(telephone))
    assert heard[-1] == Joined(True)
    assert len(await town.rows(tables.conversation, queue="merged")) == 1


async def test_both_codes_of_before_open_the_one_conversation(town: Town) -> None:
    first, second, third = await town.resident(), await town.resident("telegram"), await town.resident("telegram")
    codes = [await own_code(one) for one in (first, second, third)]
    await joins(third, await code_of(second))
    await joins(second, await code_of(first))
    for code in codes:
        whom = await identity.resume(town.house, code, None)
        assert whom.conversation_id == first.conversation_id
        assert whom.person_id == (await first.row()).person_id
    fourth = await town.resident("telegram")
    await joins(fourth, codes[2])
    assert fourth.conversation_id == first.conversation_id


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_join_code_opens_nothing_and_a_link_joins_nothing(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    code = await code_of(first)
    with pytest.raises(Refused, match="unknown"):
        await identity.resume(town.house, code, None)
    with pytest.raises(Refused, match="unknown"):
        await identity.use_link(town.house, code, None)
    token = await identity.make_link(town.house, (await first.row()).person_id)
    await second.says(Typed(token))
    assert heard[-1] == Typed(token)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_who_guesses_is_slowed_and_told(town: Town, heard: list[Said]) -> None:
    first, second, third = await town.resident(), await town.resident("telegram"), await town.resident("telegram")
    for n in range(FREE_GUESSES):
        await second.says(Typed(identity.new_code() if n % 2 else identity.new_code().replace("-", "")))
    code = await code_of(first)
    await second.says(Typed(code))
    assert heard[-1] == Joined(False)
    assert second.conversation_id != first.conversation_id
    await joins(third, code)  # nobody else is slowed
    assert third.conversation_id == first.conversation_id


async def test_a_process_that_died_before_the_question_was_put_asks_it_again(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    message = second.inbound(Typed(await code_of(first)), "the same")
    asks = Joined(False, asks=True)
    assert await Joining(town.house).heard(message.said, await address_of(second)) == asks
    other = await town.another_process()
    assert not (await other.receive(message)).duplicate
    assert heard[-1] == asks
    assert (await other.receive(message)).duplicate
    await second.taps(JOIN_YES)
    assert second.conversation_id == first.conversation_id


async def test_a_process_that_died_between_merging_and_answering_gives_the_same_answer(
    town: Town, heard: list[Said]
) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    await asked(second, await code_of(first))
    message = second.inbound(Tapped(JOIN_YES), "the same")
    assert await Joining(town.house).agreed(await address_of(second)) == Joined(True)
    other = await town.another_process()
    receipt = await other.receive(message)
    assert heard[-1] == Joined(True)
    assert not receipt.duplicate
    assert receipt.conversation_id == first.conversation_id
    assert (await other.receive(message)).duplicate


async def test_a_key_that_a_dead_process_left_is_destroyed_later(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    (key_id,) = [row.key_id for row in await town.rows(tables.person, id=(await second.row()).person_id)]

    async def killed(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(town.house.vault, "destroy", killed)
        await joins(second, await code_of(first))
    assert second.conversation_id == first.conversation_id
    await finish(town.house)
    async with town.house.keys.read() as conn:
        (key,) = await keys.load(conn, [key_id])
    assert key.wrapped is None
    assert [row.key_id for row in await town.rows(tables.person) if row.merged_into] == [0]


async def test_two_who_join_each_other_at_the_same_moment_are_one(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident("telegram"), await town.resident("telegram")
    codes = await code_of(first), await code_of(second)
    other = await town.another_process()
    await asked(first, codes[1])
    await asked(second, codes[0])
    await asyncio.gather(
        town.conversations.receive(first.inbound(Tapped(JOIN_YES))), other.receive(second.inbound(Tapped(JOIN_YES)))
    )
    assert heard[-2:] == [Joined(True), Joined(True)]
    assert sorted(row.queue == "merged" for row in await town.rows(tables.conversation)) == [False, True]
    for one in (first, second):
        await one.says(Typed("hoi"))
    assert first.conversation_id == second.conversation_id


async def test_three_who_join_in_a_ring_at_the_same_moment_are_one(town: Town, heard: list[Said]) -> None:
    people = [await town.resident("telegram") for _ in range(3)]
    codes = [await code_of(one) for one in people]
    processes = [town.conversations, await town.another_process(), await town.another_process()]
    for n, one in enumerate(people):
        await asked(one, codes[n - 1])
    await asyncio.gather(
        *(process.receive(one.inbound(Tapped(JOIN_YES))) for process, one in zip(processes, people, strict=True))
    )
    assert heard[-3:] == [Joined(True)] * 3
    assert len(await town.rows(tables.conversation, queue="merged")) == 2
    for one in people:
        await one.says(Typed("hoi"))
    assert len({one.conversation_id for one in people}) == 1


async def test_one_code_at_two_addresses_at_the_same_moment_joins_one(town: Town, heard: list[Said]) -> None:
    first, second, third = await town.resident(), await town.resident("telegram"), await town.resident("telegram")
    code = await code_of(first)
    other = await town.another_process()
    await asyncio.gather(
        town.conversations.receive(second.inbound(Typed(code))), other.receive(third.inbound(Typed(code)))
    )
    await asyncio.gather(
        town.conversations.receive(second.inbound(Tapped(JOIN_YES))), other.receive(third.inbound(Tapped(JOIN_YES)))
    )
    assert sorted(said.ok for said in heard[-2:] if isinstance(said, Joined)) == [False, True]
    assert len(await town.rows(tables.conversation, queue="merged")) == 1


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_the_code_of_someone_who_was_erased_joins_nothing(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    code = await code_of(first)
    (gone,) = await town.rows(tables.person, id=(await first.row()).person_id)
    await town.house.vault.destroy(gone.key_id, to_ms(town.clock.now()))
    await second.says(Typed(code))
    assert heard[-1] == Joined(False)
    (link,) = await town.rows(tables.personal_link)
    assert link.used_at is None


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_what_races_with_a_merge_is_sealed_for_who_is_left(town: Town) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    whom = await identity.find(town.house, second.channel, second.external_id)
    assert whom is not None
    await joins(second, await code_of(first))
    await identity.attach_address(town.house, whom.person_id, "webchat", "another-browser-of-the-second")
    found = await identity.find(town.house, "webchat", "another-browser-of-the-second")
    assert found is not None
    assert found.conversation_id == first.conversation_id
    with pytest.raises(Refused, match="busy"):
        await identity.set_pin(town.house, whom, "4711", None)
    await identity.forget_address(town.house, whom)
    (older,) = await town.rows(tables.person, id=(await first.row()).person_id)
    for row in await town.rows(tables.address):
        assert town.house.vault.key_of(row.external_sealed) == older.key_id


async def test_a_page_that_sends_again_after_the_merge_says_it_once(town: Town) -> None:
    first, second = await town.resident("telegram"), await town.resident()
    await second.says(Typed("een keer"), message_id="same")
    await joins(second, await code_of(first))
    assert (await second.says(Typed("een keer"), message_id="same")).duplicate
    assert [one.content.text for one in await first.messages()].count("een keer") == 1


async def test_another_process_that_knew_who_it_was_finds_out(town: Town) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    other = await town.another_process()
    await other.receive(second.inbound(Opened()))
    await joins(second, await code_of(first))
    receipt = await other.receive(second.inbound(Typed("hoi")))
    assert receipt.conversation_id == first.conversation_id


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_used_code_of_the_younger_is_still_known_to_both(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    code = await code_of(second)
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.personal_link).values(created_at=0))
    for _ in range(2):
        await joins(first, code)
        assert heard[-1] == Joined(True)
    assert first.conversation_id != second.conversation_id
    await second.says(Typed("hoi"))
    assert first.conversation_id == second.conversation_id
