"""The municipality's mail server: one connection for one mail, encrypted as the configuration says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage

import aiosmtplib

from bot.config import Smtp

#: Seconds until a mail server that does not answer counts as failed; well within a claim.
PATIENCE = 20
#: Seconds for saying goodbye, which changes nothing any more.
_GOODBYE = 2

#: This port is encrypted from the start (RFC 8314).
IMPLICIT_TLS = 465


async def send(smtp: Smtp, message: EmailMessage, sender: str, recipients: Sequence[str]) -> int:
    """Hands ``message`` over for all ``recipients``; gives how many of them were refused while others were not.

    Raises ``aiosmtplib.SMTPException`` and ``OSError`` (``TimeoutError``, ``ssl.SSLError``); their texts may hold
    addresses, so none of them may be logged.
    """
    secure = bool(smtp.starttls or smtp.password)
    implicit = smtp.port == IMPLICIT_TLS
    client = aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.username or None,
        password=smtp.password or None,
        use_tls=implicit,
        start_tls=False if implicit else True if secure else smtp.starttls,
        # Encryption that is only taken when offered keeps out who listens, not who pretends: local servers often show a
        # certificate of their own making, and a mail in the clear would not be safer.
        validate_certs=implicit or secure,
        timeout=PATIENCE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await client.connect()
            refused, _ = await client.send_message(message, sender=sender, recipients=recipients)
        with suppress(aiosmtplib.SMTPException, OSError):  # it was taken: whatever comes now, it is not sent again
            await client.quit(timeout=_GOODBYE)
    finally:
        client.close()
    return len(refused)
