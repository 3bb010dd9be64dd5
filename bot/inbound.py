"""What comes into a conversation from outside: a person's message, or something planned that is due."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.content import Media, Upload
from flows.grammar import Said


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a channel received, translated and verified. ``message_id`` is the channel's own (web chat: the page's).

    ``media`` is fetched after the commit. ``sent_at`` is when the person sent it, in milliseconds UTC, where the
    platform tells: its window is counted from there. ``place`` is the network that it came from, where we are the
    channel ourselves: to count by (``bot.limiter``), and kept nowhere.
    """

    channel: str
    external_id: str = field(repr=False)
    message_id: str
    said: Said = field(repr=False)
    uploads: tuple[Upload, ...] = field(default=(), repr=False)
    hint: str | None = None  # the channel's guess of the language
    media: tuple[Media, ...] = field(default=(), repr=False)
    sent_at: int | None = None
    place: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fallen:
    """A ping that is due. ``about_sealed`` was planned with it, under the person's key."""

    ping_id: int
    conversation_id: int
    kind: str
    about_sealed: bytes | None = field(repr=False)
