"""What comes in, over every channel of others, from a platform as strict as the real one."""

from __future__ import annotations

import asyncio

import pytest

from bot.content import Content
from storage import tables
from tests.support.channels import Line, Person, Sent
from tests.support.photos import plain

PHOTO = plain()
VOICE = b"OggS" + b"a voice" * 500
PAPER = b"%PDF-1.7" + b"a letter" * 500

SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
OVER_WHATSAPP = pytest.mark.parametrize("line", ["whatsapp"], indirect=True)
OVER_TELEGRAM = pytest.mark.parametrize("line", ["telegram-webhook", "telegram-polling"], indirect=True)


def words(text: str, language: str = "nl") -> Content:
    return Content(text, language)


def texts(sent: list[Sent]) -> list[str]:
    return [one["text"] for one in sent]


async def test_who_writes_is_answered_where_they_wrote(line: Line) -> None:
    one = await line.person()
    (answer,) = await one.writes("help")
    assert answer["to"] == one.number
    assert answer["text"]
    assert (await one.said())[-1] == "help"
    assert (await one.messages())[-1].delivery == "sent"


@SQLITE
async def test_the_first_hello_can_be_answered_with_a_tap(line: Line) -> None:
    one = Person(line, "31611111111")
    await one.begins()
    (hello,) = one.hears()
    assert "welkom.hello:ar" in [button["data"] for button in hello["buttons"]]
    (asked,) = await one.taps("welkom.hello:ar")
    assert any("؟" in part for part in (asked["text"], *texts(one.screen)))
    assert (await (await one.resident()).session()).language == "ar"


@SQLITE
@pytest.mark.parametrize(
    "text", ["👋🏽 hallo", "مرحبا، عندي ديون", "a\nb\n\nc", "<b>&amp;</b> *x* _y_", "x" * 4000, " ok "]
)
async def test_words_arrive_as_they_were_typed(line: Line, text: str) -> None:
    one = await line.person()
    await one.writes(text)
    assert (await one.said())[-1].strip() == text.strip()


@SQLITE
@pytest.mark.parametrize(
    ("kind", "media_type", "data"),
    [("photo", "image/jpeg", PHOTO), ("voice", "audio/ogg", VOICE), ("file", "application/pdf", PAPER)],
)
async def test_a_file_arrives_byte_by_byte(line: Line, kind: str, media_type: str, data: bytes) -> None:
    one = await line.person()
    sends = {"file": "document"}.get(kind, kind) if line.way.channel == "telegram" else kind
    answers = await one.sends(sends, media_type, data, caption="" if kind == "voice" else "de brief")
    assert answers
    await line.fetch_all()
    (message,) = [each for each in await one.messages() if each.attachments]
    assert message.content.kind == kind
    assert message.content.text == ("" if kind == "voice" else "de brief")
    (row,) = await line.town.rows(tables.attachment)
    assert (row.media_type, row.size) == (media_type, len(data))
    assert line.house.vault.unseal(row.data_sealed, "attachment") == data
    assert [row.state for row in await line.town.rows(tables.download)] == ["done"]


@SQLITE
async def test_a_file_that_is_too_large_is_answered_or_on_record_and_never_kept(line: Line) -> None:
    one = await line.person()
    kind = "document" if line.way.channel == "telegram" else "file"
    answers = await one.sends(kind, "application/pdf", PAPER + bytes(10 * 1024 * 1024))
    assert answers
    await line.fetch_all()
    assert await line.town.rows(tables.attachment) == []
    failed = [(row.state, row.reason) for row in await line.town.rows(tables.download)]
    assert failed in ([], [("failed", "too_big")])  # told at once, or found out later


@SQLITE
async def test_a_file_that_is_none_is_on_record(line: Line) -> None:
    one = await line.person()
    kind = "document" if line.way.channel == "telegram" else "file"
    await one.sends(kind, "application/pdf", b"MZ\x90 a program")
    await line.fetch_all()
    assert await line.town.rows(tables.attachment) == []
    assert [(row.state, row.reason) for row in await line.town.rows(tables.download)] == [("failed", "wrong_type")]


@SQLITE
async def test_a_link_opens_its_flow_and_tells_where_the_person_came_from(line: Line) -> None:
    one = Person(line, "31611111111")
    await one.begins("aanmelden--huisarts")
    resident = await one.resident()
    assert (await resident.session()).facts["source"] == "huisarts"
    await one.taps("welkom.hello:nl")
    await one.taps("welkom.own_phone:yes")
    assert (await resident.screen()).startswith("aanmelden.")


