"""Contacts and cases of a period: only facts, only those of the period, nobody who was erased, never a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from bot.clock import to_ms
from bot.errors import Refused
from bot.export import making, rows
from bot.export.ddas import REASONS
from bot.export.making import Export, wanted
from bot.export.writing import CASE_COLUMNS, CONTACT_COLUMNS, MARK, csv_text
from bot.reference import reference
from flows.aftercare import END_REASONS
from storage import tables
from tests.progress.conftest import signs_up
from tests.registration.ddas import TRAJECT, wrong
from tests.registration.telling import called
from tests.support.town import MONDAY, ZONE, Resident, Town

NOVEMBER = ("2026-11-01", "2026-11-30")


async def made(town: Town, what: str, form: str = "json", days: tuple[str, str] = NOVEMBER) -> str:
    export = Export(town.house, wanted(what, *days, form))
    return "".join([piece async for piece in export.text()])


async def lines(town: Town, what: str, days: tuple[str, str] = NOVEMBER) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(await made(town, what, days=days))["regels"]
    return found


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.startswith(MARK)
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix(MARK), newline=""), delimiter=";"))


async def erase(town: Town, one: Resident) -> None:
    (person,) = await town.rows(tables.person, id=(await one.row()).person_id)
    await town.house.vault.destroy(person.key_id, 0)


async def change_case(town: Town, one: Resident, **values: Any) -> int:
    async with town.house.db.begin() as conn:
        case = tables.case_file
        mine = case.c.conversation_id == one.conversation_id
        await conn.execute(update(case).where(mine).values(**values))
    (row,) = await town.rows(tables.case_file, conversation_id=one.conversation_id)
    return int(row.id)


async def add_phase(town: Town, one: Resident, phase: str, began: datetime, ended: datetime | None, state: str) -> None:
    (case,) = await town.rows(tables.case_file, conversation_id=one.conversation_id)
    ended_at = None if ended is None else to_ms(ended)
    values = {"conversation_id": one.conversation_id, "case_id": case.id, "phase": phase, "state": state}
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.phase).values(**values, began_at=to_ms(began), ended_at=ended_at))


# ---- contacts ------------------------------------------------------------------------------------------------------


async def test_a_contact_has_when_how_of_what_by_whom_and_what_came_of_it(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    assert await lines(town, "contactmomenten") == [
        {
            "dossier": reference(one.conversation_id),
            "datum": "2026-11-23",
            "tijd": "10:00",
            "soort": "telefoon",
            "kanaal": "telefoon",
            "richting": "naar inwoner",
            "door": "caseworker",
            "medewerker": "Noor",
            "resultaat": "spoken",
        }
    ]
    (row,) = read_csv(await made(town, "contactmomenten", "csv"))
    assert tuple(row) == CONTACT_COLUMNS
    assert row["datum"] == "2026-11-23"


async def test_days_are_days_here_and_the_last_counts(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    for at in (datetime(2026, 11, 30, 23, 59, tzinfo=ZONE), datetime(2026, 12, 1, 0, 1, tzinfo=ZONE)):
        town.clock.to(at)
        await called(town, one, noor)
    assert [row["datum"] for row in await lines(town, "contactmomenten")] == ["2026-11-30"]
    assert [row["datum"] for row in await lines(town, "contactmomenten", ("2026-12-01", "2026-12-01"))] == [
        "2026-12-01"
    ]


async def test_a_talk_counts_on_the_day_it_was_and_not_when_it_was_noted(town: Town) -> None:
    one = await town.resident()
    row = await one.row()
    (person,) = await town.rows(tables.person, id=row.person_id)
    await town.house.vault.prepare({person.key_id})
    detail = json.dumps({"kind": "office", "at": to_ms(MONDAY), "by": "caseworker"})
    values = {"conversation_id": row.id, "kind": "contactmoment", "created_at": to_ms(MONDAY + timedelta(days=30))}
    sealed = town.house.vault.seal_text(person.key_id, "event", detail)
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.event).values(**values, detail_sealed=sealed))
    assert [(row["datum"], row["kanaal"]) for row in await lines(town, "contactmomenten")] == [("2026-11-23", "bezoek")]
    assert await lines(town, "contactmomenten", ("2026-12-01", "2026-12-31")) == []


async def test_pages_give_every_contact_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PAGE", 3)
    one, other, noor = await town.resident(), await town.resident(), await town.colleague()
    for person in (one, other, one, other, one, one, other):  # all at the same instant
        await called(town, person, noor)
    found = await lines(town, "contactmomenten")
    assert [row["dossier"] for row in found].count(reference(one.conversation_id)) == 4
    assert len(found) == 7


@pytest.mark.parametrize("what", ["contactmomenten", "trajecten"])
async def test_who_was_erased_is_left_out_and_counted(town: Town, what: str) -> None:
    one, gone, noor = await town.resident(), await town.resident(), await town.colleague()
    for person in (one, gone):
        await signs_up(person)
        await called(town, person, noor)
    async with town.house.db.begin() as conn:  # one that says nothing of itself
        bare = {"conversation_id": gone.conversation_id, "kind": "contactmoment", "created_at": to_ms(MONDAY)}
        await conn.execute(insert(tables.event).values(**bare))
    await erase(town, gone)
    told = json.loads(await made(town, what))
    assert told["weggelaten"] == 1
    assert {row["dossier"] for row in told["regels"]} == {reference(one.conversation_id)}
    assert reference(gone.conversation_id) not in await made(town, what, "csv")


@pytest.mark.parametrize("what", ["contactmomenten", "trajecten"])
async def test_nothing_that_was_said_and_no_name_is_in_it(town: Town, what: str) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("mijn huur is 812 euro te laat en ik heet Sanne Proefpersoon")
    await signs_up(one)
    await called(town, one, noor)
    for form in making.FORMATS:
        text = await made(town, what, form)
        assert reference(one.conversation_id) in text
        assert not [secret for secret in ("812", "Sanne", "Proefpersoon", "huur") if secret in text]


async def test_an_export_is_on_record_also_when_nobody_reads_it_to_the_end(town: Town) -> None:
    noor = await town.colleague()
    pieces = Export(town.house, wanted("trajecten", *NOVEMBER, "csv"), noor.id).text()
    await anext(pieces)
    del pieces  # whoever asked for it went away
    await made(town, "contactmomenten")
    taken = [(one.what, one.name) for one in await making.taken(town.house, 5)]
    assert taken == [("contactmomenten", None), ("trajecten", "Noor")]


# ---- cases ---------------------------------------------------------------------------------------------------------


async def test_of_a_case_that_just_began_only_its_sign_up_is_known(town: Town) -> None:
    one = await signs_up(await town.resident())
    (row,) = await lines(town, "trajecten")
    assert row == {
        "dossier": reference(one.conversation_id),
        "schuldhulptraject": {"startdatum": "2026-11-23", "aanmelding": {"startdatum": "2026-11-23"}},
    }


async def test_a_whole_case_in_the_fields_of_ddas(town: Town) -> None:
    one = await signs_up(await town.resident())
    day = timedelta(days=1)
    for number, phase in enumerate(["aanmelding", "gesprek", "plan", "rust", "regelen", "volgen", "nazorg"]):
        await add_phase(town, one, phase, MONDAY + number * day, MONDAY + (number + 1) * day, "done")
    closed = to_ms(MONDAY + 9 * day)
    await change_case(town, one, closed_at=closed, ended_on="2026-12-01", reason="voldoet_niet")
    (row,) = await lines(town, "trajecten")
    traject = row["schuldhulptraject"]
    assert wrong(traject, TRAJECT) == []
    assert traject == {
        "startdatum": "2026-11-23",
        "einddatum": "2026-12-01",
        "aanmelding": {"startdatum": "2026-11-23", "einddatum": "2026-11-24"},
        "intake": {"startdatum": "2026-11-24", "einddatum": "2026-11-25"},
        "planVanAanpak": {"datumAfronding": "2026-11-26"},
        "stabilisatie": {"startdatum": "2026-11-26", "einddatum": "2026-11-27"},
        "begeleiding": [{"startdatum": "2026-11-28", "einddatum": "2026-11-29"}],
        "nazorg": {"startdatum": "2026-11-29", "einddatum": "2026-11-30"},
        "uitstroom": {
            "datum": "2026-12-01",
            "datumBeeindigingsbeschikking": "2026-12-01",
            "reden": "Voldoet niet",
        },
    }
    (line,) = read_csv(await made(town, "trajecten", "csv"))
    assert tuple(line) == CASE_COLUMNS
    assert line["nazorg.startdatum"] == "2026-11-29"
    assert line["begeleiding.einddatum"] == "2026-11-29"
    assert line["uitstroom.reden"] == "Voldoet niet"
    assert line["aanmelding.crisisinterventie"] == ""


async def test_what_goes_on_has_no_end_and_what_was_stopped_is_not_completed(town: Town) -> None:
    one = await signs_up(await town.resident())
    await add_phase(town, one, "rust", MONDAY, MONDAY + timedelta(days=1), "done")
    await add_phase(town, one, "rust", MONDAY + timedelta(days=2), None, "now")  # again
    await add_phase(town, one, "plan", MONDAY, MONDAY + timedelta(days=1), "stopped")
    await add_phase(town, one, "volgen", MONDAY, MONDAY, "skipped")
    (row,) = await lines(town, "trajecten")
    assert row["schuldhulptraject"]["stabilisatie"] == {"startdatum": "2026-11-23"}
    assert not {"planVanAanpak", "begeleiding", "uitstroom", "einddatum"} & set(row["schuldhulptraject"])
    (line,) = read_csv(await made(town, "trajecten", "csv"))
    assert line["stabilisatie.einddatum"] == ""


async def test_aftercare_that_was_only_agreed_is_of_the_case_in_which_it_was(town: Town) -> None:
    one = await signs_up(await town.resident())
    day = timedelta(days=1)
    await change_case(town, one, closed_at=to_ms(MONDAY + day), ended_on="2026-11-24", reason="zelf")
    (first,) = await town.rows(tables.case_file)
    again = {**first._asdict(), "id": first.id + 1, "opened_at": to_ms(MONDAY + 2 * day), "closed_at": None}
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.case_file).values(**again))
        plan = {"kind": "nazorg", "state": "active", "rhythm": "quarter", "part": "morning", "way": "chat"}
        begun = {"made_at": to_ms(MONDAY + 3 * day), "began_at": to_ms(MONDAY + 3 * day)}
        await conn.execute(insert(tables.contact_plan).values(conversation_id=one.conversation_id, **plan, **begun))
    found = [row["schuldhulptraject"].get("nazorg") for row in await lines(town, "trajecten")]
    assert found == [None, {"startdatum": "2026-11-26"}]


async def test_a_crisis_that_was_denied_is_none_and_of_one_that_was_not_recognised_nothing_is_said(town: Town) -> None:
    people = [await signs_up(await town.resident()) for _ in range(3)]
    for one, said in zip(people, ["ze zetten morgen mijn huis uit", "ik heb geen eten", "hallo"], strict=True):
        await one.types(said)
    assert ["alarm" in await one.events() for one in people] == [True, True, False]
    found = {row["dossier"]: row["schuldhulptraject"]["aanmelding"] for row in await lines(town, "trajecten")}
    assert [found[reference(one.conversation_id)].get("crisisinterventie") for one in people] == [True, None, None]


async def test_only_cases_that_were_open_in_the_period(town: Town) -> None:
    one, other = await signs_up(await town.resident()), await signs_up(await town.resident())
    await change_case(town, one, closed_at=to_ms(datetime(2026, 12, 1, 9, tzinfo=ZONE)), reason="zelf")
    numbers = [reference(one.conversation_id), reference(other.conversation_id)]
    for days, expected in [
        (("2026-10-01", "2026-11-22"), []),
        (("2026-11-23", "2026-11-23"), numbers),
        (("2026-12-01", "2026-12-31"), numbers),
        (("2026-12-02", "2026-12-31"), numbers[1:]),
    ]:
        assert [row["dossier"] for row in await lines(town, "trajecten", days)] == expected


def test_every_reason_has_its_word_in_ddas() -> None:
    assert set(REASONS) == set(END_REASONS)
    assert set(REASONS.values()) == TRAJECT["uitstroom"]["reden"]


# ---- the form ------------------------------------------------------------------------------------------------------


async def one_row(value: Any) -> AsyncIterator[Mapping[str, Any]]:
    yield {"a": value, "b": "x"}


@given(st.text())
async def test_no_cell_is_ever_a_formula(value: str) -> None:
    text = "".join([piece async for piece in csv_text(one_row(value), ("a", "b"))])
    _, (cell, after) = csv.reader(io.StringIO(text.removeprefix(MARK), newline=""), delimiter=";")
    assert after == "x"
    assert cell in (value, f"'{value}")
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("alles", "2026-01-01", "2026-01-02", "csv"), "no_export"),
        (("trajecten", "2026-01-01", "2026-01-02", "xlsx"), "no_export"),
        (("trajecten", "2026-01-02", "2026-01-01", "csv"), "no_period"),
        (("trajecten", "", "2026-01-01", "csv"), "no_period"),
        (("trajecten", "2026-02-30", "2026-03-01", "csv"), "no_period"),
        (("trajecten", "9999-12-30", "9999-12-31", "csv"), "no_period"),
        (("trajecten", "2020-01-01", "2026-01-01", "csv"), "long_period"),
    ],
)
def test_what_cannot_be_asked_for(asked: tuple[str, str, str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        wanted(*asked)
    assert caught.value.code == code


def test_two_years_can_be_asked_for() -> None:
    assert wanted("trajecten", "2024-01-01", "2025-12-31", "csv").last == date(2025, 12, 31)
