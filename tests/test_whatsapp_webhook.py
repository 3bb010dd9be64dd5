"""WhatsApp: the webhook on a real store: genuine, stored before it is answered, once, in order."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from bot import identity, receipts
from bot import web as web_
from bot.channels import whatsapp
from bot.channels.whatsapp import WhatsappChannel
from bot.channels.whatsapp.webhook import SMALL
from bot.conversation import CONVERSATIONS, Conversations
from bot.house import HOUSE
from bot.inbound import Inbound
from flows.grammar import Opened
from storage import tables
from tests.support.fake_whatsapp import FakeWhatsapp
from tests.support.town import StrictChannel, Town, send_all
from tests.support.whatsapp import CONFIG
from tests.support.whatsapp_payloads import PHONES, USER_IDS, Call, call, calls, change, message

PHONE, OTHER = PHONES[:2]
ONE_STORE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


class Line:
    """The number at work in a town. ``heard`` is what was handed over, in order; ``failing`` are ids that the store
    refuses."""

    def __init__(self, town: Town, fake: FakeWhatsapp, number: WhatsappChannel) -> None:
        self.town = town
        self.fake = fake
        self.number = number
        self.url = URL()
        self.heard: list[Inbound] = []
        self.failing: set[str] = set()

    async def receive(self, inbound: Inbound) -> Any:
        if inbound.message_id in self.failing:
            raise ConnectionError(f"the database, and {inbound.external_id} in its message")
        self.heard.append(inbound)
        return await self.town.conversations.receive(inbound)

    @property
    def ids(self) -> list[str]:
        return [one.message_id for one in self.heard]

    async def post(self, body: Any) -> int:
        """Signed, whatever it is."""
        return await self.fake.post(raw=body if isinstance(body, bytes) else json.dumps(body).encode())

    async def kept(self) -> int:
        """How many messages of people there are."""
        return len(await self.town.rows(tables.message, author="resident"))


@asynccontextmanager
async def at_work(town: Town, told: list[str | None]) -> AsyncIterator[Line]:
    async def report(name: str, code: str | None) -> None:
        told.append(code)

    async with FakeWhatsapp(clock=lambda: town.clock.now().timestamp()).running() as fake:
        number = WhatsappChannel(town.house, replace(CONFIG, verify_token="v-ë", api_url=fake.url), report)
        line = Line(town, fake, number)
        app = web.Application(middlewares=[web_.guard])
        app[HOUSE] = town.house
        app[CONVERSATIONS] = cast(Conversations, line)  # hands over what it noted
        whatsapp.setup(app, number)
        runner = web_.Runner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        line.url = URL(f"http://127.0.0.1:{runner.addresses[0][1]}{whatsapp.PATH}")
        fake.webhook = str(line.url)
        await number.open()
        yield line
        await number.close()
        await runner.cleanup()


@pytest.fixture
def told() -> list[str | None]:
    return []


@pytest.fixture
async def line(town: Town, told: list[str | None]) -> AsyncIterator[Line]:
    async with at_work(town, told) as line:
        yield line


# ---- genuine -------------------------------------------------------------------------------------------------------


@ONE_STORE
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "v-ë", "hub.challenge": "1158201444"}, (200, "1158201444")),
        ({"hub.mode": "subscribe", "hub.verify_token": "v", "hub.challenge": "1"}, (403, "")),
        ({"hub.mode": "subscribe", "hub.verify_token": "\ufffd", "hub.challenge": "1"}, (403, "")),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "v-ë", "hub.challenge": "1"}, (403, "")),
        ({"hub.verify_token": "v-ë"}, (403, "")),
        ({}, (403, "")),
    ],
)
async def test_the_handshake_answers_who_knows_the_word(
    line: Line, query: dict[str, str], expected: tuple[int, str]
) -> None:
    async with ClientSession() as session, session.get(line.url.with_query(query)) as response:
        text = await response.text()
        assert (response.status, text if response.status == 200 else "") == expected
        assert response.content_type == ("text/plain" if response.status == 200 else "application/json")


@ONE_STORE
async def test_only_what_is_signed_is_read(line: Line) -> None:
    body = json.dumps(call(change(messages=[message("text", "wamid.1", PHONE)]))).encode()
    right = "sha256=" + hmac.new(b"a", body, hashlib.sha256).hexdigest()
    wrong = "sha256=" + hmac.new(b"b", body, hashlib.sha256).hexdigest()
    async with ClientSession() as session:
        for signature in (None, "", "sha256=", right[7:], wrong, right[:-1], right.replace("sha256", "sha1"), "é" * 71):
            headers = {} if signature is None else {"X-Hub-Signature-256": signature}
            async with session.post(line.url, data=body, headers=headers) as response:
                assert response.status == 403, signature
        async with session.post(line.url, data=body + b" ", headers={"X-Hub-Signature-256": right}) as response:
            assert response.status == 403
        assert await line.kept() == 0
        async with session.post(line.url, data=body, headers={"X-Hub-Signature-256": right}) as response:
            assert response.status == 200
    assert await line.kept() == 1


@ONE_STORE
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 200_000, b'{"a": ' + b"9" * 5000 + b"}"])
async def test_what_is_no_json_object_is_refused(line: Line, raw: bytes) -> None:
    assert await line.post(raw) == 400


@ONE_STORE
async def test_what_is_too_large_is_refused_and_what_is_as_large_as_can_be_is_read(line: Line) -> None:
    body = json.dumps(call(change(messages=[message("text", "wamid.1", PHONE)]))).encode()
    largest = 3 * 1024 * 1024
    assert await line.post(body + b" " * (largest - len(body))) == 200
    assert await line.kept() == 1
    assert await line.post(body + b" " * (largest - len(body) + 1)) == 413

    async def without_length() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b" " * 100_000

    headers = {"X-Hub-Signature-256": "sha256=" + "0" * 64}
    async with ClientSession() as session, session.post(line.url, data=without_length(), headers=headers) as response:
        assert response.status == 413


@ONE_STORE
async def test_large_bodies_of_anyone_wait_for_each_other_and_hold_up_no_message(line: Line) -> None:
    assert line.url.host is not None
    assert line.url.port is not None
    head = f"POST {line.url.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\nX-Hub-Signature-256: sha256="
    endless = []
    for _ in range(2):
        _, writer = await asyncio.open_connection(line.url.host, line.url.port)
        writer.write(head.encode() + b"0" * 64 + b"\r\n\r\n" + b" " * 2 * SMALL)
        await writer.drain()
        endless.append(writer)
    small = [json.dumps(call(change(messages=[message("text", f"wamid.{n}", PHONE)]))).encode() for n in range(6)]
    for body in small[:3]:
        assert await line.post(body) == 200
    large = asyncio.create_task(line.post(small[3] + b" " * 2 * SMALL))
    for body in small[4:]:
        assert await line.post(body) == 200
    assert line.ids == ["wamid.0", "wamid.1", "wamid.2", "wamid.4", "wamid.5"]
    endless[0].transport.abort()
    assert await large == 200
    assert line.ids[-1] == "wamid.3"
    endless[1].transport.abort()


# ---- stored, once, in order ----------------------------------------------------------------------------------------


async def test_a_message_is_stored_before_it_is_answered_and_once(line: Line) -> None:
    for _ in range(2):
        assert await line.fake.say(from_=PHONE, text="hallo", id="wamid.1") == 200
    assert await line.kept() == 1
    assert {row.channel for row in await line.town.rows(tables.address)} == {"whatsapp"}
    twice = message("text", "wamid.2", PHONE)
    assert await line.post(call(change(messages=[twice, twice]), change(messages=[twice]))) == 200
    assert await line.kept() == 2


@ONE_STORE
async def test_a_tap_a_file_and_a_link_arrive_as_what_they_are(line: Line) -> None:
    await line.fake.say(from_=PHONE, start="aanmelden--poster")
    file = {"kind": "photo", "data_b64": "iVBORw0KGgo=", "type": "image/png", "caption": "de brief"}
    await line.fake.say(from_=PHONE, file=file)
    opened, photo = line.heard
    assert opened.said == Opened("aanmelden", "poster")
    assert photo.sent_at == int(line.town.clock.now().timestamp()) * 1000
    (media,) = photo.media
    assert await line.number.fetch(media.reference, 100) == b"\x89PNG\r\n\x1a\n"


@ONE_STORE
async def test_what_is_valid_is_stored_beside_what_is_not(line: Line) -> None:
    good = [message("text", f"wamid.{number}", PHONE) for number in range(3)]
    body = call(None, change(messages=[None, good[0], {"id": "x"}, [], good[1]]), {"field": "messages"})
    body["entry"] += [None, 7, {"changes": "odd"}, {"changes": [change(messages=[good[2]], contacts="odd")]}]
    assert await line.post(body) == 200
    assert line.ids == ["wamid.0", "wamid.1", "wamid.2"]


@ONE_STORE
async def test_what_is_for_another_number_is_left_alone(line: Line) -> None:
    assert await line.post(call(change("999", messages=[message("text", "wamid.1", PHONE)]))) == 200
    assert await line.post({"object": "page", "entry": []}) == 200
    assert line.heard == []


@ONE_STORE
async def test_what_could_not_be_stored_is_asked_for_again_in_order(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.failing = {"wamid.2"}
    mine = [message("text", f"wamid.{number}", PHONE, at=number) for number in (3, 1, 2)]
    body = call(change(messages=[*mine, message("text", "wamid.4", OTHER)]))
    assert await line.post(body) == 500
    assert sorted(line.ids) == ["wamid.1", "wamid.4"], "the third waits for the second, another person for nobody"
    assert PHONE not in caplog.text
    assert caplog.messages == ["a message could not be stored: ConnectionError"]
    line.failing = set()
    assert await line.post(body) == 200
    assert [one.message_id for one in line.heard[2:] if one.external_id == PHONE] == ["wamid.1", "wamid.2", "wamid.3"]
    assert await line.kept() == 4


@ONE_STORE
async def test_a_store_that_does_not_answer_means_again(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    async def find(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(identity, "find", find)
    body = call(change(messages=[message("text", "wamid.1", PHONE, USER_IDS[0])]))
    assert await line.post(body) == 500


# ---- who -----------------------------------------------------------------------------------------------------------


@ONE_STORE
async def test_who_has_two_names_stays_who_they_are_known_as(line: Line) -> None:
    await line.fake.say(from_=PHONE, user_id=USER_IDS[0], text="nieuw, met allebei")
    await line.fake.say(from_=PHONE, user_id=USER_IDS[0], text="nog eens")
    await line.fake.say(user_id=USER_IDS[1], text="zonder nummer")
    await line.fake.say(from_=OTHER, user_id=USER_IDS[1], text="nu met nummer")
    assert [one.external_id for one in line.heard] == [PHONE, PHONE, USER_IDS[1], USER_IDS[1]]
    assert len(await line.town.rows(tables.person)) == 2


async def test_the_next_owner_of_a_number_is_someone_else(line: Line) -> None:
    await line.fake.say(from_=PHONE, text="dit is van mij")
    (mine,) = await line.town.rows(tables.conversation)
    told = call(change(messages=[message("system", "wamid.moved", PHONE)]))
    other = await line.town.another_process()
    await other.ensure("whatsapp", PHONE)  # it knew who that was
    assert await line.post(told) == 200
    (gone,) = await line.town.rows(tables.address)
    assert gone.left_at is not None
    assert gone.blocked_at is not None
    assert await identity.find(line.town.house, "whatsapp", PHONE) is None
    (noted,) = await line.town.rows(tables.event, kind="number_changed")
    assert noted.conversation_id == mine.id

    receipt = await other.receive(Inbound("whatsapp", PHONE, "wamid.next", Opened()))
    await line.fake.say(from_=PHONE, text="wie zijn jullie?")
    assert receipt.conversation_id != mine.id
    assert len(await line.town.rows(tables.message, conversation_id=mine.id, author="resident")) == 1
    assert await line.post(told) == 200  # once more, when the number is theirs already
    whom = await identity.find(line.town.house, "whatsapp", PHONE)
    assert whom is not None
    assert whom.conversation_id == receipt.conversation_id


async def test_nothing_goes_to_a_number_that_was_left(line: Line) -> None:
    town = line.town
    await line.fake.say(from_=PHONE, text="hoi")
    assert await line.post(call(change(messages=[message("system", "wamid.moved", PHONE)]))) == 200
    channel = StrictChannel()
    await send_all(town, {"whatsapp": channel})
    assert channel.tries == []
    assert {row.state for row in await town.rows(tables.outbox)} == {"failed"}


@ONE_STORE
async def test_what_was_said_before_the_notice_is_of_who_left(line: Line) -> None:
    said = [message("text", f"wamid.{at}", PHONE, at=at) for at in (1, 3)]
    await line.fake.say(from_=PHONE, text="hoi")
    body = call(change(messages=[said[1], message("system", "wamid.moved", PHONE, at=2), said[0]]))
    for _ in range(2):
        assert await line.post(body) == 200
    mine, theirs = await line.town.rows(tables.conversation)
    for one, count_ in ((mine, 2), (theirs, 1)):
        assert len(await line.town.rows(tables.message, conversation_id=one.id, author="resident")) == count_


@ONE_STORE
async def test_a_number_that_nobody_has_can_change(line: Line) -> None:
    assert await line.post(call(change(messages=[message("system", "wamid.moved", PHONE)]))) == 200
    assert await line.town.rows(tables.person) == []


# ---- receipts ------------------------------------------------------------------------------------------------------


@ONE_STORE
async def test_receipts_are_noted_and_the_operator_hears_of_theirs(
    line: Line, told: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[Sequence[Any]] = []

    async def note(house: Any, *receipt: Any) -> None:
        if receipt[1] == "wamid.broken":
            raise ConnectionError
        noted.append(receipt)

    monkeypatch.setattr(receipts, "note", note)
    assert await line.fake.status("wamid.1", "read", "sent", "delivered", "delivered", "played") == 200
    assert await line.fake.status("wamid.2", "failed", code="payment") == 200
    states = [*[("read", None)], *[("delivered", None)] * 2, ("read", None)]
    assert noted == [
        *(("whatsapp", "wamid.1", state, reason) for state, reason in states),
        ("whatsapp", "wamid.2", "failed", "payment"),
    ]
    assert told == ["payment"]
    assert await line.fake.status("wamid.broken", "read") == 500


async def test_a_receipt_of_a_message_that_nobody_sent_changes_nothing(line: Line) -> None:
    assert await line.fake.status("wamid.1", "read", "delivered", "failed", code="blocked") == 200
    assert await line.town.rows(tables.outbox) == []


# ---- read and writing ----------------------------------------------------------------------------------------------


@ONE_STORE
async def test_the_last_message_of_each_is_marked_as_read_once_it_is_stored(line: Line) -> None:
    line.failing = {"wamid.9"}
    messages = [message("text", f"wamid.{at}", PHONE, at=at) for at in (2, 1)]
    messages += [message("text", "wamid.5", OTHER), message("text", "wamid.9", PHONES[2])]
    body = line.fake.envelope({"messages": messages})
    assert await line.post(body) == 500
    while line.number._asides:
        await next(iter(line.number._asides))
    assert sorted(line.fake.seen) == ["wamid.2", "wamid.5"]


@ONE_STORE
async def test_a_platform_that_is_away_does_not_hold_up_what_it_sent(line: Line) -> None:
    line.fake.revoke()
    assert await line.fake.say(from_=PHONE, text="hallo") == 200
    await line.number.close()
    assert await line.fake.say(from_=PHONE, text="hallo") == 200
    assert await line.kept() == 2


# ---- whatever comes ------------------------------------------------------------------------------------------------

_numbers = count()


async def all_is_taken(line: Line, posted: Sequence[Call]) -> None:
    for each in posted:
        before, own = len(line.heard), f"wamid.{next(_numbers)}-"  # the municipality goes on from one call to the next
        status_code = await line.post(json.dumps(each.body).replace("wamid.", own).encode())
        assert status_code == (200 if isinstance(each.body, dict) else 400)
        heard = {one.message_id: one.external_id for one in line.heard[before:]}
        valid = {message_id.replace("wamid.", own): who for message_id, who in each.valid.items()}
        assert {message_id: heard.get(message_id) for message_id in valid} == valid


ANY = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
_some = st.lists(calls("f"), min_size=1, max_size=3)


@ONE_STORE
@given(posted=_some)
@ANY
async def test_whatever_is_posted_is_answered_and_nothing_valid_is_lost(line: Line, posted: list[Call]) -> None:
    await all_is_taken(line, posted)


@pytest.mark.soak
@given(posted=_some)
@settings(ANY, max_examples=2_000)
async def test_whatever_is_posted_for_long_is_answered(line: Line, posted: list[Call]) -> None:
    await all_is_taken(line, posted)
