"""Channels that do not work now, in words: every role sees it, because messages wait meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.delivery import told_of_trouble
from bot.house import House


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with which channel, what to do, and since when (milliseconds UTC)."""

    channel: str
    what: str
    advice: str
    since: int


async def troubles(house: House) -> list[Trouble]:
    """What is wrong now, of the channels that the municipality uses."""
    found = await house.health.troubles()
    used = [one for one in found if one.channel in house.config.channels.names]
    return [Trouble(one.channel, *told_of_trouble(one.channel, one.code), one.since) for one in used]
