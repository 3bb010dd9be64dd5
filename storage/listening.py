"""LISTEN on PostgreSQL: what other processes changed. SQLite has one process and needs none of this."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

import asyncpg
from sqlalchemy import make_url

log = logging.getLogger(__name__)

#: Asked of an idle connection, so that a silent break is noticed (seconds).
EVERY = 30.0
PAUSE = 1.0
#: What may stand in the address for SQLAlchemy and not for the driver: a pool of connections in between wants it.
_OWN = frozenset({"prepared_statement_cache_size", "prepared_statement_name_func"})


async def listen(url: str, channel: str, heard: Callable[[Iterable[str]], None]) -> None:
    """Calls ``heard`` with the topics of every notification, until cancelled. Connects again when the connection
    breaks; what was told meanwhile is lost, which is why everyone also looks by themselves now and then."""
    parsed = make_url(url)
    _, arguments = parsed.get_dialect()().create_connect_args(parsed)
    arguments = {name: value for name, value in arguments.items() if name not in _OWN}
    told = False
    while True:
        try:
            connection = await asyncpg.connect(**arguments)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if not told:  # once: it may be down for an hour, or this connection be refused for ever
                log.warning("changes in other processes are seen late: %s", type(error).__name__)
                told = True
            await asyncio.sleep(PAUSE)
            continue
        told = False
        try:
            await connection.add_listener(channel, lambda *news: heard(str(news[3]).split(",")))
            while True:
                await asyncio.sleep(EVERY)
                await connection.execute("SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(PAUSE)
        finally:
            connection.terminate()
