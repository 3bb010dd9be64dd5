"""The list by e-mail: only on request, only to an address that its owner confirmed, in full only where they asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot import identity
from bot.agreements import making
from bot.agreements.acts import Line
from bot.channels.limits import EMAIL
from bot.takeover import locked
from storage import tables
from tests.stores import StoreUrls
from tests.support.agreements import FREE, FRIDAY, POST, sent
from tests.support.town import Colleague, Resident, StrictChannel, Town, open_town, origins, send_all

MAIL = '\n[channels.email]\nstyle = "volledig"\nassessment = "DPIA 2026-11"\n'


class ByMail(StrictChannel):
    """A mail server that notes what it took."""

    limits = EMAIL


@pytest.fixture
async def town(tmp_path: Path, store_urls: StoreUrls) -> AsyncIterator[Town]:
    """A municipality that mails."""
    async with open_town(tmp_path, store_urls, extra=MAIL) as made:
        yield made


async def address(town: Town, one: Resident, **values: Any) -> None:
    """An e-mail address of theirs."""
    number = await identity.attach_address(town.house, (await one.row()).person_id, "email", "sam@voorbeeld.example")
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).where(tables.address.c.id == number).values(**values))


async def asked(town: Town, one: Resident, noor: Colleague) -> list[str]:
    """They ask for the list by mail; what the mail server got."""
    await sent(town, one, noor, Line(POST, FRIDAY), Line(FREE))
    await one.hears()
    await one.taps("!go:afspraken")
    await one.taps("afspraken.standing:more")
    assert origins(await one.taps("afspraken.more:mail")) == ["afspraken.mail"]
    server = ByMail()
    await send_all(town, {"email": server})
    return [text for _, text in server.took]


async def test_in_full_to_who_asked_for_that(town: Town, noor: Colleague, sanne: Resident) -> None:
    await address(town, sanne, confirmed_at=1, in_full=1)
    (letter,) = await asked(town, sanne, noor)
    assert "Open uw post en doe alles in een map." in letter
    assert "Deze lijst staat ook in uw e-mail." in letter
    assert "agreements_mailed" in await sanne.events()


async def test_else_a_neutral_notice_with_a_link(town: Town, noor: Colleague, sanne: Resident) -> None:
    await address(town, sanne, confirmed_at=1)
    (letter,) = await asked(town, sanne, noor)
    assert "post" not in letter
    assert "/c/" in letter


#: Addresses that are not theirs to use.
WRONG = [{"in_full": 1}, {"confirmed_at": 1, "blocked_at": 1}, {"confirmed_at": 1, "left_at": 1}]


@pytest.mark.parametrize("values", WRONG)
async def test_nothing_to_an_address_that_is_not_theirs_to_use(
    town: Town, noor: Colleague, sanne: Resident, values: dict[str, int]
) -> None:
    await address(town, sanne, **values)
    assert await asked(town, sanne, noor) == []
    assert "agreements_mailed" not in await sanne.events()


@pytest.mark.parametrize("values", WRONG)
async def test_no_other_address_is_ever_found(town: Town, sanne: Resident, values: dict[str, int]) -> None:
    await address(town, sanne, **values)
    async with locked(town.house, sanne.conversation_id) as (talk, conn):
        assert await making.mail_address(talk, conn) is None


async def test_without_an_address_it_leads_to_where_one_is_given(town: Town, noor: Colleague, sanne: Resident) -> None:
    assert await asked(town, sanne, noor) == []
    assert origins(await sanne.taps("afspraken.mail:address")) == ["kanalen.email"]
