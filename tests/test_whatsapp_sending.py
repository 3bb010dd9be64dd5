"""WhatsApp: what goes out and what is fetched, against the strict fake."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from aiohttp import web

from bot.channels.limits import WHATSAPP
from bot.channels.rendering import RenderedButton, render
from bot.channels.whatsapp import WhatsappChannel, graph
from bot.channels.whatsapp.bodies import LIST_LABEL
from bot.content import Upload
from bot.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.outgoing import Template
from flows.grammar import Button, Reply
from flows.text import verbatim
from locales import load
from tests.support.fake_whatsapp import FakeWhatsapp
from tests.support.fake_whatsapp_rules import File
from tests.support.whatsapp import BSUID, PHONE, made, opened, out, platform, refused, shown

PNG = b"\x89PNG\r\n\x1a\n made up"


@pytest.fixture
async def fake() -> AsyncIterator[FakeWhatsapp]:
    async with platform() as fake:
        yield fake


@pytest.fixture
async def number(fake: FakeWhatsapp) -> AsyncIterator[WhatsappChannel]:
    async with opened(fake.url) as number:
        yield number


# ---- what goes out -------------------------------------------------------------------------------------------------


async def test_a_text(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    message_id = await number.send(out(shown("Goedemorgen 🌞\n\nTot zo.")))
    (sent,) = fake.sent
    assert message_id == sent["id"]
    assert (sent["to"], sent["kind"], sent["text"]) == (PHONE, "text", "Goedemorgen 🌞\n\nTot zo.")


async def test_buttons_carry_their_data(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    yes, no = RenderedButton("x.y:yes", "✅", "Ja"), RenderedButton("x.y:no", "❌", "Nee")
    await number.send(out(shown("Klopt dit?", "buttons", yes, no)))
    assert fake.sent[0]["kind"] == "buttons"
    assert fake.sent[0]["buttons"] == [
        {"data": "x.y:yes", "title": "✅ Ja", "description": ""},
        {"data": "x.y:no", "title": "❌ Nee", "description": ""},
    ]


async def test_a_list_has_small_print_where_the_label_is_the_short_form(
    number: WhatsappChannel, fake: FakeWhatsapp
) -> None:
    rows = (RenderedButton("a:1", "🏠", "Huur", description="Huur of hypotheek"), RenderedButton("a:2", "💡", "Stroom"))
    await number.send(out(shown("Waar zit het?", "list", *rows)))
    assert fake.sent[0]["kind"] == "list"
    assert fake.sent[0]["buttons"] == [
        {"data": "a:1", "title": "🏠 Huur", "description": "Huur of hypotheek"},
        {"data": "a:2", "title": "💡 Stroom", "description": ""},
    ]
    assert not any(sign.isalpha() for sign in LIST_LABEL), "a channel has no words of its own"


async def test_whatever_the_rendering_makes_is_taken(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    tongue = load((), strict=True)
    for count in (0, 1, 3, 4, 10, 11, 30):
        buttons = tuple(Button(f"x.y:{place}", "🔵", verbatim(f"Keuze {place}")) for place in range(count))
        for words in ("Kort.", "Lang. " * 900):
            for one in render(Reply((verbatim(words),), buttons), "nl", tongue, WHATSAPP):
                await number.send(out(one))
    assert fake.violations == []


async def test_who_hides_the_number_is_reached_by_id(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    await number.send(out(to=BSUID))
    assert fake.sent[0]["to"] == BSUID


async def test_a_template_fills_its_values_in_order_on_one_line(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    fake.forward(25 * 3600)
    await number.send(out(template=Template("seintje", "ar", ("Noor\nde Vries", "https://x.example/c/1"))))
    values = ["Noor de Vries", "https://x.example/c/1"]
    assert fake.sent[0]["template"] == {"name": "seintje_v1", "language": "ar", "values": values}


async def test_a_template_that_is_not_configured_is_no_template(number: WhatsappChannel) -> None:
    error = await refused(number, out(template=Template("herinnering", "nl", ())))
    assert (type(error), error.code) == (PermanentDeliveryError, "no_template")


@pytest.mark.parametrize(
    ("media_type", "kind", "name"),
    [("image/png", "photo", ""), ("audio/ogg", "voice", ""), ("application/pdf", "file", "bestand.pdf")],
)
async def test_a_file_is_brought_there_first(
    number: WhatsappChannel, fake: FakeWhatsapp, media_type: str, kind: str, name: str
) -> None:
    await number.send(out(shown(""), file=Upload(media_type, PNG)))
    (sent,) = fake.sent
    assert sent["kind"] == kind
    digest = hashlib.sha256(PNG).hexdigest()
    assert sent["file"] == {"type": media_type, "size": len(PNG), "sha256": digest, "name": name}


async def test_words_stand_under_a_picture_and_before_a_sound(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    await number.send(out(shown("Kijk."), file=Upload("image/png", PNG)))
    await number.send(out(shown("Luister."), file=Upload("audio/ogg", PNG)))
    assert [(one["kind"], one["text"] or one["caption"]) for one in fake.sent] == [
        ("photo", "Kijk."),
        ("text", "Luister."),
        ("voice", ""),
    ]


async def test_words_before_a_sound_go_once_however_often_the_sound_is_tried(
    number: WhatsappChannel, fake: FakeWhatsapp
) -> None:
    sound = out(shown("Luister."), file=Upload("audio/ogg", PNG))
    fake.fail("platform", to=PHONE, times=1)
    await refused(number, sound)
    real = number._graph
    assert real is not None
    say, calls = real.say, []

    async def fails_at_the_sound(body: dict[str, Any]) -> str | None:
        calls.append(body["type"])
        if len(calls) == 2:
            raise TemporaryDeliveryError("platform")
        return await say(body)

    cast(Any, real).say = fails_at_the_sound
    await refused(number, sound)
    await number.send(sound)
    assert [one["kind"] for one in fake.sent] == ["text", "voice"]
    await number.send(sound)
    assert [one["kind"] for one in fake.sent] == ["text", "voice", "text", "voice"]


async def test_a_long_sound_is_no_voice_note(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    await number.send(out(shown(""), file=Upload("audio/ogg", bytes(600 * 1024))))
    assert fake.violations == []


@pytest.mark.parametrize("media_type", ["text/calendar", "image/webp", "image/heic", "audio/webm"])
async def test_what_the_platform_does_not_take_is_not_sent(
    number: WhatsappChannel, fake: FakeWhatsapp, media_type: str
) -> None:
    error = await refused(number, out(file=Upload(media_type, b"x")))
    assert (type(error), error.code) == (PermanentDeliveryError, "rejected")
    assert fake.files == {}


async def test_a_picture_goes_up_to_the_limit_and_not_over_it(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    await number.send(out(file=Upload("image/jpeg", bytes(5 * 1024 * 1024))))
    (taken,) = fake.files
    error = await refused(number, out(file=Upload("image/jpeg", bytes(5 * 1024 * 1024 + 1))))
    assert (type(error), error.code) == (PermanentDeliveryError, "too_big")
    assert list(fake.files) == [taken]


async def test_read_and_writing_is_shown_and_its_failure_nobodys_business(
    number: WhatsappChannel, fake: FakeWhatsapp, caplog: pytest.LogCaptureFixture
) -> None:
    await fake.say(from_=PHONE, text="hallo", id="wamid.1")
    number.seen("wamid.1")
    number.seen("wamid.unknown")
    while number._asides:
        await asyncio.gather(*number._asides)
    assert fake.seen == ["wamid.1"]
    assert caplog.records == []


# ---- what people sent ----------------------------------------------------------------------------------------------


async def keep(fake: FakeWhatsapp, data: bytes) -> str:
    return fake._keep(File("image/png", data))


async def test_a_file_is_fetched_by_its_id(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    assert await number.fetch(await keep(fake, PNG), len(PNG)) == PNG


async def test_a_file_over_the_limit_is_too_big_whatever_was_said_of_its_size(
    number: WhatsappChannel, fake: FakeWhatsapp, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = await keep(fake, bytes(300_000))
    where = graph.Graph.where

    async def without_size(self: graph.Graph, media_id: str) -> Any:
        return (await where(self, media_id))[0], None

    for _ in range(2):
        with pytest.raises(PermanentDeliveryError) as caught:
            await number.fetch(media_id, 299_999)
        assert caught.value.code == "too_big"
        monkeypatch.setattr(graph.Graph, "where", without_size)


async def test_a_file_that_is_not_there_any_more_is_gone(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    with pytest.raises(PermanentDeliveryError) as caught:
        await number.fetch("123456", 100)
    assert caught.value.code == "gone"
    real = number._graph
    assert real is not None
    url, size = await real.where(await keep(fake, PNG))
    fake.forward(301)

    async def late(media_id: str) -> Any:
        return url, size

    cast(Any, real).where = late
    with pytest.raises(PermanentDeliveryError) as caught:
        await number.fetch("1", 100)
    assert caught.value.code == "gone"


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "file:///etc/passwd", "ftp://x/y", "//x", "", "https://", "http://[", None]
)
async def test_the_token_is_not_taken_to_just_any_address(url: str | None) -> None:
    async def where(request: web.Request) -> web.Response:
        return web.json_response({"url": url, "file_size": 3})

    app = web.Application()
    app.router.add_get("/{version}/{media}", where)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with opened(f"http://127.0.0.1:{runner.addresses[0][1]}") as number:
        with pytest.raises(PermanentDeliveryError) as caught:
            await number.fetch("1", 100)
    assert caught.value.code == "rejected"
    await runner.cleanup()


# ---- deep links ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "link"),
    [
        ("", "https://wa.me/31201234567"),
        ("aanmelden--poster", "https://wa.me/31201234567?text=start%20aanmelden--poster"),
        ("aanmelden", "https://wa.me/31201234567?text=start%20aanmelden"),
        ("code-7K3D9QX2MF", "https://wa.me/31201234567?text=7K3D-9QX-2MF"),
    ],
)
def test_a_deep_link_puts_the_word_in_the_message(payload: str, link: str) -> None:
    assert made([]).deep_link(payload) == link


def test_without_a_number_there_is_no_deep_link() -> None:
    assert made([], phone="").deep_link("aanmelden") is None
