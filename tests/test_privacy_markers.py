"""Nothing of a person in clear (invariant 4): markers are planted through the real server, then searched for."""

from __future__ import annotations

import logging
import secrets
import shutil
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import make_url, select

from bot import reading, takeover
from bot.agenda import acts as agenda_acts
from bot.channels.webchat.limits import LIMITS
from bot.identity import own_code
from bot.identity import resume as find_by_code
from bot.limiter import Limiter
from bot.privacy.masking import MASK
from bot.privacy.vault import Unreadable
from bot.server import make_app
from flows.grammar import Case, Screen
from storage import tables
from storage.database import Database
from tests.stores import PostgresServer, StoreUrls
from tests.support.agenda import add_hours, details, known
from tests.support.town import ZONE, Colleague, Resident, Town, open_town, screen_replaced

HERE = {"Sec-Fetch-Site": "same-origin"}


FIELDS = ("name", "phone", "email", "note", "answer", "code", "token", "token_of_calendar")


@dataclass
class Marked:
    """One person whose every word can be found again; none of them occurs anywhere else."""

    #: Letters alone: nine digits in a row may be a BSN by chance, and are masked.
    tag: str = field(default_factory=lambda: "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(12)))
    code: str = ""
    token: str = ""
    token_of_calendar: str = ""

    @property
    def name(self) -> str:
        return f"Wilhelmina{self.tag}"

    @property
    def phone(self) -> str:
        return f"06{int(self.tag, 36) % 10**8:08}"

    @property
    def email(self) -> str:
        return f"w{self.tag}@post.example"

    @property
    def story(self) -> str:
        return f"verhaal-{self.tag} over de huur"

    postcode = "9917 QX"
    #: Not 123456782: colleagues of other tests on the same server have 0612345678 as their number, in clear.
    bsn = "485295155"

    @property
    def place(self) -> str:
        return f"Bankje {self.tag} bij de kerk"

    def said(self) -> dict[str, str]:
        """What is typed about an appointment, by screen."""
        return {
            "company": f"mijn zus Trui{self.tag}",
            "interpreter": f"taal-{self.tag}",
            "access": f"rolstoel-{self.tag}",
            "remark": f"opmerking-{self.tag}, mijn bsn is {self.bsn}, bel {self.phone}",
        }

    @property
    def photo(self) -> bytes:
        return b"\xff\xd8\xff\xe0" + f"foto-{self.tag}".encode() * 50

    @property
    def note(self) -> str:
        return f"notitie-{self.tag}"

    @property
    def answer(self) -> str:
        return f"antwoord-{self.tag}"

    def traces(self) -> dict[str, bytes]:
        """What may stand nowhere in clear."""
        words = {name: getattr(self, name) for name in FIELDS}
        found = {name: value.encode() for name, value in words.items()}
        return found | {
            "tag": self.tag.encode(),  # the story and the photo too
            "postcode": self.postcode.encode(),
            "postcode without space": self.postcode.replace(" ", "").encode(),
            "bsn": self.bsn.encode(),
            "code without dashes": self.code.replace("-", "").encode(),
        }

    def answers(self) -> dict[str, str]:
        """What is typed on each screen of the sign-up; the rest is skipped."""
        return {
            "aanmelden.worries": self.story,
            "aanmelden.place": self.postcode,
            "aanmelden.name": self.name,
            "aanmelden.contact": self.phone,
            "aanmelden.anything": f"{self.story}, mijn bsn is {self.bsn}, mail {self.email}",
        }


class Browser:
    """One person at the web chat of a whole server."""

    def __init__(self, town: Town, client: TestClient[Any, Any]) -> None:
        self.town = town
        self.client = client

    async def posts(self, path: str, **data: Any) -> dict[str, Any]:
        body = {"client_id": str(uuid.uuid4()), **data}
        async with self.client.post(path, json=body, headers=HERE) as response:
            assert response.status == 200, await response.text()
            return dict(await response.json())

    async def photo(self, data: bytes, caption: str) -> None:
        form = FormData()
        form.add_field("client_id", str(uuid.uuid4()))
        form.add_field("caption", caption)
        form.add_field("file", data, filename="x.jpg", content_type="image/jpeg")
        async with self.client.post("/chat/upload", data=form, headers=HERE) as response:
            assert response.status == 200, await response.text()


@pytest.fixture
async def browser(town: Town) -> AsyncIterator[Browser]:
    app = make_app(town.house, notifier=town.notifier)
    async with TestClient(TestServer(app)) as client:
        yield Browser(town, client)


async def live_through(browser: Browser, who: Marked) -> Resident:
    """Everything that a person can leave with us, and what a caseworker adds."""
    town = browser.town
    await browser.posts("/chat/start", language="nl")
    who.token = next(cookie.value for cookie in browser.client.session.cookie_jar)
    one = Resident(town, "webchat", who.token)
    one.conversation_id = max(row.id for row in await town.rows(tables.conversation))
    for data in ("welkom.hello:nl", "!go:aanmelden", "aanmelden.for_whom:self"):
        await browser.posts("/chat/message", tap=data)
    answers = who.answers()
    for _ in range(40):
        screen = await one.screen()
        if screen == "aanmelden.registered":
            break
        if screen in answers:
            await browser.posts("/chat/message", text=answers.pop(screen))
        else:
            await browser.posts("/chat/message", tap=f"{screen}:{await easiest(one)}")
    assert await one.screen() == "aanmelden.registered"
    assert not answers, f"never asked: {list(answers)}"
    await meet(browser, who, one)
    await browser.photo(who.photo, f"onderschrift-{who.tag}")
    await browser.posts("/chat/message", text=f"ik wil niet meer leven {who.tag}")
    noor = await town.colleague(f"Noor {len(await town.rows(tables.staff))}")
    number = await desk_books(town, who, one, noor)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, who.answer, seen_seq=10**6, client_id="1")
    await takeover.add_note(town.house, one.conversation_id, noor, who.note, client_id="2")
    async with browser.client.get("/chat/settings") as response:
        who.code = (await response.json())["code"]
    await town.alarms.run_due()
    async with browser.client.get(f"/a/{who.token_of_calendar}.ics") as response:
        assert found_in(await response.read(), who) == []
    await agenda_acts.cancel(town.house, one.conversation_id, noor, number, client_id="abcdefgh9")
    return one


