"""Alarms reach staff, say nothing of anyone, and go on to the next until a human acknowledges them."""

from __future__ import annotations

import asyncio
import email
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import insert, select, update

from bot.alarms import Alarms, CollectingNotifier, Notice, next_round, try_again
from bot.clock import AMSTERDAM, Calendar, to_ms
from bot.config import Config, Crisis, Smtp, load
from bot.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.notify import EveryNotifier, Notifier, SmtpNotifier, WebhookNotifier, notifiers
from flows.grammar import Category, Urgency
from storage.database import Database
from storage.tables import alarm, conversation, event, person

SECRET = {"KLOPAAN_SECRET": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
MINUTE = timedelta(minutes=1)
#: A Saturday evening: closed until Monday nine o'clock.
EVENING = datetime(2027, 3, 13, 21, tzinfo=AMSTERDAM).astimezone(UTC)
NOTICE = Notice(
    alarm_id=3,
    conversation_id=12,
    urgency=Urgency.DANGER,
    raised_at=datetime(2027, 3, 13, 21, tzinfo=AMSTERDAM),
    round=0,
    gemeente="Voorbeeldstad",
    link="https://hulp.example/desk/file/12",
)


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = EVENING

    def now(self) -> datetime:
        return self.at


class Failing:
    """A way that fails a number of times, then works."""

    def __init__(self, failure: Exception, times: int = 1_000_000) -> None:
        self.failure = failure
        self.times = times
        self.sent: list[Notice] = []

    async def notify(self, notice: Notice) -> None:
        if self.times:
            self.times -= 1
            raise self.failure
        self.sent.append(notice)


# ---- the worker ----------------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "gemeente.toml"
    path.write_text(
        """
        [gemeente]
        name = "Voorbeeldstad"
        [crisis]
        phone = "0123"
        outside_hours = "0124"
        alarm_email = "eerste@v.example"
        escalate_to = ["tweede@v.example", "derde@v.example"]
        [database]
        url = "sqlite+aiosqlite:///unused.db"
        [web]
        host = "127.0.0.1"
        port = 8080
        public_url = "https://hulp.example"
        [channels.webchat]
        """
    )
    return load(path, SECRET)


@pytest.fixture
def house(config: Config, clock: HandClock, database: Database) -> House:
    unused = cast(Any, None)
    return House(
        config=config,
        clock=clock,
        calendar=config.calendar(),
        gemeente=config.gemeente(),
        db=database,
        keys=unused,
        vault=unused,
        tongue=unused,
        flows=frozenset(),
    )


async def raise_alarm(house: House, urgency: Urgency = Urgency.DANGER) -> int:
    """A file with an alarm that is due now, as ``bot.effects`` writes it; gives the alarm's id."""
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        code = str(now).encode() + bytes([urgency])
        who = insert(person).values(created_at=now, key_id=1, code_index=code, code_sealed=b"", language="nl")
        person_id = (await conn.execute(who.returning(person.c.id))).scalar_one()
        file = insert(conversation).values(person_id=person_id, created_at=now, updated_at=now)
        conversation_id = (await conn.execute(file.returning(conversation.c.id))).scalar_one()
        row = insert(alarm).values(
            conversation_id=conversation_id, raised_at=now, urgency=int(urgency), category_sealed=b"", next_at=now
        )
        return int((await conn.execute(row.returning(alarm.c.id))).scalar_one())


async def row_of(house: House, alarm_id: int) -> Any:
    async with house.db.read() as conn:
        return (await conn.execute(select(alarm).where(alarm.c.id == alarm_id))).one()


async def change(house: House, alarm_id: int, **values: Any) -> None:
    async with house.db.begin() as conn:
        await conn.execute(update(alarm).where(alarm.c.id == alarm_id).values(**values))


async def follow(house: House, clock: HandClock, alarms: Alarms, alarm_id: int, rounds: int) -> list[str]:
    """Moves to each next round in turn; gives local times at which something was tried."""
    times = []
    for _ in range(rounds):
        clock.at = datetime.fromtimestamp((await row_of(house, alarm_id)).next_at / 1000, UTC)
        assert await alarms.run_due() == 1
        times.append(clock.at.astimezone(AMSTERDAM).strftime("%a %H:%M"))
    return times


async def test_danger_goes_on_to_the_next_at_any_hour(house: House, clock: HandClock) -> None:
    notifier = CollectingNotifier()
    alarms = Alarms(house, notifier)
    alarm_id = await raise_alarm(house)
    times = await follow(house, clock, alarms, alarm_id, 7)
    assert times == ["Sat 21:00", "Sat 21:10", "Sat 21:20", "Sat 21:30", "Sat 21:50", "Sat 22:30", "Sat 23:30"]
    assert [notice.round for notice in reversed(notifier.sent)] == [0, 1, 2, 3, 4, 5, 6]


async def test_a_crisis_is_told_at_once_and_escalates_in_opening_hours(house: House, clock: HandClock) -> None:
    alarms = Alarms(house, CollectingNotifier())
    alarm_id = await raise_alarm(house, Urgency.CRISIS)
    assert await follow(house, clock, alarms, alarm_id, 3) == ["Sat 21:00", "Mon 10:00", "Mon 11:00"]


async def test_nothing_is_sent_before_its_time(house: House, clock: HandClock) -> None:
    notifier = CollectingNotifier()
    alarms = Alarms(house, notifier)
    await raise_alarm(house)
    assert await alarms.run_due() == 1
    clock.at += 9 * MINUTE
    assert await alarms.run_due() == 0
    assert len(notifier.sent) == 1


async def test_an_acknowledged_alarm_is_silent(house: House, clock: HandClock) -> None:
    notifier = CollectingNotifier()
    alarms = Alarms(house, notifier)
    alarm_id = await raise_alarm(house)
    await alarms.run_due()
    await change(house, alarm_id, state="acknowledged", next_at=None)
    clock.at += timedelta(days=3)
    assert await alarms.run_due() == 0
    assert len(notifier.sent) == 1


async def test_acknowledged_while_it_is_being_sent(house: House) -> None:
    class Meanwhile:
        async def notify(self, notice: Notice) -> None:
            await change(house, notice.alarm_id, state="acknowledged", next_at=None)

    alarm_id = await raise_alarm(house)
    await Alarms(house, Meanwhile()).run_due()
    row = await row_of(house, alarm_id)
    assert (row.state, row.next_at) == ("acknowledged", None)


async def test_two_processes_send_it_once(house: House) -> None:
    sent = CollectingNotifier()
    for _ in range(3):
        await raise_alarm(house, Urgency.CRISIS)
        cast(HandClock, house.clock).at += timedelta(seconds=1)
    tried = await asyncio.gather(*(Alarms(house, sent).run_due() for _ in range(4)))
    assert sum(tried) == 3
    assert len({notice.alarm_id for notice in sent.sent}) == len(sent.sent) == 3


async def test_what_a_dead_process_had_claimed_is_sent_by_another(house: House) -> None:
    notifier = CollectingNotifier()
    alarm_id = await raise_alarm(house)
    await change(house, alarm_id, claimed_until=to_ms(datetime.now(UTC) + MINUTE))
    assert await Alarms(house, notifier).run_due() == 0
    await change(house, alarm_id, claimed_until=to_ms(datetime.now(UTC) - MINUTE))
    assert await Alarms(house, notifier).run_due() == 1
    assert len(notifier.sent) == 1


async def test_what_reaches_nobody_is_tried_again_with_the_next_one(house: House, clock: HandClock) -> None:
    way = Failing(TemporaryDeliveryError("smtp_unreachable"), times=6)
    alarms = Alarms(house, way)
    alarm_id = await raise_alarm(house)
    await alarms.run_due()
    row = await row_of(house, alarm_id)
    assert (row.state, row.level, row.last_error) == ("raised", 1, "smtp_unreachable")
    assert row.next_at == to_ms(EVENING + timedelta(seconds=15))
    await follow(house, clock, alarms, alarm_id, 6)
    row = await row_of(house, alarm_id)
    assert [notice.round for notice in way.sent] == [2]
    assert (row.level, row.last_error, row.claimed_until) == (3, None, None)
    assert row.next_at == to_ms(clock.at + 10 * MINUTE)


async def test_it_is_never_given_up(house: House, clock: HandClock) -> None:
    alarms = Alarms(house, CollectingNotifier())
    alarm_id = await raise_alarm(house)
    await change(house, alarm_id, level=32_000)
    await follow(house, clock, alarms, alarm_id, 2)
    row = await row_of(house, alarm_id)
    assert (row.level, row.next_at) == (32_000, to_ms(clock.at + 60 * MINUTE))


async def test_a_mistake_in_a_way_does_not_stop_the_others(house: House) -> None:
    alarm_id = await raise_alarm(house)
    other = await raise_alarm(house, Urgency.CRISIS)
    assert await Alarms(house, Failing(RuntimeError("oops"), times=1)).run_due() == 2
    rows = [await row_of(house, alarm_id), await row_of(house, other)]
    assert sorted(row.last_error or "" for row in rows) == ["", "bug"]
    assert all(row.state == "raised" and row.next_at is not None for row in rows)


async def test_every_delivery_is_on_the_file(house: House, clock: HandClock) -> None:
    way = Failing(TemporaryDeliveryError("smtp_unreachable"), times=1)
    alarms = Alarms(house, way)
    alarm_id = await raise_alarm(house)
    await follow(house, clock, alarms, alarm_id, 3)
    async with house.db.read() as conn:
        kinds = (await conn.execute(select(event.c.kind, event.c.conversation_id))).all()
    assert kinds == [("alarm_sent", (await row_of(house, alarm_id)).conversation_id)] * 2


async def test_the_notice_leads_to_the_file(house: House) -> None:
    notifier = CollectingNotifier()
    alarm_id = await raise_alarm(house)
    await Alarms(house, notifier).run_due()
    row = await row_of(house, alarm_id)
    assert notifier.sent[0] == Notice(
        alarm_id=alarm_id,
        conversation_id=row.conversation_id,
        urgency=Urgency.DANGER,
        raised_at=EVENING.astimezone(AMSTERDAM),
        round=0,
        gemeente="Voorbeeldstad",
        link=f"https://hulp.example/desk/file/{row.conversation_id}",
    )


@pytest.mark.parametrize(
    ("urgency", "sent_round", "minutes"),
    [
        (Urgency.DANGER, 0, 5),
        (Urgency.DANGER, 1, 5),  # the last recipient was just told
        (Urgency.DANGER, 2, 10),
        (Urgency.DANGER, 5, 60),
        (Urgency.DANGER, 30_000, 60),
        (Urgency.CRISIS, 0, 120),
        (Urgency.CRISIS, 9, 120),  # its own wait is longer than the slowest repeat
    ],
)
def test_how_long_until_the_next_round(urgency: Urgency, sent_round: int, minutes: int) -> None:
    crisis = Crisis(
        phone="",
        outside_hours="",
        alarm_email=("a@v.example",),
        escalate_to=("b@v.example",),
        escalate_after=5,
        escalate_after_crisis=120,
    )
    morning = datetime(2027, 3, 15, 9, tzinfo=AMSTERDAM).astimezone(UTC)
    sent = Notice(1, 1, urgency, morning, sent_round, "", "")
    assert next_round(morning, sent, crisis, Calendar()) == morning + minutes * MINUTE


@pytest.mark.parametrize(("seconds_ago", "wait"), [(0, 15), (60, 15), (120, 30), (1200, 300), (90_000, 300)])
def test_how_long_until_a_failure_is_tried_again(seconds_ago: int, wait: int) -> None:
    assert try_again(EVENING, EVENING - timedelta(seconds=seconds_ago)) == EVENING + timedelta(seconds=wait)


# ---- the words -----------------------------------------------------------------------------------------------------


def test_a_notice_is_neutral() -> None:
    words = f"{NOTICE.subject} {NOTICE.body}".lower()
    assert "dossier 12" in words
    assert "13-03-2027 21:00" in words
    assert NOTICE.link in words
    told = {*Category, "schuld", "zelfmoord", "suïcide", "geweld", "huis", "energie", "eten", "crisis"}
    assert not [word for word in told if word in words]


@pytest.mark.parametrize("urgency", list(Urgency))
def test_every_urgency_has_words(urgency: Urgency) -> None:
    body = Notice(1, 12, urgency, NOTICE.raised_at, 2, "Voorbeeldstad", "").body
    assert ("ook buiten openingstijden" in body) is (urgency is Urgency.DANGER)
    assert "Herhaling: 2" in body


# ---- by mail -------------------------------------------------------------------------------------------------------


class MailServer:
    """Takes mail, refuses what it is told to refuse."""

    def __init__(self, refuse: dict[str, str] | None = None, answer: str = "250 OK") -> None:
        self.refuse = refuse or {}
        self.answer = answer
        self.mail: list[tuple[list[str], EmailMessage]] = []
        self.passwords: list[bytes] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if self.answer.startswith("250"):
            message = email.message_from_bytes(content, policy=default)
            self.mail.append((list(envelope.rcpt_tos), message))
        return self.answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, way: str, told: Any) -> AuthResult:
        self.passwords.append(told.password)
        return AuthResult(success=True)

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        def protocol() -> SMTP:
            # It would take a password in clear: not sending one is ours to see to.
            return SMTP(self, tls_context=tls, authenticator=self.authenticate, auth_require_tls=False)

        loop = asyncio.get_running_loop()
        server = await loop.create_server(protocol, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]


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
        notice = Notice(3, 12, Urgency.DANGER, NOTICE.raised_at, sent_round, "Voorbeeldstad", NOTICE.link)
        await by_mail(port, sender="klopaan@v.example").notify(notice)
    ((recipients, message),) = server.mail
    assert recipients == [*CRISIS.alarm_email, *CRISIS.escalate_to[:more]]
    assert message["From"] == "klopaan@v.example"


async def test_one_refused_recipient_does_not_keep_it_from_the_others() -> None:
    server = MailServer(refuse={"eerste@v.example": "550 no such user"})
    async with server.listening() as port:
        await by_mail(port).notify(NOTICE)
    assert [recipients for recipients, _ in server.mail] == [["piket@v.example"]]


async def fails(way: Notifier) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await way.notify(NOTICE)
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
    """A certificate that nobody vouches for, as mail servers in a local network often have."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


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
        await notifiers(load(path, SECRET)).notify(NOTICE)
    assert len(server.mail) == len(got) == 1


async def test_the_demo_keeps_the_newest() -> None:
    notifier = CollectingNotifier(most=2)
    for number in range(3):
        await notifier.notify(Notice(number, 1, Urgency.DANGER, NOTICE.raised_at, 0, "", ""))
    assert [notice.alarm_id for notice in notifier.sent] == [2, 1]
