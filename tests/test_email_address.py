"""An e-mail address that someone gives becomes a way to reach them; it never makes two people one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot import identity, letters
from flows.grammar import Case, Effect, Screen, SetContact
from flows.text import verbatim
from storage import tables
from tests.stores import StoreUrls
from tests.support.town import Resident, Town, open_town, screen_replaced

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


@pytest.fixture
async def town(tmp_path: Path, store_urls: StoreUrls) -> AsyncIterator[Town]:
    async with open_town(tmp_path, store_urls, extra="[channels.email]\n") as opened:
        yield opened


async def gives(one: Resident, email: str, *more: Effect) -> None:
    """Gives an address, whatever the screen that asked for it."""

    def asked(case: Case) -> Screen:
        return Screen(verbatim("Dank u."), effects=(SetContact(email=email), *more))

    with screen_replaced("welkom", "menu", asked):
        await one.types("menu")


async def by_mail(town: Town) -> list[Any]:
    return await town.rows(tables.address, channel="email")


async def person_of(one: Resident) -> int:
    return int((await one.row()).person_id)


async def test_an_address_that_is_given_is_one_more_way_and_not_confirmed(town: Town) -> None:
    one = await town.resident()
    await gives(one, " Sam.J@Voorbeeld.EXAMPLE ")
    (row,) = await by_mail(town)
    vault = town.house.vault
    assert row.person_id == await person_of(one)
    assert (row.confirmed_at, row.blocked_at, row.left_at) == (None, None, None)
    assert vault.unseal_text(row.external_sealed, "external") == "sam.j@voorbeeld.example"
    found = await identity.find(town.house, "email", "sam.j@voorbeeld.example")
    assert found is not None
    assert found.address_id == row.id


async def test_the_same_address_again_is_one_and_works_again(town: Town) -> None:
    one = await town.resident()
    await gives(one, "sam@voorbeeld.example")
    (first,) = await by_mail(town)
    async with town.house.db.begin() as conn:
        changed = {"left_at": 1, "blocked_at": 2, "confirmed_at": 3}
        await conn.execute(update(tables.address).where(tables.address.c.id == first.id).values(changed))
    await gives(one, "sam@VOORBEELD.example")
    (row,) = await by_mail(town)
    assert (row.id, row.left_at, row.blocked_at, row.confirmed_at) == (first.id, None, None, 3)


async def test_an_address_of_someone_else_stays_theirs(town: Town) -> None:
    one, other = await town.resident(), await town.resident()
    await gives(one, "sam@voorbeeld.example")
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).where(tables.address.c.channel == "email").values(blocked_at=2))
    before = await by_mail(town)
    await gives(other, "sam@voorbeeld.example")
    assert await by_mail(town) == before
    assert before[0].person_id == await person_of(one) != await person_of(other)
    (person,) = await town.rows(tables.person, id=await person_of(other))
    assert town.house.vault.unseal_text(person.email_sealed, "email") == "sam@voorbeeld.example"


async def test_no_more_mail_holds_whoever_types_the_address_again_and_however(town: Town) -> None:
    one, other = await town.resident(), await town.resident()
    await gives(one, "sam@voorbeeld.example")
    (row,) = await by_mail(town)
    await letters.decide(town.house, row.id, letters.Wish.STOP)
    for who, email in (
        (one, "sam@voorbeeld.example"),
        (one, "SAM@voorbeeld.example"),
        (other, "Sam@Voorbeeld.example"),
    ):
        await gives(who, email)
        (row,) = await by_mail(town)
        assert row.blocked_at is not None
        assert row.person_id == await person_of(one)


@only_sqlite
async def test_nobody_has_letters_sent_to_any_number_of_strangers(town: Town) -> None:
    one = await town.resident()
    for number in range(letters.FIRST_LETTERS_A_DAY + 3):
        await gives(one, f"stranger-{number}@voorbeeld.example")
    assert (
        len(await by_mail(town)) == len(await town.rows(tables.outbox, channel="email")) == letters.FIRST_LETTERS_A_DAY
    )
    town.clock.forward(days=1, seconds=1)
    await gives(one, "sam@voorbeeld.example")
    assert len(await by_mail(town)) == letters.FIRST_LETTERS_A_DAY + 1


@only_sqlite
async def test_another_address_is_one_more(town: Town) -> None:
    one = await town.resident()
    await gives(one, "sam@voorbeeld.example")
    await gives(one, "sam@werk.example")
    assert [row.person_id for row in await by_mail(town)] == [await person_of(one)] * 2


@only_sqlite
async def test_without_the_channel_it_is_kept_and_nothing_else(tmp_path: Path, store_urls: StoreUrls) -> None:
    async with open_town(tmp_path, store_urls) as town:
        one = await town.resident()
        await gives(one, "sam@voorbeeld.example")
        assert await by_mail(town) == []
        (person,) = await town.rows(tables.person, id=await person_of(one))
        assert person.email_sealed is not None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" A.b+c@X.Nl\n", "a.b+c@x.nl"), ("Sam@bÜcher.NL", "sam@bücher.nl"), ('"a@B"@C.nl', '"a@b"@c.nl')],
)
def test_capitals_make_no_other_address(typed: str, kept: str) -> None:
    assert letters.normalised(typed) == kept
