"""The file of a person: everything of theirs, nothing of anyone else, and nothing that a new table could slip past."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, update

from bot.content import Content, dumps
from bot.helping.private import DESK, TOLD_BY_HELPER
from bot.own_data import file, proof
from bot.own_data.gathering import gather
from bot.own_data.parts import CONVERSATION, ELSEWHERE, LEAVES, PARTS, PERSON
from flows.grammar import Typed
from storage import tables
from storage.schema import metadata
from tests.own_data.visiting import PIN, Pages, asks, has_pin, person
from tests.support.helping import helped
from tests.support.town import Resident, Town
from tests.test_joining_merge import PHOTO, fill

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def full(town: Town) -> tuple[Resident, Resident]:
    """Two persons with a row of every kind."""
    await town.colleague()
    one, other = await has_pin(await town.resident("telegram")), await town.resident("telegram")
    await fill(one, "of mine", "only.mine")
    await fill(other, "of another", "only.other")
    return one, other


async def taken(pages: Pages, one: Resident) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The file as a browser gets it: its JSON, and the files beside that."""
    browser = await pages.browser()
    assert (await browser.opens(await asks(one), pin=PIN)).status == 200
    answer = await browser.post("/mijn/bestand")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bestand.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        inside = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(inside.pop(file.INSIDE)), inside


def reaches(table: Table) -> bool:
    """Whether its rows are of a person or a conversation, by themselves or by what they belong to."""
    found, todo = set(), [table]
    while todo:
        one = todo.pop()
        if one.name in ("person", "conversation"):
            return True
        found.add(one.name)
        todo += [key.column.table for key in one.foreign_keys if key.column.table.name not in found]
    return {"person_id", "conversation_id"} <= set(table.c.keys())


def test_every_table_of_a_person_is_in_the_file_or_said_to_be_left_out() -> None:
    told = {part.table.name for part in (PERSON, CONVERSATION, *PARTS)}
    theirs = {table.name for table in metadata.sorted_tables if reaches(table)}
    assert theirs - told - set(ELSEWHERE) == set()
    assert told & set(ELSEWHERE) == set()
    assert set(ELSEWHERE) - {table.name for table in metadata.sorted_tables} == set()


@pytest.mark.parametrize("part", [PERSON, CONVERSATION, *PARTS], ids=lambda part: part.name)
def test_every_column_is_in_the_file_or_said_why_not(part: Any) -> None:
    given = {*part.gives, *(one.column for one in part.sealed)}
    own = {name for name in LEAVES if name in part.table.c}
    assert given | set(part.leaves) | own == set(part.table.c.keys())
    assert not given & set(part.leaves)
    assert all(part.leaves.values())
    names = [*(part.renamed.get(name, name) for name in part.gives), *(one.name for one in part.sealed)]
    assert len(names) == len(set(names))


async def test_everything_of_theirs_is_in_it_and_nothing_of_anyone_else(town: Town, pages: Pages) -> None:
    one, _ = await full(town)
    data, files = await taken(pages, one)
    assert (data["format"], data["version"], data["municipality"]) == ("klopaan-own-data", 1, "Waterdrecht")
    assert data["made_at"].endswith("Z")
    assert [part.name for part in PARTS if not data[part.name] and part.name != "told"] == []
    words = json.dumps(data)
    kinds = "note appointment summary agreement measurement check-in moment signal rating registration admission helper"
    for kind in ("typed", "request", *kinds.split()):
        assert f"{kind} of mine" in words, kind
    assert "of another" not in words
    assert list(files.values()) == [PHOTO + b"of mine"]
    (attachment,) = data["attachments"]
    assert attachment["file"] in files
    assert "hold of mine" not in words, "why a file is held is asked for at the desk"


