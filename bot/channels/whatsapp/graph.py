"""The Graph API over HTTP: one session, the bearer token, and its failures as ours."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

from aiohttp import (
    ClientConnectionError,
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientError,
    ClientHttpProxyError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    FormData,
)
from yarl import URL

from bot.channels.whatsapp.refusals import meaning
from bot.config import Whatsapp
from bot.content import Upload
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError

#: The version of the Graph API that all this is written for; each works for at least two years after the next one.
VERSION = "v26.0"

#: Seconds until a connection has to stand, and until an answer has to be complete. A file and its message are two
#: requests: together they stay below the two minutes after which another process takes the message on.
CONNECT, ANSWER = 10.0, 50.0

#: No answer of the platform's that is read whole comes near this many bytes.
_LONGEST_ANSWER = 1024 * 1024


class Refusal(Exception):
    """The platform answered with an error. ``code`` is None when it was no error object; ``retry_after`` in seconds."""

    def __init__(self, status: int, code: int | None, retry_after: int | None) -> None:
        self.status = status
        self.code = code
        self.retry_after = retry_after
        super().__init__(f"{status}/{code}")

    def ours(self) -> DeliveryError:
        """As an error of ours."""
        found = meaning(self.code, self.status)
        if not issubclass(found.kind, TemporaryDeliveryError):
            return found.kind(found.code)
        pause = None if self.retry_after is None else timedelta(seconds=self.retry_after)
        return found.kind(found.code, retry_after=pause)


class Graph:
    """One number's side of the Graph API. Requests raise ``Refusal`` for an error that the platform answered, and
    ``DeliveryError`` when there was no answer."""

    def __init__(self, config: Whatsapp) -> None:
        self._api = URL(config.api_url)
        self._number = config.phone_number_id
        self._session = ClientSession(
            headers={"Authorization": f"Bearer {config.token}"},
            timeout=ClientTimeout(total=ANSWER, sock_connect=CONNECT),
            trust_env=True,  # many a municipality lets nothing out but through its proxy
        )

    async def close(self) -> None:
        """Closes its connections."""
        await self._session.close()

    async def say(self, body: dict[str, Any]) -> str | None:
        """Sends a message, or what one says about a message; gives the platform's id of it."""
        url = self._api / VERSION / self._number / "messages"
        async with self._answer("POST", url, json={"messaging_product": "whatsapp", **body}) as response:
            match await _object(response):
                case {"messages": [{"id": str(message_id)}, *_]}:
                    return message_id
        return None

    async def upload(self, file: Upload) -> str:
        """Brings a file there; gives its id."""
        form = FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", file.media_type)
        form.add_field("file", BytesIO(file.data), content_type=file.media_type, filename="bestand")
        async with self._answer("POST", self._api / VERSION / self._number / "media", data=form) as response:
            match await _object(response):
                case {"id": str(media_id)}:
                    return media_id
        raise TemporaryDeliveryError("platform")

    async def where(self, media_id: str) -> tuple[URL, int | None]:
        """Where a file can be fetched for the next minutes, and its size in bytes. Raises
        ``PermanentDeliveryError("rejected")`` for an address that the token must not be sent to."""
        url = (self._api / VERSION / media_id).with_query(phone_number_id=self._number)
        async with self._answer("GET", url) as response:
            told = await _object(response)
        try:
            address = URL(str(told.get("url")))
            # In clear only to where everything else goes in clear too: a server of the municipality's own, or a test's.
            allowed = address.scheme == "https" or address.origin() == self._api.origin()
        except ValueError:
            allowed = False
        if not allowed or not address.host:
            raise PermanentDeliveryError("rejected")
        size = told.get("file_size")
        return address, int(size) if isinstance(size, int) or (isinstance(size, str) and size.isdecimal()) else None

    async def download(self, url: URL, most: int) -> bytes:
        """The file there. Raises ``PermanentDeliveryError("too_big")`` as soon as it is over ``most`` bytes."""
        data = bytearray()
        async with self._answer("GET", url) as response:
            async for chunk in response.content.iter_chunked(64 * 1024):
                data += chunk
                if len(data) > most:
                    raise PermanentDeliveryError("too_big")
        return bytes(data)

    @asynccontextmanager
    async def _answer(self, method: str, url: URL, **content: Any) -> AsyncIterator[ClientResponse]:
        """A good answer. Errors name neither the address nor what was said (invariant 4)."""
        try:
            async with self._session.request(method, url, allow_redirects=False, **content) as response:
                if not 200 <= response.status < 300:
                    raise await _refusal(response)
                yield response
        except (ClientConnectorCertificateError, ClientConnectorSSLError):
            raise ChannelDownError("certificate") from None
        except (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError):
            raise ChannelDownError("unreachable") from None  # it never heard of the message
        except (TimeoutError, ClientConnectionError, ClientPayloadError):
            raise TemporaryDeliveryError("timeout") from None  # it may have taken the message
        except ClientError:
            raise TemporaryDeliveryError("platform") from None  # that was no HTTP


async def _object(response: ClientResponse) -> dict[str, Any]:
    """The JSON object in an answer. Whatever else stands there is not from the platform."""
    told = _loaded(await _read(response))
    if told is None:
        raise TemporaryDeliveryError("platform")
    return told


async def _refusal(response: ClientResponse) -> Refusal:
    told = _loaded(await _read(response)) or {}
    error = told.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    after = response.headers.get("Retry-After", "")
    return Refusal(
        response.status,
        code if isinstance(code, int) else None,
        int(after) if after.isascii() and after.isdecimal() and len(after) < 6 else None,
    )


async def _read(response: ClientResponse) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > _LONGEST_ANSWER:
            break
    return bytes(data)


def _loaded(data: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
