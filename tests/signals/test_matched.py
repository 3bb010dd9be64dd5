"""Whom a signal is about: by blind indexes only, one person or nobody."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import effects, takeover
from bot.house import House
from bot.vroegsignaal import entering, matching, sorting
from bot.vroegsignaal.sorting import Sorting
from flows.grammar import SetContact
from storage import tables
from tests.support.ending import SANNE, recognised, set_row, signals, signs_up
from tests.support.town import Colleague, Resident, Town
from tests.test_joining_merge import merged

PHONE = "06 12 34 56 78"


async def gives(town: Town, one: Resident, **values: str) -> None:
    """A telephone number or e-mail address of their own, as the chat keeps it."""
    made = {f"{name}_index": town.house.vault.index(name, value) for name, value in values.items()}
    await set_row(town, tables.person, (await one.row()).person_id, **made)


@pytest.mark.parametrize(
    "words",
    [
        SANNE,
        {**SANNE, "surname": "Linden, van der"},
        {**SANNE, "surname": "LINDEN", "postcode": "9901ab", "number": "12 A", "born": "14-03-1980"},
        {**SANNE, "phone": "06-99999999", "email": "anders@example.nl"},
    ],
)
async def test_a_name_finds_them_however_it_is_written(
    town: Town, sanne: Resident, noor: Colleague, words: dict[str, str]
) -> None:
    await recognised(town, sanne, noor)
    row = await signals(town, noor, **words)
    assert (row.route, row.conversation_id, row.key_id) == ("case", sanne.conversation_id, None)


@pytest.mark.parametrize(
    "words", [{"phone": "+31 6 12345678"}, {"phone": "0612345678"}, {"email": " Sanne@Example.NL "}]
)
async def test_their_number_or_address_finds_them(
    town: Town, sanne: Resident, noor: Colleague, words: dict[str, str]
) -> None:
    await gives(town, sanne, phone="0612345678", email="sanne@example.nl")
    assert (await signals(town, noor, **words)).conversation_id == sanne.conversation_id


async def test_what_was_given_in_the_chat_is_found(town: Town, noor: Colleague) -> None:
    one = await signs_up(await town.resident())
    async with takeover.locked(town.house, one.conversation_id) as (talk, conn):
        await effects.apply(talk, (SetContact(email="Sanne@Example.nl", phone=PHONE),), conn)
    assert (await signals(town, noor, email="sanne@example.nl")).route == "case"
    assert (await signals(town, noor, phone="0612345678")).route == "case"


@pytest.mark.parametrize(
    "words",
    [
        {**SANNE, "born": "1981-03-14"},
        {**SANNE, "postcode": "9902 AB"},
        {**SANNE, "number": "12"},
        {**SANNE, "surname": "Jansen"},
        {"phone": "0687654321"},
    ],
)
async def test_who_is_not_them_goes_the_ordinary_route(
    town: Town, sanne: Resident, noor: Colleague, words: dict[str, str]
) -> None:
    await recognised(town, sanne, noor)
    await gives(town, sanne, phone="0612345678")
    row = await signals(town, noor, **words)
    assert (row.route, row.conversation_id, row.state) == ("ordinary", None, "new")
    assert "signal" not in await sanne.events()
    assert (await sanne.row()).queue == "new"


async def test_of_two_people_we_never_guess(town: Town, sanne: Resident, noor: Colleague) -> None:
    other = await signs_up(await town.resident())
    for one in (sanne, other):
        await gives(town, one, phone="0612345678")
    assert (await signals(town, noor, phone=PHONE)).route == "ordinary"
    await recognised(town, sanne, noor)
    await gives(town, other, phone="0687654321")
    assert (await signals(town, noor, **SANNE, phone="0687654321")).route == "ordinary"


async def test_a_telephone_that_is_shared_says_nothing(town: Town, sanne: Resident, noor: Colleague) -> None:
    await gives(town, sanne, phone="0612345678")
    await set_row(town, tables.person, (await sanne.row()).person_id, phone_shared_at=1)
    assert (await signals(town, noor, phone=PHONE)).route == "ordinary"


async def test_who_lives_at_the_same_number_by_another_name_is_somebody_else(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    await recognised(town, sanne, noor)
    await gives(town, sanne, phone="0612345678")
    assert (await signals(town, noor, **{**SANNE, "surname": "Bakker"}, phone=PHONE)).route == "ordinary"
    assert (await signals(town, noor, **SANNE, phone=PHONE)).route == "case"


async def test_the_number_of_who_signed_somebody_else_up_is_not_theirs(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    await gives(town, sanne, phone="0612345678")
    (case,) = await town.rows(tables.case_file)
    await set_row(town, tables.case_file, case.id, capacity="helper")
    assert (await signals(town, noor, phone=PHONE)).route == "ordinary"
    await recognised(town, sanne, noor)  # by whom it is about
    assert (await signals(town, noor, **SANNE)).route == "case"


async def test_one_that_cannot_be_sorted_keeps_no_other_back(
    town: Town, sanne: Resident, noor: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recognised(town, sanne, noor)
    own = matching.find

    async def find(house: House, conn: AsyncConnection, one: entering.Entered) -> set[int]:
        if one.kind == "rent":
            raise ZeroDivisionError
        return await own(house, conn, one)

    monkeypatch.setattr(sorting, "find", find)
    for kind in ("rent", "water", "energy"):
        await entering.enter(town.house, noor, {"kind": kind, "received": "2026-11-23", **SANNE})
    (_, water, _) = await town.rows(tables.signal)
    await town.house.vault.destroy(water.key_id, 1)
    assert await Sorting(town.house).run_due() == 2
    assert [row.route for row in await town.rows(tables.signal)] == ["unsorted", "ordinary", "case"]
    monkeypatch.undo()
    assert await Sorting(town.house).run_due() == 1


async def test_a_file_that_becomes_another_meanwhile_is_found_the_next_time(
    town: Town, sanne: Resident, noor: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await signs_up(await town.resident("telegram"))
    await recognised(town, other, noor)
    own = matching.find

    async def find(house: House, conn: AsyncConnection, one: entering.Entered) -> set[int]:
        found = await own(house, conn, one)
        if found == {other.conversation_id}:
            await merged(sanne, other)
        return found

    monkeypatch.setattr(sorting, "find", find)
    assert (await signals(town, noor, **SANNE)).route == "unsorted"
    assert await Sorting(town.house).run_due() == 1
    (row,) = await town.rows(tables.signal)
    assert (row.route, row.conversation_id) == ("case", sanne.conversation_id)


async def test_two_files_that_became_one_are_one_person(town: Town, sanne: Resident, noor: Colleague) -> None:
    other = await signs_up(await town.resident("telegram"))
    await recognised(town, other, noor)
    await signals(town, noor, **SANNE)
    await merged(sanne, other)
    row = await signals(town, noor, **SANNE, amount="99")
    assert (row.route, row.conversation_id) == ("case", sanne.conversation_id)
    assert len(await town.rows(tables.signal, conversation_id=sanne.conversation_id)) == 2


async def test_who_was_erased_is_nobody(town: Town, sanne: Resident, noor: Colleague) -> None:
    await recognised(town, sanne, noor)
    (person,) = await town.rows(tables.person, id=(await sanne.row()).person_id)
    await town.house.vault.destroy(person.key_id, 1)
    assert (await signals(town, noor, **SANNE)).route == "ordinary"
