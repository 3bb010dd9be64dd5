"""A code that comes in joins nothing without a yes: whoever made it would read all that is said from then on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import identity, joining, takeover
from bot.channels import start
from bot.desk.accounts import Staff
from flows.grammar import Joined, Said, Tapped, Typed
from flows.kanalen_code import JOIN_NO, JOIN_YES
from storage import tables
from tests.support.town import Resident, Town
from tests.test_joining import address_of, asked, code_of, heard, joins, own_code
from tests.test_sessions import damage

__all__ = ["heard"]
ASKS = Joined(False, asks=True)


async def link_of(one: Resident) -> Typed:
    """What the platform brings when someone follows a link that this person made."""
    said = start.read(start.joining(await code_of(one)), frozenset())
    assert isinstance(said, Typed)
    return said


async def are_two(town: Town, one: Resident, other: Resident) -> bool:
    return one.conversation_id != other.conversation_id and not await town.rows(tables.conversation, queue="merged")


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "known"])
async def test_a_link_that_a_stranger_sent_joins_nothing(town: Town, is_new: bool) -> None:
    stranger, victim = await town.resident(), await town.resident("telegram", at_menu=not is_new)
    await victim.says(await link_of(stranger))
    assert await victim.screen() == "kanalen.joining"
    assert "Heeft u die code net zelf gemaakt?" in (await victim.hears())[-1].content.text
    for words in ("hallo?", "wie is dit", "ik heb schulden bij de bank", "menu", "mijn man heeft die zelf gemaakt"):
        await victim.types(words)
    assert await are_two(town, stranger, victim)
    await stranger.types("hoi")
    assert not [one for one in await stranger.messages() if "schulden" in one.content.text]


async def test_below_the_question_the_welcome_waits_for_who_is_new(town: Town) -> None:
    stranger, victim = await town.resident(), await town.resident("telegram", at_menu=False)
    await victim.says(await link_of(stranger))
    await victim.taps(JOIN_NO)
    assert await victim.screen() == "kanalen.not_joined"
    await victim.taps("kanalen.not_joined:on")
    assert await victim.screen() == "welkom.hello"


@pytest.mark.parametrize("whose", ["older", "younger"])
async def test_a_damaged_dialogue_state_hinders_no_joining(town: Town, whose: str) -> None:
    """What can be gone on with is."""
    older, younger = await town.resident(), await town.resident("telegram")
    await (younger if whose == "older" else older).taps("!go:aanmelden")
    await joins_after(younger, await code_of(older), damaged=older if whose == "older" else younger)
    assert not await are_two(town, older, younger)
    flows = {frame.flow for frame in (await older.session()).stack}
    assert "aanmelden" in flows


async def joins_after(one: Resident, code: str, *, damaged: Resident) -> None:
    """Types a code, then that state breaks, and they say that the code is theirs."""
    await asked(one, code)
    await damage(damaged)
    await one.says(Tapped(JOIN_YES))


async def test_a_no_ends_the_code(town: Town, heard: list[Said]) -> None:
    stranger, victim = await town.resident(), await town.resident("telegram")
    link = await link_of(stranger)
    await victim.taps("!go:aanmelden")
    screen = await victim.screen()
    await victim.says(link)
    assert "Er is niets samengevoegd." in (await victim.taps(JOIN_NO))[-1].content.text
    await victim.taps("kanalen.not_joined:on")
    assert await victim.screen() == screen
    for said_again in (link, Tapped(JOIN_YES)):
        await victim.says(said_again)
        assert heard[-1] == Joined(False)
    assert await victim.screen() == screen
    assert await are_two(town, stranger, victim)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", ["ja", "Ja hoor!", "1", "Ja, zelf gemaakt", "yes", "نعم"])
async def test_a_yes_may_be_typed(town: Town, words: str) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    await asked(second, await code_of(first))
    await second.says(Typed(words))
    assert second.conversation_id == first.conversation_id


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", ["mijn man heeft die zelf gemaakt", "ja van een vriend", "nee", "2", "weet niet"])
async def test_what_is_no_clear_yes_joins_nothing(town: Town, words: str) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    await asked(second, await code_of(first))
    await second.types(words)
    assert await are_two(town, first, second)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_yes_to_another_question_joins_nothing(town: Town) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    await asked(second, await code_of(first))
    await second.types("menu")
    await second.types("ja")
    assert await are_two(town, first, second)


async def test_the_code_of_before_is_asked_about_too(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    code = await own_code(first)
    for _ in range(3):
        await second.says(Typed(code))
        assert heard[-1] == ASKS
    assert len(await town.rows(tables.personal_link)) == 1
    assert await are_two(town, first, second)
    await second.taps(JOIN_NO)
    await second.says(Tapped(JOIN_YES))
    assert heard[-1] == Joined(False)
    await joins(second, code)
    assert second.conversation_id == first.conversation_id


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_pin_that_was_set_while_the_question_was_open_counts(town: Town, heard: list[Said]) -> None:
    first, second = await town.resident(), await town.resident("telegram")
    await asked(second, await own_code(first))
    whom = await identity.find(town.house, first.channel, first.external_id)
    assert whom is not None
    await identity.set_pin(town.house, whom, "4711", None)
    await second.says(Tapped(JOIN_YES))
    assert heard[-1] == Joined(False, pin=True)
    assert await are_two(town, first, second)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_yes_without_a_question_or_long_after_it_joins_nothing(
    town: Town, heard: list[Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = await town.resident(), await town.resident("telegram"), await town.resident("telegram")
    await asked(second, await code_of(first))
    await third.says(Tapped(JOIN_YES))  # it was asked elsewhere
    assert heard[-1] == Joined(False)
    late = identity.real_now() + timedelta(minutes=joining.JOIN_MINUTES, seconds=5) // timedelta(milliseconds=1)
    with monkeypatch.context() as patch:
        patch.setattr(joining, "real_now", lambda: late)
        await second.says(Typed("ja"))
    assert heard[-1] == Joined(False)
    assert await second.screen() == "welkom.menu"
    await asked(second, await code_of(first))
    await code_of(first)  # a newer one ends it
    await second.says(Tapped(JOIN_YES))
    assert heard[-1] == Joined(False)
    assert await are_two(town, first, second)


async def test_a_yes_that_comes_once_more_is_no_yes_to_what_was_asked_since(town: Town) -> None:
    first, second, stranger = await town.resident(), await town.resident("telegram"), await town.resident()
    await second.says(Typed(await code_of(first)))
    await second.says(Tapped(JOIN_YES), message_id="the yes")
    assert second.conversation_id == first.conversation_id
    await asked(second, await code_of(stranger))
    assert (await second.says(Tapped(JOIN_YES), message_id="the yes")).duplicate
    assert second.conversation_id != stranger.conversation_id
    assert len(await town.rows(tables.conversation, queue="merged")) == 1


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_only_what_was_asked_last_is_meant_by_the_yes(town: Town) -> None:
    first, second, third = await town.resident(), await town.resident("telegram"), await town.resident()
    newer_code = await code_of(first)
    await asked(second, await code_of(third))
    await asked(second, newer_code)
    await second.says(Tapped(JOIN_YES))
    assert second.conversation_id == first.conversation_id
    (open_link,) = await town.rows(tables.personal_link, used_at=None)
    assert open_link.used_by is None
    assert await address_of(second)


async def test_in_a_hold_it_is_asked_and_only_the_button_answers(town: Town, heard: list[Said]) -> None:
    first, second, noor = await town.resident(), await town.resident("telegram"), await town.colleague()
    await takeover.take_over(town.house, second.conversation_id, Staff(noor.id, "noor", noor.name, "caseworker"))
    await second.hears()
    for _ in range(2):
        (said,) = await second.types(await code_of(first))
        assert said.content.origin == "kanalen.joining"
        assert await second.types("ja") == []  # that is for the human
        assert await are_two(town, first, second)
        (said,) = await second.taps(JOIN_NO)
        assert said.content.text.startswith("Goed dat u het zegt. Er is niets samengevoegd.")
        await second.says(Tapped(JOIN_YES))
        assert heard[-1] == Joined(False)
        await second.hears()
    await joins(second, await code_of(first))
    assert second.conversation_id == first.conversation_id
