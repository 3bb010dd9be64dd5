"""Open Klant's Klantinteracties API, as far as we use it: puts something there once, whatever became of earlier
tries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from bot.config.outside import OpenKlant
from bot.errors import ChannelDownError, DeliveryError, Finding, PermanentDeliveryError, TemporaryDeliveryError
from bot.registration import payloads
from bot.registration.payloads import Telling

#: Seconds for one question; there are four for one contact and its task, unless another system has the task's number.
PATIENCE = 20.0
#: Numbers that a task may have, should others have the first.
MOST_NUMBERS = 5
#: An answer that is longer is none of Open Klant's (bytes).
_LONGEST_ANSWER = 1024 * 1024
#: The longest that we let ourselves be told to wait.
_LONGEST_WAIT = timedelta(hours=1)
#: Our fields, which a refusal may name.
_FIELDS = frozenset(
    {
        "aanleidinggevendKlantcontact",
        "gevraagdeHandeling",
        "indicatieContactGelukt",
        "inhoud",
        "kanaal",
        "nummer",
        "onderwerp",
        "onderwerpobject",
        "plaatsgevondenOp",
        "status",
        "taal",
        "toegewezenAanActoren",
        "toelichting",
        "vertrouwelijk",
    }
)


class NumberTaken(Exception):
    """Another system has something else under the number that we drew."""


class _Doubled(Exception):
    """Something with our number is there already."""


class Client:
    """One connection with Open Klant, for as long as a contact takes. Its calls raise ``TemporaryDeliveryError``,
    ``ChannelDownError`` (wrong token or address: whatever is told), ``PermanentDeliveryError`` (what is told is
    refused) and ``NumberTaken`` (of the contact: nothing is there yet)."""

    def __init__(self, config: OpenKlant, zone: ZoneInfo, patience: float = PATIENCE) -> None:
        self._config = config
        self._zone = zone
        self._patience = patience
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Client:
        headers = {"Authorization": f"Token {self._config.token}", "Accept": "application/json"}
        timeout = ClientTimeout(total=self._patience)
        self._session = ClientSession(timeout=timeout, headers=headers, raise_for_status=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def tell(self, told: Telling, *, task: bool, again: bool) -> None:
        """Puts a contact there, and with ``task`` the task that it led to. ``again``: an earlier try may have arrived,
        so each is looked for first."""
        body = payloads.klantcontact(told, self._config, self._zone)
        own = body["klantcontact"]
        found = await self._find("klantcontacten", own) if again else None
        if found is None:
            try:
                made = await self._post("maak-klantcontact", body)
                found = made.get("klantcontact")
            except _Doubled:
                found = await self._find("klantcontacten", own)
        contact_id = found.get("uuid") if isinstance(found, Mapping) else None
        if not isinstance(contact_id, str):
            raise TemporaryDeliveryError("strange_answer")
        if task:
            await self._tell_task(payloads.internetaak(told, self._config, contact_id), again=again)

    async def _tell_task(self, body: dict[str, Any], *, again: bool) -> None:
        """The contact is there by now, so a number that another system has for a task must not lead to a second one of
        it: the task gets the next of a row that is the same at each try."""
        for number in payloads.next_numbers(body["nummer"], MOST_NUMBERS):
            try:
                return await self._tell_numbered({**body, "nummer": number}, again=again)
            except NumberTaken:
                continue
        raise TemporaryDeliveryError("number_taken")

    async def _tell_numbered(self, body: dict[str, Any], *, again: bool) -> None:
        if again and await self._find("internetaken", body) is not None:
            return
        try:
            await self._post("internetaken", body)
        except _Doubled:
            if await self._find("internetaken", body) is None:
                raise TemporaryDeliveryError("strange_answer") from None

    async def look(self) -> None:
        """Asks for one contact, to see that address and token are right."""
        await self._ask("GET", "klantcontacten", params={"pageSize": "1"})

    async def _find(self, what: str, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What is there with the number of ``body``. Raises ``NumberTaken`` when it is something else."""
        answer = await self._ask("GET", what, params={"nummer": body["nummer"]})
        results = answer.get("results")
        if not isinstance(results, list) or not all(isinstance(one, Mapping) for one in results):
            raise TemporaryDeliveryError("strange_answer")
        same = [one for one in results if one.get("nummer") == body["nummer"]]
        if any(not payloads.is_ours(one, body) for one in same):
            raise NumberTaken
        return same[0] if same else None

    async def _post(self, what: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._ask("POST", what, json=body)

    async def _ask(self, method: str, what: str, **how: Any) -> Mapping[str, Any]:
        assert self._session is not None
        address = f"{self._config.url}/{what}"
        try:
            async with self._session.request(method, address, allow_redirects=False, **how) as response:
                raw = await _body(response)
        except TimeoutError:
            raise TemporaryDeliveryError("timeout") from None
        except (ClientError, OSError):
            raise TemporaryDeliveryError("unreachable") from None
        read = _parsed(raw)
        if response.status in (200, 201):
            if read is None:
                raise TemporaryDeliveryError("strange_answer")
            return read
        raise _refusal(response, read or {})


async def _body(response: ClientResponse) -> bytes:
    """The answer, as far as it is no longer than one can be."""
    raw = bytearray()
    async for piece in response.content.iter_chunked(64 * 1024):
        raw += piece
        if len(raw) > _LONGEST_ANSWER:
            break
    return bytes(raw)


def _parsed(raw: bytes) -> Mapping[str, Any] | None:
    try:
        read = json.loads(raw)
    except ValueError:
        return None
    return read if isinstance(read, Mapping) else None


def _refusal(response: ClientResponse, said: Mapping[str, Any]) -> Exception:
    """What an answer other than *here it is* means for us. Nothing that it says is kept but a field's own name."""
    status = response.status
    if status in (401, 403):
        return ChannelDownError("token")
    if status in (404, 405) or 300 <= status < 400:
        return ChannelDownError("address")
    if status in (408, 409, 425, 429) or status >= 500:
        return TemporaryDeliveryError(f"http_{status}", retry_after=_wait(response.headers.get("Retry-After", "")))
    if status == 400:
        wrong = said.get("invalidParams")
        fields = [one for one in wrong if isinstance(one, Mapping)] if isinstance(wrong, list) else []
        if any(_name(one) == "nummer" and one.get("code") == "unique" for one in fields):
            return _Doubled()
        known = next((name for one in fields if (name := _name(one)) in _FIELDS), None)
        return PermanentDeliveryError("refused" if known is None else f"refused_{known}")
    return PermanentDeliveryError(f"http_{status}")


def _name(field: Mapping[str, Any]) -> str:
    """The field that a refusal names, also where it stands in another: ``klantcontact.nummer``."""
    return str(field.get("name", "")).removeprefix("klantcontact.").partition(".")[0]


def _wait(given: str) -> timedelta | None:
    return min(timedelta(seconds=int(given)), _LONGEST_WAIT) if given.isascii() and given.isdecimal() else None


async def remarks(config: OpenKlant | None, zone: ZoneInfo) -> tuple[Finding, ...]:
    """What ``klopaan check`` says of it: whether it answers, to this token."""
    if config is None:
        return ()
    try:
        async with Client(config, zone, patience=5.0) as client:
            await client.look()
    except DeliveryError as error:
        key, problem, advice = _PROBLEMS.get(error.code, _NO_ANSWER)
        return (Finding(key, problem, advice),)
    except _Doubled:
        return (Finding(*_NO_ANSWER),)
    return ()


_NO_ANSWER = (
    "openklant.url",
    "does not answer as Open Klant does.",
    "Contacts wait and are told later. Is it there, and is this the address of its Klantinteracties API?",
)
_PROBLEMS = {
    "token": ("openklant.token", "is refused.", "Ask the administrator of Open Klant for one that may write."),
    "address": ("openklant.url", "is no address of the Klantinteracties API.", "It ends in /klantinteracties/api/v1."),
}
