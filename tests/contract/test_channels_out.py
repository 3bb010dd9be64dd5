"""What goes out, over every channel of others, to a platform as strict as the real one."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot import outbox, takeover
from bot.channels.rendering import MORE, length
from bot.content import Content, SentButton
from flows.text import verbatim
from storage import tables
from tests.stores import StoreUrls
from tests.support.channels import WAYS, Line, Person, Sent, open_line

PHOTO = b"\xff\xd8\xff\xe0" + b"a photo" * 500

SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
#: How messages come in is the only thing in which the two ways over Telegram differ.
OUT = pytest.mark.parametrize("line", ["telegram-webhook", "whatsapp"], indirect=True)
OVER_WHATSAPP = pytest.mark.parametrize("line", ["whatsapp"], indirect=True)


def words(text: str, language: str = "nl") -> Content:
    return Content(text, language)


def texts(sent: list[Sent]) -> list[str]:
    return [one["text"] for one in sent]


# ---- out: texts ----------------------------------------------------------------------------------------------------


SENTENCE = "Dit is een zin van gewone lengte. "


def long_text(size: int, sentence: str) -> str:
    """So many code units: as many times ``sentence`` as fit, and then the letter x."""
    text = (sentence * (size // length(sentence))).strip()
    return text + "x" * (size - length(text))


def whole(parts: list[Sent]) -> str:
    """What was said in all, but for the spaces where it was parted."""
    return "".join("".join(part["text"].split()) for part in parts)


@SQLITE
@OUT
@pytest.mark.parametrize(
    "sentence",
    [SENTENCE, "أهلا بك في بلدية المدينة، كيف الحال؟ ", "👨‍👩‍👧‍👦 💶 ", "x"],
    ids=["words", "arabic", "emoji", "one-word"],
)
async def test_text_of_any_length_arrives_whole_and_in_order(line: Line, sentence: str) -> None:
    one = await line.person()
    limit = line.way.text
    for size in (1, 2, limit - 1, limit, limit + 1, 10_000):
        text = long_text(size, sentence)
        await one.tell(words(text), words("daarna"))
        await line.send_all()
        *parts, last = one.hears()
        assert last["text"] == "daarna"
        assert whole(parts) == "".join(text.split())
        assert len(parts) == 1 or size > limit
    assert set(await line.rows()) == {("sent", None)}


@SQLITE
@OUT
async def test_what_a_human_typed_says_who_typed_it(line: Line) -> None:
    one, noor = await line.person(), await line.town.colleague()
    conversation_id = (await one.resident()).conversation_id
    await takeover.take_over(line.house, conversation_id, noor)
    await takeover.reply(line.house, conversation_id, noor, "Dag. Ik help u graag.", seen_seq=99, client_id="a")
    await line.send_all()
    (answer,) = one.hears()
    assert "Noor" in answer["text"]
    assert answer["text"].endswith("Dag. Ik help u graag.")


# ---- out: buttons --------------------------------------------------------------------------------------------------

CHOICES = {"nl": "Keuze {}", "en": "Choice {}", "ar": "الخيار {}"}


def choices(count: int, language: str, text: str = "?") -> Content:
    labels = [CHOICES[language].format(number) for number in range(count)]
    return Content(
        text,
        language,
        buttons=tuple(
            SentButton(f"aanmelden.worries:n{number}", "🏠", label, verbatim(label))
            for number, label in enumerate(labels)
        ),
    )


async def reached(one: Person) -> list[str]:
    """What can be tapped, on the message that came last and on the pages that it leads to."""
    found: list[str] = []
    shown = one.hears()[-1]
    for page in range(2, 100):
        data = [button["data"] for button in shown["buttons"]]
        assert len(data) <= one.line.way.most
        found += [each for each in data if not each.startswith(MORE)]
        onward = [each for each in data if each.startswith(MORE)]
        if onward in ([], [f"{MORE}1"]):
            return found
        assert onward == [f"{MORE}{page}"]
        (shown,) = await one.taps(onward[0])
    raise AssertionError("it never ends")


@SQLITE
@OUT
@pytest.mark.parametrize("language", CHOICES)
async def test_every_button_can_be_reached_however_many_there_are(line: Line, language: str) -> None:
    one = await line.person(language)
    for count in range(1, 26):
        content = choices(count, language)
        await one.tell(content)
        await line.send_all()
        assert await reached(one) == [button.data for button in content.buttons]


@SQLITE
@OUT
@pytest.mark.parametrize("count", [2, 8])
async def test_buttons_under_a_long_text_stand_under_its_end(line: Line, count: int) -> None:
    one = await line.person()
    limit = line.way.with_buttons
    for size in (limit - 1, limit, limit + 1, 5000):
        text = long_text(size, SENTENCE)
        content = choices(count, "nl", text)
        await one.tell(content)
        await line.send_all()
        *before, last = one.hears()
        assert all(part["buttons"] == [] for part in before)
        assert [button["data"] for button in last["buttons"]] == [button.data for button in content.buttons]
        assert whole([*before, last]) == "".join(text.split())


# ---- out: failures -------------------------------------------------------------------------------------------------

TEMPORARY = ["busy", "platform"]
PERMANENT = {
    "telegram-webhook": ("blocked", "deactivated", "undeliverable", "rejected"),
    "whatsapp": (
        *("blocked", "opted_out", "undeliverable", "withheld"),
        *("template", "rejected"),
    ),
}
#: After these nothing more goes to the address.
CLOSED = ("blocked", "deactivated", "opted_out")


@OUT
@pytest.mark.parametrize("code", TEMPORARY)
async def test_what_fails_for_a_moment_is_tried_again_and_the_order_holds(line: Line, code: str) -> None:
    one, other = await line.person(), await line.person()
    await one.tell(words("eerste"), words("tweede"), words("derde"))
    await other.tell(words("voor een ander"))
    line.fake.fail(code, times=2, to=one.number)
    await line.send_all()
    assert one.hears() == []
    assert texts(other.hears()) == ["voor een ander"]
    assert ("waiting", code) in await line.rows()
    for _ in range(3):
        line.town.clock.forward(minutes=2)
        await line.send_all()
    assert texts(one.hears()) == ["eerste", "tweede", "derde"]
    assert set(await line.rows()) == {("sent", None)}


@SQLITE
@OUT
async def test_a_connection_that_breaks_is_tried_again(line: Line) -> None:
    one = await line.person()
    await one.tell(words("eerste"), words("tweede"))
    line.fake.fail("platform", drop=True)
    await line.send_all()
    assert one.hears() == []
    line.town.clock.forward(minutes=1)
    await line.send_all()
    assert texts(one.hears()) == ["eerste", "tweede"]


@SQLITE
@OVER_WHATSAPP
async def test_who_was_written_to_too_fast_is_written_to_slower(line: Line) -> None:
    one = await line.person()
    await one.tell(words("eerste"))
    line.fake.fail("pair_rate", times=3)
    waits: list[timedelta] = []
    for _ in range(4):
        await line.send_all()
        for row in await line.town.rows(tables.outbox, state="waiting"):
            waits.append(timedelta(milliseconds=row.due_at - int(line.town.clock.now().timestamp() * 1000)))
            line.town.clock.forward(seconds=waits[-1].total_seconds())
    assert waits == [timedelta(seconds=4**times) for times in range(3)]
    assert texts(one.hears()) == ["eerste"]


@SQLITE
@pytest.mark.parametrize(
    ("line", "code"), [(way, code) for way, codes in PERMANENT.items() for code in codes], indirect=["line"]
)
async def test_what_can_never_be_delivered_is_on_record_and_holds_nothing_up(line: Line, code: str) -> None:
    one = await line.person()
    await one.tell(words("eerste"), words("tweede"))
    line.fake.fail(code, to=one.number)
    await line.send_all()
    assert ("failed", code) in await line.rows()
    assert texts(one.hears()) == ([] if code in CLOSED else ["tweede"])
    assert await one.reachable() is (code not in CLOSED)
    assert "undelivered" in await (await one.resident()).events()


@OUT
async def test_a_message_whose_answer_was_lost_is_the_only_one_that_may_come_twice(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await line.person()
    monkeypatch.setattr(outbox, "PATIENCE", 0.3)
    await one.tell(words("eerste"), words("tweede"), words("derde"))
    line.fake.fail("platform", hang=True)
    for _ in range(3):
        await line.send_all()
        line.town.clock.forward(minutes=1)
    assert texts(one.hears()) == ["eerste", "eerste", "tweede", "derde"]
    assert set(await line.rows()) == {("sent", None)}


@OUT
async def test_of_a_long_text_only_the_part_whose_answer_was_lost_comes_twice(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await line.person()
    monkeypatch.setattr(outbox, "PATIENCE", 0.3)
    text = long_text(3 * line.way.text - 100, SENTENCE)
    await one.tell(words(text))
    await line.send_all()
    whole = texts(one.hears())
    assert len(whole) == 3
    await one.tell(words(text))
    line.fake.fail("platform", hang=True)
    for _ in range(2):
        await line.send_all()
        line.town.clock.forward(minutes=1)
    assert texts(one.hears()) == [whole[0], *whole]


# ---- the channel as a whole ----------------------------------------------------------------------------------------


class Ahead:
    """The sender's clock, which a test moves on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.seconds


