"""Sending through the Cloud API, and fetching what people sent there."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from bot.channels import start
from bot.channels.limits import WHATSAPP
from bot.channels.rendering import Rendered
from bot.channels.whatsapp import bodies
from bot.channels.whatsapp.graph import Graph, Refusal
from bot.channels.whatsapp.refusals import OPERATORS
from bot.config import Whatsapp
from bot.content import Upload
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.outgoing import Outgoing, Pace, Report
from bot.running import ended, idle
from flows.grammar import Typed

NAME = WHATSAPP.channel

#: "Throughput": 80 messages a second per number. "Pair rate limits": one in 6 seconds to one person, of which 45 may go
#: at once; those are borrowed from what follows.
PACE = Pace(overall=80.0, person=1 / 6, burst=45)

#: After the pair rate was exceeded: 4^n seconds, n from 0 with each further time ("Pair rate limits"). The last is 68
#: minutes.
_BACK_OFF, _MOST_TIMES = 4, 6

#: People whose pair rate, and sounds whose words, are remembered.
_REMEMBERED = 10_000

#: Of `WhatsappChannel.seen` under way at once; who comes then does without. Messages must not wait for connections.
_MOST_ASIDES = 20

#: Error codes of the Graph API for a file that is not there (any more).
_NO_SUCH_FILE = frozenset({100, 131052})


class WhatsappChannel:
    """One number of the municipality on the Cloud API (``bot.outgoing.Channel``). ``report`` hears of what the operator
    has to mend, and that sending works again."""

    limits = WHATSAPP
    pace = PACE

    def __init__(self, house: House, config: Whatsapp, report: Report | None = None) -> None:
        self.config = config
        self._report = report or house.health.report
        self._templates = dict(config.templates)
        self._template_fails = False
        self._graph: Graph | None = None
        self._times: dict[str, int] = {}  # by address: pair rate exceeded so often
        self._worded: dict[str, None] = {}  # keys of messages whose words went before their sound, which did not yet
        self._asides: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Makes the session; nothing is asked of the platform yet."""
        self._graph = Graph(self.config)

    async def close(self) -> None:
        """Ends what nobody waits for, and the session."""
        await ended(self._asides)
        if self._graph is not None:
            await self._graph.close()
            self._graph = None

    # ---- out -------------------------------------------------------------------------------------------------------

    async def send(self, outgoing: Outgoing) -> str | None:
        """See ``bot.outgoing.Channel``."""
        try:
            sent = await self._send(outgoing)
        except Refusal as refusal:
            error = self._pair_rate(outgoing, refusal.ours())
            await self.tell(error.code)
            raise error from None
        except DeliveryError as error:
            await self.tell(error.code)
            raise
        self._times.pop(outgoing.external_id, None)
        if outgoing.template is not None or not self._template_fails:
            self._template_fails = False
            await self._report(NAME, None)
        return sent

    async def tell(self, code: str) -> None:
        """Reports what the operator has to mend; other codes are of one message or pass by themselves."""
        if code in OPERATORS:
            self._template_fails |= code == "template"
            await self._report(NAME, code)

    async def _send(self, outgoing: Outgoing) -> str | None:
        whom = bodies.recipient(outgoing.external_id)
        if outgoing.template is not None:
            its_name = self._templates.get(outgoing.template.name)
            if its_name is None:
                raise PermanentDeliveryError("no_template")
            return await self._open.say(whom | bodies.template(its_name, outgoing.template))
        if outgoing.file is not None:
            return await self._send_file(whom, outgoing.key, outgoing.file, outgoing.shown)
        return await self._open.say(whom | bodies.message(outgoing.shown))

    async def _send_file(self, whom: dict[str, str], key: str, file: Upload, shown: Rendered) -> str | None:
        bodies.taken(file)
        if shown.buttons:
            raise PermanentDeliveryError("rejected")  # a file carries none
        media_id = await self._open.upload(file)
        if shown.text and not bodies.has_caption(file) and key not in self._worded:
            await self._open.say(whom | bodies.message(shown))
            _remember(self._worded, key, None)
        sent = await self._open.say(whom | bodies.attachment(file, media_id, shown.text))
        self._worded.pop(key, None)
        return sent

    def _pair_rate(self, outgoing: Outgoing, error: DeliveryError) -> DeliveryError:
        if error.code != "pair_rate":
            return error
        times = self._times.get(outgoing.external_id, 0)
        _remember(self._times, outgoing.external_id, min(times + 1, _MOST_TIMES))
        return TemporaryDeliveryError(error.code, retry_after=timedelta(seconds=_BACK_OFF**times))

    def seen(self, message_id: str) -> None:
        """Shows the person that their message was read and is being answered. Nobody waits for it, and it may fail."""
        if self._graph is not None and len(self._asides) < _MOST_ASIDES:
            task = asyncio.create_task(_say_aside(self._graph, bodies.seen(message_id)))
            self._asides.add(task)
            task.add_done_callback(self._asides.discard)

    # ---- in --------------------------------------------------------------------------------------------------------

    async def fetch(self, reference: str, most: int) -> bytes:
        """See ``bot.outgoing.Channel``. The platform keeps what people send for 7 days."""
        try:
            url, size = await self._open.where(reference)
            if size is not None and size > most:
                raise PermanentDeliveryError("too_big")
            return await self._open.download(url, most)
        except Refusal as refusal:
            error = refusal.ours()
            if refusal.status in (404, 410) or refusal.code in _NO_SUCH_FILE:
                error = PermanentDeliveryError("gone")
            await self.tell(error.code)
            raise error from None

    def deep_link(self, payload: str) -> str | None:
        """The address that opens a chat with us, with a word for `bot.channels.start` or a code put in the message;
        None when the municipality did not say its number."""
        digits = "".join(sign for sign in self.config.phone if sign.isdecimal())
        if not digits:
            return None
        link = f"https://wa.me/{digits}"
        if not payload:
            return link
        said = start.read(payload, ())
        return f"{link}?text={quote(said.text if isinstance(said, Typed) else f'start {payload}')}"

    @property
    def _open(self) -> Graph:
        if self._graph is None:
            raise ChannelDownError("unreachable")  # between `close` and the end of the process
        return self._graph


async def _say_aside(graph: Graph, body: dict[str, Any]) -> None:
    with suppress(Refusal, DeliveryError), idle():
        await graph.say(body)


def _remember(memory: dict[str, Any], key: str, value: object) -> None:
    """Keeps the last of them: what is forgotten costs one message more, not the memory of the process."""
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > _REMEMBERED:
        del memory[next(iter(memory))]
