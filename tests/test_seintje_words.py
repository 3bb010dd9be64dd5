"""What a notice says: enough to dare to open it, and nothing that is not so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import identity, takeover
from flows.grammar import Tapped, Typed
from storage import tables
from tests.stores import StoreUrls
from tests.support.town import EVERY_CHANNEL, MONDAY, Town, open_town
from tests.test_seintje import LINK, sent


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Every channel, in *alleen seintje*."""
    async with open_town(tmp_path, store_urls, extra=EVERY_CHANNEL) as opened:
        yield opened


@pytest.mark.parametrize(("hour", "someone_answers"), [(11, True), (22, False)])
async def test_a_sensitive_answer_says_whose_page_it_is_on_and_whom_to_call_while_someone_answers(
    town: Town, hour: int, someone_answers: bool
) -> None:
    one = await town.resident("telegram")
    await one.says(Tapped("welkom.menu:aanmelden"))
    await sent(town)
    town.clock.to(MONDAY.replace(hour=hour))
    await one.says(Typed("ik word mijn huis uitgezet"))
    ((_, text),) = (await sent(town)).took
    assert f"op de website van {town.house.gemeente.name}: http" in text
    assert (f"Bel {town.house.config.crisis.phone}." in text) is someone_answers
    assert "huis" not in text


@pytest.mark.parametrize("language", ["nl", "ar"])
async def test_the_link_opens_in_the_persons_language(town: Town, language: str) -> None:
    one = await town.resident("telegram")
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.person).values(language=language))
    await one.says(Typed("ik word mijn huis uitgezet"))
    text = (await sent(town)).took[-1][1]
    (found,) = LINK.finditer(text)
    assert text[found.end() :].startswith(f"?taal={language}\n")


async def test_a_letter_to_an_address_that_nobody_confirmed_does_not_call_its_link_personal(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    (person,) = await town.rows(tables.person)
    await identity.attach_address(town.house, person.id, "email", "sam@voorbeeld.example")
    town.clock.forward(hours=1)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, "Dag.", seen_seq=99, client_id="a")
    ((_, text),) = (await sent(town, "email")).took
    assert text.startswith("Noor wil u graag op dit adres schrijven. Is dit adres van u?")
    assert "alleen voor u" not in text
    assert not LINK.search(text)
