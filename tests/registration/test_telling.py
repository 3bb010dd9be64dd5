"""What Open Klant is told of a contact, field by field, and of whom it is told nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from bot.clock import to_ms
from bot.reference import reference
from storage import tables
from tests.registration.telling import called, states, tell
from tests.support.fake_openklant import ACTOR, FakeOpenKlant
from tests.support.town import MONDAY, Town


async def test_a_talk_on_the_telephone_is_told_with_every_field(town: Town, fake: FakeOpenKlant) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    await tell(town)
    (told,) = fake.contacts
    assert len(told.pop("nummer")) == 10
    assert told.pop("uuid")
    assert datetime.fromisoformat(told.pop("plaatsgevondenOp")) == MONDAY
    assert told == {
        "kanaal": "telefoon",
        "onderwerp": "Gesprek",
        "inhoud": "",
        "indicatieContactGelukt": True,
        "taal": "dut",
        "vertrouwelijk": True,
    }
    assert fake.subjects == [
        {
            "objectId": reference(one.conversation_id),
            "codeObjecttype": "dossier",
            "codeRegister": "klopaan",
            "codeSoortObjectId": "dossiernummer",
        }
    ]
    assert fake.violations == []
    assert await states(town) == [("sent", None)]
    (row,) = await town.rows(tables.registration)
    assert row.sent_at == to_ms(MONDAY)


async def test_who_asks_for_a_human_is_a_contact_and_a_task_for_the_actor(town: Town, fake: FakeOpenKlant) -> None:
    one = await town.resident()
    await one.types("mens")
    assert "handover" in await one.events()
    await tell(town)
    (contact,), (task,) = fake.contacts, fake.tasks
    assert contact["onderwerp"] == "Vraag om contact"
    assert contact["kanaal"] == "webchat"
    assert contact["indicatieContactGelukt"] is True
    assert task["aanleidinggevendKlantcontact"] == {"uuid": contact["uuid"]}
    assert task["toegewezenAanActoren"] == [{"uuid": ACTOR}]
    assert (task["nummer"], task["status"]) == (contact["nummer"], "te_verwerken")
    assert reference(one.conversation_id) in task["toelichting"]
    assert fake.violations == []


async def test_without_an_actor_a_task_is_nobodys(town: Town, fake: FakeOpenKlant) -> None:
    assert town.house.config.openklant is not None
    town.house.config = replace(town.house.config, openklant=replace(town.house.config.openklant, actor=""))
    one = await town.resident()
    await one.types("mens")
    await tell(town)
    assert [task["toegewezenAanActoren"] for task in fake.tasks] == [[]]
    assert fake.violations == []


async def test_nothing_that_was_said_and_no_name_is_told(town: Town, fake: FakeOpenKlant) -> None:
    one, noor = await town.resident(), await town.colleague("Noor van Planting")
    await one.types("mijn huur is 812,37 euro te laat en ik heet Sanne Proefpersoon")
    await one.types("mens")
    await one.types("bel me op 06 12345678")
    await called(town, one, noor)
    await tell(town)
    assert fake.contacts
    assert fake.tasks
    for secret in ("812,37", "huur", "Sanne", "Proefpersoon", "12345678", "Noor", "Planting", "schuld"):
        assert secret.casefold() not in fake.raw.casefold(), secret


async def test_a_channel_goes_by_the_municipalitys_own_name(town: Town, fake: FakeOpenKlant) -> None:
    assert town.house.config.openklant is not None
    own = replace(town.house.config.openklant, channels=(("telefoon", "Telefoongesprek"),))
    town.house.config = replace(town.house.config, openklant=own)
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    await tell(town)
    assert [told["kanaal"] for told in fake.contacts] == ["Telefoongesprek"]


async def test_the_persons_language_goes_in_three_letters(town: Town, fake: FakeOpenKlant) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.taps("!taal")
    await one.taps("woorden.language:ar")
    await called(town, one, noor)
    await tell(town)
    assert [told["taal"] for told in fake.contacts] == ["ara"]


async def test_nothing_is_staged_where_it_is_off(town: Town) -> None:
    town.house.config = replace(town.house.config, openklant=None)
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    await one.types("mens")
    assert await states(town) == []


async def test_what_is_staged_is_sealed_and_holds_no_name(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    (row,) = await town.rows(tables.registration)
    vault = town.house.vault
    await vault.prepare([vault.key_of(row.payload_sealed)])
    told = json.loads(vault.unseal_text(row.payload_sealed, "registration"))
    assert set(told) == {"at", "kind", "channel", "by", "staff", "result", "direction", "language"}
    assert told["staff"] is None, "who of us it was is not told"
    assert b"telefoon" not in row.payload_sealed
