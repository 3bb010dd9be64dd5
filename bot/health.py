"""How the channels of others are: what is wrong with one is in the database, so that every process and the desk know.

A channel that works has no row.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Delete, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.clock import to_ms
from storage.database import Database
from storage.tables import channel_trouble

log = logging.getLogger(__name__)

#: Seconds after which "it works" is told again: another process may have said meanwhile that it does not.
_AGAIN = 60.0

_new = insert(channel_trouble)
_TROUBLE = _new.on_conflict_do_update(index_elements=["channel"], set_={"code": _new.excluded.code})
_WELL = delete(channel_trouble).where(channel_trouble.c.channel == bindparam("which"))
_SENDS = _WELL.where(channel_trouble.c.code != "template")
_ALL = select(channel_trouble.c.channel, channel_trouble.c.code, channel_trouble.c.since).order_by(
    channel_trouble.c.channel
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A channel that does not work; ``code`` as in ``bot.errors``, ``since`` in milliseconds UTC (real time)."""

    channel: str
    code: str
    since: int


class Health:
    """What this process found out about the channels."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._told: dict[str, tuple[str | None, float]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def sends(self, channel: str) -> None:
        """A message went out: whatever was wrong is over, but for a template, of which an ordinary message says
        nothing."""
        if self._told.get(channel, ("", 0.0))[0] != "template":
            await self.report(channel, None, only=_SENDS)

    async def report(self, channel: str, code: str | None, *, only: Delete = _WELL) -> None:
        """``channel`` does not work because of ``code``, or works (None). Raises nothing: it is no reason to stop."""
        known = self._told.get(channel)
        if known is not None and known[0] == code and (code or time.monotonic() - known[1] < _AGAIN):
            return
        async with self._one_at_a_time:
            try:
                async with self._db.begin() as conn:
                    if code is None:
                        await conn.execute(only, {"which": channel})
                    else:
                        since = to_ms(datetime.now(UTC))
                        await conn.execute(_TROUBLE, {"channel": channel, "code": code, "since": since})
            except Exception as error:
                log.error("the state of %s could not be noted: %s", channel, type(error).__name__)
                return
            if code is not None:
                log.error("channel %s does not work: %s", channel, code)
            elif known is not None and known[0] is not None:
                log.warning("channel %s works again", channel)
            self._told[channel] = (code, time.monotonic())

    async def troubles(self) -> list[Trouble]:
        """The channels that do not work, as far as any process found."""
        async with self._db.read() as conn:
            return [Trouble(row.channel, row.code, row.since) for row in await conn.execute(_ALL)]