@OUT
async def test_with_a_token_that_was_withdrawn_nothing_is_lost(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Ahead()
    monkeypatch.setattr(outbox, "time", clock)
    monkeypatch.setattr(outbox, "TRIES", 2)
    people = [await line.person() for _ in range(3)]
    line.fake.revoke(True)
    for one in people:
        await one.tell(words("eerste"), words("tweede"))
    for _ in range(4):
        await line.send_all()
        clock.seconds += 2 * outbox.LONGEST_REST  # the next probe is due
    assert await line.trouble() == ["token"]
    assert [one.hears() for one in people] == [[], [], []]
    assert len(await line.waiting()) == 6
    line.fake.revoke(False)
    await line.send_all()
    for one in people:
        assert texts(one.hears()) == ["eerste", "tweede"]
    assert await line.trouble() == []


@SQLITE
async def test_the_web_chat_goes_on_while_a_channel_does_not_work(line: Line) -> None:
    """The web chat, which needs no platform: what is said there is there."""
    one = await line.person()
    line.fake.revoke(True)
    await one.tell(words("eerste"))
    await line.send_all()
    resident = await line.town.resident()
    assert await resident.types("help")


@SQLITE
async def test_a_file_waits_while_the_token_is_withdrawn(line: Line) -> None:
    one = await line.person()
    await one.sends("photo", "image/jpeg", PHOTO)
    line.fake.revoke(True)
    await line.fetch_all()
    assert [(row.state, row.reason) for row in await line.town.rows(tables.download)] == [("waiting", "token")]
    line.fake.revoke(False)
    line.town.clock.forward(minutes=3)
    await line.fetch_all()
    assert [row.state for row in await line.town.rows(tables.download)] == ["done"]


@SQLITE
@pytest.mark.parametrize("name", WAYS)
async def test_a_platform_that_cannot_be_reached_is_on_record_and_nothing_is_lost(
    name: str, store_urls: StoreUrls, tmp_path: Path
) -> None:
    async with open_line(WAYS[name], tmp_path, store_urls, relayed=True) as line:
        one = await line.person()
        assert line.relay is not None
        await line.relay.close()
        await one.tell(words("eerste"))
        await line.send_all()
        assert await line.trouble() == ["unreachable"]
        assert await line.waiting() == ["unreachable"]
        await line.relay.open()
        line.restart()
        await line.send_all()
        assert texts(one.hears()) == ["eerste"]
        assert await line.trouble() == []
