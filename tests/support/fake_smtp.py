"""A mail server that keeps what it takes and refuses what it is told to refuse."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailServer:
    """Takes mail. ``refuse``: its answer per recipient; ``greets``, ``sender``, ``answer``: to the rest of a mail."""

    refuse: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    sender: str = "250 OK"
    greets: str = "250 OK"
    right_password: bool = True
    mail: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    passwords: list[bytes] = field(default_factory=list)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """What it can."""
        session.host_name = hostname
        return responses if self.greets.startswith("250") else [self.greets]

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:
        """The same for old clients."""
        return self.greets

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whom it is from."""
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whom it is for."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """What it is."""
        content = envelope.content
        assert isinstance(content, bytes)
        assert content.isascii(), "not every server takes 8 bits"
        assert max(map(len, content.split(b"\r\n"))) <= 998, "no server takes longer lines"
        for part in email.message_from_bytes(content, policy=default).walk():
            if part.get_content_type() == "text/calendar":
                assert part.get_filename() == "afspraak.ics"
                assert part.get_content_disposition() == "attachment"
                assert part.get_content_charset() == "utf-8", "it would be read as ASCII"
        if self.answer.startswith("250"):
            self.raw.append(content)
            self.mail.append((list(envelope.rcpt_tos), email.message_from_bytes(content, policy=default)))
        return self.answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, way: str, told: Any) -> AuthResult:
        """Notes a password."""
        self.passwords.append(told.password)
        return AuthResult(success=self.right_password, handled=False)

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        """Gives the port; with ``tls`` it offers encryption."""

        def protocol() -> SMTP:
            # It would take a password in clear: not sending one is ours to see to.
            return SMTP(self, tls_context=tls, authenticator=self.authenticate, auth_require_tls=False)

        loop = asyncio.get_running_loop()
        server = await loop.create_server(protocol, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]


def own_certificate(path: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for, as mail servers in a local network often have; it is in ``path`` too."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