async def meet(browser: Browser, who: Marked, one: Resident) -> None:
    """An appointment somewhere else, with everything that can be said about one; moved once."""
    town = browser.town
    browser.client.app[LIMITS].says = Limiter(1000, 1000)  # nobody says all of this in a minute
    bas = await town.colleague(f"Bas {len(await town.rows(tables.staff))}")
    await add_hours(town, bas, place="Kade 1")
    for data in ("!menu", "!go:afspraak", "afspraak.kind:elsewhere"):
        await browser.posts("/chat/message", tap=data)
    for _ in ("day", "time"):
        await browser.posts("/chat/message", tap=await first_button(one))
    await browser.posts("/chat/message", text=who.place)
    for screen, words in who.said().items():
        shown = f"{await one.screen()}:extra"
        for data in (shown, f"afspraak.extra:{screen}"):
            await browser.posts("/chat/message", tap=data)
        await browser.posts("/chat/message", text=words)
        assert await one.screen() == "afspraak.noted"
    (mine,) = (await known(one)).standing
    assert {**mine.details, "travel": 0} == {
        "travel": 0,
        "place": who.place,
        **who.said(),
        "remark": who.said()["remark"].replace(who.bsn, MASK),
    }
    who.token_of_calendar = str((await details(town, mine.id))["token"])
    await browser.posts("/chat/message", tap=f"!to:afspraak.moving:{mine.id}")
    for _ in ("day", "time"):
        await browser.posts("/chat/message", tap=await first_button(one))
    assert await one.screen() == "afspraak.moved"


async def desk_books(town: Town, who: Marked, one: Resident, noor: Colleague) -> int:
    """Another one that the desk makes, at a place in words of its own; gives its number."""
    at = town.clock.now().astimezone(ZONE).replace(hour=16, minute=0, second=0) + timedelta(days=6)
    place = f"{who.place} (achterom)"
    staff = [noor.id]
    await agenda_acts.book(
        town.house, one.conversation_id, noor, kind="home", at=at, who=staff, place=place, client_id="abcdefgh8"
    )
    return (await known(one)).standing[-1].id


