"""What the sender and a channel that we push to say to each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.channels.limits import Limits
from bot.channels.rendering import Rendered
from bot.content import Upload


@dataclass(frozen=True, slots=True)
class Template:
    """A message that the platform approved beforehand, for what goes outside its window. ``name`` is ours
    (``seintje``), ``values`` fill ``{{1}}``, ``{{2}}`` … in order."""

    name: str
    language: str
    values: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message by e-mail has around its text. ``unsubscribe`` is an address on our own site that takes one POST
    (RFC 8058)."""

    subject: str
    foot: str
    unsubscribe: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One platform message. ``key`` is the same at every try of it and differs for every other one.

    ``shown`` is within the channel's limits; with ``file`` its text is the caption, perhaps empty. ``template``: this
    goes in the place of ``shown``. ``letter`` is what e-mail needs beside the text. ``enclosed``: a text says the same,
    and need not wait for it.
    """

    key: str
    address_id: int
    external_id: str = field(repr=False)
    shown: Rendered = field(repr=False)
    file: Upload | None = field(default=None, repr=False)
    template: Template | None = None
    letter: Letter | None = field(default=None, repr=False)
    enclosed: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform takes messages: per second over all, and per person with so many at once before that counts.
    ``together``: how many may be under way."""

    overall: float
    person: float
    burst: int
    together: int = 32


class Channel(Protocol):
    """A channel that we push to: it translates and verifies, nothing else."""

    limits: Limits
    pace: Pace

    async def send(self, outgoing: Outgoing) -> str | None:
        """Sends; gives the platform's id of the message. Raises ``ChannelDownError``, ``TemporaryDeliveryError`` or
        ``PermanentDeliveryError``; whatever else it raises is a bug, and the message waits."""

    async def fetch(self, reference: str, most: int) -> bytes:
        """A file that someone sent, at most so many bytes. Raises as `send`; ``too_big`` and ``gone`` are permanent."""

    async def open(self) -> None:
        """Makes ready in this process's loop; raises nothing when the platform cannot be reached."""

    async def close(self) -> None:
        """Gives back what `open` took."""


#: Tells how a channel is: its name, and the code of what is wrong with it or None.
Report = Callable[[str, str | None], Awaitable[None]]
