"""Telegram: what goes out, against the strict fake, and what each refusal of the platform means."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from telegram.error import BadRequest, Forbidden, NetworkError

from bot.channels.limits import TELEGRAM
from bot.channels.rendering import Rendered, RenderedButton
from bot.channels.telegram import TelegramChannel, channel, request
from bot.channels.telegram.errors import translated
from bot.config import Telegram
from bot.content import Upload
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.outgoing import Outgoing
from tests.support.fake_telegram import TOKEN, FakeTelegram

SAM = "5550001"
PNG, JPEG, OGG, PDF = b"\x89PNG\r\n\x1a\n made up", b"\xff\xd8\xff made up", b"OggS made up", b"%PDF-1.7 made up"
YES_NO = (RenderedButton("a.b:yes", "✅", "Ja"), RenderedButton("a.b:no", "❌", "Nee"))


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().running() as fake:
        await fake.say(from_=SAM, start="")
        yield fake
        assert fake.violations == []


def made(fake_or_url: FakeTelegram | str, **config: Any) -> TelegramChannel:
    url = fake_or_url if isinstance(fake_or_url, str) else fake_or_url.url
    return TelegramChannel(cast("House", None), Telegram(**{"token": TOKEN, "api_url": url, **config}))


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    bot = made(fake)
    await bot.open()
    await bot.learn_name()
    yield bot
    await bot.close()


def outgoing(
    text: str = "Hallo", *buttons: RenderedButton, file: Upload | None = None, to: str = SAM, key: str = "1"
) -> Outgoing:
    shown = Rendered(text, "nl", "ltr", "buttons" if buttons else "text", buttons)
    return Outgoing(key, 1, to, shown, file)


async def refusal(bot: TelegramChannel, what: Outgoing | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await bot.send(what or outgoing())
    error = caught.value
    assert TOKEN not in f"{error!r} {error} {error.__cause__} {error.__context__}"
    return error


# ---- sending -------------------------------------------------------------------------------------------------------


async def test_text_goes_out_as_it_is(fake: FakeTelegram, bot: TelegramChannel) -> None:
    text = "Bel *ons* op <b>0999</b>_123 & kijk op https://gemeente.example 👍🏽"
    sent = await bot.send(outgoing(text))
    assert fake.sent == [
        {
            "to": SAM,
            "text": text,
            "buttons": [],
            "kind": "text",
            "caption": "",
            "file": None,
            "template": None,
            "id": sent,
        }
    ]


async def test_buttons_go_under_it_one_in_a_row(fake: FakeTelegram, bot: TelegramChannel) -> None:
    await bot.send(outgoing("Klopt dit?", *YES_NO))
    assert fake.sent[0]["kind"] == "buttons"
    assert [(one["data"], one["title"]) for one in fake.sent[0]["buttons"]] == [
        ("a.b:yes", "✅ Ja"),
        ("a.b:no", "❌ Nee"),
    ]


async def test_a_message_within_the_limits_is_taken(fake: FakeTelegram, bot: TelegramChannel) -> None:
    data = "x" * TELEGRAM.data_bytes
    many = [RenderedButton(data, "", "y" * TELEGRAM.button_label) for _ in range(TELEGRAM.buttons)]
    await bot.send(outgoing("👍" * (TELEGRAM.text // 2), *many))
    await bot.send(outgoing("z" * TELEGRAM.caption, file=Upload("image/png", PNG)))
    assert len(fake.sent) == 2


@pytest.mark.parametrize(
    ("media_type", "data", "kind", "name"),
    [
        ("image/png", PNG, "photo", "bestand.png"),
        ("image/jpeg", JPEG, "photo", "bestand.jpg"),
        ("image/webp", b"RIFF0000WEBP", "file", "bestand.webp"),
        ("audio/ogg", OGG, "voice", "bestand.ogg"),
        ("audio/mpeg", b"ID3", "file", "bestand.mp3"),
        ("application/pdf", PDF, "file", "bestand.pdf"),
        ("text/calendar", b"BEGIN:VCALENDAR", "file", "afspraak.ics"),
        ("application/x-unheard-of", b"?", "file", "bestand.bin"),
    ],
)
async def test_a_file_goes_as_what_it_is_under_a_name_that_says_nothing(
    fake: FakeTelegram, bot: TelegramChannel, media_type: str, data: bytes, kind: str, name: str
) -> None:
    await bot.send(outgoing("Uw kaart", *YES_NO, file=Upload(media_type, data)))
    (sent,) = fake.sent
    assert (sent["kind"], sent["caption"], len(sent["buttons"])) == (kind, "Uw kaart", 2)
    assert (sent["file"]["name"], sent["file"]["sha256"]) == (name, hashlib.sha256(data).hexdigest())
    assert sent["file"]["type"] == media_type


async def test_a_photo_that_is_no_photo_to_the_platform_goes_as_a_document(
    fake: FakeTelegram, bot: TelegramChannel
) -> None:
    await bot.send(outgoing("", file=Upload("image/png", b"too long and narrow")))
    assert [one["kind"] for one in fake.sent] == ["file"]
    large = PNG + bytes(channel.LARGEST_PHOTO)
    await bot.send(outgoing("", file=Upload("image/png", large)))
    assert [one["kind"] for one in fake.sent] == ["file", "file"]


async def test_words_that_are_no_caption_go_by_themselves_and_the_file_once(
    fake: FakeTelegram, bot: TelegramChannel
) -> None:
    long = outgoing("woord " * 300 + "eind", *YES_NO, file=Upload("application/pdf", PDF), key="long")
    fake.fail("platform", times=1)
    await refusal(bot, long)
    assert fake.sent == []
    fake.fail("platform", method="sendMessage")
    await refusal(bot, long)
    assert [one["kind"] for one in fake.sent] == ["file"]
    await bot.send(long)
    assert [one["kind"] for one in fake.sent] == ["file", "buttons"]
    assert fake.sent[0]["buttons"] == []
    await bot.send(replace(long, key="another"))
    assert [one["kind"] for one in fake.sent[2:]] == ["file", "buttons"]


async def test_what_is_too_large_for_the_platform_is_refused_here(bot: TelegramChannel) -> None:
    error = await refusal(bot, outgoing(file=Upload("application/pdf", PDF + bytes(channel.LARGEST_FILE))))
    assert (type(error), error.code) == (PermanentDeliveryError, "too_big")


def test_a_municipality_without_telegram_pays_nothing_for_it() -> None:
    program = "import sys, bot.server; sys.exit('telegram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# ---- what goes wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("planned", "kind", "code"),
    [
        ({"code": "blocked"}, PermanentDeliveryError, "blocked"),
        ({"code": "deactivated"}, PermanentDeliveryError, "deactivated"),
        ({"code": "undeliverable"}, PermanentDeliveryError, "undeliverable"),
        ({"code": "not_started"}, PermanentDeliveryError, "undeliverable"),
        ({"code": "rejected"}, PermanentDeliveryError, "rejected"),
        ({"code": "too_big"}, PermanentDeliveryError, "too_big"),
        ({"code": "platform"}, TemporaryDeliveryError, "platform"),
        ({"code": "error"}, TemporaryDeliveryError, "platform"),
        ({"code": "token"}, ChannelDownError, "token"),
        ({"drop": True}, TemporaryDeliveryError, "timeout"),
        ({"status": 404, "body": {"ok": False, "description": "Not Found"}}, ChannelDownError, "token"),
        ({"status": 429, "body": {"ok": False, "description": "Too Many Requests"}}, TemporaryDeliveryError, "busy"),
        ({"status": 429, "body": "slower"}, TemporaryDeliveryError, "busy"),
        ({"status": 200, "body": "<html>proxy</html>"}, TemporaryDeliveryError, "platform"),
        ({"status": 200, "body": []}, TemporaryDeliveryError, "platform"),
        ({"status": 502, "body": []}, TemporaryDeliveryError, "platform"),
        ({"status": 302, "body": "elsewhere"}, TemporaryDeliveryError, "platform"),
        ({"status": 400, "body": "not even JSON"}, PermanentDeliveryError, "rejected"),
    ],
)
async def test_each_refusal_is_one_of_ours(
    fake: FakeTelegram, bot: TelegramChannel, planned: dict[str, Any], kind: type[DeliveryError], code: str
) -> None:
    fake.fail(**planned)
    error = await refusal(bot)
    assert (type(error), error.code) == (kind, code)
    assert fake.sent == []
    await bot.send(outgoing())
    assert len(fake.sent) == 1, "and then it goes on"


async def test_how_long_to_wait_is_passed_on(fake: FakeTelegram, bot: TelegramChannel) -> None:
    fake.fail("busy", retry_after=17)
    error = await refusal(bot)
    assert isinstance(error, TemporaryDeliveryError)
    assert (error.code, error.retry_after) == ("busy", timedelta(seconds=17))


async def test_who_never_started_or_has_blocked_the_bot_gets_nothing(fake: FakeTelegram, bot: TelegramChannel) -> None:
    assert (await refusal(bot, outgoing(to="777"))).code == "undeliverable"
    assert (await refusal(bot, outgoing(to="no number"))).code == "undeliverable"
    await fake.say(from_=SAM, block=True)
    assert (await refusal(bot)).code == "blocked"
    await fake.say(from_=SAM, block=False)
    await bot.send(outgoing())


async def test_a_lost_answer_is_a_time_out(
    fake: FakeTelegram, bot: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "ANSWER", -request.CONNECT + 0.05)
    fake.fail(hang=True)
    error = await refusal(bot)
    assert (type(error), error.code) == (TemporaryDeliveryError, "timeout")


async def test_a_revoked_token_is_the_whole_channel(fake: FakeTelegram, bot: TelegramChannel) -> None:
    fake.revoke()
    error = await refusal(bot)
    assert (type(error), error.code) == (ChannelDownError, "token")
    fake.revoke(False)
    other = made(fake, token="12:wrong")
    await other.open()
    assert (await refusal(other)).code == "token"
    await other.close()


async def test_nobody_there_is_the_whole_channel(fake: FakeTelegram) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        for url in (f"http://127.0.0.1:{taken.getsockname()[1]}", "http://nowhere.invalid"):
            bot = made(url)
            await bot.open()
            error = await refusal(bot)
            assert (type(error), error.code) == (ChannelDownError, "unreachable"), url
            assert bot.deep_link() is None
            await bot.close()


async def test_a_certificate_of_another_is_the_whole_channel(tmp_path: Path) -> None:
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=_self_signed(tmp_path)).start()
    bot = made(f"https://127.0.0.1:{runner.addresses[0][1]}")
    await bot.open()
    error = await refusal(bot)
    assert (type(error), error.code) == (ChannelDownError, "certificate")
    await bot.close()
    await runner.cleanup()


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elsewhere.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    now = datetime.now(UTC)
    builder = builder.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    signed = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(secret + signed)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadRequest("Wrong file_id or the file is temporarily unavailable"), "platform"),
        (BadRequest("Invalid file_id"), "gone"),
        (BadRequest("PEER_ID_INVALID"), "undeliverable"),
        (Forbidden("Forbidden: something of next year"), "rejected"),
        (NetworkError("Unknown HTTPError (999)"), "platform"),
    ],
)
def test_in_the_librarys_tree_the_order_counts(error: Any, code: str) -> None:
    assert translated(error).code == code


async def test_nothing_of_a_token_or_a_person_is_told(
    fake: FakeTelegram, bot: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.fail(status=200, body="geheim-7391 is no JSON")
    await refusal(bot, outgoing("geheim-7391"))
    fake.fail("rejected")
    await refusal(bot, outgoing("geheim-7391"))
    assert TOKEN not in caplog.text
    assert "geheim-7391" not in caplog.text
    assert "geheim" not in repr(outgoing("geheim-7391"))


# ---- files of people -----------------------------------------------------------------------------------------------


async def sent_file(fake: FakeTelegram, data: bytes, **how: Any) -> str:
    file = {"kind": "file", "data_b64": base64.b64encode(data).decode(), "type": "application/pdf", **how}
    await fake.say(from_=SAM, file=file)
    reference: str = fake.pending[-1]["message"]["document"]["file_id"]
    return reference


async def test_a_file_is_fetched(fake: FakeTelegram, bot: TelegramChannel) -> None:
    assert await bot.fetch(await sent_file(fake, PDF), 1000) == PDF


async def test_no_more_is_read_than_is_kept(fake: FakeTelegram, bot: TelegramChannel) -> None:
    told, lied, huge = [
        await sent_file(fake, bytes(5000)),
        await sent_file(fake, bytes(5000), size=10),
        await sent_file(fake, PDF, size=30_000_000),
    ]
    for reference in (told, lied, huge):
        with pytest.raises(PermanentDeliveryError) as caught:
            await bot.fetch(reference, 4999)
        assert caught.value.code == "too_big"
    assert await bot.fetch(told, 5000) == bytes(5000)


async def test_a_file_that_is_gone(fake: FakeTelegram, bot: TelegramChannel) -> None:
    reference = await sent_file(fake, PDF)
    fake.lose(reference)
    with pytest.raises(PermanentDeliveryError) as caught:
        await bot.fetch(reference, 1000)
    assert caught.value.code == "gone"
    fake.revoke()
    with pytest.raises(ChannelDownError):
        await bot.fetch(reference, 1000)


# ---- links and signs -----------------------------------------------------------------------------------------------


async def test_a_link_to_the_bot(fake: FakeTelegram, bot: TelegramChannel) -> None:
    assert bot.deep_link("aanmelden--huisarts") == "https://t.me/WaterdrechtBot?start=aanmelden--huisarts"
    assert bot.deep_link() == "https://t.me/WaterdrechtBot"
    assert made(fake).deep_link("x") is None, "nobody was asked yet"
    assert made(fake, username="AnderBot").deep_link("x") == "https://t.me/AnderBot?start=x"


async def test_a_name_that_is_known_is_not_asked_for(fake: FakeTelegram) -> None:
    bot = made(fake, username="AnderBot")
    await bot.open()
    await asyncio.gather(bot._learning or asyncio.sleep(0))
    await bot.close()
    assert fake.calls == []


async def test_a_name_that_cannot_be_had_now_is_asked_for_later(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "NAME_AGAIN", 0.01)
    bot = made(fake)
    fake.revoke()
    await bot.open()
    assert (await refusal(bot)).code == "token"
    fake.revoke(False)
    await asyncio.gather(bot._learning or asyncio.sleep(0))
    assert bot.deep_link() == "https://t.me/WaterdrechtBot"
    await bot.close()


async def settled(bot: TelegramChannel) -> None:
    await asyncio.gather(*bot._signs)


async def test_a_tap_of_long_ago_is_answered_without_an_error(
    fake: FakeTelegram, bot: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.send(outgoing("Klopt dit?", *YES_NO))
    await fake.say(from_=SAM, tap="a.b:yes")
    query = fake.pending[-1]["callback_query"]["id"]
    bot.answer("of last year")
    bot.answer(query)
    await settled(bot)
    assert fake.answered == [query]
    assert caplog.text == ""


async def test_that_we_are_at_it_shows_when_it_takes_a_while(
    fake: FakeTelegram, bot: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bot.typing(SAM):
        pass
    monkeypatch.setattr(channel, "SLOW", 0)
    async with bot.typing(SAM):
        await fake.has(lambda: bool(fake.actions))
    async with bot.typing("777"):  # never started: nothing is raised
        await asyncio.sleep(0)
    await settled(bot)
    assert fake.actions == [SAM]


async def test_signs_are_left_out_when_there_are_many(fake: FakeTelegram, bot: TelegramChannel) -> None:
    for _ in range(10 * channel.SIGNS):
        bot.answer("1")
    assert len(bot._signs) == channel.SIGNS
    await settled(bot)
