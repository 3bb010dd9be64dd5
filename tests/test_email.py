"""Letters to residents, against a real mail server: what they hold, what they give away, what becomes of refusals."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot import letters
from bot.channels.email import EmailChannel
from bot.channels.limits import EMAIL
from bot.channels.rendering import fit
from bot.config import Smtp
from bot.content import Content, Upload
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.outgoing import Outgoing
from locales import direction
from tests.stores import StoreUrls
from tests.support import fake_smtp
from tests.support.fake_smtp import MailServer
from tests.support.town import open_town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

ADDRESS = "sam.geheim@voorbeeld.example"
TEXT = "U heeft een bericht van Noor & <co>. U leest het hier: https://hulp.example/c/a-b_c?x=1&y=2.\n\nTot snel!"
ARABIC = "لديك رسالة. يمكنك قراءتها هنا: \u2068https://hulp.example/c/abc\u2069."


@pytest.fixture
async def house(tmp_path: Path, store_urls: StoreUrls) -> AsyncIterator[House]:
    async with open_town(tmp_path, store_urls, extra="[channels.email]\n") as town:
        yield town.house


def by_mail(house: House, port: int, **settings: Any) -> EmailChannel:
    return EmailChannel(house, Smtp(**{"host": "127.0.0.1", "port": port, "sender": "klopaan@v.example", **settings}))


def outgoing(
    house: House,
    text: str = TEXT,
    language: str = "nl",
    *,
    key: str = "7.1.0",
    to: str = ADDRESS,
    confirmed: bool = True,
    file: Upload | None = None,
) -> Outgoing:
    (shown,) = fit(Content(text, language), EMAIL, house.tongue)
    letter = letters.letter(house, 7, language, confirmed=confirmed, sender="Waterdrecht")
    return Outgoing(key, 7, to, shown, file, letter=letter)


async def sent(house: House, one: Outgoing) -> EmailMessage:
    """What arrived."""
    server = MailServer()
    async with server.listening() as port:
        await by_mail(house, port).send(one)
    ((recipients, message),) = server.mail
    assert recipients == [one.external_id]
    return message


def words(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


class Page(HTMLParser):
    """What a mail program makes of the HTML."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


# ---- what a letter holds -------------------------------------------------------------------------------------------


async def test_a_letter_in_full(house: House) -> None:
    message = await sent(house, outgoing(house))
    link = letters.link_of(house, 7, "nl")
    assert message["From"] == "Waterdrecht <klopaan@v.example>"
    assert message["To"] == ADDRESS
    assert message["Subject"] == "Een bericht van Waterdrecht"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime is not None
    assert words(message, "plain") == (
        f"{TEXT}\n\n"
        "U krijgt deze mail, omdat dit adres is ingevuld in de chat van Waterdrecht.\n"
        "Op deze mail kunt u niet antwoorden.\n"
        "Wilt u geen mail meer? Dat kan hier:\n"
        f"{link}\n"
    )


async def test_an_address_that_nobody_confirmed_is_asked_whether_it_is_theirs(house: House) -> None:
    message = await sent(house, outgoing(house, confirmed=False))
    assert "Is dit adres van u? Bevestig het dan hier." in words(message, "plain")
    assert letters.link_of(house, 7, "nl") in words(message, "plain")


@pytest.mark.parametrize(("language", "text"), [("nl", TEXT), ("en", "You have a message."), ("ar", ARABIC)])
async def test_every_language_reads_from_its_own_side_and_links_are_links(
    house: House, language: str, text: str
) -> None:
    message = await sent(house, outgoing(house, text, language))
    page = Page(words(message, "html"))
    way = {"lang": language, "dir": direction(language)}
    assert [attributes for tag, attributes in page.tags if tag in ("html", "div")] == [way, way]
    assert {tag for tag, _ in page.tags} <= {"html", "head", "meta", "title", "body", "div", "p", "br", "hr", "a"}
    links = [attributes for tag, attributes in page.tags if tag == "a"]
    assert all(link["dir"] == "ltr" for link in links)
    assert links[-1]["href"] == letters.link_of(house, 7, language)
    if language == "nl":
        assert links[0]["href"] == "https://hulp.example/c/a-b_c?x=1&y=2"
        assert "Noor & <co>" in page.text
    if language == "ar":
        assert links[0]["href"] == "https://hulp.example/c/abc"
        assert "https://hulp.example/c/abc." in words(message, "plain"), "the mail program finds the link"
        assert message["Subject"].startswith("رسالة من")


