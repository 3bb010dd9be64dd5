"""How a notice reaches staff: by mail and, when the municipality names one, through a webhook.

A notice is neutral (rule 11): how urgent, which file, since when, what to do. Never who or what about. What it says
is its own matter (``bot.alarms``, ``bot.agenda.alarming``); the ways here treat all alike.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal, Protocol

import aiosmtplib
from aiohttp import ClientError, ClientSession, ClientTimeout
from prometheus_client import Counter

from bot import mail
from bot.config import Config, Crisis, Smtp
from bot.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.web import REGISTRY

log = logging.getLogger(__name__)

#: Seconds until a webhook that does not answer counts as failed; well within a claim.
PATIENCE = 20

NOTIFICATIONS = Counter(
    "klopaan_alarm_notifications", "Alarms sent to staff, by way and result", ["notifier", "result"], registry=REGISTRY
)


class Notice(Protocol):
    """One notification, as every way sends it; each kind stands with the worker that sends it."""

    @property
    def kind(self) -> str:
        """What it is about, for who sorts what a webhook brings: ``alarm``, ``contact``, ``agenda``."""
        ...

    @property
    def key(self) -> str:
        """Its name, which is the same when it is tried again."""
        ...

    @property
    def importance(self) -> Literal["high", "normal"]:
        """How a mail program shows it."""
        ...

    @property
    def round(self) -> int:
        """0 is the first; says how many of the next recipients get it as well."""
        ...

    @property
    def first(self) -> Sequence[str]:
        """E-mail addresses of those who hear of it before all others do; empty: it is for whoever is there."""
        ...

    @property
    def link(self) -> str:
        """Where something can be done about it."""
        ...

    @property
    def subject(self) -> str:
        """One line, in Dutch."""
        ...

    @property
    def body(self) -> str:
        """What to know and to do, in Dutch."""
        ...

    @property
    def facts(self) -> Mapping[str, str | int]:
        """What a program can do something with, besides ``kind``, ``round``, ``link`` and the words."""
        ...


class Notifier(Protocol):
    """A way to reach staff."""

    async def notify(self, notice: Notice) -> None:
        """Brings ``notice`` to whom it is for. Raises ``DeliveryError`` when nobody got it."""
        ...


class SmtpNotifier:
    """By mail: to ``alarm_email``, and in each further round to one more of ``escalate_to``; what is for someone first
    goes to them a round before that."""

    def __init__(self, smtp: Smtp, crisis: Crisis) -> None:
        self._smtp = smtp
        self._crisis = crisis
        self._sender = smtp.sender or crisis.alarm_email[0]

    async def notify(self, notice: Notice) -> None:
        """Sends one mail to all. Refused recipients are logged by number as long as one is accepted."""
        recipients = recipients_of(notice, self._crisis)
        try:
            refused = await mail.send(self._smtp, self._message(notice, recipients), self._sender, recipients)
        except aiosmtplib.SMTPRecipientsRefused:
            raise PermanentDeliveryError("recipients_refused") from None
        except aiosmtplib.SMTPResponseException as error:
            kind = PermanentDeliveryError if error.code >= 500 else TemporaryDeliveryError
            raise kind(f"smtp_{error.code}") from None
        except (aiosmtplib.SMTPException, OSError):
            raise TemporaryDeliveryError("smtp_unreachable") from None
        if refused:
            NOTIFICATIONS.labels("SmtpNotifier", "refused").inc(refused)
            log.error("the mail server refused %d of %d recipients of alarms", refused, len(recipients))

    def _message(self, notice: Notice, recipients: Sequence[str]) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = ", ".join(recipients)
        message["Subject"] = notice.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        domain = self._sender.rpartition("@")[2]
        message["Message-ID"] = f"<klopaan-{notice.key}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Importance"] = notice.importance
        message.set_content(notice.body)
        return message


def recipients_of(notice: Notice, crisis: Crisis) -> list[str]:
    """Who gets a notice by mail in its round, each once."""
    steps = [tuple(notice.first), crisis.alarm_email, *((one,) for one in crisis.escalate_to)]
    told = [step for step in steps if step][: notice.round + 1]
    return list(dict.fromkeys(address for step in told for address in step))


class WebhookNotifier:
    """A ``POST`` of JSON to an address of the municipality; the HMAC of the body stands in a header."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode()

    async def notify(self, notice: Notice) -> None:
        """Posts it; any 2xx is success, and redirects are not followed."""
        body = json.dumps(
            {
                **notice.facts,
                "kind": notice.kind,
                "round": notice.round,
                "sent_at": datetime.now(UTC).isoformat(timespec="seconds"),  # lets the receiver refuse what is replayed
                "link": notice.link,
                "subject": notice.subject,
                "text": notice.body,
            }
        ).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Klopaan-Delivery": notice.key,
            "X-Klopaan-Signature-256": "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest(),
        }
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=PATIENCE)) as session,
                session.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                status = response.status
        except (ClientError, OSError):
            raise TemporaryDeliveryError("webhook_unreachable") from None
        if not 200 <= status < 300:
            kind = TemporaryDeliveryError if status >= 500 or status in (408, 429) else PermanentDeliveryError
            raise kind(f"webhook_{status}")


class CollectingNotifier:
    """Keeps the last notices in memory, newest first, for the demo's page."""

    def __init__(self, most: int = 50) -> None:
        self.sent: deque[Notice] = deque(maxlen=most)

    async def notify(self, notice: Notice) -> None:
        """Keeps it."""
        self.sent.appendleft(notice)


class EveryNotifier:
    """Several ways at once; it has arrived when one of them worked. What did not is counted and logged. Who hears of
    something before all others does so by the first way alone: the others lead to everyone."""

    def __init__(self, ways: Sequence[Notifier]) -> None:
        self._ways = tuple(ways)

    async def notify(self, notice: Notice) -> None:
        """Tries all of them. Raises the first failure when every one failed."""
        ways = self._ways[:1] if notice.first and not notice.round else self._ways
        results = await asyncio.gather(*(_try(way, notice) for way in ways))
        failures = [result for result in results if result is not None]
        if len(failures) == len(ways):
            raise failures[0]


async def _try(way: Notifier, notice: Notice) -> DeliveryError | None:
    name = type(way).__name__
    try:
        await way.notify(notice)
    except DeliveryError as error:
        NOTIFICATIONS.labels(name, "failed").inc()
        log.error("%s was not delivered by %s: %s", notice.key, name, error.code)
        return error
    NOTIFICATIONS.labels(name, "sent").inc()
    return None


def notifiers(config: Config) -> Notifier:
    """The ways that the configuration names: mail always, and first; a webhook when there is one."""
    ways: list[Notifier] = [SmtpNotifier(config.smtp, config.crisis)]
    if config.crisis.alarm_webhook:
        ways.append(WebhookNotifier(config.crisis.alarm_webhook, config.crisis.alarm_webhook_secret))
    return EveryNotifier(ways)
