"""WhatsApp: what each refusal of the platform means, and each silence."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientTimeout, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.channels.whatsapp import WhatsappChannel, channel
from bot.channels.whatsapp.refusals import reason
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.outgoing import Template
from tests.support.fake_whatsapp import FakeWhatsapp
from tests.support.whatsapp import BSUID, PHONE, made, opened, out, platform, refused


@pytest.fixture
async def fake() -> AsyncIterator[FakeWhatsapp]:
    async with platform() as fake:
        yield fake


@pytest.fixture
def told() -> list[str | None]:
    return []


@pytest.fixture
async def number(fake: FakeWhatsapp, told: list[str | None]) -> AsyncIterator[WhatsappChannel]:
    async with opened(fake.url, told) as number:
        yield number


# ---- what is refused -----------------------------------------------------------------------------------------------

DOWN, LATER, NEVER = ChannelDownError, TemporaryDeliveryError, PermanentDeliveryError
CODES = [
    (131047, 400, NEVER, "window_closed"),
    (131026, 400, NEVER, "undeliverable"),
    (131030, 400, NEVER, "undeliverable"),
    (131062, 400, NEVER, "undeliverable"),
    (131048, 400, NEVER, "withheld"),
    (131049, 400, NEVER, "withheld"),
    (130472, 400, NEVER, "withheld"),
    (130403, 403, NEVER, "blocked"),
    (131050, 400, NEVER, "opted_out"),
    (132000, 400, NEVER, "template"),
    (132001, 404, NEVER, "template"),
    (132005, 400, NEVER, "template"),
    (132007, 400, NEVER, "template"),
    (132012, 400, NEVER, "template"),
    (132015, 400, NEVER, "template"),
    (132016, 400, NEVER, "template"),
    (132018, 400, NEVER, "template"),
    (131042, 400, DOWN, "payment"),
    (190, 401, DOWN, "token"),
    (0, 401, DOWN, "token"),
    (3, 500, DOWN, "token"),
    (10, 403, DOWN, "token"),
    (200, 403, DOWN, "token"),
    (299, 403, DOWN, "token"),
    (368, 403, DOWN, "token"),
    (131005, 403, DOWN, "token"),
    (131031, 403, DOWN, "token"),
    (131045, 500, DOWN, "token"),
    (133010, 400, DOWN, "token"),
    (4, 400, LATER, "busy"),
    (80007, 400, LATER, "busy"),
    (130429, 429, LATER, "busy"),
    (131056, 400, LATER, "pair_rate"),
    (1, 400, LATER, "platform"),
    (2, 503, LATER, "platform"),
    (131000, 500, LATER, "platform"),
    (131016, 503, LATER, "platform"),
    (131057, 500, LATER, "platform"),
    (100, 400, NEVER, "rejected"),
    (131008, 400, NEVER, "rejected"),
    (131009, 400, NEVER, "rejected"),
    (999999, 404, NEVER, "rejected"),
    (999999, 401, DOWN, "token"),
    (999999, 429, LATER, "busy"),
    (999999, 500, LATER, "platform"),
]


@pytest.mark.parametrize(("code", "status", "kind", "ours"), CODES)
async def test_the_code_decides(
    number: WhatsappChannel, fake: FakeWhatsapp, code: int, status: int, kind: type[DeliveryError], ours: str
) -> None:
    fake.fail(status=status, body={"error": {"code": code, "message": f"({PHONE}) titles say nothing"}})
    error = await refused(number)
    assert (type(error), error.code) == (kind, ours)
    assert PHONE not in str(error)
    assert error.__cause__ is None
    if code != 999999:
        assert reason(code) == ours, "a status means the same"


@pytest.mark.parametrize(
    ("status", "body", "kind", "ours"),
    [
        (401, "", DOWN, "token"),
        (502, "<html>Bad Gateway</html>", LATER, "platform"),
        (404, "<html>a proxy of our own</html>", LATER, "platform"),
        (403, {"error": "not an object"}, LATER, "platform"),
        (400, {"error": {"code": "131047"}}, LATER, "platform"),
        (429, "slow down", LATER, "busy"),
        (302, "", LATER, "platform"),
        (200, "<html>Sign in to the network</html>", LATER, "platform"),
        (200, "[" * 100_000, LATER, "platform"),
    ],
)
async def test_an_answer_that_is_not_the_platforms_is_no_verdict(
    number: WhatsappChannel, fake: FakeWhatsapp, status: int, body: Any, kind: type[DeliveryError], ours: str
) -> None:
    fake.fail(status=status, body=body, headers={"Location": "http://127.0.0.1:1/"})
    error = await refused(number)
    assert (type(error), error.code) == (kind, ours)


async def test_the_platform_may_say_when_to_try_again(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    fake.fail("busy", headers={"Retry-After": "7"})
    fake.fail("busy", headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})
    assert [await retry(number), await retry(number)] == [timedelta(seconds=7), None]


async def retry(number: WhatsappChannel, to: str = PHONE) -> timedelta | None:
    error = await refused(number, out(to=to))
    assert isinstance(error, TemporaryDeliveryError)
    return error.retry_after


async def test_the_pair_rate_backs_off_per_person_until_a_message_goes(
    number: WhatsappChannel, fake: FakeWhatsapp
) -> None:
    fake.fail("pair_rate", to=PHONE, times=9)
    seconds = [4**n for n in (0, 1, 2, 3, 4, 5, 6, 6, 6)]
    assert [await retry(number) for _ in seconds] == [timedelta(seconds=each) for each in seconds]
    await number.send(out(to=BSUID))
    await number.send(out())
    fake.fail("pair_rate", times=2)
    assert [await retry(number), await retry(number, BSUID)] == [timedelta(seconds=1)] * 2


async def test_what_is_remembered_of_people_is_bounded(
    number: WhatsappChannel, fake: FakeWhatsapp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "_REMEMBERED", 3)
    fake.fail("pair_rate", times=9)
    for last in range(5):
        await refused(number, out(to=f"3161111111{last}"))
    assert len(number._times) == 3


async def test_the_pace_is_what_the_platform_bears(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    """At exactly the declared pace nothing is refused; a little faster and it is."""
    fake.strict_rates = True
    for _ in range(number.pace.burst):
        await number.send(out())
    assert (await refused(number)).code == "pair_rate"
    for _ in range(3):
        fake.forward(1 / number.pace.person)
        await number.send(out())
    fake.forward(2)
    fake.templates = {"seintje_v1": {"nl": 0}}
    for each in range(int(number.pace.overall)):
        await number.send(out(to=f"316000000{each:02}", template=Template("seintje", "nl", ())))
    assert (await refused(number, out(to="31611111111"))).code == "busy"
    assert fake.violations == ["pair_rate", "busy"]


# ---- no answer -----------------------------------------------------------------------------------------------------


async def test_an_acknowledgement_that_is_lost_is_a_time_out(
    number: WhatsappChannel, fake: FakeWhatsapp, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert number._graph is not None
    monkeypatch.setattr(number._graph._session, "_timeout", ClientTimeout(total=0.2))
    fake.fail(hang=True)
    error = await refused(number)
    assert (type(error), error.code) == (TemporaryDeliveryError, "timeout")
    assert len(fake.sent) == 1, "it was taken all the same"


async def test_a_connection_that_breaks_is_a_time_out(number: WhatsappChannel, fake: FakeWhatsapp) -> None:
    fake.fail(drop=True)
    error = await refused(number)
    assert (type(error), error.code) == (TemporaryDeliveryError, "timeout")


async def unreachable(api_url: str) -> str:
    async with opened(api_url) as number:
        error = await refused(number)
    assert type(error) is ChannelDownError
    return error.code


async def test_nobody_there_means_the_whole_channel_is_down() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert await unreachable(f"http://127.0.0.1:{port}") == "unreachable"
    assert await unreachable("http://graph.invalid") == "unreachable"
    closed = made([], api_url="http://127.0.0.1:1")
    assert (await refused(closed)).code == "unreachable"


async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "key.pem").write_bytes(key.private_bytes(*plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        assert await unreachable(f"https://localhost:{runner.addresses[0][1]}") == "certificate"
    finally:
        await runner.cleanup()


# ---- what the operator hears ---------------------------------------------------------------------------------------


async def test_the_operator_hears_of_what_is_theirs_and_that_it_works_again(
    number: WhatsappChannel, fake: FakeWhatsapp, told: list[str | None]
) -> None:
    for code in ("blocked", "window_closed", "busy", "rejected"):
        fake.fail(code)
        await refused(number)
    assert told == []
    fake.revoke()
    assert (await refused(number)).code == "token"
    fake.revoke(False)
    await number.send(out())
    fake.fail("payment")
    await refused(number)
    await number.send(out())
    assert told == ["token", None, "payment", None]


async def test_a_broken_template_is_not_mended_by_a_text_that_goes(
    number: WhatsappChannel, fake: FakeWhatsapp, told: list[str | None]
) -> None:
    nudge = Template("seintje", "nl", ("Noor", "https://x.example"))
    fake.templates = {}
    assert (await refused(number, out(template=nudge))).code == "template"
    await number.send(out())
    assert told == ["template"]
    fake.templates = {"seintje_v1": {"nl": 2}}
    await number.send(out(template=nudge))
    assert told == ["template", None]