async def first_button(one: Resident) -> str:
    """The first choice of what was said last."""
    last = [message for message in await one.messages() if message.author == "bot"][-1]
    return last.content.buttons[0].data


async def easiest(one: Resident) -> str:
    """The way on that gives nothing away: past a question, else the first choice."""
    offered = (await one.session()).offered
    assert offered is not None
    ids = [choice.id for choice in offered.choices]
    if "phone" in ids:
        return "phone" if (await one.session()).top.answers.get("how") is None else "done"
    return next((way for way in ("skip", "yes", "done") if way in ids), ids[0])


def files_of(urls: StoreUrls, tmp_path: Path) -> list[Path]:
    """All files of both databases, logs of what is not yet in their tables included."""
    if urls.dialect == "sqlite":
        folder = tmp_path / "store"
        assert {path.name for path in folder.iterdir()} >= {"data.db", "data.db-wal", "keys.db", "keys.db-wal"}
    else:
        folder = Path(str(make_url(urls.data).query["host"]))
    return [path for path in folder.rglob("*") if path.is_file()]


async def flush(urls: StoreUrls) -> None:
    """Lets PostgreSQL write what it has in memory."""
    if urls.dialect == "postgresql":
        conn = await asyncpg.connect(urls.data.replace("+asyncpg", ""))
        await conn.execute("CHECKPOINT")
        await conn.close()


def found_in(data: bytes, who: Marked) -> list[str]:
    """Which traces stand in it, also as the two-byte text of a dump."""
    return [name for name, trace in who.traces().items() if trace in data or trace.decode().encode("utf-16-le") in data]


async def test_nothing_of_a_person_stands_in_clear_in_the_database_files(
    browser: Browser, store_urls: StoreUrls, tmp_path: Path
) -> None:
    who = Marked()
    await live_through(browser, who)
    await flush(store_urls)
    known = 0
    for path in files_of(store_urls, tmp_path):
        try:
            data = path.read_bytes()
        except FileNotFoundError:  # a cache that PostgreSQL has just thrown away
            continue
        known += b"waiting_them" in data  # the search can find what is there
        assert found_in(data, who) == [], path.name
    assert known


async def test_what_was_planted_can_be_read_with_the_key(browser: Browser) -> None:
    """Else the search above would prove nothing; of the BSN not even that."""
    who = Marked()
    one = await live_through(browser, who)
    words = "\n".join(message.content.text for message in await one.messages())
    assert all(word in words for word in (who.name, who.phone, who.email, who.story, who.answer, who.postcode))
    assert who.bsn not in words
    (file,) = await browser.town.rows(tables.attachment)
    found = await reading.attachment(browser.town.house, file.id)
    assert found is not None
    assert found[2] == who.photo


async def test_logs_metrics_and_alarms_tell_nothing_of_a_person(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "aiohttp.access")  # addresses hold tokens: our own server keeps no such log
    who = Marked()
    await live_through(browser, who)

    def breaks(case: Case) -> Screen:
        raise ValueError(f"{who.name} {who.tag} {case.answers}")

    await takeover.hand_back(browser.town.house, 1, (await browser.town.rows(tables.staff))[-1])
    with screen_replaced("welkom", "menu", breaks):
        await browser.posts("/chat/message", tap="!menu")
    assert "a step failed: ValueError" in caplog.text
    assert found_in(caplog.text.encode(), who) == []
    async with browser.client.get("/metrics") as response:
        metrics = await response.read()
    assert b"klopaan_requests_total" in metrics
    assert found_in(metrics, who) == []
    assert browser.town.notifier.sent
    for notice in browser.town.notifier.sent:
        assert found_in(repr(notice).encode(), who) == []