async def test_what_stands_around_it_says_nothing_of_debts(house: House) -> None:
    for confirmed in (True, False):
        letter = letters.letter(house, 7, "nl", confirmed=confirmed, sender="Noor")
        told = f"{letter.subject} {letter.foot}".lower()
        assert not [word for word in ("schuld", "geld", "betaal", "hulp bij", "incasso") if word in told]


@pytest.mark.parametrize("name", ["Noor\nBcc: iemand@elders.example", "Noor\u2028 de\tVries"])
async def test_a_name_makes_no_header(house: House, name: str) -> None:
    letter = letters.letter(house, 7, "nl", confirmed=True, sender=name)
    message = await sent(house, replace(outgoing(house), letter=letter))
    assert message["Bcc"] is None
    assert message["Subject"] == f"Een bericht van {' '.join(name.split())}"


async def test_a_retry_is_the_same_message_and_another_one_is_not(house: House) -> None:
    server = MailServer()
    async with server.listening() as port:
        channel = by_mail(house, port)
        ids = [await channel.send(outgoing(house, key=key)) for key in ("7.1.0", "7.1.0", "7.1.1")]
    assert [message["Message-ID"] for _, message in server.mail] == ids
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@v.example>")


@pytest.mark.parametrize(
    ("media_type", "name"),
    [("application/pdf", "bestand.pdf"), ("image/jpeg", "bestand.jpg"), ("text/calendar", "afspraak.ics")],
)
async def test_a_file_has_a_neutral_name(house: House, media_type: str, name: str) -> None:
    data = b"BEGIN:VCALENDAR\r\n\xc3\xa9" * 100
    message = await sent(house, outgoing(house, "", file=Upload(media_type, data)))
    (file,) = message.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == (media_type, name)
    assert file.get_payload(decode=True) == data
    assert words(message, "plain").startswith("U krijgt deze mail")


async def test_the_headers_hold_with_a_long_address_of_the_municipality(house: House) -> None:
    object.__setattr__(house.config.web, "public_url", f"https://{'lang.' * 25}example")
    server = MailServer()
    async with server.listening() as port:
        await by_mail(house, port).send(outgoing(house))
    link = letters.link_of(house, 7, "nl")
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in server.raw[0]


async def test_a_domain_in_other_letters_is_found(house: House) -> None:
    server = MailServer()
    async with server.listening() as port:
        await by_mail(house, port).send(outgoing(house, to="sam@bücher.example"))
    assert server.mail[0][0] == ["sam@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "sam",
        "sam@",
        "@v.example",
        "sam@localhost",
        "a(b)@v.example",
        '"a b"@v.example',
        "sam@v.example>\r\nRCPT TO:<x@y.example",
        "a..b@v.example",
        "sám@v.example",
        "sam@v..example",
        f"sam@{'a' * 70}.example",
    ],
)
async def test_what_is_no_address_goes_nowhere(house: House, to: str) -> None:
    server = MailServer()
    async with server.listening() as port:
        error = await fails(by_mail(house, port), outgoing(house, to=to))
    assert (type(error), error.code) == (PermanentDeliveryError, "undeliverable")
    assert server.mail == []


# ---- what a mail server can say ------------------------------------------------------------------------------------


