"""Nothing of a person in clear over channels of others (invariant 4): not who they are there, nor their files, codes
and links, in no database file, no log of ours or of a library, and no page that strangers can ask for."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from bot import letters, takeover
from bot.privacy.vault import Unreadable
from storage import tables
from storage.tables import metadata
from tests.stores import StoreUrls
from tests.support.channels import TELEGRAM_TOKEN, WAYS, WEBHOOK_SECRET, Line, Person, open_line

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

NUMBER, TAG = "31698765432", "kenmerk-5b1f"
MAIL = f"{TAG}@post.example"
PHOTO = b"\xff\xd8\xff\xe0" + f"foto {TAG}".encode() * 50


@pytest.fixture(params=WAYS)
async def line(request: pytest.FixtureRequest, store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Line]:
    """*Alleen seintje*, as every municipality begins."""
    more = "[channels.email]\n"
    async with open_line(WAYS[request.param], tmp_path, store_urls, style="seintje", more=more) as opened:
        yield opened


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that anything logs, with the whole of every error."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


async def live_through(line: Line) -> list[str]:
    """Whatever a person and a platform can leave with us; gives what may stand nowhere in clear."""
    town, one = line.town, Person(line, NUMBER)
    await one.begins()
    for data in ("welkom.hello:nl", "welkom.own_phone:yes"):
        await one.taps(data)
    await one.writes(f"mijn verhaal {TAG}")
    await one.sends("photo", "image/jpeg", PHOTO, f"bijschrift {TAG}")
    (waiting,) = await town.rows(tables.download)
    vault = town.house.vault
    await vault.prepare([vault.key_of(waiting.reference_sealed)])
    reference = vault.unseal_text(waiting.reference_sealed, "download")
    await line.fetch_all()

    await one.taps("!go:kanalen")
    (shown,) = [part for part in await one.taps("kanalen.ways:app") if "Typ hem daar" in part["text"]]
    (code,) = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}\b", shown["text"])
    await one.writes("7K3D-9QX-2MF")  # nobody's

    resident = await one.resident()
    row = await resident.row()
    (person,) = await town.rows(tables.person, id=row.person_id)
    async with town.house.db.begin() as conn:
        await letters.add_address(town.house, conn, person.id, person.key_id, MAIL, 1)
    noor = await town.colleague("Noor")
    await takeover.take_over(town.house, resident.conversation_id, noor)

    async def answer(client_id: str) -> None:
        words = f"antwoord {TAG} {client_id}"
        await takeover.reply(town.house, resident.conversation_id, noor, words, seen_seq=10**6, client_id=client_id)
        await line.send_all()

    await answer("1")
    (token,) = re.findall(r"/c/([A-Za-z0-9_-]{32})", one.screen[-1]["text"])
    for status in (500, 403, 400):  # platforms quote what they were sent
        quoting = f"{NUMBER} {TAG} {TELEGRAM_TOKEN}"
        body = {"ok": False, "error_code": status, "description": quoting, "error": {"code": 100, "message": quoting}}
        line.fake.fail(status=status, body=body)
        await answer(str(status))
        town.clock.forward(minutes=5)
        await line.send_all()
    await one.does(text=f"nog iets {TAG}")
    line.fake.fail("blocked")
    await answer("9")
    assert {"rejected", "blocked"} <= {reason for _, reason in await line.rows()}
    return [NUMBER, TAG, reference, code, code.replace("-", ""), token, MAIL]


def found_in(data: bytes, marks: list[str]) -> list[str]:
    return [mark for mark in marks if mark.encode() in data or mark.encode("utf-16-le") in data]


async def test_nothing_of_who_writes_there_stands_in_clear(line: Line, log: io.StringIO, tmp_path: Path) -> None:
    marks = await live_through(line)
    secret = [TELEGRAM_TOKEN, WEBHOOK_SECRET]
    for path in (tmp_path / "store").iterdir():
        assert found_in(path.read_bytes(), marks + secret) == [], path.name
    told = log.getvalue()
    assert "aiosqlite" in told, "libraries are heard as well"
    assert [said for said in told.splitlines() if found_in(said.encode(), marks + secret)] == []
    async with ClientSession() as session:
        for page in ("/metrics", "/readyz", "/healthz"):
            async with session.get(line.house.config.web.public_url + page) as response:
                assert found_in(await response.read(), marks + secret) == [], page


async def test_after_the_key_is_destroyed_nothing_of_it_can_be_read(line: Line) -> None:
    await live_through(line)
    vault = line.house.vault
    (person,) = await line.town.rows(tables.person)
    sealed = []
    async with line.house.db.read() as conn:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column.name.endswith("_sealed")]
            for row in await conn.execute(select(*columns)) if columns else ():
                sealed += [bytes(value) for value in row if value]
    assert {vault.key_of(one) for one in sealed} == {person.key_id}
    await vault.destroy(person.key_id, 0)
    purposes = ("external", "download", "message", "session", "event", "attachment", "code", "ping", "email", "note")
    for one in sealed:
        for purpose in purposes:
            with pytest.raises(Unreadable):
                vault.unseal(one, purpose)
    await line.send_all()
    await line.fetch_all()
    assert "waiting" not in {row.state for row in await line.town.rows(tables.download)}