async def test_error_pages_repeat_nothing(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    caplog.set_level(logging.DEBUG, logger="klopaan")
    who = Marked()
    await live_through(browser, who)
    client, tag = browser.client, who.tag
    html = {"Accept": "text/html", **HERE}
    bodies = []
    for headers in (html, HERE):
        for sending in (
            client.get(f"/nothing/{tag}", headers=headers),
            client.get(f"/chat/files/{tag}", headers=headers),
            client.get(f"/chat/messages?after={tag}", headers=headers),
            client.delete(f"/chat?{tag}", headers=headers),
            client.post("/chat/message", data=f'{{"text": "{tag}'.encode(), headers=headers),
            client.post("/chat/message", json={"client_id": tag, "text": tag}, headers=headers),
            client.post("/chat/message", json={"client_id": str(uuid.uuid4()), "tap": f"{tag} {tag}"}, headers=headers),
            client.post("/chat/resume", json={"code": tag}, headers=headers),
            client.post("/chat/resume", json={"link": tag * 3}, headers=headers),
            client.post("/demo/clock", json={"advance": tag}, headers=headers),
            client.get(f"/desk/file/{tag}", headers=headers),
        ):
            async with sending as response:
                assert 400 <= response.status < 500 or response.url.path == "/desk/file/" + tag, response.url.path
                bodies.append(await response.text())
    assert not any(tag in body or "Traceback" in body for body in bodies)
    assert tag not in caplog.text


# ---- a key destroyed -----------------------------------------------------------------------------------------------


async def copied(urls: StoreUrls, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The data database as it is now, as a backup has it; nobody is connected. The keys stay where they are."""
    if urls.dialect == "sqlite":
        shutil.copy(tmp_path / "store" / "data.db", tmp_path / "backup.db")
        return f"sqlite+aiosqlite:///{tmp_path / 'backup.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    server.leave()
    url = make_url(urls.data)
    conn = await asyncpg.connect(urls.keys.replace("+asyncpg", ""))
    await conn.execute("DROP DATABASE IF EXISTS backup")
    await conn.execute(f"CREATE DATABASE backup TEMPLATE {url.database}")
    await conn.close()
    return url.set(database="backup").render_as_string(hide_password=False)


async def sealed_of(db: Database) -> list[bytes]:
    """Every ciphertext in a data database."""
    found: list[bytes] = []
    async with db.read() as conn:
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.c if column.name.endswith("_sealed")]
            for row in await conn.execute(select(*columns)) if columns else ():
                found += [bytes(value) for value in row if value is not None]
    return found


async def test_after_its_key_is_destroyed_nothing_of_a_person_can_be_read_in_a_copy_made_before_either(
    store_urls: StoreUrls, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    who, someone_else = Marked(), Marked()
    async with open_town(tmp_path, store_urls) as town:
        for marked in (who, someone_else):
            async with TestClient(TestServer(make_app(town.house, notifier=town.notifier))) as client:
                town.clock.forward(days=1)
                await live_through(Browser(town, client), marked)
    backup = await copied(store_urls, tmp_path, request)

    async with open_town(tmp_path, store_urls) as town:
        first, second = await town.rows(tables.person)
        await town.house.vault.destroy(first.key_id, 0)
    async with open_town(tmp_path, store_urls) as town:  # another process, later
        vault = town.house.vault
        copy = Database.open(backup)
        for db in (town.house.db, copy):
            blobs = await sealed_of(db)
            mine = [blob for blob in blobs if vault.key_of(blob) == first.key_id]
            others = [blob for blob in blobs if vault.key_of(blob) == second.key_id]
            assert len(mine) > 20
            assert len(mine) + len(others) == len(blobs)
            await vault.prepare([first.key_id, second.key_id])
            for blob in mine:
                for purpose in PURPOSES:
                    with pytest.raises(Unreadable):
                        vault.unseal(blob, purpose)
            assert all(any(readable(vault, blob, purpose) for purpose in PURPOSES) for blob in others)
        await copy.close()
        with pytest.raises(Unreadable):
            await reading.messages(town.house, 1)
        assert await reading.messages(town.house, 2)
        whom = await find_by_code(town.house, someone_else.code, None)
        assert await own_code(town.house, whom) == someone_else.code


#: For what something is sealed; a ciphertext opens for one of them only.
WORDS = ("appointment", "message", "session", "event", "case", "ping", "alarm", "note", "attachment")
PURPOSES = (*WORDS, "external", "code", "name", "phone", "email")


def readable(vault: Any, blob: bytes, purpose: str) -> bool:
    try:
        return bool(vault.unseal(blob, purpose))
    except Unreadable:
        return False
