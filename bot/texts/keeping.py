"""What the desk keeps about texts, in the memory of every process.

No message reads the database for it: whoever changes something says so, and every process reads it all again, which is
swapped in at once. A process that missed that looks by itself now and then.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from bot.signals import Signals, wait
from locales import Catalogs
from locales.wordings import Kept
from storage import wordings as store
from storage.database import Database

#: The topic of changes in texts.
TEXTS = "texts"
#: Seconds of real time after which a process looks by itself.
EVERY = 60.0
#: So many changes are made one by one; where there are more, all of it is laid anew.
FEW = 50

log = logging.getLogger(__name__)


class Wordings:
    """Keeps ``tongue`` as the database has it."""

    def __init__(self, db: Database, tongue: Catalogs, signals: Signals) -> None:
        self._db = db
        self.tongue = tongue
        self._signals = signals
        self._stamp = (0, 0)

    async def refresh(self) -> None:
        """Reads what was done since, if anything was: those versions, or all of them anew where one of these came late
        (of two transactions the later may be committed first)."""
        count, last = self._stamp
        async with self._db.read() as conn:
            stamp = await store.read_stamp(conn)
            if stamp == self._stamp:
                return
            new = await store.since(conn, last) if 0 < stamp[0] - count <= FEW else []
            is_all = len(new) == stamp[0] - count <= FEW
            rows = [] if is_all else await store.latest(conn)
        if stamp[0] <= self._stamp[0]:  # read again meanwhile, and later than this
            return
        for row in new if is_all else ():
            if row.language in self.tongue.languages:
                self.tongue.keep(row.context, row.language, kept_of(row))
        if not is_all:
            self.tongue.adopt(by_language(rows))
        self._stamp = stamp

    async def run(self) -> None:
        """Refreshes whenever something changed, until it is cancelled."""
        async with self._signals.subscribe(TEXTS) as changed:
            while True:
                await wait(changed, EVERY)
                try:
                    await self.refresh()
                except (SQLAlchemyError, OSError) as error:  # the database is away: the next look finds it
                    log.warning("texts were not read again: %s", type(error).__name__)


def by_language(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[str, dict[str, Kept]]:
    """The last version of each text, as ``Catalogs.adopt`` takes it."""
    found: dict[str, dict[str, Kept]] = defaultdict(dict)
    for row in rows:
        found[row.language][row.context] = kept_of(row)
    return found


def kept_of(row: Row[*tuple[Any, ...]]) -> Kept:
    """One version."""
    return Kept(row.words, row.dutch, row.confirmed, row.act == "taken_back", row.version)
