"""What Open Klant refuses: a wrong token stops everything and loses nothing, a wrong field fails and can be tried
again, someone who was erased is told of no more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, update

from bot.clock import to_ms
from bot.config import OpenKlant
from bot.reference import reference
from bot.registration import client
from bot.registration.payloads import Telling
from bot.registration.sending import DOWN, Registration
from storage import registration as stored
from storage import tables
from tests.registration.telling import called, states, tell, tell_for, worker
from tests.support.fake_openklant import API, TOKEN, FakeOpenKlant
from tests.support.town import ZONE, Town
from tests.test_config import ENVIRON, LEAST, read, wrong


async def test_a_wrong_token_stops_all_and_is_told(town: Town, fake: FakeOpenKlant) -> None:
    people, noor = [await town.resident() for _ in range(12)], await town.colleague()
    for one in people:
        await called(town, one, noor)
    fake.token = "another"
    works = worker(town)
    await tell_for(town, works, minutes=3)
    assert len(fake.calls) <= 8, "one round, and then it is left alone"
    assert [(one.channel, one.code) for one in await town.house.health.troubles()] == [("openklant", "token")]
    assert {state for state, _ in await states(town)} == {"waiting"}
    before = len(fake.calls)
    town.clock.forward(seconds=DOWN.total_seconds())
    await works.run_due()
    assert len(fake.calls) == before + 1, "whether it works again is seen by one"
    fake.token = TOKEN
    town.clock.forward(seconds=DOWN.total_seconds())
    await tell_for(town, works, minutes=10)
    assert {state for state, _ in await states(town)} == {"sent"}
    assert len(fake.contacts) == 12
    assert await town.house.health.troubles() == []


@pytest.mark.parametrize("status", [301, 403, 404])
async def test_a_wrong_address_or_right_waits_too(town: Town, fake: FakeOpenKlant, status: int) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    fake.plan(status=status, headers={"Location": "/elsewhere"})
    await worker(town).run_due()
    code = "token" if status == 403 else "address"
    assert await states(town) == [("waiting", code)]
    assert len(fake.calls) == 1, "the token is sent nowhere else"


async def test_what_is_refused_has_failed_and_holds_up_nothing(town: Town, fake: FakeOpenKlant) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor, times=2)
    fake.refuses = {"klantcontact.kanaal": "invalid"}
    works = worker(town)
    await tell(town, works)
    assert await states(town) == [("failed", "refused_kanaal")] * 2
    fake.refuses = {}
    await called(town, one, noor)
    await tell(town, works)
    assert (await states(town))[-1] == ("sent", None)
    async with town.house.db.begin() as conn:
        assert await stored.failed_since(conn) is not None
        assert await stored.again(conn, to_ms(town.clock.now())) == 2
    await tell(town, works)
    assert await states(town) == [("sent", None)] * 3
    assert len(fake.contacts) == 3


async def test_a_refusal_in_strange_words_keeps_none_of_them(town: Town, fake: FakeOpenKlant) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    fake.plan(status=400, body={"invalidParams": [{"name": "Sanne Proefpersoon", "code": "x"}, 3]})
    await tell(town)
    assert await states(town) == [("failed", "refused")]


@pytest.mark.parametrize("body", [None, [], "ok", {"klantcontact": None}, {"klantcontact": {"uuid": 3}}])
async def test_an_answer_that_is_none_of_open_klants_counts_as_none(
    town: Town, fake: FakeOpenKlant, body: object
) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    fake.plan(status=201, body=body)
    works = worker(town)
    await works.run_due()
    assert await states(town) == [("waiting", "strange_answer")]
    await tell_for(town, works, minutes=5)
    assert await states(town) == [("sent", None)]
    assert len(fake.contacts) == 1


@pytest.mark.parametrize(("length", "reason"), [(700_000, None), (2_000_000, "strange_answer")])
async def test_a_long_answer_is_read_to_its_end_and_one_that_is_too_long_is_none(
    town: Town, fake: FakeOpenKlant, length: int, reason: str | None
) -> None:
    one = await town.resident()
    await one.types("mens")
    fake.padding = "x" * length
    works = worker(town)
    await works.run_due()
    assert await states(town) == [("waiting" if reason else "sent", reason)]
    assert len(fake.contacts) == 1


async def test_it_says_how_long_to_wait(town: Town, fake: FakeOpenKlant) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    fake.plan(status=429, headers={"Retry-After": "600"})
    works = worker(town)
    await tell_for(town, works, minutes=9)
    assert len(fake.calls) == 1
    await tell_for(town, works, minutes=2)
    assert await states(town) == [("sent", None)]


async def test_someone_who_was_erased_is_told_of_no_more(town: Town, fake: FakeOpenKlant) -> None:
    one, other, noor = await town.resident(), await town.resident(), await town.colleague()
    await called(town, one, noor)
    await called(town, other, noor)
    (person,) = await town.rows(tables.person, id=(await one.row()).person_id)
    await town.house.vault.destroy(person.key_id, 0)
    await tell(town)
    assert sorted(await states(town)) == [("failed", "erased"), ("sent", None)]
    assert len(fake.contacts) == 1
    async with town.house.db.begin() as conn:
        assert await stored.again(conn, to_ms(town.clock.now())) == 0


async def test_someone_who_became_one_with_another_meanwhile_is_told_of_under_that_key(
    town: Town, fake: FakeOpenKlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, noor = await town.resident(), await town.resident(), await town.colleague()
    await called(town, one, noor)
    (younger,) = await town.rows(tables.person, id=(await one.row()).person_id)
    (older,) = await town.rows(tables.person, id=(await other.row()).person_id)
    vault, read_ = town.house.vault, Registration._read
    merges = [True]

    async def read_meanwhile(self: Registration, row: Row[*tuple[Any, ...]]) -> Telling:
        if merges:
            merges.pop()
            await vault.prepare([younger.key_id, older.key_id])
            told = vault.unseal_text(row.payload_sealed, "registration")
            sealed = vault.seal_text(older.key_id, "registration", told)
            async with town.house.db.begin() as conn:
                values = {"payload_sealed": sealed, "conversation_id": other.conversation_id}
                await conn.execute(update(tables.registration).values(values))
            await vault.destroy(younger.key_id, 0)
        return await read_(self, row)

    monkeypatch.setattr(Registration, "_read", read_meanwhile)
    await tell(town)
    assert await states(town) == [("sent", None)]
    assert [subject["objectId"] for subject in fake.subjects] == [reference(other.conversation_id)]


# ---- what the municipality writes ----------------------------------------------------------------------------------


def test_names_that_are_too_long_or_unknown_are_refused_at_the_start(tmp_path: Path) -> None:
    told = '[openklant]\nurl = "https://o.example/api/v1"\ntoken = "env:OK"\n[openklant.channels]\n'
    environ = {**ENVIRON, "OK": "secret"}
    found = wrong(tmp_path / "f.toml", LEAST + told + f'telefoon = "{"t" * 51}"\nduif = "Duif"', environ)
    assert set(found) == {"openklant.channels.telefoon", "openklant.channels.duif"}
    config = read(tmp_path / "f.toml", LEAST + told + f'telefoon = "{"t" * 50}"', environ)
    assert config.openklant is not None
    assert config.openklant.channel("telefoon") == "t" * 50
    assert config.openklant.channel("a way of a later release") == "anders"
    assert "secret" not in repr(config)


@pytest.mark.parametrize("address", ["user:secret@o.example/v1", "o.example/v1?a=secret", "o.example/v1#secret"])
def test_an_address_is_nothing_but_an_address(tmp_path: Path, address: str) -> None:
    told = f'[openklant]\nurl = "https://{address}"\ntoken = "t"\n'
    found = wrong(tmp_path / "f.toml", LEAST + told, ENVIRON)
    assert set(found) == {"openklant.url"}
    assert "secret" not in str(found)


@pytest.mark.parametrize("token", ["a\\nb", "é", "a b"])
def test_a_token_is_one_word_that_can_be_sent(tmp_path: Path, token: str) -> None:
    told = f'[openklant]\nurl = "https://o.example/api/v1"\ntoken = "{token}"\n'
    assert set(wrong(tmp_path / "f.toml", LEAST + told, ENVIRON)) == {"openklant.token"}


def test_names_that_are_no_words_are_explained_as_ours(tmp_path: Path) -> None:
    told = '[openklant]\nurl = "https://o.example/api/v1"\ntoken = "t"\nchannels = { email = 3 }\n'
    found = wrong(tmp_path / "f.toml", LEAST + told, ENVIRON)
    assert "template" not in str(found["openklant.channels"])


def test_it_is_off_where_nothing_is_said(tmp_path: Path) -> None:
    assert read(tmp_path / "f.toml", LEAST).openklant is None


async def test_check_says_what_is_wrong(fake: FakeOpenKlant) -> None:
    right = OpenKlant(url=fake.url, token=TOKEN)
    assert await client.remarks(None, ZONE) == ()
    assert await client.remarks(right, ZONE) == ()
    (finding,) = await client.remarks(replace(right, token="other"), ZONE)
    assert finding.key == "openklant.token"
    (finding,) = await client.remarks(replace(right, url=fake.url.replace(API, "/elsewhere")), ZONE)
    assert finding.key == "openklant.url"
    await fake.down()
    (finding,) = await client.remarks(right, ZONE)
    assert "does not answer" in finding.problem
