"""Notices to staff: neutral words, by mail and by webhook, against a real mail server and a real receiver."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.agenda.alarming import AgendaNotice
from bot.alarms import AlarmNotice
from bot.clock import AMSTERDAM
from bot.config import Config, Crisis, Smtp, load
from bot.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.notify import CollectingNotifier, EveryNotifier, Notifier, SmtpNotifier, WebhookNotifier, notifiers
from flows.grammar import Category, Urgency
from tests.support import fake_smtp
from tests.support.alarms import SECRET, Failing, municipality
from tests.support.fake_smtp import MailServer

NOTICE = AlarmNotice(
    alarm_id=3,
    conversation_id=12,
    urgency=Urgency.DANGER,
    raised_at=datetime(2027, 3, 13, 21, tzinfo=AMSTERDAM),
    round=0,
    gemeente="Voorbeeldstad",
    link="https://hulp.example/desk/file/12",
)
#: Of someone who asks for the colleague that they know.
FOR_NOOR = replace(NOTICE, urgency=Urgency.URGENT, first=("noor@v.example",), meant_for="Noor", kind="contact")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return municipality(tmp_path)


# ---- the words -----------------------------------------------------------------------------------------------------


def test_a_notice_is_neutral() -> None:
    words = f"{NOTICE.subject} {NOTICE.body}".lower()
    assert "dossier k-000012" in words
    assert "13-03-2027 21:00" in words
    assert NOTICE.link in words
    told = {*Category, "schuld", "zelfmoord", "suïcide", "geweld", "huis", "energie", "eten", "crisis"}
    assert not [word for word in told if word in words]


@pytest.mark.parametrize("urgency", list(Urgency))
def test_every_urgency_has_words(urgency: Urgency) -> None:
    body = AlarmNotice(1, 12, urgency, NOTICE.raised_at, 2, "Voorbeeldstad", "").body
    assert ("ook buiten openingstijden" in body) is (urgency is Urgency.DANGER)
    assert "Herhaling: 2" in body


# ---- by mail -------------------------------------------------------------------------------------------------------


CRISIS = Crisis(
    phone="0123",
    outside_hours="0124",
    alarm_email=("eerste@v.example", "piket@v.example"),
    escalate_to=("tweede@v.example", "derde@v.example"),
)


def by_mail(port: int, **settings: Any) -> SmtpNotifier:
    return SmtpNotifier(Smtp(host="127.0.0.1", port=port, **settings), CRISIS)


async def test_a_mail_to_the_first_recipients() -> None:
    server = MailServer()
    async with server.listening() as port:
        await by_mail(port).notify(NOTICE)
    ((recipients, message),) = server.mail
    assert recipients == ["eerste@v.example", "piket@v.example"]
    assert message["From"] == "eerste@v.example"
    assert message["Subject"] == NOTICE.subject
    assert message["Message-ID"] == "<klopaan-alarm-3-0@v.example>"
    assert message.get_content().replace("\r\n", "\n") == NOTICE.body


@pytest.mark.parametrize(("sent_round", "more"), [(1, 1), (2, 2), (9, 2)])
async def test_each_round_reaches_one_more(sent_round: int, more: int) -> None:
    server = MailServer()
    async with server.listening() as port:
        notice = AlarmNotice(3, 12, Urgency.DANGER, NOTICE.raised_at, sent_round, "Voorbeeldstad", NOTICE.link)
        await by_mail(port, sender="klopaan@v.example").notify(notice)
    ((recipients, message),) = server.mail
    assert recipients == [*CRISIS.alarm_email, *CRISIS.escalate_to[:more]]
    assert message["From"] == "klopaan@v.example"


async def test_one_refused_recipient_does_not_keep_it_from_the_others() -> None:
    server = MailServer(refuse={"eerste@v.example": "550 no such user"})
    async with server.listening() as port:
        await by_mail(port).notify(NOTICE)
    assert [recipients for recipients, _ in server.mail] == [["piket@v.example"]]


async def fails(way: Notifier, notice: AlarmNotice = NOTICE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await way.notify(notice)
    return caught.value


async def test_all_recipients_refused() -> None:
    server = MailServer(refuse=dict.fromkeys(CRISIS.alarm_email, "550 no such user"))
    async with server.listening() as port:
        error = await fails(by_mail(port))
    assert isinstance(error, PermanentDeliveryError)
    assert error.code == "recipients_refused"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("451 later", TemporaryDeliveryError, "smtp_451"),
        ("554 never", PermanentDeliveryError, "smtp_554"),
    ],
)
async def test_a_mail_server_that_refuses(answer: str, kind: type[DeliveryError], code: str) -> None:
    async with MailServer(answer=answer).listening() as port:
        error = await fails(by_mail(port))
    assert isinstance(error, kind)
    assert error.code == code


async def test_a_mail_server_that_is_not_there() -> None:
    async with MailServer().listening() as port:
        pass
    error = await fails(by_mail(port))
    assert isinstance(error, TemporaryDeliveryError)
    assert error.code == "smtp_unreachable"


@pytest.mark.parametrize("settings", [{"starttls": True}, {"username": "u", "password": "p"}])
async def test_nothing_goes_in_clear_when_it_may_not(settings: dict[str, Any]) -> None:
    server = MailServer()
    async with server.listening() as port:
        assert (await fails(by_mail(port, **settings))).code == "smtp_unreachable"
    assert (server.mail, server.passwords) == ([], [])


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return fake_smtp.own_certificate(tmp_path_factory.mktemp("tls") / "own.pem")


async def test_encryption_is_taken_when_it_is_offered(own_certificate: ssl.SSLContext) -> None:
    server = MailServer()
    async with server.listening(own_certificate) as port:
        await by_mail(port).notify(NOTICE)
    assert len(server.mail) == 1


@pytest.mark.parametrize("settings", [{"starttls": True}, {"username": "u", "password": "p"}])
async def test_a_password_and_required_encryption_want_a_true_certificate(
    settings: dict[str, Any], own_certificate: ssl.SSLContext
) -> None:
    server = MailServer()
    async with server.listening(own_certificate) as port:
        assert (await fails(by_mail(port, **settings))).code == "smtp_unreachable"
    assert (server.mail, server.passwords) == ([], [])


# ---- by webhook ----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def webhook(answer: Callable[[web.Request, bytes], web.StreamResponse]) -> AsyncIterator[str]:
    async def handle(request: web.Request) -> web.StreamResponse:
        return answer(request, await request.read())

    app = web.Application()
    app.router.add_post("/in", handle)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("/in"))
    finally:
        await server.close()


async def test_a_webhook_can_tell_that_it_is_ours() -> None:
    got: list[dict[str, Any]] = []

    def answer(request: web.Request, body: bytes) -> web.StreamResponse:
        expected = hmac.new(b"shared", body, hashlib.sha256).hexdigest()
        assert request.headers["X-Klopaan-Signature-256"] == f"sha256={expected}"
        assert request.headers["X-Klopaan-Delivery"] == "alarm-3-0"
        assert request.content_type == "application/json"
        got.append(json.loads(body))
        return web.Response(status=202)

    async with webhook(answer) as url:
        await WebhookNotifier(url, "shared").notify(NOTICE)
    (told,) = got
    assert datetime.fromisoformat(told.pop("sent_at")).tzinfo is not None
    assert told == {
        "kind": "alarm",
        "alarm": 3,
        "file": 12,
        "urgency": "danger",
        "raised_at": "2027-03-13T21:00:00+01:00",
        "round": 0,
        "link": NOTICE.link,
        "subject": NOTICE.subject,
        "text": NOTICE.body,
    }


async def test_a_webhook_sorts_a_notice_about_the_agenda_from_an_alarm() -> None:
    got: list[tuple[str, dict[str, Any]]] = []

    def answer(request: web.Request, body: bytes) -> web.StreamResponse:
        got.append((request.headers["X-Klopaan-Delivery"], json.loads(body)))
        return web.Response()

    notice = AgendaNotice("moments", date(2027, 3, 23), NOTICE.raised_at, 2, "Voorbeeldstad", "https://hulp.example/d")
    async with webhook(answer) as url:
        await WebhookNotifier(url, "shared").notify(notice)
    ((delivery, told),) = got
    assert delivery == notice.key
    told.pop("sent_at")
    assert told == {
        "kind": "agenda",
        "lacking": "moments",
        "until": "2027-03-23",
        "raised_at": "2027-03-13T21:00:00+01:00",
        "round": 2,
        "link": "https://hulp.example/d",
        "subject": notice.subject,
        "text": notice.body,
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, TemporaryDeliveryError),
        (503, TemporaryDeliveryError),
        (429, TemporaryDeliveryError),
        (302, PermanentDeliveryError),
        (401, PermanentDeliveryError),
        (404, PermanentDeliveryError),
    ],
)
async def test_a_webhook_that_refuses(status: int, kind: type[DeliveryError]) -> None:
    async with webhook(lambda request, body: web.Response(status=status, headers={"Location": "/in"})) as url:
        error = await fails(WebhookNotifier(url, "shared"))
    assert isinstance(error, kind)
    assert error.code == f"webhook_{status}"


async def test_a_webhook_that_is_not_there() -> None:
    async with webhook(lambda request, body: web.Response()) as url:
        pass
    assert (await fails(WebhookNotifier(url, "shared"))).code == "webhook_unreachable"


# ---- several ways --------------------------------------------------------------------------------------------------


async def test_one_way_that_works_is_enough() -> None:
    works = CollectingNotifier()
    await EveryNotifier([Failing(PermanentDeliveryError("recipients_refused")), works]).notify(NOTICE)
    assert list(works.sent) == [NOTICE]


async def test_when_no_way_works_the_first_reason_counts() -> None:
    ways = [Failing(TemporaryDeliveryError("smtp_unreachable")), Failing(PermanentDeliveryError("webhook_404"))]
    assert (await fails(EveryNotifier(ways))).code == "smtp_unreachable"


async def test_what_is_for_someone_first_is_not_for_every_way() -> None:
    by_all = CollectingNotifier()
    ways = EveryNotifier([Failing(TemporaryDeliveryError("smtp_unreachable"), times=1), by_all])
    assert (await fails(ways, FOR_NOOR)).code == "smtp_unreachable"
    await ways.notify(FOR_NOOR)
    assert list(by_all.sent) == []
    later = replace(FOR_NOOR, round=1)
    await ways.notify(later)
    assert list(by_all.sent) == [later]


async def test_the_ways_that_are_configured(config: Config, tmp_path: Path) -> None:
    got: list[bytes] = []

    def answer(request: web.Request, body: bytes) -> web.StreamResponse:
        got.append(body)
        return web.Response()

    server = MailServer()
    async with server.listening() as port, webhook(answer) as url:
        text = config.path.read_text() + f'[smtp]\nhost = "127.0.0.1"\nport = {port}\n'
        path = tmp_path / "both.toml"
        path.write_text(text.replace("phone =", f'alarm_webhook = "{url}"\nalarm_webhook_secret = "s"\nphone ='))
        ways = notifiers(load(path, SECRET))
        await ways.notify(NOTICE)
        assert len(server.mail) == len(got) == 1
        for number in range(2):  # nobody is paged at night for what a colleague reads in the morning
            await ways.notify(replace(FOR_NOOR, round=number))
            assert (len(server.mail), len(got)) == (number + 2, number + 1)
    assert [json.loads(body)["kind"] for body in got] == ["alarm", "contact"]
    assert [message["Importance"] for _, message in server.mail] == ["high", "normal", "normal"]


async def test_the_demo_keeps_the_newest() -> None:
    notifier = CollectingNotifier(most=2)
    for number in range(3):
        await notifier.notify(AlarmNotice(number, 1, Urgency.DANGER, NOTICE.raised_at, 0, "", ""))
    assert [notice.key for notice in notifier.sent] == ["alarm-2-0", "alarm-1-0"]