@SQLITE
@pytest.mark.parametrize("payload", ["nonsense--", "aanmelden--" + "x" * 50, "--poster"])
async def test_a_link_that_is_old_or_made_up_just_opens_the_conversation(line: Line, payload: str) -> None:
    one = Person(line, "31611111111")
    await one.begins(payload)
    (hello,) = one.hears()
    assert "welkom.hello:nl" in [button["data"] for button in hello["buttons"]]


@SQLITE
async def test_who_blocks_us_is_left_alone_and_heard_again_when_they_come_back(line: Line) -> None:
    one, other = await line.person(), await line.person()
    await one.does(block=True)
    await one.tell(words("eerste"), words("tweede"))
    await other.tell(words("voor een ander"))
    await line.send_all()
    assert not await one.reachable()
    assert one.hears() == []
    assert texts(other.hears()) == ["voor een ander"]
    assert {reason for state, reason in await line.rows() if state == "failed"} == {"blocked"}
    await one.does(block=False)
    assert await one.writes("help")
    assert await one.reachable()


# ---- twice, out of order, malformed --------------------------------------------------------------------------------


async def test_the_same_message_twice_is_one(line: Line) -> None:
    one = await line.person()
    first = await one.writes("help", id="wamid.one")
    again = await one.writes("help", id="wamid.one")
    assert (len(first), again) == (1, [])
    assert (await one.said()).count("help") == 1


async def test_the_same_message_many_times_at_once_is_one(line: Line) -> None:
    one = await line.person()
    await asyncio.gather(*(one.does(text="help", id="wamid.one") for _ in range(8)))
    await line.send_all()
    assert len(one.hears()) == 1
    assert (await one.said()).count("help") == 1


async def test_many_people_at_once_are_each_answered_once_and_in_order(line: Line) -> None:
    people = [await line.person() for _ in range(5)]

    async def talks(one: Person) -> None:
        for number in range(4):
            await one.does(text=f"bericht {number}")

    await asyncio.gather(*(talks(one) for one in people))
    await line.send_all()
    for one in people:
        assert [said for said in await one.said() if said.startswith("bericht")] == [f"bericht {n}" for n in range(4)]
        bot = [each.content.text for each in await one.messages() if each.author == "bot"]
        assert bot[-len(one.screen) :] == texts(one.screen)


@SQLITE
@OVER_TELEGRAM
async def test_numbers_that_start_anew_are_no_doubles(line: Line) -> None:
    one = await line.person()
    await one.writes("help")
    line.fake.jump()  # type: ignore[union-attr]
    assert len(await one.writes("help")) == 1
    assert (await one.said()).count("help") == 2


@SQLITE
@OVER_TELEGRAM
@pytest.mark.parametrize("bad", [{"update_id": 5, "message": 7}, {"update_id": 6, "message": {}}, {"update_id": 7}])
async def test_what_cannot_be_read_harms_nothing_beside_it(line: Line, bad: object) -> None:
    one = await line.person()
    await line.fake.push(bad)  # type: ignore[union-attr]
    if not line.way.polls:
        line.fake.pending.clear()  # type: ignore[union-attr]
    assert len(await one.writes("help")) == 1


@SQLITE
@OVER_WHATSAPP
async def test_a_message_beside_a_malformed_one_and_an_older_one_after_a_newer(line: Line) -> None:
    one = await line.person()
    now = int(line.town.clock.now().timestamp())
    frame = {"from": one.number, "type": "text"}
    newer = {**frame, "id": "wamid.newer", "timestamp": str(now), "text": {"body": "het tweede"}}
    older = {**frame, "id": "wamid.older", "timestamp": str(now - 5), "text": {"body": "het eerste"}}
    broken = {"id": 7, "type": ["text"], "text": None}
    assert await line.fake.post({"messages": [newer, broken, older]}) == 200  # type: ignore[union-attr]
    assert (await one.said())[-2:] == ["het eerste", "het tweede"]


@SQLITE
@OVER_WHATSAPP
async def test_a_forged_call_is_refused_and_changes_nothing(line: Line) -> None:
    one = await line.person()
    before = await one.messages()
    message = {"from": one.number, "type": "text", "id": "wamid.x", "timestamp": "1", "text": {"body": "vals"}}
    assert await line.fake.post({"messages": [message]}, secret="b") == 403  # type: ignore[union-attr]
    assert await one.messages() == before