async def test_that_it_was_taken_is_on_record_and_they_read_it_back(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    await taken(pages, one)
    assert (await one.events())[-1] == "data_downloaded"
    looked = await town.rows(tables.look)
    assert [(row.kind, row.staff_id, row.person_id) for row in looked] == [("downloaded", None, (await person(one)).id)]
    data, _ = await taken(pages, one)
    assert [row["kind"] for row in data["looks"]] == ["downloaded", "downloaded"]


@only_sqlite
async def test_what_a_helper_said_for_the_desk_alone_is_in_neither(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    await one.types("dit blijft")
    who = await person(one)
    await town.house.vault.prepare([who.key_id])
    row = await one.row()
    sealed = town.house.vault.seal_text(who.key_id, "message", dumps(Content("hij slaat haar", "nl")))
    values = {"conversation_id": row.id, "seq": row.last_seq + 1, "created_at": 1, "author": "helper"}
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.message).values(**values, content_sealed=sealed, private=DESK))
        await conn.execute(update(tables.conversation).values(last_seq=row.last_seq + 1))
    data, _ = await taken(pages, one)
    assert "dit blijft" in json.dumps(data)
    assert "hij slaat haar" not in json.dumps(data)
    browser = await pages.browser()
    page = (await browser.opens(await asks(one), pin=PIN)).body.decode()
    assert "dit blijft" in page
    assert "hij slaat haar" not in page


@only_sqlite
async def test_no_link_and_no_code_in_it_opens_anything(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    token = await asks(one)
    code = town.house.vault.unseal_text((await person(one)).code_sealed, "code")
    data, _ = await taken(pages, one)
    words = json.dumps(data)
    assert token not in words
    assert "/mijn/…" in json.dumps(data, ensure_ascii=False)
    assert code not in json.dumps(data["person"])


@only_sqlite
async def test_it_is_made_while_it_is_sent(town: Town) -> None:
    """What is in memory does not grow with the file: pieces leave before all of it is read."""
    one = await town.resident()
    for number in range(3):
        await one.sends("image/jpeg", PHOTO + bytes([number]) * 200_000)
    row, who = await one.row(), await person(one)
    visitor = proof.Visitor(who.id, row.id, who.key_id, "nl", True)
    own = await gather(town.house, visitor)
    pieces = [piece async for piece in file.pieces(own)]
    assert len(pieces) >= 5
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert len(archive.namelist()) == 4
        assert json.loads(archive.read(file.INSIDE))["messages"]


@only_sqlite
async def test_a_long_conversation_is_whole(town: Town) -> None:
    one = await town.resident()
    for number in range(0, 330, 30):
        await asyncio.gather(*(one.types(f"bericht {number + each}") for each in range(30)))
    row, who = await one.row(), await person(one)
    own = await gather(town.house, proof.Visitor(who.id, row.id, who.key_id, "nl", True))
    assert [message["seq"] for message in await own.all("messages")] == list(range(1, row.last_seq + 1))


async def test_that_a_helper_told_of_a_danger_is_nowhere(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    helper = await helped(one)
    await one.taps("!menu")
    town.clock.forward(minutes=5)
    await helper.says(Typed("hij slaat haar"))
    town.clock.forward(minutes=5)
    data, _ = await taken(pages, one)
    assert (data["alarms"], data["promises"], data["conversation"]["danger_at"]) == ([], [], None)
    assert not {"alarm", "handover"} & {row["kind"] for row in data["events"]}
    assert not any(word in json.dumps(data) for word in ("violence", "geschreven door", "slaat"))
    browser = await pages.browser()
    page = (await browser.opens(await asks(one), pin=PIN)).flat
    assert not any(text in page for text in ("niet veilig", "Snel contact", "slaat"))
    wipe = (await browser.get("/mijn/wissen")).flat
    assert "Er loopt iets waarvoor we dit nu nog bewaren." in wipe
    assert "zorgen" not in wipe
    async with town.house.db.begin() as conn:  # the conversation is kept for a shorter time than the file
        await conn.execute(delete(tables.outbox))
        await conn.execute(delete(tables.message).where(tables.message.c.private == DESK))
    later, _ = await taken(pages, one)
    assert (later["alarms"], later["promises"], later["conversation"]["danger_at"]) == ([], [], None)
    assert not {"alarm", "handover", TOLD_BY_HELPER} & {row["kind"] for row in later["events"]}
    assert "geschreven door" not in json.dumps(later)


async def test_what_someone_said_of_a_danger_themselves_is_theirs_to_read(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    await one.types("mijn man slaat mij")
    data, _ = await taken(pages, one)
    assert [row["category"] for row in data["alarms"]] == ["violence"]
    assert data["conversation"]["danger_at"]
    browser = await pages.browser()
    assert "niet veilig" in (await browser.opens(await asks(one), pin=PIN)).flat
    assert "We maken ons zorgen om u" in (await browser.get("/mijn/wissen")).flat