async def fails(channel: EmailChannel, one: Outgoing) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.send(one)
    error = caught.value
    assert ADDRESS not in repr((error, error.__cause__, error.__context__)), "invariant 4"
    return error


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("550 no such user", PermanentDeliveryError, "undeliverable"),
        ("551 not local", PermanentDeliveryError, "undeliverable"),
        ("553 not allowed", PermanentDeliveryError, "undeliverable"),
        ("511 bad address", PermanentDeliveryError, "undeliverable"),
        ("552 full", PermanentDeliveryError, "rejected"),
        ("554 no", PermanentDeliveryError, "rejected"),
        ("530 sign in", ChannelDownError, "token"),
        ("450 greylisted", TemporaryDeliveryError, "busy"),
        ("451 local error", TemporaryDeliveryError, "platform"),
        ("452 no room", TemporaryDeliveryError, "platform"),
    ],
)
async def test_a_refused_recipient(house: House, answer: str, kind: type[DeliveryError], code: str) -> None:
    async with MailServer(refuse={ADDRESS: f"{answer} {ADDRESS}"}).listening() as port:
        error = await fails(by_mail(house, port), outgoing(house))
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize(
    ("settings", "kind", "code"),
    [
        ({"answer": "554 spam"}, PermanentDeliveryError, "rejected"),
        ({"answer": "550 policy"}, PermanentDeliveryError, "rejected"),
        ({"answer": "451 later"}, TemporaryDeliveryError, "platform"),
        ({"answer": "421 too many"}, TemporaryDeliveryError, "busy"),
        ({"sender": "550 not yours"}, ChannelDownError, "token"),
        ({"sender": "530 sign in"}, ChannelDownError, "token"),
        ({"sender": "552 too big"}, PermanentDeliveryError, "rejected"),
        ({"sender": "451 later"}, TemporaryDeliveryError, "platform"),
        ({"greets": "550 not you"}, ChannelDownError, "unreachable"),
        ({"greets": "421 too many"}, TemporaryDeliveryError, "busy"),
    ],
)
async def test_a_refused_letter(house: House, settings: Any, kind: type[DeliveryError], code: str) -> None:
    async with MailServer(**settings).listening() as port:
        error = await fails(by_mail(house, port), outgoing(house))
    assert (type(error), error.code) == (kind, code)


async def test_a_server_that_is_not_there(house: House) -> None:
    async with MailServer().listening() as port:
        pass
    error = await fails(by_mail(house, port), outgoing(house))
    assert (type(error), error.code) == (ChannelDownError, "unreachable")


async def test_a_name_that_nobody_knows(house: House) -> None:
    error = await fails(by_mail(house, 25, host="mail.invalid"), outgoing(house))
    assert (type(error), error.code) == (ChannelDownError, "unreachable")


@pytest.fixture
def own_certificate(tmp_path: Path) -> ssl.SSLContext:
    return fake_smtp.own_certificate(tmp_path / "own.pem")


async def test_a_certificate_that_nobody_vouches_for(house: House, own_certificate: ssl.SSLContext) -> None:
    server = MailServer()
    async with server.listening(own_certificate) as port:
        error = await fails(by_mail(house, port, username="u", password="p"), outgoing(house))
    assert (type(error), error.code) == (ChannelDownError, "certificate")
    assert server.passwords == []


async def test_no_encryption_where_it_is_asked_for(house: House) -> None:
    async with MailServer().listening() as port:
        error = await fails(by_mail(house, port, starttls=True), outgoing(house))
    assert (type(error), error.code) == (ChannelDownError, "certificate")


async def test_a_wrong_password(
    house: House, own_certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))  # now it is vouched for
    server = MailServer(right_password=False)
    async with server.listening(own_certificate) as port:
        error = await fails(by_mail(house, port, username="u", password="p"), outgoing(house))
    assert (type(error), error.code) == (ChannelDownError, "token")
    assert set(server.passwords) == {b"p"}


async def test_a_server_that_says_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.mail.PATIENCE", 0.05)
    silent: list[asyncio.StreamWriter] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        silent.append(writer)
        writer.write(b"220 hello\r\n")

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        error = await fails(by_mail(house, server.sockets[0].getsockname()[1]), outgoing(house))
        for writer in silent:
            writer.close()
    assert (type(error), error.code) == (TemporaryDeliveryError, "timeout")


async def test_a_server_that_hangs_up_after_it_took_the_letter_has_taken_it(house: House) -> None:
    class Rude(MailServer):
        async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
            server.transport.abort()
            return "221 Bye"

    server = Rude()
    async with server.listening() as port:
        assert await by_mail(house, port).send(outgoing(house))
    assert len(server.mail) == 1


async def test_nothing_personal_in_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, "mail.log")  # the server's own
    async with MailServer(refuse={ADDRESS: f"550 {ADDRESS}"}).listening() as port:
        await fails(by_mail(house, port), outgoing(house))
    async with MailServer().listening() as port:
        await by_mail(house, port).send(outgoing(house))
    assert ADDRESS not in caplog.text
    assert "Noor" not in caplog.text
    assert letters.token_of(house, 7) not in repr(outgoing(house))


async def test_nobody_sends_us_files_by_mail(house: House) -> None:
    channel = by_mail(house, 25)
    await channel.open()
    with pytest.raises(PermanentDeliveryError, match="gone"):
        await channel.fetch("x", 1)
    await channel.close()
