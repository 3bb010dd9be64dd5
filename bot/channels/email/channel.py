"""The sender: a letter goes to the municipality's mail server, and what the server says becomes a code."""

from __future__ import annotations

import re
import ssl
from email.headerregistry import Address

import aiosmtplib

from bot import mail
from bot.channels.email.message import written
from bot.channels.limits import EMAIL
from bot.config import Smtp
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.outgoing import Outgoing, Pace

#: What a municipality's own mail server takes without taking us for spam, on as many connections at once.
A_SECOND = 5.0
CONNECTIONS = 4
#: Per person; letters are few.
A_SECOND_EACH = 1.0
AT_ONCE_EACH = 5

#: RFC 5322's dot-atom: what stands before the @ in nearly every address. Everything else means something to a server.
_NAME = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")

#: Replies that mean "not so fast": too many at once, or a server that lets strangers wait (RFC 5321).
_BUSY = frozenset({421, 450})
#: Replies that mean "sign in first" (RFC 4954).
_SIGN_IN = frozenset({530, 534, 535, 538})
#: What is refused, not who: too big or a full box, or nothing that the server wants.
_UNWANTED = frozenset({552, 554})


class EmailChannel:
    """Letters through ``[smtp]``, one connection each; nothing comes in."""

    limits = EMAIL
    pace = Pace(overall=A_SECOND, person=A_SECOND_EACH, burst=AT_ONCE_EACH, together=CONNECTIONS)

    def __init__(self, house: House, smtp: Smtp) -> None:
        self._house = house
        self._smtp = smtp
        self._sender = smtp.sender or house.config.crisis.alarm_email[0]

    async def open(self) -> None:
        """Nothing to make ready: every letter has a connection of its own."""

    async def close(self) -> None:
        """Nothing to give back."""

    async def fetch(self, reference: str, most: int) -> bytes:
        """Raises ``PermanentDeliveryError("gone")``: nobody sends us files by mail."""
        raise PermanentDeliveryError("gone")

    async def send(self, outgoing: Outgoing) -> str:
        """Sends; gives the letter's ``Message-ID``, the same at every try. Raises as `bot.outgoing.Channel.send`."""
        assert outgoing.letter is not None  # whoever sends by mail writes one
        message_id = self._message_id(outgoing.key)
        to = _addressed(outgoing.external_id)
        sender = Address(self._house.gemeente.name, addr_spec=self._sender)
        message = written(outgoing, outgoing.letter, sender=sender, to=to, message_id=message_id)
        failure: DeliveryError
        try:
            await mail.send(self._smtp, message, self._sender, [to.addr_spec])
        except (aiosmtplib.SMTPException, OSError) as error:
            failure = _told(error)
        else:
            return message_id
        raise failure  # outside: what the server said holds addresses, and would hang on to it as its context

    def _message_id(self, key: str) -> str:
        """Keyed: the outbox's own numbers are nobody's business."""
        name = self._house.vault.index("mail.message", key).hex()
        return f"<{name}@{self._sender.rpartition('@')[2]}>"


def _addressed(external_id: str) -> Address:
    name, _, domain = external_id.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    if not (_NAME.fullmatch(name) and _DOMAIN.fullmatch(domain)):
        raise PermanentDeliveryError("undeliverable")
    return Address(username=name, domain=domain)


def _told(error: aiosmtplib.SMTPException | OSError) -> DeliveryError:
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            code = error.recipients[0].code
            return _refused(code, "rejected" if code in _UNWANTED else "undeliverable")
        case aiosmtplib.SMTPAuthenticationError(code=code) if code >= 500:
            return ChannelDownError("token")
        case aiosmtplib.SMTPSenderRefused(code=code) if code >= 500 and code not in _UNWANTED:
            return ChannelDownError("token")  # our own address: the same for every letter
        case aiosmtplib.SMTPConnectResponseError(code=code) | aiosmtplib.SMTPHeloError(code=code) if code >= 500:
            return ChannelDownError("unreachable")
        case aiosmtplib.SMTPResponseException(code=code):
            return _refused(code, "rejected")
        case aiosmtplib.SMTPConnectError():
            is_untrusted = isinstance(error.__cause__, ssl.SSLError)
            return ChannelDownError("certificate" if is_untrusted else "unreachable")
        case TimeoutError():
            return TemporaryDeliveryError("timeout")
        case aiosmtplib.SMTPServerDisconnected():
            return TemporaryDeliveryError("platform")
        case ssl.SSLError() | aiosmtplib.SMTPException():  # no encryption, where it is asked for
            return ChannelDownError("certificate")
    return ChannelDownError("unreachable")


def _refused(code: int, permanent: str) -> DeliveryError:
    if code < 500:
        return TemporaryDeliveryError("busy" if code in _BUSY else "platform")
    return ChannelDownError("token") if code in _SIGN_IN else PermanentDeliveryError(permanent)
